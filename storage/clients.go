package storage

import (
	"slices"
	"strings"

	"followup/scheduler/rules"

	"followup/storage/crm"
)

// SaveClient writes a client; ID 0 inserts. Key is set here; a client without a manager gets Me, and the team is always
// the manager's. A namesake is the Problem "client.exists" (facts name, manager, id) unless both have an INN or a city
// and those differ. A manager that changes takes over the open follow-ups of the one before.
func (tx *Tx) SaveClient(c *crm.Client) error { return tx.saveClient(c, false) }

// SaveNamesake is SaveClient after the person said that this one is another of the same name.
func (tx *Tx) SaveNamesake(c *crm.Client) error { return tx.saveClient(c, true) }

func (tx *Tx) saveClient(c *crm.Client, namesake bool) error {
	var old crm.Client
	if c.ID != 0 {
		var err error
		if old, err = tx.client(c.ID, crm.Change); err != nil {
			return err
		}
	}
	c.Key = crm.NameKey(c.Name)
	if c.Key == "" {
		return crm.Say("client.unnamed")
	}
	if c.Manager == 0 && c.ID == 0 {
		c.Manager = tx.me.ID
	}
	if err := tx.settleTeam(c); err != nil {
		return err
	}
	if err := tx.mayGive(old, *c); err != nil {
		return err
	}
	if c.Status == "" {
		c.Status = crm.ClientActive
	}
	if c.Tier == "" {
		c.Tier = crm.TierB
	}
	tx.created(&c.Created)
	if !namesake && old.Key != c.Key {
		if err := tx.refuseNamesake(*c); err != nil {
			return err
		}
	}
	if _, err := clients.write(tx, c); err != nil || old.ID == 0 || old.Manager == c.Manager || c.Manager == 0 {
		return err
	}
	return tx.reassign("r.client_id = $1 AND r.assignee_id = $2 AND r.status = 'open'", c.Manager, c.ID, old.Manager)
}

// settleTeam makes the client's team its manager's.
func (tx *Tx) settleTeam(c *crm.Client) error {
	if c.Manager == 0 {
		return nil
	}
	m, err := tx.member(c.Manager)
	c.Team = m.Team
	return err
}

// mayGive asks for permission on whom the client goes to.
func (tx *Tx) mayGive(old, c crm.Client) error {
	if old.ID == 0 {
		return tx.allow(crm.Change, tx.relationOf(c))
	}
	if old.Manager == c.Manager {
		return nil
	}
	if err := tx.allow(crm.HandOver, tx.relationOf(old)); err != nil {
		return err
	}
	return tx.allow(crm.HandOver, tx.relation(c.Manager, c.Team))
}

func (tx *Tx) refuseNamesake(c crm.Client) error {
	same, err := clients.list(tx, "WHERE r.name_key = $1 AND r.id <> $2 ORDER BY r.id", c.Key, c.ID)
	if err != nil {
		return err
	}
	for _, s := range same {
		if differ(s.INN, c.INN) || differ(crm.NameKey(s.City), crm.NameKey(c.City)) {
			continue
		}
		manager := ""
		if s.Manager != 0 {
			m, err := tx.member(s.Manager)
			if err != nil {
				return err
			}
			manager = m.Name
		}
		return crm.Say("client.exists", "name", s.Name, "manager", manager, "id", s.ID)
	}
	return nil
}

func differ(a, b string) bool { return a != "" && b != "" && a != b }

// Client reads a client. One of another manager is the Problem "denied.client" with facts name and lead.
func (tx *Tx) Client(id int64) (crm.Client, error) { return tx.client(id, crm.See) }

// ClientNames lists what finds every client of the company in a text, archived ones too. Of clients that Me may not see
// there is the name alone, with its aliases.
func (tx *Tx) ClientNames() ([]crm.ClientName, error) {
	if err := tx.MayNames(); err != nil {
		return nil, err
	}
	var names []crm.ClientName
	seen := map[int64]int{} // position in names of those Me may see
	err := tx.each("SELECT id, name, aliases, inn, city, COALESCE(manager_id, 0), COALESCE(team_id, 0) FROM clients ORDER BY id", nil,
		func(scan func(...any) error) error {
			var n crm.ClientName
			if err := scan(&n.ID, &n.Name, listCell{&n.Aliases}, &n.INN, &n.City, &n.Manager, &n.Team); err != nil {
				return err
			}
			var may bool
			if n.Own, may = tx.Sight(n); may {
				seen[n.ID] = len(names)
			} else {
				n.INN, n.City, n.Manager, n.Team = "", "", 0, 0
			}
			names = append(names, n)
			return nil
		})
	if err != nil {
		return nil, err
	}
	var w where
	tx.visibleOrShared(&w, "r", "client_id")
	err = tx.each("SELECT r.client_id, r.name, r.phones FROM contacts r "+w.String()+" ORDER BY r.id", w.args,
		func(scan func(...any) error) error {
			var client int64
			var c crm.ContactName
			if err := scan(&client, &c.Name, listCell{&c.Phones}); err != nil {
				return err
			}
			if at, ok := seen[client]; ok {
				names[at].Contacts = append(names[at].Contacts, c)
			}
			return nil
		})
	return names, err
}

