package dialog

import (
	"slices"
	"strconv"
	"strings"

	"followup/bot/capture"
	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
)

// A payment goes to the bills that were named, in their order; else to the one whose balance it is; else to the oldest first.
// What no bill takes is an advance. Without a sum it is all that the bills owe, a payment for each currency. How it was split
// is shown bill by bill, and can be split otherwise: by a button, or in words with sums.

// target is a bill that a payment goes to; max is the most of it in minor units, 0 for as much as the bill takes.
type target struct {
	bill crm.Invoice
	max  int64
}

// takeAll are bills that take what they can.
func takeAll(bills ...crm.Invoice) []target {
	targets := make([]target, 0, len(bills))
	for _, i := range bills {
		targets = append(targets, target{bill: i})
	}
	return targets
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
	day := f.today
	if item.When != nil && !item.When.Day.After(f.today) {
		day = item.When.Day
	}
	if !f.state.PayDay.IsZero() {
		day = f.state.PayDay
	}
	for _, sum := range f.paidSums(item, open, targets) {
		line, id, err := f.pay(c, sum, day, targets)
		if err != nil {
			return err
		}
		if lost := f.lostRefs(item, open); len(lost) > 0 && f.state.Invoices == nil {
			line += "\n" + f.Say("card.payment.lost", "number", f.number(strings.Join(lost, ", ")))
		}
		f.made("payment", id, line+f.ofClient(c))
	}
	return nil
}

// paidSums are what came: one sum, or without one all that the bills owe, by currency.
func (f *filing) paidSums(item capture.Item, open []crm.Invoice, targets []target) []crm.Money {
	bills := make([]crm.Invoice, 0, len(targets))
	for _, t := range targets {
		bills = append(bills, t.bill)
	}
	if len(item.Refs) == 0 || len(bills) == 0 {
		bills = open
	}
	if item.Sum != nil {
		owed := total(bills, currencyOf(item, bills))
		return []crm.Money{{Minor: share(item.Sum, owed).Minor, Currency: owed.Currency}}
	}
	var sums []crm.Money
	for _, t := range targets {
		n := -1
		for k := range sums {
			if sums[k].Currency == t.bill.Balance.Currency {
				n = k
			}
		}
		if n < 0 {
			sums = append(sums, t.bill.Balance)
			continue
		}
		sums[n] = sums[n].Add(t.bill.Balance)
	}
	return sums
}

// share is a sum, or a share of the whole.
func share(s *capture.Sum, whole crm.Money) crm.Money {
	if s.Share > 0 {
		return whole.Part(s.Share)
	}
	return s.Money
}

// payTargets are the bills that a payment goes to, in order.
func (f *filing) payTargets(item capture.Item, open []crm.Invoice) []target {
	byID := map[int64]crm.Invoice{}
	for _, i := range open {
		byID[i.ID] = i
	}
	if len(f.state.Parts) > 0 {
		var hits []target
		for _, p := range f.state.Parts {
			if i, ok := byID[p.Invoice]; ok {
				hits = append(hits, target{i, p.Minor})
			}
		}
		return hits
	}
	if len(f.state.Invoices) > 0 {
		return chosenTargets(f.state.Invoices, open, byID)
	}
	if hits, found := named(open, item.Refs); found {
		return takeAll(hits...)
	}
	if item.Sum != nil {
		if hits := exactly(open, crm.Money{Minor: item.Sum.Money.Minor, Currency: currencyOf(item, open)}); len(hits) == 1 {
			return takeAll(hits...)
		}
	}
	return takeAll(open...)
}

// chosenTargets are the bills of ids in their order; behind them, when oldestFirst stands there, all others by their day.
func chosenTargets(ids []int64, open []crm.Invoice, byID map[int64]crm.Invoice) []target {
	var hits []target
	for _, id := range ids {
		if i, ok := byID[id]; ok {
			hits = append(hits, target{bill: i})
			delete(byID, id)
		}
		if id != oldestFirst {
			continue
		}
		for _, i := range open {
			if _, left := byID[i.ID]; left {
				hits = append(hits, target{bill: i})
			}
		}
	}
	return hits
}

// lostRefs are the numbers of bills that are not open.
func (f *filing) lostRefs(item capture.Item, open []crm.Invoice) []string {
	var lost []string
	for _, ref := range item.Refs {
		if hits, _ := named(open, []string{ref}); len(hits) == 0 {
			lost = append(lost, ref)
		}
	}
	return lost
}

