package dialog

import (
	"errors"
	"slices"
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
		case capture.Plan:
			q, err = f.openPlan(item)
		case capture.Concession:
			q, err = f.openConcession(item)
		}
		if q != nil || err != nil {
			return q, err
		}
	}
	return nil, nil
}

func (f *filing) openInvoice(item capture.Item) *question {
	if item.Sum == nil {
		return &question{Kind: "sum", At: noSum, Choices: []choice{f.dropped()}}
	}
	if q := f.wrongSum(item.Sum); q != nil {
		return q
	}
	if q := f.scale(item.Sum, crm.MaxMinor); q != nil && item.Sum.Money.Minor < 1000_00 {
		return q
	}
	if item.When == nil && f.state.Due.IsZero() {
		return f.dueQuestion(5, 10, 14, 30)
	}
	return nil
}

// wrongSum asks for a sum in the place of one that is nothing or has a minus before it.
func (f *filing) wrongSum(sum *capture.Sum) *question {
	at := sum.Span.From
	if at == mended {
		return nil
	}
	if _, answered := f.state.Sums[at]; answered || sum.Share > 0 {
		return nil
	}
	before := ""
	if at > 0 && at <= len(f.reading.Text) {
		before = f.reading.Text[:at]
	}
	if sum.Money.Minor > 0 && !strings.HasSuffix(before, "-") && !strings.HasSuffix(before, "−") {
		return nil
	}
	return &question{Kind: "sum", At: at, Wrong: true, Choices: []choice{f.dropped()}}
}

// tenfold is from how many times the bills on a payment is asked about: there is a digit too many.
const tenfold = 10

// tooMuch asks about a payment that is ten times what is owed or more.
func (f *filing) tooMuch(item capture.Item, targets []crm.Invoice, owed crm.Money) *question {
	if item.Sum == nil || item.Sum.Share > 0 || f.state.Sure || owed.IsZero() || item.Sum.Money.Minor < owed.Minor*tenfold {
		return nil
	}
	sum := crm.Money{Minor: item.Sum.Money.Minor, Currency: owed.Currency}
	yes := choice{Label: f.Say("answer.yes.sum", "sum", sum), Sum: sum.Minor, Sure: true}
	q := &question{Kind: "big", At: item.Sum.Span.From, Choices: []choice{yes, f.typed(), f.dropped()}}
	for _, i := range targets { // a digit too many is the likeliest
		if tenth := sum.Minor / tenfold; sum.Minor%tenfold == 0 && i.Balance.Minor == tenth {
			q.Choices = slices.Insert(q.Choices, 0, choice{Label: f.Money(i.Balance, "short"), Sum: tenth, Sure: true})
			break
		}
	}
	return q
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
	if len(item.Refs) > 0 && !found && len(open) > 0 && f.state.Invoices == nil {
		q := f.whichInvoice(open)
		q.Lost = f.lostRefs(item, open)
		return q, nil
	}
	if len(targets) == 0 {
		targets = open
	}
	owed := total(targets, currencyOf(item, targets))
	if item.Sum == nil && (owed.Minor == 0 && !found || (len(targets) > 1 || f.state.Force != "") && len(item.Refs) == 0 && f.state.Invoices == nil) {
		return &question{Kind: "sum", At: noSum, Choices: f.wholes(targets)}, nil
	}
	if item.Sum != nil {
		if q := f.wrongSum(item.Sum); q != nil {
			return q, nil
		}
		if q := f.scale(item.Sum, owed.Minor); q != nil {
			return q, nil
		}
		if q := f.tooMuch(item, targets, owed); q != nil {
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
			Label: f.Say("answer.invoice", "number", f.billNumber(i), "sum", i.Balance), Sum: i.Balance.Minor, Currency: i.Balance.Currency, Invoices: []int64{i.ID},
		})
	}
	return append(choices, f.typed(), f.dropped())
}

func (f *filing) whichInvoice(open []crm.Invoice) *question {
	q := &question{Kind: "invoice"}
	for _, i := range open[:min(len(open), maxChoices)] {
		q.Choices = append(q.Choices, choice{
			Label: f.Say("answer.invoice", "number", f.billNumber(i), "sum", i.Balance), Invoices: []int64{i.ID},
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
	switch {
	case q.Kind == "due":
		return []any{"what", f.dueOfWhat()}
	case q.Kind == "plan":
		return []any{"owed", crm.Money{Minor: q.Owed, Currency: q.In}, "planned", crm.Money{Minor: q.Planned, Currency: q.In}}
	case len(q.Lost) > 0:
		return []any{"number", f.number(strings.Join(q.Lost, ", "))}
	}
	for _, item := range f.reading.Items {
		if item.Sum != nil && item.Sum.Span.From == q.At {
			return []any{"sum", f.said(item.Sum.Span), "read", f.Money(item.Sum.Money, "short")}
		}
	}
	return []any{"sum", "", "read", ""}
}

// clientsNamed is the client of the message, for a question about it.
func (f *filing) clientsNamed() (string, error) {
	id := f.firstClient()
	if id == 0 {
		return "", nil
	}
	name, err := f.clientName(id)
	var gone *crm.Problem
	if errors.As(err, &gone) {
		return "", nil // since the question was asked
	}
	return message.Cut(name, maxNameShown), err
}

// sumOfWhat is the kind of the item whose sum is asked for.
func (f *filing) sumOfWhat() capture.ItemKind {
	for _, item := range f.reading.Items {
		if item.Kind == capture.Invoice || item.Kind == capture.Payment || item.Kind == capture.Promise || item.Kind == capture.Concession {
			return item.Kind
		}
	}
	return capture.Payment
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

// owedCurrency is the currency of a bare sum that was asked for: that of the client's bills, rubles for a new bill.
func (f *filing) owedCurrency() (crm.Currency, error) {
	client := f.firstClient()
	if client == 0 || f.sumOfWhat() == capture.Invoice {
		return crm.RUB, nil
	}
	open, err := f.tx.Invoices(storage.InvoiceFilter{Client: client, Open: true})
	return currencyOf(capture.Item{}, open), err
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
	if f.state.Number != "" {
		item.Number = f.state.Number
	}
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
	ahead, err := f.cardAdvance(i)
	if err != nil {
		return err
	}
	line += ahead
	if item.Number != "" && len(twins) > 0 {
		line += "\n" + f.Say("card.invoice.twin", "number", f.number(i.Number), "sum", twins[0].Balance)
	}
	f.made("invoice", i.ID, line)
	return nil
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
	if p.By != "" {
		return t.Say("card.promise.by", "sum", p.Sum, "day", p.Day, "by", message.Cut(p.By, 60)), nil
	}
	return t.Say("card.promise", "sum", p.Sum, "day", p.Day), nil
}
