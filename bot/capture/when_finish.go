package capture

import (
	"time"

	"followup/storage/crm"
)

// plausible rejects expressions that are no more than a weak word.
func (r *reader) plausible(e *expr, from, next int) bool {
	return !e.empty() && next > from
}

// finish completes an expression: the day that was left open, the clock, the moment to be reminded.
func (r *reader) finish(e *expr) Time {
	past := e.gone || r.happened(e.from) && !r.setFor(e)
	t := Time{Span: r.span(e.from, e.to), Apart: e.apart, Bound: e.bound, Relative: e.relative, Past: past, Rule: e.rule}
	if t.Bound == "" {
		t.Bound = At
	}
	if e.end != nil {
		return r.finishRange(e, t, past)
	}
	if e.exact {
		r.setExact(e, &t)
		return t
	}
	if e.rep != nil {
		r.firstOccurrence(e, e.rep)
	}
	ask := r.settle(e, past)
	if e.rep == nil {
		t.Relative = e.relative // of a part of day it is known only now
	}
	t.Past = past || e.gone
	r.place(e, &t)
	if t.Bound != Before && t.Rule == "" && !e.relative && !t.End.After(r.now) {
		t.Past = true
	}
	if ask != nil {
		t.Ask = r.question(e, t, ask)
	}
	if past && !e.gone {
		t.Past = !t.Start.After(r.now)
	}
	return t
}

// setFor reports whether something is set for the day: «подтвердили встречу на четверг».
func (r *reader) setFor(e *expr) bool {
	return e.prep == onPrep && r.fold(e.from) == "на" && (e.kind == weekdayDay || e.kind == monthDay || e.kind == numberDay) || e.bound == Before && r.issuedBefore(e.from)
}

// issuedBefore reports whether a bill is told to have been made out in the clause before token i, so that a deadline there is
// that of its payment: «выставила счет 5 на 10к до пятницы».
func (r *reader) issuedBefore(i int) bool {
	for k := i - 1; k >= 0 && !r.clauseEnd(k); k-- {
		if work[r.fold(k)].act == actIssued {
			return true
		}
	}
	return false
}

// setExact fills a time that is an instant.
func (r *reader) setExact(e *expr, t *Time) {
	t.Start, t.Grain, t.Due = e.at, e.fine, e.at
	t.End = e.at.Add(time.Minute)
	if t.Bound == Before {
		t.End = t.Start
	}
	t.Due = e.at.Truncate(time.Minute)
	if t.Due.Before(e.at) && !e.gone {
		t.Due = t.Due.Add(time.Minute)
	}
	t.Day, t.Clock, t.HasClock = crm.DateOf(t.Due), crm.ClockOf(t.Due), true
}

// doubt is why a time must be asked, with the day of its second reading.
type doubt struct {
	key   string
	other crm.Date
}

// settle gives an open day its date and an open hour its half of the day.
func (r *reader) settle(e *expr, past bool) *doubt {
	ask := r.settleDay(e, past)
	if e.clock < 0 {
		if e.part != noPart && e.kind == noDay {
			r.settlePart(e, past)
		}
		return ask
	}
	r.openHour(e, past)
	if now, today := r.local(e); e.clock == 0 && e.kind == fixedDay && e.first == today && !past && now > 0 && e.relative {
		e.clock = 24 * 60 // «сегодня в полночь» is the one that comes
	}
	if e.kind == noDay {
		now, today := r.local(e)
		d := today
		switch {
		case past && e.clock > now:
			d = d.AddDays(-1)
		case !past && e.clock <= now:
			d = d.AddDays(1)
		}
		e.first, e.last, e.grain = d, d, Day
	}
	return ask
}

// local is the clock and the day that it is now where the expression's clock is meant.
func (r *reader) local(e *expr) (clock int, today crm.Date) {
	now := r.now
	if e.zone != nil {
		now = now.In(e.zone)
	}
	return int(crm.ClockOf(now)), crm.DateOf(now)
}

// openHour decides the half of the day of an hour that was named alone.
func (r *reader) openHour(e *expr, past bool) {
	if !e.open {
		return
	}
	e.open = false
	now, today := r.local(e)
	switch {
	case e.clock >= 60 && e.clock < 7*60:
		e.clock += 12 * 60
	case e.clock >= 7*60 && e.clock < 12*60 && !past && e.kind == fixedDay && e.first == today && e.clock < now && e.clock+12*60 > now:
		e.clock += 12 * 60
	}
}

