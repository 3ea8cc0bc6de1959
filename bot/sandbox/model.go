package sandbox

import (
	"slices"
	"time"
)

// Message is what a chat shows at one place. Text is the caption when there is media.
type Message struct {
	ID       int         `json:"id"`
	Chat     int64       `json:"chat"`
	From     int64       `json:"from"` // a person's id, or the bot's
	Bot      bool        `json:"bot"`  // the bot is the author
	Author   string      `json:"author"`
	Date     time.Time   `json:"date"`
	Edited   time.Time   `json:"edited,omitzero"` // when the text was last changed; zero: never. New buttons alone don't count
	Kind     string      `json:"kind"`            // text, photo, document, voice, audio, video, video_note, contact, location, service
	Text     string      `json:"text"`
	Entities []Entity    `json:"entities,omitempty"`
	Buttons  [][]Button  `json:"buttons,omitempty"` // the inline keyboard
	Keyboard *Keyboard   `json:"keyboard,omitempty"`
	ReplyTo  int         `json:"reply_to,omitempty"`
	Forward  *Forward    `json:"forward,omitempty"`
	File     *FileInfo   `json:"file,omitempty"`
	Album    string      `json:"album,omitempty"` // messages of one album carry the same
	Contact  *Contact    `json:"contact,omitempty"`
	Location *Location   `json:"location,omitempty"`
	Reaction string      `json:"reaction,omitempty"` // the bot's
	Pinned   bool        `json:"pinned,omitempty"`
	Read     bool        `json:"read"` // a person's message: the bot confirmed it or was never to get it
	service  wireService // what a service message says to the bot
}

// Entity marks a stretch of text. Offset and Length count UTF-16 units.
type Entity struct {
	Type     string    `json:"type"`
	Offset   int       `json:"offset"`
	Length   int       `json:"length"`
	URL      string    `json:"url,omitempty"`
	User     *wireUser `json:"user,omitempty"`
	Language string    `json:"language,omitempty"`
	EmojiID  string    `json:"custom_emoji_id,omitempty"`
}

// Button of an inline keyboard carries one of callback data, a URL or a text to copy.
type Button struct {
	Text  string `json:"text"`
	Data  string `json:"callback_data,omitempty"`
	URL   string `json:"url,omitempty"`
	Copy  string `json:"copy_text,omitempty"`
	Style string `json:"style,omitempty"`
}

// Keyboard is what a message does to the place below the input field.
type Keyboard struct {
	Rows        [][]KeyButton `json:"rows,omitempty"`
	OneTime     bool          `json:"one_time,omitempty"`
	Remove      bool          `json:"remove,omitempty"`
	ForceReply  bool          `json:"force_reply,omitempty"`
	Placeholder string        `json:"placeholder,omitempty"`
}

// KeyButton of a reply keyboard sends its text, the person's contact, or a place.
type KeyButton struct {
	Text     string `json:"text"`
	Contact  bool   `json:"request_contact,omitempty"`
	Location bool   `json:"request_location,omitempty"`
}

// Forward is where a forwarded message came from. Person 0 is a sender who hides his account: only the name shows.
// Channel, when set, is the title of a channel.
type Forward struct {
	Name     string    `json:"name,omitempty"`
	Person   int64     `json:"person,omitempty"`
	Username string    `json:"username,omitempty"`
	Bot      bool      `json:"bot,omitempty"`
	Channel  string    `json:"channel,omitempty"`
	Date     time.Time `json:"date"`
}

// FileInfo is what is known of a file. Size is in bytes, Duration in seconds, Width and Height in pixels.
type FileInfo struct {
	ID       string `json:"id"`
	UniqueID string `json:"unique_id"`
	Name     string `json:"name,omitempty"`
	MIME     string `json:"mime,omitempty"`
	Size     int64  `json:"size"`
	Duration int    `json:"duration,omitempty"`
	Width    int    `json:"width,omitempty"`
	Height   int    `json:"height,omitempty"`
}

// Contact is a contact card as people send it.
type Contact struct {
	Phone     string `json:"phone_number"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name,omitempty"`
	Person    int64  `json:"user_id,omitempty"`
	VCard     string `json:"vcard,omitempty"`
}

