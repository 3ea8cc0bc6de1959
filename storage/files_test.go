package storage

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"followup/storage/pgtest"
)

// fileHas reports whether the bytes of a text are anywhere in a file; a file that isn't there has none.
func fileHas(t *testing.T, path, text string) bool {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return bytes.Contains(b, []byte(text))
}

func TestConnectionsAreSafe(t *testing.T) {
	pgtest.FileOnly(t)
	w := newWorld(t)
	want := map[string]string{
		"busy_timeout": "10000", "journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "secure_delete": "1", "wal_autocheckpoint": "4000",
	}
	check := func(who string, ses *session, queryOnly string) {
		want["query_only"] = queryOnly
		for name, value := range want {
			var got string
			if err := ses.conn.QueryRowContext(context.Background(), "PRAGMA "+name).Scan(&got); err != nil || got != value {
				t.Errorf("%s: %s is %s, %v", who, name, got, err)
			}
		}
	}
	check("writer", w.writer, "0")
	for range cap(w.readers.free) {
		ses := <-w.readers.free
		check("reader", ses, "1")
		defer func() { w.readers.free <- ses }()
	}
}

func TestFilesAreTheOwnersAlone(t *testing.T) {
	pgtest.FileOnly(t)
	w := newWorld(t)
	backup := filepath.Join(t.TempDir(), "copy.db")
	if err := w.Backup(context.Background(), backup); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{w.path, w.path + "-wal", w.path + "-shm", backup} {
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", filepath.Base(path), info.Mode(), err)
		}
	}
}

func TestPathsWithAnyCharacters(t *testing.T) {
	pgtest.FileOnly(t)
	for _, name := range []string{"база данных.db", "a?b.db", "a%20b.db", "a#b.db", "a&mode=memory.db"} {
		path := filepath.Join(t.TempDir(), name)
		for range 2 {
			s, err := Open(context.Background(), path, Options{Now: func() time.Time { return start }})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if err := s.Close(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if info, err := os.Stat(path); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNewerSchemaIsRefused(t *testing.T) {
	pgtest.FileOnly(t)
	w := newWorld(t)
	w.turn(func(tx *Tx) error {
		_, err := tx.exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES ($1, 1)", 99999)
		return err
	})
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(context.Background(), w.path, w.Options); !errors.Is(err, ErrNewer) {
		t.Errorf("got %v", err)
	}
	if err := Restore(context.Background(), w.path, filepath.Join(t.TempDir(), "x.db")); !errors.Is(err, ErrNewer) {
		t.Errorf("restore gave %v", err)
	}
}

func TestOlderSchemaIsCopiedFirst(t *testing.T) {
	pgtest.FileOnly(t)
	w := newWorld(t)
	w.client(w.anna, "Ромашка")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sqlite.open(w.path, true)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	copied := filepath.Join(t.TempDir(), "before.db")
	steps := fstest.MapFS{"09999_next.sql": {Data: []byte("-- +goose Up\nCREATE TABLE half (id @id);\nCREATE TABLE half (id @id);")}}
	done, err := fs.Glob(embedded, "migrations/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range done { // steps that the database has behind it
		steps[path.Base(name)] = &fstest.MapFile{Data: []byte("-- +goose Up\nCREATE TABLE never (id @id);")}
	}
	_, err = migrate(context.Background(), &sqlite, db, steps, func(int64) error { return vacuumInto(context.Background(), db, copied) })
	if err == nil {
		t.Fatal("a broken step went through")
	}
	if !fileHas(t, copied, "Ромашка") {
		t.Error("the copy made before the step is not whole")
	}
	if _, err := db.Exec("SELECT * FROM half"); err == nil {
		t.Error("half of a broken step stayed")
	}
}

func TestBackupAndRestore(t *testing.T) {
	pgtest.FileOnly(t)
	ctx := context.Background()
	w := newWorld(t)
	w.client(w.anna, "Ромашка")
	before := w.dump()
	dir := t.TempDir()
	backup := filepath.Join(dir, "копия.db")
	if err := w.Backup(ctx, backup); err != nil {
		t.Fatal(err)
	}
	if err := w.Backup(ctx, backup); err == nil {
		t.Error("a backup was overwritten")
	}
	w.client(w.anna, "Вектор")
	if err := Restore(ctx, backup, w.path); !errors.Is(err, ErrInUse) {
		t.Errorf("restoring over an open database gave %v", err)
	}
	after := w.dump()
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := Restore(ctx, backup, w.path); err != nil {
		t.Fatal(err)
	}
	w.open()
	same(t, before, w.dump())
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	replaced := w.path + ".replaced"
	if err := os.Rename(replaced, w.path); err != nil {
		t.Fatal("the replaced database was not kept:", err)
	}
	w.open()
	same(t, after, w.dump())
	left, err := filepath.Glob(filepath.Join(dir, ".*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func same(t *testing.T, want, got []string) {
	t.Helper()
	if strings.Join(want, "\n") != strings.Join(got, "\n") {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestOnlySoundFilesAreRestored(t *testing.T) {
	pgtest.FileOnly(t)
	ctx := context.Background()
	dir := t.TempDir()
	target := filepath.Join(dir, "followup.db")
	for name, content := range map[string]string{"text": "не база", "empty": ""} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := Restore(ctx, path, target); err == nil {
			t.Errorf("%s was restored", name)
		}
	}
	w := newWorld(t)
	for n := range 50 {
		w.client(w.anna, strings.Repeat("Ромашка ", 50)+string(rune('а'+n%30))+string(rune('а'+n/30)))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(w.path)
	if err != nil {
		t.Fatal(err)
	}
	torn := filepath.Join(dir, "torn")
	if err := os.WriteFile(torn, b[:len(b)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Restore(ctx, torn, target); err == nil {
		t.Error("half a database was restored")
	}
	if _, err := os.Stat(target); err == nil {
		t.Error("a refused file is in the place of the database")
	}
}

// TestCheckFindsFaults breaks each invariant once.
func TestCheckFindsFaults(t *testing.T) {
	w := newWorld(t)
	w.estate()
	for _, wrong := range []string{
		"UPDATE invoices SET balance = balance - 1", "UPDATE payments SET rest = rest + 1", "UPDATE allocations SET currency = 'EUR'",
		"UPDATE invoices SET status = 'paid'", "DELETE FROM entries WHERE id = 1", "UPDATE contacts SET manager_id = 77", "UPDATE promises SET team_id = NULL",
	} {
		err := w.Update(context.Background(), func(tx *Tx) error {
			if _, err := tx.exec(wrong); err != nil {
				return err
			}
			var r Report
			if err := tx.checkInvariants(&r); err != nil {
				return err
			}
			if len(r.Faults) == 0 {
				t.Errorf("%s is not found", wrong)
			}
			return errProbe
		})
		if !errors.Is(err, errProbe) {
			t.Fatal(err)
		}
	}
	w.turn(func(tx *Tx) error { return tx.As(w.anna).SaveDraft(&Draft{}) })
	if r, err := w.Check(context.Background()); err != nil || len(r.Faults) > 0 || r.Bytes == 0 || r.Schema != w.Version() || r.Reminders == 0 {
		t.Errorf("%+v, %v", r, err)
	}
}
