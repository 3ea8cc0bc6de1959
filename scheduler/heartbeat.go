// Package scheduler is the heartbeat: once a minute it asks storage what is due, asks the rules whether it still matters,
// and has it worded for the person who is to hear it. It promises that nothing due stays unsaid and nothing is said twice,
// whatever restarts, downtime and set clocks come between; that one person's trouble is nobody else's; and that nobody is
// disturbed in quiet hours or on a day off but at a time he named himself. It never speaks to Telegram: messages go into
// the outbox in the transaction that marks their reminders as said.
package scheduler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/robfig/cron/v3"

	"followup/scheduler/calendar"
	"followup/scheduler/clock"
	"followup/scheduler/rules"
	"followup/storage"
	"followup/storage/crm"
)

// Compose words what is due for one person as one message and queues it with tx.Send. tx asks as to; everything said in one
// beat to one person comes in one call, ordered by the moments it was due at. It may queue nothing, when there is nothing to
// tell. An error undoes the marks of the whole call; the things are then tried one by one.
type Compose func(tx *storage.Tx, to crm.Member, due []rules.Due) error

// Drafts words a question about lines that waited for an answer for a day, once each. The rest is as for Compose.
type Drafts func(tx *storage.Tx, to crm.Member, drafts []storage.Draft) error

// Options are what a heartbeat needs from the program. All but Log are required.
type Options struct {
	Store    *storage.Store
	Clock    clock.Clock
	Calendar *calendar.Calendar
	Kinds    []rules.Kind
	Compose  Compose
	Drafts   Drafts
	Log      *slog.Logger
}

// Counts are what happened since the start, for metrics.
type Counts struct {
	Beats  int64
	Said   int64 // reminders handed to Compose
	Late   int64 // of them, late
	Stale  int64 // planned anew, because the rule said otherwise by now
	Lapsed int64 // plans and digests too late to be said
	Quiet  int64 // old follow-ups left to the morning plan
	Failed int64 // turns that ended in an error and will be tried again
	Last   int64 // end of the last beat that went through, real unix seconds; 0: none
}

// Heartbeat says what is due. Its methods may be called from several goroutines.
type Heartbeat struct {
	Options
	kinds   map[string]rules.Kind
	tick    sync.Mutex // one tick at a time
	failing sync.Mutex
	failed  map[int64]failure // by row
	counts  struct{ beats, said, late, stale, lapsed, quiet, failed, last atomic.Int64 }
	read    func() clock.Reading
}

// New makes a heartbeat that doesn't beat yet.
func New(o Options) *Heartbeat {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	h := &Heartbeat{Options: o, kinds: map[string]rules.Kind{}, failed: map[int64]failure{}, read: clock.Read}
	for _, k := range o.Kinds {
		h.kinds[k.Name] = k
	}
	return h
}

// Counts are what happened so far.
func (h *Heartbeat) Counts() Counts {
	c := &h.counts
	return Counts{
		Beats: c.beats.Load(), Said: c.said.Load(), Late: c.late.Load(), Stale: c.stale.Load(),
		Lapsed: c.lapsed.Load(), Quiet: c.quiet.Load(), Failed: c.failed.Load(), Last: c.last.Load(),
	}
}

// Run beats until ctx is done and then returns nil: at once, for what was missed, and then at every full minute. With a
// simulated clock the minutes are that clock's, and it beats whenever that clock is moved.
func (h *Heartbeat) Run(ctx context.Context) error {
	simulated, ok := h.Clock.(*clock.Simulated)
	for ctx.Err() == nil {
		if ok {
			h.follow(ctx, simulated)
		} else {
			h.runCron(ctx)
		}
	}
	return nil
}

// follow beats once and waits for the next minute or jump of a simulated clock.
func (h *Heartbeat) follow(ctx context.Context, c *clock.Simulated) {
	jumped := c.Jumped()
	h.beat(ctx)
	reached, stop := c.Until(c.Now().Truncate(time.Minute).Add(time.Minute))
	defer stop()
	select {
	case <-reached:
	case <-jumped:
	case <-ctx.Done():
	}
}

// runCron beats by cron until ctx is done or the wall clock was set. A clock set back would stop cron's entry for as long as
// it was set back, so that cron is started anew after every step.
func (h *Heartbeat) runCron(ctx context.Context) {
	log := cronLog{h.Log}
	// The order matters: with Recover outside, a panic would leave SkipIfStillRunning locked for ever.
	c := cron.New(cron.WithLocation(time.UTC), cron.WithLogger(log), cron.WithChain(cron.SkipIfStillRunning(log), cron.Recover(log)))
	if _, err := c.AddFunc("* * * * *", func() { h.beat(ctx) }); err != nil {
		panic(err) // the constant above doesn't parse
	}
	c.Start()
	h.beat(ctx)
	h.watch(ctx)
	<-c.Stop().Done()
}

const (
	watchEvery = 5 * time.Second
	watchStep  = 2 * time.Second // less is a clock being disciplined, not set
)

// watch returns when the wall clock was set or ctx is done.
func (h *Heartbeat) watch(ctx context.Context) {
	before := h.read()
	for clock.Sleep(ctx, h.Clock, watchEvery) == nil {
		now := h.read()
		if step := clock.Step(before, now); step > watchStep || step < -watchStep {
			h.Log.Warn("the wall clock was set; the heartbeat starts anew", "step", step)
			return
		}
		before = now
	}
}

// beat is one tick whose error is logged: the next minute is another try.
func (h *Heartbeat) beat(ctx context.Context) {
	if err := h.Tick(ctx); err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, storage.ErrClosed) {
		h.Log.Error("heartbeat", "error", err)
	}
}

// Tick says everything that is due now and returns when it is in the outbox. Errors of single persons are logged and tried
// again later; the error returned is one that stopped the tick.
func (h *Heartbeat) Tick(ctx context.Context) (err error) {
	h.tick.Lock()
	defer h.tick.Unlock()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("scheduler: panic (%T) in a tick\n%s", p, debug.Stack())
		}
	}()
	h.counts.beats.Add(1)
	if err := h.sayDue(ctx); err != nil {
		return err
	}
	if err := h.askDrafts(ctx); err != nil {
		return err
	}
	h.counts.last.Store(clock.Real().Now().Unix())
	return nil
}

// cronLog gives cron's messages to slog. A panic's value may hold people's texts, so that only its type is logged.
type cronLog struct{ log *slog.Logger }

func (l cronLog) Info(msg string, _ ...any) { l.log.Debug("cron", "what", msg) }

func (l cronLog) Error(err error, msg string, _ ...any) {
	l.log.Error("cron", "what", msg, "type", fmt.Sprintf("%T", err))
}
