package capture

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"followup/storage/crm"
)

// Rules of mentions.
//
// A name in a text is a mention when it may be one where it stands. A name that is nothing else always may; an everyday
// word («Волна»), a word of the trade («Партнёр»), one that looks like a date («Март»), a part of a name and a misspelled
// name need something that speaks for them: a capital inside a sentence, quotes, a legal form, a colon, a preposition that
// stands before companies, or a verb of clients behind them. A mention is sure when its best match is good and clearly
// better than the next; whatever is not sure is asked, never taken silently. The legal form, the city, the taxpayer number
// or a phone in the text decide between clients of one name.

// mention is a Mention with where its preposition begins.
type mention struct {
	Mention
	from, to int // tokens, form and quotes included
	lead     int // the first token that goes when the mention is cut out: a preposition, or from
	cases    caseSet
	number   bool // is a taxpayer number or a phone
	whole    bool // every word of the name is there and written right: it can be no date and no sum
	contact  bool
	given    bool // only the given name of a person
	weak     bool // an everyday or misspelled word
}

// findMentions finds the clients that a tokenized text names, in the order of the text.
func findMentions(tokens []token, p *Portfolio) []mention {
	if p == nil || len(p.names) == 0 {
		return nil
	}
	numbers := p.numberMentions(tokens)
	r := nameReader{p: p, tokens: tokens}
	r.run(false)
	mentions := r.choose()
	mentions = append(mentions, numbers...)
	slices.SortStableFunc(mentions, func(a, b mention) int { return cmp.Compare(a.from, b.from) })
	narrow(mentions)
	p.takeTails(tokens, mentions)
	return dropWeak(tokens, mentions)
}

// choose takes the best non-overlapping spans of what was found.
func (r *nameReader) choose() []mention {
	places := map[[2]int]*place{}
	kept := r.found[:0]
	var doubtful []foundName // written right, but everyday words
	for i := range r.found {
		f := r.found[i]
		span := [2]int{f.from, f.to}
		at := places[span]
		if at == nil {
			found := placeOf(r.tokens, r.words[f.from].from, r.words[f.to-1].to)
			at = &found
			places[span] = at
		}
		if r.mayStand(&f, at) {
			r.weigh(&f, at)
			kept = append(kept, f)
		} else if f.slips == 0 && f.missing == 0 {
			doubtful = append(doubtful, f)
		}
	}
	if len(kept) == 0 && slices.ContainsFunc(r.tokens, func(t token) bool { return t.kind == numberToken }) {
		for _, f := range doubtful { // «вектор выставка 1 декабря» names somebody, if anybody
			if at := places[[2]int{f.from, f.to}]; f.from == 0 && len(r.words) > 1 && at.first && r.p.names[f.name].kind == everyday {
				r.weigh(&f, at)
				kept = append(kept, f)
			}
		}
	}
	for _, f := range doubtful {
		if r.paired(&f, kept) {
			r.weigh(&f, places[[2]int{f.from, f.to}])
			kept = append(kept, f)
		}
	}
	slices.SortStableFunc(kept, func(a, b foundName) int {
		return cmp.Compare(b.score+spanBonus*(b.to-b.from), a.score+spanBonus*(a.to-a.from))
	})
	var mentions []mention
	taken := make([]bool, len(r.words))
	for i := range kept {
		f := &kept[i]
		if slices.Contains(taken[f.from:f.to], true) {
			continue
		}
		at := places[[2]int{f.from, f.to}]
		if f.slips == 0 && f.missing == 0 && r.paired(f, kept) {
			at.capital = true // it stands where a name stands
		}
		m := r.mention(kept, f, at)
		for k := f.from; k < f.to; k++ {
			taken[k] = true
		}
		mentions = append(mentions, m)
	}
	return mentions
}

