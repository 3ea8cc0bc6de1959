package dialog

import (
	"errors"
	"regexp"
	"strconv"

	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
)

// Rules of bound groups.
//
// A lead binds a group to his team, an owner to any: by /bind in the group, by the bot's mention and «привяжи», or by the
// button that he gets when he brings the bot there. From then on the team's digest comes there too, without sums and clients'
// names. In a forum it comes into the topic where it was bound. A team has one group, and a group one team: a new
// binding takes the place of the old one; the group of another team is bound by who leads that team. /unbind ends it, and so does taking the bot
// out, of which the leads of the team are told. A group that becomes a supergroup keeps its binding.

// binding is what an offer to bind a group keeps.
type binding struct {
	Chat   int64
	Thread int64  `json:",omitempty"`
	Title  string `json:",omitempty"`
}

var (
	bindWords   = regexp.MustCompile(`(?i)^(?:/bind|привяж\pL+|подключи\pL*|bind|connect)(?:\s|$)`)
	unbindWords = regexp.MustCompile(`(?i)^(?:/unbind|отвяж\pL+|отключи\pL*|unbind|disconnect)(?:\s|$)`)
)

// groupBusiness handles what is said to the bot in a group about the group itself; false when it is about something else.
func (t *turn) groupBusiness() (bool, error) {
	switch {
	case bindWords.MatchString(t.in.Text):
		return true, t.bindHere()
	case unbindWords.MatchString(t.in.Text):
		return true, t.unbindHere()
	}
	return false, nil
}

// here is the group of this turn.
func (t *turn) here() binding { return binding{t.in.Chat, t.in.Thread, t.in.Title} }

// bindCommand and unbindCommand are given outside of a group.
func (t *turn) bindCommand(string) error { return t.boundState() }

func (t *turn) unbindCommand(string) error { return t.boundState() }

// boundState says in private which team is bound, and how it is done.
func (t *turn) boundState() error {
	teams, err := t.bindable()
	if err != nil {
		return err
	}
	s := t.screen("bind.how")
	for _, team := range teams {
		key := "bind.none"
		if team.Chat != 0 {
			key = "bind.bound"
			s.row(labelled(t.Say("bind.off", "team", message.Cut(team.Name, 30)), "bind", team.ID, "off"))
		}
		s.Line(t.Say(key, "team", team.Name))
	}
	return t.send(s)
}

// bindable are the teams that this member may bind.
func (t *turn) bindable() ([]crm.Team, error) {
	if t.me.Role == crm.Owner {
		return t.tx.Teams()
	}
	if t.me.Role != crm.Lead || t.me.Team == 0 {
		return nil, crm.Say("bind.lead.only")
	}
	team, err := t.tx.Team(t.me.Team)
	return []crm.Team{team}, err
}

// bindHere binds the group, at once when there is one team to choose from. Whoever may not is told so in private.
func (t *turn) bindHere() error {
	teams, err := t.bindable()
	if err != nil {
		return err
	}
	if len(teams) == 1 {
		return t.bindTo(teams[0], t.here())
	}
	if err := t.reactHere("group.privately"); err != nil {
		return err
	}
	return t.offerBinding(t.here(), teams)
}

// reactHere answers in the group itself.
func (t *turn) reactHere(key string, pairs ...any) error {
	_, err := t.tx.Send(message.Out{Chat: t.in.Chat, Thread: t.in.Thread, Reply: t.in.Message, Text: t.Say(key, pairs...)})
	return err
}

// offerBinding asks in private which team a group is for.
func (t *turn) offerBinding(g binding, teams []crm.Team) error {
	o, err := t.keepOffer("bind", g)
	if err != nil {
		return err
	}
	key := "bind.which"
	if len(teams) == 1 {
		key = "bind.offer"
	}
	s := t.screen(key, "title", message.Cut(g.Title, 60), "team", teams[0].Name)
	var buttons []message.Button
	for _, team := range teams[:min(len(teams), fewMembers)] {
		label := message.Cut(team.Name, 40)
		if len(teams) == 1 {
			label = t.Say("bind.yes")
		}
		buttons = append(buttons, labelled(label, "bind", o.ID, "t"+strconv.FormatInt(team.ID, 36)))
	}
	s.rows(2, buttons...)
	s.row(t.button("bind.no", "bind", o.ID, "no"))
	out := t.out(s)
	out.Chat, out.Thread = t.me.Telegram, 0
	_, err = t.tx.Send(out)
	return err
}

