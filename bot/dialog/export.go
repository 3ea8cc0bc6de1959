package dialog

import (
	"slices"
	"strings"

	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
)

// Rules of an export.
//
// A file holds what its asker may see and no private note. It is made when it is sent, so what it holds is of that moment;
// who took what stays in the audit trail. Sums stand in the file even when they are hidden in the chat: the person asks for
// them by name, and is told.

// exportKind is something that can be taken, in the order of the buttons.
type exportKind struct {
	name  string
	count func(storage.Holdings) int
	forms []string
	money bool
	words []string // what people type after /export
}

func exportTable() []exportKind {
	return []exportKind{
		{"clients", func(h storage.Holdings) int { return h.Clients }, []string{"xlsx", "excel", "sheets", "bitrix", "amo"}, false, []string{"клиент", "client"}},
		{"contacts", func(h storage.Holdings) int { return h.Contacts }, []string{"vcf", "xlsx", "excel", "sheets", "bitrix", "amo"}, false, []string{"контакт", "визитк", "contact", "vcard"}},
		{"interactions", func(h storage.Holdings) int { return h.Interactions }, []string{"xlsx", "excel", "sheets"}, false, []string{"касани", "истори", "interaction", "touch", "history"}},
		{"followups", func(h storage.Holdings) int { return h.FollowUps }, []string{"xlsx", "excel", "sheets"}, false, []string{"дел", "напоминани", "follow", "task"}},
		{"contracts", func(h storage.Holdings) int { return h.Contracts }, []string{"xlsx", "excel", "sheets"}, true, []string{"договор", "contract"}},
		{"receivables", func(h storage.Holdings) int { return h.Receivables }, []string{"xlsx", "excel", "sheets", "bitrix", "amo"}, true, []string{"дебитор", "долг", "счет", "receivable", "debt", "invoice"}},
		{"all", all, []string{"xlsx"}, true, []string{"все", "всё", "all", "everything"}},
		{"calendar", func(h storage.Holdings) int { return h.FollowUps + h.Contracts }, []string{"ics"}, false, []string{"календар", "calendar", "ics"}},
	}
}

var exportKinds = exportTable()

func all(h storage.Holdings) int {
	return h.Clients + h.Contacts + h.Interactions + h.FollowUps + h.Contracts + h.Receivables
}

func exportKindOf(name string) (exportKind, bool) {
	for _, k := range exportKinds {
		if k.name == name {
			return k, true
		}
	}
	return exportKind{}, false
}

// export offers what can be taken: "/export", or at once "/export клиенты".
func (t *turn) export(args string) error {
	said := strings.ToLower(strings.TrimSpace(args))
	for _, k := range exportKinds {
		for _, word := range k.words {
			if said != "" && strings.HasPrefix(said, word) {
				return t.exportHow(k)
			}
		}
	}
	if said != "" {
		return crm.Say("export.unknown", "said", message.Cut(args, 60))
	}
	s, err := t.exportScreen()
	if err != nil {
		return err
	}
	return t.send(s)
}

func (t *turn) exportScreen() (*screen, error) {
	h, err := t.tx.Holdings(0)
	if err != nil {
		return nil, err
	}
	if all(h) == 0 {
		return t.screen("export.none"), nil
	}
	of, err := t.scope()
	if err != nil {
		return nil, err
	}
	s := t.screen("export.ask", "who", of.title)
	var buttons []message.Button
	for _, k := range exportKinds {
		n := k.count(h)
		if n == 0 {
			continue
		}
		label := t.Say("export." + k.name)
		if k.name != "all" && k.name != "calendar" {
			label = t.Say("export.button", "what", label, "n", n)
		}
		buttons = append(buttons, labelled(label, "exp", 0, k.name))
	}
	s.rows(2, buttons...).row(t.button("feeds.button", "feed", 0))
	if t.isLead() {
		s.row(t.button("taken.button", "taken", 0))
	}
	return s, nil
}

// takenRows is how many of the latest files and links a lead sees.
const takenRows = 15

