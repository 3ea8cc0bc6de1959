package dialog

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"

	"followup/bot/message"
	"followup/storage/crm"
)

// «Объедини Вектор и ИП Вектор» shows the two side by side, as the button on a card does; nothing is merged by words alone. A
// name that fits several clients gives a button for each pair.

var (
	mergeOrder = regexp.MustCompile(`(?i)^(?:объедини(?:ть)?|слей|слить|склей|merge|combine)\s+(?:клиентов\s+|клиента\s+|clients?\s+)?(.+?)[.!]?$`)
	mergeAnd   = regexp.MustCompile(`(?i)\s+(?:и|с|со|and|with|into)\s+`)
)

// mergeTalk takes an order to merge two clients; false when the line is none.
func (t *turn) mergeTalk(text string) (bool, error) {
	m := mergeOrder.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return false, nil
	}
	cuts := mergeAnd.FindAllStringIndex(m[1], -1) // a name may hold an «и» of its own
	if len(cuts) == 0 {
		return false, nil
	}
	if err := t.pass(crm.Merge); err != nil {
		return true, err
	}
	unknown, same := "", false
	for _, cut := range cuts {
		pairs, missing, err := t.pairsOf(m[1][:cut[0]], m[1][cut[1]:])
		switch {
		case err != nil:
			return true, err
		case len(pairs) == 1:
			return true, t.tapSame(pairs[0][0].ID, strconv.FormatInt(pairs[0][1].ID, 36))
		case len(pairs) > 1:
			return true, t.askPair(pairs)
		}
		unknown, same = cmp.Or(unknown, missing), same || missing == ""
	}
	switch {
	case same:
		return true, crm.Say("merge.one")
	case unknown != noClients:
		return true, crm.Say("client.unknown", "name", message.Cut(unknown, 60))
	}
	return false, nil // it is about something else
}

// noClients stands for two names that nobody has.
const noClients = "\x00"

// pairsOf are the pairs of different clients that two names may mean; missing is the name that nobody has, or noClients.
func (t *turn) pairsOf(one, other string) (pairs [][2]crm.Client, missing string, err error) {
	first, err := t.findClients(one)
	if err != nil {
		return nil, "", err
	}
	second, err := t.findClients(other)
	if err != nil {
		return nil, "", err
	}
	switch {
	case len(first.sure)+len(second.sure) == 0:
		return nil, noClients, nil
	case len(first.sure) == 0:
		return nil, one, nil
	case len(second.sure) == 0:
		return nil, other, nil
	}
	seen := map[[2]int64]bool{}
	for _, a := range first.sure {
		for _, b := range second.sure {
			key := [2]int64{min(a.ID, b.ID), max(a.ID, b.ID)}
			if a.ID != b.ID && !seen[key] {
				seen[key] = true
				pairs = append(pairs, [2]crm.Client{a, b})
			}
		}
	}
	return pairs, "", nil
}

// askPair asks which two are meant.
func (t *turn) askPair(pairs [][2]crm.Client) error {
	s := t.screen("merge.which")
	for _, p := range pairs[:min(len(pairs), maxChoices)] {
		s.row(labelled(message.Cut(p[0].Name, 28)+" + "+message.Cut(p[1].Name, 28), "same", p[0].ID, strconv.FormatInt(p[1].ID, 36)))
	}
	return t.send(s)
}
