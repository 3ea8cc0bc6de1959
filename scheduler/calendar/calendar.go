// Package calendar knows working days: the production calendar of a country and its years, shifts off days off, and a
// person's quiet hours. It is pure: data and dates in, dates out.
package calendar

import "followup/storage/crm"

// Calendar is a set of loaded years. A nil Calendar knows weekends only.
type Calendar struct {
	off   map[crm.Date]bool
	on    map[crm.Date]bool
	years map[int]bool
}

// Working reports whether d is a working day.
func (c *Calendar) Working(d crm.Date) bool {
	if c != nil && c.on[d] {
		return true
	}
	weekend := d.Weekday() == 0 || d.Weekday() == 6
	return !weekend && (c == nil || !c.off[d])
}
