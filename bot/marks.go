package bot

import (
	"context"
	"errors"
	"log/slog"
	"sync"

	"followup/bot/message"
	"followup/scheduler/clock"
	"followup/storage"
	"followup/storage/crm"
)

// Rules of marks: what became of parcels is written down many at a time, in one transaction, in the order it happened,
// while calls go on. A mark that can't be written is tried again, without end while
// the database can't be used; when it alone is at fault the others go without it, and
// its parcel is not sent again by this run of the program.

type markKind int

const (
	markDelivered markKind = iota
	markRetry
	markUndeliverable
	markBlocked // the person or group of chat can't be spoken to
	markMoved   // the group chat is now to
	markShown   // message of chat is about subject
	markPace    // of chat, or of the whole bot
)

// mark is one thing to write down.
type mark struct {
	kind     markKind
	parcel   int64
	message  int64
	chat, to int64
	subject  crm.Subject
	reason   string
	pace     storage.Pace
}

const markTries = 3

// marks collects and writes marks.
type marks struct {
	store   *storage.Store
	talk    Talk
	log     *slog.Logger
	settled chan struct{} // pulsed when take has something

	mu      sync.Mutex
	pending []mark
	done    []int64
	calls   int // of the whole bot's pace, when it was written
	wake    chan struct{}
}

func newMarks(store *storage.Store, talk Talk, log *slog.Logger) *marks {
	return &marks{store: store, talk: talk, log: log, settled: make(chan struct{}, 1), wake: make(chan struct{}, 1)}
}

func (m *marks) add(one mark) {
	m.mu.Lock()
	m.pending = append(m.pending, one)
	m.mu.Unlock()
	pulse(m.wake)
}

// take returns the parcels whose last mark was written since it was asked before, and how many calls a second the database
// says that this program may make, 0 when nothing was written about it.
func (m *marks) take() (parcels []int64, calls int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	parcels, calls = m.done, m.calls
	m.done, m.calls = nil, 0
	return parcels, calls
}

// run writes until stop is closed and nothing is left; ctx bounds it all.
func (m *marks) run(ctx context.Context, stop <-chan struct{}) {
	for {
		m.flush(ctx)
		select {
		case <-m.wake:
		case <-stop:
			m.flush(ctx)
			return
		}
	}
}

func (m *marks) flush(ctx context.Context) {
	m.mu.Lock()
	list := m.pending
	m.pending = nil
	m.mu.Unlock()
	if len(list) == 0 {
		return
	}
	err := m.write(ctx, list)
	if err == nil || errors.Is(err, storage.ErrDeposed) { // the replica that leads now sends again what isn't marked, and says so
		return
	}
	for _, one := range list {
		for try := 1; ; try++ {
			err = m.write(ctx, []mark{one})
			if storage.Unavailable(err) {
				try = min(try, markTries-1) // not the mark's fault: it waits for the database
			}
			if err == nil || errors.Is(err, storage.ErrDeposed) || try == markTries || clock.Sleep(ctx, clock.Real(), backoff(try, firstWait, longWait)) != nil {
				break
			}
		}
		if err != nil {
			m.log.Error("a delivery can't be marked", "parcel", one.parcel, "chat", one.chat, "class", classOf(err))
		}
	}
}

func (m *marks) write(ctx context.Context, list []mark) error {
	err := m.store.Update(ctx, func(tx *storage.Tx) error {
		tx = tx.System()
		for _, one := range list {
			if err := m.apply(tx, one); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	m.mu.Lock()
	for _, one := range list {
		if one.kind == markDelivered || one.kind == markUndeliverable {
			m.done = append(m.done, one.parcel)
		}
		if one.kind == markPace && one.chat == 0 {
			m.calls = one.pace.Calls
		}
	}
	m.mu.Unlock()
	pulse(m.settled)
	return nil
}

func (m *marks) apply(tx *storage.Tx, one mark) error {
	switch one.kind {
	case markDelivered:
		return tx.Delivered(storage.Parcel{ID: one.parcel, Out: message.Out{Chat: one.chat, Subject: one.subject}}, one.message)
	case markRetry:
		// The wait itself is real time and kept by the sender. No moment is written down: another replica may send it, whose
		// clock is behind.
		return tx.Retry(one.parcel, 0, one.reason)
	case markUndeliverable:
		return tx.Undeliverable(one.parcel, one.reason)
	case markBlocked:
		return m.block(tx, one.chat)
	case markShown:
		return tx.Shown(one.chat, one.message, one.subject)
	case markPace:
		return tx.SavePace(one.chat, one.pace)
	case markMoved:
		return tx.MoveChat(one.chat, one.to)
	}
	return errors.New("bot: unknown mark")
}

// block notes once that a member can't be spoken to, or a group, and lets the lead know.
func (m *marks) block(tx *storage.Tx, chat int64) error {
	if chat < 0 {
		return m.talk.Expelled(tx, chat)
	}
	who, known, err := tx.MemberByTelegram(chat)
	if err != nil || !known || who.Status != crm.MemberActive {
		return err
	}
	if err := tx.SetBlocked(who.ID, true); err != nil {
		return err
	}
	who.Status = crm.MemberBlocked
	return m.talk.Blocked(tx, who)
}

// pulse wakes the reader of a channel of capacity one without waiting for it.
func pulse(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
