package dialog

import (
	"strconv"

	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
)

// Rules of absence, as people speak of it.
//
// Somebody who says that he will be away is believed at once: what was understood is saved, shown with its whole dates and
// told to the substitute and to the lead, and can be repaired by buttons. What a lead says of a member is shown first, with how
// much it moves, and done by a button: for the period, for good, or without some clients. What is missing is asked with
// buttons. Without a substitute a lead gets the reminders. An absence that is said while another is planned takes its place.
// Refused are days that are over, an end before its beginning, oneself as a substitute, and a substitute who is away all that
// time; one who is away for a part of it is said.

// maxAbsence is how many days an absence may take.
const maxAbsence = 366

// absence is what is known of one so far; it is kept as an offer.
type absence struct {
	Member     int64    `json:",omitempty"`
	Substitute int64    `json:",omitempty"`
	From       crm.Date `json:",omitzero"`
	Until      crm.Date `json:",omitzero"`
	Except     []int64  `json:",omitempty"`
	Among      []int64  `json:",omitempty"` // the substitute is one of these
	Nobody     bool     `json:",omitempty"` // was named as the substitute: the lead is
	Forever    bool     `json:",omitempty"`
	Change     int64    `json:",omitempty"` // that it was saved by
}

// awayCommand is /away, with everything, something or nothing behind it.
func (t *turn) awayCommand(args string) error {
	a, err := t.readAbsence(args)
	if err != nil {
		return err
	}
	if args != "" || !t.isLead() {
		return t.awayOrState(a)
	}
	return t.awayBoard()
}

// awayOrState shows the absence that is planned already when nothing new is said of it.
func (t *turn) awayOrState(a absence) error {
	if a.Member == 0 {
		a.Member = t.me.ID
	}
	m, err := t.tx.Member(a.Member)
	if err != nil {
		return err
	}
	if a.From.IsZero() && a.Substitute == 0 && t.absent(m) {
		s, err := t.awayState(m)
		if err != nil {
			return err
		}
		return t.send(s)
	}
	return t.arrange(&storage.Offer{Kind: "away"}, a)
}

// absent reports whether a member has an absence that isn't over.
func (t *turn) absent(m crm.Member) bool { return !m.AwayFrom.IsZero() && !m.AwayUntil.Before(t.today) }

// readAbsence takes from a text who is away, who stands in, and when.
func (t *turn) readAbsence(text string) (absence, error) {
	var a absence
	w, err := t.world(crm.MomentOf(t.now))
	if err != nil {
		return a, err
	}
	a.From, a.Until, _ = readAbsence(text, w)
	members, err := t.atWork()
	if err != nil {
		return a, err
	}
	a.Member, a.Substitute, a.Among, err = t.awayPeople(text, members)
	if a.Forever = says(text, foreverWords); a.Forever {
		a.From, a.Until = crm.Date{}, crm.Date{}
	}
	a.Nobody = a.Substitute == 0 && says(text, nobodyWords)
	return a, err
}

// nobodyWords say that there is no substitute.
var nobodyWords = []string{
	"без замены", "без замещения", "без заместителя", "никто", "никого", "некому",
	"no substitute", "without a substitute", "no cover", "no stand-in", "nobody", "no one",
}

var foreverWords = []string{"навсегда", "насовсем", "for good", "forever", "permanently", "for ever"}

// arrange goes on with an absence: asks for what is missing, shows it, or saves it.
func (t *turn) arrange(o *storage.Offer, a absence) error {
	if a.Member == 0 {
		return t.askAway(o, a, "who", t.whoButtons)
	}
	m, err := t.tx.Member(a.Member)
	if err != nil {
		return err
	}
	own := m.ID == t.me.ID
	if !own && !t.isLead() {
		return t.deniedToLead("away.lead.only", m)
	}
	if a.Forever {
		return t.arrangeForever(o, a, m)
	}
	if why := t.daysRight(a); why != nil {
		a.From, a.Until = crm.Date{}, crm.Date{}
		return t.askAwayAgain(o, a, "when", t.whenButtons, why)
	}
	switch {
	case a.From.IsZero():
		return t.askAway(o, a, "when", t.whenButtons)
	case a.Until.IsZero():
		return t.askAway(o, a, "until", t.untilButtons)
	case a.Substitute == 0 && a.Nobody:
		leads, err := t.tx.LeadsOf(m)
		if err != nil {
			return err
		}
		if len(leads) > 0 {
			a.Nobody, a.Substitute = false, leads[0].ID
			return t.arrange(o, a)
		}
	case a.Substitute == 0:
		return t.askAway(o, a, "substitute", t.substituteButtons)
	}
	why, err := t.substituteRight(a)
	if err != nil {
		return err
	}
	if why != nil {
		a.Substitute = 0
		return t.askAwayAgain(o, a, "substitute", t.substituteButtons, why)
	}
	if own || o.Taken != 0 {
		return t.saveAway(o, a)
	}
	return t.offerAway(o, a)
}

