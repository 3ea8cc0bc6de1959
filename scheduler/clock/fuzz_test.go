package clock_test

import (
	"testing"

	"followup/scheduler/clock"
	"followup/scheduler/clock/limit"
)

// FuzzParse reads what an owner may write into FOLLOWUP_CLOCK.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"2026-11-18T08:59:50+03:00", "2026-11-18T08:59:50Z@60", "@", "2026-11-18T08:59:50Z@1e308", "0000-01-01T00:00:00Z@0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		limit.Check(t, func() {
			if c, err := clock.Parse(s); err == nil {
				c.Now()
			}
		})
	})
}
