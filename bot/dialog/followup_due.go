package dialog

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"followup/bot/capture"
	"followup/bot/message"
	"followup/scheduler/rules"
	"followup/storage/crm"
)

// Rules of what is due together.
//
// Several things that are due in one message are a list of numbers. Words in reply to it, or right after it, mean the one
// with the number («1 сделано», «готово 2», «второе на завтра»), or all that are named («всё готово»). A time alone puts all
// open steps off («отложи на час»). «Готово» without a number is asked about while several steps are open, with a button for
// each and one for all. Only a step can be done or put off, and a birthday greeted: anything else opens with its own buttons.
// What several steps became is one change and one undo.

// dueList is what an offer keeps of such a message: its records in order, and the words that wait for a choice among them.
type dueList struct {
	Of   []crm.Subject
	Verb string  `json:",omitempty"` // of the order: done, missed, snooze
	Text string  `json:",omitempty"` // how it ended
	When *chosen `json:",omitempty"`
}

// keepDue keeps the list below a reminder of several things; its number is what a reply to the message is about.
func (t *turn) keepDue(due []rules.Due) (int64, error) {
	list := dueList{}
	for _, r := range due {
		list.Of = append(list.Of, r.About)
	}
	return t.keepList(list)
}

func (t *turn) keepList(list dueList) (int64, error) {
	o, err := t.keepOffer("due", list)
	return o.ID, err
}

func (t *turn) dueListOf(id int64) (dueList, error) {
	var list dueList
	_, err := t.readOffer(id, "due", &list)
	return list, err
}

const dueNumbers = `(?:№\s*|номер\s+|пункт\s+|number\s+|item\s+)?(\d{1,2}(?:\s*(?:,|и|and|&)\s*\d{1,2})*|перв\pL+|втор\pL+|трет\pL+|(?:the\s+)?(?:first|second|third)|вс[её]|оба|обе|all|both|everything)`

var (
	dueNumberFirst = regexp.MustCompile(`(?i)^` + dueNumbers + `(?:[.):]|\s*[—–-])?\s+(.+)$`)
	dueNumberLast  = regexp.MustCompile(`(?i)^(.+?)\s+` + dueNumbers + `\.?$`)
	dueNumber      = regexp.MustCompile(`\d+`)
)

// dueNamed are the numbers that words name, from 1; all of them for «всё».
func dueNamed(words string, n int) []int {
	var which []int
	for _, number := range dueNumber.FindAllString(words, -1) {
		i, err := strconv.Atoi(number)
		if err == nil {
			which = append(which, i)
		}
	}
	if len(which) > 0 {
		return which
	}
	words = strings.TrimPrefix(strings.ToLower(words), "the ")
	for start, i := range map[string]int{"перв": 1, "first": 1, "втор": 2, "second": 2, "трет": 3, "third": 3} {
		if strings.HasPrefix(words, start) {
			return []int{i}
		}
	}
	for i := range n {
		which = append(which, i+1)
	}
	return which
}

// dueOrders are the orders that can be given to what is due together.
var dueOrders = map[string]string{"done": "done", "missed": "missed", "snooze": "snooze", "move": "snooze"}

// dueTalk takes words about a reminder of several things: about names it in a reply, and is empty for plain text, which means
// the newest message. False when the words are about something else.
func (t *turn) dueTalk(about crm.Subject) (bool, error) {
	if about.Kind == "" {
		_, last, ok, err := t.tx.LastShown(t.in.Chat)
		if !ok || err != nil {
			return false, err
		}
		about = last
	}
	if about.Kind != "due" {
		return false, nil
	}
	list, err := t.dueListOf(about.ID)
	if err != nil {
		return false, ignoreAlready(err)
	}
	order, which, err := t.dueSaid(strings.TrimSpace(t.in.Text), len(list.Of))
	if order == nil || err != nil {
		return false, err
	}
	for _, n := range which {
		if n < 1 || n > len(list.Of) {
			return true, crm.Say("due.nosuch", "n", len(list.Of))
		}
	}
	if order.Verb == "choose" {
		return true, t.openDue(list.Of[which[0]-1], "")
	}
	list.Verb, list.Text = dueOrders[order.Verb], strings.TrimSpace(order.Text)
	if order.When != nil {
		c := movedTo(*order.When)
		if c.Day.In(t.zone, c.Clock).Before(t.now) {
			return true, crm.Say("when.past", "when", c.when())
		}
		list.When, list.Text = &c, ""
	}
	return true, t.doDue(list, which)
}

// ignoreAlready makes nothing of a list that is older than offers are kept.
func ignoreAlready(err error) error {
	if problem := asProblem(err); problem != nil && problem.Key == "already" {
		return nil
	}
	return err
}

