package capture

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Rules of instructions.
//
// A whole message that tells the bot to do something is an order, not a record: a word of the tables below at its start and
// nothing that it doesn't explain. «Готово» and «недозвон» with a client are records («недозвон ромашка»); alone they speak
// of the reminder that was answered. A correction begins with «нет», «не», «ой» or is a bare time («в 16») and speaks of what
// was saved last. A number alone chooses («1»), and so does an ordinal; other words that choose («московский») are left
// to the dialog, which knows what can be chosen.

// wholeOrders are messages that are an order by themselves.
var wholeOrders = phrases(map[string]string{
	"yes": `да|ага|угу|ага да|да да|верно|все верно|всё верно|правильно|именно|так точно|конечно|подтверждаю|да верно|yes|yep|yeah|right|correct|exactly|sure|confirm|
yes please|да конечно|да все верно|точно|ес|✅`,
	"no":     `нет|не|неа|неверно|не верно|неправильно|не так|нет не так|no|nope|wrong|not right|не надо|не нужно|нет не надо|❌`,
	"cancel": `отмена|cancel|стоп|stop|прекрати|не сохраняй|не записывай|хватит|забудь`,
	"undo": `отмени|отменить|отмени последнее|отмени это|отмени запись|убери|убери это|удали|удали это|удали последнее|undo|undo that|undo it|delete that|delete it|delete this|delete the last one|delete last|remove that|remove it|remove the last one|remove last|удали последнюю|убери последнее|revert|
назад|верни как было|откати|откат|take it back|отмени все|отменяй`,
	"redo":     `верни|вернуть|верни обратно|повтори|верни все|redo|put it back|восстанови|верни запись`,
	"missed":   `недозвон|не дозвонился|не дозвонилась|не дозвонились|не взял трубку|не взяла трубку|не взяли трубку|не берет|не берет трубку|не берут|не берут трубку|не отвечает|не отвечают|не ответил|не ответили|no answer|left voicemail|voicemail|missed|didn't answer|didn't pick up|no reply`,
	"today":    `что на сегодня|сегодня|план|мой план|план на сегодня|что сегодня|дела на сегодня|задачи на сегодня|что у меня сегодня|что у меня на сегодня|мои дела|дела|задачи|today|what's today|my plan|plan|plan for today|what do i have today|what's on today|agenda|to do|todo|сводка|какие дела на сегодня|покажи план`,
	"week":     `что на неделе|неделя|план на неделю|что на этой неделе|дела на неделю|задачи на неделю|что у меня на неделе|week|this week|my week|plan for the week|what's this week|what do i have this week`,
	"help":     `помощь|помоги|справка|хелп|что ты умеешь|что умеешь|как пользоваться|инструкция|help|help me|what can you do|commands|команды|как это работает|?`,
	"debts":    `кто должен|кто нам должен|должники|долги|дебиторка|дебиторская задолженность|кто не оплатил|кто не заплатил|просрочка|неоплаченные счета|сколько нам должны|сколько мне должны|сколько должны|кто мне должен|мои должники|мои долги|сколько всего должны|debts|who owes|who owes us|who owes me|receivables|overdue|unpaid invoices|debtors|покажи долги|покажи должников|кто сколько должен`,
	"renewals": `продления|что заканчивается|какие договоры заканчиваются|договоры|пролонгации|renewals|what ends|expiring contracts|какие договора заканчиваются`,
	"done":     `готово|сделано|сделал|сделала|выполнено|все сделано|сделали|done|did it|finished|completed|all done|закрыто|закрой|выполнил|выполнила|уже сделано|уже сделал|уже сделала|✔️|дозвонился|дозвонилась|созвонились`,
	"snooze":   `отложи|отложить|позже|потом|не сейчас|попозже|snooze|later|not now|напомни позже|remind me later|напомни потом|отложи пока`,
	"choose":   `оба|обе|оба клиента|обоим клиентам|обоим|обоих|все|всем|both|all|both of them|all of them|и тому и другому|на оба|обоих запиши`,
})

