// Package match tells whose payment a line of a bank statement is, and which open invoices it pays. It is pure: it proposes,
// and only what it calls sure may be applied without asking a person.
package match

import (
	"cmp"
	"slices"

	"followup/storage/crm"
)

// Rules of matching, the first that fits decides.
//
//  1. The payer's INN is the client's and the purpose names the client's open invoices: sure, when nothing contradicts. The
//     money goes over the invoices in the order they are named; what is left is an advance.
//  2. The payer's INN is the client's, the purpose names no invoice, and exactly one of his invoices has this very balance:
//     sure. Several such invoices, or a purpose that names a contract of another invoice: a proposal.
//  3. The payer's INN is the client's and nothing more fits: the oldest invoices first are proposed.
//  4. The payer's INN is unknown, but the purpose names an invoice of exactly one client together with the right sum or date, the
//     purpose says for whom the payer pays, or the payer's name is like a client's: a proposal. Nothing is ever sure by a name.
//
// What contradicts: the purpose says that the money is paid for another client; it names invoices that this client doesn't
// have open; the date of an invoice in the purpose is not the invoice's own; the same number is open twice. A sum is never read
// out of a purpose: what stands there is as often a tax, a rate or a contract's number as a sum.

// Grade tells what may be done with a verdict.
type Grade string

// Sure may be applied with the whole list; likely is shown one by one; unknown is kept for later.
const (
	Sure    Grade = "sure"
	Likely  Grade = "likely"
	Unknown Grade = "unknown"
)

// Reason tells why, as the last word of a catalog key "match.…".
type Reason string

// Reasons, from the surest.
const (
	ReasonNumber   Reason = "number"   // INN and invoice number
	ReasonBalance  Reason = "balance"  // INN and a balance equal to the sum
	ReasonContract Reason = "contract" // INN and contract number
	ReasonOldest   Reason = "oldest"   // INN, oldest invoices first
	ReasonAdvance  Reason = "advance"  // INN of a client without an open invoice in this currency
	ReasonOther    Reason = "other"    // somebody else pays, the invoice or the purpose names the client
	ReasonName     Reason = "name"     // the payer's name is like the client's
	ReasonNone     Reason = "none"
)

// Operation is money that came in.
type Operation struct {
	Day      crm.Date
	Sum      crm.Money
	Payer    string
	PayerINN string
	Purpose  string
}

// Candidate is an open invoice with its client. Invoice 0 stands for a client without one, so that his payment can be an advance.
type Candidate struct {
	Client   int64
	Name     string
	Aliases  []string
	INN      string
	Invoice  int64
	Number   string
	Contract string // number of the invoice's contract
	Issued   crm.Date
	Due      crm.Date
	Balance  crm.Money
}

// Part is what one invoice would take.
type Part struct {
	Invoice int64
	Sum     crm.Money
}

// Verdict is whose payment it is. Client is 0 when unknown. Parts and Rest add up to the operation's sum when Client is known;
// Rest is the advance. Others are further clients that it could be, the likeliest first.
type Verdict struct {
	Grade  Grade
	Reason Reason
	Client int64
	Parts  []Part
	Rest   crm.Money
	Others []int64
}

// Book holds the open invoices ready for many operations.
type Book struct {
	open    []Candidate
	keys    []string         // folded numbers of open
	byINN   map[string][]int // indexes of open
	byDigit map[string][]int // by digits of the number
	clients []named
	likes   map[string][]int64 // what Alike said already
}

// named is a client with his folded names.
type named struct {
	id   int64
	keys []key
}

// NewBook prepares candidates; their order doesn't matter.
func NewBook(open []Candidate) *Book {
	b := &Book{open: slices.Clone(open), byINN: map[string][]int{}, byDigit: map[string][]int{}, likes: map[string][]int64{}}
	slices.SortStableFunc(b.open, oldestFirst)
	seen := map[int64]bool{}
	for i, c := range b.open {
		key := numberKey(c.Number)
		b.keys = append(b.keys, key)
		if c.INN != "" {
			b.byINN[c.INN] = append(b.byINN[c.INN], i)
		}
		if key != "" {
			b.byDigit[core(key)] = append(b.byDigit[core(key)], i)
		}
		if !seen[c.Client] {
			seen[c.Client] = true
			b.clients = append(b.clients, named{c.Client, nameKeys(c)})
		}
	}
	return b
}

func oldestFirst(a, b Candidate) int {
	return cmp.Or(a.Due.Compare(b.Due), a.Issued.Compare(b.Issued), cmp.Compare(a.Invoice, b.Invoice), cmp.Compare(a.Client, b.Client))
}

