package dialog

import (
	"slices"
	"strconv"
	"strings"

	"followup/bot/capture"
	"followup/storage/crm"
)

// Terms of a contract that a line leaves out are asked one at a time: the end, how it is renewed, within how many days a
// refusal must be sent and whether those are calendar or working days. Each may be skipped, and each may be answered in
// words: «автопролонгация на год», «за 20 рабочих дней». Of one that is entered step by step the number is asked first. What is
// answered stays with the draft.

// terms are the answers. Done are the questions that were answered or skipped.
type terms struct {
	Done    []string        `json:",omitempty"` // number, end, renewal, notice, days
	Number  string          `json:",omitempty"`
	Start   crm.Date        `json:",omitzero"`
	End     crm.Date        `json:",omitzero"`
	Renewal crm.RenewalMode `json:",omitempty"`
	Months  int             `json:",omitempty"`
	Notice  int             `json:",omitempty"`
	Working bool            `json:",omitempty"`
}

// noticeChoices are the usual numbers of days.
var noticeChoices = []int{14, 30, 60, 90}

// termsWith is a copy of the answers so far with one question more; set puts its answer in.
func (f *filing) termsWith(done string, set func(*terms)) *terms {
	next := terms{}
	if f.state.Terms != nil {
		next = *f.state.Terms
		next.Done = slices.Clone(next.Done)
	}
	next.Done = append(next.Done, done)
	if set != nil {
		set(&next)
	}
	return &next
}

// complete puts the answers into what was written.
func (a *terms) complete(written capture.ContractTerms) *capture.ContractTerms {
	if a == nil {
		return &written
	}
	if written.End.IsZero() {
		written.End = a.End
	}
	if written.Start.IsZero() {
		written.Start = a.Start
	}
	if written.Renewal == "" {
		written.Renewal, written.RenewalMonths = a.Renewal, max(written.RenewalMonths, a.Months)
	}
	if written.NoticeDays == 0 {
		written.NoticeDays, written.NoticeWorking = a.Notice, a.Working
	}
	return &written
}

func (a *terms) has(question string) bool { return a != nil && slices.Contains(a.Done, question) }

// openTerm refuses a contract that ends before it begins, before anything else is asked of it.
func (f *filing) openTerm() (*question, error) {
	for _, item := range f.reading.Items {
		if item.Contract == nil || item.Contract.Start.IsZero() || item.Contract.End.IsZero() || !item.Contract.End.Before(item.Contract.Start) {
			continue
		}
		return nil, f.wrongOrder("contract.order", item.Contract.Start, item.Contract.End)
	}
	return nil, nil
}

// wrongOrder says that a contract ends before it begins, with the end that was probably meant: as many whole years later as
// it takes.
func (t *turn) wrongOrder(key string, start, end crm.Date) error {
	meant := end
	for meant.Before(start) {
		meant = meant.AddMonths(12)
	}
	return crm.Say(key, "start", t.Date(start, "date"), "end", t.Date(end, "date"), "meant", t.Date(meant, "date"))
}

// openContract asks for the first term that is neither written nor answered.
func (f *filing) openContract(item capture.Item) *question {
	written, done := *item.Contract, f.state.Terms
	switch {
	case f.state.Force == string(capture.Contract) && item.Number == "" && !done.has("number"):
		return &question{Kind: "terms.number", Choices: []choice{f.skipped("number"), f.dropped()}}
	case written.End.IsZero() && written.Renewal != crm.RenewalOpen && !done.has("end"):
		return f.askEnd(written)
	case !written.End.IsZero() && written.Renewal == "" && !done.has("renewal"):
		return f.askRenewal()
	case written.Renewal == crm.RenewalAutomatic && written.NoticeDays == 0 && !done.has("notice"):
		return f.askNotice()
	case done.has("notice") && done.Notice > 0 && !done.has("days"):
		return &question{Kind: "terms.days", Choices: []choice{
			{Label: f.Say("terms.calendar"), Terms: f.termsWith("days", nil)},
			{Label: f.Say("terms.working"), Terms: f.termsWith("days", func(a *terms) { a.Working = true })},
		}}
	}
	return nil
}

