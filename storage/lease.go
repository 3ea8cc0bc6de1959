package storage

import (
	"context"
	"errors"
	"time"

	"followup/scheduler/clock"
)

// Rules of replicas.
//
// Any number of replicas of the program may share a server's database. One of them leads: it handles updates, says what is
// due and speaks to Telegram, so that the order of a chat and Telegram's limits hold as in one program. The others take in
// updates from the webhook and stand by. Who leads stands in the one row of leases: a replica's name, the number of its
// term, and a beat that every transaction of the leader's counts up, at least once a second.
//
// A transaction that writes changes that row first. So it is alone: whoever else wants to write waits for its end, as on
// SQLite, and every rule that reads before it writes holds without a lock of its own. And it knows who leads: work that
// was begun in a term is refused with ErrDeposed once that term is over, however late it comes. Nothing that a replica did
// while it stood still, or was cut off, can get into the records afterwards.
//
// Who stands by looks at the beat. When it saw the same one for LeaseTime by its own clock, it takes the next term, unless
// the beat changed meanwhile. No moments are compared, so that clocks may differ as they like. A leader that ends in order
// gives its term back and is followed at once. A replica that hangs within a transaction is cut off by the server.

// LeaseTime is how long after one of its transactions began a leader may be sure that no other leads.
const LeaseTime = 5 * time.Second

const (
	leaseBeat = time.Second
	leaseLook = 300 * time.Millisecond
)

// ErrDeposed is the answer to work of a leadership that has ended.
var ErrDeposed = errors.New("storage: another replica leads now")

// lease is who leads, in which term.
type lease struct {
	holder string
	term   int64
}

// claimLease is the first statement of a transaction that writes; see the rules above.
const claimLease = `UPDATE leases SET beat = beat + CASE WHEN holder = $1 THEN 1 ELSE 0 END WHERE name = 'leader' RETURNING holder, term`

// termKey is where a context holds the term that its work belongs to.
type termKey struct{}

func termOf(ctx context.Context) int64 {
	term, _ := ctx.Value(termKey{}).(int64)
	return term
}

// Shared reports whether other replicas of the program may be using the database.
func (s *Store) Shared() bool { return s.dialect.server }

// Leading reports whether this replica leads, as far as it knows; always true on a database that is not shared.
func (s *Store) Leading() bool { return !s.Shared() || s.leading.Load() }

// Lead waits until this replica leads and runs work then. The context that work gets ends with the term, and what is
// written under it, or under one made of it, is refused once another leads. It returns work's error, and ErrDeposed when
// the term ended before ctx did and work had no other. On a database that is not shared it is work itself.
func (s *Store) Lead(ctx context.Context, work func(context.Context) error) error {
	if !s.Shared() {
		return work(ctx)
	}
	term, err := s.elected(ctx)
	if err != nil {
		return nil // ctx ended before there was anything to do
	}
	s.Log.Info("this replica leads", "term", term)
	s.leading.Store(true)
	defer s.leading.Store(false)
	leading, stop := context.WithCancelCause(context.WithValue(ctx, termKey{}, term))
	keeping, release := context.WithCancel(context.WithoutCancel(leading)) // beats while work finishes, too
	kept := make(chan struct{})
	go func() {
		defer close(kept)
		if err := s.keepLease(keeping); errors.Is(err, ErrDeposed) {
			stop(err)
		}
	}()
	pulse(s.outgoing) // what the one before left
	pulse(s.index)
	err = work(leading)
	release()
	<-kept
	defer stop(nil)
	if errors.Is(context.Cause(leading), ErrDeposed) {
		if err == nil {
			err = ErrDeposed
		}
		return err
	}
	return errors.Join(err, s.resign(context.WithoutCancel(leading), term))
}

// keepLease beats until the term is over, and returns ErrDeposed then, or until ctx is. A database that can't be reached
// ends no term: nobody else reaches it either, or else takes the next term there.
func (s *Store) keepLease(ctx context.Context) error {
	for {
		err := s.Update(ctx, func(*Tx) error { return nil }) // every transaction of the leader's beats
		if errors.Is(err, ErrDeposed) {
			return err
		}
		if err := clock.Sleep(ctx, clock.Real(), leaseBeat); err != nil {
			return err
		}
	}
}

// resign lets another replica lead at once.
func (s *Store) resign(ctx context.Context, term int64) error {
	return s.Update(ctx, func(tx *Tx) error {
		_, err := tx.exec("UPDATE leases SET holder = '' WHERE name = 'leader' AND holder = $1 AND term = $2", s.id, term)
		return err
	})
}

// elected waits until this replica leads. Its error is ctx's or ErrClosed.
func (s *Store) elected(ctx context.Context) (term int64, err error) {
	var last lease
	var lastBeat int64
	now := clock.Real().Now
	since := now()
	for {
		l, beat, err := s.leader(ctx)
		switch {
		case errors.Is(err, ErrClosed):
			return 0, err
		case err != nil || l != last || beat != lastBeat:
			last, lastBeat, since = l, beat, now()
		}
		if err == nil && (l.holder == "" || now().Sub(since) >= LeaseTime) {
			if term, err := s.takeLease(ctx, l, beat); err == nil && term != 0 {
				return term, nil
			}
			since = now()
		}
		if err := clock.Sleep(ctx, clock.Real(), leaseLook); err != nil {
			return 0, err
		}
	}
}

func (s *Store) leader(ctx context.Context) (l lease, beat int64, err error) {
	err = s.View(ctx, func(tx *Tx) error {
		_, err := tx.one("SELECT holder, term, beat FROM leases WHERE name = 'leader'", nil, &l.holder, &l.term, &beat)
		return err
	})
	return l, beat, err
}

// takeLease begins the term after l unless something happened since beat; term is 0 then.
func (s *Store) takeLease(ctx context.Context, l lease, beat int64) (term int64, err error) {
	err = s.Update(ctx, func(tx *Tx) error {
		term, err = tx.count("UPDATE leases SET holder = $1, term = term + 1, beat = beat + 1 WHERE name = 'leader' AND term = $2 AND beat = $3 RETURNING term",
			s.id, l.term, beat)
		return err
	})
	return term, err
}
