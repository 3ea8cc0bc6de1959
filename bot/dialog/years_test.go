package dialog_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"followup/bot/dialog"
	"followup/bot/message"
	"followup/bot/rehearsal"
	"followup/scheduler"
	"followup/scheduler/calendar"
	"followup/scheduler/clock"
	"followup/scheduler/rules"
	"followup/storage"
	"followup/storage/crm"
	"followup/storage/seed"
)

var (
	lifeDays = flag.Int("life", 45, "how many days the simulated life of a team's portfolio lasts")
	lifeSeed = flag.Uint64("lifeseed", 0, "of the simulated life; 0 takes two fixed ones")
)

// TestLifeOfAPortfolio lets a team work with its portfolio by chance, through the chat alone: lines are typed, questions
// answered, buttons tapped, old ones too, things undone and redone, while the clock goes on. After every turn and every beat
// what must always hold is checked:
//
//   - no turn breaks, and no message is over Telegram's limits or shows raw words;
//   - nothing is said twice, and nothing but a time that the person named himself in quiet hours or on a day off;
//   - what the heartbeat says is in the message that the person gets, by its client and number or its words;
//   - whoever can be spoken to has nothing due that is unsaid, and a plan on every working day;
//   - money is conserved: a bill's balance is its sum less its payments, a payment is its parts and its rest.
//
// Two years of one seed: go test ./bot/dialog -run LifeOfAPortfolio -life 730 -lifeseed 7 -timeout 60m
func TestLifeOfAPortfolio(t *testing.T) {
	seeds := []uint64{1, 2}
	if *lifeSeed != 0 {
		seeds = []uint64{*lifeSeed}
	}
	for _, n := range seeds {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			days := *lifeDays
			if testing.Short() {
				days = min(days, 15)
			}
			newLife(t, n).live(days)
		})
	}
}

const lifePortfolio = `team Север
person Игорь Орлов lead Север ru Europe/Moscow
person Анна manager Север ru Europe/Moscow
person Пётр manager Север ru Asia/Yekaterinburg
person Kate manager Север en Europe/Kaliningrad | quiet 19:00-10:00 | plan 10:30
client ООО «Ромашка» | manager Анна | tier A | alias ромашка
client ООО «Вектор» | manager Анна | tier B | alias вектор
client АО «Дельта» | manager Анна | tier C | alias дельта
client ИП Гамма | manager Пётр | tier A | alias гамма
client ООО «Омега» | manager Пётр | tier B | alias омега
client Northwind Traders | manager Kate | tier A | alias northwind
client Acme Ltd | manager Kate | tier B | alias acme
contract 7/25 | client Ромашка | 2026-02-01..2027-01-31 | automatic 12 | notice 30 | sum 1 200 000
contract 9 | client Гамма | 2026-03-01..2026-12-31 | agreement | notice 10 working | sum 5 000 USD
contract 11 | client Acme | 2026-01-01..2026-11-30 | automatic 3 | notice 20 working
`

// life is a team at work.
type life struct {
	*testing.T
	ctx    context.Context
	rand   *rand.Rand
	clock  *clock.Simulated
	cal    *calendar.Calendar
	store  *storage.Store
	dialog *dialog.Dialog
	beat   *scheduler.Heartbeat
	walker *rehearsal.Walker
	path   string

	people  []seed.Person
	clients map[int64][]string // what a person's clients are called
	updates int64
	next    int64 // message
	chats   map[int64][]shownMessage
	fresh   map[int64][]string // texts sent since the last beat, by chat
	said    map[string]bool
	plans   map[string]bool
	expect  []expectation
	log     []string // the last acts, for a failure
	turns   int
	number  int
}

// shownMessage is a message whose buttons can be tapped.
type shownMessage struct {
	id      int64
	text    string
	buttons []message.Button
}

// expectation is something that the next messages of a chat must speak of.
type expectation struct {
	chat  int64
	what  string
	words []string // one of them
}

