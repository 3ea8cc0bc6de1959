package scheduler

import (
	"context"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"followup/bot/message"
	"followup/scheduler/calendar"
	"followup/scheduler/clock"
	"followup/scheduler/rules"
	"followup/storage"
	"followup/storage/crm"
)

// running is a heartbeat on a real store that says "x" for whatever is due.
func running(t *testing.T, c clock.Clock) *Heartbeat {
	t.Helper()
	store, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "followup.db"), storage.Options{
		Now: c.Now, Calendar: calendar.Russia(), Kinds: rules.Kinds,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return New(Options{
		Store: store, Clock: c, Calendar: calendar.Russia(), Kinds: rules.Kinds,
		Compose: func(tx *storage.Tx, to crm.Member, _ []rules.Due) error {
			_, err := tx.Send(message.Out{Chat: to.Telegram, Text: "x"})
			return err
		},
		Drafts: func(*storage.Tx, crm.Member, []storage.Draft) error { return nil },
	})
}

func TestAMovedClockMakesTheHeartBeatAtOnce(t *testing.T) {
	defer goleak.VerifyNone(t)
	start := time.Date(2026, 11, 18, 7, 0, 0, 0, time.UTC)
	c := clock.NewSimulated(start, 0)
	h := running(t, c)
	m := crm.Member{Telegram: 7, Role: crm.Owner, Zone: "Europe/Moscow", Settings: crm.MemberSettings{DigestOff: true}}
	if err := h.Store.Update(t.Context(), func(tx *storage.Tx) error { return tx.System().SaveMember(&m) }); err != nil {
		t.Fatal(err)
	}
	<-h.Store.Outgoing() // the pulse after Open
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- h.Run(ctx) }()
	c.Move(start.Add(24 * time.Hour)) // over the next morning's plan
	<-h.Store.Outgoing()
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if err := h.Store.Close(); err != nil {
		t.Error(err)
	}
}

func TestCronBeatsEveryMinuteAndAfterTheWallClockWasSet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := running(t, clock.Real())
		var set time.Duration
		read := h.read
		h.read = func() clock.Reading {
			r := read()
			r.Wall = r.Wall.Add(set)
			return r
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- h.Run(ctx) }()
		pass(t, 10*time.Minute+30*time.Second)
		if n := h.Counts().Beats; n != 11 {
			t.Errorf("%d beats in ten minutes and at the start, want 11", n)
		}
		set = -2 * time.Hour
		pass(t, 6*time.Second)
		if n := h.Counts().Beats; n != 12 {
			t.Errorf("%d beats after the clock was set, want one more than 11", n)
		}
		pass(t, 2*time.Minute)
		if n := h.Counts().Beats; n != 14 {
			t.Errorf("%d beats two minutes later, want 14", n)
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// pass lets time pass; in a bubble of synctest it takes none.
func pass(t *testing.T, d time.Duration) {
	t.Helper()
	if err := clock.Sleep(t.Context(), clock.Real(), d); err != nil {
		t.Fatal(err)
	}
	synctest.Wait()
}
