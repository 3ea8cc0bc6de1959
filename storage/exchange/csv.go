package exchange

import (
	"slices"
	"strings"
	"unicode/utf8"

	"followup/storage/crm"
)

// Rules of CSV.
//
// The delimiter is the one of ; , tab | that gives the most known headings, then the most rows of equal width. «sep=;» in the
// first line says it outright. A cell in quotes may hold delimiters, line breaks and doubled quotes; a quote inside an unquoted
// cell is itself. A quote that is not closed within 64 KB or the file costs its own line only. A delimiter after the last cell
// makes no column. The guard that our own files put before formulas is taken off again; see guard.go.

// delimiters in the order in which a draw is decided: Russian Excel writes the first.
var delimiters = []rune{';', '\t', ',', '|'}

// longestQuoted bounds a cell in quotes, so that a stray quote doesn't swallow the file.
const longestQuoted = 64 << 10

func readCSV(data []byte) (Table, troubles, error) {
	text, encoding, ok := decode(data)
	if !ok {
		return Table{}, troubles{}, crm.Say("file.unknown")
	}
	delimiter, skip := sniff(text)
	var rows sheetRows
	var bad troubles
	for r := range records(text[skip:], delimiter, &bad) {
		if skip > 0 {
			r.Number++
		}
		for i, c := range r.Cells {
			if len(c) > maxCell {
				bad.add(r.Number, "", c, "file.bad.long")
				c = strings.ToValidUTF8(c[:maxCell], "")
			}
			r.Cells[i] = unguard(strings.TrimSpace(c))
		}
		if err := rows.add(r.Number, r.Cells); err != nil {
			return Table{}, bad, err
		}
	}
	t := rows.table()
	t.Encoding, t.Delimiter = encoding, delimiter
	return t, bad, nil
}

// sniff finds the delimiter; skip is the length of a line that only names it.
func sniff(text string) (delimiter rune, skip int) {
	if len(text) > 5 && strings.EqualFold(text[:4], "sep=") {
		r, size := utf8.DecodeRuneInString(text[4:])
		if end := strings.IndexAny(text, "\r\n"); end == 4+size && slices.Contains(delimiters, r) {
			return r, len(text) - len(cutLineEnd(text[end:]))
		}
	}
	best := -1
	for _, d := range delimiters {
		if score := delimiterScore(text, d); score > best {
			best, delimiter = score, d
		}
	}
	return delimiter, 0
}

// sampleSize is how much text the delimiter is looked for in.
const sampleSize = 16 << 10

func delimiterScore(text string, d rune) int {
	sample := text[:min(len(text), sampleSize)]
	var rows []Row
	var ignored troubles
	for r := range records(sample, d, &ignored) {
		if rows = append(rows, Row{r.Number, slices.Clone(r.Cells)}); len(rows) == headSearch { // records reuses its cells
			break
		}
	}
	known, widths := 0, map[int]int{}
	for _, r := range rows {
		n := 0
		for _, c := range r.Cells[:min(len(r.Cells), maxColumns)] {
			if isKnownHeader(c) {
				n++
			}
		}
		known = max(known, n)
		if len(r.Cells) > 1 {
			widths[len(r.Cells)]++
		}
	}
	even := 0
	for width, n := range widths {
		even = max(even, n*10+min(width, 9))
	}
	return known*10_000 + even
}

// looksTabular reports whether a text has two columns or more in most of its lines.
func looksTabular(head string) bool {
	for _, d := range delimiters {
		var rows, wide int
		var ignored troubles
		for r := range records(head, d, &ignored) {
			rows++
			if len(r.Cells) > 1 {
				wide++
			}
		}
		if wide >= 2 && wide*2 > rows {
			return true
		}
	}
	return false
}

// records yields the rows of CSV. Number is the line at which a row begins, from 1.
func records(text string, delimiter rune, bad *troubles) func(yield func(Row) bool) {
	return func(yield func(Row) bool) {
		line := 1
		var cells []string
		for text != "" {
			start := line
			var rest string
			var ok bool
			cells, rest, line, ok = oneRecord(cells[:0], text, delimiter, line)
			if !ok { // a quote is not closed: give up this line and go on with the next
				end := strings.IndexAny(text, "\r\n")
				first := text
				if end >= 0 {
					first, rest = text[:end], cutLineEnd(text[end:])
				}
				bad.add(start, "", clip(first, 200), "file.bad.quote")
				line = start + 1
				text = rest
				continue
			}
			text = rest
			if n := len(cells); n > 1 && cells[n-1] == "" { // the delimiter after the last cell
				cells = cells[:n-1]
			}
			if !yield(Row{start, cells}) {
				return
			}
		}
	}
}

// oneRecord reads the cells up to the end of the row. ok is false when a quote is not closed.
func oneRecord(cells []string, text string, delimiter rune, line int) (_ []string, rest string, next int, ok bool) {
	width := utf8.RuneLen(delimiter)
	for {
		var cell string
		if trimmed := strings.TrimLeft(text, " "); strings.HasPrefix(trimmed, `"`) {
			var breaks int
			if cell, text, breaks, ok = quotedCell(trimmed[1:]); !ok {
				return cells, "", line, false
			}
			line += breaks
		}
		end := strings.IndexFunc(text, func(r rune) bool { return r == delimiter || r == '\n' || r == '\r' })
		if end < 0 {
			return append(cells, cell+text), "", line, true
		}
		cells = append(cells, cell+text[:end])
		if text = text[end:]; text[0] == '\n' || text[0] == '\r' {
			return cells, cutLineEnd(text), line + 1, true
		}
		text = text[width:]
		if len(cells) > maxColumns+1 { // refused anyway, by sheetRows
			if end = strings.IndexAny(text, "\r\n"); end < 0 {
				return append(cells, text), "", line, true
			}
			return append(cells, text[:end]), cutLineEnd(text[end:]), line + 1, true
		}
	}
}

// quotedCell reads up to the closing quote; breaks counts line breaks inside.
func quotedCell(text string) (cell, rest string, breaks int, ok bool) {
	var b strings.Builder
	for b.Len() <= longestQuoted {
		end := strings.IndexByte(text[:min(len(text), longestQuoted+1)], '"')
		if end < 0 {
			return "", "", 0, false
		}
		b.WriteString(text[:end])
		text = text[end+1:]
		if !strings.HasPrefix(text, `"`) {
			cell = b.String()
			return cell, text, lineBreaks(cell), true
		}
		b.WriteByte('"')
		text = text[1:]
	}
	return "", "", 0, false
}

func lineBreaks(s string) int {
	return strings.Count(s, "\n") + strings.Count(s, "\r") - strings.Count(s, "\r\n")
}

// cutLineEnd takes one end of a line off the head of a text.
func cutLineEnd(s string) string {
	if strings.HasPrefix(s, "\r\n") {
		return s[2:]
	}
	return s[1:]
}
