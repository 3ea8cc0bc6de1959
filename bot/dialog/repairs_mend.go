package dialog

import (
	"strconv"
	"strings"
	"time"

	"followup/bot/capture"
	"followup/bot/locale"
	"followup/bot/message"
	"followup/storage/crm"
)

// Rules of mending.
//
// Words right after a card put one thing of it right and leave the rest as it was: «нет, в 16» moves the call, not the
// promise beside it. Which thing is meant: of «не завтра, а в пятницу» what was due tomorrow; a day that is over is when
// something happened or was paid; «до четверга» is the day of a promise, a bill or a promise to pay; any other time is the
// next step's, then those. Two that fit equally are asked about, and so is a weekday that is a day off; until the answer
// what was saved stays. What isn't said is kept: an hour keeps its day, a day its hour, both their repeat. A touch that is
// moved ahead becomes a step. Of two sums the one that is meant is asked for.

// mended is where the time or the sum of a repair stands: nowhere in the text.
const mended = -3

// mend is a repair that waits for a choice.
type mend struct {
	Label string
	Key   string       // of the item
	When  *chosen      `json:",omitempty"`
	Sum   int64        `json:",omitempty"` // minor units
	In    crm.Currency `json:",omitempty"` // of Sum; empty: as it was
}

// mendItem puts the repairs into an item.
func (f *filing) mendItem(key string, item *capture.Item) {
	if verb, ok := f.state.Rekinds[key]; ok {
		item.Verb, item.Text = verb, f.retitled(item.Text, verb)
	}
	if sum, ok := f.state.Resums[key]; ok {
		currency := sum.Currency
		if currency == "" {
			currency = sumCurrency(*item)
		}
		item.Sum = &capture.Sum{Span: capture.Span{From: mended, To: mended}, Money: crm.Money{Minor: sum.Minor, Currency: currency}}
	}
	c, ok := f.state.Retimes[key]
	if !ok {
		return
	}
	due := c.Day.In(f.zone, c.Clock)
	if item.Kind == capture.Touch && due.After(f.written().In(f.zone)) {
		item.Kind, item.Verb = capture.FollowUp, verbOfTouch[item.Touch]
	}
	item.When = &capture.Time{
		Day: c.Day, Clock: c.Clock, HasClock: c.Clear || c.Named, Due: due, Grain: capture.Minute, Bound: capture.At,
		Rule: c.Rule, Span: capture.Span{From: mended, To: mended},
	}
	if item.Kind == capture.Obligation {
		item.When.Bound = capture.Before
	}
	item.TermDays, item.TermWorking = 0, false
}

// sumCurrency is the currency of an item's sum, rubles when it has none.
func sumCurrency(item capture.Item) crm.Currency {
	if item.Sum == nil || item.Sum.Money.Currency == "" {
		return crm.RUB
	}
	return item.Sum.Money.Currency
}

// verbOfTouch is the step that leads to a kind of touch.
var verbOfTouch = map[crm.TouchKind]string{
	crm.TouchCall: "call", crm.TouchMissed: "call", crm.TouchMeeting: "meet", crm.TouchVisit: "meet", crm.TouchPresentation: "meet",
	crm.TouchMail: "send", crm.TouchMessage: "write",
}

// dueNow is the day and hour that an item has now. Clear is set when an hour was named.
func (f *filing) dueNow(item capture.Item) chosen {
	switch when := item.When; {
	case when != nil:
		return chosen{Day: when.Day, Clock: when.Clock, Clear: when.HasClock, Rule: when.Rule}
	case isStep(item.Kind):
		return chosen{Day: f.nextWorking(f.today.AddDays(1)), Clock: f.defaultClock()}
	case item.Kind == capture.Payment && !f.state.PayDay.IsZero():
		return chosen{Day: f.state.PayDay}
	case item.Kind == capture.Touch || item.Kind == capture.Payment:
		return chosen{Day: f.when(f.written()).Day, Clock: f.defaultClock()}
	}
	return chosen{Day: f.state.Due}
}

// kindsByTime are the kinds of items in the order in which a time is theirs.
var kindsByTime = map[string][][]capture.ItemKind{
	"past":     {{capture.Touch}, {capture.Payment}},
	"hour":     {{capture.FollowUp}, {capture.Await}, {capture.Obligation}, {capture.Touch}},
	"deadline": {{capture.Obligation}, {capture.Invoice, capture.Promise}, {capture.Await}, {capture.FollowUp}},
	"day":      {{capture.FollowUp}, {capture.Await}, {capture.Obligation}, {capture.Invoice, capture.Promise}, {capture.Payment}, {capture.Touch}},
}

