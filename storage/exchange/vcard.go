package exchange

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime/quotedprintable"
	"strings"
	"time"

	"golang.org/x/text/encoding/charmap"

	"followup/storage/crm"
)

// Rules of business cards (vCard 2.1, 3.0 and 4.0; RFC 6350).
//
// Lines that begin with a blank go on with the line above; a 2.1 value in quoted-printable goes on after a line that ends with «=». Names are
// compared without case and without a group («item1.TEL»). A parameter without a name («TEL;CELL») is a type. A card that isn't closed ends where
// the next begins. FN is the name; without it N is, then ORG, then the first phone. Pictures and what else isn't used is skipped.

// ReadCards reads a file of cards, or the vcard field of a contact that Telegram sends. Row is the line where a card begins. It
// fails with a crm.Problem when there is no card.
func ReadCards(data []byte) ([]ContactRow, []Trouble, error) {
	if len(data) > MaxBytes {
		return nil, nil, crm.Say("file.big", "limit", MaxBytes>>20)
	}
	source, ok := newSource(data)
	if !ok {
		return nil, nil, crm.Say("file.unknown")
	}
	var r cardReader
	for p := range properties(source) {
		if r.take(p); len(r.cards) > maxCards {
			return nil, nil, crm.Say("file.toomany", "limit", maxCards)
		}
	}
	r.close()
	if len(r.cards) == 0 && len(r.bad.list) == 0 {
		return nil, nil, crm.Say("file.unknown")
	}
	if len(r.cards) == 0 {
		return nil, r.bad.all(), crm.Say("file.nodata")
	}
	return r.cards, r.bad.all(), nil
}

// property is one line of a card, unfolded, its value still escaped.
type property struct {
	row    int
	name   string
	value  string
	params string // upper case, for the few that matter
}

// cardReader puts cards together.
type cardReader struct {
	cards []ContactRow
	bad   troubles
	open  bool
	card  ContactRow
}

func (r *cardReader) take(p property) {
	if p.name == "BEGIN" {
		r.close()
		r.open, r.card = true, ContactRow{Row: p.row}
		return
	}
	if !r.open {
		return
	}
	if p.name == "END" {
		r.close()
		return
	}
	if read, ok := cardProperties[p.name]; ok {
		if key := read(&r.card, p.value); key != "" {
			r.bad.add(p.row, p.name, p.value, key)
		}
	}
}

// close ends the card in hand.
func (r *cardReader) close() {
	if !r.open {
		return
	}
	r.open = false
	c := r.card
	full := strings.Join(strings.Fields(c.last+" "+c.first+" "+c.middle), " ")
	c.first, c.last, c.middle = "", "", ""
	for _, name := range [...]string{full, c.Client, strings.Join(c.Phones[:min(1, len(c.Phones))], ""), strings.Join(c.Emails[:min(1, len(c.Emails))], "")} {
		if c.Name == "" {
			c.Name = name
		}
	}
	if c.Name == "" {
		r.bad.add(c.Row, "FN", "", "file.bad.noname")
		return
	}
	r.cards = append(r.cards, c)
}

// cardProperties are the properties that are used.
var cardProperties = map[string]func(c *ContactRow, value string) string{
	"FN": func(c *ContactRow, value string) string {
		if c.Name == "" {
			c.Name = oneLine(value)
		}
		return ""
	},
	"N": func(c *ContactRow, value string) string {
		parts := append(components(value), "", "", "")
		c.last, c.first, c.middle = oneLine(parts[0]), oneLine(parts[1]), oneLine(parts[2])
		return ""
	},
	"ORG": func(c *ContactRow, value string) string {
		if c.Client == "" {
			c.Client = oneLine(components(value)[0])
		}
		return ""
	},
	"TITLE": func(c *ContactRow, value string) string {
		c.Position = oneLine(plain(value))
		return ""
	},
	"TEL": func(c *ContactRow, value string) string {
		value = strings.TrimPrefix(strings.ToLower(plain(value)), "tel:")
		return addPhones(&c.Phones, strings.Replace(value, ";ext=", extension, 1))
	},
	"EMAIL": func(c *ContactRow, value string) string { return addEmails(&c.Emails, plain(value)) },
	"BDAY": func(c *ContactRow, value string) string {
		d, ok := cardDay(value)
		if !ok {
			return "file.bad.date"
		}
		c.Birthday = d
		return ""
	},
	"NOTE": func(c *ContactRow, value string) string {
		c.Note = plain(value)
		return ""
	},
}

// oneLine is an unescaped value without breaks and doubled blanks.
func oneLine(s string) string { return strings.Join(strings.Fields(plain(s)), " ") }

