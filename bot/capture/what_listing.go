package capture

import (
	"strings"

	"followup/storage/crm"
)

// Lists under a heading: «2 встречи завтра: с вектором в 10, с ромашкой в 15», «отправить кп: ромашке, гамме», «недозвоны: маяк,
// заря», «оплатили: вектор 15к, гамма 20к». The heading says what is or was done, each client behind the colon gets it once,
// with the time and the sum beside its name; what it lacks it has from the heading. A heading with a client of its own, or
// without a client behind it, is a piece like any other.

// heading is what the clients of a list get.
type heading struct {
	item Item
	open bool // the list goes on
}

// heads reports whether piece i is the heading of a list of clients.
func (s *scribe) heads(i int) bool {
	p := &s.pieces[i]
	return i+1 < len(s.pieces) && p.to < len(s.tokens) && s.tokens[p.to].is(":") && len(p.named) == 0 && len(p.head) == 0 && len(p.sums) == 0 &&
		(len(p.acts) > 0 || s.any(p, headWords) || len(p.times) > 0) && s.entry(&s.pieces[i+1])
}

// entry reports whether a piece is clients, with no more than a time or a sum.
func (s *scribe) entry(p *piece) bool {
	return len(p.named) > 0 && len(p.acts) == 0 && strings.Trim(s.cut(p, keepNote), "0123456789 ") == ""
}

// take makes the heading of what piece i gave: its one item, taken back; a heading of a plan gives something to do.
func (s *scribe) take(i, before int) {
	items := s.reading.Items
	switch p := &s.pieces[i]; {
	case len(p.acts) > 0 && p.acts[0].act == actPayNoun && (s.when(p) == nil || s.when(p).Day == crm.DateOf(s.w.Now)):
		s.list = heading{Item{Kind: Payment, Text: s.cut(p, keepWords)}, true} // «оплаты сегодня: …»
		s.reading.Items = items[:before:before]
	case len(items) == before+1 && items[before].Touch == crm.TouchNote && s.when(p) != nil:
		s.list = heading{Item{Kind: FollowUp, Verb: "task", When: s.when(p)}, true} // «план на завтра: …»
		s.reading.Items, s.touch = items[:before:before], -1
	case len(items) == before+1:
		s.list = heading{items[before], true}
		s.reading.Items, s.touch = items[:before:before], -1
		if text := foldText(s.list.item.Text); singular[text] != "" {
			s.list.item.Text = singular[text]
		} else if s.any(p, headWords) {
			s.list.item.Text = ""
		} else if words := strings.Fields(text); len(words) == 2 && singular[words[1]] != "" {
			s.list.item.Text = singular[words[1]] // «2 встречи», "two meetings"
		}
	case len(items) == before && s.timed != nil:
		s.list = heading{Item{Kind: FollowUp, Verb: "task", When: s.timed}, true}
	}
}

// singular are the names of touches in a heading, and what each client of the list gets.
var singular = map[string]string{
	"встречи": "встреча", "встреч": "встреча", "созвоны": "созвон", "созвонов": "созвон", "созвона": "созвон", "звонки": "звонок", "звонков": "звонок",
	"звонка": "звонок", "недозвоны": "недозвон", "недозвона": "недозвон", "calls": "call", "meetings": "meeting",
}

// entered reads piece i as an entry of the list that is open, or as one that repeats the item before it.
func (s *scribe) entered(i int) bool {
	p, last := &s.pieces[i], s.lastItem()
	if p.again && last != nil && s.entry(p) {
		again := *last
		if again.Sum != nil {
			again.Text = s.cut(p, keepTimes)
		}
		s.enter(p, again)
		return true
	}
	if s.paysToo(i) {
		s.enter(p, Item{Kind: Payment, Text: s.cut(p, keepTimes)})
		return true
	}
	if !s.list.open || !s.entry(p) {
		s.list.open = s.list.open && len(p.named) == 0 && !p.line
		return false
	}
	s.enter(p, s.list.item)
	return true
}

// mostPayers is how many clients one verb behind them may have.
const mostPayers = 12

// paysToo reports whether piece i is a client and a sum before others that end with the verb: «ромашка 15к, гамма 20к оплатили».
func (s *scribe) paysToo(i int) bool {
	for k := i; k < min(len(s.pieces), i+mostPayers); k++ {
		p := &s.pieces[k]
		if k > i && !p.listed && !s.joined(p) || len(p.named) == 0 || len(p.sums) == 0 && s.loneFigure(p) == nil {
			return false
		}
		if k > i && p.has(actPaid) != nil {
			return len(p.acts) == 1
		}
		if !s.entry(p) || len(p.times) > 0 {
			return false
		}
	}
	return false
}

// enter adds an item for the clients of a piece, with the time and the sum beside their names.
func (s *scribe) enter(p *piece, item Item) {
	if due := s.when(p); due != nil && due.Rule == "" {
		item.When = due
	} else if t := s.happened(p); t != nil && item.When == nil {
		item.When = t
	}
	if sum := s.sumOf(p, nil); sum != nil {
		item.Sum = sum
	} else if item.Kind == Payment {
		item.Sum = s.loneFigure(p)
	}
	s.context = p.named
	s.add(p, item)
	if item.Kind == Touch {
		s.touch = len(s.reading.Items) - 1
	}
}
