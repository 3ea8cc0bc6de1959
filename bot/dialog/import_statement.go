package dialog

import (
	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
	"followup/storage/exchange"
	"followup/storage/match"
)

// Rules of bank statements.
//
// What a statement would change is shown first; the button applies what match calls sure and is one change. What was applied is known by the bank's
// operation, whoever loaded it, so the same file or an overlapping period changes nothing twice. A payment typed by hand gets the bank's
// day instead of a double, when the match or the INN is sure; one that is only likely is asked about. Receipts that nobody claimed are kept and
// gone through one by one; see import_receipts.go. Payments go to the clients that this member may change: a manager's own, a lead's team.

// credit is an operation of a statement with what is known of it.
type credit struct {
	exchange.Operation
	verdict match.Verdict
	typed   int64 // the payment typed by hand that it is
}

// judged is a statement as it stands against the records now.
type judged struct {
	sure, likely, unknown []credit
	known                 int        // became payments before
	kept                  int        // were put off before
	last                  crm.Moment // when an operation of it was loaded
}

// rest are the receipts that a person has to say something about.
func (j judged) rest() []credit { return append(j.likely[:len(j.likely):len(j.likely)], j.unknown...) }

// ledger is what receipts are compared with: open invoices and payments typed by hand.
type ledger struct {
	book  *match.Book
	typed []match.Typed
}

func matched(o exchange.Operation) match.Operation {
	return match.Operation{Day: o.Day, Sum: o.Sum, Payer: o.Payer.Name, PayerINN: o.Payer.INN, Purpose: o.Purpose}
}

// typedDays is how far back payments typed by hand are looked for, before the first day of the statement.
const typedDays = 31

// judge tells whose every new receipt is. What a sure one takes of an invoice is gone for those after it.
func (t *turn) judge(s exchange.Statement) (judged, error) {
	var j judged
	in := s.Incoming()
	if len(in) == 0 {
		return j, nil
	}
	first := in[0].Day
	for _, o := range in {
		if o.Day.Before(first) {
			first = o.Day
		}
	}
	l, err := t.ledger(first.AddDays(-typedDays))
	if err != nil {
		return j, err
	}
	kept, err := t.tx.ReceiptKeys()
	if err != nil {
		return j, err
	}
	for _, o := range in {
		at, err := t.tx.BankOperation(o.Key)
		if err != nil {
			return j, err
		}
		switch {
		case at != 0:
			j.known, j.last = j.known+1, max(j.last, at)
			continue
		case kept[o.Key]:
			j.kept++
			continue
		}
		j.add(l.credit(o))
	}
	return j, nil
}

// credit tells whose a receipt is.
func (l *ledger) credit(o exchange.Operation) (credit, match.Grade) {
	c := credit{Operation: o, verdict: l.book.Match(matched(o))}
	grade := c.verdict.Grade
	id, twin := match.Twin(matched(o), c.verdict, l.typed)
	switch twin {
	case match.Sure:
		grade = match.Sure
	case match.Likely:
		grade = match.Likely
	case match.Unknown:
		if grade == match.Sure {
			l.book.Take(c.verdict)
		}
		return c, grade
	}
	for n := range l.typed {
		if l.typed[n].Payment == id {
			c.typed, c.verdict.Client = id, l.typed[n].Client
			l.typed = append(l.typed[:n:n], l.typed[n+1:]...)
			break
		}
	}
	return c, grade
}

func (j *judged) add(c credit, grade match.Grade) {
	switch grade {
	case match.Sure:
		j.sure = append(j.sure, c)
	case match.Likely:
		j.likely = append(j.likely, c)
	case match.Unknown:
		j.unknown = append(j.unknown, c)
	}
}

// ledger reads the open invoices of every client that this member may change, and what was typed by hand since a day.
func (t *turn) ledger(since crm.Date) (*ledger, error) {
	all, _, err := t.tx.Clients(storage.ClientFilter{})
	if err != nil {
		return nil, err
	}
	at := make(map[int64]match.Candidate, len(all))
	open := make([]match.Candidate, 0, len(all))
	for _, c := range all {
		at[c.ID] = match.Candidate{Client: c.ID, Name: c.Name, Aliases: c.Aliases, INN: c.INN}
		open = append(open, at[c.ID])
	}
	contracts, err := t.tx.Contracts(storage.ContractFilter{})
	if err != nil {
		return nil, err
	}
	numbers := make(map[int64]string, len(contracts))
	for _, c := range contracts {
		numbers[c.ID] = c.Number
	}
	bills, err := t.tx.Invoices(storage.InvoiceFilter{Open: true})
	if err != nil {
		return nil, err
	}
	for _, i := range bills {
		if c, ok := at[i.Client]; ok {
			c.Invoice, c.Number, c.Contract, c.Issued, c.Due, c.Balance = i.ID, i.Number, numbers[i.Contract], i.Issued, i.Due, i.Balance
			open = append(open, c)
		}
	}
	l := &ledger{book: match.NewBook(open)}
	paid, err := t.tx.TypedPayments(since)
	for _, p := range paid {
		if c, ok := at[p.Client]; ok {
			l.typed = append(l.typed, match.Typed{Payment: p.ID, Client: p.Client, Name: c.Name, Aliases: c.Aliases, INN: c.INN, Day: p.Day, Sum: p.Sum})
		}
	}
	return l, err
}

