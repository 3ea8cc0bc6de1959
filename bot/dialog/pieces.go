package dialog

import (
	"regexp"
	"strings"

	"followup/bot/capture"
	"followup/storage/crm"
)

// Rules of pieces.
//
// A person in a hurry sends one thought in pieces. A piece that comes within seconds of one that nothing came of yet, of a
// client's name alone, of a step that names no client, or of a thought that is already in pieces, is read together with it,
// and the answer takes the place of the earlier one. A message that says something of a client stands by itself, and so do
// small talk, corrections («нет, в 16») and the answer to a question.

// joinPieces reads the message together with the one just before, when that waits for more.
func (t *turn) joinPieces(r capture.Reading) (bool, error) {
	if r.Chat != "" || whole(r) {
		return false, nil
	}
	last, err := t.justBefore()
	if last == nil || err != nil || last.state.Forward != nil {
		return false, err
	}
	if r.Order != nil && !piece[r.Order.Verb] && !(last.state.Name && happened[r.Order.Verb]) {
		return false, nil
	}
	if last.state.Change != 0 {
		if goesOn, err := last.goesOn(r); !goesOn || err != nil {
			return false, err
		}
	}
	if q := last.state.Asked; q != nil && q.Kind != "nothing" && q.Kind != "unknown" {
		return false, nil
	}
	if last.answers(r) {
		return false, nil
	}
	if err := last.read(); err != nil {
		return false, err
	}
	if len(r.Items) > 0 && namesSomebody(r) && namesSomebody(last.reading) {
		return false, nil // each is about somebody of its own
	}
	if last.state.Change != 0 {
		if _, err := t.tx.Undo(last.state.Change); err != nil {
			return false, err
		}
	}
	if err := last.addPiece(); err != nil {
		return false, err
	}
	return true, last.again()
}

// addPiece puts the message behind the draft's words, a comma between them, so that what was answered about them stays. A
// client's name that began the thought stays who it is about.
func (f *filing) addPiece() error {
	if err := f.read(); err != nil {
		return err
	}
	if f.state.Name {
		f.setWho(0, f.mentioned(0))
	}
	f.draft.Text = strings.TrimPrefix(strings.TrimRight(strings.TrimSpace(f.draft.Text), ",.;")+", "+strings.TrimSpace(f.in.Text), ", ")
	s := &f.state
	s.Asked, s.Change, s.Made, s.Right, s.Lone, s.Joined = nil, 0, nil, false, false, f.in.Date
	if s.Move {
		s.Move, s.Step = false, 0
	}
	return nil
}

// goesOn reports whether what was saved a moment ago may be only the beginning of the thought.
func (f *filing) goesOn(r capture.Reading) (bool, error) {
	if f.state.Name {
		return true, nil
	}
	if mendOpeners[strings.ToLower(strings.Trim(firstWord(f.in.Text), ",.!"))] {
		return false, nil
	}
	c, err := f.tx.ChangeByID(f.state.Change)
	if err != nil || c.Undone {
		return false, err
	}
	if f.state.Joined != 0 {
		return true, nil
	}
	if err := f.read(); err != nil {
		return false, err
	}
	return len(f.reading.Items) > 0 && f.firstClient() == 0 && len(r.Items) == 0 && len(r.Mentions)+len(r.Sums) > 0, nil
}

// whole reports whether a message stands by itself: it says something of somebody, known or named before a colon, or begins
// as a new request does.
func whole(r capture.Reading) bool {
	return len(r.Items) > 0 && (len(r.Mentions) > 0 || strings.Contains(r.Text, ":") || newRequest.MatchString(r.Text))
}

var newRequest = regexp.MustCompile(`(?i)^\s*(?:напомни(?:те)?|поставь|запиши|добавь|remind me|note)\s`)

// namesSomebody reports whether a text names a client, known or not.
func namesSomebody(r capture.Reading) bool { return len(r.Mentions) > 0 || r.Rest != "" }

// continued is the client of the message just before, when that was saved and this one, which names nobody, goes on about
// it: «созвонилась с Ромашкой», and a moment later «ждут КП до пятницы». 0 when it stands by itself.
func (f *filing) continued() (int64, error) {
	r := f.reading
	if f.draft.ID != 0 || f.state.Force != "" || f.state.hasMedia() || namesSomebody(r) || newRequest.MatchString(r.Text) {
		return 0, nil
	}
	for _, item := range r.Items {
		switch {
		case item.Kind == capture.Touch || item.Kind == capture.Obligation || bareStep(item):
		default:
			return 0, nil // money and papers are asked about, and a task of one's own needs no client
		}
	}
	last, err := f.justBefore()
	if last == nil || err != nil || last.state.Change == 0 {
		return 0, err
	}
	if err := last.read(); err != nil {
		return 0, err
	}
	return last.firstClient(), nil
}

// bareStep reports whether a step is a verb alone whose object went before: «набрать завтра», and not «позвони маме».
func bareStep(item capture.Item) bool {
	return item.Kind == capture.FollowUp && item.Verb != "task" && len(strings.Fields(item.Text)) == 1
}

// piece are the instructions that a piece of a thought may look like; happened those that a piece behind a client's name may.
var (
	piece    = map[string]bool{"move": true, "snooze": true, "sum": true, "card": true}
	happened = map[string]bool{"done": true, "missed": true}
)

// answers reports whether a message picks a choice of the draft's question, when it has one. Where nothing was understood
// yet a name is the rest of the thought, and only a number picks.
func (f *filing) answers(r capture.Reading) bool {
	if f.state.Asked == nil {
		return false
	}
	if f.state.Asked.Kind == "nothing" && !f.state.hasMedia() && (r.Order == nil || r.Order.Verb != "choose") {
		return false
	}
	_, ok := f.pickedBy(r)
	return ok
}

// onlyName reports whether the message is a client's name and nothing else.
func (f *filing) onlyName() bool {
	return f.bareName() && !f.state.hasMedia() && f.state.Forward == nil
}

// onlyCaption reports whether a file, a card or a place came with a client's name and no more words.
func (f *filing) onlyCaption() bool { return f.bareName() && f.state.hasMedia() }

func (f *filing) bareName() bool {
	r := f.reading
	if len(r.Mentions) != 1 || len(r.Times) > 0 || len(r.Sums) > 0 {
		return false
	}
	for _, item := range r.Items {
		if item.Kind != capture.Touch || item.Touch != crm.TouchNote {
			return false
		}
	}
	m := r.Mentions[0].Span
	rest := r.Text[:m.From] + r.Text[m.To:]
	return strings.Trim(rest, " \t\n.,;:!?«»\"'()—-") == ""
}

// showName answers a client's name with the client's card, and waits a moment for more of the thought.
func (f *filing) showName() error {
	f.state.Name, f.state.Asked = true, nil
	f.draft.Asked = crm.MomentOf(f.now)
	if err := f.keep(); err != nil {
		return err
	}
	c, err := f.tx.Client(f.mentioned(0)[0])
	if err != nil {
		return err
	}
	s, err := f.clientCard(c)
	if err != nil {
		return err
	}
	return f.show(s)
}
