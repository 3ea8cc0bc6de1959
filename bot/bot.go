// Package bot is the door: updates in, messages out. It alone knows Telegram's library and HTTP.
//
// It promises: an update is on disk, stored or handled, before Telegram hears that we have it; its effects and the messages
// that come of it are on disk together, once, however often it is delivered; updates of one chat are handled in order; what is
// queued is sent in order and within Telegram's limits, after the commit, until it arrived or is known to be undeliverable. No
// log and no error of this package holds the token or a text of a person.
//
// Where things are: poll.go and webhook.go take updates in, decode.go reads them, receive.go has them handled at once or
// stored, work.go orders those and turn.go handles one; send.go sends by the rules of pace.go and follow.go through
// calls.go, encode.go shapes what is sent, verdict.go judges the answers, outcome.go acts on them and marks.go writes them down;
// client.go is the HTTP under all of it and conns.go its connections; menus.go registers commands; health.go reports.
package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	tg "github.com/go-telegram/bot"

	"followup/bot/message"
	"followup/scheduler/clock"
	"followup/storage"
	"followup/storage/crm"
)

// TelegramAPI is where Telegram's own Bot API is.
const TelegramAPI = "https://api.telegram.org"

// Options are what a Bot is made of. Token and Talk are required, and Store for Run.
type Options struct {
	Token   string
	API     string         // base address; empty: TelegramAPI
	Store   *storage.Store // nil: there is none yet, and Hold is all it can do
	Talk    Talk
	Log     *slog.Logger // nil: silent
	Webhook Webhook      // zero: long polling
	Unpaced bool         // against a server without Telegram's limits, for rehearsals
	// Listen gives the words of a voice message; nil: they are not recognised. It must end when its context does.
	Listen func(ctx context.Context, audio []byte) (string, error)
}

// Talk is the conversation: dialog's methods.
type Talk struct {
	Turn    func(*storage.Tx, message.In) error
	Broke   func(tx *storage.Tx, in message.In, incident string) error
	Blocked func(*storage.Tx, crm.Member) error
	// Expelled hears that nothing can be written into a group any more.
	Expelled func(tx *storage.Tx, chat int64) error
	Menu     func(language string, role crm.Role) []Command
	// Fetched reads what was fetched, outside of any turn, and returns the turn that acts on it.
	Fetched func(what message.Fetch, data []byte, words string) func(tx *storage.Tx, chat int64) error
	// Unsaved tells a person that nothing can be saved now; answered: that what he asked was answered all the same.
	Unsaved func(in message.In, answered bool) []message.Out
	// Alarm tells the owners that something is wrong with the installation.
	Alarm func(tx *storage.Tx, what string, facts ...any) error
	// Make reads what a file is made of and returns what makes it, without the database.
	Make func(tx *storage.Tx, what message.Make) (func() (message.Out, error), error)
	// Repeated is what stands below a message that may have arrived before, in the language of its reader.
	Repeated func(tx *storage.Tx, chat int64) (string, error)
}

// Command is a line of Telegram's menu: a name without the slash, and at most 256 characters.
type Command struct{ Name, Description string }

// Webhook says where Telegram is to post updates, and the secret it shows then (1–256 of A–Z a–z 0–9 _ -).
type Webhook struct{ URL, Secret string }

// Bot is one bot at one Bot API address.
type Bot struct {
	client  *client
	api     *tg.Bot
	store   *storage.Store
	talk    Talk
	log     *slog.Logger
	webhook Webhook
	now     func() time.Time // real, whatever the program's clock says: Telegram's limits and hangs are real

	life  context.Context // Run's
	turns context.Context // of turns: outlives Run's, so that the turn in hand can finish
	me    atomic.Pointer[self]
	seen  atomic.Int64 // when Telegram was heard last, real unix nanoseconds
	count counters

	opening sync.Mutex
	open    bool          // updates go from receive to work directly
	arrived chan struct{} // pulsed when updates were stored

	work   *work
	marks  *marks
	menus  *menus
	sender *sender
	strain strain
	crowd  rations // of strangers
	costly rations // of members
}

