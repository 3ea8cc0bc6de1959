package dialog

import (
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strings"

	"followup/bot/capture"
	"followup/bot/locale"
	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
)

// Filing turns one text into records. The text is kept as a draft together with the answers that its questions got, and is
// read anew each time: what is not yet answered is asked, and when nothing is left to ask everything is saved as one
// change. A repair takes the change back and files the same text with one answer more, so there is one way to save.

// state is what a draft holds beside its text.
type state struct {
	Force    string               `json:",omitempty"` // from a command: a touch kind, or "followup"
	Client   int64                `json:",omitempty"` // the message is about this client: a reply to its card
	Who      map[int][]int64      `json:",omitempty"` // clients chosen, by mention; -1 is a name that nobody knew
	Lone     bool                 `json:",omitempty"` // no client is meant
	Times    map[int]chosen       `json:",omitempty"` // by where the time stands in the text
	Sums     map[int]int64        `json:",omitempty"` // minor units, by where the sum stands in the text
	Invoices []int64              `json:",omitempty"` // that a payment goes to; oldestFirst, advance
	Due      crm.Date             `json:",omitzero"`  // of an invoice or promise that named none
	PayDay   crm.Date             `json:",omitzero"`  // a repair: the day of the payment
	Retimes  map[string]chosen    `json:",omitempty"` // repairs: another time, by the item's key
	Resums   map[string]crm.Money `json:",omitempty"` // repairs: another sum, by the item's key; without a currency it keeps its own
	Rekinds  map[string]string    `json:",omitempty"` // repairs: another verb of a step, by the item's key
	Mends    []mend               `json:",omitempty"` // repairs that wait for a choice
	Currency crm.Currency         `json:",omitempty"` // of a sum that was asked for
	Sure     bool                 `json:",omitempty"` // a sum that was doubtful is right
	Number   string               `json:",omitempty"` // a repair: the number of a bill
	Reason   string               `json:",omitempty"` // of a concession
	Parts    []part               `json:",omitempty"` // how a payment is split over bills, or the instalments of a plan
	Workdays bool                 `json:",omitempty"` // «10 дней» of an invoice are working days
	Price    string               `json:",omitempty"` // a price without a unit: millions, or words
	Asked    *question            `json:",omitempty"` // waits for an answer
	Rounds   int                  `json:",omitempty"` // how many questions were asked so far
	Change   int64                `json:",omitempty"` // saved as this change
	Made     []crm.Subject        `json:",omitempty"` // the records of it
	Right    bool                 `json:",omitempty"` // the person said that the card is right
	Name     bool                 `json:",omitempty"` // the text is a client's name alone
	Alias    string               `json:",omitempty"` // a name that was asked about: the client may be called so from now on
	Whose    bool                 `json:",omitempty"` // ask for the client whatever the text says
	Left     []int                `json:",omitempty"` // items that were split off, by where they begin
	Move     bool                 `json:",omitempty"` // a step is moved
	Step     int64                `json:",omitempty"` // the one, or newStep
	Terms    *terms               `json:",omitempty"` // of a contract, as they were answered
	Follows  int64                `json:",omitempty"` // the contract that this one is signed after
	Facts    map[string]string    `json:",omitempty"`
	Typed    crm.Moment           `json:",omitempty"` // when the person wrote it
	Joined   crm.Moment           `json:",omitempty"` // when its last piece came

	Files []message.File `json:",omitempty"`
	Album string         `json:",omitempty"`

	Listening bool   `json:",omitempty"` // the words of a voice message are awaited
	Heard     string `json:",omitempty"` // what was understood of it
	Unheard   bool   `json:",omitempty"` // nothing could be understood of it

	Cards   []message.Contact `json:",omitempty"` // of a shared contact, or of a file of cards
	Place   *message.Place    `json:",omitempty"`
	Forward *forward          `json:",omitempty"`
	Suspect int64             `json:",omitempty"` // the client whose contact probably wrote the forwarded words
	Comment string            `json:",omitempty"` // sent along with a forward
	Offer   *chosen           `json:",omitempty"` // a reminder that was offered
}

