package dialog

import (
	"strconv"
	"strings"

	"followup/bot/capture"
	"followup/bot/message"
	"followup/storage/crm"
)

// A repair takes back what was saved and files the same text with one answer more. Words right after do the same as the
// card's buttons: «нет, в 16», «не Вектор, а Вектор Плюс», «ой 15000».

// refile takes the change back and saves anew.
func (f *filing) refile() error {
	if f.state.Change != 0 {
		if _, err := f.tx.Undo(f.state.Change); err != nil {
			return err
		}
		f.state.Change = 0
	}
	return f.run()
}

// tapFixTime asks for another time of a step; arg is the step's key when there are several.
func (t *turn) tapFixTime(id int64, arg string) error {
	f, err := t.filed(id)
	if err != nil {
		return err
	}
	if err := f.read(); err != nil {
		return err
	}
	var steps []int
	for i, item := range f.reading.Items {
		if isStep(item.Kind) {
			steps = append(steps, i)
		}
	}
	switch {
	case len(steps) == 0:
		return crm.Say("already")
	case arg == "" && len(steps) > 1:
		var buttons []message.Button
		for _, i := range steps {
			buttons = append(buttons, labelled(f.snippet(f.reading.Items[i]), "fixtime", id, f.keys[i]))
		}
		return t.send(t.screen("ask.whichtime").rows(1, buttons...).about("draft", id))
	case arg == "":
		arg = f.keys[steps[0]]
	}
	s := t.screen("ask.when.press")
	var later []message.Button
	for _, word := range []string{"60m", "tomorrow", "monday"} {
		later = append(later, t.button("snooze."+strings.TrimSuffix(word, "m"), "refile", id, word+"."+arg))
	}
	return t.open("retime", formData{ID: id, Arg: arg}, s.row(later...).about("draft", id))
}

// snippet is an item in the words that it was said with.
func (f *filing) snippet(item capture.Item) string {
	return strings.TrimSpace(f.reading.Text[item.Span.From:item.Span.To])
}

// filed is a draft that was saved; one that was taken back is told.
func (t *turn) filed(id int64) (*filing, error) {
	f, err := t.loadDraft(id)
	if err != nil {
		return nil, err
	}
	if f.state.Change == 0 {
		return nil, crm.Say("already")
	}
	c, err := t.tx.ChangeByID(f.state.Change)
	if err == nil && c.Undone {
		err = crm.Say("already")
	}
	return f, err
}

// tapRefile files again: with a time from a button, or with the text as it was edited.
func (t *turn) tapRefile(id int64, arg string) error {
	if arg == "anew" {
		return t.anew(id)
	}
	f, err := t.filed(id)
	if err != nil {
		return err
	}
	if arg == "edit" {
		text, ok := f.state.Facts["edited"]
		if !ok {
			return crm.Say("already")
		}
		f.draft.Text, f.state = text, f.state.unread()
		return f.refile()
	}
	word, key, _ := strings.Cut(arg, ".")
	c, ok := t.later(word)
	if !ok {
		return crm.Say("button.unknown")
	}
	if err := t.closeForm(); err != nil {
		return err
	}
	return f.fixTime(key, c)
}

// fixTime gives the step of a key, or the first one, another time.
func (f *filing) fixTime(key string, c chosen) error {
	if err := f.read(); err != nil {
		return err
	}
	for i, item := range f.reading.Items {
		if isStep(item.Kind) && (key == "" || key == f.keys[i]) {
			if was := f.dueNow(item); !c.Clear && was.Clear {
				c.Clock, c.Clear = was.Clock, true
			}
			return f.apply(mend{Key: f.keys[i], When: &c})
		}
	}
	return crm.Say("already")
}

func (t *turn) formRetime(d formData, text string) error {
	f, err := t.filed(d.ID)
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
	return f.fixTime(d.Arg, c)
}

// tapFixClient offers other clients: those that were also meant, then the last ones dealt with; or a name in words.
func (t *turn) tapFixClient(id int64, _ string) error {
	f, err := t.filed(id)
	if err != nil {
		return err
	}
	if err := f.read(); err != nil {
		return err
	}
	near, err := f.recent()
	if err != nil {
		return err
	}
	var matches []capture.Match
	for _, m := range f.reading.Mentions {
		matches = append(matches, m.Matches...)
	}
	now := f.firstClient()
	seen := map[int64]bool{now: true}
	var buttons []message.Button
	for _, m := range append(matches, near...) {
		if seen[m.Client] || len(buttons) == maxChoices {
			continue
		}
		seen[m.Client] = true
		c, err := t.tx.Client(m.Client)
		if denied(err) {
			continue
		}
		if err != nil {
			return err
		}
		buttons = append(buttons, labelled(c.Name, "setwho", id, strconv.FormatInt(c.ID, 36)))
	}
	return t.open("reclient", formData{ID: id}, t.screen("ask.client").rows(1, buttons...))
}

