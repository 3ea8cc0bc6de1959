package capture

// Times of day: 15:30, «в 15», «5 вечера», «полпятого», «без четверти пять», "3pm", "half past three", «утром».
//
//   - A bare number is an hour only after a preposition or beside a day, and never before a noun that it counts.
//   - 15.30 and 15-30 are clocks only after a preposition or beside a day; 15:30 always is.

// clockAtom reads a clock. backed tells that a preposition or a day stands before it.
func (r *reader) clockAtom(e *expr, i int, backed bool) int {
	next := r.clockWord(e, i, backed)
	if next == i {
		next = r.clockFigures(e, i, backed)
	}
	if next == i {
		next = r.spokenRu(e, i, backed)
	}
	if next == i {
		next = r.spokenEn(e, i, backed)
	}
	if next == i {
		next = r.hourAlone(e, i, backed)
	}
	if next == i || e.invalid {
		return next
	}
	return r.city(e, next)
}

// clockWord reads noon and midnight.
func (r *reader) clockWord(e *expr, i int, backed bool) int {
	switch r.fold(i) {
	case "полдень", "полудню", "полудня", "noon", "midday":
		e.clock = 12 * 60
	case "mid":
		if r.fold(i+1) != "day" {
			return i
		}
		e.clock, e.fine = 12*60, Minute
		return i + 2
	case "полночь", "полуночи", "midnight":
		e.clock = 0
	default:
		return i
	}
	e.fine, e.open = Minute, false
	return i + 1
}

// setClock takes an hour and a minute; h = 24 with no minutes is midnight's end.
func (r *reader) setClock(e *expr, h, m int, fine Grain, open bool) bool {
	if h > 24 || h == 24 && m > 0 || m > 59 {
		return false
	}
	e.clock, e.fine, e.open = h*60+m, fine, open && h >= 1 && h <= 12
	return true
}

// clockFigures reads a clock written in figures with minutes.
func (r *reader) clockFigures(e *expr, i int, backed bool) int {
	h, ok := r.number(i)
	if !ok || r.digits(i) > 2 || r.glued(i) && i > 0 && (r.t[i-1].is(".") || r.t[i-1].is(":") || r.dash(i-1) && r.fold(i+1) != ":") && r.digits(i-2) > 0 {
		return i
	}
	sep := r.fold(i + 1)
	m, ok := r.number(i + 2)
	if !ok || r.digits(i+2) != 2 || !r.glued(i+1) || !r.glued(i+2) {
		return i
	}
	switch {
	case sep == ":":
	case sep == "h" || sep == "ч":
	case (sep == "." || r.dash(i+1) && !r.english) && (backed || r.halfAfter(i+3)) && !r.unitAfter(i+3):
		if p := r.lex(i - 1).prep; sep == "." && r.dotted(i) && p != inPrep && p != atPrep && p != noPrep && !r.halfAfter(i+3) && (p == throughPrep || !r.dayNear(i)) {
			return i // «до 25.04» is a day
		}
		if r.dash(i+1) && r.halfAfter(i+3) && m > h && m <= 12 {
			return i // «10-11 утра» is a range
		}
		if r.glued(i+3) && r.digits(i+4) > 0 || h > 23 || m > 59 {
			return i
		}
		if r.dash(i+1) && !r.halfAfter(i+3) && r.lex(i-1).prep != inPrep && r.lex(i-1).prep != byPrep && r.lex(i-1).prep != toPrep && m < 25 && m%5 != 0 {
			return i
		}
	default:
		return i
	}
	next := i + 3
	second := 0
	if sep == ":" && r.fold(next) == ":" && r.digits(next+1) == 2 {
		second, _ = r.number(next + 1)
		next += 2
	}
	if second > 59 || !r.setClock(e, h, m, Minute, r.digits(i) == 1 || h > 9) {
		e.invalid = sep == ":"
		if e.invalid {
			_, after := r.half(e, next, false)
			return after
		}
		return i
	}
	e.second = second
	if h == 12 {
		e.open = false
	}
	if r.glued(next) && r.fold(next) == ":" {
		return i
	}
	_, next = r.half(e, next, true)
	return next
}

// halfAfter reports whether «утра», "pm" stands at i.
func (r *reader) halfAfter(i int) bool {
	_, next := r.halfWord(i)
	return next > i
}

