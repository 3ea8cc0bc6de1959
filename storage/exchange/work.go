package exchange

import (
	"regexp"
	"strings"

	"followup/storage/crm"
)

var receivableSlots = []slot[ReceivableRow]{
	text(FieldClient, func(r *ReceivableRow) *string { return &r.Client }),
	inn(func(r *ReceivableRow) *string { return &r.INN }),
	text(FieldContract, func(r *ReceivableRow) *string { return &r.Contract }),
	text(FieldInvoice, func(r *ReceivableRow) *string { return &r.Number }),
	day(FieldIssued, func(r *ReceivableRow) *crm.Date { return &r.Issued }),
	day(FieldDue, func(r *ReceivableRow) *crm.Date { return &r.Due }),
	owed(FieldSum, func(r *ReceivableRow) *crm.Money { return &r.Sum }),
	owed(FieldPaid, func(r *ReceivableRow) *crm.Money { return &r.Paid }),
	owed(FieldBalance, func(r *ReceivableRow) *crm.Money { return &r.Balance }),
	currency(func(r *ReceivableRow) *crm.Money { return &r.Sum }),
	text(FieldManager, func(r *ReceivableRow) *string { return &r.Manager }),
	note(FieldNote, func(r *ReceivableRow) *string { return &r.Note }),
}

// owed is a sum that is remembered as given, so that the two others can be told from it.
func owed(f Field, at func(*ReceivableRow) *crm.Money) slot[ReceivableRow] {
	s := sum(f, at)
	read := s.read
	s.read = func(r *ReceivableRow, cell string) string {
		if r.has == nil {
			r.has = map[Field]bool{}
		}
		r.has[f] = true
		return read(r, cell)
	}
	return s
}

var (
	receivableFields  = fieldsIn(receivableSlots)
	contractFields    = fieldsIn(contractSlots)
	interactionFields = fieldsIn(interactionSlots)
	followUpFields    = fieldsIn(followUpSlots)
	debtFields        = []Field{
		FieldClient, FieldINN, FieldContract, FieldInvoice, FieldIssued, FieldDue, FieldTotal, FieldOverdue, FieldCurrency, FieldManager, FieldNote,
	}
)

// Receivables reads open invoices, from a table of them or from a debt report of 1C. Of sum, paid and balance, what is missing is
// told from the others; three that contradict each other lose the row.
func Receivables(t Table, m Mapping) ([]ReceivableRow, []Trouble) {
	if m.Shape == ShapeDebts {
		return debts(t, m)
	}
	rows, bad := readRows(t, m, receivableSlots, func(r *ReceivableRow, n int) { r.Row = n }, (*ReceivableRow).complete)
	return rows, bad.all()
}

// complete tells the third of three sums and gives all of them one currency.
func (r *ReceivableRow) complete() (Field, string) {
	if crm.NameKey(r.Client) == "" && r.INN == "" {
		return FieldClient, "file.bad.noclient"
	}
	currency := crm.RUB
	for _, m := range [...]crm.Money{r.Balance, r.Paid, r.Sum} {
		if m.Currency != "" {
			currency = m.Currency
		}
	}
	r.Sum.Currency, r.Paid.Currency, r.Balance.Currency, r.Overdue.Currency = currency, currency, currency, currency
	has := r.has
	r.has = nil
	switch {
	case !has[FieldSum] && !has[FieldBalance]:
		return FieldSum, "file.bad.nosum"
	case !has[FieldSum]:
		r.Sum = r.Balance.Add(r.Paid)
	case !has[FieldBalance]:
		r.Balance = r.Sum.Sub(r.Paid)
	case !has[FieldPaid]:
		r.Paid = r.Sum.Sub(r.Balance)
	}
	if r.Sum.Minor < 0 || r.Paid.Minor < 0 || r.Balance.Minor < 0 || r.Balance != r.Sum.Sub(r.Paid) {
		return FieldBalance, "file.bad.balance"
	}
	return "", ""
}

