package sandbox

import (
	"context"
	"fmt"
	"testing"
	"time"
)

// BenchmarkFlood is what a load test of a bot costs in here: a person's message, its delivery in batches of a hundred,
// and the bot's answer with buttons, with a backlog of ten thousand. HTTP is left out.
func BenchmarkFlood(b *testing.B) {
	s := New(Options{Token: token, Username: "b", Now: func() time.Time { return time.Unix(1_800_000_000, 0) }, Limits: Limits{Off: true}})
	defer s.Close()
	const people = 100
	for id := int64(1); id <= people; id++ {
		s.AddPerson(Person{ID: id, FirstName: "П"})
	}
	say := func(i int) {
		id := int64(i%people + 1)
		if _, err := s.Say(id, id, "звонок ромашке, ждут кп до пятницы"); err != nil {
			b.Fatal(err)
		}
	}
	for i := range 10_000 {
		say(i)
	}
	poll := call{ctx: context.Background(), values: map[string]string{}}
	offset := firstUpdate
	for i := 0; b.Loop(); i++ {
		say(i)
		answer := call{values: map[string]string{
			"chat_id": fmt.Sprint(i%people + 1), "text": "Записано",
			"reply_markup": `{"inline_keyboard":[[{"text":"Да","callback_data":"1"},{"text":"Нет","callback_data":"2"}]]}`,
		}}
		if _, err := s.sendMessage(&answer); err != nil {
			b.Fatal(err)
		}
		if i%100 == 0 {
			offset += 100
			poll.values["offset"] = fmt.Sprint(offset)
			if _, err := s.getUpdates(&poll); err != nil {
				b.Fatal(err)
			}
		}
	}
}
