package storage

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"followup/storage/crm"
)

// Rules of absence.
//
// A member is away from his first day to his last, both whole days of his own zone. Meanwhile his substitute hears what is
// meant for him, and has his clients as his own; nobody else does. A substitute who is away himself is stood in for in turn.
// Where the chain ends in nobody (a substitute who left or stopped the bot, two who stand in for one another), and for the
// clients that the absent member kept back, a lead of the team hears it. When there is no substitute at all, and when no lead
// is at hand either, everything waits until the member is back.
//
// The day is looked at when something is planned and once more when it is said, so that a period that begins, ends or is
// changed in between moves what was planned already, and nobody has to start or end it.

// maxChain bounds how many substitutes stand in for one another.
const maxChain = 5

// HearerOf is who hears at a moment what is meant for m about a client, 0 when it is about none. A member who has to wait
// is returned without his substitute, as one who is away.
func (tx *Tx) HearerOf(m crm.Member, client int64, at crm.Moment) (crm.Member, error) {
	who := m
	for n := 0; who.Substitute != 0 && who.Away(crm.DateOf(at.In(who.Location()))); n++ {
		next, err := tx.member(who.Substitute)
		if err != nil {
			return who, err
		}
		kept := client != 0 && slices.Contains(who.AwayExcept, client)
		if kept || next.Status != crm.MemberActive || next.ID == m.ID || n == maxChain {
			return tx.leadInstead(m, at)
		}
		who = next
	}
	return who, nil
}

// leadInstead is a lead of m's team who is at work at a moment, or m without a substitute.
func (tx *Tx) leadInstead(m crm.Member, at crm.Moment) (crm.Member, error) {
	leads, err := tx.LeadsOf(m)
	if err != nil {
		return m, err
	}
	for _, l := range leads {
		if !l.Away(crm.DateOf(at.In(l.Location()))) {
			return l, nil
		}
	}
	m.Substitute = 0
	return m, nil
}

// standsFor are the members who are away today with m as their substitute, or as that one's: whom m hears for.
func (tx *Tx) standsFor(m crm.Member) []crm.Member {
	if m.ID == 0 {
		return nil
	}
	var all []crm.Member
	asked := map[int64]bool{m.ID: true}
	for queue := []int64{m.ID}; len(queue) > 0; queue = queue[1:] {
		absent, err := members.list(tx, "WHERE r.substitute_id = $1 AND r.away_from <> '' ORDER BY r.id", queue[0])
		if err != nil {
			tx.broken = err
			return nil
		}
		for _, a := range absent {
			if a.Status != crm.MemberLeft && !asked[a.ID] && a.Away(tx.today(a)) {
				asked[a.ID] = true
				all, queue = append(all, a), append(queue, a.ID)
			}
		}
		if len(asked) > maxChain*maxChain {
			break
		}
	}
	return all
}

// Absent are the members whom Me stands in for today.
func (tx *Tx) Absent() []crm.Member { return tx.standsFor(tx.me) }

// StandsIn are the numbers of the members whom Me stands in for today, and of the clients that they kept back.
func (tx *Tx) StandsIn() (members, excepted []int64) { return tx.stands, tx.excepted }

// withoutExcepted leaves out the clients that were kept back from Me, unless they are his own.
func (tx *Tx) withoutExcepted(w *where, client string) {
	if len(tx.excepted) == 0 {
		return
	}
	ids := make([]string, len(tx.excepted))
	for i, id := range tx.excepted {
		ids[i] = strconv.FormatInt(id, 10)
	}
	column, _, _ := strings.Cut(client, ".")
	w.add("("+client+" IS NULL OR "+client+" NOT IN ("+strings.Join(ids, ", ")+") OR "+column+".manager_id = ?)", tx.me.ID)
}

// InHand is how much somebody has in hand.
type InHand struct{ Clients, FollowUps, Promises, Contracts int }

// InHandOf counts a member's active clients, open steps, promises to pay that are awaited, and running contracts, without the
// clients of except. It asks for what SeeMember grants.
func (tx *Tx) InHandOf(member int64, except []int64) (InHand, error) {
	var l InHand
	m, err := tx.Member(member)
	if err != nil {
		return l, err
	}
	for _, part := range []struct {
		to    *int
		query string
	}{
		{&l.Clients, "SELECT id FROM clients WHERE manager_id = $1 AND status = 'active'"},
		{&l.FollowUps, "SELECT COALESCE(client_id, 0) FROM follow_ups WHERE assignee_id = $1 AND status = 'open'"},
		{&l.Promises, "SELECT client_id FROM promises WHERE manager_id = $1 AND status = 'pending'"},
		{&l.Contracts, "SELECT client_id FROM contracts WHERE manager_id = $1 AND status = 'active'"},
	} {
		ids, err := tx.ids(part.query, m.ID)
		if err != nil {
			return l, err
		}
		for _, id := range ids {
			if !slices.Contains(except, id) {
				*part.to++
			}
		}
	}
	return l, nil
}

// Offer is a proposal that waits for a button: what a button would have to carry and can't in 64 bytes. It is its member's.
type Offer struct {
	ID, Member int64
	Kind       string
	Data       json.RawMessage
	Created    crm.Moment
	Taken      crm.Moment // 0 as long as it waits
}

// offerDays is how long an offer is kept.
const offerDays = 30

// SaveOffer writes an offer of Me; ID 0 inserts. Those that are older than a month go.
func (tx *Tx) SaveOffer(o *Offer) error {
	o.Member = tx.me.ID
	if err := tx.ofDraft(o.Member); err != nil {
		return err
	}
	tx.created(&o.Created)
	args := []any{o.Member, o.Kind, string(o.Data), int64(o.Created), int64(o.Taken)}
	if o.ID != 0 {
		_, err := tx.exec("UPDATE offers SET member_id = $1, kind = $2, data = $3, created = $4, taken = $5 WHERE id = $6", append(args, o.ID)...)
		return err
	}
	if _, err := tx.exec("DELETE FROM offers WHERE created < $1", tx.now.AddDate(0, 0, -offerDays).Unix()); err != nil {
		return err
	}
	err := tx.insert("INSERT INTO offers (member_id, kind, data, created, taken) VALUES ($1, $2, $3, $4, $5)", args, &o.ID)
	return err
}

// Offer reads an offer of Me. One of somebody else, or that is gone, is the Problem "already".
func (tx *Tx) Offer(id int64, kind string) (Offer, error) {
	o, data := Offer{}, ""
	found, err := tx.one("SELECT id, member_id, kind, data, created, taken FROM offers WHERE id = $1 AND kind = $2", []any{id, kind},
		&o.ID, &o.Member, &o.Kind, &data, &o.Created, &o.Taken)
	if err == nil && (!found || o.Member != tx.me.ID) {
		err = crm.Say("already")
	}
	o.Data = json.RawMessage(data)
	return o, err
}
