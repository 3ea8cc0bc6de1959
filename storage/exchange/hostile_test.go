package exchange

import (
	"archive/zip"
	"bytes"
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

// hostileFiles are files that break readers, by what is wrong with them.
func hostileFiles(tb testing.TB) map[string][]byte {
	tb.Helper()
	good := book(tb, sheetHead+`<row r="2"><c r="A2"><v>1</v></c></row></sheetData></worksheet>`)
	lying := bytes.Clone(good)
	if at := bytes.LastIndex(lying, centralMark); at > 0 {
		copy(lying[at+24:], "\xff\xff\xff\x0f") // the unpacked size of the last part
	}
	small := bytes.Clone(good)
	if at := bytes.LastIndex(small, centralMark); at > 0 {
		copy(small[at+24:], "\x01\x00\x00\x00")
	}
	noise := bytes.Clone(good)
	for i := len(noise) / 3; i < len(noise)/2; i++ {
		noise[i] ^= byte(i)
	}
	row := func(cell string) []byte {
		return book(tb, sheetHead+`<row r="2">`+cell+`</row></sheetData></worksheet>`)
	}
	text := func(s string) []byte { return []byte(s) }
	files := map[string][]byte{
		"bomb of spaces":          book(tb, sheetHead+strings.Repeat(" ", 40<<20)),
		"bomb of rows":            book(tb, sheetHead+strings.Repeat("<row/>", 5<<20)),
		"bomb of cells":           book(tb, sheetHead+"<row>"+strings.Repeat("<c/>", 6<<20)),
		"bomb of strings":         book(tb, sheetHead+"</sheetData></worksheet>", "xl/sharedStrings.xml", "<sst><si><t>"+strings.Repeat("a", 40<<20)),
		"too many shared strings": book(tb, sheetHead+"</sheetData></worksheet>", "xl/sharedStrings.xml", "<sst>"+strings.Repeat("<si><t>a</t></si>", 3<<20)),
		"long shared strings":     book(tb, sheetHead+"</sheetData></worksheet>", "xl/sharedStrings.xml", "<sst>"+strings.Repeat("<si><t>"+strings.Repeat("ab", 15_000)+"</t></si>", 2000)),
		"one string everywhere":   book(tb, sheetHead+strings.Repeat(`<row><c t="s"><v>0</v></c></row>`, 100_000)+"</sheetData></worksheet>", "xl/sharedStrings.xml", "<sst><si><t>"+strings.Repeat("я", 16_000)+"</t></si></sst>"),
		"bomb of styles":          book(tb, sheetHead+"</sheetData></worksheet>", "xl/styles.xml", "<a><cellXfs>"+strings.Repeat(`<xf numFmtId="14"/>`, 2<<20)+"</cellXfs></a>"),
		"bomb of relations":       packed(tb, "xl/workbook.xml", "<workbook/>", "xl/_rels/workbook.xml.rels", "<a>"+strings.Repeat(`<Relationship Id="a" Target="b"/>`, 1<<20)+"</a>"),
		"bomb of sheets":          packed(tb, "xl/workbook.xml", "<a>"+strings.Repeat(`<sheet name="a" id="a"/>`, 1<<20)+"</a>", "xl/_rels/workbook.xml.rels", "<a/>"),
		"a size that lies up":     lying,
		"a size that lies down":   small,
		"noise in the middle":     noise,
		"deep XML":                book(tb, strings.Repeat("<a>", 100_000)),
		"a document type":         book(tb, `<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>`),
		"billion laughs":          book(tb, `<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>`+sheetHead+`<row><c t="str"><v>&c;</v></c></row></sheetData></worksheet>`),
		"an entity from outside":  book(tb, `<!DOCTYPE x SYSTEM "file:///etc/passwd">`+sheetHead),
		"entities nobody knows":   row(`<c t="str"><v>` + strings.Repeat("&lol;", 10_000) + `</v></c>`),
		"an endless tag":          book(tb, "<worksheet a=\""+strings.Repeat(">", 1<<20)),
		"endless attributes":      book(tb, "<worksheet "+strings.Repeat(`a="b" `, 100_000)+">"),
		"an open comment":         book(tb, "<!--"+strings.Repeat("-", 1<<16)),
		"an open CDATA":           book(tb, sheetHead+"<row><c><v><![CDATA["+strings.Repeat("]", 1<<20)),
		"a column too far":        row(`<c r="XFD2"><v>1</v></c>`),
		"a broken reference":      row(`<c r="99"><v>1</v></c>`),
		"a reference without end": row(`<c r="` + strings.Repeat("Z", 10_000) + `2"><v>1</v></c>`),
		"a row too far":           book(tb, sheetHead+`<row r="99999999999999999999"><c><v>1</v></c></row></sheetData></worksheet>`),
		"a string not there":      row(`<c t="s"><v>9999999</v></c>`),
		"a string below zero":     row(`<c t="s"><v>-1</v></c>`),
		"a huge exponent":         row(`<c><v>1e999999999</v></c>`),
		"a long number":           row(`<c><v>` + strings.Repeat("9", 30_000) + `</v></c>`),
		"a formula":               row(`<c><f>HYPERLINK("http://x")</f><v>1</v></c>`),
		"a million columns":       row(strings.Repeat("<c><v>1</v></c>", 1_000_000)),
		"sheets that point on":    packed(tb, "xl/workbook.xml", `<w><sheets><sheet name="Л" r:id="a"/></sheets></w>`, "xl/_rels/workbook.xml.rels", `<R><Relationship Id="a" Target="../../../etc/passwd"/></R>`),
		"a sheet is itself":       packed(tb, "xl/workbook.xml", `<w><sheets><sheet name="Л" r:id="a"/></sheets></w>`, "xl/_rels/workbook.xml.rels", `<R><Relationship Id="a" Target="workbook.xml"/></R>`),
		"no parts":                packed(tb, "xl/workbook.xml", "<workbook/>"),
		"many entries":            append([]byte("PK\x03\x04xl/workbook.xml"), bytes.Repeat(centralMark, maxEntries+1)...),
		"a zip in a zip":          packed(tb, "inner.zip", string(good)),
		"a workbook in itself":    packed(tb, "xl/workbook.xml", string(good), "xl/_rels/workbook.xml.rels", string(good)),
		"an old workbook":         []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("x", 1<<20)),
		"a quote never ends":      text("Клиент;ИНН\n\"" + strings.Repeat("а;", 1<<18)),
		"quotes on each line":     text("Клиент;ИНН\n" + strings.Repeat("\"a\n", 100_000)),
		"only quotes":             text("Клиент;ИНН\n" + strings.Repeat("\"", 10<<20)),
		"an endless line":         text("Клиент;ИНН\n" + strings.Repeat("a", 15<<20)),
		"endless delimiters":      text("Клиент;ИНН\n" + strings.Repeat(";", 15<<20)),
		"a million columns, CSV":  text("Клиент;ИНН\n" + strings.Repeat("1;", 1_000_000)),
		"narrow rows":             text("Клиент;ИНН\n" + strings.Repeat("а;1\n", 119_000)),
		"too many rows":           text("Клиент;ИНН\n" + strings.Repeat("а;1\n", 2_000_000)),
		"wide rows":               text("Клиент;ИНН\n" + strings.Repeat(strings.Repeat("1;", 299)+"\n", 30_000)),
		"only breaks":             bytes.Repeat([]byte("\n"), 15<<20),
		"only blanks":             bytes.Repeat([]byte(" "), 15<<20),
		"formulas":                text("Клиент;ИНН\n=cmd|' /C calc'!A0;@SUM(1)\n"),
		"zeros":                   make([]byte, 1<<20),
		"a zero in a cell":        text("Клиент;ИНН\nа\x00б;1\n"),
		"all bytes":               bytes.Repeat([]byte{0xff, 0x01, ';', '\n'}, 1<<16),
		"UTF-16 cut in two":       []byte("\xff\xfeК\x04;\x00\xd8"),
		"UTF-16 of noise":         append([]byte("\xfe\xff"), bytes.Repeat([]byte{0xd8, 0x00}, 5<<20)...),
		"bad UTF-8 behind a mark": append([]byte("\xef\xbb\xbfКлиент;ИНН\n"), bytes.Repeat([]byte{0xc3, 0x28, '\n'}, 30_000)...),
		"CP866 that says Windows": text("1CClientBankExchange\nКодировка=Windows\n\x8f\x91\n"),
		"deep tables":             text("<html>" + strings.Repeat("<table><tr><td>", 100_000)),
		"wide spans":              text("<html><table>" + strings.Repeat("<tr><td colspan=999999 rowspan=999999>a", 100_000)),
		"many cells in a row":     text("<html><table><tr>" + strings.Repeat("<td>a", 1_000_000)),
		"an endless attribute":    text("<html><table a=\"" + strings.Repeat("x", 5<<20)),
		"an endless cell":         text("<html><table><tr><td>Клиент<tr><td>" + strings.Repeat("x ", 8<<20)),
		"tags inside a cell":      text("<html><table><tr><td>Клиент<tr><td>" + strings.Repeat("<b>x", 3<<20)),
		"an endless card":         text("BEGIN:VCARD\nNOTE:" + strings.Repeat("a\n ", 1<<20)),
		"cards that never end":    text(strings.Repeat("BEGIN:VCARD\nFN:a\n", maxCards+5)),
		"a card of phones":        text("BEGIN:VCARD\nFN:a\n" + strings.Repeat("TEL:+79031234567\n", 500_000)),
		"a card of escapes":       text("BEGIN:VCARD\nFN:" + strings.Repeat(`\\;`, 5<<20)),
		"soft breaks":             text("BEGIN:VCARD\nFN;ENCODING=QUOTED-PRINTABLE:=\n" + strings.Repeat("=\n", 1<<20)),
		"a card with a picture":   text("BEGIN:VCARD\nFN:a\nPHOTO;ENCODING=b:" + strings.Repeat("QUFB\n ", 2<<20) + "\nEND:VCARD\n"),
		"a statement of noise":    text(statementMark + "\n" + strings.Repeat("СекцияДокумент\n", 30_000)),
		"a statement of accounts": text(statementMark + "\n" + strings.Repeat("РасчСчет=4070281000000007\n", 300_000)),
		"many accounts":           text(statementMark + "\n" + manyAccounts(200_000)),
		"endless purpose":         text(statementMark + "\nСекцияДокумент\nНазначениеПлатежа=a\n" + strings.Repeat("b\n", 5<<20)),
		"keys without end":        text(statementMark + "\n" + strings.Repeat("Ключ", 3<<20) + "=1\n"),
	}
	for cut := 1; cut < 6; cut++ {
		files["a workbook cut at "+decimal(cut)+"/6"] = good[:len(good)*cut/6]
	}
	return files
}

// manyAccounts is a header with n accounts, each another.
func manyAccounts(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("РасчСчет=" + decimal(10_000_000+i) + "\n")
	}
	return b.String()
}

// TestHostileFilesToEveryReader hands each file to every reader, whatever it looks like: none may panic, and what it refuses is a problem that a
// person may hear.
func TestHostileFilesToEveryReader(t *testing.T) {
	for name, data := range hostileFiles(t) {
		t.Run(name, func(t *testing.T) {
			data := data[:min(len(data), 1<<20)]
			_, _, err := ReadTable("file.csv", data)
			keyOf(t, err)
			_, _, err = ReadStatement(data)
			keyOf(t, err)
			_, _, err = ReadCards(data)
			keyOf(t, err)
		})
	}
}
