package capture

// What only looks like a time: names («ООО Март», «Май Петрович»), numbers of documents, versions, measures, quantities.

// nameBefore are words after which a month or a weekday is a name.
var nameBefore = wordSet(`ооо оао зао пао ао ип нко ано тц трц бц жк чоп фирма фирмы фирме фирмой компания компании компанией компанию
	завод завода заводе заводу заводом кафе бар ресторан ресторана ресторане рестораном студия студии студией студию агентство агентства
	агентстве кинотеатр кинотеатра магазин магазина магазине ул улица улице улицы пр проспект проспекте проспекта пл площадь площади
	клиент клиента клиенту клиентом бренд бренда марка журнал газета группа издательство отель гостиница санаторий пансионат красный
	llc company brand magazine mr mrs ms cafe restaurant street`)

// nameAfter are words that make the month or weekday before them a name.
var nameAfter = wordSet("обитания llc inc ltd corp gmbh group capital street")

// nameLike reports whether the month or weekday at j is a name: it stands in quotation marks, after a word like «ООО», or
// is capitalised where a word of time would not be.
func (r *reader) nameLike(j int, backed bool) bool {
	t := r.t[j]
	if addressWords[r.fold(j-1)] || r.digits(j-1) > 0 && r.inAddress(j-1) {
		return true
	}
	if t.quoted || nameAfter[r.fold(j+1)] && t.upper || r.orgBefore(j) {
		return true
	}
	latin := t.fold[0] < 0x80
	nextCapital := j+1 < len(r.t) && r.t[j+1].kind == wordToken && r.t[j+1].upper && !r.t[j+1].caps && r.lex(j+1) == (lex{})
	if nextCapital && hasAnySuffix(r.fold(j+1), "вич", "вна", "вичем", "вичу", "вича") {
		return true
	}
	if !t.upper || t.caps && len(t.text) > 3 {
		return latin && r.verbLike(j, backed)
	}
	if latin {
		if r.fold(j-1) == "with" || r.lex(j).month > 0 && (r.fold(j-1) == "to" && !r.moveVerb(j) || speakers[r.fold(j+1)]) || r.fold(j+1) == "'" {
			return true
		}
		return nextCapital && r.lex(j).month > 0 || r.verbLike(j, backed) || j+1 < len(r.t) && r.t[j+1].is("'")
	}
	x := r.lex(j)
	if t.opens {
		if nextCapital || r.fold(j+1) == "и" && bareWeekday(t.fold) || r.t[min(j+1, len(r.t)-1)].is(":") && bareWeekday(t.fold) && len(r.t) > j+4 {
			return true
		}
		return x.month > 0 && !backed && j+1 < len(r.t) && r.t[j+1].kind == wordToken && r.lex(j+1).unit == noUnit
	}
	if nextCapital {
		return true
	}
	if !backed {
		return !(r.t[min(j+1, len(r.t)-1)].is(",") && r.digits(j+2) > 0 || r.digits(j+1) > 0 || r.digits(j-1) > 0 || r.t[j-1].is(","))
	}
	// «в Пятницу после обеда» is a day, «с Маем», «у Марта» are people.
	p := r.lex(j - 1)
	return !(p.prep == inPrep || p.prep == toPrep || p.prep == onPrep || p.prep == byPrep || p.mod != noMod || p.edge != noEdge || p.ord > 0)
}

// speakers are verbs that make a person of an April.
var speakers = wordSet("said says wants asked called writes wrote asks agreed signed paid replied confirmed")

func bareWeekday(s string) bool {
	return s == "понедельник" || s == "вторник" || s == "среда" || s == "четверг" || s == "пятница" || s == "суббота" || s == "воскресенье"
}

// orgBefore reports whether a word like «ООО» stands before j, quotation marks and one full stop skipped.
func (r *reader) orgBefore(j int) bool {
	k := j - 1
	for k >= 0 && r.t[k].kind == punctToken && (r.t[k].is("«") || r.t[k].is("\"") || r.t[k].is(".")) && k > j-3 {
		k--
	}
	if !nameBefore[r.fold(k)] && !(r.digits(k) > 0 && nameBefore[r.fold(k-1)]) && !(r.digits(k) > 0 && r.fold(k-1) == "." && nameBefore[r.fold(k-2)]) {
		return false
	}
	return r.t[j].upper || bareWeekday(r.t[j].fold)
}

// street reports whether a word like «ул.» or «ООО» stands right before token i.
func (r *reader) street(i int) bool {
	k := i - 1
	if r.fold(k) == "." || r.fold(k) == "«" {
		k--
	}
	return nameBefore[r.fold(k)]
}

