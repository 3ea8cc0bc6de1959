package exchange

import (
	"slices"
	"strings"

	"followup/storage/crm"
)

// phones makes the slot of a list of phones. One cell may hold several, as amoCRM writes them.
func phones[T any](at func(*T) *[]string) slot[T] {
	return slot[T]{
		field: FieldPhone, soft: true,
		write: func(r *T, _ string) Value {
			if list := *at(r); len(list) == 1 {
				return Phone(list[0])
			}
			return Text(joinPhones(*at(r)))
		},
		read: func(r *T, cell string) string { return addPhones(at(r), cell) },
	}
}

// joinPhones writes several phones in one cell, digits only, so that none of them looks like a formula.
func joinPhones(list []string) string {
	plain := make([]string, len(list))
	for i, p := range list {
		plain[i] = phoneDigits(p)
	}
	return strings.Join(plain, ", ")
}

// addPhones adds the phones of a cell that are new.
func addPhones(list *[]string, cell string) string {
	key := ""
	for _, part := range strings.FieldsFunc(cell, func(r rune) bool { return r == ',' || r == ';' || r == '\n' || r == '|' }) {
		part = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(part), "'"))
		if part == "" {
			continue
		}
		number, ext, ok := crm.NormalPhone(strings.TrimSuffix(part, ".0"))
		if !ok {
			key = "file.bad.phone"
			continue
		}
		if ext != "" {
			number += extension + ext
		}
		if !slices.Contains(*list, number) && len(*list) < 20 {
			*list = append(*list, number)
		}
	}
	return key
}

// extension stands between a phone and its extension.
const extension = " доб. "

// phoneDigits is a phone without its plus, in a form that crm.NormalPhone reads back as the same; with the plus when there is none.
func phoneDigits(phone string) string {
	number, ext, _ := strings.Cut(phone, extension)
	digits := strings.TrimPrefix(number, "+")
	written := phone
	for _, form := range [...]string{digits, "00" + digits, "810" + digits} {
		if back, _, ok := crm.NormalPhone(form); ok && back == number {
			written = form
			if ext != "" {
				written += extension + ext
			}
			break
		}
	}
	return written
}

// emails makes the slot of a list of e-mail addresses.
func emails[T any](at func(*T) *[]string) slot[T] {
	return slot[T]{
		field: FieldEmail, soft: true,
		write: func(r *T, _ string) Value { return Text(strings.Join(*at(r), ", ")) },
		read:  func(r *T, cell string) string { return addEmails(at(r), cell) },
	}
}

func addEmails(list *[]string, cell string) string {
	key := ""
	for _, part := range strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune(",; \n|<>", r) }) {
		name, host, ok := strings.Cut(part, "@")
		if !ok || name == "" || !strings.Contains(host, ".") || strings.Contains(host, "@") || len(part) > 254 {
			key = "file.bad.email"
			continue
		}
		if !slices.Contains(*list, part) && len(*list) < 20 {
			*list = append(*list, part)
		}
	}
	return key
}

func tags[T any](at func(*T) *[]string) slot[T] {
	return slot[T]{
		field: FieldTags,
		write: func(r *T, _ string) Value { return Text(strings.Join(*at(r), ", ")) },
		read: func(r *T, cell string) string {
			for _, part := range strings.FieldsFunc(cell, func(r rune) bool { return r == ',' || r == ';' || r == '\n' }) {
				if part = strings.TrimSpace(part); part != "" && !slices.Contains(*at(r), part) {
					*at(r) = append(*at(r), part)
				}
			}
			return ""
		},
	}
}

var tierTitles = map[crm.Tier][]string{crm.TierA: {"A", "A", "А"}, crm.TierB: {"B", "B", "Б", "В"}, crm.TierC: {"C", "C", "С"}}

var clientStatusTitles = map[crm.ClientStatus][]string{
	crm.ClientActive:   {"в работе", "active", "активный", "действующий"},
	crm.ClientArchived: {"в архиве", "archived", "архив", "архивный"},
}

