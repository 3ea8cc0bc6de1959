package clock_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"followup/scheduler/clock"
)

var start = time.Date(2026, 11, 18, 8, 59, 50, 0, time.FixedZone("", 3*3600))

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

func TestAMovedClockWakesWhatWaited(t *testing.T) {
	c := clock.NewSimulated(start, 0)
	soon, _ := c.Until(start.Add(time.Hour))
	late, _ := c.Until(start.Add(3 * time.Hour))
	past, _ := c.Until(start)
	if closed(soon) || closed(late) || !closed(past) {
		t.Fatal("only a moment that has come wakes at once")
	}
	jumped := c.Jumped()
	c.Move(start.Add(2 * time.Hour))
	if !closed(soon) || closed(late) {
		t.Error("moving two hours wakes what waited one hour and not what waits three")
	}
	if !closed(jumped) || closed(c.Jumped()) {
		t.Error("a jump is told once")
	}
	if now := c.Now(); !now.Equal(start.Add(2 * time.Hour)) {
		t.Errorf("it shows %s", now)
	}
}

func TestAStoppedWaitIsNotWoken(t *testing.T) {
	c := clock.NewSimulated(start, 0)
	reached, stop := c.Until(start.Add(time.Hour))
	stop()
	stop()
	c.Move(start.Add(2 * time.Hour))
	if closed(reached) {
		t.Error("woken after stop")
	}
}

func TestASleeperWakesAtTheMoveAndWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock.NewSimulated(start, 0)
		slept := make(chan error)
		go func() { slept <- clock.Sleep(t.Context(), c, time.Hour) }()
		synctest.Wait()
		c.Move(start.Add(time.Hour))
		if err := <-slept; err != nil {
			t.Error(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		go func() { slept <- clock.Sleep(ctx, c, time.Hour) }()
		synctest.Wait()
		cancel()
		if err := <-slept; !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
}

func TestSpeed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock.NewSimulated(start, 60)
		wall := clock.Real()
		began := wall.Now()
		if err := clock.Sleep(t.Context(), c, time.Hour); err != nil {
			t.Fatal(err)
		}
		if took := wall.Now().Sub(began).Round(time.Second); took != time.Minute {
			t.Errorf("an hour at sixty times took %s", took)
		}
		if err := clock.Sleep(t.Context(), clock.NewSimulated(start, 1), 50*time.Hour); err != nil {
			t.Fatal(err)
		}
		if took := wall.Now().Sub(began).Round(time.Second); took != time.Minute+50*time.Hour {
			t.Errorf("fifty hours more took %s in all", took)
		}
		still := clock.NewSimulated(start, 0)
		if err := clock.Sleep(t.Context(), wall, time.Hour); err != nil {
			t.Fatal(err)
		}
		if !still.Now().Equal(start) {
			t.Errorf("a clock that stands still went to %s", still.Now())
		}
	})
}

func TestParse(t *testing.T) {
	for text, want := range map[string]time.Time{
		"2026-11-18T08:59:50+03:00":    start,
		"2026-11-18T08:59:50+03:00@0":  start,
		"2026-11-18T08:59:50+03:00@60": start,
	} {
		c, err := clock.Parse(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if d := c.Now().Sub(want); d < 0 || d > 30*time.Minute {
			t.Errorf("%s shows %s", text, c.Now())
		}
	}
	for _, text := range []string{"", "tomorrow", "2026-11-18T08:59:50", "2026-11-18T08:59:50+03:00@", "2026-11-18T08:59:50+03:00@-1", "2026-11-18T08:59:50+03:00@NaN"} {
		if _, err := clock.Parse(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}

func TestStepTellsASetWallClock(t *testing.T) {
	a := clock.Reading{Wall: start, Up: time.Minute}
	for _, x := range []struct{ wall, up, want time.Duration }{
		{5 * time.Second, 5 * time.Second, 0},
		{-2 * time.Hour, 5 * time.Second, -2*time.Hour - 5*time.Second},
		{time.Hour, 5 * time.Second, time.Hour - 5*time.Second},
	} {
		b := clock.Reading{Wall: start.Add(x.wall), Up: a.Up + x.up}
		if got := clock.Step(a, b); got != x.want {
			t.Errorf("got %s, want %s", got, x.want)
		}
	}
	first := clock.Read()
	if step := clock.Step(first, clock.Read()); step < -time.Second || step > time.Second {
		t.Errorf("two readings in a row differ by %s", step)
	}
}
