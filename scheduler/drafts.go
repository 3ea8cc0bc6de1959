package scheduler

import (
	"context"
	"time"

	"followup/storage"
	"followup/storage/crm"
)

// pastDay is how old a draft is before its author is reminded of it.
const pastDay = 24 * time.Hour

// askDrafts reminds the authors of lines that have waited for an answer for a day, once each and all of one author together,
// when he may be disturbed.
func (h *Heartbeat) askDrafts(ctx context.Context) error {
	var authors []int64
	waiting := map[int64][]storage.Draft{}
	err := h.Store.View(ctx, func(tx *storage.Tx) error {
		tx = tx.System()
		stale, err := tx.StaleDrafts(crm.MomentOf(tx.Now().Add(-pastDay)))
		if err != nil {
			return err
		}
		for _, d := range stale {
			if waiting[d.Member] == nil {
				authors = append(authors, d.Member)
			}
			waiting[d.Member] = append(waiting[d.Member], d)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, id := range authors {
		if err := h.askAuthor(ctx, id, waiting[id]); err != nil {
			if ctx.Err() != nil {
				return err
			}
			h.counts.failed.Add(1)
			h.Log.Error("a question about drafts failed", "member", id, "error", err)
		}
	}
	return nil
}

func (h *Heartbeat) askAuthor(ctx context.Context, id int64, drafts []storage.Draft) error {
	return h.Store.Update(ctx, func(tx *storage.Tx) error {
		sys := tx.System()
		author, err := sys.Member(id)
		if err != nil {
			return err
		}
		team, err := teamOf(sys, author)
		if err != nil || author.Status != crm.MemberActive || author.Away(today(tx, author)) || !awake(author, team, h.Calendar, tx.Now()) {
			return err
		}
		var still []storage.Draft
		for _, d := range drafts {
			d, ok, err := sys.Draft(d.ID)
			if err != nil {
				return err
			}
			if !ok || d.Asked != 0 {
				continue
			}
			d.Asked = crm.MomentOf(tx.Now())
			if err := sys.SaveDraft(&d); err != nil {
				return err
			}
			still = append(still, d)
		}
		if len(still) == 0 {
			return nil
		}
		return h.Drafts(tx.As(author), author, still)
	})
}
