package capture

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"followup/storage/crm"
)

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
	if said, millions, found := Price(r.Text, crm.RUB); found {
		lines = append(lines, "price"+quoted(said)+" = "+millions.String())
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
	if it.Due != nil {
		line += " " + it.Due.Day.String()
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

// itemFiles are the corpora of whole messages with the share of right ones below which the test fails. Expectations are
// written by hand, as a busy manager means the line; one that the reader misses stays as it is and is counted.
var itemFiles = []struct {
	name  string
	floor float64
}{{"items_ru", 98}, {"items_en", 99}, {"hard_ru", 90}, {"hard_en", 90}, {"phone_ru", 92}, {"phone_en", 95}}

// itemCase is a message of a corpus and what is to be read of it.
type itemCase struct {
	text string
	want []string
}

// loadItems reads a file of messages after ">" and below each what is meant. A "⏎" in a message is a new line.
func loadItems(t *testing.T, name string) []itemCase {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	var cases []itemCase
	for line := range strings.Lines(string(data)) {
		line = strings.TrimRight(line, "\n")
		switch text, ok := strings.CutPrefix(line, "> "); {
		case ok:
			cases = append(cases, itemCase{text: strings.ReplaceAll(text, "⏎", "\n")})
		case line != "" && line[0] != '#':
			cases[len(cases)-1].want = append(cases[len(cases)-1].want, line)
		}
	}
	return cases
}

// unquoted is a line without its quoted words.
func unquoted(line string) string {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(line, " “")
		out.WriteString(strings.TrimSuffix(before, " ->"))
		if !found {
			return out.String()
		}
		_, line, _ = strings.Cut(rest, "”")
	}
}

// sameLines compares what is read with what is meant; a line that is meant without quoted words is compared without them.
func sameLines(got, want []string) bool {
	if len(got) != len(want) {
		return false
	}
	for i := range got {
		if got[i] != want[i] && (strings.Contains(want[i], "“") || unquoted(got[i]) != want[i]) {
			return false
		}
	}
	return true
}

// likeliest are the lines with the first of several clients taken: what would be saved after a question and a tap.
func likeliest(lines []string) []string {
	taken := make([]string, len(lines))
	for i, line := range lines {
		var out strings.Builder
		for {
			before, rest, found := strings.Cut(line, " @?")
			out.WriteString(before)
			if !found {
				break
			}
			end := strings.IndexAny(rest+"“", "“=№@") // what follows the names
			for _, mark := range []string{" at ", " before ", " after ", " within ", " repeat "} {
				if k := strings.Index(rest, mark); k >= 0 && k < end {
					end = k
				}
			}
			names, tail := rest[:min(end, len(rest))], rest[min(end, len(rest)):]
			first, _, several := strings.Cut(names, "?")
			if several && strings.HasSuffix(names, " ") {
				first += " "
			}
			out.WriteString(" @" + first)
			line = tail
		}
		taken[i] = out.String()
	}
	return taken
}

// TestCorpusItems checks whole messages.
func TestCorpusItems(t *testing.T) {
	p := readPeople(t)
	for _, file := range itemFiles {
		t.Run(file.name, func(t *testing.T) {
			world := World{Now: wednesday(t), Language: file.name[len(file.name)-2:], Currency: crm.RUB, Habits: DefaultHabits(), Clients: p.portfolio}
			y := tally{name: file.name}
			for _, c := range loadItems(t, file.name) {
				got := p.show(Read(c.text, world))
				switch {
				case sameLines(got, c.want):
					y.right++
					continue
				case sameLines(likeliest(got), c.want):
					y.asked++
				case len(got) == 0:
					y.refused++
				default:
					y.wrong++
				}
				y.lines = append(y.lines, fmt.Sprintf("> %s\n  got\n    %s\n  want\n    %s", c.text, strings.Join(got, "\n    "), strings.Join(c.want, "\n    ")))
			}
			y.report(t, file.floor, 100-file.floor)
		})
	}
}
