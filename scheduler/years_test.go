package scheduler_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"followup/bot/message"
	"followup/scheduler"
	"followup/scheduler/calendar"
	"followup/scheduler/rules"
	"followup/storage"
	"followup/storage/crm"
)

var (
	years = flag.Int("days", 50, "how many days the simulated years last")
	seed  = flag.Uint64("seed", 0, "of the simulated years; 0 takes three fixed ones")
)

// TestSimulatedYears lets people in 32 zones with every kind of daylight saving work by chance, with downtime of a minute to
// thirty days, restarts, a clock that is set by -24 hours to +30 days, absences and changed zones, and checks after every
// beat what must always hold:
//
//   - nothing is said twice, and no follow-up more than three times on a day;
//   - nothing but a named time is said in quiet hours, on a day off or to an absent person;
//   - a named time is said when clocks in its zone show it, a plan at nine once on every working day;
//   - what is said more than two minutes after its moment is marked as late, and nothing else is;
//   - a plan over four hours late is skipped and counted;
//   - whoever can be spoken to has nothing due that is unsaid;
//   - an invoice stands at the level of its day, a contract in the term of its day.
//
// go test ./scheduler -run SimulatedYears -days 3650 -v -timeout 3h
func TestSimulatedYears(t *testing.T) {
	seeds := []uint64{1, 2, 3}
	if *seed != 0 {
		seeds = []uint64{*seed}
	}
	for _, n := range seeds {
		t.Run(fmt.Sprint(n), func(t *testing.T) { newYears(t, n).live(*years) })
	}
}

// simulation is a house whose people act by chance.
type simulation struct {
	*house
	rand    *rand.Rand
	cal     *calendar.Calendar
	people  []crm.Member
	clients []crm.Client

	said  map[string]bool      // kind, record, anchor, step
	times map[string]int       // follow-up and day
	plans map[string]bool      // member and day
	open  map[int64]crm.Moment // named follow-ups that nobody touched, and their due moments
	entry map[int64]crm.Date   // invoices without promises, and the day they were entered
	moved map[int64]crm.Date   // the day a member changed his zone or absence
	begun time.Time

	relived   time.Time // days until then are lived a second time, because the clock was set back
	mustLapse int64     // plans that the next beat must skip
	counted   scheduler.Counts
	downs     int
	sets      int
}

func newYears(t *testing.T, n uint64) *simulation {
	t.Helper()
	h := newHouse(t, starts[(n-1)%uint64(len(starts))])
	s := &simulation{
		house: h, rand: rand.New(rand.NewPCG(n, n)), cal: calendar.Russia(), said: map[string]bool{}, times: map[string]int{},
		plans: map[string]bool{}, open: map[int64]crm.Moment{}, entry: map[int64]crm.Date{}, moved: map[int64]crm.Date{},
		begun: h.clock.Now(),
	}
	for i, zone := range yearZones {
		role := crm.Manager
		if i == 0 {
			role = crm.Lead
		}
		m := crm.Member{
			Telegram: int64(1000 + i), Name: zone, Role: role, Team: h.team.ID, Language: "en", Zone: zone,
		}
		h.names[m.Telegram] = zone
		h.change(func(tx *storage.Tx) error { return tx.SaveMember(&m) })
		s.people = append(s.people, m)
		c := crm.Client{Name: fmt.Sprintf("Client %d", i), Manager: m.ID, Tier: crm.TierA}
		h.change(func(tx *storage.Tx) error { return tx.SaveClient(&c) })
		s.clients = append(s.clients, c)
	}
	s.rewire()
	return s
}

// rewire puts the observer behind the heartbeat, also after a restart.
func (s *simulation) rewire() {
	s.beat = scheduler.New(scheduler.Options{
		Store: s.store, Clock: s.clock, Calendar: s.cal, Kinds: rules.Kinds, Compose: s.hear, Drafts: s.drafts,
	})
}

