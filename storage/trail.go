package storage

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"followup/storage/crm"
)

// trail gathers what one turn changed.
type trail struct {
	change  int64
	label   string
	subject crm.Subject
	facts   []crm.Fact
	chat    int64
	message int64
	entries []entry
	index   map[rowID]int // where a row's entry is
	silent  bool          // an undo or redo is rewriting rows
}

// rowID names a row of a table.
type rowID struct {
	shape *shape
	id    int64
}

// entry is one row before and after; nil before was inserted, nil after was deleted.
type entry struct {
	shape         *shape
	id, client    int64
	before, after []any
}

// Change names what this turn did, for undo and history: label is the tail of the catalog key "did.<label>", facts are its
// sentence's. The last call of a turn holds.
func (tx *Tx) Change(label string, s crm.Subject, facts ...crm.Fact) {
	tx.trail.label, tx.trail.subject, tx.trail.facts = label, s, facts
}

// Source is the message that this turn came from; it is kept on the change.
func (tx *Tx) Source(chat, message int64) { tx.trail.chat, tx.trail.message = chat, message }

// ChangeID is the number of this turn's change, for an undo button; 0 as long as nothing was changed.
func (tx *Tx) ChangeID() int64 { return tx.trail.change }

// openChange gives the turn its number in the audit trail.
func (tx *Tx) openChange() error {
	if tx.trail.change != 0 {
		return nil
	}
	err := tx.insert(`INSERT INTO changes (at, actor_id, label, subject_kind, subject_id, facts, chat, message, entries, undone)
		VALUES ($1, $2, '', '', 0, '[]', 0, 0, 0, 0)`, []any{tx.now.Unix(), tx.me.ID}, &tx.trail.change)
	return err
}

// remember keeps one written row. Several writes of one row in a turn are one entry: what was there first and last.
func (tx *Tx) remember(s *shape, id int64, before, after []any) error {
	if tx.trail.silent {
		return nil
	}
	if err := tx.openChange(); err != nil {
		return err
	}
	client := max(s.clientOf(id, after), s.clientOf(id, before))
	t := &tx.trail
	at, known := t.index[rowID{s, id}]
	if known && after != nil {
		t.entries[at].after = after
		return nil
	}
	if known {
		// A row that goes is put at the end: what refers to it went before and has to come back after it.
		before = t.entries[at].before
		t.entries[at] = entry{}
		delete(t.index, rowID{s, id})
		if before == nil {
			return nil
		}
	}
	if t.index == nil {
		t.index = map[rowID]int{}
	}
	t.index[rowID{s, id}] = len(t.entries)
	t.entries = append(t.entries, entry{s, id, client, before, after})
	return nil
}

// kept are the entries of rows that a turn did not make and take away again.
func (t *trail) kept() []entry {
	return slices.DeleteFunc(t.entries, func(e entry) bool { return e.shape == nil })
}

// writeTrail completes the turn's change with its name and entries.
func (tx *Tx) writeTrail() error {
	t := &tx.trail
	if t.change == 0 {
		return nil
	}
	facts, err := packFacts(t.facts)
	if err != nil {
		return err
	}
	t.entries = t.kept()
	if t.subject == (crm.Subject{}) && len(t.entries) > 0 {
		t.subject = crm.Subject{Kind: t.entries[0].shape.kind, ID: t.entries[0].id}
	}
	if t.label == "" {
		t.label = "change"
	}
	tx.later(`UPDATE changes SET label = $1, subject_kind = $2, subject_id = $3, facts = $4, chat = $5, message = $6, entries = $7
		WHERE id = $8`, t.label, t.subject.Kind, t.subject.ID, facts, t.chat, t.message, len(t.entries), t.change)
	for _, e := range t.entries {
		tx.later(`INSERT INTO entries (change_id, table_name, row_id, client_id, before_row, after_row)
			VALUES ($1, $2, $3, $4, $5, $6)`, t.change, e.shape.table, e.id, e.client,
			image(e.shape, e.before, e.after), image(e.shape, e.after, e.before))
	}
	return nil
}