// half applies «вечера», "p.m.", "in the morning" to the clock read so far.
func (r *reader) half(e *expr, i int, apply bool) (dayPart, int) {
	p, next := r.halfWord(i)
	if next > i && apply {
		if e.clock >= 13*60 && (e.clock < 18*60 || p != eveningPart) && p == morningPart {
			return noPart, i
		}
		e.clock, e.open = inHalf(e.clock, p), false
		if e.fine == "" {
			e.fine = Hour
		}
	}
	return p, next
}

// halfWord reads a word that says which half of the day an hour is in.
func (r *reader) halfWord(i int) (dayPart, int) {
	j := i
	if r.fold(j) == "ish" {
		j++
	}
	f := r.fold(j)
	switch {
	case r.lex(j).half != noPart && r.lex(j).half != lunchPart && f != "ночь" && f != "утру":
		if f == "pm" || f == "am" {
			if r.fold(j+1) == "." && r.glued(j+1) && j+2 < len(r.t) && r.t[j+2].kind != wordToken {
				return r.lex(j).half, j + 1
			}
		}
		return r.lex(j).half, j + 1
	case (f == "a" || f == "p") && (r.fold(j+1) == "m" || r.fold(j+1) == "." && r.fold(j+2) == "m"):
		next := j + 2
		if r.fold(j+1) == "." {
			next = j + 3
		}
		if r.fold(next) == "." && r.glued(next) {
			next++
		}
		return ampm(f), next
	case (f == "a" || f == "p") && r.glued(j) && !(r.fold(j) == "a" && r.digits(j-1) > 0 && r.fold(j-2) != ":" && r.lex(j-2).prep == noPrep && !r.dash(j-2)):
		return ampm(f), j + 1
	case r.fold(j) == "in":
		k := j + 1
		if r.fold(k) == "the" {
			k++
		}
		if p := r.lex(k).part; p == morningPart || p == afternoonPart || p == eveningPart {
			return p, k + 1
		}
		if h := r.lex(k).half; h != noPart && r.latin(k) {
			return h, k + 1
		}
	}
	return noPart, i
}

func ampm(f string) dayPart {
	if f == "a" {
		return morningPart
	}
	return afternoonPart
}

// inHalf moves a clock of the first twelve hours into a half of the day.
func inHalf(clock int, p dayPart) int {
	h := clock / 60
	if h > 12 {
		return clock
	}
	switch p {
	case morningPart:
		if h == 12 {
			return clock - 12*60
		}
	case afternoonPart:
		if h < 12 {
			return clock + 12*60
		}
	case eveningPart:
		if h < 12 {
			return clock + 12*60
		}
		return clock - 12*60
	case nightPart:
		if h == 12 {
			return clock - 12*60
		}
		if h >= 6 {
			return clock + 12*60
		}
	}
	return clock
}

// partHalf is the half of the day that a part lies in.
func partHalf(p dayPart) dayPart {
	switch p {
	case morningPart, firstHalfPart, beforeLunchPart, earlyPart:
		return morningPart
	case dayPartNoon, lunchPart, afterLunchPart, afternoonPart, secondHalfPart:
		return afternoonPart
	case lateDayPart, eveningPart, endOfDayPart:
		return eveningPart
	case nightPart:
		return nightPart
	}
	return noPart
}

// hour reads an hour in figures or words, without minutes.
func (r *reader) hour(i int) (h, next int) {
	if n, ok := r.number(i); ok {
		if r.digits(i) <= 2 {
			return n, i + 1
		}
		return -1, i
	}
	if r.fold(i) == "час" || r.fold(i) == "часу" {
		return 1, i
	}
	n, next := spelled(r.x, i)
	if next == i || n > 24 {
		return -1, i
	}
	return int(n), next
}