// tier is soft: other programs have categories of their own.
func tier() slot[ClientRow] {
	s := word(FieldTier, tierTitles, func(r *ClientRow) *crm.Tier { return &r.Tier })
	s.soft = true
	return s
}

func clientStatus() slot[ClientRow] {
	s := word(FieldStatus, clientStatusTitles, func(r *ClientRow) *crm.ClientStatus { return &r.Status })
	s.soft = true
	return s
}

var clientSlots = []slot[ClientRow]{
	text(FieldClient, func(r *ClientRow) *string { return &r.Name }),
	inn(func(r *ClientRow) *string { return &r.INN }),
	text(FieldCity, func(r *ClientRow) *string { return &r.City }),
	tier(),
	clientStatus(),
	tags(func(r *ClientRow) *[]string { return &r.Tags }),
	text(FieldManager, func(r *ClientRow) *string { return &r.Manager }),
	phones(func(r *ClientRow) *[]string { return &r.Phones }),
	emails(func(r *ClientRow) *[]string { return &r.Emails }),
	text(FieldSite, func(r *ClientRow) *string { return &r.Site }),
	text(FieldAddress, func(r *ClientRow) *string { return &r.Address }),
	note(FieldNote, func(r *ClientRow) *string { return &r.Note }),
	readOnly(text(FieldID, func(r *ClientRow) *string { return &r.Source })),
}

// readOnly takes a slot out of what is written.
func readOnly[T any](s slot[T]) slot[T] {
	s.write = nil
	return s
}

var contactSlots = []slot[ContactRow]{
	text(FieldPerson, func(r *ContactRow) *string { return &r.Name }),
	text(FieldClient, func(r *ContactRow) *string { return &r.Client }),
	inn(func(r *ContactRow) *string { return &r.INN }),
	text(FieldPosition, func(r *ContactRow) *string { return &r.Position }),
	phones(func(r *ContactRow) *[]string { return &r.Phones }),
	emails(func(r *ContactRow) *[]string { return &r.Emails }),
	birthday(),
	text(FieldTelegram, func(r *ContactRow) *string { return &r.Telegram }),
	text(FieldManager, func(r *ContactRow) *string { return &r.Manager }),
	note(FieldNote, func(r *ContactRow) *string { return &r.Note }),
	readOnly(text(FieldFirst, func(r *ContactRow) *string { return &r.first })),
	readOnly(text(FieldLast, func(r *ContactRow) *string { return &r.last })),
	readOnly(text(FieldMiddle, func(r *ContactRow) *string { return &r.middle })),
}

// birthday has its own form for a day without a year, «15.03».
func birthday() slot[ContactRow] {
	s := day(FieldBirthday, func(r *ContactRow) *crm.Date { return &r.Birthday })
	s.soft = true
	s.write = func(r *ContactRow, _ string) Value {
		if r.Birthday.Year == 0 && !r.Birthday.IsZero() {
			return Text(twoDigits(r.Birthday.Day) + "." + twoDigits(int(r.Birthday.Month)))
		}
		return Day(r.Birthday)
	}
	full := s.read
	s.read = func(r *ContactRow, cell string) string {
		if d, ok := dayOfYear(cell); ok {
			r.Birthday = d
			return ""
		}
		return full(r, cell)
	}
	return s
}

func twoDigits(n int) string {
	if n < 10 {
		return "0" + decimal(n)
	}
	return decimal(n)
}

// dayOfYear reads «15.03».
func dayOfYear(s string) (crm.Date, bool) {
	if len(s) != 5 || s[2] != '.' {
		return crm.Date{}, false
	}
	d, ok := parseDay(s + ".2000")
	d.Year = 0
	return d, ok
}

var (
	clientFields  = fieldsIn(clientSlots)
	contactFields = fieldsIn(contactSlots)
	dealFields    = fieldsIn(dealSlots)
)

