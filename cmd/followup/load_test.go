package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"followup/bot/sandbox"
	"followup/scheduler/clock"
	"followup/storage"
	"followup/storage/crm"
	"followup/storage/seed"
)

// The program under load, as a process of its own, against the Bot API server without limits: Telegram's own limit of
// thirty messages a second would be measured otherwise. The long runs of the design:
//
//	go test ./cmd/followup -run 'Load$' -load 30m -chats 500 -clients 10000 -touches 1000000 -due 5000 -v -timeout 2h
//	go test ./cmd/followup -run 'Load$' -load 60s -rate 1000 -chats 500 -clients 10000 -touches 1000000 -v -timeout 2h
var (
	loadTime    = flag.Duration("load", 3*time.Second, "how long the load lasts")
	loadRate    = flag.Int("rate", 100, "updates a second under load")
	loadChats   = flag.Int("chats", 50, "people who write under load")
	loadClients = flag.Int("clients", 500, "clients under load")
	loadTouches = flag.Int("touches", 0, "interactions that are there before")
	loadDue     = flag.Int("due", 0, "reminders that are due in one minute, in the middle of a load of some minutes")
	loadKept    = flag.String("filled", "", "folder in which the database with its touches is kept for the next run; empty: it is filled anew")
)

// unpaced is the value of asProgram that makes the program serve a Bot API server without limits.
const unpaced = "unpaced"

// serveUnpaced is what "followup serve" does, but for Telegram's limits. Everything is asked from the environment.
func serveUnpaced() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	c := &serveCmd{Listen: os.Getenv("FOLLOWUP_LISTEN"), Backups: "off"}
	c.DB = os.Getenv("FOLLOWUP_DB")
	w := &world{ctx: ctx, log: newLog("text", os.Stderr)}
	err := c.serve(w, engineOptions{
		db: c.DB, api: os.Getenv("TELEGRAM_API_URL"), token: stageToken, clock: clock.Real(), members: newcomers{TZ: "Europe/Moscow", Lang: "ru"}, unpaced: true,
	}, time.UTC)
	if err != nil {
		w.log.Error("ended", "error", err)
		os.Exit(1)
	}
}

// stopwatch stands before the Bot API server and notes when each chat was answered.
type stopwatch struct {
	api http.Handler

	mu       sync.Mutex
	asked    map[int64][]line // by chat, oldest first
	took     []time.Duration
	misled   []string       // answers that were not to the oldest line of their chat
	reminded map[string]int // by what was to be done
}

// line is something a person wrote, and when it was to be written: a test that is late itself counts too.
type line struct {
	n  int
	at time.Time
}

// dueWork is what is to be done of the follow-ups that are due in the middle of the load, before their number.
const dueWork = "Проверить отгрузку "

var dueText = regexp.MustCompile(dueWork + `(\d+)`)

func (s *stopwatch) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if path.Base(r.URL.Path) == "sendMessage" {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		var to struct {
			Chat int64  `json:"chat_id"`
			Text string `json:"text"`
		}
		_ = json.Unmarshal(body, &to) // the server itself refuses what can't be read
		s.answered(to.Chat, to.Text)
	}
	s.api.ServeHTTP(w, r)
}

func (s *stopwatch) answered(chat int64, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if all := dueText.FindAllStringSubmatch(text, -1); all != nil { // what is due together comes in one message
		for _, one := range all {
			s.reminded[one[1]]++
		}
		return
	}
	waiting := s.asked[chat]
	if len(waiting) == 0 || numberIn(text) != waiting[0].n {
		s.misled = append(s.misled, text)
		return
	}
	s.took = append(s.took, time.Since(waiting[0].at))
	s.asked[chat] = waiting[1:]
}

// count is how many answers there were.
func (s *stopwatch) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.took) + len(s.misled)
}

func (s *stopwatch) ask(chat int64, l line) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked[chat] = append(s.asked[chat], l)
}

// crowded is a database with many people, clients and touches, and the Bot API server where the people are.
func crowded(t *testing.T) (box *sandbox.Server, people []seed.Person, db string) {
	t.Helper()
	var text strings.Builder
	text.WriteString("team Север\nperson Игорь owner Север ru Europe/Moscow\n")
	for i := range *loadChats {
		fmt.Fprintf(&text, "person Менеджер%d manager Север ru Europe/Moscow\n", i)
	}
	for i := range *loadClients {
		fmt.Fprintf(&text, "client %s | manager Менеджер%d\n", firm(i), i%*loadChats)
	}
	portfolio, err := seed.Parse(text.String(), 1)
	if err != nil {
		t.Fatal(err)
	}
	box = sandbox.New(sandbox.Options{Token: stageToken, Username: "followup_bot", Now: clock.Real().Now, Limits: sandbox.Limits{Off: true}, Keep: 50})
	t.Cleanup(box.Close)
	for _, p := range portfolio.People {
		box.AddPerson(sandbox.Person{ID: p.Telegram, FirstName: p.Name, LanguageCode: "ru"})
		box.Know(p.Telegram)
	}
	db = filepath.Join(t.TempDir(), "load.db")
	kept := ""
	if *loadKept != "" {
		kept = filepath.Join(*loadKept, fmt.Sprintf("filled-%d-%d-%d.db", *loadChats, *loadClients, *loadTouches))
		if copyFile(t, kept, db) {
			return box, portfolio.People, db
		}
	}
	store := openLoaded(t, db)
	err = store.Update(t.Context(), func(tx *storage.Tx) error {
		_, err := portfolio.Write(tx, time.UTC)
		return err
	})
	if err == nil {
		err = fill(t.Context(), store)
	}
	if err := errors.Join(err, store.Close()); err != nil {
		t.Fatal(err)
	}
	if kept != "" {
		copyFile(t, db, kept)
	}
	return box, portfolio.People, db
}

