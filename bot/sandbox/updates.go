package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// Updates wait in one queue. A poll's offset confirms all with a smaller id; a webhook confirms one by answering 2xx.
// What was confirmed is kept for a while, so that Redeliver can play a confirmation that got lost.

const (
	firstUpdate  = 700_000_001
	keptUpdates  = 10_000
	maxPoll      = 50 * time.Second // Telegram caps the timeout of a long poll
	firstBackoff = 100 * time.Millisecond
	maxBackoff   = 30 * time.Second
)

// byDefault are the kinds a bot gets that never named any (https://core.telegram.org/bots/api#getupdates).
var byDefault = []string{"message", "edited_message", "callback_query", "my_chat_member"}

type queue struct {
	next    int
	waiting []*update
	done    []*update // confirmed, oldest first
	allowed []string  // empty: byDefault
	poller  chan struct{}
	hook    *webhook
}

type update struct {
	id      int
	kind    string
	wire    wireUpdate
	body    []byte
	chat    int64
	message int
	again   bool // put back by Redeliver: handed out once more whatever the offset says
}

type webhook struct {
	url, secret string
	cancel      context.CancelFunc
	lastError   string
	lastErrorAt time.Time
	connections int
}

// enqueue gives an update its number, fixes what it says, and wakes the poll. The caller holds s.mu.
func (s *Server) enqueue(u update) {
	allowed := s.queue.allowed
	if len(allowed) == 0 {
		allowed = byDefault
	}
	if !slices.Contains(allowed, u.kind) {
		s.markRead(&u)
		return
	}
	u.id = s.queue.next
	s.queue.next++
	u.wire.UpdateID = u.id
	body, err := json.Marshal(u.wire)
	if err != nil {
		s.log.Error("sandbox: update can't be encoded", "update", u.id, "err", err)
		return
	}
	u.body = body
	s.queue.waiting = append(s.queue.waiting, &u)
	s.touch()
}

// confirm takes every update below the offset out of the queue. The caller holds s.mu.
func (s *Server) confirm(offset int) {
	q := &s.queue
	var kept []*update
	for _, u := range q.waiting {
		if u.id >= offset || u.again {
			kept = append(kept, u)
			continue
		}
		q.done = append(q.done, u)
		s.markRead(u)
	}
	q.waiting = kept
	if extra := len(q.done) - keptUpdates; extra > 0 {
		q.done = slices.Delete(q.done, 0, extra)
	}
}

func (s *Server) markRead(u *update) {
	m := s.find(u.chat, u.message)
	if m == nil || m.Read {
		s.touch()
		return
	}
	m.Read = true
	s.note(Event{Kind: "read", Chat: u.chat, Person: m.From, ID: m.ID})
}

// Pending returns how many updates wait to be confirmed.
func (s *Server) Pending() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.queue.waiting)
}

// Redeliver puts the last n confirmed updates back into the queue, in order and with the update_id they had, as if
// their confirmation had been lost. It returns how many there were.
func (s *Server) Redeliver(n int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := &s.queue
	n = min(n, len(q.done))
	back := slices.Clone(q.done[len(q.done)-n:])
	q.done = q.done[:len(q.done)-n]
	for _, u := range back {
		u.again = true
	}
	q.waiting = append(back, q.waiting...)
	s.touch()
	return n
}