func newLife(t *testing.T, n uint64) *life {
	t.Helper()
	start := time.Date(2026, time.October, 5, 5, 0, 0, 0, crm.Zone("Europe/Moscow"))
	l := &life{
		T: t, ctx: t.Context(), rand: rand.New(rand.NewPCG(n, 1)), clock: clock.NewSimulated(start, 0), cal: calendar.Russia(),
		chats: map[int64][]shownMessage{}, fresh: map[int64][]string{}, said: map[string]bool{}, plans: map[string]bool{}, number: 100,
	}
	l.path = filepath.Join(t.TempDir(), "life.db")
	l.start()
	t.Cleanup(func() { _ = l.store.Close() })
	portfolio, err := seed.Parse(lifePortfolio, 1)
	l.must(err)
	l.must(l.store.Update(l.ctx, func(tx *storage.Tx) error {
		_, err := portfolio.Write(tx, start.Location())
		return err
	}))
	l.people = portfolio.People
	l.clients = map[int64][]string{
		l.people[0].Telegram: {"ромашка", "гамма", "омега"}, l.people[1].Telegram: {"ромашка", "вектор", "дельта"},
		l.people[2].Telegram: {"гамма", "омега"}, l.people[3].Telegram: {"northwind", "acme"},
	}
	return l
}

// start opens the program on its database.
func (l *life) start() {
	l.Helper()
	var err error
	l.store, err = storage.Open(l.ctx, l.path, storage.Options{Now: l.clock.Now, Calendar: l.cal, Kinds: rules.Kinds})
	l.must(err)
	l.dialog = dialog.New(dialog.Options{
		Calendar: l.cal, Zone: "Europe/Moscow", Language: "ru", BotName: func() string { return "followup_bot" }, Feeds: func() string { return "" },
	})
	l.beat = scheduler.New(scheduler.Options{Store: l.store, Clock: l.clock, Calendar: l.cal, Kinds: rules.Kinds, Compose: l.remind, Drafts: l.drafts})
	l.walker = &rehearsal.Walker{Clock: l.clock, Store: l.store, Beat: l.beat, Settle: l.settle}
}

// outage closes the program, lets up to six hours go by without it and opens it again.
func (l *life) outage() {
	l.must(l.store.Close())
	l.clock.Move(l.clock.Now().Add(time.Duration(l.rand.IntN(6*60)) * time.Minute))
	l.log = append(l.log, l.clock.Now().Format("02.01.06 15:04")+" restarted")
	l.start()
	l.must(l.beat.Tick(l.ctx))
	l.must(l.settle(l.ctx))
}

func (l *life) must(err error) {
	l.Helper()
	if err != nil {
		l.Fatalf("%s: %v\n%s", l.clock.Now().Format(time.DateTime), err, strings.Join(l.log, "\n"))
	}
}

// wrong tells what doesn't hold, with the last acts.
func (l *life) wrong(format string, facts ...any) {
	l.Helper()
	l.Errorf("%s: %s\n%s", l.clock.Now().Format(time.DateTime), fmt.Sprintf(format, facts...), strings.Join(l.log, "\n"))
}

func (l *life) live(days int) {
	end := l.clock.Now().AddDate(0, 0, days)
	for l.clock.Now().Before(end) && !l.Failed() {
		minutes := 1 + l.rand.IntN(90)
		if l.rand.IntN(20) == 0 {
			minutes += l.rand.IntN(3 * 24 * 60) // a long weekend, or a fair
		}
		l.must(l.walker.To(l.ctx, l.clock.Now().Add(time.Duration(minutes)*time.Minute)))
		if l.rand.IntN(60) == 0 {
			l.outage()
		}
		l.nothingDue()
		local := l.clock.Now()
		if busy := local.Hour() >= 8 && local.Hour() < 19; busy || l.rand.IntN(10) == 0 {
			l.act()
		}
		if l.turns%100 == 0 {
			l.money()
		}
	}
	l.money()
	l.Logf("%d turns, %d things said, %d plans", l.turns, len(l.said), len(l.plans))
}

// money asks the store whether what must hold of sums does.
func (l *life) money() {
	report, err := l.store.Check(l.ctx)
	l.must(err)
	if len(report.Faults) > 0 {
		l.wrong("%v", report.Faults)
	}
}

