package dialog

import (
	"strings"

	"followup/bot/capture"
	"followup/storage/crm"
)

// A price without a unit, «цена 4.1», is saved as it was written, and the card asks whether millions were meant.

const (
	priceMillions = "millions"
	priceWords    = "words"
)

// price is the price without a unit that the text of a touch holds.
func (f *filing) price() (said string, sum crm.Money, found bool) {
	for _, item := range f.reading.Items {
		if item.Kind == capture.Touch {
			return capture.Price(f.draft.Text, crm.RUB)
		}
	}
	return "", crm.Money{}, false
}

// askPrice puts the question on the card while it is open.
func (f *filing) askPrice(s *screen) {
	said, sum, found := f.price()
	if !found || f.state.Price != "" {
		return
	}
	s.Gap().Add(f.Say("card.price", "said", said, "sum", sum))
	s.row(labelled(f.Say("card.price.yes", "sum", sum), "pricem", f.draft.ID), f.button("card.price.no", "pricew", f.draft.ID))
}

// pricePut writes the price out in what is saved, when millions were meant.
func (f *filing) pricePut() {
	if f.state.Price != priceMillions {
		return
	}
	said, sum, found := f.price()
	if !found {
		return
	}
	word, _, _ := strings.Cut(said, " ")
	for i := range f.reading.Items {
		item := &f.reading.Items[i]
		item.Text = strings.Replace(item.Text, said, word+" "+f.Money(sum, ""), 1)
		item.Outcome = strings.Replace(item.Outcome, said, word+" "+f.Money(sum, ""), 1)
	}
}

// tapPriceMillions says that the price was in millions.
func (t *turn) tapPriceMillions(id int64, _ string) error { return t.settlePrice(id, priceMillions) }

// tapPriceWords leaves the price as it was written.
func (t *turn) tapPriceWords(id int64, _ string) error { return t.settlePrice(id, priceWords) }

func (t *turn) settlePrice(id int64, answer string) error {
	f, err := t.filed(id)
	if err != nil {
		return err
	}
	if f.state.Price == answer {
		return crm.Say("already")
	}
	f.state.Price = answer
	return f.refile()
}