// hear checks what is said against what was said before and against the person's hours.
func (s *simulation) hear(tx *storage.Tx, to crm.Member, due []rules.Due) error {
	now := tx.Now().In(to.Location())
	day := crm.DateOf(now)
	for _, d := range due {
		s.onTime(to, d)
		key := fmt.Sprint(d.Kind.Name, d.About, d.Step.Anchor, d.Step.Name)
		if s.said[key] {
			s.t.Errorf("%s: %s is said twice", now, key)
		}
		s.said[key] = true
		if d.Of.FollowUp != nil && d.Kind.Name == "followup" {
			delete(s.open, d.About.ID)
			times := fmt.Sprint(d.About.ID, d.Step.Anchor, day)
			if s.times[times]++; s.times[times] > 3 {
				s.t.Errorf("%s: follow-up %d is said %d times", now, d.About.ID, s.times[times])
			}
		}
		if d.Kind.Name == "plan" {
			s.plans[fmt.Sprint(to.ID, day)] = true
		}
		named := d.Step.Named && to.ID == d.Of.Recipient.ID && now.Sub(d.At.In(time.UTC)) <= time.Hour
		if !named && !s.free(to, now) {
			s.t.Errorf("%s: %s is said to %s out of hours", now, key, to.Name)
		}
	}
	_, err := tx.Send(message.Out{Chat: to.Telegram, Text: "x"})
	return err
}

// onTime checks that d comes at the moment when clocks in its zone show what was meant, or later and then marked.
func (s *simulation) onTime(to crm.Member, d rules.Due) {
	now, at := s.clock.Now(), d.At.In(time.UTC)
	if late := now.Sub(at) > 2*time.Minute; now.Before(at) || d.Late != late {
		s.t.Errorf("%s: %s %d of %s is said with late=%v", now, d.Kind.Name, d.About.ID, at, d.Late)
	}
	meant, known := at, false
	switch f := d.Of.FollowUp; {
	case d.Kind.Name == "plan":
		meant, known = localMoment(date(s.t, d.Step.Anchor), crm.At(9, 0), to.Location()), true
		if now.Sub(at) > 4*time.Hour {
			s.t.Errorf("%s: the plan of %s is said", now, at)
		}
	case d.Kind.Name == "followup" && f.Named && !f.AllDay && f.Snoozed == 0 && d.Step.Name == "due":
		meant, known = localMoment(f.Day, f.Clock, crm.Zone(f.Zone)), true
	}
	if known && !meant.Equal(at) {
		s.t.Errorf("%s: %s %d is said for %s, meant is %s", now, d.Kind.Name, d.About.ID, at, meant)
	}
}

// add keeps the counts of a heartbeat that ends.
func (s *simulation) add(c scheduler.Counts) {
	s.counted.Beats += c.Beats
	s.counted.Said += c.Said
	s.counted.Late += c.Late
	s.counted.Lapsed += c.Lapsed
	s.counted.Quiet += c.Quiet
	s.counted.Stale += c.Stale
	s.counted.Failed += c.Failed
}

// free reports whether a person works on the day of t and isn't in quiet hours.
func (s *simulation) free(m crm.Member, t time.Time) bool {
	t = t.In(m.Location())
	quiet := t.Hour() >= 20 || t.Hour() < 8
	return !quiet && s.cal.Working(crm.DateOf(t)) && !m.Away(crm.DateOf(t))
}

func (s *simulation) live(days int) {
	end := s.begun.AddDate(0, 0, days)
	for s.clock.Now().Before(end) && !s.t.Failed() {
		until := s.clock.Now().Add(time.Duration(s.rand.IntN(36*60)) * time.Minute)
		s.beatUntil(until)
		switch s.rand.IntN(24) {
		case 0:
			s.down()
		case 1:
			s.set()
		case 2:
			s.again()
		}
		for range 3 {
			s.act()
		}
		s.heard()
	}
	s.add(s.beat.Counts())
	if s.counted.Failed > 0 {
		s.t.Errorf("%d turns failed", s.counted.Failed)
	}
	s.t.Logf("%d days from %s, %d zones, down %d times, clock set %d times: %d things said, each once; %+v",
		days, crm.DateOf(s.begun), len(yearZones), s.downs, s.sets, len(s.said), s.counted)
}

// beatUntil beats at every moment at which something is due, and at until.
func (s *simulation) beatUntil(until time.Time) {
	for !s.t.Failed() {
		now := s.clock.Now()
		next := until
		s.view(func(tx *storage.Tx) error {
			at, ok, err := tx.NextReminder(0)
			switch moment := at.In(time.UTC); {
			case ok && !moment.After(now): // it waits for somebody's morning
				next = now.Add(20 * time.Minute)
			case ok && moment.Before(next):
				next = moment
			}
			return err
		})
		if next.After(until) {
			next = until
		}
		s.clock.Move(next)
		s.tick()
		s.check(next)
		if next.Equal(until) {
			return
		}
	}
}