var dealSlots = []slot[DealRow]{
	text(FieldID, func(r *DealRow) *string { return &r.ID }),
	text(FieldDeal, func(r *DealRow) *string { return &r.Name }),
	text(FieldClient, func(r *DealRow) *string { return &r.Client }),
	text(FieldPerson, func(r *DealRow) *string { return &r.Person }),
	text(FieldStage, func(r *DealRow) *string { return &r.Stage }),
	sum(FieldSum, func(r *DealRow) *crm.Money { return &r.Sum }),
	currency(func(r *DealRow) *crm.Money { return &r.Sum }),
	closed(),
	text(FieldManager, func(r *DealRow) *string { return &r.Manager }),
	text(FieldPosition, func(r *DealRow) *string { return &r.Position }),
	phones(func(r *DealRow) *[]string { return &r.Phones }),
	emails(func(r *DealRow) *[]string { return &r.Emails }),
	tags(func(r *DealRow) *[]string { return &r.Tags }),
	note(FieldNote, func(r *DealRow) *string { return &r.Note }),
}

// closed reads «Да» of Bitrix24 or a closing date of amoCRM, where an open deal says «не закрыта».
func closed() slot[DealRow] {
	return slot[DealRow]{field: FieldClosed, read: func(r *DealRow, cell string) string {
		_, _, _, dated := ParseDate(cell)
		folded := FoldHeader(cell)
		r.Closed = dated || yes[folded]
		if !dated && !yes[folded] && !no[folded] {
			return "file.bad.word"
		}
		return ""
	}}
}

// Deals reads deals. A deal with several goods stands in several rows of one ID: they are one deal, its sum is their sum.
func Deals(t Table, m Mapping) ([]DealRow, []Trouble) {
	rows, bad := readRows(t, m, dealSlots, func(r *DealRow, n int) { r.Row = n }, func(r *DealRow) (Field, string) {
		if r.Sum.Currency == "" {
			r.Sum.Currency = crm.RUB
		}
		if r.Name == "" && r.Client == "" && r.Person == "" {
			return FieldDeal, "file.bad.noname"
		}
		return "", ""
	})
	at := map[string]int{}
	var all []DealRow
	for _, r := range rows {
		i, again := at[r.ID]
		switch {
		case r.ID == "" || !again:
			at[r.ID] = len(all)
			all = append(all, r)
		case all[i].Sum.Currency != r.Sum.Currency || all[i].Sum.Minor+r.Sum.Minor > crm.MaxMinor:
			bad.add(r.Row, header(m, FieldSum), r.Sum.String(), "file.bad.sum")
		default:
			all[i].Sum = all[i].Sum.Add(r.Sum)
		}
	}
	return all, bad.all()
}

// Contacts reads people. A name may stand in one column or in two or three.
func Contacts(t Table, m Mapping) ([]ContactRow, []Trouble) {
	rows, bad := readRows(t, m, contactSlots, func(r *ContactRow, n int) { r.Row = n }, func(r *ContactRow) (Field, string) {
		if r.Name == "" {
			r.Name = strings.Join(strings.Fields(r.last+" "+r.first+" "+r.middle), " ")
		}
		r.first, r.last, r.middle = "", "", ""
		if r.Name == "" {
			return FieldPerson, "file.bad.noname"
		}
		return "", ""
	})
	return rows, bad.all()
}

// Clients reads clients out of a table of clients, contacts or deals: rows of one client are put together, with their people. A
// client is known by its INN, else by its folded name.
func Clients(t Table, m Mapping) ([]ClientRow, []Trouble) {
	g := newGathering()
	switch m.Shape {
	case ShapeDeals:
		deals, bad := Deals(t, m)
		for _, d := range deals {
			g.add(d.client())
		}
		return g.all, bad
	case ShapeContacts:
		people, bad := Contacts(t, m)
		for _, p := range people {
			g.add(p.client())
		}
		return g.all, bad
	default:
	}
	bad := eachRow(t, m, clientSlots, func(r *ClientRow, n int) { r.Row = n }, func(r *ClientRow) (Field, string) {
		if crm.NameKey(r.Name) == "" {
			return FieldClient, "file.bad.noname"
		}
		return "", ""
	}, g.add)
	return g.all, bad.all()
}

