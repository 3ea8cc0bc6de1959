package storage

import (
	"context"
	"errors"
	"testing"

	"followup/storage/crm"
)

// rubles are parts of a plan on the first of each month from December 2026.
func rubles(sums ...int64) []crm.Instalment {
	parts := make([]crm.Instalment, 0, len(sums))
	for n, s := range sums {
		parts = append(parts, crm.Instalment{Due: crm.NewDate(2026, 12, 1).AddMonths(n), Sum: crm.Rub(s)})
	}
	return parts
}

func TestPlanMovesWhatIsOpenIntoItsParts(t *testing.T) {
	w := newWorld(t)
	c := w.client(w.anna, "Ромашка")
	bill := crm.Invoice{Client: c.ID, Number: "125", Sum: crm.Rub(486), Due: crm.NewDate(2026, 10, 30), Level: 3}
	p := crm.Promise{Client: c.ID, Sum: crm.Rub(286), Day: crm.NewDate(2026, 11, 20)}
	var made []crm.Invoice
	w.as(w.anna, func(tx *Tx) error {
		err := errors.Join(tx.SaveInvoice(&bill), tx.Pay(&crm.Payment{Client: c.ID, Sum: crm.Rub(200)}, []crm.Allocation{{Invoice: bill.ID, Sum: crm.Rub(200)}}))
		p.Invoice = bill.ID
		return orElse(err, tx.SavePromise(&p))
	})
	plan := func(id int64, parts ...int64) error {
		return w.Update(context.Background(), func(tx *Tx) (err error) {
			made, err = tx.As(w.anna).MakeInstalments(id, rubles(parts...))
			return err
		})
	}
	w.problem("instal.sum", plan(bill.ID, 100, 100))
	w.problem("instal.sum", plan(bill.ID, 100, 187))
	w.problem("instal.sum", plan(bill.ID, 287, -1))
	w.problem("instal.few", plan(bill.ID, 286))
	if err := plan(bill.ID, 100, 100, 86); err != nil {
		t.Fatal(err)
	}
	w.as(w.anna, func(tx *Tx) error {
		i, err := tx.Invoice(bill.ID)
		if i.Status != crm.InvoiceSplit || i.Balance.Minor != 0 || i.Moved != crm.Rub(286) || i.Level != 3 {
			t.Errorf("the bill is %s with %s open, %s moved, level %d", i.Status, i.Balance, i.Moved, i.Level)
		}
		if q, _ := tx.Promise(p.ID); q.Status != crm.PromiseCancelled {
			t.Errorf("the promise is %s", q.Status)
		}
		return err
	})
	for n, part := range []string{"1/3", "2/3", "3/3"} {
		if made[n].Part != part || made[n].Number != "125" || made[n].Level != 0 || made[n].Status != crm.InvoiceOpen {
			t.Errorf("part %d is %+v", n, made[n])
		}
	}
	w.as(w.anna, func(tx *Tx) error {
		return tx.Pay(&crm.Payment{Client: c.ID, Sum: crm.Rub(150)}, []crm.Allocation{{Invoice: made[0].ID, Sum: crm.Rub(100)}, {Invoice: made[1].ID, Sum: crm.Rub(50)}})
	})
	if err := plan(made[1].ID, 36, 100); err != nil { // anew, from any of its parts
		t.Fatal(err)
	}
	w.as(w.anna, func(tx *Tx) error {
		left, err := tx.Instalments(bill.ID)
		if len(left) != 4 || left[1].Part != "1/2" || left[3].Sum != crm.Rub(100) {
			t.Errorf("the plan is now %+v", left)
		}
		open, err2 := tx.Invoices(InvoiceFilter{Client: c.ID, Open: true})
		if len(open) != 2 || open[0].Balance.Add(open[1].Balance) != crm.Rub(136) {
			t.Errorf("open are %+v", open)
		}
		return errors.Join(err, err2, tx.Pay(&crm.Payment{Client: c.ID, Sum: crm.Rub(136)}, []crm.Allocation{
			{Invoice: open[0].ID, Sum: open[0].Balance}, {Invoice: open[1].ID, Sum: open[1].Balance},
		}))
	})
	w.problem("instal.nothing", plan(bill.ID, 1, 1))
	if r, err := w.Check(context.Background()); err != nil || len(r.Faults) > 0 {
		t.Error(r.Faults, err)
	}
}

