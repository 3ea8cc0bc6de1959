package rehearsal

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"followup/bot/message"
)

// echo is a stage whose bot repeats what it hears, with a button; it keeps the form and the runner honest without a dialog.
type echo struct {
	now  time.Time
	id   int64
	seen []Sight
	last message.In
	off  int // how often it was switched
}

func (e *echo) Act(_ context.Context, in *message.In) error {
	e.last = *in
	switch in.Kind {
	case message.Tap:
		e.see(Sight{Kind: Toast, Text: "tapped " + in.Data})
		e.see(Sight{Kind: Edited, Message: in.Message, Text: "was tapped"})
		return nil
	case message.Text:
		e.id++
		in.Message = e.id
	}
	text := string(in.Kind) + " «" + in.Text + "»"
	if in.Forward != nil {
		text += " by " + in.Forward.Name
	}
	for _, f := range in.Files {
		text += " with " + f.Unique
	}
	if in.Reply != 0 {
		text += "\n\nan answer"
	}
	e.id++
	e.see(Sight{Kind: Said, Message: e.id, Text: text, Buttons: [][]message.Button{{{Text: "Да", Data: "yes:1"}, {Text: "Сайт", URL: "https://example.org"}}}})
	return nil
}

func (e *echo) see(v Sight) {
	v.Chat, v.At = e.last.Chat, e.now
	e.seen = append(e.seen, v)
}

func (e *echo) Move(_ context.Context, to time.Time) error {
	e.now = to.Add(-time.Minute)
	e.see(Sight{Kind: Said, Message: e.id, Text: "пора"})
	e.now = to
	return nil
}

func (e *echo) Again(ctx context.Context) error {
	in := e.last
	return e.Act(ctx, &in)
}

func (e *echo) Power(context.Context, bool) error              { e.off++; return nil }
func (e *echo) Block(_ context.Context, _ int64, _ bool) error { return nil }
func (e *echo) Close() error                                   { return nil }

func (e *echo) Seen() []Sight {
	seen := e.seen
	e.seen = nil
	return seen
}

func playEcho(t *testing.T, name, text string) (string, *echo, error) {
	t.Helper()
	s, err := Parse(name, text)
	if err != nil {
		t.Fatal(err)
	}
	stage := &echo{now: s.Start}
	got, err := Play(t.Context(), s, func(context.Context, *Script) (Opened, error) {
		return Opened{Stage: stage, Codes: []string{"abcdefghijklmnopqrstuvwxyz"}}, nil
	})
	return got, stage, err
}

const sample = `# Every act, in one file

now 2026-11-18 10:12 Europe/Moscow
team Север
person Анна Белова manager Север ru
person Пётр manager Север ru
client ООО «Ромашка»
group Чат | Анна, Пётр

# a comment before an act
Анна: первая строка
  | вторая
Бот → Анна Белова:
  text «первая строка
  вторая»
  [Да] [Сайт ↗ https://example.org]

Анна taps [Да]
Бот • Анна Белова: tapped yes:1
Бот ✎ Анна Белова:
  was tapped

Анна taps [Да] under «tapped»
Бот • Анна Белова: tapped yes:1
Бот ✎ Анна Белова:
  was tapped

Анна replies «was tapped»: хорошо
Бот → Анна Белова:
  text «хорошо»

  an answer
  [Да] [Сайт ↗ https://example.org]

Анна edits «первая»: третья
Бот → Анна Белова:
  edit «третья»
  [Да] [Сайт ↗ https://example.org]
Анна forwards from «Ирина К.» at 2026-11-17 19:40: акт подпишем
Бот → Анна Белова:
  text «акт подпишем» by Ирина К.
  [Да] [Сайт ↗ https://example.org]
Анна sends photo акт.jpg «подписан «вчера»»
Бот → Анна Белова:
  text «подписан «вчера»» with u-photo-акт.jpg
  [Да] [Сайт ↗ https://example.org]
Анна sends voice 0:23
Бот → Анна Белова:
  text «» with u-voice-1
  [Да] [Сайт ↗ https://example.org]
Пётр in Чат: /start inv_#1
Бот → Чат:
  text «/start inv_#1»
  [Да] [Сайт ↗ https://example.org]
clock +1h
Бот → Чат, 11:11:
  пора
clock 2026-11-19 09:00
Бот → Чат, 19.11 08:59:
  пора
down 12:00..15:00
Бот → Чат, 11:59:
  пора
Бот → Чат, 14:59:
  пора
restart
block Пётр
again
Бот → Чат:
  text «/start inv_#1»
  [Да] [Сайт ↗ https://example.org]
# the end
`

