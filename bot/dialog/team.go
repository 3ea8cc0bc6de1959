package dialog

import (
	"slices"
	"strings"

	"followup/bot/locale"
	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
)

// Rules of teams.
//
// Everybody sees who is in his team, who is away and with whom to speak instead; how much each has on his hands is seen by
// himself and by those who lead him. An owner makes and renames teams, gives roles and moves members, whose clients go
// along. Who changed is told. What was changed by a tap can be taken back by one.

// maxTeamName is the longest name of a team, in UTF-16 units.
const maxTeamName = 60

// team shows the asking member's team, to an owner all of them.
func (t *turn) team(string) error {
	s, err := t.teamsScreen()
	if err != nil {
		return err
	}
	return t.send(s)
}

// teamsScreen lists the teams, or shows the only one that concerns the reader.
func (t *turn) teamsScreen() (*screen, error) {
	if t.me.Role != crm.Owner && t.me.Team != 0 {
		return t.teamScreenOf(t.me.Team)
	}
	teams, err := t.tx.Teams()
	if err != nil {
		return nil, err
	}
	members, err := t.tx.Members(0)
	if err != nil {
		return nil, err
	}
	s := &screen{}
	s.Bold(t.Say("teams"))
	s.Break()
	l := lines{turn: t, screen: s}
	for _, team := range teams {
		l.add("team", team.ID, t.teamLine(team, members))
	}
	for _, m := range members {
		if m.Team == 0 {
			l.add("m", m.ID, t.Say("teams.alone", "name", message.Cut(m.Name, 40), "role", locale.Key("role."+string(m.Role))))
		}
	}
	l.done()
	add := message.Button{}
	if t.me.Role == crm.Owner {
		add = t.button("teams.new", "team", 0, "new")
	}
	return s.row(add, t.inviteButton()), nil
}

// teamLine is a team with how many are in it and who leads it.
func (t *turn) teamLine(team crm.Team, members []crm.Member) string {
	n, leads := 0, []string{}
	for _, m := range members {
		if m.Team != team.ID {
			continue
		}
		n++
		if m.Role == crm.Lead {
			leads = append(leads, message.Cut(m.Name, 40))
		}
	}
	line := t.Say("teams.line", "team", message.Cut(team.Name, maxTeamName), "n", n)
	if len(leads) > 0 {
		line += " · " + t.Say("teams.leads", "names", leads[:min(len(leads), 3)])
	}
	return line
}

// inviteButton is there for those who may invite.
func (t *turn) inviteButton() message.Button {
	if t.pass(crm.Invite) != nil {
		return message.Button{}
	}
	return t.button("invite.button", "inv", 0)
}

// teamScreenOf lists the members of a team with what each has on his hands.
func (t *turn) teamScreenOf(id int64) (*screen, error) {
	team, err := t.tx.Team(id)
	if err != nil {
		return nil, err
	}
	members, err := t.tx.Members(id)
	if err != nil {
		return nil, err
	}
	loads, err := t.tx.Loads(0)
	if err != nil {
		return nil, err
	}
	s := &screen{}
	s.Bold(t.Say("team", "team", message.Cut(team.Name, maxTeamName), "n", len(members)))
	s.Break()
	l := lines{turn: t, screen: s}
	slices.SortStableFunc(members, func(a, b crm.Member) int { return slices.Index(crm.Roles, a.Role) - slices.Index(crm.Roles, b.Role) })
	for _, m := range members {
		line, err := t.memberLine(m, loads)
		if err != nil {
			return nil, err
		}
		l.add("m", m.ID, line)
	}
	if len(members) == 0 {
		s.Line(t.Say("team.empty"))
	}
	l.done()
	rules, name, back := message.Button{}, message.Button{}, message.Button{}
	if t.isLead() && (t.me.Team == id || t.me.Role == crm.Owner) {
		s.row(t.inviteButton())
		rules = t.button("settings.team", "tset", id)
	}
	if t.me.Role == crm.Owner {
		name, back = t.button("team.name", "team", id, "name"), t.button("team.all", "team", 0)
	}
	return s.row(rules, name).row(back), nil
}

// memberLine is who a member is, his load where the reader may see it, and why he can't be spoken to.
func (t *turn) memberLine(m crm.Member, loads map[int64]storage.Load) (string, error) {
	line := t.Say("team.member", "name", message.Cut(m.Name, 40), "role", locale.Key("role."+string(m.Role)))
	if load, ok := loads[m.ID]; ok {
		line += " · " + t.loadLine(load)
	}
	state, err := t.stateOf(m)
	if state != "" {
		line += " · " + state
	}
	return line, err
}

func (t *turn) loadLine(l storage.Load) string {
	return t.Say("team.load", "clients", l.Clients, "steps", l.FollowUps, "late", l.Overdue)
}

