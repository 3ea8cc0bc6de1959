package scheduler_test

import (
	"fmt"
	"testing"

	"followup/scheduler/rules"
	"followup/storage"
	"followup/storage/crm"
)

func TestAFollowUpIsSaidThreeTimesThatDayWhateverRestarts(t *testing.T) {
	h := newHouse(t, "2026-11-18 10:12")
	h.call("2026-11-18", "14:00")
	h.hears("2026-11-18 13:59")
	h.hears("2026-11-18 14:00", "Anna: followup 1 due")
	h.hears("2026-11-18 14:00")
	h.restart()
	h.hears("2026-11-18 14:01")
	h.hears("2026-11-18 14:30", "Anna: followup 1 +30m")
	h.restart()
	h.hears("2026-11-18 14:31")
	h.hears("2026-11-18 16:00", "Anna: followup 1 +2h")
	h.restart()
	h.hears("2026-11-18 18:00")
	h.hears("2026-11-19 10:00")
}

func TestDowntimeComesLateOnceInOneMessageInOrder(t *testing.T) {
	h := newHouse(t, "2026-11-18 11:59")
	h.call("2026-11-18", "14:00")
	h.call("2026-11-18", "12:30")
	h.restart()
	h.hears("2026-11-18 15:01", "Anna: followup 2 +2h late + followup 1 +30m late")
	h.hears("2026-11-18 15:02")
	h.hears("2026-11-18 16:00", "Anna: followup 1 +2h")
	if c := h.beat.Counts(); c.Said != 3 || c.Late != 2 {
		t.Errorf("counted %+v", c)
	}
}

func TestAClockSetBackSaysNothingAgain(t *testing.T) {
	h := newHouse(t, "2026-11-18 12:00")
	f := h.call("2026-11-18", "14:00")
	h.hears("2026-11-18 15:01", "Anna: followup 1 +30m late")
	h.clock.Move(moscow(t, "2026-11-18 13:00"))
	h.change(func(tx *storage.Tx) error {
		f.Text = "call again"
		return tx.SaveFollowUp(&f)
	})
	h.hears("2026-11-18 14:00")
	h.hears("2026-11-18 14:30")
	h.hears("2026-11-18 16:00", "Anna: followup 1 +2h")
}

func TestANightsDowntimeComesWithTheMorningPlan(t *testing.T) {
	h := newHouse(t, "2026-11-18 12:00")
	h.anna.Settings.PlanOff = false
	h.change(func(tx *storage.Tx) error { return tx.SaveMember(&h.anna) })
	h.call("2026-11-18", "14:00")
	h.hears("2026-11-18 23:00")
	h.hears("2026-11-19 08:00")
	h.hears("2026-11-19 08:59")
	h.hears("2026-11-19 09:00", fmt.Sprintf("Anna: followup 1 +2h late + plan %d plan", h.anna.ID))
}

func TestANamedTimeIsSaidAtNightUnlessItIsMuchTooLate(t *testing.T) {
	h := newHouse(t, "2026-11-20 12:00") // a Friday
	h.call("2026-11-20", "22:00")
	h.call("2026-11-20", "23:00")
	h.hears("2026-11-20 22:20", "Anna: followup 1 due late")
	h.hears("2026-11-21 01:00")
	h.hears("2026-11-21 12:00") // a day off
	h.hears("2026-11-23 09:00") // more than a day late: the plan lists it
	if c := h.beat.Counts(); c.Quiet != 1 {
		t.Errorf("counted %+v", c)
	}
}

func TestAPlanHoursTooLateIsNotSaid(t *testing.T) {
	h := newHouse(t, "2026-11-17 12:00")
	h.anna.Settings.PlanOff = false
	h.change(func(tx *storage.Tx) error { return tx.SaveMember(&h.anna) })
	plan := fmt.Sprintf("Anna: plan %d plan", h.anna.ID)
	h.hears("2026-11-18 09:00", plan)
	h.hears("2026-11-19 12:59", plan+" late")
	h.hears("2026-11-20 13:01")
	h.hears("2026-11-23 09:00", plan)
	h.hears("2026-11-26 10:00", plan+" late") // down for three days: today's only
	if c := h.beat.Counts(); c.Lapsed != 1 {
		t.Errorf("counted %+v", c)
	}
}

