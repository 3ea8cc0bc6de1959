package dialog

import (
	"slices"
	"strconv"
	"strings"

	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
)

// saveAway saves an absence, shows it and tells the others.
func (t *turn) saveAway(o *storage.Offer, a absence) error {
	m, err := t.tx.Member(a.Member)
	if err != nil {
		return err
	}
	t.tx.Change("away", crm.Subject{Kind: "member", ID: m.ID})
	before := m
	m.AwayFrom, m.AwayUntil, m.Substitute, m.AwayExcept = a.From, a.Until, a.Substitute, a.Except
	if err := t.tx.SaveMember(&m); err != nil {
		return err
	}
	o.Taken, a.Change = crm.MomentOf(t.now), t.tx.ChangeID()
	if err := t.keepAway(o, a); err != nil {
		return err
	}
	if err := t.closeForm(); err != nil {
		return err
	}
	kind := "saved"
	if m.ID != t.me.ID {
		kind = "savedof"
	}
	s, err := t.awayText(a, kind)
	if err != nil {
		return err
	}
	if t.absent(before) && (before.AwayFrom != a.From || before.AwayUntil != a.Until) {
		s.Line(t.Say("away.replaced", "days", t.span(before.AwayFrom, before.AwayUntil)))
	}
	s.row(t.button("away.dates", "away", o.ID, "dates"), t.button("away.other", "away", o.ID, "other"))
	s.row(t.exceptButton(o, a), t.button("card.undo", "undo", t.tx.ChangeID()))
	if err := t.show(s.about("member", m.ID)); err != nil {
		return err
	}
	return t.tellAbout(m, before.Substitute, t.changed("away", m, "days", t.span(a.From, a.Until)), func(to *turn, role string) *screen {
		if a.Substitute == 0 {
			return to.screen("away.told.alone."+role, "name", m.Name, "days", to.span(a.From, a.Until), "by", t.me.Name)
		}
		return to.screen("away.told."+role, "name", m.Name, "days", to.span(a.From, a.Until),
			"substitute", t.nameOf(a.Substitute), "by", t.me.Name)
	})
}

// changed names a change of a member's absence once it is known who was told of it: those hear of its undo too.
func (t *turn) changed(label string, m crm.Member, pairs ...any) func(told []int64) {
	return func(told []int64) {
		facts := append(crm.Facts(pairs...), crm.Fact{Name: "name", Value: m.Name}, crm.Fact{Name: "told", Value: joinIDs(told)})
		t.tx.Change(label, crm.Subject{Kind: "member", ID: m.ID}, facts...)
	}
}

func joinIDs(ids []int64) string {
	parts := make([]string, len(ids))
	for i, id := range ids {
		parts[i] = strconv.FormatInt(id, 36)
	}
	return strings.Join(parts, " ")
}

// tellAbout tells the others that an absence concerns: the member himself when a lead arranged it, the substitute, the one
// before, and the lead. Each is told once, in his own language, and never the one who did it.
func (t *turn) tellAbout(m crm.Member, earlier int64, done func(told []int64), text func(to *turn, role string) *screen) error {
	var told []int64
	tell := func(id int64, role string) error {
		if id == 0 || id == t.me.ID || slices.Contains(told, id) {
			return nil
		}
		told = append(told, id)
		return t.tellMember(id, func(to *turn) *screen { return text(to, role) })
	}
	if err := tell(m.ID, "member"); err != nil {
		return err
	}
	if err := tell(m.Substitute, "substitute"); err != nil {
		return err
	}
	if err := tell(earlier, "earlier"); err != nil {
		return err
	}
	leads, err := t.tx.LeadsOf(m)
	for i := 0; i < len(leads) && err == nil; i++ {
		err = tell(leads[i].ID, "lead")
	}
	done(told)
	return err
}

// tellMember says something to another member in his private chat and language; one who can't be spoken to is left out.
func (t *turn) tellMember(id int64, text func(to *turn) *screen) error {
	who, err := t.tx.System().Member(id)
	if err != nil || who.Status != crm.MemberActive {
		return err
	}
	to := t.d.turnOf(t.tx, who, message.In{Chat: who.Telegram})
	_, err = t.tx.Send(to.out(text(to)))
	return err
}

// tellUndone tells those who had heard of a change that it was taken back or brought again.
func (t *turn) tellUndone(c storage.Change, key string) error {
	for _, f := range c.Facts {
		told, ok := f.Value.(string)
		if f.Name != "told" || !ok {
			continue
		}
		for _, part := range strings.Fields(told) {
			id, err := strconv.ParseInt(part, 36, 64)
			if err != nil || id == t.me.ID {
				continue
			}
			if err := t.tellMember(id, func(to *turn) *screen { return to.screen(key, "by", t.me.Name, "what", to.did(c)) }); err != nil {
				return err
			}
		}
	}
	return nil
}

// arrangeForever shows, before it is done, what another member would get for good.
func (t *turn) arrangeForever(o *storage.Offer, a absence, m crm.Member) error {
	if !t.isLead() {
		return t.deniedToLead("away.forever.denied", m)
	}
	if a.Substitute == 0 {
		return t.askAway(o, a, "heir", t.substituteButtons)
	}
	if a.Substitute == a.Member {
		return crm.Say("away.self")
	}
	if err := t.keepAway(o, a); err != nil {
		return err
	}
	s, err := t.awayText(a, "good")
	if err != nil {
		return err
	}
	s.row(t.button("away.good.go", "away", o.ID, "good"), t.button("answer.drop", "away", o.ID, "drop"))
	return t.show(s.about("member", a.Member))
}

// giveForever hands everything of a member over, but the clients that were excepted.
func (t *turn) giveForever(o *storage.Offer, a absence) error {
	m, err := t.tx.Member(a.Member)
	if err != nil {
		return err
	}
	s, err := t.awayText(a, "given")
	if err != nil {
		return err
	}
	t.tx.Change("handover", crm.Subject{Kind: "member", ID: m.ID})
	if err := t.tx.GiveAll(a.Member, a.Substitute, a.Except); err != nil {
		return err
	}
	o.Taken = crm.MomentOf(t.now)
	if err := t.keepAway(o, a); err != nil {
		return err
	}
	if err := t.closeForm(); err != nil {
		return err
	}
	s.row(t.button("card.undo", "undo", t.tx.ChangeID()))
	if err := t.show(s); err != nil {
		return err
	}
	m.Substitute = a.Substitute
	return t.tellAbout(m, 0, t.changed("handover", m, "substitute", t.nameOf(a.Substitute)), func(to *turn, role string) *screen {
		return to.screen("handover.told."+role, "name", m.Name, "substitute", t.nameOf(a.Substitute), "by", t.me.Name)
	})
}
