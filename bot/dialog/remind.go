package dialog

import (
	"slices"

	"followup/bot/locale"
	"followup/bot/message"
	"followup/scheduler/rules"
	"followup/storage"
	"followup/storage/crm"
)

// What falls due for one person in one minute comes as one message: inside the morning plan when that comes too, with its
// own buttons when it is alone, as a list of numbers otherwise. What is late says so and tells its time. A lead's digest is
// a message of its own.

// Remind words what is due and queues it.
func (d *Dialog) Remind(tx *storage.Tx, to crm.Member, due []rules.Due) error {
	t := d.turnOf(tx, to, message.In{Chat: to.Telegram})
	var plan, digest, weekly, noStep bool
	var rest, above []rules.Due
	for _, r := range due {
		switch r.Kind.Name {
		case "plan":
			plan = true
		case "digest":
			digest = true
		case "weekly":
			weekly = true
		case "no_step": // a plan has the list
			noStep = to.Settings.PlanOff
		default:
			if r.Kind.Lead || r.Kind.Asker || r.Kind.Name == "request" {
				above = append(above, r)
			} else {
				rest = append(rest, r)
			}
		}
	}
	rest = withoutAsked(rest, above)
	if !plan { // one list; the plan leaves out what is another's
		rest, above = append(rest, above...), nil
	}
	if err := t.remindOf(plan, rest); err != nil {
		return err
	}
	if err := t.remindOf(false, above); err != nil {
		return err
	}
	if noStep {
		if err := t.withoutStep(); err != nil {
			return err
		}
	}
	if weekly {
		if err := t.weekly(); err != nil {
			return err
		}
	}
	if !digest {
		return nil
	}
	return t.evening()
}

// withoutAsked leaves out what a request that comes in the same minute says already.
func withoutAsked(rest, above []rules.Due) []rules.Due {
	return slices.DeleteFunc(rest, func(r rules.Due) bool {
		return slices.ContainsFunc(above, func(a rules.Due) bool { return a.Kind.Name == "request" && a.About == r.About })
	})
}

func (t *turn) remindOf(plan bool, due []rules.Due) error {
	switch {
	case plan:
		s, lines, err := t.morning(due)
		if err != nil || lines == 0 && t.me.Role != crm.Manager {
			return err // a lead without clients of his own has his digest
		}
		return t.sendAs(s, message.Digest)
	case len(due) == 0:
		return nil
	case len(due) == 1:
		s, err := t.remindOne(due[0])
		if err != nil {
			return err
		}
		return t.sendAs(s, message.Reminder)
	}
	s, err := t.remindMany(due)
	if err != nil {
		return err
	}
	return t.sendAs(s, message.Reminder)
}

func (t *turn) sendAs(s *screen, class message.Class) error {
	o := t.out(s)
	o.Class = class
	_, err := t.tx.Send(o)
	return err
}

// morning is the plan of the day with everything that is due and that it doesn't list by itself: contracts that were renewed
// automatically, prices that change, a contract that ends after it was refused, what an absent colleague would have heard.
func (t *turn) morning(due []rules.Due) (*screen, int, error) {
	s, lines, err := t.planOf("plan.morning", due)
	if err != nil {
		return nil, 0, err
	}
	for _, r := range due {
		if !tellsItself(r) {
			continue
		}
		line, err := t.dueLine(r)
		if err != nil {
			return nil, 0, err
		}
		lines++
		if r.Of.Invoice != nil {
			if line, err = t.named(line, r); err != nil {
				return nil, 0, err
			}
			s.Gap().Add(line)
			s.row(labelled(t.Say("deadline.bill", "number", t.billNumber(*r.Of.Invoice)), "i", r.About.ID, "today"))
			t.quietButtons(s, *r.Of.Invoice)
			continue
		}
		s.Gap().Add(line)
		s.row(labelled(t.Say("contract.button", "number", t.number(r.Of.Contract.Number)), "k", r.About.ID, "today"))
	}
	return s, lines, nil
}

// tellsItself reports whether a due thing is news of its own beside its record on the plan.
func tellsItself(r rules.Due) bool {
	return r.Kind.Name == "renewal" || r.Kind.Name == "indexation" || r.Kind.Name == "deadline"
}

// named is a line with its client before it.
func (t *turn) named(line string, r rules.Due) (string, error) {
	name, err := t.clientName(clientIn(r.Of))
	return message.Cut(name, 60) + " · " + line, err
}

