package capture

import (
	"time"

	"followup/storage/crm"
)

// Periods («на следующей неделе», "Q3"), their edges («до конца месяца»), distances («через полтора часа», "3 days ago")
// and n-th days («последний рабочий день месяца», "second Tuesday of October").
//
//   - A distance counts only with «через», «спустя», «назад», "in", "ago" or the like: «гарантия 12 месяцев» is none.
//   - Minutes and hours give an instant, days and more a day. Working days skip days off.
//   - A month's start is its first ten days, its middle the next ten, its end the rest.

// cell is the first and last day of the period of this unit that d lies in, moved by n periods.
func cell(u unit, d crm.Date, n int) (first, last crm.Date, grain Grain) {
	switch u {
	case weekUnit, fortnightUnit:
		first = d.AddDays(-((int(d.Weekday()) + 6) % 7) + 7*n)
		return first, first.AddDays(6), Week
	case weekendUnit:
		first = d.AddDays(-((int(d.Weekday()) + 6) % 7) + 7*n + 5)
		return first, first.AddDays(1), Day
	case monthUnit:
		first = crm.Date{Year: d.Year, Month: d.Month, Day: 1}.AddMonths(n)
		return first, first.EndOfMonth(), Month
	case quarterUnit:
		first = crm.Date{Year: d.Year, Month: (d.Month-1)/3*3 + 1, Day: 1}.AddMonths(3 * n)
		return first, first.AddMonths(3).AddDays(-1), Quarter
	case yearUnit:
		return crm.Date{Year: d.Year + n, Month: 1, Day: 1}, crm.Date{Year: d.Year + n, Month: 12, Day: 31}, Year
	}
	return d.AddDays(n), d.AddDays(n), Day
}

// period reads a calendar period: «на этой неделе», "next month", «в 3 квартале», «на выходных», "next 3 days".
func (r *reader) period(e *expr, i int, backed bool) int {
	if next := r.quarter(e, i); next > i {
		return next
	}
	j, m := i, noMod
	if x := r.lex(j); x.mod != noMod && x.mod != everyMod {
		m = x.mod
		j++
		if r.fold(j) == "." {
			j++
		}
	}
	if r.lex(i).half == noPart && (r.fold(i) == "all" || r.fold(i) == "rest") {
		return r.restOf(e, i)
	}
	if m != noMod {
		if next := r.severalPeriods(e, j, m); next > j {
			return next
		}
	} else if n, k := r.count(j); k > j && r.fold(k) == "upcoming" && r.lex(k+1).unit >= dayUnit && n > 0 && n < 1000 {
		first, last, grain := cell(r.lex(k+1).unit, r.today, int(n))
		e.fix(first, last, grain)
		return k + 2
	}
	if r.fold(i) == "week" && r.fold(i+1) == "of" {
		return r.weekOf(e, i)
	}
	u := r.lex(j).unit
	next := j + 1
	if r.fold(j) == "week" && (r.fold(j+1) == "end" || r.dash(j+1) && r.fold(j+2) == "end") {
		u, next = weekendUnit, j+2
		if r.dash(j + 1) {
			next++
		}
	}
	if u == weekUnit && m == lastMod && hasAnySuffix(r.fold(j), "'s") {
		next = j + 1
	}
	switch u {
	case weekUnit, monthUnit, quarterUnit, yearUnit, dayUnit:
		if m == noMod && !(r.fold(i) == "неделе" && r.fold(i-1) == "на") {
			return i
		}
	case weekendUnit:
		if m == noMod && !backed && len(r.t) > 1 {
			return i
		}
	default:
		return i
	}
	n := modShift(m)
	if u == weekendUnit && m == comingMod {
		n = 0
	}
	if u == dayUnit && (m == thisMod && r.fold(j) != "день" || m == finalMod || r.fold(i) == "past" || r.russian(j) && m == lastMod) {
		return i
	}
	first, last, grain := cell(u, r.today, n)
	if u == weekendUnit && m == lastMod && r.today.Weekday() == time.Sunday {
		first, last = first.AddDays(0), last.AddDays(0)
	}
	if u == weekendUnit && m == noMod && last.Before(r.today) {
		first, last = first.AddDays(7), last.AddDays(7)
	}
	if r.fold(next) == "after" && r.fold(next+1) == "next" {
		first, last, grain = cell(u, r.today, 2)
		next += 2
	}
	e.fix(first, last, grain)
	e.relative, e.gone = true, n < 0
	e.week = u == weekUnit || u == monthUnit
	return next
}

