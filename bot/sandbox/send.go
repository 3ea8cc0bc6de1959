package sandbox

import (
	"fmt"
	"strings"
)

// sendMessage and its relatives: what the bot puts into a chat.

// draft checks the parts that all sending methods share and begins the bot's message. The caller holds s.mu.
func (s *Server) draft(c *call) (*Message, error) {
	chat, err := s.target(c)
	if err != nil {
		return nil, err
	}
	m := &Message{Chat: chat, From: s.me.ID, Bot: true, Author: s.me.FirstName, Read: true}
	if m.Buttons, m.Keyboard, err = c.markup(); err != nil {
		return nil, err
	}
	m.ReplyTo, err = s.replyTo(c, chat)
	return m, err
}

// replyTo reads reply_parameters, or the older reply_to_message_id.
func (s *Server) replyTo(c *call, chat int64) (int, error) {
	reply := struct {
		Message int  `json:"message_id"`
		Lenient bool `json:"allow_sending_without_reply"`
	}{Message: int(c.int("reply_to_message_id")), Lenient: c.bool("allow_sending_without_reply")}
	if err := c.json("reply_parameters", &reply); err != nil {
		return 0, badRequest("can't parse reply parameters JSON object")
	}
	switch {
	case reply.Message == 0 || s.find(chat, reply.Message) != nil:
		return reply.Message, nil
	case reply.Lenient:
		return 0, nil
	}
	return 0, badRequest("message to be replied not found")
}

// publish puts the bot's message into its chat and returns it as the method's result.
func (s *Server) publish(m *Message) wireMessage {
	s.put(m)
	return s.wire(m, true)
}

func (s *Server) sendMessage(c *call) (any, error) {
	text, entities, err := c.formatted("text", "entities")
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	m, err := s.draft(c)
	if err != nil {
		return nil, err
	}
	if err := checkText(text); err != nil {
		return nil, err
	}
	m.Text, m.Entities = text, entities
	return s.publish(m), nil
}

func checkText(text string) error {
	switch n := units(text); {
	case n == 0:
		return badRequest("message text is empty")
	case n > maxText:
		return badRequest("message is too long")
	}
	return nil
}

func (c *call) caption() (string, []Entity, error) {
	text, entities, err := c.formatted("caption", "caption_entities")
	if err == nil && units(text) > maxCaption {
		err = badRequest("message caption is too long")
	}
	return text, entities, err
}