// stateOf says why a member can't be spoken to now, and with whom instead; empty when he can.
func (t *turn) stateOf(m crm.Member) (string, error) {
	today := crm.DateOf(t.now.In(m.Location()))
	switch {
	case m.Status == crm.MemberBlocked:
		return t.Say("team.blocked"), nil
	case !m.Away(today):
		return "", nil
	}
	line := t.Say("team.away")
	if !m.AwayUntil.IsZero() {
		line = t.Say("team.away.until", "day", m.AwayUntil)
	}
	if m.Substitute == 0 {
		return line, nil
	}
	instead, err := t.tx.Member(m.Substitute)
	return line + " " + t.Say("team.away.instead", "name", message.Cut(instead.Name, 40)), err
}

// tapTeam shows a team, or all of them with id 0; "new" and "name" ask for a name.
func (t *turn) tapTeam(id int64, arg string) error {
	switch {
	case arg == "new" || arg == "name":
		if err := t.mayName(id); err != nil {
			return err
		}
		return t.open("teamname", formData{ID: id}, t.screen("team."+arg+".ask"))
	case arg != "":
		return crm.Say("button.unknown")
	}
	s, err := t.teamsScreen()
	if id != 0 {
		s, err = t.teamScreenOf(id)
	}
	if err != nil {
		return err
	}
	return t.show(s)
}

func (t *turn) mayName(id int64) error {
	if t.me.Role != crm.Owner {
		return crm.Say("denied", "action", string(crm.ChangeTeam))
	}
	if id == 0 {
		return nil
	}
	_, err := t.tx.Team(id)
	return err
}

// formTeamName makes a team of the typed name, or renames one.
func (t *turn) formTeamName(d formData, text string) error {
	name := strings.Join(strings.Fields(text), " ")
	if name == "" {
		return errNotMine
	}
	if err := t.mayName(d.ID); err != nil {
		return err
	}
	if message.Len(name) > maxTeamName || strings.HasPrefix(name, "/") {
		return crm.Say("team.long", "limit", maxTeamName)
	}
	team, label := crm.Team{Name: name}, "team.new"
	if d.ID != 0 {
		var err error
		if team, err = t.tx.Team(d.ID); err != nil {
			return err
		}
		team.Name, label = name, "team.name"
	}
	t.tx.Change(label, crm.Subject{Kind: "team", ID: d.ID}, crm.Fact{Name: "team", Value: name})
	if err := t.tx.SaveTeam(&team); err != nil {
		return t.unlessWork(text, err)
	}
	if err := t.closeForm(); err != nil {
		return err
	}
	s, err := t.teamScreenOf(team.ID)
	if err != nil {
		return err
	}
	return t.send(s)
}

// memberDeeds are what a member's card can do, by the first word of the button's argument.
var memberDeeds = map[string]func(t *turn, m crm.Member, arg string) error{
	"":      func(t *turn, m crm.Member, _ string) error { return t.showMember(m) },
	"role":  (*turn).memberRole,
	"move":  (*turn).memberMove,
	"leave": (*turn).memberLeave,
	"away":  func(t *turn, m crm.Member, _ string) error { return t.memberAway(m) },
}

// tapMember shows a member or does something with him: "", "role", "role:lead", "move", "move:TEAM", "away", "leave", "leave:HEIR",
// "leave:HEIR:yes".
func (t *turn) tapMember(id int64, arg string) error {
	m, err := t.tx.Member(id)
	if err != nil {
		return err
	}
	if m.Status == crm.MemberLeft {
		return crm.Say("member.left", "name", m.Name)
	}
	word, rest, _ := strings.Cut(arg, ":")
	do := memberDeeds[word]
	if do == nil {
		return crm.Say("button.unknown")
	}
	return do(t, m, rest)
}

func (t *turn) showMember(m crm.Member) error {
	s, err := t.memberScreen(m)
	if err != nil {
		return err
	}
	return t.show(s)
}

// memberScreen is a member's card.
func (t *turn) memberScreen(m crm.Member) (*screen, error) {
	s := &screen{}
	s.Bold("👤 " + message.Cut(m.Name, 100))
	place := t.Say("role." + string(m.Role))
	if m.Team != 0 {
		team, err := t.tx.Team(m.Team)
		if err != nil {
			return nil, err
		}
		place = t.Say("member.place", "role", locale.Key("role."+string(m.Role)), "team", message.Cut(team.Name, maxTeamName))
	}
	s.Line(capital(place))
	hours := m.Settings.Hours()
	s.Line(t.Say("member.hours", "from", hours.DayStart, "to", hours.DayEnd, "zone", zoneTitle(m.Zone, t.me.Language, t.now)))
	loads, err := t.tx.Loads(0)
	if err != nil {
		return nil, err
	}
	if load, ok := loads[m.ID]; ok {
		s.Line(capital(t.loadLine(load)))
	}
	state, err := t.stateOf(m)
	if err != nil {
		return nil, err
	}
	if state != "" {
		s.Line(capital(state))
	}
	t.deedButtons(s, m)
	return s.about("member", m.ID), nil
}

