package capture

import (
	"time"

	"followup/storage/crm"
)

// How times are read:
//
//   - A text is read from left to right; at each token the longest time expression that starts there is taken: an optional
//     bound («до», "by"), then days, clocks and parts of day in any order, then perhaps a second end («с 15 до 17»).
//   - The future is meant, unless a verb of the same clause tells what happened («созвонились в пятницу»).
//   - A weekday is the next one. Today's weekday without a clock is asked; with a clock it is today while that is ahead.
//   - A day and month are the next such day. When that day passed less than sixty days ago, both years are asked.
//   - A day of the month alone is the next such day; a month that lacks it is skipped.
//   - «в следующую пятницу» is the Friday of the next calendar week; when another Friday comes before it, both are asked.
//   - An hour from 1 to 6 without a part of day is in the afternoon; 7 to 11 today, when passed, are in the evening.
//   - A clock alone is its next occurrence.
//   - A date and a clock that stand apart in one sentence belong together.
//   - A clock behind another clock of the same sentence has its day: «завтра в 10 Иванов, в 11 Петров».
//   - A relative day and a date beside it say one day twice («завтра, 19 ноября»); when they contradict each other, both are asked.
//   - Of a correction («не в пятницу, а в субботу», «с 15 на 17») only the new value counts.
//   - A day or a clock that doesn't exist gives nothing and is reported as invalid.

// nearPast is how long ago a day without a year may lie for the question which year is meant.
const nearPast = 60

// dayKind is how the day of an expression was named, which decides how it is completed.
type dayKind uint8

const (
	noDay      dayKind = iota
	fixedDay           // first and last are known
	weekdayDay         // the next such weekday
	monthDay           // day and month, the year open
	numberDay          // a day of the month only
	monthOnly          // a month, the year open
)

// expr is a time expression before it is completed with what was left out.
type expr struct {
	from, to int // tokens
	bound    Bound
	prep     prep
	kind     dayKind
	first    crm.Date
	last     crm.Date
	grain    Grain
	weekday  time.Weekday
	named    bool // a weekday was named beside a date: weekday tells which
	week     bool // first..last is a calendar week or month that a weekday may narrow
	next     bool // «следующий» before a weekday
	edge     bool // the end of a period: with a deadline it means the first instant after it
	relative bool
	gone     bool // «прошлый», «назад»: in the past by itself
	clock    int  // minutes, -1 when there is none
	second   int
	until    int // end of a range of clocks, -1 when there is none
	last60   int // its seconds
	fine     Grain
	open     bool // 1..12 without a part of day
	part     dayPart
	exact    bool // at is an instant
	at       time.Time
	zone     *time.Location
	rule     string
	rep      *repetition // of a repeat
	feast    bool        // a day that is named by its holiday: before it is the day before
	drop     bool        // replaced by a correction
	carried  bool        // its day is that of the next clock
	invalid  bool        // does not exist
	other    crm.Date    // 05.06 in English: the second reading
	contrary crm.Date    // «завтра 4 ноября» when tomorrow is another day: what the word means
	apart    Span        // a clock that stands apart
	end      *expr       // second end of a range
}

func newExpr() expr { return expr{clock: -1, until: -1} }

// empty reports whether nothing of a time was found.
func (e *expr) empty() bool {
	return e.kind == noDay && e.clock < 0 && e.part == noPart && !e.exact && e.rule == ""
}

// reader reads the times of one tokenized text.
type reader struct {
	t       []token
	x       []lex
	w       World
	zone    *time.Location
	now     time.Time
	today   crm.Date
	english bool
	invalid []Invalid
	guarded int // tokens before it belong to something impossible
}

// ReadTimes finds every time expression of a text, in order.
func ReadTimes(text string, w World) []Time {
	times, _ := scanTimes(tokenize(text), w)
	return times
}

