package capture

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// nameReader looks for names in a tokenized text: first which words of names its words are, then which names those words
// make where they stand together.
type nameReader struct {
	p      *Portfolio
	tokens []token
	words  []textWord
	found  []foundName
}

// textWord is a word, a number or a sign of the text that may be part of a name, with the tokens that it takes.
type textWord struct {
	from, to int // tokens
	fold     string
	apart    bool // something other than a hyphen, a quote or a dot stands between it and the word before
	hits     []hit
}

// foundName is a name and the words of the text that mean it.
type foundName struct {
	name     int32
	client   int32
	from, to int // words
	score    int
	how      string
	cases    caseSet
	slips    int
	alike    bool
	missing  int  // distinctive words that the text lacks
	tail     bool // a word behind the distinctive one is missing: «Вектор» for «Вектор Плюс»
	person   bool
	word     int32 // of the name, by which it was found
}

// What a match loses of its thousand points.
const (
	strangerPenalty   = 150 // somebody else's client
	contactPenalty    = 120
	genericPenalty    = 150 // a word like «плюс» is missing
	givenPenalty      = 60  // a given name is missing
	initialPenalty    = 10
	distinctPenalty   = 300
	slipPenalty       = 100
	respelledPenalty  = 30
	inflectedPenalty  = 10
	casePenalty       = 150 // the preposition asks for another case
	missingWords      = 150 // in Find: a typed word that the name lacks
	initialsPenalty   = 80
	enough            = 700 // what a match needs to be taken without a question
	ahead             = 120 // by how much it must be better than the next
	namesPerWord      = 3000
	commonWord        = 50 // a word of more names than this is too little by itself
	maxRespelledWords = 60
)

func sourcePenalty(source string) int {
	if source == "contact" || source == "person" {
		return contactPenalty
	}
	return 0
}

// run finds every name. When loose, each word may be misspelled; otherwise only where a name may stand.
func (r *nameReader) run(loose bool) {
	r.cutWords()
	budget := maxRespelledWords
	for i := range r.words {
		w := &r.words[i]
		w.hits = r.p.leading(r.p.lookup(w.fold, "", w.hits))
		if r.monthBeside(i) { // "31 mar" is nobody called Mary
			w.hits = slices.DeleteFunc(w.hits, func(h hit) bool { return h.how != "exact" })
			continue
		}
		if len(w.hits) > 0 || !loose && !r.worthRespelling(i) || budget == 0 {
			continue
		}
		budget--
		if w.hits = r.p.leading(r.p.respelled(w.fold, w.hits)); len(w.hits) == 0 {
			w.hits = r.p.leading(r.p.mistyped(w.fold, w.hits))
		}
	}
	for i := range r.words {
		r.namesAt(i)
		if i+1 < len(r.words) && !r.words[i+1].apart {
			r.joinedAt(i)
		}
		r.initialsAt(i)
	}
}

// monthBeside reports whether word i is a month behind or before a number.
func (r *nameReader) monthBeside(i int) bool {
	w := &r.words[i]
	beside := w.from > 0 && r.tokens[w.from-1].kind == numberToken || w.to < len(r.tokens) && r.tokens[w.to].kind == numberToken
	return beside && timeWords[w.fold].month != 0
}

// cutWords gathers the words of the text. A Latin word with keys inside it that are letters of the other layout is one
// word: «Fqc,thu».
func (r *nameReader) cutWords() {
	apart := true
	r.words = make([]textWord, 0, len(r.tokens))
	for i := 0; i < len(r.tokens); i++ {
		t := &r.tokens[i]
		sign := t.kind == punctToken && (t.text == "+" || t.text == "&")
		if t.kind == punctToken && !sign {
			apart = apart || !strings.Contains("-–«»\"“”„'()./", t.text)
			continue
		}
		w := textWord{from: i, to: i + 1, fold: t.fold, apart: apart}
		if sign {
			w.fold = map[string]string{"+": "плюс", "&": "и"}[t.text]
		}
		if t.kind == wordToken && t.text[0] < utf8.RuneSelf {
			if to, fold := r.keysOfOtherLayout(i); to > i+1 && len(r.p.lookup(fold, "layout", nil)) > 0 {
				w.to, w.hits = to, r.p.leading(r.p.lookup(fold, "layout", nil))
				i = to - 1
			}
		}
		r.words = append(r.words, w)
		apart = false
	}
}

