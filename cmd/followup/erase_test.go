package main

import (
	"bytes"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"followup/bot/rehearsal"
)

// TestErasedFromDatabaseJournalAndLog plays the conversation of an erasure on the whole program, which logs everything it can
// say into a file, and looks for the person in every file that is left: the database, its journal, the log.
func TestErasedFromDatabaseJournalAndLog(t *testing.T) {
	const file = "../../bot/dialog/testdata/ru/erase.txt"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for until, erased := range map[string]bool{"Анна taps [🗑 Стереть навсегда]": false, "Анна: /find зацепина": true} {
		head, _, found := strings.Cut(string(text), until)
		if !found {
			t.Fatalf("%s has no act %q", file, until)
		}
		script, err := rehearsal.Parse(file, head)
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		kept, err := os.Create(filepath.Join(dir, "followup.log"))
		if err != nil {
			t.Fatal(err)
		}
		log := slog.New(slog.NewTextHandler(kept, &slog.HandlerOptions{Level: slog.LevelDebug}))
		log.Info("the log is written to", "file", "followup.log")
		if _, err := rehearsal.Play(t.Context(), script, overHTTPIn(dir, log)); err != nil {
			t.Fatal(err)
		}
		if err := kept.Close(); err != nil {
			t.Fatal(err)
		}
		files, left := traces(t, dir, "Зацепин", "зацепин", "ЗАЦЕПИН", "Марф", "марф", "9261112233", "111-22-33", "arfa@", "казначейш")
		if !files["followup.log"] || !files["stage.db"] {
			t.Errorf("looked into %v only", files)
		}
		if (len(left) == 0) != erased {
			t.Errorf("until %q: %v", until, left)
		}
		for _, trace := range left {
			if strings.HasSuffix(trace, "followup.log") {
				t.Errorf("the log, which is never erased from, holds %s", trace)
			}
		}
	}
}

// traces looks for secrets in every file of a folder; it tells the files with something in them, and what was found.
func traces(t *testing.T, dir string, secrets ...string) (files map[string]bool, left []string) {
	t.Helper()
	files = map[string]bool{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		files[d.Name()] = len(raw) > 0
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
	return files, left
}
