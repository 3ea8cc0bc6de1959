package scheduler

// What a step does to its record when it is said, in the same transaction:
//
//   - A step of an overdue invoice lifts it to the step's level.
//   - The end of a term that nobody refused rolls the contract to the term that holds today.
//   - The check of a promise decides it: kept when the sum has come or nothing is owed any more, and then nothing is said;
//     kept in part when some has come; else broken. Both let the levels catch up with the calendar, which
//     the promise had held, and a broken promise lifts every overdue invoice that it was about by one level from there, up to
//     L4: L5 is reached by the claim's clock alone. While another promise about an invoice is pending its level stays.

import (
	"followup/scheduler/rules"
	"followup/storage"
	"followup/storage/crm"
)

// topByPromise is the highest level that a broken promise reaches.
const topByPromise = 4

// act does what step does to the record of s and leaves the record in s as it is then. loud is false when there is nothing
// to tell after all.
func (h *Heartbeat) act(tx *storage.Tx, k rules.Kind, s *rules.Subject, step rules.Step, r storage.Reminder) (loud bool, err error) {
	switch k.Name {
	case "overdue":
		return true, h.lift(tx, s.Invoice, step.Level)
	case "renewal":
		return true, h.roll(tx, s)
	case "promise":
		return h.decide(tx, s, r)
	default:
		return true, nil
	}
}

// lift raises an invoice to a level; one at or above it stays.
func (h *Heartbeat) lift(tx *storage.Tx, v *crm.Invoice, level int) error {
	if level <= v.Level {
		return nil
	}
	v.Level, v.LevelSet = level, crm.MomentOf(tx.Now())
	return tx.SetLevel(v.ID, level)
}

func (h *Heartbeat) roll(tx *storage.Tx, s *rules.Subject) error {
	rolled := rules.RollTo(*s.Contract, today(tx, s.Recipient))
	tx.Change("rolled", crm.Subject{Kind: "contract", ID: rolled.ID})
	if err := tx.SaveContract(&rolled); err != nil {
		return err
	}
	s.Contract = &rolled
	return nil
}

// today is the civil date where m is.
func today(tx *storage.Tx, m crm.Member) crm.Date { return crm.DateOf(tx.Now().In(m.Location())) }

func (h *Heartbeat) decide(tx *storage.Tx, s *rules.Subject, r storage.Reminder) (loud bool, err error) {
	w := *s.Promise
	invoices, err := promisedInvoices(tx, w)
	if err != nil {
		return false, err
	}
	switch {
	case w.Paid.Minor >= w.Sum.Minor || len(invoices) == 0:
		w.Status = crm.PromiseKept
	case w.Paid.Minor > 0:
		w.Status = crm.PromisePartly
	default:
		w.Status = crm.PromiseBroken
	}
	tx.Change("promise."+string(w.Status), crm.Subject{Kind: "promise", ID: w.ID})
	if err := tx.SavePromise(&w); err != nil {
		return false, err
	}
	s.Promise = &w
	if w.Status == crm.PromiseKept {
		return false, nil
	}
	for _, v := range invoices {
		if err := h.liftPromised(tx, v, r, w.Status == crm.PromiseBroken); err != nil {
			return false, err
		}
	}
	return true, nil
}

// promisedInvoices are the open invoices that a promise is about: one, or all of the client in the promise's currency.
func promisedInvoices(tx *storage.Tx, w crm.Promise) ([]crm.Invoice, error) {
	open, err := tx.Invoices(storage.InvoiceFilter{Client: w.Client, Open: true})
	if err != nil {
		return nil, err
	}
	var about []crm.Invoice
	for _, v := range open {
		if v.Balance.Minor > 0 && v.Balance.Currency == w.Sum.Currency && (w.Invoice == 0 || w.Invoice == v.ID) {
			about = append(about, v)
		}
	}
	return about, nil
}

// liftPromised lifts an invoice whose promise has ended, unless it isn't overdue, is disputed or paused, or another promise
// holds it.
func (h *Heartbeat) liftPromised(tx *storage.Tx, v crm.Invoice, r storage.Reminder, broken bool) error {
	s, ok, err := tx.Subject(storage.Reminder{
		Kind: "overdue", Subject: crm.Subject{Kind: "invoice", ID: v.ID}, Recipient: r.Recipient,
	})
	if err != nil || !ok {
		return err
	}
	day := today(tx, s.Recipient)
	held := s.Promised || v.Status == crm.InvoiceDisputed || day.Before(v.Paused)
	if due := h.Calendar.WithExtra(s.Team.Settings.ExtraOff).Next(v.Due); held || !due.Before(day) {
		return nil
	}
	level := max(v.Level, rules.LevelByDate(s, h.Calendar, day))
	if broken {
		level = max(level, min(level+1, topByPromise))
	}
	return h.lift(tx, &v, level)
}
