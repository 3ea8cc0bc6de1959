// Package rules says when to remind: one file per kind of reminder, each a small value of the table Kinds. It is pure: a
// record, a calendar and a moment in, the next step out. Nothing here is remembered; storage keeps the steps that were
// said and asks again.
package rules

import (
	"time"

	"followup/scheduler/calendar"
	"followup/storage/crm"
)

// Subject is the record that a reminder is about, with all that its rule looks at. Exactly one of FollowUp, Contract,
// Invoice, Promise, Document, Contact, Client and Member's own plan (all nil) is set; Client beside another record is its client,
// and Contract beside an invoice is the invoice's contract.
type Subject struct {
	FollowUp *crm.FollowUp
	Contract *crm.Contract
	Invoice  *crm.Invoice
	Promise  *crm.Promise
	Document *crm.Document
	Contact  *crm.Contact
	Client   *crm.Client

	Promised  bool       // of an invoice: a promise is pending for it or for its client's whole debt
	Recipient crm.Member // who is responsible and told: his zone and hours decide the moment
	Team      crm.Team   // whose ladders hold
}

// Step is one notification of a kind for a subject. Anchor and Name together are said once for a subject, ever.
type Step struct {
	At     crm.Moment
	Anchor string // what the step counts from: a date, or a due moment
	Name   string // "due", "+30m", "-90", "L2"
	Daily  bool   // comes as a line of the morning plan
	Named  bool   // the person named this time himself: quiet hours and days off don't hold it back
	Level  int    // the dunning level that an invoice reaches by this step, 0 when none
}

// Kind is a kind of reminder.
type Kind struct {
	Name string
	Of   string // the subject's kind: followup, contract, invoice, promise, document, contact, client, member
	// Asker: told to who asked for a follow-up instead of who does it.
	Asker bool
	Lead  bool // told to a lead of the team instead of who is responsible; to nobody when these are one
	// Next is the first step whose moment is later than after. It is false when nothing is left to say: the record is
	// settled, paused for good, or its ladder has ended. Asked with after one second before a planned step it tells
	// whether that step still holds.
	Next func(s Subject, c *calendar.Calendar, after time.Time) (Step, bool)
}
