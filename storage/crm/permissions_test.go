package crm

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the table of permissions anew: read the diff as the people it is about")

// people are everybody who may write to the bot: besides the roles there are strangers and former members.
var people = append([]Role{"stranger", "former"}, Roles...)

// permissionText is every cell of the table, to be read by people: a line for a person, an action and a kind of chat, with
// what comes of it for each of the five relations.
func permissionText() (text string, cells int) {
	var b strings.Builder
	b.WriteString("# What comes of asking: + an answer here, p an answer in the private chat, . nothing.\n")
	b.WriteString("# The columns are whose record it is: own, shared with me, my team's, another's, the company's.\n")
	places := map[Place]string{Private: "private", TeamGroup: "own team's group", OtherTeamGroup: "another team's group", Group: "some group"}
	for _, role := range people {
		fmt.Fprintf(&b, "\n%s\n", role)
		for _, action := range Actions {
			for _, place := range Places {
				fmt.Fprintf(&b, "  %-9s %-21s", action, places[place])
				for _, relation := range Relations {
					b.WriteString(" " + string(".p+"[Asked(role, action, relation, place)]))
					cells++
				}
				b.WriteString("\n")
			}
		}
	}
	return b.String(), cells
}

// TestPermissionsAreTheGoldenOnes compares every cell with the file that people read; -update writes it.
func TestPermissionsAreTheGoldenOnes(t *testing.T) {
	const file = "testdata/permissions.txt"
	got, cells := permissionText()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the table of permissions differs from %s; look at the diff of: go test ./storage/crm -update", file)
	}
	if cells < 2000 {
		t.Errorf("%d cells are too few to be the whole table", cells)
	}
}

// TestPermissionRowsAreComplete: an action without a row grants nothing to anybody, an owner included, and is a mistake.
func TestPermissionRowsAreComplete(t *testing.T) {
	if len(granted) != len(Actions) {
		t.Errorf("%d actions have a row, there are %d", len(granted), len(Actions))
	}
	for _, action := range Actions {
		if _, ok := granted[action]; !ok {
			t.Errorf("the action %q has no row in the table of permissions", action)
		}
	}
}

// TestPermissionsGrow: what a manager may, a lead may with the same record, and what a lead may, an owner may. Asking for
// access is for those who lack it.
func TestPermissionsGrow(t *testing.T) {
	for _, action := range Actions {
		for _, relation := range Relations {
			if action == Ask {
				continue
			}
			manager, lead, owner := May(Manager, action, relation), May(Lead, action, relation), May(Owner, action, relation)
			if manager && !lead || lead && !owner || !owner {
				t.Errorf("%s, relation %d: manager %v, lead %v, owner %v", action, relation, manager, lead, owner)
			}
		}
	}
}

// TestWhoMayAskLacksAccess: access is asked for exactly where the client can't be read.
func TestWhoMayAskLacksAccess(t *testing.T) {
	for _, role := range Roles {
		for _, relation := range []Relation{Own, Shared, OfTeam, Foreign} {
			if May(role, Ask, relation) == May(role, See, relation) {
				t.Errorf("%s, relation %d: may see and ask, or neither", role, relation)
			}
		}
	}
}

func TestUnknownGrantsNothing(t *testing.T) {
	for _, action := range append([]Action{"fly"}, Actions...) {
		for relation := Relation(-1); relation <= Company+1; relation++ {
			for _, role := range []Role{"", "guest", "stranger", "former"} {
				if May(role, action, relation) || MayAny(role, action) {
					t.Errorf("%q may %s", role, action)
				}
			}
			if (relation < Own || relation > Company || action == "fly") && May(Owner, action, relation) {
				t.Errorf("%s of relation %d is granted", action, relation)
			}
		}
	}
}
