package storage

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"followup/storage/crm"
)

// Rules of undo.
//
// A change is taken back row by row, last written first, each column that the change wrote getting back what it held.
// When one of those columns was written by a later change that still holds, or something refers to a row that would go,
// nothing is taken back: Problem "undo.changed" names the later change. Only what follows from other rows (a client's
// last touch, balances, what came on a promise) is counted anew instead, so that the first of two calls can be taken
// back as well as the last. Redo is the same the other way round. Both leave their own mark in the trail. Reminders are
// planned anew: a step whose moment has passed meanwhile is not fired.

// Change is one turn's change as the audit trail keeps it. Label is the tail of the catalog key "did.<label>".
type Change struct {
	ID            int64
	At            crm.Moment
	Actor         int64 // 0 is the program itself
	Label         string
	Subject       crm.Subject
	Facts         []crm.Fact
	Undone        bool
	Chat, Message int64
	Entries       int // rows that can be taken back
}

const changeColumns = "SELECT id, at, actor_id, label, subject_kind, subject_id, facts, chat, message, entries, undone FROM changes "

func (tx *Tx) changes(rest string, args ...any) ([]Change, error) {
	var list []Change
	err := tx.each(changeColumns+rest, args, func(scan func(...any) error) error {
		var c Change
		var facts string
		err := scan(&c.ID, &c.At, &c.Actor, &c.Label, &c.Subject.Kind, &c.Subject.ID, &facts, &c.Chat, &c.Message, &c.Entries, flagCell{&c.Undone})
		if err != nil {
			return err
		}
		c.Facts, err = unpackFacts(facts)
		list = append(list, c)
		return err
	})
	return list, err
}

func (tx *Tx) change(rest string, args ...any) (Change, bool, error) {
	list, err := tx.changes(rest, args...)
	if err != nil || len(list) == 0 {
		return Change{}, false, err
	}
	return list[0], true, nil
}

// LastChange is the newest change of Me that can be taken back.
func (tx *Tx) LastChange() (Change, bool, error) {
	if !tx.may(crm.Undo, crm.Own) {
		return Change{}, false, nil
	}
	return tx.change("WHERE actor_id = $1 AND undone = 0 AND entries > 0 ORDER BY id DESC LIMIT 1", tx.me.ID)
}

// LastUndone is the change that Me took back last and did not bring back.
func (tx *Tx) LastUndone() (Change, bool, error) {
	if !tx.may(crm.Undo, crm.Own) {
		return Change{}, false, nil
	}
	return tx.change(`WHERE id = (SELECT u.subject_id FROM changes u JOIN changes c ON c.id = u.subject_id
		WHERE u.actor_id = $1 AND u.label = 'undo' AND c.undone = 1 ORDER BY u.id DESC LIMIT 1)`, tx.me.ID)
}

// ChangeByID reads a change of Me, or of a member whose changes Me may take back.
func (tx *Tx) ChangeByID(id int64) (Change, error) {
	c, found, err := tx.change("WHERE id = $1", id)
	if err == nil && !found {
		err = gone("change", id)
	}
	if err == nil {
		err = tx.ofChange(c)
	}
	if err != nil {
		return Change{}, err
	}
	return c, nil
}

// ofChange allows seeing and undoing a change by whose it is.
func (tx *Tx) ofChange(c Change) error {
	if c.Actor == 0 {
		return tx.allow(crm.Undo, crm.Company)
	}
	m, err := tx.member(c.Actor)
	if err != nil {
		return err
	}
	return tx.allow(crm.Undo, tx.relationTo(m))
}

// ChangeOf is the newest change that came from a message.
func (tx *Tx) ChangeOf(chat, msg int64) (Change, bool, error) {
	c, found, err := tx.change("WHERE chat = $1 AND message = $2 AND message <> 0 AND label NOT IN ('undo', 'redo') ORDER BY id DESC LIMIT 1", chat, msg)
	if err == nil && found {
		err = tx.ofChange(c)
	}
	return c, found, err
}

// ChangeFilter selects changes of one client or of one record.
type ChangeFilter struct {
	Client  int64
	Subject crm.Subject
	Labels  []string // empty: whatever was done
	Before  int64    // changes older than this one, 0 from the newest
	Limit   int
}

