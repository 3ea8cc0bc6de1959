package sandbox

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The chat page and its endpoints. They play people, so nobody but the person at this machine may reach them: the Host
// must be a loopback name (against DNS rebinding), a request that changes something must carry the page's own Origin
// (against other sites in the same browser), bodies are bounded, and the page may load nothing from elsewhere.

//go:embed page
var pageFiles embed.FS

const (
	maxPageBody = 256 << 10
	moveTimeout = 2 * time.Minute // real time one move of the clock may take
	heartbeat   = 5 * time.Second // of the event stream, in real time
)

const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; " +
	"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

func (s *Server) pageHandler() http.Handler {
	mux := http.NewServeMux()
	for path, name := range map[string]string{"/{$}": "page.html", "/page.css": "page.css", "/page.js": "page.js"} {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) { servePart(w, r, name) })
	}
	mux.HandleFunc("GET /api/state", s.serveState)
	mux.HandleFunc("GET /api/stream", s.serveStream)
	mux.HandleFunc("GET /api/file/{id}", s.servePageFile)
	mux.HandleFunc("GET /api/save", s.serveSave)
	mux.HandleFunc("POST /api/file", s.acceptFile)
	mux.HandleFunc("POST /api/clock", s.acceptClock)
	for name, do := range deeds {
		mux.HandleFunc("POST /api/"+name, func(w http.ResponseWriter, r *http.Request) { s.acceptDeed(w, r, do) })
	}
	return guard(mux)
}

// guard lets only this machine's own page through.
func guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		if !isLoopback(strings.Trim(host, "[]")) {
			http.Error(w, "the sandbox's page answers loopback hosts only", http.StatusForbidden)
			return
		}
		if !sameOrigin(r) {
			http.Error(w, "the sandbox's page takes requests from itself only", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func sameOrigin(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		site := r.Header.Get("Sec-Fetch-Site")
		fromElsewhere := site == "cross-site" || site == "same-site"
		return r.Method == http.MethodGet && (!fromElsewhere || r.URL.Path == "/")
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host == r.Host
}

func servePart(w http.ResponseWriter, _ *http.Request, name string) {
	body, err := pageFiles.ReadFile("page/" + name)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", mime.TypeByExtension(name[strings.LastIndexByte(name, '.'):]))
	_, _ = w.Write(body) // the caller may have gone
}

// pageState is everything the page shows at first; later changes come as events after Last.
type pageState struct {
	Bot      botState                      `json:"bot"`
	Language string                        `json:"language"`
	Clock    clockState                    `json:"clock"`
	People   []personState                 `json:"people"`
	Groups   []groupState                  `json:"groups"`
	Messages map[int64][]Message           `json:"messages"`
	Menus    map[int64]map[int64][]Command `json:"menus"` // by person, by chat
	Last     int                           `json:"last"`
}

type botState struct {
	ID          int64  `json:"id"`
	Name        string `json:"name"`
	Username    string `json:"username"`
	Description string `json:"description"`
}

type clockState struct {
	Now      time.Time `json:"now"`
	Zone     string    `json:"zone"`
	Move     bool      `json:"move"`
	Reminder bool      `json:"reminder"`
	Morning  bool      `json:"morning"`
}

type personState struct {
	Person
	Started bool `json:"started"`
	Blocked bool `json:"blocked"`
}

type groupState struct {
	Group
	Gone bool `json:"gone"` // replaced by a supergroup
}

func (s *Server) state() pageState {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := pageState{
		Bot:      botState{s.me.ID, s.me.FirstName, s.me.Username, s.about["description/"]},
		Language: s.opts.Language, Clock: s.clockState(), Last: s.eventNo,
		Messages: map[int64][]Message{}, Menus: map[int64]map[int64][]Command{},
		People: []personState{}, Groups: []groupState{},
	}
	if own, ok := s.about["description/"+s.opts.Language]; ok {
		out.Bot.Description = own
	}
	for chat, list := range s.messages {
		for _, m := range list {
			out.Messages[chat] = append(out.Messages[chat], m.clone())
		}
	}
	for _, g := range s.groups {
		out.Groups = append(out.Groups, groupState{g.Group, g.migrated != 0})
	}
	for _, p := range s.people {
		mine := s.private[p.ID]
		out.People = append(out.People, personState{*p, mine.started, mine.blocked})
		menus := map[int64][]Command{p.ID: s.menu(p.ID, p.ID)}
		for _, g := range s.groups {
			if slices.Contains(g.Members, p.ID) {
				menus[g.ID] = s.menu(p.ID, g.ID)
			}
		}
		out.Menus[p.ID] = menus
	}
	return out
}

func (s *Server) clockState() clockState {
	now := s.opts.Now()
	return clockState{
		Now: now, Zone: now.Location().String(), Move: s.opts.Move != nil,
		Reminder: s.opts.Move != nil && s.opts.NextReminder != nil, Morning: s.opts.Move != nil && s.opts.NextMorning != nil,
	}
}

func (s *Server) serveState(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, s.state())
}

// serveStream sends every event after the one the page has seen, and the clock from time to time.
func (s *Server) serveStream(w http.ResponseWriter, r *http.Request) {
	after, err := strconv.Atoi(r.URL.Query().Get("after"))
	if last := r.Header.Get("Last-Event-ID"); last != "" {
		after, err = strconv.Atoi(last)
	}
	if err != nil {
		http.Error(w, "after must be the number of an event", http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	out := http.NewResponseController(w)
	tick := time.NewTicker(heartbeat)
	defer tick.Stop()
	shown := time.Time{}
	for {
		s.mu.Lock()
		events, changed, clock := slices.Clone(s.eventsAfter(after)), s.changed, s.clockState()
		s.mu.Unlock()
		var text bytes.Buffer
		for _, e := range events {
			body, err := json.Marshal(e)
			if err != nil {
				return
			}
			fmt.Fprintf(&text, "id: %d\ndata: %s\n\n", e.N, body)
			after = e.N
		}
		if !clock.Now.Truncate(time.Second).Equal(shown) {
			shown = clock.Now.Truncate(time.Second)
			body, err := json.Marshal(clock)
			if err != nil {
				return
			}
			fmt.Fprintf(&text, "event: clock\ndata: %s\n\n", body)
		}
		if text.Len() == 0 {
			text.WriteString(": still here\n\n")
		}
		if _, err := w.Write(text.Bytes()); err != nil || out.Flush() != nil {
			return
		}
		select {
		case <-changed:
		case <-tick.C:
		case <-r.Context().Done():
			return
		case <-s.ctx.Done():
			return
		}
	}
}

// inline are the types a browser may show by itself; all others are offered as a download.
var inline = []string{"image/jpeg", "image/png", "image/gif", "audio/ogg", "audio/webm", "audio/wav", "audio/x-wav", "audio/mpeg", "video/mp4", "video/webm"}

func (s *Server) servePageFile(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	f := s.files.byID[r.PathValue("id")]
	var data []byte
	if f != nil {
		data = f.data
	}
	s.mu.Unlock()
	if data == nil {
		http.NotFound(w, r)
		return
	}
	kind := f.info.MIME
	if !slices.Contains(inline, kind) {
		kind = "application/octet-stream"
	}
	if kind == "application/octet-stream" || r.URL.Query().Has("download") {
		w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.info.Name}))
	}
	w.Header().Set("Content-Type", kind)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
}

