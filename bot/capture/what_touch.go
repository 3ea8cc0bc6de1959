package capture

import (
	"time"

	"followup/storage/crm"
)

// Touches: what was done, and calls that reached nobody.

// missedPhrases say that nobody was reached.
var missedPhrases = [...][]string{
	{"не", "взял", "трубку"},
	{"не", "взяла", "трубку"},
	{"не", "взяли", "трубку"},
	{"не", "берет", "трубку"},
	{"не", "берут", "трубку"},
	{"трубку", "не"},
	{"не", "берет"},
	{"не", "берут"},
	{"не", "снимает"},
	{"не", "снимают"},
	{"не", "поднимает"},
	{"не", "поднимают"},
	{"не", "поднял"},
	{"не", "подняли"},
	{"не", "дозвонился"},
	{"не", "дозвонилась"},
	{"не", "дозвонились"},
	{"не", "дозвон"},
	{"недоступен"},
	{"недоступны"},
	{"абонент"},
	{"вне", "зоны"},
	{"сбросил", "звонок"},
	{"сбросила", "звонок"},
	{"сбросили", "звонок"},
	{"сбросили"},
	{"занято"},
	{"гудки"},
	{"no", "answer"},
	{"didn't", "answer"},
	{"did", "not", "answer"},
	{"didn't", "pick"},
	{"not", "pick", "up"},
	{"didn’t", "answer"},
	{"missed", "call"},
	{"couldn't", "reach"},
	{"could", "not", "reach"},
	{"not", "reachable"},
	{"left", "voicemail"},
	{"left", "vm"},
	{"left", "message"},
	{"left", "a", "message"},
	{"line", "busy"},
	{"unreachable"},
	{"went", "to", "voicemail"},
	{"can't", "reach"},
	{"no", "reply", "call"},
}

func (s *scribe) missed(p *piece) bool {
	found := p.has(actMissed) != nil
	for _, words := range missedPhrases {
		found = found || s.phrase(p, words...)
	}
	if !found && (s.phrase(p, "не", "отвечает") || s.phrase(p, "не", "отвечают") || s.phrase(p, "не", "ответил") || s.phrase(p, "не", "ответили") ||
		s.phrase(p, "не", "ответила")) {
		if s.any(p, mailWords) {
			return s.keep(p)
		}
		last := s.lastTouch()
		found = last == nil || last.Touch == crm.TouchCall
	}
	if !found || p.has(actTodo, actRemind) != nil && s.when(p) != nil && p.has(actMissed) == nil {
		return false
	}
	if t := s.lastTouch(); t != nil && t.Touch == crm.TouchCall && !p.line && len(p.named) == 0 {
		t.Touch = crm.TouchMissed // «звонил, не взяли трубку»
		s.outcome(p)
		return true
	}
	s.addTouch(p, crm.TouchMissed)
	return true
}

// mailWords say that something was written rather than said.
var mailWords = lexicon("письмо письма письмом почту почте почта mail email мейл сообщение сообщения вотсап whatsapp телеграм")

// toldNext reports whether what follows tells how a touch by name went, so that its weekday is the last one: «звонок гамме в
// пятницу, договорились о встрече».
func (s *scribe) toldNext(p *piece, due *Time) bool {
	if !due.Relative || due.Ask != nil || due.Bound != At || due.Grain != Day || due.Due.Sub(s.w.Now) > 7*24*time.Hour || !s.weekday(due) {
		return false
	}
	for i := range s.pieces {
		next := &s.pieces[i]
		if next.from < p.to {
			continue
		}
		return next.listed && len(next.named) == 0 && len(next.times) == 0 && next.has(actTodo, actNeed) == nil && (s.any(next, agreedWords) || s.any(next, talkedOver))
	}
	return false
}

// weekday reports whether a time is the bare name of a weekday, «в пятницу».
func (s *scribe) weekday(t *Time) bool {
	words := 0
	for i := range s.tokens {
		if s.tokens[i].From >= t.Span.From && s.tokens[i].To <= t.Span.To && nameCases[s.tokens[i].fold] == 0 && s.tokens[i].fold != "on" {
			if timeWords[s.tokens[i].fold].weekday == 0 {
				return false
			}
			words++
		}
	}
	return words == 1
}

// daysBefore is the same time some days earlier, of what happened.
func daysBefore(t Time, days int) *Time {
	t.Start, t.End, t.Due = t.Start.AddDate(0, 0, -days), t.End.AddDate(0, 0, -days), t.Due.AddDate(0, 0, -days)
	t.Day, t.Past = t.Day.AddDays(-days), true
	return &t
}

var nextDay = lexicon("завтра tomorrow")

// spanHas reports whether a word of the set stands inside a time.
func (s *scribe) spanHas(t *Time, words map[string]bool) bool {
	for i := range s.tokens {
		if s.tokens[i].From >= t.Span.From && s.tokens[i].To <= t.Span.To && words[s.tokens[i].fold] {
			return true
		}
	}
	return false
}

