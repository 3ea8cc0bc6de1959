package dialog

import (
	"sort"
	"strings"
	"time"

	"followup/bot/capture"
	"followup/storage"
	"followup/storage/crm"
)

// The plan of days ahead lists steps, decision days and bills by day: /week seven days from today, and in words any day or
// stretch of up to a month («что в пятницу», "what's next week"). What is overdue stands under today, when today is asked for.

// weekDays is how far /week looks ahead, today included; maxPlanDays how far one may ask.
const (
	weekDays    = 7
	maxPlanDays = 31
)

// stretch is days from the first to the last, both meant.
type stretch struct{ from, until crm.Date }

// list is a stretch as a button carries it.
func (s stretch) list() string { return s.from.String() + "~" + s.until.String() }

func stretchOf(list string) (stretch, bool) {
	from, until, _ := strings.Cut(list, "~")
	first, err := crm.ParseDate(from)
	last, err2 := crm.ParseDate(until)
	return stretch{first, last}, err == nil && err2 == nil && last.Sub(first) < maxPlanDays
}

func (t *turn) week(string) error {
	s, err := t.daysPlan(t.thisWeek())
	if err != nil {
		return err
	}
	return t.send(s)
}

func (t *turn) thisWeek() stretch { return stretch{t.today, t.today.AddDays(weekDays - 1)} }

// orderPlan shows the plan of today, or of the days that were asked for.
func (t *turn) orderPlan(o capture.Order, _ crm.Subject) error {
	if o.When == nil {
		return t.todayCommand("")
	}
	of := stretch{o.When.Day, o.When.Day}
	if o.When.Grain == capture.Week || o.When.Grain == capture.Month || o.When.Bound == capture.Within {
		of = stretch{crm.DateOf(o.When.Start), crm.DateOf(o.When.End.Add(-time.Second))}
	}
	if of.until.Before(t.today) {
		return crm.Say("days.past", "day", of.until)
	}
	if of.until == t.today {
		return t.todayCommand("")
	}
	if o.When.Grain == capture.Week && of.from.Before(t.today.AddDays(1)) {
		of = t.thisWeek() // on a Friday "this week" is not three days
	}
	of.from = latest(of.from, t.today)
	if of.until.Sub(of.from) >= maxPlanDays {
		of.until = of.from.AddDays(maxPlanDays - 1)
	}
	s, err := t.daysPlan(of)
	if err != nil {
		return err
	}
	return t.send(s)
}

// daysPlan lists what is planned on these days, by day.
func (t *turn) daysPlan(of stretch) (*screen, error) {
	s := &screen{}
	if of.from == of.until {
		s.Bold(t.Say("days.day", "day", of.from))
	} else {
		s.Bold(t.Say("week.head", "from", of.from, "to", of.until))
	}
	l := lines{turn: t, screen: s, list: of.list()}
	steps, contracts, bills, err := t.daysRecords(of.until)
	if err != nil {
		return nil, err
	}
	for day := of.from; !of.until.Before(day); day = day.AddDays(1) {
		if err := t.planDay(&l, day, of.from != of.until, steps, contracts, bills); err != nil {
			return nil, err
		}
	}
	if l.n == 0 {
		s.Line(t.Say("week.empty"))
	}
	l.done()
	return s.about("plan", t.me.ID), nil
}

// daysRecords are the open steps, contracts and bills up to a day, of the reader and of those whom he stands in for.
func (t *turn) daysRecords(last crm.Date) (steps []crm.FollowUp, contracts []renewal, bills []crm.Invoice, err error) {
	end := crm.MomentOf(last.AddDays(1).In(t.zone, 0))
	people := []int64{t.me.ID}
	for _, absent := range t.tx.Absent() {
		people = append(people, absent.ID)
	}
	for _, of := range people {
		own, err := t.tx.FollowUps(storage.FollowUpFilter{Assignee: of, Status: crm.FollowUpOpen, DueTo: end})
		if err != nil {
			return nil, nil, nil, err
		}
		due, err := t.tx.Invoices(storage.InvoiceFilter{Manager: of, Open: true, DueTo: last})
		if err != nil {
			return nil, nil, nil, err
		}
		decisions, err := t.upcomingOf(storage.ContractFilter{Manager: of, Active: true}, last)
		if err != nil {
			return nil, nil, nil, err
		}
		steps, bills, contracts = append(steps, own...), append(bills, due...), append(contracts, decisions...)
	}
	sort.SliceStable(steps, func(i, j int) bool { return max(steps[i].Due, steps[i].Snoozed) < max(steps[j].Due, steps[j].Snoozed) })
	return steps, contracts, bills, nil
}

// planDay lists one day; what is overdue stands under today.
func (t *turn) planDay(l *lines, day crm.Date, heading bool, steps []crm.FollowUp, contracts []renewal, bills []crm.Invoice) error {
	headed := !heading
	add := func(verb string, id int64, line string) {
		if !headed {
			headed = true
			l.heading(t.Date(day, ""))
		}
		l.add(verb, id, line)
	}
	on := func(d crm.Date) bool { return d == day || day == t.today && d.Before(day) }
	for _, f := range steps {
		due := t.dueOf(f).Day
		if !on(due) {
			continue
		}
		line, err := t.planLine(f, due.Before(day))
		if err != nil {
			return err
		}
		add("f", f.ID, line)
	}
	for _, r := range contracts {
		if on(r.day) && r.contract.Decision == "" {
			add("k", r.contract.ID, t.renewalLine(r))
		}
	}
	for _, i := range bills {
		if i.Due == day {
			name, err := t.clientName(i.Client)
			if err != nil {
				return err
			}
			add("i", i.ID, name+" · "+t.invoiceLine(i))
		}
	}
	return nil
}
