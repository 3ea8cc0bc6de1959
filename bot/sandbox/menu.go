package sandbox

import (
	"encoding/json"
	"regexp"
	"slices"
)

// Command is one line of the command menu.
type Command struct {
	Command     string `json:"command"` // without the slash
	Description string `json:"description"`
}

// CommandSet is what one setMyCommands registered (https://core.telegram.org/bots/api#botcommandscope).
type CommandSet struct {
	Scope    string // default, all_private_chats, all_group_chats, all_chat_administrators, chat, chat_administrators, chat_member
	Chat     int64  // of the last three
	User     int64  // of chat_member
	Language string // two letters, or empty for those without their own
	Commands []Command
}

// MenuButton is what stands beside the input field: "default", "commands" or "web_app".
type MenuButton struct {
	Type string `json:"type"`
	Text string `json:"text,omitempty"`
}

// Commands returns everything that is registered.
func (s *Server) Commands() []CommandSet {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.menus)
}

// Menu returns the commands that a person is offered in a chat, by Telegram's order of scopes and his language.
func (s *Server) Menu(person, chat int64) []Command {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.menu(person, chat)
}

func (s *Server) menu(person, chat int64) []Command {
	order := []CommandSet{{Scope: "chat", Chat: chat}, {Scope: "all_private_chats"}, {Scope: "default"}}
	if g := s.group(chat); g != nil {
		order = []CommandSet{{Scope: "chat_member", Chat: chat, User: person}}
		if g.statusOf(person, s.me.ID) == "creator" {
			order = append(order, CommandSet{Scope: "chat_administrators", Chat: chat})
		}
		order = append(order, CommandSet{Scope: "chat", Chat: chat})
		if g.statusOf(person, s.me.ID) == "creator" {
			order = append(order, CommandSet{Scope: "all_chat_administrators"})
		}
		order = append(order, CommandSet{Scope: "all_group_chats"}, CommandSet{Scope: "default"})
	}
	language := s.wireUser(person).LanguageCode
	if len(language) > 2 {
		language = language[:2]
	}
	for _, scope := range order {
		for _, l := range []string{language, ""} {
			scope.Language = l
			if i := slices.IndexFunc(s.menus, scope.same); i >= 0 {
				return s.menus[i].Commands
			}
		}
	}
	return nil
}

func (a CommandSet) same(b CommandSet) bool {
	return a.Scope == b.Scope && a.Chat == b.Chat && a.User == b.User && a.Language == b.Language
}

// MenuButton returns the button of a private chat, or the one for all.
func (s *Server) MenuButton(chat int64) MenuButton {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range []int64{chat, 0} {
		if b, ok := s.button[id]; ok {
			return b
		}
	}
	return MenuButton{Type: "default"}
}

// scope reads which set of commands a call is about.
func (s *Server) scope(c *call) (CommandSet, error) {
	in := struct {
		Type string          `json:"type"`
		Chat json.RawMessage `json:"chat_id"`
		User int64           `json:"user_id"`
	}{Type: "default"}
	if err := c.json("scope", &in); err != nil {
		return CommandSet{}, badRequest("can't parse BotCommandScope")
	}
	set := CommandSet{Scope: in.Type, Language: c.str("language_code"), User: in.User}
	if set.Language != "" && !languageCode.MatchString(set.Language) {
		return set, badRequest("invalid language code specified")
	}
	switch in.Type {
	case "default", "all_private_chats", "all_group_chats", "all_chat_administrators":
		set.User = 0
		return set, nil
	case "chat", "chat_administrators", "chat_member":
		chat := call{values: map[string]string{"chat_id": string(in.Chat)}}
		if len(in.Chat) > 1 && in.Chat[0] == '"' {
			chat.values["chat_id"] = string(in.Chat[1 : len(in.Chat)-1])
		}
		set.Chat = chat.int("chat_id")
		if p := s.private[set.Chat]; s.group(set.Chat) == nil && (p == nil || !p.started) {
			return set, badRequest("chat not found")
		}
		return set, nil
	}
	return set, badRequest("can't parse BotCommandScope: Unsupported type specified")
}

var (
	commandName  = regexp.MustCompile(`^[a-z0-9_]{1,32}$`)
	languageCode = regexp.MustCompile(`^[a-z]{2}$`)
)

func (s *Server) setMyCommands(c *call) (any, error) {
	var list []Command
	if err := c.json("commands", &list); err != nil || !c.has("commands") {
		return nil, badRequest("can't parse commands: expected an Array of BotCommand")
	}
	if len(list) > 100 {
		return nil, badRequest("BOT_COMMANDS_TOO_MUCH")
	}
	for i, command := range list {
		if len(command.Command) > 0 && command.Command[0] == '/' {
			list[i].Command = command.Command[1:]
		}
		if !commandName.MatchString(list[i].Command) {
			return nil, badRequest("BOT_COMMAND_INVALID")
		}
		if n := units(command.Description); n < 1 || n > 256 {
			return nil, badRequest("BOT_COMMAND_DESCRIPTION_INVALID")
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	set, err := s.scope(c)
	if err != nil {
		return nil, err
	}
	s.menus = slices.DeleteFunc(s.menus, set.same)
	if len(list) > 0 {
		set.Commands = list
		s.menus = append(s.menus, set)
	}
	s.note(Event{Kind: "menu", Chat: set.Chat})
	return true, nil
}

func (s *Server) getMyCommands(c *call) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	set, err := s.scope(c)
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(s.menus, set.same); i >= 0 {
		return s.menus[i].Commands, nil
	}
	return []Command{}, nil
}

func (s *Server) deleteMyCommands(c *call) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	set, err := s.scope(c)
	if err != nil {
		return nil, err
	}
	s.menus = slices.DeleteFunc(s.menus, set.same)
	s.note(Event{Kind: "menu", Chat: set.Chat})
	return true, nil
}

func (s *Server) setChatMenuButton(c *call) (any, error) {
	b := MenuButton{Type: "default"}
	if err := c.json("menu_button", &b); err != nil {
		return nil, badRequest("can't parse menu button JSON object")
	}
	if b.Type != "default" && b.Type != "commands" && b.Type != "web_app" {
		return nil, badRequest("can't parse menu button: Unsupported type specified")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	chat := c.int("chat_id")
	if p := s.private[chat]; chat != 0 && (p == nil || !p.started) {
		return nil, badRequest("chat not found")
	}
	s.button[chat] = b
	s.note(Event{Kind: "menu", Chat: chat})
	return true, nil
}

func (s *Server) getChatMenuButton(c *call) (any, error) {
	return s.MenuButton(c.int("chat_id")), nil
}

// setsText is the method that keeps one of the bot's texts by language.
func setsText(field string, longest int) func(*Server, *call) (any, error) {
	return func(s *Server, c *call) (any, error) {
		if units(c.str(field)) > longest {
			return nil, badRequest("BOT_" + map[string]string{"name": "TITLE", "description": "DESCRIPTION", "short_description": "ABOUT"}[field] + "_INVALID")
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.about[field+"/"+c.str("language_code")] = c.str(field)
		s.note(Event{Kind: "menu"})
		return true, nil
	}
}

func getsText(field string) func(*Server, *call) (any, error) {
	return func(s *Server, c *call) (any, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		text, own := s.about[field+"/"+c.str("language_code")]
		if !own {
			text = s.about[field+"/"]
		}
		return map[string]string{field: text}, nil
	}
}