func modShift(m mod) int {
	switch m {
	case nextMod, comingMod:
		return 1
	case lastMod, finalMod:
		return -1
	case earlierMod:
		return -2
	}
	return 0
}

// weekOf reads "the week of October 7th".
func (r *reader) weekOf(e *expr, i int) int {
	j := i + 2
	if r.fold(j) == "the" {
		j++
	}
	day := newExpr()
	next := r.monthDate(&day, j)
	if next == j {
		next = r.numberOfMonth(&day, j, true)
	}
	if next == j || day.invalid {
		return i
	}
	r.settleDay(&day, false)
	first, last, grain := cell(weekUnit, day.first, 0)
	e.fix(first, last, grain)
	e.week = true
	return next
}

// restOf reads "all week", "rest of the week".
func (r *reader) restOf(e *expr, i int) int {
	j, first := i+1, r.monday()
	if r.fold(i) == "rest" {
		if !r.says(i, []string{"rest", "of", "the"}) {
			return i
		}
		j, first = i+3, r.today
	}
	u := r.lex(j).unit
	if u != weekUnit {
		return i
	}
	e.fix(first, r.monday().AddDays(6), Day)
	return j + 1
}

// severalPeriods reads «следующие 2 недели», "last 3 days".
func (r *reader) severalPeriods(e *expr, j int, m mod) int {
	n, k := r.count(j)
	if k == j || n < 1 || n > 1000 {
		return j
	}
	u := r.lex(k).unit
	if u == noUnit || u == weekendUnit {
		return j
	}
	next := k + 1
	gone := m == lastMod || m == finalMod
	e.relative, e.gone = true, gone
	if u == secondUnit || u == minuteUnit || u == hourUnit {
		return j
	}
	if r.fold(j-1) == "upcoming" {
		first, last, grain := cell(u, r.today, int(n))
		e.fix(first, last, grain)
		return next
	}
	first, _, _ := cell(u, r.today, 1)
	_, last, _ := cell(u, r.today, int(n))
	if gone {
		first, _, _ = cell(u, r.today, -int(n))
		_, last, _ = cell(u, r.today, -1)
	}
	_, _, grain := cell(u, r.today, 0)
	e.fix(first, last, grain)
	e.bound = Within
	return next
}

// count reads a small whole number in figures or words, «пару», "a few".
func (r *reader) count(i int) (n int64, next int) {
	if v, ok := r.number(i); ok {
		return int64(v), i + 1
	}
	switch r.fold(i) {
	case "пару", "пара", "пары":
		return 2, i + 1
	case "несколько", "few":
		return 3, i + 1
	case "couple", "pair":
		if r.fold(i+1) == "of" {
			return 2, i + 2
		}
		return 2, i + 1
	case "a":
		if n, next := r.count(i + 1); next > i+1 && r.digits(i+1) == 0 {
			return n, next
		}
	}
	n, next = spelled(r.x, i)
	return n, next
}