// deniedToLead refuses what only a lead arranges, and names him.
func (t *turn) deniedToLead(key string, of crm.Member) error {
	leads, err := t.tx.LeadsOf(of)
	if err != nil {
		return err
	}
	lead := ""
	if len(leads) > 0 {
		lead = leads[0].Name
	}
	return crm.Say(key, "name", of.Name, "leader", lead)
}

// daysRight refuses days that can't be.
func (t *turn) daysRight(a absence) *crm.Problem {
	switch {
	case !a.Until.IsZero() && a.Until.Before(a.From):
		return crm.Say("away.order", "from", t.Date(a.From, ""), "until", t.Date(a.Until, ""))
	case !a.Until.IsZero() && a.Until.Before(t.today):
		return crm.Say("away.past", "until", t.Date(a.Until, ""))
	case !a.Until.IsZero() && a.Until.Sub(a.From) > maxAbsence:
		return crm.Say("away.long", "days", a.Until.Sub(a.From))
	}
	return nil
}

// substituteRight says why a substitute can't be one.
func (t *turn) substituteRight(a absence) (*crm.Problem, error) {
	if a.Substitute == 0 {
		return nil, nil
	}
	m, err := t.tx.Member(a.Substitute)
	switch {
	case err != nil:
		return nil, err
	case a.Substitute == a.Member:
		return crm.Say("away.self"), nil
	case m.Status != crm.MemberActive:
		return crm.Say("away.gone", "name", m.Name), nil
	case !a.From.IsZero() && m.Away(latest(a.From, t.today)) && m.Away(a.Until):
		return crm.Say("away.both", "name", m.Name, "days", t.span(m.AwayFrom, m.AwayUntil)), nil
	}
	return nil, nil
}

// span is a stretch of days, or its only day.
func (t *turn) span(from, until crm.Date) string {
	if from == until {
		return t.Date(from, "")
	}
	return t.Say("away.days", "from", t.Date(from, ""), "until", t.Date(until, ""))
}

// latest is the later of two days.
func latest(a, b crm.Date) crm.Date {
	if a.Before(b) {
		return b
	}
	return a
}

// facts are what every text about an absence may say.
func (t *turn) awayFacts(a absence) ([]any, error) {
	m, err := t.tx.Member(a.Member)
	if err != nil {
		return nil, err
	}
	n, err := t.tx.InHandOf(a.Member, a.Except)
	if err != nil {
		return nil, err
	}
	facts := []any{
		"name", m.Name, "substitute", t.nameOf(a.Substitute), "clients", n.Clients, "steps", n.FollowUps, "promises", n.Promises, "contracts", n.Contracts,
	}
	if !a.From.IsZero() {
		facts = append(facts, "days", t.span(a.From, a.Until), "back", t.Date(a.Until.AddDays(1), ""))
	}
	return facts, nil
}

// inHand are how many clients, steps, promises and contracts, without what there is none of.
func (t *turn) inHand(a absence) (string, error) {
	n, err := t.tx.InHandOf(a.Member, a.Except)
	if err != nil {
		return "", err
	}
	var parts []string
	for _, part := range []struct {
		key string
		n   int
	}{{"away.clients", n.Clients}, {"away.steps", n.FollowUps}, {"away.promises", n.Promises}, {"away.contracts", n.Contracts}} {
		if part.n > 0 {
			parts = append(parts, t.Say(part.key, "n", part.n))
		}
	}
	if len(parts) == 0 {
		return t.Say("away.nothing"), nil
	}
	return t.Say("away.list", "list", parts), nil
}

// offerAway shows a lead what would move, before it does.
func (t *turn) offerAway(o *storage.Offer, a absence) error {
	if err := t.keepAway(o, a); err != nil {
		return err
	}
	s, err := t.awayText(a, "offer")
	if err != nil {
		return err
	}
	s.row(t.button("away.go", "away", o.ID, "go"), t.exceptButton(o, a))
	s.row(t.button("away.forever", "away", o.ID, "forever"), t.button("answer.drop", "away", o.ID, "drop"))
	if err := t.closeForm(); err != nil {
		return err
	}
	return t.show(s.about("member", a.Member))
}

