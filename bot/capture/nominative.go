package capture

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The name of a client that nobody knows yet stands in the case that its sentence asks for: «встреча с Глобексом». A new client is
// to be called «Глобекс», so the case is taken from the word before the name and undone by the ending. This is a guess, shown
// beside the name as it was written: «с Мечом» may be a sword's or a surname's. Latin, capitals and numbers are not declined.

// governors are the words whose noun stands in one case; any other word before a name asks for the dative: «звонок Глобексу».
var governors = governing(map[grammarCase]string{
	instrumental: "с со над между перед with",
	genitive:     "от у для до из без около после ото",
	accusative:   "про через за набрать наберу набери навестить навестил навестила посетить посетил посетила встретил встретила в во на",
})

// caseEnding is how an ending reads in the nominative; the longer one stands before its own tail. soft holds instead where the letter before
// is a vowel, hiss where it is one of ц ш щ ч ж к г х.
type caseEnding struct{ ending, plain, soft, hiss string }

var (
	nouns = [...][]caseEnding{
		instrumental: {
			{"иями", "ии", "ии", "ии"},
			{"ями", "и", "и", "и"},
			{"ами", "ы", "и", "и"},
			{"ией", "ия", "ия", "ия"},
			{"ьей", "ья", "ья", "ья"},
			{"ой", "а", "а", "а"},
			{"ей", "я", "я", "а"},
			{"ом", "", "", ""},
			{"ем", "ь", "й", ""},
			{"ым", "ый", "ый", "ый"},
			{"им", "ий", "ий", "ий"},
		},
		genitive: {{"ии", "ия", "ия", "ия"}, {"ы", "а", "а", "а"}, {"и", "я", "я", "а"}, {"а", "", "", ""}, {"я", "ь", "й", "ь"}},
		dative:   {{"иям", "ии", "ии", "ии"}, {"ям", "и", "и", "и"}, {"ам", "ы", "ы", "и"}, {"ии", "ия", "ия", "ия"}, {"е", "а", "я", "а"}, {"у", "", "", ""}, {"ю", "ь", "й", "ь"}},
		accusative: {
			{"ию", "ия", "ия", "ия"}, {"у", "а", "а", "а"}, {"ю", "я", "я", "я"},
		},
	}
	adjectives = [...][]caseEnding{
		instrumental: {{"ой", "ая", "ая", "ая"}, {"ей", "яя", "яя", "яя"}, {"ым", "ый", "ый", "ый"}, {"им", "ий", "ий", "ий"}},
		genitive:     {{"ой", "ая", "ая", "ая"}, {"ей", "яя", "яя", "яя"}, {"ого", "ый", "ый", "ий"}, {"его", "ий", "ий", "ий"}},
		dative:       {{"ой", "ая", "ая", "ая"}, {"ей", "яя", "яя", "яя"}, {"ому", "ый", "ый", "ий"}, {"ему", "ий", "ий", "ий"}},
		accusative:   {{"ую", "ая", "ая", "ая"}, {"юю", "яя", "яя", "яя"}},
	}
)

type grammarCase uint8

const (
	dative grammarCase = iota // the zero case: of a word that isn't among the governors
	genitive
	accusative
	instrumental
)

func governing(words map[grammarCase]string) map[string]grammarCase {
	cases := map[string]grammarCase{}
	for c, list := range words {
		for _, w := range strings.Fields(list) {
			cases[w] = c
		}
	}
	return cases
}

// NewName is Rest, a name that nobody knows yet, in the nominative: Rest itself where nothing shows that it is declined.
func (r Reading) NewName() string {
	rest := strings.TrimSpace(r.Rest)
	at := strings.Index(r.Text, rest)
	before := ""
	if at > 0 {
		if words := strings.Fields(r.Text[:at]); len(words) > 0 {
			before = strings.ToLower(words[len(words)-1])
		}
	}
	if rest == "" || before == "" {
		return rest
	}
	in := governors[before]
	words := strings.Fields(rest)
	for i, w := range words {
		tables := [][]caseEnding{nouns[in]}
		if i+1 < len(words) {
			tables = [][]caseEnding{adjectives[in], nouns[in]}
		}
		words[i] = straight(w, tables)
	}
	return strings.Join(words, " ")
}

// straight undoes the first ending of the tables that a word has.
func straight(word string, tables [][]caseEnding) string {
	if utf8.RuneCountInString(word) < 4 || word == strings.ToUpper(word) || strings.ContainsFunc(word, func(r rune) bool { return !isCyrillic(r) && r != '-' }) {
		return word
	}
	for _, table := range tables {
		for _, o := range table {
			base, ok := strings.CutSuffix(word, o.ending)
			if !ok {
				continue
			}
			switch last, _ := utf8.DecodeLastRuneInString(base); {
			case isVowel(unicode.ToLower(last)):
				return base + o.soft
			case strings.ContainsRune("цшщчжкгх", last):
				return base + o.hiss
			}
			return base + o.plain
		}
	}
	return word
}
