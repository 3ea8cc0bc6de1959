// Package peers measures Followup's door against plain handlers on three well-known libraries, in one run on one machine:
// every update is stored in SQLite with synchronous=FULL and answered. A plain handler is what their documentation shows: it
// inserts a row and sends a message, on as many goroutines as its library starts. The Bot API server is the same for all, as
// lean as can be, sets no limits and runs in a process of its own, so that memory and allocations are the bot's alone.
//
//	cd .peers && go test -run x -bench . -benchtime 20000x -count 5 | tee /tmp/peers.txt
//
// Figures: updates/s from the first poll to the last answer; p99-ms from handing an update out to its answer; broken-% of
// answers that overtook an earlier one of their chat; MB of memory taken from the system at the end; allocs/op; cpu-us of the bot's process for an update; of-trips: the
// rate over the loopback round trips that one client makes in a second of the same run; and after all peers times: the door's
// rate over each peer's.
package peers

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"followup/bot"
	"followup/bot/message"
	"followup/scheduler/clock"
	"followup/storage"
	"followup/storage/crm"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"
	"testing"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
	"github.com/mymmrac/telego"
	tele "gopkg.in/telebot.v4"
	_ "modernc.org/sqlite"
)

const token = "4242424242:AAmill-token_of_the_right_form12345"

// notes is the database of a plain handler.
func notes(b *testing.B) *sql.DB {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(b.TempDir(), "notes.db")+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
	if err != nil {
		b.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("CREATE TABLE notes (id INTEGER PRIMARY KEY, chat INTEGER, text TEXT)"); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	return db
}

func insert(db *sql.DB, chat int64, text string) error {
	_, err := db.Exec("INSERT INTO notes (chat, text) VALUES (?, ?)", chat, text)
	return err
}

// peers start a bot at a server and return what stops it.
var peers = []struct {
	name  string
	start func(b *testing.B, url string) (stop func())
}{
	{"followup", followup},
	{"go-telegram", goTelegram},
	{"telebot", telebot},
	{"telego", telegoPlain},
}

func followup(b *testing.B, url string) func() {
	store, err := storage.Open(context.Background(), filepath.Join(b.TempDir(), "followup.db"), storage.Options{Now: clock.Real().Now})
	if err != nil {
		b.Fatal(err)
	}
	door, err := bot.New(bot.Options{Token: token, API: url, Store: store, Log: slog.New(slog.DiscardHandler), Unpaced: true, Talk: bot.Talk{
		Turn: func(tx *storage.Tx, in message.In) error {
			form := storage.Form{Chat: in.Chat, Kind: "note", Data: []byte(`"` + in.Text + `"`), Created: in.Date, Expires: in.Date + 1000}
			if err := tx.SaveForm(form); err != nil {
				return err
			}
			_, err := tx.Send(message.Out{Chat: in.Chat, Text: in.Text})
			return err
		},
		Alarm: func(*storage.Tx, string, ...any) error { return nil },
		Menu:  func(string, crm.Role) []bot.Command { return nil },
	}})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- door.Run(ctx) }()
	return func() {
		cancel()
		if err := <-ended; err != nil {
			b.Error(err)
		}
		_ = store.Close()
	}
}

func goTelegram(b *testing.B, url string) func() {
	db := notes(b)
	plain, err := tg.New(token, tg.WithServerURL(url), tg.WithSkipGetMe(), tg.WithDefaultHandler(func(ctx context.Context, t *tg.Bot, u *models.Update) {
		if err := insert(db, u.Message.Chat.ID, u.Message.Text); err != nil {
			b.Error(err)
		}
		if _, err := t.SendMessage(ctx, &tg.SendMessageParams{ChatID: u.Message.Chat.ID, Text: u.Message.Text}); err != nil && ctx.Err() == nil {
			b.Error(err)
		}
	}))
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	go plain.Start(ctx)
	return cancel
}

