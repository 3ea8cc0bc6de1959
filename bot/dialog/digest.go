package dialog

import (
	"sort"

	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
)

// The lead's digest puts exceptions first: broken promises, debts of level 3 and more, decisions within two weeks, what we
// promised to clients and didn't do. Then a line per manager and the totals. It is made anew each time it is shown.

const (
	redLevel = 3
	redDays  = 14
)

// leadDigest is the digest of the lead's teams as of now.
func (t *turn) leadDigest() (*screen, error) {
	s := &screen{}
	name, err := t.teamName()
	if err != nil {
		return nil, err
	}
	s.Bold(t.Say("digest.head", "team", name, "day", t.today))
	red, err := t.redZone()
	if err != nil {
		return nil, err
	}
	counts := red.counts()
	for _, c := range counts {
		s.Line(t.Say(c.key, "n", c.n))
	}
	if len(counts) == 0 {
		s.Line(t.Say("digest.calm"))
	}
	if err := t.digestManagers(s); err != nil {
		return nil, err
	}
	if err := t.digestTotals(s); err != nil {
		return nil, err
	}
	buttons := []message.Button{t.button("digest.managers", "digest", 0, "managers")}
	if len(counts) > 0 {
		buttons = append(buttons, t.button("digest.red", "digest", 0, "red"))
	}
	s.row(buttons...)
	return s.about("digest", t.me.ID), nil
}

func (t *turn) teamName() (string, error) {
	if t.me.Role == crm.Owner || t.me.Team == 0 {
		return t.Say("digest.company"), nil
	}
	team, err := t.tx.Team(t.me.Team)
	return team.Name, err
}

// red is what needs a lead.
type red struct {
	broken      []crm.Promise
	debts       []storage.Debt
	decisions   []renewal
	obligations []crm.FollowUp
}

type count struct {
	key string
	n   int
}

func (r red) counts() []count {
	var all []count
	for _, c := range []count{
		{"digest.broken", len(r.broken)},
		{"digest.debts", len(r.debts)},
		{"digest.decisions", len(r.decisions)},
		{"digest.obligations", len(r.obligations)},
	} {
		if c.n > 0 {
			all = append(all, c)
		}
	}
	return all
}

func (t *turn) redZone() (red, error) {
	var r red
	var err error
	if r.broken, err = t.brokenLately(0); err != nil {
		return r, err
	}
	debts, err := t.tx.Debts(storage.DebtFilter{})
	if err != nil {
		return r, err
	}
	for _, d := range debts {
		if d.MaxLevel >= redLevel && !d.Overdue.IsZero() {
			r.debts = append(r.debts, d)
		}
	}
	soon, err := t.upcoming(t.today.AddDays(redDays))
	if err != nil {
		return r, err
	}
	for _, k := range soon {
		if k.contract.Decision == "" {
			r.decisions = append(r.decisions, k)
		}
	}
	yes := true
	r.obligations, err = t.tx.FollowUps(storage.FollowUpFilter{
		Status: crm.FollowUpOpen, Obligations: &yes, DueTo: crm.MomentOf(t.today.In(t.zone, 0)),
	})
	return r, err
}

// work is a manager's day.
type work struct {
	member  crm.Member
	touches map[crm.TouchKind]int
	total   int
	late    int
	overdue []crm.Money
}

// works are the managers' days, the one with most that is late first.
func (t *turn) works() ([]work, error) {
	team := t.me.Team
	if t.me.Role == crm.Owner {
		team = 0
	}
	members, err := t.tx.Members(team)
	if err != nil {
		return nil, err
	}
	touches, err := t.tx.Touches(crm.MomentOf(t.today.In(t.zone, 0)), crm.MomentOf(t.now)+1, team)
	if err != nil {
		return nil, err
	}
	late, err := t.tx.FollowUps(storage.FollowUpFilter{Status: crm.FollowUpOpen, DueTo: crm.MomentOf(t.today.In(t.zone, 0))})
	if err != nil {
		return nil, err
	}
	debts, err := t.tx.Debts(storage.DebtFilter{Team: team})
	if err != nil {
		return nil, err
	}
	var all []work
	for _, m := range members {
		if m.Status == crm.MemberLeft || m.Role != crm.Manager {
			continue
		}
		w := work{member: m, touches: touches[m.ID]}
		for _, n := range w.touches {
			w.total += n
		}
		for _, f := range late {
			if f.Assignee == m.ID {
				w.late++
			}
		}
		var own []storage.Debt
		for _, d := range debts {
			if d.Manager == m.ID && !d.Overdue.IsZero() {
				own = append(own, d)
			}
		}
		for _, sum := range sums(own) {
			w.overdue = append(w.overdue, sum.Overdue)
		}
		all = append(all, w)
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].late > all[j].late })
	return all, nil
}

