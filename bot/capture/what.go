package capture

import "strings"

// Rules of what is meant.
//
// A message is cut into pieces, each about one thing: at lines, sentences, commas and dashes between words, at «и», «а»,
// «потом» before a new verb, and before a verb that begins something new («созвонилась ждут кп набрать завтра»). A piece is
// read by its words of the trade (lexicon_work.go) and by the client, the times and the sums in it:
//
//   - «КЛИЕНТ: …»: what stands before the first colon of a line names the client, known or not.
//   - A touch is what was done («созвонилась») or a touch by name without a time to come («звонок»). With one it is a
//     follow-up («встреча в пятницу»).
//   - What the client wants, thinks or waits for is the outcome of the touch before it; without a touch it is a note.
//   - An obligation is what we say we will give («пришлём КП»), promised («обещал скинуть акт») or are waited for («ждут
//     КП»); «ждем акт» and «обещали прислать» are theirs. «Обещал» in the singular is the writer himself unless the client
//     or another person is its subject.
//   - Money: «оплатили» is a payment, «оплатят» and «обещали оплатить» a promise, «счет» with a sum an invoice. A wanted
//     or needed invoice is something to do.
//   - A piece without a client belongs to the client named last before it; when none was, to the only client of the
//     message. Nothing is carried from message to message.
//   - A heading before a colon says what each client of the list behind it gets (what_listing.go).
//   - A piece that nothing explains is kept as the outcome or as a note; it never spoils the others.

// scribe reads one message.
type scribe struct {
	text    string
	tokens  []token
	w       World
	named   []mention
	times   []Time
	sums    []Sum
	owners  []owner
	pieces  []piece
	head    []int    // clients of a «CLIENT:» whose piece is still to come
	context []int    // mentions that a piece without its own belongs to
	touch   int      // index of the touch that outcomes belong to, -1 without
	unknown [2]int   // tokens of a name that nobody knows, with its preposition
	headed  bool     // the line began with «CLIENT:»
	timed   *Time    // a time before a colon that what follows is due at
	listing ItemKind // what the papers behind «обещала дельте:» are, empty otherwise
	list    heading  // what the clients of a list get
	again   bool     // the next piece repeats what was said before it
	bills   bool     // «2 счета:» stands before: numbers with sums are bills
	grown   int      // the piece that last added its clients to the last item
	papered bool     // the last item was an invoice: «и ромашке 1,2 млн» is another
	reading Reading
}

// owner says what a token belongs to: indexes, -1 for none.
type owner struct{ mention, time, sum int }

// piece is a run of tokens about one thing.
type piece struct {
	from, to int
	acts     []actAt
	named    []int
	times    []int
	sums     []int
	head     []int // clients of the «CLIENT:» before it
	line     bool  // begins a line
	listed   bool  // a comma stands before it
	again    bool  // repeats what was said before it for another client
}

// actAt is a word of the trade in a piece.
type actAt struct {
	tok int
	tradeWord
	not bool // «не» stands before it
}

// readItems cuts the message and makes items of its pieces.
func (s *scribe) readItems() {
	s.touch = -1
	s.cutPieces()
	s.joinConditions()
	for i := 0; i < len(s.pieces); i++ {
		heads, before := s.heads(i), len(s.reading.Items)
		last := s.readPiece(i)
		if heads {
			s.take(i, before)
		}
		i = last
	}
	s.spread()
	s.shareClients()
	s.fillReminders()
}

// readPiece makes what there is of piece i and returns the index of the last piece used.
func (s *scribe) readPiece(i int) int {
	p := &s.pieces[i]
	if s.entered(i) {
		return i
	}
	switch {
	case len(p.head) > 0:
		s.context = p.head
	case p.listed && i > 0 && len(p.named) > 0 && s.onlyNames(&s.pieces[i-1]):
		s.context = s.union(s.pieces[i-1].named, p.named)
		p.named = s.context
	}
	if p.line {
		s.headed, s.listing = len(p.head) > 0, ""
	}
	if s.headed && !s.ownName(p) {
		p.named = nil
	}
	if len(p.named) > 0 {
		s.context = p.named
	}
	if s.namesAndTime(p) && s.sameFor(p) {
		return i
	}
	if s.onlyNames(p) || s.namesAndTime(p) && s.goesOn(i) {
		if last := s.lastTouch(); last != nil && i > 0 && !s.goesOn(i) && !p.line && s.named[p.named[0]].contact {
			s.outcome(p) // «ЛПР - Ковалёва»
			return i
		}
		s.moreClients(i)
		return i
	}
	if s.question(p) {
		s.keep(p)
		return i
	}
	if s.politeness(p) || i > 0 && s.politeness(&s.pieces[i-1]) && givenForms[s.plainOf(p)] != 0 {
		return i
	}
	if used, ok := s.contract(i); ok {
		return used
	}
	for _, read := range pieceReaders {
		if read(s, p) {
			return i
		}
	}
	return i
}

// onlyNames reports whether a piece names clients and says nothing.
func (s *scribe) onlyNames(p *piece) bool {
	return len(p.named) > 0 && s.allNames(p.from, p.to)
}

// moreClients adds the names of piece i to the item before, when they go on with its list: «позвонить вектору, ромашке и гамме».
func (s *scribe) moreClients(i int) {
	if !s.goesOn(i) {
		return
	}
	p, last := &s.pieces[i], s.lastItem()
	if due := s.when(p); due != nil && last.When != nil && *due != *last.When {
		item := *last // «в три созвон с огоньком, в полпятого с зарей»
		item.When = due
		s.context = p.named
		s.add(p, item)
		return
	}
	last.Clients = s.union(last.Clients, p.named)
	s.context, s.grown = last.Clients, i
	if last.When == nil {
		last.When = s.when(p)
	}
}

