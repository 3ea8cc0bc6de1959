package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"followup/bot/dialog"
	"followup/bot/message"
	"followup/scheduler"
	"followup/scheduler/calendar"
	"followup/scheduler/clock"
	"followup/scheduler/rules"
	"followup/storage"
	"followup/storage/crm"
)

// BotName is the bot's username on every stage.
const BotName = "followup_bot"

// Feeds is the public address below which feeds are read on every stage.
const Feeds = "https://bot.example.org"

// Direct opens a stage without HTTP: the dialog, the heartbeat and the store, with a short way between them in the place
// of the door. db is its database, as storage.Open takes it. faults may be nil.
func Direct(db string, faults *Faults) func(context.Context, *Script) (Opened, error) {
	return func(ctx context.Context, s *Script) (Opened, error) {
		d := &direct{
			script: s, faults: faults, path: db, zone: s.Start.Location(), calendar: calendar.Russia(),
			clock: clock.NewSimulated(s.Start, 0), shown: map[place]screen{}, blocked: map[int64]bool{},
		}
		if err := d.Power(ctx, true); err != nil {
			return Opened{}, err
		}
		codes, err := d.begin(ctx, s)
		if err != nil {
			return Opened{}, errors.Join(err, d.Close())
		}
		return Opened{Stage: d, Codes: codes}, nil
	}
}

// place is a message in a chat.
type place struct{ chat, message int64 }

// screen is how one of the bot's messages looks now.
type screen struct {
	text    string
	styles  []message.Style
	buttons [][]message.Button
}

func (s screen) same(o screen) bool {
	return s.text == o.text && slices.Equal(s.styles, o.styles) && slices.EqualFunc(s.buttons, o.buttons, slices.Equal)
}

// direct is the stage.
type direct struct {
	script   *Script
	faults   *Faults
	path     string
	zone     *time.Location
	calendar *calendar.Calendar
	clock    *clock.Simulated

	store  *storage.Store // nil while the program is off
	dialog *dialog.Dialog
	walker *Walker

	updates, messages, queries int64
	last                       message.In
	waiting                    []message.In
	shown                      map[place]screen
	blocked                    map[int64]bool
	groups                     []Group
	seen                       []Sight
}

// begin writes the portfolio and puts the bot into the groups.
func (d *direct) begin(ctx context.Context, s *Script) (codes []string, err error) {
	err = d.store.Update(ctx, func(tx *storage.Tx) error {
		codes, err = s.Portfolio.Write(tx, d.zone)
		return err
	})
	if err != nil {
		return nil, err
	}
	d.groups = s.Groups
	for _, g := range s.Groups {
		in := message.In{Kind: message.Added, Chat: g.ID, Group: true, Title: g.Title}
		for _, p := range s.Portfolio.People {
			if len(g.Members) > 0 && p.Telegram == g.Members[0] {
				in.From = asPerson(p)
			}
		}
		if err := d.Act(ctx, &in); err != nil {
			return nil, err
		}
	}
	return codes, nil
}

// Act is Stage's.
func (d *direct) Act(ctx context.Context, in *message.In) error {
	in.Date = crm.MomentOf(d.clock.Now())
	switch in.Kind {
	case message.Text:
		d.messages++
		in.Message = d.messages
	case message.Tap:
		d.queries++
		in.Query, in.Called = fmt.Sprintf("tap-%d", d.queries), in.Group
	default: // makes no message
	}
	if in.Group && in.Kind != message.Tap && in.Kind != message.Added && in.Kind != message.Removed && !d.call(in) {
		return nil // the bot sees of a group only what is meant for it
	}
	d.updates++
	in.Update = d.updates
	d.last = *in
	if d.store == nil {
		d.waiting = append(d.waiting, *in)
		return nil
	}
	return d.answer(ctx, *in)
}

// answer handles an update and shows what came of it.
func (d *direct) answer(ctx context.Context, in message.In) error {
	return d.faults.during(func() error {
		if err := d.turn(ctx, in); err != nil {
			return err
		}
		return d.deliver(ctx)
	})
}

// call takes the bot's mention out of a text; it reports whether the bot is called at all.
func (d *direct) call(in *message.In) bool {
	if command, rest, _ := strings.Cut(in.Text, " "); strings.HasPrefix(command, "/") {
		name, _, _ := strings.Cut(command, "@")
		in.Text, in.Called = strings.TrimSpace(name+" "+rest), true
		return true
	}
	if before, after, ok := strings.Cut(in.Text, "@"+BotName); ok {
		in.Text, in.Called = strings.TrimSpace(before+strings.TrimLeft(after, " ,:")), true
		return true
	}
	_, in.Called = d.shown[place{in.Chat, in.Reply}]
	return in.Called
}

