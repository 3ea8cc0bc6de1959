package capture

import (
	"math"

	"followup/storage/crm"
)

// How sums are read:
//
//   - A number with a currency or a multiplier is a sum: «15к», «1,2 млн», "$2.5M", «120 тыс. руб.», «99 руб 90 коп», «сто тысяч».
//   - A number alone is one only behind a word that asks for it («оплатили 200», "paid 5000"), or when it is grouped by
//     thousands («120 000»); it is marked as bare.
//   - 120 000 and 1,200,000 are grouped by thousands; a full stop or comma before three digits groups too, unless a
//     multiplier follows («1,125 млн»); before one or two digits it begins the kopecks.
//   - «миллион двести» is 1 200 000; «миллион двести рублей» is 1 000 200.
//   - Percent, phones, INN and accounts, numbers of papers, years, versions, measures and quantities are no money.
//   - «10-15 тыс» are two sums, its ends.
//   - Everything is computed in integers.

// amount is a number as written: digits and up to six decimals.
type amount struct {
	whole    int64
	frac     int64
	fracLen  int
	grouped  bool
	words    bool
	dateLike bool // «25.12»
}

var powers = [...]int64{1, 10, 100, 1000, 10_000, 100_000, 1_000_000}

// minor is the amount times a multiplier in hundredths, half a hundredth rounded up; ok is false when it is too large.
func (a amount) minor(times int64) (int64, bool) {
	if a.whole > crm.MaxMinor/100/times || times > math.MaxInt64/100/1_000_000 {
		return 0, false
	}
	unit := times * 100
	return a.whole*unit + (a.frac*unit+powers[a.fracLen]/2)/powers[a.fracLen], true
}

// ReadSum reads a text that is an answer to "how much?": a bare number counts.
func ReadSum(text string, w World) (Sum, bool) {
	tokens := tokenize(text)
	times, _ := scanTimes(tokens, w)
	r := newReader(tokens, w)
	if sums := r.sums(times); len(sums) > 0 {
		return sums[0], true
	}
	for i := range r.t {
		if s, next := r.share(i); next > i {
			return s, true
		}
		if s, next := r.bareSum(i); next > i && !inTimes(s.Span, times) {
			return s, true
		}
	}
	return Sum{}, false
}

// scanSums finds the sums of a tokenized text that lie outside the spans of times.
func scanSums(tokens []token, w World, times []Time) []Sum {
	return newReader(tokens, w).sums(times)
}

func (r *reader) sums(times []Time) []Sum {
	var sums []Sum
	for i := 0; i < len(r.t); {
		s, second, next := r.sum(i)
		if next == i {
			s, next = r.expectedSum(i)
			second = nil
		}
		if next == i || inTimes(s.Span, times) {
			i++
			continue
		}
		sums = append(sums, s)
		if second != nil {
			sums = append(sums, *second)
		}
		i = next
	}
	if s, ok := r.onlyNumber(); ok && len(sums) == 0 && len(times) == 0 {
		sums = append(sums, s)
	}
	return sums
}

func inTimes(s Span, times []Time) bool {
	for _, t := range times {
		if s.From < t.Span.To && t.Span.From < s.To || s.From < t.Apart.To && t.Apart.From < s.To {
			return true
		}
	}
	return false
}

func (r *reader) currency() crm.Currency {
	if r.w.Currency == "" {
		return crm.RUB
	}
	return r.w.Currency
}

// sum reads a sum with a currency or a multiplier at token i; second is the upper end of a range.
func (r *reader) sum(i int) (s Sum, second *Sum, next int) {
	j := i
	before, j := r.currencyAt(j)
	if j > i && j < len(r.t) && before == crm.RUB && r.fold(i) == "р" {
		return s, nil, i // «р 15» is no sum
	}
	if r.numberInside(j) {
		return s, nil, i
	}
	a, k := r.figure(j)
	if k == j {
		return r.wordSum(i)
	}
	if r.notMoney(i, j, k) {
		return s, nil, i
	}
	if before == "" {
		if low, high, end := r.sumRange(i, a, k); end > i {
			return low, high, end
		}
	}
	minor, code, end, ok := r.measure(a, k, before != "")
	if !ok {
		if before == "" {
			return s, nil, i
		}
		minor, ok = a.minor(1)
		end = k
		if !ok {
			return s, nil, i
		}
	}
	if before != "" {
		code = before
		if c, after := r.currencyAt(end); after > end && c == before {
			end = after
		}
		minor, end = r.hundredths(minor, end, true)
	}
	if code == "" {
		if r.isWord(end) && r.countsNoun(end) {
			return s, nil, i // «тысяча извинений»
		}
		code = r.currency()
	}
	return Sum{Span: r.span(i, end), Money: crm.Money{Minor: minor, Currency: code}}, nil, end
}

