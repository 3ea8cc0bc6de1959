package dialog

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"followup/bot/capture"
	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
)

// tapAway answers a question about an absence, or does something with one. arg is a word and what it goes with.
func (t *turn) tapAway(id int64, arg string) error {
	o, a, err := t.awayOffer(id)
	if err != nil {
		return err
	}
	for _, answer := range awayAnswers {
		if rest, ok := strings.CutPrefix(arg, answer.word); ok && (answer.more || rest == "") {
			return answer.do(t, o, a, rest)
		}
	}
	return crm.Say("button.unknown")
}

// awayAnswers are the buttons of an absence; the longer word stands before one that it begins with.
var awayAnswers = []struct {
	word string
	more bool // something follows
	do   func(t *turn, o *storage.Offer, a absence, rest string) error
}{
	{"go", false, func(t *turn, o *storage.Offer, a absence, _ string) error {
		if o.Taken != 0 {
			return crm.Say("already")
		}
		if why := t.daysRight(a); why != nil {
			return why
		}
		return t.saveAway(o, a)
	}},
	{"good", false, func(t *turn, o *storage.Offer, a absence, _ string) error {
		if o.Taken != 0 || !a.Forever {
			return crm.Say("already")
		}
		return t.giveForever(o, a)
	}},
	{"forever", false, func(t *turn, o *storage.Offer, a absence, _ string) error {
		if o.Taken != 0 || a.Forever {
			return crm.Say("already")
		}
		a.Forever, a.From, a.Until = true, crm.Date{}, crm.Date{}
		return t.arrange(o, a)
	}},
	{"drop", false, func(t *turn, o *storage.Offer, _ absence, _ string) error {
		if o.Taken != 0 {
			return crm.Say("already")
		}
		o.Taken = crm.MomentOf(t.now)
		if err := t.tx.SaveOffer(o); err != nil {
			return err
		}
		if err := t.closeForm(); err != nil {
			return err
		}
		return t.show(t.screen("away.dropped"))
	}},
	{"end", false, (*turn).endAway},
	{"dates", false, func(t *turn, o *storage.Offer, a absence, _ string) error {
		return t.askAway(o, a, "when", t.whenButtons)
	}},
	{"other", false, func(t *turn, o *storage.Offer, a absence, _ string) error {
		return t.askAway(o, a, "substitute", t.substituteButtons)
	}},
	{"except", false, (*turn).askExcept},
	{"see", true, func(t *turn, _ *storage.Offer, _ absence, rest string) error {
		m, err := strconv.ParseInt(rest, 36, 64)
		if err != nil {
			return crm.Say("button.unknown")
		}
		who, err := t.tx.Member(m)
		if err != nil {
			return err
		}
		if t.absent(who) {
			s, err := t.awayState(who)
			if err != nil {
				return err
			}
			return t.show(s)
		}
		return t.arrange(&storage.Offer{Kind: "away"}, absence{Member: m})
	}},
	{"who", true, func(t *turn, o *storage.Offer, a absence, rest string) error {
		return t.pickMember(o, a, &a.Member, &a, rest)
	}},
	{"sub", true, func(t *turn, o *storage.Offer, a absence, rest string) error {
		a.Among = nil
		return t.pickMember(o, a, &a.Substitute, &a, rest)
	}},
	{"alone", false, func(t *turn, o *storage.Offer, a absence, _ string) error {
		if o.Taken != 0 && a.Substitute == 0 {
			return crm.Say("already")
		}
		a.Substitute, a.Among, a.Except, a.Nobody = 0, nil, nil, true
		return t.arrange(o, a)
	}},
	{"when", true, func(t *turn, o *storage.Offer, a absence, rest string) error {
		from, until, ok := t.awayDays(rest)
		if !ok {
			return crm.Say("button.unknown")
		}
		return t.pickDays(o, a, from, until)
	}},
	{"until", true, func(t *turn, o *storage.Offer, a absence, rest string) error {
		n, err := strconv.Atoi(rest)
		if err != nil || a.From.IsZero() {
			return crm.Say("button.unknown")
		}
		return t.pickDays(o, a, a.From, a.From.AddDays(n-1))
	}},
	{keepBack, true, func(t *turn, o *storage.Offer, a absence, rest string) error { return t.keepClient(o, a, rest, true) }},
	{handOn, true, func(t *turn, o *storage.Offer, a absence, rest string) error { return t.keepClient(o, a, rest, false) }},
}

// The words of the buttons that keep a client back from the substitute, and hand it on after all.
const (
	keepBack = "x"
	handOn   = "y"
)

