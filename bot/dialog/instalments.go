package dialog

import (
	"strconv"
	"strings"

	"followup/bot/capture"
	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
)

// A payment plan (рассрочка) makes instalments of what is open of a bill, each a bill of its own with its day, its reminders
// and its ladder. It is typed as one line, or made from the bill's screen: in equal parts, one a month, or in words. Days are
// moved forward to working days. A part without a sum is the rest; parts that don't come to what is owed are asked about.

// planMonths are the equal plans that are offered.
var planMonths = []int{2, 3, 6}

// openPlan asks for the bill of a plan, then for its parts when they are missing or don't come to what is owed.
func (f *filing) openPlan(item capture.Item) (*question, error) {
	ids := f.clientsOf(item)
	if len(ids) != 1 {
		return nil, nil
	}
	bills, q, err := f.oneBill(item, ids[0])
	if q != nil || err != nil || len(bills) == 0 {
		return q, err
	}
	owed, _, err := f.planOwed(bills[0])
	if err != nil {
		return nil, err
	}
	parts := f.planParts(item, owed)
	planned := int64(0)
	for _, p := range parts {
		if planned += p.Sum.Minor; p.Sum.IsZero() {
			parts = nil // a part without a sum is no plan
			break
		}
	}
	if len(parts) >= 2 && planned == owed.Minor {
		return nil, nil
	}
	q = &question{Kind: "plan", Owed: owed.Minor, In: owed.Currency, Planned: planned, Choices: f.equalPlans(owed)}
	if len(parts) < 2 {
		q.Planned = 0
	}
	q.Choices = append(q.Choices, f.dropped())
	return q, nil
}

func planWording(q *question) string {
	if q.Planned == 0 {
		return "plan"
	}
	return "plan.sum"
}

// oneBill is the one bill that a line is about: the named one, the only one that is open, or the one that was chosen.
func (f *filing) oneBill(item capture.Item, client int64) ([]crm.Invoice, *question, error) {
	open, err := f.tx.Invoices(storage.InvoiceFilter{Client: client, Open: true})
	if err != nil {
		return nil, nil, err
	}
	if hits, found := named(open, item.Refs); found && len(hits) > 0 {
		return hits[:1], nil, nil // the parts of a plan stand for the whole of it
	}
	for _, i := range open {
		if len(f.state.Invoices) > 0 && i.ID == f.state.Invoices[0] {
			return []crm.Invoice{i}, nil, nil
		}
	}
	if len(open) == 1 && len(item.Refs) == 0 || len(open) == 0 {
		return open, nil, nil
	}
	q := &question{Kind: "bill", Lost: f.lostRefs(item, open)}
	for _, i := range open[:min(len(open), maxChoices)] {
		q.Choices = append(q.Choices, choice{
			Label: f.Say("answer.invoice", "number", f.billNumber(i), "sum", i.Balance), Invoices: []int64{i.ID},
		})
	}
	q.Choices = append(q.Choices, f.dropped())
	return nil, q, nil
}

// planOwed is what is open of a bill and of all other parts of its plan, and the parts that are open.
func (t *turn) planOwed(i crm.Invoice) (crm.Money, []crm.Invoice, error) {
	if i.PlanOf == 0 && i.Moved.IsZero() {
		return i.Balance, []crm.Invoice{i}, nil
	}
	root := i.ID
	if i.PlanOf != 0 {
		root = i.PlanOf
	}
	parts, err := t.tx.Instalments(root)
	owed := crm.Money{Currency: i.Sum.Currency}
	var open []crm.Invoice
	for _, p := range parts {
		if !p.Balance.IsZero() {
			owed = owed.Add(p.Balance)
			open = append(open, p)
		}
	}
	return owed, open, err
}

// planParts are the instalments of a line, or those that were answered.
func (f *filing) planParts(item capture.Item, owed crm.Money) []crm.Instalment {
	var parts []crm.Instalment
	for _, p := range f.state.Parts {
		parts = append(parts, crm.Instalment{Due: p.Day, Sum: crm.Money{Minor: p.Minor, Currency: owed.Currency}})
	}
	if len(parts) > 0 {
		return parts
	}
	return f.instalments(item.Parts, owed)
}

