package rules

// A dispute or a pause of an invoice has a deadline. On its morning, or on the first working day after, the manager is asked
// what became of it, once for each deadline. Nothing is asked of an invoice that owes nothing or was written off, of a
// dispute without a deadline, and of a dispute or a pause that was ended before.

import (
	"time"

	"followup/scheduler/calendar"
	"followup/storage/crm"
)

func nextDeadline(s Subject, c *calendar.Calendar, after time.Time) (Step, bool) {
	v := s.Invoice
	if v == nil || v.Paused.IsZero() || v.Balance.Minor <= 0 {
		return Step{}, false
	}
	if v.Status != crm.InvoiceOpen && v.Status != crm.InvoicePartly && v.Status != crm.InvoiceDisputed {
		return Step{}, false
	}
	p, ok := told(s, c)
	if !ok {
		return Step{}, false
	}
	return p.first([]rung{{name: "deadline", anchor: v.Paused.String(), day: p.days.Next(v.Paused)}}, after)
}
