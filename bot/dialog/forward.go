package dialog

import (
	"strings"

	"followup/bot/locale"
	"followup/bot/message"
	"followup/storage/crm"
)

// A forwarded message is the client's words: it is kept with its own date and author. Who wrote it is found by the
// Telegram account or by the name; it is asked unless a comment sent along names the client. Several forwards in a row
// become one thread. A time in it is offered as a reminder.

// forward is where a thread came from.
type forward struct {
	Name string
	User int64
	Date crm.Moment
}

// joinWithin is how soon, in seconds, the next message still belongs to the one before: Telegram sends a comment and the
// messages forwarded with it at once, and a hurried person sends one thought in pieces.
const joinWithin = 6

// forwarded handles a forwarded message.
func (t *turn) forwarded() error {
	text := strings.TrimSpace(t.in.Text)
	from := forward{Name: t.in.Forward.Name, User: t.in.Forward.User, Date: t.in.Forward.Date}
	if t.in.Forward.User == t.me.Telegram {
		return t.file(text, state{Files: t.in.Files}) // one's own words
	}
	s := state{Forward: &from, Files: t.in.Files}
	last, err := t.justBefore()
	if err != nil {
		return err
	}
	if last != nil && last.state.Forward != nil {
		if from.Name != last.state.Forward.Name && text != "" {
			text = from.Name + ": " + text // another voice of the same conversation
		}
		last.draft.Text += "\n" + text
		last.state.Files = append(last.state.Files, t.in.Files...)
		last.state.Joined = t.in.Date
		if err := last.inPlace(); err != nil {
			return err
		}
		return last.refile()
	}
	if last != nil && last.state.Forward == nil { // a comment sent along
		if err := last.read(); err != nil {
			return err
		}
		s.Client = last.firstClient()
		if last.state.Change == 0 {
			if err := t.tx.DropDraft(last.draft.ID); err != nil {
				return err
			}
			s.Comment = last.draft.Text
		}
	}
	if s.Client == 0 {
		if s.Suspect, err = t.authorOf(from); err != nil {
			return err
		}
	}
	return t.file(text, s)
}

// justBefore is what this member's message a moment ago became, nil when there was none.
func (t *turn) justBefore() (*filing, error) {
	drafts, err := t.tx.RecentDrafts(t.me.ID, 1)
	if err != nil || len(drafts) == 0 {
		return nil, err
	}
	f, err := t.loadDraft(drafts[0].ID)
	if err != nil {
		return nil, err
	}
	if f.draft.Chat != t.in.Chat || t.in.Date-max(f.state.Typed, f.state.Joined) > joinWithin {
		return nil, nil
	}
	return f, nil
}

// again asks or saves anew after more of the message came, in the place of the last question.
func (f *filing) again() error {
	if err := f.inPlace(); err != nil {
		return err
	}
	return f.run()
}

// inPlace lets what comes next take the place of the draft's screen, when that is the last one of the chat.
func (f *filing) inPlace() error {
	shown, about, ok, err := f.tx.LastShown(f.in.Chat)
	if err != nil {
		return err
	}
	if ok && (about.Kind == "draft" && about.ID == f.draft.ID || about.Kind == "client" && f.state.Name) {
		f.in.Kind, f.in.Message = message.Tap, shown
		f.toasted = true
	}
	return nil
}

// authorOf is the client whose contact wrote a forwarded message, 0 when nobody is known.
func (t *turn) authorOf(from forward) (int64, error) {
	if from.User != 0 {
		c, ok, err := t.tx.ContactByTelegram(from.User)
		if err != nil || ok {
			return c.Client, err
		}
	}
	names, err := t.tx.ClientNames()
	if err != nil {
		return 0, err
	}
	for _, client := range names {
		for _, person := range client.Contacts {
			if sameSender(from.Name, person.Name) {
				return client.ID, nil
			}
		}
	}
	return 0, nil
}

// sameSender reports whether a Telegram name may be a contact's: the same words in any order, a surname may be its first
// letter («Ирина К.» is Ирина Ковалёва), and at least a name and one more must agree.
func sameSender(sender, contact string) bool {
	words, have := strings.Fields(crm.NameKey(sender)), strings.Fields(crm.NameKey(contact))
	if len(words) < 2 {
		return false
	}
	whole := false
	for _, w := range words {
		hit := false
		for _, h := range have {
			hit = hit || h == w || len([]rune(w)) == 1 && strings.HasPrefix(h, w)
			whole = whole || h == w
		}
		if !hit {
			return false
		}
	}
	return whole
}

