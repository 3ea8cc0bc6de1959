package bot

import (
	"encoding/json"
	"strings"
	"unicode/utf16"

	"github.com/go-telegram/bot/models"

	"followup/bot/message"
	"followup/storage/crm"
)

// Rules of what comes in.
//
// Each update is decoded by itself, into shapes that hold what we use and nothing else: the library's models are four times as
// slow to fill and refuse an update whole when they don't know a kind of media in it. What still can't be read is set aside.
//
// In a group the bot is called by its mention, by a command, or by a reply to one of its messages; the mention is no part
// of the text. A command for another bot is nobody's business. Service messages, other bots' messages, channels and moving
// locations are of no use, which is a kind of its own: they still count as handled.

// Bounds of what is taken over from outside. Telegram stays below them.
const (
	maxInText   = 2 * message.MaxText // UTF-16 units
	maxEntities = 200
	maxName     = 256
	maxVCard    = 8192
)

// self is who the bot is.
type self struct {
	id       int64
	username string // without @
}

// update is an update as we read it.
type update struct {
	ID      int64                     `json:"update_id"`
	Message *said                     `json:"message"`
	Edited  *said                     `json:"edited_message"`
	Member  *models.ChatMemberUpdated `json:"my_chat_member"`
	Tap     *tap                      `json:"callback_query"`
}

// tap is a pressed button. Of a message that Telegram doesn't show any more only chat and number are told.
type tap struct {
	ID      string `json:"id"`
	From    user   `json:"from"`
	Data    string `json:"data"`
	Message *said  `json:"message"`
}

// said is a message.
type said struct {
	ID       int64  `json:"message_id"`
	Thread   int64  `json:"message_thread_id"`
	InTopic  bool   `json:"is_topic_message"`
	From     *user  `json:"from"`
	Date     int64  `json:"date"`
	Chat     chat   `json:"chat"`
	Text     string `json:"text"`
	Caption  string `json:"caption"`
	Album    string `json:"media_group_id"`
	MovedTo  int64  `json:"migrate_to_chat_id"`
	MovedOff int64  `json:"migrate_from_chat_id"`

	Entities        []models.MessageEntity `json:"entities"`
	CaptionEntities []models.MessageEntity `json:"caption_entities"`
	Origin          *models.MessageOrigin  `json:"forward_origin"`
	Reply           *struct {
		ID    int64 `json:"message_id"`
		From  *user `json:"from"`
		Topic some  `json:"forum_topic_created"`
	} `json:"reply_to_message"`

	Photo     []models.PhotoSize `json:"photo"`
	Document  *models.Document   `json:"document"`
	Voice     *models.Voice      `json:"voice"`
	VideoNote *models.VideoNote  `json:"video_note"`
	Audio     *models.Audio      `json:"audio"`
	Video     *models.Video      `json:"video"`
	Contact   *models.Contact    `json:"contact"`
	Location  *models.Location   `json:"location"`
	odd
	service
}

