package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"followup/bot/message"
	"followup/bot/rehearsal"
	"followup/bot/sandbox"
	"followup/scheduler/clock"
	"followup/storage"
)

// httpStage is a rehearsal stage that is the program as it runs: the door polls and speaks over HTTP to a Bot API server,
// where the people are.
type httpStage struct {
	script *rehearsal.Script
	world  *world
	db     string
	clock  *clock.Simulated
	box    *sandbox.Server
	api    *httptest.Server

	engine *engine // nil while the program is off
	walker *rehearsal.Walker
	stop   func() error
	after  int // number of the last event that was looked at
	texts  map[[2]int64]string
}

const stageToken = "7000001:rehearsal-of-the-whole-program"

// overHTTP opens an httpStage with its database in a folder of the test.
func overHTTP(t *testing.T) func(context.Context, *rehearsal.Script) (rehearsal.Opened, error) {
	t.Helper()
	return overHTTPIn(t.TempDir(), slog.New(slog.DiscardHandler))
}

// overHTTPIn opens an httpStage with its database in dir, and writes to a log.
func overHTTPIn(dir string, log *slog.Logger) func(context.Context, *rehearsal.Script) (rehearsal.Opened, error) {
	return func(ctx context.Context, s *rehearsal.Script) (rehearsal.Opened, error) {
		h := &httpStage{
			script: s, db: filepath.Join(dir, "stage.db"), clock: clock.NewSimulated(s.Start, 0), texts: map[[2]int64]string{},
			world: &world{ctx: ctx, out: io.Discard, err: io.Discard, log: log},
		}
		h.box = sandbox.New(sandbox.Options{
			Token: stageToken, Username: rehearsal.BotName, Now: func() time.Time { return h.clock.Now().In(s.Start.Location()) },
			Limits: sandbox.Limits{Off: true},
		})
		h.api = httptest.NewServer(h.box.Handler())
		codes, err := h.begin(ctx)
		if err != nil {
			return rehearsal.Opened{}, errors.Join(err, h.Close())
		}
		return rehearsal.Opened{Stage: h, Codes: codes}, nil
	}
}

