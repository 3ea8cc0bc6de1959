package dialog

import (
	"strings"

	"followup/bot/message"
	"followup/scheduler/rules"
	"followup/storage"
	"followup/storage/crm"
)

// mayDisturb reports whether a member may be told something now that he named no time for.
func (t *turn) mayDisturb(m crm.Member) (bool, error) {
	team, err := t.teamByID(m.Team)
	if err != nil {
		return false, err
	}
	at, ok := rules.Allowed(m, team, t.d.o.Calendar, t.now)
	return ok && !at.After(t.now), nil
}

// tellRequest brings a request to whoever hears it.
func (t *turn) tellRequest(id int64, f crm.FollowUp) error {
	var failed error
	err := t.tellMember(id, func(to *turn) *screen {
		s, err := to.requestScreen(f)
		if err != nil {
			failed = err
			return &screen{}
		}
		return s
	})
	if err == nil {
		err = failed
	}
	return err
}

// requestScreen is a request as its assignee sees it: who asks what, by when, for which client, by name alone.
func (t *turn) requestScreen(f crm.FollowUp) (*screen, error) {
	name, err := t.clientName(f.Client)
	if err != nil {
		return nil, err
	}
	s := &screen{}
	s.Bold(t.Say("request.head", "name", t.nameOf(f.Asker)))
	s.Line(capital(f.Text))
	if name != "" {
		s.Line(t.Say("request.client", "client", name))
	}
	s.Line(t.Say("request.due", "when", t.dueOf(f)))
	t.requestButtons(s, f)
	return s.about("followup", f.ID), nil
}

// requestButtons are those of a request that was asked of this member.
func (t *turn) requestButtons(s *screen, f crm.FollowUp) {
	s.row(t.button("request.done", "req", f.ID, "done"), t.button("request.cannot", "req", f.ID, "cannot"), t.button("request.question", "req", f.ID, "ask"))
	s.row(t.button("snooze.60", "snooze", f.ID, "60m"), t.button("snooze.tomorrow", "snooze", f.ID, "tomorrow"), t.button("snooze.other", "other", f.ID))
}

// askerButtons are those of a request whose time has passed, for who asked.
func (t *turn) askerButtons(s *screen, f crm.FollowUp) {
	s.row(t.button("request.again", "req", f.ID, "again"), t.button("request.take", "req", f.ID, "take"))
	s.row(t.button("followup.cancel", "fcancel", f.ID))
	if f.Client != 0 {
		s.row(t.button("client.card", "c", f.Client))
	}
}

// openRequest is a request that is open.
func (t *turn) openRequest(id int64) (crm.FollowUp, error) {
	f, err := t.openStep(id)
	if denied(err) || err == nil && f.Asker == 0 { // it went back to who asked
		err = crm.Say("already")
	}
	return f, err
}

// tapRequest answers a request, or does something with one that came back.
func (t *turn) tapRequest(id int64, arg string) error {
	f, err := t.openRequest(id)
	if err != nil {
		return err
	}
	mine := f.Asker == t.me.ID
	switch {
	case arg == "done" && !mine:
		return t.answerRequest(f, true, "")
	case arg == "cannot" && !mine:
		return t.open("request", formData{ID: id, Step: "cannot"}, t.screen("request.why"))
	case arg == "ask" && !mine:
		return t.open("request", formData{ID: id, Step: "ask"}, t.screen("request.what", "name", t.nameOf(f.Asker)))
	case arg == "reply" && mine:
		return t.open("request", formData{ID: id, Step: "reply"}, t.screen("request.what", "name", t.nameOf(f.Assignee)))
	case arg == "again" && mine:
		return t.askAgain(f)
	case arg == "take" && mine:
		return t.takeRequest(f)
	}
	return crm.Say("button.unknown")
}

// formRequest takes the reason, the question or the answer to it.
func (t *turn) formRequest(d formData, text string) error {
	f, err := t.openRequest(d.ID)
	if err != nil {
		return err
	}
	if err := t.notElsewhere(text, f.Client); err != nil {
		return err
	}
	if err := t.closeForm(); err != nil {
		return err
	}
	words := message.Cut(strings.TrimSpace(text), 1000)
	if d.Step == "cannot" {
		return t.answerRequest(f, false, words)
	}
	return t.passOn(f, words)
}

// keepsOrder are instructions that a reply to a request's message still is.
var keepsOrder = map[string]bool{"snooze": true, "move": true, "undo": true, "redo": true, "cancel": true}

// replyRequest takes a reply to a request's message: done, can't, or words for the other one.
func (t *turn) replyRequest(f crm.FollowUp, text string) (bool, error) {
	if f.Asker == 0 || f.Status != crm.FollowUpOpen {
		return false, nil
	}
	line := strings.TrimSpace(text)
	if f.Asker != t.me.ID {
		if m := askDone.FindStringSubmatch(line); m != nil {
			return true, t.answerRequest(f, true, strings.TrimSpace(m[1]))
		}
		if m := askCannot.FindStringSubmatch(line); m != nil {
			return true, t.answerRequest(f, false, strings.TrimSpace(m[1]))
		}
	}
	return true, t.passOn(f, message.Cut(line, 1000))
}

