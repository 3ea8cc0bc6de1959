package dialog

import (
	"io"
	"strconv"

	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
	"followup/storage/exchange"
)

// Rules of one's calendar.
//
// It holds what the member himself has to do: his open follow-ups, the decision days of his contracts that are not decided,
// the days on which money was promised to him. What is done is gone; what was cancelled within the last month stays as
// cancelled, so that a calendar that kept it strikes it out. A summary says what and for whom, never a sum or a phone.

const (
	cancelledDays  = 31
	calendarMonths = 24
)

func (t *turn) makeCalendar() (made, error) {
	c := exchange.Calendar{Name: t.Say("export.calendar.name", "who", t.me.Name), Stamp: crm.MomentOf(t.now)}
	for _, part := range []func(*turn) ([]exchange.Event, error){(*turn).stepEvents, (*turn).decisionEvents, (*turn).promiseEvents} {
		events, err := part(t)
		if err != nil {
			return made{}, err
		}
		c.Events = append(c.Events, events...)
	}
	title := t.Say("export.calendar")
	return made{
		title: title, name: t.fileName(title, ".ics"),
		caption: t.Say("export.caption.calendar", "n", len(c.Events)),
		write:   func(w io.Writer) error { return exchange.WriteCalendar(w, c) },
	}, nil
}

// revised fills in what tells a calendar that an event has changed.
func (t *turn) revised(kind string, ids []int64, events []exchange.Event) ([]exchange.Event, error) {
	revisions, err := t.tx.Revisions(kind, ids)
	for i, id := range ids {
		events[i].UID = kind + "-" + strconv.FormatInt(id, 10) + "@followup"
		events[i].Sequence, events[i].Stamp = revisions[id].Count, revisions[id].At
	}
	return events, err
}

func (t *turn) stepEvents() ([]exchange.Event, error) {
	steps, err := t.tx.FollowUps(storage.FollowUpFilter{Assignee: t.me.ID, Status: crm.FollowUpOpen, Limit: exportRows})
	if err != nil {
		return nil, err
	}
	gone, err := t.tx.FollowUps(storage.FollowUpFilter{Assignee: t.me.ID, Status: crm.FollowUpCancelled, DueFrom: crm.MomentOf(t.now.AddDate(0, 0, -cancelledDays))})
	if err != nil {
		return nil, err
	}
	steps = append(steps, gone...)
	ids := make([]int64, 0, len(steps))
	events := make([]exchange.Event, 0, len(steps))
	for _, f := range steps {
		name, err := t.clientName(f.Client)
		if err != nil {
			return nil, err
		}
		due := t.dueOf(f)
		e := exchange.Event{Summary: eventTitle(capital(f.Text), name), Day: due.Day, Cancelled: f.Status == crm.FollowUpCancelled}
		if !f.AllDay {
			e.Start = max(f.Due, f.Snoozed)
		}
		if f.Obligation {
			e.Summary = t.Say("calendar.obligation", "text", e.Summary)
		}
		ids, events = append(ids, f.ID), append(events, e)
	}
	return t.revised("followup", ids, events)
}

func (t *turn) decisionEvents() ([]exchange.Event, error) {
	list, err := t.upcomingOf(storage.ContractFilter{Manager: t.me.ID, Active: true}, t.today.AddMonths(calendarMonths))
	var ids []int64
	var events []exchange.Event
	for _, k := range list {
		if k.contract.Decision != "" {
			continue
		}
		ids = append(ids, k.contract.ID)
		events = append(events, exchange.Event{
			Summary: eventTitle(t.Say("calendar.decision", "number", t.number(k.contract.Number)), k.client), Day: k.day,
		})
	}
	if err != nil {
		return nil, err
	}
	return t.revised("contract", ids, events)
}

func (t *turn) promiseEvents() ([]exchange.Event, error) {
	list, err := t.tx.Promises(storage.PromiseFilter{Manager: t.me.ID, Status: crm.PromisePending})
	if err != nil {
		return nil, err
	}
	var ids []int64
	var events []exchange.Event
	for _, p := range list {
		name, err := t.clientName(p.Client)
		if err != nil {
			return nil, err
		}
		ids = append(ids, p.ID)
		events = append(events, exchange.Event{Summary: eventTitle(t.Say("calendar.promise"), name), Day: p.Day})
	}
	return t.revised("promise", ids, events)
}

// eventTitle is what and for whom.
func eventTitle(what, client string) string {
	what = message.Cut(what, 120)
	if client == "" {
		return what
	}
	return what + " · " + message.Cut(client, 80)
}
