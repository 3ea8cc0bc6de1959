package dialog

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"followup/bot/capture"
	"followup/bot/locale"
	"followup/bot/message"
	"followup/scheduler/calendar"
	"followup/storage/crm"
)

// Rules of a person's hours.
//
// Each setting shows its value and whether it is the default, is changed by a button or by a typed time, and goes back to
// the default by a button. What is said at an hour of its own (the plan, the digest) can't lie in the quiet hours: it
// would be held back till their end, and the hour shown would be a lie. Every change plans the person's reminders anew.

// hourSetting is a setting that is a time of day, or a stretch between two.
type hourSetting struct {
	name    string
	lead    bool // only for leads and owners
	presets []string
	from    func(*crm.MemberSettings) **crm.Clock
	to      func(*crm.MemberSettings) **crm.Clock // nil: one time only
	off     func(*crm.MemberSettings) *bool       // nil: can't be switched off
	value   func(crm.Hours) (from, to crm.Clock)
}

// hourTable is in the order of the screen. The catalog has "settings.NAME", "settings.NAME.button" and "settings.NAME.about".
func hourTable() []hourSetting {
	return []hourSetting{
		{
			name: "day", presets: []string{"08:00-17:00", "09:00-18:00", "10:00-19:00"},
			from:  func(s *crm.MemberSettings) **crm.Clock { return &s.DayStart },
			to:    func(s *crm.MemberSettings) **crm.Clock { return &s.DayEnd },
			value: func(h crm.Hours) (crm.Clock, crm.Clock) { return h.DayStart, h.DayEnd },
		},
		{
			name: "quiet", presets: []string{"19:00-09:00", "20:00-08:00", "22:00-07:00"},
			from:  func(s *crm.MemberSettings) **crm.Clock { return &s.QuietFrom },
			to:    func(s *crm.MemberSettings) **crm.Clock { return &s.QuietTo },
			value: func(h crm.Hours) (crm.Clock, crm.Clock) { return h.QuietFrom, h.QuietTo },
		},
		{
			name: "plan", presets: []string{"08:30", "09:00", "09:30", "10:00"},
			from:  func(s *crm.MemberSettings) **crm.Clock { return &s.Plan },
			off:   func(s *crm.MemberSettings) *bool { return &s.PlanOff },
			value: func(h crm.Hours) (crm.Clock, crm.Clock) { return h.Plan, 0 },
		},
		{
			name: "digest", lead: true, presets: []string{"17:30", "18:00", "18:30", "19:00"},
			from:  func(s *crm.MemberSettings) **crm.Clock { return &s.Digest },
			off:   func(s *crm.MemberSettings) *bool { return &s.DigestOff },
			value: func(h crm.Hours) (crm.Clock, crm.Clock) { return h.Digest, 0 },
		},
		{
			name: "weekly", lead: true, presets: []string{"08:30", "09:15", "10:00", "12:00"},
			from:  func(s *crm.MemberSettings) **crm.Clock { return &s.Weekly },
			off:   func(s *crm.MemberSettings) *bool { return &s.WeeklyOff },
			value: func(h crm.Hours) (crm.Clock, crm.Clock) { return h.Weekly, 0 },
		},
		{
			name: "noon", presets: []string{"13:00", "14:00", "15:00"},
			from:  func(s *crm.MemberSettings) **crm.Clock { return &s.AfterNoon },
			value: func(h crm.Hours) (crm.Clock, crm.Clock) { return h.AfterNoon, 0 },
		},
	}
}

var hourSettings = hourTable()

// settings shows the member's settings.
func (t *turn) settings(string) error { return t.send(t.settingsScreen(0)) }

