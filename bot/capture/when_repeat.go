package capture

import (
	"strconv"
	"strings"
	"time"

	"followup/storage/crm"
)

// Repeats, as RFC 5545 rules: «каждый понедельник», «раз в две недели», «5-го числа каждого месяца», «по будням»,
// "every other Tuesday", "first Monday of each month". The rule has no hour: that is the Time's clock. The first occurrence
// is the next one that is still ahead; a rule without a day («раз в две недели») starts one interval from today.

// repetition is a rule before it is written down.
type repetition struct {
	freq     string
	interval int
	weekdays uint8  // bit 0 is Monday
	nth      int    // n-th of the weekdays in the month, negative from the end
	days     uint32 // days of the month, bit 0 is the last day
	part     dayPart
	month    time.Month
}

const (
	everyWeekday  = 0b0011111
	everyWeekend  = 0b1100000
	weekdayNames  = "MOTUWETHFRSASU"
	lastDayOfTerm = 1
)

// String is the rule as RFC 5545 writes it.
func (p *repetition) String() string {
	var b strings.Builder
	b.WriteString("FREQ=" + p.freq)
	if p.interval > 1 {
		b.WriteString(";INTERVAL=" + strconv.Itoa(p.interval))
	}
	if p.month > 0 {
		b.WriteString(";BYMONTH=" + strconv.Itoa(int(p.month)))
	}
	if p.weekdays != 0 {
		b.WriteString(";BYDAY=")
		single := p.weekdays&(p.weekdays-1) == 0
		comma := ""
		for d := range 7 {
			if p.weekdays&(1<<d) == 0 {
				continue
			}
			b.WriteString(comma)
			if p.nth != 0 && single {
				b.WriteString(strconv.Itoa(p.nth))
			}
			b.WriteString(weekdayNames[2*d : 2*d+2])
			comma = ","
		}
		if p.nth != 0 && !single {
			b.WriteString(";BYSETPOS=" + strconv.Itoa(p.nth))
		}
	}
	if p.days != 0 {
		b.WriteString(";BYMONTHDAY=")
		comma := ""
		for d := 1; d <= 31; d++ {
			if p.days&(1<<d) != 0 {
				b.WriteString(comma + strconv.Itoa(d))
				comma = ","
			}
		}
		if p.days&lastDayOfTerm != 0 {
			b.WriteString(comma + "-1")
		}
	}
	return b.String()
}

// repeat reads a repeat at token i, with its clock.
func (r *reader) repeat(e *expr, i int) int {
	p := repetition{interval: 1}
	next := r.everyUnit(&p, i)
	if next == i {
		next = r.onceIn(&p, i)
	}
	if next == i {
		next = r.pluralDays(&p, i)
	}
	if next == i {
		next = r.adverb(&p, i)
	}
	if next == i {
		next = r.ofEveryMonth(&p, i)
	}
	if next == i {
		return i
	}
	next = r.repeatDays(&p, next)
	e.rule = p.String()
	e.bound = Repeat
	e.kind, e.part = noDay, p.part
	k := r.more(e, next)
	r.shiftByPart(e)
	if e.clock < 0 && e.part == noPart {
		k = next
	}
	kept := p // only a repeat that was found is kept on the heap
	e.rep = &kept
	return k
}

// repeatBehind reads a repeat behind its clock: «в 10 каждый понедельник», «с 9 до 18 по будням».
func (r *reader) repeatBehind(e *expr, i int) int {
	add := newExpr()
	next := r.repeat(&add, i)
	if next == i || add.clock >= 0 {
		return i
	}
	e.rule, e.rep, e.bound = add.rule, add.rep, Repeat
	return next
}

// everyUnit reads «каждый вторник», «каждые 2 недели», «каждое 5-е число», "every other week", "every weekday".
func (r *reader) everyUnit(p *repetition, i int) int {
	j := i
	if r.lex(j).prep == inPrep || r.lex(j).prep == onPrep {
		j++
	}
	if r.lex(j).mod != everyMod {
		return i
	}
	j++
	if r.fold(j) == "single" {
		j++
	}
	if r.fold(j) == "other" || r.fold(j) == "second" && r.lex(j+1).unit != noUnit {
		p.interval = 2
		j++
	} else if n, k := r.nth(j); k > j && n != 0 {
		if next := r.nthOfMonth(p, n, k); next > k {
			return next
		}
		if r.lex(k).unit != noUnit || r.lex(k).weekday > 0 {
			if n < 0 {
				return i
			}
			p.interval = n
			j = k
		} else if r.fold(k) == "число" || r.fold(k) == "числа" {
			p.freq, p.days = "MONTHLY", 1<<n
			k++
			if r.lex(k).unit == monthUnit {
				k++
			}
			return k
		}
	} else if n, k := r.count(j); k > j && n > 0 && n < 100 {
		if r.fold(k) == "число" {
			p.freq, p.days = "MONTHLY", 1<<min(int(n), 31)
			return k + 1
		}
		p.interval, j = int(n), k
	}
	return r.repeatUnit(p, i, j)
}

