package exchange

import (
	"strings"
	"unicode"

	"followup/storage/crm"
)

// Rules of bank statements in 1C's exchange format (1CClientBankExchange, versions 1.02 and 1.03; v8.1c.ru/edi/edi_stnd/100/101.htm).
//
// A line is «Ключ=Значение»; a key begins with a capital and is letters and digits, so that any other line goes on with the
// value above it: banks break long purposes into lines. Documents stand between «СекцияДокумент» and «КонецДокумента». A
// document that is not closed before the next one or the end of the file was cut: it is told and left out. A missing
// «КонецФайла» is told and forgiven.
//
// Our accounts are those named «РасчСчет» in the header or in the account sections. A file that names none is read when one account,
// and only one, takes part in every document. A document is
//
//	internal     when both accounts are ours, or both INN are the same
//	incoming     when the payee's account is ours and «ДатаПоступило» is filled in
//	outgoing     when the payer's account is ours and «ДатаСписано» is filled in
//	unexecuted   otherwise: the bank has not moved the money
//
// The day of an operation is the day the money moved, not the day of the paper. The currency stands in digits 6–8 of the account.

// Flow tells which way the money of a document went.
type Flow string

// Flows; only incoming ones are payments of clients.
const (
	FlowIncoming   Flow = "incoming"
	FlowOutgoing   Flow = "outgoing"
	FlowInternal   Flow = "internal"
	FlowUnexecuted Flow = "unexecuted"
)

// Statement is what a bank's file says.
type Statement struct {
	Encoding    string
	From, Until crm.Date // the period that the file says it covers; zero when it doesn't
	Accounts    []Account
	Operations  []Operation // in the order of the file
}

// Account is one of our accounts. The sums are zero when the file has no section for it; several sections of one account (one
// a day) are put together.
type Account struct {
	Number           string
	Opening, Closing crm.Money
	Income, Outgo    crm.Money
	Told             bool // that the file has the sums
}

// Operation is one document of a statement.
type Operation struct {
	Row     int // line of «СекцияДокумент», from 1
	Flow    Flow
	Paper   string // «Платежное поручение»
	Number  string
	Issued  crm.Date // of the paper
	Day     crm.Date // that the money moved; Issued when it did not
	Sum     crm.Money
	Account string // ours
	Payer   Party
	Payee   Party
	Purpose string
	Key     string // the same for the same operation in every file; see operationKey
}

// Party is who paid or was paid.
type Party struct {
	Name    string
	INN     string
	Account string
}

// Incoming are the operations that may be payments of clients.
func (s Statement) Incoming() []Operation {
	var in []Operation
	for _, o := range s.Operations {
		if o.Flow == FlowIncoming {
			in = append(in, o)
		}
	}
	return in
}

// statementMark is the first line of the format.
const statementMark = "1CClientBankExchange"

// ReadStatement reads a statement in any encoding. It fails with a crm.Problem when the file is none, is too long or has no
// document that could be read; a statement without a single document is a problem of its own. Lines are decoded one at a time and a document is
// kept as what is used of it, so that a long statement costs little more memory than the file.
func ReadStatement(data []byte) (Statement, []Trouble, error) {
	if len(data) > MaxBytes {
		return Statement{}, nil, crm.Say("file.big", "limit", MaxBytes>>20)
	}
	source, ok := newSource(data)
	if !ok {
		return Statement{}, nil, crm.Say("file.unknown")
	}
	r := statementReader{statement: Statement{Encoding: source.encoding}, words: map[string]string{}}
	if err := r.read(source); err != nil {
		return Statement{}, nil, err
	}
	if !r.ended {
		r.bad.add(0, "", "", "file.statement.noend")
	}
	if r.documents == 0 && len(r.bad.list) <= 1 {
		return Statement{}, r.bad.all(), crm.Say("file.statement.empty")
	}
	if err := r.finish(); err != nil {
		return Statement{}, r.bad.all(), err
	}
	if len(r.statement.Operations) == 0 {
		return Statement{}, r.bad.all(), crm.Say("file.statement.unreadable", "n", len(r.bad.list)+r.bad.more)
	}
	return r.statement, r.bad.all(), nil
}

// statementReader goes through the lines. section tells where it is: "", account or document.
type statementReader struct {
	statement Statement
	bad       troubles
	section   string
	last      string // key that a line without a key goes on with
	current   map[string]string
	row       int // of the current document
	kind      string
	papers    []paper
	documents int // that were closed, unreadable ones too
	ended     bool
	words     map[string]string // values that repeat, kept once
}

const (
	sectionAccount  = "account"
	sectionDocument = "document"
)

func (r *statementReader) read(source lineSource) error {
	number := 0
	for line := range source.lines() {
		number++
		if number == 1 {
			if !strings.HasPrefix(strings.TrimSpace(line), statementMark) {
				return crm.Say("file.unknown")
			}
			continue
		}
		key, value, isKey := cutKey(line)
		if !isKey {
			r.goOn(line)
			continue
		}
		if step, ok := statementSteps[key]; ok {
			step(r, number, value)
			r.last = ""
		} else {
			r.store(key, value)
		}
		if r.documents > maxDocuments {
			return crm.Say("file.toomany", "limit", maxDocuments)
		}
	}
	r.cutOff()
	if number == 0 {
		return crm.Say("file.unknown")
	}
	return nil
}

