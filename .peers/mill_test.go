package peers

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	chats = 200
	text  = "Вектор: созвон, ждут счёт на 486 000 до пятницы"
	batch = 100 // the most that Telegram gives at once

	// millUpdates tells a process of this test that it is the server, and of how many updates.
	millUpdates = "FOLLOWUP_PEERS_MILL"
)

func TestMain(m *testing.M) {
	n, err := strconv.Atoi(os.Getenv(millUpdates))
	if err != nil {
		os.Exit(m.Run())
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Printf("http://%s\n", listener.Addr())
	panic(http.Serve(listener, newMill(n)))
}

// mill is the least that a Bot API server can be: it hands out n updates, a hundred at a time, and notes when each was given
// and answered.
type mill struct {
	n    int
	done chan struct{}

	mu     sync.Mutex
	given  []time.Time
	took   []time.Duration
	last   map[int]int // the latest update answered, by chat
	broken int
}

// seen is what the mill reports after the last answer.
type seen struct {
	P99    float64 // seconds from handing an update out to its answer
	Broken int     // answers that overtook an earlier one of their chat
	CPU    float64 // seconds of the server's own
}

func newMill(n int) *mill {
	return &mill{n: n, done: make(chan struct{}), given: make([]time.Time, n+1), last: map[int]int{}}
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
		_, _ = io.WriteString(w, `{"ok":true,"result":{"message_id":7,"date":1,"chat":{"id":1,"type":"private"}}}`)
	case "getMe":
		_, _ = io.WriteString(w, `{"ok":true,"result":{"id":42,"is_bot":true,"first_name":"F","username":"FollowupBot"}}`)
	case "report":
		<-m.done
		slices.Sort(m.took)
		_ = json.NewEncoder(w).Encode(seen{P99: m.took[len(m.took)*99/100].Seconds(), Broken: m.broken, CPU: cpu().Seconds()})
	default:
		_, _ = io.WriteString(w, `{"ok":true,"result":true}`)
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
	_, rest, _ := strings.Cut(string(body), `"`+name+`":`)
	v, _, _ := strings.Cut(strings.TrimLeft(rest, `" `), `"`)
	v, _, _ = strings.Cut(v, ",")
	return v
}

func (m *mill) updates(w http.ResponseWriter, r *http.Request, body []byte) {
	first, _ := strconv.Atoi(strings.Trim(value(r, body, "offset"), "}")) // none: from the start
	first = max(first, 1)
	if first > m.n { // a long poll without news
		wait, _ := strconv.Atoi(strings.Trim(value(r, body, "timeout"), "}"))
		select {
		case <-r.Context().Done():
		case <-time.After(time.Duration(wait) * time.Second):
		}
		_, _ = io.WriteString(w, `{"ok":true,"result":[]}`)
		return
	}
	var b []byte
	b = append(b, `{"ok":true,"result":[`...)
	m.mu.Lock()
	for id := first; id <= min(first+batch-1, m.n); id++ {
		if m.given[id].IsZero() {
			m.given[id] = time.Now()
		}
		if id > first {
			b = append(b, ',')
		}
		chat := 1000 + id%chats
		b = fmt.Appendf(b, `{"update_id":%d,"message":{"message_id":%d,"date":1763449200,"chat":{"id":%d,"type":"private","first_name":"Анна"},`+
			`"from":{"id":%d,"is_bot":false,"first_name":"Анна","username":"anna","language_code":"ru"},"text":"%d %s"}}`, id, id, chat, chat, id, text)
	}
	m.mu.Unlock()
	_, _ = w.Write(append(b, "]}"...))
}

// answered notes the answer to an update; every answer begins with the update's number.
func (m *mill) answered(said string) {
	number, _, _ := strings.Cut(said, " ")
	id, err := strconv.Atoi(number)
	if err != nil || id < 1 || id > m.n {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.took = append(m.took, time.Since(m.given[id]))
	chat := 1000 + id%chats
	if m.last[chat] > id {
		m.broken++
	}
	m.last[chat] = max(m.last[chat], id)
	if len(m.took) == m.n {
		close(m.done)
	}
}
