package dialog_test

import (
	"bytes"
	"fmt"
	"image/png"
	"log/slog"
	"maps"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"followup/bot/dialog"
	"followup/bot/message"
	"followup/scheduler/calendar"
	"followup/scheduler/rules"
	"followup/storage"
	"followup/storage/crm"
)

var evening = time.Date(2026, 11, 18, 15, 30, 0, 0, time.UTC) // Wednesday, 18:30 in Moscow

// asked counts the statements of a company's store, by their text.
type asked struct {
	mu    sync.Mutex
	count map[string]int
}

// note is the store's Fault, which is told of every statement; it lets all of them be.
func (a *asked) note(statement string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.count[statement]++
	return nil
}

// fresh forgets what was asked so far.
func (a *asked) fresh() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.count = map[string]int{}
}

// taken is what was asked since.
func (a *asked) taken() map[string]int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return maps.Clone(a.count)
}

// company is a team of managers, each with clients of which every fourth owes, every tenth has an A and is silent, every
// twentieth has an obligation that is late and a contract to decide about.
func company(t testing.TB, managers, clients int) (*storage.Store, crm.Member) {
	t.Helper()
	return companyAsked(t, managers, clients, nil)
}

func companyAsked(t testing.TB, managers, clients int, fault func(string) error) (*storage.Store, crm.Member) {
	t.Helper()
	now := evening
	store, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "company.db"), storage.Options{
		Now: func() time.Time { return now }, Calendar: calendar.Russia(), Kinds: rules.Kinds, Log: slog.New(slog.DiscardHandler), Fault: fault,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	team := crm.Team{Name: "Север", Chat: -100500, Thread: 7}
	lead := crm.Member{Telegram: 1, Name: "Игорь Орлов", Role: crm.Lead, Language: "ru", Zone: "Europe/Moscow"}
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	must(store.Update(t.Context(), func(tx *storage.Tx) error {
		must(tx.System().SaveTeam(&team))
		lead.Team = team.ID
		return tx.System().SaveMember(&lead)
	}))
	today := crm.DateOf(evening)
	for n := range managers {
		must(store.Update(t.Context(), func(tx *storage.Tx) error {
			tx = tx.System()
			m := crm.Member{Telegram: int64(n + 2), Name: fmt.Sprintf("Константинопольская Александра %d", n), Role: crm.Manager, Team: team.ID, Language: "ru", Zone: "Europe/Moscow"}
			must(tx.SaveMember(&m))
			for i := range clients {
				c := crm.Client{Name: fmt.Sprintf("ООО «Научно-производственное объединение %d-%d»", n, i), Manager: m.ID, Team: team.ID, Tier: crm.TierB}
				if i%10 == 0 {
					c.Tier, c.Created = crm.TierA, crm.MomentOf(evening.AddDate(0, 0, -40))
				}
				must(tx.SaveClient(&c))
				if i%4 == 0 {
					must(tx.SaveInvoice(&crm.Invoice{
						Client: c.ID, Number: fmt.Sprintf("%d/%d", n, i), Issued: today.AddDays(-150), Due: today.AddDays(30 - i),
						Sum: crm.Money{Minor: 123_456_789, Currency: crm.RUB}, Level: i % 5,
					}))
				}
				if i%20 == 0 {
					must(tx.SaveFollowUp(&crm.FollowUp{
						Client: c.ID, Assignee: m.ID, Text: "Выслать коммерческое предложение", Obligation: true, AllDay: true,
						Day: today.AddDays(-3), Zone: "Europe/Moscow", Status: crm.FollowUpOpen,
					}))
					must(tx.SaveContract(&crm.Contract{
						Client: c.ID, Number: fmt.Sprintf("%d-%d", n, i), Start: today.AddDays(-360), End: today.AddDays(35 + i),
						Renewal: crm.RenewalAutomatic, RenewalMonths: 12, NoticeDays: 30, Status: crm.ContractActive,
					}))
				}
				if i%7 == 0 && n%9 != 0 {
					must(tx.SaveInteraction(&crm.Interaction{Client: c.ID, Author: m.ID, Kind: crm.TouchCall, Happened: crm.MomentOf(evening.Add(-time.Hour)), Text: "звонок"}))
				}
			}
			return nil
		}))
	}
	return store, lead
}

// due is the lead's evening.
func due(t testing.TB, store *storage.Store, lead crm.Member) []message.Out {
	t.Helper()
	return remind(t, store, lead, "digest")
}

// remind says what is due of a member's own kinds and gives everything that waits to be sent.
func remind(t testing.TB, store *storage.Store, lead crm.Member, kind string) []message.Out {
	t.Helper()
	d := dialog.New(dialog.Options{Calendar: calendar.Russia(), Zone: "Europe/Moscow", Language: "ru", BotName: func() string { return "bot" }})
	err := store.Update(t.Context(), func(tx *storage.Tx) error {
		return d.Remind(tx, lead, []rules.Due{{Kind: rules.Kind{Name: kind, Of: "member"}, About: crm.Subject{Kind: "member", ID: lead.ID}}})
	})
	if err != nil {
		t.Fatal(err)
	}
	return sent(t, store)
}

func sent(t testing.TB, store *storage.Store) []message.Out {
	t.Helper()
	parcels, err := store.NextParcels(t.Context(), 100)
	if err != nil {
		t.Fatal(err)
	}
	var all []message.Out
	for _, p := range parcels {
		all = append(all, p.Out)
	}
	return all
}

