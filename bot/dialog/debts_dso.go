package dialog

import (
	"sort"

	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
)

// How fast money comes in, by manager and currency. DSO, days sales outstanding, is what is owed today divided by what was
// billed in the last 90 days, times 90: how many days of billing stand unpaid. The overdue share is what is past due of what
// is owed. Both are shown with the sums they come from, because a manager who billed little has a long DSO by that alone.

// dsoDays is the period of billing that receivables are compared with.
const dsoDays = 90

// speed is one manager's receivables in one currency.
type speed struct {
	manager               int64
	owed, overdue, billed crm.Money
}

// days is the DSO rounded to whole days; false when nothing was billed.
func (s speed) days() (int64, bool) {
	if s.billed.Minor <= 0 {
		return 0, false
	}
	return crm.Money{Minor: s.owed.Minor}.Share(dsoDays, s.billed.Minor).Minor, true
}

// speeds are those of the managers whose clients Me may see.
func (t *turn) speeds() ([]speed, error) {
	debts, err := t.tx.Debts(storage.DebtFilter{Manager: t.ownOnly()})
	if err != nil {
		return nil, err
	}
	billed, err := t.tx.Issued(t.today.AddDays(1-dsoDays), t.today)
	if err != nil {
		return nil, err
	}
	type key struct {
		manager  int64
		currency crm.Currency
	}
	found := map[key]*speed{}
	at := func(manager int64, currency crm.Currency) *speed {
		k := key{manager, currency}
		if found[k] == nil {
			zero := crm.Money{Currency: currency}
			found[k] = &speed{manager, zero, zero, zero}
		}
		return found[k]
	}
	for _, d := range debts {
		s := at(d.Manager, d.Currency)
		s.owed, s.overdue = s.owed.Add(d.Total), s.overdue.Add(d.Overdue)
	}
	for manager, sums := range billed {
		if own := t.ownOnly(); own != 0 && own != manager {
			continue
		}
		for currency, sum := range sums {
			at(manager, currency).billed = sum
		}
	}
	all := make([]speed, 0, len(found))
	for _, s := range found {
		all = append(all, *s)
	}
	sort.Slice(all, func(i, j int) bool { // rubles first, the largest overdue share first
		a, b := all[i], all[j]
		switch {
		case a.owed.Currency != b.owed.Currency:
			return a.owed.Currency == crm.RUB || b.owed.Currency != crm.RUB && a.owed.Currency < b.owed.Currency
		case portion(a.overdue.Minor, a.owed.Minor) != portion(b.overdue.Minor, b.owed.Minor):
			return portion(a.overdue.Minor, a.owed.Minor) > portion(b.overdue.Minor, b.owed.Minor)
		}
		return a.manager < b.manager
	})
	return all, nil
}

// tapDSO shows the speeds with the formula.
func (t *turn) tapDSO(int64, string) error {
	all, err := t.speeds()
	if err != nil {
		return err
	}
	s := t.screen("dso.head", "n", dsoDays, "from", t.Date(t.today.AddDays(1-dsoDays), "date"), "to", t.Date(t.today, "date"))
	if len(all) == 0 {
		s.Line(t.Say("debts.none"))
	}
	for i, one := range all {
		if s.Units() > roomForLines {
			s.Line(t.Say("lines.more", "n", len(all)-i))
			break
		}
		if err := t.speedLines(s, one); err != nil {
			return err
		}
	}
	s.row(t.button("back.debts", "debts", 0))
	return t.show(s)
}

func (t *turn) speedLines(s *screen, one speed) error {
	name := t.Say("dso.nobody")
	if one.manager != 0 {
		m, err := t.tx.Member(one.manager)
		if err != nil {
			return err
		}
		name = message.Cut(m.Name, 40)
	}
	dso := "—"
	if days, ok := one.days(); ok {
		dso = t.Say("dso.days", "n", days)
	}
	s.Gap().Bold(t.Say("dso.line", "name", name, "dso", dso, "percent", portion(one.overdue.Minor, one.owed.Minor)))
	key := "dso.working"
	if one.billed.IsZero() {
		key = "dso.nothing"
	}
	s.Line(t.Say(key, "owed", one.owed, "billed", one.billed, "n", dsoDays))
	s.Line(t.Say("dso.overdue", "overdue", one.overdue, "owed", one.owed))
	return nil
}
