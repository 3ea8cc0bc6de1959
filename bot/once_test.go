package bot

import (
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"followup/bot/message"
	"followup/bot/sandbox"
	"followup/storage"
)

// file is a message that must not come twice.
func file() message.Out {
	return message.Out{Chat: annaID, Text: "файл", Once: true, File: &message.Upload{Name: "a.csv", Bytes: []byte("1;2")}}
}

// TestAFileBegunByAProgramThatDiedIsNotSentAgain: nobody knows whether it arrived.
func TestAFileBegunByAProgramThatDiedIsNotSentAgain(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	d.open()
	d.update(func(tx *storage.Tx) error {
		id, err := tx.Send(file())
		if err != nil {
			return err
		}
		return tx.Started(id)
	})
	d.start()
	d.say(annaID, annaID, "конец")
	d.wantTexts(annaID, "конец")
	if !strings.Contains(d.log.String(), "is not sent again") {
		t.Error("nothing is said of it in the log")
	}
}

// TestAFileIsMarkedBeforeItsCall: a program that dies during the call must find out that it had begun.
func TestAFileIsMarkedBeforeItsCall(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	d.open()
	d.update(func(tx *storage.Tx) error { _, err := tx.Send(file()); return err })
	d.api.Fail([]sandbox.Fault{{Method: "sendDocument", Hang: time.Second}})
	d.start()
	d.until("the call", func() bool { return d.api.Faults() == 0 })
	if left := d.left(); len(left) != 1 || left[0].Started == 0 {
		t.Errorf("during the call the outbox says %+v", left)
	}
}

// TestWhatHasItsLastMarkIsLetGo: what was delivered or given up is no longer held by the sender.
func TestWhatHasItsLastMarkIsLetGo(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	d.open()
	var ids []int64
	d.update(func(tx *storage.Tx) error {
		for range 3 {
			id, err := tx.Send(message.Out{Chat: annaID, Text: "x"})
			if err != nil {
				return err
			}
			ids = append(ids, id)
		}
		return nil
	})
	m := newMarks(d.store, d.talk, slog.New(slog.DiscardHandler))
	m.add(mark{kind: markDelivered, parcel: ids[0], chat: annaID, message: 1})
	m.add(mark{kind: markUndeliverable, parcel: ids[1], reason: "400"})
	m.add(mark{kind: markRetry, parcel: ids[2], reason: "500"})
	m.flush(t.Context())
	if done, _ := m.take(); !slices.Equal(done, ids[:2]) {
		t.Errorf("done with %v, want %v", done, ids[:2])
	}
	if left := d.left(); len(left) != 1 || left[0].ID != ids[2] || left[0].Tries != 1 {
		t.Errorf("the outbox has %+v", left)
	}
}
