package capture

import (
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"followup/scheduler/clock/limit"
)

// FuzzRead lets nothing that a person may send break the reader: spans lie inside the text, items name mentions that exist.
func FuzzRead(f *testing.F) {
	p := readPeople(f)
	for _, name := range []string{"items_ru", "items_en"} {
		data, err := os.ReadFile("testdata/" + name + ".txt")
		if err != nil {
			f.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			if message, ok := strings.CutPrefix(strings.TrimSpace(line), "> "); ok {
				f.Add(strings.ReplaceAll(message, "⏎", "\n"))
			}
		}
	}
	world := World{Now: wednesday(f), Language: "ru", Habits: DefaultHabits(), Clients: p.portfolio}
	f.Fuzz(func(t *testing.T, text string) {
		var r Reading
		limit.Check(t, func() { r = Read(text, world) })
		within := func(s Span) {
			if s.From < 0 || s.To > len(r.Text) || s.From > s.To {
				t.Fatalf("span %v lies outside of %q", s, r.Text)
			}
		}
		for _, m := range r.Mentions {
			within(m.Span)
			if len(m.Matches) == 0 {
				t.Fatalf("a mention of nobody in %q", text)
			}
		}
		for _, it := range r.Items {
			within(it.Span)
			for _, c := range it.Clients {
				if c < 0 || c >= len(r.Mentions) {
					t.Fatalf("client %d of %d in %q", c, len(r.Mentions), text)
				}
			}
			if utf8.ValidString(text) && !utf8.ValidString(it.Text) {
				t.Fatalf("text of an item is cut inside a letter: %q", it.Text)
			}
		}
		p.portfolio.Find(text)
	})
}
