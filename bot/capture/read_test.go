package capture

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"followup/storage/crm"
)

var update = flag.Bool("update", false, "write what is read now into the corpora of testdata; review the difference")

// wednesday is the moment at which messages of the corpora are written: Wednesday 18.11.2026, 10:12 in Moscow.
func wednesday(t testing.TB) time.Time {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Moscow")
	if err != nil {
		t.Fatal(err)
	}
	return time.Date(2026, 11, 18, 10, 12, 0, 0, zone)
}

// people is the portfolio of testdata/portfolio.txt: «name | aliases | INN | city | whose | contacts» a line.
type people struct {
	entries   []Entry
	portfolio *Portfolio
}

func readPeople(t testing.TB) people {
	t.Helper()
	data, err := os.ReadFile("testdata/portfolio.txt")
	if err != nil {
		t.Fatal(err)
	}
	var p people
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		fields := append(strings.Split(line, "|"), "", "", "", "", "")
		for i := range fields {
			fields[i] = strings.TrimSpace(fields[i])
		}
		e := Entry{ID: int64(len(p.entries) + 1), Name: fields[0], INN: fields[2], City: fields[3], Own: fields[4] != "other"}
		if fields[1] != "" {
			for alias := range strings.SplitSeq(fields[1], ",") {
				e.Aliases = append(e.Aliases, strings.TrimSpace(alias))
			}
		}
		if fields[5] != "" {
			for contact := range strings.SplitSeq(fields[5], ";") {
				name, phone, _ := strings.Cut(strings.TrimSpace(contact), "+")
				person := Person{Name: strings.TrimSpace(name)}
				if phone != "" {
					person.Phones = []string{"+" + phone}
				}
				e.Contacts = append(e.Contacts, person)
			}
		}
		p.entries = append(p.entries, e)
	}
	p.portfolio = NewPortfolio(p.entries)
	return p
}

func (p people) name(id int64) string { return p.entries[id-1].Name }

// show writes a reading in the form of the corpora, one line for each thing.
func (p people) show(r Reading) []string {
	var lines []string
	if o := r.Order; o != nil {
		line := "order " + o.Verb
		if o.Choice != 0 {
			line += fmt.Sprintf(" %d", o.Choice)
		}
		if o.Mention != nil {
			line += " @" + p.mention(*o.Mention)
		}
		lines = append(lines, line+quoted(o.Text)+whenText(o.When)+sumText(o.Sum))
	}
	if r.Chat != "" {
		lines = append(lines, "chat "+r.Chat)
	}
	for _, it := range r.Items {
		lines = append(lines, p.item(r, it))
	}
	if r.Rest != "" {
		lines = append(lines, "unknown"+quoted(r.Rest))
	}
	for _, a := range r.Asks {
		lines = append(lines, "ask "+a.Key)
	}
	for _, i := range r.Invalid {
		lines = append(lines, "invalid"+quoted(i.Text))
	}
	if len(r.Items) == 0 && r.Order == nil {
		for _, m := range r.Mentions {
			lines = append(lines, "client @"+p.mention(m))
		}
	}
	return lines
}

// mention is the clients that a mention may mean, with a question mark when it must be asked.
func (p people) mention(m Mention) string {
	name := p.name(m.Matches[0].Client)
	if m.Sure {
		return name
	}
	var names []string
	for _, match := range m.Matches {
		names = append(names, p.name(match.Client))
	}
	return "?" + strings.Join(names, "?")
}

func (p people) item(r Reading, it Item) string {
	line := string(it.Kind)
	for _, sub := range []string{string(it.Touch), it.Verb, it.Paper, it.State} {
		if sub != "" {
			line += ":" + sub
		}
	}
	for _, c := range it.Clients {
		line += " @" + p.mention(r.Mentions[c])
	}
	if it.Number != "" {
		line += " №" + it.Number
	}
	line += quoted(it.Text)
	if it.Outcome != "" {
		line += " ->" + quoted(it.Outcome)
	}
	line += whenText(it.When) + sumText(it.Sum)
	if it.Deferral {
		line += " deferral"
	}
	if it.By != "" {
		line += " by" + quoted(it.By)
	}
	if len(it.Refs) > 0 {
		line += " for " + strings.Join(it.Refs, ",")
	}
	if it.TermDays > 0 {
		line += fmt.Sprintf(" term %d", it.TermDays)
	}
	if it.TermWorking {
		line += " working"
	}
	return line + showTerms(it.Contract)
}

