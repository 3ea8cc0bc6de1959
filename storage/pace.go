package storage

import (
	"context"
	"time"
)

// Rules of handing over Telegram's limits.
//
// Telegram counts what a bot sends, whichever program sends it: one that is started anew, or another replica, goes on with
// the counts of the one before. So that one leaves what it knows. No moments are kept, because clocks differ and are set:
// who reads takes the calls as made just now and the pause as just asked for, and so waits a little too long at worst.

// Pace is how far a chat's limit is used up, or the whole bot's.
type Pace struct {
	Calls int           // within the time that the limit is counted in
	Wait  time.Duration // that Telegram asked for and that isn't known to be over; whole seconds are kept, rounded up
}

// SavePace leaves the pace of a group for whoever speaks to it next; chat 0 is the whole bot.
func (tx *Tx) SavePace(chat int64, p Pace) error {
	_, err := tx.exec(`INSERT INTO paces (chat, calls, wait) VALUES ($1, $2, $3)
		ON CONFLICT (chat) DO UPDATE SET calls = excluded.calls, wait = excluded.wait`,
		chat, p.Calls, int64((p.Wait+time.Second-1)/time.Second))
	return err
}

// Paces are those that were left, by chat.
func (s *Store) Paces(ctx context.Context) (map[int64]Pace, error) {
	list := map[int64]Pace{}
	err := s.View(ctx, func(tx *Tx) error {
		return tx.each("SELECT chat, calls, wait FROM paces", nil, func(scan func(...any) error) error {
			var chat, wait int64
			var p Pace
			err := scan(&chat, &p.Calls, &wait)
			p.Wait = time.Duration(wait) * time.Second
			list[chat] = p
			return err
		})
	})
	return list, err
}
