package sandbox

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Person is somebody with a Telegram account. ID is positive; his private chat with the bot has the same id.
type Person struct {
	ID           int64  `json:"id"`
	FirstName    string `json:"first_name"`
	LastName     string `json:"last_name,omitempty"`
	Username     string `json:"username,omitempty"` // without @
	LanguageCode string `json:"language_code,omitempty"`
	Title        string `json:"title,omitempty"` // what the page shows below the name, such as "менеджер"
	Color        string `json:"color,omitempty"` // of the picture, #rrggbb; empty: by id
}

// Group is a group chat. ID is negative. The bot is a member from the start.
type Group struct {
	ID      int64   `json:"id"`
	Title   string  `json:"title"`
	Members []int64 `json:"members"`
}

type group struct {
	Group
	super     bool
	migrated  int64 // the id that replaced this one; 0: none
	botIsGone bool
}

// privacy is the state of one person's private chat.
type privacy struct {
	started bool // the person has written to the bot
	blocked bool // the person has blocked it
}

// AddPerson makes a person known, or changes one that is. The bot can't write to him until he wrote first.
func (s *Server) AddPerson(p Person) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.person(p.ID); known != nil {
		*known = p
	} else {
		s.people = append(s.people, &p)
		s.private[p.ID] = &privacy{}
	}
	s.note(Event{Kind: "joined", Person: p.ID})
}

// AddGroup creates a group with the bot in it: the bot gets my_chat_member and the service message about itself, both
// from the first member, as when that member had created the group.
func (s *Server) AddGroup(g Group) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.groups = append(s.groups, &group{Group: g})
	if len(g.Members) == 0 {
		return
	}
	s.memberChanged(g.ID, g.Members[0], "left", "member")
	s.service(g.ID, g.Members[0], s.words(wordAdded), wireService{NewChatMembers: []wireUser{s.me}})
	s.note(Event{Kind: "joined", Chat: g.ID})
}

// expel takes the bot out of a group, or brings it back.
func (s *Server) expel(g *group, out bool) {
	if g.botIsGone == out {
		return
	}
	g.botIsGone = out
	if out {
		s.memberChanged(g.ID, first(g.Members), "member", "kicked")
		return
	}
	s.memberChanged(g.ID, first(g.Members), "kicked", "member")
}

// Block lets a person block or unblock the bot, or a group take it out and bring it back; the bot gets my_chat_member, and 403
// when it writes there.
func (s *Server) Block(person int64, on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if g := s.group(person); g != nil {
		s.expel(g, on)
		return
	}
	p := s.private[person]
	if p == nil || p.blocked == on {
		return
	}
	p.blocked = on
	if on {
		s.memberChanged(person, person, "member", "kicked")
		s.note(Event{Kind: "blocked", Chat: person, Person: person})
		return
	}
	s.memberChanged(person, person, "kicked", "member")
	s.note(Event{Kind: "unblocked", Chat: person, Person: person})
}

// MigrateGroup turns a group into a supergroup, which gives it a new id. Calls with the old id are answered 400 with
// migrate_to_chat_id from then on. It returns 0 for an id that is no group or already gone.
func (s *Server) MigrateGroup(old int64) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.group(old)
	if g == nil || g.migrated != 0 {
		return 0
	}
	next := &group{Group: Group{ID: -1_000_000_000_000 + old, Title: g.Title, Members: slices.Clone(g.Members)}, super: true}
	g.migrated = next.ID
	s.groups = append(s.groups, next)
	for _, m := range s.messages[old] {
		moved := m.clone()
		moved.Chat = next.ID
		s.messages[next.ID] = append(s.messages[next.ID], &moved)
	}
	author := first(g.Members)
	s.service(old, author, s.words(wordMigrated), wireService{MigrateTo: next.ID})
	s.service(next.ID, author, s.words(wordMigrated), wireService{MigrateFrom: old})
	s.note(Event{Kind: "migrated", Chat: old, Text: fmt.Sprint(next.ID)})
	return next.ID
}

func first(ids []int64) int64 {
	if len(ids) == 0 {
		return 0
	}
	return ids[0]
}

// service puts a service message into a chat and delivers it; privacy mode doesn't hold those back.
func (s *Server) service(chat, from int64, text string, what wireService) {
	m := &Message{Chat: chat, From: from, Author: s.nameOf(from), Kind: "service", Text: text, service: what, Read: true}
	s.put(m)
	wire := s.wire(m, true)
	s.enqueue(update{kind: "message", wire: wireUpdate{Message: &wire}, chat: chat, message: m.ID})
}

// memberChanged tells the bot that its own membership changed.
func (s *Server) memberChanged(chat, from int64, was, is string) {
	c := wireMemberUpdate{
		Chat: s.wireChat(chat), From: s.wireUser(from), Date: s.opts.Now().Unix(),
		Old: wireMember{Status: was, User: s.me}, New: wireMember{Status: is, User: s.me},
	}
	s.enqueue(update{kind: "my_chat_member", wire: wireUpdate{MyChatMember: &c}, chat: chat})
}

func (s *Server) person(id int64) *Person {
	for _, p := range s.people {
		if p.ID == id {
			return p
		}
	}
	return nil
}

func (s *Server) group(id int64) *group {
	for _, g := range s.groups {
		if g.ID == id {
			return g
		}
	}
	return nil
}

func (s *Server) nameOf(id int64) string {
	if id == s.me.ID {
		return s.me.FirstName
	}
	if p := s.person(id); p != nil {
		return strings.TrimSpace(p.FirstName + " " + p.LastName)
	}
	return ""
}

var (
	errNoPerson = errors.New("sandbox: no such person")
	errNoChat   = errors.New("sandbox: the person is not in this chat")
	errNoReply  = errors.New("sandbox: no such message in this chat")
	errBlocked  = errors.New("sandbox: the person has blocked the bot")
	errNotOwn   = errors.New("sandbox: not a message of this person that can be edited")
	errNoButton = errors.New("sandbox: no such button")
	errEmpty    = errors.New("sandbox: nothing to send")
	errTooLong  = errors.New("sandbox: longer than Telegram lets a person write")
)

// mayWrite checks that a person may write into a chat, and remembers that he has opened his private one.
func (s *Server) mayWrite(person, chat int64) error {
	if s.person(person) == nil {
		return errNoPerson
	}
	if person == chat {
		if s.private[person].blocked {
			return errBlocked
		}
		s.private[person].started = true
		return nil
	}
	g := s.group(chat)
	if g == nil || g.migrated != 0 || !slices.Contains(g.Members, person) {
		return errNoChat
	}
	return nil
}