func TestWhatWasDoneOrMovedMeanwhileIsNotSaid(t *testing.T) {
	h := newHouse(t, "2026-11-18 10:00")
	done, moved := h.call("2026-11-18", "14:00"), h.call("2026-11-18", "14:00")
	h.clock.Move(moscow(t, "2026-11-18 14:00"))
	h.change(func(tx *storage.Tx) error {
		moved.Snoozed = crm.MomentOf(moscow(t, "2026-11-18 14:20"))
		if err := tx.SaveFollowUp(&moved); err != nil {
			return err
		}
		_, _, err := tx.Finish(done.ID, "done")
		return err
	})
	h.hears("2026-11-18 14:00")
	h.hears("2026-11-18 14:20", "Anna: followup 2 due")
}

func TestOnePersonsFailureStopsNobody(t *testing.T) {
	h := newHouse(t, "2026-11-18 10:00")
	bad := h.call("2026-11-18", "14:00")
	h.call("2026-11-18", "14:00")
	other := h.call("2026-11-18", "14:00")
	other.Assignee = h.peter.ID
	h.change(func(tx *storage.Tx) error { return tx.SaveFollowUp(&other) })
	h.fail = func(d rules.Due) bool {
		if d.About.ID == bad.ID {
			panic("words")
		}
		return false
	}
	h.hears("2026-11-18 14:00", "Anna: followup 2 due", "Peter: followup 3 due")
	h.hears("2026-11-18 14:01")
	h.fail = func(rules.Due) bool { return false }
	h.hears("2026-11-18 14:10", "Anna: followup 1 due late")
}

func TestAChangedZoneMovesWhatWasPromisedToTheLocalHour(t *testing.T) {
	h := newHouse(t, "2026-11-18 10:00")
	h.call("2026-11-18", "16:00")
	h.anna.Zone = "Asia/Yekaterinburg" // two hours ahead of Moscow
	h.change(func(tx *storage.Tx) error { return tx.SaveMember(&h.anna) })
	h.hears("2026-11-18 13:59")
	h.hears("2026-11-18 14:00", "Anna: followup 1 due")
	h.anna.Zone = "Europe/Moscow"
	h.change(func(tx *storage.Tx) error { return tx.SaveMember(&h.anna) })
	h.hears("2026-11-18 14:30", "Anna: followup 1 +30m") // what was said already stays where it was
	h.hears("2026-11-18 16:00", "Anna: followup 1 +2h")
}

func TestAnAbsentMembersThingsGoToTheSubstituteOnly(t *testing.T) {
	h := newHouse(t, "2026-11-18 10:00")
	h.call("2026-11-23", "14:00")
	h.call("2026-12-07", "14:00")
	h.anna.AwayFrom, h.anna.AwayUntil, h.anna.Substitute = date(t, "2026-11-23"), date(t, "2026-12-04"), h.peter.ID
	h.change(func(tx *storage.Tx) error { return tx.SaveMember(&h.anna) })
	h.hears("2026-11-23 14:00", "Peter: followup 1 due")
	h.hears("2026-11-23 14:30", "Peter: followup 1 +30m")
	h.hears("2026-12-07 14:00", "Anna: followup 2 due")
}

func (h *house) invoice(client crm.Client, due string, rubles int64) crm.Invoice {
	h.t.Helper()
	v := crm.Invoice{Client: client.ID, Number: "125", Issued: date(h.t, "2026-10-15"), Due: date(h.t, due), Sum: crm.Rub(rubles)}
	h.change(func(tx *storage.Tx) error { return tx.SaveInvoice(&v) })
	return v
}

