package capture

import "strings"

// Rules of small talk: a message of at most six words that is wholly one of the phrases below, politeness and names of the
// bot aside, is answered and not saved. Anything beside it («привет, ромашка оплатила») makes it work.

// chatPhrases are what people say without meaning work, by the folded text without marks.
var chatPhrases = phrases(map[string]string{
	"hello": `привет|здравствуй|здравствуйте|добрый день|доброе утро|добрый вечер|доброго дня|хай|приветик|приветствую|здорово|салют|ку|алло|дд|hi|hello|
hey|good morning|good afternoon|good evening|yo|hi there|hello there|👋|утро доброе|всем привет|доброго утра|морнинг|день добрый|вечер добрый`,
	"thanks": `спасибо|спасибо большое|большое спасибо|благодарю|спс|пасиб|пасибо|сенкс|мерси|спасибки|от души|ок спасибо|окей спасибо|супер спасибо|отлично спасибо|
хорошо спасибо|thanks|thank you|thx|ty|many thanks|thanks a lot|thank you very much|cheers|ok thanks|great thanks|🙏|спасибо тебе|спасибо за помощь`,
	"ok": `ок|окей|окок|оки|хорошо|ладно|понятно|понял|поняла|ясно|принято|отлично|супер|класс|круто|добро|ok|okay|k|cool|great|nice|got it|fine|
sounds good|perfect|👍|👌|🔥|❤️|❤|😊|🙂|😀|😁|✌️|💪|👏|🤝|+|молодец|умница|good|good bot|good job|well done|хех|ха|хаха|лол|lol|haha`,
	"bye": `пока|до свидания|до завтра|всего доброго|спокойной ночи|хорошего вечера|хороших выходных|до встречи|bye|goodbye|see you|good night|see ya|чао|
до понедельника|хорошего дня|всего хорошего|have a nice day`,
	"how": `как дела|как ты|как жизнь|что нового|как настроение|how are you|how's it going|what's up|whats up|how are things|как сам|как оно|how do you do`,
	"who": `ты кто|кто ты|ты бот|ты человек|как тебя зовут|что ты такое|who are you|what are you|are you a bot|are you human|what's your name|
ты робот|это бот|ты живой`,
})

// phrases turns lists parted by bars into a table from phrase to meaning.
func phrases(lists map[string]string) map[string]string {
	table := map[string]string{}
	for meaning, list := range lists {
		for _, phrase := range strings.Split(list, "|") {
			table[strings.TrimSpace(phrase)] = meaning
		}
	}
	return table
}

// plain is the folded text with marks dropped and its words one blank apart.
func (s *scribe) plain() string {
	var out strings.Builder
	for i := range s.tokens {
		t := &s.tokens[i]
		if t.kind == punctToken && strings.Contains(",.!?…:;()-—–«»\"^", t.text) {
			continue
		}
		if out.Len() > 0 && !(t.kind == punctToken && t.glued) {
			out.WriteByte(' ')
		}
		out.WriteString(t.fold)
	}
	return out.String()
}

// readChat recognises small talk.
func (s *scribe) readChat() {
	if len(s.tokens) > 14 || len(s.named) > 0 || len(s.sums) > 0 {
		return
	}
	plain := s.plain()
	if meaning, ok := chatPhrases[plain]; ok {
		s.reading.Chat = meaning
		return
	}
	for _, name := range [...]string{" бот", " ботик", " дружище", " друг", " bot", " коллега", " коллеги"} {
		plain = strings.TrimSuffix(plain, name)
	}
	for _, emoji := range [...]string{" 👍", " 🙏", " 😊", " 🙂", " 👋", " ❤️"} {
		plain = strings.TrimSuffix(plain, emoji)
	}
	if meaning, ok := chatPhrases[plain]; ok {
		s.reading.Chat = meaning
		return
	}
	// «привет, как дела», «ок, спасибо»: two phrases, the second says more.
	for i, r := range plain {
		if r != ' ' {
			continue
		}
		_, first := chatPhrases[plain[:i]]
		if second, ok := chatPhrases[plain[i+1:]]; ok && first {
			s.reading.Chat = second
			return
		}
	}
}
