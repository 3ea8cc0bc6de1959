package dialog

import (
	"strings"

	"followup/bot/capture"
	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
)

// «Ромашка: перенесли на вторник 15» moves a step that is there already: the only one, the one whose kind the words name,
// or the one that is picked; nothing fitting, it is a new step.

// moved handles an instruction to move a client's step. It reports false when no client is named.
func (t *turn) moved(r capture.Reading) (bool, error) {
	if r.Order == nil || r.Order.Verb != "move" || r.Order.When == nil || len(r.Mentions) == 0 {
		return false, nil
	}
	return true, t.file(r.Text, state{Move: true})
}

// movable are the open steps that may be meant.
func (f *filing) movable(client int64) ([]crm.FollowUp, error) {
	steps, err := f.tx.FollowUps(storage.FollowUpFilter{Client: client, Status: crm.FollowUpOpen, Limit: maxChoices})
	if err != nil {
		return nil, err
	}
	verb := ""
	lower := strings.ToLower(f.draft.Text)
	for _, w := range []struct{ stem, verb string }{{"звон", "call"}, {"call", "call"}, {"встреч", "meet"}, {"meeting", "meet"}} {
		if strings.Contains(lower, w.stem) {
			verb = w.verb
		}
	}
	var named []crm.FollowUp
	for _, s := range steps {
		if s.Verb == verb {
			named = append(named, s)
		}
	}
	if verb != "" && len(named) > 0 {
		return named, nil
	}
	return steps, nil
}

// openMove asks which step is moved.
func (f *filing) openMove() (*question, error) {
	if !f.state.Move || f.state.Step != 0 {
		return nil, nil
	}
	steps, err := f.movable(f.firstClient())
	if err != nil || len(steps) < 2 {
		return nil, err
	}
	q := &question{Kind: "move"}
	for _, s := range steps {
		q.Choices = append(q.Choices, choice{Label: message.Cut(capital(s.Text), 30) + " · " + f.Say("answer.when", "when", f.dueOf(s)), Step: s.ID})
	}
	q.Choices = append(q.Choices, choice{Label: f.Say("answer.newstep"), Step: newStep}, f.dropped())
	return q, nil
}

// newStep instead of one that is moved.
const newStep = -1

// saveMove moves the step, or makes a new one.
func (f *filing) saveMove() error {
	when := f.reading.Items[0].When
	c := chosen{Day: when.Day, Clock: when.Clock, Clear: when.HasClock, Named: when.HasClock}
	client := f.firstClient()
	step := f.state.Step
	if step == 0 {
		steps, err := f.movable(client)
		if err != nil {
			return err
		}
		if len(steps) == 1 {
			step = steps[0].ID
		}
	}
	f.state.Asked = nil
	f.draft.Asked = crm.MomentOf(f.now)
	if step > 0 {
		s, err := f.openStep(step)
		if err != nil {
			return err
		}
		if err := f.keep(); err != nil {
			return err
		}
		return f.snooze(s, c)
	}
	f.state.Move = false
	f.reading.Items[0].Text, f.reading.Items[0].Verb = f.bare(), "meet"
	return f.save()
}
