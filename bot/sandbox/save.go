package sandbox

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// A saved chat is a conversation file, which bot/rehearsal plays:
//
//	# title
//	now 2026-11-18 10:12 Europe/Moscow
//	group Чат Севера | Анна, Пётр
//	                                           (then the lines of Options.Head)
//	Анна: a text
//	  | its second line
//	Анна replies «first line of a message»: a text
//	Анна edits «first line as it was»: a text
//	Анна forwards from «Ирина К.» at 2026-11-17 19:40: a text     (user NAME, channel «Name»)
//	Анна sends photo act.jpg «the caption»                        (file, voice 0:23, contact PHONE NAME, place LAT LON)
//	Анна taps [Да] under «first line»          (under only where a newer message has the same button)
//	Анна in Чат Севера: a text                 (every act may be in a group)
//	Бот → Анна:
//	  📎 report.xlsx
//	  a text, one line below the other
//	  [Да] [Сайт ↗ https://example.org] [Копия ⧉]
//	Бот ✎ Анна:
//	  the message after an edit
//	Бот • Анна: the answer to a tap
//	Бот ✗ Анна: first line of the deleted message
//	block Анна
//	clock 2026-11-19 09:00                     (or clock +1h)

// Transcript returns a chat as such a file, from its first event that is still remembered.
func (s *Server) Transcript(chat int64) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := transcript{server: s, chat: chat, bot: s.words(wordBot), seen: map[int]Message{}}
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
	out    strings.Builder
	clock  time.Time       // as the file has it so far; zero before its head
	seen   map[int]Message // messages as they last were
}

// title is how the chat is called in seen lines.
func (t *transcript) title() string {
	if g := t.server.group(t.chat); g != nil {
		return g.Title
	}
	return t.server.nameOf(t.chat)
}

// name is a person's first word where that is enough to tell him.
func (t *transcript) name(id int64) string {
	whole := t.server.nameOf(id)
	word, _, _ := strings.Cut(whole, " ")
	for _, p := range t.server.people {
		if other, _, _ := strings.Cut(t.server.nameOf(p.ID), " "); other == word && p.ID != id {
			return whole
		}
	}
	return word
}

// who is how a line of a person begins.
func (t *transcript) who(person int64) string {
	if person == t.chat {
		return t.name(person)
	}
	return t.name(person) + " in " + t.title()
}

// told are the kinds a file tells. The clock is told by the times at which they happened.
var told = map[string]func(*transcript, Event){
	"message":   (*transcript).message,
	"edited":    (*transcript).message,
	"tap":       (*transcript).tap,
	"deleted":   (*transcript).deleted,
	"answer":    (*transcript).answer,
	"blocked":   (*transcript).block,
	"unblocked": (*transcript).block,
}

func (t *transcript) add(e Event) {
	tell := told[e.Kind]
	if tell == nil || e.Message != nil && e.Message.Kind == "service" {
		return
	}
	if t.clock.IsZero() {
		t.head(e.At)
	}
	t.moved(e.At)
	tell(t, e)
	if e.Message != nil {
		t.seen[e.ID] = *e.Message
	}
}

