package capture

import (
	"maps"
	"strings"
	"time"

	"followup/storage/crm"
)

// needsSum are verbs of payment that say something else without a sum.
var needsSum = lexicon("пришло поступило поступила поступили упало прилетело прилетела прилетели капнуло внес внесла внесли перевел перевела перевели received закинули закинул")

// payment reads «оплатили 200 по 125-му», «пришло 1,2 млн», "paid $500".
func (s *scribe) payment(p *piece) bool {
	if s.morePaid(p) {
		return true
	}
	paid := p.has(actPaid)
	came := s.toAccount(p) || s.cameFor(p) || p.has(actPayNoun) != nil && (s.any(p, cameWords) || s.told(p))
	if paid == nil && !came || p.has(actTheyPromise, actPromised, actTodo, actNeed, actRemind, actWait) != nil {
		return false
	}
	refs := s.numbersAfter(p, payFor)
	if len(refs) == 0 {
		refs = s.billPaidOf(p)
	}
	if paid != nil && closedAll(s.tokens[paid.tok].fold) {
		refs = s.numbersAfter(p, closing(s.tokens[paid.tok].fold))
	}
	sum := s.sumOf(p, refs)
	if whole := s.besideShare(p, sum); whole != nil {
		sum = whole
	}
	if part := s.partOf(p, sum); part != nil {
		sum = part
	}
	if sum == nil {
		sum = s.zero(p)
	}
	if sum == nil {
		sum = s.thousands(p, refs)
	}
	if sum == nil && len(refs) == 0 {
		sum = s.loneFigure(p)
	}
	if paid != nil && !came && sum == nil && len(refs) == 0 && needsSum[s.tokens[paid.tok].fold] {
		return false
	}
	item := Item{Kind: Payment, Sum: sum, Refs: refs, When: s.happened(p), Text: s.cut(p, keepTimes)}
	s.add(p, item)
	s.parts(p, item, func(t *Time) bool { return !t.Start.After(s.w.Now) })
	return true
}

// morePaid adds to a payment what the next piece says of it: its sum and payer («оплатили! 48300 от маяка») or the invoice
// that it is for («перевел 120, это за 131 счет»).
func (s *scribe) morePaid(p *piece) bool {
	last := s.lastItem()
	if last == nil || last.Kind != Payment || p.line || p.has(actPaid, actPay, actPayNoun, actTodo, actNeed, actAsk, actTouched, actTheyPromise, actTheyWill, actSigned, actSent) != nil {
		return false
	}
	refs := s.numbersAfter(p, payFor)
	switch {
	case last.Sum == nil && len(last.Refs) == 0 && len(p.sums) == 0 && s.figure(p.from) && (p.from+1 == p.to || figureEnds[s.foldAt(p.from+1)] || s.owners[p.from+1].mention >= 0) && (len(p.named) == 0 || len(last.Clients) == 0):
		t := &s.tokens[p.from]
		last.Sum = &Sum{Span: Span{t.From, t.To}, Money: crm.Money{Minor: t.value * 100, Currency: s.currency()}, Bare: true}
		if len(last.Clients) == 0 {
			last.Clients = p.named
		}
	case last.Sum == nil && len(p.sums) == 1 && (len(p.named) == 0 || len(last.Clients) == 0) && s.when(p) == nil && p.paper() == nil:
		last.Sum = &s.sums[p.sums[0]]
		if len(last.Clients) == 0 {
			last.Clients = p.named
		}
	case len(last.Refs) == 0 && len(refs) > 0 && len(p.named) == 0 && len(p.sums) == 0 && len(p.times) == 0 && s.any(p, thatFor):
		last.Refs = refs
	default:
		return false
	}
	return true
}

// figure reports whether token i is a number that can be nothing but a sum behind a payment.
func (s *scribe) figure(i int) bool {
	t := &s.tokens[i]
	return t.kind == numberToken && t.value >= 100 && t.value < 1_000_000_000 && s.owners[i].time < 0 && s.owners[i].mention < 0
}

// currency is that of a sum without one.
func (s *scribe) currency() crm.Currency {
	if s.w.Currency == "" {
		return crm.RUB
	}
	return s.w.Currency
}

// thatFor begins what a payment was for.
var thatFor = lexicon("это for")

