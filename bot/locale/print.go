package locale

import (
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/text/language"

	"followup/storage/crm"
)

// Key is a fact that is itself a text of the catalog: a kind of call, a status.
type Key string

// When is a fact of a day and a time of day, local to whoever reads it.
type When struct {
	Day   crm.Date
	Clock crm.Clock
}

// words are what differs between languages beside the texts.
type words struct {
	tag      language.Tag
	weekdays [7]string
	months   [12]string
	date     func(w words, d crm.Date, weekday, year bool) string
	group    string // between thousands
	point    string
	scales   [3]string // thousand, million, billion
	percent  string
	plurals  int // how many forms a plural word has
}

const (
	nbsp  = "\u00a0"
	comma = ","
)

var russian = words{
	tag:      language.Russian,
	weekdays: [7]string{"вс", "пн", "вт", "ср", "чт", "пт", "сб"},
	date: func(w words, d crm.Date, weekday, year bool) string {
		s := fmt.Sprintf("%02d.%02d", d.Day, int(d.Month))
		if year {
			s += fmt.Sprintf(".%04d", d.Year)
		}
		if weekday {
			return w.weekdays[d.Weekday()] + nbsp + s
		}
		return s
	},
	months: [12]string{
		"январь", "февраль", "март", "апрель", "май", "июнь", "июль", "август", "сентябрь", "октябрь", "ноябрь",
		"декабрь",
	},
	group: nbsp, point: comma, scales: [3]string{"тыс.", "млн", "млрд"}, percent: nbsp + "%", plurals: 3,
}

var english = words{
	tag:      language.English,
	weekdays: [7]string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"},
	date: func(w words, d crm.Date, weekday, year bool) string {
		s := fmt.Sprintf("%d%s%s", d.Day, nbsp, w.months[d.Month-1][:3])
		if year {
			s += fmt.Sprintf("%s%04d", nbsp, d.Year)
		}
		if weekday {
			return w.weekdays[d.Weekday()] + nbsp + s
		}
		return s
	},
	months: [12]string{
		"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
		"December",
	},
	group: comma, point: ".", scales: [3]string{"k", "M", "B"}, percent: "%", plurals: 2,
}

// symbols of currencies; one without a symbol is shown by its code.
var symbols = map[crm.Currency]string{
	crm.RUB: "₽", crm.USD: "$", crm.EUR: "€", crm.KZT: "₸", crm.BYN: "Br", crm.CNY: "¥", crm.GBP: "£",
}

// print shows a fact by its type.
func (p Printer) print(v any, name, style string) string {
	switch x := v.(type) {
	case string:
		return x
	case Key:
		return p.Say(string(x))
	case crm.Money:
		return p.Money(x, style)
	case crm.Date:
		return p.Date(x, style)
	case When:
		return p.When(x, style)
	case crm.Currency:
		return symbolOf(x)
	case crm.Clock:
		return x.String()
	case crm.Rate:
		return strings.ReplaceAll(x.Percent(), ".", p.words.point) + p.words.percent
	case []string:
		return strings.Join(x, ", ")
	}
	if n, ok := number(v); ok {
		return p.grouped(n)
	}
	return "⟦" + name + "⟧"
}

// symbolOf is a currency's sign, or its code when it has none.
func symbolOf(c crm.Currency) string {
	if symbol := symbols[c]; symbol != "" {
		return symbol
	}
	return string(c)
}

// Money prints a sum: in full "1 200 000,00 ₽"; style "short" without kopecks that are zero; style "brief" rounded to
// three figures, "3,41 млн ₽".
func (p Printer) Money(m crm.Money, style string) string {
	if p.Masked {
		return "•••"
	}
	sign, n := "", m.Minor
	if n < 0 {
		sign, n = "−", -n
	}
	symbol := symbolOf(m.Currency)
	if style == "brief" && n >= 1_000_000_00 {
		return sign + p.brief(n) + nbsp + symbol
	}
	s := p.grouped(n / 100)
	if style == "" || n%100 != 0 {
		s += p.words.point + fmt.Sprintf("%02d", n%100)
	}
	if p.Language == "en" && (m.Currency == crm.USD || m.Currency == crm.EUR || m.Currency == crm.GBP) {
		return sign + symbol + s
	}
	return sign + s + nbsp + symbol
}

// brief is a sum of a million and more rounded to hundredths of its scale; what rounds up to a thousand of one scale is one
// of the next.
func (p Printer) brief(minor int64) string {
	unit, scale := int64(1_000_000_00), p.words.scales[1]
	hundredths := func() int64 { return (minor/(unit/1000) + 5) / 10 }
	if hundredths() >= 1000_00 {
		unit, scale = 1_000_000_000_00, p.words.scales[2]
	}
	n := hundredths()
	s := strings.TrimRight(fmt.Sprintf("%d.%02d", n/100, n%100), "0")
	return strings.ReplaceAll(strings.TrimSuffix(s, "."), ".", p.words.point) + nbsp + scale
}

func (p Printer) grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	start := 0
	if n < 0 {
		start = 1
	}
	for i := len(s) - 3; i > start; i -= 3 {
		s = s[:i] + p.words.group + s[i:]
	}
	return s
}

// Date prints a day: "пт 27.11", with the year when it isn't this one; style "full" always with the year, "date" without
// the weekday, "short" without both, "month" as "ноябрь 2026".
func (p Printer) Date(d crm.Date, style string) string {
	if d.IsZero() {
		return "—"
	}
	switch style {
	case "full":
		return p.words.date(p.words, d, true, true)
	case "date":
		return p.words.date(p.words, d, false, true)
	case "short":
		return p.words.date(p.words, d, false, d.Year != p.Today.Year)
	case "month":
		return p.words.months[d.Month-1] + nbsp + strconv.Itoa(d.Year)
	}
	return p.words.date(p.words, d, true, d.Year != p.Today.Year)
}

// When prints "пт 27.11, 15:00"; style "near" says today, yesterday and tomorrow in words.
func (p Printer) When(w When, style string) string {
	if style == "near" {
		for days, key := range map[int]string{0: "today", 1: "tomorrow", -1: "yesterday"} {
			if p.Today.AddDays(days) == w.Day {
				return p.Say("day."+key) + nbsp + w.Clock.String()
			}
		}
	}
	return p.Date(w.Day, "") + ", " + w.Clock.String()
}