// codes are what the page is told of a refusal; it has the words.
var codes = map[error]string{
	errNoPerson: "person", errNoChat: "chat", errNoReply: "message", errBlocked: "blocked", errNotOwn: "own",
	errNoButton: "button", errEmpty: "empty", errTooLong: "long",
}

func pageError(w http.ResponseWriter, err error) {
	code := "other"
	for known, name := range codes {
		if errors.Is(err, known) {
			code = name
		}
	}
	answer(w, http.StatusUnprocessableEntity, map[string]string{"error": code, "text": err.Error()})
}

// deed is what a person does on the page.
type deed struct {
	Person   int64     `json:"person"`
	Chat     int64     `json:"chat"`
	Message  int       `json:"message"`
	Text     string    `json:"text"`
	Button   [2]int    `json:"button"` // row and place in the row
	On       bool      `json:"on"`
	ReplyTo  int       `json:"reply_to"`
	FromChat int64     `json:"from_chat"`
	Forward  *Forward  `json:"forward"`
	Contact  *Contact  `json:"contact"`
	Location *Location `json:"location"`
}

func (d *deed) options() []SayOption {
	out := []SayOption{ReplyTo(d.ReplyTo)}
	if d.Forward != nil {
		out = append(out, ForwardFrom(*d.Forward))
	}
	return out
}

// done is what the page hears back.
type done struct {
	ID    int    `json:"id,omitempty"`
	Query string `json:"query,omitempty"`
}

var deeds = map[string]func(*Server, *deed) (done, error){
	"say": func(s *Server, d *deed) (out done, err error) {
		out.ID, err = s.Say(d.Person, d.Chat, d.Text, d.options()...)
		return out, err
	},
	"edit": func(s *Server, d *deed) (done, error) {
		return done{ID: d.Message}, s.Edit(d.Person, d.Chat, d.Message, d.Text)
	},
	"tap": func(s *Server, d *deed) (out done, err error) {
		out.Query, err = s.tapAt(d.Person, d.Chat, d.Message, d.Button)
		return out, err
	},
	"forward": func(s *Server, d *deed) (out done, err error) {
		out.ID, err = s.Forward(d.Person, d.FromChat, d.Message, d.Chat)
		return out, err
	},
	"contact": func(s *Server, d *deed) (out done, err error) {
		if d.Contact == nil {
			return out, errEmpty
		}
		out.ID, err = s.SendContact(d.Person, d.Chat, *d.Contact, d.options()...)
		return out, err
	},
	"location": func(s *Server, d *deed) (out done, err error) {
		if d.Location == nil {
			return out, errEmpty
		}
		out.ID, err = s.SendLocation(d.Person, d.Chat, *d.Location, d.options()...)
		return out, err
	},
	"block": func(s *Server, d *deed) (done, error) {
		s.Block(d.Person, d.On)
		return done{}, nil
	},
}

