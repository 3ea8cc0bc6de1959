package bot

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	tg "github.com/go-telegram/bot"

	"followup/scheduler/clock"
	"followup/storage"
)

// Rules of taking in.
//
// A batch of updates is on disk, handled or stored (receive.go), before the next poll's offset confirms it. What can't be
// stored isn't confirmed and comes again. The first poll of a run carries no offset: Telegram then gives what it hasn't seen confirmed,
// and the inbox knows what it has. After a quiet week Telegram may number updates anew, from a smaller number, so an offset
// is forgotten before that.

const (
	offsetKept  = 6 * 24 * time.Hour
	pollRetry   = time.Second
	pollRetries = 30 * time.Second
)

var (
	errToken   = errors.New("bot: Telegram doesn't accept the token: take a valid one from @BotFather (/mybots, API Token) and put it into TELEGRAM_BOT_TOKEN")
	errAddress = errors.New("bot: nothing at the Bot API address knows this bot: check the token's form (123456:AA…) and --api-url")
)

// whoami asks Telegram who the bot is.
func (b *Bot) whoami(ctx context.Context) error {
	u, err := b.api.GetMe(ctx)
	if err != nil {
		return err
	}
	b.me.Store(&self{id: u.ID, username: u.Username})
	b.seen.Store(b.now().UnixNano())
	b.log.Info("connected", "bot", u.Username)
	return nil
}

// fatalOf tells the answers that nothing but another token or address can change.
func fatalOf(err error) error {
	var r *refusal
	switch {
	case !errors.As(err, &r) || r.foreign:
		return nil
	case r.code == 401:
		return errToken
	case r.code == 404:
		return errAddress
	}
	return nil
}

// complain logs the first failure of a row and then every tenth. Errors of calls hold neither address nor token.
func (b *Bot) complain(ctx context.Context, try int, what string, err error) {
	if ctx.Err() == nil && (try == 1 || try%10 == 0) {
		b.log.Warn("Telegram: "+what, "tries", try, "error", err) //nolint:sloglint // what is one of our own sentences
	}
}

// poll takes updates in until ctx ends or the token is refused.
func (b *Bot) poll(ctx context.Context) error {
	if err := b.until(ctx, "the webhook can't be taken off; trying again", b.dropWebhook); err != nil {
		return err
	}
	var offset int64
	latest := b.now()
	for try := 0; ctx.Err() == nil; {
		if b.now().Sub(latest) > offsetKept {
			offset = 0
		}
		batch, err := b.client.getUpdates(ctx, offset)
		if err != nil {
			try++
			if err := b.pollFailed(ctx, try, err); err != nil {
				return err
			}
			continue
		}
		if try > 0 {
			pulse(b.sender.heard)
		}
		try = 0
		b.seen.Store(b.now().UnixNano())
		if len(batch) == 0 {
			continue
		}
		latest = b.now()
		if last := b.takeIn(ctx, batch); last != 0 {
			offset = last + 1
		}
	}
	return nil
}

// until repeats a call of the start until Telegram carries it out. Its errors are ctx's and those that no waiting cures.
func (b *Bot) until(ctx context.Context, what string, call func(context.Context) error) error {
	for try := 1; ; try++ {
		err := call(ctx)
		if err == nil {
			return nil
		}
		if fatal := fatalOf(err); fatal != nil {
			return fatal
		}
		b.complain(ctx, try, what, err)
		if err := clock.Sleep(ctx, clock.Real(), backoff(try, pollRetry, pollRetries)); err != nil {
			return err
		}
	}
}

func (b *Bot) dropWebhook(ctx context.Context) error {
	_, err := b.api.DeleteWebhook(ctx, &tg.DeleteWebhookParams{})
	return err
}

