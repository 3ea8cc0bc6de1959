package capture

import "testing"

// TestUnknownNames checks what is given back as a name when the portfolio has no client of it.
func TestUnknownNames(t *testing.T) {
	for text, want := range map[string]string{
		"созвонилась с ромашкой, ждут кп":              "ромашкой",
		"Ромашка: оплатили 15к":                        "Ромашка",
		"ромашка оплатила 15к":                         "ромашка",
		"звонок в Новую Эру, думают":                   "Новую Эру",
		"счёт 126 Альфа-Групп 15к":                     "Альфа-Групп",
		"ООО \"Новая эра\" просит КП":                  "Новая эра",
		"встреча с Фиалкой Плюс в чт":                  "Фиалкой Плюс",
		"созвон с Петровым из Ромашки":                 "Ромашки",
		"позвонить Ивану Петрову завтра в 10":          "Ивану Петрову",
		"had a call with Acme Corp, they want a quote": "Acme Corp",
		"клиент просит скидку":                         "",
		"деньги пришли 15к":                            "",
		"набрать Марину завтра":                        "",
		"сергей обещал оплатить 25-го":                 "",
		"завтра в 10 планёрка":                         "",
		"в Пятницу встреча":                            "",
	} {
		if got := Read(text, World{Now: wednesday(t), Language: "ru"}).Rest; got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}