var touchTitles = map[crm.TouchKind][]string{
	crm.TouchCall:         {"звонок", "call", "исходящий звонок", "входящий звонок"},
	crm.TouchMissed:       {"недозвон", "missed call", "пропущенный звонок"},
	crm.TouchMeeting:      {"встреча", "meeting"},
	crm.TouchMail:         {"письмо", "e-mail", "email", "почта"},
	crm.TouchMessage:      {"сообщение", "message", "чат"},
	crm.TouchVisit:        {"визит", "visit"},
	crm.TouchPresentation: {"презентация", "presentation"},
	crm.TouchNote:         {"заметка", "note", "примечание"},
}

var interactionSlots = []slot[InteractionRow]{
	text(FieldClient, func(r *InteractionRow) *string { return &r.Client }),
	inn(func(r *InteractionRow) *string { return &r.INN }),
	word(FieldTouch, touchTitles, func(r *InteractionRow) *crm.TouchKind { return &r.Kind }),
	{
		field: FieldHappened,
		write: func(r *InteractionRow, _ string) Value {
			if r.Timed {
				return At(r.Day, r.Clock)
			}
			return Day(r.Day)
		},
		read: func(r *InteractionRow, cell string) string {
			var ok bool
			if r.Day, r.Clock, r.Timed, ok = ParseDate(cell); !ok {
				return "file.bad.date"
			}
			return ""
		},
	},
	text(FieldText, func(r *InteractionRow) *string { return &r.Text }),
	text(FieldOutcome, func(r *InteractionRow) *string { return &r.Outcome }),
	text(FieldAuthor, func(r *InteractionRow) *string { return &r.Author }),
}

// Interactions reads touches.
func Interactions(t Table, m Mapping) ([]InteractionRow, []Trouble) {
	rows, bad := readRows(t, m, interactionSlots, func(r *InteractionRow, n int) { r.Row = n }, func(r *InteractionRow) (Field, string) {
		switch {
		case crm.NameKey(r.Client) == "" && r.INN == "":
			return FieldClient, "file.bad.noclient"
		case r.Day.IsZero():
			return FieldHappened, "file.bad.nodate"
		case r.Kind == "":
			r.Kind = crm.TouchNote
		}
		return "", ""
	})
	return rows, bad.all()
}

var taskTitles = map[crm.FollowUpStatus][]string{
	crm.FollowUpOpen:      {"открыто", "open", "в работе", "новая", "не выполнена"},
	crm.FollowUpDone:      {"сделано", "done", "выполнено", "выполнена", "завершена"},
	crm.FollowUpCancelled: {"отменено", "cancelled", "отменена"},
}

var followUpSlots = []slot[FollowUpRow]{
	text(FieldClient, func(r *FollowUpRow) *string { return &r.Client }),
	inn(func(r *FollowUpRow) *string { return &r.INN }),
	text(FieldTask, func(r *FollowUpRow) *string { return &r.Text }),
	{
		field: FieldDay,
		write: func(r *FollowUpRow, _ string) Value { return Day(r.Day) },
		read: func(r *FollowUpRow, cell string) string {
			day, clock, timed, ok := ParseDate(cell)
			if !ok {
				return "file.bad.date"
			}
			r.Day = day
			if timed {
				r.Clock, r.Timed = clock, true
			}
			return ""
		},
	},
	{
		field: FieldTime,
		write: func(r *FollowUpRow, _ string) Value {
			if !r.Timed {
				return Value{}
			}
			return Text(r.Clock.String())
		},
		read: func(r *FollowUpRow, cell string) string {
			clock, ok := parseTime(cell)
			if !ok {
				return "file.bad.time"
			}
			r.Clock, r.Timed = clock, true
			return ""
		},
	},
	text(FieldAssignee, func(r *FollowUpRow) *string { return &r.Assignee }),
	word(FieldTaskState, taskTitles, func(r *FollowUpRow) *crm.FollowUpStatus { return &r.Status }),
	flag(FieldObliged, func(r *FollowUpRow) *bool { return &r.Obligation }),
	text(FieldOutcome, func(r *FollowUpRow) *string { return &r.Outcome }),
	text(FieldRepeat, func(r *FollowUpRow) *string { return &r.Rule }),
}

