package exchange

import (
	"bytes"
	stdflag "flag"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"followup/storage/crm"
)

// recordCount is how many random records of all kinds leave and come back in each form.
var recordCount = stdflag.Int("records", 10_000, "how many random records leave and come back")

// nasty are texts that files have lost or turned into something else.
var nasty = []string{
	"ООО «Ромашка»", "=1+1", "'=x", "''", "+7", "-5", "@а", "＝2+2", "=HYPERLINK(\"http://x\";\"y\")", "a;b", "a,b", "a\tb", "a|b", `он сказал "да"`, `"`, `""`,
	"две\nстроки", "три\n\nстроки", "нет", "Итого", "_x0041_", "_x000D_", "<b>&amp;", "&#10;", "]]>", "1e5", "007", "1E-3", "45975", "05.06.2026", "05.06", "1/2", "100%", "ИП Ёж №1",
	"не\u00a0разрывай", "узкий\u202fпробел", "🙂 и 👨‍👩‍👧", "é и e\u0301", "sep=;", "TRUE", "#ССЫЛКА!", "\u200bневидимка", "\u200fעברית",
}

// drawText is a text that a cell keeps: without blanks at its edges, not a dash alone.
func drawText(t *rapid.T, label string) string {
	s := rapid.SampledFrom(nasty).Draw(t, label) + rapid.StringMatching(`[а-яА-Яa-z0-9;,'"=+@ -]{0,6}`).Draw(t, label+" tail")
	if rapid.IntRange(0, 99).Draw(t, label+" long") == 0 {
		s += strings.Repeat("длинно 🙂 ", 450) + "конец" // as long as a message can be
	}
	return strings.TrimFunc(s, unicode.IsSpace)
}

func drawDay(t *rapid.T, label string) crm.Date {
	return crm.NewDate(2020, 1, 1).AddDays(rapid.IntRange(0, 5000).Draw(t, label))
}

func drawINN(t *rapid.T) string {
	return rapid.SampledFrom([]string{"", "7707083893", "500100732259", "0274062111"}).Draw(t, "inn")
}

func drawClientName(t *rapid.T) string { return drawText(t, "client") + "я" } // some letter is in every name

func drawPhones(t *rapid.T) []string {
	all := []string{"+79031234567", "88005553535", "+375291234567", "+74951234567 доб. 12", "+12025550123", "+998901234567"}
	n := rapid.IntRange(0, 3).Draw(t, "phones")
	if n == 0 {
		return nil
	}
	from := rapid.IntRange(0, len(all)-3).Draw(t, "first phone")
	return all[from : from+n]
}

func drawEmails(t *rapid.T) []string {
	return rapid.SampledFrom([][]string{nil, {"i@example.org"}, {"-x@example.org"}, {"i@example.org", "=a@пример.рф"}}).Draw(t, "emails")
}

func drawSum(t *rapid.T, label string, c crm.Currency) crm.Money {
	return crm.Money{Minor: rapid.Int64Range(0, 40_000_000_000_000).Draw(t, label), Currency: c}
}

func drawCurrency(t *rapid.T) crm.Currency {
	return rapid.SampledFrom([]crm.Currency{crm.RUB, crm.USD, crm.EUR}).Draw(t, "currency")
}

// drawClock leaves out midnight: programs write it where they know no time, so a touch at midnight is read as one of that day.
func drawClock(t *rapid.T) crm.Clock { return crm.Clock(rapid.IntRange(1, 24*60-1).Draw(t, "clock")) }

// alone makes a client no other one of its file: rows of one INN or name are put together when they are read.
func alone(r *ClientRow, n int) {
	r.Name += fmt.Sprint(" ", n)
	if r.INN != "" {
		r.INN = innOf(n)
	}
}

// innOf is a valid INN of its own for every number.
func innOf(n int) string {
	for check := range 10 {
		if inn := fmt.Sprintf("%09d%d", 770_000_000+n, check); crm.ValidINN(inn) {
			return inn
		}
	}
	panic("every nine digits have a check digit")
}

