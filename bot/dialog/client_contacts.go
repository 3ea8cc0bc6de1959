package dialog

import (
	"errors"
	"fmt"

	"followup/bot/message"
	"followup/storage/crm"
)

// Rules of a contact's personal data.
//
// Whoever may change the client may take out what is kept about a contact, as a file, and erase it. Erasing takes two taps,
// the first of which says what goes, that it can't be undone and offers the file. That it was erased, when and by whom
// stays in the client's history, and the lead is told: without the name. A second tap finds nothing left to do.

// maxContacts is how many contacts a list shows.
const maxContacts = 30

// tapContacts lists the contacts of a client.
func (t *turn) tapContacts(client int64, _ string) error {
	c, err := t.tx.Client(client)
	if err != nil {
		return err
	}
	list, err := t.tx.Contacts(client)
	if err != nil {
		return err
	}
	s := t.screen("contact.list", "name", message.Cut(c.Name, maxNameShown))
	for _, contact := range list[:min(len(list), maxContacts)] {
		s.row(labelled(contact.Name, "person", contact.ID))
	}
	return t.show(s.row(t.button("client.back", "c", client)).about("client", client))
}

// tapContact shows a contact; "data" sends what is kept, "erase" asks, and "sure" erases.
func (t *turn) tapContact(id int64, arg string) error {
	c, err := t.tx.Contact(id)
	var problem *crm.Problem
	if errors.As(err, &problem) && problem.Key == "gone" {
		return crm.Say("contact.erased.already")
	}
	if err != nil {
		return err
	}
	switch arg {
	case "":
		return t.show(t.contactScreen(c))
	case "data":
		return t.contactData(c)
	case "erase":
		s := t.screen("contact.erase.ask", "who", message.Cut(c.Name, 100))
		s.row(t.button("contact.data", "person", id, "data"))
		s.row(t.button("contact.erase.sure", "person", id, "sure"), t.button("contact.erase.no", "person", id))
		return t.show(s)
	case "sure":
		return t.eraseContact(c)
	}
	return crm.Say("button.unknown")
}

// contactScreen is everything known about a person.
func (t *turn) contactScreen(c crm.Contact) *screen {
	s := &screen{}
	s.Bold("👤 " + message.Cut(c.Name, 100))
	if c.Position != "" {
		s.Line(message.Cut(c.Position, 200))
	}
	for _, phone := range c.Phones {
		s.Line("📞 " + prettyPhone(phone))
	}
	if c.Email != "" {
		s.Line("✉️ " + message.Cut(c.Email, 200))
	}
	switch {
	case c.Birthday.IsZero():
	case c.Birthday.Year == 0:
		s.Line(t.Say("contact.birthday.yearly", "day", fmt.Sprintf("%02d.%02d", c.Birthday.Day, c.Birthday.Month)))
	default:
		s.Line(t.Say("contact.birthday", "day", c.Birthday))
	}
	s.row(t.button("birthday.set", "born", c.ID))
	s.row(t.button("contact.data", "person", c.ID, "data"), t.button("contact.erase", "person", c.ID, "erase"))
	return s.row(t.button("back", "people", c.Client)).about("client", c.Client)
}

// contactData sends everything that is kept about a person as a file.
func (t *turn) contactData(c crm.Contact) error {
	raw, err := t.tx.ContactData(c.ID)
	if err != nil {
		return err
	}
	s := t.screen("contact.data.sent")
	s.file = &message.Upload{Name: "contact-data.json", Bytes: raw}
	o := t.out(s)
	o.Once = true
	_, err = t.tx.Send(o)
	return err
}

func (t *turn) eraseContact(c crm.Contact) error {
	client, err := t.tx.Client(c.Client)
	if err != nil {
		return err
	}
	if err := t.tx.EraseContact(c.ID); err != nil {
		return err
	}
	leads, err := t.tx.System().LeadsOf(t.me)
	if err != nil {
		return err
	}
	for _, lead := range leads {
		to := t.d.turnOf(t.tx, lead, message.In{Chat: lead.Telegram})
		if err := to.say("contact.erased.lead", "who", t.me.Name, "client", message.Cut(client.Name, maxNameShown)); err != nil {
			return err
		}
	}
	s := t.screen("contact.erased", "client", message.Cut(client.Name, maxNameShown))
	return t.show(s.row(t.button("client.back", "c", c.Client)).about("client", c.Client))
}
