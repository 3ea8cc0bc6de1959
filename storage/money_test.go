package storage

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"followup/storage/crm"
)

func TestPayments(t *testing.T) {
	w := newWorld(t)
	c := w.client(w.anna, "Ромашка")
	big := crm.Invoice{Client: c.ID, Number: "№ 125", Sum: crm.Rub(486_000), Due: crm.NewDate(2026, 10, 30)}
	small := crm.Invoice{Client: c.ID, Number: "126", Sum: crm.Rub(15_000), Due: crm.NewDate(2026, 11, 30)}
	w.as(w.anna, func(tx *Tx) error { return errors.Join(tx.SaveInvoice(&big), tx.SaveInvoice(&small)) })
	pay := func(sum int64, parts ...crm.Allocation) crm.Payment {
		p := crm.Payment{Client: c.ID, Sum: crm.Rub(sum)}
		w.as(w.anna, func(tx *Tx) error { return tx.Pay(&p, parts) })
		return p
	}
	expect := func(id int64, status crm.InvoiceStatus, balance int64) {
		t.Helper()
		w.as(w.anna, func(tx *Tx) error {
			i, err := tx.Invoice(id)
			if i.Status != status || i.Balance != crm.Rub(balance) {
				t.Errorf("invoice %s is %s with %s left, want %s with %d", i.Number, i.Status, i.Balance, status, balance)
			}
			return err
		})
	}
	advance := func(want int64) {
		t.Helper()
		w.as(w.anna, func(tx *Tx) error {
			sums, err := tx.Advance(c.ID)
			if sums[crm.RUB].Minor != want*100 {
				t.Errorf("the advance is %v, want %d", sums, want)
			}
			return err
		})
	}
	pay(200_000, crm.Allocation{Invoice: big.ID, Sum: crm.Rub(200_000)})
	expect(big.ID, crm.InvoicePartly, 286_000)
	w.as(w.anna, func(tx *Tx) error {
		i, err := tx.Invoice(big.ID)
		i.Status, i.Reason = crm.InvoiceDisputed, "не согласны с объёмом"
		return orElse(err, tx.SaveInvoice(&i))
	})
	both := pay(310_000, crm.Allocation{Invoice: big.ID, Sum: crm.Rub(290_000)}, crm.Allocation{Invoice: small.ID, Sum: crm.Rub(10_000)})
	expect(big.ID, crm.InvoicePaid, 0)
	expect(small.ID, crm.InvoicePartly, 5_000)
	advance(14_000)
	w.as(w.anna, func(tx *Tx) error {
		return tx.Allocate(both.ID, []crm.Allocation{{Invoice: small.ID, Sum: crm.Rub(14_000)}})
	})
	expect(small.ID, crm.InvoicePaid, 0)
	advance(9_000)
	w.as(w.anna, func(tx *Tx) error { return tx.CancelPayment(both.ID) })
	expect(small.ID, crm.InvoiceOpen, 15_000)
	expect(big.ID, crm.InvoicePartly, 286_000)
	advance(0)
	w.as(w.anna, func(tx *Tx) error {
		i, err := tx.Invoice(big.ID)
		i.Sum = crm.Rub(500_000)
		return orElse(err, tx.SaveInvoice(&i))
	})
	expect(big.ID, crm.InvoicePartly, 300_000)
	if r, err := w.Check(context.Background()); err != nil || len(r.Faults) > 0 {
		t.Error(r.Faults, err)
	}
}

// TestACancelledPaymentOfABillInAPlan: what went into instalments stays there, the bill owes again what the payment had settled.
func TestACancelledPaymentOfABillInAPlan(t *testing.T) {
	w := newWorld(t)
	c := w.client(w.anna, "Ромашка")
	bill := crm.Invoice{Client: c.ID, Number: "125", Sum: crm.Rub(500), Due: crm.NewDate(2026, 10, 30)}
	p := crm.Payment{Client: c.ID, Sum: crm.Rub(100)}
	w.as(w.anna, func(tx *Tx) error {
		err := tx.SaveInvoice(&bill)
		return orElse(err, tx.Pay(&p, []crm.Allocation{{Invoice: bill.ID, Sum: crm.Rub(100)}}))
	})
	w.as(w.anna, func(tx *Tx) error {
		_, err := tx.MakeInstalments(bill.ID, []crm.Instalment{{Due: crm.NewDate(2026, 12, 1), Sum: crm.Rub(150)}, {Due: crm.NewDate(2027, 1, 11), Sum: crm.Rub(250)}})
		return err
	})
	w.as(w.anna, func(tx *Tx) error { return tx.CancelPayment(p.ID) })
	w.as(w.anna, func(tx *Tx) error {
		i, err := tx.Invoice(bill.ID)
		if i.Balance != crm.Rub(100) || i.Moved != crm.Rub(400) {
			t.Errorf("of 500 the bill owes %s and %s went into the plan, want 100 and 400", i.Balance, i.Moved)
		}
		return err
	})
}