// paired reports whether an everyday word stands beside a certain name as its like: «ромашка и гамма».
func (r *nameReader) paired(f *foundName, kept []foundName) bool {
	before, after := r.words[f.from].from-1, r.words[f.to-1].to
	for k := range kept {
		if kept[k].slips > 0 || kept[k].missing > 0 || kept[k].client == f.client {
			continue
		}
		from, to := r.words[kept[k].from].from, r.words[kept[k].to-1].to
		if from == after && to < len(r.tokens) && joins(r.tokens[to].fold) && r.p.names[f.name].kind != role && f.cases&nom != 0 && (before < 0 || breaksClause(r.tokens, before)) {
			return true // «маяк ромашка и заря»
		}
		if to == before && joins(r.tokens[before].fold) || from == after+1 && joins(r.tokens[after].fold) {
			return true
		}
	}
	return false
}

func joins(word string) bool { return word == "и" || word == "and" }

// spanBonus is what a further word that a name explains is worth.
const spanBonus = 200

// mayStand reports whether the name may be meant where it stands.
func (r *nameReader) mayStand(f *foundName, at *place) bool {
	name := &r.p.names[f.name]
	evident := at.strong() || at.placed()
	onlyDative := f.onlyDative(at)
	shown := evident || onlyDative || at.opens && at.beside
	switch {
	case name.kind == givenOnly && (name.source == "contact" || name.source == "person") && f.slips > 0:
		return false
	case f.how == "layout":
		return name.kind != dateLike || at.strong()
	case name.kind == dateLike && f.missing > 0:
		return false
	case f.missing > 0 && r.describes(f):
		return false
	case f.slips > 0 || f.missing > 0:
		return shown && (!partOfEveryday(name, f) || at.strong() || at.near)
	case f.how == "abbreviation":
		return true
	case name.kind == dateLike:
		return r.dateMayBeName(f, at)
	case name.kind == givenOnly && (name.source == "contact" || name.source == "person"):
		return (at.capital || at.near || at.object || at.subject) && !r.otherPerson(f)
	case name.kind == role || name.kind == everyday || partial(f) && (everydayWord(r.words[f.from].fold) || everydayWord(r.p.words[f.word].text)):
		return shown || at.beside || name.kind != role && (at.first && at.acted || at.last && f.cases&nom != 0)
	}
	return true
}

// partial reports whether a word of the name is missing in the text.
func partial(f *foundName) bool { return f.score <= 1000-givenPenalty-inflectedPenalty }

// describes reports whether the only word of a name that the text has is an adjective of the noun behind it: «с новым годом» is
// no «Новый век».
func (r *nameReader) describes(f *foundName) bool {
	if f.to-f.from != 1 || !adjective(r.words[f.from].fold) && !strings.HasSuffix(r.words[f.from].fold, "ым") || f.to >= len(r.words) || r.words[f.to].apart {
		return false
	}
	next := &r.tokens[r.words[f.to].from]
	return next.kind == wordToken && !next.upper && work[next.fold].act == actNone && nameCases[next.fold] == 0 && !joinWords[next.fold] && !particles[next.fold] && !looksInfinitive(next.fold)
}

// partOfEveryday reports whether only a part of the name stands in the text and it is an everyday word.
func partOfEveryday(name *clientName, f *foundName) bool {
	return f.missing > 0 && (name.kind == everyday || name.kind == role || len(name.words) > 1)
}

func everydayWord(fold string) bool {
	return everydayNames[fold] || seldomNames[fold] || roleWords[fold]
}