// settleDay gives an open day its date.
func (r *reader) settleDay(e *expr, past bool) *doubt {
	switch e.kind {
	case weekdayDay:
		return r.settleWeekday(e, past)
	case monthDay:
		return r.settleMonthDay(e, past)
	case numberDay:
		r.settleNumber(e, past)
	case monthOnly:
		e.gone = e.gone || e.prep == noPrep && r.paperMonth(e.from) || e.prep == fromPrep && !r.english && r.monthsAgo(e.first.Month) < 6
		e.first = r.rollMonth(e.first, past || e.gone)
		e.last = e.first.EndOfMonth()
	case fixedDay:
		if e.other.Day > 0 && e.other.Valid() && e.other != e.first {
			return &doubt{"time.ask.month_or_day", e.other}
		}
		if e.contrary.Day > 0 {
			return &doubt{"time.ask.days_differ", e.contrary}
		}
		if e.named && e.grain == Day && e.first.Weekday() != e.weekday {
			return &doubt{"time.ask.weekday_differs", r.nearestWeekday(e.first, e.weekday)}
		}
	}
	return nil
}

// monthsAgo is how long ago a month without a year began last: «долг с сентября» is about that one, «с января» about the next.
func (r *reader) monthsAgo(m time.Month) int {
	return (int(r.today.Month) - int(m) + 12) % 12
}

// paperMonth reports whether a month names the period of a paper: «акт за октябрь», «акт 77 октябрь».
func (r *reader) paperMonth(i int) bool {
	if r.fold(i-1) == "за" {
		return true
	}
	for k := i - 1; k >= 0 && k > i-6 && !r.clauseEnd(k); k-- {
		if r.lex(k).prep == noPrep && documentWords[r.fold(k)] {
			return true
		}
	}
	return false
}

func (r *reader) nearestWeekday(d crm.Date, w time.Weekday) crm.Date {
	for _, n := range [6]int{1, -1, 2, -2, 3, -3} {
		if o := d.AddDays(n); o.Weekday() == w {
			return o
		}
	}
	return d
}

func (r *reader) settleWeekday(e *expr, past bool) *doubt {
	coming := r.comingWeekday(e.weekday)
	defer func() { e.last, e.kind = e.first, fixedDay }()
	switch {
	case past && !e.next:
		e.first = coming.AddDays(-7)
		if e.first.Sub(r.today) == 0 {
			e.first = r.today
		}
		return nil
	case e.next:
		week := r.monday().AddDays(7)
		e.first = week
		for e.first.Weekday() != e.weekday {
			e.first = e.first.AddDays(1)
		}
		if coming != e.first && (r.english || r.today.Weekday() >= time.Monday && r.today.Weekday() <= time.Thursday) {
			return &doubt{"time.ask.next_weekday", coming}
		}
		return nil
	case e.weekday != r.today.Weekday():
		e.first = coming
		return nil
	}
	e.first = r.today
	now, _ := r.local(e)
	if e.clock >= 0 {
		clock := e.clock
		if e.open && clock < 7*60 {
			clock += 12 * 60
		}
		if clock <= now {
			e.first = coming
			return nil
		}
		return &doubt{"time.ask.weekday_today", coming}
	}
	if e.part != noPart {
		if int(r.partEnd(e.part)) <= now {
			e.first = coming
		}
		return nil
	}
	return &doubt{"time.ask.weekday_today", coming}
}

// settleMonthDay gives a day and month their year.
func (r *reader) settleMonthDay(e *expr, past bool) *doubt {
	day := e.first
	thisYear, ok := r.inYear(day, r.today.Year)
	defer func() { e.last, e.kind = e.first, fixedDay }()
	if !ok { // 29 February
		for y := r.today.Year; y < r.today.Year+9; y++ {
			if d, ok := r.inYear(day, y); ok && !d.Before(r.today) {
				e.first = d
				if last := crm.NewDate(r.today.Year, time.February, 28); !past && y > r.today.Year {
					if last.Before(r.today) {
						last = crm.NewDate(r.today.Year+1, time.February, 28)
					}
					if last.Before(crm.NewDate(y, time.February, 1)) {
						return &doubt{"time.ask.leap_day", last} // years away: rather the end of the February that comes
					}
				}
				return nil
			}
		}
	}
	next, _ := r.inYear(day, r.today.Year+1)
	last, _ := r.inYear(day, r.today.Year-1)
	e.first = thisYear
	switch {
	case past && thisYear.After(r.today) && thisYear.Sub(r.today) > 31:
		e.first = last
		return nil
	case thisYear.Before(r.today) && !past:
		e.first = next
		if e.named && thisYear.Weekday() == e.weekday && next.Weekday() != e.weekday {
			e.first = thisYear
			return nil
		}
		if r.today.Sub(thisYear) <= nearPast {
			return &doubt{"time.ask.past_date", thisYear}
		}
	}
	if e.named && e.first.Weekday() != e.weekday {
		for y := r.today.Year; y <= r.today.Year+1; y++ {
			if d, ok := r.inYear(day, y); ok && d.Weekday() == e.weekday && !d.Before(r.today) && r.english {
				e.first = d
				return nil
			}
		}
		return &doubt{"time.ask.weekday_differs", r.nearestWeekday(e.first, e.weekday)}
	}
	if e.other.Day > 0 {
		other, ok := r.inYear(e.other, r.today.Year)
		if ok && other.Before(r.today) {
			other, ok = r.inYear(e.other, r.today.Year+1)
		}
		if ok && other != e.first {
			return &doubt{"time.ask.month_or_day", other}
		}
	}
	return nil
}

