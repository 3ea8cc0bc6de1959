package bot

import (
	"context"
	"log/slog"
	"time"

	tg "github.com/go-telegram/bot"

	"followup/bot/message"
	"followup/scheduler/clock"
	"followup/storage"
)

// Rules of sending.
//
// Only what is committed is sent. One chat has one call at a time and gets its messages in the order of their numbers
// within a class; answers go ahead of reminders, and those ahead of digests. Answers to taps have a lane of their own,
// since they make no message and must come while the button still turns.
//
// A call that certainly failed is repeated, later and later, and its chat waits for it. One that may have arrived is
// repeated too, because a reminder said twice is better than one never said; a message marked Once, a file, is not: it
// becomes undeliverable with that reason. What Telegram refuses for good becomes undeliverable with the code. A message
// that alone keeps failing with 5xx while others pass is given up after maxFails. When nothing passes, everybody waits; the
// first call or poll that passes again ends all of that, so that after an outage people's answers and the oldest go first.
//
// A parcel is held here from loading until its mark is on disk, so that it is never loaded twice. After kill -9 what was
// sent and not yet marked is sent once more; that window is a commit long. On a shared database every call is marked before
// it begins (follow.go): so a replica that no longer leads sends nothing, and its follower says below what it repeats that it may be one.

const (
	maxCalls   = 32
	maxFails   = 12
	loadAhead  = 256  // parcels taken over at once when few can go
	glimpse    = 32   // and when many can
	fewReady   = 64   // chats
	maxHeld    = 2048 // parcels taken over as they are committed; of more, those to be sent next are read
	firstWait  = 500 * time.Millisecond
	longWait   = time.Minute
	grace      = 5 * time.Second // for calls under way when the program stops
	outage     = 3               // failures in a row that make everybody wait
	outageWait = 8 * time.Second
)

// rank is the order in which lanes are served: answers to taps, then the classes.
type rank int

const ranks = rank(message.Digest) + 2

// parcel is a queued message on its way.
type parcel struct {
	id    int64
	out   message.Out
	parts []part
	next  int // part to send
	fails int
	since int // how many calls had passed when it failed first
}

// lane is one chat, its answers to taps, or the files fetched for it.
type lane struct {
	key    laneKey
	queues [ranks][]*parcel
	listed [ranks]bool // in sender.ready of that rank
	busy   bool
	wait   time.Time // after a failure
}

type laneKey struct {
	chat  int64
	taps  bool
	files bool
}

// keyOf is the lane of a parcel.
func keyOf(o message.Out) laneKey { return laneKey{o.Chat, o.Query != "", o.Fetch != nil} }

// rank is that of the lane's first parcel; false when there is none.
func (l *lane) rank() (rank, bool) {
	for r := range ranks {
		if len(l.queues[r]) > 0 {
			return r, true
		}
	}
	return 0, false
}

// sender is one goroutine that owns all of this; calls and marks run beside it.
type sender struct {
	api      *tg.Bot
	client   *client
	fetched  func(message.Fetch, []byte, string) func(*storage.Tx, int64) error
	repeated func(*storage.Tx, int64) (string, error)
	maker    *maker
	listen   func(context.Context, []byte) (string, error) // nil: nothing recognises speech

	store *storage.Store
	log   *slog.Logger
	now   func() time.Time // real
	marks *marks
	fatal func(error)
	count *counters

	reached chan struct{} // pulsed when a call passes after an outage
	heard   chan struct{} // pulsed when a poll does

	pace     pace
	held     map[int64]*parcel
	lanes    map[laneKey]*lane
	ready    [ranks][]*lane
	delays   delays
	calls    context.Context // of calls: outlives run's by grace
	jobs     chan job
	results  chan result
	underway int
	passed   int // calls that got an answer
	failed   int // failures in a row since the last of them

	queued   bool      // something was put into the outbox
	newest   int64     // the largest number ever held: numbers grow by commits
	whole    bool      // every parcel up to newest is held or done with
	more     bool      // the outbox has more than is held
	loadNext time.Time // not earlier: loading may take a tenth of the time
}

