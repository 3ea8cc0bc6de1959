package dialog

import (
	"strconv"
	"strings"
	"time"

	"followup/bot/capture"
	"followup/bot/message"
	"followup/scheduler/rules"
	"followup/storage/crm"
)

// saveContract saves a contract and says by which day a refusal must be sent and when that will be recalled.
func (f *filing) saveContract(item capture.Item, c crm.Client) error {
	if c.ID == 0 {
		return crm.Say("contract.client")
	}
	k := crm.Contract{Client: c.ID, Number: item.Number, Subject: item.Text, Status: crm.ContractActive, Renewal: crm.RenewalOpen}
	if terms := item.Contract; terms != nil {
		k.Start, k.End, k.RenewalMonths = terms.Start, terms.End, terms.RenewalMonths
		k.NoticeDays, k.NoticeWorking, k.ClaimDays = terms.NoticeDays, terms.NoticeWorking, terms.ClaimDays
		k.Penalty, k.PenaltyCap = terms.Penalty, terms.PenaltyCap
		k.Renewal = terms.Renewal
	}
	if k.Renewal == "" || k.Renewal == crm.RenewalOpen && !k.End.IsZero() {
		k.Renewal = crm.RenewalAgreement
	}
	if k.End.IsZero() {
		k.Renewal = crm.RenewalOpen
	}
	if k.Renewal == crm.RenewalAutomatic && k.RenewalMonths == 0 {
		k.RenewalMonths = 12
	}
	if !k.Start.IsZero() && !k.End.IsZero() && k.End.Before(k.Start) {
		return crm.Say("contract.order", "start", k.Start, "end", k.End)
	}
	if item.Sum != nil {
		k.Sum = item.Sum.Money
	}
	if err := f.tx.SaveContract(&k); err != nil {
		return err
	}
	lines, err := f.contractLines(k, c)
	if err != nil {
		return err
	}
	f.made("contract", k.ID, strings.Join(lines, "\n")+f.ofClient(c))
	return nil
}

// contractLines say what a contract is, its decision day, and the steps that are still to come.
func (t *turn) contractLines(k crm.Contract, c crm.Client) ([]string, error) {
	lines := []string{t.contractHead(k)}
	if k.Penalty > 0 {
		lines = append(lines, t.penaltyLine(k))
	}
	team, err := t.tx.Team(c.Team)
	if err != nil {
		return nil, err
	}
	days := t.d.o.Calendar.WithExtra(team.Settings.ExtraOff)
	decision, ok := rules.Decision(k, days)
	if !ok || k.Decision != "" || k.Status != crm.ContractActive {
		return lines, nil
	}
	plain := k.End.AddDays(-k.NoticeDays)
	key := "contract.decide"
	if plain != decision && !k.NoticeWorking {
		key = "contract.decide.moved"
	}
	lines = append(lines, t.Say(key, "day", t.Date(decision, "full"), "last", t.Date(plain, "date"), "why", t.dayOff(plain)))
	if !days.Loaded(plain.Year) {
		lines = append(lines, t.Say("calendar.missing", "year", strconv.Itoa(plain.Year)))
	}
	if steps := t.noticeSteps(k, c, team); len(steps) > 0 {
		lines = append(lines, t.Say("contract.steps", "days", steps))
	} else if decision.Before(t.today) {
		lines = append(lines, t.Say("contract.late"))
	}
	return lines, nil
}

// noticeSteps are the days on which the notice will be recalled, from now on.
func (t *turn) noticeSteps(k crm.Contract, c crm.Client, team crm.Team) []string {
	s := rules.Subject{Contract: &k, Client: &c, Recipient: t.me, Team: team}
	after := t.now
	var days []string
	for len(days) < 12 {
		step, ok := nextStep("notice", s, t, after)
		if !ok {
			break
		}
		after = step.At.In(t.zone)
		days = append(days, t.Date(crm.DateOf(after), ""))
	}
	return days
}

func nextStep(kind string, s rules.Subject, t *turn, after time.Time) (rules.Step, bool) {
	for _, k := range rules.Kinds {
		if k.Name == kind {
			return k.Next(s, t.d.o.Calendar, after)
		}
	}
	return rules.Step{}, false
}

func (t *turn) contractHead(k crm.Contract) string {
	head := t.Say("contract.head", "number", t.number(k.Number), "renewal", t.Say("renewal."+string(k.Renewal), "months", k.RenewalMonths))
	if !k.End.IsZero() {
		head += " · " + t.Say("contract.until", "day", t.Date(k.End, "date"))
	}
	if !k.Sum.IsZero() {
		head += " · " + t.Money(k.Sum, "short")
	}
	return head
}

