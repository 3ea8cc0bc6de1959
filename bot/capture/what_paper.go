package capture

import (
	"strings"

	"followup/storage/crm"
)

// numberAt reads the number of a paper at token i: "125", «125-му», "14/26", «12-24/К», "А-125". It returns what was written
// without an ordinal's ending and the token after it; to is i when there is none.
func (s *scribe) numberAt(i, end int) (number string, to int) {
	start := i
	for start < end && numberSigns[s.tokens[start].fold] {
		start++
	}
	k, digits := start, false
	for k < end && s.ofNumber(start, k, end) {
		digits = digits || s.tokens[k].kind == numberToken
		k++
	}
	if !digits {
		return "", i
	}
	last := k
	for last > start && s.tokens[last-1].kind == punctToken {
		last--
	}
	if k < end && numberEndings[s.tokens[k].fold] && s.tokens[k].glued {
		k++
	} else if k+1 < end && s.tokens[k].is("-") && s.tokens[k].glued && numberEndings[s.tokens[k+1].fold] {
		k += 2
	}
	return s.text[s.tokens[start].From:s.tokens[last-1].To], k
}

// ofNumber reports whether token k goes on with the number that began at start.
func (s *scribe) ofNumber(start, k, end int) bool {
	t := &s.tokens[k]
	if k > start && !t.glued {
		return false
	}
	joined := k+1 < end && s.tokens[k+1].glued
	switch {
	case t.kind == numberToken:
		return true
	case t.is("/"), t.is("-"), t.is("–"):
		return k > start && joined && s.tokens[k+1].kind != punctToken
	case t.kind == wordToken && k > start:
		return !numberEndings[t.fold]
	}
	return t.kind == wordToken && joined && len(t.text) <= 8 // «А-125», «АБ12»
}

var (
	numberSigns   = lexicon("№ # n no номер number num")
	numberEndings = lexicon("му й го м ому ой ый ого ым ая ую ти х th st nd rd")
)

// paperNumber is the number right after the paper of the piece, or after №; empty without.
func (s *scribe) paperNumber(p *piece) string {
	for _, a := range p.acts {
		if a.act != actPaper {
			continue
		}
		if number := s.numberFrom(p, a.tok+1); number != "" && !(a.paper == crm.PaperOther && len(number) == 4 && strings.HasPrefix(number, "20")) {
			return number // «прайс 2027» has none
		}
		if number := s.numberBehind(p, a.tok+1); number != "" {
			return number
		}
	}
	for i := p.from; i < p.to; i++ {
		if s.tokens[i].is("№") || s.tokens[i].is("#") || numberSigns[s.tokens[i].fold] && i+1 < p.to && s.tokens[i+1].kind == numberToken {
			if number, to := s.numberAt(i, p.to); to > i {
				return number
			}
		}
	}
	return ""
}

// numberFrom is the number that stands at token i, maybe behind the client: «счет вектору 126 на 15к» has none without №.
func (s *scribe) numberFrom(p *piece, i int) string {
	for i < p.to && (s.tokens[i].fold == "фактура" || s.tokens[i].is("-") || s.tokens[i].fold == "оферта" || s.tokens[i].fold == "сверки") {
		i++
	}
	number, to := s.numberAt(i, p.to)
	if to == i || i >= p.to || s.owners[i].time >= 0 || s.owners[to-1].time >= 0 {
		return ""
	}
	if o := s.owners[i].sum; o >= 0 {
		if sum := &s.sums[o]; !sum.Bare || s.tokens[i].To != sum.Span.To && s.tokens[to-1].To < sum.Span.To {
			return ""
		}
	}
	return number
}

// numberBehind is the number behind the client where a sum follows it: «счет ромашка 12 40к до 30.11».
func (s *scribe) numberBehind(p *piece, i int) string {
	start := i
	for i < p.to && s.owners[i].mention >= 0 {
		i++
	}
	if i == start || i >= p.to || s.tokens[i].kind != numberToken {
		return ""
	}
	number := s.numberFrom(p, i)
	for _, k := range p.sums {
		if number != "" && s.sums[k].Span.From > s.tokens[i].To {
			return number
		}
	}
	return ""
}

