package rules

// An invoice is told of three days before it is due, so that a reminder to the client is a kindness and not a demand. The
// due day is first moved forward to a working day (ст. 193 ГК РФ), and the step back to one. Nothing is said of an invoice
// that is paid, written off, disputed, paused until later, promised, or smaller than the team's threshold.

import (
	"strconv"
	"time"

	"followup/scheduler/calendar"
	"followup/storage/crm"
)

func nextCare(s Subject, c *calendar.Calendar, after time.Time) (Step, bool) {
	if !owed(s) {
		return Step{}, false
	}
	p, ok := told(s, c)
	if !ok {
		return Step{}, false
	}
	days := s.Team.Settings.Ladders().Care
	day := p.days.Prev(p.days.Next(s.Invoice.Due).AddDays(-days))
	if day.Before(s.Invoice.Paused) {
		return Step{}, false
	}
	return p.first([]rung{{name: "-" + strconv.Itoa(days), anchor: s.Invoice.Due.String(), day: day}}, after)
}

// owed reports whether s is an invoice that people are reminded of.
func owed(s Subject) bool {
	v := s.Invoice
	if v == nil || v.Due.IsZero() || s.Promised || v.Balance.Minor <= 0 {
		return false
	}
	if v.Status != crm.InvoiceOpen && v.Status != crm.InvoicePartly {
		return false
	}
	// The threshold is a sum in rubles, and sums of different currencies are never compared.
	return v.Balance.Currency != crm.RUB || v.Balance.Minor >= s.Team.Settings.Ladders().Threshold
}
