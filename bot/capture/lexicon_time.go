package capture

import "strings"

// The words of time, in all their case forms. A word may stand in several tables («дня» is a unit and says that an hour is
// in the afternoon, "second" is a unit and an ordinal): what it means is decided where it stands.

// unit is a measure of time.
type unit uint8

const (
	noUnit unit = iota
	secondUnit
	minuteUnit
	hourUnit
	dayUnit
	workdayUnit
	weekUnit
	fortnightUnit
	monthUnit
	quarterUnit
	yearUnit
	weekendUnit
)

// mod is a word that chooses among periods.
type mod uint8

const (
	noMod mod = iota
	thisMod
	nextMod
	lastMod
	comingMod // «ближайший»: the first that comes
	everyMod
	earlierMod // «позапрошлый»
	finalMod   // «последний»: of a month, or the last that was
)

// prep is a preposition or another small word in front of a time.
type prep uint8

const (
	noPrep prep = iota
	inPrep
	onPrep
	toPrep
	byPrep
	fromPrep
	throughPrep
	afterPrep
	atPrep
	beforePrep
	throughInPrep // «через», "in" of a duration is told by what follows
	agoPrep
	aboutPrep
	forPrep
	betweenPrep
	articlePrep
)

// dayPart is a part of a day.
type dayPart uint8

const (
	noPart dayPart = iota
	morningPart
	dayPartNoon // «днём»
	lunchPart
	afterLunchPart
	beforeLunchPart
	afternoonPart
	firstHalfPart
	secondHalfPart
	lateDayPart // «ближе к вечеру»
	eveningPart
	nightPart
	earlyPart // «рано утром»
	endOfDayPart
)

// edge is a part of a period.
type edge uint8

const (
	noEdge edge = iota
	startEdge
	middleEdge
	endEdge
)

// lex is what the lexicon knows of one word; zero fields say nothing.
type lex struct {
	month   uint8 // 1..12
	weekday uint8 // Monday 1 .. Sunday 7
	many    bool  // a weekday in the plural: «по пятницам», "fridays"
	short   bool  // an abbreviation or a word that is also something else: needs a neighbour or a preposition
	unit    unit
	mod     mod
	prep    prep
	part    dayPart // «утром»: stands alone
	half    dayPart // «утра», "am": says which half of the day an hour is in
	edge    edge
	rel     int8  // relative day + 10: «вчера» 9, «сегодня» 10, «завтра» 11
	season  uint8 // winter 1, spring 2, summer 3, autumn 4
	ord     int16 // ordinal
	num     int32 // cardinal, plus one so that zero can be told from nothing
	scale   int32 // 1000 and more: what stands before it is multiplied
	zone    int16 // index in cityZones plus one
	typo    bool  // found by correcting a typing error
}

var monthForms = [12]string{
	"январь января январе январю январем янв january jan",
	"февраль февраля феврале февралю февралем фев февр february feb",
	"март марта марте марту мартом march mar",
	"апрель апреля апреле апрелю апрелем апр april apr",
	"май мая мае маю маем may",
	"июнь июня июне июню июнем июн june jun",
	"июль июля июле июлю июлем июл july jul",
	"август августа августе августу августом авг august aug",
	"сентябрь сентября сентябре сентябрю сентябрем сен сент september sep sept",
	"октябрь октября октябре октябрю октябрем окт october oct",
	"ноябрь ноября ноябре ноябрю ноябрем ноя нояб november nov",
	"декабрь декабря декабре декабрю декабрем дек december dec",
}

// shortMonths need a number beside them or a preposition: they are also other words.
const shortMonths = "мар сен may mar march сент"

var weekdayForms = [7]string{
	"понельник понедельник понедельника понедельнику понедельником понедельнике понед пнд пн monday mon mondays",
	"вторник вторника вторнику вторником вторнике втр вт tuesday tue tues tuesdays",
	"среда среды среде среду средой срд ср wednesday wed weds wednesdays",
	"четверг четверга четвергу четвергом четверге чтв чт thursday thu thur thurs thursdays",
	"пятница пятницы пятнице пятницу пятницей птн пт friday fri fridays",
	"суббота субботы субботе субботу субботой сбт сб saturday sat saturdays",
	"воскресенье воскресенья воскресенью воскресеньем воскр вск вс sunday sun sundays",
}