// quarter reads «3 квартал», «в третьем квартале 2027», «IV кв.», "Q3", "2018Q4", "18q4".
func (r *reader) quarter(e *expr, i int) int {
	q, next, year := 0, i, 0
	switch {
	case r.fold(i) == "q" && r.glued(i+1) && r.digits(i+1) == 1:
		q, _ = r.number(i + 1)
		next = i + 2
	case r.fold(i+1) == "q" && r.glued(i+1) && r.glued(i+2) && r.digits(i+2) == 1:
		y, _ := r.number(i)
		q, _ = r.number(i + 2)
		if r.digits(i) == 2 {
			y = century(y)
		} else if r.digits(i) != 4 {
			return i
		}
		year, next = y, i+3
	default:
		n, j := r.dayNumber(i)
		if j == i {
			n, j = roman(r.fold(i)), i+1
		}
		if n == 0 || r.lex(j).unit != quarterUnit {
			return i
		}
		q, next = n, j+1
		if r.fold(j) == "кв" && r.fold(next) == "." && r.digits(next+1) > 0 {
			return i // an address: «3 кв. 15» has a flat in it
		}
		if r.fold(j) == "кв" && r.fold(next) == "." {
			next++
		}
	}
	if q < 1 || q > 4 {
		return i
	}
	if year == 0 {
		if y, k := r.year(next, false); y > 0 {
			year, next = y, k
		} else if k, first := r.yearAfter(next); k > next {
			year, next = first, k
		}
	}
	first := crm.Date{Year: year, Month: time.Month(3*q - 2), Day: 1}
	if year == 0 {
		first.Year = r.today.Year
		if first.AddMonths(3).AddDays(-1).Before(r.today) {
			first.Year++
		}
	}
	e.fix(first, first.AddMonths(3).AddDays(-1), Quarter)
	return next
}

// yearAfter reads «этого года», "of next year" after a month or a quarter.
func (r *reader) yearAfter(i int) (next, year int) {
	j := i
	if r.fold(j) == "of" {
		j++
	}
	m := r.lex(j).mod
	if m == noMod || m == everyMod || r.lex(j+1).unit != yearUnit {
		return i, 0
	}
	return j + 2, r.today.Year + modShift(m)
}

func roman(s string) int {
	switch s {
	case "i":
		return 1
	case "ii":
		return 2
	case "iii":
		return 3
	case "iv":
		return 4
	}
	return 0
}

// edgeOf reads the start, middle or end of a period: «конец месяца», «в середине мая», "end of next week", "EOM".
func (r *reader) edgeOf(e *expr, i int) int {
	if next := r.edgeCode(e, i); next > i {
		return next
	}
	if (r.fold(i) == "первых" || r.fold(i) == "последних" || r.lex(i).ord == 20 || r.lex(i).ord == 10) && r.fold(i+1) == "числах" {
		return r.tens(e, i)
	}
	g := r.lex(i).edge
	if g == noEdge || r.fold(i) == "первых" {
		return i
	}
	j := i + 1
	for r.fold(j) == "of" || r.fold(j) == "the" || r.fold(j) == "at" || r.fold(j) == "around" {
		j++
	}
	whole := newExpr()
	next := r.monthName(&whole, j, true)
	if next == j {
		next = r.period(&whole, j, true)
	}
	if next == j {
		next = r.yearNumber(&whole, j, true)
	}
	if next == j {
		next = r.bareUnit(&whole, j)
	}
	if next == j {
		return i
	}
	if whole.kind == monthOnly {
		whole.first = r.rollMonth(whole.first, e.gone || r.happened(i))
		whole.last = whole.first.EndOfMonth()
		if y, k := r.yearAfter(next); k > next {
			_ = y
		}
	}
	r.cutEdge(e, &whole, g)
	if u := r.lex(j).unit; e.prep == inPrep && e.last.Before(r.today) && u != noUnit && !r.english && !r.happened(i) {
		whole.first, whole.last, whole.grain = cell(u, r.today, 1) // «в начале недели» said later in the week
		r.cutEdge(e, &whole, g)
	}
	return next
}

