package dialog

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"followup/bot/message"
	"followup/storage/crm"
)

// Rules of a team's settings.
//
// A lead sets his team's, an owner any team's; the store asks the permission table. Each setting shows its value and whether
// it is the default, is typed, and goes back to the default by a button. A ladder is written as numbers of days: a
// contract's from the farthest to the nearest, a debt's from L1 to L4. Every change plans the team's reminders anew.

// Bounds of what may be typed.
const (
	maxLadderDays = 365
	maxRungs      = 10
	debtRungs     = 4
	maxExtraOff   = 40
	maxThreshold  = 1_000_000_00
)

// teamSetting is one line of a team's settings. The catalog has "team.set.NAME" (with the fact value), "team.set.NAME.button"
// and "team.set.NAME.ask".
type teamSetting struct {
	name  string
	value func(t *turn, s crm.TeamSettings) string
	read  func(t *turn, s *crm.TeamSettings, text string) bool
	reset func(s *crm.TeamSettings)
}

// teamSettingTable is in the order of the screen.
func teamSettingTable() []teamSetting {
	return []teamSetting{
		cadenceSetting("cadencea", crm.TierA, func(s *crm.TeamSettings) *int { return &s.CadenceA }),
		cadenceSetting("cadenceb", crm.TierB, func(s *crm.TeamSettings) *int { return &s.CadenceB }),
		cadenceSetting("cadencec", crm.TierC, func(s *crm.TeamSettings) *int { return &s.CadenceC }),
		ladderSetting("notice", descending, func(s *crm.TeamSettings) *[]int { return &s.NoticeSteps },
			func(l crm.Ladders) []int { return l.Notice }),
		ladderSetting("noticea", descending, func(s *crm.TeamSettings) *[]int { return &s.NoticeStepsA },
			func(l crm.Ladders) []int { return l.NoticeA }),
		ladderSetting("overdue", debtLadder, func(s *crm.TeamSettings) *[]int { return &s.Overdue },
			func(l crm.Ladders) []int { return l.Overdue }),
		{
			name:  "care",
			value: func(_ *turn, s crm.TeamSettings) string { return strconv.Itoa(s.Ladders().Care) },
			read: func(_ *turn, s *crm.TeamSettings, text string) bool {
				return readBounded(text, 1, 60, &s.CareDays)
			},
			reset: func(s *crm.TeamSettings) { s.CareDays = 0 },
		},
		{
			name: "threshold",
			value: func(t *turn, s crm.TeamSettings) string {
				return t.Money(crm.Money{Minor: s.Ladders().Threshold, Currency: crm.RUB}, "short")
			},
			read: func(_ *turn, s *crm.TeamSettings, text string) bool {
				rubles := 0
				ok := readBounded(strings.Join(strings.Fields(text), ""), 1, maxThreshold/100, &rubles)
				if ok {
					s.Threshold = int64(rubles) * 100
				}
				return ok
			},
			reset: func(s *crm.TeamSettings) { s.Threshold = 0 },
		},
		{
			name: "off",
			value: func(t *turn, s crm.TeamSettings) string {
				if len(s.ExtraOff) == 0 {
					return t.Say("team.set.off.none")
				}
				var days []string
				for _, d := range s.ExtraOff {
					days = append(days, t.Date(d, ""))
				}
				return strings.Join(days, ", ")
			},
			read:  (*turn).readExtraOff,
			reset: func(s *crm.TeamSettings) { s.ExtraOff = nil },
		},
	}
}

var teamSettings = teamSettingTable()

func cadenceSetting(name string, tier crm.Tier, at func(*crm.TeamSettings) *int) teamSetting {
	return teamSetting{
		name:  name,
		value: func(_ *turn, s crm.TeamSettings) string { return strconv.Itoa(s.Ladders().Cadence[tier]) },
		read: func(_ *turn, s *crm.TeamSettings, text string) bool {
			return readBounded(text, 1, maxLadderDays, at(s))
		},
		reset: func(s *crm.TeamSettings) { *at(s) = 0 },
	}
}

func ladderSetting(name string, order func([]int) bool, at func(*crm.TeamSettings) *[]int, of func(crm.Ladders) []int) teamSetting {
	return teamSetting{
		name: name,
		value: func(_ *turn, s crm.TeamSettings) string {
			var days []string
			for _, n := range of(s.Ladders()) {
				days = append(days, strconv.Itoa(n))
			}
			return strings.Join(days, ", ")
		},
		read: func(_ *turn, s *crm.TeamSettings, text string) bool {
			steps, ok := readSteps(text)
			if !ok || !order(steps) {
				return false
			}
			*at(s) = steps
			return true
		},
		reset: func(s *crm.TeamSettings) { *at(s) = nil },
	}
}

