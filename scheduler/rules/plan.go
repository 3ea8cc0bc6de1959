package rules

// The morning plan comes on working days at the person's hour of the plan, 09:00 by default; not on days off of the
// calendar or the team, not while the person is away, substitute or not, and not when he switched it off.
//
// The evening digest comes to leads and owners on working days at their hour of the digest, 18:30 by default, under the
// same conditions. When a group is bound to the team, the lead's digest has its moment on every working day of the team, also when
// he is away or has switched his own off: the group is told then, and he is not.
//
// The report of the week comes to leads and owners once a week at its hour, 09:15 by default: on Monday, or on the first day
// after it in the same week when the person is at work. In a week off there is none.

import (
	"time"

	"followup/scheduler/calendar"
	"followup/storage/crm"
)

func nextPlan(s Subject, c *calendar.Calendar, after time.Time) (Step, bool) {
	p, ok := told(s, c)
	if !ok || s.Recipient.Settings.PlanOff {
		return Step{}, false
	}
	return p.everyDay("plan", p.plan, after)
}

func nextDigest(s Subject, c *calendar.Calendar, after time.Time) (Step, bool) {
	p, ok := told(s, c)
	if !ok || s.Recipient.Role != crm.Lead && s.Recipient.Role != crm.Owner {
		return Step{}, false
	}
	at := p.quiet.Near(s.Recipient.Settings.Hours().Digest)
	var own Step
	if ok = !s.Recipient.Settings.DigestOff; ok {
		own, ok = p.everyDay("digest", at, after)
	}
	if s.Team.Chat == 0 {
		return own, ok
	}
	day := crm.DateOf(after.In(p.zone))
	for range horizon {
		t := p.quiet.After(day.In(p.zone, at))
		if ok && own.At <= crm.MomentOf(t) {
			break
		}
		if t.After(after) && p.days.Working(day) {
			// Named: his days off and quiet hours don't hold back what he isn't told.
			return Step{At: crm.MomentOf(t), Anchor: day.String(), Name: "digest", Named: true}, true
		}
		day = day.AddDays(1)
	}
	return own, ok
}

// HearsDigest reports whether the evening digest of a day is told to m himself, and not only to the group of his team.
func HearsDigest(m crm.Member, team crm.Team, c *calendar.Calendar, day crm.Date) bool {
	p := personOf(m, c.WithExtra(team.Settings.ExtraOff))
	return !m.Settings.DigestOff && p.comes(day) && !m.Away(day)
}

func nextWeekly(s Subject, c *calendar.Calendar, after time.Time) (Step, bool) {
	p, ok := told(s, c)
	if !ok || s.Recipient.Settings.WeeklyOff || s.Recipient.Role != crm.Lead && s.Recipient.Role != crm.Owner {
		return Step{}, false
	}
	return p.everyWeek("weekly", p.quiet.Near(s.Recipient.Settings.Hours().Weekly), after)
}

// everyWeek is the first step at a time of day, later than after, on the first day of a week when the person is at work.
func (p person) everyWeek(name string, at crm.Clock, after time.Time) (Step, bool) {
	today := crm.DateOf(after.In(p.zone))
	monday := today.AddDays(-(int(today.Weekday()) + 6) % 7)
	for range horizon / 7 {
		for n := range 7 {
			day := monday.AddDays(n)
			if !p.comes(day) || p.member.Away(day) {
				continue
			}
			if t := p.quiet.After(day.In(p.zone, at)); t.After(after) {
				return Step{At: crm.MomentOf(t), Anchor: monday.String(), Name: name, Daily: name == "no_step"}, true
			}
			break
		}
		monday = monday.AddDays(7)
	}
	return Step{}, false
}

// everyDay is the first step at a time of day, later than after, on a day when the person is at work.
func (p person) everyDay(name string, at crm.Clock, after time.Time) (Step, bool) {
	day := crm.DateOf(after.In(p.zone))
	for range horizon {
		t := p.quiet.After(day.In(p.zone, at))
		if t.After(after) && p.comes(day) && !p.member.Away(day) {
			return Step{At: crm.MomentOf(t), Anchor: day.String(), Name: name, Daily: name == "plan"}, true
		}
		day = day.AddDays(1)
	}
	return Step{}, false
}