// statementSteps are the lines that open and close something.
var statementSteps = map[string]func(r *statementReader, line int, value string){
	"СекцияРасчСчет": func(r *statementReader, _ int, _ string) {
		r.cutOff()
		r.section, r.current = sectionAccount, map[string]string{}
	},
	"КонецРасчСчет": func(r *statementReader, _ int, _ string) { r.closeAccount() },
	"СекцияДокумент": func(r *statementReader, line int, value string) {
		r.cutOff()
		r.section, r.current, r.row, r.kind = sectionDocument, make(map[string]string, 40), line, value
	},
	"КонецДокумента": func(r *statementReader, _ int, _ string) {
		if r.section == sectionDocument {
			r.closeDocument()
		}
		r.section, r.current = "", nil
	},
	"КонецФайла": func(r *statementReader, _ int, _ string) {
		r.cutOff()
		r.ended = true
	},
}

// cutOff ends what was not closed.
func (r *statementReader) cutOff() {
	switch r.section {
	case sectionDocument:
		r.bad.add(r.row, "", r.current["Номер"], "file.statement.cut")
	case sectionAccount:
		r.closeAccount()
	}
	r.section, r.current = "", nil
}

func (r *statementReader) store(key, value string) {
	r.last = key
	if len(value) > maxCell {
		value = strings.ToValidUTF8(value[:maxCell], "")
	}
	switch {
	case r.section != "":
		if _, wanted := statementKeys[key]; wanted && r.current[key] == "" {
			r.current[key] = value
		}
	case key == "РасчСчет":
		r.account(value)
	case key == "ДатаНачала":
		r.statement.From, _, _, _ = ParseDate(value)
	case key == "ДатаКонца":
		r.statement.Until, _, _, _ = ParseDate(value)
	}
}

// goOn appends a line without a key to the value above it.
func (r *statementReader) goOn(line string) {
	if line = strings.TrimSpace(line); line == "" || r.section == "" || r.current[r.last] == "" {
		return
	}
	if len(r.current[r.last])+len(line) < maxCell {
		r.current[r.last] += " " + line
	}
}

// statementKeys are the keys whose values are used; the rest of a document is skipped.
var statementKeys = map[string]struct{}{
	"Номер": {}, "Дата": {}, "Сумма": {}, "ДатаСписано": {}, "ДатаПоступило": {},
	"Плательщик": {}, "Плательщик1": {}, "ПлательщикИНН": {}, "ПлательщикСчет": {}, "ПлательщикРасчСчет": {},
	"Получатель": {}, "Получатель1": {}, "ПолучательИНН": {}, "ПолучательСчет": {}, "ПолучательРасчСчет": {},
	"НазначениеПлатежа": {}, "НазначениеПлатежа1": {}, "НазначениеПлатежа2": {}, "НазначениеПлатежа3": {},
	"НазначениеПлатежа4": {}, "НазначениеПлатежа5": {}, "НазначениеПлатежа6": {},
	"РасчСчет": {}, "НачальныйОстаток": {}, "ВсегоПоступило": {}, "ВсегоСписано": {}, "КонечныйОстаток": {},
}

// purposeParts hold a purpose that was cut into lines.
var purposeParts = []string{
	"НазначениеПлатежа1", "НазначениеПлатежа2", "НазначениеПлатежа3", "НазначениеПлатежа4", "НазначениеПлатежа5", "НазначениеПлатежа6",
}

// account is our account of that number, made when it is new.
func (r *statementReader) account(number string) *Account {
	number = strings.TrimSpace(number)
	if number == "" || len(number) > 40 || len(r.statement.Accounts) >= 1000 {
		return nil
	}
	for i := range r.statement.Accounts {
		if r.statement.Accounts[i].Number == number {
			return &r.statement.Accounts[i]
		}
	}
	zero := crm.Money{Currency: accountCurrency(number)}
	r.statement.Accounts = append(r.statement.Accounts, Account{number, zero, zero, zero, zero, false})
	return &r.statement.Accounts[len(r.statement.Accounts)-1]
}

// closeAccount takes over the sums of a section: days of one account follow each other.
func (r *statementReader) closeAccount() {
	values := r.current
	r.section, r.current = "", nil
	a := r.account(values["РасчСчет"])
	if a == nil {
		return
	}
	if opening, _, ok := ParseMoney(values["НачальныйОстаток"]); ok && !a.Told {
		a.Opening.Minor = opening
	}
	if closing, _, ok := ParseMoney(values["КонечныйОстаток"]); ok {
		a.Closing.Minor = closing
	}
	for key, sum := range map[string]*crm.Money{"ВсегоПоступило": &a.Income, "ВсегоСписано": &a.Outgo} {
		if n, _, ok := ParseMoney(values[key]); ok && sum.Minor+n <= crm.MaxMinor {
			sum.Minor += n
		}
	}
	a.Told = true
}

// accountCurrency reads the currency out of an account of twenty digits; rubles when it can't.
func accountCurrency(account string) crm.Currency {
	if len(account) == 20 && isDigits(account) {
		if c, ok := currencies[account[5:8]]; ok {
			return c
		}
	}
	return crm.RUB
}

// cutKey parts «Ключ=Значение». «КонецФайла» and its like have no value; any other line without a sign is no key.
func cutKey(line string) (key, value string, ok bool) {
	key, value, cut := strings.Cut(line, "=")
	key = strings.TrimSpace(key)
	if !cut {
		_, step := statementSteps[key]
		return key, "", step
	}
	if len(key) > 60 {
		return "", "", false
	}
	for i, r := range key {
		if i == 0 && !unicode.IsUpper(r) || !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return "", "", false
		}
	}
	return key, strings.TrimSpace(value), key != ""
}
