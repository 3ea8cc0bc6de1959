package crm

// ConcessionKind is why a client owes less without having paid.
type ConcessionKind string

// A write-off closes a bill for good; the others are credit notes of a sum.
const (
	Correction ConcessionKind = "correction" // the bill was wrong: корректировка
	Discount   ConcessionKind = "discount"
	Return     ConcessionKind = "return" // goods or a service were given back
	WriteOff   ConcessionKind = "writeoff"
)

// ConcessionKinds lists them in the order in which they are offered.
var ConcessionKinds = []ConcessionKind{Correction, Discount, Return, WriteOff}

// ConcessionStatus is what became of a request for a concession.
type ConcessionStatus string

// A concession that is asked for changes nothing until a lead agrees.
const (
	ConcessionAsked   ConcessionStatus = "asked"
	ConcessionAgreed  ConcessionStatus = "agreed"
	ConcessionRefused ConcessionStatus = "refused"
)

// Concession lowers what is owed on an invoice without money: a credit note of Sum, or the write-off of what is open.
// Author asked for it, Decider agreed or refused.
type Concession struct {
	ID      int64
	Client  int64
	Invoice int64
	Kind    ConcessionKind
	Sum     Money
	Reason  string
	Author  int64
	Status  ConcessionStatus
	Decider int64
	Decided Moment
	Created Moment
}

// Instalment is one part of a payment plan.
type Instalment struct {
	Due Date
	Sum Money
}
