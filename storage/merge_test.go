package storage

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"followup/storage/crm"
)

// TestMergeAndUndo: what two clients were comes back to the column by undo, reminders included, and goes again by redo.
func TestMergeAndUndo(t *testing.T) {
	w := newWorld(t)
	e := w.estate()
	into := crm.Client{Name: "ООО «Ромашка»", Manager: w.boris.ID, Tags: []string{"опт"}}
	w.as(w.boris, func(tx *Tx) error {
		if err := tx.SaveNamesake(&into); err != nil {
			return err
		}
		if err := tx.SaveContact(&crm.Contact{Client: into.ID, Name: "ирина ковалева", Phones: []string{"+79161234567"}, Position: "главбух"}); err != nil {
			return err
		}
		return tx.SaveContact(&crm.Contact{Client: into.ID, Name: "Ирина Ковалёва", Phones: []string{"+79990000000"}})
	})
	for client, m := range map[int64]crm.Member{into.ID: w.boris, e.client.ID: w.anna} { // whichever is the younger one goes
		w.as(m, func(tx *Tx) error {
			return tx.SaveContact(&crm.Contact{Client: client, Name: "Олег", Email: "o@example.org"})
		})
	}
	before, planned := w.dump(), w.waiting("due")
	w.as(w.anna, func(tx *Tx) error { w.problem("denied.client", tx.Merge(e.client.ID, into.ID)); return nil })
	w.as(w.boris, func(tx *Tx) error { w.problem("denied.client", tx.Merge(e.client.ID, into.ID)); return nil })
	var change int64
	w.as(w.lead, func(tx *Tx) error {
		err := tx.Merge(e.client.ID, into.ID)
		change = tx.ChangeID()
		return err
	})
	w.as(w.boris, func(tx *Tx) error {
		got, err := tx.Client(into.ID)
		if err != nil {
			return err
		}
		people, err := tx.Contacts(into.ID)
		if len(people) != 3 || people[0].Name != "Ирина Ковалёва" || people[0].Position != "главбух" {
			t.Errorf("people: %+v", people)
		}
		steps, err2 := tx.FollowUps(FollowUpFilter{Client: into.ID})
		if len(steps) != 1 || steps[0].Assignee != w.boris.ID || !slices.Equal(got.Tags, []string{"опт"}) || got.LastTouch == 0 {
			t.Errorf("steps %+v of %+v", steps, got)
		}
		if err == nil {
			err = err2
		}
		return err
	})
	if got := w.waiting("due"); len(got) != 1 || cmp.Equal(got, planned) {
		t.Errorf("the step is announced as %v", got)
	}
	merged := w.dump()
	w.as(w.lead, func(tx *Tx) error { _, err := tx.Undo(change); return err })
	if diff := cmp.Diff(before, w.dump()); diff != "" {
		t.Error("not taken back whole:", diff)
	}
	if diff := cmp.Diff(planned, w.waiting("due")); diff != "" {
		t.Error("reminders differ:", diff)
	}
	w.as(w.lead, func(tx *Tx) error { _, err := tx.Redo(change); return err })
	if diff := cmp.Diff(merged, w.dump()); diff != "" {
		t.Error("not done again:", diff)
	}
}

func TestLookalikes(t *testing.T) {
	w := newWorld(t)
	enter := func(m crm.Member, c crm.Client, people ...crm.Contact) int64 {
		c.Manager = m.ID
		w.as(m, func(tx *Tx) error {
			if err := tx.SaveNamesake(&c); err != nil {
				return err
			}
			for _, p := range people {
				p.Client = c.ID
				if err := tx.SaveContact(&p); err != nil {
					return err
				}
			}
			return nil
		})
		return c.ID
	}
	romashka := enter(w.anna, crm.Client{Name: "ООО «Ромашка»", INN: "7707083893", City: "Москва"}, crm.Contact{Name: "Ирина", Phones: []string{"+79031234567"}, Email: "i@romashka.ru"})
	foreign := enter(w.boris, crm.Client{Name: "Ромашка"})
	storeOne := enter(w.anna, crm.Client{Name: "Склад 1 Северный"})
	other := enter(w.anna, crm.Client{Name: "Вектор", Aliases: []string{"вектор трейд"}})
	look := func(m crm.Member, k Look) (found []Alike) {
		w.as(m, func(tx *Tx) error {
			l, err := tx.Lookalikes()
			if err == nil {
				found = l.Of(k)
			}
			return err
		})
		return found
	}
	for _, c := range []struct {
		what string
		look Look
		want []Alike
	}{
		{"INN", Look{Name: "Совсем другая", INN: "7707083893"}, []Alike{{romashka, "ООО «Ромашка»", LikeINN}}},
		{"name", Look{Name: "РОМАШКА, ооо"}, []Alike{{romashka, "ООО «Ромашка»", LikeName}}},
		{"name, other INN", Look{Name: "Ромашка", INN: "7704407589"}, nil},
		{"name, other city", Look{Name: "Ромашка", City: "Тула"}, nil},
		{"phone", Look{Name: "Цветы", Phones: []string{"+79031234567"}}, []Alike{{romashka, "ООО «Ромашка»", LikePhone}}},
		{"e-mail", Look{Name: "Цветы", Emails: []string{"i@romashka.ru"}}, []Alike{{romashka, "ООО «Ромашка»", LikeEmail}}},
		{"slip", Look{Name: "Рамашка"}, []Alike{{romashka, "ООО «Ромашка»", LikeSlip}}},
		{"two slips in a short name", Look{Name: "Рамажка"}, nil},
		{"another number", Look{Name: "Склад 2 Северный"}, nil},
		{"alias", Look{Name: "Вектор-Трейд"}, []Alike{{other, "Вектор", LikeName}}},
		{"itself", Look{ID: storeOne, Name: "Склад 1 Северный"}, nil},
	} {
		if diff := cmp.Diff(c.want, look(w.anna, c.look)); diff != "" {
			t.Errorf("%s: %s", c.what, diff)
		}
	}
	if found := look(w.lead, Look{Name: "Ромашка"}); len(found) != 2 {
		t.Errorf("the lead sees %v", found)
	}
	w.as(w.anna, func(tx *Tx) error { w.problem("denied.client", tx.Apart(romashka, foreign)); return nil })
	w.as(w.lead, func(tx *Tx) error { return tx.Apart(foreign, romashka) })
	if found := look(w.lead, Look{ID: foreign, Name: "Ромашка"}); len(found) != 0 {
		t.Errorf("called different, but still told: %v", found)
	}
}
