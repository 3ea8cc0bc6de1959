package dialog

import (
	"sort"
	"strconv"
	"strings"

	"followup/bot/message"
	"followup/scheduler/calendar"
	"followup/scheduler/rules"
	"followup/storage"
	"followup/storage/crm"
)

// What ends or must be refused, by the month in which it is to be decided, with the sums of the month in each currency. A
// contract that was decided about stays until its term is over. A lead may look at one manager's.

// renewal is a contract on the list: by which day something must be decided.
type renewal struct {
	contract crm.Contract
	client   string
	manager  int64
	day      crm.Date
}

// renewalMonths is how far /renewals looks ahead.
const renewalMonths = 12

// renewals lists contracts by month; args may name a manager.
func (t *turn) renewals(args string) error {
	manager, err := t.managerNamed(args)
	if err != nil {
		return err
	}
	s, err := t.renewalsScreen(0, manager)
	if err != nil {
		return err
	}
	return t.send(s)
}

// tapRenewals shows a page of the list, of the manager in arg.
func (t *turn) tapRenewals(page int64, arg string) error {
	s, err := t.renewalsScreen(int(page), number36(arg))
	if err != nil {
		return err
	}
	return t.show(s)
}

func (t *turn) renewalsScreen(page int, manager int64) (*screen, error) {
	everybody, err := t.upcoming(t.today.AddMonths(renewalMonths))
	if err != nil {
		return nil, err
	}
	all := everybody
	if manager != 0 {
		all = nil
		for _, r := range everybody {
			if r.manager == manager {
				all = append(all, r)
			}
		}
	}
	s := t.screen("renewals.head", "n", len(all))
	if len(all) == 0 {
		s = t.screen("renewals.none")
	}
	p := pageOf(len(all), page)
	l := lines{turn: t, screen: s, list: "R" + base36(int64(p.at)) + ":" + base36(manager)}
	month := ""
	for _, r := range all[p.from:p.to] {
		if m := t.Date(r.day, "month"); m != month {
			month = m
			l.heading(m + t.monthSums(all, r.day))
		}
		l.add("k", r.contract.ID, t.renewalLine(r))
	}
	l.done()
	p.buttons(s, "renew", base36(manager))
	return s, t.managerButtons(s, "renew", manager, managersOf(everybody))
}

// monthSums are the sums of the contracts of a month, one for each currency.
func (t *turn) monthSums(all []renewal, month crm.Date) string {
	var sums []crm.Money
	for _, r := range all {
		if r.day.Year != month.Year || r.day.Month != month.Month || r.contract.Sum.IsZero() {
			continue
		}
		sums = addTo(sums, r.contract.Sum)
	}
	text := ""
	for _, sum := range sums {
		text += " · " + t.Money(sum, "short")
	}
	return text
}

// addTo adds a sum to that of its currency, rubles first.
func addTo(sums []crm.Money, m crm.Money) []crm.Money {
	for i := range sums {
		if sums[i].Currency == m.Currency {
			sums[i] = sums[i].Add(m)
			return sums
		}
	}
	sums = append(sums, m)
	sort.SliceStable(sums, func(i, j int) bool { return sums[i].Currency == crm.RUB && sums[j].Currency != crm.RUB })
	return sums
}

func managersOf(all []renewal) map[int64]bool {
	found := map[int64]bool{}
	for _, r := range all {
		found[r.manager] = true
	}
	return found
}

// managerNamed is the member that a lead named after a command, 0 when he named nobody. A manager sees his own anyway.
func (t *turn) managerNamed(text string) (int64, error) {
	text = strings.TrimSpace(text)
	if text == "" || t.me.Role == crm.Manager {
		return 0, nil
	}
	m, ok, err := t.memberLike(text)
	if err == nil && !ok {
		err = crm.Say("manager.unknown", "name", message.Cut(text, 60))
	}
	return m.ID, err
}

// memberLike finds the one active member whose name has a word that begins like the text: «анна», «анны».
func (t *turn) memberLike(text string) (crm.Member, bool, error) {
	members, err := t.tx.Members(0)
	if err != nil {
		return crm.Member{}, false, err
	}
	words := strings.Fields(crm.NameKey(text))
	var found []crm.Member
	for _, m := range members {
		if m.Status != crm.MemberLeft && len(words) > 0 && matchesLabel(m.Name, words) {
			found = append(found, m)
		}
	}
	if len(found) != 1 {
		return crm.Member{}, false, nil
	}
	return found[0], true, nil
}

