package dialog

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"followup/bot/message"
	"followup/storage/crm"
)

// A field of the card is asked for by a button and typed. fieldTable holds what can be; the catalog has "field.NAME" (the
// button), "field.NAME.ask" and "field.NAME.name".
var fieldTable = []struct {
	name string
	set  func(t *turn, c crm.Client, text string) error
}{
	{"contact", (*turn).addContact},
	{"inn", (*turn).setINN},
	{"city", (*turn).setCity},
	{"alias", (*turn).addAlias},
	{"cadence", (*turn).setCadence},
	{"name", (*turn).rename},
}

// tapClientAdd asks for a field of a client, for what happened ("touch") or what comes next ("step"); without an argument
// it shows what can be added, and "archive" and "active" move the client out of the way and back.
func (t *turn) tapClientAdd(id int64, arg string) error {
	c, err := t.tx.Client(id)
	if err != nil {
		return err
	}
	switch arg {
	case "":
		s, err := t.fieldsScreen(c)
		if err != nil {
			return err
		}
		return t.show(s)
	case "touch", "step":
		return t.open("field", formData{ID: id, Arg: arg}, t.screen("field."+arg+".ask", "name", message.Cut(c.Name, 60)).about("client", id))
	case "archive", "active":
		return t.archive(c, arg == "archive")
	}
	for _, f := range fieldTable {
		if f.name == arg {
			s := t.screen("field."+arg+".ask", "name", message.Cut(c.Name, 60))
			return t.open("field", formData{ID: id, Arg: arg}, s.about("client", id))
		}
	}
	return crm.Say("button.unknown")
}

func (t *turn) fieldsScreen(c crm.Client) (*screen, error) {
	s := t.screen("field.what", "name", message.Cut(c.Name, maxNameShown))
	var buttons []message.Button
	for _, f := range fieldTable {
		buttons = append(buttons, t.button("field."+f.name, "cadd", c.ID, f.name))
	}
	move := t.button("field.archive", "cadd", c.ID, "archive")
	if c.Status == crm.ClientArchived {
		move = t.button("field.active", "cadd", c.ID, "active")
	}
	s.rows(2, append(buttons, move)...)
	s.row(t.button("contact.people", "people", c.ID), t.button("ask.colleague", "reqnew", c.ID, "client"))
	s.row(t.handButton(c)...)
	if err := t.shareButtons(s, c); err != nil {
		return nil, err
	}
	return s.row(t.button("client.back", "c", c.ID)).about("client", c.ID), nil
}

// archive takes a client off the lists and reminders, or brings it back.
func (t *turn) archive(c crm.Client, away bool) error {
	status := crm.ClientActive
	if away {
		status = crm.ClientArchived
	}
	if c.Status != status {
		c.Status = status
		if err := t.saveField(&c, "status"); err != nil {
			return err
		}
	}
	return t.showCard(c)
}

// formField takes what was typed for a client. A message that is a record or an order is handled as usual unless that is
// what was asked for.
func (t *turn) formField(d formData, text string) error {
	c, err := t.tx.Client(d.ID)
	if err != nil {
		return err
	}
	text = strings.Join(strings.Fields(text), " ")
	if other, err := t.isOther(d.Arg, text); err != nil {
		return err
	} else if other {
		return errNotMine
	}
	switch d.Arg {
	case "touch", "step":
		if err := t.closeForm(); err != nil {
			return err
		}
		s := state{Client: c.ID}
		if d.Arg == "step" {
			s.Force = "followup"
		}
		return t.file(t.in.Text, s)
	}
	for _, f := range fieldTable {
		if f.name != d.Arg {
			continue
		}
		if err := f.set(t, c, text); err != nil {
			return err
		}
		if err := t.closeForm(); err != nil {
			return err
		}
		if c, err = t.tx.Client(c.ID); err != nil {
			return err
		}
		return t.sendCard(c)
	}
	return t.closeForm()
}

// isOther reports whether a message is no answer to the question of a field.
func (t *turn) isOther(field, text string) (bool, error) {
	switch {
	case text == "":
		return true, nil
	case field == "cadence", field == "contact" && (phoneText.MatchString(text) || emailText.MatchString(text)):
		return false, nil
	case field != "touch" && field != "step":
		return t.isWork(text)
	}
	r, err := t.understood(text)
	if err != nil {
		return false, err
	}
	return r.Order != nil || r.Chat != "", nil
}

var (
	emailText = regexp.MustCompile(`[^\s,;<>]+@[^\s,;<>]+\.[^\s,;<>.]+`)
	phoneText = regexp.MustCompile(`\+?\d[\d\s()‑–\-./]{6,}\d(?:[ ,]*(?:доб|вн|ext)\.? ?\d+)?`)
)

