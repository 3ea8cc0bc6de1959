package main

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"followup/bot/message"
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

// A program that was started while Telegram was out of reach counts the silence from its start.
func TestSilenceSinceTheStart(t *testing.T) {
	c := newCaretaker(t, "2026-11-18T10:00:00+03:00")
	c.heard = clock.Real().Now().Add(-7 * time.Hour) // what run sets at the start
	c.copies()
	c.copies()
	if len(c.alarms) != 0 {
		t.Error("nobody could be told yet:", c.alarms)
	}
	heard := clock.Real().Now()
	c.heardAt = func() time.Time { return heard }
	c.copies()
	c.copies()
	if fmt.Sprint(c.alarms) != "[telegram]" {
		t.Error("it is over:", c.alarms)
	}
}

// Owners hear once a day of a member who doesn't get what is sent to him, and not of one who stopped the bot himself.
func TestUndeliveredMessages(t *testing.T) {
	c := newCaretaker(t, "2026-11-18T10:00:00+03:00")
	c.update(func(tx *storage.Tx) error {
		for telegram, status := range map[int64]crm.MemberStatus{100: crm.MemberActive, 101: crm.MemberBlocked} {
			m := crm.Member{Telegram: telegram, Name: "x", Role: crm.Manager, Language: "ru", Zone: "Europe/Moscow", Status: status}
			if err := tx.System().SaveMember(&m); err != nil {
				return err
			}
		}
		return nil
	})
	if c.copies(); len(c.alarms) != 0 {
		t.Error("nothing was given up:", c.alarms)
	}
	fails := func(chat int64) {
		c.update(func(tx *storage.Tx) error {
			id, err := tx.Send(message.Out{Chat: chat, Text: "x"})
			if err != nil {
				return err
			}
			return tx.Undeliverable(id, "400 Bad Request: chat not found")
		})
	}
	fails(101)
	if c.copies(); len(c.alarms) != 0 {
		t.Error("who stopped the bot is nobody's alarm:", c.alarms)
	}
	fails(100)
	fails(100)
	c.copies()
	c.copies()
	if fmt.Sprint(c.alarms) != "[delivery]" {
		t.Error("two messages on one day:", c.alarms)
	}
	c.clock.Move(c.clock.Now().Add(23 * time.Hour))
	fails(100)
	c.copies()
	if fmt.Sprint(c.alarms) != "[delivery delivery]" {
		t.Error("one on the next day:", c.alarms)
	}
}

// Records that contradict each other, and a file whose pages are torn, are found the same night.
func TestDamageIsFoundAtNight(t *testing.T) {
	for name, c := range map[string]struct {
		damage func(file []byte) bool
		want   string
	}{
		"a sum that isn't what was paid and is open": {func(file []byte) bool {
			sum := []byte{0x74, 0xcb, 0xb1} // 7,654,321 as SQLite stores it; the balance follows
			at := bytes.Index(file, sum)
			if at >= 0 {
				file[at+2]++
			}
			return at >= 0
		}, "[integrity]"},
		"a torn page": {func(file []byte) bool {
			const page = 4096
			at := bytes.Index(file, []byte("Ромашка")) / page * page
			for i := range page {
				file[at+i] ^= 0xa5
			}
			return at > 0
		}, "[backup]"},
	} {
		t.Run(name, func(t *testing.T) {
			k := newCaretaker(t, "2026-11-18T10:00:00+03:00")
			k.update(func(tx *storage.Tx) error {
				tx = tx.System()
				client := crm.Client{Name: "Ромашка"}
				if err := tx.SaveClient(&client); err != nil {
					return err
				}
				day := crm.NewDate(2026, 11, 18)
				return tx.SaveInvoice(&crm.Invoice{Client: client.ID, Number: "1", Issued: day, Due: day, Sum: crm.Money{Minor: 7654321, Currency: crm.RUB}})
			})
			if k.copies(); len(k.alarms) != 0 {
				t.Fatal("all is well:", k.alarms)
			}
			if err := k.store.Close(); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(filepath.Dir(k.dir), "followup.db")
			file, err := os.ReadFile(path)
			if err != nil || !c.damage(file) {
				t.Fatal("the file can't be damaged:", err)
			}
			if err := os.WriteFile(path, file, 0o600); err != nil {
				t.Fatal(err)
			}
			if k.store, err = storage.Open(t.Context(), path, k.options); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = k.store.Close() })
			k.clock.Move(k.clock.Now().Add(24 * time.Hour))
			k.copies()
			if got := fmt.Sprint(k.alarms); got != c.want {
				t.Errorf("the night raised %s", got)
			}
		})
	}
}

func (c *caretaker) update(fn func(*storage.Tx) error) {
	c.t.Helper()
	if err := c.store.Update(c.t.Context(), fn); err != nil {
		c.t.Fatal(err)
	}
}
