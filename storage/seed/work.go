package seed

import (
	"strings"

	"followup/storage/crm"
)

// touches are the words for kinds of interactions.
var touches = []crm.TouchKind{
	crm.TouchCall, crm.TouchMissed, crm.TouchMeeting, crm.TouchMail, crm.TouchMessage, crm.TouchVisit, crm.TouchPresentation, crm.TouchNote,
}

func writeTouch(b *book, l line) error {
	free, err := l.known(2, "client", "outcome", "by", "private")
	if err != nil {
		return err
	}
	client, err := b.client(l)
	if err != nil {
		return err
	}
	when, texts, err := b.split(l, free)
	if err != nil {
		return err
	}
	author, err := b.author(l, client)
	if err != nil {
		return err
	}
	i := &crm.Interaction{
		Client: client.ID, Author: author, Happened: when.at(b.zone, crm.At(12, 0)),
		Text: strings.Join(texts, " "), Created: crm.MomentOf(b.tx.Now()),
	}
	for _, kind := range touches {
		if string(kind) == l.head {
			i.Kind = kind
		}
	}
	if i.Kind == "" {
		return l.mistake("kinds of touches are call, missed, meeting, mail, message, visit, presentation, note")
	}
	i.Outcome, _ = l.field("outcome")
	_, i.Private = l.field("private")
	return b.tx.SaveInteraction(i)
}

// writeFollowUp writes a follow-up, an obligation or an await.
func writeFollowUp(b *book, l line) error {
	free, err := l.known(1, "client", "for", "by", "verb", "repeat", "named", "done")
	if err != nil {
		return err
	}
	when, _, err := b.split(l, free)
	if err != nil {
		return err
	}
	f := &crm.FollowUp{
		Text: l.head, Verb: "task", Day: when.day, Clock: when.clock, Zone: b.zone.String(), AllDay: !when.exact,
		Obligation: l.word == "obligation", Await: l.word == "await", Status: crm.FollowUpOpen, Created: crm.MomentOf(b.tx.Now()),
	}
	assignee := b.first
	if _, ok := l.field("client"); ok {
		client, err := b.client(l)
		if err != nil {
			return err
		}
		f.Client = client.ID
		if assignee, err = b.memberByID(l, client.Manager); err != nil {
			return err
		}
	}
	if assignee, err = b.memberOr(l, "for", assignee); err != nil {
		return err
	}
	author, err := b.memberOr(l, "by", assignee)
	if err != nil {
		return err
	}
	f.Assignee, f.Author, f.Zone = assignee.ID, author.ID, assignee.Zone
	if f.AllDay {
		f.Clock = crm.At(10, 0)
		if f.Obligation || f.Await {
			f.Clock = assignee.Settings.Hours().DayEnd
		}
	}
	if verb, ok := l.field("verb"); ok {
		f.Verb = verb
	}
	f.Rule, _ = l.field("repeat")
	_, f.Named = l.field("named")
	if outcome, ok := l.field("done"); ok {
		f.Status, f.Outcome, f.Closed = crm.FollowUpDone, outcome, f.DerivedDue()
	}
	return b.tx.SaveFollowUp(f)
}

func (b *book) memberByID(l line, id int64) (*crm.Member, error) {
	for _, m := range b.members {
		if m.ID == id {
			return m, nil
		}
	}
	return nil, l.mistake("its client has no manager above this line")
}

// papers are the words for kinds of documents.
var papers = []crm.DocumentKind{
	crm.PaperContract, crm.PaperInvoice, crm.PaperAct, crm.PaperUPD, crm.PaperReconciliation, crm.PaperOffer, crm.PaperAddendum, crm.PaperOther,
}

// writeDocument reads "KIND [NUMBER]".
func writeDocument(b *book, l line) error {
	if _, err := l.known(0, "client", "sent", "signed", "received", "wait", "title"); err != nil {
		return err
	}
	client, err := b.client(l)
	if err != nil {
		return err
	}
	d := &crm.Document{Client: client.ID, Created: crm.MomentOf(b.tx.Now())}
	word, number, _ := strings.Cut(l.head, " ")
	for _, kind := range papers {
		if string(kind) == word {
			d.Kind, d.Number = kind, number
		}
	}
	if d.Kind == "" {
		return l.mistake("kinds of documents are contract, invoice, act, upd, reconciliation, offer, addendum, other")
	}
	d.Title, _ = l.field("title")
	for key, to := range map[string]*crm.Date{"sent": &d.Sent, "signed": &d.Signed, "received": &d.Received} {
		if *to, err = b.day(l, key); err != nil {
			return err
		}
	}
	for _, wait := range l.list("wait") {
		switch wait {
		case "sign":
			d.WaitSign = true
		case "original":
			d.WaitOrig = true
		default:
			return l.mistake("what can be waited for is sign, original, or both parted by a comma")
		}
	}
	return b.tx.SaveDocument(d)
}