// dateMayBeName reports whether a name that looks like a date or a sum is a name where it stands.
func (r *nameReader) dateMayBeName(f *foundName, at *place) bool {
	if r.announced(f) {
		return true
	}
	first := &r.tokens[r.words[f.from].from]
	counted := first.kind == numberToken || f.to-f.from > 1
	switch {
	case at.quoted || at.form != "":
		return true
	case at.capital && at.near && first.kind != numberToken && (r.before(f) == "в" || r.before(f) == "во"):
		return true // «звонил в Пятницу»: nobody writes a weekday with a capital there
	case at.number || at.dated && f.cases&at.cases&^acc == 0:
		return false
	case at.dated && at.cases != loc|acc:
		return false
	case at.colon:
		return true
	case at.capital:
		return !at.dated || f.cases&loc != 0 && f.cases&(nom|acc) == 0
	case at.near && counted && first.kind != numberToken && (r.before(f) == "в" || r.before(f) == "во"):
		return true // «звонил в сто лет»
	case at.near && counted:
		return at.cases == gen && first.kind != numberToken || at.cases == ins|gen && f.cases == ins || at.cases == gen && r.before(f) == "у"
	case at.near:
		return at.cases == gen && r.before(f) != "от" || at.cases == ins|gen && f.cases&ins != 0 && f.cases&gen == 0 ||
			at.cases == dat && f.cases&dat != 0 && f.cases&(gen|ins) == 0 && !strings.HasSuffix(first.fold, "ам")
	}
	return at.subject && !at.dated
}

// otherPerson reports whether a given name belongs to a fuller one that is not the contact's: «Пётр Иванов», «Анна Петровна».
func (r *nameReader) otherPerson(f *foundName) bool {
	strange := func(i int) bool {
		if i < 0 || i >= len(r.words) {
			return false
		}
		t := &r.tokens[r.words[i].from]
		return t.kind == wordToken && givenForms[t.fold] == 0 && (strangeCapital(t) || patronymic(t.fold) || surname(t.fold) && !knownWord(t.fold))
	}
	next := f.to < len(r.words) && !r.words[f.to].apart && strange(f.to)
	return next || !r.words[f.from].apart && strange(f.from-1)
}

// announced reports whether a name that looks like a date stands whole behind a word for a company: «магазин 7 дней».
func (r *nameReader) announced(f *foundName) bool {
	words := r.p.names[f.name].words
	return len(words) > 1 && r.p.words[words[0]].generic && f.missing == 0 && f.to-f.from == len(words)
}

// before is the word in front of a found name, folded.
func (r *nameReader) before(f *foundName) string {
	if i := r.words[f.from].from; i > 0 {
		return r.tokens[i-1].fold
	}
	return ""
}

// weigh corrects the score by what stands around the name.
func (r *nameReader) weigh(f *foundName, at *place) {
	c := &r.p.clients[f.client]
	if f.cases != 0 && f.cases&at.cases == 0 {
		f.score -= casePenalty
	}
	if at.subject && at.cases == anyCase && f.person && f.how == "inflected" && f.cases&dat == 0 {
		f.score -= casePenalty // «Ковалёва просит» is said of her, not of Ковалёв
	}
	if at.form != "" && at.form != "-" && c.form != "" {
		if at.form == c.form {
			f.score += 40
		} else {
			f.score -= ahead + 40
		}
	}
	if !r.p.own.has(f.client) {
		f.score -= strangerPenalty
	}
}

// mention gathers the matches of a span.
func (r *nameReader) mention(kept []foundName, f *foundName, at *place) mention {
	best := map[int32]*foundName{}
	var order []int32
	for i := range kept {
		g := &kept[i]
		if g.from != f.from || g.to != f.to {
			continue
		}
		if best[g.client] == nil {
			best[g.client] = g
			order = append(order, g.client)
		} else if g.score > best[g.client].score {
			best[g.client] = g
		}
	}
	city := r.byCity(best, order)
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(best[b].score, best[a].score) })
	m := mention{from: at.start, to: at.end, lead: at.start, cases: f.cases, whole: f.missing == 0 && f.slips == 0}
	for _, c := range order[:min(len(order), 10)] {
		m.Matches = append(m.Matches, Match{r.p.clients[c].id, min(max(best[c].score, 0), 1000), best[c].how})
	}
	top := best[order[0]]
	m.Sure = (r.sure(top, at) || city >= 0 && top.score >= enough && top.slips == 0) && (len(order) == 1 || top.score-best[order[1]].score >= ahead)
	m.contact = r.p.names[top.name].source == "contact"
	kind := r.p.names[top.name].kind
	m.given = kind == givenOnly && (m.contact || r.p.names[top.name].source == "person")
	m.weak = kind == dateLike && !m.Sure || at.person && !m.Sure || !at.strong() && !at.placed() && !(at.first && at.beside) && !at.last && (kind != ownName || top.slips > 0 || top.missing > 0)
	first := at.start
	for first < r.words[f.from].from && nameCases[r.tokens[first].fold] != 0 {
		first++
	}
	m.from = first
	m.Span = Span{r.tokens[m.from].From, r.tokens[m.to-1].To}
	r.takeCity(&m, city)
	return m
}

