package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"followup/scheduler/clock"
	"followup/storage"
	"followup/storage/pgtest"
)

// TestACopyThatIsKilledLeavesNothing kills copy at random moments on its way into a server's database and back into a file.
// The target holds nothing then, so that the same command begins anew, and once it was let through refuses to be repeated.
func TestACopyThatIsKilledLeavesNothing(t *testing.T) {
	const clients = 1000
	var portfolio strings.Builder
	portfolio.WriteString(oneManager)
	for n := range clients - 1 {
		fmt.Fprintf(&portfolio, "client Клиент %d | manager Анна\n", n)
	}
	from := newTown(t, portfolio.String())
	chance := rand.New(rand.NewPCG(18, 11))
	server := pgtest.Start(t)
	files := 0
	for _, fresh := range []func() string{
		func() string { return pgtest.Fresh(t, server) },
		func() string { files++; return filepath.Join(t.TempDir(), fmt.Sprintf("back%d.db", files)) },
	} {
		began := clock.Real().Now()
		if p := launch(t, nil, "copy", from.db, fresh()); p.cmd.Wait() != nil {
			t.Fatal(p.printed())
		}
		takes := clock.Real().Now().Sub(began)
		target := &town{db: fresh()}
		for killed := 0; killed < 3; {
			p := launch(t, nil, "copy", from.db, target.db)
			pause(t, time.Duration(chance.Int64N(int64(takes))))
			_ = p.cmd.Process.Kill()
			_ = p.cmd.Wait() // killed, or just through
			switch n := target.clients(t); n {
			case 0:
				killed++
			case clients:
				target.db = fresh()
			default:
				t.Fatalf("%d of %d clients are there after a kill", n, clients)
			}
		}
		if p := launch(t, nil, "copy", from.db, target.db); p.cmd.Wait() != nil || !strings.Contains(p.printed(), "read back alike") {
			t.Fatalf("after the kills: %s", p.printed())
		}
		if n := target.clients(t); n != clients {
			t.Errorf("%d of %d clients were copied", n, clients)
		}
		if p := launch(t, nil, "copy", from.db, target.db); p.cmd.Wait() == nil || !strings.Contains(p.printed(), "is not empty, and nothing was copied") {
			t.Errorf("once more: %s", p.printed())
		}
		from = target
	}
}

// clients counts them.
func (v *town) clients(t *testing.T) (n int) {
	t.Helper()
	store := v.open(t)
	err := store.View(t.Context(), func(tx *storage.Tx) error {
		var err error
		_, n, err = tx.System().Clients(storage.ClientFilter{Limit: 1})
		return err
	})
	if err := errors.Join(err, store.Close()); err != nil {
		t.Fatal(err)
	}
	return n
}
