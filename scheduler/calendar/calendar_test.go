package calendar_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"followup/scheduler/calendar"
	"followup/scheduler/clock/limit"
	"followup/storage/crm"
)

func date(t testing.TB, s string) crm.Date {
	t.Helper()
	d, err := crm.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// The numbers of working days are those that payroll departments use: 247 in 2025 and 247 in 2026.
func TestYearsHaveTheOfficialNumberOfWorkingDays(t *testing.T) {
	c := calendar.Russia()
	for year, want := range map[int]int{2025: 247, 2026: 247} {
		got := c.WorkingBetween(crm.NewDate(year-1, 12, 31), crm.NewDate(year, 12, 31))
		if got != want {
			t.Errorf("%d has %d working days, want %d", year, got, want)
		}
	}
}

func TestDays(t *testing.T) {
	c := calendar.Russia()
	for _, x := range []struct {
		day     string
		working bool
		short   bool
		holiday string
	}{
		{"2025-11-01", true, true, ""},      // a Saturday that is worked
		{"2025-11-03", false, false, "off"}, // a Monday that is not
		{"2026-01-04", false, false, "newyear"},
		{"2026-01-07", false, false, "christmas"},
		{"2026-01-09", false, false, "off"},
		{"2026-01-12", true, false, ""},
		{"2026-03-09", false, false, "off"},
		{"2026-05-09", false, false, "victory"},
		{"2026-11-03", true, true, ""},
		{"2026-11-04", false, false, "unity"},
		{"2026-11-21", false, false, "off"},
		{"2026-12-31", false, false, "off"},
		{"2027-01-01", false, false, "newyear"}, // art. 112 without a file
		{"2027-01-11", true, false, ""},
		{"2027-12-31", true, false, ""},
	} {
		d := date(t, x.day)
		if c.Working(d) != x.working || c.Short(d) != x.short || c.Holiday(d) != x.holiday {
			t.Errorf("%s: working %v, short %v, holiday %q; want %v, %v, %q",
				x.day, c.Working(d), c.Short(d), c.Holiday(d), x.working, x.short, x.holiday)
		}
	}
}

func TestLoadedSaysWhichYearsAreKnown(t *testing.T) {
	c := calendar.Russia()
	if !c.Loaded(2026) || c.Loaded(2027) {
		t.Error("2026 is loaded and 2027 is not")
	}
	var none *calendar.Calendar
	if none.Loaded(2026) || !none.Working(date(t, "2026-11-04")) || none.Working(date(t, "2026-11-07")) {
		t.Error("a nil calendar knows weekends and nothing else")
	}
}

func TestShifts(t *testing.T) {
	c := calendar.Russia()
	if got := c.Prev(date(t, "2027-01-01")).String(); got != "2026-12-30" {
		t.Errorf("a notice for 01.01.2027 goes out on %s, want 30.12.2026", got)
	}
	if got := c.Next(date(t, "2026-11-28")).String(); got != "2026-11-30" {
		t.Errorf("a payment due on Saturday 28.11 is due on %s, want 30.11", got)
	}
	if got := c.AddWorking(date(t, "2026-11-03"), 1).String(); got != "2026-11-05" {
		t.Errorf("the working day after 03.11 is %s, want 05.11", got)
	}
	if got := c.AddWorking(date(t, "2027-01-11"), -1).String(); got != "2026-12-30" {
		t.Errorf("the working day before 11.01.2027 is %s, want 30.12.2026", got)
	}
}

func TestRegionalDaysAreOff(t *testing.T) {
	base := calendar.Russia()
	day := date(t, "2026-03-20")
	c := base.WithExtra([]crm.Date{day}).WithExtra([]crm.Date{date(t, "2026-05-27")})
	if c.Working(day) || c.Working(date(t, "2026-05-27")) || c.Holiday(day) != "off" {
		t.Error("extra days are off")
	}
	if !base.Working(day) {
		t.Error("the calendar they were added to has changed")
	}
	var none *calendar.Calendar
	if c := none.WithExtra([]crm.Date{day}); c.Working(day) || !c.Working(date(t, "2026-11-04")) {
		t.Error("extra days of a nil calendar are added to weekends alone")
	}
}

func TestLoadReadsAnOwnersFolder(t *testing.T) {
	c, err := calendar.Load(fstest.MapFS{"2027.txt": {Data: []byte("# my year\nyear 2027\noff 01-11 # longer\nwork 02-20\n")}})
	if err != nil {
		t.Fatal(err)
	}
	if c.Working(date(t, "2027-01-11")) || !c.Working(date(t, "2027-02-20")) || !c.Working(date(t, "2027-01-01")) {
		t.Error("a loaded year is what its file says, nothing more")
	}
	if c.Loaded(2026) || c.Working(date(t, "2026-11-04")) {
		t.Error("a year that isn't in the folder falls back to art. 112")
	}
}

func TestLoadNamesTheBadLine(t *testing.T) {
	for text, want := range map[string]string{
		"":                                 "missing",
		"off 01-01":                        "line 1",
		"year 2027\noff 02-30":             "line 2",
		"year 2027\n\nholiday 01-01":       "line 3",
		"year 2027\noff 03-05\nwork 03-05": "03-05",
		"year twenty":                      "line 1",
	} {
		_, err := calendar.Load(fstest.MapFS{"2027.txt": {Data: []byte(text)}})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "2027.txt") {
			t.Errorf("%q: error %v, want the file and %q", text, err, want)
		}
	}
	same := &fstest.MapFile{Data: []byte("year 2027\n")}
	if _, err := calendar.Load(fstest.MapFS{"a.txt": same, "b.txt": same}); err == nil {
		t.Error("two files of one year are taken")
	}
	if _, err := calendar.Load(fstest.MapFS{}); err == nil {
		t.Error("an empty folder is taken")
	}
}

