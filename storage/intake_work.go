package storage

import (
	"strings"

	"github.com/teambition/rrule-go"

	"followup/storage/crm"
	"followup/storage/exchange"
)

// receivable takes an open invoice.
func (k *intake) receivable(r exchange.ReceivableRow) error {
	c, err := k.resolve(ref{row: r.Row, name: r.Client, inn: r.INN, manager: r.Manager})
	if c == nil || err != nil {
		return err
	}
	if err := k.papers(c); err != nil {
		return err
	}
	k.spread(r.Issued)
	k.spread(r.Due)
	for _, have := range c.invoices {
		if !sameInvoice(have, r) {
			continue
		}
		k.report.Same["invoice"]++
		if have.Balance != r.Balance {
			k.leave(r.Row, r.Number, "import.bad.differs")
		}
		return nil
	}
	if r.Sum.Minor <= 0 {
		k.leave(r.Row, r.Number, "file.bad.nosum")
		return nil
	}
	i := crm.Invoice{Client: c.ID, Number: r.Number, Issued: r.Issued, Due: r.Due, Sum: r.Sum, Balance: r.Sum}
	i.Status = invoiceStatus(i)
	k.tx.created(&i.Created)
	for _, contract := range c.contracts {
		if r.Contract != "" && numberKey(contract.Number) == numberKey(r.Contract) {
			i.Contract = contract.ID
		}
	}
	k.count(r.Balance)
	if i.Due.IsZero() {
		k.report.Undated++
	}
	err = k.put("invoice", func() error { return k.writeInvoice(&i, r.Paid) })
	i.Balance = r.Balance
	c.invoices = append(c.invoices, i)
	return err
}

// writeInvoice writes an invoice and what the file says was paid of it before.
func (k *intake) writeInvoice(i *crm.Invoice, paid crm.Money) error {
	if _, err := invoices.write(k.tx, i); err != nil || paid.Minor <= 0 {
		return err
	}
	p := crm.Payment{Client: i.Client, Day: i.Issued, Sum: paid, Source: "import"}
	return k.tx.Pay(&p, []crm.Allocation{{Invoice: i.ID, Sum: paid}})
}

// sameInvoice compares an invoice with a row.
func sameInvoice(have crm.Invoice, r exchange.ReceivableRow) bool {
	if have.Sum.Currency != r.Sum.Currency || numberKey(have.Number) != numberKey(r.Number) {
		return false
	}
	if r.Number == "" {
		return have.Issued == r.Issued && have.Due == r.Due && (have.Sum == r.Sum || have.Balance == r.Balance)
	}
	return have.Issued == r.Issued || have.Issued.IsZero() || r.Issued.IsZero()
}

// papers reads the invoices and contracts of a client.
func (k *intake) papers(c *dossier) error {
	err := c.load("invoice", func() (err error) {
		c.invoices, err = invoices.list(k.tx, "WHERE r.client_id = $1 ORDER BY r.id", c.ID)
		return err
	})
	if err != nil {
		return err
	}
	return c.load("contract", func() (err error) {
		c.contracts, err = contracts.list(k.tx, "WHERE r.client_id = $1 ORDER BY r.id", c.ID)
		return err
	})
}

// contract takes a contract.
func (k *intake) contract(r exchange.ContractRow) error {
	c, err := k.resolve(ref{row: r.Row, name: r.Client, inn: r.INN, manager: r.Manager})
	if c == nil || err != nil {
		return err
	}
	if err := k.papers(c); err != nil {
		return err
	}
	k.spread(r.Start)
	k.spread(r.End)
	for _, have := range c.contracts {
		if numberKey(have.Number) == numberKey(r.Number) && (r.Number != "" || have.Start == r.Start && have.End == r.End) {
			k.report.Same["contract"]++
			return nil
		}
	}
	n := crm.Contract{
		Client: c.ID, Number: r.Number, Subject: r.Subject, Start: r.Start, End: r.End, Sum: r.Sum, Renewal: r.Renewal, RenewalMonths: r.RenewalMonths,
		NoticeDays: r.NoticeDays, NoticeWorking: r.NoticeWorking, Penalty: r.Penalty, PenaltyCap: r.PenaltyCap, Status: crm.ContractActive,
	}
	k.tx.created(&n.Created)
	err = k.put("contract", func() error {
		_, err := contracts.write(k.tx, &n)
		return err
	})
	c.contracts = append(c.contracts, n)
	return err
}

// note keeps words about a client, once; it reports whether they are new.
func (k *intake) note(c *dossier, words string) (bool, error) {
	return k.touch(c, crm.Interaction{Kind: crm.TouchNote, Text: words, Happened: crm.MomentOf(k.tx.now)}, "")
}