// remind is the heartbeat's composer: what is due is checked, worded, and expected in what is sent.
func (l *life) remind(tx *storage.Tx, to crm.Member, due []rules.Due) error {
	team, err := l.teamOf(tx, to)
	if err != nil {
		return err
	}
	now := tx.Now().In(to.Location())
	for _, d := range due {
		key := fmt.Sprint(d.Kind.Name, d.About, d.Step.Anchor, d.Step.Name)
		if l.said[key] {
			l.wrong("%s is said twice", key)
		}
		l.said[key] = true
		named := d.Step.Named && to.ID == d.Of.Recipient.ID
		if !named && !l.free(to, team, now) {
			l.wrong("%s is said to %s at %s, out of hours", key, to.Name, now.Format(time.DateTime))
		}
		if d.Kind.Name == "plan" {
			l.plans[fmt.Sprint(to.ID, crm.DateOf(now))] = true
		}
		words, err := l.words(tx, d)
		if err != nil {
			return err
		}
		if len(words) > 0 {
			l.expect = append(l.expect, expectation{to.Telegram, key, words})
		}
	}
	return l.dialog.Remind(tx, to, due)
}

func (l *life) drafts(tx *storage.Tx, to crm.Member, drafts []storage.Draft) error {
	team, err := l.teamOf(tx, to)
	if err == nil && !l.free(to, team, tx.Now().In(to.Location())) {
		l.wrong("drafts are asked about out of hours")
	}
	if err != nil {
		return err
	}
	return l.dialog.RemindDrafts(tx, to, drafts)
}

func (l *life) teamOf(tx *storage.Tx, m crm.Member) (crm.Team, error) {
	if m.Team == 0 {
		return crm.Team{}, nil
	}
	return tx.Team(m.Team)
}

// free reports whether a person works on the day of a local moment and isn't in quiet hours.
func (l *life) free(m crm.Member, team crm.Team, local time.Time) bool {
	day := crm.DateOf(local)
	return !calendar.QuietOf(m.Settings.Hours()).At(local) && l.cal.WithExtra(team.Settings.ExtraOff).Working(day) && !m.Away(day)
}

// words are those of which a message about a due thing has at least one; none for what is a message of its own.
func (l *life) words(tx *storage.Tx, d rules.Due) ([]string, error) {
	client := ""
	if d.Of.Client != nil {
		client = d.Of.Client.Name
	}
	switch {
	case d.Of.FollowUp != nil:
		r := []rune(strings.TrimSpace(d.Of.FollowUp.Text))
		return []string{string(r[min(1, len(r)):min(len(r), 25)])}, nil
	case d.Of.Invoice != nil: // one line of a client may stand for several bills
		return []string{client}, nil
	case d.Of.Contract != nil:
		return []string{"№\u00a0" + d.Of.Contract.Number, "No.\u00a0" + d.Of.Contract.Number}, nil
	case d.Of.Document != nil && d.Of.Document.Number != "":
		return []string{d.Of.Document.Number}, nil
	case d.Of.Promise != nil, d.Of.Document != nil, d.About.Kind == "client":
		return []string{client}, nil
	}
	return nil, nil
}

// settle delivers what is queued and looks whether everything that was due is in it.
func (l *life) settle(ctx context.Context) error {
	l.fresh = map[int64][]string{}
	for {
		parcels, err := l.store.NextParcels(ctx, 100)
		if err != nil {
			return err
		}
		for _, p := range parcels {
			if err := l.show(ctx, p); err != nil {
				return err
			}
		}
		if len(parcels) == 0 {
			break
		}
	}
	for _, e := range l.expect {
		text := strings.Join(l.fresh[e.chat], "\n")
		more := strings.Contains(text, "и ещё") || strings.Contains(text, "more")
		if !more && !slices.ContainsFunc(e.words, func(w string) bool { return strings.Contains(text, w) }) {
			l.wrong("%s was due, and %q isn't in what was sent:\n%s", e.what, e.words, text)
		}
	}
	l.expect = nil
	return nil
}