// run sends until ctx ends, then waits for the calls under way.
func (s *sender) run(ctx context.Context) {
	calls, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	s.calls = calls
	defer close(s.jobs)
	s.queued = true
	var alarm alarm
	for ctx.Err() == nil {
		due := alarm.at(s.step(ctx))
		select {
		case <-ctx.Done():
		case <-s.store.Outgoing():
			s.takeFresh(ctx)
		case r := <-s.results:
			s.finish(r)
		case <-s.marks.settled:
		case <-s.heard:
			if s.failed >= outage {
				s.recovered()
			}
		case <-due:
			alarm.stop()
		}
	}
	alarm.stop()
	late, stop := clock.Real().Until(s.now().Add(grace))
	defer stop()
	for s.underway > 0 {
		select {
		case r := <-s.results:
			s.finish(r)
		case <-late:
			late = nil
			cancel()
		}
	}
}

// step starts whatever may start now and returns until when nothing will happen by itself.
func (s *sender) step(ctx context.Context) time.Time {
	s.drain()
	now := s.now()
	if calls := s.pace.news(now); calls > 0 {
		s.keepPace(calls)
	}
	loaded := s.load(ctx, now)
	now = s.now() // loading may have taken long, and a call counts from when it starts
	wake := now.Add(longWait)
	for _, at := range []time.Time{loaded, s.delayed(now), s.start(now)} {
		if at.After(now) && at.Before(wake) {
			wake = at
		}
	}
	return wake
}

// drain takes in the results and marks that are there already: they free lanes.
func (s *sender) drain() {
	for {
		select {
		case r := <-s.results:
			s.finish(r)
		default:
			parcels, calls := s.marks.take()
			s.settle(parcels)
			s.pace.written(calls)
			return
		}
	}
}

// takeFresh takes over what was just committed without reading it back, while everything older was taken over: a chat's
// messages would overtake each other otherwise. When it can't, load does it, and once in longWait, for whatever else the outbox
// may hold.
func (s *sender) takeFresh(ctx context.Context) {
	list, all := s.store.Fresh()
	s.whole = s.whole && all && len(s.held)+len(list) <= maxHeld && s.now().Before(s.loadNext.Add(longWait))
	s.queued = s.queued || !s.whole
	for _, p := range list {
		if s.whole && p.ID > s.newest {
			s.hold(ctx, p)
		}
	}
}

// load takes over parcels that it doesn't hold yet: when some were queued, and when few of those it holds can go. It
// returns when it wants to be called again, the zero time when it has nothing to do.
//
// What was queued last may be the most urgent, and stands first in the outbox; a few places beyond what is held show it
// without taking over a long row of digests.
func (s *sender) load(ctx context.Context, now time.Time) time.Time {
	waiting := 0
	for _, lanes := range s.ready {
		waiting += len(lanes)
	}
	few := waiting < fewReady
	if !s.queued && (!s.more || !few) {
		return time.Time{}
	}
	if now.Before(s.loadNext) {
		return s.loadNext
	}
	extra := glimpse
	if few {
		extra = loadAhead
	}
	list, err := s.store.NextParcels(ctx, len(s.held)+extra)
	if err != nil {
		if ctx.Err() == nil {
			s.log.Error("the outbox can't be read", "class", classOf(err))
		}
		s.loadNext = now.Add(time.Second)
		return s.loadNext
	}
	s.loadNext = now.Add(10 * s.now().Sub(now))
	s.more = len(list) == len(s.held)+extra
	s.whole = !s.more
	urgent := 0
	for _, p := range list {
		if s.held[p.ID] == nil {
			s.hold(ctx, p)
			if p.Out.Class == message.Answer {
				urgent++
			}
		}
	}
	s.queued = urgent == extra // there may be others
	return s.loadNext
}

func (s *sender) hold(ctx context.Context, stored storage.Parcel) {
	p := &parcel{id: stored.ID, out: stored.Out, parts: parts(stored.Out)}
	s.held[p.id] = p
	s.newest = max(s.newest, p.id)
	if !p.out.Once && stored.Started != 0 {
		s.markRepeated(ctx, p)
	}
	if p.out.Once && stored.Started != 0 { // an earlier run died while it was being sent
		s.lost(p)
		return
	}
	l, r := s.lane(keyOf(p.out)), rankOf(p.out)
	l.queues[r] = append(l.queues[r], p)
	s.list(l)
}

// markRepeated says below a message that it may have arrived already: a replica died while it was sending it.
func (s *sender) markRepeated(ctx context.Context, p *parcel) {
	if o := p.out; o.Text == "" || o.Query != "" || o.Edit != 0 || o.Delete != 0 || o.Fetch != nil {
		return // what can be done twice without being seen twice
	}
	err := s.store.View(ctx, func(tx *storage.Tx) error {
		words, err := s.repeated(tx, p.out.Chat)
		p.out.Text += "\n\n" + words
		return err
	})
	if err != nil {
		s.log.Warn("a message that may be a repeat can't be marked", "parcel", p.id, "class", classOf(err))
		return
	}
	p.parts = parts(p.out)
}

