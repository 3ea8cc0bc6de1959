package capture

import (
	"strings"
	"unicode/utf8"
)

// Rules of inflected names.
//
// A word of a name is kept under its stems; a word of a text means it when it is a stem and one of the stem's endings.
// Which endings a stem takes follows from how the word ends in the nominative: nouns of both numbers, adjectives, surnames
// of both genders. A fleeting vowel gives a second stem (огонёк – огоньк-, ромашка – ромашек). Every ending carries the
// cases that it can be, so that the preposition before a name tells «у Ковалёва» from «у Ковалёвой».

// caseSet is a set of grammatical cases.
type caseSet uint8

const (
	nom caseSet = 1 << iota
	gen
	dat
	acc
	ins
	loc
	anyCase caseSet = nom | gen | dat | acc | ins | loc
	oblique caseSet = gen | dat | ins | loc
)

// ending is one ending of a class and the cases it shows.
type ending struct {
	text  string
	cases caseSet
}

// class is a set of endings; the zero class takes none.
type class uint8

const (
	classBare class = iota
	classNominative
	classGenitivePlural
	classHardMan
	classSoftMan
	classSoftWoman
	classShortI
	classA
	classSurnameA
	classLikeSurname
	classYa
	classO
	classE
	classPlural
	classAdjMan
	classAdjWoman
	classAdjNeuter
	classAdjPlural
	classSurnameMan
	classLatin
)

