package capture

import "strings"

// Parts of a day: «утром», «после обеда», «во второй половине дня», "in the afternoon", "tonight". What clock a part means is a
// habit of the reader; which hours it covers stands in when_finish.go.

// partOfDay reads «утром», «после обеда», «во второй половине дня», "in the afternoon", "tonight".
func (r *reader) partOfDay(e *expr, i int, backed bool) int {
	m, j := noMod, i
	if x := r.lex(j); x.mod == thisMod || x.mod == lastMod || x.mod == nextMod || x.mod == everyMod {
		m = x.mod
		j++
	}
	if m == everyMod {
		return i
	}
	if m == noMod {
		if next := r.partPhrase(e, i, backed); next > i {
			return r.partDate(e, next)
		}
	}
	early := r.fold(j) == "рано" || r.fold(j) == "early" || r.fold(j) == "late" || r.fold(j) == "поздно" || r.fold(j) == "mid"
	late := early && (r.fold(j) == "late" || r.fold(j) == "поздно")
	if early {
		j++
		if r.fold(j) == "in" {
			j += 2
		}
	}
	if strings.HasPrefix(r.fold(j+1), "рожд") {
		return i // «с днем рождения» is no time of day
	}
	p := r.lex(j).part
	if m == lastMod && r.fold(j) == "night" || late && m == noMod && r.fold(j) == "last" && r.fold(j+1) == "night" {
		d := r.today.AddDays(-1)
		e.fix(d, d, Day)
		e.part, e.relative, e.gone = eveningPart, true, true
		if r.fold(j) == "last" {
			j++
		}
		return j + 1
	}
	if p == noPart && (m != noMod) && (r.lex(j).half == nightPart || r.lex(j).half == morningPart) && r.russian(j) {
		p = r.lex(j).half
	}
	if p == noPart || p == dayPartNoon && r.fold(i-1) == "за" || r.lex(j).part == lunchPart && !backed && r.lex(i-1).rel == 0 && r.lex(i-1).weekday == 0 {
		return i
	}
	if m == noMod && r.latin(j) && !r.englishPart(j, early) {
		return i
	}
	e.part = p
	if early && !late && p == morningPart {
		e.part = earlyPart
	}
	next := j + 1
	if r.fold(next) == "ish" {
		next++
	}
	switch {
	case m == lastMod:
		d := r.today.AddDays(-1)
		if p == nightPart {
			d = r.today
		}
		e.fix(d, d, Day)
		e.relative, e.gone = true, true
	case m == thisMod && r.fold(j) != "ночью", r.fold(j) == "tonight" || r.fold(j) == "tonite":
		e.fix(r.today, r.today, Day)
		e.relative = true
	case m == nextMod:
		d := r.today.AddDays(1)
		e.fix(d, d, Day)
		e.relative = true
	}
	return r.partDate(e, next)
}

// englishPart accepts "morning", "afternoon", "evening", "night" after "in the", "this", a day, or as the whole message.
func (r *reader) englishPart(j int, early bool) bool {
	if r.fold(j) == "tonight" || r.fold(j) == "tonite" || early {
		return true
	}
	before := r.fold(j - 1)
	x := r.lex(j - 1)
	return j == 0 && len(r.t) == 1 || x.rel != 0 || x.weekday > 0 || before == "the" && r.lex(j-2).prep == inPrep || before == "in" ||
		before == "at" || x.mod != noMod || r.digits(j-1) > 0 || x.unit == dayUnit || x.prep == onPrep || r.fold(j+1) == "of" || x.month > 0
}

// partDate reads «утра субботы», "morning of the 15th": a day behind its part.
func (r *reader) partDate(e *expr, i int) int {
	if e.kind != noDay || r.fold(i) != "of" {
		return i
	}
	add := newExpr()
	j := i + 1
	if r.fold(j) == "the" {
		j++
	}
	next := r.day(&add, j, true)
	if next == j || add.grain != Day {
		return i
	}
	e.kind, e.first, e.last, e.grain, e.weekday, e.relative = add.kind, add.first, add.last, add.grain, add.weekday, add.relative
	return next
}

