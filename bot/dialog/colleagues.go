package dialog

import (
	"slices"
	"strings"
	"unicode/utf8"

	"followup/storage/crm"
)

// Rules of colleagues' names.
//
// A colleague is named by the first name, by the surname or by both, in any case: «петра», «Орлову», "Anna's". Russian names
// are declined by their endings; a few that lose a vowel and the usual short names («Паша») stand in tables. One wrong, missing
// or swapped letter in a name of five letters or more is forgiven where nothing else fits. A name that several colleagues
// bear means each of them, and is asked about.

// grammar is what a name in that form may do in the sentence.
type grammar uint8

const (
	nominative grammar = 1 << iota
	genitive           // «клиентов Анны», "Anna's"
	dative             // «Петру», "to Peter"
	accusative         // «попроси Петра»
)

// meant is a place of the text where colleagues are named.
type meant struct {
	from, to int // words of the text, to not included
	members  []crm.Member
	cases    grammar
}

// shortNames are what people are called beside the name on their account, both ways.
var shortNames = [][]string{
	{"павел", "паша"},
	{"дарья", "даша"},
	{"мария", "маша"},
	{"петр", "петя"},
	{"иван", "ваня"},
	{"александр", "саша"},
	{"александра", "саша"},
	{"алексей", "леша"},
	{"дмитрий", "дима"},
	{"сергей", "сережа"},
	{"николай", "коля"},
	{"михаил", "миша"},
	{"евгений", "женя"},
	{"евгения", "женя"},
	{"екатерина", "катя"},
	{"елена", "лена"},
	{"наталья", "наташа"},
	{"наталия", "наташа"},
	{"татьяна", "таня"},
	{"ольга", "оля"},
	{"анна", "аня"},
	{"анастасия", "настя"},
	{"ирина", "ира"},
	{"светлана", "света"},
	{"юлия", "юля"},
	{"владимир", "вова"},
	{"владимир", "володя"},
	{"виктория", "вика"},
	{"ксения", "ксюша"},
	{"полина", "поля"},
	{"антон", "тоша"},
	{"григорий", "гриша"},
	{"константин", "костя"},
	{"роман", "рома"},
	{"peter", "pete"},
	{"michael", "mike"},
	{"robert", "bob"},
	{"william", "bill"},
	{"elizabeth", "liz"},
	{"thomas", "tom"},
}

// fleeting are stems that lose a vowel when they are declined.
var fleeting = map[string]string{"павел": "павл", "лев": "льв", "петр": "петр"}

// nameForms are the forms of a word of a name with what each may be.
func nameForms(word string) map[string]grammar {
	forms := map[string]grammar{}
	add := func(form string, g grammar) { forms[form] |= g }
	add(word, nominative)
	runes := []rune(word)
	n := len(runes)
	if n < 3 || runes[n-1] < 'а' { // not declined
		add(word, genitive|dative|accusative)
		add(word+"s", genitive) // "Anna's": the apostrophe is no letter
		return forms
	}
	if stem, ok := fleeting[word]; ok {
		add(stem+"а", genitive|accusative)
		add(stem+"у", dative)
		return forms
	}
	stem, last := string(runes[:n-1]), runes[n-1]
	ends := func(s string) bool { return strings.HasSuffix(word, s) }
	switch {
	case ends("ская") || ends("цкая"):
		stem = string(runes[:n-2])
		add(stem+"ой", genitive|dative)
		add(stem+"ую", accusative)
	case ends("ский") || ends("цкий") || ends("ной") || ends("вый"):
		stem = string(runes[:n-2])
		add(stem+"ого", genitive|accusative)
		add(stem+"ому", dative)
	case ends("ова") || ends("ева") || ends("ина") || ends("ына"):
		add(stem+"ой", genitive|dative)
		add(stem+"у", accusative)
		add(stem+"ы", genitive) // first names: Ирины, Ирине
		add(stem+"е", dative)
	case last == 'а':
		if strings.ContainsRune("гкхжчшщ", runes[n-2]) {
			add(stem+"и", genitive)
		} else {
			add(stem+"ы", genitive)
		}
		add(stem+"е", dative)
		add(stem+"у", accusative)
	case last == 'я':
		add(stem+"и", genitive)
		if ends("ия") {
			add(stem+"и", dative)
		} else {
			add(stem+"е", dative)
		}
		add(stem+"ю", accusative)
	case last == 'й':
		add(stem+"я", genitive|accusative)
		add(stem+"ю", dative)
	case last == 'ь':
		add(stem+"я", genitive|accusative)
		add(stem+"ю", dative)
		add(stem+"и", genitive|dative)
	case strings.ContainsRune("оуэыи", last): // Коваленко
		add(word, genitive|dative|accusative)
	default:
		add(word+"а", genitive|accusative)
		add(word+"у", dative)
	}
	return forms
}

