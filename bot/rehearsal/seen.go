package rehearsal

import (
	"slices"
	"strings"
	"time"

	"followup/bot/message"
)

// Sight is one thing that people saw the bot do.
type Sight struct {
	Kind    string // one of the signs: → said, ✎ edited, • toast, ✗ deleted
	At      time.Time
	Chat    int64
	Message int64
	Text    string
	Buttons [][]message.Button
	Keys    []string // of a reply keyboard
	File    string   // name of a file that came with it
}

// Signs of a Sight.
const (
	Said    = "→"
	Edited  = "✎"
	Toast   = "•"
	Deleted = "✗"
)

// arrange puts what was seen into an order that doesn't depend on which of several chats was served first: the chat of the
// act before the others, in a chat toasts first, and otherwise as it was seen. It takes sights of one moment of the clock.
func (s *Script) arrange(seen []Sight, first int64) {
	rank := func(v Sight) int {
		r := 2 * s.chatRank(v.Chat)
		if v.Chat == first {
			r = 0
		}
		if v.Kind != Toast {
			r++
		}
		return r
	}
	slices.SortStableFunc(seen, func(a, b Sight) int {
		if c := a.At.Compare(b.At); c != 0 {
			return c
		}
		return rank(a) - rank(b)
	})
}

// chatRank is the place of a chat in the head, from 1.
func (s *Script) chatRank(chat int64) int {
	for i, p := range s.Portfolio.People {
		if p.Telegram == chat {
			return i + 1
		}
	}
	for i, g := range s.Groups {
		if g.ID == chat {
			return len(s.Portfolio.People) + i + 1
		}
	}
	return len(s.Portfolio.People) + len(s.Groups) + 1
}

// lines writes a sight as it stands in the file. since is when the act began: a later moment is written beside the name.
func (s *Script) lines(v Sight, since time.Time) []string {
	line := s.bot + " " + v.Kind + " " + s.chatName(v.Chat)
	if at := v.At.In(since.Location()); !at.Equal(since) {
		line += ", " + at.Format(stampForm(at, since))
	}
	line += ":"
	if v.Kind == Toast || v.Kind == Deleted {
		return []string{line + " " + strings.ReplaceAll(v.Text, "\n", " / ")}
	}
	out := []string{line}
	if v.File != "" {
		out = append(out, "  📎 "+v.File)
	}
	if v.Text != "" {
		for l := range strings.SplitSeq(v.Text, "\n") {
			out = append(out, strings.TrimRight("  "+l, " "))
		}
	}
	for _, row := range v.Buttons {
		var b strings.Builder
		for _, button := range row {
			b.WriteString(" [" + button.Text + buttonMark(button) + "]")
		}
		out = append(out, " "+b.String())
	}
	for _, k := range v.Keys {
		out = append(out, "  ⌨ "+k)
	}
	return out
}

func stampForm(at, since time.Time) string {
	if at.Format(time.DateOnly) == since.Format(time.DateOnly) {
		return "15:04"
	}
	return "02.01 15:04"
}

// buttonMark tells a button that opens an address or copies a text from one that speaks to the bot.
func buttonMark(b message.Button) string {
	switch {
	case b.URL != "":
		address, _, _ := strings.Cut(b.URL, "?") // what follows repeats the text, letter by letter
		return " ↗ " + address
	case b.Copy != "":
		return " ⧉"
	}
	return ""
}
