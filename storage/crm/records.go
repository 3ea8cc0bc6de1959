package crm

import "time"

// Moment is an instant in unix seconds; zero means "none". It is what the database stores.
type Moment int64

// MomentOf drops the fraction of a second.
func MomentOf(t time.Time) Moment {
	if t.IsZero() {
		return 0
	}
	return Moment(t.Unix())
}

// In is the moment as a local time of a zone.
func (m Moment) In(zone *time.Location) time.Time { return time.Unix(int64(m), 0).In(zone) }

// Role is what a member may do; see permissions.go.
type Role string

// Roles from the widest to the narrowest.
const (
	Owner   Role = "owner"
	Lead    Role = "lead"
	Manager Role = "manager"
)

// Team is a group of members. Chat is the bound group chat, 0 when none.
type Team struct {
	ID       int64
	Name     string
	Chat     int64
	Thread   int64
	Settings TeamSettings
}

// Member is a person of the company. Telegram is his user id and, at once, the id of his private chat with the bot.
type Member struct {
	ID         int64
	Telegram   int64
	Name       string
	Role       Role
	Team       int64
	Language   string // "ru" or "en"
	Zone       string // IANA name
	Status     MemberStatus
	AwayFrom   Date // first day of an absence; zero when none
	AwayUntil  Date // last day
	Substitute int64
	AwayExcept []int64 // clients that stay out of the substitute's hands: a lead gets their reminders
	Settings   MemberSettings
	Joined     Moment
}

// MemberStatus tells whether a member can be spoken to.
type MemberStatus string

// Blocked is one who stopped the bot: his reminders are kept and his lead was told once. Left is a former member.
const (
	MemberActive  MemberStatus = "active"
	MemberBlocked MemberStatus = "blocked"
	MemberLeft    MemberStatus = "left"
)

// Location is the member's zone; see Zone.
func (m Member) Location() *time.Location { return Zone(m.Zone) }

// Away reports whether the member is absent on day.
func (m Member) Away(day Date) bool {
	return !m.AwayFrom.IsZero() && !day.Before(m.AwayFrom) && (m.AwayUntil.IsZero() || !day.After(m.AwayUntil))
}

// Tier is how important a client is; it sets the cadence.
type Tier string

// Tiers with their default cadence in days: A 14, B 30, C 90.
const (
	TierA Tier = "A"
	TierB Tier = "B"
	TierC Tier = "C"
)

// ClientStatus is where a client stands.
type ClientStatus string

// An archived client stays in search and history and has no reminders.
const (
	ClientActive   ClientStatus = "active"
	ClientArchived ClientStatus = "archived"
)

// Client is a company or person we serve. Key is NameKey(Name). Cadence is in days, 0 means the tier's.
type Client struct {
	ID        int64
	Name      string
	Key       string
	Aliases   []string
	City      string
	INN       string
	Manager   int64
	Team      int64
	Tier      Tier
	Cadence   int
	Status    ClientStatus
	Tags      []string
	LastTouch Moment // of the last two-way interaction, by when it happened
	Created   Moment
}

// ClientName is what finds a client in a text.
type ClientName struct {
	ID       int64
	Name     string
	Aliases  []string
	INN      string
	City     string
	Manager  int64
	Team     int64
	Own      bool // the asking member is responsible
	Contacts []ContactName
}

// ContactName is what finds a contact in a text.
type ContactName struct {
	Name   string
	Phones []string
}

// Contact is a person at a client. Birthday's year may be 0: unknown.
type Contact struct {
	ID       int64
	Client   int64
	Name     string
	Position string
	Role     string // in decisions
	Phones   []string
	Email    string
	Telegram int64
	Birthday Date
}

// Interaction is what happened with a client.
type Interaction struct {
	ID       int64
	Client   int64
	Author   int64
	Kind     TouchKind
	Happened Moment // not when it was typed
	Text     string
	Outcome  string
	Private  bool // a note for its author only
	Chat     int64
	Message  int64 // the source message
	Created  Moment
}

