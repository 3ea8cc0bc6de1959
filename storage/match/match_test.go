package match

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"followup/storage/crm"
)

const (
	innRomashka = "7701234567"
	innVector   = "7705551234"
)

func day(s string) crm.Date {
	d, err := crm.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// book is a small portfolio: Ромашка (1) with three invoices, Вектор (2) with one, Гамма (3) without an INN, Дельта (4) with
// nothing open, and two branches of one company (5, 6) under one INN.
func book() []Candidate {
	romashka := Candidate{Client: 1, Name: "ООО «Ромашка»", INN: innRomashka}
	invoice := func(c Candidate, id int64, number, contract, issued, due string, rub int64) Candidate {
		c.Invoice, c.Number, c.Contract, c.Issued, c.Due, c.Balance = id, number, contract, day(issued), day(due), crm.Rub(rub)
		return c
	}
	return []Candidate{
		invoice(romashka, 12, "126", "14/26", "2026-10-20", "2026-11-05", 50_000),
		invoice(romashka, 11, "125", "14/26", "2026-10-15", "2026-10-30", 486_000),
		invoice(romashka, 13, "УТ-000131", "15/26", "2026-11-01", "2026-11-15", 70_000),
		invoice(Candidate{Client: 2, Name: "ООО «Вектор»", INN: innVector}, 21, "118", "", "2026-10-01", "2026-10-10", 15_000),
		invoice(Candidate{Client: 3, Name: "ИП Иванов Иван Иванович", Aliases: []string{"Гамма"}}, 31, "7", "", "2026-10-01", "2026-10-10", 40_000),
		{Client: 4, Name: "ООО «Дельта»", INN: "7709990001"},
		invoice(Candidate{Client: 5, Name: "Сеть Север", INN: "7701110002"}, 51, "9", "", "2026-10-01", "2026-10-10", 30_000),
		invoice(Candidate{Client: 6, Name: "Сеть Юг", INN: "7701110002"}, 61, "9", "", "2026-10-02", "2026-10-11", 30_000),
	}
}

// short is a verdict in a word: grade reason client: invoice=rubles … +advance |others.
func short(v Verdict) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s %d:", v.Grade, v.Reason, v.Client)
	for _, p := range v.Parts {
		fmt.Fprintf(&b, " %d=%d", p.Invoice, p.Sum.Minor/100)
	}
	if v.Rest.Minor > 0 {
		fmt.Fprintf(&b, " +%d", v.Rest.Minor/100)
	}
	if len(v.Others) > 0 {
		fmt.Fprintf(&b, " |%v", v.Others)
	}
	return b.String()
}

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		name, inn, payer, purpose string
		rub                       int64
		want                      string
	}{
		{"INN and number, part of the sum", innRomashka, "ООО Ромашка", "Частичная оплата по счету № 125 от 15.10.2026, в т.ч. НДС 20% 33333-33", 200_000, "sure number 1: 11=200000"},
		{"a list pays in its order", innRomashka, "", "по сч.126, 125", 60_000, "sure number 1: 12=50000 11=10000"},
		{"too much becomes an advance", innRomashka, "", "счет 126", 60_000, "sure number 1: 12=50000 +10000"},
		{"the number without its prefix, date confirms", innRomashka, "", "счет 131 от 01.11.2026", 10_000, "sure number 1: 13=10000"},
		{"the number without its prefix, sum confirms", innRomashka, "", "счет 131", 70_000, "sure number 1: 13=70000"},
		{"the number without its prefix, nothing confirms", innRomashka, "", "счет 131", 10_000, "likely number 1: 13=10000"},
		{"another date", innRomashka, "", "счет 125 от 15.10.2025", 486_000, "likely number 1: 11=486000"},
		{"one of the list is not open", innRomashka, "", "счета 125, 999", 486_000, "likely number 1: 11=486000"},
		{"exact balance", innRomashka, "", "оплата за услуги", 50_000, "sure balance 1: 12=50000"},
		{"a tax is no number and no sum", innRomashka, "", "оплата, в т.ч. НДС 20% 125-00", 333, "likely oldest 1: 11=333"},
		{"exact balance but another number is named", innRomashka, "", "счет 999", 50_000, "likely balance 1: 12=50000"},
		{"exact balance but another contract is named", innRomashka, "", "по договору 77/25", 50_000, "likely balance 1: 12=50000"},
		{"contract", innRomashka, "", "по договору 15/26", 20_000, "likely contract 1: 13=20000"},
		{"contract and balance", innRomashka, "", "по договору № 14/26", 50_000, "sure balance 1: 12=50000"},
		{"oldest first", innRomashka, "", "оплата за услуги", 500_000, "likely oldest 1: 11=486000 12=14000"},
		{"nothing open", "7709990001", "ООО Дельта", "оплата по счету 5", 1000, "likely advance 4: +1000"},
		{"pays for another client", innRomashka, "", "оплата за ООО «Вектор» по счету 118", 15_000, "likely other 2: 21=15000 |[1]"},
		{"pays for himself by name", innRomashka, "", "оплата за ООО «Ромашка» по счету 126", 50_000, "sure number 1: 12=50000"},
		{"pays for a company nobody knows", "7700000001", "ООО Щит", "оплата за ООО «Меч»", 15_000, "unknown none 0: +15000"},
		{"a stranger pays for a client", "7700000001", "ООО «Вектор Плюс»", "оплата за ООО «Вектор»", 15_000, "likely other 2: 21=15000"},
		{"a name that contains the client's", "7700000001", "ООО «Вектор Плюс»", "оплата", 15_000, "likely name 2: 21=15000"},
		{"the same name is never sure", "", "ООО \"Вектор\"", "счет 118 от 01.10.2026", 15_000, "likely name 2: 21=15000"},
		{"a slip in the name", "", "Вектар ООО", "оплата", 1_000, "likely name 2: 21=1000"},
		{"initials", "", "Индивидуальный предприниматель Иванов И.И.", "оплата", 40_000, "likely name 3: 31=40000"},
		{"through the treasury", "7725000001", "УФК по г. Москве (ООО \"Ромашка\" л/с 123)", "сч 125", 1_000, "likely name 1: 11=1000"},
		{"a stranger names an invoice with its date", "7700000001", "ООО Щит", "счет 118 от 01.10.2026", 1_000, "likely other 2: 21=1000"},
		{"a stranger names an invoice with its sum", "7700000001", "ООО Щит", "счет 118", 15_000, "likely other 2: 21=15000"},
		{"a stranger's own invoice number", "7700000001", "ООО Щит", "счет 118", 1_000, "unknown none 0: +1000"},
		{"one INN, two clients, same number", "7701110002", "", "счет 9", 30_000, "likely number 5: 51=30000"},
		{"one INN, two clients, the date decides", "7701110002", "", "счет 9 от 02.10.2026", 30_000, "sure number 6: 61=30000"},
		{"one INN, two clients, same balance", "7701110002", "", "оплата", 30_000, "likely balance 5: 51=30000 |[6]"},
		{"nobody", "", "", "", 1, "unknown none 0: +1"},
	} {
		op := Operation{Day: day("2026-11-17"), Sum: crm.Rub(c.rub), Payer: c.payer, PayerINN: c.inn, Purpose: c.purpose}
		if got := short(Match(op, book())); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestOtherCurrencyPaysNoInvoice(t *testing.T) {
	op := Operation{Day: day("2026-11-17"), Sum: crm.Money{Minor: 48_600_000, Currency: crm.USD}, PayerINN: innRomashka, Purpose: "счет 125"}
	if got := short(Match(op, book())); got != "likely advance 1: +486000" {
		t.Error(got)
	}
}

func TestTakeLowersBalances(t *testing.T) {
	b := NewBook(book())
	op := Operation{Day: day("2026-11-17"), Sum: crm.Rub(50_000), PayerINN: innRomashka, Purpose: "счет 126"}
	b.Take(b.Match(op))
	if got := short(b.Match(op)); got != "likely oldest 1: 11=50000" {
		t.Error(got)
	}
}

func TestTwin(t *testing.T) {
	typed := []Typed{
		{Payment: 1, Client: 1, Name: "Ромашка", INN: innRomashka, Day: day("2026-11-12"), Sum: crm.Rub(200_000)},
		{Payment: 2, Client: 1, Name: "Ромашка", INN: innRomashka, Day: day("2026-11-18"), Sum: crm.Rub(200_000)},
		{Payment: 3, Client: 3, Name: "ИП Иванов", Aliases: []string{"Гамма"}, Day: day("2026-11-17"), Sum: crm.Rub(40_000)},
	}
	sure := func(client int64) Verdict { return Verdict{Grade: Sure, Client: client} }
	for _, c := range []struct {
		name, inn, payer, day string
		verdict               Verdict
		rub                   int64
		want                  int64
		grade                 Grade
	}{
		{"typed a day later", innRomashka, "", "2026-11-17", sure(1), 200_000, 2, Sure},
		{"by a sure match without an INN", "", "", "2026-11-17", sure(3), 40_000, 3, Sure},
		{"the nearest of two", innRomashka, "", "2026-11-13", Verdict{}, 200_000, 1, Sure},
		{"five days apart", innRomashka, "", "2026-11-23", Verdict{}, 200_000, 2, Sure},
		{"six days apart", innRomashka, "", "2026-11-24", Verdict{}, 200_000, 0, Unknown},
		{"another sum", innRomashka, "", "2026-11-17", sure(1), 200_001, 0, Unknown},
		{"another client", innVector, "", "2026-11-17", sure(2), 200_000, 0, Unknown},
		{"another INN with the same name", innVector, "Ромашка", "2026-11-17", Verdict{}, 200_000, 0, Unknown},
		{"by name where there is no INN", innVector, "ООО \"Гамма\"", "2026-11-17", Verdict{}, 40_000, 3, Likely},
		{"a client that is only likely", innVector, "", "2026-11-17", Verdict{Grade: Likely, Client: 3}, 40_000, 3, Likely},
		{"nobody", "", "", "2026-11-17", Verdict{}, 40_000, 0, Unknown},
	} {
		op := Operation{Day: day(c.day), Sum: crm.Rub(c.rub), Payer: c.payer, PayerINN: c.inn}
		if got, grade := Twin(op, c.verdict, typed); got != c.want || grade != c.grade {
			t.Errorf("%s: got %d %s, want %d %s", c.name, got, grade, c.want, c.grade)
		}
	}
}

// drawn makes a portfolio and an operation that has something to do with it.
func drawn(t *rapid.T) (Operation, []Candidate) {
	var open []Candidate
	for i := range rapid.IntRange(0, 12).Draw(t, "invoices") {
		client := rapid.Int64Range(1, 4).Draw(t, "client")
		open = append(open, Candidate{
			Client: client, Name: [...]string{"", "ООО Альфа", "ООО Бета", "ИП Вега", "Гамма"}[client],
			INN:     [...]string{"", innRomashka, innVector, "", innVector}[client],
			Invoice: int64(i + 1), Number: fmt.Sprint(rapid.IntRange(1, 6).Draw(t, "number")),
			Issued: day("2026-10-01").AddDays(rapid.IntRange(0, 3).Draw(t, "issued")), Due: day("2026-11-01").AddDays(rapid.IntRange(0, 9).Draw(t, "due")),
			Balance: crm.Money{Minor: rapid.Int64Range(0, 5).Draw(t, "balance") * 100, Currency: rapid.SampledFrom([]crm.Currency{crm.RUB, crm.RUB, crm.USD}).Draw(t, "currency")},
		})
	}
	op := Operation{
		Day: day("2026-11-17"), Sum: crm.Money{Minor: rapid.Int64Range(1, 20).Draw(t, "sum") * 100, Currency: crm.RUB},
		Payer:    rapid.SampledFrom([]string{"", "ООО Альфа", "Бета", "Вега ИП", "Щит"}).Draw(t, "payer"),
		PayerINN: rapid.SampledFrom([]string{"", innRomashka, innVector, "7700000001"}).Draw(t, "inn"),
		Purpose:  rapid.SampledFrom([]string{"", "счет 1", "сч 2, 3", "счет 1 от 01.10.2026", "за ООО Бета счет 4", "договор 5"}).Draw(t, "purpose"),
	}
	return op, open
}

func TestVerdictsKeepTheirPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		op, open := drawn(t)
		v := Match(op, open)
		balances, owner, inn := map[int64]crm.Money{}, map[int64]int64{}, map[int64]string{}
		for _, c := range open {
			balances[c.Invoice], owner[c.Invoice], inn[c.Client] = c.Balance, c.Client, c.INN
		}
		total := v.Rest
		for _, p := range v.Parts {
			total = total.Add(p.Sum)
			if p.Sum.Minor <= 0 || balances[p.Invoice].Less(p.Sum) || owner[p.Invoice] != v.Client {
				t.Fatalf("part %v of %v in %s", p, balances[p.Invoice], short(v))
			}
		}
		if total != op.Sum || v.Rest.Minor < 0 {
			t.Fatalf("%v became %v", op.Sum, total)
		}
		if v.Grade == Sure && (op.PayerINN == "" || inn[v.Client] != op.PayerINN || len(v.Parts) == 0 || len(v.Others) > 0) {
			t.Fatalf("sure without an INN: %s", short(v))
		}
		if (v.Client == 0) != (v.Grade == Unknown) {
			t.Fatalf("a client is known or not: %s", short(v))
		}
	})
}

func TestOrderOfCandidatesDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		op, open := drawn(t)
		want := short(Match(op, open))
		if got := short(Match(op, rapid.Permutation(open).Draw(t, "order"))); got != want {
			t.Fatalf("%s, in another order %s", want, got)
		}
	})
}

func BenchmarkMatchThousandInvoices(b *testing.B) {
	var open []Candidate
	for i := range 1000 {
		open = append(open, Candidate{
			Client: int64(i/3 + 1), Name: fmt.Sprintf("ООО «Клиент %d»", i/3), INN: fmt.Sprintf("77%08d", i/3), Invoice: int64(i + 1),
			Number: fmt.Sprint(100 + i), Issued: day("2026-10-01"), Due: day("2026-11-01"), Balance: crm.Rub(int64(1000 + i)),
		})
	}
	book := NewBook(open)
	op := Operation{Day: day("2026-11-17"), Sum: crm.Rub(5000), Payer: "ООО Неизвестный плательщик", PayerINN: "5000000000", Purpose: "Оплата по счету № 500 от 15.10.2026, в т.ч. НДС 20% 833-33"}
	for b.Loop() {
		book.Match(op)
	}
}
