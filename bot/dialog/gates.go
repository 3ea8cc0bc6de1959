package dialog

import (
	"followup/storage/crm"
)

// Rules of the gates.
//
// Every command, button, form and kind of file names in its table the action of the table of permissions that it begins. Who
// may do that with no record at all is turned away before the record is read; whose record it is, the store asks then. What
// names none is refused to everybody, and a test tells. In a group only what is answered openly there may be tapped: a
// tap's data may be forged, and what it shows would show in the group.

// fileNeeds are the actions of files by what they are; a file that is an import asks for that as well.
var fileNeeds = map[string]crm.Action{
	"photo": crm.Change, "document": crm.Change, "voice": crm.Change, "video_note": crm.Change, "audio": crm.Change, "video": crm.Change,
	"contact": crm.Change, "place": crm.Change, "forward": crm.Change, "import": crm.Import,
}

// pass is the Problem "denied" when the member may do an action with no record at all.
func (t *turn) pass(needs crm.Action) error {
	if crm.MayAny(t.me.Role, needs) {
		return nil
	}
	return crm.Say("denied", "action", string(needs))
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
func (t *turn) passTap(v verb) error {
	if err := t.pass(v.needs); err != nil {
		return err
	}
	place, err := t.place()
	if err == nil && !crm.Openly(v.needs, place) {
		return crm.Say("button.unknown")
	}
	return err
}

// passFile is pass for what a message holds beside text.
func (t *turn) passFile() error {
	for kind, there := range map[string]bool{"place": t.in.Place != nil, "contact": t.in.Contact != nil, "forward": t.in.Forward != nil} {
		if there {
			return t.pass(fileNeeds[kind])
		}
	}
	for _, file := range t.in.Files {
		if err := t.pass(fileNeeds[file.Kind]); err != nil {
			return err
		}
	}
	return nil
}
