package match

import (
	"strings"
	"testing"

	"followup/scheduler/clock/limit"
)

// told is a short form of a purpose: numbers with their dates, contracts after «д:», the third party after «за:».
func told(p Purpose) string {
	var b strings.Builder
	write := func(mark string, list []Number) {
		for _, n := range list {
			b.WriteString(mark + n.Key)
			if !n.Day.IsZero() {
				b.WriteString("@" + n.Day.String())
			}
			b.WriteByte(' ')
		}
	}
	write("", p.Invoices)
	write("д:", p.Contracts)
	if p.For != "" {
		b.WriteString("за:" + p.For)
	}
	return strings.TrimSpace(b.String())
}

func TestReadPurpose(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"Частичная оплата по счету № 125 от 15.10.2026, в т.ч. НДС 20% 33333-33", "125@2026-10-15"},
		{"Оплата по счёту №125 от 15.10.26г. НДС не облагается", "125@2026-10-15"},
		{"по сч.125, 126", "125 126"},
		{"по сч. 125,126 и 127 за октябрь", "125 126 127"},
		{"счета № 125 от 15.10.2026, № 126 от 20.10.2026. Сумма 175000-00, без НДС", "125@2026-10-15 126@2026-10-20"},
		{"Оплата по счетам №№ 125; 126; 127", "125 126 127"},
		{"Оплата счета на оплату № УТ-000125 от 15 октября 2026 г.", "YT-125@2026-10-15"},
		{"оплата по счету от 15.10.2026 № 125", "125@2026-10-15"},
		{"сч125", "125"},
		{"СЧЕТ N 14/26-К", "14-26-K"},
		{"счет № 125/1", "125-1"},
		{"Invoice #INV-2026-77 dated 01.02.2026", "INV-2026-77@2026-02-01"},
		{"Оплата по договору № 14/26 от 01.02.2026, счет 125", "125 д:14-26@2026-02-01"},
		{"Оплата по дог. 14/26 за услуги, НДС 20% 1666-67", "д:14-26"},
		{"Оплата по договору 14/26 сумма 175000-00", "д:14-26"},
		{"счет 125, 15000 руб.", "125"},
		{"счет 125, 15000-00", "125"},
		{"счет 125, 20%", "125"},
		{"счет 125, НДС 33333-33", "125"},
		{"счет 125, НДС20%", "125"},
		{"счет 125, счет 126", "125 126"},
		{"сч. 15000 руб. 00 коп.", ""},
		{"в счет оплаты 15000 руб по договору 7", "д:7"},
		{"за счет собственных средств 200000", ""},
		{"перечислено на расчетный счет 40702810000000074935", ""},
		{"на р/счет 12345", ""},
		{"на лицевой счет 123456", ""},
		{"лиц.счет 123456", ""},
		{"на расч. счет 555", ""},
		{"по счету 40702810000000074935", ""},
		{"по счет-фактуре № 55 от 01.10.2026", ""},
		{"по счету-фактуре 55", ""},
		{"сч-фактура 55", ""},
		{"показания счетчика 4455", ""},
		{"НДС не облагается", ""},
		{"в т.ч. НДС 20% 1666-67", ""},
		{"оплата 175000-00", ""},
		{"оплата за ООО «Вектор» по счету 125", "125 за:ООО «Вектор»"},
		{"Оплата за ООО \"Вектор Плюс\", счет 125 от 01.11.2026", "125@2026-11-01 за:ООО \"Вектор Плюс\""},
		{"оплата за услуги по счету № 7", "7"},
		{"", ""},
	} {
		if got := told(ReadPurpose(c.text)); got != c.want {
			t.Errorf("%q\n got %q\nwant %q", c.text, got, c.want)
		}
	}
}

func TestNumberKey(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"125", "000125", true},
		{"УТ-125", "уt 000125", true},
		{"А-7", "A7", true},
		{"14/26", "14-26", true},
		{"125 от 15.10.2026", "125", true},
		{"125", "1250", false},
		{"125/1", "125", false},
		{"125", "УТ-125", false},
	} {
		if got := numberKey(c.a) == numberKey(c.b); got != c.same {
			t.Errorf("%q and %q: same %v, want %v (%q, %q)", c.a, c.b, got, c.same, numberKey(c.a), numberKey(c.b))
		}
	}
	if numberKey("б/н") != "" {
		t.Error("«б/н» is no number")
	}
}

func FuzzReadPurpose(f *testing.F) {
	for _, s := range []string{"по сч.125, 126", "счета № 125 от 15.10.2026, № 126", "за ООО «Х» счет от 1.1.26 № 5", "сч№№№1,,2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var p Purpose
		limit.Check(t, func() { p = ReadPurpose(s) })
		for _, n := range append(p.Invoices, p.Contracts...) {
			if n.Key == "" || isAccount(n.Text) {
				t.Fatalf("%q gave the number %q", s, n.Text)
			}
		}
	})
}
