package crm

// Rules of permission.
//
// The owner may do everything. A lead may do with his team's records what a manager may with his own, hands clients over,
// answers who asks for access, invites managers, takes them out, agrees to credit notes and write-offs and changes his team. A manager sees and changes what
// belongs to his own clients, and of others' clients sees the name alone, so that no client is entered twice; he may ask
// for access, and what a lead shared with him he reads and writes as his own, though reminders, erasing and the history of
// changes stay with those who are responsible. Whoever stands in for an absent member has that member's clients as his
// own for the time. What is nobody's (a client without a manager) is foreign to a manager and a team's own to its lead.
// Roles and teams are changed by an owner alone. A person without a role may do nothing.
//
// Where it is asked matters as much: in a group nothing is answered but in private, except binding that very group.

// Action is something a member does with a record.
type Action string

// Actions, each on one record or on the company.
const (
	SeeName       Action = "name"     // learn that a client exists
	Ask           Action = "ask"      // ask a lead for access to a client
	See           Action = "see"      // read a client and everything kept for it
	Change        Action = "change"   // write the same
	Import        Action = "import"   // take records from a file
	Export        Action = "export"   // take records out as a file
	Audit         Action = "audit"    // read who changed a client, with what was there before
	Grant         Action = "grant"    // answer who asks for access, and take it back
	HandOver      Action = "handover" // give a client to another manager
	Merge         Action = "merge"    // make one client of two, asked of both
	Erase         Action = "erase"    // erase a person's data
	Undo          Action = "undo"     // take back a member's change
	SeeWork       Action = "work"     // read the figures of a digest or report
	SeeMember     Action = "member"   // see a member's hours and absence
	ChangeMember  Action = "staff"    // change a member's hours, language or absence
	ChangeRole    Action = "role"     // make a member a manager, a lead or an owner
	MoveMember    Action = "move"     // put a member into another team
	Dismiss       Action = "dismiss"  // take a member out, with everything going to another one
	Invite        Action = "invite"   // let somebody in
	ChangeTeam    Action = "team"     // change a team's settings
	Bind          Action = "bind"     // bind a group chat to a team
	Forgive       Action = "forgive"  // lower what a client owes without money: credit notes and write-offs
	ChangeCompany Action = "company"  // change the company's own settings, which everybody may read
)

// Relation is whose record it is, seen from the member who asks.
type Relation int

// Relations from the nearest. Shared is another's client that a lead gave access to. Company is what belongs to the
// company as a whole.
const (
	Own Relation = iota
	Shared
	OfTeam
	Foreign
	Company
)

// Place is the kind of chat that something is asked in.
type Place int

// Places. TeamGroup is the group that is bound to the asking member's own team, OtherTeamGroup one bound to another team.
const (
	Private Place = iota
	TeamGroup
	OtherTeamGroup
	Group
)

// Verdict is what comes of asking.
type Verdict int

// Verdicts: nothing, an answer in the private chat, an answer where it was asked.
const (
	Refused Verdict = iota
	Privately
	Here
)

// Roles, Actions, Relations and Places list everything there is, for tests and help.
var (
	Roles   = []Role{Owner, Lead, Manager}
	Actions = []Action{
		SeeName, Ask, See, Change, Import, Export, Audit, Grant, HandOver, Merge, Erase, Undo, SeeWork, SeeMember, ChangeMember, ChangeRole,
		MoveMember, Dismiss, Invite, ChangeTeam, Bind, Forgive, ChangeCompany,
	}
	Relations = []Relation{Own, Shared, OfTeam, Foreign, Company}
	Places    = []Place{Private, TeamGroup, OtherTeamGroup, Group}
)

// reach is a set of relations.
type reach uint8

const (
	own     reach = 1 << Own
	shared  reach = 1 << Shared
	team    reach = 1 << OfTeam
	foreign reach = 1 << Foreign
	company reach = 1 << Company

	nothing    reach = 0
	anybodys         = own | shared | team | foreign
	everything       = anybodys | company
)

// granted is the table: for an action, how far an owner, a lead and a manager reach.
var granted = map[Action]struct{ owner, lead, manager reach }{
	SeeName:       {everything, anybodys, anybodys},
	Ask:           {nothing, foreign, team | foreign},
	See:           {everything, own | shared | team, own | shared},
	Change:        {everything, own | shared | team, own | shared},
	Import:        {everything, own | shared | team, own | shared},
	Export:        {everything, own | shared | team, own | shared},
	Audit:         {everything, own | team, own},
	Grant:         {everything, own | team, nothing},
	HandOver:      {everything, own | team, nothing},
	Merge:         {everything, own | team, own},
	Erase:         {everything, own | team, own},
	Undo:          {everything, own | team, own},
	SeeWork:       {everything, own | team, own},
	SeeMember:     {everything, anybodys, anybodys},
	ChangeMember:  {everything, own | team, own},
	ChangeRole:    {everything, nothing, nothing},
	MoveMember:    {everything, nothing, nothing},
	Dismiss:       {everything, team, nothing},
	Invite:        {everything, own | team, nothing},
	ChangeTeam:    {everything, own | team, nothing},
	Bind:          {everything, own | team, nothing},
	Forgive:       {everything, own | team, nothing},
	ChangeCompany: {everything, nothing, nothing},
}

// openly are the actions that are answered in a group, with the groups where.
var openly = map[Action][]Place{Bind: {TeamGroup, Group}}

func reachOf(role Role, action Action) reach {
	g := granted[action]
	switch role {
	case Owner:
		return g.owner
	case Lead:
		return g.lead
	case Manager:
		return g.manager
	}
	return nothing
}

// May reports whether role grants action on a record of that relation. An unknown role, action or relation grants nothing.
func May(role Role, action Action, relation Relation) bool {
	return relation >= Own && relation <= Company && reachOf(role, action)&(1<<relation) != 0
}

// MayAny reports whether role grants action on any record at all: the first question at the door of a command or a button,
// before the record is read.
func MayAny(role Role, action Action) bool { return reachOf(role, action) != nothing }

// Openly reports whether an action is answered in the chat where it is asked: in private always.
func Openly(action Action, place Place) bool {
	if place == Private {
		return true
	}
	for _, p := range openly[action] {
		if p == place {
			return true
		}
	}
	return false
}

// Asked is what comes of role asking for action on a record of that relation in a chat of that kind.
func Asked(role Role, action Action, relation Relation, place Place) Verdict {
	switch {
	case !May(role, action, relation):
		return Refused
	case Openly(action, place):
		return Here
	}
	return Privately
}
