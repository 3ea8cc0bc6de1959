package capture

import (
	"unicode"
	"unicode/utf8"
)

// How a text is cut:
//
//   - A token is a run of letters (with a joining apostrophe: "o'clock"), a run of digits, or one other character that is
//     not white space. Letters and digits that touch are two tokens, the second glued to the first: «15к» is 15 and к.
//   - The folded form is lower case with ё written as е. It has the same bytes in the same places, so spans of tokens are
//     spans of the text as the person wrote it.
//   - At most 4096 UTF-16 units are read, as Telegram sends; the rest is cut off at a rune boundary.

// maxUnits is how much of a text is read, in UTF-16 units: Telegram's limit of a message.
const maxUnits = 4096

// tokenKind tells words, numbers and everything else apart.
type tokenKind uint8

const (
	wordToken tokenKind = iota
	numberToken
	punctToken
)

// token is one piece of a text.
type token struct {
	Span
	kind   tokenKind
	text   string // as written
	fold   string // lower case, ё as е, same bytes
	value  int64  // of a number; -1 when it is longer than 18 digits
	glued  bool   // no space before it
	upper  bool   // its first letter is a capital
	caps   bool   // two letters or more, all capitals
	opens  bool   // first word of a sentence, a line or the text
	quoted bool   // stands inside «…», “…” or "…"
}

// is reports whether the token is this character.
func (t token) is(punct string) bool { return t.kind == punctToken && t.text == punct }

// clip cuts a text to what is read of it.
func clip(text string) string {
	if len(text) <= maxUnits {
		return text
	}
	units := 0
	for i, r := range text {
		units++
		if r > 0xFFFF {
			units++
		}
		if units > maxUnits {
			return text[:i]
		}
	}
	return text
}

// foldText is text in lower case with ё as е; every rune keeps its length in bytes, those that can't stay as they are.
func foldText(text string) string {
	buf := make([]byte, 0, len(text))
	for i := 0; i < len(text); {
		c := text[i]
		if c < utf8.RuneSelf {
			if 'A' <= c && c <= 'Z' {
				c += 'a' - 'A'
			}
			buf = append(buf, c)
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		low := foldRune(r)
		if utf8.RuneLen(low) == n && r != utf8.RuneError {
			buf = utf8.AppendRune(buf, low)
		} else {
			buf = append(buf, text[i:i+n]...)
		}
		i += n
	}
	return string(buf)
}

func foldRune(r rune) rune {
	switch {
	case r == 'ё' || r == 'Ё':
		return 'е'
	case 'А' <= r && r <= 'Я':
		return r + ('а' - 'А')
	case 'а' <= r && r <= 'я':
		return r
	}
	return unicode.ToLower(r)
}

// tokenize cuts a text; see the rules above.
func tokenize(text string) []token {
	text = clip(text)
	return cut(text, foldText(text))
}

func cut(text, fold string) []token {
	tokens := make([]token, 0, len(text)/4+4)
	opens, quoted, end := true, false, -1
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		if unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff' {
			opens = opens || r == '\n'
			i += n
			continue
		}
		t := token{glued: i == end, quoted: quoted}
		switch {
		case isLetter(r):
			t.kind, t.Span = wordToken, Span{i, wordEnd(text, i)}
			t.upper, t.opens = unicode.IsUpper(r), opens
			t.caps = allCaps(text[t.From:t.To])
			opens = false
		case '0' <= r && r <= '9':
			t.kind, t.Span = numberToken, Span{i, digitsEnd(text, i)}
			t.value = numberOf(text[t.From:t.To])
			opens = false
		default:
			t.kind, t.Span = punctToken, Span{i, i + n}
			opens = opens || r == '.' || r == '!' || r == '?' || r == '…'
			quoted = quotes(r, quoted)
		}
		t.text, t.fold = text[t.From:t.To], fold[t.From:t.To]
		tokens = append(tokens, t)
		i, end = t.To, t.To
	}
	return tokens
}

func isLetter(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
	}
	if 'А' <= r && r <= 'я' {
		return true
	}
	return unicode.IsLetter(r) || unicode.IsMark(r)
}

// wordEnd is where the word that starts at i ends; an apostrophe between letters belongs to it.
func wordEnd(text string, i int) int {
	for i < len(text) {
		r, n := utf8.DecodeRuneInString(text[i:])
		if !isLetter(r) {
			if r != '\'' && r != '’' {
				return i
			}
			if next, _ := utf8.DecodeRuneInString(text[i+n:]); !isLetter(next) {
				return i
			}
		}
		i += n
	}
	return i
}

func digitsEnd(text string, i int) int {
	for i < len(text) && '0' <= text[i] && text[i] <= '9' {
		i++
	}
	return i
}

// numberOf is the value of a run of digits, -1 when it can't be held.
func numberOf(digits string) int64 {
	if len(digits) > 18 {
		return -1
	}
	var n int64
	for i := range len(digits) {
		n = n*10 + int64(digits[i]-'0')
	}
	return n
}

func allCaps(word string) bool {
	letters := 0
	for _, r := range word {
		if unicode.IsLower(r) {
			return false
		}
		letters++
	}
	return letters > 1
}

// quotes is the state after a character: opened, closed or unchanged.
func quotes(r rune, inside bool) bool {
	switch r {
	case '«', '“', '„':
		return true
	case '»', '”':
		return false
	case '"':
		return !inside
	}
	return inside
}

// latinKeys and russianKeys are the same keys of a keyboard in the two layouts, in one order.
const (
	latinKeys   = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
	russianKeys = "йцукенгшщзхъфывапролджэячсмитьбюё"
)

// toRussian and toLatin map the keys of the one layout to the letters of the other.
var toRussian, toLatin = layouts()

func layouts() (map[rune]rune, map[rune]rune) {
	ru, en := map[rune]rune{}, map[rune]rune{}
	latin := []rune(latinKeys)
	for i, r := range []rune(russianKeys) {
		ru[latin[i]], en[r] = r, latin[i]
	}
	return ru, en
}

// swapLayout is the folded word as it would have been with the keyboard in its other layout, with ё as е; empty when
// some character is not a key of it.
func swapLayout(fold string) string {
	keys := toRussian
	if r, _ := utf8.DecodeRuneInString(fold); r >= utf8.RuneSelf {
		keys = toLatin
	}
	buf := make([]byte, 0, 2*len(fold))
	for _, r := range fold {
		k, ok := keys[r]
		if !ok {
			return ""
		}
		buf = utf8.AppendRune(buf, foldRune(k))
	}
	return string(buf)
}