// mendTime gives another time to the item of a card that is meant.
func (f *filing) mendTime(when capture.Time) error {
	if err := f.read(); err != nil {
		return err
	}
	w, err := f.world(f.in.Date)
	if err != nil {
		return err
	}
	sort := "day"
	switch hour := hourAlone(f.in.Text, when, w); {
	case hour:
		sort = "hour"
	case when.Past || when.Due.Before(f.now) && when.Day.Before(f.today):
		sort = "past"
	case when.Bound == capture.Before:
		sort = "deadline"
	}
	meant := f.meantByTime(sort, wrongTime(f.in.Text, w))
	switch {
	case len(meant) == 0 && sort == "past":
		return crm.Say("when.past", "when", locale.When{Day: when.Day, Clock: when.Clock})
	case len(meant) == 0:
		return crm.Say("order.nothing")
	}
	mends := make([]mend, 0, len(meant))
	for _, i := range meant {
		c := f.retimed(f.reading.Items[i], when, sort)
		mends = append(mends, mend{Key: f.keys[i], When: &c, Label: f.snippet(f.reading.Items[i])})
	}
	if len(mends) > 1 {
		return f.askMend("ask.whichtime", mends, 1)
	}
	return f.retime(meant[0], *mends[0].When, when.Relative && sort != "past")
}

// meantByTime are the items that a time may belong to, all of them equally likely.
func (f *filing) meantByTime(sort string, wrong *capture.Time) []int {
	fits := func(i int) bool { return true }
	if wrong != nil {
		was := func(i int) bool {
			now := f.dueNow(f.reading.Items[i])
			return now.Day == wrong.Day && (!wrong.HasClock || now.Clock == wrong.Clock)
		}
		for i := range f.reading.Items {
			if was(i) {
				fits = was
			}
		}
	}
	for _, kinds := range kindsByTime[sort] {
		var found []int
		for i, item := range f.reading.Items {
			for _, kind := range kinds {
				if item.Kind == kind && fits(i) {
					found = append(found, i)
				}
			}
		}
		if len(found) > 0 {
			return f.withHour(sort, found)
		}
	}
	return nil
}

// withHour are those of the items that had an hour, when an hour is changed.
func (f *filing) withHour(sort string, found []int) []int {
	var hours []int
	for _, i := range found {
		if when := f.reading.Items[i].When; sort == "hour" && when != nil && when.HasClock {
			hours = append(hours, i)
		}
	}
	if len(hours) > 0 {
		return hours
	}
	return found
}

// hourAlone reports whether a time names an hour and no day: its day then moves with the day it is read on.
func hourAlone(text string, when capture.Time, w capture.World) bool {
	if when.Relative || when.Rule != "" || when.Grain != capture.Hour && when.Grain != capture.Minute && when.Grain != capture.Part {
		return false
	}
	w.Now = w.Now.AddDate(0, 0, -3)
	for _, earlier := range capture.ReadTimes(text, w) {
		if earlier.Span == when.Span {
			return earlier.Day != when.Day
		}
	}
	return false
}

// wrongTime is what «не завтра, а в пятницу» takes back.
func wrongTime(text string, w capture.World) *capture.Time {
	head, _, found := strings.Cut(strings.ToLower(text), ",")
	for _, not := range []string{"не ", "not "} {
		if was, ok := strings.CutPrefix(strings.TrimSpace(head), not); found && ok {
			if times := capture.ReadTimes(was, w); len(times) == 1 {
				return &times[0]
			}
		}
	}
	return nil
}

// retimed is an item's new time; what the words leave open stays.
func (f *filing) retimed(item capture.Item, when capture.Time, sort string) chosen {
	was := f.dueNow(item)
	c := chosen{Day: when.Day, Clock: when.Clock, Clear: when.HasClock || when.Grain == capture.Minute, Named: when.HasClock, Rule: when.Rule}
	switch {
	case sort == "hour":
		c.Day, c.Rule = was.Day, was.Rule
	case !c.Clear && was.Clear:
		c.Clock, c.Clear = was.Clock, true
	case !c.Clear && item.Kind == capture.Obligation && when.Bound != capture.Before:
		c.Clock = f.hours.DayEnd
	}
	return c
}

