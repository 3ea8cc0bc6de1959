package exchange

import (
	"followup/storage/crm"
)

// File is what a file holds: of the kinds that are read, one.
type File struct {
	Kind      Kind
	Table     Table        // of CSV, a workbook, HTML
	Statement Statement    // of a bank
	Cards     []ContactRow // of a vCard file
	Troubles  []Trouble
}

// Read tells what a file is by its content and reads it. It fails with a crm.Problem.
func Read(name string, data []byte) (File, error) {
	if len(data) > MaxBytes {
		return File{}, crm.Say("file.big", "limit", MaxBytes>>20)
	}
	f := File{Kind: Detect(name, data)}
	var err error
	switch f.Kind {
	case KindStatement:
		f.Statement, f.Troubles, err = ReadStatement(data)
	case KindVCard:
		f.Cards, f.Troubles, err = ReadCards(data)
	default:
		f.Table, f.Troubles, err = ReadTable(name, data)
	}
	return f, err
}

// Records are the rows of a table as what they are.
type Records struct {
	Clients      []ClientRow
	Receivables  []ReceivableRow
	Contracts    []ContractRow
	Interactions []InteractionRow
	FollowUps    []FollowUpRow
}

// RecordsOf reads the rows by the shape of the mapping. A deal is its client with a note of what the deal was about: name, stage, sum.
func RecordsOf(t Table, m Mapping) (Records, []Trouble) {
	var r Records
	var bad []Trouble
	switch m.Shape {
	case ShapeReceivables, ShapeDebts:
		r.Receivables, bad = Receivables(t, m)
	case ShapeContracts:
		r.Contracts, bad = Contracts(t, m)
	case ShapeInteractions:
		r.Interactions, bad = Interactions(t, m)
	case ShapeFollowUps:
		r.FollowUps, bad = FollowUps(t, m)
	case ShapeDeals:
		var deals []DealRow
		deals, bad = Deals(t, m)
		g := newGathering()
		for _, d := range deals {
			c := d.client()
			g.add(c)
			r.Interactions = append(r.Interactions, d.note(c.Name))
		}
		r.Clients = g.all
	default:
		r.Clients, bad = Clients(t, m)
	}
	return r, bad
}

// note is a deal in words.
func (d DealRow) note(client string) InteractionRow {
	words := "Сделка «" + d.Name + "»"
	if d.Name == "" {
		words = "Сделка"
	}
	for _, part := range [...]string{d.Stage, sumWords(d.Sum)} {
		if part != "" {
			words += " · " + part
		}
	}
	if d.Note != "" {
		words += "\n" + d.Note
	}
	return InteractionRow{Row: d.Row, Client: client, Kind: crm.TouchNote, Text: words}
}

// sumWords is a sum beside words; nothing for none.
func sumWords(m crm.Money) string {
	if m.Minor <= 0 {
		return ""
	}
	whole, cents := m.Minor/100, m.Minor%100
	digits := decimal(int(whole))
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "\u00a0" + digits[i:]
	}
	sign := string(m.Currency)
	if m.Currency == crm.RUB {
		sign = "₽"
	}
	return digits + "," + twoDigits(int(cents)) + "\u00a0" + sign
}

// Origin tells which program a table comes from, as the last word of a catalog key "import.from.…": bitrix, amo, 1c, ours or table.
func Origin(headers []string) string {
	have := map[string]bool{}
	for _, h := range headers {
		have[FoldHeader(h)] = true
	}
	for _, o := range origins {
		for _, sign := range o.signs {
			if have[sign[0]] && have[sign[1]] {
				return o.name
			}
		}
	}
	return "table"
}

// origins are pairs of headings, folded, that only one program writes together.
var origins = []struct {
	name  string
	signs [][2]string
}{
	{"ours", [][2]string{{"клиент", "статус клиента"}, {"клиент", "срок оплаты"}, {"клиент", "уведомить за дней"}, {"client", "client status"}, {"контактное лицо", "telegram"}}},
	{"bitrix", [][2]string{{"название сделки", "стадия сделки"}, {"название сделки", "сделка закрыта"}, {"название компании", "тип компании"}, {"название компании", "сфера деятельности"}, {"рабочий e mail", "мобильный телефон"}, {"имя", "имя фамилия"}}},
	{"amo", [][2]string{{"название сделки", "бюджет"}, {"название сделки", "бюджет ₽"}, {"название сделки", "этап сделки"}, {"название сделки", "основной контакт"}}},
	{"1c", [][2]string{{"покупатель", "всего задолженность"}, {"контрагент", "всего задолженность"}, {"покупатель", "задолженность"}, {"покупатель", "конечный остаток"}, {"всего задолженность", "просрочено"}}},
}
