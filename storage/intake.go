package storage

import (
	"cmp"
	"slices"

	"followup/storage/crm"
	"followup/storage/exchange"
	"followup/storage/match"
)

// Rules of intake: what the rows of a file become.
//
// The same code rehearses and writes, so that a preview says what will happen. A row finds its client by INN, else by the folded name or an alias,
// first among those that Me may change. A client that Me may not change loses the row; nothing of it is told but its name, which everybody knows.
// A name that is only like one of ours is a question: until a person decides, its rows wait. Any other name is a new client of whom the file
// calls responsible, of Me when it calls nobody; a name that no member has is a question too, and a member whose clients Me may not change
// loses the row.
//
// What is there already is never overwritten: blanks are filled in, tags, phones and people are added. A contact is the same by a phone, an e-mail
// or the name; an invoice by its number and, where both sides know it, its date, without a number by date and sum; a contract by its number; a
// touch and a next step by day and text. So a file that comes again, or overlaps with one, changes nothing twice. What a company has
// besides our fields (address, site, stage and sum of a deal) becomes a note, once.
//
// All of it is one transaction, bounded by maxIntake.

// maxIntake bounds how many records one file may bring: all of them are one transaction, and everybody else waits for its end.
const maxIntake = 20_000

// Intake is what a file brings, and what a person decided about it.
type Intake struct {
	exchange.Records

	People map[string]int64 // member by the folded name of the responsible; LeaveOut drops the rows
	Same   map[string]int64 // client by the folded name that is like its own; Another makes a new one
}

// Decisions in the place of an id.
const (
	Another  int64 = -1
	LeaveOut int64 = -2
)

// Similar is a name that is like our own clients'.
type Similar struct {
	Name   string
	Key    string
	INN    string
	Rows   int
	Client int64   // the likeliest
	Others []int64 // further ones
}

// Unknown is a responsible person whom no member is.
type Unknown struct {
	Name string
	Key  string
	Rows int
}

// IntakeReport tells what came of the rows. New, Same and Added count records by kind: client, contact, invoice, contract, interaction, followup;
// Added are those there already that the file completes. Left are the rows that were left out, with their reasons. Sums are the open balances of
// new invoices by currency; From and To is the range of the days in the file.
type IntakeReport struct {
	New, Same, Added map[string]int
	Similar          []Similar
	Unknown          []Unknown
	Left             []exchange.Trouble
	Sums             []crm.Money
	From, To         crm.Date
	Examples         int
	Undated          int // invoices without a due day, of which nobody is reminded
}

// Records is how many records are written.
func (r IntakeReport) Records() int {
	n := 0
	for _, of := range []map[string]int{r.New, r.Added} {
		for _, k := range of {
			n += k
		}
	}
	return n
}

// dossier is a client that the file speaks of, with what is kept of it as far as it was needed.
type dossier struct {
	crm.Client
	contacts  []crm.Contact
	invoices  []crm.Invoice
	contracts []crm.Contract
	words     map[string]bool // touches and notes
	tasks     map[string]bool
	loaded    map[string]bool
}

// intake is one run over a file.
type intake struct {
	tx      *Tx
	in      Intake
	write   bool
	report  IntakeReport
	members []crm.Member
	owners  map[string]owner
	found   map[string]*dossier // by what a row calls its client
	byINN   map[string][]int64
	byKey   map[string][]int64
	clients map[int64]crm.Client
	book    *match.Book
	similar map[string]int
	unknown map[string]int
	said    map[string]map[int]bool
	refused map[string]string // who was responsible for a client that was left out, by its name: rows that hang on it are left out too
	fresh   int64             // the last number of a client that is only rehearsed, below zero
}

// RehearseIntake tells what TakeIn would do.
func (tx *Tx) RehearseIntake(in Intake) (IntakeReport, error) { return tx.takeIn(in, false) }

// TakeIn writes what a file brings. The Problem "import.toomany" (facts limit) refuses a file of too many new records.
func (tx *Tx) TakeIn(in Intake) (IntakeReport, error) { return tx.takeIn(in, true) }