// numbersAfter are the numbers of papers that stand after one of the words.
func (s *scribe) numbersAfter(p *piece, words map[string]bool) []string {
	var numbers []string
	for i := p.from + 1; i < p.to; i++ {
		goesOn := len(numbers) > 0 && s.tokens[i-1].is(",") && s.tokens[i].kind == numberToken
		if s.owners[i].mention >= 0 || s.owners[i].time >= 0 || words[s.tokens[i].fold] || !goesOn && !words[s.tokens[i-1].fold] && !s.ordinalAt(i, p.to) {
			continue
		}
		if joinWords[s.tokens[i-1].fold] && len(numbers) == 0 {
			continue
		}
		if len(numbers) > 0 && s.sumFor(i) && s.tokens[i-2].kind == numberToken { // "invoice 5 for 10,000"
			for i+1 < p.to && s.owners[i+1].sum == s.owners[i].sum {
				i++
			}
			continue
		}
		number, to := s.numberAt(i, p.to)
		if to == i || len(number) > 12 {
			continue
		}
		if o := s.owners[i].sum; o >= 0 && !s.sums[o].Bare {
			continue
		}
		numbers = append(numbers, number)
		i = to - 1
	}
	return numbers
}

// ordinalAt reports whether «125-й» or «125му» stands at token i.
func (s *scribe) ordinalAt(i, end int) bool {
	if s.tokens[i].kind != numberToken || i+1 >= end || !s.tokens[i+1].glued {
		return false
	}
	return numberEndings[s.tokens[i+1].fold] || s.tokens[i+1].is("-") && i+2 < end && s.tokens[i+2].glued && numberEndings[s.tokens[i+2].fold]
}

// document reads what became of a paper: «акт 77 подписан», «отправил акт», «получили оригинал договора».
func (s *scribe) document(p *piece) bool {
	paper := p.paper()
	if paper == nil || p.has(actTodo, actRemind, actNeed, actAsk, actTheyWait, actWait, actGive, actTheyPromise, actPromised, actTheyWill) != nil {
		return false
	}
	formal := paper.paper != crm.PaperOffer && paper.paper != crm.PaperOther && paper.paper != crm.PaperInvoice
	var state string
	switch {
	case p.has(actSigned) != nil:
		state = "signed"
	case p.has(actOriginal) != nil && (p.has(actReceived, actPaid) != nil || s.any(p, cameBack)):
		state = "received"
	case p.has(actSent) != nil || formal && p.has(actTouched) != nil && p.has(actTouched).verb == "send":
		state = "sent"
	case formal && p.has(actReceived) != nil:
		state = "received"
	case formal && s.any(p, signedCopy) && s.any(p, cameBack):
		state = "signed" // «пришел акт подписанный»
	default:
		return false
	}
	item := Item{Kind: Document, State: state, Paper: string(p.paperKind()), Number: s.paperNumber(p), When: s.period(p), Text: s.cut(p, keepTimes)}
	s.add(p, item)
	return true
}

// requested notes that the client asks for a reconciliation act, beside the step to send it. When we are who asks, it is none.
func (s *scribe) requested(p *piece) {
	if p.has(actAsk) == nil || p.has(actTodo, actRemind, actNeed) != nil || p.paperKind() != crm.PaperReconciliation || s.any(p, ourselves) || s.any(p, weAsk) || s.any(p, askedFrom) {
		return
	}
	named := *p
	named.from = p.paper().tok
	s.add(p, Item{Kind: Document, State: "asked", Paper: string(crm.PaperReconciliation), When: s.happened(p), Text: s.cut(&named, dropActs(actAsk))})
}

var (
	signedCopy = lexicon("подписанный подписанная подписанное подписанные")
	weAsk      = lexicon("просим запрашиваем")
	askedFrom  = lexicon("у from") // «запросили акт сверки у ромашки»
	cameBack   = lexicon("пришел пришли пришла получил получила получили вернулся вернулись забрал забрала забрали есть arrived received back")
)

// period is the month or quarter that a paper is for, else the day on which something became of it.
func (s *scribe) period(p *piece) *Time {
	for _, k := range p.times {
		if t := &s.times[k]; t.Grain == Month || t.Grain == Quarter || t.Grain == Year {
			return s.lastOne(t)
		}
	}
	return s.happened(p)
}

