package storage

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"followup/storage/crm"
)

// TestWorkIsTheSameForBoth: what a lead reads of a manager is what the manager reads of herself; others read nothing.
func TestWorkIsTheSameForBoth(t *testing.T) {
	w := newWorld(t)
	e := w.estate()
	now := crm.MomentOf(w.now())
	w.as(w.anna, func(tx *Tx) error {
		return tx.SaveInteraction(&crm.Interaction{Client: e.client.ID, Author: w.anna.ID, Kind: crm.TouchNote, Private: true, Happened: now, Text: "только для себя"})
	})
	w.as(w.anna, func(tx *Tx) error {
		return tx.SaveInteraction(&crm.Interaction{Client: e.client.ID, Author: w.anna.ID, Kind: crm.TouchMeeting, Happened: now, Text: "встреча"})
	})
	today := crm.DateOf(w.now())
	f := WorkFilter{From: now - 3600, To: now + 1, LateAt: now + 400*24*3600, Today: today.AddDays(400)}
	own, team := f, f
	own.Member, team.Team = w.anna.ID, w.north.ID
	var hers, leads map[int64]*Work
	w.as(w.anna, func(tx *Tx) (err error) {
		hers, err = tx.Works(own)
		_, denied := tx.Works(team)
		w.problem("denied", denied)
		_, denied = tx.Finished(f)
		w.problem("denied", denied)
		return err
	})
	w.as(w.lead, func(tx *Tx) (err error) {
		leads, err = tx.Works(team)
		_, denied := tx.Works(f)
		w.problem("denied", denied)
		return err
	})
	if d := cmp.Diff(hers[w.anna.ID], leads[w.anna.ID]); d != "" {
		t.Errorf("herself and her lead (-hers +lead's):\n%s", d)
	}
	if got := hers[w.anna.ID]; got == nil || got.Touches[crm.TouchNote] != 0 || got.Touches[crm.TouchMeeting] != 1 || got.Late == 0 {
		t.Errorf("her work: %+v", got)
	}
}

// TestFiguresOfTheLatestDay: a week without a digest on its very day is compared with the nearest before.
func TestFiguresOfTheLatestDay(t *testing.T) {
	w := newWorld(t)
	day := crm.NewDate(2026, 11, 18)
	w.as(w.lead, func(tx *Tx) error {
		for back, value := range map[int]int64{7: 70, 9: 90, 20: 200, 500: 5} {
			if err := tx.SaveFigures(day.AddDays(-back), "team 1", []Figure{{Name: "owed", Currency: crm.RUB, Value: value}}); err != nil {
				return err
			}
		}
		for _, x := range []struct {
			from, to int
			want     []Figure
		}{
			{10, 7, []Figure{{"owed", crm.RUB, 70}}},
			{10, 8, []Figure{{"owed", crm.RUB, 90}}},
			{6, 0, nil},
		} {
			got, err := tx.Figures(day.AddDays(-x.from), day.AddDays(-x.to), "team 1")
			if err != nil || !cmp.Equal(got, x.want) {
				t.Errorf("from %d to %d days ago: %v, want %v, %v", x.from, x.to, got, x.want, err)
			}
		}
		for _, want := range []bool{true, false} {
			if first, err := tx.FirstOn(day, "team 1", "group"); err != nil || first != want {
				t.Errorf("first: %t, %v", first, err)
			}
		}
		return nil
	})
}
