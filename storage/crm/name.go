package crm

import (
	"strings"
	"unicode"
)

// Rules of names.
//
// Two spellings are one name when their keys are equal. The key is lower case, has е for ё, no quotes, no punctuation and
// no legal form, and its words stand one space apart; a hyphen parts words, an apostrophe joins them, «+» and «&» are the
// words «плюс» and «и» («plus» and «and» in a Latin name). A name that is nothing but a legal form keeps it. The key says
// nothing about case endings or typing errors: those are bot/capture's.
//
// A Russian phone is +7 and ten digits, however it was written; an 8-800 number is dialled with 8 and stays so; a number
// of another country keeps its own code.

// legalForms maps a folded legal form to how it is written.
var legalForms = map[string]string{
	"ооо": "ООО", "оао": "ОАО", "зао": "ЗАО", "пао": "ПАО", "ао": "АО", "нао": "НАО", "ип": "ИП", "тоо": "ТОО", "чп": "ЧП",
	"чуп": "ЧУП", "одо": "ОДО", "гуп": "ГУП", "муп": "МУП", "фгуп": "ФГУП", "гбу": "ГБУ", "мбу": "МБУ", "фгбу": "ФГБУ",
	"гку": "ГКУ", "мку": "МКУ", "ано": "АНО", "нко": "НКО", "тсж": "ТСЖ", "снт": "СНТ", "кфх": "КФХ", "чоу": "ЧОУ",
	"общество с ограниченной ответственностью":         "ООО",
	"товарищество с ограниченной ответственностью":     "ТОО",
	"общество с дополнительной ответственностью":       "ОДО",
	"публичное акционерное общество":                   "ПАО",
	"непубличное акционерное общество":                 "НАО",
	"открытое акционерное общество":                    "ОАО",
	"закрытое акционерное общество":                    "ЗАО",
	"акционерное общество":                             "АО",
	"индивидуальный предприниматель":                   "ИП",
	"автономная некоммерческая организация":            "АНО",
	"крестьянское фермерское хозяйство":                "КФХ",
	"федеральное государственное бюджетное учреждение": "ФГБУ",
	"llc": "LLC", "ltd": "Ltd", "limited": "Ltd", "inc": "Inc", "incorporated": "Inc", "corp": "Corp", "corporation": "Corp",
	"plc": "PLC", "llp": "LLP", "gmbh": "GmbH", "co ltd": "Ltd", "pte ltd": "Ltd", "pty ltd": "Ltd", "limited liability company": "LLC",
	"ooo": "OOO", "oao": "OAO", "zao": "ZAO", "pao": "PAO",
}

// trailingForms stand only after a name: before one they are words or initials.
var trailingForms = map[string]string{
	"ag": "AG", "kg": "KG", "sa": "SA", "sarl": "SARL", "sas": "SAS", "srl": "SRL", "spa": "SpA", "bv": "BV", "b v": "BV",
	"nv": "NV", "oy": "Oy", "ab": "AB", "as": "AS", "a s": "AS", "aps": "ApS", "kft": "Kft", "sro": "s.r.o.", "s r o": "s.r.o.",
	"sp z o o": "Sp. z o.o.", "doo": "d.o.o.", "d o o": "d.o.o.", "s a": "SA", "co": "Co", "l l c": "LLC",
}

// longestForm is the most words that a form has.
const longestForm = 5

// nameWord is one word of a name: its folded form and where it stands.
type nameWord struct {
	folded   string
	from, to int
}

// NameKey is the folded key of a name, for a column and for equality. It is empty only for a name without a letter or digit.
func NameKey(name string) string {
	words := nameWords(name)
	for {
		form, from, to := findForm(words)
		if form == "" {
			return joinWords(words)
		}
		words = append(words[:from:from], words[to:]...)
	}
}

// SplitLegalForm parts «ООО "Ромашка"», «Ромашка, ООО» or "Acme Ltd." into the form as it is usually written and the name
// without outer quotes. form is empty when there is none; rest is never empty unless name is blank.
func SplitLegalForm(name string) (form, rest string) {
	words := nameWords(name)
	form, from, to := findForm(words)
	if form == "" {
		return "", trimName(name)
	}
	if from == 0 {
		return form, trimName(strings.TrimLeft(name[words[to-1].to:], ".,"))
	}
	return form, trimName(name[:words[from].from])
}

// trimName drops blanks and separators around a name and the quotes that hold the whole of it.
func trimName(s string) string {
	s = strings.Trim(s, " \t\n\r\u00a0,;-–—")
	for _, pair := range [...][2]string{{"«", "»"}, {"\"", "\""}, {"“", "”"}, {"„", "“"}, {"'", "'"}, {"‘", "’"}} {
		inner, opened := strings.CutPrefix(s, pair[0])
		inner, closed := strings.CutSuffix(inner, pair[1])
		if opened && closed && inner != "" && !strings.Contains(inner, pair[0]) {
			return strings.TrimSpace(inner)
		}
	}
	return s
}

// findForm looks for the legal form at the start or the end of a name, the longest first. The range is empty when there
// is none or nothing else would be left.
func findForm(words []nameWord) (form string, from, to int) {
	for n := min(longestForm, len(words)-1); n > 0; n-- {
		if form, ok := legalForms[joinWords(words[:n])]; ok {
			return form, 0, n
		}
		tail := joinWords(words[len(words)-n:])
		form, ok := legalForms[tail]
		if !ok {
			form, ok = trailingForms[tail]
		}
		if ok {
			return form, len(words) - n, len(words)
		}
	}
	return "", 0, 0
}

