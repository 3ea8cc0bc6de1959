package storage

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/teambition/rrule-go"

	"followup/storage/crm"
)

// SaveInteraction writes what happened; ID 0 inserts. A two-way touch moves the client's LastTouch forward, never back.
// A private note is changed by its author alone.
func (tx *Tx) SaveInteraction(i *crm.Interaction) error {
	if i.ID != 0 {
		old, err := tx.Interaction(i.ID)
		if err != nil {
			return err
		}
		if err := tx.ofClient(old.Client, crm.Change); err != nil {
			return err
		}
	}
	c, err := tx.client(i.Client, crm.Change)
	if err != nil {
		return err
	}
	if i.Author == 0 {
		i.Author = cmp.Or(tx.me.ID, c.Manager)
	}
	if i.Happened == 0 {
		i.Happened = crm.MomentOf(tx.now)
	}
	tx.created(&i.Created)
	if _, err := interactions.write(tx, i); err != nil {
		return err
	}
	if i.Kind.TwoWay() && i.Happened > c.LastTouch {
		c.LastTouch = i.Happened
		_, err = clients.write(tx, &c)
	}
	return err
}

// Interaction reads an interaction; a private note of somebody else is gone.
func (tx *Tx) Interaction(id int64) (crm.Interaction, error) {
	i, err := interactions.must(tx, id)
	if err == nil {
		err = tx.ofClient(i.Client, crm.See)
	}
	if err == nil && !tx.mayRead(i) {
		err = gone("interaction", id)
	}
	if err != nil {
		return crm.Interaction{}, err
	}
	return i, nil
}

// mayRead keeps private notes to their author; the program itself does not read them either.
func (tx *Tx) mayRead(i crm.Interaction) bool {
	return !i.Private || (tx.me.ID != 0 && i.Author == tx.me.ID)
}

// ofFollowUp allows an action on a follow-up: it is its assignee's and its client's.
func (tx *Tx) ofFollowUp(f crm.FollowUp, action crm.Action) error {
	m, err := tx.member(f.Assignee)
	kept := m.ID != tx.me.ID && slices.Contains(tx.excepted, f.Client)
	if err != nil || !kept && tx.may(action, tx.relation(m.ID, m.Team)) {
		return err
	}
	if f.Asker != 0 && f.Asker == tx.me.ID && tx.may(action, crm.Own) {
		return nil
	}
	if f.Client == 0 {
		return tx.allow(action, crm.Foreign)
	}
	return tx.ofClient(f.Client, action)
}

// SaveFollowUp writes a next step; ID 0 inserts. Due is derived from Day, Clock and Zone; without an assignee it is Me's.
// A colleague's client may be named in one's own follow-up only where one may change that client.
func (tx *Tx) SaveFollowUp(f *crm.FollowUp) error {
	if f.Assignee == 0 {
		var err error
		if f.Assignee, err = tx.assignee(f.Client); err != nil {
			return err
		}
	}
	if f.ID != 0 {
		old, err := followUps.must(tx, f.ID)
		if err != nil {
			return err
		}
		if err := tx.ofFollowUp(old, crm.Change); err != nil {
			return err
		}
	} else if f.Client != 0 {
		if err := tx.ofClient(f.Client, crm.Change); err != nil {
			return err
		}
	}
	if err := tx.ofFollowUp(*f, crm.Change); err != nil {
		return err
	}
	return tx.writeFollowUp(f)
}

// assignee is who has to do what nobody was named for: Me, or the client's manager when the program writes it.
func (tx *Tx) assignee(client int64) (int64, error) {
	if tx.me.ID != 0 || client == 0 {
		return tx.me.ID, nil
	}
	c, err := clients.must(tx, client)
	return c.Manager, err
}

func (tx *Tx) writeFollowUp(f *crm.FollowUp) error {
	if f.Author == 0 {
		f.Author = tx.me.ID
	}
	if f.Status == "" {
		f.Status = crm.FollowUpOpen
	}
	if f.Zone == "" {
		m, err := tx.member(f.Assignee)
		if err != nil {
			return err
		}
		f.Zone = m.Zone
	}
	f.Due = f.DerivedDue()
	tx.created(&f.Created)
	_, err := followUps.write(tx, f)
	return err
}