// planDue lists what is due and isn't on the plan yet.
func (t *turn) planDue(l *lines, due []rules.Due) error {
	headed := false
	for _, r := range due {
		opener, ok := openers[r.About.Kind]
		if !ok || tellsItself(r) || t.listed(l, r) {
			continue
		}
		line, err := t.dueLine(r)
		if err != nil {
			return err
		}
		name, err := t.clientName(clientIn(r.Of))
		if err != nil {
			return err
		}
		if name != "" && r.About.Kind != "contract" {
			line = message.Cut(name, 40) + " · " + line
		}
		if !headed {
			headed = true
			l.heading(t.Say("plan.also"))
		}
		l.add(opener, r.About.ID, line)
	}
	return nil
}

// listed reports whether the plan speaks of what is due: of its record, or, for a bill, of its client's debt or of the promise
// about it.
func (t *turn) listed(l *lines, r rules.Due) bool {
	switch {
	case r.Kind.Lead:
		return false
	case l.has(openers[r.About.Kind], r.About.ID):
		return true
	case r.Of.Invoice != nil:
		return l.has("owes", r.Of.Invoice.Client)
	}
	return false
}

// remindOne is a reminder by itself, with the buttons of its record.
func (t *turn) remindOne(r rules.Due) (*screen, error) {
	if r.Kind.Name == "request" {
		return t.requestScreen(*r.Of.FollowUp)
	}
	s := &screen{}
	head := "remind.head"
	switch {
	case r.Late:
		head = "remind.late"
	case r.Step.Name == "+30m" || r.Step.Name == "+2h":
		head = "remind.again"
	}
	s.Add(t.Say(head, "when", t.whenShort(r.At)))
	name, err := t.clientName(clientIn(r.Of))
	if err != nil {
		return nil, err
	}
	if name != "" {
		s.Add(" ").Bold(name)
	}
	line, err := t.dueLine(r)
	if err != nil {
		return nil, err
	}
	if name == "" {
		s.Add(" ").Add(line) // nobody's name stands above it
	} else {
		s.Line(line)
	}
	t.dueButtons(s, r)
	s.subject = r.About
	return s, nil
}

// dueButtons are those of the record that is due.
func (t *turn) dueButtons(s *screen, r rules.Due) {
	switch {
	case r.Of.FollowUp != nil:
		t.followUpButtons(s, *r.Of.FollowUp)
	case r.Kind.Name == "renewal":
		s.row(t.button("contract.right", "kright", r.About.ID), t.button("contract.notrenewed", "kstop", r.About.ID))
		s.row(t.button("client.card", "c", r.Of.Contract.Client))
	case r.Of.Contract != nil && r.Of.Invoice == nil:
		t.contractButtons(s, *r.Of.Contract)
	case r.Kind.Name == "deadline":
		t.quietButtons(s, *r.Of.Invoice)
		s.row(t.button("concession.bill", "i", r.About.ID), t.button("client.card", "c", r.Of.Invoice.Client))
	case r.Of.Invoice != nil:
		t.invoiceButtons(s, *r.Of.Invoice, r.Of.Invoice.Level)
	case r.Of.Contact != nil:
		s.row(t.button("client.card", "c", r.Of.Contact.Client), t.button("birthday.done", "greeted", r.About.ID))
	case r.About.Kind == "client":
		t.silentButtons(s, r)
	case r.Of.Document != nil:
		t.paperButtons(s, *r.Of.Document)
		s.row(t.button("client.card", "c", r.Of.Document.Client))
	case r.Of.Promise != nil:
		if r.Of.Promise.Invoice != 0 {
			s.row(t.button("invoice.text", "text", r.Of.Promise.Invoice), t.button("promise.newdate", "promise", r.Of.Promise.Invoice), t.button("invoice.paid", "paid", r.Of.Promise.Invoice))
		}
		if fellShort(r.Of.Promise.Status) {
			s.row(t.button("promise.tolead", "tolead", r.About.ID))
		}
		s.row(t.button("client.debts", "owes", r.Of.Promise.Client), t.button("client.card", "c", r.Of.Promise.Client))
	}
}

// clientIn is the client that a due record belongs to.
func clientIn(s rules.Subject) int64 {
	switch {
	case s.FollowUp != nil:
		return s.FollowUp.Client
	case s.Invoice != nil:
		return s.Invoice.Client
	case s.Contract != nil:
		return s.Contract.Client
	case s.Promise != nil:
		return s.Promise.Client
	case s.Document != nil:
		return s.Document.Client
	case s.Contact != nil:
		return s.Contact.Client
	case s.Client != nil:
		return s.Client.ID
	}
	return 0
}

