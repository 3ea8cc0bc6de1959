package exchange

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"followup/storage/crm"
)

// Rules of dates.
//
// Days come before months: «05.06.2026» is 5 June. A year of two digits is 2000–2079 or 1980–1999. ISO dates may carry a
// time and a zone; the zone is dropped, because files of the trade show local time. A bare number of five digits is Excel's
// count of days since 30.12.1899, its fraction the time of day.

// dateSigns may part day, month and year; the first that stands in the text is taken.
const dateSigns = ".-/"

// Serial numbers of days that are taken for dates: 1927 to 2119.
const (
	serialFirst = 10_000
	serialLast  = 80_000
)

// decodeRune is the first rune of s and its length in bytes.
func decodeRune(s string) (rune, int) { return utf8.DecodeRuneInString(s) }

// ParseDate reads a day, and a time of day when the text has one; timed tells whether it has. ok is false for a day that
// doesn't exist.
func ParseDate(s string) (day crm.Date, clock crm.Clock, timed, ok bool) {
	s = strings.TrimSpace(strings.ReplaceAll(s, "\u00a0", " "))
	if len(s) > 40 {
		return crm.Date{}, 0, false, false
	}
	if day, clock, timed, ok = parseSerial(s); ok {
		return day, clock, timed, true
	}
	date, rest := s, ""
	if i := strings.IndexAny(s, " T"); i >= 0 {
		date, rest = s[:i], strings.TrimSpace(s[i+1:])
	}
	rest = strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(rest, "года"), "г."), "г")
	if day, ok = parseDay(strings.TrimSuffix(strings.TrimSuffix(date, "г."), "г")); !ok {
		return crm.Date{}, 0, false, false
	}
	if rest = strings.TrimSpace(rest); rest == "" {
		return day, 0, false, true
	}
	if clock, ok = parseTime(rest); !ok {
		return crm.Date{}, 0, false, false
	}
	return day, clock, true, true
}

func parseDay(s string) (crm.Date, bool) {
	i := strings.IndexAny(s, dateSigns)
	if i < 0 {
		return crm.Date{}, false
	}
	parts := strings.Split(s, s[i:i+1])
	if len(parts) != 3 {
		return crm.Date{}, false
	}
	if len(parts[0]) == 4 {
		parts[0], parts[2] = parts[2], parts[0]
	}
	var n [3]int
	for i, p := range parts {
		if !isDigits(p) || len(p) > 4 || i < 2 && len(p) > 2 || i == 2 && len(p) != 2 && len(p) != 4 {
			return crm.Date{}, false
		}
		n[i], _ = strconv.Atoi(p)
	}
	if len(parts[2]) == 2 {
		if n[2] += 2000; n[2] >= 2080 {
			n[2] -= 100
		}
	}
	day := crm.Date{Year: n[2], Month: time.Month(n[1]), Day: n[0]}
	return day, day.Valid() && day.Year >= 1900 && day.Year <= 2200
}

// parseTime reads 10:28, 10:28:35, 10:28:35.000Z or 10:28+03:00.
func parseTime(s string) (crm.Clock, bool) {
	if i := strings.IndexAny(s, "Z+."); i > 0 {
		s = s[:i]
	}
	parts := strings.Split(s, ":")
	if len(parts) < 2 || len(parts) > 3 {
		return 0, false
	}
	var n [3]int
	for i, p := range parts {
		if !isDigits(p) || len(p) > 2 {
			return 0, false
		}
		n[i], _ = strconv.Atoi(p)
	}
	if n[0] > 23 || n[1] > 59 || n[2] > 59 {
		return 0, false
	}
	return crm.At(n[0], n[1]), true
}

// parseSerial reads Excel's number of a day, "45975" or "45975.4375".
func parseSerial(s string) (day crm.Date, clock crm.Clock, timed, ok bool) {
	whole, frac, _ := strings.Cut(s, ".")
	if len(whole) != 5 || !isDigits(whole) || frac != "" && !isDigits(frac) {
		return crm.Date{}, 0, false, false
	}
	n, _ := strconv.Atoi(whole)
	if n < serialFirst || n > serialLast {
		return crm.Date{}, 0, false, false
	}
	day = crm.NewDate(1899, time.December, 30).AddDays(n)
	minutes := dayMinutes(frac)
	if minutes == 24*60 {
		day, minutes = day.AddDays(1), 0
	}
	return day, crm.Clock(minutes), strings.Trim(frac, "0") != "", true
}

// dayMinutes is a decimal fraction of a day in minutes, rounded: Excel stores 10:30 as 0.4375 and 09:10 as 0.381944444444444.
func dayMinutes(frac string) int {
	const digits = 9
	padded := (frac + "000000000")[:digits]
	n, _ := strconv.ParseInt(padded, 10, 64)
	return int((n*24*60 + 500_000_000) / 1_000_000_000)
}
