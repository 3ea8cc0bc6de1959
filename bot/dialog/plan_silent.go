package dialog

import (
	"sort"

	"followup/bot/message"
	"followup/scheduler/rules"
	"followup/storage"
	"followup/storage/crm"
)

// The plan names the clients whose cadence has passed since the last two-way touch, the most important tier and the longest
// silence first. On the first working day of a week it also lists the clients without a next step; more often that would be
// a reproach and not a help. A client stands in one of both lists. What doesn't fit into a few lines is behind /clients.

// cadenceFew is how many clients a section of the plan names.
const cadenceFew = 5

// planSilent lists the silent clients.
func (t *turn) planSilent(l *lines) error {
	silent, _, err := t.tx.Clients(storage.ClientFilter{Manager: l.of, Silent: true})
	if err != nil || len(silent) == 0 {
		return err
	}
	sort.SliceStable(silent, func(i, j int) bool {
		if silent[i].Tier != silent[j].Tier {
			return silent[i].Tier < silent[j].Tier
		}
		return t.silentDays(silent[i]) > t.silentDays(silent[j])
	})
	l.heading(t.Say("plan.silent"))
	for _, c := range silent[:min(cadenceFew, len(silent))] {
		cadence, err := t.cadenceOf(c)
		if err != nil {
			return err
		}
		l.add("c", c.ID, t.Say("plan.silent.line",
			"client", message.Cut(c.Name, 60), "tier", string(c.Tier), "days", t.silentDays(c), "cadence", cadence))
	}
	if more := len(silent) - cadenceFew; more > 0 {
		l.screen.Line(t.Say("plan.silent.more", "n", more))
	}
	return nil
}

// planNoStep lists the clients without an open follow-up that aren't silent yet.
func (t *turn) planNoStep(l *lines) error {
	if !t.weekBegins() {
		return nil
	}
	return t.noStep(l)
}

// withoutStep sends the list alone to one who gets no plan; nothing when every client has a step.
func (t *turn) withoutStep() error {
	t = t.masked()
	s := &screen{}
	l := lines{turn: t, screen: s, list: "today", of: t.me.ID}
	if err := t.noStep(&l); err != nil || l.n == 0 {
		return err
	}
	l.done()
	return t.sendAs(s, message.Digest)
}

// noStep lists those of one member.
func (t *turn) noStep(l *lines) error {
	idle, _, err := t.tx.Clients(storage.ClientFilter{Manager: l.of, NoNextStep: true})
	if err != nil {
		return err
	}
	silent, _, err := t.tx.Clients(storage.ClientFilter{Manager: l.of, NoNextStep: true, Silent: true})
	if err != nil {
		return err
	}
	named := make(map[int64]bool, len(silent))
	for _, c := range silent {
		named[c.ID] = true
	}
	rest := idle[:0]
	for _, c := range idle {
		if !named[c.ID] {
			rest = append(rest, c)
		}
	}
	if len(rest) == 0 {
		return nil
	}
	l.heading(t.Say("plan.nostep"))
	for _, c := range rest[:min(cadenceFew, len(rest))] {
		l.add("c", c.ID, t.clientLine(c))
	}
	if more := len(rest) - cadenceFew; more > 0 {
		l.screen.Line(t.Say("plan.nostep.more", "n", more))
	}
	return nil
}

// weekBegins reports whether today is the first working day of its week.
func (t *turn) weekBegins() bool {
	monday := t.today.AddDays(-(int(t.today.Weekday()) + 6) % 7)
	return t.nextWorking(monday) == t.today
}

// cadenceOf is how many days may pass between two-way touches: the client's own, or its tier's in its team.
func (t *turn) cadenceOf(c crm.Client) (int, error) {
	team, err := t.teamOf(c)
	return rules.Cadence(c, team), err
}

// silentLineOf says how long a client has been silent; to a lead with whose it is.
func (t *turn) silentLineOf(r rules.Due) (string, error) {
	c := *r.Of.Client
	cadence, err := t.cadenceOf(c)
	if err != nil {
		return "", err
	}
	since := c.LastTouch
	key := "silent.line"
	if since == 0 {
		since, key = c.Created, "silent.never"
	}
	line := t.Say(key, "tier", string(c.Tier), "days", t.silentDays(c), "cadence", cadence, "since", t.Date(crm.DateOf(since.In(t.zone)), ""))
	if r.Kind.Lead {
		line += " · " + t.Say("silent.whose", "name", t.nameOf(c.Manager))
	}
	return line, nil
}

// silentButtons are those of PRODUCT's table: log a touch, plan, change cadence.
func (t *turn) silentButtons(s *screen, r rules.Due) {
	id := r.About.ID
	s.row(t.button("client.log", "cadd", id, "touch"), t.button("client.plan", "cadd", id, "step"))
	s.row(t.button("silent.cadence", "cadd", id, "cadence"), t.button("client.card", "c", id))
}
