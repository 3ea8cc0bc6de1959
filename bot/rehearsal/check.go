package rehearsal

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"followup/bot/message"
)

// Telegram's limits on an inline keyboard: https://core.telegram.org/bots/api and what its clients show.
const (
	maxButtons   = 100
	maxButtonRow = 8
)

// Check says what is wrong with something seen: over a limit of Telegram, or words that no person should meet.
func Check(v Sight) error {
	limit := message.MaxText
	switch {
	case v.Kind == Toast:
		limit = message.MaxToast
	case v.File != "":
		limit = message.MaxCaption
	}
	var wrong []error
	if n := message.Len(v.Text); n > limit {
		wrong = append(wrong, fmt.Errorf("%d UTF-16 units of text, Telegram takes %d", n, limit))
	}
	if v.Kind == Said && v.File == "" && strings.TrimSpace(v.Text) == "" {
		wrong = append(wrong, errors.New("an empty message"))
	}
	wrong = append(wrong, checkWords(v.Text), checkButtons(v.Buttons))
	return errors.Join(wrong...)
}

func checkButtons(rows [][]message.Button) error {
	var wrong []error
	count := 0
	for _, row := range rows {
		if len(row) > maxButtonRow {
			wrong = append(wrong, fmt.Errorf("%d buttons in a row, at most %d", len(row), maxButtonRow))
		}
		for _, b := range row {
			count++
			wrong = append(wrong, checkButton(b))
		}
	}
	if count > maxButtons {
		wrong = append(wrong, fmt.Errorf("%d buttons, at most %d", count, maxButtons))
	}
	return errors.Join(wrong...)
}

func checkButton(b message.Button) error {
	uses := 0
	for _, s := range []string{b.Data, b.URL, b.Copy} {
		if s != "" {
			uses++
		}
	}
	switch {
	case strings.TrimSpace(b.Text) == "":
		return fmt.Errorf("a button without a label: %q", b.Data)
	case uses != 1:
		return fmt.Errorf("button [%s] has %d of data, address and text to copy: exactly one is needed", b.Text, uses)
	case len(b.Data) > message.MaxData:
		return fmt.Errorf("button [%s] carries %d bytes, Telegram takes %d", b.Text, len(b.Data), message.MaxData)
	case message.Len(b.Copy) > message.MaxCopy:
		return fmt.Errorf("button [%s] copies %d characters, Telegram takes %d", b.Text, message.Len(b.Copy), message.MaxCopy)
	}
	return checkWords(b.Text)
}

// checkWords finds a placeholder that was not filled, a format verb that went wrong, and a catalog key that nobody
// translated.
func checkWords(text string) error {
	for _, mark := range []string{"{", "}", "%!", "<nil>", "<no value>", "⟦"} {
		if strings.Contains(text, mark) {
			return fmt.Errorf("%q stands in %q", mark, text)
		}
	}
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("«»()\"", r) }) {
		if isKey(word) {
			return fmt.Errorf("the catalog key %s was said instead of its text", word)
		}
	}
	return nil
}

// isKey reports whether a word looks like "debts.empty": small Latin words parted by dots. Addresses of sites and names of
// files look like that too; those have one of a few endings.
func isKey(word string) bool {
	parts := strings.Split(strings.TrimRight(word, ".,:;!?"), ".")
	if len(parts) < 2 {
		return false
	}
	for _, p := range parts {
		if p == "" || strings.ContainsFunc(p, func(r rune) bool { return (r < 'a' || r > 'z') && r != '_' && r != '-' }) {
			return false
		}
	}
	switch parts[len(parts)-1] {
	case "com", "org", "ru", "me", "txt", "csv", "xlsx", "ics", "jpg", "png", "pdf", "example":
		return false
	}
	return true
}

// CheckStyles says what is wrong with the styles of a message before it is sent.
func CheckStyles(text string, styles []message.Style) error {
	size := message.Len(text)
	for _, s := range styles {
		if s.Length <= 0 || s.Offset < 0 || s.Offset+s.Length > size {
			return fmt.Errorf("%s from %d for %d units leaves a text of %d", s.Kind, s.Offset, s.Length, size)
		}
	}
	return nil
}
