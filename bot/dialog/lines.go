package dialog

import (
	"strconv"

	"followup/bot/message"
)

// lines is a list in a message: numbered lines, and a button with the same number under it that opens the line's record in
// place. list is where the record's "back" leads.
type lines struct {
	*turn
	screen  *screen
	list    string
	of      int64 // whose records they are
	n       int
	hidden  int
	buttons []message.Button
	opened  map[string]bool // the records on the list, by verb and id; also those that were counted only
}

// roomForLines leaves space for headings and buttons below Telegram's limit of a message.
const roomForLines = message.MaxText - 500

// maxLines is how many buttons with numbers a keyboard bears.
const maxLines = 40

// heading starts a section.
func (l *lines) heading(text string) { l.screen.Gap().Bold(text) }

// add puts a record on the list; what no longer fits is counted.
func (l *lines) add(verb string, id int64, text string) {
	if l.opened == nil {
		l.opened = map[string]bool{}
	}
	l.opened[data(verb, id)] = true
	if l.screen.Units()+message.Len(text) > roomForLines || l.n == maxLines {
		l.hidden++
		return
	}
	l.n++
	number := strconv.Itoa(l.n)
	l.screen.Line(number + ". " + text)
	l.buttons = append(l.buttons, labelled(number, verb, id, l.list))
}

// has reports whether a record is on the list.
func (l *lines) has(verb string, id int64) bool { return l.opened[data(verb, id)] }

// done puts the buttons under the list.
func (l *lines) done() {
	if l.hidden > 0 {
		l.screen.Line(l.Say("lines.more", "n", l.hidden))
	}
	width := 5
	if l.n > 10 {
		width = 8
	}
	l.screen.rows(width, l.buttons...)
}
