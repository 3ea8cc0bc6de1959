package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"followup/bot/rehearsal"
)

// TestConversationsOverHTTP plays the dialog's conversation files on the whole program against the sandbox's Bot API: what
// people see must be the same as on the dialog alone.
func TestConversationsOverHTTP(t *testing.T) {
	files, err := filepath.Glob("../../bot/dialog/testdata/*/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no conversation files: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(filepath.Dir(file))+"/"+filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			script, err := rehearsal.Parse(file, string(want))
			if err != nil {
				t.Fatal(err)
			}
			got, err := rehearsal.Play(t.Context(), script, overHTTP(t))
			if err != nil {
				t.Error(err)
			}
			if got != "" && got != string(want) {
				t.Errorf("seen something else (-file +seen):\n%s", cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")))
			}
		})
	}
}
