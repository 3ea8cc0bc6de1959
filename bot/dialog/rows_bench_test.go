package dialog_test

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"followup/bot/dialog"
	"followup/bot/message"
	"followup/scheduler/calendar"
	"followup/scheduler/rules"
	"followup/storage"
	"followup/storage/crm"
)

var rowCounts = flag.String("rows", "10000,100000", "touches in the databases of BenchmarkRows, by commas")

// Of each manager the benchmark's databases hold the same, whatever their size: a larger one is a larger company. Its touches
// are spread over the same two years, everybody's among each other.
const (
	clientsEach = 100
	touchesEach = 10_000
	teamOf      = 10 // managers
	firstChat   = 10_000
)

// crowd is a company of as many managers as its touches make.
type crowd struct {
	store *storage.Store
	talk  *dialog.Dialog
	now   atomic.Int64
	lead  crm.Member
}

func newCrowd(b *testing.B, touches int) *crowd {
	b.Helper()
	c := &crowd{talk: dialog.New(dialog.Options{Calendar: calendar.Russia(), Zone: "Europe/Moscow", Language: "ru", BotName: func() string { return "bot" }})}
	c.now.Store(evening.Unix())
	path := filepath.Join(b.TempDir(), "crowd.db")
	managers := max(1, touches/touchesEach)
	var first, team int64
	c.open(b, path)
	err := c.store.Update(context.Background(), func(tx *storage.Tx) error {
		s := tx.System()
		for m := range managers {
			if m%teamOf == 0 {
				t := crm.Team{Name: fmt.Sprint("Команда ", m/teamOf)}
				if err := s.SaveTeam(&t); err != nil {
					return err
				}
				if team == 0 {
					team = t.ID
				}
			}
			one := crm.Member{Telegram: int64(firstChat + m), Name: fmt.Sprint("Менеджер ", m), Role: crm.Manager, Team: team + int64(m/teamOf), Language: "ru", Zone: "Europe/Moscow"}
			if err := s.SaveMember(&one); err != nil {
				return err
			}
			if first == 0 {
				first = one.ID
			}
		}
		c.lead = crm.Member{Telegram: 1, Name: "Лидия", Role: crm.Lead, Team: team, Language: "ru", Zone: "Europe/Moscow"}
		return s.SaveMember(&c.lead)
	})
	if err == nil {
		err = c.store.Close()
	}
	if err != nil {
		b.Fatal(err)
	}
	fillCrowd(b, path, touches, managers, first, team)
	c.open(b, path)
	return c
}

func (c *crowd) open(b *testing.B, path string) {
	b.Helper()
	store, err := storage.Open(context.Background(), path, storage.Options{
		Now: func() time.Time { return time.Unix(c.now.Load(), 0) }, Kinds: rules.Kinds, Calendar: calendar.Russia(),
	})
	if err != nil {
		b.Fatal(err)
	}
	c.store = store
	b.Cleanup(func() { _ = store.Close() })
}

// fillCrowd writes the records by a handful of statements, each for the numbers $i from 1 on; through the store ten million
// would take an hour. It is done while the store is closed.
func fillCrowd(b *testing.B, path string, touches, managers int, first, team int64) {
	b.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1)
	clients := managers * clientsEach
	words := strings.NewReplacer(
		"$manager", fmt.Sprintf("%d + i %% %d", first, managers), "$team", fmt.Sprintf("%d + (i %% %d) / %d", team, managers, teamOf),
		"$clients", strconv.Itoa(clients), "$now", strconv.FormatInt(evening.Unix(), 10), "$touches", strconv.Itoa(touches),
		// The client of touch i, and the numbers from 1 on; everything of a client has its number in i.
		"$client", fmt.Sprintf("1 + j %% %d", clients),
	)
	for _, f := range []struct {
		n    int
		text string
	}{
		{clients, `INSERT INTO clients (id, name, name_key, aliases, city, inn, manager_id, team_id, tier, cadence, status, tags, last_touch, created)
			SELECT i, 'Предприятие ' || i, 'предприятие ' || i, '[]', 'Пермь', '', $manager, $team, substr('ABC', i % 3 + 1, 1), 0, 'active', '[]', $now - (i % 200) * 86400, $now - 90000000 FROM n`},
		{clients, `INSERT INTO contacts (id, client_id, name, position, role, phones, email, telegram, birthday, manager_id, team_id)
			SELECT i, i, 'Ирина Ким ' || i, 'директор', '', '["7912' || (1000000 + i) || '"]', '', 0, '', $manager, $team FROM n`},
		{touches, `INSERT INTO interactions (client_id, author_id, kind, happened, text, outcome, private, chat, message, created, manager_id, team_id)
			SELECT i, $manager, 'call', $now - 63072000 + j * 63072000 / $touches, 'обсудили бетон, поставка номер ' || j, 'ждут', 0, 0, 0, $now, $manager, $team FROM n`},
		{touches / 10, `INSERT INTO follow_ups (client_id, assignee_id, author_id, text, verb, day, clock, zone, due, all_day, named, obligation, await, rule, snoozed, status, outcome, closed, created, manager_id, team_id)
			SELECT i, $manager, $manager, 'перезвонить насчёт ' || j, '', '2026-11-19', 600, 'Europe/Moscow', $now + (j / $clients % 90 - 3) * 86400, 0, 0, 0, 0, '', 0,
				iif(j / $clients % 10 = 0, 'open', 'done'), '', 0, $now, $manager, $team FROM n`},
		{clients, `INSERT INTO contracts (client_id, number, subject, start_day, end_day, sum, currency, renewal, renewal_months, notice_days, notice_working, penalty, penalty_cap, claim_days, indexation, status, decision, reason, postponed, term, created, manager_id, team_id)
			SELECT i, 'Д-' || i, 'поставка', '2026-01-01', date('2026-12-01', (i % 700) || ' days'), 100000000, 'RUB', 'auto', 12, 30, 0, 0, 0, 0, '', 'active', '', '', '', 0, $now, $manager, $team FROM n`},
		{touches / 20, `INSERT INTO invoices (client_id, number, number_key, issued, due_day, sum, currency, balance, status, level, level_set, sent, paused, reason, claimed, created, manager_id, team_id)
			SELECT i, 'С-' || j, 'с-' || j, '2026-10-01', date('2026-10-15', (j % 60) || ' days'), 5000000, 'RUB', iif(j / $clients = 1, 5000000, 0),
				iif(j / $clients = 1, 'open', 'paid'), 0, 0, 0, '', '', '', $now, $manager, $team FROM n`},
		{touches / 100, `INSERT INTO reminders (kind, subject_kind, subject_id, recipient_id, at, anchor, step, daily, named, level, held)
			SELECT 'due', 'followup', j, $manager, $now + 60 * j, '', 'due', 0, 0, 0, 0 FROM n`},
		{touches, `INSERT INTO search_docs (id, kind, record_id, client_id, at) SELECT j, 'interaction', j, i, $now FROM n`},
		{touches, `INSERT INTO search_notes (rowid, words) SELECT j, 'обсуд бетон поставк номер ' || j FROM n`},
	} {
		text := words.Replace("WITH RECURSIVE k(j) AS (SELECT 0 UNION ALL SELECT j + 1 FROM k WHERE j < " + strconv.Itoa(f.n-1) +
			"), n(j, i) AS (SELECT j + 1, $client FROM k) " + f.text)
		for _, one := range []string{"PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", "PRAGMA cache_size = -400000", text} {
			if _, err := db.Exec(one); err != nil {
				b.Fatal(err, one)
			}
		}
	}
}

