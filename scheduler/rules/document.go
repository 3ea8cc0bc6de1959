package rules

// A paper that was asked for and isn't sent yet, that was sent and isn't signed yet, or whose original is awaited, is asked
// about seven days after that began (the original: after it was signed, or sent when it needs no signature), then every week,
// each moved forward to a working day.
// It stops when the paper was signed and its original received. "Other day" holds everything back before that day and asks
// on it.

import (
	"strconv"
	"time"

	"followup/scheduler/calendar"
	"followup/storage/crm"
)

// documentDays are between two questions about a paper.
const documentDays = 7

// Awaits says what is awaited of a paper ("send" by us, "sign", "original") and since when; false when nothing is.
func Awaits(d crm.Document) (what string, since crm.Date, ok bool) {
	switch {
	case !d.Requested.IsZero() && d.Sent.IsZero() && d.Signed.IsZero() && d.Received.IsZero():
		return "send", d.Requested, true
	case d.WaitSign && d.Signed.IsZero():
		return "sign", d.Sent, !d.Sent.IsZero()
	case d.WaitOrig && d.Received.IsZero():
		since = d.Signed
		if since.IsZero() {
			since = d.Sent
		}
		return "original", since, !since.IsZero()
	}
	return "", crm.Date{}, false
}

func nextDocument(s Subject, c *calendar.Calendar, after time.Time) (Step, bool) {
	if s.Document == nil {
		return Step{}, false
	}
	what, since, ok := Awaits(*s.Document)
	if !ok {
		return Step{}, false
	}
	p, ok := told(s, c)
	if !ok {
		return Step{}, false
	}
	postponed := s.Document.Postponed
	var rungs []rung
	if !postponed.IsZero() {
		rungs = append(rungs, rung{name: "on " + postponed.String(), anchor: what + " " + since.String(), day: p.days.Next(postponed)})
	}
	week := max(1, crm.DateOf(after.In(p.zone)).Sub(since)/documentDays-4) // days off move a few weeks together
	for n := week; n <= week+horizon/documentDays+6; n++ {
		if day := p.days.Next(since.AddDays(documentDays * n)); day.After(postponed) {
			rungs = append(rungs, rung{name: "+" + strconv.Itoa(documentDays*n), anchor: what + " " + since.String(), day: day})
		}
	}
	return p.first(rungs, after)
}
