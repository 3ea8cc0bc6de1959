package scheduler_test

import (
	"flag"
	"fmt"
	"testing"

	"followup/scheduler/calendar"
	"followup/storage"
	"followup/storage/crm"
)

var planned = flag.Int("planned", 20_000, "how many reminders wait in the benchmark")

// BenchmarkTick is one heartbeat with many reminders waiting. For a million:
//
//	go test ./scheduler -run '^$' -bench Tick -planned 1000000 -timeout 30m
func BenchmarkTick(b *testing.B) {
	h := newHouse(b, "2026-11-18 10:00")
	day := date(b, "2026-11-20")
	const portion = 2000
	for n := 0; n < *planned; n += portion {
		h.change(func(tx *storage.Tx) error {
			for i := range min(portion, *planned-n) {
				f := crm.FollowUp{
					Assignee: h.anna.ID, Text: "call", Day: day.AddDays((n + i) % 300), Clock: crm.Clock((n + i) % 1440), Zone: "Europe/Moscow",
					Named: true,
				}
				if err := tx.SaveFollowUp(&f); err != nil {
					return err
				}
			}
			return nil
		})
	}
	b.Run(fmt.Sprintf("idle/planned=%d", *planned), func(b *testing.B) {
		for b.Loop() {
			h.tick()
		}
	})
	b.Run(fmt.Sprintf("one/planned=%d", *planned), func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			now := h.clock.Now().In(crm.Zone("Europe/Moscow"))
			f := crm.FollowUp{
				Assignee: h.anna.ID, Text: "now", Day: crm.DateOf(now), Clock: crm.ClockOf(now) + 1, Zone: "Europe/Moscow", Named: true,
			}
			h.change(func(tx *storage.Tx) error { return tx.SaveFollowUp(&f) })
			h.clock.Move(f.Due.In(crm.Zone("Europe/Moscow")))
			b.StartTimer()
			h.tick()
			b.StopTimer()
			h.change(func(tx *storage.Tx) error { _, _, err := tx.Finish(f.ID, "done"); return err })
			b.StartTimer()
		}
	})
}

// BenchmarkMorning is the beat at which everybody's plan comes.
func BenchmarkMorning(b *testing.B) {
	const people = 1000
	h := newHouse(b, "2026-01-12 10:00")
	h.change(func(tx *storage.Tx) error {
		for i := range people {
			m := crm.Member{Telegram: int64(10_000 + i), Name: "M", Role: crm.Manager, Team: h.team.ID, Zone: "Europe/Moscow"}
			if err := tx.SaveMember(&m); err != nil {
				return err
			}
		}
		return nil
	})
	day := date(b, "2026-01-12")
	for b.Loop() {
		day = calendar.Russia().AddWorking(day, 1)
		h.clock.Move(day.In(crm.Zone("Europe/Moscow"), crm.At(9, 0)))
		h.tick()
	}
	b.ReportMetric(people*float64(b.N)/b.Elapsed().Seconds(), "plans/s")
}