var errLookedAt = errors.New("looked at")

// question is one that is asked all day; its first answer holds want.
type question struct {
	name, want string
	ask        func(tx *storage.Tx) error
}

// says is a question of the first manager's.
func (c *crowd) says(name, text, want string) question {
	return question{name, want, func(tx *storage.Tx) error {
		return c.talk.Turn(tx, message.In{
			Update: 1, Kind: message.Text, Chat: firstChat, From: message.Person{ID: firstChat}, Message: 5, Date: crm.Moment(c.now.Load()), Text: text,
		})
	}}
}

// due is a question of the heartbeat's while so many reminders are due.
func (c *crowd) due(name string, n int) question {
	return question{name, "", func(tx *storage.Tx) error {
		list, err := tx.System().Due(1024)
		if err == nil && len(list) != n {
			err = fmt.Errorf("%d are due", len(list))
		}
		return err
	}}
}

// check asks for the first time, which also prepares its statements, and looks at the answer.
func (c *crowd) check(b *testing.B, q question) {
	b.Helper()
	if err := c.store.Update(context.Background(), q.ask); err != nil {
		b.Fatal(q.name, ": ", err)
	}
	said := ""
	for _, o := range sent(b, c.store) {
		said += o.Text + "\n"
	}
	if !strings.Contains(said, q.want) {
		b.Fatalf("%s: %q is not in:\n%s", q.name, q.want, said)
	}
}

// again asks and takes back what was written.
func (c *crowd) again(b *testing.B, q question) {
	b.Helper()
	err := c.store.Update(context.Background(), func(tx *storage.Tx) error {
		if err := q.ask(tx); err != nil {
			return err
		}
		return errLookedAt
	})
	if !errors.Is(err, errLookedAt) {
		b.Fatal(q.name, ": ", err)
	}
}

// BenchmarkRows asks the daily questions in companies of different sizes:
//
//	go test ./bot/dialog -run x -bench Rows -benchtime 20x -timeout 1h -args -rows 10000,100000,1000000,10000000
func BenchmarkRows(b *testing.B) {
	for _, count := range strings.Split(*rowCounts, ",") {
		touches, err := strconv.Atoi(count)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(count, func(b *testing.B) {
			c := newCrowd(b, touches)
			managers := max(1, touches/touchesEach)
			c.now.Store(evening.Unix())
			for _, q := range []question{
				c.due("heartbeat", 0),
				c.says("card", fmt.Sprint("/client Предприятие ", managers), fmt.Sprint("Предприятие ", managers)),
				c.says("today", "/today", "перезвонить"),
				c.says("find-rare", fmt.Sprint("/find поставка ", managers), "Предприятие"),
				c.says("find-common", "/find бетон", "Предприятие"),
				{"digest", "Менеджер", func(tx *storage.Tx) error {
					return c.talk.Remind(tx, c.lead, []rules.Due{{Kind: rules.Kind{Name: "digest", Of: "member"}, About: crm.Subject{Kind: "member", ID: c.lead.ID}}})
				}},
				c.due("heartbeat-of-100", 100),
			} {
				b.Run(q.name, func(b *testing.B) {
					if q.name == "heartbeat-of-100" {
						c.now.Store(evening.Unix() + 100*60)
					}
					c.check(b, q)
					b.ResetTimer()
					for range b.N {
						c.again(b, q)
					}
				})
			}
		})
	}
}
