package storage

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"followup/bot/message"
	"followup/storage/crm"
	"followup/storage/pgtest"
)

// question is one that is asked all day, and the index that has to serve it; empty: any.
type question struct {
	index string
	who   crm.Member
	ask   func(tx *Tx) error
}

// questions by what they are for.
func (w *world) questions() map[string]question {
	today := crm.NewDate(2026, 11, 18)
	return map[string]question{
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
		"team's renewals": {"contracts_team", w.lead, func(tx *Tx) error {
			_, err := tx.Contracts(ContractFilter{Team: w.north.ID, EndTo: today, Active: true})
			return err
		}},
		"team's promises": {"promises_pending_team", w.lead, func(tx *Tx) error {
			_, err := tx.Promises(PromiseFilter{Team: w.north.ID, Status: crm.PromisePending})
			return err
		}},
		"team's papers": {"documents_awaited_team", w.lead, func(tx *Tx) error {
			_, err := tx.Documents(DocumentFilter{Team: w.north.ID, Awaited: true})
			return err
		}},
		"parcels": {"outbox_next", crm.Member{}, func(tx *Tx) error {
			return tx.each(nextParcels, []any{1, 1}, func(func(...any) error) error { return nil })
		}},
		"replanning": {"", crm.Member{}, func(tx *Tx) error { return tx.ReplanMember(w.anna.ID) }},
		"search":     {"VIRTUAL TABLE", w.anna, func(tx *Tx) error { _, err := tx.Search("скидка", 5); return err }},
	}
}

// elsewhere are the questions that another index serves on PostgreSQL. All debts are all open invoices, by whatever index.
var elsewhere = map[string]string{"last shown": "shown_pkey", "search": "search_n", "all debts": "invoices_"}

// TestPlansUseIndexes runs the questions that are asked all day and looks how the database answers each of their statements:
// none reads a large table whole. PostgreSQL chooses by how much there is, so there are thousands of rows on it, and
// it is asked for the plan that it makes without knowing what will be asked for; a search is planned for its words.
func TestPlansUseIndexes(t *testing.T) {
	w := newWorld(t)
	explain, scanned := (*Tx).explain, scannedBySQLite
	if pgtest.On() {
		explain, scanned = (*Tx).explainOnServer, w.grow().scanned
	}
	for name, q := range w.questions() {
		index := q.index
		if other, is := elsewhere[name]; is && pgtest.On() {
			index = other
		}
		err := w.View(context.Background(), func(tx *Tx) error {
			orders, err := tx.ordersOf(q)
			if err != nil {
				return err
			}
			served := index == ""
			var plans []string
			for _, o := range orders {
				plan, err := explain(tx, o)
				if err != nil {
					return err
				}
				plans = append(plans, plan)
				served = served || strings.Contains(plan, index)
				if table := scanned(plan); table != "" {
					t.Errorf("%s reads %s whole: %s\n%s", name, table, o.text, plan)
				}
			}
			if !served {
				t.Errorf("%s is not served by %s: %s", name, index, strings.Join(plans, "\n"))
			}
			return nil
		})
		if err != nil {
			t.Fatal(name, err)
		}
	}
}

// ordersOf asks a question and returns the statements it was made of.
func (tx *Tx) ordersOf(q question) (orders []order, err error) {
	face := tx.System()
	if q.who.ID != 0 {
		face = tx.As(q.who)
	}
	fit := tx.ses.fit
	tx.ses.fault = func(statement string) error {
		orders = append(orders, order{text: statement})
		return nil
	}
	tx.ses.fit = func(args []any) { orders[len(orders)-1].args = slices.Clone(args) }
	err = q.ask(face)
	tx.ses.fault, tx.ses.fit = nil, fit
	return orders, err
}

// explain is how SQLite answers a statement.
func (tx *Tx) explain(o order) (string, error) {
	var lines []string
	err := tx.each("EXPLAIN QUERY PLAN "+o.text, o.args, func(scan func(...any) error) error {
		var id, parent, unused int64
		var detail string
		err := scan(&id, &parent, &unused, &detail)
		lines = append(lines, detail)
		return err
	})
	return strings.Join(lines, "\n"), err
}

// scannedBySQLite is the table that a plan reads from end to end; small ones and ordered walks along an index that stop early
// don't count.
func scannedBySQLite(plan string) string {
	for _, line := range strings.Split(plan, "\n") {
		rest, scans := strings.CutPrefix(line, "SCAN ")
		if scans && !strings.Contains(rest, "USING") && !strings.Contains(rest, "VIRTUAL TABLE") && !strings.HasPrefix(rest, "CONSTANT") {
			return rest
		}
	}
	return ""
}

// explainOnServer is how PostgreSQL answers a statement: one that it has prepared, whatever its arguments, and a search for
// the words it has.
func (tx *Tx) explainOnServer(o order) (string, error) {
	if !strings.Contains(o.text, "search_n") {
		return tx.explainGeneric(o.text)
	}
	var lines []string
	err := tx.eachAnew("EXPLAIN "+o.text, o.args, func(scan func(...any) error) error {
		var line string
		err := scan(&line)
		lines = append(lines, line)
		return err
	})
	return strings.Join(lines, "\n"), err
}

