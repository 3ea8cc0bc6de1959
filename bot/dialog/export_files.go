package dialog

import (
	"bytes"
	"cmp"
	"io"
	"strconv"

	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
	"followup/storage/exchange"
)

// Bounds of a file that is made: Telegram takes 50 MB, and our importer takes back as many rows.
const (
	maxUpload  = 50 << 20
	exportRows = 100_000
)

// Make reads what a file is made of, as its member may see it now, and returns what makes it without the database. A member who
// has left gets nothing.
func (d *Dialog) Make(tx *storage.Tx, what message.Make) (func() (message.Out, error), error) {
	m, err := tx.System().Member(what.Member)
	if err != nil {
		return nil, err
	}
	t := d.turnOf(tx, m, message.In{Chat: m.Telegram})
	if m.Status == crm.MemberLeft {
		return func() (message.Out, error) { return message.Out{Text: t.Say("denied")}, nil }, nil
	}
	file, err := t.makeFile(what)
	if err != nil {
		return nil, err
	}
	return func() (message.Out, error) {
		var b bytes.Buffer
		if err := file.write(&b); err != nil {
			return message.Out{}, err
		}
		if b.Len() > maxUpload {
			return message.Out{Text: t.Say("export.large", "what", file.title, "limit", maxUpload>>20)}, nil
		}
		return message.Out{Text: message.Cut(file.caption, message.MaxCaption), File: &message.Upload{Name: file.name, Bytes: b.Bytes()}}, nil
	}, nil
}

// made is a file ready to be written.
type made struct {
	title   string
	caption string
	name    string
	write   func(io.Writer) error
}

func (t *turn) makeFile(what message.Make) (made, error) {
	switch what.What {
	case "calendar":
		return t.makeCalendar()
	case "report":
		return t.makeReport(period{what.From, what.To})
	}
	return t.makeTables(what.What, what.Form)
}

// tableForms are the forms of tables: how a file's name ends and how its sheets are written.
var tableForms = map[string]struct {
	ending string
	write  func(w io.Writer, sheets []exchange.Sheet) error
}{
	"xlsx":   {".xlsx", func(w io.Writer, sheets []exchange.Sheet) error { return exchange.WriteXLSX(w, sheets...) }},
	"excel":  {".csv", asCSV(exchange.ForExcel)},
	"sheets": {".csv", asCSV(exchange.ForSheets)},
	"bitrix": {".csv", asCSV(exchange.ForBitrix)},
	"amo":    {".csv", asCSV(exchange.ForAmo)},
}

func asCSV(f exchange.Flavour) func(io.Writer, []exchange.Sheet) error {
	return func(w io.Writer, sheets []exchange.Sheet) error { return exchange.WriteCSV(w, sheets[0], f) }
}

// makeTables makes a file of one kind of records, or a workbook of all.
func (t *turn) makeTables(what, form string) (made, error) {
	s, err := t.stock()
	if err != nil {
		return made{}, err
	}
	of, err := t.scope()
	if err != nil {
		return made{}, err
	}
	f := made{title: t.Say("export." + what)}
	if form == "vcf" {
		rows, err := s.contactRows()
		f.name = t.fileName(f.title, ".vcf")
		f.caption = t.exportCaption(f.title, form, of.title, len(rows))
		f.write = func(w io.Writer) error { return exchange.WriteCards(w, rows) }
		return f, err
	}
	f.name = t.fileName(f.title, tableForms[form].ending)
	sheets, lines, total, err := s.sheets(what, form)
	if err != nil {
		return f, err
	}
	f.caption = t.exportCaption(f.title, form, of.title, total)
	if what == "all" {
		f.caption = t.Say("export.caption.all", "what", f.title, "who", of.title)
	}
	for _, line := range append(lines, t.Say(takenBack(form))) {
		f.caption += "\n" + line
	}
	f.write = func(w io.Writer) error { return tableForms[form].write(w, sheets) }
	return f, nil
}

func (t *turn) exportCaption(title, form, who string, n int) string {
	return t.Say("export.caption", "what", title, "form", t.Say("export.form."+form), "who", who, "n", n)
}

