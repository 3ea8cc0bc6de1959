package sandbox

import (
	"fmt"
	"sync"
	"time"

	"followup/scheduler/clock"
)

// Telegram lets a bot send about 30 messages a second over everything, one a second to one chat (short bursts pass),
// and 20 a minute to one group; what is beyond is answered 429 with the seconds to wait
// (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this). Sending, forwarding, copying and
// editing count; answers to button taps, chat actions and deletions don't.
//
// The limits run on real time whatever the simulated clock shows, and are kept by its moments rather than by timers: on a
// busy machine a timer that is late would refuse what Telegram lets pass.

// Limits are the rates the server allows; a zero field is Telegram's.
type Limits struct {
	Off       bool // no limits at all
	PerSecond int  // over everything; 0: 30
	ChatBurst int  // to one chat at once, given back one a second; 0: 5
	PerMinute int  // to one group; 0: 20
}

type pace struct {
	limits Limits
	now    func() time.Time
	mu     sync.Mutex
	all    window
	chats  map[int64]*bucket
	groups map[int64]*window

	refused int
}

func newPace(l Limits) *pace {
	if l.PerSecond == 0 {
		l.PerSecond = 30
	}
	if l.ChatBurst == 0 {
		l.ChatBurst = 5
	}
	if l.PerMinute == 0 {
		l.PerMinute = 20
	}
	return &pace{limits: l, now: clock.Real().Now, chats: map[int64]*bucket{}, groups: map[int64]*window{}}
}

// paced takes a place for one call to one chat, or answers 429. A refused call takes none.
func (s *Server) paced(c *call) error {
	if wait := s.pace.take(c.int("chat_id")); wait > 0 {
		s.pace.mu.Lock()
		s.pace.refused++
		s.pace.mu.Unlock()
		return tooMany(int((wait + time.Second - 1) / time.Second))
	}
	return nil
}

// take counts a call, or returns how long a chat must wait before one is taken.
func (p *pace) take(chat int64) time.Duration {
	if p.limits.Off {
		return 0
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	if wait := p.all.full(now, p.limits.PerSecond, time.Second); wait > 0 {
		return wait
	}
	if chat < 0 {
		group := p.groups[chat]
		if group == nil {
			group = &window{}
			p.groups[chat] = group
		}
		if wait := group.full(now, p.limits.PerMinute, time.Minute); wait > 0 {
			return wait
		}
		*group = append(*group, now)
	} else {
		person := p.chats[chat]
		if person == nil {
			person = &bucket{}
			p.chats[chat] = person
		}
		if wait := person.full(now, p.limits.ChatBurst); wait > 0 {
			return wait
		}
		person.level += time.Second
	}
	p.all = append(p.all, now)
	return 0
}

// Refused is how many calls were answered 429 because of the limits, and not by a fault that was ordered.
func (s *Server) Refused() int {
	s.pace.mu.Lock()
	defer s.pace.mu.Unlock()
	return s.pace.refused
}

func tooMany(seconds int) error {
	return &apiError{code: 429, description: fmt.Sprintf("Too Many Requests: retry after %d", seconds), retryAfter: seconds}
}

// window holds the moments of the last calls, oldest first.
type window []time.Time

// full returns 0, or how long it is until fewer than limit calls lie within the window again.
func (w *window) full(now time.Time, limit int, within time.Duration) time.Duration {
	for len(*w) > 0 && now.Sub((*w)[0]) >= within {
		*w = (*w)[1:]
	}
	if len(*w) < limit {
		return 0
	}
	return within - now.Sub((*w)[0])
}

// bucket rises by a second with every call and sinks with the time.
type bucket struct {
	level time.Duration // at seen
	seen  time.Time
}

// full returns 0, or how long it is until one more call makes no more than limit of them.
func (b *bucket) full(now time.Time, limit int) time.Duration {
	b.level = max(0, b.level-now.Sub(b.seen))
	b.seen = now
	return max(0, b.level-time.Duration(limit-1)*time.Second)
}
