package storage

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"followup/storage/crm"
)

// dump is every record and waiting reminder as text.
func (w *world) dump() (rows []string) {
	w.t.Helper()
	err := w.View(context.Background(), func(tx *Tx) error {
		for _, s := range shapes {
			columns := "id, " + strings.Join(s.columns, ", ")
			if s.owned {
				columns += ", manager_id, team_id"
			}
			if err := tx.dumpRows(&rows, s.table, "SELECT "+columns+" FROM "+s.table+" ORDER BY id", strings.Count(columns, ",")+1); err != nil {
				return err
			}
		}
		return tx.dumpRows(&rows, "reminder", `SELECT kind, subject_kind, subject_id, recipient_id, at, anchor, step FROM reminders
			ORDER BY kind, subject_kind, subject_id, recipient_id`, 7)
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return rows
}

func (tx *Tx) dumpRows(rows *[]string, name, text string, n int) error {
	return tx.each(text, nil, func(scan func(...any) error) error {
		row, dest := make([]any, n), make([]any, n)
		for i := range row {
			dest[i] = &row[i]
		}
		err := scan(dest...)
		*rows = append(*rows, fmt.Sprint(name, row))
		return err
	})
}

// pick is one of the numbers that a statement finds, 0 when there is none.
func pick(t *rapid.T, tx *Tx, text string) int64 {
	ids, err := tx.ids(text)
	if err != nil {
		t.Fatal(err)
	}
	if len(ids) == 0 {
		return 0
	}
	slices.Sort(ids)
	return rapid.SampledFrom(ids).Draw(t, "id")
}

// deeds are what a turn may do to records, each on what is there; what is not there yet is no deed.
var deeds = map[string]func(t *rapid.T, tx *Tx, w *world) error{
	"client": func(t *rapid.T, tx *Tx, w *world) error {
		return tx.SaveNamesake(&crm.Client{Name: rapid.SampledFrom([]string{"Вектор", "Ромашка", "Лютик"}).Draw(t, "name"), Manager: w.anna.ID})
	},
	"tier": func(t *rapid.T, tx *Tx, _ *world) error {
		return change(tx, clients, pick(t, tx, "SELECT id FROM clients"), tx.SaveClient, func(c *crm.Client) {
			c.Tier, c.Aliases = rapid.SampledFrom([]crm.Tier{"A", "B", "C"}).Draw(t, "tier"), []string{"вектор"}
		})
	},
	"archive": func(t *rapid.T, tx *Tx, _ *world) error {
		return change(tx, clients, pick(t, tx, "SELECT id FROM clients"), tx.SaveClient, func(c *crm.Client) { c.Status = crm.ClientArchived })
	},
	"contact": func(t *rapid.T, tx *Tx, _ *world) error {
		return with(pick(t, tx, "SELECT id FROM clients"), func(id int64) error {
			return tx.SaveContact(&crm.Contact{Client: id, Name: "Ирина", Phones: []string{"+79161234567"}, Birthday: crm.NewDate(1980, 2, 29)})
		})
	},
	"interaction": func(t *rapid.T, tx *Tx, _ *world) error {
		return with(pick(t, tx, "SELECT id FROM clients"), func(id int64) error {
			return tx.SaveInteraction(&crm.Interaction{
				Client: id, Kind: rapid.SampledFrom([]crm.TouchKind{crm.TouchCall, crm.TouchMissed, crm.TouchNote}).Draw(t, "kind"),
				Happened: crm.Moment(start.Unix() - rapid.Int64Range(0, 1e6).Draw(t, "ago")),
			})
		})
	},
	"followup": func(t *rapid.T, tx *Tx, w *world) error {
		f := crm.FollowUp{Client: pick(t, tx, "SELECT id FROM clients"), Assignee: w.boris.ID, Day: crm.NewDate(2026, 11, 19), Clock: crm.At(14, 0)}
		if rapid.Bool().Draw(t, "repeats") {
			f.Rule = "FREQ=WEEKLY;BYDAY=TH"
		}
		return tx.SaveFollowUp(&f)
	},
	"finish": func(t *rapid.T, tx *Tx, _ *world) error {
		return with(pick(t, tx, "SELECT id FROM follow_ups WHERE status = 'open'"), func(id int64) error {
			_, _, err := tx.Finish(id, "готово")
			return err
		})
	},
	"snooze": func(t *rapid.T, tx *Tx, _ *world) error {
		return change(tx, followUps, pick(t, tx, "SELECT id FROM follow_ups"), tx.SaveFollowUp, func(f *crm.FollowUp) { f.Snoozed = f.Due + 1800 })
	},
	"contract": func(t *rapid.T, tx *Tx, _ *world) error {
		return with(pick(t, tx, "SELECT id FROM clients"), func(id int64) error {
			return tx.SaveContract(&crm.Contract{Client: id, Number: "14/26", End: crm.NewDate(2027, 1, 31)})
		})
	},
	"invoice": func(t *rapid.T, tx *Tx, _ *world) error {
		return with(pick(t, tx, "SELECT id FROM clients"), func(id int64) error {
			return tx.SaveInvoice(&crm.Invoice{Client: id, Number: "№ 125", Due: crm.NewDate(2026, 11, 30), Sum: crm.Rub(rapid.Int64Range(1, 500).Draw(t, "sum"))})
		})
	},
	"sum": func(t *rapid.T, tx *Tx, _ *world) error {
		return change(tx, invoices, pick(t, tx, "SELECT id FROM invoices"), tx.SaveInvoice, func(i *crm.Invoice) { i.Sum = i.Sum.Add(crm.Rub(5)) })
	},
	"dispute": func(t *rapid.T, tx *Tx, _ *world) error {
		return change(tx, invoices, pick(t, tx, "SELECT id FROM invoices"), tx.SaveInvoice, func(i *crm.Invoice) { i.Status = crm.InvoiceDisputed })
	},
	"level": func(t *rapid.T, tx *Tx, _ *world) error {
		return with(pick(t, tx, "SELECT id FROM invoices"), func(id int64) error { return tx.SetLevel(id, rapid.IntRange(0, 5).Draw(t, "level")) })
	},
	"pay": func(t *rapid.T, tx *Tx, _ *world) error {
		return with(pick(t, tx, "SELECT id FROM invoices"), func(id int64) error {
			i, err := tx.Invoice(id)
			if err != nil {
				return err
			}
			sum := crm.Rub(rapid.Int64Range(1, 600).Draw(t, "sum"))
			return tx.Pay(&crm.Payment{Client: i.Client, Sum: sum}, []crm.Allocation{{Invoice: id, Sum: sum}})
		})
	},
	"allocate": func(t *rapid.T, tx *Tx, _ *world) error {
		return with(pick(t, tx, "SELECT p.id FROM payments p WHERE rest > 0 AND EXISTS (SELECT 1 FROM invoices i WHERE i.client_id = p.client_id)"), func(id int64) error {
			p, err := tx.Payment(id)
			if err != nil {
				return err
			}
			invoice := pick(t, tx, fmt.Sprintf("SELECT id FROM invoices WHERE client_id = %d", p.Client))
			return tx.Allocate(id, []crm.Allocation{{Invoice: invoice, Sum: p.Rest}})
		})
	},
	"plan": func(t *rapid.T, tx *Tx, _ *world) error {
		return with(pick(t, tx, "SELECT id FROM invoices WHERE balance > 1"), func(id int64) error {
			root, open, err := tx.planned(id)
			var owed int64
			for _, i := range open {
				owed += i.Balance.Minor
			}
			if err != nil || owed < 2 {
				return err
			}
			first := crm.Money{Minor: rapid.Int64Range(1, owed-1).Draw(t, "first"), Currency: root.Sum.Currency}
			rest := crm.Money{Minor: owed - first.Minor, Currency: root.Sum.Currency}
			_, err = tx.MakeInstalments(id, []crm.Instalment{{Due: crm.NewDate(2026, 12, 1), Sum: first}, {Due: crm.NewDate(2027, 1, 11), Sum: rest}})
			return err
		})
	},
	"concede": func(t *rapid.T, tx *Tx, _ *world) error {
		return with(pick(t, tx, "SELECT id FROM invoices"), func(id int64) error {
			sum := crm.Rub(rapid.Int64Range(1, 600).Draw(t, "sum"))
			kind := rapid.SampledFrom(crm.ConcessionKinds).Draw(t, "kind")
			return tx.Concede(&crm.Concession{Invoice: id, Kind: kind, Sum: sum, Reason: "брак"})
		})
	},
	"unpay": func(t *rapid.T, tx *Tx, _ *world) error {
		return with(pick(t, tx, "SELECT id FROM payments"), tx.CancelPayment)
	},
	"promise": func(t *rapid.T, tx *Tx, _ *world) error {
		return with(pick(t, tx, "SELECT id FROM clients"), func(id int64) error {
			return tx.SavePromise(&crm.Promise{Client: id, Sum: crm.Rub(100), Day: crm.NewDate(2026, 11, 20)})
		})
	},
	"document": func(t *rapid.T, tx *Tx, _ *world) error {
		return with(pick(t, tx, "SELECT id FROM clients"), func(id int64) error {
			return tx.SaveDocument(&crm.Document{Client: id, Kind: crm.PaperAct, Number: "77", WaitOrig: true})
		})
	},
	"attachment": func(t *rapid.T, tx *Tx, _ *world) error {
		return with(pick(t, tx, "SELECT id FROM clients"), func(id int64) error {
			return tx.SaveAttachment(&crm.Attachment{Client: id, Kind: "photo", File: "f", Unique: "u"})
		})
	},
	"handover": func(t *rapid.T, tx *Tx, w *world) error {
		return with(pick(t, tx, "SELECT id FROM clients"), func(id int64) error {
			return tx.HandOver(id, rapid.SampledFrom([]int64{w.anna.ID, w.boris.ID, w.far.ID}).Draw(t, "to"))
		})
	},
	"leave": func(_ *rapid.T, tx *Tx, w *world) error { return tx.Leave(w.boris.ID, w.anna.ID) },
	"merge": func(t *rapid.T, tx *Tx, _ *world) error {
		from, into := pick(t, tx, "SELECT id FROM clients"), pick(t, tx, "SELECT id FROM clients")
		if from == into {
			return nil
		}
		return tx.Merge(from, into)
	},
	"away": func(t *rapid.T, tx *Tx, w *world) error {
		return change(tx, members, w.anna.ID, tx.SaveMember, func(m *crm.Member) {
			m.AwayFrom, m.AwayUntil, m.Substitute = crm.NewDate(2026, 11, 19), crm.NewDate(2026, 12, rapid.IntRange(1, 20).Draw(t, "until")), w.boris.ID
		})
	},
	"move": func(t *rapid.T, tx *Tx, w *world) error {
		return change(tx, members, w.anna.ID, tx.SaveMember, func(m *crm.Member) {
			m.Zone, m.Team = "Asia/Yekaterinburg", rapid.SampledFrom([]int64{w.north.ID, w.south.ID}).Draw(t, "team")
		})
	},
	"ladder": func(t *rapid.T, tx *Tx, w *world) error {
		return change(tx, teams, w.north.ID, tx.SaveTeam, func(m *crm.Team) { m.Settings.Overdue = []int{rapid.IntRange(1, 9).Draw(t, "days")} })
	},
	"setting": func(t *rapid.T, tx *Tx, _ *world) error {
		return tx.SaveSetting("greeting", rapid.StringMatching(`[а-я]{0,5}`).Draw(t, "value"))
	},
}

func deedNames() []string { return slices.Sorted(maps.Keys(deeds)) }

// with runs fn on a record if there is one.
func with(id int64, fn func(int64) error) error {
	if id == 0 {
		return nil
	}
	return fn(id)
}

// change reads a record, changes it and saves it.
func change[T any](tx *Tx, t *table[T], id int64, save func(*T) error, set func(*T)) error {
	return with(id, func(id int64) error {
		r, err := t.must(tx, id)
		if err != nil {
			return err
		}
		set(&r)
		return save(&r)
	})
}

// TestUndoAndRedoAreExact does random turns, takes all of them back and brings them back: the first state and the last are
// the same to every column and reminder, and money is conserved all the way.
func TestUndoAndRedoAreExact(t *testing.T) {
	names := deedNames()
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(t)
		defer func() { _ = w.Close() }()
		first := w.dump()
		var done []int64
		for range rapid.IntRange(1, 15).Draw(rt, "turns") {
			var change int64
			err := w.Update(context.Background(), func(tx *Tx) error {
				a := tx.As(w.owner)
				for range rapid.IntRange(1, 3).Draw(rt, "deeds") {
					if err := deeds[rapid.SampledFrom(names).Draw(rt, "deed")](rt, a, w); err != nil {
						return err
					}
				}
				change = a.ChangeID()
				return nil
			})
			var refused *crm.Problem
			if err != nil && !errors.As(err, &refused) {
				rt.Fatal(err)
			}
			if err == nil && change != 0 {
				done = append(done, change)
			}
		}
		w.sound(rt)
		last := w.dump()
		for _, id := range slices.Backward(done) {
			w.rewrite(rt, id, (*Tx).Undo)
		}
		if diff := cmp.Diff(first, w.dump()); diff != "" {
			rt.Fatal("after undoing everything (-first +now):", diff)
		}
		for _, id := range done {
			w.rewrite(rt, id, (*Tx).Redo)
		}
		w.sound(rt)
		if diff := cmp.Diff(last, w.dump()); diff != "" {
			rt.Fatal("after doing everything again (-last +now):", diff)
		}
	})
}