// keepClient keeps a client back from the substitute, or hands it on.
func (t *turn) keepClient(o *storage.Offer, a absence, number string, back bool) error {
	client, err := strconv.ParseInt(number, 36, 64)
	if err != nil {
		return crm.Say("button.unknown")
	}
	i := slices.Index(a.Except, client)
	switch {
	case back == (i >= 0):
		return crm.Say("already")
	case back:
		a.Except = append(slices.Clone(a.Except), client)
	default:
		a.Except = slices.Delete(slices.Clone(a.Except), i, i+1)
	}
	return t.arrange(o, a)
}

// pickMember takes a member by the number on a button; one that is picked already in a saved absence is a second tap.
func (t *turn) pickMember(o *storage.Offer, _ absence, to *int64, a *absence, rest string) error {
	m, err := strconv.ParseInt(rest, 36, 64)
	if err != nil {
		return crm.Say("button.unknown")
	}
	if o.Taken != 0 && *to == m {
		return crm.Say("already")
	}
	*to = m
	return t.arrange(o, *a)
}

func (t *turn) pickDays(o *storage.Offer, a absence, from, until crm.Date) error {
	if o.Taken != 0 && a.From == from && a.Until == until {
		return crm.Say("already")
	}
	a.From, a.Until, a.Forever = from, until, false
	return t.arrange(o, a)
}

// endAway takes an absence away: before it began, or because its member is back.
func (t *turn) endAway(_ *storage.Offer, a absence, _ string) error {
	m, err := t.tx.Member(a.Member)
	if err != nil {
		return err
	}
	if !t.absent(m) || m.AwayFrom != a.From || m.AwayUntil != a.Until {
		return crm.Say("already")
	}
	return t.endAbsence(m)
}

// endAbsence ends the absence of a member that isn't over.
func (t *turn) endAbsence(m crm.Member) error {
	if m.ID != t.me.ID && !t.isLead() {
		return t.deniedToLead("away.lead.only", m)
	}
	key, before := "away.ended", m
	told := "ended"
	if !m.Away(t.today) {
		key, told = "away.cancelled", "cancelled"
	} else if m.ID == t.me.ID {
		key = "away.ended.own"
	}
	t.tx.Change("away.ended", crm.Subject{Kind: "member", ID: m.ID})
	m.AwayFrom, m.AwayUntil, m.Substitute, m.AwayExcept = crm.Date{}, crm.Date{}, 0, nil
	if err := t.tx.SaveMember(&m); err != nil {
		return err
	}
	s := t.screen(key, "name", m.Name, "days", t.span(before.AwayFrom, before.AwayUntil))
	s.row(t.button("card.undo", "undo", t.tx.ChangeID()), t.planButton())
	if err := t.show(s.about("member", m.ID)); err != nil {
		return err
	}
	return t.tellAbout(before, 0, t.changed("away.ended", m), func(to *turn, _ string) *screen {
		return to.screen("away.over."+told, "name", m.Name, "days", to.span(before.AwayFrom, before.AwayUntil))
	})
}

// fewClients is how many clients are offered to be kept back; others are typed.
const fewClients = 8

// askExcept asks which clients stay out of the substitute's hands.
func (t *turn) askExcept(o *storage.Offer, a absence, _ string) error {
	list, total, err := t.tx.Clients(storage.ClientFilter{Manager: a.Member, Recent: true, Limit: fewClients})
	if err != nil {
		return err
	}
	if total == 0 {
		return crm.Say("away.except.none")
	}
	var buttons []message.Button
	for _, c := range list {
		name, word := message.Cut(c.Name, 40), keepBack
		if slices.Contains(a.Except, c.ID) {
			name, word = "✓ "+name, handOn
		}
		buttons = append(buttons, labelled(name, "away", o.ID, word+strconv.FormatInt(c.ID, 36)))
	}
	s := t.screen("away.except.ask")
	s.rows(2, buttons...)
	if err := t.keepForm("away", formData{ID: o.ID, Step: "except"}); err != nil {
		return err
	}
	return t.show(s)
}

