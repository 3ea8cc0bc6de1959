package capture

import (
	"slices"
	"time"

	"followup/storage/crm"
)

// Explanation is what was understood of one text, as `followup explain` prints it: one JSON object a line. Spans are bytes
// of the text, From inclusive, To exclusive. Ask tells whether something would be asked before saving, Asks by which
// questions of the catalog.
type Explanation struct {
	Text    string           `json:"text"`
	Times   []ExplainedTime  `json:"times"`
	Money   []ExplainedMoney `json:"money"`
	Ask     bool             `json:"ask"`
	Asks    []string         `json:"questions,omitempty"`
	Items   []ExplainedItem  `json:"items"`
	Invalid []string         `json:"invalid,omitempty"`
	Order   string           `json:"order,omitempty"`
	Chat    string           `json:"chat,omitempty"`
}

// ExplainedTime is one time expression. Start, End and Due are RFC 3339 in the zone of the reader; what they mean stands at
// Time. Choices are the readings to be asked, the likelier first.
type ExplainedTime struct {
	Span    [2]int            `json:"span"`
	Apart   *[2]int           `json:"apart,omitempty"`
	Text    string            `json:"text"`
	Start   string            `json:"start"`
	End     string            `json:"end"`
	Grain   Grain             `json:"grain"`
	Bound   Bound             `json:"bound"`
	Due     string            `json:"due"`
	Past    bool              `json:"past,omitempty"`
	Rule    string            `json:"rule,omitempty"`
	Ask     bool              `json:"ask"`
	Choices []ExplainedChoice `json:"choices,omitempty"`
}

// ExplainedChoice is one reading of a doubtful time.
type ExplainedChoice struct {
	Start string `json:"start"`
	End   string `json:"end"`
}

// ExplainedMoney is one sum in minor units; Share is a percentage of the whole instead.
type ExplainedMoney struct {
	Span     [2]int       `json:"span"`
	Text     string       `json:"text"`
	Minor    int64        `json:"minor"`
	Currency crm.Currency `json:"currency,omitempty"`
	Bare     bool         `json:"bare,omitempty"`
	Share    string       `json:"share,omitempty"`
}

// ExplainedItem is one thing that the message says; Clients are the ids of the best matches.
type ExplainedItem struct {
	Kind    ItemKind        `json:"kind"`
	Text    string          `json:"text,omitempty"`
	Touch   crm.TouchKind   `json:"touch,omitempty"`
	Outcome string          `json:"outcome,omitempty"`
	Verb    string          `json:"verb,omitempty"`
	Number  string          `json:"number,omitempty"`
	Paper   string          `json:"paper,omitempty"`
	Refs    []string        `json:"refs,omitempty"`
	By      string          `json:"by,omitempty"`
	Clients []int64         `json:"clients,omitempty"`
	When    *ExplainedTime  `json:"when,omitempty"`
	Sum     *ExplainedMoney `json:"sum,omitempty"`
}

// Explain is Read written out for a person or a program that checks it.
func Explain(text string, w World) Explanation {
	r := Read(text, w)
	x := Explanation{
		Text: text, Chat: r.Chat,
		Times: make([]ExplainedTime, 0, len(r.Times)), Money: make([]ExplainedMoney, 0, len(r.Sums)), Items: make([]ExplainedItem, 0, len(r.Items)),
	}
	for i := range r.Times {
		x.Times = append(x.Times, explainTime(text, &r.Times[i]))
		if q := r.Times[i].Ask; q != nil {
			x.question(q.Key)
		}
	}
	for i := range r.Sums {
		x.Money = append(x.Money, explainMoney(text, &r.Sums[i]))
	}
	for _, bad := range r.Invalid {
		x.Invalid = append(x.Invalid, bad.Text)
	}
	for _, q := range r.Asks {
		x.question(q.Key)
	}
	if r.Order != nil {
		x.Order = r.Order.Verb
	}
	for i := range r.Items {
		x.Items = append(x.Items, explainItem(text, &r, &r.Items[i]))
	}
	return x
}

// question notes a question once.
func (x *Explanation) question(key string) {
	if !slices.Contains(x.Asks, key) {
		x.Ask, x.Asks = true, append(x.Asks, key)
	}
}

func explainTime(text string, t *Time) ExplainedTime {
	x := ExplainedTime{
		Span: [2]int{t.Span.From, t.Span.To}, Text: text[t.Span.From:t.Span.To],
		Start: t.Start.Format(time.RFC3339), End: t.End.Format(time.RFC3339), Due: t.Due.Format(time.RFC3339),
		Grain: t.Grain, Bound: t.Bound, Past: t.Past, Rule: t.Rule, Ask: t.Ask != nil,
	}
	if t.Apart != (Span{}) {
		x.Apart = &[2]int{t.Apart.From, t.Apart.To}
	}
	if t.Ask != nil {
		for _, c := range t.Ask.Choices {
			x.Choices = append(x.Choices, ExplainedChoice{c.Start.Format(time.RFC3339), c.End.Format(time.RFC3339)})
		}
	}
	return x
}

func explainMoney(text string, s *Sum) ExplainedMoney {
	x := ExplainedMoney{
		Span: [2]int{s.Span.From, s.Span.To}, Text: text[s.Span.From:s.Span.To],
		Minor: s.Money.Minor, Currency: s.Money.Currency, Bare: s.Bare,
	}
	if s.Share != 0 {
		x.Share = s.Share.Percent()
	}
	return x
}

func explainItem(text string, r *Reading, it *Item) ExplainedItem {
	x := ExplainedItem{
		Kind: it.Kind, Text: it.Text, Touch: it.Touch, Outcome: it.Outcome, Verb: it.Verb, Number: it.Number, Paper: it.Paper,
		Refs: it.Refs, By: it.By,
	}
	for _, m := range it.Clients {
		if m >= 0 && m < len(r.Mentions) && len(r.Mentions[m].Matches) > 0 {
			x.Clients = append(x.Clients, r.Mentions[m].Matches[0].Client)
		}
	}
	if it.When != nil {
		when := explainTime(text, it.When)
		x.When = &when
	}
	if it.Sum != nil {
		sum := explainMoney(text, it.Sum)
		x.Sum = &sum
	}
	return x
}