// keysOfOtherLayout extends the Latin word at i over glued keys that are letters in the Russian layout.
func (r *nameReader) keysOfOtherLayout(i int) (to int, fold string) {
	var run strings.Builder
	run.WriteString(r.tokens[i].fold)
	end := i + 1
	for k := i + 1; k < len(r.tokens) && r.tokens[k].glued; k++ {
		t := &r.tokens[k]
		if t.kind == numberToken || t.kind == punctToken && !strings.Contains(",.;'[]`", t.text) {
			break
		}
		run.WriteString(t.fold)
		if t.kind == wordToken {
			end = k + 1
			fold = run.String()
		}
	}
	if fold == "" {
		return i + 1, ""
	}
	return end, swapLayout(fold)
}

// worthRespelling reports whether a name may stand at word i, so that it is worth trying other spellings.
func (r *nameReader) worthRespelling(i int) bool {
	w := &r.words[i]
	t := &r.tokens[w.from]
	if t.kind != wordToken || knownWord(w.fold) || orderVocabulary[w.fold] || nameCases[w.fold] != 0 || utf8.RuneCountInString(w.fold) < 3 {
		return false
	}
	if t.upper || t.quoted || t.text[0] < utf8.RuneSelf || unmix(w.fold) != "" {
		return true
	}
	at := placeOf(r.tokens, w.from, w.to)
	return at.near || at.object || at.subject || at.form != "" || at.colon || at.alone || at.beside
}

// hitOf is the best hit of word i on a word of names.
func (r *nameReader) hitOf(i int, word int32) *hit {
	var best *hit
	for k := range r.words[i].hits {
		h := &r.words[i].hits[k]
		if h.word != word {
			continue
		}
		if best == nil || h.slips < best.slips {
			best = h
		} else if h.slips == best.slips {
			best.cases |= h.cases
		}
	}
	return best
}

// namesAt finds the names that have the word at i.
func (r *nameReader) namesAt(i int) {
	for k := range r.words[i].hits {
		word := r.words[i].hits[k].word
		if seenBefore(r.words[i].hits[:k], word) {
			continue
		}
		var room [16]int32
		for _, n := range r.p.leads(word, namesPerWord, room[:0]) {
			for at, w := range r.p.names[n].words {
				if w == word {
					r.match(n, at, i)
					break
				}
			}
		}
	}
}

func seenBefore(hits []hit, word int32) bool {
	for i := range hits {
		if hits[i].word == word {
			return true
		}
	}
	return false
}

// match tries the name n with its word number at standing at word i of the text.
func (r *nameReader) match(n int32, at, i int) {
	name := &r.p.names[n]
	f := foundName{name: n, client: name.client, from: i, to: i + 1, score: 1000 - sourcePenalty(name.source), word: name.words[at]}
	r.take(&f, r.hitOf(i, name.words[at]))
	for k := at - 1; k >= 0; k-- {
		r.extend(&f, name, name.words[k], -1)
	}
	for k := at + 1; k < len(name.words); k++ {
		r.extend(&f, name, name.words[k], +1)
	}
	if f.missing > 0 && r.p.common(name.words[at], commonWord) {
		return
	}
	if name.source != "exact" && f.how == "exact" || name.source == "person" {
		f.how = name.source
	}
	r.found = append(r.found, f)
}

// extend takes a further word of the name: at the side where it belongs, else at the other; or marks it missing.
func (r *nameReader) extend(f *foundName, name *clientName, word int32, side int) {
	for _, s := range [...]int{side, -side} {
		if i, ok := r.neighbour(f, s); ok {
			if h := r.hitOf(i, word); h != nil && !r.prepositional(i) {
				r.take(f, h)
				f.from, f.to = min(f.from, i), max(f.to, i+1)
				return
			}
		}
	}
	w := &r.p.words[word]
	f.person = f.person || w.given
	switch {
	case w.initial || w.text == "и" || w.text == "and":
		f.score -= initialPenalty
	case w.given && name.anchor:
		f.score -= givenPenalty
	case w.generic && name.anchor:
		f.score -= genericPenalty
		f.tail = f.tail || side > 0 && tellingTails[w.text]
	default:
		f.score -= distinctPenalty
		f.missing++
	}
}

