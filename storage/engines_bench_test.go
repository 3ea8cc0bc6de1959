package storage

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"followup/bot/message"
	"followup/storage/crm"
	"followup/storage/pgtest"
)

// clientsEnv says beside how many clients BenchmarkEngines asks; 100,000 when it is not set.
const clientsEnv = "FOLLOWUP_BENCH_CLIENTS"

// BenchmarkEngines measures SQLite and a durable PostgreSQL on the same disk in one run: small turns by 1, 4 and 16 workers,
// messages claimed and marked as delivered, and what is due and what is owed beside many clients.
func BenchmarkEngines(b *testing.B) {
	clients := 100_000
	if n, err := strconv.Atoi(os.Getenv(clientsEnv)); err == nil {
		clients = n
	}
	server := pgtest.Start(b, "fsync=on", "synchronous_commit=on", "full_page_writes=on", "autovacuum=on")
	for _, engine := range []string{"sqlite", "postgres"} {
		for _, workers := range []int{1, 4, 16} {
			b.Run(fmt.Sprintf("%s/updates/workers=%d", engine, workers), func(b *testing.B) { worldOn(b, engine, server).small(b, workers) })
		}
		b.Run(engine+"/claims", func(b *testing.B) { worldOn(b, engine, server).claims(b) })
		b.Run(fmt.Sprintf("%s/clients=%d", engine, clients), func(b *testing.B) { worldOn(b, engine, server).amongMany(b, clients) })
	}
}

// worldOn is a world on an engine; PostgreSQL's is at server.
func worldOn(b *testing.B, engine, server string) *world {
	b.Helper()
	if engine == "postgres" {
		return newWorldAt(b, pgtest.Fresh(b, server))
	}
	return newWorldAt(b, filepath.Join(b.TempDir(), "bench.db"))
}

// small writes b.N turns of two statements.
func (w *world) small(b *testing.B, workers int) {
	b.Helper()
	var next atomic.Int64
	var all sync.WaitGroup
	b.ResetTimer()
	for range workers {
		all.Go(func() {
			for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
				err := w.Update(context.Background(), func(tx *Tx) error {
					if _, err := tx.Handled(n); err != nil {
						return err
					}
					_, err := tx.Send(message.Out{Chat: n % 1000, Text: "Записано"})
					return err
				})
				if err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "updates/s")
}

// claims takes b.N queued messages, marks each before it is sent and again when it was.
func (w *world) claims(b *testing.B) {
	b.Helper()
	w.turn(func(tx *Tx) error {
		for n := range b.N {
			if _, err := tx.Send(message.Out{Chat: int64(n), Text: "Записано"}); err != nil {
				return err
			}
		}
		return nil
	})
	b.ResetTimer()
	for done := 0; done < b.N; {
		list, err := w.NextParcels(context.Background(), 32)
		if err != nil {
			b.Fatal(err)
		}
		for _, mark := range []func(*Tx, Parcel) error{func(tx *Tx, p Parcel) error { return tx.Started(p.ID) }, func(tx *Tx, p Parcel) error { return tx.Delivered(p, 0) }} {
			var all sync.WaitGroup
			for _, p := range list {
				all.Go(func() {
					if err := w.Update(context.Background(), func(tx *Tx) error { return mark(tx, p) }); err != nil {
						b.Error(err)
					}
				})
			}
			all.Wait()
		}
		done += len(list)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "claims/s")
}

// morning asks what a plan of the day asks.
func (tx *Tx) morning() error {
	today := crm.NewDate(2026, 11, 18)
	_, err := tx.FollowUps(FollowUpFilter{Assignee: tx.me.ID, Status: crm.FollowUpOpen, DueTo: crm.MomentOf(tx.now) + 86400})
	_, err2 := tx.Debts(DebtFilter{Today: today})
	_, err3 := tx.Contracts(ContractFilter{EndTo: today, Active: true})
	_, err4 := tx.Promises(PromiseFilter{Status: crm.PromisePending, DayTo: today})
	_, err5 := tx.Documents(DocumentFilter{Awaited: true})
	_, err6 := tx.Birthdays(0)
	_, _, err7 := tx.Clients(ClientFilter{NoNextStep: true, Limit: 10})
	return errors.Join(err, err2, err3, err4, err5, err6, err7)
}

// amongMany asks what is due, what a manager of 400 clients is owed, and what his plan of the day asks, beside n clients with an invoice and a reminder each.
func (w *world) amongMany(b *testing.B, n int) {
	b.Helper()
	first := w.client(w.anna, "Клиент 0").ID
	w.turn(func(tx *Tx) error {
		series := fmt.Sprintf("(WITH RECURSIVE s (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < %d) SELECT i FROM s) n", n)
		_, err := tx.exec(`INSERT INTO clients (name, name_key, aliases, city, inn, manager_id, team_id, tier, cadence, status, tags, last_touch, created)
			SELECT 'Клиент', 'клиент', '[]', '', '', CASE WHEN n.i <= 400 THEN CAST($1 AS BIGINT) ELSE CAST($2 AS BIGINT) END, NULL, 'B', 0, 'active', '[]', 0, 0
			FROM `+series, w.anna.ID, w.far.ID)
		if err == nil {
			_, err = tx.exec(`INSERT INTO invoices (client_id, number, number_key, issued, due_day, sum, currency, balance, status, level, level_set,
				sent, paused, reason, claimed, created, manager_id)
				SELECT n.i + CAST($1 AS BIGINT), '1', '1', '', '2026-11-01', 100, 'RUB', 100, 'open', 0, 0, 0, '', '', '', 0,
				CASE WHEN n.i <= 400 THEN CAST($2 AS BIGINT) ELSE CAST($3 AS BIGINT) END FROM `+series, first, w.anna.ID, w.far.ID)
		}
		if err == nil {
			_, err = tx.exec(`INSERT INTO reminders (kind, subject_kind, subject_id, recipient_id, at, anchor, step, daily, named, level, held)
				SELECT 'due', 'followup', n.i, CAST($1 AS BIGINT), CAST($2 AS BIGINT) + n.i * 60, '', 'due', 0, 0, 0, 0 FROM `+series, w.far.ID, start.Unix())
		}
		return err
	})
	for name, ask := range map[string]func(tx *Tx) error{
		"due": func(tx *Tx) error { _, err := tx.System().Due(100); return err },
		"owed": func(tx *Tx) error {
			list, err := tx.As(w.anna).Debts(DebtFilter{Today: crm.NewDate(2026, 11, 18)})
			if len(list) != 400 {
				b.Fatalf("%d owe", len(list))
			}
			return err
		},
		"digest": func(tx *Tx) error { return tx.As(w.anna).morning() },
	} {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				if err := w.View(context.Background(), ask); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
