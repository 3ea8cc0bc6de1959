package sandbox

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// A saved chat is a conversation file, which the conversation tests can play:
//
//	# title
//	now 2026-11-18 10:12 Europe/Moscow
//	Анна: a text
//	  | its second line
//	Анна replies to "first line of a message": a text
//	Анна forwards from "Ирина К." 2026-11-17 19:40: a text
//	Анна edits "first line as it was": a text
//	Анна sends photo act.jpg: the caption
//	Анна taps [Да]
//	Бот → Анна:
//	  a text, one line below the other
//	  (document report.xlsx)
//	  [Да] [Нет]
//	Бот ✎ Анна:
//	  the message after an edit
//	Бот • Анна: the answer to a tap
//	Бот ✗ Анна: "first line of the deleted message"
//	clock 2026-11-19 09:00        (or clock +1h)
//
// In a group, people's lines read «Анна @ Север: …» and the bot's «Бот → Север:».

// Transcript returns a chat as such a file, from its first event that is still remembered.
func (s *Server) Transcript(chat int64) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := transcript{server: s, chat: chat, bot: s.words(wordBot), texts: map[int]string{}}
	t.title = t.name(chat)
	fmt.Fprintf(&t.out, "# %s: %s\n", s.words(wordSaved), t.title)
	for _, e := range s.events {
		if e.Chat == chat {
			t.add(e)
		}
	}
	return t.out.String()
}

type transcript struct {
	server *Server
	chat   int64
	bot    string
	title  string // of a group, or the person's first name
	out    strings.Builder
	clock  time.Time      // as the file has it so far; zero before "now"
	texts  map[int]string // messages as they last were
	begun  bool
}

func (t *transcript) name(id int64) string {
	if g := t.server.group(id); g != nil {
		return g.Title
	}
	if p := t.server.person(id); p != nil {
		return p.FirstName
	}
	return fmt.Sprint(id)
}

// who is how a person's line begins.
func (t *transcript) who(person int64) string {
	if person == t.chat {
		return t.title
	}
	return t.name(person) + " @ " + t.title
}

// told are the kinds a file tells. The clock is told by the times at which they happened.
var told = []string{"message", "edited", "deleted", "tap", "answer"}

func (t *transcript) add(e Event) {
	if !slices.Contains(told, e.Kind) || e.Message != nil && e.Message.Kind == "service" {
		return
	}
	if !t.begun {
		t.begun, t.clock = true, e.At
		fmt.Fprintf(&t.out, "now %s %s\n", e.At.Format("2006-01-02 15:04"), e.At.Location())
	}
	t.moved(e.At)
	switch e.Kind {
	case "tap":
		fmt.Fprintf(&t.out, "%s taps [%s]\n", t.who(e.Person), e.Text)
	case "answer":
		if e.Text != "" {
			fmt.Fprintf(&t.out, "%s • %s: %s\n", t.bot, t.name(e.Person), strings.ReplaceAll(e.Text, "\n", " "))
		}
	case "deleted":
		fmt.Fprintf(&t.out, "%s ✗ %s: %s\n", t.bot, t.title, quoted(t.texts[e.ID]))
	default:
		t.message(e)
		t.texts[e.ID] = firstLine(e.Message.Text)
	}
}

// moved writes that the clock moved by a minute or more: an hour as such, anything else as the time it became.
func (t *transcript) moved(to time.Time) {
	to = to.Truncate(time.Minute)
	switch to.Sub(t.clock.Truncate(time.Minute)) {
	case 0:
		return
	case time.Hour:
		t.out.WriteString("clock +1h\n")
	default:
		fmt.Fprintf(&t.out, "clock %s\n", to.Format("2006-01-02 15:04"))
	}
	t.clock = to
}

func (t *transcript) message(e Event) {
	m := e.Message
	if !m.Bot {
		t.persons(e)
		return
	}
	arrow := "→"
	if e.Kind == "edited" {
		arrow = "✎"
	}
	fmt.Fprintf(&t.out, "%s %s %s:\n", t.bot, arrow, t.title)
	if what := media(m); what != "" {
		fmt.Fprintf(&t.out, "  (%s)\n", what)
	}
	if m.Text != "" {
		for line := range strings.SplitSeq(m.Text, "\n") {
			fmt.Fprintln(&t.out, strings.TrimRight("  "+line, " "))
		}
	}
	for _, row := range m.Buttons {
		var names []string
		for _, b := range row {
			names = append(names, "["+b.Text+"]")
		}
		fmt.Fprintf(&t.out, "  %s\n", strings.Join(names, " "))
	}
}

func (t *transcript) persons(e Event) {
	m := e.Message
	head := t.who(m.From)
	switch {
	case e.Kind == "edited":
		head += " edits " + quoted(t.texts[m.ID])
	case m.Forward != nil:
		from := m.Forward.Name + m.Forward.Channel
		head += fmt.Sprintf(" forwards from %q %s", from, m.Forward.Date.In(m.Date.Location()).Format("2006-01-02 15:04"))
	case m.ReplyTo != 0:
		head += " replies to " + quoted(t.texts[m.ReplyTo])
	}
	if what := media(m); what != "" && e.Kind != "edited" {
		head += " sends " + what
	}
	first, rest, _ := strings.Cut(m.Text, "\n")
	fmt.Fprintln(&t.out, strings.TrimRight(head+": "+first, " "))
	if rest != "" {
		for line := range strings.SplitSeq(rest, "\n") {
			fmt.Fprintf(&t.out, "  | %s\n", line)
		}
	}
}

// media names what a message carries beside its text.
func media(m *Message) string {
	switch {
	case m.Contact != nil:
		return strings.TrimSpace("contact " + m.Contact.FirstName + " " + m.Contact.LastName)
	case m.Location != nil:
		return fmt.Sprintf("location %.5f %.5f", m.Location.Latitude, m.Location.Longitude)
	case m.File == nil:
		return ""
	case m.File.Name != "":
		return m.Kind + " " + m.File.Name
	case m.File.Duration > 0:
		return fmt.Sprintf("%s %d:%02d", m.Kind, m.File.Duration/60, m.File.Duration%60)
	}
	return m.Kind
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

func quoted(line string) string { return `"` + strings.ReplaceAll(line, `"`, `'`) + `"` }
