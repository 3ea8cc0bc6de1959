package dialog

import (
	"io"
	"iter"

	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
	"followup/storage/exchange"
)

// Rules of a report as a workbook.
//
// It holds the numbers of the same report in the chat, for the same reader: activity by member, the period's follow-ups, what
// is owed by its age, the contracts to decide about. Numbers are numbers and dates are dates. With sums hidden the columns
// of money are left out, and what is owed with them.

// bookColumn is a column of a sheet: its heading, and the value of a row.
type bookColumn[T any] struct {
	title string
	money bool
	value func(T) exchange.Value
}

// bookSheet makes a sheet of rows; columns of money are left out for who hides sums.
func bookSheet[T any](t *turn, name string, columns []bookColumn[T], rows []T) exchange.Sheet {
	s := exchange.Sheet{Name: t.Say(name)}
	var shown []bookColumn[T]
	for _, c := range columns {
		if !c.money || !t.me.Settings.HideSums {
			shown = append(shown, c)
			s.Columns = append(s.Columns, c.title)
		}
	}
	s.Rows = bookRows(shown, rows)
	return s
}

func bookRows[T any](columns []bookColumn[T], rows []T) iter.Seq[[]exchange.Value] {
	return func(yield func([]exchange.Value) bool) {
		line := make([]exchange.Value, len(columns))
		for _, r := range rows {
			for i, c := range columns {
				line[i] = c.value(r)
			}
			if !yield(line) {
				return
			}
		}
	}
}

// sendBook has the workbook of a report made; it is noted like any file that is taken.
func (t *turn) sendBook(p period) error {
	if err := t.costly(); err != nil {
		return err
	}
	if err := t.noteExport("report", "xlsx"); err != nil {
		return err
	}
	_, err := t.tx.Send(message.Out{
		Chat: t.me.Telegram, Once: true,
		Make: &message.Make{Member: t.me.ID, What: "report", Form: "xlsx", From: p.from, To: p.to},
	})
	if err != nil || t.in.Kind != message.Tap {
		return err
	}
	return t.toast(t.Say("export.making"), false)
}

// tapBook is the button of a report or digest: its first and last day.
func (t *turn) tapBook(_ int64, arg string) error {
	p, err := readDays(arg)
	if err != nil {
		return crm.Say("button.unknown")
	}
	return t.sendBook(p)
}

// bookButton asks for the workbook of a period.
func (t *turn) bookButton(p period) message.Button {
	return t.button("report.book", "book", 0, p.from.String()+"/"+p.to.String())
}

func (t *turn) makeReport(p period) (made, error) {
	r, err := t.readReport(p)
	if err != nil {
		return made{}, err
	}
	s, err := t.stock()
	if err != nil {
		return made{}, err
	}
	steps, err := s.bookSteps(r)
	if err != nil {
		return made{}, err
	}
	sheets := []exchange.Sheet{s.activity(r), bookSheet(t, "book.steps", s.stepColumns(), steps)}
	lines := []any{"steps", len(steps), "renewals", len(r.decisions)}
	key := "book.caption.plain"
	if !t.me.Settings.HideSums {
		bills, err := s.bookBills(r)
		if err != nil {
			return made{}, err
		}
		sheets = append(sheets, bookSheet(t, "book.owed", s.billColumns(), bills))
		key, lines = "book.caption", append(lines, "bills", len(bills))
	}
	sheets = append(sheets, bookSheet(t, "book.renewals", s.decisionColumns(), r.decisions))
	title := t.Say("export.report")
	return made{
		title: title, name: "Followup " + title + " " + p.from.String() + " " + p.to.String() + ".xlsx",
		caption: t.Say(key, append(lines, "who", r.title, "period", t.reportPeriod(p), "members", len(r.works))...),
		write:   func(w io.Writer) error { return exchange.WriteXLSX(w, sheets...) },
	}, nil
}

