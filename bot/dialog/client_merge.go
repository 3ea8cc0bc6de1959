package dialog

import (
	"errors"
	"strconv"
	"strings"

	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
)

// Rules of merging.
//
// A client that looks like another one is said so on its card and when it is entered, once at a time, the surest first. Both are
// shown side by side with all that is kept for them; the person chooses which stays, or says that they are different, which is
// remembered. Everything moves, and one undo brings both back. A manager merges his own, a lead those of his team.

// alikeOf is the client that this one looks like most, false when there is none.
func (t *turn) alikeOf(c crm.Client) (storage.Alike, bool, error) {
	l, err := t.lookalikes()
	if err != nil {
		return storage.Alike{}, false, err
	}
	people, err := t.tx.Contacts(c.ID)
	if err != nil {
		return storage.Alike{}, false, err
	}
	look := storage.Look{ID: c.ID, Name: c.Name, Aliases: c.Aliases, INN: c.INN, City: c.City}
	for _, p := range people {
		look.Phones = append(look.Phones, p.Phones...)
		if p.Email != "" {
			look.Emails = append(look.Emails, p.Email)
		}
	}
	found := l.Of(look)
	if len(found) == 0 {
		return storage.Alike{}, false, nil
	}
	return found[0], true, nil
}

// cardAlike says on a card that another client looks like this one.
func (t *turn) cardAlike(s *screen, c crm.Client) error {
	a, ok, err := t.alikeOf(c)
	if err != nil || !ok {
		return err
	}
	s.Line(t.Say("merge.like", "name", message.Cut(a.Name, maxNameShown), "why", t.Say("merge.why."+string(a.Why))))
	s.row(t.button("merge.compare", "same", c.ID, strconv.FormatInt(a.ID, 36)))
	return nil
}

// pair reads the two clients of a button. One that is gone was merged already.
func (t *turn) pair(id int64, arg string) (one, other crm.Client, err error) {
	second, err := strconv.ParseInt(arg, 36, 64)
	if err != nil {
		return one, other, crm.Say("button.unknown")
	}
	if one, err = t.tx.Client(id); err == nil {
		other, err = t.tx.Client(second)
	}
	if isGone(err) {
		err = crm.Say("already")
	}
	return one, other, err
}

// tapSame shows two clients side by side.
func (t *turn) tapSame(id int64, arg string) error {
	one, other, err := t.pair(id, arg)
	if err != nil {
		return err
	}
	s := t.screen("merge.ask")
	for i, c := range []crm.Client{one, other} {
		s.Break()
		if err := t.compared(s, i+1, c); err != nil {
			return err
		}
	}
	s.Break()
	s.Line(t.Say("merge.note"))
	s.row(t.keepButton(1, one, other)).row(t.keepButton(2, other, one))
	s.row(t.button("merge.apart", "apart", one.ID, strconv.FormatInt(other.ID, 36)), t.button("merge.back", "c", one.ID))
	return t.show(s.about("client", one.ID))
}

func (t *turn) keepButton(n int, kept, lost crm.Client) message.Button {
	return labelled(t.Say("merge.keep", "n", n, "name", message.Cut(kept.Name, 40)), "merge", kept.ID, strconv.FormatInt(lost.ID, 36))
}

// compared is one side of the comparison.
func (t *turn) compared(s *screen, n int, c crm.Client) error {
	s.Line(strconv.Itoa(n) + ". ")
	s.Bold(message.Cut(c.Name, maxNameShown))
	s.Add(" · " + string(c.Tier))
	manager := ""
	if c.Manager != 0 {
		m, err := t.tx.Member(c.Manager)
		if err != nil {
			return err
		}
		manager = m.Name
	}
	h, err := t.tx.Holdings(c.ID)
	if err != nil {
		return err
	}
	s.Line(t.Say("merge.who", "manager", manager, "day", t.when(c.Created).Day))
	var where []string
	if c.INN != "" {
		where = append(where, t.Say("client.inn", "inn", c.INN))
	}
	if c.City != "" {
		where = append(where, message.Cut(c.City, 60))
	}
	if len(where) > 0 {
		s.Line(strings.Join(where, " · "))
	}
	line, err := t.touchedLine(c)
	if err != nil {
		return err
	}
	s.Line(line)
	s.Line(t.Say("merge.holds", "contacts", h.Contacts, "touches", h.Interactions, "steps", h.FollowUps, "contracts", h.Contracts, "bills", h.Receivables))
	debts, err := t.tx.Debts(storage.DebtFilter{Client: c.ID})
	for _, d := range debts {
		if !t.me.Settings.HideSums {
			s.Line(t.Say("merge.owes", "total", d.Total))
		}
	}
	return err
}

// tapMerge makes one of two: the button's record stays.
func (t *turn) tapMerge(id int64, arg string) error {
	kept, lost, err := t.pair(id, arg)
	if err != nil {
		return err
	}
	if err := t.tx.Merge(lost.ID, kept.ID); err != nil {
		return err
	}
	t.tx.Change("merged", crm.Subject{Kind: "client", ID: kept.ID},
		crm.Fact{Name: "lost", Value: message.Cut(lost.Name, 60)}, crm.Fact{Name: "kept", Value: message.Cut(kept.Name, 60)})
	s := t.screen("merge.done", "lost", message.Cut(lost.Name, maxNameShown), "kept", message.Cut(kept.Name, maxNameShown))
	h, err := t.tx.Holdings(kept.ID)
	if err != nil {
		return err
	}
	s.Line(t.Say("merge.holds", "contacts", h.Contacts, "touches", h.Interactions, "steps", h.FollowUps, "contracts", h.Contracts, "bills", h.Receivables))
	s.row(t.button("new.open", "c", kept.ID), t.button("card.undo", "undo", t.tx.ChangeID()))
	return t.show(s.about("client", kept.ID))
}

// tapApart remembers that two clients are different.
func (t *turn) tapApart(id int64, arg string) error {
	one, other, err := t.pair(id, arg)
	if err != nil {
		return err
	}
	if err := t.tx.Apart(one.ID, other.ID); err != nil {
		return err
	}
	if err := t.toast(t.Say("merge.apart.toast"), false); err != nil {
		return err
	}
	defer t.forgetLookalikes() // those of the card below are of a turn that may still fail
	t.forgetLookalikes()
	return t.showCard(one)
}

// isGone reports whether a record is no longer there.
func isGone(err error) bool {
	var p *crm.Problem
	return errors.As(err, &p) && p.Key == "gone"
}
