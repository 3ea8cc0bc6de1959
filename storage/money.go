package storage

import (
	"strings"
	"unicode"

	"followup/storage/crm"
)

// Rules of money.
//
// A payment is split over invoices of its client and currency; what no invoice takes is its rest, an advance. So for every
// payment Σ parts + rest = sum, and for every invoice balance = sum − Σ parts − what went into a plan, never negative. An
// invoice whose balance is nothing is paid, or split when its rest went into a plan; one with some paid is partly paid; disputed and written off stay so until they are paid. A promise
// counts what came for its invoice (or for its client's debt of its currency) since it was given: all of it keeps the
// promise, some is partly. Everything here changes in the payment's own transaction.

// SaveContract writes a contract; ID 0 inserts.
func (tx *Tx) SaveContract(c *crm.Contract) error {
	if c.Status == "" {
		c.Status = crm.ContractActive
	}
	if c.Sum.Currency == "" {
		c.Sum.Currency = crm.RUB
	}
	tx.created(&c.Created)
	return saveOfClient(tx, contracts, c, func(c *crm.Contract) int64 { return c.Client })
}

// saveOfClient writes a record that belongs to a client, with permission on the old client and the new.
func saveOfClient[T any](tx *Tx, t *table[T], r *T, client func(*T) int64) error {
	if id := *t.id(r); id != 0 {
		old, err := t.must(tx, id)
		if err != nil {
			return err
		}
		if client(&old) != client(r) {
			if err := tx.ofClient(client(&old), crm.Change); err != nil {
				return err
			}
		}
	}
	if err := tx.ofClient(client(r), crm.Change); err != nil {
		return err
	}
	_, err := t.write(tx, r)
	return err
}

// readOfClient reads a record that belongs to a client.
func readOfClient[T any](tx *Tx, t *table[T], id int64, client func(*T) int64) (T, error) {
	r, err := t.must(tx, id)
	if err == nil {
		err = tx.ofClient(client(&r), crm.See)
	}
	if err != nil {
		var none T
		return none, err
	}
	return r, nil
}

// Contract reads a contract.
func (tx *Tx) Contract(id int64) (crm.Contract, error) {
	return readOfClient(tx, contracts, id, func(c *crm.Contract) int64 { return c.Client })
}

// ContractFilter selects contracts; zero values select everything. EndTo is the last day of the term that is still
// listed, Active leaves out closed ones.
type ContractFilter struct {
	Client, Manager, Team int64
	EndTo                 crm.Date
	Active                bool
}

// contractsOf is the filter as a condition.
func (tx *Tx) contractsOf(f ContractFilter) *where {
	w := tx.ownedBy(f.Client, f.Manager, f.Team)
	w.addIf(f.Active, "r.status <> 'closed'")
	w.addIf(!f.EndTo.IsZero(), "r.end_day <> '' AND r.end_day <= ?", f.EndTo.String())
	return w
}

// Contracts lists the contracts that Me may see by their end, the open-ended last.
func (tx *Tx) Contracts(f ContractFilter) ([]crm.Contract, error) {
	w := tx.contractsOf(f)
	return contracts.list(tx, w.String()+" ORDER BY CASE WHEN r.end_day = '' THEN 1 ELSE 0 END, r.end_day, r.id", w.args...)
}

// ownedBy starts a filter on rows that Me may see.
func (tx *Tx) ownedBy(client, manager, team int64) *where {
	w := &where{}
	tx.visibleOf(w, "r", client)
	w.addIf(client != 0, "r.client_id = ?", client)
	w.addIf(manager != 0, "r.manager_id = ?", manager)
	w.addIf(team != 0, "r.team_id = ?", team)
	return w
}