// told reports whether a payment by name is one that came: «оплата 15к от вектора вчера». A term or a time to come makes it
// something else.
func (s *scribe) told(p *piece) bool {
	days, _, _ := s.term(p)
	if days != 0 || len(p.sums) == 0 || s.when(p) != nil || p.has(actPay, actAsk, actTheyWait) != nil {
		return false
	}
	first := p.acts[0].act == actPayNoun && len(p.named) > 0 // «оплата ромашка 286 000», «вектор оплата 200 тыс»
	for i := p.from; i < p.acts[0].tok; i++ {
		first = first && (s.owners[i].mention >= 0 || s.owners[i].sum >= 0 || s.owners[i].time >= 0)
	}
	return first || s.phrase(p, "от") || s.phrase(p, "from") || s.happened(p) != nil
}

var cameWords = lexicon("пришла пришел пришли поступила поступил поступили прошла прошел прошли received arrived упала зашла зачислена зачислен")

// payFor are words before the number of the invoice that is paid.
var payFor = lexicon("on по за счет счета счету счетам сч № n no # invoice invoices inv for against номер and и")

// closing are payFor and the verb itself: «закрыл 118, 119».
func closing(verb string) map[string]bool {
	words := maps.Clone(payFor)
	words[verb] = true
	return words
}

// promise reads «обещали оплатить 25-го», «заплатят в пятницу половину», "will pay on Friday".
func (s *scribe) promise(p *piece) bool {
	pay := p.has(actPay)
	if s.whoPromised(p) {
		return true
	}
	if due := s.when(p); due != nil && due.Rule != "" && p.has(actPayNoun) != nil && len(p.sums) > 0 && len(p.acts) == 1 {
		s.add(p, Item{Kind: FollowUp, Verb: "task", When: due, Text: s.cut(p, keepWords)})
		return true // «5-го числа каждого месяца оплата 50к»: looked after every month
	}
	if s.promisesMoney(p) {
		item := Item{Kind: Promise, When: s.lastDay(s.when(p)), Sum: s.promisedSum(p), By: s.promiser(p), Text: s.cut(p, keepTimes)}
		if item.Sum == nil {
			item.Sum = s.loneFigure(p) // «еще 50 обещают в понедельник»
			if last := s.lastItem(); last != nil && (last.Kind == Promise || last.Kind == Payment) {
				item.Sum = s.scaledAs(last.Sum, item.Sum)
			}
		}
		s.add(p, item)
		s.parts(p, item, s.ahead)
		return true
	}
	if pay != nil && s.any(p, letWords) {
		s.add(p, Item{Kind: Await, When: s.when(p), Text: s.cut(p, keepWords)})
		return true
	}
	word := p.has(actTheyPromise, actPromised, actTheyWill)
	money := pay != nil || p.has(actPayNoun) != nil || s.any(p, payVerbs) && (len(p.sums) > 0 || s.any(p, overdueWords))
	switch {
	case !money || p.has(actNeed, actRemind, actAsk, actPaid) != nil || p.has(actTodo) != nil && word == nil:
		return false
	case word != nil:
	case pay != nil && s.finite(pay.tok):
	case pay == nil && p.has(actMove) != nil && p.has(actPayNoun) != nil && s.when(p) != nil: // «перенес оплату с 20 на 27 ноября»
	case pay == nil && s.when(p) != nil && s.willGive(p) && p.has(actGive) == nil:
	case pay == nil && p.has(actPayNoun) != nil && s.when(p) != nil && (s.any(p, willBe) || s.any(p, confirmed) || len(p.acts) == 1 && s.onlyShares(p) && len(p.named) > 0):
	default:
		return false
	}
	if s.when(p) == nil && s.happened(p) != nil && s.any(p, pastMust) {
		return false // «должен был оплатить вчера»
	}
	item := Item{Kind: Promise, Sum: s.sumOf(p, nil), When: s.lastDay(s.when(p)), Refs: s.numbersAfter(p, payFor), Text: s.cut(p, keepTimes)}
	item.By = s.promiser(p)
	s.add(p, item)
	s.parts(p, item, s.ahead)
	return true
}

