package dialog

import (
	"maps"
	"strconv"
	"strings"

	"followup/bot/locale"
	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
)

// A lead edits his team's texts to clients: every tone and level in both languages. A text is shown with its placeholders
// and with an example: the oldest debt of the team, or a made-up one. One that can't be read isn't saved.

// templateID packs a text's place into a button: level × 10 + tone.
func templateID(level, tone int) int64 { return int64(level*10 + tone) }

// template is one text that can be edited.
type template struct {
	language, tone string
	level          int
}

func readTemplate(id int64, language string) (template, bool) {
	level, tone := int(id/10), int(id%10)
	if id < 0 || level > topLetter || tone >= len(tones) || !knownLanguage(language) {
		return template{}, false
	}
	return template{language, tones[tone], level}, true
}

func (w template) key() string     { return letterKey(w.language, w.tone, w.level) }
func (w template) catalog() string { return catalogLetter(w.tone, w.level) }

// ownTeam is the team whose texts a lead edits.
func (t *turn) ownTeam() (crm.Team, error) {
	if t.me.Team == 0 {
		return crm.Team{}, crm.Say("texts.noteam")
	}
	return t.tx.Team(t.me.Team)
}

// texts lists the team's texts.
func (t *turn) texts(string) error {
	s, err := t.textsScreen(t.me.Language)
	if err != nil {
		return err
	}
	return t.send(s)
}

func (t *turn) textsScreen(language string) (*screen, error) {
	team, err := t.ownTeam()
	if err != nil {
		return nil, err
	}
	s := t.screen("texts.head", "team", team.Name)
	for level := range topLetter + 1 {
		s.Line(t.Say("texts.level", "n", level+1, "what", letterStep(level)))
		row := make([]message.Button, 0, len(tones))
		for n, tone := range tones {
			label := strconv.Itoa(level+1) + ". " + t.Say("letter.tone."+tone)
			if team.Settings.Letters[letterKey(language, tone, level)] != "" {
				label = "✏️ " + label
			}
			row = append(row, labelled(label, "tpl", templateID(level, n), language))
		}
		s.row(row...)
	}
	if language == "ru" {
		s.row(t.button("letter.english", "texts", 0, "en"))
	} else {
		s.row(t.button("letter.russian", "texts", 0, "ru"))
	}
	return s, nil
}

func (t *turn) tapTexts(_ int64, language string) error {
	if !t.isLead() || !knownLanguage(language) {
		return crm.Say("denied")
	}
	s, err := t.textsScreen(language)
	if err != nil {
		return err
	}
	return t.show(s)
}

// templateScreen is a text with its placeholders and an example.
func (t *turn) templateScreen(id int64, language string) (*screen, error) {
	w, ok := readTemplate(id, language)
	if !ok {
		return nil, crm.Say("button.unknown")
	}
	team, err := t.ownTeam()
	if err != nil {
		return nil, err
	}
	own := team.Settings.Letters[w.key()]
	source := own
	if own == "" {
		source = locale.For(language, t.today).Source(w.catalog())
	}
	s := &screen{}
	s.Bold(t.Say("texts.one", "tone", locale.Key("letter.tone."+w.tone), "what", letterStep(w.level)))
	s.Gap().Styled("pre", t.localNames(source, language))
	s.Gap().Bold(t.Say("texts.example"))
	example, err := t.filledExample(w)
	if err != nil {
		return nil, err
	}
	s.Line(example)
	s.row(t.button("texts.edit", "tpledit", id, language))
	if own != "" {
		s.row(t.button("texts.reset", "tplreset", id, language))
	}
	return s.row(t.button("back", "texts", 0, language)), nil
}

// localNames shows placeholders in square brackets, which people type more easily, and in the language of the text.
func (t *turn) localNames(source, language string) string {
	if language == "ru" {
		for _, f := range letterFacts {
			for _, end := range []string{"}", ":", "|"} {
				source = strings.ReplaceAll(source, "{"+f.name+end, "{"+f.russian+end)
			}
		}
	}
	return strings.NewReplacer("{", "[", "}", "]").Replace(source)
}

// storedNames is localNames backwards; braces and either name work in any language.
func storedNames(source string) string {
	source = strings.NewReplacer("[", "{", "]", "}").Replace(source)
	for _, f := range letterFacts {
		for _, end := range []string{"}", ":", "|"} {
			source = strings.ReplaceAll(source, "{"+f.russian+end, "{"+f.name+end)
		}
	}
	return source
}

