// Package peers measures Followup's door against plain handlers on three well-known libraries, in one run on one machine:
// every update is stored in SQLite with synchronous=FULL and answered. A plain handler is what their documentation shows: it
// inserts a row and sends a message, on as many goroutines as its library starts. The Bot API server is the same for all, as
// lean as can be, sets no limits and runs in a process of its own, so that memory and allocations are the bot's alone.
//
//	cd .peers && go test -run x -bench . -benchtime 20000x | tee /tmp/peers.txt
//
// The rounds (-args -rounds 5) go through all peers one after another, so that what else the machine does falls on all alike;
// what holds is the median over the rounds. Figures: updates/s from the first poll to the last answer; p99-ms from handing an
// update out to its answer; broken-% of answers that overtook an earlier one of their chat; MB of memory taken from the system
// at the end; allocs/op; cpu-us of the bot's process for an update and server-us of the server's; of-trips: the rate over the
// loopback round trips that one client makes in a second of the same run. At the end the medians, and the door's over each
// peer's of the same round.
package peers

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"flag"
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
	"slices"
	"strings"
	"sync"
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

var rounds = flag.Int("rounds", 5, "how often all peers are measured")

// figure is what one run of one peer showed.
type figure struct{ rate, trips, p99, mb, cpu float64 }

func BenchmarkPeers(b *testing.B) {
	shown := map[string][]figure{}
	for round := range *rounds {
		for _, p := range peers {
			var f figure
			b.Run(fmt.Sprintf("%s/round=%d", p.name, round+1), func(b *testing.B) { f = measure(b, p.start) })
			shown[p.name] = append(shown[p.name], f)
		}
	}
	for _, p := range peers {
		all := shown[p.name]
		fmt.Printf("median %-11s %7.0f updates/s  %6.3f of-trips  %7.1f p99-ms  %6.1f MB  %6.1f cpu-us\n", p.name,
			median(all, func(i int) float64 { return all[i].rate }), median(all, func(i int) float64 { return all[i].trips }),
			median(all, func(i int) float64 { return all[i].p99 }), median(all, func(i int) float64 { return all[i].mb }),
			median(all, func(i int) float64 { return all[i].cpu }))
	}
	ours := shown[peers[0].name]
	for _, p := range peers[1:] {
		all := shown[p.name]
		fmt.Printf("against %-11s %5.2f times the updates  1/%.0f of the p99  %.2f of the memory  %.2f of the CPU\n", p.name,
			median(all, func(i int) float64 { return ours[i].rate / all[i].rate }), median(all, func(i int) float64 { return all[i].p99 / ours[i].p99 }),
			median(all, func(i int) float64 { return ours[i].mb / all[i].mb }), median(all, func(i int) float64 { return ours[i].cpu / all[i].cpu }))
	}
	fastest := median(ours, func(i int) float64 {
		most := 0.0
		for _, p := range peers[1:] {
			most = max(most, shown[p.name][i].rate)
		}
		return ours[i].rate / most
	})
	fmt.Printf("against the fastest of each round: %.2f times the updates\n", fastest)
}

// median is the middle of a value over the rounds.
func median(all []figure, value func(round int) float64) float64 {
	list := make([]float64, len(all))
	for i := range all {
		list[i] = value(i)
	}
	slices.Sort(list)
	return list[len(list)/2]
}

func measure(b *testing.B, start func(*testing.B, string) func()) figure {
	url := startMill(b, b.N)
	trips := roundTrips(b, url)
	before := taken()
	once.Do(func() { empty = before })
	b.ReportAllocs()
	began := cpu()
	b.ResetTimer()
	stop := start(b, url)
	seen := report(b, url)
	b.StopTimer()
	used := cpu() - began
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	after := megabytes(memory)
	stop()
	f := figure{
		rate: float64(b.N) / b.Elapsed().Seconds(), p99: seen.P99 * 1000, mb: empty + after - before,
		cpu: float64(used.Microseconds()) / float64(b.N),
	}
	f.trips = f.rate / trips
	b.ReportMetric(f.cpu, "cpu-us")
	b.ReportMetric(seen.CPU*1e6/float64(b.N), "server-us")
	b.ReportMetric(f.rate, "updates/s")
	b.ReportMetric(f.trips, "of-trips")
	b.ReportMetric(f.p99, "p99-ms")
	b.ReportMetric(100*float64(seen.Broken)/float64(b.N), "broken-%")
	b.ReportMetric(f.mb, "MB")
	b.ReportMetric(0, "ns/op")
	return f
}

// empty is what the process had taken before the first measurement. What earlier ones left is no later one's fault, so that
// each is said to take this and what it added.
var (
	empty float64
	once  sync.Once
)

// taken is the memory that this process keeps from the system when it needs least.
func taken() float64 {
	debug.FreeOSMemory()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return megabytes(memory)
}

func megabytes(m runtime.MemStats) float64 { return float64(m.Sys-m.HeapReleased) / (1 << 20) }

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
func cpu() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		panic(err)
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