// unread is what a draft holds before its words are read: they are read anew.
func (s state) unread() state {
	return state{
		Force: s.Force, Client: s.Client, Change: s.Change, Typed: s.Typed, Joined: s.Joined, Name: s.Name, Rounds: s.Rounds,
		Files: s.Files, Album: s.Album, Cards: s.Cards, Place: s.Place, Forward: s.Forward, Comment: s.Comment,
	}
}

// part is a share of a payment for a bill, or an instalment due on a day, in minor units.
type part struct {
	Invoice int64    `json:",omitempty"`
	Day     crm.Date `json:",omitzero"`
	Minor   int64
}

// chosen is a day and time that replaces what was read. Named holds it against quiet hours and days off.
type chosen struct {
	Day   crm.Date
	Clock crm.Clock
	Clear bool // a time of day was meant, not only a day
	Named bool
	Rule  string `json:",omitempty"` // RFC 5545 RRULE of a repeat
}

func (c chosen) when() locale.When { return locale.When{Day: c.Day, Clock: c.Clock} }

// Whom a payment goes to, when it isn't certain invoices.
const (
	oldestFirst = -1
	advance     = -2
)

// filing is one text on its way to records.
type filing struct {
	*turn
	draft   storage.Draft
	state   state
	reading capture.Reading
	lines   []string
	keys    []string        // of the reading's items: what they were read as and where they begin
	touch   map[int64]int64 // the interaction just saved, by client

	promisedNow map[int64]int64 // minor units promised so far by this message, by client
}

// file starts filing the message of this turn.
func (t *turn) file(text string, s state) error {
	d := storage.Draft{Member: t.me.ID, Chat: t.in.Chat, Message: t.in.Message, Text: text, Created: t.in.Date}
	s.Typed = t.in.Date
	return (&filing{turn: t, draft: d, state: s}).run()
}

// loadDraft reads a draft of this member; somebody else's, or one that is gone, is a Problem.
func (t *turn) loadDraft(id int64) (*filing, error) {
	d, ok, err := t.tx.Draft(id)
	if err != nil {
		return nil, err
	}
	if !ok || d.Member != t.me.ID {
		return nil, crm.Say("draft.gone")
	}
	f := &filing{turn: t, draft: d}
	if len(d.Data) > 0 {
		if err := json.Unmarshal(d.Data, &f.state); err != nil {
			return nil, fmt.Errorf("dialog: draft %d: %w", id, err)
		}
	}
	return f, nil
}

// written is the moment that the words were written: relative ones count from it, of a forward from the day of the client.
func (f *filing) written() crm.Moment {
	switch {
	case f.state.Forward != nil:
		return f.state.Forward.Date
	case f.state.Typed != 0:
		return f.state.Typed
	}
	return f.draft.Created
}

func (f *filing) keep() error {
	raw, err := json.Marshal(f.state)
	if err != nil {
		return fmt.Errorf("dialog: keep draft: %w", err)
	}
	f.draft.Data = raw
	return f.tx.SaveDraft(&f.draft)
}

// run reads the text and asks or saves.
func (f *filing) run() error {
	if err := f.read(); err != nil {
		return err
	}
	q, err := f.open()
	switch {
	case err != nil:
		return err
	case q != nil:
		return f.ask(*q)
	case f.state.Move:
		return f.saveMove()
	case f.onlyName():
		return f.showName()
	}
	return f.save()
}

// read understands the text and puts the answers in.
func (f *filing) read() error {
	w, err := f.world(f.written())
	if err != nil {
		return err
	}
	f.take(capture.Read(f.draft.Text, w))
	billed, err := f.billedIn()
	if err != nil {
		return err
	}
	if billed != w.Currency {
		w.Currency = billed
		f.take(capture.Read(f.draft.Text, w))
	}
	return nil
}

