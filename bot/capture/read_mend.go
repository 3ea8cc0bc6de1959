package capture

import "slices"

// Rules of a slip of the tongue: what a line takes back itself.
//
//   - «альфа ждут счёт, нет, не альфа, а дельта», "acme no not acme globex": the client named last stands where the first stood.
//   - «вектор, вернее ромашка»: of two names with such a word between them the second counts.
//   - «завтра в 15, нет, в 16», "thu 2pm, no 3pm», «15к, точнее 20к»: of two times or sums with such a word between them the second
//     counts; what it doesn't say, the day or the hour, stays that of the first.
//
// What is taken back is cut out of the tokens before anything else is read.

// takesBack reports whether a word stands between what was said by mistake and what is meant.
func takesBack(fold string) bool {
	switch fold {
	case "нет", "ой", "упс", "вернее", "точнее", "ошибка", "no", "sorry", "actually", "rather", "oops":
		return true
	}
	return false
}

// renamed lets the name that a line corrects itself to take the place of the first.
func (s *scribe) renamed() {
	for n := 1; n < len(s.named); n++ {
		if !s.replaces(n) {
			continue
		}
		n = 0
	}
}

// replaces puts mention n in the place of an earlier one, if it corrects it.
func (s *scribe) replaces(n int) bool {
	next, wrong := &s.named[n], &s.named[n-1]
	start := next.lead
	for start > 0 && (s.tokens[start-1].is(",") || s.foldAt(start-1) == "а" || s.foldAt(start-1) == "but") {
		start--
	}
	if b := start - 2; s.foldAt(b) == "не" || s.foldAt(b) == "not" {
		for first := range s.named[:n] {
			if m := &s.named[first]; m.to <= b && s.foldAt(m.to-1) == s.foldAt(start-1) {
				s.takeBack(first, s.opener(b), n)
				return true
			}
		}
		return false
	}
	if open := s.opener(start); open < start && open > 0 && wrong.to == open && !(start < next.lead && s.foldAt(start-1) != "нет" && s.foldAt(start-1) != "no") {
		s.takeBack(n-1, open, n)
		return true
	}
	return false
}

// opener is the first token of the words of taking back that end before token i; i without.
func (s *scribe) opener(i int) int {
	k := i
	for k > 0 && s.tokens[k-1].is(",") {
		k--
	}
	if k == 0 || !takesBack(s.tokens[k-1].fold) {
		return i
	}
	for k--; k > 0 && s.tokens[k-1].is(","); k-- {
	}
	return k
}

// takeBack gives mention first the client of mention last and cuts out what stands from token from to the end of it.
func (s *scribe) takeBack(first, from, last int) {
	meant := s.named[last]
	s.named[first].Matches, s.named[first].Sure, s.named[first].contact = meant.Matches, meant.Sure, meant.contact
	s.named = slices.Delete(s.named, first+1, last+1)
	s.cutOut(from, meant.to)
}

// cutOut removes tokens and moves the mentions behind them.
func (s *scribe) cutOut(from, to int) {
	s.tokens = slices.Delete(s.tokens, from, to)
	for i := range s.named {
		if m := &s.named[i]; m.from >= to {
			m.from, m.to, m.lead = m.from-(to-from), m.to-(to-from), m.lead-(to-from)
		}
	}
}

// maxCorrections bounds how often a line may take a time or a sum back.
const maxCorrections = 4

// corrected cuts out a time or a sum that the line takes back itself, the last one first; false when there is none.
func (s *scribe) corrected() bool {
	for i := len(s.tokens) - 2; i > 0; i-- {
		if !takesBack(s.tokens[i].fold) {
			continue
		}
		before, behind := i, i+1
		for before > 1 && s.tokens[before-1].is(",") {
			before--
		}
		if behind < len(s.tokens)-1 && s.tokens[behind].is(",") {
			behind++
		}
		from, to, ok := s.sumBack(before, behind)
		if !ok {
			from, to, ok = s.timeBack(before, behind)
		}
		if ok {
			s.cutOut(before, behind)
			s.cutOut(from, to)
			return true
		}
	}
	return false
}

// sumBack is the sum that ends before a token, when another begins at behind.
func (s *scribe) sumBack(before, behind int) (from, to int, ok bool) {
	for k := range s.sums {
		if s.sums[k].Span.From != s.tokens[behind].From {
			continue
		}
		for b := range s.sums {
			if s.sums[b].Span.To == s.tokens[before-1].To {
				return s.tokenOf(s.sums[b].Span.From), before, true
			}
		}
	}
	return 0, 0, false
}

// timeBack is the part of the time that ends before a token which the time that begins at behind replaces.
func (s *scribe) timeBack(before, behind int) (from, to int, ok bool) {
	meant := slices.IndexFunc(s.times, func(t Time) bool { return t.Span.From == s.tokens[behind].From })
	if meant < 0 {
		return 0, 0, false
	}
	earlier, _ := scanTimes(s.maskNames()[:before], s.w) // in the whole line the first of two days counts for nothing
	if len(earlier) == 0 {
		return 0, 0, false
	}
	wrong := &earlier[len(earlier)-1]
	if wrong.Span.To != s.tokens[before-1].To || wrong.Past || wrong.Rule != "" {
		return 0, 0, false
	}
	from, clock := s.tokenOf(wrong.Span.From), before
	for clock > from && !s.dayWord(clock-1) {
		clock--
	}
	end := behind
	for end < len(s.tokens) && s.tokens[end].To <= s.times[meant].Span.To {
		end++
	}
	day := false
	for i := behind; i < end; i++ {
		day = day || s.dayWord(i)
	}
	switch {
	case !s.times[meant].HasClock && wrong.HasClock && clock > from && clock < before:
		return from, clock, day // «завтра в 15, нет, послезавтра»
	case !day && clock > from:
		return clock, before, true
	}
	return from, before, true
}

// dayWord reports whether token i names a day rather than an hour.
func (s *scribe) dayWord(i int) bool {
	t := timeWords[s.tokens[i].fold]
	return t.rel != 0 || t.weekday != 0 || t.month != 0 || s.tokens[i].fold == "числа"
}

// tokenOf is the token that begins at a place of the text.
func (s *scribe) tokenOf(at int) int {
	for i := range s.tokens {
		if s.tokens[i].From == at {
			return i
		}
	}
	return 0
}
