package rehearsal

import (
	"context"
	"fmt"
	"time"

	"followup/scheduler"
	"followup/scheduler/clock"
	"followup/storage"
	"followup/storage/crm"
)

// Walker moves a clock that the program lives by, so that everything due on the way is said at its own minute.
type Walker struct {
	Clock  *clock.Simulated
	Store  *storage.Store
	Beat   *scheduler.Heartbeat
	Settle func(context.Context) error // returns when what a beat said was delivered
}

// Beats without anything due: drafts wait an hour at most for the question about them, and rows that are held back by
// quiet hours are looked at every few minutes.
const (
	idleBeat = time.Hour
	heldBeat = 5 * time.Minute
)

// To moves the clock forward to a moment. It stops at every full minute at which something is due, and at the end.
func (w *Walker) To(ctx context.Context, to time.Time) error {
	for {
		at, err := w.next(ctx)
		if err != nil {
			return err
		}
		if !at.Before(to) {
			at = to
		}
		w.Clock.Move(at)
		if err := w.Beat.Tick(ctx); err != nil {
			return fmt.Errorf("the heartbeat at %s: %w", at.Format(time.RFC3339), err)
		}
		if err := w.Settle(ctx); err != nil {
			return err
		}
		if at.Equal(to) {
			return nil
		}
	}
}

// next is the next minute worth a beat.
func (w *Walker) next(ctx context.Context) (time.Time, error) {
	now := w.Clock.Now()
	at := now.Truncate(idleBeat).Add(idleBeat)
	due, some, err := NextReminder(ctx, w.Store, time.Time{})
	switch {
	case err != nil:
		return now, err
	case some && !due.After(now):
		at = now.Truncate(heldBeat).Add(heldBeat)
	case some:
		if minute := due.Add(time.Minute - 1).Truncate(time.Minute); minute.Before(at) {
			at = minute
		}
	}
	return at.In(now.Location()), nil
}

// NextReminder is the moment of the first planned reminder of anybody that is later than after; the zero time also finds those
// that are due and wait for somebody's morning.
func NextReminder(ctx context.Context, store *storage.Store, after time.Time) (at time.Time, some bool, err error) {
	err = store.View(ctx, func(tx *storage.Tx) error {
		moment, found, err := tx.System().NextReminder(crm.MomentOf(after))
		at, some = moment.In(time.UTC), found
		return err
	})
	return at, some, err
}
