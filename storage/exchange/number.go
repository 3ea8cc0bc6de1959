package exchange

import (
	"strconv"
	"strings"
	"unicode"

	"followup/storage/crm"
)

// Rules of numbers.
//
// Blanks of every width and apostrophes part thousands. The last point or comma is the decimal sign when it stands once and
// not three digits from the end, or when the other sign stands before it; a sign that stands several times parts thousands.
// One sign with one to three digits before it and exactly three after it («1.234», «1,234») can be read both ways and is
// refused instead of guessed. «175000-00» and «175000=00» are rubles and kopecks as banks write them. A minus may stand
// before the number, after it, or be a pair of brackets. A currency sign or name may stand on either side.

// currencies are names and signs of currencies as they stand in cells, folded by FoldHeader.
var currencies = map[string]crm.Currency{
	"rub": crm.RUB, "rur": crm.RUB, "₽": crm.RUB, "р": crm.RUB, "руб": crm.RUB, "рублей": crm.RUB, "рубль": crm.RUB, "рубли": crm.RUB,
	"российский рубль": crm.RUB, "643": crm.RUB, "810": crm.RUB,
	"usd": crm.USD, "$": crm.USD, "доллар сша": crm.USD, "доллар": crm.USD, "доллары": crm.USD, "долл": crm.USD, "840": crm.USD, "us dollar": crm.USD,
	"eur": crm.EUR, "€": crm.EUR, "евро": crm.EUR, "euro": crm.EUR, "978": crm.EUR,
	"kzt": crm.KZT, "₸": crm.KZT, "тенге": crm.KZT, "казахстанский тенге": crm.KZT, "398": crm.KZT,
	"byn": crm.BYN, "белорусский рубль": crm.BYN, "933": crm.BYN, "br": crm.BYN,
	"cny": crm.CNY, "¥": crm.CNY, "юань": crm.CNY, "китайский юань": crm.CNY, "156": crm.CNY,
	"gbp": crm.GBP, "£": crm.GBP, "фунт стерлингов": crm.GBP, "826": crm.GBP,
}

// ParseCurrency reads "RUB", "₽", «Российский рубль» or a code of digits.
func ParseCurrency(s string) (crm.Currency, bool) {
	c, ok := currencies[FoldHeader(s)]
	return c, ok
}

// ParseMoney reads a sum as people and programs write it; see the rules above. currency is empty when the cell names none. ok
// is false for what is no sum, for a sum beyond crm.MaxMinor and for one that can be read two ways. More than two decimals
// are rounded half away from zero.
func ParseMoney(s string) (minor int64, currency crm.Currency, ok bool) {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > 80 {
		return 0, "", false
	}
	s, currency, ok = cutCurrency(s)
	if !ok {
		return 0, "", false
	}
	s, negative := cutMinus(s)
	whole, frac, ok := splitNumber(s)
	if !ok || len(whole) > 18 {
		return 0, "", false
	}
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || n > crm.MaxMinor/100 {
		return 0, "", false
	}
	minor = n*100 + cents(frac)
	if minor > crm.MaxMinor {
		return 0, "", false
	}
	if negative {
		minor = -minor
	}
	return minor, currency, true
}

// cents are two digits of a fraction, rounded half up by the third.
func cents(frac string) int64 {
	padded := frac + "000"
	n := int64(padded[0]-'0')*10 + int64(padded[1]-'0')
	if padded[2] >= '5' {
		n++
	}
	return n
}

// cutCurrency takes a sign or a name of a currency off either side.
func cutCurrency(s string) (rest string, currency crm.Currency, ok bool) {
	isNumber := func(r rune) bool { return unicode.IsDigit(r) || strings.ContainsRune("()-+−–", r) }
	from := strings.IndexFunc(s, isNumber)
	to := strings.LastIndexFunc(s, isNumber)
	if from < 0 {
		return "", "", false
	}
	_, size := decodeRune(s[to:])
	to += size
	before, after := strings.TrimSpace(s[:from]), strings.TrimSpace(s[to:])
	for _, word := range [...]string{before, after} {
		if strings.Trim(word, " .'") == "" {
			continue
		}
		c, known := ParseCurrency(word)
		if !known || currency != "" && currency != c {
			return "", "", false
		}
		currency = c
	}
	return s[from:to], currency, true
}