// lastOne is the period itself when it has begun, else the one a year before: an act for October exists in November.
func (s *scribe) lastOne(t *Time) *Time {
	if !t.Start.After(s.w.Now) {
		return t
	}
	past := *t
	past.Start, past.End, past.Due = t.Start.AddDate(-1, 0, 0), t.End.AddDate(-1, 0, 0), t.Due.AddDate(-1, 0, 0)
	past.Day, past.Past = t.Day.AddMonths(-12), true
	return &past
}

// Words of a contract's terms.
var (
	endWords      = lexicon("заканчивается заканчиваются кончается истекает закончится кончится ends expires expiring")
	endedWords    = lexicon("закончился закончились кончился истек истекли расторгнут расторгнута расторгли расторг аннулирован прекращен expired ended terminated")
	renewWords    = lexicon("автопролонгация автопролонгацией автопродление автопродлением автопродлен автоматически автоматическая автоматическое auto autorenewal autorenew auto-renewal")
	openWords     = lexicon("бессрочный бессрочно бессрочная open-ended indefinite evergreen")
	agreeWords    = lexicon("соглашению соглашением согласию agreement")
	noticeWords   = lexicon("отказ отказа уведомление уведомить уведомлением расторжение расторжения notice notify предупредить")
	penaltyWords  = lexicon("пеня пени неустойка неустойки штраф penalty fee пеней")
	capWords      = lexicon("более больше свыше максимум макс max cap capped maximum exceed")
	indexWords    = lexicon("индексация индексации индексацию индексируется indexation indexed uplift")
	claimWords    = lexicon("претензия претензии претензию претензионный claim claims")
	monthWords    = lexicon("месяц месяца месяцев мес month months")
	yearWords     = lexicon("год года лет year years")
	halfYearWords = lexicon("полгода полугодие")
	weekWords     = lexicon("неделю недели недель week weeks")
)

// contract reads a line about a contract with its terms and returns the last piece that belongs to it.
func (s *scribe) contract(i int) (int, bool) {
	p := s.pieces[i]
	paper := p.paper()
	if paper == nil || paper.paper != crm.PaperContract || p.acts[0].act != actPaper || !s.leads(&p, paper.tok) || p.has(actSigned, actSent, actReceived, actTodo, actTouched, actNeed) != nil || s.any(&p, endedWords) {
		return i, false
	}
	last := i
	var index *piece
	for last+1 < len(s.pieces) && s.termPiece(&s.pieces[last+1]) {
		last++
		next := &s.pieces[last]
		p.to = next.to
		if s.any(next, indexWords) {
			index = next // its date is none of the term's
			continue
		}
		p.times, p.sums = append(p.times[:len(p.times):len(p.times)], next.times...), append(p.sums[:len(p.sums):len(p.sums)], next.sums...)
	}
	terms, ok := s.terms(&p)
	if index != nil {
		s.indexation(index, terms)
		ok = true
	}
	item := Item{Kind: Contract, Number: s.paperNumber(&p), Contract: terms, Text: s.subject(&s.pieces[i])}
	if bare := item.Number != "" && item.Text == "" && len(p.sums) == 0; !ok && !bare {
		return i, false // «договор 14/26 с вектором» alone is one whose terms are to be asked
	}
	for _, k := range p.sums {
		if s.text[s.sums[k].Span.From:s.sums[k].Span.To] != item.Number && s.sums[k].Share == 0 {
			item.Sum = &s.sums[k]
			break
		}
	}
	s.add(&p, item)
	return last, true
}

// indexation reads «индексация 7% с 01.02.2027», «индексация по инфляции», "indexation 5% from 1 March".
func (s *scribe) indexation(p *piece, t *ContractTerms) {
	for i := p.from; i < p.to; i++ {
		if !indexWords[s.tokens[i].fold] {
			continue
		}
		if rate := s.percentAfter(p, i); rate > 0 {
			t.Indexation = strings.ReplaceAll(rate.Percent(), ".", ",") + " %"
			if s.w.Language == "en" {
				t.Indexation = rate.Percent() + "%"
			}
			break
		}
		rest := *p
		rest.from = i + 1
		if t.Indexation = s.cut(&rest, keepNote); t.Indexation == "" {
			t.Indexation = s.text[s.tokens[i].From:s.tokens[i].To]
		}
		break
	}
	for _, k := range p.times {
		if tm := &s.times[k]; tm.Rule == "" {
			t.IndexDay = crm.DateOf(tm.Start)
		}
	}
}

