package capture

import (
	"strings"

	"followup/storage/crm"
)

// Words: what the client said or wants goes to the touch before it as its outcome, else it is a note of the client.

// said keeps what the client did, wants or thinks as the outcome of the touch before it or as a note.
func (s *scribe) said(p *piece) bool {
	if s.paperDue(p) {
		return true
	}
	if len(p.acts) == 0 && !s.any(p, saidWords) {
		return false
	}
	return s.keep(p)
}

var saidWords = lexicon("скидку скидка дорого дороговато отсрочку отсрочка конкуренты конкурентов")

// keep stores a piece as an outcome of the touch before it, else as a note of a client; a piece about nobody is not kept.
func (s *scribe) keep(p *piece) bool {
	if s.lastTouch() != nil {
		s.outcome(p)
		return true
	}
	text := s.cut(p, keepTimes)
	if len(s.context) == 0 && len(s.named) == 0 && s.unknown[1] == 0 && s.reading.Rest == "" || text == "" {
		return false
	}
	note := Item{Kind: Touch, Touch: crm.TouchNote, When: s.dated(p), Text: text, Deferral: s.deferral(p)}
	if note.Deferral {
		note.Due = s.deferredTo(p)
	}
	s.add(p, note)
	s.touch = len(s.reading.Items) - 1
	return true
}

// dated is the time of a note, when it begins with one or names a day by its distance. A date inside it is part of what it
// says: «контракт закончился 31.10».
func (s *scribe) dated(p *piece) *Time {
	t := s.happened(p)
	if t != nil && t.Relative && !s.any(p, pastMust) {
		return t // «с ромашкой болтали вчера»
	}
	for i := p.from; t != nil && i < p.to && s.tokens[i].From < t.Span.From; i++ {
		if s.owners[i].mention < 0 && s.tokens[i].kind != punctToken && nameCases[s.tokens[i].fold] == 0 {
			return nil
		}
	}
	return t
}

// outcome adds the words of the piece to the outcome of the touch before it.
func (s *scribe) outcome(p *piece) {
	s.addOutcome(s.cut(p, keepTimes))
	if s.deferral(p) {
		s.lastTouch().Deferral, s.lastTouch().Due = true, s.deferredTo(p)
	}
}

// outcomeWithout adds them without the times that went to an item of their own.
func (s *scribe) outcomeWithout(p *piece) {
	if s.lastTouch() != nil {
		s.addOutcome(s.cut(p, keepWords))
	}
}

func (s *scribe) addOutcome(text string) {
	t := s.lastTouch()
	switch {
	case t == nil || text == "":
	case t.Touch == crm.TouchNote:
		t.Text += ", " + text
	case t.Outcome == "":
		t.Outcome = text
	default:
		t.Outcome += ", " + text
	}
}

// loose keeps a piece without a word of the trade: a time for what was said before, a follow-up when it has a time of its
// own and a client, else words for the touch before it or a note.
func (s *scribe) loose(p *piece) bool {
	text := s.cut(p, keepWords)
	due := s.when(p)
	if last := s.unpaid(); last != nil && len(p.sums) > 0 && len(p.named) == 0 && (s.cut(p, keepNote) == "" || dueWords[foldText(s.cut(p, keepNote))] != "") {
		last.Sum = &s.sums[p.sums[0]]
		if last.When == nil {
			last.When = due
		}
		return true
	}
	if due != nil && (text == "" || dueWords[foldText(text)] != "") && len(p.sums) == 0 {
		if last := s.waiting(); last != nil && len(p.named) == 0 {
			for k := len(s.reading.Items) - 2; k >= 0 && last.Kind == Invoice && s.reading.Items[k].Kind == Invoice && s.reading.Items[k].When == nil; k-- {
				s.reading.Items[k].When = due // «счета 126 на 15к и 127 на 40к, срок 30.11»
			}
			last.When = due
			return true
		}
	}
	if s.calledAgain(p) {
		return true
	}
	if s.lasting(p, due) {
		return s.keep(p)
	}
	if due != nil && !s.any(p, habitWords) && (len(s.context) > 0 || text != "" && len(s.named) == 0 && s.touch < 0) {
		s.add(p, Item{Kind: FollowUp, Verb: s.verbOf(p), When: due, Text: text})
		return true
	}
	if text == "" {
		if due != nil && s.lastItem() == nil && p.to < len(s.tokens) && s.tokens[p.to].is(":") {
			s.timed = due // «завтра в 10: созвон с вектором»
		}
		return true
	}
	if n := len(s.reading.Items); n > 0 && s.touch < 0 && len(p.named) == 0 && !p.line {
		if last := &s.reading.Items[n-1]; last.Kind == FollowUp || last.Kind == Obligation || last.Kind == Await {
			last.Text = strings.TrimPrefix(last.Text+", "+text, ", ")
			return true
		}
	}
	return s.keep(p)
}

// dueWords name a due time and say nothing else.
var dueWords = phrases(map[string]string{"due": `срок|срока|оплата|оплаты|дедлайн|due|deadline|payment|сумма|сумму|итого|на|sum|do it|сделать это`})