func TestEveryActComesBackAsItWas(t *testing.T) {
	got, stage, err := playEcho(t, "testdata/ru/sample.txt", sample)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sample, got); diff != "" {
		t.Error(diff)
	}
	if stage.last.Text != "/start abcdefghijklmnopqrstuvwxyz" {
		t.Errorf("the code was sent as %q", stage.last.Text)
	}
	if stage.off != 4 {
		t.Errorf("the program was switched %d times, want off and on twice", stage.off)
	}
}

func TestSeenLinesAreWrittenAnew(t *testing.T) {
	const acts = "now 2026-11-18 10:12 Europe/Moscow\nperson Emma manager en\n\nEmma: hello\n"
	const seen = "Bot → Emma:\n  text «hello»\n  [Да] [Сайт ↗ https://example.org]\n"
	for _, text := range []string{acts, acts + "Bot → Emma:\n  something old\n\n  below an empty line\n"} {
		got, _, err := playEcho(t, "testdata/en/hello.txt", text)
		if err != nil || got != acts+seen {
			t.Errorf("got %v\n%s", err, got)
		}
	}
}

func TestMistakesAreNamed(t *testing.T) {
	head := "now 2026-11-18 10:12 Europe/Moscow\nperson Анна manager ru\n"
	for _, c := range []struct{ text, want string }{
		{"person Анна manager ru\nАнна: x\n", "write a line at the top: now"},
		{head + "Борис: x\n", "begin with a person"},
		{head + "Анна dances\n", "after the name comes a colon"},
		{head + "Анна taps Да\n", "whole label"},
		{head + "Анна replies «x: y\n", "not balanced"},
		{head + "Анна in Чат: x\n", "no such group"},
		{head + "Анна sends love\n", "photo, album, file, voice, videonote"},
		{head + "clock soon\n", "write clock"},
		{head + "client Вектор | nope 1\nАнна: x\n", ""},
	} {
		_, err := Parse("x.txt", c.text)
		if c.want == "" {
			if err != nil {
				t.Errorf("%q: %v, but records are checked when they are written", c.text, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: got %v, want %q", c.text, err, c.want)
		}
	}
	for _, c := range []struct{ act, want string }{
		{"Анна taps [Да]", "no button [Да] was seen"},
		{"Анна: x\nАнна taps [Нет]", "the newest are [Да] [Сайт]"},
		{"Анна: x\nАнна taps [Сайт]", "opens or copies"},
		{"Анна replies «nowhere»: x", "no message with «nowhere»"},
		{"clock 09:00", "already"},
		{"Анна: {name}", "\"{\" stands in"},
		{"Анна: debts.empty", "catalog key debts.empty"},
	} {
		_, _, err := playEcho(t, "x.txt", head+c.act+"\n")
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: got %v, want %q", c.act, err, c.want)
		}
	}
}

func TestChecks(t *testing.T) {
	button := func(b message.Button) Sight {
		return Sight{Kind: Said, Text: "x", Buttons: [][]message.Button{{b}}}
	}
	for _, c := range []struct {
		seen Sight
		want string
	}{
		{Sight{Kind: Said, Text: strings.Repeat("😀", 2048)}, ""},
		{Sight{Kind: Said, Text: strings.Repeat("😀", 2048) + "x"}, "4097 UTF-16 units"},
		{Sight{Kind: Said, Text: strings.Repeat("x", 1025), File: "a.txt"}, "Telegram takes 1024"},
		{Sight{Kind: Toast, Text: strings.Repeat("x", 201)}, "Telegram takes 200"},
		{Sight{Kind: Said}, "empty message"},
		{Sight{Kind: Said, Text: "see https://t.me/followup_bot, file акт.pdf, 18.11 and v1.2"}, ""},
		{button(message.Button{Text: "x", Data: strings.Repeat("x", 65)}), "carries 65 bytes"},
		{button(message.Button{Text: " ", Data: "x"}), "without a label"},
		{button(message.Button{Text: "x"}), "exactly one is needed"},
		{button(message.Button{Text: "button.ok", Data: "x"}), "catalog key button.ok"},
	} {
		err := Check(c.seen)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.60q: got %v, want %q", c.seen.Text, err, c.want)
		}
	}
}