type user struct {
	ID        int64  `json:"id"`
	IsBot     bool   `json:"is_bot"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
	Username  string `json:"username"`
	Language  string `json:"language_code"`
}

type chat struct {
	ID    int64           `json:"id"`
	Type  models.ChatType `json:"type"`
	Title string          `json:"title"`
}

// odd are the kinds of messages of which nothing can be kept.
type odd struct {
	Sticker   some `json:"sticker"`
	Dice      some `json:"dice"`
	Game      some `json:"game"`
	Poll      some `json:"poll"`
	Story     some `json:"story"`
	Checklist some `json:"checklist"`
	PaidMedia some `json:"paid_media"`
	Giveaway  some `json:"giveaway"`
	Winners   some `json:"giveaway_winners"`
	Invoice   some `json:"invoice"`
}

// kind names what it is, empty for none of them.
func (o odd) kind() string {
	switch {
	case bool(o.Sticker):
		return "sticker"
	case bool(o.Dice):
		return "dice"
	case bool(o.Game):
		return "game"
	case bool(o.Poll):
		return "poll"
	case bool(o.Story):
		return "story"
	case o != (odd{}):
		return "other"
	}
	return ""
}

// service are the marks of a message that Telegram wrote about the chat, and no person.
type service struct {
	Joined           some `json:"new_chat_members"`
	Left             some `json:"left_chat_member"`
	Title            some `json:"new_chat_title"`
	Picture          some `json:"new_chat_photo"`
	NoPicture        some `json:"delete_chat_photo"`
	Group            some `json:"group_chat_created"`
	Supergroup       some `json:"supergroup_chat_created"`
	Channel          some `json:"channel_chat_created"`
	Pinned           some `json:"pinned_message"`
	Vanishing        some `json:"message_auto_delete_timer_changed"`
	Topic            some `json:"forum_topic_created"`
	TopicEdited      some `json:"forum_topic_edited"`
	TopicClosed      some `json:"forum_topic_closed"`
	TopicReopened    some `json:"forum_topic_reopened"`
	GeneralHidden    some `json:"general_forum_topic_hidden"`
	GeneralShown     some `json:"general_forum_topic_unhidden"`
	VoicePlanned     some `json:"voice_chat_scheduled"`
	VoiceStarted     some `json:"voice_chat_started"`
	VoiceEnded       some `json:"voice_chat_ended"`
	VoiceInvited     some `json:"voice_chat_participants_invited"`
	OwnerLeft        some `json:"chat_owner_left"`
	OwnerChanged     some `json:"chat_owner_changed"`
	Boosted          some `json:"boost_added"`
	Background       some `json:"chat_background_set"`
	Near             some `json:"proximity_alert_triggered"`
	MayWrite         some `json:"write_access_allowed"`
	Paid             some `json:"successful_payment"`
	PaidBack         some `json:"refunded_payment"`
	ConnectedWebsite some `json:"connected_website"`
}

// some tells whether a field holds anything, without reading it.
type some bool

func (s *some) UnmarshalJSON(raw []byte) error {
	switch string(raw) {
	case "null", "false", `""`, "[]":
	default:
		*s = true
	}
	return nil
}

// read reads an update that has just come. ok is false when there is no number, by which alone it could be kept. What can't be
// read, and what comes before the bot knows who it is, is left to the turn, which decodes it.
func read(raw json.RawMessage, me self) (u incoming, ok bool) {
	var up update
	// An error in a later field leaves what stands first: the number, and most often the chat.
	err := json.Unmarshal(raw, &up)
	u = incoming{update: up.ID, chat: up.chat(), payload: raw}
	if err == nil && me.id != 0 {
		in := up.in(me)
		u.in = &in
	}
	return u, up.ID != 0
}

// decode turns an update into our shape. It fails only for what nobody can read.
func decode(raw json.RawMessage, me self) (message.In, error) {
	var u update
	if err := json.Unmarshal(raw, &u); err != nil {
		return message.In{}, err
	}
	return u.in(me), nil
}

// chat is the chat whose order an update belongs to, 0 when it belongs to none.
func (u *update) chat() int64 {
	switch {
	case u.Message != nil:
		return u.Message.Chat.ID
	case u.Edited != nil:
		return u.Edited.Chat.ID
	case u.Member != nil:
		return u.Member.Chat.ID
	case u.Tap != nil && u.Tap.Message != nil:
		return u.Tap.Message.Chat.ID
	case u.Tap != nil:
		return u.Tap.From.ID
	}
	return 0
}

func (u *update) in(me self) message.In {
	in := message.In{Update: u.ID, Kind: message.Ignored}
	switch {
	case u.Message != nil:
		fromMessage(&in, u.Message, me, message.Text)
	case u.Edited != nil:
		fromMessage(&in, u.Edited, me, message.Edit)
	case u.Tap != nil:
		fromTap(&in, u.Tap)
	case u.Member != nil:
		fromMembership(&in, u.Member)
	}
	return in
}

func fromMessage(in *message.In, m *said, me self, kind message.Kind) {
	place(in, m.Chat)
	in.Message, in.Date = m.ID, crm.Moment(m.Date)
	if m.InTopic {
		in.Thread = m.Thread
	}
	if m.MovedTo != 0 {
		in.Kind, in.NewChat = message.Moved, m.MovedTo
		return
	}
	if m.MovedOff != 0 {
		in.Kind, in.Chat, in.NewChat = message.Moved, m.MovedOff, m.Chat.ID
		return
	}
	if m.From == nil || m.From.IsBot || m.Chat.Type == models.ChatTypeChannel || m.service != (service{}) {
		return
	}
	if kind == message.Edit && m.Location != nil {
		return
	}
	in.From = person(m.From)
	in.Forward = forward(m.Origin)
	in.Album = m.Album
	in.Files = files(m)
	if c := m.Contact; c != nil {
		in.Contact = &message.Contact{
			Phone: bound(c.PhoneNumber, maxName), First: bound(c.FirstName, maxName), Last: bound(c.LastName, maxName),
			User: c.UserID, VCard: bound(c.VCard, maxVCard),
		}
	}
	if l := m.Location; l != nil {
		in.Place = &message.Place{Lat: l.Latitude, Lon: l.Longitude}
	}
	toBot := false
	if r := m.Reply; r != nil && !bool(r.Topic) {
		in.Reply = r.ID
		toBot = r.From != nil && r.From.ID == me.id
	}
	text, marks := m.Text, m.Entities
	if text == "" {
		text, marks = m.Caption, m.CaptionEntities
	}
	if text == "" && len(in.Files) == 0 {
		in.Odd = m.kind()
	}
	mine := words(in, text, marks, me)
	in.Called = in.Group && (in.Called || toBot)
	if mine {
		in.Kind = kind
	}
}

// words fills in the text, and Called by command or mention. It is false for a command that names another bot.
func words(in *message.In, text string, marks []models.MessageEntity, me self) bool {
	text = bound(text, maxInText)
	if strings.HasPrefix(text, "/") {
		command, rest := text, ""
		if i := strings.IndexAny(text, " \n\t"); i >= 0 {
			command, rest = text[:i], text[i:]
		}
		name, addressee, addressed := strings.Cut(command, "@")
		if addressed && !strings.EqualFold(addressee, me.username) {
			return false
		}
		in.Text, in.Called = name+rest, true
		return true
	}
	if in.Group {
		text, in.Called = unmention(text, marks, me)
	}
	in.Text = text
	return true
}

// unmention takes the bot's mentions out of a text with the comma or colon after them.
func unmention(text string, marks []models.MessageEntity, me self) (string, bool) {
	called := false
	marks = marks[:min(len(marks), maxEntities)]
	for i := len(marks) - 1; i >= 0; i-- { // from the end, so that earlier offsets stay right
		from, to, ok := span(text, marks[i].Offset, marks[i].Length)
		if !ok || !mentions(text[from:to], marks[i], me) {
			continue
		}
		called = true
		before, after := text[:from], text[to:]
		if strings.TrimSpace(before) == "" {
			text = strings.TrimLeft(after, " ,:;\n\t")
			continue
		}
		text = strings.TrimRight(before, " ") + after
	}
	return strings.TrimSpace(text), called
}

func mentions(text string, mark models.MessageEntity, me self) bool {
	if mark.Type == models.MessageEntityTypeTextMention {
		return mark.User != nil && mark.User.ID == me.id
	}
	return mark.Type == models.MessageEntityTypeMention && me.username != "" && strings.EqualFold(text, "@"+me.username)
}

// span turns UTF-16 offsets into byte offsets; ok is false when they don't lie on characters of the text.
func span(text string, offset, length int) (from, to int, ok bool) {
	if offset < 0 || length <= 0 || length > len(text) || offset > len(text) {
		return 0, 0, false
	}
	from, to = -1, -1
	units := 0
	for i, r := range text {
		if units == offset {
			from = i
		}
		if units == offset+length {
			to = i
			break
		}
		units += max(utf16.RuneLen(r), 1)
	}
	if to < 0 && units == offset+length {
		to = len(text)
	}
	return from, to, from >= 0 && to > from
}

func place(in *message.In, c chat) {
	in.Chat = c.ID
	in.Group = c.Type == models.ChatTypeGroup || c.Type == models.ChatTypeSupergroup
	if in.Group {
		in.Title = bound(c.Title, maxName)
	}
}

func person(u *user) message.Person {
	return message.Person{ID: u.ID, Name: name(u.FirstName, u.LastName), Username: bound(u.Username, maxName), Language: bound(u.Language, 16)}
}

func name(first, last string) string { return bound(strings.TrimSpace(first+" "+last), maxName) }

// bound cuts what is longer than Telegram's own limits could make it.
func bound(s string, units int) string { return s[:byteAt(s, units)] }

func forward(o *models.MessageOrigin) *message.Forward {
	switch {
	case o == nil:
	case o.MessageOriginUser != nil:
		u := o.MessageOriginUser.SenderUser
		return &message.Forward{From: "user", User: u.ID, Name: name(u.FirstName, u.LastName), Date: crm.Moment(o.MessageOriginUser.Date)}
	case o.MessageOriginHiddenUser != nil:
		h := o.MessageOriginHiddenUser
		return &message.Forward{From: "hidden", Name: bound(h.SenderUserName, maxName), Date: crm.Moment(h.Date)}
	case o.MessageOriginChat != nil:
		c := o.MessageOriginChat
		return &message.Forward{From: "chat", Name: bound(c.SenderChat.Title, maxName), Date: crm.Moment(c.Date)}
	case o.MessageOriginChannel != nil:
		c := o.MessageOriginChannel
		return &message.Forward{From: "channel", Name: bound(c.Chat.Title, maxName), Date: crm.Moment(c.Date)}
	}
	return nil
}

// files lists the attachment of a message; Telegram allows one. Of a photo it is the largest size.
func files(m *said) []message.File {
	file := func(kind, id, unique, name, mime string, size int64, seconds int) []message.File {
		return []message.File{{
			Kind: kind, ID: id, Unique: unique, Name: bound(name, maxName), MIME: bound(mime, maxName), Size: size, Seconds: seconds,
		}}
	}
	switch {
	case len(m.Photo) > 0:
		best := m.Photo[0]
		for _, p := range m.Photo[1:] {
			if p.Width*p.Height > best.Width*best.Height {
				best = p
			}
		}
		return file("photo", best.FileID, best.FileUniqueID, "", "image/jpeg", int64(best.FileSize), 0)
	case m.Document != nil:
		return file("document", m.Document.FileID, m.Document.FileUniqueID, m.Document.FileName, m.Document.MimeType, m.Document.FileSize, 0)
	case m.Voice != nil:
		return file("voice", m.Voice.FileID, m.Voice.FileUniqueID, "", m.Voice.MimeType, m.Voice.FileSize, m.Voice.Duration)
	case m.VideoNote != nil:
		return file("video_note", m.VideoNote.FileID, m.VideoNote.FileUniqueID, "", "video/mp4", int64(m.VideoNote.FileSize), m.VideoNote.Duration)
	case m.Audio != nil:
		return file("audio", m.Audio.FileID, m.Audio.FileUniqueID, m.Audio.FileName, m.Audio.MimeType, m.Audio.FileSize, m.Audio.Duration)
	case m.Video != nil:
		return file("video", m.Video.FileID, m.Video.FileUniqueID, m.Video.FileName, m.Video.MimeType, m.Video.FileSize, m.Video.Duration)
	}
	return nil
}

func fromTap(in *message.In, q *tap) {
	if q.From.IsBot {
		return
	}
	in.Kind, in.Query, in.Data, in.From = message.Tap, q.ID, bound(q.Data, 4*message.MaxData), person(&q.From)
	in.Chat = q.From.ID
	if m := q.Message; m != nil {
		place(in, m.Chat)
		in.Message = m.ID
		if m.InTopic {
			in.Thread = m.Thread
		}
	}
	in.Called = in.Group
}

func fromMembership(in *message.In, c *models.ChatMemberUpdated) {
	place(in, chat{ID: c.Chat.ID, Type: c.Chat.Type, Title: c.Chat.Title})
	in.Date = crm.Moment(c.Date)
	in.From = person(&user{ID: c.From.ID, FirstName: c.From.FirstName, LastName: c.From.LastName, Username: c.From.Username, Language: c.From.LanguageCode})
	was, is := present(c.OldChatMember), present(c.NewChatMember)
	switch {
	case c.Chat.Type == models.ChatTypePrivate && !is:
		in.Kind = message.Stopped
	case c.Chat.Type == models.ChatTypePrivate:
		in.Kind = message.Started
	case in.Group && is && !was:
		in.Kind = message.Added
	case in.Group && was && !is:
		in.Kind = message.Removed
	}
}

func present(m models.ChatMember) bool {
	if m.Type == models.ChatMemberTypeRestricted {
		return m.Restricted.IsMember
	}
	return m.Type != models.ChatMemberTypeLeft && m.Type != models.ChatMemberTypeBanned
}
