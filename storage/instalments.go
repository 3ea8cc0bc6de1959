package storage

import (
	"slices"
	"strconv"

	"followup/storage/crm"
)

// Rules of payment plans.
//
// A plan takes what is open of an invoice and makes instalments of it: invoices of the same number and contract, each with
// its own due day, "1/3" of it. They begin at level 0, for a new day was agreed, and go up their own ladder. The invoice
// itself keeps what was paid of it, its level and its history, and owes nothing more. What was promised about it is
// cancelled: the plan takes its place. A plan of an instalment, or of an invoice that is in a plan already, takes all that
// is open of the whole plan and makes a new one of it.

// MaxInstalments is how many parts a plan may have.
const MaxInstalments = 36

// MakeInstalments makes instalments of all that is open of an invoice, in the order of their days. Problems: "instal.few" for less than
// two parts or more than MaxInstalments, "sum.range", "pay.currency", "instal.sum" (facts sum, want) when the parts are not
// what is open, "instal.nothing" when nothing is, "instal.days" when two parts have one day.
func (tx *Tx) MakeInstalments(invoice int64, parts []crm.Instalment) ([]crm.Invoice, error) {
	root, open, err := tx.planned(invoice)
	if err != nil {
		return nil, err
	}
	owed := crm.Money{Currency: root.Sum.Currency}
	for _, i := range open {
		owed = owed.Add(i.Balance)
	}
	parts = slices.Clone(parts)
	slices.SortStableFunc(parts, func(a, b crm.Instalment) int { return a.Due.Compare(b.Due) })
	if err := checkPlan(parts, owed); err != nil {
		return nil, err
	}
	for _, i := range open {
		i.Moved = i.Moved.Add(i.Balance)
		if i.ID == root.ID {
			root.Moved = i.Moved
		}
		i.Balance.Minor = 0
		i.Status, i.Paused, i.Reason = invoiceStatus(i), crm.Date{}, ""
		if _, err := invoices.write(tx, &i); err != nil {
			return nil, err
		}
		if err := tx.cancelPromises(i.ID); err != nil {
			return nil, err
		}
	}
	made := make([]crm.Invoice, len(parts))
	for n, p := range parts {
		made[n] = crm.Invoice{
			Client: root.Client, Contract: root.Contract, PlanOf: root.ID, Number: root.Number, Issued: root.Issued, Due: p.Due, Sum: p.Sum,
			Part: strconv.Itoa(n+1) + "/" + strconv.Itoa(len(parts)),
		}
		if err := tx.SaveInvoice(&made[n]); err != nil {
			return nil, err
		}
	}
	return made, nil
}

// planned is the invoice that a plan is or would be of, and all of it that is open.
func (tx *Tx) planned(invoice int64) (root crm.Invoice, open []crm.Invoice, err error) {
	if root, err = invoices.must(tx, invoice); err != nil {
		return root, nil, err
	}
	if root.PlanOf != 0 {
		if root, err = invoices.must(tx, root.PlanOf); err != nil {
			return root, nil, err
		}
	}
	if err = tx.ofClient(root.Client, crm.Change); err != nil {
		return root, nil, err
	}
	open, err = invoices.list(tx, "WHERE (r.id = $1 OR r.plan_of = $1) AND r.balance > 0 ORDER BY r.due_day, r.id", root.ID)
	return root, open, err
}

func checkPlan(parts []crm.Instalment, owed crm.Money) error {
	if owed.Minor == 0 {
		return crm.Say("instal.nothing")
	}
	if len(parts) < 2 || len(parts) > MaxInstalments {
		return crm.Say("instal.few", "n", MaxInstalments)
	}
	sum := crm.Money{Currency: owed.Currency}
	for n, p := range parts {
		switch {
		case p.Sum.Currency != owed.Currency:
			return crm.Say("pay.currency")
		case p.Sum.Minor <= 0 || p.Sum.Minor > owed.Minor:
			return crm.Say("instal.sum", "sum", p.Sum, "want", owed)
		case p.Due.IsZero() || n > 0 && p.Due == parts[n-1].Due:
			return crm.Say("instal.days", "day", p.Due)
		}
		sum = sum.Add(p.Sum)
	}
	if sum != owed {
		return crm.Say("instal.sum", "sum", sum, "want", owed)
	}
	return nil
}

// cancelPromises takes back what is pending about an invoice.
func (tx *Tx) cancelPromises(invoice int64) error {
	list, err := promises.list(tx, "WHERE r.invoice_id = $1 AND r.status = 'pending' ORDER BY r.id", invoice)
	for i := 0; i < len(list) && err == nil; i++ {
		list[i].Status = crm.PromiseCancelled
		_, err = promises.write(tx, &list[i])
	}
	return err
}

// Instalments are all parts of an invoice's plan that were not planned anew, by their day; none when it has no plan.
func (tx *Tx) Instalments(invoice int64) ([]crm.Invoice, error) {
	if _, err := tx.Invoice(invoice); err != nil {
		return nil, err
	}
	return invoices.list(tx, "WHERE r.plan_of = $1 AND r.moved < r.sum ORDER BY r.due_day, r.id", invoice)
}
