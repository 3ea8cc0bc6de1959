package dialog

import (
	"errors"
	"strings"

	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
)

// A voice message is kept at once. Where a program that transcribes is configured, its words come back as a question: the
// person says whether they are right, and only then they are filed, counted from the moment the message was spoken.

// spoken are the kinds of files that hold speech.
var spoken = map[string]bool{"voice": true, "video_note": true, "audio": true}

// listen keeps a voice message and has it transcribed.
func (t *turn) listen() error {
	f := &filing{turn: t, draft: storage.Draft{Member: t.me.ID, Chat: t.in.Chat, Message: t.in.Message, Created: t.in.Date}}
	client, err := t.repliedClient()
	if err != nil {
		return err
	}
	f.state = state{Files: t.in.Files, Typed: t.in.Date, Listening: true, Client: client}
	if err := f.keep(); err != nil {
		return err
	}
	if err := t.send(t.screen("voice.listening").about("draft", f.draft.ID)); err != nil {
		return err
	}
	_, err = t.tx.Send(message.Out{
		Chat: t.in.Chat, Fetch: &message.Fetch{File: t.in.Files[0].ID, Speech: true, Draft: f.draft.ID},
	})
	return err
}

// Fetched takes what became of a file that a turn asked for: its bytes, or the words spoken in it. It is empty when the
// file couldn't be had or understood. The file is read at once; the turn that comes of it is given back.
func (d *Dialog) Fetched(what message.Fetch, data []byte, words string) func(tx *storage.Tx, chat int64) error {
	var f incoming
	if !what.Speech {
		f = readIncoming(aboutOf(what.About), data)
	}
	return func(tx *storage.Tx, chat int64) error {
		m, known, err := tx.MemberByTelegram(chat)
		if err != nil || !known || m.Status == crm.MemberLeft {
			return err
		}
		t := d.turnOf(tx, m, message.In{Chat: chat})
		if what.Speech {
			return t.heard(what.Draft, words)
		}
		return t.imported(what.Draft, f)
	}
}

// heard asks whether the words of a voice message are right.
func (t *turn) heard(id int64, words string) error {
	f, err := t.loadDraft(id)
	if err != nil || !f.state.Listening {
		return ignoreGone(err)
	}
	f.state.Listening = false
	if f.draft.Text != "" || f.state.Change != 0 {
		return f.keep() // the person was faster and typed it
	}
	words = message.Cut(strings.TrimSpace(words), 2000)
	if err := f.read(); err != nil {
		return err
	}
	if words == "" {
		f.state.Unheard = true
		q, err := f.nothing()
		if err != nil {
			return err
		}
		return f.ask(*q)
	}
	f.state.Heard = words
	return f.ask(question{Kind: "heard", Choices: []choice{
		{Label: f.Say("heard.yes"), Heard: true}, {Label: f.Say("heard.fix"), Type: true}, {Label: f.Say("heard.audio"), Audio: true},
	}})
}

// ignoreGone makes nothing of a draft that was thrown away meanwhile.
func ignoreGone(err error) error {
	var p *crm.Problem
	if errors.As(err, &p) && p.Key == "draft.gone" {
		return nil
	}
	return err
}
