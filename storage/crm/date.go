package crm

import (
	"fmt"
	"time"
)

// Date is a civil date: a day of the proleptic Gregorian calendar without a zone. The zero Date means "no date".
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf is the civil date that t shows in its own location.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// NewDate normalises overflowing days and months the way time.Date does.
func NewDate(year int, month time.Month, day int) Date {
	return DateOf(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
}

// ParseDate reads "2026-11-18". The empty string is the zero Date.
func ParseDate(s string) (Date, error) {
	if s == "" {
		return Date{}, nil
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, fmt.Errorf("crm: not a date of the form 2026-11-18: %w", err)
	}
	return DateOf(t), nil
}

// String is the stored form "2026-11-18"; the zero Date is the empty string.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
}

// IsZero reports whether there is no date.
func (d Date) IsZero() bool { return d == Date{} }

// Valid reports whether the day exists: 31 November does not.
func (d Date) Valid() bool { return !d.IsZero() && NewDate(d.Year, d.Month, d.Day) == d }

// Midnight is the start of the day in UTC, for arithmetic only.
func (d Date) Midnight() time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
}

// AddDays is the date n calendar days later (earlier when n is negative).
func (d Date) AddDays(n int) Date { return DateOf(d.Midnight().AddDate(0, 0, n)) }

// AddMonths is the same day n months later; a day that month lacks becomes its last day (31.01 + 1 = 28.02).
func (d Date) AddMonths(n int) Date {
	first := NewDate(d.Year, d.Month+time.Month(n), 1)
	return Date{first.Year, first.Month, min(d.Day, DaysIn(first.Year, first.Month))}
}

// DaysIn is the number of days of a month.
func DaysIn(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// Sub is the number of calendar days from e to d.
func (d Date) Sub(e Date) int {
	return int(d.Midnight().Sub(e.Midnight()) / (24 * time.Hour))
}

// Before reports whether d is earlier than e.
func (d Date) Before(e Date) bool { return d.Compare(e) < 0 }

// After reports whether d is later than e.
func (d Date) After(e Date) bool { return d.Compare(e) > 0 }

// Compare is -1, 0 or +1, for sorting.
func (d Date) Compare(e Date) int {
	switch {
	case d == e:
		return 0
	case d.Year != e.Year:
		return sign(d.Year - e.Year)
	case d.Month != e.Month:
		return sign(int(d.Month - e.Month))
	default:
		return sign(d.Day - e.Day)
	}
}

func sign(n int) int {
	if n < 0 {
		return -1
	}
	return 1
}

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday { return d.Midnight().Weekday() }

// EndOfMonth is the last day of d's month.
func (d Date) EndOfMonth() Date { return Date{d.Year, d.Month, DaysIn(d.Year, d.Month)} }

// Clock is a local time of day in minutes after midnight, 0..1439.
type Clock int

// At makes a Clock of hours and minutes.
func At(hour, minute int) Clock { return Clock(hour*60 + minute) }

// ClockOf is the time of day that t shows in its own location, seconds dropped.
func ClockOf(t time.Time) Clock { return At(t.Hour(), t.Minute()) }

// ParseClock reads "09:30".
func ParseClock(s string) (Clock, error) {
	t, err := time.Parse("15:04", s)
	if err != nil {
		return 0, fmt.Errorf("crm: not a time of the form 09:30: %w", err)
	}
	return ClockOf(t), nil
}

// String is "09:30".
func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", int(c)/60, int(c)%60) }

// In is the moment at which clocks in zone show d and c. A time that a daylight-saving change skips is the first
// instant after the gap; one that occurs twice is the first of the two.
func (d Date) In(zone *time.Location, c Clock) time.Time {
	hour, minute := int(c)/60, int(c)%60
	t := time.Date(d.Year, d.Month, d.Day, hour, minute, 0, 0, zone)
	if ClockOf(t) == c && DateOf(t) == d {
		// In an overlap time.Date does not promise which of the two it gives: look whether the same wall time came earlier.
		for _, back := range []time.Duration{30 * time.Minute, time.Hour, 2 * time.Hour, 24 * time.Hour} {
			if e := t.Add(-back); DateOf(e) == d && ClockOf(e) == c {
				return e
			}
		}
		return t
	}
	return firstAfterGap(t, zone, d, c)
}

// firstAfterGap finds the instant of the change near t at which local time jumps over d c.
func firstAfterGap(t time.Time, zone *time.Location, d Date, c Clock) time.Time {
	wall := func(u time.Time) time.Time { // local wall time as if it were UTC, so that it can be compared
		l := u.In(zone)
		return time.Date(l.Year(), l.Month(), l.Day(), l.Hour(), l.Minute(), l.Second(), 0, time.UTC)
	}
	want := d.Midnight().Add(time.Duration(c) * time.Minute)
	low, high := t.Add(-48*time.Hour).Unix(), t.Add(48*time.Hour).Unix()
	for low+1 < high {
		mid := (low + high) / 2
		if wall(time.Unix(mid, 0)).Before(want) {
			low = mid
		} else {
			high = mid
		}
	}
	return time.Unix(high, 0).In(zone)
}
