package exchange

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"followup/storage/crm"
)

// Rules of written workbooks. Numbers are numbers and dates are dates, with the formats that Russian Excel shows; words and phones
// are texts, so that nothing that begins with a sign becomes a formula. A sum of more than fifteen digits is a text: Excel would lose its end. Dates before March
// 1900, which Excel counts wrongly, are texts too.

// MaxSheetRows is how many rows a sheet of Excel holds below its headings.
const MaxSheetRows = 1<<20 - 1

// WriteXLSX writes sheets into a workbook, in order.
func WriteXLSX(w io.Writer, sheets ...Sheet) error {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }() // temporary files; what was written to w counts
	styles, err := newStyles(f)
	if err != nil {
		return err
	}
	used := map[string]bool{}
	for i, s := range sheets {
		name := sheetName(s.Name, used)
		if i == 0 {
			err = f.SetSheetName("Sheet1", name)
		} else {
			_, err = f.NewSheet(name)
		}
		if err != nil {
			return err
		}
		if err := writeSheet(f, name, s, styles); err != nil {
			return err
		}
	}
	return f.Write(w)
}

// styles are the ids of cell styles by kind of value.
type styles map[ValueKind]int

// formats are number formats by kind of value.
var formats = map[ValueKind]string{
	ValueMoney: "#,##0.00",
	ValueRate:  "0.####",
	ValueCount: "0",
	ValueDate:  "dd.mm.yyyy",
	ValueTime:  "dd.mm.yyyy hh:mm",
	ValueText:  "@",
	ValuePhone: "@",
}

func newStyles(f *excelize.File) (styles, error) {
	all := styles{}
	for kind, format := range formats {
		id, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
		if err != nil {
			return nil, err
		}
		all[kind] = id
	}
	id, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	all[ValueNone] = id
	return all, err
}

func writeSheet(f *excelize.File, name string, s Sheet, styles styles) error {
	w, err := f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	for i, width := range columnWidths(s) {
		if err := w.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	if err := w.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	row := make([]any, 0, len(s.Columns))
	for _, c := range s.Columns {
		row = append(row, excelize.Cell{StyleID: styles[ValueNone], Value: clean(c)})
	}
	if err := w.SetRow("A1", row); err != nil {
		return err
	}
	number := 1
	for values := range s.rows() {
		if number > MaxSheetRows {
			return fmt.Errorf("exchange: more rows than the %d that a sheet holds", MaxSheetRows)
		}
		number++
		row = row[:0]
		for _, v := range values {
			row = append(row, xlsxCell(v, styles))
		}
		if err := w.SetRow("A"+strconv.Itoa(number), row); err != nil {
			return err
		}
	}
	return w.Flush()
}

// mostDigits is the largest sum in minor units that Excel keeps exactly.
const mostDigits = 999_999_999_999_999

// firstDay is where Excel's count of days is right from.
var firstDay = crm.Date{Year: 1900, Month: time.March, Day: 1}

// xlsxCell is a value for the stream writer; nil for an empty cell.
func xlsxCell(v Value, styles styles) any {
	cell := excelize.Cell{StyleID: styles[v.Kind]}
	switch v.Kind {
	case ValueText, ValuePhone:
		cell.Value = cutRunes(clean(v.Text))
	case ValueMoney:
		if v.Minor > mostDigits || v.Minor < -mostDigits {
			return excelize.Cell{StyleID: styles[ValueText], Value: plainMinor(v.Minor)}
		}
		cell.Value = float64(v.Minor) / 100 // fifteen digits come back the same
	case ValueCount:
		cell.Value = v.Minor
	case ValueRate:
		cell.Value = float64(v.Minor) / 10_000
	case ValueDate, ValueTime:
		if v.Day.Before(firstDay) {
			return excelize.Cell{StyleID: styles[ValueText], Value: csvForms[ForExcel].cell(v)}
		}
		serial := v.Day.Sub(crm.Date{Year: 1899, Month: time.December, Day: 30})
		if cell.Value = serial; v.Kind == ValueTime {
			cell.Value = float64(serial) + float64(v.Clock)/(24*60)
		}
	default:
		return nil
	}
	return cell
}

// cutRunes keeps what one cell of Excel holds; it counts UTF-16 units.
func cutRunes(s string) string {
	units := 0
	for i, r := range s {
		if units += utf16.RuneLen(r); units > maxCell {
			return s[:i]
		}
	}
	return s
}

// columnWidths fit the headings and the first rows, within bounds.
func columnWidths(s Sheet) []float64 {
	widths := make([]float64, len(s.Columns))
	for i, c := range s.Columns {
		widths[i] = cellWidth(c)
	}
	n := 0
	for row := range s.rows() {
		for i, v := range row {
			widths[i] = max(widths[i], cellWidth(csvForms[ForExcel].cell(v)))
		}
		if n++; n == widthRows {
			break
		}
	}
	return widths
}

// widthRows is how many rows a column's width is taken from; a width is known before the first row is written.
const widthRows = 100

func cellWidth(text string) float64 { return float64(min(utf8.RuneCountInString(text), 58) + 2) }

// longestName is how long a sheet's name may be.
const longestName = 31

// sheetName makes a name that Excel takes and that no other sheet has.
func sheetName(name string, used map[string]bool) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\'`, r) || r < ' ' {
			return ' '
		}
		return r
	}, name)
	if name = strings.TrimSpace(name); name == "" {
		name = "Sheet"
	}
	base := []rune(name)
	base = base[:min(len(base), longestName-4)]
	for n := 1; ; n++ {
		try := string(base)
		if n > 1 {
			try = fmt.Sprintf("%s %d", try, n)
		}
		if folded := strings.ToLower(try); !used[folded] {
			used[folded] = true
			return try
		}
	}
}
