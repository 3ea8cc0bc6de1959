package dialog

import (
	"followup/storage"
	"followup/storage/crm"
)

// undo takes back this member's last change.
func (t *turn) undo(string) error {
	c, ok, err := t.tx.LastChange()
	if err != nil {
		return err
	}
	if !ok {
		return crm.Say("undo.nothing")
	}
	return t.undoChange(c.ID)
}

// cancel leaves the open question: a form, else the newest draft.
func (t *turn) cancel(string) error {
	f, ok, err := t.tx.Form(t.in.Chat)
	if err != nil {
		return err
	}
	if ok && f.Expires >= crm.MomentOf(t.now) {
		if err := t.closeForm(); err != nil {
			return err
		}
		return t.say("cancel.done")
	}
	waiting, err := t.waiting()
	if err != nil {
		return err
	}
	if waiting != nil {
		return waiting.pick(waiting.dropped())
	}
	return t.say("cancel.nothing")
}

func (t *turn) tapUndo(id int64, _ string) error { return t.undoChange(id) }

func (t *turn) undoChange(id int64) error {
	c, err := t.tx.Undo(id)
	if err != nil {
		return err
	}
	s := t.screen("undo.done", "what", t.did(c))
	s.row(t.button("redo", "redo", id))
	if err := t.show(s); err != nil {
		return err
	}
	return t.tellUndone(c, "undo.told")
}

// redo brings back what this member took back last.
func (t *turn) redo() error {
	c, ok, err := t.tx.LastUndone()
	if err != nil {
		return err
	}
	if !ok {
		return crm.Say("redo.nothing")
	}
	return t.tapRedo(c.ID, "")
}

func (t *turn) tapRedo(id int64, _ string) error {
	c, err := t.tx.Redo(id)
	if err != nil {
		return err
	}
	s := t.screen("redo.done", "what", t.did(c))
	s.row(t.button("card.undo", "undo", id))
	if err := t.show(s); err != nil {
		return err
	}
	return t.tellUndone(c, "redo.told")
}

// notYet is the Problem "already" when a button of this very message did what label names, and it holds: a second tap.
func (t *turn) notYet(label string) error {
	c, ok, err := t.tx.ChangeOf(t.in.Chat, t.in.Message)
	if err == nil && ok && c.Label == label && !c.Undone {
		err = crm.Say("already")
	}
	return err
}

// did words a change.
func (t *turn) did(c storage.Change) string { return t.SayFacts("did."+c.Label, c.Facts) }
