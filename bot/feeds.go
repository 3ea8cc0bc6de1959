package bot

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"followup/bot/message"
	"followup/storage"
)

// Rules of feeds.
//
// A feed is read by programs that know its secret address and nothing else: a calendar, a spreadsheet. Whoever doesn't know
// one is answered 404, whatever is wrong, and strangers' guesses are bounded together. A feed is made anew for every reading
// from what its member may see then; a reading that is refused or revoked works at once. One address is read a few times and
// then once in ten seconds. Answers carry an ETag of their content, so that an unchanged feed costs its reader nothing. The
// address stands in no log and no answer is kept by proxies.

const (
	feedBurst = 6
	feedPace  = 10 * time.Second
	missBurst = 40 // addresses that don't exist, over all
	missPace  = 250 * time.Millisecond
	feedLimit = 30 * time.Second
	feedsKept = 10_000 // what is remembered of how many feeds
)

// FeedPath is the pattern of feeds' addresses below the public one.
const FeedPath = "GET /feed/{secret}/{name}"

// feeds answers readings.
type feeds struct {
	store *storage.Store
	maker *maker
	form  func(kind string) (string, bool)
	log   *slog.Logger
	now   func() time.Time

	mu     sync.Mutex
	misses *rate.Limiter
	known  map[int64]*reading
}

// reading is what is remembered of a feed: its pace, and since when its content is as it is.
type reading struct {
	pace *rate.Limiter
	etag string
	at   time.Time
}

// Feeds answers the readings of feeds; mount it at FeedPath. form names the form in which a kind is made.
func (b *Bot) Feeds(form func(kind string) (string, bool)) http.Handler {
	return &feeds{
		store: b.store, maker: b.sender.maker, form: form, log: b.log, now: b.now,
		misses: rate.NewLimiter(rate.Every(missPace), missBurst), known: map[int64]*reading{},
	}
}

func (f *feeds) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), feedLimit)
	defer cancel()
	h := w.Header()
	h.Set("Cache-Control", "private, no-cache")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Robots-Tag", "noindex")
	h.Set("X-Content-Type-Options", "nosniff")
	feed, found, err := f.find(ctx, r.PathValue("secret"))
	name := r.PathValue("name")
	form, known := f.form(feed.Kind)
	switch {
	case err != nil:
		f.failed(w, "looking it up", feed.ID, err)
		return
	case !found || !known || !strings.HasPrefix(name, feed.Kind+"."):
		f.miss(w)
		return
	}
	seen := f.reading(feed.ID)
	if !seen.pace.AllowN(f.now(), 1) {
		tooOften(w)
		return
	}
	made, err := f.maker.file(ctx, message.Make{Member: feed.Member, What: feed.Kind, Form: form})
	if err != nil || made.File == nil {
		f.failed(w, "making it", feed.ID, err)
		return
	}
	if err := f.store.Update(ctx, func(tx *storage.Tx) error { return tx.FeedSeen(feed) }); err != nil {
		f.log.Warn("the reading of a feed can't be written down", "feed", feed.ID, "class", classOf(err))
	}
	h.Set("Content-Type", feedTypes[form])
	h.Set("Content-Disposition", fmt.Sprintf("inline; filename=%q", feed.Kind+name[len(feed.Kind):]))
	etag, at := f.unchanged(seen, made.File.Bytes)
	h.Set("ETag", etag)
	http.ServeContent(w, r, "", at, bytes.NewReader(made.File.Bytes))
}

// feedTypes are the media types of forms.
var feedTypes = map[string]string{"ics": "text/calendar; charset=utf-8", "sheets": "text/csv; charset=utf-8"}

func (f *feeds) find(ctx context.Context, secret string) (feed storage.Feed, found bool, err error) {
	err = f.store.View(ctx, func(tx *storage.Tx) error {
		feed, _, found, err = tx.FeedBySecret(secret)
		return err
	})
	return feed, found, err
}

// miss answers who knows no address.
func (f *feeds) miss(w http.ResponseWriter) {
	if !f.misses.AllowN(f.now(), 1) {
		tooOften(w)
		return
	}
	http.Error(w, "not found", http.StatusNotFound)
}

func tooOften(w http.ResponseWriter) {
	w.Header().Set("Retry-After", "30")
	http.Error(w, "too often", http.StatusTooManyRequests)
}

func (f *feeds) failed(w http.ResponseWriter, what string, feed int64, err error) {
	class := "no file"
	if err != nil {
		class = classOf(err)
	}
	f.log.Error("a feed can't be served", "at", what, "feed", feed, "class", class)
	http.Error(w, "not available now", http.StatusServiceUnavailable)
}

// reading is what is remembered of a feed; when too many are, all are forgotten.
func (f *feeds) reading(id int64) *reading {
	f.mu.Lock()
	defer f.mu.Unlock()
	r := f.known[id]
	if r == nil {
		if len(f.known) >= feedsKept {
			clear(f.known)
		}
		r = &reading{pace: rate.NewLimiter(rate.Every(feedPace), feedBurst)}
		f.known[id] = r
	}
	return r
}

// unchanged is the tag of a content and the moment since when it is so, as far as is remembered.
func (f *feeds) unchanged(r *reading, content []byte) (string, time.Time) {
	sum := sha256.Sum256(content)
	etag := `"` + hex.EncodeToString(sum[:16]) + `"`
	f.mu.Lock()
	defer f.mu.Unlock()
	if r.etag != etag {
		r.etag, r.at = etag, f.now()
	}
	return r.etag, r.at
}