// classEndings are the endings of each class.
var classEndings = [...][]ending{
	classBare:           {{"", anyCase}},
	classNominative:     {{"", nom | acc}},
	classGenitivePlural: {{"", gen | acc}},
	classHardMan: {
		{"", nom | acc},
		{"а", gen | acc | nom},
		{"у", dat},
		{"ом", ins},
		{"ем", ins},
		{"е", loc},
		{"ы", nom | acc},
		{"и", nom | acc},
		{"ов", gen | acc},
		{"ев", gen | acc},
		{"ей", gen | acc},
		{"ам", dat},
		{"ами", ins},
		{"ах", loc},
	},
	classSoftMan: {
		{"ь", nom | acc},
		{"я", gen | acc},
		{"ю", dat},
		{"ем", ins},
		{"е", loc},
		{"и", nom | acc},
		{"ей", gen | acc},
		{"ям", dat},
		{"ями", ins},
		{"ях", loc},
	},
	classSoftWoman: {
		{"ь", nom | acc}, {"и", gen | dat | loc | nom | acc}, {"ью", ins}, {"ей", gen | acc}, {"ям", dat}, {"ями", ins}, {"ях", loc},
	},
	classShortI: {
		{"й", nom | acc},
		{"я", gen | acc},
		{"ю", dat},
		{"ем", ins},
		{"е", loc},
		{"и", loc | nom | acc},
		{"ев", gen | acc},
		{"ям", dat},
		{"ями", ins},
		{"ях", loc},
	},
	classA: {
		{"а", nom | acc},
		{"ы", gen | nom | acc},
		{"и", gen | nom | acc},
		{"е", dat | loc},
		{"у", acc},
		{"ой", ins},
		{"ей", ins},
		{"ою", ins},
		{"", gen | acc},
		{"ам", dat},
		{"ами", ins},
		{"ах", loc},
		{"ов", gen | acc},
	},
	classSurnameA: {
		{"а", nom}, {"ой", gen | dat | ins | loc}, {"у", acc}, {"ою", ins}, {"ы", nom}, {"ых", gen | acc | loc}, {"ым", dat}, {"ыми", ins},
	},
	classLikeSurname: { // «Основа», but no zero ending: «Ковалев» is no form of «Ковалева»
		{"а", nom | acc}, {"ы", gen | nom | acc}, {"е", dat | loc}, {"у", acc}, {"ой", ins}, {"ою", ins}, {"ам", dat}, {"ами", ins}, {"ах", loc},
	},
	classYa: {
		{"я", nom},
		{"и", gen | dat | loc | nom | acc},
		{"е", dat | loc},
		{"ю", acc},
		{"ей", ins | gen},
		{"ею", ins},
		{"ь", gen},
		{"й", gen},
		{"ям", dat},
		{"ями", ins},
		{"ях", loc},
	},
	classO: {
		{"о", anyCase}, {"а", gen | nom | acc}, {"у", dat}, {"ом", ins}, {"е", loc}, {"", gen}, {"ам", dat}, {"ами", ins}, {"ах", loc},
	},
	classE: {
		{"е", nom | acc | loc},
		{"я", gen | nom | acc},
		{"ю", dat},
		{"ем", ins},
		{"и", loc},
		{"а", gen | nom | acc},
		{"у", dat},
		{"й", gen},
		{"ям", dat},
		{"ями", ins},
		{"ях", loc},
		{"ам", dat},
		{"ами", ins},
		{"ах", loc},
	},
	classPlural: {
		{"ы", nom | acc},
		{"и", nom | acc},
		{"ов", gen | acc},
		{"ев", gen | acc},
		{"ей", gen | acc},
		{"", gen | acc},
		{"ам", dat},
		{"ям", dat},
		{"ами", ins},
		{"ями", ins},
		{"ах", loc},
		{"ях", loc},
		{"ых", gen | acc | loc},
		{"ым", dat},
		{"ыми", ins},
	},
	classAdjMan: {
		{"ый", nom | acc},
		{"ий", nom | acc},
		{"ой", nom | acc},
		{"ого", gen | acc},
		{"его", gen | acc},
		{"ому", dat},
		{"ему", dat},
		{"ым", ins | dat},
		{"им", ins | dat},
		{"ом", loc},
		{"ем", loc},
		{"ые", nom | acc},
		{"ие", nom | acc},
		{"ых", gen | acc | loc},
		{"их", gen | acc | loc},
		{"ыми", ins},
		{"ими", ins},
	},
	classAdjWoman: {
		{"ая", nom},
		{"яя", nom},
		{"ой", oblique},
		{"ей", oblique},
		{"ую", acc},
		{"юю", acc},
		{"ою", ins},
		{"ею", ins},
		{"ые", nom | acc},
		{"ие", nom | acc},
		{"ых", gen | acc | loc},
		{"их", gen | acc | loc},
		{"ым", dat},
		{"им", dat},
		{"ыми", ins},
		{"ими", ins},
	},
	classAdjNeuter: {
		{"ое", nom | acc},
		{"ее", nom | acc},
		{"ого", gen},
		{"его", gen},
		{"ому", dat},
		{"ему", dat},
		{"ым", ins},
		{"им", ins},
		{"ом", loc},
		{"ем", loc},
	},
	classAdjPlural: {
		{"ые", nom | acc}, {"ие", nom | acc}, {"ых", gen | acc | loc}, {"их", gen | acc | loc}, {"ым", dat}, {"им", dat}, {"ыми", ins}, {"ими", ins},
	},
	classSurnameMan: {
		{"", nom}, {"а", gen | acc}, {"у", dat}, {"ым", ins}, {"ом", ins}, {"е", loc}, {"ы", nom}, {"ых", gen | acc | loc}, {"ыми", ins},
	},
	classLatin: {
		{"", anyCase},
		{"'s", anyCase},
		{"’s", anyCase},
		{"s", anyCase},
		{"а", gen | acc},
		{"у", dat},
		{"ом", ins},
		{"ем", ins},
		{"е", loc | dat},
		{"ы", gen},
		{"и", gen},
		{"ой", ins},
		{"ей", ins},
		{"ов", gen},
	},
}

// longestEnding is how many letters the longest ending has.
const longestEnding = 3

// casesOf is the set of cases that the ending shows in the class; zero when the class doesn't have it.
func casesOf(c class, rest string) caseSet {
	for _, e := range classEndings[c] {
		if e.text == rest {
			return e.cases
		}
	}
	return 0
}

// stem is one way of declining a word.
type stem struct {
	text  string
	class class
}