func drawReceivable(t *rapid.T) ReceivableRow {
	c := drawCurrency(t)
	paid, balance := drawSum(t, "paid", c), drawSum(t, "balance", c)
	return ReceivableRow{
		Client: drawClientName(t), INN: drawINN(t), Contract: drawText(t, "contract"), Number: drawText(t, "number"), Issued: drawDay(t, "issued"),
		Due: drawDay(t, "due"), Paid: paid, Balance: balance, Sum: paid.Add(balance), Overdue: crm.Money{Currency: c}, Manager: drawText(t, "manager"), Note: drawText(t, "note"),
	}
}

func drawClient(t *rapid.T) ClientRow {
	return ClientRow{
		Name: drawClientName(t), INN: drawINN(t), City: drawText(t, "city"), Tier: rapid.SampledFrom([]crm.Tier{crm.TierA, crm.TierB, crm.TierC}).Draw(t, "tier"),
		Status:  rapid.SampledFrom([]crm.ClientStatus{crm.ClientActive, crm.ClientArchived}).Draw(t, "status"),
		Tags:    rapid.SampledFrom([][]string{nil, {"опт"}, {"=опт", "юг 2"}, {"-5", "+7", "@x"}}).Draw(t, "tags"),
		Manager: drawText(t, "manager"), Phones: drawPhones(t), Emails: drawEmails(t), Address: drawText(t, "address"), Note: drawText(t, "note"),
	}
}

func drawContact(t *rapid.T) ContactRow {
	birthday := drawDay(t, "birthday").AddDays(-14_000)
	if rapid.Bool().Draw(t, "no year") {
		birthday.Year = 0
	}
	return ContactRow{
		Client: drawClientName(t), INN: drawINN(t), Name: drawText(t, "name") + "я", Position: drawText(t, "position"), Phones: drawPhones(t), Emails: drawEmails(t),
		Birthday: rapid.SampledFrom([]crm.Date{{}, birthday}).Draw(t, "has birthday"), Telegram: rapid.SampledFrom([]string{"", "1001", "@irina"}).Draw(t, "telegram"),
		Manager: drawText(t, "manager"), Note: drawText(t, "note"),
	}
}

func drawInteraction(t *rapid.T) InteractionRow {
	kinds := []crm.TouchKind{crm.TouchCall, crm.TouchMissed, crm.TouchMeeting, crm.TouchMail, crm.TouchMessage, crm.TouchVisit, crm.TouchPresentation, crm.TouchNote}
	return InteractionRow{
		Client: drawClientName(t), INN: drawINN(t), Kind: rapid.SampledFrom(kinds).Draw(t, "kind"), Day: drawDay(t, "day"), Clock: drawClock(t), Timed: true,
		Text: drawText(t, "text"), Outcome: drawText(t, "outcome"), Author: drawText(t, "author"),
	}
}

func drawFollowUp(t *rapid.T) FollowUpRow {
	r := FollowUpRow{
		Client: drawClientName(t), INN: drawINN(t), Text: drawText(t, "text") + "я", Day: drawDay(t, "day"), Assignee: drawText(t, "assignee"),
		Status:  rapid.SampledFrom([]crm.FollowUpStatus{crm.FollowUpOpen, crm.FollowUpDone, crm.FollowUpCancelled}).Draw(t, "status"),
		Outcome: drawText(t, "outcome"), Obligation: rapid.Bool().Draw(t, "obligation"), Rule: rapid.SampledFrom([]string{"", "FREQ=WEEKLY;BYDAY=MO,TU"}).Draw(t, "rule"),
	}
	if r.Timed = rapid.Bool().Draw(t, "timed"); r.Timed {
		r.Clock = drawClock(t)
	}
	return r
}

