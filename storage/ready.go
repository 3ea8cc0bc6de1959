package storage

import "context"

// Ready writes to the database, and tells whether that worked and how many updates and messages wait.
func (s *Store) Ready(ctx context.Context) (updates, messages int64, err error) {
	err = s.Update(ctx, func(tx *Tx) error {
		_, err := tx.bump("ready")
		return err
	})
	if err != nil {
		return 0, 0, err
	}
	err = s.View(ctx, func(tx *Tx) error {
		if updates, err = tx.count("SELECT count(*) FROM inbox WHERE state = 0"); err != nil {
			return err
		}
		messages, err = tx.count("SELECT count(*) FROM outbox WHERE dead = 0")
		return err
	})
	return updates, messages, err
}
