package exchange

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"followup/storage/crm"
)

func TestParseMoney(t *testing.T) {
	for _, c := range []struct {
		cell     string
		minor    int64
		currency crm.Currency
	}{
		{"1 234 567,89", 123_456_789, ""},
		{"1\u00a0234\u00a0567,89", 123_456_789, ""},
		{"1\u202f234,5", 123_450, ""},
		{"1234567.89", 123_456_789, ""},
		{"1'234", 123_400, ""},
		{"1’234.50", 123_450, ""},
		{"1,234,567.89", 123_456_789, ""},
		{"1.234.567,89", 123_456_789, ""},
		{"1.234.567", 123_456_700, ""},
		{"175000-00", 17_500_000, ""},
		{"175000=50", 17_500_050, ""},
		{"15 000 ₽", 1_500_000, crm.RUB},
		{"15 000,00 руб.", 1_500_000, crm.RUB},
		{"₽15", 1500, crm.RUB},
		{"$1,234.50", 123_450, crm.USD},
		{"100 Российский рубль", 10_000, crm.RUB},
		{"-15,5", -1550, ""},
		{"−15,5", -1550, ""},
		{"15-", -1500, ""},
		{"(15,50)", -1550, ""},
		{"+7", 700, ""},
		{"0,005", 1, ""},
		{"1234.567", 123_457, ""},
		{"1.2340", 123, ""},
		{"100000000000000", crm.MaxMinor, ""},
	} {
		minor, currency, ok := ParseMoney(c.cell)
		if !ok || minor != c.minor || currency != c.currency {
			t.Errorf("%q: %d %q %v, want %d %q", c.cell, minor, currency, ok, c.minor, c.currency)
		}
	}
	for _, cell := range []string{
		"", " ", ",5", "много", "1.234", "1,234", "12,345", "1,23,456", "1.2.3", "1,2,3.4.5", "15 попугаев", "₽", "-", "1e5", "0x10", "5%", "12-5",
		"1-2-3", "$5 €", "100000000000001", "99999999999999999999", "١٢٣", "()", "#REF!", "2026-11-18", "18.11.2026",
	} {
		if minor, _, ok := ParseMoney(cell); ok {
			t.Errorf("%q became %d", cell, minor)
		}
	}
}

func TestParseDate(t *testing.T) {
	for _, c := range []struct{ cell, want string }{
		{"05.06.2026", "2026-06-05"},
		{"5.6.26", "2026-06-05"},
		{"05/06/2026", "2026-06-05"},
		{"05.06.2026 10:28", "2026-06-05 10:28"},
		{"05.06.2026 10:28:35", "2026-06-05 10:28"},
		{"05.06.2026 г.", "2026-06-05"},
		{"05.06.99", "1999-06-05"},
		{"2026-06-05", "2026-06-05"},
		{"2026-06-05T10:28:35+03:00", "2026-06-05 10:28"},
		{"2026-06-05T10:28:35.000Z", "2026-06-05 10:28"},
		{"46178", "2026-06-05"},
		{"46178.4375", "2026-06-05 10:30"},
		{"46178.381944444444443", "2026-06-05 09:10"},
		{"46178.99999999", "2026-06-06 00:00"},
		{"\u00a005.06.2026\u00a010:28", "2026-06-05 10:28"},
	} {
		day, clock, timed, ok := ParseDate(c.cell)
		got := day.String()
		if timed {
			got = fmt.Sprintf("%s %s", day, clock)
		}
		if !ok || got != c.want {
			t.Errorf("%q: %q %v, want %q", c.cell, got, ok, c.want)
		}
	}
	for _, cell := range []string{"", "31.11.2026", "29.02.2026", "05.06", "6 мая", "не закрыта", "1234", "99999", "05.13.2026", "0000-00-00", "05.06.2026 25:00", "1.1.1", "--0315"} {
		if day, _, _, ok := ParseDate(cell); ok {
			t.Errorf("%q became %s", cell, day)
		}
	}
}

func TestParseINN(t *testing.T) {
	for cell, want := range map[string]string{
		"7707083893": "7707083893", " ИНН 7707083893": "7707083893", "7707083893/773601001": "7707083893", "7707083893.0": "7707083893",
		"274062111": "0274062111", "500100732259": "500100732259",
	} {
		if got, ok := ParseINN(cell); !ok || got != want {
			t.Errorf("%q: %q %v, want %q", cell, got, ok, want)
		}
	}
	for _, cell := range []string{"", "7707083894", "7,70708E+09", "0000000000", "770708389"} {
		if got, ok := ParseINN(cell); ok {
			t.Errorf("%q became %s", cell, got)
		}
	}
}

func TestSumsComeBackHoweverTheyAreWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.Int64Range(-crm.MaxMinor, crm.MaxMinor).Draw(t, "minor")
		whole, sign := want, ""
		if want < 0 {
			whole, sign = -want, "-"
		}
		for _, form := range []string{"%s%d,%02d", "%s%d.%02d", "%s%d-%02d", "%s%d,%02d руб."} {
			cell := fmt.Sprintf(form, sign, whole/100, whole%100)
			if got, _, ok := ParseMoney(cell); !ok || got != want {
				t.Fatalf("%q became %d %v", cell, got, ok)
			}
		}
	})
}

func FuzzCells(f *testing.F) {
	for _, s := range []string{"1 234,50", "(5)", "05.06.2026 10:28", "45975.5", "175000-00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if minor, _, ok := ParseMoney(s); ok && (minor > crm.MaxMinor || minor < -crm.MaxMinor) {
			t.Fatalf("%q became %d", s, minor)
		}
		if day, clock, _, ok := ParseDate(s); ok && (!day.Valid() || clock < 0 || clock >= 24*60) {
			t.Fatalf("%q became %v %v", s, day, clock)
		}
	})
}
