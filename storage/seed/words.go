package seed

import (
	"strconv"
	"strings"
	"time"

	"followup/storage/crm"
)

// field finds the field that begins with key and returns what follows it.
func (l line) field(key string) (string, bool) {
	for _, f := range l.fields {
		if f == key {
			return "", true
		}
		if rest, ok := strings.CutPrefix(f, key+" "); ok {
			return strings.TrimSpace(rest), true
		}
	}
	return "", false
}

// list is a field of values parted by commas.
func (l line) list(key string) []string {
	s, ok := l.field(key)
	if !ok || s == "" {
		return nil
	}
	out := strings.Split(s, ",")
	for i := range out {
		out[i] = strings.TrimSpace(out[i])
	}
	return out
}

// known refuses a field that no keyword of keys begins and that is no free field. A line may have free fields (a day, a
// text, a sum) that stand for themselves; free is how many, and they are returned in order.
func (l line) known(free int, keys ...string) ([]string, error) {
	var loose []string
	for _, f := range l.fields {
		if !hasKey(f, keys) {
			loose = append(loose, f)
		}
	}
	if len(loose) > free {
		return nil, l.mistake("%q is not understood; fields of %s begin with %s", loose[len(loose)-1], l.word, strings.Join(keys, ", "))
	}
	return loose, nil
}

func hasKey(field string, keys []string) bool {
	for _, k := range keys {
		if field == k || strings.HasPrefix(field, k+" ") {
			return true
		}
	}
	return false
}

func (l line) number(key string) (int, error) {
	s, ok := l.field(key)
	if !ok {
		return 0, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0, l.mistake("after %s comes a whole number", key)
	}
	return n, nil
}

// moment is when something is or was: a day, and a time of day if one was written.
type moment struct {
	day   crm.Date
	clock crm.Clock
	exact bool
}

// readMoment reads "2026-11-18", "today 15:00", "-3d", "+2w 09:30", "-4m".
func readMoment(s string, today crm.Date) (moment, bool) {
	word, time, exact := strings.Cut(s, " ")
	day, ok := readDay(word, today)
	if !ok {
		return moment{}, false
	}
	m := moment{day: day}
	if exact {
		clock, err := crm.ParseClock(strings.TrimSpace(time))
		if err != nil {
			return moment{}, false
		}
		m.clock, m.exact = clock, true
	}
	return m, true
}

func readDay(s string, today crm.Date) (crm.Date, bool) {
	if s == "today" {
		return today, true
	}
	if len(s) > 2 && (s[0] == '+' || s[0] == '-') {
		n, err := strconv.Atoi(s[:len(s)-1])
		if err != nil {
			return crm.Date{}, false
		}
		switch s[len(s)-1] {
		case 'd':
			return today.AddDays(n), true
		case 'w':
			return today.AddDays(7 * n), true
		case 'm':
			return today.AddMonths(n), true
		}
		return crm.Date{}, false
	}
	d, err := crm.ParseDate(s)
	return d, err == nil && !d.IsZero()
}

// readRange reads "2026-02-01..2027-01-31"; the end may be missing for a contract without one.
func readRange(s string, today crm.Date) (from, to crm.Date, ok bool) {
	first, last, ok := strings.Cut(s, "..")
	if !ok {
		return from, to, false
	}
	from, ok = readDay(first, today)
	if !ok || last == "" {
		return from, to, ok
	}
	to, ok = readDay(last, today)
	return from, to, ok
}

// signs are currencies as people write them beside a sum.
var signs = map[string]crm.Currency{
	"₽": crm.RUB, "руб": crm.RUB, "р": crm.RUB, "$": crm.USD, "€": crm.EUR,
	"RUB": crm.RUB, "USD": crm.USD, "EUR": crm.EUR, "KZT": crm.KZT, "BYN": crm.BYN, "CNY": crm.CNY, "GBP": crm.GBP,
}

// readSum reads "486 000", "1 200 000,50 ₽" and "2000 USD" into minor units.
func readSum(s string) (crm.Money, bool) {
	currency := crm.RUB
	if i := strings.LastIndexByte(s, ' '); i >= 0 {
		if c, ok := signs[s[i+1:]]; ok {
			currency, s = c, s[:i]
		}
	}
	whole, cents, _ := strings.Cut(strings.ReplaceAll(s, ",", "."), ".")
	whole = strings.NewReplacer(" ", "", "\u00a0", "").Replace(whole)
	if whole == "" || len(whole) > 14 || len(cents) > 2 {
		return crm.Money{}, false
	}
	n, err := strconv.ParseUint(whole+(cents + "00")[:2], 10, 63)
	if err != nil {
		return crm.Money{}, false
	}
	return crm.Money{Minor: int64(n), Currency: currency}, true
}

// readHours reads "20:00-08:00".
func readHours(s string) (from, to crm.Clock, ok bool) {
	first, last, ok := strings.Cut(s, "-")
	if !ok {
		return 0, 0, false
	}
	from, err := crm.ParseClock(first)
	if err != nil {
		return 0, 0, false
	}
	to, err = crm.ParseClock(last)
	return from, to, err == nil
}

// at is the moment in a zone; one without a time of day is at fallback.
func (m moment) at(zone *time.Location, fallback crm.Clock) crm.Moment {
	clock := fallback
	if m.exact {
		clock = m.clock
	}
	return crm.MomentOf(m.day.In(zone, clock))
}