// repeatUnit sets the frequency by the unit or weekday at j; none means i.
func (r *reader) repeatUnit(p *repetition, i, j int) int {
	work := workWord(r.fold(j)) || r.fold(j) == "будний" || r.fold(j) == "будничный"
	if work {
		j++
	}
	x := r.lex(j)
	switch {
	case x.weekday > 0:
		p.freq, p.weekdays = "WEEKLY", 1<<(x.weekday-1)
		return r.moreWeekdays(p, j+1)
	case r.fold(j) == "weekday" || r.fold(j) == "будень" || work && x.unit == dayUnit:
		p.freq, p.weekdays = "WEEKLY", everyWeekday
	case r.fold(j) == "утро" || x.part == morningPart:
		p.freq, p.part = "DAILY", morningPart
	case r.fold(j) == "вечер" || x.part == eveningPart:
		p.freq, p.part = "DAILY", eveningPart
	case r.fold(j) == "полгода":
		p.freq, p.interval = "MONTHLY", 6
	case x.unit == dayUnit:
		p.freq = "DAILY"
	case x.unit == weekUnit:
		p.freq = "WEEKLY"
	case x.unit == fortnightUnit:
		p.freq, p.interval = "WEEKLY", 2*p.interval
	case x.unit == monthUnit:
		p.freq = "MONTHLY"
	case x.unit == quarterUnit:
		p.freq, p.interval = "MONTHLY", 3*p.interval
	case x.unit == yearUnit:
		p.freq = "YEARLY"
	default:
		return i
	}
	return j + 1
}

// moreWeekdays reads «и четверг», ", Thursday and Friday" behind a weekday of a repeat.
func (r *reader) moreWeekdays(p *repetition, j int) int {
	for {
		k := j
		if r.fold(k) == "," {
			k++
		}
		if r.fold(k) == "и" || r.fold(k) == "and" || r.fold(k) == "&" {
			k++
		}
		if r.fold(k) == "по" || r.lex(k).mod == everyMod {
			k++
		}
		w := r.lex(k).weekday
		if k == j || w == 0 {
			return j
		}
		p.weekdays |= 1 << (w - 1)
		j = k + 1
	}
}

// onceIn reads «раз в две недели», «1 раз в месяц», "once a week", "once every 2 weeks".
func (r *reader) onceIn(p *repetition, i int) int {
	j := i
	if n, ok := r.number(j); ok && n == 1 || r.lex(j).num == 2 {
		j++
	}
	switch {
	case r.fold(j) == "раз" && (r.fold(j+1) == "в" || r.fold(j+1) == "во"):
		j += 2
	case r.fold(j) == "once" && (r.fold(j+1) == "a" || r.fold(j+1) == "per" || r.fold(j+1) == "every" || r.fold(j+1) == "in"):
		j += 2
	default:
		return i
	}
	if n, k := r.count(j); k > j && n > 0 && n < 100 && r.fold(j) != "a" {
		p.interval, j = int(n), k
	}
	return r.repeatUnit(p, i, j)
}