// descending puts the steps before a day in order; each may stand once.
func descending(steps []int) bool {
	slices.SortFunc(steps, func(a, b int) int { return cmp.Compare(b, a) })
	return len(slices.Compact(slices.Clone(steps))) == len(steps)
}

// debtLadder wants one day a level, each later than the one before.
func debtLadder(steps []int) bool {
	if len(steps) != debtRungs || steps[0] < 1 {
		return false
	}
	for i := 1; i < len(steps); i++ {
		if steps[i] <= steps[i-1] {
			return false
		}
	}
	return true
}

var numberText = regexp.MustCompile(`\d+`)

// readSteps reads "60, 30, 14, 3"; anything but numbers and what parts them is no ladder.
func readSteps(text string) ([]int, bool) {
	if strings.Trim(numberText.ReplaceAllString(text, ""), " ,;/+денйьяаdays.") != "" {
		return nil, false
	}
	var steps []int
	for _, word := range numberText.FindAllString(text, maxRungs+1) {
		n := 0
		if !readBounded(word, 0, maxLadderDays, &n) {
			return nil, false
		}
		steps = append(steps, n)
	}
	return steps, len(steps) > 0 && len(steps) <= maxRungs
}

// numberAlone is "14", "14 дней", "5000 ₽".
var numberAlone = regexp.MustCompile(`^(\d{1,9}) ?(?:д|дн|день|дня|дней|days?|₽|р|руб|рублей|rub)?\.?$`)

func readBounded(text string, low, high int, to *int) bool {
	m := numberAlone.FindStringSubmatch(strings.ToLower(strings.TrimSpace(text)))
	if m == nil {
		return false
	}
	n := digits(m[1])
	if n < low || n > high {
		return false
	}
	*to = n
	return true
}

var dayText = regexp.MustCompile(`(\d{1,2})\.(\d{1,2})(?:\.(20\d{2}))?`)

// readExtraOff reads "31.12, 03.05.2027"; a day without a year is the next one. What was set before is replaced.
func (t *turn) readExtraOff(s *crm.TeamSettings, text string) bool {
	if strings.Trim(dayText.ReplaceAllString(text, ""), " ,;и") != "" {
		return false
	}
	var days []crm.Date
	for _, m := range dayText.FindAllStringSubmatch(text, maxExtraOff+1) {
		d := crm.Date{Year: digits(m[3]), Month: time.Month(digits(m[2])), Day: digits(m[1])}
		if d.Year == 0 {
			d.Year = t.today.Year
			if d.Before(t.today) {
				d.Year++
			}
		}
		if !d.Valid() {
			return false
		}
		days = append(days, d)
	}
	if len(days) == 0 || len(days) > maxExtraOff {
		return false
	}
	slices.SortFunc(days, crm.Date.Compare)
	s.ExtraOff = slices.Compact(days)
	return true
}

// tapTeamSetting opens a team's settings, asks for one, or sets one back: "", "NAME", "NAME:default". Team 0 is the
// reader's own, or, for an owner of several, the choice of one.
func (t *turn) tapTeamSetting(id int64, arg string) error {
	if !t.isLead() {
		return crm.Say("denied.command", "name", "settings")
	}
	if id == 0 {
		return t.chooseTeam()
	}
	team, err := t.tx.Team(id)
	if err != nil {
		return err
	}
	name, value, _ := strings.Cut(arg, ":")
	if name == "" || value == "default" {
		if err := t.closeForm(); err != nil { // the question under this button is over
			return err
		}
	}
	if name == "" {
		return t.show(t.teamScreen(team))
	}
	if name == "reset" {
		return t.resetTeam(team)
	}
	set, ok := teamSettingOf(name)
	if !ok {
		return crm.Say("button.unknown")
	}
	if value == "default" {
		after := team.Settings
		set.reset(&after)
		if set.value(t, after) == set.value(t, team.Settings) {
			return crm.Say("already", "kind", "team", "status", "default")
		}
		if team, err = t.saveTeam(team, after, name); err != nil {
			return err
		}
		return t.show(t.teamScreen(team))
	}
	s := t.screen("team.set."+name+".ask", "value", set.value(t, team.Settings))
	if !set.isDefault(t, team.Settings) {
		s.row(labelled(t.Say("team.set.reset", "value", set.value(t, set.defaults(team.Settings))), "tset", id, name, "default"))
	}
	s.row(t.button("back", "tset", id))
	return t.open("tset", formData{ID: id, Arg: name}, s)
}