// ClientsOfCards are the clients that a file of cards names as companies; a card without one is a client of its own.
func ClientsOfCards(cards []ContactRow) []ClientRow {
	g := newGathering()
	for _, c := range cards {
		g.add(c.client())
	}
	return g.all
}

// client is a deal's client; a deal of a person alone makes the person a client.
func (d DealRow) client() ClientRow {
	c := ClientRow{Row: d.Row, Name: d.Client, Manager: d.Manager, Tags: d.Tags}
	if c.Name == "" {
		c.Name = d.Person
	}
	if c.Name == "" {
		c.Name = d.Name
	}
	if d.Person == "" {
		c.Phones, c.Emails = d.Phones, d.Emails
		return c
	}
	c.Contacts = []ContactRow{{Row: d.Row, Client: c.Name, Name: d.Person, Position: d.Position, Phones: d.Phones, Emails: d.Emails}}
	return c
}

func (p ContactRow) client() ClientRow {
	c := ClientRow{Row: p.Row, Name: p.Client, INN: p.INN, Manager: p.Manager}
	if c.Name == "" {
		c.Name = p.Name
	}
	c.Contacts = []ContactRow{p}
	return c
}

// gathering puts the rows of one client together, in the order of their first rows.
type gathering struct {
	all           []ClientRow
	byINN, byName map[string]int
}

func newGathering() *gathering {
	return &gathering{byINN: map[string]int{}, byName: map[string]int{}}
}

func (g *gathering) add(r ClientRow) {
	key := crm.NameKey(r.Name)
	i, ok := g.byINN[r.INN]
	if r.INN == "" || !ok {
		if i, ok = g.byName[key]; ok && r.INN != "" && g.all[i].INN != "" {
			ok = false // a namesake
		}
	}
	if !ok {
		i = len(g.all)
		g.all = append(g.all, r)
		g.byName[key] = i
	} else {
		g.all[i].merge(r)
	}
	if g.all[i].INN != "" {
		g.byINN[g.all[i].INN] = i
	}
}

// merge adds what o knows and c doesn't.
func (c *ClientRow) merge(o ClientRow) {
	for _, pair := range [...][2]*string{
		{&c.INN, &o.INN}, {&c.City, &o.City}, {&c.Manager, &o.Manager}, {&c.Site, &o.Site}, {&c.Address, &o.Address}, {&c.Note, &o.Note},
	} {
		if *pair[0] == "" {
			*pair[0] = *pair[1]
		}
	}
	if c.Tier == "" {
		c.Tier = o.Tier
	}
	if c.Status == "" {
		c.Status = o.Status
	}
	c.Tags, c.Phones, c.Emails = union(c.Tags, o.Tags), union(c.Phones, o.Phones), union(c.Emails, o.Emails)
	for _, p := range o.Contacts {
		same := slices.IndexFunc(c.Contacts, func(have ContactRow) bool { return crm.NameKey(have.Name) == crm.NameKey(p.Name) })
		if same < 0 {
			c.Contacts = append(c.Contacts, p)
			continue
		}
		have := &c.Contacts[same]
		have.Phones, have.Emails = union(have.Phones, p.Phones), union(have.Emails, p.Emails)
		if have.Position == "" {
			have.Position = p.Position
		}
	}
}

func union(a, b []string) []string {
	for _, s := range b {
		if !slices.Contains(a, s) {
			a = append(a[:len(a):len(a)], s)
		}
	}
	return a
}