func anyDate(t *rapid.T, label string) crm.Date {
	return crm.NewDate(2024, 1, 1).AddDays(rapid.IntRange(0, 1800).Draw(t, label))
}

func TestCountingAndSteppingAgree(t *testing.T) {
	c := calendar.Russia()
	rapid.Check(t, func(t *rapid.T) {
		d, n := anyDate(t, "day"), rapid.IntRange(-60, 60).Draw(t, "n")
		to := c.AddWorking(d, n)
		if n != 0 && !c.Working(to) {
			t.Fatalf("%s is no working day", to)
		}
		if c.WorkingBetween(d, to) != n {
			t.Fatalf("%d working days from %s is %s, and between them are %d", n, d, to, c.WorkingBetween(d, to))
		}
		next, prev := c.Next(d), c.Prev(d)
		if next.Before(d) || prev.After(d) || !c.Working(next) || !c.Working(prev) {
			t.Fatalf("%s moves to %s and %s", d, next, prev)
		}
		if between := c.WorkingBetween(d, next); c.Working(d) && next != d || !c.Working(d) && between != 1 {
			t.Fatalf("between %s and the next working day %s are %d working days", d, next, between)
		}
	})
}

// Whatever an owner's file holds, loading it ends, and a calendar that was loaded finds a working day.
func FuzzLoad(f *testing.F) {
	f.Add("year 2027\noff 01-01 01-02 # comment\nwork 02-20\nshort 04-30\n")
	f.Add("\ufeffyear 9999\noff 12-31")
	f.Add("year 2027\noff 02-30")
	f.Fuzz(func(t *testing.T, text string) {
		var c *calendar.Calendar
		var err error
		limit.Check(t, func() { c, err = calendar.Load(fstest.MapFS{"2027.txt": {Data: []byte(text)}}) })
		if err != nil {
			return
		}
		d := crm.NewDate(2027, 1, 1)
		if next, prev := c.Next(d), c.Prev(d); !c.Working(next) || !c.Working(prev) {
			t.Errorf("%s and %s are no working days", next, prev)
		}
	})
}

// A folder's years take the place of the built-in ones; the others stay, and the fingerprint tells.
func TestWithYearsOfAFolder(t *testing.T) {
	c, err := calendar.With(fstest.MapFS{"2027.txt": {Data: []byte("year 2027\noff 02-24\nwork 02-27\n")}, "2026.txt": {Data: []byte("year 2026\noff 11-05\n")}})
	if err != nil {
		t.Fatal(err)
	}
	for _, day := range []struct {
		date    crm.Date
		working bool
	}{
		{crm.NewDate(2027, 2, 24), false}, // the folder's
		{crm.NewDate(2027, 2, 27), true},  // a Saturday that is worked
		{crm.NewDate(2026, 11, 5), false}, // the folder's instead of the built-in
		{crm.NewDate(2026, 12, 31), true}, // built in as a day off; the folder's year knows nothing of it
		{crm.NewDate(2025, 12, 31), false},
	} {
		if c.Working(day.date) != day.working {
			t.Errorf("%s is working: %v", day.date, !day.working)
		}
	}
	if !c.Loaded(2027) || !c.Loaded(2025) || c.Fingerprint() == calendar.Russia().Fingerprint() {
		t.Error("loaded years or fingerprint")
	}
	if _, err := calendar.With(fstest.MapFS{"2027.txt": {Data: []byte("year 2027\noff 31-12\n")}}); err == nil || !strings.Contains(err.Error(), "2027.txt: line 2") {
		t.Errorf("a wrong line is told as %v", err)
	}
}
