package dialog

import (
	"sort"

	"followup/storage"
	"followup/storage/crm"
)

// debts lists receivables by client, the oldest debt first: totals per currency, then aging, then the clients.
func (t *turn) debts(string) error {
	s, err := t.debtsScreen(0)
	if err != nil {
		return err
	}
	return t.send(s)
}

// tapDebts shows a page of the list.
func (t *turn) tapDebts(page int64, _ string) error {
	s, err := t.debtsScreen(int(page))
	if err != nil {
		return err
	}
	return t.show(s)
}

// tapClientDebts shows a client's bills.
func (t *turn) tapClientDebts(id int64, _ string) error {
	s, err := t.clientDebts(id)
	if err != nil {
		return err
	}
	return t.show(s)
}

// ages are the columns of aging by days past due.
var ages = []string{"age.none", "age.30", "age.60", "age.90", "age.more"}

func (t *turn) debtsScreen(at int) (*screen, error) {
	all, err := t.tx.Debts(storage.DebtFilter{Manager: t.ownOnly()})
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return t.screen("debts.none"), nil
	}
	sort.SliceStable(all, func(i, j int) bool { return worse(all[i], all[j]) })
	s := t.screen("debts.head")
	for _, sum := range sums(all) {
		s.Line(t.Say("debts.total", "total", sum.Total, "overdue", sum.Overdue))
		for i, age := range sum.ByAge {
			if !age.IsZero() {
				s.Line("   " + t.Say(ages[i], "sum", age))
			}
		}
	}
	p := pageOf(len(all), at)
	l := lines{turn: t, screen: s, list: "debts"}
	l.heading(t.Say("debts.clients"))
	for _, d := range all[p.from:p.to] {
		l.add("owes", d.Client, t.debtLine(d))
	}
	l.done()
	p.buttons(s, "debts", "")
	return s, nil
}

// worse puts overdue debts first, the older the earlier, and the rest by sum.
func worse(a, b storage.Debt) bool {
	if a.Overdue.IsZero() != b.Overdue.IsZero() {
		return !a.Overdue.IsZero()
	}
	if !a.Overdue.IsZero() && a.OldestDue != b.OldestDue {
		return a.OldestDue.Before(b.OldestDue)
	}
	return a.Total.Minor > b.Total.Minor
}

// sums adds debts up per currency, rubles first.
func sums(all []storage.Debt) []storage.Debt {
	var totals []storage.Debt
	for _, d := range all {
		found := false
		for i := range totals {
			if totals[i].Total.Currency != d.Total.Currency {
				continue
			}
			found = true
			totals[i].Total, totals[i].Overdue = totals[i].Total.Add(d.Total), totals[i].Overdue.Add(d.Overdue)
			for a := range totals[i].ByAge {
				totals[i].ByAge[a] = totals[i].ByAge[a].Add(d.ByAge[a])
			}
		}
		if !found {
			totals = append(totals, d)
		}
	}
	sort.SliceStable(totals, func(i, j int) bool { return totals[i].Total.Currency == crm.RUB && totals[j].Total.Currency != crm.RUB })
	return totals
}

// debtLine is a client's debt in a list.
func (t *turn) debtLine(d storage.Debt) string {
	if d.Overdue.IsZero() {
		return t.Say("debts.line", "client", d.ClientName, "sum", d.Total, "n", d.Invoices)
	}
	return t.Say("debts.line.overdue", "client", d.ClientName, "sum", d.Overdue, "days", t.overdueDays(d.OldestDue), "n", d.Invoices)
}

// clientDebts lists a client's open bills and advances.
func (t *turn) clientDebts(id int64) (*screen, error) {
	c, err := t.tx.Client(id)
	if err != nil {
		return nil, err
	}
	open, err := t.tx.Invoices(storage.InvoiceFilter{Client: id, Open: true})
	if err != nil {
		return nil, err
	}
	s := &screen{}
	s.Bold(c.Name)
	if len(open) == 0 {
		s.Line(t.Say("debts.client.none"))
	}
	l := lines{turn: t, screen: s, list: "debts"}
	for _, i := range open {
		l.add("i", i.ID, t.invoiceLine(i))
	}
	advances, err := t.tx.Advance(id)
	if err != nil {
		return nil, err
	}
	for _, sum := range advances {
		s.Line(t.Say("debts.advance", "sum", sum))
	}
	l.done()
	if len(open) > 0 {
		s.row(t.button("debts.reconcile", "recon", id))
	}
	s.row(t.button("client.card", "c", id), t.button("back.debts", "debts", 0))
	return s.about("client", id), nil
}