// TestConcessions has a manager ask and a lead decide: what is asked changes nothing, what is agreed does, once.
func TestConcessions(t *testing.T) {
	w := newWorld(t)
	c := w.client(w.anna, "Ромашка")
	bill := crm.Invoice{Client: c.ID, Number: "125", Sum: crm.Rub(500), Due: crm.NewDate(2026, 10, 30), Level: 4}
	w.as(w.anna, func(tx *Tx) error { return tx.SaveInvoice(&bill) })
	state := func(status crm.InvoiceStatus, balance int64) {
		t.Helper()
		w.as(w.anna, func(tx *Tx) error {
			i, err := tx.Invoice(bill.ID)
			if i.Status != status || i.Balance != crm.Rub(balance) {
				t.Errorf("the bill is %s with %s, want %s with %d", i.Status, i.Balance, status, balance)
			}
			return err
		})
	}
	ask := func(m crm.Member, kind crm.ConcessionKind, sum int64, reason string) (q crm.Concession, err error) {
		q = crm.Concession{Invoice: bill.ID, Kind: kind, Sum: crm.Rub(sum), Reason: reason}
		return q, w.Update(context.Background(), func(tx *Tx) error { return tx.As(m).Concede(&q) })
	}
	decide := func(m crm.Member, id int64, agree bool) error {
		return w.Update(context.Background(), func(tx *Tx) error { _, err := tx.As(m).Decide(id, agree); return err })
	}
	for _, bad := range []struct {
		key    string
		kind   crm.ConcessionKind
		sum    int64
		reason string
	}{
		{"concession.reason", crm.WriteOff, 0, ""},
		{"concession.sum", crm.Discount, 0, "брак"},
		{"concession.sum", crm.Discount, -5, "брак"},
		{"concession.sum", crm.Return, 501, "брак"},
	} {
		_, err := ask(w.lead, bad.kind, bad.sum, bad.reason)
		w.problem(bad.key, err)
	}
	asked, err := ask(w.anna, crm.Discount, 100, "задержали поставку")
	if err != nil || asked.Status != crm.ConcessionAsked {
		t.Fatalf("the manager's request is %s: %v", asked.Status, err)
	}
	state(crm.InvoiceOpen, 500)
	w.problem("denied", decide(w.anna, asked.ID, true))
	if err := decide(w.lead, asked.ID, true); err != nil {
		t.Fatal(err)
	}
	state(crm.InvoicePartly, 400)
	w.problem("already", decide(w.lead, asked.ID, false))
	refused, err := ask(w.anna, crm.WriteOff, 0, "ликвидация")
	if err := orElse(err, decide(w.lead, refused.ID, false)); err != nil {
		t.Fatal(err)
	}
	state(crm.InvoicePartly, 400)
	if off, err := ask(w.lead, crm.WriteOff, 0, "ликвидация"); err != nil || off.Sum != crm.Rub(400) || off.Status != crm.ConcessionAgreed {
		t.Fatalf("the write-off is %+v: %v", off, err)
	}
	state(crm.InvoiceWritten, 400)
	_, err = ask(w.lead, crm.WriteOff, 0, "ещё раз")
	w.problem("concession.nothing", err)
	w.as(w.lead, func(tx *Tx) error {
		last, _, err := tx.LastChange()
		if err == nil {
			_, err = tx.Undo(last.ID)
		}
		got, err2 := tx.Received(crm.NewDate(2026, 1, 1), crm.NewDate(2027, 1, 1), 0)
		if len(got) > 0 {
			t.Errorf("a credit note counts as money received: %v", got)
		}
		return errors.Join(err, err2)
	})
	state(crm.InvoicePartly, 400)
	if r, err := w.Check(context.Background()); err != nil || len(r.Faults) > 0 {
		t.Error(r.Faults, err)
	}
}