// takeCity lets the city right behind a name belong to the mention: «меркурий тула», «сатурну в рязань».
func (r *nameReader) takeCity(m *mention, city int) {
	if city < 0 || r.words[city].from < m.to || r.words[city].from > m.to+1 {
		return
	}
	if gap := r.words[city].from - m.to; gap == 1 {
		if t := &r.tokens[m.to]; nameCases[t.fold] == 0 && !t.is("(") {
			return
		}
	}
	m.to = r.words[city].to
	if m.to < len(r.tokens) && r.tokens[m.to].is(")") {
		m.to++
	}
	m.Span.To = r.tokens[m.to-1].To
}

// byCity lifts those of several clients whose city the text names and returns the word of the city, -1 without.
func (r *nameReader) byCity(best map[int32]*foundName, order []int32) int {
	at := -1
	if len(order) < 2 {
		return at
	}
	for _, reach := range [...]int{3, len(r.words)} { // a city beside the name decides before one somewhere else
		for _, c := range order {
			if i := r.cityNear(best[c], reach); i >= 0 {
				best[c].score += ahead + 20
				at = i
			}
		}
		if at >= 0 {
			break
		}
	}
	return at
}

// cityNear is a word of the client's city at most reach words from its name, -1 without.
func (r *nameReader) cityNear(f *foundName, reach int) int {
	city := r.p.cityOf(f.client)
	if len(city) < 6 {
		return -1
	}
	for i := max(0, f.from-reach); i < min(len(r.words), f.to+reach); i++ {
		if (i < f.from || i >= f.to) && strings.HasPrefix(r.words[i].fold, city) {
			return i
		}
	}
	return -1
}

// sure reports whether the match is good enough by itself.
func (r *nameReader) sure(f *foundName, at *place) bool {
	name := &r.p.names[f.name]
	switch {
	case f.score < enough || f.missing > 0 && f.how != "abbreviation" && !at.strong() && !at.near:
		return false
	case f.missing > 0:
		return false
	case at.form == "ип" && r.p.clients[f.client].form == "" && f.how != "exact":
		return false // «ИП Иванов» is not «Ивановы»
	case f.slips > 1 || f.slips == 1 && (!f.alike || f.person || min(r.p.longestWord(name), utf8.RuneCountInString(r.words[f.from].fold)) < 7):
		return false
	case f.tail && f.how != "abbreviation" || r.longer(f) || severalWords[r.before(f)]:
		return false
	case at.person && f.to-f.from == 1 && surname(r.words[f.from].fold):
		return false // «Пётр Иванов» is nobody of the client «Ивановы»
	case name.kind == dateLike:
		return at.strong() || at.near || at.opens && at.subject && f.to-f.from == 1 || r.announced(f)
	case name.kind == givenOnly && name.source == "contact":
		return true // others of the name, were there any, would be as good
	case name.kind == givenOnly:
		return name.source != "person" && (at.quoted || at.form != "" || at.colon)
	case name.kind == role:
		return at.strong() || at.opens && (at.subject || at.alone || f.onlyDative(at))
	case at.last && (at.reach || name.kind == ownName) && f.cases&nom != 0:
		return true // whom else is «набрать до понедельника вектор» about
	case at.strong() || at.placed() || at.opens || at.first && at.beside || f.onlyDative(at):
		return true
	case name.kind == everyday, name.kind == seldom:
		return false
	}
	first := &r.tokens[r.words[f.from].from]
	return f.to-f.from > 1 || first.text[0] < utf8.RuneSelf || at.known || at.beside || at.first && at.acted
}

