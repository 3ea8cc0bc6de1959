// Package storage keeps the records: SQL, transactions, the inbox of updates, the outbox of messages, the audit trail and
// the planned reminders. It promises that a turn is on disk whole or not at all before Update returns, that every change
// of a record can be undone exactly, that saving a record plans its reminders, and that nobody reads or changes what the
// table in crm/permissions.go does not grant. It logs ids only.
package storage

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"followup/scheduler/calendar"
	"followup/scheduler/rules"
)

// Options are what a store needs from the program.
type Options struct {
	Now       func() time.Time             // the program's clock; required
	Calendar  *calendar.Calendar           // nil knows weekends only
	Kinds     []rules.Kind                 // kinds of reminders that saving plans
	Log       *slog.Logger                 // nil: nothing is logged
	Fault     func(statement string) error // for tests: asked before every statement; its error is the statement's
	BackupDir string                       // for copies made before a migration; empty: beside the database
}

// Store is an open database.
type Store struct {
	Options
	dialect *dialect
	path    string
	version int64

	writer  *session
	readers *readers
	closeDB func() error

	units    chan *unit
	idle     sync.Pool // of units
	closing  chan struct{}
	written  chan struct{} // the writer has ended
	indexed  chan struct{} // the indexer has ended
	outgoing chan struct{}
	fresh    fresh
	index    chan struct{}
	closed   sync.Once
	kinds    map[string][]rules.Kind // by what they are of
	erased   bool                    // the writer's: the journal holds what was erased

	id      string // this replica's
	claim   lease  // the writer's: as its transaction found it
	leading atomic.Bool
}

// Open opens the database at dsn: the path of an SQLite file, which is created with mode 0600 when there is none, or the
// postgres:// address of a database, which has to be there. It brings the schema up to date, a file after a copy of it, and
// refuses one of a newer program with ErrNewer. No error holds the address's password.
func Open(ctx context.Context, dsn string, o Options) (*Store, error) {
	if o.Now == nil {
		return nil, errors.New("storage: Options.Now is missing")
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	d, path, err := dialectOf(dsn)
	if err != nil {
		return nil, err
	}
	if !d.server {
		if err := createPrivate(path); err != nil {
			return nil, err
		}
	}
	s := &Store{
		Options: o, dialect: d, path: path,
		units: make(chan *unit), closing: make(chan struct{}), written: make(chan struct{}), indexed: make(chan struct{}),
		outgoing: make(chan struct{}, 1), index: make(chan struct{}, 1), kinds: map[string][]rules.Kind{}, id: rand.Text(),
	}
	for _, k := range o.Kinds {
		s.kinds[k.Of] = append(s.kinds[k.Of], k)
	}
	if err := s.connect(ctx); err != nil {
		return nil, fmt.Errorf("storage: opening the database: %w", err)
	}
	go s.write()     //nolint:contextcheck // lives until Close, not until Open's caller is done
	go s.keepIndex() //nolint:contextcheck,gosec // so does this
	if err := s.planNewKinds(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	pulse(s.outgoing) // what an earlier run queued
	pulse(s.index)
	return s, nil
}

// createPrivate makes an empty file that only its owner may read. A file that is there is not opened: closing any
// descriptor of a live SQLite file would drop the locks of this process.
func createPrivate(path string) error {
	if dir, err := os.Stat(filepath.Dir(path)); errors.Is(err, fs.ErrNotExist) || err == nil && !dir.IsDir() {
		return fmt.Errorf("%w: there is no folder %s", ErrAddress, filepath.Dir(path))
	}
	if there, err := os.Stat(path); err == nil && there.IsDir() {
		return fmt.Errorf("%w: %s is a folder", ErrAddress, path)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("storage: creating the database: %w", err)
	}
	return f.Close()
}

func (s *Store) connect(ctx context.Context) error {
	db, err := s.dialect.open(s.path, true)
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(s.dialect.writers)
	copied, from := "", int64(0)
	s.version, err = migrate(ctx, s.dialect, db, migrations(), func(version int64) error {
		if s.dialect.server {
			return nil // its owner's backups hold it
		}
		copied, from = s.copyName(version), version
		return vacuumInto(ctx, db, copied)
	})
	if err != nil && copied != "" && s.version == from {
		err = errors.Join(err, os.RemoveAll(copied)) // nothing was changed, and trying again and again must not fill the disk
	}
	if err == nil {
		s.writer, err = s.newSession(ctx, db)
	}
	if err != nil {
		return errors.Join(err, db.Close())
	}
	read, err := s.dialect.open(s.path, false)
	if err == nil {
		s.readers, err = s.newReaders(ctx, read)
	}
	if err != nil {
		return errors.Join(err, s.writer.close(), db.Close())
	}
	s.closeDB = db.Close
	return nil
}

// copyName is where the copy before a migration goes.
func (s *Store) copyName(version int64) string {
	dir := s.BackupDir
	if dir == "" {
		dir = filepath.Dir(s.path)
	}
	stamp := s.Now().UTC().Format("20060102-150405")
	return filepath.Join(dir, fmt.Sprintf("%s.schema%d-%s", filepath.Base(s.path), version, stamp))
}

// Close finishes the commit in hand and closes the database. Calls that wait meanwhile get ErrClosed.
func (s *Store) Close() error {
	var err error
	s.closed.Do(func() {
		close(s.closing)
		<-s.written
		<-s.indexed
		err = errors.Join(s.readers.close(), s.writer.close(), s.closeDB())
	})
	return err
}

// Version is the number of the schema.
func (s *Store) Version() int64 { return s.version }
