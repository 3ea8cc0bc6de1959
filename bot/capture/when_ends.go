package capture

// Expressions with two ends: «с 15 до 17», «с 1 мая по 30 апреля». What the first end leaves open it takes from the second,
// and the second lies behind the first: by weeks for weekdays, by months for days of a month, else by years.

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
