package storage

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"followup/storage/crm"
	"followup/storage/pgtest"
)

// sequencesEnv says how many random sequences of commands are given to both databases; 100 when it is not set.
const sequencesEnv = "FOLLOWUP_TEST_SEQUENCES"

// TestBothEnginesAnswerAlike gives the same random sequences of commands to SQLite and to PostgreSQL: each command must end
// the same way, and members must read the same afterwards, to every record, reminder and hit of a search.
func TestBothEnginesAnswerAlike(t *testing.T) {
	pgtest.ServerOnly(t)
	count := 100
	if n, err := strconv.Atoi(os.Getenv(sequencesEnv)); err == nil {
		count = n
	}
	const each = 50 // in one company, so that sequences meet what others left
	refused, done := 0, 0
	for from := 0; from < count; from += each {
		lite := newWorldAt(t, filepath.Join(t.TempDir(), "lite.db"))
		server := newWorld(t)
		for seed := from; seed < min(count, from+each); seed++ {
			want, fine := lite.sequence(seed)
			got, _ := server.sequence(seed)
			if want != got {
				t.Fatalf("sequence %d (-SQLite +PostgreSQL):\n%s", seed, cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")))
			}
			if fine {
				done++
			} else {
				refused++
				server.countFrom(lite)
			}
		}
		if diff := cmp.Diff(lite.dump(), server.dump()); diff != "" {
			t.Fatalf("after sequence %d (-SQLite +PostgreSQL):\n%s", from+each, diff)
		}
		for _, w := range []*world{lite, server} {
			if r, err := w.Check(t.Context()); err != nil || len(r.Faults) > 0 {
				t.Fatal(r.Faults, err)
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Logf("%d sequences were carried out and %d refused, alike", done, refused)
}

// sequence is how one random sequence ends, with what a random member reads then.
func (w *world) sequence(seed int) (answer string, fine bool) {
	names := deedNames()
	answer = rapid.Custom(func(rt *rapid.T) string {
		who := rapid.SampledFrom([]crm.Member{w.owner, w.owner, w.lead, w.anna}).Draw(rt, "who")
		var change int64
		err := w.Update(context.Background(), func(tx *Tx) error {
			a := tx.As(who)
			for range rapid.IntRange(1, 4).Draw(rt, "deeds") {
				name := rapid.SampledFrom(names).Draw(rt, "deed")
				if err := deeds[name](rt, a, w); err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
			}
			change = a.ChangeID()
			return nil
		})
		var problem *crm.Problem
		if err != nil && !errors.As(err, &problem) {
			return "broke: " + err.Error()
		}
		w.indexed() // what was written last is found first, and the order must not depend on who was quicker
		if err == nil && change != 0 && rapid.IntRange(0, 4).Draw(rt, "undo") == 0 {
			err = w.Update(context.Background(), func(tx *Tx) error {
				_, err := tx.As(who).Undo(change)
				return err
			})
			if err != nil && !errors.As(err, &problem) {
				return "undo broke: " + err.Error()
			}
		}
		fine = err == nil
		return fmt.Sprintf("%s %v %d\n%s", who.Name, problem, change, w.reading(who))
	}).Example(seed)
	return answer, fine
}

func (w *world) indexed() {
	w.t.Helper()
	if err := w.Index(context.Background()); err != nil {
		w.t.Fatal(err)
	}
}

// reading is what a member reads of everything.
func (w *world) reading(who crm.Member) string {
	w.t.Helper()
	w.indexed()
	var lines []string
	err := w.View(context.Background(), func(tx *Tx) error {
		a := tx.As(who)
		debts, err := a.Debts(DebtFilter{})
		hits, err2 := a.Search("вектор ирина", 5)
		more, err3 := a.Search("вект", 7)
		found, err4 := a.Search("9161234567", 7)
		follow, err5 := a.FollowUps(FollowUpFilter{Limit: 10})
		changes, err6 := a.Changes(ChangeFilter{Limit: 3})
		list, total, err7 := a.Clients(ClientFilter{Limit: 5})
		loads, err8 := a.Loads(0)
		lines = append(lines, fmt.Sprint(debts), fmt.Sprint(hits), fmt.Sprint(more), fmt.Sprint(found), fmt.Sprint(follow),
			fmt.Sprint(changes), fmt.Sprint(list, total), fmt.Sprint(loads))
		for _, c := range list {
			events, err := a.Timeline(c.ID, 0, 6)
			var refused *crm.Problem
			if err != nil && !errors.As(err, &refused) {
				return err
			}
			lines = append(lines, fmt.Sprint(events))
		}
		return errors.Join(err, err2, err3, err4, err5, err6, err7, err8)
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

// countFrom sets the numbers of new rows to those of lite: what is rolled back takes its number with it on PostgreSQL alone.
func (w *world) countFrom(lite *world) {
	w.t.Helper()
	next := map[string]int64{}
	err := lite.View(context.Background(), func(tx *Tx) error {
		return tx.each("SELECT name, seq FROM sqlite_sequence", nil, func(scan func(...any) error) error {
			var table string
			var n int64
			err := scan(&table, &n)
			next[table] = n + 1
			return err
		})
	})
	if err != nil {
		w.t.Fatal(err)
	}
	delete(next, "search_docs")
	w.turn(func(tx *Tx) error {
		for _, s := range append(shapeTables(), "changes", "entries", "reminders") {
			if _, err := tx.count("SELECT setval(pg_get_serial_sequence($1, 'id'), $2, false)", s, max(1, next[s])); err != nil {
				return err
			}
		}
		return nil
	})
}

func shapeTables() (names []string) {
	for _, s := range shapes {
		names = append(names, s.table)
	}
	return names
}

// TestMoneyIsConservedByManyWriters pays, takes back and splits the same few invoices from several replicas at once.
func TestMoneyIsConservedByManyWriters(t *testing.T) {
	w := newWorld(t)
	stores := []*Store{w.Store}
	for range 2 {
		s, err := Open(t.Context(), w.path, w.Options)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		stores = append(stores, s)
	}
	c := w.client(w.anna, "Ромашка")
	var bills []int64
	for range 3 {
		i := crm.Invoice{Client: c.ID, Number: "125", Due: crm.NewDate(2026, 11, 30), Sum: crm.Rub(1_000_000)}
		w.as(w.anna, func(tx *Tx) error { return tx.SaveInvoice(&i) })
		bills = append(bills, i.ID)
	}
	var all sync.WaitGroup
	for n, s := range stores {
		for m := range 3 {
			all.Go(func() {
				chance := rand.New(rand.NewPCG(uint64(n), uint64(m)))
				for range 8 {
					err := s.Update(context.Background(), func(tx *Tx) error { return payOrTakeBack(tx.As(w.anna), chance, c.ID, bills) })
					var refused *crm.Problem
					if err != nil && !errors.As(err, &refused) {
						t.Error(err)
					}
				}
			})
		}
	}
	all.Wait()
	if r, err := w.Check(t.Context()); err != nil || len(r.Faults) > 0 {
		t.Error(r.Faults, err)
	}
}

func payOrTakeBack(tx *Tx, chance *rand.Rand, client int64, bills []int64) error {
	if chance.IntN(4) == 0 {
		ids, err := tx.ids("SELECT id FROM payments ORDER BY id DESC LIMIT 1")
		if err != nil || len(ids) == 0 {
			return err
		}
		return tx.CancelPayment(ids[0])
	}
	sum := crm.Rub(int64(1 + chance.IntN(500)))
	return tx.Pay(&crm.Payment{Client: client, Sum: sum.Add(crm.Rub(3))}, []crm.Allocation{{Invoice: bills[chance.IntN(len(bills))], Sum: sum}})
}

// column is what both databases say of a column.
type column struct {
	Class    string // number, text, bytes
	Required bool
	Key      int // place in the primary key, 0: none
}

// TestBothEnginesHaveOneSchema compares the tables, columns and indexes that the migrations made of one text.
func TestBothEnginesHaveOneSchema(t *testing.T) {
	pgtest.ServerOnly(t)
	lite := newWorldAt(t, filepath.Join(t.TempDir(), "lite.db"))
	server := newWorld(t)
	want, got := map[string]map[string]column{}, map[string]map[string]column{}
	lite.columns(want, `SELECT m.name, p.name, p.type, p."notnull", p.pk FROM sqlite_schema m, pragma_table_info(m.name) p
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE 'search_n%' AND m.name NOT LIKE 'goose%'`)
	server.columns(got, `SELECT c.table_name, c.column_name, c.data_type, CASE WHEN c.is_nullable = 'NO' THEN 1 ELSE 0 END,
		COALESCE((SELECT k.ordinal_position FROM information_schema.key_column_usage k JOIN information_schema.table_constraints t
			ON t.constraint_name = k.constraint_name AND t.table_schema = k.table_schema AND t.constraint_type = 'PRIMARY KEY'
			WHERE k.table_schema = c.table_schema AND k.table_name = c.table_name AND k.column_name = c.column_name), 0)
		FROM information_schema.columns c WHERE c.table_schema = current_schema() AND c.table_name NOT LIKE 'search\_n%' AND c.table_name NOT LIKE 'goose%'`)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("columns (-SQLite +PostgreSQL):\n%s", diff)
	}
	if len(want) < 20 {
		t.Errorf("only %d tables were compared", len(want))
	}
	indexes := lite.texts(`SELECT m.tbl_name || ' ' || m.name || ' ' || l."unique" || l.partial FROM sqlite_schema m, pragma_index_list(m.tbl_name) l
		WHERE m.type = 'index' AND l.name = m.name AND l.origin = 'c'`)
	theirs := server.texts(`SELECT t.relname || ' ' || i.relname || ' ' || CAST(CAST(x.indisunique AS INTEGER) AS TEXT) || CASE WHEN x.indpred IS NULL THEN '0' ELSE '1' END
		FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
		WHERE t.relnamespace = CAST(current_schema() AS regnamespace) AND t.relname NOT LIKE 'search\_n%'
			AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = x.indexrelid AND c.contype IN ('p', 'u'))`)
	if diff := cmp.Diff(indexes, theirs); diff != "" {
		t.Errorf("indexes (-SQLite +PostgreSQL):\n%s", diff)
	}
}

var classes = map[string]string{
	"INTEGER": "number", "TEXT": "text", "BLOB": "bytes", "bigint": "number", "text": "text", "bytea": "bytes",
}

func (w *world) columns(tables map[string]map[string]column, text string) {
	w.t.Helper()
	err := w.View(context.Background(), func(tx *Tx) error {
		return tx.each(text, nil, func(scan func(...any) error) error {
			var table, name, kind string
			var c column
			if err := scan(&table, &name, &kind, flagCell{&c.Required}, &c.Key); err != nil {
				return err
			}
			c.Class, c.Required = classes[kind], c.Required || c.Key > 0 // SQLite says it of a STRICT key by its being one
			if c.Class == "" {
				w.t.Errorf("%s.%s is of the unknown type %s", table, name, kind)
			}
			if tables[table] == nil {
				tables[table] = map[string]column{}
			}
			tables[table][name] = c
			return nil
		})
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) texts(text string) (list []string) {
	w.t.Helper()
	err := w.View(context.Background(), func(tx *Tx) error {
		return tx.each(text, nil, func(scan func(...any) error) error {
			var s string
			err := scan(&s)
			list = append(list, s)
			return err
		})
	})
	if err != nil {
		w.t.Fatal(err)
	}
	slices.Sort(list)
	return list
}
