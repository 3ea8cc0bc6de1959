package bot

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"runtime/debug"

	"followup/bot/message"
	"followup/storage"
)

// Rules of making: a file is made when it is sent, one at a time, so that its memory is needed once. The records are read in
// a view, which holds up no turn, and the file is written after the view has ended. What can't be made is told as a turn that
// broke.

// maker makes files.
type maker struct {
	store *storage.Store
	talk  Talk
	log   *slog.Logger
	turn  chan struct{}
}

func newMaker(store *storage.Store, talk Talk, log *slog.Logger) *maker {
	return &maker{store: store, talk: talk, log: log, turn: make(chan struct{}, 1)}
}

// file makes what was asked for, when it is its turn. A panic is an error like any other: it must not end the program.
func (m *maker) file(ctx context.Context, what message.Make) (out message.Out, err error) {
	select {
	case m.turn <- struct{}{}:
	case <-ctx.Done():
		return message.Out{}, ctx.Err()
	}
	defer func() {
		<-m.turn
		if p := recover(); p != nil {
			out, err = message.Out{}, fmt.Errorf("bot: making a file panicked: %v\n%s", p, debug.Stack())
		}
	}()
	var finish func() (message.Out, error)
	err = m.store.View(ctx, func(tx *storage.Tx) (err error) {
		finish, err = m.talk.Make(tx, what)
		return err
	})
	if err != nil {
		return message.Out{}, err
	}
	return finish()
}

// make fills an outgoing message with its file and text. What can't be made is told by the conversation instead, and ok is
// false. Its errors pass: it is tried again.
func (m *maker) make(ctx context.Context, o message.Out) (_ message.Out, ok bool, err error) {
	made, err := m.file(ctx, *o.Make)
	if ctx.Err() != nil {
		return o, false, ctx.Err()
	}
	if err != nil {
		incident := rand.Text()[:6]
		m.log.Error("a file can't be made", "incident", incident, "chat", o.Chat, "what", o.Make.What, "form", o.Make.Form,
			"class", classOf(err), "stack", stack(err))
		in := message.In{Kind: message.Text, Chat: o.Chat, From: message.Person{ID: o.Chat}}
		return o, false, m.store.Update(ctx, func(tx *storage.Tx) error { return m.talk.Broke(tx, in, incident) })
	}
	o.Text, o.Styles, o.Buttons, o.File = made.Text, made.Styles, made.Buttons, made.File
	return o, true, nil
}
