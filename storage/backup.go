package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
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
	defer func() { _ = os.Remove(temporary) }() // gone under its own name when all went well
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
	defer func() { _ = db.Close() }()
	var answer string
	if err := db.QueryRowContext(ctx, "PRAGMA integrity_check").Scan(&answer); err != nil {
		return fmt.Errorf("storage: not a sound database: %w", err)
	}
	if answer != "ok" {
		return errors.New("storage: not a sound database")
	}
	return nil
}

// ErrServer says that a server's database is copied and put back by the server's own means.
var ErrServer = errors.New("storage: PostgreSQL's own tools copy its database: pg_dump --format=custom and pg_restore for single copies, " +
	"pg_basebackup with archived WAL to get back to any moment")

// Backup writes a copy of the database as it is now to path, which must not exist, with mode 0600. Work goes on meanwhile.
// It refuses a server's database with ErrServer.
func (s *Store) Backup(ctx context.Context, path string) error {
	if s.dialect.server {
		return ErrServer
	}
	db, err := s.dialect.open(s.path, true)
	if err != nil {
		return err
	}
	return errors.Join(vacuumInto(ctx, db, path), db.Close())
}

// ErrInUse says that a program has the database open.
var ErrInUse = errors.New("storage: the database is in use")

// Restore puts the backup from in the place of the database to. The backup is checked first and must not be of a newer
// program; a database that is there is kept beside it under the name to.replaced, to.replaced-2 and so on. It refuses
// with ErrInUse while a program has the database open, and a server's database with ErrServer.
func Restore(ctx context.Context, from, to string) error {
	d, to, err := dialectOf(to)
	if err != nil {
		return err
	}
	if d.server {
		return ErrServer
	}
	if err := checkFile(ctx, from); err != nil {
		return err
	}
	temporary, err := copyFile(from, to)
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temporary) }() // gone under its own name when all went well
	if err := known(ctx, d, temporary); err != nil {
		return err
	}
	if err := setAside(ctx, d, to); err != nil {
		return err
	}
	return publish(ctx, temporary, to)
}

// copyFile copies from to a new file beside to that only its owner may read.
func copyFile(from, to string) (string, error) {
	in, err := os.Open(from)
	if err != nil {
		return "", err
	}
	defer in.Close()
	out, err := os.CreateTemp(filepath.Dir(to), "."+filepath.Base(to)+"-*")
	if err != nil {
		return "", err
	}
	_, err = io.Copy(out, in)
	return out.Name(), errors.Join(err, out.Close())
}

// known refuses a database without our tables or of a newer program.
func known(ctx context.Context, d *dialect, path string) error {
	db, err := d.open(path, true)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	var have int64
	if err := db.QueryRowContext(ctx, "SELECT max(version_id) FROM goose_db_version").Scan(&have); err != nil {
		return fmt.Errorf("storage: not a database of this program: %w", err)
	}
	p, err := provider(d, db, migrations())
	if err != nil {
		return err
	}
	sources := p.ListSources()
	if newest := sources[len(sources)-1].Version; have > newest {
		return fmt.Errorf("%w: schema %d, this program knows %d", ErrNewer, have, newest)
	}
	_, err = db.ExecContext(ctx, "PRAGMA journal_mode = DELETE") // leaves no journal beside the temporary name
	return err
}

// setAside renames the database to, if there is one that nobody uses. Leaving WAL needs the file for oneself and folds
// the journal in. One so damaged that SQLite can't do that is renamed with its journal, which must never meet the backup.
func setAside(ctx context.Context, d *dialect, to string) error {
	if _, err := os.Lstat(to); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	db, err := d.open(to, true)
	if err != nil {
		return err
	}
	var mode string
	_, err = db.ExecContext(ctx, "PRAGMA busy_timeout = 100")
	if err == nil {
		err = db.QueryRowContext(ctx, "PRAGMA journal_mode = DELETE").Scan(&mode)
	}
	err = errors.Join(err, db.Close())
	if damaged(err) {
		if used, err := locked(to); used || err != nil {
			return errors.Join(ErrInUse, err)
		}
	} else if err != nil || mode != "delete" {
		return errors.Join(ErrInUse, err)
	}
	aside := to + ".replaced"
	for n := 2; ; n++ {
		if _, err := os.Lstat(aside); errors.Is(err, fs.ErrNotExist) {
			break
		}
		aside = fmt.Sprintf("%s.replaced-%d", to, n)
	}
	for _, part := range []string{"-wal", "-shm", ""} {
		if err := os.Rename(to+part, aside+part); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// Rehearse restores a backup under a temporary name beside it, opens it with o as the program would, reads all of it and
// takes it away again. The report tells what is wrong with it.
func Rehearse(ctx context.Context, backup string, o Options) (report Report, err error) {
	dir, err := os.MkdirTemp(filepath.Dir(backup), ".rehearsal-*")
	if err != nil {
		return report, fmt.Errorf("storage: rehearsing a backup: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, "restored.db")
	if err := Restore(ctx, backup, path); err != nil {
		return report, err
	}
	s, err := Open(ctx, path, o)
	if err != nil {
		return report, err
	}
	report, err = s.Check(ctx)
	return report, errors.Join(err, s.Close())
}