// image is a row as a JSON object, of an updated row (other is not nil) only the columns that differ.
func image(s *shape, row, other []any) any {
	if row == nil {
		return nil
	}
	var b strings.Builder
	b.WriteByte('{')
	for i, v := range row {
		if other != nil && v == other[i] {
			continue
		}
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		b.WriteByte('"')
		b.WriteString(s.columns[i])
		b.WriteString(`":`)
		b.WriteString(jsonText(v))
	}
	b.WriteByte('}')
	return b.String()
}

// parseImage reads an image back as values by column; nil for NULL.
func parseImage(src any) (map[string]any, error) {
	s, err := asText(src)
	if err != nil || src == nil {
		return nil, err
	}
	d := json.NewDecoder(strings.NewReader(s))
	d.UseNumber()
	m := map[string]any{}
	if err := d.Decode(&m); err != nil {
		return nil, fmt.Errorf("storage: an entry that can't be read: %w", err)
	}
	for k, v := range m {
		if n, ok := v.(json.Number); ok {
			if m[k], err = n.Int64(); err != nil {
				return nil, fmt.Errorf("storage: an entry that can't be read: %w", err)
			}
		}
	}
	return m, nil
}

// packedFact is a fact with its type, so that history says it as it was said.
type packedFact struct {
	Name  string          `json:"n"`
	Type  string          `json:"t"`
	Value json.RawMessage `json:"v"`
}

func packFacts(facts []crm.Fact) (string, error) {
	packed := make([]packedFact, 0, len(facts))
	for _, f := range facts {
		kind, value := factType(f.Value)
		raw, err := json.Marshal(value)
		if err != nil {
			return "", fmt.Errorf("storage: the fact %s can't be kept: %w", f.Name, err)
		}
		packed = append(packed, packedFact{f.Name, kind, raw})
	}
	return jsonText(packed), nil
}

// factType names the type of a fact; anything unknown is kept as its text.
func factType(v any) (string, any) {
	switch v := v.(type) {
	case string, bool, int, int64, []string:
		return fmt.Sprintf("%T", v), v
	case crm.Money:
		return "money", v
	case crm.Date:
		return "date", v.String()
	case crm.Moment:
		return "moment", v
	case crm.Clock:
		return "clock", v
	case crm.Rate:
		return "rate", v
	}
	return "string", fmt.Sprint(v)
}

// unpackers make a fact's value of its JSON.
var unpackers = map[string]func(json.RawMessage) (any, error){
	"string":   unpack[string],
	"bool":     unpack[bool],
	"int":      unpack[int],
	"int64":    unpack[int64],
	"[]string": unpack[[]string],
	"money":    unpack[crm.Money],
	"moment":   unpack[crm.Moment],
	"clock":    unpack[crm.Clock],
	"rate":     unpack[crm.Rate],
	"date": func(raw json.RawMessage) (any, error) {
		s, err := unpack[string](raw)
		if err != nil {
			return nil, err
		}
		return crm.ParseDate(s.(string))
	},
}

func unpack[T any](raw json.RawMessage) (any, error) {
	var v T
	err := json.Unmarshal(raw, &v)
	return v, err
}

func unpackFacts(s string) ([]crm.Fact, error) {
	var packed []packedFact
	if err := json.Unmarshal([]byte(s), &packed); err != nil {
		return nil, fmt.Errorf("storage: facts that can't be read: %w", err)
	}
	var facts []crm.Fact
	for _, p := range packed {
		read, ok := unpackers[p.Type]
		if !ok {
			return nil, fmt.Errorf("storage: a fact of the unknown type %q", p.Type)
		}
		v, err := read(p.Value)
		if err != nil {
			return nil, fmt.Errorf("storage: the fact %s can't be read: %w", p.Name, err)
		}
		facts = append(facts, crm.Fact{Name: p.Name, Value: v})
	}
	return facts, nil
}
