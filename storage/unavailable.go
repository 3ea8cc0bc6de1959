package storage

import (
	"context"
	"errors"

	driver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"followup/bot/message"
)

// Rules of a database that can't be used.
//
// No room on the disk, a failing disk, a lock that somebody else holds, a damaged file: none of these is the fault of the
// turn that met it, so that nothing may be given up because of one. Such an error is told apart by Unavailable; whoever
// meets it tries again until the database is back, which it is by itself once the cause is gone. Reading often still works
// meanwhile: Peek runs a turn that reads, and keeps its messages out of the outbox.

// ErrUnavailable is an error that Unavailable tells, for Options.Fault.
var ErrUnavailable = errors.New("storage: the database can't be used now")

// Unavailable tells an error of a database that can't be used now from one of the turn that met it.
func Unavailable(err error) bool {
	var e *driver.Error
	return errors.Is(err, ErrUnavailable) || errors.As(err, &e) && unavailable[e.Code()&0xff] || unreachable(err)
}

// damaged tells an error of a file that SQLite can't read.
func damaged(err error) bool {
	var e *driver.Error
	return errors.As(err, &e) && (e.Code()&0xff == sqlite3.SQLITE_CORRUPT || e.Code()&0xff == sqlite3.SQLITE_NOTADB)
}

// ErrAddress is what Open says of an address that names no database, whatever state the database is in.
var ErrAddress = errors.New("storage: the database is named wrongly")

// Mendable tells an error of Open that passes, or that somebody can mend in the place where the database is, from one that
// only another address, user or password changes.
func Mendable(dsn string, err error) bool {
	switch {
	case err == nil || errors.Is(err, ErrAddress):
		return false
	case Unavailable(err) || errors.Is(err, ErrNewer):
		return true
	}
	return IsFile(dsn)
}

// unavailable are the primary result codes of SQLite, https://www.sqlite.org/rescode.html, that no turn causes.
var unavailable = map[int]bool{
	sqlite3.SQLITE_BUSY: true, sqlite3.SQLITE_LOCKED: true, sqlite3.SQLITE_NOMEM: true, sqlite3.SQLITE_READONLY: true,
	sqlite3.SQLITE_IOERR: true, sqlite3.SQLITE_CORRUPT: true, sqlite3.SQLITE_FULL: true, sqlite3.SQLITE_CANTOPEN: true,
	sqlite3.SQLITE_PROTOCOL: true, sqlite3.SQLITE_NOTADB: true,
}

// Peek runs a turn that only reads and gives the messages it would have queued. A turn that wants to write fails.
func (s *Store) Peek(ctx context.Context, fn func(*Tx) error) ([]message.Out, error) {
	var said []message.Out
	err := s.View(ctx, func(tx *Tx) error {
		tx.peeking = true
		err := fn(tx)
		said = tx.spoken
		return err
	})
	if err != nil {
		return nil, err
	}
	return said, nil
}