func (w *world) rewrite(rt *rapid.T, id int64, how func(*Tx, int64) (Change, error)) {
	err := w.Update(context.Background(), func(tx *Tx) error {
		_, err := how(tx.As(w.owner), id)
		return err
	})
	var p *crm.Problem
	if errors.As(err, &p) && p.Key == "undo.nothing" { // saved what was there already, or made and took it in one turn
		return
	}
	if err != nil {
		rt.Fatalf("change %d: %v", id, err)
	}
}

func (w *world) sound(rt *rapid.T) {
	if r, err := w.Check(context.Background()); err != nil || len(r.Faults) > 0 {
		rt.Fatal(r.Faults, err)
	}
}

// TestUndoOfTheFirstOfTwo takes the earlier of two changes of the same rows back: what both wrote is refused by name, what
// follows from other rows is counted anew.
func TestUndoOfTheFirstOfTwo(t *testing.T) {
	w := newWorld(t)
	c := w.client(w.anna, "Ромашка")
	invoice := crm.Invoice{Client: c.ID, Sum: crm.Rub(500), Due: crm.NewDate(2026, 11, 30)}
	w.as(w.anna, func(tx *Tx) error { return tx.SaveInvoice(&invoice) })
	two := func(label string, deed func(tx *Tx, n int64) error) (ids [2]int64) {
		for n := range 2 {
			w.pass(time.Minute)
			w.as(w.anna, func(tx *Tx) error {
				tx.Change(label, crm.Subject{Kind: "client", ID: c.ID})
				err := deed(tx, int64(n))
				ids[n] = tx.ChangeID()
				return err
			})
		}
		return ids
	}
	undo := func(id int64) (err error) {
		return w.Update(context.Background(), func(tx *Tx) error {
			_, err := tx.As(w.anna).Undo(id)
			return err
		})
	}
	calls := two("called", func(tx *Tx, _ int64) error {
		return tx.SaveInteraction(&crm.Interaction{Client: c.ID, Kind: crm.TouchCall})
	})
	if err := undo(calls[0]); err != nil {
		t.Errorf("the first of two calls: %v", err)
	}
	pays := two("paid", func(tx *Tx, n int64) error {
		sum := crm.Rub(100 + 200*n)
		return tx.Pay(&crm.Payment{Client: c.ID, Sum: sum}, []crm.Allocation{{Invoice: invoice.ID, Sum: sum}})
	})
	if err := undo(pays[0]); err != nil {
		t.Errorf("the first of two payments: %v", err)
	}
	tiers := two("tier", func(tx *Tx, n int64) error {
		c, err := tx.Client(c.ID)
		c.Tier = []crm.Tier{crm.TierA, crm.TierC}[n]
		return orElse(err, tx.SaveClient(&c))
	})
	p := w.heard("undo.changed", undo(tiers[0]))
	if facts := fmt.Sprint(p.Facts); !strings.Contains(facts, "tier") || !strings.Contains(facts, "Анна") {
		t.Errorf("the later change is not named: %v", facts)
	}
	cities := two("city", func(tx *Tx, n int64) error {
		c, err := tx.Client(c.ID)
		if n == 0 {
			c.City = "Тула"
		} else {
			c.INN = "7707083893"
		}
		return orElse(err, tx.SaveClient(&c))
	})
	if err := undo(cities[0]); err != nil {
		t.Errorf("the later change wrote another column: %v", err)
	}
	w.as(w.anna, func(tx *Tx) error {
		now, err := tx.Client(c.ID)
		if now.City != "" || now.INN == "" || now.Tier != crm.TierC || now.LastTouch != crm.MomentOf(start.Add(2*time.Minute)) {
			t.Errorf("client %+v", now)
		}
		i, err2 := tx.Invoice(invoice.ID)
		if i.Balance != crm.Rub(200) || i.Status != crm.InvoicePartly {
			t.Errorf("invoice %+v", i)
		}
		return errors.Join(err, err2)
	})
	if r, err := w.Check(context.Background()); err != nil || len(r.Faults) > 0 {
		t.Error(r.Faults, err)
	}
}

