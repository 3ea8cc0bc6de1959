package storage

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"followup/storage/crm"
)

func TestNamesakes(t *testing.T) {
	w := newWorld(t)
	w.as(w.anna, func(tx *Tx) error {
		for _, c := range []struct {
			client crm.Client
			exists bool
		}{
			{crm.Client{Name: "ООО «Вектор»", City: "Москва", INN: "7707083893"}, false},
			{crm.Client{Name: "ИП Вектор"}, true},
			{crm.Client{Name: "Вектор", City: "москва"}, true},
			{crm.Client{Name: "Вектор", City: "Тула"}, false},
			{crm.Client{Name: "Вектор", City: "Тула", INN: "5001007322"}, true}, // the one in Tula has no INN yet
			{crm.Client{Name: "Вектора"}, false},
		} {
			err := tx.Try(func() error { return tx.SaveClient(&c.client) })
			if c.exists {
				w.problem("client.exists", err)
			} else if err != nil {
				t.Errorf("%+v: %v", c.client, err)
			}
		}
		w.problem("client.unnamed", tx.SaveClient(&crm.Client{Name: "«»"}))
		return nil
	})
}

func TestClientFilters(t *testing.T) {
	w := newWorld(t)
	names := func(f ClientFilter) (names []string) {
		t.Helper()
		w.as(w.anna, func(tx *Tx) error {
			list, _, err := tx.Clients(f)
			for _, c := range list {
				names = append(names, c.Name)
			}
			return err
		})
		return names
	}
	a, b, c := w.client(w.anna, "Астра"), w.client(w.anna, "Бета"), w.client(w.anna, "Вектор")
	w.client(w.boris, "Гамма")
	w.pass(20 * 24 * time.Hour)
	w.as(w.anna, func(tx *Tx) error {
		a.Tier, c.Status, b.Aliases = crm.TierA, crm.ClientArchived, []string{"беточка"}
		return errors.Join(tx.SaveClient(&a), tx.SaveClient(&b), tx.SaveClient(&c),
			tx.SaveInvoice(&crm.Invoice{Client: b.ID, Sum: crm.Rub(1), Due: crm.NewDate(2026, 11, 1)}),
			tx.SaveFollowUp(&crm.FollowUp{Client: b.ID, Day: crm.NewDate(2026, 12, 30)}))
	})
	for _, q := range []struct {
		f    ClientFilter
		want []string
	}{
		{ClientFilter{}, []string{"Астра", "Бета"}},
		{ClientFilter{Limit: 1, Offset: 1}, []string{"Бета"}},
		{ClientFilter{Archived: true}, []string{"Вектор"}},
		{ClientFilter{Tier: crm.TierA}, []string{"Астра"}},
		{ClientFilter{Silent: true}, []string{"Астра"}}, // 20 days: more than the 14 of tier A, fewer than the 30 of B
		{ClientFilter{NoNextStep: true}, []string{"Астра"}},
		{ClientFilter{Debtors: true}, []string{"Бета"}},
		{ClientFilter{Text: "БЕТО"}, []string{"Бета"}},
		{ClientFilter{Text: "стр"}, []string{"Астра"}},
		{ClientFilter{Team: w.south.ID}, nil},
	} {
		if got := names(q.f); !cmp.Equal(got, q.want) {
			t.Errorf("%+v gives %v", q.f, got)
		}
	}
	w.as(w.anna, func(tx *Tx) error {
		return tx.SaveInteraction(&crm.Interaction{Client: a.ID, Kind: crm.TouchCall, Happened: crm.MomentOf(w.now().Add(-time.Hour))})
	})
	if got := names(ClientFilter{Silent: true}); got != nil {
		t.Errorf("a call doesn't end the silence of %v", got)
	}
	if got := names(ClientFilter{Recent: true}); !cmp.Equal(got, []string{"Астра", "Бета"}) {
		t.Errorf("recent are %v", got)
	}
}

