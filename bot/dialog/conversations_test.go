package dialog_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"followup/bot/rehearsal"
)

var update = flag.Bool("update", false, "rewrite what the conversation files say was seen")

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
			got, err := rehearsal.Play(t.Context(), script, rehearsal.Direct(t.TempDir()))
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
			t.Errorf("seen something else (-file +seen):\n%s", cmp.Diff(string(want), got))
		})
	}
}
