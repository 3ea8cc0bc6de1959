package storage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"followup/storage/crm"
	"followup/storage/exchange"
)

// bill is a row of an open invoice of 100 rubles.
func bill(row int, client, number string) exchange.ReceivableRow {
	return exchange.ReceivableRow{Row: row, Client: client, Number: number, Issued: crm.NewDate(2026, 10, 15), Due: crm.NewDate(2026, 10, 30), Sum: crm.Rub(100), Paid: crm.Rub(40), Balance: crm.Rub(60)}
}

func (w *world) takeIn(m crm.Member, in Intake) (report IntakeReport) {
	w.t.Helper()
	var rehearsed IntakeReport
	w.as(m, func(tx *Tx) (err error) {
		rehearsed, err = tx.RehearseIntake(in)
		return err
	})
	w.as(m, func(tx *Tx) (err error) {
		report, err = tx.TakeIn(in)
		tx.Change("import", crm.Subject{})
		return err
	})
	if got, want := fmt.Sprint(report), fmt.Sprint(rehearsed); got != want {
		w.t.Errorf("a preview said\n%s\nand it became\n%s", want, got)
	}
	return report
}

// told is a report in words.
func (r IntakeReport) told() string {
	var b strings.Builder
	for _, kind := range []string{"client", "contact", "contract", "invoice", "interaction", "followup"} {
		if n := [3]int{r.New[kind], r.Added[kind], r.Same[kind]}; n != [3]int{} {
			fmt.Fprintf(&b, "%s %d+%d=%d ", kind, n[0], n[1], n[2])
		}
	}
	for _, s := range r.Similar {
		fmt.Fprintf(&b, "similar %s %d ", s.Name, s.Rows)
	}
	for _, u := range r.Unknown {
		fmt.Fprintf(&b, "unknown %s %d ", u.Name, u.Rows)
	}
	for _, l := range r.Left {
		fmt.Fprintf(&b, "%d %s ", l.Row, l.Key)
	}
	return strings.TrimSpace(b.String())
}

func TestIntakeFindsItsClients(t *testing.T) {
	w := newWorld(t)
	w.client(w.anna, "ООО «Ромашка»")
	w.client(w.boris, "Вектор")
	rows := []exchange.ClientRow{
		{Row: 2, Name: "Ромашка, ООО", INN: "7707083893", City: "Москва", Tags: []string{"опт"}, Contacts: []exchange.ContactRow{{Row: 2, Name: "Ирина", Phones: []string{"+79031234567"}}}},
		{Row: 3, Name: "Ромашко"},
		{Row: 4, Name: "Вектор"},
		{Row: 5, Name: "Гамма", Manager: "Борис"},
		{Row: 6, Name: "Дельта", Manager: "Кто-то"},
		{Row: 7, Name: "Эпсилон", Manager: "анна", Address: "Тула", Phones: []string{"+74951234567"}},
		{Row: 8, Name: "ООО «Пример»", INN: "7707083893"},
	}
	report := w.takeIn(w.anna, Intake{Records: exchange.Records{Clients: rows}})
	want := "client 1+1=0 contact 2+0=0 interaction 1+0=0 similar Ромашко 1 unknown Кто-то 1 4 import.bad.foreign 5 import.bad.owner"
	if report.told() != want || report.Examples != 1 {
		t.Errorf("\n got %s\nwant %s", report.told(), want)
	}
	again := w.takeIn(w.anna, Intake{Records: exchange.Records{Clients: rows}})
	want = "client 0+0=2 contact 0+0=2 interaction 0+0=1 similar Ромашко 1 unknown Кто-то 1 4 import.bad.foreign 5 import.bad.owner"
	if again.told() != want || again.Records() != 0 {
		t.Errorf("the same file again:\n got %s\nwant %s", again.told(), want)
	}
	decided := w.takeIn(w.anna, Intake{
		Records: exchange.Records{Clients: rows}, People: map[string]int64{crm.NameKey("Кто-то"): w.anna.ID}, Same: map[string]int64{crm.NameKey("Ромашко"): Another},
	})
	if decided.New["client"] != 2 || len(decided.Similar)+len(decided.Unknown) != 0 {
		t.Errorf("after decisions: %s", decided.told())
	}
	lead := w.takeIn(w.lead, Intake{Records: exchange.Records{Clients: rows[3:4]}})
	if lead.told() != "client 1+0=0" {
		t.Errorf("a lead loads for his team: %s", lead.told())
	}
}

