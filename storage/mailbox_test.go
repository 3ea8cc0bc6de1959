package storage

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"followup/bot/message"
	"followup/storage/crm"
	"followup/storage/pgtest"
)

func TestUpdatesAreHandledOnce(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	batch := []Received{{Update: 7, Chat: 1, Payload: []byte("a")}, {Update: 9, Chat: 2, Payload: []byte("b")}}
	for range 2 { // Telegram sends what was not confirmed again
		if err := w.Receive(ctx, batch); err != nil {
			t.Fatal(err)
		}
	}
	waiting, err := w.Waiting(ctx, 10)
	if err != nil || cmp.Diff(batch, waiting) != "" {
		t.Errorf("waiting %v, %v", waiting, err)
	}
	for n := range 2 {
		w.turn(func(tx *Tx) error {
			fresh, err := tx.Handled(7)
			if fresh != (n == 0) {
				t.Errorf("time %d: fresh is %v", n+1, fresh)
			}
			return err
		})
	}
	w.reopen()
	if err := w.Receive(ctx, batch[:1]); err != nil {
		t.Fatal(err)
	}
	if waiting, err := w.Waiting(ctx, 10); err != nil || cmp.Diff(batch[1:], waiting) != "" {
		t.Errorf("waiting %v, %v", waiting, err)
	}
	if tries, err := w.Failed(ctx, 9); err != nil || tries != 1 {
		t.Errorf("tries %d, %v", tries, err)
	}
	if err := w.SetAside(ctx, 9, "panic"); err != nil {
		t.Fatal(err)
	}
	if n, err := w.Aside(ctx); err != nil || n != 1 || !w.Quiet(ctx) {
		t.Errorf("aside %d, %v, quiet %v", n, err, w.Quiet(ctx))
	}
}

// parcelTexts are what could be sent now.
func (w *world) parcelTexts() (texts []string) {
	w.t.Helper()
	parcels, err := w.NextParcels(context.Background(), 100)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, p := range parcels {
		texts = append(texts, p.Out.Text)
	}
	return texts
}

func TestParcelsLeaveInOrder(t *testing.T) {
	w := newWorld(t)
	ids := map[string]int64{}
	w.turn(func(tx *Tx) error {
		for _, o := range []message.Out{
			{Chat: 1, Class: message.Digest, Text: "digest"},
			{Chat: 1, Text: "first"},
			{Chat: 2, Class: message.Reminder, Text: "reminder"},
			{Chat: 1, Text: "second", Subject: crm.Subject{Kind: "client", ID: 5}},
			{Chat: 2, Text: "other"},
		} {
			id, err := tx.Send(o)
			if err != nil {
				return err
			}
			ids[o.Text] = id
		}
		return nil
	})
	select {
	case <-w.Outgoing():
	default:
		t.Error("nobody was woken")
	}
	if got, want := w.parcelTexts(), []string{"first", "second", "other", "reminder", "digest"}; !cmp.Equal(got, want) {
		t.Errorf("order %v", got)
	}
	later := crm.MomentOf(w.now()) + 30
	w.turn(func(tx *Tx) error { return tx.Retry(ids["first"], later, "429") })
	if got, want := w.parcelTexts(), []string{"other", "reminder", "digest"}; !cmp.Equal(got, want) {
		t.Errorf("what stands behind a waiting parcel of its chat must wait: %v", got)
	}
	w.pass(30 * time.Second)
	w.turn(func(tx *Tx) error {
		if err := tx.Delivered(Parcel{ID: ids["first"], Out: message.Out{Chat: 1}}, 41); err != nil {
			return err
		}
		if err := tx.Undeliverable(ids["other"], "blocked"); err != nil {
			return err
		}
		return tx.Delivered(Parcel{ID: ids["second"], Out: message.Out{Chat: 1, Subject: crm.Subject{Kind: "client", ID: 5}}}, 42)
	})
	if got, want := w.parcelTexts(), []string{"reminder", "digest"}; !cmp.Equal(got, want) {
		t.Errorf("left %v", got)
	}
	w.turn(func(tx *Tx) error {
		s, found, err := tx.SubjectOf(1, 42)
		if !found || s != (crm.Subject{Kind: "client", ID: 5}) {
			t.Errorf("subject %v", s)
		}
		if _, found, _ := tx.SubjectOf(1, 41); found {
			t.Error("a message about nothing has a subject")
		}
		msg, s, found, err2 := tx.LastShown(1)
		if msg != 42 || !found || s.ID != 5 || err2 != nil {
			t.Errorf("last shown %d %v", msg, s)
		}
		return err
	})
}

func TestFilesComeOutAsTheyWentIn(t *testing.T) {
	w := newWorld(t)
	sent := message.Out{Chat: 1, Text: "Отчёт", File: &message.Upload{Name: "a.xlsx", Bytes: []byte{0, 1, 255}}, Once: true}
	w.turn(func(tx *Tx) error { _, err := tx.Send(sent); return err })
	w.reopen()
	parcels, err := w.NextParcels(context.Background(), 1)
	if err != nil || len(parcels) != 1 || cmp.Diff(sent, parcels[0].Out) != "" {
		t.Fatalf("%v, %v", parcels, err)
	}
	w.turn(func(tx *Tx) error { return tx.Started(parcels[0].ID) })
	if parcels, _ = w.NextParcels(context.Background(), 1); parcels[0].Started == 0 {
		t.Error("a started parcel doesn't show it")
	}
	w.turn(func(tx *Tx) error { return tx.Retry(parcels[0].ID, 0, "429") })
	if parcels, _ = w.NextParcels(context.Background(), 1); parcels[0].Started != 0 || parcels[0].Tries != 1 {
		t.Errorf("a parcel whose call certainly failed is not as if it had never begun, or its try isn't counted: %+v", parcels[0])
	}
}

