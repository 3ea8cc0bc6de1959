package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// vacuumInto writes a compact copy of the database to path, which must not exist: under a temporary name, on disk and
// checked before it gets its own.
func vacuumInto(ctx context.Context, db *sql.DB, path string) error {
	temporary, err := temporaryName(path)
	if err != nil {
		return err
	}
	defer os.Remove(temporary)
	if _, err := db.ExecContext(ctx, "VACUUM INTO $1", temporary); err != nil {
		return fmt.Errorf("storage: writing a copy: %w", err)
	}
	return publish(ctx, temporary, path)
}

// temporaryName reserves an empty file beside path that only its owner may read; VACUUM INTO accepts an empty file.
func temporaryName(path string) (string, error) {
	if _, err := os.Lstat(path); err == nil {
		return "", fmt.Errorf("storage: %s exists already", path)
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return "", fmt.Errorf("storage: making a copy: %w", err)
	}
	return f.Name(), f.Close()
}

// publish puts a finished file on disk, checks it and gives it its name.
func publish(ctx context.Context, temporary, path string) error {
	if err := syncFile(temporary); err != nil {
		return err
	}
	if err := checkFile(ctx, temporary); err != nil {
		return err
	}
	if err := os.Rename(temporary, path); err != nil {
		return err
	}
	return syncFile(filepath.Dir(path))
}

// syncFile makes a file, or the names in a folder, durable.
func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// checkFile asks SQLite whether a file that nobody else uses is a sound database.
func checkFile(ctx context.Context, path string) error {
	db, err := sql.Open("sqlite", sqliteDSN(path, false)+"&mode=ro&immutable=1")
	if err != nil {
		return err
	}
	defer db.Close()
	var answer string
	if err := db.QueryRowContext(ctx, "PRAGMA integrity_check").Scan(&answer); err != nil {
		return fmt.Errorf("storage: not a sound database: %w", err)
	}
	if answer != "ok" {
		return errors.New("storage: not a sound database")
	}
	return nil
}

// Backup writes a copy of the database as it is now to path, which must not exist, with mode 0600. Work goes on meanwhile.
func (s *Store) Backup(ctx context.Context, path string) error {
	db, err := s.dialect.open(s.path, true)
	if err != nil {
		return err
	}
	return errors.Join(vacuumInto(ctx, db, path), db.Close())
}
