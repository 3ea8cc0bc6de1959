package exchange

import (
	"strings"

	"followup/storage/crm"
)

// Rules of records.
//
// One table per kind of record tells for each field how it is written and how it is read, so what is written comes back. Cells
// that say nothing («нет», «-», «не указано») are empty. A wrong sum, date or word of a list loses its row, because half
// a record is worse than none; a wrong phone, e-mail, birthday or INN is told and left out, because the client is still worth having.

// ClientRow is a client of a file with the people and words that stand with it. Phones and Emails are the company's own.
type ClientRow struct {
	Row      int
	Source   string // its id in the program that it comes from
	Name     string
	INN      string
	City     string
	Tier     crm.Tier
	Status   crm.ClientStatus
	Tags     []string
	Manager  string
	Phones   []string
	Emails   []string
	Site     string
	Address  string
	Note     string
	Contacts []ContactRow
}

// ContactRow is a person. Client is empty for one without a company.
type ContactRow struct {
	Row      int
	Client   string
	INN      string // of the client
	Name     string
	Position string
	Phones   []string
	Emails   []string
	Birthday crm.Date // year 0: unknown
	Telegram string
	Manager  string
	Note     string

	first, last, middle string
}

// DealRow is a deal of Bitrix24 or amoCRM. Sum adds up the rows of one deal. Closed tells that it is over.
type DealRow struct {
	Row      int
	ID       string
	Name     string
	Client   string
	Person   string
	Stage    string
	Sum      crm.Money
	Closed   bool
	Manager  string
	Phones   []string
	Emails   []string
	Position string
	Tags     []string
	Note     string
}

// ReceivableRow is an open invoice, or a leaf of a debt report. Overdue is known of debt reports only.
type ReceivableRow struct {
	Row      int
	Client   string
	INN      string
	Contract string
	Number   string
	Issued   crm.Date
	Due      crm.Date
	Sum      crm.Money
	Paid     crm.Money
	Balance  crm.Money
	Overdue  crm.Money
	Manager  string
	Note     string

	has map[Field]bool
}

// InteractionRow is a touch. Timed tells that Clock is known.
type InteractionRow struct {
	Row     int
	Client  string
	INN     string
	Kind    crm.TouchKind
	Day     crm.Date
	Clock   crm.Clock
	Timed   bool
	Text    string
	Outcome string
	Author  string
}

// FollowUpRow is a next step. Timed tells that it has a time and not only a day.
type FollowUpRow struct {
	Row        int
	Client     string
	INN        string
	Text       string
	Day        crm.Date
	Clock      crm.Clock
	Timed      bool
	Assignee   string
	Status     crm.FollowUpStatus
	Outcome    string
	Obligation bool
	Rule       string // RRULE as it was written; the reader of the row has to check it
}

// ContractRow is a contract.
type ContractRow struct {
	Row           int
	Client        string
	INN           string
	Number        string
	Subject       string
	Start         crm.Date
	End           crm.Date
	Sum           crm.Money
	Renewal       crm.RenewalMode
	RenewalMonths int
	NoticeDays    int
	NoticeWorking bool
	Penalty       crm.Rate
	PenaltyCap    crm.Rate
	Manager       string
	Note          string
}

// slot is one field of a record: how it is written and how a cell is read into it. read gives the key of a trouble, empty when it is
// fine. A soft slot loses only its value. A slot of words takes any text but a dash. A slot without write is only read.
type slot[T any] struct {
	field Field
	soft  bool
	words bool
	write func(r *T, lang string) Value
	read  func(r *T, cell string) string
}

// readRows reads the rows of a table. whole checks and completes a record; it gives the field and key of what is missing.
func readRows[T any](t Table, m Mapping, slots []slot[T], row func(*T, int), whole func(*T) (Field, string)) ([]T, troubles) {
	all := make([]T, 0, len(t.Rows)) // a long list must not be copied while it grows
	bad := eachRow(t, m, slots, row, whole, func(record T) { all = append(all, record) })
	return all, bad
}

