package capture

import (
	"time"

	"followup/storage/crm"
)

// How a day is named: «завтра», «5 мая», "May 5th", 05.05.2027, «25-го», «пятого числа», «в пятницу», «в мае», «2027 год».

// day reads a day or a longer cell at token i: the first reader that finds one decides. They are called by name, not from a
// table, so that an expression can live on the stack.
func (r *reader) day(e *expr, i int, backed bool) int {
	next := r.relativeDay(e, i)
	if next == i {
		next = r.offset(e, i, backed)
	}
	if next == i {
		next = r.nthDay(e, i)
	}
	if next == i {
		next = r.edgeOf(e, i)
	}
	if next == i {
		next = r.monthDate(e, i)
	}
	if next == i {
		next = r.numericDate(e, i, backed)
	}
	if next == i {
		next = r.period(e, i, backed)
	}
	if next == i {
		next = r.holiday(e, i, backed)
	}
	if next == i {
		next = r.weekdayName(e, i, backed)
	}
	if next == i {
		next = r.numberOfMonth(e, i, backed)
	}
	if next == i {
		next = r.monthName(e, i, backed)
	}
	if next == i {
		next = r.yearNumber(e, i, backed)
	}
	if next == i {
		next = r.season(e, i, backed)
	}
	return next
}

func (e *expr) fix(first, last crm.Date, grain Grain) {
	e.kind, e.first, e.last, e.grain = fixedDay, first, last, grain
}

func (r *reader) relativeDay(e *expr, i int) int {
	shift, next := 0, i+1
	switch x := r.lex(i); {
	case x.rel != 0:
		shift = int(x.rel) - 10
		if r.fold(i+1) == "'" || r.fold(i+1) == "'s" {
			next++
		}
	case r.fold(i) == "day" && r.says(i, []string{"day", "after", "tomorrow"}):
		shift, next = 2, i+3
	case r.fold(i) == "day" && r.says(i, []string{"day", "before", "yesterday"}):
		shift, next = -2, i+3
	case r.fold(i) == "сейчас" || r.fold(i) == "now":
		e.exact, e.at, e.fine, e.relative = true, r.now, Minute, true
		return i + 1
	case (r.fold(i) == "asap"):
		e.exact, e.at, e.fine, e.relative, e.bound = true, r.now, Minute, true, After
		return i + 1
	case r.fold(i) == "as" && r.says(i, []string{"as", "soon", "as", "possible"}):
		e.exact, e.at, e.fine, e.relative, e.bound = true, r.now, Minute, true, After
		return i + 4
	case (r.fold(i) == "этот" || r.fold(i) == "тот") && r.fold(i+1) == "же" && r.fold(i+2) == "день":
		next = i + 3
	default:
		return i
	}
	d := r.today.AddDays(shift)
	e.fix(d, d, Day)
	e.relative, e.gone = true, shift < 0
	if r.lex(next).unit == dayUnit && (r.fold(next) == "дня" || r.fold(next) == "день" || r.fold(next) == "днем") && r.lex(i).rel != 0 && len(r.fold(i)) > 16 {
		next++ // «завтрашнего дня»
	}
	return next
}

// monthDate reads a day beside the name of a month in either order, with a year perhaps.
func (r *reader) monthDate(e *expr, i int) int {
	day, j := r.dayNumber(i)
	if j > i {
		if month := r.listedMonth(j); month > 0 {
			return r.setMonthDate(e, i, j, 0, month, day)
		}
		j = r.dateJoint(j)
		month := int(r.lex(j).month)
		if month == 0 || r.lex(j).typo && day > 31 || r.upper(j) && r.street(i) || r.inAddress(i) {
			return i
		}
		year, next := r.year(j+1, true)
		return r.setMonthDate(e, i, next, year, month, day)
	}
	month := int(r.lex(i).month)
	if month == 0 || !r.monthFirst(i) {
		return i
	}
	j = i + 1
	if r.fold(j) == "." {
		j++
	}
	if r.fold(j) == "the" {
		j++
	}
	day, next := r.dayNumber(j)
	if next == j || day > 31 || r.digits(j) > 2 {
		return i
	}
	if r.fold(next) == ":" || r.lex(next).half != noPart || r.lex(next).unit == hourUnit {
		return i
	}
	comma := next
	if r.fold(comma) == "," {
		comma++
	}
	year, after := r.year(comma, false)
	if year == 0 {
		after = next
	}
	return r.setMonthDate(e, i, after, year, month, day)
}

