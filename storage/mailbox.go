package storage

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"followup/bot/message"
	"followup/storage/crm"
)

// Rules of the mailbox.
//
// An update is stored before it is confirmed to Telegram, keeps its number for keepHandled after it was handled, and is
// therefore handled once however often it comes. Its state is 0 waiting, 1 handled, 2 set aside. A message is queued in the turn it answers and leaves after the commit.
// It may arrive twice when the process dies between Telegram's answer and our mark; one that must not (Once) is marked as
// started before it is sent and is given up when it is found so.

// keepHandled is how long the number of a handled update is kept: Telegram repeats updates for a day.
const keepHandled = 7 * 24 * time.Hour

// Received is an update as it came.
type Received struct {
	Update, Chat int64
	Payload      []byte
}

// Receive stores a batch of updates in one commit. One that is stored already is ignored.
func (s *Store) Receive(ctx context.Context, batch []Received) error {
	if len(batch) == 0 {
		return nil
	}
	return s.Update(ctx, func(tx *Tx) error {
		for _, r := range batch {
			_, err := tx.exec(`INSERT INTO inbox (update_id, chat, payload, received, state, tries, reason)
				VALUES ($1, $2, $3, $4, 0, 0, '') ON CONFLICT (update_id) DO NOTHING`, r.Update, r.Chat, r.Payload, tx.now.Unix())
			if err != nil {
				return fmt.Errorf("storage: receiving update %d: %w", r.Update, err)
			}
		}
		return tx.ForgetHandled()
	})
}

// ForgetHandled drops the numbers that Telegram doesn't repeat any more. It is called with every batch, so that each has few.
func (tx *Tx) ForgetHandled() error {
	_, err := tx.exec("DELETE FROM inbox WHERE state = 1 AND received < $1", tx.now.Add(-keepHandled).Unix())
	return err
}

// Waiting lists the stored updates that were not handled, in the order of their numbers.
func (s *Store) Waiting(ctx context.Context, limit int) ([]Received, error) {
	var list []Received
	err := s.View(ctx, func(tx *Tx) error {
		return tx.each("SELECT update_id, chat, payload FROM inbox WHERE state = 0 ORDER BY update_id LIMIT $1", []any{limit},
			func(scan func(...any) error) error {
				var r Received
				err := scan(&r.Update, &r.Chat, &r.Payload)
				list = append(list, r)
				return err
			})
	})
	return list, err
}

// Handled marks an update as handled in this turn. false: it was handled before and nothing may be done for it. An update
// that was never received is noted as handled; the number 0 stands for none and is always fresh.
func (tx *Tx) Handled(update int64) (fresh bool, err error) {
	if update == 0 {
		return true, nil
	}
	n, err := tx.exec(`INSERT INTO inbox (update_id, chat, payload, received, state, tries, reason) VALUES ($1, 0, NULL, $2, 1, 0, '')
		ON CONFLICT (update_id) DO UPDATE SET state = 1, payload = NULL, reason = '' WHERE inbox.state <> 1`, update, tx.now.Unix())
	return n > 0, err
}

// SetAside takes an update that can't be handled out of the queue, with why. Its payload is kept for repair.
func (s *Store) SetAside(ctx context.Context, update int64, reason string) error {
	return s.Update(ctx, func(tx *Tx) error {
		_, err := tx.exec("UPDATE inbox SET state = 2, reason = $1 WHERE update_id = $2 AND state = 0", reason, update)
		return err
	})
}

// Failed counts a failed try of an update and returns how many there were.
func (s *Store) Failed(ctx context.Context, update int64) (tries int, err error) {
	err = s.Update(ctx, func(tx *Tx) error {
		n, err := tx.count("UPDATE inbox SET tries = tries + 1 WHERE update_id = $1 RETURNING tries", update)
		tries = int(n)
		return err
	})
	return tries, err
}

// Aside is how many updates were set aside.
func (s *Store) Aside(ctx context.Context) (n int64, err error) {
	err = s.View(ctx, func(tx *Tx) error {
		n, err = tx.count("SELECT count(*) FROM inbox WHERE state = 2")
		return err
	})
	return n, err
}

