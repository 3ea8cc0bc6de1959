package scheduler

// What happens to a row whose moment has come:
//
//   - The rule is asked again whether the step still holds. If not, the row is planned anew and nothing is said.
//   - When later steps of the same ladder have come as well, because the program was down, only the newest is said.
//   - A morning plan or a digest more than four hours late isn't said: it is out of date. The next one comes in its time.
//   - A follow-up more than a day late isn't said by itself: it is open, so the next morning plan lists it as overdue.
//   - Quiet hours and days off are looked at once more, with the hours of whoever is told: what can't be said now waits. A time
//     that the person named himself is said at night too, but not when it is more than an hour late, and not to a substitute.
//   - What is left of an earlier local day waits for the hour of the morning plan, so that a night's downtime doesn't ring at
//     the end of quiet hours and again an hour later.
//   - What is said more than two minutes after its moment is marked as late.

import (
	"time"

	"followup/scheduler/calendar"
	"followup/scheduler/rules"
	"followup/storage/crm"
)

const (
	lateAfter  = 2 * time.Minute
	planLapses = 4 * time.Hour
	namedGrace = time.Hour
	ownMessage = 24 * time.Hour // a follow-up later than that is left to the morning plan
)

// verdict is what is to be done with a due row.
type verdict int

const (
	say   verdict = iota
	wait          // it stays due and is looked at again at every beat
	stale         // the rule says something else by now
	lapse         // too late to be said: marked as said, counted
	quiet         // marked as said without a message: the morning plan lists it
)

// row is a planned reminder as the heartbeat judges it.
type row struct {
	at           crm.Moment
	anchor, step string
}

// newest asks the rule whether r still holds and gives the newest step of its ladder that has come by now.
func newest(k rules.Kind, s rules.Subject, c *calendar.Calendar, r row, now time.Time) (rules.Step, bool) {
	step, ok := k.Next(s, c, time.Unix(int64(r.at)-1, 0))
	if !ok || step.Anchor != r.anchor || step.Name != r.step {
		return rules.Step{}, false
	}
	for step.At <= crm.MomentOf(now) {
		later, ok := k.Next(s, c, time.Unix(int64(step.At), 0))
		if !ok || later.At > crm.MomentOf(now) {
			return step, true
		}
		step = later
	}
	return step, true
}

// judge decides about r, whose subject s is told to the member told, of team.
func judge(k rules.Kind, s rules.Subject, told crm.Member, team crm.Team, c *calendar.Calendar, r row, now time.Time) (rules.Step, verdict) {
	step, ok := newest(k, s, c, r, now)
	if !ok {
		return rules.Step{}, stale
	}
	missed := now.Sub(time.Unix(int64(r.at), 0))
	if k.Of == "member" {
		missed = now.Sub(time.Unix(int64(step.At), 0)) // a series: its older days are over
	}
	switch {
	case step.At > crm.MomentOf(now): // the hours were changed after the row was due
		return step, wait
	case k.Of == "member" && missed > planLapses:
		return step, lapse
	case k.Of == "followup" && !step.Daily && missed > ownMessage:
		return step, quiet
	case step.Named && missed <= namedGrace && told.ID == s.Recipient.ID:
		return step, say
	case !awake(told, team, c, now) || beforePlan(told, step.At, now):
		return step, wait
	}
	return step, say
}

// awake reports whether m may be told something now that he named no time for.
func awake(m crm.Member, team crm.Team, c *calendar.Calendar, now time.Time) bool {
	from, ok := rules.Allowed(m, team, c, now)
	return ok && !from.After(now)
}

// beforePlan reports whether at lies on an earlier day of m's and today's plan is still to come.
func beforePlan(m crm.Member, at crm.Moment, now time.Time) bool {
	local := now.In(m.Location())
	return crm.DateOf(at.In(m.Location())).Before(crm.DateOf(local)) && crm.ClockOf(local) < m.Settings.Hours().Plan
}
