package capture

// Times of day: 15:30, «в 15», «5 вечера», «полпятого», «без четверти пять», "3pm", "half past three", «утром».
//
//   - A bare number is an hour only after a preposition or beside a day, and never before a noun that it counts.
//   - 15.30 and 15-30 are clocks only after a preposition or beside a day; 15:30 always is.

// clockAtom reads a clock. backed tells that a preposition or a day stands before it.
func (r *reader) clockAtom(e *expr, i int, backed bool) int {
	next := r.clockWord(e, i)
	if next == i {
		next = r.clockFigures(e, i, backed)
	}
	if next == i {
		next = r.spokenRu(e, i)
	}
	if next == i {
		next = r.spokenEn(e, i)
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
func (r *reader) clockWord(e *expr, i int) int {
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
		if !backed && r.documentBefore(i) {
			return i
		}
	case sep == "h" || sep == "ч":
	case (sep == "." || r.dash(i+1) && !r.english) && (backed || r.halfAfter(i+3)) && !r.unitAfter(i+3):
		if sep == "." && r.dateOfDay(i) {
			return i
		}
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
			after := r.half(e, next, false)
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
	next = r.half(e, next, true)
	return next
}

// dateOfDay reports whether the figures at i are rather the date of the relative day before them than a clock: «вчера 17.11».
func (r *reader) dateOfDay(i int) bool {
	x := r.lex(i - 1)
	if x.rel == 0 {
		return false
	}
	d := r.today.AddDays(int(x.rel) - 10)
	day, _ := r.number(i)
	month, _ := r.number(i + 2)
	return month == int(d.Month) && (day == d.Day || month%5 != 0)
}

// halfAfter reports whether «утра», "pm" stands at i.
func (r *reader) halfAfter(i int) bool {
	_, next := r.halfWord(i)
	return next > i
}

// half applies «вечера», "p.m.", "in the morning" to the clock read so far.
func (r *reader) half(e *expr, i int, apply bool) int {
	p, next := r.halfWord(i)
	if next > i && apply {
		if e.clock >= 13*60 && (e.clock < 18*60 || p != eveningPart) && p == morningPart {
			return i
		}
		e.clock, e.open = inHalf(e.clock, p), false
		if e.fine == "" {
			e.fine = Hour
		}
	}
	return next
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
	if h < 0 || h > 24 || r.isNumber(i) && r.lex(r.ordinalEnding(next)).month > 0 && !r.dayNear(i) {
		return i // "by 1 Dec" is a day
	}
	if h == 24 && r.isNumber(i) && r.ends(next) && !r.dayNear(i) && (r.fold(i-1) == "до" || r.fold(i-1) == "к") {
		return i // «ждём до 24» is the 24th
	}
	start := next
	if next == i { // «час»
		next++
		if !backed && !r.halfAfter(next) || r.fold(next) == "назад" || r.lex(i-1).prep == throughInPrep || r.fold(next) == "пик" {
			return i
		}
	}
	for range 2 {
		if r.fold(next) == "ish" || r.fold(next) == "o'clock" || r.fold(next) == "oclock" || r.fold(next) == "o’clock" || r.fold(next) == "clock" {
			next++
			backed = true
		}
	}
	if m, after := spelled(r.x, next); backed && after > next && start > i && !r.isNumber(i) && r.russian(i) && m >= 10 && m < 60 && r.lex(after).unit == noUnit {
		if !r.countsNoun(after) && r.setClock(e, h, int(m), Minute, true) { // «в пятнадцать тридцать»
			after = r.half(e, after, true)
			return after
		}
	}
	if zeros := r.fold(next); backed && (zeros == "ноль" || zeros == "нуль") && r.fold(next+1) == zeros && r.setClock(e, h, 0, Minute, true) {
		return r.half(e, next+2, true) // «в девять ноль ноль»
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
	if next == start && r.digits(i) > 0 && (r.minutesApart(e, i, backed) || backed && r.spacedMinutes(i) && r.spacedHour(e, i)) {
		return i + 2
	}
	if !backed && (hourWord && r.dayAhead(next) || r.english && r.englishDayAhead(i, next)) {
		return next
	}
	if !backed && !r.listedHour(i, next) || !r.hourMayStand(i, next, hourWord) {
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

// spacedHour takes «в 9 30», when an hour stands there.
func (r *reader) spacedHour(e *expr, i int) bool {
	switch r.lex(i - 1).prep {
	case inPrep, byPrep, toPrep, afterPrep:
	default:
		if !r.dayNear(i) && r.lex(i-1).month == 0 {
			return false
		}
	}
	h, _ := r.number(i)
	m, _ := r.number(i + 1)
	return r.setClock(e, h, m, Minute, false)
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
		next := r.half(e, i+1, true)
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
	next := r.half(e, k, true)
	return next
}

// hoursFirst reads «часов в 5», «часам к шести вечера».
func (r *reader) hoursFirst(e *expr, i int) int {
	h, next := r.hour(i + 2)
	if h < 0 || next == i+2 || !r.setClock(e, h, 0, Hour, true) {
		return i
	}
	e.prep = r.lex(i + 1).prep
	if b := boundOf(e.prep); b != "" {
		e.bound = b
	}
	next = r.half(e, next, true)
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
