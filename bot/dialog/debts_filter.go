package dialog

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"followup/bot/capture"
	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
)

// Receivables are narrowed by words, in any order: a sum that a client owes more of («больше 100к», "over 100k"), days that a
// bill is past due («старше 30 дней», "older than 30 days"), and, for a lead, a manager's name («анна»). A sum without a
// currency is in rubles; debts in other currencies are left out by it, because they can't be compared.

// debtFilter narrows receivables; zero values leave everything.
type debtFilter struct {
	over    crm.Money
	days    int
	manager int64
}

func (f debtFilter) none() bool { return f.over.IsZero() && f.days == 0 && f.manager == 0 }

// packed is the filter in a button: minor units, currency, days, manager.
func (f debtFilter) packed() string {
	if f.none() {
		return ""
	}
	return strings.Join([]string{base36(f.over.Minor), string(f.over.Currency), strconv.Itoa(f.days), base36(f.manager)}, ".")
}

// unpackDebts reads what packed wrote; anything else is no filter.
func unpackDebts(arg string) debtFilter {
	parts := strings.Split(arg, ".")
	if len(parts) != 4 {
		return debtFilter{}
	}
	days, err := strconv.Atoi(parts[2])
	if err != nil || days < 0 || days > maxFilterDays {
		return debtFilter{}
	}
	f := debtFilter{days: days, manager: number36(parts[3])}
	if minor := number36(parts[0]); minor > 0 {
		f.over = crm.Money{Minor: minor, Currency: crm.Currency(parts[1])}
	}
	return f
}

// packedOf is the filter of a list that a record was opened from, "D" and the packed filter.
func packedOf(list string) string {
	if packed, ok := strings.CutPrefix(list, "D"); ok {
		return packed
	}
	return ""
}

// maxFilterDays keeps a filter within what a person could mean.
const maxFilterDays = 3660

// moreWords begin a bound; fillerWords say nothing; dayUnits turn a number into days.
var (
	moreWords = wordSet(`больше более свыше выше от дороже старше дольше давнее давно over above more greater older longer > >=`)
	fillers   = wordSet(`чем than долг долги долга долгов должен должны дебиторка просрочка просрочки просрочкой просрочено у по менеджер менеджера менеджеру and и за the days' с на debts
debt overdue receivables owes who кто нам us all все`)
	dayUnits = map[string]int{
		"д": 1, "дн": 1, "день": 1, "дня": 1, "дней": 1, "сут": 1, "суток": 1, "day": 1, "days": 1, "d": 1, "неделя": 7, "недели": 7, "недель": 7, "неделю": 7,
		"week": 7, "weeks": 7, "месяц": 30, "месяца": 30, "месяцев": 30, "мес": 30, "month": 30, "months": 30, "квартал": 90, "quarter": 90, "год": 365, "года": 365, "year": 365,
	}
)

// readDebtFilter reads a filter; ok is false when a word of it means nothing.
func (t *turn) readDebtFilter(text string) (f debtFilter, ok bool, err error) {
	var names []string
	words := filterTokens(text)
	for i := 0; i < len(words); {
		switch w := words[i]; {
		case moreWords[w] || startsNumber(w):
			end := i + 1
			for end < len(words) && !moreWords[words[end]] && !(end > i+1 && t.isName(words[end])) {
				end++
			}
			if !t.bound(&f, words[i:end]) {
				return f, false, nil
			}
			i = end
		case fillers[w]:
			i++
		default:
			names = append(names, w)
			i++
		}
	}
	if len(names) == 0 {
		return f, true, nil
	}
	if t.me.Role == crm.Manager {
		return f, false, nil
	}
	m, ok, err := t.memberLike(strings.Join(names, " "))
	f.manager = m.ID
	return f, ok, err
}

// filterTokens cuts a filter into words; ">" is put as a word too, and "90+" without its sign.
func filterTokens(text string) []string {
	words := strings.Fields(strings.ToLower(strings.NewReplacer(">", " > ", "+", " ", ";", " ", "ё", "е", "?", " ").Replace(text)))
	for i, w := range words {
		w = strings.TrimRight(w, ",.")
		if number := strings.TrimSuffix(w, "m"); number != w && isDecimal(number) {
			w = number + "mln" // "10m" is ten million here, never ten minutes
		}
		words[i] = w
	}
	return slices.DeleteFunc(words, func(w string) bool { return w == "" })
}

func isDecimal(s string) bool {
	for _, r := range s {
		if !unicode.IsDigit(r) && r != '.' && r != ',' {
			return false
		}
	}
	return s != ""
}

func startsNumber(word string) bool {
	r := []rune(word)
	return len(r) > 0 && unicode.IsDigit(r[0])
}

// isName reports whether a word is how a member is called.
func (t *turn) isName(word string) bool {
	if fillers[word] || dayUnits[strings.Trim(word, ".")] > 0 || startsNumber(word) || t.me.Role == crm.Manager {
		return false
	}
	_, ok, err := t.memberLike(word)
	return ok && err == nil
}

// bound reads «больше 100 тыс», «старше 30 дней», "over 1,5 млн", «90» of days.
func (t *turn) bound(f *debtFilter, words []string) bool {
	var said []string
	unit, older := 0, false
	for i, w := range words {
		switch n := dayUnits[strings.Trim(w, ".")]; {
		case i == 0 && moreWords[w]:
			older = older || slices.Contains([]string{"старше", "дольше", "давнее", "older", "longer"}, w)
		case fillers[w]:
		case n > 0:
			unit = n
		default:
			said = append(said, w)
		}
	}
	if unit > 0 || older || len(said) == 1 && len(words) == 1 && len(said[0]) <= 3 && isNumber(said[0]) {
		return f.boundDays(said, max(unit, 1))
	}
	w, err := t.world(crm.MomentOf(t.now))
	if err != nil || len(said) == 0 {
		return false
	}
	sum, ok := capture.ReadSum(strings.Join(said, " "), w)
	if !ok || sum.Money.Minor <= 0 || sum.Share > 0 {
		return false
	}
	f.over = sum.Money
	return true
}

