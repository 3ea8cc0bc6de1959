package storage

import (
	"fmt"

	"followup/storage/crm"
)

// Rules of the figures of a digest.
//
// What a lead reads about a manager is what the manager reads about himself: both ask by the member, not by the clients
// that the one who asks may see. Private notes count for nobody. Late is what was due before a day began and is still
// open; overdue is the open balance past its due day. The totals of a day are kept for comparing with those of a week
// later; they are sums without names, so nobody's data stays in them.

// Work is what a member did in a stretch of time and what is late with him.
type Work struct {
	Touches map[crm.TouchKind]int
	Late    int
	Overdue []crm.Money // one sum a currency
}

// WorkFilter says whose work is asked: a member's, a team's, or everybody's. Touches are counted in [From, To), follow-ups
// due before LateAt are late, invoices due before Today are overdue.
type WorkFilter struct {
	Member, Team int64
	From, To     crm.Moment
	LateAt       crm.Moment
	Today        crm.Date
}

// allowWork asks whether Me may read the work of those in the filter.
func (tx *Tx) allowWork(f WorkFilter) error {
	relation := crm.Foreign
	switch {
	case f.Member != 0 && f.Member == tx.me.ID:
		relation = crm.Own
	case f.Member == 0 && f.Team != 0 && f.Team == tx.me.Team:
		relation = crm.OfTeam
	}
	return tx.allow(crm.SeeWork, relation)
}

// Works tells the work of members, by one question for each of its three parts.
func (tx *Tx) Works(f WorkFilter) (map[int64]*Work, error) {
	if err := tx.allowWork(f); err != nil {
		return nil, err
	}
	all := map[int64]*Work{}
	of := func(member int64) *Work {
		if all[member] == nil {
			all[member] = &Work{Touches: map[crm.TouchKind]int{}}
		}
		return all[member]
	}
	for _, part := range []struct {
		question, column, group string
		conditions              func(*where)
		read                    func(scan func(...any) error) error
	}{
		{
			"SELECT r.author_id, r.kind, count(*) FROM interactions r ", "r.author_id", "r.author_id, r.kind",
			func(w *where) {
				w.add("r.happened >= ? AND r.happened < ? AND r.private = 0", int64(f.From), int64(f.To))
			},
			func(scan func(...any) error) error {
				var member int64
				var kind crm.TouchKind
				var n int
				err := scan(&member, &kind, &n)
				of(member).Touches[kind] = n
				return err
			},
		},
		{
			"SELECT r.assignee_id, count(*) FROM follow_ups r ", "r.assignee_id", "r.assignee_id",
			func(w *where) {
				w.add("r.status = 'open' AND r.due < ? AND r.snoozed < ?", int64(f.LateAt), int64(f.LateAt))
			},
			func(scan func(...any) error) error {
				var member int64
				var n int
				err := scan(&member, &n)
				of(member).Late = n
				return err
			},
		},
		{
			"SELECT r.manager_id, r.currency, sum(r.balance) FROM invoices r ", "r.manager_id", "r.manager_id, r.currency ORDER BY r.currency",
			func(w *where) {
				w.add("r.balance > 0 AND r.status <> 'written_off' AND r.due_day <> '' AND r.due_day < ?", f.Today.String())
			},
			func(scan func(...any) error) error {
				var member int64
				var m crm.Money
				err := scan(&member, &m.Currency, &m.Minor)
				of(member).Overdue = append(of(member).Overdue, m)
				return err
			},
		},
	} {
		w := &where{}
		membersOf(w, part.column, f.Member, f.Team)
		part.conditions(w)
		if err := tx.each(part.question+w.String()+" GROUP BY "+part.group, w.args, part.read); err != nil {
			return nil, fmt.Errorf("storage: the work of members: %w", err)
		}
	}
	return all, nil
}

// Finished counts the follow-ups that members did in [From, To).
func (tx *Tx) Finished(f WorkFilter) (map[int64]int, error) {
	if err := tx.allowWork(f); err != nil {
		return nil, err
	}
	w := &where{}
	membersOf(w, "r.assignee_id", f.Member, f.Team)
	w.add("r.status = 'done' AND r.closed >= ? AND r.closed < ?", int64(f.From), int64(f.To))
	done := map[int64]int{}
	err := tx.each("SELECT r.assignee_id, count(*) FROM follow_ups r "+w.String()+" GROUP BY r.assignee_id", w.args,
		func(scan func(...any) error) error {
			var member int64
			var n int
			err := scan(&member, &n)
			done[member] = n
			return err
		})
	return done, err
}

