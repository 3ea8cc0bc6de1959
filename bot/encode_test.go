package bot

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf16"

	"pgregory.net/rapid"

	"followup/bot/message"
)

// A button of two kinds is refused or does the wrong thing: each must go out with the one it was given.
func TestButtonsCarryOneThing(t *testing.T) {
	out, err := json.Marshal(markup(message.Out{Buttons: [][]message.Button{{
		{Text: "Готово", Data: "done:1"}, {Text: "Сайт", URL: "https://example.com"}, {Text: "Скопировать", Copy: "текст"},
	}}}))
	want := `{"inline_keyboard":[[{"text":"Готово","callback_data":"done:1"},{"text":"Сайт","url":"https://example.com"},` +
		`{"text":"Скопировать","copy_text":{"text":"текст"}}]]}`
	if err != nil || string(out) != want {
		t.Errorf("%s\n%v", out, err)
	}
}

func TestFileWithLongText(t *testing.T) {
	list := parts(message.Out{Text: strings.Repeat("а", message.MaxCaption+1), File: &message.Upload{}})
	if len(list) != 2 || !list[0].file || list[0].last || list[0].text != "" || list[1].file || !list[1].last {
		t.Errorf("%+v", list)
	}
}

// Whatever the text, parts fit, miss nothing but blanks at the seams, and keep every style on the letters it was on.
func TestLongTextsAreCut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.SampledFrom([]string{"слово", "🎉🎉", "line\n", "\n", " ", "a", strings.Repeat("ы", 700), strings.Repeat("🎉", 400)}), 1, 60).Draw(t, "words")
		text := strings.Join(words, rapid.SampledFrom([]string{"", " ", "\n"}).Draw(t, "between"))
		units := utf16.Encode([]rune(text))
		var styles []message.Style
		for range rapid.IntRange(0, 4).Draw(t, "styles") {
			from := rapid.IntRange(0, max(len(units)-1, 0)).Draw(t, "from")
			styles = append(styles, message.Style{Kind: "bold", Offset: from, Length: min(rapid.IntRange(1, 5000).Draw(t, "length"), len(units)-from)})
		}
		list := parts(message.Out{Text: text, Styles: styles})
		bold := func(text string, styles []message.Style) string {
			u := utf16.Encode([]rune(text))
			marked := make([]bool, len(u))
			for _, s := range styles {
				for i := s.Offset; i < s.Offset+s.Length; i++ {
					marked[i] = true
				}
			}
			var b strings.Builder
			for i := range u {
				if r := rune(u[i]); marked[i] && r != ' ' && r != '\n' {
					b.WriteRune(r + 1)
				} else if !marked[i] && r != ' ' && r != '\n' {
					b.WriteRune(r)
				}
			}
			return b.String()
		}
		var joined strings.Builder
		for i, p := range list {
			if message.Len(p.text) > message.MaxText || p.last != (i == len(list)-1) || p.text == "" && text != "" {
				t.Fatalf("part %d of %d has %d units", i, len(list), message.Len(p.text))
			}
			joined.WriteString(bold(p.text, p.styles))
		}
		if joined.String() != bold(text, styles) {
			t.Fatal("letters or styles were lost")
		}
	})
}

func TestCutsAtLineEnds(t *testing.T) {
	line := strings.Repeat("в", 100) + "\n"
	for _, p := range parts(message.Out{Text: strings.Repeat(line, 100)})[:2] {
		if message.Len(p.text) != 40*101-1 {
			t.Error("cut at", message.Len(p.text))
		}
	}
}