// resetTeam sets every setting of a team back; its texts to clients stay, they have a way back of their own.
func (t *turn) resetTeam(team crm.Team) error {
	if t.usualTeam(team) {
		return crm.Say("already", "kind", "team", "status", "default")
	}
	after := team.Settings
	for _, set := range teamSettings {
		set.reset(&after)
	}
	if err := t.closeForm(); err != nil {
		return err
	}
	team, err := t.saveTeam(team, after, "reset")
	if err != nil {
		return err
	}
	return t.show(t.teamScreen(team))
}

// usualTeam reports whether every setting of a team is as for a new one.
func (t *turn) usualTeam(team crm.Team) bool {
	return !slices.ContainsFunc(teamSettings, func(set teamSetting) bool { return !set.isDefault(t, team.Settings) })
}

func teamSettingOf(name string) (teamSetting, bool) {
	i := slices.IndexFunc(teamSettings, func(s teamSetting) bool { return s.name == name })
	if i < 0 {
		return teamSetting{}, false
	}
	return teamSettings[i], true
}

// defaults are the settings with this one as it is for a new team.
func (set teamSetting) defaults(s crm.TeamSettings) crm.TeamSettings {
	set.reset(&s)
	return s
}

func (set teamSetting) isDefault(t *turn, s crm.TeamSettings) bool {
	return set.value(t, s) == set.value(t, set.defaults(s))
}

// chooseTeam shows the settings of the only team that the reader may set, or asks which.
func (t *turn) chooseTeam() error {
	teams, err := t.tx.Teams()
	if err != nil {
		return err
	}
	if t.me.Role != crm.Owner {
		teams = slices.DeleteFunc(teams, func(x crm.Team) bool { return x.ID != t.me.Team })
	}
	switch len(teams) {
	case 0:
		return crm.Say("team.set.none")
	case 1:
		return t.show(t.teamScreen(teams[0]))
	}
	s := t.screen("team.set.which")
	for _, team := range teams {
		s.row(labelled(team.Name, "tset", team.ID))
	}
	return t.show(s.row(t.button("back", "set", 0)))
}

// teamScreen lists a team's settings.
func (t *turn) teamScreen(team crm.Team) *screen {
	s := &screen{}
	s.Bold(t.Say("team.set", "team", message.Cut(team.Name, 60)))
	s.Break()
	var buttons []message.Button
	for _, set := range teamSettings {
		line := t.Say("team.set."+set.name, "value", set.value(t, team.Settings))
		s.Line(t.defaulted(line, set.isDefault(t, team.Settings)))
		buttons = append(buttons, t.button("team.set."+set.name+".button", "tset", team.ID, set.name))
	}
	s.rows(2, buttons...)
	if !t.usualTeam(team) {
		s.row(t.button("team.set.reset.button", "tset", team.ID, "reset"))
	}
	return s.row(t.button("back", "set", 0))
}

// formTeamSetting takes a typed value.
func (t *turn) formTeamSetting(d formData, text string) error {
	set, ok := teamSettingOf(d.Arg)
	if !ok || strings.TrimSpace(text) == "" {
		return errNotMine
	}
	team, err := t.tx.Team(d.ID)
	if err != nil {
		return err
	}
	after := team.Settings
	if !set.read(t, &after, text) {
		return t.unlessWork(text, crm.Say("team.set.bad", "said", message.Cut(text, 40), "ask", t.Say("team.set."+set.name+".ask", "value", set.value(t, team.Settings))))
	}
	if team, err = t.saveTeam(team, after, set.name); err != nil {
		return err
	}
	if err := t.closeForm(); err != nil {
		return err
	}
	return t.send(t.teamScreen(team))
}

func (t *turn) saveTeam(team crm.Team, after crm.TeamSettings, name string) (crm.Team, error) {
	t.tx.Change("teamset", crm.Subject{Kind: "team", ID: team.ID}, crm.Fact{Name: "team", Value: team.Name},
		crm.Fact{Name: "what", Value: t.Say("team.set." + name + ".button")})
	team.Settings = after
	return team, t.tx.SaveTeam(&team)
}
