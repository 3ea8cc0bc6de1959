package seed

import (
	"slices"
	"sort"
	"strings"
	"time"

	"followup/storage"
	"followup/storage/crm"
)

// book is what was written so far, for the names of later lines.
type book struct {
	tx      *storage.Tx
	zone    *time.Location
	today   crm.Date
	people  []Person
	members map[string]*crm.Member // by NameKey
	first   *crm.Member            // the first manager
	leader  *crm.Member            // the first lead or owner, who invites
	teams   map[string]*crm.Team
	clients []*crm.Client
	papers  []*crm.Contract
	bills   []*crm.Invoice
	codes   []string
}

// writers are the keywords and what each writes.
var writers = map[string]func(*book, line) error{
	"team":       writeTeam,
	"person":     writePerson,
	"invite":     writeInvite,
	"client":     writeClient,
	"contact":    writeContact,
	"touch":      writeTouch,
	"followup":   writeFollowUp,
	"obligation": writeFollowUp,
	"await":      writeFollowUp,
	"contract":   writeContract,
	"invoice":    writeInvoice,
	"payment":    writePayment,
	"promise":    writePromise,
	"document":   writeDocument,
}

// Words are the keywords in alphabetical order.
func Words() []string {
	words := make([]string, 0, len(writers))
	for w := range writers {
		words = append(words, w)
	}
	sort.Strings(words)
	return words
}

// Write puts the records into the store, as the program itself. Days count from tx.Now in zone, which is also the zone of
// people without one. The codes are those of the invitations, in order.
func (p *Portfolio) Write(tx *storage.Tx, zone *time.Location) (codes []string, err error) {
	b := &book{
		tx: tx.System(), zone: zone, today: crm.DateOf(tx.Now().In(zone)), people: p.People,
		members: map[string]*crm.Member{}, teams: map[string]*crm.Team{},
	}
	for _, l := range p.lines {
		if err := writers[l.word](b, l); err != nil {
			return nil, err
		}
	}
	return b.codes, nil
}

// member finds a person by the whole name or by the only first word of it.
func (b *book) member(l line, name string) (*crm.Member, error) {
	key := crm.NameKey(name)
	if m := b.members[key]; m != nil {
		return m, nil
	}
	var found *crm.Member
	for k, m := range b.members {
		if strings.HasPrefix(k, key+" ") {
			if found != nil {
				return nil, l.mistake("%q may be %s or %s: write the whole name", name, found.Name, m.Name)
			}
			found = m
		}
	}
	if found == nil {
		return nil, l.mistake("no person %q stands above this line", name)
	}
	return found, nil
}

// memberOr is the member that the field names, or other when the line has no such field.
func (b *book) memberOr(l line, field string, other *crm.Member) (*crm.Member, error) {
	name, ok := l.field(field)
	if ok {
		return b.member(l, name)
	}
	if other == nil {
		return nil, l.mistake("write a person manager line above, or | %s NAME", field)
	}
	return other, nil
}

// client finds the client that the line's client field names.
func (b *book) client(l line) (*crm.Client, error) {
	name, ok := l.field("client")
	if !ok {
		return nil, l.mistake("%s needs | client NAME", l.word)
	}
	key := crm.NameKey(name)
	for _, fits := range []func(c *crm.Client) bool{
		func(c *crm.Client) bool { return c.Name == name },
		func(c *crm.Client) bool { return c.Key == key },
		func(c *crm.Client) bool {
			return slices.ContainsFunc(c.Aliases, func(a string) bool { return crm.NameKey(a) == key })
		},
		func(c *crm.Client) bool { return strings.HasPrefix(c.Key, key+" ") },
	} {
		if i := slices.IndexFunc(b.clients, fits); i >= 0 {
			return b.clients[i], nil
		}
	}
	var names []string
	for _, c := range b.clients {
		names = append(names, c.Name)
	}
	return nil, l.mistake("no client %q stands above this line; there are: %s", name, strings.Join(names, ", "))
}

// author is the member of the by field, or the client's own manager.
func (b *book) author(l line, c *crm.Client) (int64, error) {
	if name, ok := l.field("by"); ok {
		m, err := b.member(l, name)
		if err != nil {
			return 0, err
		}
		return m.ID, nil
	}
	return c.Manager, nil
}

// day reads the day of a field; the zero date when the line has no such field.
func (b *book) day(l line, key string) (crm.Date, error) {
	s, ok := l.field(key)
	if !ok {
		return crm.Date{}, nil
	}
	d, ok := readDay(s, b.today)
	if !ok {
		return crm.Date{}, l.mistake("after %s comes a day: 2026-11-18, today, -3d, +2w", key)
	}
	return d, nil
}

// split parts free fields into the first that is a moment and the texts; a line that needs a moment and has none is a mistake.
func (b *book) split(l line, free []string) (when moment, texts []string, err error) {
	found := false
	for _, f := range free {
		if m, ok := readMoment(f, b.today); ok && !found {
			when, found = m, true
			continue
		}
		texts = append(texts, f)
	}
	if !found {
		return when, nil, l.mistake("%s needs a day: | 2026-11-18 15:00, | today, | -3d 15:00", l.word)
	}
	return when, texts, nil
}

func (b *book) sum(l line, s string) (crm.Money, error) {
	m, ok := readSum(s)
	if !ok {
		return m, l.mistake("%q is no sum: write 486 000 or 1 200.50 USD", s)
	}
	return m, nil
}

// bill finds an invoice of the client by number.
func (b *book) bill(l line, c *crm.Client, number string) (*crm.Invoice, error) {
	for _, i := range b.bills {
		if i.Client == c.ID && i.Number == number {
			return i, nil
		}
	}
	return nil, l.mistake("%s has no invoice %q above this line", c.Name, number)
}