// FollowUp reads a follow-up.
func (tx *Tx) FollowUp(id int64) (crm.FollowUp, error) {
	f, err := followUps.must(tx, id)
	if err == nil {
		err = tx.ofFollowUp(f, crm.See)
	}
	if err != nil {
		return crm.FollowUp{}, err
	}
	return f, nil
}

// FollowUpFilter selects follow-ups; zero values select everything. DueFrom and DueTo bound the due moment, DueTo not
// included; a snoozed one counts by the moment it was put off to. Obligations nil means both.
type FollowUpFilter struct {
	Assignee, Client, Team int64
	Asker                  int64
	Status                 crm.FollowUpStatus
	DueFrom, DueTo         crm.Moment
	Obligations            *bool
	Limit                  int
}

// FollowUps lists the follow-ups that Me may see, by when they are due.
func (tx *Tx) FollowUps(f FollowUpFilter) ([]crm.FollowUp, error) {
	var w where
	if f.Client == 0 || !tx.isShared(f.Client) {
		tx.visibleFollowUps(&w)
	}
	w.addIf(f.Assignee != 0, "r.assignee_id = ?", f.Assignee)
	w.addIf(f.Client != 0, "r.client_id = ?", f.Client)
	if f.Asker != 0 {
		w.add("r.asker_id = ? AND r.asker_id <> 0", f.Asker)
	}
	w.addIf(f.Team != 0, "r.assignee_id IN (SELECT id FROM members WHERE team_id = ?)", f.Team)
	switch f.Status {
	case "":
	case crm.FollowUpOpen:
		w.add("r.status = 'open'") // written out, so that the index of open ones serves
	default:
		w.add("r.status = ?", string(f.Status))
	}
	w.addIf(f.DueFrom != 0, "CASE WHEN r.snoozed > r.due THEN r.snoozed ELSE r.due END >= ?", int64(f.DueFrom))
	w.addIf(f.DueTo != 0, "r.due < ? AND r.snoozed < ?", int64(f.DueTo), int64(f.DueTo))
	if f.Obligations != nil {
		w.add("r.obligation = ?", bit(*f.Obligations))
	}
	return followUps.list(tx, w.String()+" ORDER BY CASE WHEN r.snoozed > r.due THEN r.snoozed ELSE r.due END, r.id"+w.page(f.Limit, 0), w.args...)
}

// visibleFollowUps limits w to follow-ups of Me, of his clients and, for a lead, of his team.
func (tx *Tx) visibleFollowUps(w *where) {
	switch {
	case tx.may(crm.See, crm.Foreign):
	case tx.may(crm.See, crm.OfTeam) && tx.me.Team != 0:
		w.add("(" + w.in("r.assignee_id", tx.mine()) + " OR " + w.in("r.team_id", []int64{tx.me.Team}) +
			" OR r.assignee_id IN (SELECT id FROM members WHERE " + w.in("team_id", []int64{tx.me.Team}) + "))")
	case tx.may(crm.See, crm.Own):
		tx.withoutExcepted(w, "r.client_id")
		w.add("(" + w.in("r.assignee_id", tx.mine()) + " OR " + w.in("r.manager_id", tx.mine()) + " OR " + w.in("r.asker_id", []int64{tx.me.ID}) + ")")
	default:
		w.add("1 = 0")
	}
}

// Finish marks a follow-up done. One that repeats gets its next occurrence as a new row of the same rule, which is
// returned too. One that is not open is the Problem "already".
func (tx *Tx) Finish(id int64, outcome string) (crm.FollowUp, *crm.FollowUp, error) {
	f, err := followUps.must(tx, id)
	if err == nil {
		err = tx.ofFollowUp(f, crm.Change)
	}
	if err != nil {
		return crm.FollowUp{}, nil, err
	}
	if f.Status != crm.FollowUpOpen {
		return f, nil, crm.Say("already", "kind", "followup", "status", string(f.Status))
	}
	f.Status, f.Outcome, f.Closed = crm.FollowUpDone, outcome, crm.MomentOf(tx.now)
	if _, err := followUps.write(tx, &f); err != nil {
		return f, nil, err
	}
	next, ok := occurrence(f, tx.now)
	if !ok {
		return f, nil, nil
	}
	err = tx.writeFollowUp(&next)
	return f, &next, err
}

