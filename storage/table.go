package storage

import (
	"fmt"
	"slices"
	"strings"
)

// Rules of the record layer.
//
// Every record lies in one table described by one value of tables.go. Saving goes through save: it reads the row as it is,
// asks for permission on the old and the new owner, writes, and hands the images before and after to the audit trail.
// A row that stays as it was is not written and leaves no trace. Whose a row is (manager_id, team_id) is no part of the
// record: it follows the row's client in the same statement.

// shape is what is known about a table without its Go type: all that undo needs.
type shape struct {
	table   string
	kind    string    // the subject's kind
	columns []string  // without id
	empty   []any     // the values of an empty record, for columns that an old image lacks
	soft    []string  // follow from other rows: when those changed meanwhile, undo counts them anew
	owned   bool      // manager_id and team_id follow the client
	client  int       // position of the client's column, -1 when there is none
	stamp   [2]string // a column with its expression, set once when the row is inserted

	insert, insertAs, update, read, remove string
}

// table is a shape with the Go type of its records.
type table[T any] struct {
	shape
	id     func(*T) *int64
	fields func(*T) []field
	tidy   func(*T) // after a read
}

// clientOf is the client that a row belongs to, 0 when none.
func (s *shape) clientOf(id int64, row []any) int64 {
	if s.kind == "client" {
		return id
	}
	if s.client < 0 || row == nil {
		return 0
	}
	n, _ := row[s.client].(int64)
	return n
}

func newTable[T any](name, kind string, id func(*T) *int64, fields func(*T) []field, options ...func(*table[T])) *table[T] {
	t := &table[T]{shape: shape{table: name, kind: kind}, id: id, fields: fields}
	var zero T
	for _, f := range fields(&zero) {
		t.columns = append(t.columns, f.name)
		t.empty = append(t.empty, f.value())
	}
	t.client = slices.Index(t.columns, "client_id")
	for _, set := range options {
		set(t)
	}
	t.statements()
	return t
}

func owned[T any](t *table[T])                        { t.owned = true }
func softly[T any](columns ...string) func(*table[T]) { return func(t *table[T]) { t.soft = columns } }
func tidied[T any](fn func(*T)) func(*table[T])       { return func(t *table[T]) { t.tidy = fn } }
func (s *shape) softColumn(name string) bool          { return slices.Contains(s.soft, name) }
func (s *shape) at(name string) int                   { return slices.Index(s.columns, name) }

// stamped sets a column that is no part of the record when a row is inserted.
func stamped[T any](column, expression string) func(*table[T]) {
	return func(t *table[T]) { t.stamp = [2]string{column, expression} }
}

func placeholders(from, n int) (list []string) {
	for i := range n {
		list = append(list, fmt.Sprintf("$%d", from+i))
	}
	return list
}

// statements writes the table's SQL once.
func (s *shape) statements() {
	columns, values := slices.Clone(s.columns), placeholders(1, len(s.columns))
	next := len(values) + 1
	if s.owned {
		client := values[s.client]
		columns = append(columns, "manager_id", "team_id")
		values = append(values, "(SELECT manager_id FROM clients WHERE id = "+client+")", "(SELECT team_id FROM clients WHERE id = "+client+")")
	}
	sets := make([]string, len(columns))
	for i := range columns {
		sets[i] = columns[i] + " = " + values[i]
	}
	if s.stamp[0] != "" {
		columns, values = append(columns, s.stamp[0]), append(values, s.stamp[1])
	}
	into, vals := strings.Join(columns, ", "), strings.Join(values, ", ")
	s.insert = fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", s.table, into, vals)
	s.insertAs = fmt.Sprintf("INSERT INTO %s (%s, id) VALUES (%s, $%d)", s.table, into, vals, next)
	s.update = fmt.Sprintf("UPDATE %s SET %s WHERE id = $%d", s.table, strings.Join(sets, ", "), next)
	s.read = fmt.Sprintf("SELECT %s FROM %s WHERE id = $1", strings.Join(s.columns, ", "), s.table)
	s.remove = fmt.Sprintf("DELETE FROM %s WHERE id = $1", s.table)
}

// readRow reads a row as it lies in the table; nil when there is none.
func (tx *Tx) readRow(s *shape, id int64) ([]any, error) {
	row := make([]any, len(s.columns))
	dest := make([]any, len(row))
	for i := range row {
		dest[i] = &row[i]
	}
	found, err := tx.one(s.read, []any{id}, dest...)
	if err != nil || !found {
		return nil, err
	}
	for i, v := range row {
		if b, ok := v.([]byte); ok {
			row[i] = string(b)
		}
	}
	return row, nil
}

