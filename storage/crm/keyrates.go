package crm

import (
	_ "embed"
	"fmt"
	"strings"
)

// KeyRate is a key rate of the Bank of Russia that holds from a day on until the next one.
type KeyRate struct {
	From Date
	Rate Rate // a year
}

// KeyRates is the table, in order, each rate with its first day. Until is the last day for which the table is known to be
// right.
type KeyRates struct {
	Rates []KeyRate
	Until Date
}

//go:embed keyrates.txt
var keyRatesText string

// BuiltInKeyRates is the table that comes with the program.
func BuiltInKeyRates() KeyRates {
	table, err := ParseKeyRates(keyRatesText)
	if err != nil {
		panic(err) // a test reads it
	}
	return table
}

// ParseKeyRates reads lines of "2025-12-22 16" and one "until 2026-02-13"; empty lines and those with "#" are skipped. The
// days must rise. Without "until" the table is right up to the day its last rate began.
func ParseKeyRates(text string) (KeyRates, error) {
	var table KeyRates
	for n, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		word, rest, _ := strings.Cut(line, " ")
		if word == "until" {
			day, err := ParseDate(strings.TrimSpace(rest))
			if err != nil || day.IsZero() {
				return KeyRates{}, fmt.Errorf("crm: line %d of the key rates: %q is no day", n+1, rest)
			}
			table.Until = day
			continue
		}
		day, err := ParseDate(word)
		if err != nil {
			return KeyRates{}, fmt.Errorf("crm: line %d of the key rates: %w", n+1, err)
		}
		rate, err := ParsePercent(rest)
		if err != nil || rate == 0 || rate > 1_000_000 {
			return KeyRates{}, fmt.Errorf("crm: line %d of the key rates: %q is no rate", n+1, rest)
		}
		if len(table.Rates) > 0 && !table.Rates[len(table.Rates)-1].From.Before(day) {
			return KeyRates{}, fmt.Errorf("crm: line %d of the key rates: the days must rise", n+1)
		}
		table.Rates = append(table.Rates, KeyRate{day, rate})
	}
	if len(table.Rates) == 0 {
		return KeyRates{}, fmt.Errorf("crm: the table of key rates is empty")
	}
	if last := table.Rates[len(table.Rates)-1].From; table.Until.Before(last) {
		table.Until = last
	}
	return table, nil
}

// With is the table with a rate that holds from a day on; one of that day is replaced. The table is then right up to that
// day, or as long as it was.
func (k KeyRates) With(r KeyRate) KeyRates {
	var rates []KeyRate
	placed := false
	for _, old := range k.Rates {
		if !placed && !old.From.Before(r.From) {
			rates, placed = append(rates, r), true
			if old.From == r.From {
				continue
			}
		}
		rates = append(rates, old)
	}
	if !placed {
		rates = append(rates, r)
	}
	if k.Until.Before(r.From) {
		k.Until = r.From
	}
	return KeyRates{rates, k.Until}
}

// String is the form that ParseKeyRates reads.
func (k KeyRates) String() string {
	var b strings.Builder
	for _, r := range k.Rates {
		fmt.Fprintf(&b, "%s %s\n", r.From, r.Rate.Percent())
	}
	fmt.Fprintf(&b, "until %s\n", k.Until)
	return b.String()
}

// At is the rate of a day and the last day on which it holds, zero when no other is known. It is false before the table.
func (k KeyRates) At(day Date) (rate Rate, last Date, ok bool) {
	for i, r := range k.Rates {
		if r.From.After(day) {
			break
		}
		rate, last, ok = r.Rate, Date{}, true
		if i+1 < len(k.Rates) {
			last = k.Rates[i+1].From.AddDays(-1)
		}
	}
	return rate, last, ok
}