// addressWords begin an address also before a small letter: «ул 8 марта 15».
var addressWords = wordSet("ул улица улице улицы пл площадь площади адрес")

// inAddress reports whether a word of an address stands right before token i, with its full stop perhaps.
func (r *reader) inAddress(i int) bool {
	return addressWords[r.fold(i-1)] || r.fold(i-1) == "." && addressWords[r.fold(i-2)]
}

// verbLike reports whether "may", "march", "sat", "sun" or "second" at j is not a time at all.
func (r *reader) verbLike(j int, backed bool) bool {
	f := r.fold(j)
	if f != "may" && f != "march" && f != "mar" && f != "sat" && f != "sun" && f != "wed" {
		return false
	}
	if r.digits(j+1) > 0 || r.digits(j-1) > 0 || r.lex(j-1).mod != noMod || r.lex(j-1).edge != noEdge || r.lex(j-1).ord > 0 || r.fold(j-1) == "of" {
		return false
	}
	if backed || len(r.t) == 1 || r.fold(j+1) == "." && len(r.t) == 2 {
		return false
	}
	if f == "march" && (r.fold(j+1) == "in" || r.lex(j+1).ord > 0 || r.fold(j+1) == "after" || r.fold(j+1) == "the") {
		return false
	}
	if r.t[j].upper && (f == "sat" || f == "sun" || f == "wed") && (r.lex(j+1).prep != noPrep || r.fold(j+1) == ",") {
		return false
	}
	if r.lex(j+1).ord > 0 || r.fold(j+1) == "the" {
		return false
	}
	return true
}

// documentWords stand before numbers that are no dates: of papers, versions, addresses, measures.
var documentWords = wordSet(`№ n номер номера п пп пункт пункта пункту пункте раздел раздела разделе статья статьи ст гост версия версии версию тикет тикета
	лот лота заявка заявки заявку заявке накладная накладной накладную спецификация спецификации спецификацию приложение приложения приложении
	кп акт акта акте акту договор договора договору договоре договором счет счета счету счете счетом фактура фактуру фактуры заказ заказа заказу заказе
	доверенность доверенности полис полиса индекс инн кпп бик огрн окпо снилс корр тел телефон доб код кода кв квартира офис офиса офисе каб кабинет
	кабинете этаж этаже дом дома доме стр корпус склад складе ворота ул улица кб подъезд комната размер размера экран температура
	вес масса длина ширина высота оценка оценку рейтинг 1с windows ip v ver version section clause invoice contract order ticket po suite apt
	floor room phone tel rated rating part ref build release цена цене ценник чек бюджет сумма курс ставка скидка маржа наценка коэффициент
	платежка платежке платежное поручение упд пп эскиз чертеж масштаб масштабе соотношение соотношении пропорция артикул арт модель серия лист параграф доп`)

// documentBefore reports whether a word like «договор» or «№» stands right before token i.
func (r *reader) documentBefore(i int) bool {
	f := r.fold(i - 1)
	if f == "." || f == ":" {
		f = r.fold(i - 2)
	}
	if f == "с" && r.t[max(i-1, 0)].kind == wordToken && r.digits(i-2) > 0 && r.glued(i-1) {
		return true // «1С 8.3»
	}
	return documentWords[f] && r.lex(i-1).prep == noPrep
}

// weakDocuments may stand before a real date: «акт 25.12 подписать».
func (r *reader) wordBefore(i int) bool {
	if !r.documentBefore(i) {
		return false
	}
	weak := papers[r.fold(i-1)] && r.digits(i) == 2 && r.digits(i+2) == 2 && r.fold(i+1) == "."
	return !weak
}

var papers = wordSet("акт договор счет кп заказ оплата invoice contract")

// measures stand after numbers that are no dates and no hours.
var measures = wordSet(`% процент процента процентов проц кг г гр т тонн тонны тонна л литр литров литра м мм см км м2 м3 кв шт штук штуки штука
	дюйм дюйма дюймов градус градуса градусов тыс тысяч тысячи тысяча млн миллион миллиона миллионов млрд к р руб рублей рубля рубль ₽ $ € долларов евро
	тр т.р коп балл баллов балла раз раза х x гб мб gb mb kg lbs percent points k m из of usd eur rub`)

// unitAfter reports whether a measure or a currency stands at i, behind a number.
func (r *reader) unitAfter(i int) bool {
	f := r.fold(i)
	if f == "г" && r.yearWord(i) > i && (r.fold(i+1) == "." || i+1 >= len(r.t)) {
		return false
	}
	if f == "м" && r.glued(i) || f == "m" && r.glued(i) {
		return true
	}
	return measures[f]
}

