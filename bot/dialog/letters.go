package dialog

import (
	"net/url"
	"slices"
	"strings"

	"followup/bot/locale"
	"followup/bot/message"
	"followup/scheduler/rules"
	"followup/storage/crm"
)

// A text to send is drafted in one of three tones for the level that a debt stands at; the manager copies or forwards it
// himself, the bot never writes to a client. A level whose text was sent already gives the text of the next one. Marking
// a text as sent logs a message to the client and raises the level once: on a rung whose day has come it only marks it done.
//
// A team's own texts take the place of the catalog's. The name in the greeting is the contact's first name and patronymic
// when both are certain, else what is certain, else none.

// tones in the order of their buttons.
var tones = []string{"soft", "neutral", "firm"}

// topLetter is the highest level that has texts of its own.
const topLetter = 5

// maxLink bounds a share link; longer ones are refused by some clients.
const maxLink = 4000

// letterFacts are what a text may use, each with its Russian name.
var letterFacts = []struct{ name, russian string }{
	{"hello", "обращение"},
	{"state", "положение"},
	{"number", "номер"},
	{"issued", "дата"},
	{"sum", "сумма"},
	{"balance", "остаток"},
	{"due", "срок"},
	{"days", "дней"},
	{"until", "ответ"},
	{"penalty", "пеня"},
	{"manager", "менеджер"},
	{"client", "клиент"},
}

// letterNames are the facts' names.
func letterNames() []string {
	names := make([]string, 0, len(letterFacts))
	for _, f := range letterFacts {
		names = append(names, f.name)
	}
	return names
}

// letterLevel is the level whose text comes next.
func letterLevel(st standing, today crm.Date) int {
	i := st.subject.Invoice
	reached := st.level
	if reached == 0 && i.Due.Before(today) {
		reached = 1
	}
	if reached > 0 && i.Sent >= reached && !st.quiet {
		reached++
	}
	if i.Claimed.IsZero() || st.level <= rules.LeadLevel+1 {
		return min(reached, topLetter-1)
	}
	return topLetter
}

// letterKey names a text in the team's settings.
func letterKey(language, tone string, level int) string {
	return language + "." + tone + "." + levelName(level)
}

// letterStep names the step whose letter it is.
func letterStep(level int) locale.Key { return locale.Key("texts.level." + levelName(level)) }

// catalogLetter is the catalog's text of a tone and level.
func catalogLetter(tone string, level int) string {
	rest := tone + "." + levelName(level)
	return "letter." + rest
}

// knownLanguage reports whether texts are written in a language.
func knownLanguage(language string) bool { return language == "ru" || language == "en" }

// letter is the text about a bill.
func (t *turn) letter(i crm.Invoice, st standing, tone, language string, level int) (string, error) {
	p := locale.For(language, t.today)
	facts, err := t.letterFactsOf(p, i)
	if err != nil {
		return "", err
	}
	return fillLetter(p, st.subject.Team, tone, language, level, facts), nil
}

// fillLetter is a team's own text, or the catalog's, with its facts.
func fillLetter(p locale.Printer, team crm.Team, tone, language string, level int, facts []crm.Fact) string {
	if own := team.Settings.Letters[letterKey(language, tone, level)]; own != "" {
		if template, err := p.ParseTemplate(own, letterNames()); err == nil {
			return tidy(p.Fill(template, facts))
		}
	}
	return tidy(p.SayFacts(catalogLetter(tone, level), facts))
}

