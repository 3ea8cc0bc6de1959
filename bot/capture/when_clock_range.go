package capture

// Two clocks: «с 15 до 17», «с 10 до 11 утра», "3-4pm". Two bare numbers are clocks only when a preposition or a day stands
// beside them and no noun that they count follows; with «на» between them («с 15 на 17») the second replaces the first.

// clockRange reads two clocks of which the first may be a bare number: «с 15 до 17», «с 10 до 11 утра», "3-4pm".
func (r *reader) clockRange(e *expr, i int) int {
	p := r.lex(i).prep
	j := i
	led := p == fromPrep || p == betweenPrep || p == inPrep && r.lex(i+1).prep == betweenPrep
	if led {
		j++
		if p == inPrep {
			j++
		}
	}
	j = r.skipAbout(j)
	first, second := newExpr(), newExpr()
	k := r.rangeClock(&first, j)
	if k == j {
		return i
	}
	m := k
	if r.fold(m) == "," {
		m++
	}
	moved := r.fold(m) == "на" && led
	if r.fold(m) == "but" {
		m++
	}
	x := r.lex(m)
	switch {
	case r.dash(m), x.prep == toPrep, r.fold(m) == "through", moved, p == betweenPrep && (r.fold(m) == "and" || r.fold(m) == "и"), x.prep == throughPrep && led && r.fold(m+1) != "мск" && r.digits(m+1) > 0:
	default:
		return i
	}
	n := r.rangeClock(&second, r.skipAbout(m+1))
	if n == r.skipAbout(m+1) {
		return i
	}
	bare := r.barePair(j, k, m+1, n)
	if r.dotted(j) && r.dotted(m+1) && (led || x.prep == throughPrep) {
		return i // «с 20.04 по 24.04» are days
	}
	if bare && r.lex(m).prep == throughPrep {
		return i // «с 10 по 15» are days
	}
	if bare && !led && !r.dayBeside(i, n) || bare && (r.countsNoun(n) || r.english && !r.englishEnd(n)) || first.clock > 24*60 || second.clock > 24*60 {
		return i
	}
	if bare && moved && r.documentBefore(i) {
		return i
	}
	if first.open && !second.open && second.clock >= 13*60 && first.clock+12*60 < second.clock {
		if first.clock/60 != 12 && (r.halfAfterRange(n) || first.clock < 7*60) {
			first.clock += 12 * 60
		}
		first.open = false
	}
	if moved {
		e.clock, e.fine, e.open, e.second = second.clock, second.fine, second.open, second.second
		e.prep = inPrep
		return n
	}
	e.clock, e.until, e.fine, e.second, e.last60 = first.clock, second.clock, first.fine, first.second, second.second
	if second.fine == Minute {
		e.fine = Minute
	}
	e.open = first.open
	if first.open && second.open {
		r.openRange(e)
	} else if second.open && second.clock <= first.clock && second.clock < 12*60 && second.clock+12*60 > first.clock {
		e.until += 12 * 60
		e.open = false
	} else if first.open {
		e.open = first.clock < 7*60 && second.clock >= 12*60
		if e.open {
			e.clock += 12 * 60
		}
		e.open = false
	}
	e.zone = second.zone
	e.bound = Within
	return n
}

// dotted reports whether a day and a month with a full stop stand at i.
func (r *reader) dotted(i int) bool {
	month, ok := r.number(i + 2)
	return ok && r.digits(i) > 0 && r.fold(i+1) == "." && r.glued(i+2) && r.digits(i+2) == 2 && month >= 1 && month <= 12
}

// halfAfterRange reports whether the word before n said the half of the day for both ends.
func (r *reader) halfAfterRange(n int) bool {
	f := r.fold(n - 1)
	return r.lex(n-1).half != noPart || r.lex(n-1).part != noPart || f == "m" || f == "." || f == "p" || f == "a"
}

// openRange puts two hours without a part of day into working hours: 1 to 6 are in the afternoon.
func (r *reader) openRange(e *expr) {
	if e.clock < 7*60 {
		e.clock += 12 * 60
	}
	for e.until <= e.clock && e.until < 12*60 {
		e.until += 12 * 60
	}
	e.open = false
}

// rangeClock reads one end of a range: any clock, or a bare number up to 24.
func (r *reader) rangeClock(e *expr, i int) int {
	if i >= len(r.t) {
		return i
	}
	if next := r.clockWord(e, i); next > i {
		return next
	}
	if next := r.clockFigures(e, i, true); next > i && !e.invalid {
		return next
	}
	if next := r.spokenRu(e, i); next > i {
		return next
	}
	h, next := r.hour(i)
	if h < 0 || h > 24 || next == i && r.fold(i) != "часу" && r.fold(i) != "час" {
		return i
	}
	if next == i {
		next++
	}
	if r.lex(next).unit == hourUnit {
		next++
	}
	if !r.setClock(e, h, 0, Hour, true) {
		return i
	}
	next = r.half(e, next, true)
	return r.city(e, next)
}

// barePair reports whether both ends of a range are numbers with nothing that makes them clocks.
func (r *reader) barePair(i, j, k, n int) bool { return j == i+1 && n == k+1 }
