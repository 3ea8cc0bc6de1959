package capture

import (
	"strings"
	"unicode/utf8"

	"followup/storage/crm"
)

// Rules of names that nobody knows.
//
// When a message names no client of the portfolio, its words that look like a name are given back so that the dialog can
// offer to create the client: what stands in quotes or beside a legal form, a word with a capital inside a sentence, a
// word after «с», «у», «для», «от» or behind a touch in the dative («звонок глобексу») that is none of the trade's, or one before a
// verb of clients («ромашка оплатила»). Given names of people alone and what people are, «директору», are no client.

// readUnknown finds the name that a message without a known one seems to mean.
func (s *scribe) readUnknown() {
	if len(s.named) > 0 {
		return
	}
	best, from, to := 0, 0, 0
	for i := range s.tokens {
		if t := &s.tokens[i]; t.kind == numberToken && (s.foldAt(i-1) == "инн" || s.foldAt(i-1) == "inn") && len(t.text) >= 9 && len(t.text) <= 13 {
			s.unknown = [2]int{i - 1, i + 1} // a client that nobody knows yet, by its taxpayer number
			s.reading.Rest = s.text[s.tokens[i-1].From:t.To]
			return
		}
		rank := s.nameLikeness(i)
		if rank <= best {
			continue
		}
		best, from, to = rank, i, i+1
		for to < len(s.tokens) && s.continuesName(i, to) {
			to++
		}
	}
	if best == 0 {
		return
	}
	for from > 0 && givenForms[s.tokens[from-1].fold] != 0 && s.tokens[from-1].upper {
		from--
	}
	for to > from && s.tokens[to-1].kind == punctToken {
		to--
	}
	s.reading.Rest = strings.Trim(s.text[s.tokens[from].From:s.tokens[to-1].To], "«»\"“”„ ")
	at := placeOf(s.tokens, from, to)
	s.unknown = [2]int{at.start, at.end}
}

// nameLikeness ranks how much token i looks like the start of a name; zero not at all.
func (s *scribe) nameLikeness(i int) int {
	t := &s.tokens[i]
	if t.kind != wordToken || s.owners[i].time >= 0 || s.owners[i].sum >= 0 || textForms[t.fold] || nameCases[t.fold] != 0 && !t.quoted {
		return 0
	}
	before := s.foldAt(i - 1)
	fresh := !knownWord(t.fold) && givenForms[t.fold] == 0 && len(t.fold) > 2
	switch {
	case textForms[before] && before[0] >= utf8.RuneSelf || i > 1 && textForms[s.foldAt(i-2)] && opensName(&s.tokens[i-1]):
		return 5
	case t.upper && textForms[s.foldAt(i+1)] && s.tokens[i+1].text[0] < utf8.RuneSelf:
		return 5
	case t.quoted && fresh:
		return 4
	case companyWords[before] && fresh:
		return 3
	case t.upper && fresh && (before == "из" || before == "from"):
		return 3
	case t.upper && !t.opens && !t.caps && fresh && !peopleWords[t.fold]:
		return 2
	case closePrepositions[before] && !topicPrepositions[before] && (t.upper || t.fold[0] >= utf8.RuneSelf || before != "to") && fresh && !peopleWords[t.fold] && !personForms[t.fold] && !particles[t.fold] && !s.describesPerson(i):
		return 1
	case fresh && dialWords[before] && (i+1 == len(s.tokens) || breaksClause(s.tokens, i+1) || s.owners[i+1].time >= 0) && !hasAnySuffix(t.fold, "о", "е", "и", "ы", "ь") && t.fold[0] >= 0x80 && !personForms[t.fold] && !pronouns[t.fold] && !particles[t.fold] && !besideTouch[t.fold]:
		return 1 // «набрать сокол завтра»
	case clientVerbs[s.foldAt(i+1)] && fresh && !questionWords[t.fold] && !pronouns[t.fold] && !peopleWords[t.fold] && !companyWords[t.fold] && !particles[t.fold] && (i == 0 || breaksClause(s.tokens, i-1)):
		return 1
	case fresh && s.reachedBy(i-1) && looksDative(t.fold) && !personForms[t.fold] && !pronouns[t.fold] && !questionWords[t.fold] && !particles[t.fold] && !besideTouch[t.fold]:
		return 1
	}
	return 0
}