// eachRow hands over one record after the other.
func eachRow[T any](t Table, m Mapping, slots []slot[T], row func(*T, int), whole func(*T) (Field, string), take func(T)) troubles {
	byField := map[Field]slot[T]{}
	for _, s := range slots {
		byField[s.field] = s
	}
	var bad troubles
	var record, empty T
	for _, r := range t.Rows {
		if isTotal(r) {
			continue
		}
		record = empty
		row(&record, r.Number)
		if !readRow(&record, r, m, byField, &bad) {
			continue
		}
		if field, key := whole(&record); key != "" {
			bad.add(r.Number, header(m, field), "", key)
			continue
		}
		take(record)
	}
	return bad
}

// readRow reads the cells of one row; false when one that can't be read loses it.
func readRow[T any](record *T, r Row, m Mapping, byField map[Field]slot[T], bad *troubles) bool {
	good := true
	for i, c := range m.Columns {
		s, ok := byField[c.Field]
		cell := r.Cell(i)
		if !ok || isDash(cell) || !s.words && isBlank(cell) {
			continue
		}
		if key := s.read(record, cell); key != "" {
			bad.add(r.Number, c.Header, cell, key)
			good = good && s.soft
		}
	}
	return good
}

// header is the heading of a field, its own title when no column has it.
func header(m Mapping, f Field) string {
	for _, c := range m.Columns {
		if c.Field == f {
			return c.Header
		}
	}
	return f.Title("ru")
}

// sheetOf writes records under the titles of the slots that are written.
func sheetOf[T any](name, lang string, slots []slot[T], records []T) Sheet {
	s := Sheet{Name: name}
	var written []slot[T]
	for _, sl := range slots {
		if sl.write != nil {
			written = append(written, sl)
			s.Columns = append(s.Columns, sl.field.Title(lang))
		}
	}
	s.Rows = rowsOf(records, len(written), func(row []Value, record *T) {
		for i, sl := range written {
			row[i] = sl.write(record, lang)
		}
	})
	return s
}

// fieldsIn are the fields of slots, for the table of shapes.
func fieldsIn[T any](slots []slot[T]) []Field {
	all := make([]Field, 0, len(slots))
	for _, s := range slots {
		all = append(all, s.field)
	}
	return all
}

// blanks are words for nothing, folded.
var blanks = map[string]bool{
	"": true, "нет": true, "не указано": true, "не указан": true, "не указана": true, "н д": true, "n a": true, "null": true, "none": true, "пусто": true, "не заполнено": true, "не закрыта": true,
}

// isDash reports whether a cell is empty or only crossed out.
func isDash(cell string) bool { return strings.Trim(cell, "-–—") == "" }

// isBlank reports whether a cell says nothing.
func isBlank(cell string) bool {
	if len(cell) > 40 {
		return false
	}
	return blanks[FoldHeader(cell)] && !strings.ContainsAny(cell, "0123456789")
}

// isTotal reports whether a row is a sum of others.
func isTotal(r Row) bool {
	for _, c := range r.Cells {
		if c != "" {
			folded := FoldHeader(c)
			return folded == "итого" || folded == "всего" || strings.HasPrefix(folded, "итого по ") || folded == "total" || folded == "grand total"
		}
	}
	return false
}

// text makes a slot of words.
func text[T any](f Field, at func(*T) *string) slot[T] {
	return slot[T]{
		field: f, words: true,
		write: func(r *T, _ string) Value { return Text(*at(r)) },
		read: func(r *T, cell string) string {
			if p := at(r); *p == "" {
				*p = cell
			}
			return ""
		},
	}
}

// note makes a slot of words in which several columns go one under the other.
func note[T any](f Field, at func(*T) *string) slot[T] {
	s := text(f, at)
	s.read = func(r *T, cell string) string {
		p := at(r)
		if *p != "" {
			*p += "\n"
		}
		*p += cell
		return ""
	}
	return s
}

func day[T any](f Field, at func(*T) *crm.Date) slot[T] {
	return slot[T]{
		field: f,
		write: func(r *T, _ string) Value { return Day(*at(r)) },
		read: func(r *T, cell string) string {
			d, _, _, ok := ParseDate(cell)
			if !ok {
				return "file.bad.date"
			}
			*at(r) = d
			return ""
		},
	}
}