func (t *turn) tapSetClient(id int64, arg string) error {
	client, err := strconv.ParseInt(arg, 36, 64)
	if err != nil {
		return crm.Say("button.unknown")
	}
	f, err := t.filed(id)
	if err != nil {
		return err
	}
	if err := t.closeForm(); err != nil {
		return err
	}
	return f.moveTo(client)
}

// moveTo files the same about another client.
func (f *filing) moveTo(client int64) error {
	if _, err := f.tx.Client(client); err != nil {
		return err
	}
	if err := f.read(); err != nil {
		return err
	}
	if f.onlyOf(client) {
		return crm.Say("already")
	}
	f.state.Lone = false
	for _, m := range append(f.everyone(), -1) {
		f.setWho(m, []int64{client})
	}
	return f.refile()
}

// onlyOf reports whether everything on the card is about that client.
func (f *filing) onlyOf(client int64) bool {
	for _, item := range f.reading.Items {
		if ids := f.clientsOf(item); len(ids) != 1 || ids[0] != client {
			return false
		}
	}
	return true
}

func (t *turn) formReclient(d formData, text string) error {
	f, err := t.filed(d.ID)
	if err != nil {
		return err
	}
	portfolio, err := t.portfolio()
	if err != nil {
		return err
	}
	matches := portfolio.Find(text)
	if len(matches) == 0 || len(strings.Fields(text)) > 6 {
		return errNotMine
	}
	if err := t.closeForm(); err != nil {
		return err
	}
	return f.moveTo(matches[0].Client)
}

// kinds of touches in the order of the buttons.
var touchKinds = []crm.TouchKind{
	crm.TouchCall, crm.TouchMissed, crm.TouchMeeting, crm.TouchMail, crm.TouchMessage, crm.TouchVisit, crm.TouchPresentation,
	crm.TouchNote,
}

func (t *turn) tapFixKind(id int64, _ string) error {
	if _, err := t.filed(id); err != nil {
		return err
	}
	var buttons []message.Button
	for _, k := range touchKinds {
		buttons = append(buttons, t.button("touch."+string(k), "setkind", id, string(k)))
	}
	s := t.screen("ask.kind")
	return t.send(s.rows(2, buttons...))
}

func (t *turn) tapSetKind(id int64, kind string) error {
	f, err := t.filed(id)
	if err != nil {
		return err
	}
	if f.state.Force == kind {
		return crm.Say("already")
	}
	for _, k := range touchKinds {
		if string(k) == kind {
			f.state.Force = kind
			return f.refile()
		}
	}
	return crm.Say("button.unknown")
}

// tapWorkdays counts «10 дней» of an invoice in working days.
func (t *turn) tapWorkdays(id int64, _ string) error {
	f, err := t.filed(id)
	if err != nil {
		return err
	}
	if f.state.Workdays {
		return crm.Say("already")
	}
	f.state.Workdays = true
	return f.refile()
}

// edited handles a message that was changed after it was sent: an unanswered question is asked about the new text, and
// what was saved is mended on consent.
func (t *turn) edited() error {
	d, ok, err := t.tx.DraftOf(t.in.Chat, t.in.Message)
	if err != nil || !ok || d.Member != t.me.ID || d.Text == t.in.Text {
		return err
	}
	f, err := t.loadDraft(d.ID)
	if err != nil {
		return err
	}
	text := t.in.Text
	if f.state.Force != "" && strings.HasPrefix(text, "/") {
		_, text, _ = command(text)
	}
	if f.state.Change == 0 {
		f.draft.Text, f.state = text, f.state.unread()
		return f.run()
	}
	c, err := t.tx.ChangeByID(f.state.Change)
	if err != nil {
		return err
	}
	f.state.Facts = map[string]string{"edited": text}
	if err := f.keep(); err != nil {
		return err
	}
	s := t.screen("edited.ask", "text", message.Cut(text, 200))
	yes := t.button("edited.yes", "refile", d.ID, "edit")
	if c.Undone {
		s, yes = t.screen("edited.undone", "text", message.Cut(text, 200)), t.button("edited.anew", "refile", d.ID, "anew")
	}
	return t.send(s.row(yes, t.button("edited.no", "unedit", d.ID)))
}

// tapUnedit leaves what was saved as it is.
func (t *turn) tapUnedit(id int64, _ string) error {
	f, err := t.loadDraft(id)
	if err != nil {
		return err
	}
	if _, ok := f.state.Facts["edited"]; !ok {
		return crm.Say("already")
	}
	f.state.Facts = nil
	if err := f.keep(); err != nil {
		return err
	}
	return t.plain()
}

// anew files the edited text of a message that was taken back.
func (t *turn) anew(id int64) error {
	f, err := t.loadDraft(id)
	if err != nil {
		return err
	}
	text, ok := f.state.Facts["edited"]
	if !ok {
		return crm.Say("already")
	}
	f.draft.Text, f.state = text, f.state.unread()
	f.state.Change = 0
	return f.run()
}

