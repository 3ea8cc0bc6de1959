package rules

// An obligation, what we promised to a client, comes in the morning plan one working day before its due day and again on
// the due day itself. A due day that is a day off moves back to the working day before it, because the promise must be kept
// by then. It stops when it is done. A snooze doesn't move the ladder; what it covers is left out, and the snoozed moment
// itself is said by the follow-up's rule.

import (
	"time"

	"followup/scheduler/calendar"
	"followup/storage/crm"
)

func nextObligation(s Subject, c *calendar.Calendar, after time.Time) (Step, bool) {
	f := s.FollowUp
	if f == nil || f.Status != crm.FollowUpOpen || !f.Obligation {
		return Step{}, false
	}
	p, ok := told(s, c)
	if !ok {
		return Step{}, false
	}
	if snoozed := f.Snoozed.In(p.zone); f.Snoozed != 0 && snoozed.After(after) {
		after = snoozed
	}
	day := p.days.Prev(f.Day)
	return p.first([]rung{
		{name: "-1", anchor: f.Day.String(), day: p.days.AddWorking(day, -1)},
		{name: "0", anchor: f.Day.String(), day: day},
	}, after)
}