// settingsScreen lists every setting with its value. first is 1 in the first minutes, when leaving it shows the line to try.
func (t *turn) settingsScreen(first int64) *screen {
	s := &screen{}
	s.Bold(t.Say("settings"))
	s.Break()
	var buttons []message.Button
	for _, h := range hourSettings {
		if h.lead && !t.isLead() {
			continue
		}
		s.Line(t.hourLine(h))
		buttons = append(buttons, t.button("settings."+h.name+".button", "set", first, h.name))
	}
	s.Line(t.defaulted(t.Say("settings.days", "days", t.weekdays(t.me.Settings.Days)), len(t.me.Settings.Days) == 0))
	buttons = append(buttons, t.button("settings.days.button", "set", first, "days"))
	sums, change := "settings.sums.shown", "hide"
	if t.me.Settings.HideSums {
		sums, change = "settings.sums.hidden", "show"
	}
	s.Line(t.defaulted(t.Say(sums), !t.me.Settings.HideSums))
	if t.isLead() {
		ground, to := "settings.pictures.light", "dark"
		if t.me.Settings.Dark {
			ground, to = "settings.pictures.dark", "light"
		}
		s.Line(t.defaulted(t.Say(ground), !t.me.Settings.Dark))
		buttons = append(buttons, t.button("settings.team", "tset", 0))
		buttons = append(buttons, t.button("settings.pictures.to."+to, "set", first, to))
	}
	s.Line(t.Say("settings.language"))
	s.Line(t.Say("settings.zone", "zone", zoneTitle(t.me.Zone, t.me.Language, t.now)))
	buttons = append(buttons, t.button("settings.sums."+change, "set", first, change), t.button("settings.language.button", "set", first, "language"),
		t.button("settings.zone.button", "zone", first, "other"))
	s.rows(2, buttons...)
	if !t.usual() {
		s.row(t.button("settings.reset.all", "set", first, "reset"))
	}
	s.row(t.button("settings.done", "set", first, "done"))
	return s.about("member", t.me.ID)
}

// defaulted marks a line whose value is the default.
func (t *turn) defaulted(line string, is bool) string {
	if !is {
		return line
	}
	return line + " " + t.Say("settings.default")
}

// hourLine is a setting with its value.
func (t *turn) hourLine(h hourSetting) string {
	from, to := h.value(t.hours)
	line := t.Say("settings."+h.name, "from", from, "to", to)
	if h.off != nil && *h.off(&t.me.Settings) {
		return t.Say("settings.off", "what", locale.Key("settings."+h.name+".button"))
	}
	return t.defaulted(line, h.isDefault(t.me.Settings))
}

func (h hourSetting) isDefault(s crm.MemberSettings) bool {
	from, to := h.value(s.Hours())
	usualFrom, usualTo := h.value(crm.DefaultHours())
	return from == usualFrom && to == usualTo && (h.off == nil || !*h.off(&s))
}

// usual is the value of a new member.
func (h hourSetting) usual() string {
	from, to := h.value(crm.DefaultHours())
	if h.to == nil {
		return from.String()
	}
	return from.String() + "–" + to.String()
}

// hourSettingOf finds a setting by its name.
func (t *turn) hourSettingOf(name string) (hourSetting, bool) {
	for _, h := range hourSettings {
		if h.name == name && (!h.lead || t.isLead()) {
			return h, true
		}
	}
	return hourSetting{}, false
}

// tapSetting opens a setting, or the list of them.
func (t *turn) tapSetting(first int64, arg string) error {
	switch arg {
	case "":
		return t.show(t.settingsScreen(first))
	case "done":
		if first == 1 {
			return t.tapWelcome(0, "")
		}
		return t.plain()
	case "language":
		return t.show(t.languageScreen(first))
	case "days":
		return t.show(t.daysScreen(first))
	}
	if day, ok := strings.CutPrefix(arg, "days:"); ok {
		return t.tapDay(first, day)
	}
	if to, ok := switches[arg]; ok {
		if arg == "reset" && t.usual() {
			return crm.Say("already", "kind", "member", "status", "default")
		}
		to.set(&t.me.Settings)
		t.changeSetting(to.name)
		if err := t.saveMe(); err != nil {
			return err
		}
		return t.show(t.settingsScreen(first))
	}
	h, ok := t.hourSettingOf(arg)
	if !ok {
		return crm.Say("button.unknown")
	}
	if err := t.closeForm(); err != nil { // of another hour, whose question this screen takes the place of
		return err
	}
	return t.show(t.hourScreen(h, first))
}

