package dialog

import (
	"sort"

	"followup/bot/message"
	"followup/scheduler/rules"
	"followup/storage/crm"
)

// The plan names the birthdays of the next three days, and those that a day off has brought forward; who was greeted
// today is left out. "Greeted" leaves a note in the client's history: it is no talk with the client and restarts no cadence.

// birthdayDays is how far ahead the plan looks.
const birthdayDays = 3

// nextBirthday is the day on which a contact is greeted next, today included.
func (t *turn) nextBirthday(c crm.Contact) crm.Date {
	if day := rules.BirthdayIn(c.Birthday, t.today.Year); !day.Before(t.today) {
		return day
	}
	return rules.BirthdayIn(c.Birthday, t.today.Year+1)
}

// birthdayLine is a contact with the day of the birthday.
func (t *turn) birthdayLine(c crm.Contact, day crm.Date) string {
	if day.IsZero() {
		day = t.nextBirthday(c)
	}
	key := "birthday.line"
	if c.Birthday.Month == 2 && c.Birthday.Day == 29 && day.Day == 28 {
		key = "birthday.leap"
	}
	return t.Say(key, "who", message.Cut(c.Name, 60), "day", t.Date(day, ""))
}

// planBirthdays lists the birthdays that are near.
func (t *turn) planBirthdays(l *lines) error {
	all, err := t.tx.Birthdays(l.of)
	if err != nil {
		return err
	}
	type near struct {
		contact crm.Contact
		day     crm.Date
	}
	var soon []near
	for _, c := range all {
		day := t.nextBirthday(c)
		if t.previousWorking(day.AddDays(-birthdayDays)).After(t.today) {
			continue
		}
		greeted, err := t.greetedToday(c)
		if err != nil {
			return err
		}
		if !greeted {
			soon = append(soon, near{c, day})
		}
	}
	sort.SliceStable(soon, func(i, j int) bool { return soon[i].day.Before(soon[j].day) })
	var failed error
	section(l, t.Say("plan.birthdays"), soon, func(n near) {
		name, err := t.clientName(n.contact.Client)
		if err != nil {
			failed = err
		}
		l.add("greeted", n.contact.ID, message.Cut(name, 60)+" · "+t.birthdayLine(n.contact, n.day))
	})
	return failed
}

// greetings are how far back a greeting is looked for: a birthday's two steps are within it.
const greetings = 20

// greetedToday reports whether a greeting of the contact was noted today.
func (t *turn) greetedToday(c crm.Contact) (bool, error) {
	events, err := t.tx.Timeline(c.Client, 0, greetings)
	if err != nil {
		return false, err
	}
	want := t.greeting(c)
	for _, e := range events {
		if e.Kind == string(crm.TouchNote) && e.Text == want && crm.DateOf(e.At.In(t.zone)) == t.today {
			return true, nil
		}
	}
	return false, nil
}

func (t *turn) greeting(c crm.Contact) string {
	return t.Say("birthday.note", "who", message.Cut(c.Name, 100))
}

// tapGreeted shows a birthday from a list, or notes that the contact was greeted.
func (t *turn) tapGreeted(id int64, list string) error {
	c, err := t.tx.Contact(id)
	if err != nil {
		return err
	}
	if list != "" {
		name, err := t.clientName(c.Client)
		if err != nil {
			return err
		}
		s := &screen{}
		s.Bold(name)
		s.Line(t.birthdayLine(c, crm.Date{}))
		s.row(t.button("client.card", "c", c.Client), t.button("birthday.done", "greeted", id))
		s.row(t.button("back", "plan", 0, list))
		return t.show(s.about("client", c.Client))
	}
	greeted, err := t.greetedToday(c)
	if err != nil {
		return err
	}
	if greeted {
		return crm.Say("already")
	}
	t.tx.Change("greeted", crm.Subject{Kind: "client", ID: c.Client}, crm.Fact{Name: "who", Value: message.Cut(c.Name, 60)})
	err = t.tx.SaveInteraction(&crm.Interaction{
		Client: c.Client, Author: t.me.ID, Kind: crm.TouchNote, Happened: crm.MomentOf(t.now), Text: t.greeting(c),
	})
	if err != nil {
		return err
	}
	s := t.screen("birthday.greeted", "who", message.Cut(c.Name, 60))
	s.row(t.button("card.undo", "undo", t.tx.ChangeID()), t.planButton())
	return t.show(s.about("client", c.Client))
}
