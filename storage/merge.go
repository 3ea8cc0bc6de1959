package storage

import (
	"slices"

	"followup/storage/crm"
)

// Rules of merging.
//
// Two clients become one: everything kept for the one that goes moves to the one that stays, its open steps to the manager who
// stays, and its names become aliases. What the kept client lacks (INN, city, tags) comes from the other; a person who stands
// in both, by name and a phone or e-mail, becomes one. It is one change, so one undo brings both back. Pairs that a person
// called different are remembered and not suggested again.

// Merge makes one client of two: from goes, into stays.
func (tx *Tx) Merge(from, into int64) error {
	if from == into {
		return crm.Say("merge.same")
	}
	lost, err := tx.client(from, crm.Merge)
	if err != nil {
		return err
	}
	kept, err := tx.client(into, crm.Merge)
	if err != nil {
		return err
	}
	for _, ref := range references {
		if ref.to == "clients" {
			if err := tx.repoint(ref, from, into); err != nil {
				return err
			}
		}
	}
	if err := tx.mergePeople(into); err != nil { // before the client goes: undo brings back in the opposite order
		return err
	}
	if err := clients.delete(tx, from); err != nil {
		return err
	}
	if lost.Manager != kept.Manager && kept.Manager != 0 {
		err := tx.reassign("r.client_id = $1 AND r.assignee_id = $2 AND r.status = 'open'", kept.Manager, into, lost.Manager)
		if err != nil {
			return err
		}
	}
	absorb(&kept, lost)
	_, err = clients.write(tx, &kept)
	return err
}

// absorb takes over what kept lacks.
func absorb(kept *crm.Client, lost crm.Client) {
	known := map[string]bool{kept.Key: true}
	for _, a := range kept.Aliases {
		known[crm.NameKey(a)] = true
	}
	for _, name := range append([]string{lost.Name}, lost.Aliases...) {
		if key := crm.NameKey(name); !known[key] {
			known[key] = true
			kept.Aliases = append(kept.Aliases, name)
		}
	}
	for _, tag := range lost.Tags {
		if !slices.Contains(kept.Tags, tag) {
			kept.Tags = append(kept.Tags, tag)
		}
	}
	if kept.INN == "" {
		kept.INN = lost.INN
	}
	if kept.City == "" {
		kept.City = lost.City
	}
	if lost.Status == crm.ClientActive {
		kept.Status = crm.ClientActive
	}
	kept.LastTouch = max(kept.LastTouch, lost.LastTouch)
	kept.Created = min(kept.Created, lost.Created)
}

// mergePeople makes one of those contacts of a client that are the same person.
func (tx *Tx) mergePeople(client int64) error {
	list, err := contacts.list(tx, "WHERE r.client_id = $1 ORDER BY r.id", client)
	if err != nil {
		return err
	}
	for i := range list {
		for j := i + 1; j < len(list); j++ {
			if list[i].ID == 0 || list[j].ID == 0 || !samePerson(list[i], list[j]) {
				continue
			}
			absorbPerson(&list[i], list[j])
			if err := contacts.delete(tx, list[j].ID); err != nil {
				return err
			}
			list[j].ID = 0
			if _, err := contacts.write(tx, &list[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// samePerson reports whether two contacts of one client are one: by name, and by a phone, an e-mail or an account.
func samePerson(a, b crm.Contact) bool {
	if crm.NameKey(a.Name) != crm.NameKey(b.Name) {
		return false
	}
	return a.Email != "" && a.Email == b.Email || a.Telegram != 0 && a.Telegram == b.Telegram ||
		slices.ContainsFunc(a.Phones, func(p string) bool { return slices.Contains(b.Phones, p) })
}

func absorbPerson(kept *crm.Contact, lost crm.Contact) {
	for _, p := range lost.Phones {
		if !slices.Contains(kept.Phones, p) {
			kept.Phones = append(kept.Phones, p)
		}
	}
	for _, f := range []struct{ to, from *string }{{&kept.Position, &lost.Position}, {&kept.Role, &lost.Role}, {&kept.Email, &lost.Email}} {
		if *f.to == "" {
			*f.to = *f.from
		}
	}
	if kept.Telegram == 0 {
		kept.Telegram = lost.Telegram
	}
	if kept.Birthday.IsZero() {
		kept.Birthday = lost.Birthday
	}
}

// repoint makes every row that refers to from refer to into.
func (tx *Tx) repoint(ref reference, from, into int64) error {
	s := shapeOf(ref.table)
	ids, err := tx.ids("SELECT id FROM "+ref.table+" WHERE "+ref.column+" = $1 ORDER BY id", from)
	if err != nil {
		return err
	}
	at := s.at(ref.column)
	for _, id := range ids {
		before, err := tx.readRow(s, id)
		if err != nil {
			return err
		}
		after := append([]any{}, before...)
		after[at] = into
		if _, err := tx.writeRow(s, id, before, after); err != nil {
			return err
		}
	}
	return nil
}

// Apart remembers that two clients are different, so that they are not taken for one again.
func (tx *Tx) Apart(a, b int64) error {
	for _, id := range []int64{a, b} {
		if err := tx.ofClient(id, crm.Merge); err != nil {
			return err
		}
	}
	tx.names = true // what looks alike is kept as long as names don't change
	_, err := tx.exec("INSERT INTO apart (one_id, other_id) VALUES ($1, $2) ON CONFLICT (one_id, other_id) DO NOTHING", min(a, b), max(a, b))
	return err
}
