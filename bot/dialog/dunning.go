package dialog

import (
	"followup/bot/message"
	"followup/scheduler/rules"
	"followup/storage"
	"followup/storage/crm"
)

// Where a debt stands. Its level is the highest rung reached by the calendar, by "sent" or by a broken promise; while it is
// quiet (disputed, paused, promised) the calendar doesn't lift it. The next step is what the level asks for, until a text
// of that level was marked as sent; then it is the next rung with its day. A claim that was sent waits for its clock.

// standing is a bill with all that its ladder looks at.
type standing struct {
	subject rules.Subject
	level   int  // reached
	quiet   bool // disputed, paused or promised
	small   bool // below the team's threshold
}

// standing reads where a bill stands.
func (t *turn) standing(i crm.Invoice) (standing, error) {
	subject, _, err := t.tx.Subject(storage.Reminder{Subject: crm.Subject{Kind: "invoice", ID: i.ID}})
	if err != nil || subject.Invoice == nil {
		return standing{}, err
	}
	st := standing{subject: subject, level: subject.Invoice.Level}
	st.quiet = subject.Promised || i.Status == crm.InvoiceDisputed || i.Paused.After(t.today)
	st.small = i.Balance.Currency == crm.RUB && i.Balance.Minor < subject.Team.Settings.Ladders().Threshold
	if !st.quiet && !st.small {
		st.level = max(st.level, rules.LevelByDate(subject, t.d.o.Calendar, t.today))
	}
	return st, nil
}

// keepLevel makes what the calendar has reached the bill's own level before something quiets it: a level never falls.
func (t *turn) keepLevel(i *crm.Invoice) error {
	st, err := t.standing(*i)
	if err == nil {
		t.reach(i, st.level)
	}
	return err
}

// settledOff reports whether nothing is to be done about a bill any more.
func settledOff(i crm.Invoice) bool {
	return i.Balance.IsZero() || i.Status == crm.InvoicePaid || i.Status == crm.InvoiceWritten
}

// next says what is to be done about a debt, empty when nothing is: briefly in lists, in full on its own screen.
func (t *turn) next(st standing, short bool) string {
	i := st.subject.Invoice
	if i == nil || settledOff(*i) || st.quiet {
		return ""
	}
	worded := func(kind string, facts ...any) string {
		if short {
			return t.Say("dunning.short."+kind, facts...)
		}
		return t.Say("dunning.full."+kind, facts...)
	}
	what := func(level int) string {
		if short {
			return t.Say("dunning.brief." + levelName(level))
		}
		return t.Say("dunning.what." + levelName(level))
	}
	if st.small {
		return worded("small", "sum", crm.Money{Minor: st.subject.Team.Settings.Ladders().Threshold, Currency: crm.RUB})
	}
	if !i.Claimed.IsZero() && st.level <= rules.LeadLevel+1 {
		return worded("claim", "day", i.Claimed, "end", rules.ClaimEnds(st.subject, t.d.o.Calendar))
	}
	if st.level > 0 && (i.Sent < st.level || st.level > rules.LeadLevel) {
		return worded("now", "what", what(st.level))
	}
	level, day, ok := rules.NextLevel(st.subject, t.d.o.Calendar, t.today)
	if !ok {
		return ""
	}
	return worded("day", "what", what(level), "day", day)
}

// levelName is a level as the last word of a catalog key.
func levelName(level int) string { return string(rune('0' + min(max(level, 0), 5))) }

// nextOf is next for a bill that isn't loaded yet.
func (t *turn) nextOf(i crm.Invoice) (string, error) {
	st, err := t.standing(i)
	if err != nil {
		return "", err
	}
	if line := t.next(st, true); line != "" {
		return " · " + line, nil
	}
	return "", nil
}

// levelWord is what is done at a level of a debt, the same in lists, on screens and in reminders.
func (t *turn) levelWord(level int) string {
	return t.Say("dunning.brief." + levelName(max(level, 1)))
}

// dunningLines say where a bill stands, on its screen.
func (t *turn) dunningLines(s *screen, i crm.Invoice, st standing) {
	if settledOff(i) {
		if i.Status == crm.InvoiceWritten {
			s.Line(t.Say("invoice.written", "text", i.Reason))
		}
		return
	}
	if st.level > 0 {
		s.Line(t.Say("invoice.level", "what", t.levelWord(st.level)))
	}
	if !i.Claimed.IsZero() {
		s.Line(t.claimLine(i))
	}
	if line := t.next(st, false); line != "" {
		s.Line(line)
	}
}

// claimLine is how and when a claim was sent.
func (t *turn) claimLine(i crm.Invoice) string {
	line := t.Say("claim.line", "day", i.Claimed)
	if i.ClaimChannel != "" {
		line += " · " + t.Say("claim.by."+i.ClaimChannel)
	}
	if i.ClaimTrack != "" {
		line += " · " + t.Say("claim.track", "track", i.ClaimTrack)
	}
	return line
}

// escalated tells a lead of a debt that has reached L3.
func (t *turn) escalated(r rules.Due) (string, error) {
	i := *r.Of.Invoice
	manager := ""
	if c := r.Of.Client; c != nil && c.Manager != 0 {
		m, err := t.tx.Member(c.Manager)
		if err != nil {
			return "", err
		}
		manager = m.Name
	}
	line := t.Say("dunning.lead", "number", t.number(i.Number), "sum", i.Balance, "days", t.overdueDays(i.Due), "what", t.levelWord(i.Level))
	if manager != "" {
		line += " · " + message.Cut(manager, 60)
	}
	broken, err := t.tx.BrokenPromises(i.Client, t.today.AddMonths(-12))
	if err == nil && broken > 0 {
		line += "\n" + t.Say("promise.broken.count", "n", broken)
	}
	return line, err
}