// listedMonth is the month of a list of days, «1 и 15 декабря», seen from behind one of them; 0 when there is none.
func (r *reader) listedMonth(j int) int {
	for range 4 {
		if r.fold(j) != "и" && r.fold(j) != "," && r.fold(j) != "and" && r.fold(j) != "или" {
			return 0
		}
		day, k := r.dayNumber(j + 1)
		if k == j+1 || day < 1 || day > 31 {
			return 0
		}
		if m := r.lex(k).month; m > 0 {
			return int(m)
		}
		j = k
	}
	return 0
}

// monthFirst reports whether a month may be followed by its day: in English always, of Russian only «Авг 26, 2015».
func (r *reader) monthFirst(i int) bool {
	f := r.fold(i)
	return f[0] < 0x80 || len(f) <= 8 && r.digits(i+1) > 0 && (r.fold(i+2) == ",")
}

func (r *reader) setMonthDate(e *expr, from, next, year, month, day int) int {
	if day < 1 || day > 31 && day < 100 && r.digits(from) > 0 || day > crm.DaysIn(2024, time.Month(month)) ||
		year > 0 && day > crm.DaysIn(year, time.Month(month)) {
		if day > 99 || day == 0 {
			return from
		}
		e.invalid = true
		return next
	}
	d := crm.Date{Year: year, Month: time.Month(month), Day: day}
	if year > 0 {
		e.fix(d, d, Day)
	} else {
		e.kind, e.first, e.grain = monthDay, d, Day
	}
	return next
}

// dayNumber reads a day of the month: 25, 25-го, 15th, «двадцать пятого», "fifteenth"; it must be followed by a month.
func (r *reader) dayNumber(i int) (day, next int) {
	if n, ok := r.number(i); ok && r.digits(i) <= 2 {
		return n, r.ordinalEnding(i + 1)
	}
	if n, j := ordinal(r.x, i); j > i {
		return n, j
	}
	if n, j := spelled(r.x, i); j > i && n > 0 && n <= 31 && r.lex(j).month > 0 {
		return int(n), j
	}
	return 0, i
}

// ordinalEnding steps over -го, го, -е, th.
func (r *reader) ordinalEnding(i int) int {
	j := i
	if r.dash(j) && r.glued(j) && r.glued(j+1) {
		j++
	}
	if r.glued(j) && ordinalEndings[r.fold(j)] || j == i && r.fold(j) == "го" {
		return j + 1
	}
	return i
}

var ordinalEndings = wordSet("го ого его е ое ье му ому ему ым им м ом й ый th st nd rd")

// dateJoint steps over what stands between a day and its month: «-», «/», "of", "day of".
func (r *reader) dateJoint(i int) int {
	switch {
	case r.dash(i) && r.glued(i), r.fold(i) == "/" && r.glued(i), r.fold(i) == "of", r.fold(i) == "." && r.glued(i) && r.lex(i+1).month > 0:
		return i + 1
	case r.fold(i) == "day" && (r.fold(i+1) == "of" || r.fold(i+1) == "in"):
		return i + 2
	case r.fold(i) == "числа" && r.lex(i+1).month > 0:
		return i + 1
	}
	return i
}

// year reads a year after a month: 2027, «27 г.», «2027-го года», -2027, '27. loose takes a bare number of two digits only
// before «год» or when it can't be a day or an hour.
func (r *reader) year(i int, loose bool) (year, next int) {
	j := i
	if r.fold(j) == "." && r.glued(j) {
		j++
	}
	if (r.dash(j) || r.fold(j) == "/") && r.glued(j) && r.glued(j+1) {
		j++
	}
	if r.fold(j) == "of" || r.fold(j) == "," && r.digits(j+1) == 4 {
		j++
	}
	n, ok := r.number(j)
	if !ok || r.digits(j) != 2 && r.digits(j) != 4 {
		return 0, i
	}
	after := r.yearWord(r.ordinalEnding(j + 1))
	word := after > j+1
	if r.digits(j) == 4 {
		ends := sentenceMark(r.fold(j+1)) && !(r.glued(j+2) && r.digits(j+2) > 0) // «31 Jan 2028, 30 days»
		if n < 1900 || n > 2200 || r.glued(j+1) && !word && !ends || r.fold(j+1) == ":" {
			return 0, i
		}
		return n, after
	}
	if r.fold(j+1) == ":" || r.glued(j+1) && !word && !sentenceMark(r.fold(j+1)) {
		return 0, i
	}
	if !word && (!loose || n <= 31 && n != r.today.Year%100 && n != r.today.Year%100+1 || r.nextWord(j+1)) {
		return 0, i
	}
	return century(n), after
}