// counted are nouns that a number before them counts, where the ending doesn't tell.
var counted = wordSet(`экземпляре варианте варианта варианту случае случаях полугодие полугодии полугодия экз встреч писем попыток поставок отгрузок проверок накладных бутылок анкет бригад команд групп задач услуг работ касс смен камер ламп
	плит рам труб дверей окон крат подряд штук штуки штука коробок тонн тонны человек человека раз раза дома дом пачек упаковок единиц точек точки точка страниц страницы строк
	процентов процента процент позиции позиция магазина магазинах магазине магазин склада складе складах отдела офиса офисе офис кабинете кабинет комнате
	комнату доме этаже этаж подъезде зале корпусе цехе филиале филиала вагоне классе месте места компьютера компьютеров лет дней дня недель недели
	месяцев месяца квартир квартиры машин машины заявок заявки сделок сделки партии партий этапа этапов этапе пункта пункту пункте разделе строке
	договора договору договорам счета счету счетам акта акту платежа платежу транша траншу заказа заказу поставки поставке накладной приложения
	экземпляра экземплярах копии копий вопроса вопросам менеджера минут минуты минуту секунд лицензий лицензии рублей рубля руб тыс
	тысяч млн миллионов к т шт кг км м мм см ₽ % $ € процентам городах городе городов странах странам клиентам клиента филиалах линии линий очереди
	квартала квартал квартале партию сортам номера номеров ящиков ящика паллет палет рулонов литров мешков метров комплекта комплектов
	users units items pieces seats licenses people stores offices times percent k days weeks months years boxes floor door street avenue place opinion
	minutes hours version invoices contracts options points clients customers usd eur rub dollars rubles euros`)

// countsNoun reports whether the word at i is one that a number before it counts: a listed noun, or a genitive plural.
func (r *reader) countsNoun(i int) bool {
	if i >= len(r.t) || i < 0 {
		return false
	}
	t := r.t[i]
	if t.kind != wordToken {
		return t.is("%") || t.is("₽") || t.is("$") || t.is("€") || t.is("/") && r.glued(i) && r.digits(i+1) > 0 || t.is("-") && t.glued && r.glued(i+1) && r.t[i+1].kind == wordToken
	}
	x := r.lex(i)
	if counted[t.fold] || x.scale > 0 || workWord(t.fold) && r.lex(i+1).unit != noUnit || t.fold == "календарных" {
		return true
	}
	if t.upper || x != (lex{}) || len(t.fold) < 8 {
		return false
	}
	if t.fold[0] < 0x80 {
		return false
	}
	return hasAnySuffix(t.fold, "ов", "ев", "ций", "зий", "сий", "ний", "тий", "ах", "ях", "ам", "ям") && !hasAnySuffix(t.fold, "готов", "здоров") ||
		hasAnySuffix(t.fold, "лей", "дей", "тей", "жей", "чей", "щей")
}

// dozens reports whether the word at i may be a noun counted by 2, 3 or 4: «в 3 отдела».
func (r *reader) dozens(i int) bool {
	if !r.isWord(i) || r.upper(i) || r.lex(i) != (lex{}) || len(r.fold(i)) < 8 {
		return false
	}
	f := r.t[i].fold
	return hasAnySuffix(f, "а", "я") && !meetings[f] && !hasAnySuffix(f, "ла", "ся", "ца")
}

// meetings are nouns in -а and -я that an hour stands before: «в 3 встреча».
var meetings = wordSet(`встреча планерка презентация демонстрация летучка защита оплата отгрузка доставка конференция сессия консультация тренировка
	беседа экскурсия инвентаризация приемка монтажа звонилка оперативка пятиминутка связь сверка отправка поставка дача подача когда она я меня
	клиента директора ромашка защита сдача выгрузка поездка проверка запись стрижка репетиция лекция завтра дома`)

// closes reports whether the number at i may be an hour right behind a day: it ends its phrase.
func (r *reader) closes(i int) bool {
	if n, ok := r.number(i); ok {
		if n >= 7 && n < 21 && appointments[r.fold(i+1)] {
			return true // «завтра 12 встреча»
		}
		if r.spacedMinutes(i) {
			return true // «чт 15 00»
		}
		if r.fold(i+1) == ":" || r.halfAfter(i+1) || r.lex(i+1).unit == hourUnit {
			return true
		}
		if (r.fold(i+1) == "." || r.dash(i+1)) && r.glued(i+1) && r.digits(i+2) == 2 && r.glued(i+2) {
			return !r.unitAfter(i + 3)
		}
		return i+1 >= len(r.t) || r.t[i+1].kind == punctToken && !r.t[i+1].is("%") && !r.t[i+1].is("₽") && !r.t[i+1].is("$") && !r.t[i+1].is("/") && !r.t[i+1].is("-") && !r.t[i+1].is("€") && r.digits(i+2) == 0
	}
	return r.lex(i).num == 0 && r.lex(i).ord == 0 || r.halfAfter(i+1) || r.lex(i+1).unit == hourUnit || r.lex(i+1).num > 10
}

