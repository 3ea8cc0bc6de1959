package storage

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
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
// messages claimed and marked as delivered, and what is due, owed, planned and searched beside many clients.
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

// fillNotes gives each of n clients from first on a note, in no order of theirs, and puts it into the index: a third are of a call,
// a tenth of a discount, a tenth of a lift and none of those Anna's, and two hundred have a number in common.
func (w *world) fillNotes(b *testing.B, first int64, n int) {
	b.Helper()
	client := func(i int) int64 { return first + 1 + int64(i)*7919%int64(n) }
	add := w.dialect.index["search_notes"].add
	const step = 20_000
	for from := 0; from < n; from += step {
		w.turn(func(tx *Tx) error {
			for i := from; i < min(from+step, n); i++ {
				words := fmt.Sprintf("номер%d н%d", i, i%(n/200))
				if i%3 == 0 {
					words += " звонок"
				}
				if i%10 == 3 {
					words += " скидка"
				}
				if i%10 == 4 && client(i) > first+400 {
					words += " лифт"
				}
				tx.later(`INSERT INTO interactions (id, client_id, author_id, kind, happened, text, outcome, private, chat, message, created)
					VALUES ($1, $2, $3, 'call', $4, $5, '', 0, 0, 0, $4)`, i+1, client(i), w.far.ID, start.Unix(), words)
				tx.later("INSERT INTO search_docs (id, kind, record_id, client_id, at) VALUES ($1, 'interaction', $2, $3, $4)", 1000+i, i+1, client(i), start.Unix())
				tx.later(add, 1000+i, strings.Join(searchWords(words), " "))
			}
			return nil
		})
	}
	if w.dialect.server {
		w.turn(func(tx *Tx) error { _, err := tx.exec("ANALYZE"); return err }) // which autovacuum does by and by
	}
}

// amongMany asks what is due, what a manager of 400 clients is owed, what his plan of the day asks and what he and an owner
// look for, beside n clients with an invoice, a reminder and a note each.
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
	w.fillNotes(b, first, n)
	asks := map[string]func(tx *Tx) error{
		"due": func(tx *Tx) error { _, err := tx.System().Due(100); return err },
		"owed": func(tx *Tx) error {
			list, err := tx.As(w.anna).Debts(DebtFilter{Today: crm.NewDate(2026, 11, 18)})
			if len(list) != 400 {
				b.Fatalf("%d owe", len(list))
			}
			return err
		},
		"digest": func(tx *Tx) error { return tx.As(w.anna).morning() },
	}
	for _, who := range []crm.Member{w.anna, w.owner} {
		for _, text := range []string{"скидку", "лифт", "звонок скидка", "н77", "такого нет"} {
			asks["search/"+string(who.Role)+"/"+text] = func(tx *Tx) error { _, err := tx.As(who).Search(text, 10); return err }
		}
	}
	for _, name := range slices.Sorted(maps.Keys(asks)) {
		ask := asks[name]
		b.Run(name, func(b *testing.B) {
			for n := range b.N + 1 {
				if n == 1 {
					b.ResetTimer() // the first one reads from the disk what all others find in memory
				}
				if err := w.View(context.Background(), ask); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
