package rules

// The clients without a next step are listed once a week, with the morning plan of the first working day of the week when
// the person is at work: more often it would be a reproach and not a help. Who has switched the plan off gets the list alone, at
// the hour of the plan. In a week off there is none; /clients lists them at any time.

import (
	"time"

	"followup/scheduler/calendar"
)

func nextNoStep(s Subject, c *calendar.Calendar, after time.Time) (Step, bool) {
	p, ok := told(s, c)
	if !ok {
		return Step{}, false
	}
	return p.everyWeek("no_step", p.plan, after)
}
