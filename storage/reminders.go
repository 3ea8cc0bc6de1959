package storage

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"followup/scheduler/rules"
	"followup/storage/crm"
)

// Rules of planning.
//
// One row waits for every kind, subject and recipient: the next step. Saving a record marks it, and what depends on it, for
// planning at the end of the turn; the rule then gives the first step after now. A row that is due already and was not
// said yet stays as long as its step still holds, so that an edit within its minute loses no reminder. A step that was
// said for a subject and anchor is passed over for ever, whoever it was said to. It goes to who is responsible: the
// assignee of a follow-up, the manager of a client, and when there is none or he left, to a lead of the team or an owner.
// While he is away on the step's day it goes to his substitute, and to nobody else. Rows of a member who stopped the bot
// are held and come when he is back.

// Reminder is a planned notification.
type Reminder struct {
	ID        int64
	Kind      string
	Subject   crm.Subject
	Recipient int64
	At        crm.Moment
	Step      rules.Step
}

// dirt is what has to be planned anew at the end of a turn, in the order it was marked.
type dirt struct {
	queue []crm.Subject
	known map[crm.Subject]bool
}

func (tx *Tx) mark(s crm.Subject) {
	if _, plans := loaders[s.Kind]; !plans || s.ID == 0 || tx.dirty.known[s] {
		return
	}
	if tx.dirty.known == nil {
		tx.dirty.known = map[crm.Subject]bool{}
	}
	tx.dirty.known[s] = true
	tx.dirty.queue = append(tx.dirty.queue, s)
}

// plan plans everything that was marked.
func (tx *Tx) plan() error {
	for len(tx.dirty.queue) > 0 {
		next := tx.dirty.queue[0]
		tx.dirty.queue = tx.dirty.queue[1:]
		if err := tx.planSubject(next); err != nil {
			return err
		}
	}
	tx.dirty = dirt{}
	return nil
}

const reminderColumns = "SELECT id, kind, subject_kind, subject_id, recipient_id, at, anchor, step, daily, named, level FROM reminders "

func (tx *Tx) reminders(rest string, args ...any) ([]Reminder, error) {
	var list []Reminder
	err := tx.each(reminderColumns+rest, args, func(scan func(...any) error) error {
		var r Reminder
		err := scan(&r.ID, &r.Kind, &r.Subject.Kind, &r.Subject.ID, &r.Recipient, &r.At, &r.Step.Anchor, &r.Step.Name, flagCell{&r.Step.Daily}, flagCell{&r.Step.Named}, &r.Step.Level)
		r.Step.At = r.At
		list = append(list, r)
		return err
	})
	return list, err
}

// planSubject brings the waiting rows of one record in line with the rules.
func (tx *Tx) planSubject(s crm.Subject) error {
	waiting, err := tx.reminders("WHERE subject_kind = $1 AND subject_id = $2 ORDER BY id", s.Kind, s.ID)
	if err != nil {
		return err
	}
	if len(waiting) == 0 && len(tx.s.kinds[s.Kind]) == 0 {
		return nil
	}
	subject, who, found, err := tx.load(s)
	if err != nil {
		return err
	}
	for _, k := range tx.s.kinds[s.Kind] {
		var step rules.Step
		var to crm.Member
		ok := false
		told := who
		if k.Lead {
			if told, err = tx.above(who, subject.Team.ID); err != nil {
				return err
			}
		}
		if k.Asker {
			if told, err = tx.asker(subject); err != nil {
				return err
			}
		}
		if found && told.ID != 0 {
			if step, to, ok, err = tx.nextStep(k, s, subject, told, waiting); err != nil {
				return err
			}
		}
		waiting, err = tx.replace(k.Name, s, waiting, Reminder{Kind: k.Name, Subject: s, Recipient: to.ID, At: step.At, Step: step}, ok, to)
		if err != nil {
			return err
		}
	}
	for _, r := range waiting { // kinds that are no more
		if err := tx.Drop(r); err != nil {
			return err
		}
	}
	return nil
}

