package dialog

import (
	"strings"
	"unicode/utf8"

	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
)

// The list of clients: ten a page, by name, with the filters as buttons below. "/clients молчат A" filters by words; words
// that are no filter are looked for in the names.

// maxFilterWords is how many bytes of words fit into a button beside the rest.
const maxFilterWords = 36

// filterLetters are the filters by the letter that stands for them in a button; the catalog has "clients.LETTER.button" and
// "clients.LETTER.title".
var filterLetters = []string{"s", "n", "d", "x"}

// filterWords are the words of either language that mean a filter; "-" are words that only join others.
var filterWords = map[string]string{
	"молчат": "s", "молчащие": "s", "молчуны": "s", "тихие": "s", "silent": "s", "quiet": "s",
	"шага": "n", "шагов": "n", "безшага": "n", "дела": "n", "дел": "n", "step": "n", "steps": "n", "nostep": "n",
	"должники": "d", "должник": "d", "долги": "d", "долг": "d", "долгами": "d", "долгом": "d", "debtors": "d", "debtor": "d", "debt": "d", "debts": "d", "owing": "d",
	"архив": "x", "архивные": "x", "архиве": "x", "archive": "x", "archived": "x",
	"а": "A", "a": "A", "в": "B", "б": "B", "b": "B", "с": "C", "c": "C",
	"без": "-", "следующего": "-", "уровень": "-", "уровня": "-", "все": "-", "no": "-", "next": "-", "tier": "-", "all": "-", "without": "-",
}

// filterOf unpacks a filter of the list from a button: letters for the conditions, then a dot and words.
func filterOf(packed string) storage.ClientFilter {
	letters, words, _ := strings.Cut(packed, ".")
	f := storage.ClientFilter{Text: words, Limit: pageSize}
	for _, r := range letters {
		switch r {
		case 's':
			f.Silent = true
		case 'n':
			f.NoNextStep = true
		case 'd':
			f.Debtors = true
		case 'x':
			f.Archived = true
		case 'A', 'B', 'C':
			f.Tier = crm.Tier(r)
		}
	}
	return f
}

// packed reads the words of "/clients молчат A север" into a filter for a button.
func packed(args string) string {
	letters, rest := "", []string{}
	for _, word := range strings.Fields(args) {
		switch letter := filterWords[crm.NameKey(word)]; {
		case letter == "":
			rest = append(rest, word)
		case letter != "-" && !strings.Contains(letters, letter):
			letters += letter
		}
	}
	if len(rest) == 0 {
		return letters
	}
	return letters + "." + cutBytes(strings.Join(rest, " "), maxFilterWords)
}

// clients lists the clients.
func (t *turn) clients(args string) error {
	s, err := t.clientsScreen(packed(args), 0)
	if err != nil {
		return err
	}
	return t.send(s)
}

// tapClients turns a page or changes the filter in place.
func (t *turn) tapClients(at int64, packed string) error {
	s, err := t.clientsScreen(packed, int(at))
	if err != nil {
		return err
	}
	return t.show(s)
}

// clientsScreen is a page of the list.
func (t *turn) clientsScreen(packed string, at int) (*screen, error) {
	f := filterOf(packed)
	f.Offset = max(at, 0) * pageSize
	list, total, err := t.tx.Clients(f)
	if err != nil {
		return nil, err
	}
	p := pageOf(total, at)
	if p.at != at { // the list grew shorter since
		return t.clientsScreen(packed, p.at)
	}
	s := &screen{}
	s.Bold(t.filterTitle(f, total))
	if total == 0 {
		s.Line(t.emptyList(f))
	}
	names, err := t.managers()
	if err != nil {
		return nil, err
	}
	l := lines{turn: t, screen: s, list: "L" + base36(int64(p.at)) + ":" + packed}
	for _, c := range list {
		l.add("c", c.ID, t.clientLine(c)+names[c.Manager])
	}
	l.done()
	p.buttons(s, "clist", packed)
	t.filterButtons(s, packed)
	return s, nil
}