func (t *transcript) head(at time.Time) {
	t.clock = at
	fmt.Fprintf(&t.out, "# %s: %s\nnow %s %s\n", t.server.words(wordSaved), t.title(), at.Format("2006-01-02 15:04"), at.Location())
	if head := strings.TrimSpace(t.server.opts.Head); head != "" {
		t.out.WriteString(head + "\n")
	}
	if g := t.server.group(t.chat); g != nil {
		var names []string
		for _, id := range g.Members {
			names = append(names, t.name(id))
		}
		fmt.Fprintf(&t.out, "group %s | %s\n", g.Title, strings.Join(names, ", "))
	}
	t.out.WriteString("\n")
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

// tap names the message where a newer one shows the same button, because the newest is meant otherwise.
func (t *transcript) tap(e Event) {
	under := ""
	for id, m := range t.seen {
		if id > e.ID && m.has(e.Text) {
			under = " under " + quoted(t.seen[e.ID].Text)
		}
	}
	fmt.Fprintf(&t.out, "%s taps [%s]%s\n", t.who(e.Person), e.Text, under)
}

func (m *Message) has(button string) bool {
	return slices.ContainsFunc(m.Buttons, func(row []Button) bool {
		return slices.ContainsFunc(row, func(b Button) bool { return b.Text == button })
	})
}

func (t *transcript) answer(e Event) {
	if e.Text != "" {
		fmt.Fprintf(&t.out, "%s • %s: %s\n", t.bot, t.title(), strings.ReplaceAll(e.Text, "\n", " / "))
	}
}

func (t *transcript) deleted(e Event) {
	if m := t.seen[e.ID]; m.Bot {
		fmt.Fprintf(&t.out, "%s ✗ %s: %s\n", t.bot, t.title(), firstLine(m.Text))
	}
}

func (t *transcript) block(e Event) {
	fmt.Fprintf(&t.out, "%s %s\n", strings.TrimSuffix(e.Kind, "ed"), t.name(e.Person))
}

func (t *transcript) message(e Event) {
	m := e.Message
	if !m.Bot {
		t.persons(e)
		return
	}
	sign := "→"
	if e.Kind == "edited" {
		sign = "✎"
	}
	fmt.Fprintf(&t.out, "%s %s %s:\n", t.bot, sign, t.title())
	if m.File != nil && m.File.Name != "" {
		fmt.Fprintf(&t.out, "  📎 %s\n", m.File.Name)
	}
	if m.Text != "" {
		for line := range strings.SplitSeq(m.Text, "\n") {
			fmt.Fprintln(&t.out, strings.TrimRight("  "+line, " "))
		}
	}
	for _, row := range m.Buttons {
		t.out.WriteString(" ")
		for _, b := range row {
			fmt.Fprintf(&t.out, " [%s]", b.Text+b.mark())
		}
		t.out.WriteString("\n")
	}
}

// mark tells a button that opens an address or copies a text from one that speaks to the bot.
func (b *Button) mark() string {
	switch {
	case b.URL != "":
		return " ↗ " + b.URL
	case b.Copy != "":
		return " ⧉"
	}
	return ""
}

func (t *transcript) persons(e Event) {
	m := e.Message
	act := t.who(m.From)
	target := quoted(t.seen[m.ReplyTo].Text)
	thing := m.thing()
	switch {
	case e.Kind == "edited":
		act += " edits " + quoted(t.seen[m.ID].Text)
	case m.Forward != nil:
		act += " forwards from " + t.origin(m)
	case m.ReplyTo != 0 && thing != "":
		t.out.WriteString(act + " replies " + target + " with " + thing + m.caption() + "\n")
		return
	case m.ReplyTo != 0:
		act += " replies " + target
	case thing != "":
		t.out.WriteString(act + " sends " + thing + m.caption() + "\n")
		return
	}
	first, rest, more := strings.Cut(m.Text, "\n")
	t.out.WriteString(strings.TrimRight(act+": "+first, " ") + "\n")
	if more {
		for line := range strings.SplitSeq(rest, "\n") {
			t.out.WriteString("  | " + line + "\n")
		}
	}
}

// origin is from whom and when a forward is.
func (t *transcript) origin(m *Message) string {
	from := "«" + m.Forward.Name + "»"
	switch {
	case m.Forward.Channel != "":
		from = "channel «" + m.Forward.Channel + "»"
	case t.server.person(m.Forward.Person) != nil:
		from = "user " + t.name(m.Forward.Person)
	}
	return from + " at " + m.Forward.Date.In(m.Date.Location()).Format("2006-01-02 15:04")
}

// thing is what a message carries beside its text, as a person's act says it; empty: nothing.
func (m *Message) thing() string {
	switch m.Kind {
	case "photo":
		return strings.TrimSpace("photo " + m.File.Name)
	case "document":
		return "file " + m.File.Name
	case "voice":
		return fmt.Sprintf("voice %d:%02d", m.File.Duration/60, m.File.Duration%60)
	case "video_note":
		return fmt.Sprintf("videonote %d:%02d", m.File.Duration/60, m.File.Duration%60)
	case "contact":
		phone := strings.NewReplacer(" ", "", "-", "", "(", "", ")", "").Replace(m.Contact.Phone)
		return strings.TrimSpace("contact " + phone + " " + m.Contact.FirstName + " " + m.Contact.LastName)
	case "location":
		return fmt.Sprintf("place %.5f %.5f", m.Location.Latitude, m.Location.Longitude)
	}
	return ""
}

func (m *Message) caption() string {
	if m.Text == "" {
		return ""
	}
	return " «" + strings.ReplaceAll(m.Text, "\n", " ") + "»"
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// quoted is the first line of a message in quotes, cut before a quote that would not be closed.
func quoted(text string) string {
	line := firstLine(text)
	if strings.Count(line, "«") != strings.Count(line, "»") {
		line, _, _ = strings.Cut(line, "«")
		line, _, _ = strings.Cut(line, "»")
	}
	return "«" + strings.TrimSpace(line) + "»"
}
