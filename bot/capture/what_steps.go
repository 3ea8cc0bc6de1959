package capture

import (
	"strings"
	"unicode/utf8"

	"followup/storage/crm"
)

// Steps: what we owe the client, what is awaited from there, and what is to be done by us.

// obligation reads what we owe the client: what we said we would give, what we promised, what is waited for.
func (s *scribe) obligation(p *piece) bool {
	switch give := p.has(actGive, actPromised, actTheyWait); {
	case give == nil:
		return s.weOwe(p)
	case give.act == actGive && (s.subjectAt(give.tok-1) || s.underCondition(p.from, give.tok)):
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
	if !s.promisedTo(p) && !s.phrase(p, "с", "нас") && !s.phrase(p, "с", "меня") && !s.phrase(p, "за", "нами") &&
		!(s.phrase(p, "мы") && p.has(actTheyPromise, actNeed) != nil) && !s.phrase(p, "we", "owe") && !s.phrase(p, "i", "owe") {
		return false
	}
	s.oblige(p, dropActs(actTheyPromise, actNeed))
	return true
}

// promisedTo reports «обещали гамме каталог»: the client is whom it was promised to.
func (s *scribe) promisedTo(p *piece) bool {
	word := p.has(actTheyPromise)
	if word == nil || !ourPromise[s.tokens[word.tok].fold] || !s.leads(p, word.tok) || len(p.named) != 1 {
		return false
	}
	for i := p.from; i < p.to; i++ {
		if s.owners[i].mention >= 0 && s.named[s.owners[i].mention].lead == i && s.dative(i) {
			return s.named[s.owners[i].mention].Sure || i == word.tok+1
		}
	}
	return false
}

// ourPromise are verbs of promising that are said of ourselves as well as of others.
var ourPromise = lexicon("обещали пообещали")

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
	if s.sameGiven(p, item.When) {
		return
	}
	if item.Text == "" && p.to < len(s.tokens) && s.tokens[p.to].is(":") {
		s.listing = Obligation // «обещала дельте: прайс сегодня, образцы завтра»
		return
	}
	if item.Text == "" {
		item.Text = s.cut(p, keepWords)
	}
	s.add(p, item)
}

// sameGiven reports whether a piece is only the verb of what was asked for right before: «ждут счёт, завтра скину» is one thing; it
// has the time that is said.
func (s *scribe) sameGiven(p *piece, due *Time) bool {
	last := s.lastItem()
	if last == nil || last.Kind != Obligation && last.Kind != FollowUp || last.Verb != "send" || last.When != nil && due != nil || len(p.named) > 0 || len(p.acts) != 1 ||
		p.acts[0].act != actGive || p.acts[0].verb != "send" || s.cut(p, keepVerbs) != s.tokens[p.acts[0].tok].text {
		return false
	}
	if due != nil {
		last.When = due
	}
	return true
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
	case s.thinksUntil(p):
		s.add(p, Item{Kind: Await, When: s.when(p), Paper: string(p.paperKind()), Text: s.cut(p, keepWords)})
		return true
	case a == nil && p.paper() != nil && s.any(p, inHands) && s.when(p) != nil && p.has(actTouched, actTodo, actAsk, actNeed) == nil:
		s.add(p, Item{Kind: Await, When: s.when(p), Paper: string(p.paperKind()), Number: s.paperNumber(p), Text: s.cut(p, keepWords)})
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

// inHands says that a paper lies with the client.
var inHands = lexicon("согласовании подписании подписи рассмотрении проверке утверждении")

// readyWords before a verb say what the client will or won't do, not what we have to.
var readyWords = lexicon("готов готова готовы согласен согласна согласны отказался отказалась отказались отказываются согласился согласилась согласились ready agreed refused")

// wontWords say what will not be done or what others do.
var wontWords = lexicon("будут будет")

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
	case todo != nil && (s.any(s.withoutCondition(p), readyWords) || s.any(s.withoutCondition(p), wontWords)):
		return false // «отказались подписать», «продлевать не будут»
	case due == nil && s.wish(todo):
		return false // «хотят продлить договор»
	case todo != nil, needed != nil && (paper != nil || noun != nil || due != nil):
	case noun != nil && due != nil && todo == nil && s.toldNext(p, due):
		return false
	case noun != nil && due != nil && !s.done(p):
	case asked != nil && (paper != nil || noun != nil && due != nil):
	case asked != nil && p.has(actMove) != nil && due != nil: // «просит перенести на среду»
	case due != nil && due.HasClock && s.any(p, proposed):
	case p.has(actPay) != nil && (needed != nil || due != nil): // «надо оплатить»
	default:
		return false
	}
	if due == nil && todo != nil {
		due = s.afterThat(p)
	}
	if todo != nil && len(s.context) == 0 && len(s.named) == 0 && due == nil && work[s.tokens[todo.tok].fold].act == actNone {
		return false // «купить молоко»
	}
	if s.whenOfWanted(p, todo, due) || s.purpose(p, todo, due) {
		return true
	}
	if asked != nil && s.touch >= 0 {
		s.outcomeWithout(p)
	}
	s.requested(p)
	item := Item{Kind: FollowUp, When: due, Verb: s.verbOf(p), Paper: string(p.paperKind()), Number: s.paperNumber(p)}
	item.Text = s.cut(p, dropActs(actRemind, actAsk, actNeed, actTheyWait))
	item.Thing = (todo == nil || todo.act == actRemind) && noun == nil && item.Verb == "send" && paper != nil && s.beginsWith(item.Text, paper)
	if last := s.lastItem(); last != nil && last.Kind == FollowUp && last.Text == "" && last.When != nil && due == nil {
		item.When = last.When // «поставь задачу на завтра: подготовить отчет»
		s.reading.Items = s.reading.Items[:len(s.reading.Items)-1]
	}
	s.add(p, item)
	s.otherDays(p, item)
	return true
}

