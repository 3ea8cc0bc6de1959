package dialog

import (
	"strconv"
	"strings"

	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
	"followup/storage/exchange"
	"followup/storage/match"
)

// Receipts that nobody claimed are gone through one by one. Each is a row, so a restart, another day and another member who loaded the same statement lose
// nothing: «/import» leads back to them. A choice writes the payment and shows the next receipt; leaving one for later passes over it.

// tapReceipt shows a receipt or decides about it: "", "c:CLIENT", "t:PAYMENT", "skip", "next", "prev", "other".
func (t *turn) tapReceipt(id int64, arg string) error {
	word, rest, _ := strings.Cut(arg, ":")
	switch word {
	case "next", "prev":
		return t.besideReceipt(id, word == "next")
	}
	r, err := t.tx.Receipt(id)
	if err != nil {
		return err
	}
	switch word {
	case "":
		return t.showReceipt(r, nil, nil)
	case "skip":
		if err := t.tx.SkipReceipt(id); err != nil {
			return err
		}
		t.tx.Change("receipt.skipped", crm.Subject{}, crm.Fact{Name: "sum", Value: r.Sum})
		return t.nextReceipt(id, t.screen("receipt.skipped", "payer", message.Cut(r.Payer, maxNameShown), "sum", r.Sum))
	case "other":
		return t.open("receipt", formData{ID: id}, t.screen("receipt.other.ask", "payer", message.Cut(r.Payer, maxNameShown), "sum", r.Sum))
	}
	chosen, err := strconv.ParseInt(rest, 36, 64)
	if err != nil || word != "c" && word != "t" {
		return crm.Say("button.unknown")
	}
	return t.payReceipt(r, word == "t", chosen)
}

// operationOf is a receipt as the bank's operation.
func operationOf(r storage.Receipt) exchange.Operation {
	return exchange.Operation{
		Flow: exchange.FlowIncoming, Day: r.Day, Issued: r.Day, Sum: r.Sum, Account: r.Account, Payer: exchange.Party{Name: r.Payer, INN: r.INN}, Purpose: r.Purpose, Key: r.Key,
	}
}

// payReceipt makes a receipt the payment of a client, or the one that was typed by hand.
func (t *turn) payReceipt(r storage.Receipt, twin bool, id int64) error {
	o := operationOf(r)
	c := credit{Operation: o}
	if twin {
		p, err := t.tx.Payment(id)
		if err != nil {
			return err
		}
		if p.Source != "typed" || p.Sum != r.Sum {
			return crm.Say("already")
		}
		c.typed, c.verdict.Client = id, p.Client
	} else {
		l, err := t.ledger(r.Day.AddDays(-typedDays))
		if err != nil {
			return err
		}
		if c.verdict = l.book.Propose(matched(o), id); c.verdict.Client == 0 {
			return crm.Say("denied", "action", string(crm.Change))
		}
	}
	line, err := t.creditLine(c)
	if err != nil {
		return err
	}
	if err := t.credit(c); err != nil {
		return err
	}
	name, err := t.clientName(c.verdict.Client)
	if err != nil {
		return err
	}
	t.tx.Change("receipt", crm.Subject{Kind: "client", ID: c.verdict.Client}, crm.Fact{Name: "client", Value: message.Cut(name, maxNameShown)}, crm.Fact{Name: "sum", Value: r.Sum})
	s := t.screen("receipt.paid", "line", strings.TrimPrefix(line, "• "))
	return t.nextReceipt(r.ID, s)
}

// nextReceipt shows the first receipt that waits after this one, or from the beginning; done says what became of the last.
func (t *turn) nextReceipt(after int64, done *screen) error {
	list, err := t.tx.Receipts()
	if err != nil {
		return err
	}
	if len(list) == 0 {
		s := t.screen("receipt.none")
		if done != nil {
			s = done
			s.Gap().Add(t.Say("receipt.none"))
			s.row(t.button("card.undo", "undo", t.tx.ChangeID()))
		}
		return t.show(s)
	}
	for _, r := range list {
		if r.ID > after {
			return t.showReceipt(r, done, nil)
		}
	}
	return t.showReceipt(list[0], done, nil)
}

// besideReceipt turns to the next or the previous receipt; from the last to the first and back.
func (t *turn) besideReceipt(id int64, next bool) error {
	list, err := t.tx.Receipts()
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return t.nextReceipt(0, nil)
	}
	at := 0
	for n, r := range list {
		if r.ID <= id {
			at = n
		}
	}
	step := 1
	if !next {
		step = len(list) - 1
	}
	return t.showReceipt(list[(at+step)%len(list)], nil, nil)
}

