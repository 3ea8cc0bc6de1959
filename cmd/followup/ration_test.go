package main

import (
	"context"
	"io"
	"log/slog"
	"strings"
	"testing"

	"followup/scheduler/clock"
	"followup/storage"
)

// The program as it serves rations what costs much: who has used up his share is told so.
func TestSearchesAreRationed(t *testing.T) {
	v := newTown(t, oneManager)
	anna := v.people[1].Telegram
	w := &world{ctx: t.Context(), out: io.Discard, err: io.Discard, log: slog.New(slog.DiscardHandler)}
	_, api, _ := strings.Cut(v.env[1], "=")
	e, err := newEngine(w, engineOptions{db: v.db, api: api, token: stageToken, clock: clock.Real(), members: newcomers{TZ: "Europe/Moscow", Lang: "ru"}})
	if err != nil {
		t.Fatal(err)
	}
	err = e.store.View(t.Context(), func(tx *storage.Tx) error {
		m, _, err := tx.MemberByTelegram(anna)
		for e.door.Ration(m.ID) == 0 {
			continue
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- e.door.Run(ctx) }()
	for _, text := range []string{"/find ромашка", "/note Ромашка: секретный текст"} {
		if _, err := v.box.Say(anna, anna, text); err != nil {
			t.Fatal(err)
		}
	}
	await(t, "both answers", func() bool { return v.said(anna) >= 2 })
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if err := e.store.Close(); err != nil {
		t.Error(err)
	}
	var said []string
	for _, m := range v.box.Messages(anna) {
		if m.Bot {
			said = append(said, m.Text)
		}
	}
	if !strings.Contains(said[0], "поисков") || !strings.Contains(said[1], "екретный текст") {
		t.Errorf("%q", said)
	}
}
