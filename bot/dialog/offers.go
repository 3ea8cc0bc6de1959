package dialog

import (
	"encoding/json"
	"fmt"

	"followup/storage"
	"followup/storage/crm"
)

// An offer is what a button would have to carry and can't in 64 bytes: it waits as a row of its member's, by its kind, and the
// button carries its number.

// keepOffer makes what wait for a button.
func (t *turn) keepOffer(kind string, what any) (storage.Offer, error) {
	raw, err := json.Marshal(what)
	if err != nil {
		return storage.Offer{}, fmt.Errorf("dialog: keep an offer of %s: %w", kind, err)
	}
	o := storage.Offer{Kind: kind, Data: raw}
	return o, t.tx.SaveOffer(&o)
}

// readOffer reads an offer into what.
func (t *turn) readOffer(id int64, kind string, what any) (storage.Offer, error) {
	o, err := t.tx.Offer(id, kind)
	if err != nil {
		return o, err
	}
	if err := json.Unmarshal(o.Data, what); err != nil {
		return o, fmt.Errorf("dialog: offer %d: %w", id, err)
	}
	return o, nil
}

// takeOffer reads an offer into what and notes that it was taken: once, a second tap is the Problem "already".
func (t *turn) takeOffer(id int64, kind string, what any) (storage.Offer, error) {
	o, err := t.readOffer(id, kind, what)
	if err == nil && o.Taken != 0 {
		err = crm.Say("already")
	}
	if err != nil {
		return o, err
	}
	o.Taken = crm.MomentOf(t.now)
	return o, t.tx.SaveOffer(&o)
}