// numberInside reports whether token i is glued behind something that makes it a part of a longer thing: 20х40, A4, 8.3.
func (r *reader) numberInside(i int) bool {
	if !r.glued(i) || !r.isNumber(i) || i == 0 {
		return false
	}
	p := r.t[i-1]
	switch {
	case p.kind == wordToken:
		return moneyWords[p.fold].currency == ""
	case p.is(".") || p.is(",") || p.is("/") || p.is("-"):
		return r.isNumber(i-2) || r.isWord(i-2) && p.glued && p.is("/")
	}
	return false
}

// currencyAt reads a currency sign or word: ₽, $, US$, «руб.», «бел. руб.», «у.е.».
func (r *reader) currencyAt(i int) (crm.Currency, int) {
	f := r.fold(i)
	switch {
	case f == "us" && r.fold(i+1) == "$":
		return crm.USD, i + 2
	case (f == "бел" || f == "белорусских" || f == "белорусские") && r.fold(i+1) == "." && moneyWords[r.fold(i+2)].currency == crm.RUB:
		return crm.BYN, r.stop(i + 3)
	case (f == "белорусских" || f == "белорусские" || f == "бел") && moneyWords[r.fold(i+1)].currency == crm.RUB:
		return crm.BYN, r.stop(i + 2)
	case f == "у" && r.fold(i+1) == "." && r.fold(i+2) == "е":
		return crm.USD, r.stop(i + 3)
	case (f == "российских" || f == "американских") && moneyWords[r.fold(i+1)].currency != "":
		return moneyWords[r.fold(i+1)].currency, i + 2
	}
	if c := moneyWords[f].currency; c != "" {
		return c, r.stop(i + 1)
	}
	return "", i
}

// stop steps over the full stop of an abbreviation: a glued one with the text going on in lower case, or «руб.» anywhere.
func (r *reader) stop(i int) int {
	if r.fold(i) != "." || !r.glued(i) {
		return i
	}
	if f := r.fold(i - 1); len(f) > 8 && f != "долл" {
		return i
	}
	if i+1 < len(r.t) && r.t[i+1].upper && !r.glued(i+1) {
		return i
	}
	if r.t[i-1].kind == punctToken {
		return i
	}
	return i + 1
}

// figure reads a number in figures with its groups and decimals, or in words.
func (r *reader) figure(i int) (a amount, next int) {
	if !r.isNumber(i) {
		return r.spelledAmount(i)
	}
	if r.t[i].value < 0 || r.digits(i) > 15 {
		return a, i
	}
	a.whole = r.t[i].value
	j := i + 1
	if r.digits(i) <= 3 {
		for r.groupFollows(j) {
			step := 1
			if r.t[j].kind == punctToken {
				step = 2
			}
			a.whole = a.whole*1000 + r.t[j+step-1].value
			a.grouped = true
			j += step
			if a.whole > crm.MaxMinor {
				return amount{}, i
			}
		}
	}
	if (r.fold(j) == "," || r.fold(j) == ".") && r.glued(j) && r.isNumber(j+1) && (r.glued(j+1) || r.fold(j) == "," && a.grouped && r.digits(j+1) == 2) && r.digits(j+1) <= 6 {
		if r.digits(j+1) == 3 && !a.grouped && r.digits(i) <= 3 && a.whole > 0 && r.timesAt(j+2) == 0 {
			a.whole, a.grouped = a.whole*1000+r.t[j+1].value, true
			return a, j + 2
		}
		a.frac, a.fracLen = r.t[j+1].value, r.digits(j+1)
		a.dateLike = !a.grouped && r.digits(i) <= 2 && a.fracLen <= 2 && a.frac >= 1 && a.frac <= 12 && r.fold(j) == "."
		j += 2
	}
	return a, j
}

