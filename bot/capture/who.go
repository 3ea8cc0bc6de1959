package capture

import (
	"cmp"
	"maps"
	"math/bits"
	"slices"
	"strings"
	"unicode/utf8"

	"followup/storage/crm"
)

// Rules of clients.
//
// A Portfolio holds the names, aliases, taxpayer numbers, phones and contacts of clients so that a word of a text leads to
// those it may mean in a microsecond, however many there are. A name is its words without the legal form. Words that tell
// no company from another (компания, группа, плюс, and given names beside a surname) may be missing in a text; the others
// may not, or the match is weak. An own client stands before one of somebody else.

// Entry is a client as the reader knows it. City is compared with the text to tell two of one name apart. Own says that
// the client is the writer's own.
type Entry struct {
	ID       int64
	Name     string
	Aliases  []string
	INN      string
	City     string
	Own      bool
	Contacts []Person
}

// Person is a contact at a client: a name as it is written down, phones as in crm.NormalPhone or in any other way.
type Person struct {
	Name   string
	Phones []string
}

// Portfolio finds clients by what people write, as one person sees them. It never changes and may be used by many at once.
// The names of a company are indexed once for everybody; a person's portfolio adds which clients are his own and of which he
// may see more than the name. People, numbers and cities of the others are as if they weren't there.
type Portfolio struct {
	*nameIndex
	own, seen clientSet
}

// nameIndex is what is known of all clients.
type nameIndex struct {
	clients []client
	names   []clientName
	words   []nameWord
	wordIDs map[string]int32
	stems   map[string][]stemRef
	sounds  map[string][]int32
	near    map[[3]rune][]int32 // stems of a beginning or an end, for slips
	slipped []slipStem
	byINN   map[string][]int32
	byTail  map[string][]phoneRef // by the last four digits
	initial map[string][]int32    // names by their initials
}

// client is an entry without its names.
type client struct {
	id   int64
	form string
	city string // stem of the city's first word
}

// clientName is one name of a client, cut into words.
type clientName struct {
	client int32
	words  []int32
	source string // exact, alias, contact, or person: the given name of a client that is one
	kind   nameKind
	anchor bool // it is found by its distinctive words; otherwise by any
	alone  bool // a given name without the surname: it leads to own clients only
}

// person reports whether the name is somebody's at a client or of a client that is a person.
func (n *clientName) person() bool { return n.source == "contact" || n.source == "person" }

// nameKind says how careful one must be with a name.
type nameKind uint8

const (
	ownName   nameKind = iota // a word that is nothing but a name
	seldom                    // a word that talk of work seldom has
	everyday                  // an everyday word
	role                      // a word of the trade
	dateLike                  // looks like a date or a sum
	givenOnly                 // only a given name
)

// nameWord is a word that stands in names.
type nameWord struct {
	text    string
	generic bool
	given   bool
	initial bool    // a single letter
	named   bool    // is in a client's name
	names   []int32 // of clients, that are found by it
	people  []int32 // of people at clients, that have it; they are shown to those who may see them
}

// finds reports whether a word finds a name that has it: one that tells little does so only when the others tell no more.
func (w *nameWord) finds(n *clientName) bool {
	return !n.anchor || !w.generic && !w.given && !w.initial
}

// stemRef leads from a stem to a word.
type stemRef struct {
	word     int32
	class    class
	translit bool
}

// slipStem is a stem that mistyped words are compared with.
type slipStem struct {
	text string
	mask uint64
	len  int
	ref  stemRef
}

type phoneRef struct {
	digits string
	client int32
}

// NewPortfolio indexes clients, of which everything may be seen; the order of entries breaks ties.
func NewPortfolio(entries []Entry) *Portfolio {
	own := make(map[int64]bool, len(entries))
	for _, e := range entries {
		own[e.ID] = e.Own
	}
	p := &Portfolio{nameIndex: newNameIndex(entries)}
	return p.For(func(id int64) (bool, bool) { return own[id], true })
}