// Location is a point in degrees, WGS 84.
type Location struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
}

// Event is one thing that was seen or done, numbered from 1 over all chats. Kinds:
//
//	message edited deleted       Message is a snapshot (not for deleted)
//	tap                          Person tapped the button Text; Query is its id
//	answer                       the bot answered Query with Text (Alert: as a box, URL: a link to open)
//	copied opened                Person tapped a button that copies Text or opens the address Text
//	action                       the bot shows "typing", "upload_document", … (Text)
//	reaction pinned              on Message.ID; Text is the emoji
//	read                         the bot confirmed Person's message
//	blocked unblocked            by Person
//	migrated                     the group's new id is in Text
//	joined left                  the bot, a group; joined also: Person became known
//	menu                         commands or the menu button changed
//	clock                        the clock was moved to At by the page
type Event struct {
	N       int       `json:"n"`
	Kind    string    `json:"kind"`
	Chat    int64     `json:"chat,omitempty"`
	Person  int64     `json:"person,omitempty"`
	ID      int       `json:"message_id,omitempty"`
	Message *Message  `json:"message,omitempty"`
	Query   string    `json:"query,omitempty"`
	Text    string    `json:"text,omitempty"`
	Alert   bool      `json:"alert,omitempty"`
	URL     string    `json:"url,omitempty"`
	At      time.Time `json:"at"`
}

// maxEvents is Options.Keep where nothing else is said: it bounds the memory of a long run.
const maxEvents = 1 << 18

// note records an event and wakes those who wait. The caller holds s.mu.
func (s *Server) note(e Event) {
	s.eventNo++
	e.N = s.eventNo
	if e.At.IsZero() {
		e.At = s.opts.Now()
	}
	if len(s.events) >= s.opts.Keep {
		s.events = slices.Delete(s.events, 0, 1+s.opts.Keep/8)
	}
	s.events = append(s.events, e)
	s.touch()
}

// noteMessage records an event about a message with a snapshot of it. The caller holds s.mu.
func (s *Server) noteMessage(kind string, m *Message) {
	copied := m.clone()
	s.note(Event{Kind: kind, Chat: m.Chat, Person: m.From, ID: m.ID, Message: &copied, Text: m.Text})
}

// clone copies a message so that its reader shares nothing that is changed later. Parts that are only ever replaced as
// a whole (entities, buttons, file, …) may be shared.
func (m *Message) clone() Message { return *m }

// Events returns what happened after the event numbered after (0: everything), oldest first.
func (s *Server) Events(after int) []Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.eventsAfter(after))
}

// eventsAfter is Events without copying. The caller holds s.mu.
func (s *Server) eventsAfter(after int) []Event {
	first := s.eventNo - len(s.events) // number of the last forgotten event
	return s.events[min(max(after-first, 0), len(s.events)):]
}

// Messages returns a chat as it looks now, oldest first. The chat of a person with the bot has the person's id.
func (s *Server) Messages(chat int64) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Message, 0, len(s.messages[chat]))
	for _, m := range s.messages[chat] {
		out = append(out, m.clone())
	}
	return out
}

// find returns a message of a chat, or nil. The caller holds s.mu.
func (s *Server) find(chat int64, id int) *Message {
	list := s.messages[chat]
	i, ok := slices.BinarySearchFunc(list, id, func(m *Message, id int) int { return m.ID - id })
	if !ok {
		return nil
	}
	return list[i]
}

// put appends a message to its chat under the next id and records it. The caller holds s.mu.
func (s *Server) put(m *Message) {
	s.lastID++
	m.ID = s.lastID
	m.Date = s.opts.Now()
	if m.Kind == "" {
		m.Kind = "text"
	}
	if list := s.messages[m.Chat]; len(list) >= s.opts.Keep {
		s.messages[m.Chat] = slices.Delete(list, 0, 1+s.opts.Keep/8)
	}
	s.messages[m.Chat] = append(s.messages[m.Chat], m)
	s.noteMessage("message", m)
}
