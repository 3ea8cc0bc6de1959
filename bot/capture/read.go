package capture

import "slices"

// Read says what a message means; see the rules in what.go. It takes any text, never fails and depends on nothing but its
// arguments.
func Read(text string, w World) Reading {
	text = meantText(clip(text))
	tokens := shorthand(tokenize(text), text)
	repairWork(tokens, w.Clients)
	s := &scribe{text: text, tokens: tokens, w: w, named: outsideAddresses(tokens, findMentions(tokens, w.Clients))}
	s.renamed()
	s.scan()
	for range maxCorrections {
		if !s.corrected() {
			break
		}
		s.scan()
	}
	s.dropCovered()
	s.own()
	s.reading.Text = text
	s.readChat()
	s.readOrder()
	if s.reading.Order == nil && s.reading.Chat == "" {
		s.readUnknown()
		if !s.ledger() {
			s.readItems()
		}
	}
	s.finish()
	return s.reading
}

// scan finds the times and sums.
func (s *scribe) scan() {
	masked := s.maskNames()
	s.times, s.reading.Invalid = scanTimes(masked, s.w)
	s.sums = scanSums(masked, s.w, s.times)
}

// unreadable stands in the place of words that are neither a time nor a sum.
const unreadable = "¤"

// maskNames is the tokens with those of names and the numbers of a list made unreadable, so that «Март» or «7 дней» of a name is no date and the
// digits of a phone are no sum.
func (s *scribe) maskNames() []token {
	masked := make([]token, len(s.tokens))
	copy(masked, s.tokens)
	mask := func(i int) { masked[i].kind, masked[i].text, masked[i].fold = wordToken, unreadable, unreadable }
	for _, m := range s.named {
		for i := m.from; i < m.to && m.whole; i++ {
			mask(i)
		}
	}
	for i := range s.tokens {
		if s.listMark(i) {
			mask(i)
		}
	}
	return masked
}

// dropCovered drops a name that is only partly or wrongly written where a time or a sum stands: «к вечеру» is no «Венера».
func (s *scribe) dropCovered() {
	overlap := func(a, b Span) bool { return a.From < b.To && b.From < a.To }
	s.named = slices.DeleteFunc(s.named, func(m mention) bool {
		if m.whole {
			return false
		}
		return slices.ContainsFunc(s.times, func(t Time) bool { return overlap(m.Span, t.Span) || overlap(m.Span, t.Apart) }) ||
			slices.ContainsFunc(s.sums, func(sum Sum) bool { return overlap(m.Span, sum.Span) })
	})
}

// listMark reports whether token i is the number of «1) … 2) …» or, at the start of a line, of «1. …».
func (s *scribe) listMark(i int) bool {
	t := &s.tokens[i]
	if t.kind != numberToken || t.value <= 0 || t.value > 20 || i+2 >= len(s.tokens) || !s.tokens[i+1].glued {
		return false
	}
	if s.tokens[i+1].is(".") {
		return (s.opensLine(i) || t.value > 1 && s.tokens[0].value == 1 && s.tokens[1].is(".")) && !s.tokens[i+2].glued && s.tokens[i+2].kind == wordToken && !t.glued
	}
	return s.tokens[i+1].is(")") && (i == 0 || !t.glued && !s.tokens[i-1].is("("))
}

// own notes for every token which mention, time and sum it belongs to.
func (s *scribe) own() {
	s.owners = make([]owner, len(s.tokens))
	for i := range s.owners {
		s.owners[i] = owner{-1, -1, -1}
	}
	for k, m := range s.named {
		for i := m.from; i < m.to; i++ {
			s.owners[i].mention = k
		}
	}
	for k := range s.times {
		s.each(s.times[k].Span, func(o *owner) { o.time = k })
		s.each(s.times[k].Apart, func(o *owner) { o.time = k })
	}
	for k := range s.sums {
		s.each(s.sums[k].Span, func(o *owner) { o.sum = k })
	}
}

func (s *scribe) each(span Span, do func(*owner)) {
	for i := range s.tokens {
		if s.tokens[i].From >= span.From && s.tokens[i].To <= span.To && s.owners[i].mention < 0 {
			do(&s.owners[i])
		}
	}
}

// finish copies out what the stages found.
func (s *scribe) finish() {
	r := &s.reading
	r.Times, r.Sums = s.times, s.sums
	for i := range r.Invalid {
		r.Invalid[i].Text = s.text[r.Invalid[i].Span.From:r.Invalid[i].Span.To]
	}
	for _, m := range s.named {
		r.Mentions = append(r.Mentions, m.Mention)
	}
	for i := range r.Items {
		if bareRemind[foldText(r.Items[i].Text)] {
			r.Items[i].Text = "" // «напомни ромашке завтра» says no more than that
		}
		if t := r.Items[i].When; t != nil && t.Ask != nil {
			r.Asks = append(r.Asks, *t.Ask)
		}
	}
	if r.Order != nil && r.Order.When != nil && r.Order.When.Ask != nil {
		r.Asks = append(r.Asks, *r.Order.When.Ask)
	}
}
