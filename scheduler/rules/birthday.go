package rules

// A contact's birthday is told twice: three days before, in the morning plan, and on the day itself at 09:30. Nobody writes
// to a client on his own day off, and a greeting that is late is worse than one that is early: a day off moves either step
// back to the working day before it; when both fall on one day, only the later is said, at 09:30. A person born on 29 February is
// greeted on 28 February in common years. The year of birth may be unknown and isn't told.

import (
	"strconv"
	"time"

	"followup/scheduler/calendar"
	"followup/storage/crm"
)

const (
	birthdayAhead = 3 // days
	birthdayYears = 3 // how many years are looked through for the next one
)

var birthdayClock = crm.At(9, 30)

func nextBirthday(s Subject, c *calendar.Calendar, after time.Time) (Step, bool) {
	if s.Contact == nil || s.Contact.Birthday.IsZero() {
		return Step{}, false
	}
	p, ok := told(s, c)
	if !ok {
		return Step{}, false
	}
	year := crm.DateOf(after.In(p.zone)).Year
	for n := range birthdayYears {
		day := BirthdayIn(s.Contact.Birthday, year+n)
		early, last := p.days.Prev(day.AddDays(-birthdayAhead)), p.days.Prev(day)
		steps := []Step{
			{At: crm.MomentOf(p.morning(early)), Name: "-" + strconv.Itoa(birthdayAhead), Daily: true},
			{At: crm.MomentOf(p.quiet.After(last.In(p.zone, p.quiet.Near(birthdayClock)))), Name: "day"},
		}
		if early == last {
			steps = steps[1:]
		}
		for i, step := range steps {
			at := step.At.In(p.zone)
			if !p.works(crm.DateOf(at)) {
				held, daily, ok := p.hold(at)
				if !ok {
					return Step{}, false
				}
				step.At, step.Daily = crm.MomentOf(held), daily
				if i+1 < len(steps) && held.After(steps[i+1].At.In(p.zone)) {
					continue // an absence holds both: the second says it
				}
			}
			if step.Anchor = day.String(); int64(step.At) > after.Unix() {
				return step, true
			}
		}
	}
	return Step{}, false
}

// BirthdayIn is the day in a year on which somebody is greeted.
func BirthdayIn(born crm.Date, year int) crm.Date {
	d := crm.Date{Year: year, Month: born.Month, Day: born.Day}
	if !d.Valid() {
		d.Day = 28 // of February in a common year
	}
	return d
}
