package storage

import (
	"slices"
	"strings"
	"unicode"
)

// Rules of stems.
//
// A stem is a beginning of its word, so that a stem of the question finds, as a start, words that were indexed by other rules.
// At least three letters stay. Two words that have little to do with each other may get one stem: to find too much is
// better than to miss something. Words with other letters than those below stay as they are.

// stem drops the ending of a folded word, so that «договора» finds «договор» and «invoiced» finds «invoices».
func stem(w string) string {
	runes := []rune(w)
	switch {
	case len(runes) < 4 || unicode.IsDigit(runes[0]):
		return w
	case strings.IndexFunc(w, func(r rune) bool { return r < 'a' || r > 'z' }) < 0:
		return stemEnglish(w)
	}
	for _, e := range endings {
		if strings.HasSuffix(w, e) && len(runes)-len([]rune(e)) >= 3 {
			w = strings.TrimSuffix(w, e)
			break
		}
	}
	return withoutFleeting(w)
}

// withoutFleeting drops the к of «скидк» and the ок of «скидок», so that both are «скид»; of «ромашек» the ек. Four letters
// stay, and the к of «поток», which says «потоки», stays too.
func withoutFleeting(w string) string {
	r := []rune(w)
	n := len(r)
	if n < 5 || r[n-1] != 'к' || slices.ContainsFunc(keptVowel, func(s string) bool { return strings.HasSuffix(w, s) }) {
		return w
	}
	switch before := r[n-2]; {
	case before == 'о' && n > 5 && isConsonant(r[n-3]), before == 'е' && n > 5 && strings.ContainsRune("жшчнлр", r[n-3]):
		return string(r[:n-2])
	case isConsonant(before):
		return string(r[:n-1])
	}
	return w
}

// keptVowel are ends of words whose last vowel stays in every form.
var keptVowel = []string{"поток", "восток", "приток", "отток", "исток"}

func isConsonant(r rune) bool {
	return strings.ContainsRune("бвгджзклмнпрстфхцчшщ", r)
}

// endings of Russian nouns, adjectives and verbs, from the longest.
var endings = strings.Fields(`иями ями ами ией иям ием иях ого его ому ему ыми ими ться тся
	ов ев ей ам ям ах ях ом ем ой ый ий ые ая яя ое ее ую юю ых их ым им ия ие ию ет ют ит ат ят ут ть ла ло ли
	а я о е у ю ы и ь й`)

// stemEnglish drops the plural of a word of four letters a to z or more, then the ending of a verb with the consonant that was
// doubled before it, then the vowel that comes and goes with these: invoice, invoices, invoicing; company, companies; ship, shipped.
func stemEnglish(w string) string {
	if stays := strings.HasSuffix(w, "ss") || strings.HasSuffix(w, "us") || strings.HasSuffix(w, "is"); !stays {
		w = shortened(w, "s")
	}
	verb := shortened(w, "ing")
	if !strings.HasSuffix(w, "eed") {
		verb = shortened(verb, "ed")
	}
	if n := len(verb); verb != w && n > 3 && verb[n-1] == verb[n-2] && !strings.ContainsRune("aeiouylsz", rune(verb[n-1])) {
		return verb[:n-1]
	}
	for _, e := range []string{"ie", "e", "y"} {
		if short := shortened(verb, e); short != verb {
			return short
		}
	}
	if verb != w {
		return shortened(verb, "i") // replied, as reply
	}
	return verb
}

// shortened is a word without its ending, when three letters with a vowel among them stay.
func shortened(w, ending string) string {
	short, had := strings.CutSuffix(w, ending)
	if !had || len(short) < 3 || !strings.ContainsAny(short, "aeiouy") {
		return w
	}
	return short
}
