package capture

import (
	"strings"
	"unicode/utf8"
)

// Orders that ask for a client: his card, or a question that the card answers.

// card reads «карточка омега», «что по ромашке»: a client, known or not.
func (s *scribe) card(from int, rest string) *Order {
	o := &Order{Verb: "card", Text: rest}
	if len(s.named) > 0 {
		if !s.explained(from) || len(s.times) > 0 {
			return nil
		}
		o.Mention = s.meant(0)
		return o
	}
	first := s.tokens[0].fold
	if strings.HasPrefix(first, "карточк") || first == "card" || s.foldAt(1) == "карточку" {
		if rest == "" || utf8.RuneCountInString(rest) > 60 {
			return nil
		}
		return o
	}
	return nil
}

// cardWords behind a client's name ask for his card: «дельта карточка».
var cardWords = lexicon("карточка карточку история долг долги card history debt debts")

// cardBehind reads a client's name and one word that asks for his card.
func (s *scribe) cardBehind(string) *Order {
	last := len(s.tokens) - 1
	if len(s.named) != 1 || last < 1 || s.owners[0].mention < 0 || s.owners[last-1].mention < 0 || !cardWords[s.tokens[last].fold] {
		return nil
	}
	return &Order{Verb: "card", Text: strings.TrimSpace(s.text[:s.tokens[last].From]), Mention: s.meant(0)}
}

// askedOf reads a question behind a client: «вектор когда договор заканчивается», «ромашка сколько должны?».
func (s *scribe) askedOf(string) *Order {
	if len(s.named) != 1 || len(s.times)+len(s.sums) > 0 || s.owners[0].mention < 0 {
		return nil
	}
	from := s.named[0].to
	if from >= len(s.tokens) || !askWords[s.tokens[from].fold] || s.foldAt(from+1) == "-" || len(s.tokens)-from > 6 {
		return nil
	}
	for i := from; i < len(s.tokens); i++ {
		switch s.actOf(i).act {
		case actTodo, actRemind, actGive, actWait, actTouched, actPaid, actPay, actAsk, actTheyWill:
			return nil // «ромашка когда оплатит отгрузим»
		}
	}
	return &Order{Verb: "card", Mention: s.meant(0), Text: s.wordsFrom(from)}
}

// askWords begin a question about a client.
var askWords = lexicon("когда сколько какой какая какие где кто чей when where who how")
