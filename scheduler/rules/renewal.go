package rules

// An automatic renewal that nobody refused happens by itself at the end of the term. It is told on the day after, or with
// the first morning plan of a working day after that: the heartbeat rolls the contract to its new term and tells the new
// decision day. It is told once per contract and term, ever: the anchor is the end of the term that is over. A contract
// after which another one was signed ends with its term.

import (
	"slices"
	"time"

	"followup/scheduler/calendar"
	"followup/storage/crm"
)

func nextRenewal(s Subject, c *calendar.Calendar, after time.Time) (Step, bool) {
	k := s.Contract
	if k == nil || !Renews(*k) {
		return Step{}, false
	}
	p, ok := told(s, c)
	if !ok {
		return Step{}, false
	}
	return p.first([]rung{{name: "rolled", anchor: k.End.String(), day: k.End.AddDays(1)}}, after)
}

// Renews reports whether k goes into a new term by itself when the present one ends.
func Renews(k crm.Contract) bool {
	return k.Renewal == crm.RenewalAutomatic && k.Status == crm.ContractActive && k.Decision != "refused" && k.Decision != "signed" && !k.End.IsZero()
}

// Roll is k in its next term: a new end, nothing decided yet, nothing postponed. A contract without a renewal term renews
// for as long as its first term was (п. 2 ст. 621 and the usual clause «на тот же срок»), a year when its start isn't known;
// the term found is kept. A price change of the term that is over comes again as much later.
func Roll(k crm.Contract) crm.Contract {
	if k.RenewalMonths <= 0 {
		k.RenewalMonths = months(k.TermStart(), k.End.AddDays(1))
	}
	// The day after the end is moved, not the end: 31.01 and 28.02 stay the last days of their months.
	return Extend(k, k.End.AddDays(1).AddMonths(k.RenewalMonths).AddDays(-1), "rolled")
}

// Extend is k in a new term that goes on where the present one ends, up to end: nothing decided, nothing postponed. by is
// kept with the term that is over. k must have an end.
func Extend(k crm.Contract, end crm.Date, by string) crm.Contract {
	over := crm.Term{From: k.TermStart(), To: k.End, By: by}
	k.Past = append(slices.Clone(k.Past), over)
	if next := k.End.AddDays(1); !k.IndexDay.IsZero() {
		for k.IndexDay.Before(next) {
			k.IndexDay = k.IndexDay.AddMonths(months(next, end.AddDays(1)))
		}
	}
	k.End = end
	k.Term++
	k.Decision, k.Reason, k.Postponed = "", "", crm.Date{}
	return k
}

// RollTo rolls k as often as it takes for its term to hold day; a contract that is typed in long after its end, or that
// ended while the program was down for more than a term, isn't a term behind.
func RollTo(k crm.Contract, day crm.Date) crm.Contract {
	for Renews(k) && k.End.Before(day) {
		k = Roll(k)
	}
	return k
}

// months is the number of whole months from start to the day after a term's end, at least one; 12 when start isn't known.
func months(start, next crm.Date) int {
	if start.IsZero() || !start.Before(next) {
		return 12
	}
	n := (next.Year-start.Year)*12 + int(next.Month-start.Month)
	if next.Day < start.Day {
		n--
	}
	return max(n, 1)
}