// check looks at everything that must hold after a beat.
func (s *simulation) check(now time.Time) {
	s.view(func(tx *storage.Tx) error {
		for id, due := range s.open {
			if at := due.In(time.UTC); !at.After(now) && now.Sub(at) <= time.Hour {
				s.t.Errorf("%s: follow-up %d was due at %s and wasn't said", now, id, at)
			}
		}
		for _, m := range s.people {
			local := now.In(m.Location())
			day := crm.DateOf(local)
			plan := day.In(m.Location(), crm.At(9, 0))
			late := now.Sub(plan)
			if s.free(m, now) && late >= 0 && late <= 4*time.Hour && s.moved[m.ID] != day && plan.After(s.begun) && plan.After(s.relived) && !s.plans[fmt.Sprint(m.ID, day)] {
				s.t.Errorf("%s: %s had no plan", now, m.Name)
			}
		}
		return s.checkRecords(tx, now)
	})
}

func (s *simulation) checkRecords(tx *storage.Tx, now time.Time) error {
	due, err := tx.Due(1000)
	if err != nil {
		return err
	}
	for _, r := range due {
		subject, _, err := tx.Subject(r)
		if err != nil {
			return err
		}
		m := subject.Recipient
		for n := 0; n < 5 && m.Substitute != 0 && m.Away(crm.DateOf(now.In(m.Location()))); n++ {
			if m, err = tx.Member(m.Substitute); err != nil {
				return err
			}
		}
		if local := now.In(m.Location()); s.free(m, now) && crm.ClockOf(local) >= crm.At(9, 0) {
			s.t.Errorf("%s: %s %d stayed unsaid for %s", now, r.Kind, r.Subject.ID, m.Name)
		}
	}
	for range 3 { // of thirty-two
		i := s.rand.IntN(len(s.clients))
		m, c := s.people[i], s.clients[i]
		today := crm.DateOf(now.In(m.Location()))
		if !s.free(m, now) || crm.ClockOf(now.In(m.Location())) < crm.At(9, 0) || s.moved[m.ID] == today {
			continue
		}
		contracts, err := tx.Contracts(storage.ContractFilter{Client: c.ID})
		if err != nil {
			return err
		}
		for _, k := range contracts {
			if rules.Renews(k) && s.cal.Next(k.End.AddDays(1)).Before(today) {
				s.t.Errorf("%s: contract %d still ends on %s", now, k.ID, k.End)
			}
		}
		invoices, err := tx.Invoices(storage.InvoiceFilter{Client: c.ID, Open: true})
		if err != nil {
			return err
		}
		for _, v := range invoices {
			entered, ok := s.entry[v.ID]
			of := rules.Subject{Invoice: &v}
			byDate := rules.LevelByDate(of, s.cal, today)
			if v.Balance.Minor < 1000_00 {
				continue // below the threshold nothing is said
			}
			if ok && byDate > rules.LevelByDate(of, s.cal, entered) && v.Level < byDate {
				s.t.Errorf("%s: invoice %d stands at level %d, its day's is %d", now, v.ID, v.Level, byDate)
			}
		}
	}
	return nil
}

// act is something that somebody does.
func (s *simulation) act() {
	i := s.rand.IntN(len(s.people))
	m, c := s.people[i], s.clients[i]
	now := s.clock.Now().In(m.Location())
	day := crm.DateOf(now).AddDays(s.rand.IntN(20))
	s.change(func(tx *storage.Tx) error {
		switch s.rand.IntN(9) {
		case 0, 1, 2:
			return s.plan(tx, m, c, day, now)
		case 3:
			return s.finish(tx, m)
		case 4:
			return s.bill(tx, c, day, now)
		case 5:
			return s.promise(tx, c, day)
		case 6:
			return s.pay(tx, c, day)
		case 7:
			k := crm.Contract{
				Client: c.ID, Number: "1", Start: day.AddDays(-300), End: day.AddDays(s.rand.IntN(90)), Renewal: crm.RenewalAutomatic,
				RenewalMonths: 1 + s.rand.IntN(12), NoticeDays: s.rand.IntN(60),
			}
			return tx.SaveContract(&k)
		default:
			return s.leave(tx, i, day)
		}
	})
}

