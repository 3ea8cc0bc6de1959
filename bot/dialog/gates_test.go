package dialog

import (
	"maps"
	"slices"
	"testing"

	"followup/storage/crm"
)

// TestPermissionRows: every command, button and form has a row in the tables of gates.go, and no row is of something that
// is gone. A new one without a row would be refused to everybody.
func TestPermissionRows(t *testing.T) {
	names := map[string]bool{}
	for _, c := range commands {
		names[c.name] = true
	}
	for _, table := range []struct {
		what  string
		there map[string]bool
		needs map[string]crm.Action
	}{
		{"command", names, commandNeeds},
		{"button", keysOf(verbTable), verbNeeds},
		{"form", keysOf(forms), formNeeds},
	} {
		for name := range table.there {
			if _, ok := table.needs[name]; !ok {
				t.Errorf("the %s %q has no row in gates.go: name the action of the table of permissions that it begins", table.what, name)
			}
		}
		for name, action := range table.needs {
			if !table.there[name] {
				t.Errorf("gates.go has a row for the %s %q, which is gone", table.what, name)
			}
			if !slices.Contains(crm.Actions, action) {
				t.Errorf("the %s %q begins the action %q, which is not in the table of permissions", table.what, name, action)
			}
		}
	}
}

func keysOf[V any](m map[string]V) map[string]bool {
	keys := map[string]bool{}
	for key := range maps.Keys(m) {
		keys[key] = true
	}
	return keys
}
