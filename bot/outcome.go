package bot

import (
	"math/rand/v2"
	"slices"
	"time"

	"followup/storage/crm"
)

// What follows from the end of a call, by the rules of send.go: what arrived is marked, what failed waits or is given up.

// result is how one call ended.
type result struct {
	lane    *lane
	parcel  *parcel
	message int64
	err     error
}

// finish acts on the end of a call.
func (s *sender) finish(r result) {
	s.underway--
	r.lane.busy = false
	if counted(r.parcel.out) {
		s.pace.answered(s.now(), r.lane.key.chat)
	}
	v, answer := judgeCall(r.err)
	if v != again && v != unsure {
		s.passed++
		if s.failed >= outage {
			s.recovered()
		}
		s.failed = 0
		if s.pace.asks > 0 && v != wait && counted(r.parcel.out) && !s.now().Before(s.pace.pause) {
			s.keepPause(0, 0)
		}
	}
	r.conclude(s, v, answer)
	s.list(r.lane)
}

// recovered ends all waiting when Telegram answers after an outage: what failed with it waits for nothing else, the oldest
// is to go first, and what people wrote is fetched at once, because their answers go ahead.
func (s *sender) recovered() {
	s.failed = 0
	s.pace.outage = time.Time{}
	pulse(s.reached)
	for _, l := range s.lanes {
		l.wait = time.Time{}
		s.list(l)
	}
}

// conclude does what a verdict asks for.
func (r result) conclude(s *sender, v verdict, answer *refusal) {
	p := r.parcel
	switch v {
	case delivered:
		s.arrived(r)
	case wait:
		s.count.tooMany.Add(1)
		s.log.Warn("Telegram asks for a pause", "seconds", int(answer.retryAfter.Seconds()), "parcel", p.id)
		s.pace.tooMany(s.now(), r.lane.key.chat, answer.retryAfter)
		s.keepPause(r.lane.key.chat, answer.retryAfter)
	case unsure:
		if p.out.Once {
			s.giveUp(r, "unknown whether it arrived")
			return
		}
		s.repeat(r, answer)
	case again:
		s.repeat(r, answer)
	case keyInvalid:
		s.fatal(errToken)
		s.repeat(r, answer)
	case migrated:
		s.move(r, answer)
	case sendNew:
		if p.out.Text == "" { // only buttons were to change, and they are gone
			s.leave(r, mark{kind: markDelivered, parcel: p.id})
			return
		}
		p.out.Edit = 0
	case noTopic:
		if p.out.Thread == 0 {
			s.giveUp(r, "400")
			return
		}
		p.out.Thread = 0
	case unwelcome:
		s.marks.add(mark{kind: markBlocked, chat: r.lane.key.chat})
		s.giveUp(r, "the chat can't be written to")
	case hopeless:
		s.giveUp(r, codeOf(answer))
	}
}

// arrived goes over to the next part, or to the next parcel.
func (s *sender) arrived(r result) {
	p := r.parcel
	p.next++
	if p.next == len(p.parts) {
		s.count.sent.Add(1)
		s.leave(r, mark{kind: markDelivered, parcel: p.id, chat: p.out.Chat, message: r.message, subject: p.out.Subject})
		return
	}
	p.fails = 0
	if p.out.Subject != (crm.Subject{}) && r.message != 0 {
		// A reply to any part is about the same. The last part is noted with its delivery.
		s.marks.add(mark{kind: markShown, chat: p.out.Chat, message: r.message, subject: p.out.Subject})
	}
}

// lost gives up a parcel that must not be sent twice.
func (s *sender) lost(p *parcel) {
	s.count.undeliverable.Add(1)
	s.log.Warn("a file may not have arrived and is not sent again", "parcel", p.id, "chat", p.out.Chat)
	s.marks.add(mark{kind: markUndeliverable, parcel: p.id, reason: "unknown whether it arrived"})
}

// repeat lets the lane try its first parcel again after a while.
func (s *sender) repeat(r result, answer *refusal) {
	p, now := r.parcel, s.now()
	s.count.repeated.Add(1)
	s.failed++
	if p.fails == 0 {
		p.since = s.passed
	}
	p.fails++
	if answer != nil && p.fails >= maxFails && s.passed-p.since > p.fails {
		s.giveUp(r, codeOf(answer))
		return
	}
	r.lane.wait = now.Add(backoff(p.fails, firstWait, longWait))
	if s.failed >= outage {
		s.pace.outage = now.Add(backoff(s.failed-outage+1, firstWait, outageWait))
	}
	if p.fails == 1 || p.fails%10 == 0 {
		s.log.Warn("a message waits: Telegram doesn't take it now", "parcel", p.id, "tries", p.fails, "error", r.err)
	}
	s.marks.add(mark{kind: markRetry, parcel: p.id, reason: reasonOf(r.err)})
}

// giveUp keeps the parcel in the outbox as undeliverable.
func (s *sender) giveUp(r result, reason string) {
	s.count.undeliverable.Add(1)
	s.log.Warn("a message is undeliverable", "parcel", r.parcel.id, "chat", r.lane.key.chat, "reason", reason)
	s.leave(r, mark{kind: markUndeliverable, parcel: r.parcel.id, reason: reason})
}

// leave takes the lane's parcel off the road; it stays held until its mark is on disk. It is the first of its queue unless a
// group's move put others before it while it was under way.
func (s *sender) leave(r result, m mark) {
	for i, q := range r.lane.queues {
		if at := slices.Index(q, r.parcel); at >= 0 {
			r.lane.queues[i] = slices.Delete(q, at, at+1)
		}
	}
	s.marks.add(m)
}

// settle forgets parcels whose marks are on disk.
func (s *sender) settle(ids []int64) {
	for _, id := range ids {
		p := s.held[id]
		delete(s.held, id)
		if p == nil {
			continue
		}
		k := keyOf(p.out)
		if l := s.lanes[k]; l != nil && !l.busy {
			if _, some := l.rank(); !some {
				delete(s.lanes, k) // its delays and listings find it empty
			}
		}
	}
}

// move sends everything of a group to its new id.
func (s *sender) move(r result, answer *refusal) {
	from, to := r.lane, answer.migrateTo
	if to == 0 || to == from.key.chat {
		s.giveUp(r, codeOf(answer))
		return
	}
	s.marks.add(mark{kind: markMoved, chat: from.key.chat, to: to})
	target := s.lane(laneKey{to, from.key.taps, from.key.files})
	for i, q := range from.queues {
		for _, p := range q {
			p.out.Chat = to
			if p.next == 0 {
				p.out.Reply = 0 // message ids of the old group mean nothing in the new one
			}
		}
		target.queues[i] = append(q, target.queues[i]...)
		from.queues[i] = nil
	}
	delete(s.lanes, from.key)
	s.list(target)
}

// backoff is how long to wait after the n-th failure in a row: doubling, with a random half.
func backoff(n int, first, most time.Duration) time.Duration {
	d := most
	if n = max(n-1, 0); n < 16 {
		d = min(first<<n, most)
	}
	return d/2 + rand.N(d/2+1)
}
