package dialog

import (
	"followup/bot/message"
	"followup/storage/crm"
)

// In a group the bot works only when it is called by a mention, a reply or a command, says nothing there that is anybody
// else's business, and answers in the member's private chat.

// group handles a message in a group.
func (t *turn) group() error {
	if !t.in.Called {
		return nil
	}
	if _, err := t.tx.Send(message.Out{
		Chat: t.in.Chat, Thread: t.in.Thread, Reply: t.in.Message, Text: t.Say("group.privately"),
	}); err != nil {
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

// added greets a group that a member brought the bot to.
func (t *turn) added() error { return t.say("group.hello") }