// pluralDays reads «по понедельникам и средам», «по будням», "on Mondays".
func (r *reader) pluralDays(p *repetition, i int) int {
	j := i
	switch {
	case r.fold(j) == "по" || r.fold(j) == "on" || r.fold(j) == "в" || r.fold(j) == "во":
		j++
	case r.lex(j).many && r.english && (i == 0 || r.fold(i-1) == ","):
	case r.fold(j) == "weekdays" || r.fold(j) == "будни":
	default:
		return i
	}
	x := r.lex(j)
	switch {
	case x.many && x.weekday > 0 && r.fold(j) != "среды" && hasAnySuffix(r.fold(j), "ам", "ям", "s") || x.many && r.fold(i) == "по":
		p.freq, p.weekdays = "WEEKLY", 1<<(x.weekday-1)
		return r.moreWeekdays(p, j+1)
	case r.fold(j) == "будням" || r.fold(j) == "weekdays" || r.fold(j) == "будни" || r.fold(j) == "будние":
		p.freq, p.weekdays = "WEEKLY", everyWeekday
		if r.lex(j+1).unit == dayUnit {
			j++
		}
	case r.fold(j) == "рабочим" || r.fold(j) == "будним":
		if r.fold(j+1) != "дням" {
			return i
		}
		p.freq, p.weekdays = "WEEKLY", everyWeekday
		j++
	case r.fold(i) == "по" && (r.fold(j) == "выходным") || r.fold(j) == "weekends":
		p.freq, p.weekdays = "WEEKLY", everyWeekend
	case r.fold(i) == "по" && r.fold(j) == "утрам":
		p.freq, p.part = "DAILY", morningPart
	case r.fold(i) == "по" && r.fold(j) == "вечерам":
		p.freq, p.part = "DAILY", eveningPart
	case r.fold(i) == "по" && r.digits(j) > 0:
		return r.numbersOfMonth(p, i, j)
	default:
		return i
	}
	return j + 1
}

// numbersOfMonth reads «по 5-м числам», «по 1 и 15 числам».
func (r *reader) numbersOfMonth(p *repetition, i, j int) int {
	for {
		n, ok := r.number(j)
		if !ok || n < 1 || n > 31 {
			return i
		}
		p.days |= 1 << n
		j = r.ordinalEnding(j + 1)
		if r.fold(j) == "числам" {
			p.freq = "MONTHLY"
			return j + 1
		}
		if r.fold(j) != "и" && r.fold(j) != "," {
			return i
		}
		j++
	}
}

// adverb reads «ежедневно», "weekly".
func (r *reader) adverb(p *repetition, i int) int {
	switch r.fold(i) {
	case "ежедневно", "ежедневный", "daily":
		p.freq = "DAILY"
	case "еженедельно", "еженедельный", "еженедельная", "weekly":
		p.freq = "WEEKLY"
	case "ежемесячно", "ежемесячный", "ежемесячная", "monthly":
		p.freq = "MONTHLY"
	case "ежеквартально", "ежеквартальный", "quarterly":
		p.freq, p.interval = "MONTHLY", 3
	case "ежегодно", "yearly", "annually":
		p.freq = "YEARLY"
	case "biweekly":
		p.freq, p.interval = "WEEKLY", 2
	default:
		return i
	}
	return i + 1
}

// ofEveryMonth reads «5-го числа каждого месяца», «последний рабочий день каждого месяца», "on the 5th of every month".
func (r *reader) ofEveryMonth(p *repetition, i int) int {
	j := i
	if pr := r.lex(j).prep; pr == inPrep || pr == onPrep {
		j++
	}
	if r.fold(j) == "the" {
		j++
	}
	n, k := r.nth(j)
	if k > j {
		q := repetition{interval: 1}
		if next := r.nthOfMonth(&q, n, k); next > k && r.everyMonthBefore(next) {
			*p = q
			return next
		}
	}
	for {
		day, k := r.dayNumber(j)
		if k == j || day < 1 || day > 31 {
			return i
		}
		p.days |= 1 << day
		j = k
		if r.fold(j) == "числа" {
			j++
		}
		if r.fold(j) != "и" && r.fold(j) != "and" && r.fold(j) != "," {
			break
		}
		j++
	}
	if r.fold(j) == "of" {
		j++
	}
	if r.lex(j).mod != everyMod || r.lex(j+1).unit != monthUnit {
		return i
	}
	p.freq = "MONTHLY"
	return j + 2
}

// everyMonthBefore reports whether the words before next were «каждого месяца».
func (r *reader) everyMonthBefore(next int) bool { return r.lex(next-2).mod == everyMod }

// nthOfMonth reads «рабочий день месяца», «пятницу каждого месяца», "Friday of each month" behind an ordinal.
func (r *reader) nthOfMonth(p *repetition, n, k int) int {
	j := k
	work := workWord(r.fold(j))
	if work {
		j++
	}
	x := r.lex(j)
	switch {
	case work && x.unit == dayUnit:
		p.weekdays, p.nth = everyWeekday, n
	case x.weekday > 0:
		p.weekdays, p.nth = 1<<(x.weekday-1), n
	case x.unit == dayUnit && n == -1:
		p.days = lastDayOfTerm
	case x.unit == dayUnit && n > 0 && n < 32:
		p.days = 1 << n
	default:
		return k
	}
	j++
	for r.fold(j) == "of" || r.fold(j) == "the" || r.fold(j) == "in" || r.fold(j) == "в" {
		j++
	}
	if r.lex(j).mod == everyMod {
		j++
	}
	if r.lex(j).unit != monthUnit {
		p.weekdays, p.nth, p.days = 0, 0, 0
		return k
	}
	p.freq = "MONTHLY"
	return j + 1
}

