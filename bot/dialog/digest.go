package dialog

import (
	"math"
	"sort"
	"strconv"

	"followup/bot/message"
	"followup/scheduler/rules"
	"followup/storage"
	"followup/storage/crm"
)

// The lead's digest puts exceptions first: A-clients silent too long, broken promises, debts of level 3 and more and older
// than 90 days, decisions within two weeks, what we promised to clients and didn't do, managers without a touch today. Then
// a line per manager and the totals with their change since last week. It is made anew each time it is shown. A manager
// has the same of himself. In a group there are counts and shares only: no sum, and no client.

const (
	redLevel  = 3
	redDays   = 14
	silentFew = 5  // names of silent clients before "and more"
	idleFew   = 8  // names of managers without touches
	weekBack  = 7  // how far back totals are compared
	weekSlack = 10 // days back at most, when a week ago nothing was counted
)

// scope is whose digest it is: a member's own, a team's, or the company's.
type scope struct {
	member, team int64
	name         string // as figures are kept under
	title        string
}

// scope of the one who reads.
func (t *turn) scope() (scope, error) {
	switch {
	case t.me.Role == crm.Manager:
		return scope{member: t.me.ID, name: "member " + strconv.FormatInt(t.me.ID, 10), title: t.me.Name}, nil
	case t.me.Role == crm.Owner || t.me.Team == 0:
		return scope{name: "company", title: t.Say("digest.company")}, nil
	}
	team, err := t.tx.Team(t.me.Team)
	return teamScope(team), err
}

func teamScope(team crm.Team) scope {
	return scope{team: team.ID, name: "team " + strconv.FormatInt(team.ID, 10), title: team.Name}
}

// figures are all that a digest says, each read once.
type figures struct {
	scope
	members map[int64]crm.Member
	red     red
	works   []work
	totals  []storage.Debt // one a currency
	before  []storage.Figure
}

// figures reads the digest of the one who asks, as of now.
func (t *turn) figures() (*figures, error) {
	of, err := t.scope()
	if err != nil {
		return nil, err
	}
	return t.figuresOf(of)
}

func (t *turn) figuresOf(of scope) (*figures, error) {
	f := &figures{scope: of, members: map[int64]crm.Member{}}
	members, err := t.tx.Members(of.team)
	if err != nil {
		return nil, err
	}
	for _, m := range members {
		f.members[m.ID] = m
	}
	debts, err := t.tx.Debts(storage.DebtFilter{Manager: of.member, Team: of.team})
	if err != nil {
		return nil, err
	}
	f.totals = sums(debts)
	if f.red, err = t.redZone(of, debts); err != nil {
		return nil, err
	}
	midnight := crm.MomentOf(t.today.In(t.zone, 0))
	day := storage.WorkFilter{Member: of.member, Team: of.team, From: midnight, To: crm.MomentOf(t.now) + 1, LateAt: midnight, Today: t.today}
	if f.works, err = t.works(day, members); err != nil {
		return nil, err
	}
	f.before, err = t.tx.Figures(t.today.AddDays(-weekSlack), t.today.AddDays(-weekBack), of.name)
	return f, err
}

// keep writes the totals down, for the digest of a week later.
func (t *turn) keep(f *figures) error {
	touches := 0
	for _, w := range f.works {
		touches += w.total
	}
	now := []storage.Figure{{Name: "touches", Value: int64(touches)}}
	for _, sum := range f.totals {
		now = append(now, storage.Figure{Name: "owed", Currency: sum.Total.Currency, Value: sum.Total.Minor},
			storage.Figure{Name: "overdue", Currency: sum.Total.Currency, Value: sum.Overdue.Minor})
	}
	return t.tx.SaveFigures(t.today, f.name, now)
}

// digest shows the digest now: the lead's of his teams, a manager's of himself.
func (t *turn) digest(string) error {
	if err := t.costly(); err != nil {
		return err
	}
	f, err := t.figures()
	if err != nil {
		return err
	}
	if err := t.keep(f); err != nil {
		return err
	}
	return t.send(t.digestScreen(f))
}

// evening is the digest at its hour: to its reader when he is at work, and once a day to each group that is bound to a team
// of his.
func (t *turn) evening() error {
	f, err := t.figures()
	if err != nil {
		return err
	}
	if err := t.keep(f); err != nil {
		return err
	}
	team, err := t.teamByID(t.me.Team)
	if err != nil {
		return err
	}
	if rules.HearsDigest(t.me, team, t.d.o.Calendar, t.today) {
		if err := t.sendAs(t.digestScreen(f), message.Digest); err != nil {
			return err
		}
	}
	teams, err := t.tx.Teams()
	for i := 0; i < len(teams) && err == nil; i++ {
		if teams[i].Chat != 0 && (f.team == 0 || f.team == teams[i].ID) {
			err = t.toTeamGroup(teams[i])
		}
	}
	return err
}

