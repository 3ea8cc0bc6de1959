package dialog

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"followup/bot/message"
	"followup/scheduler/rules"
	"followup/storage"
	"followup/storage/crm"
)

// A client's card is everything one needs before a call, on one screen of a phone: who, when last, what is open, what is
// owed, and the last of what happened. A reply to it is about that client.

// How much a card shows of a long life; the rest is a button away.
const (
	cardContacts = 4
	cardSteps    = 4
	cardPapers   = 3
	cardEvents   = 7
	maxNameShown = 120
)

// clientCommand opens a client's card: "/client ромашка", or offers those last dealt with.
func (t *turn) clientCommand(args string) error {
	if args == "" {
		return t.recentClients()
	}
	found, err := t.findClients(args)
	if err != nil {
		return err
	}
	switch len(found.sure) {
	case 0:
		return t.nobody(args, found.near)
	case 1:
		return t.sendCard(found.sure[0])
	}
	s := t.screen("client.which")
	for _, c := range found.sure {
		label, err := t.tellApart(c.ID)
		if err != nil {
			return err
		}
		s.row(labelled(label, "c", c.ID))
	}
	if found.more {
		s.row(t.button("client.all", "clist", 0, packed(args)))
	}
	return t.send(s)
}

// recentClients offers the clients last dealt with.
func (t *turn) recentClients() error {
	list, _, err := t.tx.Clients(storage.ClientFilter{Recent: true, Limit: 6})
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return t.say("clients.none")
	}
	s := t.screen("client.recent")
	for _, c := range list {
		s.row(labelled(c.Name, "c", c.ID))
	}
	return t.send(s)
}

// foundClients are the clients that a typed name means: sure ones, of which there may be several, and merely near ones.
type foundClients struct {
	sure, near []crm.Client
	more       bool // there are more sure ones than can be shown
}

// Bounds of capture's scores: below surely a match is only near; within sameRank of the best it is as good as the best.
const (
	surely   = 600
	sameRank = 100
)

// findClients looks a typed name up. Only somebody else's client of that name is the Problem "denied.client".
func (t *turn) findClients(name string) (foundClients, error) {
	var found foundClients
	p, err := t.portfolio()
	if err != nil {
		return found, err
	}
	var refused error
	best := 0
	for _, m := range p.Find(name) {
		c, err := t.tx.Client(m.Client)
		switch {
		case denied(err):
			if refused == nil && m.Score >= surely && best == 0 {
				refused = err
			}
			continue
		case err != nil:
			return found, err
		}
		if best == 0 {
			best = m.Score
		}
		if m.Score >= surely && m.Score > best-sameRank {
			found.sure = append(found.sure, c)
		} else {
			found.near = append(found.near, c)
		}
	}
	if len(found.sure) == 0 && refused != nil {
		return found, refused
	}
	found.more = len(found.sure) > maxChoices
	found.sure = found.sure[:min(len(found.sure), maxChoices)]
	found.near = found.near[:min(len(found.near), 3)]
	return found, nil
}

// nobody says that no client is called so, and offers the nearest names and to create the client.
func (t *turn) nobody(name string, near []crm.Client) error {
	name = message.Cut(strings.TrimSpace(name), maxClientName)
	key := "client.unknown"
	if len(near) > 0 {
		key = "client.unknown.near"
	}
	return t.offerNew(t.screen(key, "name", message.Cut(name, 60)), newName{Name: name}, near)
}

// sendCard shows a client in a new message.
func (t *turn) sendCard(c crm.Client) error {
	s, err := t.clientCard(c)
	if err != nil {
		return err
	}
	return t.send(s)
}

// tapClient shows a client's card in place; list is what it was opened from.
func (t *turn) tapClient(id int64, list string) error {
	c, err := t.tx.Client(id)
	if err != nil {
		return err
	}
	s, err := t.clientCard(c)
	if err != nil {
		return err
	}
	return t.show(s.row(t.backToList(list)))
}

func (t *turn) showCard(c crm.Client) error {
	s, err := t.clientCard(c)
	if err != nil {
		return err
	}
	return t.show(s)
}