// hourAlone reads an hour without minutes: «в 15», «15 часов 20 минут», «три часа дня», «в час», «часов в 5», "3pm",
// "at 1030", "seven thirty p.m.".
func (r *reader) hourAlone(e *expr, i int, backed bool) int {
	if (r.fold(i) == "часов" || r.fold(i) == "часа" || r.fold(i) == "часам") && (r.fold(i+1) == "в" || r.fold(i+1) == "к" || r.fold(i+1) == "до" || r.fold(i+1) == "после") {
		return r.hoursFirst(e, i)
	}
	if next := r.runTogether(e, i, backed); next > i {
		return next
	}
	h, next := r.hour(i)
	if h < 0 || h > 24 {
		return i
	}
	start := next
	if next == i { // «час»
		next++
		if !backed && !r.halfAfter(next) || r.fold(next) == "назад" || r.lex(i-1).prep == throughInPrep || r.fold(next) == "пик" {
			return i
		}
	}
	for k := 0; k < 2; k++ {
		if r.fold(next) == "ish" || r.fold(next) == "o'clock" || r.fold(next) == "oclock" || r.fold(next) == "o’clock" || r.fold(next) == "clock" {
			next++
			backed = true
		}
	}
	if m, after := spelled(r.x, next); backed && after > next && start > i && !r.isNumber(i) && r.russian(i) && m >= 10 && m < 60 && r.lex(after).unit == noUnit {
		if !r.countsNoun(after) && r.setClock(e, h, int(m), Minute, true) { // «в пятнадцать тридцать»
			_, after = r.half(e, after, true)
			return after
		}
	}
	hourWord := false
	if u := r.lex(next).unit; u == hourUnit && start > i && !(r.fold(next) == "h" && !r.glued(next)) {
		hourWord = true
		next++
		if r.fold(next) == "." && r.fold(next-1) == "ч" {
			next++
		}
	}
	minutes := -1
	if hourWord {
		minutes, next = r.minutesAfter(next)
	}
	if !r.setClock(e, h, max(minutes, 0), Hour, !(r.digits(i) == 2 && r.fold(i)[0] == '0')) {
		return i
	}
	if minutes >= 0 {
		e.fine = Minute
	}
	if p, after := r.halfWord(next); p != noPart && (r.fold(next) != "дня" || hourWord || start == i || r.dayHour(i, next, backed)) {
		e.clock, e.open = inHalf(e.clock, p), false
		return r.approximately(after)
	}
	if hourWord && (r.fold(next-1) == "h") && r.glued(next-1) {
		e.open = false
		e.fine = Minute
		return next
	}
	if next == start && r.digits(i) > 0 && r.minutesApart(e, i, backed) {
		return i + 2
	}
	if !backed && (hourWord && r.dayAhead(next) || r.english && r.englishDayAhead(i, next)) {
		return next
	}
	if !backed || !r.hourMayStand(i, next, hourWord) {
		e.clock = -1
		return i
	}
	return r.approximately(next)
}

// dayAhead reports whether a day stands at i: «12 часов 12 сентября».
func (r *reader) dayAhead(i int) bool {
	return r.isNumber(i) && r.lex(r.ordinalEnding(i+1)).month > 0 || r.lex(i).rel != 0 || r.lex(i).prep == inPrep && r.lex(i+1).weekday > 0
}

// englishDayAhead reports "8 tonight", "9 tomorrow", "8 this evening".
func (r *reader) englishDayAhead(i, next int) bool {
	if r.isNumber(i) && r.digits(i) > 2 || r.lex(i-1).mod != noMod {
		return false
	}
	f := r.fold(next)
	return f == "tonight" || f == "tonite" || f == "tomorrow" || f == "today" || f == "this" && r.lex(next+1).part != noPart
}

// dayHour tells «в 2 дня» from «2 дня назад» and «ехать 2 дня»: there is a preposition of an hour.
func (r *reader) dayHour(i, next int, backed bool) bool {
	p := r.lex(i - 1).prep
	return backed && (p == inPrep || p == byPrep || p == toPrep && r.dayNear(i) || p == noPrep && r.dayNear(i)) && r.lex(next+1).prep != agoPrep
}

// approximately steps over "approximately" and "ish" behind a clock.
func (r *reader) approximately(i int) int {
	if f := r.fold(i); f == "approximately" || f == "ish" || f == "sharp" || f == "ровно" {
		return i + 1
	}
	return i
}

// minutesApart reads "at 3 15": two numbers with a space, in English after "at".
func (r *reader) minutesApart(e *expr, i int, backed bool) bool {
	m, ok := r.number(i + 1)
	if !ok || !backed || r.digits(i+1) != 2 || r.lex(i-1).prep != atPrep || m > 59 {
		return false
	}
	h, _ := r.number(i)
	return r.setClock(e, h, m, Minute, h != 12)
}