// whoPromised reads «, обещала Ирина Сергеевна» behind a promise: its person.
func (s *scribe) whoPromised(p *piece) bool {
	last := s.lastItem()
	if last == nil || last.Kind != Promise || last.By != "" || len(p.sums)+len(p.times) > 0 || p.has(actTheyPromise, actPromised) == nil || len(p.acts) > 1 {
		return false
	}
	last.By = s.promiser(p)
	return last.By != ""
}

// letWords are wishes of ours, no promise of theirs: «пусть оплатят до пятницы».
var letWords = lexicon("пусть пускай let")

// parts adds what a piece says of further parts of the money, each with a sum or «остальное» and a day of its own: «50 тыс
// сегодня и 70 завтра», «200 тыс 25-го и остальное 10 декабря».
func (s *scribe) parts(p *piece, first Item, fits func(*Time) bool) {
	if first.Sum == nil || first.When == nil {
		return
	}
	after := max(first.Sum.Span.To, first.When.Span.To)
	for _, k := range p.times {
		t := &s.times[k]
		if t.Span.From < after || !fits(t) {
			continue
		}
		part := Item{Kind: first.Kind, When: t, By: first.By, Refs: first.Refs, Text: first.Text}
		if first.Kind == Promise {
			part.When = s.lastDay(t)
		}
		for _, n := range p.sums {
			if span := s.sums[n].Span; span.From >= after && (span.To <= t.Span.From || part.Sum == nil) {
				part.Sum = &s.sums[n]
			}
		}
		if part.Sum == nil {
			part.Sum = s.scaledAs(first.Sum, s.figureBetween(p, after, t.Span.From))
		}
		if part.Sum == nil && !s.any(p, restWords) {
			continue
		}
		s.add(p, part)
		s.reading.Items[len(s.reading.Items)-1].Span.From = t.Span.From // so that it can be told from the first
		after = t.Span.To
	}
}

// figureBetween is a number between two places of a piece that is nothing else: «60 до пт и 60 до конца месяца».
func (s *scribe) figureBetween(p *piece, from, to int) *Sum {
	for i := p.from; i < p.to; i++ {
		if t := &s.tokens[i]; t.From >= from && t.To <= to && t.kind == numberToken && t.value > 0 && !t.glued && s.owners[i] == (owner{-1, -1, -1}) {
			return &Sum{Span: t.Span, Money: crm.Money{Minor: t.value * 100, Currency: s.currency()}, Bare: true}
		}
	}
	return nil
}

// scaledAs gives a bare figure the thousands or millions that the sum before it was written with: «100 тыс завтра и 110 в
// пятницу».
func (s *scribe) scaledAs(before, figure *Sum) *Sum {
	if before == nil || figure == nil || before.Bare {
		return figure
	}
	for i := range s.tokens {
		t := &s.tokens[i]
		if t.From < before.Span.From || t.To > before.Span.To || t.kind != numberToken || t.value <= 0 {
			continue
		}
		scale := before.Money.Minor / (t.value * 100)
		if scale != 1000 && (scale != 1_000_000 || figure.Money.Minor > t.value*1000) || figure.Money.Minor >= 1000*100 {
			break // «2 млн завтра и 500 в пятницу» is asked
		}
		return &Sum{Span: figure.Span, Money: crm.Money{Minor: figure.Money.Minor * scale, Currency: before.Money.Currency}}
	}
	return figure
}

// promisesMoney reports whether a promise without a verb is one of money: it has a sum, or the message speaks of paying, or
// it is the rest of what was promised before.
func (s *scribe) promisesMoney(p *piece) bool {
	if p.has(actPaper, actNoun, actPay, actPaid, actAsk, actNeed) != nil || p.has(actTodo) != nil && !(len(p.sums) > 0 && s.any(p, payVerbs)) {
		return false
	}
	if s.owedBy(p) {
		return true
	}
	word, last := p.has(actTheyPromise, actPromised), s.lastItem()
	if word != nil && strings.HasPrefix(s.tokens[word.tok].fold, "долж") {
		return false // «вектор должен 486 тысяч» is a debt, no promise
	}
	if last != nil && (last.Kind == Payment || last.Kind == Promise) && len(p.named) == 0 && s.when(p) != nil && word == nil && s.allOf(p, moreWords) &&
		(len(p.sums) > 0 || s.loneFigure(p) != nil && !s.scaledAs(last.Sum, s.loneFigure(p)).Bare) {
		return true
	}
	rest := s.any(p, restWords) && last != nil && (last.Kind == Promise || last.Kind == Payment) && s.when(p) != nil
	if word == nil {
		return rest
	}
	return (word.act == actTheyPromise || s.theirs(p, word)) && (len(p.sums) > 0 || s.when(p) != nil && (s.aboutPaying() || s.any(p, restWords)))
}

