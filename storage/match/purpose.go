package match

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"followup/storage/crm"
)

// Rules of reading a purpose («назначение платежа»).
//
// A number counts only after the word of its paper: «счёт», «сч.», «инвойс» for an invoice, «договор», «дог.», «контракт» for a
// contract. Between them may stand «на оплату», a date («счёт от 15.10.2026 № 125») and a number sign. After a number may follow its
// date, then more numbers of the same list («№ 125 от 15.10, № 126», «125, 126 и 127»). The list ends at anything else. What looks
// like a sum («33333-33», «15000 руб.», «20%») ends it too. Accounts («р/счёт», «на лицевой счёт», twenty digits) and
// «счёт-фактура» are no invoices.
//
// Numbers are equal when their keys are: capitals, Latin letters for Cyrillic ones that look the same, no blanks and signs but
// one dash between groups, no leading zeros in a group of digits.

// Number is a number of a paper in a purpose with the date that stands beside it.
type Number struct {
	Text string
	Key  string
	Day  crm.Date
}

// Purpose is what a payment's text says. For is whom the payer pays for («оплата за ООО "Вектор"»), empty for himself.
type Purpose struct {
	Invoices  []Number
	Contracts []Number
	For       string
}

// Bounds of a purpose: banks allow 210 characters.
const (
	longestPurpose = 2000
	mostNumbers    = 50
)

var (
	invoiceWord  = regexp.MustCompile(`(?i)(?:^|[^\pL\d])(?:сч[её]т(?:ам|ов|ах|а|у|ом|е)?|сч|инвойс(?:у|а)?|invoice|inv)`)
	contractWord = regexp.MustCompile(`(?i)(?:^|[^\pL\d])(?:договор(?:а|у|ом|ам|ов)?|дог-р|дог|контракт(?:а|у)?|contract)`)
	accountWord  = regexp.MustCompile(`(?i)(?:расч(?:\.|[её]тный|[её]тного|)|лиц(?:\.|евой|евого|)|корр?(?:\.|есп\S*|)|валютный|транзитный|^р|[^\pL]р|л|к)\s*[/ ]?\s*$`)
	filler       = regexp.MustCompile(`(?i)^(?:\s|[.:,]|на\s+оплату|на\s+предоплату|за\s+услуги|по|покупателя|№|N\s*[oо]?\.?|#|no\.?|номер(?:ам|а)?)+`)
	dateAfter    = regexp.MustCompile(`(?i)^\s*(?:(?:от|dated|of|dd)\s*)(\d{1,2})[./-](\d{1,2})(?:[./-](\d{4}|\d{2}))?\s*(?:г(?:ода|\.)?)?`)
	wordDate     = regexp.MustCompile(`(?i)^\s*от\s*[«"]?(\d{1,2})[»"]?\s+(января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря)\s+(\d{4})\s*(?:г(?:ода|\.)?)?`)
	docNumber    = regexp.MustCompile(`(?i)^[«"]?((?:[\pL]{1,5}[-/]?)?\d[\pL\d/_\\.-]*)`)
	listSign     = regexp.MustCompile(`(?i)^\s*(?:[,;+&]|и\s|\s)\s*(?:(?:и\s+)?(?:№|N|#)?\s*)`)
	sumLike      = regexp.MustCompile(`(?i)^\d[\d\s]*(?:[-=,.]\d{2}(?:$|[^\pL\d/-])|\s*(?:руб|р\.|р\b|₽|%|коп|шт|тыс|usd|eur))`)
	behalf       = regexp.MustCompile(`(?i)(?:^|[^\pL])за\s+((?:ООО|ОАО|ЗАО|ПАО|АО|НАО|ИП|ТОО|АНО|общество\s+с\s+ограниченной\s+ответственностью|индивидуального\s+предпринимателя)\s*[«"“]?[^,.;()]{2,80})`)
)

var months = map[string]time.Month{
	"января": 1, "февраля": 2, "марта": 3, "апреля": 4, "мая": 5, "июня": 6,
	"июля": 7, "августа": 8, "сентября": 9, "октября": 10, "ноября": 11, "декабря": 12,
}

// ReadPurpose finds the numbers of invoices and contracts in a purpose and whom the payer pays for.
func ReadPurpose(s string) Purpose {
	if len(s) > longestPurpose {
		s = strings.ToValidUTF8(s[:longestPurpose], "")
	}
	s = strings.ReplaceAll(s, "\u00a0", " ")
	return Purpose{
		Invoices:  numbersAfter(s, invoiceWord),
		Contracts: numbersAfter(s, contractWord),
		For:       onBehalf(s),
	}
}

// numbersAfter reads the lists that follow a word.
func numbersAfter(s string, word *regexp.Regexp) []Number {
	var all []Number
	for _, at := range word.FindAllStringIndex(s, mostNumbers) {
		before, after := s[:at[0]+leading(s[at[0]:])], s[at[1]:]
		if next, _ := utf8.DecodeRuneInString(after); unicode.IsLetter(next) {
			continue
		}
		if word == invoiceWord && (accountWord.MatchString(before) || isFacture(after)) {
			continue
		}
		for _, n := range numberList(after) {
			if len(all) < mostNumbers && !has(all, n) {
				all = append(all, n)
			}
		}
	}
	return all
}

