package dialog

import (
	"strings"

	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
)

// Rules of drafts that wait.
//
// A message that is still a question a day after anything was done about it is asked once more, and never again. A few are
// asked one by one, many come as one list, whose buttons ask each in a message of its own. What was typed is quoted once.
// A bill, payment or contract that was begun with a button or a bare command and got no answer at all says nothing that
// could be lost: it is dropped without a word.

// manyDrafts are more than are asked one by one.
const manyDrafts = 3

// RemindDrafts asks once about lines that waited a day for an answer.
func (d *Dialog) RemindDrafts(tx *storage.Tx, to crm.Member, drafts []storage.Draft) error {
	var waiting []*filing
	for _, draft := range drafts {
		t := d.turnOf(tx, to, message.In{Chat: draft.Chat})
		f, err := t.loadDraft(draft.ID)
		if err != nil {
			return err
		}
		if f.emptyForm() {
			if err := t.tx.DropDraft(draft.ID); err != nil {
				return err
			}
			continue
		}
		if err := f.read(); err != nil {
			return err
		}
		waiting = append(waiting, f)
	}
	if len(waiting) > manyDrafts {
		return listDrafts(waiting)
	}
	for _, f := range waiting {
		s, err := f.waited()
		if err != nil {
			return err
		}
		if err := f.sendAs(s, message.Reminder); err != nil {
			return err
		}
	}
	return nil
}

// emptyForm reports whether a draft was begun without a word and got no answer.
func (f *filing) emptyForm() bool {
	return entering[f.state.Force] != "" && f.draft.Text == f.Say("prefix."+f.state.Force) && f.state.Client == 0 &&
		len(f.state.Who) == 0 && len(f.state.Sums) == 0 && f.state.Terms == nil
}

// waited asks again what a draft waits for.
func (f *filing) waited() (*screen, error) {
	if f.state.Asked == nil {
		s := f.screen("draft.waits", "text", f.gist(200))
		return s.row(f.button("draft.note", "dnote", f.draft.ID), f.button("draft.drop", "ddrop", f.draft.ID)), nil
	}
	q, err := f.questionScreen()
	if err != nil {
		return nil, err
	}
	s := &screen{}
	if gist := f.gist(200); strings.Contains(q.String(), gist) || entering[f.state.Force] != "" {
		s.Add(f.Say("draft.waits.short"))
	} else {
		s.Add(f.Say("draft.waits", "text", gist))
	}
	s.Gap().Add(q.String())
	s.buttons, s.subject = q.buttons, q.subject
	return s, nil
}

// listDrafts names many drafts at once.
func listDrafts(waiting []*filing) error {
	first := waiting[0]
	s := first.screen("draft.waits.many", "n", len(waiting))
	l := lines{turn: first.turn, screen: s}
	for _, f := range waiting {
		l.add("dask", f.draft.ID, f.gist(120))
	}
	l.done()
	return first.sendAs(s, message.Reminder)
}

// tapDraftAsk asks what a draft waits for in a message of its own; its list stays.
func (t *turn) tapDraftAsk(id int64, _ string) error {
	f, err := t.loadDraft(id)
	if err != nil {
		return err
	}
	if f.state.Change != 0 {
		return crm.Say("already")
	}
	if err := f.read(); err != nil {
		return err
	}
	s, err := f.waited()
	if err != nil {
		return err
	}
	return t.send(s)
}
