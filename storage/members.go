package storage

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"

	"followup/bot/message"
	"followup/storage/crm"
)

// MemberByTelegram finds who writes to the bot. It is the door's question and asks for no permission.
func (tx *Tx) MemberByTelegram(id int64) (crm.Member, bool, error) {
	list, err := members.list(tx, "WHERE r.telegram = $1 AND r.telegram <> 0", id)
	if err != nil || len(list) == 0 {
		return crm.Member{}, false, err
	}
	return list[0], true, nil
}

// member reads a member once a turn.
func (tx *Tx) member(id int64) (crm.Member, error) {
	if m, ok := tx.seen[id]; ok {
		return m, nil
	}
	m, err := members.must(tx, id)
	if err == nil {
		if tx.seen == nil {
			tx.seen = map[int64]crm.Member{}
		}
		tx.seen[id] = m
	}
	return m, err
}

// relationTo is whose record a member is.
func (tx *Tx) relationTo(m crm.Member) crm.Relation {
	if m.ID != 0 && m.ID == tx.me.ID {
		return crm.Own
	}
	return tx.relation(0, m.Team)
}

// Member reads a member.
func (tx *Tx) Member(id int64) (crm.Member, error) {
	m, err := members.must(tx, id)
	if err == nil {
		err = tx.allow(crm.SeeMember, tx.relationTo(m))
	}
	return m, err
}

// Members lists the members of a team who have not left, all teams when team is 0, by name.
func (tx *Tx) Members(team int64) ([]crm.Member, error) {
	if err := tx.allow(crm.SeeMember, crm.Foreign); err != nil {
		return nil, err
	}
	var w where
	w.add("r.status <> 'left'")
	w.addIf(team != 0, "r.team_id = ?", team)
	return members.list(tx, w.String()+" ORDER BY r.name, r.id", w.args...)
}

// SaveMember writes a member; ID 0 inserts. Everyone may change his own hours, language and absence; team, role and
// status are changed by a lead within his team and by an owner. The last owner stays one: Problem "member.last_owner".
// A team that changes takes the member's clients along.
func (tx *Tx) SaveMember(m *crm.Member) error {
	var old crm.Member
	if m.ID != 0 {
		var err error
		if old, err = members.must(tx, m.ID); err != nil {
			return err
		}
	}
	if err := tx.mayChange(old, *m); err != nil {
		return err
	}
	if m.Status == "" {
		m.Status = crm.MemberActive
	}
	if m.Joined == 0 {
		m.Joined = crm.MomentOf(tx.now)
	}
	delete(tx.seen, m.ID)
	if _, err := members.write(tx, m); err != nil {
		return err
	}
	if m.Status == crm.MemberActive && (old.Status == crm.MemberBlocked) {
		tx.mark(crm.Subject{Kind: "member", ID: m.ID})
	}
	if old.ID != 0 && old.Team != m.Team {
		return tx.moveClients(m.ID, m.Team)
	}
	return nil
}

func (tx *Tx) mayChange(old, m crm.Member) error {
	was, is := tx.relationTo(old), tx.relationTo(m)
	if old.ID == 0 {
		was = is
	}
	if action, ok := tx.staffing(old, m, was, is); !ok {
		return crm.Say("denied", "action", string(action))
	}
	if old.Role == crm.Owner && old.Status != crm.MemberLeft && (m.Role != crm.Owner || m.Status == crm.MemberLeft) {
		n, err := tx.count("SELECT count(*) FROM members WHERE role = 'owner' AND status <> 'left'")
		if err != nil {
			return err
		}
		if n <= 1 {
			return crm.Say("member.last_owner")
		}
	}
	return nil
}

// staffing asks the table for every part of a change of a member; it gives the part that is refused.
func (tx *Tx) staffing(old, m crm.Member, was, is crm.Relation) (crm.Action, bool) {
	for _, part := range []struct {
		changes bool
		action  crm.Action
		on      crm.Relation
	}{
		{true, crm.ChangeMember, was},
		{old.ID == 0, crm.Invite, is},
		{old.ID != 0 && old.Role != m.Role, crm.ChangeRole, was},
		{old.ID != 0 && old.Team != m.Team, crm.MoveMember, was},
		{old.ID != 0 && old.Status != m.Status, crm.Dismiss, was},
	} {
		if part.changes && !tx.may(part.action, part.on) {
			return part.action, false
		}
	}
	return crm.ChangeMember, was == crm.Own && old.ID != 0 || tx.mayGrant(old.Role) && tx.mayGrant(m.Role)
}

// mayGrant reports whether Me may make somebody of that role, or change one who has it: nobody gives more than he has, and
// only an owner leads.
func (tx *Tx) mayGrant(r crm.Role) bool {
	return tx.may(crm.ChangeRole, crm.OfTeam) || r == crm.Manager || r == ""
}