// addTouch adds a touch of a kind with the time at which it happened.
func (s *scribe) addTouch(p *piece, kind crm.TouchKind) {
	item := Item{Kind: Touch, Touch: kind, When: s.happened(p)}
	switch due := s.when(p); {
	case item.When != nil || due == nil:
	case s.toldNext(p, due):
		item.When = daysBefore(*due, 7)
	case kind == crm.TouchMissed && due.Grain == Part && due.Relative && due.Day == crm.DateOf(s.w.Now).AddDays(1) && !s.spanHas(due, nextDay):
		item.When = daysBefore(*due, 1) // «недозвон утром»
	}
	item.Text = s.cut(p, keepWords)
	s.add(p, item)
	s.touch = len(s.reading.Items) - 1
}

// touched reads what was done.
func (s *scribe) touched(p *piece) bool {
	var kind crm.TouchKind
	if s.any(p, cancelled) || s.phrase(p, "не", "состоялась") || s.phrase(p, "не", "состоялся") {
		return s.keep(p)
	}
	switch a := p.has(actTouched); {
	case a == nil && p.has(actNoun) != nil && (s.any(p, agreedWords) || s.phrase(p, "без", "ответа")):
		return s.keep(p) // «договорились о встрече», «3 письма без ответа»
	case a == nil && len(p.named) == 0 && !p.line && s.lastTouch() != nil && s.happened(p) == nil && s.when(p) == nil && s.any(p, demoWords) && s.rated(p):
		s.outcome(p)
		return true // «встреча с дельтой, понравилось демо»
	case a != nil && talkedOver[s.tokens[a.tok].fold] && len(p.named) == 0 && s.lastTouch() != nil && s.happened(p) == nil && !p.line:
		s.outcome(p)
		return true
	case a != nil && s.visited(p) && a.touch == crm.TouchPresentation && !s.any(p, demoWords):
		kind = crm.TouchVisit // «был у зари показал образцы»
	case a != nil:
		kind = s.touchKind(p, a)
	case p.has(actNoun) != nil && (s.when(p) == nil || s.done(p) || s.toldNext(p, s.when(p))) && (p.has(actAsk, actTheyWait, actTheyDid, actMove) == nil || p.acts[0].act == actNoun):
		kind = p.has(actNoun).touch
	case s.visited(p):
		kind = crm.TouchVisit
	case s.any(p, metWords):
		kind = crm.TouchMeeting
	default:
		return false
	}
	s.addTouch(p, kind)
	return true
}

// rated reports whether a piece says how something was liked: «понравилось демо», "the demo went well".
func (s *scribe) rated(p *piece) bool {
	return s.any(p, likedWords) || s.any(p, wentWords) && s.any(p, wellWords)
}

var (
	likedWords = lexicon("понравилось понравилась понравился понравились зашло зашла впечатлило впечатлила впечатлились хвалят хвалили liked loved enjoyed impressed")
	wentWords  = lexicon("прошло прошла went was")
	wellWords  = lexicon("ok okay норм хорошо отлично нормально успешно супер неплохо плохо well great fine good smoothly badly")
)

// talkedOver are verbs that go on with the touch before them: «встретились, обсудили поставки».
var talkedOver = lexicon("обсудил обсудила обсудили обсуждали поговорили поговорила поговорил пообщались общались переговорили показал показала показали",
	"показывали показывала показывал продемонстрировали говорили разговаривали discussed showed talked spoke")

// agreedWords make a touch by name one that was agreed upon.
var agreedWords = lexicon("договорились договорился договорилась условились agreed")

// cancelled are words of a touch that did not take place.
var cancelled = lexicon("отменили отменил отменила отменилась отменился отменить отмена отменяется отменена сорвалась сорвался cancelled canceled")

var metWords = lexicon("встретились встречались пересеклись виделись увиделись посидели met")

// touchKind is the kind of a touch by its verb and by what was sent or shown.
func (s *scribe) touchKind(p *piece, a *actAt) crm.TouchKind {
	noun := p.has(actNoun)
	switch {
	case s.any(p, demoWords):
		return crm.TouchPresentation
	case (a.touch == crm.TouchMail || a.touch == crm.TouchMessage) && s.any(p, messengers):
		return crm.TouchMessage
	case a.touch == crm.TouchMessage && s.any(p, mailWords):
		return crm.TouchMail
	case noun != nil && (a.touch == crm.TouchMail || a.touch == crm.TouchPresentation) && noun.touch != crm.TouchCall:
		return noun.touch
	}
	return a.touch
}

var (
	messengers = lexicon("вотсап вацап ватсап whatsapp телегу телеге телеграм телеграмм telegram tg вайбер viber смс sms чат чате мессенджер макс max личку")
	demoWords  = lexicon("презентация презентацию презентации демо demo presentation демонстрацию")
)

// visited reads «был на Векторе», «были у Ромашки».
func (s *scribe) visited(p *piece) bool {
	for i := p.from; i < p.to; i++ {
		switch s.tokens[i].fold {
		case "был", "была", "были", "побывали":
			next := s.foldAt(i + 1)
			return (next == "на" || next == "в" || next == "во" || next == "у") && i+2 < p.to && s.owners[i+2].mention >= 0 || next == "в" && s.foldAt(i+2) == "офисе"
		}
	}
	return false
}

// done reports whether a touch by name is told as one that took place: «была встреча», "had a call".
func (s *scribe) done(p *piece) bool {
	return s.any(p, doneWords) || p.has(actTouched) != nil
}

var doneWords = lexicon("был была было были прошел прошла прошли провел провела провели состоялась состоялся состоялись had was were went закончилась закончили")
