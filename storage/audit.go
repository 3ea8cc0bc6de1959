package storage

import (
	"encoding/json"
	"slices"

	"followup/storage/crm"
)

// Rules of reading the audit trail.
//
// What a change did to a client is told record by record and column by column, before and after, as values of the trade.
// Columns that follow from others or mean nothing to people are left out. A change that wrote somebody else's private note is
// left out whole, also when the note is gone.

// Word is a value that stands for a word of the catalogs, such as a status.
type Word string

// Detail is a record that a change made, wrote or took away. Title is what people call it: a name, a number, the words.
type Detail struct {
	Kind    string
	ID      int64
	Title   string
	Made    bool
	Removed bool
	Fields  []FieldChange
}

// FieldChange is a column that a change wrote. Before and After are string, Word, int64, []string, crm.Money, crm.Date or
// crm.Moment; nil is none.
type FieldChange struct {
	Column        string
	Before, After any
}

// auditColumn is a column that people may read of, with how its value is told.
type auditColumn struct {
	name string
	tell func(tx *Tx, v any, currency crm.Currency) (any, error)
}

// auditColumns by the kind of the record, in the order they are told. The first is its title.
var auditColumns = map[string][]auditColumn{
	"client": {
		{"name", tellText},
		{"city", tellText},
		{"inn", tellText},
		{"manager_id", tellMember},
		{"tier", tellText},
		{"cadence", tellNumber},
		{"status", tellWord},
		{"aliases", tellList},
	},
	"contact":     {{"name", tellText}, {"position", tellText}, {"phones", tellList}, {"email", tellText}, {"birthday", tellDate}},
	"interaction": {{"text", tellText}, {"kind", tellWord}, {"outcome", tellText}, {"happened", tellMoment}},
	"followup": {
		{"text", tellText}, {"due", tellMoment}, {"snoozed", tellMoment}, {"assignee_id", tellMember}, {"status", tellWord}, {"outcome", tellText},
	},
	"contract": {
		{"number", tellText},
		{"start_day", tellDate},
		{"end_day", tellDate},
		{"sum", tellMoney},
		{"renewal", tellWord},
		{"notice_days", tellNumber},
		{"decision", tellWord},
		{"reason", tellText},
		{"status", tellWord},
		{"postponed", tellDate},
	},
	"invoice": {
		{"number", tellText},
		{"due_day", tellDate},
		{"sum", tellMoney},
		{"balance", tellMoney},
		{"status", tellWord},
		{"level", tellNumber},
		{"paused", tellDate},
		{"reason", tellText},
		{"claimed", tellDate},
	},
	"payment":    {{"note", tellText}, {"sum", tellMoney}, {"day", tellDate}},
	"promise":    {{"by_whom", tellText}, {"sum", tellMoney}, {"day", tellDate}, {"status", tellWord}},
	"document":   {{"number", tellText}, {"title", tellText}, {"sent", tellDate}, {"signed", tellDate}, {"received", tellDate}},
	"attachment": {{"name", tellText}},
	"access":     {{"member_id", tellMember}, {"status", tellWord}},
}

func tellText(_ *Tx, v any, _ crm.Currency) (any, error) { return nonzero(v.(string)) }

func tellWord(_ *Tx, v any, _ crm.Currency) (any, error) { return nonzero(Word(v.(string))) }

func tellNumber(_ *Tx, v any, _ crm.Currency) (any, error) { return nonzero(v.(int64)) }

func tellMoment(_ *Tx, v any, _ crm.Currency) (any, error) { return nonzero(crm.Moment(v.(int64))) }

func tellMoney(_ *Tx, v any, currency crm.Currency) (any, error) {
	return crm.Money{Minor: v.(int64), Currency: currency}, nil
}

func tellDate(_ *Tx, v any, _ crm.Currency) (any, error) {
	d, err := crm.ParseDate(v.(string))
	if err != nil || d.IsZero() {
		return nil, err
	}
	return d, nil
}

func tellList(_ *Tx, v any, _ crm.Currency) (any, error) {
	var list []string
	if err := json.Unmarshal([]byte(v.(string)), &list); err != nil || len(list) == 0 {
		return nil, err
	}
	return list, nil
}