// toTeamGroup says the digest without sums and clients in the group that is bound to the team, unless it was said today.
func (t *turn) toTeamGroup(team crm.Team) error {
	first, err := t.tx.FirstOn(t.today, teamScope(team).name, "group")
	if err != nil || !first {
		return err
	}
	f, err := t.figuresOf(teamScope(team))
	if err != nil {
		return err
	}
	if err := t.keep(f); err != nil {
		return err
	}
	s := &screen{}
	t.digestHead(s, f)
	t.redCounts(s, f)
	t.idle(s, f)
	t.digestManagers(s, f, false)
	t.digestTotals(s, f, false)
	o := message.Out{Chat: team.Chat, Thread: team.Thread, Class: message.Digest}
	s.Into(&o)
	_, err = t.tx.Send(o)
	return err
}

// digestScreen is the digest in its reader's private chat.
func (t *turn) digestScreen(f *figures) *screen {
	s := &screen{}
	t.digestHead(s, f)
	t.silentLine(s, f)
	t.redCounts(s, f)
	t.idle(s, f)
	if f.calm() {
		s.Line(t.Say("digest.calm"))
	}
	t.digestManagers(s, f, !t.me.Settings.HideSums)
	t.digestTotals(s, f, !t.me.Settings.HideSums)
	var buttons []message.Button
	if f.member == 0 {
		buttons = append(buttons, t.button("digest.managers", "digest", 0, "managers"))
	}
	if len(f.red.counts()) > 0 || len(f.red.silent) > 0 {
		buttons = append(buttons, t.button("digest.red", "digest", 0, "red"))
	}
	s.row(append(buttons, t.bookButton(weekOf(t.today)))...)
	return s.about("digest", t.me.ID)
}

func (t *turn) digestHead(s *screen, f *figures) {
	s.Bold(t.Say("digest.head", "team", f.title, "day", t.today))
}

// calm reports whether nothing stands out.
func (f *figures) calm() bool {
	return len(f.red.counts()) == 0 && len(f.red.silent) == 0 && len(f.idle()) == 0
}

// silentLine names the A-clients that are silent too long, with whose they are and since when.
func (t *turn) silentLine(s *screen, f *figures) {
	if len(f.red.silent) == 0 {
		return
	}
	var names []string
	for _, c := range f.red.silent[:min(silentFew, len(f.red.silent))] {
		key := "digest.silent.one"
		manager := f.members[c.Manager].Name
		if manager == "" || f.member != 0 {
			key = "digest.silent.own"
		}
		names = append(names, t.Say(key, "client", message.Cut(c.Name, 60), "manager", message.Cut(manager, 40), "days", t.silentDays(c)))
	}
	if more := len(f.red.silent) - len(names); more > 0 {
		names = append(names, t.Say("digest.more", "n", more))
	}
	s.Line(t.Say("digest.silent", "clients", names))
}

// silentDays counts from the last two-way touch, or from when the client was entered.
func (t *turn) silentDays(c crm.Client) int {
	since := c.LastTouch
	if since == 0 {
		since = c.Created
	}
	return t.today.Sub(crm.DateOf(since.In(t.zone)))
}

// idle are the managers at work today without a touch. A manager's own digest says nothing of it: his line does.
func (f *figures) idle() []string {
	var names []string
	for _, w := range f.works {
		if w.total == 0 && !w.away && f.member == 0 && w.member.Role == crm.Manager {
			names = append(names, w.member.Name)
		}
	}
	return names
}

func (t *turn) idle(s *screen, f *figures) {
	names := f.idle()
	if len(names) == 0 || !t.workday() {
		return
	}
	shown := make([]string, 0, idleFew+1)
	for _, name := range names[:min(idleFew, len(names))] {
		shown = append(shown, message.Cut(name, 40))
	}
	if more := len(names) - len(shown); more > 0 {
		shown = append(shown, t.Say("digest.more", "n", more))
	}
	s.Line(t.Say("digest.idle", "names", shown))
}

// workday reports whether today is one: on a day off nobody owes a touch.
func (t *turn) workday() bool { return t.d.o.Calendar.Working(t.today) }

// work is a manager's day.
type work struct {
	member  crm.Member
	touches map[crm.TouchKind]int
	total   int
	late    int
	overdue []crm.Money
	away    bool
}

// sortWorks puts the busiest first.
func sortWorks(all []work) {
	sort.SliceStable(all, func(i, j int) bool { return all[i].total > all[j].total })
}

// works are the members' work, the one with most that is late first. A lead or an owner is among
// them when he works with clients himself.
func (t *turn) works(of storage.WorkFilter, members []crm.Member) ([]work, error) {
	found, err := t.tx.Works(of)
	if err != nil {
		return nil, err
	}
	var all []work
	for _, m := range members {
		done := found[m.ID]
		if m.Status == crm.MemberLeft || of.Member != 0 && of.Member != m.ID || done == nil && m.Role != crm.Manager {
			continue
		}
		w := work{member: m, away: m.Away(t.today)}
		if done != nil {
			w.touches, w.late, w.overdue = done.Touches, done.Late, done.Overdue
		}
		for _, n := range w.touches {
			w.total += n
		}
		all = append(all, w)
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].late > all[j].late })
	return all, nil
}

