package limit_test

import (
	"context"
	"testing"

	"followup/scheduler/clock"
	"followup/scheduler/clock/limit"
)

// failing notes that a test failed, and ends the goroutine as Fatalf does.
type failing struct {
	testing.TB
	failed bool
}

func (f *failing) Helper() {}

func (f *failing) Fatalf(string, ...any) {
	f.failed = true
	panic(f)
}

func (f *failing) check(read func()) (failed bool) {
	defer func() {
		_ = recover() // of Fatalf
		failed = f.failed
	}()
	limit.Check(f, read)
	return f.failed
}

func TestCheck(t *testing.T) {
	calls := 0
	slow := func(until int) func() {
		calls = 0
		return func() {
			if calls++; calls <= until {
				_ = clock.Sleep(context.Background(), clock.Real(), limit.Time+limit.Time/10)
			}
		}
	}
	var kept []byte
	for name, c := range map[string]struct {
		read func()
		want bool
	}{
		"cheap":          {func() {}, false},
		"slow once":      {slow(1), false},
		"greedy":         {func() { kept = make([]byte, limit.Memory+1) }, true},
		"not so greedy":  {func() { kept = make([]byte, limit.Memory/2) }, false},
		"slow each time": {func() { _ = clock.Sleep(context.Background(), clock.Real(), limit.Time+limit.Time/10) }, true},
	} {
		if got := (&failing{TB: t}).check(c.read); got != c.want {
			t.Errorf("%s: failed %v", name, got)
		}
	}
	_ = kept
}