func TestAnInvoiceRisesThroughItsLevels(t *testing.T) {
	h := newHouse(t, "2026-10-20 10:00")
	v := h.invoice(h.client("Ромашка", crm.TierB), "2026-10-30", 486_000)
	h.hears("2026-10-27 09:00", "Anna: care 1 -3 level 0")
	h.hears("2026-11-02 09:00", "Anna: overdue 1 L1 level 1")
	h.hears("2026-11-14 12:00") // down since: L2 and L3 have come, and it is Saturday
	h.hears("2026-11-16 09:00", "Anna: overdue 1 L3 level 3 late")
	h.view(func(tx *storage.Tx) error {
		v, err := tx.Invoice(v.ID)
		if v.Level != 3 || v.LevelSet != crm.MomentOf(moscow(t, "2026-11-16 09:00")) {
			t.Errorf("the invoice stands at %+v", v)
		}
		return err
	})
	h.hears("2026-11-30 09:00", "Anna: overdue 1 L4 level 4")
	h.hears("2027-01-20 09:00")
}

func TestABrokenPromiseLiftsTheLevel(t *testing.T) {
	h := newHouse(t, "2026-10-20 10:00")
	c := h.client("Ромашка", crm.TierB)
	v := h.invoice(c, "2026-10-30", 486_000)
	h.at("2026-11-13 09:00")
	h.heard()
	w := crm.Promise{Client: c.ID, Invoice: v.ID, Sum: crm.Rub(486_000), Day: date(t, "2026-11-20"), Author: h.anna.ID}
	h.at("2026-11-18 10:12")
	h.change(func(tx *storage.Tx) error { return tx.SavePromise(&w) })
	h.hears("2026-11-20 18:00")
	h.hears("2026-11-23 09:00", "Anna: promise 1 check broken")
	h.view(func(tx *storage.Tx) error {
		got, err := tx.Invoice(v.ID)
		if got.Level != 4 {
			t.Errorf("the level is %d, want 4", got.Level)
		}
		broken, _ := tx.BrokenPromises(c.ID, date(t, "2026-01-01"))
		if broken != 1 {
			t.Errorf("%d broken promises, want 1", broken)
		}
		return err
	})
	h.hears("2026-11-30 09:00") // L4 was reached already
	again := crm.Promise{Client: c.ID, Invoice: v.ID, Sum: crm.Rub(486_000), Day: date(t, "2026-12-02"), Author: h.anna.ID}
	h.change(func(tx *storage.Tx) error { return tx.SavePromise(&again) })
	h.hears("2026-12-03 09:00", "Anna: promise 2 check broken")
	h.level(v, 4) // L5 is the claim's clock alone
}

// TestAPendingPromiseHoldsTheLevel: of two promises about a bill the first is broken while the second is still to come.
func TestAPendingPromiseHoldsTheLevel(t *testing.T) {
	h := newHouse(t, "2026-10-20 10:00")
	c := h.client("Ромашка", crm.TierB)
	v := h.invoice(c, "2026-10-30", 486_000)
	h.at("2026-11-13 09:00")
	h.heard()
	h.at("2026-11-18 10:12")
	h.change(func(tx *storage.Tx) error {
		for _, day := range []string{"2026-11-20", "2026-12-10"} {
			w := crm.Promise{Client: c.ID, Invoice: v.ID, Sum: crm.Rub(200_000), Day: date(t, day), Author: h.anna.ID}
			if err := tx.SavePromise(&w); err != nil {
				return err
			}
		}
		return nil
	})
	h.hears("2026-11-23 09:00", "Anna: promise 1 check broken")
	h.level(v, 3)
	h.hears("2026-12-11 09:00", "Anna: promise 2 check broken")
	h.level(v, 4)
}

// level expects an invoice at a level.
func (h *house) level(v crm.Invoice, want int) {
	h.t.Helper()
	h.view(func(tx *storage.Tx) error {
		got, err := tx.Invoice(v.ID)
		if got.Level != want {
			h.t.Errorf("the level is %d, want %d", got.Level, want)
		}
		return err
	})
}

