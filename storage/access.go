package storage

import (
	"slices"
	"time"

	"followup/storage/crm"
)

// may asks the table of permissions.
func (tx *Tx) may(action crm.Action, relation crm.Relation) bool {
	return tx.system || (tx.me.Status != crm.MemberLeft && crm.May(tx.me.Role, action, relation))
}

// allow is the Problem "denied" when the table does not grant action.
func (tx *Tx) allow(action crm.Action, relation crm.Relation) error {
	if tx.may(action, relation) {
		return nil
	}
	return crm.Say("denied", "action", string(action))
}

// relation is whose a record of that manager and team is.
func (tx *Tx) relation(manager, team int64) crm.Relation {
	switch {
	case manager != 0 && slices.Contains(tx.mine(), manager):
		return crm.Own
	case team != 0 && team == tx.me.Team:
		return crm.OfTeam
	}
	return crm.Foreign
}

// relationOf is whose a client is: one that an absent member kept back is foreign to his substitute. Access that was given
// adds to what Me may, and takes nothing away from a lead.
func (tx *Tx) relationOf(c crm.Client) crm.Relation {
	relation := tx.relation(c.Manager, c.Team)
	if c.Manager != tx.me.ID && slices.Contains(tx.excepted, c.ID) {
		relation = tx.relation(0, c.Team)
	}
	if relation > crm.Shared && !tx.may(crm.See, relation) && tx.isShared(c.ID) {
		return crm.Shared
	}
	return relation
}

// mine are the members whose clients are Me's own now: himself and those he stands in for.
func (tx *Tx) mine() []int64 { return append([]int64{tx.me.ID}, tx.stands...) }

// today is the civil date where m is.
func (tx *Tx) today(m crm.Member) crm.Date { return crm.DateOf(tx.now.In(m.Location())) }

// visibleOf limits w to rows of one client that Me may see, or, with client 0, to rows of all of them.
func (tx *Tx) visibleOf(w *where, alias string, client int64) {
	if client != 0 && tx.isShared(client) {
		return
	}
	tx.visible(w, alias)
}

// visibleClients limits w to clients that Me may see; r is the table of clients.
func (tx *Tx) visibleClients(w *where) { tx.visibleBy(w, "r", "r.id") }

// visible limits w to rows that Me may see; alias is a table with client_id, manager_id and team_id. Lists are of one's own: a
// client that was shared is found by its name or by a search, and read by itself.
func (tx *Tx) visible(w *where, alias string) { tx.visibleBy(w, alias, alias+".client_id") }

// seesOwn reports whether Me may see no more than his own clients, and those he stands in for.
func (tx *Tx) seesOwn() bool {
	return !tx.may(crm.See, crm.Foreign) && (!tx.may(crm.See, crm.OfTeam) || tx.me.Team == 0)
}

// visibleBy is visible with the column that holds the client.
func (tx *Tx) visibleBy(w *where, alias, client string) {
	if tx.seesOwn() {
		tx.withoutExcepted(w, client)
	}
	switch {
	case tx.may(crm.See, crm.Foreign):
	case tx.may(crm.See, crm.OfTeam) && tx.me.Team != 0:
		w.add("(" + w.in(alias+".manager_id", tx.mine()) + " OR " + w.in(alias+".team_id", []int64{tx.me.Team}) + ")")
	case tx.may(crm.See, crm.Own):
		w.among(alias+".manager_id", tx.mine())
	default:
		w.add("1 = 0")
	}
}

// visibleOrShared limits w to rows that Me may see or whose client, which column names, was shared.
func (tx *Tx) visibleOrShared(w *where, alias, column string) {
	before := len(w.conditions)
	tx.visibleBy(w, alias, alias+"."+column)
	if last := len(w.conditions) - 1; len(tx.shares) > 0 && last >= before {
		w.conditions[last] = "(" + w.conditions[last] + " OR " + w.in(alias+"."+column, tx.shares) + ")"
	}
}

// client reads a client for an action, or says whose it is.
func (tx *Tx) client(id int64, action crm.Action) (crm.Client, error) {
	c, err := clients.must(tx, id)
	if err != nil || tx.may(action, tx.relationOf(c)) {
		return c, err
	}
	if !tx.may(crm.SeeName, crm.Foreign) {
		return crm.Client{}, tx.allow(action, crm.Foreign)
	}
	lead, err := tx.leadName(c)
	if err != nil {
		return crm.Client{}, err
	}
	return crm.Client{}, crm.Say("denied.client", "name", c.Name, "lead", lead, "id", c.ID)
}

// leadName is whom to ask for access to a client.
func (tx *Tx) leadName(c crm.Client) (string, error) {
	leads, err := tx.leads(c.Team)
	if err != nil || len(leads) == 0 {
		return "", err
	}
	return leads[0].Name, nil
}

// ofClient allows an action on a record by its client.
func (tx *Tx) ofClient(client int64, action crm.Action) error {
	_, err := tx.client(client, action)
	return err
}

// created is the moment a record is made, kept when it is there already.
func (tx *Tx) created(m *crm.Moment) {
	if *m == 0 {
		*m = crm.MomentOf(tx.now)
	}
}

// location is a zone by its name; an unknown one is UTC.
func location(name string) *time.Location { return crm.Member{Zone: name}.Location() }