// turn is the door's: the update's number and all that comes of it commit together.
func (d *direct) turn(ctx context.Context, in message.In) error {
	once := func(do func(*storage.Tx) error) error {
		return d.store.Update(ctx, func(tx *storage.Tx) error {
			fresh, err := tx.Handled(in.Update)
			if err != nil || !fresh {
				return err
			}
			return do(tx)
		})
	}
	act := func(tx *storage.Tx) error {
		if in.Kind == message.Stopped {
			if err := d.block(tx, in.Chat); err != nil {
				return err
			}
		}
		return d.dialog.Turn(tx, in)
	}
	err := once(act)
	if err == nil {
		return nil
	}
	if again := once(act); again == nil { // the door tries once more: a statement may have failed for a reason that passed
		return nil
	}
	return fmt.Errorf("the turn broke: %w", err)
}

func (d *direct) block(tx *storage.Tx, chat int64) error {
	who, known, err := tx.MemberByTelegram(chat)
	if err != nil || !known || who.Status != crm.MemberActive {
		return err
	}
	if err := tx.System().SetBlocked(who.ID, true); err != nil {
		return err
	}
	who.Status = crm.MemberBlocked
	return d.dialog.Blocked(tx.System(), who)
}

// deliver shows everything that is queued.
func (d *direct) deliver(ctx context.Context) error {
	for {
		var parcels []storage.Parcel
		err := twice(func() (err error) {
			parcels, err = d.store.NextParcels(ctx, 100)
			return err
		})
		if err != nil {
			return err
		}
		if len(parcels) == 0 {
			return nil
		}
		for _, p := range parcels {
			if err := d.show(ctx, p); err != nil {
				return err
			}
		}
	}
}

func (d *direct) show(ctx context.Context, p storage.Parcel) error {
	if d.blocked[p.Out.Chat] {
		return d.mark(ctx, func(tx *storage.Tx) error { return tx.Undeliverable(p.ID, "blocked") })
	}
	if p.Out.Fetch != nil {
		return d.fetch(ctx, p)
	}
	if p.Out.Make != nil {
		made, err := d.make(ctx, *p.Out.Make)
		if err != nil {
			return err
		}
		p.Out.Text, p.Out.Styles, p.Out.Buttons, p.Out.File = made.Text, made.Styles, made.Buttons, made.File
	}
	if err := CheckStyles(p.Out.Text, p.Out.Styles); err != nil {
		return err
	}
	id := d.sight(p.Out)
	return d.mark(ctx, func(tx *storage.Tx) error { return tx.Delivered(p, id) })
}

// mark writes down what became of a parcel.
func (d *direct) mark(ctx context.Context, do func(*storage.Tx) error) error {
	return twice(func() error {
		return d.store.Update(ctx, func(tx *storage.Tx) error { return do(tx.System()) })
	})
}

// sight is what people see of an outgoing call; it returns the id of the message that they see. An edit that changes
// nothing is not seen: Telegram answers it with "message is not modified".
func (d *direct) sight(o message.Out) int64 {
	v := Sight{At: d.clock.Now(), Chat: o.Chat, Text: strings.TrimSpace(o.Text), Buttons: o.Buttons, Keys: o.Ask}
	now := screen{v.Text, o.Styles, o.Buttons}
	switch {
	case o.Query != "":
		v.Kind = Toast
		d.seen = append(d.seen, v)
		return 0
	case o.Delete != 0:
		v.Kind, v.Message = Deleted, o.Delete
		v.Text, _, _ = strings.Cut(d.shown[place{o.Chat, o.Delete}].text, "\n")
		d.seen = append(d.seen, v)
		return 0
	case o.Edit != 0:
		v.Kind, v.Message = Edited, o.Edit
		before := d.shown[place{o.Chat, o.Edit}]
		if now.text == "" {
			now.text, now.styles, v.Text = before.text, before.styles, before.text
		}
		if now.same(before) {
			return v.Message
		}
	default:
		d.messages++
		v.Kind, v.Message = Said, d.messages
	}
	switch {
	case o.File != nil && o.File.Photo:
		v.File = "photo"
	case o.File != nil:
		v.File = o.File.Name
	}
	d.shown[place{v.Chat, v.Message}] = now
	d.seen = append(d.seen, v)
	return v.Message
}