// nextStep is what waits for a kind and subject: the row that is due and still holds, or the first step after now that
// wasn't said. A step that waited and whose moment an edit moved into the past is due at once: it was held back by a pause or
// an absence that has ended, or his clock moved on.
func (tx *Tx) nextStep(k rules.Kind, id crm.Subject, s rules.Subject, who crm.Member, waiting []Reminder) (rules.Step, crm.Member, bool, error) {
	for _, r := range waiting {
		if r.Kind != k.Name || int64(r.At) > tx.now.Unix() {
			continue
		}
		step, to, ok, err := tx.stepAfter(k, s, who, time.Unix(int64(r.At)-1, 0))
		if err != nil {
			return step, to, false, err
		}
		if ok && sameStep(step, r.Step) {
			if int64(step.At) <= tx.now.Unix() { // else it was moved into the future
				step.At = r.At
			}
			return step, to, true, nil
		}
	}
	step, to, ok, err := tx.upcoming(k, id, s, who)
	for _, r := range waiting {
		if err == nil && r.Kind == k.Name && k.Of != "member" && (!ok || !sameStep(step, r.Step)) {
			passed, told, found, err := tx.passed(k, s, who, r.Step)
			if err != nil || found {
				return passed, told, found, err
			}
		}
	}
	return step, to, ok, err
}

// sameStep reports whether two steps are one, at whatever moments.
func sameStep(a, b rules.Step) bool { return a.Anchor == b.Anchor && a.Name == b.Name }

// upcoming is the first step after now that wasn't said.
func (tx *Tx) upcoming(k rules.Kind, id crm.Subject, s rules.Subject, who crm.Member) (rules.Step, crm.Member, bool, error) {
	after := tx.now
	for range maxSteps {
		step, to, ok, err := tx.stepAfter(k, s, who, after)
		if err != nil || !ok {
			return step, to, false, err
		}
		said, err := tx.said(k.Name, id, step)
		if err != nil || !said {
			return step, to, err == nil, err
		}
		if int64(step.At) <= after.Unix() {
			break
		}
		after = time.Unix(int64(step.At), 0)
	}
	return rules.Step{}, crm.Member{}, false, fmt.Errorf("storage: the kind %s gives no end of steps for %s %d", k.Name, id.Kind, id.ID)
}

// heldDays is how far back a step that was held is looked for: longer than anybody's absence.
const heldDays = 400

// passed finds a step among those whose moments are over.
func (tx *Tx) passed(k rules.Kind, s rules.Subject, who crm.Member, want rules.Step) (rules.Step, crm.Member, bool, error) {
	after := tx.now.AddDate(0, 0, -heldDays)
	for range maxSteps {
		step, to, ok, err := tx.stepAfter(k, s, who, after)
		if err != nil || !ok || int64(step.At) > tx.now.Unix() {
			return step, to, false, err
		}
		if sameStep(step, want) {
			return step, to, true, nil
		}
		after = time.Unix(int64(step.At), 0)
	}
	return rules.Step{}, crm.Member{}, false, nil
}

// maxSteps bounds how many steps that were said are passed over; no ladder has that many.
const maxSteps = 1000

// stepAfter asks the rule for who is responsible, and says who is told: his substitute when he is away on the step's day.
// The moment stays his; the heartbeat looks at the substitute's hours when it is said.
func (tx *Tx) stepAfter(k rules.Kind, s rules.Subject, who crm.Member, after time.Time) (rules.Step, crm.Member, bool, error) {
	s.Recipient = who
	step, ok := k.Next(s, tx.s.Calendar, after)
	if !ok || k.Of == "member" {
		return step, who, ok, nil
	}
	client := int64(0)
	if s.Client != nil {
		client = s.Client.ID
	}
	to, err := tx.HearerOf(who, client, step.At)
	return step, to, err == nil, err
}

func (tx *Tx) said(kind string, s crm.Subject, step rules.Step) (bool, error) {
	n, err := tx.count("SELECT count(*) FROM said WHERE subject_kind = $1 AND subject_id = $2 AND kind = $3 AND anchor = $4 AND step = $5",
		s.Kind, s.ID, kind, step.Anchor, step.Name)
	return n > 0, err
}

// replace makes want the only waiting row of a kind, none when ok is false, and returns the rows of other kinds.
func (tx *Tx) replace(kind string, s crm.Subject, waiting []Reminder, want Reminder, ok bool, to crm.Member) ([]Reminder, error) {
	var others []Reminder
	for _, r := range waiting {
		switch {
		case r.Kind != kind:
			others = append(others, r)
		case ok && r.Recipient == want.Recipient:
		default:
			if err := tx.Drop(r); err != nil {
				return nil, err
			}
		}
	}
	if !ok {
		return others, nil
	}
	tx.later(`INSERT INTO reminders (kind, subject_kind, subject_id, recipient_id, at, anchor, step, daily, named, level, held)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (subject_kind, subject_id, kind, recipient_id)
		DO UPDATE SET at = excluded.at, anchor = excluded.anchor, step = excluded.step, daily = excluded.daily,
			named = excluded.named, level = excluded.level, held = excluded.held`,
		kind, s.Kind, s.ID, want.Recipient, int64(want.At), want.Step.Anchor, want.Step.Name, bit(want.Step.Daily),
		bit(want.Step.Named), want.Step.Level, bit(to.Status != crm.MemberActive))
	return others, nil
}

