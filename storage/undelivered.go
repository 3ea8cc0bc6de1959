package storage

import "followup/storage/crm"

// Undelivered is what one active member didn't get.
type Undelivered struct {
	Member crm.Member
	Count  int64
	Reason string // of one of them, as the sender noted it: a code and Telegram's own words
}

// Undelivered lists the active members whose messages of since or later were given up. Who stopped the bot is left out:
// his lead was told.
func (tx *Tx) Undelivered(since crm.Moment) ([]Undelivered, error) {
	type lost struct {
		chat, count int64
		reason      string
	}
	var chats []lost
	err := tx.each("SELECT chat, count(*), max(reason) FROM outbox WHERE dead = 1 AND queued >= $1 AND chat > 0 GROUP BY chat ORDER BY chat",
		[]any{int64(since)}, func(scan func(...any) error) error {
			var l lost
			err := scan(&l.chat, &l.count, &l.reason)
			chats = append(chats, l)
			return err
		})
	if err != nil {
		return nil, err
	}
	var list []Undelivered
	for _, l := range chats {
		m, known, err := tx.MemberByTelegram(l.chat)
		if err != nil {
			return nil, err
		}
		if known && m.Status == crm.MemberActive {
			list = append(list, Undelivered{m, l.count, l.reason})
		}
	}
	return list, nil
}

// ForgetUndelivered drops what was given up and queued before a moment.
func (tx *Tx) ForgetUndelivered(before crm.Moment) error {
	_, err := tx.exec("DELETE FROM outbox WHERE dead = 1 AND queued < $1", int64(before))
	return err
}
