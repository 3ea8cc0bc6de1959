package capture

import (
	"time"

	"followup/storage/crm"
)

// Distances: «через полтора часа», «минут через 20», "3 days ago", «отложи на неделю», «за 3 дня до 25 декабря».
//
//   - A distance counts only with «через», «спустя», «назад», "in", "ago", a verb of putting off or another day to count from:
//     «гарантия 12 месяцев» is none.
//   - Minutes and hours give an instant, days and more a day. Working days skip days off.

// distance is how far from now a time lies.
type distance struct {
	months, days, workdays int
	dur                    time.Duration
	coarse                 bool // days or more were named
	fine                   Grain
	hi                     int // «2-3 дня»: days that the far end lies behind the near one
}

// offset reads a distance: «через 2 часа», «минут через 20», «3 дня назад», "in two weeks", "+15 минут".
func (r *reader) offset(e *expr, i int, backed bool) int {
	var d distance
	j, sign := i, 0
	switch {
	case r.lex(i).prep == throughInPrep:
		j, sign = i+1, 1
		if r.fold(i) == "within" {
			e.bound = Before
		}
	case r.fold(i) == "ч" && r.fold(i+1) == "/" && r.fold(i+2) == "з":
		j, sign = i+3, 1
	case r.fold(i) == "+" && r.digits(i+1) > 0:
		j, sign = i+1, 1
	case r.postponed(i, backed):
		j, sign = i, 1
		e.bound = ""
	case r.fold(i) == "течение" || r.fold(i) == "течении":
		if r.fold(i-1) != "в" {
			return i
		}
		j, sign = i+1, 1
		e.bound = Before
	case backed && r.fold(i-1) == "in" || backed && r.lex(i-1).prep == aboutPrep && r.fold(i-2) == "in":
		j, sign = i, 1
	case backed && (r.fold(i-1) == "after") && e.prep == afterPrep:
		j, sign = i, 1
	case r.invertedOffset(i):
		return r.inverted(e, i)
	case r.lex(i).unit != noUnit && r.fold(i+2) == "назад":
		num, den, _, next := r.quantity(i + 1) // «дня два назад»
		if next != i+2 {
			return i
		}
		d.add(r.lex(i).unit, num, den)
		r.apply(e, d, -1)
		return i + 3
	}
	k := r.skipAbout(j)
	bare := sign > 0 || r.lex(k).unit != noUnit && (r.lex(k+1).prep == agoPrep || r.fold(k+1) == "тому" || r.fold(k+1) == "до" && r.fold(i-1) == "за")
	k = r.amounts(&d, k, bare)
	if k == r.skipAbout(j) {
		return i
	}
	if f := r.fold(k); d.coarse && (f == "после" && sign >= 0 && (sign > 0 || r.isNumber(i)) || f == "after" && sign == 0) {
		if next := r.afterDay(e, d, k, 1); next > k {
			return next
		}
	}
	if f := r.fold(k); d.coarse && sign == 0 && (f == "до" && r.fold(i-1) == "за" || f == "before") {
		if next := r.afterDay(e, d, k, -1); next > k {
			return next
		}
	}
	if e.bound == Before && r.fold(k) == "с" && (r.fold(k+1) == "даты" || r.fold(k+1) == "момента" || r.fold(k+1) == "дня") {
		e.bound = ""
		return i // a term of a contract
	}
	if sign == 0 {
		k, sign = r.offsetTail(k)
		if sign == 0 {
			return i
		}
	}
	if sign > 0 && r.fold(i) != "+" && r.lex(k).prep == agoPrep && r.fold(k) == "назад" {
		return i
	}
	if f := r.fold(k); r.fold(i-1) == "на" && (f == "раньше" || f == "назад") {
		return i // counted back from a time that the text doesn't tell
	} else if f == "позже" || f == "позднее" || f == "вперед" {
		k++
	}
	r.apply(e, d, sign)
	return k
}

