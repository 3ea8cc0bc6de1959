package dialog

import (
	"slices"
	"strconv"
	"strings"

	"followup/bot/message"
	"followup/storage/crm"
)

// Rules of handing over one client.
//
// A lead gives a client to a colleague by a button or by a line: «передай Омегу Анне». With it go its history, sums and steps.
// The colleague and who had the client hear of it, and it can be undone. All clients of somebody, or for a time, are an
// absence; see away.go.

// handTalk takes «передай Омегу Анне»; false when the line names no client, or nobody who may get it.
func (t *turn) handTalk(text string) (bool, error) {
	line := strings.TrimSpace(text)
	verb := handsOver.FindString(line)
	if verb == "" {
		return false, nil
	}
	name := strings.Trim(line[len(verb):], " .!")
	members, err := t.atWork()
	if err != nil {
		return true, err
	}
	words := wordsOf(name)
	found := colleagues(words, members)
	if len(found) != 1 || len(found[0].members) != 1 || found[0].cases&(dative|nominative) == 0 || found[0].to-found[0].from == len(words) {
		return false, nil
	}
	var rest []string
	for i, w := range words {
		if i >= found[0].from && i < found[0].to || w.fold == "to" || w.fold == "клиента" || w.fold == "client" {
			continue
		}
		rest = append(rest, w.text)
	}
	name = strings.Join(rest, " ")
	r, err := t.understood(name)
	if err != nil || len(r.Mentions) != 1 || r.Mentions[0].Span.From > 0 || r.Mentions[0].Span.To < len(name) {
		return false, err // «передай Анне прайс Ромашки»
	}
	clients, err := t.findClients(name)
	if err != nil || len(clients.sure) == 0 {
		return false, err
	}
	to := found[0].members[0]
	if t.pass(crm.HandOver) != nil {
		return true, t.deniedToLead("hand.lead.only", t.me)
	}
	if len(clients.sure) == 1 {
		return true, t.hand(clients.sure[0], to)
	}
	s := t.screen("hand.which", "who", to.Name)
	for _, c := range clients.sure[:min(len(clients.sure), maxChoices)] {
		label, err := t.tellApart(c.ID)
		if err != nil {
			return true, err
		}
		s.row(labelled(label, "hand", c.ID, base36(to.ID)))
	}
	return true, t.send(s)
}

// handButton offers to give a client to somebody else; nil for those who may not.
func (t *turn) handButton(c crm.Client) []message.Button {
	if t.pass(crm.HandOver) != nil {
		return nil
	}
	return []message.Button{t.button("hand.button", "hand", c.ID)}
}

// tapHand asks to whom a client goes, or gives it to the member whom the button names.
func (t *turn) tapHand(id int64, arg string) error {
	c, err := t.tx.Client(id)
	if err != nil {
		return err
	}
	members, err := t.atWork()
	if err != nil {
		return err
	}
	if arg != "" {
		to, err := strconv.ParseInt(arg, 36, 64)
		at := slices.IndexFunc(members, func(m crm.Member) bool { return m.ID == to })
		if err != nil || at < 0 {
			return crm.Say("button.unknown")
		}
		return t.hand(c, members[at])
	}
	s := t.screen("hand.whom", "name", message.Cut(c.Name, maxNameShown))
	var buttons []message.Button
	for _, m := range members {
		if m.ID != c.Manager && m.Status == crm.MemberActive && (m.Team == c.Team || t.me.Role == crm.Owner) && len(buttons) < fewMembers {
			buttons = append(buttons, labelled(m.Name, "hand", c.ID, base36(m.ID)))
		}
	}
	if len(buttons) == 0 {
		return crm.Say("hand.nobody", "name", c.Name)
	}
	return t.show(s.rows(2, buttons...).row(t.button("client.back", "c", c.ID)).about("client", c.ID))
}

// hand gives a client to a member and tells both sides.
func (t *turn) hand(c crm.Client, to crm.Member) error {
	if c.Manager == to.ID {
		return crm.Say("hand.has", "name", c.Name, "who", to.Name)
	}
	had := c.Manager
	name := message.Cut(c.Name, maxNameShown)
	t.tx.Change("access.handed", crm.Subject{Kind: "client", ID: c.ID}, crm.Fact{Name: "name", Value: message.Cut(c.Name, 60)},
		crm.Fact{Name: "who", Value: message.Cut(to.Name, 60)}, crm.Fact{Name: "told", Value: joinIDs([]int64{to.ID, had})})
	if err := t.tx.HandOver(c.ID, to.ID); err != nil {
		return err
	}
	if to.ID != t.me.ID {
		if err := t.tellAsker(to, c, "access.handed.told", crm.AccessHanded); err != nil {
			return err
		}
	}
	if had != 0 && had != t.me.ID {
		gone := func(o *turn) *screen {
			return o.screen("hand.gone.told", "name", name, "who", to.Name, "lead", t.me.Name)
		}
		if err := t.tellMember(had, gone); err != nil {
			return err
		}
	}
	s := t.screen("access.handed.done", "who", message.Cut(to.Name, 60), "name", name)
	return t.show(s.row(t.button("card.undo", "undo", t.tx.ChangeID()), t.button("client.card", "c", c.ID)).about("client", c.ID))
}