// TestOnlyMoneyKeepsAPromise: neither a credit note nor what a file says was paid before is what was promised.
func TestOnlyMoneyKeepsAPromise(t *testing.T) {
	w := newWorld(t)
	c := w.client(w.anna, "Ромашка")
	for source, want := range map[string]crm.PromiseStatus{
		"typed": crm.PromiseKept, "statement": crm.PromiseKept, "credit": crm.PromisePending, "import": crm.PromisePending,
	} {
		bill := crm.Invoice{Client: c.ID, Number: source, Sum: crm.Rub(500), Due: crm.NewDate(2026, 10, 30)}
		w.as(w.anna, func(tx *Tx) error { return tx.SaveInvoice(&bill) })
		promise := crm.Promise{Client: c.ID, Invoice: bill.ID, Sum: crm.Rub(100), Day: crm.NewDate(2026, 11, 20)}
		w.as(w.anna, func(tx *Tx) error { return tx.SavePromise(&promise) })
		w.as(w.anna, func(tx *Tx) error {
			return tx.Pay(&crm.Payment{Client: c.ID, Sum: crm.Rub(100), Source: source}, []crm.Allocation{{Invoice: bill.ID, Sum: crm.Rub(100)}})
		})
		w.as(w.anna, func(tx *Tx) error {
			got, err := tx.Promise(promise.ID)
			if got.Status != want {
				t.Errorf("a payment of the source %q leaves the promise %s, want %s", source, got.Status, want)
			}
			return err
		})
	}
}

func TestRefusedMoney(t *testing.T) {
	w := newWorld(t)
	c, other := w.client(w.anna, "Ромашка"), w.client(w.anna, "Вектор")
	i := crm.Invoice{Client: c.ID, Sum: crm.Rub(500)}
	w.as(w.anna, func(tx *Tx) error {
		return errors.Join(tx.SaveInvoice(&i), tx.Pay(&crm.Payment{Client: c.ID, Sum: crm.Rub(100)}, []crm.Allocation{{Invoice: i.ID, Sum: crm.Rub(100)}}))
	})
	euro := crm.Money{Minor: 100, Currency: crm.EUR}
	for _, r := range []struct {
		key  string
		deed func(tx *Tx) error
	}{
		{"sum.range", func(tx *Tx) error { return tx.Pay(&crm.Payment{Client: c.ID, Sum: crm.Rub(0)}, nil) }},
		{"sum.range", func(tx *Tx) error { return tx.Pay(&crm.Payment{Client: c.ID, Sum: crm.Rub(-5)}, nil) }},
		{"sum.range", func(tx *Tx) error { return tx.SaveInvoice(&crm.Invoice{Client: c.ID, Sum: crm.Rub(1 << 60 / 100)}) }},
		{"sum.range", func(tx *Tx) error {
			return tx.Pay(&crm.Payment{Client: c.ID, Sum: crm.Rub(5)}, []crm.Allocation{{Invoice: i.ID, Sum: crm.Rub(-5)}})
		}},
		{"pay.parts", func(tx *Tx) error {
			return tx.Pay(&crm.Payment{Client: c.ID, Sum: crm.Rub(5)}, []crm.Allocation{{Invoice: i.ID, Sum: crm.Rub(6)}})
		}},
		{"pay.client", func(tx *Tx) error {
			return tx.Pay(&crm.Payment{Client: other.ID, Sum: crm.Rub(5)}, []crm.Allocation{{Invoice: i.ID, Sum: crm.Rub(5)}})
		}},
		{"pay.currency", func(tx *Tx) error {
			return tx.Pay(&crm.Payment{Client: c.ID, Sum: euro}, []crm.Allocation{{Invoice: i.ID, Sum: euro}})
		}},
		{"invoice.overpaid", func(tx *Tx) error { i := i; i.Sum = crm.Rub(99); return tx.SaveInvoice(&i) }},
		{"invoice.currency", func(tx *Tx) error { i := i; i.Sum.Currency = crm.EUR; return tx.SaveInvoice(&i) }},
	} {
		w.problem(r.key, w.Update(context.Background(), func(tx *Tx) error { return r.deed(tx.As(w.anna)) }))
	}
	if r, err := w.Check(context.Background()); err != nil || len(r.Faults) > 0 {
		t.Error(r.Faults, err)
	}
}

