package capture

import (
	"os"
	"strings"
	"testing"
)

// TestSpokenNames checks spoken forms against a portfolio of 400 clients: the right client is first in 97 of 100, and no
// wrong one is ever taken without a question. Lines are "text = client"; "-" is nobody.
func TestSpokenNames(t *testing.T) {
	p := readPeople(t)
	data, err := os.ReadFile("testdata/names_spoken.txt")
	if err != nil {
		t.Fatal(err)
	}
	forms, right, sure := 0, 0, 0
	for line := range strings.Lines(string(data)) {
		text, want, ok := strings.Cut(strings.TrimSpace(line), " = ")
		if !ok {
			continue
		}
		mentions := Read(text, World{Now: wednesday(t), Language: "ru", Clients: p.portfolio}).Mentions
		got := "-"
		for i, m := range mentions {
			name := p.name(m.Matches[0].Client)
			if m.Sure && name != want {
				t.Errorf("%s: %s is taken silently, meant was %s", text, name, want)
			}
			if i == 0 || name == want {
				got = name
			}
			if m.Sure && name == want {
				sure++
			}
		}
		forms++
		if got == want {
			right++
		} else {
			t.Logf("%s: %s instead of %s", text, got, want)
		}
	}
	t.Logf("%d of %d right, %d taken without a question", right, forms, sure)
	if right*100 < 97*forms {
		t.Errorf("%d of %d are right, the goal is 97 %%", right, forms)
	}
}
