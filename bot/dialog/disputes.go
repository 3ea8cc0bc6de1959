package dialog

import (
	"strconv"
	"strings"

	"followup/bot/capture"
	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
)

// A bill is quiet while it is disputed or paused: nobody is reminded of it. Both have a reason and a deadline (a dispute may
// go without one). On the deadline's working morning the manager is asked once what became of it: back to work, a new
// deadline, or to the lead. A pause ends by itself on that morning, a dispute only by an answer or the money.

// tapDispute asks what the dispute is about.
func (t *turn) tapDispute(id int64, _ string) error {
	i, err := t.undisputed(id)
	if err != nil {
		return err
	}
	return t.open("dispute", formData{ID: id}, t.screen("invoice.dispute.ask", "number", t.number(i.Number)))
}

// undisputed is a bill that owes something and isn't disputed yet.
func (t *turn) undisputed(id int64) (crm.Invoice, error) {
	i, err := t.owing(id)
	if err == nil && i.Status == crm.InvoiceDisputed {
		err = crm.Say("already")
	}
	return i, err
}

func (t *turn) formDispute(d formData, text string) error {
	i, err := t.undisputed(d.ID)
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
	i.Status, i.Reason, i.Paused = crm.InvoiceDisputed, reason, until
	if err := t.tx.SaveInvoice(&i); err != nil {
		return err
	}
	if until.IsZero() {
		return t.disputeDeadline(i)
	}
	return t.showChanged(t.Say("invoice.dispute.until", "day", t.Date(t.nextWorking(until), "full")), d.ID)
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
	var until crm.Date
	if days > 0 {
		until = t.nextWorking(t.today.AddDays(days))
	}
	return t.newDeadline(i, until, i.Reason)
}

// newDeadline moves the day on which a dispute or a pause is asked about; zero: a dispute is not asked about.
func (t *turn) newDeadline(i crm.Invoice, until crm.Date, reason string) error {
	label, say := "paused", "invoice.pause.done"
	if i.Status == crm.InvoiceDisputed {
		label, say = "disputed", "invoice.dispute.until"
	}
	if err := t.closeForm(); err != nil {
		return err
	}
	t.invoiceChange(label, i)
	i.Paused, i.Reason = until, reason
	if err := t.tx.SaveInvoice(&i); err != nil {
		return err
	}
	if until.IsZero() {
		return t.showChanged(t.Say("invoice.dispute.done"), i.ID)
	}
	return t.showChanged(t.Say(say, "day", t.Date(t.nextWorking(until), "full")), i.ID)
}

// tapDeadline asks for a new deadline of a dispute or a pause.
func (t *turn) tapDeadline(id int64, _ string) error {
	i, err := t.owing(id)
	if err != nil {
		return err
	}
	verb := "pauseto"
	switch {
	case i.Status == crm.InvoiceDisputed:
		verb = "disputeto"
	case i.Paused.IsZero():
		return crm.Say("already")
	}
	s := t.screen("deadline.ask", "number", t.number(i.Number))
	s.row(t.button("pause.7", verb, id, "7"), t.button("pause.14", verb, id, "14"), t.button("pause.30", verb, id, "30"))
	return t.open("deadline", formData{ID: id}, s)
}

// formDeadline takes a new deadline, and a new reason when one is written beside it.
func (t *turn) formDeadline(d formData, text string) error {
	i, err := t.owing(d.ID)
	if err != nil {
		return err
	}
	until, reason, err := t.datedReason(text)
	if err != nil {
		return err
	}
	if until.IsZero() {
		_, err := t.typedTime(text)
		return err
	}
	if reason == "" {
		reason = i.Reason
	}
	return t.newDeadline(i, until, reason)
}

// tapDeadlineLead tells the lead of a dispute or a pause, once for a deadline, and keeps in the history that he was told.
func (t *turn) tapDeadlineLead(id int64, _ string) error {
	i, err := t.owing(id)
	if err != nil {
		return err
	}
	about := crm.Subject{Kind: "invoice", ID: i.ID}
	past, err := t.tx.Changes(storage.ChangeFilter{Subject: about})
	if err != nil {
		return err
	}
	for _, c := range past { // newest first: what was told of an earlier deadline doesn't count
		if c.Undone {
			continue
		}
		if c.Label == "deadline.lead" {
			return crm.Say("already")
		}
		if c.Label == "disputed" || c.Label == "paused" {
			break
		}
	}
	leads, err := t.tx.LeadsOf(t.me)
	if err != nil {
		return err
	}
	if len(leads) == 0 {
		return crm.Say("concession.nolead")
	}
	name, err := t.clientName(i.Client)
	if err != nil {
		return err
	}
	t.invoiceChange("deadline.lead", i)
	touch := crm.Interaction{
		Client: i.Client, Author: t.me.ID, Kind: crm.TouchNote, Happened: crm.MomentOf(t.now), Chat: t.in.Chat, Message: t.in.Message,
		Text: t.Say("tolead.text", "lead", leads[0].Name, "line", t.deadlineLine(i)),
	}
	if err := t.tx.SaveInteraction(&touch); err != nil {
		return err
	}
	lead := t.d.turnOf(t.tx, leads[0], message.In{Chat: leads[0].Telegram})
	s := &screen{}
	s.Bold(name)
	s.Line(lead.Say("deadline.lead", "member", t.me.Name))
	s.Line(lead.invoiceLine(i))
	s.row(lead.button("concession.bill", "i", i.ID), lead.button("client.debts", "owes", i.Client), lead.button("client.card", "c", i.Client))
	if err := lead.send(s.about("invoice", i.ID)); err != nil {
		return err
	}
	return t.toast(t.Say("tolead.done", "lead", leads[0].Name), true)
}

// deadlineLine asks what became of a dispute or a pause whose day has come.
func (t *turn) deadlineLine(i crm.Invoice) string {
	key, because := "deadline.paused", "deadline.paused.why"
	if i.Status == crm.InvoiceDisputed {
		key, because = "deadline.disputed", "deadline.disputed.why"
	}
	if i.Reason != "" {
		key = because
	}
	return t.Say(key, "number", t.billNumber(i), "sum", i.Balance, "text", message.Cut(i.Reason, 120))
}

// quietButtons are what ends, moves or passes on a dispute or a pause.
func (t *turn) quietButtons(s *screen, i crm.Invoice) {
	s.row(t.button("invoice.resume", "resume", i.ID), t.button("deadline.new", "deadline", i.ID), t.button("promise.tolead", "deadlead", i.ID))
}

// withReason is a bill's line with why it is quiet.
func withReason(line string, i crm.Invoice) string {
	if i.Reason == "" {
		return line
	}
	return line + ": " + message.Cut(i.Reason, 120)
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
	if reason == "" && !i.Paused.IsZero() {
		reason = i.Reason
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
	return t.showChanged(t.Say("invoice.pause.done", "day", t.Date(t.nextWorking(until), "full")), id)
}

// tapResume ends a dispute or a pause.
func (t *turn) tapResume(id int64, _ string) error {
	i, err := t.owing(id)
	if err != nil {
		return err
	}
	if i.Status != crm.InvoiceDisputed && i.Paused.IsZero() {
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
