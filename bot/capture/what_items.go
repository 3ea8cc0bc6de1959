package capture

import "followup/storage/crm"

// What an item is made of: the acts, papers and times of a piece, and the items before it.

// has is the first act of the piece that is one of the wanted and isn't negated; nil without.
func (p *piece) has(wanted ...act) *actAt {
	for i := range p.acts {
		for _, a := range wanted {
			if p.acts[i].act == a && !p.acts[i].not {
				return &p.acts[i]
			}
		}
	}
	return nil
}

// paper is the first paper that the piece names; nil without.
func (p *piece) paper() *actAt { return p.has(actPaper) }

// wanted is the first paper of the piece that is asked for itself: in «скидку на счет 126» none is; nil without.
func (s *scribe) wanted(p *piece) *actAt {
	for i := range p.acts {
		if a := &p.acts[i]; a.act == actPaper && (a.tok == p.from || nameCases[s.foldAt(a.tok-1)] == 0 || s.foldAt(a.tok-1) == "for") {
			return a
		}
	}
	return nil
}

// paperKind is the kind of the first paper of the piece, empty without. «Акт сверки» is a reconciliation.
func (p *piece) paperKind() crm.DocumentKind {
	kind := crm.DocumentKind("")
	for i := range p.acts {
		if a := &p.acts[i]; a.act == actPaper && (kind == "" || kind == crm.PaperAct && a.paper == crm.PaperReconciliation && p.acts[i-1].tok == a.tok-1) {
			kind = a.paper
		}
	}
	return kind
}

// when is the first time of the piece that lies ahead.
func (s *scribe) when(p *piece) *Time {
	for _, k := range p.times {
		if t := &s.times[k]; s.ahead(t) && !s.covers(t) {
			return t
		}
	}
	return s.timed
}

// covers reports whether a time is the period that a paper is for, no due time: «акт за октябрь».
func (s *scribe) covers(t *Time) bool {
	return (t.Grain == Month || t.Grain == Quarter || t.Grain == Year) && t.Bound == At && (s.wordBefore(t, "за") || s.wordBefore(t, "for") || s.forPeriod(t))
}

// forPeriod reports «счет на ноябрь»: a paper, «на» and a period.
func (s *scribe) forPeriod(t *Time) bool {
	for i := range s.tokens {
		if s.tokens[i].From == t.Span.From {
			return s.tokens[i].fold == "на" && work[s.foldAt(i-1)].act == actPaper
		}
	}
	return false
}

// ahead reports whether a time is still to come: its moment, its day when no clock was named, or a rule.
func (s *scribe) ahead(t *Time) bool {
	if t.Past {
		return false
	}
	today := crm.DateOf(s.w.Now)
	return t.Rule != "" || t.Due.After(s.w.Now) || !t.HasClock && t.Day == today || t.End.After(s.w.Now) && t.Grain != Day && t.Grain != Minute && t.Grain != Hour
}

// happened is the time of the piece at which something happened.
func (s *scribe) happened(p *piece) *Time {
	for _, k := range p.times {
		if t := &s.times[k]; !s.covers(t) && t.Bound != After && t.Bound != Before && (t.Past || !t.Start.After(s.w.Now) && t.Rule == "") {
			return t
		}
	}
	return nil
}

// phrase reports whether the folded words stand in the piece one after the other; "" stands for any word.
func (s *scribe) phrase(p *piece, words ...string) bool {
	for i := p.from; i+len(words) <= p.to; i++ {
		for k, w := range words {
			if w != "" && s.tokens[i+k].fold != w {
				break
			}
			if k == len(words)-1 {
				return true
			}
		}
	}
	return false
}

// any reports whether a word of the set stands in the piece.
func (s *scribe) any(p *piece, set map[string]bool) bool {
	for i := p.from; i < p.to; i++ {
		if set[s.tokens[i].fold] && s.owners[i].mention < 0 {
			return true
		}
	}
	return false
}

// lastItem is the item added last; nil without.
func (s *scribe) lastItem() *Item {
	if n := len(s.reading.Items); n > 0 {
		return &s.reading.Items[n-1]
	}
	return nil
}

// lastTouch is the touch that an outcome belongs to: the last one, when it is of the clients that are spoken of.
func (s *scribe) lastTouch() *Item {
	if s.touch < 0 || s.touch >= len(s.reading.Items) {
		return nil
	}
	t := &s.reading.Items[s.touch]
	if len(t.Clients) > 0 && !sameInts(t.Clients, s.context) && !s.sameClients(t.Clients, s.context) {
		return nil
	}
	return t
}

// waiting is the last item when it is one that lacks its time.
func (s *scribe) waiting() *Item {
	last := s.lastItem()
	if last == nil || last.When != nil {
		return nil
	}
	switch last.Kind {
	case FollowUp, Obligation, Await, Promise, Invoice:
		return last
	}
	return nil
}

// unpaid is the last item when it is about money and lacks its sum.
func (s *scribe) unpaid() *Item {
	last := s.lastItem()
	if last == nil || last.Sum != nil {
		return nil
	}
	switch last.Kind {
	case Payment, Promise, Invoice, Contract:
		return last
	}
	return nil
}

// sameClients reports whether two lists of mentions mean the same clients.
func (s *scribe) sameClients(a, b []int) bool {
	for _, m := range b {
		if !s.sameClientIn(a, m) {
			return false
		}
	}
	return len(a) == len(b)
}

func sameInts(a, b []int) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
