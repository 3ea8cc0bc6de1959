package storage

import "followup/storage/crm"

// Debt is what a client owes in one currency: the open balances of its invoices that were not written off, by age from
// the due day: not due, 1–30, 31–60, 61–90 and over 90 days. An invoice without a due day is not due.
type Debt struct {
	Client     int64
	ClientName string
	Manager    int64
	Currency   crm.Currency
	Total      crm.Money
	Overdue    crm.Money
	OldestDue  crm.Date // zero when no invoice has a due day
	Invoices   int
	MaxLevel   int
	ByAge      [5]crm.Money
}

// DebtFilter selects debts; zero values select everything. OlderThan counts only invoices more days past due than that.
// Today is the day they are counted on, zero for Me's own.
type DebtFilter struct {
	Manager, Team, Client int64
	OlderThan             int
	Today                 crm.Date
}

// Debts lists what clients that Me may see owe, the largest overdue sum first.
func (tx *Tx) Debts(f DebtFilter) ([]Debt, error) {
	today := f.Today
	if today.IsZero() {
		today = tx.today(tx.me)
	}
	w := &where{args: []any{today.String(), today.AddDays(-30).String(), today.AddDays(-60).String(), today.AddDays(-90).String()}}
	tx.visibleOf(w, "r", f.Client)
	w.add("c.id = r.client_id AND r.balance > 0 AND r.status <> 'written_off'") // CROSS JOIN: what is owed first, then whose it is
	w.addIf(f.Client != 0, "r.client_id = ?", f.Client)
	w.addIf(f.Manager != 0, "r.manager_id = ?", f.Manager)
	w.addIf(f.Team != 0, "r.team_id = ?", f.Team)
	w.addIf(f.OlderThan > 0, "r.due_day <> '' AND r.due_day < ?", today.AddDays(-f.OlderThan).String())
	var debts []Debt
	err := tx.each(`SELECT c.id, c.name, COALESCE(c.manager_id, 0), r.currency, sum(r.balance),
			sum(CASE WHEN r.due_day <> '' AND r.due_day < $1 THEN r.balance ELSE 0 END), min(NULLIF(r.due_day, '')), count(*), max(r.level),
			sum(CASE WHEN r.due_day = '' OR r.due_day >= $1 THEN r.balance ELSE 0 END),
			sum(CASE WHEN r.due_day < $1 AND r.due_day >= $2 THEN r.balance ELSE 0 END),
			sum(CASE WHEN r.due_day < $2 AND r.due_day >= $3 THEN r.balance ELSE 0 END),
			sum(CASE WHEN r.due_day < $3 AND r.due_day >= $4 THEN r.balance ELSE 0 END),
			sum(CASE WHEN r.due_day < $4 AND r.due_day <> '' THEN r.balance ELSE 0 END)
		FROM invoices r CROSS JOIN clients c `+w.String()+`
		GROUP BY c.id, c.name, c.manager_id, r.currency ORDER BY 6 DESC, 5 DESC, c.id, r.currency`, w.args,
		func(scan func(...any) error) error {
			var d Debt
			dest := []any{&d.Client, &d.ClientName, &d.Manager, &d.Currency, &d.Total.Minor, &d.Overdue.Minor, dateCell{&d.OldestDue}, &d.Invoices, &d.MaxLevel}
			for i := range d.ByAge {
				dest = append(dest, &d.ByAge[i].Minor)
			}
			err := scan(dest...)
			d.Total.Currency, d.Overdue.Currency = d.Currency, d.Currency
			for i := range d.ByAge {
				d.ByAge[i].Currency = d.Currency
			}
			debts = append(debts, d)
			return err
		})
	return debts, err
}

// Touches counts interactions that happened in [from, to) by author and kind, of a team's members or, with team 0, of
// everybody whose clients Me may see.
func (tx *Tx) Touches(from, to crm.Moment, team int64) (map[int64]map[crm.TouchKind]int, error) {
	var w where
	tx.visible(&w, "r")
	w.add("r.happened >= ? AND r.happened < ?", int64(from), int64(to))
	if team == 0 {
		w.add("r.author_id IN (SELECT id FROM members)") // says nothing new, but opens the index by author and moment
	} else {
		w.add("r.author_id IN (SELECT id FROM members WHERE team_id = ?)", team)
	}
	counts := map[int64]map[crm.TouchKind]int{}
	err := tx.each("SELECT r.author_id, r.kind, count(*) FROM interactions r "+w.String()+" GROUP BY r.author_id, r.kind", w.args,
		func(scan func(...any) error) error {
			var author int64
			var kind crm.TouchKind
			var n int
			err := scan(&author, &kind, &n)
			if counts[author] == nil {
				counts[author] = map[crm.TouchKind]int{}
			}
			counts[author][kind] = n
			return err
		})
	return counts, err
}

