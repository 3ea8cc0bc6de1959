package exchange

import (
	"errors"
	"io"
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"followup/storage/crm"
)

// Rules of HTML tables. Bitrix24 and banks save a page with one table under the name .xls. The largest table of the page counts; text
// of an inner table belongs to the inner one. A cell over several columns or rows stands in the first of them, the
// others are empty, so that columns keep their places.

func readHTML(data []byte) (Table, troubles, error) {
	text, encoding, ok := decode(data)
	if !ok {
		return Table{}, troubles{}, crm.Say("file.unknown")
	}
	r := htmlReader{best: &sheetRows{}}
	z := html.NewTokenizer(strings.NewReader(text))
	z.SetMaxBuf(1 << 20)
	for z.Next() != html.ErrorToken {
		if err := r.token(z); err != nil {
			return Table{}, troubles{}, err
		}
	}
	if err := z.Err(); !errors.Is(err, io.EOF) {
		return Table{}, troubles{}, crm.Say("file.damaged")
	}
	for len(r.open) > 0 {
		if err := r.closeTable(); err != nil {
			return Table{}, troubles{}, err
		}
	}
	t := r.best.table()
	t.Encoding = encoding
	return t, troubles{}, nil
}

// htmlReader keeps the tables that are open, one inside the other.
type htmlReader struct {
	open []*htmlTable
	best *sheetRows
}

// htmlTable is a table being read. hold counts, per column, rows that a cell from above still covers.
type htmlTable struct {
	rows   sheetRows
	number int
	cells  []string
	hold   []int
	text   strings.Builder
	inCell bool
	inRow  bool
	column int
}

func (r *htmlReader) token(z *html.Tokenizer) error {
	switch t := z.Token(); t.Type {
	case html.TextToken:
		if top := r.top(); top != nil && top.inCell && top.text.Len() < maxCell {
			top.text.WriteString(t.Data)
		}
	case html.StartTagToken, html.SelfClosingTagToken:
		return r.start(t)
	case html.EndTagToken:
		return r.end(t.Data)
	}
	return nil
}

func (r *htmlReader) top() *htmlTable {
	if len(r.open) == 0 {
		return nil
	}
	return r.open[len(r.open)-1]
}

func (r *htmlReader) start(t html.Token) error {
	if t.Data == "table" {
		if len(r.open) >= maxDepth {
			return crm.Say("file.damaged")
		}
		r.open = append(r.open, &htmlTable{})
		return nil
	}
	top := r.top()
	if top == nil {
		return nil
	}
	switch t.Data {
	case "tr":
		return top.newRow()
	case "td", "th":
		top.closeCell()
		return top.openCell(span(t, "colspan"), span(t, "rowspan"))
	case "br", "p", "div":
		if top.inCell {
			top.text.WriteByte('\n')
		}
	}
	return nil
}

func (r *htmlReader) end(name string) error {
	top := r.top()
	if top == nil {
		return nil
	}
	switch name {
	case "td", "th":
		top.closeCell()
	case "tr":
		return top.closeRow()
	case "table":
		return r.closeTable()
	}
	return nil
}

func (r *htmlReader) closeTable() error {
	top := r.top()
	r.open = r.open[:len(r.open)-1]
	if err := top.closeRow(); err != nil {
		return err
	}
	if len(top.rows.rows) > len(r.best.rows) {
		r.best = &top.rows
	}
	return nil
}

func (t *htmlTable) newRow() error {
	if err := t.closeRow(); err != nil {
		return err
	}
	t.number++
	t.column, t.inRow = 0, true
	return nil
}

func (t *htmlTable) closeRow() error {
	t.closeCell()
	if !t.inRow {
		return nil
	}
	t.inRow = false
	err := t.rows.add(t.number, t.cells)
	t.cells = t.cells[:0]
	for i := range t.hold {
		t.hold[i] = max(0, t.hold[i]-1)
	}
	return err
}

func (t *htmlTable) openCell(columns, rows int) error {
	if !t.inRow {
		if err := t.newRow(); err != nil {
			return err
		}
	}
	for t.column < len(t.hold) && t.hold[t.column] > 0 {
		t.column++
	}
	if t.column >= maxColumns {
		return crm.Say("file.wide", "limit", maxColumns)
	}
	t.inCell = true
	t.text.Reset()
	for len(t.cells) <= t.column {
		t.cells = append(t.cells, "")
	}
	for i := t.column; i < t.column+columns && i <= maxColumns; i++ {
		for len(t.hold) <= i {
			t.hold = append(t.hold, 0)
		}
		if rows > 1 {
			t.hold[i] = rows
		}
	}
	t.column += columns
	return nil
}

// closeCell puts the text into the first column that the cell covers.
func (t *htmlTable) closeCell() {
	if !t.inCell {
		return
	}
	t.inCell = false
	s := t.text.String()
	if len(s) > maxCell {
		s = strings.ToValidUTF8(s[:maxCell], "")
	}
	t.cells[len(t.cells)-1] = tidyLines(s)
}

// tidyLines makes one blank of runs of blanks, and keeps the breaks of lines.
func tidyLines(s string) string {
	var out []string
	for line := range strings.SplitSeq(s, "\n") {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}

// span reads colspan or rowspan, 1 when it has none.
func span(t html.Token, name string) int {
	for _, a := range t.Attr {
		if a.Key == name {
			if n, err := strconv.Atoi(strings.TrimSpace(a.Val)); err == nil && n > 0 {
				return min(n, maxColumns)
			}
		}
	}
	return 1
}
