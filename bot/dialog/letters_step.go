package dialog

import (
	"slices"

	"followup/bot/capture"
	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
)

// A step to write to a client about a debt offers the text at once, when a bill of the client's is overdue: that of the oldest.

// debtWords tell that a letter is about money that is owed.
const debtWords = "долг задолж просроч оплат debt overdue payment arrears owe"

// aboutDebt reports whether a step is to write to the client about what is owed.
func aboutDebt(item capture.Item) bool {
	return (item.Verb == "write" || item.Verb == "send") && saysOne(item.Text, debtWords)
}

// letterButton leads to the text about the oldest overdue bill of the step's client; none when nothing is overdue.
func (f *filing) letterButton(item capture.Item) ([]message.Button, error) {
	clients := f.clientsOf(item)
	if len(clients) != 1 {
		return nil, nil
	}
	open, err := f.tx.Invoices(storage.InvoiceFilter{Client: clients[0], Open: true})
	if err != nil {
		return nil, err
	}
	open = slices.DeleteFunc(open, func(i crm.Invoice) bool { return !i.Due.Before(f.today) })
	if len(open) == 0 {
		return nil, nil
	}
	oldest := slices.MinFunc(open, func(a, b crm.Invoice) int { return a.Due.Compare(b.Due) })
	return []message.Button{f.button("invoice.text", "text", oldest.ID)}, nil
}
