package storage

import "followup/storage/crm"

// Rules of concessions.
//
// What a client owes is lowered without money by a credit note (a correction, a discount, a return) or by a write-off, always
// with a reason and always by somebody who may: a lead or an owner. Whoever may change the client may ask for it; asked, it
// changes nothing until it is agreed, and it is decided once. A credit note is a payment of the source "credit" that no
// report counts as money received; what exceeds the open balance of its invoice is an advance. A write-off leaves the balance
// where it is and takes the invoice out of everything that is owed; a payment that comes all the same still finds it.

// Concede keeps a concession: agreed and in force when Me may forgive, else asked for. Problems: "sum.range", "pay.currency",
// "concession.reason" without a reason, "concession.nothing" when nothing is open to be written off.
func (tx *Tx) Concede(c *crm.Concession) error {
	i, err := invoices.must(tx, c.Invoice)
	if err != nil {
		return err
	}
	if err := tx.ofClient(i.Client, crm.Change); err != nil {
		return err
	}
	if c.Kind == crm.WriteOff {
		c.Sum = i.Balance
	}
	switch {
	case c.Reason == "":
		return crm.Say("concession.reason")
	case i.Status == crm.InvoiceWritten || c.Kind == crm.WriteOff && i.Balance.Minor == 0:
		return crm.Say("concession.nothing")
	case c.Sum.Currency != i.Sum.Currency:
		return crm.Say("pay.currency")
	case c.Sum.Minor <= 0 || c.Sum.Minor > i.Sum.Minor:
		return crm.Say("concession.sum", "sum", i.Sum)
	}
	c.Client, c.Author, c.Status = i.Client, tx.me.ID, crm.ConcessionAsked
	tx.created(&c.Created)
	client, err := clients.must(tx, i.Client)
	if err != nil {
		return err
	}
	may := tx.may(crm.Forgive, tx.relation(client.Manager, client.Team))
	if may {
		c.Status, c.Decider, c.Decided = crm.ConcessionAgreed, tx.me.ID, crm.MomentOf(tx.now)
	}
	if _, err := concessions.write(tx, c); err != nil || !may {
		return err
	}
	return tx.forgive(*c)
}

// Decide agrees to a concession that was asked for, or refuses it. One that was decided is the Problem "already".
func (tx *Tx) Decide(id int64, agree bool) (crm.Concession, error) {
	c, err := concessions.must(tx, id)
	if err != nil {
		return c, err
	}
	client, err := tx.client(c.Client, crm.See)
	if err == nil {
		err = tx.allow(crm.Forgive, tx.relation(client.Manager, client.Team))
	}
	if err != nil {
		return c, err
	}
	if c.Status != crm.ConcessionAsked {
		return c, crm.Say("already")
	}
	c.Status, c.Decider, c.Decided = crm.ConcessionRefused, tx.me.ID, crm.MomentOf(tx.now)
	if agree {
		c.Status = crm.ConcessionAgreed
	}
	if _, err := concessions.write(tx, &c); err != nil || !agree {
		return c, err
	}
	return c, tx.forgive(c)
}

// forgive puts an agreed concession in force.
func (tx *Tx) forgive(c crm.Concession) error {
	i, err := invoices.must(tx, c.Invoice)
	if err != nil {
		return err
	}
	if c.Kind != crm.WriteOff {
		p := crm.Payment{Client: c.Client, Sum: c.Sum, Source: "credit", Note: c.Reason}
		part := c.Sum
		part.Minor = min(part.Minor, i.Balance.Minor)
		if part.Minor == 0 {
			return tx.Pay(&p, nil)
		}
		return tx.Pay(&p, []crm.Allocation{{Invoice: i.ID, Sum: part}})
	}
	if i.Balance.Minor == 0 || i.Status == crm.InvoiceWritten {
		return crm.Say("concession.nothing")
	}
	i.Status, i.Reason = crm.InvoiceWritten, c.Reason
	_, err = invoices.write(tx, &i)
	return err
}

// Concession reads a concession.
func (tx *Tx) Concession(id int64) (crm.Concession, error) {
	return readOfClient(tx, concessions, id, func(c *crm.Concession) int64 { return c.Client })
}

// Concessions lists what was asked for and agreed about an invoice, in order.
func (tx *Tx) Concessions(invoice int64) ([]crm.Concession, error) {
	if _, err := tx.Invoice(invoice); err != nil {
		return nil, err
	}
	return concessions.list(tx, "WHERE r.invoice_id = $1 ORDER BY r.id", invoice)
}
