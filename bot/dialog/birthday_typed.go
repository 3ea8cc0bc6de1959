package dialog

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"followup/bot/message"
	"followup/storage/crm"
)

// A birthday is typed with a new contact, «Ирина, главбух, ДР 3 декабря», or on the person's card by its own button. The year
// may be left out.

var (
	birthdayText = regexp.MustCompile(`(?i)(?:д\.?\s?р\.?|день рождения|birthday|born)[\s:—–-]+(\d{1,2}[\s./-]+(?:\d{1,2}|\p{L}+)(?:[\s./-]+\d{4})?)(?:\s*(?:г\.?|года))?`)
	birthdayDay  = regexp.MustCompile(`^\s*(\d{1,2})[\s./-]+(\d{1,2}|\p{L}+)\.?(?:[\s./-]+(\d{4}))?(?:\s*(?:г\.?|года))?\s*$`)
)

// readBirthday reads «3 декабря», «03.12.1985», "3 Dec 1985"; Problem "birthday.wrong" for what is no day, or one to come.
func (t *turn) readBirthday(text string) (crm.Date, error) {
	m := birthdayDay.FindStringSubmatch(text)
	if m == nil {
		return crm.Date{}, crm.Say("birthday.wrong", "said", message.Cut(text, 40))
	}
	day, _ := strconv.Atoi(m[1])  // the pattern has digits alone
	year, _ := strconv.Atoi(m[3]) // no year is 0
	month, err := strconv.Atoi(m[2])
	if err != nil {
		month = int(monthNamed(strings.ToLower(m[2])))
	}
	born := crm.Date{Year: year, Month: time.Month(month), Day: day}
	check := born
	if year == 0 {
		check.Year = 2024 // a leap year: 29 February is somebody's
	}
	if !check.Valid() || year != 0 && (year < 1900 || !born.Before(t.today)) {
		return crm.Date{}, crm.Say("birthday.wrong", "said", message.Cut(text, 40))
	}
	return born, nil
}

// takeBirthday takes a birthday out of a line about a contact.
func (t *turn) takeBirthday(text string) (rest string, born crm.Date, err error) {
	m := birthdayText.FindStringSubmatchIndex(text)
	if m == nil {
		return text, crm.Date{}, nil
	}
	born, err = t.readBirthday(text[m[2]:m[3]])
	return text[:m[0]] + "," + text[m[1]:], born, err
}

// tapBirthday asks for a person's birthday.
func (t *turn) tapBirthday(id int64, _ string) error {
	c, err := t.tx.Contact(id)
	if err != nil {
		return err
	}
	return t.open("birthday", formData{ID: id}, t.screen("birthday.ask", "who", message.Cut(c.Name, 60)).about("client", c.Client))
}

// formBirthday takes the day that was typed.
func (t *turn) formBirthday(d formData, text string) error {
	c, err := t.tx.Contact(d.ID)
	if err != nil {
		return err
	}
	born, err := t.readBirthday(text)
	if err != nil {
		if work, otherwise := t.isWork(text); otherwise != nil || work {
			return errNotMine
		}
		return err
	}
	client, err := t.tx.Client(c.Client)
	if err != nil {
		return err
	}
	c.Birthday = born
	t.tx.Change("contact", crm.Subject{Kind: "client", ID: c.Client}, crm.Fact{Name: "name", Value: message.Cut(client.Name, 60)},
		crm.Fact{Name: "who", Value: c.Name})
	if err := t.tx.SaveContact(&c); err != nil {
		return err
	}
	if err := t.closeForm(); err != nil {
		return err
	}
	return t.send(t.contactScreen(c))
}
