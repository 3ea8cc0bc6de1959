package rules

// An overdue invoice rises through levels: L1 gentle on day 1 after the due day, L2 firm on day 5, L3 a letter and the lead
// on day 14, L4 a claim on day 30. The due day is first moved forward to a working day (ст. 193 ГК РФ), the days count from
// there, and each level's day is then moved forward to a working day itself. L5 comes when the claim's clock has run out: 30
// calendar days after the claim was sent (ч. 5 ст. 4 АПК РФ) unless the contract sets another number; then once a week
// while the invoice isn't paid.
//
// A level that was reached already, by date, by "sent" or by a broken promise, isn't said again by date. Nothing is said
// while a promise is pending, nor of a disputed invoice, nor below the team's threshold. A pause holds everything until its
// last day; on that day, or the first working day after, the highest level of those held is said.

import (
	"slices"
	"strconv"
	"time"

	"followup/scheduler/calendar"
	"followup/storage/crm"
)

// claimDays is the clock of a claim when the contract sets none.
const claimDays = 30

// byDate is the highest level that comes by date alone; L5 needs a claim.
const byDate = 4

func nextOverdue(s Subject, c *calendar.Calendar, after time.Time) (Step, bool) {
	if !owed(s) {
		return Step{}, false
	}
	p, ok := told(s, c)
	if !ok {
		return Step{}, false
	}
	levels := slices.DeleteFunc(levelDays(s, p.days), func(r rung) bool { return r.level <= s.Invoice.Level })
	for i := range levels {
		if levels[i].day.Before(s.Invoice.Paused) {
			levels[i].day = p.days.Next(s.Invoice.Paused)
		}
	}
	if step, ok := p.first(levels, after); ok {
		return step, true
	}
	return p.weekly(s, after)
}

// LevelByDate is the highest level whose day has come by today, whatever was said or sent; 0 when none. Pauses, promises
// and disputes hold the saying, not the calendar: the caller decides when the level is taken.
func LevelByDate(s Subject, c *calendar.Calendar, today crm.Date) int {
	if s.Invoice == nil || s.Invoice.Due.IsZero() {
		return 0
	}
	level := 0
	for _, r := range levelDays(s, c.WithExtra(s.Team.Settings.ExtraOff)) {
		if !r.day.After(today) {
			level = r.level
		}
	}
	return level
}

// levelDays are the days on which levels are reached, later days with higher levels. A level that a team's own ladder puts
// after a higher one is left out.
func levelDays(s Subject, c *calendar.Calendar) []rung {
	v, ladder := s.Invoice, s.Team.Settings.Ladders().Overdue
	due := c.Next(v.Due)
	all := make([]rung, 0, byDate+1)
	for i, n := range ladder[:min(len(ladder), byDate)] {
		all = append(all, rung{anchor: v.Due.String(), day: c.Next(due.AddDays(n)), level: i + 1})
	}
	if !v.Claimed.IsZero() {
		all = append(all, rung{anchor: v.Claimed.String(), day: ClaimEnds(s, c), level: byDate + 1})
	}
	kept := all[:0:0]
	for i, r := range all {
		lower := func(higher rung) bool { return !higher.day.After(r.day) }
		if !slices.ContainsFunc(all[i+1:], lower) {
			r.name = "L" + strconv.Itoa(r.level)
			kept = append(kept, r)
		}
	}
	return kept
}

// NextLevel is the level that comes next by date alone and its day, as seen on today: higher than the one reached. It is
// false when only a claim can lead further, or when L5 was reached.
func NextLevel(s Subject, c *calendar.Calendar, today crm.Date) (level int, day crm.Date, ok bool) {
	if s.Invoice == nil || s.Invoice.Due.IsZero() {
		return 0, crm.Date{}, false
	}
	reached := max(s.Invoice.Level, LevelByDate(s, c, today))
	for _, r := range levelDays(s, c.WithExtra(s.Team.Settings.ExtraOff)) {
		if r.level > reached {
			return r.level, r.day, true
		}
	}
	return 0, crm.Date{}, false
}

// ClaimEnds is the working day on which the claim's clock has run out; the claim must have been sent.
func ClaimEnds(s Subject, c *calendar.Calendar) crm.Date {
	days := claimDays
	if s.Contract != nil && s.Contract.ClaimDays > 0 {
		days = s.Contract.ClaimDays
	}
	return c.Next(s.Invoice.Claimed.AddDays(days))
}

// weekly are the steps after L5: every seventh day from it, moved forward. The name counts the weeks.
func (p person) weekly(s Subject, after time.Time) (Step, bool) {
	if s.Invoice.Claimed.IsZero() {
		return Step{}, false
	}
	start := ClaimEnds(s, p.days)
	week := max(1, crm.DateOf(after.In(p.zone)).Sub(start)/7)
	if !s.Invoice.Paused.IsZero() {
		week = max(week, (s.Invoice.Paused.Sub(start)+6)/7)
	}
	// Days off can move a few weeks to one day, so that a few are looked at and the last of a day counts.
	rungs := make([]rung, 0, 8)
	for n := max(1, week-4); n <= week+horizon/7+2; n++ {
		day := start.AddDays(7 * n)
		if day.Before(s.Invoice.Paused) {
			continue
		}
		rungs = append(rungs, rung{name: "L5+" + strconv.Itoa(n) + "w", anchor: s.Invoice.Claimed.String(), day: p.days.Next(day)})
	}
	return p.first(rungs, after)
}
