package dialog

import (
	"errors"
	"regexp"
	"strings"
	"time"

	"followup/bot/capture"
	"followup/bot/locale"
	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
)

// Rules of the first minutes.
//
// A stranger learns nothing but that an invitation is needed, and that once a day; in a group he is not answered at all.
// With a code he becomes a member and is asked for his time zone, with the language to choose beside it; then he sees his
// hours and one line to try. Nothing of it is needed to begin: every answer has its default already.

// strangerSilence is how long a stranger who was told to ask for an invitation is not told again.
const strangerSilence = 24 * time.Hour

// printer says things to nobody in particular, whose day is not known.
func printer(code string) locale.Printer { return locale.For(code, crm.Date{}) }

// stranger answers somebody who is no member.
func (d *Dialog) stranger(tx *storage.Tx, in message.In) error {
	language := d.o.Language
	if in.From.Language != "" {
		language = locale.Choose(in.From.Language)
	}
	p := printer(language)
	if in.Kind == message.Tap {
		_, err := tx.Send(message.Out{Chat: in.Chat, Query: in.Query, Text: p.Say("stranger.toast"), Alert: true})
		return err
	}
	if in.Kind != message.Text || in.Group {
		return nil
	}
	code := codeIn(in.Text)
	if code == "" {
		return d.turnAway(tx, in, p)
	}
	m, invite, err := tx.Join(code, in.From, d.o.Zone, language)
	var problem *crm.Problem
	if errors.As(err, &problem) {
		_, err := tx.Send(message.Out{Chat: in.Chat, Text: p.SayFacts(problem.Key, problem.Facts)})
		return err
	}
	if err != nil {
		return err
	}
	t := d.turnOf(tx, m, in)
	if err := t.closeForm(); err != nil {
		return err
	}
	s, err := t.welcomeScreen(invite.By)
	if err != nil {
		return err
	}
	return t.send(s)
}

// turnAway tells a stranger to ask for an invitation, unless he was told lately.
func (d *Dialog) turnAway(tx *storage.Tx, in message.In, p locale.Printer) error {
	now := crm.MomentOf(tx.Now())
	_, told, err := tx.Form(in.Chat)
	if err != nil || told {
		return err
	}
	f := storage.Form{
		Chat: in.Chat, Kind: "stranger", Data: []byte("{}"), Created: now, Expires: crm.MomentOf(tx.Now().Add(strangerSilence)),
	}
	if err := tx.SaveForm(f); err != nil {
		return err
	}
	_, err = tx.Send(message.Out{Chat: in.Chat, Text: p.Say("stranger")})
	return err
}

// codeText is an invitation's code as it stands alone, with or without the prefix that links carry.
var codeText = regexp.MustCompile(`^(?:inv_)?([A-Za-z0-9_-]{24,})$`)

// codeIn is the invitation in "/start CODE", in a t.me link that was pasted, or the code alone; empty when there is none.
func codeIn(text string) string {
	text = strings.TrimSpace(text)
	if name, args, ok := command(text); ok {
		if name != "start" {
			return ""
		}
		return strings.TrimPrefix(args, "inv_")
	}
	if _, after, ok := strings.Cut(text, "?start="); ok {
		text = after
	}
	if m := codeText.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}

// welcomeScreen greets a new member and asks for the time zone; by is who invited.
func (t *turn) welcomeScreen(by int64) (*screen, error) {
	s := t.screen("welcome.hello", "name", firstWord(t.me.Name))
	place := t.Say("welcome.role", "role", locale.Key("role."+string(t.me.Role)))
	if t.me.Team != 0 {
		team, err := t.tx.System().Team(t.me.Team)
		if err != nil {
			return nil, err
		}
		place = t.Say("welcome.team", "team", team.Name, "role", locale.Key("role."+string(t.me.Role)))
	}
	if by != 0 {
		inviter, err := t.tx.System().Member(by)
		if err != nil {
			return nil, err
		}
		place += " " + t.Say("welcome.by", "by", inviter.Name)
	}
	s.Line(place)
	s.Gap().Add(t.Say("welcome.zone", "zone", zoneTitle(t.me.Zone, t.me.Language, t.now)))
	s.row(t.button("welcome.yes", "zone", 1, "yes"), t.button("welcome.other", "zone", 1, "other"))
	s.row(t.button("language.ru", "lang", by, "ru", "welcome"), t.button("language.en", "lang", by, "en", "welcome"))
	return s.about("member", t.me.ID), nil
}

