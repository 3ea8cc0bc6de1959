package dialog

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
)

// maxFound is how many finds are shown.
const maxFound = 15

// find searches everything that the member may see: "/find допсоглашение". Finds stand under their clients.
func (t *turn) find(args string) error {
	if args == "" {
		return t.example("find")
	}
	if err := t.costly(); err != nil {
		return err
	}
	hits, err := t.tx.Search(args, maxFound+1)
	if err != nil {
		return err
	}
	if len(hits) == 0 {
		return t.say("find.nothing", "text", message.Cut(args, 60))
	}
	s := t.screen("find", "text", message.Cut(args, 60))
	if len(hits) > maxFound {
		hits = hits[:maxFound]
		s.Line(t.Say("find.more", "n", maxFound))
	}
	var buttons []message.Button
	for _, group := range byClient(hits) {
		s.Gap().Bold(message.Cut(group[0].Title, maxNameShown))
		for _, h := range group {
			if line := t.hitLine(h); line != "" {
				s.Line(line)
			}
		}
		buttons = append(buttons, labelled(group[0].Title, "c", group[0].Client))
	}
	s.rows(2, buttons...)
	return t.send(s)
}

// byClient groups finds by their client, in the order in which the clients come first, the newest finds of each first.
func byClient(hits []storage.Hit) [][]storage.Hit {
	var groups [][]storage.Hit
	at := map[int64]int{}
	for _, h := range hits {
		i, seen := at[h.Client]
		if !seen {
			i = len(groups)
			at[h.Client] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], h)
	}
	for _, g := range groups {
		slices.SortStableFunc(g, func(a, b storage.Hit) int { return cmp.Compare(rank(b), rank(a)) })
	}
	return groups
}

// rank puts the client and its contacts first, then the newest.
func rank(h storage.Hit) crm.Moment {
	if h.Subject.Kind == "client" || h.Subject.Kind == "contact" {
		return math.MaxInt64
	}
	return h.At
}

// hitLine is one find: what kind of record, its day, and the words around what was found.
func (t *turn) hitLine(h storage.Hit) string {
	text := message.Cut(strings.Join(strings.Fields(h.Snippet), " "), 120)
	if text == "" {
		return ""
	}
	line := t.Say("find."+h.Subject.Kind, "text", text)
	if h.At != 0 && h.Subject.Kind != "client" {
		line = t.Date(crm.DateOf(h.At.In(t.zone)), "short") + " " + line
	}
	return line
}