// sheets are those of a kind, or of all kinds, with what the caption says of each.
func (s *stock) sheets(what, form string) (sheets []exchange.Sheet, lines []string, total int, err error) {
	for _, k := range exportKinds {
		if sheetTable[k.name] == nil || what != k.name && what != "all" {
			continue
		}
		sheet, n, err := sheetTable[k.name](s, form)
		if err != nil {
			return nil, nil, 0, err
		}
		if n == 0 && what == "all" {
			continue
		}
		sheets, total = append(sheets, sheet), total+n
		title := s.Say("export." + k.name)
		if what == "all" {
			lines = append(lines, s.Say("export.line", "what", title, "n", n))
		}
		if n == exportRows {
			lines = append(lines, s.Say("export.cut", "what", title, "n", n))
		}
	}
	return sheets, lines, total, nil
}

// takenBack says who takes the file: ourselves, or the program it is for.
func takenBack(form string) string {
	if form == "bitrix" || form == "amo" {
		return "export.for." + form
	}
	return "export.back"
}

// fileName is the title and the day.
func (t *turn) fileName(title, ending string) string {
	return "Followup " + title + " " + t.today.String() + ending
}

// stock is what every table needs: whose clients they are and how they are called.
type stock struct {
	*turn
	names   map[int64]crm.ClientName
	clients []crm.Client
	byID    map[int64]crm.Client
	members map[int64]string
}

func (t *turn) stock() (*stock, error) {
	s := &stock{turn: t, names: map[int64]crm.ClientName{}, byID: map[int64]crm.Client{}, members: map[int64]string{}}
	names, err := t.tx.ClientNames()
	if err != nil {
		return nil, err
	}
	for _, n := range names {
		s.names[n.ID] = n
	}
	for _, archived := range []bool{false, true} {
		list, _, err := t.tx.Clients(storage.ClientFilter{Archived: archived, Limit: exportRows})
		if err != nil {
			return nil, err
		}
		s.clients = append(s.clients, list...)
	}
	for _, c := range s.clients {
		s.byID[c.ID] = c
	}
	members, err := t.tx.Members(0)
	for _, m := range members {
		s.members[m.ID] = m.Name
	}
	return s, err
}

// managerOf is who is responsible for a client that the reader sees.
func (s *stock) managerOf(client int64) string { return s.members[s.byID[client].Manager] }

// sheetTable makes the sheet of a kind, with the number of its rows, in the columns of the form's program.
var sheetTable = map[string]func(s *stock, form string) (exchange.Sheet, int, error){
	"clients": func(s *stock, form string) (exchange.Sheet, int, error) {
		rows := s.clientRows()
		return shaped(form, s.me.Language, rows, exchange.ClientSheet, exchange.BitrixCompanies, exchange.AmoCompanies), len(rows), nil
	},
	"contacts": func(s *stock, form string) (exchange.Sheet, int, error) {
		rows, err := s.contactRows()
		return shaped(form, s.me.Language, rows, exchange.ContactSheet, exchange.BitrixContacts, exchange.AmoContacts), len(rows), err
	},
	"interactions": func(s *stock, _ string) (exchange.Sheet, int, error) {
		rows, err := s.interactionRows(0, 0)
		return exchange.InteractionSheet(s.me.Language, rows), len(rows), err
	},
	"followups": func(s *stock, _ string) (exchange.Sheet, int, error) {
		rows, err := s.followUpRows(storage.FollowUpFilter{Limit: exportRows})
		return exchange.FollowUpSheet(s.me.Language, rows), len(rows), err
	},
	"contracts": func(s *stock, _ string) (exchange.Sheet, int, error) {
		rows, err := s.contractRows()
		return exchange.ContractSheet(s.me.Language, rows), len(rows), err
	},
	"receivables": func(s *stock, form string) (exchange.Sheet, int, error) {
		rows, err := s.receivableRows(storage.InvoiceFilter{Open: true})
		return shaped(form, s.me.Language, rows, exchange.ReceivableSheet, exchange.BitrixDeals, exchange.AmoDeals), len(rows), err
	},
}

// shaped chooses the columns of the program that a file is for.
func shaped[T any](form, lang string, rows []T, own func(string, []T) exchange.Sheet, bitrix, amo func([]T) exchange.Sheet) exchange.Sheet {
	switch form {
	case "bitrix":
		return bitrix(rows)
	case "amo":
		return amo(rows)
	}
	return own(lang, rows)
}

