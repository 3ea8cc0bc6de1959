package locale

import (
	"testing"
	"time"

	"followup/storage/crm"
)

// plain makes the unbreakable spaces that are printed readable.
func plain(s string) string {
	out := []rune{}
	for _, r := range s {
		if r == '\u00a0' {
			r = ' '
		}
		out = append(out, r)
	}
	return string(out)
}

var today = crm.NewDate(2026, time.November, 18)

func TestDates(t *testing.T) {
	friday, newYear := crm.NewDate(2026, time.November, 27), crm.NewDate(2027, time.January, 1)
	for _, c := range []struct {
		day    crm.Date
		style  string
		ru, en string
	}{
		{friday, "", "пт 27.11", "Fri 27 Nov"},
		{newYear, "", "пт 01.01.2027", "Fri 1 Jan 2027"},
		{friday, "full", "пт 27.11.2026", "Fri 27 Nov 2026"},
		{friday, "date", "27.11.2026", "27 Nov 2026"},
		{friday, "short", "27.11", "27 Nov"},
		{newYear, "short", "01.01.2027", "1 Jan 2027"},
		{friday, "month", "ноябрь 2026", "November 2026"},
		{crm.Date{}, "", "—", "—"},
	} {
		if got := plain(For("ru", today).Date(c.day, c.style)); got != c.ru {
			t.Errorf("%v %q in Russian: %q, want %q", c.day, c.style, got, c.ru)
		}
		if got := plain(For("en", today).Date(c.day, c.style)); got != c.en {
			t.Errorf("%v %q in English: %q, want %q", c.day, c.style, got, c.en)
		}
	}
}

func TestTimes(t *testing.T) {
	at := func(days int) When { return When{today.AddDays(days), crm.At(15, 0)} }
	for _, c := range []struct {
		when   When
		style  string
		ru, en string
	}{
		{at(9), "", "пт 27.11, 15:00", "Fri 27 Nov, 15:00"},
		{at(0), "", "ср 18.11, 15:00", "Wed 18 Nov, 15:00"},
		{at(0), "near", "сегодня 15:00", "today 15:00"},
		{at(1), "near", "завтра 15:00", "tomorrow 15:00"},
		{at(-1), "near", "вчера 15:00", "yesterday 15:00"},
		{at(2), "near", "пт 20.11, 15:00", "Fri 20 Nov, 15:00"},
	} {
		if got := plain(For("ru", today).When(c.when, c.style)); got != c.ru {
			t.Errorf("%v %q in Russian: %q, want %q", c.when, c.style, got, c.ru)
		}
		if got := plain(For("en", today).When(c.when, c.style)); got != c.en {
			t.Errorf("%v %q in English: %q, want %q", c.when, c.style, got, c.en)
		}
	}
}

func TestSums(t *testing.T) {
	for _, c := range []struct {
		sum    crm.Money
		style  string
		ru, en string
	}{
		{crm.Rub(1_200_000), "", "1 200 000,00 ₽", "1,200,000.00 ₽"},
		{crm.Money{Minor: 763_405, Currency: crm.RUB}, "", "7 634,05 ₽", "7,634.05 ₽"},
		{crm.Money{Minor: 763_405, Currency: crm.RUB}, "short", "7 634,05 ₽", "7,634.05 ₽"},
		{crm.Rub(286_000), "short", "286 000 ₽", "286,000 ₽"},
		{crm.Money{Minor: 5, Currency: crm.RUB}, "", "0,05 ₽", "0.05 ₽"},
		{crm.Rub(-999), "", "−999,00 ₽", "−999.00 ₽"},
		{crm.Rub(-1000), "short", "−1 000 ₽", "−1,000 ₽"},
		{crm.Rub(0), "short", "0 ₽", "0 ₽"},
		{crm.Money{Minor: 1_500_00, Currency: crm.USD}, "", "1 500,00 $", "$1,500.00"},
		{crm.Money{Minor: -1_500_00, Currency: crm.EUR}, "short", "−1 500 €", "−€1,500"},
		{crm.Money{Minor: 1_500_00, Currency: "CHF"}, "", "1 500,00 CHF", "1,500.00 CHF"},
		{crm.Rub(3_412_345), "brief", "3,41 млн ₽", "3.41 M ₽"},
		{crm.Rub(3_400_000), "brief", "3,4 млн ₽", "3.4 M ₽"},
		{crm.Rub(3_000_000), "brief", "3 млн ₽", "3 M ₽"},
		{crm.Rub(2_345_678_000), "brief", "2,35 млрд ₽", "2.35 B ₽"},
		{crm.Rub(999_999), "brief", "999 999 ₽", "999,999 ₽"},
		{crm.Rub(999_999_999), "brief", "1 млрд ₽", "1 B ₽"},
	} {
		if got := plain(For("ru", today).Money(c.sum, c.style)); got != c.ru {
			t.Errorf("%v %q in Russian: %q, want %q", c.sum, c.style, got, c.ru)
		}
		if got := plain(For("en", today).Money(c.sum, c.style)); got != c.en {
			t.Errorf("%v %q in English: %q, want %q", c.sum, c.style, got, c.en)
		}
	}
}

