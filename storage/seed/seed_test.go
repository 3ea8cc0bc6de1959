package seed_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"followup/scheduler/calendar"
	"followup/scheduler/rules"
	"followup/storage"
	"followup/storage/crm"
	"followup/storage/seed"
)

var moscow = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Moscow")
	if err != nil {
		panic(err)
	}
	return zone
}()

var now = time.Date(2026, 11, 18, 10, 12, 0, 0, moscow)

func open(t *testing.T) *storage.Store {
	t.Helper()
	store, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "seed.db"), storage.Options{
		Now: func() time.Time { return now }, Calendar: calendar.Russia(), Kinds: rules.Kinds,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}

// write puts a portfolio into a new store.
func write(t *testing.T, text string) (*storage.Store, []string, error) {
	t.Helper()
	p, err := seed.Parse(text, 1)
	if err != nil {
		return nil, nil, err
	}
	store := open(t)
	var codes []string
	err = store.Update(t.Context(), func(tx *storage.Tx) error {
		codes, err = p.Write(tx, moscow)
		return err
	})
	return store, codes, err
}

func TestTheDemoIsSound(t *testing.T) {
	text, err := os.ReadFile("../../cmd/followup/demo.txt")
	if err != nil {
		t.Fatal(err)
	}
	store, codes, err := write(t, string(text))
	if err != nil {
		t.Fatal(err)
	}
	if len(codes) != 1 {
		t.Errorf("%d invitations, want one for the guest", len(codes))
	}
	err = store.View(t.Context(), func(tx *storage.Tx) error {
		_, clients, err := tx.System().Clients(storage.ClientFilter{Limit: 1})
		if err != nil {
			return err
		}
		if clients < 12 {
			t.Errorf("%d clients, want a dozen", clients)
		}
		_, some, err := tx.System().NextReminder(0)
		if !some {
			t.Error("nothing will be reminded of")
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// TestRecords checks that what is written down is what is stored, by the worked example of receivables.
func TestRecords(t *testing.T) {
	store, _, err := write(t, `
team Север
person Анна manager Север ru | quiet 21:00-07:30
client ООО «Ромашка» | tier A | inn 7701234560 | alias ромаха
contract 7/25 | client Ромашка | 2025-10-01..2027-06-30 | automatic 12 | notice 30 | penalty 0.1 cap 10
invoice 125 | client ромаха | 486 000 | issued 2026-10-15 | due 2026-10-30 | contract 7/25 | level 1
payment 200 000,50 | client ООО «Ромашка» | 2026-11-10 | invoice 125
promise 286 000 | client Ромашка | invoice 125 | +2d | by Ирина
touch call | client Ромашка | -3d 15:00 | обсудили КП | outcome ждут
followup Перезвонить | client Ромашка | 2026-11-19 14:00 | verb call
obligation Выслать КП | client Ромашка | +2d
`)
	if err != nil {
		t.Fatal(err)
	}
	err = store.View(t.Context(), func(tx *storage.Tx) error {
		tx = tx.System()
		clients, _, err := tx.Clients(storage.ClientFilter{Limit: 9})
		if err != nil {
			return err
		}
		if len(clients) != 1 || clients[0].Tier != crm.TierA || clients[0].LastTouch.In(moscow) != time.Date(2026, 11, 15, 15, 0, 0, 0, moscow) {
			t.Errorf("clients: %+v", clients)
		}
		bills, err := tx.Invoices(storage.InvoiceFilter{Client: clients[0].ID})
		if err != nil {
			return err
		}
		if len(bills) != 1 || bills[0].Balance.Minor != 285_999_50 || bills[0].Status != crm.InvoicePartly || bills[0].Contract == 0 {
			t.Errorf("invoices: %+v", bills)
		}
		steps, err := tx.FollowUps(storage.FollowUpFilter{Client: clients[0].ID, Limit: 9})
		if err != nil {
			return err
		}
		if len(steps) != 2 || steps[0].Due.In(moscow) != time.Date(2026, 11, 19, 14, 0, 0, 0, moscow) || !steps[1].Obligation || !steps[1].AllDay {
			t.Errorf("follow-ups: %+v", steps)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// TestMistakes checks that each mistake names its line and what would work.
func TestMistakes(t *testing.T) {
	head := "team Север\nperson Анна manager Север ru\nclient Ромашка\n"
	for _, c := range []struct{ line, want string }{
		{"cleint Вектор", "begins with one of"},
		{"person Пётр", "owner, lead, manager or stranger"},
		{"person Пётр manager Юг ru", "team Юг"},
		{"client Вектор | inn 7701234567", "check digits"},
		{"client Вектор | tear A", "tier"},
		{"contact Ира | client Лютик", "Ромашка"},
		{"contact Ира | client Ромашка | phone 12", "no phone"},
		{"touch call | client Ромашка | обсудили", "needs a day"},
		{"touch cal | client Ромашка | today", "call, missed"},
		{"contract 1 | client Ромашка | -3d", "no term"},
		{"invoice 1 | client Ромашка | много | due today", "no sum"},
		{"payment 5 | client Ромашка | today | invoice 9", "no invoice \"9\""},
	} {
		_, _, err := write(t, head+c.line)
		var m *seed.Mistake
		if !errors.As(err, &m) || m.Line != 4 || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: got %v, want line 4 and %q", c.line, err, c.want)
		}
	}
}