// postponed reports whether an amount at i tells how far something is put off: «отложи на полчаса», "snooze for 2 hours",
// or «на полчаса» as the whole answer.
func (r *reader) postponed(i int, backed bool) bool {
	f := r.fold(i - 1)
	if !backed || f != "на" && f != "for" && f != "by" {
		return false
	}
	if r.moveVerb(i) {
		return true
	}
	if i != 1 {
		return false
	}
	var d distance
	return r.amounts(&d, i, true) == len(r.t)
}

// afterDay adds a distance to a day instead of now: «через неделю после нового года», «за 3 дня до 25 декабря».
func (r *reader) afterDay(e *expr, d distance, i, sign int) int {
	j := i + 1
	if r.fold(j) == "the" {
		j++
	}
	base := newExpr()
	next := r.day(&base, j, true)
	if next == j || base.exact || base.invalid || base.rule != "" || d.dur != 0 {
		return i
	}
	if next2 := r.addDay(&base, &expr{clock: -1, until: -1}, next, false); next2 > next {
		next = next2
	}
	r.settleDay(&base, false)
	from := base.last
	if sign < 0 {
		from = base.first
	}
	day := r.workdays(from.AddMonths(sign*d.months).AddDays(sign*d.days), sign*d.workdays)
	e.fix(day, day, Day)
	e.relative, e.bound = true, ""
	return next
}

// offsetTail reads what may close a distance: «назад», "ago", "from now", "later", and its direction.
func (r *reader) offsetTail(k int) (next, sign int) {
	if r.fold(k) == "тому" {
		k++
	}
	switch r.fold(k) {
	case "назад", "ago", "back":
		return k + 1, -1
	case "hence", "later", "спустя":
		return k + 1, 1
	case "from":
		j := k + 1
		if r.fold(j) == "right" {
			j++
		}
		if r.fold(j) == "now" || r.fold(j) == "today" {
			return j + 1, 1
		}
		if r.fold(j) == "tomorrow" {
			return k, 0
		}
	}
	return k, 0
}

// amounts reads amounts with units one after another: «2 часа 30 минут», «месяц, неделю и 2 дня». bare allows a unit
// without a number: «через неделю».
func (r *reader) amounts(d *distance, i int, bare bool) int {
	start := i
	for steps := range 6 {
		j := i
		if steps > 0 {
			if r.fold(j) == "," {
				j++
			}
			if r.fold(j) == "и" || r.fold(j) == "and" {
				j++
			}
		}
		k := r.amount(d, j, bare || steps > 0 && (j > i))
		if k == j {
			break
		}
		i = k
	}
	if i == start {
		return start
	}
	return i
}

// amount reads one amount with its unit.
func (r *reader) amount(d *distance, i int, bare bool) int {
	if next := r.halfUnit(d, i); next > i {
		return next
	}
	num, den, hi, j := r.quantity(i)
	if j == i {
		if !bare {
			return i
		}
		num, den = 1, 1
	}
	for r.fold(j) == "more" || r.fold(j) == "of" || r.fold(j) == "an" || r.fold(j) == "a" {
		j++
	}
	work := false
	if workWord(r.fold(j)) {
		work = true
		j++
		if r.fold(j) == "." {
			j++
		}
	} else if r.fold(j) == "календарных" || r.fold(j) == "календарный" || r.fold(j) == "полных" || r.fold(j) == "calendar" {
		j++
	}
	u := r.lex(j).unit
	if j == i && r.latin(j) && hasAnySuffix(r.fold(j), "s") {
		return i // "in days" names no number of them
	}
	next := j + 1
	switch {
	case r.fold(j) == "'" && j > i:
		u = minuteUnit
	case r.fold(j) == "\"" && j > i:
		u = secondUnit
	case u == noUnit && !work && num > 0 && r.t[min(j, len(r.t)-1)].kind == wordToken && r.lex(j).weekday > 0 && den == 1 && (r.lex(j).many || r.english):
		return r.weekdays(d, j, int(num))
	case u == noUnit || u == weekendUnit:
		return i
	case (r.fold(j) == "ч" || r.fold(j) == "г" || r.fold(j) == "h") && j == i:
		return i
	}
	if work {
		if u != dayUnit {
			return i
		}
		u = workdayUnit
	}
	if r.fold(next) == "." && len(r.fold(j)) <= 8 && (r.digits(next+1) > 0 || r.lex(next+1).prep == agoPrep) {
		next++
	}
	if num > 10000*den {
		return i
	}
	d.hi = hi * daysOf(u)
	if r.fold(next) == "and" && r.fold(next+1) == "a" && r.fold(next+2) == "half" {
		d.add(u, 2*num+den, 2*den)
		return next + 3
	}
	d.add(u, num, den)
	if r.dash(next) && r.glued(next) && num == den { // «через день-два», «через недельку-другую», «через час-полтора»
		switch f := r.fold(next + 1); {
		case f == "другую" || f == "другой" || r.lex(next+1).num == 3:
			d.hi = daysOf(u)
			return next + 2
		case f == "полтора":
			return next + 2
		}
	}
	return next
}