// filledExample is a text filled in for the oldest debt that this member sees, or for a made-up one.
func (t *turn) filledExample(w template) (string, error) {
	open, err := t.tx.Invoices(storage.InvoiceFilter{Open: true, DueTo: t.today.AddDays(-1), Team: t.me.Team})
	if err != nil {
		return "", err
	}
	if len(open) > 0 {
		st, err := t.standing(open[0])
		if err != nil {
			return "", err
		}
		return t.letter(open[0], st, w.tone, w.language, w.level)
	}
	p := locale.For(w.language, t.today)
	facts := []any{
		"number", p.Say("number", "number", "125"), "issued", p.Date(t.today.AddDays(-34), "date"), "sum", p.Money(crm.Rub(486_000), "short"),
		"balance", p.Money(crm.Rub(486_000), "short"), "due", p.Date(t.today.AddDays(-19), "date"), "days", 19,
	}
	facts = append(facts, "state", p.Say("letter.state.late", facts...), "hello", p.Say("letter.hello"), "until", p.Date(t.nextWorking(t.today.AddDays(2)), "date"),
		"penalty", "", "manager", t.me.Name, "client", p.Say("texts.client"))
	team, err := t.ownTeam()
	if err != nil {
		return "", err
	}
	if own := team.Settings.Letters[w.key()]; own != "" {
		parsed, err := p.ParseTemplate(own, letterNames())
		if err != nil {
			return "", err
		}
		return tidy(p.Fill(parsed, crm.Facts(facts...))), nil
	}
	return tidy(p.SayFacts(catalogLetter(w.tone, w.level), crm.Facts(facts...))), nil
}

func (t *turn) tapTemplate(id int64, language string) error {
	if !t.isLead() {
		return crm.Say("denied")
	}
	s, err := t.templateScreen(id, language)
	if err != nil {
		return err
	}
	return t.show(s)
}

// tapTemplateEdit asks for a new text.
func (t *turn) tapTemplateEdit(id int64, language string) error {
	if _, ok := readTemplate(id, language); !ok || !t.isLead() {
		return crm.Say("button.unknown")
	}
	names := make([]string, 0, len(letterFacts))
	for _, f := range letterFacts {
		if language == "ru" {
			names = append(names, "["+f.russian+"]")
		} else {
			names = append(names, "["+f.name+"]")
		}
	}
	return t.open("template", formData{ID: id, Arg: language}, t.screen("texts.ask", "names", names))
}

// formTemplate saves a text that can be read.
func (t *turn) formTemplate(d formData, text string) error {
	w, ok := readTemplate(d.ID, d.Arg)
	if !ok {
		return crm.Say("button.unknown")
	}
	text = storedNames(strings.TrimSpace(text))
	if _, err := locale.For(w.language, t.today).ParseTemplate(text, letterNames()); err != nil {
		return err
	}
	if err := t.closeForm(); err != nil {
		return err
	}
	if err := t.setTemplate(w, text); err != nil {
		return err
	}
	return t.templateDone(d.ID, d.Arg)
}

// setTemplate saves a text of the team, or forgets it when it is empty.
func (t *turn) setTemplate(w template, text string) error {
	team, err := t.ownTeam()
	if err != nil {
		return err
	}
	t.tx.Change("template", crm.Subject{Kind: "member", ID: t.me.ID})
	letters := maps.Clone(team.Settings.Letters)
	if letters == nil {
		letters = map[string]string{}
	}
	if letters[w.key()] = text; text == "" {
		delete(letters, w.key())
	}
	team.Settings.Letters = letters
	return t.tx.SaveTeam(&team)
}

func (t *turn) templateDone(id int64, language string) error {
	s, err := t.templateScreen(id, language)
	if err != nil {
		return err
	}
	s.row(t.button("card.undo", "undo", t.tx.ChangeID()))
	return t.show(s)
}

// tapTemplateReset gives back the text that comes with the program.
func (t *turn) tapTemplateReset(id int64, language string) error {
	w, ok := readTemplate(id, language)
	if !ok || !t.isLead() {
		return crm.Say("button.unknown")
	}
	team, err := t.ownTeam()
	if err != nil {
		return err
	}
	if team.Settings.Letters[w.key()] == "" {
		return crm.Say("already")
	}
	if err := t.setTemplate(w, ""); err != nil {
		return err
	}
	return t.templateDone(id, language)
}
