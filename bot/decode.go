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
// Each update is decoded by itself. What the library's models refuse (they know fewer kinds of media than Telegram has) is
// read once more by a small struct of ours; when that finds words or a tap in it, the person is answered as usual.
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

// head is the little of an update that must be known whatever else is in it.
type head struct {
	Update  int64    `json:"update_id"`
	Message *brief   `json:"message"`
	Edited  *brief   `json:"edited_message"`
	Member  *brief   `json:"my_chat_member"`
	Tap     *briefed `json:"callback_query"`
}

type brief struct {
	ID      int64        `json:"message_id"`
	Date    int64        `json:"date"`
	Chat    models.Chat  `json:"chat"`
	From    *models.User `json:"from"`
	Text    string       `json:"text"`
	Caption string       `json:"caption"`
}

type briefed struct {
	ID      string      `json:"id"`
	From    models.User `json:"from"`
	Data    string      `json:"data"`
	Message *brief      `json:"message"`
}

// glance reads an update's number and the chat whose order it belongs to. ok is false when there is no number.
func glance(raw json.RawMessage) (update, chat int64, ok bool) {
	type chatOnly struct {
		Chat struct {
			ID int64 `json:"id"`
		} `json:"chat"`
	}
	var h struct {
		Update  *int64    `json:"update_id"`
		Message *chatOnly `json:"message"`
		Edited  *chatOnly `json:"edited_message"`
		Member  *chatOnly `json:"my_chat_member"`
		Tap     *struct {
			From struct {
				ID int64 `json:"id"`
			} `json:"from"`
			Message *chatOnly `json:"message"`
		} `json:"callback_query"`
	}
	// An error in a later field leaves the number that stands first; without one there is nothing to keep.
	_ = json.Unmarshal(raw, &h)
	if h.Update == nil {
		return 0, 0, false
	}
	for _, m := range []*chatOnly{h.Message, h.Edited, h.Member} {
		if m != nil {
			return *h.Update, m.Chat.ID, true
		}
	}
	if h.Tap != nil {
		if h.Tap.Message != nil {
			return *h.Update, h.Tap.Message.Chat.ID, true
		}
		return *h.Update, h.Tap.From.ID, true
	}
	return *h.Update, 0, true
}

// decode turns an update into our shape. It fails only for what nobody can read.
func decode(raw json.RawMessage, me self) (message.In, error) {
	var u models.Update
	if err := json.Unmarshal(raw, &u); err != nil {
		return salvage(raw, me, err)
	}
	in := message.In{Update: u.ID, Kind: message.Ignored}
	switch {
	case u.Message != nil:
		fromMessage(&in, u.Message, me, message.Text)
	case u.EditedMessage != nil:
		fromMessage(&in, u.EditedMessage, me, message.Edit)
	case u.CallbackQuery != nil:
		fromTap(&in, u.CallbackQuery)
	case u.MyChatMember != nil:
		fromMembership(&in, u.MyChatMember)
	}
	return in, nil
}

// salvage reads what the library's models refused.
func salvage(raw json.RawMessage, me self, refused error) (message.In, error) {
	var h head
	if err := json.Unmarshal(raw, &h); err != nil {
		return message.In{}, refused
	}
	in := message.In{Update: h.Update, Kind: message.Ignored}
	if h.Tap != nil {
		q := &models.CallbackQuery{ID: h.Tap.ID, From: h.Tap.From, Data: h.Tap.Data}
		if m := h.Tap.Message; m != nil {
			q.Message.InaccessibleMessage = &models.InaccessibleMessage{Chat: m.Chat, MessageID: int(m.ID)}
		}
		fromTap(&in, q)
		return in, nil
	}
	for _, c := range []struct {
		from *brief
		kind message.Kind
	}{{h.Message, message.Text}, {h.Edited, message.Edit}} {
		if c.from != nil && c.from.Text+c.from.Caption != "" {
			b := c.from
			fromMessage(&in, &models.Message{
				ID: int(b.ID), Date: int(b.Date), Chat: b.Chat, From: b.From, Text: b.Text, Caption: b.Caption,
			}, me, c.kind)
			return in, nil
		}
	}
	return message.In{}, refused
}

