package dialog

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"followup/bot/capture"
	"followup/bot/message"
	"followup/storage/crm"
)

// Rules of a birthday in plain words.
//
// «У Ирины из Вектора др 3 декабря» says when a person at a client was born. When the client has exactly one person of that
// name, the day goes to that person's card, whose reminder is the birthday's own, with an undo. Otherwise it is asked: which
// person, a new one, or only a step that repeats every year. A line that says what to do about the day («поздравить Ирину с
// днём рождения 3 декабря») is a step, and none of this.

var (
	birthdayWord = regexp.MustCompile(`(?i)(^|[\s,;:(])(?:д\.\s?р\.?|др|день\s+рождения|дня\s+рождения|birthday|b-?day)([\s,;:.)!—–-]|$)`)
	birthdayOn   = regexp.MustCompile(`(?i)(?:^|[\s,:—–-])(\d{1,2}(?:st|nd|rd|th)?(?:\s+of)?[\s./-]+(?:\d{1,2}|\p{L}{3,})\.?(?:,?[\s./-]+\d{4})?)(?:\s*(?:г\.?|года))?[.!]?$`)
	monthFirst   = regexp.MustCompile(`(?i)(?:^|[\s,:—–-])(\p{L}{3,})\s+(\d{1,2})(?:st|nd|rd|th)?(,?\s+\d{4})?[.!]?$`)
	ordinalDay   = regexp.MustCompile(`(?i)^(\d{1,2})(?:st|nd|rd|th)?(?:\s+of)?`)
	possessive   = regexp.MustCompile(`[’']s?$`)
)

// birthdayFill are words beside the names of the person and the client.
var birthdayFill = wordSet("у из от в на для is on the of from at and has с со а и")

// birthdayDeeds begin words that say what to do about the day.
const birthdayDeeds = "поздр напомн подар куп позвон напис отправ remind congrat wish call buy send write gift"

// bornSaid is a birthday that waits for the choice of whose it is.
type bornSaid struct {
	Client int64
	Name   string
	Born   crm.Date
	Text   string // as it was written
}

// bornTalk is birthdayTalk of plain text.
func (t *turn) bornTalk(text string) (bool, error) { return t.birthdayTalk(text, 0) }

// birthdayTalk takes a line that says when a person was born; client is who the replied message is about, else 0. False when
// the line is none.
func (t *turn) birthdayTalk(text string, client int64) (bool, error) {
	rest, born, ok := t.bornIn(strings.TrimSpace(text))
	if !ok {
		return false, nil
	}
	said := bornSaid{Client: client, Born: born, Text: text}
	r, err := t.understood(rest)
	if err != nil {
		return true, err
	}
	said.Name = personIn(r, &said.Client)
	if said.Name == "" {
		return false, nil
	}
	people, err := t.bearers(said)
	switch {
	case err != nil:
		return true, err
	case len(people) == 1:
		return true, t.keepBirthday(people[0], born)
	case len(people) == 0 && said.Client == 0:
		return false, nil // whose client it is, is asked with the step
	}
	return true, t.askBirthday(said, people)
}

// bornIn takes the word and the day out of a line.
func (t *turn) bornIn(text string) (rest string, born crm.Date, ok bool) {
	if !birthdayWord.MatchString(text) || saysOne(text, birthdayDeeds) {
		return "", born, false
	}
	day := ""
	if m := birthdayOn.FindStringSubmatchIndex(text); m != nil {
		day, rest = ordinalDay.ReplaceAllString(text[m[2]:m[3]], "$1"), text[:m[0]]
	} else if m := monthFirst.FindStringSubmatch(text); m != nil {
		day, rest = strings.TrimSpace(m[2]+" "+m[1]+strings.ReplaceAll(m[3], ",", "")), strings.TrimSuffix(text, m[0])
	}
	born, err := t.readBirthday(strings.ReplaceAll(day, ",", ""))
	if err != nil {
		return "", born, false
	}
	return birthdayWord.ReplaceAllString(rest, "$1 $2"), born, true
}

// personIn is the name of a person in what is left of the line, empty when there are more words than a name has; client
// becomes the one that the line names. A given name may be read as a mention of the client too: the surest one is the client's.
func personIn(r capture.Reading, client *int64) string {
	if len(r.Mentions) == 0 {
		return nameIn(r.Text)
	}
	best := slices.MaxFunc(r.Mentions, func(a, b capture.Mention) int { return cmp.Compare(scoreOf(a), scoreOf(b)) })
	name := nameIn(r.Text[:best.Span.From] + " " + r.Text[best.Span.To:])
	switch {
	case name == "":
		return nameIn(r.Text[best.Span.From:best.Span.To]) // «у Ирины»: the person is all that is named
	case !best.Sure:
		return "" // which of them is asked with the step
	}
	*client = best.Matches[0].Client
	return name
}

func scoreOf(m capture.Mention) int {
	if len(m.Matches) == 0 {
		return 0
	}
	return m.Matches[0].Score
}

// nameIn is a name of at most three words without the small ones around it, empty when there is more.
func nameIn(text string) string {
	var name []string
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t\n,;:.()«»\"“”—–-!", r) }) {
		word = possessive.ReplaceAllString(word, "")
		if word != "" && !birthdayFill[strings.ToLower(word)] {
			name = append(name, capital(word))
		}
	}
	if len(name) > 3 {
		return ""
	}
	return strings.Join(name, " ")
}

// nameStem is a word of a name without its ending: Ирины, Ирине and Ирина have the same.
func nameStem(word string) string {
	key := crm.NameKey(word)
	if stem, ok := fleeting[key]; ok {
		return stem
	}
	if stem := strings.TrimRight(key, "аеиоуыэюяйь"); len([]rune(stem)) >= 2 {
		return stem
	}
	return key
}