// openOrders begin an order that says more.
var openOrders = []struct {
	start string
	verb  string
}{
	{"отложи", "snooze"},
	{"отложить", "snooze"},
	{"отложим", "snooze"},
	{"snooze", "snooze"},
	{"postpone", "snooze"},
	{"напомни позже", "snooze"},
	{"напомни еще раз", "snooze"},
	{"напомни снова", "snooze"},
	{"remind me again", "snooze"},
	{"давай", "snooze"},
	{"попозже", "snooze"},
	{"позже", "snooze"},
	{"готово", "done"},
	{"сделано", "done"},
	{"сделал", "done"},
	{"сделала", "done"},
	{"выполнено", "done"},
	{"done", "done"},
	{"дозвонился", "done"},
	{"дозвонилась", "done"},
	{"недозвон", "missed"},
	{"не взяли трубку", "missed"},
	{"не дозвонился", "missed"},
	{"не дозвонилась", "missed"},
	{"no answer", "missed"},
	{"перенеси", "move"},
	{"перенести", "move"},
	{"перенесли", "move"},
	{"перенос", "move"},
	{"переносим", "move"},
	{"сдвинь", "move"},
	{"сдвинули", "move"},
	{"подвинь", "move"},
	{"move it", "move"},
	{"move", "move"},
	{"reschedule", "move"},
	{"rescheduled", "move"},
	{"moved", "move"},
	{"перенесла", "move"},
	{"перенес", "move"},
	{"кто изменил", "audit"},
	{"кто менял", "audit"},
	{"кто поменял", "audit"},
	{"кто правил", "audit"},
	{"кто изменял", "audit"},
	{"история изменений", "audit"},
	{"who changed", "audit"},
	{"who edited", "audit"},
	{"history of changes", "audit"},
	{"change history of", "audit"},
	{"найди", "find"},
	{"поищи", "find"},
	{"найти", "find"},
	{"поиск", "find"},
	{"искать", "find"},
	{"find", "find"},
	{"search for", "find"},
	{"search", "find"},
	{"look for", "find"},
	{"где записано", "find"},
	{"карточка клиента", "card"},
	{"карточка", "card"},
	{"карточку", "card"},
	{"покажи карточку", "card"},
	{"открой карточку", "card"},
	{"открой", "card"},
	{"покажи", "card"},
	{"что по", "card"},
	{"что с", "card"},
	{"что у", "card"},
	{"card of", "card"},
	{"card", "card"},
	{"client card", "card"},
	{"show", "card"},
	{"open", "card"},
	{"история", "card"},
	{"инфо", "card"},
	{"show me", "card"},
	{"кто такие", "card"},
	{"кто ведет", "card"},
	{"чей клиент", "card"},
	{"who owns", "card"},
	{"who manages", "card"},
	{"whose client is", "card"},
	{"как дела у", "card"},
	{"как там", "card"},
	{"сколько должен", "card"},
	{"сколько должна", "card"},
	{"сколько должны", "card"},
	{"что обещали", "card"},
	{"что должны", "card"},
	{"когда звонить", "card"},
	{"когда звонил", "card"},
	{"когда звонила", "card"},
	{"когда последний раз звонил", "card"},
	{"когда последний раз звонила", "card"},
	{"когда последний раз общались с", "card"},
	{"что нового по", "card"},
	{"что нового у", "card"},
	{"что слышно от", "card"},
	{"что там с", "card"},
	{"что там у", "card"},
	{"what about", "card"},
	{"what's up with", "card"},
	{"whats up with", "card"},
	{"what's the latest on", "card"},
	{"whats the latest on", "card"},
	{"any news from", "card"},
	{"any news on", "card"},
	{"what's with", "card"},
	{"кто такой", "card"},
	{"помощь", "help"},
	{"help", "help"},
	{"как", "help"},
	{"передвинь", "move"},
	{"поставь", "move"},
	{"напомни", "snooze"},
	{"remind me", "snooze"},
	{"remind", "snooze"},
	{"how much does", "card"},
	{"кто должен", "debts"},
	{"кто нам должен", "debts"},
	{"who owes", "debts"},
	{"долги", "card"},
	{"долг", "card"},
	{"кому звонить", "today"},
	{"кому позвонить", "today"},
	{"кого набрать", "today"},
	{"who to call", "today"},
	{"who do i call", "today"},
	{"план", "today"},
	{"что у меня", "today"},
	{"что", "today"},
	{"что было", "today"},
	{"что запланировано", "today"},
	{"какие дела", "today"},
	{"какие планы", "today"},
	{"какие задачи", "today"},
	{"мои дела", "today"},
	{"мои задачи", "today"},
	{"покажи план", "today"},
	{"покажи", "today"},
	{"планы", "today"},
	{"дела", "today"},
	{"задачи", "today"},
	{"plan for", "today"},
	{"plans for", "today"},
	{"my plan for", "today"},
	{"what do i have", "today"},
	{"what's planned", "today"},
	{"what's on", "today"},
	{"what's", "today"},
	{"what was", "today"},
	{"show", "today"},
	{"отмени", "undo"},
	{"верни", "redo"},
	{"undo", "undo"},
}