// runTogether reads "at 1030", "730 p.m." and words: "ten thirty am", "at three twenty".
func (r *reader) runTogether(e *expr, i int, backed bool) int {
	if n, ok := r.number(i); ok && (r.digits(i) == 3 || r.digits(i) == 4) {
		h, m := n/100, n%100
		supported := r.halfAfter(i+1) && r.english || backed && r.english && (r.lex(i-1).prep == atPrep || r.fold(i-1) == "around" || r.fold(i-1) == "@" || r.fold(i-1) == "approximately")
		if !supported || h > 23 || m > 59 || r.fold(i+1) == "." && r.glued(i+1) && r.digits(i+2) > 0 || r.dash(i+1) {
			return i
		}
		r.setClock(e, h, m, Minute, r.digits(i) == 3)
		_, next := r.half(e, i+1, true)
		return r.approximately(next)
	}
	h, j := r.lex(i).num-1, i+1
	if h < 1 || h > 12 || r.russian(i) {
		return i
	}
	if r.dash(j) && r.glued(j) {
		j++
	}
	tens := r.lex(j).num - 1
	if tens < 10 || tens > 50 {
		return i
	}
	k := j + 1
	if r.dash(k) && r.glued(k) && r.lex(k+1).num > 1 {
		k++
	}
	if unit := r.lex(k).num - 1; tens >= 20 && unit > 0 && unit < 10 {
		tens += unit
		k++
	} else if r.dash(k - 1) {
		k--
	}
	if !backed && !r.halfAfter(k) {
		return i
	}
	r.setClock(e, int(h), int(tens), Minute, h != 12)
	_, next := r.half(e, k, true)
	return next
}

// hoursFirst reads «часов в 5», «часам к шести вечера».
func (r *reader) hoursFirst(e *expr, i int) int {
	h, next := r.hour(i + 2)
	if h < 0 || next == i+2 || !r.setClock(e, h, 0, Hour, true) {
		return i
	}
	e.prep = r.lex(i + 1).prep
	if b := boundOf(e.prep, r.fold(i+1)); b != "" {
		e.bound = b
	}
	_, next = r.half(e, next, true)
	return next
}

// minutesAfter reads the minutes behind «15 часов».
func (r *reader) minutesAfter(i int) (m, next int) {
	j := i
	if r.fold(j) == "и" {
		j++
	}
	n, ok := r.number(j)
	k := j + 1
	if !ok {
		v, after := spelled(r.x, j)
		n, k = int(v), after
	}
	if k == j || n > 59 || r.lex(k).unit != minuteUnit {
		if ok && r.digits(j) == 2 && n < 60 && j == i && r.lex(k) == (lex{}) && (k >= len(r.t) || r.t[k].kind == punctToken) {
			return n, k
		}
		return -1, i
	}
	if r.fold(k) == "мин" && r.fold(k+1) == "." {
		k++
	}
	return n, k + 1
}

// spokenRu reads «полпятого», «половина пятого», «четверть пятого», «без четверти пять», «десять минут шестого».
func (r *reader) spokenRu(e *expr, i int, backed bool) int {
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
	_, next = r.half(e, next, true)
	return next
}

