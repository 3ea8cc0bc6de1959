// Package clock is the only place where the program asks what time it is and waits. Everything else is given a Clock, so
// that a rehearsal runs through a week in a minute and a test through years without a sleep.
//
// What it promises: whatever waits until a moment is woken at that moment of its clock, at once when the clock is moved past
// it; and whoever needs to know that the clock jumped is told.
package clock

import (
	"context"
	"time"
)

// Clock is a source of time. Its two implementations are Real and Simulated.
type Clock interface {
	// Now is the present moment.
	Now() time.Time
	// Until gives a channel that is closed once Now has reached t, at once when it has already. stop frees what the waiting
	// holds and may be called at any time and more than once; after it the channel may never be closed.
	Until(t time.Time) (reached <-chan struct{}, stop func())
	// Jumped is closed at the next jump of the clock, and is nil for a clock that nobody can move. Take it before looking
	// at Now, so that no jump is missed.
	Jumped() <-chan struct{}
}

// Sleep waits for d of c's time; it returns ctx's error when that ends first.
func Sleep(ctx context.Context, c Clock, d time.Duration) error {
	return SleepUntil(ctx, c, c.Now().Add(d))
}

// SleepUntil waits until c has reached t; it returns ctx's error when that ends first.
func SleepUntil(ctx context.Context, c Clock, t time.Time) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	reached, stop := c.Until(t)
	defer stop()
	select {
	case <-reached:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
