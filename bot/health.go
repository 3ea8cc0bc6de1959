package bot

import (
	"encoding/json"
	"net/http"
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

// Health answers 200 while updates are being taken in and 503 when Telegram has not answered for two minutes, with counts
// since the start and "waiting", the updates taken in and not yet handled. A webhook is silent when nobody writes, so it
// counts as well once it is set.
func (b *Bot) Health() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		age := time.Duration(b.now().UnixNano() - b.seen.Load())
		seen := b.seen.Load() != 0
		ok := seen && (age < silence || b.webhook.URL != "")
		report := struct {
			OK            bool    `json:"ok"`
			Silent        float64 `json:"seconds_since_telegram"` // -1: never heard
			Waiting       int     `json:"waiting"`
			Received      int64   `json:"received"`
			Handled       int64   `json:"handled"`
			Broke         int64   `json:"broke"`
			Aside         int64   `json:"set_aside"`
			Sent          int64   `json:"sent"`
			Repeated      int64   `json:"repeated"`
			Undeliverable int64   `json:"undeliverable"`
			TooMany       int64   `json:"too_many"`
		}{
			OK: ok, Silent: -1, Waiting: b.work.waiting(),
			Received: b.count.received.Load(), Handled: b.count.handled.Load(), Broke: b.count.broke.Load(),
			Aside: b.count.aside.Load(), Sent: b.count.sent.Load(), Repeated: b.count.repeated.Load(),
			Undeliverable: b.count.undeliverable.Load(), TooMany: b.count.tooMany.Load(),
		}
		if seen {
			report.Silent = age.Seconds()
		}
		w.Header().Set("Content-Type", "application/json")
		if !ok {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_ = json.NewEncoder(w).Encode(report) // the caller may have gone
	})
}