// SaveInvoice writes an invoice; ID 0 inserts with the whole sum open. A changed sum changes the balance by as much; one
// below what was paid already is the Problem "invoice.overpaid" (facts paid), another currency after a payment
// "invoice.currency", another sum of an instalment "instal.part.sum".
func (tx *Tx) SaveInvoice(i *crm.Invoice) error {
	if i.Sum.Currency == "" {
		i.Sum.Currency = crm.RUB
	}
	if i.Sum.Minor <= 0 || i.Sum.Minor > crm.MaxMinor {
		return crm.Say("sum.range")
	}
	paid := crm.Money{Currency: i.Sum.Currency, Minor: i.Moved.Minor}
	if i.Moved.Minor > 0 && i.Moved.Currency != i.Sum.Currency {
		return crm.Say("invoice.currency")
	}
	i.Moved.Currency = i.Sum.Currency
	if i.ID != 0 && i.PlanOf != 0 {
		if old, err := invoices.must(tx, i.ID); err != nil || old.Sum != i.Sum {
			return orElse(err, crm.Say("instal.part.sum"))
		}
	}
	if i.ID != 0 {
		parts, err := tx.parts(i.ID)
		if err != nil {
			return err
		}
		for _, p := range parts {
			if p.Sum.Currency != i.Sum.Currency {
				return crm.Say("invoice.currency")
			}
			paid = paid.Add(p.Sum)
		}
	}
	i.Balance = i.Sum.Sub(paid)
	if i.Balance.Minor < 0 {
		return crm.Say("invoice.overpaid", "paid", paid)
	}
	i.Status = invoiceStatus(*i)
	tx.created(&i.Created)
	return saveOfClient(tx, invoices, i, func(i *crm.Invoice) int64 { return i.Client })
}

// invoiceStatus follows from the balance, but for what people decided.
func invoiceStatus(i crm.Invoice) crm.InvoiceStatus {
	switch {
	case i.Balance.Minor == 0 && i.Moved.Minor > 0:
		return crm.InvoiceSplit
	case i.Balance.Minor == 0:
		return crm.InvoicePaid
	case i.Status == crm.InvoiceDisputed || i.Status == crm.InvoiceWritten:
		return i.Status
	case i.Balance.Minor < i.Sum.Minor:
		return crm.InvoicePartly
	}
	return crm.InvoiceOpen
}

// Invoice reads an invoice.
func (tx *Tx) Invoice(id int64) (crm.Invoice, error) {
	return readOfClient(tx, invoices, id, func(i *crm.Invoice) int64 { return i.Client })
}

// InvoiceFilter selects invoices; zero values select everything. Number is compared without case, spaces and «№». Open are
// those with a balance that was not written off.
type InvoiceFilter struct {
	Client, Manager, Team int64
	Number                string
	Open                  bool
	DueTo                 crm.Date
}

// Invoices lists the invoices that Me may see by their due day.
func (tx *Tx) Invoices(f InvoiceFilter) ([]crm.Invoice, error) {
	w := tx.ownedBy(f.Client, f.Manager, f.Team)
	w.addIf(f.Number != "", "r.number_key = ?", numberKey(f.Number))
	w.addIf(f.Open, "r.balance > 0 AND r.status <> 'written_off'")
	w.addIf(!f.DueTo.IsZero(), "r.due_day <= ?", f.DueTo.String())
	return invoices.list(tx, w.String()+" ORDER BY r.due_day, r.id", w.args...)
}

// numberKey is a number of a paper without what people write differently: case, spaces, «№».
func numberKey(number string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '№' || r == '#' {
			return -1
		}
		return crm.FoldRune(r)
	}, number)
}

// Pay records a payment and splits it. Each part names its invoice and sum; what is left over is the advance p.Rest. A
// part above its invoice's balance is cut to it and the difference goes to the rest. Problems: "sum.range" for a sum that
// is not positive, "pay.currency" and "pay.client" for a part of another currency or client, "pay.parts" for parts that
// exceed the payment.
func (tx *Tx) Pay(p *crm.Payment, parts []crm.Allocation) error {
	if p.Sum.Minor <= 0 || p.Sum.Minor > crm.MaxMinor {
		return crm.Say("sum.range")
	}
	if err := tx.ofClient(p.Client, crm.Change); err != nil {
		return err
	}
	if p.Day.IsZero() {
		p.Day = tx.today(tx.me)
	}
	if p.Author == 0 {
		p.Author = tx.me.ID
	}
	if p.Source == "" {
		p.Source = "typed"
	}
	tx.created(&p.Created)
	p.Rest = p.Sum
	if _, err := payments.write(tx, p); err != nil {
		return err
	}
	return tx.allocate(p, parts)
}

// Allocate gives parts of a payment's rest, an advance, to invoices. The Problems are Pay's.
func (tx *Tx) Allocate(payment int64, parts []crm.Allocation) error {
	p, err := tx.Payment(payment)
	if err != nil {
		return err
	}
	if err := tx.ofClient(p.Client, crm.Change); err != nil {
		return err
	}
	return tx.allocate(&p, parts)
}