// nextWord reports whether a word follows: a number before it may count it.
func (r *reader) nextWord(i int) bool {
	return i < len(r.t) && r.t[i].kind == wordToken && r.lex(i).prep == noPrep
}

func sentenceMark(s string) bool {
	return s == "." || s == "," || s == ")" || s == "!" || s == "?" || s == ";" || s == ":"
}

// yearWord steps over «год», «года», «г.», with the full stop of the abbreviation.
func (r *reader) yearWord(i int) int {
	if r.lex(i).unit != yearUnit || r.fold(i) == "лет" || r.fold(i) == "years" {
		return i
	}
	if (r.fold(i) == "г" || r.fold(i) == "гг") && r.fold(i+1) == "." {
		return i + 2
	}
	return i + 1
}

// century completes a year of two digits: 70 and more were in the last century.
func century(n int) int {
	if n >= 70 {
		return 1900 + n
	}
	return 2000 + n
}

// weekdayName reads a weekday, «этот», «следующий» or «прошлый» before it, "after next" behind it.
func (r *reader) weekdayName(e *expr, i int, backed bool) int {
	j, m := i, noMod
	if x := r.lex(j); x.mod != noMod && x.mod != everyMod {
		m = x.mod
		j++
		if r.fold(j) == "." {
			j++
		}
	}
	x := r.lex(j)
	if x.weekday == 0 || x.many && r.fold(j) != "среды" || r.nameLike(j, backed || m != noMod) {
		return i
	}
	if m == noMod && x.short && !backed && !r.shortWeekday(j) {
		return i
	}
	if m == noMod && r.adjectiveBefore(j) && x.weekday == 3 {
		return i
	}
	e.weekday, e.grain, e.relative = time.Weekday(x.weekday%7), Day, true
	e.kind = weekdayDay
	next := j + 1
	if r.fold(next) == "." && len(r.fold(j)) <= 6 && r.glued(next) && m == noMod {
		next++
	}
	switch {
	case m == nextMod:
		e.next = true
	case m == lastMod || m == finalMod || m == earlierMod:
		e.gone = true
		d := r.today.AddDays(-1)
		for d.Weekday() != e.weekday {
			d = d.AddDays(-1)
		}
		if m == earlierMod {
			d = d.AddDays(-7)
		}
		e.fix(d, d, Day)
	case r.fold(next) == "after" && r.fold(next+1) == "next":
		d := r.comingWeekday(e.weekday).AddDays(7)
		if d.Sub(r.monday()) >= 14 {
			d = d.AddDays(-7)
		}
		e.fix(d, d, Day)
		next += 2
	}
	return next
}

// shortWeekday accepts an abbreviation that is also another word, when it stands at an edge or beside a number.
func (r *reader) shortWeekday(j int) bool {
	if r.fold(j) == "mon" {
		return true
	}
	first := j == 0 || r.t[j-1].kind == punctToken
	last := j+1 >= len(r.t) || r.t[j+1].kind != wordToken
	if r.lex(j-1).weekday > 0 || joinWords[r.fold(j-1)] && r.lex(j-2).weekday > 0 || r.fold(j-1) == "," && r.lex(j-2).weekday > 0 {
		return true // «в пн вт и ср»
	}
	return len(r.t) == 1 || first && last || r.digits(j+1) > 0 || r.fold(j) == "вс" || r.fold(j) == "ср" && (first || last)
}

// adjectiveBefore reports whether the word before is an adjective that could belong to «среда».
func (r *reader) adjectiveBefore(j int) bool {
	f := r.fold(j - 1)
	if len(f) < 8 || r.lex(j-1) != (lex{}) {
		return false
	}
	end := f[len(f)-4:]
	return end == "ая" || end == "ой" || end == "ую" || end == "яя" || end == "ей"
}