func (tx *Tx) takeIn(in Intake, write bool) (IntakeReport, error) {
	if err := tx.allow(crm.Import, crm.Own); err != nil {
		return IntakeReport{}, err
	}
	k := intake{
		tx: tx, in: in, write: write, owners: map[string]owner{}, found: map[string]*dossier{}, byINN: map[string][]int64{}, byKey: map[string][]int64{},
		clients: map[int64]crm.Client{}, similar: map[string]int{}, unknown: map[string]int{}, refused: map[string]string{}, said: map[string]map[int]bool{},
		report: IntakeReport{New: map[string]int{}, Same: map[string]int{}, Added: map[string]int{}},
	}
	if err := k.prepare(); err != nil {
		return IntakeReport{}, err
	}
	err := k.rows()
	slices.SortStableFunc(k.report.Left, func(a, b exchange.Trouble) int { return cmp.Compare(a.Row, b.Row) })
	return k.report, err
}

// prepare indexes every client of the company by name and INN, and makes the names of those that Me may change comparable.
func (k *intake) prepare() (err error) {
	all, err := clients.list(k.tx, "ORDER BY r.id")
	if err != nil {
		return err
	}
	var ours []match.Candidate
	for _, c := range all {
		k.index(c)
		if k.mayChange(c) {
			ours = append(ours, match.Candidate{Client: c.ID, Name: c.Name, Aliases: c.Aliases})
		}
	}
	k.book = match.NewBook(ours)
	k.members, err = members.list(k.tx, "WHERE r.status <> 'left' ORDER BY r.id")
	return err
}

func (k *intake) index(c crm.Client) {
	k.clients[c.ID] = c
	if c.INN != "" {
		k.byINN[c.INN] = append(k.byINN[c.INN], c.ID)
	}
	for _, name := range append([]string{c.Name}, c.Aliases...) {
		if key := crm.NameKey(name); key != "" && !slices.Contains(k.byKey[key], c.ID) {
			k.byKey[key] = append(k.byKey[key], c.ID)
		}
	}
}

func (k *intake) mayChange(c crm.Client) bool {
	is := k.tx.relationOf(c)
	return k.tx.may(crm.Import, is) && k.tx.may(crm.Change, is)
}

// each runs do over rows until the bound or an error.
func each[R any](k *intake, rows []R, do func(R) error) error {
	for _, r := range rows {
		if err := do(r); err != nil {
			return err
		}
		if k.write && k.report.Records() > maxIntake {
			return crm.Say("import.toomany", "limit", maxIntake)
		}
	}
	return nil
}

// rows goes through everything, clients first: what hangs on them finds them then.
func (k *intake) rows() error {
	if err := each(k, k.in.Clients, k.client); err != nil {
		return err
	}
	if err := each(k, k.in.Contracts, k.contract); err != nil {
		return err
	}
	if err := each(k, k.in.Receivables, k.receivable); err != nil {
		return err
	}
	if err := each(k, k.in.Interactions, k.interaction); err != nil {
		return err
	}
	return each(k, k.in.FollowUps, k.followUp)
}

// first reports whether something is said of a row for the first time: a row may be a client and a note at once.
func (k *intake) first(what string, row int) bool {
	if k.said[what] == nil {
		k.said[what] = map[int]bool{}
	}
	again := k.said[what][row]
	k.said[what][row] = true
	return !again
}

// leave leaves a row out and says why.
func (k *intake) leave(row int, value, key string) {
	if !k.first(key, row) {
		return
	}
	k.report.Left = append(k.report.Left, exchange.Trouble{Row: row, Value: value, Key: key})
}

// spread widens the range of days.
func (k *intake) spread(day crm.Date) {
	if day.IsZero() {
		return
	}
	if k.report.From.IsZero() || day.Before(k.report.From) {
		k.report.From = day
	}
	if k.report.To.IsZero() || day.After(k.report.To) {
		k.report.To = day
	}
}

// count adds to the open sums.
func (k *intake) count(sum crm.Money) {
	for i := range k.report.Sums {
		if k.report.Sums[i].Currency == sum.Currency {
			k.report.Sums[i] = k.report.Sums[i].Add(sum)
			return
		}
	}
	k.report.Sums = append(k.report.Sums, sum)
}

// put counts a new record and writes it unless this is a rehearsal.
func (k *intake) put(kind string, write func() error) error {
	k.report.New[kind]++
	if !k.write {
		return nil
	}
	return write()
}
