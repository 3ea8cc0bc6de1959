package dialog

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"followup/storage/crm"
)

// Rules of a period.
//
// A week begins on Monday. «за неделю» is the last seven days with today; «эта неделя», «этот месяц», «квартал» and «год»
// are the current ones; «прошлая неделя» and the like those before. A month without a year is the last one that has begun.
// "1–15 November" without a year is the last that has begun too. Both ends belong to the period.

// period is a stretch of days with both its ends.
type period struct{ from, to crm.Date }

// monthStems are how the names of months begin, in both languages, the longer before what they begin with.
var monthStems = []struct {
	stem  string
	month time.Month
}{
	{"январ", 1},
	{"феврал", 2},
	{"март", 3},
	{"апрел", 4},
	{"май", 5},
	{"мая", 5},
	{"мае", 5},
	{"июн", 6},
	{"июл", 7},
	{"август", 8},
	{"сентябр", 9},
	{"октябр", 10},
	{"ноябр", 11},
	{"декабр", 12},
	{"jan", 1},
	{"feb", 2},
	{"mar", 3},
	{"apr", 4},
	{"may", 5},
	{"jun", 6},
	{"jul", 7},
	{"aug", 8},
	{"sep", 9},
	{"oct", 10},
	{"nov", 11},
	{"dec", 12},
}

// periodWords are what is said of a period, as told from today.
var periodWords = []struct {
	like *regexp.Regexp
	of   func(today crm.Date, said []string) period
}{
	{regexp.MustCompile(`^(?:сегодня|день|today)$`), func(d crm.Date, _ []string) period { return period{d, d} }},
	{regexp.MustCompile(`^(?:вчера|yesterday)$`), func(d crm.Date, _ []string) period { return period{d.AddDays(-1), d.AddDays(-1)} }},
	{regexp.MustCompile(`^(?:неделю|7 дней|week|7 days)$`), func(d crm.Date, _ []string) period { return period{d.AddDays(-6), d} }},
	{regexp.MustCompile(`^(?:(?:эта|эту|текущая|текущую) )?неделя?ю?$|^this week$`), func(d crm.Date, _ []string) period { return weekOf(d) }},
	{regexp.MustCompile(`^(?:прошлая|прошлую|прошедшую) неделя?ю?$|^last week$`), func(d crm.Date, _ []string) period { return weekOf(d.AddDays(-7)) }},
	{regexp.MustCompile(`^(?:(?:этот|текущий) )?месяц$|^(?:this )?month$`), func(d crm.Date, _ []string) period { return monthOf(d.Year, d.Month) }},
	{regexp.MustCompile(`^(?:прошлый|прошедший) месяц$|^last month$`), func(d crm.Date, _ []string) period {
		before := crm.NewDate(d.Year, d.Month, 1).AddDays(-1)
		return monthOf(before.Year, before.Month)
	}},
	{regexp.MustCompile(`^(?:(?:этот|текущий) )?квартал$|^(?:this )?quarter$`), func(d crm.Date, _ []string) period { return quarterOf(d.Year, quarter(d)) }},
	{regexp.MustCompile(`^(?:прошлый|прошедший) квартал$|^last quarter$`), func(d crm.Date, _ []string) period {
		before := quarterOf(d.Year, quarter(d)).from.AddDays(-1)
		return quarterOf(before.Year, quarter(before))
	}},
	{regexp.MustCompile(`^([1-4])-?й? квартал(?: (\d{4}))?$|^q([1-4])(?: (\d{4}))?$`), func(d crm.Date, said []string) period {
		n, year := digits(said[1]+said[3]), digits(said[2]+said[4])
		if year == 0 {
			year = d.Year
			if n > quarter(d) {
				year--
			}
		}
		return quarterOf(year, n)
	}},
	{regexp.MustCompile(`^(?:(?:этот|текущий) )?год$|^(?:this )?year$`), func(d crm.Date, _ []string) period { return yearOf(d.Year) }},
	{regexp.MustCompile(`^(?:прошлый|прошедший) год$|^last year$`), func(d crm.Date, _ []string) period { return yearOf(d.Year - 1) }},
	{regexp.MustCompile(`^(20\d{2})(?: год)?$`), func(_ crm.Date, said []string) period { return yearOf(digits(said[1])) }},
	{regexp.MustCompile(`^(\pL+)(?: (20\d{2}))?(?: года?)?$`), func(d crm.Date, said []string) period {
		month := monthNamed(said[1])
		if month == 0 {
			return period{}
		}
		year := digits(said[2])
		if year == 0 {
			year = lastYear(d, month, 1)
		}
		return monthOf(year, month)
	}},
	{
		regexp.MustCompile(`^(?:с |from )?(\d{1,2})(?:-?го|st|nd|rd|th)? ?(?:по|до|to|till|[-–—]) ?(\d{1,2})(?:-?е|-?го|st|nd|rd|th)? (\pL+)(?: (20\d{2}))?(?: года?)?$`),
		func(d crm.Date, said []string) period {
			return days(d, digits(said[1]), monthNamed(said[3]), digits(said[2]), monthNamed(said[3]), digits(said[4]))
		},
	},
	{
		regexp.MustCompile(`^(?:с |from )?(\d{1,2}) (\pL+) ?(?:по|до|to|till|[-–—]) ?(\d{1,2}) (\pL+)(?: (20\d{2}))?$`),
		func(d crm.Date, said []string) period {
			return days(d, digits(said[1]), monthNamed(said[2]), digits(said[3]), monthNamed(said[4]), digits(said[5]))
		},
	},
	{
		regexp.MustCompile(`^(?:с |from )?(\d{1,2})\.(\d{1,2})(?:\.20\d{2})? ?(?:по|до|to|till|[-–—]) ?(\d{1,2})\.(\d{1,2})(?:\.(20\d{2}))?$`),
		func(d crm.Date, said []string) period {
			return days(d, digits(said[1]), time.Month(digits(said[2])), digits(said[3]), time.Month(digits(said[4])), digits(said[5]))
		},
	},
}