// dueSaid is the order of the words and the numbers it is given to, none when it names none.
func (t *turn) dueSaid(text string, n int) (*capture.Order, []int, error) {
	type split struct{ numbers, rest string }
	var splits []split
	if m := dueNumberFirst.FindStringSubmatch(text); m != nil {
		splits = append(splits, split{m[1], m[2]})
	}
	if m := dueNumberLast.FindStringSubmatch(text); m != nil {
		splits = append(splits, split{m[2], m[1]})
	}
	splits = append(splits, split{"", text})
	for _, s := range splits {
		r, err := t.understood(s.rest)
		if err != nil {
			return nil, nil, err
		}
		o := r.Order
		switch {
		case o == nil || len(r.Mentions) > 0:
		case s.numbers != "" && dueOrders[o.Verb] != "":
			return o, dueNamed(s.numbers, n), nil
		case s.numbers == "" && dueOrders[o.Verb] != "":
			return o, nil, nil
		case s.numbers == "" && o.Verb == "choose" && o.Choice > 0:
			return o, []int{o.Choice}, nil
		}
	}
	return nil, nil, nil
}

// doDue does what was said to the records with these numbers, or asks which are meant.
func (t *turn) doDue(list dueList, which []int) error {
	named := which
	if len(which) == 0 {
		for i := range list.Of {
			which = append(which, i+1)
		}
	}
	var steps []crm.FollowUp
	for _, n := range slices.Compact(slices.Sorted(slices.Values(which))) {
		if about := list.Of[n-1]; about.Kind == "followup" {
			f, err := t.tx.FollowUp(about.ID)
			if err != nil {
				return err
			}
			if f.Status == crm.FollowUpOpen {
				steps = append(steps, f)
			}
		}
	}
	if len(named) == 0 {
		steps = t.stillDue(steps)
	}
	switch {
	case len(named) == 1 && list.Of[named[0]-1].Kind != "followup":
		return t.openDue(list.Of[named[0]-1], list.Verb)
	case len(steps) == 0 && slices.ContainsFunc(list.Of, func(s crm.Subject) bool { return s.Kind != "followup" }):
		return t.askDue(list)
	case len(steps) == 0:
		return crm.Say("already")
	case list.Verb == "snooze" && list.When == nil:
		return t.askDueTime(list, steps)
	case list.Verb == "snooze" && len(steps) == 1:
		return t.snooze(steps[0], *list.When)
	case list.Verb == "snooze":
		return t.snoozeDue(steps, *list.When)
	case len(named) == 0 && len(steps) > 1:
		return t.askDue(list)
	case len(steps) == 1 && list.Verb == "missed":
		return t.missed(steps[0])
	case len(steps) == 1:
		return t.finish(steps[0], list.Text)
	}
	return t.closeDue(steps, list)
}

// stillDue are the steps that weren't put off since, or all when every one was.
func (t *turn) stillDue(steps []crm.FollowUp) []crm.FollowUp {
	var due []crm.FollowUp
	for _, f := range steps {
		if cmp.Or(f.Snoozed, f.Due) <= crm.MomentOf(t.now) {
			due = append(due, f)
		}
	}
	if len(due) == 0 {
		return steps
	}
	return due
}

// openDue shows one of the records with its buttons; a birthday that was greeted is noted.
func (t *turn) openDue(about crm.Subject, verb string) error {
	if about.Kind == "contact" && verb != "done" {
		c, err := t.tx.Contact(about.ID)
		if err != nil {
			return err
		}
		about = crm.Subject{Kind: "client", ID: c.Client}
	}
	do := verbs()[openers[about.Kind]].do // not verbTable, which this verb is part of
	if do == nil {
		return crm.Say("order.nothing")
	}
	if about.Kind == "contact" {
		return do(t, about.ID, "") // greeted
	}
	return do(t, about.ID, "today")
}

// askDue asks which of the records is meant.
func (t *turn) askDue(list dueList) error {
	id, err := t.keepList(list)
	if err != nil {
		return err
	}
	s := t.screen("due.which")
	open := 0
	for i, about := range list.Of {
		label, err := t.dueLabel(about)
		if err != nil {
			return err
		}
		if label == "" {
			continue
		}
		if about.Kind == "followup" {
			open++
		}
		s.row(labelled(strconv.Itoa(i+1)+". "+label, "due", id, strconv.Itoa(i+1)))
	}
	if open > 1 {
		s.row(labelled(t.Say("due.all", "n", open), "due", id, "all"))
	}
	return t.send(s.about("due", id))
}

