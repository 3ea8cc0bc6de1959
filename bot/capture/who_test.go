package capture

import (
	"encoding/json"
	"os"
	"testing"
)

// TestNamesReference reads the shared list of names where it is present.
func TestNamesReference(t *testing.T) {
	data, err := os.ReadFile("../../../shared/PHRASES/client_names_ru.json")
	if err != nil {
		t.Skip("the reference list isn't here")
	}
	var list struct {
		Clients  []string
		Mentions []struct{ Text, Client, Kind string }
		NoMatch  []string
	}
	if err := json.Unmarshal(data, &list); err != nil {
		t.Fatal(err)
	}
	entries := make([]Entry, len(list.Clients))
	for i, name := range list.Clients {
		entries[i] = Entry{ID: int64(i + 1), Name: name, Own: true}
	}
	p := NewPortfolio(entries)
	right, all := map[string]int{}, map[string]int{}
	for _, m := range list.Mentions {
		all[m.Kind]++
		found := findMentions(tokenize(m.Text), p)
		if len(found) > 0 && entries[found[0].Matches[0].Client-1].Name == m.Client {
			right[m.Kind]++
			continue
		}
		got := "nothing"
		for _, f := range found {
			got = entries[f.Matches[0].Client-1].Name
			if f.Sure {
				t.Errorf("%s: %s is taken silently instead of %s", m.Text, got, m.Client)
			}
		}
		t.Logf("%s: %s instead of %s", m.Text, got, m.Client)
	}
	for _, text := range list.NoMatch {
		if found := findMentions(tokenize(text), p); len(found) > 0 {
			t.Errorf("%s: names nobody, found %s", text, entries[found[0].Matches[0].Client-1].Name)
		}
	}
	goals := map[string]int{"inflected": 97, "typo": 90, "layout": 100}
	for kind, n := range all {
		t.Logf("%s: %d of %d", kind, right[kind], n)
		if right[kind]*100 < goals[kind]*n {
			t.Errorf("%s: %d of %d, the goal is %d %%", kind, right[kind], n, goals[kind])
		}
	}
}