// groupFollows reports whether three more digits of the same number stand at j: « 000», ".000", ",000", "'000".
func (r *reader) groupFollows(j int) bool {
	if r.isNumber(j) {
		return r.digits(j) == 3 && !r.t[j].glued && !(r.dash(j+1) && r.glued(j+1) && r.isNumber(j+2))
	}
	f := r.fold(j)
	if f != "," && f != "." && f != "'" && f != "’" || !r.glued(j) || !r.glued(j+1) || r.digits(j+1) != 3 {
		return false
	}
	if f == "'" || f == "’" {
		return true
	}
	return (r.fold(j+2) == f && r.digits(j+3) == 3 || r.fold(j-2) == f && r.digits(j-1) == 3) || r.timesAt(j+2) == 0 && r.isNumber(j-1) && r.digits(j-1) <= 3 && r.t[j-1].value > 0
}

// timesAt is the multiplier that stands at i, or 0; «т.р.» and «тр» too.
func (r *reader) timesAt(i int) int64 {
	return moneyWords[r.fold(i)].times
}

// spelledAmount reads a number in words with halves; «миллион» and «тысяча» inside it are counted, the last multiplier too.
func (r *reader) spelledAmount(i int) (a amount, next int) {
	if v, ok := halfSums[r.fold(i)]; ok {
		return amount{whole: v, words: true, grouped: true}, i + 1
	}
	switch r.fold(i) {
	case "полтора", "полторы", "полутора":
		if t := r.timesAt(i + 1); t > 0 {
			return amount{whole: t * 3 / 2, words: true, grouped: true}, i + 2
		}
		return a, i
	case "пол", "half":
		j := i + 1
		if r.dash(j) && r.glued(j) {
			j++
		}
		for r.fold(j) == "a" || r.fold(j) == "an" {
			j++
		}
		if t := r.timesAt(j); t > 0 {
			return amount{whole: t / 2, words: true, grouped: true}, j + 1
		}
		return a, i
	case "пару", "пара":
		if t := r.timesAt(i + 1); t > 0 {
			return amount{whole: 2 * t, words: true, grouped: true}, i + 2
		}
		return a, i
	case "a":
		if t := r.timesAt(i + 1); t > 0 && r.latin(i+1) && len(r.fold(i+1)) > 3 {
			return amount{whole: t, words: true, grouped: true}, i + 2
		}
	}
	v, j := spelled(r.x, i)
	if j == i {
		return a, i
	}
	scaled := false
	for k := i; k < j; k++ {
		scaled = scaled || r.x[k].scale > 0
	}
	if last := r.x[j-1]; scaled && last.num > 100 && v >= 1_000_000 && v%1_000_000 < 1000 {
		if _, after := r.currencyAt(j); after == j {
			v += v % 1000 * 999 // «миллион двести»
		}
	}
	return amount{whole: v, words: true, grouped: scaled}, j
}

// wordSum reads a multiplier alone that is a sum: «косарь», «лям», «миллион рублей», "a million dollars".
func (r *reader) wordSum(i int) (Sum, *Sum, int) {
	f := r.fold(i)
	if f != "косарь" && f != "лям" && f != "лимон" && f != "тыща" && f != "тыщу" || r.upper(i) && !r.t[i].opens {
		return Sum{}, nil, i
	}
	if f == "лимон" && moneyWords[r.fold(i+1)].currency == "" {
		return Sum{}, nil, i
	}
	code, next := r.currencyAt(i + 1)
	if code == "" {
		code = r.currency()
	}
	return Sum{Span: r.span(i, next), Money: crm.Money{Minor: 100 * moneyWords[f].times, Currency: code}}, nil, next
}