// Changes lists what was changed, newest first. What changed only private notes of somebody else is left out.
func (tx *Tx) Changes(f ChangeFilter) ([]Change, error) {
	w := &where{}
	switch {
	case !tx.may(crm.Audit, crm.Own):
		return nil, tx.allow(crm.Audit, crm.Own)
	case f.Client != 0:
		if err := tx.ofClient(f.Client, crm.Audit); err != nil {
			return nil, err
		}
		w.add("id IN (SELECT change_id FROM entries WHERE client_id = ? AND client_id <> 0)", f.Client)
	case f.Subject.ID != 0:
		w.add("subject_kind = ? AND subject_id = ?", f.Subject.Kind, f.Subject.ID)
	}
	if f.Client == 0 && !tx.may(crm.Audit, crm.Foreign) {
		if tx.may(crm.Audit, crm.OfTeam) && tx.me.Team != 0 {
			w.add("(actor_id = ? OR actor_id IN (SELECT id FROM members WHERE team_id = ?))", tx.me.ID, tx.me.Team)
		} else {
			w.add("actor_id = ?", tx.me.ID)
		}
	}
	if len(f.Labels) > 0 {
		marks, labels := strings.Repeat(", ?", len(f.Labels))[2:], make([]any, len(f.Labels))
		for i, l := range f.Labels {
			labels[i] = l
		}
		w.add("label IN ("+marks+")", labels...)
	}
	w.addIf(f.Before != 0, "id < ?", f.Before)
	// Counted, because PostgreSQL would gather the private notes of everybody for a NOT EXISTS.
	w.add(`(actor_id = ? OR 0 = (SELECT count(*) FROM entries e JOIN interactions i ON i.id = e.row_id AND e.table_name = 'interactions'
		WHERE e.change_id = changes.id AND i.private = 1))`, tx.me.ID)
	list, err := tx.changes(w.String()+" ORDER BY id DESC"+w.page(f.Limit, 0), w.args...)
	if err != nil {
		return nil, err
	}
	return tx.withoutPrivate(list)
}

// Undo takes a change back. Problems: "undo.nothing" when it has nothing to take back, "undo.already", "undo.changed", and "undo.late" (facts day, hours)
// for a whole file after a day.
func (tx *Tx) Undo(change int64) (Change, error) { return tx.rewrite(change, true) }

// Redo brings a change back that was undone. Problems: "redo.already", "undo.nothing", "undo.changed".
func (tx *Tx) Redo(change int64) (Change, error) { return tx.rewrite(change, false) }

// undoWhole is how long a whole file can be taken back: later its records are worked with, and taking back half of them would help nobody.
const undoWhole = 24 * time.Hour

// whole are the labels of changes that wrote a whole file.
var whole = map[string]bool{"import": true, "statement": true}

func (tx *Tx) rewrite(id int64, undo bool) (Change, error) {
	c, err := tx.ChangeByID(id)
	switch {
	case err != nil:
		return c, err
	case c.Entries == 0:
		return c, crm.Say("undo.nothing")
	case undo && c.Undone:
		return c, crm.Say("undo.already")
	case undo && whole[c.Label] && tx.now.Unix() > int64(c.At)+int64(undoWhole.Seconds()):
		return c, crm.Say("undo.late", "day", crm.DateOf(time.Unix(int64(c.At), 0).In(tx.me.Location())), "hours", int(undoWhole.Hours()))
	case !undo && !c.Undone:
		return c, crm.Say("redo.already")
	}
	steps, err := tx.steps(id, undo)
	if err != nil {
		return c, err
	}
	if err := tx.mayRewrite(c, steps); err != nil {
		return c, err
	}
	label := "redo"
	if undo {
		label = "undo"
	}
	tx.Change(label, crm.Subject{Kind: "change", ID: id})
	if err := tx.openChange(); err != nil {
		return c, err
	}
	tx.trail.silent = true
	defer func() { tx.trail.silent = false }()
	for _, s := range steps {
		if err := tx.take(s); err != nil {
			return c, err
		}
	}
	if err := tx.settle(steps); err != nil {
		return c, err
	}
	c.Undone = undo
	_, err = tx.exec("UPDATE changes SET undone = $1 WHERE id = $2", bit(undo), id)
	return c, err
}

