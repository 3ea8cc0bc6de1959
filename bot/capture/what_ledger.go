package capture

import (
	"slices"
	"strings"

	"followup/storage/crm"
)

// Lines of the ledger: a payment plan, a concession, an advance that is set off. Each is the whole message and begins with its
// word, maybe behind the client's name, so that «просят рассрочку» and «дали скидку» stay what the client wants or got:
//
//   - «рассрочка ромашке по 125: 100к до 1.12, 100к до 1.01, остаток до 1.02»: sums and days pair up in their order; one sum
//     with several days is paid on each of them. A part without a sum is the rest. Without parts they are asked for.
//   - «скидка ромашке по 125 10к за просрочку», «корректировка …», «возврат …», «списать долг ромашки по 125: ликвидация»:
//     the bill, the sum or a share of the bill, and the reason in the words that are left. Without a bill's number only a
//     write-off of «долг» or «счет» is meant.
//   - «зачти аванс ромашки на 126».

var (
	planWords  = lexicon("рассрочка рассрочку рассрочкой installment installments instalment instalments")
	applyWords = lexicon("зачти зачесть зачет зачтите apply")
	advances   = lexicon("аванс аванса авансом переплату переплата advance prepayment overpayment")
	offWords   = lexicon("списать спиши списание списываем спишите списали")
	debtWords  = lexicon("долг долга задолженность задолженности остаток остатка debt balance счет счета invoice bill")
	concedes   = map[string]crm.ConcessionKind{
		"корректировка": crm.Correction, "корректировку": crm.Correction, "correction": crm.Correction, "кредит": crm.Correction, "credit": crm.Correction,
		"скидка": crm.Discount, "скидку": crm.Discount, "discount": crm.Discount,
		"возврат": crm.Return, "return": crm.Return,
	}
	// refWords stand between the word of a line and the number of its bill.
	refWords = lexicon("по на в к счет счета счету счёте долг долга долгу задолженность остаток of for on to against invoice bill debt off note нота plan № n no #")
	// whyWords join the reason.
	whyWords = lexicon("потому что причина из-за из так как because reason due")
)

// ledger reads a message that is a line of the ledger.
func (s *scribe) ledger() bool {
	at := 0
	for at < len(s.tokens) && (s.owners[at].mention >= 0 || s.tokens[at].kind == punctToken) {
		at++
	}
	if at == len(s.tokens) {
		return false
	}
	word := s.tokens[at].fold
	kind, concedes := concedes[word]
	switch {
	case planWords[word], (word == "payment" || word == "график") && (s.foldAt(at+1) == "plan" || s.foldAt(at+1) == "оплаты" || s.foldAt(at+1) == "платежей"):
		return s.readPlan(at)
	case applyWords[word]:
		return s.readApply(at)
	case offWords[word], word == "write" && s.foldAt(at+1) == "off":
		return s.readConcession(at, crm.WriteOff)
	case concedes:
		return s.readConcession(at, kind)
	}
	return false
}

// addLine adds the one item of the message.
func (s *scribe) addLine(item Item) bool {
	item.Span = Span{0, len(s.text)}
	for m := range s.named {
		item.Clients = append(item.Clients, m)
	}
	s.reading.Items = append(s.reading.Items, item)
	return true
}

// readPlan pairs the sums of a plan with its days.
func (s *scribe) readPlan(at int) bool {
	refs, after := s.ledgerRefs(at + 1)
	type amount struct {
		from int
		sum  *Sum
	}
	var amounts []amount
	for k := range s.sums {
		if from := s.sums[k].Span.From; from >= s.tokens[min(after, len(s.tokens)-1)].From && after < len(s.tokens) {
			amounts = append(amounts, amount{from, &s.sums[k]})
		}
	}
	for i := after; i < len(s.tokens); i++ {
		t := &s.tokens[i]
		switch {
		case restWords[t.fold]:
			amounts = append(amounts, amount{t.From, nil})
		case t.kind == numberToken && t.value > 0 && s.owners[i] == owner{-1, -1, -1}: // «300 до 1.12»
			amounts = append(amounts, amount{t.From, &Sum{Span: t.Span, Money: crm.Money{Minor: t.value * 100, Currency: crm.RUB}, Bare: true}})
		}
	}
	slices.SortFunc(amounts, func(a, b amount) int { return a.from - b.from })
	item := Item{Kind: Plan, Refs: refs, Text: s.text}
	for k := range s.times {
		part := Instalment{When: &s.times[k]}
		switch {
		case len(amounts) == 1:
			part.Sum = amounts[0].sum
		case k < len(amounts):
			part.Sum = amounts[k].sum
		}
		item.Parts = append(item.Parts, part)
	}
	if len(amounts) != len(item.Parts) && len(amounts) != 1 && len(amounts) > 0 {
		item.Parts = nil // they don't pair up: asked for
	}
	return s.addLine(item)
}

// readApply reads «зачти аванс ромашки на 126».
func (s *scribe) readApply(at int) bool {
	for i := at + 1; i < len(s.tokens); i++ {
		if advances[s.tokens[i].fold] {
			refs, _ := s.ledgerRefs(i + 1)
			return s.addLine(Item{Kind: Apply, Refs: refs, Text: s.text})
		}
	}
	return false
}

