package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"followup/bot/sandbox"
	"followup/scheduler/calendar"
	"followup/scheduler/clock"
	"followup/scheduler/rules"
	"followup/storage"
	"followup/storage/crm"
	"followup/storage/seed"
)

// asProgram makes the test binary be the program, so that tests can start and kill it as a process of its own.
const asProgram = "FOLLOWUP_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	switch os.Getenv(asProgram) {
	case "":
		testscript.Main(m, map[string]func(){"followup": main, "seed": seedDatabase})
	case unpaced:
		serveUnpaced()
	default:
		main()
	}
}

// seedDatabase is a command of scripts: "seed DATABASE PORTFOLIO" puts a portfolio's records into a new database.
func seedDatabase() {
	text, err := os.ReadFile(os.Args[2])
	if err != nil {
		panic(err)
	}
	portfolio, err := seed.Parse(string(text), 1)
	if err != nil {
		panic(err)
	}
	w := &world{ctx: context.Background(), log: slog.New(slog.DiscardHandler)}
	store, err := openStore(w, os.Args[1], clock.Real())
	if err != nil {
		panic(err)
	}
	err = store.Update(w.ctx, func(tx *storage.Tx) error {
		_, err := portfolio.Write(tx, time.UTC)
		return err
	})
	if err = errors.Join(err, store.Close()); err != nil {
		panic(err)
	}
}

// TestScripts runs the command line as the files below testdata/script say.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/script"})
}

// process is a running program with what it printed.
type process struct {
	cmd *exec.Cmd
	mu  sync.Mutex
	out bytes.Buffer
}

func (p *process) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.Write(b)
}

func (p *process) printed() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.String()
}

// launch starts the program; what is still running when the test ends is killed.
func launch(t *testing.T, env []string, args ...string) *process {
	t.Helper()
	p := &process{cmd: exec.Command(os.Args[0], args...)}
	p.start(t, env)
	return p
}

// start starts it as the program.
func (p *process) start(t *testing.T, env []string) {
	t.Helper()
	p.cmd.Env = slices.Concat(os.Environ(), []string{asProgram + "=1"}, env)
	p.cmd.Stdout, p.cmd.Stderr = p, p
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill() // it has ended already when all went well
		_ = p.cmd.Wait()
	})
}

// stop asks the program to end as systemd would and returns how it did.
func (p *process) stop(t *testing.T) {
	t.Helper()
	began := time.Now()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("after SIGTERM: %v\n%s", err, p.printed())
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("the program took %s to end", took)
	}
}

