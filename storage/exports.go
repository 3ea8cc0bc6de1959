package storage

import "followup/storage/crm"

// Rules of an export.
//
// A file holds what its asker may see at the moment it is made, and no private note, not even his own: a file is handed on.
// Who took what is kept in the audit trail, as a change without rows, so nothing of it can be undone.

// Holdings counts records that an export of Me would hold.
type Holdings struct {
	Clients, Contacts, Interactions, FollowUps, Contracts, Receivables int
}

// Holdings counts what there is to export, of one client or, with 0, of all.
func (tx *Tx) Holdings(client int64) (Holdings, error) {
	var h Holdings
	for _, part := range []struct {
		table, condition string
		n                *int
	}{
		{"clients", "", &h.Clients},
		{"contacts", "", &h.Contacts},
		{"interactions", "r.private = 0", &h.Interactions},
		{"follow_ups", "", &h.FollowUps},
		{"contracts", "", &h.Contracts},
		{"invoices", "r.balance > 0 AND r.status <> 'written_off'", &h.Receivables},
	} {
		var w where
		of := "r.client_id"
		switch part.table {
		case "clients":
			of = "r.id"
			tx.visibleClients(&w)
		case "follow_ups":
			tx.visibleFollowUps(&w)
		default:
			tx.visible(&w, "r")
		}
		w.addIf(part.condition != "", part.condition)
		w.addIf(client != 0, of+" = ?", client)
		n, err := tx.count("SELECT count(*) FROM "+part.table+" r "+w.String(), w.args...)
		if err != nil {
			return h, err
		}
		*part.n = int(n)
	}
	return h, nil
}

// AllContacts lists the people at the clients that Me may see, in the order they were entered; limit 0 means all.
func (tx *Tx) AllContacts(limit int) ([]crm.Contact, error) {
	var w where
	tx.visible(&w, "r")
	return contacts.list(tx, w.String()+" ORDER BY r.id"+w.page(limit, 0), w.args...)
}

// AllInteractions lists what happened in [from, to) with the clients that Me may see, newest first, without private notes; 0
// leaves an end open, limit 0 means all.
func (tx *Tx) AllInteractions(from, to crm.Moment, limit int) ([]crm.Interaction, error) {
	var w where
	tx.visible(&w, "r")
	w.add("r.private = 0")
	w.addIf(from != 0, "r.happened >= ?", int64(from))
	w.addIf(to != 0, "r.happened < ?", int64(to))
	return interactions.list(tx, w.String()+" ORDER BY r.happened DESC, r.id DESC"+w.page(limit, 0), w.args...)
}

// Noted writes a change without rows into the audit trail: something was done that alters no record, such as taking a file.
func (tx *Tx) Noted(label string, s crm.Subject, facts ...crm.Fact) error {
	tx.Change(label, s, facts...)
	return tx.openChange()
}

// Revision is how often a record was changed since it was made, and when it was last.
type Revision struct {
	Count int
	At    crm.Moment
}

// Revisions tells of the records of a kind (followup, contract, promise) how they changed; undo and redo count too. It asks
// for no permission: the caller has read the records.
func (tx *Tx) Revisions(kind string, ids []int64) (map[int64]Revision, error) {
	all := make(map[int64]Revision, len(ids))
	for _, s := range shapes {
		if s.kind != kind {
			continue
		}
		for _, id := range ids {
			r, err := tx.revision(s.table, id)
			if err != nil {
				return nil, err
			}
			all[id] = r
		}
	}
	return all, nil
}

func (tx *Tx) revision(table string, id int64) (Revision, error) {
	var n int
	var at crm.Moment
	_, err := tx.one(`SELECT count(*), COALESCE(max(c.at), 0) FROM changes c WHERE c.id IN (SELECT change_id FROM entries WHERE table_name = $1 AND row_id = $2)
		OR (c.subject_kind = 'change' AND c.label IN ('undo', 'redo') AND c.subject_id IN (SELECT change_id FROM entries WHERE table_name = $1 AND row_id = $2))`,
		[]any{table, id}, &n, &at)
	return Revision{max(n-1, 0), at}, err
}