// addContact reads «Ирина Ковалёва, главбух, +7 903 123-45-67, i@example.org», in any order after the name.
func (t *turn) addContact(c crm.Client, text string) error {
	text, born, err := t.takeBirthday(text)
	if err != nil {
		return err
	}
	contact := crm.Contact{Client: c.ID, Birthday: born}
	if contact.Email = emailText.FindString(text); contact.Email != "" {
		text = strings.Replace(text, contact.Email, ",", 1)
	}
	for _, written := range phoneText.FindAllString(text, 5) {
		number, ext, ok := crm.NormalPhone(written)
		if !ok {
			return crm.Say("field.contact.phone", "said", message.Cut(written, 30))
		}
		if ext != "" {
			number += " доб. " + ext
		}
		contact.Phones = append(contact.Phones, number)
		text = strings.Replace(text, written, ",", 1)
	}
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ';' }) {
		part = strings.Trim(part, " .:–—-")
		switch {
		case part == "":
		case contact.Name == "":
			contact.Name = message.Cut(part, 100)
		case contact.Position == "":
			contact.Position = message.Cut(part, 100)
		default:
			contact.Position = message.Cut(contact.Position+", "+part, 200)
		}
	}
	if !strings.ContainsFunc(contact.Name, unicode.IsLetter) {
		return crm.Say("field.contact.unnamed")
	}
	t.tx.Change("contact", crm.Subject{Kind: "client", ID: c.ID}, crm.Fact{Name: "name", Value: message.Cut(c.Name, 60)},
		crm.Fact{Name: "who", Value: contact.Name})
	return t.tx.SaveContact(&contact)
}

// setINN keeps a taxpayer number whose check digits are right.
func (t *turn) setINN(c crm.Client, text string) error {
	c.INN = strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, text)
	if err := checkINN(c.INN); err != nil {
		return err
	}
	return t.saveField(&c, "inn")
}

func (t *turn) setCity(c crm.Client, text string) error {
	c.City = message.Cut(text, 60)
	if found, sure := findCities(text); sure && len(found) == 1 {
		c.City = found[0].name(t.me.Language)
	}
	return t.saveField(&c, "city")
}

// addAlias learns another name, which is then understood in messages.
func (t *turn) addAlias(c crm.Client, text string) error {
	for _, name := range strings.Split(text, ",") {
		name = message.Cut(strings.TrimSpace(name), 60)
		if key := crm.NameKey(name); key == "" || key == c.Key || hasName(c.Aliases, key) {
			continue
		}
		c.Aliases = append(c.Aliases, name)
	}
	return t.saveField(&c, "alias")
}

func hasName(names []string, key string) bool {
	for _, n := range names {
		if crm.NameKey(n) == key {
			return true
		}
	}
	return false
}

// cadenceText is "30", «раз в 2 недели», "every 10 days", «каждый месяц».
var cadenceText = regexp.MustCompile(`^(?:раз в|кажды[ейх]|каждую|every|once an?|once in)? *(\d{1,3})? *(д|ден|дн|day|н|нед|week|м|мес|mon)?[а-яёa-z.]*$`)

// setCadence keeps how often the client should hear from us; «по умолчанию» goes back to the tier's.
func (t *turn) setCadence(c crm.Client, text string) error {
	lower := strings.ToLower(text)
	if saysOne(lower, "умолч обычн default usual reset сброс") {
		c.Cadence = 0
		return t.saveField(&c, "cadence")
	}
	m := cadenceText.FindStringSubmatch(lower)
	if m == nil || m[1] == "" && m[2] == "" {
		if about, err := t.speaksOfWork(text); err != nil || about {
			return cmp.Or(err, errNotMine) // another line of work
		}
		return crm.Say("field.cadence.bad", "said", message.Cut(text, 40))
	}
	days := 1
	if m[1] != "" {
		days, _ = strconv.Atoi(m[1])
	}
	switch {
	case strings.HasPrefix(m[2], "н") || m[2] == "week":
		days *= 7
	case strings.HasPrefix(m[2], "м") || m[2] == "mon":
		days *= 30
	}
	if days < 1 || days > 365 {
		return crm.Say("field.cadence.bad", "said", message.Cut(text, 40))
	}
	c.Cadence = days
	return t.saveField(&c, "cadence")
}

func (t *turn) rename(c crm.Client, text string) error {
	n, err := readNewName(text)
	if err != nil {
		return err
	}
	c.Name = n.Name
	if n.INN != "" {
		c.INN = n.INN
	}
	return t.saveField(&c, "name")
}