// instalments are the parts of a plan as they were read: bare small numbers are thousands, a part without a sum is the rest.
func (t *turn) instalments(read []capture.Instalment, owed crm.Money) []crm.Instalment {
	parts := make([]crm.Instalment, 0, len(read))
	left, rest := owed.Minor, -1
	for n, p := range read {
		sum := crm.Money{Currency: owed.Currency}
		switch {
		case p.Sum == nil:
			rest = n
		case p.Sum.Share > 0:
			sum = owed.Part(p.Sum.Share)
		default:
			sum.Minor = p.Sum.Money.Minor
			if p.Sum.Bare && sum.Minor < 1000_00 && sum.Minor*1000 <= owed.Minor {
				sum.Minor *= 1000
			}
		}
		left -= sum.Minor
		parts = append(parts, crm.Instalment{Due: p.When.Day, Sum: sum})
	}
	if rest >= 0 && left > 0 {
		parts[rest].Sum.Minor = left
	}
	return parts
}

// equalPlans are the choices of equal parts, one a month.
func (t *turn) equalPlans(owed crm.Money) []choice {
	var choices []choice
	for _, n := range planMonths {
		parts := t.monthly(owed, n)
		choices = append(choices, choice{Label: t.Say("instal.months", "n", n, "sum", parts[0].Sum, "day", parts[0].Due), Months: n})
	}
	return choices
}

// monthly are n equal parts, the first in a month; what can't be divided is in the last.
func (t *turn) monthly(owed crm.Money, n int) []crm.Instalment {
	parts := make([]crm.Instalment, 0, n)
	left := owed
	for k := 1; k <= n; k++ {
		sum := owed.Share(1, int64(n))
		if sum.Minor -= sum.Minor % 100; k == n {
			sum = left
		}
		left = left.Sub(sum)
		parts = append(parts, crm.Instalment{Due: t.nextWorking(t.today.AddMonths(k)), Sum: sum})
	}
	return parts
}

// setParts keeps the instalments that were answered.
func (f *filing) setParts(parts []crm.Instalment) {
	f.state.Parts = nil
	for _, p := range parts {
		f.state.Parts = append(f.state.Parts, part{Day: p.Due, Minor: p.Sum.Minor})
	}
}

// savePlan makes the plan of a line.
func (f *filing) savePlan(item capture.Item, c crm.Client) error {
	if c.ID == 0 {
		return crm.Say("payment.client")
	}
	bills, _, err := f.oneBill(item, c.ID)
	if err != nil {
		return err
	}
	if len(bills) == 0 {
		return crm.Say("instal.nothing")
	}
	owed, _, err := f.planOwed(bills[0])
	if err != nil {
		return err
	}
	line, id, err := f.plan(bills[0], f.planParts(item, owed))
	if err != nil {
		return err
	}
	f.made("instalments", id, line+f.ofClient(c))
	return nil
}

// plan makes a plan of a bill and words it.
func (t *turn) plan(i crm.Invoice, parts []crm.Instalment) (string, int64, error) {
	said := map[crm.Date]crm.Date{}
	for n := range parts {
		if parts[n].Due.Before(t.today) {
			return "", 0, crm.Say("instal.past", "day", parts[n].Due)
		}
		due := t.nextWorking(parts[n].Due)
		if due != parts[n].Due {
			said[due] = parts[n].Due
		}
		parts[n].Due = due
	}
	made, err := t.tx.MakeInstalments(i.ID, parts)
	if err != nil {
		return "", 0, err
	}
	owed := crm.Money{Currency: i.Sum.Currency}
	for _, p := range made {
		owed = owed.Add(p.Sum)
	}
	lines := []string{t.Say("instal.head", "number", t.number(i.Number), "sum", owed)}
	for _, p := range made {
		line := t.Say("instal.part", "part", p.Part, "sum", p.Sum, "due", t.Date(p.Due, "full"))
		if day, moved := said[p.Due]; moved {
			line += " " + t.Say("instal.moved", "day", day, "why", t.dayOff(day))
		}
		lines = append(lines, line)
	}
	lines = append(lines, t.Say("instal.told"))
	return strings.Join(lines, "\n"), made[0].PlanOf, nil
}