func inn[T any](at func(*T) *string) slot[T] {
	return slot[T]{
		field: FieldINN, soft: true,
		write: func(r *T, _ string) Value { return Text(*at(r)) },
		read: func(r *T, cell string) string {
			s, ok := ParseINN(cell)
			if !ok {
				return "file.bad.inn"
			}
			*at(r) = s
			return ""
		},
	}
}

// sum makes a slot of money. A currency that stands in the cell counts when the record has no other.
func sum[T any](f Field, at func(*T) *crm.Money) slot[T] {
	return slot[T]{
		field: f,
		write: func(r *T, _ string) Value { return Money(*at(r)) },
		read: func(r *T, cell string) string {
			minor, currency, ok := ParseMoney(cell)
			if !ok {
				return "file.bad.sum"
			}
			m := at(r)
			m.Minor = minor
			if currency != "" {
				m.Currency = currency
			}
			return ""
		},
	}
}

// currency makes the slot that names the currency of a record's sums; the first sum holds it.
func currency[T any](at func(*T) *crm.Money) slot[T] {
	return slot[T]{
		field: FieldCurrency,
		write: func(r *T, _ string) Value { return Text(string(at(r).Currency)) },
		read: func(r *T, cell string) string {
			c, ok := ParseCurrency(cell)
			if !ok {
				return "file.bad.currency"
			}
			at(r).Currency = c
			return ""
		},
	}
}

func count[T any](f Field, at func(*T) *int) slot[T] {
	return slot[T]{
		field: f,
		write: func(r *T, _ string) Value { return Count(int64(*at(r))) },
		read: func(r *T, cell string) string {
			minor, _, ok := ParseMoney(cell)
			if !ok || minor < 0 || minor%100 != 0 || minor > 1_000_000 {
				return "file.bad.number"
			}
			*at(r) = int(minor / 100)
			return ""
		},
	}
}

func percent[T any](f Field, at func(*T) *crm.Rate) slot[T] {
	return slot[T]{
		field: f,
		write: func(r *T, _ string) Value { return Percent(*at(r)) },
		read: func(r *T, cell string) string {
			rate, err := crm.ParsePercent(strings.TrimSuffix(strings.TrimSpace(cell), "%"))
			if err != nil {
				return "file.bad.percent"
			}
			*at(r) = rate
			return ""
		},
	}
}

// word makes a slot of a fixed list: titles holds what each value is called, the first in Russian, the second in English.
func word[T any, W ~string](f Field, titles map[W][]string, at func(*T) *W) slot[T] {
	return slot[T]{
		field: f,
		write: func(r *T, lang string) Value {
			names := titles[*at(r)]
			switch {
			case len(names) == 0:
				return Text(string(*at(r)))
			case lang == "en":
				return Text(names[1])
			}
			return Text(names[0])
		},
		read: func(r *T, cell string) string {
			folded := FoldHeader(cell)
			for value, names := range titles {
				if folded == FoldHeader(string(value)) {
					*at(r) = value
					return ""
				}
				for _, n := range names {
					if folded == FoldHeader(n) {
						*at(r) = value
						return ""
					}
				}
			}
			return "file.bad.word"
		},
	}
}

// yes are words for true in a yes-no column, folded.
var yes = map[string]bool{"да": true, "yes": true, "1": true, "true": true, "истина": true, "y": true, "д": true, "x": true, "✓": true}

// no are words for false; blanks are false without being read.
var no = map[string]bool{"no": true, "0": true, "false": true, "ложь": true, "n": true, "н": true}

func flag[T any](f Field, at func(*T) *bool) slot[T] {
	return slot[T]{
		field: f,
		write: func(r *T, lang string) Value {
			switch {
			case *at(r) && lang == "en":
				return Text("yes")
			case *at(r):
				return Text("да")
			}
			return Value{}
		},
		read: func(r *T, cell string) string {
			folded := FoldHeader(cell)
			*at(r) = yes[folded]
			if !yes[folded] && !no[folded] {
				return "file.bad.word"
			}
			return ""
		},
	}
}
