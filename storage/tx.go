package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"followup/bot/message"
	"followup/storage/crm"
)

// Tx is one turn: a transaction that knows what time it is and who asks. A fresh Tx asks for nobody and may do only the
// mailbox's work; As and System say who it is.
type Tx struct {
	*turn
	me     crm.Member
	system bool
	stands []int64 // absent members whom me stands in for today
	// excepted are their clients that they kept back from him.
	excepted []int64
	// shares are others' clients that me was given access to.
	shares []int64
}

// turn is what all faces of one Tx share.
type turn struct {
	ctx       context.Context
	s         *Store
	ses       *session
	now       time.Time
	trail     trail
	broken    error // of a question that could not return it; the turn fails by it at its end
	dirty     dirt
	seen      map[int64]crm.Member // members read in this turn
	seenTeams map[int64]crm.Team
	sent      []Parcel // queued
	queued    bool     // something waits for the search index
	names     bool     // what ClientNames lists has changed
	erased    bool     // the journal must not keep what was there before
	later     []order  // written at the turn's end, see Tx.later
	peeking   bool     // messages are kept in spoken
	spoken    []message.Out
}

func (s *Store) newTx(ctx context.Context, ses *session) *Tx {
	return &Tx{turn: &turn{ctx: ctx, s: s, ses: ses, now: s.Now()}}
}

// Now is the moment of this turn; it stands still.
func (tx *Tx) Now() time.Time { return tx.now }

// As is the same turn on behalf of m.
func (tx *Tx) As(m crm.Member) *Tx {
	as := &Tx{turn: tx.turn, me: m, shares: tx.sharedWith(m)}
	for _, a := range tx.standsFor(m) {
		as.stands, as.excepted = append(as.stands, a.ID), append(as.excepted, a.AwayExcept...)
	}
	return as
}

// System is the same turn on behalf of the program itself, which may do everything.
func (tx *Tx) System() *Tx { return &Tx{turn: tx.turn, system: true} }

// Me is the member on whose behalf the turn acts; zero for the program itself.
func (tx *Tx) Me() crm.Member { return tx.me }

// finish completes the turn before its commit: reminders of what was touched, then the audit entry.
func (tx *Tx) finish() error {
	if tx.broken != nil {
		return tx.broken
	}
	if err := tx.plan(); err != nil {
		return err
	}
	if tx.names {
		if _, err := tx.bump("names"); err != nil {
			return err
		}
	}
	if err := tx.writeTrail(); err != nil {
		return err
	}
	if err := tx.ses.carryOut(tx.ctx, tx.turn.later); err != nil {
		return fmt.Errorf("storage: ending a turn: %w", err)
	}
	return nil
}

// later writes what nothing in this turn asks for again, at its end: a server is then asked once for all of it.
func (tx *Tx) later(text string, args ...any) {
	tx.turn.later = append(tx.turn.later, order{text, args})
}

func (tx *Tx) exec(text string, args ...any) (int64, error) {
	res, err := tx.ses.exec(tx.ctx, text, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// insert writes a row that gets a number, and reads that into id.
func (tx *Tx) insert(text string, args []any, id *int64) error {
	if tx.s.dialect.numbered != "" {
		_, err := tx.one(text+tx.s.dialect.numbered, args, id)
		return err
	}
	res, err := tx.ses.exec(tx.ctx, text, args...)
	if err == nil {
		*id, err = res.LastInsertId()
	}
	return err
}

// one reads the first row into dest; false when there is none.
func (tx *Tx) one(text string, args []any, dest ...any) (bool, error) {
	err := tx.ses.row(tx.ctx, text, args...).Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// each calls row for every row found.
func (tx *Tx) each(text string, args []any, row func(scan func(...any) error) error) error {
	rows, err := tx.ses.query(tx.ctx, text, args...)
	return ofEach(rows, err, row)
}

// eachAnew is each for a statement that is planned for its arguments; see session.queryAnew.
func (tx *Tx) eachAnew(text string, args []any, row func(scan func(...any) error) error) error {
	rows, err := tx.ses.queryAnew(tx.ctx, text, args...)
	return ofEach(rows, err, row)
}

func ofEach(rows *sql.Rows, err error, row func(scan func(...any) error) error) error {
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// ids reads a column of numbers.
func (tx *Tx) ids(text string, args ...any) ([]int64, error) {
	var list []int64
	err := tx.each(text, args, func(scan func(...any) error) error {
		var id int64
		err := scan(&id)
		list = append(list, id)
		return err
	})
	return list, err
}

// count reads one number.
func (tx *Tx) count(text string, args ...any) (int64, error) {
	var n int64
	_, err := tx.one(text, args, &n)
	return n, err
}

// Try runs fn as a part of the turn that may fail alone: when it returns an error, everything it wrote, queued or named is
// as if it had not been, and the turn goes on.
func (tx *Tx) Try(fn func() error) error {
	if _, err := tx.exec("SAVEPOINT part"); err != nil {
		return err
	}
	kept := tx.turn.copy()
	err := fn()
	if err != nil {
		if _, lost := tx.exec("ROLLBACK TO part"); lost != nil {
			return fmt.Errorf("storage: the transaction was lost: %w", err)
		}
		*tx.turn = kept
	}
	if _, lost := tx.exec("RELEASE part"); lost != nil {
		return fmt.Errorf("storage: the transaction was lost: %w", lost)
	}
	return err
}

// copy is the turn as it is now, without what it remembers of members and teams: they may have been written meanwhile.
func (t *turn) copy() turn {
	c := *t
	c.trail.entries, c.trail.index = slices.Clone(t.trail.entries), maps.Clone(t.trail.index)
	c.dirty = dirt{slices.Clone(t.dirty.queue), maps.Clone(t.dirty.known)}
	c.later = slices.Clone(t.later)
	c.seen, c.seenTeams = nil, nil
	return c
}

// isClosed reports whether an error is the store's end.
func isClosed(err error) bool { return errors.Is(err, ErrClosed) }

// bump counts up a counter and returns its new value.
func (tx *Tx) bump(name string) (int64, error) {
	return tx.count("INSERT INTO counters (name, value) VALUES ($1, 1) ON CONFLICT (name) DO UPDATE SET value = counters.value + 1 RETURNING value", name)
}

// gone is the Problem of a record that is no longer there, or never was.
func gone(kind string, id int64) error {
	return fmt.Errorf("storage: %s %d: %w", kind, id, crm.Say("gone", "kind", kind))
}
