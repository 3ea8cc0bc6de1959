package capture

import (
	"strings"
	"unicode/utf8"
)

// Rules of spelling.
//
// A word that is no form of any name may still mean one: typed with the keyboard in its other layout, in the other
// alphabet (Acme, Акме; Вектор, Vektor, Vector), with letters of both that look alike, or mistyped: one slip in a word of
// five letters, two in one of nine, where a slip is a letter too much, too few or another, or two letters swapped.

// latinSounds turn groups of Latin letters into Cyrillic ones, longest first.
var latinSounds = []struct{ latin, cyrillic string }{
	{"shch", "щ"},
	{"sch", "ш"},
	{"tch", "ч"},
	{"sh", "ш"},
	{"ch", "ч"},
	{"zh", "ж"},
	{"kh", "х"},
	{"ts", "ц"},
	{"ph", "ф"},
	{"th", "т"},
	{"ck", "к"},
	{"oo", "у"},
	{"ee", "и"},
	{"ya", "я"},
	{"yu", "ю"},
	{"yo", "е"},
	{"ye", "е"},
	{"ja", "я"},
	{"ju", "ю"},
	{"ia", "ия"},
	{"iy", "ий"},
	{"ay", "ай"},
	{"ey", "ей"},
	{"oy", "ой"},
	{"uy", "уй"},
	{"ce", "це"},
	{"ci", "ци"},
	{"qu", "кв"},
	{"a", "а"},
	{"b", "б"},
	{"c", "к"},
	{"d", "д"},
	{"e", "е"},
	{"f", "ф"},
	{"g", "г"},
	{"h", "х"},
	{"i", "и"},
	{"j", "дж"},
	{"k", "к"},
	{"l", "л"},
	{"m", "м"},
	{"n", "н"},
	{"o", "о"},
	{"p", "п"},
	{"q", "к"},
	{"r", "р"},
	{"s", "с"},
	{"t", "т"},
	{"u", "у"},
	{"v", "в"},
	{"w", "в"},
	{"x", "кс"},
	{"y", "ы"},
	{"z", "з"},
}

// toCyrillic writes a folded Latin word in Cyrillic letters; empty when it isn't wholly Latin.
func toCyrillic(latin string) string {
	buf := make([]byte, 0, 2*len(latin))
next:
	for i := 0; i < len(latin); {
		for _, s := range latinSounds {
			if strings.HasPrefix(latin[i:], s.latin) {
				buf = append(buf, s.cyrillic...)
				i += len(s.latin)
				continue next
			}
		}
		if latin[i] != '\'' {
			return ""
		}
		i++
	}
	return string(buf)
}

// soundPairs are letters that sound alike in names from abroad.
var soundPairs = strings.NewReplacer("э", "е", "ы", "и", "й", "и", "ъ", "", "ь", "", "щ", "ш", "ц", "с")

// soundKey is what is left of a Cyrillic word when letters that sound alike are one and doubled letters single.
func soundKey(word string) string {
	same := soundPairs.Replace(word)
	buf := make([]byte, 0, len(same))
	var last rune
	for _, r := range same {
		if r != last {
			buf = utf8.AppendRune(buf, r)
		}
		last = r
	}
	return string(buf)
}

// lookalikes are Latin letters that look like Cyrillic ones.
var lookalikes = map[rune]rune{
	'a': 'а', 'b': 'в', 'c': 'с', 'e': 'е', 'h': 'н', 'k': 'к', 'm': 'м', 'o': 'о', 'p': 'р', 't': 'т', 'x': 'х', 'y': 'у',
}

// unmix writes a word of both alphabets in Cyrillic; empty when it isn't mixed or has a Latin letter of another look.
func unmix(fold string) string {
	latin, cyrillic := false, false
	for _, r := range fold {
		latin = latin || r < utf8.RuneSelf
		cyrillic = cyrillic || isCyrillic(r)
	}
	if !latin || !cyrillic {
		return ""
	}
	buf := make([]byte, 0, 2*len(fold))
	for _, r := range fold {
		if r < utf8.RuneSelf {
			same, ok := lookalikes[r]
			if !ok {
				return ""
			}
			r = same
		}
		buf = utf8.AppendRune(buf, r)
	}
	return string(buf)
}

