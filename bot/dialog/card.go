package dialog

import (
	"errors"
	"strings"

	"followup/bot/capture"
	"followup/bot/locale"
	"followup/bot/message"
	"followup/storage/crm"
)

// The card echoes what was understood: whose it is, what happened, what was promised, what comes next, each with its full
// date and sum. Nothing on it must be confirmed; the buttons only repair.

// card shows what was saved. After a tap it takes the place of the question.
func (f *filing) card() error {
	s := &screen{}
	if id := f.firstClient(); id != 0 && !f.several() {
		c, err := f.tx.Client(id)
		if err != nil {
			return err
		}
		s.Bold(c.Name)
	}
	for _, line := range f.lines {
		s.Line(line)
	}
	for _, bad := range f.reading.Invalid {
		if _, answered := f.state.Times[bad.Span.From]; !answered {
			s.Line(f.Say("card.invalid", "said", bad.Text))
		}
	}
	s.row(f.button("card.ok", "ok", f.draft.ID), f.stepButton(), f.clientButton())
	special, err := f.specialButtons()
	if err != nil {
		return err
	}
	s.rows(2, special...)
	f.askPrice(s)
	if f.state.Alias != "" && !f.several() {
		s.row(labelled(f.Say("card.alias", "name", f.state.Alias), "alias", f.draft.ID))
	}
	undo := f.button("card.undo", "undo", f.state.Change)
	if split := f.splitButton(); split.Text != "" {
		s.row(f.kindButton(), split).row(undo) // three labels don't fit side by side on a phone
	} else {
		s.row(f.kindButton(), undo)
	}
	s.about("draft", f.draft.ID)
	return f.show(s)
}

// hasStep reports whether the card holds a next step whose time can be mended.
func (f *filing) hasStep() bool {
	for _, item := range f.reading.Items {
		if isStep(item.Kind) {
			return true
		}
	}
	return false
}

func (f *filing) stepButton() message.Button {
	if !f.hasStep() {
		return message.Button{}
	}
	return f.button("card.time", "fixtime", f.draft.ID)
}

func (f *filing) clientButton() message.Button { return f.button("card.client", "fixwho", f.draft.ID) }

// kindButton offers to change what kind of touch it was.
func (f *filing) kindButton() message.Button {
	for _, item := range f.reading.Items {
		if item.Kind == capture.Touch {
			return f.button("card.kind", "fixkind", f.draft.ID)
		}
	}
	return message.Button{}
}

// specialButtons are those of a kind of item: working days for an invoice due in "10 days", the day of a payment.
func (f *filing) specialButtons() ([]message.Button, error) {
	var row []message.Button
	for _, item := range f.reading.Items {
		var more []message.Button
		var err error
		switch {
		case item.Kind == capture.Invoice && item.When != nil && f.inDays(item) > 0 && !f.state.Workdays:
			row = append(row, f.button("card.workdays", "workday", f.draft.ID))
		case item.Kind == capture.FollowUp && aboutDebt(item):
			more, err = f.letterButton(item)
		case item.Kind == capture.Contract:
			more, err = f.contractTools()
		case item.Kind == capture.Document:
			more, err = f.documentButtons()
		case item.Kind == capture.Payment:
			var split message.Button
			split, err = f.splitPayButton()
			more = []message.Button{f.button("card.payday", "payday", f.draft.ID), split}
		}
		if err != nil {
			return nil, err
		}
		row = append(row, more...)
	}
	bill, err := f.billButtons()
	return append(row, bill...), err
}

// billButtons are those of a new bill: its number when it has none, an advance that can be set off.
func (f *filing) billButtons() ([]message.Button, error) {
	var row []message.Button
	for _, made := range f.state.Made {
		if made.Kind != "invoice" {
			continue
		}
		i, err := f.tx.Invoice(made.ID)
		if err != nil {
			return nil, err
		}
		if i.Number == "" {
			row = append(row, f.button("card.billnumber", "billno", f.draft.ID))
		}
		advance, err := f.advanceButton(i)
		if err != nil {
			return nil, err
		}
		if advance.Text != "" {
			row = append(row, advance)
		}
	}
	return row, nil
}

// tapOK takes the repair buttons off the card.
func (t *turn) tapOK(id int64, _ string) error {
	f, err := t.loadDraft(id)
	if err != nil {
		return err
	}
	if f.state.Right {
		return crm.Say("already")
	}
	f.state.Right = true
	if err := f.keep(); err != nil {
		return err
	}
	if err := t.plain(); err != nil {
		return err
	}
	return t.toast(t.Say("card.ok.toast"), false)
}

// saveTouch logs what happened.
func (f *filing) saveTouch(item capture.Item, c crm.Client) error {
	if c.ID == 0 {
		return crm.Say("touch.client")
	}
	happened := f.written()
	if item.When != nil && item.When.Due.Before(f.now) {
		happened = crm.MomentOf(item.When.Due)
	}
	text := f.reading.Text
	if f.several() || strings.TrimSpace(text) == "" || f.onlyCaption() {
		text = item.Text
	} else if f.state.Place != nil {
		text += "\n" + f.mediaLine()
	}
	i := crm.Interaction{
		Client: c.ID, Author: f.me.ID, Kind: item.Touch, Happened: happened, Text: text, Outcome: item.Outcome,
		Chat: f.draft.Chat, Message: f.draft.Message,
	}
	if err := f.tx.SaveInteraction(&i); err != nil {
		return err
	}
	f.touch[c.ID] = i.ID
	line := f.Say("card.touch", "kind", locale.Key("touch."+string(item.Touch)), "when", f.when(happened)) + f.ofClient(c)
	if item.Outcome != "" {
		line += "\n" + f.Say("card.outcome", "text", item.Outcome)
	} else if words := strings.TrimSpace(item.Text); len(f.state.Cards) == 0 && (item.Touch == crm.TouchNote || len(strings.Fields(words)) > 1) {
		line += "\n" + message.Cut(words, 300)
	}
	if item.Deferral {
		line += "\n" + f.deferral(item.Due)
	}
	f.made("interaction", i.ID, line)
	return nil
}

// denied reports whether an error says that this member may not see a record.
func denied(err error) bool {
	var p *crm.Problem
	return errors.As(err, &p) && strings.HasPrefix(p.Key, "denied.")
}

// deferral says what a request to pay later is worth.
func (f *filing) deferral(until *capture.Time) string {
	if until == nil {
		return f.Say("card.deferral")
	}
	return f.Say("card.deferral.until", "day", f.Date(until.Day, "full"))
}
