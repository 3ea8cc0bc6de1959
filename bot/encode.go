package bot

import (
	"strings"
	"unicode/utf16"

	"github.com/go-telegram/bot/models"

	"followup/bot/message"
)

// Rules of what goes out.
//
// Styles go as message entities, never as parse_mode: a person's text is never read as markup. Link previews are off.
// A text longer than Telegram allows is cut at the last line end that fits, else at a blank, else between characters;
// styles are cut with it, and buttons stand on the last part. A file whose text doesn't fit under it goes first, without text.

// part is one call of an outgoing message.
type part struct {
	text   string
	styles []message.Style
	last   bool // carries the buttons
	file   bool // carries the file, with text as its caption
}

// parts cuts an outgoing message into calls.
func parts(o message.Out) []part {
	var list []part
	text, styles := o.Text, o.Styles
	if o.File != nil {
		if message.Len(text) <= message.MaxCaption {
			return []part{{text: text, styles: styles, file: true, last: true}}
		}
		list = append(list, part{file: true})
	}
	for message.Len(text) > message.MaxText {
		head, rest := cut(text, message.MaxText)
		headUnits := message.Len(head)
		restAt := message.Len(text) - message.Len(rest)
		list = append(list, part{text: head, styles: within(styles, 0, headUnits)})
		styles = within(styles, restAt, restAt+message.Len(rest))
		text = rest
	}
	return append(list, part{text: text, styles: styles, last: true})
}

// cut parts a text that is longer than limit UTF-16 units. The blanks at the seam belong to neither side; neither side is
// empty.
func cut(text string, limit int) (head, rest string) {
	end := byteAt(text, limit)
	// A line end in the first quarter would leave a scrap for a message.
	for _, seam := range []string{"\n", " "} {
		if i := strings.LastIndex(text[:end], seam); i > end/4 {
			head, rest = strings.TrimRight(text[:i], " \n"), strings.TrimLeft(text[i:], "\n ")
			if head != "" && rest != "" {
				return head, rest
			}
		}
	}
	return text[:end], text[end:]
}

// byteAt is the byte offset of the last character boundary at or before units UTF-16 units, the end of text at most.
func byteAt(text string, units int) int {
	n := 0
	for i, r := range text {
		n += max(utf16.RuneLen(r), 1)
		if n > units {
			return i
		}
	}
	return len(text)
}

// within moves the styles that touch units from..to into a text that starts at from.
func within(styles []message.Style, from, to int) []message.Style {
	var out []message.Style
	for _, s := range styles {
		start, end := max(s.Offset, from), min(s.Offset+s.Length, to)
		if start < end {
			s.Offset, s.Length = start-from, end-start
			out = append(out, s)
		}
	}
	return out
}

func entities(styles []message.Style) []models.MessageEntity {
	out := make([]models.MessageEntity, 0, len(styles))
	for _, s := range styles {
		out = append(out, models.MessageEntity{Type: models.MessageEntityType(s.Kind), Offset: s.Offset, Length: s.Length, URL: s.URL})
	}
	return out
}

// inline is an inline keyboard. The library's own button carries an empty copy_text beside everything else, which makes a
// button of two kinds.
type inline struct {
	Rows [][]inlineButton `json:"inline_keyboard"`
}

type inlineButton struct {
	Text string    `json:"text"`
	Data string    `json:"callback_data,omitempty"`
	URL  string    `json:"url,omitempty"`
	Copy *copyText `json:"copy_text,omitempty"`
}

type copyText struct {
	Text string `json:"text"`
}

func keyboard(rows [][]message.Button) inline {
	k := inline{Rows: make([][]inlineButton, 0, len(rows))}
	for _, row := range rows {
		out := make([]inlineButton, 0, len(row))
		for _, b := range row {
			button := inlineButton{Text: b.Text, Data: b.Data, URL: b.URL}
			if b.Copy != "" {
				button.Copy = &copyText{message.Cut(b.Copy, message.MaxCopy)}
			}
			out = append(out, button)
		}
		k.Rows = append(k.Rows, out)
	}
	return k
}

// replyKeyboard makes the keys below the input field. A key "location" asks for the place; words after it are its label.
func replyKeyboard(keys []string) models.ReplyMarkup {
	if len(keys) == 1 && keys[0] == "-" {
		return &models.ReplyKeyboardRemove{RemoveKeyboard: true}
	}
	k := &models.ReplyKeyboardMarkup{ResizeKeyboard: true, OneTimeKeyboard: true}
	for _, key := range keys {
		b := models.KeyboardButton{Text: key}
		if label, ok := strings.CutPrefix(key, "location"); ok {
			b.RequestLocation = true
			if b.Text = strings.TrimSpace(label); b.Text == "" {
				b.Text = "📍"
			}
		}
		k.Keyboard = append(k.Keyboard, []models.KeyboardButton{b})
	}
	return k
}

// markup is what the last part of a message has below it; nil is nothing.
func markup(o message.Out) models.ReplyMarkup {
	switch {
	case len(o.Buttons) > 0:
		return keyboard(o.Buttons)
	case len(o.Ask) > 0 && o.Edit == 0:
		return replyKeyboard(o.Ask)
	}
	return nil
}