// interaction takes a touch. One without a day is a note of now, kept once whatever the day.
func (k *intake) interaction(r exchange.InteractionRow) error {
	c, err := k.resolve(ref{row: r.Row, name: r.Client, inn: r.INN, manager: r.Author})
	if c == nil || err != nil {
		return err
	}
	i := crm.Interaction{Kind: r.Kind, Text: r.Text, Outcome: r.Outcome, Happened: crm.MomentOf(k.tx.now)}
	if o := k.owner(r.Author); o.why == "" {
		i.Author = o.member.ID
	}
	day := ""
	if !r.Day.IsZero() {
		clock := r.Clock
		if !r.Timed {
			clock = crm.At(12, 0)
		}
		i.Happened = crm.MomentOf(r.Day.In(k.tx.me.Location(), clock))
		day = r.Day.String()
		k.spread(r.Day)
	}
	if i.Happened > crm.MomentOf(k.tx.now) && day > k.tx.today(k.tx.me).String() {
		k.leave(r.Row, day, "import.bad.future")
		return nil
	}
	_, err = k.touch(c, i, day)
	return err
}

// touch keeps a touch that is not there yet.
func (k *intake) touch(c *dossier, i crm.Interaction, day string) (bool, error) {
	if err := k.history(c); err != nil {
		return false, err
	}
	key := wordsKey(i.Kind, day, i.Text)
	if c.words[key] {
		k.report.Same["interaction"]++
		return false, nil
	}
	c.words[key] = true
	i.Client = c.ID
	if i.Author == 0 {
		i.Author = k.tx.me.ID
	}
	k.tx.created(&i.Created)
	return true, k.put("interaction", func() error {
		if _, err := interactions.write(k.tx, &i); err != nil || !i.Kind.TwoWay() || i.Happened <= c.LastTouch {
			return err
		}
		c.LastTouch = i.Happened
		_, err := clients.write(k.tx, &c.Client)
		return err
	})
}

// history reads the touches of a client: a note is known by its words alone, another touch by its day too.
func (k *intake) history(c *dossier) error {
	return c.load("word", func() error {
		c.words = map[string]bool{}
		list, err := interactions.list(k.tx, "WHERE r.client_id = $1 ORDER BY r.id", c.ID)
		for _, i := range list {
			c.words[wordsKey(i.Kind, crm.DateOf(i.Happened.In(k.tx.me.Location())).String(), i.Text)] = true
			if i.Kind == crm.TouchNote {
				c.words[wordsKey(i.Kind, "", i.Text)] = true
			}
		}
		return err
	})
}

func wordsKey(kind crm.TouchKind, day, text string) string {
	return string(kind) + "|" + day + "|" + strings.Join(strings.Fields(text), " ")
}

// followUp takes a next step; one without a client is a task of Me's own.
func (k *intake) followUp(r exchange.FollowUpRow) error {
	c := k.open(crm.Client{})
	if r.Client != "" || r.INN != "" {
		var err error
		if c, err = k.resolve(ref{row: r.Row, name: r.Client, inn: r.INN, manager: r.Assignee}); c == nil || err != nil {
			return err
		}
	}
	f := crm.FollowUp{
		Client: c.ID, Text: r.Text, Verb: "task", Day: r.Day, Clock: r.Clock, AllDay: !r.Timed, Named: r.Timed, Obligation: r.Obligation, Status: r.Status,
		Outcome: r.Outcome, Rule: r.Rule, Assignee: k.tx.me.ID,
	}
	if c.Manager != 0 {
		f.Assignee = c.Manager
	}
	if o := k.owner(r.Assignee); r.Assignee != "" && o.why == "" {
		f.Assignee = o.member.ID
	}
	if f.Rule != "" {
		if _, err := rrule.StrToRRule(f.Rule); err != nil {
			k.leave(r.Row, f.Rule, "import.bad.rule")
			f.Rule = ""
		}
	}
	if f.AllDay {
		f.Clock = crm.At(10, 0)
	}
	if f.Status != crm.FollowUpOpen {
		f.Closed = crm.MomentOf(k.tx.now)
	}
	if err := k.tasks(c, f.Assignee); err != nil {
		return err
	}
	k.spread(r.Day)
	key := wordsKey("", f.Day.String(), f.Text)
	if c.tasks[key] {
		k.report.Same["followup"]++
		return nil
	}
	c.tasks[key] = true
	return k.put("followup", func() error { return k.tx.SaveFollowUp(&f) })
}

// tasks reads the next steps of a client, or those of a member that have none.
func (k *intake) tasks(c *dossier, assignee int64) error {
	return c.load("task", func() error {
		c.tasks = map[string]bool{}
		condition, args := "WHERE r.client_id = $1 ORDER BY r.id", []any{c.ID}
		if c.ID == 0 {
			condition, args = "WHERE r.client_id IS NULL AND r.assignee_id = $1 ORDER BY r.id", []any{assignee}
		}
		list, err := followUps.list(k.tx, condition, args...)
		for _, f := range list {
			c.tasks[wordsKey("", f.Day.String(), f.Text)] = true
		}
		return err
	})
}
