package main

import (
	"strings"
	"testing"
)

func TestListen(t *testing.T) {
	if (hearing{}).words() != nil {
		t.Error("words are promised although no program is configured")
	}
	words, err := hearing{Transcribe: "cat"}.words()(t.Context(), []byte(" был на Векторе \n"))
	if err != nil || words != "был на Векторе" {
		t.Errorf("cat heard %q, %v", words, err)
	}
	long := []byte(strings.Repeat("x", 3*listenWords))
	if words, err := (hearing{Transcribe: "cat"}).words()(t.Context(), long); err != nil || len(words) != listenWords {
		t.Errorf("of a flood %d bytes were kept, %v", len(words), err)
	}
	for _, bad := range []string{"false", "/no/such/program"} {
		if _, err := (hearing{Transcribe: bad}).words()(t.Context(), nil); err == nil {
			t.Errorf("%s is taken for success", bad)
		}
	}
}
