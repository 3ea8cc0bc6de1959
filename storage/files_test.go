package storage

import (
	"bytes"
	"os"
	"testing"
)

// fileHas reports whether the bytes of a text are anywhere in a file.
func fileHas(t *testing.T, path, text string) bool {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Contains(b, []byte(text))
}