func cutMinus(s string) (string, bool) {
	if inner, ok := strings.CutPrefix(s, "("); ok {
		inner, ok = strings.CutSuffix(inner, ")")
		return inner, ok
	}
	for _, sign := range [...]string{"-", "−", "–"} {
		if rest, ok := strings.CutPrefix(s, sign); ok {
			return strings.TrimSpace(rest), true
		}
		if rest, ok := strings.CutSuffix(s, sign); ok {
			return strings.TrimSpace(rest), true
		}
	}
	return strings.TrimPrefix(s, "+"), false
}

// splitNumber parts the digits before and after the decimal sign.
func splitNumber(s string) (whole, frac string, ok bool) {
	if w, f, cut := strings.Cut(strings.ReplaceAll(s, "=", "-"), "-"); cut {
		if len(f) != 2 || !isDigits(f) {
			return "", "", false
		}
		w, wFrac, ok := splitNumber(w)
		return w, f, ok && wFrac == ""
	}
	var digits []rune
	points, commas := 0, 0
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
		case r == '.':
			points++
		case r == ',':
			commas++
		case unicode.IsSpace(r), r == '\'', r == '’', r == '\u202f', r == '\u00a0':
			continue
		default:
			return "", "", false
		}
		digits = append(digits, r)
	}
	number := string(digits)
	last := strings.LastIndexAny(number, ".,")
	switch {
	case last < 0:
		return number, "", number != ""
	case points > 1 && commas > 1, points+commas > 2 && points > 0 && commas > 0 && strings.Count(number, number[last:last+1]) > 1:
		return "", "", false
	case points+commas == 1:
		if len(number)-last-1 == 3 && last >= 1 && last <= 3 && number[0] != '0' {
			return "", "", false
		}
		whole, frac = number[:last], number[last+1:]
	case points > 1 || commas > 1: // one sign, several times: thousands, unless the other one ends the number
		if points > 0 && commas > 0 {
			whole, frac = number[:last], number[last+1:]
		} else {
			whole = number
		}
		if !grouped(whole) {
			return "", "", false
		}
	default: // one of each: the last is the decimal sign
		whole, frac = number[:last], number[last+1:]
		if !grouped(whole) {
			return "", "", false
		}
	}
	whole = strings.NewReplacer(".", "", ",", "").Replace(whole)
	if whole == "" {
		whole = "0"
	}
	return whole, frac, isDigits(whole) && (frac == "" || isDigits(frac))
}

// grouped reports whether every group after a separator has three digits.
func grouped(s string) bool {
	groups := strings.FieldsFunc(s, func(r rune) bool { return r == '.' || r == ',' })
	for _, g := range groups[min(1, len(groups)):] {
		if len(g) != 3 {
			return false
		}
	}
	return len(groups) > 0
}

func isDigits(s string) bool {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return s != ""
}

func decimal(n int) string { return strconv.Itoa(n) }

// ParseINN reads a taxpayer number that Excel may have taken the leading zero of, or written with a point. ok is false when the
// check digits are wrong.
func ParseINN(s string) (string, bool) {
	s = strings.TrimSpace(strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(s)), "ИНН"))
	s = strings.TrimLeft(s, ":№ ")
	s = strings.TrimSuffix(strings.TrimSuffix(s, ".0"), ",0")
	s, _, _ = strings.Cut(s, "/") // ИНН/КПП in one cell
	s = strings.TrimSpace(s)
	if len(s) == 9 || len(s) == 11 {
		s = "0" + s
	}
	return s, crm.ValidINN(s)
}
