package capture

import (
	"strings"

	"followup/storage/crm"
)

// joinWords join pieces; before something new they part them.
var joinWords = lexicon("и а но потом затем также еще плюс зато and then but also so")

// startsNew are acts whose verb begins something new.
func startsNew(a act) bool {
	switch a {
	case actTouched, actMissed, actTodo, actRemind, actGive, actPromised, actTheyPromise, actWait, actTheyWait, actAsk, actNeed, actPaid, actPay,
		actTheyWill, actTheyDid, actMove, actIssued:
		return true
	}
	return false
}

// takesVerb are acts that a following verb completes: «просят перезвонить», «обещали оплатить», «надо отправить».
func takesVerb(a act) bool {
	switch a {
	case actPromised, actTheyPromise, actAsk, actNeed, actRemind, actTheyDid, actMissed:
		return true
	}
	return false
}

// cutPieces cuts the message; see the rules in what.go.
func (s *scribe) cutPieces() {
	from := 0
	for i := 0; i <= len(s.tokens); i++ {
		if i < len(s.tokens) && !s.endsRun(i) {
			continue
		}
		before := len(s.pieces)
		if start, head := s.skipHead(from, i); start == i {
			s.head = head
		} else {
			s.cutRun(from, i)
		}
		if len(s.pieces) > before {
			first := &s.pieces[before]
			first.head, first.listed, s.head = s.head, from > 0 && s.tokens[from-1].is(","), nil
		}
		from = i
		if i < len(s.tokens) && s.tokens[i].kind == punctToken {
			from = i + 1
		}
	}
}

// skipHead returns to and the client for «КЛИЕНТ:», from for any other run.
func (s *scribe) skipHead(from, to int) (start int, head []int) {
	if to >= len(s.tokens) || !s.tokens[to].is(":") || to == from || !s.opensLine(from) || s.foldAt(to+1) == "/" {
		return from, nil
	}
	words := 0
	for i := from; i < to; i++ {
		t := &s.tokens[i]
		if s.owners[i].mention >= 0 || textForms[t.fold] {
			continue
		}
		if s.owners[i].time >= 0 || work[t.fold].act != actNone || headWords[t.fold] {
			return from, nil
		}
		if looksInfinitive(t.fold) || looksPast(t.fold) {
			return from, nil // «забыла записать: …»
		}
		if t.kind == wordToken && nameCases[t.fold] == 0 {
			words++
		}
	}
	head = s.namedIn(from, to)
	if words > 5 || words > 0 && len(head) > 0 {
		return from, nil
	}
	if len(head) == 0 && words > 0 {
		s.reading.Rest = strings.TrimSpace(s.text[s.tokens[from].From:s.tokens[to-1].To])
	}
	return to, head
}

// headWords before a colon head a list, not a client.
var headWords = lexicon("noted fyi запись итог итоги итого план планы важно дальше дела задачи вопрос вопросы срочно ps пс note notes next summary plan result update",
	"комментарий тема контакт контакты тел телефон инн адрес сумма срок")

// opensLine reports whether token i begins a line of the message.
func (s *scribe) opensLine(i int) bool {
	return i == 0 || strings.Contains(s.text[s.tokens[i-1].To:s.tokens[i].From], "\n")
}

// endsRun reports whether a run of words ends before token i: at a mark, or at a new line.
func (s *scribe) endsRun(i int) bool {
	t := &s.tokens[i]
	if i > 0 && (s.opensLine(i) || s.listMark(i)) {
		return true
	}
	if t.kind != punctToken || s.inside(i) {
		return false
	}
	switch t.text {
	case ";", "!", "?", "…", "•":
		return true
	case ":":
		return !s.inNumber(i) && s.foldAt(i-1) != "re" && !(s.foldAt(i+1) == "/" && s.tokens[i+1].glued)
	case ",":
		return !(s.inNumber(i) && t.glued) && !s.refList(i)
	case ".":
		return !s.inNumber(i) && !s.abbreviates(i)
	}
	return dash(s.tokens, i) && !s.inNumber(i) && !s.minus(i)
}