// Received sums up what was paid on days [from, to], by manager and currency, of clients that Me may see.
func (tx *Tx) Received(from, to crm.Date, team int64) (map[int64]map[crm.Currency]crm.Money, error) {
	var w where
	tx.visible(&w, "r")
	w.add("r.day >= ? AND r.day <= ? AND r.source NOT IN ('credit', 'import')", from.String(), to.String())
	w.addIf(team != 0, "r.team_id = ?", team)
	return tx.byManager("SELECT COALESCE(r.manager_id, 0), r.currency, sum(r.sum) FROM payments r "+w.String()+" GROUP BY r.manager_id, r.currency", w.args)
}

// Issued sums up the invoices issued on days [from, to] by manager and currency, of clients that Me may see. What was written
// off is no sale.
func (tx *Tx) Issued(from, to crm.Date) (map[int64]map[crm.Currency]crm.Money, error) {
	var w where
	tx.visible(&w, "r")
	w.add("r.issued >= ? AND r.issued <= ? AND r.status <> 'written_off'", from.String(), to.String())
	return tx.byManager("SELECT COALESCE(r.manager_id, 0), r.currency, sum(r.sum) FROM invoices r "+w.String()+" GROUP BY r.manager_id, r.currency", w.args)
}

// Advances sums up what clients that Me may see paid beyond their invoices, by manager and currency.
func (tx *Tx) Advances(manager int64) (map[int64]map[crm.Currency]crm.Money, error) {
	var w where
	tx.visible(&w, "r")
	w.add("r.rest > 0")
	w.addIf(manager != 0, "r.manager_id = ?", manager)
	return tx.byManager("SELECT COALESCE(r.manager_id, 0), r.currency, sum(r.rest) FROM payments r "+w.String()+" GROUP BY r.manager_id, r.currency", w.args)
}

// byManager reads rows of a manager, a currency and a sum.
func (tx *Tx) byManager(text string, args []any) (map[int64]map[crm.Currency]crm.Money, error) {
	sums := map[int64]map[crm.Currency]crm.Money{}
	err := tx.each(text, args, func(scan func(...any) error) error {
		var manager int64
		var m crm.Money
		err := scan(&manager, &m.Currency, &m.Minor)
		if sums[manager] == nil {
			sums[manager] = map[crm.Currency]crm.Money{}
		}
		sums[manager][m.Currency] = m
		return err
	})
	return sums, err
}

// Load is how much a member has on his hands.
type Load struct {
	Clients, FollowUps, Overdue int
}

// Loads counts clients, open follow-ups and those overdue of the members of a team, 0 for all that Me may see.
func (tx *Tx) Loads(team int64) (map[int64]Load, error) {
	loads := map[int64]Load{}
	var w where
	tx.visibleClients(&w)
	w.add("r.status = 'active' AND r.manager_id IS NOT NULL")
	w.addIf(team != 0, "r.team_id = ?", team)
	err := tx.each("SELECT r.manager_id, count(*) FROM clients r "+w.String()+" GROUP BY r.manager_id", w.args, func(scan func(...any) error) error {
		var member int64
		var l Load
		err := scan(&member, &l.Clients)
		loads[member] = l
		return err
	})
	if err != nil {
		return nil, err
	}
	w = where{args: []any{tx.now.Unix()}}
	tx.visibleFollowUps(&w)
	w.add("r.status = 'open'")
	w.addIf(team != 0, "r.assignee_id IN (SELECT id FROM members WHERE team_id = ?)", team)
	err = tx.each("SELECT r.assignee_id, count(*), sum(CASE WHEN r.due < $1 AND r.snoozed < $1 THEN 1 ELSE 0 END) FROM follow_ups r "+
		w.String()+" GROUP BY r.assignee_id", w.args, func(scan func(...any) error) error {
		var member int64
		var open, late int
		err := scan(&member, &open, &late)
		l := loads[member]
		l.FollowUps, l.Overdue = open, late
		loads[member] = l
		return err
	})
	return loads, err
}
