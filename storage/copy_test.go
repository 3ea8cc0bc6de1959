package storage

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"followup/storage/pgtest"
)

// TestCopyThereAndBack fills a database by random commands, copies it to the other engine and from there into a file: all
// three read alike, go on counting alike, and are sound.
func TestCopyThereAndBack(t *testing.T) {
	first := newWorldAt(t, filepath.Join(t.TempDir(), "first.db"))
	for seed := range 60 {
		first.sequence(seed)
	}
	want, reading := first.dump(), first.reading(first.owner)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	from := first.path
	for _, to := range []string{pgtest.Place(t, filepath.Join(t.TempDir(), "second.db")), filepath.Join(t.TempDir(), "third.db")} {
		rows := int64(0)
		if err := Copy(t.Context(), from, to, first.Options, func(c Copied) { rows += c.Rows }); err != nil {
			t.Fatal(err)
		}
		if rows < int64(len(want)) {
			t.Errorf("only %d rows were copied", rows)
		}
		if err := Copy(t.Context(), from, to, first.Options, func(Copied) {}); !errors.Is(err, ErrNotEmpty) {
			t.Errorf("copying once more ended with %v", err)
		}
		w := &world{t: t, path: to}
		w.clock.Store(first.clock.Load())
		w.open()
		if diff := cmp.Diff(want, w.dump()); diff != "" {
			t.Errorf("%s (-source +copy):\n%s", Place(to), diff)
		}
		if got := w.reading(first.owner); got != reading {
			t.Errorf("%s reads otherwise:\n%s", Place(to), cmp.Diff(reading, got))
		}
		if r, err := w.Check(t.Context()); err != nil || len(r.Faults) > 0 {
			t.Error(r.Faults, err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		from = to
	}
	// What comes next gets the same number in the source and in the last copy.
	first.open()
	last := &world{t: t, path: from}
	last.clock.Store(first.clock.Load())
	last.open()
	if a, b := first.client(first.anna, "Новый").ID, last.client(first.anna, "Новый").ID; a != b {
		t.Errorf("the next client is %d in the source and %d in the copy", a, b)
	}
}

// TestACopyMayWait lets the server that is read wait for the one that is written, longer than a transaction may stand still
// otherwise, and the other way round.
func TestACopyMayWait(t *testing.T) {
	pgtest.ServerOnly(t)
	w := newWorld(t)
	w.client(w.anna, "Ромашка")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	apart, err := openPostgres(w.path, false)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = apart.Close() }()
	const short = "&idle_in_transaction_session_timeout=300"
	o := w.Options
	o.Fault = func(statement string) error { // asked by either side, while the other waits
		if !strings.HasPrefix(statement, "SELECT") || !strings.HasSuffix(statement, "FROM teams") {
			return nil
		}
		_, err := apart.ExecContext(t.Context(), "SELECT pg_sleep(0.5)")
		return err
	}
	if err := Copy(t.Context(), w.path+short, pgtest.Place(t, "")+short, o, func(Copied) {}); err != nil {
		t.Error(err)
	}
}

// A source without records is refused, and a file that was begun for its copy goes.
func TestNothingIsNotCopied(t *testing.T) {
	empty, to := pgtest.Place(t, filepath.Join(t.TempDir(), "empty.db")), filepath.Join(t.TempDir(), "copy.db")
	s, err := Open(t.Context(), empty, Options{Now: newWorld(t).now})
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	if err := Copy(t.Context(), empty, to, Options{Now: s.Now}, func(Copied) {}); !errors.Is(err, ErrEmpty) {
		t.Errorf("copying nothing ended with %v", err)
	}
	if left, err := filepath.Glob(to + "*"); err != nil || len(left) > 0 {
		t.Errorf("%v stayed, %v", left, err)
	}
}

// TestABrokenCopyLeavesNothing copies into a place that can't be written whole: no file stays.
func TestABrokenCopyLeavesNothing(t *testing.T) {
	w := newWorldAt(t, filepath.Join(t.TempDir(), "first.db"))
	w.client(w.anna, "Ромашка")
	w.turn(func(tx *Tx) error {
		_, err := tx.exec("CREATE TABLE foreign_to_us (id INTEGER)")
		return err
	})
	to := filepath.Join(t.TempDir(), "second.db")
	if err := Copy(t.Context(), w.path, to, w.Options, func(Copied) {}); err == nil {
		t.Fatal("a database with another's table was copied")
	}
	left, err := filepath.Glob(to + "*")
	if err != nil || len(left) > 0 {
		t.Errorf("%v stayed, %v", left, err)
	}
}
