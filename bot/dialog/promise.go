package dialog

import (
	"strings"

	"followup/bot/capture"
	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
)

// tapPromise asks when and how much the client promised to pay.
func (t *turn) tapPromise(id int64, _ string) error {
	i, err := t.owing(id)
	if err != nil {
		return err
	}
	s := t.screen("promise.ask", "number", t.number(i.Number), "sum", i.Balance)
	s.row(t.button("promise.tomorrow", "pday", id, "tomorrow"), t.button("promise.friday", "pday", id, "friday"), t.button("promise.week", "pday", id, "week"))
	return t.open("promise", formData{ID: id}, s)
}

// tapPromiseDay takes a day from a button for the whole balance.
func (t *turn) tapPromiseDay(id int64, arg string) error {
	i, err := t.owing(id)
	if err != nil {
		return err
	}
	days := map[string]crm.Date{
		"tomorrow": t.nextWorking(t.today.AddDays(1)),
		"friday":   t.nextWorking(t.today.AddDays((5 - int(t.today.Weekday()) + 7) % 7)),
		"week":     t.nextWorking(t.today.AddDays(7)),
	}
	day, ok := days[arg]
	if !ok {
		return crm.Say("button.unknown")
	}
	return t.promiseInvoice(i, i.Balance, day, "")
}

func (t *turn) promiseInvoice(i crm.Invoice, sum crm.Money, day crm.Date, by string) error {
	pending, err := t.tx.Promises(storage.PromiseFilter{Invoice: i.ID, Status: crm.PromisePending})
	if err != nil {
		return err
	}
	if err := t.closeForm(); err != nil {
		return err
	}
	for _, p := range pending {
		if p.Day == day && p.Sum == sum {
			return crm.Say("already")
		}
	}
	t.invoiceChange("promised", i)
	if err := t.keepLevels([]crm.Invoice{i}); err != nil {
		return err
	}
	for _, p := range pending { // a new date takes the place of the old one
		p.Status = crm.PromiseCancelled
		if err := t.tx.SavePromise(&p); err != nil {
			return err
		}
	}
	p := crm.Promise{Client: i.Client, Invoice: i.ID, Sum: sum, Day: day, By: by, Status: crm.PromisePending, Author: t.me.ID}
	line, err := t.promised(&p)
	if err != nil {
		return err
	}
	return t.showChanged(line, i.ID)
}

// keepLevels keeps what the bills of a promise have reached.
func (t *turn) keepLevels(bills []crm.Invoice) error {
	for _, i := range bills {
		if err := t.keepLevel(&i); err != nil {
			return err
		}
		if err := t.tx.SetLevel(i.ID, i.Level); err != nil {
			return err
		}
	}
	return nil
}

// formPromise reads «в пятницу все», «25-го половину», «200 до четверга».
func (t *turn) formPromise(d formData, text string) error {
	i, err := t.owing(d.ID)
	if err != nil {
		return err
	}
	w, err := t.world(crm.MomentOf(t.now))
	if err != nil {
		return err
	}
	r := capture.Read(t.Say("prefix.promise")+" "+text, w) // so that «половину» is read as a sum
	if len(r.Invalid) > 0 {
		return crm.Say("when.invalid", "said", r.Invalid[0].Text)
	}
	if len(r.Times) == 0 {
		if len(strings.Fields(text)) > 8 {
			return errNotMine
		}
		return crm.Say("promise.unclear", "said", message.Cut(text, 60))
	}
	sum := i.Balance
	if len(r.Sums) > 0 {
		s := r.Sums[0]
		sum = share(&s, i.Balance)
		thousands := crm.Money{Minor: sum.Minor * 1000, Currency: sum.Currency}
		if s.Bare && s.Share == 0 && sum.Minor < 1000_00 && sum.Currency == i.Balance.Currency && !i.Balance.Less(thousands) {
			sum = thousands // a promise of "200" out of 486 000 ₽ is shown in full and can be undone
		}
		if sum.Currency != i.Balance.Currency {
			return crm.Say("sum.currency", "sum", sum, "want", string(i.Balance.Currency))
		}
	}
	if r.Times[0].Day.Before(t.today) {
		return crm.Say("promise.past", "day", r.Times[0].Day)
	}
	return t.promiseInvoice(i, sum, r.Times[0].Day, promiserIn(r))
}

// promiserIn is who promised, as it was typed: «обещала Ирина Сергеевна».
func promiserIn(r capture.Reading) string {
	for _, item := range r.Items {
		if item.By != "" {
			return item.By
		}
	}
	return ""
}

// fellShort reports whether a promise ended without all of its money.
func fellShort(s crm.PromiseStatus) bool { return s == crm.PromiseBroken || s == crm.PromisePartly }

// promisesOf adds what was promised about a bill: the pending one and how often the word was broken this year.
func (t *turn) promisesOf(s *screen, i crm.Invoice) error {
	pending, err := t.tx.Promises(storage.PromiseFilter{Client: i.Client, Status: crm.PromisePending})
	if err != nil {
		return err
	}
	for _, p := range pending {
		if p.Invoice == 0 || p.Invoice == i.ID {
			s.Line(t.promiseLine(p))
		}
	}
	broken, err := t.tx.BrokenPromises(i.Client, t.today.AddMonths(-12))
	if err == nil && broken > 0 {
		s.Line(t.Say("promise.broken.count", "n", broken))
	}
	return err
}

func (t *turn) promiseLine(p crm.Promise) string {
	key := "promise.line." + string(p.Status)
	line := t.Say(key, "sum", p.Sum, "day", p.Day, "paid", p.Paid)
	if p.By != "" {
		line += " · " + message.Cut(p.By, 60)
	}
	return line
}

// tapShowPromise shows a promise by its bill, or by its client when it is about all that is owed.
func (t *turn) tapShowPromise(id int64, back string) error {
	p, err := t.tx.Promise(id)
	if err != nil {
		return err
	}
	if p.Invoice != 0 {
		i, err := t.tx.Invoice(p.Invoice)
		if err != nil {
			return err
		}
		s, err := t.invoiceScreen(i, back)
		if err != nil {
			return err
		}
		if fellShort(p.Status) {
			s.row(t.button("promise.tolead", "tolead", id))
		}
		return t.show(s)
	}
	return t.tapClientDebts(p.Client, "")
}
