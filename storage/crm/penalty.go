package crm

// Rules of penalty and interest. Both are for reference: a court or the parties may count otherwise.
//
// The penalty of a contract is the balance of each day times the rate of a day, from the day after the due day to the day
// asked about, both counted. A payment changes the balance from the day after it: the payment's day counts the balance
// before. The cap is a share of what was overdue on the first day. The sum is rounded once, at the end, half away from zero.
//
// Interest for the use of another's money (п. 1 ст. 395 ГК РФ) is the balance of each day times the key rate of that day
// divided by the days of its year, 365 or 366; it is split at payments, at changes of the rate and at the turn of the year.
// Days before the table are not counted; days after its end are counted with the last rate and marked.

import (
	"math/big"
	"slices"
)

// Settled is money that took a part of a debt on a day.
type Settled struct {
	Day Date
	Sum Money
}

// Delay is a debt that is late: Sum by Due, what was settled of it, and the day On that is asked about.
type Delay struct {
	Sum     Money
	Due     Date
	Settled []Settled
	On      Date
}

// PenaltyLine is a stretch of days on which nothing changed, both ends counted. Rate is of a day for a contract and of a
// year for interest; Year is then the number of days it is divided by. Amount is rounded for showing only.
type PenaltyLine struct {
	From, To Date
	Days     int
	Balance  Money
	Rate     Rate
	Year     int
	Assumed  bool // the table had ended
	Amount   Money
}

// Penalty is a sum with its working. Capped says that the cap cut it. Uncounted is the number of days before the table.
type Penalty struct {
	Lines     []PenaltyLine
	Sum       Money
	Capped    bool
	Uncounted int
}

// span is a stretch of days with one balance.
type span struct {
	from, to Date
	balance  Money
}

// spans are the stretches of a delay, without those on which nothing was owed.
func (d Delay) spans() []span {
	settled := slices.Clone(d.Settled)
	slices.SortStableFunc(settled, func(a, b Settled) int { return a.Day.Compare(b.Day) })
	balance, from := d.Sum, d.Due.AddDays(1)
	var all []span
	add := func(to Date) {
		if !to.Before(from) && balance.Minor > 0 {
			all = append(all, span{from, to, balance})
		}
	}
	for _, s := range settled {
		if !s.Day.Before(d.On) {
			break
		}
		if !s.Day.Before(from) {
			add(s.Day)
			from = s.Day.AddDays(1)
		}
		balance = balance.Sub(s.Sum)
	}
	add(d.On)
	return all
}

// millionth is what a Rate is divided by; yearDays is a multiple of both lengths of a year.
const (
	millionth = 1_000_000
	yearDays  = 365 * 366
)

// ContractPenalty is the penalty of a contract's rate per day, at most a cap of the first day's debt; a cap of 0 is none.
func ContractPenalty(d Delay, rate, limit Rate) Penalty {
	var p Penalty
	total := new(big.Int)
	for _, s := range d.spans() {
		l := PenaltyLine{From: s.from, To: s.to, Days: s.to.Sub(s.from) + 1, Balance: s.balance, Rate: rate}
		exact := product(s.balance.Minor, int64(l.Days), int64(rate))
		l.Amount = Money{quotient(exact, millionth), d.Sum.Currency}
		total.Add(total, exact)
		p.Lines = append(p.Lines, l)
	}
	p.Sum = Money{quotient(total, millionth), d.Sum.Currency}
	if limit > 0 && len(p.Lines) > 0 {
		if most := p.Lines[0].Balance.Share(int64(limit), millionth); most.Less(p.Sum) {
			p.Sum, p.Capped = most, true
		}
	}
	return p
}

// Interest395 is interest under article 395 by a table of key rates.
func Interest395(d Delay, table KeyRates) Penalty {
	var p Penalty
	total := new(big.Int)
	for _, s := range d.spans() {
		for from := s.from; !from.After(s.to); {
			l, known := stretch(from, s.to, table)
			from = l.To.AddDays(1)
			if !known {
				p.Uncounted += l.Days
				continue
			}
			l.Balance = s.balance
			exact := product(s.balance.Minor, int64(l.Days), int64(l.Rate), yearDays/int64(l.Year))
			l.Amount = Money{quotient(exact, millionth*yearDays), d.Sum.Currency}
			total.Add(total, exact)
			p.Lines = append(p.Lines, l)
		}
	}
	p.Sum = Money{quotient(total, millionth*yearDays), d.Sum.Currency}
	return p
}

// stretch is the longest stretch from a day on, not past to, with one rate, in one year, on one side of the table's end.
func stretch(from, to Date, table KeyRates) (PenaltyLine, bool) {
	l := PenaltyLine{From: from, To: to, Year: DaysInYear(from.Year), Assumed: from.After(table.Until)}
	rate, last, known := table.At(from)
	if !known {
		last = table.Rates[0].From.AddDays(-1)
	}
	l.Rate = rate
	ends := []Date{last, {from.Year, 12, 31}}
	if !l.Assumed {
		ends = append(ends, table.Until)
	}
	for _, end := range ends {
		if !end.IsZero() && end.Before(l.To) {
			l.To = end
		}
	}
	l.Days = l.To.Sub(from) + 1
	return l, known
}

// DaysInYear is 365 or 366.
func DaysInYear(year int) int { return NewDate(year, 12, 31).Sub(NewDate(year, 1, 1)) + 1 }

func product(factors ...int64) *big.Int {
	n := big.NewInt(1)
	for _, f := range factors {
		n.Mul(n, big.NewInt(f))
	}
	return n
}

// quotient is n ÷ by rounded half away from zero; n is not negative. What doesn't fit is cut to MaxMinor.
func quotient(n *big.Int, by int64) int64 {
	q := new(big.Int).Add(n, big.NewInt(by/2))
	q.Div(q, big.NewInt(by))
	if !q.IsInt64() {
		return MaxMinor
	}
	return q.Int64()
}