// saidWords are the words of a text with its spelling kept beside the folded one.
type saidWord struct {
	text, fold string
	at         int // byte in the text
}

// wordsOf cuts a text into words: letters and digits with the points, hyphens and apostrophes among them.
func wordsOf(text string) []saidWord {
	var words []saidWord
	begin := -1
	flush := func(to int) {
		if begin >= 0 {
			raw := strings.Trim(text[begin:to], ".,;:!?()«»\"'—–-")
			fold := strings.NewReplacer("ё", "е", "'", "", "’", "").Replace(strings.ToLower(raw))
			if fold != "" {
				words = append(words, saidWord{text: raw, fold: fold, at: begin + strings.Index(text[begin:to], raw)})
			}
		}
		begin = -1
	}
	for i, r := range text {
		switch {
		case r == ' ' || r == '\n' || r == '\t' || r == ',' || r == ';' || r == '(' || r == ')':
			flush(i)
		case begin < 0:
			begin = i
		}
	}
	flush(len(text))
	return words
}

// bearer is a member with the forms of all his names.
type bearer struct {
	member crm.Member
	forms  map[string]grammar
}

// bearersOf declines the names of members, with the short ones.
func bearersOf(who []crm.Member) []bearer {
	bearers := make([]bearer, 0, len(who))
	for _, m := range who {
		b := bearer{m, map[string]grammar{}}
		for _, part := range wordsOf(strings.ReplaceAll(m.Name, "-", " ")) {
			names := []string{part.fold}
			for _, pair := range shortNames {
				if pair[0] == part.fold {
					names = append(names, pair[1])
				}
			}
			for _, name := range names {
				for form, g := range nameForms(name) {
					b.forms[form] |= g
				}
			}
		}
		bearers = append(bearers, b)
	}
	return bearers
}

// called are the bearers of a name, and what it may be in the sentence; a slip of the pen is forgiven when nobody is called so.
func called(w string, bearers []bearer) (members []crm.Member, g grammar) {
	for _, b := range bearers {
		if c := b.forms[w]; c != 0 {
			members, g = append(members, b.member), g|c
		}
	}
	if len(members) > 0 || utf8.RuneCountInString(w) < 5 {
		return members, g
	}
	for _, b := range bearers {
		var slip grammar
		for form, c := range b.forms {
			if utf8.RuneCountInString(form) >= 5 && oneOff(form, w) {
				slip |= c
			}
		}
		if slip != 0 {
			members, g = append(members, b.member), g|slip
		}
	}
	return members, g
}

// colleagues finds where a text names members; who are those that may be meant.
func colleagues(words []saidWord, who []crm.Member) []meant {
	bearers := bearersOf(who)
	var all []meant
	for i, w := range words {
		members, g := called(w.fold, bearers)
		if len(members) == 0 {
			continue
		}
		if n := len(all); n > 0 && all[n-1].to == i && all[n-1].cases&g != 0 { // a first name and a surname of one person
			both := slices.DeleteFunc(slices.Clone(all[n-1].members), func(m crm.Member) bool {
				return !slices.ContainsFunc(members, func(o crm.Member) bool { return o.ID == m.ID })
			})
			if len(both) > 0 {
				all[n-1].members, all[n-1].to, all[n-1].cases = both, i+1, all[n-1].cases&g
				continue
			}
		}
		all = append(all, meant{i, i + 1, members, g})
	}
	return all
}

// oneOff reports whether two words differ by one letter: another, one more, or two swapped.
func oneOff(a, b string) bool {
	x, y := []rune(a), []rune(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(y)-len(x) > 1 {
		return false
	}
	i := 0
	for i < len(x) && x[i] == y[i] {
		i++
	}
	if len(x) < len(y) {
		return slices.Equal(x[i:], y[i+1:])
	}
	if i == len(x) {
		return true
	}
	if slices.Equal(x[i+1:], y[i+1:]) {
		return true
	}
	return i+1 < len(x) && x[i] == y[i+1] && x[i+1] == y[i] && slices.Equal(x[i+2:], y[i+2:])
}

// atWork are the members who can be given something: everybody who hasn't left.
func (t *turn) atWork() ([]crm.Member, error) { return t.tx.Members(0) }
