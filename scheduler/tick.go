package scheduler

// A tick takes what is due in bounded batches, by whom it is for. What is due for one person is said in one
// transaction and one message; what an absent member would hear goes to his substitute with the substitute's own things.
// A turn that fails is tried again thing by thing, so that one bad record doesn't silence a person; what fails by itself is
// tried again after a minute, two, four, up to an hour.

import (
	"cmp"
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"followup/scheduler/rules"
	"followup/storage"
	"followup/storage/crm"
)

const (
	batch    = 1024
	maxBatch = 1 << 16 // up to this many are read at once, so that nobody's things come in two messages
	maxTurn  = 500     // things that one turn says
	workers  = 16      // turns that share a commit; see storage's group commit
	// alone is how many people are served one after another, so that a small installation's outbox has a fixed order.
	alone = 8
)

// person is who is told and what.
type person struct {
	told crm.Member
	rows []storage.Reminder
}

// failure is a row that failed: how often, and when it is looked at again.
type failure struct {
	times int
	until time.Time
}

// tally counts one turn; it is added to the counts when the turn is on disk.
type tally struct{ said, late, stale, lapsed, quiet int64 }

// sayDue says everything that is due.
func (h *Heartbeat) sayDue(ctx context.Context) error {
	looked := map[int64]bool{} // rows of this tick, so that those that wait or fail are taken once
	for limit := batch; ; {
		people, more, err := h.gather(ctx, limit, looked)
		if err != nil {
			return err
		}
		h.serve(ctx, people)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case !more:
			return nil
		case len(people) == 0:
			limit = 2 * max(limit, maxBatch) // the whole batch waits for its morning: look behind it
		}
	}
}

// gather reads up to limit due rows that the tick hasn't looked at, by whom they are told to. Rows that have to wait are
// left out. more says that there may be others behind them.
func (h *Heartbeat) gather(ctx context.Context, limit int, looked map[int64]bool) (people []*person, more bool, err error) {
	err = h.Store.View(ctx, func(tx *storage.Tx) error {
		tx = tx.System()
		due, err := tx.Due(limit)
		for err == nil && len(due) == limit && limit < maxBatch {
			limit *= 4
			due, err = tx.Due(limit)
		}
		if err != nil {
			return err
		}
		more = len(due) == limit
		index := map[int64]*person{}
		for _, r := range due {
			if looked[r.ID] {
				continue
			}
			looked[r.ID] = true
			told, waits, err := h.waits(tx, r)
			if err != nil {
				h.fail(r, err)
			}
			if err != nil || waits {
				continue
			}
			p := index[told.ID]
			if p == nil {
				p = &person{told: told}
				index[told.ID] = p
				people = append(people, p)
			}
			p.rows = append(p.rows, r)
		}
		return nil
	})
	return people, more, err
}

// waits says who is told r and whether he can't be told it now. At an hour when he may be spoken to it isn't asked again:
// his turn judges the row anyway.
func (h *Heartbeat) waits(tx *storage.Tx, r storage.Reminder) (told crm.Member, waits bool, err error) {
	if f, ok := h.failed[r.ID]; ok && tx.Now().Before(f.until) {
		return crm.Member{}, true, nil
	}
	told, err = h.hearer(tx, r)
	if err != nil {
		return told, false, err
	}
	team, err := teamOf(tx, told)
	if err != nil {
		return told, false, err
	}
	if awake(told, team, h.Calendar, tx.Now()) && !beforePlan(told, r.At, tx.Now()) {
		return told, false, nil
	}
	s, ok, err := tx.Subject(r)
	k, known := h.kinds[r.Kind]
	if err != nil || !ok || !known {
		return told, false, err
	}
	_, v := judge(k, s, told, team, h.Calendar, rowOf(r), tx.Now())
	return told, v == wait, nil
}

// hearer is who is told r: whoever is responsible by now, or his substitute. It may be another than the row was planned for:
// a substitute's own absence may have changed since, or the responsible one be back.
func (h *Heartbeat) hearer(tx *storage.Tx, r storage.Reminder) (crm.Member, error) {
	if h.kinds[r.Kind].Of == "member" {
		return tx.Member(r.Recipient)
	}
	s, ok, err := tx.Subject(r)
	if err != nil {
		return crm.Member{}, err
	}
	who := s.Recipient
	if !ok {
		if who, err = tx.Member(r.Recipient); err != nil {
			return crm.Member{}, err
		}
	}
	client := int64(0)
	if s.Client != nil {
		client = s.Client.ID
	}
	return tx.HearerOf(who, client, crm.MomentOf(tx.Now()))
}

func teamOf(tx *storage.Tx, m crm.Member) (crm.Team, error) {
	if m.Team == 0 {
		return crm.Team{}, nil
	}
	return tx.Team(m.Team)
}

func rowOf(r storage.Reminder) row { return row{at: r.At, anchor: r.Step.Anchor, step: r.Step.Name} }

// serve gives every person his turn. Many take turns at the same time, so that they share commits.
func (h *Heartbeat) serve(ctx context.Context, people []*person) {
	if len(people) <= alone {
		for _, p := range people {
			h.speak(ctx, p)
		}
		return
	}
	var group sync.WaitGroup
	next := make(chan *person)
	for range workers {
		group.Go(func() {
			for p := range next {
				h.speak(ctx, p)
			}
		})
	}
	for _, p := range people {
		next <- p
	}
	close(next)
	group.Wait()
}

// speak gives one person his turn; more than maxTurn things take several, because a turn keeps everybody else from writing.
func (h *Heartbeat) speak(ctx context.Context, p *person) {
	for rows := range slices.Chunk(p.rows, maxTurn) {
		h.speakOf(ctx, p, rows)
	}
}