func TestPlurals(t *testing.T) {
	ru, en := []string{"день", "дня", "дней"}, []string{"day", "days"}
	for n, want := range map[int]string{
		0: "дней", 1: "день", 2: "дня", 4: "дня", 5: "дней", 10: "дней", 11: "дней", 12: "дней", 13: "дней", 14: "дней", 20: "дней",
		21: "день", 22: "дня", 25: "дней", 100: "дней", 101: "день", 111: "дней", 112: "дней", 121: "день", 1001: "день",
		1_000_011: "дней", 1_000_002: "дня", -1: "день", -11: "дней",
	} {
		if got := For("ru", today).form(n, ru); got != want {
			t.Errorf("%d %s, want %s", n, got, want)
		}
	}
	for n, want := range map[int]string{0: "days", 1: "day", 2: "days", 11: "days", 21: "days", 101: "days"} {
		if got := For("en", today).form(n, en); got != want {
			t.Errorf("%d %s, want %s", n, got, want)
		}
	}
}

func TestFactsPrintByTheirType(t *testing.T) {
	texts, err := parse("a = {x}\nn = {x} {x|день|дня|дней}\nd = {x:date}\ntwo = first\n  second\n")
	if err != nil {
		t.Fatal(err)
	}
	p := Printer{Catalog: &Catalog{"ru", texts, russian}, Today: today}
	for _, c := range []struct {
		key  string
		fact any
		want string
	}{
		{"a", "words", "words"},
		{"a", 1234567, "1 234 567"},
		{"a", int64(-1234), "-1 234"},
		{"a", 21.0, "21"}, // a number that was kept as JSON
		{"a", crm.At(9, 5), "09:05"},
		{"a", crm.Rate(1000), "0,1 %"},
		{"a", crm.Rate(100_000), "10 %"},
		{"a", []string{"пн", "ср"}, "пн, ср"},
		{"a", today, "ср 18.11"},
		{"a", nil, "⟦x⟧"},
		{"n", 22, "22 дня"},
		{"n", "x", "x ⟦plural⟧"},
		{"d", today, "18.11.2026"},
		{"two", nil, "first\nsecond"},
		{"none", nil, "⟦none⟧"},
	} {
		if got := plain(p.Say(c.key, "x", c.fact)); got != c.want {
			t.Errorf("%s of %v: %q, want %q", c.key, c.fact, got, c.want)
		}
	}
}

func TestBadCatalogsAreRefused(t *testing.T) {
	for _, raw := range []string{"a = 1\na = 2", "a = {x", "  goes on", "no sign", " = x"} {
		if _, err := parse(raw); err == nil {
			t.Errorf("%q was taken", raw)
		}
	}
}

func TestChoose(t *testing.T) {
	for code, want := range map[string]string{"": "ru", "ru": "ru", "ru-RU": "ru", "uk": "ru", "kk": "ru", "en": "en", "en-US": "en", "de": "en"} {
		if got := Choose(code); got != want {
			t.Errorf("Choose(%q) = %s, want %s", code, got, want)
		}
	}
}
