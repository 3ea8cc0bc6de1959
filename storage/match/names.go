package match

import (
	"slices"
	"strings"
	"unicode/utf8"

	"followup/storage/crm"
)

// Rules of likeness of names, for proposals only. From the surest: the same key; the same person with initials («Иванов И. И.» and
// «Иванов Иван Иванович»); one slip of the keyboard in a name of five letters or more, two in ten or more; all words of one name in a
// row inside the other («УФК по Москве (ООО Ромашка)»), when they have five letters or more together.

// Alike are the clients whose name is like the given one, the likeliest first. Names are compared with every client's: a name that comes again
// costs nothing, which a statement of twenty thousand lines lives on.
func (b *Book) Alike(name string) []int64 {
	key := crm.NameKey(name)
	if key == "" {
		return nil
	}
	if ids, ok := b.likes[key]; ok {
		return ids
	}
	type ranked struct {
		id   int64
		rank int
	}
	var found []ranked
	given := newKey(key)
	for _, c := range b.clients {
		if rank := bestLikeness(given, c.keys); rank > 0 {
			found = append(found, ranked{c.id, rank})
		}
	}
	slices.SortStableFunc(found, func(a, b ranked) int { return b.rank - a.rank })
	ids := make([]int64, 0, len(found))
	for _, f := range found {
		ids = append(ids, f.id)
	}
	if len(b.likes) < maxLikes {
		b.likes[key] = ids
	}
	return ids
}

// maxLikes bounds what is remembered.
const maxLikes = 50_000

// key is a folded name in the forms that it is compared in.
type key struct {
	text, padded string // padded has a blank on either side
	runes        []rune
	words        []string
}

func newKey(text string) key {
	return key{text, " " + text + " ", []rune(text), strings.Fields(text)}
}

func bestLikeness(given key, names []key) int {
	best := 0
	for _, n := range names {
		best = max(best, likeness(given, n))
	}
	return best
}

// likeness is 0 for different names and the more the surer they are one.
func likeness(a, b key) int {
	switch {
	case a.text == "" || b.text == "":
		return 0
	case a.text == b.text:
		return 5
	case samePerson(a.words, b.words):
		return 4
	case slips(a.runes, b.runes):
		return 3
	case within(a, b) || within(b, a):
		return 2
	}
	return 0
}

// samePerson compares a surname with initials to a full name.
func samePerson(x, y []string) bool {
	if len(x) < 2 || len(x) != len(y) || x[0] != y[0] || utf8.RuneCountInString(x[0]) < 3 {
		return false
	}
	initials := false
	for i := 1; i < len(x); i++ {
		short, long := x[i], y[i]
		if len(short) > len(long) {
			short, long = long, short
		}
		if short == long {
			continue
		}
		if utf8.RuneCountInString(short) != 1 || !strings.HasPrefix(long, short) {
			return false
		}
		initials = true
	}
	return initials
}

// within reports whether the words of part stand in a row inside whole.
func within(whole, part key) bool {
	if len(part.words) >= len(whole.words) || !strings.Contains(whole.padded, part.padded) {
		return false
	}
	return len(part.runes)-len(part.words)+1 >= 5 // letters
}

// slips reports whether the names differ by no more slips than their length allows.
func slips(x, y []rune) bool {
	short := min(len(x), len(y))
	if short < 5 || short > 80 || abs(len(x)-len(y)) > 2 {
		return false
	}
	allowed := 1
	if short >= 10 {
		allowed = 2
	}
	return distance(x, y) <= allowed
}

// distance counts insertions, deletions, changes and swaps of neighbours.
func distance(x, y []rune) int {
	before, last, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(y)]
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
