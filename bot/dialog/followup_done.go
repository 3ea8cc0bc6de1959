package dialog

import (
	"strings"

	"followup/bot/message"
	"followup/storage/crm"
)

// tapDone closes a step and asks how it ended.
func (t *turn) tapDone(id int64, _ string) error {
	f, err := t.openStep(id)
	if err != nil {
		return err
	}
	if err := t.finish(f, ""); err != nil {
		return err
	}
	return t.toast(t.Say("followup.done.toast"), false)
}

// finish closes a step; a call, a meeting and the like ask for their outcome, an outcome that is known is logged.
func (t *turn) finish(f crm.FollowUp, outcome string) error {
	if f.Asker != 0 && f.Asker != t.me.ID {
		return t.answerRequest(f, true, outcome)
	}
	name, err := t.clientName(f.Client)
	if err != nil {
		return err
	}
	t.tx.Change("followup.done", crm.Subject{Kind: "followup", ID: f.ID}, crm.Fact{Name: "text", Value: message.Cut(f.Text, 60)})
	closed, next, err := t.tx.Finish(f.ID, outcome)
	if err != nil {
		return err
	}
	s := &screen{}
	s.Bold(name)
	s.Line(t.Say("followup.closed", "text", capital(closed.Text)))
	if next != nil {
		s.Line(t.Say("followup.next", "when", t.dueOf(*next)))
	}
	s.about("followup", f.ID)
	switch {
	case outcome != "" && f.Client != 0:
		if err := t.logOutcome(closed, touchOf(f.Verb), outcome); err != nil {
			return err
		}
		s.Line(t.Say("card.outcome", "text", outcome))
		t.nextButtons(s, closed)
	case f.Client != 0:
		s.Line(t.Say("outcome.ask"))
		t.outcomeButtons(s, closed)
	}
	s.row(t.button("card.undo", "undo", t.tx.ChangeID()), t.planButton())
	return t.show(s)
}

// outcomes are the answers to "how did it end?" by what the step was. The first of each logs the touch.
var outcomes = map[string][]string{
	"call":  {"reached", "missed", "moved", "words"},
	"meet":  {"met", "moved", "cancelled", "words"},
	"write": {"sent", "words"},
	"send":  {"sent", "words"},
	"check": {"got", "notyet", "words"},
	"task":  {"happened", "words"},
}

func (t *turn) outcomeButtons(s *screen, f crm.FollowUp) {
	var row []message.Button
	for _, o := range outcomes[verbOr(f.Verb)] {
		row = append(row, t.button("outcome."+o, "out", f.ID, o))
	}
	s.rows(2, row...)
}

// touchOf is the kind of touch that doing a step is.
func touchOf(verb string) crm.TouchKind {
	kinds := map[string]crm.TouchKind{
		"call": crm.TouchCall, "meet": crm.TouchMeeting, "write": crm.TouchMessage, "send": crm.TouchMail,
	}
	if k, ok := kinds[verb]; ok {
		return k
	}
	return crm.TouchNote
}

// touchByOutcome overrides what a step's verb says.
var touchByOutcome = map[string]crm.TouchKind{"missed": crm.TouchMissed}

// logOutcome puts the touch on the client's timeline.
func (t *turn) logOutcome(f crm.FollowUp, kind crm.TouchKind, outcome string) error {
	return t.tx.SaveInteraction(&crm.Interaction{
		Client: f.Client, Author: t.me.ID, Kind: kind, Happened: crm.MomentOf(t.now), Text: f.Text, Outcome: outcome,
		Chat: t.in.Chat, Message: t.in.Message,
	})
}

// tapOutcome says how a closed step ended and offers what comes next.
func (t *turn) tapOutcome(id int64, outcome string) error {
	f, err := t.tx.FollowUp(id)
	if err != nil {
		return err
	}
	if !endsUnsaid(f) {
		return crm.Say("already")
	}
	if outcome == "words" {
		return t.open("outcome", formData{ID: id}, t.screen("outcome.words.ask"))
	}
	if !knownOutcome(f.Verb, outcome) {
		return crm.Say("button.unknown")
	}
	return t.ended(f, outcome, t.Say("outcome."+outcome+".text"))
}

// endsUnsaid reports whether a step was done and nobody has said yet how it ended.
func endsUnsaid(f crm.FollowUp) bool { return f.Status == crm.FollowUpDone && f.Outcome == "" }

