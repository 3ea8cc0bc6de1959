package dialog

import (
	"followup/bot/capture"
	"followup/storage/crm"
)

// A command is a word after a slash. Free text is the main road; commands are for those who like them and for Telegram's
// menu, where each is shown with the catalog's text "menu.NAME". Without an argument a command asks with buttons or shows
// an example. Who may use it is in gates.go.
type cmd struct {
	name string
	do   func(t *turn, args string) error
	hide bool // works, but isn't in the menu
}

// commandTable is in the order of the menu.
func commandTable() []cmd {
	return []cmd{
		{name: "today", do: (*turn).today_},
		{name: "week", do: (*turn).week},
		{name: "client", do: (*turn).clientCommand},
		{name: "clients", do: (*turn).clients},
		{name: "new", do: (*turn).newClient},
		{name: "find", do: (*turn).find},
		{name: "call", do: touchCommand(crm.TouchCall)},
		{name: "meet", do: touchCommand(crm.TouchMeeting)},
		{name: "mail", do: touchCommand(crm.TouchMail)},
		{name: "note", do: touchCommand(crm.TouchNote)},
		{name: "remind", do: (*turn).remind},
		{name: "debts", do: (*turn).debts},
		{name: "invoice", do: billing(capture.Invoice)},
		{name: "paid", do: billing(capture.Payment)},
		{name: "contract", do: billing(capture.Contract)},
		{name: "renewals", do: (*turn).renewals},
		{name: "digest", do: (*turn).digest},
		{name: "report", do: (*turn).report},
		{name: "export", do: (*turn).export},
		{name: "documents", do: (*turn).documents},
		{name: "bind", do: (*turn).bindCommand},
		{name: "unbind", do: (*turn).unbindCommand, hide: true},
		{name: "away", do: (*turn).awayCommand},
		{name: "import", do: (*turn).importMenu},
		{name: "texts", do: (*turn).texts},
		{name: "team", do: (*turn).team},
		{name: "invite", do: (*turn).invite},
		{name: "undo", do: (*turn).undo},
		{name: "cancel", do: (*turn).cancel},
		{name: "settings", do: (*turn).settings},
		{name: "timezone", do: (*turn).timezone},
		{name: "language", do: (*turn).language},
		{name: "help", do: (*turn).help},
		{name: "start", do: (*turn).start, hide: true},
	}
}

var commands = commandTable()

// Command is an entry of Telegram's menu.
type Command struct{ Name, Description string }

// Menu is what setMyCommands registers for a language and a role; a role of "" is a stranger's.
func (d *Dialog) Menu(code string, role crm.Role) []Command {
	p := printer(code)
	if role == "" {
		return []Command{{"start", p.Say("menu.start")}, {"help", p.Say("menu.help")}}
	}
	var menu []Command
	for _, c := range commands {
		if !c.hide && crm.MayAny(role, commandNeeds[c.name]) {
			menu = append(menu, Command{c.name, p.Say("menu." + c.name)})
		}
	}
	return menu
}

// command runs a command, or says that there is none of that name.
func (t *turn) command(name, args string) error {
	for _, c := range commands {
		if c.name != name {
			continue
		}
		if t.pass(commandNeeds, name) != nil {
			return crm.Say("denied.command", "name", name)
		}
		return c.do(t, args)
	}
	return crm.Say("command.unknown", "name", name)
}

// touchCommand logs a touch of a kind: "/call Ромашка: ждут КП".
func touchCommand(kind crm.TouchKind) func(*turn, string) error {
	return func(t *turn, args string) error {
		if args == "" {
			return t.example("touch." + string(kind))
		}
		return t.file(args, state{Force: string(kind)})
	}
}

// remind makes a follow-up: "/remind Ромашка: выслать прайс каждый понедельник в 10".
func (t *turn) remind(args string) error {
	if args == "" {
		return t.example("remind")
	}
	return t.file(args, state{Force: "followup"})
}

// example shows how a command is used.
func (t *turn) example(topic string) error {
	return t.send(t.screen("example." + topic))
}
