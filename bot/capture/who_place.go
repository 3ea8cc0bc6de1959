package capture

import (
	"strings"
	"unicode/utf8"

	"followup/storage/crm"
)

// place says what speaks for a name where a word of the text stands.
type place struct {
	capital bool    // a capital inside a sentence
	opens   bool    // a capital at its start
	quoted  bool    // in quotes
	form    string  // after «ООО» or «клиент»: the form, or "-" for a word like «клиент»
	colon   bool    // at the start of a clause before a colon or a dash
	near    bool    // after «с», «у», «для»…
	cases   caseSet // what the preposition before it asks for; anyCase without one
	dated   bool    // after a word or number that stands before dates
	number  bool    // right after a number
	object  bool    // after a word of work or a document's number: «счет 126 вектору»
	known   bool    // after another word of work talk that is no adjective: «вопрос ромашки»
	acted   bool    // before what looks like a verb in the past: «ромашка отвалились»
	subject bool    // before what a client does: «вектор оплатил»
	beside  bool    // before some other word of work, a number or a day: «Балансу договор», «вектор завтра»
	last    bool    // ends its clause behind a time: «до понедельника вектор»
	reach   bool    // its clause says what is done and lacks for whom: «набрать до понедельника …»
	alone   bool    // the whole of its clause
	first   bool    // at the start of its clause
	person  bool    // beside a given name: a surname there is a person's
	start   int     // token of the preposition, form or quote before it
	end     int     // token after a closing quote
}

// strong reports whether even an everyday word is a name here.
func (p *place) strong() bool { return p.capital || p.quoted || p.form != "" || p.colon }

// placed reports whether a name is to be expected here.
func (p *place) placed() bool { return p.near || p.object || p.subject || p.alone }

// placeOf looks around the tokens [from, to).
func placeOf(tokens []token, from, to int) place {
	first := &tokens[from]
	p := place{capital: first.upper && !first.opens, opens: first.upper && first.opens, quoted: first.quoted, cases: anyCase, start: from, end: to}
	for p.end < len(tokens) && closesName(&tokens[p.end]) {
		p.end++
	}
	i := from - 1
	for ; i >= 0; i-- {
		t := &tokens[i]
		if opensName(t) {
			p.start = i
			continue
		}
		if t.kind != wordToken || !textForms[t.fold] && !companyWords[t.fold] {
			break
		}
		p.start = i
		if p.form == "" || textForms[t.fold] {
			p.form = "-"
			if textForms[t.fold] {
				p.form = t.fold
			}
		}
	}
	if p.end < len(tokens) && p.form == "" && textForms[tokens[p.end].fold] {
		p.form = tokens[p.end].fold
		p.end++
	}
	p.before(tokens, i)
	p.after(tokens)
	p.closing(tokens, i)
	p.person = from > 0 && givenForms[tokens[from-1].fold] != 0 || to < len(tokens) && givenForms[tokens[to].fold] != 0
	return p
}

// before reads the token in front of the name and its form.
func (p *place) before(tokens []token, i int) {
	clauseStart := i < 0 || breaksClause(tokens, i) || tokens[p.start].opens
	if i >= 0 && !clauseStart {
		t := &tokens[i]
		switch {
		case t.kind == numberToken:
			p.number, p.dated = true, true
			p.object = true
		case t.glued && i > 0 && tokens[i-1].kind == numberToken:
			p.object = true // behind the «к» of «15к гамма»
		case nameCases[t.fold] != 0:
			p.cases = nameCases[t.fold]
			p.near = closePrepositions[t.fold] || t.fold == "из" && i > 0 && (work[tokens[i-1].fold].act == actTouched || givenForms[tokens[i-1].fold] != 0 || surname(tokens[i-1].fold) || peopleWords[tokens[i-1].fold])
			p.dated = datePrepositions[t.fold]
			p.start = i
		default:
			p.dated = datePrepositions[t.fold]
			p.object = measured(tokens, i) // «счет на 40 тысяч вектор»
			p.known = knownWord(t.fold) && !adjective(t.fold)
			p.object = p.object || work[t.fold].act != actNone || looksInfinitive(t.fold) || i == 0 && orderVocabulary[t.fold] || correctionWords[t.fold] && (i <= 1 || tokens[i-1].is(",") || tokens[i-1].fold == "а")
		}
		if p.start == i && nameCases[t.fold] != 0 && (i > 0 && reaches(t.fold, tokens[behindDays(tokens, i-1)].fold) || p.end < len(tokens) && reaches(t.fold, tokens[p.end].fold) || reachedBefore(tokens, i)) {
			p.near = true
		}
		if t.fold == "и" || t.fold == "and" || t.fold == "а" {
			clauseStart = true
		}
	}
	if clauseStart {
		next := p.end
		p.first = true
		p.alone = next < len(tokens) && (tokens[next].fold == "и" || tokens[next].fold == "and" || tokens[next].is("/")) || next >= len(tokens) || breaksClause(tokens, next) && !tokens[next].is("-")
		p.colon = next < len(tokens) && (tokens[next].is(":") || dash(tokens, next))
	}
}