// minus reports whether the dash at i belongs to the number behind it: «-500».
func (s *scribe) minus(i int) bool {
	return i > 0 && i+1 < len(s.tokens) && !s.tokens[i].glued && s.tokens[i+1].glued && s.tokens[i+1].kind == numberToken
}

// inside reports whether token i stands inside a mention, a time or a sum.
func (s *scribe) inside(i int) bool {
	if i == 0 || i+1 >= len(s.tokens) {
		return false
	}
	a, o, b := s.owners[i-1], s.owners[i], s.owners[i+1]
	return o.mention >= 0 || o.time >= 0 && a.time == b.time || o.sum >= 0 && a.sum == b.sum
}

// inNumber reports whether token i is glued between two numbers.
func (s *scribe) inNumber(i int) bool {
	return i > 0 && i+1 < len(s.tokens) && s.tokens[i-1].kind == numberToken && s.tokens[i+1].kind == numberToken && s.tokens[i+1].glued
}

// abbreviated are words that a full stop may follow inside a sentence.
var abbreviated = lexicon("г ул д кв оф стр корп тел им руб р коп тыс млн т п пп ст см мин ч др пр напр гл мн дог сч доб inc ltd co corp no vs mr mrs")

// sumEnds are shortened words that end a sentence before a capital.
var sumEnds = lexicon("руб р коп тыс млн т шт")

// abbreviates reports whether the full stop at i belongs to a shortened word or an initial.
func (s *scribe) abbreviates(i int) bool {
	if i == 0 || !s.tokens[i].glued || i+1 >= len(s.tokens) || s.tokens[i-1].kind != wordToken {
		return false
	}
	t, next := &s.tokens[i-1], &s.tokens[i+1]
	if sumEnds[t.fold] && next.upper && !next.glued {
		return false // «на 120 000 руб. С уважением»
	}
	return abbreviated[t.fold] || len([]rune(t.fold)) == 1 && t.upper || s.tokens[i+1].glued && s.tokens[i+1].kind == wordToken
}

// cutRun cuts a run without marks at joining words and before verbs that begin something new.
func (s *scribe) cutRun(from, to int) {
	start := from
	var open act // the act that the piece so far is about
	for i := from; i < to; i++ {
		if s.alternates(start, i, to) {
			s.addPiece(start, i)
			start, s.again = i, true
		}
		if s.owners[i].mention >= 0 || s.owners[i].time >= 0 && !s.moreToCome(start, i, open) {
			continue
		}
		if s.runsOn(start, i, open) {
			s.addPiece(start, i)
			start, open = i, actNone
			continue
		}
		if joinWords[s.tokens[i].fold] && i > start && s.foldAt(i+1) != "раз" && !s.listsDays(i, open) && !s.joinsNames(i) && !s.listsNumbers(i) && (s.newAfter(i+1, to, open) || s.otherPaper(start, i+1, open)) && !s.allNames(start, i) {
			s.addPiece(start, i)
			start, open = i+1, actNone
			continue
		}
		w := s.actOf(i)
		if w.act == actNone {
			continue
		}
		if i > start && s.wholeBill(i) && s.billedIn(start, i) { // «счет 5 на 10к до пятницы счет 6 на 20к»
			s.addPiece(start, i)
			start, open = i, actNone
			continue
		}
		if s.begins(i, w, open, start) {
			if w.act == actNeed && i-1 > start && work[s.tokens[i-1].fold].act == actPaper && work[s.foldAt(i+1)].act != actPaper {
				s.addPiece(start, i-1) // «… договор нужен до конца ноября»
				start, open = i-1, w.act
				continue
			}
			at := i
			if before := s.tokens[i-1].fold; i-1 > start && (subjects[before] || objectsBefore[before] && (w.act == actWait || w.act == actTheyWill || w.act == actTheyPromise)) {
				at-- // «… десять процентов я обещала»
			}
			s.addPiece(start, at)
			start, open = at, w.act
			continue
		}
		if startsNew(w.act) || w.act == actNoun || open == actNone && w.act != actPaper {
			if open == actNone || !takesVerb(open) {
				open = w.act
			}
		}
	}
	s.addPiece(start, to)
}

