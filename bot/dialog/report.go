package dialog

import (
	"strconv"
	"strings"

	"followup/bot/chart"
	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
)

// Rules of a report.
//
// It covers whose numbers the reader may see: a manager's own, a lead's team, the owner's company. What happened is of the
// period, what is owed and late is of now. The pictures come after the text: touches by manager, receivables by age, one
// picture a currency, and the contracts to decide about in the half year ahead. With sums hidden there is no picture and no
// line of money. The report of the week is that of the last full one.

const (
	reportRows  = 20 // members in the text
	chartRows   = 12 // bars in a picture; the rest are one bar
	monthsAhead = 6
)

// report tells a period: "/report октябрь"; without one it is the current week, with other periods on buttons.
func (t *turn) report(args string) error {
	if strings.TrimSpace(args) == "" {
		return t.askedReport(weekOf(t.today))
	}
	p, ok := readPeriod(args, t.today)
	if !ok {
		return crm.Say("report.unknown", "said", message.Cut(args, 60))
	}
	if p.from.After(t.today) {
		return crm.Say("report.future", "from", p.from, "to", p.to)
	}
	return t.askedReport(p)
}

// reportPeriods are the buttons under a report.
var reportPeriods = []struct {
	name string
	of   func(today crm.Date) period
}{
	{"week", weekOf},
	{"lastweek", func(d crm.Date) period { return weekOf(d.AddDays(-7)) }},
	{"month", func(d crm.Date) period { return monthOf(d.Year, d.Month) }},
	{"lastmonth", func(d crm.Date) period {
		before := crm.NewDate(d.Year, d.Month, 1).AddDays(-1)
		return monthOf(before.Year, before.Month)
	}},
	{"quarter", func(d crm.Date) period { return quarterOf(d.Year, quarter(d)) }},
}

// tapReport tells another period.
func (t *turn) tapReport(_ int64, name string) error {
	for _, p := range reportPeriods {
		if p.name == name {
			return t.askedReport(p.of(t.today))
		}
	}
	return crm.Say("button.unknown")
}

func (t *turn) askedReport(p period) error {
	if err := t.costly(); err != nil {
		return err
	}
	return t.reportOf(p, message.Answer)
}

// weekly is the report of the last full week, at its hour.
func (t *turn) weekly() error { return t.reportOf(weekOf(t.today.AddDays(-7)), message.Digest) }

// told is all that a report says.
type told struct {
	scope
	period
	works     []work
	done      map[int64]int
	paid      map[crm.Currency]crm.Money
	received  map[int64]map[crm.Currency]crm.Money // by manager
	totals    []storage.Debt
	decisions []renewal
}

func (t *turn) readReport(p period) (*told, error) {
	of, err := t.scope()
	if err != nil {
		return nil, err
	}
	r := &told{scope: of, period: p, paid: map[crm.Currency]crm.Money{}}
	members, err := t.tx.Members(of.team)
	if err != nil {
		return nil, err
	}
	f := storage.WorkFilter{
		Member: of.member, Team: of.team, From: crm.MomentOf(p.from.In(t.zone, 0)), To: crm.MomentOf(p.to.AddDays(1).In(t.zone, 0)),
		LateAt: crm.MomentOf(t.today.In(t.zone, 0)), Today: t.today,
	}
	if r.works, err = t.works(f, members); err != nil {
		return nil, err
	}
	if r.done, err = t.tx.Finished(f); err != nil {
		return nil, err
	}
	if r.received, err = t.tx.Received(p.from, p.to, of.team); err != nil {
		return nil, err
	}
	for manager, sums := range r.received {
		for currency, sum := range sums {
			if of.member == 0 || of.member == manager {
				r.paid[currency] = crm.Money{Minor: r.paid[currency].Minor + sum.Minor, Currency: currency}
			}
		}
	}
	debts, err := t.tx.Debts(storage.DebtFilter{Manager: of.member, Team: of.team})
	if err != nil {
		return nil, err
	}
	r.totals = sums(debts)
	all, err := t.upcomingOf(storage.ContractFilter{Manager: of.member, Team: of.team, Active: true}, t.today.AddMonths(monthsAhead))
	for _, k := range all {
		if k.contract.Decision == "" && !k.day.Before(t.today) {
			r.decisions = append(r.decisions, k)
		}
	}
	return r, err
}

// reportOf sends the text and then the pictures.
func (t *turn) reportOf(p period, class message.Class) error {
	r, err := t.readReport(p)
	if err != nil {
		return err
	}
	o := t.out(t.reportText(r))
	o.Class = class
	if _, err := t.tx.Send(o); err != nil {
		return err
	}
	for _, c := range t.pictures(r) {
		raw, err := c.PNG()
		if err != nil {
			return err
		}
		s := &screen{file: &message.Upload{Name: "followup-chart.png", Photo: true, Bytes: raw}}
		s.Add(c.Title)
		picture := t.out(s)
		picture.Class, picture.Once = class, true
		if _, err := t.tx.Send(picture); err != nil {
			return err
		}
	}
	return nil
}

func (t *turn) reportPeriod(p period) string {
	return t.Say("report.range", "from", p.from, "to", p.to)
}

