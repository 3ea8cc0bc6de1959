package storage

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"followup/storage/crm"
)

// away sends a member of the world on leave.
func (w *world) away(m *crm.Member, from, until crm.Date, substitute int64, except ...int64) {
	w.t.Helper()
	m.AwayFrom, m.AwayUntil, m.Substitute, m.AwayExcept = from, until, substitute, except
	w.turn(func(tx *Tx) error { return tx.System().SaveMember(m) })
}

func TestAClientThatWasKeptBackIsForeignToTheSubstitute(t *testing.T) {
	w := newWorld(t)
	e := w.estate()
	from, until := crm.NewDate(2026, 11, 18), crm.NewDate(2026, 11, 19)
	w.away(&w.anna, from, until, w.boris.ID, e.client.ID)
	for name, read := range e.reads() {
		if err := w.probe(func(tx *Tx) *Tx { return tx.As(w.boris) }, read); err == nil {
			t.Errorf("%s of a client that was kept back is read by the substitute", name)
		}
		if err := w.probe(func(tx *Tx) *Tx { return tx.As(w.anna) }, read); err != nil {
			t.Errorf("%s is not read by the absent member herself: %v", name, err)
		}
	}
	w.away(&w.anna, from, until, w.boris.ID)
	for name, read := range e.reads() {
		if err := w.probe(func(tx *Tx) *Tx { return tx.As(w.boris) }, read); err != nil {
			t.Errorf("%s: the substitute doesn't read what is no longer kept back: %v", name, err)
		}
	}
}

// TestAClientThatWasKeptBackIsInNoList counts what the substitute sees in every list: of what was kept back nothing, of what he
// stands in for all that the absent member sees.
func TestAClientThatWasKeptBackIsInNoList(t *testing.T) {
	w := newWorld(t)
	e := w.estate()
	if err := w.Index(context.Background()); err != nil {
		t.Fatal(err)
	}
	seen := func(m crm.Member) map[string]int {
		counts := map[string]int{}
		for name, list := range lists() {
			err := w.probe(func(tx *Tx) *Tx { return tx.As(m) }, func(tx *Tx) (err error) { counts[name], err = list(tx); return err })
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		delete(counts, "Changes") // are of who made them
		return counts
	}
	before := seen(w.boris)
	from, until := crm.NewDate(2026, 11, 18), crm.NewDate(2026, 11, 19)
	w.away(&w.anna, from, until, w.boris.ID, e.client.ID)
	if diff := cmp.Diff(before, seen(w.boris)); diff != "" {
		t.Errorf("the substitute sees of a client that was kept back (-before +now):\n%s", diff)
	}
	w.away(&w.anna, from, until, w.boris.ID)
	if diff := cmp.Diff(seen(w.anna), seen(w.boris)); diff != "" {
		t.Errorf("the substitute doesn't see what he stands in for (-absent +substitute):\n%s", diff)
	}
}

// TestWhoHears follows absences to the one person who is told. Day 0 is 18.11; Anna's client 7 is kept back in every row.
func TestWhoHears(t *testing.T) {
	type absence struct {
		from, until int
		substitute  string
	}
	for name, test := range map[string]struct {
		away    map[string]absence
		blocked string
		client  int64
		want    []string // on days 0 to 4
	}{
		"at work":              {want: []string{"Анна", "Анна", "Анна", "Анна", "Анна"}},
		"a period":             {away: map[string]absence{"Анна": {1, 2, "Борис"}}, want: []string{"Анна", "Борис", "Борис", "Анна", "Анна"}},
		"kept back":            {away: map[string]absence{"Анна": {1, 2, "Борис"}}, client: 7, want: []string{"Анна", "Лидия", "Лидия", "Анна", "Анна"}},
		"nobody":               {away: map[string]absence{"Анна": {1, 2, ""}}, want: []string{"Анна", "Анна", "Анна", "Анна", "Анна"}},
		"a chain":              {away: map[string]absence{"Анна": {0, 4, "Борис"}, "Борис": {1, 2, "Фёдор"}}, want: []string{"Борис", "Фёдор", "Фёдор", "Борис", "Борис"}},
		"each for the other":   {away: map[string]absence{"Анна": {0, 3, "Борис"}, "Борис": {1, 2, "Анна"}}, want: []string{"Борис", "Лидия", "Лидия", "Борис", "Анна"}},
		"substitute blocked":   {away: map[string]absence{"Анна": {1, 2, "Борис"}}, blocked: "Борис", want: []string{"Анна", "Лидия", "Лидия", "Анна", "Анна"}},
		"the lead is away too": {away: map[string]absence{"Анна": {1, 2, "Борис"}, "Лидия": {0, 1, "Олег"}}, blocked: "Борис", want: []string{"Анна", "Анна", "Лидия", "Анна", "Анна"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			people := map[string]*crm.Member{"Анна": &w.anna, "Борис": &w.boris, "Фёдор": &w.far, "Лидия": &w.lead, "Олег": &w.owner}
			day := func(n int) crm.Date { return crm.NewDate(2026, 11, 18).AddDays(n) }
			for who, a := range test.away {
				substitute := int64(0)
				if a.substitute != "" {
					substitute = people[a.substitute].ID
				}
				w.away(people[who], day(a.from), day(a.until), substitute, 7)
			}
			if test.blocked != "" {
				w.turn(func(tx *Tx) error { return tx.System().SetBlocked(people[test.blocked].ID, true) })
			}
			for n, want := range test.want {
				w.turn(func(tx *Tx) error {
					anna, err := tx.System().Member(w.anna.ID)
					if err != nil {
						return err
					}
					got, err := tx.System().HearerOf(anna, test.client, crm.MomentOf(day(n).In(anna.Location(), crm.At(12, 0))))
					if got.Name != want {
						t.Errorf("day %d: %s hears it, want %s", n, got.Name, want)
					}
					return err
				})
			}
		})
	}
}

// TestWhoHearsMaySee holds that whoever hears for an absent member sees the client, and nobody else of the team does.
func TestWhoHearsMaySee(t *testing.T) {
	w := newWorld(t)
	c := w.client(w.anna, "Ромашка")
	w.away(&w.anna, crm.NewDate(2026, 11, 18), crm.NewDate(2026, 11, 22), w.boris.ID)
	w.away(&w.boris, crm.NewDate(2026, 11, 19), crm.NewDate(2026, 11, 20), w.far.ID)
	for n, want := range []map[string]bool{{"Борис": true}, {"Борис": true, "Фёдор": true}} {
		for _, m := range []crm.Member{w.boris, w.far} {
			w.as(m, func(tx *Tx) error {
				_, err := tx.Client(c.ID)
				if (err == nil) != want[m.Name] {
					t.Errorf("day %d, %s: %v", n, m.Name, err)
				}
				return nil
			})
		}
		w.pass(24 * time.Hour)
	}
}
