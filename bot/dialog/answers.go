package dialog

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"followup/bot/capture"
	"followup/bot/message"
	"followup/storage/crm"
)

// Answers to the questions: a button, a number, a word of a choice, or words of their own.

// tapAnswer picks a choice of a draft's question: "which question:which choice", so that a second tap, which comes when the next
// question stands in the same message, is no answer to that one.
func (t *turn) tapAnswer(id int64, arg string) error {
	f, err := t.loadDraft(id)
	if err != nil {
		return err
	}
	round, pick, _ := strings.Cut(arg, ":")
	i, err := strconv.Atoi(pick)
	if err != nil || f.state.Asked == nil || round != strconv.Itoa(f.state.Rounds) || i < 0 || i >= len(f.state.Asked.Choices) {
		return crm.Say("already")
	}
	if err := f.read(); err != nil {
		return err
	}
	return f.pick(f.state.Asked.Choices[i])
}

// pick takes an answer and goes on.
func (f *filing) pick(c choice) error {
	q := f.state.Asked
	switch {
	case c.Drop:
		if err := f.tx.DropDraft(f.draft.ID); err != nil {
			return err
		}
		return f.show(f.screen("draft.dropped", "text", f.gist(200)))
	case c.Type:
		return f.askInWords(q)
	case c.Heard:
		f.draft.Text = f.state.Heard
	case c.Audio:
		ask, err := f.nothing()
		if err != nil {
			return err
		}
		return f.ask(*ask)
	case c.INN != "":
		return f.askNewName(c.INN)
	case c.New != "":
		id, err := f.create(c.New)
		if err != nil {
			return err
		}
		f.setWho(q.At, []int64{id})
	case c.Who != nil:
		f.setWho(q.At, c.Who)
		if name := f.askedName(q); name != "" && len(c.Who) == 1 {
			f.state.Alias = name
		}
		if c.Note {
			f.state.Force = string(crm.TouchNote)
		}
	case c.Lone:
		f.state.Lone = true
	case c.Time != nil:
		f.setTime(q.At, *c.Time)
	case c.Sum != 0:
		if f.state.Sums == nil {
			f.state.Sums = map[int]int64{}
		}
		f.state.Sums[q.At], f.state.Sure = c.Sum, c.Sure
		if c.Currency != "" {
			f.state.Currency = c.Currency
		}
		if c.Invoices != nil {
			f.state.Invoices = c.Invoices
		}
	case c.Invoices != nil:
		f.state.Invoices = c.Invoices
	case !c.Due.IsZero():
		f.state.Due = c.Due
	case c.Step != 0:
		f.state.Step = c.Step
	case c.Terms != nil:
		f.state.Terms = c.Terms
	case c.Months != 0:
		owed := crm.Money{Minor: q.Owed, Currency: q.In}
		f.setParts(f.monthly(owed, c.Months))
	}
	f.state.Asked = nil
	return f.run()
}

// askedName is the name that a question was about, when nobody is called so.
func (f *filing) askedName(q *question) string {
	name := ""
	switch {
	case q.Kind == "unknown":
		name = strings.TrimSpace(f.reading.Rest)
		if f.namedByINN() != "" {
			return ""
		}
	case q.Kind == "who" && single(q.Choices) == 1:
		name = f.said(f.reading.Mentions[q.At].Span)
	}
	if message.Len(name) < 2 || message.Len(name) > 60 {
		return ""
	}
	return name
}

func (f *filing) setWho(at int, ids []int64) {
	if f.state.Who == nil {
		f.state.Who = map[int][]int64{}
	}
	f.state.Who[at] = ids
}

func (f *filing) setTime(at int, c chosen) {
	if q := f.state.Asked; q != nil && q.Kind == "invalid" {
		for i, item := range f.reading.Items {
			if f.undated(item) {
				put(&f.state.Retimes, f.keys[i], c)
			}
		}
	}
	put(&f.state.Times, at, c)
}

// create makes a client of this member's own.
func (t *turn) create(name string) (int64, error) {
	c := crm.Client{Name: strings.TrimSpace(name), Manager: t.me.ID, Team: t.me.Team, Tier: crm.TierB, Status: crm.ClientActive}
	if err := t.tx.SaveClient(&c); err != nil {
		return 0, err
	}
	return c.ID, nil
}

