// Package calendar knows working days: the production calendar of a country and its years, shifts off days off, and a
// person's quiet hours. It is pure: data and dates in, dates out.
//
// The rules:
//
//   - Saturday and Sunday are days off unless the year's file calls the day working.
//   - A year's file (years/2026.txt) is the whole truth about that year's other days: what it lists as off is off.
//   - Of a year without a file only weekends and the fixed holidays of art. 112 of the Labour Code of Russia (ст. 112 ТК
//     РФ) are off: 1–8 January, 23 February, 8 March, 1 and 9 May, 12 June, 4 November. Loaded says that the year is a
//     guess, so that a person can be told.
//   - A team's regional days (WithExtra) are off whatever a file says.
package calendar

import (
	"time"

	"followup/storage/crm"
)

// Calendar is a set of loaded years; it is never changed after it was made and may be shared. A nil Calendar knows
// weekends only.
type Calendar struct {
	days  map[crm.Date]kind
	years map[int]bool
	extra map[crm.Date]bool
	fixed bool // art. 112 holds in years that are not loaded
}

// kind is what a year's file says of a day.
type kind uint8

const (
	off kind = 1 << iota
	short
	work
)

// day of any year.
type day struct {
	month time.Month
	day   int
}

// fixedHolidays are those of art. 112 of the Labour Code of Russia, with the catalog keys of their names.
var fixedHolidays = map[day]string{
	{time.January, 1}: "newyear", {time.January, 2}: "newyear", {time.January, 3}: "newyear", {time.January, 4}: "newyear",
	{time.January, 5}: "newyear", {time.January, 6}: "newyear", {time.January, 7}: "christmas", {time.January, 8}: "newyear",
	{time.February, 23}: "defender", {time.March, 8}: "women", {time.May, 1}: "labour", {time.May, 9}: "victory",
	{time.June, 12}: "russia", {time.November, 4}: "unity",
}

// Working reports whether d is a working day.
func (c *Calendar) Working(d crm.Date) bool {
	weekday := d.Weekday()
	weekend := weekday == time.Saturday || weekday == time.Sunday
	if c == nil {
		return !weekend
	}
	if c.extra[d] {
		return false
	}
	if c.years[d.Year] {
		k := c.days[d]
		return k&off == 0 && (!weekend || k&work != 0)
	}
	return !weekend && (!c.fixed || fixedHolidays[day{d.Month, d.Day}] == "")
}

// Short reports whether d is a working day that ends an hour earlier because it comes before a holiday (ст. 95 ТК РФ).
func (c *Calendar) Short(d crm.Date) bool {
	return c != nil && c.days[d]&short != 0 && c.Working(d)
}

// Loaded reports whether the days off of a year are known. Otherwise weekends and art. 112 are used, and people should be
// told so.
func (c *Calendar) Loaded(year int) bool { return c != nil && c.years[year] }

// Holiday names why d is no working day: the key of a fixed holiday (newyear, christmas, defender, women, labour, victory,
// russia, unity), or "off" of any other day off. It is empty on a working day.
func (c *Calendar) Holiday(d crm.Date) string {
	if c.Working(d) {
		return ""
	}
	if name := fixedHolidays[day{d.Month, d.Day}]; name != "" && c != nil && c.fixed {
		return name
	}
	return "off"
}

// Next is d itself when it is a working day, or the first one after it: where a payment's date goes (ст. 193 ГК РФ).
func (c *Calendar) Next(d crm.Date) crm.Date {
	for !c.Working(d) {
		d = d.AddDays(1)
	}
	return d
}

// Prev is d itself when it is a working day, or the last one before it: where a notice's date goes, because it must have
// been sent in time.
func (c *Calendar) Prev(d crm.Date) crm.Date {
	for !c.Working(d) {
		d = d.AddDays(-1)
	}
	return d
}

// AddWorking is the nth working day after d, or before it when n is negative; d itself doesn't count. With n = 0 it is d.
func (c *Calendar) AddWorking(d crm.Date, n int) crm.Date {
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	for n > 0 {
		d = d.AddDays(step)
		if c.Working(d) {
			n--
		}
	}
	return d
}

// WorkingBetween is the number of working days after a up to and with b. When b is earlier it is minus the number of those
// before a down to and with b, so that AddWorking(a, WorkingBetween(a, b)) is always b when b is a working day.
func (c *Calendar) WorkingBetween(a, b crm.Date) int {
	if b.Before(a) {
		return -c.count(b, a.AddDays(-1))
	}
	return c.count(a.AddDays(1), b)
}

// count is the number of working days from a to b, both counted.
func (c *Calendar) count(a, b crm.Date) int {
	n := 0
	for d := a; !d.After(b); d = d.AddDays(1) {
		if c.Working(d) {
			n++
		}
	}
	return n
}

// WithExtra is the calendar with more days off, such as a region's holidays. The data of the years is shared.
func (c *Calendar) WithExtra(days []crm.Date) *Calendar {
	if len(days) == 0 {
		return c
	}
	var own Calendar
	if c != nil {
		own = *c
	}
	extra := make(map[crm.Date]bool, len(own.extra)+len(days))
	for d := range own.extra {
		extra[d] = true
	}
	for _, d := range days {
		extra[d] = true
	}
	own.extra = extra
	return &own
}
