package bot

import (
	"context"
	"errors"
	"testing"

	"followup/bot/message"
	"followup/bot/sandbox"
	"followup/storage"
)

// TestFetch: a voice message asked for by a turn comes back with its words, one that can't be recognised or had comes
// back empty, and a failure of Telegram's is repeated.
func TestFetch(t *testing.T) {
	for _, c := range []struct {
		name  string
		file  string // another id than the message's
		fails error
		fault bool
		want  string
	}{
		{name: "heard", want: "услышано 5"},
		{name: "not understood", fails: errors.New("no"), want: "услышано "},
		{name: "gone", file: "nothing", want: "услышано "},
		{name: "repeated", fault: true, want: "услышано 5"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDoor(t)
			d.talk.Turn = func(tx *storage.Tx, in message.In) error {
				if len(in.Files) == 0 {
					return nil
				}
				id := in.Files[0].ID
				if c.file != "" {
					id = c.file
				}
				_, err := tx.Send(message.Out{Chat: in.Chat, Fetch: &message.Fetch{File: id, Speech: true, Draft: 7}})
				return err
			}
			d.talk.Fetched = func(what message.Fetch, data []byte, words string) func(*storage.Tx, int64) error {
				if what.Draft != 7 || data != nil {
					t.Errorf("got draft %d and %d bytes", what.Draft, len(data))
				}
				return func(tx *storage.Tx, chat int64) error {
					_, err := tx.Send(message.Out{Chat: chat, Text: "услышано " + words})
					return err
				}
			}
			d.make(testToken, func(o *Options) {
				o.Listen = func(_ context.Context, audio []byte) (string, error) { return string(rune('0' + len(audio))), c.fails }
			})
			d.bot.sender.pace.off = true
			d.run()
			d.say(annaID, annaID, "/start")
			if c.fault {
				d.api.Fail([]sandbox.Fault{{Method: "getFile", Status: 502}})
			}
			if _, err := d.api.SendVoice(annaID, annaID, []byte("voice"), 23); err != nil {
				t.Fatal(err)
			}
			d.until("the answer", func() bool {
				texts := d.texts(annaID)
				return len(texts) > 0 && texts[len(texts)-1] == trimmed(c.want)
			})
		})
	}
}

// trimmed is a text as the Bot API keeps it.
func trimmed(s string) string {
	for len(s) > 0 && s[len(s)-1] == ' ' {
		s = s[:len(s)-1]
	}
	return s
}
