package main

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"followup/scheduler/clock"
	"followup/storage"
	"followup/storage/crm"
)

// caretaker is an upkeep with a clock that the test moves and an alarm that is written down.
type caretaker struct {
	*upkeep
	t      *testing.T
	clock  *clock.Simulated
	alarms []string
}

func newCaretaker(t *testing.T, start string) *caretaker {
	t.Helper()
	at, err := time.Parse(time.RFC3339, start)
	if err != nil {
		t.Fatal(err)
	}
	c := &caretaker{t: t, clock: clock.NewSimulated(at, 0)}
	options := storage.Options{Now: c.clock.Now}
	path := filepath.Join(t.TempDir(), "followup.db")
	store, err := storage.Open(t.Context(), path, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	zone, err := time.LoadLocation("Europe/Moscow")
	if err != nil {
		t.Fatal(err)
	}
	c.upkeep = &upkeep{
		store: store, options: options, clock: c.clock, zone: zone, dir: backupDir("", path), log: slog.New(slog.DiscardHandler),
		heardAt: func() time.Time { return time.Time{} },
		alarm: func(_ *storage.Tx, what string, _ ...any) error {
			c.alarms = append(c.alarms, what)
			return nil
		},
	}
	return c
}

// copies are the names in the folder of copies after a look.
func (c *caretaker) copies() string {
	c.t.Helper()
	_ = c.look(c.t.Context()) // what went wrong is an alarm
	entries, err := os.ReadDir(c.dir)
	if err != nil && c.alarms == nil {
		c.t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return strings.Join(names, " ")
}

func TestNightlyCopies(t *testing.T) {
	c := newCaretaker(t, "2026-11-18T10:00:00+03:00")
	if got := c.copies(); got != "followup-2026-11-18.db" {
		t.Error("no copy at the start:", got)
	}
	c.clock.Move(c.clock.Now().Add(17 * time.Hour)) // 03:00
	if got := c.copies(); got != "followup-2026-11-18.db" {
		t.Error("a copy before its time:", got)
	}
	c.clock.Move(c.clock.Now().Add(40 * time.Minute))
	if got := c.copies(); got != "followup-2026-11-18.db followup-2026-11-19.db" {
		t.Error("the night's copy:", got)
	}
	info, err := os.Stat(filepath.Join(c.dir, "followup-2026-11-19.db"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Error("the copy may be read by others:", info.Mode(), err)
	}
	if len(c.alarms) != 0 {
		t.Error(c.alarms)
	}
	// A folder that can't be written is told once a day, tried again every hour, and is over by itself.
	whole := c.dir
	c.dir = filepath.Join(c.dir, "followup-2026-11-19.db", "no folder")
	for range 30 {
		c.clock.Move(c.clock.Now().Add(time.Hour))
		c.copies()
	}
	if fmt.Sprint(c.alarms) != "[backup backup]" {
		t.Errorf("thirty hours of failing raised %v", c.alarms)
	}
	c.dir = whole
	c.clock.Move(c.clock.Now().Add(time.Hour))
	if got := c.copies(); !strings.HasSuffix(got, "followup-2026-11-20.db") {
		t.Error("the folder is there again:", got)
	}
}

// A copy whose trial fails does not count.
func TestCopyThatCannotBeRestored(t *testing.T) {
	c := newCaretaker(t, "2026-11-18T10:00:00+03:00")
	c.options.Fault = func(text string) error {
		if strings.Contains(text, "integrity_check") {
			return storage.ErrUnavailable
		}
		return nil
	}
	if got := c.copies(); got != "" || fmt.Sprint(c.alarms) != "[backup]" {
		t.Error(got, c.alarms)
	}
}

func TestOutdatedCopies(t *testing.T) {
	first := crm.NewDate(2026, 1, 1)
	var days []crm.Date
	for n := range 400 { // a copy every night, and what is outdated goes
		days = append(days, first.AddDays(n))
		gone := outdated(days)
		days = slices.DeleteFunc(days, func(d crm.Date) bool { return slices.Contains(gone, d) })
		if len(days) > keepDays+keepWeeks+keepMonths {
			t.Fatalf("%d copies are kept", len(days))
		}
	}
	want := "2026-09-01 2026-10-01 2026-11-01 2026-12-01 2027-01-01 2027-01-11 2027-01-18 2027-01-25 2027-01-29 2027-01-30 2027-01-31 " +
		"2027-02-01 2027-02-02 2027-02-03 2027-02-04"
	if got := strings.Trim(fmt.Sprint(days), "[]"); got != want {
		t.Errorf("kept are %s", got)
	}
}

func TestLongSilence(t *testing.T) {
	c := newCaretaker(t, "2026-11-18T10:00:00+03:00")
	heard := clock.Real().Now().Add(-20 * time.Hour)
	c.heardAt = func() time.Time { return heard }
	c.copies()
	heard = heard.Add(5 * time.Hour)
	c.copies()
	if len(c.alarms) != 0 {
		t.Error("five hours:", c.alarms)
	}
	heard = heard.Add(7 * time.Hour)
	c.copies()
	c.copies()
	if fmt.Sprint(c.alarms) != "[telegram]" {
		t.Error("seven hours:", c.alarms)
	}
}
