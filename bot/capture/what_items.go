package capture

import (
	"strings"

	"followup/storage/crm"
)

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
	return nil
}

// covers reports whether a time is the period that a paper is for, no due time: «акт за октябрь».
func (s *scribe) covers(t *Time) bool {
	return (t.Grain == Month || t.Grain == Quarter || t.Grain == Year) && t.Bound == At && (s.wordBefore(t, "за") || s.wordBefore(t, "for"))
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

// missedPhrases say that nobody was reached.
var missedPhrases = [...][]string{
	{"не", "взял", "трубку"},
	{"не", "взяла", "трубку"},
	{"не", "взяли", "трубку"},
	{"не", "берет", "трубку"},
	{"не", "берут", "трубку"},
	{"трубку", "не"},
	{"не", "берет"},
	{"не", "берут"},
	{"не", "снимает"},
	{"не", "снимают"},
	{"не", "поднимает"},
	{"не", "поднимают"},
	{"не", "поднял"},
	{"не", "подняли"},
	{"не", "дозвонился"},
	{"не", "дозвонилась"},
	{"не", "дозвонились"},
	{"не", "дозвон"},
	{"недоступен"},
	{"недоступны"},
	{"абонент"},
	{"вне", "зоны"},
	{"сбросил", "звонок"},
	{"сбросила", "звонок"},
	{"сбросили", "звонок"},
	{"сбросили"},
	{"занято"},
	{"гудки"},
	{"no", "answer"},
	{"didn't", "answer"},
	{"did", "not", "answer"},
	{"didn't", "pick"},
	{"not", "pick", "up"},
	{"didn’t", "answer"},
	{"missed", "call"},
	{"couldn't", "reach"},
	{"could", "not", "reach"},
	{"not", "reachable"},
	{"left", "voicemail"},
	{"line", "busy"},
	{"unreachable"},
	{"went", "to", "voicemail"},
	{"can't", "reach"},
	{"no", "reply", "call"},
}

func (s *scribe) missed(p *piece) bool {
	found := p.has(actMissed) != nil
	for _, words := range missedPhrases {
		found = found || s.phrase(p, words...)
	}
	if !found && (s.phrase(p, "не", "отвечает") || s.phrase(p, "не", "отвечают") || s.phrase(p, "не", "ответил") || s.phrase(p, "не", "ответили") ||
		s.phrase(p, "не", "ответила")) {
		if s.any(p, mailWords) {
			return s.keep(p)
		}
		last := s.lastTouch()
		found = last == nil || last.Touch == crm.TouchCall
	}
	if !found || p.has(actTodo, actRemind) != nil && s.when(p) != nil && p.has(actMissed) == nil {
		return false
	}
	if t := s.lastTouch(); t != nil && t.Touch == crm.TouchCall && !p.line && len(p.named) == 0 {
		t.Touch = crm.TouchMissed // «звонил, не взяли трубку»
		s.outcome(p)
		return true
	}
	s.addTouch(p, crm.TouchMissed)
	return true
}

// mailWords say that something was written rather than said.
var mailWords = lexicon("письмо письма письмом почту почте почта mail email мейл сообщение сообщения вотсап whatsapp телеграм")

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

// sameClients reports whether two lists of mentions mean the same clients.
func (s *scribe) sameClients(a, b []int) bool {
	for _, m := range b {
		if !s.sameClientIn(a, m) {
			return false
		}
	}
	return len(a) == len(b)
}

// addTouch adds a touch of a kind with the time at which it happened.
func (s *scribe) addTouch(p *piece, kind crm.TouchKind) {
	item := Item{Kind: Touch, Touch: kind, When: s.happened(p)}
	item.Text = s.cut(p, keepWords)
	s.add(p, item)
	s.touch = len(s.reading.Items) - 1
}

// obligation reads what we owe the client: what we said we would give, what we promised, what is waited for.
func (s *scribe) obligation(p *piece) bool {
	switch give := p.has(actGive, actPromised, actTheyWait); {
	case give == nil:
		return s.weOwe(p)
	case give.act == actGive && s.subjectAt(give.tok-1):
		return false
	case give.act == actGive:
		s.oblige(p, keepWords)
		return true
	case give.act == actPromised && s.theirs(p, give):
		return false
	case give.act == actPromised:
		s.oblige(p, dropActs(actPromised))
		return true
	}
	return s.waitedFor(p)
}

// weOwe reads «мы обещали прислать», «с нас КП», «мы должны».
func (s *scribe) weOwe(p *piece) bool {
	if !s.phrase(p, "с", "нас") && !s.phrase(p, "с", "меня") && !s.phrase(p, "за", "нами") &&
		!(s.phrase(p, "мы") && p.has(actTheyPromise, actNeed) != nil) && !s.phrase(p, "we", "owe") && !s.phrase(p, "i", "owe") {
		return false
	}
	s.oblige(p, dropActs(actTheyPromise, actNeed))
	return true
}

// waitedFor reads «ждут КП»: an obligation when it is a paper of ours, something «от нас» or has a deadline.
func (s *scribe) waitedFor(p *piece) bool {
	if p.has(actNoun, actTodo) != nil && s.wanted(p) == nil && s.when(p) != nil {
		return false // «ждут звонка в пятницу»
	}
	due := s.when(p)
	if s.wanted(p) == nil && !s.phrase(p, "от", "нас") && !s.phrase(p, "from", "us") && !s.phrase(p, "our") && (due == nil || due.Bound != Before) {
		return false
	}
	s.outcomeWithout(p)
	s.oblige(p, dropActs(actTheyWait))
	return true
}

func (s *scribe) oblige(p *piece, keep keeper) {
	item := Item{Kind: Obligation, When: s.when(p), Paper: string(p.paperKind()), Verb: "send", Text: s.cut(p, keep)}
	item.Number = s.paperNumber(p)
	if k := p.has(actTodo, actNoun, actGive); k != nil && k.verb != "" {
		item.Verb = k.verb
	}
	if item.Text == "" {
		item.Text = s.cut(p, keepWords)
	}
	s.add(p, item)
}

// theirs reports whether what was promised in the singular was promised by the client or a person there.
func (s *scribe) theirs(p *piece, promised *actAt) bool {
	for i := promised.tok - 1; i >= p.from; i-- {
		if s.tokens[i].fold == "я" || s.tokens[i].fold == "мы" || s.tokens[i].fold == "i" || s.tokens[i].fold == "we" {
			return false
		}
		if s.subjectAt(i) || s.tokens[i].upper && !s.tokens[i].opens && s.owners[i].mention < 0 && nameCases[s.foldAt(i-1)] == 0 {
			return true
		}
	}
	after := promised.tok + 1
	return after < p.to && s.owners[after].mention < 0 && givenForms[s.tokens[after].fold]&nom != 0
}

// await reads what they owe us, papers and answers.
func (s *scribe) await(p *piece) bool {
	switch a := p.has(actWait, actTheyPromise, actPromised, actTheyWill); {
	case a == nil && s.when(p) != nil && p.has(actTodo) != nil && s.any(p, readyWords):
		s.add(p, Item{Kind: Await, When: s.when(p), Paper: string(p.paperKind()), Text: s.cut(p, keepWords)})
		return true
	case a == nil:
		return false
	case a.act == actTheyWill && s.when(p) == nil && p.paper() == nil:
		return false
	case a.act == actTheyPromise && p.has(actTodo, actPaper, actNoun, actTheyWill) == nil && s.when(p) == nil:
		return false
	case a.act == actWait && s.any(p, callBack):
		return false
	case a.act == actWait && p.has(actOriginal) != nil:
		s.add(p, Item{Kind: Document, State: "awaited", Paper: string(p.paperKind()), Number: s.paperNumber(p), When: s.when(p), Text: s.cut(p, keepWords)})
		return true
	case a.act == actTheyWill && s.touch >= 0 && s.when(p) == nil:
		s.outcomeWithout(p)
	}
	item := Item{Kind: Await, When: s.when(p), Paper: string(p.paperKind()), Number: s.paperNumber(p), Text: s.cut(p, dropActs(actWait, actTheyPromise, actPromised))}
	if item.Text == "" {
		item.Text = s.cut(p, keepWords)
	}
	s.add(p, item)
	return true
}

// readyWords before a verb say what the client will or won't do, not what we have to.
var readyWords = lexicon("готов готова готовы согласен согласна согласны отказался отказалась отказались отказываются согласился согласилась согласились ready agreed refused")

// callBack after «жду» is our own next step.
var callBack = lexicon("напоминания напоминание")

// followUp reads what is to be done by us.
func (s *scribe) followUp(p *piece) bool {
	due := s.when(p)
	todo := p.has(actTodo, actRemind)
	noun := p.has(actNoun)
	if s.any(p, habitWords) && p.has(actRemind) == nil {
		return false // «директор любит звонки до обеда»
	}
	needed := p.has(actNeed)
	asked := p.has(actAsk, actTheyWait)
	paper := s.wanted(p)
	switch {
	case p.has(actTouched) != nil && todo == nil:
		return false
	case todo != nil && s.any(p, readyWords):
		return false // «отказались подписать»
	case todo != nil, needed != nil && (paper != nil || noun != nil || due != nil):
	case noun != nil && due != nil && !s.done(p):
	case asked != nil && (paper != nil && paper.paper != crm.PaperOther || paper != nil && due != nil || noun != nil && due != nil):
	case asked != nil && p.has(actMove) != nil && due != nil: // «просит перенести на среду»
	case p.has(actPay) != nil && (needed != nil || due != nil): // «надо оплатить»
	default:
		return false
	}
	if todo != nil && len(s.context) == 0 && len(s.named) == 0 && due == nil && work[s.tokens[todo.tok].fold].act == actNone {
		return false // «купить молоко»
	}
	if asked != nil && s.touch >= 0 {
		s.outcomeWithout(p)
	}
	item := Item{Kind: FollowUp, When: due, Verb: s.verbOf(p), Paper: string(p.paperKind()), Number: s.paperNumber(p)}
	item.Text = s.cut(p, dropActs(actRemind, actAsk, actNeed, actTheyWait))
	if last := s.lastItem(); last != nil && last.Kind == FollowUp && last.Text == "" && last.When != nil && due == nil {
		item.When = last.When // «поставь задачу на завтра: подготовить отчет»
		s.reading.Items = s.reading.Items[:len(s.reading.Items)-1]
	}
	s.add(p, item)
	return true
}

// habitWords tell how somebody is, not what is to be done.
var habitWords = lexicon("любит любят предпочитает предпочитают работает работают обычно всегда никогда prefers prefer likes usually always never works")

// bareRemind are requests to remind that say nothing else.
var bareRemind = lexicon("напомни напомнить напомните remind")

// done reports whether a touch by name is told as one that took place: «была встреча», "had a call".
func (s *scribe) done(p *piece) bool {
	return s.any(p, doneWords) || p.has(actTouched) != nil
}

var doneWords = lexicon("был была было были прошел прошла прошли провел провела провели состоялась состоялся состоялись had was were went закончилась закончили")

// verbOf is what kind of thing a follow-up is.
func (s *scribe) verbOf(p *piece) string {
	for _, wanted := range [...]act{actTodo, actNoun, actGive} {
		if a := p.has(wanted); a != nil && a.verb != "" {
			if a.act != actTodo || a.verb != "task" || p.has(actNoun) == nil {
				return a.verb
			}
		}
	}
	if p.paper() != nil {
		return "send"
	}
	return "task"
}

// touched reads what was done.
func (s *scribe) touched(p *piece) bool {
	var kind crm.TouchKind
	if s.any(p, cancelled) || s.phrase(p, "не", "состоялась") || s.phrase(p, "не", "состоялся") {
		return s.keep(p)
	}
	switch a := p.has(actTouched); {
	case a != nil && talkedOver[s.tokens[a.tok].fold] && len(p.named) == 0 && s.lastTouch() != nil && s.happened(p) == nil && !p.line:
		s.outcome(p)
		return true
	case a != nil:
		kind = s.touchKind(p, a)
	case p.has(actNoun) != nil && (s.when(p) == nil || s.done(p)) && (p.has(actAsk, actTheyWait, actTheyDid, actMove) == nil || p.acts[0].act == actNoun):
		kind = p.has(actNoun).touch
	case s.visited(p):
		kind = crm.TouchVisit
	case s.any(p, metWords):
		kind = crm.TouchMeeting
	default:
		return false
	}
	s.addTouch(p, kind)
	return true
}

// talkedOver are verbs that go on with the touch before them: «встретились, обсудили поставки».
var talkedOver = lexicon("обсудил обсудила обсудили обсуждали поговорили поговорила поговорил пообщались общались переговорили показал показала показали",
	"показывали показывала показывал продемонстрировали говорили разговаривали discussed showed talked spoke")

// cancelled are words of a touch that did not take place.
var cancelled = lexicon("отменили отменил отменила отменилась отменился отменить отмена отменяется отменена сорвалась сорвался cancelled canceled")

var metWords = lexicon("встретились встречались пересеклись виделись увиделись посидели met")

// touchKind is the kind of a touch by its verb and by what was sent or shown.
func (s *scribe) touchKind(p *piece, a *actAt) crm.TouchKind {
	noun := p.has(actNoun)
	switch {
	case s.any(p, demoWords):
		return crm.TouchPresentation
	case (a.touch == crm.TouchMail || a.touch == crm.TouchMessage) && s.any(p, messengers):
		return crm.TouchMessage
	case a.touch == crm.TouchMessage && s.any(p, mailWords):
		return crm.TouchMail
	case noun != nil && (a.touch == crm.TouchMail || a.touch == crm.TouchPresentation) && noun.touch != crm.TouchCall:
		return noun.touch
	}
	return a.touch
}

var (
	messengers = lexicon("вотсап вацап ватсап whatsapp телегу телеге телеграм телеграмм telegram tg вайбер viber смс sms чат чате мессенджер макс max личку")
	demoWords  = lexicon("презентация презентацию презентации демо demo presentation демонстрацию")
)

// visited reads «был на Векторе», «были у Ромашки».
func (s *scribe) visited(p *piece) bool {
	for i := p.from; i < p.to; i++ {
		switch s.tokens[i].fold {
		case "был", "была", "были", "побывали":
			next := s.foldAt(i + 1)
			return (next == "на" || next == "в" || next == "во" || next == "у") && i+2 < p.to && s.owners[i+2].mention >= 0 || next == "в" && s.foldAt(i+2) == "офисе"
		}
	}
	return false
}

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

// paperDue reads a paper without a verb: with a time to come it is to be sent («акт сверки с вектором до 30.11»), behind an
// item of the same kind it is another («обещал вектору КП завтра, гамме акт в пятницу»).
func (s *scribe) paperDue(p *piece) bool {
	for _, a := range p.acts {
		if a.act != actPaper {
			return false
		}
	}
	due, last := s.when(p), s.lastItem()
	if len(p.acts) == 0 || p.acts[0].paper == crm.PaperContract && p.acts[0].tok == p.from && due == nil {
		return false
	}
	item := Item{Kind: FollowUp, Verb: "send", When: due, Paper: string(p.paperKind()), Number: s.paperNumber(p), Text: s.cut(p, keepWords)}
	if last != nil && p.listed && len(p.named) > 0 && (last.Kind == Obligation || last.Kind == Await || last.Kind == FollowUp) {
		item.Kind, item.Verb = last.Kind, last.Verb
	} else if due == nil {
		return false
	}
	s.add(p, item)
	return true
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
	s.add(p, Item{Kind: Touch, Touch: crm.TouchNote, When: s.happened(p), Text: text, Deferral: s.deferral(p)})
	s.touch = len(s.reading.Items) - 1
	return true
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

// deferral reports whether the client asks to pay later: that acknowledges the debt.
func (s *scribe) deferral(p *piece) bool {
	return s.any(p, deferralWords) && p.has(actAsk) != nil
}

var deferralWords = lexicon("отсрочку отсрочка отсрочки рассрочку рассрочка рассрочки deferral extension")

// outcome adds the words of the piece to the outcome of the touch before it.
func (s *scribe) outcome(p *piece) {
	s.addOutcome(s.cut(p, keepTimes))
	if s.deferral(p) {
		s.lastTouch().Deferral = true
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
	if last := s.unpaid(); last != nil && len(p.sums) > 0 && len(p.named) == 0 && (s.cut(p, keepNote) == "" || dueWords[foldText(s.cut(p, keepNote))]) {
		last.Sum = &s.sums[p.sums[0]]
		if last.When == nil {
			last.When = due
		}
		return true
	}
	if due != nil && (text == "" || dueWords[foldText(text)]) && len(p.sums) == 0 {
		if last := s.waiting(); last != nil && len(p.named) == 0 {
			last.When = due
			return true
		}
	}
	if due != nil && !s.any(p, habitWords) && (len(s.context) > 0 || text != "" && len(s.named) == 0 && s.touch < 0) {
		s.add(p, Item{Kind: FollowUp, Verb: s.verbOf(p), When: due, Text: text})
		return true
	}
	if text == "" {
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

// lastItem is the item added last; nil without.
func (s *scribe) lastItem() *Item {
	if n := len(s.reading.Items); n > 0 {
		return &s.reading.Items[n-1]
	}
	return nil
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

// dueWords name a due time and say nothing else.
var dueWords = lexicon("срок срока оплата оплаты дедлайн due deadline payment сумма сумму итого на sum")