// settingTalk takes an hour or a stretch that is typed while a setting of one is the last thing shown.
func (t *turn) settingTalk(text string) (bool, error) {
	_, about, ok, err := t.tx.LastShown(t.in.Chat)
	if err != nil || !ok || about.Kind != "setting" || about.ID < 0 || about.ID >= int64(len(hourSettings)) {
		return false, err
	}
	h, ok := t.hourSettingOf(hourSettings[about.ID].name)
	if !ok {
		return false, nil
	}
	_, clock := readClock(text)
	_, _, stretch := readStretch(text)
	if h.to == nil && !clock || h.to != nil && !stretch {
		return false, nil
	}
	if err := t.setHour(h, text); err != nil {
		return true, err
	}
	return true, t.send(t.settingsScreen(0))
}

// switches are what one tap sets, by the button's word, and all settings at once. A button says what it sets and not that it
// turns something over, so that a second tap changes nothing.
var switches = map[string]struct {
	name string // of the setting
	set  func(*crm.MemberSettings)
}{
	"hide":  {"sums", func(s *crm.MemberSettings) { s.HideSums = true }},
	"show":  {"sums", func(s *crm.MemberSettings) { s.HideSums = false }},
	"dark":  {"pictures", func(s *crm.MemberSettings) { s.Dark = true }},
	"light": {"pictures", func(s *crm.MemberSettings) { s.Dark = false }},
	"reset": {"reset", func(s *crm.MemberSettings) { *s = crm.MemberSettings{} }},
}

// usual reports whether every setting is as for a new member. Language and zone are facts about a person and have no default.
func (t *turn) usual() bool {
	for _, h := range hourSettings {
		if !h.isDefault(t.me.Settings) {
			return false
		}
	}
	return !t.me.Settings.HideSums && !t.me.Settings.Dark && len(t.me.Settings.Days) == 0
}

// week are the weekdays in the order of the screen.
var week = []int{1, 2, 3, 4, 5, 6, 0}

// workdays are what stands for the calendar's working days while none were chosen.
var workdays = []int{1, 2, 3, 4, 5}

// weekdays are the chosen weekdays in words.
func (t *turn) weekdays(chosen []int) string {
	if len(chosen) == 0 {
		return t.Say("settings.days.work")
	}
	if len(chosen) == len(week) {
		return t.Say("settings.days.every")
	}
	var names []string
	for _, d := range week {
		if slices.Contains(chosen, d) {
			names = append(names, t.Say("weekday.short."+strconv.Itoa(d)))
		}
	}
	return strings.Join(names, ", ")
}

// daysScreen switches the weekdays of plan and digests one by one.
func (t *turn) daysScreen(first int64) *screen {
	chosen := t.me.Settings.Days
	s := &screen{}
	s.Bold(t.defaulted(t.Say("settings.days", "days", t.weekdays(chosen)), len(chosen) == 0))
	s.Line(t.Say("settings.days.about"))
	if len(chosen) == 0 {
		chosen = workdays
	}
	var buttons []message.Button
	for _, d := range week {
		mark, act := "▫️ ", "days:+"
		if slices.Contains(chosen, d) {
			mark, act = "✅ ", "days:-"
		}
		buttons = append(buttons, labelled(mark+t.Say("weekday.short."+strconv.Itoa(d)), "set", first, act+strconv.Itoa(d)))
	}
	s.rows(4, buttons...)
	if len(t.me.Settings.Days) > 0 {
		s.row(labelled(t.Say("settings.reset.to", "value", t.Say("settings.days.work")), "set", first, "days:default"))
	}
	return s.row(t.button("back", "set", first))
}

// tapDay takes one weekday in ("+6") or out ("-6"), or sets them back. One has to stay: who wants none switches the plan off.
func (t *turn) tapDay(first int64, arg string) error {
	chosen := t.me.Settings.Days
	day, in := strings.CutPrefix(arg, "+")
	day, out := strings.CutPrefix(day, "-")
	switch d := digits(day); {
	case arg == "default":
		if len(chosen) == 0 {
			return crm.Say("already", "kind", "member", "status", "default")
		}
		chosen = nil
	case len(day) != 1 || in == out || !slices.Contains(week, d):
		return crm.Say("button.unknown")
	default:
		if len(chosen) == 0 {
			chosen = workdays
		}
		switch {
		case slices.Contains(chosen, d) == in:
			return crm.Say("already")
		case in:
			chosen = append(slices.Clone(chosen), d)
		default:
			chosen = slices.DeleteFunc(slices.Clone(chosen), func(x int) bool { return x == d })
		}
		if len(chosen) == 0 {
			return crm.Say("settings.days.none")
		}
		slices.Sort(chosen)
		if slices.Equal(chosen, workdays) {
			chosen = nil
		}
	}
	t.me.Settings.Days = chosen
	t.changeSetting("days")
	if err := t.saveMe(); err != nil {
		return err
	}
	return t.show(t.daysScreen(first))
}