// take puts commands, answers and repairs into what was read.
func (f *filing) take(r capture.Reading) {
	f.reading = r
	f.withINN()
	f.force()
	f.reading.Items = slices.DeleteFunc(f.reading.Items, func(item capture.Item) bool {
		return slices.Contains(f.state.Left, item.Span.From)
	})
	f.keys = make([]string, len(f.reading.Items))
	for i := range f.reading.Items {
		item := &f.reading.Items[i]
		f.keys[i] = fmt.Sprintf("%s@%d", item.Kind, item.Span.From)
		f.answerItem(item)
		f.mendItem(f.keys[i], item)
		item.Text = f.withoutInvalid(item.Text)
	}
	f.pricePut()
}

// billedIn is the currency of a sum that is written without one: that of the open bills of the message's only client when
// they have but one, else rubles.
func (f *filing) billedIn() (crm.Currency, error) {
	if len(f.reading.Sums) == 0 {
		return crm.RUB, nil
	}
	client := f.firstClient()
	for _, item := range f.reading.Items {
		for _, id := range f.clientsOf(item) {
			if id != client {
				return crm.RUB, nil
			}
		}
	}
	if client == 0 {
		return crm.RUB, nil
	}
	open, err := f.tx.Invoices(storage.InvoiceFilter{Client: client, Open: true})
	if denied(err) {
		return crm.RUB, nil
	}
	return currencyOf(capture.Item{}, open), err
}

// force makes the items what a command said they are: /call logs a call, /remind makes a follow-up.
func (f *filing) force() {
	r := &f.reading
	switch f.state.Force {
	case "":
		text := strings.TrimSpace(r.Text)
		if text == "" || f.onlyCaption() {
			text = f.mediaLine()
		}
		if r.Order != nil && r.Order.Verb == "move" && r.Order.When != nil && len(r.Mentions) > 0 {
			f.state.Move = true
			r.Items = []capture.Item{{Kind: capture.FollowUp, When: r.Order.When, Clients: f.everyone()}}
			return
		}
		if len(r.Items) == 0 && f.known() && text != "" && !f.onlyName() {
			r.Items = []capture.Item{{Kind: capture.Touch, Touch: crm.TouchNote, Text: text, Clients: f.everyone()}}
		}
	case "followup":
		for _, item := range r.Items {
			if item.Kind == capture.FollowUp || item.Kind == capture.Obligation {
				return
			}
		}
		item := capture.Item{Kind: capture.FollowUp, Verb: "task", Text: f.bare(), Clients: f.everyone()}
		for i := range r.Times {
			if !r.Times[i].Past {
				item.When = &r.Times[i]
			}
		}
		r.Items = []capture.Item{item}
	case string(capture.Invoice), string(capture.Payment), string(capture.Contract):
		f.forceEntered(capture.ItemKind(f.state.Force))
	default:
		f.forceTouch(crm.TouchKind(f.state.Force))
	}
}

// forceTouch makes the first touch of the message the commanded kind, or adds one.
func (f *filing) forceTouch(kind crm.TouchKind) {
	r := &f.reading
	if kind == crm.TouchNote {
		r.Items = slices.DeleteFunc(r.Items, func(item capture.Item) bool { return item.Kind == capture.FollowUp && !asksForStep(r.Text) })
	}
	for i := range r.Items {
		if r.Items[i].Kind == capture.Touch {
			if r.Items[i].When == nil {
				r.Items[i].When = f.pastTime() // «/meet вектор вчера в 15: …»
			}
			if !(kind == crm.TouchCall && r.Items[i].Touch == crm.TouchMissed) {
				r.Items[i].Touch = kind
			}
			return
		}
	}
	text := f.behindName()
	if text == "" {
		text = f.mediaLine()
	}
	touch := capture.Item{Kind: capture.Touch, Touch: kind, Text: text, Clients: f.everyone(), When: f.pastTime()}
	r.Items = append([]capture.Item{touch}, r.Items...)
}

// behindName is the text without "CLIENT:" at its start.
func (f *filing) behindName() string {
	head, rest, found := strings.Cut(f.reading.Text, ":")
	for _, m := range f.reading.Mentions {
		if found && m.Span.To <= len(head) {
			return strings.TrimSpace(rest)
		}
	}
	return strings.TrimSpace(f.reading.Text)
}

