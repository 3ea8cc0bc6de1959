package scheduler_test

import (
	"fmt"
	"testing"

	"followup/storage"
	"followup/storage/crm"
)

// touch logs an interaction of Anna's with a client.
func (h *house) touch(client int64, kind crm.TouchKind, at string) {
	h.t.Helper()
	h.change(func(tx *storage.Tx) error {
		return tx.SaveInteraction(&crm.Interaction{Client: client, Author: h.anna.ID, Kind: kind, Happened: crm.MomentOf(moscow(h.t, at)), Text: "talk"})
	})
}

// TestSilenceCountsFromTheLastTwoWayTouch walks a client of tier A through its fortnights. Friday 20.11.2026 is a working day.
func TestSilenceCountsFromTheLastTwoWayTouch(t *testing.T) {
	h := newHouse(t, "2026-11-06 12:00")
	h.mute = map[string]bool{"no_step": true}
	h.member("Ivan", crm.Lead)
	c := h.client("Acme", crm.TierA).ID
	h.touch(c, crm.TouchCall, "2026-11-06 11:00")
	h.touch(c, crm.TouchMissed, "2026-11-09 11:00") // restarts nothing
	h.hears("2026-11-20 08:59")
	h.hears("2026-11-20 09:00", "Anna: silence 1 silent")
	h.restart()
	h.hears("2026-11-26 18:00")
	h.hears("2026-11-27 09:00", "Ivan: silence_lead 1 lead") // 21 days
	h.touch(c, crm.TouchCall, "2026-11-16 11:00")            // told late: it counts from when it happened
	h.hears("2026-11-30 09:00", "Anna: silence 1 silent")
	h.touch(c, crm.TouchMeeting, "2026-12-01 11:00")
	h.hears("2026-12-14 18:00")
	h.hears("2026-12-15 09:00", "Anna: silence 1 silent")
}

// TestSilenceThatIsOverWhenItIsEnteredIsNotTold holds that an import of old clients rings nobody's phone.
func TestSilenceThatIsOverWhenItIsEnteredIsNotTold(t *testing.T) {
	h := newHouse(t, "2026-11-18 12:00")
	h.mute = nil
	c := h.client("Acme", crm.TierA).ID
	h.touch(c, crm.TouchCall, "2026-06-01 11:00")
	h.hears("2026-11-19 18:00")
}

// TestADigestHoursTooLateIsSkippedAndCounted holds that a lead's digest more than four hours late isn't said, is counted, and
// comes at its own hour the next day.
func TestADigestHoursTooLateIsSkippedAndCounted(t *testing.T) {
	h := newHouse(t, "2026-11-18 12:00")
	lead := h.member("Ivan", crm.Lead)
	lead.Settings.DigestOff = false
	h.change(func(tx *storage.Tx) error { return tx.SaveMember(&lead) })
	digest := fmt.Sprintf("Ivan: digest %d digest", lead.ID)
	h.hears("2026-11-18 18:30", digest)
	h.hears("2026-11-19 22:31")
	if c := h.beat.Counts(); c.Lapsed != 1 {
		t.Errorf("counted %+v", c)
	}
	h.hears("2026-11-20 18:29")
	h.hears("2026-11-20 18:30", digest)
}
