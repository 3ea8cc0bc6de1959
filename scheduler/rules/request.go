package rules

// A request to a colleague is told to him at once; the bot does that when he may be disturbed, and otherwise this step does
// it at the first moment when he may. The due time is his follow-up's, with its own rule. A snooze of his doesn't move it.
//
// A request that is still open when its due time has passed comes back to who asked, once, at the first moment when he may be
// disturbed.

import (
	"time"

	"followup/scheduler/calendar"
	"followup/storage/crm"
)

func nextRequest(s Subject, c *calendar.Calendar, after time.Time) (Step, bool) {
	f := s.FollowUp
	if f == nil || f.Asker == 0 || f.Status != crm.FollowUpOpen {
		return Step{}, false
	}
	p, ok := told(s, c)
	if !ok {
		return Step{}, false
	}
	at, daily, ok := p.hold(f.Created.In(p.zone))
	if !ok || !at.After(after) || at.Equal(f.Created.In(p.zone)) {
		return Step{}, false
	}
	return Step{At: crm.MomentOf(at), Anchor: f.Created.In(time.UTC).Format(time.RFC3339), Name: "asked", Daily: daily}, true
}

func nextUnanswered(s Subject, c *calendar.Calendar, after time.Time) (Step, bool) {
	f := s.FollowUp
	if f == nil || f.Asker == 0 || f.Status != crm.FollowUpOpen {
		return Step{}, false
	}
	p, ok := told(s, c)
	if !ok {
		return Step{}, false
	}
	// A minute later, so that an answer given at the due minute itself is in time.
	at, daily, ok := p.hold(f.Due.In(p.zone).Add(time.Minute))
	if !ok || !at.After(after) {
		return Step{}, false
	}
	return Step{At: crm.MomentOf(at), Anchor: f.Due.In(time.UTC).Format(time.RFC3339), Name: "overdue", Daily: daily}, true
}
