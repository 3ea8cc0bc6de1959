package exchange

import (
	"strings"

	"followup/storage/crm"
)

// Rules of tables.
//
// The headings stand in that one of the first 40 rows which has the most known headings; when no row has one, in the first row
// of the fullest. A row right below that fills gaps of the headings and holds no number belongs to them: reports
// of 1C merge cells over two rows. Headings may repeat and are kept in a list. Rows without a value are skipped; every row keeps its own number.

// Table is the rows of a file under their headings.
type Table struct {
	Headers   []string
	Rows      []Row
	Sheet     string // of a workbook
	Encoding  string // of CSV and HTML
	Delimiter rune   // of CSV
}

// Row is one row of values. Number is what people see at its left, from 1: in CSV the line at which the row begins. Cells may be
// shorter or longer than the headings.
type Row struct {
	Number int
	Cells  []string
}

// Cell is the value under a heading, empty when the row ends before it.
func (r Row) Cell(column int) string {
	if column < len(r.Cells) {
		return r.Cells[column]
	}
	return ""
}

// tableReaders read the kinds that are tables.
var tableReaders = map[Kind]func(data []byte) (Table, troubles, error){
	KindXLSX: readXLSX,
	KindHTML: readHTML,
	KindCSV:  readCSV,
}

// ReadTable reads CSV, a workbook or a table of HTML, told by content. It fails with a crm.Problem when the file is none of
// them, breaks a bound or has no row of data.
func ReadTable(name string, data []byte) (Table, []Trouble, error) {
	if len(data) > MaxBytes {
		return Table{}, nil, crm.Say("file.big", "limit", MaxBytes>>20)
	}
	kind := Detect(name, data)
	read, ok := tableReaders[kind]
	if !ok {
		return Table{}, nil, kind.Refusal()
	}
	t, bad, err := read(data)
	if err != nil {
		return Table{}, bad.all(), err
	}
	if len(t.Rows) == 0 {
		return Table{}, bad.all(), crm.Say("file.nodata")
	}
	return t, bad.all(), nil
}

// sheetRows collects the rows of a table within the bounds.
type sheetRows struct {
	rows  []Row
	slots int // cells, empty ones between others too
	bytes int
	words map[string]string // cells that repeat, kept once
}

// maxShared bounds what is kept once, and how long it may be.
const (
	maxShared     = 50_000
	longestShared = 200
)

// once is a text that holds on to nothing around it, the same one as was met before.
func (s *sheetRows) once(cell string) string {
	if kept, ok := s.words[cell]; ok {
		return kept
	}
	cell = strings.Clone(cell)
	if len(s.words) < maxShared && len(cell) <= longestShared {
		if s.words == nil {
			s.words = map[string]string{}
		}
		s.words[cell] = cell
	}
	return cell
}

// Bounds of what a table may hold in memory.
const maxText = 40 << 20

// add keeps a row that holds something.
func (s *sheetRows) add(number int, cells []string) error {
	end := len(cells)
	for end > 0 && cells[end-1] == "" {
		end--
	}
	if end == 0 {
		return nil
	}
	if end > maxColumns {
		return crm.Say("file.wide", "limit", maxColumns)
	}
	if s.slots += end; s.slots > maxCells || len(s.rows) >= maxRows {
		return crm.Say("file.toomany", "limit", maxRows)
	}
	own := make([]string, end)
	for i, c := range cells[:end] {
		s.bytes += len(c)
		own[i] = s.once(c)
	}
	if s.bytes > maxText {
		return crm.Say("file.heavy", "limit", maxText>>20)
	}
	s.rows = append(s.rows, Row{number, own})
	return nil
}

// headSearch is how many rows may stand above the headings: letterheads, parameters of a report.
const headSearch = 40

// table parts the headings from the data.
func (s *sheetRows) table() Table {
	at := headerRow(s.rows)
	if at < 0 {
		return Table{}
	}
	headers := append([]string(nil), s.rows[at].Cells...)
	for i, h := range headers {
		headers[i] = strings.TrimSpace(h)
	}
	rest := s.rows[at+1:]
	if len(rest) > 0 && fillsGaps(headers, rest[0].Cells) {
		headers = mergeHeaders(headers, rest[0].Cells)
		rest = rest[1:]
	}
	return Table{Headers: headers, Rows: rest}
}

// headerRow is the index of the headings; -1 without rows.
func headerRow(rows []Row) int {
	best, score := -1, -1
	for i, r := range rows[:min(len(rows), headSearch)] {
		known, filled := 0, 0
		for _, c := range r.Cells {
			if c != "" {
				filled++
			}
			if isKnownHeader(c) {
				known++
			}
		}
		if known == 1 && filled > 4 || known == 1 && filled == 1 && best >= 0 {
			known = 0 // a value that happens to be a word of ours
		}
		n := known * 1000 // of equals the upper one: merged headings begin there
		if known < 2 {
			n += min(filled, 999)
		}
		if n > score {
			best, score = i, n
		}
	}
	return best
}

// headerScore is how many known headings a table has.
func (t Table) headerScore() int {
	n := 0
	for _, h := range t.Headers {
		if isKnownHeader(h) {
			n++
		}
	}
	return n
}

// fillsGaps reports whether a row is the lower half of merged headings: it has words only, at least one of them under a gap,
// and nothing in the first column.
func fillsGaps(headers, below []string) bool {
	if len(below) == 0 || below[0] != "" {
		return false
	}
	gap := false
	for i, c := range below {
		if c == "" {
			continue
		}
		if strings.ContainsAny(c[:1], "0123456789-") {
			return false
		}
		if i >= len(headers) || headers[i] == "" {
			gap = true
		}
	}
	return gap
}

func mergeHeaders(upper, lower []string) []string {
	all := make([]string, max(len(upper), len(lower)))
	copy(all, upper)
	for i, c := range lower {
		if c != "" {
			all[i] = strings.TrimSpace(c)
		}
	}
	return all
}