// dueLine says what is due, without its client.
func (t *turn) dueLine(r rules.Due) (string, error) {
	switch {
	case r.Kind.Asker:
		f := *r.Of.FollowUp
		return t.Say("request.overdue", "name", t.nameOf(f.Assignee), "text", capital(f.Text), "when", t.dueOf(f)), nil
	case r.Of.FollowUp != nil:
		f := *r.Of.FollowUp
		line := capital(f.Text)
		if f.Asker != 0 {
			line = t.Say("request.from", "name", t.nameOf(f.Asker), "text", line)
		}
		if f.Obligation {
			line = t.stepLine(f)
		}
		if f.Rule != "" {
			line += " · " + t.rule(f.Rule)
		}
		return line, nil
	case r.Kind.Name == "renewal":
		return t.renewedLine(*r.Of.Contract)
	case r.Kind.Name == "indexation":
		k := *r.Of.Contract
		name, err := t.clientName(k.Client)
		return t.Say("contract.index.due", "client", name, "number", t.number(k.Number), "text", k.Indexation, "day", t.Date(k.IndexDay, "full")), err
	case r.Of.Contact != nil:
		return "🎂 " + t.birthdayLine(*r.Of.Contact, crm.Date{}), nil
	case r.About.Kind == "client":
		return t.silentLineOf(r)
	case r.Kind.Name == "deadline":
		return t.deadlineLine(*r.Of.Invoice), nil
	case r.Kind.Lead:
		return t.escalated(r)
	case r.Of.Invoice != nil:
		next, err := t.nextOf(*r.Of.Invoice)
		return t.invoiceLine(*r.Of.Invoice) + next, err
	case r.Of.Contract != nil:
		return t.decisionLine(*r.Of.Contract)
	case r.Of.Promise != nil:
		return t.promiseLine(*r.Of.Promise), nil
	case r.Of.Document != nil:
		return t.waitLine(*r.Of.Document), nil
	}
	return "", nil
}

// decisionLine is a contract that is to be decided about.
func (t *turn) decisionLine(k crm.Contract) (string, error) {
	c, err := t.tx.Client(k.Client)
	if err != nil {
		return "", err
	}
	team, err := t.teamOf(c)
	if err != nil {
		return "", err
	}
	day, ok := rules.Decision(k, t.daysOf(team))
	if !ok || k.Status == crm.ContractClosing {
		day = k.End
	}
	return t.renewalLine(renewal{k, c.Name, c.Manager, day}), nil
}

// renewedLine tells that a contract rolled to a new term, and the new decision day.
func (t *turn) renewedLine(k crm.Contract) (string, error) {
	c, err := t.tx.Client(k.Client)
	if err != nil {
		return "", err
	}
	team, err := t.teamOf(c)
	if err != nil {
		return "", err
	}
	line := t.Say("contract.renewed", "client", c.Name, "number", t.number(k.Number), "end", t.Date(k.End, "date"))
	days := t.daysOf(team)
	if day, ok := rules.Decision(k, days); ok {
		line += "\n" + t.Say("contract.renewed.decide", "day", t.Date(day, "full"))
		if missing := t.missingYears(k, day, days); missing != "" {
			line += "\n" + missing
		}
	}
	return line, nil
}

// remindMany is a list of what is due together.
func (t *turn) remindMany(due []rules.Due) (*screen, error) {
	head := "remind.many"
	for _, r := range due {
		if r.Late {
			head = "remind.many.late"
		}
	}
	s := t.screen(head, "n", len(due))
	l := lines{turn: t, screen: s, list: "today"}
	for _, r := range due {
		line, err := t.dueLine(r)
		if err != nil {
			return nil, err
		}
		name, err := t.clientName(clientIn(r.Of))
		if err != nil {
			return nil, err
		}
		if name != "" && r.About.Kind != "contract" {
			line = name + " · " + line
		}
		if r.Late {
			line = t.Say("remind.was", "when", t.whenShort(r.At)) + " " + line
		}
		l.add(openers[r.About.Kind], r.About.ID, line)
	}
	l.done()
	id, err := t.keepDue(due)
	return s.about("due", id), err
}

// openers are the verbs that open a record by its kind.
var openers = map[string]string{"followup": "f", "contract": "k", "invoice": "i", "promise": "p", "client": "c", "document": "d", "contact": "greeted"}

// whenShort is a time of today, or day and time.
func (t *turn) whenShort(m crm.Moment) string {
	w := t.when(m)
	if w.Day == t.today {
		return w.Clock.String()
	}
	return t.When(locale.When{Day: w.Day, Clock: w.Clock}, "")
}
