package storage

import "followup/storage/crm"

// RecentDrafts lists the newest n drafts of a member, newest first.
func (tx *Tx) RecentDrafts(member int64, n int) ([]Draft, error) {
	if err := tx.ofDraft(member); err != nil {
		return nil, err
	}
	return tx.drafts("WHERE member_id = $1 ORDER BY id DESC LIMIT $2", member, n)
}

// ContactByTelegram finds the person of a client that Me may see by a Telegram user id.
func (tx *Tx) ContactByTelegram(user int64) (crm.Contact, bool, error) {
	ids, err := tx.ids("SELECT id FROM contacts WHERE telegram = $1 ORDER BY id", user)
	if err != nil {
		return crm.Contact{}, false, err
	}
	for _, id := range ids {
		if c, err := tx.Contact(id); err == nil {
			return c, true, nil
		}
	}
	return crm.Contact{}, false, nil
}
