package exchange

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"

	"followup/storage/crm"
)

// Rules of workbooks.
//
// A workbook is read here and not by a library, because a guard in front of one can't see what it will do with the parts: a
// file of 16 KB cost a minute of work. Only what a table needs is read: the list of sheets, shared strings, which styles are
// dates, and cells, in one pass each.
//
// Bounds hold while reading, not by what the directory of the zip claims: entries, unpacked bytes of all parts, how many times
// a part may be larger than it was packed. A part that isn't as long as the directory says is damage.
//
// A cell is the text that a person would type: a date as 18.11.2026 or 18.11.2026 10:30, a number in plain digits with a point.
// A number is rounded to 15 digits, which is what Excel itself keeps, and never has exactly three decimals after one to three digits, so that
// no reader takes its point for thousands. Of a formula the stored result counts. Hidden sheets are skipped; of the others the
// one with the most known headings is taken, then the first with data.

// Bounds of a workbook.
const (
	maxEntries = 2000
	maxRatio   = 250 // unpacked to packed, beyond the first megabyte; real sheets stay below 100
	maxSheets  = 12
	maxStyles  = 100_000
	maxStrings = 1_000_000
	maxEvents  = 12_000_000 // tags and texts of all parts: what they cost is time, however few bytes they are
)

// centralMark begins each entry of a zip's directory.
var centralMark = []byte("PK\x01\x02")

var (
	errTooMuch = errors.New("exchange: more than the bound")
	errNoPart  = errors.New("exchange: no such part")
)

// workbook is an open zip with what cells refer to.
type workbook struct {
	files   map[string]*zip.File
	left    int64 // unpacked bytes that may still be read
	seen    int   // tags and texts
	strings []string
	dates   []bool // by style
	epoch   int    // days to add: 1462 where days count from 1904
}

