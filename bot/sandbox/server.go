// Package sandbox is a Telegram Bot API server in a box, with a chat page that a Telegram user recognises.
//
// It promises a bot what Telegram promises it: the same methods below /bot<TOKEN>/, the same limits counted in
// UTF-16 units, the same error texts, updates that stay until they are confirmed, rate limits, blocked users, groups
// with privacy mode that may become supergroups. A bot that works here needs nothing changed to work against
// Telegram, and nothing in it can tell the difference.
//
// It promises people a page on loopback that looks and works like Telegram: several persons to switch between, a clock
// to move, photos, files and voice notes. It promises tests a way to play those people from Go and to read back, in
// order, everything that was seen.
//
// Everything lives in memory and is gone with the process. Chats show the simulated clock of Options.Now; long polls,
// rate limits and webhook retries run on real time. Beside the clock of real time the package uses nothing but the standard library.
package sandbox

import (
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Options say which bot the server plays and how its clock is moved. Token, Username and Now are required.
type Options struct {
	Token    string // the bot's token, as @BotFather gives it; a call with any other is answered 401 Unauthorized
	Username string // the bot's own, without @
	Name     string // the bot's display name; empty: Username
	Language string // "ru" or "en": the page's language at first, and the language of saved chats; empty: "ru"

	Now          func() time.Time                                  // the chat's clock; its location is the zone the page shows
	Move         func(ctx context.Context, to time.Time) error     // moves that clock; nil: the page has no clock buttons
	NextReminder func(ctx context.Context) (at time.Time, ok bool) // moment of the next planned reminder; nil: no such button
	NextMorning  func(ctx context.Context) time.Time               // the next working morning; nil: no such button

	Used int // numbers of messages and updates up to this one were given before, to a bot that remembers them; 0: none

	Head string // lines at the head of a saved chat, such as the portfolio that the database began with

	Limits   Limits       // zero value: Telegram's
	MaxBytes int64        // how much the files may hold together; 0: 512 MiB. The oldest are dropped first
	Keep     int          // messages kept of a chat, and events of all; 0: 2^18. The oldest are forgotten
	Log      *slog.Logger // ids only; nil: silent
}

// Server is the whole box: the Bot API, the people, and the page. Its methods may be called from any goroutine.
type Server struct {
	opts Options
	me   wireUser
	log  *slog.Logger
	stop context.CancelFunc
	ctx  context.Context // ends with Close
	work sync.WaitGroup  // the webhook's goroutine

	mu       sync.Mutex
	changed  chan struct{} // closed and replaced whenever anything changed
	people   []*Person
	groups   []*group
	private  map[int64]*privacy // state of the private chat with a person
	messages map[int64][]*Message
	lastID   int
	events   []Event
	eventNo  int
	pins     map[int64]int

	queue  queue
	asked  map[string]*query
	files  files
	pace   *pace
	faults []Fault
	menus  []CommandSet
	button map[int64]MenuButton
	about  map[string]string
}

// New returns a server that nobody is in yet. It panics when a required option is missing, which is a mistake in the
// calling program.
func New(o Options) *Server {
	if o.Token == "" || o.Username == "" || o.Now == nil {
		panic("sandbox.New: Token, Username and Now are required")
	}
	if o.Name == "" {
		o.Name = o.Username
	}
	if o.Language == "" {
		o.Language = "ru"
	}
	if o.MaxBytes == 0 {
		o.MaxBytes = 512 << 20
	}
	if o.Keep == 0 {
		o.Keep = maxEvents
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	ctx, stop := context.WithCancel(context.Background())
	return &Server{
		opts: o, log: o.Log, ctx: ctx, stop: stop,
		me:       wireUser{ID: botID(o.Token), IsBot: true, FirstName: o.Name, Username: o.Username},
		changed:  make(chan struct{}),
		private:  map[int64]*privacy{},
		messages: map[int64][]*Message{},
		pins:     map[int64]int{},
		queue:    queue{next: firstUpdate + o.Used},
		lastID:   o.Used,
		asked:    map[string]*query{},
		files:    files{byID: map[string]*file{}, byPath: map[string]*file{}, max: o.MaxBytes},
		pace:     newPace(o.Limits),
		button:   map[int64]MenuButton{},
		about:    map[string]string{},
	}
}

// botID is the number before the colon of a token, which is the bot's user id at Telegram too.
func botID(token string) int64 {
	number, _, _ := strings.Cut(token, ":")
	id, err := strconv.ParseInt(number, 10, 64)
	if err != nil || id <= 0 {
		return 1
	}
	return id
}

// Close ends all long polls, event streams and the webhook, and waits for the latter. Answers after it are undefined.
func (s *Server) Close() {
	s.stop()
	s.work.Wait()
}

// Handler serves the Bot API below /bot<TOKEN>/, files below /file/bot<TOKEN>/, and the chat page at / with its own
// endpoints below /api/. The page and its endpoints answer loopback hosts only.
func (s *Server) Handler() http.Handler {
	page := s.pageHandler()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasPrefix(r.URL.Path, "/bot"):
			s.serveMethod(w, r)
		case strings.HasPrefix(r.URL.Path, "/file/bot"):
			s.serveFile(w, r)
		default:
			page.ServeHTTP(w, r)
		}
	})
}

// Wait blocks until ok answers true, asking it again after everything that happens here. It returns ctx's error when
// that ends first. ok is called without locks held and may use all other methods.
func (s *Server) Wait(ctx context.Context, ok func() bool) error {
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if ok() {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// touch wakes everybody who waits for a change. The caller holds s.mu.
func (s *Server) touch() {
	close(s.changed)
	s.changed = make(chan struct{})
}
