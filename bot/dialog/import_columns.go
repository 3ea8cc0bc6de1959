package dialog

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
	"followup/storage/exchange"
)

// Rules of the mapping form: the columns that the bot doesn't understand are asked about one by one, each with what stands in its first rows. Without a known
// report every unknown column is asked about; of a known one only those with two meanings, and the rest when the person wants it. The answers
// are remembered for the team under the set of headings, in whatever order they stand, and are not asked again.

// columnForm is the columns being asked about.
type columnForm struct {
	Columns []askedColumn
	Known   []exchange.Field // that other columns have already
	Shape   exchange.Shape
	Headers string // their key
}

// askedColumn is one of them.
type askedColumn struct {
	Header  string
	Samples []string
	Choices []exchange.Field // when only these are possible
}

// headersKey tells one set of headings from others.
func headersKey(headers []string) string {
	folded := make([]string, 0, len(headers))
	for _, h := range headers {
		folded = append(folded, exchange.FoldHeader(h))
	}
	slices.Sort(folded)
	sum := sha256.Sum256([]byte(strings.Join(folded, "\n")))
	return hex.EncodeToString(sum[:])
}

// maxAsked is how many columns are asked about: an export may have hundreds, and nobody answers that many questions.
const maxAsked = 30

// askColumns asks about a table whose columns leave open what it is; done says that a question was shown.
func (t *turn) askColumns(i *storage.Import, st *importState, f *incoming) (done bool, err error) {
	fields, err := t.remembered(*st, f.file.Table.Headers)
	if err != nil {
		return false, err
	}
	if len(fields) != len(st.Fields) {
		st.Fields = fields
		f.mapTable(fields)
	}
	st.Form = formOf(*f, st.Fields, f.mapping.Shape == exchange.ShapeUnknown)
	st.At = 0
	if f.mapping.Shape != exchange.ShapeUnknown && len(st.Form.Columns) == 0 {
		st.Form = formOf(*f, st.Fields, true) // for the button
		return false, nil
	}
	if f.mapping.Shape != exchange.ShapeUnknown {
		return true, t.nextColumn(i, *st)
	}
	if err := t.keepImport(i, *st); err != nil {
		return false, err
	}
	key := "import.strange"
	if len(st.Form.Columns) == 0 {
		key = "import.noclient"
		st.Form = formOf(*f, nil, true)
		if err := t.keepImport(i, *st); err != nil {
			return false, err
		}
	}
	s := t.screen(key, "name", message.Cut(st.In.Files[0].Name, 100), "columns", len(f.file.Table.Headers), "rows", len(f.file.Table.Rows))
	s.row(t.button("import.columns.tell", "imp", i.ID, "cols"))
	s.row(t.button("import.keep", "imp", i.ID, "keep"), t.button("import.cancel", "imp", i.ID, "no"))
	return true, t.show(s.about("import", i.ID))
}

// formOf are the columns to ask about: unknown ones only when all are wanted.
func formOf(f incoming, said map[string]exchange.Field, all bool) *columnForm {
	form := &columnForm{Shape: f.mapping.Shape, Headers: headersKey(f.file.Table.Headers)}
	for n, c := range f.mapping.Columns {
		if c.Field != "" && c.Field != exchange.FieldSkip && len(c.Choices) < 2 {
			form.Known = append(form.Known, c.Field)
		}
		if _, answered := said[exchange.FoldHeader(c.Header)]; answered || c.Header == "" || len(form.Columns) == maxAsked {
			continue
		}
		if len(c.Choices) > 1 || all && c.Field == "" {
			form.Columns = append(form.Columns, askedColumn{message.Cut(c.Header, 80), samplesOf(f.file.Table, n), c.Choices})
		}
	}
	return form
}

// samplesOf are the first values of a column.
func samplesOf(table exchange.Table, column int) (samples []string) {
	for _, r := range table.Rows[:min(len(table.Rows), 50)] {
		cell := message.Cut(strings.Join(strings.Fields(r.Cell(column)), " "), 40)
		if cell != "" && !slices.Contains(samples, cell) {
			samples = append(samples, cell)
		}
		if len(samples) == 3 {
			break
		}
	}
	return samples
}

