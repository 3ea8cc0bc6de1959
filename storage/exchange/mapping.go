package exchange

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Rules of headings.
//
// Headings are compared folded; a heading that is not in the dictionary is looked up again without a currency at its end («Бюджет,
// ₽») and without a number («Примечание 2», «Телефон 1»). Which records the rows are is told by the fields that are there, in the
// order of shapes below. A word with several meanings takes the one that the shape uses; where the shape uses two of them, or the
// field already has a column and can't have two, the column keeps its choices and a person is asked. What is in no dictionary stays unknown, but
// for the intervals of a debt report («От 31 до 60 дней», «Свыше 90»): everybody sets his own, and their sum is the whole debt.

// Shape is which records the rows of a table are.
type Shape string

// Shapes of tables.
const (
	ShapeDebts        Shape = "debts" // a debt report of 1C: totals, groups and leaves
	ShapeReceivables  Shape = "receivables"
	ShapeContracts    Shape = "contracts"
	ShapeInteractions Shape = "interactions"
	ShapeFollowUps    Shape = "followups"
	ShapeDeals        Shape = "deals"
	ShapeContacts     Shape = "contacts"
	ShapeClients      Shape = "clients"
	ShapeUnknown      Shape = ""
)

// shapes are tried in order: every group needs one of its fields. uses are the fields of its rows, the likelier meaning of a word
// first.
var shapes = []struct {
	shape Shape
	needs [][]Field
	uses  []Field
}{
	{ShapeDebts, [][]Field{{FieldClient}, {FieldTotal}}, debtFields},
	{ShapeContracts, [][]Field{{FieldClient}, {FieldContract}, {FieldStart, FieldEnd}}, contractFields},
	{ShapeReceivables, [][]Field{{FieldClient}, {FieldInvoice}, {FieldSum, FieldBalance}}, receivableFields},
	{ShapeReceivables, [][]Field{{FieldClient}, {FieldDue, FieldBalance}, {FieldSum, FieldBalance}}, receivableFields},
	{ShapeInteractions, [][]Field{{FieldClient}, {FieldTouch}, {FieldHappened}}, interactionFields},
	{ShapeFollowUps, [][]Field{{FieldTask}, {FieldDay}, {FieldClient, FieldTaskState, FieldAssignee}}, followUpFields},
	{ShapeDeals, [][]Field{{FieldStage, FieldClosed, FieldSum}, {FieldDeal}}, dealFields},
	{ShapeReceivables, [][]Field{{FieldClient}, {FieldBalance}}, receivableFields},
	{ShapeContacts, [][]Field{{FieldPerson, FieldFirst, FieldLast}}, contactFields},
	{ShapeClients, [][]Field{{FieldClient}}, clientFields},
}

// Mapping tells what each column of a table means.
type Mapping struct {
	Shape   Shape
	Columns []Column
}

// Column is one heading. Field is empty for an unknown one. Choices are the meanings that are possible, when there is more than one.
type Column struct {
	Header  string
	Field   Field
	Choices []Field
}

// Unsure are the columns that a person should decide: unknown or with choices.
func (m Mapping) Unsure() []int {
	var all []int
	for i, c := range m.Columns {
		if c.Header != "" && (c.Field == "" || len(c.Choices) > 1) {
			all = append(all, i)
		}
	}
	return all
}

// Has reports whether a column has the field.
func (m Mapping) Has(f Field) bool {
	return slices.ContainsFunc(m.Columns, func(c Column) bool { return c.Field == f })
}

// Set is the mapping after a person said what a column means; FieldSkip leaves it out. The shape is told anew.
func (m Mapping) Set(column int, f Field) Mapping {
	m.Columns = slices.Clone(m.Columns)
	m.Columns[column].Field, m.Columns[column].Choices = f, nil
	have := make([][]Field, len(m.Columns))
	for i, c := range m.Columns {
		have[i] = []Field{c.Field}
	}
	m.Shape, _ = shapeOf(have)
	return m
}

// Fields are what the columns of a shape may mean, for the mapping form.
func (s Shape) Fields() []Field {
	for _, known := range shapes {
		if known.shape == s {
			return known.uses
		}
	}
	return slices.Concat(clientFields, []Field{FieldInvoice, FieldContract, FieldIssued, FieldDue, FieldSum, FieldPaid, FieldBalance, FieldCurrency})
}

// isKnownHeader reports whether a cell is in the dictionary.
func isKnownHeader(s string) bool {
	if s == "" || len(s) > 120 {
		return false
	}
	return len(fieldsOf(s)) > 0
}

