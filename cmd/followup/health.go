package main

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"followup/bot"
	"followup/scheduler/clock"
)

// Rules of what the program tells about itself over HTTP, to nobody in particular and therefore in numbers alone.
//
// /healthz says that the process lives, with counts: whoever restarts it on anything less would turn Telegram's trouble into
// a crash loop. /readyz says 200 while everything works that people rely on: the database takes a write, the heartbeat
// beat within three minutes, updates are being taken in. Of several replicas that is asked of the one that leads; the others
// are ready when they can write. /metrics gives the same to Prometheus.

const (
	beatLimit  = 3 * time.Minute
	readyLimit = 5 * time.Second
	readyAgain = 2 * time.Second // an answer is kept so long: asking often must not cost writes
)

// routes are what serve answers on FOLLOWUP_LISTEN besides the webhook.
func (e *engine) routes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", e.health)
	mux.Handle("GET /readyz", &readiness{e: e})
	mux.Handle("GET /metrics", e.metrics())
	return mux
}

func (e *engine) health(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, struct {
		OK bool `json:"ok"`
		bot.Counts
	}{true, e.door.Counts()})
}

func answer(w http.ResponseWriter, code int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(body) // the caller may have gone
}

// readiness remembers its last answer for a moment.
type readiness struct {
	e    *engine
	mu   sync.Mutex
	at   time.Time
	last ready
}

// ready is the answer of /readyz.
type ready struct {
	OK        bool  `json:"ok"`
	Database  bool  `json:"database_writes"`
	Heartbeat bool  `json:"heartbeat"`
	Telegram  bool  `json:"telegram"`
	Leads     bool  `json:"leads"`
	Updates   int64 `json:"updates_waiting"`
	Messages  int64 `json:"messages_waiting"`
}

func (r *readiness) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := clock.Real().Now()
	if now.Sub(r.at) > readyAgain {
		r.last, r.at = r.e.ready(req.Context(), now), now
	}
	code := http.StatusOK
	if !r.last.OK {
		code = http.StatusServiceUnavailable
	}
	answer(w, code, r.last)
}

func (e *engine) ready(ctx context.Context, now time.Time) ready {
	ctx, cancel := context.WithTimeout(ctx, readyLimit)
	defer cancel()
	var a ready
	var err error
	a.Updates, a.Messages, err = e.store.Ready(ctx)
	a.Database = err == nil
	a.Heartbeat = now.Sub(time.Unix(e.beat.Counts().Last, 0)) < beatLimit
	a.Telegram = e.door.Connected()
	a.Leads = e.store.Leading()
	a.OK = a.Database && (!a.Leads || a.Heartbeat && a.Telegram)
	return a
}

// metrics are the counters of the door and the heartbeat, and Go's own.
func (e *engine) metrics() http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for _, c := range []struct {
		name, help string
		value      func() float64
	}{
		{"updates_received_total", "Updates stored in the inbox.", func() float64 { return float64(e.door.Counts().Received) }},
		{"updates_handled_total", "Updates whose turn is committed.", func() float64 { return float64(e.door.Counts().Handled) }},
		{"turns_broken_total", "Turns that ended in an error a person was told of.", func() float64 { return float64(e.door.Counts().Broke) }},
		{"updates_aside_total", "Updates that could not be handled.", func() float64 { return float64(e.door.Counts().Aside) }},
		{"messages_sent_total", "Messages that Telegram took.", func() float64 { return float64(e.door.Counts().Sent) }},
		{"messages_repeated_total", "Calls made again after a failure.", func() float64 { return float64(e.door.Counts().Repeated) }},
		{"messages_undeliverable_total", "Messages given up.", func() float64 { return float64(e.door.Counts().Undeliverable) }},
		{"telegram_too_many_total", "Answers 429 of Telegram.", func() float64 { return float64(e.door.Counts().TooMany) }},
		{"beats_total", "Beats of the scheduler.", func() float64 { return float64(e.beat.Counts().Beats) }},
		{"reminders_said_total", "Reminders handed over.", func() float64 { return float64(e.beat.Counts().Said) }},
		{"reminders_late_total", "Of them, late.", func() float64 { return float64(e.beat.Counts().Late) }},
		{"digests_lapsed_total", "Plans and digests too late to be said.", func() float64 { return float64(e.beat.Counts().Lapsed) }},
		{"reminders_failed_total", "Reminders whose turn failed and is tried again.", func() float64 { return float64(e.beat.Counts().Failed) }},
	} {
		registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Namespace: "followup", Name: c.name, Help: c.help}, c.value))
	}
	for _, g := range []struct {
		name, help string
		value      func() float64
	}{
		{"updates_waiting", "Updates taken in and not yet handled.", func() float64 { return float64(e.door.Counts().Waiting) }},
		{"telegram_silent_seconds", "Since Telegram was heard; -1: never.", func() float64 { return e.door.Counts().Silent }},
		{"leads", "1 for the replica that leads.", func() float64 {
			if e.store.Leading() {
				return 1
			}
			return 0
		}},
		{"last_beat_seconds", "When the scheduler's last beat ended, unix time.", func() float64 { return float64(e.beat.Counts().Last) }},
	} {
		registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "followup", Name: g.name, Help: g.help}, g.value))
	}
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
}
