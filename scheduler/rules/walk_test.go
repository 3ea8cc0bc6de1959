package rules_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"followup/scheduler/calendar"
	"followup/scheduler/rules"
	"followup/storage/crm"
)

// Zones with every kind of change: none, an hour, half an hour, at midnight, in the south, far east and far west.
var zones = []string{
	"Europe/Moscow", "Asia/Yekaterinburg", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago",
	"Africa/Cairo", "Asia/Kolkata", "Asia/Beirut", "Pacific/Chatham", "Pacific/Kiritimati", "Pacific/Pago_Pago",
}

var firstDay = crm.NewDate(2025, time.October, 1)

func drawDay(t *rapid.T, label string) crm.Date {
	return firstDay.AddDays(rapid.IntRange(0, 700).Draw(t, label))
}

// drawMaybe is a day or none.
func drawMaybe(t *rapid.T, label string) crm.Date {
	if rapid.Bool().Draw(t, "has "+label) {
		return drawDay(t, label)
	}
	return crm.Date{}
}

func drawClock(t *rapid.T, label string, from, to int) *crm.Clock {
	c := crm.Clock(rapid.IntRange(from, to).Draw(t, label))
	return &c
}

func drawMember(t *rapid.T) crm.Member {
	m := crm.Member{ID: 1, Role: crm.Lead, Status: crm.MemberActive, Zone: rapid.SampledFrom(zones).Draw(t, "zone")}
	if rapid.Bool().Draw(t, "own hours") {
		// Quiet hours of any kind that leave a working day; clocks change at night, so that the hour of the plan exists.
		m.Settings.QuietFrom = drawClock(t, "quiet from", 17*60, 24*60-1)
		m.Settings.QuietTo = drawClock(t, "quiet to", 4*60, 11*60)
		m.Settings.Plan = drawClock(t, "plan", 4*60, 24*60-1)
		m.Settings.Digest = drawClock(t, "digest", 4*60, 24*60-1)
	}
	if m.AwayFrom = drawMaybe(t, "away"); !m.AwayFrom.IsZero() {
		m.AwayUntil = m.AwayFrom.AddDays(rapid.IntRange(0, 60).Draw(t, "away days"))
		m.Substitute = rapid.Int64Range(0, 1).Draw(t, "substitute") * 2
	}
	return m
}

func drawTeam(t *rapid.T) crm.Team {
	var s crm.TeamSettings
	if rapid.Bool().Draw(t, "own ladders") {
		s.NoticeSteps = rapid.SliceOfN(rapid.IntRange(0, 120), 1, 7).Draw(t, "notice")
		s.Overdue = rapid.SliceOfN(rapid.IntRange(0, 60), 1, 6).Draw(t, "overdue")
		s.CareDays = rapid.IntRange(1, 10).Draw(t, "care")
		for range rapid.IntRange(0, 5).Draw(t, "regional days") {
			s.ExtraOff = append(s.ExtraOff, drawDay(t, "regional"))
		}
	}
	return crm.Team{ID: 1, Settings: s}
}

func drawSubject(t *rapid.T, of string) rules.Subject {
	s := rules.Subject{Recipient: drawMember(t), Team: drawTeam(t)}
	flag := func(label string) bool { return rapid.Bool().Draw(t, label) }
	switch of {
	case "followup":
		f := crm.FollowUp{
			ID: 1, Day: drawDay(t, "day"), Clock: *drawClock(t, "clock", 0, 1439), Zone: s.Recipient.Zone, Status: crm.FollowUpOpen,
			AllDay: flag("all day"), Named: flag("named"), Obligation: flag("obligation"),
		}
		f.Due = f.DerivedDue()
		if flag("snoozed") {
			f.Snoozed = f.Due + crm.Moment(rapid.IntRange(1, 100_000).Draw(t, "snooze"))
		}
		s.FollowUp = &f
	case "contract":
		s.Client = &crm.Client{Tier: rapid.SampledFrom([]crm.Tier{crm.TierA, crm.TierB}).Draw(t, "tier"), Status: crm.ClientActive}
		s.Contract = &crm.Contract{
			ID: 1, Start: firstDay, End: drawDay(t, "end").AddDays(120), Status: crm.ContractActive,
			Renewal:    rapid.SampledFrom([]crm.RenewalMode{crm.RenewalAutomatic, crm.RenewalAgreement}).Draw(t, "renewal"),
			NoticeDays: rapid.IntRange(0, 90).Draw(t, "notice days"), NoticeWorking: flag("working"), Postponed: drawMaybe(t, "postponed"),
			IndexDay: drawMaybe(t, "index day"),
		}
	case "invoice":
		s.Invoice = &crm.Invoice{
			ID: 1, Due: drawDay(t, "due"), Sum: crm.Rub(5000), Balance: crm.Rub(5000), Status: crm.InvoiceOpen,
			Level: rapid.IntRange(0, 5).Draw(t, "level"), Paused: drawMaybe(t, "paused"), Claimed: drawMaybe(t, "claimed"),
		}
	case "client":
		s.Client = &crm.Client{
			ID: 1, Tier: rapid.SampledFrom([]crm.Tier{crm.TierA, crm.TierB}).Draw(t, "tier"), Status: crm.ClientActive,
			Cadence: rapid.IntRange(0, 120).Draw(t, "cadence"), Created: crm.MomentOf(drawDay(t, "created").Midnight()),
			LastTouch: crm.MomentOf(drawDay(t, "touched").Midnight()) * crm.Moment(rapid.IntRange(0, 1).Draw(t, "was touched")),
		}
	case "contact":
		s.Contact = &crm.Contact{ID: 1, Birthday: drawDay(t, "born")}
	case "promise":
		s.Promise = &crm.Promise{ID: 1, Day: drawDay(t, "promised"), Sum: crm.Rub(5000), Status: crm.PromisePending}
	}
	return s
}

