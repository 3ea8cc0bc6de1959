package dialog

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"followup/bot/capture"
	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
)

// Questions are asked before anything is saved, and only when there is no telling: which of two clients, a client that
// nobody knows, a time or a sum with two readings, a relative day that falls on a day off, a day that doesn't exist, a bill
// without its due day. The choices are kept with the draft, so a button, a number and a word all pick the same.

// question waits with its draft for an answer.
type question struct {
	Kind    string       // who, unknown, time, dayoff, past, sum, invoice, due, invalid, terms.…, nothing
	At      int          // the mention, or where the time or sum stands
	Wrong   bool         `json:",omitempty"` // the sum is nothing or less
	Lost    []string     `json:",omitempty"` // numbers of bills that are not open
	Owed    int64        `json:",omitempty"` // of a plan: what its parts should be together, and what they are
	Planned int64        `json:",omitempty"`
	In      crm.Currency `json:",omitempty"`
	Choices []choice
}

// choice is an answer that can be picked.
type choice struct {
	Label    string
	Who      []int64      `json:",omitempty"`
	New      string       `json:",omitempty"` // create a client of this name
	INN      string       `json:",omitempty"` // ask what the client with this number is called, and create it
	Lone     bool         `json:",omitempty"`
	Note     bool         `json:",omitempty"` // keep the text as a note
	Time     *chosen      `json:",omitempty"`
	Sum      int64        `json:",omitempty"`
	Currency crm.Currency `json:",omitempty"` // of Sum, when it isn't rubles
	Sure     bool         `json:",omitempty"` // the sum was asked about and is right
	Invoices []int64      `json:",omitempty"`
	Due      crm.Date     `json:",omitzero"`
	Step     int64        `json:",omitempty"` // that is moved
	Terms    *terms       `json:",omitempty"` // of a contract, with this answer
	Months   int          `json:",omitempty"` // of a plan: so many equal parts, one a month
	Heard    bool         `json:",omitempty"` // the words of a voice message are right
	Audio    bool         `json:",omitempty"` // keep a voice message without its words
	Type     bool         `json:",omitempty"` // ask for it in words
	Drop     bool         `json:",omitempty"`
}

// open is the first question that the text leaves open, nil when there is none.
func (f *filing) open() (*question, error) {
	if f.state.Forward != nil {
		return f.openForward() // the client's words are kept, not filed item by item
	}
	for _, find := range []func(*filing) (*question, error){
		(*filing).openInvalid, (*filing).openTerm, (*filing).openWho, (*filing).openTime, (*filing).openMoney, (*filing).openMove,
	} {
		q, err := find(f)
		if q != nil || err != nil {
			return q, err
		}
	}
	return nil, nil
}

// openInvalid refuses a message whose only day doesn't exist; beside others the day is named on the card.
func (f *filing) openInvalid() (*question, error) {
	if len(f.reading.Invalid) == 0 {
		return nil, nil
	}
	for _, item := range f.reading.Items {
		if f.undated(item) {
			return f.invalidQuestion(), nil
		}
	}
	return nil, nil
}

func (f *filing) dropped() choice { return choice{Label: f.Say("answer.drop"), Drop: true} }

func (f *filing) typed() choice { return choice{Label: f.Say("answer.other"), Type: true} }

// openWho asks which client is meant.
func (f *filing) openWho() (*question, error) {
	if f.state.Lone {
		return nil, nil
	}
	if f.state.Whose && len(f.state.Who) == 0 {
		return f.whose()
	}
	for m := range f.reading.Mentions {
		if len(f.mentioned(m)) == 0 && f.used(m) {
			return f.whichOf(m)
		}
	}
	if len(f.reading.Items) == 0 && !f.known() {
		return f.nothing()
	}
	if f.state.Client != 0 || len(f.state.Who) > 0 {
		return nil, nil
	}
	client, err := f.continued()
	if client != 0 || err != nil {
		f.state.Client = client
		return nil, err
	}
	for _, item := range f.reading.Items {
		if len(f.clientsOf(item)) > 0 {
			continue
		}
		if (item.Kind == capture.FollowUp || item.Kind == capture.Await) && f.reading.Rest == "" {
			continue // one's own task
		}
		return f.unknown()
	}
	return nil, nil
}

// used reports whether an item is about mention m.
func (f *filing) used(m int) bool {
	for _, item := range f.reading.Items {
		for _, at := range item.Clients {
			if at == m {
				return true
			}
		}
	}
	return len(f.reading.Items) == 0
}

// maxChoices keeps a keyboard readable on a phone.
const maxChoices = 5