// managers are " · NAME" of those whose clients a lead or owner sees beside his own.
func (t *turn) managers() (map[int64]string, error) {
	if !t.isLead() {
		return nil, nil
	}
	list, err := t.tx.Members(0)
	if err != nil {
		return nil, err
	}
	names := make(map[int64]string, len(list))
	for _, m := range list {
		if m.ID != t.me.ID {
			names[m.ID] = " · " + m.Name
		}
	}
	return names, nil
}

// filterTitle names the list and how many it has.
func (t *turn) filterTitle(f storage.ClientFilter, total int) string {
	var parts []string
	for _, is := range []struct {
		on     bool
		letter string
	}{{f.Silent, "s"}, {f.NoNextStep, "n"}, {f.Debtors, "d"}, {f.Archived, "x"}} {
		if is.on {
			parts = append(parts, t.Say("clients."+is.letter+".title"))
		}
	}
	if f.Tier != "" {
		parts = append(parts, t.Say("clients.tier.title", "tier", string(f.Tier)))
	}
	if f.Text != "" {
		parts = append(parts, "«"+f.Text+"»")
	}
	if len(parts) == 0 {
		return t.Say("clients.title", "n", total)
	}
	return t.Say("clients.title.some", "what", strings.Join(parts, ", "), "n", total)
}

// emptyList says why nobody is listed.
func (t *turn) emptyList(f storage.ClientFilter) string {
	switch {
	case f.Text != "":
		return t.Say("clients.empty.text", "text", f.Text)
	case f.Silent || f.NoNextStep || f.Debtors || f.Archived || f.Tier != "":
		return t.Say("clients.empty.filter")
	}
	return t.Say("clients.none")
}

// clientLine is a client in a list: name, tier, days since the last touch.
func (t *turn) clientLine(c crm.Client) string {
	name, tier := message.Cut(c.Name, 80), string(c.Tier)
	if c.LastTouch == 0 {
		return t.Say("clients.line.untouched", "name", name, "tier", tier)
	}
	days := t.today.Sub(crm.DateOf(c.LastTouch.In(t.zone)))
	if days <= 0 {
		return t.Say("clients.line.today", "name", name, "tier", tier)
	}
	return t.Say("clients.line", "name", name, "tier", tier, "days", days)
}

// filterButtons are the other filters.
func (t *turn) filterButtons(s *screen, packed string) {
	var buttons []message.Button
	for _, f := range append([]string{"", "A"}, filterLetters...) {
		if f == packed {
			continue
		}
		name := map[string]string{"": "all", "A": "tier"}[f]
		if name == "" {
			name = f
		}
		buttons = append(buttons, t.button("clients."+name+".button", "clist", 0, f))
	}
	s.rows(3, buttons...)
}

// backToList leads from a card to the list that it was opened from: a page of clients ("L", page, filter), receivables ("D",
// filter), a page of renewals ("R", page, manager) or a plan.
func (t *turn) backToList(list string) message.Button {
	if list == "" {
		return message.Button{}
	}
	if packed, ok := strings.CutPrefix(list, "D"); ok {
		return t.button("back.debts", "debts", 0, packed)
	}
	if at, ok := strings.CutPrefix(list, "R"); ok {
		page, manager, _ := strings.Cut(at, ":")
		return t.button("back", "renew", number36(page), manager)
	}
	at, ok := strings.CutPrefix(list, "L")
	if !ok {
		return t.button("back", "plan", 0, list)
	}
	page, packed, _ := strings.Cut(at, ":")
	return t.button("clients.back", "clist", number36(page), packed)
}

// cutBytes cuts whole letters off the end until limit bytes are left.
func cutBytes(s string, limit int) string {
	for len(s) > limit {
		_, n := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-n]
	}
	return s
}
