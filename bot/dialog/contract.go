package dialog

import (
	"strconv"
	"strings"
	"time"

	"followup/bot/capture"
	"followup/bot/message"
	"followup/scheduler/calendar"
	"followup/scheduler/rules"
	"followup/storage"
	"followup/storage/crm"
)

// A contract is filed from a line; its card says how it is renewed, by which day a refusal must be sent, when that will be
// recalled, what the price and the penalty are, and which terms it had before. Decisions about it are in contract_decisions.go.

// saveContract saves a contract and says by which day a refusal must be sent and when that will be recalled.
func (f *filing) saveContract(item capture.Item, c crm.Client) error {
	if c.ID == 0 {
		return crm.Say("contract.client")
	}
	k := contractOf(item)
	k.Client, k.Follows = c.ID, f.state.Follows
	if err := f.tx.SaveContract(&k); err != nil {
		return err
	}
	lines, err := f.contractLines(k, c, true)
	if err != nil {
		return err
	}
	before, _, err := f.related(k)
	if err != nil {
		return err
	}
	lines = append(lines, before...)
	f.made("contract", k.ID, strings.Join(lines, "\n")+f.ofClient(c))
	return nil
}

// contractOf is the record of what was written and answered. One with no word of renewal is renewed by agreement; without an
// end it waits for one.
func contractOf(item capture.Item) crm.Contract {
	k := crm.Contract{Number: item.Number, Subject: item.Text, Status: crm.ContractActive}
	if written := item.Contract; written != nil {
		k.Start, k.End, k.RenewalMonths = written.Start, written.End, written.RenewalMonths
		k.NoticeDays, k.NoticeWorking, k.ClaimDays = written.NoticeDays, written.NoticeWorking, written.ClaimDays
		k.Penalty, k.PenaltyCap = written.Penalty, written.PenaltyCap
		k.Indexation, k.IndexDay = message.Cut(written.Indexation, maxIndexation), written.IndexDay
		k.Renewal = written.Renewal
	}
	switch {
	case k.End.IsZero() && k.Renewal != "":
		k.Renewal = crm.RenewalOpen
	case k.Renewal == "" || k.Renewal == crm.RenewalOpen:
		k.Renewal = crm.RenewalAgreement
	case k.Renewal == crm.RenewalAutomatic && k.RenewalMonths == 0:
		k.RenewalMonths = 12
	}
	if item.Sum != nil {
		k.Sum = item.Sum.Money
	}
	return k
}

// daysOf is the calendar of a team, with its regional days off.
func (t *turn) daysOf(team crm.Team) *calendar.Calendar {
	return t.d.o.Calendar.WithExtra(team.Settings.ExtraOff)
}

// contractLines say what a contract is, its decision day, and the steps that are still to come; just says that it was filed
// this moment, and then the steps that are over are named too.
func (t *turn) contractLines(k crm.Contract, c crm.Client, just bool) ([]string, error) {
	lines := []string{t.contractHead(k)}
	if k.Subject != "" {
		lines = append(lines, capital(message.Cut(k.Subject, 200)))
	}
	if k.NoticeDays > 0 {
		lines = append(lines, t.noticeLine(k))
	}
	if k.Penalty > 0 {
		lines = append(lines, t.penaltyLine(k))
	}
	if k.ClaimDays > 0 {
		lines = append(lines, t.Say("contract.claim", "n", k.ClaimDays))
	}
	if k.Indexation != "" || !k.IndexDay.IsZero() {
		lines = append(lines, t.indexLine(k))
	}
	team, err := t.teamOf(c)
	if err != nil {
		return nil, err
	}
	return append(lines, t.decisionLines(k, c, team, just)...), nil
}

func (t *turn) decisionLines(k crm.Contract, c crm.Client, team crm.Team, just bool) []string {
	days := t.daysOf(team)
	decision, ok := rules.Decision(k, days)
	switch {
	case ok && k.Decision == "refused" && k.Status == crm.ContractClosing && !decision.Before(t.today):
		return append(t.endLines(k, c, team), t.Say("contract.decide", "day", t.Date(decision, "full")))
	case !ok || k.Decision != "" || k.Status != crm.ContractActive:
		return t.endLines(k, c, team)
	}
	plain := k.End.AddDays(-k.NoticeDays)
	key := "contract.decide"
	if plain != decision && !k.NoticeWorking {
		key = "contract.decide.moved"
	}
	lines := []string{t.Say(key, "day", t.Date(decision, "full"), "last", t.Date(plain, "date"), "why", t.dayOff(plain))}
	if missing := t.missingYears(k, decision, days); missing != "" {
		lines = append(lines, missing)
	}
	if decision.Before(t.today) {
		return append(lines, t.Say("contract.late."+string(k.Renewal)))
	}
	return append(lines, t.ladderLine(k, c, team, decision, just))
}

