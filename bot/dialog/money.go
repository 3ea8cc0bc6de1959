package dialog

import (
	"strconv"
	"strings"

	"followup/bot/capture"
	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
)

// A bare number beside a debt may be rubles or thousands: people write «оплатили 200» for 200 000 ₽. It is asked only
// when both fit the debt. Without a sum a payment is the whole of what is owed.

// noSum is where a sum that wasn't written would stand.
const noSum = -2

// scaleLimit is the bare number, in major units, from which on nobody means thousands.
const scaleLimit = 10_000

// openMoney asks what a contract, a bill, a payment or a promise lacks.
func (f *filing) openMoney() (*question, error) {
	for _, item := range f.reading.Items {
		var q *question
		var err error
		switch item.Kind {
		case capture.Contract:
			q = f.openContract(item)
		case capture.Invoice:
			q = f.openInvoice(item)
		case capture.Payment:
			q, err = f.openPayment(item)
		case capture.Promise:
			q, err = f.openPromise(item)
		}
		if q != nil || err != nil {
			return q, err
		}
	}
	return nil, nil
}

func (f *filing) openInvoice(item capture.Item) *question {
	if item.Sum == nil {
		return &question{Kind: "sum", At: noSum, Choices: []choice{f.typed(), f.dropped()}}
	}
	if q := f.scale(item.Sum, crm.MaxMinor); q != nil && item.Sum.Money.Minor < 1000_00 {
		return q
	}
	if item.When == nil && f.state.Due.IsZero() {
		return f.dueQuestion(5, 10, 14, 30)
	}
	return nil
}

// dueQuestion offers days from today, each moved forward to a working day as a payment is (art. 193 of the Civil Code).
func (f *filing) dueQuestion(days ...int) *question {
	q := &question{Kind: "due"}
	for _, n := range days {
		d := f.nextWorking(f.today.AddDays(n))
		q.Choices = append(q.Choices, choice{Label: f.Say("answer.days", "n", n, "day", d), Due: d})
	}
	q.Choices = append(q.Choices, f.typed(), f.dropped())
	return q
}

// scale asks "200 or 200 000" when both fit into limit minor units.
func (f *filing) scale(sum *capture.Sum, limit int64) *question {
	small, large := sum.Money, sum.Money
	large.Minor *= 1000
	if !sum.Bare || small.Minor <= 0 || small.Minor >= scaleLimit*100 || large.Minor > limit || small.Minor > limit {
		return nil
	}
	return &question{Kind: "sum", At: sum.Span.From, Choices: []choice{
		{Label: f.Money(large, "short"), Sum: large.Minor}, {Label: f.Money(small, "short"), Sum: small.Minor}, f.typed(),
	}}
}

// openPayment asks which scale and which invoices.
func (f *filing) openPayment(item capture.Item) (*question, error) {
	ids := f.clientsOf(item)
	if len(ids) != 1 {
		return nil, nil
	}
	open, err := f.tx.Invoices(storage.InvoiceFilter{Client: ids[0], Open: true})
	if err != nil {
		return nil, err
	}
	targets, found := named(open, item.Refs)
	if len(targets) == 0 {
		targets = open
	}
	owed := total(targets, currencyOf(item, open))
	if item.Sum == nil && (owed.Minor == 0 || len(targets) > 1 && len(item.Refs) == 0 && f.state.Invoices == nil) {
		return &question{Kind: "sum", At: noSum, Choices: f.wholes(targets)}, nil
	}
	if item.Sum != nil {
		if q := f.scale(item.Sum, owed.Minor); q != nil {
			return q, nil
		}
	}
	if f.state.Invoices != nil || found || len(open) < 2 {
		return nil, nil
	}
	if item.Sum != nil && len(exactly(open, crm.Money{Minor: item.Sum.Money.Minor, Currency: currencyOf(item, open)})) == 1 {
		return nil, nil
	}
	return f.whichInvoice(open), nil
}

// wholes offers the balances of the invoices as the sum.
func (f *filing) wholes(open []crm.Invoice) []choice {
	var choices []choice
	for _, i := range open[:min(len(open), 3)] {
		choices = append(choices, choice{
			Label: f.Say("answer.invoice", "number", f.number(i.Number), "sum", i.Balance), Sum: i.Balance.Minor, Invoices: []int64{i.ID},
		})
	}
	return append(choices, f.typed(), f.dropped())
}

