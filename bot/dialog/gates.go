package dialog

import (
	"followup/storage/crm"
)

// Rules of the gates.
//
// Every command, button, form and kind of file has a row here: the action of the table of permissions that it begins. Who
// may do that with no record at all is turned away before the record is read; whose record it is, the store asks then. What
// has no row is refused to everybody, and a test names it. In a group only what is answered openly there may be tapped: a
// tap's data may be forged, and what it shows would show in the group.

// commandNeeds are the actions of commands.
var commandNeeds = map[string]crm.Action{
	"start": crm.SeeName, "help": crm.SeeName, "cancel": crm.SeeName,
	"today": crm.See, "week": crm.See, "client": crm.See, "clients": crm.See, "find": crm.See, "debts": crm.See, "renewals": crm.See,
	"documents": crm.See,
	"new":       crm.Change, "call": crm.Change, "meet": crm.Change, "mail": crm.Change, "note": crm.Change, "remind": crm.Change,
	"invoice": crm.Change, "paid": crm.Change, "contract": crm.Change,
	"digest": crm.SeeWork, "report": crm.SeeWork,
	"export": crm.Export, "import": crm.Import,
	"texts": crm.ChangeTeam,
	"team":  crm.SeeMember, "invite": crm.Invite,
	"undo":     crm.Undo,
	"settings": crm.ChangeMember, "timezone": crm.ChangeMember, "language": crm.ChangeMember,
	"bind": crm.Bind, "unbind": crm.Bind,
	"away": crm.ChangeMember,
}

// verbNeeds are the actions of buttons.
var verbNeeds = map[string]crm.Action{
	"help": crm.SeeName, "welcome": crm.SeeName,

	"c": crm.See, "cmore": crm.See, "clist": crm.See, "people": crm.See, "plan": crm.See, "debts": crm.See, "owes": crm.See,
	"renew": crm.See, "dso": crm.See, "k": crm.See, "f": crm.See, "i": crm.See, "p": crm.See, "d": crm.See, "docs": crm.See, "pen": crm.See,
	"text": crm.See,

	"q": crm.Change, "dnote": crm.Change, "ddrop": crm.Change, "ok": crm.Change, "fixtime": crm.Change, "fixwho": crm.Change,
	"setwho": crm.Change, "fixkind": crm.Change, "setkind": crm.Change, "refile": crm.Change, "mend": crm.Change, "unedit": crm.Change, "dask": crm.Change, "alias": crm.Change,
	"split": crm.Change, "workday": crm.Change, "pricem": crm.Change, "pricew": crm.Change, "fremind": crm.Change,
	"done": crm.Change, "out": crm.Change, "next": crm.Change, "snooze": crm.Change, "other": crm.Change, "fcancel": crm.Change,
	"cnew": crm.Change, "cadd": crm.Change, "ctier": crm.Change, "settier": crm.Change,
	"kdecide": crm.Change, "kreason": crm.Change, "kother": crm.Change, "kright": crm.Change, "kstop": crm.Change,
	"knew": crm.Change, "ksend": crm.Change, "kend": crm.Change, "kclose": crm.Change, "kindex": crm.Change,
	"dorig": crm.Change, "dstate": crm.Change, "dother": crm.Change, "recon": crm.Change,
	"called": crm.Change, "promise": crm.Change, "pday": crm.Change, "dispute": crm.Change, "disputeto": crm.Change,
	"claim": crm.Change, "sent": crm.Change, "pause": crm.Change, "pauseto": crm.Change, "resume": crm.Change, "deadline": crm.Change, "deadlead": crm.Change, "paid": crm.Change,
	"payday": crm.Change, "splitpay": crm.Change, "advance": crm.Change, "billno": crm.Change, "newbill": crm.Change, "newpay": crm.Change,
	"iplan": crm.Change, "concede": crm.Change, "tolead": crm.Change, "agree": crm.Forgive, "textall": crm.See, "sentall": crm.Change,

	"person": crm.See, "born": crm.Change, "bornof": crm.Change,
	"all":    crm.Change,
	"due":    crm.Change,
	"reqnew": crm.Change, "req": crm.Change,
	"bind":    crm.Bind,
	"greeted": crm.Change,
	"undo":    crm.Undo,
	"redo":    crm.Undo,
	"imp":     crm.Import, "rcpt": crm.Import, "tmpl": crm.Import,
	"exp": crm.Export, "feed": crm.Export, "book": crm.Export, "taken": crm.Audit,
	"same": crm.Merge, "merge": crm.Merge, "apart": crm.Merge,
	"keyrate": crm.ChangeCompany,
	"texts":   crm.ChangeTeam, "tpl": crm.ChangeTeam, "tpledit": crm.ChangeTeam, "tplreset": crm.ChangeTeam, "tset": crm.ChangeTeam,
	"zone": crm.ChangeMember, "lang": crm.ChangeMember, "set": crm.ChangeMember, "hour": crm.ChangeMember,
	"away":   crm.ChangeMember,
	"digest": crm.SeeWork, "report": crm.SeeWork,
	"team": crm.SeeMember, "m": crm.SeeMember, "inv": crm.Invite, "invs": crm.Invite, "invo": crm.Invite,
	"ask": crm.Ask, "grant": crm.Grant, "audit": crm.Audit,
}