// FollowUps reads next steps; one without a client is a task of one's own.
func FollowUps(t Table, m Mapping) ([]FollowUpRow, []Trouble) {
	rows, bad := readRows(t, m, followUpSlots, func(r *FollowUpRow, n int) { r.Row = n }, func(r *FollowUpRow) (Field, string) {
		switch {
		case r.Text == "":
			return FieldTask, "file.bad.noname"
		case r.Day.IsZero():
			return FieldDay, "file.bad.nodate"
		case r.Status == "":
			r.Status = crm.FollowUpOpen
		}
		return "", ""
	})
	return rows, bad.all()
}

var renewalTitles = map[crm.RenewalMode][]string{
	crm.RenewalAutomatic: {"автоматически", "automatic", "автопролонгация", "авто", "да"},
	crm.RenewalAgreement: {"по соглашению", "by agreement", "по согласованию"},
	crm.RenewalOpen:      {"бессрочный", "open-ended", "бессрочно"},
}

var contractSlots = []slot[ContractRow]{
	text(FieldClient, func(r *ContractRow) *string { return &r.Client }),
	inn(func(r *ContractRow) *string { return &r.INN }),
	text(FieldContract, func(r *ContractRow) *string { return &r.Number }),
	text(FieldSubject, func(r *ContractRow) *string { return &r.Subject }),
	day(FieldStart, func(r *ContractRow) *crm.Date { return &r.Start }),
	day(FieldEnd, func(r *ContractRow) *crm.Date { return &r.End }),
	sum(FieldSum, func(r *ContractRow) *crm.Money { return &r.Sum }),
	currency(func(r *ContractRow) *crm.Money { return &r.Sum }),
	word(FieldRenewal, renewalTitles, func(r *ContractRow) *crm.RenewalMode { return &r.Renewal }),
	count(FieldMonths, func(r *ContractRow) *int { return &r.RenewalMonths }),
	count(FieldNotice, func(r *ContractRow) *int { return &r.NoticeDays }),
	flag(FieldWorking, func(r *ContractRow) *bool { return &r.NoticeWorking }),
	percent(FieldPenalty, func(r *ContractRow) *crm.Rate { return &r.Penalty }),
	percent(FieldCap, func(r *ContractRow) *crm.Rate { return &r.PenaltyCap }),
	text(FieldManager, func(r *ContractRow) *string { return &r.Manager }),
	note(FieldNote, func(r *ContractRow) *string { return &r.Note }),
}

// Contracts reads contracts. Without a word about renewal one with an end is by agreement, one without is open-ended.
func Contracts(t Table, m Mapping) ([]ContractRow, []Trouble) {
	rows, bad := readRows(t, m, contractSlots, func(r *ContractRow, n int) { r.Row = n }, func(r *ContractRow) (Field, string) {
		if r.Sum.Currency == "" {
			r.Sum.Currency = crm.RUB
		}
		switch {
		case crm.NameKey(r.Client) == "" && r.INN == "":
			return FieldClient, "file.bad.noclient"
		case !r.End.IsZero() && r.End.Before(r.Start):
			return FieldEnd, "file.bad.term"
		case r.Renewal == "" && r.End.IsZero():
			r.Renewal = crm.RenewalOpen
		case r.Renewal == "":
			r.Renewal = crm.RenewalAgreement
		}
		return "", ""
	})
	return rows, bad.all()
}

// Rules of debt reports of 1C («Задолженность покупателей по срокам долга», «Ведомость расчётов с покупателями»).
//
// Rows are groups: buyer, contract, document, in one column one under the other or in columns of their own. Each group
// repeats the sum of what it holds, so only leaves count: rows that no deeper row follows. «Итого» is no row. In one column a
// document is known by «… от 15.10.2026», a contract by its word; anything else is a buyer.