func firstWord(s string) string {
	word, _, _ := strings.Cut(strings.TrimSpace(s), " ")
	return word
}

// hoursScreen sums up when the bot will speak and when not.
func (t *turn) hoursScreen() *screen {
	s := &screen{}
	s.Add(zoneTitle(t.me.Zone, t.me.Language, t.now))
	s.Line(t.Say("welcome.plan", "plan", t.hours.Plan))
	if t.isLead() {
		s.Line(t.Say("welcome.digest", "digest", t.hours.Digest))
	}
	s.Line(t.Say("welcome.quiet", "from", t.hours.QuietFrom, "to", t.hours.QuietTo))
	s.row(t.button("welcome.ok", "welcome", 0), t.button("welcome.change", "set", 1))
	return s.about("member", t.me.ID)
}

func (t *turn) isLead() bool { return crm.AtLeast(t.me.Role, crm.Lead) }

// tapWelcome ends the first steps with a line to try.
func (t *turn) tapWelcome(int64, string) error {
	if err := t.plain(); err != nil {
		return err
	}
	return t.say("welcome.try")
}

// start joins by a code, which a member needs no more, or opens the menu.
func (t *turn) start(code string) error {
	if code != "" {
		return crm.Say("invite.member", "name", t.me.Name)
	}
	s := t.screen("start", "name", firstWord(t.me.Name))
	s.row(t.button("start.plan", "plan", 0, "today"), t.button("start.clients", "clist", 0))
	s.row(t.button("start.debts", "debts", 0), t.button("start.settings", "set", 0))
	s.row(t.button("start.help", "help", 0))
	return t.send(s)
}

// timezone chooses a zone: "/timezone екб", or asks.
func (t *turn) timezone(args string) error {
	if args == "" {
		return t.askZone(0)
	}
	return t.chooseZone(args, 0)
}

// askZone asks for a city or a location; first is 1 in the first minutes.
func (t *turn) askZone(first int64) error {
	s := t.screen("zone.ask", "zone", zoneTitle(t.me.Zone, t.me.Language, t.now))
	s.ask = []string{"location " + t.Say("zone.location")}
	return t.open("zone", formData{ID: first}, s)
}

// tapZone says yes to the zone that was offered, asks for another, or takes one of several.
func (t *turn) tapZone(first int64, arg string) error {
	switch arg {
	case "yes":
		return t.show(t.hoursScreen())
	case "other":
		return t.askZone(first)
	}
	c, ok := cityNamed(arg)
	if !ok {
		return crm.Say("button.unknown")
	}
	if err := t.plain(); err != nil {
		return err
	}
	return t.setZone(c.zone, c.name(t.me.Language), first)
}

// formZone takes the typed city or the location. A message about something else leaves the question waiting.
func (t *turn) formZone(d formData, text string) error {
	if t.in.Place != nil {
		near := nearestCity(t.in.Place.Lat, t.in.Place.Lon)
		return t.setZone(near.zone, near.name(t.me.Language), d.ID)
	}
	return t.unlessWork(text, t.chooseZone(text, d.ID))
}

// unlessWork is errNotMine in place of a Problem when the message was no answer at all but a record or an order to the bot.
func (t *turn) unlessWork(text string, err error) error {
	var problem *crm.Problem
	if !errors.As(err, &problem) {
		return err
	}
	work, broken := t.isWork(text)
	switch {
	case broken != nil:
		return broken
	case work:
		return errNotMine
	}
	return err
}

// isWork reports whether a message is a record, an order to the bot or small talk: no answer to a form. What capture takes
// for a mere note, and orders that are nothing but a value («в 16», «15000»), may be an answer.
func (t *turn) isWork(text string) (bool, error) {
	r, err := t.understood(text)
	if err != nil {
		return false, err
	}
	for _, item := range r.Items {
		if item.Kind != capture.Touch || item.Touch != crm.TouchNote {
			return true, nil
		}
	}
	return r.Order != nil && !isValue[r.Order.Verb] || r.Chat != "", nil
}

// isValue are the orders that only name a value.
var isValue = map[string]bool{"move": true, "sum": true, "choose": true, "client": true}