// answerDraft takes a plain message as the answer to the newest open question, when it is one: a number, «первый»,
// «московский», a time where a time was asked. Anything else leaves the draft waiting.
func (t *turn) answerDraft(r capture.Reading) (bool, error) {
	f, err := t.waiting()
	if f == nil || err != nil {
		return false, err
	}
	if r.Order != nil && r.Order.Verb == "no" {
		if kind, ok := strings.CutPrefix(f.state.Asked.Kind, "terms."); ok {
			return true, f.pick(f.skipped(kind))
		}
		return true, f.pick(f.dropped())
	}
	if i, ok := f.pickedBy(r); ok {
		return true, f.pick(f.state.Asked.Choices[i])
	}
	if who, err := f.whoNamed(r); who != 0 || err != nil {
		if err != nil {
			return true, err
		}
		return true, f.pick(choice{Who: []int64{who}, Note: f.state.Asked.Kind == "nothing"})
	}
	if done, err := f.bareSum(r); done || err != nil {
		return done, err
	}
	if f.state.Asked.Kind == "nothing" && f.state.hasMedia() && f.draft.Text == "" && len(r.Mentions) > 0 && r.Order == nil {
		return f.captioned(t.in.Text)
	}
	if f.inWords(r) {
		if err := f.typedAnswer(t.in.Text); !errors.Is(err, errNotMine) {
			return true, err
		}
	}
	if done, err := f.fuller(r); done || err != nil {
		return done, err
	}
	return f.wrong(r)
}

// bareSum takes a sum alone as the answer to a question about one.
func (f *filing) bareSum(r capture.Reading) (bool, error) {
	if !sumQuestions[f.state.Asked.Kind] || len(r.Mentions) > 0 || len(r.Times) > 0 || len(strings.Fields(r.Text)) > 4 {
		return false, nil
	}
	if _, ok := capture.ReadSum(f.in.Text, capture.World{Now: f.now}); ok {
		return true, f.typedAnswer(f.in.Text)
	}
	if n, err := strconv.Atoi(strings.TrimSpace(f.in.Text)); err == nil && n <= 0 {
		return true, crm.Say("sum.positive")
	}
	return false, nil
}

// inWords reports whether a message that names nobody may answer in words of its own: a time where one was asked, parts of a
// plan, a reason, a contract's terms. «Что завтра» is no day to put something on.
func (f *filing) inWords(r capture.Reading) bool {
	if len(r.Mentions) > 0 {
		return false
	}
	kind := f.state.Asked.Kind
	switch {
	case timeQuestions[kind]:
		return len(r.Items) == 0 && len(r.Times) > 0 && (r.Order == nil || piece[r.Order.Verb])
	case kind == "plan":
		return len(r.Times) > 0
	case kind == "why":
		return r.Order == nil && r.Chat == ""
	}
	return isTerms(kind)
}

// whoQuestions are those that a client's name answers.
var whoQuestions = map[string]bool{"who": true, "whose": true, "unknown": true, "nothing": true}

// whoNamed is the client whose name is all that a message says right under a question about clients: «ООО Вектор». Of
// several that are called so it is the one that the question offers, and to "which of the two" no third one is an answer.
// 0 when it is none.
func (f *filing) whoNamed(r capture.Reading) (int64, error) {
	if !whoQuestions[f.state.Asked.Kind] || len(r.Mentions) != 1 || len(r.Items) > 0 || len(r.Times) > 0 || len(r.Sums) > 0 ||
		r.Order != nil && r.Order.Verb != "card" {
		return 0, nil
	}
	_, about, ok, err := f.tx.LastShown(f.in.Chat)
	if err != nil || !ok || about.Kind != "draft" || about.ID != f.draft.ID {
		return 0, err
	}
	said := r.Mentions[0]
	if said.Sure && f.state.Asked.Kind != "who" {
		return said.Matches[0].Client, nil
	}
	if said.Sure {
		said.Matches = said.Matches[:1]
	}
	var offered []int64
	for _, m := range said.Matches {
		if slices.ContainsFunc(f.state.Asked.Choices, func(c choice) bool { return len(c.Who) == 1 && c.Who[0] == m.Client }) {
			offered = append(offered, m.Client)
		}
	}
	if len(offered) != 1 {
		return 0, nil
	}
	return offered[0], nil
}

// repeatQuestion repeats the newest open question to an answer that chooses none of its choices: «да» to a list, «7» of three.
func (t *turn) repeatQuestion(o *capture.Order) (bool, error) {
	if o == nil || o.Verb != "yes" && o.Verb != "choose" {
		return false, nil
	}
	f, err := t.waiting()
	if f == nil || err != nil {
		return false, err
	}
	s, err := f.questionScreen()
	if err != nil {
		return true, err
	}
	return true, f.send(s)
}