// dueLabel is a record in a few words, empty for a step that is closed.
func (t *turn) dueLabel(about crm.Subject) (string, error) {
	if about.Kind != "followup" {
		client, err := t.clientOf(about)
		if about.Kind == "contact" {
			c, contactErr := t.tx.Contact(about.ID)
			client, err = c.Client, contactErr
		}
		if err != nil {
			return "", err
		}
		return t.clientName(client)
	}
	f, err := t.tx.FollowUp(about.ID)
	if err != nil || f.Status != crm.FollowUpOpen {
		return "", err
	}
	name, err := t.clientName(f.Client)
	if name != "" {
		name = message.Cut(name, 25) + " · "
	}
	return name + capital(f.Text), err
}

// askDueTime asks until when steps are put off.
func (t *turn) askDueTime(list dueList, steps []crm.FollowUp) error {
	if len(steps) == 1 {
		return t.askStepTime(steps[0])
	}
	list.Of = nil
	for _, f := range steps {
		list.Of = append(list.Of, crm.Subject{Kind: "followup", ID: f.ID})
	}
	id, err := t.keepList(list)
	if err != nil {
		return err
	}
	var buttons []message.Button
	for _, label := range []string{"snooze.20", "snooze.60", "snooze.tomorrow", "snooze.monday"} {
		buttons = append(buttons, t.button(label, "due", id, dueTimes[label]))
	}
	return t.send(t.screen("due.when", "n", len(steps)).rows(2, buttons...).about("due", id))
}

// dueTimes are the words of turn.later by the labels of their buttons.
var dueTimes = map[string]string{"snooze.20": "20m", "snooze.60": "60m", "snooze.tomorrow": "tomorrow", "snooze.monday": "monday"}

// tapDue takes the choice: a number, "all", or until when.
func (t *turn) tapDue(id int64, arg string) error {
	list, err := t.dueListOf(id)
	if err != nil {
		return err
	}
	all := dueNamed("", len(list.Of))
	if c, ok := t.later(arg); ok && list.Verb == "snooze" {
		list.When = &c
		return t.doDue(list, all)
	}
	if arg == "all" {
		return t.doDue(list, all)
	}
	n, err := strconv.Atoi(arg)
	if err != nil || n < 1 || n > len(list.Of) {
		return crm.Say("button.unknown")
	}
	return t.doDue(list, []int{n})
}

// snoozeDue puts several steps off to one moment.
func (t *turn) snoozeDue(steps []crm.FollowUp, c chosen) error {
	at := t.when(crm.MomentOf(c.Day.In(t.zone, c.Clock)))
	t.tx.Change("snoozed.many", crm.Subject{Kind: "member", ID: t.me.ID}, crm.Fact{Name: "n", Value: len(steps)})
	for i := range steps {
		if err := t.putOff(&steps[i], c); err != nil {
			return err
		}
	}
	return t.showDue(t.screen("due.snoozed", "n", len(steps), "when", at), steps, "")
}

// closeDue closes several steps with what they came to. A request of a colleague's is answered by itself.
func (t *turn) closeDue(steps []crm.FollowUp, list dueList) error {
	mine := slices.DeleteFunc(slices.Clone(steps), func(f crm.FollowUp) bool { return f.Asker != 0 && f.Asker != t.me.ID })
	if len(mine) == 0 {
		return t.askDue(list)
	}
	outcome := list.Text
	if list.Verb == "missed" {
		outcome = t.Say("outcome.missed.text")
	}
	t.tx.Change("done.many", crm.Subject{Kind: "member", ID: t.me.ID}, crm.Fact{Name: "n", Value: len(mine)})
	for _, f := range mine {
		closed, _, err := t.tx.Finish(f.ID, outcome)
		if err != nil {
			return err
		}
		kind := touchOf(f.Verb)
		if list.Verb == "missed" {
			kind = crm.TouchMissed
		}
		if outcome == "" || f.Client == 0 {
			continue
		}
		if err := t.logOutcome(closed, kind, outcome); err != nil {
			return err
		}
	}
	if outcome != "" {
		outcome = t.Say("card.outcome", "text", outcome)
	}
	return t.showDue(t.screen("due.done", "n", len(mine)), mine, outcome)
}

// showDue lists the steps that were changed together, with one undo; end stands below them.
func (t *turn) showDue(s *screen, steps []crm.FollowUp, end string) error {
	for _, f := range steps {
		name, err := t.clientName(f.Client)
		if err != nil {
			return err
		}
		if name != "" {
			name += " · "
		}
		if line := "• " + name + capital(f.Text); s.Units()+message.Len(line) < roomForLines {
			s.Line(line)
		}
	}
	if end != "" {
		s.Line(end)
	}
	s.row(t.button("card.undo", "undo", t.tx.ChangeID()), t.planButton())
	return t.show(s.about("plan", t.me.ID))
}
