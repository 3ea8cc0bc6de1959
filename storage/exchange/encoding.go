package exchange

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Rules of encodings.
//
// A byte order mark decides. Otherwise what is valid UTF-8 is UTF-8, also when the last letter was cut off. The rest is
// Windows-1251 or CP866: the one in which more bytes are Russian letters. What the file says about its encoding
// («Кодировка=DOS», a charset in HTML) only decides a draw, because banks write «Windows» above UTF-8.

// Encodings that are told.
const (
	encodingUTF8   = "utf-8"
	encodingUTF16  = "utf-16"
	encoding1251   = "windows-1251"
	encodingCP866  = "cp866"
	sampleForTable = 1 << 16 // bytes whose letters are counted
)

// decode makes text of bytes and tells their encoding. ok is false for what is no text at all: it holds NUL bytes.
func decode(data []byte) (text, encoding string, ok bool) {
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		text, encoding = strings.ToValidUTF8(string(data[3:]), "\uFFFD"), encodingUTF8
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		text, encoding = decodeUTF16(data[2:], binary.LittleEndian), encodingUTF16
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		text, encoding = decodeUTF16(data[2:], binary.BigEndian), encodingUTF16
	case utf8.Valid(trimCutRune(data)):
		text, encoding = string(trimCutRune(data)), encodingUTF8
	default:
		text, encoding = decodeOneByte(data)
	}
	return text, encoding, strings.IndexByte(text, 0) < 0
}

// trimCutRune drops the beginning of a rune that a cut file ends with.
func trimCutRune(data []byte) []byte {
	for back := 1; back <= min(3, len(data)); back++ {
		if last := data[len(data)-back:]; utf8.RuneStart(last[0]) {
			if last[0] >= utf8.RuneSelf && !utf8.FullRune(last) {
				return data[:len(data)-back]
			}
			return data
		}
	}
	return data
}

func decodeUTF16(data []byte, order binary.ByteOrder) string {
	var text strings.Builder
	text.Grow(len(data))
	for ; len(data) >= 2; data = data[2:] {
		r := rune(order.Uint16(data))
		if utf16.IsSurrogate(r) {
			low := rune(0)
			if len(data) >= 4 {
				low = rune(order.Uint16(data[2:]))
			}
			if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
				data = data[2:]
			}
		}
		text.WriteRune(r)
	}
	return text.String()
}

func decodeOneByte(data []byte) (text, encoding string) {
	if isCP866(data) {
		return decodeBy(charmap.CodePage866, data), encodingCP866
	}
	return decodeBy(charmap.Windows1251, data), encoding1251
}

// isCP866 tells which of the two one-byte tables a text is in.
func isCP866(data []byte) bool {
	sample := data[:min(len(data), sampleForTable)]
	windows, dos := 0, 0
	for _, c := range sample {
		windows += russianIn1251(c)
		dos += russianIn866(c)
	}
	return dos > windows || dos == windows && bytes.Contains(sample, []byte("=DOS"))
}

func decodeBy(table *charmap.Charmap, data []byte) string {
	var b strings.Builder
	b.Grow(len(data) * 2)
	for _, c := range data {
		if c < utf8.RuneSelf {
			b.WriteByte(c)
		} else {
			b.WriteRune(table.DecodeByte(c))
		}
	}
	return b.String()
}

// russianIn1251 is 1 for a byte that is a Russian letter in Windows-1251. Small letters tell more than capitals, because
// capitals of one table are small letters or frames of the other.
func russianIn1251(c byte) int {
	switch {
	case c >= 0xE0:
		return 2
	case c >= 0xC0, c == 0xA8, c == 0xB8:
		return 1
	}
	return 0
}

func russianIn866(c byte) int {
	switch {
	case c >= 0xA0 && c <= 0xAF, c >= 0xE0 && c <= 0xEF:
		return 2
	case c >= 0x80 && c <= 0x9F, c == 0xF0, c == 0xF1:
		return 1
	}
	return 0
}
