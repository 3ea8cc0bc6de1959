package dialog

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"followup/bot/capture"
	"followup/bot/locale"
	"followup/bot/message"
	"followup/storage/crm"
)

// saveStep saves a next step: ours, what we promised to the client, or what the client promised us. A step without a day
// comes with the plan of the next working day.
func (f *filing) saveStep(item capture.Item, c crm.Client) error {
	step := crm.FollowUp{
		Client: c.ID, Assignee: f.me.ID, Author: f.me.ID, Text: titled(item.Text), Verb: item.Verb, Zone: f.me.Zone,
		Obligation: item.Kind == capture.Obligation, Await: item.Kind == capture.Await, Status: crm.FollowUpOpen,
		Interaction: f.touch[c.ID],
	}
	if stands, _ := f.tx.StandsIn(); c.ID != 0 && slices.Contains(stands, c.Manager) {
		step.Assignee = c.Manager
	}
	f.schedule(&step, item)
	switch {
	case step.Text == "":
		step.Text = f.Say("verb." + verbOr(step.Verb))
	case item.Thing:
		step.Text = f.Say("verb.send") + " " + lowerFirst(step.Text) // «счёт» alone doesn't say what to do with it
	}
	if err := f.tx.SaveFollowUp(&step); err != nil {
		return err
	}
	f.made("followup", step.ID, f.stepLine(step)+f.ofClient(c))
	return nil
}

// titled is a step's text as its title: of «запиши встречу с Вектором» the case of the verb that is gone is undone.
func titled(text string) string {
	text = strings.TrimSpace(text)
	if rest, ok := strings.CutPrefix(text, "встречу"); ok && (rest == "" || rest[0] == ' ') {
		return "встреча" + rest
	}
	return text
}

// schedule puts an item's time into a step.
func (f *filing) schedule(step *crm.FollowUp, item capture.Item) {
	switch when := item.When; when {
	case nil:
		step.Day, step.Clock, step.AllDay = f.nextWorking(f.today.AddDays(1)), f.defaultClock(), true
	default:
		step.Day, step.Clock, step.Rule = when.Day, when.Clock, when.Rule
		step.AllDay = step.Obligation
		step.Named = when.HasClock || f.named(item)
	}
}

// named reports whether the person chose this day in spite of its being a day off.
func (f *filing) named(item capture.Item) bool {
	if c, ok := f.state.Times[item.When.Span.From]; ok {
		return c.Named
	}
	return false
}

func (t *turn) defaultClock() crm.Clock { return capture.DefaultHabits().Default }

// nextWorking is d or the first working day after it.
func (t *turn) nextWorking(d crm.Date) crm.Date { return t.d.o.Calendar.Next(d) }

// previousWorking is d or the last working day before it.
func (t *turn) previousWorking(d crm.Date) crm.Date { return t.d.o.Calendar.Prev(d) }

// dayOff is what a day off is called: a holiday by its name, a Saturday, a Sunday.
func (t *turn) dayOff(d crm.Date) string {
	if key := t.d.o.Calendar.Holiday(d); key != "" && (key != "off" || d.Weekday() != time.Saturday && d.Weekday() != time.Sunday) {
		return t.Say("holiday." + key)
	}
	return t.Say("weekday." + strconv.Itoa(int(d.Weekday())))
}

func verbOr(verb string) string {
	if verb == "" {
		return "task"
	}
	return verb
}

// dueOf is when a step comes, as its assignee reads it.
func (t *turn) dueOf(f crm.FollowUp) locale.When {
	if f.Snoozed != 0 {
		return t.when(f.Snoozed)
	}
	if f.Zone == t.me.Zone {
		return locale.When{Day: f.Day, Clock: f.Clock}
	}
	return t.when(f.Due)
}

// stepLine is a step as one line of a card.
func (t *turn) stepLine(f crm.FollowUp) string {
	key := "card.step"
	switch {
	case f.Obligation:
		key = "card.obligation"
	case f.Await:
		key = "card.await"
	}
	line := t.Say(key, "text", capital(f.Text), "when", t.dueOf(f))
	if f.Rule != "" {
		line += " · " + t.rule(f.Rule)
	}
	if f.Status != crm.FollowUpOpen {
		line = t.Say("followup."+string(f.Status)) + " " + line
	}
	return line
}

// capital makes the first letter a capital one.
func capital(s string) string {
	r := []rune(s)
	if len(r) == 0 {
		return s
	}
	return strings.ToUpper(string(r[0])) + string(r[1:])
}

