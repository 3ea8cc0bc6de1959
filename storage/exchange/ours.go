package exchange

import (
	"strings"

	"followup/storage/crm"
)

// titles of our own sheets, in Russian and English.
var sheetTitles = map[Shape][2]string{
	ShapeClients:      {"Клиенты", "Clients"},
	ShapeContacts:     {"Контакты", "Contacts"},
	ShapeReceivables:  {"Дебиторка", "Receivables"},
	ShapeContracts:    {"Договоры", "Contracts"},
	ShapeInteractions: {"Касания", "Interactions"},
	ShapeFollowUps:    {"Дела", "Follow-ups"},
}

func title(s Shape, lang string) string {
	if lang == "en" {
		return sheetTitles[s][1]
	}
	return sheetTitles[s][0]
}

// ClientSheet writes clients under our own headings; lang is "ru" or "en". People go into ContactSheet.
func ClientSheet(lang string, rows []ClientRow) Sheet {
	return sheetOf(title(ShapeClients, lang), lang, clientSlots, rows)
}

// ContactSheet writes people.
func ContactSheet(lang string, rows []ContactRow) Sheet {
	return sheetOf(title(ShapeContacts, lang), lang, contactSlots, rows)
}

// ReceivableSheet writes open invoices: Клиент, ИНН, Договор, Счёт, Дата счёта, Срок оплаты, Сумма, Оплачено, Остаток, Валюта,
// Ответственный, Комментарий (FORMATS.md B.4).
func ReceivableSheet(lang string, rows []ReceivableRow) Sheet {
	return sheetOf(title(ShapeReceivables, lang), lang, receivableSlots, rows)
}

// ContractSheet writes contracts.
func ContractSheet(lang string, rows []ContractRow) Sheet {
	return sheetOf(title(ShapeContracts, lang), lang, contractSlots, rows)
}

// InteractionSheet writes touches.
func InteractionSheet(lang string, rows []InteractionRow) Sheet {
	return sheetOf(title(ShapeInteractions, lang), lang, interactionSlots, rows)
}

// FollowUpSheet writes next steps.
func FollowUpSheet(lang string, rows []FollowUpRow) Sheet {
	return sheetOf(title(ShapeFollowUps, lang), lang, followUpSlots, rows)
}

// The clients of the example rows; the INN is of nobody who would be called so.
const (
	exampleFirst  = "ООО «Пример»"
	exampleINN    = "7707083893"
	exampleSecond = "ИП Образцова А. С."
)

// IsExample reports whether a row is one of those that stand in our templates to show how they are filled in.
func IsExample(client, inn string) bool {
	return client == exampleFirst && (inn == exampleINN || inn == "") || client == exampleSecond && inn == ""
}

// Template is a workbook sheet to fill in, with two rows as examples. today dates them. ok is false for a shape without one.
func Template(s Shape, lang string, today crm.Date) (Sheet, bool) {
	fill, ok := templates[s]
	if !ok {
		return Sheet{}, false
	}
	return fill(lang, today), true
}

var templates = map[Shape]func(lang string, today crm.Date) Sheet{
	ShapeClients: func(lang string, _ crm.Date) Sheet {
		return ClientSheet(lang, []ClientRow{
			{Name: exampleFirst, INN: exampleINN, City: "Москва", Tier: crm.TierA, Status: crm.ClientActive, Tags: []string{"опт"}, Phones: []string{"+74951234567"}, Emails: []string{"info@example.com"}},
			{Name: exampleSecond, City: "Тула", Tier: crm.TierB, Status: crm.ClientActive, Phones: []string{"+79031234567"}},
		})
	},
	ShapeContacts: func(lang string, today crm.Date) Sheet {
		return ContactSheet(lang, []ContactRow{
			{Name: "Ковалёва Ирина Петровна", Client: exampleFirst, Position: "главный бухгалтер", Phones: []string{"+79031234567"}, Emails: []string{"kovaleva@example.com"}, Birthday: crm.NewDate(today.Year-40, 3, 15)},
			{Name: "Смирнов Олег", Client: exampleSecond, Phones: []string{"+79161234567"}},
		})
	},
	ShapeReceivables: func(lang string, today crm.Date) Sheet {
		return ReceivableSheet(lang, []ReceivableRow{
			{Client: exampleFirst, INN: exampleINN, Contract: "14/26", Number: "125", Issued: today.AddDays(-30), Due: today.AddDays(-16), Sum: crm.Rub(486_000), Paid: crm.Rub(200_000), Balance: crm.Rub(286_000)},
			{Client: exampleSecond, Number: "126", Issued: today, Due: today.AddDays(14), Sum: crm.Rub(15_000), Paid: crm.Rub(0), Balance: crm.Rub(15_000)},
		})
	},
	ShapeContracts: func(lang string, today crm.Date) Sheet {
		return ContractSheet(lang, []ContractRow{
			{Client: exampleFirst, INN: exampleINN, Number: "14/26", Subject: "поставка", Start: today.AddMonths(-6), End: today.AddMonths(6), Sum: crm.Rub(1_200_000), Renewal: crm.RenewalAutomatic, RenewalMonths: 12, NoticeDays: 30, Penalty: 1000, PenaltyCap: 100_000},
			{Client: exampleSecond, Number: "15/26", Start: today, Sum: crm.Rub(180_000), Renewal: crm.RenewalOpen},
		})
	},
}

