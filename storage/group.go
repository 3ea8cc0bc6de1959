package storage

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
)

// Rules of group commit.
//
// One goroutine owns the writing connection. It begins a transaction when somebody wants to write, lets everybody who is
// waiting by then have a turn, one after another, each inside a savepoint, and commits once for all of them. There is no
// timer: while one group is on its way to the disk the next one gathers by itself. A turn runs on the goroutine of the
// caller of Update, so that a panic or runtime.Goexit in it ends that turn alone. A caller hears of success only after the
// commit is on disk; when the commit fails, everybody of the group hears the failure. A server's database is written by
// several programs: each group claims it for itself first (lease.go).

// A group ends after so many turns or statements, so that its first doesn't wait long for the work of the others: two
// thousand statements take some 20 ms.
const (
	maxGroup      = 256
	maxStatements = 2000
)

// ErrClosed is the answer of a store that was closed.
var ErrClosed = errors.New("storage: the store is closed")

// unit is one call of Update. Its channels are used again by later calls.
type unit struct {
	term int64      // of the leadership that it acts under, 0: none is needed
	turn chan bool  // true: the connection is yours; false: the group could not begin
	ran  chan error // the turn is over
	done chan error // the commit is on disk, or why not
	txs  []*Tx
}

// Update runs fn in a transaction of its own and returns after its commit is on disk. When fn returns an error, panics or
// ctx is done by its end, nothing of it is written and the error is returned. fn may be slow only at everybody's expense:
// no network in it, and no Update or View inside.
func (s *Store) Update(ctx context.Context, fn func(*Tx) error) error {
	_, err := s.UpdateEach(ctx, 1, func(tx *Tx, _ int) error { return fn(tx) })
	return err
}

// UpdateEach is Update for turns 0 to n-1 that stand or fall together, one after another, each with a Tx of its own. It ends
// early rather than letting everybody else wait, and returns how many turns are on disk: none when it returns an error, else
// at least one.
func (s *Store) UpdateEach(ctx context.Context, n int, fn func(tx *Tx, i int) error) (int, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	u, used := s.idle.Get().(*unit)
	if !used {
		u = &unit{turn: make(chan bool), ran: make(chan error, 1), done: make(chan error, 1)}
	}
	u.term = termOf(ctx)
	select {
	case s.units <- u:
	case <-ctx.Done():
		return 0, ctx.Err()
	case <-s.closing:
		return 0, ErrClosed
	}
	if <-u.turn {
		s.takeTurns(ctx, u, n, fn)
	}
	err := <-u.done
	ran := len(u.txs)
	clear(u.txs)
	u.txs = u.txs[:0]
	s.idle.Put(u) // nobody else holds it: done is the last that the writer tells
	if err != nil {
		return 0, err
	}
	return ran, nil
}

// takeTurns runs fn on the writing connection and reports how it ended even if fn never returns.
func (s *Store) takeTurns(ctx context.Context, u *unit, n int, fn func(*Tx, int) error) {
	err := errors.New("storage: the turn's goroutine ended")
	defer func() { u.ran <- err }()
	inner := context.WithoutCancel(ctx)
	err = guarded(func() error {
		for i := 0; i == 0 || i < n && s.writer.asked < maxStatements; i++ {
			tx := s.newTx(inner, s.writer)
			u.txs = append(u.txs, tx)
			if err := fn(tx, i); err != nil {
				return err
			}
			if err := tx.finish(); err != nil {
				return err
			}
		}
		return ctx.Err()
	})
}

// guarded turns a panic into an error.
func guarded(fn func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("storage: panic in a transaction: %v\n%s", p, debug.Stack())
		}
	}()
	return fn()
}

// write is the goroutine of the writing connection; it ends when the store closes and nobody waits any more.
func (s *Store) write() {
	defer close(s.written)
	for {
		select {
		case u := <-s.units:
			s.commitGroup(u)
		case <-s.closing:
			return
		}
	}
}