// clientCard is the card of a client.
func (t *turn) clientCard(c crm.Client) (*screen, error) {
	s := &screen{}
	for _, part := range []func(*turn, *screen, crm.Client) error{
		(*turn).cardHead, (*turn).cardShares, (*turn).cardContacts, (*turn).cardSteps, (*turn).cardContracts, (*turn).cardDebt,
		(*turn).cardAlike, (*turn).cardHistory,
	} {
		if err := part(t, s, c); err != nil {
			return nil, err
		}
	}
	s.row(t.button("client.log", "cadd", c.ID, "touch"), t.button("client.plan", "cadd", c.ID, "step"))
	s.row(t.button("client.history", "cmore", c.ID), t.button("client.debts", "owes", c.ID))
	s.row(t.button("client.tier", "ctier", c.ID), t.button("client.edit", "cadd", c.ID))
	if t.isLead() {
		s.row(t.auditButton(c))
	}
	return s.about("client", c.ID), nil
}

// cardHead is the name, tier, whose it is, city and INN, and when the last touch was.
func (t *turn) cardHead(s *screen, c crm.Client) error {
	s.Bold(message.Cut(c.Name, maxNameShown))
	s.Add(" · " + string(c.Tier))
	if c.Status == crm.ClientArchived {
		s.Add(" · " + t.Say("client.archived"))
	}
	parts := []string{}
	if c.Manager != t.me.ID && c.Manager != 0 {
		m, err := t.tx.Member(c.Manager)
		if err != nil {
			return err
		}
		parts = append(parts, t.Say("client.manager", "name", m.Name))
	}
	if c.City != "" {
		parts = append(parts, message.Cut(c.City, 60))
	}
	if c.INN != "" {
		parts = append(parts, t.Say("client.inn", "inn", c.INN))
	}
	if len(parts) > 0 {
		s.Line(capital(strings.Join(parts, " · ")))
	}
	if other := otherNames(c); len(other) > 0 {
		s.Line(t.Say("client.aliases", "names", message.Cut(strings.Join(other, ", "), 120)))
	}
	line, err := t.touchedLine(c)
	if err != nil {
		return err
	}
	s.Line(line)
	return nil
}

// touchedLine is when the last two-way touch was, and how often there should be one.
func (t *turn) touchedLine(c crm.Client) (string, error) {
	cadence, err := t.cadenceOf(c)
	if err != nil {
		return "", err
	}
	if c.LastTouch == 0 {
		return t.Say("client.untouched", "cadence", cadence), nil
	}
	day := crm.DateOf(c.LastTouch.In(t.zone))
	days := t.today.Sub(day)
	key := "client.last"
	switch {
	case days >= cadence:
		key = "client.last.silent"
	case days <= 0:
		key = "client.last.today"
	}
	return t.Say(key, "day", day, "days", days, "cadence", cadence), nil
}

// teamOf is the team that a client belongs to.
func (t *turn) teamOf(c crm.Client) (crm.Team, error) { return t.teamByID(c.Team) }

// teamByID is a team, or for 0 none, with everything as by default: the first owner has no team, nor has a client of nobody's.
func (t *turn) teamByID(id int64) (crm.Team, error) {
	if id == 0 {
		return crm.Team{}, nil
	}
	return t.tx.Team(id)
}

func (t *turn) laddersOf(c crm.Client) (crm.Ladders, error) {
	team, err := t.teamOf(c)
	return team.Settings.Ladders(), err
}

func (t *turn) cardContacts(s *screen, c crm.Client) error {
	list, err := t.tx.Contacts(c.ID)
	if err != nil {
		return err
	}
	for _, contact := range list[:min(len(list), cardContacts)] {
		s.Line(t.contactLine(contact))
	}
	if more := len(list) - cardContacts; more > 0 {
		s.Line(t.Say("client.more.contacts", "n", more))
	}
	return nil
}

// contactLine is a contact as one line.
func (t *turn) contactLine(c crm.Contact) string {
	name := c.Name
	if c.Position != "" {
		name += ", " + c.Position
	}
	parts := []string{message.Cut(name, 80)}
	for _, phone := range c.Phones {
		parts = append(parts, prettyPhone(phone))
	}
	if c.Email != "" {
		parts = append(parts, c.Email)
	}
	return t.Say("client.contact", "who", message.Cut(strings.Join(parts, " · "), 160))
}

// prettyPhone is "+7 903 123-45-67"; other numbers stay as they are.
func prettyPhone(phone string) string {
	number, ext, _ := strings.Cut(phone, " ")
	if len(number) == 12 && strings.HasPrefix(number, "+7") {
		number = "+7 " + number[2:5] + " " + number[5:8] + "-" + number[8:10] + "-" + number[10:]
	}
	return strings.TrimSpace(number + " " + ext)
}