func (tx *Tx) allocate(p *crm.Payment, parts []crm.Allocation) error {
	for i := range parts {
		part := &parts[i]
		invoice, err := invoices.must(tx, part.Invoice)
		switch {
		case err != nil:
			return err
		case invoice.Client != p.Client:
			return crm.Say("pay.client")
		case invoice.Sum.Currency != p.Sum.Currency || part.Sum.Currency != p.Sum.Currency:
			return crm.Say("pay.currency")
		case part.Sum.Minor <= 0:
			return crm.Say("sum.range")
		}
		part.Sum.Minor = min(part.Sum.Minor, invoice.Balance.Minor)
		if p.Rest.Less(part.Sum) {
			return crm.Say("pay.parts")
		}
		if part.Sum.Minor == 0 {
			continue
		}
		part.ID, part.Payment, part.Day = 0, p.ID, p.Day
		if _, err := allocations.write(tx, part); err != nil {
			return err
		}
		p.Rest = p.Rest.Sub(part.Sum)
		invoice.Balance = invoice.Balance.Sub(part.Sum)
		invoice.Status = invoiceStatus(invoice)
		if _, err := invoices.write(tx, &invoice); err != nil {
			return err
		}
	}
	if _, err := payments.write(tx, p); err != nil {
		return err
	}
	return tx.settlePromises(p.Client)
}

// CancelPayment takes a payment out as if it had never come: its parts go back to the invoices' balances.
func (tx *Tx) CancelPayment(id int64) error {
	p, err := tx.Payment(id)
	if err != nil {
		return err
	}
	if err := tx.ofClient(p.Client, crm.Change); err != nil {
		return err
	}
	parts, err := allocations.list(tx, "WHERE r.payment_id = $1 ORDER BY r.id", id)
	for i := 0; i < len(parts) && err == nil; i++ {
		if err = allocations.delete(tx, parts[i].ID); err == nil {
			err = tx.settleInvoice(parts[i].Invoice)
		}
	}
	if err == nil {
		err = tx.dropOperations(id)
	}
	if err == nil {
		err = payments.delete(tx, id)
	}
	if err != nil {
		return err
	}
	return tx.settlePromises(p.Client)
}

// settleInvoice counts an invoice's balance and status anew from its parts.
func (tx *Tx) settleInvoice(id int64) error {
	i, found, err := invoices.get(tx, id)
	if err != nil || !found {
		return err
	}
	paid, err := tx.count("SELECT COALESCE(sum(sum), 0) FROM allocations WHERE invoice_id = $1", id)
	if err != nil {
		return err
	}
	i.Balance.Minor = i.Sum.Minor - i.Moved.Minor - paid
	if (i.Status == crm.InvoicePaid || i.Status == crm.InvoiceSplit) && i.Balance.Minor > 0 {
		i.Status = crm.InvoiceOpen
	}
	i.Status = invoiceStatus(i)
	_, err = invoices.write(tx, &i)
	return err
}

// Payment reads a payment.
func (tx *Tx) Payment(id int64) (crm.Payment, error) {
	return readOfClient(tx, payments, id, func(p *crm.Payment) int64 { return p.Client })
}

// Payments lists a client's payments, newest day first.
func (tx *Tx) Payments(client int64) ([]crm.Payment, error) {
	if err := tx.ofClient(client, crm.See); err != nil {
		return nil, err
	}
	return payments.list(tx, "WHERE r.client_id = $1 ORDER BY r.day DESC, r.id DESC", client)
}

// Allocations lists the parts that an invoice took, by day.
func (tx *Tx) Allocations(invoice int64) ([]crm.Allocation, error) {
	if _, err := tx.Invoice(invoice); err != nil {
		return nil, err
	}
	return tx.parts(invoice)
}

func (tx *Tx) parts(invoice int64) ([]crm.Allocation, error) {
	return allocations.list(tx, "WHERE r.invoice_id = $1 ORDER BY r.day, r.id", invoice)
}

// Split lists the parts of a payment.
func (tx *Tx) Split(payment int64) ([]crm.Allocation, error) {
	if _, err := tx.Payment(payment); err != nil {
		return nil, err
	}
	return allocations.list(tx, "WHERE r.payment_id = $1 ORDER BY r.id", payment)
}

// Advance is what a client paid beyond its invoices, by currency.
func (tx *Tx) Advance(client int64) (map[crm.Currency]crm.Money, error) {
	if err := tx.ofClient(client, crm.See); err != nil {
		return nil, err
	}
	sums := map[crm.Currency]crm.Money{}
	err := tx.each("SELECT currency, sum(rest) FROM payments WHERE client_id = $1 AND rest > 0 GROUP BY currency ORDER BY currency", []any{client},
		func(scan func(...any) error) error {
			var m crm.Money
			err := scan(&m.Currency, &m.Minor)
			sums[m.Currency] = m
			return err
		})
	return sums, err
}