func (r *reader) monday() crm.Date {
	return r.today.AddDays(-(int(r.today.Weekday()) + 6) % 7)
}

// comingWeekday is the next such weekday after today.
func (r *reader) comingWeekday(w time.Weekday) crm.Date {
	d := r.today.AddDays(1)
	for d.Weekday() != w {
		d = d.AddDays(1)
	}
	return d
}

// numberOfMonth reads a day of the month without a month: «25-го», «5 числа», «до десятого», "the 15th".
func (r *reader) numberOfMonth(e *expr, i int, backed bool) int {
	if f := r.fold(i); (f == "числа" || f == "числу") && r.lex(i-1).ord == 0 && !r.isNumber(i-1) { // «числа 25-го»
		day, j := r.dayNumber(i + 1)
		if j == i+1 || day < 1 || day > 31 || r.countsNoun(j) {
			return i
		}
		e.kind, e.first, e.grain = numberDay, crm.Date{Day: day}, Day
		return j
	}
	day, j := r.dayNumber(i)
	if j == i || day < 1 || day > 31 {
		return i
	}
	word := r.fold(j) == "числа" || r.fold(j) == "число" || r.fold(j) == "числу" || r.fold(j) == "чис"
	if j == i+1 && r.isNumber(i) && !word {
		if k, cell := r.monthAfter(j); k > j {
			return r.dayInMonth(e, k, cell, day)
		}
		if p := r.lex(i - 1).prep; day > 23 && r.digits(i) == 2 && (r.fold(i-1) == "к" || r.fold(i-1) == "до" && p == toPrep) && r.ends(j) && !r.t[min(j, len(r.t)-1)].is("%") {
			e.kind, e.first, e.grain = numberDay, crm.Date{Day: day}, Day // «вернут к 25»: no hour is that late
			return j
		}
		return i
	}
	next := j
	if word {
		next++
	} else if !r.ordinalAlone(i, j, backed) {
		return i
	}
	if k, cell := r.monthAfter(next); k > next {
		return r.dayInMonth(e, k, cell, day)
	}
	e.kind, e.first, e.grain = numberDay, crm.Date{Day: day}, Day
	return next
}

// monthAfter reads «следующего месяца», "of next month" after a day.
func (r *reader) monthAfter(i int) (next int, first crm.Date) {
	j := i
	if r.fold(j) == "of" {
		j++
	}
	if r.fold(j) == "the" {
		j++
	}
	m := r.lex(j).mod
	if m == noMod || m == everyMod || r.lex(j+1).unit != monthUnit {
		return i, crm.Date{}
	}
	shift := 0
	if m == nextMod || m == comingMod {
		shift = 1
	} else if m == lastMod {
		shift = -1
	}
	return j + 2, crm.Date{Year: r.today.Year, Month: r.today.Month, Day: 1}.AddMonths(shift)
}

func (r *reader) dayInMonth(e *expr, next int, first crm.Date, day int) int {
	d := crm.Date{Year: first.Year, Month: first.Month, Day: day}
	if !d.Valid() {
		e.invalid = true
		return next
	}
	e.fix(d, d, Day)
	return next
}

// ordinalAlone decides whether an ordinal without «числа» names a day: it must have the form of one, a preposition or the
// article before it, and no noun that it could count behind it.
func (r *reader) ordinalAlone(i, j int, backed bool) bool {
	ending := r.fold(j - 1)
	if r.isNumber(i) {
		if ending == "й" || ending == "ый" {
			return false
		}
		if ending == "му" || ending == "ому" || ending == "ему" || ending == "м" || ending == "ом" || ending == "им" || ending == "ым" {
			return backed && !r.countsNoun(j)
		}
		return !r.countsNoun(j)
	}
	if ending[0] < 0x80 {
		return r.fold(i-1) == "the" && (backed || i == 1) && r.englishEnd(j) || r.lex(i-1).prep == onPrep && r.englishEnd(j)
	}
	if j == i+2 && !r.countsNoun(j) {
		return true
	}
	p := r.lex(i - 1).prep
	genitive := hasAnySuffix(ending, "ого", "его")
	dative := hasAnySuffix(ending, "ому", "ему")
	fits := genitive && (p == toPrep || p == afterPrep || p == fromPrep) || dative && p == byPrep ||
		p == throughPrep && hasAnySuffix(ending, "ое", "ье") || p == onPrep && hasAnySuffix(ending, "ое", "ье")
	return fits && !r.countsNoun(j)
}