// leads reports whether only names and «мы» stand before token i of the piece.
func (s *scribe) leads(p *piece, i int) bool {
	for k := p.from; k < i; k++ {
		if k >= s.unknown[0] && k < s.unknown[1] {
			continue
		}
		if m := s.owners[k].mention; (m < 0 || s.named[m].contact && !s.says(p, k)) && s.tokens[k].kind != punctToken && nameCases[s.tokens[k].fold] == 0 && !ourselves[s.tokens[k].fold] &&
			!pronouns[s.tokens[k].fold] && !leadWords[s.tokens[k].fold] && s.owners[k].time < 0 {
			return false
		}
	}
	return true
}

var ourselves = lexicon("я мы i we")

// subject is what a contract is about: the words of its first piece that stand for nothing else.
func (s *scribe) subject(p *piece) string {
	first := *p
	for i := p.from; i < p.to; i++ {
		fold := s.tokens[i].fold
		if i > p.from && (s.owners[i].time >= 0 || renewWords[fold] || openWords[fold] || noticeWords[fold] || penaltyWords[fold] || claimWords[fold] || contractWords[fold]) {
			first.to = i
			break
		}
	}
	return s.cut(&first, keepNote)
}

// termPiece reports whether a piece goes on with a contract's terms.
func (s *scribe) termPiece(p *piece) bool {
	if p.line && s.opensLine(p.from) || len(p.named) > 0 && p.acts != nil {
		return false
	}
	for _, set := range [...]map[string]bool{renewWords, openWords, agreeWords, noticeWords, penaltyWords, capWords, claimWords, indexWords} {
		if s.any(p, set) {
			return true
		}
	}
	return p.has(actTouched, actTodo, actRemind, actTheyDid, actAsk, actNeed) == nil && (s.any(p, contractWords) || len(p.acts) == 0 && len(p.times)+len(p.sums) > 0 && s.cut(p, keepWords) == "")
}

var contractWords = lexicon("сумма сумму стоимость срок действует действия пролонгация продление начало окончание sum amount term starts ends")

// terms reads the terms in a stretch of tokens; ok is false when there are none.
func (s *scribe) terms(p *piece) (*ContractTerms, bool) {
	t := &ContractTerms{}
	s.dates(p, t)
	for i := p.from; i < p.to; i++ {
		fold := s.tokens[i].fold
		switch {
		case s.owners[i].mention >= 0:
		case openWords[fold] || fold == "open" && s.foldAt(i+1) == "-":
			t.Renewal = crm.RenewalOpen
		case renewWords[fold]:
			t.Renewal = crm.RenewalAutomatic
			t.RenewalMonths = max(t.RenewalMonths, s.monthsAfter(p, i))
		case agreeWords[fold] && t.Renewal == "" && s.foldAt(i-1) != "":
			t.Renewal = crm.RenewalAgreement
		case noticeWords[fold] && t.NoticeDays == 0:
			if t.NoticeDays, t.NoticeWorking = s.daysAfter(p, i); t.NoticeDays == 0 && fold == "notice" {
				t.NoticeDays, t.NoticeWorking = s.daysBefore(p, i)
			}
		case claimWords[fold] && t.ClaimDays == 0:
			t.ClaimDays, _ = s.daysAfter(p, i)
		case penaltyWords[fold] && t.Penalty == 0:
			t.Penalty = s.percentAfter(p, i)
		case capWords[fold] && t.Penalty != 0 && t.PenaltyCap == 0:
			t.PenaltyCap = s.percentAfter(p, i)
		}
	}
	if t.Renewal == crm.RenewalAutomatic && t.RenewalMonths == 0 {
		t.RenewalMonths = 12
	}
	return t, *t != ContractTerms{}
}

