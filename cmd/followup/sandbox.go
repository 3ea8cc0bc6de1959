package main

import (
	"context"
	"crypto/rand"
	_ "embed"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"followup/bot"
	"followup/bot/dialog"
	"followup/bot/rehearsal"
	"followup/bot/sandbox"
	"followup/scheduler/calendar"
	"followup/scheduler/clock"
	"followup/storage"
	"followup/storage/crm"
	"followup/storage/seed"
)

//go:embed demo.txt
var demoText string

//go:embed empty.txt
var emptyText string

type sandboxCmd struct {
	newcomers
	hearing
	Empty  bool   `help:"Begin without clients, now; otherwise with a demo portfolio, shortly before nine of a working morning."`
	Listen string `default:"127.0.0.1:8080" help:"Address of the chat page, on this computer; port 0 takes any that is free."`
	DB     string `name:"db" help:"Keep the data in this file; otherwise it is gone at the end."`
}

// The sandbox's chat. The group's members are those of the team.
const (
	boxBot   = "followup_bot"
	boxGroup = -2001
)

// boxEpoch is a second of 2023. A chat page that opens on a used database counts its messages and updates from the seconds since
// then, which are more than any page before has got to: the database would take numbers that it has seen for repeated ones.
const boxEpoch = 1_700_000_000

// Run serves the chat page, and the bot that talks to it through the Bot API like to Telegram's.
func (c *sandboxCmd) Run(w *world) (err error) {
	if err := onlyLoopback(c.Listen); err != nil {
		return err
	}
	zone, err := c.zone()
	if err != nil {
		return err
	}
	path := c.DB
	if path == "" {
		dir, err := os.MkdirTemp("", "followup-sandbox-")
		if err != nil {
			return err
		}
		defer closing(&err, func() error { return os.RemoveAll(dir) })
		path = filepath.Join(dir, "sandbox.db")
	}
	b := &box{
		cmd: c, zone: zone, token: "7000001:" + rand.Text(),
		clock: clock.NewSimulated(c.begin(clock.Real().Now().In(zone)), 1),
	}
	used := 0
	if _, err := os.Stat(path); err == nil {
		used = int(clock.Real().Now().Unix() - boxEpoch)
	}
	b.server = sandbox.New(sandbox.Options{
		Used:  used,
		Token: b.token, Username: boxBot, Name: "Followup", Language: c.Lang,
		Now: b.now, Move: b.move, NextReminder: b.nextReminder, NextMorning: b.nextMorning, Log: w.log,
	})
	defer b.server.Close()
	return b.serve(w, path)
}

// onlyLoopback keeps the page, which asks nobody who he is, on this computer.
func onlyLoopback(addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("--listen %s is no address: write 127.0.0.1:8080", addr)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("--listen %s is not on this computer: the page lets anybody be anybody, so it stays on 127.0.0.1", addr)
	}
	return nil
}

// begin is where the simulated clock starts: now, or for the demo five minutes before nine of the working day that is
// today or was last.
func (c *sandboxCmd) begin(now time.Time) time.Time {
	if c.Empty {
		return now
	}
	cal, day := calendar.Russia(), crm.DateOf(now)
	if !cal.Working(day) {
		day = cal.Prev(day)
	}
	return day.In(now.Location(), crm.At(8, 55))
}

// box is a running sandbox.
type box struct {
	cmd    *sandboxCmd
	zone   *time.Location
	token  string
	clock  *clock.Simulated
	server *sandbox.Server
	engine *engine
	walker *rehearsal.Walker
}

