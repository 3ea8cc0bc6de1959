package storage

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"followup/bot/message"
	"followup/storage/crm"
)

// note adds a draft, the simplest row there is, of m.
func note(tx *Tx, m crm.Member, text string) error {
	return tx.As(m).SaveDraft(&Draft{Chat: m.Telegram, Text: text})
}

func (w *world) notes() (texts []string) {
	w.t.Helper()
	err := w.View(context.Background(), func(tx *Tx) error {
		list, err := tx.System().Drafts(w.anna.ID)
		for _, d := range list {
			texts = append(texts, d.Text)
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return texts
}

// TestTurnsAreAlone runs good and bad turns at the same time: each bad one leaves nothing and harms no other.
func TestTurnsAreAlone(t *testing.T) {
	w := newWorld(t)
	bad := errors.New("bad")
	canceled, cancel := context.WithCancel(context.Background())
	ends := []struct {
		name string
		ctx  context.Context
		ok   bool
		end  func() error
	}{
		{"good", context.Background(), true, func() error { return nil }},
		{"error", context.Background(), false, func() error { return bad }},
		{"panic", context.Background(), false, func() error { panic(bad) }},
		{"goexit", context.Background(), false, func() error { runtime.Goexit(); return nil }},
		{"canceled", canceled, false, func() error { cancel(); return nil }},
	}
	var all sync.WaitGroup
	wrong := make(chan string, 1000)
	for n := range 200 {
		all.Add(1)
		go func() {
			defer all.Done()
			e := ends[n%len(ends)]
			err := w.Update(e.ctx, func(tx *Tx) error {
				if err := note(tx, w.anna, e.name); err != nil {
					return err
				}
				return e.end()
			})
			if (err == nil) != e.ok {
				wrong <- fmt.Sprintf("%s: %v", e.name, err)
			}
		}()
	}
	all.Wait()
	close(wrong)
	for s := range wrong {
		t.Error(s)
	}
	notes := w.notes()
	if len(notes) != 40 {
		t.Errorf("%d notes are kept, want those of the 40 good turns", len(notes))
	}
	for _, n := range notes {
		if n != "good" {
			t.Errorf("the turn that ended by %s left something", n)
		}
	}
}

// Turns of one UpdateEach are on disk together or not at all, and long ones let others have a turn in between.
func TestTurnsThatStandOrFallTogether(t *testing.T) {
	w := newWorld(t)
	broke := errors.New("the third fails")
	n, err := w.UpdateEach(context.Background(), 4, func(tx *Tx, i int) error {
		if i == 2 {
			return broke
		}
		return note(tx, w.anna, fmt.Sprint("together ", i))
	})
	if n != 0 || !errors.Is(err, broke) || len(w.notes()) != 0 {
		t.Error(n, err, w.notes())
	}
	n, err = w.UpdateEach(context.Background(), 3, func(tx *Tx, i int) error { return note(tx, w.anna, fmt.Sprint("together ", i)) })
	if n != 3 || err != nil || len(w.notes()) != 3 {
		t.Error(n, err, w.notes())
	}
	n, err = w.UpdateEach(context.Background(), 3, func(tx *Tx, i int) error {
		for range maxStatements {
			if _, err := tx.count("SELECT 1"); err != nil {
				return err
			}
		}
		return note(tx, w.anna, fmt.Sprint("long ", i))
	})
	if n != 1 || err != nil || len(w.notes()) != 4 {
		t.Error(n, err, w.notes())
	}
}

func TestTryUndoesItsPartAlone(t *testing.T) {
	w := newWorld(t)
	c := w.client(w.anna, "Ромашка")
	bad := errors.New("bad")
	w.as(w.anna, func(tx *Tx) error {
		err := tx.Try(func() error {
			tx.Change("called", crm.Subject{Kind: "client", ID: c.ID})
			if err := tx.SaveInteraction(&crm.Interaction{Client: c.ID, Kind: crm.TouchCall}); err != nil {
				return err
			}
			if _, err := tx.Send(message.Out{Chat: w.anna.Telegram, Text: "Записано"}); err != nil {
				return err
			}
			return bad
		})
		if !errors.Is(err, bad) || tx.ChangeID() != 0 {
			t.Errorf("got %v and change %d", err, tx.ChangeID())
		}
		_, err = tx.Send(message.Out{Chat: w.anna.Telegram, Text: "Не вышло"})
		return err
	})
	parcels, err := w.NextParcels(context.Background(), 10)
	if err != nil || len(parcels) != 1 || parcels[0].Out.Text != "Не вышло" {
		t.Errorf("queued %v, %v", parcels, err)
	}
	w.as(w.anna, func(tx *Tx) error {
		events, err := tx.Timeline(c.ID, 0, 10)
		if len(events) != 0 {
			t.Errorf("the part left %v", events)
		}
		last, found, _ := tx.LastChange()
		if !found || last.Subject != (crm.Subject{Kind: "client", ID: c.ID}) || last.Label == "called" {
			t.Errorf("last change is %v", last)
		}
		return err
	})
}

// TestEveryStatementFailsOnce fails the first, the second, … statement of a turn: the turn leaves nothing, and the next one
// is as if nothing had happened.
func TestEveryStatementFailsOnce(t *testing.T) {
	w := newWorld(t)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	down := errors.New("the disk is full")
	var mu sync.Mutex
	countdown := -1
	s, err := Open(context.Background(), w.path, Options{Now: w.now, Kinds: testKinds, Fault: func(string) error {
		mu.Lock()
		defer mu.Unlock()
		countdown--
		if countdown == 0 {
			return down
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	w.Store = s
	for n, kept := 1, 0; ; n++ {
		mu.Lock()
		countdown = n
		mu.Unlock()
		err := w.Update(context.Background(), func(tx *Tx) error {
			if err := note(tx, w.anna, "kept"); err != nil {
				return err
			}
			return tx.As(w.anna).SaveClient(&crm.Client{Name: "Ромашка " + strconv.Itoa(n)})
		})
		mu.Lock()
		reached := countdown <= 0
		countdown = -1
		mu.Unlock()
		if err == nil {
			kept++ // a failed BEGIN is tried again
		}
		if notes := w.notes(); len(notes) != kept {
			t.Fatalf("statement %d failed: the turn ended with %v, %d notes of %d good turns are kept", n, err, len(notes), kept)
		}
		if !reached {
			if n < 10 {
				t.Fatalf("only %d statements were counted", n)
			}
			return
		}
	}
}

func TestClosedStoreSaysSo(t *testing.T) {
	w := newWorld(t)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := w.Update(context.Background(), func(*Tx) error { return nil }); !errors.Is(err, ErrClosed) {
		t.Errorf("Update gave %v", err)
	}
	if err := w.View(context.Background(), func(*Tx) error { return nil }); !errors.Is(err, ErrClosed) {
		t.Errorf("View gave %v", err)
	}
}

func TestCloseWaitsForTheTurnInHand(t *testing.T) {
	w := newWorld(t)
	inside, ended := make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- w.Update(context.Background(), func(tx *Tx) error {
			close(inside)
			<-w.closing
			return note(tx, w.anna, "kept")
		})
	}()
	<-inside
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Errorf("the turn in hand ended with %v", err)
	}
	w.open()
	if got := w.notes(); len(got) != 1 {
		t.Errorf("kept %v", got)
	}
}

// TestTwoProgramsShareADatabase writes through two stores at once, as invite does beside serve.
func TestTwoProgramsShareADatabase(t *testing.T) {
	w := newWorld(t)
	other, err := Open(context.Background(), w.path, w.Options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = other.Close() })
	var all sync.WaitGroup
	for _, s := range []*Store{w.Store, other} {
		for range 4 {
			all.Add(1)
			go func() {
				defer all.Done()
				for range 25 {
					if err := s.Update(context.Background(), func(tx *Tx) error { return note(tx, w.anna, "x") }); err != nil {
						t.Error(err)
					}
				}
			}()
		}
	}
	all.Wait()
	if n := len(w.notes()); n != 200 {
		t.Errorf("%d of 200 are kept", n)
	}
}

func TestViewWritesNothing(t *testing.T) {
	w := newWorld(t)
	err := w.View(context.Background(), func(tx *Tx) error { return note(tx, w.anna, "x") })
	if err == nil || len(w.notes()) != 0 {
		t.Errorf("a write in a View ended with %v", err)
	}
}

// crashEnv tells the child process of TestKilledProcessKeepsWhatItAcknowledged where its database is.
const crashEnv = "FOLLOWUP_CRASH_DB"

// endEnv makes the child end by itself after so many numbers, and copy its journal into the database every few pages.
const endEnv = "FOLLOWUP_CRASH_END"

// TestMain runs the child of the crash test, or the tests.
func TestMain(m *testing.M) {
	if path := os.Getenv(crashEnv); path != "" {
		count(path)
	}
	code := m.Run()
	if code == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stdout, err)
			code = 1
		}
	}
	os.Exit(code)
}

// count writes numbers from several goroutines and prints each after its commit, until it is killed.
func count(path string) {
	s, err := Open(context.Background(), path, Options{Now: func() time.Time { return start }})
	if err != nil {
		fmt.Fprintln(os.Stdout, "error", err)
		os.Exit(1)
	}
	var left atomic.Int64
	left.Store(1 << 62)
	if end, err := strconv.ParseInt(os.Getenv(endEnv), 10, 64); err == nil {
		left.Store(end)
		if _, err := s.writer.exec(context.Background(), "PRAGMA wal_autocheckpoint(50)"); err != nil {
			fmt.Fprintln(os.Stdout, "error", err)
			os.Exit(1)
		}
	}
	for g := range 8 {
		go func() {
			for n := 0; ; n++ {
				id := int64(g*1_000_000 + n + 1)
				err := s.Update(context.Background(), func(tx *Tx) error {
					_, err := tx.Handled(id)
					return err
				})
				if err != nil {
					fmt.Fprintln(os.Stdout, "error", err)
					os.Exit(1)
				}
				fmt.Fprintln(os.Stdout, id) // one write call of a few bytes is whole in a pipe
				if left.Add(-1) == 0 {
					os.Exit(0)
				}
			}
		}()
	}
	select {}
}

// TestKilledProcessKeepsWhatItAcknowledged kills a process while it counts: every number that it printed is stored.
func TestKilledProcessKeepsWhatItAcknowledged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "crash.db")
	random := rand.New(rand.NewPCG(1, 2))
	acknowledged := map[int64]bool{}
	for round := range 5 {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), crashEnv+"="+path)
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for n, stop := 0, 100+random.IntN(2000); lines.Scan(); n++ {
			if n == stop {
				_ = child.Process.Kill()
			}
			line := lines.Text()
			id, err := strconv.ParseInt(line, 10, 64)
			if strings.HasPrefix(line, "error") || err != nil {
				t.Fatalf("the child said %q", line)
			}
			acknowledged[id] = true
		}
		_ = child.Wait()
		checkAcknowledged(t, path, acknowledged, round)
	}
}

func checkAcknowledged(t *testing.T, path string, acknowledged map[int64]bool, round int) {
	t.Helper()
	s, err := Open(context.Background(), path, Options{Now: func() time.Time { return start }})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	stored := map[int64]bool{}
	err = s.View(context.Background(), func(tx *Tx) error {
		ids, err := tx.ids("SELECT update_id FROM inbox WHERE state = 1")
		for _, id := range ids {
			stored[id] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for id := range acknowledged {
		if !stored[id] {
			t.Fatalf("round %d: %d was acknowledged and is lost", round, id)
		}
	}
	if r, err := s.Check(context.Background()); err != nil || len(r.Faults) > 0 {
		t.Fatalf("round %d: %v, %v", round, r.Faults, err)
	}
}