func (f *filing) askEnd(written capture.ContractTerms) *question {
	year := f.today.AddMonths(12).AddDays(-1)
	if !written.Start.IsZero() {
		year = written.Start.AddMonths(12).AddDays(-1)
	}
	q := &question{Kind: "terms.end"}
	for _, day := range []crm.Date{crm.NewDate(f.today.Year, 12, 31), year} {
		if day.After(latest(f.today, written.Start)) && (len(q.Choices) == 0 || q.Choices[0].Label != f.Date(day, "date")) {
			q.Choices = append(q.Choices, choice{Label: f.Date(day, "date"), Terms: f.termsWith("end", func(a *terms) { a.End = day })})
		}
	}
	open := f.termsWith("end", func(a *terms) { a.Renewal = crm.RenewalOpen })
	q.Choices = append(q.Choices, choice{Label: f.Say("terms.open"), Terms: open}, f.skipped("end"), f.dropped())
	return q
}

func (f *filing) askRenewal() *question {
	automatic := f.termsWith("renewal", func(a *terms) { a.Renewal, a.Months = crm.RenewalAutomatic, 12 })
	agreement := f.termsWith("renewal", func(a *terms) { a.Renewal = crm.RenewalAgreement })
	return &question{Kind: "terms.renewal", Choices: []choice{
		{Label: f.Say("terms.automatic"), Terms: automatic},
		{Label: f.Say("terms.agreement"), Terms: agreement},
		f.skipped("renewal"), f.dropped(),
	}}
}

func (f *filing) askNotice() *question {
	q := &question{Kind: "terms.notice"}
	for _, n := range noticeChoices {
		q.Choices = append(q.Choices, choice{Label: f.Say("terms.days", "n", n), Terms: f.termsWith("notice", func(a *terms) { a.Notice = n })})
	}
	q.Choices = append(q.Choices, f.skipped("notice"), f.dropped())
	return q
}

func (f *filing) skipped(question string) choice {
	return choice{Label: f.Say("terms.skip"), Terms: f.termsWith(question, nil)}
}

// termsFacts name the contract that a question is about.
func (f *filing) termsFacts() []any {
	for _, item := range f.reading.Items {
		if item.Kind == capture.Contract {
			return []any{"number", f.number(item.Number), "end", item.Contract.End}
		}
	}
	return nil
}

// isTerms reports whether a question is about a contract's terms.
func isTerms(kind string) bool { return strings.HasPrefix(kind, "terms.") }

// typedTerms reads an answer in words.
func (f *filing) typedTerms(kind, text string) error {
	if kind == "terms.number" {
		number, ok := writtenNumber(text)
		if !ok {
			return errNotMine
		}
		return f.pick(choice{Terms: f.termsWith("number", func(a *terms) { a.Number = number })})
	}
	w, err := f.world(f.written())
	if err != nil {
		return err
	}
	said := strings.TrimSpace(text)
	if n, err := strconv.Atoi(said); err == nil && kind == "terms.notice" && n > 0 && n < 1000 {
		return f.pick(choice{Terms: f.termsWith("notice", func(a *terms) { a.Notice = n })})
	}
	if invalid := capture.Read(said, w).Invalid; len(invalid) > 0 {
		return crm.Say("when.invalid", "said", invalid[0].Text)
	}
	read, ok := capture.ReadTerms(said, w)
	if !ok && kind == "terms.notice" {
		read, ok = capture.ReadTerms(f.Say("prefix.notice")+" "+said, w)
	}
	end := read.End
	if end.IsZero() {
		end = read.Start // a bare day
	}
	switch {
	case !ok:
	case kind == "terms.end" && read.Renewal == crm.RenewalOpen:
		return f.pick(choice{Terms: f.termsWith("end", func(a *terms) { a.Renewal = crm.RenewalOpen })})
	case kind == "terms.end" && !end.IsZero():
		return f.pick(choice{Terms: f.termsWith("end", func(a *terms) {
			if a.End = end; !read.End.IsZero() {
				a.Start = read.Start
			}
		})})
	case kind == "terms.renewal" && read.Renewal != "":
		return f.pick(choice{Terms: f.termsWith("renewal", func(a *terms) { a.Renewal, a.Months = read.Renewal, read.RenewalMonths })})
	case kind == "terms.notice" && read.NoticeDays > 0:
		f.state.Terms = f.termsWith("notice", func(a *terms) { a.Notice, a.Working = read.NoticeDays, read.NoticeWorking })
		return f.pick(choice{Terms: f.termsWith("days", nil)}) // which days they are was said
	}
	return errNotMine
}
