package bot

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"followup/bot/message"
	"followup/bot/sandbox"
	"followup/scheduler/clock"
	"followup/storage"
	"followup/storage/crm"
)

// Telegram's trouble, in simulated time: the door, the Bot API server with Telegram's own limits and the database run in a
// bubble of testing/synctest and speak over connections in memory, so that a day without Telegram takes a second.
//
//	go test ./bot -run TelegramTrouble -trouble 500 -v -timeout 2h
var (
	troubles    = flag.Int("trouble", 3, "how many random courses of trouble are played")
	troubleSeed = flag.Uint64("trouble-seed", 1, "of the first of them")
)

// wire is a network in memory that can be cut.
type wire struct {
	calls chan net.Conn
	ended chan struct{}

	mu   sync.Mutex
	cut  bool
	open []net.Conn
}

func newWire() *wire { return &wire{calls: make(chan net.Conn), ended: make(chan struct{})} }

var errCut = errors.New("no route to host")

func (w *wire) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	w.mu.Lock()
	cut := w.cut
	near, far := net.Pipe()
	w.open = append(w.open, near, far)
	w.mu.Unlock()
	if cut {
		return nil, &net.OpError{Op: "dial", Err: errCut}
	}
	select {
	case w.calls <- far:
		return near, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// set cuts the network, with everything under way, or mends it.
func (w *wire) set(cut bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = cut
	for _, c := range w.open {
		_ = c.Close() // an end that the other side has closed already
	}
	w.open = nil
}

// Accept, Close and Addr make it a listener.
func (w *wire) Accept() (net.Conn, error) {
	select {
	case c := <-w.calls:
		return c, nil
	case <-w.ended:
		return nil, net.ErrClosed
	}
}

func (w *wire) Close() error {
	close(w.ended)
	return nil
}

func (w *wire) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80} }

// region is a door whose network is a wire, people who write, and what was said.
type region struct {
	*door
	wire   *wire
	rand   *rand.Rand
	group  int64 // its present id
	number int
	closed map[int64]bool   // people who stopped the bot for a while
	said   map[string]int64 // what people wrote and what was queued: its chat
	once   map[string]int64 // files
	broken int              // calls whose answer was lost after they were carried out, at most
	stops  int
}

const people = 12

func newRegion(t *testing.T, seed uint64) *region {
	t.Helper()
	r := &region{
		wire: newWire(), rand: rand.New(rand.NewPCG(seed, seed)), group: groupID, said: map[string]int64{}, once: map[string]int64{},
		closed: map[int64]bool{},
	}
	api := sandbox.New(sandbox.Options{Token: testToken, Username: "FollowupBot", Now: clock.Real().Now})
	r.door = &door{t: t, api: api, path: filepath.Join(t.TempDir(), "door.db"), log: &logBuffer{}}
	r.talk = Talk{
		Turn: r.turn, Broke: func(*storage.Tx, message.In, string) error { return errors.New("broken") },
		Blocked: func(*storage.Tx, crm.Member) error { return nil }, Expelled: func(*storage.Tx, int64) error { return nil },
		Alarm:   func(*storage.Tx, string, ...any) error { return nil },
		Unsaved: func(message.In, bool) []message.Out { return nil },
		Menu:    func(string, crm.Role) []Command { return []Command{{"help", "help"}} },
	}
	server := &http.Server{Handler: api.Handler(), ReadHeaderTimeout: time.Minute}
	served := make(chan error, 1)
	go func() { served <- server.Serve(r.wire) }()
	r.http = &httptest.Server{URL: "http://telegram.test"}
	var members []int64
	for p := range int64(people) {
		api.AddPerson(sandbox.Person{ID: 5000 + p, FirstName: "x"})
		api.Know(5000 + p)
		r.member(5000+p, crm.Manager) // of strangers not everything is heard
		members = append(members, 5000+p)
	}
	api.AddGroup(sandbox.Group{ID: groupID, Title: "Отдел", Members: members})
	t.Cleanup(func() {
		r.halt()
		api.Close()
		_ = server.Close() // connections under way are cut
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
		if strings.Contains(r.log.String(), testToken) || strings.Contains(r.log.String(), private) {
			t.Error("the log holds the token or a text")
		}
	})
	return r
}

// turn notes in the database that a text was handled, and answers it.
func (r *region) turn(tx *storage.Tx, in message.In) error {
	if in.Kind != message.Text {
		return nil
	}
	in.Text = strings.TrimPrefix(in.Text, "@FollowupBot ")
	key := "handled " + in.Text
	before, err := tx.System().Setting(key)
	if err != nil {
		return err
	}
	n, _ := strconv.Atoi(before) // empty before the first
	if err := tx.System().SaveSetting(key, strconv.Itoa(n+1)); err != nil {
		return err
	}
	return say(tx, in, in.Text)
}

func (r *region) begin() {
	r.make(testToken)
	r.bot.client.http.DialContext = r.wire.dial
	r.run()
}

// text is a new one.
func (r *region) text() string {
	r.number++
	return fmt.Sprintf("%s %d", private, r.number)
}