// closing reports a name that ends its clause behind a time, without a preposition of its own.
func (p *place) closing(tokens []token, i int) {
	if i < 0 || p.end < len(tokens) && !breaksClause(tokens, p.end) || tokens[i].kind != wordToken || !namesTime(tokens[i].fold) && timeWords[tokens[i].fold].rel == 0 {
		return
	}
	p.last = true
	for ; i >= 0 && !breaksClause(tokens, i); i-- {
		w := work[tokens[i].fold]
		p.reach = p.reach || w.act == actTodo && (w.verb == "call" || w.verb == "meet" || w.verb == "write") || w.act == actNoun || w.act == actPaper
	}
}

// sumMeasures are words behind the number of a sum.
var sumMeasures = lexicon("тысяч тысячи тысячу тыс тыщ тыр млн миллион миллиона миллионов рублей рубля руб р долларов евро thousand million rubles dollars usd eur rub")

// measured reports whether token i ends a sum in words: «40 тысяч», «2 млн рублей».
func measured(tokens []token, i int) bool {
	for i > 0 && sumMeasures[tokens[i].fold] {
		if i--; tokens[i].kind == numberToken {
			return true
		}
	}
	return false
}

// behindDays is the token at i, or the one before a word of a day there: «был сегодня на гамме».
func behindDays(tokens []token, i int) int {
	if i > 0 && daysBeside[tokens[i].fold] {
		return i - 1
	}
	return i
}

// reachedBefore reports whether the preposition at i is that of a list behind a word that reaches clients: «не дозвонился ни до
// маяка ни до зари».
func reachedBefore(tokens []token, i int) bool {
	if i == 0 || tokens[i-1].fold != "ни" && tokens[i-1].fold != "и" {
		return false
	}
	for k := i - 2; k >= max(0, i-6) && !breaksClause(tokens, k); k-- {
		if reaches(tokens[i].fold, tokens[k].fold) {
			return true
		}
	}
	return false
}

// reaches reports whether the preposition after a word of the trade leads to a client: «позвонил в вектор», «дозвонился до
// альфы», «заехал на склад» does not.
func reaches(preposition, before string) bool {
	w := work[before]
	switch preposition {
	case "на":
		return before == "был" || before == "была" || before == "были"
	case "в", "во":
		return before == "был" || before == "была" || before == "были" || w.act == actNoun && (w.verb == "call" || w.touch == crm.TouchVisit) ||
			w.act == actTouched && (w.touch == crm.TouchCall || w.touch == crm.TouchVisit) || w.act == actTodo && (w.verb == "call" || w.verb == "meet")
	case "до":
		return w.act == actTouched && w.touch == crm.TouchCall || w.act == actTodo && w.verb == "call"
	}
	return false
}

// after reads the words behind the name.
func (p *place) after(tokens []token) {
	for i := p.end; i < len(tokens) && tokens[i].kind == wordToken; i++ {
		if particles[tokens[i].fold] {
			p.acted = true
			continue
		}
		fold := tokens[i].fold
		p.subject = clientVerbs[fold] || i > p.end && tokens[p.end].fold == "не" || looksPresent(fold) || p.first && p.cases == anyCase && theyVerb(fold)
		p.beside = work[fold].act != actNone || daysBeside[fold] || p.first && reachWords[fold]
		p.acted = p.acted || looksPast(fold) || otherWords[fold] && len(fold) > 8 && nameCases[fold] == 0 && !joinWords[fold]
		p.beside = p.beside || (nameCases[fold] != 0 || datePrepositions[fold]) && i+1 < len(tokens) && (tokens[i+1].kind == numberToken || daysBeside[tokens[i+1].fold] || namesTime(tokens[i+1].fold)) // «вектор в 11»
		return
	}
	p.beside = p.end < len(tokens) && tokens[p.end].kind == numberToken
}

