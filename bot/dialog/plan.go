package dialog

import (
	"slices"
	"strings"

	"followup/bot/message"
	"followup/scheduler/rules"
	"followup/storage"
	"followup/storage/crm"
)

// The plan of a day is made anew each time it is shown: overdue steps, today's, what we promised to clients, promises to
// pay, decision days, bills near their day, overdue money by client and who hasn't been heard of (plan_silent.go). An empty section is left out. A number under the
// plan opens its line in place, and "back" shows the plan as it then is.

// decisionDays is how far ahead the plan shows decision days.
const decisionDays = 30

// brokenDays is how long a broken promise stays in the plan.
const brokenDays = 7

func (t *turn) todayCommand(string) error {
	s, err := t.dayPlan("plan.head")
	if err != nil {
		return err
	}
	return t.send(s)
}

// tapPlan goes back to a list: the plan, the week, the debts, the documents.
func (t *turn) tapPlan(id int64, list string) error {
	lists := map[string]func(*turn) (*screen, error){
		"today":     func(t *turn) (*screen, error) { return t.dayPlan("plan.head") },
		"week":      func(t *turn) (*screen, error) { return t.daysPlan(t.thisWeek()) },
		"debts":     func(t *turn) (*screen, error) { return t.debtsScreen(0, debtFilter{}) },
		"documents": func(t *turn) (*screen, error) { return t.documentsScreen(0) },
	}
	show := lists[list]
	if of, ok := stretchOf(list); ok {
		show = func(t *turn) (*screen, error) { return t.daysPlan(of) }
	}
	if show == nil {
		return crm.Say("button.unknown")
	}
	s, err := show(t)
	if err != nil {
		return err
	}
	return t.show(s)
}

// dayPlan is the plan of today under a heading.
func (t *turn) dayPlan(head string) (*screen, error) {
	s, _, err := t.planOf(head, nil)
	return s, err
}

// planOf is the plan, with what is due at this moment, and how many lines it has.
func (t *turn) planOf(head string, due []rules.Due) (*screen, int, error) {
	t = t.masked()
	s := &screen{}
	s.Bold(t.Say(head, "day", t.today))
	if t.me.Away(t.today) && t.me.Substitute != 0 {
		s.Line(t.Say("plan.away", "until", t.Date(t.me.AwayUntil, ""), "substitute", t.nameOf(t.me.Substitute)))
	}
	l := lines{turn: t, screen: s, list: "today", of: t.me.ID}
	if err := t.planSections(&l); err != nil {
		return nil, 0, err
	}
	for _, absent := range t.tx.Absent() {
		before := *s
		s.Gap().Bold(t.Say("plan.for", "name", absent.Name, "until", t.Date(absent.AwayUntil, "")))
		n := l.n + l.hidden
		l.of = absent.ID
		if err := t.planSections(&l); err != nil {
			return nil, 0, err
		}
		if l.n+l.hidden == n {
			*s = before // nothing of his: the heading would say so of nothing
		}
	}
	if err := t.planDue(&l, due); err != nil {
		return nil, 0, err
	}
	if l.n == 0 {
		s.Line(t.Say("plan.empty"))
	}
	l.done()
	all, err := t.allButton()
	if err != nil {
		return nil, 0, err
	}
	return s.row(all).about("plan", t.me.ID), l.n, nil
}

// planSections are the sections of one person's plan: the reader's own, or that of somebody whom he stands in for.
func (t *turn) planSections(l *lines) error {
	for _, section := range []func(*turn, *lines) error{
		(*turn).planSteps, (*turn).planAsked, (*turn).planPromises, (*turn).planDecisions, (*turn).planMoney, (*turn).planDocuments,
		(*turn).planBirthdays, (*turn).planSilent, (*turn).planNoStep,
	} {
		if err := section(t, l); err != nil {
			return err
		}
	}
	return nil
}