// moveClients takes a member's clients along to another team.
func (tx *Tx) moveClients(member, team int64) error {
	list, err := clients.list(tx, "WHERE r.manager_id = $1 ORDER BY r.id", member)
	for i := 0; i < len(list) && err == nil; i++ {
		list[i].Team = team
		_, err = clients.write(tx, &list[i])
	}
	return err
}

// SetBlocked notes that a member stopped the bot or started it again. His reminders are kept and come when he is back.
// It is the door's call and asks for no permission.
func (tx *Tx) SetBlocked(member int64, blocked bool) error {
	m, err := members.must(tx, member)
	if err != nil || m.Status == crm.MemberLeft {
		return err
	}
	m.Status = crm.MemberActive
	if blocked {
		m.Status = crm.MemberBlocked
	}
	_, err = members.write(tx, &m)
	return err
}

// leads are the active leads of a team, or else the owners.
func (tx *Tx) leads(team int64) ([]crm.Member, error) {
	list, err := members.list(tx, "WHERE r.team_id = $1 AND r.role = 'lead' AND r.status = 'active' ORDER BY r.id", team)
	if err != nil || len(list) > 0 {
		return list, err
	}
	return members.list(tx, "WHERE r.role = 'owner' AND r.status = 'active' ORDER BY r.id")
}

// LeadsOf are the active leads of m's team, or else the owners; m himself is never among them.
func (tx *Tx) LeadsOf(m crm.Member) ([]crm.Member, error) {
	list, err := tx.leads(m.Team)
	var others []crm.Member
	for _, l := range list {
		if l.ID != m.ID {
			others = append(others, l)
		}
	}
	if err == nil && len(others) == 0 && m.Role != crm.Owner {
		others, err = members.list(tx, "WHERE r.role = 'owner' AND r.status = 'active' AND r.id <> $1 ORDER BY r.id", m.ID)
	}
	return others, err
}

// Team reads a team.
func (tx *Tx) Team(id int64) (crm.Team, error) {
	if err := tx.allow(crm.SeeMember, crm.Foreign); err != nil {
		return crm.Team{}, err
	}
	return teams.must(tx, id)
}

// Teams lists the teams by name.
func (tx *Tx) Teams() ([]crm.Team, error) {
	if err := tx.allow(crm.SeeMember, crm.Foreign); err != nil {
		return nil, err
	}
	return teams.list(tx, "ORDER BY r.name, r.id")
}

// TeamByName finds a team whatever the case of its letters.
func (tx *Tx) TeamByName(name string) (crm.Team, bool, error) {
	if err := tx.allow(crm.SeeMember, crm.Foreign); err != nil {
		return crm.Team{}, false, err
	}
	return tx.teamWhere("r.name_key = $1", crm.NameKey(name))
}

// TeamByChat finds the team that a group is bound to. It is the door's question and asks for no permission.
func (tx *Tx) TeamByChat(chat int64) (crm.Team, bool, error) {
	return tx.teamWhere("r.chat = $1 AND r.chat <> 0", chat)
}

func (tx *Tx) teamWhere(condition string, arg any) (crm.Team, bool, error) {
	list, err := teams.list(tx, "WHERE "+condition, arg)
	if err != nil || len(list) == 0 {
		return crm.Team{}, false, err
	}
	return list[0], true, nil
}

// SaveTeam writes a team; ID 0 inserts, which only an owner may. A name that is taken is the Problem "team.exists".
func (tx *Tx) SaveTeam(t *crm.Team) error {
	relation := crm.Company
	if t.ID != 0 {
		relation = tx.relation(0, t.ID)
	}
	if err := tx.allow(crm.ChangeTeam, relation); err != nil {
		return err
	}
	same, found, err := tx.teamWhere("r.name_key = $1", crm.NameKey(t.Name))
	if err != nil {
		return err
	}
	if found && same.ID != t.ID {
		return crm.Say("team.exists", "name", same.Name)
	}
	_, err = teams.write(tx, t)
	return err
}

// Invite lets one person in, once, before it expires. Expires 0 means seven days.
type Invite struct {
	ID      int64
	Role    crm.Role
	Team    int64
	By      int64 // who invited; 0 is the program's owner on the command line
	Created crm.Moment
	Expires crm.Moment
	Used    crm.Moment
	UsedBy  int64
	Revoked crm.Moment
}

// inviteDays is how long an invitation holds when nothing else was said.
const inviteDays = 7