// writes lets somebody write into his own chat, or to the bot in the group.
func (r *region) writes(person int64) {
	text := r.text()
	if r.rand.IntN(6) == 0 {
		r.said[text] = groupID
		r.say(person, r.group, "@FollowupBot "+text)
		return
	}
	r.said[text] = person
	r.say(person, person, text)
}

// queue puts something of our own into the outbox.
func (r *region) queue(class message.Class, chat int64) {
	o := message.Out{Chat: chat, Class: class, Text: r.text()}
	if chat < 0 {
		o.Chat = r.group
	}
	if class == message.Reminder && r.rand.IntN(4) == 0 {
		o.Once, o.File = true, &message.Upload{Name: "a.csv", Bytes: []byte(o.Text)}
		o.Text = fmt.Sprintf("файл %d", len(r.once))
		r.once[o.Text] = chat
	} else {
		r.said[o.Text] = chat
	}
	r.update(func(tx *storage.Tx) error {
		_, err := tx.Send(o)
		return err
	})
}

// pass lets simulated time go by.
func (r *region) pass(d time.Duration) { _ = clock.Sleep(context.Background(), clock.Real(), d) }

// arrived counts what the bot wrote into all chats.
func (r *region) arrived() map[string]int {
	n := map[string]int{}
	chats := []int64{r.group}
	for p := range int64(people) {
		chats = append(chats, 5000+p)
	}
	for _, chat := range chats {
		for _, text := range r.texts(chat) {
			n[text]++
		}
	}
	return n
}

// settle mends everything and waits until nothing is under way.
func (r *region) settle() {
	r.wire.set(false)
	for n := 0; ; n++ {
		r.pass(time.Minute)
		if r.api.Pending() == 0 && r.bot.work.waiting() == 0 && len(r.left()) == 0 {
			return
		}
		if n == 24*60 {
			r.t.Fatalf("after a day %d updates wait, %d turns, %d messages\n%s", r.api.Pending(), r.bot.work.waiting(), len(r.left()), r.log)
		}
	}
}

// check compares what was to be said with what was.
func (r *region) check() {
	arrived := r.arrived()
	repeats, kept := 0, 0
	for text, chat := range r.said {
		switch {
		case arrived[text] == 0 && r.closed[chat]:
			kept++
		case arrived[text] == 0:
			r.t.Errorf("%q of chat %d is lost", text, chat)
		}
		repeats += max(0, arrived[text]-1)
	}
	if repeats > r.broken {
		r.t.Errorf("%d messages came twice, %d answers of Telegram were lost", repeats, r.broken)
	}
	missing := 0
	for file, chat := range r.once {
		switch {
		case arrived[file] > 1:
			r.t.Errorf("%q came %d times", file, arrived[file])
		case arrived[file] == 0 && r.closed[chat]:
			kept++
		case arrived[file] == 0:
			missing++
		}
	}
	log := r.log.String()
	blocked, unsure := strings.Count(log, "the chat can't be written to"), strings.Count(log, "unknown whether it arrived")+strings.Count(log, "may not have arrived")
	if kept > blocked+unsure || missing > unsure {
		r.t.Errorf("%d messages to people who stopped the bot are missing and %d files, %d and %d are kept as undeliverable", kept, missing, blocked, unsure)
	}
	if n := r.api.Refused(); n != 0 {
		r.t.Errorf("%d calls were beyond Telegram's limits", n)
	}
	err := r.store.View(context.Background(), func(tx *storage.Tx) error {
		for text, chat := range r.said {
			n, err := tx.System().Setting("handled " + text)
			if err != nil {
				return err
			}
			if n != "" && n != "1" {
				r.t.Errorf("%q of chat %d was handled %s times", text, chat, n)
			}
		}
		return nil
	})
	if err != nil {
		r.t.Error(err)
	}
}

// faults are how Telegram spoils a call; the answers of those with After are lost.
func (r *region) fault() sandbox.Fault {
	method := []string{"sendMessage", "sendMessage", "sendDocument", "getUpdates", "getUpdates", "getMe", "setMyCommands"}[r.rand.IntN(7)]
	kinds := []sandbox.Fault{
		{Status: 429, RetryAfter: 1 + r.rand.IntN(40)},
		{Status: 500},
		{Status: 502},
		{Status: 504},
		{Reset: true},
		{Reset: true, After: true},
		{Hang: time.Minute},
		{Hang: time.Minute, After: true},
	}
	f := kinds[r.rand.IntN(len(kinds))]
	f.Method = method
	if f.After && method == "sendMessage" {
		r.broken++
	}
	return f
}

// trouble is one thing that goes wrong.
func (r *region) trouble() {
	switch r.rand.IntN(10) {
	case 0: // no network, for a second to an hour
		r.wire.set(true)
		r.broken += maxCalls
		for range r.rand.IntN(20) {
			r.writes(5000 + r.rand.Int64N(people))
		}
		r.pass(time.Second << r.rand.IntN(12))
		r.wire.set(false)
	case 1:
		r.api.Redeliver(1 + r.rand.IntN(40))
	case 2:
		if to := r.api.MigrateGroup(r.group); to != 0 {
			r.group = to
		}
	case 3: // somebody stops the bot; what is said to him meanwhile is kept as undeliverable
		who := 5000 + r.rand.Int64N(people)
		r.closed[who] = true
		r.api.Block(who, true)
		r.pass(time.Duration(r.rand.IntN(60)) * time.Second)
		r.api.Block(who, false)
	case 4:
		r.halt()
		r.stops++
		r.broken += maxCalls
		r.begin()
	default:
		var list []sandbox.Fault
		for range 1 + r.rand.IntN(5) {
			list = append(list, r.fault())
		}
		r.api.Fail(list)
	}
}

