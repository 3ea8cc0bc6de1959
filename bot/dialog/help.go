package dialog

import (
	"strings"

	"followup/bot/message"
	"followup/storage/crm"
)

// helpTopics are the screens of help, in order, with the beginnings of the words that choose one after /help, in either
// language. The catalog has "help.NAME" with the examples and "help.NAME.button".
var helpTopics = []struct{ name, words string }{
	{"touch", "касан запис звон созвон встреч письм заметк истори touch log call meet mail note"},
	{"remind", "напомин напомн дел remind follow task"},
	{"plan", "план сегодня неделя сводк plan today week digest"},
	{"clients", "клиент карточк поиск client card search find"},
	{"money", "счет счёт оплат деньг долг платеж обещан money invoic pay debt bill"},
	{"contracts", "договор контракт продлен пролонг contract renew"},
	{"team", "команд отпуск замещ групп передат больнич team away vacation group bind holiday"},
	{"fix", "исправ отмен ошибк вернут fix undo mistake correct"},
	{"settings", "настро час язык пояс setting hour language zone"},
}

// help shows the topics, or one: "/help счета".
func (t *turn) help(args string) error {
	if args == "" {
		return t.send(t.helpScreen())
	}
	for _, topic := range helpTopics {
		if saysOne(args, topic.words) {
			return t.send(t.topicScreen(topic.name))
		}
	}
	s := t.helpScreen()
	s.Gap().Add(t.Say("help.unknown", "said", message.Cut(args, 40)))
	return t.send(s)
}

// saysOne reports whether a word of text begins with one of the beginnings listed.
func saysOne(text, beginnings string) bool {
	for _, said := range strings.Fields(crm.NameKey(text)) {
		for _, b := range strings.Fields(beginnings) {
			if strings.HasPrefix(said, b) {
				return true
			}
		}
	}
	return false
}

func (t *turn) helpScreen() *screen {
	s := t.screen("help", "name", firstWord(t.me.Name))
	var buttons []message.Button
	for _, topic := range helpTopics {
		buttons = append(buttons, t.button("help."+topic.name+".button", "help", 0, topic.name))
	}
	return s.rows(2, buttons...)
}

func (t *turn) topicScreen(topic string) *screen {
	s := &screen{}
	s.Bold(t.Say("help." + topic + ".button"))
	s.Line(t.Say("help." + topic))
	return s.row(t.button("back", "help", 0))
}

// tapHelp opens a topic, or the first screen.
func (t *turn) tapHelp(_ int64, topic string) error {
	if topic == "" {
		return t.show(t.helpScreen())
	}
	for _, known := range helpTopics {
		if known.name == topic {
			return t.show(t.topicScreen(topic))
		}
	}
	return crm.Say("button.unknown")
}