// retime gives an item another time; relative says that it was named by a weekday or the like, which may be a day off.
func (f *filing) retime(i int, c chosen, relative bool) error {
	item := f.reading.Items[i]
	ahead := isStep(item.Kind) || item.Kind == capture.Promise || item.Kind == capture.Invoice
	at := c.Day.In(f.zone, c.Clock)
	if isStep(item.Kind) && at.Before(f.now.Add(-time.Minute)) || ahead && c.Day.Before(f.today) {
		return crm.Say("when.past", "when", c.when())
	}
	if relative && ahead && item.Kind != capture.Invoice && c.Day != f.today && !f.d.o.Calendar.Working(c.Day) {
		next := c
		next.Day = f.nextWorking(c.Day)
		c.Named = true
		return f.askMend("ask.dayoff", []mend{
			{Key: f.keys[i], When: &next, Label: f.Say("answer.when", "when", next.when())},
			{Key: f.keys[i], When: &c, Label: f.Say("answer.anyway", "day", c.Day)},
		}, 2, "day", c.Day, "why", f.dayOff(c.Day))
	}
	return f.apply(mend{Key: f.keys[i], When: &c})
}

// apply makes a repair and saves anew.
func (f *filing) apply(m mend) error {
	f.state.Mends = nil
	if m.When != nil && f.state.Retimes[m.Key] == *m.When {
		return crm.Say("already")
	}
	switch {
	case m.When != nil && strings.HasPrefix(m.Key, string(capture.Payment)+"@"):
		f.state.PayDay = m.When.Day
	case m.When != nil:
		put(&f.state.Retimes, m.Key, *m.When)
	case m.Sum != 0:
		put(&f.state.Resums, m.Key, crm.Money{Minor: m.Sum, Currency: m.In})
	}
	return f.refile()
}

// put sets a key of a map that may not be there yet.
func put[K comparable, V any](to *map[K]V, key K, value V) {
	if *to == nil {
		*to = map[K]V{}
	}
	(*to)[key] = value
}

// askMend asks which of the repairs is meant; what was saved stays until then.
func (f *filing) askMend(key string, mends []mend, width int, pairs ...any) error {
	f.state.Mends = mends
	if err := f.keep(); err != nil {
		return err
	}
	buttons := make([]message.Button, 0, len(mends))
	for i, m := range mends {
		buttons = append(buttons, labelled(m.Label, "mend", f.draft.ID, strconv.Itoa(i)))
	}
	return f.send(f.screen(key, pairs...).rows(width, buttons...).about("draft", f.draft.ID))
}

// tapMend makes the repair that was chosen.
func (t *turn) tapMend(id int64, arg string) error {
	f, err := t.filed(id)
	if err != nil {
		return err
	}
	i, err := strconv.Atoi(arg)
	if err != nil || i < 0 || i >= len(f.state.Mends) {
		return crm.Say("already")
	}
	return f.apply(f.state.Mends[i])
}

// mendSum puts another sum in the place of the one that is meant.
func (f *filing) mendSum(sum capture.Sum) error {
	if err := f.read(); err != nil {
		return err
	}
	currency := sum.Money.Currency
	if sum.Bare {
		currency = ""
	}
	var mends []mend
	for i, item := range f.reading.Items {
		if item.Sum == nil && item.Kind != capture.Payment && item.Kind != capture.Promise {
			continue
		}
		m := mend{Key: f.keys[i], Sum: sum.Money.Minor, In: currency}
		now := crm.Money{Minor: sum.Money.Minor, Currency: sumCurrency(item)}
		if currency != "" {
			now.Currency = currency
		}
		m.Label = f.snippet(item) + " → " + f.Money(now, "short")
		mends = append(mends, m)
	}
	switch {
	case len(mends) == 0:
		return crm.Say("order.nothing")
	case sum.Money.Minor <= 0:
		return crm.Say("sum.positive")
	case len(mends) > 1:
		return f.askMend("ask.mend", mends, 1)
	}
	return f.apply(mends[0])
}

// mendClient puts another client in the place of the one that the words take back; without such words the whole message
// goes to the other one.
func (f *filing) mendClient(client int64) error {
	w, err := f.world(f.in.Date)
	if err != nil {
		return err
	}
	if err := f.read(); err != nil {
		return err
	}
	said := capture.Read(f.in.Text, w).Mentions
	if len(f.reading.Mentions) < 2 || len(said) < 2 {
		return f.moveTo(client)
	}
	wrong := map[int64]bool{}
	for _, match := range said[0].Matches {
		wrong[match.Client] = true
	}
	found := false
	for m := range f.reading.Mentions {
		for _, id := range f.mentioned(m) {
			if wrong[id] && id != client {
				f.setWho(m, []int64{client})
				found = true
				break
			}
		}
	}
	if !found {
		return f.moveTo(client)
	}
	return f.refile()
}
