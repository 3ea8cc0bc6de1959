package dialog

import (
	"regexp"
	"strings"

	"followup/bot/capture"
	"followup/storage/crm"
)

// The penalty of a bill's contract and interest under article 395 are shown with their working and marked as for reference.
// The days are counted to today, from the day after the due day moved to a working day (ст. 193 ГК РФ).

// penaltyRows is how many lines of a working fit on a phone's screen.
const penaltyRows = 24

// keyRatesSetting is the company's own table of key rates.
const keyRatesSetting = "key_rates"

// delay is what the penalty of a bill is counted from.
func (t *turn) delay(i crm.Invoice) (crm.Delay, error) {
	parts, err := t.tx.Allocations(i.ID)
	if err != nil {
		return crm.Delay{}, err
	}
	d := crm.Delay{Sum: i.Sum, Due: t.nextWorking(i.Due), On: t.today}
	for _, p := range parts {
		d.Settled = append(d.Settled, crm.Settled{Day: p.Day, Sum: p.Sum})
	}
	if i.Moved.IsZero() {
		return d, nil
	}
	day, err := t.plannedOn(i)
	if err != nil {
		return crm.Delay{}, err
	}
	d.Settled = append(d.Settled, crm.Settled{Day: day, Sum: i.Moved})
	return d, nil
}

// plannedOn is the day on which what was open of a bill went into instalments: from then on they are late, not the bill.
func (t *turn) plannedOn(i crm.Invoice) (crm.Date, error) {
	root := i.ID
	if i.PlanOf != 0 {
		root = i.PlanOf
	}
	parts, err := t.tx.Instalments(root)
	made := crm.MomentOf(t.now)
	for _, p := range parts {
		if p.Created > i.Created || i.PlanOf == 0 {
			made = min(made, p.Created)
		}
	}
	return crm.DateOf(made.In(t.zone)), err
}

// contractOf is a bill's contract; false when it has none.
func (t *turn) contractOf(i crm.Invoice) (crm.Contract, bool, error) {
	if i.Contract == 0 {
		return crm.Contract{}, false, nil
	}
	k, err := t.tx.Contract(i.Contract)
	return k, err == nil, err
}

// tapPenalty shows the penalty by the contract, or interest under article 395.
func (t *turn) tapPenalty(id int64, arg string) error {
	i, err := t.tx.Invoice(id)
	if err != nil {
		return err
	}
	k, has, err := t.contractOf(i)
	if err != nil {
		return err
	}
	name, err := t.clientName(i.Client)
	if err != nil {
		return err
	}
	s := &screen{}
	s.Bold(name)
	s.Line(t.invoiceLine(i))
	byContract := has && k.Penalty > 0
	switch {
	case arg == "" && byContract:
		err = t.contractPenalty(s, i, k)
	case i.Sum.Currency != crm.RUB:
		s.Line(t.Say("penalty.currency"))
	default:
		if !byContract {
			s.Line(t.Say("penalty.none"))
		}
		err = t.interest(s, i)
	}
	if err != nil {
		return err
	}
	if byContract {
		s.row(t.button("penalty.contract.button", "pen", id), t.button("penalty.interest.button", "pen", id, "395"))
	}
	if t.me.Role == crm.Owner && (arg != "" || !byContract) {
		s.row(t.button("keyrate.button", "keyrate", id))
	}
	s.row(t.button("penalty.back", "i", id))
	return t.show(s.about("invoice", id))
}

func (t *turn) contractPenalty(s *screen, i crm.Invoice, k crm.Contract) error {
	d, err := t.delay(i)
	if err != nil {
		return err
	}
	p := crm.ContractPenalty(d, k.Penalty, k.PenaltyCap)
	s.Gap().Bold(t.Say("penalty.contract", "number", t.number(k.Number), "rate", k.Penalty))
	for n, l := range p.Lines {
		if n < penaltyRows {
			s.Line(t.Say("penalty.line", "from", t.Date(l.From, "short"), "to", t.Date(l.To, "short"), "sum", l.Balance, "days", l.Days, "rate", l.Rate, "amount", l.Amount))
		}
	}
	if p.Capped {
		s.Line(t.Say("penalty.capped", "cap", k.PenaltyCap, "sum", p.Lines[0].Balance))
	}
	t.penaltyTotal(s, p)
	return nil
}

// penaltyTotal ends a working with its sum.
func (t *turn) penaltyTotal(s *screen, p crm.Penalty) {
	if hidden := len(p.Lines) - penaltyRows; hidden > 0 {
		s.Line(t.Say("lines.more", "n", hidden))
	}
	s.Line(t.Say("penalty.total", "day", t.today, "sum", p.Sum))
}