// deedButtons are those that the reader may tap.
func (t *turn) deedButtons(s *screen, m crm.Member) {
	role, move, away, leave := message.Button{}, message.Button{}, message.Button{}, message.Button{}
	if t.me.Role == crm.Owner {
		role, move = t.button("member.role", "m", m.ID, "role"), t.button("member.move", "m", m.ID, "move")
	}
	if t.tx.MayDismiss(m) {
		leave = t.button("member.leave", "m", m.ID, "leave")
	}
	if t.arranges(m) {
		away = t.button("member.away", "m", m.ID, "away")
	}
	s.row(role, move).row(away, leave)
	if m.Team != 0 {
		s.row(t.button("back", "team", m.Team))
		return
	}
	s.row(t.button("back", "team", 0))
}

// arranges reports whether the reader may arrange a member's absence: his own, and a lead those of his team.
func (t *turn) arranges(m crm.Member) bool {
	return m.ID == t.me.ID || t.me.Role == crm.Owner || t.isLead() && m.Team == t.me.Team && crm.AtLeast(t.me.Role, m.Role)
}

// memberAway shows a member's absence, or asks for the days of one.
func (t *turn) memberAway(m crm.Member) error {
	if !t.arranges(m) {
		return t.deniedToLead("away.lead.only", m)
	}
	if !t.absent(m) {
		return t.arrange(&storage.Offer{Kind: "away"}, absence{Member: m.ID})
	}
	s, err := t.awayState(m)
	if err != nil {
		return err
	}
	return t.show(s)
}

// memberRole asks for the role or gives it.
func (t *turn) memberRole(m crm.Member, arg string) error {
	if arg == "" {
		s := t.screen("member.role.ask", "name", message.Cut(m.Name, 60), "role", locale.Key("role."+string(m.Role)))
		for _, role := range crm.Roles {
			if role != m.Role {
				s.row(labelled(capital(t.Say("role."+string(role))), "m", m.ID, "role", string(role)))
			}
		}
		return t.show(s.row(t.button("back", "m", m.ID)))
	}
	role := crm.Role(arg)
	if !slices.Contains(crm.Roles, role) {
		return crm.Say("button.unknown")
	}
	if m.Role == role {
		return crm.Say("already", "kind", "member", "status", arg)
	}
	m.Role = role
	return t.changedMember(m, "role", "member.role.told", crm.Fact{Name: "name", Value: m.Name}, crm.Fact{Name: "role", Value: t.Say("role." + arg)})
}

// memberMove asks for the team or puts the member into it.
func (t *turn) memberMove(m crm.Member, arg string) error {
	teams, err := t.tx.Teams()
	if err != nil {
		return err
	}
	if arg == "" {
		s := t.screen("member.move.ask", "name", message.Cut(m.Name, 60))
		for _, team := range teams {
			if team.ID != m.Team {
				s.row(labelled(team.Name, "m", m.ID, "move", base36(team.ID)))
			}
		}
		return t.show(s.row(t.button("back", "m", m.ID)))
	}
	at := slices.IndexFunc(teams, func(x crm.Team) bool { return x.ID == number36(arg) })
	if at < 0 {
		return crm.Say("button.unknown")
	}
	if m.Team == teams[at].ID {
		return crm.Say("already", "kind", "member", "status", "team")
	}
	m.Team = teams[at].ID
	return t.changedMember(m, "moved", "member.move.told", crm.Fact{Name: "name", Value: m.Name}, crm.Fact{Name: "team", Value: teams[at].Name})
}

// changedMember keeps a change of a member, tells him, and shows what was done with a way back.
func (t *turn) changedMember(m crm.Member, label, told string, facts ...crm.Fact) error {
	t.tx.Change(label, crm.Subject{Kind: "member", ID: m.ID}, append(facts, crm.Fact{Name: "told", Value: base36(m.ID)})...)
	if err := t.tx.SaveMember(&m); err != nil {
		return err
	}
	if err := t.tellOf(m, told, facts[1].Name, facts[1].Value); err != nil {
		return err
	}
	s := t.screen("member.changed", "what", capital(t.SayFacts("did."+label, facts)))
	s.row(t.button("card.undo", "undo", t.tx.ChangeID()), t.button("member.card", "m", m.ID))
	return t.show(s.about("member", m.ID))
}

