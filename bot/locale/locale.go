// Package locale holds everything the bot says, one catalog file per language, and prints facts as people say them: dates
// with their weekday, sums with their currency, plurals in the right case. It is pure.
//
// A catalog line is "key = text"; an indented line goes on with a new line of the same text. A text may hold
//
//	{name}            the fact, printed by its type: a sum, a date, a time, a number, words
//	{name:style}      the same in another style: see the print functions
//	{n|день|дня|дней}  the word that goes with the number n, in the forms one|few|many (English: one|other)
package locale

import (
	"embed"
	"fmt"
	"sort"
	"strings"

	"golang.org/x/text/feature/plural"

	"followup/storage/crm"
)

//go:embed ru.txt en.txt
var files embed.FS

// Catalog is one language's texts.
type Catalog struct {
	Language string
	texts    map[string][]piece
	words    words
}

// piece is literal text, a fact, or a plural word.
type piece struct {
	literal string
	fact    string
	style   string
	forms   []string
}

var catalogs = map[string]*Catalog{
	"ru": mustLoad("ru", russian),
	"en": mustLoad("en", english),
}

// Choose is the catalog's language for Telegram's language_code: Russian for those who are likely to read it.
func Choose(code string) string {
	base, _, _ := strings.Cut(strings.ToLower(code), "-")
	switch base {
	case "", "ru", "uk", "be", "kk", "ky", "uz", "tg", "hy", "az", "tt", "ba":
		return "ru"
	}
	return "en"
}

func mustLoad(code string, w words) *Catalog {
	raw, err := files.ReadFile(code + ".txt")
	if err != nil {
		panic(err)
	}
	texts, err := parse(string(raw))
	if err != nil {
		panic(fmt.Sprintf("locale: %s.txt: %v", code, err))
	}
	return &Catalog{code, texts, w}
}

func parse(raw string) (map[string][]piece, error) {
	lines := map[string]string{}
	last := ""
	for n, line := range strings.Split(raw, "\n") {
		switch {
		case strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#"):
		case line[0] == ' ' || line[0] == '\t':
			if last == "" {
				return nil, fmt.Errorf("line %d goes on with nothing", n+1)
			}
			lines[last] += "\n" + strings.TrimSpace(line)
		default:
			key, text, ok := strings.Cut(line, "=")
			last = strings.TrimSpace(key)
			if _, twice := lines[last]; !ok || twice || last == "" {
				return nil, fmt.Errorf("line %d: want a new key and \"= text\"", n+1)
			}
			lines[last] = strings.TrimSpace(text)
		}
	}
	texts := make(map[string][]piece, len(lines))
	for key, text := range lines {
		pieces, err := split(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		texts[key] = pieces
	}
	return texts, nil
}

func split(text string) ([]piece, error) {
	var pieces []piece
	for text != "" {
		open := strings.IndexByte(text, '{')
		if open < 0 {
			return append(pieces, piece{literal: text}), nil
		}
		length := strings.IndexByte(text[open:], '}')
		if length < 0 {
			return nil, fmt.Errorf("a brace is not closed")
		}
		if open > 0 {
			pieces = append(pieces, piece{literal: text[:open]})
		}
		inside := text[open+1 : open+length]
		text = text[open+length+1:]
		if forms := strings.Split(inside, "|"); len(forms) > 1 {
			pieces = append(pieces, piece{fact: forms[0], forms: forms[1:]})
			continue
		}
		fact, style, _ := strings.Cut(inside, ":")
		pieces = append(pieces, piece{fact: fact, style: style})
	}
	return pieces, nil
}

// Keys are the catalog's keys, sorted.
func (c *Catalog) Keys() []string {
	keys := make([]string, 0, len(c.texts))
	for key := range c.texts {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}

// Facts are the names of the facts that a key's text uses, sorted, each once.
func (c *Catalog) Facts(key string) []string {
	seen := map[string]bool{}
	for _, p := range c.texts[key] {
		if p.fact != "" {
			seen[p.fact] = true
		}
	}
	names := make([]string, 0, len(seen))
	for name := range seen {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// Has reports whether the catalog knows the key.
func (c *Catalog) Has(key string) bool { return c.texts[key] != nil }

// Printer says things in one language to somebody whose calendar shows Today.
type Printer struct {
	*Catalog
	Today  crm.Date
	Masked bool // sums are shown as dots: their reader wants them hidden from who looks over his shoulder
}

// For is a printer of a language; an unknown one is Russian. Today decides where a year must be shown.
func For(code string, today crm.Date) Printer {
	c := catalogs[code]
	if c == nil {
		c = catalogs["ru"]
	}
	return Printer{Catalog: c, Today: today}
}

// Say prints the text of key with facts given as alternating names and values.
func (p Printer) Say(key string, pairs ...any) string {
	return p.SayFacts(key, crm.Facts(pairs...))
}

// SayFacts prints the text of key. A missing key or fact shows as ⟦name⟧: a test keeps it from happening.
func (p Printer) SayFacts(key string, facts []crm.Fact) string {
	pieces := p.texts[key]
	if pieces == nil {
		return "⟦" + key + "⟧"
	}
	return p.fill(pieces, facts)
}

func (p Printer) fill(pieces []piece, facts []crm.Fact) string {
	var out strings.Builder
	for _, part := range pieces {
		switch {
		case part.fact == "":
			out.WriteString(part.literal)
		case part.forms != nil:
			out.WriteString(p.form(value(facts, part.fact), part.forms))
		default:
			out.WriteString(p.print(value(facts, part.fact), part.fact, part.style))
		}
	}
	return out.String()
}

func value(facts []crm.Fact, name string) any {
	for _, f := range facts {
		if f.Name == name {
			return f.Value
		}
	}
	return nil
}

// form picks the plural form of a whole number.
func (p Printer) form(v any, forms []string) string {
	n, ok := number(v)
	if !ok {
		return "⟦plural⟧"
	}
	if n < 0 {
		n = -n
	}
	i := map[plural.Form]int{plural.One: 0, plural.Few: 1, plural.Many: 2, plural.Other: 1}[plural.Cardinal.MatchPlural(p.words.tag, int(n), 0, 0, 0, 0)]
	return forms[min(i, len(forms)-1)]
}

func number(v any) (int64, bool) {
	switch n := v.(type) {
	case int:
		return int64(n), true
	case int64:
		return n, true
	case float64: // a fact that was kept as JSON
		return int64(n), true
	}
	return 0, false
}