// alternates reports whether token i begins the next of a run of clients with a time or a sum each: «завтра ромашка в 11 гамма в
// 12», «в 11 ромашка в 12 гамма», «ромашка оплатила 15к гамма 20к».
func (s *scribe) alternates(start, i, to int) bool {
	if i <= start {
		return false
	}
	m, t := -1, -1 // the next client, and the token behind what begins here
	for k := range s.named {
		if s.named[k].lead == i {
			m, t = k, s.named[k].to
		}
	}
	b := i - 1
	if joinWords[s.tokens[b].fold] && b > start {
		b--
	}
	before := s.owners[b]
	if m >= 0 && t < to && s.tokens[b].kind == numberToken && s.tokens[t].kind == numberToken && before == (owner{-1, -1, -1}) && s.owners[t] == before && s.paidIn(start, i) {
		return s.namesOther(start, i, m) // «заплатила гамма 90 и дельта 45»
	}
	if m >= 0 {
		return (before.time >= 0 || before.sum >= 0) && t < to && (before.time >= 0 && s.owners[t].time >= 0 && s.owners[t].time != before.time || before.sum >= 0 && s.owners[t].sum >= 0) &&
			s.namesOther(start, i, m)
	}
	if o := s.owners[i]; o.time < 0 || before.mention < 0 || !s.timedBefore(start, i, o.time) {
		return false
	}
	for t = i; t < to && s.owners[t].time == s.owners[i].time; t++ {
	}
	return t < to && s.owners[t].mention >= 0 && s.namesOther(start, i, s.owners[t].mention)
}

// paidIn reports whether money is said to have come between two tokens.
func (s *scribe) paidIn(from, to int) bool {
	for i := from; i < to; i++ {
		if work[s.tokens[i].fold].act == actPaid {
			return true
		}
	}
	return false
}

// namesOther reports whether a client other than that of mention m is named between two tokens.
func (s *scribe) namesOther(from, to, m int) bool {
	named := s.namedIn(from, to)
	return len(named) > 0 && !s.sameClientIn(named, m)
}

// timedBefore reports whether another time with a clock stands between two tokens.
func (s *scribe) timedBefore(from, to, time int) bool {
	for i := from; i < to; i++ {
		if o := s.owners[i].time; o >= 0 && o != time && s.times[o].HasClock {
			return true
		}
	}
	return false
}

// listsDays reports whether the joining word at i stands between two days that one verb behind them has: «напомни в пн и ср
// звонить».
func (s *scribe) listsDays(i int, open act) bool {
	return (open == actNone || open == actRemind) && i > 0 && i+1 < len(s.owners) && s.owners[i-1].time >= 0 && s.owners[i+1].time >= 0
}

// subjects go with the verb behind them.
var subjects = lexicon("я мы они он она i we they he she")

// allNames reports whether the tokens name clients and nothing else.
func (s *scribe) allNames(from, to int) bool {
	for i := from; i < to; i++ {
		if s.owners[i].mention < 0 && s.tokens[i].kind != punctToken && !joinWords[s.tokens[i].fold] && nameCases[s.tokens[i].fold] == 0 {
			return false
		}
	}
	return true
}

// begins reports whether the act at i begins something new beside the one that the piece is about.
func (s *scribe) begins(i int, w tradeWord, open act, start int) bool {
	if open == actNone || i == start || s.underCondition(start, i) || open == actNoun && w.act == actTodo && s.aside(start, i) {
		return false
	}
	before := s.tokens[i-1].fold
	if w.act == actNoun {
		if object := s.tokens[i].fold; work[before].act == actTheyDid && (strings.HasSuffix(object, "у") || strings.HasSuffix(object, "ю")) {
			return false // «подтвердили встречу»
		}
		return (open == actTheyDid || open == actMissed) && nameCases[before] == 0
	}
	if !startsNew(w.act) || verbOpeners[before] {
		return false
	}
	switch {
	case takesVerb(open) && (w.act == actTodo || w.act == actPay || w.act == actGive || w.act == actMove):
		return open == actMissed || open == actTheyDid && !readyWords[before]
	case open == actTheyPromise && w.act == actPaid, open == actPromised && w.act == actPaid, open == actNoun && w.act == actMove:
		return false
	case w.act == actNeed && (open == actAsk || open == actTheyPromise), open == actPayNoun && w.act == actPaid:
		return false
	case open == actRemind && w.act == actRemind, open == actTodo && w.act == actTodo && !joinWords[before]:
		return false
	case open == actWait && nameCases[before] != 0, open == actOriginal:
		return false // «оригинал ждем»
	case open == actTouched && w.act == actTouched, open == actPaid && w.act == actPaid:
		return s.tokens[i-1].kind == wordToken && !joinWords[before] && before != "не"
	}
	return true
}

