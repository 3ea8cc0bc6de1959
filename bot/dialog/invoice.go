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
		return t.Say("invoice.line.disputed", facts...)
	case i.Paused.After(t.today):
		return t.Say("invoice.line.paused", append(facts, "until", i.Paused)...)
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
		s.row(t.button("invoice.paid", "paid", i.ID), t.button("invoice.resume", "resume", i.ID), t.button("client.card", "c", i.Client))
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
	if c, ok, err := t.tx.ChangeOf(t.in.Chat, t.in.Message); err != nil || ok && c.Label == "called" && !c.Undone {
		if err != nil {
			return err
		}
		return crm.Say("already")
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

// tapDispute asks what the dispute is about.
func (t *turn) tapDispute(id int64, _ string) error {
	i, err := t.owing(id)
	if err != nil {
		return err
	}
	if i.Status == crm.InvoiceDisputed {
		return crm.Say("already")
	}
	return t.open("dispute", formData{ID: id}, t.screen("invoice.dispute.ask", "number", t.number(i.Number)))
}

func (t *turn) formDispute(d formData, text string) error {
	i, err := t.owing(d.ID)
	if err != nil {
		return err
	}
	until, reason, err := t.datedReason(text)
	if err != nil {
		return err
	}
	if err := t.closeForm(); err != nil {
		return err
	}
	if err := t.keepLevel(&i); err != nil {
		return err
	}
	t.invoiceChange("disputed", i)
	i.Status, i.Reason = crm.InvoiceDisputed, reason
	if err := t.tx.SaveInvoice(&i); err != nil {
		return err
	}
	if until.IsZero() {
		return t.disputeDeadline(i)
	}
	if err := t.askDispute(i, until); err != nil {
		return err
	}
	return t.showChanged(t.Say("invoice.dispute.until", "day", until), d.ID)
}

// datedReason parts «не согласны с объёмом, до 10.12» into the day and the reason; the day is zero when none was named.
func (t *turn) datedReason(text string) (crm.Date, string, error) {
	w, err := t.world(crm.MomentOf(t.now))
	if err != nil {
		return crm.Date{}, "", err
	}
	var day crm.Date
	if times := capture.ReadTimes(text, w); len(times) > 0 && times[len(times)-1].Day.After(t.today) {
		when := times[len(times)-1]
		day = when.Day
		text = text[:when.Span.From] + " " + text[when.Span.To:]
	}
	words := strings.Fields(text)
	for len(words) > 0 && dangling[strings.ToLower(strings.Trim(words[len(words)-1], " ,.;:—-"))] {
		words = words[:len(words)-1]
	}
	for len(words) > 0 && dangling[strings.ToLower(strings.Trim(words[0], " ,.;:—-"))] {
		words = words[1:]
	}
	return day, message.Cut(strings.Trim(strings.Join(words, " "), " ,.;:—-"), 500), nil
}

// dangling are words that hang in the air when their day is taken out of a text.
var dangling = map[string]bool{"": true, "до": true, "к": true, "на": true, "пауза": true, "until": true, "till": true, "by": true}

// disputeDeadline asks until when a dispute is to be settled.
func (t *turn) disputeDeadline(i crm.Invoice) error {
	s := t.screen("invoice.dispute.deadline", "number", t.number(i.Number))
	s.row(t.button("pause.7", "disputeto", i.ID, "7"), t.button("pause.14", "disputeto", i.ID, "14"), t.button("pause.30", "disputeto", i.ID, "30"))
	s.row(t.button("dispute.open", "disputeto", i.ID, "0"), t.button("card.undo", "undo", t.tx.ChangeID()))
	return t.show(s.about("invoice", i.ID))
}

// tapDisputeTo sets the day on which a dispute is asked about, or leaves it without one.
func (t *turn) tapDisputeTo(id int64, arg string) error {
	i, err := t.owing(id)
	if err != nil {
		return err
	}
	days, err := strconv.Atoi(arg)
	if err != nil || days < 0 || days > 366 {
		return crm.Say("button.unknown")
	}
	if i.Status != crm.InvoiceDisputed {
		return crm.Say("already")
	}
	if days == 0 {
		return t.showChanged(t.Say("invoice.dispute.done"), id)
	}
	t.invoiceChange("disputed", i)
	until := t.nextWorking(t.today.AddDays(days))
	if err := t.askDispute(i, until); err != nil {
		return err
	}
	return t.showChanged(t.Say("invoice.dispute.until", "day", until), id)
}

// askDispute plans the question what became of a dispute.
func (t *turn) askDispute(i crm.Invoice, day crm.Date) error {
	f := crm.FollowUp{
		Client: i.Client, Author: t.me.ID, Verb: "check", Day: t.nextWorking(day), Clock: t.defaultClock(), Zone: t.me.Zone,
		AllDay: true, Status: crm.FollowUpOpen, Text: t.Say("invoice.dispute.followup", "number", t.number(i.Number), "text", message.Cut(i.Reason, 100)),
	}
	return t.tx.SaveFollowUp(&f)
}

// tapPause asks until when to say nothing about a bill.
func (t *turn) tapPause(id int64, _ string) error {
	if _, err := t.owing(id); err != nil {
		return err
	}
	s := t.screen("invoice.pause.ask")
	s.row(t.button("pause.7", "pauseto", id, "7"), t.button("pause.14", "pauseto", id, "14"), t.button("pause.30", "pauseto", id, "30"))
	return t.open("pause", formData{ID: id}, s)
}

func (t *turn) tapPauseTo(id int64, arg string) error {
	days, err := strconv.Atoi(arg)
	if err != nil || days < 1 || days > 366 {
		return crm.Say("button.unknown")
	}
	return t.pause(id, t.nextWorking(t.today.AddDays(days)), "")
}

func (t *turn) formPause(d formData, text string) error {
	until, reason, err := t.datedReason(text)
	if err != nil {
		return err
	}
	if until.IsZero() {
		_, err := t.typedTime(text)
		return err
	}
	return t.pause(d.ID, until, reason)
}

func (t *turn) pause(id int64, until crm.Date, reason string) error {
	i, err := t.owing(id)
	if err != nil {
		return err
	}
	if i.Paused == until && i.Reason == reason {
		return crm.Say("already")
	}
	if err := t.closeForm(); err != nil {
		return err
	}
	if err := t.keepLevel(&i); err != nil {
		return err
	}
	t.invoiceChange("paused", i)
	i.Paused, i.Reason = until, reason
	if err := t.tx.SaveInvoice(&i); err != nil {
		return err
	}
	return t.showChanged(t.Say("invoice.pause.done", "day", until), id)
}

// tapResume ends a dispute or a pause.
func (t *turn) tapResume(id int64, _ string) error {
	i, err := t.owing(id)
	if err != nil {
		return err
	}
	if i.Status != crm.InvoiceDisputed && !i.Paused.After(t.today) {
		return crm.Say("already")
	}
	t.invoiceChange("resumed", i)
	i.Paused, i.Reason = crm.Date{}, ""
	if i.Status == crm.InvoiceDisputed {
		i.Status = crm.InvoiceOpen
		if i.Balance != i.Sum {
			i.Status = crm.InvoicePartly
		}
	}
	if err := t.tx.SaveInvoice(&i); err != nil {
		return err
	}
	return t.showChanged(t.Say("invoice.resume.done"), id)
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
		return t.payInvoice(i, i.Balance.Share(int64(sum.Share), 1_000_000))
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