// multiplier reads what multiplies a number that ends before k: «тыс.», «т.р.», «k», «кк», «штук» before «руб».
func (r *reader) multiplier(a amount, k int, backed bool) (times int64, rub bool, next int) {
	f := r.fold(k)
	switch {
	case f == "т" && r.fold(k+1) == "." && r.fold(k+2) == "р":
		return 1000, true, r.stop(k + 3)
	case f == "т" && r.fold(k+1) == "р" || f == "т" && r.fold(k+1) == "." && r.fold(k+2) == "руб":
		next = k + 2
		if r.fold(k+1) == "." {
			next++
		}
		return 1000, true, r.stop(next)
	case f == "тр" || f == "тыр":
		return 1000, true, r.stop(k + 1)
	case (f == "штук" || f == "штуки" || f == "штука") && moneyWords[r.fold(k+1)].currency != "":
		return 1000, false, k + 1
	}
	times = moneyWords[f].times
	if times == 0 {
		return 1, false, k
	}
	money := backed || r.priceBefore(k-1) || moneyWords[r.fold(k+1)].currency != ""
	switch f {
	case "к", "k", "кк", "kk":
		if !r.glued(k) && moneyWords[r.fold(k+1)].currency == "" {
			return 1, false, k
		}
	case "м", "m":
		if !r.glued(k) && !money || !(money || a.fracLen > 0) || r.fold(k+1) == "²" {
			return 1, false, k
		}
	case "т":
		if !money || !r.glued(k) {
			return 1, false, k
		}
	}
	if r.countsThings(k + 1) {
		return 1, false, k
	}
	next = k + 1
	if r.fold(next) == "." && r.glued(next) && (f == "тыс" || f == "млн" || f == "млрд") {
		next++
	}
	if r.countsThings(next) {
		return 1, false, k
	}
	return times, false, next
}

// countsThings reports whether a multiplier is followed by things, not by money: «10 тыс. штук».
func (r *reader) countsThings(i int) bool {
	f := r.fold(i)
	return f == "штук" && moneyWords[r.fold(i+1)].currency == "" || f == "тонн" || f == "км" || f == "человек" || f == "единиц" || f == "кв" || f == "раз" ||
		f == "шт" || f == "пользователей" || f == "клиентов" || f == "users" || f == "units" || f == "people" || f == "подписчиков" || f == "квадратов" ||
		f == "метров" || f == "%" || f == "километров" || f == "лет" || f == "экземпляров" || f == "рпм" || f == "м"
}

// measure reads multiplier, currency, a second part («1 млн 200 тыс») and kopecks behind a number; ok is false when none stands there.
func (r *reader) measure(a amount, k int, backed bool) (minor int64, code crm.Currency, next int, ok bool) {
	times, rub, j := r.multiplier(a, k, backed)
	minor, ok = a.minor(times)
	if !ok {
		return 0, "", k, false
	}
	named := j > k || a.words && a.grouped
	if times == 1000 && !rub && j > k {
		if b, m := r.figure(j); m > j && b.fracLen == 0 && b.whole < 1000 && b.whole > 9 {
			if _, after := r.currencyAt(m); after > m { // «2 тыс. 500 руб»
				minor, j = minor+100*b.whole, m
			}
		}
	}
	if times > 1000 || a.words && a.grouped && a.whole >= 1000 {
		// «1 млн 200 тыс»: a smaller part follows
		if b, m := r.figure(j); m > j && b.fracLen == 0 && b.whole < 1000 {
			if t, _, after := r.multiplier(b, m, true); after > m && t < times {
				if part, fits := b.minor(t); fits {
					minor, j = minor+part, after
				}
			} else if times == 1_000_000 && b.whole >= 100 && b.whole%50 == 0 && (m >= len(r.t) || r.t[m].kind == punctToken) {
				minor, j = minor+b.whole*100_000, m
			}
		}
	}
	if r.fold(j) == "(" { // 881 913 (Восемьсот …) руб.
		for m := j; m < len(r.t) && m < j+16; m++ {
			if r.t[m].is(")") {
				if c, after := r.currencyAt(m + 1); after > m+1 {
					minor, after = r.hundredths(minor, after, true)
					return minor, c, after, true
				}
			}
		}
	}
	if moneyWords[r.fold(j)].minor && !named && (len(r.fold(j)) > 1 || r.english) {
		code = crm.USD
		if hasAnySuffix(r.fold(j), "коп", "копейка", "копейки", "копеек", "копейку") {
			code = crm.RUB
		}
		return minor / 100, code, r.stop(j + 1), true
	}
	c, after := r.currencyAt(j)
	if after == j || r.fold(j) == "р" && !r.glued(j) && r.isNumber(j+1) || r.signAhead(j) {
		if rub {
			return minor, crm.RUB, j, true
		}
		return minor, "", j, named
	}
	minor, after = r.hundredths(minor, after, c != "")
	return minor, c, after, true
}

