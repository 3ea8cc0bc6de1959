package storage

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"followup/scheduler/calendar"
	"followup/scheduler/rules"

	"followup/bot/message"
	"followup/storage/crm"
)

// syncRate measures how many appends of a kilobyte with fsync the disk does in a second.
func syncRate(b *testing.B) (rate float64) {
	b.Helper()
	b.Run("raw", func(b *testing.B) {
		f, err := os.Create(filepath.Join(b.TempDir(), "raw"))
		if err != nil {
			b.Fatal(err)
		}
		defer f.Close()
		page := make([]byte, 1024)
		b.ResetTimer()
		for range b.N {
			if _, err := f.Write(page); err != nil {
				b.Fatal(err)
			}
			if err := f.Sync(); err != nil {
				b.Fatal(err)
			}
		}
		rate = float64(b.N) / b.Elapsed().Seconds()
		b.ReportMetric(rate, "syncs/s")
	})
	return rate
}

// BenchmarkUpdate writes small turns from many goroutines: an update's number and a queued answer. units/s is durable
// turns, per-sync how many of them one fdatasync of this disk pays for.
func BenchmarkUpdate(b *testing.B) {
	raw := syncRate(b)
	for _, writers := range []int{1, 16, 256} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			w := newWorld(b)
			var next atomic.Int64
			var all sync.WaitGroup
			b.ResetTimer()
			for range writers {
				all.Add(1)
				go func() {
					defer all.Done()
					for {
						n := next.Add(1)
						if n > int64(b.N) {
							return
						}
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
				}()
			}
			all.Wait()
			rate := float64(b.N) / b.Elapsed().Seconds()
			b.ReportMetric(rate, "units/s")
			b.ReportMetric(rate/raw, "per-sync")
		})
	}
}

// BenchmarkTurn is a whole turn of one line: a call with its next step, audited, planned and answered.
func BenchmarkTurn(b *testing.B) {
	w := newWorld(b)
	c := w.client(w.anna, "Ромашка")
	var all sync.WaitGroup
	var next atomic.Int64
	b.ResetTimer()
	for range 64 {
		all.Add(1)
		go func() {
			defer all.Done()
			for next.Add(1) <= int64(b.N) {
				err := w.Update(context.Background(), func(tx *Tx) error {
					a := tx.As(w.anna)
					a.Change("logged", crm.Subject{Kind: "client", ID: c.ID}, crm.Fact{Name: "name", Value: c.Name})
					if err := a.SaveInteraction(&crm.Interaction{Client: c.ID, Kind: crm.TouchCall, Text: "ждут кп"}); err != nil {
						return err
					}
					f := crm.FollowUp{Client: c.ID, Text: "перезвонить", Day: crm.NewDate(2026, 11, 19), Clock: crm.At(14, 0)}
					if err := a.SaveFollowUp(&f); err != nil {
						return err
					}
					_, err := tx.Send(message.Out{Chat: 102, Text: "Записано"})
					return err
				})
				if err != nil {
					b.Error(err)
					return
				}
			}
		}()
	}
	all.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "turns/s")
	if wal, err := os.Stat(w.path + "-wal"); err == nil {
		b.ReportMetric(float64(wal.Size())/(1<<20), "wal-MB") // it is never cut, so this is the largest
	}
}

// BenchmarkTouch logs a two-way call, which counts the client's silence anew, with the program's kinds and without those of
// the cadence: what planning costs.
func BenchmarkTouch(b *testing.B) {
	without := slices.DeleteFunc(slices.Clone(rules.Kinds), func(k rules.Kind) bool { return k.Of == "client" || k.Of == "contact" })
	for _, run := range []struct {
		name  string
		kinds []rules.Kind
	}{{"without", without}, {"cadence", rules.Kinds}} {
		b.Run(run.name, func(b *testing.B) {
			w := newWorld(b)
			c := w.client(w.anna, "Ромашка")
			if err := w.Close(); err != nil {
				b.Fatal(err)
			}
			s, err := Open(context.Background(), w.path, Options{Now: w.now, Kinds: run.kinds, Calendar: calendar.Russia()})
			if err != nil {
				b.Fatal(err)
			}
			w.Store = s
			b.Cleanup(func() { _ = s.Close() })
			b.ResetTimer()
			for n := range b.N {
				w.as(w.anna, func(tx *Tx) error {
					tx.Change("logged", crm.Subject{Kind: "client", ID: c.ID})
					return tx.SaveInteraction(&crm.Interaction{Client: c.ID, Kind: crm.TouchCall, Text: "ждут кп", Happened: crm.MomentOf(start) + crm.Moment(n)})
				})
			}
		})
	}
}

// fill runs a statement for the numbers 1..n in large turns.
func (w *world) fill(n int, text string, args func(i int) []any) {
	w.t.Helper()
	const step = 20_000
	for from := 1; from <= n; from += step {
		w.turn(func(tx *Tx) error {
			for i := from; i < min(from+step, n+1); i++ {
				tx.later(text, args(i)...)
			}
			return nil
		})
	}
}

// BenchmarkIdleHeartbeat asks what is due among a million planned reminders of which nothing is due, and again with a
// hundred that are.
func BenchmarkIdleHeartbeat(b *testing.B) {
	w := newWorld(b)
	now := start.Unix()
	w.fill(1_000_000, `INSERT INTO reminders (kind, subject_kind, subject_id, recipient_id, at, anchor, step, daily, named, level, held)
		VALUES ('due', 'followup', $1, $2, $3, '', 'due', 0, 0, 0, 0)`, func(i int) []any {
		return []any{i, w.anna.ID + int64(i%2), now + int64(i)*60}
	})
	for _, due := range []int{0, 100} {
		b.Run(fmt.Sprintf("due=%d", due), func(b *testing.B) {
			w.clock.Store(now + int64(due)*60)
			for range b.N {
				err := w.View(context.Background(), func(tx *Tx) error {
					list, err := tx.System().Due(1024)
					if len(list) != due {
						b.Fatal(len(list))
					}
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkSearch looks for words among a quarter of a million notes of four hundred own clients and others'.
func BenchmarkSearch(b *testing.B) {
	w := newWorld(b)
	var ids []int64
	for n := range 400 {
		owner := w.anna
		if n%2 == 1 {
			owner = w.far
		}
		ids = append(ids, w.client(owner, fmt.Sprintf("Клиент %d", n)).ID)
	}
	words := []string{"скидка", "договор", "счёт", "отсрочка", "реквизиты", "поставка", "акт", "встреча", "монтаж", "лифт"}
	const notes = 250_000
	w.fill(notes, `INSERT INTO interactions (client_id, author_id, kind, happened, text, outcome, private, chat, message, created)
		VALUES ($1, $2, 'call', $3, $4, '', 0, 0, 0, $3)`, func(i int) []any {
		text := fmt.Sprintf("обсудили %s и %s номер %d", words[i%10], words[(i/10)%10], i)
		if i%10_000 == 0 {
			text += " гортензии"
		}
		return []any{ids[i%len(ids)], w.anna.ID, start.Unix() - int64(notes-i), text}
	})
	w.turn(func(tx *Tx) error {
		_, err := tx.exec("INSERT INTO search_queue (kind, record_id) SELECT 'interaction', id FROM interactions")
		return err
	})
	if err := w.Index(context.Background()); err != nil {
		b.Fatal(err)
	}
	for _, q := range []string{"скидку", "гортензии", "монтаж лифта", "такого нет"} {
		b.Run(q, func(b *testing.B) {
			for range b.N {
				err := w.View(context.Background(), func(tx *Tx) error {
					_, err := tx.As(w.anna).Search(q, 10)
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
