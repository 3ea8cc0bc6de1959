package storage

import (
	"context"
	"database/sql"
	"fmt"
)

// session is one connection with its prepared statements. One goroutine at a time uses it.
type session struct {
	db    *sql.DB
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
	open  bool                                            // a transaction was begun, and its end is not known
	asked int                                             // statements since the writer last began
	fault func(statement string) error                    // see Options.Fault
	fit   func(args []any)                                // see dialect.fit
	send  func(context.Context, *sql.Conn, []order) error // see dialect.send
	anew  any                                             // see dialect.anew
}

// order is a statement whose answer nobody needs.
type order struct {
	text string
	args []any
}

// maxPrepared bounds what a session keeps prepared: texts that vary with the number of stand-ins are few.
const maxPrepared = 500

func (s *Store) newSession(ctx context.Context, db *sql.DB) (*session, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &session{db: db, conn: conn, stmts: map[string]*sql.Stmt{}, fault: s.Fault, fit: s.dialect.fit, send: s.dialect.send, anew: s.dialect.anew}, nil
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

// counted counts a statement, which a test may let fail.
func (s *session) counted(text string) error {
	s.asked++
	if s.fault == nil {
		return nil
	}
	return s.fault(text)
}

func (s *session) prepared(ctx context.Context, text string) (*sql.Stmt, error) {
	if err := s.counted(text); err != nil {
		return nil, err
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
	s.fitted(args)
	return stmt.ExecContext(ctx, args...)
}

// carryOut carries out orders one after another. Where each is a journey to a server they travel together.
func (s *session) carryOut(ctx context.Context, list []order) error {
	for _, o := range list {
		if s.send == nil {
			if _, err := s.exec(ctx, o.text, o.args...); err != nil {
				return err
			}
			continue
		}
		if err := s.counted(o.text); err != nil {
			return err
		}
		s.fitted(o.args)
	}
	if s.send == nil || len(list) == 0 {
		return nil
	}
	return s.send(ctx, s.conn, list)
}

func (s *session) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	stmt, err := s.prepared(ctx, text) //nolint:sqlclosecheck // kept prepared until the session closes
	if err != nil {
		return nil, err
	}
	s.fitted(args)
	return stmt.QueryContext(ctx, args...)
}

// queryAnew is query for a statement whose best plan depends on what it asks for: it is not prepared but planned each time.
func (s *session) queryAnew(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	if s.anew == nil {
		return s.query(ctx, text, args...)
	}
	if err := s.counted(text); err != nil {
		return nil, err
	}
	s.fitted(args)
	return s.conn.QueryContext(ctx, text, append([]any{s.anew}, args...)...)
}

// row is a query of one row; an error waits for its Scan.
func (s *session) row(ctx context.Context, text string, args ...any) scanner {
	stmt, err := s.prepared(ctx, text) //nolint:sqlclosecheck // kept prepared until the session closes
	if err != nil {
		return failed{err}
	}
	s.fitted(args)
	return stmt.QueryRowContext(ctx, args...)
}

func (s *session) fitted(args []any) {
	if s.fit != nil {
		s.fit(args)
	}
}

// scanner is a row that can be read.
type scanner interface{ Scan(dest ...any) error }

// failed is the row of a statement that could not be prepared.
type failed struct{ err error }

func (f failed) Scan(...any) error { return f.err }

// begin starts a transaction, after ending one whose end failed, and on a new connection when the old one broke.
func (s *session) begin(ctx context.Context, text string) error {
	if s.open {
		_ = s.end(ctx, "ROLLBACK") // when nothing is open any more it says so, and when the connection broke the next one will
	}
	_, err := s.exec(ctx, text)
	if err != nil && s.conn.PingContext(ctx) != nil {
		if err = s.reconnect(ctx); err == nil {
			_, err = s.exec(ctx, text)
		}
	}
	if err != nil {
		return fmt.Errorf("storage: begin: %w", err)
	}
	s.open = true
	return nil
}

// end ends the transaction by COMMIT or ROLLBACK.
func (s *session) end(ctx context.Context, text string) error {
	_, err := s.exec(ctx, text)
	s.open = err != nil
	return err
}

func (s *session) reconnect(ctx context.Context) error {
	_ = s.close() // it is broken already
	conn, err := s.db.Conn(ctx)
	if err == nil {
		s.conn, s.open = conn, false
	}
	return err
}

// readers are the connections that only read.
type readers struct {
	db   *sql.DB
	free chan *session
}

func (s *Store) newReaders(ctx context.Context, db *sql.DB) (*readers, error) {
	n := s.dialect.readers
	r := &readers{db, make(chan *session, n)}
	db.SetMaxOpenConns(n)
	for range n {
		reader, err := s.newSession(ctx, db)
		if err != nil {
			return nil, err
		}
		r.free <- reader
	}
	return r, nil
}

func (r *readers) close() error {
	for range cap(r.free) {
		_ = (<-r.free).close() // nothing is written through them
	}
	return r.db.Close()
}