func (f *filing) whichOf(m int) (*question, error) {
	q := &question{Kind: "who", At: m}
	var all []int64
	for _, match := range f.reading.Mentions[m].Matches {
		if len(all) == maxChoices {
			break
		}
		label, err := f.tellApart(match.Client)
		if err != nil {
			return nil, err
		}
		if label == "" {
			continue
		}
		all = append(all, match.Client)
		q.Choices = append(q.Choices, choice{Label: label, Who: []int64{match.Client}})
	}
	if len(all) == 0 {
		return f.unknown()
	}
	if len(all) == 2 {
		q.Choices = append(q.Choices, choice{Label: f.Say("answer.both"), Who: all})
	}
	if len(all) == 1 {
		name := f.reading.Text[f.reading.Mentions[m].Span.From:f.reading.Mentions[m].Span.To]
		q.Choices = append(q.Choices, choice{Label: f.Say("answer.create", "name", message.Cut(name, 40)), New: name})
	}
	q.Choices = append(q.Choices, f.dropped())
	return q, nil
}

// tellApart is what tells a client from another of the same name: city, INN, the last touch. It is empty for one that
// this member may know by name only.
func (t *turn) tellApart(id int64) (string, error) {
	c, err := t.tx.Client(id)
	if denied(err) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	parts := []string{c.Name}
	if c.City != "" {
		parts = append(parts, c.City)
	}
	if len(c.INN) > 7 {
		parts = append(parts, t.Say("client.inn.short", "inn", c.INN[:4]+"…"+c.INN[len(c.INN)-3:]))
	}
	if c.LastTouch != 0 {
		parts = append(parts, t.Say("client.touched", "when", t.Date(crm.DateOf(c.LastTouch.In(t.zone)), "short")))
	}
	return strings.Join(parts, " · "), nil
}

// whose asks for the client of a piece that was split off.
func (f *filing) whose() (*question, error) {
	f.reading.Rest = ""
	q, err := f.unknown()
	if q != nil {
		q.Kind = "whose"
	}
	return q, err
}

