package dialog

import (
	"sort"

	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
)

func (t *turn) redCounts(s *screen, f *figures) {
	for _, c := range f.red.counts() {
		s.Line(t.Say(c.key, "n", c.n))
	}
}

// red is what needs a lead.
type red struct {
	silent      []crm.Client
	broken      []crm.Promise
	debts       []storage.Debt
	old         int // clients with debts over 90 days
	decisions   []renewal
	ended       []renewal // terms that are over with nothing in their place
	weekly      bool      // it is the day of the week on which those are told
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
		{"digest.old", r.old},
		{"digest.decisions", len(r.decisions)},
		{"digest.ended", r.endedToday()},
		{"digest.obligations", len(r.obligations)},
	} {
		if c.n > 0 {
			all = append(all, c)
		}
	}
	return all
}

// endedToday is how many contracts that ended are told of today: once a week they are, until they are closed or renewed.
func (r red) endedToday() int {
	if !r.weekly {
		return 0
	}
	return len(r.ended)
}

func (t *turn) redZone(of scope, debts []storage.Debt) (red, error) {
	var r red
	var err error
	if r.silent, _, err = t.tx.Clients(storage.ClientFilter{Manager: of.member, Team: of.team, Tier: crm.TierA, Silent: true}); err != nil {
		return r, err
	}
	sort.SliceStable(r.silent, func(i, j int) bool { return t.silentDays(r.silent[i]) > t.silentDays(r.silent[j]) })
	if r.broken, err = t.tx.BrokenOpen(of.member, of.team, t.today.AddDays(-brokenDays)); err != nil {
		return r, err
	}
	for _, d := range debts {
		if d.MaxLevel >= redLevel && !d.Overdue.IsZero() {
			r.debts = append(r.debts, d)
		}
		if !d.ByAge[len(d.ByAge)-1].IsZero() {
			r.old++
		}
	}
	filter := storage.ContractFilter{Manager: of.member, Team: of.team, Active: true}
	soon, err := t.upcomingOf(filter, t.today.AddDays(redDays))
	if err != nil {
		return r, err
	}
	for _, k := range soon {
		if k.contract.Decision == "" && !t.termOver(k.contract) {
			r.decisions = append(r.decisions, k)
		}
	}
	monday := t.today.AddDays(-(int(t.today.Weekday()) + 6) % 7)
	r.weekly = t.today == t.nextWorking(monday)
	if r.ended, err = t.endedOf(filter); err != nil {
		return r, err
	}
	yes := true
	r.obligations, err = t.tx.FollowUps(storage.FollowUpFilter{
		Assignee: of.member, Team: of.team, Status: crm.FollowUpOpen, Obligations: &yes, DueTo: crm.MomentOf(t.today.In(t.zone, 0)),
	})
	return r, err
}

func (t *turn) digestRed(f *figures) (*screen, error) {
	r := f.red
	s := t.screen("digest.red.head")
	l := lines{turn: t, screen: s, list: "today"}
	section(&l, t.Say("digest.red.silent"), r.silent, func(c crm.Client) {
		l.add("c", c.ID, t.Say("digest.silent.own", "client", message.Cut(c.Name, maxNameShown), "days", t.silentDays(c)))
	})
	if err := t.redPromises(&l, r.broken); err != nil {
		return nil, err
	}
	section(&l, t.Say("digest.red.debts"), r.debts, func(d storage.Debt) {
		l.add("owes", d.Client, t.debtLine(d)+" · "+t.Say("invoice.level.short", "what", t.levelWord(d.MaxLevel)))
	})
	section(&l, t.Say("digest.red.decisions"), r.decisions, func(k renewal) { l.add("k", k.contract.ID, t.renewalLine(k)) })
	section(&l, t.Say("digest.red.ended"), r.ended, func(k renewal) { l.add("k", k.contract.ID, t.renewalLine(k)) })
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