func daysOf(u unit) int {
	switch u {
	case dayUnit:
		return 1
	case weekUnit:
		return 7
	case monthUnit:
		return 30
	}
	return 0
}

// weekdays counts "3 fridays".
func (r *reader) weekdays(d *distance, j, n int) int {
	w := time.Weekday(r.lex(j).weekday % 7)
	if r.fold(j+1) == "ago" || r.fold(j+1) == "back" {
		day := r.today.AddDays(-1)
		for day.Weekday() != w {
			day = day.AddDays(-1)
		}
		d.days += r.today.Sub(day) + 7*(n-1)
	} else {
		d.days += r.comingWeekday(w).Sub(r.today) + 7*(n-1)
	}
	d.coarse = true
	return j + 1
}

// add adds num/den of a unit.
func (d *distance) add(u unit, num, den int64) {
	switch u {
	case secondUnit:
		d.dur += time.Duration(num) * time.Second / time.Duration(den)
		d.fine = Minute
	case minuteUnit:
		d.dur += time.Duration(num*60/den) * time.Second
		d.fine = Minute
	case hourUnit:
		d.dur += time.Duration(num*3600/den) * time.Second
		d.fine = Minute
	case dayUnit:
		d.days += int(num / den)
		if num%den != 0 {
			d.dur += time.Duration(num%den*24/den) * time.Hour
			d.fine = Hour
		}
		d.coarse = true
	case workdayUnit:
		d.workdays += int(num / den)
		d.coarse = true
	case weekUnit:
		d.days += int(num * 7 / den)
		d.coarse = true
	case fortnightUnit:
		d.days += int(num * 14 / den)
		d.coarse = true
	case monthUnit:
		d.months += int(num / den)
		d.days += int(num % den * 30 / den)
		d.coarse = true
	case quarterUnit:
		d.months += int(num * 3 / den)
		d.coarse = true
	case yearUnit:
		d.months += int(num * 12 / den)
		d.coarse = true
	}
}

// halves are units with «пол» grown into them.
var halves = map[string]struct {
	unit     unit
	num, den int64
}{
	"полчаса": {hourUnit, 1, 2}, "получаса": {hourUnit, 1, 2}, "полчасика": {hourUnit, 1, 2},
	"полгода": {yearUnit, 1, 2}, "полгодика": {yearUnit, 1, 2}, "полугода": {yearUnit, 1, 2}, "полминуты": {minuteUnit, 1, 2},
	"полмесяца": {monthUnit, 1, 2}, "полнедели": {dayUnit, 3, 1}, "полдня": {hourUnit, 4, 1}, "полсуток": {hourUnit, 12, 1},
	"полчас": {hourUnit, 1, 2},
}

// halfUnit reads units with «пол» in them: «полчаса», «пол-часа».
func (r *reader) halfUnit(d *distance, i int) int {
	if h, ok := halves[r.fold(i)]; ok {
		d.add(h.unit, h.num, h.den)
		return i + 1
	}
	if r.fold(i) == "пол" && r.dash(i+1) && r.lex(i+2).unit == hourUnit {
		d.add(hourUnit, 1, 2)
		return i + 3
	}
	return i
}