// foreign is a column of a file for another program: its heading there, and the value of a row.
type foreign[T any] struct {
	title string
	value func(T) Value
}

func foreignSheet[T any](name string, columns []foreign[T], rows []T) Sheet {
	s := Sheet{Name: name}
	for _, c := range columns {
		s.Columns = append(s.Columns, c.title)
	}
	s.Rows = rowsOf(rows, len(columns), func(row []Value, record *T) {
		for i, c := range columns {
			row[i] = c.value(*record)
		}
	})
	return s
}

// innNote puts the INN at the head of a comment: companies of Bitrix24 and amoCRM have no field for it in a CSV.
func innNote(c ClientRow) Value {
	if c.INN == "" {
		return Text(c.Note)
	}
	return Text(strings.TrimSpace("ИНН " + c.INN + "\n" + c.Note))
}

// BitrixCompanies are clients for Bitrix24's import of companies; write them with ForBitrix.
func BitrixCompanies(rows []ClientRow) Sheet {
	return foreignSheet("Компании", []foreign[ClientRow]{
		{"Название компании", func(c ClientRow) Value { return Text(c.Name) }},
		{"Рабочий телефон", func(c ClientRow) Value { return phoneAt(c.Phones, 0) }},
		{"Другой телефон", func(c ClientRow) Value { return phoneAt(c.Phones, 1) }},
		{"Рабочий e-mail", func(c ClientRow) Value { return firstText(c.Emails) }},
		{"Корпоративный сайт", func(c ClientRow) Value { return Text(c.Site) }},
		{"Фактический адрес", func(c ClientRow) Value { return Text(c.Address) }},
		{"Ответственный", func(c ClientRow) Value { return Text(c.Manager) }},
		{"Комментарий", innNote},
	}, rows)
}

// BitrixContacts are people for Bitrix24's import of contacts.
func BitrixContacts(rows []ContactRow) Sheet {
	return foreignSheet("Контакты", []foreign[ContactRow]{
		{"Имя", func(p ContactRow) Value { return Text(nameParts(p.Name)[1]) }},
		{"Фамилия", func(p ContactRow) Value { return Text(nameParts(p.Name)[0]) }},
		{"Отчество", func(p ContactRow) Value { return Text(nameParts(p.Name)[2]) }},
		{"Компания", func(p ContactRow) Value { return Text(p.Client) }},
		{"Рабочий телефон", func(p ContactRow) Value { return phoneAt(p.Phones, 0) }},
		{"Мобильный телефон", func(p ContactRow) Value { return phoneAt(p.Phones, 1) }},
		{"Рабочий e-mail", func(p ContactRow) Value { return firstText(p.Emails) }},
		{"Должность", func(p ContactRow) Value { return Text(p.Position) }},
		{"Комментарий", func(p ContactRow) Value { return Text(p.Note) }},
	}, rows)
}