func (l *life) show(ctx context.Context, p storage.Parcel) error {
	o := p.Out
	seen := rehearsal.Sight{Kind: rehearsal.Said, At: l.clock.Now(), Chat: o.Chat, Text: o.Text, Buttons: o.Buttons}
	switch {
	case o.Query != "":
		seen.Kind = rehearsal.Toast
	case o.Edit != 0:
		seen.Kind = rehearsal.Edited
	case o.Delete != 0:
		seen.Kind = rehearsal.Deleted
	}
	if o.File != nil {
		seen.File = "file"
	}
	if o.Make == nil && o.Fetch == nil {
		if err := rehearsal.Check(seen); err != nil {
			l.wrong("%v\n%s", err, o.Text)
		}
		if err := rehearsal.CheckStyles(o.Text, o.Styles); err != nil {
			l.wrong("%v\n%s", err, o.Text)
		}
	}
	id := o.Edit
	if seen.Kind == rehearsal.Said {
		l.next++
		id = l.next
		l.fresh[o.Chat] = append(l.fresh[o.Chat], o.Text)
	}
	if seen.Kind == rehearsal.Said || seen.Kind == rehearsal.Edited {
		l.remember(o, id)
	}
	return l.store.Update(ctx, func(tx *storage.Tx) error { return tx.System().Delivered(p, id) })
}

// remember keeps the newest messages with buttons of a chat.
func (l *life) remember(o message.Out, id int64) {
	list := slices.DeleteFunc(l.chats[o.Chat], func(m shownMessage) bool { return m.id == id })
	if buttons := slices.Concat(o.Buttons...); len(buttons) > 0 {
		list = append(list, shownMessage{id, o.Text, buttons})
	}
	l.chats[o.Chat] = list[max(0, len(list)-8):]
}

// nothingDue looks whether anything is due for somebody who can be spoken to.
func (l *life) nothingDue() {
	l.must(l.store.View(l.ctx, func(tx *storage.Tx) error {
		tx = tx.System()
		due, err := tx.Due(1000)
		if err != nil {
			return err
		}
		for _, r := range due {
			s, ok, err := tx.Subject(r)
			if err != nil || !ok {
				return err
			}
			team, err := l.teamOf(tx, s.Recipient)
			if err != nil {
				return err
			}
			local := l.clock.Now().In(s.Recipient.Location())
			if l.free(s.Recipient, team, local) && crm.ClockOf(local) >= s.Recipient.Settings.Hours().Plan {
				l.wrong("%s of %s %d stays unsaid for %s", r.Kind, r.Subject.Kind, r.Subject.ID, s.Recipient.Name)
			}
		}
		return l.plansSaid(tx)
	}))
}

// plansSaid looks whether everybody who works had his plan an hour after its time.
func (l *life) plansSaid(tx *storage.Tx) error {
	for _, p := range l.people[1:] {
		m, ok, err := tx.MemberByTelegram(p.Telegram)
		if err != nil || !ok || m.Settings.PlanOff {
			return err
		}
		local := l.clock.Now().In(m.Location())
		plan := crm.DateOf(local).In(m.Location(), m.Settings.Hours().Plan)
		team, err := l.teamOf(tx, m)
		if err != nil {
			return err
		}
		if local.After(plan) && local.Sub(plan) < 4*time.Hour && l.free(m, team, local) && !l.plans[fmt.Sprint(m.ID, crm.DateOf(local))] {
			l.wrong("%s had no plan", m.Name)
		}
	}
	return nil
}

// act is something that somebody does in the chat.
func (l *life) act() {
	p := l.people[l.rand.IntN(len(l.people))]
	in := message.In{Kind: message.Text, Chat: p.Telegram, From: message.Person{ID: p.Telegram, Name: p.Name, Language: p.Language}}
	old := l.chats[p.Telegram]
	if len(old) > 0 && l.rand.IntN(2) == 0 {
		m := old[l.rand.IntN(len(old))]
		if l.rand.IntN(2) == 0 {
			m = old[len(old)-1]
		}
		b := m.buttons[l.rand.IntN(len(m.buttons))]
		if b.Data != "" && !l.unwanted(b.Data) {
			in.Kind, in.Message, in.Data = message.Tap, m.id, b.Data
			in.Query = fmt.Sprint("tap", l.updates)
			l.turn(p, in, "["+b.Text+"] "+b.Data)
			if l.rand.IntN(6) == 0 {
				l.turn(p, in, "[again]")
			}
			return
		}
	}
	in.Text = l.line(p)
	l.next++
	in.Message = l.next
	l.turn(p, in, in.Text)
}

// unwanted are buttons that would end the simulation of a person: his settings and the team's stay as they are, so that his
// hours can be foretold.
func (l *life) unwanted(data string) bool {
	verb, _, _ := strings.Cut(data, ":")
	return slices.Contains([]string{"zone", "lang", "set", "hour", "tset", "welcome", "tpl", "tpledit", "tplreset", "keyrate"}, verb)
}

