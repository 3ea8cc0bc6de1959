package dialog

import (
	"errors"

	"followup/bot/message"
	"followup/storage/crm"
)

// Rules of access to another's client.
//
// Of another's client there is the name and a button that asks the lead. He answers by one tap: access, a refusal, or the
// client itself; who asked hears of it. The first answer holds, whoever of the leads gives it. What a lead gave he sees on the
// client's card and can take back; it ends with the next update.

// deniedScreen says that a client is another's, with a button that asks for access. ok is false for other Problems, and when
// there is nobody to ask.
func (t *turn) deniedScreen(p *crm.Problem) (*screen, bool) {
	id, known := fact(p, "id")
	lead, _ := fact(p, "lead")
	client, isID := id.(int64)
	if p.Key != "denied.client" || !known || !isID || lead == "" {
		return nil, false
	}
	s := &screen{}
	s.Add(t.SayFacts("denied.client.ask", p.Facts))
	return s.row(t.button("access.ask", "ask", client)), true
}

// tapAsk asks for access to a client.
func (t *turn) tapAsk(client int64, _ string) error {
	t.tx.Change("access.asked", crm.Subject{Kind: "client", ID: client})
	a, c, leads, err := t.tx.AskAccess(client)
	var problem *crm.Problem
	if errors.As(err, &problem) && problem.Key == "access.has" {
		c, err := t.tx.Client(client)
		if err != nil {
			return err
		}
		return t.showCard(c)
	}
	if err != nil {
		return err
	}
	t.tx.Change("access.asked", crm.Subject{Kind: "client", ID: client}, crm.Fact{Name: "name", Value: message.Cut(c.Name, 60)})
	manager := ""
	if c.Manager != 0 {
		m, err := t.tx.Member(c.Manager)
		if err != nil {
			return err
		}
		manager = m.Name
	}
	for _, lead := range leads {
		to := t.d.turnOf(t.tx, lead, message.In{Chat: lead.Telegram})
		if err := to.askedForAccess(a, c, t.me, manager); err != nil {
			return err
		}
	}
	s := t.screen("access.sent", "name", message.Cut(c.Name, maxNameShown), "lead", leads[0].Name)
	return t.show(s)
}

// askedForAccess tells a lead who asks for what.
func (t *turn) askedForAccess(a crm.Access, c crm.Client, asker crm.Member, manager string) error {
	key := "access.request"
	if manager == "" {
		key = "access.request.nobody"
	}
	s := t.screen(key, "who", message.Cut(asker.Name, 60), "name", message.Cut(c.Name, maxNameShown), "manager", message.Cut(manager, 60))
	s.row(t.button("access.give", "grant", a.ID, string(crm.AccessGiven)), t.button("access.refuse", "grant", a.ID, string(crm.AccessRefused)))
	if t.me.Role == crm.Owner || asker.Team == t.me.Team {
		s.row(t.button("access.hand", "grant", a.ID, string(crm.AccessHanded)))
	}
	return t.send(s.row(t.button("client.card", "c", c.ID)))
}

// accessAnswers are the answers to a request, each with what the asker hears of it.
var accessAnswers = map[crm.AccessStatus]string{
	crm.AccessGiven: "access.given.told", crm.AccessRefused: "access.refused.told", crm.AccessHanded: "access.handed.told",
}

// tapGrant answers a request, or ends what was given.
func (t *turn) tapGrant(id int64, arg string) error {
	status := crm.AccessStatus(arg)
	a, c, err := t.tx.AccessByID(id)
	if err != nil {
		return err
	}
	told, answers := accessAnswers[status]
	if !answers && status != crm.AccessEnded {
		return crm.Say("button.unknown")
	}
	asker, err := t.tx.Member(a.Member)
	if err != nil {
		return err
	}
	t.tx.Change("access."+arg, crm.Subject{Kind: "client", ID: c.ID}, crm.Fact{Name: "name", Value: message.Cut(c.Name, 60)},
		crm.Fact{Name: "who", Value: message.Cut(asker.Name, 60)}, crm.Fact{Name: "told", Value: base36(asker.ID)})
	if status == crm.AccessEnded {
		_, err = t.tx.TakeBack(id)
		told = "access.ended.told"
	} else {
		_, err = t.tx.AnswerAccess(id, status)
	}
	if err != nil {
		return err
	}
	if err := t.tellAsker(asker, c, told, status); err != nil {
		return err
	}
	s := t.screen("access."+arg+".done", "who", message.Cut(asker.Name, 60), "name", message.Cut(c.Name, maxNameShown))
	s.row(t.button("card.undo", "undo", t.tx.ChangeID()), t.button("client.card", "c", c.ID))
	return t.show(s)
}

// tellAsker tells who asked what came of it, with the card when there is one to see now.
func (t *turn) tellAsker(asker crm.Member, c crm.Client, told string, status crm.AccessStatus) error {
	if asker.Status != crm.MemberActive {
		return nil
	}
	to := t.d.turnOf(t.tx, asker, message.In{Chat: asker.Telegram})
	s := to.screen(told, "name", message.Cut(c.Name, maxNameShown), "lead", t.me.Name)
	if status == crm.AccessGiven || status == crm.AccessHanded {
		s.row(to.button("client.card", "c", c.ID))
		s.about("client", c.ID)
	}
	return to.send(s)
}

// grantee is a member who was given access.
type grantee struct {
	access int64
	name   string
}

// sharesOf lists who was given access to a client; nobody for those who may not take it back.
func (t *turn) sharesOf(c crm.Client) ([]grantee, error) {
	list, err := t.tx.Shares(c.ID)
	if denied(err) {
		return nil, nil
	}
	var shares []grantee
	for i := 0; i < len(list) && err == nil; i++ {
		var m crm.Member
		m, err = t.tx.Member(list[i].Member)
		shares = append(shares, grantee{list[i].ID, message.Cut(m.Name, 40)})
	}
	return shares, err
}

// cardShares says on the card who was given access.
func (t *turn) cardShares(s *screen, c crm.Client) error {
	shares, err := t.sharesOf(c)
	if err != nil || len(shares) == 0 {
		return err
	}
	var names []string
	for _, one := range shares {
		names = append(names, one.name)
	}
	s.Line(t.Say("access.card", "names", names))
	return nil
}

// shareButtons are those that take access back.
func (t *turn) shareButtons(s *screen, c crm.Client) error {
	shares, err := t.sharesOf(c)
	for _, one := range shares {
		s.row(labelled(t.Say("access.end", "who", one.name), "grant", one.access, string(crm.AccessEnded)))
	}
	return err
}
