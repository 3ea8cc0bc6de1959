package storage

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"followup/storage/crm"
)

// Rules of erasure.
//
// Erasing a contact takes away the contact, every image of it in the audit trail, and its traces in what was written about
// its client: name in any case, phones however written, e-mail. They are blotted out in the records, in their images and in
// what changes say, and go from the search index; drafts, open questions and messages that were never delivered or never
// understood and that name the person go whole. A word that is also a part of the client's own name or of another of its
// contacts stays: it speaks of those too. That something was erased, by whom and when, stays without the data. It can't be
// undone, nor can what was changed with the contact.

// blot stands in the place of what was erased.
const blot = "▒▒▒"

// freeTexts are the columns that people write into.
var freeTexts = map[string][]string{
	"interactions": {"text", "outcome"},
	"follow_ups":   {"text", "outcome"},
	"contracts":    {"subject", "reason", "indexation"},
	"invoices":     {"reason"},
	"promises":     {"by_whom"},
	"documents":    {"title"},
	"attachments":  {"name"},
}

// EraseContact erases a person's data for good.
func (tx *Tx) EraseContact(id int64) error {
	c, err := contacts.must(tx, id)
	if err != nil {
		return err
	}
	client, err := tx.client(c.Client, crm.Erase)
	if err != nil {
		return err
	}
	p, err := tx.traceOf(c, client)
	if err != nil {
		return err
	}
	tx.Change("erased", crm.Subject{Kind: "client", ID: c.Client})
	if err := tx.openChange(); err != nil {
		return err
	}
	silent := tx.trail.silent
	tx.trail.silent = true
	_, err = tx.writeRow(&contacts.shape, id, contacts.values(&c), nil)
	if err == nil {
		err = tx.blotRecords(p, c.Client)
	}
	tx.trail.silent = silent
	if err != nil {
		return err
	}
	if err := tx.forget(&contacts.shape, id); err != nil {
		return err
	}
	return tx.eraseTrail(p, id, c.Client)
}

// eraseTrail takes the contact out of the audit trail and its traces out of what else is kept.
func (tx *Tx) eraseTrail(p *trace, contact, client int64) error {
	_, err := tx.exec(`UPDATE changes SET entries = 0, facts = '[]' WHERE id IN
		(SELECT change_id FROM entries WHERE table_name = 'contacts' AND row_id = $1)`, contact)
	if err == nil {
		_, err = tx.exec("DELETE FROM entries WHERE table_name = 'contacts' AND row_id = $1", contact)
	}
	for _, part := range []func(*trace, int64) error{tx.blotImages, tx.blotFacts, tx.dropMentions} {
		if err == nil {
			err = part(p, client)
		}
	}
	return err
}

// mentioned is a text of a client's record that names a person.
type mentioned struct {
	Kind string
	ID   int64
	Text string
}

