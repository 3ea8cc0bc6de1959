package clock

import "time"

// Real is the computer's clock. Waiting follows its monotonic time: a wall clock that is set back or forward doesn't
// lengthen or shorten a wait.
func Real() Clock { return realClock{} }

type realClock struct{}

func (realClock) Now() time.Time { return time.Now() }

func (realClock) Until(t time.Time) (<-chan struct{}, func()) {
	reached := make(chan struct{})
	left := time.Until(t)
	if left <= 0 {
		close(reached)
		return reached, func() {}
	}
	timer := time.AfterFunc(left, func() { close(reached) })
	return reached, func() { timer.Stop() }
}

func (realClock) Jumped() <-chan struct{} { return nil }

// Reading is the wall clock and the monotonic clock at one moment.
type Reading struct {
	Wall time.Time
	Up   time.Duration // since an arbitrary moment of this process; it can't be set
}

var started = time.Now()

// Read reads both clocks.
func Read() Reading {
	now := time.Now()
	return Reading{Wall: now.Round(0), Up: now.Sub(started)}
}

// Step is by how much the wall clock was set between two readings: positive forward, negative back. A computer that slept
// counts as set forward where its monotonic clock sleeps too, as on Linux.
func Step(earlier, later Reading) time.Duration {
	return later.Wall.Sub(earlier.Wall) - (later.Up - earlier.Up)
}
