package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"followup/bot/sandbox"
	"followup/scheduler/clock"
	"followup/storage"
	"followup/storage/crm"
	"followup/storage/seed"
)

// The whole program under load, in this process, against the Bot API server without limits: Telegram's own limit of thirty
// messages a second would be measured otherwise. The long run of the design:
//
//	go test ./cmd/followup -run Load -load 30m -chats 500 -clients 10000 -touches 1000000 -due 5000 -v -timeout 2h
var (
	loadTime    = flag.Duration("load", 3*time.Second, "how long the load lasts")
	loadRate    = flag.Int("rate", 100, "updates a second under load")
	loadChats   = flag.Int("chats", 50, "people who write under load")
	loadClients = flag.Int("clients", 500, "clients under load")
	loadTouches = flag.Int("touches", 0, "interactions that are there before")
	loadDue     = flag.Int("due", 0, "reminders that are due in one minute, in the middle of a load of some minutes")
)

// stopwatch stands before the Bot API server and notes when each chat was answered.
type stopwatch struct {
	api http.Handler

	mu       sync.Mutex
	asked    map[int64][]time.Time // by chat, oldest first
	took     []time.Duration
	reminded map[string]int // by what was to be done
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
	if waiting := s.asked[chat]; len(waiting) > 0 {
		s.took = append(s.took, time.Since(waiting[0]))
		s.asked[chat] = waiting[1:]
	}
}

func (s *stopwatch) ask(chat int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked[chat] = append(s.asked[chat], time.Now())
}

// crowded is a running program with many people, clients and touches.
func crowded(t *testing.T) (e *engine, box *sandbox.Server, watch *stopwatch, people []seed.Person, db string) {
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
	watch = &stopwatch{api: box.Handler(), asked: map[int64][]time.Time{}, reminded: map[string]int{}}
	api := httptest.NewServer(watch)
	db = filepath.Join(t.TempDir(), "load.db")
	w := &world{ctx: t.Context(), log: slog.New(slog.DiscardHandler)}
	e, err = newEngine(w, engineOptions{
		db: db, api: api.URL, token: stageToken, clock: clock.Real(), members: newcomers{TZ: "Europe/Moscow", Lang: "ru"}, unpaced: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		box.Close()
		api.Close()
		if err := e.store.Close(); err != nil {
			t.Error(err)
		}
	})
	err = e.store.Update(t.Context(), func(tx *storage.Tx) error {
		_, err := portfolio.Write(tx, time.UTC)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range portfolio.People {
		box.AddPerson(sandbox.Person{ID: p.Telegram, FirstName: p.Name, LanguageCode: "ru"})
		box.Know(p.Telegram)
	}
	fill(t, e.store)
	return e, box, watch, portfolio.People, db
}

// firm is a client's name that nothing else is read for.
func firm(i int) string {
	const first, second = "Вега Гранит Заря Ирис Кедр Лотос Маяк Нева Орион Пихта", "трейд строй лайн пром софт мед агро транс тех сервис"
	a, b := strings.Fields(first), strings.Fields(second)
	return fmt.Sprintf("%s%s-%d", a[i%10], b[i/10%10], i/100)
}

// fill writes earlier touches, a thousand a turn.
func fill(t *testing.T, store *storage.Store) {
	t.Helper()
	now := crm.MomentOf(time.Now())
	for done := 0; done < *loadTouches; done += 1000 {
		err := store.Update(t.Context(), func(tx *storage.Tx) error {
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
			t.Fatal(err)
		}
	}
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

func TestLoad(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	e, box, watch, people, db := crowded(t)
	before := runtime.NumGoroutine()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- e.run(ctx) }()
	await(t, "the door", func() bool { return e.door.Connected() })

	said, journal := 0, int64(0)
	began := clock.Real().Now()
	promise(t, e.store, began.Add(*loadTime/2))
	for said < int(loadTime.Seconds()*float64(*loadRate)) {
		if err := clock.SleepUntil(ctx, clock.Real(), began.Add(time.Duration(said)*time.Second/time.Duration(*loadRate))); err != nil {
			t.Fatal(err)
		}
		person := 1 + said%*loadChats
		client := (person - 1 + *loadChats*(said / *loadChats)) % *loadClients
		client -= (client - (person - 1)) % *loadChats // one of his own
		who := people[person].Telegram
		watch.ask(who)
		if _, err := box.Say(who, who, fmt.Sprintf("звонок %s: ждут кп до пятницы, набрать завтра в 15, пункт %d", firm(client), said)); err != nil {
			t.Fatal(err)
		}
		said++
		if info, err := os.Stat(db + "-wal"); err == nil {
			journal = max(journal, info.Size())
		}
	}
	await(t, "every answer", func() bool { return box.Pending() == 0 && e.store.Quiet(t.Context()) })
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	await(t, "the goroutines", func() bool { return runtime.NumGoroutine() <= before+2 })
	report, err := e.store.Check(t.Context())
	if err != nil || len(report.Faults) > 0 || report.Aside > 0 || report.Undeliverable > 0 {
		t.Error(report, err)
	}
	for i := range *loadDue {
		if n := watch.reminded[fmt.Sprint(i)]; n != 1 {
			t.Errorf("reminder %d was said %d times", i, n)
		}
	}
	slices.Sort(watch.took)
	if len(watch.took) != said {
		t.Errorf("%d answers to %d updates", len(watch.took), said)
	}
	kept := 0
	err = e.store.View(t.Context(), func(tx *storage.Tx) error {
		list, err := tx.System().FollowUps(storage.FollowUpFilter{Limit: 10 * said})
		kept = len(list)
		return err
	})
	if err != nil || kept < said {
		t.Errorf("%d updates left %d next steps: %v", said, kept, err)
	}
	t.Logf("%d updates at %d/s from %d people, %d clients, %d touches, %d reminders due in a minute: to the reply p50 %s, p99 %s, most %s; %d MB of memory taken (the server's included), journal at most %d MB",
		said, *loadRate, *loadChats, *loadClients, *loadTouches, *loadDue, watch.took[len(watch.took)/2].Round(time.Millisecond/10),
		watch.took[len(watch.took)*99/100].Round(time.Millisecond/10), watch.took[len(watch.took)-1].Round(time.Millisecond/10),
		(memory.Sys-memory.HeapReleased)>>20, journal>>20)
}