// Parcel is a queued message. Started is when a Once message was last begun to be sent, 0 never.
type Parcel struct {
	ID        int64
	Out       message.Out
	Tries     int
	NotBefore crm.Moment
	Queued    crm.Moment
	Started   crm.Moment
}

// Outgoing is pulsed after a commit that queued something, and once after Open.
func (s *Store) Outgoing() <-chan struct{} { return s.outgoing }

// maxFresh bounds what is kept for Fresh.
const maxFresh = 1024

// fresh is what was committed to the outbox since somebody asked.
type fresh struct {
	sync.Mutex
	list   []Parcel
	missed bool
}

// Fresh takes the parcels that were committed since it was last called, in the order of their numbers, so that they need not
// be read back. whole is false when it left some out, because they were many or held files, or another program may have
// queued some; NextParcels has them all.
func (s *Store) Fresh() (list []Parcel, whole bool) {
	s.fresh.Lock()
	defer s.fresh.Unlock()
	list, whole = s.fresh.list, !s.fresh.missed && !s.dialect.server
	s.fresh.list, s.fresh.missed = nil, false
	return list, whole
}

// keep adds what a turn queued, after its commit.
func (f *fresh) keep(sent []Parcel) {
	f.Lock()
	defer f.Unlock()
	if f.missed || len(f.list)+len(sent) > maxFresh {
		f.list, f.missed = nil, true
		return
	}
	for _, p := range sent {
		if p.Out.File != nil {
			f.list, f.missed = nil, true
			return
		}
	}
	f.list = append(f.list, sent...)
}

// nextParcels leaves out what waits for a later moment, and what stands behind such a parcel of its chat and class.
const nextParcels = `SELECT o.id, o.body, o.file, o.tries, o.not_before, o.queued, o.started FROM outbox o
	WHERE o.dead = 0 AND o.not_before <= $1 AND NOT EXISTS (SELECT 1 FROM outbox b
		WHERE b.dead = 0 AND b.chat = o.chat AND b.class = o.class AND b.id < o.id AND b.not_before > $1)
	ORDER BY o.class, o.id LIMIT $2`

// NextParcels lists what may be sent now: answers first, then reminders, then digests, each as queued. It marks nothing:
// whoever sends keeps what he has in hand apart until it is Delivered, Retry or Undeliverable.
func (s *Store) NextParcels(ctx context.Context, limit int) ([]Parcel, error) {
	var list []Parcel
	err := s.View(ctx, func(tx *Tx) error {
		return tx.each(nextParcels, []any{tx.now.Unix(), limit}, func(scan func(...any) error) error {
			var p Parcel
			var body string
			var file []byte
			if err := scan(&p.ID, &body, &file, &p.Tries, &p.NotBefore, &p.Queued, &p.Started); err != nil {
				return err
			}
			if err := json.Unmarshal([]byte(body), &p.Out); err != nil {
				return fmt.Errorf("storage: parcel %d can't be read: %w", p.ID, err)
			}
			if p.Out.File != nil {
				p.Out.File.Bytes = file
			}
			list = append(list, p)
			return nil
		})
	})
	return list, err
}

// Queued reports whether a parcel waits to be sent.
func (s *Store) Queued(ctx context.Context, parcel int64) (waits bool, err error) {
	err = s.View(ctx, func(tx *Tx) error {
		n, err := tx.count("SELECT count(*) FROM outbox WHERE id = $1 AND dead = 0", parcel)
		waits = n > 0
		return err
	})
	return waits, err
}

// NextSend is the earliest moment at which a parcel that waits may be sent.
func (tx *Tx) NextSend() (crm.Moment, bool, error) {
	var at crm.Moment
	found, err := tx.one("SELECT not_before FROM outbox WHERE dead = 0 ORDER BY not_before LIMIT 1", nil, &at)
	return at, found, err
}

// Started marks a Once parcel before it is sent.
func (tx *Tx) Started(parcel int64) error {
	_, err := tx.exec("UPDATE outbox SET started = $1 WHERE id = $2", tx.now.Unix(), parcel)
	return err
}