func newNameIndex(entries []Entry) *nameIndex {
	p := &nameIndex{
		clients: make([]client, 0, len(entries)), names: make([]clientName, 0, len(entries)), wordIDs: make(map[string]int32, len(entries)),
		stems: make(map[string][]stemRef, 3*len(entries)), sounds: make(map[string][]int32, len(entries)), near: map[[3]rune][]int32{},
		byINN: map[string][]int32{}, byTail: map[string][]phoneRef{}, initial: map[string][]int32{},
	}
	for _, e := range entries {
		p.add(e)
	}
	return p
}

func (p *nameIndex) add(e Entry) {
	form, _ := crm.SplitLegalForm(e.Name)
	c := int32(len(p.clients))
	p.clients = append(p.clients, client{id: e.ID, form: foldText(form), city: cityStem(e.City)})
	p.addName(c, e.Name, "exact")
	for _, alias := range e.Aliases {
		p.addName(c, alias, "alias")
	}
	if e.INN != "" {
		p.byINN[e.INN] = append(p.byINN[e.INN], c)
	}
	p.addGiven(c, e.Name, "person")
	for _, person := range e.Contacts {
		p.addName(c, person.Name, "contact")
		p.addGiven(c, person.Name, "contact")
		for _, phone := range person.Phones {
			if d := onlyDigits(phone); len(d) >= 5 {
				tail := d[len(d)-4:]
				p.byTail[tail] = append(p.byTail[tail], phoneRef{d, c})
			}
		}
	}
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// cityStem is what «Тула», «в Туле» and «тульский» begin with.
func cityStem(city string) string {
	fold := foldText(city)
	if i := strings.IndexAny(fold, " -,("); i > 0 {
		fold = fold[:i]
	}
	n := utf8.RuneCountInString(fold)
	keep := max(3, n-2)
	for i := range fold {
		if keep == 0 {
			return fold[:i]
		}
		keep--
	}
	return fold
}

// maxNameWords bounds the words of a name that are indexed.
const maxNameWords = 8

func (p *nameIndex) addName(c int32, name, source string) {
	key := strings.Fields(crm.NameKey(name))
	if len(key) == 0 {
		return
	}
	key = key[:min(len(key), maxNameWords)]
	n := clientName{client: c, source: source, words: make([]int32, len(key))}
	for i, w := range key {
		n.words[i] = p.word(w)
		if w := &p.words[n.words[i]]; !w.generic && !w.given && !w.initial {
			n.anchor = true
		}
	}
	n.kind = kindOf(key)
	p.index(n)
	if source != "contact" && len(key) > 1 {
		p.index(clientName{client: c, source: source, words: []int32{p.word(strings.Join(key, ""))}, anchor: true, kind: n.kind})
		p.addInitials(key, int32(len(p.names)-2))
	}
}

// addGiven notes the given name of a contact or of a client that is a person, «Ирина» of «Ирина Ковалёва»:
// «набрать Ирину» is she when nobody else in the portfolio is called so.
func (p *nameIndex) addGiven(c int32, name, source string) {
	key := strings.Fields(crm.NameKey(name))
	if len(key) < 2 || len(key) > 3 {
		return
	}
	for _, w := range key {
		if genericWords[w] {
			return
		}
	}
	for _, w := range key {
		if firstNames[w] || petNames[w] {
			p.index(clientName{client: c, source: source, words: []int32{p.word(w)}, kind: givenOnly, alone: true})
			return
		}
	}
}

// index stores a name and notes it at the words by which it is found.
func (p *nameIndex) index(n clientName) {
	id := int32(len(p.names))
	p.names = append(p.names, n)
	for _, w := range n.words {
		word := &p.words[w]
		switch {
		case n.person():
			word.people = append(word.people, id)
		default:
			word.named = true
			if word.finds(&n) {
				word.names = append(word.names, id)
			}
		}
	}
}

// longestWord is how many letters the longest word of a name has.
func (p *nameIndex) longestWord(n *clientName) int {
	longest := 0
	for _, w := range n.words {
		longest = max(longest, utf8.RuneCountInString(p.words[w].text))
	}
	return longest
}

func (p *nameIndex) addInitials(key []string, name int32) {
	var short strings.Builder
	for _, w := range key {
		r, _ := utf8.DecodeRuneInString(w)
		short.WriteRune(r)
	}
	p.initial[short.String()] = append(p.initial[short.String()], name)
}

func kindOf(key []string) nameKind {
	var telling []string
	for _, w := range key {
		if !genericWords[w] {
			telling = append(telling, w)
		}
	}
	all := func(set map[string]bool) bool {
		for _, w := range telling {
			if !set[w] && w[0] > '9' {
				return false
			}
		}
		return len(telling) > 0
	}
	switch {
	case all(dateWords):
		return dateLike
	case len(telling) == len(key) && all(firstNames):
		return givenOnly
	case len(key) > 1:
		return ownName
	case roleWords[key[0]]:
		return role
	case everydayNames[key[0]]:
		return everyday
	case seldomNames[key[0]]:
		return seldom
	}
	return ownName
}

// word is the number of a word, indexed when it is new.
func (p *nameIndex) word(text string) int32 {
	if id, ok := p.wordIDs[text]; ok {
		return id
	}
	id := int32(len(p.words))
	p.wordIDs[text] = id
	p.words = append(p.words, nameWord{
		text: text, generic: genericWords[text], given: firstNames[text] || patronymic(text), initial: utf8.RuneCountInString(text) == 1 && text[0] > '9',
	})
	p.addStems(text, id, false)
	sound := text
	if cyrillic := toCyrillic(text); cyrillic != "" && text[0] < utf8.RuneSelf {
		p.addStems(cyrillic, id, true)
		sound = cyrillic
	}
	if key := soundKey(sound); key != "" {
		p.sounds[key] = append(p.sounds[key], id)
	}
	return id
}

// patronymic reports whether a word is a father's name: it may be left out beside a surname.
func patronymic(text string) bool {
	for _, end := range [...]string{"ович", "евич", "ьич", "овна", "евна", "ична"} {
		if strings.HasSuffix(text, end) && len(text) > 12 {
			return true
		}
	}
	return false
}

func (p *nameIndex) addStems(text string, id int32, translit bool) {
	var room [8]stem
	for _, s := range stemsOf(text, room[:0]) {
		ref := stemRef{id, s.class, translit}
		p.stems[s.text] = append(p.stems[s.text], ref)
		p.addSlips(s.text, ref)
	}
}

// addSlips notes a stem under its first and its last letters: a slip leaves one of them whole.
func (p *nameIndex) addSlips(text string, ref stemRef) {
	l, ok := lettersOf(text)
	if !ok || l.n < 4 || (ref.class == classBare || ref.class == classNominative) && strings.ContainsFunc(text, isCyrillic) {
		return
	}
	i := int32(len(p.slipped))
	p.slipped = append(p.slipped, slipStem{text, letterMask(text), l.n, ref})
	head, tail := [3]rune{l.r[0], l.r[1], 0}, [3]rune{l.r[l.n-2], l.r[l.n-1], 1}
	p.near[head] = append(p.near[head], i)
	p.near[tail] = append(p.near[tail], i)
}

// hit says that a word of a text is a form of a word of names.
type hit struct {
	word  int32
	cases caseSet
	slips uint8
	alike bool   // the slips are those of the ear
	how   string // exact, inflected, layout, translit, typo
}

// lookup appends the words of which fold is a form.
func (p *Portfolio) lookup(fold, how string, hits []hit) []hit {
	end := len(fold)
	for range longestEnding + 1 {
		for _, ref := range p.stems[fold[:end]] {
			if cases := casesOf(ref.class, fold[end:]); cases != 0 {
				hits = append(hits, hit{word: ref.word, cases: cases, how: howOf(how, ref, fold, p.words[ref.word].text)})
			}
		}
		_, n := utf8.DecodeLastRuneInString(fold[:end])
		if end -= n; end <= 0 {
			break
		}
	}
	return hits
}

func howOf(how string, ref stemRef, fold, word string) string {
	switch {
	case how != "":
		return how
	case ref.translit:
		return "translit"
	case fold == word:
		return "exact"
	}
	return "inflected"
}

// respelled appends the words that fold means in the other layout, the other alphabet or with letters of both.
func (p *Portfolio) respelled(fold string, hits []hit) []hit {
	latin := fold[0] < utf8.RuneSelf
	if mixed := unmix(fold); mixed != "" {
		return p.lookup(mixed, "typo", hits)
	}
	if utf8.RuneCountInString(fold) < 3 {
		return hits
	}
	if other := swapLayout(fold); other != "" {
		hits = p.lookup(other, "layout", hits)
	}
	sound := fold
	if latin {
		if sound = toCyrillic(fold); sound == "" {
			return hits
		}
		if len(hits) == 0 {
			hits = p.lookup(sound, "translit", hits)
		}
	}
	if len(hits) == 0 {
		for _, w := range p.sounds[soundKey(sound)] {
			how := "translit"
			if latin == (p.words[w].text[0] < utf8.RuneSelf) {
				how = "typo"
			}
			hits = append(hits, hit{word: w, cases: anyCase, how: how, alike: true, slips: 1})
		}
	}
	return hits
}

// mistyped appends the words of which fold is a form with slips.
func (p *Portfolio) mistyped(fold string, hits []hit) []hit {
	word, ok := lettersOf(fold)
	allowed := slipsAllowed(word.n)
	if !ok || allowed == 0 {
		return hits
	}
	mask := letterMask(fold)
	for _, i := range p.near[[3]rune{word.r[0], word.r[1], 0}] {
		hits = p.compare(i, fold, &word, mask, allowed, hits)
	}
	for cut := range min(longestEnding+1, word.n-1) {
		for _, i := range p.near[[3]rune{word.r[word.n-cut-2], word.r[word.n-cut-1], 1}] {
			hits = p.compare(i, fold, &word, mask, allowed, hits)
		}
	}
	if len(hits) == 0 && word.n >= 6 {
		hits = p.swapped(&word, hits)
	}
	return hits
}

// swapped finds words whose last three letters stand in another order, across stem and ending: «вектуро» for «вектору».
func (p *Portfolio) swapped(word *letters, hits []hit) []hit {
	a, b, c := word.n-3, word.n-2, word.n-1
	for _, order := range [...][3]int{{a, c, b}, {b, a, c}, {b, c, a}, {c, a, b}, {c, b, a}} {
		other := word.r
		for k, from := range order {
			other[a+k] = word.r[from]
		}
		before := len(hits)
		hits = p.lookup(string(other[:word.n]), "typo", hits)
		for i := before; i < len(hits); i++ {
			hits[i].slips = 1
		}
	}
	return hits
}

// compare appends the word of a stem when fold is it with an ending and no more slips than allowed.
func (p *Portfolio) compare(i int32, fold string, word *letters, mask uint64, allowed int, hits []hit) []hit {
	s := &p.slipped[i]
	if s.len > word.n+allowed || word.n > s.len+longestEnding+allowed || bits.OnesCount64(s.mask&^mask) > allowed {
		return hits
	}
	stemLetters, _ := lettersOf(s.text)
	var row [maxCompared + 1]uint8
	prefixSlips(&stemLetters, word, &row)
	best, at, cases, ended := uint8(99), 0, caseSet(0), false
	for j, pos := 0, 0; j <= word.n; j++ {
		if d := row[j]; int(d) <= allowed && d < best && slipsAllowed(s.len+word.n-j) >= int(d) {
			if c := casesOf(s.ref.class, fold[pos:]); c != 0 {
				best, at, cases, ended = d, pos, c, false
			} else if d == 0 && s.len >= 5 && slipInEnding(s.ref.class, fold[pos:]) {
				best, at, cases, ended = 1, pos, anyCase, true
			}
		}
		if j < word.n {
			pos += utf8.RuneLen(word.r[j])
		}
	}
	if best == 99 {
		return hits
	}
	return append(hits, hit{word: s.ref.word, cases: cases, slips: best, how: "typo", alike: best == 1 && !ended && soundsAlike(fold[:at], s.text)})
}

// slipInEnding reports whether rest is one slip away from an ending of two letters or three.
func slipInEnding(c class, rest string) bool {
	if n := utf8.RuneCountInString(rest); n < 2 || n > 3 {
		return false
	}
	for _, e := range classEndings[c] {
		if len(e.text) > 2 && slips(e.text, rest) == 1 {
			return true
		}
	}
	return false
}

// Find looks for a name that was typed alone, in a command or a form: whole names first, then parts, beginnings, other
// spellings and slips; a taxpayer number or the tail of a phone too. At most 20 matches, the best first.
func (p *Portfolio) Find(words string) []Match {
	tokens := tokenize(words)
	r := &nameReader{p: p, tokens: tokens}
	r.run(true)
	best := map[int32]Match{}
	keep := func(c int32, score int, how string) {
		if !p.own.has(c) {
			score -= strangerPenalty
		}
		if old, ok := best[c]; !ok || old.Score < score {
			best[c] = Match{p.clients[c].id, max(score, 0), how}
		}
	}
	for _, f := range r.found {
		keep(f.client, f.score-missingWords*(r.count()-(f.to-f.from)), f.how)
	}
	if len(best) == 0 || r.count() == 1 {
		p.beginnings(r.lastWord(), keep)
	}
	if d := onlyDigits(words); len(d) >= 4 && strings.Trim(words, "0123456789+ -().…") == "" {
		p.numbers(d, keep)
	}
	order := slices.Collect(maps.Keys(best))
	slices.SortFunc(order, func(a, b int32) int {
		return cmp.Or(cmp.Compare(best[b].Score, best[a].Score), cmp.Compare(a, b))
	})
	matches := make([]Match, 0, min(len(order), 20))
	for _, c := range order[:min(len(order), 20)] {
		matches = append(matches, best[c])
	}
	return matches
}

// beginnings finds names of which a word begins with the typed one.
func (p *Portfolio) beginnings(typed string, keep func(int32, int, string)) {
	if utf8.RuneCountInString(typed) < 2 {
		return
	}
	spellings := []string{typed}
	if other := swapLayout(typed); other != "" {
		spellings = append(spellings, other)
	}
	for i := range p.words {
		for k, s := range spellings {
			if !strings.HasPrefix(p.words[i].text, s) {
				continue
			}
			for _, n := range p.leads(int32(i), len(p.names), nil) {
				name := &p.names[n]
				keep(name.client, 600-50*k-min(100, len(p.words[i].text)-len(s))-sourcePenalty(name.source), "inflected")
			}
		}
	}
}

// numbers finds clients by a taxpayer number or by the last digits of a phone.
func (p *Portfolio) numbers(digits string, keep func(int32, int, string)) {
	for _, c := range p.numbered(digits) {
		keep(c, 1000, "inn")
	}
	tail := digits
	if len(digits) == 11 || len(digits) == 10 {
		tail = digits[len(digits)-10:]
	}
	for _, ref := range p.byTail[digits[len(digits)-4:]] {
		if p.seen.has(ref.client) && strings.HasSuffix(ref.digits, tail) {
			keep(ref.client, 950, "phone")
		}
	}
}
