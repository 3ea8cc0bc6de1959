package dialog

import (
	"strings"

	"followup/bot/capture"
	"followup/bot/message"
	"followup/scheduler/rules"
	"followup/storage"
	"followup/storage/crm"
)

// A paper is sent, signed, and its original received, each on its day. What a line says of it sets the day; the card asks
// what the line left open.

// signedWords and receivedWords tell what happened to a paper.
var (
	signedWords   = []string{"подпис", "signed"}
	receivedWords = []string{"оригинал получ", "получили оригинал", "оригинал у нас", "original received", "got the original"}
	sentWords     = []string{"отправ", "выслал", "выслан", "sent"}
	waitWords     = []string{"жду оригинал", "ждём оригинал", "ждем оригинал", "waiting for the original"}
)

func says(text string, words []string) bool {
	text = strings.ToLower(text)
	for _, w := range words {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}

// saveDocument notes a paper and what is still awaited of it. A paper that is under way already is carried on, not doubled:
// the one of its number, or the only one of its kind when the line names no number.
func (f *filing) saveDocument(item capture.Item, c crm.Client) error {
	if c.ID == 0 {
		return crm.Say("document.client")
	}
	d, err := f.underWay(item, c)
	if err != nil {
		return err
	}
	day := f.today
	if item.When != nil && item.When.Grain == capture.Day && !item.When.Day.After(f.today) {
		day = item.When.Day
	}
	said := f.said(item.Span)
	switch {
	case item.State == "asked" && (!d.Requested.IsZero() || !d.Sent.IsZero()): // it is under way
	case item.State == "asked":
		d.Requested, d.WaitSign = day, true
	case item.State == "sent":
		d.Sent, d.WaitSign = day, true
	case says(said, receivedWords) || item.State == "received":
		d.Received, d.WaitSign, d.WaitOrig = day, false, false
	case says(said, waitWords):
		d.Signed, d.WaitSign, d.WaitOrig = day, false, true
	case says(said, signedWords):
		d.Signed, d.WaitSign = day, false
	default:
		d.Sent, d.WaitSign = day, true
	}
	d.Postponed = crm.Date{}
	if err := f.tx.SaveDocument(&d); err != nil {
		return err
	}
	line := f.documentLine(d)
	if d.Kind == crm.PaperReconciliation && !d.Signed.IsZero() {
		line += "\n" + f.limitationLine(d)
	}
	if _, since, ok := rules.Awaits(d); ok && item.State != "asked" { // the step to send what was asked for says its day
		line += "\n" + f.Say("documents.later", "day", f.nextWorking(since.AddDays(originalDays)))
	}
	f.made("document", d.ID, line+f.ofClient(c))
	return nil
}

// underWay is the paper that a line goes on with, or a new one.
func (f *filing) underWay(item capture.Item, c crm.Client) (crm.Document, error) {
	kind := crm.DocumentKind(paperOr(item.Paper))
	all, err := f.tx.Documents(storage.DocumentFilter{Client: c.ID, Kind: kind, Awaited: true})
	if err != nil {
		return crm.Document{}, err
	}
	var found []crm.Document
	for _, d := range all {
		if item.Number == "" || sameNumber(d.Number, item.Number) || d.Number == "" && kind == crm.PaperReconciliation {
			found = append(found, d)
		}
	}
	d := crm.Document{Client: c.ID, Kind: kind}
	if len(found) == 1 && (item.State != "sent" || found[0].Sent.IsZero()) {
		d = found[0] // a paper that is sent again after it was sent is another one
	}
	if d.Number == "" {
		d.Number = item.Number
	}
	if title := f.paperTitle(item); title != "" {
		d.Title = title
	}
	if kind != crm.PaperContract || d.Contract != 0 || d.Number == "" {
		return d, nil
	}
	contracts, err := f.tx.Contracts(storage.ContractFilter{Client: c.ID})
	for _, k := range contracts {
		if sameNumber(k.Number, d.Number) {
			d.Contract = k.ID
		}
	}
	return d, err
}

func paperOr(kind string) string {
	if kind == "" {
		return string(crm.PaperOther)
	}
	return kind
}

// titleFillers are words around a paper that say nothing of it.
var titleFillers = wordSet("на от с для из и the of to from for")

// paperTitle is what the line says of a paper beside its kind, number and state: «октябрь».
func (f *filing) paperTitle(item capture.Item) string {
	kind := strings.ToLower(f.Say("paper." + paperOr(item.Paper)))
	var rest []string
	for i, word := range strings.Fields(item.Text) {
		lower := strings.ToLower(strings.Trim(word, "№#.,"))
		if i == 0 || lower == "" || ofKind(lower, kind) || titleFillers[lower] || sameNumber(lower, item.Number) || says(lower, signedWords) || says(lower, sentWords) || strings.HasPrefix(lower, "оригинал") {
			continue
		}
		rest = append(rest, word)
	}
	return message.Cut(strings.Join(rest, " "), 200)
}

// ofKind reports whether a word is one of the kind's name in another form: «акта», «сверки», «договору».
func ofKind(word, kind string) bool {
	for _, part := range strings.Fields(crm.NameKey(kind)) {
		letters := []rune(part)
		if strings.HasPrefix(crm.NameKey(word), string(letters[:min(len(letters), 3)])) {
			return true
		}
	}
	return false
}

// documentLine is a paper as one line.
func (t *turn) documentLine(d crm.Document) string {
	line := "📎 " + t.Say("paper."+string(d.Kind))
	if d.Number != "" {
		line += " " + t.number(d.Number)
	}
	if d.Title != "" {
		line += " · " + d.Title
	}
	for _, state := range []struct {
		key string
		day crm.Date
	}{{"document.requested", d.Requested}, {"document.sent", d.Sent}, {"document.signed", d.Signed}, {"document.received", d.Received}} {
		if !state.day.IsZero() {
			line += " · " + t.Say(state.key, "day", t.Date(state.day, "short"))
		}
	}
	return line
}

// documentButtons ask for the original of a signed paper.
func (f *filing) documentButtons() ([]message.Button, error) {
	for _, made := range f.state.Made {
		if made.Kind != "document" {
			continue
		}
		d, err := f.tx.Document(made.ID)
		if err != nil {
			return nil, err
		}
		if !d.Signed.IsZero() && d.Received.IsZero() && !d.WaitOrig {
			return []message.Button{
				f.button("document.got", "dorig", d.ID, "yes"), f.button("document.wait", "dorig", d.ID, "wait"),
			}, nil
		}
	}
	return nil, nil
}

// originalDays is when an awaited original is asked about first.
const originalDays = 7

// tapOriginal notes that the original came, or that it is awaited.
func (t *turn) tapOriginal(id int64, arg string) error {
	d, err := t.tx.Document(id)
	if err != nil {
		return err
	}
	if !d.Received.IsZero() || arg == "wait" && d.WaitOrig {
		return crm.Say("already")
	}
	t.tx.Change("document", crm.Subject{Kind: "document", ID: id}, crm.Fact{Name: "kind", Value: string(d.Kind)})
	key, day := "document.got.done", t.today
	switch arg {
	case "yes":
		d.Received, d.WaitOrig = t.today, false
	case "wait":
		key, day, d.WaitOrig = "document.wait.done", t.nextWorking(t.today.AddDays(originalDays)), true
	default:
		return crm.Say("button.unknown")
	}
	if err := t.tx.SaveDocument(&d); err != nil {
		return err
	}
	name, err := t.clientName(d.Client)
	if err != nil {
		return err
	}
	s := &screen{}
	s.Bold(name)
	s.Line(t.documentLine(d))
	s.Line(t.Say(key, "day", day))
	s.row(t.button("card.undo", "undo", t.tx.ChangeID()))
	return t.show(s.about("document", id))
}