func (f *filing) whichInvoice(open []crm.Invoice) *question {
	q := &question{Kind: "invoice"}
	for _, i := range open[:min(len(open), maxChoices)] {
		q.Choices = append(q.Choices, choice{
			Label: f.Say("answer.invoice", "number", f.number(i.Number), "sum", i.Balance), Invoices: []int64{i.ID},
		})
	}
	q.Choices = append(q.Choices,
		choice{Label: f.Say("answer.oldest"), Invoices: []int64{oldestFirst}},
		choice{Label: f.Say("answer.advance"), Invoices: []int64{advance}}, f.dropped())
	return q
}

func (f *filing) openPromise(item capture.Item) (*question, error) {
	ids := f.clientsOf(item)
	if len(ids) != 1 {
		return nil, nil
	}
	open, err := f.tx.Invoices(storage.InvoiceFilter{Client: ids[0], Open: true})
	if err != nil {
		return nil, err
	}
	owed := total(open, currencyOf(item, open))
	if item.Sum != nil && item.Sum.Share == 0 {
		if q := f.scale(item.Sum, owed.Minor); q != nil {
			return q, nil
		}
	} else if owed.IsZero() && f.state.Sums[noSum] == 0 {
		return &question{Kind: "sum", At: noSum, Choices: []choice{f.typed(), f.dropped()}}, nil
	}
	if item.When == nil && f.state.Due.IsZero() {
		return f.dueQuestion(1, 3, 7), nil
	}
	return nil, nil
}

// moneyFacts are the facts of a question about money: the sum as it was written, and what the paper is.
func (f *filing) moneyFacts(q *question) []any {
	if q.Kind == "due" {
		return []any{"what", f.dueOfWhat()}
	}
	for _, item := range f.reading.Items {
		if item.Sum != nil && item.Sum.Span.From == q.At {
			return []any{"sum", f.said(item.Sum.Span)}
		}
	}
	return []any{"sum", ""}
}

// dueOfWhat names the bill or promise whose day is asked.
func (f *filing) dueOfWhat() string {
	for _, item := range f.reading.Items {
		switch {
		case item.Kind == capture.Invoice && item.Sum != nil:
			return f.Say("due.invoice", "number", f.number(item.Number), "sum", item.Sum.Money)
		case item.Kind == capture.Promise && item.Sum != nil && item.Sum.Share == 0:
			return f.Say("due.promise", "sum", item.Sum.Money)
		case item.Kind == capture.Promise:
			return f.Say("due.promise.all")
		}
	}
	return ""
}

// currencyOf is the currency that an item about money is in: the one that was written, else that of the client's open bills
// when they have but one, else rubles.
func currencyOf(item capture.Item, open []crm.Invoice) crm.Currency {
	if item.Sum != nil && !item.Sum.Bare && item.Sum.Money.Currency != "" {
		return item.Sum.Money.Currency
	}
	owed := crm.RUB
	for i, bill := range open {
		if i > 0 && bill.Balance.Currency != owed {
			return crm.RUB
		}
		owed = bill.Balance.Currency
	}
	return owed
}

// total is the open balance of invoices in a currency.
func total(invoices []crm.Invoice, currency crm.Currency) crm.Money {
	sum := crm.Money{Currency: currency}
	for _, i := range invoices {
		if i.Balance.Currency == currency {
			sum = sum.Add(i.Balance)
		}
	}
	return sum
}

// named are the invoices that the references mean, in their order; found is false when one of them means none.
func named(open []crm.Invoice, refs []string) (hits []crm.Invoice, found bool) {
	found = len(refs) > 0
	for _, ref := range refs {
		before := len(hits)
		for _, i := range open {
			if i.Number != "" && sameNumber(i.Number, ref) {
				hits = append(hits, i)
			}
		}
		found = found && len(hits) > before
	}
	return hits, found
}

// sameNumber compares document numbers as people say them: without №, spaces, case and leading zeros.
func sameNumber(a, b string) bool {
	fold := func(s string) string {
		s = strings.ToLower(strings.NewReplacer("№", "", "#", "", " ", "", "\u00a0", "").Replace(s))
		return strings.TrimLeft(s, "0")
	}
	return fold(a) == fold(b)
}