// maxOffered is how many clients stand below a receipt.
const maxOffered = 5

// showReceipt words a receipt with whom it could be from. found are the clients of a typed name.
func (t *turn) showReceipt(r storage.Receipt, done *screen, found []int64) error {
	list, err := t.tx.Receipts()
	if err != nil {
		return err
	}
	at := 1
	for n := range list {
		if list[n].ID == r.ID {
			at = n + 1
		}
	}
	s := done
	if s == nil {
		s = &screen{}
	} else {
		s.row(t.button("card.undo", "undo", t.tx.ChangeID()))
		s.Gap()
	}
	s.Bold(t.Say("receipt.head", "n", at, "of", len(list)))
	s.Line(t.Say("receipt.sum", "day", r.Day, "sum", r.Sum, "account", tail(r.Account)))
	payer := message.Cut(r.Payer, maxNameShown)
	if r.INN != "" {
		payer += ", " + t.Say("receipt.inn", "inn", r.INN)
	}
	s.Line(payer)
	if r.Purpose != "" {
		s.Line("«" + message.Cut(r.Purpose, 300) + "»")
	}
	if err := t.offers(s, r, found); err != nil {
		return err
	}
	s.row(t.button("receipt.other", "rcpt", r.ID, "other"), t.button("receipt.notclient", "rcpt", r.ID, "skip"))
	if len(list) > 1 {
		s.row(t.button("receipt.prev", "rcpt", r.ID, "prev"), t.button("receipt.next", "rcpt", r.ID, "next"))
	}
	return t.show(s.about("receipt", r.ID))
}

// offers are the buttons of clients, the likeliest first, and of a payment typed by hand.
func (t *turn) offers(s *screen, r storage.Receipt, found []int64) error {
	l, err := t.ledger(r.Day.AddDays(-typedDays))
	if err != nil {
		return err
	}
	op := matched(operationOf(r))
	v := l.book.Match(op)
	ids := found
	if len(found) == 0 && v.Client != 0 {
		s.Gap().Add(t.Say("receipt.why." + string(v.Reason)))
		ids = append([]int64{v.Client}, v.Others...)
	}
	if id, grade := match.Twin(op, v, l.typed); grade != match.Unknown && len(found) == 0 {
		for _, p := range l.typed {
			if p.Payment == id {
				s.row(labelled(t.Say("receipt.twin", "client", message.Cut(p.Name, 30), "day", t.Date(p.Day, "short")), "rcpt", r.ID, "t", strconv.FormatInt(id, 36)))
			}
		}
	}
	for _, id := range ids[:min(len(ids), maxOffered)] {
		label, err := t.offer(l.book.Propose(op, id), id)
		if err != nil {
			return err
		}
		s.row(labelled(label, "rcpt", r.ID, "c", strconv.FormatInt(id, 36)))
	}
	return nil
}

// offer is a client with the bills that the money would pay.
func (t *turn) offer(v match.Verdict, client int64) (string, error) {
	label, err := t.clientName(client)
	if err != nil {
		return "", err
	}
	label = message.Cut(label, 36)
	for _, p := range v.Parts[:min(len(v.Parts), 3)] {
		i, err := t.tx.Invoice(p.Invoice)
		if err != nil {
			return "", err
		}
		label += " · " + t.number(i.Number)
	}
	if len(v.Parts) == 0 {
		label += " · " + t.Say("receipt.advance")
	}
	return label, nil
}

// formReceipt takes the typed name of the client whose payment it is.
func (t *turn) formReceipt(d formData, text string) error {
	r, err := t.tx.Receipt(d.ID)
	if problemKey(err) == "already" {
		return errNotMine
	}
	if err != nil {
		return err
	}
	portfolio, err := t.portfolio()
	if err != nil {
		return err
	}
	if len(strings.Fields(text)) > 6 {
		return errNotMine
	}
	l, err := t.ledger(r.Day)
	if err != nil {
		return err
	}
	var ids []int64
	for _, m := range portfolio.Find(text) {
		if l.book.Propose(matched(operationOf(r)), m.Client).Client != 0 {
			ids = append(ids, m.Client)
		}
	}
	if len(ids) == 0 {
		return crm.Say("receipt.other.none", "name", message.Cut(text, 60))
	}
	if err := t.closeForm(); err != nil {
		return err
	}
	return t.showReceipt(r, nil, ids)
}
