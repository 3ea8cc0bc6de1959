package dialog

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"followup/bot/capture"
	"followup/storage/crm"
)

// Rules of a stretch of days that somebody is away.
//
// Both days that are named belong to it, also after «до» and "until": the answer says on which day the person is back. Of
// «с 23 по 4 декабря» the first number is the last such day before the end. A length («на две недели», "for 10 days") counts
// calendar days from the first; without a first day from today, or from the day that is named. A week or month that is
// named is meant whole. A first day without a last one leaves the last one open, and it is asked.

var (
	fromTo     = regexp.MustCompile(`(?i)(?:^|[\s,])(?:с|со|from|since)\s+(.+?)\s*(?:\s(?:по|до|to|till|until|through|thru)\s|[–—]|\s-\s)\s*(.+)$`)
	fromDay    = regexp.MustCompile(`(?i)(?:^|[\s,])(?:с|со|from|since|starting)\s+(.+)$`)
	untilDay   = regexp.MustCompile(`(?i)(?:^|[\s,])(?:по|до|till|until|through|thru)\s+(.+)$`)
	lastsFor   = regexp.MustCompile(`(?i)(?:на|for)\s+(?:(\d{1,3}|[а-яёa-z]+)\s+)?(день|дня|дней|сутки|суток|недел[а-яё]*|недельк[а-яё]*|месяц[а-яё]*|days?|weeks?|months?)(?:[\s,.]|$)`)
	bareNumber = regexp.MustCompile(`^\D{0,2}(\d{1,2})(?:-?го|st|nd|rd|th)?$`)
)

// lengthWords are the numbers that lengths are said with.
var lengthWords = map[string]int{
	"": 1, "один": 1, "одну": 1, "a": 1, "one": 1, "два": 2, "две": 2, "two": 2, "пару": 2, "three": 3, "три": 3, "четыре": 4, "four": 4, "пять": 5,
	"five": 5, "шесть": 6, "six": 6, "семь": 7, "seven": 7, "десять": 10, "ten": 10, "четырнадцать": 14, "полторы": 0,
}

// readAbsence reads a stretch from text: until is zero when only the first day was named. ok is false without any day.
func readAbsence(text string, w capture.World) (from, until crm.Date, ok bool) {
	today := crm.DateOf(w.Now)
	if m := lastsFor.FindStringSubmatch(text); m != nil {
		if n, known := lengthOf(m[1], m[2]); known {
			from = today
			if day, found := firstDay(strings.Replace(text, strings.TrimSpace(m[0]), " ", 1), w); found {
				from = day
			}
			return from, lastOf(from, n, m[2]), true
		}
	}
	if m := dottedPair.FindStringSubmatch(text); m != nil {
		start, ok := firstDay(m[1], w)
		end, found := firstDay(m[2], w)
		return start, afterDay(end, start), ok && found
	}
	times := capture.ReadTimes(text, w)
	for _, t := range times {
		if last := crm.DateOf(t.End.Add(-time.Second)); t.Bound == capture.Within || t.Grain == capture.Week || t.Grain == capture.Month {
			from, until = thisYear(text, crm.DateOf(t.Start), last, today)
			return from, until, true
		}
	}
	if m := fromTo.FindStringSubmatch(text); m != nil {
		end, found := firstDay(m[2], w)
		if start, known := firstDay(m[1], w); found && known {
			return start, afterDay(end, start), true
		}
		if n := bareNumber.FindStringSubmatch(m[1]); found && n != nil {
			day, _ := strconv.Atoi(n[1])
			return lastDayBefore(day, end), end, true
		}
	}
	if m := fromDay.FindStringSubmatch(text); m != nil {
		if day, found := firstDay(m[1], w); found {
			return day, crm.Date{}, true
		}
	}
	if m := untilDay.FindStringSubmatch(text); m != nil {
		if day, found := firstDay(m[1], w); found {
			return today, day, true
		}
	}
	if m := dottedDay.FindStringSubmatch(text); m != nil {
		day, found := firstDay(m[1], w)
		return day, day, found
	}
	if len(times) == 0 {
		return from, until, false
	}
	return times[0].Day, times[len(times)-1].Day, true
}

