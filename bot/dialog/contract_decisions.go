package dialog

import (
	"errors"
	"strings"

	"followup/bot/capture"
	"followup/bot/message"
	"followup/scheduler/rules"
	"followup/storage"
	"followup/storage/crm"
)

// What is decided about a contract's present term: it is renewed, it is not and why, another was signed, or it is asked about
// on another day. A contract signed anew is a line of its own, linked to the one before; a new end alone («до 31.01.2028»)
// carries the same contract on.

// decisions are what the buttons decide and what becomes of the contract.
var decisions = map[string]crm.ContractStatus{
	"renewing": crm.ContractActive, "refused": crm.ContractClosing, "signed": crm.ContractActive,
}

// tapDecide decides about the present term: once, until it is undone.
func (t *turn) tapDecide(id int64, decision string) error {
	status, ok := decisions[decision]
	if !ok {
		return crm.Say("button.unknown")
	}
	k, err := t.tx.Contract(id)
	if err != nil {
		return err
	}
	if k.Decision != "" || k.Status != crm.ContractActive {
		return crm.Say("already")
	}
	k.Decision, k.Status = decision, status
	if err := t.saveContractShown("decided", k, ""); err != nil {
		return err
	}
	switch decision {
	case "signed":
		return t.tapNewContract(id, "")
	case "refused":
		ask := t.screen("contract.reason.ask", "number", t.number(k.Number))
		ask.row(t.button("reason.price", "kreason", id, "price"), t.button("reason.quality", "kreason", id, "quality"))
		ask.row(t.button("reason.closing", "kreason", id, "closing"), t.button("reason.rival", "kreason", id, "rival"))
		return t.open("reason", formData{ID: id}, ask)
	}
	return nil
}

var reasons = map[string]bool{"price": true, "quality": true, "closing": true, "rival": true}

func (t *turn) tapReason(id int64, reason string) error {
	if !reasons[reason] {
		return crm.Say("button.unknown")
	}
	return t.reason(id, t.Say("reason."+reason))
}

func (t *turn) formReason(d formData, text string) error {
	k, err := t.tx.Contract(d.ID)
	if err != nil {
		return err
	}
	if err := t.elseEnds(text, k.Client); err != nil {
		return err
	}
	return t.reason(d.ID, text)
}

func (t *turn) reason(id int64, text string) error {
	k, err := t.tx.Contract(id)
	if err != nil {
		return err
	}
	if k.Decision != "refused" || k.Reason != "" {
		return crm.Say("already")
	}
	if err := t.closeForm(); err != nil {
		return err
	}
	t.contractChange("reason", k)
	k.Reason = message.Cut(strings.TrimSpace(text), 300)
	if err := t.tx.SaveContract(&k); err != nil {
		return err
	}
	s := t.screen("contract.reason.done", "text", k.Reason)
	if err := t.sendButton(s, k); err != nil {
		return err
	}
	return t.show(s.about("contract", id))
}

// sendButton offers to plan the sending of a refusal, as long as that can be done and isn't planned.
func (t *turn) sendButton(s *screen, k crm.Contract) error {
	day, ok, err := t.refusalUnplanned(k)
	if ok && err == nil {
		s.row(labelled(t.Say("contract.send", "day", day), "ksend", k.ID))
	}
	return err
}

// refusalUnplanned is the last day on which the refusal of k can be sent; false when nothing is to be planned of it.
func (t *turn) refusalUnplanned(k crm.Contract) (crm.Date, bool, error) {
	day, ok, err := t.refusalDay(k)
	if !ok || err != nil || k.Decision != "refused" {
		return day, false, err
	}
	open, err := t.tx.FollowUps(storage.FollowUpFilter{Client: k.Client, Status: crm.FollowUpOpen})
	for _, f := range open {
		ok = ok && f.Text != t.refusalText(k)
	}
	return day, ok, err
}

// refusalText is the step of sending the refusal of k.
func (t *turn) refusalText(k crm.Contract) string {
	return t.Say("contract.send.text", "number", t.number(k.Number))
}

