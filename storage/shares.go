package storage

import (
	"slices"

	"followup/storage/crm"
)

// Rules of access.
//
// Whoever lacks a client asks those who lead its team, and an owner where there is no lead. The first answer holds: access,
// a refusal, or the client itself. One request of a member waits for a client at a time; after an answer he may ask anew.
// Access is read with every turn, so that taken back it ends with the next update, and it ends when the member leaves.

// sharedWith are the clients that m was given access to.
func (tx *Tx) sharedWith(m crm.Member) []int64 {
	if m.ID == 0 || m.Role == crm.Owner {
		return nil
	}
	ids, err := tx.ids("SELECT client_id FROM accesses WHERE member_id = $1 AND status = 'given' ORDER BY client_id", m.ID)
	if err != nil {
		tx.broken = err
	}
	return ids
}

func (tx *Tx) isShared(client int64) bool { return slices.Contains(tx.shares, client) }

// AskAccess asks for access to a client, and gives the request, the client and who is to answer. Problems: "access.has" when
// Me may see the client anyway, "access.asked" when the request waits already, "access.nobody" when nobody can answer.
func (tx *Tx) AskAccess(client int64) (crm.Access, crm.Client, []crm.Member, error) {
	c, err := clients.must(tx, client)
	if err != nil {
		return crm.Access{}, c, nil, err
	}
	relation := tx.relationOf(c)
	if tx.may(crm.See, relation) {
		return crm.Access{}, c, nil, crm.Say("access.has", "name", c.Name)
	}
	if err := tx.allow(crm.Ask, relation); err != nil {
		return crm.Access{}, c, nil, err
	}
	leads, err := tx.leads(c.Team)
	if err != nil {
		return crm.Access{}, c, nil, err
	}
	if len(leads) == 0 {
		return crm.Access{}, c, nil, crm.Say("access.nobody", "name", c.Name)
	}
	waiting, err := accesses.list(tx, "WHERE r.client_id = $1 AND r.member_id = $2 AND r.status = 'asked'", client, tx.me.ID)
	if err != nil {
		return crm.Access{}, c, nil, err
	}
	if len(waiting) > 0 {
		return waiting[0], c, nil, crm.Say("access.asked", "name", c.Name, "lead", leads[0].Name)
	}
	a := crm.Access{Client: client, Member: tx.me.ID, Status: crm.AccessAsked}
	tx.created(&a.Created)
	_, err = accesses.write(tx, &a)
	return a, c, leads, err
}

// AccessByID reads a request that Me may answer, with its client.
func (tx *Tx) AccessByID(id int64) (crm.Access, crm.Client, error) {
	a, err := accesses.must(tx, id)
	if err != nil {
		return a, crm.Client{}, err
	}
	c, err := tx.client(a.Client, crm.Grant)
	if err != nil {
		return crm.Access{}, crm.Client{}, err
	}
	return a, c, nil
}

// AnswerAccess answers a request: given, refused, or handed, which gives the asker the client. What was answered before is
// the Problem "already"; so is a request of somebody who left.
func (tx *Tx) AnswerAccess(id int64, status crm.AccessStatus) (crm.Access, error) {
	a, c, err := tx.AccessByID(id)
	if err != nil {
		return a, err
	}
	asker, err := tx.member(a.Member)
	if err != nil {
		return a, err
	}
	if a.Status != crm.AccessAsked || asker.Status == crm.MemberLeft {
		return a, crm.Say("already", "kind", "access", "status", string(a.Status))
	}
	if status == crm.AccessHanded {
		if err := tx.HandOver(c.ID, a.Member); err != nil {
			return a, err
		}
	}
	return a, tx.endAccess(&a, status)
}

// TakeBack ends access that was given. What has ended is the Problem "already".
func (tx *Tx) TakeBack(id int64) (crm.Access, error) {
	a, _, err := tx.AccessByID(id)
	if err != nil {
		return a, err
	}
	if a.Status != crm.AccessGiven {
		return a, crm.Say("already", "kind", "access", "status", string(a.Status))
	}
	return a, tx.endAccess(&a, crm.AccessEnded)
}

func (tx *Tx) endAccess(a *crm.Access, status crm.AccessStatus) error {
	a.Status, a.By, a.Answered = status, tx.me.ID, crm.MomentOf(tx.now)
	_, err := accesses.write(tx, a)
	return err
}

// Shares lists who was given access to a client, in the order it was given, for those who may give it.
func (tx *Tx) Shares(client int64) ([]crm.Access, error) {
	if _, err := tx.client(client, crm.Grant); err != nil {
		return nil, err
	}
	return accesses.list(tx, "WHERE r.client_id = $1 AND r.status = 'given' ORDER BY r.answered, r.id", client)
}

// endAccesses ends everything a member was given or waits for.
func (tx *Tx) endAccesses(member int64) error {
	list, err := accesses.list(tx, "WHERE r.member_id = $1 AND r.status IN ('asked', 'given') ORDER BY r.id", member)
	for i := 0; i < len(list) && err == nil; i++ {
		err = tx.endAccess(&list[i], crm.AccessEnded)
	}
	return err
}
