package storage

import (
	"slices"
	"strconv"
	"strings"

	"followup/storage/crm"
	"followup/storage/exchange"
)

// ref is what a row says about its client.
type ref struct {
	row     int
	name    string
	inn     string
	manager string
	rest    exchange.ClientRow // what a new client is made of
}

// owner is who is responsible for new clients of a row.
type owner struct {
	member crm.Member
	why    string // why nobody: the key of a trouble, or "?" for a name that is asked about
}

// resolve finds or makes the client of a row; nil when the row is left out.
func (k *intake) resolve(r ref) (*dossier, error) {
	if exchange.IsExample(r.name, r.inn) {
		k.report.Examples++
		return nil, nil
	}
	key := crm.NameKey(r.name)
	id := r.inn + "|" + key
	if c, ok := k.found[id]; ok {
		return c, nil
	}
	if r.manager == "" {
		r.manager = k.refused[key]
	}
	c, foreign := k.existing(r.inn, key)
	if c == nil && foreign {
		k.leave(r.row, r.name, "import.bad.foreign")
		return nil, nil
	}
	if c == nil && key == "" {
		k.leave(r.row, r.inn, "import.bad.inn")
		return nil, nil
	}
	if c == nil {
		var err error
		if c, err = k.decided(r, key); c == nil || err != nil {
			k.refused[key] = r.manager
			return nil, err
		}
	}
	k.found[id] = c
	return c, nil
}

// existing is the client of that INN or name that Me may change; foreign says that there is one that Me may not.
func (k *intake) existing(inn, key string) (found *dossier, foreign bool) {
	var ids []int64
	if inn != "" {
		ids = k.byINN[inn]
	}
	if len(ids) == 0 && key != "" {
		for _, id := range k.byKey[key] {
			if !differ(inn, k.clients[id].INN) {
				ids = append(ids, id)
			}
		}
	}
	for _, id := range ids {
		c := k.clients[id]
		if k.mayChange(c) {
			return k.open(c), false
		}
		foreign = true
	}
	return nil, foreign
}

// open is the client with what is kept of it, the same each time.
func (k *intake) open(c crm.Client) *dossier {
	id := "#" + strconv.FormatInt(c.ID, 10)
	if have, ok := k.found[id]; ok {
		return have
	}
	k.found[id] = &dossier{Client: c, loaded: map[string]bool{}}
	return k.found[id]
}

// decided is the client of a name that nobody has: one that it is like, when a person said so, else a new one.
func (k *intake) decided(r ref, key string) (*dossier, error) {
	switch choice := k.in.Same[key]; {
	case choice > 0:
		if c, ok := k.clients[choice]; ok && k.mayChange(c) {
			return k.open(c), nil
		}
		k.leave(r.row, r.name, "import.bad.foreign")
		return nil, nil
	case choice == LeaveOut:
		k.leave(r.row, r.name, "import.bad.skipped")
		return nil, nil
	case choice == 0:
		var like []int64
		for _, id := range k.book.Alike(r.name) {
			if !differ(r.inn, k.clients[id].INN) {
				like = append(like, id)
			}
		}
		if len(like) > 0 {
			k.ask(r, key, like)
			return nil, nil
		}
	}
	return k.create(r)
}

func (k *intake) ask(r ref, key string, like []int64) {
	at, known := k.similar[key]
	if !known {
		at = len(k.report.Similar)
		k.similar[key] = at
		k.report.Similar = append(k.report.Similar, Similar{Name: r.name, Key: key, INN: r.inn, Client: like[0], Others: like[1:min(len(like), 4)]})
	}
	if k.first("similar "+key, r.row) {
		k.report.Similar[at].Rows++
	}
}

// create makes a client for whom the row calls responsible.
func (k *intake) create(r ref) (*dossier, error) {
	o := k.owner(r.manager)
	if o.why != "" {
		if o.why == "?" {
			k.askOwner(r)
		} else {
			k.leave(r.row, r.manager, o.why)
		}
		return nil, nil
	}
	c := crm.Client{
		Name: r.name, Key: crm.NameKey(r.name), INN: r.inn, City: r.rest.City, Manager: o.member.ID, Team: o.member.Team, Tier: r.rest.Tier,
		Status: r.rest.Status, Tags: r.rest.Tags,
	}
	if c.Tier == "" {
		c.Tier = crm.TierB
	}
	if c.Status == "" {
		c.Status = crm.ClientActive
	}
	k.tx.created(&c.Created)
	k.fresh--
	c.ID = k.fresh
	err := k.put("client", func() error {
		c.ID = 0
		_, err := clients.write(k.tx, &c)
		return err
	})
	if err != nil {
		return nil, err
	}
	k.index(c)
	made := k.open(c)
	for _, kind := range []string{"contact", "invoice", "contract", "word", "task"} { // nothing is kept of it yet
		made.loaded[kind] = true
	}
	made.words, made.tasks = map[string]bool{}, map[string]bool{}
	return made, nil
}

// owner finds the member of that name whose clients Me may change.
func (k *intake) owner(name string) owner {
	key := crm.NameKey(name)
	if key == "" {
		return owner{member: k.tx.me}
	}
	if o, ok := k.owners[key]; ok {
		return o
	}
	o := k.findOwner(key)
	k.owners[key] = o
	return o
}

