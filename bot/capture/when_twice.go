package capture

// One day said twice, or two days that contradict each other: «завтра, в четверг», «завтра 4 ноября».

// saidTwice reports whether the day read at token k says once more which relative day is meant: «завтра, в четверг», «завтра 19
// ноября». What contradicts it right beside it («завтра 4 ноября» on the 2nd) is kept to be asked; behind a comma, with
// words of its own, it is another time.
func (r *reader) saidTwice(e, add *expr, k, next int) bool {
	day, date := e, add
	if !day.relative {
		day, date = add, e
	}
	if day.kind != fixedDay || !day.relative || date.relative && date.kind != weekdayDay || !day.oneDay() || !date.oneDay() || date.next || date.named {
		return false
	}
	named := r.lex(k).rel != 0
	for i := max(0, k-4); i < k && !named; i++ {
		named = r.lex(i).rel != 0
	}
	if !named {
		return false // «с 1 декабря на 10 дней» counts
	}
	other := *date
	r.settleDay(&other, day.gone)
	if date.kind == weekdayDay && date.weekday == day.first.Weekday() || date.kind == monthDay && date.first.Month == day.first.Month && date.first.Day == day.first.Day ||
		date.kind == numberDay && date.first.Day == day.first.Day {
		other.first = day.first
	}
	if other.first == day.first {
		e.kind, e.first, e.last, e.relative, e.gone = fixedDay, day.first, day.first, date.kind == weekdayDay, day.gone
		return true
	}
	if (r.fold(k-1) == "," || r.fold(k-2) == ",") && !r.ends(next) || date.kind == numberDay && r.digits(k) > 0 && r.isNumber(k) && !r.ordinalBehind(k) {
		return false
	}
	e.kind, e.first, e.last, e.relative, e.gone, e.contrary = fixedDay, other.first, other.first, false, day.gone, day.first
	return true
}

// ends reports whether nothing but a clock follows at i in the clause.
func (r *reader) ends(i int) bool {
	if r.lex(i).prep != noPrep && r.isNumber(i+1) {
		i += 2
		if (r.fold(i) == ":" || r.fold(i) == ".") && r.glued(i) && r.isNumber(i+1) {
			i += 2
		}
	}
	return i >= len(r.t) || r.t[i].kind == punctToken
}

// ordinalBehind reports whether «-го», "th" or «числа» follows the number at i, so that it is a day beyond doubt.
func (r *reader) ordinalBehind(i int) bool {
	return r.ordinalEnding(i+1) > i+1 || r.fold(i+1) == "числа"
}