// orderVocabulary are the words of orders and small talk: they are no mistyped names.
var orderVocabulary = vocabulary()

func vocabulary() map[string]bool {
	set := map[string]bool{}
	for _, table := range [...]map[string]string{wholeOrders, chatPhrases} {
		for phrase := range table {
			for _, w := range strings.Fields(phrase) {
				set[w] = true
			}
		}
	}
	for _, o := range openOrders {
		for _, w := range strings.Fields(o.start) {
			set[w] = true
		}
	}
	return set
}

// ordinals choose from a list.
var ordinals = map[string]int{
	"первый": 1, "первая": 1, "первое": 1, "первому": 1, "первого": 1, "первую": 1, "первой": 1, "один": 1, "first": 1, "one": 1, "1й": 1,
	"второй": 2, "вторая": 2, "второе": 2, "второму": 2, "второго": 2, "вторую": 2, "два": 2, "second": 2, "two": 2,
	"третий": 3, "третья": 3, "третье": 3, "третьему": 3, "третьего": 3, "третью": 3, "три": 3, "third": 3, "three": 3,
	"четвертый": 4, "четвертая": 4, "четвертому": 4, "четвертого": 4, "четыре": 4, "fourth": 4, "four": 4,
	"пятый": 5, "пятая": 5, "пятому": 5, "пятого": 5, "пять": 5, "fifth": 5, "five": 5,
}

// correctionWords begin a correction of what was saved last.
var correctionWords = lexicon("это нет не ой упс ошибка ошибся ошиблась опечатка вернее точнее поправка поправь исправь то-есть no not oops sorry wrong actually вообще-то исправь а лучше измени")

// fillWords add nothing to an order.
var fillWords = lexicon("owe owes тот того та клиент client wrong пожалуйста плиз please pls мне ка его ее это этот эту it this that me тогда лучше на до к давай ну бот the а и is was должно быть не was should be вот",
	"с в сумма сумму время срок правильно верно имел ввиду виду имела на-самом-деле вместо instead it's its еще раз снова again пока минуточку with")

// readOrder recognises an instruction.
func (s *scribe) readOrder() {
	if len(s.tokens) == 0 || len(s.tokens) > 60 {
		return
	}
	plain := s.plain()
	if o := s.wholeOrder(plain); o != nil {
		s.reading.Order = o
		return
	}
	if s.reading.Chat != "" {
		return
	}
	if o := s.greeted(plain); o != nil {
		s.reading.Order = o
		return
	}
	for _, read := range [...]func(string) *Order{s.choice, s.correction, s.openOrder, s.moveOf, s.cardBehind, s.askedOf} {
		if o := read(plain); o != nil {
			s.reading.Order = o
			return
		}
	}
}

func (s *scribe) wholeOrder(plain string) *Order {
	for _, polite := range [...]string{" пожалуйста", " плиз", " please", " спасибо"} {
		plain = strings.TrimSuffix(plain, polite)
	}
	verb, ok := wholeOrders[plain]
	switch {
	case !ok:
		return nil
	case verb == "choose":
		return &Order{Verb: "choose", Choice: -1}
	}
	s.reading.Chat, s.named = "", nil
	return &Order{Verb: verb}
}