// bears reports whether a person's name has every word of what was said.
func bears(name, said string) bool {
	var stems []string
	for _, word := range strings.Fields(name) {
		stems = append(stems, nameStem(word))
	}
	for _, word := range strings.Fields(said) {
		if !slices.Contains(stems, nameStem(word)) {
			return false
		}
	}
	return true
}

// maxBearers bounds whom a name without a client is looked for among.
const maxBearers = 5

// bearers are the people of that name: at the client, or, when none is named, at those that this member sees.
func (t *turn) bearers(said bornSaid) ([]crm.Contact, error) {
	clients := []int64{said.Client}
	if said.Client == 0 {
		clients = nil
		names, err := t.tx.ClientNames()
		if err != nil {
			return nil, err
		}
		for _, n := range names {
			if len(clients) < maxBearers && n.Own && slices.ContainsFunc(n.Contacts, func(c crm.ContactName) bool { return bears(c.Name, said.Name) }) {
				clients = append(clients, n.ID)
			}
		}
	}
	var people []crm.Contact
	for _, id := range clients {
		all, err := t.tx.Contacts(id)
		if err != nil {
			return nil, err
		}
		for _, c := range all {
			if bears(c.Name, said.Name) {
				people = append(people, c)
			}
		}
	}
	return people, nil
}

// keepBirthday puts the day on a person's card and says so.
func (t *turn) keepBirthday(c crm.Contact, born crm.Date) error {
	client, err := t.tx.Client(c.Client)
	if err != nil {
		return err
	}
	if born.Year == 0 && c.Birthday.Month == born.Month && c.Birthday.Day == born.Day {
		born = c.Birthday // the year that is known stays
	}
	s := &screen{}
	if c.Birthday == born {
		s.Add(t.Say("birthday.known", "who", message.Cut(c.Name, 100), "client", client.Name, "day", t.Date(t.nextBirthday(c), "full")))
		s.row(t.button("client.card", "c", c.Client))
		return t.show(s.about("client", c.Client))
	}
	was := bornText(c.Birthday)
	c.Birthday = born
	t.tx.Change("birthday", crm.Subject{Kind: "client", ID: c.Client}, crm.Fact{Name: "name", Value: message.Cut(client.Name, 60)},
		crm.Fact{Name: "who", Value: c.Name})
	if err := t.tx.SaveContact(&c); err != nil {
		return err
	}
	s.Add(t.Say("birthday.kept", "who", message.Cut(c.Name, 100), "client", client.Name, "day", t.Date(t.nextBirthday(c), "full")))
	if was != "" {
		s.Line(t.Say("birthday.was", "day", was))
	}
	s.row(t.button("card.undo", "undo", t.tx.ChangeID()), t.button("client.card", "c", c.Client))
	return t.show(s.about("client", c.Client))
}

// bornText is a birthday as a card has it, the year only when it is known; empty for none.
func bornText(d crm.Date) string {
	switch {
	case d.IsZero():
		return ""
	case d.Year == 0:
		return fmt.Sprintf("%02d.%02d", d.Day, d.Month)
	}
	return fmt.Sprintf("%02d.%02d.%d", d.Day, d.Month, d.Year)
}

// askBirthday asks whose the day is.
func (t *turn) askBirthday(said bornSaid, people []crm.Contact) error {
	o, err := t.keepOffer("born", said)
	if err != nil {
		return err
	}
	key, name := "birthday.whose", ""
	if said.Client != 0 {
		if name, err = t.clientName(said.Client); err != nil {
			return err
		}
		if len(people) == 0 {
			key = "birthday.nobody"
		}
	}
	s := t.screen(key, "who", message.Cut(newPerson(said.Name), 60), "client", name)
	for _, c := range people[:min(len(people), maxBearers)] {
		label := message.Cut(c.Name, 40)
		if said.Client == 0 {
			at, err := t.clientName(c.Client)
			if err != nil {
				return err
			}
			label += " · " + at
		} else if c.Position != "" {
			label += ", " + c.Position
		}
		s.row(labelled(label, "bornof", o.ID, fmt.Sprint(c.ID)))
	}
	if said.Client != 0 {
		s.row(labelled(t.Say("birthday.new", "who", message.Cut(newPerson(said.Name), 40)), "bornof", o.ID, "new"))
		s.about("client", said.Client)
	}
	return t.send(s.row(t.button("birthday.step", "bornof", o.ID, "step")))
}

// newPerson is the name of a new contact as it stands by itself, out of «у Ирины».
func newPerson(said string) string {
	name := capture.Reading{Text: "у " + said, Rest: said}.NewName()
	for whole, stem := range fleeting {
		if first := firstWord(name); crm.NameKey(first) == stem {
			name = capital(whole) + strings.TrimPrefix(name, first)
		}
	}
	return name
}

// tapBornOf takes the choice of whose birthday it is: a contact's number, "new", or "step".
func (t *turn) tapBornOf(id int64, arg string) error {
	var said bornSaid
	o, err := t.takeOffer(id, "born", &said)
	if err != nil {
		return err
	}
	switch arg {
	case "step":
		if err := t.plain(); err != nil {
			return err
		}
		alone := *t
		alone.in.Kind, alone.in.Date = message.Text, o.Created // its card is a message of its own, its words are of then
		return alone.file(said.Text, state{Client: said.Client})
	case "new":
		return t.keepBirthday(crm.Contact{Client: said.Client, Name: newPerson(said.Name)}, said.Born)
	}
	people, err := t.bearers(said)
	if err != nil {
		return err
	}
	for _, c := range people {
		if fmt.Sprint(c.ID) == arg {
			return t.keepBirthday(c, said.Born)
		}
	}
	return crm.Say("already")
}
