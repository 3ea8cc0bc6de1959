package exchange

import (
	"iter"

	"followup/storage/crm"
)

// Sheet is what is written: a name, headings, and rows of values as many as the headings. Rows are made one at a time, so that
// a hundred thousand of them need no memory of their own: a row holds until the next one is asked for.
type Sheet struct {
	Name    string
	Columns []string
	Rows    iter.Seq[[]Value] // nil: none
}

func (s Sheet) rows() iter.Seq[[]Value] {
	if s.Rows == nil {
		return func(func([]Value) bool) {}
	}
	return s.Rows
}

// rowsOf makes a row of each record by fill.
func rowsOf[T any](records []T, width int, fill func(row []Value, record *T)) iter.Seq[[]Value] {
	return func(yield func([]Value) bool) {
		row := make([]Value, width)
		for i := range records {
			fill(row, &records[i])
			if !yield(row) {
				return
			}
		}
	}
}

// ValueKind is how a value is written.
type ValueKind int

// Kinds of values. The zero Value is an empty cell.
const (
	ValueNone  ValueKind = iota
	ValueText            // Text
	ValuePhone           // Text as crm.NormalPhone gives it, with « доб. 12» after it or not
	ValueMoney           // Minor units; the currency is a column of its own
	ValueCount           // Minor is a whole number
	ValueRate            // Minor is a crm.Rate, written as percent
	ValueDate            // Day
	ValueTime            // Day at Clock
)

// Value is one cell. It carries what it is, so that every format writes it its own way.
type Value struct {
	Kind  ValueKind
	Text  string
	Minor int64
	Day   crm.Date
	Clock crm.Clock
}

// Text is a value of words.
func Text(s string) Value {
	if s == "" {
		return Value{}
	}
	return Value{Kind: ValueText, Text: s}
}

// Phone is a phone as crm.NormalPhone gives it.
func Phone(s string) Value {
	if s == "" {
		return Value{}
	}
	return Value{Kind: ValuePhone, Text: s}
}

// Money is a sum; its currency goes into a column of its own.
func Money(m crm.Money) Value { return Value{Kind: ValueMoney, Minor: m.Minor} }

// Count is a whole number.
func Count(n int64) Value { return Value{Kind: ValueCount, Minor: n} }

// Percent is a rate; nothing when it is zero.
func Percent(r crm.Rate) Value {
	if r == 0 {
		return Value{}
	}
	return Value{Kind: ValueRate, Minor: int64(r)}
}

// Day is a date; nothing when there is none.
func Day(d crm.Date) Value {
	if d.IsZero() {
		return Value{}
	}
	return Value{Kind: ValueDate, Day: d}
}

// At is a day and a time of day.
func At(d crm.Date, c crm.Clock) Value {
	if d.IsZero() {
		return Value{}
	}
	return Value{Kind: ValueTime, Day: d, Clock: c}
}
