package calendar_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"followup/scheduler/calendar"
	"followup/storage/crm"
)

func TestQuietHoursCrossMidnight(t *testing.T) {
	q := calendar.QuietOf(crm.DefaultHours())
	moscow := zone(t, "Europe/Moscow")
	for at, want := range map[string]string{
		"2026-11-18 19:59": "2026-11-18 19:59",
		"2026-11-18 20:00": "2026-11-19 08:00",
		"2026-11-18 23:30": "2026-11-19 08:00",
		"2026-11-19 00:00": "2026-11-19 08:00",
		"2026-11-19 07:59": "2026-11-19 08:00",
		"2026-11-19 08:00": "2026-11-19 08:00",
	} {
		in, err := time.ParseInLocation("2006-01-02 15:04", at, moscow)
		if err != nil {
			t.Fatal(err)
		}
		if got := q.After(in).Format("2006-01-02 15:04"); got != want {
			t.Errorf("first allowed moment at %s is %s, want %s", at, got, want)
		}
	}
}

func TestNearKeepsTheDay(t *testing.T) {
	night := calendar.Quiet{From: crm.At(20, 0), To: crm.At(8, 0)}
	lunch := calendar.Quiet{From: crm.At(13, 0), To: crm.At(14, 0)}
	for _, x := range []struct {
		quiet    calendar.Quiet
		at, want crm.Clock
	}{
		{night, crm.At(9, 0), crm.At(9, 0)},
		{night, crm.At(7, 30), crm.At(8, 0)},
		{night, crm.At(21, 0), crm.At(19, 59)},
		{lunch, crm.At(13, 20), crm.At(14, 0)},
		{calendar.Quiet{}, crm.At(3, 0), crm.At(3, 0)},
	} {
		if got := x.quiet.Near(x.at); got != x.want {
			t.Errorf("%v: near %s is %s, want %s", x.quiet, x.at, got, x.want)
		}
	}
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// Zones with every kind of change: none, an hour, half an hour, at midnight, in the south.
var zones = []string{
	"Europe/Moscow", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Africa/Cairo",
	"Asia/Kolkata", "Asia/Beirut", "America/St_Johns", "Pacific/Chatham",
}

func TestTheFirstAllowedMomentIsTheFirst(t *testing.T) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		loc, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		q := calendar.Quiet{
			From: crm.Clock(rapid.IntRange(0, 1439).Draw(t, "from")),
			To:   crm.Clock(rapid.IntRange(0, 1439).Draw(t, "to")),
		}
		at := start.Add(time.Duration(rapid.IntRange(0, 2*365*24*60).Draw(t, "minutes")) * time.Minute).In(loc)
		got := q.After(at)
		if got.Before(at) || q.At(got) {
			t.Fatalf("%v: after %s comes %s", q, at, got)
		}
		for between := at; between.Before(got); between = between.Add(time.Minute) {
			if !q.At(between) {
				t.Fatalf("%v: after %s comes %s, though %s is free", q, at, got, between)
			}
		}
	})
}
