package exchange

import (
	"bytes"
	"path"
	"strings"

	"followup/storage/crm"
)

// Kind is what a file is by its content.
type Kind string

// Kinds that are read, and those that are recognised only to say what to do instead.
const (
	KindStatement Kind = "statement" // 1CClientBankExchange
	KindXLSX      Kind = "xlsx"
	KindHTML      Kind = "html" // a table of HTML, often named .xls
	KindCSV       Kind = "csv"
	KindVCard     Kind = "vcard"
	KindOldExcel  Kind = "old"     // BIFF .xls, or an .xlsx with a password
	KindArchive   Kind = "archive" // a zip that is no workbook
	KindUnknown   Kind = "unknown"
)

// Table reports whether ReadTable reads the kind.
func (k Kind) Table() bool { return k == KindXLSX || k == KindHTML || k == KindCSV }

// signs are what files begin with. The first that fits decides; text is compared in lower case without a byte order mark.
var signs = []struct {
	kind Kind
	is   func(data []byte, head string) bool
}{
	{KindOldExcel, func(data []byte, _ string) bool {
		return bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))
	}},
	{KindXLSX, func(data []byte, _ string) bool {
		return isZip(data) && bytes.Contains(data, []byte("xl/workbook.xml"))
	}},
	{KindArchive, func(data []byte, _ string) bool { return isZip(data) }},
	{KindStatement, func(_ []byte, head string) bool { return strings.HasPrefix(head, strings.ToLower(statementMark)) }},
	{KindVCard, func(_ []byte, head string) bool { return strings.HasPrefix(head, "begin:vcard") }},
	{KindHTML, func(_ []byte, head string) bool {
		return strings.HasPrefix(head, "<") && (strings.Contains(head, "<table") || strings.Contains(head, "<meta") || strings.Contains(head, "<html"))
	}},
}

func isZip(data []byte) bool { return bytes.HasPrefix(data, []byte("PK\x03\x04")) }

// headSize is how much of a file tells its kind.
const headSize = 4096

// Detect tells what a file is. The name decides only whether a text without a delimiter is a table of one column.
func Detect(name string, data []byte) Kind {
	head, _, isText := decode(data[:min(len(data), headSize)])
	folded := strings.ToLower(strings.TrimSpace(head))
	for _, s := range signs {
		if s.is(data, folded) {
			return s.kind
		}
	}
	if !isText || folded == "" || controls(head) > len(head)/50 {
		return KindUnknown
	}
	if ext := strings.ToLower(path.Ext(name)); ext == ".csv" || ext == ".tsv" || looksTabular(head) {
		return KindCSV
	}
	return KindUnknown
}

// controls counts characters that no text has.
func controls(s string) int {
	n := 0
	for _, c := range []byte(s) {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' {
			n++
		}
	}
	return n
}

// refused says what to do about kinds that are not read.
var refused = map[Kind]string{
	KindOldExcel: "file.old",
	KindArchive:  "file.archive",
}

// Refusal is the problem of a file that no reader here takes.
func (k Kind) Refusal() *crm.Problem {
	if key, ok := refused[k]; ok {
		return crm.Say(key)
	}
	return crm.Say("file.unknown")
}
