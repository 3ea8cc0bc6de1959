package capture

import (
	"strings"
	"time"

	"followup/storage/crm"
)

// Periods of the calendar: «на следующей неделе», «в прошлом квартале», "Q3", «на выходных», «следующие 2 недели», «с лета».
//
//   - A quarter, a half of a year or a season without a year is the one that is not over yet; of what happened, the last one.
//   - «с лета» began with the last summer.

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
	if next := r.thatWeek(e, i); next > i {
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
	if u == dayUnit && (m == comingMod || m == nextMod) && r.fold(j) == "дни" {
		e.fix(r.today.AddDays(1), r.today.AddDays(3), Day)
		e.bound, e.relative = Within, true
		return next
	}
	if u == dayUnit && (m == thisMod && r.fold(j) != "день" || m == finalMod || r.fold(i) == "past" || r.russian(j) && m == lastMod) {
		return i
	}
	first, last, grain := cell(u, r.today, n)
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
	if u == secondUnit || u == minuteUnit || u == hourUnit {
		length := map[unit]time.Duration{secondUnit: time.Second, minuteUnit: time.Minute, hourUnit: time.Hour}[u]
		if gone || n > 600 {
			return j
		}
		e.exact, e.at, e.fine, e.relative, e.bound = true, r.now.Add(time.Duration(n)*length), Minute, true, Before
		return next // «в ближайшие 2 часа» end with the last of them
	}
	e.relative, e.gone = true, gone
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
	var q, year int
	var next int
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
		if (n == 1 || n == 2) && halfYear[r.fold(j)] {
			return r.halfOfYear(e, n, j+1)
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
	if q < 1 || q > 4 || r.lex(next).prep == agoPrep {
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
		e.gone = r.paperMonth(i)
		switch {
		case e.gone && first.After(r.today):
			first.Year--
		case !e.gone && first.AddMonths(3).AddDays(-1).Before(r.today):
			first.Year++
		}
	}
	e.fix(first, first.AddMonths(3).AddDays(-1), Quarter)
	return next
}

var halfYear = wordSet("полугодие полугодии полугодия полугодию")

// halfOfYear reads the year behind «первое полугодие».
func (r *reader) halfOfYear(e *expr, n, i int) int {
	year, next := r.year(i, false)
	if year == 0 {
		if k, y := r.yearAfter(i); k > i {
			year, next = y, k
		}
	}
	first := crm.Date{Year: year, Month: time.Month(6*n - 5), Day: 1}
	if year == 0 {
		first.Year = r.today.Year
		if first.AddMonths(6).Compare(r.today) <= 0 {
			first.Year++
		}
	}
	e.fix(first, first.AddMonths(6).AddDays(-1), Quarter)
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

// holidays are days that people name instead of a date; from and to are month and day.
var holidays = []struct {
	words    []string
	from, to [2]int
}{
	{[]string{"нового", "года"}, [2]int{1, 1}, [2]int{1, 1}},
	{[]string{"новый", "год"}, [2]int{1, 1}, [2]int{1, 1}},
	{[]string{"новому", "году"}, [2]int{1, 1}, [2]int{1, 1}},
	{[]string{"новым", "годом"}, [2]int{1, 1}, [2]int{1, 1}},
	{[]string{"нг"}, [2]int{1, 1}, [2]int{1, 1}},
	{[]string{"майских", "праздников"}, [2]int{5, 1}, [2]int{5, 9}},
	{[]string{"майских"}, [2]int{5, 1}, [2]int{5, 9}},
	{[]string{"майские", "праздники"}, [2]int{5, 1}, [2]int{5, 9}},
	{[]string{"новогодние", "праздники"}, [2]int{1, 1}, [2]int{1, 8}},
	{[]string{"новогодние"}, [2]int{1, 1}, [2]int{1, 8}},
	{[]string{"майские"}, [2]int{5, 1}, [2]int{5, 9}},
	{[]string{"майским"}, [2]int{5, 1}, [2]int{5, 9}},
	{[]string{"новогодних", "праздников"}, [2]int{1, 1}, [2]int{1, 8}},
	{[]string{"новогодних"}, [2]int{1, 1}, [2]int{1, 8}},
	{[]string{"new", "year's", "day"}, [2]int{1, 1}, [2]int{1, 1}},
	{[]string{"new", "year"}, [2]int{1, 1}, [2]int{1, 1}},
	{[]string{"christmas", "eve"}, [2]int{12, 24}, [2]int{12, 24}},
	{[]string{"christmas"}, [2]int{12, 25}, [2]int{12, 25}},
}

// holiday reads a named holiday after a preposition: «после майских», «до нового года».
func (r *reader) holiday(e *expr, i int, backed bool) int {
	if !backed && r.fold(i) != "christmas" && r.lex(i-1).prep == noPrep || strings.HasPrefix(r.fold(i-2), "поздрав") {
		return i // «поздравить с новым годом 25 декабря»
	}
	if next := r.nextHolidays(e, i); next > i {
		return next
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
		e.feast = true
		return next
	}
	return i
}

// season reads «летом», «с осени», "this summer".
func (r *reader) season(e *expr, i int, backed bool) int {
	j, m := i, noMod
	if x := r.lex(j); x.mod != noMod && x.mod != everyMod {
		m = x.mod
		j++
	}
	s := int(r.lex(j).season)
	if s == 0 || r.t[j].upper && !r.t[j].opens && !r.t[j].caps && !r.latin(j) {
		return i
	}
	if m == noMod && !backed && !hasAnySuffix(r.fold(j), "ом", "ой", "ью") || r.fold(j) == "лет" {
		return i
	}
	year := r.today.Year
	first := crm.Date{Year: year, Month: time.Month(3*s - 3), Day: 1}
	if s == 1 {
		first = crm.Date{Year: year - 1, Month: 12, Day: 1}
	}
	next := j + 1
	if y, k := r.year(next, false); y > 0 {
		first.Year, next = y, k
	} else {
		last := first.AddMonths(3).AddDays(-1)
		switch {
		case m == lastMod:
			for first.AddMonths(12).Before(r.today) && last.AddMonths(12).Before(r.today) {
				first, last = first.AddMonths(12), last.AddMonths(12)
			}
			if !last.Before(r.today) {
				first = first.AddMonths(-12)
			}
			e.gone = true
		case e.prep == fromPrep && m == noMod:
			for first.AddMonths(12).Compare(r.today) <= 0 {
				first = first.AddMonths(12)
			}
			if first.After(r.today) {
				first = first.AddMonths(-12)
			}
			e.gone = true
		case last.Before(r.today):
			first = first.AddMonths(12)
		}
		if m == nextMod && !first.After(r.today) {
			first = first.AddMonths(12)
		}
	}
	e.fix(first, first.AddMonths(3).AddDays(-1), Month)
	return next
}
