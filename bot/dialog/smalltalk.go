package dialog

// chat answers small talk, which is never saved; kind is capture's.
func (t *turn) chat(kind string) error {
	return t.say("chat."+kind, "name", firstWord(t.me.Name))
}
