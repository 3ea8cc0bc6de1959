package rules_test

import (
	"testing"

	"followup/scheduler/rules"
	"followup/storage/crm"
)

func TestDeadline(t *testing.T) {
	for _, x := range []struct {
		name string
		edit func(*crm.Invoice)
		want []string
	}{
		{"a dispute is asked about once, on the first working day after a Saturday", func(v *crm.Invoice) {
			v.Status, v.Paused = crm.InvoiceDisputed, date(t, "2026-11-21")
		}, []string{"2026-11-23 09:00 deadline"}},
		{"a pause too", func(v *crm.Invoice) { v.Paused = date(t, "2026-11-20") }, []string{"2026-11-20 09:00 deadline"}},
		{"without a deadline nothing is asked", func(v *crm.Invoice) { v.Status = crm.InvoiceDisputed }, nil},
		{"nor of a bill that was paid", func(v *crm.Invoice) {
			v.Status, v.Paused, v.Balance = crm.InvoicePaid, date(t, "2026-11-20"), crm.Rub(0)
		}, nil},
		{"nor of one written off", func(v *crm.Invoice) { v.Status, v.Paused = crm.InvoiceWritten, date(t, "2026-11-20") }, nil},
	} {
		t.Run(x.name, func(t *testing.T) {
			v := romashka(t)
			x.edit(&v)
			expect(t, walk(t, "deadline", rules.Subject{Invoice: &v}, "2026-11-18 10:00", 9), x.want...)
		})
	}
}
