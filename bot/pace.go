package bot

import (
	"time"

	"followup/bot/message"
)

// Rules of pacing, after https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this.
//
// At most 30 calls are under way or were answered within the last 1.02 s: counted from the answer, because nobody knows when
// within a slow call Telegram counted it. Reminders and digests start 35 ms apart, which leaves answers to people the next
// free place. One private chat gets a message a second; answers may come in a burst of four, which Telegram
// tolerates. A group gets 20 a minute. A 429 says that our picture was wrong: nothing starts until its time has passed,
// but a group's own limit, which is counted in minutes, holds up that group alone. What another program sent just before is
// taken over by the rules of follow.go. All of it is real time: Telegram's limits know nothing of a simulated clock.

const (
	windowCalls = 30
	calmCalls   = windowCalls / 2
	calmTime    = time.Minute
	windowTime  = 1020 * time.Millisecond
	bulkGap     = 35 * time.Millisecond
	chatGap     = 1050 * time.Millisecond
	chatBurst   = 3 // answers that may run ahead of chatGap
	groupCalls  = 20
	groupTime   = 61 * time.Second
	forgetAbove = 4096 // chats remembered before those at rest are dropped
)

// pace knows what was sent when. The zero pace is of a program that has sent nothing yet.
type pace struct {
	off    bool // no limits but pauses
	all    window
	flying int           // counted calls without an answer yet
	bulk   time.Time     // when the last reminder or digest started
	pause  time.Time     // of a 429: nothing starts before
	alone  time.Time     // what the program before sent counts no more for the whole bot
	rested time.Time     // every chat has its burst by then, whoever wrote to it before
	busy   bool          // it is written down that more than calmCalls may be made
	asked  time.Time     // when that was asked for; zero once it is
	flood  time.Time     // when calmCalls were reached last
	asks   time.Duration // of the last pause, until a call passes
	outage time.Time     // while no call passes: nothing starts before
	chats  map[int64]*chatPace
}

// chatPace is a chat's share: due is when its next message would be on time at one a chatGap.
type chatPace struct {
	due   time.Time
	pause time.Time
	group window
}

// window holds the moments of the last calls, oldest first.
type window []time.Time

// free is when fewer than calls lie within the window.
func (w *window) free(now time.Time, calls int, within time.Duration) time.Time {
	if calls <= 0 {
		return now.Add(within) // an answer comes before
	}
	w.forget(now, within)
	if len(*w) < calls {
		return now
	}
	return (*w)[len(*w)-calls].Add(within)
}

// forget drops the moments that lie within no more.
func (w *window) forget(now time.Time, within time.Duration) {
	for len(*w) > 0 && now.Sub((*w)[0]) >= within {
		*w = (*w)[1:]
	}
}

// chatFree is when a message of a class may go to a chat as far as that chat is concerned; now or earlier: at once.
func (p *pace) chatFree(now time.Time, chat int64, class message.Class) time.Time {
	c := p.chats[chat]
	if c == nil {
		c = &chatPace{due: p.rested}
	}
	if p.off {
		return c.pause
	}
	free := c.due
	if class == message.Answer {
		free = free.Add(-chatBurst * chatGap)
	}
	if chat < 0 {
		free = later(free, c.group.free(now, groupCalls, groupTime))
	}
	return later(free, c.pause)
}

// free is when anything of a class may go at all.
func (p *pace) free(now time.Time, class message.Class) time.Time {
	if p.off {
		return p.paused()
	}
	at := later(p.paused(), p.all.free(now, p.allowed(now)-p.flying, windowTime))
	if class != message.Answer {
		at = later(at, p.bulk.Add(bulkGap))
	}
	return at
}

// paused is until when nothing at all starts.
func (p *pace) paused() time.Time { return later(p.pause, p.outage) }

// took counts a call that starts now.
func (p *pace) took(now time.Time, chat int64, class message.Class) {
	if p.off {
		return
	}
	p.flying++
	if class != message.Answer {
		p.bulk = now
	}
	c := p.chat(now, chat)
	c.due = later(c.due, now).Add(chatGap)
}

// answered counts the end of a call that was counted when it started. One chat has one at a time.
func (p *pace) answered(now time.Time, chat int64) {
	if p.off {
		return
	}
	p.flying--
	p.all = append(p.all, now)
	if chat < 0 {
		c := p.chat(now, chat)
		c.group = append(c.group, now)
	}
}

// inGroup is how many calls to a group its last minute held, as far as was looked.
func (p *pace) inGroup(chat int64) int {
	if c := p.chats[chat]; c != nil {
		return min(len(c.group), groupCalls)
	}
	return 0
}

// tooMany obeys a 429.
func (p *pace) tooMany(now time.Time, chat int64, wait time.Duration) {
	// Half a second more, since Telegram names whole seconds and counts by its own clock.
	until := now.Add(max(wait, time.Second) + 500*time.Millisecond)
	if chat < 0 && wait > time.Second {
		c := p.chat(now, chat)
		c.pause = later(c.pause, until)
		until = now.Add(time.Second)
	}
	p.pause = later(p.pause, until)
}

func (p *pace) chat(now time.Time, chat int64) *chatPace {
	if p.chats == nil {
		p.chats = map[int64]*chatPace{}
	}
	if len(p.chats) >= forgetAbove && p.chats[chat] == nil {
		for id, c := range p.chats {
			if c.due.Before(now) && c.pause.Before(now) && len(c.group) == 0 {
				delete(p.chats, id)
			}
		}
	}
	c := p.chats[chat]
	if c == nil {
		c = &chatPace{due: p.rested}
		p.chats[chat] = c
	}
	return c
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
