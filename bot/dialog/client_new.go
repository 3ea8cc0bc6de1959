package dialog

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
)

// Rules of a new client.
//
// The name may come with its legal form and with an INN, whose check digits must be right. A client of the same name is
// not entered twice: it is said whose it is, of somebody else's by name only. A name merely like a known one is asked
// about, with the known ones to open.

// maxClientName is the longest name, in UTF-16 units.
const maxClientName = 200

// newName is a client that is about to be created.
type newName struct {
	Name    string
	INN     string `json:",omitempty"`
	Contact string `json:",omitempty"` // a person there, as was written
}

// newClient creates a client: "/new ООО Вектор ИНН 7701234560", or asks for the name.
func (t *turn) newClient(args string) error {
	if args == "" {
		return t.open("new", formData{}, t.screen("new.ask"))
	}
	n, err := readNewName(args)
	if err != nil {
		return err
	}
	return t.createOrAsk(n)
}

// formNew takes the typed name. While an offered name waits for its button, other messages are handled as usual.
func (t *turn) formNew(d formData, text string) error {
	if d.Arg != "" || strings.TrimSpace(text) == "" {
		return errNotMine
	}
	n, err := t.typedName(text)
	if err != nil {
		return err
	}
	if err := t.closeForm(); err != nil {
		return err
	}
	return t.createOrAsk(n)
}

// typedName is the name that was asked for. A message that is a record is none, unless it is so short that it may be a name:
// «Звонок Сервис».
func (t *turn) typedName(text string) (newName, error) {
	work, err := t.isWork(text)
	if err != nil {
		return newName{}, err
	}
	if work && len(strings.Fields(text)) > 3 {
		return newName{}, errNotMine
	}
	return readNewName(text)
}

// innText is an INN with the word before it, or the digits alone at the end of a name.
var innText = regexp.MustCompile(`(?i)[,;( ]*(?:инн|inn|tax id)[ :№#]*([\d ]*\d)\)?|[ ,]+(\d{10}|\d{12})$`)

// contactText is a person who is named behind the client.
var contactText = regexp.MustCompile(`(?i)[,;. ]+(?:контакт|контактное лицо|contact)[:,—– -]+(.+)$`)

// readNewName parts a name from its INN and from a person there.
func readNewName(text string) (newName, error) {
	n := newName{Name: strings.Join(strings.Fields(text), " ")}
	if m := contactText.FindStringSubmatchIndex(n.Name); m != nil {
		n.Name, n.Contact = n.Name[:m[0]], n.Name[m[2]:m[3]]
	}
	if m := innText.FindStringSubmatchIndex(n.Name); m != nil {
		from, to := m[2], m[3]
		if from < 0 {
			from, to = m[4], m[5]
		}
		n.INN = strings.ReplaceAll(n.Name[from:to], " ", "")
		n.Name = strings.TrimSpace(n.Name[:m[0]] + " " + n.Name[m[1]:])
	}
	n.Name = strings.Trim(n.Name, " ,;:")
	switch {
	case crm.NameKey(n.Name) == "":
		return n, crm.Say("client.unnamed")
	case message.Len(n.Name) > maxClientName:
		return n, crm.Say("client.long", "limit", maxClientName)
	case n.INN != "":
		return n, checkINN(n.INN)
	}
	return n, nil
}

// checkINN is the Problem of a wrong taxpayer number.
func checkINN(inn string) error {
	if len(inn) != 10 && len(inn) != 12 {
		return crm.Say("inn.length", "inn", message.Cut(inn, 20), "n", len(inn))
	}
	if !crm.ValidINN(inn) {
		return crm.Say("inn.wrong", "inn", inn)
	}
	return nil
}

// createOrAsk creates the client unless one of the same or of a like name is there.
func (t *turn) createOrAsk(n newName) error {
	same, err := t.namesake(n)
	if err != nil {
		return err
	}
	if same != nil {
		return t.sayExists(n, *same)
	}
	near, err := t.alike(n)
	if err != nil {
		return err
	}
	if len(near) == 0 {
		return t.createClient(n, t.tx.SaveClient)
	}
	return t.offerNew(t.screen("new.near", "name", n.Name), n, near)
}

// sayExists says whose the client of that name is. Who sees it may still say that this one is another.
func (t *turn) sayExists(n newName, same crm.Client) error {
	s := t.screen("new.exists", "name", same.Name)
	if same.Manager != t.me.ID && same.Manager != 0 {
		m, err := t.tx.Member(same.Manager)
		if err != nil {
			return err
		}
		s = t.screen("new.exists.other", "name", same.Name, "manager", m.Name)
	}
	s.row(t.button("new.open", "c", same.ID), t.button("new.namesake", "cnew", 0, "same"))
	return t.waitForNew(s.about("client", same.ID), n)
}

// namesake is the client of the same name, nil when there is none or when its INN says that it is another one. Somebody
// else's is the Problem "denied.client".
func (t *turn) namesake(n newName) (*crm.Client, error) {
	names, err := t.tx.ClientNames()
	if err != nil {
		return nil, err
	}
	key := crm.NameKey(n.Name)
	for _, known := range names {
		if crm.NameKey(known.Name) != key {
			continue
		}
		c, err := t.tx.Client(known.ID)
		if err != nil {
			return nil, err
		}
		if n.INN == "" || c.INN == "" || n.INN == c.INN {
			return &c, nil
		}
	}
	return nil, nil
}

