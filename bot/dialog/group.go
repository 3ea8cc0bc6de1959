package dialog

import (
	"followup/storage/crm"
)

// In a group the bot works only when it is called by a mention, a reply or a command, says nothing there that is anybody
// else's business, and answers in the member's private chat. What is about the group itself (group_bind.go) is answered there.

// group handles a message in a group.
func (t *turn) group() error {
	if !t.in.Called {
		return nil
	}
	if done, err := t.groupBusiness(); done || err != nil {
		return err
	}
	if err := t.reactHere("group.privately"); err != nil {
		return err
	}
	private := *t
	private.in.Group, private.in.Chat, private.in.Thread = false, t.me.Telegram, 0
	private.in.Reply, private.in.Message = 0, 0
	if private.in.Text == "" {
		return crm.Say("talk.empty")
	}
	return private.text()
}