// appointments are nouns in the singular that no number from 7 to 20 counts.
var appointments = wordSet("встреча созвон звонок разговор презентация совещание планерка визит показ call meeting demo presentation visit")

// hourMayStand decides whether a bare hour with a preposition or a day before it is one.
func (r *reader) hourMayStand(i, next int, hourWord bool) bool {
	p := r.lex(i - 1).prep
	if r.lex(i-1).prep == aboutPrep || r.fold(i-1) == "the" || r.fold(i-1) == "just" || r.fold(i-1) == "сразу" {
		p = r.lex(i - 2).prep
		if p == noPrep {
			p = inPrep
		}
	}
	if r.fold(i-1) == "@" {
		p = atPrep
	}
	switch r.fold(i - 1) {
	case "раньше", "ранее", "позже", "позднее", "чем", "than":
		p = toPrep
	}
	figures := r.isNumber(i)
	if figures && r.glued(next) && next < len(r.t) && (r.t[next].kind != punctToken || !sentenceMark(r.fold(next)) && r.fold(next) != ";" && r.fold(next) != "…") {
		return false
	}
	if figures && r.glued(next) && (r.fold(next) == "." || r.fold(next) == ",") && r.glued(next+1) && r.digits(next+1) > 0 {
		return false
	}
	if hourWord {
		return p != forPrep && r.fold(i-1) != "на" || r.dayNear(i)
	}
	if r.english || r.latin(i-1) && p != noPrep {
		return r.englishHour(i, next, p) || r.listedHour(i, next)
	}
	if r.countsNoun(next) || r.lex(next).month > 0 || r.fold(next) == "числа" || r.lex(next).half == noPart && r.lex(next).ord > 0 && p != noPrep {
		return false
	}
	if figures && r.t[i].value >= 2 && r.t[i].value <= 4 && r.dozens(next) && !r.dayNear(i) {
		return false
	}
	if r.fold(i-2) == "это" && len(r.t) > 0 && p == inPrep {
		return false
	}
	if p == byPrep && r.isNumber(i-2) && documentWords[r.fold(i-3)] {
		return false // «дом 5 к 2»
	}
	if !figures && !r.dayNear(i) && !r.spelledHour(i, next, p) {
		return false
	}
	switch p {
	case inPrep, byPrep, afterPrep, beforePrep, atPrep, toPrep:
		return true
	case noPrep:
		return r.dayNear(i) || r.listedHour(i, next)
	case onPrep:
		return r.dayNear(i) || r.moveVerb(i) || r.dayAhead(next)
	case fromPrep:
		return r.fold(i-1) == "с" && (r.dayNear(i) || r.lex(next).rel != 0)
	}
	return false
}

// spelledHour accepts an hour in words after «в» and «к» at the end of a phrase or before a word that it can't count.
func (r *reader) spelledHour(i, next int, p prep) bool {
	if r.lex(i).num-1 == 1 {
		return false // «в одном», «к одному»
	}
	if r.fold(i) == "час" && p == inPrep {
		return !r.rate(i - 1)
	}
	if p == toPrep {
		return next >= len(r.t) || r.t[next].kind == punctToken
	}
	return p == inPrep && hasAnySuffix(r.fold(next-1), "ь", "а", "е", "и") && !hasAnySuffix(r.fold(next-1), "х", "ух") && (next >= len(r.t) || !r.dozens(next)) ||
		p == byPrep || p == afterPrep
}

// listedHour reports whether a bare hour stands behind a client in a list under a day: «завтра: вектор 11, гамма 12».
func (r *reader) listedHour(i, next int) bool {
	if i == 0 || r.fold(i-1) != unreadable || r.t[i].value < 7 || r.t[i].value > 20 || next < len(r.t) && !r.t[next].is(",") && !r.t[next].is(";") && !r.t[next].opens {
		return false
	}
	k := i - 1
	for k >= 0 && !r.t[k].is(":") {
		k--
	}
	for from := k - 6; k > 0 && k > from; k-- {
		if x := r.lex(k - 1); x.rel != 0 || x.weekday > 0 || x.month > 0 {
			return true
		}
	}
	return false
}

