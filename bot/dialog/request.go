package dialog

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"followup/bot/capture"
	"followup/bot/message"
	"followup/storage/crm"
)

// Rules of requests.
//
// «Попроси Петра сделать акт для Ромашки до пятницы» asks a colleague, and so does «напомни Петру»; a team that is named is asked through its lead. What
// is asked, by when and of whom is shown and can be taken back. Without a time it is due at the end of the next working day.
// The colleague gets it at once, or when he may be disturbed, with "done", "can't" and "question", answers by a button or by a
// reply, and learns the client's name and nothing else of it. What he answers comes back to who asked, and stands in the
// client's history. A request whose time has passed comes back too: it can be repeated, taken over or dropped.

var (
	askBegins = regexp.MustCompile(`(?i)^(?:попроси|попросить|поручи|поручить|делегируй|пусть|ask|tell|get)\s+`)
	remindHim = regexp.MustCompile(`(?i)^(?:напомни|напомните|напомнить|remind)\s+`)
	fromFirm  = regexp.MustCompile(`(?i)^\s*(?:из|от|с|in|at|from|of)\s`)
	askTeam   = regexp.MustCompile(`(?i)^(?:команд\pL+|team|the team|отдел)\s+`)
	askDone   = regexp.MustCompile(`(?i)^(?:готово|сделано|сделал|сделала|выполнено|отправил|отправила|done|ready|finished|sent)(?:[\s,.!:;—-]+(.*))?$`)
	askCannot = regexp.MustCompile(`(?i)^(?:не могу|не смогу|не получится|не успею|не успеваю|нет времени|can'?t|cannot|can’t|won'?t manage|no time|unable)(?:[\s,.!:;—-]+(.*))?$`)
)

// asked is a request while it is being put together.
type asked struct {
	To      int64
	Team    string `json:",omitempty"` // it was the team that was named
	Text    string
	Client  int64     `json:",omitempty"`
	Clients []int64   `json:",omitempty"` // one of these is meant
	Day     crm.Date  `json:",omitzero"`
	Clock   crm.Clock `json:",omitempty"`
	Named   bool      `json:",omitempty"`
}

// askTalk takes a line that asks a colleague; false when it is none.
func (t *turn) askTalk(text string) (bool, error) {
	line := strings.TrimSpace(text)
	if begin := askBegins.FindString(line); begin != "" {
		return t.askLine(line[len(begin):], 0)
	}
	begin := remindHim.FindString(line)
	if begin == "" {
		return false, nil
	}
	who, _, rest, err := t.askedWho(line[len(begin):])
	if err != nil || who == 0 || who == t.me.ID || fromFirm.MatchString(rest) { // «напомни Ирине из Ромашки» is for oneself
		return false, err
	}
	return t.askLine(line[len(begin):], 0)
}

// askLine reads whom, what and until when. It is false when no colleague stands at its beginning.
func (t *turn) askLine(line string, client int64) (bool, error) {
	who, team, rest, err := t.askedWho(line)
	if err != nil || who == 0 {
		return false, err
	}
	if who == t.me.ID {
		return true, crm.Say("ask.self")
	}
	a := asked{To: who, Team: team, Client: client}
	if err := t.readAsked(&a, rest); err != nil {
		return true, err
	}
	if a.Text == "" {
		return true, crm.Say("ask.what", "name", t.nameOf(who))
	}
	if len(a.Clients) > 0 {
		return true, t.askWhich(a)
	}
	return true, t.saveAsked(a)
}

// askedWho finds the colleague at the beginning of a line, or the lead of a team that is named there, and what follows.
func (t *turn) askedWho(line string) (who int64, team, rest string, err error) {
	named := askTeam.FindString(line)
	teams, err := t.tx.Teams()
	if err != nil {
		return 0, "", "", err
	}
	after := line[len(named):]
	for _, tm := range teams {
		if len(after) < len(tm.Name) || !strings.EqualFold(after[:len(tm.Name)], tm.Name) || len(after) > len(tm.Name) && after[len(tm.Name)] != ' ' {
			continue
		}
		leads, err := t.tx.System().LeadsOf(crm.Member{Team: tm.ID})
		if err != nil {
			return 0, "", "", err
		}
		if len(leads) == 0 {
			return 0, "", "", crm.Say("ask.noleads", "team", tm.Name)
		}
		return leads[0].ID, tm.Name, after[len(tm.Name):], nil
	}
	members, err := t.atWork()
	if err != nil {
		return 0, "", "", err
	}
	words := wordsOf(line)
	found := colleagues(words, members)
	if len(found) == 0 || found[0].from > 0 {
		return 0, "", "", nil
	}
	if len(found[0].members) > 1 {
		return 0, "", "", crm.Say("ask.whom", "names", namesOfMembers(found[0].members))
	}
	last := words[found[0].to-1]
	return found[0].members[0].ID, "", line[last.at+len(last.text):], nil
}