func TestTouchesMoveForwardOnly(t *testing.T) {
	w := newWorld(t)
	c := w.client(w.anna, "Ромашка")
	for _, i := range []struct {
		kind crm.TouchKind
		ago  time.Duration
		last time.Duration
	}{
		{crm.TouchCall, 5 * time.Hour, 5 * time.Hour},
		{crm.TouchMail, 9 * time.Hour, 5 * time.Hour},
		{crm.TouchMissed, time.Hour, 5 * time.Hour},
		{crm.TouchNote, time.Hour, 5 * time.Hour},
		{crm.TouchMeeting, 2 * time.Hour, 2 * time.Hour},
	} {
		w.as(w.anna, func(tx *Tx) error {
			err := tx.SaveInteraction(&crm.Interaction{Client: c.ID, Kind: i.kind, Happened: crm.MomentOf(start.Add(-i.ago))})
			now, err2 := tx.Client(c.ID)
			if now.LastTouch != crm.MomentOf(start.Add(-i.last)) {
				t.Errorf("after %s the last touch is %v ago", i.kind, start.Sub(now.LastTouch.In(time.UTC)))
			}
			return errors.Join(err, err2)
		})
	}
}

func TestTimelineIsEverythingNewestFirst(t *testing.T) {
	w := newWorld(t)
	e := w.estate()
	w.pass(48 * time.Hour)
	w.as(w.anna, func(tx *Tx) error {
		return tx.SaveInteraction(&crm.Interaction{Client: e.client.ID, Kind: crm.TouchMail, Text: "письмо", Outcome: "ждут"})
	})
	w.as(w.anna, func(tx *Tx) error {
		all, err := tx.Timeline(e.client.ID, 0, 50)
		var kinds []string
		for _, ev := range all {
			kinds = append(kinds, ev.Kind)
		}
		if want := []string{"mail", "followup"}; !cmp.Equal(kinds[:2], want) || all[0].Text != "письмо → ждут" {
			t.Errorf("the newest are %v", all[:2])
		}
		slices.Sort(kinds)
		if want := []string{"call", "contract", "document", "followup", "invoice", "mail", "payment", "promise"}; !cmp.Equal(kinds, want) {
			t.Errorf("got %v", kinds)
		}
		at := slices.IndexFunc(all, func(ev Event) bool { return ev.Kind == "invoice" })
		if i := all[at]; i.Sum != crm.Rub(500) || i.Status != "partly" || i.Text != "125" || i.Subject != (crm.Subject{Kind: "invoice", ID: e.invoice}) {
			t.Errorf("invoice %+v", i)
		}
		page, err2 := tx.Timeline(e.client.ID, all[0].At, 3)
		if diff := cmp.Diff(all[1:4], page); diff != "" {
			t.Error(diff)
		}
		return errors.Join(err, err2)
	})
}

func TestMergeKeepsEverything(t *testing.T) {
	w := newWorld(t)
	e := w.estate()
	into := w.client(w.anna, "Ромашка-Юг")
	w.as(w.anna, func(tx *Tx) error { return tx.Merge(e.client.ID, into.ID) })
	w.as(w.anna, func(tx *Tx) error {
		got, err := tx.Client(into.ID)
		if !cmp.Equal(got.Aliases, []string{"Ромашка"}) || got.LastTouch == 0 {
			t.Errorf("merged into %+v", got)
		}
		events, err2 := tx.Timeline(into.ID, 0, 50)
		if len(events) != 7 {
			t.Errorf("%d events", len(events))
		}
		_, err3 := tx.Client(e.client.ID)
		w.problem("gone", err3)
		return errors.Join(err, err2)
	})
	if r, err := w.Check(context.Background()); err != nil || len(r.Faults) > 0 {
		t.Error(r.Faults, err)
	}
}

func TestNamesVersionTells(t *testing.T) {
	w := newWorld(t)
	version := func() (n int64) {
		w.as(w.anna, func(tx *Tx) (err error) { n, _, err = tx.NamesVersion(); return err })
		return n
	}
	was := version()
	c := w.client(w.anna, "Ромашка")
	made := version()
	w.as(w.anna, func(tx *Tx) error { return tx.SaveInteraction(&crm.Interaction{Client: c.ID, Kind: crm.TouchCall}) })
	touched := version()
	w.as(w.anna, func(tx *Tx) error { return tx.SaveContact(&crm.Contact{Client: c.ID, Name: "Ирина"}) })
	if met := version(); made == was || touched != made || met == touched {
		t.Errorf("versions %d, %d, %d, %d", was, made, touched, met)
	}
}