// copyFile copies a file that nobody has open; false: there is none.
func copyFile(t *testing.T, from, to string) bool {
	t.Helper()
	in, err := os.Open(from)
	if errors.Is(err, os.ErrNotExist) {
		return false
	}
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(out, in)
	if err := errors.Join(err, out.Close()); err != nil {
		t.Fatal(err)
	}
	return true
}

func openLoaded(t *testing.T, db string) *storage.Store {
	t.Helper()
	store, err := openStore(&world{ctx: t.Context(), log: slog.New(slog.DiscardHandler)}, db, clock.Real())
	if err != nil {
		t.Fatal(err)
	}
	return store
}

// firm is a client's name that nothing else is read for.
func firm(i int) string {
	const first, second = "Вега Гранит Заря Ирис Кедр Лотос Маяк Нева Орион Пихта", "трейд строй лайн пром софт мед агро транс тех сервис"
	a, b := strings.Fields(first), strings.Fields(second)
	return fmt.Sprintf("%s%s-%d", a[i%10], b[i/10%10], i/100)
}

// fill writes earlier touches, a thousand a turn, and has them searchable.
func fill(ctx context.Context, store *storage.Store) error {
	now := crm.MomentOf(time.Now())
	for done := 0; done < *loadTouches; done += 1000 {
		err := store.Update(ctx, func(tx *storage.Tx) error {
			for i := done; i < min(done+1000, *loadTouches); i++ {
				touch := crm.Interaction{
					Client: int64(1 + i%*loadClients), Kind: crm.TouchCall, Happened: now - crm.Moment(60*(i+1)), Text: fmt.Sprint("обсудили поставку ", i),
				}
				if err := tx.System().SaveInteraction(&touch); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return store.Index(ctx)
}

// promise makes follow-ups that are due in one minute, whatever the hour here is.
func promise(t *testing.T, store *storage.Store, at time.Time) {
	t.Helper()
	due := at.UTC().Truncate(time.Minute)
	err := store.Update(t.Context(), func(tx *storage.Tx) error {
		names, err := tx.System().Members(0)
		if err != nil {
			return err
		}
		for i := range *loadDue {
			person := 1 + i%*loadChats
			client := int64(person + *loadChats*(i / *loadChats % (*loadClients / *loadChats)))
			step := crm.FollowUp{
				Client: client, Assignee: names[person].ID, Author: names[person].ID, Text: dueWork + fmt.Sprint(i), Verb: "check", Zone: "UTC",
				Day: crm.DateOf(due), Clock: crm.ClockOf(due), Named: true, Status: crm.FollowUpOpen,
			}
			if err := tx.System().SaveFollowUp(&step); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// senders are the door's goroutines that call Telegram: begun when they are needed, kept until the end.
const senders = 32

// running is the program under load, and what it costs.
type running struct {
	*process
	addr    string
	db      string
	journal int64 // largest, bytes
	private int64 // largest memory that is not a file's, KB
}

// look measures what must be measured again and again.
func (r *running) look() {
	if info, err := os.Stat(r.db + "-wal"); err == nil {
		r.journal = max(r.journal, info.Size())
	}
	r.private = max(r.private, r.status("RssAnon"))
}

// status is a line of the system's account of the process; 0 where the system keeps none.
func (r *running) status(name string) int64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", r.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), "\n"+name+":")
	var n int64
	_, _ = fmt.Sscan(rest, &n) // a system without the line
	return n
}

// metric is a value of /metrics, -1 when it isn't there.
func (r *running) metric(t *testing.T, name string) float64 {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+r.addr+"/metrics", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Close = true // a connection that waits would be a goroutine more
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return -1
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "\n"+name+" ")
	value, err := strconv.ParseFloat(strings.TrimSpace(strings.SplitN(rest, "\n", 2)[0]), 64)
	if !found || err != nil {
		return -1
	}
	return value
}

func TestLoad(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	box, people, db := crowded(t)
	watch := &stopwatch{api: box.Handler(), asked: map[int64][]line{}, reminded: map[string]int{}}
	api := httptest.NewServer(watch)
	defer api.Close()
	store := openLoaded(t, db)
	promise(t, store, time.Now().Add(*loadTime/2))
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}

	r := &running{addr: freeAddress(t), db: db}
	r.process = launch(t, []string{"TELEGRAM_API_URL=" + api.URL, "FOLLOWUP_DB=" + db, "FOLLOWUP_LISTEN=" + r.addr, asProgram + "=" + unpaced})
	await(t, "the door", func() bool { return strings.Contains(r.printed(), "connected") && r.metric(t, "go_goroutines") > 0 })
	idle := r.metric(t, "go_goroutines")

	began := clock.Real().Now()
	said := 0
	for said < int(loadTime.Seconds()*float64(*loadRate)) {
		at := began.Add(time.Duration(said) * time.Second / time.Duration(*loadRate))
		if err := clock.SleepUntil(t.Context(), clock.Real(), at); err != nil {
			t.Fatal(err)
		}
		person := 1 + said%*loadChats
		client := (person - 1 + *loadChats*(said / *loadChats)) % *loadClients
		client -= (client - (person - 1)) % *loadChats // one of his own
		who := people[person].Telegram
		said++
		watch.ask(who, line{said, at})
		if _, err := box.Say(who, who, fmt.Sprintf("звонок %s: ждут кп до пятницы, набрать завтра в 15, пункт %d", firm(client), said)); err != nil {
			t.Fatal(err)
		}
		if said%*loadRate == 0 {
			r.look()
		}
	}
	spoken := clock.Real().Now()
	for answered, before := watch.count(), -1; answered < said; answered = watch.count() { // a machine that is busy needs its time
		if answered == before {
			t.Fatalf("%d of %d lines are answered, and no more of them; %.0f updates taken in, %.0f handled, %d wait at Telegram, %.0f messages sent", answered, said,
				r.metric(t, "followup_updates_received_total"), r.metric(t, "followup_updates_handled_total"), box.Pending(), r.metric(t, "followup_messages_sent_total"))
		}
		before = answered
		for waited := 0; waited < 1200 && watch.count() == before; waited++ {
			r.look()
			pause(t, time.Second/10)
		}
	}
	drained := clock.Real().Now().Sub(spoken)
	await(t, "every update confirmed", func() bool { return box.Pending() == 0 })
	api.CloseClientConnections() // those that only wait end by themselves in half a minute
	after := 0.0
	eventually(t, "the goroutines", func() bool {
		after = r.metric(t, "go_goroutines")
		return after >= 0 && after <= idle+senders+2
	})
	most := r.status("VmHWM")
	r.stop(t)

	store = openLoaded(t, db)
	defer func() { _ = store.Close() }()
	report, err := store.Check(t.Context())
	if err != nil || len(report.Faults) > 0 || report.Aside > 0 || report.Undeliverable > 0 {
		t.Error(report, err)
	}
	once := 0
	for i := range *loadDue {
		if watch.reminded[strconv.Itoa(i)] == 1 {
			once++
		}
	}
	if once != *loadDue {
		t.Errorf("%d of %d reminders were said once", once, *loadDue)
	}
	if len(watch.took) != said || len(watch.misled) > 0 {
		t.Errorf("%d answers to %d lines; %d that were not to the oldest line of their chat, the first: %q", len(watch.took), said, len(watch.misled), watch.misled[:min(1, len(watch.misled))])
	}
	checkKept(t, store, said)
	slices.Sort(watch.took)
	tenth := time.Millisecond / 10
	t.Logf("%d updates at %d/s from %d people, %d clients, %d touches, %d reminders due in a minute: to the reply p50 %s, p99 %s, most %s; all answered %s after the last was sent",
		said, *loadRate, *loadChats, *loadClients, *loadTouches, *loadDue, watch.took[len(watch.took)/2].Round(tenth),
		watch.took[len(watch.took)*99/100].Round(tenth), watch.took[len(watch.took)-1].Round(tenth), drained.Round(tenth))
	t.Logf("the program: resident memory at most %d MB with the pages of files, %d MB without; journal at most %d MB; %.0f goroutines before, %.0f after",
		most>>10, r.private>>10, r.journal>>20, idle, after)
}

// checkKept checks that every line left one touch and two steps: what was promised and the next call.
func checkKept(t *testing.T, store *storage.Store, said int) {
	t.Helper()
	kept, steps := map[int]int{}, 0
	err := store.View(t.Context(), func(tx *storage.Tx) error {
		tx = tx.System()
		for client := range *loadClients {
			events, err := tx.Timeline(int64(client+1), crm.Moment(1<<40), 20 + 10*said / *loadClients) // the newest first
			if err != nil {
				return err
			}
			for _, e := range events {
				kept[numberIn(e.Text)]++
			}
		}
		list, err := tx.FollowUps(storage.FollowUpFilter{Limit: 10 * said})
		steps = len(list)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	wrong := 0
	for n := 1; n <= said; n++ {
		if kept[n] != 1 {
			wrong++
		}
	}
	if wrong > 0 || steps != 2*said+*loadDue {
		t.Errorf("%d of %d lines are not there once, and %d next steps", wrong, said, steps)
	}
}
