package storage

import (
	"context"
	"database/sql"
	"fmt"
)

// session is one connection with its prepared statements. One goroutine at a time uses it.
type session struct {
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
	asked int                          // statements since the writer last began
	fault func(statement string) error // see Options.Fault
}

// maxPrepared bounds what a session keeps prepared: texts that vary with the number of stand-ins are few.
const maxPrepared = 500

func newSession(ctx context.Context, db *sql.DB, fault func(string) error) (*session, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &session{conn: conn, stmts: map[string]*sql.Stmt{}, fault: fault}, nil
}

func (s *session) close() error {
	s.forget()
	return s.conn.Close()
}

func (s *session) forget() {
	for _, stmt := range s.stmts {
		_ = stmt.Close() // a statement that can't be closed goes with its connection
	}
	clear(s.stmts)
}

func (s *session) prepared(ctx context.Context, text string) (*sql.Stmt, error) {
	s.asked++
	if s.fault != nil {
		if err := s.fault(text); err != nil {
			return nil, err
		}
	}
	if stmt, ok := s.stmts[text]; ok {
		return stmt, nil
	}
	if len(s.stmts) >= maxPrepared {
		s.forget()
	}
	stmt, err := s.conn.PrepareContext(ctx, text)
	if err == nil {
		s.stmts[text] = stmt
	}
	return stmt, err
}

func (s *session) exec(ctx context.Context, text string, args ...any) (sql.Result, error) {
	stmt, err := s.prepared(ctx, text) //nolint:sqlclosecheck // kept prepared until the session closes
	if err != nil {
		return nil, err
	}
	return stmt.ExecContext(ctx, args...)
}

func (s *session) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	stmt, err := s.prepared(ctx, text) //nolint:sqlclosecheck // kept prepared until the session closes
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}

// row is a query of one row; an error waits for its Scan.
func (s *session) row(ctx context.Context, text string, args ...any) scanner {
	stmt, err := s.prepared(ctx, text) //nolint:sqlclosecheck // kept prepared until the session closes
	if err != nil {
		return failed{err}
	}
	return stmt.QueryRowContext(ctx, args...)
}

// scanner is a row that can be read.
type scanner interface{ Scan(dest ...any) error }

// failed is the row of a statement that could not be prepared.
type failed struct{ err error }

func (f failed) Scan(...any) error { return f.err }

// begin starts a transaction, and a second time after ending one that a failed ROLLBACK left open.
func (s *session) begin(ctx context.Context, text string) error {
	_, err := s.exec(ctx, text)
	if err == nil {
		return nil
	}
	if _, open := s.exec(ctx, "ROLLBACK"); open == nil {
		_, err = s.exec(ctx, text)
	}
	if err != nil {
		return fmt.Errorf("storage: begin: %w", err)
	}
	return nil
}

// readers are the connections that only read.
type readers struct {
	db   *sql.DB
	free chan *session
}

func newReaders(ctx context.Context, db *sql.DB, n int, fault func(string) error) (*readers, error) {
	r := &readers{db, make(chan *session, n)}
	db.SetMaxOpenConns(n)
	for range n {
		s, err := newSession(ctx, db, fault)
		if err != nil {
			return nil, err
		}
		r.free <- s
	}
	return r, nil
}

func (r *readers) close() error {
	for range cap(r.free) {
		_ = (<-r.free).close() // nothing is written through them
	}
	return r.db.Close()
}