func TestIntakeOfPapersComesOnce(t *testing.T) {
	w := newWorld(t)
	in := Intake{Records: exchange.Records{
		Contracts:    []exchange.ContractRow{{Row: 2, Client: "Ромашка", Number: "14/26", Sum: crm.Rub(5)}},
		Receivables:  []exchange.ReceivableRow{bill(2, "Ромашка", "125"), bill(3, "Ромашка", ""), bill(4, "Вектор", "125")},
		Interactions: []exchange.InteractionRow{{Row: 2, Client: "Ромашка", Kind: crm.TouchCall, Day: crm.NewDate(2026, 11, 2), Text: "ждут КП"}, {Row: 3, Client: "Ромашка", Kind: crm.TouchNote, Text: "Сделка"}},
		FollowUps:    []exchange.FollowUpRow{{Row: 2, Client: "Ромашка", Text: "позвонить", Day: crm.NewDate(2027, 1, 12), Status: crm.FollowUpOpen}, {Row: 3, Text: "своё", Day: crm.NewDate(2027, 1, 12), Status: crm.FollowUpOpen}},
	}}
	if got, want := w.takeIn(w.anna, in).told(), "client 2+0=0 contract 1+0=0 invoice 3+0=0 interaction 2+0=0 followup 2+0=0"; got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	if got, want := w.takeIn(w.anna, in).told(), "contract 0+0=1 invoice 0+0=3 interaction 0+0=2 followup 0+0=2"; got != want {
		t.Errorf("again:\n got %s\nwant %s", got, want)
	}
	w.as(w.anna, func(tx *Tx) error {
		list, err := tx.Invoices(InvoiceFilter{Number: "125"})
		if len(list) != 2 || list[0].Balance != crm.Rub(60) || list[0].Status != crm.InvoicePartly {
			t.Errorf("%+v", list)
		}
		return err
	})
	other := bill(2, "Ромашка", "125")
	other.Balance = crm.Rub(50)
	if got := w.takeIn(w.anna, Intake{Records: exchange.Records{Receivables: []exchange.ReceivableRow{other}}}).told(); got != "invoice 0+0=1 2 import.bad.differs" {
		t.Errorf("another balance: %s", got)
	}
}

func TestIntakeIsTakenBackWhole(t *testing.T) {
	w := newWorld(t)
	w.client(w.anna, "Ромашка")
	rapid.Check(t, func(rt *rapid.T) {
		before := w.dump()
		names := []string{"Ромашка", "Вектор", "Гамма", "Дельта и сыновья"}
		var in Intake
		for row := range rapid.IntRange(1, 12).Draw(rt, "rows") {
			name := rapid.SampledFrom(names).Draw(rt, "name")
			in.Receivables = append(in.Receivables, bill(row, name, fmt.Sprint(rapid.IntRange(0, 3).Draw(rt, "number"))))
			in.Clients = append(in.Clients, exchange.ClientRow{Row: row, Name: name, City: "Тула", Note: "важно", Contacts: []exchange.ContactRow{{Name: "Ирина"}}})
		}
		w.takeIn(w.anna, in)
		w.as(w.anna, func(tx *Tx) error {
			c, _, err := tx.LastChange()
			if err == nil {
				_, err = tx.Undo(c.ID)
			}
			return err
		})
		if after := w.dump(); !slices.Equal(before, after) {
			rt.Errorf("before %s\nafter %s", strings.Join(before, "\n"), strings.Join(after, "\n"))
		}
	})
}

// portfolio is n clients, each with a person and an invoice.
func portfolio(n int) (in Intake) {
	for i := range n {
		name := fmt.Sprintf("Клиент%d и сыновья%d", i, i*7919)
		in.Clients = append(in.Clients, exchange.ClientRow{Row: i + 2, Name: name, Contacts: []exchange.ContactRow{{Row: i + 2, Name: "Ирина", Phones: []string{"+79031234567"}}}})
		in.Receivables = append(in.Receivables, exchange.ReceivableRow{
			Row: i + 2, Client: name, Number: fmt.Sprint(i), Issued: crm.NewDate(2026, 10, 15), Due: crm.NewDate(2026, 10, 30), Sum: crm.Rub(5000), Balance: crm.Rub(5000), Paid: crm.Rub(0),
		})
	}
	return in
}

