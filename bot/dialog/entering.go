package dialog

import (
	"strings"

	"followup/bot/capture"
	"followup/bot/message"
	"followup/storage/crm"
)

// A bill, a payment or a contract can be entered step by step: by a command without arguments or by a button of a client. It
// is filed as a line that says nothing but what it is, and what lacks is asked with buttons: whose, how much, by when; of a
// contract its number and its terms. A bill's number is not asked for, since it may have none; a button of its card takes it.

// billing files its arguments as a line that begins with the word of the thing: "/invoice Ромашка 126 15к до 30.11"; without
// arguments it asks for everything.
func billing(kind capture.ItemKind) func(*turn, string) error {
	return func(t *turn, args string) error {
		prefix := t.Say("prefix." + string(kind))
		if args != "" {
			return t.file(prefix+" "+args, state{})
		}
		return t.file(prefix, state{Force: string(kind)})
	}
}

// forceEntered makes the message a bill, a payment or a contract, whatever else it says.
func (f *filing) forceEntered(kind capture.ItemKind) {
	r := &f.reading
	for _, item := range r.Items {
		if item.Kind == kind {
			r.Items = []capture.Item{item}
			return
		}
	}
	item := capture.Item{Kind: kind, Text: r.Text, Clients: f.everyone()}
	if kind == capture.Contract {
		item.Text, item.Contract = "", &capture.ContractTerms{}
	}
	if len(r.Sums) > 0 {
		item.Sum = &r.Sums[0]
	}
	if len(r.Times) > 0 {
		item.When = &r.Times[0]
	}
	r.Items, r.Rest, r.Order, r.Chat = []capture.Item{item}, "", nil, ""
}

// entering are the questions for the client of what is entered step by step.
var entering = map[string]string{string(capture.Invoice): "whose.invoice", string(capture.Payment): "whose.payment", string(capture.Contract): "whose.contract"}

// entered names a change that was entered step by step by what it made, for undo: the line says only «счёт».
func (f *filing) entered() {
	if entering[f.state.Force] == "" || len(f.lines) == 0 {
		return
	}
	line, _, _ := strings.Cut(f.lines[0], "\n")
	f.tx.Change("filed", crm.Subject{Kind: "client", ID: f.firstClient()}, crm.Fact{Name: "text", Value: message.Cut(line, 60)})
}

// tapNewBill enters a bill of a client step by step.
func (t *turn) tapNewBill(client int64, _ string) error { return t.enter(client, capture.Invoice) }

// tapNewPayment enters a payment of a client step by step.
func (t *turn) tapNewPayment(client int64, _ string) error { return t.enter(client, capture.Payment) }

func (t *turn) enter(client int64, kind capture.ItemKind) error {
	c, err := t.tx.Client(client)
	if err != nil {
		return err
	}
	alone := *t
	alone.in.Kind = message.Text // its questions are messages of their own
	return alone.file(t.Say("prefix."+string(kind)), state{Client: c.ID, Force: string(kind)})
}

// tapBillNumber asks for the number of a bill.
func (t *turn) tapBillNumber(id int64, _ string) error {
	if _, err := t.filed(id); err != nil {
		return err
	}
	return t.open("billno", formData{ID: id}, t.screen("billno.ask"))
}

// longestNumber is the longest number of a bill or a contract that is taken.
const longestNumber = 30

// writtenNumber is the number of a paper that an answer gives: «№ 14/26», «А-125»; false when it is none.
func writtenNumber(text string) (string, bool) {
	number := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(text), "№"))
	ok := number != "" && len(strings.Fields(number)) <= 2 && message.Len(number) <= longestNumber && strings.ContainsAny(number, "0123456789")
	return number, ok
}

func (t *turn) formBillNumber(d formData, text string) error {
	f, err := t.filed(d.ID)
	if err != nil {
		return err
	}
	number, ok := writtenNumber(text)
	if !ok {
		return errNotMine
	}
	if err := t.closeForm(); err != nil {
		return err
	}
	f.state.Number = number
	return f.refile()
}