// missingYears says which calendars that a decision day was reckoned by are not loaded: that of the day before and after it
// was moved, and with working days all up to the end of the term; empty when none is missing.
func (t *turn) missingYears(k crm.Contract, decision crm.Date, days *calendar.Calendar) string {
	last := k.End.AddDays(-k.NoticeDays)
	if k.NoticeWorking {
		last = k.End
	}
	var missing []int
	for year := decision.Year; year <= last.Year; year++ {
		if !days.Loaded(year) {
			missing = append(missing, year)
		}
	}
	if len(missing) == 0 {
		return ""
	}
	return t.Say("calendar.missing", "n", len(missing), "year", t.joined(missing))
}

// endLines tell when the end of a contract that isn't renewed will be recalled.
func (t *turn) endLines(k crm.Contract, c crm.Client, team crm.Team) []string {
	if k.End.IsZero() || !rules.EndsWithoutRenewal(k) {
		return nil
	}
	if k.End.Before(t.today) {
		return []string{t.Say("contract.ended", "day", t.Date(k.End, "full"))}
	}
	var days []string
	for _, step := range t.stepsOf("contract_end", k, c, team) {
		days = append(days, t.stepDay(step, t.daysOf(team).Prev(k.End)))
	}
	if len(days) == 0 {
		return nil
	}
	return []string{t.Say("contract.steps.end", "days", days)}
}

// ladderLine names the days on which the notice will be recalled and, of a contract that was just filed, the steps that are
// over and won't come.
func (t *turn) ladderLine(k crm.Contract, c crm.Client, team crm.Team, decision crm.Date, just bool) string {
	steps := t.stepsOf("notice", k, c, team)
	days := make([]string, 0, len(steps))
	for _, step := range steps {
		days = append(days, t.stepDay(step, decision))
	}
	over := t.overSteps(c, team, decision)
	switch {
	case len(days) == 0:
		return t.Say("contract.steps.none")
	case just && len(over) > 0:
		return t.Say("contract.steps.over", "count", len(over), "n", over[len(over)-1], "over", t.joined(over), "days", days)
	}
	return t.Say("contract.steps", "days", days)
}

// overSteps are the steps of the ladder whose day was before today, the earliest first.
func (t *turn) overSteps(c crm.Client, team crm.Team, decision crm.Date) []int {
	ladders := team.Settings.Ladders()
	all := ladders.Notice
	if c.Tier == crm.TierA {
		all = ladders.NoticeA
	}
	var over []int
	for _, n := range all {
		if t.daysOf(team).Prev(decision.AddDays(-n)).Before(t.today) {
			over = append(over, n)
		}
	}
	return over
}

// joined is "90", «90 и 60», «90, 60 и 30».
func (t *turn) joined(numbers []int) string {
	words := make([]string, len(numbers))
	for i, n := range numbers {
		words[i] = strconv.Itoa(n)
	}
	last := len(words) - 1
	if last == 0 {
		return words[0]
	}
	return t.Say("list.and", "before", strings.Join(words[:last], ", "), "last", words[last])
}

// stepsOf are the coming steps of a contract's ladder of a kind.
func (t *turn) stepsOf(kind string, k crm.Contract, c crm.Client, team crm.Team) []rules.Step {
	s := rules.Subject{Contract: &k, Client: &c, Recipient: t.me, Team: team}
	after := t.now
	var steps []rules.Step
	for len(steps) < 12 {
		step, ok := nextStep(kind, s, t, after)
		if !ok {
			break
		}
		after = step.At.In(t.zone)
		steps = append(steps, step)
	}
	return steps
}

// stepDay is the day of a step with how many days before the deadline it is meant, and where it was moved from.
func (t *turn) stepDay(step rules.Step, deadline crm.Date) string {
	day := crm.DateOf(step.At.In(t.zone))
	n, err := strconv.Atoi(step.Name)
	if err != nil { // "on 2026-12-10": the person said so
		return t.Date(day, "")
	}
	meant := deadline.AddDays(n)
	switch {
	case meant != day:
		return t.Say("contract.step.moved", "day", day, "n", -n, "from", meant)
	case n == 0:
		return t.Say("contract.step.last", "day", day)
	}
	return t.Say("contract.step", "day", day, "n", -n)
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
	if endUnknown(k) {
		return t.Say("contract.head.noend", "number", t.number(k.Number))
	}
	head := t.Say("contract.head", "number", t.number(k.Number), "renewal", t.Say("renewal."+string(k.Renewal), "months", k.RenewalMonths))
	if !k.End.IsZero() {
		head += " · " + t.Say("contract.until", "day", t.Date(k.End, "date"))
	}
	if !k.Sum.IsZero() {
		head += " · " + t.Money(k.Sum, "short")
	}
	return head
}

// endUnknown reports whether nobody has said yet when a contract ends.
func endUnknown(k crm.Contract) bool { return k.End.IsZero() && k.Renewal != crm.RenewalOpen }