// severalWords before a name say that more than one of the name is meant: «созвонился с двумя Векторами».
var severalWords = lexicon("двумя двух двум обоими обоих обоим обеим обеих обеими тремя трех трем оба обе both two three")

// longer reports whether the words beside a name make another name of it: «Вектор Плюс» for «Вектор», «Полярная звезда» for
// «Звезда», «Меркурий А.С.» for «Меркурий».
func (r *nameReader) longer(f *foundName) bool {
	if i := f.to; i < len(r.words) && !r.words[i].apart {
		t := &r.tokens[r.words[i].from]
		if tellingTails[t.fold] || strangeCapital(t) || r.initialAt(r.words[i].from) {
			return true
		}
	}
	if i := f.from - 1; i >= 0 && !r.words[f.from].apart {
		t := &r.tokens[r.words[i].from]
		return adjective(t.fold) && !knownWord(t.fold) && nameCases[t.fold] == 0 && !r.isCity(f.client, t.fold) || strangeCapital(t) && !t.opens
	}
	return false
}

// initialAt reports whether token i is an initial: «А.».
func (r *nameReader) initialAt(i int) bool {
	t := &r.tokens[i]
	return t.upper && utf8.RuneCountInString(t.text) == 1 && i+1 < len(r.tokens) && r.tokens[i+1].is(".") && r.tokens[i+1].glued
}

// strangeCapital reports whether a capitalised word is nothing that work talk has beside a name.
func strangeCapital(t *token) bool {
	return t.kind == wordToken && t.upper && !t.caps && !knownWord(t.fold) && givenForms[t.fold] == 0 && nameCases[t.fold] == 0 && !textForms[t.fold] && !orderVocabulary[t.fold]
}

func (r *nameReader) isCity(c int32, fold string) bool {
	city := r.p.cityOf(c)
	return len(city) >= 6 && strings.HasPrefix(fold, city)
}

// surname reports whether a word looks like a form of a Russian surname.
func surname(fold string) bool {
	for _, end := range [...]string{"ов", "ев", "ин", "ын", "ова", "ева", "ина", "ову", "еву", "ину", "овым", "евым", "иным", "овой", "евой", "иной", "ове", "еве"} {
		if strings.HasSuffix(fold, end) {
			return true
		}
	}
	return false
}

// onlyDative reports whether a name without a preposition stands in the dative: «рассвету скидку».
func (f *foundName) onlyDative(at *place) bool {
	return f.cases&dat != 0 && f.cases&(nom|gen|acc) == 0 && at.cases == anyCase
}

// numberMentions finds clients by taxpayer numbers and phones.
func (p *Portfolio) numberMentions(tokens []token) []mention {
	var mentions []mention
	for i := 0; i < len(tokens); i++ {
		t := &tokens[i]
		if t.kind != numberToken && !t.is("+") {
			continue
		}
		if (len(t.text) == 10 || len(t.text) == 12) && t.kind == numberToken && crm.ValidINN(t.text) {
			if clients := p.numbered(t.text); len(clients) > 0 {
				mentions = append(mentions, p.numberMention(tokens, i, i+1, clients, "inn", 1000))
				continue
			}
		}
		to, digits := phoneRun(tokens, i)
		if m, ok := p.phoneMention(tokens, i, to, digits); ok {
			mentions = append(mentions, m)
		}
		i = max(i, to-1)
	}
	return mentions
}

// phoneRun reads digits parted by the usual separators.
func phoneRun(tokens []token, i int) (to int, digits string) {
	var d strings.Builder
	to = i
	for k := i; k < len(tokens) && d.Len() < 15; k++ {
		t := &tokens[k]
		if t.kind == numberToken {
			d.WriteString(t.text)
			to = k + 1
		} else if !t.is("-") && !t.is("(") && !t.is(")") && (!t.is("+") || k != i) {
			break
		}
	}
	return to, d.String()
}

