package dialog

import (
	"followup/scheduler/rules"
	"followup/storage"
	"followup/storage/crm"
)

// A reconciliation act (акт сверки) is asked for, sent and signed like any paper. A signed one acknowledges the debt, and the
// time in which it can be sued for begins anew: three years (ст. 196, 203 ГК РФ), up to and with the same date three years
// later (ст. 192 ГК РФ). It is shown for reference: an act signed by somebody without the power to, or after the time had run
// out, restarts nothing.

// limitationYears are for suing, from the day a debt was acknowledged.
const limitationYears = 3

// limitationLine says until when a debt can be sued for by a signed act.
func (t *turn) limitationLine(d crm.Document) string {
	return t.Say("documents.limitation", "day", t.Date(d.Signed.AddMonths(12*limitationYears), "date"))
}

// acts are the reconciliation acts of a client: the one that is under way, and the one signed last.
func (t *turn) acts(client int64) (pending, signed *crm.Document, err error) {
	all, err := t.tx.Documents(storage.DocumentFilter{Client: client, Kind: crm.PaperReconciliation})
	for i := range all {
		d := &all[i]
		if what, _, ok := rules.Awaits(*d); ok && what != "original" && pending == nil {
			pending = d
		}
		if !d.Signed.IsZero() && (signed == nil || d.Signed.After(signed.Signed)) {
			signed = d
		}
	}
	return pending, signed, err
}

// reconcileButtons offer to note the next step of the reconciliation with a client.
func (t *turn) reconcileButtons(s *screen, client int64) error {
	pending, signed, err := t.acts(client)
	if err != nil {
		return err
	}
	if signed != nil {
		s.Line(t.Say("debts.reconciled", "day", t.Date(signed.Signed, "date")))
		s.Line(t.limitationLine(*signed))
	}
	if pending != nil {
		s.row(t.button("debts.reconcile.open", "d", pending.ID))
		return nil
	}
	s.row(t.button("debts.reconcile.asked", "recon", client, "asked"), t.button("debts.reconcile", "recon", client))
	return nil
}

// cardReconciled says on a client's card who acknowledged the debt and until when it can be sued for.
func (t *turn) cardReconciled(s *screen, client int64) error {
	_, signed, err := t.acts(client)
	if err == nil && signed != nil {
		s.Line(t.Say("debts.reconciled", "day", t.Date(signed.Signed, "date")) + " · " + t.Say("client.limitation", "day", t.Date(signed.Signed.AddMonths(12*limitationYears), "date")))
	}
	return err
}

// tapReconcile notes that a reconciliation act was asked for (arg "asked") or sent to a client for signing.
func (t *turn) tapReconcile(client int64, arg string) error {
	pending, _, err := t.acts(client)
	if err != nil {
		return err
	}
	d := crm.Document{Client: client, Kind: crm.PaperReconciliation, WaitSign: true}
	if pending != nil {
		d = *pending
	}
	key := "documents.reconcile.done"
	switch {
	case arg == "asked" && pending == nil:
		d.Requested, key = t.today, "documents.reconcile.asked"
	case arg == "" && d.Sent.IsZero():
		d.Sent = t.today
	case arg == "" || arg == "asked":
		return crm.Say("already")
	default:
		return crm.Say("button.unknown")
	}
	t.documentChange(d)
	if err := t.tx.SaveDocument(&d); err != nil {
		return err
	}
	s, err := t.documentScreen(d, "")
	if err != nil {
		return err
	}
	s.Gap().Add(t.Say(key, "day", t.nextWorking(t.today.AddDays(originalDays))))
	s.row(t.button("card.undo", "undo", t.tx.ChangeID()), t.button("back.debts", "debts", 0))
	return t.show(s)
}
