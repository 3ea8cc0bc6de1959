package dialog

import (
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"followup/bot/message"
	"followup/scheduler/calendar"
	"followup/scheduler/rules"
	"followup/storage"
	"followup/storage/crm"
	"followup/storage/seed"
)

// guardedEstate is everything of one manager, with a secret word in every text and a secret sum.
const guardedEstate = `
team Север
team Юг
person Ольга owner Север ru
person Игорь lead Север ru
person Анна manager Север ru
person Пётр manager Север ru
person Лиза lead Юг ru
person Яна manager Юг ru
person Гость stranger ru
client ООО «Ромашка» | manager Анна | city Тайнинск | tag тайна
contact Ирина Тайнова | client Ромашка | phone +79261112233 | position тайнописец | email taina@example.org | birthday 1985-11-20
touch call | client Ромашка | -3d 12:30 | тайная скидка | outcome тайный итог
followup Тайно перезвонить | client Ромашка | 2026-11-18 14:00 | for Анна | verb call
obligation Тайное КП | client Ромашка | 2026-11-17
contract Т-14 тайный | client Ромашка | 2025-12-31..2026-12-30 | automatic 12 | notice 30 | sum 7 654 321
invoice Т-125 тайный | client Ромашка | 7 654 321 | issued 2026-10-15 | due 2026-10-30 | level 3
promise 7 654 321 | client Ромашка | 2026-11-20 | by Тайнова
document act Т-77 тайный | client Ромашка | sent -5d | wait original
invite manager Север | by Игорь
`

// secretsOf are what nobody but Анна and those above her may read.
var secretsOf = []string{"тайн", "Тайн", "7654321", "7 654 321", "7 654 321", "7,65", "9261112233", "111-22-33", "taina@"}

// forgedArgs are what buttons of every screen carry behind their verb.
var forgedArgs = []string{
	"", "today", "yes", "sure", "data", "erase", "default", "other", "1", "A", "touch", "archive", "contact", "managers", "red", "given", "handed",
	"ended", "revoke", "role:owner", "leave:4:yes", "manager", "ru:firm:2", "refused",
}

// forger tries everything as somebody and keeps what was said.
type forger struct {
	t      testing.TB
	store  *storage.Store
	dialog *Dialog
	client int64
}