func TestGroupsMoveWithEverything(t *testing.T) {
	w := newWorld(t)
	w.as(w.owner, func(tx *Tx) error {
		w.north.Chat = -5
		if err := tx.SaveTeam(&w.north); err != nil {
			return err
		}
		if _, err := tx.Send(message.Out{Chat: -5, Text: "Сводка"}); err != nil {
			return err
		}
		return tx.MoveChat(-5, -1005)
	})
	parcels, err := w.NextParcels(context.Background(), 1)
	if err != nil || len(parcels) != 1 || parcels[0].Out.Chat != -1005 {
		t.Errorf("%v, %v", parcels, err)
	}
	w.turn(func(tx *Tx) error {
		team, found, err := tx.TeamByChat(-1005)
		if !found || team.ID != w.north.ID {
			t.Errorf("team %v", team)
		}
		return err
	})
}

func TestFormsExpireAndDraftsWait(t *testing.T) {
	w := newWorld(t)
	chat := w.anna.Telegram
	w.as(w.anna, func(tx *Tx) error {
		if err := tx.SaveForm(Form{Chat: chat, Kind: "invoice", Step: "sum", Data: []byte(`{"a":1}`), Expires: crm.MomentOf(w.now()) + 60}); err != nil {
			return err
		}
		return tx.SaveDraft(&Draft{Chat: chat, Message: 3, Text: "ромашка?", Data: []byte("{}")})
	})
	w.reopen()
	w.as(w.anna, func(tx *Tx) error {
		f, found, err := tx.Form(chat)
		if !found || f.Step != "sum" || string(f.Data) != `{"a":1}` {
			t.Errorf("form %v", f)
		}
		d, found, err2 := tx.DraftOf(chat, 3)
		if !found || d.Text != "ромашка?" || err2 != nil {
			t.Errorf("draft %v", d)
		}
		return err
	})
	w.pass(24 * time.Hour)
	w.as(w.anna, func(tx *Tx) error {
		if _, found, _ := tx.Form(chat); found {
			t.Error("an expired form is open")
		}
		_, err := tx.StaleDrafts(crm.MomentOf(w.now()))
		w.problem("denied", err)
		stale, err := tx.System().StaleDrafts(crm.MomentOf(w.now()))
		if len(stale) != 1 {
			t.Errorf("stale %v", stale)
		}
		return err
	})
	w.as(w.boris, func(tx *Tx) error {
		_, _, err := tx.Form(chat)
		w.problem("denied", err)
		_, err = tx.Drafts(w.anna.ID)
		w.problem("denied", err)
		return nil
	})
}

// What Fresh hands over is what was committed, once, and it says so when something may be missing: on a server always, for
// another replica may have queued some. NextParcels has everything then.
func TestFreshIsWhatWasCommitted(t *testing.T) {
	w := newWorld(t)
	alone := !pgtest.On()
	send := func(n int, o message.Out) func(*Tx) error {
		return func(tx *Tx) error {
			for range n {
				if _, err := tx.Send(o); err != nil {
					return err
				}
			}
			return nil
		}
	}
	texts := func() (list []string, whole bool) {
		fresh, whole := w.Fresh()
		if !slices.IsSortedFunc(fresh, func(a, b Parcel) int { return int(a.ID - b.ID) }) {
			t.Error("not in the order of their numbers:", fresh)
		}
		for _, p := range fresh {
			list = append(list, p.Out.Text)
		}
		return list, whole
	}
	readBack := func(n int, last string) {
		t.Helper()
		list, err := w.NextParcels(context.Background(), 2*maxFresh)
		if err != nil || len(list) != n || list[n-1].Out.Text != last {
			t.Errorf("%d messages are read back, %v; want %d up to %q", len(list), err, n, last)
		}
	}
	refused := errors.New("no")
	w.turn(func(tx *Tx) error {
		if err := send(1, message.Out{Chat: 1, Text: "first"})(tx); err != nil {
			return err
		}
		if err := tx.Try(func() error {
			_, _ = tx.Send(message.Out{Chat: 1, Text: "tried"})
			return refused
		}); !errors.Is(err, refused) {
			t.Error(err)
		}
		return send(1, message.Out{Chat: 1, Text: "second"})(tx)
	})
	err := w.Update(context.Background(), func(tx *Tx) error {
		_, _ = tx.Send(message.Out{Chat: 1, Text: "taken back"})
		return refused
	})
	if !errors.Is(err, refused) {
		t.Error(err)
	}
	if list, whole := texts(); whole != alone || !cmp.Equal(list, []string{"first", "second"}) {
		t.Error(list, whole)
	}
	if list, whole := texts(); whole != alone || len(list) > 0 {
		t.Error("twice:", list, whole)
	}
	readBack(2, "second")
	w.turn(send(1, message.Out{Chat: 1, Text: "file", File: &message.Upload{Name: "a", Bytes: []byte("x")}}))
	if list, whole := texts(); whole {
		t.Error("a file is kept in memory:", list)
	}
	readBack(3, "file")
	w.turn(send(maxFresh+1, message.Out{Chat: 1, Text: "many"}))
	w.turn(send(1, message.Out{Chat: 1, Text: "last"}))
	if list, whole := texts(); whole {
		t.Error("more than is kept:", len(list))
	}
	readBack(maxFresh+5, "last")
}
