package sandbox

import "strconv"

// The shapes of the Bot API as the bot receives them (https://core.telegram.org/bots/api#available-types).

type wireUser struct {
	ID           int64  `json:"id"`
	IsBot        bool   `json:"is_bot"`
	FirstName    string `json:"first_name"`
	LastName     string `json:"last_name,omitempty"`
	Username     string `json:"username,omitempty"`
	LanguageCode string `json:"language_code,omitempty"`
}

type wireChat struct {
	ID        int64  `json:"id"`
	Type      string `json:"type"`
	Title     string `json:"title,omitempty"`
	Username  string `json:"username,omitempty"`
	FirstName string `json:"first_name,omitempty"`
	LastName  string `json:"last_name,omitempty"`
}

type wireFile struct {
	FileID   string `json:"file_id"`
	UniqueID string `json:"file_unique_id"`
	FileName string `json:"file_name,omitempty"`
	MIME     string `json:"mime_type,omitempty"`
	Size     int64  `json:"file_size,omitempty"`
	Duration int    `json:"duration,omitempty"`
	Length   int    `json:"length,omitempty"`
	Width    int    `json:"width,omitempty"`
	Height   int    `json:"height,omitempty"`
	FilePath string `json:"file_path,omitempty"`
}

type wireOrigin struct {
	Type       string    `json:"type"`
	Date       int64     `json:"date"`
	SenderUser *wireUser `json:"sender_user,omitempty"`
	SenderName string    `json:"sender_user_name,omitempty"`
	Chat       *wireChat `json:"chat,omitempty"`
	MessageID  int       `json:"message_id,omitempty"`
}

type wireService struct {
	NewChatMembers []wireUser   `json:"new_chat_members,omitempty"`
	LeftChatMember *wireUser    `json:"left_chat_member,omitempty"`
	MigrateTo      int64        `json:"migrate_to_chat_id,omitempty"`
	MigrateFrom    int64        `json:"migrate_from_chat_id,omitempty"`
	PinnedMessage  *wireMessage `json:"pinned_message,omitempty"`
}

type wireMessage struct {
	MessageID       int          `json:"message_id"`
	From            *wireUser    `json:"from,omitempty"`
	Chat            wireChat     `json:"chat"`
	Date            int64        `json:"date"`
	EditDate        int64        `json:"edit_date,omitempty"`
	ForwardOrigin   *wireOrigin  `json:"forward_origin,omitempty"`
	ReplyToMessage  *wireMessage `json:"reply_to_message,omitempty"`
	MediaGroupID    string       `json:"media_group_id,omitempty"`
	Text            string       `json:"text,omitempty"`
	Entities        []Entity     `json:"entities,omitempty"`
	Caption         string       `json:"caption,omitempty"`
	CaptionEntities []Entity     `json:"caption_entities,omitempty"`
	Photo           []wireFile   `json:"photo,omitempty"`
	Document        *wireFile    `json:"document,omitempty"`
	Voice           *wireFile    `json:"voice,omitempty"`
	Audio           *wireFile    `json:"audio,omitempty"`
	Video           *wireFile    `json:"video,omitempty"`
	VideoNote       *wireFile    `json:"video_note,omitempty"`
	Contact         *Contact     `json:"contact,omitempty"`
	Location        *Location    `json:"location,omitempty"`
	Sticker         *struct{}    `json:"sticker,omitempty"` // like those below, of interest for being there alone
	Dice            *struct{}    `json:"dice,omitempty"`
	Game            *struct{}    `json:"game,omitempty"`
	Poll            *struct{}    `json:"poll,omitempty"`
	Story           *struct{}    `json:"story,omitempty"`
	ReplyMarkup     *wireMarkup  `json:"reply_markup,omitempty"`
	wireService
}

type wireMarkup struct {
	InlineKeyboard [][]wireButton `json:"inline_keyboard"`
}

type wireButton struct {
	Text         string    `json:"text"`
	CallbackData string    `json:"callback_data,omitempty"`
	URL          string    `json:"url,omitempty"`
	CopyText     *wireCopy `json:"copy_text,omitempty"`
	Style        string    `json:"style,omitempty"`
}

type wireCopy struct {
	Text string `json:"text"`
}

type wireCallback struct {
	ID           string       `json:"id"`
	From         wireUser     `json:"from"`
	Message      *wireMessage `json:"message,omitempty"`
	ChatInstance string       `json:"chat_instance"`
	Data         string       `json:"data"`
}

type wireMember struct {
	Status    string   `json:"status"`
	User      wireUser `json:"user"`
	UntilDate int64    `json:"until_date,omitempty"`
}

type wireMemberUpdate struct {
	Chat wireChat   `json:"chat"`
	From wireUser   `json:"from"`
	Date int64      `json:"date"`
	Old  wireMember `json:"old_chat_member"`
	New  wireMember `json:"new_chat_member"`
}