// load reads a record with all that its rules look at, and who is responsible for it. found is false when it is gone.
func (tx *Tx) load(s crm.Subject) (subject rules.Subject, who crm.Member, found bool, err error) {
	read, ok := loaders[s.Kind]
	if !ok {
		return subject, who, false, nil
	}
	client, assignee, found, err := read(tx, s.ID, &subject)
	if err != nil || !found {
		return subject, who, false, err
	}
	if client != 0 {
		if subject.Client == nil {
			c, err := clients.must(tx, client)
			if err != nil {
				return subject, who, false, err
			}
			subject.Client = &c
		}
		if assignee == 0 {
			assignee = subject.Client.Manager
		}
		if subject.Team, err = tx.teamOf(subject.Client.Team); err != nil {
			return subject, who, false, err
		}
	}
	who, err = tx.responsible(assignee, subject.Team.ID)
	if err == nil && client == 0 {
		subject.Team, err = tx.teamOf(who.Team)
	}
	if s.Kind == "member" && who.ID != s.ID {
		return subject, who, false, err // he left: nobody gets his plan
	}
	return subject, who, true, err
}

// responsible is the member himself, or a lead of the team or an owner when there is none.
func (tx *Tx) responsible(member, team int64) (crm.Member, error) {
	if member != 0 {
		m, err := tx.member(member)
		if err != nil || m.Status != crm.MemberLeft {
			return m, err
		}
		team = max(team, m.Team)
	}
	leads, err := tx.leads(team)
	if err != nil || len(leads) == 0 {
		return crm.Member{}, err
	}
	return leads[0], nil
}

// above is who is told of what concerns a lead: a lead of the team, or an owner; nobody when he is responsible himself.
func (tx *Tx) above(who crm.Member, team int64) (crm.Member, error) {
	leads, err := tx.leads(team)
	if err != nil || len(leads) == 0 || leads[0].ID == who.ID {
		return crm.Member{}, err
	}
	return leads[0], nil
}

// asker is who asked for a follow-up; nobody when nobody did, or he left.
func (tx *Tx) asker(s rules.Subject) (crm.Member, error) {
	if s.FollowUp == nil || s.FollowUp.Asker == 0 {
		return crm.Member{}, nil
	}
	m, err := tx.member(s.FollowUp.Asker)
	if m.Status == crm.MemberLeft {
		return crm.Member{}, err
	}
	return m, err
}

// loader reads a record into a subject and returns its client, its assignee when it has one of its own, and whether it
// is there.
type loader func(tx *Tx, id int64, s *rules.Subject) (client, assignee int64, found bool, err error)

// loaders by the subject's kind.
var loaders = map[string]loader{
	"followup": func(tx *Tx, id int64, s *rules.Subject) (int64, int64, bool, error) {
		f, found, err := followUps.get(tx, id)
		s.FollowUp = &f
		return f.Client, f.Assignee, found, err
	},
	"contract": func(tx *Tx, id int64, s *rules.Subject) (int64, int64, bool, error) {
		c, found, err := contracts.get(tx, id)
		s.Contract = &c
		return c.Client, 0, found, err
	},
	"invoice": func(tx *Tx, id int64, s *rules.Subject) (int64, int64, bool, error) {
		i, found, err := invoices.get(tx, id)
		if err != nil || !found {
			return 0, 0, false, err
		}
		s.Invoice = &i
		n, err := tx.count(`SELECT count(*) FROM promises WHERE client_id = $1 AND status = 'pending' AND currency = $2
			AND (invoice_id IS NULL OR invoice_id = $3)`, i.Client, string(i.Sum.Currency), id)
		s.Promised = n > 0
		if err == nil && i.Contract != 0 {
			c, err := contracts.must(tx, i.Contract)
			s.Contract = &c
			return i.Client, 0, true, err
		}
		return i.Client, 0, true, err
	},
	"promise": func(tx *Tx, id int64, s *rules.Subject) (int64, int64, bool, error) {
		p, found, err := promises.get(tx, id)
		s.Promise = &p
		return p.Client, 0, found, err
	},
	"document": func(tx *Tx, id int64, s *rules.Subject) (int64, int64, bool, error) {
		d, found, err := documents.get(tx, id)
		s.Document = &d
		return d.Client, 0, found, err
	},
	"client": func(tx *Tx, id int64, s *rules.Subject) (int64, int64, bool, error) {
		c, found, err := clients.get(tx, id)
		s.Client = &c
		return id, 0, found, err
	},
	"contact": func(tx *Tx, id int64, s *rules.Subject) (int64, int64, bool, error) {
		c, found, err := contacts.get(tx, id)
		s.Contact = &c
		return c.Client, 0, found, err
	},
	"member": func(tx *Tx, id int64, _ *rules.Subject) (int64, int64, bool, error) {
		_, found, err := members.get(tx, id)
		return 0, id, found, err
	},
}