// tellOf tells another member what was done to him, and by whom.
func (t *turn) tellOf(m crm.Member, key string, pairs ...any) error {
	if m.ID == t.me.ID {
		return nil
	}
	return t.tellMember(m.ID, func(to *turn) *screen { return to.screen(key, append(pairs, "by", t.me.Name)...) })
}

// heirs are whom a leaver's clients may go to: for a lead those of his team.
func (t *turn) heirs(m crm.Member) ([]crm.Member, error) {
	of := t.me.Team
	if t.me.Role == crm.Owner {
		of = 0
	}
	list, err := t.tx.Members(of)
	return slices.DeleteFunc(list, func(x crm.Member) bool { return x.ID == m.ID || x.Status != crm.MemberActive }), err
}

// memberLeave asks who takes over, counts what goes, and lets the member go.
func (t *turn) memberLeave(m crm.Member, arg string) error {
	if !t.tx.MayDismiss(m) {
		return crm.Say("denied", "action", string(crm.Dismiss))
	}
	heirs, err := t.heirs(m)
	if err != nil {
		return err
	}
	id, sure, _ := strings.Cut(arg, ":")
	if id == "" {
		return t.askHeir(m, heirs)
	}
	at := slices.IndexFunc(heirs, func(x crm.Member) bool { return x.ID == number36(id) })
	if at < 0 {
		return crm.Say("button.unknown")
	}
	heir := heirs[at]
	parting, err := t.tx.Parting(m.ID)
	if err != nil {
		return err
	}
	if sure == "yes" {
		return t.letGo(m, heir, parting)
	}
	s := t.screen("leave.sure", "name", message.Cut(m.Name, 60), "heir", message.Cut(heir.Name, 60))
	s.Gap().Add(t.partingLines(parting))
	s.Gap().Add(t.Say("leave.access"))
	s.row(t.button("leave.yes", "m", m.ID, "leave", id, "yes"))
	return t.show(s.row(t.button("back", "m", m.ID)).about("member", m.ID))
}

// maxHeirs is how many members a question offers.
const maxHeirs = 30

func (t *turn) askHeir(m crm.Member, heirs []crm.Member) error {
	if len(heirs) == 0 {
		return crm.Say("leave.nobody", "name", m.Name)
	}
	s := t.screen("leave.ask", "name", message.Cut(m.Name, 60))
	var buttons []message.Button
	for _, h := range heirs[:min(len(heirs), maxHeirs)] {
		buttons = append(buttons, labelled(h.Name, "m", m.ID, "leave", base36(h.ID)))
	}
	s.rows(2, buttons...)
	return t.show(s.row(t.button("back", "m", m.ID)).about("member", m.ID))
}

// partingLines are the counts of what goes, without what there is none of.
func (t *turn) partingLines(p storage.Parting) string {
	var parts []string
	for _, part := range []struct {
		key string
		n   int
	}{
		{"leave.clients", p.Clients},
		{"leave.steps", p.FollowUps},
		{"leave.contracts", p.Contracts},
		{"leave.invoices", p.Invoices},
		{"leave.promises", p.Promises},
		{"leave.reminders", p.Reminders},
	} {
		if part.n > 0 {
			parts = append(parts, t.Say(part.key, "n", part.n))
		}
	}
	if len(parts) == 0 {
		return t.Say("leave.nothing")
	}
	return strings.Join(parts, "\n")
}

// letGo takes the member out. He and his heir are told.
func (t *turn) letGo(m, heir crm.Member, p storage.Parting) error {
	t.tx.Change("left", crm.Subject{Kind: "member", ID: m.ID}, crm.Fact{Name: "name", Value: m.Name}, crm.Fact{Name: "heir", Value: heir.Name},
		crm.Fact{Name: "told", Value: base36(m.ID) + " " + base36(heir.ID)})
	if err := t.tx.Leave(m.ID, heir.ID); err != nil {
		return err
	}
	to := t.d.turnOf(t.tx, m, message.In{Chat: m.Telegram})
	if err := to.say("leave.told", "by", t.me.Name); err != nil {
		return err
	}
	if err := t.tellOf(heir, "leave.heir.told", "name", m.Name, "clients", p.Clients, "steps", p.FollowUps); err != nil {
		return err
	}
	s := t.screen("leave.done", "name", message.Cut(m.Name, 60), "heir", message.Cut(heir.Name, 60))
	s.Gap().Add(t.partingLines(p))
	s.row(t.button("card.undo", "undo", t.tx.ChangeID()), t.button("team.back", "team", m.Team))
	return t.show(s)
}

// telegramLink is the bot's link that brings a word to /start; empty as long as the bot's name is not known.
func (t *turn) telegramLink(word string) string {
	name := t.d.o.BotName()
	if name == "" {
		return ""
	}
	return "https://t.me/" + name + "?start=" + word
}