func joinWords(words []nameWord) string {
	if len(words) == 1 {
		return words[0].folded
	}
	parts := make([]string, len(words))
	for i, w := range words {
		parts[i] = w.folded
	}
	return strings.Join(parts, " ")
}

// nameWords cuts a name into folded words.
func nameWords(name string) []nameWord {
	var words []nameWord
	var folded strings.Builder
	from := -1
	flush := func(to int) {
		if folded.Len() > 0 {
			words = append(words, nameWord{folded.String(), from, to})
		}
		folded.Reset()
		from = -1
	}
	cyrillic := strings.ContainsFunc(name, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) })
	for i, r := range composeRussian(name) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if from < 0 {
				from = i
			}
			folded.WriteRune(FoldRune(r))
		case r == '\'' || r == '’' || r == '`' || r == '\u00ad' || r == '\u200b' || r == '\u200d' || r == '\ufeff' || unicode.Is(unicode.Mn, r):
			// joins: О'Кей is one word, and invisible marks part nothing
		case r == '+' || r == '&':
			flush(i)
			words = append(words, nameWord{signWord(r, cyrillic), i, i + 1})
		default:
			flush(i)
		}
	}
	flush(len(name))
	return words
}

// FoldRune is a letter in lower case with е for ё.
func FoldRune(r rune) rune {
	if r = unicode.ToLower(r); r == 'ё' {
		return 'е'
	}
	return r
}

func signWord(r rune, cyrillic bool) string {
	switch {
	case r == '+' && cyrillic:
		return "плюс"
	case r == '+':
		return "plus"
	case cyrillic:
		return "и"
	}
	return "and"
}

// composeRussian yields the runes of s with their byte offsets, й and ё composed of the two marks that some phones send.
func composeRussian(s string) func(yield func(int, rune) bool) {
	return func(yield func(int, rune) bool) {
		for i, r := range s {
			switch {
			case (r == 'и' || r == 'И') && strings.HasPrefix(s[i+2:], "\u0306"):
				r = 'й'
			case (r == 'е' || r == 'Е') && strings.HasPrefix(s[i+2:], "\u0308"):
				r = 'ё'
			}
			if !yield(i, r) {
				return
			}
		}
	}
}

// ValidINN reports whether s is a Russian taxpayer number of 10 digits (a company) or 12 (a person) with right check
// digits (order of the Tax Service ММВ-7-6/435@, annex 1).
func ValidINN(s string) bool {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
	}
	weights := [...]int{3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8}
	check := func(n int) bool {
		sum := 0
		for i, w := range weights[len(weights)-n:] {
			sum += w * int(s[i]-'0')
		}
		return sum%11%10 == int(s[n]-'0')
	}
	switch len(s) {
	case 10:
		return strings.Trim(s, "0") != "" && check(9)
	case 12:
		return strings.Trim(s, "0") != "" && check(10) && check(11)
	}
	return false
}

// extensionWords stand before the number of an extension.
var extensionWords = []string{"добавочный", "доб", "внутренний", "внутр", "вн", "extension", "ext", "x", "#"}

// NormalPhone reads a phone however it was written: number is "+79031234567", "88005553535" or "+375…"; ext holds the
// digits after «доб.», empty without. ok is false for what is no phone of at least ten digits (eight with a +).
func NormalPhone(s string) (number, ext string, ok bool) {
	main, ext, ok := cutExtension(strings.ToLower(strings.TrimSpace(s)))
	if !ok {
		return "", "", false
	}
	plus := strings.HasPrefix(main, "+")
	digits, ok := phoneDigits(main)
	if !ok {
		return "", "", false
	}
	if number = phoneNumber(digits, plus); number == "" {
		return "", "", false
	}
	return number, ext, true
}

func cutExtension(s string) (main, ext string, ok bool) {
	for _, word := range extensionWords {
		before, after, found := strings.Cut(s, word)
		if !found {
			continue
		}
		ext, ok := phoneDigits(strings.TrimLeft(after, ".: №"))
		return strings.TrimRight(before, " ,;("), ext, ok && ext != "" && len(ext) <= 8
	}
	return s, "", true
}

// phoneDigits keeps the digits; ok is false when something else than the usual separators stands among them.
func phoneDigits(s string) (string, bool) {
	var digits []byte
	for i, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits = append(digits, byte(r))
		case r == '+' && i == 0, strings.ContainsRune(" ()-–—‑./\u00a0\u2009", r):
		default:
			return "", false
		}
	}
	return string(digits), true
}

// phoneNumber is empty for digits that are no phone.
func phoneNumber(d string, plus bool) string {
	switch n := len(d); {
	case n > 15:
		return ""
	case n == 11 && (strings.HasPrefix(d, "7800") || strings.HasPrefix(d, "8800")):
		return "8" + d[1:]
	case n == 11 && (d[0] == '7' || d[0] == '8' && !plus):
		return "+7" + d[1:]
	case plus && n >= 8:
		return "+" + d
	case n == 10 && strings.HasPrefix(d, "800"):
		return "8" + d
	case n == 10 && strings.IndexByte("3489", d[0]) >= 0 && d[:2] != "89": // 8 9… lacks a digit
		return "+7" + d
	case n >= 13 && strings.HasPrefix(d, "810"):
		return "+" + d[3:]
	case n >= 12 && strings.HasPrefix(d, "00"):
		return "+" + d[2:]
	case n >= 11 && d[0] != '0':
		return "+" + d
	}
	return ""
}