func drawContract(t *rapid.T) ContractRow {
	start := drawDay(t, "start")
	return ContractRow{
		Client: drawClientName(t), INN: drawINN(t), Number: drawText(t, "number"), Subject: drawText(t, "subject"), Start: start,
		End: start.AddDays(rapid.IntRange(0, 3000).Draw(t, "length")), Sum: drawSum(t, "sum", drawCurrency(t)),
		Renewal:       rapid.SampledFrom([]crm.RenewalMode{crm.RenewalAutomatic, crm.RenewalAgreement, crm.RenewalOpen}).Draw(t, "renewal"),
		RenewalMonths: rapid.IntRange(0, 60).Draw(t, "months"), NoticeDays: rapid.IntRange(0, 180).Draw(t, "notice"), NoticeWorking: rapid.Bool().Draw(t, "working"),
		Penalty: crm.Rate(rapid.IntRange(0, 50_000).Draw(t, "penalty")), PenaltyCap: crm.Rate(rapid.IntRange(0, 1_000_000).Draw(t, "cap")),
		Manager: drawText(t, "manager"), Note: drawText(t, "note"),
	}
}

// ownForms are the forms of ours that we take back.
var ownForms = map[string]func(*bytes.Buffer, Sheet) error{
	"xlsx":   func(b *bytes.Buffer, s Sheet) error { return WriteXLSX(b, s) },
	"excel":  func(b *bytes.Buffer, s Sheet) error { return WriteCSV(b, s, ForExcel) },
	"sheets": func(b *bytes.Buffer, s Sheet) error { return WriteCSV(b, s, ForSheets) },
}

// comesBack writes records in each form and language and reads them again: every one must be as it was.
func comesBack[T any](
	draw func(*rapid.T) T, alone func(r *T, n int), shape Shape, sheet func(string, []T) Sheet, read func(Table, Mapping) ([]T, []Trouble), same func(*T),
) func(*testing.T) {
	return func(t *testing.T) {
		const kinds, perCheck = 6, 40
		left := *recordCount / kinds
		rapid.Check(t, func(t *rapid.T) {
			if left <= 0 {
				return
			}
			rows := make([]T, perCheck)
			for i := range rows {
				rows[i] = draw(t)
				alone(&rows[i], i)
				same(&rows[i])
			}
			left -= len(rows)
			for _, lang := range []string{"ru", "en"} {
				for name, write := range ownForms {
					var b bytes.Buffer
					if err := write(&b, sheet(lang, rows)); err != nil {
						t.Fatal(err)
					}
					table, bad, err := ReadTable("file.csv", b.Bytes())
					if err != nil || len(bad) > 0 {
						t.Fatal(name, lang, err, bad)
					}
					if got := Map(table.Headers).Shape; got != shape {
						t.Fatalf("%s %s is taken for %s", name, lang, got)
					}
					got, bad := read(table, Map(table.Headers))
					if len(bad) > 0 || len(got) != len(rows) {
						t.Fatalf("%s %s: %d of %d, %v", name, lang, len(got), len(rows), bad)
					}
					for i := range got {
						if same(&got[i]); !reflect.DeepEqual(got[i], rows[i]) {
							t.Fatalf("%s %s:\n got %#v\nwant %#v", name, lang, got[i], rows[i])
						}
					}
				}
			}
		})
		if left > 0 {
			t.Logf("%d records fewer than wanted: raise -rapid.checks", left)
		}
	}
}

// anyOf leaves a record as it was drawn.
func anyOf[T any](*T, int) {}

func TestRecordsLeaveAndComeBack(t *testing.T) {
	t.Run("clients", comesBack(drawClient, alone, ShapeClients, ClientSheet, Clients, func(r *ClientRow) { r.Row = 0 }))
	t.Run("contacts", comesBack(drawContact, anyOf, ShapeContacts, ContactSheet, Contacts, func(r *ContactRow) { r.Row, r.first, r.last, r.middle = 0, "", "", "" }))
	t.Run("interactions", comesBack(drawInteraction, anyOf, ShapeInteractions, InteractionSheet, Interactions, func(r *InteractionRow) { r.Row = 0 }))
	t.Run("follow-ups", comesBack(drawFollowUp, anyOf, ShapeFollowUps, FollowUpSheet, FollowUps, func(r *FollowUpRow) { r.Row = 0 }))
	t.Run("contracts", comesBack(drawContract, anyOf, ShapeContracts, ContractSheet, Contracts, func(r *ContractRow) { r.Row = 0 }))
	t.Run("receivables", comesBack(drawReceivable, anyOf, ShapeReceivables, ReceivableSheet, Receivables, func(r *ReceivableRow) { r.Row = 0 }))
}

