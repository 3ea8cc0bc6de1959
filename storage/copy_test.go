package storage

import (
	"errors"
	"path/filepath"
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
		done, err := Copy(t.Context(), from, to, first.Options)
		if err != nil {
			t.Fatal(err)
		}
		rows := int64(0)
		for _, c := range done {
			rows += c.Rows
		}
		if rows < int64(len(want)) {
			t.Errorf("only %d rows were copied", rows)
		}
		if _, err := Copy(t.Context(), from, to, first.Options); !errors.Is(err, ErrNotEmpty) {
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

// TestABrokenCopyLeavesNothing copies into a place that can't be written whole: no file stays.
func TestABrokenCopyLeavesNothing(t *testing.T) {
	w := newWorldAt(t, filepath.Join(t.TempDir(), "first.db"))
	w.client(w.anna, "Ромашка")
	w.turn(func(tx *Tx) error {
		_, err := tx.exec("CREATE TABLE foreign_to_us (id INTEGER)")
		return err
	})
	to := filepath.Join(t.TempDir(), "second.db")
	if _, err := Copy(t.Context(), w.path, to, w.Options); err == nil {
		t.Fatal("a database with another's table was copied")
	}
	left, err := filepath.Glob(to + "*")
	if err != nil || len(left) > 0 {
		t.Errorf("%v stayed, %v", left, err)
	}
}