// rule words a repeat.
func (t *turn) rule(rule string) string {
	parts := map[string]string{}
	for _, part := range strings.Split(rule, ";") {
		name, value, _ := strings.Cut(part, "=")
		parts[name] = value
	}
	every := 1
	if n, err := strconv.Atoi(parts["INTERVAL"]); err == nil {
		every = n
	}
	text := t.Say("rule."+strings.ToLower(parts["FREQ"]), "n", every)
	if every == 1 {
		text = t.Say("rule." + strings.ToLower(parts["FREQ"]) + ".one")
	}
	var days []string
	if parts["BYDAY"] == "MO,TU,WE,TH,FR" {
		return t.Say("rule.workdays")
	}
	for _, d := range strings.Split(parts["BYDAY"], ",") {
		if i := strings.Index("SUMOTUWETHFRSA", d[max(0, len(d)-2):]); d != "" && i >= 0 {
			days = append(days, t.Say("weekday.short."+strconv.Itoa(i/2)))
		}
	}
	if len(days) > 0 {
		text += ", " + strings.Join(days, ", ")
	}
	if d := parts["BYMONTHDAY"]; d == "-1" {
		text += ", " + t.Say("rule.lastday")
	} else if d != "" {
		text += ", " + t.Say("rule.day", "day", d)
	}
	return text
}

// clientName is the name of a step's client, empty for one without.
func (t *turn) clientName(id int64) (string, error) {
	if id == 0 {
		return "", nil
	}
	c, err := t.tx.Client(id)
	if denied(err) {
		return nameOfDenied(err), nil
	}
	return c.Name, err
}

// nameOfDenied is the name of a client that this member may know by name only.
func nameOfDenied(err error) string {
	var problem *crm.Problem
	if errors.As(err, &problem) {
		if name, ok := fact(problem, "name"); ok {
			if text, ok := name.(string); ok {
				return text
			}
		}
	}
	return ""
}

// followUpScreen is one step with what can be done about it.
func (t *turn) followUpScreen(f crm.FollowUp, back string) (*screen, error) {
	name, err := t.clientName(f.Client)
	if err != nil {
		return nil, err
	}
	s := &screen{}
	s.Bold(name)
	s.Line(t.stepLine(f))
	s.about("followup", f.ID)
	if f.Status == crm.FollowUpOpen {
		t.followUpButtons(s, f)
	} else if f.Outcome != "" {
		s.Line(t.Say("card.outcome", "text", f.Outcome))
	}
	if back != "" {
		s.row(t.button("back", "plan", 0, back))
	}
	return s, nil
}

// followUpButtons are those of PRODUCT's table: done, 20 min, 1 h, tomorrow, Monday, other, card.
func (t *turn) followUpButtons(s *screen, f crm.FollowUp) {
	switch {
	case f.Asker == t.me.ID && f.Asker != f.Assignee:
		t.askerButtons(s, f)
		return
	case f.Asker != 0:
		t.requestButtons(s, f)
		return
	}
	s.row(t.button("followup.done.button", "done", f.ID), t.button("snooze.20", "snooze", f.ID, "20m"), t.button("snooze.60", "snooze", f.ID, "60m"))
	s.row(t.button("snooze.tomorrow", "snooze", f.ID, "tomorrow"), t.button("snooze.monday", "snooze", f.ID, "monday"), t.button("snooze.other", "other", f.ID))
	cancel := t.button("followup.cancel", "fcancel", f.ID)
	if f.Client != 0 {
		s.row(t.button("client.card", "c", f.Client), cancel)
		return
	}
	s.row(cancel)
}

func (t *turn) tapFollowUp(id int64, back string) error {
	f, err := t.tx.FollowUp(id)
	if err != nil {
		return err
	}
	s, err := t.followUpScreen(f, back)
	if err != nil {
		return err
	}
	return t.show(s)
}

// openStep is a step that is still open; otherwise the tap is late.
func (t *turn) openStep(id int64) (crm.FollowUp, error) {
	f, err := t.tx.FollowUp(id)
	if err == nil && f.Status != crm.FollowUpOpen {
		err = crm.Say("already")
	}
	return f, err
}

// planButton leads from what was done back to the plan.
func (t *turn) planButton() message.Button { return t.button("back.plan", "plan", 0, "today") }

// later is a moment by a button's word, in the person's zone: "20m", "60m", "2h", "tomorrow", "monday", "week".
func (t *turn) later(word string) (chosen, bool) {
	minutes := map[string]int{"20m": 20, "30m": 30, "60m": 60, "2h": 120}
	if n, ok := minutes[word]; ok {
		at := t.now.Add(time.Duration(n) * time.Minute)
		return chosen{Day: crm.DateOf(at), Clock: crm.ClockOf(at), Clear: true, Named: true}, true
	}
	days := map[string]crm.Date{
		"tomorrow": t.nextWorking(t.today.AddDays(1)),
		"monday":   t.nextWorking(t.today.AddDays(1 + (7-int(t.today.Weekday()))%7)),
		"week":     t.nextWorking(t.today.AddDays(7)),
	}
	d, ok := days[word]
	return chosen{Day: d, Clock: t.defaultClock(), Clear: true}, ok
}

// tapSnooze puts a step off.
func (t *turn) tapSnooze(id int64, arg string) error {
	f, err := t.openStep(id)
	if err != nil {
		return err
	}
	c, ok := t.later(arg)
	if !ok {
		return crm.Say("button.unknown")
	}
	return t.snooze(f, c)
}