// tidy takes out what an empty fact leaves behind.
func tidy(text string) string {
	lines := strings.Split(text, "\n")
	for n := range lines {
		lines[n] = strings.Join(strings.Split(strings.TrimSpace(lines[n]), "  "), " ")
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

func (t *turn) letterFactsOf(p locale.Printer, i crm.Invoice) ([]crm.Fact, error) {
	c, err := t.tx.Client(i.Client)
	if err != nil {
		return nil, err
	}
	hello, err := t.hello(p, i.Client)
	if err != nil {
		return nil, err
	}
	penalty, err := t.penaltyClause(p, i)
	if err != nil {
		return nil, err
	}
	number := p.Say("number", "number", i.Number)
	if i.Number == "" {
		number = p.Say("number.none")
	}
	days := t.overdueDays(i.Due)
	until := t.nextWorking(t.today.AddDays(2))
	facts := []any{
		"number", number, "issued", p.Date(i.Issued, "date"), "sum", p.Money(i.Sum, "short"), "balance", p.Money(i.Balance, "short"),
		"paid", p.Money(i.Sum.Sub(i.Balance), "short"), "due", p.Date(i.Due, "date"), "days", days,
	}
	state := "letter.state.open"
	switch {
	case days > 0 && i.Balance != i.Sum:
		state = "letter.state.partly.late"
	case days > 0:
		state = "letter.state.late"
	case i.Balance != i.Sum:
		state = "letter.state.partly"
	}
	told := slices.Clone(facts)
	if i.Number == "" {
		told[1] = "" // to a client it is the bill of a day, not "invoice no number"
	}
	facts = append(facts, "state", strings.ReplaceAll(p.Say(state, told...), "  ", " "), "hello", hello, "until", p.Date(until, "date"), "penalty", penalty, "manager", t.me.Name, "client", c.Name)
	return crm.Facts(facts...), nil
}

// penaltyClause is the sentence about the penalty, empty when the contract has none.
func (t *turn) penaltyClause(p locale.Printer, i crm.Invoice) (string, error) {
	k, has, err := t.contractOf(i)
	if err != nil || !has || k.Penalty == 0 {
		return "", err
	}
	d, err := t.delay(i)
	if err != nil {
		return "", err
	}
	sum := crm.ContractPenalty(d, k.Penalty, k.PenaltyCap).Sum
	if sum.IsZero() {
		return "", nil
	}
	number := ""
	if k.Number != "" {
		number = " " + p.Say("number", "number", k.Number)
	}
	return p.Say("letter.penalty", "number", number, "rate", k.Penalty, "sum", p.Money(sum, "short")), nil
}

// hello greets the contact who decides about payments, by name as far as it is certain.
func (t *turn) hello(p locale.Printer, client int64) (string, error) {
	contacts, err := t.tx.Contacts(client)
	if err != nil || len(contacts) == 0 {
		return p.Say("letter.hello"), err
	}
	who := contacts[0]
	for _, c := range contacts {
		if says(c.Position, []string{"бухг", "финанс", "account", "financ"}) {
			who = c
			break
		}
	}
	name := crm.AddressName(who.Name)
	if name == "" {
		return p.Say("letter.hello"), nil
	}
	return p.Say("letter.hello.name", "name", name), nil
}

// tapText offers the tones, or shows the text of one: "firm", "firm.en".
func (t *turn) tapText(id int64, arg string) error {
	i, err := t.owing(id)
	if err != nil {
		return err
	}
	st, err := t.standing(i)
	if err != nil {
		return err
	}
	level := letterLevel(st, t.today)
	name, err := t.clientName(i.Client)
	if err != nil {
		return err
	}
	s := &screen{}
	s.Bold(name)
	s.Line(t.invoiceLine(i))
	tone, language, _ := strings.Cut(arg, ".")
	if language == "" {
		language = t.me.Language
	}
	if tone == "" {
		s.Line(t.Say("letter.ask"))
		s.row(t.toneButtons(id, "", language)...)
		s.row(t.button("penalty.back", "i", id))
		return t.send(s.about("invoice", id))
	}
	if !slices.Contains(tones, tone) || !knownLanguage(language) {
		return crm.Say("button.unknown")
	}
	text, err := t.letter(i, st, tone, language, level)
	if err != nil {
		return err
	}
	s.Line(t.Say("letter.shown", "tone", locale.Key("letter.tone."+tone), "what", letterStep(level)))
	s.Gap().Styled("pre", text)
	s.row(t.copyButton(text), t.shareButton(text))
	s.row(t.button("letter.sent", "sent", id, levelName(level)))
	s.row(t.toneButtons(id, tone, language)...)
	s.row(t.otherLanguage(id, tone, language), t.button("penalty.back", "i", id))
	return t.show(s.about("invoice", id))
}

// toneButtons choose a tone; the one that is shown is marked.
func (t *turn) toneButtons(id int64, shown, language string) []message.Button {
	return t.toneButtonsOf("text", id, shown, language)
}

// toneButtonsOf are those of a verb.
func (t *turn) toneButtonsOf(verb string, id int64, shown, language string) []message.Button {
	var row []message.Button
	for _, tone := range tones {
		label := t.Say("letter.tone." + tone)
		if tone == shown {
			label = "• " + label
		}
		row = append(row, labelled(label, verb, id, tone+"."+language))
	}
	return row
}

func (t *turn) otherLanguage(id int64, tone, language string) message.Button {
	if language == "ru" {
		return t.button("letter.english", "text", id, tone+".en")
	}
	return t.button("letter.russian", "text", id, tone+".ru")
}

// copyButton copies a text that fits into a button; a longer one is copied by a tap on it.
func (t *turn) copyButton(text string) message.Button {
	if message.Len(text) > message.MaxCopy {
		return message.Button{}
	}
	return message.Button{Text: t.Say("letter.copy"), Copy: text}
}

// shareButton opens Telegram's list of chats with the text. Telegram puts the link's url on the first line, so that the
// greeting stands there.
func (t *turn) shareButton(text string) message.Button {
	first, rest, _ := strings.Cut(text, "!")
	link := "https://t.me/share/url?" + url.Values{"url": {first + "!"}, "text": {strings.TrimSpace(rest)}}.Encode()
	if len(link) > maxLink {
		return message.Button{}
	}
	return message.Button{Text: t.Say("letter.share"), URL: strings.ReplaceAll(link, "+", "%20")}
}

// tapSent notes that a text of a level was sent to the client.
func (t *turn) tapSent(id int64, arg string) error {
	i, err := t.owing(id)
	if err != nil {
		return err
	}
	if len(arg) != 1 || arg[0] < '0' || arg[0] > '0'+topLetter {
		return crm.Say("button.unknown")
	}
	level := int(arg[0] - '0')
	if level > 0 && i.Sent >= level {
		return crm.Say("already")
	}
	if err := t.notYet("sent"); err != nil {
		return err
	}
	st, err := t.standing(i)
	if err != nil {
		return err
	}
	t.invoiceChange("sent", i)
	if err := t.markSent(&i, st, level); err != nil {
		return err
	}
	touch := crm.Interaction{
		Client: i.Client, Author: t.me.ID, Kind: crm.TouchMessage, Happened: crm.MomentOf(t.now), Chat: t.in.Chat, Message: t.in.Message,
		Text: t.Say("letter.sent.text", "number", t.number(i.Number), "sum", i.Balance, "what", letterStep(level)),
	}
	if err := t.tx.SaveInteraction(&touch); err != nil {
		return err
	}
	return t.showChanged(t.Say("letter.sent.done"), id)
}

// markSent notes that a text of a level was sent about a bill, which lifts it to that level unless it is quiet.
func (t *turn) markSent(i *crm.Invoice, st standing, level int) error {
	i.Sent = max(i.Sent, level)
	t.reach(i, st.level)
	if !st.quiet {
		t.reach(i, min(level, rules.LeadLevel+1))
	}
	return t.tx.SaveInvoice(i)
}
