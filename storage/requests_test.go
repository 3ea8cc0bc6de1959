package storage

import (
	"testing"

	"followup/storage/crm"
)

// TestARequestShowsItsAssigneeTheStepAlone holds that a colleague of another team who is asked reads and answers the request,
// reads nothing of the client, and that nobody else has either.
func TestARequestShowsItsAssigneeTheStepAlone(t *testing.T) {
	w := newWorld(t)
	c := w.client(w.anna, "Ромашка")
	ask := func(client int64) crm.FollowUp {
		f := crm.FollowUp{Client: client, Assignee: w.far.ID, Text: "сделать акт", Day: crm.NewDate(2026, 11, 20), Clock: crm.At(18, 0)}
		w.as(w.anna, func(tx *Tx) error { return tx.AskFor(&f) })
		return f
	}
	f, lone := ask(c.ID), ask(0)
	w.as(w.boris, func(tx *Tx) error {
		_ = w.heard("denied.client", tx.AskFor(&crm.FollowUp{Client: c.ID, Assignee: w.far.ID, Text: "чужое", Day: f.Day, Clock: f.Clock}))
		_, err := tx.FollowUp(lone.ID)
		w.problem("denied", err)
		_, err = tx.AnswerRequest(f.ID, true, "", "note")
		_ = w.heard("denied.client", err)
		return nil
	})
	w.as(w.far, func(tx *Tx) error {
		_, err := tx.Client(c.ID)
		_ = w.heard("denied.client", err)
		_, err = tx.Timeline(c.ID, 0, 9)
		_ = w.heard("denied.client", err)
		for _, id := range []int64{f.ID, lone.ID} {
			if _, err := tx.FollowUp(id); err != nil {
				t.Errorf("the assignee can't read request %d: %v", id, err)
			}
		}
		_, err = tx.AnswerRequest(f.ID, true, "отправлен", "просьба: сделано")
		return err
	})
	w.as(w.anna, func(tx *Tx) error {
		if _, err := tx.FollowUp(lone.ID); err != nil {
			t.Errorf("who asked can't read it: %v", err)
		}
		events, err := tx.Timeline(c.ID, 0, 9)
		if len(events) == 0 || events[0].Author != w.far.ID {
			t.Errorf("the answer isn't in the client's history: %+v", events)
		}
		_, again := tx.AnswerRequest(f.ID, true, "", "note")
		_ = w.heard("already", again)
		return err
	})
	w.as(w.far, func(tx *Tx) error {
		answered, err := tx.AnswerRequest(lone.ID, false, "не могу", "просьба: не может")
		if answered.Assignee != w.anna.ID || answered.Asker != 0 || answered.Status != crm.FollowUpOpen {
			t.Errorf("a refused request isn't the asker's own step again: %+v", answered)
		}
		return err
	})
}