// dialWords are verbs whose object is who is called.
var dialWords = lexicon("набрать набери наберу наберем набрал набрала")

// describesPerson reports whether token i is an adjective of what somebody is: «с новым поставщиком».
func (s *scribe) describesPerson(i int) bool {
	fold := s.tokens[i].fold
	return personForms[s.foldAt(i+1)] && (adjective(fold) || hasAnySuffix(fold, "ым", "им"))
}

// reachedBy reports whether token i is a word of the trade that who is reached follows in the dative: «звонок глобексу», «написала глобексу».
func (s *scribe) reachedBy(i int) bool {
	for i >= 0 && s.owners[i].time >= 0 {
		i-- // «звонок завтра глобексу»
	}
	switch w := work[s.foldAt(i)]; w.act {
	case actNoun, actTouched:
		return w.touch == crm.TouchCall || w.touch == crm.TouchMail && w.act == actNoun || w.touch == crm.TouchMessage
	case actTodo:
		return w.verb == "call" || w.verb == "write"
	}
	return false
}

// looksDative reports whether a Russian word ends like a noun in the dative.
func looksDative(fold string) bool {
	if utf8.RuneCountInString(fold) < 5 || fold[0] < utf8.RuneSelf || adjective(fold) || looksPast(fold) || looksPresent(fold) {
		return false
	}
	return hasAnySuffix(fold, "у", "ю", "е", "ии", "ам", "ям")
}

// besideTouch are words behind one of reaching that end like a dative and name nobody.
var besideTouch = lexicon("сразу позже попозже раньше пораньше лучше больше меньше дальше вместе вообще дважды трижды почему поэтому потому поутру наверху вечерком",
	"повторно прямо ближе иначе также крайне поводу повод причине насчет вопросам вопросу договоренности просьбе итогам утрам вечерам ночам дням будням выходным",
	"пятницам средам вторникам четвергам понедельникам почте телефону мобильному видео скайпу ватсапу вотсапу телеге телеграму зуму базе списку кругу очереди скрипту",
	"плану делу сделке проекту теме цене ценам счету счетам оплате долгу долгам акту актам отчету тендеру заявке заявкам поставке поставкам отгрузке доставке встрече")

// personForms are the forms of people by what they are: to a client they may belong, its name they are not.
var personForms = allForms("директор бухгалтер менеджер закупщик снабженец юрист секретарь клиент партнер поставщик заказчик покупатель подрядчик инженер логист кладовщик",
	"собственник владелец учредитель руководитель начальник заместитель помощник ассистент администратор оператор специалист технолог маркетолог аналитик программист",
	"водитель курьер экспедитор охранник сотрудник коллега шеф босс гендиректор гендир финдиректор финдир коммерсант товаровед мастер прораб бригадир консультант",
	"эксперт куратор представитель агент дилер дистрибьютор риелтор риэлтор врач нотариус аудитор банкир контрагент конкурент знакомый друг приятель сосед брат сестра",
	"мама папа мать отец жена муж сын дочь тетя дядя бабушка дедушка ребенок команда отдел бухгалтерия снабжение логистика охрана поддержка банк налоговая",
	"ресепшен приемная склад офис кадровик айтишник сисадмин дизайнер верстальщик копирайтер человек мужчина женщина девушка парень ребята люди")

func allForms(lists ...string) map[string]bool {
	set := lexicon(lists...)
	for form := range formsOf(lexicon(lists...)) {
		set[form] = true
	}
	for _, form := range [...]string{"людям", "людьми", "ребятам", "ребятами", "человеку", "коллегам", "коллегами", "клиентам", "клиентами", "партнерам", "партнерами"} {
		set[form] = true
	}
	return set
}

// topicPrepositions lead to what is spoken about rather than to whom: «про отчет».
var topicPrepositions = lexicon("по про about")

// continuesName reports whether token k goes on with the name that began at i.
func (s *scribe) continuesName(i, k int) bool {
	t := &s.tokens[k]
	switch {
	case s.tokens[i].quoted:
		return t.quoted && !t.is("»") && !t.is("\"") && !t.is("”")
	case t.kind == punctToken:
		return t.is("-") && t.glued && k+1 < len(s.tokens) && s.tokens[k+1].glued
	case s.tokens[k-1].is("-"):
		return true
	}
	return t.kind == wordToken && t.upper && s.owners[k].time < 0 && !knownWord(t.fold)
}
