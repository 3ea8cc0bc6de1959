package dialog

import (
	"followup/bot/message"
	"followup/scheduler/rules"
	"followup/storage"
	"followup/storage/crm"
)

// What is awaited of papers: that we send them, a signature, or the original. The list is by how long one waits.

// documents lists what is awaited.
func (t *turn) documents(string) error {
	s, err := t.documentsScreen(0)
	if err != nil {
		return err
	}
	return t.send(s)
}

func (t *turn) tapDocuments(page int64, _ string) error {
	s, err := t.documentsScreen(int(page))
	if err != nil {
		return err
	}
	return t.show(s)
}

func (t *turn) documentsScreen(at int) (*screen, error) {
	all, err := t.awaited(t.ownOnly())
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return t.screen("documents.none"), nil
	}
	s := t.screen("documents.head", "n", len(all))
	p := pageOf(len(all), at)
	l := lines{turn: t, screen: s, list: "documents"}
	for _, d := range all[p.from:p.to] {
		line, err := t.awaitedLine(d)
		if err != nil {
			return nil, err
		}
		l.add("d", d.ID, line)
	}
	l.done()
	p.buttons(s, "docs", "")
	return s, nil
}

// awaited are the papers waited for, the longest first.
func (t *turn) awaited(manager int64) ([]crm.Document, error) {
	all, err := t.tx.Documents(storage.DocumentFilter{Manager: manager, Awaited: true})
	if err != nil {
		return nil, err
	}
	var open []crm.Document
	for i := len(all) - 1; i >= 0; i-- { // they come newest first
		if _, _, ok := rules.Awaits(all[i]); ok {
			open = append(open, all[i])
		}
	}
	return open, nil
}

// awaitedLine is a paper with its client and how long it is waited for.
func (t *turn) awaitedLine(d crm.Document) (string, error) {
	name, err := t.clientName(d.Client)
	return message.Cut(name, 40) + " · " + t.waitLine(d), err
}

// waitLine is a paper with what is awaited of it.
func (t *turn) waitLine(d crm.Document) string {
	title := t.Say("paper." + string(d.Kind))
	if d.Number != "" {
		title += " " + t.number(d.Number)
	}
	if d.Title != "" {
		title += " · " + message.Cut(d.Title, 60)
	}
	what, since, ok := rules.Awaits(d)
	if !ok {
		return title
	}
	return title + " · " + t.waitWords(what, since)
}

// waitWords say what is awaited of a paper and for how long.
func (t *turn) waitWords(what string, since crm.Date) string {
	if n := t.today.Sub(since); n > 0 {
		return t.Say("documents.wait."+what, "n", n, "day", since)
	}
	return t.Say("documents.wait." + what + ".today")
}

// documentScreen is one paper with what can be noted of it.
func (t *turn) documentScreen(d crm.Document, back string) (*screen, error) {
	name, err := t.clientName(d.Client)
	if err != nil {
		return nil, err
	}
	s := &screen{}
	s.Bold(name)
	s.Line(t.documentLine(d))
	if what, since, ok := rules.Awaits(d); ok {
		s.Line("⏳ " + t.waitWords(what, since))
	}
	if asked := t.nextWorking(d.Postponed); asked.After(t.today) && !d.Postponed.IsZero() {
		s.Line(t.Say("documents.later", "day", asked))
	}
	if d.Kind == crm.PaperReconciliation && !d.Signed.IsZero() {
		s.Line(t.limitationLine(d))
	}
	t.paperButtons(s, d)
	s.row(t.button("client.card", "c", d.Client))
	if back != "" {
		s.row(t.button("back", "plan", 0, back))
	}
	return s.about("document", d.ID), nil
}