func showTerms(c *ContractTerms) string {
	if c == nil {
		return ""
	}
	line := fmt.Sprintf(" [%s..%s", c.Start, c.End)
	if c.Renewal != "" {
		line += fmt.Sprintf(" %s %d", c.Renewal, c.RenewalMonths)
	}
	if c.NoticeDays > 0 {
		line += fmt.Sprintf(" notice %d", c.NoticeDays)
	}
	if c.NoticeWorking {
		line += " working"
	}
	if c.Penalty > 0 {
		line += " penalty " + c.Penalty.Percent()
	}
	if c.PenaltyCap > 0 {
		line += " cap " + c.PenaltyCap.Percent()
	}
	if c.ClaimDays > 0 {
		line += fmt.Sprintf(" claim %d", c.ClaimDays)
	}
	if c.Indexation != "" {
		line += fmt.Sprintf(" index%s %s", quoted(c.Indexation), c.IndexDay)
	}
	return line + "]"
}

func quoted(s string) string {
	if s == "" {
		return ""
	}
	return " “" + strings.ReplaceAll(s, "\n", "⏎") + "”"
}

func whenText(t *Time) string {
	if t == nil {
		return ""
	}
	s := " " + string(t.Bound) + " " + t.Day.String()
	if t.Rule != "" {
		s += " " + t.Rule
	}
	if t.HasClock || t.Bound == Before && t.Grain != Day {
		s += " " + t.Clock.String()
	} else if t.Grain != Day {
		s += " " + string(t.Grain)
	}
	return s
}

func sumText(s *Sum) string {
	switch {
	case s == nil:
		return ""
	case s.Share != 0:
		return " = " + s.Share.Percent() + " %"
	case s.Bare:
		return " = " + s.Money.String() + "?"
	}
	return " = " + s.Money.String()
}

// TestItems checks whole messages: every file testdata/items_*.txt holds messages after ">" and below each what is read of
// it. A "⏎" in a message is a new line.
func TestItems(t *testing.T) {
	p := readPeople(t)
	for _, name := range []string{"items_ru", "items_en"} {
		t.Run(name, func(t *testing.T) {
			path := "testdata/" + name + ".txt"
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			world := World{Now: wednesday(t), Language: name[len(name)-2:], Currency: crm.RUB, Habits: DefaultHabits(), Clients: p.portfolio}
			var out strings.Builder
			message, want, messages, right := "", []string(nil), 0, 0
			check := func() {
				if message == "" {
					return
				}
				messages++
				got := p.show(Read(strings.ReplaceAll(message, "⏎", "\n"), world))
				if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g == w {
					right++
				} else if !*update {
					t.Errorf("> %s\n  got\n    %s\n  want\n    %s", message, strings.Join(got, "\n    "), strings.Join(want, "\n    "))
				}
				fmt.Fprintf(&out, "> %s\n", message)
				for _, line := range got {
					out.WriteString(line + "\n")
				}
				out.WriteByte('\n')
				message, want = "", nil
			}
			for line := range strings.Lines(string(data)) {
				line = strings.TrimRight(line, "\n")
				switch {
				case strings.HasPrefix(line, "> "):
					check()
					message = line[2:]
				case strings.HasPrefix(line, "#"):
					check()
					out.WriteString(line + "\n\n")
				case line != "":
					want = append(want, line)
				}
			}
			check()
			t.Logf("%d of %d messages right", right, messages)
			if *update {
				if err := os.WriteFile(path, []byte(out.String()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}
