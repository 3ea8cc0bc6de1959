package storage

import (
	"path/filepath"
	"strings"
	"testing"

	"followup/storage/crm"
)

// TestErasureTakesTheTracesToo writes of a person in everything that holds text, in other cases and other ways of writing a
// phone, changes some of it so that the trail has images, erases, and looks for what is left in the files.
func TestErasureTakesTheTracesToo(t *testing.T) {
	w := newWorld(t)
	e := w.estate()
	today := crm.DateOf(w.now())
	var contact, touch, step int64
	w.as(w.lead, func(tx *Tx) error {
		tx.Change("contact", crm.Subject{Kind: "client", ID: e.client.ID}, crm.Fact{Name: "who", Value: "Марфа Зацепина"})
		c := crm.Contact{Client: e.client.ID, Name: "Марфа Зацепина", Phones: []string{"+79261112233"}, Email: "Marfa@Example.org", Position: "казначейша"}
		err := tx.SaveContact(&c)
		contact = c.ID
		return err
	})
	w.as(w.lead, func(tx *Tx) error {
		i := crm.Interaction{
			Client: e.client.ID, Author: w.lead.ID, Kind: crm.TouchCall, Happened: crm.MomentOf(w.now()),
			Text: "Звонок Марфе Зацепиной,\nеё номер 8 (926) 111-22-33, marfa@example.org", Outcome: "Зацепина ждёт КП",
		}
		tx.Change("touch", crm.Subject{Kind: "client", ID: e.client.ID}, crm.Fact{Name: "text", Value: "звонок Зацепиной"})
		if err := tx.SaveInteraction(&i); err != nil {
			return err
		}
		touch = i.ID
		f := crm.FollowUp{Client: e.client.ID, Text: "Написать Зацепиной про акт", Day: today.AddDays(2), AllDay: true, Zone: "Europe/Moscow", Status: crm.FollowUpOpen}
		err := tx.SaveFollowUp(&f)
		step = f.ID
		return err
	})
	w.as(w.lead, func(tx *Tx) error {
		i, err := tx.Interaction(touch)
		if err != nil {
			return err
		}
		i.Text += "\nЗацепиной отправлен прайс"
		return tx.SaveInteraction(&i)
	})
	w.as(w.lead, func(tx *Tx) error {
		return tx.SaveDraft(&Draft{Member: w.lead.ID, Chat: 5, Message: 6, Text: "позвонить Марфе Зацепиной", Data: []byte("{}"), Created: crm.MomentOf(w.now())})
	})
	if err := w.Index(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.as(w.lead, func(tx *Tx) error {
		return tx.SaveInteraction(&crm.Interaction{Client: e.client.ID, Author: w.lead.ID, Kind: crm.TouchNote, Private: true, Happened: crm.MomentOf(w.now()), Text: "Зацепина: только для себя"})
	})
	for _, x := range []struct {
		who  crm.Member
		want bool
	}{{w.lead, true}, {w.anna, false}} {
		w.as(x.who, func(tx *Tx) error {
			raw, err := tx.ContactData(contact)
			if !strings.Contains(string(raw), "про акт") || strings.Contains(string(raw), "только для себя") != x.want {
				t.Errorf("the export of %s: %s", x.who.Name, raw)
			}
			return err
		})
	}
	w.as(w.lead, func(tx *Tx) error { return tx.EraseContact(contact) })
	w.turn(func(*Tx) error { return nil })
	for _, path := range []string{w.path, w.path + "-wal"} {
		for _, secret := range []string{"Зацепин", "зацепин", "Марф", "марф", "9261112233", "111-22-33", "arfa@", "казначейш"} {
			if fileHas(t, path, secret) {
				t.Errorf("%q is still in %s", secret, filepath.Base(path))
			}
		}
	}
	w.as(w.lead, func(tx *Tx) error {
		i, err := tx.Interaction(touch)
		if !strings.Contains(i.Outcome, "ждёт КП") || !strings.Contains(i.Text, "отправлен прайс") {
			t.Errorf("more than the person was taken: %q, %q", i.Text, i.Outcome)
		}
		if err == nil {
			var f crm.FollowUp
			f, err = tx.FollowUp(step)
			if !strings.Contains(f.Text, "про акт") {
				t.Errorf("more than the person was taken: %q", f.Text)
			}
		}
		return err
	})
	if r, err := w.Check(t.Context()); err != nil || len(r.Faults) > 0 {
		t.Error(r.Faults, err)
	}
}

// TestBlotting tells whose words stay.
func TestBlotting(t *testing.T) {
	w := newWorld(t)
	e := w.estate()
	w.as(w.lead, func(tx *Tx) error {
		other := crm.Contact{Client: e.client.ID, Name: "Марфа Котова"}
		if err := tx.SaveContact(&other); err != nil {
			return err
		}
		p, err := tx.traceOf(crm.Contact{ID: 999, Client: e.client.ID, Name: "Марфа Зацепина", Phones: []string{"+79261112233"}}, e.client)
		for said, want := range map[string]string{
			"Марфа Зацепина просит счёт":       "Марфа " + blot + " просит счёт", // the other Marfa's name too
			"счёт № 9261112 на 486 000":        "счёт № 9261112 на 486 000",
			"+7 926 111 22 33 перезвонить":     blot + " перезвонить",
			"звонок на 8-926-111-22-34 завтра": "звонок на 8-926-111-22-34 завтра",
		} {
			if got := p.blot(said); got != want {
				t.Errorf("%q became %q, want %q", said, got, want)
			}
		}
		if !p.names(`{"text":"\u0417\u0430\u0446\u0435\u043f\u0438\u043d\u0430"}`) {
			t.Error("escaped JSON hides the name")
		}
		return err
	})
}
