package exchange

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"followup/storage/crm"
)

// Flavour is for which program a CSV is written.
type Flavour string

// Flavours of CSV.
const (
	ForExcel  Flavour = "excel"  // Russian Excel: UTF-8 with a mark, semicolons, 18.11.2026, decimal comma
	ForSheets Flavour = "sheets" // Google Sheets: UTF-8, commas, 2026-11-18, decimal point
	ForBitrix Flavour = "bitrix" // Bitrix24: as Excel, blanks for guards
	ForAmo    Flavour = "amo"    // amoCRM: commas, 18.11.2026, whole sums, blanks for guards
)

// csvForm is how a flavour writes.
type csvForm struct {
	mark      bool
	delimiter string
	iso       bool
	point     string
	whole     bool // sums without kopecks: amoCRM takes whole numbers only
	sign      string
}

var csvForms = map[Flavour]csvForm{
	ForExcel:  {mark: true, delimiter: ";", point: ",", sign: "'"},
	ForSheets: {delimiter: ",", iso: true, point: ".", sign: "'"},
	ForBitrix: {mark: true, delimiter: ";", point: ".", sign: " "},
	ForAmo:    {delimiter: ",", point: ".", whole: true, sign: " "},
}

// WriteCSV writes a sheet as CSV with CRLF. Texts that could be taken for formulas are guarded; see guard.go.
func WriteCSV(w io.Writer, s Sheet, f Flavour) error {
	form, ok := csvForms[f]
	if !ok {
		return fmt.Errorf("exchange: no flavour %q of CSV", f)
	}
	b := bufio.NewWriter(w)
	if form.mark {
		_, _ = b.WriteString("\ufeff")
	}
	line := make([]string, 0, len(s.Columns))
	for _, c := range s.Columns {
		line = append(line, form.quoted(guard(clean(c), form.sign)))
	}
	_, _ = b.WriteString(strings.Join(line, form.delimiter) + "\r\n")
	for row := range s.rows() {
		line = line[:0]
		for _, v := range row {
			line = append(line, form.quoted(form.cell(v)))
		}
		_, _ = b.WriteString(strings.Join(line, form.delimiter) + "\r\n")
	}
	return b.Flush() // the first error of any write above
}

// cell is a value as text.
func (f csvForm) cell(v Value) string {
	switch v.Kind {
	case ValueText:
		return guard(clean(v.Text), f.sign)
	case ValuePhone:
		return guard(phoneDigits(v.Text), f.sign)
	case ValueMoney:
		if f.whole {
			return strconv.FormatInt((v.Minor+sign(v.Minor)*50)/100, 10)
		}
		return strings.Replace(plainMinor(v.Minor), ".", f.point, 1)
	case ValueCount:
		return strconv.FormatInt(v.Minor, 10)
	case ValueRate:
		return strings.Replace(crm.Rate(v.Minor).Percent(), ".", f.point, 1)
	case ValueDate:
		return f.day(v.Day)
	case ValueTime:
		return f.day(v.Day) + " " + v.Clock.String()
	default:
		return ""
	}
}

func (f csvForm) day(d crm.Date) string {
	if f.iso {
		return d.String()
	}
	return fmt.Sprintf("%02d.%02d.%04d", d.Day, int(d.Month), d.Year)
}

// quoted puts a cell in quotes when it needs them. A blank at an edge needs them too: it may be a guard.
func (f csvForm) quoted(s string) string {
	if !strings.ContainsAny(s, "\"\r\n;,\t|") && strings.TrimSpace(s) == s {
		return s
	}
	return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
}

func sign(n int64) int64 {
	if n < 0 {
		return -1
	}
	return 1
}

// plainMinor is "486000.50".
func plainMinor(minor int64) string {
	s := ""
	if minor < 0 {
		s, minor = "-", -minor
	}
	return fmt.Sprintf("%s%d.%02d", s, minor/100, minor%100)
}

// isClean reports at a glance that there is nothing to take out; some that it doubts have nothing either.
func isClean(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' && c != '\n' && c != '\t' || c == 0x7f || c == 0xEF {
			return false
		}
	}
	return utf8.ValidString(s)
}

// clean takes out what no file of text may hold: control characters and broken bytes. Line ends become LF.
func clean(s string) string {
	if isClean(s) {
		return s
	}
	s = strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\r':
			return '\n'
		case r < ' ' && r != '\n' && r != '\t', r == 0x7f, r == 0xFFFE, r == 0xFFFF, r == 0xFEFF:
			return -1
		}
		return r
	}, s)
}
