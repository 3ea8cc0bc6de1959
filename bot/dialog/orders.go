package dialog

import (
	"cmp"
	"errors"
	"strconv"
	"strings"

	"followup/bot/capture"
	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
)

// Orders are plain instructions to the bot: «отложи на полчаса», «готово, ждут счёт», «не Вектор, а Вектор Плюс», «ой 15000».
// One about a step or a card means the one replied to, else the one shown last.

// orderTable is what plain instructions do. Those about a step get the step that was replied to, or the one shown last.
func orderTable() map[string]func(*turn, capture.Order, crm.Subject) error {
	return map[string]func(*turn, capture.Order, crm.Subject) error{
		"snooze":   (*turn).orderSnooze,
		"move":     (*turn).orderSnooze,
		"done":     (*turn).orderDone,
		"missed":   (*turn).orderMissed,
		"client":   (*turn).orderClient,
		"sum":      (*turn).orderSum,
		"cancel":   func(t *turn, _ capture.Order, _ crm.Subject) error { return t.cancel("") },
		"undo":     func(t *turn, _ capture.Order, _ crm.Subject) error { return t.undo("") },
		"redo":     func(t *turn, _ capture.Order, _ crm.Subject) error { return t.redo() },
		"yes":      func(t *turn, _ capture.Order, _ crm.Subject) error { return t.say("talk.noquestion") },
		"no":       func(t *turn, _ capture.Order, _ crm.Subject) error { return t.say("talk.noquestion") },
		"choose":   func(t *turn, _ capture.Order, _ crm.Subject) error { return t.say("talk.noquestion") },
		"today":    (*turn).orderPlan,
		"week":     (*turn).orderWeek,
		"debts":    func(t *turn, _ capture.Order, _ crm.Subject) error { return t.debts("") },
		"renewals": func(t *turn, _ capture.Order, _ crm.Subject) error { return t.renewals("") },
		"help":     func(t *turn, _ capture.Order, _ crm.Subject) error { return t.help("") },
		"find":     func(t *turn, o capture.Order, _ crm.Subject) error { return t.find(o.Text) },
		"card":     func(t *turn, o capture.Order, _ crm.Subject) error { return t.clientCommand(o.Text) },
		"audit":    (*turn).orderAudit,
	}
}

var orders = orderTable()

// orderWeek shows seven days from today, or the week that was asked for.
func (t *turn) orderWeek(o capture.Order, about crm.Subject) error {
	if o.When == nil {
		return t.week("")
	}
	return t.orderPlan(o, about)
}

func (t *turn) order(o capture.Order, about crm.Subject) error {
	do := orders[o.Verb]
	if do == nil {
		return t.file(t.in.Text, state{})
	}
	return do(t, o, about)
}

// stepOf is the step of a message that an instruction about it means: the one with an hour, else the next one to take, else
// what was promised.
func (t *turn) stepOf(f *filing) (crm.FollowUp, error) {
	var meant, next, promised int64
	for _, made := range f.state.Made {
		if made.Kind != "followup" {
			continue
		}
		step, err := t.tx.FollowUp(made.ID)
		switch {
		case err != nil:
			return step, err
		case step.Obligation || step.Await:
			promised = cmp.Or(promised, made.ID)
		case step.Named:
			meant = cmp.Or(meant, made.ID)
		default:
			next = cmp.Or(next, made.ID)
		}
	}
	id := cmp.Or(meant, next, promised)
	if id == 0 {
		return crm.FollowUp{}, crm.Say("order.nothing")
	}
	return t.openStep(id)
}

// target is the step that an instruction is about.
func (t *turn) target(about crm.Subject) (crm.FollowUp, error) {
	if about.Kind == "" {
		_, last, ok, err := t.tx.LastShown(t.in.Chat)
		if err != nil {
			return crm.FollowUp{}, err
		}
		if !ok {
			return crm.FollowUp{}, crm.Say("order.nothing")
		}
		about = last
	}
	switch about.Kind {
	case "followup":
		return t.openStep(about.ID)
	case "draft":
		f, err := t.loadDraft(about.ID)
		var dropped *crm.Problem
		if errors.As(err, &dropped) {
			err = crm.Say("order.nothing")
		}
		if err != nil {
			return crm.FollowUp{}, err
		}
		return t.stepOf(f)
	case "client":
		steps, err := t.tx.FollowUps(storage.FollowUpFilter{Client: about.ID, Status: crm.FollowUpOpen, Limit: 2})
		if err == nil && len(steps) == 1 {
			return steps[0], nil
		}
		if err != nil {
			return crm.FollowUp{}, err
		}
	}
	return crm.FollowUp{}, crm.Say("order.nothing")
}