func fromMessage(in *message.In, m *models.Message, me self, kind message.Kind) {
	place(in, m.Chat)
	in.Message, in.Date = int64(m.ID), crm.Moment(m.Date)
	if m.IsTopicMessage {
		in.Thread = int64(m.MessageThreadID)
	}
	if m.MigrateToChatID != 0 {
		in.Kind, in.NewChat = message.Moved, m.MigrateToChatID
		return
	}
	if m.MigrateFromChatID != 0 {
		in.Kind, in.Chat, in.NewChat = message.Moved, m.MigrateFromChatID, m.Chat.ID
		return
	}
	if m.From == nil || m.From.IsBot || m.Chat.Type == models.ChatTypeChannel || service(m) {
		return
	}
	if kind == message.Edit && m.Location != nil {
		return
	}
	in.From = person(m.From)
	in.Forward = forward(m.ForwardOrigin)
	in.Album = m.MediaGroupID
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
	if r := m.ReplyToMessage; r != nil && r.ForumTopicCreated == nil {
		in.Reply = int64(r.ID)
		toBot = r.From != nil && r.From.ID == me.id
	}
	text, marks := m.Text, m.Entities
	if text == "" {
		text, marks = m.Caption, m.CaptionEntities
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

func place(in *message.In, c models.Chat) {
	in.Chat = c.ID
	in.Group = c.Type == models.ChatTypeGroup || c.Type == models.ChatTypeSupergroup
	if in.Group {
		in.Title = bound(c.Title, maxName)
	}
}

func person(u *models.User) message.Person {
	return message.Person{ID: u.ID, Name: name(u.FirstName, u.LastName), Username: bound(u.Username, maxName), Language: bound(u.LanguageCode, 16)}
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
func files(m *models.Message) []message.File {
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

// service tells messages that Telegram wrote about the chat from those that a person wrote.
func service(m *models.Message) bool {
	return len(m.NewChatMembers) > 0 || m.LeftChatMember != nil || m.NewChatTitle != "" || len(m.NewChatPhoto) > 0 || m.DeleteChatPhoto ||
		m.GroupChatCreated || m.SupergroupChatCreated || m.ChannelChatCreated || m.PinnedMessage != nil ||
		m.MessageAutoDeleteTimerChanged != nil || m.ForumTopicCreated != nil || m.ForumTopicEdited != nil || m.ForumTopicClosed != nil ||
		m.ForumTopicReopened != nil || m.GeneralForumTopicHidden != nil || m.GeneralForumTopicUnhidden != nil || m.VoiceChatScheduled != nil ||
		m.VoiceChatStarted != nil || m.VoiceChatEnded != nil || m.VoiceChatParticipantsInvited != nil || m.ChatOwnerLeft != nil ||
		m.ChatOwnerChanged != nil || m.BoostAdded != nil || m.ChatBackgroundSet != nil || m.ProximityAlertTriggered != nil ||
		m.WriteAccessAllowed != nil || m.SuccessfulPayment != nil || m.RefundedPayment != nil || m.ConnectedWebsite != ""
}

func fromTap(in *message.In, q *models.CallbackQuery) {
	if q.From.IsBot {
		return
	}
	in.Kind, in.Query, in.Data, in.From = message.Tap, q.ID, bound(q.Data, 4*message.MaxData), person(&q.From)
	switch {
	case q.Message.Message != nil:
		m := q.Message.Message
		place(in, m.Chat)
		in.Message = int64(m.ID)
		if m.IsTopicMessage {
			in.Thread = int64(m.MessageThreadID)
		}
	case q.Message.InaccessibleMessage != nil:
		place(in, q.Message.InaccessibleMessage.Chat)
		in.Message = int64(q.Message.InaccessibleMessage.MessageID)
	default:
		in.Chat = q.From.ID
	}
	in.Called = in.Group
}

func fromMembership(in *message.In, c *models.ChatMemberUpdated) {
	place(in, c.Chat)
	in.Date, in.From = crm.Moment(c.Date), person(&c.From)
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
