package storage

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"followup/scheduler/rules"
	"followup/storage/crm"
)

// waiting is what is planned, as "kind step recipient moment".
func (w *world) waiting(kind string) (rows []string) {
	w.t.Helper()
	err := w.View(context.Background(), func(tx *Tx) error {
		list, err := tx.reminders("WHERE kind = $1 ORDER BY at, id", kind)
		for _, r := range list {
			m, err := tx.member(r.Recipient)
			if err != nil {
				return err
			}
			rows = append(rows, fmt.Sprintf("%s %s %s", r.Step.Name, m.Name, r.At.In(m.Location()).Format("02.01 15:04")))
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return rows
}

func (w *world) expect(kind string, want ...string) {
	w.t.Helper()
	if diff := cmp.Diff(want, w.waiting(kind)); diff != "" {
		w.t.Errorf("waiting for %s (-want +got): %s", kind, diff)
	}
}

// say says everything that is due, as the heartbeat does, and returns how much it was.
func (w *world) say() (n int) {
	w.t.Helper()
	w.turn(func(tx *Tx) error {
		due, err := tx.System().Due(1000)
		n = len(due)
		for _, r := range due {
			err = errors.Join(err, tx.Said(r))
		}
		return err
	})
	return n
}

// call is a follow-up of anna's tomorrow at 14:00.
func (w *world) call(c crm.Client) crm.FollowUp {
	w.t.Helper()
	f := crm.FollowUp{Client: c.ID, Text: "перезвонить", Day: crm.NewDate(2026, 11, 19), Clock: crm.At(14, 0)}
	w.as(w.anna, func(tx *Tx) error { return tx.SaveFollowUp(&f) })
	return f
}

func TestSavingPlans(t *testing.T) {
	w := newWorld(t)
	f := w.call(w.client(w.anna, "Ромашка"))
	w.expect("due", "due Анна 19.11 14:00")
	w.as(w.anna, func(tx *Tx) error {
		f.Clock = crm.At(16, 30)
		return tx.SaveFollowUp(&f)
	})
	w.expect("due", "due Анна 19.11 16:30")
	w.as(w.anna, func(tx *Tx) error { _, _, err := tx.Finish(f.ID, ""); return err })
	w.expect("due")
	w.as(w.anna, func(tx *Tx) error {
		c, found, err := tx.LastChange()
		if !found {
			t.Fatal("nothing to undo")
		}
		_, err2 := tx.Undo(c.ID)
		return errors.Join(err, err2)
	})
	w.expect("due", "due Анна 19.11 16:30")
}

func TestStepsAreSaidOnceWhateverHappens(t *testing.T) {
	w := newWorld(t)
	f := w.call(w.client(w.anna, "Ромашка"))
	replan := func() {
		w.as(w.anna, func(tx *Tx) error { return tx.Replan(crm.Subject{Kind: "followup", ID: f.ID}) })
	}
	replan()
	w.expect("due", "due Анна 19.11 14:00")
	w.turn(func(tx *Tx) error { // said early, as the morning plan does
		rows, err := tx.System().Planned(crm.Subject{Kind: "followup", ID: f.ID})
		return errors.Join(err, tx.Said(rows[0]))
	})
	for range 3 {
		replan()
		w.reopen()
	}
	w.expect("due", "+30m Анна 19.11 14:30")
	w.pass(28 * time.Hour)
	replan()
	w.expect("due", "+30m Анна 19.11 14:30")
}

func TestDueStepSurvivesAnEdit(t *testing.T) {
	w := newWorld(t)
	f := w.call(w.client(w.anna, "Ромашка"))
	w.pass(27*time.Hour + 48*time.Minute) // 14:00 sharp
	w.as(w.anna, func(tx *Tx) error {
		f.Text = "перезвонить Ирине"
		return tx.SaveFollowUp(&f)
	})
	w.expect("due", "due Анна 19.11 14:00")
	if n := w.say(); n != 6 { // with the morning plans of five members
		t.Errorf("%d were said", n)
	}
	w.expect("due", "+30m Анна 19.11 14:30")
	w.as(w.anna, func(tx *Tx) error {
		f.Text = "перезвонить Сергею"
		return tx.SaveFollowUp(&f)
	})
	w.expect("due", "+30m Анна 19.11 14:30")
	w.reopen()
	w.pass(5 * time.Hour)
	w.expect("due", "+30m Анна 19.11 14:30")
	w.as(w.anna, func(tx *Tx) error { return tx.Replan(crm.Subject{Kind: "followup", ID: f.ID}) })
	w.expect("due", "+30m Анна 19.11 14:30") // it was missed and comes late
	w.say()
	w.expect("due")
	w.as(w.anna, func(tx *Tx) error { return tx.Replan(crm.Subject{Kind: "followup", ID: f.ID}) })
	w.expect("due")
}

func TestUndoFiresNoPastStep(t *testing.T) {
	w := newWorld(t)
	f := w.call(w.client(w.anna, "Ромашка"))
	var change int64
	w.as(w.anna, func(tx *Tx) error {
		_, _, err := tx.Finish(f.ID, "")
		change = tx.ChangeID()
		return err
	})
	w.pass(28 * time.Hour) // 14:12: the first step is past, the second to come
	w.as(w.anna, func(tx *Tx) error { _, err := tx.Undo(change); return err })
	w.expect("due", "+30m Анна 19.11 14:30")
}

func TestSubstituteIsToldInsteadOfTheAbsent(t *testing.T) {
	w := newWorld(t)
	w.call(w.client(w.anna, "Ромашка"))
	away := func(from, until crm.Date) {
		w.as(w.anna, func(tx *Tx) error {
			w.anna.AwayFrom, w.anna.AwayUntil, w.anna.Substitute = from, until, w.boris.ID
			return tx.SaveMember(&w.anna)
		})
	}
	away(crm.NewDate(2026, 11, 19), crm.NewDate(2026, 11, 25))
	w.expect("due", "due Борис 19.11 14:00")
	away(crm.NewDate(2026, 11, 20), crm.NewDate(2026, 11, 25))
	w.expect("due", "due Анна 19.11 14:00")
	away(crm.NewDate(2026, 11, 18), crm.NewDate(2026, 11, 25))
	w.expect("due", "due Борис 19.11 14:00")
	away(crm.Date{}, crm.Date{})
	w.expect("due", "due Анна 19.11 14:00")
}

func TestRemindersFollowTheClient(t *testing.T) {
	w := newWorld(t)
	c := w.client(w.anna, "Ромашка")
	w.call(c)
	w.as(w.anna, func(tx *Tx) error {
		return tx.SaveInvoice(&crm.Invoice{Client: c.ID, Sum: crm.Rub(5000), Due: crm.NewDate(2026, 11, 20)})
	})
	w.expect("overdue", "L1 Анна 21.11 09:00")
	w.as(w.lead, func(tx *Tx) error { return tx.HandOver(c.ID, w.boris.ID) })
	w.expect("overdue", "L1 Борис 21.11 09:00")
	w.expect("due", "due Борис 19.11 14:00")
	w.as(w.lead, func(tx *Tx) error {
		w.boris.Status = crm.MemberLeft
		return tx.SaveMember(&w.boris)
	})
	w.expect("overdue", "L1 Лидия 21.11 09:00") // nobody's debts are the lead's
}

func TestPromisesAndPaymentsMoveTheLadder(t *testing.T) {
	w := newWorld(t)
	c := w.client(w.anna, "Ромашка")
	i := crm.Invoice{Client: c.ID, Sum: crm.Rub(5000), Due: crm.NewDate(2026, 11, 18)}
	p := crm.Promise{Client: c.ID, Sum: crm.Rub(5000), Day: crm.NewDate(2026, 11, 20)}
	w.as(w.anna, func(tx *Tx) error { return tx.SaveInvoice(&i) })
	w.expect("overdue", "L1 Анна 19.11 09:00")
	w.as(w.anna, func(tx *Tx) error { return tx.SavePromise(&p) })
	w.expect("overdue")
	w.as(w.anna, func(tx *Tx) error { p.Status = crm.PromiseBroken; return tx.SavePromise(&p) })
	w.expect("overdue", "L1 Анна 19.11 09:00")
	w.as(w.lead, func(tx *Tx) error { w.north.Settings.Overdue = []int{3, 8}; return tx.SaveTeam(&w.north) })
	w.expect("overdue", "L1 Анна 21.11 09:00")
	w.as(w.anna, func(tx *Tx) error {
		return tx.Pay(&crm.Payment{Client: c.ID, Sum: crm.Rub(5000)}, []crm.Allocation{{Invoice: i.ID, Sum: crm.Rub(5000)}})
	})
	w.expect("overdue")
}

func TestPlansOfMembers(t *testing.T) {
	w := newWorld(t)
	w.expect("plan", "plan Олег 19.11 09:00", "plan Лидия 19.11 09:00", "plan Анна 19.11 09:00", "plan Борис 19.11 09:00", "plan Фёдор 19.11 09:00")
	w.as(w.anna, func(tx *Tx) error { w.anna.Zone = "Asia/Yekaterinburg"; return tx.SaveMember(&w.anna) })
	w.turn(func(tx *Tx) error { return tx.SetBlocked(w.boris.ID, true) })
	w.as(w.owner, func(tx *Tx) error { w.far.Status = crm.MemberLeft; return tx.SaveMember(&w.far) })
	w.expect("plan", "plan Анна 19.11 09:00", "plan Олег 19.11 09:00", "plan Лидия 19.11 09:00", "plan Борис 19.11 09:00")
	w.pass(24 * time.Hour)
	if n := w.say(); n != 3 {
		t.Errorf("%d plans were said, want all but the blocked member's", n)
	}
	w.turn(func(tx *Tx) error { return tx.SetBlocked(w.boris.ID, false) })
	if n := w.say(); n != 1 {
		t.Errorf("%d plans came when he was back", n)
	}
}

func TestNewKindsArePlannedOnOpen(t *testing.T) {
	w := newWorld(t)
	w.call(w.client(w.anna, "Ромашка"))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	late := testKinds[0]
	late.Name = "late"
	s, err := Open(context.Background(), w.path, Options{Now: w.now, Kinds: []rules.Kind{late}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	w.Store = s
	w.expect("late", "due Анна 19.11 14:00")
	w.expect("due")
	w.expect("plan")
}

func TestFinishingARepeatMakesTheNext(t *testing.T) {
	w := newWorld(t)
	c := w.client(w.anna, "Ромашка")
	for _, r := range []struct {
		rule string
		day  crm.Date
		next crm.Date
	}{
		{"", crm.NewDate(2026, 11, 19), crm.Date{}},
		{"FREQ=WEEKLY;BYDAY=TH", crm.NewDate(2026, 11, 19), crm.NewDate(2026, 11, 26)},
		{"FREQ=MONTHLY;BYMONTHDAY=5", crm.NewDate(2026, 11, 5), crm.NewDate(2026, 12, 5)},
		{"FREQ=DAILY", crm.NewDate(2026, 11, 10), crm.NewDate(2026, 11, 19)}, // what was missed is not made up for
		{"FREQ=WEEKLY;UNTIL=20261120T000000Z", crm.NewDate(2026, 11, 19), crm.Date{}},
		{"FREQ=MONTHLY;BYMONTHDAY=31", crm.NewDate(2026, 10, 31), crm.NewDate(2026, 12, 31)},
	} {
		f := crm.FollowUp{Client: c.ID, Day: r.day, Clock: crm.At(14, 0), Rule: r.rule}
		w.as(w.anna, func(tx *Tx) error {
			if err := tx.SaveFollowUp(&f); err != nil {
				return err
			}
			done, next, err := tx.Finish(f.ID, "ждут счёт")
			switch {
			case err != nil:
			case done.Status != crm.FollowUpDone || done.Outcome != "ждут счёт":
				t.Errorf("%s: done %+v", r.rule, done)
			case (next == nil) != r.next.IsZero():
				t.Errorf("%s: next %+v", r.rule, next)
			case next != nil && (next.Day != r.next || next.Rule != r.rule || next.Due != next.DerivedDue() || next.ID == f.ID):
				t.Errorf("%s: next is %+v", r.rule, next)
			}
			return err
		})
		w.as(w.anna, func(tx *Tx) error {
			_, _, err := tx.Finish(f.ID, "")
			w.problem("already", err)
			return nil
		})
	}
}