// digestRows is how many managers the digest itself shows.
const digestRows = 12

func (t *turn) digestManagers(s *screen, f *figures, money bool) {
	if len(f.works) == 0 {
		return
	}
	s.Gap()
	if f.member == 0 {
		s.Bold(t.Say("digest.team"))
	}
	for i, w := range f.works {
		if i == digestRows {
			s.Line(t.Say("lines.more", "n", len(f.works)-i))
			break
		}
		line := t.workLine(w, money)
		if f.member == 0 {
			s.Line(line)
			continue
		}
		s.Add(line)
		t.touchLines(s, w)
	}
}

func (t *turn) workLine(w work, money bool) string {
	line := t.Say("digest.manager", "name", message.Cut(w.member.Name, 40), "touches", w.total, "late", w.late)
	for _, sum := range w.overdue {
		if money {
			line += " · " + t.Say("digest.money", "sum", t.Money(sum, "brief"))
		}
	}
	if w.away {
		line += " · " + t.Say("digest.away")
	}
	if w.member.Status == crm.MemberBlocked {
		line += " · " + t.Say("digest.blocked")
	}
	return line
}

// touchLines are a member's touches by kind.
func (t *turn) touchLines(s *screen, w work) {
	for _, kind := range touchKinds {
		if n := w.touches[kind]; n > 0 {
			s.Line("   " + t.Say("digest.kind", "kind", t.Say("touch."+string(kind)), "n", n))
		}
	}
}

func (t *turn) digestTotals(s *screen, f *figures, money bool) {
	if f.member == 0 || len(f.totals) > 0 {
		s.Gap()
	}
	if f.member == 0 {
		touches := 0
		for _, w := range f.works {
			touches += w.total
		}
		s.Add(t.Say("digest.touches", "n", touches))
	}
	for i, sum := range f.totals {
		percent := portion(sum.Overdue.Minor, sum.Total.Minor)
		if i > 0 || f.member == 0 {
			s.Break()
		}
		if money {
			s.Add(t.Say("digest.total", "total", t.Money(sum.Total, "brief"), "percent", percent))
		} else {
			s.Add(t.Say("digest.total.plain", "percent", percent))
			if len(f.totals) > 1 {
				s.Add(" (" + string(sum.Total.Currency) + ")")
			}
		}
		if change := t.change(f, sum, money); change != "" {
			s.Add(" · " + t.Say("digest.week", "change", change))
		}
	}
}

// change says how a sum and its overdue share differ from a week ago; "" when nothing was counted then.
func (t *turn) change(f *figures, sum storage.Debt, money bool) string {
	var owed, overdue int64
	found := false
	for _, b := range f.before {
		if b.Currency != sum.Total.Currency {
			continue
		}
		switch b.Name {
		case "owed":
			owed, found = b.Value, true
		case "overdue":
			overdue = b.Value
		}
	}
	if !found {
		return ""
	}
	points := t.Say("digest.points", "n", signed(portion(sum.Overdue.Minor, sum.Total.Minor)-portion(overdue, owed)))
	if !money {
		return points
	}
	diff := crm.Money{Minor: sum.Total.Minor - owed, Currency: sum.Total.Currency}
	text := t.Money(diff, "brief")
	if diff.Minor > 0 {
		text = "+" + text
	}
	return text + ", " + points
}

// portion is part in whole, in percent.
func portion(part, whole int64) int {
	if whole <= 0 {
		return 0
	}
	return int(math.Round(float64(part) / float64(whole) * 100))
}

// signed shows which way a number went.
func signed(n int) string {
	switch {
	case n > 0:
		return "+" + strconv.Itoa(n)
	case n < 0:
		return "−" + strconv.Itoa(-n)
	}
	return "0"
}

// tapDigest drills down: the managers with their touches by kind, the red zone, or back to the digest.
func (t *turn) tapDigest(_ int64, part string) error {
	if err := t.costly(); err != nil {
		return err
	}
	f, err := t.figures()
	if err != nil {
		return err
	}
	parts := map[string]func(*turn, *figures) (*screen, error){
		"":         func(t *turn, f *figures) (*screen, error) { return t.digestScreen(f), nil },
		"managers": (*turn).digestByManager, "red": (*turn).digestRed,
	}
	show := parts[part]
	if show == nil || part == "managers" && f.member != 0 {
		return crm.Say("button.unknown")
	}
	s, err := show(t.masked(), f)
	if err != nil {
		return err
	}
	if part != "" {
		s.row(t.button("digest.back", "digest", 0))
	}
	return t.show(s)
}

func (t *turn) digestByManager(f *figures) (*screen, error) {
	s := t.screen("digest.managers.head")
	for i, w := range f.works {
		if s.Units() > roomForLines {
			s.Gap().Add(t.Say("lines.more", "n", len(f.works)-i))
			break
		}
		s.Gap().Bold(t.workLine(w, !t.me.Settings.HideSums))
		t.touchLines(s, w)
	}
	return s, nil
}
