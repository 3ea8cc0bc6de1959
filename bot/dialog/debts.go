package dialog

import (
	"sort"

	"followup/storage"
	"followup/storage/crm"
)

// Receivables by client: totals and aging for each currency by itself, advances apart, then the clients, the oldest debt
// first. debts_filter.go narrows the list; debts_dso.go says how fast money comes in.

// debts lists receivables; args narrow them: «больше 100к», «старше 30 дней», «анна».
func (t *turn) debts(args string) error {
	f, ok, err := t.readDebtFilter(args)
	if err != nil {
		return err
	}
	if !ok {
		key := "debts.unclear"
		if t.me.Role == crm.Manager {
			key = "debts.unclear.own"
		}
		return crm.Say(key, "said", cutSaid(args))
	}
	s, err := t.debtsScreen(0, f)
	if err != nil {
		return err
	}
	return t.send(s)
}

// tapDebts shows a page of the list, narrowed as arg says.
func (t *turn) tapDebts(page int64, arg string) error {
	s, err := t.debtsScreen(int(page), unpackDebts(arg))
	if err != nil {
		return err
	}
	return t.show(s)
}

// tapClientDebts shows a client's bills.
func (t *turn) tapClientDebts(id int64, list string) error {
	s, err := t.clientDebts(id, list)
	if err != nil {
		return err
	}
	return t.show(s)
}

// ages are the columns of aging by days past due.
var ages = []string{"age.none", "age.30", "age.60", "age.90", "age.more"}

func (t *turn) debtsScreen(at int, f debtFilter) (*screen, error) {
	all, err := t.debtsOf(f)
	if err != nil {
		return nil, err
	}
	s := t.screen("debts.head")
	if !f.none() {
		s.Line(t.filterLine(f))
	}
	for _, sum := range sums(all) {
		s.Line(t.Say("debts.total", "total", sum.Total, "overdue", sum.Overdue))
		for i, age := range sum.ByAge {
			if !age.IsZero() {
				s.Line("   " + t.Say(ages[i], "sum", age))
			}
		}
	}
	if err := t.advanceLines(s, f); err != nil {
		return nil, err
	}
	if len(all) == 0 {
		s.Line(t.Say(map[bool]string{true: "debts.none", false: "debts.none.filter"}[f.none()]))
	}
	p := pageOf(len(all), at)
	l := lines{turn: t, screen: s, list: "D" + f.packed()}
	if len(all) > 0 {
		l.heading(t.Say("debts.clients"))
	}
	for _, d := range all[p.from:p.to] {
		l.add("owes", d.Client, t.debtLine(d))
	}
	l.done()
	p.buttons(s, "debts", f.packed())
	return s.about("debts", t.me.ID), t.debtButtons(s, f, len(all))
}

// debtsOf are the debts that a filter leaves, the worst first.
func (t *turn) debtsOf(f debtFilter) ([]storage.Debt, error) {
	manager := f.manager
	if own := t.ownOnly(); own != 0 {
		manager = own
	}
	found, err := t.tx.Debts(storage.DebtFilter{Manager: manager, OlderThan: f.days})
	if err != nil {
		return nil, err
	}
	var all []storage.Debt
	for _, d := range found {
		if f.over.IsZero() || d.Total.Currency == f.over.Currency && d.Total.Minor > f.over.Minor {
			all = append(all, d)
		}
	}
	sort.SliceStable(all, func(i, j int) bool { return worse(all[i], all[j]) })
	return all, nil
}

// advanceLines say what was paid beyond invoices: it is set off against nothing.
func (t *turn) advanceLines(s *screen, f debtFilter) error {
	manager := f.manager
	if own := t.ownOnly(); own != 0 {
		manager = own
	}
	if !f.over.IsZero() || f.days > 0 {
		return nil
	}
	byManager, err := t.tx.Advances(manager)
	if err != nil {
		return err
	}
	var sums []crm.Money
	for _, currencies := range byManager {
		for _, sum := range currencies {
			sums = addTo(sums, sum)
		}
	}
	sortSums(sums)
	for _, sum := range sums {
		s.Line(t.Say("debts.advances", "sum", sum))
	}
	return nil
}

// sortSums puts rubles first and other currencies by their code.
func sortSums(sums []crm.Money) {
	sort.SliceStable(sums, func(i, j int) bool {
		a, b := sums[i].Currency, sums[j].Currency
		return a != b && (a == crm.RUB || b != crm.RUB && a < b)
	})
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

// clientDebts lists a client's open bills and advances; list is where it was opened from.
func (t *turn) clientDebts(id int64, list string) (*screen, error) {
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
	many, err := t.manyButton(id)
	if err != nil {
		return nil, err
	}
	s.row(many)
	s.row(t.button("client.newbill", "newbill", id), t.button("client.newpay", "newpay", id))
	if len(open) > 0 {
		if err := t.reconcileButtons(s, id); err != nil {
			return nil, err
		}
	}
	s.row(t.button("client.card", "c", id), t.button("back.debts", "debts", 0, packedOf(list)))
	return s.about("client", id), nil
}