// namesTime reports whether a word is one of a day, a part of it, a month or a length of time.
func namesTime(fold string) bool {
	t := timeWords[fold]
	return t.part != noPart || t.weekday != 0 || t.month != 0 || t.unit != noUnit
}

// reachWords behind a name that opens a clause tell how to reach the client: «гамма тел сменился», «рассвет почта …».
var reachWords = lexicon("тел телефон телефоны моб мобильный почта мыло имейл email адрес сайт инн огрн кпп phone address website")

// daysBeside are days that a next step is set for right behind a name.
var daysBeside = lexicon("сегодня завтра послезавтра вчера утром днем вечером обеда обеду вечера вечеру понедельник вторник среду четверг пятницу пн вт ср чт пт tomorrow today yesterday",
	"monday tuesday wednesday thursday friday ок все asap срочно новый новая новые")

// adjective reports whether a word looks like an adjective, so that a noun behind it is rather a thing than a name.
func adjective(fold string) bool {
	for _, end := range [...]string{"ый", "ий", "ой", "ая", "яя", "ое", "ее", "ые", "ие", "ого", "его", "ому", "ему", "ую", "юю", "ых", "их"} {
		if strings.HasSuffix(fold, end) {
			return true
		}
	}
	return false
}

// looksInfinitive reports whether a word looks like a verb in the infinitive.
func looksInfinitive(fold string) bool {
	for _, end := range [...]string{"ать", "ить", "еть", "ять", "уть", "ыть", "аться", "иться", "еться", "яться", "уться"} {
		if strings.HasSuffix(fold, end) && len(fold) >= 10 {
			return true
		}
	}
	return false
}

// looksPast reports whether a word looks like a verb in the past plural, feminine or reflexive.
func looksPast(fold string) bool {
	for _, end := range [...]string{"али", "или", "ели", "ули", "лись", "лась", "лся", "ала", "ила", "ела", "ула"} {
		if strings.HasSuffix(fold, end) && len(fold) > 10 {
			return true
		}
	}
	return false
}

// theyVerb reports whether a word looks like a verb of several: «забрали», «грозят». Behind a name in the singular it is said of a
// company.
func theyVerb(fold string) bool {
	if len(fold) < 10 || notPast[fold] || fold[0] < utf8.RuneSelf {
		return false
	}
	return strings.HasSuffix(fold, "али") || strings.HasSuffix(fold, "или") || strings.HasSuffix(fold, "ели") || strings.HasSuffix(fold, "ули") ||
		strings.HasSuffix(fold, "лись") || strings.HasSuffix(fold, "ят") || strings.HasSuffix(fold, "ятся")
}

// looksPresent reports whether a word looks like a verb in the third person: «задерживает», «предпочитают».
func looksPresent(fold string) bool {
	for _, end := range [...]string{"ает", "яет", "ают", "яют", "ается", "аются", "яется", "яются", "ируют", "ирует"} {
		if strings.HasSuffix(fold, end) && len(fold) > 10 {
			return true
		}
	}
	return false
}

func opensName(t *token) bool {
	return t.is("«") || t.is("\"") || t.is("„") || t.is("“") || t.is("(")
}

func closesName(t *token) bool {
	return t.is("»") || t.is("\"") || t.is("”") || t.is("“")
}

// breaksClause reports whether token i ends a clause.
func breaksClause(tokens []token, i int) bool {
	switch t := &tokens[i]; {
	case t.kind != punctToken:
		return false
	case t.text == "-" || t.text == "—" || t.text == "–":
		return dash(tokens, i)
	}
	switch tokens[i].text {
	case ",", ".", ";", ":", "!", "?", "…", ")", "(", "•":
		return true
	}
	return false
}

// dash reports whether token i is a dash between words rather than a hyphen.
func dash(tokens []token, i int) bool {
	if !tokens[i].is("-") && !tokens[i].is("—") && !tokens[i].is("–") {
		return false
	}
	return !tokens[i].glued || i+1 < len(tokens) && !tokens[i+1].glued
}