// BitrixDeals are open invoices as deals of Bitrix24.
func BitrixDeals(rows []ReceivableRow) Sheet {
	return foreignSheet("Сделки", []foreign[ReceivableRow]{
		{"Название сделки", func(r ReceivableRow) Value { return Text(dealName(r)) }},
		{"Сумма", func(r ReceivableRow) Value { return Money(r.Balance) }},
		{"Валюта", func(r ReceivableRow) Value { return Text(currencyName(r.Balance.Currency)) }},
		{"Компания", func(r ReceivableRow) Value { return Text(r.Client) }},
		{"Дата начала", func(r ReceivableRow) Value { return Day(r.Issued) }},
		{"Предполагаемая дата закрытия", func(r ReceivableRow) Value { return Day(r.Due) }},
		{"Ответственный", func(r ReceivableRow) Value { return Text(r.Manager) }},
		{"Комментарий", func(r ReceivableRow) Value { return Text(r.Note) }},
	}, rows)
}

// AmoContacts are people for amoCRM's import of contacts; write them with ForAmo.
func AmoContacts(rows []ContactRow) Sheet {
	return foreignSheet("Контакты", []foreign[ContactRow]{
		{"Полное имя контакта", func(p ContactRow) Value { return Text(p.Name) }},
		{"Компания контакта", func(p ContactRow) Value { return Text(p.Client) }},
		{"Должность", func(p ContactRow) Value { return Text(p.Position) }},
		{"Рабочий телефон", func(p ContactRow) Value { return phoneAt(p.Phones, 0) }},
		{"Мобильный телефон", func(p ContactRow) Value { return phoneAt(p.Phones, 1) }},
		{"Рабочий email", func(p ContactRow) Value { return firstText(p.Emails) }},
		{"Ответственный", func(p ContactRow) Value { return Text(p.Manager) }},
		{"Примечание", func(p ContactRow) Value { return Text(p.Note) }},
	}, rows)
}

// AmoCompanies are clients for amoCRM.
func AmoCompanies(rows []ClientRow) Sheet {
	return foreignSheet("Компании", []foreign[ClientRow]{
		{"Компания", func(c ClientRow) Value { return Text(c.Name) }},
		{"Рабочий телефон", func(c ClientRow) Value { return phoneAt(c.Phones, 0) }},
		{"Рабочий email", func(c ClientRow) Value { return firstText(c.Emails) }},
		{"Адрес", func(c ClientRow) Value { return Text(c.Address) }},
		{"Ответственный", func(c ClientRow) Value { return Text(c.Manager) }},
		{"Теги", func(c ClientRow) Value { return Text(strings.Join(c.Tags, ", ")) }},
		{"Примечание", innNote},
	}, rows)
}

// AmoDeals are open invoices as deals of amoCRM, whose budgets are whole numbers of the account's currency: a debt in another one
// stands in the note.
func AmoDeals(rows []ReceivableRow) Sheet {
	return foreignSheet("Сделки", []foreign[ReceivableRow]{
		{"Название сделки", func(r ReceivableRow) Value { return Text(dealName(r)) }},
		{"Бюджет", func(r ReceivableRow) Value {
			if r.Balance.Currency != crm.RUB {
				return Value{} // a budget has no currency of its own
			}
			return Money(r.Balance)
		}},
		{"Компания", func(r ReceivableRow) Value { return Text(r.Client) }},
		{"Ответственный", func(r ReceivableRow) Value { return Text(r.Manager) }},
		{"Дата создания", func(r ReceivableRow) Value { return Day(r.Issued) }},
		{"Примечание", func(r ReceivableRow) Value {
			if r.Balance.Currency == crm.RUB {
				return Text(r.Note)
			}
			return Text(strings.TrimSpace(plainMinor(r.Balance.Minor) + " " + string(r.Balance.Currency) + "\n" + r.Note))
		}},
	}, rows)
}

func dealName(r ReceivableRow) string {
	if r.Number == "" {
		return "Счёт б/н, " + r.Client
	}
	return "Счёт № " + r.Number + ", " + r.Client
}

// currencyNames are the names by which Bitrix24 knows currencies.
var currencyNames = map[crm.Currency]string{
	crm.RUB: "Российский рубль", crm.USD: "Доллар США", crm.EUR: "Евро", crm.BYN: "Белорусский рубль", crm.KZT: "Тенге", crm.CNY: "Юань",
}

func currencyName(c crm.Currency) string {
	if name, ok := currencyNames[c]; ok {
		return name
	}
	return string(c)
}

func phoneAt(list []string, i int) Value {
	if i < len(list) {
		return Phone(list[i])
	}
	return Value{}
}

func firstText(list []string) Value {
	if len(list) > 0 {
		return Text(list[0])
	}
	return Value{}
}
