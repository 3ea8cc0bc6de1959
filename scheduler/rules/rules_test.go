package rules_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"followup/scheduler/calendar"
	"followup/scheduler/rules"
	"followup/storage/crm"
)

func date(t testing.TB, s string) crm.Date {
	t.Helper()
	d, err := crm.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func moscow(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", s, crm.Zone("Europe/Moscow"))
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func kind(t testing.TB, name string) rules.Kind {
	t.Helper()
	i := slices.IndexFunc(rules.Kinds, func(k rules.Kind) bool { return k.Name == name })
	if i < 0 {
		t.Fatalf("no kind %s", name)
	}
	return rules.Kinds[i]
}

var anna = crm.Member{ID: 1, Role: crm.Manager, Zone: "Europe/Moscow", Status: crm.MemberActive}

// walk is what a kind says of s after a moment, up to n steps: "2026-11-30 09:00 -30" in Moscow's time.
func walk(t testing.TB, name string, s rules.Subject, after string, n int) []string {
	t.Helper()
	if s.Recipient.ID == 0 {
		s.Recipient = anna
	}
	k, at := kind(t, name), moscow(t, after)
	var said []string
	for range n {
		step, ok := k.Next(s, calendar.Russia(), at)
		if !ok {
			break
		}
		at = step.At.In(crm.Zone("Europe/Moscow"))
		said = append(said, at.Format("2006-01-02 15:04 ")+step.Name)
	}
	return said
}

func expect(t *testing.T, got []string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// call is a follow-up due in Moscow.
func call(t testing.TB, day, clock string) crm.FollowUp {
	t.Helper()
	c, err := crm.ParseClock(clock)
	if err != nil {
		t.Fatal(err)
	}
	f := crm.FollowUp{ID: 1, Day: date(t, day), Clock: c, Zone: "Europe/Moscow", Status: crm.FollowUpOpen}
	f.Due = f.DerivedDue()
	return f
}

func TestFollowUp(t *testing.T) {
	named := func(f crm.FollowUp) crm.FollowUp { f.Named = true; return f }
	allDay := func(f crm.FollowUp) crm.FollowUp { f.AllDay = true; return f }
	for _, x := range []struct {
		name string
		f    crm.FollowUp
		want []string
	}{
		{
			"at its time and two repeats", call(t, "2026-11-19", "14:00"),
			[]string{"2026-11-19 14:00 due", "2026-11-19 14:30 +30m", "2026-11-19 16:00 +2h"},
		},
		{
			"repeats keep out of quiet hours", call(t, "2026-11-19", "18:30"),
			[]string{"2026-11-19 18:30 due", "2026-11-19 19:00 +30m"},
		},
		{
			"an unnamed time on a day off comes with the next morning plan", call(t, "2026-11-21", "10:00"),
			[]string{"2026-11-23 09:00 due"},
		},
		{
			"an unnamed time in the night comes with the morning plan", call(t, "2026-11-19", "21:00"),
			[]string{"2026-11-20 09:00 due"},
		},
		{
			"an unnamed early time comes with the same day's plan", call(t, "2026-11-19", "07:00"),
			[]string{"2026-11-19 09:00 due"},
		},
		{
			"a named time comes on a day off", named(call(t, "2026-11-21", "12:00")),
			[]string{"2026-11-21 12:00 due", "2026-11-21 12:30 +30m", "2026-11-21 14:00 +2h"},
		},
		{
			"a named time comes at night, once", named(call(t, "2026-11-19", "23:50")),
			[]string{"2026-11-19 23:50 due"},
		},
		{"a whole day is a line of its plan", allDay(call(t, "2026-11-19", "10:00")), []string{"2026-11-19 09:00 due"}},
		{"a whole day off is a line of the next plan", allDay(call(t, "2026-11-04", "10:00")), []string{"2026-11-05 09:00 due"}},
		{"a day off that was insisted on", named(allDay(call(t, "2026-11-04", "10:00"))), []string{"2026-11-04 09:00 due"}},
	} {
		t.Run(x.name, func(t *testing.T) {
			expect(t, walk(t, "followup", rules.Subject{FollowUp: &x.f}, "2026-11-01 10:00", 9), x.want...)
		})
	}
}

func TestASnoozedFollowUpCountsFromTheSnooze(t *testing.T) {
	f := call(t, "2026-11-18", "14:00")
	f.Snoozed = crm.MomentOf(moscow(t, "2026-11-18 14:30"))
	got := walk(t, "followup", rules.Subject{FollowUp: &f}, "2026-11-18 14:01", 9)
	expect(t, got, "2026-11-18 14:30 due", "2026-11-18 15:00 +30m", "2026-11-18 16:30 +2h")
	f.Status = crm.FollowUpDone
	expect(t, walk(t, "followup", rules.Subject{FollowUp: &f}, "2026-11-18 14:01", 9))
}

func TestAChangedZoneKeepsTheAnchor(t *testing.T) {
	f := call(t, "2026-11-18", "14:00")
	before, _ := kind(t, "followup").Next(rules.Subject{FollowUp: &f, Recipient: anna}, calendar.Russia(), moscow(t, "2026-11-18 09:00"))
	f.Zone = "Asia/Yekaterinburg"
	f.Due = f.DerivedDue()
	moved := anna
	moved.Zone = f.Zone
	after, _ := kind(t, "followup").Next(rules.Subject{FollowUp: &f, Recipient: moved}, calendar.Russia(), moscow(t, "2026-11-18 09:00"))
	if after.Anchor != before.Anchor || after.At != before.At-2*3600 {
		t.Errorf("moved from %v to %v; want the same anchor two hours earlier", before, after)
	}
}

func TestObligation(t *testing.T) {
	f := call(t, "2026-11-23", "18:00")
	f.Obligation = true
	got := walk(t, "obligation", rules.Subject{FollowUp: &f}, "2026-11-18 10:00", 9)
	expect(t, got, "2026-11-20 09:00 -1", "2026-11-23 09:00 0")
	expect(t, walk(t, "followup", rules.Subject{FollowUp: &f}, "2026-11-18 10:00", 9)) // its end of day was named by nobody

	f.Day = date(t, "2026-11-22") // a Sunday: kept by Friday
	expect(t, walk(t, "obligation", rules.Subject{FollowUp: &f}, "2026-11-18 10:00", 9), "2026-11-19 09:00 -1", "2026-11-20 09:00 0")

	f = call(t, "2026-11-20", "15:00")
	f.Obligation, f.Named = true, true
	got = walk(t, "followup", rules.Subject{FollowUp: &f}, "2026-11-20 10:00", 1)
	expect(t, got, "2026-11-20 15:00 due") // a named time is said besides the ladder

	f.Snoozed = crm.MomentOf(moscow(t, "2026-11-20 10:00"))
	expect(t, walk(t, "obligation", rules.Subject{FollowUp: &f}, "2026-11-19 09:30", 9)) // 09:00 is covered by the snooze
}

// vector is the contract of the specification: 14/26 up to 31.01.2027, automatic for a year, notice 30 days.
func vector(t testing.TB) crm.Contract {
	t.Helper()
	return crm.Contract{
		ID: 1, Number: "14/26", Start: date(t, "2026-02-01"), End: date(t, "2027-01-31"), Renewal: crm.RenewalAutomatic,
		RenewalMonths: 12, NoticeDays: 30, Status: crm.ContractActive,
	}
}

func TestDecision(t *testing.T) {
	for _, x := range []struct {
		name string
		edit func(*crm.Contract)
		want string
	}{
		{"01.01.2027 is a holiday and 31.12 a day off", func(*crm.Contract) {}, "2026-12-30"},
		{"working days", func(k *crm.Contract) { k.NoticeWorking = true; k.NoticeDays = 10 }, "2027-01-18"},
		{"no notice days: the end itself", func(k *crm.Contract) { k.NoticeDays = 0 }, "2027-01-29"},
		{"by agreement with a notice", func(k *crm.Contract) { k.Renewal = crm.RenewalAgreement }, "2026-12-30"},
		{"by agreement without", func(k *crm.Contract) { k.Renewal, k.NoticeDays = crm.RenewalAgreement, 0 }, ""},
		{"open-ended", func(k *crm.Contract) { k.Renewal, k.End = crm.RenewalOpen, crm.Date{} }, ""},
	} {
		k := vector(t)
		x.edit(&k)
		day, ok := rules.Decision(k, calendar.Russia())
		if day.String() != x.want || ok != (x.want != "") {
			t.Errorf("%s: %s, %v; want %s", x.name, day, ok, x.want)
		}
	}
}

func TestNotice(t *testing.T) {
	k := vector(t)
	ladder := []string{"2026-11-30 09:00 -30", "2026-12-16 09:00 -14", "2026-12-25 09:00 -3", "2026-12-30 09:00 0"}
	t.Run("past rungs are skipped", func(t *testing.T) {
		expect(t, walk(t, "notice", rules.Subject{Contract: &k}, "2026-11-18 10:12", 9), ladder...)
	})
	t.Run("from the beginning", func(t *testing.T) {
		want := append([]string{"2026-10-01 09:00 -90", "2026-10-30 09:00 -60"}, ladder...)
		expect(t, walk(t, "notice", rules.Subject{Contract: &k}, "2026-02-01 10:00", 9), want...)
	})
	t.Run("tier A from 120 days", func(t *testing.T) {
		s := rules.Subject{Contract: &k, Client: &crm.Client{Tier: crm.TierA, Status: crm.ClientActive}}
		expect(t, walk(t, "notice", s, "2026-02-01 10:00", 1), "2026-09-01 09:00 -120")
	})
	t.Run("other day", func(t *testing.T) {
		k := k
		k.Postponed = date(t, "2026-12-12") // a Saturday
		want := append([]string{"2026-12-14 09:00 on 2026-12-12"}, ladder[1:]...)
		expect(t, walk(t, "notice", rules.Subject{Contract: &k}, "2026-11-18 10:12", 9), want...)
	})
	t.Run("decided", func(t *testing.T) {
		k := k
		k.Decision = "renewing"
		expect(t, walk(t, "notice", rules.Subject{Contract: &k}, "2026-11-18 10:12", 9))
	})
	t.Run("an archived client is left alone", func(t *testing.T) {
		s := rules.Subject{Contract: &k, Client: &crm.Client{Status: crm.ClientArchived}}
		expect(t, walk(t, "notice", s, "2026-11-18 10:12", 9))
	})
}

func TestRenewal(t *testing.T) {
	k := vector(t)
	expect(t, walk(t, "renewal", rules.Subject{Contract: &k}, "2026-11-18 10:12", 9), "2027-02-01 09:00 rolled")
	k.End = date(t, "2026-12-30") // told after the holidays
	expect(t, walk(t, "renewal", rules.Subject{Contract: &k}, "2026-11-18 10:12", 9), "2027-01-11 09:00 rolled")
	k.Decision, k.Status = "refused", crm.ContractClosing
	expect(t, walk(t, "renewal", rules.Subject{Contract: &k}, "2026-11-18 10:12", 9))
}

func TestRoll(t *testing.T) {
	for _, x := range []struct {
		start, end string
		months     int
		want       string
	}{
		{"2026-02-01", "2027-01-31", 12, "2028-01-31"},
		{"2026-02-01", "2027-02-28", 12, "2028-02-29"},
		{"2026-02-01", "2026-04-30", 0, "2026-07-31"}, // as long as the first term
		{"", "2027-01-31", 0, "2028-01-31"},
		{"2026-01-15", "2026-07-14", 6, "2027-01-14"},
	} {
		k := crm.Contract{
			End: date(t, x.end), RenewalMonths: x.months, Renewal: crm.RenewalAutomatic, Status: crm.ContractActive,
			Decision: "renewing", Postponed: date(t, "2026-01-01"), Reason: "price",
		}
		k.Start = date(t, x.start)
		got := rules.Roll(k)
		if got.End.String() != x.want || got.Term != 1 || got.Decision != "" || !got.Postponed.IsZero() || got.Reason != "" {
			t.Errorf("%s–%s by %d months rolled to %+v, want the end %s", x.start, x.end, x.months, got, x.want)
		}
	}
	if k := rules.RollTo(vector(t), date(t, "2030-06-01")); k.End.String() != "2031-01-31" || k.Term != 4 {
		t.Errorf("years behind: rolled to %s, term %d", k.End, k.Term)
	}
}

func TestContractEnd(t *testing.T) {
	k := vector(t)
	k.Renewal, k.NoticeDays = crm.RenewalAgreement, 0
	want := []string{"2026-12-30 09:00 -30", "2027-01-22 09:00 -7", "2027-01-29 09:00 0"}
	expect(t, walk(t, "contract_end", rules.Subject{Contract: &k}, "2026-11-18 10:00", 9), want...)
	k.Decision = "signed"
	expect(t, walk(t, "contract_end", rules.Subject{Contract: &k}, "2026-11-18 10:00", 9))
	k = vector(t)
	expect(t, walk(t, "contract_end", rules.Subject{Contract: &k}, "2026-11-18 10:00", 9)) // renews by itself
	k.Decision, k.Status = "refused", crm.ContractClosing
	expect(t, walk(t, "contract_end", rules.Subject{Contract: &k}, "2026-11-18 10:00", 9), want...)
}

// romashka is the invoice of the specification: 125 of 15.10.2026, 486 000 ₽ due on 30.10.
func romashka(t testing.TB) crm.Invoice {
	t.Helper()
	return crm.Invoice{
		ID: 1, Number: "125", Issued: date(t, "2026-10-15"), Due: date(t, "2026-10-30"), Sum: crm.Rub(486_000),
		Balance: crm.Rub(286_000), Status: crm.InvoicePartly,
	}
}

func TestCare(t *testing.T) {
	v := romashka(t)
	expect(t, walk(t, "care", rules.Subject{Invoice: &v}, "2026-10-15 10:00", 9), "2026-10-27 09:00 -3")
	v.Due = date(t, "2026-11-28") // Saturday, paid by Monday 30.11; three days before is Friday
	expect(t, walk(t, "care", rules.Subject{Invoice: &v}, "2026-10-15 10:00", 9), "2026-11-27 09:00 -3")
	v.Balance, v.Status = crm.Rub(0), crm.InvoicePaid
	expect(t, walk(t, "care", rules.Subject{Invoice: &v}, "2026-10-15 10:00", 9))
}

func TestOverdue(t *testing.T) {
	all := []string{"2026-11-02 09:00 L1", "2026-11-05 09:00 L2", "2026-11-13 09:00 L3", "2026-11-30 09:00 L4"}
	for _, x := range []struct {
		name  string
		edit  func(*crm.Invoice, *rules.Subject)
		after string
		want  []string
	}{
		{"levels by date", nil, "2026-10-20 10:00", all},
		{"past levels are skipped", nil, "2026-11-18 10:12", all[3:]},
		{"a level reached isn't said again", func(v *crm.Invoice, _ *rules.Subject) { v.Level = 3 }, "2026-10-20 10:00", all[3:]},
		{"a broken promise has lifted it to the claim", func(v *crm.Invoice, _ *rules.Subject) { v.Level = 4 }, "2026-11-23 09:00", nil},
		{"a promise is pending", func(_ *crm.Invoice, s *rules.Subject) { s.Promised = true }, "2026-10-20 10:00", nil},
		{"disputed", func(v *crm.Invoice, _ *rules.Subject) { v.Status = crm.InvoiceDisputed }, "2026-10-20 10:00", nil},
		{"under the threshold", func(v *crm.Invoice, _ *rules.Subject) { v.Balance = crm.Rub(999) }, "2026-10-20 10:00", nil},
		{"the threshold is in rubles", func(v *crm.Invoice, _ *rules.Subject) { v.Balance = crm.Money{Minor: 999_00, Currency: crm.USD} }, "2026-10-20 10:00", all},
		{
			"a pause says the highest level held on its last day",
			func(v *crm.Invoice, _ *rules.Subject) { v.Paused = date(t, "2026-11-14") }, "2026-11-03 10:00",
			[]string{"2026-11-16 09:00 L3", "2026-11-30 09:00 L4"},
		},
		{
			"a pause ends on a working day of the law, also for who chose Saturdays",
			func(v *crm.Invoice, s *rules.Subject) {
				v.Paused, s.Recipient = date(t, "2026-11-14"), anna
				s.Recipient.Settings.Days = []int{1, 2, 3, 4, 5, 6}
			},
			"2026-11-03 10:00",
			[]string{"2026-11-16 09:00 L3", "2026-11-30 09:00 L4"},
		},
		{
			"the claim's clock, then every week",
			func(v *crm.Invoice, _ *rules.Subject) { v.Level, v.Claimed = 4, date(t, "2026-11-23") }, "2026-11-23 10:00",
			[]string{"2026-12-23 09:00 L5", "2026-12-30 09:00 L5+1w", "2027-01-11 09:00 L5+2w", "2027-01-13 09:00 L5+3w", "2027-01-20 09:00 L5+4w"},
		},
		{
			"the contract's own clock",
			func(v *crm.Invoice, s *rules.Subject) {
				v.Level, v.Claimed, s.Contract = 4, date(t, "2026-11-23"), &crm.Contract{ClaimDays: 10}
			},
			"2026-11-23 10:00",
			[]string{"2026-12-03 09:00 L5"},
		},
		{
			"levels of one morning are the highest", // +1 and +5 of 30.12 both fall into the holidays
			func(v *crm.Invoice, _ *rules.Subject) { v.Due = date(t, "2026-12-30") }, "2026-12-01 10:00",
			[]string{"2027-01-11 09:00 L2", "2027-01-13 09:00 L3", "2027-01-29 09:00 L4"},
		},
	} {
		t.Run(x.name, func(t *testing.T) {
			v := romashka(t)
			s := rules.Subject{Invoice: &v}
			if x.edit != nil {
				x.edit(&v, &s)
			}
			expect(t, walk(t, "overdue", s, x.after, max(1, len(x.want))), x.want...)
		})
	}
}

func TestTheWeeksAfterTheClaimDoNotEnd(t *testing.T) {
	v := romashka(t)
	v.Level, v.Claimed = 5, date(t, "2026-11-23")
	expect(t, walk(t, "overdue", rules.Subject{Invoice: &v}, "2036-11-23 10:00", 1), "2036-11-26 09:00 L5+518w")
}

func TestLevelByDate(t *testing.T) {
	v := romashka(t)
	for day, want := range map[string]int{"2026-11-01": 0, "2026-11-02": 1, "2026-11-18": 3, "2026-11-30": 4, "2027-06-01": 4} {
		if got := rules.LevelByDate(rules.Subject{Invoice: &v}, calendar.Russia(), date(t, day)); got != want {
			t.Errorf("on %s the level by date is %d, want %d", day, got, want)
		}
	}
}

func TestPromise(t *testing.T) {
	for day, want := range map[string]string{
		"2026-11-20": "2026-11-23 09:00 check",
		"2026-11-21": "2026-11-24 09:00 check", // a Saturday: due on Monday
		"2026-12-30": "2027-01-11 09:00 check",
	} {
		w := crm.Promise{ID: 1, Day: date(t, day), Sum: crm.Rub(286_000), Status: crm.PromisePending}
		expect(t, walk(t, "promise", rules.Subject{Promise: &w}, "2026-11-18 10:12", 9), want)
	}
}

func TestPlanAndDigest(t *testing.T) {
	plan := []string{"2026-11-03 09:00 plan", "2026-11-05 09:00 plan", "2026-11-06 09:00 plan", "2026-11-09 09:00 plan"}
	expect(t, walk(t, "plan", rules.Subject{}, "2026-11-02 09:00", 4), plan...)
	away := anna
	away.AwayFrom, away.AwayUntil, away.Substitute = date(t, "2026-11-03"), date(t, "2026-11-06"), 2
	expect(t, walk(t, "plan", rules.Subject{Recipient: away}, "2026-11-02 09:00", 1), plan[3])
	regional := rules.Subject{Team: crm.Team{Settings: crm.TeamSettings{ExtraOff: []crm.Date{date(t, "2026-11-03")}}}}
	expect(t, walk(t, "plan", regional, "2026-11-02 09:00", 1), plan[1])
	expect(t, walk(t, "digest", rules.Subject{}, "2026-11-03 09:00", 1))
	lead := anna
	lead.Role = crm.Lead
	expect(t, walk(t, "digest", rules.Subject{Recipient: lead}, "2026-11-03 19:00", 1), "2026-11-05 18:30 digest")
	// A group hears it on each of the team's working days, also while he is away or has switched his own off.
	bound := crm.Team{Chat: -100}
	lead.AwayFrom, lead.AwayUntil = date(t, "2026-11-03"), date(t, "2026-11-06")
	expect(t, walk(t, "digest", rules.Subject{Recipient: lead}, "2026-11-03 09:00", 1), "2026-11-09 18:30 digest")
	expect(t, walk(t, "digest", rules.Subject{Recipient: lead, Team: bound}, "2026-11-02 19:00", 3),
		"2026-11-03 18:30 digest", "2026-11-05 18:30 digest", "2026-11-06 18:30 digest")
	lead.AwayFrom, lead.AwayUntil = crm.Date{}, crm.Date{}
	expect(t, walk(t, "weekly", rules.Subject{}, "2026-11-03 09:00", 1))
	expect(t, walk(t, "weekly", rules.Subject{Recipient: lead}, "2026-10-30 19:00", 2), "2026-11-02 09:15 weekly", "2026-11-09 09:15 weekly")
	expect(t, walk(t, "weekly", rules.Subject{Recipient: lead}, "2026-12-29 19:00", 2), "2027-01-11 09:15 weekly", "2027-01-18 09:15 weekly")
	expect(t, walk(t, "weekly", rules.Subject{Recipient: lead}, "2026-05-08 19:00", 1), "2026-05-12 09:15 weekly") // Monday is off
	lead.Settings.PlanOff, lead.Settings.DigestOff, lead.Settings.WeeklyOff = true, true, true
	expect(t, walk(t, "weekly", rules.Subject{Recipient: lead}, "2026-11-03 09:00", 1))
	expect(t, walk(t, "plan", rules.Subject{Recipient: lead}, "2026-11-03 09:00", 1))
	expect(t, walk(t, "digest", rules.Subject{Recipient: lead}, "2026-11-03 09:00", 1))
	expect(t, walk(t, "digest", rules.Subject{Recipient: lead, Team: bound}, "2026-11-03 19:00", 1), "2026-11-05 18:30 digest")
}

func TestAllowed(t *testing.T) {
	away := anna
	away.AwayFrom, away.AwayUntil = date(t, "2026-11-23"), date(t, "2026-12-04")
	forever := anna
	forever.AwayFrom = date(t, "2026-11-01")
	for _, x := range []struct {
		m        crm.Member
		at, want string
	}{
		{anna, "2026-11-18 23:00", "2026-11-19 09:00"},
		{anna, "2026-11-20 23:00", "2026-11-23 09:00"},
		{anna, "2026-11-18 15:01", "2026-11-18 15:01"},
		{away, "2026-11-24 12:00", "2026-12-07 09:00"},
		{forever, "2026-11-24 12:00", ""},
	} {
		at, ok := rules.Allowed(x.m, crm.Team{}, calendar.Russia(), moscow(t, x.at))
		got := ""
		if ok {
			got = at.Format("2006-01-02 15:04")
		}
		if got != x.want {
			t.Errorf("at %s allowed from %q, want %q", x.at, got, x.want)
		}
	}
}

func TestAnAbsenceWithoutASubstituteHoldsAndWithOneDoesNot(t *testing.T) {
	k, m := vector(t), anna
	m.AwayFrom, m.AwayUntil = date(t, "2026-11-23"), date(t, "2026-12-04")
	expect(t, walk(t, "notice", rules.Subject{Contract: &k, Recipient: m}, "2026-11-18 10:12", 1), "2026-12-07 09:00 -30")
	m.Substitute = 2
	expect(t, walk(t, "notice", rules.Subject{Contract: &k, Recipient: m}, "2026-11-18 10:12", 1), "2026-11-30 09:00 -30")
}

// TestBirthdays are greeted three days before and on the day, never on a day off and never late.
func TestBirthdays(t *testing.T) {
	for _, x := range []struct {
		name, born, from string
		want             []string
	}{
		{"a working week", "1985-12-03", "2026-11-18 10:00", []string{"2026-11-30 09:00 -3", "2026-12-03 09:30 day", "2027-11-30 09:00 -3"}},
		{"a Sunday is told on Friday", "0000-11-22", "2026-11-18 10:00", []string{"2026-11-19 09:00 -3", "2026-11-20 09:30 day"}},
		{"the January holidays begin for both on the last working day", "1990-01-05", "2026-12-18 10:00", []string{"2026-12-30 09:30 day"}},
		{"29 February in a common year", "1992-02-29", "2027-02-20 10:00", []string{"2027-02-25 09:00 -3", "2027-02-26 09:30 day"}},
		{"29 February in a leap year", "1992-02-29", "2028-02-20 10:00", []string{"2028-02-25 09:00 -3", "2028-02-29 09:30 day"}},
		{"between the two", "1985-12-03", "2026-12-01 10:00", []string{"2026-12-03 09:30 day"}},
	} {
		t.Run(x.name, func(t *testing.T) {
			born := crm.Date{Year: int(x.born[0]-'0')*1000 + int(x.born[1]-'0')*100 + int(x.born[2]-'0')*10 + int(x.born[3]-'0')}
			d := date(t, "2024"+x.born[4:])
			born.Month, born.Day = d.Month, d.Day
			expect(t, walk(t, "birthday", rules.Subject{Contact: &crm.Contact{ID: 1, Birthday: born}}, x.from, len(x.want)), x.want...)
		})
	}
}

// TestSilence counts civil days from the last touch: tiers, own cadence, a day off, the lead of tier A.
func TestSilence(t *testing.T) {
	touched := func(s string) crm.Moment { return crm.MomentOf(moscow(t, s)) }
	for _, x := range []struct {
		name, kind string
		c          crm.Client
		want       []string
	}{
		{"tier A", "silence", crm.Client{Tier: crm.TierA, LastTouch: touched("2026-11-05 18:00")}, []string{"2026-11-19 09:00 silent"}},
		{"tier B", "silence", crm.Client{Tier: crm.TierB, LastTouch: touched("2026-11-05 08:00")}, []string{"2026-12-07 09:00 silent"}}, // 5.12 is a Saturday
		{"its own cadence", "silence", crm.Client{Tier: crm.TierC, Cadence: 20, LastTouch: touched("2026-11-05 08:00")}, []string{"2026-11-25 09:00 silent"}},
		{"never touched", "silence", crm.Client{Tier: crm.TierA, Created: touched("2026-11-06 23:59")}, []string{"2026-11-20 09:00 silent"}},
		{"the lead of tier A", "silence_lead", crm.Client{Tier: crm.TierA, LastTouch: touched("2026-11-05 18:00")}, []string{"2026-11-26 09:00 lead"}},
		{"an odd cadence is rounded up", "silence_lead", crm.Client{Tier: crm.TierA, Cadence: 15, LastTouch: touched("2026-11-03 18:00")}, []string{"2026-11-26 09:00 lead"}},
		{"no lead of tier B", "silence_lead", crm.Client{Tier: crm.TierB, LastTouch: touched("2026-11-05 18:00")}, nil},
		{"archived", "silence", crm.Client{Tier: crm.TierA, Status: crm.ClientArchived, LastTouch: touched("2026-11-05 18:00")}, nil},
	} {
		t.Run(x.name, func(t *testing.T) {
			expect(t, walk(t, x.kind, rules.Subject{Client: &x.c}, "2026-11-18 10:00", 3), x.want...)
		})
	}
}

// TestRequests: what a colleague hears when it can't be said at once, and when an unanswered request comes back.
func TestRequests(t *testing.T) {
	request := func(created, day, clock string) *crm.FollowUp {
		f := call(t, day, clock)
		f.Asker, f.Assignee, f.AllDay, f.Created = 9, 1, true, crm.MomentOf(moscow(t, created))
		return &f
	}
	for _, x := range []struct {
		name, kind string
		f          *crm.FollowUp
		want       []string
	}{
		{"told at once needs no step", "request", request("2026-11-18 10:00", "2026-11-20", "18:00"), nil},
		{"asked at night comes in the morning", "request", request("2026-11-18 22:00", "2026-11-20", "18:00"), []string{"2026-11-19 09:00 asked"}},
		{"asked on a Saturday comes on Monday", "request", request("2026-11-21 12:00", "2026-11-24", "18:00"), []string{"2026-11-23 09:00 asked"}},
		{"overdue comes back a minute later", "unanswered", request("2026-11-18 10:00", "2026-11-20", "18:00"), []string{"2026-11-20 18:01 overdue"}},
		{"not in the asker's night", "unanswered", request("2026-11-18 10:00", "2026-11-20", "20:30"), []string{"2026-11-23 09:00 overdue"}},
	} {
		t.Run(x.name, func(t *testing.T) {
			expect(t, walk(t, x.kind, rules.Subject{FollowUp: x.f}, x.f.Created.In(crm.Zone("Europe/Moscow")).Format("2006-01-02 15:04"), 3), x.want...)
		})
	}
}