// awayText is what an absence means, with its warnings.
func (t *turn) awayText(a absence, kind string) (*screen, error) {
	facts, err := t.awayFacts(a)
	if err != nil {
		return nil, err
	}
	hand, err := t.inHand(a)
	if err != nil {
		return nil, err
	}
	s := &screen{}
	s.Bold(t.Say("away.head."+kind, facts...))
	s.Line(hand)
	if a.Substitute == 0 && !a.Forever {
		s.Line(t.Say("away.text.alone."+kind, facts...))
		return s, nil
	}
	s.Line(t.Say("away.text."+kind, facts...))
	if len(a.Except) > 0 {
		names, err := t.clientNames(a.Except)
		if err != nil {
			return nil, err
		}
		s.Line(t.Say("away.excepted", "names", names))
	}
	return s, t.awayWarnings(s, a)
}

// exceptButton keeps clients back from a substitute, when there is one.
func (t *turn) exceptButton(o *storage.Offer, a absence) message.Button {
	if a.Substitute == 0 {
		return message.Button{}
	}
	return t.button("away.except", "away", o.ID, "except")
}

func (t *turn) clientNames(ids []int64) ([]string, error) {
	names := make([]string, 0, len(ids))
	for _, id := range ids {
		name, err := t.clientName(id)
		if err != nil {
			return nil, err
		}
		names = append(names, message.Cut(name, 40))
	}
	return names, nil
}

// awayWarnings tell of days when the substitute is away himself.
func (t *turn) awayWarnings(s *screen, a absence) error {
	sub, err := t.tx.Member(a.Substitute)
	if err != nil || sub.AwayFrom.IsZero() || a.Forever || a.Until.Before(sub.AwayFrom) || sub.AwayUntil.Before(a.From) || sub.AwayUntil.Before(t.today) {
		return err
	}
	m, err := t.tx.Member(a.Member)
	if err != nil {
		return err
	}
	m.AwayFrom, m.AwayUntil, m.Substitute = a.From, a.Until, a.Substitute
	hearer, err := t.tx.HearerOf(m, 0, crm.MomentOf(latest(a.From, sub.AwayFrom).In(m.Location(), crm.At(12, 0))))
	if err != nil {
		return err
	}
	s.Line(t.Say("away.overlap", "substitute", sub.Name, "days", t.span(sub.AwayFrom, sub.AwayUntil), "instead", hearer.Name))
	return nil
}

// nameOf is a member's name, empty when he can't be read.
func (t *turn) nameOf(id int64) string {
	m, err := t.tx.Member(id)
	if err != nil {
		return ""
	}
	return m.Name
}

// awayState shows an absence that is planned or holds, with what can be changed.
func (t *turn) awayState(m crm.Member) (*screen, error) {
	a := absence{Member: m.ID, Substitute: m.Substitute, From: m.AwayFrom, Until: m.AwayUntil, Except: m.AwayExcept, Nobody: m.Substitute == 0}
	o := &storage.Offer{Kind: "away", Taken: crm.MomentOf(t.now)}
	if err := t.keepAway(o, a); err != nil {
		return nil, err
	}
	kind := "saved"
	if m.ID != t.me.ID {
		kind = "savedof"
	}
	var s *screen
	var err error
	if a.Substitute == 0 {
		s = t.screen("away.alone", "name", m.Name, "days", t.span(a.From, a.Until))
	} else if s, err = t.awayText(a, kind); err != nil {
		return nil, err
	}
	end := t.button("away.cancel", "away", o.ID, "end")
	if m.Away(t.today) {
		end = t.button("away.back", "away", o.ID, "end")
	}
	s.row(end, t.button("away.dates", "away", o.ID, "dates"))
	s.row(t.button("away.other", "away", o.ID, "other"), t.exceptButton(o, a))
	return s.about("member", m.ID), nil
}

// awayBoard shows a lead who is away or will be, and lets him arrange more.
func (t *turn) awayBoard() error {
	members, err := t.tx.Members(t.teamOrAll())
	if err != nil {
		return err
	}
	s := &screen{}
	s.Bold(t.Say("away.board"))
	o := &storage.Offer{Kind: "away"}
	if err := t.keepAway(o, absence{}); err != nil {
		return err
	}
	var buttons []message.Button
	for _, m := range members {
		if t.absent(m) {
			key := "away.board.line"
			if m.Substitute == 0 {
				key = "away.alone"
			}
			s.Line(t.Say(key, "name", m.Name, "days", t.span(m.AwayFrom, m.AwayUntil), "substitute", t.nameOf(m.Substitute)))
		}
		if len(buttons) < fewMembers {
			buttons = append(buttons, labelled(m.Name, "away", o.ID, "see"+strconv.FormatInt(m.ID, 36)))
		}
	}
	s.Line(t.Say("away.board.hint"))
	s.rows(2, buttons...)
	return t.send(s)
}