func (h *httpStage) begin(ctx context.Context) (codes []string, err error) {
	for _, p := range h.script.Portfolio.People {
		h.box.AddPerson(sandbox.Person{ID: p.Telegram, FirstName: p.Name, LanguageCode: p.Language})
		if p.Role != "" {
			h.box.Know(p.Telegram)
		}
	}
	if err := h.Power(ctx, true); err != nil {
		return nil, err
	}
	err = h.engine.store.Update(ctx, func(tx *storage.Tx) error {
		codes, err = h.script.Portfolio.Write(tx, h.script.Start.Location())
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, g := range h.script.Groups {
		h.box.AddGroup(sandbox.Group{ID: g.ID, Title: g.Title, Members: g.Members})
	}
	return codes, h.settle(ctx)
}

// settle waits until every update was handled and everything said was delivered.
func (h *httpStage) settle(ctx context.Context) error {
	for h.box.Pending() > 0 || !h.engine.store.Quiet(ctx) {
		if err := clock.Sleep(ctx, clock.Real(), time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}

func (h *httpStage) settled(ctx context.Context, err error) error {
	if err != nil || h.engine == nil {
		return err
	}
	return h.settle(ctx)
}

// Act is Stage's.
func (h *httpStage) Act(ctx context.Context, in *message.In) error {
	switch in.Kind {
	case message.Tap:
		_, err := h.box.TapOld(in.From.ID, in.Chat, int(in.Message), sandbox.Button{Text: "tapped", Data: in.Data})
		return h.settled(ctx, err)
	case message.Edit:
		return h.settled(ctx, h.box.Edit(in.From.ID, in.Chat, int(in.Message), in.Text))
	}
	id, err := h.send(in)
	in.Message = int64(id)
	return h.settled(ctx, err)
}

// send lets a person send what in holds.
func (h *httpStage) send(in *message.In) (int, error) {
	var options []sandbox.SayOption
	if in.Reply != 0 {
		options = append(options, sandbox.ReplyTo(int(in.Reply)))
	}
	if f := in.Forward; f != nil {
		from := sandbox.Forward{Name: f.Name, Person: f.User, Date: f.Date.In(time.UTC)}
		if f.From == "channel" {
			from.Name, from.Channel = "", f.Name
		}
		options = append(options, sandbox.ForwardFrom(from))
	}
	person, chat := in.From.ID, in.Chat
	switch {
	case in.Odd != "":
		return h.box.SendOdd(person, chat, in.Odd, options...)
	case in.Contact != nil:
		card := sandbox.Contact{Phone: in.Contact.Phone, FirstName: in.Contact.First, LastName: in.Contact.Last}
		return h.box.SendContact(person, chat, card, options...)
	case in.Place != nil:
		return h.box.SendLocation(person, chat, sandbox.Location{Latitude: in.Place.Lat, Longitude: in.Place.Lon}, options...)
	case len(in.Files) > 0:
		return h.sendFile(in, options)
	}
	return h.box.Say(person, chat, in.Text, options...)
}

func (h *httpStage) sendFile(in *message.In, options []sandbox.SayOption) (int, error) {
	f := in.Files[0]
	name := f.Name
	if name == "" {
		name = f.ID // each file without a name is another one
	}
	data := h.script.Bytes(f)
	if in.Album != "" {
		options = append(options, sandbox.InAlbum(in.Album))
	}
	switch f.Kind {
	case "photo":
		return h.box.SendPhoto(in.From.ID, in.Chat, name, data, in.Text, options...)
	case "voice":
		return h.box.SendVoice(in.From.ID, in.Chat, data, f.Seconds, options...)
	case "video_note":
		return h.box.SendVideoNote(in.From.ID, in.Chat, data, f.Seconds, options...)
	}
	return h.box.SendFile(in.From.ID, in.Chat, name, data, in.Text, options...)
}

// Again is Stage's.
func (h *httpStage) Again(ctx context.Context) error {
	if h.box.Redeliver(1) == 0 {
		return errors.New("no update was confirmed yet")
	}
	return h.settled(ctx, nil)
}

// Move is Stage's.
func (h *httpStage) Move(ctx context.Context, to time.Time) error {
	if h.engine == nil {
		h.clock.Move(to)
		return nil
	}
	return h.walker.To(ctx, to)
}

// Power is Stage's. The heartbeat beats by hand here, so that everything said has its minute.
func (h *httpStage) Power(ctx context.Context, on bool) error {
	if !on {
		stop := h.stop
		h.engine, h.walker, h.stop = nil, nil, nil
		return stop()
	}
	var listen func(context.Context, []byte) (string, error)
	if h.script.Listens {
		listen = rehearsal.Listen
	}
	e, err := newEngine(h.world, engineOptions{
		listen: listen,
		db:     h.db, api: h.api.URL, token: stageToken, clock: h.clock, unpaced: true, feeds: rehearsal.Feeds,
		members: newcomers{TZ: h.script.Start.Location().String(), Lang: "ru"},
	})
	if err != nil {
		return err
	}
	h.engine = e
	h.walker = &rehearsal.Walker{Clock: h.clock, Store: e.store, Beat: e.beat, Settle: h.settle}
	running, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	h.stop = func() error {
		cancel()
		return errors.Join(<-ended, e.store.Close())
	}
	if err := e.beat.Tick(ctx); err != nil {
		cancel()
		ended <- err
		return err
	}
	go func() { ended <- e.door.Run(running) }()
	return h.settle(ctx)
}

// Block is Stage's.
func (h *httpStage) Block(ctx context.Context, person int64, on bool) error {
	h.box.Block(person, on)
	return h.settled(ctx, nil)
}

// Seen is Stage's.
func (h *httpStage) Seen() []rehearsal.Sight {
	var seen []rehearsal.Sight
	for _, e := range h.box.Events(h.after) {
		h.after = e.N
		if v, ok := h.sight(e); ok {
			seen = append(seen, v)
		}
	}
	return seen
}

// sight is what people see of an event; false when it isn't the bot's doing.
func (h *httpStage) sight(e sandbox.Event) (rehearsal.Sight, bool) {
	v := rehearsal.Sight{At: e.At, Chat: e.Chat, Message: int64(e.ID), Text: e.Text}
	at := [2]int64{e.Chat, int64(e.ID)}
	switch e.Kind {
	case "answer":
		v.Kind = rehearsal.Toast
		return v, true
	case "deleted":
		v.Kind = rehearsal.Deleted
		v.Text, _, _ = strings.Cut(h.texts[at], "\n")
		return v, true
	case "message":
		v.Kind = rehearsal.Said
	case "edited":
		v.Kind = rehearsal.Edited
	}
	m := e.Message
	if v.Kind == "" || !m.Bot || m.Kind == "service" {
		return v, false
	}
	v.Text = m.Text
	h.texts[at] = m.Text
	for _, row := range m.Buttons {
		var buttons []message.Button
		for _, b := range row {
			buttons = append(buttons, message.Button{Text: b.Text, Data: b.Data, URL: b.URL, Copy: b.Copy})
		}
		v.Buttons = append(v.Buttons, buttons)
	}
	v.Keys = keys(m.Keyboard)
	switch {
	case v.Kind == rehearsal.Edited: // an edit sends no file; the one that was there stays
	case m.File != nil && m.Kind == "photo":
		v.File = "photo"
	case m.File != nil:
		v.File = m.File.Name
	}
	return v, true
}

// keys writes a reply keyboard as the dialog asked for it.
func keys(k *sandbox.Keyboard) []string {
	if k == nil {
		return nil
	}
	if k.Remove {
		return []string{"-"}
	}
	var list []string
	for _, row := range k.Rows {
		for _, key := range row {
			switch {
			case key.Location && key.Text == "📍":
				list = append(list, "location")
			case key.Location:
				list = append(list, "location "+key.Text)
			default:
				list = append(list, key.Text)
			}
		}
	}
	return list
}

// Close is Stage's.
func (h *httpStage) Close() error {
	var err error
	if h.stop != nil {
		err = h.stop()
		h.stop = nil
	}
	h.box.Close()
	h.api.Close()
	return err
}