// bareUnit reads the period that now lies in: «месяца», "the year", «дня».
func (r *reader) bareUnit(e *expr, j int) int {
	u := r.lex(j).unit
	switch u {
	case dayUnit, weekUnit, monthUnit, quarterUnit, yearUnit:
	case noUnit:
		if r.fold(j) == "рабочего" && r.fold(j+1) == "дня" || r.fold(j) == "рабочей" && r.lex(j+1).unit == weekUnit {
			first, last, grain := cell(r.lex(j+1).unit, r.today, 0)
			if grain == Week {
				last = last.AddDays(-2)
			}
			e.fix(first, last, grain)
			return j + 2
		}
		return j
	default:
		return j
	}
	first, last, grain := cell(u, r.today, 0)
	e.fix(first, last, grain)
	e.relative = true
	return j + 1
}

// cutEdge makes e the start, middle or end of the whole.
func (r *reader) cutEdge(e, whole *expr, g edge) {
	e.fix(whole.first, whole.last, Day)
	e.edge = g == endEdge
	e.relative, e.gone = false, whole.gone
	first, last := whole.first, whole.last
	switch whole.grain {
	case Day:
		e.grain = Day
		if g == endEdge {
			e.part = endOfDayPart
		} else if g == startEdge {
			e.part = morningPart
		} else {
			e.part = lunchPart
		}
		e.relative = true
		return
	case Week:
		switch {
		case g == startEdge && r.english:
			last = first.AddDays(2)
		case g == startEdge:
			last = first.AddDays(1)
		case g == middleEdge:
			first, last = first.AddDays(1), first.AddDays(3)
			if !r.english {
				first = whole.first.AddDays(2)
			}
		case r.english:
			first = last.AddDays(-2)
		default:
			first = last.AddDays(-3)
		}
	case Month:
		switch g {
		case startEdge:
			last = first.AddDays(9)
		case middleEdge:
			first, last = first.AddDays(10), first.AddDays(19)
		default:
			first = first.AddDays(20)
		}
	case Quarter:
		switch g {
		case startEdge:
			last = first.EndOfMonth()
		case middleEdge:
			first = first.AddMonths(1)
			last = first.EndOfMonth()
		default:
			first = first.AddMonths(2)
		}
	case Year:
		switch {
		case g == startEdge:
			last = first.AddMonths(3).AddDays(-1)
		case g == middleEdge:
			first = first.AddMonths(4)
			last = first.AddMonths(4).AddDays(-1)
		case r.english:
			first = first.AddMonths(8)
		default:
			first = first.AddMonths(9)
		}
	}
	e.first, e.last = first, last
	if whole.grain == Year && r.english {
		e.grain = Month
	}
}

// edgeCode reads "EOD", "EOM", "BOY" and their likes.
func (r *reader) edgeCode(e *expr, i int) int {
	u, g := noUnit, endEdge
	switch r.fold(i) {
	case "eod", "cob":
		u = dayUnit
	case "eow":
		u = weekUnit
	case "eom":
		u = monthUnit
	case "eoq":
		u = quarterUnit
	case "eoy":
		u = yearUnit
	case "bom":
		u, g = monthUnit, startEdge
	case "boy":
		if !r.t[i].caps {
			return i
		}
		u, g = yearUnit, startEdge
	default:
		return i
	}
	whole := newExpr()
	first, last, grain := cell(u, r.today, 0)
	whole.fix(first, last, grain)
	r.cutEdge(e, &whole, g)
	return i + 1
}

// tens reads «в двадцатых числах мая», «в первых числах», «в последних числах декабря».
func (r *reader) tens(e *expr, i int) int {
	month := newExpr()
	next := r.monthName(&month, i+2, true)
	if next == i+2 {
		next = r.period(&month, i+2, true)
	}
	if next == i+2 {
		next = r.bareUnit(&month, i+2)
	}
	from, to := 1, 5
	switch {
	case r.lex(i).ord == 20:
		from, to = 20, 29
	case r.lex(i).ord == 10:
		from, to = 10, 19
	case r.fold(i) == "последних":
		from, to = 26, 31
	}
	first := crm.Date{Year: r.today.Year, Month: r.today.Month, Day: 1}
	switch {
	case next == i+2:
		if min(to, first.EndOfMonth().Day) < r.today.Day {
			first = first.AddMonths(1)
		}
	case month.kind == monthOnly:
		first = r.rollMonth(month.first, r.happened(i))
	case month.grain == Month:
		first = month.first
	}
	end := first.EndOfMonth().Day
	e.fix(first.AddDays(min(from, end)-1), first.AddDays(min(to, end)-1), Day)
	return next
}

