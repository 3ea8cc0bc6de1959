package storage

import (
	"context"
	"fmt"
)

// Report is how the database is, for doctor: counts only.
type Report struct {
	Schema        int64
	Bytes         int64
	Waiting       int64 // updates stored and not handled
	Aside         int64 // updates that could not be handled
	Unsent        int64 // messages in the queue
	Undeliverable int64 // messages given up
	Reminders     int64 // planned
	Due           int64 // whose moment has come
	Held          int64 // of members who stopped the bot
	Unindexed     int64 // records that wait for the search index
	Faults        []string
}

// invariants are what must hold; each counts the rows that break it.
var invariants = []struct{ name, text string }{
	{"an invoice's balance is not its sum less its payments and instalments", `SELECT count(*) FROM invoices i WHERE i.balance < 0 OR i.balance <>
		i.sum - i.moved - (SELECT COALESCE(sum(a.sum), 0) FROM allocations a WHERE a.invoice_id = i.id)`},
	{"a payment's parts and rest are not its sum", `SELECT count(*) FROM payments p WHERE p.rest < 0 OR p.sum <>
		p.rest + (SELECT COALESCE(sum(a.sum), 0) FROM allocations a WHERE a.payment_id = p.id)`},
	{"a part is of another currency or client than its invoice", `SELECT count(*) FROM allocations a JOIN invoices i ON i.id = a.invoice_id
		JOIN payments p ON p.id = a.payment_id WHERE a.currency <> i.currency OR a.currency <> p.currency OR p.client_id <> i.client_id`},
	{"a paid invoice has a balance, or an unpaid one has none", `SELECT count(*) FROM invoices WHERE (status IN ('paid', 'split')) <> (balance = 0)`},
	{"a plan's instalments are not what was moved into them", `SELECT count(*) FROM invoices i WHERE i.plan_of IS NULL AND
		i.moved <> (SELECT COALESCE(sum(p.sum - p.moved), 0) FROM invoices p WHERE p.plan_of = i.id)`},
	{"a change's entries are not as many as it says", `SELECT count(*) FROM changes c WHERE c.entries <> 0 AND c.entries <>
		(SELECT count(*) FROM entries e WHERE e.change_id = c.id)`},
}

// ownership is the invariant of every table whose rows follow their client's manager.
const ownership = `SELECT count(*) FROM %s r JOIN clients c ON c.id = r.client_id
	WHERE COALESCE(r.manager_id, 0) <> COALESCE(c.manager_id, 0) OR COALESCE(r.team_id, 0) <> COALESCE(c.team_id, 0)`

// Check reads the whole database and reports faults of the file and of what must hold in it.
func (s *Store) Check(ctx context.Context) (Report, error) {
	r := Report{Schema: s.version}
	err := s.View(ctx, func(tx *Tx) error {
		err := tx.counts(&r)
		for _, part := range []func(*Report) error{tx.checkFile, tx.checkInvariants} {
			if err == nil {
				err = part(&r)
			}
		}
		return err
	})
	return r, err
}

func (tx *Tx) counts(r *Report) error {
	now := tx.now.Unix()
	for _, c := range []struct {
		to   *int64
		text string
		args []any
	}{
		{&r.Waiting, "SELECT count(*) FROM inbox WHERE state = 0", nil},
		{&r.Aside, "SELECT count(*) FROM inbox WHERE state = 2", nil},
		{&r.Unsent, "SELECT count(*) FROM outbox WHERE dead = 0", nil},
		{&r.Undeliverable, "SELECT count(*) FROM outbox WHERE dead = 1", nil},
		{&r.Reminders, "SELECT count(*) FROM reminders", nil},
		{&r.Due, "SELECT count(*) FROM reminders WHERE held = 0 AND at <= $1", []any{now}},
		{&r.Held, "SELECT count(*) FROM reminders WHERE held = 1", nil},
		{&r.Unindexed, "SELECT count(*) FROM search_queue", nil},
	} {
		n, err := tx.count(c.text, c.args...)
		if err != nil {
			return err
		}
		*c.to = n
	}
	return nil
}

func (tx *Tx) checkInvariants(r *Report) error {
	add := func(name, text string) error {
		n, err := tx.count(text)
		if n > 0 {
			r.Faults = append(r.Faults, fmt.Sprintf("%s: %d", name, n))
		}
		return err
	}
	for _, i := range invariants {
		if err := add(i.name, i.text); err != nil {
			return err
		}
	}
	for _, s := range shapes {
		if !s.owned {
			continue
		}
		if err := add(s.table+" of another manager or team than their client", fmt.Sprintf(ownership, s.table)); err != nil {
			return err
		}
	}
	return nil
}

// checkFile asks the database about its own soundness.
func (tx *Tx) checkFile(r *Report) error {
	for _, text := range tx.s.dialect.check {
		err := tx.each(text, nil, func(scan func(...any) error) error {
			var said string
			err := scan(&said)
			if said != "ok" {
				r.Faults = append(r.Faults, said)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	var err error
	r.Bytes, err = tx.count(tx.s.dialect.size)
	return err
}