// writeRow changes one row from before to after and keeps both for the audit trail. A nil before inserts (under id, or
// under a fresh number when id is 0), a nil after deletes.
func (tx *Tx) writeRow(s *shape, id int64, before, after []any) (int64, error) {
	var err error
	switch {
	case before == nil && id == 0:
		err = tx.insert(s.insert, after, &id)
	case before == nil:
		_, err = tx.exec(s.insertAs, append(slices.Clone(after), id)...)
	case after == nil:
		_, err = tx.exec(s.remove, id)
	default:
		_, err = tx.exec(s.update, append(slices.Clone(after), id)...)
	}
	if err != nil {
		return id, fmt.Errorf("storage: writing %s %d: %w", s.kind, id, err)
	}
	if err := tx.remember(s, id, before, after); err != nil {
		return id, err
	}
	return id, tx.touched(s, id, before, after)
}

func (t *table[T]) values(r *T) []any {
	fields := t.fields(r)
	row := make([]any, len(fields))
	for i, f := range fields {
		row[i] = f.value()
	}
	return row
}

// write saves r without asking for permission; the caller did. It reports whether anything changed.
func (t *table[T]) write(tx *Tx, r *T) (bool, error) {
	id := t.id(r)
	after := t.values(r)
	var before []any
	if *id != 0 {
		var err error
		if before, err = tx.readRow(&t.shape, *id); err != nil {
			return false, err
		}
		if before == nil {
			return false, gone(t.kind, *id)
		}
		if slices.Equal(before, after) {
			return false, nil
		}
	}
	n, err := tx.writeRow(&t.shape, *id, before, after)
	if err == nil {
		*id = n
	}
	return true, err
}

// delete removes a record, with its image kept for undo.
func (t *table[T]) delete(tx *Tx, id int64) error {
	before, err := tx.readRow(&t.shape, id)
	if err != nil {
		return err
	}
	if before == nil {
		return gone(t.kind, id)
	}
	_, err = tx.writeRow(&t.shape, id, before, nil)
	return err
}

// get reads one record without asking for permission.
func (t *table[T]) get(tx *Tx, id int64) (r T, found bool, err error) {
	list, err := t.list(tx, "WHERE r.id = $1", id)
	if err != nil || len(list) == 0 {
		return r, false, err
	}
	return list[0], true, nil
}

// must is get for a record that has to be there.
func (t *table[T]) must(tx *Tx, id int64) (T, error) {
	r, found, err := t.get(tx, id)
	if err == nil && !found {
		err = gone(t.kind, id)
	}
	return r, err
}

// list reads records; rest goes after the table's name, which is r in it.
func (t *table[T]) list(tx *Tx, rest string, args ...any) ([]T, error) {
	var records []T
	err := tx.each("SELECT r.id, r."+strings.Join(t.columns, ", r.")+" FROM "+t.table+" r "+rest, args,
		func(scan func(...any) error) error {
			var r T
			dest := []any{t.id(&r)}
			for _, f := range t.fields(&r) {
				dest = append(dest, f.cell)
			}
			if err := scan(dest...); err != nil {
				return fmt.Errorf("storage: reading %s: %w", t.table, err)
			}
			if t.tidy != nil {
				t.tidy(&r)
			}
			records = append(records, r)
			return nil
		})
	return records, err
}

// where collects conditions with their arguments. A "?" in a condition becomes the next placeholder.
type where struct {
	conditions []string
	args       []any
}

func (w *where) add(condition string, args ...any) {
	for _, a := range args {
		w.args = append(w.args, a)
		condition = strings.Replace(condition, "?", fmt.Sprintf("$%d", len(w.args)), 1)
	}
	w.conditions = append(w.conditions, condition)
}

func (w *where) addIf(ok bool, condition string, args ...any) {
	if ok {
		w.add(condition, args...)
	}
}

// among adds "column IN (…)".
func (w *where) among(column string, ids []int64) {
	w.add(w.in(column, ids))
}

// in is the text of "column IN (…)" with its arguments bound.
func (w *where) in(column string, ids []int64) string {
	marks := make([]string, len(ids))
	for i, id := range ids {
		w.args = append(w.args, id)
		marks[i] = fmt.Sprintf("$%d", len(w.args))
	}
	return column + " IN (" + strings.Join(marks, ", ") + ")"
}

// page ends the statement with a limit; 0 means all.
func (w *where) page(limit, offset int) string {
	if limit <= 0 {
		return ""
	}
	w.args = append(w.args, limit, offset)
	return fmt.Sprintf(" LIMIT $%d OFFSET $%d", len(w.args)-1, len(w.args))
}

func (w *where) String() string {
	if len(w.conditions) == 0 {
		return ""
	}
	return "WHERE " + strings.Join(w.conditions, " AND ")
}
