package dialog

import (
	"sort"
	"strconv"

	"followup/scheduler/rules"
	"followup/storage"
	"followup/storage/crm"
)

// renewal is a contract on the list: by which day something must be decided.
type renewal struct {
	contract crm.Contract
	client   string
	day      crm.Date
}

// renewalMonths is how far /renewals looks ahead.
const renewalMonths = 12

// renewals lists what ends or must be refused, by month.
func (t *turn) renewals(string) error {
	s, err := t.renewalsScreen(0)
	if err != nil {
		return err
	}
	return t.send(s)
}

func (t *turn) tapRenewals(page int64, _ string) error {
	s, err := t.renewalsScreen(int(page))
	if err != nil {
		return err
	}
	return t.show(s)
}

func (t *turn) renewalsScreen(page int) (*screen, error) {
	all, err := t.upcoming(t.today.AddMonths(renewalMonths))
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return t.screen("renewals.none"), nil
	}
	s := t.screen("renewals.head", "n", len(all))
	p := pageOf(len(all), page)
	l := lines{turn: t, screen: s, list: "renewals"}
	month := ""
	for _, r := range all[p.from:p.to] {
		if m := t.Date(r.day, "month"); m != month {
			month = m
			l.heading(m)
		}
		l.add("k", r.contract.ID, t.renewalLine(r))
	}
	l.done()
	p.buttons(s, "renew", "")
	return s, nil
}

// renewalLine is a contract in a list.
func (t *turn) renewalLine(r renewal) string {
	facts := []any{
		"day", r.day, "client", r.client, "number", t.number(r.contract.Number), "sum", r.contract.Sum,
		"left", r.day.Sub(t.today), "end", r.contract.End,
	}
	key := "renewals.line"
	switch {
	case r.contract.Decision != "":
		return t.Say("renewals.line.decided", append(facts, "decision", t.Say("decision."+r.contract.Decision))...)
	case r.day.Before(t.today):
		key = "renewals.line.late"
	case r.contract.Renewal == crm.RenewalAutomatic:
		key = "renewals.line.auto"
	}
	line := t.Say(key, facts...)
	if !r.contract.Sum.IsZero() {
		line += " · " + t.Money(r.contract.Sum, "short")
	}
	return line
}

// upcoming are the contracts whose decision day or end is not later than until, the nearest first.
func (t *turn) upcoming(until crm.Date) ([]renewal, error) {
	return t.upcomingOf(storage.ContractFilter{Manager: t.ownOnly(), Active: true}, until)
}

// upcomingOf are those of a filter.
func (t *turn) upcomingOf(filter storage.ContractFilter, until crm.Date) ([]renewal, error) {
	contracts, err := t.tx.Contracts(filter)
	if err != nil {
		return nil, err
	}
	names, err := t.tx.ContractClients(filter)
	if err != nil {
		return nil, err
	}
	var all []renewal
	for _, k := range contracts {
		day, ok := rules.Decision(k, t.d.o.Calendar)
		if !ok {
			day = k.End
		}
		if day.IsZero() || day.After(until) {
			continue
		}
		all = append(all, renewal{k, names[k.Client], day})
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].day.Before(all[j].day) })
	return all, nil
}

// ownOnly limits lists to a manager's own; leads and owners see their teams.
func (t *turn) ownOnly() int64 {
	if t.me.Role == crm.Manager {
		return t.me.ID
	}
	return 0
}

// page is a stretch of a list.
type page struct{ at, from, to, pages int }

// pageSize lines fit a phone's screen and a message.
const pageSize = 10

func pageOf(n, at int) page {
	pages := max(1, (n+pageSize-1)/pageSize)
	at = min(max(at, 0), pages-1)
	return page{at, at * pageSize, min(n, (at+1)*pageSize), pages}
}

// buttons leaf through a list; verb gets the page as its id.
func (p page) buttons(s *screen, verb, arg string) {
	if p.pages < 2 {
		return
	}
	label := strconv.Itoa(p.at+1) + "/" + strconv.Itoa(p.pages)
	prev, next := max(p.at-1, 0), min(p.at+1, p.pages-1)
	s.row(labelled("‹", verb, int64(prev), arg), labelled(label, verb, int64(p.at), arg), labelled("›", verb, int64(next), arg))
}