// Again is Stage's.
func (d *direct) Again(ctx context.Context) error {
	if d.store == nil {
		d.waiting = append(d.waiting, d.last)
		return nil
	}
	return d.answer(ctx, d.last)
}

// errRehearsed ends a turn that was only tried out.
var errRehearsed = errors.New("rehearsal: this turn was only tried out")

// Changes reports whether one more update like in would change any record, as things stand. It leaves everything as it is.
func (d *direct) Changes(ctx context.Context, in message.In) (changes bool, err error) {
	if d.store == nil {
		return false, nil
	}
	err = d.store.Update(ctx, func(tx *storage.Tx) error {
		if err := d.dialog.Turn(tx, in); err != nil {
			return err
		}
		changes = tx.ChangeID() != 0
		return errRehearsed
	})
	if errors.Is(err, errRehearsed) {
		err = nil
	}
	return changes, err
}

// Move is Stage's.
func (d *direct) Move(ctx context.Context, to time.Time) error {
	if d.store == nil {
		d.clock.Move(to)
		return nil
	}
	return d.walker.To(ctx, to)
}

// Power is Stage's. When the program comes back, the heartbeat first says what was missed.
func (d *direct) Power(ctx context.Context, on bool) error {
	if !on {
		store := d.store
		d.store, d.dialog, d.walker = nil, nil, nil
		return store.Close()
	}
	kinds := rules.Kinds
	options := storage.Options{Now: d.clock.Now, Calendar: d.calendar, Kinds: kinds}
	if d.faults != nil {
		options.Fault = d.faults.statement
	}
	store, err := storage.Open(ctx, d.path, options)
	if err != nil {
		return err
	}
	d.store = store
	d.dialog = dialog.New(dialog.Options{
		Calendar: d.calendar, Zone: d.zone.String(), Language: "ru", BotName: func() string { return BotName },
		Feeds: func() string { return Feeds }, Listens: d.script.Listens,
	})
	beat := scheduler.New(scheduler.Options{
		Store: store, Clock: d.clock, Calendar: d.calendar, Kinds: kinds, Compose: d.dialog.Remind, Drafts: d.dialog.RemindDrafts,
	})
	d.walker = &Walker{Clock: d.clock, Store: store, Beat: beat, Settle: d.deliver}
	if err := beat.Tick(ctx); err != nil {
		return err
	}
	if err := d.deliver(ctx); err != nil {
		return err
	}
	waiting := d.waiting
	d.waiting = nil
	for _, in := range waiting {
		if err := d.answer(ctx, in); err != nil {
			return err
		}
	}
	return nil
}

// Block is Stage's.
func (d *direct) Block(ctx context.Context, chat int64, on bool) error {
	d.blocked[chat] = on
	in := message.In{Kind: message.Started, Chat: chat, From: message.Person{ID: chat}}
	if on {
		in.Kind = message.Stopped
	}
	for _, g := range d.groups {
		if g.ID != chat {
			continue
		}
		in.Kind, in.Group, in.Title = message.Added, true, g.Title
		if on {
			in.Kind = message.Removed
		}
		if len(g.Members) > 0 {
			in.From = message.Person{ID: g.Members[0]}
		}
	}
	return d.Act(ctx, &in)
}

// Seen is Stage's.
func (d *direct) Seen() []Sight {
	seen := d.seen
	d.seen = nil
	return seen
}

// Close is Stage's.
func (d *direct) Close() error {
	if d.store == nil {
		return nil
	}
	return d.store.Close()
}

// make makes a file as the door does.
func (d *direct) make(ctx context.Context, what message.Make) (message.Out, error) {
	var finish func() (message.Out, error)
	err := twice(func() error {
		return d.store.View(ctx, func(tx *storage.Tx) (err error) {
			finish, err = d.dialog.Make(tx, what)
			return err
		})
	})
	if err != nil {
		return message.Out{}, err
	}
	return finish()
}

// fetch hands a file over as the door does.
func (d *direct) fetch(ctx context.Context, p storage.Parcel) error {
	data, words := d.script.Bytes(message.File{ID: p.Out.Fetch.File}), ""
	if p.Out.Fetch.Speech && d.script.Listens {
		if heard, err := Listen(ctx, data); err == nil {
			words = heard
		}
		data = nil
	}
	act := d.dialog.Fetched(*p.Out.Fetch, data, words)
	return d.mark(ctx, func(tx *storage.Tx) error {
		if err := act(tx, p.Out.Chat); err != nil {
			return err
		}
		return tx.Delivered(p, 0)
	})
}
