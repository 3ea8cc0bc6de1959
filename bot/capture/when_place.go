package capture

import (
	"time"

	"followup/storage/crm"
)

// Where a settled expression lies: its first and last moment, and when a person would expect to be reminded. A part of day is
// its hours and falls due at the person's habit for it; a bare day at the default hour; a deadline at the end of the working
// day; a stretch that has begun on the next working day in it.

// partCells are the first and last minute of the parts of a day, in Russian and in English.
var partCells = map[dayPart][4]crm.Clock{
	morningPart:     {6 * 60, 12 * 60, 6 * 60, 12 * 60},
	earlyPart:       {6 * 60, 9 * 60, 6 * 60, 9 * 60},
	firstHalfPart:   {9 * 60, 13 * 60, 9 * 60, 13 * 60},
	beforeLunchPart: {9 * 60, 13 * 60, 9 * 60, 13 * 60},
	dayPartNoon:     {12 * 60, 17 * 60, 12 * 60, 17 * 60},
	lunchPart:       {12 * 60, 14 * 60, 12 * 60, 14 * 60},
	afterLunchPart:  {13 * 60, 18 * 60, 13 * 60, 17 * 60},
	afternoonPart:   {12 * 60, 19 * 60, 12 * 60, 19 * 60},
	secondHalfPart:  {13 * 60, 18 * 60, 13 * 60, 18 * 60},
	lateDayPart:     {16 * 60, 19 * 60, 16 * 60, 19 * 60},
	eveningPart:     {17 * 60, 24*60 - 1, 18 * 60, 24*60 - 1},
	endOfDayPart:    {16 * 60, 18 * 60, 16 * 60, 18 * 60},
	nightPart:       {0, 6 * 60, 0, 6 * 60},
}

func (r *reader) partStart(p dayPart) crm.Clock {
	if r.english {
		return partCells[p][2]
	}
	return partCells[p][0]
}

func (r *reader) partEnd(p dayPart) crm.Clock {
	if r.english {
		return partCells[p][3]
	}
	return partCells[p][1]
}

// habit is the clock that a part of day means to this person.
func (r *reader) habit(p dayPart) crm.Clock {
	h := &r.w.Habits
	switch p {
	case morningPart, firstHalfPart:
		return h.Morning
	case earlyPart, beforeLunchPart:
		return h.DayStart
	case lunchPart:
		return h.Lunch
	case afterLunchPart, afternoonPart, secondHalfPart, dayPartNoon:
		return h.AfterNoon
	case eveningPart, lateDayPart:
		return h.Evening
	case endOfDayPart:
		return h.DayEnd
	case nightPart:
		return 0
	}
	return h.Default
}

// place fills the moments of a settled expression.
func (r *reader) place(e *expr, t *Time) {
	zone := r.zone
	if e.zone != nil {
		zone = e.zone
	}
	switch {
	case e.clock >= 0:
		r.placeClock(e, t, zone)
	case e.part != noPart:
		r.placePart(e, t)
	default:
		r.placeDay(e, t)
	}
	t.Day, t.Clock = crm.DateOf(t.Due), crm.ClockOf(t.Due)
}

func (r *reader) placeClock(e *expr, t *Time, zone *time.Location) {
	t.HasClock, t.Grain = true, e.fine
	t.Start = e.first.In(zone, 0).In(r.zone)
	if e.clock >= 24*60 {
		t.Start = e.first.AddDays(1).In(zone, crm.Clock(e.clock-24*60)).In(r.zone)
	} else {
		t.Start = e.first.In(zone, crm.Clock(e.clock)).In(r.zone)
	}
	t.Start = t.Start.Add(time.Duration(e.second) * time.Second)
	t.End = t.Start.Add(time.Hour)
	if e.fine == Minute {
		t.End = t.Start.Add(time.Minute)
	}
	if e.until >= 0 {
		last := e.last
		until := e.until
		if until <= e.clock && e.last == e.first || until >= 24*60 {
			last = last.AddDays(1)
		}
		t.End = last.In(zone, crm.Clock(until%(24*60))).In(r.zone).Add(time.Duration(e.last60) * time.Second)
		if e.rule == "" && t.Bound == At {
			t.Bound = Within
		}
	} else if e.last.After(e.first) {
		t.End = e.last.In(zone, crm.Clock(e.clock%(24*60))).In(r.zone)
		t.Bound = Within
	}
	t.Due = t.Start.Truncate(time.Minute)
}