func (s *Server) acceptDeed(w http.ResponseWriter, r *http.Request, do func(*Server, *deed) (done, error)) {
	var d deed
	if !readPage(w, r, &d) {
		return
	}
	out, err := do(s, &d)
	if err != nil {
		pageError(w, err)
		return
	}
	answer(w, http.StatusOK, out)
}

func readPage(w http.ResponseWriter, r *http.Request, into any) bool {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind != "application/json" {
		http.Error(w, "the body must be JSON", http.StatusUnsupportedMediaType)
		return false
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxPageBody)).Decode(into); err != nil {
		http.Error(w, "the body can't be read", http.StatusBadRequest)
		return false
	}
	return true
}

// acceptFile takes one file of a person as multipart form: person, chat, kind, seconds, caption, album, reply_to, file.
func (s *Server) acceptFile(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxUpload+maxPageBody)
	c := &call{values: map[string]string{}, files: map[string]upload{}}
	if err := c.readMultipart(r); err != nil {
		answer(w, http.StatusUnprocessableEntity, map[string]string{"error": "large", "text": err.Error()})
		return
	}
	up := c.files["file"]
	options := []SayOption{ReplyTo(int(c.int("reply_to"))), InAlbum(c.str("album"))}
	person, chat, seconds := c.int("person"), c.int("chat"), int(c.int("seconds"))
	var id int
	var err error
	switch c.str("kind") {
	case "photo":
		id, err = s.SendPhoto(person, chat, up.name, up.data, c.str("caption"), options...)
	case "voice":
		id, err = s.sendMedia(person, chat, "voice", FileInfo{Duration: seconds, MIME: up.mime}, up.data, "", options)
	case "video_note":
		id, err = s.SendVideoNote(person, chat, up.data, seconds, options...)
	default:
		id, err = s.SendFile(person, chat, up.name, up.data, c.str("caption"), options...)
	}
	if err != nil {
		pageError(w, err)
		return
	}
	answer(w, http.StatusOK, done{ID: id})
}

// acceptClock moves the clock: by minutes, to a local date and time of the clock's zone, or to a planned moment.
func (s *Server) acceptClock(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Minutes int    `json:"minutes"`
		To      string `json:"to"` // 2006-01-02T15:04, or "reminder", or "morning"
	}
	if !readPage(w, r, &in) {
		return
	}
	if s.opts.Move == nil {
		http.Error(w, "this clock can't be moved", http.StatusConflict)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), moveTimeout)
	defer cancel()
	to, code := s.moment(ctx, in.Minutes, in.To)
	if code == "" {
		if err := s.opts.Move(ctx, to); err != nil {
			answer(w, http.StatusUnprocessableEntity, map[string]string{"error": "move", "text": err.Error()})
			return
		}
		s.mu.Lock()
		s.note(Event{Kind: "clock", At: to})
		s.mu.Unlock()
		answer(w, http.StatusOK, s.clockState())
		return
	}
	answer(w, http.StatusUnprocessableEntity, map[string]string{"error": code})
}

// moment is the time the page asks for, or the code of why there is none.
func (s *Server) moment(ctx context.Context, minutes int, to string) (time.Time, string) {
	now := s.opts.Now()
	switch {
	case to == "reminder" && s.opts.NextReminder != nil:
		at, ok := s.opts.NextReminder(ctx)
		if !ok {
			return at, "no_reminder"
		}
		return at, ""
	case to == "morning" && s.opts.NextMorning != nil:
		return s.opts.NextMorning(ctx), ""
	case to != "":
		at, err := time.ParseInLocation("2006-01-02T15:04", to, now.Location())
		if err != nil {
			return at, "time"
		}
		return at, ""
	case minutes > 0:
		return now.Add(time.Duration(minutes) * time.Minute), ""
	}
	return now, "time"
}

func (s *Server) serveSave(w http.ResponseWriter, r *http.Request) {
	chat, err := strconv.ParseInt(r.URL.Query().Get("chat"), 10, 64)
	if err != nil {
		http.Error(w, "chat must be a number", http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="chat.txt"`)
	_, _ = io.WriteString(w, s.Transcript(chat)) // the caller may have gone
}