// managerButtons let a lead choose one of the managers who have something on a list.
func (t *turn) managerButtons(s *screen, verb string, chosen int64, have map[int64]bool) error {
	if t.me.Role == crm.Manager || len(have) < 2 && chosen == 0 {
		return nil
	}
	members, err := t.tx.Members(0)
	if err != nil {
		return err
	}
	buttons := []message.Button{labelled(marked(t.Say("filter.everybody"), chosen == 0), verb, 0, "")}
	for _, m := range members {
		if have[m.ID] && len(buttons) < 12 {
			buttons = append(buttons, labelled(marked(message.Cut(m.Name, 30), chosen == m.ID), verb, 0, base36(m.ID)))
		}
	}
	s.rows(3, buttons...)
	return nil
}

// marked shows which of several buttons holds.
func marked(label string, on bool) string {
	if on {
		return "• " + label
	}
	return label
}

// renewalLine is a contract in a list.
func (t *turn) renewalLine(r renewal) string {
	facts := []any{
		"day", r.day, "client", message.Cut(r.client, 60), "number", t.number(r.contract.Number), "left", r.day.Sub(t.today),
	}
	key := "renewals.line"
	switch {
	case r.contract.Decision != "":
		key = "renewals.line.decided"
		facts = append(facts, "decision", t.Say("decision."+r.contract.Decision), "end", t.Date(r.contract.End, "date"))
	case r.day.Before(t.today) && rules.EndsWithoutRenewal(r.contract):
		key = "renewals.line.ended"
	case r.day.Before(t.today):
		key = "renewals.line.late"
	case r.contract.Renewal == crm.RenewalAutomatic:
		key = "renewals.line.auto"
	}
	line := t.Say(key, facts...)
	if !r.contract.Sum.IsZero() {
		line += " · " + t.Money(r.contract.Sum, "short")
	}
	if r.contract.Indexation != "" && r.contract.Decision == "" {
		line += " · 📈 " + r.contract.Indexation
	}
	return line
}

// upcoming are the contracts whose decision day or end is not later than until, the nearest first.
func (t *turn) upcoming(until crm.Date) ([]renewal, error) {
	return t.upcomingOf(storage.ContractFilter{Manager: t.ownOnly(), Active: true}, until)
}

// upcomingOf are those of a filter. What was decided about a term that is over is no longer ahead.
func (t *turn) upcomingOf(filter storage.ContractFilter, until crm.Date) ([]renewal, error) {
	contracts, err := t.tx.Contracts(filter)
	if err != nil {
		return nil, err
	}
	clients, err := t.tx.ContractClients(filter)
	if err != nil {
		return nil, err
	}
	days, err := t.teamDays()
	if err != nil {
		return nil, err
	}
	var all []renewal
	for _, k := range contracts {
		c := clients[k.Client]
		day, ok := rules.Decision(k, days(c.Team))
		if !ok || k.Status == crm.ContractClosing {
			day = k.End
		}
		if day.IsZero() || day.After(until) || k.Decision != "" && k.End.Before(t.today) {
			continue
		}
		all = append(all, renewal{k, c.Name, c.Manager, day})
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].day.Before(all[j].day) })
	return all, nil
}

// termOver reports whether a contract's term is over with nothing in its place.
func (t *turn) termOver(k crm.Contract) bool {
	return rules.EndsWithoutRenewal(k) && !k.End.IsZero() && k.End.Before(t.today)
}

// endedOf are the contracts of a filter that ended and were neither closed nor renewed.
func (t *turn) endedOf(filter storage.ContractFilter) ([]renewal, error) {
	filter.EndTo = t.today.AddDays(-1)
	contracts, err := t.tx.Contracts(filter)
	if err != nil {
		return nil, err
	}
	clients, err := t.tx.ContractClients(filter)
	var all []renewal
	for _, k := range contracts {
		if t.termOver(k) {
			c := clients[k.Client]
			all = append(all, renewal{k, c.Name, c.Manager, k.End})
		}
	}
	return all, err
}

// teamDays gives the calendar of each team.
func (t *turn) teamDays() (func(team int64) *calendar.Calendar, error) {
	teams, err := t.tx.Teams()
	byTeam := map[int64]*calendar.Calendar{0: t.d.o.Calendar}
	for _, team := range teams {
		byTeam[team.ID] = t.daysOf(team)
	}
	return func(team int64) *calendar.Calendar {
		if days := byTeam[team]; days != nil {
			return days
		}
		return t.d.o.Calendar
	}, err
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