func (l *life) turn(p seed.Person, in message.In, what string) {
	l.updates++
	l.turns++
	in.Update, in.Date = l.updates, crm.MomentOf(l.clock.Now())
	l.log = append(l.log, fmt.Sprintf("%s %s: %s", l.clock.Now().Format("02.01.06 15:04"), p.Name, what))
	l.log = l.log[max(0, len(l.log)-25):]
	l.must(l.store.Update(l.ctx, func(tx *storage.Tx) error { return l.dialog.Turn(tx, in) }))
	l.must(l.settle(l.ctx))
}

// line is something that a person types, in his language.
func (l *life) line(p seed.Person) string {
	pick := func(all ...string) string { return all[l.rand.IntN(len(all))] }
	client := pick(l.clients[p.Telegram]...)
	today := crm.DateOf(l.clock.Now())
	day := func(from, to int) string {
		d := today.AddDays(from + l.rand.IntN(to-from+1))
		return fmt.Sprintf("%02d.%02d.%04d", d.Day, int(d.Month), d.Year)
	}
	l.number++
	sum := pick("15к", "40 000", "1,2 млн", "120 000", "700", "99 999,50", "5000 usd")
	if p.Language == "en" {
		sum = pick("15k", "40,000 rub", "1.2m", "$700", "300k")
	}
	known := fmt.Sprint(101 + l.rand.IntN(max(1, l.number-100)))
	facts := strings.NewReplacer("{c}", client, "{n}", fmt.Sprint(l.number), "{k}", known, "{sum}", sum, "{d}", day(0, 40), "{p}", day(-70, -1),
		"{e}", day(30, 500), "{s}", day(-300, -1), "{t}", pick("9", "11:30", "15", "18", "21", "23:15"), "{m}", pick("14", "30", "60", "90"))
	lines := ruLines
	if p.Language == "en" {
		lines = enLines
	}
	return facts.Replace(pick(lines...))
}

var ruLines = []string{
	"созвонилась с {c}, ждут кп до пятницы, набрать завтра после обеда", "недозвон {c}", "встреча с {c} вчера, просят скидку", "напомни {c} завтра в {t}",
	"напомни {c} {d} в {t} про акт", "перезвонить {c} через 3 дня", "обещал {c} прайс до {d}", "каждый понедельник в 10 звонить {c}",
	"счет {n} {c} {sum} до {d}", "счет {n} {c} {sum} до {p}", "счёт {n} {c} {sum} оплата 10 дней", "{c} оплатила {sum}", "{c} оплатила {sum} по {k}",
	"{c} обещали оплатить {sum} до {d}", "{c} оплатят в пятницу", "договор {n} с {c} с {s} по {e} автопролонгация на год, отказ за {m} дней",
	"договор {n} с {c} до {e} автопролонгация на полгода, отказ за 20 рабочих дней, индексация 7% с {e}", "договор {n} с {c} до {e}, продление по соглашению",
	"договор {n} с {c}", "акт {n} {c} отправлен", "акт {k} {c} подписан", "акт сверки {c} отправлен", "получили оригинал акта {k} от {c}", "отмени", "отмени", "верни",
	"/today", "/week", "/debts", "/debts больше 100к", "долги старше 30 дней", "/renewals", "/documents", "/clients", "{c}", "карточка {c}", "готово", "отложи на час",
	"завтра в 10", "да", "1", "30 дней", "в пятницу", "{sum}", "всё", "пропустить", "/digest", "/report", "потом решу", "до {e}", "7% с {d}",
}

var enLines = []string{
	"had a call with {c}, they want a quote, ping me tomorrow at {t}", "no answer from {c}", "met {c} yesterday", "remind {c} on Monday at {t}", "invoice {n} {c} {sum} due in 10 days",
	"{c} paid {sum}", "{c} promised to pay {sum} by Friday", "contract {n} with {c} from 1 Feb 2026 to 31 Jan 2027, auto-renewal for a year, 30 days notice",
	"act {n} {c} sent", "act {k} {c} signed", "undo", "redo", "/today", "/debts", "debts over 100k", "/renewals", "/documents", "{c}", "done", "tomorrow at 10", "yes", "1", "skip",
}