func readXLSX(data []byte) (Table, troubles, error) {
	if bytes.Count(data, centralMark) > maxEntries {
		return Table{}, troubles{}, crm.Say("file.bomb")
	}
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return Table{}, troubles{}, crm.Say("file.damaged")
	}
	w := workbook{files: make(map[string]*zip.File, len(archive.File)), left: maxUnpacked}
	for _, f := range archive.File {
		w.files[strings.TrimPrefix(strings.ReplaceAll(f.Name, `\`, "/"), "/")] = f
	}
	t, err := w.best()
	return t, troubles{}, workbookProblem(err)
}

// workbookProblem makes what a person hears of what went wrong with the zip or its XML.
func workbookProblem(err error) error {
	var problem *crm.Problem
	switch {
	case err == nil:
		return nil
	case errors.As(err, &problem):
		return problem
	case errors.Is(err, errTooMuch):
		return crm.Say("file.bomb")
	}
	return crm.Say("file.damaged")
}

// best reads the sheets and takes the one that looks most like a table of ours.
func (w *workbook) best() (Table, error) {
	sheets, err := w.sheets()
	if err != nil {
		return Table{}, err
	}
	if err := w.readStyles(); err != nil {
		return Table{}, err
	}
	if err := w.readStrings(); err != nil {
		return Table{}, err
	}
	var best Table
	score := -1
	for _, s := range sheets[:min(len(sheets), maxSheets)] {
		var rows sheetRows
		if err := w.readSheet(s.file, &rows); err != nil {
			return Table{}, err
		}
		t := rows.table()
		if n := t.headerScore(); len(t.Rows) > 0 && n > score {
			best, score = t, n
			best.Sheet = s.name
		}
	}
	return best, nil
}

// parts opens a part of the zip for reading within the bounds. The caller reads to the end or gives up.
func (w *workbook) part(name string) (*boundedPart, error) {
	f, ok := w.files[name]
	if !ok {
		return nil, errNoPart
	}
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	return &boundedPart{r: r, w: w, packed: int64(f.CompressedSize64)}, nil
}

// boundedPart counts what it unpacks.
type boundedPart struct {
	r      io.ReadCloser
	w      *workbook
	packed int64
	read   int64
}

func (p *boundedPart) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	p.read += int64(n)
	if p.w.left -= int64(n); p.w.left < 0 || p.read > 1<<20 && p.read > p.packed*maxRatio {
		return n, errTooMuch
	}
	return n, err
}

// events goes through a part's XML. Handle returns io.EOF to stop early; a missing part is no error when optional.
func (w *workbook) events(name string, handle func(x *xmlReader) error) error {
	p, err := w.part(name)
	if err != nil {
		return err
	}
	defer p.r.Close()
	x := newXML(p)
	for {
		if err = x.next(); err == nil {
			err = handle(x)
		}
		if w.seen++; w.seen > maxEvents {
			return errTooMuch
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
}

// sheet is a visible sheet: its name and its part.
type sheet struct{ name, file string }

const workbookPart = "xl/workbook.xml"

func (w *workbook) sheets() ([]sheet, error) {
	targets := map[string]string{}
	err := w.events("xl/_rels/workbook.xml.rels", func(x *xmlReader) error {
		if x.event == xmlStart && string(x.name) == "Relationship" && len(targets) < maxEntries {
			targets[string(x.attr("Id"))] = string(x.attr("Target"))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var all []sheet
	err = w.events(workbookPart, func(x *xmlReader) error {
		if x.event != xmlStart {
			return nil
		}
		switch string(x.name) {
		case "workbookPr":
			if v := string(x.attr("date1904")); v == "1" || v == "true" {
				w.epoch = 1462
			}
		case "sheet":
			if state := string(x.attr("state")); state == "" || state == "visible" {
				all = append(all, sheet{string(x.attr("name")), partPath(targets[string(x.attr("id"))])})
			}
		}
		if len(all) > maxEntries {
			return errTooMuch
		}
		return nil
	})
	return all, err
}

// partPath resolves the target of a relationship of the workbook.
func partPath(target string) string {
	if rest, ok := strings.CutPrefix(target, "/"); ok {
		return path.Clean(rest)
	}
	return path.Join("xl", target)
}

// readStyles learns which styles show a number as a date.
func (w *workbook) readStyles() error {
	custom := map[string]bool{}
	inside := false // cellXfs
	err := w.events("xl/styles.xml", func(x *xmlReader) error {
		name := string(x.name)
		switch {
		case x.event == xmlStart && name == "numFmt" && len(custom) < maxStyles:
			custom[string(x.attr("numFmtId"))] = isDateFormat(string(x.attr("formatCode")))
		case name == "cellXfs" && x.event != xmlText:
			inside = x.event == xmlStart
		case x.event == xmlStart && name == "xf" && inside:
			if len(w.dates) >= maxStyles {
				return errTooMuch
			}
			id := x.attr("numFmtId")
			known, ok := custom[string(id)]
			w.dates = append(w.dates, known || !ok && builtinDates[string(id)])
		}
		return nil
	})
	if errors.Is(err, errNoPart) {
		return nil
	}
	return err
}

// builtinDates are the numbers of built-in formats that show dates (ECMA-376, 18.8.30).
var builtinDates = map[string]bool{
	"14": true, "15": true, "16": true, "17": true, "18": true, "19": true, "20": true, "21": true, "22": true,
	"27": true, "28": true, "29": true, "30": true, "31": true, "32": true, "33": true, "34": true, "35": true, "36": true,
	"45": true, "46": true, "47": true, "50": true, "51": true, "52": true, "53": true, "54": true, "55": true, "56": true, "57": true, "58": true,
}

// isDateFormat reports whether a format code has a letter of a date outside quotes, brackets and escapes.
func isDateFormat(code string) bool {
	var closing rune
	escaped := false
	for _, r := range strings.ToLower(code) {
		switch {
		case escaped:
			escaped = false
		case closing != 0:
			if r == closing {
				closing = 0
			}
		case r == '"':
			closing = '"'
		case r == '[':
			closing = ']'
		case r == '\\' || r == '_':
			escaped = true
		case strings.ContainsRune("dmyhsдмгч", r):
			return true
		}
	}
	return false
}

// readStrings reads the shared strings; phonetic readings are left out.
func (w *workbook) readStrings() error {
	var current []byte
	total, text, phonetic := 0, false, false
	err := w.events("xl/sharedStrings.xml", func(x *xmlReader) error {
		switch name := string(x.name); {
		case x.event == xmlText:
			if text && !phonetic && len(current) < maxCell*4 {
				current = append(current, x.text...)
			}
		case name == "si" && x.event == xmlStart:
			current = current[:0]
		case name == "si":
			s := cellText(current)
			if total += len(s); total > maxText || len(w.strings) >= maxStrings {
				return crm.Say("file.heavy", "limit", maxText>>20)
			}
			w.strings = append(w.strings, s)
		case name == "t":
			text = x.event == xmlStart
		case name == "rPh":
			phonetic = x.event == xmlStart
		}
		return nil
	})
	if errors.Is(err, errNoPart) {
		return nil
	}
	return err
}

// sheetReader reads the cells of one sheet.
type sheetReader struct {
	w      *workbook
	rows   *sheetRows
	number int // of the row in hand
	column int // of the cell in hand, from 0
	cells  []string
	kind   string // of the cell: t
	style  int
	value  []byte
	taking bool // text belongs to the value
}

func (w *workbook) readSheet(file string, rows *sheetRows) error {
	r := sheetReader{w: w, rows: rows, column: -1}
	return w.events(file, func(x *xmlReader) error {
		switch x.event {
		case xmlText:
			if r.taking && len(r.value) < maxCell*4 {
				r.value = append(r.value, x.text...)
			}
			return nil
		case xmlStart:
			return r.start(x)
		}
		return r.end(string(x.name))
	})
}

func (r *sheetReader) start(x *xmlReader) error {
	switch string(x.name) {
	case "row":
		r.number++
		if n, err := strconv.Atoi(string(x.attr("r"))); err == nil && n > 0 && n <= 1<<20 {
			r.number = n
		}
		r.cells, r.column = r.cells[:0], -1
	case "c":
		r.column++
		if ref := x.attr("r"); len(ref) > 0 {
			r.column = columnOf(ref)
		}
		r.kind, r.value = string(x.attr("t")), r.value[:0]
		r.style, _ = strconv.Atoi(string(x.attr("s")))
	case "v", "t":
		r.taking = true
	case "rPh", "f":
		r.taking = false
	}
	return nil
}

func (r *sheetReader) end(name string) error {
	switch name {
	case "v", "t":
		r.taking = false
	case "c":
		return r.cell()
	case "row":
		return r.rows.add(r.number, r.cells)
	case "sheetData":
		return io.EOF
	}
	return nil
}

// cell puts the value in hand into its column.
func (r *sheetReader) cell() error {
	s := r.text()
	if s == "" {
		return nil
	}
	if r.column < 0 || r.column >= maxColumns {
		return crm.Say("file.wide", "limit", maxColumns)
	}
	for len(r.cells) <= r.column {
		r.cells = append(r.cells, "")
	}
	r.cells[r.column] = s
	return nil
}

// text is the value as a person would type it.
func (r *sheetReader) text() string {
	if len(r.value) == 0 {
		return ""
	}
	switch r.kind {
	case "s":
		n, err := strconv.Atoi(strings.TrimSpace(string(r.value)))
		if err != nil || n < 0 || n >= len(r.w.strings) {
			return ""
		}
		return r.w.strings[n]
	case "str", "inlineStr", "e", "d":
		return cellText(r.value)
	case "b":
		return map[string]string{"1": "да", "0": "нет"}[string(r.value)]
	}
	number := plainNumber(string(r.value))
	if r.style > 0 && r.style < len(r.w.dates) && r.w.dates[r.style] {
		if s, ok := serialText(number, r.w.epoch); ok {
			return s
		}
	}
	return number
}

// columnOf is the column of a reference such as "AB12", from 0; beyond the bound for a broken one.
func columnOf(ref []byte) int {
	n := 0
	for _, c := range ref {
		if c < 'A' || c > 'Z' {
			break
		}
		if n = n*26 + int(c-'A') + 1; n > 1<<14 {
			break
		}
	}
	return n - 1
}

// cellText undoes the escapes of control characters (_x000D_) and trims.
func cellText(raw []byte) string {
	s := string(bytes.TrimSpace(raw))
	if len(s) > maxCell {
		s = strings.ToValidUTF8(s[:maxCell], "")
	}
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	for s != "" {
		if len(s) >= 7 && s[:2] == "_x" && s[6] == '_' {
			if n, err := strconv.ParseUint(s[2:6], 16, 16); err == nil {
				b.WriteRune(rune(n))
				s = s[7:]
				continue
			}
		}
		next := strings.Index(s[1:], "_x") + 1
		if next == 0 {
			next = len(s)
		}
		b.WriteString(s[:next])
		s = s[next:]
	}
	return strings.TrimSpace(b.String())
}
