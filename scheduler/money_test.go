package scheduler_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"followup/bot/message"
	"followup/scheduler"
	"followup/scheduler/calendar"
	"followup/scheduler/rules"
	"followup/storage"
	"followup/storage/crm"
)

// ledger is a house where one client's money goes to and fro by chance, and what was seen of it before.
type ledger struct {
	*house
	rt     *rapid.T
	client crm.Client
	rewind bool // the last act was an undo or a redo

	levels map[int64]int
	said   map[string]bool
	done   []int64 // changes that may be taken back
	undone []int64
}

// TestMoneyIsConservedAndQuietBillsAreSilent does bills, payments, advances, credit notes, write-offs, plans, promises,
// disputes and pauses in any order, with days passing, undo and redo between them, on the real store under the real
// heartbeat, and after each checks:
//
//   - what was paid is what bills took and what is an advance; what is open of a bill is its sum less what it took and what
//     went into a plan, and never less than nothing; what all bills were made for is what they took and what is open;
//   - nothing is said of a bill that is paid, split, written off, disputed, paused or promised;
//   - a level falls by undo and redo alone; a step is said once for a record and anchor.
func TestMoneyIsConservedAndQuietBillsAreSilent(t *testing.T) {
	names := slices.Sorted(maps.Keys(moneyDeeds))
	rapid.Check(t, func(rt *rapid.T) {
		h := newHouse(t, "2026-09-01 10:00")
		defer h.close()
		l := &ledger{house: h, rt: rt, levels: map[int64]int{}, said: map[string]bool{}, client: crm.Client{Name: "Client", Manager: h.anna.ID}}
		h.change(func(tx *storage.Tx) error { return tx.SaveClient(&l.client) })
		h.beat = scheduler.New(scheduler.Options{
			Store: h.store, Clock: h.clock, Calendar: calendar.Russia(), Kinds: rules.Kinds, Compose: l.hear, Drafts: h.drafts,
		})
		for range rapid.IntRange(5, 25).Draw(rt, "acts") {
			name := rapid.SampledFrom(names).Draw(rt, "act")
			l.rewind = name == "undo" || name == "redo"
			l.act(moneyDeeds[name], l.rewind)
			l.check(name)
			l.pass(rapid.SampledFrom([]int{0, 0, 1, 4, 15}).Draw(rt, "days"))
		}
	})
}

// act runs a deed as one turn; what is refused changes nothing.
func (l *ledger) act(deed func(*ledger, *storage.Tx) error, rewind bool) {
	var change int64
	err := l.store.Update(l.t.Context(), func(turn *storage.Tx) error {
		tx := turn.System()
		err := deed(l, tx)
		change = tx.ChangeID()
		return err
	})
	var refused *crm.Problem
	if err != nil && !errors.As(err, &refused) {
		l.rt.Fatal(err)
	}
	if err == nil && change != 0 && !rewind {
		l.done = append(l.done, change)
	}
}

// hear checks that what is said wasn't said and may be said.
func (l *ledger) hear(tx *storage.Tx, to crm.Member, due []rules.Due) error {
	for _, d := range due {
		key := fmt.Sprint(d.Kind.Name, d.About, d.Step.Anchor, d.Step.Name)
		if l.said[key] {
			l.rt.Errorf("%s is said twice", key)
		}
		l.said[key] = true
		if v := d.Of.Invoice; v != nil {
			today := crm.DateOf(tx.Now().In(to.Location()))
			settled := v.Balance.IsZero() || v.Status == crm.InvoiceWritten
			held := d.Kind.Name != "deadline" && (v.Status == crm.InvoiceDisputed || d.Of.Promised) // a deadline asks about just these
			if settled || held || today.Before(v.Paused) {
				l.rt.Errorf("%s of a quiet bill: %+v, promised %v", key, v, d.Of.Promised)
			}
		}
	}
	_, err := tx.Send(message.Out{Chat: to.Telegram, Text: "x"})
	return err
}

// check adds everything up anew.
func (l *ledger) check(after string) {
	l.view(func(tx *storage.Tx) error {
		bills, err := tx.Invoices(storage.InvoiceFilter{Client: l.client.ID})
		if err != nil {
			return err
		}
		var made, open, took, advances, paid int64
		for _, i := range bills {
			parts, err := tx.Allocations(i.ID)
			if err != nil {
				return err
			}
			own := int64(0)
			for _, p := range parts {
				own += p.Sum.Minor
			}
			if i.Balance.Minor < 0 || i.Balance.Minor != i.Sum.Minor-i.Moved.Minor-own {
				l.rt.Fatalf("after %s bill %d of %s has %s open, took %d, moved %s", after, i.ID, i.Sum, i.Balance, own, i.Moved)
			}
			if l.levels[i.ID] > i.Level && !l.rewind {
				l.rt.Fatalf("after %s bill %d fell from level %d to %d", after, i.ID, l.levels[i.ID], i.Level)
			}
			l.levels[i.ID] = i.Level
			if i.PlanOf == 0 {
				made += i.Sum.Minor
			}
			took, open = took+own, open+i.Balance.Minor
		}
		payments, err := tx.Payments(l.client.ID)
		for _, p := range payments {
			paid, advances = paid+p.Sum.Minor, advances+p.Rest.Minor
		}
		if made != took+open || paid != took+advances {
			l.rt.Fatalf("after %s bills of %d took %d, %d is open; paid %d, advances %d", after, made, took, open, paid, advances)
		}
		return err
	})
}

