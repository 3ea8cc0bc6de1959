package rehearsal

import (
	"os"
	"path/filepath"
	"testing"

	"followup/scheduler/clock/limit"
)

// FuzzParse reads a conversation that somebody wrote or saved from the chat page.
func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("../dialog/testdata/*/f*.txt")
	if err != nil || len(files) == 0 {
		f.Fatal("no conversations:", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, text string) {
		limit.Check(t, func() { _, _ = Parse("x.txt", text) }) // an error is an answer
	})
}