// readConcession reads a credit note or a write-off.
func (s *scribe) readConcession(at int, kind crm.ConcessionKind) bool {
	refs, after := s.ledgerRefs(at + 1)
	debt := false
	for i := at + 1; i < len(s.tokens); i++ {
		debt = debt || debtWords[s.tokens[i].fold]
	}
	if len(refs) == 0 && (kind != crm.WriteOff || !debt) {
		return false
	}
	item := Item{Kind: Concession, Concede: kind, Refs: refs}
	for k := range s.sums {
		text := s.text[s.sums[k].Span.From:s.sums[k].Span.To]
		if item.Sum == nil && !slices.Contains(refs, text) && kind != crm.WriteOff {
			item.Sum = &s.sums[k]
		}
	}
	if kind != crm.WriteOff && item.Sum == nil {
		item.Sum = s.percent(at + 1)
	}
	item.Text = s.why(at+1, after, item.Sum)
	return s.addLine(item)
}

// percent is the share «5%» from token i on.
func (s *scribe) percent(from int) *Sum {
	for i := from; i+1 < len(s.tokens); i++ {
		n := s.tokens[i].value
		if s.tokens[i].kind == numberToken && n > 0 && n <= 100 && (s.tokens[i+1].is("%") || strings.HasPrefix(s.tokens[i+1].fold, "процент") || s.tokens[i+1].fold == "percent") {
			return &Sum{Span: Span{s.tokens[i].From, s.tokens[i+1].To}, Share: crm.Rate(n) * 10_000}
		}
	}
	return nil
}

// ledgerRefs are the numbers of bills behind the word of a line, and the token after the last of them; from when there is none.
func (s *scribe) ledgerRefs(from int) (refs []string, after int) {
	after = from
	for i := from; i < len(s.tokens); i++ {
		t := &s.tokens[i]
		list := len(refs) > 0 && i == after+1 && (t.kind == numberToken) && (s.tokens[i-1].is(",") || joinWords[s.tokens[i-1].fold])
		if s.owners[i].mention >= 0 || s.owners[i].time >= 0 || !list && !refWords[s.foldAt(i-1)] && !s.billOf(i) || refWords[t.fold] || list && s.sums != nil && s.owners[i].sum >= 0 && !s.sums[s.owners[i].sum].Bare {
			continue
		}
		if o := s.owners[i].sum; o >= 0 && (!s.sums[o].Bare || s.tokens[i].To != s.sums[o].Span.To) {
			continue
		}
		number, to := s.numberAt(i, len(s.tokens))
		if to == i || len(number) > 12 {
			continue
		}
		refs, after = append(refs, number), to
		i = to - 1
	}
	return refs, after
}

// billOf reports whether the number at i stands right behind the client whose bill it is: «списать вектору 125», "acme's 125". A
// long number there is rather a sum.
func (s *scribe) billOf(i int) bool {
	return i > 0 && s.owners[i-1].mention >= 0 && s.tokens[i].kind == numberToken && len(s.tokens[i].text) < 4 && s.foldAt(i+1) != "%" && !strings.HasPrefix(s.foldAt(i+1), "процент") && (s.owners[i].sum < 0 || s.sums[s.owners[i].sum].Bare)
}

// why is the reason of a concession: the words that are neither its client, its bill nor its sum.
func (s *scribe) why(from, refsEnd int, sum *Sum) string {
	var words []string
	skipping := true // the words that lead up to the reason
	for i := from; i < len(s.tokens); i++ {
		t := &s.tokens[i]
		inSum := sum != nil && t.From >= sum.Span.From && t.To <= sum.Span.To
		if s.owners[i].mention >= 0 || inSum || i < refsEnd && (refWords[t.fold] || t.kind == numberToken || t.kind == punctToken || debtWords[t.fold]) {
			skipping = true
			continue
		}
		if skipping && (t.kind == punctToken || whyWords[t.fold] || refWords[t.fold] || debtWords[t.fold]) {
			continue
		}
		skipping = false
		if t.glued && len(words) > 0 {
			words[len(words)-1] += t.text
		} else {
			words = append(words, t.text)
		}
	}
	return strings.Trim(strings.Join(words, " "), " ,.;:—-")
}

// refList reports whether the comma at i parts two numbers of bills: «закрыл 118, 119», «по 125, 126 и 127».
func (s *scribe) refList(i int) bool {
	if !s.tokens[i].is(",") || i == 0 || i+1 >= len(s.tokens) || s.tokens[i-1].kind != numberToken || !s.bareNumber(i+1) {
		return false
	}
	k := i - 1
	for k > 0 && (s.tokens[k].kind == numberToken || s.tokens[k].is(",") || joinWords[s.tokens[k].fold]) {
		k--
	}
	return payFor[s.tokens[k].fold] || closedAll(s.tokens[k].fold)
}

// bareNumber reports whether token i is a number of two digits or more that is no sum with a measure and no time.
func (s *scribe) bareNumber(i int) bool {
	if i >= len(s.tokens) || s.tokens[i].kind != numberToken || s.tokens[i].To-s.tokens[i].From < 2 || s.owners[i].time >= 0 {
		return false
	}
	if o := s.owners[i].sum; o >= 0 && !s.sums[o].Bare {
		return false
	}
	next := i + 1
	return next >= len(s.tokens) || s.tokens[next].kind == punctToken || joinWords[s.tokens[next].fold] || payFor[s.tokens[next].fold] || s.owners[next].mention >= 0 ||
		s.owners[next].time >= 0
}

// closedAll reports whether a verb says that bills were paid off, when their numbers follow it: «вектор закрыл 118».
func closedAll(fold string) bool { return strings.HasPrefix(fold, "закрыл") }