// dates are the first and last day of the term: «с … по …», «до …», «с …».
func (s *scribe) dates(p *piece, t *ContractTerms) {
	for _, k := range p.times {
		tm := &s.times[k]
		if tm.Relative || tm.Rule != "" {
			continue
		}
		start, end := crm.DateOf(tm.Start), crm.DateOf(tm.End).AddDays(-1)
		switch {
		case tm.Bound == Within && !tm.Before.IsZero():
			t.Start, t.End = start, tm.Before
		case tm.Bound == Within:
			t.Start, t.End = start, end
		case s.any(p, endWords):
			t.End = tm.Day
		case tm.Bound == Before || s.wordBefore(tm, "по"), s.wordBefore(tm, "to"), s.wordBefore(tm, "until"):
			t.End = tm.Day
		case tm.Bound == After || s.wordBefore(tm, "с") || s.wordBefore(tm, "от") || s.wordBefore(tm, "from"):
			t.Start = start
		case t.Start.IsZero() && tm.Grain == Day:
			t.Start = start
		}
	}
}

// wordBefore reports whether the time begins with the word or stands right after it.
func (s *scribe) wordBefore(t *Time, word string) bool {
	for i := range s.tokens {
		if s.tokens[i].From == t.Span.From {
			return s.tokens[i].fold == word || s.foldAt(i-1) == word
		}
	}
	return false
}

// monthsAfter reads «на год», «на 6 месяцев», «на полгода» within five tokens after i; zero without.
func (s *scribe) monthsAfter(p *piece, i int) int {
	n := 1
	for k := i + 1; k < min(p.to, i+6); k++ {
		t := &s.tokens[k]
		switch {
		case t.kind == numberToken && t.value > 0 && t.value < 100:
			n = int(t.value)
		case yearWords[t.fold]:
			return 12 * n
		case halfYearWords[t.fold]:
			return 6
		case monthWords[t.fold]:
			return n
		case t.is(","):
			return 0
		}
	}
	return 0
}

// daysAfter reads «за 30 дней», «за 10 рабочих дней», «за месяц», "30 days" within seven tokens after i.
func (s *scribe) daysAfter(p *piece, i int) (days int, working bool) {
	n := 1
	for k := i + 1; k < min(p.to, i+8); k++ {
		t := &s.tokens[k]
		switch {
		case t.kind == numberToken && t.value > 0 && t.value < 1000:
			n = int(t.value)
		case workingWords[t.fold]:
			working = true
		case dayWords[t.fold]:
			return n, working
		case weekWords[t.fold]:
			return 7 * n, working
		case monthWords[t.fold]:
			return 30 * n, working
		}
	}
	return 0, false
}

// daysBefore reads "30 days notice", "30 working days' notice" before token i.
func (s *scribe) daysBefore(p *piece, i int) (days int, working bool) {
	counted := 0
	for k := i - 1; k >= max(p.from, i-6); k-- {
		t := &s.tokens[k]
		switch {
		case workingWords[t.fold]:
			working = true
		case dayWords[t.fold]:
			counted = 1
		case weekWords[t.fold]:
			counted = 7
		case monthWords[t.fold]:
			counted = 30
		case t.kind == numberToken && counted > 0 && t.value > 0 && t.value < 1000:
			return counted * int(t.value), working
		}
	}
	return 0, false
}

// percentAfter reads the first percentage after token i.
func (s *scribe) percentAfter(p *piece, i int) crm.Rate {
	for k := i + 1; k < min(p.to, i+10); k++ {
		if s.tokens[k].kind != numberToken {
			continue
		}
		end := k
		for end+2 < p.to && (s.tokens[end+1].is(",") || s.tokens[end+1].is(".")) && s.tokens[end+1].glued && s.tokens[end+2].kind == numberToken {
			end += 2
		}
		if next := s.foldAt(end + 1); next == "%" || strings.HasPrefix(next, "процент") || next == "percent" {
			rate, err := crm.ParsePercent(s.text[s.tokens[k].From:s.tokens[end].To])
			if err != nil {
				return 0
			}
			return rate
		}
		k = end
	}
	return 0
}