func (r *reader) inYear(d crm.Date, year int) (crm.Date, bool) {
	d.Year = year
	if !d.Valid() {
		return crm.NewDate(d.Year, d.Month, d.Day), false
	}
	return d, true
}

// settleNumber gives a day of the month its month: the next one that has it, or the last one of what happened.
func (r *reader) settleNumber(e *expr, past bool) {
	step := 1
	if past {
		step = -1
	}
	month := crm.Date{Year: r.today.Year, Month: r.today.Month, Day: 1}
	for k := range 30 {
		m := month.AddMonths(step * k)
		d := crm.Date{Year: m.Year, Month: m.Month, Day: e.first.Day}
		if !d.Valid() || !past && d.Before(r.today) || past && d.After(r.today) || e.named && d.Weekday() != e.weekday {
			continue
		}
		e.first, e.last, e.kind = d, d, fixedDay
		return
	}
	e.first = r.today
	e.last, e.kind = e.first, fixedDay
}

// settlePart gives a part of day without a day its day: today while it is not over, else tomorrow.
func (r *reader) settlePart(e *expr, past bool) {
	d := r.today
	now := crm.ClockOf(r.now)
	over := r.habit(e.part) <= now
	switch e.part {
	case beforeLunchPart:
		over = r.habit(lunchPart) <= now
	case afterLunchPart, afternoonPart, secondHalfPart, eveningPart, lateDayPart, endOfDayPart, dayPartNoon:
		over = r.partEnd(e.part) <= now+60
	case nightPart:
		over = true
	}
	switch {
	case past && r.habit(e.part) > now:
		d = d.AddDays(-1)
	case !past && over && !(e.part == nightPart && now < 5*60):
		d = d.AddDays(1)
	}
	if e.part == nightPart && !past {
		// the night that comes: its hours lie in the next calendar day
		e.fix(d, d, Day)
		e.relative = true
		e.named = false
		e.kind = noDay
		e.grain = Day
		return
	}
	e.fix(d, d, Day)
	e.relative = true
}

// either reports whether two times are offered to choose from: «в пн или вт», "Monday or Tuesday at 12".
func (r *reader) either(a, b *expr) bool {
	or := r.fold(a.to)
	return b.from == a.to+1 && (or == "или" || or == "or" || or == "либо" || or == "/" && a.kind == weekdayDay && b.kind == weekdayDay) && a.rule == "" && b.rule == "" && !a.exact && !b.exact && a.end == nil && b.end == nil &&
		(a.oneDay() && b.oneDay() || a.kind == noDay && b.kind == noDay && a.clock >= 0 && b.clock >= 0)
}

// choice is the first of two times, with both to choose from.
func (r *reader) choice(a, b *expr) Time {
	if a.clock < 0 && a.part == noPart && (b.clock >= 0 || b.part != noPart) {
		a.takeClock(b)
	}
	first, second := r.finish(a), r.finish(b)
	first.Span.To = second.Span.To
	first.Ask, second.Ask = nil, nil
	open := first
	open.Ask = &Question{Key: "time.ask.either", Choices: []Time{first, second}}
	return open
}

// question offers the two readings of a doubtful time, the likelier first.
func (r *reader) question(e *expr, t Time, d *doubt) *Question {
	second := *e
	second.first, second.last = d.other, d.other
	u := t
	u.Ask = nil
	if t.Bound == Within && e.until < 0 {
		u.Bound = At
	}
	r.place(&second, &u)
	first := t
	first.Ask = nil
	return &Question{Key: d.key, Choices: []Time{first, u}}
}
