package clock

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Simulated is a clock of its own: it starts anywhere, runs at any speed, and can be moved. It may be used by several
// goroutines at once.
type Simulated struct {
	mu     sync.Mutex
	shown  time.Time // what it showed when it was last set
	set    time.Time // the real moment of that
	speed  float64
	waits  map[*wait]struct{}
	jumped chan struct{}
}

// wait is somebody waiting until a moment.
type wait struct {
	until   time.Time
	reached chan struct{}
	timer   *time.Timer // nil while the clock stands still
}

// NewSimulated is a clock that shows start now and runs speed times as fast as the real one; with speed 0 it stands still
// and moves only by Move.
func NewSimulated(start time.Time, speed float64) *Simulated {
	return &Simulated{
		shown: start, set: time.Now(), speed: max(speed, 0),
		waits: map[*wait]struct{}{}, jumped: make(chan struct{}),
	}
}

// maxSpeed is a day a second; above it a minute is shorter than the program's own work.
const maxSpeed = 86_400

// Parse reads the form of FOLLOWUP_CLOCK: "2026-11-18T08:59:50+03:00" starts there and runs at the real speed, with "@60"
// behind it 60 times as fast, with "@0" it stands still.
func Parse(s string) (*Simulated, error) {
	moment, factor, fast := strings.Cut(s, "@")
	start, err := time.Parse(time.RFC3339, moment)
	if err != nil {
		return nil, fmt.Errorf("clock: %q is not a moment of the form 2026-11-18T08:59:50+03:00", moment)
	}
	speed := 1.0
	if fast {
		speed, err = strconv.ParseFloat(factor, 64)
		if err != nil || !(speed >= 0 && speed <= maxSpeed) {
			return nil, fmt.Errorf("clock: the speed %q is not a number from 0 to %d", factor, maxSpeed)
		}
	}
	return NewSimulated(start, speed), nil
}

// Now is what the clock shows.
func (s *Simulated) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now()
}

func (s *Simulated) now() time.Time {
	return s.shown.Add(time.Duration(float64(time.Since(s.set)) * s.speed))
}

// Until is Clock's.
func (s *Simulated) Until(t time.Time) (<-chan struct{}, func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := &wait{until: t, reached: make(chan struct{})}
	s.waits[w] = struct{}{}
	s.arm(w)
	return w.reached, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.forget(w)
	}
}

// arm wakes w when its moment has come and otherwise sets a timer for it.
func (s *Simulated) arm(w *wait) {
	if w.timer != nil {
		w.timer.Stop()
		w.timer = nil
	}
	left := w.until.Sub(s.now())
	if left <= 0 {
		s.forget(w)
		close(w.reached)
		return
	}
	if s.speed > 0 {
		w.timer = time.AfterFunc(s.realTime(left), func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			if _, waiting := s.waits[w]; waiting {
				s.arm(w)
			}
		})
	}
}

// realTime is how long d of this clock takes, rounded up so that a timer doesn't fire before its moment.
func (s *Simulated) realTime(d time.Duration) time.Duration {
	const longest = 24 * time.Hour // a wait that long is armed anew
	takes := float64(d) / s.speed
	if takes >= float64(longest) {
		return longest
	}
	return time.Duration(takes) + 1
}

func (s *Simulated) forget(w *wait) {
	if w.timer != nil {
		w.timer.Stop()
	}
	delete(s.waits, w)
}

// Jumped is Clock's.
func (s *Simulated) Jumped() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.jumped
}

// Move sets the clock to t, forward or back; it runs on from there. Everything that waited for a moment up to t is woken
// before Move returns.
func (s *Simulated) Move(t time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shown, s.set = t, time.Now()
	for w := range s.waits {
		s.arm(w)
	}
	close(s.jumped)
	s.jumped = make(chan struct{})
}