func (t *turn) cardSteps(s *screen, c crm.Client) error {
	open, err := t.tx.FollowUps(storage.FollowUpFilter{Client: c.ID, Status: crm.FollowUpOpen, Limit: cardSteps + 1})
	if err != nil {
		return err
	}
	if len(open) == 0 {
		s.Line(t.Say("client.nostep"))
		return nil
	}
	for _, f := range open[:min(len(open), cardSteps)] {
		f.Text = message.Cut(f.Text, 100)
		s.Line(t.stepLine(f))
	}
	if len(open) > cardSteps {
		s.Line(t.Say("client.more.steps"))
	}
	return nil
}

func (t *turn) cardContracts(s *screen, c crm.Client) error {
	list, err := t.tx.Contracts(storage.ContractFilter{Client: c.ID, Active: true})
	if err != nil || len(list) == 0 {
		return err
	}
	team, err := t.teamOf(c)
	if err != nil {
		return err
	}
	days := t.d.o.Calendar.WithExtra(team.Settings.ExtraOff)
	for _, k := range list[:min(len(list), cardPapers)] {
		line := t.contractHead(k)
		if decision, ok := rules.Decision(k, days); ok && k.Decision == "" && k.Status == crm.ContractActive {
			line += " · " + t.Say("client.decide", "day", decision)
		}
		s.Line(line)
	}
	if more := len(list) - cardPapers; more > 0 {
		s.Line(t.Say("client.more.contracts", "n", more))
	}
	return nil
}

// cardDebt is what is owed, a line for each currency, with the oldest overdue day.
func (t *turn) cardDebt(s *screen, c crm.Client) error {
	open, err := t.tx.Invoices(storage.InvoiceFilter{Client: c.ID, Open: true})
	if err != nil {
		return err
	}
	var order []crm.Currency
	total, overdue, oldest := map[crm.Currency]crm.Money{}, map[crm.Currency]crm.Money{}, map[crm.Currency]crm.Date{}
	for _, i := range open { // by due day
		at := i.Balance.Currency
		if _, seen := total[at]; !seen {
			order = append(order, at)
			total[at], overdue[at] = crm.Money{Currency: at}, crm.Money{Currency: at}
		}
		total[at] = total[at].Add(i.Balance)
		if i.Due.Before(t.today) {
			overdue[at] = overdue[at].Add(i.Balance)
			if oldest[at].IsZero() {
				oldest[at] = i.Due
			}
		}
	}
	if len(order) > 0 {
		if err := t.cardReconciled(s, c.ID); err != nil {
			return err
		}
	}
	for _, at := range order {
		line := t.Say("client.owes", "sum", total[at])
		if !overdue[at].IsZero() {
			line += t.Say("client.owes.overdue", "sum", overdue[at], "day", oldest[at], "days", t.today.Sub(oldest[at]))
		}
		s.Line(line)
	}
	return nil
}

// otherNames are the aliases that are more than the name without its form, as «ромашка» of ООО «Ромашка».
func otherNames(c crm.Client) []string {
	return slices.DeleteFunc(slices.Clone(c.Aliases), func(alias string) bool { return crm.NameKey(alias) == c.Key })
}

// cardHistory is the last of what happened.
func (t *turn) cardHistory(s *screen, c crm.Client) error {
	events, err := t.tx.Timeline(c.ID, crm.MomentOf(t.now)+1, cardEvents*2)
	if err != nil {
		return err
	}
	shown := 0
	for _, e := range events {
		if shown == cardEvents || e.Kind == "followup" && e.Status == string(crm.FollowUpOpen) {
			continue
		}
		if shown == 0 {
			s.Break()
		}
		s.Line(t.eventLine(e))
		shown++
	}
	if shown == 0 {
		s.Gap().Add(t.Say("client.nohistory"))
	}
	return nil
}