// pastTime is the one time of the message that is over, nil when there is none or more.
func (f *filing) pastTime() *capture.Time {
	var past *capture.Time
	for i := range f.reading.Times {
		if !f.reading.Times[i].Due.Before(f.now) {
			continue
		}
		if past != nil {
			return nil
		}
		past = &f.reading.Times[i]
	}
	return past
}

// stepWords ask for a next step in so many words; a note without them is a note alone.
var stepWords = []string{"напомн", "перезвон", "набрать", "позвонить", "remind", "call back", "follow up", "ping"}

func asksForStep(text string) bool { return says(text, stepWords) }

// bare is the text without the client's name before a colon and without the times that were understood.
func (f *filing) bare() string {
	text := []byte(f.reading.Text)
	blank := func(s capture.Span) {
		for i := s.From; i < s.To && i < len(text); i++ {
			text[i] = ' '
		}
	}
	for _, when := range f.reading.Times {
		blank(when.Span)
	}
	for _, m := range f.reading.Mentions {
		if colon := strings.IndexByte(string(text[m.Span.To:]), ':'); colon >= 0 && colon <= 2 {
			blank(capture.Span{From: m.Span.From, To: m.Span.To + colon + 1})
		}
	}
	return strings.Trim(strings.Join(strings.Fields(string(text)), " "), " ,;—-")
}

// everyone is every mention of the message.
func (f *filing) everyone() []int {
	all := make([]int, len(f.reading.Mentions))
	for i := range all {
		all[i] = i
	}
	return all
}

// known reports whether anybody is named or meant.
func (f *filing) known() bool {
	return len(f.reading.Mentions) > 0 || f.state.Client != 0 || len(f.state.Who) > 0 || f.state.Lone
}

// answerItem puts the answers to questions and the repairs into an item.
func (f *filing) answerItem(item *capture.Item) {
	if item.When != nil {
		when := *item.When
		if c, ok := f.state.Times[when.Span.From]; ok {
			when.Ask, when.Day, when.Clock, when.HasClock, when.Relative = nil, c.Day, c.Clock, c.Clear, false
			when.Due = c.Day.In(f.zone, c.Clock)
		}
		item.When = &when
	}
	if item.Contract != nil {
		item.Contract = f.state.Terms.complete(*item.Contract)
		if item.Number == "" && f.state.Terms != nil {
			item.Number = f.state.Terms.Number
		}
	}
	if minor := f.state.Sums[noSum]; minor != 0 && (item.Sum == nil || item.Sum.Share > 0) {
		currency := crm.RUB
		if f.state.Currency != "" {
			currency = f.state.Currency
		}
		item.Sum = &capture.Sum{Span: capture.Span{From: noSum}, Money: crm.Money{Minor: minor, Currency: currency}}
	}
	if item.Sum != nil {
		sum := *item.Sum
		if minor, ok := f.state.Sums[sum.Span.From]; ok {
			sum.Money.Minor, sum.Bare = minor, false
		}
		item.Sum = &sum
	}
}

// isStep reports whether an item has a due time of ours.
func isStep(k capture.ItemKind) bool {
	return k == capture.FollowUp || k == capture.Obligation || k == capture.Await
}

// clientsOf are the ids of an item's clients; none means that it has none.
func (f *filing) clientsOf(item capture.Item) []int64 {
	if f.state.Lone {
		return nil
	}
	var ids []int64
	add := func(id int64) {
		for _, have := range ids {
			if have == id {
				return
			}
		}
		ids = append(ids, id)
	}
	for _, m := range item.Clients {
		if f.state.Whose {
			break
		}
		for _, id := range f.mentioned(m) {
			add(id)
		}
	}
	if len(ids) == 0 || f.state.Whose {
		for _, id := range f.state.Who[-1] {
			add(id)
		}
	}
	if len(ids) == 0 && f.state.Client != 0 {
		add(f.state.Client)
	}
	return ids
}

