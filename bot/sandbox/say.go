package sandbox

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// What people do. Every function returns the id of the message that came of it, or an error that says why Telegram's
// app would not let them. Chat is the person's own id (the private chat with the bot) or a group's.

// Sent describes a message of a person beyond its text.
type Sent struct {
	ReplyTo int
	Forward *Forward
	Album   string
}

// SayOption changes what Say and the Send functions send.
type SayOption func(*Sent)

// ReplyTo makes the message a reply to another of the same chat.
func ReplyTo(message int) SayOption { return func(o *Sent) { o.ReplyTo = message } }

// ForwardFrom makes the message a forward: from a person by id, from a bot or channel, or, with Person 0, from somebody
// who hides his account.
func ForwardFrom(f Forward) SayOption { return func(o *Sent) { o.Forward = &f } }

// ForwardHidden is ForwardFrom for a sender of whom only the name shows.
func ForwardHidden(name string, date time.Time) SayOption {
	return ForwardFrom(Forward{Name: name, Date: date})
}

// InAlbum makes files sent one after the other with the same id one album.
func InAlbum(id string) SayOption { return func(o *Sent) { o.Album = id } }

// Say writes a text. One over 4096 UTF-16 units, which Telegram's apps would send as several messages, is refused.
func (s *Server) Say(person, chat int64, text string, o ...SayOption) (int, error) {
	text, _ = trim(text, nil)
	switch n := units(text); {
	case n == 0:
		return 0, errEmpty
	case n > maxText:
		return 0, errTooLong
	}
	return s.send(person, &Message{Chat: chat, Kind: "text", Text: text}, o)
}

// SendFile sends a document.
func (s *Server) SendFile(person, chat int64, name string, data []byte, caption string, o ...SayOption) (int, error) {
	return s.sendMedia(person, chat, "document", FileInfo{Name: name}, data, caption, o)
}

// SendPhoto sends a picture: JPEG, PNG or GIF.
func (s *Server) SendPhoto(person, chat int64, name string, data []byte, caption string, o ...SayOption) (int, error) {
	return s.sendMedia(person, chat, "photo", FileInfo{Name: name}, data, caption, o)
}

// SendVoice sends a voice note of so many seconds. The bytes are not looked at.
func (s *Server) SendVoice(person, chat int64, data []byte, seconds int, o ...SayOption) (int, error) {
	return s.sendMedia(person, chat, "voice", FileInfo{Duration: seconds}, data, "", o)
}

// SendVideoNote sends a round video message of so many seconds. The bytes are not looked at.
func (s *Server) SendVideoNote(person, chat int64, data []byte, seconds int, o ...SayOption) (int, error) {
	return s.sendMedia(person, chat, "video_note", FileInfo{Duration: seconds}, data, "", o)
}

// SendContact sends a contact card.
func (s *Server) SendContact(person, chat int64, card Contact, o ...SayOption) (int, error) {
	return s.send(person, &Message{Chat: chat, Kind: "contact", Contact: &card}, o)
}

// SendLocation sends a place.
func (s *Server) SendLocation(person, chat int64, at Location, o ...SayOption) (int, error) {
	return s.send(person, &Message{Chat: chat, Kind: "location", Location: &at}, o)
}

// SendOdd sends a sticker, dice, game, poll or story, as far as a bot needs to know: that it was one.
func (s *Server) SendOdd(person, chat int64, kind string, o ...SayOption) (int, error) {
	return s.send(person, &Message{Chat: chat, Kind: kind}, o)
}

func (s *Server) sendMedia(person, chat int64, kind string, info FileInfo, data []byte, caption string, o []SayOption) (int, error) {
	if len(data) == 0 {
		return 0, errEmpty
	}
	caption, _ = trim(caption, nil)
	if units(caption) > maxCaption {
		return 0, errTooLong
	}
	m := &Message{Chat: chat, Kind: kind, Text: caption}
	s.mu.Lock()
	if kind == "photo" {
		f, err := s.files.addPhoto(info.Name, data)
		if err != nil {
			s.mu.Unlock()
			return 0, fmt.Errorf("sandbox: not a picture: %w", err)
		}
		info = f.info
	} else {
		info = s.files.add(kind, info, data).info
	}
	s.mu.Unlock()
	m.File = &info
	return s.send(person, m, o)
}