// prepositional reports whether word i is a single small letter without a dot: the «с» of «с вектором» is no initial of
// «Вектор А.С.».
func (r *nameReader) prepositional(i int) bool {
	w := &r.words[i]
	return utf8.RuneCountInString(w.fold) == 1 && nameCases[w.fold] != 0 && !r.tokens[w.from].upper &&
		!(w.to < len(r.tokens) && r.tokens[w.to].glued && r.tokens[w.to].is("."))
}

func (r *nameReader) neighbour(f *foundName, side int) (int, bool) {
	if side < 0 {
		return f.from - 1, f.from > 0 && !r.words[f.from].apart
	}
	return f.to, f.to < len(r.words) && !r.words[f.to].apart
}

// howRank orders the ways of meaning a name: a name of several words is as sure as its least sure word.
var howRank = map[string]int{"": 0, "exact": 1, "inflected": 2, "translit": 3, "layout": 4, "typo": 5}

// take counts one word of the text for the name.
func (r *nameReader) take(f *foundName, h *hit) {
	word := &r.p.words[h.word]
	f.person = f.person || word.given
	if f.slips == 0 {
		f.alike = true
	}
	f.slips += int(h.slips)
	f.alike = f.alike && (h.slips == 0 || h.alike)
	if f.cases == 0 || !word.generic {
		f.cases |= h.cases
	}
	if howRank[h.how] > howRank[f.how] {
		f.how = h.how
	}
	f.score -= slipPenalty * int(h.slips)
	switch h.how {
	case "inflected":
		f.score -= inflectedPenalty
	case "translit", "layout":
		f.score -= respelledPenalty
	case "typo":
		f.score -= respelledPenalty
	}
}

// joinedAt finds names that the text writes in two words and the portfolio in one: «Строй Град».
func (r *nameReader) joinedAt(i int) {
	a, b := &r.words[i], &r.words[i+1]
	if len(a.fold) < 4 || len(b.fold) < 4 || knownWord(a.fold) || nameCases[a.fold] != 0 {
		return
	}
	var room [4]hit
	for _, h := range r.p.lookup(a.fold+b.fold, "", room[:0]) {
		for _, n := range r.p.leads(h.word, namesPerWord, nil) {
			name := &r.p.names[n]
			if len(name.words) == 1 {
				r.found = append(r.found, foundName{
					name: n, client: name.client, from: i, to: i + 2, score: 990 - sourcePenalty(name.source), how: h.how, cases: h.cases,
				})
			}
		}
	}
}

// initialsAt finds names by their initials in capitals: «РиК», «ПЗ».
func (r *nameReader) initialsAt(i int) {
	w := &r.words[i]
	t := &r.tokens[w.from]
	n := utf8.RuneCountInString(w.fold)
	if t.kind != wordToken || len(w.hits) > 0 || n < 2 || n > 6 || !manyCapitals(t.text) || knownWord(w.fold) {
		return
	}
	for _, name := range r.p.initial[w.fold] {
		f := foundName{name: name, client: r.p.names[name].client, from: i, to: i + 1, score: 1000 - initialsPenalty, how: "abbreviation", cases: anyCase}
		if n == 2 {
			f.score -= distinctPenalty // two letters are too many companies' initials
			f.missing++
		}
		r.found = append(r.found, f)
	}
}

// manyCapitals reports whether a word is written in capitals but for one letter inside («РиК»).
func manyCapitals(word string) bool {
	small, first := 0, true
	for _, c := range word {
		if foldRune(c) == c {
			if first {
				return false
			}
			small++
		}
		first = false
	}
	return small == 0 || small == 1 && utf8.RuneCountInString(word) > 2
}

// count is how many words the text has, legal forms aside.
func (r *nameReader) count() int {
	n := 0
	for i := range r.words {
		if !textForms[r.words[i].fold] {
			n++
		}
	}
	return n
}

// lastWord is the last word of the text, folded.
func (r *nameReader) lastWord() string {
	if len(r.words) == 0 {
		return ""
	}
	return r.words[len(r.words)-1].fold
}