// serve starts the server, then the bot against its address, and runs until the world ends.
func (b *box) serve(w *world, path string) (err error) {
	addr := ""
	var feeds http.Handler // of the engine, which is made when the address is known
	var ready atomic.Bool
	routes := http.NewServeMux()
	routes.Handle("/", b.server.Handler())
	routes.HandleFunc(bot.FeedPath, func(w http.ResponseWriter, r *http.Request) {
		if !ready.Load() {
			http.NotFound(w, r)
			return
		}
		feeds.ServeHTTP(w, r)
	})
	stop, err := serveHTTP(w, b.cmd.Listen, routes, func(a net.Addr) { addr = a.String() })
	if err != nil {
		return err
	}
	defer stop()
	defer b.server.Close() // long polls and event streams end before the listener is shut down
	_, statErr := os.Stat(path)
	b.engine, err = newEngine(w, engineOptions{
		db: path, api: "http://" + addr, token: b.token, clock: b.clock, members: b.cmd.newcomers, listen: b.cmd.words(),
		feeds: "http://" + addr,
	})
	if err != nil {
		return err
	}
	feeds = b.engine.door.Feeds(dialog.FeedForm)
	ready.Store(true)
	defer closing(&err, b.engine.store.Close)
	b.walker = &rehearsal.Walker{Clock: b.clock, Store: b.engine.store, Beat: b.engine.beat, Settle: b.settle}
	codes, err := b.people(w.ctx, errors.Is(statErr, os.ErrNotExist))
	if err != nil {
		return err
	}
	fmt.Fprintf(w.out, "Followup's sandbox is at http://%s\n", addr)
	for _, code := range codes {
		fmt.Fprintf(w.out, "An invitation for Гость to send: /start %s\n", code)
	}
	fmt.Fprintln(w.out, "Ctrl-C ends it.")
	return b.engine.run(w.ctx)
}

// people puts the persons of the portfolio and their group into the chat, and, into a new database, the records.
func (b *box) people(ctx context.Context, fresh bool) (codes []string, err error) {
	text := demoText
	if b.cmd.Empty {
		text = emptyText
	}
	portfolio, err := seed.Parse(text, 1)
	if err != nil {
		return nil, err
	}
	if fresh {
		err = b.engine.store.Update(ctx, func(tx *storage.Tx) error {
			codes, err = portfolio.Write(tx, b.zone)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	group := sandbox.Group{ID: boxGroup, Title: "Север"}
	for _, p := range portfolio.People {
		b.server.AddPerson(sandbox.Person{
			ID: p.Telegram, FirstName: p.Name, LanguageCode: p.Language, Title: title(p),
		})
		if p.Role != "" {
			b.server.Know(p.Telegram)
		}
		switch {
		case p.Team != group.Title:
		case p.Role == crm.Owner: // who made the group stands first
			group.Members = append([]int64{p.Telegram}, group.Members...)
		default:
			group.Members = append(group.Members, p.Telegram)
		}
	}
	b.server.AddGroup(group)
	return codes, nil
}

// titles are what the page shows below a name.
var titles = map[crm.Role][2]string{
	crm.Owner:   {"руководитель, владелец", "lead, owner"},
	crm.Lead:    {"руководитель", "lead"},
	crm.Manager: {"менеджер", "manager"},
	"":          {"без приглашения", "not invited"},
}

func title(p seed.Person) string {
	if p.Language == "en" {
		return titles[p.Role][1]
	}
	return titles[p.Role][0]
}

func (b *box) now() time.Time { return b.clock.Now().In(b.zone) }

// settleLimit bounds how long a move waits for messages that Telegram's pace holds back.
const settleLimit = 15 * time.Second

// settle returns when all was said, or when it takes too long: the page shows the rest as it comes.
func (b *box) settle(ctx context.Context) error {
	wall := clock.Real()
	end := wall.Now().Add(settleLimit)
	for (b.server.Pending() > 0 || !b.engine.store.Quiet(ctx)) && wall.Now().Before(end) {
		if err := clock.Sleep(ctx, wall, time.Millisecond); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// move goes to a moment by way of every reminder before it, so that they come in order and in their time.
func (b *box) move(ctx context.Context, to time.Time) error {
	if to.Before(b.clock.Now()) {
		return errors.New("the clock of the sandbox goes forward only")
	}
	return b.walker.To(ctx, to)
}

// nextReminder is the first minute at which something will be said.
func (b *box) nextReminder(ctx context.Context) (time.Time, bool) {
	at, some, err := rehearsal.NextReminder(ctx, b.engine.store, b.clock.Now())
	if err != nil || !some {
		return time.Time{}, false
	}
	return at.Add(time.Minute - 1).Truncate(time.Minute).In(b.zone), true
}

// nextMorning is nine o'clock of the next working day, or of today while it is still to come.
func (b *box) nextMorning(context.Context) time.Time {
	now := b.now()
	cal, day := calendar.Russia(), crm.DateOf(now)
	for at := day; ; at = at.AddDays(1) {
		if morning := at.In(b.zone, crm.DefaultHours().Plan); cal.Working(at) && morning.After(now) {
			return morning
		}
	}
}