func TestTemplatesComeBack(t *testing.T) {
	for shape := range templates {
		s, _ := Template(shape, "ru", crm.NewDate(2026, 11, 18))
		var b bytes.Buffer
		if err := WriteXLSX(&b, s); err != nil {
			t.Fatal(err)
		}
		table, _, err := ReadTable("a.xlsx", b.Bytes())
		if err != nil || len(table.Rows) != 2 || Map(table.Headers).Shape != shape || len(Map(table.Headers).Unsure()) > 0 {
			t.Errorf("%s: %v %s", shape, err, fields(Map(table.Headers)))
		}
	}
}

func TestCards(t *testing.T) {
	text := "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=98=D0=B2=D0=B0=D0=BD=D0=BE=D0=B2;=D0=98=D0=B2=\r\n=D0=B0=D0=BD;;;\r\nTEL;CELL:8 903 123-45-67\r\nEND:VCARD\r\n" +
		"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ирина\r\n  Ковалёва\r\nORG:ООО \\, Ромашка;Отдел\r\nitem1.TEL;TYPE=CELL,WORK:+7 (495) 123-45-67 доб. 12\r\nBDAY:--0315\r\nNOTE:раз\\nдва\r\nEND:VCARD\r\n" +
		"BEGIN:VCARD\nVERSION:4.0\nFN:Олег\nTEL;VALUE=uri:tel:+375291234567;ext=5\nBDAY:19850315\n"
	cards, bad, err := ReadCards([]byte(text))
	if err != nil || len(bad) > 0 || len(cards) != 3 {
		t.Fatalf("%+v %v %v", cards, bad, err)
	}
	got := ""
	for _, c := range cards {
		got += fmt.Sprintf("%d %s/%s/%s/%v-%d/%q; ", c.Row, c.Name, c.Client, strings.Join(c.Phones, ","), int(c.Birthday.Month), c.Birthday.Year, c.Note)
	}
	want := `1 Иванов Иван//+79031234567/0-0/""; 7 Ирина Ковалёва/ООО , Ромашка/+74951234567 доб. 12/3-0/"раз\nдва"; 16 Олег//+375291234567 доб. 5/3-1985/""; `
	if got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	var b bytes.Buffer
	if err := WriteCards(&b, cards); err != nil {
		t.Fatal(err)
	}
	again, bad, err := ReadCards(b.Bytes())
	for i := range again {
		again[i].Row = cards[i].Row
	}
	if err != nil || len(bad) > 0 || !reflect.DeepEqual(again, cards) {
		t.Errorf("came back as %+v, %v %v", again, bad, err)
	}
}

func TestCalendarLines(t *testing.T) {
	var b bytes.Buffer
	err := WriteCalendar(&b, Calendar{Name: "Дела", Events: []Event{
		{UID: "f1@followup", Summary: "Ромашка: оплата 486 000,00 ₽, звонить +7 903 123-45-67 " + strings.Repeat("длинно ", 20), Day: crm.NewDate(2026, 11, 18), Cancelled: true},
		{UID: "f2@followup", Summary: "Звонок", Start: 1_795_000_000},
	}})
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(b.String(), "\r\n"), "\r\n") {
		if len(line) > 75 || strings.ContainsAny(line, "\r\n") {
			t.Errorf("a line of %d octets: %q", len(line), line)
		}
	}
	whole := strings.ReplaceAll(b.String(), "\r\n ", "")
	for _, want := range []string{"DTSTART;VALUE=DATE:20261118", "DTEND;VALUE=DATE:20261119", "STATUS:CANCELLED", "UID:f1@followup"} {
		if !strings.Contains(whole, want) {
			t.Errorf("no %s", want)
		}
	}
	if strings.Contains(whole, "486") || strings.Contains(whole, "903") {
		t.Errorf("a sum or a phone shows: %s", whole)
	}
}
