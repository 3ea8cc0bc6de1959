package exchange

import (
	"strings"

	"followup/storage/crm"
)

// paper is a document as it is kept until our accounts are known.
type paper struct {
	operation         Operation
	received, written crm.Date
	payer, payee      accounts
}

// accounts are the two that a side of a document can have.
type accounts struct{ first, second string }

// closeDocument reads the document in hand; one of which a needed value can't be read is told and left out.
func (r *statementReader) closeDocument() {
	r.documents++
	if r.kind == "Выписка" { // a summary that some banks put among the documents
		return
	}
	v := r.current
	sum, _, ok := ParseMoney(v["Сумма"])
	if !ok || sum <= 0 {
		r.bad.add(r.row, "Сумма", v["Сумма"], "file.bad.sum")
		return
	}
	issued, _, _, ok := ParseDate(v["Дата"])
	if !ok {
		r.bad.add(r.row, "Дата", v["Дата"], "file.bad.date")
		return
	}
	p := paper{operation: Operation{
		Row: r.row, Paper: r.once(r.kind), Number: v["Номер"], Issued: issued, Sum: crm.Money{Minor: sum}, Purpose: v["НазначениеПлатежа"],
		Payer: r.party("Плательщик"), Payee: r.party("Получатель"),
	}, payer: r.accountsOf("Плательщик"), payee: r.accountsOf("Получатель")}
	if p.operation.Purpose == "" {
		p.operation.Purpose = joined(v, purposeParts)
	}
	var okIn, okOut bool
	p.received, okIn = r.day("ДатаПоступило")
	p.written, okOut = r.day("ДатаСписано")
	if okIn && okOut {
		r.papers = append(r.papers, p)
	}
}

// maxWords bounds what is kept once: of a file whose values don't repeat there is nothing to gain.
const maxWords = 20_000

// once is the same text as one that was met before, so that names and accounts of a long statement lie in memory once.
func (r *statementReader) once(s string) string {
	if kept, ok := r.words[s]; ok {
		return kept
	}
	s = strings.Clone(s)
	if len(r.words) < maxWords {
		r.words[s] = s
	}
	return s
}

// finish makes operations of the documents once our accounts are known.
func (r *statementReader) finish() error {
	if len(r.statement.Accounts) == 0 && len(r.papers) > 0 {
		number := commonAccount(r.papers)
		if number == "" {
			return crm.Say("file.statement.account")
		}
		r.account(number)
	}
	ours := make(map[string]bool, len(r.statement.Accounts))
	for _, a := range r.statement.Accounts {
		ours[a.Number] = true
	}
	r.statement.Operations = make([]Operation, 0, len(r.papers))
	for _, p := range r.papers {
		o := p.operation
		o.Payer.Account, o.Payee.Account = p.payer.of(ours), p.payee.of(ours)
		o.flow(ours, p.received, p.written)
		o.Sum.Currency = accountCurrency(o.Account)
		o.Key = operationKey(o)
		r.statement.Operations = append(r.statement.Operations, o)
	}
	return nil
}

// of is the account that counts: ours, else the first that is there.
func (a accounts) of(ours map[string]bool) string {
	if a.first == "" || ours[a.second] && !ours[a.first] {
		return a.second
	}
	return a.first
}

// commonAccount is the one account that takes part in every document; empty when there is none or more than one.
func commonAccount(papers []paper) string {
	seen := map[string]int{}
	for _, p := range papers {
		mine := map[string]bool{}
		for _, a := range [...]string{p.payer.first, p.payer.second, p.payee.first, p.payee.second} {
			if a != "" && !mine[a] {
				mine[a] = true
				seen[a]++
			}
		}
	}
	common := ""
	for a, n := range seen {
		if n == len(papers) {
			if common != "" {
				return ""
			}
			common = a
		}
	}
	return common
}

// day reads a date of the document in hand that may be missing.
func (r *statementReader) day(key string) (crm.Date, bool) {
	s := r.current[key]
	if s == "" {
		return crm.Date{}, true
	}
	day, _, _, ok := ParseDate(s)
	if !ok {
		r.bad.add(r.row, key, s, "file.bad.date")
	}
	return day, ok
}

// flow tells which way the money went, by the rules of statements.
func (o *Operation) flow(ours map[string]bool, received, written crm.Date) {
	toUs, fromUs := ours[o.Payee.Account], ours[o.Payer.Account]
	o.Account, o.Day, o.Flow = o.Payee.Account, o.Issued, FlowUnexecuted
	if fromUs && !toUs {
		o.Account = o.Payer.Account
	}
	switch {
	case received.IsZero() && written.IsZero():
	case toUs && fromUs, (toUs || fromUs) && o.Payer.INN != "" && o.Payer.INN == o.Payee.INN:
		o.Flow, o.Day = FlowInternal, later(received, written)
	case toUs && !received.IsZero():
		o.Flow, o.Day = FlowIncoming, received
	case fromUs && !written.IsZero():
		o.Flow, o.Day = FlowOutgoing, written
	}
}

func later(a, b crm.Date) crm.Date {
	if a.After(b) {
		return a
	}
	return b
}

// party reads «Плательщик…» or «Получатель…» but for its account. The name may be «ИНН 7701…\770101001 ООО …».
func (r *statementReader) party(side string) Party {
	v := r.current
	name := v[side]
	if name == "" {
		name = v[side+"1"]
	}
	inn, name := cutINN(name)
	if own := strings.TrimSpace(v[side+"ИНН"]); own != "" && strings.Trim(own, "0") != "" {
		inn = own
	}
	return Party{Name: r.once(name), INN: r.once(inn)}
}

func (r *statementReader) accountsOf(side string) accounts {
	return accounts{r.once(r.current[side+"Счет"]), r.once(r.current[side+"РасчСчет"])}
}

// cutINN takes a leading «ИНН 7701234567», with a КПП after it or not, off a name.
func cutINN(name string) (inn, rest string) {
	rest, ok := strings.CutPrefix(strings.TrimSpace(name), "ИНН")
	if !ok {
		return "", strings.TrimSpace(name)
	}
	rest = strings.TrimLeft(rest, " :№")
	end := 0
	for end < len(rest) && rest[end] >= '0' && rest[end] <= '9' {
		end++
	}
	if end != 10 && end != 12 {
		return "", strings.TrimSpace(name)
	}
	inn, rest = rest[:end], strings.TrimSpace(rest[end:])
	if kpp := strings.TrimLeft(rest, "\\/ "); len(kpp) < len(rest) && len(kpp) >= 9 && isDigits(kpp[:9]) {
		rest = kpp[9:]
	}
	rest = strings.TrimSpace(rest)
	if after, ok := strings.CutPrefix(rest, "КПП"); ok {
		rest = strings.TrimLeft(after, " :0123456789")
	}
	return inn, strings.TrimSpace(rest)
}

func joined(v map[string]string, keys []string) string {
	var parts []string
	for _, key := range keys {
		if s := v[key]; s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, " ")
}

// operationKey tells one operation from all others: numbers repeat across payers and years, so our account, the paper's date and
// number, the sum and the payer belong to it.
func operationKey(o Operation) string {
	payer := o.Payer.Account
	if payer == "" {
		payer = o.Payer.INN
	}
	if payer == "" {
		payer = crm.NameKey(o.Payer.Name)
	}
	return strings.Join([]string{o.Account, o.Issued.String(), o.Number, o.Sum.String(), payer}, "|")
}