// statement goes on with a fetched statement.
func (t *turn) statement(i *storage.Import, st importState, doing string, f incoming) error {
	j, err := t.judge(f.file.Statement)
	if err != nil {
		return err
	}
	switch doing {
	case "write":
		return t.applyStatement(i, j)
	case "rest":
		return t.keepRest(i, j)
	}
	return t.previewStatement(i, st, f, j)
}

func (t *turn) previewStatement(i *storage.Import, st importState, f incoming, j judged) error {
	statement := f.file.Statement
	in := statement.Incoming()
	if len(in) > 0 && j.known == len(in) {
		if err := t.tx.DropImport(i.ID); err != nil {
			return err
		}
		return t.show(t.screen("statement.same", "when", t.when(j.last)))
	}
	if err := t.keepImport(i, st); err != nil {
		return err
	}
	s, err := t.statementText(f, j)
	if err != nil {
		return err
	}
	yes, rest := message.Button{}, message.Button{}
	if len(j.sure) > 0 {
		yes = labelled(t.Say("statement.apply", "n", len(j.sure)), "imp", i.ID, "yes")
	}
	if n := len(j.rest()); n > 0 && len(j.sure) == 0 {
		rest = labelled(t.Say("statement.rest", "n", n), "imp", i.ID, "rest")
	}
	s.row(yes, rest, t.button("statement.cancel", "imp", i.ID, "no"))
	waiting, err := t.tx.Receipts()
	if err != nil {
		return err
	}
	if len(waiting) > 0 {
		s.row(labelled(t.Say("receipt.button", "n", len(waiting)), "rcpt", waiting[0].ID))
	}
	return t.show(s.about("import", i.ID))
}

// statementText is the preview without its buttons.
func (t *turn) statementText(f incoming, j judged) (*screen, error) {
	statement := f.file.Statement
	s := t.statementHead(statement, statement.Incoming())
	if j.known > 0 {
		s.Line(t.Say("statement.known", "n", j.known))
	}
	if j.kept > 0 {
		s.Line(t.Say("statement.kept", "n", j.kept))
	}
	for _, part := range []struct {
		key  string
		list []credit
	}{{"statement.sure", j.sure}, {"statement.likely", j.likely}, {"statement.unknown", j.unknown}} {
		if err := t.creditLines(s, part.key, part.list); err != nil {
			return nil, err
		}
	}
	t.ignoredLines(s, statement)
	t.leftLines(s, f.file.Troubles)
	return s, nil
}

// statementHead names the days, the accounts and what came on them.
func (t *turn) statementHead(statement exchange.Statement, in []exchange.Operation) *screen {
	accounts := statement.Accounts
	if len(accounts) == 1 {
		return t.screen("statement.head", "days", t.period(statement), "account", tail(accounts[0].Number), "n", len(in), "sum", t.sums(received(in)))
	}
	s := t.screen("statement.heads", "days", t.period(statement), "accounts", len(accounts), "n", len(in), "sum", t.sums(received(in)))
	for _, a := range accounts[:min(len(accounts), 10)] {
		own := onAccount(in, a.Number)
		s.Line(t.Say("statement.account", "account", tail(a.Number), "n", len(own), "sum", t.sums(received(own))))
	}
	return s
}

// tail is the end of an account's number, by which people know it.
func tail(account string) string { return account[max(0, len(account)-4):] }

// period is the stretch of days that the statement says it covers.
func (t *turn) period(s exchange.Statement) string {
	days := ""
	if !s.From.IsZero() {
		days = t.Date(s.From, "")
	}
	if s.Until != s.From && !s.Until.IsZero() {
		days += " – " + t.Date(s.Until, "")
	}
	return days
}

// onAccount are the operations of one account of ours.
func onAccount(list []exchange.Operation, account string) (own []exchange.Operation) {
	for _, o := range list {
		if o.Account == account {
			own = append(own, o)
		}
	}
	return own
}

// received are the sums of operations by currency.
func received(list []exchange.Operation) (sums []crm.Money) {
	for _, o := range list {
		found := false
		for i := range sums {
			if sums[i].Currency == o.Sum.Currency {
				sums[i], found = sums[i].Add(o.Sum), true
			}
		}
		if !found {
			sums = append(sums, o.Sum)
		}
	}
	if len(sums) == 0 {
		sums = []crm.Money{{Currency: crm.RUB}}
	}
	return sums
}

