package exchange

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strconv"
	"unicode/utf8"
)

// xmlReader reads the little XML that workbooks need, one event after the other, in bounded memory: names without prefixes, attributes,
// text. It refuses document types, because entities of their own are only there to blow up. It is several times as fast as a general parser, which
// matters because a bound on work is a bound on bytes.
type xmlReader struct {
	r      *bufio.Reader
	event  xmlEvent
	name   []byte
	attrs  []xmlAttr
	text   []byte
	raw    []byte // of the tag in hand
	opened bool   // the last start had a slash: its end comes next
	depth  int
}

type xmlAttr struct{ name, value []byte }

type xmlEvent int

const (
	xmlStart xmlEvent = iota
	xmlEnd
	xmlText
)

// Bounds of XML.
const (
	maxDepth = 64
	maxTag   = 64 << 10
	maxAttrs = 200
)

var errXML = errors.New("exchange: broken XML")

func newXML(r io.Reader) *xmlReader { return &xmlReader{r: bufio.NewReaderSize(r, 128<<10)} }

// next goes to the next event. It returns io.EOF at a proper end, errXML or the reader's own error otherwise.
func (x *xmlReader) next() error {
	if x.opened {
		x.opened = false
		x.event = xmlEnd
		x.depth--
		return nil
	}
	for {
		c, err := x.r.ReadByte()
		if err != nil {
			if errors.Is(err, io.EOF) && x.depth > 0 {
				return io.ErrUnexpectedEOF
			}
			return err
		}
		if c != '<' {
			if err := x.r.UnreadByte(); err != nil {
				return err
			}
			return x.readText()
		}
		skipped, err := x.readTag()
		if err != nil || !skipped {
			return err
		}
	}
}

// readText reads up to the next tag, up to a cell's bound; the rest is dropped.
func (x *xmlReader) readText() error {
	x.event, x.text = xmlText, x.text[:0]
	for {
		part, err := x.r.ReadSlice('<')
		if len(x.text)+len(part) <= maxCell*4 {
			x.text = append(x.text, part...)
		}
		switch {
		case err == nil:
			x.text = bytes.TrimSuffix(x.text, []byte("<"))
			x.text = unescape(x.text)
			return x.r.UnreadByte()
		case errors.Is(err, io.EOF) && x.depth == 0:
			return io.EOF
		case errors.Is(err, io.EOF):
			return io.ErrUnexpectedEOF
		case !errors.Is(err, bufio.ErrBufferFull):
			return err
		}
	}
}

// readTag reads what follows a '<'. skipped says that it was a comment or an instruction.
func (x *xmlReader) readTag() (skipped bool, err error) {
	if ahead, _ := x.r.Peek(8); len(ahead) > 0 {
		switch {
		case ahead[0] == '?':
			return true, x.skipTo("?>")
		case bytes.HasPrefix(ahead, []byte("!--")):
			return true, x.skipTo("-->")
		case bytes.HasPrefix(ahead, []byte("![CDATA[")):
			return false, x.readCDATA()
		case ahead[0] == '!':
			return false, errXML
		}
	}
	if err := x.collectTag(); err != nil {
		return false, err
	}
	return false, x.parseTag()
}

// collectTag reads up to the '>' that stands outside of quotes.
func (x *xmlReader) collectTag() error {
	x.raw = x.raw[:0]
	var quote byte
	for {
		part, err := x.r.ReadSlice('>')
		x.raw = append(x.raw, part...)
		quote = quoteAfter(quote, part)
		if len(x.raw) > maxTag {
			return errXML
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return io.ErrUnexpectedEOF
		}
		if err == nil && quote == 0 {
			x.raw = x.raw[:len(x.raw)-1]
			return nil
		}
	}
}

// quoteAfter is the quote that is open after a part of a tag, 0 for none; before is the one open ahead of it.
func quoteAfter(before byte, part []byte) byte {
	open := before
	for _, c := range part {
		switch {
		case open != 0 && c == open:
			open = 0
		case open == 0 && (c == '"' || c == '\''):
			open = c
		}
	}
	return open
}

