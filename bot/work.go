package bot

import (
	"context"
	"encoding/json"
	"sync"

	"followup/bot/message"
)

// Rules of the order of work, for what can't be handled where it comes in (receive.go): updates of one chat are handled one
// after another in the order they came, those of different chats at once, at most maxTurns of them. While maxQueued wait, nothing more is taken in: Telegram keeps what we don't fetch.

const (
	maxTurns  = 128
	maxQueued = 1024
)

// incoming is an update that is safe in the inbox.
type incoming struct {
	update, chat int64
	payload      json.RawMessage
	in           *message.In // nil: the payload wasn't read yet
}

// open is the update in our shape. It fails for what nobody can read.
func (u *incoming) open(me self) (message.In, error) {
	if u.in != nil {
		return *u.in, nil
	}
	return decode(u.payload, me)
}

// work hands updates to turns.
type work struct {
	handle func(incoming)

	mu      sync.Mutex
	chats   map[int64]*backlog
	ready   []*backlog // chats that wait for a free turn
	running int
	queued  int
	stopped bool
	room    chan struct{} // pulsed when something was handled
	turns   sync.WaitGroup
}

// backlog is what one chat waits for. It exists while there is any, and one turn at a time is at it.
type backlog struct {
	chat int64
	list []incoming
}

func newWork(handle func(incoming)) *work {
	return &work{handle: handle, chats: map[int64]*backlog{}, room: make(chan struct{}, 1)}
}

// add queues updates in order; it waits for room and gives up when ctx ends or work stopped.
func (w *work) add(ctx context.Context, list []incoming) {
	for _, u := range list {
		for !w.put(u) {
			select {
			case <-w.room:
			case <-ctx.Done():
				return
			}
		}
	}
}

// part tells the updates of chats for which nothing waits from the others, which have to wait their turn; both in order.
func (w *work) part(list []incoming) (now, rest []incoming) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, u := range list {
		if w.chats[u.chat] == nil && !w.stopped {
			now = append(now, u)
		} else {
			rest = append(rest, u)
		}
	}
	return now, rest
}

// put queues one update unless there is no room.
func (w *work) put(u incoming) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stopped {
		return true // it stays in the inbox for the next start
	}
	if w.queued >= maxQueued {
		return false
	}
	w.queued++
	if w.queued < maxQueued {
		pulse(w.room) // another caller may be waiting too
	}
	if b := w.chats[u.chat]; b != nil {
		b.list = append(b.list, u)
		return true
	}
	b := &backlog{chat: u.chat, list: []incoming{u}}
	w.chats[u.chat] = b
	if w.running >= maxTurns {
		w.ready = append(w.ready, b)
		return true
	}
	w.running++
	w.turns.Go(func() { w.run(b, u) })
	return true
}

// run handles one update of a chat after another, and goes over to the chat that waits longest in between.
func (w *work) run(b *backlog, u incoming) {
	for b != nil {
		w.handle(u)
		b, u = w.next(b)
	}
}

func (w *work) next(b *backlog) (*backlog, incoming) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.queued--
	pulse(w.room)
	b.list = b.list[1:]
	if len(b.list) == 0 {
		delete(w.chats, b.chat)
	} else {
		w.ready = append(w.ready, b)
	}
	if len(w.ready) == 0 || w.stopped {
		w.running--
		return nil, incoming{}
	}
	b, w.ready = w.ready[0], w.ready[1:]
	return b, b.list[0]
}

// drain waits until nothing is queued. Nobody may add meanwhile.
func (w *work) drain(ctx context.Context) {
	for w.waiting() > 0 {
		select {
		case <-w.room:
		case <-ctx.Done():
			return
		}
	}
}

// waiting is how many updates wait or are being handled.
func (w *work) waiting() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.queued
}

// stop lets the turns in hand finish and starts no others.
func (w *work) stop() {
	w.mu.Lock()
	w.stopped = true
	pulse(w.room)
	w.mu.Unlock()
	w.turns.Wait()
}
