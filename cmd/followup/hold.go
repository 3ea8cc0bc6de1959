package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"followup/bot"
	"followup/bot/dialog"
	"followup/scheduler/clock"
	"followup/storage"
)

// Rules of a serve that is started on a database that can't be opened: damaged, no database at all, of a newer program, locked,
// in a place where it may not read or write, on a full disk.
//
// It doesn't end, because whoever restarts it would do so without end and people would hear nothing. Whoever writes is told,
// once a minute at most and in the language of his Telegram, that nothing is saved yet; no update is confirmed to Telegram,
// which keeps them for a day. The log says once what is wrong and what to do, and again when that changes. /healthz answers,
// /readyz says 503 and the reason. Opening is tried again after a second, then ever later up to a minute, and at once when
// somebody has put another file there and left it alone for two seconds. A file that was there and is gone is waited for: a
// new, empty database in its place would take the updates in as if nobody were a member. Owners are known to the database
// alone; they hear of it when it is open again. A wrong address, token or flag ends the program at once.
//
// Of a database that a server keeps, another replica may be the one that leads: one that can't open it says nothing to anybody
// and asks Telegram for nothing, which would take the updates away from the other.

const (
	holdLook  = time.Second // between looks at the file
	holdFirst = time.Second // pauses between tries
	holdMost  = time.Minute
)

// outage is a time in which the database could not be opened; the zero outage was none.
type outage struct {
	since time.Time // real
	why   string
}

// opened opens the database, however long that takes. What it returns when the program is told to end meanwhile is the
// context's error.
func (c *serveCmd) opened(w *world, o engineOptions) (*storage.Store, outage, error) {
	var was sight
	if storage.IsFile(o.db) {
		was = look(o.db)
	}
	store, err := openStore(w, o.db, o.clock)
	if err != nil && w.ctx.Err() != nil {
		return nil, outage{}, w.ctx.Err()
	}
	if !storage.Mendable(o.db, err) {
		return store, outage{}, err
	}
	h := &hold{w: w, o: o, was: was, last: was, began: clock.Real().Now()}
	h.failed(err)
	talk := dialog.New(dialog.Options{Calendar: w.calendar(), Zone: o.members.TZ, Language: o.members.Lang})
	door, err := bot.New(bot.Options{
		Token: o.token, API: o.api, Log: w.log, Webhook: o.webhook, Unpaced: o.unpaced, Talk: bot.Talk{Unsaved: talk.Closed},
	})
	if err != nil {
		return nil, outage{}, err
	}
	speak, webhook := door.Hold, door.Webhook()
	if !storage.IsFile(o.db) {
		speak, webhook = silent, http.HandlerFunc(h.unready)
	}
	stop, err := c.listen(w, h.routes(), webhook, http.HandlerFunc(h.unready))
	if err != nil {
		return nil, outage{}, err
	}
	defer stop()
	ctx, cancel := context.WithCancel(w.ctx)
	refused := make(chan error, 1)
	go func() {
		defer cancel()
		refused <- speak(ctx)
	}()
	store = h.tryOn(ctx)
	cancel()
	if err := <-refused; err != nil && w.ctx.Err() == nil {
		if store != nil {
			err = errors.Join(err, store.Close())
		}
		return nil, outage{}, err
	}
	if store == nil {
		return nil, outage{}, w.ctx.Err()
	}
	w.log.Info("the database is open again", "after", clock.Real().Now().Sub(h.began).Round(time.Second))
	return store, outage{h.began, *h.why.Load()}, nil
}

// silent says nothing until ctx ends.
func silent(ctx context.Context) error { //nolint:unparam // it stands where a bot speaks, which may fail
	<-ctx.Done()
	return nil
}

// hold waits for a database.
type hold struct {
	w         *world
	o         engineOptions
	was, last sight // of the file: when it could not be opened first, and at the last look
	began     time.Time
	why       atomic.Pointer[string]
}

// sight is what a look at the file shows; the zero sight is of none.
type sight struct {
	size int64
	mode fs.FileMode
	at   time.Time
}

func look(path string) sight {
	info, err := os.Stat(path)
	if err != nil {
		return sight{}
	}
	return sight{info.Size(), info.Mode(), info.ModTime()}
}

// tryOn returns the store once it opens, nil when ctx ends before.
func (h *hold) tryOn(ctx context.Context) *storage.Store {
	pause, tried, touched := holdFirst, h.began, false
	for clock.Sleep(ctx, clock.Real(), holdLook) == nil {
		if storage.IsFile(h.o.db) {
			if now := look(h.o.db); now != h.last {
				h.last, touched = now, true
				continue // somebody may be writing it
			}
		}
		now := clock.Real().Now()
		if !touched && now.Sub(tried) < pause {
			continue
		}
		store, err := h.try()
		if err == nil {
			return store
		}
		h.failed(err)
		pause, tried, touched = min(2*pause, holdMost), clock.Real().Now(), false
		if storage.IsFile(h.o.db) {
			h.last = look(h.o.db) // trying may have touched it
		}
	}
	return nil
}

var (
	errGone  = errors.New("the file is gone that could not be opened")
	errEmpty = errors.New("the file that could not be opened is empty now")
)

// try opens the database, but makes no new one where there was one.
func (h *hold) try() (*storage.Store, error) {
	if h.was.size > 0 && h.last == (sight{}) {
		return nil, errGone
	}
	if h.was.size > 0 && h.last.size == 0 {
		return nil, errEmpty
	}
	return openStore(h.w, h.o.db, h.o.clock)
}

// failed says once why the database can't be opened, and what to do.
func (h *hold) failed(err error) {
	why := strings.ReplaceAll(reason(err), "storage: ", "")
	if last := h.why.Swap(&why); last != nil && *last == why || h.w.ctx.Err() != nil {
		return
	}
	h.w.log.Error("the database can't be opened. The program waits for it: people hear that nothing is saved yet, and Telegram keeps what they send for a day",
		"database", storage.Place(h.o.db), "error", err, "do", h.advice(err))
}

// advice is what to do about an error of opening.
func (h *hold) advice(err error) string {
	switch {
	case errors.Is(err, errGone), errors.Is(err, errEmpty):
		return "put a copy in its place with: followup restore FILE"
	case errors.Is(err, storage.ErrNewer):
		return "start the program that wrote it, or put a copy of this program's in its place with: followup restore FILE"
	case errors.Is(err, fs.ErrPermission):
		return "let the program's user read and write the database and its folder"
	case !storage.IsFile(h.o.db):
		return serverAdvice
	}
	return "run followup doctor. See that the disk has room, that the program's user may write the file and its folder, and that no other program " +
		"holds it; if it is damaged, put a copy in its place with: followup restore FILE"
}

// routes are what serve answers on FOLLOWUP_LISTEN meanwhile.
func (h *hold) routes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, struct {
			OK bool `json:"ok"`
		}{true})
	})
	mux.HandleFunc("GET /readyz", h.unready)
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, "# HELP followup_database_closed_seconds Since when the database can't be opened.\n"+
			"# TYPE followup_database_closed_seconds gauge\nfollowup_database_closed_seconds", int64(clock.Real().Now().Sub(h.began).Seconds()))
	})
	return mux
}

func (h *hold) unready(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusServiceUnavailable, struct {
		OK       bool   `json:"ok"`
		Database bool   `json:"database_writes"`
		Reason   string `json:"reason"`
	}{Reason: "the database can't be opened: " + *h.why.Load()})
}
