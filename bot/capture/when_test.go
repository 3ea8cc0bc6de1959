package capture

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"followup/scheduler/clock/limit"
	"followup/storage/crm"

	"pgregory.net/rapid"
)

// reading is a World at a fixed Wednesday morning in Moscow.
func reading(t testing.TB) World {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Moscow")
	if err != nil {
		t.Fatal(err)
	}
	return World{Now: time.Date(2026, 11, 18, 10, 12, 0, 0, zone), Language: "ru", Habits: DefaultHabits()}
}

// A date that is printed in any usual way reads back as itself, whatever the day of writing is and in every zone.
func TestPrintedDateReadsBack(t *testing.T) {
	months := [...]string{"января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"}
	zones := []string{"Europe/Moscow", "Asia/Yekaterinburg", "America/New_York", "Pacific/Apia", "Asia/Kathmandu", "UTC"}
	rapid.Check(t, func(t *rapid.T) {
		zone, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		now := time.Unix(rapid.Int64Range(1_700_000_000, 1_900_000_000).Draw(t, "now"), 0).In(zone)
		day := crm.NewDate(2026, 1, 1).AddDays(rapid.IntRange(0, 3000).Draw(t, "day"))
		clock := crm.At(rapid.IntRange(7, 23).Draw(t, "hour"), rapid.IntRange(0, 59).Draw(t, "minute"))
		at := day.In(zone, clock)
		forms := []string{
			at.Format("02.01.2006 в 15:04"), at.Format("2006-01-02 15:04"), at.Format("02.01.06 15:04"), at.Format("15:04 02.01.2006"),
			at.Format("2 January 2006 at 15:04"), at.Format("January 2, 2006 15:04"), at.Format("2 ") + months[day.Month-1] + at.Format(" 2006 года в 15:04"),
		}
		text := "созвон " + rapid.SampledFrom(forms).Draw(t, "form") + " с Ромашкой"
		times := ReadTimes(text, World{Now: now, Language: "ru"})
		if len(times) != 1 || !times[0].Start.Equal(at) {
			t.Fatalf("%q said %s: got %v, want %s", text, now, times, at)
		}
	})
}

// Words of time thrown together in any order give times that are whole, quickly and without a panic.
func TestWordsInAnyOrder(t *testing.T) {
	var words []string
	for word := range timeWords {
		words = append(words, word)
	}
	words = append(words, ".", ",", "-", ":", "/", "15", "3", "2026", "31", "00", "№", "%", "«", "(", ")", "x", "Ромашка", "полпятого", "без")
	// The order of a map changes from run to run: rapid needs the same one to replay.
	slices.Sort(words)
	w := reading(t)
	rapid.Check(t, func(t *rapid.T) {
		text := ""
		for range rapid.IntRange(1, 12).Draw(t, "n") {
			text += rapid.SampledFrom(words).Draw(t, "word") + rapid.SampledFrom([]string{" ", "", " "}).Draw(t, "space")
		}
		checkWhole(t, text, w)
	})
}

// failer is what a test, a fuzz target and a property have in common.
type failer interface {
	Fatalf(string, ...any)
}

// checkWhole reads a text: its times are in order, lie inside it and are complete.
func checkWhole(t failer, text string, w World) {
	times := ReadTimes(text, w)
	last := 0
	for _, x := range times {
		if x.Span.From < last || x.Span.To <= x.Span.From || x.Span.To > len(text) {
			t.Fatalf("%q: span %v after %d", text, x.Span, last)
		}
		last = x.Span.To
		if x.Start.IsZero() || x.End.Before(x.Start) || x.Due.IsZero() || x.Grain == "" || x.Bound == "" {
			t.Fatalf("%q: incomplete %+v", text, x)
		}
		if crm.DateOf(x.Due) != x.Day || crm.ClockOf(x.Due) != x.Clock {
			t.Fatalf("%q: due %s is not %s %s", text, x.Due, x.Day, x.Clock)
		}
		if x.Ask != nil && len(x.Ask.Choices) < 2 {
			t.Fatalf("%q: a question with one answer", text)
		}
	}
	for _, s := range scanSums(tokenize(text), w, times) {
		if s.Span.To > len(text) || s.Span.To <= s.Span.From || s.Money.Minor < 0 || s.Share == 0 && s.Money.Currency == "" {
			t.Fatalf("%q: sum %+v", text, s)
		}
	}
}

// seeds are lines of the project's own corpora for the fuzz targets.
func seeds(f *testing.F) {
	f.Helper()
	for _, name := range []string{"times_ru.txt", "times_en.txt", "money_ru.txt", "money_en.txt"} {
		data, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		for _, line := range strings.Split(string(data), "\n") {
			text, _, _ := strings.Cut(line, " => ")
			f.Add(text)
		}
	}
}

func FuzzReadTimes(f *testing.F) {
	seeds(f)
	w := reading(f)
	f.Fuzz(func(t *testing.T, text string) { limit.Check(t, func() { checkWhole(t, text, w) }) })
}

func FuzzReadSum(f *testing.F) {
	seeds(f)
	w := reading(f)
	f.Fuzz(func(t *testing.T, text string) {
		limit.Check(t, func() { ReadTerms(text, w) })
		if s, ok := ReadSum(text, w); ok && (s.Span.To > len(text) || s.Money.Minor > crm.MaxMinor+crm.MaxMinor/2 || s.Money.Minor < 0) {
			t.Fatalf("%q: %+v", text, s)
		}
	})
}

// A message as people write it: 120 characters.
const typical = "созвонилась с Ромашкой, ждут КП до пятницы, набрать завтра после обеда, счёт 126 на 120 000 руб оплатят не позже 25-го"

func BenchmarkReadTimes(b *testing.B) {
	w := reading(b)
	b.ReportAllocs()
	for b.Loop() {
		ReadTimes(typical, w)
	}
}

func BenchmarkReadSums(b *testing.B) {
	w := reading(b)
	tokens := tokenize(typical)
	times := ReadTimes(typical, w)
	b.ReportAllocs()
	for b.Loop() {
		scanSums(tokens, w, times)
	}
}

// The slowest input known: as long as a message can be, every word a word of time that begins an expression and ends none.
func BenchmarkReadTimesLongest(b *testing.B) {
	w := reading(b)
	for name, word := range map[string]string{"numbers": "1 ", "ordinals": "двадцать ", "months": "в начале ", "dashes": "1-", "typos": "понедельнек "} {
		text := strings.Repeat(word, maxUnits/len([]rune(word)))
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				ReadTimes(text, w)
			}
		})
	}
}
