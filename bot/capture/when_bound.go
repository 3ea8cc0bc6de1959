package capture

// The small words in front of a time and what they make of it: a deadline («до», «к», «не позже», "by"), a start («после»,
// «с», "since"), or nothing («в», "on").

// bound reads the small words in front of a time and what they make of it.
func (r *reader) bound(e *expr, i int) int {
	if next := r.boundPhrase(e, i); next > i {
		return r.skipAbout(next)
	}
	if r.glued(i) && r.fold(i) == "к" && r.isNumber(i-1) {
		return i // «15к вчера» is a sum
	}
	i = r.skipAbout(i)
	switch x := r.lex(i); {
	case r.fold(i) == "@":
		e.prep = atPrep
	case x.prep == noPrep || x.prep == agoPrep || x.prep == aboutPrep || x.prep == throughInPrep || x.prep == articlePrep:
		return i
	default:
		e.prep, e.bound = x.prep, boundOf(x.prep)
		if e.prep == toPrep && (r.putOff(i) || r.fold(i) == "to" && r.moveVerb(i)) {
			e.bound = "" // «отложи до завтра» is tomorrow, not a deadline
		}
		if r.fold(i) == "since" && !r.isNumber(i+1) {
			e.gone = true
		}
		if r.fold(i) == "от" { // «счёт от 5 ноября» is dated by it
			e.bound, e.gone = "", true
		}
	}
	return r.skipAbout(i + 1)
}

// skipAbout steps over «примерно», "about" and the article.
func (r *reader) skipAbout(i int) int {
	for range 2 {
		if p := r.lex(i).prep; p == aboutPrep || r.fold(i) == "the" || r.fold(i) == "just" || r.fold(i) == "right" || r.fold(i) == "сразу" {
			i++
		}
	}
	return i
}

func boundOf(p prep) Bound {
	switch p {
	case toPrep, byPrep, beforePrep, throughPrep:
		return Before
	case afterPrep:
		return After
	case fromPrep:
		return After
	}
	return ""
}

// boundPhrases are bounds of several words.
var boundPhrases = []struct {
	words []string
	bound Bound
}{
	{[]string{"ближе", "к"}, ""},
	{[]string{"ближе", "ко"}, ""},
	{[]string{"не", "позже", "чем"}, Before},
	{[]string{"не", "позже"}, Before},
	{[]string{"не", "позднее", "чем"}, Before},
	{[]string{"не", "позднее"}, Before},
	{[]string{"не", "раньше", "чем"}, After},
	{[]string{"не", "раньше"}, After},
	{[]string{"не", "ранее"}, After},
	{[]string{"начиная", "с"}, After},
	{[]string{"начиная", "со"}, After},
	{[]string{"no", "later", "than"}, Before},
	{[]string{"not", "later", "than"}, Before},
	{[]string{"not", "before"}, After},
	{[]string{"no", "earlier", "than"}, After},
	{[]string{"later", "than"}, After},
	{[]string{"starting", "from"}, After},
	{[]string{"starting", "on"}, After},
	{[]string{"starting"}, After},
	{[]string{"anytime", "after"}, After},
	{[]string{"sometimes", "before"}, Before},
	{[]string{"sometime", "before"}, Before},
}

func (r *reader) boundPhrase(e *expr, i int) int {
	for _, p := range boundPhrases {
		if p.words[0] != r.fold(i) || !r.says(i, p.words) || p.bound == "" && r.lex(i+2).half != noPart {
			continue // «ближе к вечеру» is a part of the day
		}
		e.bound, e.prep = p.bound, toPrep
		if p.bound == After {
			e.prep = afterPrep
		}
		return i + len(p.words)
	}
	return i
}

// says reports whether the tokens at i are these words.
func (r *reader) says(i int, words []string) bool {
	for k, w := range words {
		if r.fold(i+k) != w {
			return false
		}
	}
	return true
}