// masked is the turn as it words plan and digests: without sums when the member hides them.
func (t *turn) masked() *turn {
	m := *t
	m.Masked = t.me.Settings.HideSums
	return &m
}

func (t *turn) changeSetting(name string) {
	t.tx.Change("settings", crm.Subject{Kind: "member", ID: t.me.ID}, crm.Fact{Name: "what", Value: t.Say("settings." + name + ".name")})
}

// hourScreen offers the usual values of a setting, another one, and the default.
func (t *turn) hourScreen(h hourSetting, first int64) *screen {
	s := &screen{}
	s.Bold(t.hourLine(h))
	s.Line(t.Say("settings." + h.name + ".about"))
	var presets []message.Button
	for _, p := range h.presets {
		presets = append(presets, labelled(strings.ReplaceAll(p, "-", "–"), "hour", first, h.name, p))
	}
	width := 4
	if h.to != nil {
		width = 2
	}
	s.rows(width, presets...)
	s.row(t.button("settings.other", "hour", first, h.name, "other"), t.switchButton(h, first))
	if !h.isDefault(t.me.Settings) {
		s.row(labelled(t.Say("settings.reset.to", "value", h.usual()), "hour", first, h.name, "default"))
	}
	for i := range hourSettings {
		if hourSettings[i].name == h.name {
			s.about("setting", int64(i))
		}
	}
	return s.row(t.button("back", "set", first))
}

func (t *turn) switchButton(h hourSetting, first int64) message.Button {
	switch {
	case h.off == nil:
		return message.Button{}
	case *h.off(&t.me.Settings):
		return t.button("settings.on", "hour", first, h.name, "on")
	}
	return t.button("settings.turnoff", "hour", first, h.name, "off")
}

// tapHour changes a setting by a button: "plan:09:30", "day:09:00-18:00", "plan:off", "plan:default", "plan:other".
func (t *turn) tapHour(first int64, arg string) error {
	name, value, _ := strings.Cut(arg, ":")
	h, ok := t.hourSettingOf(name)
	if !ok {
		return crm.Say("button.unknown")
	}
	if value == "other" {
		return t.open("hour", formData{ID: first, Arg: name}, t.screen("settings."+name+".ask"))
	}
	if err := t.setHour(h, value); err != nil {
		return err
	}
	return t.show(t.settingsScreen(first))
}

// formHour takes a typed time.
func (t *turn) formHour(d formData, text string) error {
	h, ok := t.hourSettingOf(d.Arg)
	if !ok || strings.TrimSpace(text) == "" {
		return errNotMine
	}
	if err := t.setHour(h, text); err != nil {
		return t.unlessWork(text, err)
	}
	if err := t.closeForm(); err != nil {
		return err
	}
	return t.send(t.settingsScreen(d.ID))
}

// setHour writes a value: a time or a stretch as people write them, or "on", "off", "default".
func (t *turn) setHour(h hourSetting, value string) error {
	set := t.me.Settings
	switch value {
	case "on", "off":
		if h.off == nil {
			return crm.Say("button.unknown")
		}
		*h.off(&set) = value == "off"
	case "default":
		*h.from(&set) = nil
		if h.to != nil {
			*h.to(&set) = nil
		}
		if h.off != nil {
			*h.off(&set) = false
		}
	default:
		if err := t.writeHour(h, value, &set); err != nil {
			return err
		}
	}
	if err := clash(set, t.isLead()); err != nil {
		return err
	}
	t.changeSetting(h.name)
	t.me.Settings = set
	return t.saveMe()
}

