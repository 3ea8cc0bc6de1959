package rules

// A price that changes by the contract is told of 30 days before the day of the change, so that the client can be warned,
// and on that day, so that the next bill has the new price; both are moved back to a working day. A contract that is closed
// or ends before the day has none. When the day isn't known the notice ladder speaks of the change. Once the term rolls the
// day comes again in the new term (Extend).

import (
	"strconv"
	"time"

	"followup/scheduler/calendar"
	"followup/storage/crm"
)

// indexationDays are the days before a change of the price on which it is told of.
var indexationDays = []int{30, 0}

func nextIndexation(s Subject, c *calendar.Calendar, after time.Time) (Step, bool) {
	k := s.Contract
	if k == nil || k.IndexDay.IsZero() || k.Status == crm.ContractClosed {
		return Step{}, false
	}
	if over := !Renews(*k) && !k.End.IsZero() && k.IndexDay.After(k.End); over {
		return Step{}, false
	}
	p, ok := told(s, c)
	if !ok {
		return Step{}, false
	}
	rungs := make([]rung, 0, len(indexationDays))
	for _, n := range indexationDays {
		rungs = append(rungs, rung{name: strconv.Itoa(-n), anchor: k.IndexDay.String(), day: p.days.Prev(k.IndexDay.AddDays(-n))})
	}
	return p.first(rungs, after)
}