// snooze moves this occurrence; a repeat's series stays where it is.
func (t *turn) snooze(f crm.FollowUp, c chosen) error {
	t.tx.Change("snoozed", crm.Subject{Kind: "followup", ID: f.ID}, crm.Fact{Name: "text", Value: message.Cut(f.Text, 60)})
	if err := t.putOff(&f, c); err != nil {
		return err
	}
	name, err := t.clientName(f.Client)
	if err != nil {
		return err
	}
	s := &screen{}
	s.Bold(name)
	s.Line(t.Say("snoozed", "text", capital(f.Text), "when", c.when()))
	s.row(t.button("followup.done.button", "done", f.ID), t.button("card.undo", "undo", t.tx.ChangeID()), t.planButton())
	return t.show(s.about("followup", f.ID))
}

// putOff gives a step another time; of a series, and of a request, only this once.
func (t *turn) putOff(f *crm.FollowUp, c chosen) error {
	if f.Rule != "" || f.Asker != 0 { // the series, and the time that was asked for, stay
		f.Snoozed = crm.MomentOf(c.Day.In(t.zone, c.Clock))
	} else {
		f.Day, f.Clock, f.Zone, f.Snoozed, f.AllDay = c.Day, c.Clock, t.me.Zone, 0, f.Obligation
	}
	f.Named = c.Named
	return t.tx.SaveFollowUp(f)
}

// tapOtherTime asks for the time in words.
func (t *turn) tapOtherTime(id int64, _ string) error {
	f, err := t.openStep(id)
	if err != nil {
		return err
	}
	return t.askStepTime(f)
}

// askStepTime asks when a step is to come instead: by a button that its reminder hasn't, or in words.
func (t *turn) askStepTime(f crm.FollowUp) error {
	name, err := t.clientName(f.Client)
	if err != nil {
		return err
	}
	s := &screen{}
	if name != "" {
		s.Bold(name)
	}
	s.Line(t.Say("ask.when.step", "text", message.Cut(capital(f.Text), 200)))
	s.row(t.button("snooze.2h", "snooze", f.ID, "2h"), t.button("snooze.week", "snooze", f.ID, "week"))
	return t.open("when", formData{ID: f.ID}, s.about("followup", f.ID))
}

// formWhen takes another time of a step.
func (t *turn) formWhen(d formData, text string) error {
	read, put := t.openStep, t.snooze
	if d.Arg == "again" {
		read, put = t.tx.FollowUp, t.again
	}
	f, err := read(d.ID)
	if err != nil {
		return err
	}
	c, err := t.typedTime(text)
	if err != nil {
		return err
	}
	if err := t.closeForm(); err != nil {
		return err
	}
	return put(f, c)
}

// typedTime reads a time that was asked for. A message about something else is none; a time that doesn't exist, is past or
// isn't understood is told.
func (t *turn) typedTime(text string) (chosen, error) {
	w, err := t.world(crm.MomentOf(t.now))
	if err != nil {
		return chosen{}, err
	}
	r := capture.Read(text, w)
	if len(r.Invalid) > 0 {
		return chosen{}, crm.Say("when.invalid", "said", r.Invalid[0].Text)
	}
	times := capture.ReadTimes(text, w)
	if len(times) == 0 {
		if len(strings.Fields(text)) > 3 || len(r.Mentions) > 0 {
			return chosen{}, errNotMine
		}
		return chosen{}, crm.Say("when.unclear", "said", message.Cut(text, 60))
	}
	when := times[0]
	if len(strings.Fields(text)) > 3+len(strings.Fields(text[when.Span.From:when.Span.To])) {
		return chosen{}, errNotMine
	}
	if when.Due.Before(t.now) && when.Day.Compare(t.today) <= 0 {
		return chosen{}, crm.Say("when.past", "when", locale.When{Day: when.Day, Clock: when.Clock})
	}
	return chosen{Day: when.Day, Clock: when.Clock, Clear: when.HasClock || when.Grain == capture.Minute, Named: when.HasClock}, nil
}

// tapCancelFollowUp takes a step off the plan.
func (t *turn) tapCancelFollowUp(id int64, _ string) error {
	f, err := t.openStep(id)
	if err != nil {
		return err
	}
	return t.cancelStep(f)
}

func (t *turn) cancelStep(f crm.FollowUp) error {
	t.tx.Change("followup.cancelled", crm.Subject{Kind: "followup", ID: f.ID}, crm.Fact{Name: "text", Value: message.Cut(f.Text, 60)})
	f.Status, f.Closed = crm.FollowUpCancelled, crm.MomentOf(t.now)
	if err := t.tx.SaveFollowUp(&f); err != nil {
		return err
	}
	s := t.screen("followup.cancelled.done", "text", capital(f.Text))
	s.row(t.button("card.undo", "undo", t.tx.ChangeID()))
	return t.show(s.about("followup", f.ID))
}

// lowerFirst makes a sentence's first letter small, but not that of an abbreviation: «КП».
func lowerFirst(text string) string {
	runes := []rune(text)
	if len(runes) > 1 && unicode.IsUpper(runes[0]) && !unicode.IsUpper(runes[1]) {
		runes[0] = unicode.ToLower(runes[0])
	}
	return string(runes)
}
