package dialog

import (
	"strings"

	"followup/bot/capture"
	"followup/bot/locale"
	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
)

// A credit note (correction, discount, return) or a write-off lowers what is owed without money, with a reason. A lead's own
// holds at once; a manager's is a request that goes to the lead with buttons, changes nothing until then, and whose answer
// the manager hears. Both are taken back like any change, with the bill's level and reminders.

// tapConcede asks what kind of concession, then its sum and reason.
func (t *turn) tapConcede(id int64, arg string) error {
	i, err := t.owing(id)
	if err != nil {
		return err
	}
	if arg == "" {
		s := t.screen("concession.ask", "number", t.billNumber(i), "sum", i.Balance)
		var row []message.Button
		for _, kind := range crm.ConcessionKinds {
			row = append(row, t.button("concession.kind."+string(kind), "concede", id, string(kind)))
		}
		return t.send(s.rows(2, row...).row(t.button("penalty.back", "i", id)).about("invoice", id))
	}
	kind := crm.ConcessionKind(arg)
	if t.concessionKind(kind) == "" {
		return crm.Say("button.unknown")
	}
	if err := t.notAsked(i, kind); err != nil {
		return err
	}
	key := "concession.how"
	if kind == crm.WriteOff {
		key = "concession.why"
	}
	return t.open("concede", formData{ID: id, Arg: arg}, t.screen(key, "kind", t.concessionKind(kind), "number", t.billNumber(i), "sum", i.Balance))
}

// concessionKind is a kind in words, empty for one that there isn't.
func (t *turn) concessionKind(kind crm.ConcessionKind) string {
	for _, k := range crm.ConcessionKinds {
		if k == kind {
			return t.Say("concession.name." + string(k))
		}
	}
	return ""
}

// notAsked is the Problem "concession.asked" when the same was asked for and nobody answered yet.
func (t *turn) notAsked(i crm.Invoice, kind crm.ConcessionKind) error {
	list, err := t.tx.Concessions(i.ID)
	for _, c := range list {
		if err == nil && c.Kind == kind && c.Status == crm.ConcessionAsked {
			return crm.Say("concession.asked", "number", t.billNumber(i))
		}
	}
	return err
}

// formConcede reads «10к, задержали поставку», «5% брак»; of a write-off the reason alone.
func (t *turn) formConcede(d formData, text string) error {
	i, err := t.owing(d.ID)
	if err != nil {
		return err
	}
	c := crm.Concession{Invoice: i.ID, Kind: crm.ConcessionKind(d.Arg), Reason: whyOf(text)}
	if c.Kind != crm.WriteOff {
		w, err := t.world(crm.MomentOf(t.now))
		if err != nil {
			return err
		}
		sum, ok := capture.ReadSum(firstPiece(text), w)
		if !ok {
			return crm.Say("sum.unclear", "said", message.Cut(text, 60))
		}
		c.Sum = crm.Money{Minor: share(&sum, i.Sum).Minor, Currency: i.Sum.Currency}
		if !sum.Bare && sum.Share == 0 && sum.Money.Currency != i.Sum.Currency {
			return crm.Say("sum.currency", "sum", sum.Money, "want", string(i.Sum.Currency))
		}
		c.Reason = whyOf(strings.TrimPrefix(text, firstPiece(text)))
	}
	t.invoiceChange(concessionLabel(c.Kind), i)
	line, err := t.concede(&c, i)
	if err != nil {
		return err
	}
	if err := t.closeForm(); err != nil {
		return err
	}
	return t.showChanged(line, i.ID)
}

// firstPiece is a text up to its first comma or semicolon before a space, where the sum stands.
func firstPiece(text string) string {
	for i, r := range text {
		if (r == ',' || r == ';' || r == ':') && (i+1 == len(text) || text[i+1] == ' ') {
			return text[:i]
		}
	}
	return text
}

func whyOf(text string) string {
	return message.Cut(strings.Trim(strings.TrimSpace(text), " ,.;:—-"), 300)
}

func concessionLabel(kind crm.ConcessionKind) string {
	if kind == crm.WriteOff {
		return "writtenoff"
	}
	return "credited"
}