// membersOf limits a column of members' ids to one, to a team's, or to all of them; the last says nothing new but opens
// the indexes that begin with a member.
func membersOf(w *where, column string, member, team int64) {
	switch {
	case member != 0:
		w.add(column+" = ?", member)
	case team != 0:
		w.add(column+" IN (SELECT id FROM members WHERE team_id = ?)", team)
	default:
		w.add(column + " IN (SELECT id FROM members)")
	}
}

// BrokenOpen lists the promises of days from and later that were broken and whose debt is still open, by their day.
func (tx *Tx) BrokenOpen(manager, team int64, from crm.Date) ([]crm.Promise, error) {
	w := tx.ownedBy(0, manager, team)
	w.add("r.status = 'broken' AND r.day >= ?", from.String())
	w.add(`EXISTS (SELECT 1 FROM invoices i WHERE i.client_id = r.client_id AND i.balance > 0 AND i.status <> 'written_off'
		AND (r.invoice_id IS NULL OR i.id = r.invoice_id))`)
	return promises.list(tx, w.String()+" ORDER BY r.day, r.id", w.args...)
}

// ContractClient is whose a contract is.
type ContractClient struct {
	Name          string
	Manager, Team int64
}

// ContractClients are the clients with contracts of a filter, by one question.
func (tx *Tx) ContractClients(f ContractFilter) (map[int64]ContractClient, error) {
	w := tx.contractsOf(f)
	found := map[int64]ContractClient{}
	err := tx.each(`SELECT c.id, c.name, COALESCE(c.manager_id, 0), COALESCE(c.team_id, 0) FROM clients c
		WHERE c.id IN (SELECT r.client_id FROM contracts r `+w.String()+")", w.args,
		func(scan func(...any) error) error {
			var id int64
			var c ContractClient
			err := scan(&id, &c.Name, &c.Manager, &c.Team)
			found[id] = c
			return err
		})
	return found, err
}

// Figure is one number of a day, of a currency when it is a sum in minor units.
type Figure struct {
	Name     string
	Currency crm.Currency
	Value    int64
}

// keepFigures is how many days numbers are kept for comparing.
const keepFigures = 400

// SaveFigures keeps the numbers of a day of a scope, in place of those kept before. A scope is "company", "team 3" or
// "member 7"; the caller has read the numbers with his own rights.
func (tx *Tx) SaveFigures(day crm.Date, scope string, figures []Figure) error {
	for _, f := range figures {
		_, err := tx.exec(`INSERT INTO figures (day, scope, name, currency, value) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (day, scope, name, currency) DO UPDATE SET value = excluded.value`, day.String(), scope, f.Name, string(f.Currency), f.Value)
		if err != nil {
			return err
		}
	}
	_, err := tx.exec("DELETE FROM figures WHERE day < $1", day.AddDays(-keepFigures).String())
	return err
}

// Figures are the numbers of the latest day of [from, to] that has any; none when no day has.
func (tx *Tx) Figures(from, to crm.Date, scope string) ([]Figure, error) {
	var list []Figure
	err := tx.each(`SELECT name, currency, value FROM figures WHERE scope = $1 AND day =
		(SELECT max(day) FROM figures WHERE scope = $1 AND day >= $2 AND day <= $3) ORDER BY name, currency`,
		[]any{scope, from.String(), to.String()}, func(scan func(...any) error) error {
			var f Figure
			err := scan(&f.Name, &f.Currency, &f.Value)
			list = append(list, f)
			return err
		})
	return list, err
}

// FirstOn reports whether something named is done for the first time on a day of a scope, and notes that it was.
func (tx *Tx) FirstOn(day crm.Date, scope, name string) (bool, error) {
	n, err := tx.exec(`INSERT INTO figures (day, scope, name, currency, value) VALUES ($1, $2, $3, '', 1)
		ON CONFLICT (day, scope, name, currency) DO NOTHING`, day.String(), "once "+scope, name)
	return n > 0, err
}
