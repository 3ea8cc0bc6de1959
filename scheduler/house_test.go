package scheduler_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"followup/bot/message"
	"followup/scheduler"
	"followup/scheduler/calendar"
	"followup/scheduler/clock"
	"followup/scheduler/rules"
	"followup/storage"
	"followup/storage/crm"
)

// house is a program without a chat: a real store, a simulated clock, the heartbeat, and words short enough for a table.
type house struct {
	t     testing.TB
	path  string
	clock *clock.Simulated
	store *storage.Store
	beat  *scheduler.Heartbeat
	names map[int64]string // by chat
	team  crm.Team
	anna  crm.Member
	peter crm.Member
	fail  func(rules.Due) bool // makes the wording of a thing fail
	mute  map[string]bool      // kinds that every client and member has and that most tests aren't about
}

// newHouse has a team with Anna and Peter, whose plans are off so that only what a test is about is said.
func newHouse(t testing.TB, now string) *house {
	t.Helper()
	h := &house{
		t: t, path: filepath.Join(t.TempDir(), "followup.db"), clock: clock.NewSimulated(moscow(t, now), 0),
		names: map[int64]string{}, fail: func(rules.Due) bool { return false },
		mute: map[string]bool{"no_step": true, "silence": true},
	}
	h.open()
	t.Cleanup(func() { h.close() })
	h.team = crm.Team{Name: "North"}
	h.change(func(tx *storage.Tx) error { return tx.SaveTeam(&h.team) })
	h.anna = h.member("Anna", crm.Manager)
	h.peter = h.member("Peter", crm.Manager)
	return h
}

func moscow(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", s, crm.Zone("Europe/Moscow"))
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func date(t testing.TB, s string) crm.Date {
	t.Helper()
	d, err := crm.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (h *house) open() {
	h.t.Helper()
	store, err := storage.Open(h.t.Context(), h.path, storage.Options{Now: h.clock.Now, Calendar: calendar.Russia(), Kinds: rules.Kinds})
	if err != nil {
		h.t.Fatal(err)
	}
	h.store = store
	h.beat = scheduler.New(scheduler.Options{
		Store: store, Clock: h.clock, Calendar: calendar.Russia(), Kinds: rules.Kinds, Compose: h.compose, Drafts: h.drafts,
	})
}

func (h *house) close() {
	if err := h.store.Close(); err != nil {
		h.t.Error(err)
	}
}

// restart is a new process on the same file.
func (h *house) restart() {
	h.close()
	h.open()
}

func (h *house) compose(tx *storage.Tx, to crm.Member, due []rules.Due) error {
	words := make([]string, 0, len(due))
	for _, d := range due {
		if h.fail(d) {
			return errors.New("no words")
		}
		if h.mute[d.Kind.Name] {
			continue
		}
		text := fmt.Sprintf("%s %d %s", d.Kind.Name, d.About.ID, d.Step.Name)
		switch {
		case d.Of.Promise != nil:
			text += " " + string(d.Of.Promise.Status)
		case d.Of.Invoice != nil:
			text += fmt.Sprintf(" level %d", d.Of.Invoice.Level)
		case d.Of.Contract != nil && d.Kind.Name == "renewal":
			text += " to " + d.Of.Contract.End.String()
		}
		if d.Late {
			text += " late"
		}
		words = append(words, text)
	}
	if len(words) == 0 {
		return nil
	}
	_, err := tx.Send(message.Out{Chat: to.Telegram, Class: message.Reminder, Text: strings.Join(words, " + ")})
	return err
}

func (h *house) drafts(tx *storage.Tx, to crm.Member, drafts []storage.Draft) error {
	_, err := tx.Send(message.Out{Chat: to.Telegram, Text: fmt.Sprintf("%d drafts", len(drafts))})
	return err
}

// change is a turn of the program itself.
func (h *house) change(fn func(*storage.Tx) error) {
	h.t.Helper()
	if err := h.store.Update(h.t.Context(), func(tx *storage.Tx) error { return fn(tx.System()) }); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) member(name string, role crm.Role) crm.Member {
	h.t.Helper()
	m := crm.Member{
		Telegram: int64(100 + len(h.names)), Name: name, Role: role, Team: h.team.ID, Language: "ru", Zone: "Europe/Moscow",
		Settings: crm.MemberSettings{PlanOff: true, DigestOff: true},
	}
	h.names[m.Telegram] = name
	h.change(func(tx *storage.Tx) error { return tx.SaveMember(&m) })
	return m
}

func (h *house) client(name string, tier crm.Tier) crm.Client {
	h.t.Helper()
	c := crm.Client{Name: name, Manager: h.anna.ID, Tier: tier}
	h.change(func(tx *storage.Tx) error { return tx.SaveClient(&c) })
	return c
}

// call is a follow-up of Anna's at a time of her own naming.
func (h *house) call(day, at string) crm.FollowUp {
	h.t.Helper()
	c, err := crm.ParseClock(at)
	if err != nil {
		h.t.Fatal(err)
	}
	f := crm.FollowUp{Assignee: h.anna.ID, Text: "call", Day: date(h.t, day), Clock: c, Zone: "Europe/Moscow", Named: true}
	h.change(func(tx *storage.Tx) error { return tx.SaveFollowUp(&f) })
	return f
}

// at moves the clock and lets the heart beat.
func (h *house) at(now string) {
	h.t.Helper()
	h.clock.Move(moscow(h.t, now))
	h.tick()
}

func (h *house) tick() {
	h.t.Helper()
	if err := h.beat.Tick(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
}

// heard takes what is in the outbox: "Anna: followup 1 due".
func (h *house) heard() []string {
	h.t.Helper()
	parcels, err := h.store.NextParcels(h.t.Context(), 1000)
	if err != nil {
		h.t.Fatal(err)
	}
	var said []string
	h.change(func(tx *storage.Tx) error {
		for _, p := range parcels {
			said = append(said, h.names[p.Out.Chat]+": "+p.Out.Text)
			if err := tx.Delivered(p, p.ID); err != nil {
				return err
			}
		}
		return nil
	})
	slices.Sort(said)
	return said
}

// hears is what is heard by a beat at a moment.
func (h *house) hears(now string, want ...string) {
	h.t.Helper()
	h.at(now)
	if diff := cmp.Diff(want, h.heard()); diff != "" {
		h.t.Errorf("at %s (-want +got)\n%s", now, diff)
	}
}

func (h *house) view(fn func(*storage.Tx) error) {
	h.t.Helper()
	if err := h.store.View(context.Background(), func(tx *storage.Tx) error { return fn(tx.System()) }); err != nil {
		h.t.Fatal(err)
	}
}