// formAway takes a typed answer to a question about an absence: days, a colleague, clients.
func (t *turn) formAway(d formData, text string) error {
	o, a, err := t.awayOffer(d.ID)
	if err != nil {
		return err
	}
	if d.Step == "except" {
		return t.typedExcept(o, a, text)
	}
	if line := strings.TrimSpace(text); awayBegins.MatchString(line) || awayEnds.MatchString(line) || awayInEn.MatchString(line) || handsOver.MatchString(line) {
		return errNotMine // a new line, not an answer
	}
	said, err := t.readAbsence(text)
	if err != nil {
		return err
	}
	colleague := said.Member
	if said.Substitute != 0 {
		colleague = said.Substitute
	}
	if len(strings.Fields(text)) > 8 || said.From.IsZero() && colleague == 0 && len(said.Among) == 0 && !said.Forever && !said.Nobody {
		return t.notColleague(text)
	}
	if colleague == 0 && !said.Forever && !said.Nobody {
		if about, err := t.speaksOfWork(text); err != nil || about {
			return cmp.Or(err, errNotMine)
		}
	}
	switch {
	case said.Forever:
		a.Forever = true
	case !said.From.IsZero() && said.Until.IsZero() && !a.From.IsZero() && a.Until.IsZero():
		a.Until = said.From
	case !said.From.IsZero() && !a.From.IsZero() && a.Until.IsZero():
		a.Until = said.Until // «до 4 декабря», «на неделю» from the first day that is known
		if said.From == t.today && lastsFor.MatchString(text) {
			a.Until = a.From.AddDays(said.Until.Sub(said.From))
		}
	case !said.From.IsZero():
		a.From, a.Until = said.From, said.Until
	}
	switch {
	case said.Nobody:
		a.Nobody, a.Among = true, nil
	case colleague == 0:
		a.Among = said.Among
	case a.Member == 0:
		a.Member = colleague
	default:
		a.Substitute, a.Among, a.Nobody = colleague, nil, false
	}
	return t.arrange(o, a)
}

// speaksOfWork reports whether a text names a client or a sum, asks for a list, or tells what was done or promised: then
// its days are no answer.
func (t *turn) speaksOfWork(text string) (bool, error) {
	r, err := t.understood(text)
	if err != nil {
		return false, err
	}
	done := slices.ContainsFunc(r.Items, func(i capture.Item) bool { return i.Kind != capture.FollowUp })
	return done || len(r.Mentions) > 0 || len(r.Sums) > 0 || r.Order != nil && r.Order.Verb != "move" && r.Order.Verb != "snooze", nil
}

// notColleague is what a typed answer is that names neither a day nor a colleague: a slip of the pen when it is a word or two
// that mean nothing else, or else another message.
func (t *turn) notColleague(text string) error {
	r, err := t.understood(text)
	if err != nil {
		return err
	}
	if r.Order != nil || r.Chat != "" || len(r.Items) > 0 || len(r.Mentions) > 0 || len(strings.Fields(text)) > 2 {
		return errNotMine
	}
	members, err := t.atWork()
	if err != nil {
		return err
	}
	if len(members) > fewMembers {
		members = members[:fewMembers]
	}
	return crm.Say("away.unknown", "said", message.Cut(text, 40), "names", namesOfMembers(members))
}

func (t *turn) typedExcept(o *storage.Offer, a absence, text string) error {
	r, err := t.understood(text)
	if err != nil {
		return err
	}
	if len(r.Mentions) == 0 {
		return errNotMine
	}
	for _, m := range r.Mentions {
		for _, match := range m.Matches {
			c, err := t.tx.Client(match.Client)
			if denied(err) {
				continue
			}
			if err != nil {
				return err
			}
			if c.Manager == a.Member && !slices.Contains(a.Except, c.ID) {
				a.Except = append(a.Except, c.ID)
			}
			break
		}
	}
	return t.arrange(o, a)
}

var (
	awayBegins = regexp.MustCompile(`(?i)^(?:я|меня|мы)?\s*(?:буду|ухожу|уезжаю|завтра|сегодня|улетаю|беру)?\s*(?:в|на|беру)?\s*(?:отпуск|отпуске|отгул|больничн\pL*|болею|заболел\pL*|приболел\pL*|командировк\pL*|не будет|не работаю)(?:\s|,|$)`)
	awayEnds   = regexp.MustCompile(`(?i)^(?:я\s+)?(?:уже\s+)?(?:вышел|вышла|вернулся|вернулась|снова|возвращаюсь)(?:\s+(?:из отпуска|с больничного|на работу|на работе|из командировки|раньше|сегодня|в строю))*[.!]?$|^i(?:'m| am|’m) back(?: at work)?[.!]?$|^back (?:from vacation|from holiday|at work)[.!]?$`)
	awayInEn   = regexp.MustCompile(`(?i)^(?:i(?:'m| am|’m|'ll be| will be)\s+)?(?:away|on vacation|on holiday|on leave|out of (?:the )?office|ooo|off sick|sick)(?:\s|,|$)`)
	handsOver  = regexp.MustCompile(`(?i)^(?:передай|передать|передаём|передаем|передаю|отдай|отдать|переведи|переключи|hand over|handover|hand|transfer|reassign|pass|give)\s`)
	portfolioW = regexp.MustCompile(`(?i)(?:клиент|портфел|все дела|всё|дела|client|account|portfolio|everything)`)
	whoAway    = regexp.MustCompile(`(?i)(?:в отпуск|отпуске|на больничн|болеет|в командировк|не будет|is away|on vacation|on holiday|on leave|is off|is sick)`)
)