// reply handles a message that answers one of ours: it is about that client or item.
func (t *turn) reply(subject crm.Subject) error {
	r, err := t.understood(t.in.Text)
	if err != nil {
		return err
	}
	if done, err := t.dueTalk(subject); done || err != nil {
		return err
	}
	if subject.Kind == "debts" {
		if done, err := t.debtsFiltered(t.in.Text); done || err != nil {
			return err
		}
	}
	if subject.Kind == "draft" {
		f, err := t.loadDraft(subject.ID)
		if err != nil {
			return err
		}
		if f.state.Asked != nil && f.state.hasMedia() && f.draft.Text == "" {
			f.draft.Text, f.state.Asked = t.in.Text, nil // the line that a file was waiting for
			return f.run()
		}
		if f.state.Asked != nil {
			return f.answered(r)
		}
	}
	if done, err := t.kindTalk(subject); done || err != nil {
		return err
	}
	if subject.Kind == "followup" && (r.Order == nil || !keepsOrder[r.Order.Verb]) {
		f, err := t.tx.FollowUp(subject.ID)
		if err != nil {
			return err
		}
		if done, err := t.replyRequest(f, t.in.Text); done || err != nil {
			return err
		}
	}
	switch {
	case r.Order != nil:
		return t.order(*r.Order, subject)
	case r.Chat != "":
		return t.chat(r.Chat)
	}
	client, err := t.clientOf(subject)
	if err != nil {
		return err
	}
	if done, err := t.birthdayTalk(t.in.Text, client); done || err != nil {
		return err
	}
	return t.file(t.in.Text, state{Client: client})
}

// clientOf is the client that a subject belongs to, 0 when there is none.
func (t *turn) clientOf(s crm.Subject) (int64, error) {
	switch s.Kind {
	case "client":
		return s.ID, nil
	case "interaction":
		i, err := t.tx.Interaction(s.ID)
		return i.Client, err
	case "followup":
		f, err := t.tx.FollowUp(s.ID)
		return f.Client, err
	case "contract":
		k, err := t.tx.Contract(s.ID)
		return k.Client, err
	case "invoice":
		i, err := t.tx.Invoice(s.ID)
		return i.Client, err
	case "promise":
		p, err := t.tx.Promise(s.ID)
		return p.Client, err
	case "draft":
		f, err := t.loadDraft(s.ID)
		if err != nil {
			return 0, err
		}
		if f.state.Client != 0 {
			return f.state.Client, nil
		}
		err = f.read()
		return f.firstClient(), err
	}
	return 0, nil
}

// tapAlias remembers, on consent, that a client is also called by the name that was asked about.
func (t *turn) tapAlias(id int64, _ string) error {
	f, err := t.filed(id)
	if err != nil {
		return err
	}
	if f.state.Alias == "" {
		return crm.Say("already")
	}
	if err := f.read(); err != nil {
		return err
	}
	c, err := t.tx.Client(f.firstClient())
	if err != nil {
		return err
	}
	name := f.state.Alias
	t.tx.Change("alias", crm.Subject{Kind: "client", ID: c.ID}, crm.Fact{Name: "name", Value: name})
	c.Aliases = append(c.Aliases, name)
	if err := t.tx.SaveClient(&c); err != nil {
		return err
	}
	f.state.Alias = ""
	if err := f.keep(); err != nil {
		return err
	}
	return t.toast(t.Say("card.alias.toast", "name", name, "client", c.Name), true)
}

// splitButton offers to split a message of several items.
func (f *filing) splitButton() message.Button {
	if len(f.reading.Items) < 2 || f.state.Forward != nil {
		return message.Button{}
	}
	return f.button("card.split", "split", f.draft.ID, "")
}

// tapSplit takes one item out of a message and files it by itself, about another client.
func (t *turn) tapSplit(id int64, arg string) error {
	f, err := t.filed(id)
	if err != nil {
		return err
	}
	if err := f.read(); err != nil {
		return err
	}
	if arg == "" {
		var buttons []message.Button
		for _, item := range f.reading.Items {
			buttons = append(buttons, labelled(f.snippet(item), "split", id, strconv.Itoa(item.Span.From)))
		}
		return t.send(t.screen("ask.split").rows(1, buttons...))
	}
	for _, item := range f.reading.Items {
		if strconv.Itoa(item.Span.From) != arg || len(f.reading.Items) < 2 {
			continue
		}
		piece := f.snippet(item)
		f.state.Left = append(f.state.Left, item.Span.From)
		if err := f.refile(); err != nil {
			return err
		}
		alone := *t
		alone.in.Kind = message.Text // its question is a message of its own
		return alone.file(piece, state{Whose: true})
	}
	return crm.Say("already")
}
