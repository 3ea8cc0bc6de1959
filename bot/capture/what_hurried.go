package capture

import (
	"strings"
	"time"

	"followup/storage/crm"
)

// Rules of run-ons, as lines are dictated or typed without marks:
//
//   - «если …», «как только …», "if …": the condition and what is to be done then are one step, due by the day that the condition
//     names; its words stay with it. A condition alone with a day is looked after on that day. Nothing is promised by it and nothing
//     paid.
//   - What follows a condition in the middle of a piece belongs to it: «готовы взять если до пт подпишем».
//   - «не берет попробую завтра», «оплатила 100к остаток в пн»: a further try and the rest of the money are things of their own.
//   - «после встречи скинуть протокол»: a touch behind «после» or «перед» is none, when something is to be done.
//   - «ждут акт 5 и счёт 6»: each paper with a number is a thing of its own.
//   - «с альфой в 11 с гаммой в 12 созвоны завтра»: what is said of all of them stands behind the last.

// opensCondition reports whether a condition begins at token i: «если», «как только», «как оплатят».
func (s *scribe) opensCondition(i int) bool {
	next := s.foldAt(i + 1)
	switch s.foldAt(i) {
	case "если", "if", "unless":
		return next != "что" && next != "честно"
	case "как":
		return next == "только" || work[next].act == actPay && next[0] >= 0x80 && !infinitive(next) || work[next].act == actTheyWill
	case "once", "when":
		return theySay[next] || i+1 < len(s.owners) && s.owners[i+1].mention >= 0
	}
	return false
}

// underCondition reports whether a condition begins between two tokens.
func (s *scribe) underCondition(from, to int) bool {
	for i := from; i < to; i++ {
		if s.opensCondition(i) {
			return true
		}
	}
	return false
}

// conditionOf is the token at which a piece begins with a condition, behind names and small words; -1 without.
func (s *scribe) conditionOf(p *piece) int {
	for i := p.from; i < p.to; i++ {
		switch {
		case s.opensCondition(i):
			return i
		case s.owners[i].mention < 0 && !leadWords[s.tokens[i].fold] && nameCases[s.tokens[i].fold] == 0:
			return -1
		}
	}
	return -1
}

// withoutCondition is the piece up to a condition behind it: «позвонить завтра если будут на месте».
func (s *scribe) withoutCondition(p *piece) *piece {
	for i := p.from + 1; i < p.to; i++ {
		if s.opensCondition(i) {
			main := *p
			main.to = i
			return &main
		}
	}
	return p
}

// joinConditions makes one piece of a condition and of what is to be done then: «если не ответят до среды - набрать».
func (s *scribe) joinConditions() {
	for i := 0; i+1 < len(s.pieces); i++ {
		p, next := &s.pieces[i], &s.pieces[i+1]
		if s.conditionOf(p) < 0 || next.line || p.has(actTodo, actRemind) != nil || next.has(actTodo, actRemind) == nil || len(next.named) > 0 && len(p.named) > 0 {
			continue
		}
		joined := s.makePiece(p.from, next.to)
		joined.head, joined.listed, joined.line = p.head, p.listed, p.line
		s.pieces[i] = joined
		s.pieces = append(s.pieces[:i+1], s.pieces[i+2:]...)
	}
}

// conditional reads a step that hangs on a condition.
func (s *scribe) conditional(p *piece) bool {
	if s.conditionOf(p) < 0 {
		return false
	}
	due := s.when(p)
	todo := p.has(actTodo, actRemind, actNoun)
	switch {
	case todo == nil && (due == nil || due.Bound == After || p.has(actGive, actAsk, actNeed, actTheyDid, actPaper) != nil):
		return false
	case todo == nil && len(s.context) == 0 && len(s.named) == 0:
		return false
	}
	for _, k := range p.times {
		if t := &s.times[k]; todo != nil && t.Span.From > s.tokens[todo.tok].From && s.ahead(t) {
			due = t // «если до обеда не перезвонит, набрать в 15»
			break
		}
	}
	keep := keepWords
	if due != nil && due.Bound == Before || len(p.times) > 1 {
		keep = keepTimes // the day belongs to what is waited for
	}
	item := Item{Kind: FollowUp, Verb: "task", When: due, Paper: string(p.paperKind()), Number: s.paperNumber(p), Text: s.cut(p, keep)}
	if todo != nil {
		item.Verb = s.verbOf(p)
	}
	s.add(p, item)
	return true
}

// runsOn reports whether a thing of its own begins at token i although no verb of the trade says so.
func (s *scribe) runsOn(start, i int, open act) bool {
	fold := s.tokens[i].fold
	switch {
	case i <= start || s.owners[i].mention >= 0:
		return false
	case open != actNone && s.opensCondition(i):
		return s.todoBehind(i)
	case open == actNone:
		return work[fold].act == actNeed && s.endsIn(start, i)
	case s.owners[i].time >= 0:
		return true
	case open == actMissed || open == actTheyDid:
		return (fold == "попробую" || fold == "попробуем" || fold == "попробовать") && (open == actMissed || s.notReached(start, i))
	case open == actPaid:
		return restWords[fold] && s.timeWithin(i+1, i+4)
	}
	return false
}

