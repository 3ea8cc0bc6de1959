package dialog

import (
	"slices"
	"strings"

	"followup/bot/locale"
	"followup/bot/message"
	"followup/storage/crm"
)

// A client with several overdue bills gets one text about all of them, in the words of the highest level among them; "sent"
// marks each bill at its own level, in one change with one touch. Bills that are disputed, paused, promised or below the
// threshold are left out.

// manyBills is a client's bills that one text is about, with where each stands, and the highest level of a text.
type manyBills struct {
	bills  []crm.Invoice
	stands []standing
	level  int
}

// overdueBills are the client's bills to write about.
func (t *turn) overdueBills(client int64) (manyBills, error) {
	var m manyBills
	_, loud, err := t.quietDebt(client)
	for _, i := range loud {
		st, err := t.standing(i)
		if err != nil {
			return m, err
		}
		if st.quiet || st.small {
			continue
		}
		m.bills, m.stands = append(m.bills, i), append(m.stands, st)
		m.level = max(m.level, letterLevel(st, t.today))
	}
	return m, err
}

// manyButton offers one text when there are several bills to write about.
func (t *turn) manyButton(client int64) (message.Button, error) {
	m, err := t.overdueBills(client)
	if err != nil || len(m.bills) < 2 {
		return message.Button{}, err
	}
	return labelled(t.Say("letter.many.button", "n", len(m.bills)), "textall", client), nil
}

// manyFacts are the facts of a text about several bills: the state is a line a bill and the totals.
func (t *turn) manyFacts(p locale.Printer, client int64, m manyBills) ([]crm.Fact, error) {
	c, err := t.tx.Client(client)
	if err != nil {
		return nil, err
	}
	hello, err := t.hello(p, client)
	if err != nil {
		return nil, err
	}
	var numbers, lines, clauses, sums, balances []string
	oldest := m.bills[0].Due
	for _, i := range m.bills {
		facts, err := t.letterFactsOf(p, i)
		if err != nil {
			return nil, err
		}
		lines = append(lines, "— "+p.SayFacts("letter.many.line", facts))
		numbers = append(numbers, p.Say("number", "number", i.Number))
		if clause, err := t.penaltyClause(p, i); err != nil {
			return nil, err
		} else if clause != "" && !slices.Contains(clauses, clause) {
			clauses = append(clauses, clause)
		}
		if i.Due.Before(oldest) {
			oldest = i.Due
		}
	}
	for _, currency := range currenciesOf(m.bills) {
		whole := crm.Money{Currency: currency}
		for _, i := range sameCurrency(m.bills, currency) {
			whole = whole.Add(i.Sum)
		}
		sums = append(sums, p.Money(whole, "short"))
		balances = append(balances, p.Money(total(m.bills, currency), "short"))
	}
	state := p.Say("letter.many.head") + "\n" + strings.Join(lines, "\n") + "\n" + p.Say("letter.many.total", "sum", strings.Join(balances, " + "))
	return crm.Facts(
		"number", strings.Join(numbers, ", "), "issued", p.Date(m.bills[0].Issued, "date"), "sum", strings.Join(sums, " + "),
		"balance", strings.Join(balances, " + "), "due", p.Date(oldest, "date"), "days", t.overdueDays(oldest), "state", state, "hello", hello,
		"until", p.Date(t.nextWorking(t.today.AddDays(2)), "date"), "penalty", strings.Join(clauses, " "), "manager", t.me.Name, "client", c.Name,
	), nil
}

// currenciesOf are the currencies of bills, in their order.
func currenciesOf(bills []crm.Invoice) []crm.Currency {
	var all []crm.Currency
	for _, i := range bills {
		if !slices.Contains(all, i.Balance.Currency) {
			all = append(all, i.Balance.Currency)
		}
	}
	return all
}

// tapTextAll offers the tones of a text about several bills, or shows it: "firm", "firm.en".
func (t *turn) tapTextAll(client int64, arg string) error {
	name, err := t.clientName(client)
	if err != nil {
		return err
	}
	m, err := t.overdueBills(client)
	if err != nil {
		return err
	}
	if len(m.bills) < 2 {
		return crm.Say("already")
	}
	tone, language, _ := strings.Cut(arg, ".")
	if language == "" {
		language = t.me.Language
	}
	s := &screen{}
	s.Bold(name)
	for _, i := range m.bills {
		s.Line(t.invoiceLine(i))
	}
	if tone == "" {
		s.Line(t.Say("letter.ask"))
		s.row(t.toneButtonsOf("textall", client, "", language)...)
		return t.send(s.row(t.button("client.debts", "owes", client)).about("client", client))
	}
	if !slices.Contains(tones, tone) || !knownLanguage(language) {
		return crm.Say("button.unknown")
	}
	p := locale.For(language, t.today)
	facts, err := t.manyFacts(p, client, m)
	if err != nil {
		return err
	}
	text := fillLetter(p, m.stands[0].subject.Team, tone, language, m.level, facts)
	s.Line(t.Say("letter.shown", "tone", locale.Key("letter.tone."+tone), "what", letterStep(m.level)))
	s.Gap().Styled("pre", text)
	s.row(t.copyButton(text), t.shareButton(text))
	s.row(t.button("letter.sent", "sentall", client))
	s.row(t.toneButtonsOf("textall", client, tone, language)...)
	other := t.button("letter.english", "textall", client, tone+".en")
	if language != "ru" {
		other = t.button("letter.russian", "textall", client, tone+".ru")
	}
	s.row(other, t.button("client.debts", "owes", client))
	return t.show(s.about("client", client))
}

// tapSentAll notes that the text about several bills was sent: each bill is marked at the level that its own text would have.
func (t *turn) tapSentAll(client int64, _ string) error {
	m, err := t.overdueBills(client)
	if err != nil {
		return err
	}
	if len(m.bills) < 2 {
		return crm.Say("already")
	}
	if err := t.notYet("sentall"); err != nil {
		return err
	}
	name, err := t.clientName(client)
	if err != nil {
		return err
	}
	t.tx.Change("sentall", crm.Subject{Kind: "client", ID: client}, crm.Fact{Name: "client", Value: name})
	var numbers []string
	for n, i := range m.bills {
		if err := t.markSent(&i, m.stands[n], letterLevel(m.stands[n], t.today)); err != nil {
			return err
		}
		numbers = append(numbers, t.billNumber(i))
	}
	touch := crm.Interaction{
		Client: client, Author: t.me.ID, Kind: crm.TouchMessage, Happened: crm.MomentOf(t.now), Chat: t.in.Chat, Message: t.in.Message,
		Text: t.Say("letter.many.sent", "number", strings.Join(numbers, ", ")),
	}
	if err := t.tx.SaveInteraction(&touch); err != nil {
		return err
	}
	s, err := t.clientDebts(client, "")
	if err != nil {
		return err
	}
	s.Gap().Add(t.Say("letter.sent.done"))
	return t.show(s.row(t.button("card.undo", "undo", t.tx.ChangeID())))
}