// await waits for something that a process of its own does; the test's deadline bounds it.
func await(t *testing.T, what string, ok func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	for !ok() {
		if err := clock.Sleep(ctx, clock.Real(), time.Millisecond); err != nil {
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

// town is a Bot API server with people, and a database in which they are members.
type town struct {
	box    *sandbox.Server
	db     string
	env    []string
	people []seed.Person
}

const townNow = "2026-11-18T10:12:00+03:00"

func newTown(t *testing.T, portfolio string) *town {
	t.Helper()
	return newTownAt(t, portfolio, filepath.Join(t.TempDir(), "town.db"), sandbox.Limits{Off: true})
}

// newTownAt is a town whose database is a file or a server's, and whose Bot API server has limits.
func newTownAt(t *testing.T, portfolio, db string, limits sandbox.Limits) *town {
	t.Helper()
	now, err := time.Parse(time.RFC3339, townNow)
	if err != nil {
		t.Fatal(err)
	}
	p, err := seed.Parse(portfolio, 1)
	if err != nil {
		t.Fatal(err)
	}
	v := &town{db: db, people: p.People}
	v.box = sandbox.New(sandbox.Options{
		Token: stageToken, Username: "followup_bot", Now: func() time.Time { return now }, Limits: limits,
	})
	api := httptest.NewServer(v.box.Handler())
	t.Cleanup(func() {
		v.box.Close()
		api.Close()
	})
	for _, one := range p.People {
		v.box.AddPerson(sandbox.Person{ID: one.Telegram, FirstName: one.Name, LanguageCode: one.Language})
		v.box.Know(one.Telegram)
	}
	store := v.open(t)
	err = store.Update(t.Context(), func(tx *storage.Tx) error {
		_, err := p.Write(tx, now.Location())
		return err
	})
	if err := errors.Join(err, store.Close()); err != nil {
		t.Fatal(err)
	}
	v.env = []string{"TELEGRAM_BOT_TOKEN=" + stageToken, "TELEGRAM_API_URL=" + api.URL, "FOLLOWUP_DB=" + v.db, "FOLLOWUP_CLOCK=" + townNow}
	return v
}

func (v *town) open(t *testing.T) *storage.Store {
	t.Helper()
	c, err := clock.Parse(townNow)
	if err != nil {
		t.Fatal(err)
	}
	store, err := storage.Open(t.Context(), v.db, storage.Options{Now: c.Now, Calendar: calendar.Russia(), Kinds: rules.Kinds})
	if err != nil {
		t.Fatal(err)
	}
	return store
}

// said counts the bot's messages in a chat.
func (v *town) said(chat int64) int {
	n := 0
	for _, m := range v.box.Messages(chat) {
		if m.Bot {
			n++
		}
	}
	return n
}

const oneManager = "team Север\nperson Игорь owner Север ru\nperson Анна manager Север ru\nclient Ромашка | manager Анна\n"

func TestServeAnswersAndStops(t *testing.T) {
	v := newTown(t, oneManager)
	anna := v.people[1].Telegram
	serve := launch(t, v.env, "serve", "--listen", "127.0.0.1:0")
	if _, err := v.box.Say(anna, anna, "/note Ромашка: секретный текст"); err != nil {
		t.Fatal(err)
	}
	await(t, "an answer", func() bool { return v.said(anna) > 0 })

	invited := launch(t, v.env, "invite", "--role", "manager", "--team", "Север")
	if err := invited.cmd.Wait(); err != nil || !strings.Contains(invited.printed(), "/start ") {
		t.Errorf("invite beside a running serve: %v\n%s", err, invited.printed())
	}
	await(t, "the bot's name in the database", func() bool {
		again := launch(t, v.env, "invite", "--role", "manager", "--team", "Север")
		return again.cmd.Wait() == nil && strings.Contains(again.printed(), "https://t.me/followup_bot?start=")
	})
	restored := launch(t, v.env, "restore", v.db)
	if err := restored.cmd.Wait(); err == nil || !strings.Contains(restored.printed(), "stop serve first") {
		t.Errorf("restore under a running serve: %v\n%s", err, restored.printed())
	}
	serve.stop(t)
	for _, secret := range []string{stageToken, "секретный", "Ромашка", "Анна"} {
		if strings.Contains(serve.printed(), secret) {
			t.Errorf("the log holds %q:\n%s", secret, serve.printed())
		}
	}
}

func TestDoctorIsContent(t *testing.T) {
	v := newTown(t, oneManager)
	v.env = append(v.env, "TELEGRAM_BOT_TOKEN="+stageToken)
	doctor := launch(t, v.env, "doctor")
	if err := doctor.cmd.Wait(); err != nil {
		t.Errorf("%v\n%s", err, doctor.printed())
	}
	for _, want := range []string{"@followup_bot", "is sound", "clock is right", "production calendar"} {
		if !strings.Contains(doctor.printed(), want) {
			t.Errorf("doctor doesn't say %q:\n%s", want, doctor.printed())
		}
	}
	v.env = append(v.env, "TELEGRAM_BOT_TOKEN=7000001:another-token-of-the-right-form")
	refused := launch(t, v.env, "doctor")
	if err := refused.cmd.Wait(); err == nil || !strings.Contains(refused.printed(), "refuses the token") {
		t.Errorf("doctor with a wrong token: %v\n%s", err, refused.printed())
	}
}

// TestKilledAnywhere kills serve at 200 moments of a conversation and then looks for notes that were lost or doubled.
func TestKilledAnywhere(t *testing.T) {
	if testing.Short() {
		t.Skip("takes most of a minute")
	}
	inTowns(t, kills(200), 200, killAnywhere)
}

func killAnywhere(t *testing.T, seed uint64, kills int) {
	t.Helper()
	const perRound = 3
	portfolio := "team Север\nperson Игорь owner Север ru\n"
	clients := strings.Fields("Ромашка Вектор Гамма Дельта Омега Сигма Альфа Волга Кедр Маяк Рубин Сокол Уран Факел Горизонт Заря Импульс Квант Лотос Метеор")
	for i, client := range clients {
		name := "Менеджер" + strconv.Itoa(i)
		portfolio += "person " + name + " manager Север ru\nclient " + client + " | manager " + name + "\n"
	}
	v := newTown(t, portfolio)
	chance := rand.New(rand.NewPCG(2026, seed))
	var notes []string
	for range kills {
		serve := launch(t, v.env, "serve")
		for range perRound {
			i := chance.IntN(len(clients))
			who, note := v.people[i+1].Telegram, "пункт "+strconv.Itoa(len(notes)+1)
			if _, err := v.box.Say(who, who, "/note "+clients[i]+": "+note); err != nil {
				t.Fatal(err)
			}
			notes = append(notes, note)
		}
		if err := clock.Sleep(t.Context(), clock.Real(), time.Duration(chance.IntN(120))*time.Millisecond); err != nil {
			t.Fatal(err)
		}
		if err := serve.cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = serve.cmd.Wait() // it was killed
	}
	serve := launch(t, v.env, "serve")
	await(t, "the connection", func() bool { return strings.Contains(serve.printed(), "connected") })
	await(t, "every update confirmed", func() bool { return v.box.Pending() == 0 })
	store := v.open(t)
	await(t, "every answer sent", func() bool { return store.Quiet(t.Context()) })
	serve.stop(t)
	checkNotes(t, store, notes)
	report, err := store.Check(t.Context())
	if err := errors.Join(err, store.Close()); err != nil || len(report.Faults) > 0 {
		t.Error(report.Faults, err)
	}
	answers := 0
	for _, p := range v.people {
		answers += v.said(p.Telegram)
	}
	if answers < len(notes) {
		t.Errorf("%d answers to %d notes", answers, len(notes))
	}
	t.Logf("%d kills, %d notes, %d answers: %d were sent twice, in the moment between Telegram's answer and our mark", kills, len(notes), answers, answers-len(notes))
}

// checkNotes checks that every note was kept once.
func checkNotes(t *testing.T, store *storage.Store, notes []string) {
	t.Helper()
	kept := map[string]int{}
	err := store.View(t.Context(), func(tx *storage.Tx) error {
		tx = tx.System()
		clients, _, err := tx.Clients(storage.ClientFilter{Limit: 100})
		if err != nil {
			return err
		}
		for _, c := range clients {
			events, err := tx.Timeline(c.ID, crm.Moment(1<<40), 1000)
			if err != nil {
				return err
			}
			for _, e := range events {
				if _, number, ok := strings.Cut(strings.ToLower(e.Text), "пункт "); ok {
					kept["пункт "+number]++
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range notes {
		if kept[n] != 1 {
			t.Errorf("%q was kept %d times", n, kept[n])
		}
	}
	if len(kept) != len(notes) {
		t.Errorf("%d texts are kept of %d notes", len(kept), len(notes))
	}
}
