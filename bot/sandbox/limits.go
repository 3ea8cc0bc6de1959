package sandbox

import (
	"fmt"
	"sync"
	"time"
)

// Telegram lets a bot send about 30 messages a second over everything, one a second to one chat (short bursts pass),
// and 20 a minute to one group; what is beyond is answered 429 with the seconds to wait
// (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this). Sending, forwarding, copying and
// editing count; answers to button taps, chat actions and deletions don't.
//
// The limits run on real time whatever the simulated clock shows. Every counted call holds a place that timers give
// back, so no clock is read.

// Limits are the rates the server allows; a zero field is Telegram's.
type Limits struct {
	Off       bool // no limits at all
	PerSecond int  // over everything; 0: 30
	ChatBurst int  // to one chat at once, given back one a second; 0: 5
	PerMinute int  // to one group; 0: 20
}

type pace struct {
	limits Limits
	mu     *sync.Mutex
	all    *window
	chats  map[int64]*bucket
	groups map[int64]*window
}

func newPace(l Limits) pace {
	if l.PerSecond == 0 {
		l.PerSecond = 30
	}
	if l.ChatBurst == 0 {
		l.ChatBurst = 5
	}
	if l.PerMinute == 0 {
		l.PerMinute = 20
	}
	return pace{limits: l, mu: &sync.Mutex{}, all: &window{}, chats: map[int64]*bucket{}, groups: map[int64]*window{}}
}

// paced takes a place for one call to one chat, or answers 429. A refused call takes none.
func (s *Server) paced(c *call) error {
	p := &s.pace
	if p.limits.Off {
		return nil
	}
	chat := c.int("chat_id")
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := p.all.full(p.limits.PerSecond); n > 0 {
		return tooMany(n)
	}
	if p.chats[chat] == nil {
		p.chats[chat] = &bucket{}
	}
	if chat < 0 {
		if p.groups[chat] == nil {
			p.groups[chat] = &window{}
		}
		if n := p.groups[chat].full(p.limits.PerMinute); n > 0 {
			return tooMany(n)
		}
		p.groups[chat].add(p.mu, 60)
	} else {
		if p.chats[chat].level >= p.limits.ChatBurst {
			return tooMany(1)
		}
		p.chats[chat].add(p.mu)
	}
	p.all.add(p.mu, 1)
	return nil
}

func tooMany(seconds int) error {
	return &apiError{code: 429, description: fmt.Sprintf("Too Many Requests: retry after %d", seconds), retryAfter: seconds}
}

// window counts calls that are younger than some seconds. Each place knows the seconds it has left.
type window struct{ places []*place }

type place struct{ left int }

// full returns 0, or after how many seconds there is room again.
func (w *window) full(limit int) int {
	if len(w.places) < limit {
		return 0
	}
	return w.places[0].left
}

func (w *window) add(mu *sync.Mutex, seconds int) {
	p := &place{left: seconds}
	w.places = append(w.places, p)
	var tick func()
	tick = func() {
		mu.Lock()
		defer mu.Unlock()
		if p.left--; p.left > 0 {
			time.AfterFunc(time.Second, tick)
			return
		}
		w.places = w.places[1:] // places of one window live equally long, so the first is this one
	}
	time.AfterFunc(time.Second, tick)
}

// bucket fills with every call and loses one a second.
type bucket struct{ level int }

func (b *bucket) add(mu *sync.Mutex) {
	b.level++
	if b.level > 1 {
		return // the running timer empties it step by step
	}
	var tick func()
	tick = func() {
		mu.Lock()
		defer mu.Unlock()
		if b.level--; b.level > 0 {
			time.AfterFunc(time.Second, tick)
		}
	}
	time.AfterFunc(time.Second, tick)
}
