package exchange

import (
	"bytes"
	"testing"

	"golang.org/x/text/encoding/charmap"

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
		table, _, err := ReadTable("file.csv", data)
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
		_, _, err := ReadTable("a.xlsx", book(t, sheet, "xl/sharedStrings.xml", shared))
		keyOf(t, err)
	})
}

func FuzzReadCards(f *testing.F) {
	f.Add([]byte("BEGIN:VCARD\r\nVERSION:3.0\r\nN:Ковалёва;Ирина;;;\r\nTEL;TYPE=CELL:+79031234567\r\nBDAY:--0315\r\nEND:VCARD\r\n"))
	f.Add([]byte("BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=98=\n=D1=80\nitem1.TEL;CELL:903\nEND:VCARD\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		cards, _, err := ReadCards(data)
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