func TestPromisesCountWhatCameAfterThem(t *testing.T) {
	w := newWorld(t)
	c := w.client(w.anna, "Ромашка")
	i := crm.Invoice{Client: c.ID, Sum: crm.Rub(500)}
	p := crm.Promise{Client: c.ID, Invoice: i.ID, Sum: crm.Rub(300), Day: crm.NewDate(2026, 11, 20)}
	pay := func(sum int64) {
		w.as(w.anna, func(tx *Tx) error {
			return tx.Pay(&crm.Payment{Client: c.ID, Sum: crm.Rub(sum)}, []crm.Allocation{{Invoice: i.ID, Sum: crm.Rub(sum)}})
		})
	}
	expect := func(status crm.PromiseStatus, paid int64) {
		t.Helper()
		w.as(w.anna, func(tx *Tx) error {
			got, err := tx.Promise(p.ID)
			if got.Status != status || got.Paid != crm.Rub(paid) {
				t.Errorf("the promise is %s with %s", got.Status, got.Paid)
			}
			return err
		})
	}
	w.as(w.anna, func(tx *Tx) error { return tx.SaveInvoice(&i) })
	pay(150) // in the promise's very second, but before it
	w.as(w.anna, func(tx *Tx) error { return tx.SavePromise(&p) })
	pay(100)
	expect(crm.PromisePending, 100)
	w.pass(24 * time.Hour)
	pay(200)
	expect(crm.PromiseKept, 300)
	w.as(w.anna, func(tx *Tx) error {
		c, _, err := tx.LastChange()
		_, err2 := tx.Undo(c.ID)
		return errors.Join(err, err2)
	})
	expect(crm.PromisePending, 100)
	w.as(w.anna, func(tx *Tx) error {
		p, err := tx.Promise(p.ID)
		p.Status = crm.PromisePartly
		return orElse(err, tx.SavePromise(&p))
	})
	pay(250)
	expect(crm.PromisePartly, 100) // what ended stays
	w.as(w.anna, func(tx *Tx) error {
		n, err := tx.BrokenPromises(c.ID, crm.NewDate(2026, 1, 1))
		if n != 1 {
			t.Errorf("%d broken promises", n)
		}
		return err
	})
}