// Whatever the record, the person and his zone: steps come in order, at moments when the person may be spoken to, once
// each, and asking at any moment between two steps gives the later one.
func TestEveryStepIsFoundOnceAndAtAnAllowedMoment(t *testing.T) {
	for _, k := range rules.Kinds {
		t.Run(k.Name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) { checkWalk(t, k, drawSubject(t, k.Of)) })
		})
	}
}

func checkWalk(t *rapid.T, k rules.Kind, s rules.Subject) {
	c := calendar.Russia()
	after := drawDay(t, "entered").Midnight().Add(time.Duration(rapid.IntRange(0, 1439).Draw(t, "minute")) * time.Minute)
	said := map[[2]string]bool{}
	level := 0
	for range 40 {
		step, ok := k.Next(s, c, after)
		if !ok {
			return
		}
		at := step.At.In(s.Recipient.Location())
		if !at.After(after) {
			t.Fatalf("%+v isn't later than %s", step, after)
		}
		if said[[2]string{step.Anchor, step.Name}] {
			t.Fatalf("%+v is said twice", step)
		}
		said[[2]string{step.Anchor, step.Name}] = true
		if step.Level != 0 && step.Level <= max(level, s.Invoice.Level) {
			t.Fatalf("%+v doesn't rise above level %d", step, max(level, s.Invoice.Level))
		}
		level = max(level, step.Level)
		checkMoment(t, s, c, step)
		if again, ok := k.Next(s, c, at.Add(-time.Second)); !ok || again != step {
			t.Fatalf("asked again a second before: %+v, %v; want %+v", again, ok, step)
		}
		between := after.Add(time.Duration(rapid.Int64Range(0, int64(at.Sub(after)/time.Second)-1).Draw(t, "between")) * time.Second)
		if found, _ := k.Next(s, c, between); found != step {
			t.Fatalf("after %s comes %+v, after %s %+v", after, step, between, found)
		}
		after = at
	}
}

// checkMoment asks the calendar and the hours directly, not by the helpers of the rules.
func checkMoment(t *rapid.T, s rules.Subject, c *calendar.Calendar, step rules.Step) {
	m, at := s.Recipient, step.At.In(s.Recipient.Location())
	quiet := calendar.QuietOf(m.Settings.Hours()).At(at)
	day := crm.DateOf(at)
	off := !c.WithExtra(s.Team.Settings.ExtraOff).Working(day) || m.Away(day) && m.Substitute == 0
	if step.Named {
		if quiet && step.Name != "due" {
			t.Fatalf("%+v repeats itself in quiet hours", step)
		}
		return
	}
	if quiet || off {
		t.Fatalf("%+v at %s: quiet %v, day off %v", step, at, quiet, off)
	}
}

func BenchmarkNext(b *testing.B) {
	k := vector(b)
	v := romashka(b)
	f := call(b, "2026-11-19", "14:00")
	at := moscow(b, "2026-11-18 10:12")
	for name, s := range map[string]rules.Subject{
		"notice": {Contract: &k, Recipient: anna}, "overdue": {Invoice: &v, Recipient: anna},
		"followup": {FollowUp: &f, Recipient: anna}, "plan": {Recipient: anna},
	} {
		kind := kind(b, name)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				kind.Next(s, calendar.Russia(), at)
			}
		})
	}
}
