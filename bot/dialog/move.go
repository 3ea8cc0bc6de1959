package dialog

import (
	"regexp"
	"strings"

	"followup/bot/capture"
	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
)

// «Ромашка: перенесли на вторник 15» moves a step that is there already: the only one, the one whose kind the words name,
// or the one that is picked; nothing fitting, it is a new step.

// moved handles an instruction to move a client's step. It reports false when no client is named.
func (t *turn) moved(r capture.Reading) (bool, error) {
	if r.Order == nil || r.Order.Verb != "move" || r.Order.When == nil || len(r.Mentions) == 0 {
		return false, nil
	}
	return true, t.file(r.Text, state{Move: true})
}

// movable are the open steps that may be meant.
func (f *filing) movable(client int64) ([]crm.FollowUp, error) {
	steps, err := f.tx.FollowUps(storage.FollowUpFilter{Client: client, Status: crm.FollowUpOpen, Limit: maxChoices})
	if err != nil {
		return nil, err
	}
	verb := ""
	lower := strings.ToLower(f.draft.Text)
	for word, v := range map[string]string{"встреч": "meet", "meeting": "meet", "звон": "call", "call": "call"} {
		if strings.Contains(lower, word) {
			verb = v
		}
	}
	var named []crm.FollowUp
	for _, s := range steps {
		if s.Verb == verb {
			named = append(named, s)
		}
	}
	if verb != "" && len(named) > 0 {
		return named, nil
	}
	return steps, nil
}

// openMove asks which step is moved.
func (f *filing) openMove() (*question, error) {
	if !f.state.Move || f.state.Step != 0 {
		return nil, nil
	}
	steps, err := f.movable(f.firstClient())
	if err != nil || len(steps) < 2 {
		return nil, err
	}
	q := &question{Kind: "move"}
	for _, s := range steps {
		q.Choices = append(q.Choices, choice{Label: message.Cut(capital(s.Text), 30) + " · " + f.Say("answer.when", "when", f.dueOf(s)), Step: s.ID})
	}
	q.Choices = append(q.Choices, choice{Label: f.Say("answer.newstep"), Step: newStep}, f.dropped())
	return q, nil
}

// newStep instead of one that is moved.
const newStep = -1

// saveMove moves the step, or makes a new one.
func (f *filing) saveMove() error {
	when := f.reading.Items[0].When
	c := chosen{Day: when.Day, Clock: when.Clock, Clear: when.HasClock, Named: when.HasClock}
	client := f.firstClient()
	step := f.state.Step
	if step == 0 {
		steps, err := f.movable(client)
		if err != nil {
			return err
		}
		if len(steps) == 1 {
			step = steps[0].ID
		}
	}
	f.state.Asked = nil
	f.draft.Asked = crm.MomentOf(f.now)
	if step > 0 {
		s, err := f.openStep(step)
		if err != nil {
			return err
		}
		if err := f.keep(); err != nil {
			return err
		}
		return f.snooze(s, c)
	}
	f.state.Move = false
	f.reading.Items[0].Text, f.reading.Items[0].Verb = f.bare(), "meet"
	return f.save()
}

// A person in a hurry sends one thought in pieces. A piece that comes within seconds of one that nothing came of yet is
// read together with it, and the answer takes the place of the earlier one.

// joinPieces reads the message together with the one just before, when that waits for more.
func (t *turn) joinPieces(r capture.Reading) (bool, error) {
	if r.Order != nil && !piece[r.Order.Verb] || r.Chat != "" || whole(r) {
		return false, nil
	}
	last, err := t.justBefore()
	if last == nil || err != nil {
		return false, err
	}
	if last.state.Change != 0 && !last.state.Name || last.state.Forward != nil {
		return false, nil
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
	last.draft.Text = strings.TrimSpace(last.draft.Text + " " + t.in.Text)
	last.state = state{
		Files: last.state.Files, Album: last.state.Album, Cards: last.state.Cards, Place: last.state.Place,
		Client: last.state.Client, Typed: last.state.Typed, Joined: t.in.Date, Name: last.state.Name,
	}
	return true, last.again()
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

// piece are the instructions that a piece of a thought may look like.
var piece = map[string]bool{"move": true, "snooze": true, "sum": true, "card": true}

// answers reports whether a message picks a choice of the draft's question, when it has one.
func (f *filing) answers(r capture.Reading) bool {
	if f.state.Asked == nil {
		return false
	}
	_, ok := f.pickedBy(r)
	return ok
}

// onlyName reports whether the text is a client's name and nothing else.
func (f *filing) onlyName() bool {
	r := f.reading
	if len(r.Items) > 0 || len(r.Mentions) != 1 || len(r.Times) > 0 || len(r.Sums) > 0 || f.state.hasMedia() || f.state.Forward != nil {
		return false
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
