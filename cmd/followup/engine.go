package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"followup/bot"
	"followup/bot/dialog"
	"followup/scheduler"
	"followup/scheduler/clock"
	"followup/scheduler/rules"
	"followup/storage"
	"followup/storage/crm"
)

// engine is the store, the conversation, the heartbeat and the door. It is wired alike for Telegram and for the sandbox:
// nothing in it knows which of the two it talks to.
type engine struct {
	store  *storage.Store
	dialog *dialog.Dialog
	beat   *scheduler.Heartbeat
	door   *bot.Bot
	log    *slog.Logger
	upkeep *upkeep // nil: nothing is looked after
	closed outage  // before the database opened
}

// engineOptions are what differs between the two.
type engineOptions struct {
	db      string
	api     string
	token   string
	webhook bot.Webhook
	clock   clock.Clock
	members newcomers
	unpaced bool   // the server at api has no limits
	feeds   string // public address of feeds; empty: none
	listen  func(context.Context, []byte) (string, error)
}

// storeOptions are the program's calendar and kinds of reminders.
func storeOptions(w *world, c clock.Clock) storage.Options {
	return storage.Options{Now: c.Now, Calendar: w.calendar(), Kinds: rules.Kinds, Log: w.log}
}

// openStore opens the database with the program's calendar and kinds of reminders.
func openStore(w *world, path string, c clock.Clock) (*storage.Store, error) {
	store, err := storage.Open(w.ctx, path, storeOptions(w, c))
	if errors.Is(err, storage.ErrNewer) {
		return nil, fmt.Errorf("the database %s was written by a newer program: use that one, or restore a backup of this one's: %w", storage.Place(path), err)
	}
	return store, err
}

// newEngine opens the database and wires everything to it. The caller closes the store after run.
func newEngine(w *world, o engineOptions) (*engine, error) {
	if _, err := o.members.zone(); err != nil {
		return nil, err
	}
	store, err := openStore(w, o.db, o.clock)
	if err != nil {
		return nil, err
	}
	e, err := wired(w, o, store)
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return e, nil
}

// wired wires everything to an open database.
func wired(w *world, o engineOptions, store *storage.Store) (*engine, error) {
	e := &engine{store: store, log: w.log}
	var err error
	e.dialog = dialog.New(dialog.Options{
		Calendar: w.calendar(), Zone: o.members.TZ, Language: o.members.Lang, BotName: func() string { return e.door.Username() },
		Listens: o.listen != nil, Feeds: func() string { return o.feeds }, Ration: func(member int64) time.Duration { return e.door.Ration(member) },
	})
	e.beat = scheduler.New(scheduler.Options{
		Store: store, Clock: o.clock, Calendar: w.calendar(), Kinds: rules.Kinds,
		Compose: e.dialog.Remind, Drafts: e.dialog.RemindDrafts, Log: w.log,
	})
	e.door, err = bot.New(bot.Options{
		Token: o.token, API: o.api, Store: store, Log: w.log, Webhook: o.webhook, Unpaced: o.unpaced,
		Talk: bot.Talk{
			Turn: e.dialog.Turn, Broke: e.dialog.Broke, Blocked: e.dialog.Blocked, Expelled: e.dialog.Expelled, Menu: e.menu, Fetched: e.dialog.Fetched,
			Unsaved: e.dialog.Unsaved, Alarm: e.dialog.Alarm,
			Make: e.dialog.Make, Repeated: e.dialog.Repeated,
		},
		Listen: o.listen,
	})
	return e, err
}

// menu turns the dialog's commands into the door's.
func (e *engine) menu(language string, role crm.Role) []bot.Command {
	var list []bot.Command
	for _, c := range e.dialog.Menu(language, role) {
		list = append(list, bot.Command(c))
	}
	return list
}

// run works until ctx ends or one part can't go on, and lets the others finish then. Of several replicas on one database
// one works; the others wait their turn. It returns storage.ErrDeposed when another took the lead from this one.
func (e *engine) run(ctx context.Context) error { return e.store.Lead(ctx, e.work) }

// work is run's, of the replica that leads. What was missed while the program was off is said before anything that people
// wrote meanwhile is answered.
func (e *engine) work(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	e.tellOutage(ctx)
	if err := e.beat.Tick(ctx); err != nil {
		e.log.Error("the first heartbeat failed; the next minute is another try", "error", err)
	}
	var both sync.WaitGroup
	var door, beat error
	both.Go(func() {
		defer cancel()
		door = e.door.Run(ctx)
	})
	both.Go(func() {
		defer cancel()
		beat = e.beat.Run(ctx)
	})
	both.Go(func() { e.rememberName(ctx) })
	if e.upkeep != nil {
		both.Go(func() { e.upkeep.run(ctx) })
	}
	both.Wait()
	return errors.Join(door, beat)
}

// tellOutage tells the owners that the database could not be opened for a while, once it is.
func (e *engine) tellOutage(ctx context.Context) {
	if e.closed == (outage{}) {
		return
	}
	minutes := max(1, int64(clock.Real().Now().Sub(e.closed.since).Minutes()))
	err := e.store.Update(ctx, func(tx *storage.Tx) error {
		return e.dialog.Alarm(tx.System(), "opened", "minutes", minutes, "why", e.closed.why)
	})
	if err != nil {
		e.log.Warn("the owners can't be told that the database was closed", "error", err)
		return
	}
	e.closed = outage{}
}

// botName is the setting that holds the bot's username, for links that invite prints without asking Telegram.
const botName = "bot.name"

// rememberName writes down the bot's username once Telegram has told it.
func (e *engine) rememberName(ctx context.Context) {
	for e.door.Username() == "" {
		if clock.Sleep(ctx, clock.Real(), time.Second) != nil {
			return
		}
	}
	err := e.store.Update(ctx, func(tx *storage.Tx) error {
		known, err := tx.System().Setting(botName)
		if err != nil || known == e.door.Username() {
			return err
		}
		return tx.System().SaveSetting(botName, e.door.Username())
	})
	if err != nil && ctx.Err() == nil {
		e.log.Warn("the bot's name can't be written down; invite will print no link", "error", err)
	}
}