// spokenEn reads "half past three pm", "quarter to noon", "20 past 3pm", "20 minutes to 2pm", "half three".
func (r *reader) spokenEn(e *expr, i int, backed bool) int {
	j, m := i, 0
	if r.fold(j) == "a" {
		j++
	}
	switch {
	case r.fold(j) == "half":
		m, j = 30, j+1
		if r.lex(j).num > 1 && r.lex(j).num < 14 && r.lex(j+1).unit == noUnit {
			h := int(r.lex(j).num - 1)
			e.clock, e.fine, e.open = h*60+30, Minute, true
			_, next := r.half(e, j+1, true)
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
	if bare && moved && !r.moveVerb(i) {
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
	} else if second.open && second.clock <= first.clock && second.clock < 12*60 {
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
	if next := r.clockWord(e, i, true); next > i {
		return next
	}
	if next := r.clockFigures(e, i, true); next > i && !e.invalid {
		return next
	}
	if next := r.spokenRu(e, i, true); next > i {
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
	_, next = r.half(e, next, true)
	return r.city(e, next)
}

// barePair reports whether both ends of a range are numbers with nothing that makes them clocks.
func (r *reader) barePair(i, j, k, n int) bool { return j == i+1 && n == k+1 }

// partOfDay reads «утром», «после обеда», «во второй половине дня», "in the afternoon", "tonight".
func (r *reader) partOfDay(e *expr, i int, backed bool) int {
	m, j := noMod, i
	if x := r.lex(j); x.mod == thisMod || x.mod == lastMod || x.mod == nextMod || x.mod == everyMod {
		m = x.mod
		j++
	}
	if m == everyMod {
		return i
	}
	if m == noMod {
		if next := r.partPhrase(e, i, backed); next > i {
			return r.partDate(e, next)
		}
	}
	early := r.fold(j) == "рано" || r.fold(j) == "early" || r.fold(j) == "late" || r.fold(j) == "поздно" || r.fold(j) == "mid"
	late := early && (r.fold(j) == "late" || r.fold(j) == "поздно")
	if early {
		j++
		if r.fold(j) == "in" {
			j += 2
		}
	}
	p := r.lex(j).part
	if m == lastMod && r.fold(j) == "night" || late && m == noMod && r.fold(j) == "last" && r.fold(j+1) == "night" {
		d := r.today.AddDays(-1)
		e.fix(d, d, Day)
		e.part, e.relative, e.gone = eveningPart, true, true
		if r.fold(j) == "last" {
			j++
		}
		return j + 1
	}
	if p == noPart && (m != noMod) && (r.lex(j).half == nightPart || r.lex(j).half == morningPart) && r.russian(j) {
		p = r.lex(j).half
	}
	if p == noPart || r.lex(j).part == lunchPart && !backed && r.lex(i-1).rel == 0 && r.lex(i-1).weekday == 0 {
		return i
	}
	if m == noMod && r.latin(j) && !r.englishPart(j, early) {
		return i
	}
	e.part = p
	if early && !late && p == morningPart {
		e.part = earlyPart
	}
	next := j + 1
	if r.fold(next) == "ish" {
		next++
	}
	switch {
	case m == lastMod:
		d := r.today.AddDays(-1)
		if p == nightPart {
			d = r.today
		}
		e.fix(d, d, Day)
		e.relative, e.gone = true, true
	case m == thisMod && r.fold(j) != "ночью", r.fold(j) == "tonight" || r.fold(j) == "tonite":
		e.fix(r.today, r.today, Day)
		e.relative = true
	case m == nextMod:
		d := r.today.AddDays(1)
		e.fix(d, d, Day)
		e.relative = true
	}
	return r.partDate(e, next)
}

// englishPart accepts "morning", "afternoon", "evening", "night" after "in the", "this", a day, or as the whole message.
func (r *reader) englishPart(j int, early bool) bool {
	if r.fold(j) == "tonight" || r.fold(j) == "tonite" || early {
		return true
	}
	before := r.fold(j - 1)
	x := r.lex(j - 1)
	return j == 0 && len(r.t) == 1 || x.rel != 0 || x.weekday > 0 || before == "the" && r.lex(j-2).prep == inPrep || before == "in" ||
		before == "at" || x.mod != noMod || r.digits(j-1) > 0 || x.unit == dayUnit || x.prep == onPrep || r.fold(j+1) == "of" || x.month > 0
}

// partDate reads «утра субботы», "morning of the 15th": a day behind its part.
func (r *reader) partDate(e *expr, i int) int {
	if e.kind != noDay || r.fold(i) != "of" {
		return i
	}
	add := newExpr()
	j := i + 1
	if r.fold(j) == "the" {
		j++
	}
	next := r.day(&add, j, true)
	if next == j || add.grain != Day {
		return i
	}
	e.kind, e.first, e.last, e.grain, e.weekday, e.relative = add.kind, add.first, add.last, add.grain, add.weekday, add.relative
	return next
}

// partPhrases are parts of a day in several words; the first word may be taken by the bound already.
var partPhrases = []struct {
	words []string
	part  dayPart
	bound Bound
}{
	{[]string{"ближе", "к", "вечеру"}, lateDayPart, ""}, {[]string{"ближе", "к", "обеду"}, lunchPart, ""},
	{[]string{"ближе", "к", "ночи"}, eveningPart, ""}, {[]string{"ближе", "к", "полудню"}, lunchPart, ""},
	{[]string{"с", "утра"}, morningPart, ""}, {[]string{"с", "самого", "утра"}, earlyPart, ""}, {[]string{"рано", "утром"}, earlyPart, ""},
	{[]string{"к", "утру"}, morningPart, Before}, {[]string{"до", "утра"}, morningPart, Before},
	{[]string{"с", "утречка"}, morningPart, ""}, {[]string{"по", "утру"}, morningPart, ""},
	{[]string{"после", "обеда"}, afterLunchPart, ""}, {[]string{"после", "обеденного", "перерыва"}, afterLunchPart, ""},
	{[]string{"послеобеда"}, afterLunchPart, ""}, {[]string{"после", "ланча"}, afterLunchPart, ""}, {[]string{"пообеде"}, afterLunchPart, ""},
	{[]string{"до", "обеда"}, beforeLunchPart, Before}, {[]string{"в", "обед"}, lunchPart, ""}, {[]string{"к", "обеду"}, lunchPart, Before},
	{[]string{"в", "обеденный", "перерыв"}, lunchPart, ""}, {[]string{"в", "обеденное", "время"}, lunchPart, ""},
	{[]string{"к", "вечеру"}, eveningPart, Before}, {[]string{"до", "вечера"}, eveningPart, Before}, {[]string{"под", "вечер"}, lateDayPart, ""},
	{[]string{"в", "первой", "половине", "дня"}, firstHalfPart, ""}, {[]string{"первая", "половина", "дня"}, firstHalfPart, ""},
	{[]string{"первую", "половину", "дня"}, firstHalfPart, ""}, {[]string{"во", "второй", "половине", "дня"}, secondHalfPart, ""},
	{[]string{"в", "второй", "половине", "дня"}, secondHalfPart, ""}, {[]string{"вторая", "половина", "дня"}, secondHalfPart, ""},
	{[]string{"вторую", "половину", "дня"}, secondHalfPart, ""}, {[]string{"в", "течение", "дня"}, dayPartNoon, ""},
	{[]string{"в", "течении", "дня"}, dayPartNoon, ""}, {[]string{"в", "середине", "дня"}, lunchPart, ""},
	{[]string{"в", "ночь"}, nightPart, ""}, {[]string{"после", "работы"}, eveningPart, ""},
	{[]string{"after", "lunch"}, afterLunchPart, ""}, {[]string{"after", "work"}, eveningPart, ""}, {[]string{"after", "school"}, afterLunchPart, ""},
	{[]string{"before", "lunch"}, beforeLunchPart, Before}, {[]string{"by", "lunch"}, lunchPart, Before}, {[]string{"at", "lunch"}, lunchPart, ""},
	{[]string{"at", "lunchtime"}, lunchPart, ""}, {[]string{"over", "lunch"}, lunchPart, ""}, {[]string{"by", "evening"}, eveningPart, Before},
	{[]string{"by", "tonight"}, eveningPart, Before},
	{[]string{"in", "the", "early", "hours", "of", "the", "morning"}, earlyPart, ""},
	{[]string{"at", "night"}, eveningPart, ""},
}

// partPhrase matches the table at i, or one token back when a preposition was taken as a bound.
func (r *reader) partPhrase(e *expr, i int, backed bool) int {
	start := i
	if backed && i > 0 {
		start = i - 1
	}
	for _, at := range [2]int{start, i} {
		f := r.fold(at)
		for k := range partPhrases {
			p := &partPhrases[k]
			if p.words[0] != f || !r.says(at, p.words) || at+len(p.words) <= i {
				continue
			}
			e.part, e.bound = p.part, p.bound
			if p.bound == "" {
				e.prep = noPrep
			}
			next := at + len(p.words)
			if (p.words[0] == "до" || p.words[0] == "к" || p.words[0] == "с") && r.lex(next).weekday > 0 && !r.lex(next).many {
				add := newExpr() // «до утра субботы»
				if k := r.weekdayName(&add, next, true); k > next {
					e.kind, e.weekday, e.grain, e.relative = add.kind, add.weekday, add.grain, true
					next = k
				}
			}
			return next
		}
	}
	return i
}