func (k *intake) findOwner(key string) owner {
	choice := k.in.People[key]
	if choice == LeaveOut {
		return owner{why: "import.bad.skipped"}
	}
	var same []crm.Member
	for _, m := range k.members {
		if m.ID == choice || choice == 0 && sameOwner(key, m.Name) {
			same = append(same, m)
		}
	}
	if len(same) != 1 {
		return owner{why: "?"}
	}
	if !k.tx.may(crm.Change, k.tx.relation(same[0].ID, same[0].Team)) {
		return owner{why: "import.bad.owner"}
	}
	return owner{member: same[0]}
}

// sameOwner reports whether all words of the shorter name are in the longer: «Петрова Анна» is Анна Петрова, and Анна.
func sameOwner(key, name string) bool {
	a, b := strings.Fields(key), strings.Fields(crm.NameKey(name))
	if len(a) > len(b) {
		a, b = b, a
	}
	for _, word := range a {
		if !slices.Contains(b, word) {
			return false
		}
	}
	return len(a) > 0
}

func (k *intake) askOwner(r ref) {
	key := crm.NameKey(r.manager)
	at, known := k.unknown[key]
	if !known {
		at = len(k.report.Unknown)
		k.unknown[key] = at
		k.report.Unknown = append(k.report.Unknown, Unknown{Name: r.manager, Key: key})
	}
	if k.first("unknown "+key, r.row) {
		k.report.Unknown[at].Rows++
	}
}

// client takes a row of a client with its people.
func (k *intake) client(r exchange.ClientRow) error {
	before := k.report.New["client"]
	c, err := k.resolve(ref{r.Row, r.Name, r.INN, r.Manager, r})
	if c == nil || err != nil {
		return err
	}
	added := false
	if k.report.New["client"] == before {
		if added, err = k.complete(c, r); err != nil {
			return err
		}
	}
	for _, p := range r.Contacts {
		more, err := k.contact(c, p)
		if err != nil {
			return err
		}
		added = added || more
	}
	if len(r.Phones)+len(r.Emails) > 0 {
		more, err := k.contact(c, exchange.ContactRow{Row: r.Row, Name: c.Name, Phones: r.Phones, Emails: r.Emails})
		if err != nil {
			return err
		}
		added = added || more
	}
	for _, words := range []string{r.Address, r.Site, r.Note} {
		if words == "" {
			continue
		}
		more, err := k.note(c, words)
		if err != nil {
			return err
		}
		added = added || more
	}
	switch {
	case k.report.New["client"] > before:
	case added:
		k.report.Added["client"]++
	default:
		k.report.Same["client"]++
	}
	return nil
}

// complete fills in what we don't know of a client yet.
func (k *intake) complete(c *dossier, r exchange.ClientRow) (bool, error) {
	before := c.Client
	if c.INN == "" && r.INN != "" {
		c.INN = r.INN
		k.byINN[r.INN] = append(k.byINN[r.INN], c.ID)
	}
	if c.City == "" {
		c.City = r.City
	}
	tags := slices.Clone(c.Tags)
	for _, tag := range r.Tags {
		if !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
	c.Tags = tags
	if c.INN == before.INN && c.City == before.City && len(c.Tags) == len(before.Tags) {
		return false, nil
	}
	if !k.write {
		return true, nil
	}
	_, err := clients.write(k.tx, &c.Client)
	return true, err
}

// load reads what is kept of a client once.
func (c *dossier) load(kind string, read func() error) error {
	if c.loaded[kind] {
		return nil
	}
	c.loaded[kind] = true
	return read()
}

// contact takes a person; it reports whether anything is new.
func (k *intake) contact(c *dossier, p exchange.ContactRow) (bool, error) {
	err := c.load("contact", func() (err error) {
		c.contacts, err = contacts.list(k.tx, "WHERE r.client_id = $1 ORDER BY r.id", c.ID)
		return err
	})
	if err != nil {
		return false, err
	}
	at := slices.IndexFunc(c.contacts, func(have crm.Contact) bool { return isPerson(have, p) })
	if at < 0 {
		n := crm.Contact{Client: c.ID, Name: p.Name, Position: p.Position, Phones: p.Phones, Email: strings.Join(p.Emails, ", "), Birthday: p.Birthday}
		err := k.put("contact", func() error {
			_, err := contacts.write(k.tx, &n)
			return err
		})
		c.contacts = append(c.contacts, n)
		return true, err
	}
	have := &c.contacts[at]
	before := *have
	have.Phones = slices.Clone(have.Phones)
	for _, phone := range p.Phones {
		if !slices.Contains(have.Phones, phone) {
			have.Phones = append(have.Phones, phone)
		}
	}
	if have.Email == "" {
		have.Email = strings.Join(p.Emails, ", ")
	}
	if have.Position == "" {
		have.Position = p.Position
	}
	if have.Birthday.IsZero() {
		have.Birthday = p.Birthday
	}
	if len(have.Phones) == len(before.Phones) && have.Email == before.Email && have.Position == before.Position && have.Birthday == before.Birthday {
		k.report.Same["contact"]++
		return false, nil
	}
	k.report.Added["contact"]++
	if !k.write {
		return true, nil
	}
	_, err = contacts.write(k.tx, have)
	return true, err
}

// isPerson compares a contact with a row.
func isPerson(have crm.Contact, p exchange.ContactRow) bool {
	if crm.NameKey(have.Name) == crm.NameKey(p.Name) {
		return true
	}
	for _, phone := range p.Phones {
		if slices.Contains(have.Phones, phone) {
			return true
		}
	}
	for _, mail := range p.Emails {
		if mail != "" && strings.Contains(strings.ToLower(have.Email), strings.ToLower(mail)) {
			return true
		}
	}
	return false
}