// activity is a row for every member: touches by kind, what is done and late, what came and what is overdue, one column a currency.
func (s *stock) activity(r *told) exchange.Sheet {
	columns := []bookColumn[work]{
		{title: s.Say("book.member"), value: func(w work) exchange.Value { return exchange.Text(w.member.Name) }},
		{title: s.Say("book.touches"), value: func(w work) exchange.Value { return exchange.Count(int64(w.total)) }},
	}
	for _, kind := range touchKinds {
		columns = append(columns, bookColumn[work]{
			title: s.Say("touch." + string(kind)), value: func(w work) exchange.Value { return exchange.Count(int64(w.touches[kind])) },
		})
	}
	columns = append(columns,
		bookColumn[work]{title: s.Say("book.done"), value: func(w work) exchange.Value { return exchange.Count(int64(r.done[w.member.ID])) }},
		bookColumn[work]{title: s.Say("book.late"), value: func(w work) exchange.Value { return exchange.Count(int64(w.late)) }},
	)
	for _, c := range r.currencies() {
		columns = append(columns,
			bookColumn[work]{title: s.Say("book.received", "currency", c), money: true, value: func(w work) exchange.Value {
				return exchange.Money(r.received[w.member.ID][c])
			}},
			bookColumn[work]{title: s.Say("book.overdue", "currency", c), money: true, value: func(w work) exchange.Value {
				for _, sum := range w.overdue {
					if sum.Currency == c {
						return exchange.Money(sum)
					}
				}
				return exchange.Money(crm.Money{})
			}},
		)
	}
	return bookSheet(s.turn, "book.activity", columns, r.works)
}

// currencies are those in which something came or is overdue.
func (r *told) currencies() []crm.Currency {
	sums := map[crm.Currency]crm.Money{}
	for c, m := range r.paid {
		sums[c] = m
	}
	for _, w := range r.works {
		for _, m := range w.overdue {
			sums[m.Currency] = m
		}
	}
	return crm.Currencies(sums)
}

// bookSteps are the follow-ups that were due in the period.
func (s *stock) bookSteps(r *told) ([]exchange.FollowUpRow, error) {
	return s.followUpRows(storage.FollowUpFilter{
		Assignee: r.member, Team: r.team, DueFrom: crm.MomentOf(r.from.In(s.zone, 0)), DueTo: crm.MomentOf(r.to.AddDays(1).In(s.zone, 0)),
		Limit: exportRows,
	})
}

func (s *stock) stepColumns() []bookColumn[exchange.FollowUpRow] {
	return []bookColumn[exchange.FollowUpRow]{
		{title: s.Say("book.client"), value: func(f exchange.FollowUpRow) exchange.Value { return exchange.Text(f.Client) }},
		{title: s.Say("book.step"), value: func(f exchange.FollowUpRow) exchange.Value { return exchange.Text(f.Text) }},
		{title: s.Say("book.day"), value: func(f exchange.FollowUpRow) exchange.Value {
			if f.Timed {
				return exchange.At(f.Day, f.Clock)
			}
			return exchange.Day(f.Day)
		}},
		{title: s.Say("book.member"), value: func(f exchange.FollowUpRow) exchange.Value { return exchange.Text(f.Assignee) }},
		{title: s.Say("book.state"), value: func(f exchange.FollowUpRow) exchange.Value {
			return exchange.Text(s.Say("book.state." + string(f.Status)))
		}},
		{title: s.Say("book.promised"), value: func(f exchange.FollowUpRow) exchange.Value {
			if !f.Obligation {
				return exchange.Value{}
			}
			return exchange.Text(s.Say("book.yes"))
		}},
		{title: s.Say("book.outcome"), value: func(f exchange.FollowUpRow) exchange.Value { return exchange.Text(f.Outcome) }},
	}
}

// bill is an open invoice with its days past due.
type bill struct {
	exchange.ReceivableRow
	days int
}

