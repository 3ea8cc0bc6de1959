package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"followup/bot/capture"
	"followup/scheduler/clock"
	"followup/storage/crm"
)

type explainCmd struct {
	newcomers
	Now     string   `help:"The moment of the message: 2026-11-18T10:12:00+03:00, or 2026-11-18 10:12 in the time zone; empty: now."`
	Clients string   `type:"existingfile" help:"A file of clients, one a line: NAME | alias, alias | INN | city."`
	Text    []string `arg:"" optional:"" help:"The message; - or nothing reads one message a line from standard input."`
}

// maxLine is far above the longest message that Telegram takes.
const maxLine = 1 << 20

// Run reads messages and prints what was understood of each.
func (c *explainCmd) Run(w *world) (err error) {
	understand, err := c.reader(w)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(w.out)
	defer closing(&err, out.Flush)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	if text := strings.Join(c.Text, " "); text != "" && text != "-" {
		return encoder.Encode(understand(text))
	}
	lines := bufio.NewScanner(w.in)
	lines.Buffer(nil, maxLine)
	for lines.Scan() {
		if err := encoder.Encode(understand(lines.Text())); err != nil {
			return err
		}
		if w.ctx.Err() != nil {
			return nil
		}
	}
	return lines.Err()
}

// reader prepares the world that every message is read in.
func (c *explainCmd) reader(w *world) (func(text string) explanation, error) {
	zone, err := c.zone()
	if err != nil {
		return nil, err
	}
	now, err := c.moment(zone)
	if err != nil {
		return nil, err
	}
	clients, names, err := readClients(c.Clients)
	if err != nil {
		return nil, err
	}
	world := capture.World{
		Now: now, Language: c.Lang, Currency: crm.RUB, Habits: capture.DefaultHabits(), Calendar: w.calendar(), Clients: clients,
	}
	return func(text string) explanation { return explain(capture.Read(text, world), names) }, nil
}

func (c *explainCmd) moment(zone *time.Location) (time.Time, error) {
	if c.Now == "" {
		return clock.Real().Now().In(zone), nil
	}
	if t, err := time.Parse(time.RFC3339, c.Now); err == nil {
		return t.In(zone), nil
	}
	for _, form := range []string{"2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02T15:04:05", time.DateOnly} {
		if t, err := time.ParseInLocation(form, c.Now, zone); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("--now %s is no moment: write 2026-11-18T10:12:00+03:00", c.Now)
}

// readClients reads the file of clients; names are by the ids that the reader is given, from 1.
func readClients(path string) (*capture.Portfolio, map[int64]string, error) {
	names := map[int64]string{}
	if path == "" {
		return nil, names, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, err
	}
	var entries []capture.Entry
	for line := range strings.Lines(string(text)) {
		parts := strings.Split(strings.TrimSpace(line), "|")
		for i := range parts {
			parts[i] = strings.TrimSpace(parts[i])
		}
		if parts[0] == "" || strings.HasPrefix(parts[0], "#") {
			continue
		}
		parts = append(parts, "", "", "")
		e := capture.Entry{ID: int64(len(entries) + 1), Name: parts[0], INN: parts[2], City: parts[3], Own: true}
		for alias := range strings.SplitSeq(parts[1], ",") {
			if alias = strings.TrimSpace(alias); alias != "" {
				e.Aliases = append(e.Aliases, alias)
			}
		}
		names[e.ID] = e.Name
		entries = append(entries, e)
	}
	return capture.NewPortfolio(entries), names, nil
}