// exactly are the invoices whose whole balance is the sum.
func exactly(open []crm.Invoice, sum crm.Money) []crm.Invoice {
	var hits []crm.Invoice
	for _, i := range open {
		if i.Balance == sum {
			hits = append(hits, i)
		}
	}
	return hits
}

// number is "№ 125", or "б/н" for a bill without one.
func (t *turn) number(n string) string {
	if n == "" {
		return t.Say("number.none")
	}
	return t.Say("number", "number", n)
}

// overdueDays is how many days a bill is past due, 0 when it isn't.
func (t *turn) overdueDays(due crm.Date) int { return max(0, t.today.Sub(due)) }

// inDays is the number in a due time given as «10 дней», 0 when it was given otherwise.
func (f *filing) inDays(item capture.Item) int {
	said := strings.ToLower(f.said(item.When.Span))
	if !strings.Contains(said, "дн") && !strings.Contains(said, "ден") && !strings.Contains(said, "day") || strings.Contains(said, "раб") {
		return 0
	}
	for _, word := range strings.Fields(said) {
		if n, err := strconv.Atoi(word); err == nil && n > 0 && n < 1000 {
			return n
		}
	}
	return 0
}

// saveInvoice saves a bill. Its due day is moved forward to a working day, as the law has it (art. 193 of the Civil Code).
func (f *filing) saveInvoice(item capture.Item, c crm.Client) error {
	if c.ID == 0 {
		return crm.Say("invoice.client")
	}
	said := f.state.Due
	if item.When != nil {
		said = item.When.Day
		if n := f.inDays(item); f.state.Workdays && n > 0 {
			said = f.d.o.Calendar.AddWorking(f.today, n)
		}
	}
	due := f.nextWorking(said)
	i := crm.Invoice{
		Client: c.ID, Number: item.Number, Issued: f.today, Due: due, Sum: item.Sum.Money, Balance: item.Sum.Money,
		Status: crm.InvoiceOpen,
	}
	if i.Sum.Minor <= 0 {
		return crm.Say("sum.positive")
	}
	twins, err := f.tx.Invoices(storage.InvoiceFilter{Client: c.ID, Number: item.Number, Open: true})
	if err != nil {
		return err
	}
	if err := f.tx.SaveInvoice(&i); err != nil {
		return err
	}
	line := f.Say("card.invoice", "number", f.number(i.Number), "sum", i.Sum, "due", f.Date(due, "full"))
	if due != said {
		line = f.Say("card.invoice.moved", "number", f.number(i.Number), "sum", i.Sum, "said", said, "due", due, "why", f.dayOff(said))
	}
	line += f.ofClient(c)
	if item.Number != "" && len(twins) > 0 {
		line += "\n" + f.Say("card.invoice.twin", "number", f.number(i.Number), "sum", twins[0].Balance)
	}
	f.made("invoice", i.ID, line)
	return nil
}

// savePayment saves money received and splits it over the bills.
func (f *filing) savePayment(item capture.Item, c crm.Client) error {
	if c.ID == 0 {
		return crm.Say("payment.client")
	}
	open, err := f.tx.Invoices(storage.InvoiceFilter{Client: c.ID, Open: true})
	if err != nil {
		return err
	}
	targets := f.payTargets(item, open)
	sum := total(targets, currencyOf(item, open))
	if item.Sum != nil {
		sum = crm.Money{Minor: share(item.Sum, sum).Minor, Currency: sum.Currency}
	}
	day := f.today
	if item.When != nil && !item.When.Day.After(f.today) {
		day = item.When.Day
	}
	if !f.state.PayDay.IsZero() {
		day = f.state.PayDay
	}
	line, id, err := f.pay(c, sum, day, targets)
	if err != nil {
		return err
	}
	f.made("payment", id, line+f.ofClient(c))
	return nil
}

// share is a sum, or a share of the whole.
func share(s *capture.Sum, whole crm.Money) crm.Money {
	if s.Share > 0 {
		return whole.Share(int64(s.Share), 1_000_000)
	}
	return s.Money
}

