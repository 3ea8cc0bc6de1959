package bot

import (
	"context"

	"followup/bot/message"
	"followup/storage"
)

// Rules of receiving.
//
// What comes is handled where it comes in: the turns of a batch run one after another and are one commit, with the numbers of
// their updates, before Telegram hears that we have them. So an update costs no storing beforehand. When a turn of a batch
// fails, nothing of it was done; then, and when a chat still has updates before this one that wait, an update is stored in the
// inbox and left to work, where each is a commit of its own and holds up its chat alone. So is everything while the start
// deals with what an earlier run left, and on a shared database, where another replica may be the one that handles.

// receive has updates on disk when it returns without an error: handled, or in the inbox.
func (b *Bot) receive(ctx context.Context, list []incoming) error {
	if b.store == nil {
		return storage.ErrUnavailable
	}
	list = b.handle(ctx, list)
	if len(list) == 0 {
		return nil
	}
	stored := make([]storage.Received, len(list))
	for i, u := range list {
		stored[i] = storage.Received{Update: u.update, Chat: u.chat, Payload: u.payload}
	}
	if err := b.store.Receive(ctx, stored); err != nil {
		return err
	}
	b.count.received.Add(int64(len(list)))
	b.relieved(ctx)
	if b.opened() { // else the start finds them in the inbox, or watch does
		b.work.add(ctx, list)
	}
	pulse(b.arrived)
	return nil
}

// opened tells whether the start has dealt with what an earlier run left.
func (b *Bot) opened() bool {
	b.opening.Lock()
	defer b.opening.Unlock()
	return b.open
}

// handle runs the turns of updates that may be handled at once and returns those that may not, or that failed.
func (b *Bot) handle(ctx context.Context, list []incoming) []incoming {
	if !b.opened() {
		return list
	}
	now, rest := b.work.part(list)
	for len(now) > 0 && ctx.Err() == nil {
		said := make([]message.In, len(now))
		//nolint:contextcheck // turns outlive the poll and the webhook's request, so that those in hand can finish
		n, err := b.store.UpdateEach(b.turns, len(now), func(tx *storage.Tx, i int) (err error) {
			if said[i], err = now[i].open(*b.me.Load()); err != nil {
				return err
			}
			if i == 0 {
				if err := tx.ForgetHandled(); err != nil {
					return err
				}
			}
			return b.act(tx, now[i], said[i])
		})
		if err != nil {
			break
		}
		b.count.received.Add(int64(n))
		for i, u := range now[:n] {
			b.done(u, said[i])
		}
		b.relieved(b.turns) //nolint:contextcheck // so does what follows from them
		now = now[n:]
	}
	return append(now, rest...)
}