var cardEscapes = strings.NewReplacer(`\n`, "\n", `\N`, "\n", `\,`, ",", `\;`, ";", `\:`, ":", `\\`, `\`)

// plain undoes the escapes of a value.
func plain(s string) string { return strings.TrimSpace(cardEscapes.Replace(s)) }

// components parts a value at semicolons that are not escaped. There is always one.
func components(s string) []string {
	var parts []string
	from := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case ';':
			parts = append(parts, s[from:i])
			from = i + 1
		}
	}
	return append(parts, s[min(from, len(s)):])
}

// cardDay reads 19850315, 1985-03-15, 1985-03-15T00:00:00Z, --0315 and --03-15.
func cardDay(s string) (crm.Date, bool) {
	s, _, _ = strings.Cut(strings.TrimSpace(s), "T")
	rest, yearless := strings.CutPrefix(s, "--")
	digits := strings.ReplaceAll(rest, "-", "")
	if yearless {
		digits = "2000" + digits
	}
	if len(digits) != 8 || !isDigits(digits) {
		return crm.Date{}, false
	}
	d, ok := parseDay(digits[:4] + "-" + digits[4:6] + "-" + digits[6:])
	if yearless || d.Year == 1604 { // iPhones write 1604 for "no year"
		d.Year = 0
	}
	return d, ok
}

// properties yields the lines of cards, unfolded and decoded.
func properties(source lineSource) func(yield func(property) bool) {
	return func(yield func(property) bool) {
		var b strings.Builder
		row, number, soft := 0, 0, false
		flush := func() bool {
			line := b.String()
			b.Reset()
			p, ok := parseProperty(line)
			p.row = row
			return !ok || yield(p)
		}
		for line := range source.lines() {
			number++
			switch {
			case soft:
				soft = strings.HasSuffix(line, "=")
				grow(&b, strings.TrimSuffix(line, "="))
				continue
			case line != "" && (line[0] == ' ' || line[0] == '\t') && b.Len() > 0:
				grow(&b, line[1:])
				continue
			}
			if b.Len() > 0 && !flush() {
				return
			}
			row = number
			if soft = isSoft(line); soft {
				line = strings.TrimSuffix(line, "=")
			}
			grow(&b, line)
		}
		if b.Len() > 0 {
			flush()
		}
	}
}

// grow appends up to a cell's bound: pictures are longer and not wanted.
func grow(b *strings.Builder, s string) {
	if b.Len()+len(s) <= maxCell {
		b.WriteString(s)
	}
}

// isSoft reports whether a line is quoted-printable that goes on below.
func isSoft(line string) bool {
	if !strings.HasSuffix(line, "=") {
		return false
	}
	head, _, _ := strings.Cut(line, ":")
	return strings.Contains(strings.ToUpper(head), "QUOTED-PRINTABLE")
}

// parseProperty parts a line into name, parameters and value.
func parseProperty(line string) (property, bool) {
	colon, quoted := -1, false
	for i := 0; i < len(line) && colon < 0; i++ {
		switch line[i] {
		case '"':
			quoted = !quoted
		case ':':
			if !quoted {
				colon = i
			}
		}
	}
	if colon < 0 {
		return property{}, false
	}
	name, params, _ := strings.Cut(strings.ToUpper(line[:colon]), ";")
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		name = name[i+1:]
	}
	p := property{name: strings.TrimSpace(name), params: params, value: line[colon+1:]}
	if _, used := cardProperties[p.name]; !used && p.name != "BEGIN" && p.name != "END" {
		return property{}, false
	}
	p.value = decodeValue(p.value, params)
	return p, p.name != "BEGIN" && p.name != "END" || strings.EqualFold(strings.TrimSpace(p.value), "VCARD")
}

// charsets are what a 2.1 card may name.
var charsets = map[string]*charmap.Charmap{
	"WINDOWS-1251": charmap.Windows1251, "CP1251": charmap.Windows1251, "KOI8-R": charmap.KOI8R, "IBM866": charmap.CodePage866, "CP866": charmap.CodePage866,
}

// decodeValue undoes the transfer encoding of a value and its charset. A value that can't be decoded stays.
func decodeValue(value, params string) string {
	var raw []byte
	var err error
	switch {
	case strings.Contains(params, "QUOTED-PRINTABLE"):
		raw, err = io.ReadAll(quotedprintable.NewReader(strings.NewReader(value)))
	case strings.Contains(params, "BASE64"), strings.Contains(params, "ENCODING=B"):
		raw, err = base64.StdEncoding.DecodeString(strings.TrimSpace(value))
	default:
		return value
	}
	if err != nil && len(raw) == 0 {
		return value
	}
	if _, name, ok := strings.Cut(params, "CHARSET="); ok {
		name, _, _ = strings.Cut(name, ";")
		if table, ok := charsets[strings.Trim(name, `"`)]; ok {
			return decodeBy(table, raw)
		}
	}
	text, _, _ := decode(raw)
	return text
}

// WriteCards writes people as vCard 3.0, which phones of every kind take.
func WriteCards(w io.Writer, people []ContactRow) error {
	var b bytes.Buffer
	for _, p := range people {
		writeFolded(&b, "BEGIN:VCARD")
		writeFolded(&b, "VERSION:3.0")
		writeFolded(&b, "FN:"+escaped(p.Name))
		parts := nameParts(p.Name)
		writeFolded(&b, "N:"+escaped(parts[0])+";"+escaped(parts[1])+";"+escaped(parts[2])+";;")
		for _, f := range [...]struct{ name, value string }{
			{"ORG", p.Client}, {"TITLE", p.Position}, {"NOTE", p.Note},
		} {
			if f.value != "" {
				writeFolded(&b, f.name+":"+escaped(f.value))
			}
		}
		for _, phone := range p.Phones {
			writeFolded(&b, "TEL;TYPE=WORK,VOICE:"+escaped(phone))
		}
		for _, email := range p.Emails {
			writeFolded(&b, "EMAIL;TYPE=INTERNET:"+escaped(email))
		}
		if !p.Birthday.IsZero() {
			writeFolded(&b, "BDAY:"+cardDate(p.Birthday))
		}
		writeFolded(&b, "END:VCARD")
	}
	_, err := w.Write(b.Bytes())
	return err
}

// cardDate is 1985-03-15, or --0315 without a year.
func cardDate(d crm.Date) string {
	if d.Year == 0 {
		return "--" + twoDigits(int(d.Month)) + twoDigits(d.Day)
	}
	return d.Midnight().Format(time.DateOnly)
}