// formNeeds are the actions of forms.
var formNeeds = map[string]crm.Action{
	"zone": crm.ChangeMember, "hour": crm.ChangeMember, "tset": crm.ChangeTeam, "template": crm.ChangeTeam, "keyrate": crm.ChangeCompany,
	"teamname": crm.ChangeTeam, "invite": crm.Invite,
	"when": crm.Change, "outcome": crm.Change, "answer": crm.Change, "retime": crm.Change, "reclient": crm.Change,
	"promise": crm.Change, "reason": crm.Change, "kday": crm.Change, "knew": crm.Change, "kend": crm.Change, "kindex": crm.Change, "dispute": crm.Change, "pause": crm.Change, "deadline": crm.Change, "dday": crm.Change,
	"claim": crm.Change, "track": crm.Change, "pay": crm.Change, "payday": crm.Change, "splitpay": crm.Change,
	"billno": crm.Change, "plan": crm.Change, "concede": crm.Change, "field": crm.Change, "birthday": crm.Change, "new": crm.Change, "newinn": crm.Change, "receipt": crm.Import,
	"ask": crm.Change, "request": crm.Change,
	"away": crm.ChangeMember,
}

// fileNeeds are the actions of files by what they are; a file that is an import asks for that as well.
var fileNeeds = map[string]crm.Action{
	"photo": crm.Change, "document": crm.Change, "voice": crm.Change, "video_note": crm.Change, "audio": crm.Change, "video": crm.Change,
	"contact": crm.Change, "place": crm.Change, "forward": crm.Change, "import": crm.Import,
}

// pass is the Problem "denied" when the member may do with no record at all what the table says of name.
func (t *turn) pass(needs map[string]crm.Action, name string) error {
	action, ok := needs[name]
	if ok && crm.MayAny(t.me.Role, action) {
		return nil
	}
	return crm.Say("denied", "action", string(action))
}

// place is the kind of chat that the turn is in.
func (t *turn) place() (crm.Place, error) {
	if !t.in.Group {
		return crm.Private, nil
	}
	team, bound, err := t.tx.TeamByChat(t.in.Chat)
	switch {
	case err != nil:
		return crm.Group, err
	case !bound:
		return crm.Group, nil
	case team.ID == t.me.Team:
		return crm.TeamGroup, nil
	}
	return crm.OtherTeamGroup, nil
}

// passTap is pass for a button, which has to be answered where it is.
func (t *turn) passTap(verb string) error {
	if err := t.pass(verbNeeds, verb); err != nil {
		return err
	}
	place, err := t.place()
	if err == nil && !crm.Openly(verbNeeds[verb], place) {
		return crm.Say("button.unknown")
	}
	return err
}

// passFile is pass for what a message holds beside text.
func (t *turn) passFile() error {
	for kind, there := range map[string]bool{"place": t.in.Place != nil, "contact": t.in.Contact != nil, "forward": t.in.Forward != nil} {
		if there {
			return t.pass(fileNeeds, kind)
		}
	}
	for _, file := range t.in.Files {
		if err := t.pass(fileNeeds, file.Kind); err != nil {
			return err
		}
	}
	return nil
}
