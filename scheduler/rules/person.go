package rules

// What holds for every kind:
//
//   - A day-based step comes at the hour of the person's morning plan on his own clock. An hour that lies in his quiet hours
//     is the nearest one outside of them on the same day.
//   - Nothing but a time that the person named himself comes on a day off of the calendar or of his team, or in quiet hours.
//     What falls there waits for the first morning after.
//   - A person who is away without a substitute has days off. With a substitute the steps keep their moments: storage plans
//     them for the substitute.
//   - Nothing is said of an archived client, nor to a former member.
//   - Steps of one ladder that fall on one moment are one step: the one nearest to the deadline, or the highest level.

import (
	"slices"
	"time"

	"followup/scheduler/calendar"
	"followup/storage/crm"
)

// horizon is how many days ahead a free day is looked for; somebody away longer is not reminded of anything.
const horizon = 400

// person is the one who is told: when he may be spoken to.
type person struct {
	member crm.Member
	zone   *time.Location
	plan   crm.Clock
	quiet  calendar.Quiet
	days   *calendar.Calendar
}

// told is the recipient of s with his team's calendar; false when nothing is to be said of s to him at all.
func told(s Subject, c *calendar.Calendar) (person, bool) {
	if s.Recipient.Status == crm.MemberLeft || s.Client != nil && s.Client.Status == crm.ClientArchived {
		return person{}, false
	}
	return personOf(s.Recipient, c.WithExtra(s.Team.Settings.ExtraOff)), true
}

func personOf(m crm.Member, days *calendar.Calendar) person {
	hours := m.Settings.Hours()
	quiet := calendar.QuietOf(hours)
	return person{member: m, zone: m.Location(), plan: quiet.Near(hours.Plan), quiet: quiet, days: days}
}

// comes reports whether the plan and digests come on d: on working days, or on the weekdays that the person chose but for
// holidays. A weekend of his choice is a day of work for him; the days that he left out keep their deadlines, which the law
// or a contract set.
func (p person) comes(d crm.Date) bool {
	chosen := p.member.Settings.Days
	if len(chosen) == 0 {
		return p.days.Working(d)
	}
	weekday := d.Weekday()
	weekend := weekday == time.Saturday || weekday == time.Sunday
	return slices.Contains(chosen, int(weekday)) && (p.days.Working(d) || weekend && p.days.Holiday(d) == "off")
}

// works reports whether day-based things may come on d.
func (p person) works(d crm.Date) bool {
	return (p.days.Working(d) || p.comes(d)) && (p.member.Substitute != 0 || !p.member.Away(d))
}

// free is d itself when the person works on it, or the first such day after it.
func (p person) free(d crm.Date) (crm.Date, bool) {
	for range horizon {
		if p.works(d) {
			return d, true
		}
		d = d.AddDays(1)
	}
	return crm.Date{}, false
}

// morning is when day-based things of d come.
func (p person) morning(d crm.Date) time.Time { return p.quiet.After(d.In(p.zone, p.plan)) }

// hold is t itself when the person may be disturbed then, else the first allowed moment after; it is a morning's plan unless
// the quiet hours end later in the day.
func (p person) hold(t time.Time) (at time.Time, daily, ok bool) {
	t = t.In(p.zone)
	if p.works(crm.DateOf(t)) && !p.quiet.At(t) {
		return t, false, true
	}
	end := p.quiet.After(t)
	day, ok := p.free(crm.DateOf(end))
	if !ok {
		return time.Time{}, false, false
	}
	at = p.morning(day)
	if at.Before(end) {
		return end, false, true
	}
	return at, true, true
}

// atWork is t itself within the person's working hours, else the morning of that day or of the next working day.
func (p person) atWork(t time.Time) (at time.Time, daily, ok bool) {
	t = t.In(p.zone)
	hours := p.member.Settings.Hours()
	from := crm.DateOf(t)
	if crm.ClockOf(t) >= hours.DayEnd {
		from = from.AddDays(1)
	}
	day, ok := p.free(from)
	if !ok {
		return time.Time{}, false, false
	}
	if morning := p.morning(day); day != crm.DateOf(t) || t.Before(morning) {
		return morning, true, true
	}
	return p.hold(t)
}

// Allowed is t itself when m may be told something then that he didn't name a time for, or the first allowed moment after.
// It is false for somebody who is away longer than a year without a substitute.
func Allowed(m crm.Member, team crm.Team, c *calendar.Calendar, t time.Time) (time.Time, bool) {
	at, _, ok := personOf(m, c.WithExtra(team.Settings.ExtraOff)).hold(t)
	return at, ok
}

// rung is a step of a ladder that has a day and no moment yet.
type rung struct {
	name   string
	anchor string
	day    crm.Date
	level  int
}

// first is the first of rungs whose morning is later than after. Days must not fall from one rung to the next; of rungs on
// one morning the last counts.
func (p person) first(rungs []rung, after time.Time) (Step, bool) {
	var found Step
	for _, r := range rungs {
		day, ok := p.free(r.day)
		if !ok {
			continue
		}
		at := p.morning(day)
		if !at.After(after) {
			continue
		}
		if found.At != 0 && crm.MomentOf(at) != found.At {
			break
		}
		found = Step{At: crm.MomentOf(at), Anchor: r.anchor, Name: r.name, Daily: true, Level: r.level}
	}
	return found, found.At != 0
}