// rate reports whether what stands before the «в час» at i is so much an hour: «10 звонков в час», «раз в час», «две тысячи в час».
func (r *reader) rate(i int) bool {
	for k := i - 1; k >= 0 && k > i-5 && !r.clauseEnd(k); k-- {
		if r.isNumber(k) || r.lex(k).num > 0 || rateWords[r.fold(k)] {
			return true
		}
	}
	return false
}

// rateWords are measured by the hour.
var rateWords = wordSet("раз рублей руб долларов евро тысяч тыс миллион ставка ставку тариф скорость скоростью км штук звонков машин стоит")

// englishHour decides on a bare hour in English.
func (r *reader) englishHour(i, next int, p prep) bool {
	if r.isNumber(i) && r.lex(next).month > 0 && r.lex(next).rel == 0 {
		return false // "by 15 Dec" is a day
	}
	word := next < len(r.t) && r.t[next].kind == wordToken && r.lex(next) == (lex{})
	if r.t[i].kind != numberToken && r.lex(i).num <= 2 && p != atPrep {
		return false
	}
	switch p {
	case atPrep:
		if word && !r.isNumber(i) {
			return false // «at one point»
		}
		return !(word && (counted[r.fold(next)] || hasAnySuffix(r.fold(next), "s"))) && !counted[r.fold(next)]
	case byPrep, beforePrep, afterPrep, toPrep:
		return !word && !counted[r.fold(next)] && r.isNumber(i) && r.t[i].value <= 24 || r.lex(next).rel != 0
	case noPrep:
		return r.dayNear(i) && (!word || work[r.fold(next)].act == actNoun) || r.lex(next).rel != 0 || r.lex(next).part == eveningPart || r.lex(next).mod == thisMod && r.lex(next+1).part != noPart
	case inPrep, aboutPrep, forPrep, onPrep:
		return r.dayNear(i) && !word
	}
	return false
}

// dayNear reports whether a day or a part of day stands right before the hour at i, or right behind it.
func (r *reader) dayNear(i int) bool {
	k := i - 1
	for k >= 0 && k > i-3 && (r.lex(k).prep != noPrep && r.lex(k).rel == 0 || r.t[k].is(",") || r.t[k].is("/") || r.t[k].is("@")) {
		k--
	}
	x := r.lex(k)
	if x.weekday > 0 || x.rel != 0 || x.part != noPart || x.month > 0 && r.digits(k-1) > 0 || r.fold(k) == "числа" {
		return true
	}
	if x.unit == weekUnit || x.unit == dayUnit || x.unit == monthUnit {
		return true
	}
	if r.t[max(k, 0)].kind == wordToken && ordinalEndings[r.fold(k)] && r.digits(k-1)+r.digits(k-2) > 0 {
		return true
	}
	return r.digits(k) > 0 && (r.fold(k-1) == "." || r.fold(k-1) == "/" || r.dash(k-1))
}

// dayBeside reports whether a day touches the stretch of tokens.
func (r *reader) dayBeside(i, n int) bool {
	if r.dayNear(i) {
		return true
	}
	k := n
	if r.lex(k).prep != noPrep {
		k++
	}
	return r.lex(k).weekday > 0 || r.lex(k).rel != 0
}

// moveVerbs are about a date or an hour that changes.
var moveVerbs = wordSet(`перенести перенеси перенесли перенес перенесла переносим перенос переносе перенесем сдвинь сдвинуть сдвинули сдвинем сдвинул сдвиг
	переставь переставить передвинь передвинуть передвинули отложи отложить отложили отложим перезапиши перекинь перекинули переназначь переназначили
	отсрочь отсрочка отсрочку снуз snooze назначь назначили поставь поставили напомни move push pushed moved reschedule rescheduled shift shifted postpone postponed`)

// putOffVerbs are followed by the moment to come back at, not by a deadline.
var putOffVerbs = wordSet("отложи отложить отложим отложили отложил отложила отсрочь snooze snoozed postpone postponed push pushed")

// putOff reports whether «до» before token i belongs to a verb of putting off.
func (r *reader) putOff(i int) bool {
	for k := i - 1; k >= 0 && k > i-5 && !r.clauseEnd(k); k-- {
		if putOffVerbs[r.fold(k)] {
			return true
		}
	}
	return false
}

// moveVerb reports whether a verb of moving stands before token i in its clause.
func (r *reader) moveVerb(i int) bool {
	for k := i - 1; k >= 0 && k > i-8; k-- {
		if moveVerbs[r.fold(k)] {
			return true
		}
		if r.t[k].is(".") || r.t[k].is("!") {
			return false
		}
	}
	return false
}