// allOf reports whether the piece has no words but those of the set, sums and times.
func (s *scribe) allOf(p *piece, set map[string]bool) bool {
	for i := p.from; i < p.to; i++ {
		if s.owners[i].time < 0 && s.owners[i].sum < 0 && s.tokens[i].kind == wordToken && !set[s.tokens[i].fold] && nameCases[s.tokens[i].fold] == 0 {
			return false
		}
	}
	return true
}

// moreWords say that further money is to come: «оплатили 50к, еще 20к придет в понедельник».
var moreWords = lexicon("еще другие вторые придет придут поступит поступят будет будут another more coming comes will arrive")

var restWords = lexicon("остаток остальное остальные остатки остаточек rest remainder balance remaining")

// oweWords say that money is owed.
var oweWords = lexicon("owe owes owing должен должна должны должно")

// owedBy reports whether a piece says what the client owes and by when, which is a promise as good as any: «вектор должен нам 12к
// до пятницы», "they owe us 12k by Friday".
func (s *scribe) owedBy(p *piece) bool {
	return s.any(p, oweWords) && len(p.sums) > 0 && s.when(p) != nil && !s.any(p, ourselves) && p.has(actPaper, actNoun, actTodo) == nil
}

// aboutPaying reports whether the message speaks of paying: «не оплатили, обещают в среду».
func (s *scribe) aboutPaying() bool {
	for i := range s.pieces {
		if s.any(&s.pieces[i], overdueWords) {
			return true
		}
		for k := range s.pieces[i].acts {
			if a := s.pieces[i].acts[k].act; a == actPaid || a == actPay || a == actPayNoun {
				return true
			}
		}
	}
	return false
}

var (
	payVerbs = lexicon("закрыть закроют закроет провести проведут проведет закинуть закинут закинет перевести кинуть кинут кинет скинуть переведут переведет внести внесут внесет отдать отдадут отдаст вернуть вернут вернет передать передадут передаст transfer wire")
	willBe   = lexicon("будет поступит придет пройдет сделают сделает обещана will expected")
)

// finite reports whether the verb of payment says who will do it: «оплатят», "will pay".
func (s *scribe) finite(i int) bool {
	fold := s.tokens[i].fold
	if fold[0] < 0x80 {
		for k := i - 1; k >= max(0, i-3); k-- {
			if f := s.tokens[k].fold; f == "will" || theyWill[f] {
				return true
			}
		}
		return false
	}
	return !strings.HasSuffix(fold, "ть") && !strings.HasSuffix(fold, "ти")
}

// pastMust beside a past day make a promise one that was not kept.
var pastMust = lexicon("был была было были should was were supposed")

// willGive reports whether the piece says that money will be given: «отдаст 40к в субботу».
func (s *scribe) willGive(p *piece) bool {
	for i := p.from; i < p.to; i++ {
		if fold := s.tokens[i].fold; payVerbs[fold] && finiteFuture(fold) {
			return len(p.sums) > 0
		}
	}
	return false
}

// finiteFuture reports whether a verb of payVerbs says what somebody will do: «отдаст», «переведут».
func finiteFuture(fold string) bool {
	return strings.HasSuffix(fold, "ут") || strings.HasSuffix(fold, "ет") || strings.HasSuffix(fold, "ст")
}

// promiser is the person who promised, as written; empty when only the client did.
func (s *scribe) promiser(p *piece) string {
	for i := p.from; i < p.to; i++ {
		t := &s.tokens[i]
		if m := s.owners[i].mention; m >= 0 && s.named[m].contact && s.subjectAt(i) {
			return s.text[t.From:s.named[m].Span.To]
		}
		if s.owners[i].mention >= 0 || t.kind != wordToken || !firstNames[t.fold] && !petNames[t.fold] && !(peopleWords[t.fold] && len(t.fold) > 8) {
			continue
		}
		if next := s.foldAt(i + 1); peopleWords[t.fold] && looksPast(next) && work[next].act == actNone {
			continue // «бухгалтер заболела»
		}
		end := i
		for end+1 < p.to && s.tokens[end+1].upper && s.owners[end+1].mention < 0 && s.owners[end+1].time < 0 && work[s.tokens[end+1].fold].act == actNone {
			end++
		}
		return s.text[t.From:s.tokens[end].To]
	}
	return ""
}

