package sandbox

// method is one Bot API method: what it does and whether it counts for the rate limits.
type method struct {
	run   func(*Server, *call) (any, error)
	paced bool
}

// methods by their names in lower case; Telegram doesn't mind the case either.
var methods = map[string]method{
	"getme":                  {run: (*Server).getMe},
	"getupdates":             {run: (*Server).getUpdates},
	"setwebhook":             {run: (*Server).setWebhook},
	"deletewebhook":          {run: (*Server).deleteWebhook},
	"getwebhookinfo":         {run: (*Server).getWebhookInfo},
	"sendmessage":            {run: (*Server).sendMessage, paced: true},
	"senddocument":           {run: sendsFile("document"), paced: true},
	"sendphoto":              {run: sendsFile("photo"), paced: true},
	"sendvoice":              {run: sendsFile("voice"), paced: true},
	"sendaudio":              {run: sendsFile("audio"), paced: true},
	"sendvideo":              {run: sendsFile("video"), paced: true},
	"sendmediagroup":         {run: (*Server).sendMediaGroup, paced: true},
	"sendcontact":            {run: (*Server).sendContact, paced: true},
	"sendlocation":           {run: (*Server).sendLocation, paced: true},
	"forwardmessage":         {run: (*Server).forwardMessage, paced: true},
	"copymessage":            {run: (*Server).copyMessage, paced: true},
	"editmessagetext":        {run: (*Server).editMessageText, paced: true},
	"editmessagecaption":     {run: (*Server).editMessageCaption, paced: true},
	"editmessagereplymarkup": {run: (*Server).editMessageReplyMarkup, paced: true},
	"deletemessage":          {run: (*Server).deleteMessage},
	"deletemessages":         {run: (*Server).deleteMessages},
	"pinchatmessage":         {run: (*Server).pinChatMessage},
	"unpinchatmessage":       {run: (*Server).unpinChatMessage},
	"setmessagereaction":     {run: (*Server).setMessageReaction},
	"sendchataction":         {run: (*Server).sendChatAction},
	"answercallbackquery":    {run: (*Server).answerCallbackQuery},
	"getfile":                {run: (*Server).getFile},
	"getchat":                {run: (*Server).getChat},
	"getchatmember":          {run: (*Server).getChatMember},
	"getchatmembercount":     {run: (*Server).getChatMemberCount},
	"getchatadministrators":  {run: (*Server).getChatAdministrators},
	"leavechat":              {run: (*Server).leaveChat},
	"setmycommands":          {run: (*Server).setMyCommands},
	"getmycommands":          {run: (*Server).getMyCommands},
	"deletemycommands":       {run: (*Server).deleteMyCommands},
	"setchatmenubutton":      {run: (*Server).setChatMenuButton},
	"getchatmenubutton":      {run: (*Server).getChatMenuButton},
	"setmyname":              {run: setsText("name", 64)},
	"getmyname":              {run: getsText("name")},
	"setmydescription":       {run: setsText("description", 512)},
	"getmydescription":       {run: getsText("description")},
	"setmyshortdescription":  {run: setsText("short_description", 120)},
	"getmyshortdescription":  {run: getsText("short_description")},
}

func (s *Server) getMe(*call) (any, error) {
	return struct {
		wireUser
		CanJoinGroups   bool `json:"can_join_groups"`
		ReadsEverything bool `json:"can_read_all_group_messages"`
		Inline          bool `json:"supports_inline_queries"`
		Business        bool `json:"can_connect_to_business"`
		WebApp          bool `json:"has_main_web_app"`
	}{wireUser: s.me, CanJoinGroups: true}, nil
}

