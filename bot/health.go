package bot

import (
	"sync/atomic"
	"time"
)

// silence is how long nothing may be heard of Telegram before the bot counts as ill; a long poll answers within pollLimit.
const silence = 2 * time.Minute

// counters count since the start.
type counters struct {
	received, handled, broke, aside        atomic.Int64
	sent, repeated, undeliverable, tooMany atomic.Int64
}

// Heard is when Telegram answered a poll or called the webhook last, real time; zero: not yet.
func (b *Bot) Heard() time.Time {
	if at := b.seen.Load(); at != 0 {
		return time.Unix(0, at)
	}
	return time.Time{}
}

// Counts are what happened since the start, and Waiting and Silent what is now.
type Counts struct {
	Received      int64 `json:"received"` // updates
	Handled       int64 `json:"handled"`
	Broke         int64 `json:"broke"`     // turns that ended in an error a person was told of
	Aside         int64 `json:"set_aside"` // updates that could not be handled
	Sent          int64 `json:"sent"`      // messages
	Repeated      int64 `json:"repeated"`
	Undeliverable int64 `json:"undeliverable"`
	TooMany       int64 `json:"too_many"` // answers 429 of Telegram

	Waiting int     `json:"waiting"`                // updates taken in and not yet handled
	Silent  float64 `json:"seconds_since_telegram"` // -1: never heard
}

// Counts are the door's figures for health checks and metrics.
func (b *Bot) Counts() Counts {
	c := Counts{
		Received: b.count.received.Load(), Handled: b.count.handled.Load(), Broke: b.count.broke.Load(),
		Aside: b.count.aside.Load(), Sent: b.count.sent.Load(), Repeated: b.count.repeated.Load(),
		Undeliverable: b.count.undeliverable.Load(), TooMany: b.count.tooMany.Load(),
		Waiting: b.work.waiting(), Silent: -1,
	}
	if at := b.Heard(); !at.IsZero() {
		c.Silent = b.now().Sub(at).Seconds()
	}
	return c
}

// Connected tells whether updates are being taken in: Telegram was heard within two minutes. A webhook is silent when
// nobody writes, so it counts as well once it is set.
func (b *Bot) Connected() bool {
	at := b.Heard()
	return !at.IsZero() && (b.webhook.URL != "" || b.now().Sub(at) < silence)
}