// MayNames is the Problem "denied" when Me may not know what clients are called.
func (tx *Tx) MayNames() error { return tx.allow(crm.SeeName, crm.Foreign) }

// Sight says whether a client is Me's own, and whether Me may see more of it than its name.
func (tx *Tx) Sight(n crm.ClientName) (own, seen bool) {
	relation := tx.relationOf(crm.Client{ID: n.ID, Manager: n.Manager, Team: n.Team})
	return relation == crm.Own, tx.may(crm.See, relation)
}

// NamesVersion changes whenever ClientNames may have changed for anybody. settled is false when this turn has changed them: what
// is made of them now must not outlive it.
func (tx *Tx) NamesVersion() (version int64, settled bool, err error) {
	version, err = tx.count("SELECT value FROM counters WHERE name = 'names'")
	return version, !tx.names, err
}

// ClientFilter selects clients; zero values select everything. Text is contained in the name's key or in an alias, or is
// the start of the INN. Silent are those whose cadence has passed, NoNextStep those without an open follow-up, Debtors
// those with an overdue balance. Archived clients are listed only with Archived. Recent lists those last dealt with
// first; otherwise they come by name.
type ClientFilter struct {
	Manager, Team               int64
	Text                        string
	Tier                        crm.Tier
	Silent, NoNextStep, Debtors bool
	Archived                    bool
	Recent                      bool
	Limit, Offset               int
}

// Clients lists the clients that Me may see, and tells how many there are without the limit.
func (tx *Tx) Clients(f ClientFilter) ([]crm.Client, int, error) {
	w := tx.clientsOf(f)
	order := " ORDER BY r.name_key, r.id"
	if f.Recent {
		order = " ORDER BY CASE WHEN r.last_touch > r.created THEN r.last_touch ELSE r.created END DESC, r.id DESC"
	}
	if f.Text == "" && !f.Silent {
		total, err := tx.count("SELECT count(*) FROM clients r "+w.String(), w.args...)
		if err != nil {
			return nil, 0, err
		}
		list, err := clients.list(tx, w.String()+order+w.page(f.Limit, f.Offset), w.args...)
		return list, int(total), err
	}
	all, err := clients.list(tx, w.String()+order, w.args...)
	if err != nil {
		return nil, 0, err
	}
	key := crm.NameKey(f.Text)
	chosen := all[:0]
	for _, c := range all {
		ok := key == "" || nameHas(c, key)
		if ok && f.Silent {
			if ok, err = tx.silent(c); err != nil {
				return nil, 0, err
			}
		}
		if ok {
			chosen = append(chosen, c)
		}
	}
	total := len(chosen)
	chosen = chosen[min(f.Offset, total):]
	if f.Limit > 0 {
		chosen = chosen[:min(f.Limit, len(chosen))]
	}
	return chosen, total, nil
}

// clientsOf is the part of a filter that the database can tell.
func (tx *Tx) clientsOf(f ClientFilter) *where {
	w := &where{}
	tx.visibleClients(w)
	status := crm.ClientActive
	if f.Archived {
		status = crm.ClientArchived
	}
	w.add("r.status = ?", string(status))
	w.addIf(f.Manager != 0, "r.manager_id = ?", f.Manager)
	w.addIf(f.Team != 0, "r.team_id = ?", f.Team)
	w.addIf(f.Tier != "", "r.tier = ?", string(f.Tier))
	w.addIf(f.NoNextStep, "NOT EXISTS (SELECT 1 FROM follow_ups f WHERE f.client_id = r.id AND f.status = 'open')")
	w.addIf(f.Debtors, `EXISTS (SELECT 1 FROM invoices i WHERE i.client_id = r.id AND i.balance > 0 AND i.status <> 'written_off'
		AND i.due_day <> '' AND i.due_day < ?)`, tx.today(tx.me).String())
	return w
}