func (s *simulation) plan(tx *storage.Tx, m crm.Member, c crm.Client, day crm.Date, now time.Time) error {
	f := crm.FollowUp{
		Client: c.ID, Assignee: m.ID, Text: "call", Day: day, Clock: crm.Clock(s.rand.IntN(24 * 60)), Zone: m.Zone,
		Named: s.rand.IntN(2) == 0, AllDay: s.rand.IntN(5) == 0, Obligation: s.rand.IntN(4) == 0,
	}
	if err := tx.SaveFollowUp(&f); err != nil {
		return err
	}
	if f.Named && !f.AllDay && m.Substitute == 0 && f.Due.In(time.UTC).After(now) {
		s.open[f.ID] = f.Due
	}
	return nil
}

func (s *simulation) finish(tx *storage.Tx, m crm.Member) error {
	list, err := tx.FollowUps(storage.FollowUpFilter{Assignee: m.ID, Status: crm.FollowUpOpen})
	if err != nil || len(list) == 0 {
		return err
	}
	f := list[s.rand.IntN(len(list))]
	delete(s.open, f.ID)
	if s.rand.IntN(3) == 0 {
		f.Snoozed = crm.MomentOf(tx.Now().Add(time.Duration(s.rand.IntN(600)) * time.Minute))
		return tx.SaveFollowUp(&f)
	}
	_, _, err = tx.Finish(f.ID, "done")
	return err
}

func (s *simulation) bill(tx *storage.Tx, c crm.Client, day crm.Date, now time.Time) error {
	v := crm.Invoice{Client: c.ID, Number: fmt.Sprint(s.rand.IntN(1e6)), Issued: day, Due: day.AddDays(s.rand.IntN(30) - 15), Sum: crm.Rub(5000)}
	if err := tx.SaveInvoice(&v); err != nil {
		return err
	}
	s.entry[v.ID] = crm.DateOf(now)
	return nil
}

func (s *simulation) promise(tx *storage.Tx, c crm.Client, day crm.Date) error {
	open, err := tx.Invoices(storage.InvoiceFilter{Client: c.ID, Open: true})
	if err != nil || len(open) == 0 {
		return err
	}
	v := open[s.rand.IntN(len(open))]
	delete(s.entry, v.ID)
	return tx.SavePromise(&crm.Promise{Client: c.ID, Invoice: v.ID, Sum: v.Balance, Day: day})
}

func (s *simulation) pay(tx *storage.Tx, c crm.Client, day crm.Date) error {
	open, err := tx.Invoices(storage.InvoiceFilter{Client: c.ID, Open: true})
	if err != nil || len(open) == 0 {
		return err
	}
	v := open[s.rand.IntN(len(open))]
	sum := v.Balance
	if s.rand.IntN(3) == 0 {
		sum.Minor = 1 + sum.Minor/2
	}
	return tx.Pay(&crm.Payment{Client: c.ID, Day: day, Sum: sum, Source: "typed"}, []crm.Allocation{{Invoice: v.ID, Sum: sum}})
}

// leave sends somebody away or into another zone. What is his may move then, so that it is watched no more.
func (s *simulation) leave(tx *storage.Tx, i int, day crm.Date) error {
	m := &s.people[i]
	m.AwayFrom, m.AwayUntil, m.Substitute = crm.Date{}, crm.Date{}, 0
	switch s.rand.IntN(3) {
	case 0:
		m.AwayFrom, m.AwayUntil = day, day.AddDays(s.rand.IntN(14))
	case 1:
		m.AwayFrom, m.AwayUntil, m.Substitute = day, day.AddDays(s.rand.IntN(14)), s.people[(i+1)%len(s.people)].ID
	default:
		m.Zone = yearZones[s.rand.IntN(len(yearZones))]
	}
	s.moved[m.ID] = crm.DateOf(s.clock.Now().In(m.Location()))
	clear(s.open)
	invoices, err := tx.Invoices(storage.InvoiceFilter{Client: s.clients[i].ID})
	for _, v := range invoices {
		delete(s.entry, v.ID)
	}
	if err != nil {
		return err
	}
	return tx.SaveMember(m)
}
