package sandbox

import (
	"reflect"
	"slices"
	"strings"
	"time"
)

// What the bot does to messages that are already there.

const errNotModified = "message is not modified: specified new message content and reply markup are exactly the same as a " +
	"current content and reply markup of the message"

const maxAnswer = 200 // characters of an answer to a tap

// deletable is how long Telegram lets a bot delete a message.
const deletable = 48 * time.Hour

// answerable is how long a tap can be answered, by the chat's clock.
const answerable = 15 * time.Minute

// own finds the bot's message that is to be edited. The caller holds s.mu.
func (s *Server) own(c *call) (*Message, error) {
	if c.has("inline_message_id") {
		return nil, badRequest("MESSAGE_ID_INVALID")
	}
	chat, err := s.target(c)
	if err != nil {
		return nil, err
	}
	if !c.has("message_id") {
		return nil, badRequest("message identifier is not specified")
	}
	m := s.find(chat, int(c.int("message_id")))
	switch {
	case m == nil:
		return nil, badRequest("message to edit not found")
	case !m.Bot || m.Forward != nil || m.Kind == "service":
		return nil, badRequest("message can't be edited")
	}
	return m, nil
}

// edited changes a message of the bot; without change it answers the error Telegram answers. Text that changes gets the
// mark "edited", buttons alone don't.
func (s *Server) edited(c *call, m *Message, text string, entities []Entity) (any, error) {
	buttons, keyboard, err := c.markup()
	if err != nil {
		return nil, err
	}
	if keyboard != nil && len(keyboard.Rows) > 0 {
		return nil, badRequest("inline keyboard expected")
	}
	sameText := m.Text == text && reflect.DeepEqual(m.Entities, entities)
	if sameText && reflect.DeepEqual(m.Buttons, buttons) {
		return nil, badRequest(errNotModified)
	}
	if !sameText {
		m.Text, m.Entities, m.Edited = text, entities, s.opts.Now()
	}
	m.Buttons = buttons
	s.noteMessage("edited", m)
	return s.wire(m, true), nil
}

func (s *Server) editMessageText(c *call) (any, error) {
	text, entities, err := c.formatted("text", "entities")
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	m, err := s.own(c)
	if err != nil {
		return nil, err
	}
	if m.Kind != "text" {
		return nil, badRequest("there is no text in the message to edit")
	}
	if err := checkText(text); err != nil {
		return nil, err
	}
	return s.edited(c, m, text, entities)
}

func (s *Server) editMessageCaption(c *call) (any, error) {
	text, entities, err := c.caption()
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	m, err := s.own(c)
	if err != nil {
		return nil, err
	}
	if m.File == nil {
		return nil, badRequest("there is no caption in the message to edit")
	}
	return s.edited(c, m, text, entities)
}

func (s *Server) editMessageReplyMarkup(c *call) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, err := s.own(c)
	if err != nil {
		return nil, err
	}
	return s.edited(c, m, m.Text, m.Entities)
}

func (s *Server) deleteMessage(c *call) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	chat, err := s.target(c)
	if err != nil {
		return nil, err
	}
	m := s.find(chat, int(c.int("message_id")))
	switch {
	case m == nil:
		return nil, badRequest("message to delete not found")
	case s.opts.Now().Sub(m.Date) > deletable, !m.Bot && chat < 0:
		return nil, badRequest("message can't be deleted for everyone")
	}
	s.remove(m)
	return true, nil
}

// deleteMessages passes over what can't be found, as Telegram does.
func (s *Server) deleteMessages(c *call) (any, error) {
	var ids []int
	if err := c.json("message_ids", &ids); err != nil || len(ids) == 0 {
		return nil, badRequest("can't parse message identifiers JSON array")
	}
	if len(ids) > 100 {
		return nil, badRequest("too many message identifiers specified")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	chat, err := s.target(c)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		if m := s.find(chat, id); m != nil && s.opts.Now().Sub(m.Date) <= deletable {
			s.remove(m)
		}
	}
	return true, nil
}