// scanTimes finds the time expressions of a tokenized text and the impossible dates and clocks in it.
func scanTimes(tokens []token, w World) ([]Time, []Invalid) {
	r := newReader(tokens, w)
	exprs := make([]expr, 0, 4)
	for i := 0; i < len(r.t); {
		e := newExpr()
		next := r.expression(&e, i)
		if next <= i {
			i++
			continue
		}
		e.from, e.to = i, next
		if e.invalid {
			for i+1 < next && (r.lex(i).prep != noPrep || r.isWord(i) && r.lex(i) == (lex{})) {
				i++ // «до 31 ноября»: the preposition is no part of what is wrong
			}
			r.invalid = append(r.invalid, Invalid{Span: r.span(i, next)})
			r.guarded = next
		} else {
			exprs = append(exprs, e)
		}
		i = next
	}
	exprs = r.correct(exprs)
	exprs = r.join(exactRepeats(exprs))
	if len(exprs) == 0 {
		return nil, r.invalid
	}
	times := make([]Time, 0, len(exprs))
	for i := 0; i < len(exprs); i++ {
		if either := i+1 < len(exprs) && r.either(&exprs[i], &exprs[i+1]); either {
			times = append(times, r.choice(&exprs[i], &exprs[i+1]))
			i++
			continue
		}
		times = append(times, r.finish(&exprs[i]))
	}
	return r.beforeThat(times), r.invalid
}

// newReader looks every word up: as it is, in the other keyboard layout, with one typing error.
func newReader(tokens []token, w World) *reader {
	r := &reader{t: relayout(tokens), w: w, zone: w.Now.Location(), now: w.Now, today: crm.DateOf(w.Now)}
	if w.Habits == (Habits{}) {
		r.w.Habits = DefaultHabits()
	}
	r.x = make([]lex, len(r.t))
	latin, cyrillic := false, false
	for _, t := range r.t {
		if t.kind == wordToken && t.fold != unreadable { // a name may be in any language
			latin = latin || t.fold[0] < 0x80
			cyrillic = cyrillic || t.fold[0] >= 0x80
		}
	}
	r.english = !cyrillic && (latin || w.Language == "en")
	for i := range r.t {
		if r.t[i].kind == wordToken {
			r.x[i] = r.lookup(i)
		}
	}
	return r
}

// lookup is what the lexicon knows of a word. A typing error is repaired in a word of five letters or more, not
// capitalised; a message of one word alone is trusted only when that word is long.
func (r *reader) lookup(i int) lex {
	t := r.t[i]
	if x, ok := timeWords[t.fold]; ok {
		return x
	}
	if t.upper && !t.opens || len(t.fold) > 40 {
		return lex{}
	}
	if word := correct(t.fold, len(r.t) == 1); word != "" {
		x := timeWords[word]
		x.typo = true
		return x
	}
	return lex{}
}

func (r *reader) lex(i int) lex {
	if i < 0 || i >= len(r.x) {
		return lex{}
	}
	return r.x[i]
}

func (r *reader) fold(i int) string {
	if i < 0 || i >= len(r.t) {
		return ""
	}
	return r.t[i].fold
}

func (r *reader) latin(i int) bool   { f := r.fold(i); return f != "" && f[0] < 0x80 }
func (r *reader) russian(i int) bool { f := r.fold(i); return f != "" && f[0] >= 0x80 }

// upper reports whether token i begins with a capital.
func (r *reader) upper(i int) bool { return i >= 0 && i < len(r.t) && r.t[i].upper }

// isNumber and isWord tell what token i is.
func (r *reader) isNumber(i int) bool {
	return i >= 0 && i < len(r.t) && r.t[i].kind == numberToken
}

func (r *reader) isWord(i int) bool { return i >= 0 && i < len(r.t) && r.t[i].kind == wordToken }

// glued reports whether token i touches the one before it.
func (r *reader) glued(i int) bool { return i > 0 && i < len(r.t) && r.t[i].glued }

func (r *reader) number(i int) (int, bool) {
	if i < 0 || i >= len(r.t) || r.t[i].kind != numberToken || r.t[i].value < 0 || r.t[i].value > 1_000_000 {
		return 0, false
	}
	return int(r.t[i].value), true
}

func (r *reader) digits(i int) int {
	if i < 0 || i >= len(r.t) || r.t[i].kind != numberToken {
		return 0
	}
	return len(r.t[i].text)
}

func (r *reader) span(from, to int) Span { return Span{r.t[from].From, r.t[to-1].To} }

// dash reports whether token i is a hyphen or a dash.
func (r *reader) dash(i int) bool {
	switch r.fold(i) {
	case "-", "–", "—", "−":
		return true
	}
	return false
}

