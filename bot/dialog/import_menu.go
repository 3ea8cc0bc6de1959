package dialog

import (
	"bytes"
	"regexp"

	"followup/bot/message"
	"followup/storage/crm"
	"followup/storage/exchange"
)

// importTemplates are the tables to fill in, in the order of their buttons; the catalog has "import.template.SHAPE".
var importTemplates = []exchange.Shape{exchange.ShapeClients, exchange.ShapeContacts, exchange.ShapeReceivables, exchange.ShapeContracts}

// importMenu says what may be sent, offers tables to fill in, and leads to what still waits.
func (t *turn) importMenu(string) error {
	s := t.screen("import.menu")
	var buttons []message.Button
	for _, shape := range importTemplates {
		buttons = append(buttons, t.button("import.template."+string(shape), "tmpl", 0, string(shape)))
	}
	s.rows(2, buttons...)
	waiting, err := t.tx.Receipts()
	if err != nil {
		return err
	}
	if len(waiting) > 0 {
		s.row(labelled(t.Say("receipt.button", "n", len(waiting)), "rcpt", waiting[0].ID))
	}
	return t.send(s)
}

// tapImportTemplate sends a table to fill in.
func (t *turn) tapImportTemplate(_ int64, arg string) error {
	sheet, ok := exchange.Template(exchange.Shape(arg), t.me.Language, t.today)
	if !ok {
		return crm.Say("button.unknown")
	}
	if err := t.costly(); err != nil {
		return err
	}
	var book bytes.Buffer
	if err := exchange.WriteXLSX(&book, sheet); err != nil {
		return err
	}
	s := t.screen("import.template.sent")
	s.file = &message.Upload{Name: "followup-" + arg + ".xlsx", Bytes: book.Bytes()}
	o := t.out(s)
	o.Once = true
	_, err := t.tx.Send(o)
	return err
}

// sheetLink is a message that is nothing but a link to Google Sheets.
var sheetLink = regexp.MustCompile(`^\s*(?:https?://)?docs\.google\.com/spreadsheets/\S+\s*$`)

// onlineTable says what to do with a pasted link: the bot fetches nothing from the network on somebody's word.
func (t *turn) onlineTable() (bool, error) {
	if !sheetLink.MatchString(t.in.Text) {
		return false, nil
	}
	return true, t.say("import.sheets")
}
