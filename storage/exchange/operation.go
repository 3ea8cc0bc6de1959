package exchange

import (
	"strings"

	"followup/storage/crm"
)

// finish makes operations of the documents once our accounts are known.
func (r *statementReader) finish() error {
	if len(r.statement.Accounts) == 0 {
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
	for _, p := range r.papers {
		if p.kind == "Выписка" { // a summary that some banks put among the documents
			continue
		}
		if o, ok := r.operation(p, ours); ok {
			r.statement.Operations = append(r.statement.Operations, o)
		}
	}
	return nil
}

// commonAccount is the one account that takes part in every document; empty when there is none or more than one.
func commonAccount(papers []paper) string {
	seen := map[string]int{}
	for _, p := range papers {
		mine := map[string]bool{}
		for _, key := range accountKeys {
			if a := p.values[key]; a != "" && !mine[a] {
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

var accountKeys = []string{"ПлательщикСчет", "ПлательщикРасчСчет", "ПолучательСчет", "ПолучательРасчСчет"}

// operation reads one document; ok is false when a needed value can't be read, which is then told.
func (r *statementReader) operation(p paper, ours map[string]bool) (Operation, bool) {
	v := p.values
	sum, _, ok := ParseMoney(v["Сумма"])
	if !ok || sum <= 0 {
		r.bad.add(p.row, "Сумма", v["Сумма"], "file.bad.sum")
		return Operation{}, false
	}
	issued, _, _, ok := ParseDate(v["Дата"])
	if !ok {
		r.bad.add(p.row, "Дата", v["Дата"], "file.bad.date")
		return Operation{}, false
	}
	o := Operation{
		Row: p.row, Paper: p.kind, Number: v["Номер"], Issued: issued, Purpose: v["НазначениеПлатежа"],
		Payer: party(v, "Плательщик", ours), Payee: party(v, "Получатель", ours),
	}
	if o.Purpose == "" {
		o.Purpose = joined(v, purposeParts)
	}
	received, okIn := r.day(p, "ДатаПоступило")
	written, okOut := r.day(p, "ДатаСписано")
	if !okIn || !okOut {
		return Operation{}, false
	}
	o.flow(ours, received, written)
	o.Sum = crm.Money{Minor: sum, Currency: accountCurrency(o.Account)}
	o.Key = operationKey(o)
	return o, true
}

// day reads a date that may be missing.
func (r *statementReader) day(p paper, key string) (crm.Date, bool) {
	s := p.values[key]
	if s == "" {
		return crm.Date{}, true
	}
	day, _, _, ok := ParseDate(s)
	if !ok {
		r.bad.add(p.row, key, s, "file.bad.date")
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

// party reads «Плательщик…» or «Получатель…». The name may be «ИНН 7701…\770101001 ООО …». Of the two accounts that a side
// can have, ours is the one that counts.
func party(v map[string]string, side string, ours map[string]bool) Party {
	name := v[side]
	if name == "" {
		name = v[side+"1"]
	}
	inn, name := cutINN(name)
	if own := strings.TrimSpace(v[side+"ИНН"]); own != "" && strings.Trim(own, "0") != "" {
		inn = own
	}
	account := v[side+"Счет"]
	if second := v[side+"РасчСчет"]; account == "" || ours[second] && !ours[account] {
		account = second
	}
	return Party{name, inn, account}
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