// quantity reads an amount as a fraction: «полтора», 1,5, 2-3, "half an", "a couple of", «пару». hi is how much larger
// the far end of «2-3» is.
func (r *reader) quantity(i int) (num, den int64, hi, next int) {
	switch r.fold(i) {
	case "полтора", "полторы", "полутора":
		return 3, 2, 0, i + 1
	case "пол", "half", "половину":
		return 1, 2, 0, i + 1
	case "четверть", "quarter":
		return 1, 4, 0, i + 1
	case "three":
		if r.dash(i+1) && r.fold(i+2) == "quarters" {
			return 3, 4, 0, i + 3
		}
	case "a", "an":
		if n, d, h, next := r.quantity(i + 1); next > i+1 && r.digits(i+1) == 0 {
			return n, d, h, next
		}
		return 1, 1, 0, i + 1
	}
	if n, ok := r.number(i); ok {
		if (r.fold(i+1) == "," || r.fold(i+1) == ".") && r.glued(i+1) && r.glued(i+2) && r.digits(i+2) == 1 {
			tenths, _ := r.number(i + 2)
			return int64(n*10 + tenths), 10, 0, i + 3
		}
		if r.fold(i+1) == "/" && r.glued(i+2) && r.digits(i+2) == 1 {
			if m, _ := r.number(i + 2); m > 1 {
				return int64(n), int64(m), 0, i + 3
			}
		}
		if r.dash(i+1) && r.digits(i+2) > 0 {
			if m, ok := r.number(i + 2); ok && m > n && m < n+60 {
				return int64(n), 1, m - n, i + 3
			}
		}
		if r.fold(i+1) == "and" && (r.fold(i+2) == "a" || r.fold(i+2) == "an") && r.fold(i+3) == "half" {
			return int64(2*n + 1), 2, 0, i + 4
		}
		return int64(n), 1, 0, i + 1
	}
	n, next := r.count(i)
	if next > i && r.fold(next) == "and" && r.fold(next+1) == "a" && r.fold(next+2) == "half" {
		return 2*n + 1, 2, 0, next + 3
	}
	if next > i && r.fold(next) == "с" && r.fold(next+1) == "половиной" {
		return 2*n + 1, 2, 0, next + 2
	}
	if next > i && r.dash(next) {
		if m, k := spelled(r.x, next+1); k > next+1 && m > n {
			return n, 1, int(m - n), k
		}
	}
	return n, 1, 0, next
}

// invertedOffset reports «минут через 20», «недели через две».
func (r *reader) invertedOffset(i int) bool {
	return r.lex(i).unit != noUnit && r.lex(i+1).prep == throughInPrep
}

func (r *reader) inverted(e *expr, i int) int {
	num, den, hi, next := r.quantity(i + 2)
	if next == i+2 || r.lex(next).unit != noUnit {
		return i
	}
	var d distance
	d.hi = hi * daysOf(r.lex(i).unit)
	d.add(r.lex(i).unit, num, den)
	r.apply(e, d, 1)
	return next
}

// apply turns a distance from now into an instant, a day or a stretch of days.
func (r *reader) apply(e *expr, d distance, sign int) {
	e.relative, e.gone = true, sign < 0
	if d.dur != 0 {
		day := r.today.AddMonths(sign * d.months).AddDays(sign * d.days)
		at := r.now
		if d.coarse {
			at = day.In(r.zone, crm.ClockOf(r.now))
		}
		e.exact, e.at, e.fine = true, at.Add(time.Duration(sign)*d.dur), Minute
		return
	}
	day := r.today.AddMonths(sign * d.months).AddDays(sign * d.days)
	day = r.workdays(day, sign*d.workdays)
	e.fix(day, day.AddDays(d.hi), Day)
	if d.hi > 0 {
		e.bound = Within
		return
	}
	if d.days%7 == 0 && d.days > 0 && d.months == 0 || d.months > 0 && d.days == 0 {
		e.week = true // «через неделю в пятницу» is the Friday of that week
	}
}

// workdays moves a day by n working days.
func (r *reader) workdays(d crm.Date, n int) crm.Date {
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	for ; n > 0; n-- {
		for range 60 {
			d = d.AddDays(step)
			if r.w.Calendar.Working(d) {
				break
			}
		}
	}
	return d
}
