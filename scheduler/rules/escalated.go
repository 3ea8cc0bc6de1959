package rules

// A debt that has reached L3 is told to the team's lead, once, by whatever it got there: the calendar, "sent" or a broken
// promise. He hears it a minute after that in his own working hours, before them with the morning plan of that day and after
// them with that of his next working day; a debt that has become quiet by then (paid,
// disputed, paused, promised, below the threshold) isn't told: levels don't rise while a debt is quiet. The lead of his own
// client knows already.

import (
	"time"

	"followup/scheduler/calendar"
	"followup/storage/crm"
)

// LeadLevel is the level at which a lead is told.
const LeadLevel = 3

func nextEscalated(s Subject, c *calendar.Calendar, after time.Time) (Step, bool) {
	if !owed(s) || s.Invoice.Level < LeadLevel {
		return Step{}, false
	}
	p, ok := told(s, c)
	if !ok || crm.DateOf(after.In(p.zone)).Before(s.Invoice.Paused) {
		return Step{}, false
	}
	// A minute later, so that what is reached with the lead's own morning plan still lies ahead.
	at, daily, ok := p.atWork(s.Invoice.LevelSet.In(p.zone).Add(time.Minute))
	if !ok || !at.After(after) {
		return Step{}, false
	}
	return Step{At: crm.MomentOf(at), Anchor: s.Invoice.Due.String(), Name: "lead", Daily: daily}, true
}