func (r *reader) placePart(e *expr, t *Time) {
	d := e.first
	if e.part == nightPart && (e.kind == fixedDay || e.kind == weekdayDay) && !e.gone {
		if !(d == r.today && crm.ClockOf(r.now) < 5*60) {
			d = d.AddDays(1) // the night after that day's evening
		}
	}
	t.HasClock, t.Grain = true, Part
	t.Start, t.End = d.In(r.zone, r.partStart(e.part)), d.In(r.zone, r.partEnd(e.part))
	if r.partEnd(e.part) == 24*60-1 {
		t.End = d.AddDays(1).In(r.zone, 0)
	}
	t.Due = d.In(r.zone, r.habit(e.part))
	if e.part == endOfDayPart {
		t.Due = d.In(r.zone, r.dayEnd(d))
	}
	if e.part == beforeLunchPart && t.Bound == Before {
		t.Due = d.In(r.zone, r.habit(lunchPart))
	}
	if e.edge && e.part == endOfDayPart {
		if t.Bound == Before {
			t.Start = d.AddDays(1).In(r.zone, 0)
			t.End = t.Start
		} else {
			t.End = d.AddDays(1).In(r.zone, 0)
		}
	}
	if d == r.today && !t.Due.After(r.now) && t.End.After(r.now) && !t.Past {
		later := r.now.Truncate(time.Hour).Add(time.Hour)
		if later.Before(t.End) {
			t.Due = later
		}
	}
}

func (r *reader) placeDay(e *expr, t *Time) {
	h := &r.w.Habits
	t.Grain = e.grain
	t.Start, t.End = e.first.In(r.zone, 0), e.last.AddDays(1).In(r.zone, 0)
	due, clock := e.first, h.Default
	switch {
	case t.Bound == Before && e.edge:
		t.Start = t.End
		due, clock = e.last, h.DayEnd
		if t.Grain == Day && e.last.Weekday() == time.Sunday && e.last.Sub(e.first) < 5 {
			due = e.last.AddDays(-2) // a working week ends on its Friday
			if due.Before(r.today) && !t.Past {
				due = e.last
			}
		}
	case t.Bound == Before:
		clock = h.DayEnd
		if e.grain != Day || e.last != e.first || e.feast {
			due = e.first.AddDays(-1) // «до следующей недели», «до мая» end with the day before
			if due.Before(r.today) && !e.last.Before(r.today) && !t.Past {
				due = e.last
			}
		}
	case t.Bound == After && e.first == e.last && !t.Past:
		due = r.workdays(e.first, 1)
	case t.Bound == After && !t.Past && e.prep == afterPrep:
		t.Start = t.End
		due = r.workdays(e.last, 1)
	case t.Bound == After && !t.Past:
		due = e.first
	case e.first.Compare(r.today) <= 0 && e.last.After(r.today) && !t.Past:
		due = r.insideNow(e.last)
	case e.first == r.today && clock <= crm.ClockOf(r.now) && !t.Past:
		clock = min(crm.ClockOf(r.now)/60*60+120, h.DayEnd)
		clock = max(clock, min(crm.ClockOf(r.now)/30*30+30, 24*60-1))
	}
	if clock == h.DayEnd {
		clock = r.dayEnd(due)
	}
	t.Due = due.In(r.zone, clock)
}

// dayEnd is when the working day d ends: an hour earlier before a holiday (ст. 95 ТК РФ).
func (r *reader) dayEnd(d crm.Date) crm.Clock {
	if r.w.Calendar.Short(d) {
		return r.w.Habits.DayEnd - 60
	}
	return r.w.Habits.DayEnd
}

// insideNow is the day to be reminded in a stretch that has begun: the next working day in it, or its last day.
func (r *reader) insideNow(last crm.Date) crm.Date {
	d := r.workdays(r.today, 1)
	if d.After(last) {
		return last
	}
	return d
}