func (t *turn) reportText(r *told) *screen {
	s := &screen{}
	s.Bold(t.Say("report.head", "who", r.title, "period", t.reportPeriod(r.period)))
	touches, done := 0, 0
	for _, w := range r.works {
		touches += w.total
	}
	for _, n := range r.done {
		done += n
	}
	s.Line(t.Say("report.touches", "n", touches))
	s.Line(t.Say("report.done", "n", done))
	if !t.me.Settings.HideSums {
		for _, c := range crm.Currencies(r.paid) {
			s.Line(t.Say("report.paid", "sum", r.paid[c]))
		}
	}
	if r.member == 0 && len(r.works) > 0 {
		s.Break()
		for i, w := range r.works {
			if i == reportRows {
				s.Line(t.Say("lines.more", "n", len(r.works)-i))
				break
			}
			s.Line(t.Say("report.member", "name", message.Cut(w.member.Name, 40), "touches", w.total, "done", r.done[w.member.ID], "late", w.late))
		}
	}
	s.Break()
	for _, sum := range r.totals {
		percent := portion(sum.Overdue.Minor, sum.Total.Minor)
		if t.me.Settings.HideSums {
			s.Line(t.Say("report.owed.plain", "percent", percent))
			continue
		}
		s.Line(t.Say("report.owed", "total", sum.Total, "overdue", sum.Overdue, "percent", percent))
	}
	s.Line(t.Say("report.renewals", "n", len(r.decisions)))
	var buttons []message.Button
	for _, p := range reportPeriods {
		buttons = append(buttons, t.button("report."+p.name, "report", 0, p.name))
	}
	return s.rows(2, append(buttons, t.bookButton(r.period))...).about("digest", t.me.ID)
}

// pictures of a report, those with something on them first.
func (t *turn) pictures(r *told) []chart.Chart {
	all := []chart.Chart{t.touchesChart(r)}
	if !t.me.Settings.HideSums {
		for _, sum := range r.totals {
			all = append(all, t.agingChart(r, sum))
		}
	}
	return append(all, t.renewalsChart(r))
}

func (t *turn) newChart(title, note string, palette chart.Palette) chart.Chart {
	c := chart.Chart{Title: title, Note: note, Empty: t.Say("chart.none"), Palette: palette}
	if t.me.Settings.Dark {
		c.Theme = chart.Dark
	}
	return c
}

// touchesChart is the touches of every member, stacked by kind, the busiest first.
func (t *turn) touchesChart(r *told) chart.Chart {
	c := t.newChart(t.Say("chart.touches"), t.Say("chart.note", "who", r.title, "period", t.reportPeriod(r.period)), chart.Kinds)
	for _, kind := range touchKinds {
		c.Legend = append(c.Legend, t.Say("touch."+string(kind)))
	}
	works := append([]work(nil), r.works...)
	sortWorks(works)
	rest := chart.Bar{Parts: make([]int64, len(touchKinds))}
	more, total := 0, 0
	for i, w := range works {
		parts := make([]int64, len(touchKinds))
		for k, kind := range touchKinds {
			parts[k] = int64(w.touches[kind])
		}
		if i < chartRows {
			c.Bars = append(c.Bars, chart.Bar{Label: w.member.Name, Value: strconv.Itoa(w.total), Parts: parts})
			continue
		}
		more, total = more+1, total+w.total
		for k := range parts {
			rest.Parts[k] += parts[k]
		}
	}
	if more > 0 {
		rest.Label, rest.Value = t.Say("chart.more", "n", more), strconv.Itoa(total)
		c.Bars = append(c.Bars, rest)
	}
	if len(works) == 0 || works[0].total == 0 { // the busiest did nothing
		c.Bars, c.Legend = nil, nil
	}
	return c
}

// chartAges name the ages in a picture.
var chartAges = []string{"chart.age.none", "chart.age.30", "chart.age.60", "chart.age.90", "chart.age.more"}

// agingChart is what is owed by its age.
func (t *turn) agingChart(r *told, sum storage.Debt) chart.Chart {
	note := t.Say("report.owed", "total", sum.Total, "overdue", sum.Overdue, "percent", portion(sum.Overdue.Minor, sum.Total.Minor))
	c := t.newChart(t.Say("chart.aging", "currency", sum.Total.Currency), r.title+" · "+note, chart.Ages)
	for i, age := range sum.ByAge {
		parts := make([]int64, len(ages))
		parts[i] = max(age.Minor, 0)
		c.Bars = append(c.Bars, chart.Bar{Label: t.Say(chartAges[i]), Value: t.Money(age, ""), Parts: parts})
	}
	return c
}

// renewalsChart is how many contracts must be decided about in each month ahead, with their sums.
func (t *turn) renewalsChart(r *told) chart.Chart {
	c := t.newChart(t.Say("chart.renewals"), r.title, chart.One)
	for n := range monthsAhead + 1 {
		month := crm.NewDate(t.today.Year, t.today.Month, 1).AddMonths(n)
		count := int64(0)
		sums := map[crm.Currency]crm.Money{}
		for _, k := range r.decisions {
			if k.day.Year != month.Year || k.day.Month != month.Month {
				continue
			}
			count++
			if s := k.contract.Sum; !s.IsZero() {
				sums[s.Currency] = crm.Money{Minor: sums[s.Currency].Minor + s.Minor, Currency: s.Currency}
			}
		}
		value := strconv.FormatInt(count, 10)
		for _, currency := range crm.Currencies(sums) {
			if !t.me.Settings.HideSums {
				value += " · " + t.Money(sums[currency], "short")
			}
		}
		c.Bars = append(c.Bars, chart.Bar{Label: capital(t.Date(month, "month")), Value: value, Parts: []int64{count}})
	}
	if len(r.decisions) == 0 {
		c.Bars = nil
	}
	return c
}