// expression reads the longest time expression that starts at token i; the result is i when there is none.
func (r *reader) expression(e *expr, i int) int {
	if i < r.guarded || !r.mayStart(i) {
		return i
	}
	if next := r.repeat(e, i); next > i {
		return next
	}
	if next := r.dayRange(e, i); next > i {
		return r.more(e, next)
	}
	if next := r.clockRange(e, i); next > i {
		return r.more(e, next)
	}
	next := r.first(e, i)
	if next == i {
		return i
	}
	if e.invalid {
		return next
	}
	next = r.more(e, next)
	next = r.rangeEnd(e, next)
	if !r.plausible(e, i, next) {
		return i
	}
	return next
}

// mayStart is a quick look whether a time expression can start at token i at all.
func (r *reader) mayStart(i int) bool {
	t := &r.t[i]
	switch t.kind {
	case numberToken:
		if r.glued(i) && r.glued(i-1) && r.isNumber(i-2) && !r.isWord(i-1) && !r.dash(i-1) && !r.t[i-1].is("/") {
			return false // inside a longer number
		}
		return !r.glued(i) || !isWordBefore(r.t, i) || r.x[i-1] != lex{}
	case wordToken:
		if t.glued && r.isNumber(i-1) && r.glued(i+1) && r.isNumber(i+1) && r.lex(i).prep != noPrep {
			return false // «код 15В20»
		}
		return r.x[i] != lex{} || startWords[t.fold] || len(t.fold) > 6 && t.fold[:6] == "пол"
	}
	return t.is("@") || t.is("+") || t.is("(")
}

func isWordBefore(t []token, i int) bool { return i > 0 && t[i-1].kind == wordToken }

// startWords start expressions and have no entry of their own in the lexicon.
var startWords = wordSet(`числа числу новогодние майские не ч без половина половине половину четверть ближе рано пара пару к нового новым новому новый майских майскими
	новогодних eom eod eoy cob asap bom boy eow eoq полдень полудню полудня полночь полуночи noon midnight midday not later no starting
	начиная half quarter a an three-quarters q1 q2 q3 q4 q раз ежедневно еженедельно ежемесячно ежеквартально ежегодно daily weekly
	monthly quarterly yearly annually biweekly once as weekdays будням рабочее рабочий рабочих just right early late mid рождества рождеством
	christmas полчаса полчасика получаса полгода полтора полторы пол несколько сейчас now первую вторую первой второй между anytime
	sometimes during все отныне наступающем наступающий экватор обеда обеденное ежедневный сразу до after half-past полдня rest all
	в вместо целый whole сегодняшний завтрашний the this`)

// first reads what an expression must begin with: a bound and one day, clock or part.
func (r *reader) first(e *expr, i int) int {
	j := r.bound(e, i)
	k := r.atom(e, j, j > i)
	if k == j {
		*e = newExpr()
		return i
	}
	return k
}

// atom reads one day, clock or part at token i. backed tells that a preposition stands before it.
func (r *reader) atom(e *expr, i int, backed bool) int {
	if i >= len(r.t) {
		return i
	}
	if next := r.partOfDay(e, i, backed); next > i {
		return next
	}
	if next := r.quarter(e, i); next > i {
		return next
	}
	if next := r.offset(e, i, backed); next > i {
		return next
	}
	if next := r.clockAtom(e, i, backed); next > i {
		return next
	}
	return r.day(e, i, backed)
}

// more adds to an expression what follows it: a clock to a day, a day to a clock, a weekday to a week.
func (r *reader) more(e *expr, i int) int {
	for range 4 {
		if e.invalid {
			break
		}
		if next := r.lastingDays(e, i); next > i {
			return next
		}
		next := r.one(e, i)
		if next == i && e.kind == noDay && e.clock >= 0 && e.rule == "" {
			next = r.repeatBehind(e, i)
		}
		if next == i {
			break
		}
		i = next
	}
	return r.lasting(e, r.city(e, i))
}

// one adds one piece, after a comma or a slash or directly.
func (r *reader) one(e *expr, i int) int {
	j := i
	if j < len(r.t) && (r.t[j].is(",") || r.t[j].is("/")) {
		j++
	}
	if j < len(r.t) && r.t[j].is(".") && r.t[j].glued {
		if j+1 >= len(r.t) || r.lexPeriodAbbreviation(j-1) {
			j++
		}
	}
	if r.fold(j) == "of" && e.kind == weekdayDay {
		j++
	}
	add := newExpr()
	k := r.bound(&add, j)
	backed := k > j
	if k >= len(r.t) {
		return i
	}
	if add.prep == fromPrep && e.bound != "" && e.bound != Repeat {
		return i
	}
	if next := r.addClock(e, &add, k, backed, j > i); next > k {
		return next
	}
	if next := r.addDay(e, &add, k, backed); next > k {
		return next
	}
	return i
}