// planSteps lists overdue steps, today's, and obligations that are due by the next working day.
func (t *turn) planSteps(l *lines) error {
	start := crm.MomentOf(t.today.In(t.zone, 0))
	end := crm.MomentOf(t.today.AddDays(1).In(t.zone, 0))
	soon := crm.MomentOf(t.nextWorking(t.today.AddDays(1)).AddDays(1).In(t.zone, 0))
	steps, err := t.tx.FollowUps(storage.FollowUpFilter{Assignee: l.of, Status: crm.FollowUpOpen, DueTo: soon})
	if err != nil {
		return err
	}
	sections := []struct {
		key  string
		fits func(crm.FollowUp, crm.Moment) bool
	}{
		{"plan.overdue", func(_ crm.FollowUp, due crm.Moment) bool { return due < start }},
		{"plan.today", func(_ crm.FollowUp, due crm.Moment) bool { return due >= start && due < end }},
		{"plan.soon", func(f crm.FollowUp, due crm.Moment) bool { return due >= end && f.Obligation }},
	}
	for _, section := range sections {
		headed := false
		for _, f := range steps {
			if !section.fits(f, max(f.Due, f.Snoozed)) {
				continue
			}
			if !headed {
				headed = true
				l.heading(t.Say(section.key))
			}
			line, err := t.planLine(f, section.key != "plan.today")
			if err != nil {
				return err
			}
			l.add("f", f.ID, line)
		}
	}
	return nil
}

// planLine is a step in a plan: its time, or its day where the section is not about one day.
func (t *turn) planLine(f crm.FollowUp, dated bool) (string, error) {
	name, err := t.clientName(f.Client)
	if err != nil {
		return "", err
	}
	due := t.dueOf(f)
	var parts []string
	switch {
	case dated:
		parts = append(parts, t.Date(due.Day, ""))
	case !f.AllDay:
		parts = append(parts, due.Clock.String())
	case f.Named: // promised by an hour of that day
		parts = append(parts, t.Say("plan.by", "clock", due.Clock))
	}
	if name != "" {
		parts = append(parts, message.Cut(name, 40))
	}
	mark := ""
	if f.Asker != 0 {
		mark = "🙋 "
	} else if f.Obligation {
		mark = "📌 "
	} else if f.Await {
		mark = "⏳ "
	}
	line := mark + strings.Join(append(parts, message.Cut(capital(f.Text), 80)), " · ")
	if f.Status != crm.FollowUpOpen {
		line = t.Say("followup."+string(f.Status)) + " " + line
	}
	return line, nil
}

// planPromises lists promises to pay that are due, and those broken lately.
func (t *turn) planPromises(l *lines) error {
	due, err := t.tx.Promises(storage.PromiseFilter{Manager: l.of, Status: crm.PromisePending, DayTo: t.today})
	if err != nil {
		return err
	}
	broken, err := t.brokenLately(l.of)
	if err != nil {
		return err
	}
	if len(due)+len(broken) > 0 {
		l.heading(t.Say("plan.promises"))
	}
	for _, p := range append(broken, due...) {
		name, err := t.clientName(p.Client)
		if err != nil {
			return err
		}
		line := name + " · " + t.promiseLine(p)
		if p.Status == crm.PromiseBroken {
			n, err := t.tx.BrokenPromises(p.Client, t.today.AddMonths(-12))
			if err != nil {
				return err
			}
			line += " " + t.Say("promise.nth", "n", n)
			if p.Invoice != 0 {
				i, err := t.tx.Invoice(p.Invoice)
				if err != nil {
					return err
				}
				next, err := t.nextOf(i)
				if err != nil {
					return err
				}
				line += next
			}
		}
		l.add("p", p.ID, line)
	}
	return nil
}

// brokenLately are the promises of a manager's clients, or of all clients seen, that were broken in the last days and
// whose debt is still open.
func (t *turn) brokenLately(manager int64) ([]crm.Promise, error) {
	return t.tx.BrokenOpen(manager, 0, t.today.AddDays(-brokenDays))
}

