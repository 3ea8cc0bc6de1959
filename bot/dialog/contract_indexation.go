package dialog

import (
	"strings"

	"followup/bot/capture"
	"followup/bot/message"
	"followup/storage/crm"
)

// How a contract's price changes: a percentage or words, and the day when they are known. It is kept as a note, not reckoned
// with: the new price is agreed by people.

// maxIndexation is the longest note, in UTF-16 units.
const maxIndexation = 120

// indexLine is the change of the price as one line.
func (t *turn) indexLine(k crm.Contract) string {
	if k.IndexDay.IsZero() {
		return t.Say("contract.indexed", "text", k.Indexation)
	}
	return t.Say("contract.indexed.day", "text", k.Indexation, "day", t.Date(k.IndexDay, "full"))
}

// tapIndexation asks how the price changes.
func (t *turn) tapIndexation(id int64, arg string) error {
	k, err := t.tx.Contract(id)
	if err != nil {
		return err
	}
	if k.Status == crm.ContractClosed {
		return crm.Say("already")
	}
	if arg == "none" {
		if k.Indexation == "" && k.IndexDay.IsZero() {
			return crm.Say("already")
		}
		k.Indexation, k.IndexDay = "", crm.Date{}
		return t.saveContractShown("indexed", k, t.Say("contract.index.gone"))
	}
	s := t.screen("contract.index.ask", "number", t.number(k.Number))
	if k.Indexation != "" || !k.IndexDay.IsZero() {
		s.Line(t.Say("contract.index.now", "what", t.indexLine(k)))
		s.row(t.button("contract.index.none", "kindex", id, "none"))
	}
	return t.open("kindex", formData{ID: id}, s)
}

// formIndexation reads «7% с 01.02.2027», «по инфляции», «5 процентов с марта».
func (t *turn) formIndexation(d formData, text string) error {
	k, err := t.tx.Contract(d.ID)
	if err != nil {
		return err
	}
	w, err := t.world(crm.MomentOf(t.now))
	if err != nil {
		return err
	}
	read := capture.Read(text, w)
	if len(read.Mentions) > 0 {
		return errNotMine
	}
	if len(read.Invalid) > 0 {
		return crm.Say("when.invalid", "said", read.Invalid[0].Text)
	}
	written, ok := capture.ReadTerms(t.Say("prefix.indexation")+" "+text, w)
	if !ok || written.Indexation == "" || message.Len(strings.TrimSpace(text)) > maxIndexation {
		return crm.Say("contract.index.unclear", "said", message.Cut(text, 60))
	}
	if err := t.closeForm(); err != nil {
		return err
	}
	k.Indexation, k.IndexDay = written.Indexation, written.IndexDay
	line := t.Say("contract.index.done")
	if !k.IndexDay.IsZero() {
		client, err := t.tx.Client(k.Client)
		if err != nil {
			return err
		}
		team, err := t.teamOf(client)
		if err != nil {
			return err
		}
		var days []string
		for _, step := range t.stepsOf("indexation", k, client, team) {
			days = append(days, t.stepDay(step, k.IndexDay))
		}
		if len(days) > 0 {
			line = t.Say("contract.index.days", "days", days)
		}
	}
	return t.saveContractShown("indexed", k, line)
}