func (p *Portfolio) phoneMention(tokens []token, from, to int, digits string) (mention, bool) {
	n := len(digits)
	whole := n == 10 || n == 11 || n >= 12 && tokens[from].is("+")
	if n < 4 || n > 15 || !whole && (n > 7 || !afterPhoneWord(tokens, from)) {
		return mention{}, false
	}
	tail := digits
	if whole {
		tail = digits[n-10:]
	}
	var clients []int32
	for _, ref := range p.byTail[digits[n-4:]] {
		if p.seen.has(ref.client) && strings.HasSuffix(ref.digits, tail) && !slices.Contains(clients, ref.client) {
			clients = append(clients, ref.client)
		}
	}
	if len(clients) == 0 {
		return mention{}, false
	}
	return p.numberMention(tokens, from, to, clients, "phone", 950), true
}

// takeTails lets the last four digits of a contact's phone right beside his client belong to the mention: «4567 ромашка звонок». They
// are no sum and no bill's number; of several clients of the name they decide.
func (p *Portfolio) takeTails(tokens []token, mentions []mention) {
	for i := range tokens {
		if t := &tokens[i]; t.kind != numberToken || len(t.text) != 4 || t.glued || i+1 < len(tokens) && tokens[i+1].glued && tokens[i+1].kind != punctToken {
			continue
		}
		for k := range mentions {
			m := &mentions[k]
			before := m.lead == i+1 && m.lead == m.from && (i == 0 || breaksClause(tokens, i-1))
			if !before && (m.to != i || i+1 < len(tokens) && !breaksClause(tokens, i+1) && work[tokens[i+1].fold].act == actNone) {
				continue
			}
			if at := p.phoneOf(m, tokens[i].text); at >= 0 {
				m.Matches, m.Sure = m.Matches[at:at+1:at+1], true
				m.from, m.lead, m.to = min(m.from, i), min(m.lead, i), max(m.to, i+1)
				m.Span = Span{tokens[m.from].From, tokens[m.to-1].To}
				break
			}
		}
	}
}

// phoneOf is the one own match of a mention that has a contact whose phone ends with the digits, -1 when none or several have.
func (p *Portfolio) phoneOf(m *mention, digits string) int {
	at := -1
	for _, ref := range p.byTail[digits] {
		if !p.own.has(ref.client) {
			continue
		}
		k := slices.IndexFunc(m.Matches, func(x Match) bool { return x.Client == p.clients[ref.client].id })
		switch {
		case k < 0:
		case at >= 0 && k != at:
			return -1
		default:
			at = k
		}
	}
	return at
}

// afterPhoneWord reports whether «тел», «номер на» or the like stands within three tokens before i.
func afterPhoneWord(tokens []token, i int) bool {
	for k := max(0, i-3); k < i; k++ {
		if phoneWords[tokens[k].fold] {
			return true
		}
	}
	return false
}

// numberMention makes the mention of a number; the words that announce it belong to it.
func (p *Portfolio) numberMention(tokens []token, from, to int, clients []int32, how string, score int) mention {
	start := from
	for start > 0 && from-start < 3 {
		if w := tokens[start-1].fold; !phoneWords[w] && w != "инн" && w != "inn" && w != "на" && w != "с" && w != "." && w != "…" && w != ":" {
			break
		}
		start--
	}
	m := mention{from: start, to: to, lead: start, cases: anyCase, number: true, whole: true}
	m.Span = Span{tokens[start].From, tokens[to-1].To}
	owned := 0
	for _, c := range clients {
		s := score
		if !p.own.has(c) {
			s -= strangerPenalty
		} else {
			owned++
		}
		m.Matches = append(m.Matches, Match{p.clients[c].id, s, how})
	}
	slices.SortStableFunc(m.Matches, func(a, b Match) int { return cmp.Compare(b.Score, a.Score) })
	m.Sure = len(clients) == 1 || owned == 1
	return m
}