// ContactData is everything kept about a contact, as JSON, to be offered before it is erased: the record, and what was
// written of the person about the client. Somebody else's private notes are left out.
func (tx *Tx) ContactData(id int64) ([]byte, error) {
	c, err := tx.Contact(id)
	if err != nil {
		return nil, err
	}
	client, err := tx.client(c.Client, crm.See)
	if err != nil {
		return nil, err
	}
	p, err := tx.traceOf(c, client)
	if err != nil {
		return nil, err
	}
	data := struct {
		Contact  crm.Contact
		Mentions []mentioned
	}{Contact: c}
	err = tx.eachText(c.Client, func(s *shape, id int64, row []any, columns []string) error {
		if s.table == "interactions" && row[s.at("private")] == int64(1) && row[s.at("author_id")] != tx.me.ID {
			return nil
		}
		for _, column := range columns {
			if text, ok := row[s.at(column)].(string); ok && p.blot(text) != text {
				data.Mentions = append(data.Mentions, mentioned{s.kind, id, text})
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return json.MarshalIndent(data, "", "  ")
}

// eachText calls do with every record of a client that people write into.
func (tx *Tx) eachText(client int64, do func(s *shape, id int64, row []any, columns []string) error) error {
	for _, s := range shapes {
		columns := freeTexts[s.table]
		if len(columns) == 0 {
			continue
		}
		ids, err := tx.ids("SELECT id FROM "+s.table+" WHERE client_id = $1 ORDER BY id", client)
		for i := 0; i < len(ids) && err == nil; i++ {
			var row []any
			if row, err = tx.readRow(s, ids[i]); err == nil {
				err = do(s, ids[i], row, columns)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// trace is what a person is known by in texts.
type trace struct {
	stems  []string // of the words of the name
	phones []string // normalised
	email  *regexp.Regexp
}

// traceOf is how a contact is known.
func (tx *Tx) traceOf(c crm.Contact, client crm.Client) (*trace, error) {
	p := &trace{}
	for _, phone := range c.Phones {
		if number, _, ok := crm.NormalPhone(phone); ok {
			p.phones = append(p.phones, number)
		}
	}
	if c.Email != "" {
		p.email = regexp.MustCompile("(?i)" + regexp.QuoteMeta(c.Email))
	}
	others := searchWords(strings.Join(append([]string{client.Name}, client.Aliases...), " "))
	list, err := contacts.list(tx, "WHERE r.client_id = $1 AND r.id <> $2", c.Client, c.ID)
	for _, o := range list {
		others = append(others, searchWords(o.Name)...)
	}
	for _, stem := range searchWords(c.Name) {
		if len([]rune(stem)) >= 3 && !slices.Contains(others, stem) {
			p.stems = append(p.stems, stem)
		}
	}
	return p, err
}

var (
	wordText  = regexp.MustCompile(`[\pL\pN]+`)
	phoneLike = regexp.MustCompile(`\+?\d[\d\s()‑–\-./]{6,}\d`)
)

// blot is a text without the person.
func (p *trace) blot(text string) string {
	if p.email != nil {
		text = p.email.ReplaceAllString(text, blot)
	}
	if len(p.phones) > 0 {
		text = phoneLike.ReplaceAllStringFunc(text, func(written string) string {
			number, _, ok := crm.NormalPhone(written)
			if ok && slices.Contains(p.phones, number) {
				return blot
			}
			return written
		})
	}
	return wordText.ReplaceAllStringFunc(text, func(word string) string {
		if stems := searchWords(word); len(stems) == 1 && slices.Contains(p.stems, stems[0]) {
			return blot
		}
		return word
	})
}

// names reports whether a text, which may be JSON with its escapes, is about the person: the whole name, a phone or the
// e-mail stands in it.
func (p *trace) names(text string) bool {
	text = escaped.ReplaceAllStringFunc(text, func(e string) string {
		n, err := strconv.ParseUint(e[2:], 16, 16)
		if err != nil {
			return e
		}
		return string(rune(n))
	})
	if p.email != nil && p.email.MatchString(text) {
		return true
	}
	number := func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}
	all := strings.Map(number, text)
	for _, phone := range p.phones {
		if tail := strings.Map(number, phone); len(tail) >= 10 && strings.Contains(all, tail[len(tail)-10:]) {
			return true
		}
	}
	folded := strings.Map(crm.FoldRune, text)
	for _, stem := range p.stems {
		if !strings.Contains(folded, stem) {
			return false
		}
	}
	return len(p.stems) > 0
}

var escaped = regexp.MustCompile(`\\u[0-9a-fA-F]{4}`)

// blotRecords takes the person out of what was written about a client.
func (tx *Tx) blotRecords(p *trace, client int64) error {
	return tx.eachText(client, func(s *shape, id int64, before []any, columns []string) error {
		after := slices.Clone(before)
		for _, c := range columns {
			if text, ok := before[s.at(c)].(string); ok {
				after[s.at(c)] = p.blot(text)
			}
		}
		if slices.Equal(before, after) {
			return nil
		}
		if _, err := tx.writeRow(s, id, before, after); err != nil {
			return err
		}
		return tx.forget(s, id)
	})
}

// blotImages does the same in the images of those records.
func (tx *Tx) blotImages(p *trace, client int64) error {
	type kept struct {
		id            int64
		table         string
		before, after any
	}
	var list []kept
	err := tx.each("SELECT id, table_name, before_row, after_row FROM entries WHERE client_id = $1 AND client_id <> 0 ORDER BY id", []any{client},
		func(scan func(...any) error) error {
			var k kept
			err := scan(&k.id, &k.table, &k.before, &k.after)
			list = append(list, k)
			return err
		})
	for i := 0; i < len(list) && err == nil; i++ {
		k := list[i]
		if len(freeTexts[k.table]) == 0 {
			continue
		}
		var before, after any
		if before, err = p.blotImage(k.table, k.before); err != nil {
			return err
		}
		if after, err = p.blotImage(k.table, k.after); err != nil {
			return err
		}
		_, err = tx.exec("UPDATE entries SET before_row = $1, after_row = $2 WHERE id = $3", before, after, k.id)
	}
	return err
}

// blotImage is an image without the person; nil stays nil.
func (p *trace) blotImage(table string, src any) (any, error) {
	m, err := parseImage(src)
	if err != nil || m == nil {
		return nil, err
	}
	for _, c := range freeTexts[table] {
		if text, ok := m[c].(string); ok {
			m[c] = p.blot(text)
		}
	}
	return jsonText(m), nil
}

// blotFacts does the same in what the changes of the client say.
func (tx *Tx) blotFacts(p *trace, client int64) error {
	list, err := tx.changes(`WHERE (subject_kind = 'client' AND subject_id = $1) OR id IN
		(SELECT change_id FROM entries WHERE client_id = $1 AND client_id <> 0) ORDER BY id`, client)
	for i := 0; i < len(list) && err == nil; i++ {
		changed := false
		for j, f := range list[i].Facts {
			text, ok := f.Value.(string)
			if blotted := p.blot(text); ok && blotted != text {
				list[i].Facts[j].Value, changed = blotted, true
			}
		}
		if !changed {
			continue
		}
		var facts string
		if facts, err = packFacts(list[i].Facts); err == nil {
			_, err = tx.exec("UPDATE changes SET facts = $1 WHERE id = $2", facts, list[i].ID)
		}
	}
	return err
}

// mentions are what is kept besides records: whole rows go that name the person.
var mentions = []struct{ read, drop string }{
	{"SELECT id, text || ' ' || data FROM drafts", "DELETE FROM drafts WHERE id = $1"},
	{"SELECT id, data FROM imports", "DELETE FROM imports WHERE id = $1"},
	{"SELECT chat, data FROM forms", "DELETE FROM forms WHERE chat = $1"},
	{"SELECT id, body FROM outbox WHERE dead = 1", "DELETE FROM outbox WHERE id = $1"},
	{"SELECT update_id, payload FROM inbox WHERE state = 2 AND payload IS NOT NULL", "UPDATE inbox SET payload = NULL, reason = '' WHERE update_id = $1"},
}

func (tx *Tx) dropMentions(p *trace, _ int64) error {
	for _, m := range mentions {
		var found []int64
		err := tx.each(m.read, nil, func(scan func(...any) error) error {
			var id int64
			var text []byte
			err := scan(&id, &text)
			if err == nil && p.names(string(text)) {
				found = append(found, id)
			}
			return err
		})
		for i := 0; i < len(found) && err == nil; i++ {
			_, err = tx.exec(m.drop, found[i])
		}
		if err != nil {
			return err
		}
	}
	return nil
}
