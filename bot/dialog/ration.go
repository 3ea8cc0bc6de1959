package dialog

import (
	"time"

	"followup/storage/crm"
)

// costly is asked before what costs much in one turn: a search, a report with its pictures, a digest, a file that is made
// or read. Whoever asks for too many in a row is told when the next may follow; what people tell of their work is never
// asked about.
func (t *turn) costly() error {
	wait := t.d.o.Ration(t.me.ID)
	if wait <= 0 {
		return nil
	}
	return crm.Say("ration", "n", int64((wait+time.Second-1)/time.Second))
}
