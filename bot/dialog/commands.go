package dialog

import (
	"followup/bot/capture"
	"followup/storage/crm"
)

// A command is a word after a slash. Free text is the main road; commands are for those who like them and for Telegram's
// menu, where each is shown with the catalog's text "menu.NAME". Without an argument a command asks with buttons or shows
// an example. needs is the action that it begins; see gates.go.
type cmd struct {
	name  string
	needs crm.Action
	do    func(t *turn, args string) error
	hide  bool // works, but isn't in the menu
}

// commandTable is in the order of the menu.
func commandTable() []cmd {
	return []cmd{
		{name: "today", needs: crm.See, do: (*turn).todayCommand},
		{name: "week", needs: crm.See, do: (*turn).week},
		{name: "client", needs: crm.See, do: (*turn).clientCommand},
		{name: "clients", needs: crm.See, do: (*turn).clients},
		{name: "new", needs: crm.Change, do: (*turn).newClient},
		{name: "find", needs: crm.See, do: (*turn).find},
		{name: "call", needs: crm.Change, do: touchCommand(crm.TouchCall)},
		{name: "meet", needs: crm.Change, do: touchCommand(crm.TouchMeeting)},
		{name: "mail", needs: crm.Change, do: touchCommand(crm.TouchMail)},
		{name: "note", needs: crm.Change, do: touchCommand(crm.TouchNote)},
		{name: "remind", needs: crm.Change, do: (*turn).remind},
		{name: "debts", needs: crm.See, do: (*turn).debts},
		{name: "invoice", needs: crm.Change, do: billing(capture.Invoice)},
		{name: "paid", needs: crm.Change, do: billing(capture.Payment)},
		{name: "contract", needs: crm.Change, do: billing(capture.Contract)},
		{name: "renewals", needs: crm.See, do: (*turn).renewals},
		{name: "digest", needs: crm.SeeWork, do: (*turn).digest},
		{name: "report", needs: crm.SeeWork, do: (*turn).report},
		{name: "export", needs: crm.Export, do: (*turn).export},
		{name: "documents", needs: crm.See, do: (*turn).documents},
		{name: "bind", needs: crm.Bind, do: (*turn).bindCommand},
		{name: "unbind", needs: crm.Bind, do: (*turn).unbindCommand, hide: true},
		{name: "away", needs: crm.ChangeMember, do: (*turn).awayCommand},
		{name: "import", needs: crm.Import, do: (*turn).importMenu},
		{name: "texts", needs: crm.ChangeTeam, do: (*turn).texts},
		{name: "team", needs: crm.SeeMember, do: (*turn).team},
		{name: "invite", needs: crm.Invite, do: (*turn).invite},
		{name: "undo", needs: crm.Undo, do: (*turn).undo},
		{name: "cancel", needs: crm.SeeName, do: (*turn).cancel},
		{name: "settings", needs: crm.ChangeMember, do: (*turn).settings},
		{name: "timezone", needs: crm.ChangeMember, do: (*turn).timezone},
		{name: "language", needs: crm.ChangeMember, do: (*turn).language},
		{name: "help", needs: crm.SeeName, do: (*turn).help},
		{name: "start", needs: crm.SeeName, do: (*turn).start, hide: true},
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
		if !c.hide && crm.MayAny(role, c.needs) {
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
		if t.pass(c.needs) != nil {
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
