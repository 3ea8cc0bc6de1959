package rehearsal

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"followup/bot/message"
	"followup/storage/crm"
	"followup/storage/seed"
)

// Group is a group chat of a file.
type Group struct {
	ID      int64
	Title   string
	Members []int64
}

// firstGroup is the id of the first group; the next ones count down.
const firstGroup = -2001

// Script is a conversation file that was read.
type Script struct {
	Start     time.Time // in the zone of the file
	Portfolio *seed.Portfolio
	Groups    []Group
	Listens   bool // a program that recognises speech is configured

	spoken map[string]string // what is heard in a voice note, by the file's id
	bot    string            // what the bot is called in seen lines
	head   []string
	acts   []act
	tail   []string
}

// act is one line of somebody doing something, with the lines of text that belong to it.
type act struct {
	no   int
	lead []string // empty lines and comments above it
	raw  []string
	play func(*player) error
}

// signs begin seen lines after the bot's name.
const signs = "→✎•✗"

// Parse reads a conversation file. name says where it is from: its folder chooses the language of the seen lines.
func Parse(name, text string) (*Script, error) {
	s := &Script{bot: "Бот", spoken: map[string]string{}}
	if strings.Contains(name, "/en/") {
		s.bot = "Bot"
	}
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	first := s.headEnd(lines)
	s.head = lines[:first]
	if err := s.readHead(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if err := s.readActs(lines, first); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return s, nil
}

// headEnd is the index just after the last line of the head.
func (s *Script) headEnd(lines []string) int {
	end := 0
	for i, l := range lines {
		switch word, _, _ := strings.Cut(l, " "); {
		case word == "now" || word == "group" || l == "transcriber" || seed.IsLine(l):
			end = i + 1
		case l == "" || strings.HasPrefix(l, "#"):
		default:
			return end
		}
	}
	return end
}

func (s *Script) readHead() error {
	records := make([]string, len(s.head))
	var groups []int
	for i, l := range s.head {
		word, rest, _ := strings.Cut(l, " ")
		switch word {
		case "now":
			if err := s.readNow(rest); err != nil {
				return fmt.Errorf("line %d: %w", i+1, err)
			}
		case "group":
			groups = append(groups, i)
		case "transcriber":
			s.Listens = true
		default:
			records[i] = l
		}
	}
	if s.Start.IsZero() {
		return fmt.Errorf("write a line at the top: now 2026-11-18 10:12 Europe/Moscow")
	}
	var err error
	if s.Portfolio, err = seed.Parse(strings.Join(records, "\n"), 1); err != nil {
		return err
	}
	for _, i := range groups {
		if err := s.readGroup(s.head[i]); err != nil {
			return fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	return nil
}

func (s *Script) readNow(text string) error {
	at, name, _ := cutLast(text)
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" {
		return fmt.Errorf("no time zone %q: write now 2026-11-18 10:12 Europe/Moscow", name)
	}
	if s.Start, err = time.ParseInLocation("2006-01-02 15:04", at, zone); err != nil {
		return fmt.Errorf("not a moment: %q: write now 2026-11-18 10:12 Europe/Moscow", at)
	}
	return nil
}

func (s *Script) readGroup(text string) error {
	title, names, _ := strings.Cut(strings.TrimPrefix(text, "group "), "|")
	g := Group{ID: firstGroup - int64(len(s.Groups)), Title: strings.TrimSpace(title)}
	for name := range strings.SplitSeq(names, ",") {
		p, err := s.person(strings.TrimSpace(name))
		if err != nil {
			return err
		}
		g.Members = append(g.Members, p.Telegram)
	}
	s.Groups = append(s.Groups, g)
	return nil
}

func (s *Script) readActs(lines []string, from int) error {
	var lead []string
	for i := from; i < len(lines); {
		l := lines[i]
		switch {
		case l == "" || strings.HasPrefix(l, "#"):
			lead = append(lead, l)
			i++
		case isSeen(l):
			lead = dropEmpty(lead)
			i = skipSeen(lines, i)
		default:
			end := i + 1
			for end < len(lines) && strings.HasPrefix(lines[end], "  | ") {
				end++
			}
			a := act{no: i + 1, lead: lead, raw: lines[i:end]}
			var err error
			if a.play, err = s.readAct(a.raw); err != nil {
				return fmt.Errorf("line %d: %q: %w", i+1, l, err)
			}
			s.acts = append(s.acts, a)
			lead, i = nil, end
		}
	}
	s.tail = lead
	return nil
}

// isSeen reports whether a line begins what the bot was seen to do.
func isSeen(l string) bool {
	for _, name := range []string{"Бот ", "Bot "} {
		if rest, ok := strings.CutPrefix(l, name); ok {
			for _, sign := range signs {
				if strings.HasPrefix(rest, string(sign)+" ") {
					return true
				}
			}
		}
	}
	return false
}

// skipSeen is the index after the block that begins at i: indented lines, and empty ones that an indented line follows.
func skipSeen(lines []string, i int) int {
	end := i + 1
	for j := end; j < len(lines); j++ {
		switch {
		case strings.HasPrefix(lines[j], "  "):
			end = j + 1
		case lines[j] != "":
			return end
		}
	}
	return end
}

// dropEmpty keeps the comments: an empty line between an act and what was seen after it is not kept.
func dropEmpty(lines []string) []string {
	var kept []string
	for _, l := range lines {
		if l != "" {
			kept = append(kept, l)
		}
	}
	return kept
}

// cutLast cuts s before its last word.
func cutLast(s string) (before, last string, ok bool) {
	s = strings.TrimSpace(s)
	i := strings.LastIndexByte(s, ' ')
	if i < 0 {
		return "", s, false
	}
	return strings.TrimSpace(s[:i]), s[i+1:], true
}

// person finds somebody by the whole name or the only first word of it.
func (s *Script) person(name string) (seed.Person, error) {
	var found []seed.Person
	for _, p := range s.Portfolio.People {
		if p.Name == name {
			return p, nil
		}
		if word, _, _ := strings.Cut(p.Name, " "); word == name {
			found = append(found, p)
		}
	}
	if len(found) == 1 {
		return found[0], nil
	}
	return seed.Person{}, fmt.Errorf("%d people are called %q: write a person line at the top and the whole name", len(found), name)
}

// actor finds the person whose name begins the line; rest is what follows.
func (s *Script) actor(l string) (who seed.Person, rest string, ok bool) {
	longest := 0
	for _, p := range s.Portfolio.People {
		word, _, _ := strings.Cut(p.Name, " ")
		for _, name := range []string{p.Name, word} {
			after, match := strings.CutPrefix(l, name)
			if !match || len(name) <= longest || !strings.HasPrefix(after, ":") && !strings.HasPrefix(after, " ") {
				continue
			}
			if found, err := s.person(name); err == nil {
				who, rest, longest = found, after, len(name)
			}
		}
	}
	return who, rest, longest > 0
}

// chatName is how a chat is called in seen lines.
func (s *Script) chatName(chat int64) string {
	for _, p := range s.Portfolio.People {
		if p.Telegram == chat {
			return p.Name
		}
	}
	for _, g := range s.Groups {
		if g.ID == chat {
			return g.Title
		}
	}
	return strconv.FormatInt(chat, 10)
}

// asPerson is the Telegram account of somebody.
func asPerson(p seed.Person) message.Person {
	return message.Person{ID: p.Telegram, Name: p.Name, Language: p.Language}
}

// moment reads "2026-11-17 19:40" in the zone of the file.
func (s *Script) moment(text string) (crm.Moment, error) {
	t, err := time.ParseInLocation("2006-01-02 15:04", text, s.Start.Location())
	if err != nil {
		return 0, fmt.Errorf("%q is no moment: write 2026-11-17 19:40", text)
	}
	return crm.MomentOf(t), nil
}
