package dialog

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

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
	Forever    bool     `json:",omitempty"`
	Change     int64    `json:",omitempty"` // that it was saved by
}

// awayCommand is /away, with everything, something or nothing behind it.
func (t *turn) awayCommand(args string) error {
	a, err := t.readAbsence(args)
	if err != nil {
		return err
	}
	if args != "" || !t.leads() {
		return t.awayOrState(a)
	}
	return t.awayBoard()
}

// leads reports whether this member arranges others' absences.
func (t *turn) leads() bool { return crm.AtLeast(t.me.Role, crm.Lead) }

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
	return a, err
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
	if !own && !t.leads() {
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
	m, err := t.tx.Member(a.Substitute)
	switch {
	case err != nil:
		return nil, err
	case a.Substitute == a.Member:
		return crm.Say("away.self"), nil
	case m.Status != crm.MemberActive:
		return crm.Say("away.gone", "name", m.Name), nil
	case !a.From.IsZero() && m.Away(later(a.From, t.today)) && m.Away(a.Until):
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

func later(a, b crm.Date) crm.Date {
	if a.Before(b) {
		return b
	}
	return a
}

// askAway asks for one thing with buttons; the answer may be typed too.
func (t *turn) askAway(o *storage.Offer, a absence, key string, choices awayChoices) error {
	return t.askAwayAgain(o, a, key, choices, nil)
}

// awayChoices are the buttons of a question.
type awayChoices func(o *storage.Offer, a absence) ([]message.Button, error)

// askAwayAgain asks under the reason why the answer before won't do.
func (t *turn) askAwayAgain(o *storage.Offer, a absence, key string, choices awayChoices, why *crm.Problem) error {
	if err := t.keepAway(o, a); err != nil {
		return err
	}
	buttons, err := choices(o, a)
	if err != nil {
		return err
	}
	name := ""
	if a.Member != 0 && a.Member != t.me.ID {
		m, err := t.tx.Member(a.Member)
		if err != nil {
			return err
		}
		name = m.Name
	}
	s := &screen{}
	switch {
	case why != nil:
		s.Add(t.SayFacts(why.Key, why.Facts)).Break()
	case !a.From.IsZero() && !a.Until.IsZero():
		s.Add(t.span(a.From, a.Until)).Break()
	}
	if name == "" {
		s.Add(t.Say("away.ask." + key))
	} else {
		s.Add(t.Say("away.askof."+key, "name", name))
	}
	s.rows(2, buttons...)
	if o.Taken == 0 {
		s.row(t.button("answer.drop", "away", o.ID, "drop"))
	}
	if err := t.keepForm("away", formData{ID: o.ID}); err != nil {
		return err
	}
	return t.show(s)
}

func (t *turn) keepAway(o *storage.Offer, a absence) error {
	raw, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("dialog: keep absence: %w", err)
	}
	o.Data = raw
	return t.tx.SaveOffer(o)
}

// awayOffer is an offer with what it says.
func (t *turn) awayOffer(id int64) (*storage.Offer, absence, error) {
	var a absence
	o, err := t.tx.Offer(id, "away")
	if err != nil {
		return nil, a, err
	}
	if err := json.Unmarshal(o.Data, &a); err != nil {
		return nil, a, fmt.Errorf("dialog: offer %d: %w", id, err)
	}
	return &o, a, nil
}

func (t *turn) whoButtons(o *storage.Offer, _ absence) ([]message.Button, error) {
	members, err := t.tx.Members(t.teamOrAll())
	return t.memberButtons(o, members, "who", 0), err
}

// teamOrAll is a lead's team, or 0 for an owner.
func (t *turn) teamOrAll() int64 {
	if t.me.Role == crm.Owner {
		return 0
	}
	return t.me.Team
}

// fewMembers is how many colleagues are offered as buttons; others are typed.
const fewMembers = 8

func (t *turn) memberButtons(o *storage.Offer, members []crm.Member, word string, without int64) []message.Button {
	var buttons []message.Button
	for _, m := range members {
		if m.ID != without && m.Status == crm.MemberActive && len(buttons) < fewMembers {
			buttons = append(buttons, labelled(m.Name, "away", o.ID, word+strconv.FormatInt(m.ID, 36)))
		}
	}
	return buttons
}

// substituteButtons are those of the absent member's team who are at work, his lead among them.
func (t *turn) substituteButtons(o *storage.Offer, a absence) ([]message.Button, error) {
	m, err := t.tx.Member(a.Member)
	if err != nil {
		return nil, err
	}
	team, err := t.tx.Members(m.Team)
	if err != nil {
		return nil, err
	}
	leads, err := t.tx.LeadsOf(m)
	if err != nil {
		return nil, err
	}
	for _, l := range leads {
		if !slices.ContainsFunc(team, func(o crm.Member) bool { return o.ID == l.ID }) {
			team = append(team, l)
		}
	}
	if len(a.Among) > 0 {
		if team, err = t.tx.Members(0); err != nil {
			return nil, err
		}
		team = slices.DeleteFunc(team, func(o crm.Member) bool { return !slices.Contains(a.Among, o.ID) })
	}
	team = slices.DeleteFunc(team, func(o crm.Member) bool { return o.Away(later(a.From, t.today)) && o.Away(a.Until) })
	slices.SortStableFunc(team, func(x, y crm.Member) int { return cmp.Compare(rankOf(x), rankOf(y)) })
	buttons := t.memberButtons(o, team, "sub", a.Member)
	if len(leads) > 0 {
		buttons = append(buttons, t.button("away.nobody", "away", o.ID, "sub"+strconv.FormatInt(leads[0].ID, 36)))
	}
	return buttons, nil
}

// rankOf puts managers before leads: a colleague is the likelier substitute.
func rankOf(m crm.Member) int {
	return map[crm.Role]int{crm.Manager: 0, crm.Lead: 1, crm.Owner: 2}[m.Role]
}

// awayDays are the stretches that are offered, by their word: how many days from today or from the next Monday.
func (t *turn) awayDays(word string) (from, until crm.Date, ok bool) {
	monday := t.today.AddDays(1 + (7-int(t.today.Weekday()))%7)
	switch word {
	case "today":
		return t.today, t.today, true
	case "tomorrow":
		return t.today.AddDays(1), t.today.AddDays(1), true
	case "week":
		return monday, monday.AddDays(6), true
	case "two":
		return monday, monday.AddDays(13), true
	}
	return from, until, false
}

func (t *turn) whenButtons(o *storage.Offer, a absence) ([]message.Button, error) {
	var buttons []message.Button
	for _, word := range []string{"today", "tomorrow", "week", "two"} {
		from, until, _ := t.awayDays(word)
		buttons = append(buttons, labelled(t.Say("away.when."+word, "days", t.span(from, until)), "away", o.ID, "when"+word))
	}
	if a.Member != t.me.ID && a.Substitute != 0 {
		buttons = append(buttons, t.button("away.forever", "away", o.ID, "forever"))
	}
	return buttons, nil
}

func (t *turn) untilButtons(o *storage.Offer, a absence) ([]message.Button, error) {
	var buttons []message.Button
	for _, days := range []int{1, 7, 14, 28} {
		until := a.From.AddDays(days - 1)
		if !until.Before(t.today) {
			buttons = append(buttons, labelled(t.Date(until, ""), "away", o.ID, "until"+strconv.Itoa(days)))
		}
	}
	return buttons, nil
}

// facts are what every text about an absence may say.
func (t *turn) awayFacts(a absence) ([]any, error) {
	m, err := t.tx.Member(a.Member)
	if err != nil {
		return nil, err
	}
	sub, err := t.tx.Member(a.Substitute)
	if err != nil {
		return nil, err
	}
	n, err := t.tx.InHandOf(a.Member, a.Except)
	if err != nil {
		return nil, err
	}
	facts := []any{
		"name", m.Name, "substitute", sub.Name, "clients", n.Clients, "steps", n.FollowUps, "promises", n.Promises, "contracts", n.Contracts,
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
	s.row(t.button("away.go", "away", o.ID, "go"), t.button("away.except", "away", o.ID, "except"))
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
	hearer, err := t.tx.HearerOf(m, 0, crm.MomentOf(later(a.From, sub.AwayFrom).In(m.Location(), crm.At(12, 0))))
	if err != nil {
		return err
	}
	s.Line(t.Say("away.overlap", "substitute", sub.Name, "days", t.span(sub.AwayFrom, sub.AwayUntil), "instead", hearer.Name))
	return nil
}

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
	s.row(t.button("away.except", "away", o.ID, "except"), t.button("card.undo", "undo", t.tx.ChangeID()))
	if err := t.show(s.about("member", m.ID)); err != nil {
		return err
	}
	return t.tellAbout(m, before.Substitute, t.changed("away", m, "days", t.span(a.From, a.Until)), func(to *turn, role string) *screen {
		return to.screen("away.told."+role, "name", m.Name, "days", to.span(a.From, a.Until),
			"substitute", t.nameOf(a.Substitute), "by", t.me.Name)
	})
}

// nameOf is a member's name, empty when he can't be read.
func (t *turn) nameOf(id int64) string {
	m, err := t.tx.Member(id)
	if err != nil {
		return ""
	}
	return m.Name
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
	if !t.leads() {
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

// awayState shows an absence that is planned or holds, with what can be changed.
func (t *turn) awayState(m crm.Member) (*screen, error) {
	a := absence{Member: m.ID, Substitute: m.Substitute, From: m.AwayFrom, Until: m.AwayUntil, Except: m.AwayExcept}
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
	s.row(t.button("away.other", "away", o.ID, "other"), t.button("away.except", "away", o.ID, "except"))
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