func (t *turn) interest(s *screen, i crm.Invoice) error {
	d, err := t.delay(i)
	if err != nil {
		return err
	}
	table, err := t.keyRates()
	if err != nil {
		return err
	}
	p := crm.Interest395(d, table)
	s.Gap().Bold(t.Say("penalty.interest"))
	assumed := false
	for n, l := range p.Lines {
		assumed = assumed || l.Assumed
		if n < penaltyRows {
			s.Line(t.Say("penalty.line.year", "from", t.Date(l.From, "short"), "to", t.Date(l.To, "short"), "sum", l.Balance, "days", l.Days, "rate", l.Rate, "year", l.Year, "amount", l.Amount))
		}
	}
	t.penaltyTotal(s, p)
	last := table.Rates[len(table.Rates)-1]
	if assumed {
		s.Line(t.Say("keyrate.assumed", "until", t.Date(table.Until, "date"), "rate", last.Rate))
	} else {
		s.Line(t.Say("keyrate.until", "until", t.Date(table.Until, "date")))
	}
	if p.Uncounted > 0 {
		s.Line(t.Say("keyrate.before", "from", t.Date(table.Rates[0].From, "date"), "n", p.Uncounted))
	}
	return nil
}

// keyRates is the company's table of key rates, or the one that comes with the program.
func (t *turn) keyRates() (crm.KeyRates, error) {
	text, err := t.tx.Setting(keyRatesSetting)
	if err != nil || text == "" {
		return crm.BuiltInKeyRates(), err
	}
	return crm.ParseKeyRates(text)
}

// tapKeyRate asks the owner for a new key rate.
func (t *turn) tapKeyRate(id int64, _ string) error {
	if t.me.Role != crm.Owner {
		return crm.Say("denied")
	}
	table, err := t.keyRates()
	if err != nil {
		return err
	}
	last := table.Rates[len(table.Rates)-1]
	return t.open("keyrate", formData{ID: id}, t.screen("keyrate.ask", "from", t.Date(last.From, "date"), "rate", last.Rate, "until", t.Date(table.Until, "date")))
}

// formKeyRate takes a whole table, a rate with its day on each line, or reads «16.02.2026 15,5», a rate with the day it holds from, or «до 24.11.2026», the day up to which the table is
// known to be right.
func (t *turn) formKeyRate(d formData, text string) error {
	w, err := t.world(crm.MomentOf(t.now))
	if err != nil {
		return err
	}
	if strings.Contains(strings.TrimSpace(text), "\n") {
		table, err := crm.ParseKeyRates(isoDays(text))
		if err != nil {
			return crm.Say("keyrate.table")
		}
		return t.saveKeyRates(table, d.ID)
	}
	times := capture.ReadTimes(text, w)
	words := strings.Fields(text)
	if len(words) > 5 || !strings.ContainsAny(text, "0123456789") {
		return errNotMine
	}
	if len(times) == 0 {
		return crm.Say("keyrate.bad")
	}
	table, err := t.keyRates()
	if err != nil {
		return err
	}
	day := times[0].Day
	rest := strings.Trim(text[:times[0].Span.From]+" "+text[times[0].Span.To:], " %—-=:")
	if rest == "" || strings.EqualFold(rest, "до") || strings.EqualFold(rest, "until") {
		if day.Before(table.Rates[len(table.Rates)-1].From) {
			return crm.Say("keyrate.bad")
		}
		table.Until = day
	} else {
		rate, err := crm.ParsePercent(rest)
		if err != nil || rate <= 0 || rate > 1_000_000 {
			return crm.Say("keyrate.bad")
		}
		table = table.With(crm.KeyRate{From: day, Rate: rate})
	}
	return t.saveKeyRates(table, d.ID)
}

// russianDay is a day as people write it in a table: 22.12.2025.
var russianDay = regexp.MustCompile(`\b(\d{2})\.(\d{2})\.(\d{4})\b`)

// isoDays is a pasted table with its days as ParseKeyRates reads them.
func isoDays(text string) string { return russianDay.ReplaceAllString(text, "$3-$2-$1") }

// saveKeyRates makes a table the company's own; bill is the one whose interest was looked at.
func (t *turn) saveKeyRates(table crm.KeyRates, bill int64) error {
	if err := t.closeForm(); err != nil {
		return err
	}
	t.tx.Change("keyrate", crm.Subject{Kind: "member", ID: t.me.ID})
	if err := t.tx.SaveSetting(keyRatesSetting, table.String()); err != nil {
		return err
	}
	last := table.Rates[len(table.Rates)-1]
	s := t.screen("keyrate.done", "from", t.Date(last.From, "date"), "rate", last.Rate, "until", t.Date(table.Until, "date"))
	s.row(t.button("card.undo", "undo", t.tx.ChangeID()), t.button("penalty.interest.button", "pen", bill, "395"))
	return t.send(s)
}
