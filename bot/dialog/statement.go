package dialog

import (
	"encoding/json"
	"path"
	"strings"

	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
	"followup/storage/exchange"
	"followup/storage/match"
)

// A bank statement is sent as a file. What it would change is shown first; nothing is written before the button, which
// applies what match calls sure and is one change. What was applied is known by the bank's operation, so the same file or
// an overlapping period changes nothing twice; a payment typed by hand gets the bank's day instead of a double. A file
// that turns out to be no statement is kept as any other file.

// looksLikeImport reports whether the message is a lone text file without a word about it.
func (t *turn) looksLikeImport() bool {
	return len(t.in.Files) == 1 && t.in.Files[0].Kind == "document" && t.in.Reply == 0 && strings.TrimSpace(t.in.Text) == "" &&
		readable[strings.ToLower(path.Ext(t.in.Files[0].Name))] && t.in.Files[0].Size <= exchange.MaxBytes
}

// readable are the endings of files that are read rather than only kept: bank statements and cards of contacts.
var readable = map[string]bool{".txt": true, ".vcf": true}

// maxCards is how many contacts a file of cards may bring into one client.
const maxCards = 20

// cards are the contacts of a file of cards; none when it is another file or holds a whole address book.
func cards(name string, data []byte) []message.Contact {
	if !strings.EqualFold(path.Ext(name), ".vcf") {
		return nil
	}
	rows, _, err := exchange.ReadCards(data)
	if err != nil || len(rows) > maxCards {
		return nil
	}
	var list []message.Contact
	for _, r := range rows {
		if len(r.Phones) > 0 {
			list = append(list, message.Contact{First: r.Name, Phone: r.Phones[0]})
		}
	}
	return list
}

// fetchImport asks for the file's bytes; the message is kept for when it is no statement.
func (t *turn) fetchImport() error {
	if err := t.pass(fileNeeds, "import"); err != nil {
		return err
	}
	in, err := json.Marshal(t.in)
	if err != nil {
		return err
	}
	i := storage.Import{Message: t.in.Message, Data: string(in)}
	if err := t.tx.SaveImport(&i); err != nil {
		return err
	}
	_, err = t.tx.Send(message.Out{Chat: t.in.Chat, Fetch: &message.Fetch{File: t.in.Files[0].ID, Draft: i.ID}})
	return err
}

// imported shows what a fetched file would change. A file that was handled already is passed over: it may come twice.
func (t *turn) imported(id int64, data []byte) error {
	i, ok, err := t.tx.Import(id)
	var in message.In
	if err != nil || !ok || json.Unmarshal([]byte(i.Data), &in) != nil || len(in.Files) == 0 {
		return err
	}
	t.in = in
	t.tx.Source(in.Chat, in.Message)
	if list := cards(in.Files[0].Name, data); len(list) > 0 {
		if err := t.tx.DropImport(id); err != nil {
			return err
		}
		return t.withFiles(state{Cards: list})
	}
	statement, troubles, err := exchange.ReadStatement(data)
	if err != nil {
		if err := t.tx.DropImport(id); err != nil {
			return err
		}
		return t.withFiles(state{Files: in.Files})
	}
	packed, err := json.Marshal(statement)
	if err != nil {
		return err
	}
	i.Data = string(packed)
	if err := t.tx.SaveImport(&i); err != nil {
		return err
	}
	return t.previewStatement(i.ID, statement, len(troubles))
}

// credit is an operation of a statement with what is known of it.
type credit struct {
	exchange.Operation
	verdict match.Verdict
	typed   int64 // the payment typed by hand that it is
}

// judged is a statement as it stands against the records now.
type judged struct {
	sure, likely, unknown []credit
	known                 int
	last                  crm.Moment // when an operation of it was loaded
}

// judge tells whose every new receipt is.
func (t *turn) judge(s exchange.Statement) (judged, error) {
	var j judged
	book, typed, err := t.bankBook()
	if err != nil {
		return j, err
	}
	for _, o := range s.Incoming() {
		at, err := t.tx.BankOperation(o.Key)
		if err != nil {
			return j, err
		}
		if at != 0 {
			j.known, j.last = j.known+1, max(j.last, at)
			continue
		}
		op := match.Operation{Day: o.Day, Sum: o.Sum, Payer: o.Payer.Name, PayerINN: o.Payer.INN, Purpose: o.Purpose}
		c := credit{Operation: o, verdict: book.Match(op)}
		if id, ok := match.Twin(op, c.verdict.Client, typed); ok {
			c.typed = id
			for n := range typed {
				if typed[n].Payment == id {
					c.verdict.Client, typed = typed[n].Client, append(typed[:n:n], typed[n+1:]...)
					break
				}
			}
		}
		switch {
		case c.typed != 0 || c.verdict.Grade == match.Sure:
			j.sure = append(j.sure, c)
		case c.verdict.Grade == match.Likely:
			j.likely = append(j.likely, c)
		default:
			j.unknown = append(j.unknown, c)
		}
	}
	return j, nil
}

// bankBook are the open invoices and the payments typed by hand of this member's clients.
func (t *turn) bankBook() (*match.Book, []match.Typed, error) {
	names, err := t.tx.ClientNames()
	if err != nil {
		return nil, nil, err
	}
	var open []match.Candidate
	var typed []match.Typed
	for _, n := range names {
		if !n.Own {
			continue
		}
		open = append(open, match.Candidate{Client: n.ID, Name: n.Name, Aliases: n.Aliases, INN: n.INN})
		bills, err := t.tx.Invoices(storage.InvoiceFilter{Client: n.ID, Open: true})
		if err != nil {
			return nil, nil, err
		}
		for _, i := range bills {
			open = append(open, match.Candidate{
				Client: n.ID, Name: n.Name, Aliases: n.Aliases, INN: n.INN, Invoice: i.ID, Number: i.Number, Issued: i.Issued, Due: i.Due, Balance: i.Balance,
			})
		}
		paid, err := t.tx.Payments(n.ID)
		if err != nil {
			return nil, nil, err
		}
		for _, p := range paid {
			if p.Source == "typed" {
				typed = append(typed, match.Typed{Payment: p.ID, Client: n.ID, Name: n.Name, Aliases: n.Aliases, INN: n.INN, Day: p.Day, Sum: p.Sum})
			}
		}
	}
	return match.NewBook(open), typed, nil
}