// TestUndoLeavesNoHoles: what something refers to by now isn't taken back, what refers to something gone or was paid again
// meanwhile isn't brought back.
func TestUndoLeavesNoHoles(t *testing.T) {
	w := newWorld(t)
	deed := func(do func(tx *Tx) error) (id int64) {
		t.Helper()
		w.as(w.anna, func(tx *Tx) error {
			err := do(tx)
			id = tx.ChangeID()
			return err
		})
		return id
	}
	rewrite := func(how func(*Tx, int64) (Change, error), id int64) error {
		return w.Update(context.Background(), func(tx *Tx) error {
			_, err := how(tx.As(w.anna), id)
			return err
		})
	}
	undo := func(id int64) error { return rewrite((*Tx).Undo, id) }
	redo := func(id int64) error { return rewrite((*Tx).Redo, id) }

	client := crm.Client{Name: "Ромашка", Manager: w.anna.ID, Team: w.north.ID}
	made := deed(func(tx *Tx) error { return tx.SaveClient(&client) })
	deed(func(tx *Tx) error { return tx.SaveContact(&crm.Contact{Client: client.ID, Name: "Ирина"}) })
	w.problem("undo.changed", undo(made))

	contract := crm.Contract{Client: client.ID, Number: "14/26"}
	signed := deed(func(tx *Tx) error { return tx.SaveContract(&contract) })
	bill := crm.Invoice{Client: client.ID, Sum: crm.Rub(500), Due: crm.NewDate(2026, 11, 30)}
	billed := deed(func(tx *Tx) error { bill.Contract = contract.ID; return tx.SaveInvoice(&bill) })
	if err := errors.Join(undo(billed), undo(signed)); err != nil {
		t.Fatal(err)
	}
	w.problem("undo.changed", redo(billed))
	if err := errors.Join(redo(signed), redo(billed)); err != nil {
		t.Fatal(err)
	}

	pay := func(tx *Tx) error {
		return tx.Pay(&crm.Payment{Client: client.ID, Sum: crm.Rub(500)}, []crm.Allocation{{Invoice: bill.ID, Sum: crm.Rub(500)}})
	}
	paid := deed(pay)
	if err := undo(paid); err != nil {
		t.Fatal(err)
	}
	deed(pay)
	w.problem("undo.changed", redo(paid))
	w.as(w.anna, func(tx *Tx) error {
		i, err := tx.Invoice(bill.ID)
		if !i.Balance.IsZero() {
			t.Errorf("the bill owes %s", i.Balance)
		}
		return err
	})
}

