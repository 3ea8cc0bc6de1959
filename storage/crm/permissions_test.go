package crm

import "testing"

// TestPermissions spells the whole table out a second time, a row per action: for each role the relations Own, OfTeam,
// Foreign and Company, y for yes.
func TestPermissions(t *testing.T) {
	want := map[Action][3]string{ // owner, lead, manager
		SeeName:       {"yyyy", "yyy.", "yyy."},
		See:           {"yyyy", "yy..", "y..."},
		Change:        {"yyyy", "yy..", "y..."},
		HandOver:      {"yyyy", "yy..", "...."},
		Erase:         {"yyyy", "yy..", "y..."},
		Undo:          {"yyyy", "yy..", "y..."},
		SeeMember:     {"yyyy", "yyy.", "yyy."},
		ChangeMember:  {"yyyy", "yy..", "y..."},
		ChangeTeam:    {"yyyy", "yy..", "...."},
		Invite:        {"yyyy", "yy..", "...."},
		ChangeCompany: {"yyyy", "....", "...."},
	}
	if len(want) != len(Actions) {
		t.Fatalf("%d actions are tested, there are %d", len(want), len(Actions))
	}
	for _, action := range Actions {
		for r, role := range Roles {
			for _, relation := range Relations {
				if got := May(role, action, relation); got != (want[action][r][relation] == 'y') {
					t.Errorf("%s, %s, relation %d: %v", role, action, relation, got)
				}
			}
		}
	}
}

func TestUnknownGrantsNothing(t *testing.T) {
	for _, action := range append(Actions, "fly") {
		for relation := Relation(-1); relation <= Company+1; relation++ {
			if May("", action, relation) || May("guest", action, relation) {
				t.Errorf("a role that isn't there may %s", action)
			}
			if (relation < Own || relation > Company || action == "fly") && May(Owner, action, relation) {
				t.Errorf("%s of relation %d is granted", action, relation)
			}
		}
	}
}
