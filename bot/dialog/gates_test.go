package dialog

import (
	"slices"
	"testing"

	"followup/storage/crm"
)

// TestPermissionRows: every command, button, form and kind of file names an action of the table of permissions. One that names
// none would be refused to everybody.
func TestPermissionRows(t *testing.T) {
	needs := map[string]crm.Action{}
	for _, c := range commands {
		needs["command "+c.name] = c.needs
	}
	for name, v := range verbTable {
		needs["button "+name] = v.needs
	}
	for name, f := range forms {
		needs["form "+name] = f.needs
	}
	for kind, action := range fileNeeds {
		needs["file "+kind] = action
	}
	for what, action := range needs {
		if !slices.Contains(crm.Actions, action) {
			t.Errorf("the %s begins the action %q, which is not in the table of permissions", what, action)
		}
	}
}
