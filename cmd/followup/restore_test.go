package main

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"followup/scheduler/clock"
	"followup/storage"
	"followup/storage/crm"
)

// gigabytes is how large the database is that is restored: go test ./cmd/followup -run RestoreInAMinute -gigabytes 1 -v -timeout 1h
var gigabytes = flag.Float64("gigabytes", 0.01, "size of the database that is copied and restored")

// TestRestoreInAMinute copies a large database of notes while it is open, and puts the copy back as a person would: a gigabyte
// within a minute, with everything in it.
func TestRestoreInAMinute(t *testing.T) {
	v := newTown(t, oneManager)
	store := v.open(t)
	notes := 0
	for chance := rand.New(rand.NewPCG(9, 9)); sizeOf(t, v.db) < int64(*gigabytes*1e9); {
		err := store.Update(t.Context(), func(tx *storage.Tx) error {
			for range 1000 {
				n := crm.Interaction{Client: 1, Author: 2, Kind: crm.TouchNote, Text: longNote(chance), Happened: crm.MomentOf(tx.Now())}
				if err := tx.System().SaveInteraction(&n); err != nil {
					return err
				}
				notes++
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	copied := filepath.Join(t.TempDir(), "copy.db")
	wall := clock.Real()
	began := wall.Now()
	if err := errors.Join(store.Backup(t.Context(), copied), store.Close()); err != nil {
		t.Fatal(err)
	}
	backup := wall.Now().Sub(began)
	began = wall.Now()
	restore := launch(t, v.env, "restore", copied)
	if err := restore.cmd.Wait(); err != nil {
		t.Fatalf("%v\n%s", err, restore.printed())
	}
	took, size := wall.Now().Sub(began), float64(sizeOf(t, copied))/1e9
	t.Logf("a copy of %.2f GB with %d notes was made in %s and restored in %s", size, notes, backup.Round(time.Millisecond), took.Round(time.Millisecond))
	if took > time.Minute && size <= 1.2 {
		t.Errorf("restoring took %s", took)
	}
	store = v.open(t)
	report, err := store.Check(t.Context())
	err = errors.Join(err, store.View(t.Context(), func(tx *storage.Tx) error {
		h, err := tx.System().Holdings(0)
		if h.Interactions != notes {
			t.Errorf("%d of %d notes are there", h.Interactions, notes)
		}
		return err
	}))
	if err := errors.Join(err, store.Close()); err != nil || len(report.Faults) > 0 {
		t.Error(report.Faults, err)
	}
}

// longNote is two kilobytes of words.
func longNote(chance *rand.Rand) string {
	var b strings.Builder
	for b.Len() < 2000 {
		fmt.Fprintf(&b, "слово%d ", chance.IntN(5000))
	}
	return b.String()
}

func sizeOf(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}