var (
	debtDocument = regexp.MustCompile(`(?i)^(.*?)(?:№\s*)?([\pL\d][\pL\d/_-]*\d[\pL\d/_-]*|\d+)\s+от\s+(\d{1,2}\.\d{1,2}\.\d{2,4})`)
	debtContract = regexp.MustCompile(`(?i)^(договор|дог\.|контракт|основной договор|без договора|соглашение|счет-договор|с покупателем|№)`)
)

// debtRow is a row of the report with its place in the tree: 0 buyer, 1 contract, 2 document.
type debtRow struct {
	ReceivableRow
	depth int
}

func debts(t Table, m Mapping) ([]ReceivableRow, []Trouble) {
	var bad troubles
	var rows []debtRow
	var client, contract string
	inn := ""
	for _, r := range t.Rows {
		if isTotal(r) {
			continue
		}
		d, ok := debtCells(r, m, &bad)
		if !ok {
			continue
		}
		switch d.depth {
		case 0:
			client, contract, inn = d.Client, "", d.INN
		case 1:
			contract = d.Contract
		}
		if d.Client == "" {
			d.Client, d.INN = client, inn
		} else {
			client, inn = d.Client, d.INN
		}
		if d.Contract == "" {
			d.Contract = contract
		}
		if crm.NameKey(d.Client) == "" {
			bad.add(r.Number, header(m, FieldClient), "", "file.bad.noclient")
			continue
		}
		rows = append(rows, d)
	}
	var leaves []ReceivableRow
	for i, d := range rows {
		if i+1 < len(rows) && rows[i+1].depth > d.depth {
			continue
		}
		if d.Balance.Minor > 0 { // a prepayment or nothing is no debt
			leaves = append(leaves, d.ReceivableRow)
		}
	}
	return leaves, bad.all()
}

// debtCells reads a row and tells its depth.
func debtCells(r Row, m Mapping, bad *troubles) (debtRow, bool) {
	d := debtRow{ReceivableRow: ReceivableRow{Row: r.Number}}
	currency := crm.RUB
	for i, c := range m.Columns {
		cell := r.Cell(i)
		if cell == "" {
			continue
		}
		switch c.Field {
		case FieldClient:
			d.place(cell)
		case FieldContract:
			d.Contract, d.depth = cell, max(d.depth, 1)
		case FieldInvoice:
			d.document(cell)
		case FieldINN:
			d.INN, _ = ParseINN(cell)
		case FieldManager:
			d.Manager = cell
		case FieldIssued:
			d.Issued, _, _, _ = ParseDate(cell)
		case FieldDue:
			d.Due, _, _, _ = ParseDate(cell)
		case FieldCurrency:
			if known, ok := ParseCurrency(cell); ok {
				currency = known
			}
		case FieldTotal, FieldOverdue:
			minor, _, ok := ParseMoney(cell)
			if !ok {
				bad.add(r.Number, c.Header, cell, "file.bad.sum")
				return d, false
			}
			if c.Field == FieldTotal {
				d.Balance.Minor = minor
			} else {
				d.Overdue.Minor = minor
			}
		default:
		}
	}
	d.Balance.Currency, d.Overdue.Currency, d.Paid.Currency = currency, currency, currency
	d.Sum = d.Balance
	return d, true
}

// place reads the column that buyers, contracts and documents share.
func (d *debtRow) place(cell string) {
	switch {
	case debtContract.MatchString(cell):
		d.Contract, d.depth = cell, 1
	case debtDocument.MatchString(cell):
		d.document(cell)
	default:
		d.Client = cell
	}
}

// document takes number and date out of «Реализация товаров и услуг УТ00-000125 от 15.10.2026 12:00:00».
func (d *debtRow) document(cell string) {
	d.depth, d.Number = 2, cell
	if m := debtDocument.FindStringSubmatch(cell); m != nil {
		d.Number = m[2]
		d.Note = strings.TrimSpace(m[1])
		if issued, _, _, ok := ParseDate(m[3]); ok {
			d.Issued = issued
		}
	}
}