func (f *debtFilter) boundDays(said []string, unit int) bool {
	n := 1
	if len(said) > 1 {
		return false
	}
	if len(said) == 1 {
		var err error
		if n, err = strconv.Atoi(said[0]); err != nil {
			return false
		}
	}
	f.days = n * unit
	return f.days > 0 && f.days <= maxFilterDays
}

func isNumber(s string) bool {
	_, err := strconv.Atoi(s)
	return err == nil
}

// filterLine says how a list is narrowed.
func (t *turn) filterLine(f debtFilter) string {
	var parts []string
	if !f.over.IsZero() {
		parts = append(parts, t.Say("debts.filter.over", "sum", f.over))
	}
	if f.days > 0 {
		parts = append(parts, t.Say("debts.filter.days", "n", f.days))
	}
	if f.manager != 0 {
		if m, err := t.tx.Member(f.manager); err == nil {
			parts = append(parts, message.Cut(m.Name, 40))
		}
	}
	return t.Say("debts.filter", "what", strings.Join(parts, " · "))
}

// filterSum and filterDays are what the buttons offer.
const filterSum = 100_000_00

var filterDays = []int{30, 60, 90}

// debtButtons narrow the list by one tap, and open it again; a list of one debt has nothing to narrow.
func (t *turn) debtButtons(s *screen, f debtFilter, debts int) error {
	switch {
	case debts == 0 && f.none():
		return nil
	case debts == 1 && f.none():
		s.row(t.button("debts.dso", "dso", 0))
		return nil
	}
	over := f
	if over.over = (crm.Money{Minor: filterSum, Currency: crm.RUB}); f.over == over.over {
		over.over = crm.Money{}
	}
	all, err := t.debtsOf(debtFilter{}) // all that there is to choose from, so that the rows stay where they are
	if err != nil {
		return err
	}
	var buttons []message.Button
	if slices.ContainsFunc(all, func(d storage.Debt) bool { return d.Total.Currency == crm.RUB }) {
		buttons = append(buttons, labelled(marked(t.Say("debts.filter.over", "sum", crm.Rub(filterSum/100)), f.over.Minor == filterSum), "debts", 0, over.packed()))
	}
	for _, n := range filterDays {
		older := f
		if older.days = n; f.days == n {
			older.days = 0
		}
		buttons = append(buttons, labelled(marked(t.Say("debts.filter.days.button", "n", n), f.days == n), "debts", 0, older.packed()))
	}
	s.rows(2, buttons...)
	if err := t.debtManagers(s, f, all); err != nil {
		return err
	}
	reset := message.Button{}
	if !f.none() {
		reset = t.button("debts.filter.clear", "debts", 0, "")
	}
	s.row(t.button("debts.dso", "dso", 0), reset)
	return nil
}

// debtManagers let a lead choose one of the managers whose clients owe.
func (t *turn) debtManagers(s *screen, f debtFilter, all []storage.Debt) error {
	if t.me.Role == crm.Manager {
		return nil
	}
	rest := f
	rest.manager = 0
	have := map[int64]bool{}
	for _, d := range all {
		have[d.Manager] = true
	}
	if len(have) < 2 && f.manager == 0 {
		return nil
	}
	members, err := t.tx.Members(0)
	if err != nil {
		return err
	}
	buttons := []message.Button{labelled(marked(t.Say("filter.everybody"), f.manager == 0), "debts", 0, rest.packed())}
	for _, m := range members {
		if one := f; have[m.ID] && len(buttons) < 12 {
			one.manager = m.ID
			buttons = append(buttons, labelled(marked(message.Cut(m.Name, 30), f.manager == m.ID), "debts", 0, one.packed()))
		}
	}
	s.rows(3, buttons...)
	return nil
}

// debtOrders begin a question about receivables in plain words.
var debtOrders = []string{
	"кто должен", "кто нам должен", "кто сколько должен", "долги", "должники", "дебиторка", "дебиторская задолженность", "просрочка", "покажи долги", "покажи должников",
	"who owes us", "who owes", "debts", "debtors", "receivables", "overdue", "show debts",
}

// debtsAsked answers «долги больше 100к», «кто должен старше 30 дней», and under the list shown last a filter alone.
func (t *turn) debtsAsked(text string) (bool, error) {
	said := strings.Join(filterTokens(text), " ")
	rest, asked := said, false
	for _, start := range debtOrders {
		if after, ok := strings.CutPrefix(said, start); ok && (after == "" || after[0] == ' ') && len(after) < len(rest) {
			rest, asked = after, true
		}
	}
	if !asked {
		_, last, ok, err := t.tx.LastShown(t.in.Chat)
		if err != nil || !ok || last.Kind != "debts" {
			return false, err
		}
	}
	return t.debtsFiltered(rest)
}

// debtsFiltered shows the list narrowed by text, when text says how and nothing else.
func (t *turn) debtsFiltered(text string) (bool, error) {
	f, ok, err := t.readDebtFilter(text)
	if err != nil || !ok || f.none() {
		return false, err
	}
	s, err := t.debtsScreen(0, f)
	if err != nil {
		return false, err
	}
	return true, t.send(s)
}

func cutSaid(text string) string { return message.Cut(strings.TrimSpace(text), 60) }
