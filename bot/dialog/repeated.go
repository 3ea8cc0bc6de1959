package dialog

import (
	"followup/bot/locale"
	"followup/storage"
)

// Repeated is what stands below a message that may have arrived before, in the language of its reader; in a group that is
// the installation's.
func (d *Dialog) Repeated(tx *storage.Tx, chat int64) (string, error) {
	language := d.o.Language
	m, known, err := tx.MemberByTelegram(chat)
	if err == nil && known {
		language = m.Language
	}
	return printer(locale.Choose(language)).Say("perhaps.repeated"), err
}