// Due lists the oldest reminders whose moment has come, at most limit, ordered by recipient and moment. Held ones are
// left out.
func (tx *Tx) Due(limit int) ([]Reminder, error) {
	list, err := tx.reminders("WHERE held = 0 AND at <= $1 ORDER BY at, id LIMIT $2", tx.now.Unix(), limit)
	slices.SortStableFunc(list, func(a, b Reminder) int {
		if a.Recipient != b.Recipient {
			return int(a.Recipient - b.Recipient)
		}
		return int(a.At - b.At)
	})
	return list, err
}

// Subject loads what a reminder is about, afresh, with who is responsible for it. ok is false when it is gone, or nobody is.
func (tx *Tx) Subject(r Reminder) (s rules.Subject, ok bool, err error) {
	s, who, found, err := tx.load(r.Subject)
	for _, k := range tx.s.kinds[r.Subject.Kind] {
		if err == nil && k.Name == r.Kind && k.Lead {
			who, err = tx.above(who, s.Team.ID)
		}
		if err == nil && k.Name == r.Kind && k.Asker {
			who, err = tx.asker(s)
		}
	}
	s.Recipient = who
	return s, found && who.ID != 0, err
}

// Said notes that a reminder was said and plans the next step, counted from now: steps that passed meanwhile are skipped.
func (tx *Tx) Said(r Reminder) error {
	_, err := tx.exec(`INSERT INTO said (kind, subject_kind, subject_id, anchor, step, recipient_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (subject_kind, subject_id, kind, anchor, step) DO NOTHING`,
		r.Kind, r.Subject.Kind, r.Subject.ID, r.Step.Anchor, r.Step.Name, r.Recipient, tx.now.Unix())
	if err != nil {
		return err
	}
	if err := tx.Drop(r); err != nil {
		return err
	}
	tx.mark(r.Subject)
	return nil
}

// Drop takes a waiting reminder away without saying it.
func (tx *Tx) Drop(r Reminder) error {
	_, err := tx.exec("DELETE FROM reminders WHERE id = $1", r.ID)
	return err
}

// NextReminder is the moment of the earliest waiting reminder that is not held and is later than after.
func (tx *Tx) NextReminder(after crm.Moment) (crm.Moment, bool, error) {
	var at crm.Moment
	found, err := tx.one("SELECT at FROM reminders WHERE held = 0 AND at > $1 ORDER BY at, id LIMIT 1", []any{int64(after)}, &at)
	return at, found, err
}

// Planned lists what waits for a record that Me may see, soonest first.
func (tx *Tx) Planned(s crm.Subject) ([]Reminder, error) {
	subject, who, found, err := tx.load(s)
	if err != nil || !found {
		return nil, err
	}
	if subject.Client != nil && subject.FollowUp == nil {
		err = tx.allow(crm.See, tx.relationOf(*subject.Client))
	} else {
		err = tx.allow(crm.See, tx.relation(who.ID, who.Team))
	}
	if err != nil {
		return nil, err
	}
	return tx.reminders("WHERE subject_kind = $1 AND subject_id = $2 ORDER BY at, id", s.Kind, s.ID)
}

// Replan plans a record anew at the end of the turn. Saving does it by itself.
func (tx *Tx) Replan(s crm.Subject) error {
	tx.mark(s)
	return nil
}