// rollMonth gives a month without a year its next occurrence, or the last one of what happened.
func (r *reader) rollMonth(first crm.Date, gone bool) crm.Date {
	first.Year = r.today.Year
	switch {
	case gone && first.After(r.today):
		first.Year--
	case !gone && first.EndOfMonth().Before(r.today):
		first.Year++
	}
	return first
}

// nthDay reads the n-th or last weekday, working day, day or week of a month or another period.
func (r *reader) nthDay(e *expr, i int) int {
	n, j := r.nth(i)
	if j == i {
		return i
	}
	work := workWord(r.fold(j))
	if work {
		j++
	}
	x := r.lex(j)
	if x.weekday == 0 && x.unit != dayUnit && x.unit != weekUnit && x.unit != weekendUnit || work && x.unit != dayUnit {
		return i
	}
	k := j + 1
	for r.fold(k) == "of" || r.fold(k) == "in" || r.fold(k) == "the" || r.fold(k) == "в" {
		k++
	}
	whole := newExpr()
	next := r.monthName(&whole, k, true)
	if next == k {
		next = r.period(&whole, k, true)
	}
	if next == k {
		next = r.yearNumber(&whole, k, true)
	}
	if next == k && (r.lex(k).unit == monthUnit || r.lex(k).unit == quarterUnit || r.lex(k).unit == yearUnit || r.lex(k).unit == weekUnit) {
		next = r.bareUnit(&whole, k)
	}
	if next == k && r.english && r.digits(k) == 4 {
		year, _ := r.number(k)
		whole.fix(crm.Date{Year: year, Month: 1, Day: 1}, crm.Date{Year: year, Month: 12, Day: 31}, Year)
		next = k + 1
	}
	if next == k {
		return i
	}
	roll := whole.kind == monthOnly
	if roll {
		whole.first = r.rollMonth(whole.first, r.happened(i))
		whole.last = whole.first.EndOfMonth()
	}
	for try := 0; try < 3; try++ {
		d, ok := r.pick(n, x, work, whole.first, whole.last)
		if !ok {
			e.invalid = true
			return next
		}
		if d.Before(r.today) && !whole.gone && !r.happened(i) && whole.relative && !hasMod(r, k) {
			first, last, _ := cell(unitOfGrain(whole.grain), whole.last, 1)
			whole.first, whole.last = first, last
			continue
		}
		e.fix(d, d, Day)
		switch x.unit {
		case weekUnit:
			e.fix(d, d.AddDays(6), Week)
		case weekendUnit:
			e.fix(d, d.AddDays(1), Day)
		}
		return next
	}
	return i
}

func hasMod(r *reader, k int) bool { return r.lex(k).mod != noMod }

func workWord(s string) bool {
	switch s {
	case "рабочий", "рабочего", "рабочему", "рабочих", "рабочие", "рабочем", "раб", "working", "business", "work", "будний":
		return true
	}
	return false
}

func unitOfGrain(g Grain) unit {
	switch g {
	case Week:
		return weekUnit
	case Quarter:
		return quarterUnit
	case Year:
		return yearUnit
	}
	return monthUnit
}