// answerRequest notes what the colleague says and brings it to who asked.
func (t *turn) answerRequest(f crm.FollowUp, done bool, words string) error {
	asker := f.Asker
	key := "request.answer.cannot"
	if done {
		key = "request.answer.done"
	}
	answered, err := t.tx.AnswerRequest(f.ID, done, words, t.Say("request.note", "text", f.Text, "what", t.Say(key)))
	if err != nil {
		return err
	}
	t.changedRequest(storage.AnsweredRequest, f, asker)
	s := t.screen("request.told", "name", t.nameOf(asker), "text", capital(f.Text), "what", t.Say(key))
	if words != "" {
		s.Line(t.Say("card.outcome", "text", words))
	}
	s.row(t.button("card.undo", "undo", t.tx.ChangeID()), t.planButton())
	if err := t.show(s); err != nil {
		return err
	}
	return t.tellMember(asker, func(to *turn) *screen {
		s := to.screen("request.back", "name", t.me.Name, "text", capital(f.Text), "what", to.Say(key))
		if name, err := to.clientName(f.Client); err == nil && name != "" {
			s.Line(to.Say("request.client", "client", name))
		}
		if words != "" {
			s.Line(to.Say("card.outcome", "text", words))
		}
		if !done {
			s.Line(to.Say("request.yours"))
			to.followUpButtons(s, answered)
		} else if f.Client != 0 {
			s.row(to.button("client.card", "c", f.Client))
		}
		return s.about("followup", f.ID)
	})
}

// passOn brings words about a request to the other one of the two, who can answer by a reply or a button.
func (t *turn) passOn(f crm.FollowUp, words string) error {
	other, button := f.Asker, "reply"
	if other == t.me.ID {
		other, button = f.Assignee, ""
	}
	to, err := t.tx.System().Member(other)
	if err != nil {
		return err
	}
	if to, err = t.tx.HearerOf(to, 0, crm.MomentOf(t.now)); err != nil {
		return err
	}
	if err := t.tellMember(to.ID, func(to *turn) *screen {
		s := to.screen("request.words", "name", t.me.Name, "text", capital(f.Text), "words", words)
		if button != "" {
			s.row(to.button("request.reply", "req", f.ID, button))
		} else {
			to.requestButtons(s, f)
		}
		return s.about("followup", f.ID)
	}); err != nil {
		return err
	}
	return t.say("request.passed", "name", to.Name)
}

// askAgain brings a request that came back to the colleague once more; its new time is the next working day's end.
func (t *turn) askAgain(f crm.FollowUp) error {
	f.Day, f.Clock, f.Zone, f.Snoozed, f.AllDay = t.nextWorking(t.today.AddDays(1)), t.hours.DayEnd, t.me.Zone, 0, true
	if err := t.tx.SaveFollowUp(&f); err != nil {
		return err
	}
	to, err := t.tx.System().Member(f.Assignee)
	if err != nil {
		return err
	}
	if to, err = t.tx.HearerOf(to, 0, crm.MomentOf(t.now)); err != nil {
		return err
	}
	t.changedRequest("asked", f, to.ID)
	s := t.screen("ask.done", "name", t.nameOf(f.Assignee), "text", capital(f.Text), "when", t.dueOf(f))
	s.row(t.button("card.undo", "undo", t.tx.ChangeID()))
	if err := t.show(s.about("followup", f.ID)); err != nil {
		return err
	}
	return t.tellRequest(to.ID, f)
}

// takeRequest makes a request the asker's own step again.
func (t *turn) takeRequest(f crm.FollowUp) error {
	colleague := f.Assignee
	f.Assignee, f.Asker, f.Snoozed = t.me.ID, 0, 0
	if err := t.tx.SaveFollowUp(&f); err != nil {
		return err
	}
	t.changedRequest("request.taken", f, colleague)
	s, err := t.followUpScreen(f, "")
	if err != nil {
		return err
	}
	s.row(t.button("card.undo", "undo", t.tx.ChangeID()))
	if err := t.show(s); err != nil {
		return err
	}
	return t.tellMember(colleague, func(to *turn) *screen {
		return to.screen("request.off", "name", t.me.Name, "text", capital(f.Text))
	})
}

// planAsked lists what was asked of colleagues and is due today or overdue.
func (t *turn) planAsked(l *lines) error {
	end := crm.MomentOf(t.today.AddDays(1).In(t.zone, 0))
	all, err := t.tx.FollowUps(storage.FollowUpFilter{Asker: l.of, Status: crm.FollowUpOpen, DueTo: end})
	if err != nil {
		return err
	}
	var failed error
	section(l, t.Say("plan.asked"), all, func(f crm.FollowUp) {
		name, err := t.clientName(f.Client)
		if err != nil {
			failed = err
		}
		parts := []string{t.nameOf(f.Assignee)}
		if name != "" {
			parts = append(parts, message.Cut(name, 40))
		}
		l.add("f", f.ID, strings.Join(append(parts, message.Cut(capital(f.Text), 80), t.Say("answer.when", "when", t.dueOf(f))), " · "))
	})
	return failed
}
