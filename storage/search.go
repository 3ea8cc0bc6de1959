package storage

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"followup/bot/message"
	"followup/storage/crm"
)

// Rules of search.
//
// What is written is put into a queue in its own transaction and indexed right after the commit, because indexing in the
// same transaction costs four fifths of the write rate. The index holds folded and stemmed words only; what is shown is
// read from the records, so nothing shows that Me may not see. Every word of the question has to be found, as a word or, unless
// it is common, the start of one. Clients and contacts come first, then everything else, and in both what was written last.

// Hit is one thing found.
type Hit struct {
	Subject crm.Subject
	Client  int64
	Title   string // the client's name
	Snippet string // part of the text around the first word found
	At      crm.Moment
}

// searchText is what is searched of a record, and what it shows.
type searchText struct {
	client int64
	at     crm.Moment
	words  string
	show   string
	author int64 // of a private note, 0 otherwise
}

// searchTexts read a record of each kind; found is false when it is gone.
var searchTexts = map[string]func(tx *Tx, id int64) (t searchText, found bool, err error){
	"client": func(tx *Tx, id int64) (searchText, bool, error) {
		c, found, err := clients.get(tx, id)
		show := joinNonEmpty(c.City, c.INN)
		return searchText{id, max(c.LastTouch, c.Created), joinNonEmpty(append(append([]string{c.Name, show}, c.Aliases...), c.Tags...)...), show, 0}, found, err
	},
	"contact": func(tx *Tx, id int64) (searchText, bool, error) {
		c, found, err := contacts.get(tx, id)
		show := joinNonEmpty(append([]string{c.Name, c.Position, c.Email}, c.Phones...)...)
		return searchText{c.Client, 0, show + " " + strings.Join(phoneTails(c.Phones), " "), show, 0}, found, err
	},
	"interaction": func(tx *Tx, id int64) (searchText, bool, error) {
		i, found, err := interactions.get(tx, id)
		t := searchText{i.Client, i.Happened, joinNonEmpty(i.Text, i.Outcome), told(i.Text, i.Outcome), 0}
		if i.Private {
			t.author = i.Author
		}
		return t, found, err
	},
	"followup": func(tx *Tx, id int64) (searchText, bool, error) {
		f, found, err := followUps.get(tx, id)
		return searchText{f.Client, f.Due, joinNonEmpty(f.Text, f.Outcome), told(f.Text, f.Outcome), 0}, found && f.Client != 0, err
	},
	"contract": func(tx *Tx, id int64) (searchText, bool, error) {
		c, found, err := contracts.get(tx, id)
		return searchText{c.Client, c.Created, joinNonEmpty(c.Number, c.Subject), joinNonEmpty(c.Number, c.Subject), 0}, found, err
	},
	"invoice": func(tx *Tx, id int64) (searchText, bool, error) {
		i, found, err := invoices.get(tx, id)
		return searchText{i.Client, i.Created, i.Number, i.Number, 0}, found, err
	},
	"document": func(tx *Tx, id int64) (searchText, bool, error) {
		d, found, err := documents.get(tx, id)
		return searchText{d.Client, d.Created, joinNonEmpty(d.Title, d.Number), joinNonEmpty(d.Title, d.Number), 0}, found, err
	},
}

// told is what happened and how it ended, said once when the text says it already.
func told(text, outcome string) string {
	switch {
	case strings.Contains(strings.ToLower(text), strings.ToLower(outcome)):
		return text
	case strings.Contains(outcome, text):
		return outcome
	}
	return text + " → " + outcome
}

// searched are the columns whose change puts a record into the index anew.
var searched = map[string][]string{
	"client":      {"name", "aliases", "inn", "city", "tags"},
	"contact":     {"client_id", "name", "position", "email", "phones"},
	"interaction": {"client_id", "text", "outcome", "happened"},
	"followup":    {"client_id", "text", "outcome", "due"},
	"contract":    {"client_id", "number", "subject"},
	"invoice":     {"client_id", "number"},
	"document":    {"client_id", "title", "number"},
}

func joinNonEmpty(parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, " ")
}

