package storage

import (
	"errors"
	"testing"

	"followup/bot/message"
	"followup/storage/crm"
)

// TestAccessThatIsGivenAndTakenBack walks a request through its answers, reading and writing after each.
func TestAccessThatIsGivenAndTakenBack(t *testing.T) {
	w := newWorld(t)
	e := w.estate()
	var a crm.Access
	ask := func() (err error) {
		return w.deed(w.boris, func(tx *Tx) error { a, _, _, err = tx.AskAccess(e.client.ID); return err })
	}
	answer := func(who crm.Member, status crm.AccessStatus) error {
		return w.deed(who, func(tx *Tx) error { _, err := tx.AnswerAccess(a.ID, status); return err })
	}
	reads := func(may, changes bool) { // access shows everything but who changed it
		t.Helper()
		for name, read := range e.reads() {
			err := w.probe(func(tx *Tx) *Tx { return tx.As(w.boris) }, read)
			if may := may && (changes || name != "Changes"); (err == nil) != may {
				t.Errorf("boris, %s: %v", name, err)
			}
		}
	}
	if err := ask(); err != nil {
		t.Fatal(err)
	}
	first := a.ID
	w.problem("access.asked", ask())
	reads(false, false)
	for _, who := range []crm.Member{w.boris, w.anna, w.far} {
		w.problem("denied.client", answer(who, crm.AccessGiven))
	}
	a.ID = first
	if err := answer(w.lead, crm.AccessGiven); err != nil {
		t.Fatal(err)
	}
	w.problem("already", answer(w.owner, crm.AccessRefused))
	reads(true, false)
	w.as(w.boris, func(tx *Tx) error {
		return tx.SaveInteraction(&crm.Interaction{Client: e.client.ID, Kind: crm.TouchCall, Text: "дозвонился"})
	})
	w.as(w.boris, func(tx *Tx) error {
		w.problem("denied.client", tx.HandOver(e.client.ID, w.boris.ID))
		w.problem("denied.client", tx.EraseContact(e.contact))
		_, _, _, err := tx.AskAccess(e.client.ID)
		w.problem("access.has", err)
		steps, err := tx.FollowUps(FollowUpFilter{})
		if len(steps) != 0 {
			t.Errorf("what was shared stands among his own: %v", steps)
		}
		return err
	})
	if err := w.deed(w.lead, func(tx *Tx) error { _, err := tx.TakeBack(a.ID); return err }); err != nil {
		t.Fatal(err)
	}
	reads(false, false)
	var last Change
	w.as(w.boris, func(tx *Tx) (err error) { last, _, err = tx.LastChange(); return err })
	w.problem("denied.client", w.deed(w.boris, func(tx *Tx) error { _, err := tx.Undo(last.ID); return err }))
	if err := ask(); err != nil {
		t.Fatal(err)
	}
	if err := answer(w.lead, crm.AccessHanded); err != nil {
		t.Fatal(err)
	}
	reads(true, true)
	if err := w.probe(func(tx *Tx) *Tx { return tx.As(w.anna) }, e.reads()["Client"]); err == nil {
		t.Error("who had the client before still reads it")
	}
}

// deed runs fn as a turn of m and gives its Problem.
func (w *world) deed(m crm.Member, fn func(*Tx) error) error {
	w.t.Helper()
	return w.Update(w.t.Context(), func(tx *Tx) error { return fn(tx.As(m)) })
}