// verbOpeners join the verb after them to the one before: «чтобы отправили», "to send".
var verbOpeners = lexicon("чтобы что чтоб если когда как который которые пока to that if when who которое которую not не")

// newAfter reports whether something new begins after a joining word.
func (s *scribe) newAfter(from, to int, open act) bool {
	named, summed := false, false
	if s.billAt(from) && s.foldAt(from-1) == "и" || s.wholeBill(from) {
		return true
	}
	for i := from; i < min(to, from+5); i++ {
		switch o := s.owners[i]; {
		case o.mention >= 0:
			named = true
			continue
		case o.sum >= 0:
			summed = true
			continue
		case o.time >= 0:
			continue
		}
		switch w := s.actOf(i); {
		case startsNew(w.act) && !(takesVerb(open) && w.act == actTodo && i == from):
			return true
		case w.act == actNoun && i <= from+1 && open != actTodo && open != actAsk && open != actTheyWait:
			return true
		case w.act == actPaper && i == from && i+1 < to && s.owners[i+1].mention >= 0 && s.foldAt(from-1) == "и" && s.behindPaper(from-2):
			return true // «отправить КП заре и прайс гамме»
		case w.act == actReceived && i == from && open != actNone && strings.HasPrefix(s.tokens[i].fold, "получил"):
			return true // «выставила счет 5 и получила акт»
		case (w.act == actPaper || w.act == actNoun) && s.opensWith(from, i) && (s.dueToo(from, i, to) || w.act == actPaper && s.stateToo(from, i, to)):
			return true
		case w.act == actPaper && (named && s.owners[i-1].mention >= 0 || i == from && from > 1 && s.owners[from-2].sum >= 0):
			return true
		}
	}
	return named && summed
}

// behindPaper reports whether token i ends a client behind a paper: «КП заре».
func (s *scribe) behindPaper(i int) bool {
	m := -1
	if i >= 0 {
		m = s.owners[i].mention
	}
	for i >= 0 && m >= 0 && s.owners[i].mention == m {
		i--
	}
	return m >= 0 && i >= 0 && work[s.tokens[i].fold].act == actPaper
}

// addPiece stores a piece with what it holds; an empty one is nothing.
func (s *scribe) addPiece(from, to int) {
	if from < to && s.listMark(from) {
		from++
	}
	from = s.contrasted(from, to)
	if from+1 < to && len(s.pieces) > 0 && (s.tokens[from].fold == "не" || s.tokens[from].fold == "not") && s.allNames(from+1, to) {
		return // «оплатила заря, а не вектор»
	}
	for from < to && (s.tokens[from].kind == punctToken && !s.inside(from) && !s.tokens[from].is("+") || joinWords[s.tokens[from].fold] && s.owners[from].mention < 0 && s.foldAt(from+1) != "раз") {
		from++
	}
	if from >= to {
		return
	}
	p := s.makePiece(from, to)
	p.again, s.again = s.again, false
	s.pieces = append(s.pieces, p)
}

// makePiece is a piece with what it holds.
func (s *scribe) makePiece(from, to int) piece {
	p := piece{from: from, to: to, line: s.opensLine(from), named: s.namedIn(from, to)}
	for i := from; i < to; i++ {
		o := s.owners[i]
		if o.time >= 0 && (len(p.times) == 0 || p.times[len(p.times)-1] != o.time) {
			p.times = append(p.times, o.time)
		}
		if o.sum >= 0 && (len(p.sums) == 0 || p.sums[len(p.sums)-1] != o.sum) {
			p.sums = append(p.sums, o.sum)
		}
		if o.mention >= 0 || o.time >= 0 {
			continue
		}
		if w := s.actOf(i); w.act != actNone {
			p.acts = append(p.acts, actAt{i, w, s.negated(i, from)})
		}
	}
	return p
}

