package capture

import (
	"time"

	"followup/storage/crm"
)

// Edges of periods and n-th days: «до конца месяца», «в середине мая», "end of next week", «последний рабочий день месяца»,
// "second Tuesday of October".
//
//   - A month's start is its first ten days, its middle the next ten, its end the rest.
//   - A week's start is Monday and Tuesday, its end begins on Thursday; in English three days each.

// edgeOf reads the start, middle or end of a period: «конец месяца», «в середине мая», "end of next week", "EOM".
func (r *reader) edgeOf(e *expr, i int) int {
	if next := r.edgeCode(e, i); next > i {
		return next
	}
	if n, _ := r.number(i); (n == 10 || n == 20) && r.dash(i+1) && r.fold(i+2) == "х" && r.fold(i+3) == "числах" {
		return r.tensFrom(e, i+4, n, n+9)
	}
	if (r.fold(i) == "первых" || r.fold(i) == "последних" || r.lex(i).ord == 20 || r.lex(i).ord == 10) && r.fold(i+1) == "числах" {
		return r.tens(e, i)
	}
	g, j := r.lex(i).edge, i+1
	half := 0
	if o := r.lex(i).ord; (o == 1 || o == 2) && (r.fold(j) == "половина" || r.fold(j) == "половине" || r.fold(j) == "половину" || r.fold(j) == "half") {
		half, j = int(o), j+1
	} else if g == noEdge || r.fold(i) == "первых" {
		return i
	}
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
		if next = r.season(&whole, j, true); next > j {
			whole.grain = Quarter
		}
	}
	if next == j {
		next = r.bareUnit(&whole, j)
	}
	if next == j || half > 0 && whole.grain == Day {
		return i
	}
	if whole.kind == monthOnly {
		whole.first = r.rollMonth(whole.first, e.gone || r.happened(i))
		whole.last = whole.first.EndOfMonth()
		if k, y := r.yearAfter(next); k > next {
			whole.first.Year, next = y, k
			whole.last = whole.first.EndOfMonth()
		}
	}
	if half > 0 {
		middle := whole.first.AddDays(whole.last.Sub(whole.first)/2 + 1)
		if half == 1 {
			e.fix(whole.first, middle.AddDays(-1), Day)
		} else {
			e.fix(middle, whole.last, Day)
		}
		return next
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

// edgeCode reads "EOD", "EOM", "BOY" and their likes, and "by month end".
func (r *reader) edgeCode(e *expr, i int) int {
	var u unit
	g, next := endEdge, i+1
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
	case "month", "quarter", "year":
		if r.dash(next) {
			next++
		}
		if r.fold(next) != "end" || e.prep == noPrep {
			return i
		}
		u, next = r.lex(i).unit, next+1
	default:
		return i
	}
	whole := newExpr()
	first, last, grain := cell(u, r.today, 0)
	whole.fix(first, last, grain)
	r.cutEdge(e, &whole, g)
	return next
}

// tens reads «в двадцатых числах мая», «в первых числах», «в последних числах декабря».
func (r *reader) tens(e *expr, i int) int {
	from, to := 1, 5
	switch {
	case r.lex(i).ord == 20:
		from, to = 20, 29
	case r.lex(i).ord == 10:
		from, to = 10, 19
	case r.fold(i) == "последних":
		from, to = 26, 31
	}
	return r.tensFrom(e, i+2, from, to)
}

// tensFrom reads the month at i, behind «числах», and takes its days from .. to.
func (r *reader) tensFrom(e *expr, i, from, to int) int {
	month := newExpr()
	next := r.monthName(&month, i, true)
	if next == i {
		next = r.period(&month, i, true)
	}
	if next == i {
		next = r.bareUnit(&month, i)
	}
	first := crm.Date{Year: r.today.Year, Month: r.today.Month, Day: 1}
	switch {
	case next == i:
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
	for range 3 {
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
	for range 800 {
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
