package rules

// A contract that ends without renewal, because it is renewed only by agreement or because it was refused, is told of 30
// and 7 days before its end and on the end itself, each moved back to a working day. It stops when a new term was signed or
// the contract is closed; after the end it stays in the lead's digest. "Other day" works as for a notice.

import (
	"time"

	"followup/scheduler/calendar"
	"followup/storage/crm"
)

// endDays are the days before the end of a contract on which it is told of.
var endDays = []int{30, 7, 0}

func nextContractEnd(s Subject, c *calendar.Calendar, after time.Time) (Step, bool) {
	k := s.Contract
	if k == nil || k.End.IsZero() || !EndsWithoutRenewal(*k) {
		return Step{}, false
	}
	p, ok := told(s, c)
	if !ok {
		return Step{}, false
	}
	rungs := p.before(p.days.Prev(k.End), endDays, k.Postponed)
	for i := range rungs {
		rungs[i].anchor = k.End.String()
	}
	return p.first(rungs, after)
}

// EndsWithoutRenewal reports whether k is over with its term as things stand: it was refused, or nobody agreed to a new term.
func EndsWithoutRenewal(k crm.Contract) bool {
	switch k.Status {
	case crm.ContractClosing:
		return true
	case crm.ContractActive:
		return k.Renewal == crm.RenewalAgreement && k.Decision != "signed"
	default:
		return false
	}
}
