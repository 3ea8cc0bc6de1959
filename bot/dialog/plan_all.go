package dialog

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"followup/bot/capture"
	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
)

// Rules of moving the whole day.
//
// «Всё на завтра кроме Вектора» moves this member's own open steps that are overdue or due today to another day, each at its
// own time of day; of a series this occurrence alone. What we promised to a client is never among them, nor is anything that isn't
// a step: promises to pay, decision days, bills. «Все звонки на завтра» moves calls alone. Whoever is named after «кроме» stays:
// a client, each of them when a name fits several, or a step by a word of its text; a name that fits nothing moves nothing, so
// that nobody loses what he meant to keep. A day off is asked about, the next working day first. What moved and what stayed is
// shown, with a warning when the day is overfull; it is one change and one undo.

// overfull is how many steps make a day too much.
const overfull = 10

var allMoved = regexp.MustCompile(`(?i)^(?:(?:давай\s+)?(?:перенеси|перенести|отложи|отложить|сдвинь|перекинь|закинь|move|push|postpone|reschedule|put)(?:\s+мне)?\s+)?` +
	`(?:вс[её]|все|остальн\pL+|everything|all|the rest|rest)(?:\s+(?:мои\s+|my\s+)?(дела|задачи|звонки|встречи|письма|остальное|tasks?|calls?|meetings?|steps?))?` +
	`\s+(?:на|до|to|till|until|for)\s+(.+?)(?:[\s,]+(?:кроме|без|исключая|except(?: for)?|but(?: not)?|apart from|without)\s+(.+?))?[.!]?$`)

// verbsOf are the steps that a word of work names.
func verbsOf(word string) string {
	word = strings.ToLower(word)
	for start, verb := range map[string]string{"звон": "call", "call": "call", "встреч": "meet", "meet": "meet", "письм": "send"} {
		if strings.HasPrefix(word, start) {
			return verb
		}
	}
	return ""
}

// moveAll is a bulk move that may wait for an answer.
type moveAll struct {
	Day    crm.Date
	Verb   string `json:",omitempty"`
	Except string `json:",omitempty"`
}

// allTalk takes a line that moves the whole day; false when it is none.
func (t *turn) allTalk(text string) (bool, error) {
	m := allMoved.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return false, nil
	}
	w, err := t.world(t.in.Date)
	if err != nil {
		return true, err
	}
	times := capture.ReadTimes(m[2], w)
	if len(times) == 0 {
		return false, nil
	}
	day := times[0].Day
	if times[0].Grain == capture.Week {
		day = t.nextWorking(crm.DateOf(times[0].Start))
	}
	if rest := strings.TrimSpace(m[2][:times[0].Span.From] + m[2][times[0].Span.To:]); rest != "" {
		return false, nil // «все на встречу завтра с гаммой» is about something else
	}
	return true, t.askAll(moveAll{Day: day, Verb: verbsOf(m[1]), Except: m[3]})
}

// askAll asks about a day off, or moves.
func (t *turn) askAll(m moveAll) error {
	switch {
	case m.Day.Before(t.today):
		return crm.Say("plan.all.past", "day", t.Date(m.Day, ""))
	case m.Day == t.today:
		return crm.Say("plan.all.today")
	case t.d.o.Calendar.Working(m.Day):
		return t.doAll(m)
	}
	steps, _, err := t.movableToday(m)
	if err != nil {
		return err
	}
	if len(steps) == 0 {
		return crm.Say("plan.all.none")
	}
	var buttons []message.Button
	next := t.nextWorking(m.Day)
	for _, day := range []crm.Date{next, m.Day} {
		to := m
		to.Day = day
		o, err := t.keepOffer("all", to)
		if err != nil {
			return err
		}
		label := t.Say("answer.anyway", "day", day)
		if day == next {
			label = t.Date(day, "")
		}
		buttons = append(buttons, labelled(label, "all", o.ID, "go"))
	}
	s := t.screen("plan.all.dayoff", "day", m.Day, "why", t.dayOff(m.Day))
	s.rows(2, buttons...)
	return t.send(s.about("plan", t.me.ID))
}

// movableToday are the steps that a bulk move takes along, and those that it leaves although they are due.
func (t *turn) movableToday(m moveAll) (move, stay []crm.FollowUp, err error) {
	end := crm.MomentOf(t.today.AddDays(1).In(t.zone, 0))
	due, err := t.tx.FollowUps(storage.FollowUpFilter{Assignee: t.me.ID, Status: crm.FollowUpOpen, DueTo: end})
	if err != nil {
		return nil, nil, err
	}
	kept, err := t.keptBack(m.Except, due)
	if err != nil {
		return nil, nil, err
	}
	for _, f := range due {
		switch {
		case f.Obligation || kept[f.ID]:
			stay = append(stay, f)
		case m.Verb == "" || f.Verb == m.Verb:
			move = append(move, f)
		}
	}
	return move, stay, nil
}

// keptBack are the steps that the words after «кроме» name.
func (t *turn) keptBack(words string, due []crm.FollowUp) (map[int64]bool, error) {
	kept := map[int64]bool{}
	if strings.TrimSpace(words) == "" {
		return kept, nil
	}
	r, err := t.understood(words)
	if err != nil {
		return nil, err
	}
	rest := []byte(words)
	for _, m := range r.Mentions {
		for i := m.Span.From; i < m.Span.To; i++ {
			rest[i] = ' '
		}
		for _, match := range m.Matches {
			for _, f := range due {
				if f.Client == match.Client {
					kept[f.ID] = true
				}
			}
		}
	}
	for _, word := range wordsOf(string(rest)) {
		stem := []rune(word.fold)
		if exceptFill[word.fold] || len(stem) < 3 {
			continue
		}
		found := false
		for _, f := range due {
			named := strings.Contains(crm.NameKey(f.Text), string(stem[:min(len(stem), max(3, len(stem)-2))])) || f.Verb != "" && f.Verb == verbsOf(word.fold)
			if named {
				kept[f.ID], found = true, true
			}
		}
		if !found {
			return nil, crm.Say("plan.all.unknown", "said", message.Cut(word.text, 40))
		}
	}
	return kept, nil
}