// leading is the length of the sign that stands before the word in a match; 0 at the start of the text.
func leading(match string) int {
	for i, r := range match {
		if unicode.IsLetter(r) {
			return i
		}
	}
	return 0
}

// isFacture reports whether the word goes on to «счёт-фактура».
func isFacture(after string) bool {
	after = strings.TrimLeft(strings.ToLower(after), " -–./")
	return strings.HasPrefix(after, "факт") || strings.HasPrefix(after, "ф.") || strings.HasPrefix(after, "ф ")
}

func has(all []Number, n Number) bool {
	for _, o := range all {
		if o.Key == n.Key && (o.Day == n.Day || n.Day.IsZero()) {
			return true
		}
	}
	return false
}

// numberList reads «на оплату № 125 от 15.10.2026, № 126 и 127».
func numberList(s string) []Number {
	s = s[len(filler.FindString(s)):]
	first, s := cutDate(s) // «счёт от 15.10.2026 № 125»
	s = s[len(filler.FindString(s)):]
	var list []Number
	for len(list) < mostNumbers {
		m := docNumber.FindStringSubmatch(s)
		if m == nil || len(list) > 0 && sumLike.MatchString(s) || isSumWithUnit(s) {
			break
		}
		text := strings.TrimRight(m[1], ".,-/\\_")
		rest := s[len(m[0]):]
		if isAccount(text) || strings.HasPrefix(rest, "%") || strings.HasPrefix(strings.ToUpper(text), "НДС") {
			break
		}
		day, rest := cutDate(strings.TrimLeft(rest, "»\""))
		if day.IsZero() && len(list) == 0 {
			day = first
		}
		list = append(list, Number{text, numberKey(text), day})
		sign := listSign.FindString(rest)
		if sign == "" {
			break
		}
		s = rest[len(sign):]
		if strings.TrimSpace(sign) == "" && !strings.HasPrefix(s, "№") { // a bare blank is no list
			break
		}
	}
	return list
}

// isSumWithUnit reports whether the text begins with a sum that names its currency or a share, also right after the word.
func isSumWithUnit(s string) bool {
	m := sumLike.FindString(s)
	return m != "" && strings.ContainsAny(strings.ToLower(m), "р₽%кштue")
}

// isAccount reports whether a number is a bank account.
func isAccount(text string) bool { return len(text) >= 16 && strings.Trim(text, "0123456789") == "" }

// cutDate takes «от 15.10.2026» off the front. A date without a year is no date: it can't be compared.
func cutDate(s string) (crm.Date, string) {
	if m := dateAfter.FindStringSubmatch(s); m != nil {
		return date(m[1], m[2], m[3]), s[len(m[0]):]
	}
	if m := wordDate.FindStringSubmatch(s); m != nil {
		return date(m[1], strconv.Itoa(int(months[strings.ToLower(m[2])])), m[3]), s[len(m[0]):]
	}
	return crm.Date{}, s
}

func date(day, month, year string) crm.Date {
	d, _ := strconv.Atoi(day)
	m, _ := strconv.Atoi(month)
	y, _ := strconv.Atoi(year)
	if len(year) == 2 {
		y += 2000
	}
	if got := (crm.Date{Year: y, Month: time.Month(m), Day: d}); y > 0 && m > 0 && got.Valid() {
		return got
	}
	return crm.Date{}
}

func onBehalf(s string) string {
	m := behalf.FindStringSubmatch(s)
	if m == nil {
		return ""
	}
	name := m[1]
	for _, stop := range [...]string{" по ", " согласно ", " сч", " дог", " за ", " в т", " ИНН", " №"} {
		if i := strings.Index(name, stop); i > 0 {
			name = name[:i]
		}
	}
	return strings.TrimSpace(name)
}

// lookalike are Cyrillic capitals that people type for Latin ones and the other way round.
var lookalike = map[rune]rune{
	'А': 'A', 'В': 'B', 'Е': 'E', 'К': 'K', 'М': 'M', 'Н': 'H', 'О': 'O', 'Р': 'P', 'С': 'C', 'Т': 'T', 'У': 'Y', 'Х': 'X',
}

// numberKey folds a number of a paper; see the rules. Empty for one without a digit: «б/н».
func numberKey(s string) string {
	s, _, _ = strings.Cut(s, " от ")
	var groups []string
	var group []rune
	kind := 0 // of the group: 1 letters, 2 digits
	digit := false
	flush := func() {
		if len(group) > 0 {
			g := string(group)
			if kind == 2 {
				g = strings.TrimLeft(g[:len(g)-1], "0") + g[len(g)-1:]
			}
			groups = append(groups, g)
		}
		group, kind = group[:0], 0
	}
	for _, r := range s {
		r = unicode.ToUpper(r)
		if same, ok := lookalike[r]; ok {
			r = same
		}
		is := 0
		switch {
		case r >= '0' && r <= '9':
			is, digit = 2, true
		case unicode.IsLetter(r):
			is = 1
		}
		if is != kind {
			flush()
			kind = is
		}
		if is != 0 {
			group = append(group, r)
		}
	}
	flush()
	if !digit {
		return ""
	}
	return strings.Join(groups, "-")
}

// core is the groups of digits alone: 125 of УТ-000125 and of 125-А, 125-1 of 125/1.
func core(key string) string {
	digits := strings.FieldsFunc(key, func(r rune) bool { return r < '0' || r > '9' })
	return strings.Join(digits, "-")
}
