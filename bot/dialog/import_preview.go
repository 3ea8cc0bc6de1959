package dialog

import (
	"bytes"
	"path"
	"slices"
	"strconv"
	"strings"

	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
	"followup/storage/exchange"
)

// The preview of a file says what it is and what would happen: what is new, what is there already, what a person has to decide, what is left out and why.

// firstLeft is how many rows that are left out a preview names; the rest comes as a file.
const firstLeft = 10

// previewImport shows what the button would do.
func (t *turn) previewImport(i *storage.Import, st importState, in storage.Intake, f incoming) error {
	report, err := t.tx.RehearseIntake(in)
	if err != nil {
		return err
	}
	if st.Names, err = t.questionsOf(report); err != nil {
		return err
	}
	if err := t.keepImport(i, st); err != nil {
		return err
	}
	s := t.previewText(st, f, report)
	return t.show(t.previewButtons(s, i.ID, st, f, report, len(f.left)+len(report.Left)).about("import", i.ID))
}

// previewText is the preview without its buttons.
func (t *turn) previewText(st importState, f incoming, report storage.IntakeReport) *screen {
	s := t.previewHead(st, f, report)
	t.leftLines(s, append(slices.Clone(f.left), report.Left...))
	t.columnLines(s, f)
	return s
}

// previewHead says what the file is and what it would change.
func (t *turn) previewHead(st importState, f incoming, report storage.IntakeReport) *screen {
	s := &screen{}
	s.Bold(t.Say("import.head", "what", t.Say("import.from."+originOf(f)), "name", message.Cut(st.In.Files[0].Name, 80)))
	rows := len(f.file.Table.Rows) + len(f.file.Cards)
	s.Line(t.Say("import.rows", "n", rows))
	switch {
	case report.From.IsZero():
	case report.From == report.To:
		s.Add(t.Say("import.day", "day", report.From))
	default:
		s.Add(t.Say("import.days", "from", report.From, "to", report.To))
	}
	s.Break()
	if len(report.New) > 0 {
		s.Line(t.Say("import.new", "what", t.counts(report.New)))
	}
	if len(report.Sums) > 0 {
		s.Line(t.Say("import.sums", "sum", t.sums(report.Sums)))
	}
	if len(report.Added) > 0 {
		s.Line(t.Say("import.added", "what", t.counts(report.Added)))
	}
	if len(report.Same) > 0 {
		s.Line(t.Say("import.same", "what", t.counts(report.Same)))
	}
	if report.Records() == 0 && len(st.Names) == 0 {
		s.Line(t.Say("import.nothing"))
	}
	if report.Undated > 0 {
		s.Line(t.Say("import.undated", "n", report.Undated))
	}
	if report.Examples > 0 {
		s.Line(t.Say("import.examples", "n", report.Examples))
	}
	t.openLines(s, report)
	if n := len(f.file.Cards) - len(cardsFor(st, f)); n > 0 {
		s.Line(t.Say("import.lone", "n", n))
	}
	return s
}

// originOf is the program that a file comes from, for the catalog.
func originOf(f incoming) string {
	if f.file.Kind == exchange.KindVCard {
		return "cards"
	}
	origin := exchange.Origin(f.file.Table.Headers)
	if origin == "bitrix" || origin == "amo" {
		return origin + "." + string(f.mapping.Shape)
	}
	return origin
}

// openLines name what a person has to decide.
func (t *turn) openLines(s *screen, report storage.IntakeReport) {
	if n := len(report.Similar); n > 0 {
		names := make([]string, 0, 3)
		for _, q := range report.Similar[:min(n, 3)] {
			names = append(names, message.Cut(q.Name, 60))
		}
		s.Line(t.Say("import.similar", "n", n, "names", strings.Join(names, ", ")))
	}
	if n := len(report.Unknown); n > 0 {
		names := make([]string, 0, 3)
		for _, q := range report.Unknown[:min(n, 3)] {
			names = append(names, message.Cut(q.Name, 60)+" ("+strconv.Itoa(q.Rows)+")")
		}
		s.Line(t.Say("import.unknown", "n", n, "names", strings.Join(names, ", ")))
	}
}

// leftLines name the first rows that are left out.
func (t *turn) leftLines(s *screen, left []exchange.Trouble) {
	var rows []exchange.Trouble
	for _, trouble := range left {
		if trouble.Row == 0 && trouble.Key != "file.bad.more" { // of the whole file
			p := trouble.Problem()
			s.Gap().Add("⚠️ " + t.SayFacts(p.Key, p.Facts))
			continue
		}
		rows = append(rows, trouble)
	}
	if left = rows; len(left) == 0 {
		return
	}
	s.Gap().Bold(t.Say("import.left", "n", len(left)))
	for _, trouble := range left[:min(len(left), firstLeft)] {
		p := trouble.Problem()
		s.Line("• " + message.Cut(t.SayFacts(p.Key, p.Facts), 200))
	}
	if n := len(left) - firstLeft; n > 0 {
		s.Line(t.Say("import.left.more", "n", n))
	}
}