func (t *turn) orderSnooze(o capture.Order, about crm.Subject) error {
	if o.Verb == "move" && o.When != nil {
		if f, err := t.cardOf(about); f != nil || err != nil {
			if err != nil {
				return err
			}
			return f.mendTime(*o.When)
		}
	}
	step, err := t.target(about)
	if err != nil {
		return err
	}
	if o.When == nil {
		return t.askStepTime(step)
	}
	c := movedTo(*o.When)
	if o.Verb == "move" && o.When.HasClock && !o.When.Relative && o.When.Day == t.today && step.Day.After(t.today) {
		c.Day = step.Day // «нет, в 16»: the same day at another hour
	}
	if c.Day.In(t.zone, c.Clock).Before(t.now) {
		return crm.Say("when.past", "when", c.when())
	}
	return t.snooze(step, c)
}

// movedTo is the time of an order as the time of a step.
func movedTo(when capture.Time) chosen {
	exact := when.HasClock || when.Grain == capture.Minute || when.Grain == capture.Hour
	return chosen{Day: when.Day, Clock: when.Clock, Clear: exact, Named: exact}
}

func (t *turn) orderDone(o capture.Order, about crm.Subject) error {
	step, err := t.target(about)
	if err != nil {
		return err
	}
	return t.finish(step, strings.TrimSpace(o.Text))
}

func (t *turn) orderMissed(_ capture.Order, about crm.Subject) error {
	step, err := t.target(about)
	if err != nil {
		return err
	}
	return t.missed(step)
}

// missed closes a step of which nothing came: nobody answered.
func (t *turn) missed(step crm.FollowUp) error {
	t.tx.Change("followup.done", crm.Subject{Kind: "followup", ID: step.ID}, crm.Fact{Name: "text", Value: message.Cut(step.Text, 60)})
	closed, _, err := t.tx.Finish(step.ID, "")
	if err != nil {
		return err
	}
	return t.ended(closed, "missed", t.Say("outcome.missed.text"))
}

// lastFiled is the draft whose card is the newest message, or the one replied to.
func (t *turn) lastFiled(about crm.Subject) (*filing, error) {
	if about.Kind == "" {
		_, last, ok, err := t.tx.LastShown(t.in.Chat)
		if err != nil {
			return nil, err
		}
		if ok {
			about = last
		}
	}
	if about.Kind != "draft" {
		return nil, crm.Say("order.nothing")
	}
	return t.openDraft(about.ID)
}

// cardOf is lastFiled when that was saved and stands, else nil.
func (t *turn) cardOf(about crm.Subject) (*filing, error) {
	f, err := t.lastFiled(about)
	var p *crm.Problem
	if errors.As(err, &p) || err == nil && f.state.Change == 0 {
		return nil, nil //nolint:nilnil // there is no such card, which is no error
	}
	return f, err
}

// openDraft is a draft that waits for an answer or was saved; one that was taken back is told.
func (t *turn) openDraft(id int64) (*filing, error) {
	f, err := t.loadDraft(id)
	if err != nil || f.state.Change == 0 {
		return f, err
	}
	return t.filed(id)
}

func (t *turn) orderClient(o capture.Order, about crm.Subject) error {
	f, err := t.lastFiled(about)
	if err != nil {
		return err
	}
	if o.Mention == nil || len(o.Mention.Matches) == 0 {
		return crm.Say("client.unknown", "name", message.Cut(o.Text, 60))
	}
	if !o.Mention.Sure && len(o.Mention.Matches) > 1 {
		var buttons []message.Button
		for _, m := range o.Mention.Matches[:min(len(o.Mention.Matches), maxChoices)] {
			label, err := f.tellApart(m.Client)
			if err != nil {
				return err
			}
			buttons = append(buttons, labelled(label, "setwho", f.draft.ID, strconv.FormatInt(m.Client, 36)))
		}
		return t.send(t.screen("ask.client").rows(1, buttons...))
	}
	return f.mendClient(o.Mention.Matches[0].Client)
}

func (t *turn) orderSum(o capture.Order, about crm.Subject) error {
	f, err := t.lastFiled(about)
	if err != nil {
		return err
	}
	if o.Sum == nil {
		return crm.Say("order.nothing")
	}
	return f.mendSum(*o.Sum)
}