// TestTelegramTrouble mixes everything that can go wrong between the bot and Telegram, by chance, while people write and
// reminders, digests and files are queued. In the end everything was handled once and arrived; only a message whose answer
// was lost came twice, a file never; and no limit of Telegram's was breached.
func TestTelegramTrouble(t *testing.T) {
	for n := range uint64(*troubles) {
		seed := *troubleSeed + n
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRegion(t, seed)
				r.begin()
				began := clock.Real().Now()
				for range 120 {
					for range r.rand.IntN(4) {
						r.writes(5000 + r.rand.Int64N(people))
					}
					for range r.rand.IntN(3) {
						chat := 5000 + r.rand.Int64N(people)
						if r.rand.IntN(5) == 0 {
							chat = groupID
						}
						r.queue(message.Class(1+r.rand.IntN(2)), chat)
					}
					if r.rand.IntN(3) == 0 {
						r.trouble()
					}
					r.pass(time.Duration(r.rand.IntN(5000)) * time.Millisecond)
				}
				r.settle()
				r.check()
				t.Logf("%d messages and %d files in %s, %d restarts: nothing lost", len(r.said), len(r.once), clock.Real().Now().Sub(began).Round(time.Second), r.stops)
			})
		})
	}
}

// TestDayWithoutTelegram cuts the network for a day, in which people write and reminders and digests come due. Afterwards
// people's answers go ahead, the backlog follows from its oldest on, and no limit is breached.
func TestDayWithoutTelegram(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRegion(t, 1)
		r.begin()
		r.pass(time.Minute)
		r.wire.set(true)
		var reminders []string
		written := map[int64][]string{}
		for hour := range 24 {
			for p := range int64(people) {
				if hour%6 == 0 {
					text := fmt.Sprintf("%s слово %02d", private, hour)
					r.say(5000+p, 5000+p, text)
					written[5000+p] = append(written[5000+p], text)
				}
				class := message.Reminder
				if hour == 18 {
					class = message.Digest
				}
				text := fmt.Sprintf("%d в %02d:00", class, hour)
				r.update(func(tx *storage.Tx) error {
					_, err := tx.Send(message.Out{Chat: 5000 + p, Class: class, Text: text})
					return err
				})
				if p == 0 && class == message.Reminder {
					reminders = append(reminders, text)
				}
			}
			r.pass(time.Hour)
		}
		mended := clock.Real().Now()
		seen := r.api.Events(0)
		r.settle()
		reminders = append(reminders, fmt.Sprintf("%d в 18:00", message.Digest))
		for person, words := range written {
			said := r.texts(person)
			var own []string
			for _, text := range said {
				if !strings.HasPrefix(text, private) {
					own = append(own, text)
				}
			}
			if !slices.Equal(own, reminders) {
				t.Errorf("chat %d: the backlog comes as %q", person, own)
			}
			if last := slices.Index(said, words[len(words)-1]); last < 0 || last > len(words)+2 {
				t.Errorf("chat %d waits for its last answer: %q", person, said)
			}
		}
		oldestFirst(t, r.api.Events(seen[len(seen)-1].N), mended)
		if n := r.api.Refused(); n != 0 {
			t.Errorf("%d calls were beyond Telegram's limits", n)
		}
	})
}

// oldestFirst checks that the backlog of all chats begins within two minutes after the network is back, ends as fast as the
// limits allow, and that no chat is two hours of backlog ahead of another.
func oldestFirst(t *testing.T, events []sandbox.Event, mended time.Time) {
	t.Helper()
	at := map[int64]int{}
	for p := range int64(people) {
		at[5000+p] = -1
	}
	var first, last time.Time
	for _, e := range events {
		hour := 0
		if e.Kind != "message" || e.Message == nil || !e.Message.Bot {
			continue
		}
		if n, err := fmt.Sscanf(e.Message.Text, "1 в %02d:00", &hour); n != 1 || err != nil {
			continue
		}
		if first.IsZero() {
			first = e.At
		}
		last = e.At
		at[e.Chat] = hour
		for chat, other := range at {
			if hour-other > 2 {
				t.Errorf("chat %d hears of %d o'clock, chat %d only of %d", e.Chat, hour, chat, other)
			}
		}
	}
	if wait, took := first.Sub(mended), last.Sub(first); wait > 2*time.Minute || took > time.Minute || took == 0 {
		t.Errorf("the backlog begins after %s and takes %s", wait, took)
	}
	t.Logf("a day's backlog begins %s after the network is back and takes %s", first.Sub(mended).Round(time.Millisecond), last.Sub(first).Round(time.Millisecond))
}
