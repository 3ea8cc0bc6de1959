package capture

import (
	"time"

	"followup/storage/crm"
)

// Dates in figures: 25.12, 25.12.2026, 12/05, 2026-05-12, 31/Oct/1974 by the month's name elsewhere.
//
//   - In Russian the day comes first. In English 2/15 is February 15th; when both readings exist, the month first, and it is asked.
//   - A pair without a year is a date when a preposition stands before it, a clock follows, it is the whole message, or the
//     month has two digits and no word makes it a version, a paragraph or a measure.

// numericDate reads a date in figures at token i.
func (r *reader) numericDate(e *expr, i int, backed bool) int {
	a, ok := r.number(i)
	if !ok || r.digits(i) > 4 || r.digits(i) == 3 || i > 0 && r.glued(i) && (r.fold(i-1) == "." || r.dash(i-1) && !backed || r.fold(i-1) == ":") && i > 1 && r.digits(i-2) > 0 {
		return i
	}
	if moneyWords[r.fold(i-1)].currency != "" {
		return i
	}
	sep := r.fold(i + 1)
	spaced := !r.glued(i + 1)
	if sep != "." && sep != "/" && !r.dash(i+1) || spaced != !r.glued(i+2) && sep != "." {
		return i
	}
	b, ok := r.number(i + 2)
	if ok && r.digits(i+2) == 4 && a >= 1 && a <= 12 && r.digits(i) <= 2 && b >= 1990 && b <= 2100 && r.glued(i+2) && !r.documentBefore(i) && !r.glued(i+3) && sep != "-" {
		first := crm.Date{Year: b, Month: time.Month(a), Day: 1}
		e.fix(first, first.EndOfMonth(), Month)
		return i + 3
	}
	if !ok || r.digits(i+2) > 2 || spaced && (sep == "." || len(r.t) > 4) || sep == "." && !r.glued(i+2) && r.digits(i+4) == 0 {
		return i
	}
	if r.fold(i+3) == sep && (r.glued(i+4) || spaced) && r.digits(i+4) > 0 {
		return r.threeNumbers(e, i, a, b, backed)
	}
	if r.digits(i) == 4 {
		return r.yearMonth(e, i, a, b)
	}
	return r.twoNumbers(e, i, a, b, sep, backed)
}

// threeNumbers reads d.m.y, m/d/y or y-m-d.
func (r *reader) threeNumbers(e *expr, i, a, b int, backed bool) int {
	c, _ := r.number(i + 4)
	next := i + 5
	if r.digits(i+4) > 4 || r.digits(i+4) == 3 || r.digits(i+4) == 1 && r.digits(i) != 4 || r.fold(next) == "." && r.glued(next) && r.digits(next+1) > 0 && r.glued(next+1) {
		return i
	}
	if r.dash(i+1) && r.dash(next) && r.glued(next) && r.digits(next+1) > 0 {
		return i // a phone number
	}
	if r.glued(next) && r.t[next].kind == wordToken && r.yearWord(next) == next && !r.lexTail(next) || r.documentBefore(i) && !backed && r.digits(i+4) < 4 {
		return i
	}
	year, month, day := c, b, a
	switch {
	case r.digits(i) == 4:
		year, month, day = a, b, c
	case r.monthComesFirst(a, b, r.fold(i+1)):
		month, day = a, b
	}
	if r.digits(i) != 4 && r.digits(i+4) == 2 {
		year = century(year)
	}
	if year < 1000 || year > 2200 {
		return i
	}
	d := crm.Date{Year: year, Month: time.Month(month), Day: day}
	next = r.yearWord(r.ordinalEnding(next))
	if !d.Valid() {
		e.invalid = true
		return r.skipClock(next)
	}
	e.fix(d, d, Day)
	if r.english && r.digits(i) != 4 && a != b {
		r.other(e, crm.Date{Year: year, Month: time.Month(day), Day: month})
	}
	if r.fold(next) == "t" && r.digits(next+1) > 0 {
		next++
	}
	return next
}

// lexTail reports whether a word stuck to a date is a preposition typed without its space: «20.11.2019к 9:45».
func (r *reader) lexTail(i int) bool { return r.lex(i).prep != noPrep || r.fold(i) == "t" }

// skipClock swallows the clock beside an impossible date, so that it is not taken for a time of another day.
func (r *reader) skipClock(i int) int {
	j := i
	if r.lex(j).prep != noPrep {
		j++
	}
	add := newExpr()
	if next := r.clockAtom(&add, j, true); next > j {
		return next
	}
	return i
}

// monthComesFirst decides between m/d and d/m: English and possible, or the only possible one.
func (r *reader) monthComesFirst(a, b int, sep string) bool {
	if a > 12 || b > 31 {
		return false
	}
	return b > 12 || r.english && sep != "."
}

// other notes the second reading of an English date.
func (r *reader) other(e *expr, d crm.Date) {
	if d.Month >= 1 && d.Month <= 12 && d.Day <= 31 && (d.Year == 0 || d.Valid()) {
		e.other = d
	}
}

