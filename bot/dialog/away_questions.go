package dialog

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
)

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
	o, err := t.readOffer(id, "away", &a)
	return &o, a, err
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
	team = slices.DeleteFunc(team, func(o crm.Member) bool { return o.Away(latest(a.From, t.today)) && o.Away(a.Until) })
	slices.SortStableFunc(team, func(x, y crm.Member) int { return cmp.Compare(rankOf(x), rankOf(y)) })
	buttons := t.memberButtons(o, team, "sub", a.Member)
	if len(leads) > 0 {
		return append(buttons, t.button("away.nobody", "away", o.ID, "sub"+strconv.FormatInt(leads[0].ID, 36))), nil
	}
	return append(buttons, t.button("away.waits", "away", o.ID, "alone")), nil
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