// phoneTails are the ends of phones by which people look for them: the last ten, seven, five and four digits.
func phoneTails(phones []string) []string {
	var tails []string
	for _, p := range phones {
		digits := onlyDigits(p)
		for _, n := range []int{10, 7, 5, 4} {
			if len(digits) > n {
				tails = append(tails, digits[len(digits)-n:])
			}
		}
	}
	return tails
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

func (tx *Tx) queueIndex(kind string, id int64) {
	tx.queued = true
	tx.later("INSERT INTO search_queue (kind, record_id) VALUES ($1, $2) ON CONFLICT (kind, record_id) DO NOTHING", kind, id)
}

// indexBatch is how many records are indexed in one turn, so that nobody waits long behind it.
const indexBatch = 100

// keepIndex empties the queue whenever something was put into it, until the store closes.
func (s *Store) keepIndex() {
	defer close(s.indexed)
	for {
		select {
		case <-s.index:
			if err := s.Index(context.Background()); err != nil && !isClosed(err) {
				s.Log.Error("search index", "err", err)
			}
		case <-s.closing:
			return
		}
	}
}

// Index brings the search index up to date and returns when nothing waits for it.
func (s *Store) Index(ctx context.Context) error {
	for {
		left := 0
		err := s.Update(ctx, func(tx *Tx) error {
			var queue []crm.Subject
			err := tx.each("SELECT kind, record_id FROM search_queue ORDER BY kind, record_id LIMIT $1", []any{indexBatch}, func(scan func(...any) error) error {
				var q crm.Subject
				err := scan(&q.Kind, &q.ID)
				queue = append(queue, q)
				return err
			})
			left = len(queue)
			for i := 0; i < len(queue) && err == nil; i++ {
				err = tx.indexOne(queue[i])
			}
			return err
		})
		if err != nil || left < indexBatch {
			return err
		}
	}
}

// indexTable is the table of the index that a kind of record is in.
func indexTable(kind string) string {
	if kind == "client" || kind == "contact" {
		return "search_names"
	}
	return "search_notes"
}

// indexOne replaces what the index holds of a record.
func (tx *Tx) indexOne(q crm.Subject) error {
	var doc int64
	index := tx.s.dialect.index[indexTable(q.Kind)]
	had, err := tx.one("DELETE FROM search_docs WHERE kind = $1 AND record_id = $2 RETURNING id", []any{q.Kind, q.ID}, &doc)
	if err == nil && had {
		_, err = tx.exec(index.drop, doc)
	}
	if err != nil {
		return err
	}
	tx.later("DELETE FROM search_queue WHERE kind = $1 AND record_id = $2", q.Kind, q.ID)
	read, ok := searchTexts[q.Kind]
	if !ok {
		return nil
	}
	t, found, err := read(tx, q.ID)
	if err != nil || !found {
		return err
	}
	words := strings.Join(searchWords(t.words), " ")
	if words == "" {
		return nil
	}
	err = tx.insert("INSERT INTO search_docs (kind, record_id, client_id, at) VALUES ($1, $2, $3, $4)",
		[]any{q.Kind, q.ID, t.client, int64(t.at)}, &doc)
	if err == nil {
		tx.later(index.add, doc, words)
	}
	return err
}

// forget takes a record that was erased out of the index at once, with every trace of it.
func (tx *Tx) forget(s *shape, id int64) error {
	if err := tx.indexOne(crm.Subject{Kind: s.kind, ID: id}); err != nil {
		return err
	}
	tx.erased = true
	purge := tx.s.dialect.index[indexTable(s.kind)].purge
	if purge == "" {
		return nil
	}
	_, err := tx.exec(purge)
	return err
}

// searchWords cuts a text into folded, stemmed words.
func searchWords(s string) []string {
	words := strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for i, w := range words {
		words[i] = stem(strings.Map(crm.FoldRune, w))
	}
	return words
}

// Search finds what Me may see, newest first. A question of phone or INN digits finds them by any of their ends. limit 0
// means all.
func (tx *Tx) Search(text string, limit int) ([]Hit, error) {
	words := searchWords(text)
	if digits := onlyDigits(text); len(digits) >= 7 && !strings.ContainsFunc(text, unicode.IsLetter) {
		words = []string{digits[max(0, len(digits)-10):]}
	}
	if len(words) == 0 || !tx.may(crm.See, crm.Own) {
		return nil, nil
	}
	hits, err := tx.match("search_names", words, limit)
	if err == nil && (limit == 0 || len(hits) < limit) {
		var notes []Hit
		notes, err = tx.match("search_notes", words, max(0, limit-len(hits)))
		hits = append(hits, notes...)
	}
	if err != nil {
		return nil, err
	}
	return tx.show(hits, searchWords(text))
}

// match asks one table of the index. Whole words are read newest first and no further than the limit; starts of words have
// to be gathered whole, and are asked only when those are too few, and only of words that are not common.
func (tx *Tx) match(table string, words []string, limit int) ([]Hit, error) {
	index := tx.s.dialect.index[table]
	whole, starts := make([]string, len(words)), make([]string, len(words))
	for i, w := range words {
		whole[i] = fmt.Sprintf(index.whole, w)
	}
	hits, err := tx.ask(table, strings.Join(whole, index.and), limit)
	if err != nil || limit > 0 && len(hits) >= limit {
		return hits, err
	}
	rest := false
	for i, w := range words {
		common, err := tx.common(table, whole[i])
		if err != nil {
			return nil, err
		}
		starts[i] = whole[i]
		if !common {
			rest, starts[i] = true, fmt.Sprintf(index.start, w)
		}
	}
	if !rest {
		return hits, nil
	}
	return tx.ask(table, strings.Join(starts, index.and), limit)
}

// commonWord is in how many records a word makes it common: to gather everything that begins with it would take longer than
// people wait, and whoever wants it has enough of the word itself.
const commonWord = 10_000

// common tells whether a query of one word finds commonWord records, whoever may see them.
func (tx *Tx) common(table, query string) (is bool, err error) {
	text := "SELECT 1 FROM " + table + " w WHERE " + tx.s.dialect.index[table].match + " LIMIT 1 OFFSET $2"
	err = tx.eachAnew(text, []any{query, commonWord - 1}, func(func(...any) error) error {
		is = true
		return nil
	})
	return is, err
}

// ask reads what a query finds and Me may see, newest first. How that is best done depends on how many records hold its
// words and on how many of them are Me's, so it is planned anew each time.
func (tx *Tx) ask(table, query string, limit int) ([]Hit, error) {
	index := tx.s.dialect.index[table]
	w := where{conditions: []string{index.match}, args: []any{query}}
	tx.visibleOrShared(&w, "c", "id")
	newest := index.newest
	if tx.seesOwn() {
		newest = index.newestOwn
	}
	var hits []Hit
	err := tx.eachAnew(`SELECT d.kind, d.record_id, d.client_id, d.at, c.name FROM `+table+` w
		JOIN search_docs d ON d.id = w.rowid JOIN clients c ON c.id = d.client_id `+w.String()+
		` ORDER BY `+newest+` DESC`+w.page(limit, 0), w.args, func(scan func(...any) error) error {
		var h Hit
		err := scan(&h.Subject.Kind, &h.Subject.ID, &h.Client, &h.At, &h.Title)
		hits = append(hits, h)
		return err
	})
	return hits, err
}

// show fills in the snippets and leaves out what Me may not read or what is gone meanwhile.
func (tx *Tx) show(hits []Hit, words []string) ([]Hit, error) {
	shown := hits[:0]
	for _, h := range hits {
		t, found, err := searchTexts[h.Subject.Kind](tx, h.Subject.ID)
		if err != nil {
			return nil, err
		}
		if !found || (t.author != 0 && t.author != tx.me.ID) {
			continue
		}
		h.Snippet = snippet(t.show, words)
		shown = append(shown, h)
	}
	return shown, nil
}

// snippetLength is how much of a text is shown, in UTF-16 units.
const snippetLength = 160

// snippet is the part of a text around the first word found.
func snippet(s string, words []string) string {
	s = strings.Join(strings.Fields(s), " ")
	folded := strings.Map(crm.FoldRune, s)
	if len(folded) != len(s) || message.Len(s) <= snippetLength { // a rune whose fold is of another length moves offsets
		return message.Cut(s, snippetLength)
	}
	for _, w := range words {
		at := strings.Index(folded, w)
		if at < 0 {
			continue
		}
		from := strings.LastIndexByte(s[:max(0, at-60)], ' ') + 1
		if from == 0 {
			break
		}
		return "…" + message.Cut(s[from:], snippetLength-1)
	}
	return message.Cut(s, snippetLength)
}