// send puts a person's message into the chat and, unless privacy mode holds it back, into the bot's queue.
func (s *Server) send(person int64, m *Message, options []SayOption) (int, error) {
	var o Sent
	for _, option := range options {
		option(&o)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.mayWrite(person, m.Chat); err != nil {
		return 0, err
	}
	if o.ReplyTo != 0 && s.find(m.Chat, o.ReplyTo) == nil {
		return 0, errNoReply
	}
	m.From, m.Author = person, s.nameOf(person)
	m.ReplyTo, m.Album, m.Forward = o.ReplyTo, o.Album, s.named(o.Forward)
	m.Entities = autoEntities(m.Text, nil)
	m.Read = !s.delivered(m)
	s.put(m)
	if !m.Read {
		w := s.wire(m, true)
		s.enqueue(update{kind: "message", wire: wireUpdate{Message: &w}, chat: m.Chat, message: m.ID})
	}
	return m.ID, nil
}

// named fills in what a forward from a known person shows, and a date if none was given.
func (s *Server) named(f *Forward) *Forward {
	if f == nil {
		return nil
	}
	out := *f
	if out.Person != 0 && out.Name == "" {
		out.Name = s.nameOf(out.Person)
	}
	if out.Date.IsZero() {
		out.Date = s.opts.Now()
	}
	return &out
}

// delivered says whether the bot gets a message: always in private; in a group, where it runs in privacy mode, only
// commands that aren't another bot's, mentions of it, and replies to it
// (https://core.telegram.org/bots/features#privacy-mode).
func (s *Server) delivered(m *Message) bool {
	g := s.group(m.Chat)
	if g == nil {
		return true
	}
	if g.botIsGone {
		return false
	}
	if to := s.find(m.Chat, m.ReplyTo); to != nil && to.Bot {
		return true
	}
	us := "@" + s.me.Username
	return slices.ContainsFunc(m.Entities, func(e Entity) bool {
		word := cut(m.Text, e.Offset, e.Length)
		switch e.Type {
		case "mention":
			return strings.EqualFold(word, us)
		case "bot_command":
			_, bot, addressed := strings.Cut(word, "@")
			return !addressed || strings.EqualFold("@"+bot, us)
		}
		return false
	})
}

// Edit changes the text (or caption) of a person's own message; the bot gets edited_message.
func (s *Server) Edit(person, chat int64, message int, text string) error {
	text, _ = trim(text, nil)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.mayWrite(person, chat); err != nil {
		return err
	}
	m := s.find(chat, message)
	switch {
	case m == nil || m.From != person || m.Forward != nil || (m.Kind != "text" && m.File == nil):
		return errNotOwn
	case text == "" && m.Kind == "text":
		return errEmpty
	case units(text) > maxText:
		return errTooLong
	case m.Text == text:
		return nil
	}
	m.Text, m.Entities, m.Edited = text, autoEntities(text, nil), s.opts.Now()
	m.Read = !s.delivered(m)
	s.noteMessage("edited", m)
	if !m.Read {
		w := s.wire(m, true)
		s.enqueue(update{kind: "edited_message", wire: wireUpdate{EditedMessage: &w}, chat: chat, message: m.ID})
	}
	return nil
}

// Tap presses an inline button by its text. A button with callback data returns the id of the query that the bot got
// (see Answers); one that copies a text or opens an address returns an empty id and is an event only.
func (s *Server) Tap(person, chat int64, message int, button string) (string, error) {
	return s.tap(person, chat, message, func(b Button, _ [2]int) bool { return b.Text == button })
}

// tapAt presses the button at a row and a place in it, which tells apart buttons of the same text.
func (s *Server) tapAt(person, chat int64, message int, at [2]int) (string, error) {
	return s.tap(person, chat, message, func(_ Button, here [2]int) bool { return here == at })
}

func (s *Server) tap(person, chat int64, message int, which func(b Button, at [2]int) bool) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.mayWrite(person, chat); err != nil {
		return "", err
	}
	m := s.find(chat, message)
	if m == nil {
		return "", errNoReply
	}
	for i, row := range m.Buttons {
		for j, b := range row {
			if which(b, [2]int{i, j}) {
				return s.press(person, m, b), nil
			}
		}
	}
	return "", errNoButton
}

func (s *Server) press(person int64, m *Message, b Button) string {
	if b.Data == "" {
		e := Event{Kind: "copied", Chat: m.Chat, Person: person, ID: m.ID, Text: b.Copy}
		if b.URL != "" {
			e.Kind, e.Text = "opened", b.URL
		}
		s.note(e)
		return ""
	}
	id := strconv.FormatInt(4_611_000_000_000_000_000+int64(s.eventNo), 10)
	s.asked[id] = &query{person: person, chat: m.Chat, message: m.ID, button: b.Text, at: s.opts.Now()}
	s.note(Event{Kind: "tap", Chat: m.Chat, Person: person, ID: m.ID, Query: id, Text: b.Text})
	w := s.wire(m, true)
	s.enqueue(update{kind: "callback_query", chat: m.Chat, wire: wireUpdate{CallbackQuery: &wireCallback{
		ID: id, From: s.wireUser(person), Message: &w, ChatInstance: chatInstance(m.Chat), Data: b.Data,
	}}})
	return id
}

// Forward sends a message of one chat on to another (or the same), as a person does from the message's menu.
func (s *Server) Forward(person, from int64, message int, to int64) (int, error) {
	s.mu.Lock()
	src := s.find(from, message)
	seen := src != nil && (from == person || s.isMember(from, person))
	var m Message
	var origin *Forward
	if seen {
		m.content(src)
		origin = s.origin(src)
	}
	s.mu.Unlock()
	if !seen || m.Kind == "service" {
		return 0, errNoReply
	}
	m.Chat = to
	return s.send(person, &m, []SayOption{ForwardFrom(*origin)})
}

func (s *Server) isMember(chat, person int64) bool {
	g := s.group(chat)
	return g != nil && slices.Contains(g.Members, person)
}
