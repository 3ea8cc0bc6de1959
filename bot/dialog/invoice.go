package dialog

import (
	"strconv"
	"strings"

	"followup/bot/capture"
	"followup/bot/message"
	"followup/scheduler/rules"
	"followup/storage/crm"
)

// invoiceLine is a bill as one line of a list.
func (t *turn) invoiceLine(i crm.Invoice) string {
	facts := []any{"number", t.billNumber(i), "sum", i.Balance, "due", i.Due, "days", t.overdueDays(i.Due)}
	switch {
	case i.Status == crm.InvoiceSplit:
		return t.Say("invoice.line.split", "number", t.billNumber(i), "sum", i.Sum)
	case i.Status == crm.InvoiceWritten:
		return t.Say("invoice.line.written", "number", t.billNumber(i), "sum", i.Balance)
	case i.Status == crm.InvoicePaid:
		return t.Say("invoice.line.paid", "number", t.billNumber(i), "sum", i.Sum)
	case i.Status == crm.InvoiceDisputed:
		if i.Paused.IsZero() {
			return withReason(t.Say("invoice.line.disputed", facts...), i)
		}
		return withReason(t.Say("invoice.line.disputed.until", append(facts, "until", i.Paused)...), i)
	case i.Paused.After(t.today):
		return withReason(t.Say("invoice.line.paused", append(facts, "until", i.Paused)...), i)
	case t.overdueDays(i.Due) > 0:
		return t.Say("invoice.line.overdue", facts...)
	}
	return t.Say("invoice.line", facts...)
}

// invoiceScreen is one bill with what can be done about it.
func (t *turn) invoiceScreen(i crm.Invoice, back string) (*screen, error) {
	name, err := t.clientName(i.Client)
	if err != nil {
		return nil, err
	}
	st, err := t.standing(i)
	if err != nil {
		return nil, err
	}
	s := &screen{}
	s.Bold(name)
	s.Line(t.Say("invoice.head", "number", t.billNumber(i), "sum", i.Sum, "due", t.Date(i.Due, "full")))
	s.Line(t.invoiceLine(i))
	if err := t.promisesOf(s, i); err != nil {
		return nil, err
	}
	t.dunningLines(s, i, st)
	if err := t.planLines(s, i); err != nil {
		return nil, err
	}
	if err := t.concessionLines(s, i); err != nil {
		return nil, err
	}
	t.invoiceButtons(s, i, st.level)
	if err := t.planButtons(s, i); err != nil {
		return nil, err
	}
	advance, err := t.advanceButton(i)
	if err != nil {
		return nil, err
	}
	s.row(advance)
	if back != "" {
		s.row(t.button("back", "plan", 0, back))
	}
	return s.about("invoice", i.ID), nil
}

// billNumber is a bill's number with its part when it is paid in parts: "№ 125 (2/3)".
func (t *turn) billNumber(i crm.Invoice) string {
	if i.Part == "" {
		return t.number(i.Number)
	}
	return t.number(i.Number) + " (" + i.Part + ")"
}

// invoiceButtons are what can be done about a bill that stands at a level.
func (t *turn) invoiceButtons(s *screen, i crm.Invoice, level int) {
	if settledOff(i) {
		s.row(t.button("client.card", "c", i.Client))
		return
	}
	s.row(t.button("invoice.called", "called", i.ID), t.button("invoice.text", "text", i.ID), t.button("invoice.promised", "promise", i.ID))
	if i.Status == crm.InvoiceDisputed || i.Paused.After(t.today) {
		t.quietButtons(s, i)
		s.row(t.button("invoice.paid", "paid", i.ID), t.button("client.card", "c", i.Client))
		return
	}
	claim := message.Button{}
	if level >= rules.LeadLevel && i.Claimed.IsZero() {
		claim = t.button("invoice.claim", "claim", i.ID)
	}
	s.row(t.button("invoice.paid", "paid", i.ID), claim)
	penalty := message.Button{}
	if t.overdueDays(i.Due) > 0 {
		penalty = t.button("invoice.penalty", "pen", i.ID)
	}
	s.row(t.button("invoice.dispute", "dispute", i.ID), t.button("invoice.pause", "pause", i.ID), penalty)
	s.row(t.button("invoice.plan", "iplan", i.ID), t.button("invoice.concede", "concede", i.ID), t.button("client.card", "c", i.Client))
}

func (t *turn) tapInvoice(id int64, back string) error {
	i, err := t.tx.Invoice(id)
	if err != nil {
		return err
	}
	s, err := t.invoiceScreen(i, back)
	if err != nil {
		return err
	}
	return t.show(s)
}

// owing is a bill that still owes something; otherwise the tap is late.
func (t *turn) owing(id int64) (crm.Invoice, error) {
	i, err := t.tx.Invoice(id)
	if err == nil && i.Balance.IsZero() {
		err = crm.Say("already")
	}
	return i, err
}

func (t *turn) invoiceChange(label string, i crm.Invoice) {
	t.tx.Change(label, crm.Subject{Kind: "invoice", ID: i.ID}, crm.Fact{Name: "number", Value: t.number(i.Number)})
}

// showChanged shows a bill after something was done about it, with undo.
func (t *turn) showChanged(line string, id int64) error {
	i, err := t.tx.Invoice(id)
	if err != nil {
		return err
	}
	s, err := t.invoiceScreen(i, "")
	if err != nil {
		return err
	}
	s.Gap().Add(line)
	s.row(t.button("card.undo", "undo", t.tx.ChangeID()), t.button("back.plan", "plan", 0, "today"))
	return t.show(s)
}