// ofMember are the records whose reminders go, or may go, to a member. $1 is the member.
var ofMember = []struct{ kind, text string }{
	{"followup", "SELECT id FROM follow_ups WHERE assignee_id = $1 AND status = 'open'"},
	{"client", "SELECT id FROM clients WHERE manager_id = $1"},
	{"contract", "SELECT id FROM contracts WHERE manager_id = $1 AND status <> 'closed'"},
	{"invoice", "SELECT id FROM invoices WHERE manager_id = $1 AND balance > 0 AND status <> 'written_off'"},
	{"promise", "SELECT id FROM promises WHERE manager_id = $1 AND status = 'pending'"},
	{"contact", "SELECT id FROM contacts WHERE manager_id = $1 AND birthday <> ''"},
	{"document", "SELECT id FROM documents WHERE manager_id = $1 AND ((wait_sign = 1 AND signed = '') OR (wait_orig = 1 AND received = ''))"},
}

// ReplanMember plans anew everything that goes to a member. Saving his zone, hours, absence, substitute or status does it
// by itself.
func (tx *Tx) ReplanMember(id int64) error {
	tx.mark(crm.Subject{Kind: "member", ID: id})
	for _, part := range ofMember {
		ids, err := tx.ids(part.text, id)
		if err != nil {
			return err
		}
		slices.Sort(ids)
		for _, id := range ids {
			tx.mark(crm.Subject{Kind: part.kind, ID: id})
		}
	}
	waiting, err := tx.reminders("WHERE recipient_id = $1 ORDER BY id", id)
	for _, r := range waiting {
		tx.mark(r.Subject)
	}
	return err
}

// plannable are the records that may have reminders, by number: $1 is the last one planned, $2 how many.
var plannable = []struct{ kind, text string }{
	{"member", "SELECT id FROM members WHERE status <> 'left' AND id > $1 ORDER BY id LIMIT $2"},
	{"client", "SELECT id FROM clients WHERE status = 'active' AND id > $1 ORDER BY id LIMIT $2"},
	{"contact", "SELECT id FROM contacts WHERE birthday <> '' AND id > $1 ORDER BY id LIMIT $2"},
	{"followup", "SELECT id FROM follow_ups WHERE status = 'open' AND id > $1 ORDER BY id LIMIT $2"},
	{"contract", "SELECT id FROM contracts WHERE status <> 'closed' AND id > $1 ORDER BY id LIMIT $2"},
	{"invoice", "SELECT id FROM invoices WHERE balance > 0 AND status <> 'written_off' AND id > $1 ORDER BY id LIMIT $2"},
	{"promise", "SELECT id FROM promises WHERE status = 'pending' AND id > $1 ORDER BY id LIMIT $2"},
	{"document", "SELECT id FROM documents WHERE ((wait_sign = 1 AND signed = '') OR (wait_orig = 1 AND received = '')) AND id > $1 ORDER BY id LIMIT $2"},
}

// planBatch is how many records are planned in one turn by ReplanAll.
const planBatch = 200

// ReplanAll plans everything anew: after the calendar or the rules have changed.
func (s *Store) ReplanAll(ctx context.Context) error {
	for _, p := range plannable {
		for last, more := int64(0), true; more; {
			err := s.Update(ctx, func(tx *Tx) error {
				ids, err := tx.ids(p.text, last, planBatch)
				for _, id := range ids {
					tx.mark(crm.Subject{Kind: p.kind, ID: id})
					last = id
				}
				more = len(ids) == planBatch
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// planNewKinds plans everything anew when the table of kinds or the calendar is another than the database was planned with.
func (s *Store) planNewKinds(ctx context.Context) error {
	sum := fnv.New64a()
	for _, k := range s.Kinds {
		fmt.Fprintf(sum, "%s/%s;", k.Of, k.Name)
	}
	fmt.Fprint(sum, s.Calendar.Fingerprint()) // other holidays shift what is planned
	want := int64(sum.Sum64() >> 1)
	var have int64
	err := s.View(ctx, func(tx *Tx) (err error) {
		have, err = tx.count("SELECT value FROM counters WHERE name = 'kinds'")
		return err
	})
	if err != nil || have == want {
		return err
	}
	if err := s.ReplanAll(ctx); err != nil {
		return err
	}
	return s.Update(ctx, func(tx *Tx) error {
		_, err := tx.exec(`INSERT INTO counters (name, value) VALUES ('kinds', $1)
			ON CONFLICT (name) DO UPDATE SET value = excluded.value`, want)
		return err
	})
}
