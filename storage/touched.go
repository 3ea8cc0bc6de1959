package storage

import (
	"slices"

	"followup/storage/crm"
)

// touched keeps up what follows from a written row: reminders to plan, whose the rows of a client are, the version of the
// names, the search index.
func (tx *Tx) touched(s *shape, id int64, before, after []any) error {
	if s != &contacts.shape || s.filled(before, "birthday") || s.filled(after, "birthday") {
		tx.mark(crm.Subject{Kind: s.kind, ID: id})
	}
	if follow, ok := followers[s.kind]; ok {
		if err := follow(tx, s, id, before, after); err != nil {
			return err
		}
	}
	if columns, ok := searched[s.kind]; ok && s.changed(before, after, columns...) {
		tx.queueIndex(s.kind, id)
	}
	return nil
}

// changed reports whether one of the columns differs; a row that came or went differs in all.
func (s *shape) changed(before, after []any, columns ...string) bool {
	if before == nil || after == nil {
		return true
	}
	return slices.ContainsFunc(columns, func(c string) bool { return before[s.at(c)] != after[s.at(c)] })
}

// filled reports whether a row holds something in a column of texts.
func (s *shape) filled(row []any, column string) bool { return row != nil && row[s.at(column)] != "" }

// followers by the kind of the written record.
var followers = map[string]func(tx *Tx, s *shape, id int64, before, after []any) error{
	"client": func(tx *Tx, s *shape, id int64, before, after []any) error {
		if s.changed(before, after, "name", "aliases", "inn", "city", "status", "manager_id") {
			tx.names = true
		}
		if before == nil || after == nil || !s.changed(before, after, "manager_id", "team_id", "tier", "status") {
			return nil
		}
		if err := tx.markOf("contact", "SELECT id FROM contacts WHERE client_id = $1 AND birthday <> '' ORDER BY id", id); err != nil {
			return err
		}
		return tx.followClient(id, s.changed(before, after, "manager_id", "team_id"))
	},
	"access": func(tx *Tx, _ *shape, _ int64, _, _ []any) error {
		tx.names = true
		return nil
	},
	"contact": func(tx *Tx, _ *shape, _ int64, _, _ []any) error {
		tx.names = true
		return nil
	},
	"contract": func(tx *Tx, s *shape, id int64, before, after []any) error {
		if before == nil || after == nil || !s.changed(before, after, "claim_days") {
			return nil
		}
		return tx.markOf("invoice", "SELECT id FROM invoices WHERE contract_id = $1 ORDER BY id", id) // the claim's clock
	},
	"promise": func(tx *Tx, s *shape, id int64, before, after []any) error {
		for _, row := range [][]any{before, after} {
			if client := s.clientOf(id, row); client != 0 {
				if err := tx.markOf("invoice", "SELECT id FROM invoices WHERE client_id = $1 AND balance > 0 ORDER BY id", client); err != nil {
					return err
				}
			}
		}
		return nil
	},
	"member": func(tx *Tx, s *shape, id int64, before, after []any) error {
		delete(tx.seen, id)
		if before == nil || !s.changed(before, after, "role", "team_id", "zone", "status", "away_from", "away_until", "substitute_id", "away_except", "settings") {
			return nil
		}
		if after != nil && !tx.trail.silent && s.changed(before, after, "zone") { // a rewrite brings those rows back by itself
			if err := tx.moveZone(id, before[s.at("zone")].(string), after[s.at("zone")].(string)); err != nil {
				return err
			}
		}
		return tx.ReplanMember(id)
	},
	"team": func(tx *Tx, s *shape, id int64, before, after []any) error {
		delete(tx.seenTeams, id)
		if before == nil || after == nil || !s.changed(before, after, "settings", "chat") {
			return nil
		}
		ids, err := tx.ids("SELECT id FROM members WHERE team_id = $1 ORDER BY id", id)
		for i := 0; i < len(ids) && err == nil; i++ {
			err = tx.ReplanMember(ids[i])
		}
		return err
	},
}

func (tx *Tx) markOf(kind, text string, args ...any) error {
	ids, err := tx.ids(text, args...)
	for _, id := range ids {
		tx.mark(crm.Subject{Kind: kind, ID: id})
	}
	return err
}

// planned are the tables with reminders that belong to a client.
var planned = []struct{ kind, table string }{
	{"followup", "follow_ups"}, {"contract", "contracts"}, {"invoice", "invoices"}, {"promise", "promises"}, {"document", "documents"},
}

// followClient plans everything of a client anew and, when it changed hands, says so on every row of it.
func (tx *Tx) followClient(client int64, owner bool) error {
	if owner {
		for _, s := range shapes {
			if !s.owned {
				continue
			}
			_, err := tx.exec("UPDATE "+s.table+` SET manager_id = (SELECT manager_id FROM clients WHERE id = $1),
				team_id = (SELECT team_id FROM clients WHERE id = $1) WHERE client_id = $1`, client)
			if err != nil {
				return err
			}
		}
	}
	for _, p := range planned {
		if err := tx.markOf(p.kind, "SELECT id FROM "+p.table+" WHERE client_id = $1 ORDER BY id", client); err != nil {
			return err
		}
	}
	return nil
}