// eventLine is one line of the timeline: when, what kind, the words, the sum.
func (t *turn) eventLine(e storage.Event) string {
	text := message.Cut(strings.Join(strings.Fields(unrepeated(e.Text)), " "), 90)
	kind := e.Kind
	switch e.Kind {
	case "followup":
		kind += "." + e.Status
	case "invoice", "contract":
		text = t.number(e.Text)
	case "document":
		switch paper := t.Say("paper." + e.Status); {
		case text == "":
			text = paper
		case !strings.ContainsFunc(text, unicode.IsLetter): // a number alone
			text = paper + " " + t.number(text)
		}
	}
	line := t.Date(crm.DateOf(e.At.In(t.zone)), "short") + " " + strings.TrimRight(t.Say("event."+kind, "text", text), " ")
	if !e.Sum.IsZero() {
		line += " · " + t.Money(e.Sum, "short")
	}
	if e.Private {
		line += " 🔒"
	}
	return line
}

// unrepeated drops the outcome after the arrow when the words before it hold it already.
func unrepeated(text string) string {
	said, outcome, ok := cutLast(text, " → ")
	if ok && strings.Contains(strings.ToLower(said), strings.ToLower(outcome)) {
		return said
	}
	return text
}

// cutLast cuts a text around the last of a separator.
func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// timelinePage is how many events a page of the timeline has.
const timelinePage = 10

// tapTimeline pages through everything that happened; arg is the moment before which the page begins.
func (t *turn) tapTimeline(id int64, arg string) error {
	c, err := t.tx.Client(id)
	if err != nil {
		return err
	}
	before := crm.Moment(number36(arg))
	events, err := t.tx.Timeline(id, before, timelinePage*3)
	if err != nil {
		return err
	}
	page := eventsOfPage(events)
	s := &screen{}
	s.Bold(message.Cut(c.Name, maxNameShown))
	s.Break()
	for _, e := range page {
		s.Line(t.eventLine(e))
	}
	if len(page) == 0 {
		s.Line(t.Say("client.nohistory"))
	}
	older := message.Button{}
	if len(page) < len(events) {
		older = t.button("client.older", "cmore", id, base36(int64(page[len(page)-1].At)))
	}
	newest := message.Button{}
	if before != 0 {
		newest = t.button("client.newest", "cmore", id)
	}
	s.row(newest, older)
	s.row(t.auditButton(c))
	s.row(t.button("client.back", "c", id))
	return t.show(s.about("client", id))
}

// eventsOfPage cuts a page so that no events of one second are parted, because the next page begins before that second.
func eventsOfPage(events []storage.Event) []storage.Event {
	n := min(len(events), timelinePage)
	for n < len(events) && events[n].At == events[n-1].At {
		n++
	}
	return events[:n]
}

// tapTier asks for the tier.
func (t *turn) tapTier(id int64, _ string) error {
	c, err := t.tx.Client(id)
	if err != nil {
		return err
	}
	ladders, err := t.laddersOf(c)
	if err != nil {
		return err
	}
	s := t.screen("tier.ask", "name", message.Cut(c.Name, maxNameShown), "tier", string(c.Tier))
	var row []message.Button
	for _, tier := range []crm.Tier{crm.TierA, crm.TierB, crm.TierC} {
		label := t.Say("tier.button", "tier", string(tier), "days", ladders.Cadence[tier])
		row = append(row, labelled(label, "settier", id, string(tier)))
	}
	s.rows(1, row...)
	s.row(t.button("client.back", "c", id))
	return t.show(s.about("client", id))
}

// tapSetTier keeps the tier, which sets how often the client should hear from us.
func (t *turn) tapSetTier(id int64, arg string) error {
	c, err := t.tx.Client(id)
	if err != nil {
		return err
	}
	tier := crm.Tier(arg)
	if tier != crm.TierA && tier != crm.TierB && tier != crm.TierC {
		return crm.Say("button.unknown")
	}
	if c.Tier != tier {
		c.Tier = tier
		if err := t.saveField(&c, "tier"); err != nil {
			return err
		}
	}
	return t.showCard(c)
}

// saveField writes a changed client under the field's name.
func (t *turn) saveField(c *crm.Client, field string) error {
	t.tx.Change("field", crm.Subject{Kind: "client", ID: c.ID}, crm.Fact{Name: "name", Value: message.Cut(c.Name, 60)},
		crm.Fact{Name: "what", Value: t.Say("field." + field + ".name")})
	return t.tx.SaveClient(c)
}

// number36 and base36 are a number in a button's argument.
func number36(s string) int64 {
	n, err := strconv.ParseInt(s, 36, 64)
	if err != nil {
		return 0
	}
	return n
}

func base36(n int64) string { return strconv.FormatInt(n, 36) }