// union is both lists with each client once.
func (s *scribe) union(a, b []int) []int {
	all := a[:len(a):len(a)]
	for _, m := range b {
		if !s.sameClientIn(all, m) {
			all = append(all, m)
		}
	}
	return all
}

// ownName reports whether a piece behind «CLIENT:» names another client beyond doubt; a person or a doubtful name there
// belongs to the client before the colon.
func (s *scribe) ownName(p *piece) bool {
	for _, m := range p.named {
		if s.named[m].Sure && !s.named[m].contact {
			return true
		}
	}
	return false
}

// goesOn reports whether the names of piece i go on with a list that the piece before ends with.
func (s *scribe) goesOn(i int) bool {
	last := s.lastItem()
	if last == nil || i == 0 || !s.pieces[i].listed || s.pieces[i].to < len(s.tokens) && dash(s.tokens, s.pieces[i].to) && s.named[s.pieces[i].named[0]].cases&nom != 0 {
		return false
	}
	before := &s.pieces[i-1]
	return s.owners[before.to-1].mention >= 0 && (last.Span.From == s.tokens[before.from].From || s.grown == i-1 && i > 1)
}

// namesAndTime reports whether a piece is clients and a time and nothing else.
func (s *scribe) namesAndTime(p *piece) bool {
	return len(p.named) > 0 && len(p.acts) == 0 && len(p.sums) == 0 && s.cut(p, keepWords) == ""
}

// question reports whether a piece asks something.
func (s *scribe) question(p *piece) bool {
	return p.to < len(s.tokens) && s.tokens[p.to].is("?") && questionWords[s.tokens[p.from].fold]
}

var questionWords = lexicon("когда что сколько почему где кто как зачем какой какая какие чем куда when what how who why where which can could do does did is are")

// politeness reports whether a piece is small talk beside the work.
func (s *scribe) politeness(p *piece) bool {
	if len(p.named) > 0 || p.to-p.from > 4 {
		return false
	}
	plain := s.plainOf(p)
	meaning := chatPhrases[plain]
	return urgentWords[plain] || besides[plain] != "" || strings.HasPrefix(plain, "с уважением") || meaning == "hello" || meaning == "thanks" || meaning == "bye" || meaning == "ok" && s.touch < 0
}

// plainOf is the folded text of a piece without marks.
func (s *scribe) plainOf(p *piece) string {
	part := scribe{tokens: s.tokens[p.from:p.to]}
	return part.plain()
}

// urgentWords are said beside the work and say nothing of it.
var urgentWords = lexicon("срочно важно внимание asap urgent todo ну так короче кстати надиктовываю btw fyi")

// besides are phrases said beside the work.
var besides = phrases(map[string]string{"beside": `забыл записать|забыла записать|забыл внести|забыла внести|забыла отметить|забыл отметить|для истории|на заметку|forgot to log|for the record`})

// pieceReaders try to explain a piece, the most particular first.
var pieceReaders = [...]func(*scribe, *piece) bool{
	(*scribe).conditional, (*scribe).anotherPaper, (*scribe).missed, (*scribe).payment, (*scribe).deferred, (*scribe).promise, (*scribe).invoice, (*scribe).document, (*scribe).birthday, (*scribe).obligation,
	(*scribe).await, (*scribe).followUp, (*scribe).touched, (*scribe).said, (*scribe).loose,
}

// add stores an item for the clients of the piece.
func (s *scribe) add(p *piece, item Item) {
	item.Span = Span{s.tokens[p.from].From, s.tokens[p.to-1].To}
	item.Clients = s.context
	s.reading.Items = append(s.reading.Items, item)
	s.timed = nil
}

// shareClients gives items before the first name the only client of the message.
func (s *scribe) shareClients() {
	if len(s.named) == 0 {
		return
	}
	first := s.named[0].Matches[0].Client
	for i := range s.named {
		if s.named[i].Matches[0].Client != first {
			return
		}
	}
	for i := range s.reading.Items {
		if len(s.reading.Items[i].Clients) == 0 {
			s.reading.Items[i].Clients = []int{0}
		}
	}
}

// fillReminders gives a reminder without words of its own the words of what was said before it: «they want a quote, ping
// me next friday» reminds of the quote.
func (s *scribe) fillReminders() {
	items := s.reading.Items
	for i := range items {
		it := &items[i]
		if it.Kind != FollowUp || it.Text != "" {
			continue
		}
		if k := s.wantedBefore(i); k >= 0 && items[k].Kind == FollowUp && items[k].When == nil {
			it.Text, it.Verb, it.Paper, it.Thing = items[k].Text, items[k].Verb, items[k].Paper, items[k].Thing
			s.reading.Items = append(items[:k:k], items[k+1:]...)
			s.fillReminders()
			return
		}
		if i > 0 && items[i-1].Kind == Touch && items[i-1].Outcome != "" {
			it.Text = items[i-1].Outcome
			continue
		}
		it.Text = s.cut(s.pieceOf(it.Span), keepVerbs)
	}
}

// wantedBefore is the item right before i when both are of the same clients, else -1.
func (s *scribe) wantedBefore(i int) int {
	if i == 0 || len(s.reading.Items[i-1].Clients) > 0 && len(s.reading.Items[i].Clients) > 0 && s.reading.Items[i-1].Clients[0] != s.reading.Items[i].Clients[0] {
		return -1
	}
	return i - 1
}

// pieceOf is the piece of an item's span.
func (s *scribe) pieceOf(span Span) *piece {
	for i := range s.pieces {
		if s.tokens[s.pieces[i].from].From == span.From {
			return &s.pieces[i]
		}
	}
	return &s.pieces[0]
}