// planDecisions lists contracts to decide about soon, and those whose ladder has a step today.
func (t *turn) planDecisions(l *lines) error {
	all, err := t.upcomingOf(storage.ContractFilter{Manager: l.of, Active: true}, t.today.AddMonths(6))
	if err != nil {
		return err
	}
	headed := false
	for _, r := range all {
		if r.contract.Decision != "" || r.contract.Postponed.After(t.today) {
			continue
		}
		if r.day.After(t.today.AddDays(decisionDays)) {
			if today, err := t.stepToday(r.contract); err != nil || !today {
				if err != nil {
					return err
				}
				continue
			}
		}
		if !headed {
			headed = true
			l.heading(t.Say("plan.decisions"))
		}
		l.add("k", r.contract.ID, t.renewalLine(r))
	}
	return nil
}

// stepToday reports whether a contract's ladder has a step today.
func (t *turn) stepToday(k crm.Contract) (bool, error) {
	c, err := t.tx.Client(k.Client)
	if err != nil {
		return false, err
	}
	team, err := t.teamOf(c)
	if err != nil {
		return false, err
	}
	s := rules.Subject{Contract: &k, Client: &c, Recipient: t.me, Team: team}
	for _, kind := range []string{"notice", "contract_end"} {
		step, ok := nextStep(kind, s, t, t.today.In(t.zone, 0))
		if ok && crm.DateOf(step.At.In(t.zone)) == t.today {
			return true, nil
		}
	}
	return false, nil
}

// planMoney lists bills near their due day and overdue money by client, one line a client.
func (t *turn) planMoney(l *lines) error {
	team, err := t.teamByID(t.me.Team)
	if err != nil {
		return err
	}
	ladders := team.Settings.Ladders()
	near, err := t.tx.Invoices(storage.InvoiceFilter{Manager: l.of, Open: true, DueTo: t.today.AddDays(ladders.Care)})
	if err != nil {
		return err
	}
	headed := false
	for _, i := range near {
		if i.Due.Before(t.today) || i.Balance.Currency == crm.RUB && i.Balance.Minor < ladders.Threshold {
			continue
		}
		if !headed {
			headed = true
			l.heading(t.Say("plan.near"))
		}
		name, err := t.clientName(i.Client)
		if err != nil {
			return err
		}
		l.add("i", i.ID, name+" · "+t.invoiceLine(i))
	}
	return t.planDebts(l, ladders.Threshold)
}

func (t *turn) planDebts(l *lines, threshold int64) error {
	all, err := t.tx.Debts(storage.DebtFilter{Manager: l.of})
	if err != nil {
		return err
	}
	headed := false
	for _, d := range all {
		if d.Overdue.IsZero() || d.Overdue.Currency == crm.RUB && d.Overdue.Minor < threshold {
			continue
		}
		quiet, invoices, err := t.quietDebt(d.Client)
		if err != nil {
			return err
		}
		if quiet {
			continue
		}
		if !headed {
			headed = true
			l.heading(t.Say("plan.money"))
		}
		worst := slices.MinFunc(invoices, func(a, b crm.Invoice) int { return a.Due.Compare(b.Due) })
		next, err := t.nextOf(worst)
		if err != nil {
			return err
		}
		if len(invoices) == 1 {
			l.add("i", worst.ID, d.ClientName+" · "+t.invoiceLine(worst)+next)
			continue
		}
		l.add("owes", d.Client, t.debtLine(d)+next)
	}
	return nil
}

// quietDebt reports whether nothing is to be said of a client's overdue bills now: each is disputed, paused or promised.
// It gives the bills that remain.
func (t *turn) quietDebt(client int64) (bool, []crm.Invoice, error) {
	open, err := t.tx.Invoices(storage.InvoiceFilter{Client: client, Open: true, DueTo: t.today.AddDays(-1)})
	if err != nil {
		return false, nil, err
	}
	pending, err := t.tx.Promises(storage.PromiseFilter{Client: client, Status: crm.PromisePending})
	if err != nil {
		return false, nil, err
	}
	var loud []crm.Invoice
	for _, i := range open {
		promised := false
		for _, p := range pending {
			promised = promised || p.Invoice == 0 || p.Invoice == i.ID
		}
		if !promised && i.Status != crm.InvoiceDisputed && !i.Paused.After(t.today) {
			loud = append(loud, i)
		}
	}
	return len(loud) == 0, loud, nil
}