// awayTalk takes a line about an absence or a handover; false when it is about something else.
func (t *turn) awayTalk(text string) (bool, error) {
	line := strings.TrimSpace(text)
	switch {
	case awayEnds.MatchString(line):
		if !t.absent(t.me) {
			return true, crm.Say("away.none")
		}
		return true, t.endAbsence(t.me)
	case awayBegins.MatchString(line) || awayInEn.MatchString(line):
		a, err := t.readAbsence(line)
		if err != nil {
			return true, err
		}
		if a.Substitute == 0 {
			a.Substitute, a.Nobody = a.Member, a.Nobody && a.Member == 0
		}
		a.Member = t.me.ID
		return true, t.awayOrState(a)
	case handsOver.MatchString(line) && portfolioW.MatchString(line):
	case whoAway.MatchString(line) && t.isLead():
		members, err := t.atWork()
		if err != nil {
			return false, err
		}
		if found := colleagues(wordsOf(line), members); len(found) == 0 || found[0].from > 0 {
			return false, nil // «у Ромашки Ирина в отпуске» is about the client's people
		}
	default:
		return false, nil
	}
	a, err := t.readAbsence(line)
	if err != nil {
		return true, err
	}
	if a.Member == 0 && a.Substitute == 0 && len(a.Among) == 0 {
		return false, nil
	}
	if a.Member == 0 || ownClients.MatchString(line) {
		if a.Substitute == 0 {
			a.Substitute = a.Member
		}
		a.Member = t.me.ID
	}
	return true, t.arrange(&storage.Offer{Kind: "away"}, a)
}

// ownClients is how a line speaks of the writer's own clients: «передай моих клиентов петру».
var ownClients = regexp.MustCompile(`(?i)(?:^|\s)(?:мои|моих|моего|моё|мое|свои|своих|my)\s`)

// Words beside a name that say which part its bearer plays.
var (
	beforeAbsent     = wordSet("клиентов клиенты дела дел портфель напоминания of за вместо у нет")
	beforeSubstitute = wordSet("меня to замещает замещающий заместитель заменяет заменит substitute by me instead к на")
	afterAbsent      = wordSet("в на is уходит болеет уезжает away будет нет will")
	afterSubstitute  = wordSet("stands covers за вместо замещает подменит заменит подменяет standing will")
)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// awayPeople finds who is away and who stands in. A name that several bear is the Problem "away.which" for who is away.
func (t *turn) awayPeople(text string, members []crm.Member) (absent, substitute int64, among []int64, err error) {
	words := wordsOf(text)
	found := colleagues(words, members)
	var open []meant
	roles := map[int]*meant{}
	for i := range found {
		f := found[i]
		before, after := "", ""
		if f.from > 0 {
			before = words[f.from-1].fold
		}
		if f.to < len(words) {
			after = words[f.to].fold
		}
		possessive := strings.ContainsAny(words[f.to-1].text, "'’")
		switch {
		case roles[0] == nil && (possessive || beforeAbsent[before] && f.cases != dative):
			roles[0] = &found[i]
		case roles[1] == nil && (beforeSubstitute[before] || afterSubstitute[after] || f.cases&(dative|genitive) == dative):
			roles[1] = &found[i]
		case roles[0] == nil && (afterAbsent[after] || f.cases == genitive):
			roles[0] = &found[i]
		default:
			open = append(open, f)
		}
	}
	for i := range open {
		switch {
		case roles[0] == nil && (len(open)-i > 1 || roles[1] != nil || open[i].from == 0):
			roles[0] = &open[i]
		case roles[1] == nil:
			roles[1] = &open[i]
		}
	}
	if who := roles[0]; who != nil {
		if len(who.members) > 1 {
			return 0, 0, nil, crm.Say("away.which", "names", namesOfMembers(who.members))
		}
		absent = who.members[0].ID
	}
	if sub := roles[1]; sub != nil {
		if len(sub.members) == 1 {
			return absent, sub.members[0].ID, nil, nil
		}
		for _, m := range sub.members {
			among = append(among, m.ID)
		}
	}
	return absent, substitute, among, nil
}

func namesOfMembers(all []crm.Member) []string {
	names := make([]string, len(all))
	for i, m := range all {
		names[i] = m.Name
	}
	return names
}