// mayRewrite asks for permission on what the steps would write: a change that Me made stays his, but what it changed may
// have gone to somebody else since, and so may the right to change members and teams.
func (tx *Tx) mayRewrite(c Change, steps []step) error {
	if c.Label == AnsweredRequest && c.Actor == tx.me.ID {
		return nil // the client is not his, but the answer is
	}
	asked := map[int64]bool{0: true}
	for _, s := range steps {
		if may, ok := rewriters[s.shape.kind]; ok {
			if err := may(tx, s); err != nil {
				return err
			}
		}
		client := s.id
		if s.shape.kind != "client" {
			row, err := tx.readRow(s.shape, s.id)
			if err != nil {
				return err
			}
			client = s.shape.clientOf(s.id, row)
		}
		if asked[client] {
			continue
		}
		asked[client] = true
		if _, found, err := clients.get(tx, client); err != nil || !found {
			if err != nil {
				return err
			}
			continue
		}
		if err := tx.ofClient(client, crm.Change); err != nil {
			return err
		}
	}
	return nil
}

// rewriters ask for permission on rows that belong to no client.
var rewriters = map[string]func(*Tx, step) error{
	"member": func(tx *Tx, s step) error {
		old, found, err := members.get(tx, s.id)
		if err != nil || !found || s.to == nil {
			return err
		}
		m := old
		for _, f := range members.fields(&m) {
			if v, writes := s.to[f.name]; writes {
				if err := f.cell.Scan(v); err != nil {
					return err
				}
			}
		}
		return tx.mayChange(old, m)
	},
	"team":    func(tx *Tx, s step) error { return tx.allow(crm.ChangeTeam, tx.relation(0, s.id)) },
	"setting": func(tx *Tx, _ step) error { return tx.allow(crm.ChangeCompany, crm.Company) },
	"access": func(tx *Tx, s step) error {
		a, found, err := accesses.get(tx, s.id)
		if err != nil || !found || a.Member == tx.me.ID {
			return err
		}
		return tx.ofClient(a.Client, crm.Grant)
	},
}

// step is one row on its way from one image to another; nil stands for no row.
type step struct {
	change   int64
	shape    *shape
	id       int64
	from, to map[string]any
}

// steps are a change's entries in the order in which they are to be rewritten.
func (tx *Tx) steps(change int64, undo bool) ([]step, error) {
	var steps []step
	err := tx.each("SELECT table_name, row_id, before_row, after_row FROM entries WHERE change_id = $1 ORDER BY id", []any{change},
		func(scan func(...any) error) error {
			s := step{change: change}
			var name string
			var before, after any
			if err := scan(&name, &s.id, &before, &after); err != nil {
				return err
			}
			if s.shape = shapeOf(name); s.shape == nil {
				return fmt.Errorf("storage: change %d is of the unknown table %s", change, name)
			}
			var err error
			if s.from, err = parseImage(before); err != nil {
				return err
			}
			if s.to, err = parseImage(after); err != nil {
				return err
			}
			if undo {
				s.from, s.to = s.to, s.from
			}
			steps = append(steps, s)
			return nil
		})
	if undo {
		slices.Reverse(steps)
	}
	return steps, err
}

// take rewrites one row.
func (tx *Tx) take(s step) error {
	row, err := tx.readRow(s.shape, s.id)
	if err != nil {
		return err
	}
	if (row == nil) != (s.from == nil) {
		return tx.changedBy(s)
	}
	if row != nil {
		for i, column := range s.shape.columns {
			if v, wrote := s.from[column]; wrote && v != row[i] && !s.shape.softColumn(column) {
				return tx.changedBy(s)
			}
		}
	}
	if s.to == nil {
		if held, err := tx.heldBy(s.shape, s.id); err != nil || held {
			return orElse(err, tx.changedBy(s))
		}
		_, err = tx.writeRow(s.shape, s.id, row, nil)
		return err
	}
	if gone, err := tx.refersToGone(s); err != nil || gone {
		return orElse(err, tx.changedBy(s))
	}
	after := slices.Clone(row)
	if row == nil {
		after = slices.Clone(s.shape.empty)
	}
	for i, column := range s.shape.columns {
		v, writes := s.to[column]
		if writes && (row == nil || !s.shape.softColumn(column) || row[i] == s.from[column]) {
			after[i] = v
		}
	}
	_, err = tx.writeRow(s.shape, s.id, row, after)
	return err
}