func newForger(t testing.TB) *forger {
	t.Helper()
	store, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "forged.db"), storage.Options{
		Now: func() time.Time { return forgedNow }, Calendar: calendar.Russia(), Kinds: rules.Kinds, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	portfolio, err := seed.Parse(guardedEstate, 1)
	if err != nil {
		t.Fatal(err)
	}
	f := &forger{t: t, store: store, dialog: New(Options{
		Calendar: calendar.Russia(), Zone: "Europe/Moscow", Language: "ru", BotName: func() string { return "followup_bot" },
	})}
	err = store.Update(t.Context(), func(tx *storage.Tx) error {
		if _, err := portfolio.Write(tx, crm.Zone("Europe/Moscow")); err != nil {
			return err
		}
		former := crm.Member{Telegram: 1900, Name: "Бывший", Role: crm.Lead, Team: 1, Status: crm.MemberLeft, Language: "ru", Zone: "Europe/Moscow"}
		if err := tx.System().SaveMember(&former); err != nil {
			return err
		}
		list, _, err := tx.System().Clients(storage.ClientFilter{})
		f.client = list[0].ID
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

var forgedNow = time.Date(2026, 11, 18, 7, 0, 0, 0, time.UTC)

// forgedGroup is a chat that everybody of the estate is in.
const forgedGroup = -100777

// try plays updates, and gives what was said in the chats and the changes that the client has seen meanwhile, but for requests
// of access.
func (f *forger) try(ins []message.In, chats ...int64) (said string, changes []string) {
	f.t.Helper()
	ctx := f.t.Context()
	count := func(tx *storage.Tx) []storage.Change {
		list, err := tx.System().Changes(storage.ChangeFilter{Client: f.client})
		if err != nil {
			f.t.Fatal(err)
		}
		return list
	}
	before := 0
	err := f.store.Update(ctx, func(tx *storage.Tx) error {
		before = len(count(tx))
		for _, in := range ins {
			if err := tx.Try(func() error { return f.dialog.Turn(tx, in) }); err != nil {
				f.t.Errorf("%d, %q: %v", in.From.ID, in.Data+in.Text, err)
			}
		}
		for _, c := range count(tx)[:len(count(tx))-before] {
			if c.Label != "access.asked" {
				changes = append(changes, c.Label)
			}
		}
		return nil
	})
	if err != nil {
		f.t.Fatal(err)
	}
	var b strings.Builder
	for {
		parcels, err := f.store.NextParcels(ctx, 1000)
		if err != nil {
			f.t.Fatal(err)
		}
		if len(parcels) == 0 {
			return b.String(), changes
		}
		err = f.store.Update(ctx, func(tx *storage.Tx) error {
			for _, p := range parcels {
				if slices.Contains(chats, p.Out.Chat) {
					heard(&b, p.Out)
				}
				if err := tx.System().Delivered(p, 0); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			f.t.Fatal(err)
		}
	}
}

// heard writes down everything of a message that somebody can read.
func heard(b *strings.Builder, o message.Out) {
	b.WriteString(o.Text + "\n")
	for _, button := range slices.Concat(o.Buttons...) {
		b.WriteString(button.Text + button.Copy + "\n")
	}
	if o.File != nil {
		b.Write(o.File.Bytes)
	}
}

// leaks are the secrets in a text.
func leaks(said string) (found []string) {
	for _, secret := range secretsOf {
		if at := strings.Index(said, secret); at >= 0 {
			from := max(0, strings.LastIndexByte(said[:at], '\n'))
			found = append(found, secret+" in "+said[from:min(len(said), at+80)])
		}
	}
	return found
}

// forged are taps with every verb, number and argument, by a person in a chat.
func forged(who, chat int64, verb string) (ins []message.In) {
	for id := range int64(4) {
		for _, arg := range forgedArgs {
			ins = append(ins, message.In{
				Kind: message.Tap, Chat: chat, Group: chat < 0, Called: chat < 0, From: message.Person{ID: who, Name: "Кто-то", Language: "ru"},
				Message: 5, Query: "q", Data: data(verb, id, arg), Date: crm.MomentOf(forgedNow),
			})
		}
	}
	return ins
}

// typed are lines and commands about the client, and files, by a person in a chat.
func typed(who, chat int64) (ins []message.In) {
	lines := []string{
		"карточка ромашка", "кто изменил ромашку", "созвон с ромашкой, ждут кп", "ромашка оплатила 100 000", "отмени", "верни", "найди скидку", "/find 2233", "кто должен",
		"что на сегодня", "что заканчивается", "напомни ромашке завтра", "договор 1 с ромашкой до 31.12.2027", "акт 77 ромашка подписан", "1", "да", "готово", "отложи на час",
		"передай клиентов анны петру", "/start", "/new Ромашка",
	}
	for _, c := range commands {
		for _, args := range []string{"", "Ромашка", "ромашка: заметка"} {
			lines = append(lines, strings.TrimSpace("/"+c.name+" "+args))
		}
	}
	for n, line := range lines {
		in := message.In{
			Kind: message.Text, Chat: chat, Group: chat < 0, Called: chat < 0, From: message.Person{ID: who, Name: "Кто-то", Language: "ru"},
			Message: int64(1000 + n), Text: line, Date: crm.MomentOf(forgedNow),
		}
		ins = append(ins, in)
		in.Reply, in.Message = 5, in.Message+5000
		ins = append(ins, in)
	}
	return ins
}

// TestForgedTapsAndLinesTellNothing: whoever may not read a client tries every button with every number, as if copied from
// the lead's chat, and every command and line. Nothing of the client is said to him, in private or in a group, and nothing
// of it changes. The same by those who may tells most of it, so that the test would notice.
func TestForgedTapsAndLinesTellNothing(t *testing.T) {
	people := map[string]int64{"a colleague": 1004, "another team's lead": 1005, "another team's manager": 1006, "a stranger": 1007, "a former lead": 1900}
	for name, who := range people {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newForger(t)
			f.expectNothing(name, typed(who, who))
			f.expectNothing(name, typed(who, forgedGroup))
			for verb := range verbTable {
				f.expectNothing(name+", button "+verb, forged(who, who, verb))
			}
		})
	}
	t.Run("in a group", func(t *testing.T) {
		t.Parallel()
		f := newForger(t)
		for _, who := range []int64{1002} { // who may read it all, but not there
			for verb := range verbTable {
				said, _ := f.try(forged(who, forgedGroup, verb), forgedGroup)
				if found := leaks(said); len(found) > 0 {
					t.Fatalf("button %s in a group: %v", verb, found)
				}
			}
			said, _ := f.try(typed(who, forgedGroup), forgedGroup)
			if found := leaks(said); len(found) > 0 {
				t.Fatalf("a line in a group: %v", found)
			}
		}
	})
	t.Run("who may", func(t *testing.T) {
		t.Parallel()
		told := 0
		for verb, v := range verbTable {
			if v.needs != crm.See {
				continue
			}
			said, _ := newForger(t).try(forged(1002, 1002, verb), 1002)
			if len(leaks(said)) > 0 {
				told++
			}
		}
		if told < 10 {
			t.Errorf("the lead reads of the client by %d buttons only: the test tries too little", told)
		}
	})
}

// expectNothing tries updates that must tell and change nothing.
func (f *forger) expectNothing(what string, ins []message.In) {
	f.t.Helper()
	said, changes := f.try(ins, ins[0].From.ID, forgedGroup)
	if found := leaks(said); len(found) > 0 {
		f.t.Errorf("%s: %v", what, found)
	}
	if len(changes) > 0 {
		f.t.Errorf("%s: the client was changed: %v", what, changes)
	}
}
