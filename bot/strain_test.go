package bot

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"

	"followup/bot/message"
	"followup/scheduler/clock"
	"followup/storage"
	"followup/storage/crm"
)

// A database that can't be written is nobody's fault but its own: what people send waits and is saved by itself later, what
// needs no writing is answered, and everybody hears the truth. Here every transaction that would write is refused.
func TestDatabaseThatCannotBeWritten(t *testing.T) {
	d := newDoor(t)
	var full atomic.Bool
	var err error
	d.store, err = storage.Open(context.Background(), d.path, storage.Options{Now: clock.Real().Now, Fault: func(text string) error {
		if full.Load() && strings.HasPrefix(text, "BEGIN IMMEDIATE") {
			return storage.ErrUnavailable
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	const owner = petrID
	d.member(owner, crm.Owner)
	d.api.Know(owner)
	d.talk.Turn = func(tx *storage.Tx, in message.In) error {
		if strings.HasPrefix(in.Text, "запиши") {
			if err := tx.SaveForm(storage.Form{Chat: in.Chat, Kind: "x", Data: []byte("{}"), Expires: in.Date + 1000}); err != nil {
				return err
			}
		}
		return echo(tx, in)
	}
	d.talk.Unsaved = func(in message.In, answered bool) []message.Out {
		text := "не записано"
		if answered {
			text = "только чтение"
		}
		if in.Kind == message.Tap {
			return []message.Out{{Chat: in.Chat, Query: in.Query, Text: text, Alert: true}}
		}
		return []message.Out{{Chat: in.Chat, Text: text}}
	}
	d.talk.Alarm = func(tx *storage.Tx, what string, _ ...any) error {
		_, err := tx.Send(message.Out{Chat: owner, Text: what})
		return err
	}
	d.start()
	d.say(annaID, annaID, "запиши 1 "+private)
	d.wantTexts(annaID, "запиши 1 "+private)

	full.Store(true)
	d.say(annaID, annaID, "запиши 2 "+private)
	d.until("the truth", func() bool { return len(d.texts(annaID)) == 2 })
	d.say(owner, owner, "покажи "+private)
	d.until("an answer without writing", func() bool { return len(d.texts(owner)) == 3 })

	full.Store(false)
	d.until("the owner hears that it is over", func() bool { return len(d.texts(owner)) >= 4 && d.api.Pending() == 0 })
	d.wantTexts(annaID, "запиши 1 "+private, "не записано", "запиши 2 "+private)
	d.wantTexts(owner, "database", "покажи "+private, "только чтение", "restored")
	d.halt()
	d.open()
	if left := d.left(); len(left) != 0 {
		t.Errorf("%d messages are left", len(left))
	}
}