// pay saves a payment and words what came of it: what each bill took and still owes, what is left as an advance.
func (t *turn) pay(c crm.Client, sum crm.Money, day crm.Date, targets []target) (string, int64, error) {
	if sum.Minor <= 0 {
		return "", 0, crm.Say("sum.positive")
	}
	rest := sum
	var parts []crm.Allocation
	var took []crm.Invoice
	for _, to := range targets {
		part := to.bill.Balance
		if part.Currency != sum.Currency || rest.IsZero() {
			continue
		}
		if to.max > 0 {
			part.Minor = min(part.Minor, to.max)
		}
		if rest.Less(part) {
			part = rest
		}
		rest = rest.Sub(part)
		parts = append(parts, crm.Allocation{Invoice: to.bill.ID, Sum: part, Day: day})
		took = append(took, to.bill)
	}
	p := crm.Payment{Client: c.ID, Day: day, Sum: sum, Rest: rest, Source: "typed", Author: t.me.ID}
	lines := []string{t.Say("card.payment", "sum", sum, "day", t.Date(day, "short"))}
	for n, i := range took {
		lines = append(lines, t.settled(i, parts[n].Sum, len(took) > 1 || !rest.IsZero()))
	}
	if !rest.IsZero() {
		lines = append(lines, t.Say("card.payment.advance", "sum", rest))
	}
	if len(targets) > 0 && len(took) == 0 {
		lines = append(lines, t.Say("card.payment.currency", "number", t.billNumber(targets[0].bill), "want", string(targets[0].bill.Balance.Currency)))
	}
	if err := t.tx.Pay(&p, parts); err != nil {
		return "", 0, err
	}
	return strings.Join(lines, "\n"), p.ID, nil
}

// settled says what a bill took, when a payment was split, and what it still owes.
func (t *turn) settled(i crm.Invoice, part crm.Money, split bool) string {
	left, days := i.Balance.Sub(part), t.overdueDays(i.Due)
	state := "left"
	switch {
	case left.IsZero():
		state = "closed"
	case days > 0:
		state = "overdue"
	}
	facts := []any{"number", t.billNumber(i), "part", part, "sum", left, "due", i.Due, "days", days}
	if split {
		return t.Say("card.split."+state, facts...)
	}
	return t.Say("card.payment."+state, facts...)
}

// splitTargets are the bills that a filed payment may go to: those that are open, and those that it closed itself.
func (f *filing) splitTargets() (crm.Payment, []crm.Invoice, error) {
	for _, made := range f.state.Made {
		if made.Kind != "payment" {
			continue
		}
		p, err := f.tx.Payment(made.ID)
		if err != nil {
			return p, nil, err
		}
		bills, err := f.tx.Invoices(storage.InvoiceFilter{Client: p.Client, Open: true})
		if err != nil {
			return p, nil, err
		}
		parts, err := f.tx.Split(p.ID)
		for n := 0; n < len(parts) && err == nil; n++ {
			var i crm.Invoice
			if i, err = f.tx.Invoice(parts[n].Invoice); err == nil && i.Balance.IsZero() {
				bills = append(bills, i)
			}
		}
		return p, sameCurrency(bills, p.Sum.Currency), err
	}
	return crm.Payment{}, nil, crm.Say("already")
}

func sameCurrency(bills []crm.Invoice, currency crm.Currency) []crm.Invoice {
	var same []crm.Invoice
	for _, i := range bills {
		if i.Sum.Currency == currency {
			same = append(same, i)
		}
	}
	return same
}

// splitPayButton offers to split a payment otherwise when there is another way.
func (f *filing) splitPayButton() (message.Button, error) {
	_, bills, err := f.splitTargets()
	if err != nil || len(bills) < 2 {
		return message.Button{}, err
	}
	return f.button("card.splitpay", "splitpay", f.draft.ID), nil
}

// tapSplitPay asks how to split a payment, or splits it: a bill first, the oldest first, or all as an advance.
func (t *turn) tapSplitPay(id int64, arg string) error {
	f, err := t.filed(id)
	if err != nil {
		return err
	}
	p, bills, err := f.splitTargets()
	if err != nil {
		return err
	}
	if arg == "" {
		s := t.screen("splitpay.ask", "sum", p.Sum)
		for _, i := range bills[:min(len(bills), maxChoices)] {
			s.row(labelled(t.Say("splitpay.first", "number", t.billNumber(i)), "splitpay", id, strconv.FormatInt(i.ID, 10)))
		}
		s.row(t.button("answer.oldest", "splitpay", id, strconv.Itoa(oldestFirst)), t.button("answer.advance", "splitpay", id, strconv.Itoa(advance)))
		return t.open("splitpay", formData{ID: id}, s)
	}
	first, err := strconv.ParseInt(arg, 10, 64)
	if err != nil {
		return crm.Say("button.unknown")
	}
	if err := t.closeForm(); err != nil {
		return err
	}
	invoices := []int64{first}
	if first > 0 {
		invoices = append(invoices, oldestFirst)
	}
	if len(f.state.Parts) == 0 && slices.Equal(f.state.Invoices, invoices) {
		return crm.Say("already")
	}
	f.state.Parts, f.state.Invoices = nil, invoices
	return f.refile()
}