func TestUndoIsSaidOnceAndByWhoMay(t *testing.T) {
	w := newWorld(t)
	c := w.client(w.anna, "Ромашка")
	var last Change
	w.as(w.anna, func(tx *Tx) (err error) {
		last, _, err = tx.LastChange()
		return err
	})
	for _, m := range []crm.Member{w.boris, w.far} {
		w.as(m, func(tx *Tx) error {
			_, err := tx.Undo(last.ID)
			w.problem("denied", err)
			if _, found, _ := tx.LastChange(); found {
				t.Error("another's change is the last of one's own")
			}
			return nil
		})
	}
	w.as(w.anna, func(tx *Tx) error { _, err := tx.Undo(last.ID); return err })
	w.as(w.anna, func(tx *Tx) error {
		_, err := tx.Undo(last.ID)
		w.problem("undo.already", err)
		if _, found, _ := tx.LastChange(); found {
			t.Error("there is nothing left to undo")
		}
		undone, found, _ := tx.LastUndone()
		if !found || undone.ID != last.ID {
			t.Errorf("last undone %v", undone)
		}
		_, err = tx.Client(c.ID)
		w.problem("gone", err)
		return nil
	})
	w.as(w.lead, func(tx *Tx) error { _, err := tx.Redo(last.ID); return err })
	w.as(w.anna, func(tx *Tx) error {
		_, err := tx.Redo(last.ID)
		w.problem("redo.already", err)
		_, err = tx.Client(c.ID)
		return err
	})
}

