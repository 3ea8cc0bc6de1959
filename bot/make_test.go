package bot

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"followup/bot/message"
	"followup/storage"
)

// TestMake: a file is made when it is sent, what came to be without one is said, and what can't be made is told with a number as
// a turn that broke, once; the chat goes on.
func TestMake(t *testing.T) {
	d := newDoor(t)
	d.talk.Turn = func(tx *storage.Tx, in message.In) error {
		if strings.HasPrefix(in.Text, "/") {
			return nil
		}
		_, err := tx.Send(message.Out{Chat: in.Chat, Once: true, Make: &message.Make{What: in.Text}})
		return err
	}
	d.talk.Make = func(_ *storage.Tx, what message.Make) (func() (message.Out, error), error) {
		switch what.What {
		case "unread":
			return nil, errors.New("no records")
		case "unwritten":
			return func() (message.Out, error) { return message.Out{}, errors.New("no disk") }, nil
		case "panics":
			return func() (message.Out, error) { panic("a library's fault") }, nil
		case "empty":
			return func() (message.Out, error) { return message.Out{Text: "нечего"}, nil }, nil
		}
		return func() (message.Out, error) {
			return message.Out{Text: "готово", File: &message.Upload{Name: "a.csv", Bytes: []byte("a;b")}}, nil
		}, nil
	}
	d.talk.Broke = func(tx *storage.Tx, in message.In, incident string) error {
		if len(incident) < 6 {
			t.Errorf("the incident is %q", incident)
		}
		_, err := tx.Send(message.Out{Chat: in.Chat, Text: "сломалось"})
		return err
	}
	d.make(testToken)
	d.bot.sender.pace.off = true
	d.run()
	d.say(annaID, annaID, "/start")
	for _, c := range []struct{ what, want string }{{"file", "готово"}, {"unread", "сломалось"}, {"panics", "сломалось"}, {"empty", "нечего"}, {"unwritten", "сломалось"}, {"file", "готово"}} {
		before := len(d.texts(annaID))
		d.say(annaID, annaID, c.what)
		d.until("the answer to "+c.what, func() bool { return len(d.texts(annaID)) > before })
		if got := d.texts(annaID); len(got) != before+1 || got[before] != c.want {
			t.Errorf("%s: %q", c.what, got[before:])
		}
	}
	if got := d.texts(annaID); !slices.Equal(got, []string{"готово", "сломалось", "сломалось", "нечего", "сломалось", "готово"}) {
		t.Errorf("all in all %q", got)
	}
}
