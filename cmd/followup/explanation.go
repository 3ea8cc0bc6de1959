package main

import (
	"time"

	"followup/bot/capture"
	"followup/storage/crm"
)

// explanation is what explain prints of a message. Spans are half-open ranges of bytes of the text; times are RFC 3339 in
// the writer's zone; sums are minor units. Ask lists what the bot would ask before saving; it is empty when it would not.
type explanation struct {
	Text    string          `json:"text"`
	Times   []explainedTime `json:"times"`
	Money   []explainedSum  `json:"money"`
	Ask     []explainedAsk  `json:"ask"`
	Items   []explainedItem `json:"items"`
	Clients []explainedName `json:"clients,omitempty"`
	Invalid []explainedSlip `json:"invalid,omitempty"`
	Order   *explainedOrder `json:"order,omitempty"`
	Chat    string          `json:"chat,omitempty"`
	Rest    string          `json:"rest,omitempty"`
}

type explainedSpan [2]int

type explainedTime struct {
	Span  explainedSpan `json:"span"`
	Apart explainedSpan `json:"apart,omitzero"`
	Start string        `json:"start"`
	End   string        `json:"end"`
	Grain capture.Grain `json:"grain"`
	Bound capture.Bound `json:"bound"`
	Due   string        `json:"due"`
	Rule  string        `json:"rule,omitempty"`
	Past  bool          `json:"past,omitempty"`
	Ask   *explainedAsk `json:"ask"`
}

type explainedSum struct {
	Span     explainedSpan `json:"span"`
	Minor    int64         `json:"minor"`
	Currency crm.Currency  `json:"currency"`
	Bare     bool          `json:"bare,omitempty"`
	Percent  string        `json:"percent,omitempty"`
}

type explainedAsk struct {
	What    string   `json:"what"`
	Choices []string `json:"choices,omitempty"` // moments that are due, the likelier first
}

type explainedItem struct {
	Kind     capture.ItemKind       `json:"kind"`
	Span     explainedSpan          `json:"span"`
	Text     string                 `json:"text,omitempty"`
	Clients  []int                  `json:"clients,omitempty"` // places in "clients"
	When     *explainedTime         `json:"when,omitempty"`
	Sum      *explainedSum          `json:"sum,omitempty"`
	Touch    crm.TouchKind          `json:"touch,omitempty"`
	Outcome  string                 `json:"outcome,omitempty"`
	Verb     string                 `json:"verb,omitempty"`
	Number   string                 `json:"number,omitempty"`
	Paper    string                 `json:"paper,omitempty"`
	State    string                 `json:"state,omitempty"`
	Refs     []string               `json:"refs,omitempty"`
	By       string                 `json:"by,omitempty"`
	Contract *capture.ContractTerms `json:"contract,omitempty"`
	Concede  crm.ConcessionKind     `json:"concede,omitempty"`
	Parts    []explainedPart        `json:"parts,omitempty"`
}

// explainedPart is an instalment of a plan; one without a sum is the rest.
type explainedPart struct {
	Sum  *explainedSum  `json:"sum,omitempty"`
	When *explainedTime `json:"when,omitempty"`
}

type explainedName struct {
	Span    explainedSpan    `json:"span"`
	Sure    bool             `json:"sure"`
	Matches []explainedMatch `json:"matches"`
}

type explainedMatch struct {
	Client string `json:"client"`
	Score  int    `json:"score"`
	How    string `json:"how"`
}

type explainedSlip struct {
	Span explainedSpan `json:"span"`
	Text string        `json:"text"`
}

type explainedOrder struct {
	Verb   string         `json:"verb"`
	When   *explainedTime `json:"when,omitempty"`
	Sum    *explainedSum  `json:"sum,omitempty"`
	Choice int            `json:"choice,omitempty"`
	Text   string         `json:"text,omitempty"`
}

// explain puts a reading into the printed form. names are the clients' by id.
func explain(r capture.Reading, names map[int64]string) explanation {
	e := explanation{
		Text: r.Text, Times: []explainedTime{}, Money: []explainedSum{}, Ask: []explainedAsk{}, Items: []explainedItem{},
		Chat: r.Chat, Rest: r.Rest,
	}
	for i := range r.Times {
		e.Times = append(e.Times, *explainTime(&r.Times[i]))
	}
	for i := range r.Sums {
		e.Money = append(e.Money, *explainSum(&r.Sums[i]))
	}
	for i := range r.Asks {
		e.Ask = append(e.Ask, *explainAsk(&r.Asks[i]))
	}
	for _, i := range r.Items {
		e.Items = append(e.Items, explainedItem{
			Kind: i.Kind, Span: span(i.Span), Text: i.Text, Clients: i.Clients, When: explainTime(i.When), Sum: explainSum(i.Sum),
			Touch: i.Touch, Outcome: i.Outcome, Verb: i.Verb, Number: i.Number, Paper: i.Paper, State: i.State, Refs: i.Refs, By: i.By,
			Contract: i.Contract, Concede: i.Concede, Parts: explainParts(i.Parts),
		})
	}
	for _, m := range r.Mentions {
		name := explainedName{Span: span(m.Span), Sure: m.Sure, Matches: []explainedMatch{}}
		for _, match := range m.Matches {
			name.Matches = append(name.Matches, explainedMatch{names[match.Client], match.Score, match.How})
		}
		e.Clients = append(e.Clients, name)
	}
	for _, slip := range r.Invalid {
		e.Invalid = append(e.Invalid, explainedSlip{span(slip.Span), slip.Text})
	}
	if o := r.Order; o != nil {
		e.Order = &explainedOrder{o.Verb, explainTime(o.When), explainSum(o.Sum), o.Choice, o.Text}
	}
	return e
}

func explainParts(parts []capture.Instalment) []explainedPart {
	var list []explainedPart
	for _, p := range parts {
		list = append(list, explainedPart{explainSum(p.Sum), explainTime(p.When)})
	}
	return list
}

func span(s capture.Span) explainedSpan { return explainedSpan{s.From, s.To} }

func explainTime(t *capture.Time) *explainedTime {
	if t == nil {
		return nil
	}
	return &explainedTime{
		Span: span(t.Span), Apart: span(t.Apart), Start: moment(t.Start), End: moment(t.End), Grain: t.Grain, Bound: t.Bound,
		Due: moment(t.Due), Rule: t.Rule, Past: t.Past, Ask: explainAsk(t.Ask),
	}
}

func explainSum(s *capture.Sum) *explainedSum {
	if s == nil {
		return nil
	}
	e := &explainedSum{Span: span(s.Span), Minor: s.Money.Minor, Currency: s.Money.Currency, Bare: s.Bare}
	if s.Share != 0 {
		e.Percent = s.Share.Percent()
	}
	return e
}

func explainAsk(q *capture.Question) *explainedAsk {
	if q == nil {
		return nil
	}
	e := &explainedAsk{What: q.Key}
	for _, c := range q.Choices {
		e.Choices = append(e.Choices, moment(c.Due))
	}
	return e
}

// moment is empty for the zero time.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}