// bill is one of the client's bills, 0 when there is none.
func (l *ledger) bill(tx *storage.Tx) (crm.Invoice, error) {
	bills, err := tx.Invoices(storage.InvoiceFilter{Client: l.client.ID})
	if err != nil || len(bills) == 0 {
		return crm.Invoice{}, err
	}
	return rapid.SampledFrom(bills).Draw(l.rt, "bill"), nil
}

func (l *ledger) sum() crm.Money { return crm.Rub(rapid.Int64Range(1, 9000).Draw(l.rt, "sum")) }

func (l *ledger) day(tx *storage.Tx) crm.Date {
	return crm.DateOf(tx.Now()).AddDays(rapid.IntRange(-40, 40).Draw(l.rt, "day"))
}

// mend reads a bill, changes it and saves it.
func (l *ledger) mend(tx *storage.Tx, set func(*crm.Invoice)) error {
	i, err := l.bill(tx)
	if err != nil || i.ID == 0 {
		return err
	}
	set(&i)
	return tx.SaveInvoice(&i)
}

// moneyDeeds are what may happen to the client's money.
var moneyDeeds = map[string]func(*ledger, *storage.Tx) error{
	"bill": func(l *ledger, tx *storage.Tx) error {
		return tx.SaveInvoice(&crm.Invoice{Client: l.client.ID, Number: "1", Due: l.day(tx), Sum: l.sum()})
	},
	"pay": func(l *ledger, tx *storage.Tx) error {
		p := crm.Payment{Client: l.client.ID, Sum: l.sum()}
		open, err := tx.Invoices(storage.InvoiceFilter{Client: l.client.ID, Open: true})
		if err != nil {
			return err
		}
		var parts []crm.Allocation
		left := p.Sum
		for _, i := range open[:rapid.IntRange(0, len(open)).Draw(l.rt, "bills")] {
			part := i.Balance
			if left.Less(part) {
				part = left
			}
			if !part.IsZero() {
				parts = append(parts, crm.Allocation{Invoice: i.ID, Sum: part})
			}
			left = left.Sub(part)
		}
		return tx.Pay(&p, parts)
	},
	"advance": func(l *ledger, tx *storage.Tx) error {
		i, err := l.bill(tx)
		if err != nil || i.ID == 0 {
			return err
		}
		payments, err := tx.Payments(l.client.ID)
		for _, p := range payments {
			if err == nil && !p.Rest.IsZero() {
				return tx.Allocate(p.ID, []crm.Allocation{{Invoice: i.ID, Sum: p.Rest}})
			}
		}
		return err
	},
	"concede": func(l *ledger, tx *storage.Tx) error {
		i, err := l.bill(tx)
		if err != nil || i.ID == 0 {
			return err
		}
		kind := rapid.SampledFrom(crm.ConcessionKinds).Draw(l.rt, "kind")
		return tx.Concede(&crm.Concession{Invoice: i.ID, Kind: kind, Sum: l.sum(), Reason: "faulty"})
	},
	"plan": func(l *ledger, tx *storage.Tx) error {
		i, err := l.bill(tx)
		if err != nil || i.Balance.Minor < 2 {
			return err
		}
		half := i.Balance.Share(1, 2)
		day := l.day(tx)
		_, err = tx.MakeInstalments(i.ID, []crm.Instalment{{Due: day, Sum: half}, {Due: day.AddDays(20), Sum: i.Balance.Sub(half)}})
		return err
	},
	"promise": func(l *ledger, tx *storage.Tx) error {
		i, err := l.bill(tx)
		if err != nil || i.Balance.IsZero() {
			return err
		}
		return tx.SavePromise(&crm.Promise{Client: l.client.ID, Invoice: i.ID, Sum: i.Balance, Day: crm.DateOf(tx.Now()).AddDays(15)})
	},
	"dispute": func(l *ledger, tx *storage.Tx) error {
		return l.mend(tx, func(i *crm.Invoice) { i.Status, i.Reason = crm.InvoiceDisputed, "faulty" })
	},
	"pause": func(l *ledger, tx *storage.Tx) error {
		return l.mend(tx, func(i *crm.Invoice) { i.Paused = crm.DateOf(tx.Now()).AddDays(9) })
	},
	"resume": func(l *ledger, tx *storage.Tx) error {
		return l.mend(tx, func(i *crm.Invoice) {
			if i.Paused = (crm.Date{}); i.Status == crm.InvoiceDisputed {
				i.Status = crm.InvoiceOpen
			}
		})
	},
	"undo": func(l *ledger, tx *storage.Tx) error { return l.rewrite(tx.Undo, &l.done, &l.undone) },
	"redo": func(l *ledger, tx *storage.Tx) error { return l.rewrite(tx.Redo, &l.undone, &l.done) },
}

// rewrite takes a change back or brings it back; one that a later change stands on is left.
func (l *ledger) rewrite(how func(int64) (storage.Change, error), from, to *[]int64) error {
	if len(*from) == 0 {
		return nil
	}
	n := rapid.IntRange(0, len(*from)-1).Draw(l.rt, "change")
	id := (*from)[n]
	if _, err := how(id); err != nil {
		return err
	}
	*from, *to = slices.Delete(*from, n, n+1), append(*to, id)
	return nil
}

// pass lets days go by with every heartbeat that has something due.
func (l *ledger) pass(days int) {
	end := l.clock.Now().AddDate(0, 0, days)
	for l.clock.Now().Before(end) {
		l.clock.Move(l.clock.Now().Add(6 * time.Hour))
		l.tick()
		l.rewind = false
		l.check("a heartbeat")
	}
}
