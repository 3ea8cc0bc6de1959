package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// The house has floors. A room imports only rooms on lower floors, and an outside module only where the room owns it:
// so a library can be replaced in one room, and the pure rooms stay pure. Imports of tests don't count.

// room is one folder with Go code: its floor, and the outside modules that it may import.
type room struct {
	floor   int
	modules []string
}

var rooms = map[string]room{
	"cmd/followup":          {6, []string{"github.com/alecthomas/kong", "github.com/prometheus/client_golang"}},
	"bot":                   {5, []string{"github.com/go-telegram/bot", "golang.org/x/time"}},
	"bot/rehearsal":         {5, nil},
	"bot/dialog":            {4, nil},
	"scheduler":             {4, []string{"github.com/robfig/cron/v3"}},
	"storage/seed":          {4, nil},
	"storage":               {3, []string{"modernc.org/sqlite", "github.com/pressly/goose/v3", "github.com/teambition/rrule-go", "github.com/jackc/pgx/v5"}},
	"storage/pgtest":        {1, []string{"github.com/jackc/pgx/v5"}},
	"scheduler/rules":       {2, []string{"github.com/teambition/rrule-go"}},
	"bot/capture":           {2, nil},
	"scheduler/calendar":    {1, nil},
	"storage/match":         {1, nil},
	"storage/exchange":      {1, []string{"github.com/xuri/excelize/v2", "github.com/arran4/golang-ical", "github.com/emersion/go-vcard", "golang.org/x/text", "golang.org/x/net"}},
	"bot/locale":            {1, []string{"golang.org/x/text"}},
	"bot/chart":             {1, []string{"gonum.org/v1/plot", "golang.org/x/image", "github.com/skip2/go-qrcode"}},
	"storage/crm":           {0, nil},
	"scheduler/clock":       {0, nil},
	"scheduler/clock/limit": {1, nil},
	"bot/message":           {0, nil},
	"bot/sandbox":           {1, nil},
}

// sameFloor are the few imports within a floor that the house allows: a message names the record that it is about.
var sameFloor = map[string][]string{
	"bot/message": {"storage/crm"},
}

type listed struct {
	ImportPath string
	Standard   bool
	Imports    []string
}

func TestFloors(t *testing.T) {
	own := goList(t, "./...")
	standard := map[string]bool{}
	for _, p := range goList(t, "std") {
		standard[p.ImportPath] = true
	}
	for _, p := range own {
		name := strings.TrimPrefix(p.ImportPath, "followup/")
		for _, complaint := range complaints(name, p.Imports, standard) {
			t.Error(complaint)
		}
	}
}

// complaints says in a sentence what is wrong with the imports of a room.
func complaints(name string, imports []string, standard map[string]bool) []string {
	here, ok := rooms[name]
	if !ok {
		return []string{fmt.Sprintf("%s is not in the table of rooms: give it a floor in cmd/followup/floors_test.go, or put its code into a room that exists.", name)}
	}
	var out []string
	for _, path := range imports {
		inner, mine := strings.CutPrefix(path, "followup/")
		switch {
		case standard[path] || path == "C" || path == "unsafe":
		case !mine:
			if !slices.ContainsFunc(here.modules, func(m string) bool { return path == m || strings.HasPrefix(path, m+"/") }) {
				out = append(out, fmt.Sprintf("%s imports %s, which is not a module of its own: ask the room that owns the module, or move the code there.", name, path))
			}
		case slices.Contains(sameFloor[name], inner):
		case rooms[inner].floor >= here.floor:
			out = append(out, fmt.Sprintf("%s (floor %d) imports %s (floor %d): a room may import only rooms on lower floors.", name, here.floor, inner, rooms[inner].floor))
		}
	}
	return out
}

// TestFloorsComplain keeps the guard itself honest: each kind of trespass must be named.
func TestFloorsComplain(t *testing.T) {
	standard := map[string]bool{"fmt": true}
	for _, c := range []struct {
		room    string
		imports []string
		want    string
	}{
		{"bot/dialog", []string{"fmt", "followup/storage", "followup/bot/message"}, ""},
		{"bot/message", []string{"followup/storage/crm"}, ""},
		{"scheduler", []string{"followup/bot/dialog"}, "lower floors"},
		{"storage", []string{"followup/bot"}, "lower floors"},
		{"bot/dialog", []string{"github.com/go-telegram/bot/models"}, "not a module of its own"},
		{"bot/capture", []string{"database/sql/driver"}, "not a module of its own"},
		{"bot/attic", nil, "not in the table of rooms"},
	} {
		got := strings.Join(complaints(c.room, c.imports, standard), "\n")
		if (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s importing %v: complaints %q, want %q", c.room, c.imports, got, c.want)
		}
	}
}

// TestPinnedPair keeps the two SQLite modules that were tried together: a newer libc beside this driver doesn't work, and
// one that go get lifts by the way would show only at run time.
func TestPinnedPair(t *testing.T) {
	for module, want := range map[string]string{"modernc.org/sqlite": "v1.60.1", "modernc.org/libc": "v1.77.1"} {
		out, err := exec.Command("go", "list", "-m", "-f", "{{.Version}}", module).Output()
		if err != nil {
			t.Fatalf("go list -m %s: %v", module, err)
		}
		if got := strings.TrimSpace(string(out)); got != want {
			t.Errorf("%s is at %s, but sqlite v1.60.1 and libc v1.77.1 go together: change both or neither, after trying them.", module, got)
		}
	}
}

func goList(t *testing.T, pattern string) []listed {
	t.Helper()
	cmd := exec.Command("go", "list", "-e", "-json=ImportPath,Standard,Imports", pattern)
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list %s: %v", pattern, err)
	}
	var all []listed
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("go list %s: %v", pattern, err)
		}
		all = append(all, p)
	}
}
