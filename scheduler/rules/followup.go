package rules

// A follow-up is said at its due time. Without an answer it is said twice more, half an hour and two hours later, on the
// same local day and never in quiet hours; after that it lives in the morning plan.
//
// A follow-up of a whole day comes as a line of that day's morning plan, once.
//
// Days off and quiet hours hold back a due time that nobody named, such as the 10:00 of "tomorrow": it then comes with the
// first morning plan after, once. A time that the person named himself comes when he said, also at night and on a day off,
// and so does a snooze; only the repeats keep out of the night. A day off that was named is kept for a whole day too.
//
// A snoozed follow-up counts from the snoozed moment. An obligation has its own rule; here it is said only at a time that
// was named for it, or that it was snoozed to.
//
// The anchor is the civil date and time, so that a changed time zone doesn't say the same thing again.

import (
	"time"

	"followup/scheduler/calendar"
	"followup/storage/crm"
)

// repeats of a follow-up that wasn't answered, after it was said first.
var repeats = []struct {
	name  string
	after time.Duration
}{{"+30m", 30 * time.Minute}, {"+2h", 2 * time.Hour}}

func nextFollowUp(s Subject, c *calendar.Calendar, after time.Time) (Step, bool) {
	f := s.FollowUp
	if f == nil || f.Status != crm.FollowUpOpen {
		return Step{}, false
	}
	p, ok := told(s, c)
	if !ok {
		return Step{}, false
	}
	switch {
	case f.Snoozed != 0:
		return p.timed(f.Snoozed.In(p.zone), "snoozed "+f.Snoozed.In(time.UTC).Format(time.RFC3339), true, after)
	case f.Obligation && (f.AllDay || !f.Named):
		return Step{}, false
	case f.AllDay:
		return p.allDay(f, after)
	}
	due := f.Due
	if due == 0 {
		due = f.DerivedDue()
	}
	return p.timed(due.In(p.zone), f.Day.String()+" "+f.Clock.String(), f.Named, after)
}

func (p person) allDay(f *crm.FollowUp, after time.Time) (Step, bool) {
	day := f.Day
	if !f.Named {
		free, ok := p.free(day)
		if !ok {
			return Step{}, false
		}
		day = free
	}
	at := p.morning(day)
	return Step{At: crm.MomentOf(at), Anchor: f.Day.String(), Name: "due", Daily: true, Named: f.Named}, at.After(after)
}

func (p person) timed(due time.Time, anchor string, named bool, after time.Time) (Step, bool) {
	at, daily := due, false
	if !named {
		var ok bool
		if at, daily, ok = p.hold(due); !ok {
			return Step{}, false
		}
	}
	if at.After(after) {
		return Step{At: crm.MomentOf(at), Anchor: anchor, Name: "due", Daily: daily, Named: named}, true
	}
	if daily {
		return Step{}, false
	}
	for _, r := range repeats {
		again := at.Add(r.after)
		if again.After(after) && crm.DateOf(again) == crm.DateOf(at) && !p.quiet.At(again) {
			return Step{At: crm.MomentOf(again), Anchor: anchor, Name: r.name, Named: named}, true
		}
	}
	return Step{}, false
}