// writeHour reads a typed value into the settings.
func (t *turn) writeHour(h hourSetting, value string, set *crm.MemberSettings) error {
	if h.to == nil {
		at, ok := readClock(value)
		if !ok {
			return crm.Say("settings.bad.clock", "said", message.Cut(value, 40))
		}
		*h.from(set) = &at
		if h.off != nil {
			*h.off(set) = false
		}
		return nil
	}
	from, to, ok := readStretch(value)
	if !ok {
		return crm.Say("settings.bad.stretch", "said", message.Cut(value, 40))
	}
	if noon := crm.At(12, 0); h.name == "day" && to <= from && to < noon && from < noon && !morning.MatchString(value) {
		to += noon // 9-5
	}
	if h.name == "day" && to <= from {
		return crm.Say("settings.bad.order", "from", from, "to", to)
	}
	*h.from(set), *h.to(set) = &from, &to
	return nil
}

// clash is the Problem of an hour of the bot that lies in the quiet hours.
func clash(s crm.MemberSettings, lead bool) error {
	hours := s.Hours()
	quiet := calendar.QuietOf(hours)
	facts := []any{"from", hours.QuietFrom, "to", hours.QuietTo}
	if !s.PlanOff && quiet.Has(hours.Plan) {
		return crm.Say("settings.clash.plan", append(facts, "at", hours.Plan)...)
	}
	if lead && !s.DigestOff && quiet.Has(hours.Digest) {
		return crm.Say("settings.clash.digest", append(facts, "at", hours.Digest)...)
	}
	if lead && !s.WeeklyOff && quiet.Has(hours.Weekly) {
		return crm.Say("settings.clash.weekly", append(facts, "at", hours.Weekly)...)
	}
	return nil
}

// clockText is "9", "09:30", "9.30", "в 9 утра", "7 pm", "18 ч".
var clockText = regexp.MustCompile(`^(?:в |с |со |после |at |from |after )?(\d{1,2})(?:[:. ]?(\d{2}))? ?(?:ч|час|часа|часов|h|hours?|o'clock)?\.? ?(утра|дня|вечера|ночи|am|pm|a\.m\.|p\.m\.)?$`)

// readClock reads a time of day that was typed: in digits, else in words.
func readClock(text string) (crm.Clock, bool) {
	m := clockText.FindStringSubmatch(strings.ToLower(strings.TrimSpace(text)))
	if m == nil {
		return clockInWords(text)
	}
	hour, _ := strconv.Atoi(m[1])
	minute, _ := strconv.Atoi("0" + m[2])
	switch m[3] {
	case "дня", "вечера", "pm", "p.m.":
		if hour > 12 {
			break
		}
		hour = hour%12 + 12
	case "утра", "ночи", "am", "a.m.":
		if hour == 12 {
			hour = 0
		}
	}
	if hour > 23 || minute > 59 {
		return 0, false
	}
	return crm.At(hour, minute), true
}

// clockInWords reads «полдевятого», «в десять вечера»: one time, which names an hour and no day.
func clockInWords(text string) (crm.Clock, bool) {
	if strings.ContainsAny(text, "0123456789") {
		return 0, false // digits that are no hour
	}
	w := capture.World{Now: time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC), Habits: capture.DefaultHabits()}
	for _, said := range []string{text, "в " + text, "at " + text} {
		times := capture.ReadTimes(said, w)
		if len(times) == 1 && times[0].HasClock && times[0].Grain != capture.Part && times[0].Ask == nil && !times[0].Relative {
			return times[0].Clock, true
		}
	}
	return 0, false
}

// between parts the two ends of a stretch.
var between = regexp.MustCompile(` *(?:[-–—−]| (?:и )?до | (?:and )?(?:to|till|until) | по ) *`)

// morning is an hour that is said to be before noon.
var morning = regexp.MustCompile(`(?i)\d ?a\.?m|утра`)

// readStretch reads "9-18", «с 9 до 18», "22:00–7:00".
func readStretch(text string) (from, to crm.Clock, ok bool) {
	ends := between.Split(strings.ToLower(strings.TrimSpace(text)), -1)
	if len(ends) != 2 {
		return 0, 0, false
	}
	from, first := readClock(ends[0])
	to, second := readClock(ends[1])
	return from, to, first && second && from != to
}