func (s *stock) clientRows() []exchange.ClientRow {
	rows := make([]exchange.ClientRow, 0, len(s.clients))
	for _, c := range s.clients[:min(len(s.clients), exportRows)] {
		rows = append(rows, exchange.ClientRow{
			Name: c.Name, INN: c.INN, City: c.City, Tier: c.Tier, Status: c.Status, Tags: c.Tags, Manager: s.members[c.Manager],
		})
	}
	return rows
}

func (s *stock) contactRows() ([]exchange.ContactRow, error) {
	list, err := s.tx.AllContacts(exportRows)
	rows := make([]exchange.ContactRow, 0, len(list))
	for _, c := range list {
		of := s.names[c.Client]
		r := exchange.ContactRow{
			Client: of.Name, INN: of.INN, Name: c.Name, Position: c.Position, Phones: c.Phones, Birthday: c.Birthday, Manager: s.managerOf(c.Client),
		}
		if c.Email != "" {
			r.Emails = []string{c.Email}
		}
		if c.Telegram != 0 {
			r.Telegram = strconv.FormatInt(c.Telegram, 10)
		}
		rows = append(rows, r)
	}
	return rows, err
}

func (s *stock) interactionRows(from, to crm.Moment) ([]exchange.InteractionRow, error) {
	list, err := s.tx.AllInteractions(from, to, exportRows)
	rows := make([]exchange.InteractionRow, 0, len(list))
	for _, i := range list {
		of, at := s.names[i.Client], s.when(i.Happened)
		rows = append(rows, exchange.InteractionRow{
			Client: of.Name, INN: of.INN, Kind: i.Kind, Day: at.Day, Clock: at.Clock, Timed: true, Text: i.Text, Outcome: i.Outcome,
			Author: s.members[i.Author],
		})
	}
	return rows, err
}

func (s *stock) followUpRows(filter storage.FollowUpFilter) ([]exchange.FollowUpRow, error) {
	list, err := s.tx.FollowUps(filter)
	rows := make([]exchange.FollowUpRow, 0, len(list))
	for _, f := range list {
		of, due := s.names[f.Client], s.dueOf(f)
		rows = append(rows, exchange.FollowUpRow{
			Client: of.Name, INN: of.INN, Text: f.Text, Day: due.Day, Clock: due.Clock, Timed: !f.AllDay, Assignee: s.members[f.Assignee],
			Status: f.Status, Outcome: f.Outcome, Obligation: f.Obligation, Rule: f.Rule,
		})
	}
	return rows, err
}

func (s *stock) contractRows() ([]exchange.ContractRow, error) {
	list, err := s.tx.Contracts(storage.ContractFilter{})
	list = list[:min(len(list), exportRows)]
	rows := make([]exchange.ContractRow, 0, len(list))
	for _, k := range list {
		of := s.names[k.Client]
		rows = append(rows, exchange.ContractRow{
			Client: of.Name, INN: of.INN, Number: k.Number, Subject: k.Subject, Start: k.Start, End: k.End, Sum: k.Sum, Renewal: k.Renewal,
			RenewalMonths: k.RenewalMonths, NoticeDays: k.NoticeDays, NoticeWorking: k.NoticeWorking, Penalty: k.Penalty, PenaltyCap: k.PenaltyCap,
			Manager: s.managerOf(k.Client), Note: cmp.Or(k.Indexation, k.Reason),
		})
	}
	return rows, err
}

func (s *stock) receivableRows(filter storage.InvoiceFilter) ([]exchange.ReceivableRow, error) {
	contracts, err := s.tx.Contracts(storage.ContractFilter{})
	if err != nil {
		return nil, err
	}
	numbers := map[int64]string{}
	for _, k := range contracts {
		numbers[k.ID] = k.Number
	}
	list, err := s.tx.Invoices(filter)
	list = list[:min(len(list), exportRows)]
	rows := make([]exchange.ReceivableRow, 0, len(list))
	for _, i := range list {
		of := s.names[i.Client]
		rows = append(rows, exchange.ReceivableRow{
			Client: of.Name, INN: of.INN, Contract: numbers[i.Contract], Number: i.Number, Issued: i.Issued, Due: i.Due, Sum: i.Sum,
			Paid: i.Sum.Sub(i.Balance), Balance: i.Balance, Manager: s.managerOf(i.Client), Note: i.Reason,
		})
	}
	return rows, err
}
