package rules_test

import (
	"testing"

	"followup/scheduler/rules"
	"followup/storage/crm"
)

// TestTheLeadHearsOfL3InWorkingHours: whenever a debt reached L3, its lead hears of it while he works, once.
func TestTheLeadHearsOfL3InWorkingHours(t *testing.T) {
	for reached, want := range map[string]string{
		"2026-11-18 08:55": "2026-11-18 09:00 lead",
		"2026-11-18 09:00": "2026-11-18 09:01 lead",
		"2026-11-18 12:30": "2026-11-18 12:31 lead",
		"2026-11-18 18:30": "2026-11-19 09:00 lead",
		"2026-11-20 23:10": "2026-11-23 09:00 lead", // a Friday's night
		"2026-11-21 12:00": "2026-11-23 09:00 lead", // a Saturday
	} {
		v := romashka(t)
		v.Level, v.LevelSet = rules.LeadLevel, crm.MomentOf(moscow(t, reached))
		expect(t, walk(t, "escalated", rules.Subject{Invoice: &v}, reached, 3), want)
	}
}
