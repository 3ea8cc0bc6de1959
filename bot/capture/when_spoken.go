package capture

// Clocks as people say them: «полпятого», «четверть шестого», «без десяти пять», "half past three", "quarter to noon".

// spokenRu reads «полпятого», «половина пятого», «четверть пятого», «без четверти пять», «десять минут шестого».
func (r *reader) spokenRu(e *expr, i int) int {
	f := r.fold(i)
	switch {
	case len(f) > 6 && f[:6] == "пол" && timeWords[f[6:]].ord > 0:
		return r.minutesTo(e, int(timeWords[f[6:]].ord), -30, i+1)
	case f == "пол" || f == "половина" || f == "половине" || f == "половину" || f == "половины":
		if o, next := r.hourOrdinal(i + 1); next > i+1 {
			return r.minutesTo(e, o, -30, next)
		}
	case f == "четверть":
		if o, next := r.hourOrdinal(i + 1); next > i+1 {
			return r.minutesTo(e, o, -45, next)
		}
	case f == "без":
		return r.without(e, i)
	case r.isNumber(i) || r.lex(i).num > 0:
		m, j := r.hour(i)
		if n, ok := r.number(i); ok {
			m, j = n, i+1
		} else if v, k := spelled(r.x, i); k > i && v < 60 {
			m, j = int(v), k
		}
		if j > i && r.lex(j).unit == minuteUnit && m > 0 && m < 60 {
			if o, next := r.hourOrdinal(j + 1); next > j+1 {
				return r.minutesTo(e, o, m-60, next)
			}
		}
	}
	return i
}

// hourOrdinal reads the hour of «полпятого»: a genitive ordinal up to twelve.
func (r *reader) hourOrdinal(i int) (h, next int) {
	o, next := ordinal(r.x, i)
	if next == i && r.digits(i) > 0 {
		n, _ := r.number(i)
		if k := r.ordinalEnding(i + 1); k > i+1 {
			o, next = n, k
		}
	}
	if next == i || o < 1 || o > 12 || r.lex(next).month > 0 || !hasAnySuffix(r.fold(next-1), "ого", "его", "го") {
		return 0, i
	}
	return o, next
}

// without reads «без четверти пять», «без 10 [минут] шесть».
func (r *reader) without(e *expr, i int) int {
	m, j := 15, i+2
	if r.fold(i+1) != "четверти" && r.fold(i+1) != "четверть" {
		n, ok := r.number(i + 1)
		if !ok {
			v, k := spelled(r.x, i+1)
			n, j = int(v), k
		}
		m = n
		if j == i+1 || m < 1 || m > 59 {
			return i
		}
		if r.lex(j).unit == minuteUnit {
			j++
		}
	}
	h, next := r.hour(j)
	if r.fold(j) == "час" {
		h, next = 1, j+1
	}
	if h < 1 || h > 24 || next == j {
		return i
	}
	return r.minutesTo(e, h, -m, next)
}

// minutesTo sets the clock to an hour moved by minutes, in the half of the day that follows.
func (r *reader) minutesTo(e *expr, h, shift, next int) int {
	e.clock, e.fine = h*60+shift, Minute
	e.open = h <= 12
	if e.clock < 60 && h <= 12 {
		e.clock += 12 * 60 // «полпервого» is half past twelve
		e.open = false
	}
	next = r.half(e, next, true)
	return next
}

// spokenEn reads "half past three pm", "quarter to noon", "20 past 3pm", "20 minutes to 2pm", "half three".
func (r *reader) spokenEn(e *expr, i int) int {
	var m int
	j := i
	if r.fold(j) == "a" {
		j++
	}
	switch {
	case r.fold(j) == "half":
		m, j = 30, j+1
		if r.lex(j).num > 1 && r.lex(j).num < 14 && r.lex(j+1).unit == noUnit {
			h := int(r.lex(j).num - 1)
			e.clock, e.fine, e.open = h*60+30, Minute, true
			next := r.half(e, j+1, true)
			return next
		}
	case r.fold(j) == "quarter":
		m, j = 15, j+1
	default:
		n, ok := r.number(j)
		k := j + 1
		if !ok {
			v, after := spelled(r.x, j)
			n, k = int(v), after
		}
		if k == j || n < 1 || n > 59 || r.russian(i) {
			return i
		}
		m, j = n, k
		if r.fold(j) == "minutes" || r.fold(j) == "mins" || r.fold(j) == "min" {
			j++
		}
	}
	sign := 0
	switch r.fold(j) {
	case "past", "after":
		sign = 1
	case "from":
		if r.fold(j-1) == "minutes" {
			sign = 1
		}
	case "to", "before", "till":
		sign = -1
	}
	if sign == 0 {
		return i
	}
	hour := newExpr()
	k := r.rangeClock(&hour, j+1)
	if k == j+1 || hour.clock%60 != 0 {
		return i
	}
	if sign < 0 && r.isNumber(i) && (hour.open || hour.clock > 12*60 && !r.halfAfter(j+2)) && r.lex(j-1).unit == noUnit && r.lex(i-1).prep != atPrep {
		return i // "9 to 5" is a range
	}
	*e = hour.withBound(e)
	e.clock += sign * m
	e.fine = Minute
	return k
}

// withBound keeps the bound and the day of another expression.
func (e expr) withBound(from *expr) expr {
	keep := *from
	keep.clock, keep.open, keep.fine = e.clock, e.open, e.fine
	return keep
}
