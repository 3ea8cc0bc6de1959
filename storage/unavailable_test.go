package storage

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"followup/bot/message"
	"followup/storage/crm"
	"followup/storage/pgtest"
)

// A full disk loses nothing that was acknowledged, is told from a turn's own faults, and is over as soon as there is room.
func TestFullDatabase(t *testing.T) {
	if pgtest.On() {
		t.Skip("of files")
	}
	pgtest.FileOnly(t)
	w := newWorld(t)
	var pages int64
	if err := w.writer.row(t.Context(), "PRAGMA page_count").Scan(&pages); err != nil {
		t.Fatal(err)
	}
	limit := func(pages int64) {
		t.Helper()
		if _, err := w.writer.exec(t.Context(), fmt.Sprintf("PRAGMA max_page_count = %d", pages)); err != nil {
			t.Fatal(err)
		}
	}
	limit(pages + 20)
	saved := 0
	save := func() error {
		return w.Update(t.Context(), func(tx *Tx) error {
			return tx.As(w.anna).SaveClient(&crm.Client{Name: fmt.Sprint("Клиент ", saved, strings.Repeat(" длинный", 40)), Manager: w.anna.ID})
		})
	}
	var err error
	for err = save(); err == nil; err = save() {
		saved++
	}
	if !Unavailable(err) {
		t.Fatalf("no room is told as %v", err)
	}
	if saved == 0 {
		t.Fatal("there was no room from the start")
	}
	if err := save(); !Unavailable(err) {
		t.Errorf("the second try: %v", err)
	}
	limit(1 << 30)
	if err := save(); err != nil {
		t.Errorf("there is room again, and yet: %v", err)
	}
	w.reopen()
	var names int
	w.as(w.anna, func(tx *Tx) error {
		list, err := tx.ClientNames()
		names = len(list)
		return err
	})
	if names != saved+1 {
		t.Errorf("%d clients of %d are there", names, saved+1)
	}
	if r, err := w.Check(t.Context()); err != nil || len(r.Faults) > 0 {
		t.Error(r.Faults, err)
	}
}

// A file that is no database, or one with a torn page, is the file's fault and nobody else's.
func TestDamagedDatabase(t *testing.T) {
	if pgtest.On() {
		t.Skip("of files")
	}
	pgtest.FileOnly(t)
	w := newWorld(t)
	for i := range 200 {
		w.as(w.anna, func(tx *Tx) error {
			return tx.SaveClient(&crm.Client{Name: fmt.Sprint("Клиент ", i), Manager: w.anna.ID})
		})
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(w.path)
	if err != nil {
		t.Fatal(err)
	}
	torn := append([]byte{}, whole...)
	for i := 4096 * 3; i < len(torn); i++ {
		torn[i] ^= 0xa5
	}
	for name, content := range map[string][]byte{"torn": torn, "no database": []byte(strings.Repeat("текст ", 2000))} {
		if err := os.WriteFile(w.path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := Open(context.Background(), w.path, Options{Now: w.now, Kinds: testKinds})
		if err == nil {
			err = s.View(t.Context(), func(tx *Tx) error {
				_, err := tx.System().Members(0)
				return err
			})
			_ = s.Close()
		}
		if !Unavailable(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Peek answers what reads, keeps its messages out of the outbox, and refuses what writes.
func TestPeek(t *testing.T) {
	w := newWorld(t)
	said, err := w.Peek(t.Context(), func(tx *Tx) error {
		if err := tx.Try(func() error {
			_, err := tx.Send(message.Out{Chat: 1, Text: "забыто"})
			return errors.Join(err, errors.New("no"))
		}); err == nil {
			t.Error("the part's error is lost")
		}
		_, err := tx.Send(message.Out{Chat: 1, Text: "сказано"})
		return err
	})
	if err != nil || len(said) != 1 || said[0].Text != "сказано" {
		t.Error(said, err)
	}
	if _, err := w.Peek(t.Context(), func(tx *Tx) error { return tx.System().SetBlocked(w.anna.ID, true) }); err == nil {
		t.Error("a turn wrote while it was to read")
	}
	if _, messages, err := w.Ready(t.Context()); err != nil || messages != 0 {
		t.Error(messages, err)
	}
}