func (s *Server) remove(m *Message) {
	s.messages[m.Chat] = slices.DeleteFunc(s.messages[m.Chat], func(other *Message) bool { return other == m })
	if s.pins[m.Chat] == m.ID {
		delete(s.pins, m.Chat)
	}
	s.note(Event{Kind: "deleted", Chat: m.Chat, ID: m.ID})
}

func (s *Server) pinChatMessage(c *call) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	chat, err := s.target(c)
	if err != nil {
		return nil, err
	}
	m := s.find(chat, int(c.int("message_id")))
	if m == nil {
		return nil, badRequest("message to pin not found")
	}
	if s.pins[chat] == m.ID {
		return true, nil
	}
	s.unpin(chat)
	m.Pinned = true
	s.pins[chat] = m.ID
	s.noteMessage("pinned", m)
	w := s.wire(m, false)
	s.service(chat, s.me.ID, s.words(wordPinned), wireService{PinnedMessage: &w})
	return true, nil
}

func (s *Server) unpinChatMessage(c *call) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	chat, err := s.target(c)
	if err != nil {
		return nil, err
	}
	s.unpin(chat)
	return true, nil
}

func (s *Server) unpin(chat int64) {
	if m := s.find(chat, s.pins[chat]); m != nil {
		m.Pinned = false
		s.noteMessage("pinned", m)
	}
	delete(s.pins, chat)
}

// reactions a bot without Premium may set (https://core.telegram.org/bots/api#reactiontypeemoji).
var reactions = strings.Fields("❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 " +
	"😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡")

func (s *Server) setMessageReaction(c *call) (any, error) {
	var list []struct {
		Type  string `json:"type"`
		Emoji string `json:"emoji"`
	}
	if err := c.json("reaction", &list); err != nil {
		return nil, badRequest("can't parse reaction types JSON array")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	chat, err := s.target(c)
	if err != nil {
		return nil, err
	}
	m := s.find(chat, int(c.int("message_id")))
	emoji := ""
	switch {
	case m == nil:
		return nil, badRequest("message to react not found")
	case len(list) > 1:
		return nil, badRequest("REACTIONS_TOO_MANY")
	case len(list) == 1:
		emoji = strings.TrimSuffix(list[0].Emoji, "\ufe0f")
		if list[0].Type != "emoji" || !slices.Contains(reactions, emoji) {
			return nil, badRequest("REACTION_INVALID")
		}
	}
	m.Reaction = emoji
	copied := m.clone()
	s.note(Event{Kind: "reaction", Chat: chat, ID: m.ID, Text: emoji, Message: &copied})
	return true, nil
}

// query is one tap that waits for its answer.
type query struct {
	person, chat int64
	message      int
	button       string
	at           time.Time
}

// Answer is what the bot answered to one tap.
type Answer struct {
	Query   string // what Tap returned
	Person  int64
	Chat    int64
	Message int
	Button  string
	Text    string // empty: the button only stops spinning
	Alert   bool   // shown as a box that must be closed
	URL     string
}

// Answers returns all answers to taps, oldest first.
func (s *Server) Answers() []Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	tapped := map[string]string{}
	var out []Answer
	for _, e := range s.events {
		switch e.Kind {
		case "tap":
			tapped[e.Query] = e.Text
		case "answer":
			out = append(out, Answer{
				Query: e.Query, Person: e.Person, Chat: e.Chat, Message: e.ID, Button: tapped[e.Query], Text: e.Text, Alert: e.Alert, URL: e.URL,
			})
		}
	}
	return out
}

func (s *Server) answerCallbackQuery(c *call) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := c.str("callback_query_id")
	q := s.asked[id]
	if q == nil || s.opts.Now().Sub(q.at) > answerable {
		return nil, badRequest("query is too old and response timeout expired or query ID is invalid")
	}
	text := c.str("text")
	if units(text) > maxAnswer {
		return nil, badRequest("MESSAGE_TOO_LONG")
	}
	if c.has("url") && !validURL(c.str("url")) {
		return nil, badRequest("URL_INVALID")
	}
	delete(s.asked, id)
	s.note(Event{
		Kind: "answer", Chat: q.chat, Person: q.person, ID: q.message, Query: id, Text: text, Alert: c.bool("show_alert"), URL: c.str("url"),
	})
	return true, nil
}
