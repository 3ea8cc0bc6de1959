package dialog

import (
	"followup/bot/locale"
	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
)

// Alarms are what only whoever runs the installation can mend. Every owner hears them, at once and at any hour; whoever
// raises one sees to it that it isn't raised again and again.

// Alarm tells every owner what is wrong with the installation; what is the part of a catalog key behind "alarm.".
func (d *Dialog) Alarm(tx *storage.Tx, what string, facts ...any) error {
	members, err := tx.System().Members(0)
	if err != nil {
		return err
	}
	for _, m := range members {
		if m.Role != crm.Owner || m.Status != crm.MemberActive {
			continue
		}
		t := d.turnOf(tx, m, message.In{Chat: m.Telegram})
		if err := t.say("alarm."+what, facts...); err != nil {
			return err
		}
	}
	return nil
}

// Unsaved tells a person that nothing can be saved now. There is no transaction: what the database knows of him, his
// language too, may be out of reach. Nothing of it is said in a group but to who tapped.
func (d *Dialog) Unsaved(in message.In, answered bool) []message.Out {
	if answered {
		return d.unsaved(in, "unsaved.read", true)
	}
	return d.unsaved(in, "unsaved", false)
}

// Closed tells a person that the database can't even be opened. Nobody knows then whether he is a member.
func (d *Dialog) Closed(in message.In, _ bool) []message.Out {
	return d.unsaved(in, "unsaved.closed", false)
}

func (d *Dialog) unsaved(in message.In, key string, answered bool) []message.Out {
	language := d.o.Language
	if in.From.Language != "" {
		language = locale.Choose(in.From.Language)
	}
	text := printer(language).Say(key)
	switch {
	case in.Kind == message.Tap && answered:
		return nil
	case in.Kind == message.Tap:
		return []message.Out{{Chat: in.Chat, Query: in.Query, Text: text, Alert: true}}
	case in.Group || in.Kind != message.Text && in.Kind != message.Edit:
		return nil
	}
	return []message.Out{{Chat: in.Chat, Text: text, Reply: in.Message}}
}