type wireUpdate struct {
	UpdateID      int               `json:"update_id"`
	Message       *wireMessage      `json:"message,omitempty"`
	EditedMessage *wireMessage      `json:"edited_message,omitempty"`
	CallbackQuery *wireCallback     `json:"callback_query,omitempty"`
	MyChatMember  *wireMemberUpdate `json:"my_chat_member,omitempty"`
}

func (s *Server) wireUser(id int64) wireUser {
	if id == s.me.ID {
		return s.me
	}
	p := s.person(id)
	if p == nil {
		return wireUser{ID: id}
	}
	return wireUser{ID: p.ID, FirstName: p.FirstName, LastName: p.LastName, Username: p.Username, LanguageCode: p.LanguageCode}
}

func (s *Server) wireChat(id int64) wireChat {
	if g := s.group(id); g != nil {
		kind := "group"
		if g.super {
			kind = "supergroup"
		}
		return wireChat{ID: id, Type: kind, Title: g.Title}
	}
	u := s.wireUser(id)
	return wireChat{ID: id, Type: "private", Username: u.Username, FirstName: u.FirstName, LastName: u.LastName}
}

// wire is a message as the bot receives it. The message it replies to is included once, not that one's own.
func (s *Server) wire(m *Message, withReply bool) wireMessage {
	from := s.wireUser(m.From)
	w := wireMessage{
		MessageID: m.ID, From: &from, Chat: s.wireChat(m.Chat), Date: m.Date.Unix(), MediaGroupID: m.Album,
		Contact: m.Contact, Location: m.Location, ForwardOrigin: s.wireOrigin(m.Forward), ReplyMarkup: wireButtons(m.Buttons),
		wireService: m.service,
	}
	if !m.Edited.IsZero() {
		w.EditDate = m.Edited.Unix()
	}
	switch {
	case m.Kind == "text":
		w.Text, w.Entities = m.Text, m.Entities
	case m.Kind != "service":
		w.Caption, w.CaptionEntities = m.Text, m.Entities
	}
	if at := map[string]**struct{}{"sticker": &w.Sticker, "dice": &w.Dice, "game": &w.Game, "poll": &w.Poll, "story": &w.Story}[m.Kind]; at != nil {
		*at = &struct{}{}
	}
	if m.File != nil {
		s.wireMedia(&w, m)
	}
	if withReply && m.ReplyTo != 0 {
		if to := s.find(m.Chat, m.ReplyTo); to != nil {
			inner := s.wire(to, false)
			w.ReplyToMessage = &inner
		}
	}
	return w
}

// wireMedia puts the file where its kind belongs, with the fields that kind has.
func (s *Server) wireMedia(w *wireMessage, m *Message) {
	f := wireFile{FileID: m.File.ID, UniqueID: m.File.UniqueID, Size: m.File.Size, MIME: m.File.MIME}
	switch m.Kind {
	case "photo":
		w.Photo = s.files.sizes(m.File)
	case "document":
		f.FileName = m.File.Name
		w.Document = &f
	case "voice":
		f.Duration = m.File.Duration
		w.Voice = &f
	case "audio":
		f.FileName, f.Duration = m.File.Name, m.File.Duration
		w.Audio = &f
	case "video":
		f.FileName, f.Duration, f.Width, f.Height = m.File.Name, m.File.Duration, 640, 360
		w.Video = &f
	case "video_note":
		f.MIME, f.Duration, f.Length = "", m.File.Duration, 240
		w.VideoNote = &f
	}
}

func (s *Server) wireOrigin(f *Forward) *wireOrigin {
	if f == nil {
		return nil
	}
	o := wireOrigin{Date: f.Date.Unix()}
	switch {
	case f.Channel != "":
		o.Type, o.MessageID = "channel", 1
		o.Chat = &wireChat{ID: -1_000_000_000_001, Type: "channel", Title: f.Channel, Username: f.Username}
	case f.Person != 0:
		user := s.wireUser(f.Person)
		if user.FirstName == "" {
			user.FirstName, user.Username, user.IsBot = f.Name, f.Username, f.Bot
		}
		o.Type, o.SenderUser = "user", &user
	default:
		o.Type, o.SenderName = "hidden_user", f.Name
	}
	return &o
}

func wireButtons(rows [][]Button) *wireMarkup {
	if len(rows) == 0 {
		return nil
	}
	m := wireMarkup{}
	for _, row := range rows {
		var out []wireButton
		for _, b := range row {
			w := wireButton{Text: b.Text, CallbackData: b.Data, URL: b.URL, Style: b.Style}
			if b.Copy != "" {
				w.CopyText = &wireCopy{Text: b.Copy}
			}
			out = append(out, w)
		}
		m.InlineKeyboard = append(m.InlineKeyboard, out)
	}
	return &m
}

// chatInstance is the opaque id that callback queries of one chat share.
func chatInstance(chat int64) string {
	return "-" + strconv.FormatUint(uint64(chat)*2654435761%1e18, 10)
}