// getUpdates is the long poll. A newer poll ends an older one with 409, as Telegram does.
func (s *Server) getUpdates(c *call) (any, error) {
	var allowed []string
	named := c.has("allowed_updates")
	if err := c.json("allowed_updates", &allowed); err != nil {
		return nil, badRequest("can't parse allowed_updates JSON object")
	}
	limit := c.int("limit")
	if limit < 1 || limit > 100 {
		limit = 100
	}
	offset := int(c.int("offset"))
	wait := min(time.Duration(max(c.int("timeout"), 0))*time.Second, maxPoll)
	timer := time.NewTimer(wait)
	defer timer.Stop()

	s.mu.Lock()
	defer s.mu.Unlock()
	q := &s.queue
	if q.hook != nil {
		return nil, conflict("can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
	}
	if named {
		q.allowed = allowed
	}
	if offset < 0 {
		offset = q.next + offset
	}
	s.confirm(offset)
	if q.poller != nil {
		close(q.poller)
	}
	mine := make(chan struct{})
	q.poller = mine
	s.touch()
	defer func() {
		if q.poller == mine {
			q.poller = nil
		}
	}()
	for expired := wait == 0; ; {
		if len(q.waiting) > 0 || expired {
			return s.take(int(limit)), nil
		}
		changed := s.changed
		s.mu.Unlock()
		select {
		case <-changed:
		case <-timer.C:
			expired = true
		case <-mine:
			s.mu.Lock()
			return nil, conflict("terminated by other getUpdates request; make sure that only one bot instance is running")
		case <-c.ctx.Done():
			s.mu.Lock()
			return nil, c.ctx.Err()
		case <-s.ctx.Done():
			expired = true
		}
		s.mu.Lock()
	}
}

// take hands out the head of the queue, which stays there until it is confirmed.
func (s *Server) take(limit int) []json.RawMessage {
	out := []json.RawMessage{}
	for _, u := range s.queue.waiting[:min(limit, len(s.queue.waiting))] {
		u.again = false
		out = append(out, u.body)
	}
	return out
}

func (s *Server) setWebhook(c *call) (any, error) {
	address := c.str("url")
	if address == "" {
		return s.deleteWebhook(c)
	}
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" {
		return nil, badRequest("bad webhook: An HTTPS URL must be provided for webhook")
	}
	if !isLoopback(u.Hostname()) {
		return nil, badRequest("bad webhook: this sandbox posts to this machine's loopback only")
	}
	var allowed []string
	named := c.has("allowed_updates")
	if err := c.json("allowed_updates", &allowed); err != nil {
		return nil, badRequest("can't parse allowed_updates JSON object")
	}
	connections := int(c.int("max_connections"))
	if connections == 0 {
		connections = 40
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	s.dropWebhook(c.bool("drop_pending_updates"))
	if named {
		s.queue.allowed = allowed
	}
	ctx, cancel := context.WithCancel(s.ctx)
	h := &webhook{url: address, secret: c.str("secret_token"), cancel: cancel, connections: connections}
	s.queue.hook = h
	if s.queue.poller != nil {
		close(s.queue.poller)
		s.queue.poller = nil
	}
	s.work.Go(func() { s.runWebhook(ctx, h) })
	return true, nil
}

func (s *Server) deleteWebhook(c *call) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dropWebhook(c.bool("drop_pending_updates"))
	return true, nil
}

func (s *Server) dropWebhook(dropPending bool) {
	if s.queue.hook != nil {
		s.queue.hook.cancel()
		s.queue.hook = nil
	}
	if dropPending {
		s.confirm(s.queue.next)
	}
}

func (s *Server) getWebhookInfo(*call) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	info := struct {
		URL            string   `json:"url"`
		Custom         bool     `json:"has_custom_certificate"`
		Pending        int      `json:"pending_update_count"`
		LastErrorDate  int64    `json:"last_error_date,omitempty"`
		LastError      string   `json:"last_error_message,omitempty"`
		MaxConnections int      `json:"max_connections,omitempty"`
		Allowed        []string `json:"allowed_updates,omitempty"`
	}{Pending: len(s.queue.waiting), Allowed: s.queue.allowed}
	if h := s.queue.hook; h != nil {
		info.URL, info.LastError, info.MaxConnections = h.url, h.lastError, h.connections
		if h.lastError != "" {
			info.LastErrorDate = h.lastErrorAt.Unix()
		}
	}
	return info, nil
}

// runWebhook posts updates one after the other until ctx ends. One that isn't answered 2xx is tried again, later and
// later, and holds up those behind it.
func (s *Server) runWebhook(ctx context.Context, h *webhook) {
	client := http.Client{
		Timeout:       time.Minute,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	defer client.CloseIdleConnections()
	backoff := firstBackoff
	for ctx.Err() == nil {
		s.mu.Lock()
		changed := s.changed
		var head *update
		if len(s.queue.waiting) > 0 {
			head = s.queue.waiting[0]
		}
		s.mu.Unlock()
		if head == nil {
			select {
			case <-changed:
			case <-ctx.Done():
			}
			continue
		}
		err := post(ctx, &client, h, head.body)
		s.mu.Lock()
		if err == nil {
			s.confirmOne(head)
			backoff = firstBackoff
		} else {
			h.lastError, h.lastErrorAt = err.Error(), s.opts.Now()
		}
		s.mu.Unlock()
		if err != nil {
			pause(ctx, backoff)
			backoff = min(backoff*2, maxBackoff)
		}
	}
}

func (s *Server) confirmOne(u *update) {
	q := &s.queue
	i := slices.Index(q.waiting, u)
	if i < 0 {
		return
	}
	q.waiting = slices.Delete(q.waiting, i, i+1)
	u.again = false
	q.done = append(q.done, u)
	s.markRead(u)
}

func post(ctx context.Context, client *http.Client, h *webhook, body []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	if h.secret != "" {
		req.Header.Set("X-Telegram-Bot-Api-Secret-Token", h.secret)
	}
	resp, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("connection failed: %w", err)
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<20)); err != nil {
		return err
	}
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return fmt.Errorf("wrong response from the webhook: %s", resp.Status)
	}
	return nil
}

// pause waits in real time, or shorter when ctx ends.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// isLoopback says whether a host name or address is this machine's own.
func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