// FollowUpStatus is where a follow-up stands.
type FollowUpStatus string

// Statuses of a follow-up.
const (
	FollowUpOpen      FollowUpStatus = "open"
	FollowUpDone      FollowUpStatus = "done"
	FollowUpCancelled FollowUpStatus = "cancelled"
)

// FollowUp is a next step. It is due on Day at Clock in Zone; Due is the same as a moment, derived from them. AllDay means
// that only the day was agreed: it comes with the morning plan. Named means that the person named the time himself, so that
// quiet hours and days off don't hold it back. An Obligation was promised to the client; an Await is what the client
// promised us. Rule is the RFC 5545 RRULE of a repeat. Snoozed is a later moment of this occurrence only, 0 when none.
type FollowUp struct {
	ID          int64
	Client      int64 // 0 for one without a client
	Assignee    int64
	Author      int64
	Asker       int64 // of a request: who asked the assignee; 0 when it is no request
	Text        string
	Verb        string // call, meet, write, send, check, task
	Day         Date
	Clock       Clock
	Zone        string
	Due         Moment
	AllDay      bool
	Named       bool
	Obligation  bool
	Await       bool
	Rule        string
	Snoozed     Moment
	Status      FollowUpStatus
	Outcome     string
	Closed      Moment
	Interaction int64 // that it came from, 0 when none
	Created     Moment
}

// DerivedDue is the moment that Day, Clock and Zone mean.
func (f FollowUp) DerivedDue() Moment { return MomentOf(f.Day.In(Zone(f.Zone), f.Clock)) }

// ContractStatus is where a contract stands.
type ContractStatus string

// Decided says that the renewal of the present term was decided; it is cleared when the term rolls.
const (
	ContractActive  ContractStatus = "active"
	ContractClosing ContractStatus = "closing" // not renewing: ends at End
	ContractClosed  ContractStatus = "closed"
)

// Term is a term of a contract that is over: its first day (zero when it isn't known) and its last, and what it went into
// the next one by: "rolled" by itself, "signed" by agreement.
type Term struct {
	From Date `json:",omitzero"`
	To   Date
	By   string
}

// Contract has a term that ends at End (the last day, zero when open-ended). Decision says what was decided about the
// present term: "" nothing yet, "renewing", "refused", "signed" (another contract follows this one).
type Contract struct {
	ID            int64
	Client        int64
	Number        string
	Subject       string
	Start         Date
	End           Date
	Sum           Money
	Renewal       RenewalMode
	RenewalMonths int
	NoticeDays    int
	NoticeWorking bool   // NoticeDays are working days
	Penalty       Rate   // per day of delay
	PenaltyCap    Rate   // of the debt, 0 means none
	ClaimDays     int    // 0 means 30
	Indexation    string // how the price changes, in words: «7 %», «по инфляции»
	IndexDay      Date   // when it changes next, zero when only the notice says so
	Status        ContractStatus
	Decision      string
	Reason        string
	Postponed     Date   // "other day": nothing is said before it
	Term          int    // how many times the term rolled
	Past          []Term // the terms that are over, the first one first
	Follows       int64  // the contract that this one was signed after, 0 when none
	Created       Moment
}

// TermStart is the first day of the present term, zero when it isn't known.
func (k Contract) TermStart() Date {
	if n := len(k.Past); n > 0 {
		return k.Past[n-1].To.AddDays(1)
	}
	return k.Start
}

// InvoiceStatus is where an invoice stands.
type InvoiceStatus string

// Statuses of an invoice. Disputed and paused invoices don't rise in level.
const (
	InvoiceOpen     InvoiceStatus = "open"
	InvoicePartly   InvoiceStatus = "partly"
	InvoicePaid     InvoiceStatus = "paid"
	InvoiceDisputed InvoiceStatus = "disputed"
	InvoiceWritten  InvoiceStatus = "written_off"
	InvoiceSplit    InvoiceStatus = "split" // all that was open went into the instalments of a plan
)