// greeted reads an order behind a greeting: «доброе утро, что на сегодня».
func (s *scribe) greeted(plain string) *Order {
	for i, r := range plain {
		if r == ' ' && chatPhrases[plain[:i]] == "hello" {
			if o := s.wholeOrder(plain[i+1:]); o != nil {
				return o
			}
		}
	}
	return nil
}

// choice reads «1», «2.», «первый», «номер 2», «на второй».
func (s *scribe) choice(plain string) *Order {
	words := strings.Fields(plain)
	for len(words) > 1 && slices.Contains([]string{"номер", "вариант", "на", "option", "number", "№", "давай", "the", "это"}, words[0]) {
		words = words[1:]
	}
	if len(words) == 2 && slices.Contains([]string{"вариант", "номер", "one", "вектор", "й", "ый"}, words[1]) {
		words = words[:1]
	}
	if len(words) != 1 {
		return nil
	}
	if n, ok := ordinals[words[0]]; ok {
		return &Order{Verb: "choose", Choice: n}
	}
	if w := words[0]; len(w) == 1 && w[0] >= '1' && w[0] <= '9' {
		return &Order{Verb: "choose", Choice: int(w[0] - '0')}
	}
	return nil
}

// correction reads «нет, в 16», «не Вектор, а Вектор Плюс», «ой 15000», «в 16», «нет, завтра».
func (s *scribe) correction(string) *Order {
	first := s.tokens[0].fold
	opened := correctionWords[first] && s.owners[0].mention < 0
	if !opened && !s.onlyTime() {
		return nil
	}
	if !opened {
		return &Order{Verb: "move", When: s.lastTime()}
	}
	if len(s.named) > 0 {
		return s.otherClient()
	}
	if !s.explained(1) && !(s.denies() && s.explained(s.afterBut())) {
		return nil
	}
	switch {
	case len(s.sums) > 0 && (len(s.times) == 0 || !s.sums[len(s.sums)-1].Bare || first == "ой"):
		return &Order{Verb: "sum", Sum: &s.sums[len(s.sums)-1]}
	case len(s.times) > 0:
		return &Order{Verb: "move", When: s.lastTime()}
	}
	if hour := s.bareHour(); hour != nil {
		return hour
	}
	return nil
}

// denies reports whether the message begins by saying what was wrong: «не завтра, а …», «ой, не завтра, а …», «нет, это не Гамма, а …».
func (s *scribe) denies() bool {
	for i := 0; i < len(s.tokens) && i < 5; i++ {
		switch t := &s.tokens[i]; {
		case t.fold == "не" || t.fold == "not":
			return true
		case t.kind != punctToken && !correctionWords[t.fold]:
			return false
		}
	}
	return false
}

// longestDenied is how many words at most are said of what was wrong, with the words before them.
const longestDenied = 8

// afterBut is the token after the last «а» or comma: of «не в пятницу, а в субботу» the second counts.
func (s *scribe) afterBut() int {
	for i := len(s.tokens) - 2; i > 0; i-- {
		if s.tokens[i].fold == "а" || s.tokens[i].fold == "but" || s.tokens[i].is(",") {
			return i + 1
		}
	}
	return 1
}

// bareHour reads the number of «нет, 15000» when nothing else took it for a sum.
func (s *scribe) bareHour() *Order {
	last := &s.tokens[len(s.tokens)-1]
	if last.kind != numberToken {
		return nil
	}
	if sum, ok := ReadSum(s.text[last.From:], s.w); ok {
		return &Order{Verb: "sum", Sum: &sum}
	}
	return nil
}

// otherClient reads «не Вектор, а Вектор Плюс», «нет, ромашка», «ой, это вектор».
func (s *scribe) otherClient() *Order {
	last := len(s.named) - 1
	but := s.afterBut()
	denied := s.denies() && but < longestDenied && s.foldAt(but-1) == "а" && s.explained(but) // the wrong name needn't be anybody's
	if !s.explained(1) && !denied || len(s.sums) > 0 || len(s.times) > 0 && len(s.named) == 1 {
		return nil
	}
	if s.tokens[0].fold == "не" && last == 0 && !s.rightAfterComma() {
		return nil
	}
	return &Order{Verb: "client", Mention: s.meant(last), When: s.lastTime()}
}