// occurrence is the next one of a repeating follow-up: the first by its rule, counted from its own day, that is due after
// both that day and now. Days are counted as civil dates, so that a change of clocks moves nothing.
func occurrence(f crm.FollowUp, now time.Time) (crm.FollowUp, bool) {
	if f.Rule == "" {
		return f, false
	}
	rule, err := rrule.StrToRRule(f.Rule)
	if err != nil {
		return f, false
	}
	rule.DTStart(f.Day.Midnight())
	after := f.Day
	if today := crm.DateOf(now.In(location(f.Zone))); after.Before(today) {
		after = today
	}
	day := rule.After(after.Midnight(), false)
	if day.IsZero() {
		return f, false
	}
	next := f
	next.ID, next.Status, next.Outcome, next.Closed, next.Snoozed, next.Created = 0, crm.FollowUpOpen, "", 0, 0, 0
	next.Day = crm.DateOf(day)
	return next, true
}

// Event is one line of a client's timeline. Kind is the kind of an interaction, or followup, payment, invoice, contract,
// promise or document.
type Event struct {
	At      crm.Moment
	Kind    string
	Subject crm.Subject
	Text    string
	Sum     crm.Money
	Status  string
	Author  int64
	Private bool
}

// timelineParts are the records that a timeline is made of: columns kind, id, at, text, sum, currency, status, author,
// private. A record that knows only its day stands where it was entered.
var timelineParts = []string{
	`SELECT kind, 'interaction', id, happened, CASE WHEN outcome = '' THEN text ELSE text || ' → ' || outcome END, 0, '', '', author_id, private
		FROM interactions WHERE client_id = $1 AND happened < $2 AND (private = 0 OR author_id = $4)`,
	`SELECT 'followup', 'followup', id, due, text, 0, '', status, assignee_id, 0 FROM follow_ups WHERE client_id = $1 AND due < $2`,
	`SELECT 'payment', 'payment', id, created, note, sum, currency, source, author_id, 0 FROM payments WHERE client_id = $1 AND created < $2`,
	`SELECT 'invoice', 'invoice', id, created, number, sum, currency, status, 0, 0 FROM invoices WHERE client_id = $1 AND created < $2`,
	`SELECT 'contract', 'contract', id, created, number, sum, currency, status, 0, 0 FROM contracts WHERE client_id = $1 AND created < $2`,
	`SELECT 'promise', 'promise', id, created, by_whom, sum, currency, status, author_id, 0 FROM promises WHERE client_id = $1 AND created < $2`,
	`SELECT 'document', 'document', id, created, CASE WHEN title = '' THEN number ELSE title END, 0, '', kind, 0, 0 FROM documents WHERE client_id = $1 AND created < $2`,
}

// timelineSQL takes the newest of every part, so that no part is read whole.
var timelineSQL = func() string {
	parts := make([]string, len(timelineParts))
	for i, p := range timelineParts {
		parts[i] = "SELECT * FROM (" + p + " ORDER BY 4 DESC, 3 DESC LIMIT $3) AS p" + strconv.Itoa(i)
	}
	return strings.Join(parts, " UNION ALL ") + " ORDER BY 4 DESC, 3 DESC, 2 DESC LIMIT $3"
}()

// Timeline is everything of a client before a moment (0: everything there is), newest first. Follow-ups stand at their
// due moment. Private notes are only their author's.
func (tx *Tx) Timeline(client int64, before crm.Moment, limit int) ([]Event, error) {
	if err := tx.ofClient(client, crm.See); err != nil {
		return nil, err
	}
	if before == 0 {
		before = 1 << 40
	}
	var events []Event
	err := tx.each(timelineSQL, []any{client, int64(before), limit, tx.me.ID}, func(scan func(...any) error) error {
		var e Event
		err := scan(&e.Kind, &e.Subject.Kind, &e.Subject.ID, &e.At, &e.Text, &e.Sum.Minor, &e.Sum.Currency, &e.Status, &e.Author,
			flagCell{&e.Private})
		events = append(events, e)
		return err
	})
	return events, err
}