// fieldsOf are the meanings of a heading.
func fieldsOf(header string) []Field {
	folded := FoldHeader(header)
	if fields := byHeading[folded]; len(fields) > 0 {
		return fields
	}
	words := strings.Fields(folded)
	for len(words) > 1 {
		last := words[len(words)-1]
		if _, ok := currencies[last]; !ok && strings.IndexFunc(last, func(r rune) bool { return !unicode.IsDigit(r) }) >= 0 {
			return nil
		}
		words = words[:len(words)-1]
		if fields := byHeading[strings.Join(words, " ")]; len(fields) > 0 {
			return fields
		}
	}
	return nil
}

// shapeOf finds the first shape whose needs are met.
func shapeOf(have [][]Field) (Shape, []Field) {
	met := func(group []Field) bool {
		return slices.ContainsFunc(have, func(fields []Field) bool {
			return slices.ContainsFunc(fields, func(f Field) bool { return slices.Contains(group, f) })
		})
	}
	for _, s := range shapes {
		if !slices.ContainsFunc(s.needs, func(group []Field) bool { return !met(group) }) && distinct(have, s.needs) {
			return s.shape, s.uses
		}
	}
	return ShapeUnknown, nil
}

// distinct reports whether each need can be met by a column of its own: one column «Название» is not a client and a deal at once.
func distinct(have [][]Field, needs [][]Field) bool {
	taken := make([]bool, len(have))
	var assign func(n int) bool
	assign = func(n int) bool {
		if n == len(needs) {
			return true
		}
		for i, fields := range have {
			if !taken[i] && slices.ContainsFunc(fields, func(f Field) bool { return slices.Contains(needs[n], f) }) {
				taken[i] = true
				if assign(n + 1) {
					return true
				}
				taken[i] = false
			}
		}
		return false
	}
	return assign(0)
}

// several are the fields that may have more than one column.
var several = map[Field]bool{
	FieldPhone: true, FieldEmail: true, FieldNote: true, FieldClient: true, FieldPerson: true, FieldTags: true, FieldAddress: true, FieldSite: true, FieldSkip: true,
}

// Several reports whether more than one column may have the field.
func (f Field) Several() bool { return several[f] }

// Map tells what the headings mean.
func Map(headers []string) Mapping {
	meanings := make([][]Field, len(headers))
	for i, h := range headers {
		meanings[i] = fieldsOf(h)
	}
	shape, uses := shapeOf(meanings)
	if shape == ShapeDebts {
		for i, h := range headers {
			if meanings[i] == nil && debtInterval.MatchString(FoldHeader(h)) {
				meanings[i] = []Field{FieldSkip}
			}
		}
	}
	m := Mapping{Shape: shape, Columns: make([]Column, len(headers))}
	taken := map[Field]bool{}
	for pass := range 2 { // words with one meaning first: they leave the ambiguous ones fewer choices
		for i, h := range headers {
			fit := fitting(meanings[i], uses)
			if (len(fit) > 1) != (pass == 1) {
				continue
			}
			m.Columns[i] = column(h, fit, taken)
		}
	}
	return m
}

// debtInterval is the heading of a debt report's interval, folded.
var debtInterval = regexp.MustCompile(`^(до|от|свыше|более|больше)? ?\d+( ?(до|по)? ?\d+)?( дн| дня| дней)?$`)

// fitting keeps the meanings that the shape uses; a word with none of them is known and of no use here.
func fitting(meanings, uses []Field) []Field {
	if uses == nil || len(meanings) == 0 {
		return meanings
	}
	var fit []Field
	for _, f := range meanings {
		if slices.Contains(uses, f) {
			fit = append(fit, f)
		}
	}
	if len(fit) == 0 {
		return []Field{FieldSkip}
	}
	return fit
}

// column takes the first meaning that has no column yet.
func column(header string, fit []Field, taken map[Field]bool) Column {
	c := Column{Header: header}
	if len(fit) == 0 {
		return c
	}
	var free []Field
	for _, f := range fit {
		if !taken[f] || several[f] {
			free = append(free, f)
		}
	}
	if len(free) == 0 { // the field has its column already: a person may say that this one is meant
		c.Field, c.Choices = FieldSkip, append([]Field{FieldSkip}, fit...)
		return c
	}
	c.Field = free[0]
	if len(free) > 1 {
		c.Choices = free
	}
	taken[c.Field] = true
	return c
}