// payTargets are the bills that a payment goes to, in order.
func (f *filing) payTargets(item capture.Item, open []crm.Invoice) []crm.Invoice {
	if len(f.state.Invoices) > 0 {
		if f.state.Invoices[0] == advance {
			return nil
		}
		if f.state.Invoices[0] == oldestFirst {
			return open
		}
		var hits []crm.Invoice
		for _, id := range f.state.Invoices {
			for _, i := range open {
				if i.ID == id {
					hits = append(hits, i)
				}
			}
		}
		return hits
	}
	if hits, found := named(open, item.Refs); found {
		return hits
	}
	if item.Sum != nil {
		if hits := exactly(open, crm.Money{Minor: item.Sum.Money.Minor, Currency: currencyOf(item, open)}); len(hits) == 1 {
			return hits
		}
	}
	return open
}

// pay saves a payment and words what came of it: what each bill still owes, what is left as an advance.
func (t *turn) pay(c crm.Client, sum crm.Money, day crm.Date, targets []crm.Invoice) (string, int64, error) {
	if sum.Minor <= 0 {
		return "", 0, crm.Say("sum.positive")
	}
	p := crm.Payment{Client: c.ID, Day: day, Sum: sum, Source: "typed", Author: t.me.ID}
	rest := sum
	var parts []crm.Allocation
	lines := []string{t.Say("card.payment", "sum", sum, "day", t.Date(day, "short"))}
	for _, i := range targets {
		if i.Balance.Currency != sum.Currency || rest.IsZero() {
			continue
		}
		part := i.Balance
		if rest.Less(part) {
			part = rest
		}
		rest = rest.Sub(part)
		parts = append(parts, crm.Allocation{Invoice: i.ID, Sum: part, Day: day})
		lines = append(lines, t.settled(i, i.Balance.Sub(part)))
	}
	if !rest.IsZero() {
		lines = append(lines, t.Say("card.payment.advance", "sum", rest))
	}
	p.Rest = rest
	if err := t.tx.Pay(&p, parts); err != nil {
		return "", 0, err
	}
	return strings.Join(lines, "\n"), p.ID, nil
}

// settled says what a bill still owes after a payment.
func (t *turn) settled(i crm.Invoice, left crm.Money) string {
	if left.IsZero() {
		return t.Say("card.payment.closed", "number", t.number(i.Number))
	}
	days := t.overdueDays(i.Due)
	if days == 0 {
		return t.Say("card.payment.left", "number", t.number(i.Number), "sum", left, "due", i.Due)
	}
	return t.Say("card.payment.overdue", "number", t.number(i.Number), "sum", left, "days", days)
}

// savePromise saves the client's word to pay. Until the day nothing is said about that debt.
func (f *filing) savePromise(item capture.Item, c crm.Client) error {
	if c.ID == 0 {
		return crm.Say("payment.client")
	}
	open, err := f.tx.Invoices(storage.InvoiceFilter{Client: c.ID, Open: true})
	if err != nil {
		return err
	}
	targets, found := named(open, item.Refs)
	if !found {
		targets = open
	}
	whole := total(targets, currencyOf(item, open))
	sum := whole
	switch {
	case item.Sum != nil:
		sum = crm.Money{Minor: share(item.Sum, whole).Minor, Currency: whole.Currency}
	default: // «остальное»: what the same message didn't promise yet
		sum.Minor = max(0, sum.Minor-f.promisedNow[c.ID])
	}
	f.promisedNow[c.ID] += sum.Minor
	day := f.state.Due
	if item.When != nil {
		day = item.When.Day
	}
	p := crm.Promise{Client: c.ID, Sum: sum, Day: day, By: item.By, Status: crm.PromisePending, Author: f.me.ID}
	if len(targets) == 1 {
		p.Invoice = targets[0].ID
	}
	if err := f.keepLevels(targets); err != nil {
		return err
	}
	line, err := f.promised(&p)
	if err != nil {
		return err
	}
	f.made("promise", p.ID, line+f.ofClient(c))
	return nil
}

// promised saves a promise and words it.
func (t *turn) promised(p *crm.Promise) (string, error) {
	if p.Day.Before(t.today) {
		return "", crm.Say("promise.past", "day", p.Day)
	}
	if p.Sum.Minor <= 0 {
		p.Sum = crm.Money{Currency: crm.RUB}
	}
	if err := t.tx.SavePromise(p); err != nil {
		return "", err
	}
	if p.Sum.IsZero() {
		return t.Say("card.promise.nosum", "day", p.Day), nil
	}
	line := t.Say("card.promise", "sum", p.Sum, "day", p.Day)
	if p.By != "" {
		line += " · " + message.Cut(p.By, 60)
	}
	return line, nil
}