// lexPeriodAbbreviation reports whether the word before a full stop is one that is abbreviated with it.
func (r *reader) lexPeriodAbbreviation(i int) bool {
	x := r.lex(i)
	return (x.month > 0 || x.weekday > 0 || x.unit != noUnit) && len(r.fold(i)) <= 8
}

// addClock adds a clock or a part of day to a day, a clock to a part, a part to a clock.
func (r *reader) addClock(e, add *expr, k int, backed, comma bool) int {
	if e.exact || e.clock >= 0 && e.part != noPart || e.rule != "" && e.clock >= 0 {
		return k
	}
	if e.clock < 0 && (e.kind == noDay || e.grain == Day || e.grain == "" || e.part != noPart) {
		if next := r.clockRange(add, r.rangeStart(k, backed)); next > k {
			e.clock, e.until, e.fine, e.open, e.second = add.clock, add.until, add.fine, add.open, add.second
			e.zone = add.zone
			e.last60 = add.last60
			r.shiftByPart(e)
			if e.rule == "" {
				e.bound = Within
			}
			return next
		}
		if e.kind == weekdayDay && !backed && r.dateOfWeekday(k, e.weekday) {
			return k // «ср 18.11 10:00»
		}
		if next := r.clockAtom(add, k, backed || e.kind != noDay && (!comma || e.kind != weekdayDay && r.fold(k+1) == ".") && r.closes(k)); next > k {
			e.clock, e.second, e.fine, e.open, e.zone = add.clock, add.second, add.fine, add.open, add.zone
			e.invalid = add.invalid
			if add.bound != "" && add.bound != At {
				e.bound, e.prep = add.bound, add.prep
			}
			r.shiftByPart(e)
			return next
		}
	}
	if f := r.fold(k); (f == "am" || f == "pm") && e.clock < 0 && e.part == noPart && e.kind != noDay && e.grain == Day {
		e.part = r.lex(k).half // "tomorrow am"
		return k + 1
	}
	if f := r.fold(k); (f == "eod" || f == "cob") && e.part == noPart && e.kind != noDay && e.grain == Day {
		e.part, e.edge = endOfDayPart, true
		if add.bound != "" && e.bound == "" {
			e.bound = add.bound
		}
		return k + 1
	}
	if g := r.lex(k).edge; g != noEdge && e.part == noPart && e.kind != noDay && e.grain == Day && r.lex(k+1).unit == dayUnit {
		e.part, e.edge = morningPart, g == endEdge
		if e.edge {
			e.part = endOfDayPart
		}
		if add.bound != "" && e.bound == "" {
			e.bound = add.bound
		}
		return k + 2
	}
	if e.part == noPart && (e.kind == noDay || e.grain == Day || e.grain == "") {
		if next := r.partOfDay(add, k, backed); next > k {
			if add.kind != noDay && e.kind != noDay {
				return k
			}
			e.part = add.part
			if add.kind != noDay {
				e.kind, e.first, e.last, e.grain = add.kind, add.first, add.last, add.grain
			}
			if add.bound != "" && e.bound == "" {
				e.bound = add.bound
			}
			r.shiftByPart(e)
			return next
		}
	}
	return k
}

// rangeStart steps back onto the preposition of a range that bound has taken («с» in «завтра с 10 до 12»).
func (r *reader) rangeStart(k int, backed bool) int {
	if backed {
		return k - 1
	}
	return k
}

// shiftByPart lets a part of day that stands apart from its clock choose the half of the day.
func (r *reader) shiftByPart(e *expr) {
	if e.part == noPart || e.clock < 0 || !e.open {
		return
	}
	half := partHalf(e.part)
	if half == noPart {
		return
	}
	e.clock = inHalf(e.clock, half)
	if e.until >= 0 {
		e.until = inHalf(e.until, half)
	}
	e.open = false
}