// chooseZone finds the zone that a text names.
func (t *turn) chooseZone(text string, first int64) error {
	if zone, ok := zoneOfOffset(text); ok {
		return t.setZone(zone, "", first)
	}
	if zone, ok := zoneOfName(text); ok {
		return t.setZone(zone, zoneName(zone, t.me.Language), first)
	}
	found, sure := findCities(text)
	if len(found) == 0 {
		return crm.Say("zone.unknown", "said", message.Cut(text, 40))
	}
	if sure && oneZone(found) {
		return t.setZone(found[0].zone, found[0].name(t.me.Language), first)
	}
	s := t.screen("zone.which")
	for _, c := range found {
		label := c.name(t.me.Language) + " (" + offset(crm.Zone(c.zone), t.now) + ")"
		s.row(labelled(label, "zone", first, c.en))
	}
	return t.send(s)
}

// oneZone reports whether it doesn't matter which of the cities is meant.
func oneZone(found []city) bool {
	for _, c := range found {
		if c.zone != found[0].zone {
			return false
		}
	}
	return true
}

// setZone keeps the zone; reminders move with it. city is how the person called it, empty for a mere offset.
func (t *turn) setZone(zone, city string, first int64) error {
	if err := t.closeForm(); err != nil {
		return err
	}
	if zone != t.me.Zone {
		t.tx.Change("zone", crm.Subject{Kind: "member", ID: t.me.ID}, crm.Fact{Name: "zone", Value: zoneTitle(zone, t.me.Language, t.now)})
		t.me.Zone = zone
		if err := t.saveMe(); err != nil {
			return err
		}
		t.zone = t.me.Location()
		t.now = t.now.In(t.zone)
		t.today = crm.DateOf(t.now)
	}
	title := offset(t.zone, t.now)
	if city != "" {
		title = city + ", " + title
	}
	s := t.screen("zone.done", "zone", title, "clock", crm.ClockOf(t.now))
	s.ask = []string{"-"}
	if err := t.send(s); err != nil || first == 0 {
		return err
	}
	return t.send(t.hoursScreen())
}

// saveMe writes the member's own settings and plans everything of his anew.
func (t *turn) saveMe() error {
	if err := t.tx.SaveMember(&t.me); err != nil {
		return err
	}
	t.hours = t.me.Settings.Hours()
	return t.tx.ReplanMember(t.me.ID)
}

// speak goes on in a language.
func (t *turn) speak(code string) { t.Printer = locale.For(code, t.today) }

// languages are the words by which a language is chosen.
var languages = map[string]string{
	"ru": "ru", "rus": "ru", "russian": "ru", "рус": "ru", "ру": "ru", "русский": "ru", "по-русски": "ru", "русском": "ru",
	"en": "en", "eng": "en", "english": "en", "англ": "en", "английский": "en", "по-английски": "en", "английском": "en", "инглиш": "en",
}

// language chooses the language of the interface: "/language en", or asks.
func (t *turn) language(args string) error {
	if args == "" {
		return t.send(t.languageScreen(0))
	}
	words := strings.Fields(strings.ToLower(args))
	code := languages[words[len(words)-1]]
	if code == "" {
		return crm.Say("language.unknown", "said", message.Cut(args, 40))
	}
	if err := t.setLanguage(code); err != nil {
		return err
	}
	return t.say("language.done")
}

func (t *turn) languageScreen(first int64) *screen {
	s := t.screen("language.ask")
	s.row(t.button("language.ru", "lang", first, "ru"), t.button("language.en", "lang", first, "en"))
	return s.row(t.button("back", "set", first))
}

func (t *turn) setLanguage(code string) error {
	if code == t.me.Language {
		return nil
	}
	t.tx.Change("language", crm.Subject{Kind: "member", ID: t.me.ID})
	t.me.Language = code
	t.speak(code)
	return t.tx.SaveMember(&t.me)
}

// tapLanguage switches the language and shows the same screen again: the greeting of the first minutes ("ru:welcome", id
// is then who invited) or the settings.
func (t *turn) tapLanguage(id int64, arg string) error {
	code, where, _ := strings.Cut(arg, ":")
	if languages[code] != code {
		return crm.Say("button.unknown")
	}
	if err := t.setLanguage(code); err != nil {
		return err
	}
	if where != "welcome" {
		return t.show(t.settingsScreen(id))
	}
	s, err := t.welcomeScreen(id)
	if err != nil {
		return err
	}
	return t.show(s)
}