// TestLeaving counts what goes, lets boris go, and looks for anything that is still his.
func TestLeaving(t *testing.T) {
	w := newWorld(t)
	e := w.estate()
	w.as(w.anna, func(tx *Tx) error {
		return tx.SaveDraft(&Draft{Member: w.anna.ID, Chat: w.anna.Telegram, Text: "звонок", Data: []byte("{}")})
	})
	w.turn(func(tx *Tx) error {
		_, err := tx.As(w.anna).Send(message.Out{Chat: w.anna.Telegram, Text: "план"})
		return err
	})
	for _, who := range []crm.Member{w.anna, w.boris, w.far} {
		w.problem("denied", w.deed(who, func(tx *Tx) error { return tx.Leave(w.anna.ID, w.boris.ID) }))
	}
	w.problem("denied", w.deed(w.lead, func(tx *Tx) error { return tx.Leave(w.anna.ID, w.far.ID) }))
	w.problem("leave.heir", w.deed(w.lead, func(tx *Tx) error { return tx.Leave(w.anna.ID, w.anna.ID) }))
	w.problem("denied", w.deed(w.lead, func(tx *Tx) error { return tx.Leave(w.owner.ID, w.boris.ID) }))
	w.problem("member.last_owner", w.deed(w.owner, func(tx *Tx) error { return tx.Leave(w.owner.ID, w.boris.ID) }))
	var left int64
	w.as(w.lead, func(tx *Tx) error {
		p, err := tx.Parting(w.anna.ID)
		if err != nil || p.Clients != 1 || p.FollowUps != 1 || p.Contracts != 1 || p.Invoices != 1 || p.Promises != 1 || p.Reminders == 0 {
			t.Errorf("the parting is %+v, %v", p, err)
		}
		err = errors.Join(err, tx.Leave(w.anna.ID, w.boris.ID))
		left = tx.ChangeID()
		return err
	})
	w.problem("already", w.deed(w.lead, func(tx *Tx) error { return tx.Leave(w.anna.ID, w.boris.ID) }))
	w.turn(func(tx *Tx) error {
		for _, text := range append([]string{
			"SELECT count(*) FROM drafts WHERE member_id = $1", "SELECT count(*) FROM invoices WHERE manager_id = $1",
		}, partings...) {
			if n, err := tx.count(text, w.anna.ID); err != nil || n != 0 {
				t.Errorf("%s: %d, %v", text, n, err)
			}
		}
		n, err := tx.count("SELECT count(*) FROM outbox WHERE chat = $1", w.anna.Telegram)
		if n != 0 {
			t.Errorf("%d messages wait for who left", n)
		}
		return err
	})
	for name, read := range e.reads() {
		if err := w.probe(func(tx *Tx) *Tx { return tx.As(w.boris) }, read); err != nil {
			t.Errorf("the heir, %s: %v", name, err)
		}
	}
	w.as(w.lead, func(tx *Tx) error { _, err := tx.Undo(left); return err })
	for name, read := range e.reads() {
		if err := w.probe(func(tx *Tx) *Tx { return tx.As(w.anna) }, read); err != nil {
			t.Errorf("after it was taken back, anna, %s: %v", name, err)
		}
	}
	if r, err := w.Check(t.Context()); err != nil || len(r.Faults) > 0 {
		t.Error(r.Faults, err)
	}
}

// TestUndoAsksAnew: who made a change takes it back only as long as he might still make it.
func TestUndoAsksAnew(t *testing.T) {
	w := newWorld(t)
	e := w.estate()
	change := func(m crm.Member, fn func(*Tx) error) (id int64) {
		w.as(m, func(tx *Tx) error { err := fn(tx); id = tx.ChangeID(); return err })
		return id
	}
	refused := func(m crm.Member, id int64) {
		t.Helper()
		err := w.deed(m, func(tx *Tx) error { _, err := tx.Undo(id); return err })
		var p *crm.Problem
		if !errors.As(err, &p) {
			t.Errorf("%s takes change %d back: %v", m.Name, id, err)
		}
	}
	logged := change(w.anna, func(tx *Tx) error {
		return tx.SaveInteraction(&crm.Interaction{Client: e.client.ID, Kind: crm.TouchCall})
	})
	w.as(w.lead, func(tx *Tx) error { return tx.HandOver(e.client.ID, w.boris.ID) })
	refused(w.anna, logged)

	owner := w.boris
	owner.Role = crm.Owner
	made := change(w.owner, func(tx *Tx) error { return tx.SaveMember(&owner) })
	w.as(owner, func(tx *Tx) error { m := w.owner; m.Role = crm.Manager; return tx.SaveMember(&m) })
	demoted := w.owner
	demoted.Role = crm.Manager
	refused(demoted, made) // it would leave nobody an owner

	ruled := change(w.lead, func(tx *Tx) error { team := w.north; team.Settings.CareDays = 9; return tx.SaveTeam(&team) })
	w.as(owner, func(tx *Tx) error { m := w.lead; m.Role = crm.Manager; return tx.SaveMember(&m) })
	lead := w.lead
	lead.Role = crm.Manager
	refused(lead, ruled)
}

// TestPrivateNotesStayOutOfTheHistory: also when the note was taken back.
func TestPrivateNotesStayOutOfTheHistory(t *testing.T) {
	w := newWorld(t)
	c := w.client(w.anna, "Ромашка")
	var noted int64
	w.as(w.anna, func(tx *Tx) error {
		tx.Change("filed", crm.Subject{Kind: "client", ID: c.ID}, crm.Fact{Name: "text", Value: "любит гортензии"})
		err := tx.SaveInteraction(&crm.Interaction{Client: c.ID, Kind: crm.TouchNote, Text: "любит гортензии", Private: true})
		noted = tx.ChangeID()
		return err
	})
	reads := func(m crm.Member, n int) {
		t.Helper()
		w.as(m, func(tx *Tx) error {
			list, err := tx.Changes(ChangeFilter{Client: c.ID})
			if len(list) != n {
				t.Errorf("%s reads %+v", m.Name, list)
			}
			return err
		})
	}
	reads(w.lead, 1)
	reads(w.anna, 2)
	w.as(w.anna, func(tx *Tx) error { _, err := tx.Undo(noted); return err })
	reads(w.anna, 2)
	reads(w.lead, 1)
}