func (tx *Tx) explainGeneric(text string) (string, error) {
	n := 0
	for strings.Contains(text, fmt.Sprintf("$%d", n+1)) {
		n++
	}
	execute := "EXECUTE asked"
	if n > 0 {
		execute += "(NULL" + strings.Repeat(", NULL", n-1) + ")"
	}
	for _, order := range []string{"SET LOCAL plan_cache_mode = force_generic_plan", "PREPARE asked AS " + text} {
		if _, err := tx.exec(order); err != nil {
			return "", err
		}
	}
	var lines []string
	err := tx.each("EXPLAIN "+execute, nil, func(scan func(...any) error) error {
		var line string
		err := scan(&line)
		lines = append(lines, line)
		return err
	})
	if err == nil {
		_, err = tx.exec("DEALLOCATE asked")
	}
	return strings.Join(lines, "\n"), err
}

// grown are the tables of a large company.
type grown []string

var seqScan = regexp.MustCompile(`Seq Scan on (\w+)`)

// scanned is the large table that a plan reads from end to end.
func (g grown) scanned(plan string) string {
	for _, found := range seqScan.FindAllStringSubmatch(plan, -1) {
		if slices.Contains(g, found[1]) {
			return found[1]
		}
	}
	return ""
}

// There are so many managers like Anna then, and so many records like hers.
const (
	othersMembers = 200
	othersRecords = 4000
)

// grow gives Anna a record of every kind, as many others the same, and returns the tables that are large then.
func (w *world) grow() (large grown) {
	w.t.Helper()
	c := w.client(w.anna, "Ромашка")
	i := crm.Invoice{Client: c.ID, Number: "125", Due: crm.NewDate(2026, 11, 10), Sum: crm.Rub(5000)}
	w.as(w.anna, func(tx *Tx) error { return tx.SaveInvoice(&i) })
	w.as(w.anna, func(tx *Tx) error {
		f := crm.FollowUp{Client: c.ID, Text: "перезвонить", Day: crm.NewDate(2026, 11, 19), Clock: crm.At(14, 0)}
		_, err := tx.Send(message.Out{Chat: w.anna.Telegram, Text: "Записано"})
		return errors.Join(
			err,
			tx.SaveContact(&crm.Contact{Client: c.ID, Name: "Ирина", Birthday: crm.NewDate(1990, 3, 8)}),
			tx.SaveInteraction(&crm.Interaction{Client: c.ID, Kind: crm.TouchCall, Text: "скидка"}),
			tx.SaveFollowUp(&f),
			tx.SaveContract(&crm.Contract{Client: c.ID, Number: "14", End: crm.NewDate(2026, 12, 31)}),
			tx.Pay(&crm.Payment{Client: c.ID, Sum: crm.Rub(5)}, []crm.Allocation{{Invoice: i.ID, Sum: crm.Rub(5)}}),
			tx.SavePromise(&crm.Promise{Client: c.ID, Day: crm.NewDate(2026, 11, 25), Sum: crm.Rub(7)}),
			tx.SaveDocument(&crm.Document{Client: c.ID, Kind: crm.PaperAct, Number: "1", WaitSign: true}),
			tx.SaveAttachment(&crm.Attachment{Client: c.ID, Unique: "u"}),
			tx.SaveDraft(&Draft{Member: w.anna.ID, Chat: w.anna.Telegram}),
			tx.Shown(w.anna.Telegram, 1, crm.Subject{Kind: "client", ID: c.ID}),
			tx.Said(Reminder{Kind: "due", Subject: crm.Subject{Kind: "followup", ID: f.ID}, Recipient: w.anna.ID}),
		)
	})
	w.turn(func(tx *Tx) error {
		tables, err := tx.tables()
		if err != nil {
			return err
		}
		if _, err := tx.exec("SET LOCAL session_replication_role = replica"); err != nil { // others' references lead nowhere
			return err
		}
		for _, table := range append(tables, "search_docs") {
			if err := tx.multiply(table); err != nil {
				return err
			}
			n, err := tx.count("SELECT count(*) FROM " + table)
			if err != nil {
				return err
			}
			if n > 1000 {
				large = append(large, table)
			}
		}
		_, err = tx.exec(`INSERT INTO search_notes (rowid, words) SELECT id, array_to_tsvector(ARRAY['w' || id, 'w' || id / 100]) FROM search_docs ON CONFLICT DO NOTHING`)
		return err
	})
	w.turn(func(tx *Tx) error { _, err := tx.exec("ANALYZE"); return err })
	return append(large, "search_notes")
}

var (
	ofMembers     = regexp.MustCompile(`^(manager|author|assignee|asker|actor|member|recipient|team|substitute)_id$|^(telegram|chat)$`)
	othersNumbers = regexp.MustCompile(`_id$|^message$`)
	othersTexts   = regexp.MustCompile(`^(name_key|number_key|key|file_unique|hash|headers)$`)
)

// multiply copies the rows of a table for other companies.
func (tx *Tx) multiply(table string) error {
	columns, err := tx.columnsOf(table)
	if err != nil {
		return err
	}
	columns = slices.DeleteFunc(columns, func(c string) bool { return c == "id" })
	values := slices.Clone(columns)
	for i, c := range columns {
		switch {
		case ofMembers.MatchString(c):
			values[i] = fmt.Sprintf("CASE WHEN %s > 0 THEN %s + (1 + n %% %d) * 100000 ELSE %s END", c, c, othersMembers, c)
		case othersNumbers.MatchString(c):
			values[i] = fmt.Sprintf("CASE WHEN %s > 0 THEN %s + n * 100000 ELSE %s END", c, c, c)
		case othersTexts.MatchString(c):
			values[i] = c + " || ' ' || n"
		}
	}
	_, err = tx.exec(fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM %s, generate_series(1, %d) n ON CONFLICT DO NOTHING",
		table, strings.Join(columns, ", "), strings.Join(values, ", "), table, othersRecords))
	return err
}