// refusalDay is the last day on which the refusal of k can be sent; false when it is over or there is none.
func (t *turn) refusalDay(k crm.Contract) (crm.Date, bool, error) {
	client, err := t.tx.Client(k.Client)
	if err != nil {
		return crm.Date{}, false, err
	}
	team, err := t.teamOf(client)
	if err != nil {
		return crm.Date{}, false, err
	}
	day, ok := rules.Decision(k, t.daysOf(team))
	return day, ok && !day.Before(t.today), nil
}

// tapSendRefusal makes the sending of the refusal an obligation: deciding alone sends nothing, and a decided contract is
// silent.
func (t *turn) tapSendRefusal(id int64, _ string) error {
	k, err := t.tx.Contract(id)
	if err != nil {
		return err
	}
	day, ok, err := t.refusalUnplanned(k)
	if err != nil {
		return err
	}
	if !ok {
		return crm.Say("already")
	}
	t.contractChange("refusal", k)
	f := crm.FollowUp{
		Client: k.Client, Assignee: t.me.ID, Author: t.me.ID, Text: t.refusalText(k), Verb: "send", Zone: t.me.Zone, Status: crm.FollowUpOpen,
		Day: day, Clock: t.hours.DayEnd, AllDay: true, Obligation: true,
	}
	if err := t.tx.SaveFollowUp(&f); err != nil {
		return err
	}
	s := &screen{}
	s.Add(t.stepLine(f))
	s.row(t.button("card.undo", "undo", t.tx.ChangeID()), t.button("client.card", "c", k.Client))
	return t.show(s.about("followup", f.ID))
}

// tapNewContract asks which contract was signed after this one.
func (t *turn) tapNewContract(id int64, _ string) error {
	k, err := t.tx.Contract(id)
	if err != nil {
		return err
	}
	_, next, err := t.related(k)
	if err != nil {
		return err
	}
	if k.Decision != "signed" || next != 0 {
		return crm.Say("already")
	}
	return t.open("knew", formData{ID: id}, t.screen("contract.signed.next", "number", t.number(k.Number)))
}

// formNewContract files the line of the new contract, or carries the same one on to a new end.
func (t *turn) formNewContract(d formData, text string) error {
	k, err := t.tx.Contract(d.ID)
	if err != nil {
		return err
	}
	w, err := t.world(crm.MomentOf(t.now))
	if err != nil {
		return err
	}
	if o := capture.Read(text, w).Order; o != nil && o.When == nil {
		return errNotMine // «отмени», «долги»; a bare day is the new term
	}
	line := text
	if item := firstContract(capture.Read(line, w)); item == nil {
		line = t.Say("prefix.contract") + " " + text
	}
	read := capture.Read(line, w)
	item := firstContract(read)
	if item != nil && item.Number != "" && len(read.Items) == 1 {
		if err := t.closeForm(); err != nil {
			return err
		}
		return t.file(line, state{Client: k.Client, Follows: k.ID})
	}
	c, err := t.typedTime(text)
	var problem *crm.Problem
	if err != nil && !errors.As(err, &problem) {
		return err
	}
	if err != nil {
		return crm.Say("contract.signed.unclear", "said", message.Cut(text, 60))
	}
	if !k.End.IsZero() && !c.Day.After(k.End) {
		return crm.Say("contract.signed.early", "end", k.End)
	}
	if err := t.closeForm(); err != nil {
		return err
	}
	if k.Decision != "signed" {
		return crm.Say("already")
	}
	return t.saveContractShown("extended", rules.Extend(k, c.Day, "signed"), t.Say("contract.extended", "day", t.Date(c.Day, "full")))
}

func firstContract(r capture.Reading) *capture.Item {
	for i := range r.Items {
		if r.Items[i].Kind == capture.Contract {
			return &r.Items[i]
		}
	}
	return nil
}

// tapContractOther asks on which day to come back.
func (t *turn) tapContractOther(id int64, _ string) error {
	k, err := t.tx.Contract(id)
	if err != nil {
		return err
	}
	if !undecided(k) {
		return crm.Say("already")
	}
	return t.open("kday", formData{ID: id}, t.screen("contract.otherday.ask", "number", t.number(k.Number)))
}