const shortWeekdays = "ср вс sun sat wed mon"

var weekdayPlurals = [7]string{
	"понедельникам понедельники понедельников mondays",
	"вторникам вторники вторников tuesdays",
	"средам среды wednesdays",
	"четвергам четверги четвергов thursdays",
	"пятницам пятниц fridays",
	"субботам суббот saturdays",
	"воскресеньям воскресений sundays",
}

var unitForms = map[unit]string{
	secondUnit:    "секунда секунду секунды секунд сек second seconds sec secs",
	minuteUnit:    "минута минуту минуты минут минутку минуточку минуток мин minute minutes min mins",
	hourUnit:      "час часа часов часу часам часик часика часиков ч hour hours hr hrs h",
	dayUnit:       "день дня дней дню дни денек денька деньков дн сутки суток day days",
	weekUnit:      "неделя неделю недели недель неделе неделей неделю недельку недельки неделька нед week weeks wk wks",
	fortnightUnit: "fortnight fortnights",
	monthUnit:     "месяц месяца месяцев месяце месяцу месяцем мес month months mo",
	quarterUnit:   "квартал квартала кварталов квартале кварталу кварталы кв quarter quarters qtr qtrs",
	yearUnit:      "год года году годом лет годик г гг year years yr yrs",
	weekendUnit:   "выходные выходных выходным weekend weekends wkend",
}

var modForms = map[mod]string{
	thisMod:    "этот эта это эту этой этого этом эти этих этим текущий текущая текущую текущей текущего текущем this current",
	nextMod:    "следующий следующая следующее следующую следующей следующего следующем следующему следующие следующих след следущий следущую следущей следущем следущего слудующей слудующий будущий будущая будущее будущую будущей будущего будущем будущему next following",
	lastMod:    "прошлый прошлая прошлое прошлую прошлой прошлого прошлом прошлым прошлые прошлых предыдущий предыдущая предыдущую предыдущей предыдущего предыдущем прошедший прошедшая прошедшую прошедшей прошедшие последние последних last past previous",
	earlierMod: "позапрошлый позапрошлая позапрошлую позапрошлой позапрошлое позапрошлого позапрошлом позапрошлые",
	comingMod:  "ближайший ближайшая ближайшее ближайшую ближайшей ближайшего ближайшие ближайших грядущий грядущую coming upcoming",
	everyMod:   "каждый каждая каждое каждую каждой каждого каждому каждом каждые каждых every each",
	finalMod:   "последний последняя последнее последнюю последней последнего последнему последнем",
}

var prepForms = map[prep]string{
	inPrep:        "в во in during",
	onPrep:        "на on",
	toPrep:        "до to till until untill",
	byPrep:        "к ко by",
	fromPrep:      "с со от from since",
	throughPrep:   "по through thru",
	afterPrep:     "после after",
	atPrep:        "at",
	beforePrep:    "before",
	throughInPrep: "через черз черес чрез спустя чз чрз within",
	agoPrep:       "назад ago hence back",
	aboutPrep:     "около примерно приблизительно ориентировочно где-то ровно прямо about around approximately exactly",
	forPrep:       "for",
	betweenPrep:   "между between",
	articlePrep:   "the",
}

var relForms = map[int8]string{
	-3: "позапозавчера",
	-2: "позавчера",
	-1: "вчера вчерась yesterday yest yday",
	0:  "сегодня сегодян севодня сегодняшнего сег today",
	1:  "завтра завтро завтр завтрашнего tomorrow tomorrows tmrw tmr tomorow tommorow tommorrow",
	2:  "послезавтра послезавтро overmorrow",
	3:  "послепослезавтра",
}

var partForms = map[dayPart]string{
	morningPart:   "утром поутру утречком morning",
	dayPartNoon:   "днем",
	eveningPart:   "вечером вечерком evening tonight tonite",
	nightPart:     "ночью night",
	lunchPart:     "lunch lunchtime",
	afternoonPart: "afternoon",
}

var halfForms = map[dayPart]string{
	morningPart:   "утра утру am",
	afternoonPart: "дня pm",
	eveningPart:   "вечера вечеру",
	nightPart:     "ночи ночь",
	lunchPart:     "обед обеда обеду обедом",
}

