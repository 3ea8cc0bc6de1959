// Package capture reads work talk, Russian, English or mixed, and says what was meant: which client, what happened, what
// was promised, what is due when, how much money. It is pure and deterministic: text and a World in, a Reading out. What
// has two plausible readings comes back as a question; what it doesn't understand it leaves alone.
//
// The stages, one file each: token.go cuts the text; when.go and money.go find dates and sums; who.go finds clients in a
// Portfolio; what.go cuts the message into clauses and makes items of them.
package capture

import (
	"time"

	"followup/scheduler/calendar"
	"followup/storage/crm"
)

// World is what a reader knows beside the text.
type World struct {
	Now      time.Time          // the moment of the message in the writer's own zone
	Language string             // "ru" or "en": how 05.06 is read, nothing else
	Currency crm.Currency       // of a sum without one; empty means RUB
	Habits   Habits             // what vague words mean
	Calendar *calendar.Calendar // working days; nil knows weekends only
	Clients  *Portfolio         // nil: no client is found
}

// Habits are the clock times of vague words; all are settings of a member.
type Habits struct {
	DayStart  crm.Clock // start of the working day: 09:00
	Default   crm.Clock // a day without a time: 10:00
	Morning   crm.Clock // «утром»: 10:00
	Lunch     crm.Clock // «в обед»: 13:00
	AfterNoon crm.Clock // «после обеда»: 14:00
	Evening   crm.Clock // «вечером», «ближе к вечеру»: 17:00
	DayEnd    crm.Clock // «до пятницы», «к концу дня»: 18:00; an hour earlier on the day before a holiday
}

// DefaultHabits are those of a new member.
func DefaultHabits() Habits {
	return Habits{
		DayStart: crm.At(9, 0), Default: crm.At(10, 0), Morning: crm.At(10, 0), Lunch: crm.At(13, 0),
		AfterNoon: crm.At(14, 0), Evening: crm.At(17, 0), DayEnd: crm.At(18, 0),
	}
}

// Span is a half-open range of bytes of the text.
type Span struct{ From, To int }

// Grain is how exact a time is.
type Grain string

// Grains from fine to coarse. A part is a part of a day («утром»).
const (
	Minute  Grain = "minute"
	Hour    Grain = "hour"
	Part    Grain = "part"
	Day     Grain = "day"
	Week    Grain = "week"
	Month   Grain = "month"
	Quarter Grain = "quarter"
	Year    Grain = "year"
)

// Bound is how a time limits what it belongs to.
type Bound string

// At is the moment itself, Before a deadline, After a start, Within a stretch with two ends, Repeat a rule.
const (
	At     Bound = "at"
	Before Bound = "before"
	After  Bound = "after"
	Within Bound = "within"
	Repeat Bound = "repeat"
)

// Time is one time expression. Start and End delimit the cell or stretch that was named, End exclusive, in the writer's
// zone; for Before, Start is the first instant of a named day («до пятницы») or the first instant after an edge («до конца
// месяца»). Due is when a person would expect to be reminded: the vague word's habit, the end of the working day of a
// deadline, 10:00 of a bare day.
type Time struct {
	Span     Span
	Apart    Span // of a clock that stands apart from its day: «завтра встреча с Ромашкой в 12»; usually empty
	Start    time.Time
	End      time.Time
	Grain    Grain
	Bound    Bound
	Due      time.Time
	Day      crm.Date  // the civil day of Due
	Clock    crm.Clock // the local time of Due
	HasClock bool      // a time of day was named («в 15», «после обеда»), not supplied by a habit for a bare day
	Relative bool      // «завтра», «в пятницу», «через неделю»: a day off is asked about; a calendar date («04.11») is not
	Past     bool      // speaks of what happened
	Before   crm.Date  // «с 01.05.2027 по 30.04.2026»: the last day as it was written, when it is before the first
	Rule     string    // RFC 5545 RRULE of a repeat, empty otherwise
	Ask      *Question // two plausible readings
}

// Sum is one sum of money. Ask is set when the scale is open («200» beside an invoice of 486 000 ₽ is decided by the
// dialog, which knows the invoice; Bare tells it that neither a currency nor a multiplier was written).
type Sum struct {
	Span  Span
	Money crm.Money
	Bare  bool
	Share crm.Rate // «половину»: a share of the whole instead of a sum; Money is zero then
}

// Question is something that must be asked before it is relied on. Key is a catalog key; Choices are the readings, the
// likelier first.
type Question struct {
	Key     string
	Facts   []crm.Fact
	Choices []Time
}

// ItemKind is what a piece of the message is about.
type ItemKind string

