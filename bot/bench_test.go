package bot

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"followup/bot/message"
	"followup/scheduler/clock"
	"followup/storage"
	"followup/storage/crm"
)

// mill is the least that a Bot API server can be: it hands out n updates of many chats, a hundred at a time, and counts the
// answers. It is lean so that the door is measured and not the server.
type mill struct {
	n     int64
	chats int64
	sent  atomic.Int64
	done  chan struct{}
}

func (m *mill) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	switch path.Base(r.URL.Path) {
	case "getUpdates":
		m.updates(w, r, body)
	case "sendMessage":
		n := m.sent.Add(1)
		fmt.Fprintf(w, `{"ok":true,"result":{"message_id":%d,"date":1,"chat":{"id":1,"type":"private"}}}`, n)
		if n == m.n {
			close(m.done)
		}
	case "getMe":
		fmt.Fprint(w, `{"ok":true,"result":{"id":42,"is_bot":true,"first_name":"F","username":"FollowupBot"}}`)
	default:
		fmt.Fprint(w, `{"ok":true,"result":true}`)
	}
}

func (m *mill) updates(w http.ResponseWriter, r *http.Request, body []byte) {
	first := int64(1)
	if _, rest, ok := bytes.Cut(body, []byte(`"offset":`)); ok {
		digits, _, _ := bytes.Cut(rest, []byte(","))
		first, _ = strconv.ParseInt(string(digits), 10, 64)
	}
	if first > m.n {
		<-r.Context().Done() // a long poll without news
		return
	}
	fmt.Fprint(w, `{"ok":true,"result":[`)
	for id := first; id <= min(first+99, m.n); id++ {
		if id > first {
			fmt.Fprint(w, ",")
		}
		chat := 1000 + id%m.chats
		fmt.Fprintf(w, `{"update_id":%d,"message":{"message_id":%d,"date":1763449200,"chat":{"id":%d,"type":"private","first_name":"Анна"},`+
			`"from":{"id":%d,"is_bot":false,"first_name":"Анна","username":"anna","language_code":"ru"},"text":"Вектор: созвон, ждут счёт на 486 000 до пятницы"}}`,
			id, id, chat, chat)
	}
	fmt.Fprint(w, "]}")
}

// BenchmarkUpdates measures updates per second from the first poll to the last answer sent, each with a durable commit of
// its own turn; of-fsync is its ratio to the writes of one page with fsync that the same disk does in a second. Telegram's
// own limit of 30 messages a second is off. Run it with -benchtime 20000x.
func BenchmarkUpdates(b *testing.B) {
	for _, chats := range []int64{1, 20, 200} {
		b.Run(fmt.Sprintf("chats=%d", chats), func(b *testing.B) {
			m := &mill{n: int64(b.N), chats: chats, done: make(chan struct{})}
			server := httptest.NewServer(m)
			defer server.Close()
			dir := b.TempDir()
			store, err := storage.Open(context.Background(), filepath.Join(dir, "bench.db"), storage.Options{Now: clock.Real().Now})
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = store.Close() }()
			door, err := New(Options{Token: testToken, API: server.URL, Store: store, Log: slog.New(slog.DiscardHandler), Talk: Talk{
				Turn: func(tx *storage.Tx, in message.In) error {
					_, err := tx.Send(message.Out{Chat: in.Chat, Text: in.Text, Buttons: [][]message.Button{{{Text: "Ок", Data: "ok:1"}}}})
					return err
				},
				Alarm: func(*storage.Tx, string, ...any) error { return nil },
				Menu:  func(string, crm.Role) []Command { return []Command{{"help", "help"}} },
			}})
			if err != nil {
				b.Fatal(err)
			}
			door.sender.pace.off = true
			fsyncs := fsyncRate(b, dir)
			ctx, cancel := context.WithCancel(context.Background())
			ended := make(chan error, 1)
			b.ResetTimer()
			go func() { ended <- door.Run(ctx) }()
			<-m.done
			b.StopTimer()
			rate := float64(b.N) / b.Elapsed().Seconds()
			b.ReportMetric(rate, "updates/s")
			b.ReportMetric(rate/fsyncs, "of-fsync")
			b.ReportMetric(fsyncs, "fsync/s")
			if wal, err := os.Stat(filepath.Join(dir, "bench.db-wal")); err == nil {
				b.ReportMetric(float64(wal.Size())/(1<<20), "wal-MB") // it is never cut, so this is the largest
			}
			cancel()
			if err := <-ended; err != nil {
				b.Fatal(err)
			}
		})
	}
}

// fsyncRate is how many single pages a second the disk takes durably, one by one.
func fsyncRate(b *testing.B, dir string) float64 {
	b.Helper()
	f, err := os.Create(filepath.Join(dir, "page"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	page := make([]byte, 4096)
	const n = 300
	start := clock.Real().Now()
	for range n {
		if _, err := f.WriteAt(page, 0); err != nil {
			b.Fatal(err)
		}
		if err := f.Sync(); err != nil {
			b.Fatal(err)
		}
	}
	return n / clock.Real().Now().Sub(start).Seconds()
}

func BenchmarkDecode(b *testing.B) {
	raw := []byte(`{"update_id":1,"message":{` + inGroup + `,"text":"@FollowupBot Вектор: созвон, ждут счёт","entities":[{"type":"mention","offset":0,"length":12}]}}`)
	for b.Loop() {
		if _, err := decode(raw, us); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPace is the cost of one decision with many chats.
func BenchmarkPace(b *testing.B) {
	p, now := &pace{}, t0
	for i := 0; b.Loop(); i++ {
		chat := int64(i % 10_000)
		now = later(later(now, p.chatFree(now, chat, message.Digest)), p.free(now, message.Digest))
		p.took(now, chat, message.Digest)
		p.answered(now, chat)
		now = now.Add(time.Millisecond)
	}
}