// sendsFile is the method that sends one file of a kind; the argument with the file has the kind's name.
func sendsFile(kind string) func(*Server, *call) (any, error) {
	return func(s *Server, c *call) (any, error) {
		text, entities, err := c.caption()
		if err != nil {
			return nil, err
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		m, err := s.draft(c)
		if err != nil {
			return nil, err
		}
		if m.File, err = s.media(c, kind, kind, c.str(kind)); err != nil {
			return nil, err
		}
		m.Kind, m.Text, m.Entities = kind, text, entities
		m.File.Duration = max(m.File.Duration, int(c.int("duration")))
		return s.publish(m), nil
	}
}

// media finds the file a call means: an upload under field, attach://name, or the file_id of one sent before.
func (s *Server) media(c *call, kind, field, value string) (*FileInfo, error) {
	if name, ok := strings.CutPrefix(value, "attach://"); ok {
		field = name
	} else if value != "" {
		return s.reused(kind, value)
	}
	up, ok := c.files[field]
	switch {
	case !ok:
		return nil, badRequest("there is no " + kind + " in the request")
	case len(up.data) == 0:
		return nil, badRequest("file must be non-empty")
	case kind == "photo" && len(up.data) > 10<<20:
		return nil, badRequest("file is too big for a photo; the maximum is 10485760 bytes")
	case kind == "photo":
		f, err := s.files.addPhoto(up.name, up.data)
		if err != nil {
			return nil, err
		}
		info := f.info
		return &info, nil
	}
	info := s.files.add(kind, FileInfo{Name: up.name}, up.data).info
	return &info, nil
}

func (s *Server) reused(kind, id string) (*FileInfo, error) {
	if strings.HasPrefix(id, "http://") || strings.HasPrefix(id, "https://") {
		return nil, badRequest("failed to get HTTP URL content")
	}
	f := s.files.byID[id]
	if f == nil {
		return nil, badRequest("wrong file identifier/HTTP URL specified")
	}
	if !strings.HasPrefix(f.path, folders[kind].folder+"/") {
		return nil, badRequest("type of file mismatch")
	}
	info := f.info
	return &info, nil
}

func (s *Server) sendMediaGroup(c *call) (any, error) {
	var items []struct {
		Type      string   `json:"type"`
		Media     string   `json:"media"`
		Caption   string   `json:"caption"`
		ParseMode string   `json:"parse_mode"`
		Entities  []Entity `json:"caption_entities"`
	}
	if err := c.json("media", &items); err != nil {
		return nil, badRequest("can't parse media JSON object")
	}
	if len(items) < 2 || len(items) > 10 {
		return nil, badRequest("wrong number of media in album: 2 to 10 are allowed")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var album []*Message
	for _, item := range items {
		m, err := s.draft(c)
		if err != nil {
			return nil, err
		}
		if _, known := folders[item.Type]; !known || item.Type == "voice" || item.Type == "video_note" {
			return nil, badRequest("can't parse InputMedia: type must be one of photo, video, document, audio")
		}
		if item.Type != items[0].Type && (item.Type == "document" || items[0].Type == "document") {
			return nil, badRequest("document can't be mixed with other media types")
		}
		if m.File, err = s.media(c, item.Type, "", item.Media); err != nil {
			return nil, err
		}
		text := call{values: map[string]string{"caption": item.Caption, "parse_mode": item.ParseMode}}
		if m.Text, m.Entities, err = text.caption(); err != nil {
			return nil, err
		}
		if len(item.Entities) > 0 {
			if err := checkEntities(item.Caption, item.Entities); err != nil {
				return nil, err
			}
			m.Text, m.Entities = trim(item.Caption, item.Entities)
		}
		m.Kind = item.Type
		album = append(album, m)
	}
	var out []wireMessage
	id := s.albumID()
	for _, m := range album {
		m.Album = id
		out = append(out, s.publish(m))
	}
	return out, nil
}

func (s *Server) albumID() string { return fmt.Sprintf("1370%010d", s.lastID+1) }

func (s *Server) sendContact(c *call) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, err := s.draft(c)
	if err != nil {
		return nil, err
	}
	if !c.has("phone_number") || !c.has("first_name") {
		return nil, badRequest("parameters phone_number and first_name are required")
	}
	m.Kind = "contact"
	m.Contact = &Contact{Phone: c.str("phone_number"), FirstName: c.str("first_name"), LastName: c.str("last_name"), VCard: c.str("vcard")}
	return s.publish(m), nil
}

func (s *Server) sendLocation(c *call) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, err := s.draft(c)
	if err != nil {
		return nil, err
	}
	m.Kind, m.Location = "location", &Location{}
	if c.json("latitude", &m.Location.Latitude) != nil || c.json("longitude", &m.Location.Longitude) != nil {
		return nil, badRequest("can't parse location")
	}
	return s.publish(m), nil
}

// source finds the message that is forwarded or copied.
func (s *Server) source(c *call, verb string) (*Message, error) {
	from := c.int("from_chat_id")
	if s.group(from) == nil && s.private[from] == nil {
		return nil, badRequest("chat not found")
	}
	m := s.find(from, int(c.int("message_id")))
	if m == nil || m.Kind == "service" {
		return nil, badRequest("message to " + verb + " not found")
	}
	return m, nil
}

func (s *Server) forwardMessage(c *call) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, err := s.draft(c)
	if err != nil {
		return nil, err
	}
	src, err := s.source(c, "forward")
	if err != nil {
		return nil, err
	}
	m.content(src)
	m.Forward = s.origin(src)
	return s.publish(m), nil
}

func (s *Server) copyMessage(c *call) (any, error) {
	text, entities, err := c.caption()
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	m, err := s.draft(c)
	if err != nil {
		return nil, err
	}
	src, err := s.source(c, "copy")
	if err != nil {
		return nil, err
	}
	m.content(src)
	if _, given := c.values["caption"]; given && src.Kind != "text" {
		m.Text, m.Entities = text, entities
	}
	s.put(m)
	return struct {
		ID int `json:"message_id"`
	}{m.ID}, nil
}

// content takes over what another message shows.
func (m *Message) content(src *Message) {
	m.Kind, m.Text, m.Entities, m.File, m.Contact, m.Location = src.Kind, src.Text, src.Entities, src.File, src.Contact, src.Location
}

// origin is what a forward of a message says about where it came from.
func (s *Server) origin(m *Message) *Forward {
	if m.Forward != nil {
		return m.Forward
	}
	u := s.wireUser(m.From)
	return &Forward{Name: m.Author, Person: m.From, Username: u.Username, Bot: m.Bot, Date: m.Date}
}