// bindTo binds a group to a team and says so in both places.
func (t *turn) bindTo(team crm.Team, g binding) error {
	bound, taken, err := t.tx.TeamByChat(g.Chat)
	if err != nil {
		return err
	}
	switch {
	case taken && bound.ID == team.ID && bound.Thread == g.Thread:
		return crm.Say("bind.already", "team", team.Name)
	case taken && bound.ID != team.ID && t.me.Role != crm.Owner:
		return crm.Say("bind.taken")
	}
	t.tx.Change("bound", crm.Subject{Kind: "team", ID: team.ID}, crm.Fact{Name: "team", Value: team.Name})
	if taken && bound.ID != team.ID {
		bound.Chat, bound.Thread = 0, 0
		if err := t.tx.SaveTeam(&bound); err != nil {
			return err
		}
	}
	moved := team.Chat != 0 && team.Chat != g.Chat
	if moved {
		if _, err := t.tx.Send(message.Out{Chat: team.Chat, Thread: team.Thread, Text: t.Say("bind.gone")}); err != nil {
			return err
		}
	}
	team.Chat, team.Thread = g.Chat, g.Thread
	if err := t.tx.SaveTeam(&team); err != nil {
		return err
	}
	if _, err := t.tx.Send(message.Out{Chat: g.Chat, Thread: g.Thread, Text: t.Say("bind.here", "team", team.Name)}); err != nil {
		return err
	}
	key := "bind.done"
	if moved {
		key = "bind.moved"
	}
	s := t.screen(key, "title", message.Cut(g.Title, 60), "team", team.Name)
	s.row(labelled(t.Say("bind.off", "team", message.Cut(team.Name, 30)), "bind", team.ID, "off"), t.button("card.undo", "undo", t.tx.ChangeID()))
	return t.inPrivate(s)
}

// inPrivate shows a screen in the private chat: in place of the tapped message there, or as a new one.
func (t *turn) inPrivate(s *screen) error {
	if !t.in.Group {
		return t.show(s)
	}
	out := t.out(s)
	out.Chat, out.Thread = t.me.Telegram, 0
	_, err := t.tx.Send(out)
	return err
}

// unbindHere ends the binding of the group.
func (t *turn) unbindHere() error {
	teams, err := t.bindable()
	if err != nil {
		return err
	}
	bound, taken, err := t.tx.TeamByChat(t.in.Chat)
	if err != nil {
		return err
	}
	if !taken {
		return crm.Say("bind.not")
	}
	for _, team := range teams {
		if team.ID == bound.ID {
			return t.unbind(team)
		}
	}
	return crm.Say("bind.taken")
}

func (t *turn) unbind(team crm.Team) error {
	chat, thread := team.Chat, team.Thread
	t.tx.Change("unbound", crm.Subject{Kind: "team", ID: team.ID}, crm.Fact{Name: "team", Value: team.Name})
	team.Chat, team.Thread = 0, 0
	if err := t.tx.SaveTeam(&team); err != nil {
		return err
	}
	if _, err := t.tx.Send(message.Out{Chat: chat, Thread: thread, Text: t.Say("bind.gone")}); err != nil {
		return err
	}
	s := t.screen("bind.undone", "team", team.Name)
	s.row(t.button("card.undo", "undo", t.tx.ChangeID()))
	return t.inPrivate(s)
}

// tapBind answers an offer to bind a group, or unbinds a team.
func (t *turn) tapBind(id int64, arg string) error {
	if arg == "off" {
		team, err := t.tx.Team(id)
		if err != nil {
			return err
		}
		if team.Chat == 0 {
			return crm.Say("already")
		}
		return t.unbind(team)
	}
	var g binding
	if _, err := t.takeOffer(id, "bind", &g); err != nil {
		return err
	}
	if arg == "no" {
		return t.show(t.screen("bind.dropped"))
	}
	team, err := strconv.ParseInt(arg[min(1, len(arg)):], 36, 64)
	if err != nil {
		return crm.Say("button.unknown")
	}
	to, err := t.tx.Team(team)
	if err != nil {
		return err
	}
	return t.bindTo(to, g)
}

// added greets a group that a member brought the bot to, and offers its lead in private to bind it.
func (t *turn) added() error {
	if err := t.say("group.hello"); err != nil {
		return err
	}
	teams, err := t.bindable()
	var problem *crm.Problem
	if errors.As(err, &problem) || len(teams) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	_, taken, err := t.tx.TeamByChat(t.in.Chat)
	if err != nil || taken {
		return err
	}
	return t.offerBinding(t.here(), teams)
}

// Expelled ends the binding of a group that the bot was taken out of, and tells the leads of its team once. It is the
// program's own: who took the bot out may be nobody we know.
func (d *Dialog) Expelled(tx *storage.Tx, chat int64) error {
	sys := tx.System()
	team, bound, err := sys.TeamByChat(chat)
	if err != nil || !bound {
		return err
	}
	team.Chat, team.Thread = 0, 0
	sys.Change("unbound", crm.Subject{Kind: "team", ID: team.ID}, crm.Fact{Name: "team", Value: team.Name})
	if err := sys.SaveTeam(&team); err != nil {
		return err
	}
	leads, err := sys.LeadsOf(crm.Member{Team: team.ID})
	for i := 0; i < len(leads) && err == nil; i++ {
		to := d.turnOf(tx, leads[i], message.In{Chat: leads[i].Telegram})
		err = to.say("bind.expelled", "team", team.Name)
	}
	return err
}
