package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"followup/bot"
	"followup/bot/dialog"
	"followup/storage"
)

type serveCmd struct {
	database
	newcomers
	telegram
	timing
	hearing
	Listen        string `env:"FOLLOWUP_LISTEN" help:"Address for health checks, calendar feeds and the webhook, such as 127.0.0.1:8081; empty: none."`
	WebhookURL    string `name:"webhook-url" env:"FOLLOWUP_WEBHOOK_URL" help:"Public HTTPS address that Telegram posts updates to; empty: long polling."`
	WebhookSecret string `kong:"-"`
	Backups       string `env:"FOLLOWUP_BACKUPS" help:"Folder of the nightly copies; empty: \"backups\" beside the database; off: none."`
	PublicURL     string `name:"public-url" env:"FOLLOWUP_PUBLIC_URL" help:"Public address that leads to --listen, for links to calendars and tables; empty: the webhook's."`
}

// Run serves until SIGTERM or Ctrl-C.
func (c *serveCmd) Run(w *world) (err error) {
	key, err := token()
	if err != nil {
		return err
	}
	clk, err := c.clock(c.official())
	if err != nil {
		return err
	}
	c.WebhookSecret = os.Getenv("FOLLOWUP_WEBHOOK_SECRET") // never a flag: it is a secret
	if c.WebhookURL != "" && c.Listen == "" {
		return errors.New("a webhook needs an address to listen at: set FOLLOWUP_LISTEN, and let the public address lead there")
	}
	public, err := c.public()
	if err != nil {
		return err
	}
	zone, err := c.zone()
	if err != nil {
		return err
	}
	o := engineOptions{
		db: c.DB, api: c.APIURL, token: key, clock: clk, members: c.newcomers,
		webhook: bot.Webhook{URL: c.WebhookURL, Secret: c.WebhookSecret}, listen: c.words(), feeds: public,
	}
	for {
		err := c.serve(w, o, zone)
		switch {
		case w.ctx.Err() != nil && (err == nil || errors.Is(err, storage.ErrDeposed) || errors.Is(err, context.Canceled)):
			return nil // it was to end anyway
		case !errors.Is(err, storage.ErrDeposed):
			return err
		}
		w.log.Warn("another replica took the lead while this one stood still; it begins anew and stands by")
	}
}

// serve runs one engine to its end.
func (c *serveCmd) serve(w *world, o engineOptions, zone *time.Location) (err error) {
	store, closed, err := c.opened(w, o)
	if err != nil {
		return err
	}
	defer closing(&err, store.Close)
	e, err := wired(w, o, store)
	if err != nil {
		return err
	}
	e.closed = closed
	stop, err := c.listen(w, e.routes(), e.door.Webhook(), e.door.Feeds(dialog.FeedForm))
	if err != nil {
		return err
	}
	defer stop()
	e.upkeep = &upkeep{
		store: e.store, options: storeOptions(w, o.clock), alarm: e.dialog.Alarm, heardAt: e.door.Heard, log: w.log,
		clock: o.clock, zone: zone, dir: backupDir(c.Backups, c.DB),
	}
	w.log.Info("serving", "version", version(), "schema", e.store.Version())
	err = e.run(w.ctx)
	w.log.Info("stopped")
	return err
}

// public is the address below which feeds are read: the one that was given, else the webhook's; empty without either.
func (c *serveCmd) public() (string, error) {
	if c.PublicURL == "" && c.WebhookURL == "" || c.Listen == "" {
		return "", nil
	}
	u, err := url.Parse(cmp.Or(c.PublicURL, c.WebhookURL))
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return "", errors.New("FOLLOWUP_PUBLIC_URL must be an address such as https://bot.example.org")
	}
	if c.PublicURL == "" {
		u.Path = ""
	}
	return u.Scheme + "://" + u.Host + strings.TrimRight(u.Path, "/"), nil
}

// listen serves routes, feeds and the webhook when an address was given.
func (c *serveCmd) listen(w *world, routes *http.ServeMux, webhook, feeds http.Handler) (stop func(), err error) {
	if c.Listen == "" {
		return func() {}, nil
	}
	routes.Handle(bot.FeedPath, feeds)
	if c.WebhookURL != "" {
		u, err := url.Parse(c.WebhookURL)
		if err != nil || u.Scheme != "https" && u.Hostname() != "127.0.0.1" || u.Path == "" || u.Path == "/" || u.Path == "/healthz" || u.Path == "/readyz" || u.Path == "/metrics" || strings.HasPrefix(u.Path, "/feed/") {
			return nil, fmt.Errorf("FOLLOWUP_WEBHOOK_URL must be https with a path of its own, such as https://bot.example.org/telegram")
		}
		routes.Handle(u.Path, webhook)
	}
	return serveHTTP(w, c.Listen, routes, nil)
}

// serveHTTP listens at addr and serves until stop is called. ready, when not nil, hears the address before the first request.
func serveHTTP(w *world, addr string, handler http.Handler, ready func(net.Addr)) (stop func(), err error) {
	var config net.ListenConfig
	listener, err := config.Listen(w.ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("can't listen at %s: choose another address with --listen: %w", addr, err)
	}
	if ready != nil {
		ready(listener.Addr())
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			w.log.Error("the HTTP server ended", "error", err)
		}
	}()
	return func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if err := server.Shutdown(ctx); err != nil { // streams of the chat page never end by themselves
			_ = server.Close()
		}
		<-done
	}, nil
}
