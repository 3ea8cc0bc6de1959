package capture

import (
	"time"

	"followup/storage/crm"
)

// dayRange reads two days of one month: «с 10 по 22 августа», «11-15 мая», "July 13 to 15", «с 11 по 15 числа». With «на»
// between them («с 15 на 17 мая») only the second counts.
func (r *reader) dayRange(e *expr, i int) int {
	if r.lex(i).month > 0 {
		return r.monthThenDays(e, i)
	}
	j := i
	p := r.lex(j).prep
	led := p == fromPrep || p == betweenPrep
	if led {
		j++
	}
	if j > 0 && r.glued(j) && r.fold(j-1) == "/" {
		return i // «договор 14/27 to 31 Jan»: the number of a paper
	}
	if r.lex(j).month > 0 {
		if next := r.monthThenDays(e, j); next > j {
			return next
		}
		return i
	}
	if r.fold(j) == "the" {
		j++
	}
	a, k := r.dayNumber(j)
	if k == j || a < 1 || a > 31 {
		return i
	}
	moved := r.fold(k) == "на" && led
	through := r.fold(k) == "по"
	if !r.dash(k) && !through && !moved && r.lex(k).prep != toPrep && r.lex(k).prep != throughPrep &&
		!(p == betweenPrep && (r.fold(k) == "и" || r.fold(k) == "and")) {
		return i
	}
	m := k + 1
	if r.fold(m) == "the" {
		m++
	}
	b, n := r.dayNumber(m)
	if n == m || b < 1 || b > 31 || b <= a {
		return i
	}
	if r.fold(n) == "of" {
		n++
	}
	switch {
	case r.lex(n).month > 0:
		year, next := r.year(n+1, false)
		return r.setDays(e, i, next, year, int(r.lex(n).month), a, b, moved)
	case r.fold(n) == "числа" || r.fold(n) == "числам" || r.fold(n) == "число":
		n++
	case led && through && !r.countsNoun(n) && r.isNumber(j) && r.fold(n) != ":" && (r.fold(n) != "." || !r.glued(n+1)) && r.lex(n).unit == noUnit && r.lex(n).half == noPart:
	default:
		return i
	}
	month := crm.Date{Year: r.today.Year, Month: r.today.Month, Day: 1}
	if b < r.today.Day {
		month = month.AddMonths(1)
	}
	return r.setDays(e, i, n, month.Year, int(month.Month), a, b, moved)
}

// monthThenDays reads "July 13-15", "August 27th - 29th".
func (r *reader) monthThenDays(e *expr, i int) int {
	if r.russian(i) {
		return i
	}
	j := i + 1
	if r.fold(j) == "." {
		j++
	}
	a, k := r.dayNumber(j)
	if k == j || a < 1 || a > 31 || !r.dash(k) && r.lex(k).prep != toPrep && r.lex(k).prep != throughPrep {
		return i
	}
	b, n := r.dayNumber(k + 1)
	if n == k+1 || b <= a || b > 31 || r.fold(n) == ":" || r.lex(n).half != noPart || r.lex(n).month > 0 {
		return i
	}
	year, next := r.year(n, false)
	return r.setDays(e, i, next, year, int(r.lex(i).month), a, b, false)
}

func (r *reader) setDays(e *expr, i, next, year, month, a, b int, moved bool) int {
	first := crm.Date{Year: year, Month: time.Month(month), Day: a}
	if year == 0 {
		first.Year = r.today.Year
		if (crm.Date{Year: first.Year, Month: first.Month, Day: b}).Before(r.today) && !r.happened(i) {
			first.Year++
		}
	}
	last := crm.Date{Year: first.Year, Month: first.Month, Day: b}
	if !first.Valid() || !last.Valid() {
		e.invalid = true
		return next
	}
	if moved {
		first = last
	}
	e.fix(first, last, Day)
	if !moved {
		e.bound = Within
	}
	return next
}

