package dialog_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"followup/bot/message"
	"followup/bot/rehearsal"
)

// madeAgain are the buttons of files: each tap makes one, and notes who took it.
var madeAgain = map[string]bool{"exp": true, "book": true}

// secondTap is a stage on which every tap is tried once more as soon as it was answered.
type secondTap struct {
	rehearsal.Stage
	t *testing.T
}

func (s secondTap) Act(ctx context.Context, in *message.In) error {
	if err := s.Stage.Act(ctx, in); err != nil || in.Kind != message.Tap {
		return err
	}
	if verb, _, _ := strings.Cut(in.Data, ":"); madeAgain[verb] {
		return nil
	}
	trial, ok := s.Stage.(interface {
		Changes(context.Context, message.In) (bool, error)
	})
	if !ok {
		s.t.Fatal("this stage can't try things out")
	}
	changes, err := trial.Changes(ctx, *in)
	if err == nil && changes {
		s.t.Errorf("a second tap on %q changes something again", in.Data)
	}
	return err
}

// TestASecondTapChangesNothing taps every button of the conversations twice: people's fingers slip, and Telegram repeats.
func TestASecondTapChangesNothing(t *testing.T) {
	files, err := filepath.Glob("testdata/*/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no conversation files: %v", err)
	}
	for _, file := range files {
		t.Run(file[len("testdata/"):len(file)-len(".txt")], func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			script, err := rehearsal.Parse(file, string(text))
			if err != nil {
				t.Fatal(err)
			}
			open := rehearsal.Direct(database(t), nil)
			_, err = rehearsal.Play(t.Context(), script, func(ctx context.Context, s *rehearsal.Script) (rehearsal.Opened, error) {
				o, err := open(ctx, s)
				o.Stage = secondTap{o.Stage, t}
				return o, err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
}