// Delivered takes a parcel out of the queue and notes what the message that people now see is about. msg is its id, 0 for a
// call that leaves none.
func (tx *Tx) Delivered(p Parcel, msg int64) error {
	if _, err := tx.exec("DELETE FROM outbox WHERE id = $1", p.ID); err != nil || msg == 0 || p.Out.Subject == (crm.Subject{}) {
		return err
	}
	return tx.Shown(p.Out.Chat, msg, p.Out.Subject)
}

// Shown notes what a message in a chat is about.
func (tx *Tx) Shown(chat, msg int64, s crm.Subject) error {
	_, err := tx.exec(`INSERT INTO shown (chat, message, subject_kind, subject_id, at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (chat, message) DO UPDATE SET subject_kind = excluded.subject_kind, subject_id = excluded.subject_id, at = excluded.at`,
		chat, msg, s.Kind, s.ID, tx.now.Unix())
	return err
}

// Retry puts a parcel off to a moment after a failed try; what stands behind it in its chat and class waits too.
func (tx *Tx) Retry(parcel int64, at crm.Moment, reason string) error {
	_, err := tx.exec("UPDATE outbox SET tries = tries + 1, not_before = $1, reason = $2, started = 0 WHERE id = $3 AND dead = 0",
		int64(at), reason, parcel)
	return err
}

// Undeliverable gives a parcel up. Its text is dropped, the reason stays for doctor.
func (tx *Tx) Undeliverable(parcel int64, reason string) error {
	_, err := tx.exec("UPDATE outbox SET dead = 1, body = '{}', file = NULL, reason = $1 WHERE id = $2", reason, parcel)
	return err
}

// MoveChat follows a group that became a supergroup: everything kept under its old id goes to the new
// one, but what its messages were about.
func (tx *Tx) MoveChat(from, to int64) error {
	for _, text := range []string{
		"UPDATE outbox SET chat = $2 WHERE chat = $1", "UPDATE forms SET chat = $2 WHERE chat = $1",
		"UPDATE drafts SET chat = $2 WHERE chat = $1",
	} {
		if _, err := tx.exec(text, from, to); err != nil {
			return err
		}
	}
	// A supergroup counts its messages anew, and what it is sent.
	for _, text := range []string{"DELETE FROM shown WHERE chat = $1", "DELETE FROM paces WHERE chat = $1"} {
		if _, err := tx.exec(text, from); err != nil {
			return err
		}
	}
	if err := tx.moveParcels(to); err != nil {
		return err
	}
	t, found, err := tx.TeamByChat(from)
	if err != nil || !found {
		return err
	}
	t.Chat = to
	_, err = teams.write(tx, &t)
	return err
}

// moveParcels writes a chat's new id into the messages that are queued for it.
func (tx *Tx) moveParcels(chat int64) error {
	bodies := map[int64]string{}
	err := tx.each("SELECT id, body FROM outbox WHERE dead = 0 AND chat = $1", []any{chat}, func(scan func(...any) error) error {
		var id int64
		var body string
		err := scan(&id, &body)
		bodies[id] = body
		return err
	})
	for id, body := range bodies {
		if err != nil {
			return err
		}
		var o message.Out
		if err = json.Unmarshal([]byte(body), &o); err != nil {
			return err
		}
		o.Chat = chat
		_, err = tx.exec("UPDATE outbox SET body = $1 WHERE id = $2", jsonText(o), id)
	}
	return err
}

// Quiet reports that no update waits and nothing can be sent now. It is for tests that wait for the end of a turn.
func (s *Store) Quiet(ctx context.Context) bool {
	var busy int64
	err := s.View(ctx, func(tx *Tx) (err error) {
		busy, err = tx.count(`SELECT (SELECT count(*) FROM inbox WHERE state = 0) +
			(SELECT count(*) FROM outbox WHERE dead = 0 AND not_before <= $1)`, tx.now.Unix())
		return err
	})
	return err == nil && busy == 0
}