// repeatDays reads the days that belong to a unit: «каждый месяц 5-го», «раз в неделю по пятницам», "monthly on the 5th".
func (r *reader) repeatDays(p *repetition, i int) int {
	j := i
	if r.fold(j) == "," {
		j++
	}
	switch {
	case p.freq == "MONTHLY" && p.days == 0 && p.weekdays == 0:
		k := j
		if pr := r.lex(k).prep; pr == inPrep || pr == onPrep || pr == toPrep || pr == byPrep {
			k++
		}
		if r.fold(k) == "the" {
			k++
		}
		if n, m := r.nth(k); m > k && workWord(r.fold(m)) && r.lex(m+1).unit == dayUnit {
			p.weekdays, p.nth = everyWeekday, n
			return m + 2
		} else if m > k && n == -1 && r.lex(m).unit == dayUnit {
			p.days = lastDayOfTerm
			return m + 1
		} else if m > k && r.lex(m).weekday > 0 {
			p.weekdays, p.nth = 1<<(r.lex(m).weekday-1), n
			return m + 1
		}
		day, m := r.dayNumber(k)
		word := r.fold(m) == "числа" || r.fold(m) == "число"
		if m > k && day > 0 && day < 32 && (m > k+1 || word || r.t[k].kind == wordToken) {
			p.days = 1 << day
			if word {
				m++
			}
			return m
		}
	case p.freq == "YEARLY" && p.month == 0:
		date := newExpr()
		k := j
		if r.lex(k).prep == onPrep {
			k++
		}
		if next := r.monthDate(&date, k); next > k && date.kind == monthDay {
			p.month, p.days = date.first.Month, 1<<date.first.Day
			return next
		}
	case p.freq == "WEEKLY" && p.weekdays == 0:
		k := j
		if r.fold(k) == "по" || r.lex(k).prep == inPrep || r.lex(k).prep == onPrep {
			k++
		}
		if w := r.lex(k).weekday; w > 0 {
			p.weekdays = 1 << (w - 1)
			return r.moreWeekdays(p, k+1)
		}
	}
	return i
}

// firstOccurrence sets the day of a repeat to its next occurrence.
func (r *reader) firstOccurrence(e *expr, p *repetition) {
	d := r.today
	if e.open {
		e.open = false
		if e.clock < 7*60 {
			e.clock += 12 * 60
		}
	}
	clock := e.clock
	if clock < 0 {
		clock = int(r.habit(e.part))
	}
	if clock <= int(crm.ClockOf(r.now)) {
		d = d.AddDays(1)
	}
	if p.weekdays == 0 && p.days == 0 && !(p.freq == "DAILY" && p.interval == 1) {
		switch p.freq {
		case "DAILY":
			d = r.today.AddDays(p.interval)
		case "WEEKLY":
			d = r.today.AddDays(7 * p.interval)
		case "MONTHLY":
			d = r.today.AddMonths(p.interval)
		default:
			d = r.today.AddMonths(12 * p.interval)
		}
	} else {
		for limit := 0; limit < 400 && !p.falls(d); limit++ {
			d = d.AddDays(1)
		}
	}
	e.kind, e.first, e.last, e.grain, e.relative = fixedDay, d, d, Day, true
}

// falls reports whether the rule has an occurrence on d, the interval left aside.
func (p *repetition) falls(d crm.Date) bool {
	if p.month != 0 && d.Month != p.month {
		return false
	}
	if p.days != 0 {
		return p.days&(1<<d.Day) != 0 || p.days&lastDayOfTerm != 0 && d == d.EndOfMonth()
	}
	if p.weekdays == 0 {
		return true
	}
	bit := func(d crm.Date) bool { return p.weekdays&(1<<((int(d.Weekday())+6)%7)) != 0 }
	if !bit(d) {
		return false
	}
	if p.nth == 0 {
		return true
	}
	first, last, step, n := crm.Date{Year: d.Year, Month: d.Month, Day: 1}, d, 1, p.nth
	if n < 0 {
		first, last, step, n = d.EndOfMonth(), d, -1, -n
	}
	for ; ; first = first.AddDays(step) {
		if bit(first) {
			n--
		}
		if first == last {
			return n == 0
		}
	}
}