func (x *xmlReader) parseTag() error {
	tag := x.raw
	if len(tag) > 0 && tag[0] == '/' {
		if x.depth--; x.depth < 0 {
			return errXML
		}
		x.event, x.name, x.attrs = xmlEnd, local(bytes.TrimSpace(tag[1:])), x.attrs[:0]
		return nil
	}
	if len(tag) > 0 && tag[len(tag)-1] == '/' {
		x.opened = true
		tag = tag[:len(tag)-1]
	}
	if x.depth++; x.depth > maxDepth {
		return errXML
	}
	end := bytes.IndexAny(tag, " \t\r\n")
	if end < 0 {
		end = len(tag)
	}
	x.event, x.name, x.attrs = xmlStart, local(tag[:end]), x.attrs[:0]
	if len(x.name) == 0 {
		return errXML
	}
	return x.parseAttrs(tag[end:])
}

func (x *xmlReader) parseAttrs(s []byte) error {
	for {
		s = bytes.TrimLeft(s, " \t\r\n")
		if len(s) == 0 {
			return nil
		}
		sign := bytes.IndexByte(s, '=')
		if sign <= 0 || len(x.attrs) >= maxAttrs {
			return errXML
		}
		name := local(bytes.TrimSpace(s[:sign]))
		s = bytes.TrimLeft(s[sign+1:], " \t\r\n")
		if len(s) < 2 || s[0] != '"' && s[0] != '\'' {
			return errXML
		}
		end := bytes.IndexByte(s[1:], s[0])
		if end < 0 {
			return errXML
		}
		x.attrs = append(x.attrs, xmlAttr{name, unescape(s[1 : end+1])})
		s = s[end+2:]
	}
}

func (x *xmlReader) skipTo(end string) error {
	return x.until(end, func([]byte) {})
}

func (x *xmlReader) readCDATA() error {
	if _, err := x.r.Discard(len("![CDATA[")); err != nil {
		return io.ErrUnexpectedEOF
	}
	x.event, x.text = xmlText, x.text[:0]
	return x.until("]]>", func(c []byte) {
		if len(x.text) < maxCell*4 {
			x.text = append(x.text, c...)
		}
	})
}

// until hands over what comes before end.
func (x *xmlReader) until(end string, take func([]byte)) error {
	last := end[len(end)-1]
	tail := make([]byte, 0, len(end))
	for {
		c, err := x.r.ReadByte()
		if err != nil {
			return io.ErrUnexpectedEOF
		}
		if len(tail) == len(end) {
			take(tail[:1])
			tail = append(tail[:0], tail[1:]...)
		}
		tail = append(tail, c)
		if c == last && string(tail) == end {
			return nil
		}
	}
}

// attr is an attribute of the tag in hand, empty when it has none.
func (x *xmlReader) attr(name string) []byte {
	for _, a := range x.attrs {
		if string(a.name) == name {
			return a.value
		}
	}
	return nil
}

// local drops the prefix of a name.
func local(name []byte) []byte {
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		return name[i+1:]
	}
	return name
}

var xmlEntities = map[string]string{"lt": "<", "gt": ">", "amp": "&", "quot": `"`, "apos": "'"}

// unescape replaces entities in place; an unknown one stays as it is written.
func unescape(s []byte) []byte {
	from := bytes.IndexByte(s, '&')
	if from < 0 {
		return s
	}
	out := s[:from]
	for rest := s[from:]; ; {
		if len(rest) == 0 {
			return out
		}
		end := bytes.IndexByte(rest[:min(len(rest), 12)], ';')
		if end > 0 {
			if value, ok := entity(string(rest[1:end])); ok {
				out = append(out, value...) // never longer than what it replaces
				rest = rest[end+1:]
			} else {
				out = append(out, rest[0])
				rest = rest[1:]
			}
		} else {
			out = append(out, rest[0])
			rest = rest[1:]
		}
		next := bytes.IndexByte(rest, '&')
		if next < 0 {
			next = len(rest)
		}
		out = append(out, rest[:next]...)
		rest = rest[next:]
	}
}

func entity(name string) (string, bool) {
	if s, ok := xmlEntities[name]; ok {
		return s, true
	}
	if len(name) < 2 || name[0] != '#' {
		return "", false
	}
	digits, base := name[1:], 10
	if digits[0] == 'x' || digits[0] == 'X' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseInt(digits, base, 32)
	if err != nil || !utf8.ValidRune(rune(n)) || n == 0 {
		return "", false
	}
	return string(rune(n)), true
}