// columnLines name the columns that are of no use.
func (t *turn) columnLines(s *screen, f incoming) {
	var names []string
	uses := f.mapping.Shape.Fields()
	for _, c := range f.mapping.Columns {
		if c.Header != "" && !slices.Contains(uses, c.Field) {
			names = append(names, message.Cut(c.Header, 40))
		}
	}
	if n := len(names); n > 0 {
		line := strings.Join(names[:min(n, 8)], ", ")
		if n > 8 {
			line += "…"
		}
		s.Gap().Add(t.Say("import.columns", "n", n, "names", line))
	}
}

func (t *turn) previewButtons(s *screen, id int64, st importState, f incoming, report storage.IntakeReport, left int) *screen {
	yes := message.Button{}
	if n := report.Records(); n > 0 {
		yes = labelled(t.Say("import.apply", "n", n), "imp", id, "yes")
	}
	s.row(yes, t.button("import.cancel", "imp", id, "no"))
	if n := len(st.Names); n > 0 {
		s.row(labelled(t.Say("import.names", "n", n), "imp", id, "names"))
	}
	lone := message.Button{}
	if len(cardsFor(st, f)) < len(f.file.Cards) {
		lone = t.button("import.lone.button", "imp", id, "lone")
	}
	s.row(lone)
	columns, bad := message.Button{}, message.Button{}
	if st.Form != nil && len(st.Form.Columns) > 0 {
		columns = labelled(t.Say("import.columns.button", "n", len(st.Form.Columns)), "imp", id, "cols")
	}
	if left > 0 {
		bad = labelled(t.Say("import.left.button", "n", left), "imp", id, "bad")
	}
	s.row(columns, bad)
	return s.row(t.button("import.keep", "imp", id, "keep"))
}

// countKinds is the order in which records are counted.
var countKinds = []string{"client", "contact", "contract", "invoice", "interaction", "followup"}

// counts are records by kind in words.
func (t *turn) counts(n map[string]int) string {
	var parts []string
	for _, kind := range countKinds {
		if n[kind] > 0 {
			parts = append(parts, t.Say("import.count."+kind, "n", n[kind]))
		}
	}
	return strings.Join(parts, ", ")
}

// sums are sums of several currencies, side by side: they are never added together.
func (t *turn) sums(list []crm.Money) string {
	parts := make([]string, 0, len(list))
	for _, m := range list {
		parts = append(parts, t.Money(m, ""))
	}
	return strings.Join(parts, " + ")
}

// sendLeft sends the rows that are left out as a table with the reason beside each, to be put right and sent again.
func (t *turn) sendLeft(i *storage.Import, st importState, in storage.Intake, f incoming) error {
	report, err := t.tx.RehearseIntake(in)
	if err != nil {
		return err
	}
	if err := t.keepImport(i, st); err != nil {
		return err
	}
	sheet := t.leftSheet(f, append(slices.Clone(f.left), report.Left...))
	var book bytes.Buffer
	if err := exchange.WriteXLSX(&book, sheet); err != nil {
		return err
	}
	name := st.In.Files[0].Name
	s := t.screen("import.left.file", "name", message.Cut(name, 80))
	s.file = &message.Upload{Name: "left-" + strings.TrimSuffix(name, path.Ext(name)) + ".xlsx", Bytes: book.Bytes()}
	o := t.out(s)
	o.Once = true
	_, err = t.tx.Send(o)
	return err
}

// leftSheet has the rows' own columns and the reason; what has no row of its own stands with its reason alone.
func (t *turn) leftSheet(f incoming, left []exchange.Trouble) exchange.Sheet {
	sheet := exchange.Sheet{Name: t.Say("import.left.sheet"), Columns: append([]string{}, f.file.Table.Headers...)}
	sheet.Columns = append(sheet.Columns, t.Say("import.left.reason"))
	rows := map[int]exchange.Row{}
	for _, r := range f.file.Table.Rows {
		rows[r.Number] = r
	}
	lines := make([][]exchange.Value, 0, len(left))
	for _, trouble := range left {
		line := make([]exchange.Value, len(sheet.Columns))
		r := rows[trouble.Row]
		for c := range f.file.Table.Headers {
			line[c] = exchange.Text(r.Cell(c))
		}
		p := trouble.Problem()
		line[len(line)-1] = exchange.Text(t.SayFacts(p.Key, p.Facts))
		lines = append(lines, line)
	}
	sheet.Rows = slices.Values(lines)
	return sheet
}