// todoBehind reports whether something to do stands behind token i in the same run: «обещал оплату если не придет пнуть в пн».
func (s *scribe) todoBehind(i int) bool {
	for i++; i < len(s.tokens) && !s.endsRun(i); i++ {
		if a := work[s.tokens[i].fold].act; a == actTodo || a == actRemind {
			return true
		}
	}
	return false
}

// endsIn reports whether the tokens say when something ends: «договор заканчивается 31 января надо продлевать».
func (s *scribe) endsIn(from, to int) bool {
	p := piece{from: from, to: to}
	return s.any(&p, endWords) && s.timeWithin(from, to)
}

// moreToCome reports whether a time at token i begins what is still to be paid: «оплатили 40к завтра еще 60к».
func (s *scribe) moreToCome(start, i int, open act) bool {
	k := s.owners[i].time
	if open != actPaid || i <= start || s.owners[i-1].time == k || !s.ahead(&s.times[k]) {
		return false
	}
	for i < len(s.tokens) && s.owners[i].time == k {
		i++
	}
	return i+1 < len(s.tokens) && moreWords[s.tokens[i].fold] && s.owners[i+1].sum >= 0
}

// notReached reports whether the tokens say that nobody was reached.
func (s *scribe) notReached(from, to int) bool {
	p := piece{from: from, to: to}
	for _, words := range missedPhrases {
		if s.phrase(&p, words...) {
			return true
		}
	}
	return false
}

// timeWithin reports whether a time to come stands between two tokens.
func (s *scribe) timeWithin(from, to int) bool {
	for i := from; i < min(to, len(s.owners)); i++ {
		if o := s.owners[i].time; o >= 0 && s.ahead(&s.times[o]) {
			return true
		}
	}
	return false
}

// asideWords make a touch behind them no touch: «после встречи», "before the call".
var asideWords = lexicon("после перед до по after before")

// aside reports whether the touches by name before token i stand behind such a word.
func (s *scribe) aside(start, i int) bool {
	found := false
	for k := start; k < i; k++ {
		if work[s.tokens[k].fold].act != actNoun {
			continue
		}
		if found = asideWords[s.foldAt(k-1)] || articles[s.foldAt(k-1)] && asideWords[s.foldAt(k-2)]; !found {
			return false
		}
	}
	return found
}

// objectsBefore stand before the verb that they belong to: «ответ ждем до пятницы», «решение примут».
var objectsBefore = lexicon("ответ ответа решение решения подтверждение оплату оплаты")

// joinsNames reports whether the joining word at i stands between two clients of one thing: «отправил кп заре и рассвету ответ ждем».
func (s *scribe) joinsNames(i int) bool {
	if i == 0 || i+1 >= len(s.tokens) || s.owners[i-1].mention < 0 || s.owners[i+1].mention < 0 {
		return false
	}
	a, b := &s.named[s.owners[i-1].mention], &s.named[s.owners[i+1].mention]
	if a.cases&b.cases&dat == 0 || b.lead != i+1 || a.cases&nom != 0 || b.cases&nom != 0 {
		return false
	}
	return b.to < len(s.tokens) && objectsBefore[s.tokens[b.to].fold]
}

// listsNumbers reports whether the joining word at i stands between two numbers of bills: «счета 118 и 119 закрыли».
func (s *scribe) listsNumbers(i int) bool {
	return i > 0 && i+1 < len(s.tokens) && s.bareNumber(i-1) && s.tokens[i+1].kind == numberToken && s.owners[i+1].time < 0 && !s.billAt(i+1) && s.billsBefore(i)
}

// billsBefore reports whether numbers of bills end before token i: «счета 118 и 119».
func (s *scribe) billsBefore(i int) bool {
	k := i - 1
	for k > 0 && (s.tokens[k].kind == numberToken || s.tokens[k].is(",") || joins(s.tokens[k].fold)) {
		k--
	}
	return k >= 0 && k < i-1 && work[s.tokens[k].fold].paper == crm.PaperInvoice
}

// numberedPaper reports whether token i is a paper with its number.
func (s *scribe) numberedPaper(i int) bool {
	if i < 0 || i+1 >= len(s.tokens) || work[s.tokens[i].fold].act != actPaper {
		return false
	}
	for i++; i < len(s.tokens) && numberSigns[s.tokens[i].fold]; i++ {
	}
	return i < len(s.tokens) && s.tokens[i].kind == numberToken && s.owners[i].time < 0 && s.owners[i].sum < 0
}

