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

// alike are the clients whose name is like the given one, the likeliest first.
func (b *Book) alike(name string) []int64 {
	key := crm.NameKey(name)
	if key == "" {
		return nil
	}
	type ranked struct {
		id   int64
		rank int
	}
	var found []ranked
	for _, c := range b.clients {
		if rank := bestLikeness(key, c.keys); rank > 0 {
			found = append(found, ranked{c.id, rank})
		}
	}
	slices.SortStableFunc(found, func(a, b ranked) int { return b.rank - a.rank })
	ids := make([]int64, 0, len(found))
	for _, f := range found {
		ids = append(ids, f.id)
	}
	return ids
}

func bestLikeness(key string, names []string) int {
	best := 0
	for _, n := range names {
		best = max(best, likeness(key, n))
	}
	return best
}

// likeness is 0 for different names and the more the surer they are one.
func likeness(a, b string) int {
	switch {
	case a == "" || b == "":
		return 0
	case a == b:
		return 5
	case samePerson(a, b):
		return 4
	case slips(a, b):
		return 3
	case within(a, b) || within(b, a):
		return 2
	}
	return 0
}

// samePerson compares a surname with initials to a full name.
func samePerson(a, b string) bool {
	x, y := strings.Fields(a), strings.Fields(b)
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
func within(whole, part string) bool {
	letters := utf8.RuneCountInString(strings.ReplaceAll(part, " ", ""))
	return letters >= 5 && strings.Contains(" "+whole+" ", " "+part+" ")
}

// slips reports whether the names differ by no more slips than their length allows.
func slips(a, b string) bool {
	x, y := []rune(a), []rune(b)
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