// commitGroup serves first and everybody who is waiting.
func (s *Store) commitGroup(first *unit) {
	ctx := context.Background()
	if err := s.beginWriting(ctx); err != nil {
		first.turn <- false
		first.done <- err
		return
	}
	var group []*unit
	var broken error
	s.writer.asked = 0
	for u := first; u != nil; {
		var ok bool
		if ok, broken = s.serve(ctx, u); ok {
			group = append(group, u)
		}
		if broken != nil {
			break // whoever waits is left to the next group
		}
		u = s.nextUnit(len(group))
	}
	if broken == nil {
		broken = s.commit(ctx)
	} else {
		_ = s.writer.end(ctx, "ROLLBACK") // the connection said already what was wrong
	}
	if broken == nil {
		s.announce(group)
	}
	for _, u := range group {
		u.done <- broken
	}
	if s.erased && s.dialect.truncate != "" {
		s.truncate(ctx)
	}
}

// beginWriting begins a transaction that is alone.
func (s *Store) beginWriting(ctx context.Context) error {
	err := s.writer.begin(ctx, s.dialect.begin)
	if err == nil && s.dialect.claim != "" {
		err = s.writer.row(ctx, s.dialect.claim, s.id).Scan(&s.claim.holder, &s.claim.term)
	}
	return err
}

// truncate takes what an erasure left in the journal away, now or after a later group when somebody still reads it.
func (s *Store) truncate(ctx context.Context) {
	var busy, pages, moved int64
	err := s.writer.row(ctx, s.dialect.truncate).Scan(&busy, &pages, &moved)
	if err != nil {
		s.Log.Error("truncating the journal", "err", err)
	}
	s.erased = err != nil || busy != 0
}

func (s *Store) nextUnit(have int) *unit {
	if have >= maxGroup || s.writer.asked >= maxStatements {
		return nil
	}
	select {
	case u := <-s.units:
		return u
	default:
		return nil
	}
}

// serve gives u its turn. ok: u now waits for the commit. broken: the transaction itself is lost.
func (s *Store) serve(ctx context.Context, u *unit) (ok bool, broken error) {
	if u.term != 0 && (lease{s.id, u.term}) != s.claim {
		u.turn <- false
		u.done <- ErrDeposed
		return false, nil
	}
	if _, err := s.writer.exec(ctx, "SAVEPOINT turn"); err != nil {
		u.turn <- false
		u.done <- err
		return false, err
	}
	u.turn <- true
	err := <-u.ran
	if err == nil {
		if _, err = s.writer.exec(ctx, "RELEASE turn"); err == nil {
			return true, nil
		}
		err = fmt.Errorf("storage: ending a turn: %w", err) // after a statement failed and the turn went on, on PostgreSQL
	}
	for _, text := range []string{"ROLLBACK TO turn", "RELEASE turn"} {
		if broken == nil {
			if _, lost := s.writer.exec(ctx, text); lost != nil {
				broken = fmt.Errorf("storage: the transaction was lost: %w", lost)
			}
		}
	}
	u.done <- err
	return false, broken
}

func (s *Store) commit(ctx context.Context) error {
	if err := s.writer.end(ctx, "COMMIT"); err != nil {
		_ = s.writer.end(ctx, "ROLLBACK") // a failed COMMIT may or may not have ended the transaction
		return fmt.Errorf("storage: commit: %w", err)
	}
	return nil
}

// announce wakes those who act on what was committed.
func (s *Store) announce(group []*unit) {
	for _, u := range group {
		for _, tx := range u.txs {
			if len(tx.sent) > 0 {
				s.fresh.keep(tx.sent)
				pulse(s.outgoing)
			}
			if tx.queued {
				pulse(s.index)
			}
			s.erased = s.erased || tx.erased
		}
	}
}

// pulse wakes the reader of a channel of capacity one without waiting for it.
func pulse(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// View runs fn on one state of the database that nobody changes meanwhile; writes in it fail.
func (s *Store) View(ctx context.Context, fn func(*Tx) error) error {
	var ses *session
	select {
	case ses = <-s.readers.free:
	case <-ctx.Done():
		return ctx.Err()
	case <-s.closing:
		return ErrClosed
	}
	defer func() { s.readers.free <- ses }()
	if err := ses.begin(context.WithoutCancel(ctx), s.dialect.view); err != nil {
		return err
	}
	defer func() {
		_ = ses.end(context.WithoutCancel(ctx), "ROLLBACK") // nothing was written
	}()
	tx := s.newTx(ctx, ses)
	return guarded(func() error {
		if err := fn(tx); err != nil {
			return err
		}
		return tx.broken
	})
}
