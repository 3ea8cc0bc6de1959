package dialog

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"followup/storage"
	"followup/storage/crm"
)

// A form is a question whose answer is typed. Its state is a row per chat, so a restart loses nothing. A form that finds
// that a message is no answer to it gives errNotMine and keeps waiting while the message is handled as usual.
type form func(t *turn, d formData, text string) error

// formData is what a form remembers.
type formData struct {
	ID   int64  `json:",omitempty"`
	Arg  string `json:",omitempty"`
	Step string `json:",omitempty"`
}

// formTable is every form by its kind.
func formTable() map[string]form {
	return map[string]form{
		"ask":      (*turn).formAsk,         // ask.go: whom and what
		"request":  (*turn).formRequest,     // ask_answers.go: why not, a question, its answer
		"away":     (*turn).formAway,        // away_answers.go: days, a colleague, clients
		"zone":     (*turn).formZone,        // start.go
		"hour":     (*turn).formHour,        // settings.go
		"tset":     (*turn).formTeamSetting, // team_settings.go
		"when":     (*turn).formWhen,        // followup.go: another time of a follow-up
		"outcome":  (*turn).formOutcome,     // followup.go: how it ended, in words
		"answer":   (*turn).formAnswer,      // answers.go: a question's answer in words
		"retime":   (*turn).formRetime,      // repairs.go: another time on the card
		"reclient": (*turn).formReclient,    // repairs.go: another client on the card
		"promise":  (*turn).formPromise,     // promise.go: when and how much
		"reason":   (*turn).formReason,      // decisions.go: why not renewing
		"kday":     (*turn).formDecideDay,   // decisions.go: ask again on another day
		"knew":     (*turn).formNewContract, // decisions.go: the contract signed after this one
		"kend":     (*turn).formContractEnd, // decisions.go: when a contract ends
		"kindex":   (*turn).formIndexation,  // indexation.go: how the price changes
		"dispute":  (*turn).formDispute,     // quiet.go: what the dispute is about
		"pause":    (*turn).formPause,       // quiet.go: until when
		"deadline": (*turn).formDeadline,    // quiet.go: a new day for a dispute or a pause
		"dday":     (*turn).formDocumentDay, // documents.go: ask about a paper on another day
		"claim":    (*turn).formClaim,       // claim.go: when and how a claim was sent
		"keyrate":  (*turn).formKeyRate,     // penalty.go: a new key rate
		"template": (*turn).formTemplate,    // templates.go: a text to clients
		"track":    (*turn).formTrack,       // claim.go: its tracking number
		"pay":      (*turn).formPay,         // invoice.go: how much came
		"payday":   (*turn).formPayDay,      // invoice.go: on which day
		"plan":     (*turn).formPlan,        // instalments.go: parts and days
		"concede":  (*turn).formConcede,     // concessions.go: how much and why
		"splitpay": (*turn).formSplitPay,    // payment.go: over which bills
		"billno":   (*turn).formBillNumber,  // billing.go: the number of a bill
		"field":    (*turn).formField,       // client.go: a field of a client's card
		"birthday": (*turn).formBirthday,    // birthday_typed.go: when a person was born
		"receipt":  (*turn).formReceipt,     // receipt.go: whose a receipt is
		"new":      (*turn).formNew,         // client.go: the name of a new client
		"newinn":   (*turn).formNewINN,      // client_inn.go: what the client of an INN is called
		"teamname": (*turn).formTeamName,    // team.go: what a team is called
		"invite":   (*turn).formInvite,      // invite.go: an invitation in the making
	}
}

var forms = formTable()

// formLife is how long a question waits before a message is no longer taken for its answer.
const formLife = 24 * time.Hour

// keepForm makes a form wait whose question is part of what is shown anyway.
func (t *turn) keepForm(kind string, d formData) error {
	raw, err := json.Marshal(d)
	if err != nil {
		return fmt.Errorf("dialog: form %s: %w", kind, err)
	}
	return t.tx.SaveForm(storage.Form{
		Chat: t.in.Chat, Kind: kind, Data: raw, Message: t.in.Message, Created: crm.MomentOf(t.now),
		Expires: crm.MomentOf(t.now.Add(formLife)),
	})
}

// open asks a form's question: s says it, and the answer comes to the form.
func (t *turn) open(kind string, d formData, s *screen) error {
	if err := t.keepForm(kind, d); err != nil {
		return err
	}
	return t.send(s)
}

// answerForm gives the message to the open form of this chat.
func (t *turn) answerForm() (bool, error) {
	f, ok, err := t.tx.Form(t.in.Chat)
	if !ok || err != nil || f.Expires < crm.MomentOf(t.now) {
		return false, err
	}
	var d formData
	if err := json.Unmarshal(f.Data, &d); err != nil {
		return false, fmt.Errorf("dialog: form %s: %w", f.Kind, err)
	}
	do := forms[f.Kind]
	if do == nil {
		return false, nil
	}
	if takesBack(t.in.Text) {
		return true, t.cancel("")
	}
	if t.pass(formNeeds, f.Kind) != nil { // the right to answer was taken away since it was asked
		return false, t.closeForm()
	}
	err = do(t, d, t.in.Text)
	if errors.Is(err, errNotMine) {
		return false, nil
	}
	return true, err
}

// takesBack reports whether a message leaves the open question in so many words; none of them is an answer to any.
func takesBack(text string) bool {
	return map[string]bool{"отмена": true, "cancel": true, "стоп": true, "stop": true}[strings.ToLower(strings.Trim(text, " .!"))]
}

// closeForm ends the open form of this chat.
func (t *turn) closeForm() error { return t.tx.DropForm(t.in.Chat) }