// correct drops what a correction replaces: «не в пятницу, а в субботу», «вместо среды в четверг», "not Monday but Friday".
func (r *reader) correct(exprs []expr) []expr {
	drop := false
	for i := 0; i+1 < len(exprs); i++ {
		a, b := &exprs[i], &exprs[i+1]
		before := r.fold(a.from - 1)
		negated := before == "не" || before == "not"
		between := b.from - a.to
		contrast, repaired := false, false
		for k := a.to; k < b.from; k++ {
			contrast = contrast || r.fold(k) == "а" || r.fold(k) == "but" || r.fold(k) == "лучше"
			repaired = repaired || repairs[r.fold(k)]
		}
		instead := before == "вместо" || before == "of" && r.fold(a.from-2) == "instead"
		if negated && contrast && between <= 6 || instead && between <= 4 || repaired && between <= 4 && (a.kind == noDay) == (b.kind == noDay) {
			a.drop, drop = true, true
			if b.kind == noDay && a.kind != noDay && a.clock >= 0 {
				b.kind, b.first, b.last, b.grain, b.weekday, b.relative, b.next = a.kind, a.first, a.last, a.grain, a.weekday, a.relative, a.next
			}
		}
	}
	return kept(exprs, drop)
}

// repairs are words by which people take back what they have just said: «во вторник, нет, в среду».
var repairs = wordSet("нет точнее вернее ой пардон sorry no rather")

func kept(exprs []expr, dropped bool) []expr {
	if !dropped {
		return exprs
	}
	out := exprs[:0]
	for _, e := range exprs {
		if !e.drop {
			out = append(out, e)
		}
	}
	return out
}

// join puts a date and a clock together that stand apart in one sentence, and a weekday with its week.
func (r *reader) join(exprs []expr) []expr {
	dropped := false
	for i := 0; i < len(exprs); {
		a, end, j := &exprs[i], exprs[i].to, i+1
		for ; j < len(exprs) && r.sameClause(a, &exprs[j], end) && r.joined(a, &exprs[j]); j++ {
			b := &exprs[j]
			if a.apart == (Span{}) {
				a.apart.From = r.t[b.from].From
			}
			a.apart.To = r.t[b.to-1].To
			end, b.drop, dropped = b.to, true, true
		}
		i = j
	}
	exprs = kept(exprs, dropped)
	for i := 1; i < len(exprs); i++ {
		r.carry(&exprs[i-1], &exprs[i])
	}
	for i := len(exprs) - 1; i > 0 && r.dayLast(&exprs[i]) && r.onlyNamed(exprs[i-1].to, exprs[i].from) && exprs[i-1].kind == noDay; i-- {
		r.carry(&exprs[i], &exprs[i-1]) // «ромашка в 11, вектор в 15 завтра»
		exprs[i-1].carried = exprs[i-1].kind != noDay
	}
	return exprs
}

// carry gives a clock the day of the clock before it in the same sentence, or of the heading: «завтра в 10 Иванов, в 11 Петров»,
// «созвоны завтра: вектор 11:00, гамма 12:30». Who has to be somewhere at an hour has to on the day that was named: «завтра встреча,
// быть к 11».
func (r *reader) carry(a, b *expr) {
	if b.kind != noDay || b.clock < 0 || b.exact || b.rule != "" || b.end != nil || a.clock < 0 && !r.colon(a.to, b.from) && !r.arrival(b) || !a.oneDay() || a.rule != "" || a.gone || a.end != nil {
		return
	}
	for k := min(a.to, b.to); k <= max(a.from, b.from); k++ {
		if r.t[k].opens && k > 0 && !r.t[k-1].is(":") {
			return
		}
	}
	if r.happened(a.from) || r.happened(b.from) {
		return
	}
	b.kind, b.first, b.last, b.grain, b.weekday, b.relative, b.next = a.kind, a.first, a.last, a.grain, a.weekday, a.relative, a.next
}

// arrivals are words of being somewhere at an hour; English says it in two words.
var arrivals = lexicon("быть буду заехать заеду подъехать подъеду приехать приеду подойти подойду прийти приду выехать выезд выезжаю начало старт сбор встречаемся arrive there start starts starting")

