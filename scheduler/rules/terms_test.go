package rules_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"followup/scheduler/rules"
	"followup/storage/crm"
)

func TestIndexationIsToldBeforeItsDayAndOnIt(t *testing.T) {
	k := vector(t)
	k.IndexDay = date(t, "2027-02-01")
	subject := func() rules.Subject { return rules.Subject{Contract: &k} }
	// 02.01.2027 is a day off, 31.12.2026 another
	expect(t, walk(t, "indexation", subject(), "2026-11-18 10:12", 5), "2026-12-30 09:00 -30", "2027-02-01 09:00 0")
	k.Status = crm.ContractClosed
	expect(t, walk(t, "indexation", subject(), "2026-11-18 10:12", 5))
	k.Status, k.Renewal = crm.ContractActive, crm.RenewalAgreement
	expect(t, walk(t, "indexation", subject(), "2026-11-18 10:12", 5)) // it ends the day before
	k.IndexDay = crm.Date{}
	expect(t, walk(t, "indexation", subject(), "2026-11-18 10:12", 5))
}

func TestExtendKeepsTheTermsThatAreOver(t *testing.T) {
	k := vector(t)
	k.Decision, k.Reason, k.Postponed, k.IndexDay = "renewing", "x", date(t, "2026-12-10"), date(t, "2026-02-01")
	k = rules.Roll(k)
	if k.IndexDay != date(t, "2027-02-01") {
		t.Errorf("the price changes on %s", k.IndexDay)
	}
	k = rules.Extend(k, date(t, "2028-06-30"), "signed")
	want := []crm.Term{
		{From: date(t, "2026-02-01"), To: date(t, "2027-01-31"), By: "rolled"},
		{From: date(t, "2027-02-01"), To: date(t, "2028-01-31"), By: "signed"},
	}
	if diff := cmp.Diff(want, k.Past); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if k.TermStart() != date(t, "2028-02-01") || k.End != date(t, "2028-06-30") || k.Decision+k.Reason != "" || !k.Postponed.IsZero() {
		t.Errorf("%+v", k)
	}
	if k.IndexDay.Before(k.TermStart()) {
		t.Errorf("the price changes on %s, before the term", k.IndexDay)
	}
}

func TestAContractAfterWhichAnotherWasSignedDoesNotRoll(t *testing.T) {
	k := vector(t)
	k.Decision = "signed"
	expect(t, walk(t, "renewal", rules.Subject{Contract: &k}, "2026-11-18 10:12", 3))
	expect(t, walk(t, "contract_end", rules.Subject{Contract: &k}, "2026-11-18 10:12", 3))
}

func TestAPaperThatWasAskedForIsRecalledUntilItIsSent(t *testing.T) {
	d := crm.Document{ID: 1, Kind: crm.PaperReconciliation, Requested: date(t, "2026-11-18"), WaitSign: true}
	expect(t, walk(t, "document", rules.Subject{Document: &d}, "2026-11-18 10:12", 2), "2026-11-25 09:00 +7", "2026-12-02 09:00 +14")
	d.Sent = date(t, "2026-11-26")
	expect(t, walk(t, "document", rules.Subject{Document: &d}, "2026-11-26 10:12", 2), "2026-12-03 09:00 +7", "2026-12-10 09:00 +14")
}
