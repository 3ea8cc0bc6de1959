package dialog_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"followup/bot/rehearsal"
)

// TestNothingIsLeftOfAnErasedContact plays the conversation of an erasure and looks into every file that it left: the
// database with its journal, and whatever else lies beside it.
func TestNothingIsLeftOfAnErasedContact(t *testing.T) {
	const file = "testdata/ru/erase.txt"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, until := range []string{"Анна taps [🗑 Стереть навсегда]", "Анна: /find зацепина"} {
		head, _, _ := strings.Cut(string(text), until)
		erased := strings.Contains(head, "Стереть навсегда]\nБот ✎ Анна:\n  Данные")
		script, err := rehearsal.Parse(file, head)
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		if _, err := rehearsal.Play(t.Context(), script, rehearsal.Direct(filepath.Join(dir, "rehearsal.db"), nil)); err != nil {
			t.Fatal(err)
		}
		if left := leftIn(t, dir, "Зацепин", "зацепин", "9261112233", "111-22-33", "marfa@", "казначейш"); (len(left) == 0) != erased {
			t.Errorf("until %q: %v are in the files", until, left)
		}
	}
}

// leftIn tells which of the strings are in the files of a folder.
func leftIn(t *testing.T, dir string, secrets ...string) []string {
	t.Helper()
	var left []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		for _, secret := range secrets {
			if bytes.Contains(raw, []byte(secret)) {
				left = append(left, secret+" in "+d.Name())
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return left
}