// meant is a mention where nothing but a client can stand: one match that is written right needs no question.
func (s *scribe) meant(i int) *Mention {
	m := s.named[i].Mention
	if len(m.Matches) == 1 && m.Matches[0].Score >= enough && m.Matches[0].How != "typo" {
		m.Sure = true
	}
	return &m
}

// rightAfterComma reports whether the last name stands after «а» or a comma: «не туда, ромашка».
func (s *scribe) rightAfterComma() bool {
	m := s.named[len(s.named)-1]
	before := s.foldAt(m.lead - 1)
	return before == "а" || before == ","
}

// explained reports whether every word from the token on is part of a name, a time, a sum or adds nothing.
func (s *scribe) explained(from int) bool {
	for i := from; i < len(s.tokens); i++ {
		t := &s.tokens[i]
		o := s.owners[i]
		if o.mention >= 0 || o.time >= 0 || o.sum >= 0 || t.kind == punctToken || fillWords[t.fold] || correctionWords[t.fold] {
			continue
		}
		if t.kind == numberToken && i == len(s.tokens)-1 {
			continue
		}
		if nameCases[t.fold] != 0 && i+1 < len(s.tokens) && s.owners[i+1].mention >= 0 {
			continue
		}
		return false
	}
	return true
}

// onlyTime reports whether the message is a time and nothing else.
func (s *scribe) onlyTime() bool {
	return len(s.times) > 0 && len(s.named) == 0 && len(s.sums) == 0 && s.explained(0)
}

// lastTime is the last time of the message: of «не в пятницу, а в субботу» the one that counts.
func (s *scribe) lastTime() *Time {
	if len(s.times) == 0 {
		return nil
	}
	return &s.times[len(s.times)-1]
}

// openOrder reads an order that begins with a word of the table.
func (s *scribe) openOrder(plain string) *Order {
	for _, o := range openOrders {
		rest, ok := strings.CutPrefix(plain, o.start)
		if !ok || rest != "" && rest[0] != ' ' || len(s.named) > 0 && s.owners[0].mention >= 0 {
			continue
		}
		from := s.tokenAfter(o.start)
		if order := s.completed(o.verb, from); order != nil {
			return order
		}
	}
	return nil
}

// tokenAfter is the token after the words of a phrase at the start of the message.
func (s *scribe) tokenAfter(phrase string) int {
	words := len(strings.Fields(phrase))
	i := 0
	for ; i < len(s.tokens) && words > 0; i++ {
		if s.tokens[i].kind != punctToken {
			words--
		}
	}
	return i
}

// completed is the order with what follows it; nil when what follows makes it something else.
func (s *scribe) completed(verb string, from int) *Order {
	rest := s.wordsFrom(from)
	switch verb {
	case "snooze", "move":
		if len(s.times) == 0 {
			return s.snoozeFor(verb, from)
		}
		if !s.explained(from) {
			return nil
		}
		o := &Order{Verb: verb, When: s.until(s.lastTime())}
		if len(s.named) > 0 {
			if work[s.tokens[0].fold].act == actRemind {
				return nil // «напомни гамме завтра»
			}
			o.Verb, o.Mention = "move", &s.named[0].Mention
		}
		return o
	case "done", "missed":
		if len(s.named) > 0 {
			return nil
		}
		return &Order{Verb: verb, Text: rest, When: s.lastTime()}
	case "find":
		if rest == "" {
			return nil
		}
		o := &Order{Verb: "find", Text: rest}
		if len(s.named) > 0 {
			o.Mention = &s.named[0].Mention
		}
		return o
	case "card":
		return s.card(from, rest)
	case "audit":
		if len(s.times) > 0 || len(s.sums) > 0 || utf8.RuneCountInString(rest) > 60 {
			return nil
		}
		o := &Order{Verb: verb, Text: rest}
		if len(s.named) > 0 {
			o.Mention = s.meant(0)
		}
		return o
	case "help":
		if len(s.named) > 0 || len(s.times) > 0 || !s.any(&piece{from: from, to: len(s.tokens)}, helpWords) {
			return nil
		}
		return &Order{Verb: "help", Text: rest}
	case "debts":
		if len(s.named) > 0 || len(s.sums) > 0 {
			return nil
		}
		return &Order{Verb: verb}
	case "today":
		if len(s.named) > 0 || len(s.times) != 1 || !s.explained(from) {
			return nil
		}
		if s.times[0].Grain == Week {
			verb = "week"
		}
		return &Order{Verb: verb, When: &s.times[0]}
	case "undo", "redo":
		if !s.explained(from) || len(s.named) > 0 || len(s.times) > 0 {
			return nil
		}
		return &Order{Verb: verb}
	}
	return nil
}