// exceptFill are words beside the names of what stays.
var exceptFill = wordSet("и the and for ооо ао ип ltd inc клиента клиентов только звонка звонков")

// doAll moves the steps and shows them.
func (t *turn) doAll(m moveAll) error {
	steps, stay, err := t.movableToday(m)
	if err != nil {
		return err
	}
	if len(steps) == 0 {
		return crm.Say("plan.all.none")
	}
	t.tx.Change("moved.all", crm.Subject{Kind: "member", ID: t.me.ID},
		crm.Fact{Name: "n", Value: len(steps)}, crm.Fact{Name: "day", Value: t.Date(m.Day, "")})
	for i := range steps {
		if err := t.moveStep(&steps[i], m.Day); err != nil {
			return err
		}
	}
	slices.SortStableFunc(steps, func(a, b crm.FollowUp) int { return cmp.Compare(clockOf(a), clockOf(b)) })
	s := t.screen("plan.all.done", "n", len(steps), "day", m.Day)
	l := lines{turn: t, screen: s, list: "today", of: t.me.ID}
	for _, f := range steps {
		line, err := t.planLine(f, false)
		if err != nil {
			return err
		}
		l.add("f", f.ID, line)
	}
	if err := t.stayed(s, stay); err != nil {
		return err
	}
	if err := t.warnFull(s, m.Day); err != nil {
		return err
	}
	l.done()
	s.row(t.button("card.undo", "undo", t.tx.ChangeID()), t.planButton())
	return t.show(s.about("plan", t.me.ID))
}

// clockOf puts what is for the whole day before what has its hour.
func clockOf(f crm.FollowUp) crm.Clock {
	if f.AllDay {
		return -1
	}
	return f.Clock
}

// moveStep moves a step to a day at its own time of day.
func (t *turn) moveStep(f *crm.FollowUp, day crm.Date) error {
	at := t.dueOf(*f)
	if f.Rule != "" {
		f.Snoozed = crm.MomentOf(day.In(t.zone, at.Clock))
	} else {
		f.Day, f.Clock, f.Zone, f.Snoozed = day, at.Clock, t.me.Zone, 0
	}
	return t.tx.SaveFollowUp(f)
}

// stayed lists what was left where it is.
func (t *turn) stayed(s *screen, stay []crm.FollowUp) error {
	var names []string
	for _, f := range stay {
		line, err := t.planLine(f, false)
		if err != nil {
			return err
		}
		names = append(names, line)
	}
	const few = 5
	if len(names) == 0 {
		return nil
	}
	s.Gap().Add(t.Say("plan.all.stay"))
	for _, line := range names[:min(few, len(names))] {
		s.Line("• " + line)
	}
	if len(names) > few {
		s.Line(t.Say("lines.more", "n", len(names)-few))
	}
	return nil
}

// warnFull says when a day has become too much.
func (t *turn) warnFull(s *screen, day crm.Date) error {
	on, err := t.tx.FollowUps(storage.FollowUpFilter{
		Assignee: t.me.ID, Status: crm.FollowUpOpen, DueFrom: crm.MomentOf(day.In(t.zone, 0)), DueTo: crm.MomentOf(day.AddDays(1).In(t.zone, 0)),
	})
	if err != nil || len(on) <= overfull {
		return err
	}
	s.Gap().Add(t.Say("plan.all.full", "day", day, "n", len(on)))
	return nil
}

// tapAll asks where the whole day goes, or moves it: id is an offer, or 0 with a word for the day.
func (t *turn) tapAll(id int64, arg string) error {
	if id != 0 {
		var m moveAll
		if _, err := t.takeOffer(id, "all", &m); err != nil {
			return err
		}
		return t.doAll(m)
	}
	if arg == "" {
		return t.showAll()
	}
	c, ok := t.later(arg)
	if !ok || !c.Day.After(t.today) {
		return crm.Say("button.unknown")
	}
	return t.doAll(moveAll{Day: c.Day})
}

// showAll offers the days.
func (t *turn) showAll() error {
	steps, _, err := t.movableToday(moveAll{})
	if err != nil {
		return err
	}
	if len(steps) == 0 {
		return crm.Say("plan.all.none")
	}
	s := t.screen("plan.all.ask", "n", len(steps))
	var buttons []message.Button
	seen := map[crm.Date]bool{}
	for _, word := range []string{"tomorrow", "monday", "week"} {
		c, _ := t.later(word)
		if !seen[c.Day] {
			seen[c.Day] = true
			buttons = append(buttons, labelled(t.Date(c.Day, ""), "all", 0, word))
		}
	}
	s.rows(3, buttons...)
	s.row(t.button("back", "plan", 0, "today"))
	return t.show(s.about("plan", t.me.ID))
}

// allButton is under a plan with several steps that can be moved together.
func (t *turn) allButton() (message.Button, error) {
	const several = 3
	steps, _, err := t.movableToday(moveAll{})
	if err != nil || len(steps) < several {
		return message.Button{}, err
	}
	return t.button("plan.all", "all", 0), nil
}