// Kinds of items. What happened: Touch. What comes next: FollowUp (ours), Obligation (we promised it to the client), Await
// (they promised something that is not money). Money: Invoice, Payment, Promise, and the lines of the ledger Plan, Concession
// and Apply. Contract and Document are paper.
const (
	Touch      ItemKind = "touch"
	FollowUp   ItemKind = "followup"
	Obligation ItemKind = "obligation"
	Await      ItemKind = "await"
	Invoice    ItemKind = "invoice"
	Payment    ItemKind = "payment"
	Promise    ItemKind = "promise"
	Contract   ItemKind = "contract"
	Document   ItemKind = "document"
	Plan       ItemKind = "plan"
	Concession ItemKind = "concession"
	Apply      ItemKind = "apply"
)

// Item is one thing that the message says. Fields that don't belong to its kind are zero.
type Item struct {
	Kind    ItemKind
	Span    Span
	Text    string // what to keep, as the person wrote it, without the client and the times that were understood
	Clients []int  // indexes into Reading.Mentions: usually one; empty means the message's context or unknown
	When    *Time  // when it is due, or when it happened
	Sum     *Sum

	Touch    crm.TouchKind // of a Touch
	Outcome  string        // of a Touch, as written: «ждут КП»
	Deferral bool          // of a Touch: the client asks to pay later, which acknowledges the debt
	Due      *Time         // of a deferral: until when the client asks to pay later; nil when no day is named
	Thing    bool          // of a FollowUp: Text names what is to be sent and doesn't say so, «прайс»
	Verb     string        // of a FollowUp and an Obligation: call, meet, write, send, check, task: chooses the icon and the wording

	Number string   // of an invoice, contract or document, as written: "125", "14/26"
	Paper  string   // of a Document or of a thing promised: crm.DocumentKind
	State  string   // of a Document: asked (by them), sent, signed, received (the original), awaited (the original); When is the month it is for or the day
	Refs   []string // of a Payment, a Plan, a Concession and an Apply: numbers of the invoices
	By     string   // of a Promise: who promised, as written

	TermDays    int  // of an Invoice: «оплата 10 дней»; When is then the last of them
	TermWorking bool // they were called working days

	Contract *ContractTerms
	Parts    []Instalment       // of a Plan
	Concede  crm.ConcessionKind // of a Concession
}

// Instalment is a part of a Plan; one without a Sum is the rest.
type Instalment struct {
	Sum  *Sum
	When *Time
}

// ContractTerms are the terms written in a line about a contract; zero fields were not written.
type ContractTerms struct {
	Start, End    crm.Date
	Renewal       crm.RenewalMode
	RenewalMonths int
	NoticeDays    int
	NoticeWorking bool // the notice counts working days
	Penalty       crm.Rate
	PenaltyCap    crm.Rate
	ClaimDays     int
	Indexation    string // how the price changes: "7 %", «по инфляции»
	IndexDay      crm.Date
}

// Reading is all that was understood of one message.
type Reading struct {
	Text     string
	Times    []Time
	Sums     []Sum
	Mentions []Mention
	Items    []Item
	Asks     []Question // what must be asked before saving
	Invalid  []Invalid  // written but impossible: «31 ноября»
	Deferral bool       // somebody asks to pay later, also in words that name no client
	Until    *Time      // until when; nil when no day is named
	Order    *Order     // the whole message is an instruction to the bot, not a record
	Chat     string     // small talk: "hello", "thanks", "bye", "how", "who"; empty otherwise
	Rest     string     // words that nothing explained, for a client's name that nobody knows yet
}

// Invalid is a date or time that doesn't exist, as it was written.
type Invalid struct {
	Span Span
	Text string
}

// Order is an instruction in plain words: «отложи на полчаса», «готово, ждут счёт», «отмени», «нет, в 16», «не Вектор, а
// Вектор Плюс», «ой 15000», «первый», «да».
type Order struct {
	Verb    string // snooze, done, missed, cancel, undo, redo, yes, no, choose, move, client, sum, today, week, help, debts, renewals, find, card
	When    *Time  // of snooze and move the new time; of today and week another day than this one
	Sum     *Sum
	Choice  int      // of choose: 1-based; «оба», «все» are -1
	Mention *Mention // of client, card and find; of move the client whose item is moved
	Text    string   // what follows: the outcome after «готово», the words to find
}

// Mention is a place where clients are named.
type Mention struct {
	Span    Span
	Matches []Match // best first; more than one of equal rank must be asked
	Sure    bool    // one match may be taken without a question
}

// Match is a client that a mention may mean.
type Match struct {
	Client int64  // the id the Portfolio was given
	Score  int    // 0..1000
	How    string // exact, inflected, alias, inn, phone, contact, person (a client by the given name alone), layout, typo, translit, abbreviation
}