// partPhrases are parts of a day in several words; the first word may be taken by the bound already.
var partPhrases = []struct {
	words []string
	part  dayPart
	bound Bound
}{
	{[]string{"ближе", "к", "вечеру"}, lateDayPart, ""},
	{[]string{"ближе", "к", "обеду"}, lunchPart, ""},
	{[]string{"ближе", "к", "ночи"}, eveningPart, ""},
	{[]string{"ближе", "к", "полудню"}, lunchPart, ""},
	{[]string{"с", "утра"}, morningPart, ""},
	{[]string{"с", "самого", "утра"}, earlyPart, ""},
	{[]string{"рано", "утром"}, earlyPart, ""},
	{[]string{"к", "утру"}, morningPart, Before},
	{[]string{"до", "утра"}, morningPart, Before},
	{[]string{"с", "утречка"}, morningPart, ""},
	{[]string{"по", "утру"}, morningPart, ""},
	{[]string{"после", "обеда"}, afterLunchPart, ""},
	{[]string{"после", "обеденного", "перерыва"}, afterLunchPart, ""},
	{[]string{"послеобеда"}, afterLunchPart, ""},
	{[]string{"после", "ланча"}, afterLunchPart, ""},
	{[]string{"пообеде"}, afterLunchPart, ""},
	{[]string{"до", "обеда"}, beforeLunchPart, Before},
	{[]string{"в", "обед"}, lunchPart, ""},
	{[]string{"к", "обеду"}, lunchPart, Before},
	{[]string{"в", "обеденный", "перерыв"}, lunchPart, ""},
	{[]string{"в", "обеденное", "время"}, lunchPart, ""},
	{[]string{"к", "вечеру"}, eveningPart, Before},
	{[]string{"до", "вечера"}, eveningPart, Before},
	{[]string{"под", "вечер"}, lateDayPart, ""},
	{[]string{"в", "первой", "половине", "дня"}, firstHalfPart, ""},
	{[]string{"первая", "половина", "дня"}, firstHalfPart, ""},
	{[]string{"первую", "половину", "дня"}, firstHalfPart, ""},
	{[]string{"во", "второй", "половине", "дня"}, secondHalfPart, ""},
	{[]string{"в", "второй", "половине", "дня"}, secondHalfPart, ""},
	{[]string{"вторая", "половина", "дня"}, secondHalfPart, ""},
	{[]string{"вторую", "половину", "дня"}, secondHalfPart, ""},
	{[]string{"в", "течение", "дня"}, dayPartNoon, ""},
	{[]string{"в", "течении", "дня"}, dayPartNoon, ""},
	{[]string{"в", "середине", "дня"}, lunchPart, ""},
	{[]string{"в", "ночь"}, nightPart, ""},
	{[]string{"после", "работы"}, eveningPart, ""},
	{[]string{"first", "thing", "in", "the", "morning"}, earlyPart, ""},
	{[]string{"first", "thing"}, earlyPart, ""},
	{[]string{"after", "lunch"}, afterLunchPart, ""},
	{[]string{"after", "work"}, eveningPart, ""},
	{[]string{"after", "school"}, afterLunchPart, ""},
	{[]string{"before", "lunch"}, beforeLunchPart, Before},
	{[]string{"by", "lunch"}, lunchPart, Before},
	{[]string{"at", "lunch"}, lunchPart, ""},
	{[]string{"at", "lunchtime"}, lunchPart, ""},
	{[]string{"over", "lunch"}, lunchPart, ""},
	{[]string{"by", "evening"}, eveningPart, Before},
	{[]string{"by", "tonight"}, eveningPart, Before},
	{[]string{"in", "the", "early", "hours", "of", "the", "morning"}, earlyPart, ""},
	{[]string{"at", "night"}, eveningPart, ""},
}

// partPhrase matches the table at i, or one token back when a preposition was taken as a bound.
func (r *reader) partPhrase(e *expr, i int, backed bool) int {
	start := i
	if backed && i > 0 {
		start = i - 1
	}
	for _, at := range [2]int{start, i} {
		f := r.fold(at)
		for k := range partPhrases {
			p := &partPhrases[k]
			if p.words[0] != f || !r.says(at, p.words) || at+len(p.words) <= i {
				continue
			}
			e.part, e.bound = p.part, p.bound
			if p.bound == "" {
				e.prep = noPrep
			}
			next := at + len(p.words)
			if (p.words[0] == "до" || p.words[0] == "к" || p.words[0] == "с") && r.lex(next).weekday > 0 && !r.lex(next).many {
				add := newExpr() // «до утра субботы»
				if k := r.weekdayName(&add, next, true); k > next {
					e.kind, e.weekday, e.grain, e.relative = add.kind, add.weekday, add.grain, true
					next = k
				}
			}
			return next
		}
	}
	return i
}

// partHalf is the half of the day that a part lies in.
func partHalf(p dayPart) dayPart {
	switch p {
	case morningPart, firstHalfPart, beforeLunchPart, earlyPart:
		return morningPart
	case dayPartNoon, lunchPart, afterLunchPart, afternoonPart, secondHalfPart:
		return afternoonPart
	case lateDayPart, eveningPart, endOfDayPart:
		return eveningPart
	case nightPart:
		return nightPart
	}
	return noPart
}