// tapPlanBill asks for the plan of a bill, or makes one of equal parts.
func (t *turn) tapPlanBill(id int64, arg string) error {
	i, err := t.owing(id)
	if err != nil {
		return err
	}
	owed, _, err := t.planOwed(i)
	if err != nil {
		return err
	}
	if arg == "" {
		s := t.screen("instal.ask", "number", t.number(i.Number), "sum", owed)
		for _, c := range t.equalPlans(owed) {
			s.row(labelled(c.Label, "iplan", id, strconv.Itoa(c.Months)))
		}
		return t.open("plan", formData{ID: id}, s)
	}
	n, err := strconv.Atoi(arg)
	if err != nil || n < 2 || n > storage.MaxInstalments {
		return crm.Say("button.unknown")
	}
	return t.planBill(i, t.monthly(owed, n))
}

// formPlan reads «100к до 1.12, 100к до 1.01, остаток до 1.02».
func (t *turn) formPlan(d formData, text string) error {
	i, err := t.owing(d.ID)
	if err != nil {
		return err
	}
	owed, _, err := t.planOwed(i)
	if err != nil {
		return err
	}
	parts, err := t.readParts(text, owed)
	if err != nil {
		return err
	}
	return t.planBill(i, parts)
}

// readParts reads the parts of a plan without its head.
func (t *turn) readParts(text string, owed crm.Money) ([]crm.Instalment, error) {
	w, err := t.world(crm.MomentOf(t.now))
	if err != nil {
		return nil, err
	}
	r := capture.Read(t.Say("prefix.plan")+": "+text, w)
	if len(r.Times) == 0 {
		return nil, errNotMine
	}
	if len(r.Items) != 1 || r.Items[0].Kind != capture.Plan || len(r.Items[0].Parts) == 0 {
		return nil, crm.Say("instal.unclear", "said", message.Cut(text, 60))
	}
	return t.instalments(r.Items[0].Parts, owed), nil
}

func (t *turn) planBill(i crm.Invoice, parts []crm.Instalment) error {
	t.invoiceChange("planned", i)
	line, root, err := t.plan(i, parts)
	if err != nil {
		return err
	}
	if err := t.closeForm(); err != nil {
		return err
	}
	return t.showChanged(line, root)
}

// planLines are the parts of a bill's plan, on its screen and on that of each part.
func (t *turn) planLines(s *screen, i crm.Invoice) error {
	root := i.PlanOf
	if root == 0 && !i.Moved.IsZero() {
		root = i.ID
	}
	if root == 0 {
		return nil
	}
	parts, err := t.tx.Instalments(root)
	if err != nil {
		return err
	}
	s.Line(t.Say("instal.list"))
	for _, p := range parts {
		key := "instal.line"
		switch {
		case p.Balance.IsZero():
			key = "instal.line.paid"
		case t.overdueDays(p.Due) > 0:
			key = "instal.line.late"
		}
		s.Line(t.Say(key, "part", p.Part, "sum", p.Sum.Sub(p.Moved), "left", p.Balance, "due", p.Due, "days", t.overdueDays(p.Due)))
	}
	return nil
}

// planButtons open the parts of a plan that are still owed.
func (t *turn) planButtons(s *screen, i crm.Invoice) error {
	_, open, err := t.planOwed(i)
	if err != nil || i.PlanOf == 0 && i.Moved.IsZero() {
		return err
	}
	var row []message.Button
	for _, p := range open {
		if p.ID != i.ID {
			row = append(row, labelled(p.Part, "i", p.ID))
		}
	}
	s.rows(5, row...)
	return nil
}