var edgeForms = map[edge]string{
	startEdge:  "начало начала началу начале первых beginning start early",
	middleEdge: "середина середину середины середине средине серединой middle mid",
	endEdge:    "конец конца концу конце end late",
}

var seasonForms = [4]string{
	"зима зимы зиме зиму зимой winter",
	"весна весны весне весну весной spring",
	"лето лета лету летом лете summer",
	"осень осени осенью autumn",
}

// timeWords is the lexicon by folded word.
var timeWords = buildTimeWords()

func buildTimeWords() map[string]lex {
	words := make(map[string]lex, 1024)
	add := func(forms string, set func(*lex)) {
		for _, form := range strings.Fields(forms) {
			x := words[form]
			set(&x)
			words[form] = x
		}
	}
	for i, forms := range monthForms {
		add(forms, func(x *lex) { x.month = uint8(i + 1) })
	}
	for i, forms := range weekdayForms {
		add(forms, func(x *lex) { x.weekday = uint8(i + 1) })
	}
	for i, forms := range weekdayPlurals {
		add(forms, func(x *lex) { x.weekday, x.many = uint8(i+1), true })
	}
	add("среды", func(x *lex) { x.many = false })
	add(shortMonths+" "+shortWeekdays, func(x *lex) { x.short = true })
	for u, forms := range unitForms {
		add(forms, func(x *lex) { x.unit = u })
	}
	for m, forms := range modForms {
		add(forms, func(x *lex) { x.mod = m })
	}
	for p, forms := range prepForms {
		add(forms, func(x *lex) { x.prep = p })
	}
	for n, forms := range relForms {
		add(forms, func(x *lex) { x.rel = n + 10 })
	}
	for p, forms := range partForms {
		add(forms, func(x *lex) { x.part = p })
	}
	for p, forms := range halfForms {
		add(forms, func(x *lex) { x.half = p })
	}
	for e, forms := range edgeForms {
		add(forms, func(x *lex) { x.edge = e })
	}
	for i, forms := range seasonForms {
		add(forms, func(x *lex) { x.season = uint8(i + 1) })
	}
	for n, forms := range cardinalForms {
		add(forms, func(x *lex) { x.num = int32(n) + 1 })
	}
	for n, forms := range scaleForms {
		add(forms, func(x *lex) { x.scale = int32(n) })
	}
	for n, forms := range ordinalForms {
		add(forms, func(x *lex) { x.ord = int16(n) })
	}
	for i, z := range cityZones {
		add(z.forms, func(x *lex) { x.zone = int16(i + 1) })
	}
	return words
}

// typoTargets are the words that are recognised with one typing error.
var typoTargets = buildTypoTargets()

// buildTypoTargets indexes every word of five letters and more that a typing error is repaired to, under itself and under
// each form with one letter taken out: two words one error apart share such a form.
func buildTypoTargets() map[string][]string {
	targets := make(map[string][]string, 4096)
	add := func(forms string) {
		for _, word := range strings.Fields(forms) {
			letters := []rune(word)
			if len(letters) < 5 || word == "march" || word == "среды" {
				continue
			}
			targets[word] = append(targets[word], word)
			for i := range letters {
				key := string(letters[:i]) + string(letters[i+1:])
				targets[key] = append(targets[key], word)
			}
		}
	}
	for _, forms := range monthForms {
		add(forms)
	}
	for _, forms := range weekdayForms {
		add(forms)
	}
	for _, forms := range weekdayPlurals {
		add(forms)
	}
	add("сегодня завтра послезавтра вчера позавчера today tomorrow yesterday")
	add("через утром вечером следующую следующей следующий следующем следующая следующего прошлой")
	add("неделю неделе недели недель месяца минут минуты часов")
	return targets
}

// notTypos are real words one letter away from a word of time.
var notTypos = wordSet(`завтрак завтраке среди средам средах средами средь четверо череп черед чрезмерно мартен маркет
	обедала вечеров утрам майка марка марки марте вчерне сегодняшний часто части часть частью часами неделимы минута минус минуса
	минусы местам месяцы месяцами чаек чехов часовой match marsh toddy sundry sundae mundane moday нашей вечере вечерам
	недели недель неделю недельный неделе октав апрелев майский пятницкий прошло прошли прошла вечный пятниц
	пятнице делить неделей месяцем augusta маршал`)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}
