// Package dialog is the conversation: commands, buttons, forms, cards and the wording of reminders and digests. It turns
// what a person did into changes of records and into messages, all within the transaction it is given.
//
// A file is named by what it is about, and then by which part of that: client.go is the card of a client, client_new.go how one
// is entered, contract_terms.go the questions about a contract's terms. What begins with the same word belongs together.
//
//   - What there is: commands.go, buttons.go and forms.go hold the tables, each row with who may; gates.go says how that is asked.
//   - How it is said: screen.go makes messages, lines.go lists; remind.go, digest*.go and report*.go word what comes by itself.
//   - Talk: talk.go says whose a line is. filing.go turns work talk into records, questions*.go ask before that and answers.go
//     take the answers, card.go echoes what was saved, repairs*.go mend it, undo.go takes it back; orders.go do what plain words
//     tell the bot. pieces.go, forward.go, media.go, voice.go, drafts.go and unkept.go are the other ways in which a line comes.
//   - Of the trade: client*, birthday*, followup*, request* (asked of colleagues), plan*, contract*, renewals, document*, invoice,
//     entering (step by step), payment, promise, instalments, concessions, debts*, dunning, disputes, claim, penalty, letters*,
//     templates.
//   - Of the company: start, settings, zones, team*, colleagues, invite, away*, group*, audit, import*, export*, find, help.
package dialog

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"followup/bot/capture"
	"followup/bot/locale"
	"followup/bot/message"
	"followup/scheduler/calendar"
	"followup/storage"
	"followup/storage/crm"
)

// Options are what a Dialog is made of.
type Options struct {
	Calendar *calendar.Calendar
	Zone     string        // IANA zone of new members until they say theirs
	Language string        // of new members whose Telegram names none
	BotName  func() string // the bot's username, for links
	Listens  bool          // a program that transcribes speech is configured
	// Ration takes one off what a member may ask for that costs much: 0, or how long he has to wait; nil: no limit.
	Ration func(member int64) time.Duration
	Feeds  func() string // the public address below which feeds are read, without a slash at its end; empty: none
}

// Dialog answers people. It keeps no state of its own but a cache of names; everything else is in the store.
type Dialog struct {
	o     Options
	mu    sync.Mutex
	all   allNames
	names map[int64]namesOf
}

// allNames is the index of every client's names at a version of them in the store. Members share it.
type allNames struct {
	version   int64
	clients   map[int64]crm.ClientName // whose they are
	portfolio *capture.Portfolio       // nil at first
}

// namesOf is a member's portfolio at a version of the names in the store.
type namesOf struct {
	version    int64
	rights     string // what the member might see then: his role, team and whom he stands in for
	portfolio  *capture.Portfolio
	lookalikes *storage.Lookalikes // nil until it is asked for
}

// maxPortfolios bounds the cache: each is two bits a client, and costs a millisecond for ten thousand of them.
const maxPortfolios = 4096

// New makes a Dialog.
func New(o Options) *Dialog {
	if o.Feeds == nil {
		o.Feeds = func() string { return "" }
	}
	if o.Ration == nil {
		o.Ration = func(int64) time.Duration { return 0 }
	}
	return &Dialog{o: o, names: map[int64]namesOf{}}
}

// Turn does what a person asked and queues the answers. A crm.Problem undoes what the turn wrote and is told to the
// person; any other error is the caller's to log and to answer with Broke.
func (d *Dialog) Turn(tx *storage.Tx, in message.In) error {
	t, err := d.begin(tx, in)
	if err != nil || t == nil {
		return err
	}
	var problem *crm.Problem
	err = tx.Try(func() error { return t.act() })
	if errors.As(err, &problem) {
		return t.tell(problem)
	}
	return err
}

// begin finds out who is speaking. It answers strangers itself and then gives no turn.
func (d *Dialog) begin(tx *storage.Tx, in message.In) (*turn, error) {
	switch in.Kind {
	case message.Ignored:
		return nil, nil
	case message.Removed:
		return nil, d.Expelled(tx, in.Chat)
	default: // a person's
	}
	m, known, err := tx.MemberByTelegram(in.From.ID)
	if err != nil {
		return nil, err
	}
	if !known || m.Status == crm.MemberLeft {
		return nil, d.stranger(tx, in)
	}
	t := d.turnOf(tx, m, in)
	t.tx.Source(in.Chat, in.Message)
	return t, nil
}

// turnOf is a turn of a member. in is empty for what the program says by itself.
func (d *Dialog) turnOf(tx *storage.Tx, m crm.Member, in message.In) *turn {
	zone := m.Location()
	now := tx.Now().In(zone)
	today := crm.DateOf(now)
	return &turn{
		d: d, tx: tx.As(m), in: in, me: m, hours: m.Settings.Hours(), zone: zone, now: now, today: today,
		Printer: locale.For(m.Language, today),
	}
}

