package exchange

import (
	"bytes"
	stdflag "flag"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"followup/storage/crm"
)

// recordCount is how many random records leave and come back; CI takes few, a release many: -records 10000.
var recordCount = stdflag.Int("records", 60, "how many random records leave and come back")

// drawText is a text that a cell keeps: trimmed, no control characters, not a dash alone.
func drawText(t *rapid.T, label string) string {
	return rapid.SampledFrom([]string{
		"ООО «Ромашка»", "=1+1", "'=x", "+7", "-5", "@а", "a;b", "a,b", `он сказал "да"`, "две\nстроки", "нет", "_x0041_", "<b>&amp;", "1e5", "007", "45975", "05.06.2026", "ИП Ёж №1",
	}).Draw(t, label) + rapid.StringMatching(`[а-яА-Яa-z0-9;,'"=+@-]{0,6}`).Draw(t, label+" tail")
}

func drawDay(t *rapid.T, label string) crm.Date {
	return crm.NewDate(2020, 1, 1).AddDays(rapid.IntRange(0, 5000).Draw(t, label))
}

func drawReceivable(t *rapid.T) ReceivableRow {
	c := rapid.SampledFrom([]crm.Currency{crm.RUB, crm.USD, crm.EUR}).Draw(t, "currency")
	paid, balance := rapid.Int64Range(0, 40_000_000_000_000).Draw(t, "paid"), rapid.Int64Range(0, 40_000_000_000_000).Draw(t, "balance")
	money := func(n int64) crm.Money { return crm.Money{Minor: n, Currency: c} }
	return ReceivableRow{
		Client: drawText(t, "client") + "я", INN: rapid.SampledFrom([]string{"", "7707083893", "500100732259", "0274062111"}).Draw(t, "inn"),
		Contract: drawText(t, "contract"), Number: drawText(t, "number"), Issued: drawDay(t, "issued"), Due: drawDay(t, "due"),
		Paid: money(paid), Balance: money(balance), Sum: money(paid + balance), Overdue: money(0), Manager: drawText(t, "manager"), Note: drawText(t, "note"),
	}
}

func TestRecordsLeaveAndComeBack(t *testing.T) {
	writers := map[string]func(*bytes.Buffer, Sheet) error{
		"xlsx":   func(b *bytes.Buffer, s Sheet) error { return WriteXLSX(b, s) },
		"excel":  func(b *bytes.Buffer, s Sheet) error { return WriteCSV(b, s, ForExcel) },
		"sheets": func(b *bytes.Buffer, s Sheet) error { return WriteCSV(b, s, ForSheets) },
	}
	left := *recordCount
	rapid.Check(t, func(t *rapid.T) {
		if left <= 0 {
			return
		}
		var rows []ReceivableRow
		for i := range rapid.IntRange(1, 20).Draw(t, "rows") {
			r := drawReceivable(t)
			r.Row = i
			rows = append(rows, r)
		}
		left -= len(rows)
		for _, lang := range []string{"ru", "en"} {
			for name, write := range writers {
				var b bytes.Buffer
				if err := write(&b, ReceivableSheet(lang, rows)); err != nil {
					t.Fatal(err)
				}
				table, bad, err := ReadTable("file.csv", b.Bytes())
				if err != nil || len(bad) > 0 {
					t.Fatal(name, err, bad)
				}
				got, bad := Receivables(table, Map(table.Headers))
				if len(bad) > 0 || len(got) != len(rows) {
					t.Fatalf("%s %s: %d of %d, %v", name, lang, len(got), len(rows), bad)
				}
				for i := range got {
					got[i].Row = i
					if !reflect.DeepEqual(got[i], rows[i]) {
						t.Fatalf("%s %s:\n got %+v\nwant %+v", name, lang, got[i], rows[i])
					}
				}
			}
		}
	})
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