func (t *turn) penaltyLine(k crm.Contract) string {
	if k.PenaltyCap > 0 {
		return t.Say("contract.penalty.cap", "rate", k.Penalty, "cap", k.PenaltyCap)
	}
	return t.Say("contract.penalty", "rate", k.Penalty)
}

// contractScreen is one contract with the decision about it.
func (t *turn) contractScreen(k crm.Contract, back string) (*screen, error) {
	c, err := t.tx.Client(k.Client)
	if err != nil {
		return nil, err
	}
	s := &screen{}
	s.Bold(c.Name)
	lines, err := t.contractLines(k, c)
	if err != nil {
		return nil, err
	}
	for _, line := range lines {
		s.Line(line)
	}
	if k.Decision != "" {
		s.Line(t.Say("decision."+k.Decision) + reasonOf(k))
	}
	t.contractButtons(s, k)
	if back != "" {
		s.row(t.button("back", "plan", 0, back))
	}
	return s.about("contract", k.ID), nil
}

func reasonOf(k crm.Contract) string {
	if k.Reason == "" {
		return ""
	}
	return ": " + k.Reason
}

func (t *turn) contractButtons(s *screen, k crm.Contract) {
	if k.Decision == "" && k.Status == crm.ContractActive && k.Renewal != crm.RenewalOpen {
		s.row(t.button("contract.renewing", "kdecide", k.ID, "renewing"), t.button("contract.refused", "kdecide", k.ID, "refused"))
		s.row(t.button("contract.signed", "kdecide", k.ID, "signed"), t.button("contract.otherday", "kother", k.ID))
	}
	s.row(t.button("client.card", "c", k.Client))
}

func (t *turn) tapContract(id int64, back string) error {
	k, err := t.tx.Contract(id)
	if err != nil {
		return err
	}
	s, err := t.contractScreen(k, back)
	if err != nil {
		return err
	}
	return t.show(s)
}

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
	if k.Decision != "" {
		return crm.Say("already")
	}
	t.contractChange("decided", k)
	k.Decision, k.Status = decision, status
	if err := t.tx.SaveContract(&k); err != nil {
		return err
	}
	s, err := t.contractScreen(k, "")
	if err != nil {
		return err
	}
	if decision == "signed" {
		s.Line(t.Say("contract.signed.next"))
	}
	s.row(t.button("card.undo", "undo", t.tx.ChangeID()), t.button("back.plan", "plan", 0, "today"))
	if err := t.show(s); err != nil || decision != "refused" {
		return err
	}
	ask := t.screen("contract.reason.ask")
	ask.row(t.button("reason.price", "kreason", id, "price"), t.button("reason.quality", "kreason", id, "quality"))
	ask.row(t.button("reason.closing", "kreason", id, "closing"), t.button("reason.rival", "kreason", id, "rival"))
	return t.open("reason", formData{ID: id}, ask)
}

func (t *turn) contractChange(label string, k crm.Contract) {
	t.tx.Change(label, crm.Subject{Kind: "contract", ID: k.ID}, crm.Fact{Name: "number", Value: t.number(k.Number)})
}

var reasons = map[string]bool{"price": true, "quality": true, "closing": true, "rival": true}

func (t *turn) tapReason(id int64, reason string) error {
	if !reasons[reason] {
		return crm.Say("button.unknown")
	}
	return t.reason(id, t.Say("reason."+reason))
}

func (t *turn) formReason(d formData, text string) error { return t.reason(d.ID, text) }

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
	return t.show(t.screen("contract.reason.done", "text", k.Reason).about("contract", id))
}

// tapContractOther asks on which day to come back.
func (t *turn) tapContractOther(id int64, _ string) error {
	if _, err := t.tx.Contract(id); err != nil {
		return err
	}
	return t.open("kday", formData{ID: id}, t.screen("contract.otherday.ask"))
}

func (t *turn) formDecideDay(d formData, text string) error {
	k, err := t.tx.Contract(d.ID)
	if err != nil {
		return err
	}
	c, err := t.typedTime(text)
	if err != nil {
		return err
	}
	last, ok := rules.Decision(k, t.d.o.Calendar)
	if ok && c.Day.After(last) {
		return crm.Say("contract.otherday.late", "day", c.Day, "last", last)
	}
	if err := t.closeForm(); err != nil {
		return err
	}
	t.contractChange("postponed", k)
	k.Postponed = c.Day
	if err := t.tx.SaveContract(&k); err != nil {
		return err
	}
	s := t.screen("contract.otherday.done", "number", t.number(k.Number), "day", c.Day)
	s.row(t.button("card.undo", "undo", t.tx.ChangeID()))
	return t.show(s.about("contract", k.ID))
}