// unknown offers the nearest names, to create the client, or to do without.
func (f *filing) unknown() (*question, error) {
	name := strings.TrimSpace(f.reading.Rest)
	q := &question{Kind: "unknown", At: -1}
	portfolio, err := f.portfolio()
	if err != nil {
		return nil, err
	}
	near := portfolio.Find(name)
	if name == "" {
		if near, err = f.recent(); err != nil {
			return nil, err
		}
	}
	for _, match := range near {
		if len(q.Choices) == 3 {
			break
		}
		c, err := f.tx.Client(match.Client)
		if denied(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		q.Choices = append(q.Choices, choice{Label: c.Name, Who: []int64{c.ID}})
	}
	if inn := f.namedByINN(); inn != "" {
		q.Choices = append(q.Choices, choice{Label: f.Say("answer.create.inn", "inn", message.Cut(inn, 20)), INN: inn})
	} else if name != "" && message.Len(name) <= 100 {
		for _, n := range slices.Compact([]string{f.reading.NewName(), name}) {
			if n == strings.ToLower(n) {
				n = capital(n)
			}
			q.Choices = append(q.Choices, choice{Label: f.Say("answer.create", "name", message.Cut(n, 40)), New: n})
		}
	}
	if f.canBeLone() {
		q.Choices = append(q.Choices, choice{Label: f.Say("answer.lone"), Lone: true})
	}
	q.Choices = append(q.Choices, f.dropped())
	return q, nil
}

// canBeLone reports whether every item makes sense without a client.
func (f *filing) canBeLone() bool {
	for _, item := range f.reading.Items {
		if item.Kind != capture.FollowUp && item.Kind != capture.Await {
			return false
		}
	}
	return true
}

// recent are the clients last dealt with.
func (f *filing) recent() ([]capture.Match, error) {
	list, _, err := f.tx.Clients(storage.ClientFilter{Manager: f.me.ID, Recent: true, Limit: 3})
	if err != nil {
		return nil, err
	}
	matches := make([]capture.Match, 0, len(list))
	for _, c := range list {
		matches = append(matches, capture.Match{Client: c.ID})
	}
	return matches, nil
}

// nothing was understood: the text waits as a draft and may become a note.
func (f *filing) nothing() (*question, error) {
	q := &question{Kind: "nothing", At: -1}
	near, err := f.recent()
	if err != nil {
		return nil, err
	}
	for _, match := range near {
		c, err := f.tx.Client(match.Client)
		if err != nil {
			return nil, err
		}
		q.Choices = append(q.Choices, choice{Label: c.Name, Who: []int64{c.ID}, Note: true})
	}
	q.Choices = append(q.Choices, f.dropped())
	return q, nil
}

// openTime asks about times with two readings, times that are past, and relative days that fall on a day off.
func (f *filing) openTime() (*question, error) {
	for _, item := range f.reading.Items {
		if item.When == nil {
			continue
		}
		if q := f.doubtful(item); q != nil {
			return q, nil
		}
	}
	return nil, nil
}

func (f *filing) doubtful(item capture.Item) *question {
	when := *item.When
	at := when.Span.From
	future := isStep(item.Kind) || item.Kind == capture.Promise || item.Kind == capture.Invoice
	switch {
	case when.Ask != nil && len(when.Ask.Choices) > 1:
		q := &question{Kind: "time", At: at}
		for _, c := range when.Ask.Choices {
			q.Choices = append(q.Choices, f.moment(chosen{Day: c.Day, Clock: c.Clock, Clear: c.HasClock}))
		}
		q.Choices = append(q.Choices, f.typed())
		return q
	case item.Kind == capture.FollowUp && f.isPast(when):
		q := &question{Kind: "past", At: at}
		next := f.nextWorking(f.today.AddDays(1))
		q.Choices = append(q.Choices, f.moment(chosen{Day: next, Clock: when.Clock, Clear: true}), f.typed(), f.dropped())
		return q
	case future && item.Kind != capture.Invoice && when.Relative && when.Day != f.today && !f.d.o.Calendar.Working(when.Day):
		next := f.nextWorking(when.Day)
		if when.Bound == capture.Before {
			next = f.previousWorking(when.Day)
		}
		yes := f.moment(chosen{Day: next, Clock: when.Clock, Clear: when.HasClock})
		no := f.moment(chosen{Day: when.Day, Clock: when.Clock, Clear: when.HasClock, Named: true})
		no.Label = f.Say("answer.anyway", "day", when.Day)
		return &question{Kind: "dayoff", At: at, Choices: []choice{yes, no, f.typed()}}
	}
	return nil
}

// isPast reports whether a step's time is over, by the clock of the person, with a minute's grace.
func (f *filing) isPast(when capture.Time) bool {
	if when.HasClock || when.Grain == capture.Minute {
		return when.Due.Before(f.now.Add(-time.Minute))
	}
	return when.Day.Before(f.today)
}

func (f *filing) moment(c chosen) choice {
	return choice{Label: f.Say("answer.when", "when", c.when()), Time: &c}
}

// ask keeps the draft with its question and sends it. After a tap the question takes the place of the one before.
func (f *filing) ask(q question) error {
	f.state.Asked = &q
	f.state.Rounds++
	f.draft.Asked = 0
	f.draft.Created = crm.MomentOf(f.now) // it waits from now on
	if err := f.keep(); err != nil {
		return err
	}
	s, err := f.questionScreen()
	if err != nil {
		return err
	}
	return f.show(s)
}

// questionScreen words the open question.
func (f *filing) questionScreen() (*screen, error) {
	q := f.state.Asked
	client, err := f.clientsNamed()
	if err != nil {
		return nil, err
	}
	s := &screen{}
	if head := f.askedOf(q, client); head != "" {
		s.Bold(head)
	}
	s.Line(f.Say("ask."+f.wording(q), append(f.questionFacts(q), "client", client)...))
	if q.Kind == "who" && single(q.Choices) > 1 {
		for i, c := range q.Choices {
			if len(c.Who) == 1 {
				s.Line(f.Say("ask.who.line", "n", i+1, "what", c.Label))
			}
		}
	}
	if q.Kind == "forward" && f.state.Comment != "" {
		s.Line(f.Say("forward.comment", "text", message.Cut(f.state.Comment, 300)))
	}
	buttons := make([]message.Button, 0, len(q.Choices))
	for i, c := range q.Choices {
		label := c.Label
		if q.Kind == "who" && len(c.Who) == 1 && single(q.Choices) > 1 {
			label = strconv.Itoa(i+1) + " " + f.shortest(i)
		}
		buttons = append(buttons, labelled(label, "q", f.draft.ID, strconv.Itoa(f.state.Rounds), strconv.Itoa(i)))
	}
	width := 1
	if q.Kind == "sum" || q.Kind == "due" || q.Kind == "terms.end" || q.Kind == "terms.notice" || q.Kind == "terms.days" || q.Kind == "dayoff" || q.Kind == "time" || q.Kind == "invalid" {
		width = 2
	}
	s.rows(width, buttons...)
	return s.about("draft", f.draft.ID), nil
}

// headed are the questions about a time, a bill or a term, which don't say of whose; the client stands above them.
var headed = map[string]bool{"time": true, "dayoff": true, "past": true, "invalid": true, "due": true, "invoice": true, "bill": true, "big": true}

// askedOf is the client that a question is about, and what of his; empty when it says so itself.
func (f *filing) askedOf(q *question, client string) string {
	if !headed[q.Kind] && !isTerms(q.Kind) {
		return ""
	}
	parts := []string{client}
	for _, item := range f.reading.Items {
		switch {
		case isStep(item.Kind) && item.When != nil && item.When.Span.From == q.At && timeQuestions[q.Kind]:
			if text := titled(item.Text); text != "" {
				parts = append(parts, message.Cut(capital(text), 60))
			}
		case item.Kind == capture.Payment && item.Sum != nil && q.Kind == "invoice":
			parts = append(parts, f.Money(item.Sum.Money, "short"))
		}
	}
	if parts[0] == "" {
		parts = parts[1:]
	}
	return strings.Join(parts, " · ")
}

// single counts the choices that are one client.
func single(choices []choice) int {
	n := 0
	for _, c := range choices {
		if len(c.Who) == 1 {
			n++
		}
	}
	return n
}

// longName is how long a name may be that is said beside the line it stands in.
const longName = 30

// wording is the kind of a question, or how it is put when there is nothing or something to quote.
func (f *filing) wording(q *question) string {
	switch {
	case q.Kind == "unknown" && entering[f.state.Force] != "":
		return entering[f.state.Force]
	case q.Kind == "unknown" && strings.TrimSpace(f.reading.Rest) == "":
		return "whose"
	case q.Kind == "unknown" && message.Len(strings.TrimSpace(f.reading.Rest)) > longName:
		return "unknown.long"
	case q.Kind == "who" && single(q.Choices) == 1:
		return "who.one"
	case q.Kind == "plan":
		return planWording(q)
	case q.Wrong:
		return "sum.zero"
	case len(q.Lost) > 0:
		return q.Kind + ".lost"
	case q.Kind == "sum" && q.At != noSum:
		return "sum.read"
	case q.Kind == "sum":
		return "sum." + string(f.sumOfWhat())
	case q.Kind == "nothing" && f.state.Unheard:
		return "unheard"
	case q.Kind == "nothing" && !f.d.o.Listens && len(f.state.Files) == 1 && spoken[f.state.Files[0].Kind]:
		return "voice"
	case q.Kind == "nothing" && f.state.hasMedia():
		return "file"
	}
	return q.Kind
}

// shortest is the part of a choice that tells it from the others: the city where names are equal, else the name.
func (f *filing) shortest(i int) string {
	parts := strings.Split(f.state.Asked.Choices[i].Label, " · ")
	for j, other := range f.state.Asked.Choices {
		if j != i && strings.HasPrefix(other.Label, parts[0]+" · ") && len(parts) > 1 {
			return parts[1]
		}
	}
	return parts[0]
}

func (f *filing) questionFacts(q *question) []any {
	facts := []any{"text", message.Cut(f.draft.Text, 200), "file", f.mediaLine(), "name", message.Cut(strings.TrimSpace(f.reading.Rest), 60)}
	switch q.Kind {
	case "who":
		m := f.reading.Mentions[q.At].Span
		facts = append(facts, "said", f.reading.Text[m.From:m.To], "count", single(q.Choices))
	case "dayoff", "past", "time":
		for _, item := range f.reading.Items {
			if item.When != nil && item.When.Span.From == q.At {
				facts = append(facts, "day", item.When.Day, "clock", item.When.Clock, "said", f.said(item.When.Span))
				facts = append(facts, "why", f.dayOff(item.When.Day))
			}
		}
	case "invalid":
		facts = append(facts, "said", f.reading.Invalid[0].Text)
	case "terms.number", "terms.end", "terms.renewal", "terms.notice", "terms.days":
		facts = append(facts, f.termsFacts()...)
	case "heard":
		facts = append(facts, "heard", f.state.Heard)
	case "forward":
		facts = append(facts, "from", f.state.Forward.Name, "when", f.when(f.state.Forward.Date))
	}
	return append(facts, f.moneyFacts(q)...)
}

func (f *filing) said(s capture.Span) string {
	if s.From < 0 || s.To > len(f.reading.Text) {
		return ""
	}
	return f.reading.Text[s.From:s.To]
}
