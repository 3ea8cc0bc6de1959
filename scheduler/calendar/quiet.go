package calendar

import (
	"time"

	"followup/storage/crm"
)

// Quiet is the part of every day in which a person is left alone: from From up to, but without, To by his own clock. It
// crosses midnight when From is later than To; equal ends mean that there are no quiet hours.
type Quiet struct{ From, To crm.Clock }

// QuietOf are a member's quiet hours.
func QuietOf(h crm.Hours) Quiet { return Quiet{h.QuietFrom, h.QuietTo} }

// Has reports whether a time of day is quiet.
func (q Quiet) Has(c crm.Clock) bool {
	if q.From <= q.To {
		return q.From <= c && c < q.To
	}
	return c >= q.From || c < q.To
}

// At reports whether t, in the person's own location, is quiet.
func (q Quiet) At(t time.Time) bool { return q.Has(crm.ClockOf(t)) }

// After is t itself when it isn't quiet, else the first moment after it that isn't. It keeps t's location.
func (q Quiet) After(t time.Time) time.Time {
	for q.At(t) {
		day := crm.DateOf(t)
		if crm.ClockOf(t) >= q.To {
			day = day.AddDays(1)
		}
		end := day.In(t.Location(), q.To)
		if !end.After(t) { // the hour of To came twice, and this is its second time
			end = t.Truncate(time.Minute).Add(time.Minute)
		}
		t = end
	}
	return t
}

// Near is the time of day closest to c that isn't quiet, on the same day: the end of quiet hours for a morning or a
// midday, the last minute before them for an evening.
func (q Quiet) Near(c crm.Clock) crm.Clock {
	switch {
	case !q.Has(c):
		return c
	case q.From > q.To && c >= q.From:
		return q.From - 1
	default:
		return q.To
	}
}