func TestFactsOfAChangeComeBack(t *testing.T) {
	w := newWorld(t)
	c := w.client(w.anna, "Ромашка")
	facts := crm.Facts("name", "Ромашка", "sum", crm.Rub(5), "day", crm.NewDate(2026, 11, 20), "at", crm.Moment(7), "n", 3, "yes", true,
		"clock", crm.At(14, 0), "list", []string{"a"}, "id", int64(9), "rate", crm.Rate(1000))
	w.as(w.anna, func(tx *Tx) error {
		tx.Source(102, 55)
		c.City = "Тула"
		if err := tx.SaveClient(&c); err != nil {
			return err
		}
		tx.Change("city", crm.Subject{Kind: "client", ID: c.ID}, facts...)
		return nil
	})
	w.reopen()
	w.as(w.anna, func(tx *Tx) error {
		got, found, err := tx.ChangeOf(102, 55)
		if !found || cmp.Diff(facts, got.Facts) != "" || got.Label != "city" || got.Actor != w.anna.ID || got.At != crm.MomentOf(start) {
			t.Errorf("got %+v", got)
		}
		list, err2 := tx.Changes(ChangeFilter{Client: c.ID})
		if len(list) != 2 || list[0].ID != got.ID {
			t.Errorf("changes %v", list)
		}
		return errors.Join(err, err2)
	})
}
