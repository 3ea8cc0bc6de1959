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
type form struct {
	needs crm.Action // that the answer begins; see gates.go
	do    func(t *turn, d formData, text string) error
}

// formData is what a form remembers.
type formData struct {
	ID   int64  `json:",omitempty"`
	Arg  string `json:",omitempty"`
	Step string `json:",omitempty"`
}

// formTable is every form by its kind.
func formTable() map[string]form {
	return map[string]form{
		"answer":   {crm.Change, (*turn).formAnswer},          // a question's answer in words
		"retime":   {crm.Change, (*turn).formRetime},          // another time on the card
		"reclient": {crm.Change, (*turn).formReclient},        // another client on the card
		"when":     {crm.Change, (*turn).formWhen},            // another time of a follow-up
		"outcome":  {crm.Change, (*turn).formOutcome},         // how it ended, in words
		"ask":      {crm.Change, (*turn).formAsk},             // whom and what
		"request":  {crm.Change, (*turn).formRequest},         // why not, a question, its answer
		"new":      {crm.Change, (*turn).formNew},             // the name of a new client
		"newinn":   {crm.Change, (*turn).formNewINN},          // what the client of an INN is called
		"field":    {crm.Change, (*turn).formField},           // a field of a client's card
		"birthday": {crm.Change, (*turn).formBirthday},        // when a person was born
		"reason":   {crm.Change, (*turn).formReason},          // why not renewing
		"kday":     {crm.Change, (*turn).formDecideDay},       // ask again on another day
		"knew":     {crm.Change, (*turn).formNewContract},     // the contract signed after this one
		"kend":     {crm.Change, (*turn).formContractEnd},     // when a contract ends
		"kindex":   {crm.Change, (*turn).formIndexation},      // how the price changes
		"dday":     {crm.Change, (*turn).formDocumentDay},     // ask about a paper on another day
		"pay":      {crm.Change, (*turn).formPay},             // how much came
		"payday":   {crm.Change, (*turn).formPayDay},          // on which day
		"splitpay": {crm.Change, (*turn).formSplitPay},        // over which bills
		"promise":  {crm.Change, (*turn).formPromise},         // when and how much
		"plan":     {crm.Change, (*turn).formPlan},            // parts and days
		"concede":  {crm.Change, (*turn).formConcede},         // how much and why
		"billno":   {crm.Change, (*turn).formBillNumber},      // the number of a bill
		"dispute":  {crm.Change, (*turn).formDispute},         // what the dispute is about
		"pause":    {crm.Change, (*turn).formPause},           // until when
		"deadline": {crm.Change, (*turn).formDeadline},        // a new day for a dispute or a pause
		"claim":    {crm.Change, (*turn).formClaim},           // when and how a claim was sent
		"track":    {crm.Change, (*turn).formTrack},           // its tracking number
		"keyrate":  {crm.ChangeCompany, (*turn).formKeyRate},  // a new key rate
		"template": {crm.ChangeTeam, (*turn).formTemplate},    // a text to clients
		"receipt":  {crm.Import, (*turn).formReceipt},         // whose a receipt is
		"away":     {crm.ChangeMember, (*turn).formAway},      // days, a colleague, clients
		"zone":     {crm.ChangeMember, (*turn).formZone},      // where the person is
		"hour":     {crm.ChangeMember, (*turn).formHour},      // an hour of a person's settings
		"teamname": {crm.ChangeTeam, (*turn).formTeamName},    // what a team is called
		"tset":     {crm.ChangeTeam, (*turn).formTeamSetting}, // a setting of the team
		"invite":   {crm.Invite, (*turn).formInvite},          // an invitation in the making
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
	form, known := forms[f.Kind]
	if !known {
		return false, nil
	}
	if takesBack(t.in.Text) {
		return true, t.cancel("")
	}
	if t.pass(form.needs) != nil { // the right to answer was taken away since it was asked
		return false, t.closeForm()
	}
	err = t.tx.Try(func() error { return form.do(t, d, t.in.Text) })
	switch {
	case errors.Is(err, errNotMine):
		return false, nil
	case errors.Is(err, errElsewhere):
		return false, t.closeForm()
	}
	if !moot(err) {
		return true, err
	}
	if closed := t.closeForm(); closed != nil {
		return true, closed
	}
	anew, broken := t.speaksAnew(t.in.Text)
	if anew || broken != nil {
		return false, broken
	}
	var p *crm.Problem
	if errors.As(err, &p) {
		return true, t.tell(p) // told here, because a Problem of the turn would open the form again
	}
	return true, err
}

// answerWords is how many words an answer has at most that could also be taken for a record: «в пятницу всё».
const answerWords = 4

// speaksAnew reports whether a message stands by itself although a question was open: it names somebody, tells the bot what to
// do, is small talk, or is a record too long for an answer.
func (t *turn) speaksAnew(text string) (bool, error) {
	r, err := t.understood(text)
	if err != nil {
		return false, err
	}
	work, err := t.isWork(text)
	return work && (len(r.Items) == 0 || len(r.Mentions) > 0 || len(strings.Fields(text)) > answerWords), err
}

// moot reports whether an answer came too late: what was asked about was settled otherwise meanwhile, is gone, or is somebody
// else's by now. The question is over then, or it would take every message for its answer.
func moot(err error) bool {
	var p *crm.Problem
	return errors.As(err, &p) && (p.Key == "already" || p.Key == "gone" || p.Key == "draft.gone") || denied(err)
}

// takesBack reports whether a message leaves the open question in so many words; none of them is an answer to any.
func takesBack(text string) bool {
	return map[string]bool{"отмена": true, "cancel": true, "стоп": true, "stop": true}[strings.ToLower(strings.Trim(text, " .!"))]
}

// closeForm ends the open form of this chat.
func (t *turn) closeForm() error { return t.tx.DropForm(t.in.Chat) }

// closeFormOf ends the open form of this chat when it is of that kind and record.
func (t *turn) closeFormOf(kind string, id int64) error {
	f, ok, err := t.tx.Form(t.in.Chat)
	if err != nil || !ok || f.Kind != kind {
		return err
	}
	var d formData
	if err := json.Unmarshal(f.Data, &d); err != nil || d.ID != id {
		return err
	}
	return t.closeForm()
}
