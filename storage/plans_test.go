package storage

import (
	"context"
	"strings"
	"testing"

	"followup/storage/crm"
	"followup/storage/pgtest"
)

// TestPlansUseIndexes runs the questions that are asked all day and looks how SQLite answers each of their statements:
// none reads a large table whole.
func TestPlansUseIndexes(t *testing.T) {
	pgtest.FileOnly(t)
	w := newWorld(t)
	today := crm.NewDate(2026, 11, 18)
	for name, q := range map[string]struct {
		index string // that has to serve; empty: any
		who   crm.Member
		ask   func(tx *Tx) error
	}{
		"due":           {"reminders_due", crm.Member{}, func(tx *Tx) error { _, err := tx.Due(100); return err }},
		"next reminder": {"reminders_due", crm.Member{}, func(tx *Tx) error { _, _, err := tx.NextReminder(0); return err }},
		"plan": {"follow_ups_open", w.anna, func(tx *Tx) error {
			_, err := tx.FollowUps(FollowUpFilter{Assignee: w.anna.ID, Status: crm.FollowUpOpen, DueTo: 1 << 40})
			return err
		}},
		"card": {"follow_ups", w.anna, func(tx *Tx) error {
			_, err := tx.FollowUps(FollowUpFilter{Client: 1, Status: crm.FollowUpOpen})
			return err
		}},
		"own debts":   {"invoices_owed", w.anna, func(tx *Tx) error { _, err := tx.Debts(DebtFilter{}); return err }},
		"team debts":  {"invoices_owed", w.lead, func(tx *Tx) error { _, err := tx.Debts(DebtFilter{Team: w.north.ID}); return err }},
		"open bills":  {"invoices_owed", w.anna, func(tx *Tx) error { _, err := tx.Invoices(InvoiceFilter{Open: true, DueTo: today}); return err }},
		"bill number": {"invoices_number", w.owner, func(tx *Tx) error { _, err := tx.Invoices(InvoiceFilter{Number: "125"}); return err }},
		"renewals": {"contracts_ending", w.anna, func(tx *Tx) error {
			_, err := tx.Contracts(ContractFilter{EndTo: today, Active: true})
			return err
		}},
		"promises": {"promises_pending", w.anna, func(tx *Tx) error {
			_, err := tx.Promises(PromiseFilter{Status: crm.PromisePending, DayTo: today})
			return err
		}},
		"awaited":      {"documents_awaited", w.anna, func(tx *Tx) error { _, err := tx.Documents(DocumentFilter{Awaited: true}); return err }},
		"birthdays":    {"contacts_birthday", w.anna, func(tx *Tx) error { _, err := tx.Birthdays(0); return err }},
		"clients":      {"clients_manager", w.anna, func(tx *Tx) error { _, _, err := tx.Clients(ClientFilter{NoNextStep: true}); return err }},
		"last change":  {"changes_actor", w.anna, func(tx *Tx) error { _, _, err := tx.LastChange(); return err }},
		"last undone":  {"changes_undos", w.anna, func(tx *Tx) error { _, _, err := tx.LastUndone(); return err }},
		"of message":   {"changes_message", w.anna, func(tx *Tx) error { _, _, err := tx.ChangeOf(1, 2); return err }},
		"draft of":     {"drafts_member", w.anna, func(tx *Tx) error { _, _, err := tx.DraftOf(1, 2); return err }},
		"last shown":   {"sqlite_autoindex_shown", w.anna, func(tx *Tx) error { _, _, _, err := tx.LastShown(w.anna.Telegram); return err }},
		"same file":    {"attachments_unique", w.owner, func(tx *Tx) error { _, _, err := tx.AttachmentByUnique("u"); return err }},
		"stale drafts": {"drafts_stale", crm.Member{}, func(tx *Tx) error { _, err := tx.StaleDrafts(1); return err }},
		"who writes":   {"members_telegram", crm.Member{}, func(tx *Tx) error { _, _, err := tx.MemberByTelegram(5); return err }},
		"touches":      {"interactions_author", w.owner, func(tx *Tx) error { _, err := tx.Touches(1, 2, w.north.ID); return err }},
		"own touches":  {"interactions_author", w.anna, func(tx *Tx) error { _, err := tx.Touches(1, 2, 0); return err }},
		"all touches":  {"interactions_author", w.owner, func(tx *Tx) error { _, err := tx.Touches(1, 2, 0); return err }},
		"received":     {"payments_day", w.owner, func(tx *Tx) error { _, err := tx.Received(today, today, 0); return err }},
		"all debts":    {"invoices_owed", w.owner, func(tx *Tx) error { _, err := tx.Debts(DebtFilter{}); return err }},
		"own changes":  {"changes_actor", w.anna, func(tx *Tx) error { _, err := tx.Changes(ChangeFilter{Limit: 5}); return err }},
		"lead's list":  {"clients_", w.lead, func(tx *Tx) error { _, _, err := tx.Clients(ClientFilter{Limit: 5}); return err }},
		"lead's plan": {"follow_ups", w.lead, func(tx *Tx) error {
			_, err := tx.FollowUps(FollowUpFilter{Status: crm.FollowUpOpen, DueTo: 9})
			return err
		}},
		"parcels": {"outbox_next", crm.Member{}, func(tx *Tx) error {
			return tx.each(nextParcels, []any{1, 1}, func(func(...any) error) error { return nil })
		}},
		"replanning": {"", crm.Member{}, func(tx *Tx) error { return tx.ReplanMember(w.anna.ID) }},
		"search":     {"VIRTUAL TABLE", w.anna, func(tx *Tx) error { _, err := tx.Search("скидка", 5); return err }},
	} {
		err := w.View(context.Background(), func(tx *Tx) error {
			face := tx.System()
			if q.who.ID != 0 {
				face = tx.As(q.who)
			}
			var texts []string
			tx.ses.fault = func(statement string) error {
				texts = append(texts, statement)
				return nil
			}
			err := q.ask(face)
			tx.ses.fault = nil
			if err != nil {
				return err
			}
			var plans []string
			served := q.index == ""
			for _, text := range texts {
				plan, err := tx.explain(text)
				if err != nil {
					return err
				}
				plans = append(plans, plan)
				served = served || strings.Contains(plan, q.index)
				if table := scanned(plan); table != "" {
					t.Errorf("%s reads %s whole: %s\n%s", name, table, text, plan)
				}
			}
			if !served {
				t.Errorf("%s is not served by %s: %s", name, q.index, strings.Join(plans, "\n"))
			}
			return nil
		})
		if err != nil {
			t.Fatal(name, err)
		}
	}
}

func (tx *Tx) explain(text string) (string, error) {
	var lines []string
	args := make([]any, strings.Count(text, "$")) // more than enough: unused ones stay NULL
	for i := range args {
		if !strings.Contains(text, placeholders(i+1, 1)[0]) {
			args = args[:i]
			break
		}
	}
	err := tx.each("EXPLAIN QUERY PLAN "+text, args, func(scan func(...any) error) error {
		var id, parent, unused int64
		var detail string
		err := scan(&id, &parent, &unused, &detail)
		lines = append(lines, detail)
		return err
	})
	return strings.Join(lines, "\n"), err
}

// scanned is the table that a plan reads from end to end; small ones and ordered walks along an index that stop early
// don't count.
func scanned(plan string) string {
	for _, line := range strings.Split(plan, "\n") {
		rest, scans := strings.CutPrefix(line, "SCAN ")
		if scans && !strings.Contains(rest, "USING") && !strings.Contains(rest, "VIRTUAL TABLE") && !strings.HasPrefix(rest, "CONSTANT") {
			return rest
		}
	}
	return ""
}