func knownOutcome(verb, outcome string) bool {
	for _, o := range outcomes[verbOr(verb)] {
		if o == outcome {
			return true
		}
	}
	return false
}

// ended keeps the outcome, logs the touch and offers the next step.
func (t *turn) ended(f crm.FollowUp, outcome, text string) error {
	if err := t.closeFormOf("outcome", f.ID); err != nil { // asked in words, answered by a button
		return err
	}
	t.tx.Change("outcome", crm.Subject{Kind: "followup", ID: f.ID}, crm.Fact{Name: "text", Value: message.Cut(text, 60)})
	f.Outcome = text
	if err := t.tx.SaveFollowUp(&f); err != nil {
		return err
	}
	kind := touchOf(f.Verb)
	if k, ok := touchByOutcome[outcome]; ok {
		kind = k
	}
	silent := outcome == "moved" || outcome == "cancelled" || outcome == "notyet"
	if !silent && f.Client != 0 {
		if err := t.logOutcome(f, kind, text); err != nil {
			return err
		}
	}
	name, err := t.clientName(f.Client)
	if err != nil {
		return err
	}
	s := &screen{}
	s.Bold(name)
	s.Line(t.Say("followup.closed", "text", capital(f.Text)))
	s.Line(t.Say("card.outcome", "text", text))
	if outcome == "missed" {
		s.Line(t.Say("outcome.again"))
		s.row(t.button("next.2h", "next", f.ID, "2h"), t.button("next.tomorrow", "next", f.ID, "tomorrow"), t.button("next.no", "next", f.ID, "no"))
	} else {
		t.nextButtons(s, f)
	}
	return t.show(s.about("followup", f.ID))
}

// nextButtons ask for the next step, so that no client is left without one.
func (t *turn) nextButtons(s *screen, f crm.FollowUp) {
	s.Line(t.Say("next.ask"))
	s.row(t.button("next.tomorrow", "next", f.ID, "tomorrow"), t.button("next.week", "next", f.ID, "week"))
	s.row(t.button("next.other", "next", f.ID, "other"), t.button("next.no", "next", f.ID, "no"))
}

// tapNext makes the next step after a closed one: the same again.
func (t *turn) tapNext(id int64, arg string) error {
	f, err := t.tx.FollowUp(id)
	if err != nil {
		return err
	}
	if err := t.notYet("filed"); err != nil {
		return err
	}
	switch arg {
	case "no":
		s, err := t.followUpScreen(f, "today")
		if err != nil {
			return err
		}
		if err := t.toast(t.Say("next.no.toast"), false); err != nil {
			return err
		}
		return t.show(s)
	case "other":
		return t.open("when", formData{ID: id, Arg: "again"}, t.screen("ask.when"))
	}
	when, ok := t.later(arg)
	if !ok {
		return crm.Say("button.unknown")
	}
	return t.again(f, when)
}

// again plans the same step once more.
func (t *turn) again(f crm.FollowUp, c chosen) error {
	t.tx.Change("filed", crm.Subject{Kind: "client", ID: f.Client}, crm.Fact{Name: "text", Value: message.Cut(f.Text, 60)})
	next := crm.FollowUp{
		Client: f.Client, Assignee: f.Assignee, Author: t.me.ID, Text: f.Text, Verb: f.Verb, Zone: t.me.Zone, Day: c.Day, Clock: c.Clock,
		AllDay: !c.Clear, Named: c.Named, Status: crm.FollowUpOpen,
	}
	if err := t.tx.SaveFollowUp(&next); err != nil {
		return err
	}
	name, err := t.clientName(f.Client)
	if err != nil {
		return err
	}
	s := &screen{}
	s.Bold(name)
	s.Line(t.stepLine(next))
	s.row(t.button("card.undo", "undo", t.tx.ChangeID()))
	return t.show(s.about("followup", next.ID))
}

// formOutcome takes the outcome in words.
func (t *turn) formOutcome(d formData, text string) error {
	f, err := t.tx.FollowUp(d.ID)
	if err != nil {
		return err
	}
	if !endsUnsaid(f) {
		return crm.Say("already")
	}
	if err := t.notElsewhere(text, f.Client); err != nil {
		return err
	}
	return t.ended(f, "words", message.Cut(strings.TrimSpace(text), 1000))
}