func TestAPromiseIsKeptOrKeptInPart(t *testing.T) {
	for paid, want := range map[int64][]string{486_000: nil, 100_000: {"Anna: promise 1 check partly"}} {
		h := newHouse(t, "2026-11-13 09:00")
		c := h.client("Ромашка", crm.TierB)
		v := h.invoice(c, "2026-10-30", 486_000)
		w := crm.Promise{Client: c.ID, Invoice: v.ID, Sum: crm.Rub(486_000), Day: date(t, "2026-11-20"), Author: h.anna.ID}
		h.change(func(tx *storage.Tx) error { return tx.SavePromise(&w) })
		h.at("2026-11-19 10:00")
		h.change(func(tx *storage.Tx) error {
			p := crm.Payment{Client: c.ID, Day: date(t, "2026-11-19"), Sum: crm.Rub(paid), Source: "typed"}
			return tx.Pay(&p, []crm.Allocation{{Invoice: v.ID, Sum: crm.Rub(paid)}})
		})
		h.hears("2026-11-23 09:00", want...)
		h.view(func(tx *storage.Tx) error {
			got, err := tx.Invoice(v.ID)
			if want := map[bool]int{true: 3, false: 0}[paid < 486_000]; got.Level != want {
				t.Errorf("paid %d: the level is %d, want %d", paid, got.Level, want)
			}
			return err
		})
	}
}

func TestAnAutomaticRenewalRollsAndIsToldOnce(t *testing.T) {
	h := newHouse(t, "2026-11-18 10:12")
	c := h.client("Вектор", crm.TierB)
	k := crm.Contract{
		Client: c.ID, Number: "14/26", Start: date(t, "2026-02-01"), End: date(t, "2027-01-31"), Renewal: crm.RenewalAutomatic,
		RenewalMonths: 12, NoticeDays: 30,
	}
	h.change(func(tx *storage.Tx) error { return tx.SaveContract(&k) })
	h.hears("2026-11-30 09:00", "Anna: notice 1 -30")
	h.hears("2026-12-16 09:00", "Anna: notice 1 -14")
	h.hears("2026-12-25 09:00", "Anna: notice 1 -3")
	h.hears("2026-12-30 09:00", "Anna: notice 1 0")
	h.hears("2027-02-01 08:59")
	h.hears("2027-02-01 09:00", "Anna: renewal 1 rolled to 2028-01-31")
	h.restart()
	h.hears("2027-02-02 09:00")
	h.view(func(tx *storage.Tx) error {
		got, err := tx.Contract(k.ID)
		if got.End != date(t, "2028-01-31") || got.Term != 1 {
			t.Errorf("the contract stands at %+v", got)
		}
		return err
	})
	h.hears("2027-10-01 09:00", "Anna: notice 1 -90")
}

func TestDraftsAreAskedAboutOnceInTheDaytime(t *testing.T) {
	h := newHouse(t, "2026-11-18 19:00")
	for range 2 {
		h.change(func(tx *storage.Tx) error {
			return tx.SaveDraft(&storage.Draft{Member: h.anna.ID, Chat: h.anna.Telegram, Text: "вектор скидка"})
		})
	}
	h.hears("2026-11-19 18:59")
	h.hears("2026-11-19 20:30")
	h.hears("2026-11-20 08:00", "Anna: 2 drafts")
	h.hears("2026-11-20 09:00")
}

func TestABlockedMemberHearsItWhenHeIsBack(t *testing.T) {
	h := newHouse(t, "2026-11-18 10:00")
	h.call("2026-11-18", "14:00")
	h.change(func(tx *storage.Tx) error { return tx.SetBlocked(h.anna.ID, true) })
	h.hears("2026-11-18 14:00")
	h.clock.Move(moscow(t, "2026-11-18 15:00"))
	h.change(func(tx *storage.Tx) error { return tx.SetBlocked(h.anna.ID, false) })
	h.hears("2026-11-18 15:00", "Anna: followup 1 +30m late")
}