// turn is one person's turn: who, what, when, and how to answer.
type turn struct {
	locale.Printer
	d     *Dialog
	tx    *storage.Tx
	in    message.In
	me    crm.Member
	hours crm.Hours
	zone  *time.Location
	now   time.Time
	today crm.Date

	toasted bool // the tap was answered
}

// act chooses the handler by what came in.
func (t *turn) act() error {
	switch t.in.Kind {
	case message.Tap:
		return t.tap()
	case message.Edit:
		return t.edited()
	case message.Text:
		if t.in.Odd != "" {
			return t.odd()
		}
		if t.in.Group {
			return t.group()
		}
		return t.text()
	case message.Stopped:
		return nil
	case message.Started:
		return t.tx.SetBlocked(t.me.ID, false)
	case message.Added:
		return t.added()
	}
	return nil
}

// text handles a message in the private chat: a command, a reply, the answer to an open question, plain talk.
func (t *turn) text() error {
	if name, args, ok := command(t.in.Text); ok {
		return t.command(name, args)
	}
	if done, err := t.attachment(); done || err != nil {
		return err
	}
	if strings.TrimSpace(t.in.Text) == "" {
		return crm.Say("talk.empty")
	}
	if done, err := t.onlineTable(); done || err != nil {
		return err
	}
	if done, err := t.answerForm(); done || err != nil {
		return err
	}
	if t.in.Reply != 0 {
		subject, ok, err := t.tx.SubjectOf(t.in.Chat, t.in.Reply)
		if err != nil {
			return err
		}
		if ok {
			return t.reply(subject)
		}
	}
	return t.talk()
}

// Broke tells the person that something went wrong inside, by the number that is also in the log, and keeps what was
// typed as a draft.
func (d *Dialog) Broke(tx *storage.Tx, in message.In, incident string) error {
	m, known, err := tx.MemberByTelegram(in.From.ID)
	if err != nil || !known {
		return err
	}
	t := d.turnOf(tx, m, in)
	if in.Kind == message.Tap {
		return t.toast(t.Say("broke.tap", "incident", incident), true)
	}
	if strings.TrimSpace(in.Text) == "" {
		return t.say("broke", "incident", incident)
	}
	draft := storage.Draft{Member: m.ID, Chat: in.Chat, Message: in.Message, Text: in.Text, Created: in.Date}
	if err := t.tx.SaveDraft(&draft); err != nil {
		return err
	}
	s := t.screen("broke.kept", "incident", incident)
	s.row(t.button("draft.note", "dnote", draft.ID), t.button("draft.drop", "ddrop", draft.ID))
	return t.send(s)
}

// Blocked tells a member's lead, once, that the member can't be reached any more.
func (d *Dialog) Blocked(tx *storage.Tx, m crm.Member) error {
	leads, err := tx.System().LeadsOf(m)
	if err != nil {
		return err
	}
	for _, lead := range leads {
		if lead.ID == m.ID || lead.Status != crm.MemberActive {
			continue
		}
		t := d.turnOf(tx, lead, message.In{Chat: lead.Telegram})
		if err := t.say("blocked.lead", "member", m.Name); err != nil {
			return err
		}
	}
	return nil
}

// tell says a problem to the person: as a toast to a tap, else as a message.
func (t *turn) tell(p *crm.Problem) error {
	text := t.SayFacts(p.Key, p.Facts)
	if lead, ok := fact(p, "lead"); ok && lead == "" { // nobody leads that team
		name, _ := fact(p, "name")
		text = t.Say("denied.client.alone", "name", name)
	}
	if t.in.Kind == message.Tap {
		return t.toast(text, message.Len(text) > 60)
	}
	if s, ok := t.deniedScreen(p); ok {
		private := *t
		private.in.Chat, private.in.Thread = t.me.Telegram, 0
		return private.send(s)
	}
	if t.in.Group {
		return t.sayPrivately(text)
	}
	return t.sendText(text)
}

func fact(p *crm.Problem, name string) (any, bool) {
	for _, f := range p.Facts {
		if f.Name == name {
			return f.Value, true
		}
	}
	return nil, false
}

// command splits "/call@bot Ромашка: текст" into its name and arguments.
func command(text string) (name, args string, ok bool) {
	if !strings.HasPrefix(text, "/") || len(text) < 2 {
		return "", "", false
	}
	word := text
	if i := strings.IndexAny(text, " \n\t"); i >= 0 {
		word, args = text[:i], strings.TrimSpace(text[i+1:])
	}
	name, _, _ = strings.Cut(word[1:], "@")
	return strings.ToLower(name), args, name != ""
}