// SavePromise writes a promise to pay; ID 0 inserts. A sum that is not positive is the Problem "sum.range".
func (tx *Tx) SavePromise(p *crm.Promise) error {
	if p.Sum.Currency == "" {
		p.Sum.Currency = crm.RUB
	}
	if p.Sum.Minor <= 0 || p.Sum.Minor > crm.MaxMinor {
		return crm.Say("sum.range")
	}
	if p.Status == "" {
		p.Status = crm.PromisePending
	}
	if p.Author == 0 {
		p.Author = tx.me.ID
	}
	p.Paid.Currency = p.Sum.Currency
	tx.created(&p.Created)
	return saveOfClient(tx, promises, p, func(p *crm.Promise) int64 { return p.Client })
}

// Promise reads a promise.
func (tx *Tx) Promise(id int64) (crm.Promise, error) {
	return readOfClient(tx, promises, id, func(p *crm.Promise) int64 { return p.Client })
}

// PromiseFilter selects promises; zero values select everything.
type PromiseFilter struct {
	Client, Invoice, Manager, Team int64
	Status                         crm.PromiseStatus
	DayTo                          crm.Date
}

// Promises lists the promises that Me may see by their day.
func (tx *Tx) Promises(f PromiseFilter) ([]crm.Promise, error) {
	w := tx.ownedBy(f.Client, f.Manager, f.Team)
	w.addIf(f.Invoice != 0, "r.invoice_id = ?", f.Invoice)
	switch f.Status {
	case "":
	case crm.PromisePending:
		w.add("r.status = 'pending'")
	default:
		w.add("r.status = ?", string(f.Status))
	}
	w.addIf(!f.DayTo.IsZero(), "r.day <= ?", f.DayTo.String())
	return promises.list(tx, w.String()+" ORDER BY r.day, r.id", w.args...)
}

// BrokenPromises is how many promises of a client ended broken or only partly kept, with their day on or after since.
func (tx *Tx) BrokenPromises(client int64, since crm.Date) (int, error) {
	if err := tx.ofClient(client, crm.See); err != nil {
		return 0, err
	}
	n, err := tx.count("SELECT count(*) FROM promises WHERE client_id = $1 AND day >= $2 AND status IN ('broken', 'partly')", client, since.String())
	return int(n), err
}

// settlePromises counts a client's promises anew from what was paid since they were given. A promise whose day has
// passed unkept is broken by whoever checks it, not here; but money that comes makes a pending one kept.
func (tx *Tx) settlePromises(client int64) error {
	list, err := promises.list(tx, "WHERE r.client_id = $1 ORDER BY r.id", client)
	for i := 0; i < len(list) && err == nil; i++ {
		err = tx.settlePromise(list[i])
	}
	return err
}

func (tx *Tx) settlePromise(p crm.Promise) error {
	if p.Status != crm.PromisePending && p.Status != crm.PromiseKept {
		return nil
	}
	paid, err := tx.count(`SELECT COALESCE(sum(a.sum), 0) FROM allocations a
		JOIN payments p ON p.id = a.payment_id JOIN invoices i ON i.id = a.invoice_id
		WHERE i.client_id = $1 AND a.currency = $2 AND p.source NOT IN ('credit', 'import') AND ($4 = 0 OR a.invoice_id = $4) AND (p.created > $3
			OR (p.created = $3 AND a.id > (SELECT after_allocation FROM promises WHERE id = $5)))`,
		p.Client, string(p.Sum.Currency), int64(p.Created), p.Invoice, p.ID)
	if err != nil {
		return err
	}
	p.Paid.Minor = min(paid, p.Sum.Minor)
	p.Status = crm.PromisePending
	if p.Paid.Minor == p.Sum.Minor {
		p.Status = crm.PromiseKept
	}
	_, err = promises.write(tx, &p)
	return err
}

// SetLevel lifts or lowers an invoice's dunning level, 0..5, as of now.
func (tx *Tx) SetLevel(invoice int64, level int) error {
	i, err := invoices.must(tx, invoice)
	if err != nil {
		return err
	}
	if err := tx.ofClient(i.Client, crm.Change); err != nil {
		return err
	}
	if i.Level == level {
		return nil
	}
	i.Level, i.LevelSet = level, crm.MomentOf(tx.now)
	_, err = invoices.write(tx, &i)
	return err
}
