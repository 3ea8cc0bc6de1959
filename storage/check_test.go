package storage

import (
	"fmt"
	"testing"

	"followup/storage/crm"
)

// TestCheckSeesTheIndexAsItIs: FTS5 checks by the structure that its connection read last, so that a reader which has looked
// once must look again after segments were merged.
func TestCheckSeesTheIndexAsItIs(t *testing.T) {
	w := newWorld(t)
	c := w.client(w.anna, "Ромашка")
	for i := range 120 {
		w.as(w.anna, func(tx *Tx) error {
			return tx.SaveInteraction(&crm.Interaction{Client: c.ID, Author: w.anna.ID, Kind: crm.TouchCall, Happened: crm.MomentOf(w.now()), Text: fmt.Sprintf("звонок %d про договор", i)})
		})
		if err := w.Index(t.Context()); err != nil {
			t.Fatal(err)
		}
		report, err := w.Check(t.Context())
		if err != nil || len(report.Faults) > 0 {
			t.Fatalf("after %d notes: %v %v", i, report.Faults, err)
		}
	}
}
