package seed

import (
	"strconv"
	"strings"

	"followup/storage/crm"
)

func writeContract(b *book, l line) error {
	free, err := l.known(1, "client", "automatic", "agreement", "open", "notice", "penalty", "claim", "sum", "subject", "closing", "decision")
	if err != nil {
		return err
	}
	client, err := b.client(l)
	if err != nil {
		return err
	}
	c := &crm.Contract{Client: client.ID, Number: l.head, Status: crm.ContractActive, Renewal: crm.RenewalAgreement, Created: crm.MomentOf(b.tx.Now())}
	if len(free) == 0 {
		return l.mistake("a contract needs its term: | 2026-02-01..2027-01-31")
	}
	var ok bool
	if c.Start, c.End, ok = readRange(free[0], b.today); !ok {
		return l.mistake("%q is no term: write 2026-02-01..2027-01-31, or 2026-02-01.. for one without an end", free[0])
	}
	if err := b.terms(l, c); err != nil {
		return err
	}
	if s, ok := l.field("sum"); ok {
		if c.Sum, err = b.sum(l, s); err != nil {
			return err
		}
	}
	c.Subject, _ = l.field("subject")
	c.Decision, _ = l.field("decision")
	if _, ok := l.field("closing"); ok {
		c.Status = crm.ContractClosing
	}
	if err := b.tx.SaveContract(c); err != nil {
		return err
	}
	b.papers = append(b.papers, c)
	return nil
}

// terms reads "automatic 12", "agreement", "open", "notice 30 working", "penalty 0.1 cap 10" and "claim 30".
func (b *book) terms(l line, c *crm.Contract) (err error) {
	if _, ok := l.field("automatic"); ok {
		c.Renewal = crm.RenewalAutomatic
		if c.RenewalMonths, err = l.number("automatic"); err != nil {
			return err
		}
	}
	if _, ok := l.field("open"); ok || c.End.IsZero() {
		c.Renewal = crm.RenewalOpen
	}
	if s, ok := l.field("notice"); ok {
		days, working := strings.CutSuffix(s, " working")
		if c.NoticeDays, err = strconv.Atoi(days); err != nil {
			return l.mistake("after notice come days: notice 30, notice 20 working")
		}
		c.NoticeWorking = working
	}
	if s, ok := l.field("penalty"); ok {
		rate, limit, capped := strings.Cut(s, " cap ")
		if c.Penalty, err = crm.ParsePercent(rate); err != nil {
			return l.mistake("after penalty comes a percentage a day: penalty 0.1 cap 10")
		}
		if capped {
			if c.PenaltyCap, err = crm.ParsePercent(limit); err != nil {
				return l.mistake("after cap comes a percentage of the debt: penalty 0.1 cap 10")
			}
		}
	}
	c.ClaimDays, err = l.number("claim")
	return err
}

// writeInvoice reads the number in the head, "-" for none.
func writeInvoice(b *book, l line) error {
	free, err := l.known(1, "client", "issued", "due", "contract", "level", "disputed", "paused")
	if err != nil {
		return err
	}
	client, err := b.client(l)
	if err != nil {
		return err
	}
	if len(free) == 0 {
		return l.mistake("an invoice needs its sum: | 486 000")
	}
	i := &crm.Invoice{Client: client.ID, Status: crm.InvoiceOpen, Created: crm.MomentOf(b.tx.Now())}
	if l.head != "-" {
		i.Number = l.head
	}
	if i.Sum, err = b.sum(l, free[0]); err != nil {
		return err
	}
	i.Balance = i.Sum
	for key, to := range map[string]*crm.Date{"issued": &i.Issued, "due": &i.Due, "paused": &i.Paused} {
		if *to, err = b.day(l, key); err != nil {
			return err
		}
	}
	if i.Due.IsZero() {
		return l.mistake("an invoice needs a due day: | due 2026-10-30")
	}
	if i.Issued.IsZero() {
		i.Issued = i.Due.AddDays(-14)
	}
	if i.Level, err = l.number("level"); err != nil {
		return err
	}
	if i.Level > 0 {
		i.LevelSet = crm.MomentOf(b.tx.Now())
	}
	if reason, ok := l.field("disputed"); ok {
		i.Status, i.Reason = crm.InvoiceDisputed, reason
	}
	if number, ok := l.field("contract"); ok {
		c, err := b.paper(l, client, number)
		if err != nil {
			return err
		}
		i.Contract = c.ID
	}
	if err := b.tx.SaveInvoice(i); err != nil {
		return err
	}
	b.bills = append(b.bills, i)
	return nil
}

func (b *book) paper(l line, c *crm.Client, number string) (*crm.Contract, error) {
	for _, p := range b.papers {
		if p.Client == c.ID && p.Number == number {
			return p, nil
		}
	}
	return nil, l.mistake("%s has no contract %q above this line", c.Name, number)
}

// writePayment reads the sum in the head; the named invoices take what they need of it in order.
func writePayment(b *book, l line) error {
	free, err := l.known(1, "client", "invoice", "by", "note", "statement")
	if err != nil {
		return err
	}
	client, err := b.client(l)
	if err != nil {
		return err
	}
	when, _, err := b.split(l, free)
	if err != nil {
		return err
	}
	author, err := b.author(l, client)
	if err != nil {
		return err
	}
	p := &crm.Payment{Client: client.ID, Day: when.day, Source: "typed", Author: author, Created: crm.MomentOf(b.tx.Now())}
	if _, ok := l.field("statement"); ok {
		p.Source = "statement"
	}
	p.Note, _ = l.field("note")
	if p.Sum, err = b.sum(l, l.head); err != nil {
		return err
	}
	p.Rest = p.Sum
	var parts []crm.Allocation
	for _, number := range l.list("invoice") {
		found, err := b.bill(l, client, number)
		if err != nil {
			return err
		}
		bill, err := b.tx.Invoice(found.ID) // earlier payments changed its balance
		if err != nil {
			return err
		}
		if bill.Sum.Currency != p.Sum.Currency {
			return l.mistake("invoice %s is in %s", number, bill.Sum.Currency)
		}
		part := bill.Balance
		if p.Rest.Less(part) {
			part = p.Rest
		}
		p.Rest = p.Rest.Sub(part)
		parts = append(parts, crm.Allocation{Invoice: bill.ID, Sum: part, Day: p.Day})
	}
	return b.tx.Pay(p, parts)
}

func writePromise(b *book, l line) error {
	free, err := l.known(1, "client", "invoice", "by", "pending", "kept", "partly", "broken", "cancelled")
	if err != nil {
		return err
	}
	client, err := b.client(l)
	if err != nil {
		return err
	}
	when, _, err := b.split(l, free)
	if err != nil {
		return err
	}
	p := &crm.Promise{Client: client.ID, Day: when.day, Status: crm.PromisePending, Author: client.Manager, Created: crm.MomentOf(b.tx.Now())}
	if p.Sum, err = b.sum(l, l.head); err != nil {
		return err
	}
	p.Paid = crm.Money{Currency: p.Sum.Currency}
	if number, ok := l.field("invoice"); ok {
		bill, err := b.bill(l, client, number)
		if err != nil {
			return err
		}
		p.Invoice = bill.ID
	}
	p.By, _ = l.field("by")
	for _, status := range []crm.PromiseStatus{crm.PromiseKept, crm.PromisePartly, crm.PromiseBroken, crm.PromiseCancelled} {
		if _, ok := l.field(string(status)); ok {
			p.Status = status
		}
	}
	if p.Status == crm.PromiseKept {
		p.Paid = p.Sum
	}
	return b.tx.SavePromise(p)
}