// concede saves a concession and words what came of it; what has to be agreed goes to a lead.
func (t *turn) concede(c *crm.Concession, i crm.Invoice) (string, error) {
	if err := t.notAsked(i, c.Kind); err != nil {
		return "", err
	}
	if err := t.tx.Concede(c); err != nil {
		return "", err
	}
	if c.Status == crm.ConcessionAgreed {
		return t.agreedLine(*c)
	}
	leads, err := t.tx.LeadsOf(t.me)
	if err != nil {
		return "", err
	}
	if len(leads) == 0 {
		return "", crm.Say("concession.nolead")
	}
	lead := t.d.turnOf(t.tx, leads[0], message.In{Chat: leads[0].Telegram})
	s := &screen{}
	name, err := t.clientName(i.Client)
	if err != nil {
		return "", err
	}
	s.Bold(name)
	s.Line(lead.Say("concession.request", "member", t.me.Name, "kind", lead.concessionKind(c.Kind), "number", lead.billNumber(i), "sum", c.Sum))
	s.Line(lead.Say("concession.because", "text", c.Reason))
	s.Line(lead.invoiceLine(i))
	s.row(lead.button("concession.agree", "agree", c.ID, "yes"), lead.button("concession.refuse", "agree", c.ID, "no"))
	s.row(lead.button("concession.bill", "i", i.ID), lead.button("client.card", "c", i.Client))
	if err := lead.send(s.about("invoice", i.ID)); err != nil {
		return "", err
	}
	return t.Say("concession.sent", "kind", t.concessionKind(c.Kind), "sum", c.Sum, "lead", leads[0].Name), nil
}

// agreedLine says what a concession that holds has done.
func (t *turn) agreedLine(c crm.Concession) (string, error) {
	i, err := t.tx.Invoice(c.Invoice)
	if err != nil {
		return "", err
	}
	if c.Kind == crm.WriteOff {
		return t.Say("concession.done.off", "number", t.billNumber(i), "sum", c.Sum, "text", c.Reason), nil
	}
	line := t.Say("concession.done", "kind", t.concessionKind(c.Kind), "number", t.billNumber(i), "sum", c.Sum, "text", c.Reason)
	if i.Balance.IsZero() {
		return line + " " + t.Say("concession.closed"), nil
	}
	return line + " " + t.Say("concession.left", "sum", i.Balance), nil
}

// tapAgree is a lead's answer to a request.
func (t *turn) tapAgree(id int64, arg string) error {
	asked, err := t.tx.Concession(id)
	if err != nil {
		return err
	}
	i, err := t.tx.Invoice(asked.Invoice)
	if err != nil {
		return err
	}
	label := concessionLabel(asked.Kind)
	if arg != "yes" {
		label = "refused"
	}
	t.invoiceChange(label, i)
	c, err := t.tx.Decide(id, arg == "yes")
	if err != nil {
		return err
	}
	if err := t.tellAuthor(c, i); err != nil {
		return err
	}
	line := t.Say("concession.refused", "number", t.billNumber(i))
	if arg == "yes" {
		if line, err = t.agreedLine(c); err != nil {
			return err
		}
	}
	return t.showChanged(line, i.ID)
}

// tellAuthor tells who asked for a concession what became of it.
func (t *turn) tellAuthor(c crm.Concession, i crm.Invoice) error {
	author, err := t.tx.Member(c.Author)
	if err != nil || author.ID == t.me.ID || author.Status != crm.MemberActive {
		return err
	}
	to := t.d.turnOf(t.tx, author, message.In{Chat: author.Telegram})
	name, err := t.clientName(i.Client)
	if err != nil {
		return err
	}
	s := &screen{}
	s.Bold(name)
	s.Line(to.Say("concession.answer", "lead", t.me.Name, "answer", locale.Key("concession.answer."+string(c.Status)), "kind", to.concessionKind(c.Kind),
		"number", to.billNumber(i), "sum", c.Sum))
	s.row(to.button("concession.bill", "i", i.ID), to.button("client.card", "c", i.Client))
	return to.send(s.about("invoice", i.ID))
}