func (t *turn) previewStatement(id int64, statement exchange.Statement, troubles int) error {
	j, err := t.judge(statement)
	if err != nil {
		return err
	}
	in := statement.Incoming()
	if len(in) > 0 && j.known == len(in) {
		if err := t.tx.DropImport(id); err != nil {
			return err
		}
		return t.say("statement.same", "when", t.when(j.last))
	}
	days, account := "", ""
	if !statement.From.IsZero() {
		days = t.Date(statement.From, "short")
	}
	if statement.Until != statement.From && !statement.Until.IsZero() {
		days += "–" + t.Date(statement.Until, "short")
	}
	if len(statement.Accounts) > 0 {
		account = statement.Accounts[0].Number
		account = account[max(0, len(account)-4):]
	}
	s := t.screen("statement.head", "days", days, "account", account, "n", len(in), "sum", received(in))
	if j.known > 0 {
		s.Line(t.Say("statement.known", "n", j.known))
	}
	if err := t.creditLines(s, "statement.sure", j.sure); err != nil {
		return err
	}
	if err := t.creditLines(s, "statement.likely", j.likely); err != nil {
		return err
	}
	if err := t.creditLines(s, "statement.unknown", j.unknown); err != nil {
		return err
	}
	if n := len(statement.Operations) - len(in); n > 0 {
		s.Gap().Add(t.Say("statement.ignored", "n", n))
	}
	if troubles > 0 {
		s.Line(t.Say("statement.troubles", "n", troubles))
	}
	if len(j.sure) > 0 {
		s.row(labelled(t.Say("statement.apply", "n", len(j.sure)), "stmt", id, "yes"), t.button("statement.cancel", "stmt", id, "no"))
	}
	return t.send(s)
}

// received is the whole of the receipts in the first one's currency.
func received(in []exchange.Operation) crm.Money {
	sum := crm.Money{Currency: crm.RUB}
	for i, o := range in {
		if i == 0 {
			sum.Currency = o.Sum.Currency
		}
		if o.Sum.Currency == sum.Currency {
			sum = sum.Add(o.Sum)
		}
	}
	return sum
}

// creditLines lists receipts of one grade.
func (t *turn) creditLines(s *screen, key string, list []credit) error {
	if len(list) == 0 {
		return nil
	}
	s.Gap().Bold(t.Say(key, "n", len(list)))
	for _, c := range list {
		line := "• " + message.Cut(c.Payer.Name, 60) + " · " + t.Money(c.Sum, "short")
		if c.verdict.Client != 0 {
			name, err := t.clientName(c.verdict.Client)
			if err != nil {
				return err
			}
			line = "• " + name + " · " + t.Money(c.Sum, "short")
			for _, p := range c.verdict.Parts {
				i, err := t.tx.Invoice(p.Invoice)
				if err != nil {
					return err
				}
				if c.typed == 0 {
					line += " · " + t.number(i.Number)
				}
			}
		}
		if c.typed != 0 {
			line += " · " + t.Say("statement.typed", "day", t.Date(c.Day, "short"))
		}
		if s.Units()+message.Len(line) > roomForLines {
			s.Line("…")
			break
		}
		s.Line(line)
	}
	return nil
}

// tapStatement applies what is sure, or throws the file away. Every operation is judged anew: debts may have changed since, also by
// the operation before it.
func (t *turn) tapStatement(id int64, arg string) error {
	i, ok, err := t.tx.Import(id)
	if err != nil {
		return err
	}
	if !ok {
		return crm.Say("already")
	}
	if err := t.tx.DropImport(id); err != nil {
		return err
	}
	if arg != "yes" {
		return t.show(t.screen("statement.cancelled"))
	}
	var statement exchange.Statement
	if err := json.Unmarshal([]byte(i.Data), &statement); err != nil {
		return err
	}
	j, err := t.judge(statement)
	if err != nil {
		return err
	}
	if len(j.sure) == 0 {
		return crm.Say("already")
	}
	var paid []exchange.Operation
	for _, c := range j.sure {
		if err := t.credit(c); err != nil {
			return err
		}
		paid = append(paid, c.Operation)
	}
	t.tx.Change("statement", crm.Subject{}, crm.Fact{Name: "n", Value: len(paid)})
	s := t.screen("statement.done", "n", len(paid), "sum", received(paid))
	s.row(t.button("card.undo", "undo", t.tx.ChangeID()))
	return t.show(s)
}

// credit writes one receipt. What an earlier one took of an invoice meanwhile goes to the advance.
func (t *turn) credit(c credit) error {
	if c.typed != 0 {
		return t.tx.ConfirmPayment(c.Key, c.typed, c.Day)
	}
	p := crm.Payment{Client: c.verdict.Client, Day: c.Day, Sum: c.Sum, Author: t.me.ID, Note: message.Cut(c.Purpose, 200)}
	parts := make([]crm.Allocation, 0, len(c.verdict.Parts))
	for _, part := range c.verdict.Parts {
		parts = append(parts, crm.Allocation{Invoice: part.Invoice, Sum: part.Sum, Day: c.Day})
	}
	return t.tx.PayFromBank(c.Key, &p, parts)
}