func rankOf(o message.Out) rank {
	if o.Query != "" {
		return 0
	}
	return 1 + rank(min(max(o.Class, message.Answer), message.Digest))
}

// counted tells what Telegram's limits count: answers to taps, deletions and files that we read are free.
func counted(o message.Out) bool { return o.Query == "" && o.Delete == 0 && o.Fetch == nil }

func (s *sender) lane(k laneKey) *lane {
	l := s.lanes[k]
	if l == nil {
		l = &lane{key: k}
		s.lanes[k] = l
	}
	return l
}

// list queues a lane by its first parcel.
func (s *sender) list(l *lane) {
	r, some := l.rank()
	if l.busy || !some || l.listed[r] {
		return
	}
	l.listed[r] = true
	s.ready[r] = append(s.ready[r], l)
}

// delayed lists the lanes whose time has come, and returns when the next one's will.
func (s *sender) delayed(now time.Time) time.Time {
	for len(s.delays) > 0 && !s.delays[0].at.After(now) {
		s.list(s.delays.pop())
	}
	if len(s.delays) == 0 {
		return time.Time{}
	}
	return s.delays[0].at
}

// start begins calls, the most urgent first, and returns when the pace lets the next one go. What must wait for the
// bot's pace is not overtaken by what is less urgent; what waits for its own chat's is.
func (s *sender) start(now time.Time) time.Time {
	for r := range ranks {
		for len(s.ready[r]) > 0 {
			if s.underway >= maxCalls {
				return time.Time{} // a result will wake us
			}
			l := s.ready[r][0]
			if first, some := l.rank(); some && first == r && !l.busy {
				chat, all := s.free(now, l, r)
				if !chat.After(now) && all.After(now) {
					return all
				}
				if chat.After(now) {
					s.delays.push(delay{chat, l})
				} else {
					s.call(now, l, r)
				}
			}
			l.listed[r] = false
			s.ready[r] = s.ready[r][1:]
		}
	}
	return time.Time{}
}

// free is when the lane's first parcel may go, as far as its chat and as far as the whole bot is concerned.
func (s *sender) free(now time.Time, l *lane, r rank) (chat, all time.Time) {
	if !counted(l.queues[r][0].out) {
		return l.wait, s.pace.paused()
	}
	class := message.Class(r - 1)
	return later(l.wait, s.pace.chatFree(now, l.key.chat, class)), s.pace.free(now, class)
}

// job is one call to make: a copy of what the parcel is now.
type job struct {
	lane   *lane
	parcel *parcel
	out    message.Out
	part   part
	first  bool
	group  int // calls to the group in its last minute, with this one; 0: it isn't a group, or doesn't count
}

func (s *sender) call(now time.Time, l *lane, r rank) {
	p := l.queues[r][0]
	l.busy = true
	s.underway++
	j := job{lane: l, parcel: p, out: p.out, part: p.parts[p.next], first: p.next == 0}
	if counted(p.out) {
		s.pace.took(now, l.key.chat, message.Class(r-1))
		if l.key.chat < 0 && !s.pace.off {
			j.group = s.pace.inGroup(l.key.chat) + 1
		}
	}
	select {
	case s.jobs <- j:
	default:
		go s.work(j)
	}
}

// work makes calls until the sender ends. Goroutines that stay have grown their stacks once, not for every call.
func (s *sender) work(j job) {
	for open := true; open; j, open = <-s.jobs {
		sent, err := s.carry(s.calls, j)
		s.results <- result{j.lane, j.parcel, sent, err}
	}
}

// carry makes one call and returns the number of the message that came of it.
func (s *sender) carry(ctx context.Context, j job) (sent int64, err error) {
	err = s.announce(ctx, j)
	switch {
	case err != nil:
	case j.out.Fetch != nil:
		err = s.fetch(ctx, j.out)
	case j.out.Make != nil:
		var made bool
		if j.out, made, err = s.maker.make(ctx, j.out); made {
			sent, err = speak(ctx, s.client, s.api, j.out, parts(j.out)[0], true)
		}
	default:
		sent, err = speak(ctx, s.client, s.api, j.out, j.part, j.first)
	}
	return sent, err
}
