package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"
)

// hearing is the program that recognises speech.
type hearing struct {
	Transcribe string `name:"transcribe" env:"FOLLOWUP_TRANSCRIBE" help:"A program that reads a voice message on standard input and prints its words; with arguments, parted by spaces."`
}

const (
	listenLimit = 2 * time.Minute
	listenWords = 64 << 10 // bytes of what it may print
)

// words runs the program for one message; nil when none is configured. What it prints as errors may hold people's words
// and is dropped.
func (h hearing) words() func(context.Context, []byte) (string, error) {
	command := strings.Fields(h.Transcribe)
	if len(command) == 0 {
		return nil
	}
	return func(ctx context.Context, audio []byte) (string, error) {
		ctx, cancel := context.WithTimeout(ctx, listenLimit)
		defer cancel()
		c := exec.CommandContext(ctx, command[0], command[1:]...) //nolint:gosec // the owner's own setting
		c.WaitDelay = time.Second
		c.Stdin = bytes.NewReader(audio)
		words := &bounded{left: listenWords}
		c.Stdout = words
		if err := c.Run(); err != nil {
			var exit *exec.ExitError
			if errors.As(err, &exit) {
				return "", fmt.Errorf("the transcribing program ended with %d", exit.ExitCode())
			}
			return "", errors.New("the transcribing program can't be run: check FOLLOWUP_TRANSCRIBE")
		}
		return strings.TrimSpace(words.kept.String()), nil
	}
}

// bounded keeps the first bytes that are written and swallows the rest.
type bounded struct {
	kept strings.Builder
	left int
}

func (b *bounded) Write(p []byte) (int, error) {
	n := min(len(p), b.left)
	b.left -= n
	b.kept.Write(p[:n])
	return len(p), nil
}