func (t *turn) paperButtons(s *screen, d crm.Document) {
	what, _, ok := rules.Awaits(d)
	if !ok {
		return
	}
	if what == "send" {
		s.row(t.button("documents.sent", "dstate", d.ID, "sent"))
	}
	if what != "original" {
		s.row(t.button("documents.signed", "dstate", d.ID, "signed"), t.button("documents.both", "dstate", d.ID, "both"))
	} else {
		s.row(t.button("document.got", "dstate", d.ID, "received"))
	}
	s.row(t.button("documents.other", "dother", d.ID))
}

func (t *turn) tapDocument(id int64, back string) error {
	d, err := t.tx.Document(id)
	if err != nil {
		return err
	}
	s, err := t.documentScreen(d, back)
	if err != nil {
		return err
	}
	return t.show(s)
}

func (t *turn) documentChange(d crm.Document) {
	t.tx.Change("document", crm.Subject{Kind: "document", ID: d.ID}, crm.Fact{Name: "kind", Value: string(d.Kind)})
}

// tapDocumentState notes that a paper was signed, or its original received. A paper signed without its original is waited for
// on.
func (t *turn) tapDocumentState(id int64, arg string) error {
	d, err := t.tx.Document(id)
	if err != nil {
		return err
	}
	what, _, ok := rules.Awaits(d)
	if !ok || arg == "signed" && what == "original" || arg == "sent" && what != "send" {
		return crm.Say("already")
	}
	switch arg {
	case "sent":
		d.Sent, d.WaitSign = t.today, true
	case "signed":
		d.Signed, d.WaitSign, d.WaitOrig = t.today, false, true
	case "both", "received":
		if d.Signed.IsZero() {
			d.Signed = t.today
		}
		d.Received, d.WaitSign, d.WaitOrig = t.today, false, false
	default:
		return crm.Say("button.unknown")
	}
	d.Postponed = crm.Date{}
	return t.saveDocumentShown(d, t.Say("documents.noted"))
}

// saveDocumentShown saves a changed paper and shows it with undo.
func (t *turn) saveDocumentShown(d crm.Document, line string) error {
	t.documentChange(d)
	if err := t.tx.SaveDocument(&d); err != nil {
		return err
	}
	s, err := t.documentScreen(d, "")
	if err != nil {
		return err
	}
	s.Gap().Add(line)
	s.row(t.button("card.undo", "undo", t.tx.ChangeID()), t.button("back.plan", "plan", 0, "today"))
	return t.show(s)
}

// tapDocumentOther asks on which day to ask about a paper again.
func (t *turn) tapDocumentOther(id int64, _ string) error {
	if _, err := t.tx.Document(id); err != nil {
		return err
	}
	return t.open("dday", formData{ID: id}, t.screen("documents.other.ask"))
}

func (t *turn) formDocumentDay(f formData, text string) error {
	d, err := t.tx.Document(f.ID)
	if err != nil {
		return err
	}
	c, err := t.typedTime(text)
	if err != nil {
		return err
	}
	if err := t.closeForm(); err != nil {
		return err
	}
	if _, _, ok := rules.Awaits(d); !ok || d.Postponed == c.Day {
		return crm.Say("already")
	}
	d.Postponed = c.Day
	return t.saveDocumentShown(d, t.Say("documents.noted"))
}

// planDocuments lists papers that are waited for longer than a week, or whose other day has come.
func (t *turn) planDocuments(l *lines) error {
	all, err := t.awaited(l.of)
	if err != nil {
		return err
	}
	var due []crm.Document
	for _, d := range all {
		_, since, _ := rules.Awaits(d)
		first := since.AddDays(originalDays)
		if !d.Postponed.IsZero() {
			first = d.Postponed // the day that the person named, also before a week is over
		}
		if !first.After(t.today) {
			due = append(due, d)
		}
	}
	var failed error
	section(l, t.Say("plan.documents"), due, func(d crm.Document) {
		line, err := t.awaitedLine(d)
		if err != nil {
			failed = err
		}
		l.add("d", d.ID, line)
	})
	return failed
}
