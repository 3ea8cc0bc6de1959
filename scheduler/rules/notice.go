package rules

// A contract that renews unless somebody refuses in time has a decision day: the last working day on which the notice of
// refusal can be sent. It is the end of the term minus the notice days (calendar days, or working days when the contract
// says so), moved back to a working day. A contract that is renewed by agreement has one too when it sets notice days.
//
// The steps, 90, 60, 30, 14, 3 and 0 days before (of a tier A client from 120), count from that moved day, and each is then
// moved back to a working day itself. They stop when it was decided. "Other day" holds everything back before that day and
// says it then: on that day, or on the next working day unless that is past the decision day.
//
// Source: the usual clause of a contract; the notice must be delivered or sent by the day, so it is never moved forward.

import (
	"slices"
	"strconv"
	"time"

	"followup/scheduler/calendar"
	"followup/storage/crm"
)

// Decision is the last working day on which the notice about the present term of k can be sent. It is false when there is
// nothing to decide: no end, or no notice to give. A person reads it with the calendar of his team (WithExtra).
func Decision(k crm.Contract, c *calendar.Calendar) (crm.Date, bool) {
	if k.End.IsZero() || k.Renewal == crm.RenewalOpen || k.Renewal == crm.RenewalAgreement && k.NoticeDays == 0 {
		return crm.Date{}, false
	}
	if k.NoticeWorking && k.NoticeDays > 0 {
		return c.AddWorking(k.End, -k.NoticeDays), true
	}
	return c.Prev(k.End.AddDays(-k.NoticeDays)), true
}

func nextNotice(s Subject, c *calendar.Calendar, after time.Time) (Step, bool) {
	k := s.Contract
	if k == nil || k.Status != crm.ContractActive || k.Decision != "" {
		return Step{}, false
	}
	p, ok := told(s, c)
	if !ok {
		return Step{}, false
	}
	decision, ok := Decision(*k, p.days)
	if !ok {
		return Step{}, false
	}
	ladders := s.Team.Settings.Ladders()
	days := ladders.Notice
	if s.Client != nil && s.Client.Tier == crm.TierA {
		days = ladders.NoticeA
	}
	return p.first(p.before(decision, days, k.Postponed), after)
}

// before makes rungs of days before a deadline, each moved back to a working day. None comes before postponed, which is a
// rung of its own.
func (p person) before(deadline crm.Date, days []int, postponed crm.Date) []rung {
	days = slices.Clone(days)
	slices.SortFunc(days, func(a, b int) int { return b - a })
	rungs := make([]rung, 0, len(days)+1)
	if !postponed.IsZero() {
		day := p.days.Next(postponed)
		if !postponed.After(deadline) && day.After(deadline) {
			day = deadline
		}
		rungs = append(rungs, rung{name: "on " + postponed.String(), anchor: deadline.String(), day: day})
	}
	for _, n := range days {
		name := "0"
		if n > 0 {
			name = "-" + strconv.Itoa(n)
		}
		day := p.days.Prev(deadline.AddDays(-n))
		if len(rungs) > 0 && day.Before(rungs[len(rungs)-1].day) || day.Before(postponed) {
			continue
		}
		rungs = append(rungs, rung{name: name, anchor: deadline.String(), day: day})
	}
	return rungs
}