// until is a time to put something off to: «до понедельника» is Monday morning, no deadline.
func (s *scribe) until(t *Time) *Time {
	if t == nil || t.Bound != Before || t.HasClock {
		return t
	}
	at := *t
	at.Bound, at.Clock, at.Due = At, s.habits().Default, t.Day.In(s.w.Now.Location(), s.habits().Default)
	return &at
}

// snoozeFor reads a length of time after the order: «отложи на полчаса», "snooze for half an hour". Elsewhere a length is
// no time, so it is read as «через полчаса».
func (s *scribe) snoozeFor(verb string, from int) *Order {
	if from >= len(s.tokens) || len(s.named) > 0 || len(s.sums) > 0 {
		return nil
	}
	later := slices.Clone(s.tokens)
	switch in := map[string]string{"на": "через", "for": "in"}[s.foldAt(from)]; {
	case in != "":
		later[from].text, later[from].fold = in, in
	case from > 0 && verb == "snooze": // "snooze half an hour": the order's own word makes room for the preposition
		in = "через"
		if s.tokens[from-1].fold[0] < utf8.RuneSelf {
			in = "in"
		}
		later[from-1].kind, later[from-1].text, later[from-1].fold = wordToken, in, in
	default:
		return nil
	}
	times, _ := scanTimes(later, s.w)
	if len(times) != 1 {
		return nil
	}
	for i := from; i < len(s.tokens); i++ {
		if t := &s.tokens[i]; t.From >= times[0].Span.To && t.kind != punctToken && !fillWords[t.fold] {
			return nil
		}
	}
	s.times = times
	return &Order{Verb: verb, When: &times[0]}
}

var helpWords = lexicon("добавить записать создать поставить завести удалить изменить импорт импортировать загрузить экспорт выгрузить отложить напоминание напоминания счет счета",
	"договор клиента платеж оплату пользоваться работает настроить настройки import export add invoice contract client reminders")

// moveOf reads «ромашка перенесли на след вторник 15», in pieces or at once.
func (s *scribe) moveOf(string) *Order {
	if len(s.named) != 1 || len(s.times) == 0 || len(s.sums) > 0 {
		return nil
	}
	moved := false
	for i := range s.tokens {
		if work[s.tokens[i].fold].act == actMove {
			moved = true
			continue
		}
		o := s.owners[i]
		if o.mention < 0 && o.time < 0 && s.tokens[i].kind != punctToken && !fillWords[s.tokens[i].fold] && nameCases[s.tokens[i].fold] == 0 && !movedThings[s.tokens[i].fold] {
			return nil
		}
	}
	if !moved {
		return nil
	}
	return &Order{Verb: "move", When: s.lastTime(), Mention: &s.named[0].Mention}
}

var movedThings = lexicon("то же время встречу встреча звонок созвон презентацию демо все call meeting demo the")

// wordsFrom is the text from a token on, without leading marks.
func (s *scribe) wordsFrom(from int) string {
	for from < len(s.tokens) && s.tokens[from].kind == punctToken && !strings.Contains("+«\"№#", s.tokens[from].text) {
		from++
	}
	if from >= len(s.tokens) {
		return ""
	}
	return strings.TrimSpace(s.text[s.tokens[from].From:])
}
