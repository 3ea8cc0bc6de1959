package capture

import (
	"slices"
	"time"

	"followup/storage/crm"
)

// Times that lean on another one, and days that people name by what stands around them:
//
//   - «встреча 25.11 в 14, напомнить за день до»: so much before the time named last, with a word for it perhaps («до встречи»).
//   - «после праздников» are the public holidays that come next; those from 1 to 8 January and from 1 to 9 May are one stretch.
//   - «на той неделе» is the last one of what happened, else the next.

// publicHolidays are those of ст. 112 ТК РФ, from and to as month and day, in the order of the year.
var publicHolidays = [...][2][2]int{
	{{1, 1}, {1, 8}}, {{2, 23}, {2, 23}}, {{3, 8}, {3, 8}}, {{5, 1}, {5, 9}}, {{6, 12}, {6, 12}}, {{11, 4}, {11, 4}}, {{13, 1}, {13, 8}},
}

// nextHolidays reads «праздников» behind «до», «после» or «перед».
func (r *reader) nextHolidays(e *expr, i int) int {
	if f := r.fold(i); f != "праздников" && f != "праздниками" || r.lex(i-1).prep == noPrep && r.fold(i-1) != "перед" {
		return i
	}
	for _, h := range publicHolidays {
		year, month := r.today.Year+(h[0][0]-1)/12, (h[0][0]-1)%12+1
		first, last := crm.Date{Year: year, Month: time.Month(month), Day: h[0][1]}, crm.Date{Year: year, Month: time.Month(month), Day: h[1][1]}
		if !last.Before(r.today) {
			e.fix(first, last, Day)
			e.feast = true
			return i + 1
		}
	}
	return i
}

// thatWeek reads «на той неделе».
func (r *reader) thatWeek(e *expr, i int) int {
	if f := r.fold(i); f != "той" && f != "ту" || r.lex(i+1).unit != weekUnit || r.fold(i-1) != "на" {
		return i
	}
	shift := 1
	if r.happened(i) {
		shift = -1
	}
	first, last, grain := cell(weekUnit, r.today, shift)
	e.fix(first, last, grain)
	e.week, e.relative, e.gone = true, true, shift < 0
	return i + 2
}

// spacedMinutes reports whether the minutes of a clock stand behind a blank: «в 9 30», «чт 15 00». They are a round figure and count
// nothing.
func (r *reader) spacedMinutes(i int) bool {
	h, ok := r.number(i)
	m, minutes := r.number(i + 1)
	if !ok || !minutes || r.digits(i+1) != 2 || r.digits(i) > 2 || h < 6 || h > 22 || m > 55 || m%5 != 0 || r.glued(i+1) || r.english || r.dotted(i) {
		return false
	}
	next := i + 2
	if next >= len(r.t) {
		return true
	}
	if r.glued(next) && !sentenceMark(r.fold(next)) || r.isNumber(next) || r.unitAfter(next) || r.countsNoun(next) || r.lex(next).unit != noUnit || r.lex(next).month > 0 {
		return false
	}
	t := &r.t[next]
	return m == 0 || t.kind == punctToken || t.fold == unreadable || work[t.fold].act != actNone || looksInfinitive(t.fold) || r.lex(next).prep != noPrep || nameCases[t.fold] != 0
}

// namedEvents are words for what was named before.
var namedEvents = lexicon("встречи звонка созвона срока события этого нее него даты презентации показа отгрузки оплаты meeting call it that deadline")

// beforeThat finds «за день до», "an hour before" behind another time.
func (r *reader) beforeThat(times []Time) []Time {
	if len(times) == 0 || !slices.ContainsFunc(r.t, func(t token) bool { return t.fold == "за" || t.fold == "before" }) {
		return times
	}
	for i := 1; i+1 < len(r.t); i++ {
		start, russian := i, r.fold(i) == "за"
		if russian {
			i++
		}
		n, k := 1, i
		if v, ok := r.number(i); ok && v > 0 && v < 100 {
			n, k = v, i+1
		} else if v, after := spelled(r.x, i); after > i && v > 0 && v < 100 {
			n, k = int(v), after
		} else if !russian && (r.fold(i) == "a" || r.fold(i) == "an" || r.fold(i) == "the") {
			k = i + 1
		}
		joint := r.fold(k + 1)
		if r.lex(k).unit == noUnit || !(russian && joint == "до") && !(!russian && k > i && joint == "before") {
			i = start
			continue
		}
		end := k + 2
		if r.fold(end) == "the" || r.fold(end) == "этой" {
			end++
		}
		if namedEvents[r.fold(end)] {
			end++
		}
		if end < len(r.t) && r.t[end].kind != punctToken {
			i = start
			continue
		}
		base := -1
		for b := range times {
			if times[b].Span.To <= r.t[start].From && times[b].Rule == "" && !times[b].Past {
				base = b
			}
		}
		if base < 0 {
			continue
		}
		if t, ok := r.earlier(times[base], n, r.lex(k).unit); ok {
			t.Span = Span{r.t[start].From, r.t[min(end, len(r.t))-1].To}
			times = append(times[:base+1], append([]Time{t}, times[base+1:]...)...)
		}
		i = end - 1
	}
	return times
}

// earlier is the time n units before another.
func (r *reader) earlier(base Time, n int, u unit) (Time, bool) {
	t := Time{Bound: At, Relative: true, Grain: Day, Day: base.Day, Clock: r.w.Habits.Default}
	switch u {
	case dayUnit:
		t.Day = base.Day.AddDays(-n)
	case weekUnit:
		t.Day = base.Day.AddDays(-7 * n)
	case monthUnit:
		t.Day = base.Day.AddMonths(-n)
	case hourUnit, minuteUnit:
		if !base.HasClock {
			return t, false
		}
		step := time.Hour
		if u == minuteUnit {
			step = time.Minute
		}
		t.Due = base.Due.Add(-time.Duration(n) * step)
		t.Day, t.Clock, t.HasClock, t.Grain = crm.DateOf(t.Due), crm.ClockOf(t.Due), true, Minute
		t.Start, t.End = t.Due, t.Due.Add(time.Minute)
		return t, true
	default:
		return t, false
	}
	t.Due = t.Day.In(r.zone, t.Clock)
	t.Start, t.End = t.Day.In(r.zone, 0), t.Day.AddDays(1).In(r.zone, 0)
	return t, true
}

// exactRepeats drops a repeat that a more exact one of the same message repeats: "weekly call with Acme every Monday 9am".
func exactRepeats(exprs []expr) []expr {
	if len(exprs) < 2 {
		return exprs
	}
	loose, exact := -1, false
	for i := range exprs {
		switch p := exprs[i].rep; {
		case p == nil:
		case p.weekdays == 0 && p.days == 0 && exprs[i].clock < 0:
			loose = i
		default:
			exact = true
		}
	}
	if loose < 0 || !exact {
		return exprs
	}
	return append(exprs[:loose], exprs[loose+1:]...)
}
