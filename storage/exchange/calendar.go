package exchange

import (
	"bytes"
	"io"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"followup/storage/crm"
)

// Rules of calendars (iCalendar, RFC 5545).
//
// Lines end with CRLF and are folded at 75 octets, never inside a letter. A UID is the same for the same item in every file, so that a
// calendar moves an event instead of doubling it; a cancelled one is written with STATUS:CANCELLED and a higher SEQUENCE. A day has an exclusive end; a
// time is UTC. A calendar is shown on lock screens and to assistants: unless Open is set, sums and phones in a summary become «…».

// Calendar is a file or a feed. Stamp is when it was made.
type Calendar struct {
	Name   string
	Stamp  crm.Moment
	Open   bool // sums and phones may stay in summaries
	Events []Event
}

// Event is one item. Without Start it takes the whole Day.
type Event struct {
	UID         string // of the item, without a blank; the same forever
	Summary     string
	Description string
	Day         crm.Date
	Start       crm.Moment
	Minutes     int // length of one with Start; 30 when it is 0
	Sequence    int
	Stamp       crm.Moment // when it was changed last; 0: the calendar's
	Cancelled   bool
}

const (
	icalTime    = "20060102T150405Z"
	icalDay     = "20060102"
	eventLength = 30
)

// WriteCalendar writes a calendar.
func WriteCalendar(w io.Writer, c Calendar) error {
	var b bytes.Buffer
	for _, line := range [...]string{
		"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Followup//Followup//RU", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
		"X-WR-CALNAME:" + escaped(c.Name), "REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H",
	} {
		writeFolded(&b, line)
	}
	stamp := c.Stamp.In(time.UTC).Format(icalTime)
	for _, e := range c.Events {
		summary := e.Summary
		if !c.Open {
			summary = discreet(summary)
		}
		if e.Stamp != 0 {
			e.write(&b, e.Stamp.In(time.UTC).Format(icalTime), summary)
			continue
		}
		e.write(&b, stamp, summary)
	}
	writeFolded(&b, "END:VCALENDAR")
	_, err := w.Write(b.Bytes())
	return err
}

func (e Event) write(b *bytes.Buffer, stamp, summary string) {
	writeFolded(b, "BEGIN:VEVENT")
	writeFolded(b, "UID:"+escaped(e.UID))
	writeFolded(b, "DTSTAMP:"+stamp)
	if e.Start == 0 {
		writeFolded(b, "DTSTART;VALUE=DATE:"+e.Day.Midnight().Format(icalDay))
		writeFolded(b, "DTEND;VALUE=DATE:"+e.Day.AddDays(1).Midnight().Format(icalDay))
		writeFolded(b, "TRANSP:TRANSPARENT")
	} else {
		minutes := e.Minutes
		if minutes <= 0 {
			minutes = eventLength
		}
		writeFolded(b, "DTSTART:"+e.Start.In(time.UTC).Format(icalTime))
		writeFolded(b, "DTEND:"+(e.Start+crm.Moment(minutes*60)).In(time.UTC).Format(icalTime))
	}
	writeFolded(b, "SUMMARY:"+escaped(summary))
	if e.Description != "" {
		writeFolded(b, "DESCRIPTION:"+escaped(e.Description))
	}
	writeFolded(b, "SEQUENCE:"+decimal(e.Sequence))
	if e.Cancelled {
		writeFolded(b, "STATUS:CANCELLED")
	} else {
		writeFolded(b, "STATUS:CONFIRMED")
	}
	writeFolded(b, "END:VEVENT")
}

var (
	phoneLike = regexp.MustCompile(`\+?\d[\d\s()\x{00a0}–-]{5,}\d`)
	moneyLike = regexp.MustCompile(`(?i)[$€₽£]\s*\d[\d\s.,\x{00a0}\x{202f}]*|\d[\d\s.,\x{00a0}\x{202f}]*(?:тыс|млн|млрд|руб|₽|€|\$|£|usd|eur|rub|kzt|[кkmм](?:$|[^\pL])|т\.?р|р(?:\.|$|[^\pL]))[\pL.]*`)
)

// discreet takes sums and phones out of a text.
func discreet(s string) string {
	s = moneyLike.ReplaceAllString(s, "… ")
	return strings.Join(strings.Fields(phoneLike.ReplaceAllString(s, "…")), " ")
}

var icalEscapes = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`)

// escaped is a text as it stands in vCard 3.0 and iCalendar, without control characters.
func escaped(s string) string {
	return icalEscapes.Replace(strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\r' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "")))
}

// foldAt is the longest line in octets, without its end.
const foldAt = 75

// writeFolded writes a line, folded between letters.
func writeFolded(b *bytes.Buffer, line string) {
	room := foldAt
	for len(line) > room {
		cut := room
		for !utf8.RuneStart(line[cut]) {
			cut--
		}
		b.WriteString(line[:cut] + "\r\n ")
		line = line[cut:]
		room = foldAt - 1 // the blank counts
	}
	b.WriteString(line + "\r\n")
}
