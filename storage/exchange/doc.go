// Package exchange turns files into neutral rows and rows into files: bank statements of 1C, tables of Excel, CSV and HTML,
// business cards and calendars. It knows no database, no clock and no network, and it decides nothing about whose a row is.
//
// What it promises:
//
//   - A file is told by its content, never by its name or by what its header says about itself.
//   - Everything is bounded before it is read: bytes, unpacked bytes, rows, columns, cells, the length of a cell. A file that
//     breaks a bound is refused as a whole with a crm.Problem; it never takes more than two seconds or 128 MB.
//   - A file without a single row of data is a problem, not a success.
//   - A cell that can't be read is a Trouble with its row, column and value; it loses its own row, nothing else.
//   - Sums are integer minor units from the first character to the last; no floating point takes part in reading.
//   - A file written here holds no formula, and what is written here is read here unchanged.
package exchange

import "followup/storage/crm"

// Bounds of what is read. Telegram hands a bot at most 20 MB.
const (
	MaxBytes     = 20 << 20  // of a file as it comes
	maxUnpacked  = 160 << 20 // of all parts of an xlsx together, as they are read
	maxRows      = 120_000   // of a table, empty ones too
	maxColumns   = 300
	maxCells     = 2_500_000 // that hold something
	maxCell      = 32_767    // bytes of one cell; Excel's own bound in characters
	maxDocuments = 40_000    // of a statement
	maxCards     = 20_000    // of a vCard file
	maxTroubles  = 200       // that are told one by one; the rest is counted in the last
)

// Trouble is something unreadable in a file, told with its place. Row counts from 1 as people see it in Excel or in a text
// editor; 0 means the whole file. Key is a catalog key with the facts row, column and value.
type Trouble struct {
	Row    int
	Column string
	Value  string
	Key    string
}

// Problem is the trouble as a sentence.
func (t Trouble) Problem() *crm.Problem {
	return crm.Say(t.Key, "row", t.Row, "column", t.Column, "value", clip(t.Value, 60))
}

// troubles collects what is unreadable, up to a bound: a file of a hundred thousand bad rows must not become as many messages.
type troubles struct {
	list []Trouble
	more int
}

func (t *troubles) add(row int, column, value, key string) {
	if len(t.list) >= maxTroubles {
		t.more++
		return
	}
	t.list = append(t.list, Trouble{row, column, clip(value, 200), key})
}

// all ends with one trouble that counts what was left out.
func (t *troubles) all() []Trouble {
	if t.more > 0 {
		return append(t.list, Trouble{Value: decimal(t.more), Key: "file.bad.more"})
	}
	return t.list
}

// clip keeps the first n runes and says with an ellipsis that there were more.
func clip(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i] + "…"
		}
		n--
	}
	return s
}