// TestDigestOfManyFitsOneMessage: fifty managers with forty clients each that all have something to tell; and what goes to
// the team's group tells no sum and no client, once.
func TestDigestOfManyFitsOneMessage(t *testing.T) {
	store, lead := company(t, 50, 40)
	due(t, store, lead)
	all := due(t, store, lead)
	var group []message.Out
	for _, o := range all {
		if n := message.Len(o.Text); n > message.MaxText {
			t.Errorf("a digest of %d units", n)
		}
		if o.Chat == -100500 {
			group = append(group, o)
		}
	}
	if len(all) != 3 || len(group) != 1 {
		t.Fatalf("%d messages, %d of them to the group; want twice the lead's and once the group's", len(all), len(group))
	}
	if group[0].Thread != 7 || len(group[0].Buttons) != 0 {
		t.Error("the group's digest is in the wrong topic or has buttons to private things")
	}
	for _, private := range []string{"₽", "объединение", "млн"} {
		if strings.Contains(group[0].Text, private) {
			t.Errorf("%q in the group:\n%s", private, group[0].Text)
		}
	}
	if !strings.Contains(all[0].Text, "Без касаний") || !strings.Contains(group[0].Text, "Решения по договорам") {
		t.Errorf("exceptions are missing:\n%s\n---\n%s", all[0].Text, group[0].Text)
	}
}

// TestOwnerServesGroupsToo: a team whose lead is away still reads its digest, and once.
func TestOwnerServesGroupsToo(t *testing.T) {
	store, lead := company(t, 2, 20)
	owner := crm.Member{Telegram: 77, Name: "Ольга", Role: crm.Owner, Language: "ru", Zone: "Europe/Moscow"}
	if err := store.Update(t.Context(), func(tx *storage.Tx) error { return tx.System().SaveMember(&owner) }); err != nil {
		t.Fatal(err)
	}
	due(t, store, owner)
	groups := 0
	for _, o := range due(t, store, lead) {
		if o.Chat != -100500 {
			continue
		}
		groups++
		if !strings.Contains(o.Text, "Север") || !strings.Contains(o.Text, "Решения по договорам до 14 дн.: 2") {
			t.Errorf("the group's digest by the owner:\n%s", o.Text)
		}
	}
	if groups != 1 {
		t.Errorf("%d digests to the group, want one", groups)
	}
}

// TestWeekOfManyFitsTelegram: pictures of fifty managers with long names keep to what Telegram takes for a photo, and the
// text to one message.
func TestWeekOfManyFitsTelegram(t *testing.T) {
	store, lead := company(t, 50, 20)
	pictures := 0
	for _, o := range remind(t, store, lead, "weekly") {
		if o.File == nil {
			if n := message.Len(o.Text); n > message.MaxText {
				t.Errorf("a report of %d units", n)
			}
			continue
		}
		pictures++
		size, err := png.DecodeConfig(bytes.NewReader(o.File.Bytes))
		if err != nil {
			t.Fatal(err)
		}
		if !o.File.Photo || size.Width+size.Height > 10000 || size.Height > 3*size.Width || len(o.File.Bytes) > 1<<20 {
			t.Errorf("%q: %d×%d, %d bytes", o.Text, size.Width, size.Height, len(o.File.Bytes))
		}
	}
	if pictures != 3 {
		t.Errorf("%d pictures, want touches, aging and renewals", pictures)
	}
}

// TestDigestAsksOnceASection: the lead's evening of fifty managers with four hundred clients each fits one message, and asks as
// many questions as that of ten with forty: one for each section, none for each manager or client.
func TestDigestAsksOnceASection(t *testing.T) {
	if testing.Short() {
		t.Skip("writes twenty thousand clients")
	}
	statements := map[int]map[string]int{}
	for managers, clients := range map[int]int{10: 40, 50: 400} {
		a := &asked{count: map[string]int{}}
		store, lead := companyAsked(t, managers, clients, a.note)
		due(t, store, lead) // prepares what is prepared once, and tells the group
		if err := store.Index(t.Context()); err != nil {
			t.Fatal(err)
		}
		d := dialog.New(dialog.Options{Calendar: calendar.Russia(), Zone: "Europe/Moscow", Language: "ru", BotName: func() string { return "bot" }})
		err := store.Update(t.Context(), func(tx *storage.Tx) error {
			a.fresh()
			err := d.Remind(tx, lead, []rules.Due{{Kind: rules.Kind{Name: "digest", Of: "member"}, About: crm.Subject{Kind: "member", ID: lead.ID}}})
			statements[managers] = a.taken()
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range sent(t, store) {
			if n := message.Len(o.Text); n > message.MaxText {
				t.Errorf("%d managers: a digest of %d units", managers, n)
			}
		}
	}
	for statement, n := range statements[50] {
		if few := statements[10][statement]; n != few {
			t.Errorf("asked %d times for ten managers and %d times for fifty: %s", few, n, statement)
		}
		if n > 1 && strings.HasPrefix(statement, "SELECT") && !strings.Contains(statement, " members ") && !strings.Contains(statement, " teams ") {
			t.Errorf("asked %d times in one digest: %s", n, statement)
		}
	}
}

// BenchmarkDigest is one evening digest with 400 clients to a manager.
func BenchmarkDigest(b *testing.B) {
	for _, managers := range []int{10, 50, 500} {
		b.Run(fmt.Sprint(managers), func(b *testing.B) {
			store, lead := company(b, managers, 400)
			b.ResetTimer()
			for b.Loop() {
				due(b, store, lead)
			}
		})
	}
}
