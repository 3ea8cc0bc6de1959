package capture

import "time"

// Expressions with two ends: «с 15 до 17», «с 1 мая по 30 апреля». What the first end leaves open it takes from the second,
// and the second lies behind the first: by weeks for weekdays, by months for days of a month, else by years.

// lasting reads how long something takes behind its clock: «в 15 на полчаса», "at 4pm for 30 minutes".
func (r *reader) lasting(e *expr, i int) int {
	if e.clock < 0 || e.until >= 0 || e.open && e.kind == noDay && e.prep == noPrep || r.fold(i) != "на" && r.fold(i) != "for" {
		return i
	}
	var d distance
	next := r.amounts(&d, i+1, r.fold(i) == "на")
	if next == i+1 || d.coarse || d.dur <= 0 || d.dur > 12*time.Hour {
		return i
	}
	if e.open && e.clock < 7*60 {
		e.clock, e.open = e.clock+12*60, false
	}
	e.until = e.clock + int(d.dur/time.Minute)
	e.bound = Within
	return next
}

// lastingDays reads how many days something takes behind its first: «с 1 декабря на 10 дней», "18 Dec for 2 weeks".
func (r *reader) lastingDays(e *expr, i int) int {
	if r.fold(i) != "for" && (r.fold(i) != "на" || e.prep != fromPrep) || e.clock >= 0 || e.part != noPart || !e.oneDay() || e.rule != "" || e.gone {
		return i
	}
	for k := i - 1; k >= max(0, i-5) && e.prep == fromPrep; k-- {
		if r.lex(k).prep == fromPrep && r.moveVerb(k) {
			return i // «перенесли с 1 декабря на 10 дней»
		}
	}
	n, ok := r.number(i + 1)
	next := i + 2
	if !ok {
		m, after := spelled(r.x, i+1)
		n, next = int(m), after
	}
	n *= map[unit]int{dayUnit: 1, weekUnit: 7}[r.lex(next).unit]
	if n < 1 || n > 366 || next == i+1 {
		return i
	}
	if open := *e; r.settleDay(&open, false) != nil {
		return i // which first day is meant must be asked
	}
	r.settleDay(e, false)
	e.kind, e.last, e.bound, e.prep = fixedDay, e.first.AddDays(n-1), Within, noPrep
	return next + 1
}

// movedBy moves a day by what is written at i: «перенесли с 1 декабря на 10 дней».
func (r *reader) movedBy(e *expr, i int) bool {
	n, ok := r.number(i)
	days := map[unit]int{dayUnit: 1, weekUnit: 7}[r.lex(i+1).unit] * n
	if !ok || days == 0 || !e.oneDay() {
		return false
	}
	if open := *e; r.settleDay(&open, false) != nil {
		return false
	}
	r.settleDay(e, false)
	e.kind, e.first, e.bound = fixedDay, e.first.AddDays(days), At
	e.last = e.first
	return true
}

// finishRange completes an expression with two ends.
func (r *reader) finishRange(e *expr, t Time, past bool) Time {
	second := *e.end
	if second.kind == noDay && e.kind != noDay {
		second.kind, second.first, second.last, second.grain, second.weekday = e.kind, e.first, e.last, e.grain, e.weekday
	}
	if e.kind == monthDay && second.kind == fixedDay && second.grain == Day {
		e.kind = fixedDay
		e.first.Year = second.first.Year
		if e.first.After(second.first) {
			e.first.Year--
		}
		e.last = e.first
	}
	if e.kind == numberDay && (second.kind == monthDay || second.kind == fixedDay && second.grain == Day && !second.relative) {
		e.first.Month, e.first.Year = second.first.Month, second.first.Year
		e.kind = second.kind
		e.last = e.first
	}
	if second.open && !e.open && e.clock >= 12*60 && second.clock < 12*60 {
		second.clock += 12 * 60
		second.open = false
	}
	if e.clock < 0 && second.clock >= 0 && e.kind != noDay { // «пн-пт с 9 до 18»
		e.clock, e.fine, e.open = second.clock, second.fine, second.open
	}
	yearly := second.kind == monthDay
	dated := second.kind == fixedDay && second.grain == Day && !second.relative // a day with its year is meant as it stands
	r.settle(e, past)
	if second.kind == noDay {
		second.kind, second.first, second.last, second.grain = fixedDay, e.first, e.last, Day
		if second.clock >= 0 && e.clock >= 0 && !second.open && second.clock <= e.clock {
			second.first, second.last = second.first.AddDays(1), second.last.AddDays(1)
		}
	}
	r.settle(&second, past)
	if dated && second.first.Before(e.first) {
		t.Before = second.first
	}
	if second.kind == noDay || second.grain == Day {
		for k := 0; second.first.Before(e.first) && k < 60; k++ {
			switch {
			case second.named || second.weekday != 0 || second.relative:
				second.first = second.first.AddDays(7)
			case !yearly && second.first.AddMonths(1).Compare(e.first) >= 0:
				second.first = second.first.AddMonths(1)
			default:
				second.first = second.first.AddMonths(12)
			}
			second.last = second.first
		}
	}
	var end Time
	end.Bound = At
	t.Bound = At
	r.place(e, &t)
	r.place(&second, &end)
	t.Bound = Within
	t.End = end.End
	if second.clock >= 0 && second.until < 0 {
		t.End = end.Start
	}
	if t.End.Before(t.Start) {
		t.End = t.Start
	}
	if e.grain == Day && second.clock < 0 && t.Grain == "" {
		t.Grain = Day
	}
	return t
}