func nameKeys(c Candidate) []key {
	keys := []key{newKey(crm.NameKey(c.Name))}
	for _, a := range c.Aliases {
		keys = append(keys, newKey(crm.NameKey(a)))
	}
	return keys
}

// Match tells whose payment op is among the open invoices.
func Match(op Operation, open []Candidate) Verdict { return NewBook(open).Match(op) }

// Take lowers the balances by what a verdict gave, so that the next operation of the same file sees what is left.
func (b *Book) Take(v Verdict) {
	for _, p := range v.Parts {
		for i := range b.open {
			if c := &b.open[i]; c.Invoice == p.Invoice && c.Balance.Currency == p.Sum.Currency {
				c.Balance.Minor -= p.Sum.Minor
			}
		}
	}
}

// Match tells whose payment op is.
func (b *Book) Match(op Operation) Verdict {
	purpose := ReadPurpose(op.Purpose)
	if own := b.byINN[op.PayerINN]; op.PayerINN != "" && len(own) > 0 {
		return b.known(op, purpose, own)
	}
	return b.stranger(op, purpose)
}

// known is the verdict on a payer whose INN a client has.
func (b *Book) known(op Operation, purpose Purpose, own []int) Verdict {
	if other := b.onBehalf(op, purpose, own); other != nil {
		return *other
	}
	open := b.payable(own, op.Sum.Currency)
	if len(open) == 0 {
		return b.verdict(op, Likely, ReasonAdvance, own[:1], nil)
	}
	if len(purpose.Invoices) > 0 {
		found, exact := b.numbered(purpose.Invoices, open, op.Sum)
		if len(found) > 0 {
			grade := Likely
			if exact && b.oneClient(found) {
				grade = Sure
			}
			return b.verdict(op, grade, ReasonNumber, found, found)
		}
	}
	if byContract := b.ofContracts(purpose.Contracts, open); len(byContract) > 0 {
		open = byContract
	}
	same := b.equalBalance(open, op.Sum)
	switch {
	case len(same) == 1 && len(purpose.Invoices) == 0 && !b.foreignContract(purpose, same[0]):
		return b.verdict(op, Sure, ReasonBalance, same, same)
	case len(same) > 0:
		return b.verdict(op, Likely, ReasonBalance, same, same[:1])
	case len(open) < len(b.payable(own, op.Sum.Currency)):
		return b.verdict(op, Likely, ReasonContract, open, open)
	}
	return b.verdict(op, Likely, ReasonOldest, open, open)
}

// onBehalf is the proposal for a payer, himself a client, who pays for another client; nil when he pays for himself.
func (b *Book) onBehalf(op Operation, purpose Purpose, own []int) *Verdict {
	if purpose.For == "" {
		return nil
	}
	alike := b.Alike(purpose.For)
	if len(alike) == 0 || slices.ContainsFunc(own, func(i int) bool { return b.open[i].Client == alike[0] }) {
		return nil
	}
	v := b.proposal(op, purpose, ReasonOther, []int64{alike[0], b.open[own[0]].Client})
	return &v
}

// stranger is the verdict on a payer whose INN nobody has.
func (b *Book) stranger(op Operation, purpose Purpose) Verdict {
	if purpose.For != "" {
		if like := b.Alike(purpose.For); len(like) > 0 {
			return b.proposal(op, purpose, ReasonOther, like)
		}
	}
	if like := b.Alike(op.Payer); len(like) > 0 {
		return b.proposal(op, purpose, ReasonName, like)
	}
	if found := b.foreignInvoices(op, purpose); len(found) > 0 && b.oneClient(found) {
		return b.verdict(op, Likely, ReasonOther, found, found)
	}
	return Verdict{Grade: Unknown, Reason: ReasonNone, Rest: op.Sum}
}

// foreignInvoices are invoices of anybody that the purpose names, with the right date or the right sum: a number alone
// repeats at every client.
func (b *Book) foreignInvoices(op Operation, purpose Purpose) []int {
	var found []int
	for _, n := range purpose.Invoices {
		for _, i := range b.byDigit[core(n.Key)] {
			c := b.open[i]
			if b.keys[i] != n.Key || c.Balance.Currency != op.Sum.Currency || c.Balance.Minor <= 0 {
				continue
			}
			if !n.Day.IsZero() && n.Day == c.Issued || n.Day.IsZero() && c.Balance == op.Sum {
				found = append(found, i)
			}
		}
	}
	return found
}

// proposal proposes the first client's invoices: those named, else the oldest.
func (b *Book) proposal(op Operation, purpose Purpose, reason Reason, clients []int64) Verdict {
	var own []int
	for i := range b.open {
		if b.open[i].Client == clients[0] {
			own = append(own, i)
		}
	}
	open := b.payable(own, op.Sum.Currency)
	if found, _ := b.numbered(purpose.Invoices, open, op.Sum); len(found) > 0 {
		open = found
	} else if same := b.equalBalance(open, op.Sum); len(same) > 0 {
		open = same[:1]
	}
	v := b.verdict(op, Likely, reason, own[:1], open)
	v.Others = clients[1:]
	return v
}

