package dialog

import (
	"regexp"
	"strings"

	"followup/bot/capture"
	"followup/storage/crm"
)

// A day that doesn't exist is named, and the two days around it are offered: of «31 ноября» the last of November and the
// first of December. An hour that stands beside it is kept. Once a day was chosen the impossible one is no longer said.

// undated reports whether an item has to have a day and the only one written for it doesn't exist.
func (f *filing) undated(item capture.Item) bool {
	needs := isStep(item.Kind) || item.Kind == capture.Invoice || item.Kind == capture.Promise || item.Kind == capture.Touch
	if !needs || len(f.reading.Invalid) == 0 || item.Kind == capture.Invoice && !f.state.Due.IsZero() {
		return false
	}
	if _, answered := f.state.Times[f.reading.Invalid[0].Span.From]; answered {
		return false
	}
	if item.When == nil {
		return true
	}
	w, err := f.world(f.written())
	return err == nil && hourAlone(f.reading.Text, *item.When, w)
}

// invalidQuestion asks for another day in the place of one that doesn't exist.
func (f *filing) invalidQuestion() *question {
	at := f.reading.Invalid[0]
	q := &question{Kind: "invalid", At: at.Span.From}
	if last, ok := f.lastOfMonth(at.Text); ok {
		for _, day := range []crm.Date{last, last.AddDays(1)} {
			if !day.Before(f.today) {
				q.Choices = append(q.Choices, f.insteadOf(day))
			}
		}
	}
	q.Choices = append(q.Choices, f.typed(), f.dropped())
	return q
}

// insteadOf is a day in the place of one that doesn't exist, with the hour that was written beside it.
func (f *filing) insteadOf(day crm.Date) choice {
	c := chosen{Day: day, Clock: f.defaultClock()}
	hourless := true
	for _, item := range f.reading.Items {
		if !f.undated(item) {
			continue
		}
		hourless = hourless && (item.Kind == capture.Invoice || item.Kind == capture.Promise)
		switch {
		case item.When != nil:
			c.Clock, c.Clear, c.Named = item.When.Clock, true, true
		case item.Kind == capture.Obligation:
			c.Clock = f.hours.DayEnd
		}
	}
	made := f.moment(c)
	if hourless {
		made.Label = f.Date(day, "")
	}
	return made
}

var (
	dayNumber = regexp.MustCompile(`\b(29|3[0-9])(-?(го|е|ого|ое|th|st|nd|rd))?\b`)
	bounded   = regexp.MustCompile(`(?i)(^|\s)(до|к|на|по|с|от|после|by|until|till|on|before|after)?\s*$`)
	yearSaid  = regexp.MustCompile(`\b(19|20)\d\d\b|\.\d\d\s*$`)
)

// lastOfMonth is the last day of the month that an impossible day names: with its year as written, else the next one to come.
func (f *filing) lastOfMonth(said string) (crm.Date, bool) {
	w, err := f.world(f.written())
	if err != nil {
		return crm.Date{}, false
	}
	place := dayNumber.FindStringIndex(said)
	if place == nil {
		return crm.Date{}, false
	}
	times := capture.ReadTimes(said[:place[0]]+"28"+said[place[1]:], w)
	if len(times) != 1 || times[0].Grain != capture.Day {
		return crm.Date{}, false
	}
	day := times[0].Day
	last := day.EndOfMonth()
	if before := day.AddDays(-364).EndOfMonth(); !yearSaid.MatchString(said) && before.Month == day.Month && !before.Before(f.today) {
		last = before // the 28th is over, the end of the month isn't
	}
	return last, true
}

// withoutInvalid is an item's text without a day that doesn't exist and was replaced.
func (f *filing) withoutInvalid(text string) string {
	for _, bad := range f.reading.Invalid {
		before, after, found := strings.Cut(text, bad.Text)
		if _, answered := f.state.Times[bad.Span.From]; found && answered {
			text = strings.Trim(bounded.ReplaceAllString(before, "")+" "+strings.TrimSpace(after), " ,;")
		}
	}
	return text
}