// mentioned are the clients that mention m was found to mean.
func (f *filing) mentioned(m int) []int64 {
	if ids := f.state.Who[m]; len(ids) > 0 {
		return ids
	}
	if m < len(f.reading.Mentions) && f.reading.Mentions[m].Sure {
		return []int64{f.reading.Mentions[m].Matches[0].Client}
	}
	return nil
}

// save writes everything as one change and echoes it.
func (f *filing) save() error {
	f.touch, f.promisedNow = map[int64]int64{}, map[int64]int64{}
	f.state.Made, f.state.Asked, f.state.Right = nil, nil, false
	if f.state.Forward != nil {
		return f.saveForward()
	}
	f.tx.Change("filed", crm.Subject{Kind: "client", ID: f.firstClient()}, crm.Fact{Name: "text", Value: f.gist(60)})
	items := append([]capture.Item(nil), f.reading.Items...)
	sort.SliceStable(items, func(i, j int) bool { return order[items[i].Kind] < order[items[j].Kind] })
	for _, item := range items {
		if err := f.saveItem(item); err != nil {
			return err
		}
	}
	f.entered()
	if err := f.keepMedia(); err != nil {
		return err
	}
	f.state.Change = f.tx.ChangeID()
	f.draft.Asked = crm.MomentOf(f.now)
	if err := f.keep(); err != nil {
		return err
	}
	return f.card()
}

// order is the order in which items are saved and echoed: what happened first, then money and paper, then what comes next.
var order = map[capture.ItemKind]int{
	capture.Touch: 0, capture.Contract: 1, capture.Invoice: 2, capture.Payment: 3, capture.Promise: 4, capture.Document: 5,
	capture.FollowUp: 6, capture.Obligation: 7, capture.Await: 8, capture.Plan: 3, capture.Concession: 4, capture.Apply: 4,
}

func (f *filing) firstClient() int64 {
	for _, item := range f.reading.Items {
		if ids := f.clientsOf(item); len(ids) > 0 {
			return ids[0]
		}
	}
	return 0
}

// savers is how each kind of item becomes records, for one client at a time; 0 is no client.
func savers() map[capture.ItemKind]func(*filing, capture.Item, crm.Client) error {
	return map[capture.ItemKind]func(*filing, capture.Item, crm.Client) error{
		capture.Touch:      (*filing).saveTouch,
		capture.FollowUp:   (*filing).saveStep,
		capture.Obligation: (*filing).saveStep,
		capture.Await:      (*filing).saveStep,
		capture.Invoice:    (*filing).saveInvoice,
		capture.Payment:    (*filing).savePayment,
		capture.Promise:    (*filing).savePromise,
		capture.Contract:   (*filing).saveContract,
		capture.Document:   (*filing).saveDocument,
		capture.Apply:      (*filing).saveApply,
		capture.Plan:       (*filing).savePlan,
		capture.Concession: (*filing).saveConcession,
	}
}

func (f *filing) saveItem(item capture.Item) error {
	save := savers()[item.Kind]
	ids := f.clientsOf(item)
	if len(ids) == 0 {
		return save(f, item, crm.Client{})
	}
	for _, id := range ids {
		client, err := f.tx.Client(id)
		if err != nil {
			return err
		}
		if err := save(f, item, client); err != nil {
			return err
		}
	}
	return nil
}

// made notes a record and its line of the echo.
func (f *filing) made(kind string, id int64, line string) {
	f.state.Made = append(f.state.Made, crm.Subject{Kind: kind, ID: id})
	f.lines = append(f.lines, line)
}

// several reports whether the message is about more than one client, so that each line must say whose it is.
func (f *filing) several() bool {
	seen := map[int64]bool{}
	for _, item := range f.reading.Items {
		for _, id := range f.clientsOf(item) {
			seen[id] = true
		}
	}
	return len(seen) > 1
}

// ofClient is " · ООО «Ромашка»" where a line must say whose it is.
func (f *filing) ofClient(c crm.Client) string {
	if c.ID == 0 || !f.several() {
		return ""
	}
	return " · " + c.Name
}