// speakOf gives every thing a turn of its own when their common turn fails.
func (h *Heartbeat) speakOf(ctx context.Context, p *person, rows []storage.Reminder) {
	err := h.turn(ctx, p.told.ID, rows)
	if err == nil || ctx.Err() != nil {
		return
	}
	for _, r := range rows {
		if len(rows) > 1 {
			err = h.turn(ctx, p.told.ID, []storage.Reminder{r})
		}
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			h.fail(r, err)
		}
	}
}

// fail puts a row off, unless the database is at fault: then the next beat is another try.
func (h *Heartbeat) fail(r storage.Reminder, err error) {
	if storage.Unavailable(err) {
		h.Log.Warn("a reminder waits for the database", "kind", r.Kind, "subject", r.Subject.Kind, "id", r.Subject.ID)
		return
	}
	h.Log.Error("a reminder failed", "kind", r.Kind, "subject", r.Subject.Kind, "id", r.Subject.ID, "member", r.Recipient, "error", err)
	h.counts.failed.Add(1)
	h.failing.Lock()
	defer h.failing.Unlock()
	f := h.failed[r.ID]
	pause := min(time.Minute<<f.times, time.Hour)
	h.failed[r.ID] = failure{times: min(f.times+1, 6), until: h.Clock.Now().Add(pause - time.Second)}
}

// turn says rows to the member told in one transaction.
func (h *Heartbeat) turn(ctx context.Context, told int64, rows []storage.Reminder) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("scheduler: panic (%T) in a turn\n%s", p, debug.Stack())
		}
	}()
	var t tally
	err = h.Store.Update(ctx, func(tx *storage.Tx) error {
		t = tally{}
		due, err := h.judgeAll(tx.System(), told, rows, &t)
		if err != nil || len(due) == 0 {
			return err
		}
		slices.SortStableFunc(due, func(a, b rules.Due) int { return cmp.Compare(a.At, b.At) })
		to, err := tx.System().Member(told)
		if err != nil {
			return err
		}
		return h.Compose(tx.As(to), to, due)
	})
	if err == nil {
		h.count(t, rows)
	}
	return err
}

// judgeAll decides about every row, does what the steps do, and gives what is to be said.
func (h *Heartbeat) judgeAll(tx *storage.Tx, told int64, rows []storage.Reminder, t *tally) ([]rules.Due, error) {
	var due []rules.Due
	for _, r := range rows {
		to, err := h.hearer(tx, r)
		if err != nil {
			return nil, err
		}
		if to.ID != told {
			continue // his absence has changed since the rows were read: the next minute's turn
		}
		d, say, err := h.take(tx, to, r, t)
		if err != nil {
			return nil, err
		}
		if say {
			due = append(due, d)
		}
	}
	return due, nil
}

// take decides about one row. It gives what is to be said of it, if anything.
func (h *Heartbeat) take(tx *storage.Tx, to crm.Member, r storage.Reminder, t *tally) (rules.Due, bool, error) {
	s, ok, err := tx.Subject(r)
	if err != nil {
		return rules.Due{}, false, err
	}
	k, known := h.kinds[r.Kind]
	if !ok || !known {
		t.stale++
		return rules.Due{}, false, tx.Drop(r)
	}
	team, err := teamOf(tx, to)
	if err != nil {
		return rules.Due{}, false, err
	}
	step, v := judge(k, s, to, team, h.Calendar, rowOf(r), tx.Now())
	switch v {
	case wait:
		return rules.Due{}, false, nil
	case stale:
		t.stale++
		return rules.Due{}, false, tx.Replan(r.Subject)
	case lapse:
		t.lapsed++
		return rules.Due{}, false, h.mark(tx, r, step)
	case quiet:
		t.quiet++
		return rules.Due{}, false, h.mark(tx, r, step)
	case say:
	}
	return h.sayOne(tx, k, s, step, r, t)
}

// sayOne does what a step does to its record and marks it as said.
func (h *Heartbeat) sayOne(tx *storage.Tx, k rules.Kind, s rules.Subject, step rules.Step, r storage.Reminder, t *tally) (rules.Due, bool, error) {
	loud, err := h.act(tx, k, &s, step, r)
	if err == nil {
		err = h.mark(tx, r, step)
	}
	if err != nil || !loud {
		return rules.Due{}, false, err
	}
	at := r.At
	if k.Of == "member" {
		at = step.At // of a series the older days are over
	}
	late := tx.Now().Sub(at.In(time.UTC)) > lateAfter
	t.said++
	if late {
		t.late++
	}
	return rules.Due{Kind: k, Step: step, About: r.Subject, Of: s, At: at, Late: late}, true, nil
}

// mark says of r that it was said, and of the newer step that was said in its place.
func (h *Heartbeat) mark(tx *storage.Tx, r storage.Reminder, step rules.Step) error {
	if r.Step.Anchor != step.Anchor || r.Step.Name != step.Name {
		if err := tx.Said(r); err != nil {
			return err
		}
	}
	r.Step = step
	return tx.Said(r)
}

// count adds a turn that is on disk.
func (h *Heartbeat) count(t tally, rows []storage.Reminder) {
	c := &h.counts
	c.said.Add(t.said)
	c.late.Add(t.late)
	c.stale.Add(t.stale)
	c.lapsed.Add(t.lapsed)
	c.quiet.Add(t.quiet)
	h.failing.Lock()
	defer h.failing.Unlock()
	for _, r := range rows {
		delete(h.failed, r.ID)
	}
}
