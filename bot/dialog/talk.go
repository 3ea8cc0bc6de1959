package dialog

import (
	"followup/storage/crm"
)

// Rules of whose a line is.
//
// A line in the private chat is given to those below, one after another, and belongs to the first who takes it: what is about the
// bot's own business, a card or a list that was shown last, a thought that is still being written, a question that waits. What
// nobody takes is an order, small talk, or work to be filed.

// talk handles plain text in the private chat.
func (t *turn) talk() error {
	r, err := t.understood(t.in.Text)
	if err != nil {
		return err
	}
	for _, take := range []func() (bool, error){
		func() (bool, error) { return t.standsAlone(t.in.Text) },
		func() (bool, error) { return t.kindTalk(crm.Subject{}) },
		func() (bool, error) { return t.dueTalk(crm.Subject{}) },
		func() (bool, error) { return t.joinPieces(r) },
		func() (bool, error) { return t.answerDraft(r) },
		func() (bool, error) { return t.repeatQuestion(r.Order) },
		func() (bool, error) { return t.debtsAsked(t.in.Text) },
		func() (bool, error) { return t.moved(r) },
	} {
		if done, err := take(); done || err != nil {
			return err
		}
	}
	switch {
	case r.Order != nil:
		return t.order(*r.Order, crm.Subject{})
	case r.Chat != "":
		return t.chat(r.Chat)
	}
	return t.file(t.in.Text, state{})
}

// standsAlone takes a line that is about settings, colleagues, the whole day or the list of clients, and not about what happened
// to one of them; false when it is none. It is no piece of a thought and no answer to a question.
func (t *turn) standsAlone(text string) (bool, error) {
	for _, take := range []func(*turn, string) (bool, error){
		(*turn).settingTalk, (*turn).awayTalk, (*turn).allTalk, (*turn).askTalk, (*turn).clientsTalk, (*turn).bornTalk, (*turn).mergeTalk, (*turn).handTalk,
	} {
		if done, err := take(t, text); done || err != nil {
			return done, err
		}
	}
	return false, nil
}
