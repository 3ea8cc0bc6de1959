package message

import (
	"strings"
	"unicode/utf16"
)

// Builder composes a text with styles. The zero Builder is empty.
type Builder struct {
	text   strings.Builder
	units  int
	styles []Style
}

// Len is the number of UTF-16 units of s.
func Len(s string) int {
	n := 0
	for _, r := range s {
		n += max(utf16.RuneLen(r), 1)
	}
	return n
}

// Cut shortens s to at most limit UTF-16 units, ending in "…" when something was cut.
func Cut(s string, limit int) string {
	if Len(s) <= limit {
		return s
	}
	units := 0
	for i, r := range s {
		units += max(utf16.RuneLen(r), 1)
		if units > limit-1 {
			return strings.TrimRight(s[:i], " \n") + "…"
		}
	}
	return s
}

// Add appends plain text.
func (b *Builder) Add(s string) *Builder {
	b.text.WriteString(s)
	b.units += Len(s)
	return b
}

// Styled appends text with a style.
func (b *Builder) Styled(kind, s string) *Builder {
	if s == "" {
		return b
	}
	b.styles = append(b.styles, Style{Kind: kind, Offset: b.units, Length: Len(s)})
	return b.Add(s)
}

// Bold appends bold text.
func (b *Builder) Bold(s string) *Builder { return b.Styled("bold", s) }

// Line appends s on a line of its own.
func (b *Builder) Line(s string) *Builder { return b.Break().Add(s) }

// Break starts a new line unless the text is empty.
func (b *Builder) Break() *Builder {
	if b.units > 0 {
		b.Add("\n")
	}
	return b
}

// Gap leaves an empty line unless the text is empty.
func (b *Builder) Gap() *Builder {
	if b.units > 0 {
		b.Add("\n\n")
	}
	return b
}

// Units is the length so far in UTF-16 units.
func (b *Builder) Units() int { return b.units }

// Into puts text and styles into an outgoing message.
func (b *Builder) Into(o *Out) { o.Text, o.Styles = b.text.String(), b.styles }

// String is the text without styles.
func (b *Builder) String() string { return b.text.String() }