// arrival reports whether the word before a time tells when to be there.
func (r *reader) arrival(e *expr) bool { return e.from > 0 && arrivals[r.fold(e.from-1)] }

// onlyNamed reports whether nothing but clients stands between two tokens.
func (r *reader) onlyNamed(from, to int) bool {
	for k := from; k < to; k++ {
		if r.fold(k) != unreadable && !r.t[k].is(",") && r.lex(k).prep == noPrep && r.fold(k) != "и" && r.fold(k) != "and" {
			return false
		}
	}
	return true
}

// dayLast reports whether a day stands behind its clock at the end of a sentence, or was carried there from one that does.
func (r *reader) dayLast(e *expr) bool {
	first := e.from
	if r.lex(first).prep != noPrep {
		first++
	}
	return r.isNumber(first) && e.clock >= 0 && e.oneDay() && (e.to >= len(r.t) || r.t[e.to].opens || e.carried)
}

// colon reports whether a colon stands right behind the first expression or the words that it heads.
func (r *reader) colon(from, to int) bool {
	for k := from; k < to; k++ {
		if r.t[k].is(":") {
			return true
		}
		if r.clauseEnd(k) {
			return false
		}
	}
	return false
}

// joined adds b to a when each says what the other lacks.
func (r *reader) joined(a, b *expr) bool {
	if a.rule != "" && a.clock < 0 && a.part == noPart && b.kind == noDay && b.rule == "" && b.clock >= 0 && b.until < 0 && !b.exact && b.end == nil {
		a.takeClock(b) // «каждый четверг отчет в 18»
		return true
	}
	if a.rule != "" || b.rule != "" || a.exact || b.exact || a.end != nil || b.end != nil {
		return false
	}
	switch {
	case a.week && b.kind == weekdayDay && !b.next:
		r.narrow(a, b.weekday)
		if b.clock >= 0 {
			a.takeClock(b)
		}
	case a.oneDay() && a.clock < 0 && !a.edge && b.kind == noDay && (b.clock >= 0 || b.part != noPart && a.part == noPart):
		a.takeClock(b)
		if b.bound != "" {
			a.bound = b.bound
		}
	case a.kind == noDay && (a.clock >= 0 || a.part != noPart) && b.oneDay() && b.clock < 0 && (b.part == noPart || a.part == noPart):
		clock := *a
		a.kind, a.first, a.last, a.grain, a.weekday, a.relative, a.next, a.other = b.kind, b.first, b.last, b.grain, b.weekday, b.relative, b.next, b.other
		a.named, a.part = b.named, max(b.part, clock.part)
		if b.bound != "" && a.bound == "" {
			a.bound = b.bound
		}
	default:
		return false
	}
	r.shiftByPart(a)
	return true
}

// oneDay reports whether an expression names one day.
func (e *expr) oneDay() bool {
	return e.kind != noDay && e.grain == Day && (e.kind != fixedDay || e.first == e.last)
}

// takeClock takes over the clock, the part of day and the zone of another expression.
func (e *expr) takeClock(b *expr) {
	e.clock, e.until, e.fine, e.open, e.second, e.last60, e.zone = b.clock, b.until, b.fine, b.open, b.second, b.last60, b.zone
	if b.part != noPart {
		e.part = b.part
	}
}

// sameClause reports whether no end of a sentence, comma or long way lies between two expressions, and that both tell of
// the past or both of the future. end is where the last piece that a has taken over ends.
func (r *reader) sameClause(a, b *expr, end int) bool {
	if b.from-end > 7 {
		return false
	}
	for k := end; k < b.from; k++ {
		if r.t[k].kind == punctToken && (r.t[k].is(".") || r.t[k].is("!") || r.t[k].is("?") || r.t[k].is(";") || r.t[k].is(",")) {
			return false
		}
		if r.t[k].opens {
			return false
		}
	}
	return !r.t[b.from].opens && r.happened(a.from) == r.happened(b.from)
}