// maxCompared is how many letters of a word are compared for slips.
const maxCompared = 30

// letters is a word cut into runes without allocating.
type letters struct {
	r [maxCompared]rune
	n int
}

// lettersOf cuts a word; ok is false for one that is too long to compare.
func lettersOf(word string) (l letters, ok bool) {
	for _, r := range word {
		if l.n == maxCompared {
			return l, false
		}
		l.r[l.n] = r
		l.n++
	}
	return l, true
}

// letterMask has one bit per letter of the word, so that words too far apart are told without comparing them.
func letterMask(word string) uint64 {
	var mask uint64
	for _, r := range word {
		mask |= 1 << (uint32(r) & 63)
	}
	return mask
}

// slipsAllowed is how many slips a word of n letters may have.
func slipsAllowed(n int) int {
	switch {
	case n >= 9:
		return 2
	case n >= 5:
		return 1
	}
	return 0
}

// prefixSlips fills row with the slips (Damerau–Levenshtein, swapped neighbours) between stem and every prefix of word.
func prefixSlips(stem, word *letters, row *[maxCompared + 1]uint8) {
	var older, old [maxCompared + 1]uint8
	for j := range word.n + 1 {
		old[j] = uint8(j)
	}
	*row = old
	for i := 1; i <= stem.n; i++ {
		row[0] = uint8(i)
		for j := 1; j <= word.n; j++ {
			d := old[j-1]
			if stem.r[i-1] != word.r[j-1] {
				d++
			}
			d = min(d, old[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && stem.r[i-1] == word.r[j-2] && stem.r[i-2] == word.r[j-1] {
				d = min(d, older[j-2]+1)
			}
			row[j] = d
		}
		older, old = old, *row
	}
}

// slips is the number of slips between two whole words, 99 when one is too long.
func slips(a, b string) int {
	x, ok := lettersOf(a)
	y, ok2 := lettersOf(b)
	if !ok || !ok2 {
		return 99
	}
	var row [maxCompared + 1]uint8
	prefixSlips(&x, &y, &row)
	return int(row[y.n])
}

// soundsAlike reports whether the slip between two words is one of the ear or of haste: vowels that sound alike unstressed,
// a doubled letter, swapped neighbours. Such a slip hardly ever makes another company's name.
func soundsAlike(a, b string) bool {
	x, ok := lettersOf(a)
	y, ok2 := lettersOf(b)
	if !ok || !ok2 {
		return false
	}
	i := 0
	for i < x.n && i < y.n && x.r[i] == y.r[i] {
		i++
	}
	rest := func(l *letters, from int) string { return string(l.r[min(from, l.n):l.n]) }
	switch {
	case x.n == y.n && i+1 < x.n && x.r[i] == y.r[i+1] && x.r[i+1] == y.r[i]:
		return rest(&x, i+2) == rest(&y, i+2)
	case x.n == y.n && i < x.n:
		return vowelsAlike(x.r[i], y.r[i]) && rest(&x, i+1) == rest(&y, i+1)
	case x.n == y.n+1:
		return i > 0 && x.r[i-1] == x.r[i] && rest(&x, i+1) == rest(&y, i)
	case y.n == x.n+1:
		return i > 0 && y.r[i-1] == y.r[i] && rest(&y, i+1) == rest(&x, i)
	}
	return x.n == y.n
}

func vowelsAlike(a, b rune) bool {
	for _, group := range [...]string{"оа", "еияэ", "ыи", "йи", "ую"} {
		if strings.ContainsRune(group, a) && strings.ContainsRune(group, b) {
			return true
		}
	}
	return false
}