// alike are this member's clients that look like the new one: by its INN, by a slip in its name, or by a name that is said so.
func (t *turn) alike(n newName) ([]crm.Client, error) {
	l, err := t.lookalikes()
	if err != nil {
		return nil, err
	}
	var list []crm.Client
	for _, a := range l.Of(storage.Look{Name: n.Name, INN: n.INN}) {
		c, err := t.tx.Client(a.ID)
		if err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	found, err := t.findClients(n.Name)
	if denied(err) {
		found, err = foundClients{}, nil
	}
	for _, c := range found.sure {
		if !slices.ContainsFunc(list, func(have crm.Client) bool { return have.ID == c.ID }) {
			list = append(list, c)
		}
	}
	return list[:min(len(list), 3)], err
}

// offerNew shows known clients to open and a button that creates n. The name waits in the form, for a button is too short
// to hold it.
func (t *turn) offerNew(s *screen, n newName, near []crm.Client) error {
	for _, c := range near {
		label, err := t.tellApart(c.ID)
		if err != nil {
			return err
		}
		s.row(labelled(label, "c", c.ID))
	}
	s.row(labelled(t.Say("new.create", "name", message.Cut(n.Name, 40)), "cnew", 0))
	return t.waitForNew(s, n)
}

// waitForNew shows s and keeps the name for its button.
func (t *turn) waitForNew(s *screen, n newName) error {
	raw, err := json.Marshal(n)
	if err != nil {
		return fmt.Errorf("dialog: new client: %w", err)
	}
	return t.open("new", formData{Arg: string(raw)}, s)
}

// tapCreateClient creates the client whose name was offered; "same" says that it is another one of a name that exists.
func (t *turn) tapCreateClient(_ int64, arg string) error {
	n, err := t.offered()
	if err != nil {
		return err
	}
	if err := t.closeForm(); err != nil {
		return err
	}
	if err := t.plain(); err != nil {
		return err
	}
	if arg == "same" {
		return t.createClient(n, t.saveNamesake(n))
	}
	return t.createClient(n, t.tx.SaveClient)
}

// saveNamesake saves a client that the person called another one of the same name, and remembers that they are two.
func (t *turn) saveNamesake(n newName) func(*crm.Client) error {
	return func(c *crm.Client) error {
		same, err := t.namesake(n)
		if err != nil && !denied(err) {
			return err
		}
		if err := t.tx.SaveNamesake(c); err != nil || same == nil {
			return err
		}
		if err := t.tx.Apart(c.ID, same.ID); err != nil && !denied(err) {
			return err
		}
		return nil
	}
}

// offered is the name that waits in the form.
func (t *turn) offered() (newName, error) {
	var d formData
	var n newName
	f, ok, err := t.tx.Form(t.in.Chat)
	if err != nil {
		return n, err
	}
	if !ok || f.Kind != "new" {
		return n, crm.Say("new.gone")
	}
	if err := json.Unmarshal(f.Data, &d); err != nil || d.Arg == "" {
		return n, crm.Say("new.gone")
	}
	if err := json.Unmarshal([]byte(d.Arg), &n); err != nil {
		return n, fmt.Errorf("dialog: new client: %w", err)
	}
	return n, nil
}

// createClient creates the client and shows its card with what could be added at once.
func (t *turn) createClient(n newName, save func(*crm.Client) error) error {
	c := crm.Client{Name: n.Name, INN: n.INN, Manager: t.me.ID, Team: t.me.Team, Tier: crm.TierB, Status: crm.ClientActive}
	if err := save(&c); err != nil {
		return err
	}
	var contacts []crm.Contact
	if n.Contact != "" {
		err := t.addContact(c, n.Contact)
		if err == nil {
			contacts, err = t.tx.Contacts(c.ID)
		}
		if err != nil {
			return err
		}
	}
	t.tx.Change("client.new", crm.Subject{Kind: "client", ID: c.ID}, crm.Fact{Name: "name", Value: message.Cut(c.Name, 60)})
	s := t.screen("new.done", "name", c.Name)
	if c.INN != "" {
		s.Line(t.Say("client.inn", "inn", c.INN))
	}
	for _, who := range contacts {
		s.Line(t.contactLine(who))
	}
	s.Line(t.Say("new.next"))
	s.row(t.button("field.contact", "cadd", c.ID, "contact"), t.button("field.city", "cadd", c.ID, "city"))
	inn := message.Button{}
	if c.INN == "" {
		inn = t.button("field.inn", "cadd", c.ID, "inn")
	}
	s.row(t.button("client.tier", "ctier", c.ID), inn)
	if err := t.cardAlike(s, c); err != nil {
		return err
	}
	s.row(t.button("new.open", "c", c.ID), t.button("card.undo", "undo", t.tx.ChangeID()))
	return t.send(s.about("client", c.ID))
}