// target finds the chat a call writes to and says why it can't. The caller holds s.mu.
func (s *Server) target(c *call) (int64, error) {
	if !c.has("chat_id") {
		return 0, badRequest("chat_id is empty")
	}
	id := c.int("chat_id")
	if g := s.group(id); g != nil {
		switch {
		case g.migrated != 0:
			return 0, &apiError{
				code: 400, description: "Bad Request: group chat was upgraded to a supergroup chat", migrateTo: g.migrated,
			}
		case g.botIsGone:
			return 0, forbidden("bot is not a member of the group chat")
		}
		return id, nil
	}
	p := s.private[id]
	switch {
	case p == nil:
		return 0, badRequest("chat not found")
	case p.blocked:
		return 0, forbidden("bot was blocked by the user")
	case !p.started:
		return 0, forbidden("bot can't initiate conversation with a user")
	}
	return id, nil
}

func (s *Server) getChat(c *call) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := c.int("chat_id")
	if s.group(id) == nil && (s.private[id] == nil || !s.private[id].started) {
		return nil, badRequest("chat not found")
	}
	full := struct {
		wireChat
		AccentColor  int          `json:"accent_color_id"`
		MaxReactions int          `json:"max_reaction_count"`
		Gifts        struct{}     `json:"accepted_gift_types"`
		Pinned       *wireMessage `json:"pinned_message,omitempty"`
	}{wireChat: s.wireChat(id), MaxReactions: 11}
	if m := s.find(id, s.pins[id]); m != nil {
		w := s.wire(m, false)
		full.Pinned = &w
	}
	return full, nil
}

func (s *Server) getChatMember(c *call) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	chat, user := c.int("chat_id"), c.int("user_id")
	g := s.group(chat)
	if g == nil {
		if p := s.private[chat]; p == nil || !p.started {
			return nil, badRequest("chat not found")
		}
		if user != chat && user != s.me.ID {
			return nil, badRequest("PARTICIPANT_ID_INVALID")
		}
		return wireMember{Status: "member", User: s.wireUser(user)}, nil
	}
	if user != s.me.ID && s.person(user) == nil {
		return nil, badRequest("invalid user_id specified")
	}
	return wireMember{Status: g.statusOf(user, s.me.ID), User: s.wireUser(user)}, nil
}

// statusOf a user in a group: its first member created it.
func (g *group) statusOf(user, bot int64) string {
	if user == bot {
		if g.botIsGone {
			return "left"
		}
		return "member"
	}
	for i, id := range g.Members {
		if id == user && i == 0 {
			return "creator"
		}
		if id == user {
			return "member"
		}
	}
	return "left"
}

func (s *Server) getChatMemberCount(c *call) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	chat, err := s.target(c)
	if err != nil {
		return nil, err
	}
	if g := s.group(chat); g != nil {
		return len(g.Members) + 1, nil
	}
	return 2, nil
}

// getChatAdministrators lists a group's creator, who is the only administrator here.
func (s *Server) getChatAdministrators(c *call) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	chat, err := s.target(c)
	if err != nil {
		return nil, err
	}
	g := s.group(chat)
	if g == nil {
		return nil, badRequest("there are no administrators in the private chat")
	}
	out := []wireMember{}
	if creator := first(g.Members); creator != 0 {
		out = append(out, wireMember{Status: "creator", User: s.wireUser(creator)})
	}
	return out, nil
}

func (s *Server) leaveChat(c *call) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	chat, err := s.target(c)
	if err != nil {
		return nil, err
	}
	g := s.group(chat)
	if g == nil {
		return nil, badRequest("chat member status can't be changed in private chats")
	}
	g.botIsGone = true
	s.memberChanged(chat, s.me.ID, "member", "left")
	s.note(Event{Kind: "left", Chat: chat})
	return true, nil
}

func (s *Server) sendChatAction(c *call) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	chat, err := s.target(c)
	if err != nil {
		return nil, err
	}
	switch action := c.str("action"); action {
	case "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
		"choose_sticker", "find_location", "record_video_note", "upload_video_note":
		s.note(Event{Kind: "action", Chat: chat, Text: action})
		return true, nil
	}
	return nil, badRequest("wrong parameter action in request")
}
