package dialog

import (
	"slices"

	"followup/bot/chart"
	"followup/bot/locale"
	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
)

// Rules of invitations.
//
// A lead invites managers into his team, an owner anybody into any. Role and team are chosen by buttons; then there is a
// link with its picture to be read off the screen, which lets one person in, once, until its day. Only the hash of a code is
// kept, so it is shown once; what is open is listed and can be revoked. The choice waits as a form, so that a second tap
// makes no second invitation.

// invitable are the roles that the member may invite somebody as.
func (t *turn) invitable() []crm.Role {
	if t.me.Role == crm.Owner {
		return []crm.Role{crm.Manager, crm.Lead, crm.Owner}
	}
	return []crm.Role{crm.Manager}
}

// invite asks whom to invite.
func (t *turn) invite(string) error {
	s, err := t.inviteScreen()
	if err != nil {
		return err
	}
	return t.open("invite", formData{}, s)
}

func (t *turn) inviteScreen() (*screen, error) {
	open, err := t.tx.Invites()
	if err != nil {
		return nil, err
	}
	s := t.screen("invite.ask")
	for _, role := range t.invitable() {
		s.row(t.button("invite.role."+string(role), "inv", 0, string(role)))
	}
	if len(open) > 0 {
		s.row(labelled(t.Say("invite.open", "n", len(open)), "invs", 0))
	}
	return s, nil
}

// formInvite keeps the choice waiting; it is made by buttons.
func (t *turn) formInvite(formData, string) error { return errNotMine }

// inviting reports whether an invitation is being made in this chat.
func (t *turn) inviting() (bool, error) {
	f, ok, err := t.tx.Form(t.in.Chat)
	return ok && f.Kind == "invite" && f.Expires >= crm.MomentOf(t.now), err
}

// tapInvite chooses role and team: "" begins, "lead" chooses the role, and with the role a team's number the team.
func (t *turn) tapInvite(team int64, arg string) error {
	if arg == "" {
		s, err := t.inviteScreen()
		if err != nil {
			return err
		}
		if err := t.keepForm("invite", formData{}); err != nil {
			return err
		}
		return t.show(s)
	}
	waits, err := t.inviting()
	if err != nil {
		return err
	}
	role := crm.Role(arg)
	switch {
	case !slices.Contains(t.invitable(), role):
		return crm.Say("denied", "action", string(crm.Invite))
	case !waits:
		return crm.Say("already", "kind", "invite", "status", "made")
	case role == crm.Owner:
		return t.makeInvite(storage.Invite{Role: role})
	case t.me.Role != crm.Owner:
		return t.makeInvite(storage.Invite{Role: role, Team: t.me.Team})
	case team != 0:
		return t.makeInvite(storage.Invite{Role: role, Team: team})
	}
	return t.askInviteTeam(role)
}

// askInviteTeam asks for the team; the only one needs no question.
func (t *turn) askInviteTeam(role crm.Role) error {
	teams, err := t.tx.Teams()
	switch {
	case err != nil:
		return err
	case len(teams) == 0:
		return crm.Say("invite.noteam")
	case len(teams) == 1:
		return t.makeInvite(storage.Invite{Role: role, Team: teams[0].ID})
	}
	s := t.screen("invite.team.ask", "role", locale.Key("role."+string(role)))
	var buttons []message.Button
	for _, team := range teams {
		buttons = append(buttons, labelled(team.Name, "inv", team.ID, string(role)))
	}
	return t.show(s.rows(2, buttons...).row(t.button("back", "inv", 0)))
}

// makeInvite makes the invitation and shows its link and picture.
func (t *turn) makeInvite(i storage.Invite) error {
	place, err := t.invitePlace(i)
	if err != nil {
		return err
	}
	code, err := t.tx.CreateInvite(&i)
	if err != nil {
		return err
	}
	if err := t.closeForm(); err != nil {
		return err
	}
	if err := t.plain(); err != nil {
		return err
	}
	link := t.telegramLink("inv_" + code)
	s := t.screen("invite.made", "place", place, "day", t.expiry(i))
	if link == "" {
		s.Gap().Styled("code", "/start inv_"+code)
	} else {
		s.Gap().Add(link)
		picture, err := chart.QR(link)
		if err != nil {
			return err
		}
		s.file = &message.Upload{Name: "qr.png", Photo: true, Bytes: picture}
	}
	s.row(t.button("invite.revoke", "invo", i.ID, "revoke"), t.button("invite.list", "invs", 0, "new"))
	return t.send(s)
}

// expiry is the last day on which an invitation lets somebody in.
func (t *turn) expiry(i storage.Invite) locale.When { return t.when(i.Expires) }

// invitePlace is the role and team of an invitation in words.
func (t *turn) invitePlace(i storage.Invite) (string, error) {
	if i.Team == 0 {
		return t.Say("role." + string(i.Role)), nil
	}
	team, err := t.tx.Team(i.Team)
	return t.Say("member.place", "role", locale.Key("role."+string(i.Role)), "team", message.Cut(team.Name, maxTeamName)), err
}

// tapInvites lists the open invitations, in place or, under a picture, which can't become a text, in a message of its own.
func (t *turn) tapInvites(_ int64, arg string) error {
	s, err := t.invitesScreen()
	if err != nil {
		return err
	}
	if arg == "new" {
		return t.send(s)
	}
	return t.show(s)
}

func (t *turn) invitesScreen() (*screen, error) {
	open, err := t.tx.Invites()
	if err != nil {
		return nil, err
	}
	s := &screen{}
	if len(open) == 0 {
		s.Add(t.Say("invite.none"))
		return s.row(t.button("invite.button", "inv", 0)), nil
	}
	s.Bold(t.Say("invite.list.head"))
	s.Break()
	l := lines{turn: t, screen: s}
	for _, i := range open {
		line, err := t.inviteLine(i)
		if err != nil {
			return nil, err
		}
		l.add("invo", i.ID, line)
	}
	l.done()
	return s.row(t.button("invite.button", "inv", 0)), nil
}

func (t *turn) inviteLine(i storage.Invite) (string, error) {
	place, err := t.invitePlace(i)
	if err != nil {
		return "", err
	}
	line := t.Say("invite.line", "place", capital(place), "day", t.expiry(i))
	if i.By == 0 {
		return line, nil
	}
	by, err := t.tx.Member(i.By)
	return line + " · " + t.Say("invite.by", "name", message.Cut(by.Name, 40)), err
}

// tapOpenInvite shows an open invitation; "revoke" takes it back.
func (t *turn) tapOpenInvite(id int64, arg string) error {
	switch arg {
	case "revoke":
		if err := t.tx.RevokeInvite(id); err != nil {
			return err
		}
		if err := t.plain(); err != nil {
			return err
		}
		return t.say("invite.revoked.done")
	case "":
	default:
		return crm.Say("button.unknown")
	}
	open, err := t.tx.Invites()
	if err != nil {
		return err
	}
	at := slices.IndexFunc(open, func(i storage.Invite) bool { return i.ID == id })
	if at < 0 {
		return crm.Say("already", "kind", "invite", "status", "closed")
	}
	line, err := t.inviteLine(open[at])
	if err != nil {
		return err
	}
	s := &screen{}
	s.Add(line)
	return t.show(s.row(t.button("invite.revoke", "invo", id, "revoke")).row(t.button("back", "invs", 0)))
}