// signAhead reports whether the sign at i belongs to the number behind it: "no 1050 $12,500".
func (r *reader) signAhead(i int) bool {
	return i+1 < len(r.t) && r.t[i].kind == punctToken && !r.glued(i) && r.glued(i+1) && r.isNumber(i+1)
}

// hundredths reads kopecks or cents behind a currency: «90 коп», "and 43 cents", "20 dollars 43".
func (r *reader) hundredths(minor int64, j int, named bool) (int64, int) {
	k := j
	if r.fold(k) == "and" || r.fold(k) == "и" {
		k++
	}
	b, m := r.figure(k)
	if m == k || b.fracLen > 0 || b.whole > 99 || minor%100 != 0 || !named {
		return minor, j
	}
	if moneyWords[r.fold(m)].minor {
		return minor + b.whole, r.stop(m + 1)
	}
	if m >= len(r.t) && r.english && (r.digits(k) == 2 || b.words) && j > 0 {
		return minor + b.whole, m
	}
	return minor, j
}

// sumRange reads two ends of one measure: «10-15 тыс», «от 10 до 15 тыс руб», "between 10 and 20 dollars".
func (r *reader) sumRange(i int, a amount, k int) (low Sum, high *Sum, next int) {
	if !r.dash(k) && r.lex(k).prep != toPrep && r.fold(k) != "and" && r.fold(k) != "и" {
		return low, nil, i
	}
	j := k + 1
	if _, after := r.currencyAt(j); after > j {
		j = after
	}
	b, m := r.figure(j)
	if m == j || b.whole <= a.whole && b.fracLen == 0 && a.fracLen == 0 || r.dash(m) && r.glued(m) {
		return low, nil, i
	}
	upper, code, end, ok := r.measure(b, m, true)
	if !ok {
		return low, nil, i
	}
	times, _, _ := r.multiplier(b, m, true)
	lower, fits := a.minor(times)
	if !fits {
		return low, nil, i
	}
	if code == "" {
		code = r.currency()
	}
	low = Sum{Span: r.span(i, end), Money: crm.Money{Minor: lower, Currency: code}}
	return low, &Sum{Span: r.span(j, end), Money: crm.Money{Minor: upper, Currency: code}}, end
}

// notMoney reports whether the number between j and k is a percentage, a phone, an INN or the number of a paper.
func (r *reader) notMoney(i, j, k int) bool {
	if r.fold(k) == "%" || hasAnySuffix(r.fold(k), "процент", "процента", "процентов") || r.fold(k) == "percent" || r.fold(i-1) == "№" || r.fold(i-1) == "+" {
		return true
	}
	if r.fold(k) == "/" && r.glued(k) && r.isNumber(k+1) || r.fold(k) == ":" && r.glued(k) && r.isNumber(k+1) {
		return true
	}
	if r.phone(j) {
		return true
	}
	return r.isNumber(j) && (r.digits(j) == 10 || r.digits(j) == 12 || r.digits(j) > 13) && moneyWords[r.fold(k)] == (moneyWord{})
}

// phone reports whether a telephone number starts at i: 8 916 123-45-67, 8 (495) 120-15-30.
func (r *reader) phone(i int) bool {
	digits, groups, k := 0, 0, i
	for ; k < len(r.t) && k < i+12; k++ {
		switch {
		case r.t[k].kind == numberToken:
			digits += r.digits(k)
			groups++
		case r.dash(k) || r.t[k].is("(") || r.t[k].is(")"):
		default:
			return digits >= 10 && digits <= 11 && groups >= 4
		}
	}
	return digits >= 10 && digits <= 11 && groups >= 4
}