// ignoredLines say what of a statement is no client's payment.
func (t *turn) ignoredLines(s *screen, statement exchange.Statement) {
	first := true
	for _, flow := range []exchange.Flow{exchange.FlowOutgoing, exchange.FlowInternal, exchange.FlowUnexecuted} {
		var list []exchange.Operation
		for _, o := range statement.Operations {
			if o.Flow == flow {
				list = append(list, o)
			}
		}
		if len(list) == 0 {
			continue
		}
		if first {
			s.Gap().Add(t.Say("statement.ignored"))
			first = false
		}
		s.Line(t.Say("statement.ignored."+string(flow), "n", len(list), "sum", t.sums(received(list))))
	}
}

// creditLines lists receipts of one grade.
func (t *turn) creditLines(s *screen, key string, list []credit) error {
	if len(list) == 0 {
		return nil
	}
	s.Gap().Bold(t.Say(key, "n", len(list), "sum", t.sums(received(operations(list)))))
	for n, c := range list {
		line, err := t.creditLine(c)
		if err != nil {
			return err
		}
		if n == maxLines || s.Units()+message.Len(line) > roomForLines {
			s.Line(t.Say("lines.more", "n", len(list)-n))
			break
		}
		s.Line(line)
	}
	return nil
}

func operations(list []credit) []exchange.Operation {
	ops := make([]exchange.Operation, 0, len(list))
	for _, c := range list {
		ops = append(ops, c.Operation)
	}
	return ops
}

func (t *turn) creditLine(c credit) (string, error) {
	line := "• " + message.Cut(c.Payer.Name, 60) + " · " + t.Money(c.Sum, "short")
	if c.verdict.Client != 0 {
		name, err := t.clientName(c.verdict.Client)
		if err != nil {
			return "", err
		}
		line = "• " + message.Cut(name, 60) + " · " + t.Money(c.Sum, "short")
	}
	if c.typed != 0 {
		return line + " · " + t.Say("statement.typed", "day", t.Date(c.Day, "short")), nil
	}
	for _, p := range c.verdict.Parts {
		i, err := t.tx.Invoice(p.Invoice)
		if err != nil {
			return "", err
		}
		line += " · " + t.number(i.Number)
	}
	if c.verdict.Client != 0 && c.verdict.Rest.Minor > 0 {
		line += " · " + t.Say("statement.advance", "sum", t.Money(c.verdict.Rest, "short"))
	}
	return line, nil
}

// applyStatement writes what is sure and keeps the rest for later.
func (t *turn) applyStatement(i *storage.Import, j judged) error {
	if err := t.tx.DropImport(i.ID); err != nil {
		return err
	}
	s, err := t.writeStatement(j)
	if err != nil {
		return err
	}
	return t.show(s)
}

// writeStatement writes what is sure as one change.
func (t *turn) writeStatement(j judged) (*screen, error) {
	if len(j.sure) == 0 {
		return nil, crm.Say("import.nothing")
	}
	for _, c := range j.sure {
		if err := t.credit(c); err != nil {
			return nil, err
		}
	}
	rest := j.rest()
	if err := t.keepReceipts(rest); err != nil {
		return nil, err
	}
	t.tx.Change("statement", crm.Subject{}, crm.Fact{Name: "n", Value: len(j.sure)})
	s := t.screen("statement.done", "n", len(j.sure), "sum", t.sums(received(operations(j.sure))))
	if len(rest) > 0 {
		s.Line(t.Say("statement.later", "n", len(rest)))
		waiting, err := t.tx.Receipts()
		if err != nil {
			return nil, err
		}
		if len(waiting) > 0 {
			s.row(labelled(t.Say("statement.rest", "n", len(rest)), "rcpt", waiting[0].ID))
		}
	}
	s.Gap().Add(t.Say("import.undo.until", "when", t.when(crm.MomentOf(t.now)+24*3600)))
	return s.row(t.button("card.undo", "undo", t.tx.ChangeID())), nil
}

// keepRest keeps the receipts of a statement in which nothing is sure, and begins with the first.
func (t *turn) keepRest(i *storage.Import, j judged) error {
	if err := t.tx.DropImport(i.ID); err != nil {
		return err
	}
	rest := j.rest()
	if err := t.keepReceipts(rest); err != nil {
		return err
	}
	t.tx.Change("receipts", crm.Subject{}, crm.Fact{Name: "n", Value: len(rest)})
	return t.nextReceipt(0, nil)
}

func (t *turn) keepReceipts(list []credit) error {
	for _, c := range list {
		r := storage.Receipt{
			Key: c.Key, Account: c.Account, Day: c.Day, Sum: c.Sum, Payer: message.Cut(c.Payer.Name, 200), INN: c.Payer.INN, Purpose: message.Cut(c.Purpose, 500),
		}
		if err := t.tx.KeepReceipt(&r); err != nil {
			return err
		}
	}
	return nil
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