// formSplitPay reads «118 — 20 000, 119 — остальное».
func (t *turn) formSplitPay(d formData, text string) error {
	f, err := t.filed(d.ID)
	if err != nil {
		return err
	}
	p, bills, err := f.splitTargets()
	if err != nil {
		return err
	}
	w, err := t.world(crm.MomentOf(t.now))
	if err != nil {
		return err
	}
	var parts []part
	left := p.Sum.Minor
	for _, piece := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ';' || r == '\n' }) {
		words := strings.Fields(piece)
		if len(words) == 0 {
			continue
		}
		hits, found := named(bills, words[:1])
		if !found && len(parts) == 0 {
			return errNotMine
		}
		sum, ok := capture.ReadSum(strings.Join(words[1:], " "), w)
		minor := sum.Money.Minor
		if !ok {
			minor = left // «остальное»
		}
		if !found || minor <= 0 || minor > left {
			return crm.Say("splitpay.bad", "said", message.Cut(strings.TrimSpace(piece), 60), "sum", p.Sum)
		}
		left -= minor
		parts = append(parts, part{Invoice: hits[0].ID, Minor: minor})
	}
	if err := t.closeForm(); err != nil {
		return err
	}
	f.state.Parts, f.state.Invoices = parts, nil
	return f.refile()
}

// advanceOf is what a client paid beyond his bills in a currency.
func (t *turn) advanceOf(client int64, currency crm.Currency) (crm.Money, error) {
	all, err := t.tx.Advance(client)
	sum := all[currency]
	sum.Currency = currency
	return sum, err
}

// advanceButton offers to set an advance off against a bill.
func (t *turn) advanceButton(i crm.Invoice) (message.Button, error) {
	sum, err := t.advanceOf(i.Client, i.Sum.Currency)
	if err != nil || sum.IsZero() || settledOff(i) {
		return message.Button{}, err
	}
	if i.Balance.Less(sum) {
		sum = i.Balance
	}
	return labelled(t.Say("advance.button", "sum", sum), "advance", i.ID), nil
}

// tapAdvance sets an advance off against a bill.
func (t *turn) tapAdvance(id int64, _ string) error {
	i, err := t.owing(id)
	if err != nil {
		return err
	}
	t.invoiceChange("advanced", i)
	lines, err := t.applyAdvance(takeAll(i))
	if err != nil {
		return err
	}
	if len(lines) == 0 {
		return crm.Say("already")
	}
	return t.showChanged(strings.Join(lines, "\n"), id)
}

// applyAdvance gives bills what their client paid in advance, the oldest payment first, and words it.
func (t *turn) applyAdvance(targets []target) ([]string, error) {
	var lines []string
	for _, to := range targets {
		paid, err := t.tx.Payments(to.bill.Client)
		if err != nil {
			return nil, err
		}
		left := to.bill.Balance
		for n := len(paid) - 1; n >= 0 && !left.IsZero(); n-- { // oldest first
			part := paid[n].Rest
			if part.Currency != left.Currency || part.IsZero() {
				continue
			}
			if left.Less(part) {
				part = left
			}
			if err := t.tx.Allocate(paid[n].ID, []crm.Allocation{{Invoice: to.bill.ID, Sum: part}}); err != nil {
				return nil, err
			}
			left = left.Sub(part)
		}
		if took := to.bill.Balance.Sub(left); !took.IsZero() {
			lines = append(lines, t.Say("advance.done", "sum", took)+" "+t.settled(to.bill, took, false))
		}
	}
	return lines, nil
}

// saveApply sets an advance off as a line says: «зачти аванс ромашки на 126».
func (f *filing) saveApply(item capture.Item, c crm.Client) error {
	if c.ID == 0 {
		return crm.Say("payment.client")
	}
	open, err := f.tx.Invoices(storage.InvoiceFilter{Client: c.ID, Open: true})
	if err != nil {
		return err
	}
	if lost := f.lostRefs(item, open); len(lost) > 0 {
		return crm.Say("advance.lost", "number", f.number(strings.Join(lost, ", ")))
	}
	targets := f.payTargets(item, open)
	if len(targets) == 0 {
		return crm.Say("advance.nobill")
	}
	lines, err := f.applyAdvance(targets)
	if err != nil {
		return err
	}
	if len(lines) == 0 {
		return crm.Say("advance.none", "client", c.Name)
	}
	f.made("invoice", targets[0].bill.ID, strings.Join(lines, "\n")+f.ofClient(c))
	return nil
}

// cardAdvance says on a new bill's card that its client has paid in advance.
func (f *filing) cardAdvance(i crm.Invoice) (string, error) {
	sum, err := f.advanceOf(i.Client, i.Sum.Currency)
	if err != nil || sum.IsZero() {
		return "", err
	}
	return "\n" + f.Say("card.invoice.advance", "sum", sum), nil
}
