package exchange

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// lineSource decodes a text line by line, so that it never lies in memory twice. The encoding is told by the rules of encoding.go.
type lineSource struct {
	data     []byte
	table    *charmap.Charmap // nil: data is UTF-8
	encoding string
}

// newSource tells the encoding; ok is false for what is no text.
func newSource(data []byte) (s lineSource, ok bool) {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		text, encoding, ok := decode(data)
		return lineSource{data: []byte(text), encoding: encoding}, ok
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		s = lineSource{data: data[3:], encoding: encodingUTF8}
	case utf8.Valid(trimCutRune(data)):
		s = lineSource{data: trimCutRune(data), encoding: encodingUTF8}
	default:
		s = lineSource{data: data, table: charmap.Windows1251, encoding: encoding1251}
		if isCP866(data) {
			s.table, s.encoding = charmap.CodePage866, encodingCP866
		}
	}
	return s, bytes.IndexByte(s.data, 0) < 0
}

// lines yields the lines of a text whose ends are CRLF, LF or CR.
func (s lineSource) lines() func(yield func(string) bool) {
	return func(yield func(string) bool) {
		rest := s.data
		for len(rest) > 0 {
			line := rest
			if i := bytes.IndexAny(rest, "\r\n"); i >= 0 {
				end := i + 1
				if bytes.HasPrefix(rest[i:], []byte("\r\n")) {
					end++
				}
				line, rest = rest[:i], rest[end:]
			} else {
				rest = nil
			}
			if !yield(s.text(line)) {
				return
			}
		}
	}
}

// text decodes one line.
func (s lineSource) text(line []byte) string {
	if s.table == nil {
		return strings.ToValidUTF8(string(line), "\uFFFD")
	}
	return decodeBy(s.table, line)
}
