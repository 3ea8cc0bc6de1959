package bot

import (
	"context"
	"errors"
	"time"

	"followup/storage"
)

// Rules of following another program, after a restart or as the next leader of replicas.
//
// Telegram goes on counting where that one stopped, so what it may have used up is taken as used just now. For a person's
// chat that is a burst. For a group it is what stands in the database: every call to a group is written down before it
// begins, with how many its minute held then. For the whole bot it is calmCalls in a second, which two programs may both
// make; who wants to make more writes that down first, and is followed after a pause of windowTime. It writes down too when
// it has made no more for calmTime. A pause that Telegram asked for is written down, and waited for anew by who follows.
//
// A replica that stood still may have lost its lead to another, which speaks already. So on a shared database every call is
// marked before it begins, which the database refuses to one that is deposed, and is given up when that took as long as a
// lease.

// follow takes over the pace that the program before left.
func (p *pace) follow(now time.Time, left map[int64]storage.Pace) {
	if p.off {
		return
	}
	begin := now
	if left[0].Calls > calmCalls {
		begin = now.Add(windowTime)
		p.busy, p.flood = true, now
	}
	p.pause, p.alone = begin, now.Add(windowTime)
	p.rested = begin.Add(chatBurst * chatGap)
	for chat, l := range left {
		if chat != 0 {
			c := p.chat(now, chat)
			for range l.Calls {
				c.group = append(c.group, now)
			}
		}
		if l.Wait > 0 {
			p.tooMany(now, chat, l.Wait)
		}
	}
}

// allowed is how many calls may be made in windowTime.
func (p *pace) allowed(now time.Time) int {
	if p.busy && !now.Before(p.alone) {
		return windowCalls
	}
	return calmCalls
}

// news is how many calls the bot wants to make from now on, to be written down; 0 while that doesn't change.
func (p *pace) news(now time.Time) int {
	p.all.forget(now, windowTime)
	crowded := len(p.all)+p.flying >= calmCalls
	if crowded {
		p.flood = now
	}
	switch {
	case p.off:
	case crowded && !p.busy && (p.asked.IsZero() || now.Sub(p.asked) >= calmTime):
		p.asked = now
		return windowCalls
	case p.busy && now.Sub(p.flood) >= calmTime:
		p.busy = false
		return calmCalls
	}
	return 0
}

// written acts on news that were written down; 0 are none.
func (p *pace) written(calls int) {
	if calls > calmCalls {
		p.busy, p.asked = true, time.Time{}
	}
}

// keepPace writes down how many calls the whole bot makes, and for how long Telegram asks it to pause.
func (s *sender) keepPace(calls int) {
	s.marks.add(mark{kind: markPace, pace: storage.Pace{Calls: calls, Wait: s.pace.asks}})
}

// keepPause writes down that Telegram asks for a pause, or, of the whole bot, that it is over.
func (s *sender) keepPause(chat int64, wait time.Duration) {
	p := &s.pace
	if chat < 0 && wait > time.Second {
		s.marks.add(mark{kind: markPace, chat: chat, pace: storage.Pace{Calls: p.inGroup(chat), Wait: wait}})
		return
	}
	p.asks = wait
	calls := calmCalls
	if p.busy || !p.asked.IsZero() {
		calls = windowCalls
	}
	s.keepPace(calls)
}

var errStoodStill = errors.New("bot: stood still for as long as a lease")

// announce writes down what must be known of a call before it begins.
func (s *sender) announce(ctx context.Context, j job) error {
	marked := s.store.Shared() || j.first && j.out.Once
	if !marked && j.group == 0 {
		return nil
	}
	began := s.now()
	err := s.store.Update(ctx, func(tx *storage.Tx) error {
		if j.group > 0 {
			if err := tx.SavePace(j.out.Chat, storage.Pace{Calls: j.group}); err != nil {
				return err
			}
		}
		if !marked {
			return nil
		}
		return tx.Started(j.parcel.id)
	})
	if err == nil && s.store.Shared() && s.now().Sub(began) >= storage.LeaseTime {
		return errStoodStill
	}
	return err
}
