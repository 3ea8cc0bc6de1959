package dialog_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"followup/bot/rehearsal"
	"followup/storage/pgtest"
)

var faults = flag.Int("faults", 8, "how many statements fail, one in a run, in each file of TestConversationsWithFaults; 0: every one")

var update = flag.Bool("update", false, "rewrite what the conversation files say was seen")

// TestOnPostgres plays the conversations once more on PostgreSQL.
func TestOnPostgres(t *testing.T) { pgtest.Again(t, "^TestConversations$") }

// database is where a test's records go.
func database(t *testing.T) string {
	t.Helper()
	return pgtest.Place(t, filepath.Join(t.TempDir(), "rehearsal.db"))
}

// TestConversations plays the files below testdata on the dialog alone; see package rehearsal for their form. With -update
// the seen lines are written anew: read the diff before you keep it.
func TestConversations(t *testing.T) {
	files, err := filepath.Glob("testdata/*/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no conversation files: %v", err)
	}
	for _, file := range files {
		t.Run(file[len("testdata/"):len(file)-len(".txt")], func(t *testing.T) {
			t.Parallel()
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			script, err := rehearsal.Parse(file, string(want))
			if err != nil {
				t.Fatal(err)
			}
			got, err := rehearsal.Play(t.Context(), script, rehearsal.Direct(database(t), nil))
			if err != nil {
				t.Error(err)
			}
			if got == "" || got == string(want) {
				return
			}
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			t.Errorf("seen something else (-file +seen):\n%s", cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")))
		})
	}
}

// faulty are the conversations that are played with statements of the store failing: each touches another part of it.
var faulty = []string{"ru/one-line", "ru/payment", "ru/promise", "ru/snooze", "ru/contract", "en/one-line"}

// TestConversationsWithFaults plays conversations again and again, each time with another statement of the store failing
// once: what people see must not change.
func TestConversationsWithFaults(t *testing.T) {
	if testing.Short() {
		t.Skip("plays every conversation many times")
	}
	for _, name := range faulty {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := "testdata/" + name + ".txt"
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			all := &rehearsal.Faults{}
			want := playWith(t, file, string(text), all)
			step := int64(1)
			if *faults > 0 {
				step = all.Count()/int64(*faults) + 1
			}
			for n := step / 2; n <= all.Count(); n += step {
				if got := playWith(t, file, string(text), &rehearsal.Faults{At: n + 1}); got != want {
					t.Errorf("with statement %d failing (-without +with):\n%s", n+1, cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")))
				}
			}
		})
	}
}

func playWith(t *testing.T, file, text string, faults *rehearsal.Faults) string {
	t.Helper()
	script, err := rehearsal.Parse(file, text)
	if err != nil {
		t.Fatal(err)
	}
	got, err := rehearsal.Play(t.Context(), script, rehearsal.Direct(database(t), faults))
	if err != nil {
		t.Errorf("with statement %d failing: %v", faults.At, err)
	}
	return got
}
