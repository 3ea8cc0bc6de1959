package dialog

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"followup/bot/capture"
	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
)

// Rules of the history of changes.
//
// A lead reads who changed a client of his team, a manager who changed his own: newest first, each with who, when, by what
// words, and what was before and after. What was taken back stays, with who took it back. The program's own doings are told
// as the bot's.

const (
	auditPage    = 5  // changes a page
	auditDetails = 5  // records of a change
	auditValue   = 60 // UTF-16 units of a value
)

// auditButton opens the history of changes of a client for those who may read it.
func (t *turn) auditButton(c crm.Client) message.Button {
	if !t.tx.MayAudit(c) {
		return message.Button{}
	}
	return t.button("audit.button", "audit", c.ID)
}

// orderAudit answers «кто изменил ромашку»; without a name it is about what was replied to or shown last.
func (t *turn) orderAudit(o capture.Order, about crm.Subject) error {
	if o.Mention != nil && o.Mention.Sure {
		return t.sendAudit(o.Mention.Matches[0].Client)
	}
	if o.Text == "" {
		var whose error = crm.Say("audit.whose")
		if about.Kind == "" {
			_, last, ok, err := t.tx.LastShown(t.in.Chat)
			if err != nil || !ok {
				return cmp.Or(err, whose)
			}
			about = last
		}
		client, err := t.clientOf(about)
		if err != nil || client == 0 {
			return cmp.Or(err, whose)
		}
		return t.sendAudit(client)
	}
	found, err := t.findClients(o.Text)
	if err != nil {
		return err
	}
	all := found.sure
	if len(all) == 0 {
		all = found.near
	}
	switch len(all) {
	case 0:
		return crm.Say("audit.whose")
	case 1:
		return t.sendAudit(all[0].ID)
	}
	s := t.screen("client.which")
	for _, c := range all {
		label, err := t.tellApart(c.ID)
		if err != nil {
			return err
		}
		s.row(labelled(label, "audit", c.ID))
	}
	return t.send(s)
}

func (t *turn) sendAudit(client int64) error {
	s, err := t.auditScreen(client, 0)
	if err != nil {
		return err
	}
	return t.send(s)
}

// tapAudit pages through the changes of a client; arg is the change before which the page begins.
func (t *turn) tapAudit(client int64, arg string) error {
	s, err := t.auditScreen(client, number36(arg))
	if err != nil {
		return err
	}
	return t.show(s)
}

func (t *turn) auditScreen(client, before int64) (*screen, error) {
	c, err := t.tx.Client(client)
	if err != nil {
		return nil, err
	}
	if !t.tx.MayAudit(c) {
		return nil, crm.Say("audit.denied", "name", message.Cut(c.Name, maxNameShown))
	}
	list, err := t.tx.Changes(storage.ChangeFilter{Client: client, Before: before, Limit: auditPage + 1})
	if err != nil {
		return nil, err
	}
	s := &screen{}
	s.Bold(t.Say("audit.head", "name", message.Cut(c.Name, maxNameShown)))
	if len(list) == 0 {
		s.Gap().Add(t.Say("audit.none"))
	}
	page := list[:min(len(list), auditPage)]
	for _, change := range page {
		if err := t.auditChange(s, change, client); err != nil {
			return nil, err
		}
	}
	older, newest := message.Button{}, message.Button{}
	if len(list) > auditPage {
		older = t.button("client.older", "audit", client, base36(page[len(page)-1].ID))
	}
	if before != 0 {
		newest = t.button("client.newest", "audit", client)
	}
	s.row(newest, older).row(t.button("client.back", "c", client))
	return s.about("client", client), nil
}

// auditChange is one change: who, when, by what words, and what it did.
func (t *turn) auditChange(s *screen, c storage.Change, client int64) error {
	who, err := t.actorName(c.Actor)
	if err != nil {
		return err
	}
	s.Gap().Bold(t.Say("audit.line", "when", t.when(c.At), "who", who))
	if c.Label != "change" { // one that nobody named says nothing
		s.Line(capital(message.Cut(t.did(c), 200)))
	}
	details, err := t.tx.Details(c.ID, client)
	if err != nil {
		return err
	}
	details = slices.DeleteFunc(details, func(d storage.Detail) bool { return len(d.Fields) == 0 && !d.Removed && (!d.Made || d.Title == "") })
	for _, d := range details[:min(len(details), auditDetails)] {
		s.Line(t.auditDetail(d))
	}
	if more := len(details) - auditDetails; more > 0 {
		s.Line(t.Say("lines.more", "n", more))
	}
	undone, ok, err := t.tx.UndoneBy(c)
	if err != nil || !ok {
		return err
	}
	who, err = t.actorName(undone.Actor)
	s.Line(t.Say("audit.undone", "who", who, "when", t.when(undone.At)))
	return err
}

// actorName is who made a change: a member, or the program itself.
func (t *turn) actorName(actor int64) (string, error) {
	if actor == 0 {
		return t.Say("audit.program"), nil
	}
	m, err := t.tx.Member(actor)
	return message.Cut(m.Name, 40), err
}

// auditDetail is a record of a change in one line.
func (t *turn) auditDetail(d storage.Detail) string {
	title := message.Cut(strings.Join(strings.Fields(d.Title), " "), auditValue)
	what := t.Say("audit.kind."+d.Kind, "title", title)
	switch {
	case title == "":
		what = t.Say("audit.kind." + d.Kind + ".plain")
	case d.Kind == "invoice" || d.Kind == "contract":
		what = t.Say("audit.kind."+d.Kind, "title", t.number(title))
	}
	var fields []string
	for _, f := range d.Fields {
		if _, word := f.After.(storage.Word); word && d.Made {
			continue // how everything begins
		}
		fields = append(fields, t.auditField(d, f))
	}
	line := t.Say("audit.wrote", "what", what)
	switch {
	case d.Made:
		line = t.Say("audit.made", "what", what)
	case d.Removed:
		return t.Say("audit.removed", "what", what)
	}
	if len(fields) > 0 {
		line += ": " + strings.Join(fields, "; ")
	}
	return message.Cut(line, 300)
}

func (t *turn) auditField(d storage.Detail, f storage.FieldChange) string {
	name := t.Say("audit.field." + f.Column)
	if d.Made {
		return name + " " + t.auditValue(d.Kind, f.Column, f.After)
	}
	return name + " " + t.auditValue(d.Kind, f.Column, f.Before) + " → " + t.auditValue(d.Kind, f.Column, f.After)
}

// auditValue prints a value as people say it.
func (t *turn) auditValue(kind, column string, v any) string {
	switch v := v.(type) {
	case nil:
		return "—"
	case crm.Money:
		return t.Money(v, "short")
	case crm.Date:
		return t.Date(v, "date")
	case crm.Moment:
		return t.When(t.when(v), "")
	case int64:
		return strconv.FormatInt(v, 10)
	case []string:
		return message.Cut(strings.Join(v, ", "), auditValue)
	case storage.Word:
		if kind == "interaction" {
			return t.Say("touch." + string(v))
		}
		word := kind + "." + string(v)
		return t.Say("audit.word." + word)
	case string:
		if column == "text" || column == "outcome" || column == "reason" {
			return t.Say("audit.quoted", "text", message.Cut(v, auditValue))
		}
		return message.Cut(v, auditValue)
	}
	return ""
}
