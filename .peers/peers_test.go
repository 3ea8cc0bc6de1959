// Package peers measures Followup's door against plain handlers on three well-known libraries, in one run on one machine:
// every update is stored in SQLite with synchronous=FULL and answered. A plain handler is what their documentation shows: it
// inserts a row and sends a message. The Bot API server is the same for all, as lean as can be, and sets no limits.
//
//	cd .peers && go test -run x -bench . -benchtime 20000x -count 5 | tee /tmp/peers.txt
//
// Figures: updates/s from the first poll to the last answer; p99-ms from handing an update out to its answer; broken-% of
// answers that overtook an earlier one of their chat; MB of memory taken from the system at the end; allocs/op; and for the
// door trips: its rate over the loopback round trips a second of the same run.
package peers

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
	"github.com/mymmrac/telego"
	tele "gopkg.in/telebot.v4"
	_ "modernc.org/sqlite"

	"followup/bot"
	"followup/bot/message"
	"followup/scheduler/clock"
	"followup/storage"
	"followup/storage/crm"
)

const (
	token = "4242424242:AAmill-token_of_the_right_form12345"
	chats = 200
	text  = "Вектор: созвон, ждут счёт на 486 000 до пятницы"
)

// mill hands out n updates, a hundred at a time, and notes when each was given and answered.
type mill struct {
	n    int
	done chan struct{}

	mu     sync.Mutex
	given  []time.Time
	took   []time.Duration
	last   map[int64]int // the latest update answered, by chat
	broken int
}

func newMill(n int) *mill {
	return &mill{n: n, done: make(chan struct{}), given: make([]time.Time, n+1), last: map[int64]int{}}
}

func (m *mill) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	w.Header().Set("Content-Type", "application/json")
	switch path.Base(r.URL.Path) {
	case "getUpdates":
		m.updates(w, r, body)
	case "sendMessage":
		m.answered(value(r, body, "text"))
		fmt.Fprint(w, `{"ok":true,"result":{"message_id":7,"date":1,"chat":{"id":1,"type":"private"}}}`)
	case "getMe":
		fmt.Fprint(w, `{"ok":true,"result":{"id":42,"is_bot":true,"first_name":"F","username":"FollowupBot"}}`)
	default:
		fmt.Fprint(w, `{"ok":true,"result":true}`)
	}
}

// value is a parameter of a call, however the library sends it.
func value(r *http.Request, body []byte, name string) string {
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		_, rest, _ := strings.Cut(string(body), `name="`+name+`"`)
		rest = strings.TrimLeft(rest, "\r\n")
		v, _, _ := strings.Cut(rest, "\r\n")
		return v
	}
	var all map[string]any
	if json.Unmarshal(body, &all) != nil {
		return ""
	}
	return fmt.Sprint(all[name])
}

func (m *mill) updates(w http.ResponseWriter, r *http.Request, body []byte) {
	first, _ := strconv.Atoi(value(r, body, "offset")) // none: from the start
	first = max(first, 1)
	if first > m.n {
		<-r.Context().Done() // a long poll without news
		return
	}
	var b strings.Builder
	b.WriteString(`{"ok":true,"result":[`)
	m.mu.Lock()
	for id := first; id <= min(first+99, m.n); id++ {
		if m.given[id].IsZero() {
			m.given[id] = time.Now()
		}
		if id > first {
			b.WriteString(",")
		}
		chat := 1000 + id%chats
		fmt.Fprintf(&b, `{"update_id":%d,"message":{"message_id":%d,"date":1763449200,"chat":{"id":%d,"type":"private","first_name":"Анна"},`+
			`"from":{"id":%d,"is_bot":false,"first_name":"Анна","username":"anna","language_code":"ru"},"text":"%d %s"}}`, id, id, chat, chat, id, text)
	}
	m.mu.Unlock()
	b.WriteString("]}")
	_, _ = io.WriteString(w, b.String())
}

func (m *mill) answered(said string) {
	number, _, _ := strings.Cut(said, " ")
	id, err := strconv.Atoi(number)
	if err != nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.took = append(m.took, time.Since(m.given[id]))
	chat := int64(1000 + id%chats)
	if m.last[chat] > id {
		m.broken++
	}
	m.last[chat] = max(m.last[chat], id)
	if len(m.took) == m.n {
		close(m.done)
	}
}

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
	plain, err := tele.NewBot(tele.Settings{Token: token, URL: url, Poller: &tele.LongPoller{Timeout: time.Second, Limit: 100}})
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
	return func() {} // its Stop waits for the long poll
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
	for _, p := range peers {
		b.Run(p.name, func(b *testing.B) {
			m := newMill(b.N)
			server := httptest.NewServer(m)
			b.Cleanup(server.CloseClientConnections)
			trips := roundTrips(b, server.URL)
			debug.FreeOSMemory()
			b.ReportAllocs()
			b.ResetTimer()
			stop := p.start(b, server.URL)
			<-m.done
			b.StopTimer()
			var memory runtime.MemStats
			runtime.ReadMemStats(&memory)
			stop()
			rate := float64(b.N) / b.Elapsed().Seconds()
			slices.Sort(m.took)
			b.ReportMetric(rate, "updates/s")
			b.ReportMetric(rate/trips, "of-trips")
			b.ReportMetric(float64(m.took[len(m.took)*99/100].Milliseconds()), "p99-ms")
			b.ReportMetric(100*float64(m.broken)/float64(b.N), "broken-%")
			b.ReportMetric(float64(memory.Sys-memory.HeapReleased)/(1<<20), "MB")
			b.ReportMetric(0, "ns/op")
		})
	}
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
