package crm

import (
	"fmt"
	"math"
	"math/bits"
	"strings"
)

// Currency is an ISO 4217 code such as "RUB".
type Currency string

// Currencies that people of the trade write; each has two decimal places.
const (
	RUB Currency = "RUB"
	USD Currency = "USD"
	EUR Currency = "EUR"
	KZT Currency = "KZT"
	BYN Currency = "BYN"
	CNY Currency = "CNY"
	GBP Currency = "GBP"
)

// Money is a sum in integer minor units (kopecks, cents) of one currency. Sums of different currencies are never added.
type Money struct {
	Minor    int64
	Currency Currency
}

// MaxMinor bounds every sum that is taken in: a hundred trillion major units, far from overflow when sums are added.
const MaxMinor = 10_000_000_000_000_000

// Rub is n whole rubles.
func Rub(n int64) Money { return Money{n * 100, RUB} }

// IsZero reports whether the sum is nothing; the currency doesn't matter.
func (m Money) IsZero() bool { return m.Minor == 0 }

// Add is m + o. It panics when the currencies differ: such a sum has no meaning and is a bug of the caller.
func (m Money) Add(o Money) Money {
	m.same(o)
	return Money{m.Minor + o.Minor, m.Currency}
}

// Sub is m − o; see Add.
func (m Money) Sub(o Money) Money {
	m.same(o)
	return Money{m.Minor - o.Minor, m.Currency}
}

func (m Money) same(o Money) {
	if m.Currency != o.Currency {
		panic(fmt.Sprintf("crm: %s and %s cannot be added", m.Currency, o.Currency))
	}
}

// Less compares sums of one currency.
func (m Money) Less(o Money) bool {
	m.same(o)
	return m.Minor < o.Minor
}

// String is for logs of tests and audit, "486000.00 RUB"; people see locale's form.
func (m Money) String() string {
	sign, n := "", m.Minor
	if n < 0 {
		sign, n = "-", -n
	}
	return fmt.Sprintf("%s%d.%02d %s", sign, n/100, n%100, m.Currency)
}

// Rate is a share in millionths: 0,1 % is 1000, 10 % is 100000.
type Rate int64

// Percent is "0.1" for 0,1 %: decimal, without trailing zeros and without a sign.
func (r Rate) Percent() string {
	s := fmt.Sprintf("%d.%04d", int64(r)/10_000, int64(r)%10_000)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// ParsePercent reads "0,1", "0.1" or "10" as a Rate without floating point; it refuses more than four decimals.
func ParsePercent(s string) (Rate, error) {
	whole, frac, _ := strings.Cut(strings.ReplaceAll(strings.TrimSpace(s), ",", "."), ".")
	if len(whole) == 0 || len(whole) > 6 || len(frac) > 4 {
		return 0, fmt.Errorf("crm: not a percentage: %q", s)
	}
	var n int64
	for _, c := range whole + (frac + "0000")[:4] {
		if c < '0' || c > '9' {
			return 0, fmt.Errorf("crm: not a percentage: %q", s)
		}
		n = n*10 + int64(c-'0')
	}
	return Rate(n), nil
}

// Part is a share of m in millionths, rounded half away from zero. One and two thirds are written as 333 333 and 666 667
// millionths and mean the exact third: 66 666,67 of 200 000.
func (m Money) Part(of Rate) Money {
	switch of {
	case 333_333:
		return m.Share(1, 3)
	case 666_667:
		return m.Share(2, 3)
	}
	return m.Share(int64(of), millionth)
}

// Share is m × num ÷ den rounded half away from zero, exact in 128 bits. den must be positive, num not negative.
func (m Money) Share(num, den int64) Money {
	n := m.Minor
	negative := n < 0
	if negative {
		n = -n
	}
	hi, lo := bits.Mul64(uint64(n), uint64(num))
	lo, carry := bits.Add64(lo, uint64(den/2), 0)
	q, _ := bits.Div64(hi+carry, lo, uint64(den))
	if q > math.MaxInt64 {
		q = math.MaxInt64
	}
	if negative {
		return Money{-int64(q), m.Currency}
	}
	return Money{int64(q), m.Currency}
}