func TestDebtsByAge(t *testing.T) {
	w := newWorld(t)
	c, d := w.client(w.anna, "Ромашка"), w.client(w.boris, "Вектор")
	today := crm.NewDate(2026, 11, 18)
	for _, i := range []crm.Invoice{
		{Client: c.ID, Sum: crm.Rub(1), Due: today},
		{Client: c.ID, Sum: crm.Rub(2), Due: today.AddDays(-1), Level: 2},
		{Client: c.ID, Sum: crm.Rub(4), Due: today.AddDays(-30)},
		{Client: c.ID, Sum: crm.Rub(8), Due: today.AddDays(-31)},
		{Client: c.ID, Sum: crm.Rub(16), Due: today.AddDays(-60)},
		{Client: c.ID, Sum: crm.Rub(512), Due: today.AddDays(-61)},
		{Client: c.ID, Sum: crm.Rub(32), Due: today.AddDays(-90)},
		{Client: c.ID, Sum: crm.Rub(64), Due: today.AddDays(-91)},
		{Client: c.ID, Sum: crm.Rub(128)},
		{Client: c.ID, Sum: crm.Rub(256), Due: today.AddDays(-5), Status: crm.InvoiceWritten},
		{Client: c.ID, Sum: crm.Money{Minor: 700, Currency: crm.EUR}, Due: today.AddDays(1)},
		{Client: d.ID, Sum: crm.Rub(9), Due: today.AddDays(-2)},
	} {
		w.as(w.owner, func(tx *Tx) error { return tx.SaveInvoice(&i) })
	}
	rub := func(n int64) crm.Money { return crm.Rub(n) }
	eur := func(n int64) crm.Money { return crm.Money{Minor: n * 100, Currency: crm.EUR} }
	ours := []Debt{
		{
			Client: c.ID, ClientName: "Ромашка", Manager: w.anna.ID, Currency: crm.RUB, Total: rub(767), Overdue: rub(638), OldestDue: today.AddDays(-91),
			Invoices: 9, MaxLevel: 2, ByAge: [5]crm.Money{rub(129), rub(6), rub(24), rub(544), rub(64)},
		},
		{
			Client: c.ID, ClientName: "Ромашка", Manager: w.anna.ID, Currency: crm.EUR, Total: eur(7), Overdue: eur(0), OldestDue: today.AddDays(1),
			Invoices: 1, ByAge: [5]crm.Money{eur(7), eur(0), eur(0), eur(0), eur(0)},
		},
	}
	theirs := Debt{
		Client: d.ID, ClientName: "Вектор", Manager: w.boris.ID, Currency: crm.RUB, Total: rub(9), Overdue: rub(9), OldestDue: today.AddDays(-2),
		Invoices: 1, ByAge: [5]crm.Money{rub(0), rub(9), rub(0), rub(0), rub(0)},
	}
	for _, q := range []struct {
		who  crm.Member
		f    DebtFilter
		want []Debt
	}{
		{w.anna, DebtFilter{}, ours},
		{w.boris, DebtFilter{}, []Debt{theirs}},
		{w.lead, DebtFilter{}, []Debt{ours[0], theirs, ours[1]}},
		{w.owner, DebtFilter{Manager: w.boris.ID}, []Debt{theirs}},
		{w.owner, DebtFilter{Team: w.south.ID}, nil},
		{w.anna, DebtFilter{OlderThan: 90}, []Debt{{
			Client: c.ID, ClientName: "Ромашка", Manager: w.anna.ID, Currency: crm.RUB, Total: rub(64), Overdue: rub(64), OldestDue: today.AddDays(-91),
			Invoices: 1, ByAge: [5]crm.Money{rub(0), rub(0), rub(0), rub(0), rub(64)},
		}}},
		{w.owner, DebtFilter{Client: d.ID, Today: today.AddDays(-9)}, []Debt{{
			Client: d.ID, ClientName: "Вектор", Manager: w.boris.ID, Currency: crm.RUB, Total: rub(9), Overdue: rub(0), OldestDue: today.AddDays(-2),
			Invoices: 1, ByAge: [5]crm.Money{rub(9), rub(0), rub(0), rub(0), rub(0)},
		}}},
	} {
		w.as(q.who, func(tx *Tx) error {
			got, err := tx.Debts(q.f)
			if diff := cmp.Diff(q.want, got); diff != "" {
				t.Errorf("%s, %+v (-want +got): %s", q.who.Name, q.f, diff)
			}
			return err
		})
	}
}

// TestDebtsAgeByDaysAndNotByMonths: the bounds of aging lie 1, 31, 61 and 91 days past due, also across 29 February.
func TestDebtsAgeByDaysAndNotByMonths(t *testing.T) {
	w := newWorld(t)
	c := w.client(w.anna, "Ромашка")
	due := crm.NewDate(2028, 1, 20)
	w.as(w.anna, func(tx *Tx) error {
		return tx.SaveInvoice(&crm.Invoice{Client: c.ID, Number: "1", Sum: crm.Rub(1), Issued: due, Due: due})
	})
	for day, column := range map[string]int{
		"2028-01-20": 0, "2028-01-21": 1, "2028-02-19": 1, "2028-02-20": 2, "2028-02-29": 2, "2028-03-01": 2, "2028-03-20": 2, "2028-03-21": 3,
		"2028-04-19": 3, "2028-04-20": 4,
	} {
		today, err := crm.ParseDate(day)
		if err != nil {
			t.Fatal(err)
		}
		w.as(w.anna, func(tx *Tx) error {
			debts, err := tx.Debts(DebtFilter{Today: today})
			if err != nil || len(debts) != 1 {
				t.Fatalf("%s: %v, %v", day, debts, err)
			}
			for i, sum := range debts[0].ByAge {
				if (sum.Minor != 0) != (i == column) {
					t.Errorf("%s, %d days past due: %s in column %d, want it in %d", day, today.Sub(due), sum, i, column)
				}
			}
			return nil
		})
	}
}

func TestInvoiceNumbersAreFoundAsPeopleWriteThem(t *testing.T) {
	w := newWorld(t)
	c := w.client(w.anna, "Ромашка")
	w.as(w.anna, func(tx *Tx) error {
		return tx.SaveInvoice(&crm.Invoice{Client: c.ID, Number: "А-125/26", Sum: crm.Rub(1)})
	})
	for _, said := range []string{"А-125/26", "а-125/26", "№ А-125/26", "№а-125 /26"} {
		w.as(w.anna, func(tx *Tx) error {
			list, err := tx.Invoices(InvoiceFilter{Number: said})
			if len(list) != 1 {
				t.Errorf("%q finds %d", said, len(list))
			}
			return err
		})
	}
}