// digestRows is how many managers the digest itself shows.
const digestRows = 12

func (t *turn) digestManagers(s *screen) error {
	all, err := t.works()
	if err != nil || len(all) == 0 {
		return err
	}
	s.Gap().Bold(t.Say("digest.team"))
	for i, w := range all {
		if i == digestRows {
			s.Line(t.Say("lines.more", "n", len(all)-i))
			break
		}
		s.Line(t.workLine(w))
	}
	return nil
}

func (t *turn) workLine(w work) string {
	line := t.Say("digest.manager", "name", message.Cut(w.member.Name, 40), "touches", w.total, "late", w.late)
	for _, sum := range w.overdue {
		line += " · " + t.Say("digest.money", "sum", t.Money(sum, "brief"))
	}
	if w.member.Status == crm.MemberBlocked {
		line += " · " + t.Say("digest.blocked")
	}
	return line
}

func (t *turn) digestTotals(s *screen) error {
	debts, err := t.tx.Debts(storage.DebtFilter{})
	if err != nil {
		return err
	}
	totals := sums(debts)
	if len(totals) > 0 {
		s.Gap()
	}
	for i, sum := range totals {
		if i > 0 {
			s.Break()
		}
		percent := 0
		if sum.Total.Minor > 0 {
			percent = int(sum.Overdue.Share(100, 1).Minor / sum.Total.Minor)
		}
		s.Add(t.Say("digest.total", "total", t.Money(sum.Total, "brief"), "percent", percent))
	}
	return nil
}

// tapDigest drills down: the managers with their touches by kind, the red zone, or back to the digest.
func (t *turn) tapDigest(_ int64, part string) error {
	if !crm.AtLeast(t.me.Role, crm.Lead) {
		return crm.Say("denied.command", "name", "digest")
	}
	parts := map[string]func(*turn) (*screen, error){
		"": (*turn).leadDigest, "managers": (*turn).digestByManager, "red": (*turn).digestRed,
	}
	show := parts[part]
	if show == nil {
		return crm.Say("button.unknown")
	}
	s, err := show(t)
	if err != nil {
		return err
	}
	if part != "" {
		s.row(t.button("digest.back", "digest", 0))
	}
	return t.show(s)
}

func (t *turn) digestByManager() (*screen, error) {
	all, err := t.works()
	if err != nil {
		return nil, err
	}
	s := t.screen("digest.managers.head")
	for _, w := range all {
		if s.Units() > roomForLines {
			break
		}
		s.Gap().Bold(w.member.Name)
		s.Line(t.workLine(w))
		for _, kind := range touchKinds {
			if n := w.touches[kind]; n > 0 {
				s.Line("   " + t.Say("digest.kind", "kind", t.Say("touch."+string(kind)), "n", n))
			}
		}
	}
	return s, nil
}

func (t *turn) digestRed() (*screen, error) {
	r, err := t.redZone()
	if err != nil {
		return nil, err
	}
	s := t.screen("digest.red.head")
	l := lines{turn: t, screen: s, list: "today"}
	if err := t.redPromises(&l, r.broken); err != nil {
		return nil, err
	}
	section(&l, t.Say("digest.red.debts"), r.debts, func(d storage.Debt) {
		l.add("owes", d.Client, t.debtLine(d)+" · "+t.Say("invoice.level.short", "level", d.MaxLevel))
	})
	section(&l, t.Say("digest.red.decisions"), r.decisions, func(k renewal) { l.add("k", k.contract.ID, t.renewalLine(k)) })
	if len(r.obligations) > 0 {
		l.heading(t.Say("digest.red.obligations"))
	}
	for _, f := range r.obligations {
		line, err := t.planLine(f, true)
		if err != nil {
			return nil, err
		}
		l.add("f", f.ID, line)
	}
	l.done()
	return s, nil
}

func (t *turn) redPromises(l *lines, broken []crm.Promise) error {
	if len(broken) > 0 {
		l.heading(t.Say("digest.red.broken"))
	}
	for _, p := range broken {
		name, err := t.clientName(p.Client)
		if err != nil {
			return err
		}
		l.add("p", p.ID, name+" · "+t.promiseLine(p))
	}
	return nil
}

// section adds a heading and its lines when there are any.
func section[T any](l *lines, heading string, all []T, add func(T)) {
	if len(all) == 0 {
		return
	}
	l.heading(heading)
	for _, one := range all {
		add(one)
	}
}