// openForward asks whose words they are.
func (f *filing) openForward() (*question, error) {
	if f.state.Client != 0 || len(f.state.Who) > 0 {
		return nil, nil
	}
	q := &question{Kind: "forward", At: -1}
	if f.state.Suspect != 0 {
		c, err := f.tx.Client(f.state.Suspect)
		if err != nil && !denied(err) {
			return nil, err
		}
		if err == nil {
			q.Choices = append(q.Choices, choice{Label: f.Say("forward.yes", "client", c.Name), Who: []int64{c.ID}})
		}
	}
	near, err := f.recent()
	if err != nil {
		return nil, err
	}
	for _, m := range near {
		if m.Client == f.state.Suspect || len(q.Choices) == 4 {
			continue
		}
		c, err := f.tx.Client(m.Client)
		if err != nil {
			return nil, err
		}
		q.Choices = append(q.Choices, choice{Label: c.Name, Who: []int64{c.ID}})
	}
	q.Choices = append(q.Choices, f.dropped())
	return q, nil
}

// saveForward keeps the thread and offers a reminder of a time in it.
func (f *filing) saveForward() error {
	id := f.state.Client
	if ids := f.state.Who[-1]; len(ids) > 0 {
		id = ids[0]
	}
	c, err := f.tx.Client(id)
	if err != nil {
		return err
	}
	f.tx.Change("filed", crm.Subject{Kind: "client", ID: id}, crm.Fact{Name: "text", Value: f.gist(60)})
	text := f.gist(message.MaxText)
	if f.state.Forward.Name != "" {
		text = f.state.Forward.Name + ": " + text
	}
	i := crm.Interaction{
		Client: id, Author: f.me.ID, Kind: crm.TouchMessage, Happened: f.state.Forward.Date, Text: text, Outcome: f.state.Comment,
		Chat: f.draft.Chat, Message: f.draft.Message,
	}
	if err := f.tx.SaveInteraction(&i); err != nil {
		return err
	}
	f.made("interaction", i.ID, f.Say("card.touch", "kind", locale.Key("touch.message"), "when", f.when(i.Happened)))
	f.lines = append(f.lines, message.Cut(text, 300))
	if f.state.Comment != "" {
		f.lines = append(f.lines, f.Say("forward.comment", "text", message.Cut(f.state.Comment, 300)))
	}
	if f.reading.Deferral {
		f.lines = append(f.lines, f.deferral(f.reading.Until))
	}
	if err := f.keepMedia(); err != nil {
		return err
	}
	f.state.Change = f.tx.ChangeID()
	f.draft.Asked = crm.MomentOf(f.now)
	s := &screen{}
	s.Bold(c.Name)
	for _, line := range f.lines {
		s.Line(line)
	}
	if err := f.offerStep(s); err != nil {
		return err
	}
	s.row(f.button("card.ok", "ok", f.draft.ID), f.clientButton(), f.button("card.undo", "undo", f.state.Change))
	return f.show(s.about("draft", f.draft.ID))
}

// offerStep offers to be reminded at the first time ahead that the forwarded words name.
func (f *filing) offerStep(s *screen) error {
	for _, when := range f.reading.Times {
		if when.Past || when.Ask != nil || !when.Due.After(f.now) {
			continue
		}
		day := f.nextWorking(when.Day)
		f.state.Offer = &chosen{Day: day, Clock: when.Clock, Clear: when.HasClock}
		s.Gap().Add(f.Say("forward.offer", "said", f.said(when.Span), "when", f.state.Offer.when()))
		s.row(f.button("forward.remind", "fremind", f.draft.ID))
		break
	}
	return f.keep()
}

// tapForwardRemind makes the reminder that was offered.
func (t *turn) tapForwardRemind(id int64, _ string) error {
	f, err := t.filed(id)
	if err != nil {
		return err
	}
	if f.state.Offer == nil {
		return crm.Say("already")
	}
	offer := *f.state.Offer
	f.state.Offer = nil
	client, err := t.clientOf(crm.Subject{Kind: "interaction", ID: f.state.Made[0].ID})
	if err != nil {
		return err
	}
	t.tx.Change("filed", crm.Subject{Kind: "client", ID: client}, crm.Fact{Name: "text", Value: f.gist(60)})
	if err := f.keep(); err != nil {
		return err
	}
	return t.again(crm.FollowUp{
		Client: client, Assignee: t.me.ID, Text: message.Cut(strings.ReplaceAll(f.draft.Text, "\n", " "), 200), Verb: "check",
	}, offer)
}