// englishEnd reports whether an English ordinal ends a phrase here, so that it doesn't count what follows.
func (r *reader) englishEnd(j int) bool {
	x := r.lex(j)
	return !r.isWord(j) || x.prep != noPrep || x.rel != 0 || x.weekday > 0 || x.mod == thisMod || x.mod == nextMod
}

// monthName reads a month as a whole, with a year perhaps: «в мае», "March 2027".
func (r *reader) monthName(e *expr, i int, backed bool) int {
	j, m := i, noMod
	if x := r.lex(j); x.mod == thisMod || x.mod == nextMod || x.mod == lastMod || x.mod == comingMod {
		m = x.mod
		j++
	}
	x := r.lex(j)
	if x.month == 0 || r.nameLike(j, backed || m != noMod) {
		return i
	}
	k := j + 1
	if r.fold(k) == "." && r.glued(k) {
		k++
	}
	year, next := r.year(k, false)
	if year == 0 {
		year, next = r.bareYear(k)
	}
	if year == 0 {
		next = k
		if x.short && !backed && m == noMod && len(r.t) > 1+next-j || x.typo && !backed && m == noMod {
			return i
		}
		if k == j+2 && next == len(r.t) && len(r.fold(j)) > 8 {
			next-- // the full stop ends the sentence
		}
		if next-i == 1 && !backed && !r.monthAlone(j) {
			return i
		}
	}
	first := crm.Date{Year: year, Month: time.Month(x.month), Day: 1}
	switch {
	case year > 0:
		e.fix(first, first.EndOfMonth(), Month)
	case m == lastMod:
		first.Year = r.today.Year
		if first.Month >= r.today.Month {
			first.Year--
		}
		e.fix(first, first.EndOfMonth(), Month)
		e.gone = true
	default:
		e.kind, e.first, e.grain = monthOnly, first, Month
	}
	e.week = e.kind == fixedDay
	return next
}

// bareYear reads a year of two digits after a month when nothing else can be meant: «авг 96».
func (r *reader) bareYear(k int) (year, next int) {
	if n, ok := r.number(k); ok && r.digits(k) == 2 && n > 31 && n < 100 && !r.glued(k+1) {
		return century(n), k + 1
	}
	return 0, k
}

// monthAlone accepts a month without a preposition when it is a whole phrase.
func (r *reader) monthAlone(j int) bool {
	before := j == 0 || r.t[j-1].kind == punctToken || r.lex(j-1).prep != noPrep || r.lex(j-1).edge != noEdge
	return before || !r.t[j].upper && r.russian(j) || r.english && len(r.t) <= 2
}

// yearNumber reads a year: «2027 год», «в 2027 году», "in 2027".
func (r *reader) yearNumber(e *expr, i int, backed bool) int {
	n, ok := r.number(i)
	year := n
	var next int
	switch {
	case ok && r.digits(i) == 4 && n >= 1000 && n <= 2200:
		next = r.yearWord(r.ordinalEnding(i + 1))
		if next == i+1 && !(backed && r.english && n > 1900 && r.englishEnd(next)) || r.documentBefore(i) || r.street(i) ||
			!backed && r.fold(i+1) == "года" && r.isWord(i-1) { // «оборудование 2019 года»
			return i
		}
	case r.fold(i) == "год" && r.digits(i+1) == 4:
		year, _ = r.number(i + 1)
		next = i + 2
	case ok && r.digits(i) == 2 && r.lex(i-1).prep == inPrep && r.fold(i+1) == "году":
		year, next = century(n), i+2
	default:
		return i
	}
	first := crm.Date{Year: year, Month: 1, Day: 1}
	e.fix(first, crm.Date{Year: year, Month: 12, Day: 31}, Year)
	return next
}

func hasAnySuffix(s string, suffixes ...string) bool {
	for _, end := range suffixes {
		if len(s) >= len(end) && s[len(s)-len(end):] == end {
			return true
		}
	}
	return false
}
