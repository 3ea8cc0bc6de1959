package dialog

import (
	"strings"

	"followup/bot/capture"
	"followup/bot/message"
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

// saveDocument notes a paper and what is still awaited of it.
func (f *filing) saveDocument(item capture.Item, c crm.Client) error {
	if c.ID == 0 {
		return crm.Say("document.client")
	}
	d := crm.Document{Client: c.ID, Kind: crm.DocumentKind(paperOr(item.Paper)), Number: item.Number, Title: f.paperTitle(item)}
	day := f.today
	if item.When != nil && item.When.Grain == capture.Day && !item.When.Day.After(f.today) {
		day = item.When.Day
	}
	said := f.reading.Text[item.Span.From:item.Span.To]
	switch {
	case says(said, receivedWords):
		d.Received = day
	case says(said, waitWords):
		d.Signed, d.WaitOrig = day, true
	case says(said, signedWords):
		d.Signed = day
	default:
		d.Sent, d.WaitSign = day, true
	}
	if err := f.tx.SaveDocument(&d); err != nil {
		return err
	}
	f.made("document", d.ID, f.documentLine(d)+f.ofClient(c))
	return nil
}

func paperOr(kind string) string {
	if kind == "" {
		return string(crm.PaperOther)
	}
	return kind
}

// paperTitle is what the line says of a paper beside its kind, number and state: «октябрь».
func (f *filing) paperTitle(item capture.Item) string {
	kind := strings.ToLower(f.Say("paper." + paperOr(item.Paper)))
	var rest []string
	for i, word := range strings.Fields(item.Text) {
		lower := strings.ToLower(strings.Trim(word, "№#.,"))
		if i == 0 || lower == "" || lower == kind || sameNumber(lower, item.Number) || says(lower, signedWords) || says(lower, sentWords) || strings.HasPrefix(lower, "оригинал") {
			continue
		}
		rest = append(rest, word)
	}
	return message.Cut(strings.Join(rest, " "), 200)
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
func (f *filing) documentButtons() []message.Button {
	for _, made := range f.state.Made {
		if made.Kind != "document" {
			continue
		}
		d, err := f.tx.Document(made.ID)
		if err == nil && !d.Signed.IsZero() && d.Received.IsZero() && !d.WaitOrig {
			return []message.Button{
				f.button("document.got", "dorig", d.ID, "yes"), f.button("document.wait", "dorig", d.ID, "wait"),
			}
		}
	}
	return nil
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
