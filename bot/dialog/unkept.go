package dialog

import (
	"followup/storage/crm"
)

// Rules of what can't be kept.
//
// Of a sticker, a die, a game, a poll or a story nothing can be filed. Stickers, dice and games are small talk: nothing is
// said to them but when a question waits, which then is told to wait still. To anything else it is said, once, what can be sent
// instead. A group is left in peace. The open question, and what was typed before, stay as they are.

// playful are the kinds that are small talk.
var playful = map[string]bool{"sticker": true, "dice": true, "game": true}

// odd answers a message of which nothing can be kept.
func (t *turn) odd() error {
	if t.in.Group {
		return nil
	}
	waits, err := t.questionWaits()
	switch {
	case err != nil:
		return err
	case waits:
		return t.say("odd.waits", "what", t.Say("odd."+t.in.Odd))
	case !playful[t.in.Odd]:
		return t.say("odd.cannot", "what", t.Say("odd."+t.in.Odd))
	}
	_, _, talked, err := t.tx.LastShown(t.in.Chat)
	if err != nil || talked {
		return err
	}
	return t.say("odd.cannot", "what", t.Say("odd."+t.in.Odd)) // the first thing that he ever sent
}

// questionWaits reports whether this chat has a question that waits for an answer.
func (t *turn) questionWaits() (bool, error) {
	f, open, err := t.tx.Form(t.in.Chat)
	if err != nil || open && f.Expires >= crm.MomentOf(t.now) {
		return err == nil, err
	}
	drafts, err := t.tx.RecentDrafts(t.me.ID, 1)
	if err != nil || len(drafts) == 0 || drafts[0].Chat != t.in.Chat {
		return false, err
	}
	last, err := t.loadDraft(drafts[0].ID)
	return err == nil && last.state.Asked != nil && last.state.Change == 0, err
}