// bookBills are the open invoices of the report's scope, those overdue longest first.
func (s *stock) bookBills(r *told) ([]bill, error) {
	rows, err := s.receivableRows(storage.InvoiceFilter{Manager: r.member, Team: r.team, Open: true})
	list := make([]bill, 0, len(rows))
	for _, row := range rows {
		b := bill{ReceivableRow: row}
		if !row.Due.IsZero() {
			b.days = s.overdueDays(row.Due)
		}
		list = append(list, b)
	}
	return list, err
}

// ageEnds are the last days of each age but the oldest: not due, 1–30, 31–60, 61–90.
var ageEnds = []int{0, 30, 60, 90}

func (s *stock) billColumns() []bookColumn[bill] {
	columns := []bookColumn[bill]{
		{title: s.Say("book.client"), value: func(b bill) exchange.Value { return exchange.Text(b.Client) }},
		{title: s.Say("book.manager"), value: func(b bill) exchange.Value { return exchange.Text(b.Manager) }},
		{title: s.Say("book.invoice"), value: func(b bill) exchange.Value { return exchange.Text(b.Number) }},
		{title: s.Say("book.contract"), value: func(b bill) exchange.Value { return exchange.Text(b.Contract) }},
		{title: s.Say("book.issued"), value: func(b bill) exchange.Value { return exchange.Day(b.Issued) }},
		{title: s.Say("book.due"), value: func(b bill) exchange.Value { return exchange.Day(b.Due) }},
		{title: s.Say("book.days"), value: func(b bill) exchange.Value { return exchange.Count(int64(b.days)) }},
		{title: s.Say("book.currency"), value: func(b bill) exchange.Value { return exchange.Text(string(b.Balance.Currency)) }},
		{title: s.Say("book.sum"), money: true, value: func(b bill) exchange.Value { return exchange.Money(b.Sum) }},
		{title: s.Say("book.balance"), money: true, value: func(b bill) exchange.Value { return exchange.Money(b.Balance) }},
	}
	for age := range chartAges {
		columns = append(columns, bookColumn[bill]{title: s.Say(chartAges[age]), money: true, value: func(b bill) exchange.Value {
			if ageOf(b.days) != age {
				return exchange.Value{}
			}
			return exchange.Money(b.Balance)
		}})
	}
	return columns
}

// ageOf is the column of aging that so many days past due belong to.
func ageOf(days int) int {
	for i, end := range ageEnds {
		if days <= end {
			return i
		}
	}
	return len(ageEnds)
}

func (s *stock) decisionColumns() []bookColumn[renewal] {
	return []bookColumn[renewal]{
		{title: s.Say("book.client"), value: func(k renewal) exchange.Value { return exchange.Text(k.client) }},
		{title: s.Say("book.manager"), value: func(k renewal) exchange.Value { return exchange.Text(s.managerOf(k.contract.Client)) }},
		{title: s.Say("book.contract"), value: func(k renewal) exchange.Value { return exchange.Text(k.contract.Number) }},
		{title: s.Say("book.decide"), value: func(k renewal) exchange.Value { return exchange.Day(k.day) }},
		{title: s.Say("book.left"), value: func(k renewal) exchange.Value { return exchange.Count(int64(k.day.Sub(s.today))) }},
		{title: s.Say("book.end"), value: func(k renewal) exchange.Value { return exchange.Day(k.contract.End) }},
		{title: s.Say("book.renewal"), value: func(k renewal) exchange.Value {
			return exchange.Text(s.Say("renewal."+string(k.contract.Renewal), "months", k.contract.RenewalMonths))
		}},
		{title: s.Say("book.sum"), money: true, value: func(k renewal) exchange.Value {
			if k.contract.Sum.IsZero() {
				return exchange.Value{}
			}
			return exchange.Money(k.contract.Sum)
		}},
		{title: s.Say("book.currency"), money: true, value: func(k renewal) exchange.Value { return exchange.Text(string(k.contract.Sum.Currency)) }},
	}
}
