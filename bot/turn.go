package bot

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"

	"followup/bot/message"
	"followup/scheduler/clock"
	"followup/storage"
	"followup/storage/crm"
)

// Rules of a turn: the update's number, all that the dialog changes and says, and the planned reminders commit together. An
// update whose number is there already does nothing. A turn that fails is tried once more from the start, because a
// statement may fail for reasons that have passed; then the person is told that something broke, with a number that is
// also in the log. While the program stops nothing is tried again or given up; neither is it while the database can't be written (strain.go). When even that can't be written three times, the update is set aside for people to look at, and a
// tapped button stops turning.

const turnTries = 3

// turn handles one update to its end.
func (b *Bot) turn(u incoming) {
	ctx := b.turns
	in, err := u.open(*b.me.Load())
	if err != nil {
		b.setAside(ctx, u, "", "the update can't be read: "+classOf(err))
		return
	}
	for try := 1; ; try++ {
		err := b.store.Update(ctx, func(tx *storage.Tx) error { return b.act(tx, u, in) })
		if err == nil {
			break
		}
		if errors.Is(err, storage.ErrClosed) || errors.Is(err, storage.ErrDeposed) || b.life.Err() != nil {
			return // it waits in the inbox for the next start, or for the replica that leads now
		}
		if storage.Unavailable(err) {
			b.strained(ctx, []incoming{u}, err)
			if clock.Sleep(b.life, clock.Real(), strainPause) != nil {
				return
			}
			try = 0
			continue
		}
		if try == 1 {
			b.log.Warn("a turn failed and is tried again", "update", u.update, "chat", u.chat, "class", classOf(err))
			continue
		}
		incident := rand.Text()[:6]
		b.count.broke.Add(1)
		b.log.Error("a turn broke", "incident", incident, "update", u.update, "chat", u.chat, "kind", string(in.Kind),
			"class", classOf(err), "stack", stack(err))
		if err = b.broke(ctx, u, in, incident); err == nil {
			break
		}
		b.log.Error("the breakdown can't be told", "incident", incident, "class", classOf(err), "stack", stack(err))
		if try == turnTries {
			b.setAside(ctx, u, in.Query, classOf(err))
			return
		}
		if clock.Sleep(b.life, clock.Real(), backoff(try, firstWait, longWait)) != nil {
			return
		}
	}
	b.done(u, in)
	b.relieved(ctx)
}

// done is what follows when an update's turn is on disk.
func (b *Bot) done(u incoming, in message.In) {
	b.count.handled.Add(1)
	b.strain.asked.forget(u.update)
	if in.Kind != message.Ignored && !in.Group {
		b.menus.touch(in.From.ID)
	}
}

// act is the turn itself, within its transaction.
func (b *Bot) act(tx *storage.Tx, u incoming, in message.In) error {
	fresh, err := tx.Handled(u.update)
	if err != nil || !fresh || b.answeredAlready(u.update) {
		return err
	}
	switch in.Kind {
	case message.Ignored:
		return nil
	case message.Moved:
		err = tx.MoveChat(in.Chat, in.NewChat)
	case message.Stopped:
		err = b.marks.block(tx, in.Chat)
	default: // the dialog's alone
	}
	if err != nil {
		return err
	}
	if spent, err := b.flooding(tx, in); spent || err != nil {
		return err
	}
	return b.talk.Turn(tx, in)
}

// flooding tells of a stranger who has used up his ration. A server without limits has people without rations.
func (b *Bot) flooding(tx *storage.Tx, in message.In) (bool, error) {
	if b.sender.pace.off || b.crowd.spend(in.From.ID, b.now()) == 0 {
		return false, nil
	}
	m, known, err := tx.MemberByTelegram(in.From.ID)
	return err == nil && (!known || m.Status == crm.MemberLeft), err
}

// broke tells the person, and ends the waiting of a tapped button whatever the dialog said.
func (b *Bot) broke(ctx context.Context, u incoming, in message.In, incident string) error {
	return b.store.Update(ctx, func(tx *storage.Tx) error {
		fresh, err := tx.Handled(u.update)
		if err != nil || !fresh {
			return err
		}
		if err := b.talk.Broke(tx, in, incident); err != nil {
			return err
		}
		return release(tx, in.Chat, in.Query)
	})
}

func release(tx *storage.Tx, chat int64, query string) error {
	if query == "" {
		return nil
	}
	_, err := tx.Send(message.Out{Chat: chat, Query: query})
	return err
}

func (b *Bot) setAside(ctx context.Context, u incoming, query, reason string) {
	b.count.aside.Add(1)
	b.log.Error("an update is set aside", "update", u.update, "chat", u.chat, "reason", reason)
	if query != "" {
		err := b.store.Update(ctx, func(tx *storage.Tx) error { return release(tx, u.chat, query) })
		if err != nil {
			b.log.Warn("a tap stays unanswered", "update", u.update, "class", classOf(err))
		}
	}
	if err := b.store.SetAside(ctx, u.update, reason); err != nil {
		b.log.Error("an update can't be set aside and comes again at the next start", "update", u.update, "class", classOf(err))
	}
}

// classOf describes an error for the log without its text, which may hold what a person wrote: its types from the
// outermost in, and the code of a database error.
func classOf(err error) string {
	var names []string
	for e := err; e != nil; e = errors.Unwrap(e) {
		n := fmt.Sprintf("%T", e)
		if n == "*fmt.wrapError" || n == "*errors.joinError" {
			continue
		}
		if coded, ok := e.(interface{ Code() int }); ok {
			n = fmt.Sprintf("%s(%d)", n, coded.Code())
		}
		if coded, ok := e.(interface{ SQLState() string }); ok {
			n = fmt.Sprintf("%s(%s)", n, coded.SQLState())
		}
		names = append(names, n)
	}
	if strings.Contains(err.Error(), "\ngoroutine ") {
		names = append(names, "panic")
	}
	return strings.Join(names, " ")
}

// stack is the goroutine's stack of an error that was a panic: places in the code, without the panic's value. It is empty
// for other errors.
func stack(err error) string {
	_, trace, _ := strings.Cut(err.Error(), "\ngoroutine ")
	return trace
}