// otherPaper reports whether the paper at i is a further one of what is wanted or given: «ждут акт 5 и счёт 6».
func (s *scribe) otherPaper(start, i int, open act) bool {
	switch open {
	case actTheyWait, actWait, actGive, actPromised, actAsk, actNeed, actTodo, actTheyPromise, actTheyWill:
	default:
		return false
	}
	if !s.numberedPaper(i) {
		return false
	}
	for k := start; k < i; k++ {
		if s.numberedPaper(k) {
			return true
		}
	}
	return false
}

// anotherPaper adds a further paper to what was said of one.
func (s *scribe) anotherPaper(p *piece) bool {
	last := s.lastItem()
	if last == nil || len(p.named)+len(p.sums) > 0 || len(p.acts) != 1 || !s.numberedPaper(p.from) || p.line || !s.joined(p) && !p.listed ||
		last.Kind != Obligation && last.Kind != Await && last.Kind != FollowUp || last.Number == "" || last.Paper == "" {
		return false
	}
	item := *last
	item.Paper, item.Number, item.Text, item.Thing = string(p.paperKind()), s.paperNumber(p), s.cut(p, keepWords), last.Kind == FollowUp && last.Thing
	if due := s.when(p); due != nil {
		item.When = due
		if last.When == nil {
			last.When = due // «акт 5 и счет 6 до пятницы»
		}
	}
	s.add(p, item)
	return true
}

// thinkWords say that the client has yet to decide; with a deadline its answer is awaited by then.
var thinkWords = lexicon("думают думает решают решает выбирают рассматривают рассматривает сравнивают сравнивает согласовывают согласовывает изучают изучает thinking deciding reviewing")

// thinksUntil reports whether a piece says until when the client makes up its mind: «думают до понедельника». Behind a touch it is how
// that went.
func (s *scribe) thinksUntil(p *piece) bool {
	due := s.when(p)
	if due == nil || due.Bound != Before || s.lastTouch() != nil || !s.any(p, thinkWords) {
		return false
	}
	for _, a := range p.acts {
		if a.act != actTheyDid && a.act != actPaper {
			return false
		}
	}
	return true
}

// noneWords say that something isn't there; a day behind them ends a state and plans nothing: «денег нет до декабря».
var noneWords = lexicon("нет нету no none without без")

// lasting reports whether a time only says how long or from when something is so: «с 1 декабря работаем по предоплате», «денег нет до
// декабря».
func (s *scribe) lasting(p *piece, due *Time) bool {
	if due == nil || len(p.acts) > 0 && p.has(actPayNoun) == nil || p.has(actTodo, actNoun) != nil || s.cut(p, keepWords) == "" {
		return false
	}
	switch due.Bound {
	case After:
		return !s.weDo(p) && (s.wordBefore(due, "с") || s.wordBefore(due, "со") || s.wordBefore(due, "from") || s.wordBefore(due, "since"))
	case Before:
		return s.any(p, noneWords)
	}
	return false
}

// weDo reports whether a piece says what we will do then: «с марта повышаем цены». How we work isn't done on a day.
func (s *scribe) weDo(p *piece) bool {
	for i := p.from; i < p.to; i++ {
		if f := s.tokens[i].fold; s.owners[i].mention < 0 && s.owners[i].time < 0 && f != "работаем" && len(f) > 10 && hasAnySuffix(f, "аем", "яем", "уем", "ваем", "дим", "чим") {
			return true
		}
	}
	return false
}

// spread gives steps of several clients with an hour each what is said behind the last of them: «с альфой в 11 с гаммой в 12 созвоны
// завтра».
func (s *scribe) spread() {
	items := s.reading.Items
	n := len(items) - 1
	if n < 1 || items[n].Kind != FollowUp || items[n].When == nil || !items[n].When.HasClock || !s.daySaid(items[n].When) {
		return
	}
	name := singular[foldText(items[n].Text)]
	if name == "" {
		return
	}
	for k := n - 1; k >= 0; k-- {
		it := &items[k]
		if it.Kind != FollowUp || it.Text != "" || it.Verb != "task" || it.When == nil || !it.When.HasClock || s.daySaid(it.When) || len(it.Clients) == 0 {
			break
		}
		moved := *it.When
		moved.Day, moved.Relative = items[n].When.Day, items[n].When.Relative
		moved.Due = moved.Day.In(s.w.Now.Location(), moved.Clock)
		moved.Start, moved.End = moved.Due, moved.Due.Add(time.Hour)
		it.When, it.Text, it.Verb = &moved, name, items[n].Verb
		items[n].Text = name
	}
}

// daySaid reports whether a time names its day.
func (s *scribe) daySaid(t *Time) bool {
	for i := range s.tokens {
		inside := s.tokens[i].From >= t.Span.From && s.tokens[i].To <= t.Span.To || s.tokens[i].From >= t.Apart.From && s.tokens[i].To <= t.Apart.To
		if inside && s.dayWord(i) {
			return true
		}
	}
	return strings.Contains(s.text[t.Span.From:t.Span.To], ".")
}