// openConcession asks for the bill, the sum and the reason of a line.
func (f *filing) openConcession(item capture.Item) (*question, error) {
	ids := f.clientsOf(item)
	if len(ids) != 1 {
		return nil, nil
	}
	_, q, err := f.oneBill(item, ids[0])
	if q != nil || err != nil {
		return q, err
	}
	if item.Concede != crm.WriteOff {
		if item.Sum == nil {
			return &question{Kind: "sum", At: noSum, Choices: []choice{f.dropped()}}, nil
		}
		if q := f.wrongSum(item.Sum); q != nil {
			return q, nil
		}
	}
	if item.Text == "" && f.state.Reason == "" {
		return &question{Kind: "why", Choices: []choice{f.dropped()}}, nil
	}
	return nil, nil
}

// saveConcession makes the concession of a line.
func (f *filing) saveConcession(item capture.Item, client crm.Client) error {
	if client.ID == 0 {
		return crm.Say("payment.client")
	}
	bills, _, err := f.oneBill(item, client.ID)
	if err != nil {
		return err
	}
	if len(bills) == 0 {
		return crm.Say("concession.nothing")
	}
	i := bills[0]
	c := crm.Concession{Invoice: i.ID, Kind: item.Concede, Reason: whyOf(item.Text)}
	if f.state.Reason != "" {
		c.Reason = f.state.Reason
	}
	if item.Sum != nil {
		c.Sum = crm.Money{Minor: share(item.Sum, i.Sum).Minor, Currency: i.Sum.Currency}
	}
	line, err := f.concede(&c, i)
	if err != nil {
		return err
	}
	f.made("concession", c.ID, line+f.ofClient(client))
	return nil
}

// concessionLines are the requests that wait and what was agreed, on a bill's screen.
func (t *turn) concessionLines(s *screen, i crm.Invoice) error {
	list, err := t.tx.Concessions(i.ID)
	if err != nil {
		return err
	}
	for _, c := range list {
		if c.Status == crm.ConcessionRefused || c.Kind == crm.WriteOff && c.Status == crm.ConcessionAgreed {
			continue
		}
		s.Line(t.Say("concession.line."+string(c.Status), "kind", t.concessionKind(c.Kind), "sum", c.Sum, "text", message.Cut(c.Reason, 100)))
	}
	return nil
}

// tapToLead tells the lead of a broken promise, once, and keeps in the client's history that he was told.
func (t *turn) tapToLead(id int64, _ string) error {
	p, err := t.tx.Promise(id)
	if err != nil {
		return err
	}
	about := crm.Subject{Kind: "promise", ID: p.ID}
	told, err := t.tx.Changes(storage.ChangeFilter{Subject: about})
	if err != nil {
		return err
	}
	for _, c := range told {
		if c.Label == "tolead" && !c.Undone {
			return crm.Say("already")
		}
	}
	leads, err := t.tx.LeadsOf(t.me)
	if err != nil {
		return err
	}
	if len(leads) == 0 {
		return crm.Say("concession.nolead")
	}
	name, err := t.clientName(p.Client)
	if err != nil {
		return err
	}
	broken, err := t.tx.BrokenPromises(p.Client, t.today.AddMonths(-12))
	if err != nil {
		return err
	}
	t.tx.Change("tolead", about, crm.Fact{Name: "client", Value: name})
	touch := crm.Interaction{
		Client: p.Client, Author: t.me.ID, Kind: crm.TouchNote, Happened: crm.MomentOf(t.now), Chat: t.in.Chat, Message: t.in.Message,
		Text: t.Say("tolead.text", "lead", leads[0].Name, "line", t.promiseLine(p)),
	}
	if err := t.tx.SaveInteraction(&touch); err != nil {
		return err
	}
	lead := t.d.turnOf(t.tx, leads[0], message.In{Chat: leads[0].Telegram})
	s := &screen{}
	s.Bold(name)
	s.Line(lead.Say("tolead.head", "member", t.me.Name))
	s.Line(lead.promiseLine(p) + " " + lead.Say("promise.nth", "n", broken))
	bill := message.Button{}
	if p.Invoice != 0 {
		i, err := t.tx.Invoice(p.Invoice)
		if err != nil {
			return err
		}
		s.Line(lead.invoiceLine(i))
		bill = lead.button("concession.bill", "i", i.ID)
	}
	s.row(bill, lead.button("client.debts", "owes", p.Client), lead.button("client.card", "c", p.Client))
	if err := lead.send(s.about("client", p.Client)); err != nil {
		return err
	}
	return t.toast(t.Say("tolead.done", "lead", leads[0].Name), true)
}
