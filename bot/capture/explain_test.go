package capture

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"followup/storage/crm"
)

// One line of `followup explain` is one JSON object with the fields that DESIGN.md §5 promises.
func TestExplainIsOneLineOfJSON(t *testing.T) {
	w := reading(t)
	text := "счёт 126 на 1,2 млн, ping me next friday 3pm"
	line, err := json.Marshal(Explain(text, w))
	if err != nil {
		t.Fatal(err)
	}
	if strings.ContainsRune(string(line), '\n') {
		t.Errorf("more than one line: %s", line)
	}
	var got struct {
		Times []struct {
			Span              [2]int
			Start, End, Grain string
			Bound             string
			Ask               bool
			Choices           []struct{ Start string }
		}
		Money []struct {
			Span     [2]int
			Minor    int64
			Currency string
		}
		Ask       bool
		Questions []string
		Items     []struct{ Kind string }
	}
	if err := json.Unmarshal(line, &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Times) != 1 || len(got.Money) != 1 || !got.Ask || len(got.Questions) == 0 {
		t.Fatalf("got %s", line)
	}
	time, sum := got.Times[0], got.Money[0]
	if cut := text[time.Span[0]:time.Span[1]]; cut != "next friday 3pm" {
		t.Errorf("the time is cut %q", cut)
	}
	if time.Start != "2026-11-27T15:00:00+03:00" || time.Bound != "at" || !time.Ask || len(time.Choices) != 2 || time.Choices[1].Start != "2026-11-20T15:00:00+03:00" {
		t.Errorf("got %+v", time)
	}
	if cut := text[sum.Span[0]:sum.Span[1]]; cut != "1,2 млн" || sum.Minor != 120_000_000 || sum.Currency != "RUB" {
		t.Errorf("got %+v of %q", sum, cut)
	}
}

// Explain works with any moment, zone and text, also with none of them set.
func TestExplainNeedsNothing(t *testing.T) {
	for _, w := range []World{{}, {Now: time.Date(2013, 2, 12, 4, 30, 0, 0, time.FixedZone("", -2*3600))}} {
		for _, text := range []string{"", "   ", "завтра в 15", "\xff\xfe", strings.Repeat("в пятницу ", 1000)} {
			if _, err := json.Marshal(Explain(text, w)); err != nil {
				t.Errorf("%q: %v", text, err)
			}
		}
	}
}

// Local times follow the zone's own changes: a skipped hour is the first instant after it.
func TestClocksAcrossDaylightSaving(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	w := World{Now: time.Date(2027, 3, 27, 12, 0, 0, 0, zone), Language: "ru"}
	times := ReadTimes("завтра в 02:30", w)
	if len(times) != 1 || times[0].Start.Format(time.RFC3339) != "2027-03-28T03:00:00+02:00" {
		t.Errorf("got %v", times)
	}
	times = ReadTimes("завтра", w)
	if len(times) != 1 || times[0].End.Sub(times[0].Start) != 23*time.Hour {
		t.Errorf("a day of 23 hours: got %v", times)
	}
}

// The reader's own habits and calendar decide vague words and working days.
func TestHabitsDecideVagueWords(t *testing.T) {
	w := reading(t)
	w.Habits.AfterNoon, w.Habits.DayEnd, w.Habits.Default = crm.At(15, 30), crm.At(19, 0), crm.At(11, 0)
	for text, want := range map[string]string{
		"завтра после обеда": "2026-11-19 ~15:30",
		"до пятницы":         "до 2026-11-20 19:00",
		"после 25-го":        "после 2026-11-26 11:00",
	} {
		if times := ReadTimes(text, w); len(times) != 1 || show(times[0]) != want {
			t.Errorf("%q: got %v, want %s", text, times, want)
		}
	}
}
