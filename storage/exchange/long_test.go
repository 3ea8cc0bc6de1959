package exchange

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"

	"followup/scheduler/clock/limit"
	"followup/storage/crm"
)

// Files as long as they come.
const (
	longRows      = 100_000
	longDocuments = 20_000
)

// longFiles are honest files of the largest size that people send.
func longFiles(tb testing.TB) map[string][]byte {
	tb.Helper()
	sheet := longSheet()
	var csv, book bytes.Buffer
	if err := WriteCSV(&csv, sheet, ForExcel); err != nil {
		tb.Fatal(err)
	}
	if err := WriteXLSX(&book, sheet); err != nil {
		tb.Fatal(err)
	}
	return map[string][]byte{"long.csv": csv.Bytes(), "long.xlsx": book.Bytes(), "kl_to_1c.txt": longStatement(tb)}
}

func longSheet() Sheet {
	rows := make([]ReceivableRow, longRows)
	for i := range rows {
		rows[i] = ReceivableRow{
			Client: "ООО «Клиент " + decimal(i%5000) + " и сыновья»", Number: decimal(i), Issued: crm.NewDate(2026, 10, 15), Due: crm.NewDate(2026, 10, 30),
			Sum: crm.Rub(int64(1000 + i)), Paid: crm.Rub(0), Balance: crm.Rub(int64(1000 + i)), Manager: "Анна",
		}
	}
	return ReceivableSheet("ru", rows)
}

func longStatement(tb testing.TB) []byte {
	tb.Helper()
	documents := make([]string, longDocuments)
	for i := range documents {
		documents[i] = document("Номер", decimal(i))
	}
	text, err := charmap.Windows1251.NewEncoder().String(statement(documents...))
	if err != nil {
		tb.Fatal(err)
	}
	return []byte(text)
}

func BenchmarkRead(b *testing.B) {
	for name, data := range longFiles(b) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Read(name, data); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func FuzzReadTable(f *testing.F) {
	f.Add([]byte("Клиент;ИНН\nА;1\n\"Б;2\nВ;3\n"))
	f.Add([]byte("sep=,\r\nКлиент,Сумма\r\n\"А\"\"\",1\r\n"))
	f.Add([]byte("<html><table><tr><td>Клиент<td>ИНН<tr><td rowspan=2>А<td colspan=2>1<tr><td>2</table>"))
	f.Add(book(f, sheetHead+`<row r="2"><c r="A2"><v>1</v></c></row></sheetData></worksheet>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var table Table
		var err error
		limit.Check(t, func() { table, _, err = ReadTable("file.csv", data) })
		if err != nil {
			keyOf(t, err)
			return
		}
		last := 0
		for _, r := range table.Rows {
			if r.Number <= last || len(r.Cells) > maxColumns {
				t.Fatalf("row %d after %d has %d cells", r.Number, last, len(r.Cells))
			}
			last = r.Number
		}
		m := Map(table.Headers)
		rows, _ := Clients(table, m)
		for _, r := range rows {
			if crm.NameKey(r.Name) == "" && r.Name == "" {
				t.Fatalf("a client without a name: %+v", r)
			}
		}
	})
}

// FuzzSheet reads what stands in a sheet's part, so that the zip around it doesn't hide it from the fuzzer.
func FuzzSheet(f *testing.F) {
	f.Add(sheetHead+`<row r="2"><c r="A2" t="s"><v>0</v></c></row></sheetData></worksheet>`, "<sst><si><t>а</t></si></sst>")
	f.Add(sheetHead+`<row><c t="inlineStr"><is><t>_x0041_</t></is></c></row></sheetData></worksheet>`, "")
	f.Fuzz(func(t *testing.T, sheet, shared string) {
		file := book(t, sheet, "xl/sharedStrings.xml", shared)
		limit.Check(t, func() {
			_, _, err := ReadTable("a.xlsx", file)
			keyOf(t, err)
		})
	})
}

func FuzzReadCards(f *testing.F) {
	f.Add([]byte("BEGIN:VCARD\r\nVERSION:3.0\r\nN:Ковалёва;Ирина;;;\r\nTEL;TYPE=CELL:+79031234567\r\nBDAY:--0315\r\nEND:VCARD\r\n"))
	f.Add([]byte("BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=98=\n=D1=80\nitem1.TEL;CELL:903\nEND:VCARD\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var cards []ContactRow
		var err error
		limit.Check(t, func() { cards, _, err = ReadCards(data) })
		if err != nil {
			keyOf(t, err)
			return
		}
		for _, c := range cards {
			if c.Name == "" || c.Row < 1 {
				t.Fatalf("%+v", c)
			}
		}
	})
}

// FuzzRead reads a file of any kind under any name, as it comes from the chat, and makes records of it.
func FuzzRead(f *testing.F) {
	f.Add("a.csv", []byte("Клиент;ИНН\nА;1\n"))
	f.Add("a.txt", []byte("1CClientBankExchange\r\nСекцияДокумент\r\n"))
	f.Add("a.vcf", []byte("BEGIN:VCARD\r\nFN:А\r\nEND:VCARD\r\n"))
	f.Add("a.xls", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))
	f.Add("a.xlsx", book(f, sheetHead+`<row r="2"><c r="A2"><v>1</v></c></row></sheetData></worksheet>`))
	f.Add("a.ics", []byte("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		limit.Check(t, func() {
			file, err := Read(name, data)
			if err != nil {
				keyOf(t, err)
				return
			}
			RecordsOf(file.Table, Map(file.Table.Headers))
		})
	})
}

// FuzzMapping gives any heading any meaning, as a person does with the buttons of an import, and makes records of the rows.
func FuzzMapping(f *testing.F) {
	f.Add("Клиент\tИНН\tСумма", "А\t7707083893\t1 000,50", uint16(0), uint16(3))
	f.Add("Name\tPhone\tBirthday\tDue", "B\t+79261112233\t1985-11-20\t31.12.2026", uint16(2), uint16(17))
	f.Fuzz(func(t *testing.T, head, cells string, column, meaning uint16) {
		headers := strings.Split(head, "\t")
		table := Table{Headers: headers, Rows: []Row{{Number: 2, Cells: strings.Split(cells, "\t")}}}
		limit.Check(t, func() {
			m := Map(headers)
			RecordsOf(table, m)
			m = m.Set(int(column)%len(headers), headings[int(meaning)%len(headings)].field)
			RecordsOf(table, m)
		})
	})
}