// invoice reads «счет 126 вектору 15к до конца месяца», «и ромашке 1,2 млн оплата 10 дней».
func (s *scribe) invoice(p *piece) bool {
	if s.billAt(p.from) && len(p.named) == 0 && len(p.acts) == 0 && (s.bills || s.lastItem() != nil && s.lastItem().Kind == Invoice) {
		number, _ := s.numberAt(p.from, p.to)
		s.add(p, Item{Kind: Invoice, Number: number, Sum: s.invoiceSum(p, number), When: s.lastDay(s.when(p))})
		return true
	}
	if s.anotherBill(p) {
		return true
	}
	paper := p.paper()
	if s.bills = paper != nil && paper.paper == crm.PaperInvoice && len(p.sums) == 0 && p.to+1 < len(s.tokens) && s.tokens[p.to].is(":") && s.billAt(p.to+1); s.bills {
		return true
	}
	issued := p.has(actIssued)
	if p.has(actTodo, actRemind, actNeed, actAsk, actTheyWait, actWait, actGive, actPay, actSigned, actReceived) != nil {
		return false
	}
	if s.any(p, disputeWords) || s.any(p, overdueWords) {
		return false // «спор по счету 125», «просрочили 3 счета на 180к»
	}
	number := s.paperNumber(p)
	sum := s.invoiceSum(p, number)
	days, working, daysAt := s.term(p)
	if last := s.lastItem(); last != nil && last.Kind == Invoice && (last.When == nil || last.When.Bound == At && last.When.Day == crm.DateOf(s.w.Now)) && days > 0 && sum == nil && len(p.named) == 0 && paper == nil {
		last.TermDays, last.TermWorking, last.When = days, working, s.dueIn(p, daysAt, days, working)
		return true
	}
	switch {
	case paper != nil && paper.paper == crm.PaperInvoice && (sum != nil || number != "" && issued != nil):
	case paper != nil && paper.paper == crm.PaperInvoice && number != "" && p.has(actTouched, actTheyDid, actSent, actOriginal) == nil && s.bareInvoice(p):
	case issued != nil && sum != nil:
	case paper == nil && sum != nil && len(p.named) > 0 && (days > 0 || s.papered || s.dativeOnly(p)) && p.has(actTouched, actTheyDid, actNoun) == nil:
	default:
		return false
	}
	item := Item{Kind: Invoice, Number: number, Sum: sum, When: s.lastDay(s.when(p)), TermDays: days, TermWorking: working}
	if days > 0 {
		item.When = s.dueIn(p, daysAt, days, working)
	}
	item.Text = s.cut(p, keepNote)
	s.add(p, item)
	s.papered = true
	return true
}

// billAt reports whether a bill's number and sum stand at token i: «127 на 40к».
func (s *scribe) billAt(i int) bool {
	if i+1 >= len(s.tokens) || s.tokens[i].kind != numberToken || s.owners[i].time >= 0 || s.owners[i].sum >= 0 {
		return false
	}
	if f := s.tokens[i+1].fold; f == "на" || f == "for" || f == "-" || f == "–" || f == "—" {
		i++
	}
	return i+1 < len(s.tokens) && s.owners[i+1].sum >= 0 && !s.sums[s.owners[i+1].sum].Bare
}

var disputeWords = lexicon("спор спорят спорим оспаривают оспорили претензия претензии dispute disputed disputes disputing")

var overdueWords = lexicon("просрочил просрочила просрочили просрочен просрочена просрочены просрочка просрочку просрочки дз дебиторка дебиторки overdue")

// bareInvoice reports whether an invoice without a sum is told of rather than mentioned.
func (s *scribe) bareInvoice(p *piece) bool {
	return p.acts[0].act == actPaper && (len(p.named) > 0 || s.when(p) != nil)
}