// captionWithin is how long, in seconds, the next line is taken for a file's caption; later a reply is.
const captionWithin = 600

// captioned takes a line that names a client for the caption of the file that is asked about right above it.
func (f *filing) captioned(text string) (bool, error) {
	_, about, ok, err := f.tx.LastShown(f.in.Chat)
	if err != nil || !ok || about.Kind != "draft" || about.ID != f.draft.ID || f.in.Date-f.state.Typed > captionWithin {
		return false, err
	}
	f.draft.Text, f.state.Asked = text, nil
	return true, f.run()
}

// timeQuestions are those that a bare time answers.
var timeQuestions = map[string]bool{"time": true, "dayoff": true, "past": true, "invalid": true, "due": true}

// numberQuestions are those whose answers are numbers themselves, so that a number chooses no button.
var numberQuestions = map[string]bool{"sum": true, "terms.notice": true, "terms.number": true}

// sumQuestions are those that a bare sum answers.
var sumQuestions = map[string]bool{"sum": true, "big": true}

// waiting is the newest draft of this chat with an open question.
func (t *turn) waiting() (*filing, error) {
	drafts, err := t.tx.RecentDrafts(t.me.ID, 20)
	if err != nil {
		return nil, err
	}
	for _, d := range drafts {
		f, err := t.loadDraft(d.ID)
		if err != nil {
			return nil, err
		}
		if f.draft.Chat == t.in.Chat && f.state.Asked != nil && f.state.Change == 0 {
			return f, f.read()
		}
	}
	return nil, nil
}

// pickedBy finds the choice that a message names.
func (f *filing) pickedBy(r capture.Reading) (int, bool) {
	choices := f.state.Asked.Choices
	numbered := !numberQuestions[f.state.Asked.Kind]
	if o := r.Order; o != nil && f.state.Asked.Kind != "terms.number" {
		switch {
		case o.Verb == "choose" && o.Choice == -1:
			return indexOf(choices, func(c choice) bool { return len(c.Who) > 1 })
		case o.Verb == "choose" && o.Choice >= 1 && o.Choice <= len(choices):
			return o.Choice - 1, true
		case o.Verb == "yes" && f.leading():
			return 0, true
		}
	}
	if n, err := strconv.Atoi(strings.TrimSpace(r.Text)); err == nil && n >= 1 && n <= len(choices) && numbered {
		return n - 1, true
	}
	if i, ok := f.scaledBy(r.Text); ok {
		return i, true
	}
	if len(r.Sums) == 1 && f.state.Asked.Kind == "sum" {
		return indexOf(choices, func(c choice) bool { return c.Sum == r.Sums[0].Money.Minor })
	}
	return f.namedBy(r.Text)
}

// leading reports whether «да» to the question can only mean its first choice: a list of clients or bills has none like it.
func (f *filing) leading() bool {
	switch q := f.state.Asked; q.Kind {
	case "who", "unknown", "whose", "nothing", "invoice", "due", "move", "bill":
		return single(q.Choices) == 1 && q.Kind == "who"
	case "forward":
		return f.state.Suspect != 0
	case "time", "sum", "invalid":
		return false
	}
	return true
}

// scaleWords answer «200 — 200 000 ₽ или 200 ₽?» by a word alone.
var scaleWords = map[string]bool{
	"тысяч": true, "тысячи": true, "тыс": true, "тыщ": true, "к": true, "k": true, "thousand": true, "thousands": true,
	"рублей": false, "рубля": false, "руб": false, "₽": false, "rubles": false, "roubles": false,
}

// scaledBy finds the greater or the smaller of two readings of a sum.
func (f *filing) scaledBy(text string) (int, bool) {
	great, ok := scaleWords[strings.Trim(strings.ToLower(text), " .!")]
	found := -1
	for i, c := range f.state.Asked.Choices {
		if c.Sum == 0 || f.state.Asked.Kind != "sum" || !ok {
			continue
		}
		if found < 0 || (c.Sum > f.state.Asked.Choices[found].Sum) == great {
			found = i
		}
	}
	return found, found >= 0
}

// namedBy finds the one choice whose label has a word that begins like the message: «московский» for Москва.
func (f *filing) namedBy(text string) (int, bool) {
	words := strings.Fields(crm.NameKey(text))
	if len(words) == 0 || len(words) > 3 {
		return 0, false
	}
	found := -1
	for i, c := range f.state.Asked.Choices {
		if c.Drop || c.Type || !matchesLabel(c.Label, words) {
			continue
		}
		if found >= 0 {
			return 0, false
		}
		found = i
	}
	return found, found >= 0
}

