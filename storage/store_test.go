package storage

import (
	"context"
	"errors"
	"math/rand/v2"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"followup/scheduler/calendar"
	"followup/scheduler/rules"
	"followup/storage/crm"
	"followup/storage/pgtest"
)

// TestOnPostgres runs the tests of this package once more on PostgreSQL.
func TestOnPostgres(t *testing.T) { pgtest.Again(t, "^Test") }

// world is a store with a clock that the test moves and a small company in it.
type world struct {
	*Store
	t     testing.TB
	path  string
	clock atomic.Int64

	owner, lead, anna, boris, far crm.Member // anna and boris are managers of lead's team, far is of another
	north, south                  crm.Team

	farLead crm.Member // of far's team; of random sequences alone, as is their chance
	chance  *rand.Rand
}

// start is Wednesday 18.11.2026, 10:12 in Moscow.
var start = time.Date(2026, 11, 18, 7, 12, 0, 0, time.UTC)

func newWorld(t testing.TB) *world {
	t.Helper()
	return newWorldAt(t, pgtest.Place(t, filepath.Join(t.TempDir(), "followup.db")))
}

// newWorldAt is a world whose database is a file or a server's.
func newWorldAt(t testing.TB, path string) *world {
	t.Helper()
	w := &world{t: t, path: path}
	w.clock.Store(start.Unix())
	w.open()
	w.turn(func(tx *Tx) error {
		s := tx.System()
		w.north, w.south = crm.Team{Name: "Север"}, crm.Team{Name: "Юг"}
		for _, t := range []*crm.Team{&w.north, &w.south} {
			if err := s.SaveTeam(t); err != nil {
				return err
			}
		}
		for i, m := range []*crm.Member{&w.owner, &w.lead, &w.anna, &w.boris, &w.far} {
			*m = crm.Member{
				Telegram: int64(100 + i), Name: []string{"Олег", "Лидия", "Анна", "Борис", "Фёдор"}[i],
				Role: []crm.Role{crm.Owner, crm.Lead, crm.Manager, crm.Manager, crm.Manager}[i],
				Team: []int64{0, w.north.ID, w.north.ID, w.north.ID, w.south.ID}[i], Language: "ru", Zone: "Europe/Moscow",
			}
			if err := s.SaveMember(m); err != nil {
				return err
			}
		}
		return nil
	})
	return w
}

func (w *world) open() {
	w.t.Helper()
	s, err := Open(context.Background(), w.path, Options{Now: w.now, Kinds: testKinds})
	if err != nil {
		w.t.Fatal(err)
	}
	w.Store = s
	w.t.Cleanup(func() { _ = s.Close() })
}

func (w *world) reopen() {
	w.t.Helper()
	if err := w.Close(); err != nil {
		w.t.Fatal(err)
	}
	w.open()
}

func (w *world) now() time.Time { return time.Unix(w.clock.Load(), 0) }

func (w *world) pass(d time.Duration) { w.clock.Add(int64(d / time.Second)) }

// turn runs fn as a turn that must succeed.
func (w *world) turn(fn func(*Tx) error) {
	w.t.Helper()
	if err := w.Update(context.Background(), fn); err != nil {
		w.t.Fatal(err)
	}
}

// as runs fn on behalf of m.
func (w *world) as(m crm.Member, fn func(*Tx) error) {
	w.t.Helper()
	w.turn(func(tx *Tx) error { return fn(tx.As(m)) })
}

// problem checks that err is the Problem of that key.
func (w *world) problem(key string, err error) {
	w.t.Helper()
	_ = w.heard(key, err)
}

// heard is the Problem of that key, which err must be.
func (w *world) heard(key string, err error) *crm.Problem {
	w.t.Helper()
	var p *crm.Problem
	if !errors.As(err, &p) || p.Key != key {
		w.t.Fatalf("got %v, want the problem %s", err, key)
	}
	return p
}

// client makes a client of m.
func (w *world) client(m crm.Member, name string) crm.Client {
	w.t.Helper()
	c := crm.Client{Name: name}
	w.as(m, func(tx *Tx) error { return tx.SaveClient(&c) })
	return c
}

// testKinds are small rules that show what planning does: a follow-up at its due time and half an hour later, an invoice
// on its due day and each day of its ladder at nine, a client when its cadence is over, a plan every morning at nine.
var testKinds = []rules.Kind{
	{Name: "due", Of: "followup", Next: func(s rules.Subject, _ *calendar.Calendar, after time.Time) (rules.Step, bool) {
		f := s.FollowUp
		if f.Status != crm.FollowUpOpen {
			return rules.Step{}, false
		}
		at := max(f.Due, f.Snoozed)
		for _, step := range []struct {
			name string
			in   time.Duration
		}{{"due", 0}, {"+30m", 30 * time.Minute}} {
			if m := at + crm.Moment(step.in/time.Second); int64(m) > after.Unix() {
				return rules.Step{At: m, Anchor: at.In(time.UTC).Format(time.RFC3339), Name: step.name}, true
			}
		}
		return rules.Step{}, false
	}},
	{Name: "overdue", Of: "invoice", Next: func(s rules.Subject, _ *calendar.Calendar, after time.Time) (rules.Step, bool) {
		i := s.Invoice
		if i.Status == crm.InvoicePaid || i.Status == crm.InvoiceDisputed || s.Promised {
			return rules.Step{}, false
		}
		for n, days := range s.Team.Settings.Ladders().Overdue {
			at := i.Due.AddDays(days).In(s.Recipient.Location(), crm.At(9, 0))
			if at.After(after) {
				return rules.Step{At: crm.MomentOf(at), Anchor: i.Due.String(), Name: "L" + string(rune('1'+n)), Daily: true}, true
			}
		}
		return rules.Step{}, false
	}},
	{Name: "plan", Of: "member", Next: func(s rules.Subject, _ *calendar.Calendar, after time.Time) (rules.Step, bool) {
		day := crm.DateOf(after.In(s.Recipient.Location()))
		at := day.In(s.Recipient.Location(), crm.At(9, 0))
		if !at.After(after) {
			day = day.AddDays(1)
			at = day.In(s.Recipient.Location(), crm.At(9, 0))
		}
		return rules.Step{At: crm.MomentOf(at), Anchor: day.String(), Name: "plan"}, true
	}},
}
