package bot

import (
	"context"
	"errors"
	"testing"
	"time"

	"followup/bot/message"
	"followup/scheduler/clock"
	"followup/storage"
	"followup/storage/pgtest"
)

// TestWhoStoodStillMakesNoCall: a replica that was frozen between its mark and its call doesn't make the call, since another
// may lead by then; and what it would have counted in a group is known to that one.
func TestWhoStoodStillMakesNoCall(t *testing.T) {
	store, err := storage.Open(t.Context(), pgtest.Fresh(t, pgtest.Start(t)), storage.Options{Now: clock.Real().Now})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	for _, c := range []struct {
		stood time.Duration
		want  error
	}{{storage.LeaseTime - time.Second, nil}, {storage.LeaseTime, errStoodStill}} {
		now := t0
		s := &sender{store: store, now: func() time.Time {
			now = now.Add(c.stood)
			return now
		}}
		j := job{parcel: &parcel{id: 1}, out: message.Out{Chat: -7}, group: 5}
		if err := s.announce(context.Background(), j); !errors.Is(err, c.want) {
			t.Errorf("after %s: %v", c.stood, err)
		}
	}
	left, err := store.Paces(t.Context())
	if err != nil || left[-7].Calls != 5 {
		t.Errorf("%+v %v", left, err)
	}
}