// matchesLabel reports whether every word shares its first letters with a word of the label.
func matchesLabel(label string, words []string) bool {
	have := strings.Fields(crm.NameKey(label))
	for _, w := range words {
		hit := false
		for _, h := range have {
			hit = hit || sharedPrefix(w, h) >= min(4, len([]rune(h))-1) && len([]rune(h)) > 2
		}
		if !hit {
			return false
		}
	}
	return true
}

func sharedPrefix(a, b string) int {
	x, y := []rune(a), []rune(b)
	n := 0
	for n < len(x) && n < len(y) && x[n] == y[n] {
		n++
	}
	return n
}

func indexOf(choices []choice, is func(choice) bool) (int, bool) {
	for i, c := range choices {
		if is(c) {
			return i, true
		}
	}
	return 0, false
}

// tapDraftNote files a draft that was kept after an error.
func (t *turn) tapDraftNote(id int64, _ string) error {
	f, err := t.loadDraft(id)
	if err != nil {
		return err
	}
	if f.state.Change != 0 {
		return crm.Say("already")
	}
	return f.run()
}

// tapDraftDrop throws a draft away.
func (t *turn) tapDraftDrop(id int64, _ string) error {
	f, err := t.loadDraft(id)
	if err != nil {
		return err
	}
	return f.pick(f.dropped())
}

// answered takes a reply to a question.
func (f *filing) answered(r capture.Reading) error {
	if err := f.read(); err != nil {
		return err
	}
	if i, ok := f.pickedBy(r); ok {
		return f.pick(f.state.Asked.Choices[i])
	}
	err := f.typedAnswer(f.in.Text)
	if errors.Is(err, errNotMine) {
		return crm.Say("answer.unclear")
	}
	return err
}

// askInWords asks for an answer that no button gives.
func (f *filing) askInWords(q *question) error {
	key := "ask.when"
	switch q.Kind {
	case "sum", "big":
		key = "ask.sum"
	case "heard":
		key = "ask.words"
	}
	return f.turn.open("answer", formData{ID: f.draft.ID}, f.screen(key).about("draft", f.draft.ID))
}

func (t *turn) formAnswer(d formData, text string) error {
	f, err := t.loadDraft(d.ID)
	if err != nil {
		return err
	}
	if f.state.Asked == nil {
		return errNotMine
	}
	if err := f.read(); err != nil {
		return err
	}
	if err := f.typedAnswer(text); err != nil {
		return err
	}
	return t.closeForm()
}

// typedAnswer reads the answer to the draft's question.
func (f *filing) typedAnswer(text string) error {
	switch q := f.state.Asked; q.Kind {
	case "heard":
		f.draft.Text, f.state.Asked = strings.TrimSpace(text), nil
		return f.run()
	case "time", "dayoff", "past", "invalid":
		c, err := f.typedTime(text)
		if err != nil {
			return err
		}
		return f.pick(choice{Time: &c})
	case "due":
		c, err := f.typedTime(text)
		if err != nil {
			return err
		}
		return f.pick(choice{Due: c.Day})
	case "sum", "big":
		w, err := f.world(f.written())
		if err != nil {
			return err
		}
		sum, ok := capture.ReadSum(text, w)
		if !ok {
			return crm.Say("sum.unclear", "said", message.Cut(text, 60))
		}
		c := choice{Sum: sum.Money.Minor}
		if c.Currency = sum.Money.Currency; sum.Bare {
			c.Currency, err = f.owedCurrency()
		}
		if err != nil {
			return err
		}
		return f.pick(c)
	case "terms.number", "terms.end", "terms.renewal", "terms.notice", "terms.days":
		return f.typedTerms(q.Kind, text)
	case "why":
		f.state.Reason, f.state.Asked = whyOf(text), nil
		return f.run()
	case "plan":
		parts, err := f.readParts(text, crm.Money{Minor: q.Owed, Currency: q.In})
		if err != nil {
			return err
		}
		f.setParts(parts)
		f.state.Asked = nil
		return f.run()
	case "who", "unknown", "whose", "nothing", "forward":
		portfolio, err := f.portfolio()
		if err != nil {
			return err
		}
		if matches := portfolio.Find(text); len(matches) > 0 {
			return f.pick(choice{Who: []int64{matches[0].Client}, Note: q.Kind == "nothing"})
		}
	}
	return errNotMine
}