// pollFailed says what is wrong and waits before the next poll. It returns what no waiting cures.
func (b *Bot) pollFailed(ctx context.Context, try int, err error) error {
	if fatal := fatalOf(err); fatal != nil {
		return fatal
	}
	pause, woken := backoff(try, pollRetry, pollRetries), b.sender.reached
	var r *refusal
	switch {
	case errors.As(err, &r) && r.code == 409 && strings.Contains(strings.ToLower(r.description), "webhook"):
		b.complain(ctx, try, "somebody set a webhook for this bot; taking it off", err)
		if err := b.dropWebhook(ctx); err != nil {
			b.complain(ctx, try, "the webhook can't be taken off", err)
		}
	case r != nil && r.code == 409:
		b.complain(ctx, try, "another program takes this bot's updates: only one may run with one token. Stop the other one, or give this one a token of its own", err)
	case r != nil && r.retryAfter > 0:
		pause, woken = r.retryAfter, nil
		b.complain(ctx, try, "Telegram asks the poll for a pause", err)
	default:
		b.complain(ctx, try, "updates can't be fetched; trying again", err)
	}
	over, stop := clock.Real().Until(b.now().Add(pause))
	defer stop()
	select {
	case <-over:
	case <-woken:
	case <-ctx.Done():
	}
	return nil
}

// takeIn has a batch handled or stored. It returns the largest number in it, 0 when nothing was stored.
func (b *Bot) takeIn(ctx context.Context, batch []json.RawMessage) (last int64) {
	list := make([]incoming, 0, len(batch))
	for _, raw := range batch {
		u, ok := read(raw, *b.me.Load())
		if !ok {
			b.log.Error("an update without a number came and is left out")
			continue
		}
		list = append(list, u)
		last = max(last, u.update)
	}
	for try := 1; ; try++ {
		err := b.receive(ctx, list)
		if err == nil {
			return last
		}
		if ctx.Err() != nil || errors.Is(err, storage.ErrClosed) || errors.Is(err, storage.ErrDeposed) {
			return 0
		}
		if storage.Unavailable(err) {
			b.strained(ctx, list, err)
			_ = clock.Sleep(ctx, clock.Real(), strainPause) // the caller looks at ctx
			return 0                                        // the same come again, with what was sent meanwhile
		}
		b.log.Error("updates can't be stored; they wait at Telegram", "count", len(list), "tries", try, "class", classOf(err))
		if clock.Sleep(ctx, clock.Real(), backoff(try, firstWait, pollRetries)) != nil {
			return 0
		}
	}
}

const (
	watchEvery = 100 * time.Millisecond // how long an update that another replica took in may lie unseen
	watchAhead = 256                    // updates taken over at once
)

// watch hands over what lies in the inbox of a shared database, in the order of its numbers, until ctx ends.
func (b *Bot) watch(ctx context.Context) {
	given := map[int64]bool{}
	for ctx.Err() == nil {
		waiting, err := b.store.Waiting(ctx, len(given)+watchAhead)
		if err != nil {
			if ctx.Err() == nil {
				b.log.Error("the inbox can't be read; trying again", "class", classOf(err))
			}
			_ = clock.Sleep(ctx, clock.Real(), pollRetry) // the loop looks at ctx
			continue
		}
		var fresh []incoming
		still := map[int64]bool{} // what was handled meanwhile is forgotten
		for _, r := range waiting {
			still[r.Update] = true
			if !given[r.Update] {
				fresh = append(fresh, incoming{update: r.Update, chat: r.Chat, payload: r.Payload})
			}
		}
		given = still
		b.work.add(ctx, fresh)
		look, stop := clock.Real().Until(b.now().Add(watchEvery))
		select {
		case <-b.arrived:
		case <-look:
		case <-ctx.Done():
		}
		stop()
	}
}

// catchUp hands over what waits in the inbox since an earlier run, page by page, and then lets receive do it directly.
// Nothing is left between: the last look into the inbox and the opening are one step to receive.
func (b *Bot) catchUp(ctx context.Context) error {
	given := map[int64]bool{}
	for ctx.Err() == nil {
		list, err := b.leftOver(ctx, given)
		if err != nil || len(list) == 0 {
			return err
		}
		b.work.add(ctx, list)
		b.work.drain(ctx)
	}
	return nil
}

// leftOver is a page of the inbox without what was given before; when that is empty, receive takes over.
func (b *Bot) leftOver(ctx context.Context, given map[int64]bool) ([]incoming, error) {
	b.opening.Lock()
	defer b.opening.Unlock()
	waiting, err := b.store.Waiting(ctx, maxQueued)
	if err != nil {
		return nil, err
	}
	var list []incoming
	for _, r := range waiting {
		if !given[r.Update] {
			given[r.Update] = true
			list = append(list, incoming{update: r.Update, chat: r.Chat, payload: r.Payload})
		}
	}
	b.open = len(list) == 0
	return list, nil
}
