package storage

import (
	"encoding/json"
	"fmt"

	"followup/storage/crm"
)

// cell is one column of one record: what is bound for it, and where a read value goes. Bound are int64, string and nil
// alone, so that images in the audit trail are the same on every database.
type cell interface {
	value() any
	Scan(src any) error
}

// field is a named cell.
type field struct {
	name string
	cell
}

type textCell[S ~string] struct{ p *S }

func text[S ~string](name string, p *S) field { return field{name, textCell[S]{p}} }

func (c textCell[S]) value() any { return string(*c.p) }
func (c textCell[S]) Scan(src any) error {
	s, err := asText(src)
	*c.p = S(s)
	return err
}

type numberCell[N ~int | ~int64] struct{ p *N }

func number[N ~int | ~int64](name string, p *N) field { return field{name, numberCell[N]{p}} }

func (c numberCell[N]) value() any { return int64(*c.p) }
func (c numberCell[N]) Scan(src any) error {
	n, err := asNumber(src)
	*c.p = N(n)
	return err
}

// linkCell is a reference to another record: 0 is stored as NULL.
type linkCell struct{ p *int64 }

func link(name string, p *int64) field { return field{name, linkCell{p}} }

func (c linkCell) value() any {
	if *c.p == 0 {
		return nil
	}
	return *c.p
}

func (c linkCell) Scan(src any) (err error) {
	*c.p, err = asNumber(src)
	return err
}

type flagCell struct{ p *bool }

func flag(name string, p *bool) field { return field{name, flagCell{p}} }

func (c flagCell) value() any { return bit(*c.p) }
func (c flagCell) Scan(src any) error {
	n, err := asNumber(src)
	*c.p = n != 0
	return err
}

type dateCell struct{ p *crm.Date }

func date(name string, p *crm.Date) field { return field{name, dateCell{p}} }

func (c dateCell) value() any { return c.p.String() }
func (c dateCell) Scan(src any) error {
	s, err := asText(src)
	if err == nil {
		*c.p, err = crm.ParseDate(s)
	}
	return err
}

// listCell keeps a list of texts as a JSON array.
type listCell struct{ p *[]string }

func list(name string, p *[]string) field { return field{name, listCell{p}} }

func (c listCell) value() any {
	if len(*c.p) == 0 {
		return "[]"
	}
	return jsonText(*c.p)
}

func (c listCell) Scan(src any) error {
	s, err := asText(src)
	*c.p = nil
	if err != nil || s == "[]" {
		return err
	}
	return json.Unmarshal([]byte(s), c.p)
}

// jsonCell keeps settings: a new setting needs no migration.
type jsonCell[T any] struct{ p *T }

func object[T any](name string, p *T) field { return field{name, jsonCell[T]{p}} }

func (c jsonCell[T]) value() any { return jsonText(*c.p) }
func (c jsonCell[T]) Scan(src any) error {
	s, err := asText(src)
	if err != nil {
		return err
	}
	var v T
	*c.p, err = v, json.Unmarshal([]byte(s), &v)
	*c.p = v
	return err
}

// jsonText is v as JSON. Everything that is kept this way is a list of texts or a struct of plain fields.
func jsonText(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("storage: a setting that has no JSON form: %v", err))
	}
	return string(b)
}

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func asText(src any) (string, error) {
	switch v := src.(type) {
	case string:
		return v, nil
	case []byte:
		return string(v), nil
	case nil:
		return "", nil
	}
	return "", fmt.Errorf("storage: %T where a text was expected", src)
}

func asNumber(src any) (int64, error) {
	switch v := src.(type) {
	case int64:
		return v, nil
	case nil:
		return 0, nil
	}
	return 0, fmt.Errorf("storage: %T where a number was expected", src)
}
