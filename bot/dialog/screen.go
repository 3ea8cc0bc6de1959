package dialog

import (
	"strconv"
	"strings"

	"followup/bot/locale"
	"followup/bot/message"
	"followup/storage/crm"
)

// screen is a message in the making: text, buttons and what a reply to it is about.
type screen struct {
	message.Builder
	buttons [][]message.Button
	subject crm.Subject
	file    *message.Upload
	ask     []string // reply keyboard, see message.Out
}

// screen starts with a text of the catalog.
func (t *turn) screen(key string, pairs ...any) *screen {
	s := &screen{}
	s.Add(t.Say(key, pairs...))
	return s
}

// row adds a row of buttons; empty ones are left out.
func (s *screen) row(buttons ...message.Button) *screen {
	row := make([]message.Button, 0, len(buttons))
	for _, b := range buttons {
		if b.Text != "" {
			row = append(row, b)
		}
	}
	if len(row) > 0 {
		s.buttons = append(s.buttons, row)
	}
	return s
}

// rows adds buttons, width of them to a row.
func (s *screen) rows(width int, buttons ...message.Button) *screen {
	for len(buttons) > width {
		s.row(buttons[:width]...)
		buttons = buttons[width:]
	}
	return s.row(buttons...)
}

// about sets what a reply to the message is about.
func (s *screen) about(kind string, id int64) *screen {
	s.subject = crm.Subject{Kind: kind, ID: id}
	return s
}

// button has a label from the catalog and does verb on record id; arg is what else the verb needs.
func (t *turn) button(label, verb string, id int64, arg ...string) message.Button {
	return message.Button{Text: t.Say(label), Data: data(verb, id, arg...)}
}

// data is a button's payload, "verb:base36 id:arg".
func data(verb string, id int64, arg ...string) string {
	return strings.Join(append([]string{verb, strconv.FormatInt(id, 36)}, arg...), ":")
}

// labelled is a button with a label that is no catalog text: a client's name, a sum.
func labelled(text, verb string, id int64, arg ...string) message.Button {
	return message.Button{Text: message.Cut(text, 60), Data: data(verb, id, arg...)}
}

func (t *turn) out(s *screen) message.Out {
	o := message.Out{Chat: t.in.Chat, Thread: t.in.Thread, Buttons: s.buttons, Subject: s.subject, File: s.file, Ask: s.ask}
	s.Into(&o)
	return o
}

// send queues a new message.
func (t *turn) send(s *screen) error {
	_, err := t.tx.Send(t.out(s))
	return err
}

// show changes the message under the tapped button, or sends a new one when the turn is no tap.
func (t *turn) show(s *screen) error {
	o := t.out(s)
	if t.in.Kind == message.Tap {
		o.Edit = t.in.Message
	}
	_, err := t.tx.Send(o)
	return err
}

// plain takes the buttons off the message under the tapped button and leaves its text.
func (t *turn) plain() error {
	_, err := t.tx.Send(message.Out{Chat: t.in.Chat, Edit: t.in.Message})
	return err
}

// say sends a text of the catalog.
func (t *turn) say(key string, pairs ...any) error { return t.send(t.screen(key, pairs...)) }

func (t *turn) sendText(text string) error {
	s := &screen{}
	s.Add(text)
	return t.send(s)
}

// sayPrivately answers in the member's private chat what must not be said in a group.
func (t *turn) sayPrivately(text string) error {
	_, err := t.tx.Send(message.Out{Chat: t.me.Telegram, Text: text})
	return err
}

// toast answers a tap; Telegram shows at most 200 characters.
func (t *turn) toast(text string, alert bool) error {
	t.toasted = true
	_, err := t.tx.Send(message.Out{
		Chat: t.in.Chat, Query: t.in.Query, Text: message.Cut(text, message.MaxToast), Alert: alert,
	})
	return err
}

// when is the local day and time of a moment, for printing.
func (t *turn) when(m crm.Moment) locale.When {
	local := m.In(t.zone)
	return locale.When{Day: crm.DateOf(local), Clock: crm.ClockOf(local)}
}
