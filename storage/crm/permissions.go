package crm

// Rules of permission.
//
// The owner may do everything. A lead may do with his team's records what a manager may with his own, hands clients over,
// invites managers and changes his team. A manager sees and changes what belongs to his own clients, and of others'
// clients sees the name alone, so that no client is entered twice. Whoever stands in for an absent member has that
// member's clients as his own for the time. What is nobody's (a client without a manager) is foreign to a manager and a
// team's own to its lead. A person without a role may do nothing.

// Action is something a member does with a record.
type Action string

// Actions, each on one record or on the company.
const (
	SeeName       Action = "name"     // learn that a client exists
	See           Action = "see"      // read a client and everything kept for it
	Change        Action = "change"   // write the same
	HandOver      Action = "handover" // give a client to another manager, merge or split clients
	Erase         Action = "erase"    // erase a person's data
	Undo          Action = "undo"     // take back a member's change
	SeeMember     Action = "member"   // see a member's hours, absence and load
	ChangeMember  Action = "staff"    // change another member's team, role, hours or absence
	ChangeTeam    Action = "team"     // change a team's settings
	Invite        Action = "invite"   // let somebody in
	ChangeCompany Action = "company"  // change the company's own settings, which everybody may read
)

// Relation is whose record it is, seen from the member who asks.
type Relation int

// Relations from the nearest. Company is what belongs to the company as a whole.
const (
	Own Relation = iota
	OfTeam
	Foreign
	Company
)

// Roles, Actions and Relations list everything there is, for tests and help.
var (
	Roles     = []Role{Owner, Lead, Manager}
	Actions   = []Action{SeeName, See, Change, HandOver, Erase, Undo, SeeMember, ChangeMember, ChangeTeam, Invite, ChangeCompany}
	Relations = []Relation{Own, OfTeam, Foreign, Company}
)

// granted is the table: for a role and an action, the relations Own, OfTeam, Foreign and Company in that order.
var granted = map[Role]map[Action][4]bool{
	Owner: {
		SeeName:       {true, true, true, true},
		See:           {true, true, true, true},
		Change:        {true, true, true, true},
		HandOver:      {true, true, true, true},
		Erase:         {true, true, true, true},
		Undo:          {true, true, true, true},
		SeeMember:     {true, true, true, true},
		ChangeMember:  {true, true, true, true},
		ChangeTeam:    {true, true, true, true},
		Invite:        {true, true, true, true},
		ChangeCompany: {true, true, true, true},
	},
	Lead: {
		SeeName:       {true, true, true, false},
		See:           {true, true, false, false},
		Change:        {true, true, false, false},
		HandOver:      {true, true, false, false},
		Erase:         {true, true, false, false},
		Undo:          {true, true, false, false},
		SeeMember:     {true, true, true, false},
		ChangeMember:  {true, true, false, false},
		ChangeTeam:    {true, true, false, false},
		Invite:        {true, true, false, false},
		ChangeCompany: {false, false, false, false},
	},
	Manager: {
		SeeName:       {true, true, true, false},
		See:           {true, false, false, false},
		Change:        {true, false, false, false},
		HandOver:      {false, false, false, false},
		Erase:         {true, false, false, false},
		Undo:          {true, false, false, false},
		SeeMember:     {true, true, true, false},
		ChangeMember:  {true, false, false, false},
		ChangeTeam:    {false, false, false, false},
		Invite:        {false, false, false, false},
		ChangeCompany: {false, false, false, false},
	},
}

// May reports whether role grants action on a record of that relation. An unknown role, action or relation grants nothing.
func May(role Role, action Action, relation Relation) bool {
	if relation < Own || relation > Company {
		return false
	}
	return granted[role][action][relation]
}