// afterThat is the next working day behind the day named in the piece before: «директор в отпуске до 30.11, звонить после».
func (s *scribe) afterThat(p *piece) *Time {
	if end := s.tokens[p.to-1].fold; end != "после" && end != "after" && end != "afterwards" || p.line {
		return nil
	}
	for k := len(s.times) - 1; k >= 0; k-- {
		t := s.times[k]
		if t.Span.From >= s.tokens[p.from].From || !s.ahead(&t) || t.Grain != Day || t.Rule != "" {
			continue
		}
		day := t.Day.AddDays(1)
		for !s.workday(day) {
			day = day.AddDays(1)
		}
		zone, clock := s.w.Now.Location(), s.habits().Default
		t.Bound, t.Start, t.End = After, day.In(zone, 0), day.AddDays(1).In(zone, 0)
		t.Day, t.Clock, t.Due, t.HasClock, t.Ask = day, clock, day.In(zone, clock), false, nil
		return &t
	}
	return nil
}

// otherDays adds the same step on each further day of a list: «в пн, вт и ср звонить».
func (s *scribe) otherDays(p *piece, item Item) {
	for n := 1; n < len(p.times); n++ {
		before, day := &s.times[p.times[n-1]], &s.times[p.times[n]]
		if item.When == nil || !s.ahead(before) || !s.ahead(day) || before.Grain != Day || day.Grain != Day || before.Bound != At || day.Bound != At {
			return
		}
		between := strings.Fields(strings.ReplaceAll(foldText(s.text[before.Span.To:day.Span.From]), ",", " "))
		if len(between) > 1 || len(between) == 1 && between[0] != "и" && between[0] != "and" {
			return
		}
		item.When = day
		s.add(p, item)
	}
}

// wish reports whether what is to be done is what the client wants to do: «хотят продлить договор». To talk or to meet takes both.
func (s *scribe) wish(todo *actAt) bool {
	if todo == nil || todo.act != actTodo || todo.verb != "task" && todo.verb != "send" && todo.verb != "check" {
		return false
	}
	before := s.foldAt(todo.tok - 1)
	if before == "to" {
		before = s.foldAt(todo.tok - 2)
	}
	return wishWords[before]
}

var wishWords = lexicon("хочет хотят хотел хотела хотели планирует планируют думает думают собирается собираются want wants wanted")

// proposed is said of a time that the client offers: «предложили вторник 14:30».
var proposed = lexicon("предложил предложила предложили предлагает предлагают зовут ждут proposed suggested")

