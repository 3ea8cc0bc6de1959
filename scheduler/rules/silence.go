package rules

// A client is silent when its cadence has passed since the last two-way touch, or since it was entered: its own number of
// days, or its tier's in its team, counted from the civil day of the touch, by when it happened and not by when it was typed.
// It is told once, in the morning plan of the day when that is reached, or of the first working day after. Any two-way touch
// starts the count anew; a missed call and a note are none. A changed cadence is a new count too. Of a client of tier A its
// lead hears when one and a half times the cadence has passed; the lead of his own client knows already.
//
// A client that has been silent for longer when it is entered, imported or first planned isn't told of: the plan and /clients
// list it anyway.

import (
	"strconv"
	"time"

	"followup/scheduler/calendar"
	"followup/storage/crm"
)

func nextSilence(s Subject, c *calendar.Calendar, after time.Time) (Step, bool) {
	return silentStep(s, c, after, "silent", func(cadence int) int { return cadence })
}

func nextSilenceLead(s Subject, c *calendar.Calendar, after time.Time) (Step, bool) {
	if s.Client == nil || s.Client.Tier != crm.TierA {
		return Step{}, false
	}
	return silentStep(s, c, after, "lead", LongSilence)
}

// LongSilence is after how many days of silence a lead hears of a client of tier A: one and a half times its cadence.
func LongSilence(cadence int) int { return (cadence*3 + 1) / 2 }

func silentStep(s Subject, c *calendar.Calendar, after time.Time, name string, days func(cadence int) int) (Step, bool) {
	if s.Client == nil {
		return Step{}, false
	}
	p, ok := told(s, c)
	cadence := Cadence(*s.Client, s.Team)
	if !ok || cadence <= 0 {
		return Step{}, false
	}
	since := LastHeard(*s.Client, p.zone)
	return p.first([]rung{{name: name, anchor: since.String() + "+" + strconv.Itoa(cadence), day: since.AddDays(days(cadence))}}, after)
}

// Cadence is how many days may pass between two-way touches of a client of a team.
func Cadence(c crm.Client, team crm.Team) int {
	if c.Cadence > 0 {
		return c.Cadence
	}
	return team.Settings.Ladders().Cadence[c.Tier]
}

// LastHeard is the civil day in a zone of a client's last two-way touch, or of its entry.
func LastHeard(c crm.Client, zone *time.Location) crm.Date {
	since := c.LastTouch
	if since == 0 {
		since = c.Created
	}
	return crm.DateOf(since.In(zone))
}