// readPeriod reads what was typed after /report.
func readPeriod(text string, today crm.Date) (period, bool) {
	said := strings.Join(strings.Fields(strings.ToLower(strings.TrimRight(text, ".!?"))), " ")
	for _, lead := range []string{"отчёт ", "отчет ", "за последнюю ", "за ", "в ", "во ", "for the ", "for ", "in ", "the "} {
		if rest, ok := strings.CutPrefix(said, lead); ok {
			said = rest
		}
	}
	for _, w := range periodWords {
		if m := w.like.FindStringSubmatch(said); m != nil {
			p := w.of(today, m)
			return p, !p.from.IsZero()
		}
	}
	return period{}, false
}

func monthNamed(word string) time.Month {
	for _, m := range monthStems {
		if strings.HasPrefix(word, m.stem) {
			return m.month
		}
	}
	return 0
}

// days are those from one day of a month to another; without a year the last that has begun, over New Year too.
func days(today crm.Date, d1 int, m1 time.Month, d2 int, m2 time.Month, year int) period {
	to := year
	if to == 0 {
		to = lastYear(today, m1, d1)
		if m2 < m1 {
			to++
		}
	}
	from := to
	if m2 < m1 {
		from--
	}
	p := period{crm.Date{Year: from, Month: m1, Day: d1}, crm.Date{Year: to, Month: m2, Day: d2}}
	if !p.from.Valid() || !p.to.Valid() || p.to.Before(p.from) {
		return period{}
	}
	return p
}

// lastYear is the year in which a day of a month was last, today included.
func lastYear(today crm.Date, m time.Month, day int) int {
	if (crm.Date{Year: today.Year, Month: m, Day: day}).After(today) {
		return today.Year - 1
	}
	return today.Year
}

func weekOf(d crm.Date) period {
	monday := d.AddDays(-(int(d.Weekday()) + 6) % 7)
	return period{monday, monday.AddDays(6)}
}

func monthOf(year int, m time.Month) period {
	first := crm.NewDate(year, m, 1)
	return period{first, first.EndOfMonth()}
}

func quarter(d crm.Date) int { return (int(d.Month)-1)/3 + 1 }

func quarterOf(year, n int) period {
	first := crm.NewDate(year, time.Month(3*n-2), 1)
	return period{first, first.AddMonths(2).EndOfMonth()}
}

func yearOf(year int) period { return period{crm.NewDate(year, 1, 1), crm.NewDate(year, 12, 31)} }

// digits is a number that a pattern has found, 0 when it found none.
func digits(said string) int {
	n, err := strconv.Atoi(said)
	if err != nil {
		return 0
	}
	return n
}

// readDays reads "2026-11-16/2026-11-22", as a button carries a period.
func readDays(text string) (period, error) {
	first, last, _ := strings.Cut(text, "/")
	from, err := crm.ParseDate(first)
	if err != nil {
		return period{}, err
	}
	to, err := crm.ParseDate(last)
	return period{from, to}, err
}