// whenOfWanted gives what was asked for its time: «просят счёт, отправить завтра» is one thing to do.
func (s *scribe) whenOfWanted(p *piece, todo *actAt, due *Time) bool {
	last := s.lastItem()
	if todo == nil || due == nil || len(p.named) > 0 || len(p.acts) > 1 || todo.verb != "send" && todo.verb != "task" || last == nil ||
		last.Kind != FollowUp && last.Kind != Obligation || last.When != nil || last.Verb != "send" || last.Text == "" {
		return false
	}
	if s.cut(p, keepVerbs) != s.tokens[todo.tok].text {
		return false
	}
	last.When = due
	return true
}

// purpose adds to a call or meeting what it is for: «в пятницу звонок гамме, обсудить договор».
func (s *scribe) purpose(p *piece, todo *actAt, due *Time) bool {
	last := s.lastItem()
	if todo == nil || due != nil || len(p.named) > 0 || !purposeWords[s.tokens[todo.tok].fold] || todo.tok != p.from || last == nil ||
		last.Kind != FollowUp || last.When == nil || last.Verb != "call" && last.Verb != "meet" || p.line {
		return false
	}
	last.Text = strings.TrimPrefix(last.Text+", "+s.cut(p, keepWords), ", ")
	return true
}

// purposeWords are what a call or a meeting is for.
var purposeWords = lexicon("обсудить уточнить узнать спросить согласовать выяснить рассказать решить договориться показать discuss ask check confirm")

// beginsWith reports whether what is kept begins with the paper itself.
func (s *scribe) beginsWith(text string, paper *actAt) bool {
	for _, article := range [...]string{"a ", "an ", "the "} {
		text = strings.TrimPrefix(text, article)
	}
	if paper == nil {
		return false // «не договор»
	}
	fold := s.tokens[paper.tok].fold
	return strings.HasPrefix(foldText(text), fold) && !strings.HasSuffix(fold, "а") && !strings.HasSuffix(fold, "я") // «смета» is no «смету»
}

// habitWords tell how somebody is, not what is to be done.
var habitWords = lexicon("любит любят предпочитает предпочитают работает работают обычно всегда никогда prefers prefer likes usually always never works",
	"отпуске больничном командировке отсутствует отсутствуют болеет болеют заболел заболела vacation sick away")

// bareRemind are requests to remind that say nothing else.
var bareRemind = lexicon("напомни напомнить напомните remind")

// verbOf is what kind of thing a follow-up is.
func (s *scribe) verbOf(p *piece) string {
	if t := s.lastTouch(); t != nil && t.Touch == crm.TouchMissed && s.any(p, againWords) && p.has(actNoun) == nil {
		return "call"
	}
	for _, wanted := range [...]act{actTodo, actNoun, actGive} {
		if a := p.has(wanted); a != nil && a.verb != "" {
			if a.act != actTodo || a.verb != "task" || p.has(actNoun) == nil {
				return a.verb
			}
		}
	}
	if s.wanted(p) != nil && !s.any(p, pokeWords) && p.has(actSigned) == nil {
		return "send"
	}
	return "task"
}

var (
	// pokeWords are about somebody who is to be nudged, not about a paper that is to be sent.
	pokeWords = lexicon("пинг пингануть пингани пнуть пни дожать дожми теребить ping chase poke nudge remind напомни напомнить")
	// againWords after a call that reached nobody mean another call.
	againWords = lexicon("попробую попробовать попробуем повторить повторю еще снова try retry again")
)

// calledAgain reads what follows a call that reached nobody and says no more than that it is tried again: «попробую после обеда», "will
// try again later". The step is another call, also when no time is named.
func (s *scribe) calledAgain(p *piece) bool {
	t := s.lastTouch()
	if t == nil || t.Touch != crm.TouchMissed || len(p.named)+len(p.sums) > 0 || !s.any(p, againWords) {
		return false
	}
	text := s.cut(p, keepWords)
	words := strings.Fields(foldText(text))
	for _, w := range words {
		if !againWords[w] && !againBeside[w] {
			return false
		}
	}
	switch {
	case len(words) == 0:
		return false
	case words[0][0] >= utf8.RuneSelf:
		text = "перезвонить" // «попробую» alone doesn't say what
	default:
		text = strings.TrimPrefix(text, "will ")
	}
	s.add(p, Item{Kind: FollowUp, Verb: "call", When: s.when(p), Text: text})
	return true
}