func TestIntakeIsBounded(t *testing.T) {
	w := newWorld(t)
	err := w.Update(context.Background(), func(tx *Tx) error {
		_, err := tx.As(w.anna).TakeIn(portfolio(maxIntake/2 + 1))
		return err
	})
	_ = w.heard("import.toomany", err)
	w.as(w.anna, func(tx *Tx) error {
		if _, n, err := tx.Clients(ClientFilter{}); n != 0 || err != nil {
			t.Errorf("%d clients of a refused file stay: %v", n, err)
		}
		return nil
	})
}

// BenchmarkIntake is how long one transaction of a whole portfolio holds everybody else up.
func BenchmarkIntake(b *testing.B) {
	in := portfolio(maxIntake / 3)
	for b.Loop() {
		b.StopTimer()
		w := newWorld(b)
		b.StartTimer()
		w.as(w.anna, func(tx *Tx) error {
			_, err := tx.TakeIn(in)
			return err
		})
	}
	b.ReportMetric(float64(len(in.Clients)*3), "records")
}

func TestImportsAreForgotten(t *testing.T) {
	w := newWorld(t)
	var old, fresh Import
	w.as(w.anna, func(tx *Tx) error { return tx.SaveImport(&old) })
	w.clock.Add(int64(importLife.Seconds()) + 1)
	w.as(w.anna, func(tx *Tx) error {
		if _, found, err := tx.Import(old.ID); found || err != nil {
			t.Errorf("what waited too long is still there: %v", err)
		}
		return tx.SaveImport(&fresh)
	})
	w.turn(func(tx *Tx) error {
		if err := tx.System().DropOldImports(); err != nil {
			return err
		}
		n, err := tx.count("SELECT count(*) FROM imports")
		if n != 1 {
			t.Errorf("%d imports are kept", n)
		}
		return err
	})
	w.as(w.boris, func(tx *Tx) error {
		if _, found, _ := tx.Import(fresh.ID); found {
			t.Error("a colleague reads anna's import")
		}
		return nil
	})
	w.as(w.anna, func(tx *Tx) error { return tx.SaveImportColumns("k", "{}") })
	for _, c := range []struct {
		who  crm.Member
		want string
	}{{w.boris, "{}"}, {w.far, ""}} {
		w.as(c.who, func(tx *Tx) error {
			got, err := tx.ImportColumns("k")
			if got != c.want {
				t.Errorf("%s reads %q", c.who.Name, got)
			}
			return err
		})
	}
}

func TestReceiptsWaitForTheirLoader(t *testing.T) {
	w := newWorld(t)
	c := w.client(w.anna, "Ромашка")
	keep := func(m crm.Member) (id int64) {
		w.as(m, func(tx *Tx) error {
			r := Receipt{Key: "k", Day: crm.NewDate(2026, 11, 17), Sum: crm.Rub(5), Payer: "Ромашка"}
			err := errors.Join(tx.KeepReceipt(&r), tx.KeepReceipt(&Receipt{Key: "k"}))
			id = r.ID
			return err
		})
		return id
	}
	waiting := func(m crm.Member) (n int) {
		w.as(m, func(tx *Tx) error {
			list, err := tx.Receipts()
			n = len(list)
			return err
		})
		return n
	}
	anna, lead := keep(w.anna), keep(w.lead)
	if waiting(w.anna) != 1 || waiting(w.lead) != 1 || waiting(w.boris) != 0 {
		t.Errorf("%d %d %d wait", waiting(w.anna), waiting(w.lead), waiting(w.boris))
	}
	w.as(w.boris, func(tx *Tx) error {
		_, err := tx.Receipt(anna)
		_ = w.heard("already", err)
		return nil
	})
	w.as(w.anna, func(tx *Tx) error {
		return tx.PayFromBank("k", &crm.Payment{Client: c.ID, Sum: crm.Rub(5), Day: crm.NewDate(2026, 11, 17)}, nil)
	})
	w.as(w.lead, func(tx *Tx) error {
		_, err := tx.Receipt(lead)
		_ = w.heard("already", err)
		return nil
	})
	if waiting(w.anna) != 0 || waiting(w.lead) != 0 {
		t.Error("an operation that became a payment waits no more, whoever loaded it")
	}
}

func TestWholeFilesAreTakenBackWithinADay(t *testing.T) {
	w := newWorld(t)
	w.takeIn(w.anna, portfolio(2))
	w.clock.Add(int64(undoWhole.Seconds()) + 1)
	w.as(w.anna, func(tx *Tx) error {
		c, _, err := tx.LastChange()
		if err != nil {
			return err
		}
		_, err = tx.Undo(c.ID)
		_ = w.heard("undo.late", err)
		return nil
	})
}
