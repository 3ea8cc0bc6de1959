package rules

// A promise to pay is checked in the morning plan of the next working day after the promised day; a promised day that is a
// day off is first moved forward (ст. 193 ГК РФ). It stops when the promise is kept. Whether it was kept, kept in part or
// broken is decided when the check is said.

import (
	"time"

	"followup/scheduler/calendar"
	"followup/storage/crm"
)

func nextPromise(s Subject, c *calendar.Calendar, after time.Time) (Step, bool) {
	w := s.Promise
	if w == nil || w.Status != crm.PromisePending || w.Day.IsZero() {
		return Step{}, false
	}
	p, ok := told(s, c)
	if !ok {
		return Step{}, false
	}
	day := p.days.AddWorking(p.days.Next(w.Day), 1)
	return p.first([]rung{{name: "check", anchor: w.Day.String(), day: day}}, after)
}