// beginColumns asks about every column that is not loaded.
func (t *turn) beginColumns(i *storage.Import, st importState, _ string) error {
	if st.Form == nil || len(st.Form.Columns) == 0 {
		return crm.Say("already")
	}
	st.At = 0
	return t.nextColumn(i, st)
}

// nextColumn asks about the column in hand, or goes back to the file when there is none left.
func (t *turn) nextColumn(i *storage.Import, st importState) error {
	if st.At >= len(st.Form.Columns) {
		packed, err := json.Marshal(st.Fields)
		if err != nil {
			return err
		}
		if err := t.tx.SaveImportColumns(st.Form.Headers, string(packed)); err != nil {
			return err
		}
		st.Form = nil
		return t.fetchFor(i, st, "read")
	}
	if err := t.keepImport(i, st); err != nil {
		return err
	}
	c := st.Form.Columns[st.At]
	s := t.screen("import.column", "n", st.At+1, "of", len(st.Form.Columns), "column", c.Header)
	if len(c.Samples) > 0 {
		s.Line(t.Say("import.column.samples", "samples", strings.Join(c.Samples, "; ")))
	}
	s.Line(t.Say("import.column.ask"))
	at := strconv.Itoa(st.At)
	var buttons []message.Button
	for _, field := range st.choices(c) {
		if field != exchange.FieldSkip {
			buttons = append(buttons, labelled(field.Title(t.me.Language), "imp", i.ID, "c", at, string(field)))
		}
	}
	s.rows(3, buttons...)
	s.row(t.button("import.column.skip", "imp", i.ID, "c", at, string(exchange.FieldSkip)), t.button("import.column.skipall", "imp", i.ID, "c", at, "rest"))
	back := message.Button{}
	if st.At > 0 {
		back = t.button("back", "imp", i.ID, "c", at, "back")
	}
	return t.show(s.row(back, t.button("import.cancel", "imp", i.ID, "no")).about("import", i.ID))
}

// choices are what the column in hand may mean: not what another has already, unless several may have it.
func (st importState) choices(c askedColumn) []exchange.Field {
	if len(c.Choices) > 1 {
		return c.Choices
	}
	var free []exchange.Field
	for _, f := range st.Form.Shape.Fields() {
		taken := slices.Contains(st.Form.Known, f)
		for _, said := range st.Fields {
			taken = taken || said == f
		}
		if f != exchange.FieldID && (!taken || f.Several()) {
			free = append(free, f)
		}
	}
	return free
}

// tapColumn takes what a column means: "2:sum", "2:skip", "2:rest", "2:back".
func (t *turn) tapColumn(i *storage.Import, st importState, arg string) error {
	number, word, _ := strings.Cut(arg, ":")
	at, err := strconv.Atoi(number)
	if err != nil || st.Form == nil || at != st.At || at >= len(st.Form.Columns) {
		return crm.Say("already")
	}
	if st.Fields == nil {
		st.Fields = map[string]exchange.Field{}
	}
	switch word {
	case "back":
		st.At = max(0, at-1)
		delete(st.Fields, exchange.FoldHeader(st.Form.Columns[st.At].Header))
		return t.nextColumn(i, st)
	case "rest":
		for _, c := range st.Form.Columns[at:] {
			st.Fields[exchange.FoldHeader(c.Header)] = exchange.FieldSkip
		}
		st.At = len(st.Form.Columns)
		return t.nextColumn(i, st)
	}
	field := exchange.Field(word)
	if field != exchange.FieldSkip && !slices.Contains(st.choices(st.Form.Columns[at]), field) {
		return crm.Say("already")
	}
	st.Fields[exchange.FoldHeader(st.Form.Columns[at].Header)] = field
	st.At++
	return t.nextColumn(i, st)
}