func nameHas(c crm.Client, key string) bool {
	if strings.Contains(c.Key, key) || strings.HasPrefix(c.INN, key) {
		return true
	}
	for _, a := range c.Aliases {
		if strings.Contains(crm.NameKey(a), key) {
			return true
		}
	}
	return false
}

// silent reports whether the client's cadence has passed since the last two-way touch, or since it was entered.
func (tx *Tx) silent(c crm.Client) (bool, error) {
	t, err := tx.teamOf(c.Team)
	today := tx.today(tx.me)
	return !rules.LastHeard(c, tx.me.Location()).AddDays(rules.Cadence(c, t)).After(today), err
}

// teamOf is a team without asking for permission; none is the empty team with its defaults. Each is read once a turn.
func (tx *Tx) teamOf(id int64) (crm.Team, error) {
	if id == 0 {
		return crm.Team{}, nil
	}
	if t, ok := tx.seenTeams[id]; ok {
		return t, nil
	}
	t, err := teams.must(tx, id)
	if err == nil {
		if tx.seenTeams == nil {
			tx.seenTeams = map[int64]crm.Team{}
		}
		tx.seenTeams[id] = t
	}
	return t, err
}

// HandOver gives a client with everything kept for it, its open follow-ups included, to another manager.
func (tx *Tx) HandOver(client, manager int64) error {
	c, err := tx.client(client, crm.HandOver)
	if err != nil {
		return err
	}
	c.Manager = manager
	return tx.saveClient(&c, true)
}

// GiveAll makes everything of a member another's for good, but the clients of except and what belongs to them. The member
// stays.
func (tx *Tx) GiveAll(member, heir int64, except []int64) error {
	m, err := members.must(tx, member)
	if err == nil {
		err = tx.allow(crm.HandOver, tx.relation(0, m.Team))
	}
	if err != nil {
		return err
	}
	return tx.giveAll(member, heir, except)
}

func (tx *Tx) giveAll(member, heir int64, except []int64) error {
	ids, err := tx.ids("SELECT id FROM clients WHERE manager_id = $1 ORDER BY id", member)
	for i := 0; i < len(ids) && err == nil; i++ {
		if !slices.Contains(except, ids[i]) {
			err = tx.HandOver(ids[i], heir)
		}
	}
	if err != nil {
		return err
	}
	list, err := followUps.list(tx, "WHERE r.assignee_id = $1 AND r.status = 'open' ORDER BY r.id", member)
	for i := 0; i < len(list) && err == nil; i++ {
		if f := &list[i]; !slices.Contains(except, f.Client) {
			f.Assignee = heir
			_, err = followUps.write(tx, f)
		}
	}
	return err
}

// reassign gives the follow-ups of a condition to another member.
func (tx *Tx) reassign(condition string, to int64, args ...any) error {
	list, err := followUps.list(tx, "WHERE "+condition+" ORDER BY r.id", args...)
	for i := 0; i < len(list) && err == nil; i++ {
		list[i].Assignee = to
		_, err = followUps.write(tx, &list[i])
	}
	return err
}

// SaveContact writes a contact; ID 0 inserts.
func (tx *Tx) SaveContact(c *crm.Contact) error {
	if c.ID != 0 {
		old, err := contacts.must(tx, c.ID)
		if err != nil {
			return err
		}
		if err := tx.ofClient(old.Client, crm.Change); err != nil {
			return err
		}
	}
	if err := tx.ofClient(c.Client, crm.Change); err != nil {
		return err
	}
	_, err := contacts.write(tx, c)
	return err
}

// Contacts lists a client's contacts in the order they were entered.
func (tx *Tx) Contacts(client int64) ([]crm.Contact, error) {
	if err := tx.ofClient(client, crm.See); err != nil {
		return nil, err
	}
	return contacts.list(tx, "WHERE r.client_id = $1 ORDER BY r.id", client)
}

// Contact reads a contact.
func (tx *Tx) Contact(id int64) (crm.Contact, error) {
	c, err := contacts.must(tx, id)
	if err == nil {
		err = tx.ofClient(c.Client, crm.See)
	}
	if err != nil {
		return crm.Contact{}, err
	}
	return c, nil
}

// Birthdays lists the contacts with a birthday among the clients of a manager that Me may see; 0 is every manager.
func (tx *Tx) Birthdays(manager int64) ([]crm.Contact, error) {
	var w where
	tx.visible(&w, "r")
	w.add("r.birthday <> ''")
	w.addIf(manager != 0, "r.manager_id = ?", manager)
	return contacts.list(tx, w.String()+" ORDER BY r.id", w.args...)
}