// undecided reports whether something is to be decided about a contract's term.
func undecided(k crm.Contract) bool {
	return k.Decision == "" && k.Status == crm.ContractActive && !k.End.IsZero()
}

func (t *turn) formDecideDay(d formData, text string) error {
	k, err := t.tx.Contract(d.ID)
	if err != nil {
		return err
	}
	if !undecided(k) {
		return crm.Say("already")
	}
	c, err := t.typedTime(text)
	if err != nil {
		return err
	}
	client, err := t.tx.Client(k.Client)
	if err != nil {
		return err
	}
	team, err := t.teamOf(client)
	if err != nil {
		return err
	}
	last, ok := rules.Decision(k, t.daysOf(team))
	if !ok {
		last = k.End
	}
	if last.Before(t.today) {
		last = k.End // the notice is late anyway; the term itself can still be spoken about
	}
	if c.Day.After(last) {
		return crm.Say("contract.otherday.late", "day", c.Day, "last", last)
	}
	if err := t.closeForm(); err != nil {
		return err
	}
	if k.Postponed == c.Day {
		return crm.Say("already")
	}
	t.contractChange("postponed", k)
	k.Postponed = c.Day
	if err := t.tx.SaveContract(&k); err != nil {
		return err
	}
	day := c.Day
	if steps := t.stepsOf("notice", k, client, team); len(steps) > 0 {
		day = crm.DateOf(steps[0].At.In(t.zone)) // the working day on which it is really said
	}
	s := t.screen("contract.otherday.done", "number", t.number(k.Number), "day", day)
	s.row(t.button("card.undo", "undo", t.tx.ChangeID()))
	return t.show(s.about("contract", k.ID))
}

// tapContractEnd asks for the end of a contract that has none yet.
func (t *turn) tapContractEnd(id int64, _ string) error {
	k, err := t.tx.Contract(id)
	if err != nil {
		return err
	}
	if !endMissing(k) {
		return crm.Say("already")
	}
	return t.open("kend", formData{ID: id}, t.screen("ask.terms.end", "number", t.number(k.Number)))
}

// endMissing reports whether a running contract still has to be given its end.
func endMissing(k crm.Contract) bool { return endUnknown(k) && k.Status == crm.ContractActive }

func (t *turn) formContractEnd(d formData, text string) error {
	k, err := t.tx.Contract(d.ID)
	if err != nil {
		return err
	}
	if !endMissing(k) {
		return crm.Say("already")
	}
	c, err := t.typedTime(text)
	if err != nil {
		return err
	}
	if !k.Start.IsZero() && c.Day.Before(k.Start) {
		return t.wrongOrder("contract.order.end", k.Start, c.Day)
	}
	if err := t.closeForm(); err != nil {
		return err
	}
	k.End = c.Day
	return t.saveContractShown("extended", k, "")
}

// tapRight agrees that a contract was renewed.
func (t *turn) tapRight(id int64, _ string) error {
	if _, err := t.tx.Contract(id); err != nil {
		return err
	}
	if err := t.plain(); err != nil {
		return err
	}
	return t.toast(t.Say("contract.right.toast"), false)
}

// tapNotRenewed closes a contract that was rolled although the client left.
func (t *turn) tapNotRenewed(id int64, _ string) error { return t.closeContract(id, "refused") }

// tapCloseContract closes a contract whose term is over.
func (t *turn) tapCloseContract(id int64, _ string) error { return t.closeContract(id, "") }

func (t *turn) closeContract(id int64, decision string) error {
	k, err := t.tx.Contract(id)
	if err != nil {
		return err
	}
	if k.Status == crm.ContractClosed {
		return crm.Say("already")
	}
	t.contractChange("closed", k)
	k.Status = crm.ContractClosed
	if decision != "" {
		k.Decision = decision
	}
	if err := t.tx.SaveContract(&k); err != nil {
		return err
	}
	s := t.screen("contract.closed", "number", t.number(k.Number))
	s.row(t.button("card.undo", "undo", t.tx.ChangeID()), t.button("client.card", "c", k.Client))
	return t.show(s.about("contract", id))
}