// tapCalled logs a call about a bill and asks what was said.
func (t *turn) tapCalled(id int64, _ string) error {
	i, err := t.owing(id)
	if err != nil {
		return err
	}
	if err := t.notYet("called"); err != nil {
		return err
	}
	t.invoiceChange("called", i)
	touch := crm.Interaction{
		Client: i.Client, Author: t.me.ID, Kind: crm.TouchCall, Happened: crm.MomentOf(t.now), Chat: t.in.Chat, Message: t.in.Message,
		Text: t.Say("invoice.called.text", "number", t.number(i.Number), "sum", i.Balance),
	}
	if err := t.tx.SaveInteraction(&touch); err != nil {
		return err
	}
	return t.showChanged(t.Say("invoice.called.done"), id)
}

// tapPaid records a payment of a bill: all of it, or as much as is typed.
func (t *turn) tapPaid(id int64, arg string) error {
	i, err := t.owing(id)
	if err != nil {
		return err
	}
	if arg == "" {
		s := t.screen("paid.ask", "number", t.number(i.Number), "sum", i.Balance)
		s.row(labelled(t.Say("paid.all", "sum", i.Balance), "paid", id, "all"))
		return t.open("pay", formData{ID: id}, s)
	}
	sum := i.Balance
	if arg != "all" {
		minor, err := strconv.ParseInt(arg, 36, 64)
		if err != nil || minor <= 0 || minor > crm.MaxMinor {
			return crm.Say("button.unknown")
		}
		if err := t.notYet("paid"); err != nil { // the bill may owe more than that
			return err
		}
		sum.Minor = minor
	}
	return t.payInvoice(i, sum)
}

func (t *turn) payInvoice(i crm.Invoice, sum crm.Money) error {
	if err := t.closeForm(); err != nil {
		return err
	}
	c, err := t.tx.Client(i.Client)
	if err != nil {
		return err
	}
	t.tx.Change("paid", crm.Subject{Kind: "invoice", ID: i.ID}, crm.Fact{Name: "number", Value: t.number(i.Number)}, crm.Fact{Name: "sum", Value: t.Money(sum, "short")})
	line, _, err := t.pay(c, sum, t.today, takeAll(i))
	if err != nil {
		return err
	}
	s := &screen{}
	s.Bold(c.Name)
	s.Line(line)
	s.row(t.button("card.undo", "undo", t.tx.ChangeID()), t.button("back.plan", "plan", 0, "today"))
	return t.show(s.about("invoice", i.ID))
}

// formPay takes how much came. A bare small number may mean thousands.
func (t *turn) formPay(d formData, text string) error {
	i, err := t.owing(d.ID)
	if err != nil {
		return err
	}
	w, err := t.world(crm.MomentOf(t.now))
	if err != nil {
		return err
	}
	if len(strings.Fields(text)) > 5 {
		return errNotMine
	}
	sum, ok := capture.ReadSum(text, w)
	if !ok {
		return crm.Say("sum.unclear", "said", message.Cut(text, 60))
	}
	if sum.Share > 0 {
		return t.payInvoice(i, i.Balance.Part(sum.Share))
	}
	thousands := crm.Money{Minor: sum.Money.Minor * 1000, Currency: i.Balance.Currency}
	if sum.Bare && sum.Money.Minor < scaleLimit*100 && !i.Balance.Less(thousands) {
		small := crm.Money{Minor: sum.Money.Minor, Currency: i.Balance.Currency}
		s := t.screen("ask.sum.scale", "sum", strings.TrimSpace(text))
		s.row(labelled(t.Money(thousands, "short"), "paid", i.ID, strconv.FormatInt(thousands.Minor, 36)),
			labelled(t.Money(small, "short"), "paid", i.ID, strconv.FormatInt(small.Minor, 36)))
		return t.send(s)
	}
	if sum.Money.Currency != i.Balance.Currency && !sum.Bare {
		return crm.Say("sum.currency", "sum", sum.Money, "want", string(i.Balance.Currency))
	}
	came := crm.Money{Minor: sum.Money.Minor, Currency: i.Balance.Currency}
	if came.Minor <= 0 {
		return crm.Say("sum.positive")
	}
	if came.Minor >= i.Balance.Minor*tenfold {
		s := t.screen("ask.big", "read", t.Money(came, "short"))
		s.row(labelled(t.Say("answer.yes.sum", "sum", came), "paid", i.ID, strconv.FormatInt(came.Minor, 36)))
		return t.send(s)
	}
	return t.payInvoice(i, came)
}

// tapPayDay asks on which day a payment came.
func (t *turn) tapPayDay(id int64, _ string) error {
	if _, err := t.filed(id); err != nil {
		return err
	}
	return t.open("payday", formData{ID: id}, t.screen("payday.ask"))
}

func (t *turn) formPayDay(d formData, text string) error {
	f, err := t.filed(d.ID)
	if err != nil {
		return err
	}
	w, err := t.world(crm.MomentOf(t.now))
	if err != nil {
		return err
	}
	times := capture.ReadTimes(text, w)
	if len(times) == 0 || len(strings.Fields(text)) > 5 {
		return errNotMine
	}
	day := times[0].Day
	if ask := times[0].Ask; ask != nil { // «17.11» without a year: the one that is over
		for _, c := range ask.Choices {
			if !c.Day.After(t.today) {
				day = c.Day
			}
		}
	}
	if day.After(t.today) {
		return crm.Say("payday.future", "day", day)
	}
	if err := t.closeForm(); err != nil {
		return err
	}
	f.state.PayDay = day
	return f.refile()
}