// readAsked reads what is asked: its client, its time, and the words that remain.
func (t *turn) readAsked(a *asked, rest string) error {
	w, err := t.world(t.in.Date)
	if err != nil {
		return err
	}
	rest = strings.Trim(rest, " ,.:;—–-")
	rest = strings.TrimPrefix(strings.TrimPrefix(rest, "to "), "чтобы ")
	r := capture.Read(rest, w)
	text := []byte(rest)
	if r.Text == rest {
		for _, when := range capture.ReadTimes(rest, w) {
			if when.Past || when.Due.Before(t.now) {
				continue
			}
			a.Day, a.Clock, a.Named = when.Day, when.Clock, when.HasClock
			for i := when.Span.From; i < when.Span.To; i++ {
				text[i] = ' '
			}
		}
	}
	a.Text = strings.Trim(strings.Join(strings.Fields(string(text)), " "), " ,.;:—–-")
	if a.Day.IsZero() {
		a.Day, a.Clock = t.nextWorking(t.today.AddDays(1)), t.hours.DayEnd
	} else if !a.Named {
		a.Clock = t.hours.DayEnd
	}
	for _, m := range r.Mentions {
		if a.Client != 0 {
			break
		}
		if m.Sure || len(m.Matches) == 1 {
			a.Client = m.Matches[0].Client
			continue
		}
		for _, match := range m.Matches[:min(len(m.Matches), maxChoices)] {
			a.Clients = append(a.Clients, match.Client)
		}
	}
	if a.Client != 0 {
		a.Clients = nil
	}
	return nil
}

// askWhich asks which of the clients is meant.
func (t *turn) askWhich(a asked) error {
	o, err := t.keepOffer("ask", a)
	if err != nil {
		return err
	}
	s := t.screen("ask.client.which", "text", message.Cut(a.Text, 100))
	for _, id := range a.Clients {
		label, err := t.tellApart(id)
		if err != nil {
			return err
		}
		if label != "" {
			s.row(labelled(label, "reqnew", o.ID, "c"+strconv.FormatInt(id, 36)))
		}
	}
	s.row(t.button("answer.lone", "reqnew", o.ID, "c0"), t.button("answer.drop", "reqnew", o.ID, "drop"))
	return t.send(s)
}

// tapAskColleague opens the question from a client's card, or answers which client is meant.
func (t *turn) tapAskColleague(id int64, arg string) error {
	if arg == "client" {
		c, err := t.tx.Client(id)
		if err != nil {
			return err
		}
		return t.open("ask", formData{ID: id}, t.screen("ask.open", "name", message.Cut(c.Name, 60)).about("client", id))
	}
	var a asked
	if _, err := t.takeOffer(id, "ask", &a); err != nil {
		return err
	}
	if arg == "drop" {
		return t.show(t.screen("ask.dropped"))
	}
	client, err := strconv.ParseInt(strings.TrimPrefix(arg, "c"), 36, 64)
	if err != nil || client != 0 && !slices.Contains(a.Clients, client) {
		return crm.Say("button.unknown")
	}
	a.Client = client
	return t.saveAsked(a)
}

// formAsk takes whom and what after the button of a card.
func (t *turn) formAsk(d formData, text string) error {
	line := strings.TrimSpace(text)
	if begin := askBegins.FindString(line); begin != "" {
		line = line[len(begin):]
	}
	done, err := t.askLine(line, d.ID)
	if err != nil {
		return err
	}
	if !done {
		return t.notColleague(text)
	}
	return t.closeForm()
}

// saveAsked saves a request, shows it and tells the colleague when he may be disturbed; else a reminder does.
func (t *turn) saveAsked(a asked) error {
	to, err := t.tx.Member(a.To)
	if err != nil {
		return err
	}
	f := crm.FollowUp{
		Client: a.Client, Assignee: to.ID, Author: t.me.ID, Asker: t.me.ID, Text: a.Text, Verb: "task", Zone: t.me.Zone, Day: a.Day, Clock: a.Clock,
		AllDay: !a.Named, Named: false, Status: crm.FollowUpOpen, Created: crm.MomentOf(t.now),
	}
	if a.Client != 0 { // only who may write to the client may ask for it
		if _, err := t.tx.Client(a.Client); err != nil {
			return err
		}
	}
	if err := t.tx.AskFor(&f); err != nil {
		return err
	}
	hearer, err := t.tx.HearerOf(to, 0, crm.MomentOf(t.now))
	if err != nil {
		return err
	}
	t.changedRequest("asked", f, hearer.ID)
	s := &screen{}
	name, err := t.clientName(a.Client)
	if err != nil {
		return err
	}
	s.Bold(name)
	whom := to.Name
	if a.Team != "" {
		whom = t.Say("ask.team", "team", a.Team, "name", to.Name)
	}
	s.Line(t.Say("ask.done", "name", whom, "text", capital(f.Text), "when", t.dueOf(f)))
	if hearer.ID != to.ID {
		s.Line(t.Say("ask.away", "name", to.Name, "until", t.Date(to.AwayUntil, ""), "instead", hearer.Name))
	}
	now, err := t.mayDisturb(hearer)
	if err != nil {
		return err
	}
	if !now {
		s.Line(t.Say("ask.later", "name", hearer.Name))
	}
	s.row(t.button("card.undo", "undo", t.tx.ChangeID()))
	if err := t.show(s.about("followup", f.ID)); err != nil || !now {
		return err
	}
	return t.tellRequest(hearer.ID, f)
}

// changedRequest names a change of a request; who is told of it hears of its undo.
func (t *turn) changedRequest(label string, f crm.FollowUp, told ...int64) {
	t.tx.Change(label, crm.Subject{Kind: "followup", ID: f.ID}, crm.Fact{Name: "text", Value: message.Cut(f.Text, 60)},
		crm.Fact{Name: "told", Value: joinIDs(told)})
}
