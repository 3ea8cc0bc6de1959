package crm

import (
	"testing"

	"followup/scheduler/clock/limit"
)

func TestNameKey(t *testing.T) {
	same := [][]string{
		{"ромашка", "ООО «Ромашка»", "Ромашка, ООО", "общество с ограниченной ответственностью \"РОМАШКА\"", "ооо ромашка", "„Ромашка“"},
		{"север строй", "Север-Строй", "АО «Север — Строй»"},
		{"вектор а с", "ИП Вектор А.С.", "Вектор А. С. (ИП)", "Индивидуальный предприниматель Вектор А.С."},
		{"acme", "Acme", "ACME Ltd.", "Acme, Inc", "Acme LLC", "Acme Pty Ltd"},
		{"огонек", "Огонёк", "Огоне\u0308к", "ОГОНЕК"},
		{"окей", "О'Кей", "О’кей"},
		{"вектор плюс", "Вектор+", "ООО Вектор Плюс", "Вектор +"},
		{"рога и копыта", "Рога & копыта", "Рога и\u00a0копыта"},
		{"johnson and johnson", "Johnson & Johnson"},
		{"муллер", "Муллер GmbH", "Муллер AG"},
		{"ооо", "ООО"},
		{"as roma", "AS Roma"},
		{"5 элемент", "ЗАО \"5 Элемент\""},
		{"", "«»", "  "},
	}
	for _, group := range same {
		for _, name := range group[1:] {
			if got := NameKey(name); got != group[0] {
				t.Errorf("NameKey(%q) = %q, want %q", name, got, group[0])
			}
		}
	}
}

func TestSplitLegalForm(t *testing.T) {
	for _, c := range [][3]string{
		{"ООО «Ромашка»", "ООО", "Ромашка"},
		{"Ромашка, ООО", "ООО", "Ромашка"},
		{"общество с ограниченной ответственностью «Вектор Плюс»", "ООО", "Вектор Плюс"},
		{"ИП Вектор А.С.", "ИП", "Вектор А.С."},
		{"Acme Ltd.", "Ltd", "Acme"},
		{"Müller GmbH", "GmbH", "Müller"},
		{"Гоголь-Центр", "", "Гоголь-Центр"},
		{"«Дом» и «Сад»", "", "«Дом» и «Сад»"},
		{"Аоста", "", "Аоста"},
		{"ООО", "", "ООО"},
	} {
		if form, rest := SplitLegalForm(c[0]); form != c[1] || rest != c[2] {
			t.Errorf("SplitLegalForm(%q) = %q, %q, want %q, %q", c[0], form, rest, c[1], c[2])
		}
	}
}

func TestValidINN(t *testing.T) {
	for inn, want := range map[string]bool{
		"7707083893": true, "7707083894": false, "500100732259": true, "500100732258": false, "500100732269": false,
		"0000000000": false, "000000000000": false, "77070838": false, "770708389x": false, "": false, "7830002293": true,
	} {
		if got := ValidINN(inn); got != want {
			t.Errorf("ValidINN(%q) = %v", inn, got)
		}
	}
}

func TestNormalPhone(t *testing.T) {
	for _, c := range []struct {
		in, number, ext string
		ok              bool
	}{
		{"8 903 123-45-67", "+79031234567", "", true},
		{"+7 (903) 123 45 67", "+79031234567", "", true},
		{"9031234567", "+79031234567", "", true},
		{"79031234567", "+79031234567", "", true},
		{"8 (495) 123-45-67 доб. 123", "+74951234567", "123", true},
		{"8 495 1234567, доб 5", "+74951234567", "5", true},
		{"+7 495 123-45-67 ext. 77", "+74951234567", "77", true},
		{"84951234567#12", "+74951234567", "12", true},
		{"8-800-555-35-35", "88005553535", "", true},
		{"+7 800 555 35 35", "88005553535", "", true},
		{"800 555 35 35", "88005553535", "", true},
		{"+375 29 123-45-67", "+375291234567", "", true},
		{"375291234567", "+375291234567", "", true},
		{"8-10-375-29-1234567", "+375291234567", "", true},
		{"998901234567", "+998901234567", "", true},
		{"+1 202 555 0101", "+12025550101", "", true},
		{"0049 30 1234567", "+49301234567", "", true},
		{"12-24", "", "", false},
		{"", "", "", false},
		{"+", "", "", false},
		{"тел 89031234567", "", "", false},
		{"8903123456", "", "", false},
		{"1234567890123456", "", "", false},
		{"доб. 123", "", "", false},
	} {
		if number, ext, ok := NormalPhone(c.in); number != c.number || ext != c.ext || ok != c.ok {
			t.Errorf("NormalPhone(%q) = %q, %q, %v, want %q, %q, %v", c.in, number, ext, ok, c.number, c.ext, c.ok)
		}
	}
}

func FuzzNames(f *testing.F) {
	for _, s := range []string{"ООО «Ромашка»", "8 903 123-45-67 доб. 5", "Acme Ltd.", "+\u0306и", "\xff&"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		limit.Check(t, func() { NameKey(s) })
		if key := NameKey(s); NameKey(key) != key {
			t.Errorf("the key of %q isn't its own key: %q", s, key)
		}
		SplitLegalForm(s)
		if number, _, ok := NormalPhone(s); ok {
			if again, _, ok := NormalPhone(number); !ok || again != number {
				t.Errorf("NormalPhone(%q) = %q isn't stable: %q", s, number, again)
			}
		}
	})
}

// FuzzWords reads dates, times, percents and key rates, which settings and files hold.
func FuzzWords(f *testing.F) {
	for _, s := range []string{"2026-11-18", "09:30", "16,5 %", "2026-01-01 16\n2026-06-01 15,5\n", "0000-00-00", "24:00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		limit.Check(t, func() {
			if d, err := ParseDate(s); err == nil && d != (Date{}) && !d.Valid() {
				t.Errorf("%q is %v", s, d)
			}
			if c, err := ParseClock(s); err == nil && (c < 0 || c >= 24*60) {
				t.Errorf("%q is %v", s, c)
			}
			if rate, err := ParsePercent(s); err == nil && rate < 0 {
				t.Errorf("%q is %v", s, rate)
			}
			_, _ = ParseKeyRates(s) // an error is an answer
		})
	})
}
