package bot

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"followup/bot/message"
	"followup/storage"
)

// Rules while the database can't be written, because the disk is full, failing or locked, or the file damaged.
//
// Nothing is confirmed to Telegram, given up or set aside because of it: what people send waits, in the inbox or at
// Telegram, and is tried again every few seconds until it is saved. Meanwhile people are told the truth by calls of our own,
// since the outbox can't be written either: what only reads is answered, and not a second time when writing works again;
// for the rest everybody hears, once a minute at most, that nothing is saved yet and nothing is lost. The owners hear of
// the beginning and of the end. The words of the alarm are made when the program starts, because later there may be no
// reading either.
//
// A program that is started on a database that can't be opened has only Hold: it knows neither members nor owners, so that
// everybody who writes hears the same, in the language of his Telegram.

const (
	strainPause = 2 * time.Second // between tries
	strainWord  = time.Minute     // between two notices in one chat
	strainCall  = 5 * time.Second // the longest that one call may take
)

// strain is what the door remembers of a database that can't be written.
type strain struct {
	since atomic.Int64 // real unix nanoseconds; 0: all is well
	asked asked        // updates that were looked at: true when they were answered

	mu    sync.Mutex // held while something is said, so that calls go one by one
	told  map[int64]time.Time
	alarm []message.Out // for the owners
}

// prepareAlarm words the alarm while the database can be read.
func (b *Bot) prepareAlarm(ctx context.Context) {
	said, err := b.store.Peek(ctx, func(tx *storage.Tx) error { return b.talk.Alarm(tx, "database") })
	if err != nil {
		b.log.Warn("the owners' alarm can't be prepared", "class", classOf(err))
		return
	}
	b.strain.mu.Lock()
	defer b.strain.mu.Unlock()
	b.strain.alarm = said
}

// strained deals with updates that can't be saved now because of err.
func (b *Bot) strained(ctx context.Context, list []incoming, err error) {
	s := &b.strain
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.since.CompareAndSwap(0, b.now().UnixNano()) {
		s.told = map[int64]time.Time{}
		b.log.Error("the database can't be written; what people send waits", "class", classOf(err))
		for _, o := range s.alarm {
			b.speakNow(ctx, o)
		}
	}
	for _, u := range list {
		if _, known := s.asked.get(u.update); known {
			continue
		}
		in, err := u.open(*b.me.Load())
		s.asked.set(u.update, err == nil && in.Kind != message.Ignored && b.readOnly(ctx, in))
	}
}

// readOnly answers what needs no writing, and says of the rest that it isn't saved yet. true: it was answered.
func (b *Bot) readOnly(ctx context.Context, in message.In) bool {
	s := &b.strain
	said := b.peek(ctx, in)
	answered := len(said) > 0
	if in.Kind == message.Tap && !answered || b.now().Sub(s.told[in.Chat]) >= strainWord {
		s.told[in.Chat] = b.now()
		said = append(said, b.talk.Unsaved(in, answered)...)
	}
	for _, o := range said {
		b.speakNow(ctx, o)
	}
	return answered
}

// peek is the answer to what only reads; nil when there is none without writing.
func (b *Bot) peek(ctx context.Context, in message.In) []message.Out {
	if b.store == nil {
		return nil
	}
	said, err := b.store.Peek(ctx, func(tx *storage.Tx) error { return b.talk.Turn(tx, in) })
	if err != nil {
		return nil
	}
	return said
}

// Hold stands in for Run while there is no database at all: it tells whoever writes that nothing is saved yet, and confirms
// nothing to Telegram, so that everything comes again when Run takes it in. Telegram keeps an update for a day, and shows the
// oldest hundred of those that wait. It returns nil when ctx ends, and what no waiting cures: a token or address that Telegram
// refuses.
func (b *Bot) Hold(ctx context.Context) error {
	defer b.client.close()
	b.life, b.turns = ctx, ctx
	err := b.until(ctx, "it can't be reached; trying again", b.whoami)
	if err == nil && b.webhook.URL == "" {
		err = b.poll(ctx)
	} else if err == nil {
		err = b.until(ctx, "the webhook can't be set; trying again", b.setWebhook)
		<-ctx.Done()
	}
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// speakNow makes the calls of a message without the outbox. One that fails is not repeated.
func (b *Bot) speakNow(ctx context.Context, o message.Out) {
	ctx, cancel := context.WithTimeout(ctx, strainCall)
	defer cancel()
	for i, p := range parts(o) {
		if _, err := speak(ctx, b.client, b.api, o, p, i == 0); err != nil {
			b.log.Warn("a word about the database doesn't arrive", "chat", o.Chat, "error", err)
			return
		}
	}
}

// answeredAlready tells whether an update got its answer while nothing could be written.
func (b *Bot) answeredAlready(update int64) bool {
	answered, _ := b.strain.asked.get(update)
	return answered
}

// asked are updates with whether they got their answer. It is asked in every turn and most often empty.
type asked struct {
	sync.Mutex
	list map[int64]bool
}

func (a *asked) get(update int64) (answered, known bool) {
	a.Lock()
	defer a.Unlock()
	answered, known = a.list[update]
	return answered, known
}

func (a *asked) set(update int64, answered bool) {
	a.Lock()
	defer a.Unlock()
	if a.list == nil {
		a.list = map[int64]bool{}
	}
	a.list[update] = answered
}

func (a *asked) forget(update int64) {
	a.Lock()
	defer a.Unlock()
	delete(a.list, update)
}

// relieved is called after something was written; the owners hear of the end of a strain.
func (b *Bot) relieved(ctx context.Context) {
	began := b.strain.since.Swap(0)
	if began == 0 {
		return
	}
	lasted := b.now().Sub(time.Unix(0, began))
	b.log.Info("the database can be written again", "after", lasted.Round(time.Second))
	err := b.store.Update(ctx, func(tx *storage.Tx) error {
		return b.talk.Alarm(tx.System(), "restored", "minutes", max(1, int64(lasted.Minutes())))
	})
	if err != nil {
		b.log.Warn("the owners can't be told that the database is back", "class", classOf(err))
	}
}