// nth reads «первый», «2-й», "last", "third last", as 1, 2, -1, -3.
func (r *reader) nth(i int) (n, next int) {
	if m := r.lex(i).mod; m == finalMod || r.fold(i) == "last" {
		return -1, i + 1
	}
	n, next = ordinal(r.x, i)
	if next == i && r.digits(i) > 0 {
		if v, ok := r.number(i); ok && v > 0 && v < 32 {
			if k := r.ordinalEnding(i + 1); k > i+1 {
				n, next = v, k
			}
		}
	}
	if next > i && (r.fold(next) == "last" || r.lex(next).mod == finalMod) {
		return -n, next + 1
	}
	if r.fold(i) == "предпоследний" || r.fold(i) == "предпоследняя" || r.fold(i) == "предпоследнюю" {
		return -2, i + 1
	}
	return n, next
}

// pick finds the n-th day of a kind between first and last, from the end when n is negative.
func (r *reader) pick(n int, x lex, work bool, first, last crm.Date) (crm.Date, bool) {
	step, d := 1, first
	if n < 0 {
		step, d, n = -1, last, -n
	}
	fits := func(d crm.Date) bool {
		switch {
		case work:
			return r.w.Calendar.Working(d)
		case x.weekday > 0:
			return d.Weekday() == time.Weekday(x.weekday%7)
		case x.unit == weekUnit:
			return d.Weekday() == time.Monday
		case x.unit == weekendUnit:
			return d.Weekday() == time.Saturday
		}
		return true
	}
	for limit := 0; limit < 800; limit++ {
		if d.Before(first) || d.After(last) {
			break
		}
		if fits(d) && (x.unit != weekUnit || !d.AddDays(6).After(last) || step > 0) {
			if n--; n == 0 {
				return d, true
			}
		}
		d = d.AddDays(step)
	}
	return crm.Date{}, false
}

// holidays are days that people name instead of a date; from and to are month and day.
var holidays = []struct {
	words    []string
	from, to [2]int
}{
	{[]string{"нового", "года"}, [2]int{1, 1}, [2]int{1, 1}}, {[]string{"новый", "год"}, [2]int{1, 1}, [2]int{1, 1}},
	{[]string{"новому", "году"}, [2]int{1, 1}, [2]int{1, 1}}, {[]string{"новым", "годом"}, [2]int{1, 1}, [2]int{1, 1}},
	{[]string{"нг"}, [2]int{1, 1}, [2]int{1, 1}},
	{[]string{"майских", "праздников"}, [2]int{5, 1}, [2]int{5, 9}}, {[]string{"майских"}, [2]int{5, 1}, [2]int{5, 9}},
	{[]string{"майские"}, [2]int{5, 1}, [2]int{5, 9}}, {[]string{"майским"}, [2]int{5, 1}, [2]int{5, 9}},
	{[]string{"новогодних", "праздников"}, [2]int{1, 1}, [2]int{1, 8}}, {[]string{"новогодних"}, [2]int{1, 1}, [2]int{1, 8}},
	{[]string{"new", "year's", "day"}, [2]int{1, 1}, [2]int{1, 1}}, {[]string{"new", "year"}, [2]int{1, 1}, [2]int{1, 1}},
	{[]string{"christmas", "eve"}, [2]int{12, 24}, [2]int{12, 24}}, {[]string{"christmas"}, [2]int{12, 25}, [2]int{12, 25}},
}

// holiday reads a named holiday after a preposition: «после майских», «до нового года».
func (r *reader) holiday(e *expr, i int, backed bool) int {
	if !backed && r.fold(i) != "christmas" && r.lex(i-1).prep == noPrep {
		return i
	}
	for _, h := range holidays {
		if h.words[0] != r.fold(i) || !r.says(i, h.words) {
			continue
		}
		first := crm.Date{Year: r.today.Year, Month: time.Month(h.from[0]), Day: h.from[1]}
		last := crm.Date{Year: r.today.Year, Month: time.Month(h.to[0]), Day: h.to[1]}
		next := i + len(h.words)
		if y, k := r.year(next, false); y > 0 {
			first.Year, last.Year, next = y, y, k
		} else if last.Before(r.today) {
			first.Year, last.Year = first.Year+1, last.Year+1
		}
		e.fix(first, last, Day)
		return next
	}
	return i
}