// tapTaken lists who took files and made links lately: a lead's team, an owner's company.
func (t *turn) tapTaken(int64, string) error {
	if !t.isLead() {
		return crm.Say("denied", "action", string(crm.Audit))
	}
	list, err := t.tx.Changes(storage.ChangeFilter{Labels: []string{"export", "feed.new", "feed.gone"}, Limit: takenRows})
	if err != nil {
		return err
	}
	s := t.screen("taken.head")
	if len(list) == 0 {
		s.Line(t.Say("taken.none"))
	}
	for _, c := range list {
		who, err := t.tx.Member(c.Actor)
		if err != nil {
			return err
		}
		s.Line(t.Say("taken.line", "when", t.when(c.At), "who", message.Cut(who.Name, 40), "what", t.did(c)))
	}
	return t.show(s.row(t.button("back", "exp", 0)))
}

// tapExport goes from what to how, and then has the file made: "", "clients", "clients:xlsx".
func (t *turn) tapExport(_ int64, arg string) error {
	name, form, chosen := strings.Cut(arg, ":")
	if name == "" {
		s, err := t.exportScreen()
		if err != nil {
			return err
		}
		return t.show(s)
	}
	k, ok := exportKindOf(name)
	switch {
	case !ok:
		return crm.Say("button.unknown")
	case !chosen:
		return t.exportHow(k)
	}
	if !slices.Contains(k.forms, form) {
		return crm.Say("button.unknown")
	}
	return t.exportAs(k, form)
}

// exportHow asks in which form; where there is one only, the file comes at once.
func (t *turn) exportHow(k exportKind) error {
	h, err := t.tx.Holdings(0)
	if err != nil {
		return err
	}
	n := k.count(h)
	if n == 0 {
		return crm.Say("export.empty", "what", t.Say("export."+k.name))
	}
	if len(k.forms) == 1 {
		return t.exportAs(k, k.forms[0])
	}
	s := t.screen("export.how", "what", t.Say("export."+k.name), "n", n)
	if k.money && t.me.Settings.HideSums {
		s.Line(t.Say("export.sums"))
	}
	var buttons []message.Button
	for _, form := range k.forms {
		buttons = append(buttons, t.button("export.form."+form, "exp", 0, k.name, form))
	}
	return t.show(s.rows(2, buttons...).row(t.button("back", "exp", 0)))
}

// exportAs has a file made and notes who took it.
func (t *turn) exportAs(k exportKind, form string) error {
	if err := t.costly(); err != nil {
		return err
	}
	if err := t.noteExport(k.name, form); err != nil {
		return err
	}
	o := message.Out{Chat: t.me.Telegram, Once: true, Make: &message.Make{Member: t.me.ID, What: k.name, Form: form}}
	if _, err := t.tx.Send(o); err != nil {
		return err
	}
	if t.in.Kind != message.Tap {
		return nil
	}
	return t.toast(t.Say("export.making"), false)
}

// Export makes a file on the command line, on behalf of a member, as /export does in the chat. form may be empty: the first of
// those there are. Problems: "export.empty", and "export.unknown" for a form that the kind doesn't have.
func (d *Dialog) Export(tx *storage.Tx, m crm.Member, what, form string) (func() (message.Out, error), error) {
	t := d.turnOf(tx, m, message.In{Chat: m.Telegram})
	k, _ := exportKindOf(what)
	h, err := t.tx.Holdings(0)
	switch {
	case err != nil:
		return nil, err
	case form == "" && what == "calendar":
		form = "ics"
	case form == "":
		form = "xlsx"
	}
	if !slices.Contains(k.forms, form) {
		return nil, crm.Say("export.unknown", "said", what+" "+form)
	}
	if k.count(h) == 0 {
		return nil, crm.Say("export.empty", "what", t.Say("export."+what))
	}
	if err := t.noteExport(what, form); err != nil {
		return nil, err
	}
	return d.Make(tx, message.Make{Member: m.ID, What: what, Form: form})
}

func (t *turn) noteExport(what, form string) error {
	return t.tx.Noted("export", crm.Subject{Kind: "member", ID: t.me.ID},
		crm.Fact{Name: "what", Value: t.Say("export." + what)}, crm.Fact{Name: "form", Value: t.Say("export.form." + form)})
}