// addDay adds a day to a clock or a part, a date to a weekday, a weekday to a week or a date.
func (r *reader) addDay(e, add *expr, k int, backed bool) int {
	if e.exact || e.rule != "" {
		return k
	}
	next := r.day(add, k, backed)
	if next == k || add.exact || add.rule != "" {
		return k
	}
	switch {
	case e.part == endOfDayPart && e.edge && e.kind == fixedDay && e.first == r.today && add.grain == Day: // "by COB Friday"
		e.kind, e.first, e.last, e.weekday, e.next = add.kind, add.first, add.last, add.weekday, add.next
	case e.kind == noDay:
		if add.grain != Day {
			return k
		}
		keep := *e
		*e = *add
		e.clock, e.until, e.second, e.fine, e.open, e.part, e.zone = keep.clock, keep.until, keep.second, keep.fine, keep.open, keep.part, keep.zone
		if keep.bound != "" && e.bound == "" {
			e.bound, e.prep = keep.bound, keep.prep
		}
		e.from = keep.from
	case e.week && add.kind == weekdayDay && !add.next:
		r.narrow(e, add.weekday)
	case e.kind == weekdayDay && add.week && add.kind == fixedDay:
		weekday := e.weekday
		e.kind, e.first, e.last = add.kind, add.first, add.last
		r.narrow(e, weekday)
	case e.kind == weekdayDay && !e.next && (add.kind == monthDay || add.kind == numberDay || add.kind == fixedDay && !add.relative && add.grain == Day):
		e.kind, e.first, e.last, e.named, e.other = add.kind, add.first, add.last, true, add.other
		e.relative = false
	case r.saidTwice(e, add, k, next):
	case add.kind == weekdayDay && !add.next && !backed && !e.relative && e.grain == Day && !e.named:
		e.named, e.weekday = true, add.weekday
	default:
		return k
	}
	e.invalid = e.invalid || add.invalid
	return next
}

// narrow picks the weekday out of a week, or the first one of a month.
func (r *reader) narrow(e *expr, weekday time.Weekday) {
	d := e.first
	if e.grain == Day {
		d, _, _ = cell(weekUnit, d, 0)
	}
	for d.Weekday() != weekday {
		d = d.AddDays(1)
	}
	e.first, e.last, e.grain, e.week, e.relative = d, d, Day, false, true
}

// rangeEnd reads the second end of a range: «… по среду», "… - Aug 12".
func (r *reader) rangeEnd(e *expr, i int) int {
	if i >= len(r.t) || e.rule != "" || e.exact {
		return i
	}
	j, moved := r.rangeWord(e, i)
	if j == i {
		return i
	}
	second := newExpr()
	k := r.atom(&second, j, true)
	if k == j || second.invalid || second.exact || second.rule != "" {
		return i
	}
	k = r.more(&second, k)
	if (e.kind == noDay) != (second.kind == noDay) && !(e.kind != noDay && second.clock >= 0 && e.clock >= 0) {
		return i
	}
	if moved && r.movedBy(e, j) {
		return k
	}
	if moved {
		prep := e.prep
		from := e.from
		keepDay := *e
		*e = second
		if e.kind == noDay && keepDay.kind != noDay {
			e.kind, e.first, e.last, e.grain, e.weekday = keepDay.kind, keepDay.first, keepDay.last, keepDay.grain, keepDay.weekday
		}
		e.from, e.prep, e.bound = from, prep, At
		return k
	}
	if e.bound == Before {
		return i
	}
	kept := second // only a range that was found is kept on the heap
	e.end = &kept
	e.bound = Within
	return k
}

// rangeWord is the index after a word that joins two ends; moved tells that the second replaces the first («с 15 на 17»).
func (r *reader) rangeWord(e *expr, i int) (next int, moved bool) {
	x := r.lex(i)
	switch {
	case r.dash(i):
		return i + 1, false
	case x.prep == onPrep && r.fold(i) == "на" && e.prep == fromPrep:
		return i + 1, true
	case r.fold(i) == "to" && e.prep == fromPrep && r.moveVerb(i):
		return i + 1, true
	case x.prep == toPrep && (r.latin(i) || e.prep == fromPrep || e.kind == noDay), x.prep == throughPrep && (e.prep == fromPrep || e.kind != noDay):
		return i + 1, false
	case (r.fold(i) == "and" || r.fold(i) == "и") && e.prep == betweenPrep:
		return i + 1, false
	case (r.fold(i) == "и") && e.prep == fromPrep && r.lex(i+1).prep == toPrep:
		return i + 2, false
	case r.fold(i) == "/" && e.clock >= 0:
		return i + 1, false
	}
	return i, false
}