// nominative says which class a word belongs to by how it ends; the first that fits counts for each group.
var nominative = []struct {
	suffix string
	cut    string // what of the suffix is no stem
	class  class
}{
	{"ая", "ая", classAdjWoman},
	{"яя", "яя", classAdjWoman},
	{"ое", "ое", classAdjNeuter},
	{"ее", "ее", classAdjNeuter},
	{"ые", "ые", classAdjPlural},
	{"ие", "ие", classAdjPlural},
	{"ый", "ый", classAdjMan},
	{"ий", "ий", classAdjMan},
	{"ой", "ой", classAdjMan},
	{"й", "й", classShortI},
	{"ова", "а", classSurnameA},
	{"ева", "а", classSurnameA},
	{"ина", "а", classSurnameA},
	{"ына", "а", classSurnameA},
	{"ова", "а", classLikeSurname},
	{"ева", "а", classLikeSurname},
	{"а", "а", classA},
	{"я", "я", classYa},
	{"о", "о", classO},
	{"е", "е", classE},
	{"ь", "ь", classSoftMan},
	{"ь", "ь", classSoftWoman},
	{"ы", "ы", classPlural},
	{"и", "и", classPlural},
	{"ов", "", classSurnameMan},
	{"ев", "", classSurnameMan},
	{"ин", "", classSurnameMan},
	{"ын", "", classSurnameMan},
}

// fleeting are endings of masculine words whose vowel flees: the stem of all cases but the nominative.
var fleeting = []struct{ suffix, stem string }{
	{"льец", "льц"},
	{"лец", "льц"},
	{"ец", "ц"},
	{"ок", "к"},
	{"лек", "льк"},
	{"нек", "ньк"},
	{"рек", "рьк"},
	{"ек", "к"},
	{"ел", "л"},
	{"ер", "р"},
	{"ол", "л"},
	{"лев", "льв"},
	{"лед", "льд"},
	{"лен", "льн"},
}

// softFleeting are the same of words in -ь and -й.
var softFleeting = []struct {
	suffix, stem string
	class        class
}{
	{"ень", "н", classSoftMan},
	{"онь", "н", classSoftMan},
	{"оль", "л", classSoftMan},
	{"ель", "л", classSoftMan},
	{"овь", "в", classSoftWoman},
	{"ей", "ь", classShortI},
}

// stemsOf appends the ways in which a folded nominative word is declined.
func stemsOf(word string, stems []stem) []stem {
	bare := stem{word, classBare}
	if last, _ := utf8.DecodeLastRuneInString(word); isCyrillic(last) && !strings.ContainsRune("оуюэиые", last) {
		bare.class = classNominative // a word that is declined: undeclined it is the subject or the object
	}
	stems = append(stems, bare)
	if !strings.ContainsFunc(word, isCyrillic) {
		return append(stems, stem{word, classLatin})
	}
	if utf8.RuneCountInString(word) < 3 {
		return stems
	}
	for _, n := range nominative {
		if n.class == classA && (strings.HasSuffix(word, "ова") || strings.HasSuffix(word, "ева")) {
			continue
		}
		if base, ok := strings.CutSuffix(word, n.suffix); ok && base != "" {
			stems = append(stems, stem{word[:len(word)-len(n.cut)], n.class})
		}
	}
	switch last, _ := utf8.DecodeLastRuneInString(word); last {
	case 'а', 'о', 'ы', 'и', 'я', 'е':
		return genitivePlural(word[:len(word)-2], stems)
	case 'ь', 'й':
		for _, f := range softFleeting {
			if base, ok := strings.CutSuffix(word, f.suffix); ok && len(base) >= 2 {
				stems = append(stems, stem{base + f.stem, f.class})
			}
		}
		return stems
	case 'у', 'ю', 'э':
		return stems
	}
	stems = append(stems, stem{word, classHardMan})
	for _, f := range fleeting {
		if base, ok := strings.CutSuffix(word, f.suffix); ok {
			return append(stems, stem{base + f.stem, classHardMan})
		}
	}
	return stems
}

// genitivePlural adds the stem with a vowel between its last two consonants: ромашк → ромашек, окн → окон.
func genitivePlural(base string, stems []stem) []stem {
	last, n := utf8.DecodeLastRuneInString(base)
	head := base[:len(base)-n]
	before, m := utf8.DecodeLastRuneInString(head)
	if head == "" || isVowel(last) || isVowel(before) {
		return stems
	}
	if before == 'ь' || before == 'й' {
		head = head[:len(head)-m]
	}
	tail := string(last)
	return append(stems, stem{head + "е" + tail, classGenitivePlural}, stem{head + "о" + tail, classGenitivePlural})
}

func isVowel(r rune) bool { return strings.ContainsRune("аеиоуыэюя", r) }

func isCyrillic(r rune) bool {
	return 'а' <= r && r <= 'я' || 'А' <= r && r <= 'Я' || r == 'ё' || r == 'Ё'
}