// payable are those of own that are open in the currency.
func (b *Book) payable(own []int, currency crm.Currency) []int {
	var open []int
	for _, i := range own {
		if c := b.open[i]; c.Invoice != 0 && c.Balance.Minor > 0 && c.Balance.Currency == currency {
			open = append(open, i)
		}
	}
	return open
}

// numbered finds the named invoices in the order of the purpose. exact is false when a named one is missing, is open twice,
// has another date, or is only like the name (125 for УТ-125) without the sum or the date to confirm it.
func (b *Book) numbered(names []Number, open []int, sum crm.Money) (found []int, exact bool) {
	exact = true
	for _, n := range names {
		same, alike := b.named(n, open)
		switch {
		case len(same) == 0 && len(alike) == 1:
			i := alike[0]
			exact = exact && (!n.Day.IsZero() && b.open[i].Issued == n.Day || b.open[i].Balance == sum)
			same = alike
		case len(same) == 0:
			exact = false
			continue
		}
		if dated := b.dated(same, n.Day); len(dated) > 0 {
			same = dated
		} else if !n.Day.IsZero() && !b.open[same[0]].Issued.IsZero() {
			exact = false
		}
		if len(same) > 1 {
			exact = false
		}
		if !slices.Contains(found, same[0]) {
			found = append(found, same[0])
		}
	}
	return found, exact
}

// named parts the open invoices into those of this number and those whose digits alone are the same.
func (b *Book) named(n Number, open []int) (same, alike []int) {
	for _, i := range open {
		switch {
		case b.keys[i] == "":
		case b.keys[i] == n.Key:
			same = append(same, i)
		case core(b.keys[i]) == core(n.Key):
			alike = append(alike, i)
		}
	}
	return same, alike
}

func (b *Book) dated(among []int, day crm.Date) []int {
	var found []int
	for _, i := range among {
		if !day.IsZero() && b.open[i].Issued == day {
			found = append(found, i)
		}
	}
	return found
}

func (b *Book) ofContracts(contracts []Number, open []int) []int {
	var found []int
	for _, i := range open {
		if slices.ContainsFunc(contracts, func(n Number) bool { return n.Key == numberKey(b.open[i].Contract) }) {
			found = append(found, i)
		}
	}
	return found
}

// foreignContract reports whether the purpose names contracts and the invoice belongs to another one.
func (b *Book) foreignContract(purpose Purpose, i int) bool {
	own := numberKey(b.open[i].Contract)
	return own != "" && len(purpose.Contracts) > 0 && !slices.ContainsFunc(purpose.Contracts, func(n Number) bool { return n.Key == own })
}

func (b *Book) equalBalance(open []int, sum crm.Money) []int {
	var same []int
	for _, i := range open {
		if b.open[i].Balance == sum {
			same = append(same, i)
		}
	}
	return same
}

func (b *Book) oneClient(among []int) bool {
	return !slices.ContainsFunc(among, func(i int) bool { return b.open[i].Client != b.open[among[0]].Client })
}

// verdict spreads the sum over the invoices in order. whose names the client, or several when an INN belongs to more than one.
func (b *Book) verdict(op Operation, grade Grade, reason Reason, whose, invoices []int) Verdict {
	v := Verdict{Grade: grade, Reason: reason, Client: b.open[whose[0]].Client, Rest: op.Sum}
	for _, i := range whose {
		if id := b.open[i].Client; id != v.Client && !slices.Contains(v.Others, id) {
			v.Others = append(v.Others, id)
		}
	}
	for _, i := range invoices {
		c := b.open[i]
		take := min(v.Rest.Minor, c.Balance.Minor)
		if c.Client != v.Client || take <= 0 {
			continue
		}
		v.Parts = append(v.Parts, Part{c.Invoice, crm.Money{Minor: take, Currency: op.Sum.Currency}})
		v.Rest.Minor -= take
	}
	return v
}

// Propose is how a client's payment would be spread when a person says that it is his: over the invoices that the purpose names, else one of the very
// sum, else the oldest.
func (b *Book) Propose(op Operation, client int64) Verdict {
	for i := range b.open {
		if b.open[i].Client == client {
			v := b.proposal(op, ReadPurpose(op.Purpose), ReasonNone, []int64{client})
			v.Others = nil
			return v
		}
	}
	return Verdict{Grade: Unknown, Reason: ReasonNone, Rest: op.Sum}
}