// yearMonth reads 2014-10 and 2014/10.
func (r *reader) yearMonth(e *expr, i, year, month int) int {
	if year < 1900 || year > 2200 || month < 1 || month > 12 || r.digits(i+2) != 2 || r.glued(i+3) || !r.english || len(r.t) > 3 {
		return i
	}
	first := crm.Date{Year: year, Month: time.Month(month), Day: 1}
	e.fix(first, first.EndOfMonth(), Month)
	return i + 3
}

// twoNumbers reads d.m, d/m, m/d and, alone in the message, d-m.
func (r *reader) twoNumbers(e *expr, i, a, b int, sep string, backed bool) int {
	next := i + 3
	if r.digits(i+2) == 0 || r.digits(i) > 2 || r.unitAfter(next) || r.countsNoun(next) && !r.dash(next) || r.wordBefore(i) || b == 0 && a < 32 && r.digits(i+2) == 2 && sep == "." {
		return i
	}
	if r.glued(next) && next < len(r.t) {
		t := r.t[next]
		if t.kind == numberToken || t.kind == wordToken && !ordinalEndings[t.fold] || r.dash(next) && r.glued(next+1) && !r.dotted(next+1) || t.is("/") && r.glued(next+1) && r.digits(next+1) > 0 && r.fold(next+2) != ":" {
			return i
		}
	}
	if a == 24 && b == 7 || r.russian(i-1) && r.lex(i-1).prep == inPrep || !backed && r.dash(i-1) && r.digits(i-2) > 0 {
		return i // «24/7», «в 10.1»
	}
	alone := i == 0 && next >= len(r.t)
	if r.dash(i+1) && !alone {
		return i
	}
	year := 0
	if sep == "/" && b > 12 && r.digits(i+2) == 4 {
		return i
	}
	if !r.pairLooksLikeDate(i, sep, backed, alone) {
		return i
	}
	month, day := b, a
	if r.monthComesFirst(a, b, sep) && (r.english || sep == "/" && b > 12 && (backed || alone)) {
		month, day = a, b
	}
	if month < 1 || month > 12 || day < 1 || day > crm.DaysIn(2024, time.Month(month)) {
		if month >= 1 && month <= 12 && day > 12 && day < 40 && (backed || alone || i == 0 && day <= 31) && sep == "." {
			e.invalid = true
			return r.skipClock(next)
		}
		return i
	}
	e.kind, e.first, e.grain = monthDay, crm.Date{Year: year, Month: time.Month(month), Day: day}, Day
	if r.english && a != b {
		r.other(e, crm.Date{Month: time.Month(day), Day: month})
	}
	if r.fold(next) == "." && r.digits(next+1) > 0 && !r.glued(next+1) {
		return next + 1
	}
	return r.ordinalEnding(next)
}

// pairLooksLikeDate tells 25.12 from a version, a price or a measure.
func (r *reader) pairLooksLikeDate(i int, sep string, backed, alone bool) bool {
	if alone || backed || r.dotted(i) && r.dash(i+3) && r.dotted(i+4) {
		return true
	}
	if r.clockFollows(i + 3) {
		return true
	}
	if r.lex(i-1).weekday > 0 || r.fold(i-1) == "," && r.lex(i-2).weekday > 0 {
		return true
	}
	if sep == "/" {
		return r.digits(i+2) == 2 || r.english && r.digits(i) == 2 && r.number12(i)
	}
	if r.digits(i) == 1 && r.digits(i+2) == 2 && (r.appointment(i-1) || r.appointment(i+3)) {
		return true // «встреча 1.12», «1.12 созвон»
	}
	return r.digits(i+2) == 2 && r.digits(i) == 2 || r.digits(i+2) == 2 && r.fold(i + 2)[0] == '0' || i == 0 && r.digits(i+2) == 2
}

// appointment reports whether the word at i is something that has a day.
func (r *reader) appointment(i int) bool {
	return i >= 0 && i < len(r.t) && (work[r.t[i].fold].act == actNoun || datedNouns[r.t[i].fold])
}

var datedNouns = wordSet("подписание отгрузка отгрузку поставка доставка тендер срок дедлайн приезд приемка инвентаризация ревизия deadline delivery shipment due")

// dateOfWeekday reports whether a day and a month with a full stop stand at i that fall on this weekday or have a clock behind them.
func (r *reader) dateOfWeekday(i int, w time.Weekday) bool {
	if !r.dotted(i) {
		return false
	}
	day, _ := r.number(i)
	month, _ := r.number(i + 2)
	for year := r.today.Year - 1; year <= r.today.Year+1; year++ {
		d := crm.Date{Year: year, Month: time.Month(month), Day: day}
		if d.Valid() && d.Weekday() == w && d.Sub(r.today) > -180 && d.Sub(r.today) < 190 {
			return true
		}
	}
	return r.clockFollows(i + 3)
}

// number12 reports whether token i can be the number of a month.
func (r *reader) number12(i int) bool {
	n, ok := r.number(i)
	return ok && n >= 1 && n <= 12
}

// clockFollows reports whether a written clock stands at i, a preposition skipped.
func (r *reader) clockFollows(i int) bool {
	if r.fold(i) == "." || r.fold(i) == "," {
		i++
	}
	if r.lex(i).prep != noPrep {
		i++
	}
	return r.digits(i) > 0 && r.fold(i+1) == ":" && r.digits(i+2) == 2 || r.lex(i-1).prep == inPrep && r.digits(i) > 0
}
