package storage

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"followup/scheduler/clock"
	"followup/storage/pgtest"
)

// replicaOf opens another replica on a world's database.
func (w *world) replica() *Store {
	w.t.Helper()
	s, err := Open(context.Background(), w.path, w.Options)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = s.Close() })
	return s
}

// reign lets a store lead until it is told to end; led gives its context once it leads, ended how it ended.
func reign(ctx context.Context, s *Store) (led <-chan context.Context, ended <-chan error) {
	l, e := make(chan context.Context, 1), make(chan error, 1)
	go func() {
		e <- s.Lead(ctx, func(ctx context.Context) error {
			l <- ctx
			<-ctx.Done()
			return nil
		})
	}()
	return l, e
}

// TestReplicasMigrateTogether starts replicas at once on a database without a schema: each step is taken once.
func TestReplicasMigrateTogether(t *testing.T) {
	pgtest.ServerOnly(t)
	path := pgtest.Place(t, "")
	var all sync.WaitGroup
	for range 5 {
		all.Go(func() {
			s, err := Open(t.Context(), path, Options{Now: clock.Real().Now})
			if err != nil {
				t.Error(err)
				return
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	w := &world{t: t, path: path}
	w.open()
	taken := w.texts("SELECT CAST(version_id AS TEXT) FROM goose_db_version WHERE version_id > 0")
	if len(taken) != int(w.Version()) || len(slices.Compact(taken)) != len(taken) {
		t.Errorf("the steps to %d were %v", w.Version(), taken)
	}
}

func TestOneReplicaLeadsAndIsFollowed(t *testing.T) {
	pgtest.ServerOnly(t)
	w := newWorld(t)
	first, end := context.WithCancel(t.Context())
	led, ended := reign(first, w.Store)
	<-led
	other := w.replica()
	second, end2 := context.WithCancel(t.Context())
	led2, ended2 := reign(second, other)
	if !w.Leading() || other.Leading() {
		t.Fatal("the second one leads, or none")
	}
	began := clock.Real().Now()
	end()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	<-led2
	if took := clock.Real().Now().Sub(began); took > 3*time.Second {
		t.Errorf("a leader that ended in order was followed after %s", took)
	}
	end2()
	if err := <-ended2; err != nil {
		t.Error(err)
	}
}

// TestADeposedLeaderWritesNothing takes the lead from a replica that knows nothing of it: what it still wants to write is
// refused, and what needs no lead is not.
func TestADeposedLeaderWritesNothing(t *testing.T) {
	pgtest.ServerOnly(t)
	w := newWorld(t)
	led, ended := reign(t.Context(), w.Store)
	leading := <-led
	other := w.replica()
	for term := int64(0); term == 0; { // its beats come in between
		l, beat, err := other.leader(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if term, err = other.takeLease(t.Context(), l, beat); err != nil {
			t.Fatal(err)
		}
	}
	late := context.WithoutCancel(leading) // as turns outlive a term
	err := w.Update(late, func(tx *Tx) error { return note(tx, w.anna, "late") })
	if !errors.Is(err, ErrDeposed) {
		t.Errorf("the deposed leader's turn ended with %v", err)
	}
	if err := w.Update(t.Context(), func(tx *Tx) error { return note(tx, w.anna, "anybody's") }); err != nil {
		t.Error(err)
	}
	if err := <-ended; !errors.Is(err, ErrDeposed) {
		t.Errorf("its work ended with %v", err)
	}
	if got := w.notes(); len(got) != 1 || got[0] != "anybody's" {
		t.Errorf("kept %v", got)
	}
}

// TestALeaderInALongTurnIsNotFollowed: a turn may take longer than the lease, as long as it is alive.
func TestALeaderInALongTurnIsNotFollowed(t *testing.T) {
	pgtest.ServerOnly(t)
	if testing.Short() {
		t.Skip("takes seven seconds")
	}
	w := newWorld(t)
	led, _ := reign(t.Context(), w.Store)
	leading := <-led
	reign(t.Context(), w.replica())
	err := w.Update(leading, func(tx *Tx) error {
		for range 35 {
			if _, err := tx.count("SELECT 1"); err != nil {
				return err
			}
			if err := clock.Sleep(leading, clock.Real(), LeaseTime/25); err != nil {
				return err
			}
		}
		return note(tx, w.anna, "slow")
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Update(leading, func(tx *Tx) error { return note(tx, w.anna, "next") }); err != nil {
		t.Error(err)
	}
}

// TestALostConnectionComesBack cuts every connection off: the turn in hand fails and says that the database is away, and the
// next one is served.
func TestALostConnectionComesBack(t *testing.T) {
	pgtest.ServerOnly(t)
	w := newWorld(t)
	err := w.Update(t.Context(), func(tx *Tx) error {
		if err := note(tx, w.anna, "lost"); err != nil {
			return err
		}
		return cutOff(tx)
	})
	if !Unavailable(err) {
		t.Errorf("a turn without a connection ended with %v", err)
	}
	w.turn(func(tx *Tx) error { return note(tx, w.anna, "kept") })
	if got := w.notes(); len(got) != 1 || got[0] != "kept" {
		t.Errorf("kept %v", got)
	}
}

// cutOff ends the connections of a test, the asking one last.
func cutOff(tx *Tx) error {
	_, err := tx.ids("SELECT pg_terminate_backend(pid)::int FROM pg_stat_activity WHERE application_name = current_schema() AND pid <> pg_backend_pid()")
	if err == nil {
		_, err = tx.ids("SELECT pg_terminate_backend(pg_backend_pid())::int")
	}
	return err
}

func TestAPasswordIsNotTold(t *testing.T) {
	for _, address := range []string{
		"postgres://u:geheim@127.0.0.1:1/x", "postgres://u:ge/heim@127.0.0.1:1/x", "postgres://u:ge@heim/heim@127.0.0.1:1/x", "postgres://u:7/heim@127.0.0.1:1/x",
		"postgres://u:geheim@[::1/x", "mysql://u:geheim@h/x",
	} {
		_, err := Open(t.Context(), address, Options{Now: clock.Real().Now})
		if err == nil {
			t.Fatal("something answers at port 1")
		}
		for _, told := range []string{err.Error(), Place(address)} {
			if strings.Contains(told, "heim") {
				t.Errorf("%q tells the password", told)
			}
		}
	}
}