// contrasted is the token behind «не вектор а» and «не вектор, а», which names who is not meant.
func (s *scribe) contrasted(from, to int) int {
	if from+1 >= to || s.tokens[from].fold != "не" && s.tokens[from].fold != "not" || s.owners[from+1].mention < 0 {
		return from
	}
	i := from + 1
	for i < len(s.tokens) && s.owners[i].mention == s.owners[from+1].mention {
		i++
	}
	if i < len(s.tokens) && s.tokens[i].is(",") {
		i++
	}
	if joint := s.foldAt(i); joint != "а" && joint != "but" || i+1 >= len(s.tokens) || s.owners[i+1].mention < 0 {
		return from
	}
	return min(i+1, to)
}

func (s *scribe) namedIn(from, to int) []int {
	var named []int
	for i := from; i < to; i++ {
		if m := s.owners[i].mention; m >= 0 && (len(named) == 0 || named[len(named)-1] != m) {
			if !s.sameClientIn(named, m) && !(len(named) > 0 && s.negatedName(m)) {
				named = append(named, m)
			}
		}
	}
	return named
}

// negatedName reports whether «не» or "not" stands before a name: «ромашка, а не вектор».
func (s *scribe) negatedName(m int) bool {
	before := s.foldAt(s.named[m].lead - 1)
	return before == "не" || before == "not"
}

func (s *scribe) sameClientIn(named []int, m int) bool {
	for _, n := range named {
		if s.named[n].Matches[0].Client == s.named[m].Matches[0].Client {
			return true
		}
	}
	return false
}

// negated reports whether «не» or "not" stands right before token i or one word earlier.
func (s *scribe) negated(i, from int) bool {
	for k := i - 1; k >= max(from, i-2); k-- {
		if k == i-2 && startsNew(work[s.foldAt(i-1)].act) && s.underCondition(from, i) {
			return false // «если не ответит написать»
		}
		switch s.tokens[k].fold {
		case "забыть", "забудь", "забыла", "забыл", "forget", "только", "only", "успел", "успела", "успели", "смог", "смогла", "смогли", "manage":
			return false
		case "не", "not", "didn't", "don't", "dont", "didnt", "doesnt", "doesn't", "wont", "won't", "haven't", "hasn't", "couldn't", "никак", "never", "no", "без":
			return k+1 >= len(s.owners) || s.owners[k+1].mention < 0 // «ромашка, не вектор, оплатила»
		}
	}
	return false
}

// actOf is what the word at i says, with what its neighbours make of it.
func (s *scribe) actOf(i int) tradeWord {
	t := &s.tokens[i]
	if t.kind != wordToken {
		return tradeWord{}
	}
	w, ok := work[t.fold]
	if !ok {
		if looksInfinitive(t.fold) && s.owners[i].mention < 0 && (i == 0 || s.tokens[i-1].kind == punctToken || work[s.tokens[i-1].fold].act == actAsk && !waitWords[t.fold] && !wishWords[s.tokens[i-1].fold] || joinWords[s.tokens[i-1].fold] || t.opens) {
			return tradeWord{act: actTodo, verb: "task"}
		}
		return tradeWord{}
	}
	before, after := s.foldAt(i-1), s.foldAt(i+1)
	switch {
	case articles[before] && (w.act == actTodo || w.act == actTouched || w.act == actPaid || w.act == actAsk || w.act == actRemind && t.fold != "follow"):
		return tradeWord{}
	case (t.fold == "transfer" || t.fold == "wire") && !theyWill[before] && before != "to":
		return tradeWord{}
	case t.fold == "price" && after != "list":
		return tradeWord{}
	case (t.fold == "expects" || t.fold == "expect") && after == "to":
		return tradeWord{act: actTheyPromise} // "acme expects to pay by Friday"
	case w.act == actWait && t.fold[0] < 0x80 && (theySay[before] || before == "is" || before == "are" || s.owners[max(0, i-1)].mention >= 0):
		return tradeWord{act: actTheyWait}
	case t.fold[0] >= 0x80:
		return s.russianAct(i, w, before, after)
	case weWill[before] && (w.act == actTodo || w.act == actNoun || w.act == actPaid):
		if w.verb == "call" || w.verb == "meet" || w.verb == "write" || w.verb == "check" {
			return tradeWord{act: actTodo, verb: w.verb}
		}
		return tradeWord{act: actGive, verb: "send"}
	case before == "will" && (w.act == actTodo || w.act == actNoun) && (i < 2 || s.tokens[i-2].kind == punctToken || ourselves[s.foldAt(i-2)]):
		return tradeWord{act: actTodo, verb: w.verb}
	case theyWill[before] && (w.act == actTodo || w.act == actNoun):
		return tradeWord{act: actTheyWill, verb: w.verb}
	case w.act == actNoun && before != "a" && before != "the" && before != "had" && before != "our" && before != "my" && after != "with" && after != "from" &&
		(t.fold == "call" || t.fold == "email" || t.fold == "mail"):
		return tradeWord{act: actTodo, verb: w.verb}
	case w.act == actAsk && (t.fold == "ask" || t.fold == "need" || t.fold == "request") && !theySay[before] && s.owners[max(0, i-1)].mention < 0:
		return tradeWord{act: actNeed}
	}
	return w
}