// New makes a Bot. It calls nobody; its errors say what to change.
func New(o Options) (*Bot, error) {
	if o.Token == "" {
		return nil, errors.New("bot: no token: get one from @BotFather and put it into TELEGRAM_BOT_TOKEN")
	}
	if o.Webhook.URL != "" && o.Webhook.Secret == "" {
		return nil, errors.New("bot: a webhook needs a secret: set FOLLOWUP_WEBHOOK_SECRET to a long random word")
	}
	if o.API == "" {
		o.API = TelegramAPI
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	c, err := newClient(o.Token, o.API)
	if err != nil {
		return nil, err
	}
	api, err := c.library()
	if err != nil {
		return nil, err
	}
	b := &Bot{
		client: c, api: api, store: o.Store, talk: o.Talk, log: o.Log, webhook: o.Webhook, now: clock.Real().Now,
		crowd: rations{ration: strangers}, costly: rations{ration: costly},
	}
	b.me.Store(&self{})
	b.arrived = make(chan struct{}, 1)
	b.work = newWork(b.turn)
	b.marks = newMarks(o.Store, o.Talk, o.Log)
	b.menus = &menus{
		api: api, store: o.Store, log: o.Log, menu: o.Talk.Menu,
		asked: map[int64]bool{}, shown: map[int64]look{}, wake: make(chan struct{}, 1),
	}
	b.sender = &sender{
		api: api, client: c, fetched: o.Talk.Fetched, repeated: o.Talk.Repeated, maker: newMaker(o.Store, o.Talk, o.Log), listen: o.Listen, store: o.Store, log: o.Log, now: b.now, marks: b.marks,
		count:   &b.count,
		reached: make(chan struct{}, 1), heard: make(chan struct{}, 1),
		held: map[int64]*parcel{}, lanes: map[laneKey]*lane{}, jobs: make(chan job), results: make(chan result, maxCalls),
	}
	b.sender.pace.off = o.Unpaced
	return b, nil
}

// Username is the bot's own name without @, empty until Telegram has told it.
func (b *Bot) Username() string { return b.me.Load().username }

// Run works until ctx ends: then it finishes the turns and calls in hand, writes down what was delivered and returns nil
// within ten seconds. It keeps trying while Telegram can't be reached; its errors are a token or address that Telegram
// refuses, and an inbox that can't be read. It may be called once.
func (b *Bot) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	// Turns and marks outlive ctx by stopLimit at most.
	late, stopLate := context.WithCancel(context.WithoutCancel(ctx))
	defer stopLate()
	b.life, b.turns = ctx, late
	left, err := b.store.Paces(ctx)
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("bot: the pace can't be read: %w", err)
	}
	b.sender.pace.follow(b.now(), left)
	var fatal error
	var once sync.Once
	fail := func(err error) {
		if err != nil && ctx.Err() == nil {
			once.Do(func() { fatal = err })
			cancel()
		}
	}
	b.sender.fatal = fail

	var working, writing sync.WaitGroup
	worked := make(chan struct{})
	writing.Go(func() { b.marks.run(late, worked) })
	working.Go(func() {
		// Nothing can be read before the bot's own name is known, nor sent before Telegram answers.
		fail(b.until(ctx, "it can't be reached; trying again", b.whoami))
		working.Go(func() { b.sender.run(ctx) })
		working.Go(func() { b.menus.run(ctx) })
		fail(b.takeUpdates(ctx))
	})
	<-ctx.Done()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		b.work.stop()
		working.Wait()
		close(worked)
		writing.Wait()
	}()
	limit, stopLimited := clock.Real().Until(b.now().Add(stopLimit))
	defer stopLimited()
	select {
	case <-ended:
	case <-limit:
		stopLate()
		<-ended
	}
	b.client.close()
	return fatal
}

// stopLimit is how long the end may take.
const stopLimit = 8 * time.Second

// takeUpdates hands over what an earlier run left, and then takes in what comes.
func (b *Bot) takeUpdates(ctx context.Context) error {
	b.prepareAlarm(ctx)
	if b.store.Shared() {
		var watching sync.WaitGroup
		watching.Go(func() { b.watch(ctx) })
		defer watching.Wait()
	} else if err := b.catchUp(ctx); err != nil {
		return err
	}
	if b.webhook.URL == "" {
		return b.poll(ctx)
	}
	err := b.until(ctx, "the webhook can't be set; trying again", b.setWebhook)
	b.seen.Store(b.now().UnixNano())
	return err
}
