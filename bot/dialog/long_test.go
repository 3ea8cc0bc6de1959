package dialog_test

import (
	"strings"
	"testing"

	"followup/bot/rehearsal"
)

// TestLongestMessages: a text and a caption as long as Telegram allows, with several things in them, are saved whole and
// answered in a message that Telegram takes; the run itself fails on one that is longer.
func TestLongestMessages(t *testing.T) {
	const head = `# Долгие сообщения
now 2026-11-18 10:12 Europe/Moscow
team Север
person Анна manager Север ru
client ООО «Ромашка» | manager Анна

`
	const begin = "звонок ромашке, ждут кп до пятницы, просят акт завтра. "
	fill := func(units int) string {
		words := strings.Repeat("обсудили поставку и сроки ", units)
		text := []rune(begin + words)[:units-len([]rune(" редкостный"))]
		return strings.TrimSpace(string(text)) + " редкостный"
	}
	for name, act := range map[string]string{
		"text":    "Анна: " + fill(4096),
		"caption": "Анна sends photo склад.jpg «" + fill(1024) + "»",
	} {
		t.Run(name, func(t *testing.T) {
			script, err := rehearsal.Parse(name, head+act+"\nАнна: /find редкостный\nАнна: /client ромашка\nАнна: /undo\n")
			if err != nil {
				t.Fatal(err)
			}
			seen, err := rehearsal.Play(t.Context(), script, rehearsal.Direct(database(t), nil))
			if err != nil {
				t.Fatal(err)
			}
			_, answers, _ := strings.Cut(seen, act)
			for _, want := range []string{"Обещали: КП — до пт 20.11", "18.11 💬", "чт 19.11", "Отменено"} {
				if !strings.Contains(answers, want) {
					t.Errorf("%q is missing in the answers:\n%s", want, answers)
				}
			}
		})
	}
}