// Words of English before a verb that say whose it is.
var (
	weWill   = lexicon("i'll we'll i’ll we’ll will-we gonna")
	theyWill = lexicon("they'll he'll she'll they’ll he’ll she’ll will should must")
	articles = lexicon("a an the our their your his her for")
	theySay  = lexicon("they he she who client customer also they're they’re he's he’s she's she’s")
)

// russianAct settles Russian forms that say two things.
func (s *scribe) russianAct(i int, w tradeWord, before, after string) tradeWord {
	fold := s.tokens[i].fold
	switch {
	case fold == "нужен" || fold == "нужна" || fold == "нужны" || fold == "нужно":
		if before == "им" || before == "ему" || before == "ей" || after == "им" || s.dative(i-1) {
			return tradeWord{act: actAsk}
		}
	case fold == "должен" || fold == "должна" || fold == "должны":
		if before != "мы" && before != "я" && (before == "они" || s.subjectAt(i-1) || fold == "должны") {
			return tradeWord{act: actTheyPromise}
		}
	case closedAll(fold) && (work[after].paper == crm.PaperInvoice || work[s.foldAt(i+2)].paper == crm.PaperInvoice && s.numberedPaper(i+2) || s.bareNumber(i+1) || s.billsBefore(i)):
		return tradeWord{act: actPaid}
	case fold == "платят" && len(s.times) > 0:
		return tradeWord{act: actPay}
	case fold == "доп" && after != "соглашение":
		return tradeWord{}
	case fold == "звоню" && len(s.times) == 0:
		return tradeWord{act: actTouched, touch: "call"}
	case w.act == actTouched && (before == "трубку" || after == "трубку"):
		return tradeWord{act: actMissed, touch: "missed"}
	}
	return w
}

// dative reports whether token i is a name in the dative.
func (s *scribe) dative(i int) bool {
	if i < 0 {
		return false
	}
	m := s.owners[i].mention
	return m >= 0 && s.named[m].cases&dat != 0 && s.named[m].cases&(nom|gen) == 0
}

// subjectAt reports whether token i ends a name that may be the subject of what follows, or a person.
func (s *scribe) subjectAt(i int) bool {
	for i >= 0 && particles[s.tokens[i].fold] {
		i--
	}
	if i < 0 {
		return false
	}
	if m := s.owners[i].mention; m >= 0 {
		lead := s.tokens[s.named[m].lead].fold
		return s.named[m].cases&nom != 0 && nameCases[lead] == 0
	}
	return givenForms[s.tokens[i].fold]&nom != 0 || peopleWords[s.tokens[i].fold]
}

// peopleWords are people at a client, as subjects.
var peopleWords = lexicon("они он она директор бухгалтер бухгалтерия бухгалтерша менеджер клиент закупщик снабженец юрист гендир гендиректор секретарь",
	"финансист финдир зам заместитель собственник they he she director accountant client customer cfo ceo buyer")

func (s *scribe) foldAt(i int) string {
	if i < 0 || i >= len(s.tokens) {
		return ""
	}
	return s.tokens[i].fold
}
