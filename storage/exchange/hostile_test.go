package exchange

import (
	"archive/zip"
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// packed makes a zip of names and contents.
func packed(t testing.TB, pairs ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		w, err := z.Create(pairs[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(pairs[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// book is a workbook with the given sheet and, if any, shared strings.
func book(t testing.TB, sheet string, more ...string) []byte {
	t.Helper()
	return packed(t, append([]string{
		"xl/workbook.xml", `<workbook><sheets><sheet name="Л" r:id="a"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="a" Target="worksheets/s.xml"/></Relationships>`,
		"xl/worksheets/s.xml", sheet,
	}, more...)...)
}

const sheetHead = `<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Клиент</t></is></c></row>`

// TestHostileFiles hands over what breaks readers. Each is read or refused with a problem, and allocates little beyond its bounds.
func TestHostileFiles(t *testing.T) {
	good := book(t, sheetHead+`<row r="2"><c r="A2"><v>1</v></c></row></sheetData></worksheet>`)
	lying := bytes.Clone(good)
	if at := bytes.LastIndex(lying, centralMark); at > 0 {
		copy(lying[at+24:], "\xff\xff\xff\x0f") // the unpacked size of the last part
	}
	files := map[string][]byte{
		"bomb of spaces":       book(t, sheetHead+strings.Repeat(" ", 30<<20)),
		"bomb of strings":      book(t, sheetHead+"</sheetData></worksheet>", "xl/sharedStrings.xml", "<sst><si><t>"+strings.Repeat("a", 30<<20)),
		"a size that lies":     lying,
		"deep XML":             book(t, strings.Repeat("<a>", 100_000)),
		"a document type":      book(t, `<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>`),
		"an endless tag":       book(t, "<worksheet a=\""+strings.Repeat(">", 1<<20)),
		"an open comment":      book(t, "<!--"+strings.Repeat("-", 1<<16)),
		"a column too far":     book(t, sheetHead+`<row r="2"><c r="XFD2"><v>1</v></c></row></sheetData></worksheet>`),
		"a broken reference":   book(t, sheetHead+`<row r="2"><c r="99"><v>1</v></c></row></sheetData></worksheet>`),
		"a string not there":   book(t, sheetHead+`<row r="2"><c t="s"><v>9999999</v></c></row></sheetData></worksheet>`),
		"a huge exponent":      book(t, sheetHead+`<row r="2"><c><v>1e999999999</v></c></row></sheetData></worksheet>`),
		"a formula":            book(t, sheetHead+`<row r="2"><c><f>HYPERLINK("http://x")</f><v>1</v></c></row></sheetData></worksheet>`),
		"no parts":             packed(t, "xl/workbook.xml", "<workbook/>"),
		"many entries":         append([]byte("PK\x03\x04xl/workbook.xml"), bytes.Repeat(centralMark, maxEntries+1)...),
		"a quote never ends":   []byte("Клиент;ИНН\n\"" + strings.Repeat("а;", 1<<18)),
		"quotes on each line":  []byte("Клиент;ИНН\n" + strings.Repeat("\"a\n", 20_000)),
		"an endless line":      []byte("Клиент;ИНН\n" + strings.Repeat("a", 15<<20)),
		"endless delimiters":   []byte("Клиент;ИНН\n" + strings.Repeat(";", 15<<20)),
		"only breaks":          bytes.Repeat([]byte("\n"), 15<<20),
		"formulas":             []byte("Клиент;ИНН\n=cmd|' /C calc'!A0;@SUM(1)\n"),
		"zeros":                make([]byte, 1<<20),
		"all bytes":            bytes.Repeat([]byte{0xff, 0x01, ';', '\n'}, 1<<16),
		"deep tables":          []byte("<html>" + strings.Repeat("<table><tr><td>", 100_000)),
		"wide spans":           []byte("<html><table>" + strings.Repeat("<tr><td colspan=999999 rowspan=999999>a", 10_000)),
		"many cells in a row":  []byte("<html><table><tr>" + strings.Repeat("<td>a", 1_000_000)),
		"an endless attribute": []byte("<html><table a=\"" + strings.Repeat("x", 5<<20)),
		"an endless card":      []byte("BEGIN:VCARD\nNOTE:" + strings.Repeat("a\n ", 1<<20)),
		"cards that never end": []byte(strings.Repeat("BEGIN:VCARD\nFN:a\n", maxCards+5)),
		"soft breaks":          []byte("BEGIN:VCARD\nFN;ENCODING=QUOTED-PRINTABLE:=\n" + strings.Repeat("=\n", 1<<20)),
		"a statement of noise": []byte(statementMark + "\n" + strings.Repeat("СекцияДокумент\n", 30_000)),
		"endless purpose":      []byte(statementMark + "\nСекцияДокумент\nНазначениеПлатежа=a\n" + strings.Repeat("b\n", 1<<20)),
	}
	for cut := 1; cut < 25; cut++ {
		files[fmt.Sprintf("a workbook cut at %d/25", cut)] = good[:len(good)*cut/25]
	}
	if len(files) < 50 {
		t.Fatalf("only %d files", len(files))
	}
	for name, data := range files {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, _, err := ReadTable("file.csv", data)
		keyOf(t, err)
		_, _, err = ReadStatement(data)
		keyOf(t, err)
		_, _, err = ReadCards(data)
		keyOf(t, err)
		runtime.ReadMemStats(&after)
		if n := (after.HeapSys - min(before.HeapSys, after.HeapSys)) >> 20; n > 400 {
			t.Errorf("%s: the heap grew by %d MB", name, n)
		}
	}
}