func orElse(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// refersToGone reports whether a row would refer to one that a change undone since had made.
func (tx *Tx) refersToGone(s step) (bool, error) {
	for _, ref := range references {
		id, writes := s.to[ref.column]
		if ref.table != s.shape.table || !writes || id == nil || id == int64(0) {
			continue
		}
		n, err := tx.count("SELECT count(*) FROM "+ref.to+" WHERE id = $1", id)
		if err != nil || n == 0 {
			return n == 0, err
		}
	}
	return false, nil
}

// heldBy reports whether a row refers to this one.
func (tx *Tx) heldBy(s *shape, id int64) (bool, error) {
	for _, ref := range references {
		if ref.to != s.table {
			continue
		}
		n, err := tx.count("SELECT count(*) FROM (SELECT 1 FROM "+ref.table+" WHERE "+ref.column+" = $1 LIMIT 1) AS one", id)
		if err != nil || n > 0 {
			return n > 0, err
		}
	}
	return false, nil
}

// changedBy is the Problem of a row that a later change wrote or that something later refers to. Its facts name that
// change's label, moment and member where it is known.
func (tx *Tx) changedBy(s step) error {
	later, found, err := tx.change(`WHERE undone = 0 AND id > $1 AND id IN
		(SELECT change_id FROM entries WHERE table_name = $2 AND row_id = $3) ORDER BY id DESC LIMIT 1`, s.change, s.shape.table, s.id)
	if err == nil && !found && s.shape.kind == "client" {
		later, _, err = tx.change("WHERE undone = 0 AND id > $1 AND id IN (SELECT change_id FROM entries WHERE client_id = $2) ORDER BY id DESC LIMIT 1",
			s.change, s.id)
	}
	if err != nil {
		return err
	}
	who := ""
	if later.Actor != 0 {
		m, err := tx.member(later.Actor)
		if err != nil {
			return err
		}
		who = m.Name
	}
	return crm.Say("undo.changed", "kind", s.shape.kind, "label", later.Label, "at", later.At, "member", who)
}

// settle counts anew what follows from the rows that were rewritten, where a later change had its part in it.
func (tx *Tx) settle(steps []step) error {
	done := map[crm.Subject]bool{}
	for _, s := range steps {
		id := crm.Subject{Kind: s.shape.kind, ID: s.id}
		count, ok := settlers[s.shape.kind]
		if done[id] || !ok {
			continue
		}
		done[id] = true
		row, err := tx.readRow(s.shape, s.id)
		if err != nil {
			return err
		}
		if row == nil {
			continue
		}
		wrong := s.conflicts(row)
		if !wrong && s.shape.kind == "invoice" {
			if wrong, err = tx.miscounted(s.id); err != nil {
				return err
			}
		}
		if !wrong {
			continue
		}
		if err := count(tx, s.id); err != nil {
			return err
		}
		if over, err := tx.overpaid(s); err != nil || over {
			return orElse(err, tx.changedBy(s))
		}
	}
	return nil
}

// miscounted reports whether a bill's balance is not its sum less its parts: what a later payment left happens to be what
// this change had left.
func (tx *Tx) miscounted(id int64) (bool, error) {
	i, found, err := invoices.get(tx, id)
	if err != nil || !found {
		return false, err
	}
	paid, err := tx.count("SELECT COALESCE(sum(sum), 0) FROM allocations WHERE invoice_id = $1", id)
	return i.Balance.Minor != i.Sum.Minor-i.Moved.Minor-paid, err
}

// overpaid reports whether a bill would have taken more than its sum: what is brought back was paid again meanwhile.
func (tx *Tx) overpaid(s step) (bool, error) {
	if s.shape.kind != "invoice" {
		return false, nil
	}
	i, found, err := invoices.get(tx, s.id)
	return found && i.Balance.Minor < 0, err
}

// conflicts reports whether a soft column holds neither what the step was to write: somebody else wrote it too.
func (s step) conflicts(row []any) bool {
	for i, column := range s.shape.columns {
		if v, writes := s.to[column]; writes && s.shape.softColumn(column) && row[i] != v {
			return true
		}
	}
	return false
}

// settlers count the soft columns of a row.
var settlers = map[string]func(tx *Tx, id int64) error{
	"client": func(tx *Tx, id int64) error {
		c, found, err := clients.get(tx, id)
		if err != nil || !found {
			return err
		}
		last, err := tx.count("SELECT COALESCE(max(happened), 0) FROM interactions WHERE client_id = $1 AND kind NOT IN ('missed', 'note')", id)
		if err != nil {
			return err
		}
		c.LastTouch = crm.Moment(last)
		_, err = clients.write(tx, &c)
		return err
	},
	"invoice": func(tx *Tx, id int64) error { return tx.settleInvoice(id) },
	"promise": func(tx *Tx, id int64) error {
		p, found, err := promises.get(tx, id)
		if err != nil || !found {
			return err
		}
		return tx.settlePromise(p)
	},
}