// noticeLine is within how many days before the end a refusal must be sent.
func (t *turn) noticeLine(k crm.Contract) string {
	if k.NoticeWorking {
		return t.Say("contract.notice.working", "n", k.NoticeDays)
	}
	return t.Say("contract.notice", "n", k.NoticeDays)
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
	s.Bold(message.Cut(c.Name, maxNameShown))
	lines, err := t.contractLines(k, c, false)
	if err != nil {
		return nil, err
	}
	if k.Decision != "" {
		lines = append(lines, t.Say("decision."+k.Decision)+reasonOf(k))
	}
	if k.Status == crm.ContractClosed {
		lines = append(lines, t.Say("contract.isclosed"))
	}
	if k.Postponed.After(t.today) && k.Decision == "" {
		lines = append(lines, t.Say("contract.postponed", "day", k.Postponed))
	}
	related, next, err := t.related(k)
	if err != nil {
		return nil, err
	}
	for _, line := range append(lines, related...) {
		s.Line(line)
	}
	t.pastTerms(s, k)
	if err := t.sendButton(s, k); err != nil {
		return nil, err
	}
	t.contractButtons(s, k)
	if k.Decision == "signed" && next == 0 {
		s.row(t.button("contract.signed.add", "knew", k.ID))
	}
	s.row(t.backToList(back))
	return s.about("contract", k.ID), nil
}

// related are lines about the contracts before and after k, and the one after it.
func (t *turn) related(k crm.Contract) (lines []string, next int64, err error) {
	all, err := t.tx.Contracts(storage.ContractFilter{Client: k.Client})
	for _, other := range all {
		switch {
		case other.ID == k.Follows:
			lines = append(lines, t.Say("contract.follows", "number", t.number(other.Number), "end", t.Date(other.End, "date")))
		case other.Follows == k.ID:
			next = other.ID
			lines = append(lines, t.Say("contract.next", "number", t.number(other.Number), "end", t.Date(other.End, "date")))
		}
	}
	return lines, next, err
}

// termsShown is how many past terms a card lists, the newest ones.
const termsShown = 5

// pastTerms lists the terms that are over.
func (t *turn) pastTerms(s *screen, k crm.Contract) {
	if len(k.Past) == 0 {
		return
	}
	s.Gap().Add(t.Say("contract.past"))
	for _, over := range k.Past[max(0, len(k.Past)-termsShown):] {
		key := "contract.past.line"
		if over.From.IsZero() {
			key = "contract.past.end"
		}
		s.Line(t.Say(key, "from", t.Date(over.From, "date"), "to", t.Date(over.To, "date"), "by", t.Say("contract.past."+over.By)))
	}
}

func reasonOf(k crm.Contract) string {
	if k.Reason == "" {
		return ""
	}
	return ": " + k.Reason
}

func (t *turn) contractButtons(s *screen, k crm.Contract) {
	if endUnknown(k) && k.Status == crm.ContractActive {
		s.row(t.button("contract.setend", "kend", k.ID))
	} else if k.Decision == "" && k.Status == crm.ContractActive && k.Renewal != crm.RenewalOpen {
		s.row(t.button("contract.renewing", "kdecide", k.ID, "renewing"), t.button("contract.refused", "kdecide", k.ID, "refused"))
		s.row(t.button("contract.signed", "kdecide", k.ID, "signed"), t.button("contract.otherday", "kother", k.ID))
	}
	if k.Status == crm.ContractClosed {
		s.row(t.button("client.card", "c", k.Client))
		return
	}
	if over := !k.End.IsZero() && k.End.Before(t.today) && !rules.Renews(k); over {
		s.row(t.button("contract.close", "kclose", k.ID))
	}
	s.row(t.button("contract.index", "kindex", k.ID), t.button("client.card", "c", k.Client))
}

// contractTools are the buttons under a contract that was just filed.
func (f *filing) contractTools() ([]message.Button, error) {
	for _, made := range f.state.Made {
		if made.Kind != "contract" {
			continue
		}
		k, err := f.tx.Contract(made.ID)
		if err != nil {
			return nil, err
		}
		tools := []message.Button{f.button("contract.index", "kindex", made.ID)}
		switch {
		case endUnknown(k):
			tools = append([]message.Button{f.button("contract.setend", "kend", made.ID)}, tools...)
		case !k.End.IsZero():
			tools = append([]message.Button{f.button("contract.otherday", "kother", made.ID)}, tools...)
		}
		return tools, nil
	}
	return nil, nil
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

func (t *turn) contractChange(label string, k crm.Contract) {
	t.tx.Change(label, crm.Subject{Kind: "contract", ID: k.ID}, crm.Fact{Name: "number", Value: t.number(k.Number)})
}

// saveContractShown saves a changed contract and shows it with a line of what was done and undo.
func (t *turn) saveContractShown(label string, k crm.Contract, line string) error {
	t.contractChange(label, k)
	if err := t.tx.SaveContract(&k); err != nil {
		return err
	}
	s, err := t.contractScreen(k, "")
	if err != nil {
		return err
	}
	if line != "" {
		s.Gap().Add(line)
	}
	s.row(t.button("card.undo", "undo", t.tx.ChangeID()), t.button("back.plan", "plan", 0, "today"))
	return t.show(s)
}