// dativeOnly reports whether the piece is hardly more than «ромашке 1,2 млн».
func (s *scribe) dativeOnly(p *piece) bool {
	m := s.named[p.named[0]]
	return len(p.acts) == 0 && m.cases&dat != 0 && m.cases&(nom|gen) == 0 && s.cut(p, keepWords) == ""
}

// invoiceSum is the sum of an invoice whose number may have been taken for one.
func (s *scribe) invoiceSum(p *piece, number string) *Sum {
	var best *Sum
	for _, k := range p.sums {
		sum := &s.sums[k]
		if sum.Share != 0 || number != "" && s.text[sum.Span.From:sum.Span.To] == number {
			continue
		}
		if best == nil || best.Bare && !sum.Bare {
			best = sum
		}
	}
	return best
}

// term reads «оплата 10 дней», «отсрочка 14 рабочих дней», "net 30": the days, whether they are working days, and the
// token of the number.
func (s *scribe) term(p *piece) (days int, working bool, at int) {
	for i := p.from; i < p.to; i++ {
		t := &s.tokens[i]
		if t.kind != numberToken || t.value <= 0 || t.value > 400 {
			continue
		}
		if s.foldAt(i-1) == "net" {
			return int(t.value), false, i
		}
		next := s.foldAt(i + 1)
		workdays := workingWords[next]
		if workdays || next == "календарных" || next == "к" || next == "calendar" {
			next = s.foldAt(i + 2)
		}
		if dayWords[next] && s.before(p, i, termWords) {
			return int(t.value), workdays, i
		}
	}
	return 0, false, 0
}

var (
	workingWords = lexicon("рабочих рабочие банковских раб business working")
	dayWords     = lexicon("дней дня день дн days day")
	termWords    = lexicon("оплата оплаты оплатой оплату отсрочка отсрочкой отсрочки отсрочку срок постоплата net payment due terms term within")
)

// before reports whether a word of the set stands within four tokens before i.
func (s *scribe) before(p *piece, i int, set map[string]bool) bool {
	for k := i - 1; k >= max(p.from, i-4); k-- {
		if set[s.tokens[k].fold] {
			return true
		}
	}
	return false
}

// lastDay is the end of a stretch of days in which money is to come: «в конце месяца» is its last day.
func (s *scribe) lastDay(t *Time) *Time {
	if t == nil || t.Bound != At && t.Bound != Within || t.Grain == Minute || t.Grain == Hour || t.Rule != "" || t.End.Sub(t.Start) < 36*time.Hour {
		return t
	}
	last := *t
	last.Day = crm.DateOf(t.End).AddDays(-1)
	if last.Day.Weekday() == time.Sunday && t.End.Sub(t.Start) < 5*24*time.Hour && last.Day.AddDays(-2).Compare(crm.DateOf(s.w.Now)) >= 0 {
		last.Day = last.Day.AddDays(-2) // a working week ends on its Friday
	}
	last.Bound, last.Clock, last.Due = Before, s.habits().DayEnd, last.Day.In(s.w.Now.Location(), s.habits().DayEnd)
	return &last
}

// habits are the writer's, or those of a new member.
func (s *scribe) habits() Habits {
	if s.w.Habits == (Habits{}) {
		return DefaultHabits()
	}
	return s.w.Habits
}

// dueIn is the last day of a term that begins today: due at the end of the working day.
func (s *scribe) dueIn(p *piece, at, days int, working bool) *Time {
	day := crm.DateOf(s.w.Now)
	for left := days; left > 0; {
		day = day.AddDays(1)
		if !working || s.workday(day) {
			left--
		}
	}
	habits := s.habits()
	zone := s.w.Now.Location()
	end := at
	for end+1 < p.to && !dayWords[s.tokens[end].fold] {
		end++
	}
	return &Time{
		Span: Span{s.tokens[at].From, s.tokens[end].To}, Start: day.In(zone, 0), End: day.AddDays(1).In(zone, 0), Grain: Day, Bound: Before,
		Due: day.In(zone, habits.DayEnd), Day: day, Clock: habits.DayEnd,
	}
}

func (s *scribe) workday(d crm.Date) bool {
	if s.w.Calendar != nil {
		return s.w.Calendar.Working(d)
	}
	return d.Weekday() != 0 && d.Weekday() != 6
}
