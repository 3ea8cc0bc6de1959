package seed

import (
	"strings"

	"followup/storage"
	"followup/storage/crm"
)

func writeTeam(b *book, l line) error {
	if _, err := l.known(0); err != nil {
		return err
	}
	t := &crm.Team{Name: l.head}
	if err := b.tx.SaveTeam(t); err != nil {
		return err
	}
	b.teams[l.head] = t
	return nil
}

func (b *book) team(l line, name string) (int64, error) {
	if name == "" {
		return 0, nil
	}
	t := b.teams[name]
	if t == nil {
		return 0, l.mistake("write a line above: team %s", name)
	}
	return t.ID, nil
}

func writePerson(b *book, l line) error {
	if _, err := l.known(0, "quiet", "hours", "plan", "digest", "weekly", "hide", "away", "substitute"); err != nil {
		return err
	}
	p, err := readPerson(l)
	if err != nil || p.Role == "" {
		return err
	}
	team, err := b.team(l, p.Team)
	if err != nil {
		return err
	}
	m := &crm.Member{
		Telegram: b.telegram(p.Name), Name: p.Name, Role: p.Role, Team: team, Language: p.Language, Zone: p.Zone,
		Status: crm.MemberActive, Joined: crm.MomentOf(b.tx.Now()),
	}
	if m.Zone == "" {
		m.Zone = b.zone.String()
	}
	if err := b.settings(l, m); err != nil {
		return err
	}
	if err := b.tx.SaveMember(m); err != nil {
		return err
	}
	b.members[crm.NameKey(p.Name)] = m
	if m.Role == crm.Manager && b.first == nil {
		b.first = m
	}
	if m.Role != crm.Manager && b.leader == nil {
		b.leader = m
	}
	return nil
}

func (b *book) telegram(name string) int64 {
	for _, p := range b.people {
		if p.Name == name {
			return p.Telegram
		}
	}
	return 0
}

// settings reads a person's hours and absence.
func (b *book) settings(l line, m *crm.Member) error {
	for key, to := range map[string][2]**crm.Clock{
		"quiet": {&m.Settings.QuietFrom, &m.Settings.QuietTo},
		"hours": {&m.Settings.DayStart, &m.Settings.DayEnd},
	} {
		s, ok := l.field(key)
		if !ok {
			continue
		}
		from, until, ok := readHours(s)
		if !ok {
			return l.mistake("after %s come hours: 09:00-18:00", key)
		}
		*to[0], *to[1] = &from, &until
	}
	for key, to := range map[string]struct {
		at  **crm.Clock
		off *bool
	}{
		"plan":   {&m.Settings.Plan, &m.Settings.PlanOff},
		"digest": {&m.Settings.Digest, &m.Settings.DigestOff},
		"weekly": {&m.Settings.Weekly, &m.Settings.WeeklyOff},
	} {
		s, ok := l.field(key)
		switch {
		case !ok:
		case s == "off":
			*to.off = true
		default:
			c, err := crm.ParseClock(s)
			if err != nil {
				return l.mistake("after %s comes off or a time: 09:00", key)
			}
			*to.at = &c
		}
	}
	s, ok := l.field("hide")
	if ok && s != "sums" {
		return l.mistake("what can be hidden is sums: | hide sums")
	}
	m.Settings.HideSums = ok
	return b.away(l, m)
}

func (b *book) away(l line, m *crm.Member) error {
	s, ok := l.field("away")
	if !ok {
		return nil
	}
	from, to, ok := readRange(s, b.today)
	if !ok {
		return l.mistake("after away come two days: 2026-11-23..2026-12-04")
	}
	m.AwayFrom, m.AwayUntil = from, to
	name, ok := l.field("substitute")
	if !ok {
		return nil
	}
	other, err := b.member(l, name)
	if err != nil {
		return err
	}
	m.Substitute = other.ID
	return nil
}

// writeInvite reads "ROLE [TEAM]".
func writeInvite(b *book, l line) error {
	if _, err := l.known(0, "by", "expires"); err != nil {
		return err
	}
	word, name, _ := strings.Cut(l.head, " ")
	role, ok := roles[word]
	if !ok || role == "" {
		return l.mistake("an invitation is for an owner, lead or manager: invite manager Север")
	}
	team, err := b.team(l, name)
	if err != nil {
		return err
	}
	by, err := b.memberOr(l, "by", b.leader)
	if err != nil {
		return err
	}
	expires, err := b.day(l, "expires")
	if err != nil {
		return err
	}
	if expires.IsZero() {
		expires = b.today.AddDays(7)
	}
	code, err := b.tx.As(*by).CreateInvite(&storage.Invite{
		Role: role, Team: team, Expires: crm.MomentOf(expires.In(b.zone, crm.At(23, 59))),
	})
	if err != nil {
		return err
	}
	b.codes = append(b.codes, code)
	return nil
}

func writeClient(b *book, l line) error {
	_, err := l.known(0, "manager", "tier", "inn", "city", "alias", "tag", "cadence", "archived")
	if err != nil {
		return err
	}
	manager, err := b.memberOr(l, "manager", b.first)
	if err != nil {
		return err
	}
	c := &crm.Client{
		Name: l.head, Aliases: l.list("alias"), Tags: l.list("tag"), Manager: manager.ID,
		Team: manager.Team, Tier: crm.TierB, Status: crm.ClientActive, Created: crm.MomentOf(b.tx.Now()),
	}
	c.City, _ = l.field("city")
	c.INN, _ = l.field("inn")
	if c.INN != "" && !crm.ValidINN(c.INN) {
		return l.mistake("the check digits of this INN are wrong")
	}
	if tier, ok := l.field("tier"); ok {
		c.Tier = crm.Tier(tier)
		if c.Tier != crm.TierA && c.Tier != crm.TierB && c.Tier != crm.TierC {
			return l.mistake("a tier is A, B or C")
		}
	}
	if c.Cadence, err = l.number("cadence"); err != nil {
		return err
	}
	if _, ok := l.field("archived"); ok {
		c.Status = crm.ClientArchived
	}
	if err := b.tx.SaveNamesake(c); err != nil { // two of one name are two lines of the portfolio
		return err
	}
	b.clients = append(b.clients, c)
	return nil
}

func writeContact(b *book, l line) error {
	if _, err := l.known(0, "client", "phone", "position", "role", "email", "birthday", "telegram"); err != nil {
		return err
	}
	client, err := b.client(l)
	if err != nil {
		return err
	}
	c := &crm.Contact{Client: client.ID, Name: l.head}
	c.Position, _ = l.field("position")
	c.Role, _ = l.field("role")
	c.Email, _ = l.field("email")
	for _, s := range l.list("phone") {
		number, _, ok := crm.NormalPhone(s)
		if !ok {
			return l.mistake("%q is no phone", s)
		}
		c.Phones = append(c.Phones, number)
	}
	if c.Birthday, err = b.day(l, "birthday"); err != nil {
		return err
	}
	id, err := l.number("telegram")
	if err != nil {
		return err
	}
	c.Telegram = int64(id)
	return b.tx.SaveContact(c)
}