func tellMember(tx *Tx, v any, _ crm.Currency) (any, error) {
	m, err := tx.member(v.(int64))
	return m.Name, err
}

func nonzero[T comparable](v T) (any, error) {
	var zero T
	if v == zero {
		return nil, nil
	}
	return v, nil
}

// MayAudit reports whether Me may read who changed a client.
func (tx *Tx) MayAudit(c crm.Client) bool { return tx.may(crm.Audit, tx.relationOf(c)) }

// Details are what a change did to a client that Me may read the changes of, in the order it was written.
func (tx *Tx) Details(change, client int64) ([]Detail, error) {
	if err := tx.ofClient(client, crm.Audit); err != nil {
		return nil, err
	}
	steps, err := tx.steps(change, false)
	var all []Detail
	for i := 0; i < len(steps) && err == nil; i++ {
		s := steps[i]
		var row []any
		if row, err = tx.readRow(s.shape, s.id); err != nil {
			return nil, err
		}
		whose := client
		switch v, kept := firstOf(s, row, "client_id").(int64); {
		case s.shape.kind == "client":
			whose = s.id
		case kept:
			whose = v
		}
		if whose != client || auditColumns[s.shape.kind] == nil {
			continue
		}
		var d Detail
		if d, err = tx.detail(s, row); err == nil {
			all = append(all, d)
		}
	}
	return all, err
}

// firstOf is a column's value from the image after, the image before, or the row as it is now.
func firstOf(s step, row []any, column string) any {
	for _, image := range []map[string]any{s.to, s.from} {
		if v, ok := image[column]; ok {
			return v
		}
	}
	if at := s.shape.at(column); row != nil && at >= 0 {
		return row[at]
	}
	return nil
}

// detail tells one step: from is the image before the change, to the one after it.
func (tx *Tx) detail(s step, row []any) (Detail, error) {
	d := Detail{Kind: s.shape.kind, ID: s.id, Made: s.from == nil, Removed: s.to == nil}
	currency, _ := firstOf(s, row, "currency").(string)
	for i, c := range auditColumns[d.Kind] {
		if i == 0 {
			title, _ := firstOf(s, row, c.name).(string)
			d.Title = title
		}
		if i == 0 && (d.Made || d.Removed) {
			continue
		}
		var f FieldChange
		var err error
		f.Column = c.name
		if v, ok := s.from[c.name]; ok && v != nil {
			if f.Before, err = c.tell(tx, v, crm.Currency(currency)); err != nil {
				return d, err
			}
		}
		if v, ok := s.to[c.name]; ok && v != nil {
			if f.After, err = c.tell(tx, v, crm.Currency(currency)); err != nil {
				return d, err
			}
		}
		if f.Before != nil || f.After != nil {
			d.Fields = append(d.Fields, f)
		}
	}
	return d, nil
}

// UndoneBy is the change that took this one back, when it was.
func (tx *Tx) UndoneBy(c Change) (Change, bool, error) {
	if !c.Undone {
		return Change{}, false, nil
	}
	return tx.change("WHERE label = 'undo' AND subject_kind = 'change' AND subject_id = $1 ORDER BY id DESC LIMIT 1", c.ID)
}

// withoutPrivate leaves out the changes of others that wrote a private note, which may be gone since.
func (tx *Tx) withoutPrivate(list []Change) ([]Change, error) {
	var broken error
	kept := slices.DeleteFunc(list, func(c Change) bool {
		if c.Actor == tx.me.ID && c.Actor != 0 {
			return false
		}
		private := false
		err := tx.each("SELECT before_row, after_row FROM entries WHERE change_id = $1 AND table_name = 'interactions'", []any{c.ID},
			func(scan func(...any) error) error {
				var images [2]any
				if err := scan(&images[0], &images[1]); err != nil {
					return err
				}
				for _, image := range images {
					m, err := parseImage(image)
					if err != nil {
						return err
					}
					private = private || m["private"] == int64(1)
				}
				return nil
			})
		if err != nil {
			broken = err
		}
		return private
	})
	return kept, broken
}