// world is what capture knows in this turn; at is the moment that relative words count from.
func (t *turn) world(at crm.Moment) (capture.World, error) {
	portfolio, err := t.portfolio()
	if err != nil {
		return capture.World{}, err
	}
	habits := capture.DefaultHabits()
	habits.DayStart, habits.DayEnd, habits.AfterNoon = t.hours.DayStart, t.hours.DayEnd, t.hours.AfterNoon
	return capture.World{
		Now: at.In(t.zone), Language: t.me.Language, Currency: crm.RUB, Habits: habits, Calendar: t.d.o.Calendar,
		Clients: portfolio,
	}, nil
}

// understood is what capture makes of words of this turn; relative ones count from when they were written.
func (t *turn) understood(text string) (capture.Reading, error) {
	w, err := t.world(t.in.Date)
	if err != nil {
		return capture.Reading{}, err
	}
	return capture.Read(text, w), nil
}

// portfolio is the index of clients' names as this member sees them.
func (t *turn) portfolio() (*capture.Portfolio, error) {
	version, settled, err := t.tx.NamesVersion()
	if err != nil {
		return nil, err
	}
	t.d.mu.Lock()
	cached, ok := t.d.names[t.me.ID]
	t.d.mu.Unlock()
	rights := t.rights()
	if ok && cached.version == version && cached.rights == rights {
		return cached.portfolio, nil
	}
	if err := t.tx.MayNames(); err != nil {
		return nil, err
	}
	all, err := t.everybody(version, settled)
	if err != nil {
		return nil, err
	}
	p := all.portfolio.For(func(id int64) (own, seen bool) { return t.tx.Sight(all.clients[id]) })
	if !settled {
		return p, nil
	}
	t.d.mu.Lock()
	defer t.d.mu.Unlock()
	if len(t.d.names) >= maxPortfolios {
		clear(t.d.names)
	}
	t.d.names[t.me.ID] = namesOf{version: version, rights: rights, portfolio: p}
	return p, nil
}

// everybody is the index of all names, which is kept while no name changes.
func (t *turn) everybody(version int64, settled bool) (allNames, error) {
	t.d.mu.Lock()
	all := t.d.all
	t.d.mu.Unlock()
	if all.portfolio != nil && all.version == version {
		return all, nil
	}
	names, err := t.tx.System().ClientNames()
	if err != nil {
		return all, err
	}
	all = allNames{version: version, clients: make(map[int64]crm.ClientName, len(names))}
	entries := make([]capture.Entry, 0, len(names))
	for _, n := range names {
		e := capture.Entry{ID: n.ID, Name: n.Name, Aliases: n.Aliases, INN: n.INN, City: n.City}
		for _, c := range n.Contacts {
			e.Contacts = append(e.Contacts, capture.Person{Name: c.Name, Phones: c.Phones})
		}
		entries = append(entries, e)
		all.clients[n.ID] = crm.ClientName{ID: n.ID, Manager: n.Manager, Team: n.Team}
	}
	all.portfolio = capture.NewPortfolio(entries)
	if settled {
		t.d.mu.Lock()
		t.d.all = all
		t.d.mu.Unlock()
	}
	return all, nil
}

// rights tell apart what a member may see at one time and at another, while no name has changed.
func (t *turn) rights() string {
	members, excepted := t.tx.StandsIn()
	return fmt.Sprint(t.me.Role, t.me.Team, members, excepted)
}

// forgetLookalikes takes them out of the cache: they changed and the names didn't.
func (t *turn) forgetLookalikes() {
	t.d.mu.Lock()
	defer t.d.mu.Unlock()
	if n, ok := t.d.names[t.me.ID]; ok {
		n.lookalikes = nil
		t.d.names[t.me.ID] = n
	}
}

// lookalikes finds clients that look like one, among those that this member may merge.
func (t *turn) lookalikes() (*storage.Lookalikes, error) {
	if _, err := t.portfolio(); err != nil { // the cache is of the names as they are now
		return nil, err
	}
	t.d.mu.Lock()
	cached := t.d.names[t.me.ID]
	t.d.mu.Unlock()
	if cached.lookalikes != nil {
		return cached.lookalikes, nil
	}
	l, err := t.tx.Lookalikes()
	if err != nil {
		return nil, err
	}
	t.d.mu.Lock()
	defer t.d.mu.Unlock()
	if now, ok := t.d.names[t.me.ID]; ok && now.version == cached.version && now.rights == cached.rights {
		now.lookalikes = l
		t.d.names[t.me.ID] = now
	}
	return l, nil
}

// errNotMine is returned by a form that finds that the message is no answer to its question.
var errNotMine = fmt.Errorf("dialog: not an answer to this form")

// errElsewhere is returned by a form whose question has buttons too, when the message is about something else: words are no
// longer awaited.
var errElsewhere = fmt.Errorf("dialog: about something else than this form")