// CreateInvite stores an invitation and returns its code, of which only the hash is kept: 160 random bits in 27
// characters that a t.me link may carry.
func (tx *Tx) CreateInvite(i *Invite) (string, error) {
	relation := tx.relation(0, i.Team)
	if i.Team == 0 {
		relation = crm.Company
	}
	if !tx.may(crm.Invite, relation) || !tx.mayGrant(i.Role) {
		return "", crm.Say("denied", "action", string(crm.Invite))
	}
	random := make([]byte, 20)
	_, _ = rand.Read(random) // never fails: it ends the program when the system has no randomness
	code := base64.RawURLEncoding.EncodeToString(random)
	i.By = tx.me.ID
	tx.created(&i.Created)
	if i.Expires == 0 {
		i.Expires = i.Created + inviteDays*24*3600
	}
	err := tx.insert(`INSERT INTO invites (hash, role, team_id, by_id, created, expires, used, used_by, revoked)
		VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0)`,
		[]any{inviteHash(code), string(i.Role), linkCell{&i.Team}.value(), i.By, int64(i.Created), int64(i.Expires)}, &i.ID)
	return code, err
}

func inviteHash(code string) string {
	sum := sha256.Sum256([]byte(code))
	return hex.EncodeToString(sum[:])
}

const inviteColumns = "SELECT id, role, COALESCE(team_id, 0), by_id, created, expires, used, used_by, revoked FROM invites "

func (i *Invite) dest() []any {
	return []any{&i.ID, &i.Role, &i.Team, &i.By, &i.Created, &i.Expires, &i.Used, &i.UsedBy, &i.Revoked}
}

// Join makes p a member by a code. zone and lang are the defaults of a new member. Problems: invite.unknown, invite.used,
// invite.expired, invite.revoked, and invite.member for one who is a member already, whose code stays unused. Somebody
// who had left comes back with the invitation's role and team. It asks for no permission: the code is the permission.
func (tx *Tx) Join(code string, p message.Person, zone, lang string) (crm.Member, Invite, error) {
	var i Invite
	found, err := tx.one(inviteColumns+"WHERE hash = $1", []any{inviteHash(code)}, i.dest()...)
	if err != nil {
		return crm.Member{}, i, err
	}
	m, known, err := tx.MemberByTelegram(p.ID)
	if err != nil {
		return m, i, err
	}
	now := crm.MomentOf(tx.now)
	switch {
	case known && m.Status != crm.MemberLeft:
		return m, i, crm.Say("invite.member", "name", m.Name)
	case !found:
		return crm.Member{}, i, crm.Say("invite.unknown")
	case i.Revoked != 0:
		return crm.Member{}, i, crm.Say("invite.revoked")
	case i.Used != 0:
		return crm.Member{}, i, crm.Say("invite.used")
	case i.Expires <= now:
		return crm.Member{}, i, crm.Say("invite.expired")
	}
	if !known {
		m = crm.Member{Telegram: p.ID, Language: lang, Zone: zone}
	}
	m.Name, m.Role, m.Team, m.Status, m.Joined = p.Name, i.Role, i.Team, crm.MemberActive, now
	if _, err := members.write(tx, &m); err != nil {
		return m, i, err
	}
	i.Used, i.UsedBy = now, m.ID
	_, err = tx.exec("UPDATE invites SET used = $1, used_by = $2 WHERE id = $3", int64(now), m.ID, i.ID)
	return m, i, err
}

// Invites lists the open invitations that Me may manage, newest first.
func (tx *Tx) Invites() ([]Invite, error) {
	if err := tx.allow(crm.Invite, crm.OfTeam); err != nil {
		return nil, err
	}
	var list []Invite
	err := tx.each(inviteColumns+"WHERE used = 0 AND revoked = 0 AND expires > $1 ORDER BY id DESC", []any{tx.now.Unix()},
		func(scan func(...any) error) error {
			var i Invite
			err := scan(i.dest()...)
			if tx.may(crm.Invite, crm.Company) || tx.may(crm.Invite, tx.relation(0, i.Team)) {
				list = append(list, i)
			}
			return err
		})
	return list, err
}

// RevokeInvite takes an invitation back; one that was used, revoked or has expired is the Problem "already".
func (tx *Tx) RevokeInvite(id int64) error {
	var i Invite
	found, err := tx.one(inviteColumns+"WHERE id = $1", []any{id}, i.dest()...)
	if err != nil {
		return err
	}
	if !found {
		return gone("invite", id)
	}
	if err := tx.allow(crm.Invite, tx.relation(0, i.Team)); err != nil {
		return err
	}
	n, err := tx.exec("UPDATE invites SET revoked = $1 WHERE id = $2 AND used = 0 AND revoked = 0 AND expires > $1", tx.now.Unix(), id)
	if err == nil && n == 0 {
		err = crm.Say("already", "kind", "invite", "status", "closed")
	}
	return err
}
