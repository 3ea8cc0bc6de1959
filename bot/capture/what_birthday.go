package capture

import "fmt"

// A birthday that is told in passing, «у Ирины др 3 декабря», is something to write every year on that day. With the contact's
// line it becomes the contact's own; that is the dialog's business.

var (
	birthWords = lexicon("др рождения рожденья днюха birthday bday born b-day")
	greetWords = lexicon("поздравить поздравь поздравлю congratulate greet")
)

// birthday reads «у Ирины др 3 декабря»: it comes every year.
func (s *scribe) birthday(p *piece) bool {
	due := s.when(p)
	if due == nil || !s.any(p, birthWords) || s.any(p, greetWords) || due.Grain != Day || due.Bound != At || due.Rule != "" || p.has(actRemind, actTodo, actTouched) != nil {
		return false
	}
	every := *due
	every.Rule, every.Bound = fmt.Sprintf("FREQ=YEARLY;BYMONTH=%d;BYMONTHDAY=%d", due.Day.Month, due.Day.Day), Repeat
	s.add(p, Item{Kind: FollowUp, Verb: "write", When: &every, Text: s.cut(p, keepWords)})
	return true
}
