package dialog

import (
	"regexp"
	"slices"
	"strings"

	"followup/bot/capture"
	"followup/bot/message"
	"followup/storage/crm"
)

// Rules of lines that come while an answer is awaited and are not the answer.
//
// A line that says more than was asked of a bill, a payment or a contract fills in all that it says. A few words right under a
// question that mean nothing are a wrong answer: they are told what would work, and the question waits on. Where any words
// would do, as in a reason, a line is still about something else when it asks to be shown something, when it begins as a new
// request does, and when it says what happened to another client.

// fuller takes an answer that says more than was asked of what is entered step by step: «№ 15, 30к, до 5 декабря». It is read
// as the end of the line that the question is about.
func (f *filing) fuller(r capture.Reading) (bool, error) {
	kind := capture.ItemKind(f.state.Force)
	if entering[f.state.Force] == "" || len(r.Mentions) > 0 || r.Order != nil || r.Chat != "" {
		return false, nil
	}
	if under, err := f.rightUnder(); !under || err != nil {
		return false, err
	}
	said := ofNumber.ReplaceAllString(listed.ReplaceAllString(strings.TrimSpace(f.in.Text), " "), "№ $1")
	w, err := f.world(f.written())
	if err != nil {
		return false, err
	}
	read := capture.Read(f.Say("prefix."+string(kind))+" "+said, w)
	if len(read.Items) != 1 || read.Items[0].Kind != kind {
		return false, nil
	}
	item := read.Items[0]
	terms := item.Contract != nil && (!item.Contract.End.IsZero() || item.Contract.Renewal != "")
	if item.Number == "" && item.Sum == nil && !terms {
		return false, nil
	}
	f.draft.Text = strings.TrimSpace(f.draft.Text) + " " + said
	f.state.Asked = nil
	return true, f.run()
}

// listed is a comma between the things that an answer says; that of «1,2 млн» has no space behind it.
var listed = regexp.MustCompile(`,\s+`)

// ofNumber is a number at the start as the English write it.
var ofNumber = regexp.MustCompile(`(?i)^no\.?\s*(\d)`)

// wrongAnswers say what would answer a question, by its kind.
var wrongAnswers = map[string]string{
	"sum": "sum.unclear", "big": "sum.unclear", "time": "when.unclear", "dayoff": "when.unclear", "past": "when.unclear",
	"invalid": "when.unclear", "due": "due.unclear", "terms.number": "terms.number.unclear", "terms.end": "terms.end.unclear",
	"terms.renewal": "terms.renewal.unclear", "terms.notice": "terms.notice.unclear",
}

// wrong takes a few words right under a question that are no answer to it and nothing else either.
func (f *filing) wrong(r capture.Reading) (bool, error) {
	key := wrongAnswers[f.state.Asked.Kind]
	if key == "" || len(r.Mentions) > 0 || len(r.Items) > 0 || r.Order != nil || r.Chat != "" || len(strings.Fields(r.Text)) > 3 {
		return false, nil
	}
	if under, err := f.rightUnder(); !under || err != nil {
		return false, err
	}
	return true, crm.Say(key, "said", message.Cut(f.in.Text, 60))
}

// rightUnder reports whether the question of this draft is the last thing shown that is about something.
func (f *filing) rightUnder() (bool, error) {
	_, about, ok, err := f.tx.LastShown(f.in.Chat)
	return ok && about.Kind == "draft" && about.ID == f.draft.ID, err
}

// showing are the instructions that ask to be shown something.
var showing = map[string]bool{"today": true, "week": true, "debts": true, "renewals": true, "help": true, "find": true, "card": true, "audit": true}

// elsewhere reports whether a line that comes while words about a client are awaited is about something else.
func (t *turn) elsewhere(text string, client int64) (bool, error) {
	r, err := t.understood(text)
	if err != nil {
		return false, err
	}
	if r.Order != nil && showing[r.Order.Verb] || newRequest.MatchString(text) {
		return true, nil
	}
	note := func(item capture.Item) bool { return item.Kind == capture.Touch && item.Touch == crm.TouchNote }
	tells := slices.ContainsFunc(r.Items, func(item capture.Item) bool { return !note(item) })
	other := false
	for _, m := range r.Mentions {
		if slices.ContainsFunc(m.Matches, func(match capture.Match) bool { return match.Client == client }) {
			return false, nil
		}
		begins := m.Span.From == 0 && strings.HasPrefix(strings.TrimSpace(r.Text[m.Span.To:]), ":")
		other = other || len(m.Matches) > 0 && (tells || begins)
	}
	return other, nil
}

// notElsewhere is errNotMine for a line that is about something else than the words about a client that a form waits for.
func (t *turn) notElsewhere(text string, client int64) error {
	if other, err := t.elsewhere(text, client); err != nil || !other {
		return err
	}
	return errNotMine
}

// elseEnds is notElsewhere for a question that also has buttons: it no longer waits for words.
func (t *turn) elseEnds(text string, client int64) error {
	if other, err := t.elsewhere(text, client); err != nil || !other {
		return err
	}
	return errElsewhere
}
