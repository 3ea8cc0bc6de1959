package sandbox

// The few words that the server itself puts into chats and saved files, by the language of Options. The page has its own.

type word int

const (
	wordAdded word = iota
	wordMigrated
	wordPinned
	wordBot
	wordSaved
)

var vocabulary = map[string]map[word]string{
	"ru": {
		wordAdded:    "Бот добавлен в группу",
		wordMigrated: "Группа стала супергруппой",
		wordPinned:   "Сообщение закреплено",
		wordBot:      "Бот",
		wordSaved:    "Сохранённый чат",
	},
	"en": {
		wordAdded:    "The bot was added to the group",
		wordMigrated: "The group became a supergroup",
		wordPinned:   "A message was pinned",
		wordBot:      "Bot",
		wordSaved:    "A saved chat",
	},
}

func (s *Server) words(w word) string {
	if words, ok := vocabulary[s.opts.Language]; ok {
		return words[w]
	}
	return vocabulary["en"][w]
}
