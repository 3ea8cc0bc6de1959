package storage

import "followup/storage/crm"

// Rules of leaving.
//
// Who leaves gives everything to one named member: clients with their contracts, invoices, promises, papers and reminders,
// and his own next steps. What he was given ends with him: access to others' clients, invitations that he made, lines that
// he had not finished, messages that wait for him. He is nobody's substitute any more. His next message is a stranger's.
// It is one change and can be taken back, but for what waited and for the invitations.

// Parting is how much goes to another member.
type Parting struct{ Clients, FollowUps, Contracts, Invoices, Promises, Reminders int }

// partings count the parts of a parting by the member's number, in the order of its fields.
var partings = []string{
	"SELECT count(*) FROM clients WHERE manager_id = $1",
	"SELECT count(*) FROM follow_ups WHERE assignee_id = $1 AND status = 'open'",
	"SELECT count(*) FROM contracts WHERE manager_id = $1 AND status <> 'closed'",
	"SELECT count(*) FROM invoices WHERE manager_id = $1 AND balance > 0 AND status <> 'written_off'",
	"SELECT count(*) FROM promises WHERE manager_id = $1 AND status = 'pending'",
	"SELECT count(*) FROM reminders WHERE recipient_id = $1 AND subject_kind <> 'member'",
}

// Parting counts what goes to another member when this one leaves.
func (tx *Tx) Parting(member int64) (Parting, error) {
	var p Parting
	if _, err := tx.dismissed(member); err != nil {
		return p, err
	}
	for i, to := range []*int{&p.Clients, &p.FollowUps, &p.Contracts, &p.Invoices, &p.Promises, &p.Reminders} {
		n, err := tx.count(partings[i], member)
		if err != nil {
			return p, err
		}
		*to = int(n)
	}
	return p, nil
}

// dismissed reads a member whom Me may take out. One who left is the Problem "already".
func (tx *Tx) dismissed(member int64) (crm.Member, error) {
	m, err := members.must(tx, member)
	if err != nil {
		return m, err
	}
	if err := tx.allow(crm.Dismiss, tx.relationTo(m)); err != nil {
		return m, err
	}
	if m.Status == crm.MemberLeft {
		return m, crm.Say("already", "kind", "member", "status", string(m.Status))
	}
	return m, nil
}

// MayDismiss reports whether Me may take a member out: nobody takes himself out, and a lead no other lead.
func (tx *Tx) MayDismiss(m crm.Member) bool {
	return m.ID != tx.me.ID && tx.may(crm.Dismiss, tx.relationTo(m)) && tx.mayGrant(m.Role)
}

// Leave takes a member out and makes everything of his the heir's. The last owner stays: Problem "member.last_owner".
func (tx *Tx) Leave(member, heir int64) error {
	m, err := tx.dismissed(member)
	if err != nil {
		return err
	}
	h, err := tx.member(heir)
	if err != nil {
		return err
	}
	if err := tx.allow(crm.HandOver, tx.relationTo(h)); err != nil {
		return err
	}
	if h.Status != crm.MemberActive || h.ID == m.ID {
		return crm.Say("leave.heir", "name", h.Name)
	}
	m.Status, m.AwayFrom, m.AwayUntil, m.Substitute = crm.MemberLeft, crm.Date{}, crm.Date{}, 0
	if err := tx.SaveMember(&m); err != nil {
		return err
	}
	if err := tx.giveAll(member, heir, nil); err != nil {
		return err
	}
	return tx.endOf(m)
}

// endOf ends what a member was given, and takes away what waits for him.
func (tx *Tx) endOf(m crm.Member) error {
	stood, err := members.list(tx, "WHERE r.substitute_id = $1 ORDER BY r.id", m.ID)
	for i := 0; i < len(stood) && err == nil; i++ {
		stood[i].Substitute = 0
		_, err = members.write(tx, &stood[i])
	}
	if err == nil {
		err = tx.endAccesses(m.ID)
	}
	for _, text := range []string{
		"UPDATE invites SET revoked = $2 WHERE by_id = $1 AND used = 0 AND revoked = 0", "DELETE FROM drafts WHERE member_id = $1 AND created <= $2",
	} {
		if err == nil {
			_, err = tx.exec(text, m.ID, tx.now.Unix())
		}
	}
	for _, text := range []string{"DELETE FROM forms WHERE chat = $1", "DELETE FROM outbox WHERE chat = $1 AND started = 0"} {
		if err == nil {
			_, err = tx.exec(text, m.Telegram)
		}
	}
	return err
}