func telebot(b *testing.B, url string) func() {
	db := notes(b)
	plain, err := tele.NewBot(tele.Settings{
		Token: token, URL: url, Poller: &tele.LongPoller{Timeout: time.Second, Limit: 100},
		OnError: func(error, tele.Context) {}, // Stop cuts the last call off; an answer that failed would never be counted
	})
	if err != nil {
		b.Fatal(err)
	}
	plain.Handle(tele.OnText, func(c tele.Context) error {
		if err := insert(db, c.Chat().ID, c.Text()); err != nil {
			b.Error(err)
		}
		return c.Send(c.Text())
	})
	go plain.Start()
	return plain.Stop
}

func telegoPlain(b *testing.B, url string) func() {
	db := notes(b)
	plain, err := telego.NewBot(token, telego.WithAPIServer(url), telego.WithDiscardLogger())
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	updates, err := plain.UpdatesViaLongPolling(ctx, nil)
	if err != nil {
		b.Fatal(err)
	}
	go func() {
		for u := range updates {
			go func() {
				if err := insert(db, u.Message.Chat.ID, u.Message.Text); err != nil {
					b.Error(err)
				}
				_, err := plain.SendMessage(ctx, &telego.SendMessageParams{ChatID: telego.ChatID{ID: u.Message.Chat.ID}, Text: u.Message.Text})
				if err != nil && ctx.Err() == nil {
					b.Error(err)
				}
			}()
		}
	}()
	return cancel
}

func BenchmarkPeers(b *testing.B) {
	rates := map[string]float64{}
	for _, p := range peers {
		b.Run(p.name, func(b *testing.B) {
			url := startMill(b, b.N)
			trips := roundTrips(b, url)
			debug.FreeOSMemory()
			b.ReportAllocs()
			began := cpu(b)
			b.ResetTimer()
			stop := p.start(b, url)
			seen := report(b, url)
			b.StopTimer()
			b.ReportMetric(float64((cpu(b)-began).Microseconds())/float64(b.N), "cpu-us")
			var memory runtime.MemStats
			runtime.ReadMemStats(&memory)
			stop()
			rates[p.name] = float64(b.N) / b.Elapsed().Seconds()
			b.ReportMetric(rates[p.name], "updates/s")
			b.ReportMetric(rates[p.name]/trips, "of-trips")
			b.ReportMetric(seen.P99*1000, "p99-ms")
			b.ReportMetric(100*float64(seen.Broken)/float64(b.N), "broken-%")
			b.ReportMetric(float64(memory.Sys-memory.HeapReleased)/(1<<20), "MB")
			b.ReportMetric(0, "ns/op")
		})
	}
	for _, p := range peers[1:] {
		if rates[p.name] > 0 && rates["followup"] > 0 {
			b.Logf("times %s: %.2f", p.name, rates["followup"]/rates[p.name])
		}
	}
}

// startMill starts the server in a process of its own and returns its address.
func startMill(b *testing.B, n int) string {
	mill := exec.Command(os.Args[0])
	mill.Env = append(os.Environ(), fmt.Sprintf("%s=%d", millUpdates, n))
	mill.Stderr = os.Stderr
	out, err := mill.StdoutPipe()
	if err == nil {
		err = mill.Start()
	}
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = mill.Process.Kill()
		_ = mill.Wait() // it was killed
	})
	url, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return strings.TrimSpace(url)
}

// report waits for the last answer and returns what the server saw.
func report(b *testing.B, url string) (seen seen) {
	res, err := http.Get(url + "/report")
	if err != nil {
		b.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(&seen); err != nil {
		b.Fatal(err)
	}
	return seen
}

// cpu is what this process has used so far.
func cpu(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// roundTrips is how many calls a second one client makes to the server, one after another.
func roundTrips(b *testing.B, url string) float64 {
	const n = 2000
	client := &http.Client{}
	began := time.Now()
	for range n {
		res, err := client.Post(url+"/bot"+token+"/getMe", "application/json", strings.NewReader("{}"))
		if err != nil {
			b.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
	}
	client.CloseIdleConnections()
	return n / time.Since(began).Seconds()
}