// againBeside stand beside againWords and say nothing more.
var againBeside = lexicon("раз позже попозже потом будем буду will later once more him her them")

// paperDue reads a paper without a verb: with a time to come it is to be sent («акт сверки с вектором до 30.11»), behind an
// item of the same kind it is another («обещал вектору КП завтра, гамме акт в пятницу»).
func (s *scribe) paperDue(p *piece) bool {
	for _, a := range p.acts {
		if a.act != actPaper {
			return false
		}
	}
	due, last := s.when(p), s.lastItem()
	if len(p.acts) == 0 || p.acts[0].paper == crm.PaperContract && p.acts[0].tok == p.from && due == nil && s.listing == "" {
		return false
	}
	item := Item{Kind: FollowUp, Verb: "send", When: due, Paper: string(p.paperKind()), Number: s.paperNumber(p), Text: s.cut(p, keepWords)}
	item.Thing = s.beginsWith(item.Text, p.paper())
	joined := s.joined(p) && last != nil && last.Kind == FollowUp && len(p.named) > 0
	if joined && due == nil {
		item.When, due = last.When, last.When // «сегодня отправить КП заре и прайс гамме»
	}
	if s.any(p, endWords) || s.any(p, pokeWords) {
		item.Verb, item.Thing = "task", false // «1 декабря заканчивается договор»
	}
	switch {
	case s.listing != "":
		item.Kind = s.listing
	case last != nil && (p.listed || s.joined(p) && len(p.named) == 0) && (due != nil || len(p.named) > 0) && (last.Kind == Obligation || last.Kind == Await || last.Kind == FollowUp && len(p.named) > 0):
		item.Kind, item.Verb = last.Kind, last.Verb
	case due == nil && last != nil && p.listed && len(p.named) == 0 && last.Kind == FollowUp && last.Verb == "send" && last.When == nil && last.Text != "":
		last.Text += ", " + item.Text // «просит каталог, прайс и образцы»
		return true
	case due == nil && !s.bare(p):
		return false
	}
	s.add(p, item)
	return true
}

// joined reports whether «и» or "and" stands right before the piece.
func (s *scribe) joined(p *piece) bool { return joins(s.foldAt(p.from - 1)) }

// sameFor reads «ромашке кп отправила, вектору завтра»: the paper that went to one client is to go to another.
func (s *scribe) sameFor(p *piece) bool {
	last, due := s.lastItem(), s.when(p)
	if due == nil || !p.listed || last == nil || last.Span.To != s.tokens[p.from-2].To {
		return false
	}
	item := Item{Kind: FollowUp, Verb: "send", When: due, Thing: true}
	before := s.pieceOf(last.Span)
	switch {
	case last.Kind == Touch && last.Touch == crm.TouchMail && before.paper() != nil && len(before.named) > 0:
		item.Paper, item.Text = string(before.paperKind()), s.text[s.tokens[before.paper().tok].From:s.tokens[before.paper().tok].To]
	case last.Kind == FollowUp && last.Verb == "send" && last.Paper != "" && len(before.named) > 0:
		item.Paper, item.Text = last.Paper, last.Text
	default:
		return false
	}
	s.add(p, item)
	return true
}

// bare reports whether a piece is a client and a paper and nothing else: «счет вектору», «ромашка asap кп». It is to be sent.
func (s *scribe) bare(p *piece) bool {
	if len(p.named) == 0 && !s.behindName(p) || len(p.sums) > 0 {
		return false
	}
	for i := p.from; i < p.to; i++ {
		if t := &s.tokens[i]; s.owners[i].mention < 0 && t.kind != punctToken && nameCases[t.fold] == 0 && work[t.fold].act != actPaper && !urgentWords[t.fold] {
			return false
		}
	}
	return true
}

// behindName reports whether nothing but a client stands before the piece: «вектор - счет».
func (s *scribe) behindName(p *piece) bool {
	if len(p.head) > 0 {
		return true
	}
	for i := range s.pieces {
		if i > 0 && s.pieces[i].from == p.from {
			return s.onlyNames(&s.pieces[i-1])
		}
	}
	return false
}