// Invoice is a sum owed by Due. Balance is what is still open, kept in the payments' own transaction. Level is the dunning
// level already reached, 0..5. Paused holds reminders until that day. Moved is what went into the instalments of a plan,
// which are invoices of their own with PlanOf and a Part.
type Invoice struct {
	ID       int64
	Client   int64
	Contract int64
	PlanOf   int64  // the invoice that this is an instalment of, 0 when none
	Number   string // empty: «б/н»
	Issued   Date
	Due      Date
	Sum      Money
	Balance  Money
	Moved    Money
	Status   InvoiceStatus
	Level    int
	LevelSet Moment // when Level was reached
	Sent     int    // highest level whose text was marked as sent
	Paused   Date
	Reason   string // of a dispute, a pause or a write-off
	Claimed  Date   // day on which the claim was sent, zero when none
	// How the claim was sent ("post", "courier", "mail", "edo", "hand") and the number it can be traced by.
	ClaimChannel string
	ClaimTrack   string
	Part         string // "2/3" of a bill that is paid in parts, empty for a whole one
	Created      Moment
}

// Payment is money received. Rest is what no invoice took: an advance.
type Payment struct {
	ID      int64
	Client  int64
	Day     Date
	Sum     Money
	Rest    Money
	Source  string // "typed", "statement", "import" for what a file says was paid before, or "credit" for a credit note; the last two are no money that came now
	Note    string
	Author  int64
	Created Moment
}

// Allocation is the part of a payment that an invoice took.
type Allocation struct {
	ID      int64
	Payment int64
	Invoice int64
	Sum     Money
	Day     Date // the payment's day, for the penalty's working
}

// PromiseStatus is how a promise to pay ended.
type PromiseStatus string

// A pending promise holds the invoice's level.
const (
	PromisePending   PromiseStatus = "pending"
	PromiseKept      PromiseStatus = "kept"
	PromisePartly    PromiseStatus = "partly"
	PromiseBroken    PromiseStatus = "broken"
	PromiseCancelled PromiseStatus = "cancelled"
)

// Promise is the client's word to pay Sum by Day. Paid is what came since; Checked is the day its check was said.
type Promise struct {
	ID      int64
	Client  int64
	Invoice int64 // 0: the client's whole debt of the currency
	Sum     Money
	Paid    Money
	Day     Date
	By      string
	Status  PromiseStatus
	Author  int64
	Created Moment
}

// Document is a paper on its way: asked for, sent, signed, original received; a zero date means "not yet".
type Document struct {
	ID        int64
	Client    int64
	Contract  int64
	Kind      DocumentKind
	Number    string
	Title     string
	Requested Date // a paper that somebody asked us for and that isn't sent yet
	Sent      Date
	Signed    Date
	Received  Date
	WaitSign  bool
	WaitOrig  bool
	Postponed Date // "other day": nothing is said before it
	Created   Moment
}

// Attachment is a file kept by Telegram's id. Unique is the id that is the same for every bot and copy: it tells that the
// same file came again.
type Attachment struct {
	ID          int64
	Client      int64
	Interaction int64
	Document    int64
	Kind        string // photo, document, voice, video_note, audio, video
	File        string
	Unique      string
	Name        string
	Size        int64
	Created     Moment
}

// AccessStatus is where a request for access to another's client stands.
type AccessStatus string

// Statuses of a request. Handed is one whose client was handed over to the asker; Ended is access that was taken back.
const (
	AccessAsked   AccessStatus = "asked"
	AccessGiven   AccessStatus = "given"
	AccessRefused AccessStatus = "refused"
	AccessHanded  AccessStatus = "handed"
	AccessEnded   AccessStatus = "ended"
)

// Access is a member's request for access to another's client, and once it is given the access itself. By is who answered.
type Access struct {
	ID       int64
	Client   int64
	Member   int64
	Status   AccessStatus
	By       int64
	Created  Moment
	Answered Moment
}

// Subject names one record: what a message, a button or a reminder is about.
type Subject struct {
	Kind string // client, followup, contract, invoice, promise, document, member, interaction, change, payment, plan, digest, access, team
	ID   int64
}
