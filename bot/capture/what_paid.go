package capture

import "followup/storage/crm"

// Which bill money came for, and which part of it, where the message says so in its own way; bills told of one after the other.

// toAccount reports «альфа скинули 200 на счет», "got 12k from Globex": money that a client sent or that was got from it.
func (s *scribe) toAccount(p *piece) bool {
	if len(p.sums) == 0 || len(p.named) == 0 {
		return false
	}
	if s.any(p, gotWords) {
		return s.phrase(p, "from")
	}
	sent := p.has(actTouched)
	return sent != nil && sent.verb == "send" && s.subjectAt(sent.tok-1) && (s.phrase(p, "на", "счет") || s.phrase(p, "на", "карту") || s.phrase(p, "на", "рс"))
}

var gotWords = lexicon("got")

// cameFor reports «300к от ромашки за 125-й»: a sum, from whom it came and the bill that it is for, without a verb.
func (s *scribe) cameFor(p *piece) bool {
	if len(p.sums) == 0 || len(p.named) != 1 || s.when(p) != nil || len(s.numbersAfter(p, payFor)) == 0 || s.sumOf(p, s.numbersAfter(p, payFor)) == nil {
		return false
	}
	for _, a := range p.acts {
		if a.paper != crm.PaperInvoice || !payFor[s.foldAt(a.tok-1)] {
			return false
		}
	}
	lead := s.named[p.named[0]].lead
	return (s.owners[p.from].sum >= 0 || lead == p.from) && (s.tokens[lead].fold == "от" || s.tokens[lead].fold == "from")
}

// partOf is the first of two figures of «50 000 из 120 000», "5000 of 12000": what was paid, of which whole. The sum that was read may
// be the whole. Nil when what is counted are things: «2 из 5 счетов».
func (s *scribe) partOf(p *piece, sum *Sum) *Sum {
	for i := p.from + 1; i+1 < p.to; i++ {
		if f := s.tokens[i].fold; f != "из" && f != "of" {
			continue
		}
		if s.tokens[i-1].kind != numberToken || s.tokens[i+1].kind != numberToken || s.owners[i-1].time >= 0 || s.owners[i+1].time >= 0 || sum != nil && sum.Span.From < s.tokens[i].From {
			continue
		}
		end, start := i+1, i-1
		for end+1 < p.to && (s.tokens[end+1].kind == numberToken || sum != nil && s.tokens[end+1].To <= sum.Span.To) {
			end++
		}
		if end+1 < p.to && s.tokens[end+1].kind == wordToken && !figureEnds[s.tokens[end+1].fold] && s.owners[end+1] == (owner{-1, -1, -1}) {
			return nil
		}
		for start > p.from && s.tokens[start].To-s.tokens[start].From == 3 && s.tokens[start-1].kind == numberToken {
			start--
		}
		if part, ok := ReadSum(s.text[s.tokens[start].From:s.tokens[i-1].To], s.w); ok {
			part.Span = Span{s.tokens[start].From, s.tokens[i-1].To}
			return &part
		}
	}
	return nil
}

// billPaidOf is the number of a bill that a payment names in an unusual place: before its paper («50 тыр 130 счет») or as what a part
// was paid of, when it is too small to be a sum that the part could be of: "paid 5k of 78".
func (s *scribe) billPaidOf(p *piece) []string {
	for i := p.from + 1; i < p.to; i++ {
		t := &s.tokens[i]
		if t.kind != numberToken || t.glued || t.To-t.From < 2 || len(t.text) > 6 || s.owners[i].mention >= 0 || s.owners[i].time >= 0 || s.owners[i].sum >= 0 && !s.sums[s.owners[i].sum].Bare {
			continue
		}
		paid := s.sumOf(p, []string{t.text})
		if paid == nil || paid.Share != 0 {
			continue
		}
		next := s.foldAt(i + 1)
		switch {
		case i+1 < p.to && oneBill[next] && (i+2 >= p.to || s.tokens[i+2].kind != numberToken && !numberSigns[s.tokens[i+2].fold] && s.tokens[i+2].fold != "на"): // «21 счет на 50к» counts them
			return []string{t.text}
		case s.tokens[i-1].fold == "of" && s.bareNumber(i) && t.value*1000 <= paid.Money.Minor:
			return []string{t.text}
		}
	}
	return nil
}

// oneBill are words of a single bill.
var oneBill = lexicon("счет счету сч invoice bill")

// anotherBill adds a further bill to what was said of one: «оплатили счет 5 на 10к и счет 6 на 20к», «выставить счет 5 на 10к и счет 6
// на 20к».
func (s *scribe) anotherBill(p *piece) bool {
	last := s.lastItem()
	if last == nil || p.line || len(p.named) > 0 || len(p.acts) != 1 || !s.wholeBill(p.from) {
		return false
	}
	number, due := s.paperNumber(p), s.when(p)
	switch {
	case last.Kind == Payment && len(last.Refs) > 0 && due == nil:
		s.add(p, Item{Kind: Payment, Sum: s.invoiceSum(p, number), Refs: []string{number}, When: last.When, Text: s.cut(p, keepTimes)})
	case last.Kind == Promise && len(last.Refs) > 0 && due != nil:
		s.add(p, Item{Kind: Promise, Sum: s.invoiceSum(p, number), Refs: []string{number}, When: s.lastDay(due), By: last.By, Text: s.cut(p, keepTimes)})
	case (last.Kind == FollowUp || last.Kind == Obligation) && last.Paper == string(crm.PaperInvoice) && last.Number != "":
		item := *last
		item.Number, item.Text, item.Thing = number, s.cut(p, keepWords), false
		if due != nil {
			item.When = due
		}
		s.add(p, item)
	default:
		return false
	}
	return true
}

// wholeBill reports whether a bill stands at token i with its number and its sum: «счет 6 на 20к».
func (s *scribe) wholeBill(i int) bool {
	if i >= len(s.tokens) || s.owners[i].mention >= 0 || work[s.tokens[i].fold].paper != crm.PaperInvoice {
		return false
	}
	for i++; i < len(s.tokens) && numberSigns[s.tokens[i].fold]; i++ {
	}
	return s.billAt(i) || i+2 < len(s.tokens) && s.tokens[i].kind == numberToken && s.owners[i] == (owner{-1, -1, -1}) && s.sumFor(i+2)
}

// sumFor reports whether a sum stands at token i behind «на» or "for", where it may lack a measure: «счет 6 на 20 000».
func (s *scribe) sumFor(i int) bool {
	return s.owners[i].sum >= 0 && (s.foldAt(i-1) == "на" || s.foldAt(i-1) == "for")
}

// billedIn reports whether a bill and its sum stand between two tokens.
func (s *scribe) billedIn(from, to int) bool {
	paper := false
	for i := from; i < to; i++ {
		paper = paper || s.owners[i].mention < 0 && work[s.tokens[i].fold].paper == crm.PaperInvoice
		if o := s.owners[i].sum; paper && o >= 0 && (!s.sums[o].Bare || s.sumFor(i)) {
			return true
		}
	}
	return false
}