// dotted is «23.11» and «23.11.2026»: a day here, though behind «с» and in English it is a clock elsewhere.
var (
	dotted     = regexp.MustCompile(`^(\d{1,2})[./](\d{1,2})(?:[./](\d{4}|\d{2}))?(?:[\s,;]|$)`)
	dottedDay  = regexp.MustCompile(`(?:^|[\s,])(\d{1,2}[./]\d{1,2}(?:[./]\d{2,4})?)(?:[\s,;]|$)`)
	dottedPair = regexp.MustCompile(`(?i)(?:^|[\s,])(\d{1,2}[./]\d{1,2}(?:[./]\d{2,4})?)\s*(?:по|до|to|till|until|through|thru|[-–—])\s*(\d{1,2}[./]\d{1,2}(?:[./]\d{2,4})?)(?:[\s,;]|$)`)
)

// pastDays is how far back a day without a year may lie before it is taken for next year's.
const pastDays = 90

// firstDay is the first day that a text names.
func firstDay(text string, w capture.World) (crm.Date, bool) {
	text = strings.TrimSpace(text)
	today := crm.DateOf(w.Now)
	if m := dotted.FindStringSubmatch(text); m != nil {
		day, month, year := digits(m[1]), time.Month(digits(m[2])), digits(m[3])
		switch {
		case year == 0:
			year = today.Year
			if (crm.Date{Year: year, Month: month, Day: day}).Before(today.AddDays(-pastDays)) {
				year++
			}
		case year < 100:
			year += 2000
		}
		d := crm.Date{Year: year, Month: month, Day: day}
		return d, d.Valid()
	}
	times := capture.ReadTimes(text, w)
	switch {
	case len(times) == 0:
		return crm.Date{}, false
	case times[0].Bound == capture.Before || times[0].Relative:
		return times[0].Day, true
	}
	return crm.DateOf(times[0].Start), true
}

func lengthOf(word, unit string) (int, bool) {
	if n, err := strconv.Atoi(word); err == nil {
		return n, n > 0
	}
	n, ok := lengthWords[strings.ToLower(word)]
	return n, ok && n > 0 && unit != ""
}

// lastOf is the last day of n days, weeks or months that begin on from.
func lastOf(from crm.Date, n int, unit string) crm.Date {
	unit = strings.ToLower(unit)
	switch {
	case strings.HasPrefix(unit, "недел") || strings.HasPrefix(unit, "week"):
		return from.AddDays(7*n - 1)
	case strings.HasPrefix(unit, "месяц") || strings.HasPrefix(unit, "month"):
		return from.AddMonths(n).AddDays(-1)
	}
	return from.AddDays(n - 1)
}

// afterDay is an end without a year that was read as this year's though the stretch begins in the next.
func afterDay(end, start crm.Date) crm.Date {
	if end.Before(start) && end.AddMonths(12).Sub(start) < 100 {
		return end.AddMonths(12)
	}
	return end
}

// thisYear takes a stretch without a year that was read as next year's back to this year's when that has only just passed: a
// period that is over is told, and not planned for next autumn.
func thisYear(text string, from, until, today crm.Date) (crm.Date, crm.Date) {
	before := from.AddMonths(-12)
	if before.Before(today.AddDays(-pastDays)) || !before.Before(today) || strings.Contains(text, "20") && strings.Contains(text, strconv.Itoa(from.Year)) {
		return from, until
	}
	return before, until.AddMonths(-12)
}

// lastDayBefore is the last day of that number not after end.
func lastDayBefore(day int, end crm.Date) crm.Date {
	d := end
	for range 62 {
		if d.Day == day {
			return d
		}
		d = d.AddDays(-1)
	}
	return end
}
