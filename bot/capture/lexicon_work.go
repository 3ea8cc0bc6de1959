package capture

import (
	"strings"

	"followup/storage/crm"
)

// Words of the trade, each with what it says. A form that could mean two things stands where it means the likelier; what
// stands around it decides the rest (what.go).

// act is what a word says about a clause.
type act uint8

const (
	actNone        act = iota
	actTouched         // we did it: «созвонилась», "called"
	actNoun            // a touch by name, done or to come: «звонок», «встреча», "call"
	actMissed          // «недозвон», "voicemail"
	actTodo            // to be done by us: «набрать», «перезвоню», "call back"
	actRemind          // «напомни», "ping me"
	actGive            // we say we will: «пришлём», «подготовлю»
	actPromised        // «обещал», «обещала»: by whom is open
	actTheyPromise     // «обещали», «обещают»
	actWait            // «ждём», "waiting"
	actTheyWait        // «ждут»
	actAsk             // «просят», «хотят», "want"
	actNeed            // «нужен», «надо»
	actPaid            // «оплатили», «пришло», "paid"
	actPay             // «оплатят», «заплатить»
	actPayNoun         // «оплата», «предоплата»
	actTheyWill        // «пришлют», «подпишут»
	actTheyDid         // «ответили», «отказались»: outcome
	actMove            // «перенесли», «перенос»
	actPaper           // «счет», «акт», «договор»
	actSigned          // «подписан»
	actSent            // «отправлен»
	actReceived        // «получен», «вернулся»
	actOriginal        // «оригинал»
	actIssued          // «выставила»
)

// tradeWord is a word of the trade.
type tradeWord struct {
	act   act
	touch crm.TouchKind    // of a touch done or named
	verb  string           // of something to do: call, meet, write, send, check, task
	paper crm.DocumentKind // of a paper
}

// workRow is a row of the table: forms parted by blanks; in past each form stands for all genders and the plural.
type workRow struct {
	word  tradeWord
	past  string
	forms string
}

var workRows = []workRow{
	{
		tradeWord{act: actTouched, touch: crm.TouchCall},
		"звонил позвонил созвонился созванивался набрал дозвонился прозвонил обзвонил перезвонил поговорил говорил пообщался общался переговорил разговаривал обсудил обсуждал связался связывался звякнул прозвонился перетер побеседовал",
		"called phoned rang spoke talked discussed",
	},
	{
		tradeWord{act: actTouched, touch: crm.TouchMeeting},
		"встретился встречался повстречался пересекся",
		"met",
	},
	{
		tradeWord{act: actTouched, touch: crm.TouchVisit},
		"заехал заезжал съездил ездил посетил побывал приезжал приехал заглянул заскочил сходил",
		"visited",
	},
	{
		tradeWord{act: actTouched, touch: crm.TouchMail, verb: "send"},
		"отправил выслал послал переслал направил отослал",
		"emailed sent mailed forwarded",
	},
	{
		tradeWord{act: actTouched, touch: crm.TouchMessage, verb: "send"},
		"написал отписал отписался писал скинул сбросил кинул переписывался списался списывался",
		"texted messaged wrote pinged dm'd",
	},
	{
		tradeWord{act: actTouched, touch: crm.TouchPresentation},
		"презентовал показал показывал продемонстрировал демонстрировал",
		"presented demoed showed",
	},
	{
		tradeWord{act: actNoun, touch: crm.TouchCall, verb: "call"},
		"",
		"звонок звонка звонку звонки созвон созвона созвоны разговор разговора разговоре call calls phonecall зум zoom",
	},
	{
		tradeWord{act: actNoun, touch: crm.TouchMeeting, verb: "meet"},
		"",
		"встреча встречи встречу встрече встречей переговоры переговоров meeting meetings совещание планерка кофе lunch coffee",
	},
	{
		tradeWord{act: actNoun, touch: crm.TouchPresentation, verb: "meet"},
		"",
		"презентация презентацию презентации презентацией демо demo presentation демонстрация демонстрацию показ",
	},
	{tradeWord{act: actNoun, touch: crm.TouchVisit, verb: "meet"}, "", "визит визита выезд visit"},
	{tradeWord{act: actNoun, touch: crm.TouchMail, verb: "write"}, "", "письмо письма письмом имейл email e-mail mail letter"},
	{tradeWord{act: actNoun, touch: crm.TouchMessage, verb: "write"}, "", "переписка переписку сообщение смс sms вотсап телеграм"},
	{
		tradeWord{act: actMissed, touch: crm.TouchMissed},
		"",
		"недозвон недозвонился недозвонилась недозвоны недозвона пропущенный пропущенные пропущенных voicemail vm автоответчик неберет",
	},
	{
		tradeWord{act: actTodo, verb: "call"},
		"",
		"позвонить перезвонить набрать созвониться прозвонить обзвонить дозвониться связаться звонить поговорить переговорить пообщаться обсудить наберем позвони перезвони набери созвонись свяжись позвоню перезвоню наберу созвонимся позвоним перезвоним свяжусь звякнуть звякну обсудим прозвоню звоню",
	},
	{
		tradeWord{act: actTodo, verb: "meet"},
		"",
		"встретиться встретимся встречаемся заехать заеду съездить поехать подъехать подъеду съезжу посетить увидеться встречусь поеду meet",
	},
	{
		tradeWord{act: actTodo, verb: "write"},
		"",
		"написать напиши напишу отписаться отбить отбей отобью ответить отвечу черкнуть поздравить поблагодарить reply write",
	},
	{
		tradeWord{act: actTodo, verb: "send"},
		"",
		"отправить отправь скинуть скинь прислать выслать вышли переслать направить послать кинуть сбросить отослать закинуть отгрузить доставить отвезти передать переотправить перешли продублировать send resend forward deliver",
	},
	{
		tradeWord{act: actTodo, verb: "check"},
		"",
		"проверить проверь уточнить уточни узнать узнай спросить выяснить проконтролировать сверить проследить check confirm verify чекнуть retry",
	},
	{
		tradeWord{act: actTodo, verb: "task"},
		"",
		"подготовить сделать подписать выставить составить согласовать обновить продлить продлевать закрыть заказать оформить посчитать рассчитать подать заключить забрать решить доделать дожать пнуть пни вернуться добавить внести завести разобраться разослать собрать подпиши сделай подготовь выстави составь оформи посчитай согласуй закажи обнови заполни поставить внедрить настроить пролонгировать занести поднять предложить провести показать презентовать организовать забронировать запланировать назначить запустить переделать исправить дослать запросить поменять сменить изменить заменить забронить prepare draft cancel issue schedule book arrange finish review renew sign",
	},
	{
		tradeWord{act: actRemind, verb: "task"},
		"",
		"напомни напомнить напоминание напомните напоминай поставь запланируй закинь добавь заведи remind ping nudge пинг пингануть пингани remember задача задачу задачка follow-up followup напоминалка",
	},
	{
		tradeWord{act: actGive, verb: "send"},
		"",
		"пришлем вышлем отправим скинем направим перешлем пришлю вышлю отправлю скину направлю перешлю сброшу кину закину отгрузим доставим привезем передам передадим предоставим дам дадим",
	},
	{
		tradeWord{act: actGive, verb: "task"},
		"",
		"подготовлю подготовим сделаю сделаем посчитаю посчитаем рассчитаем рассчитаю оформим оформлю составим составлю согласуем согласую выставлю выставим подпишем решим исправим починим закроем заменим вернем проверю проверим уточню уточним узнаю узнаем",
	},
	{tradeWord{act: actPromised}, "обещал пообещал", "promised"},
	{tradeWord{act: actTheyPromise}, "", "обещали обещают обещает пообещали клянутся клянется гарантируют собираются обещаются"},
	{tradeWord{act: actWait}, "", "жду ждем ожидаю ожидаем дожидаемся ждемс awaiting waiting expecting expect await"},
	{tradeWord{act: actTheyWait}, "ждал ожидал", "ждут ждет ожидают ожидает expects"},
	{
		tradeWord{act: actAsk},
		"просил попросил хотел запросил затребовал требовал интересовался заинтересовался запрашивал",
		"просит просят просим хочет хотят просится требует требуют запрашивает запрашивают интересуется интересуются want wants wanted asks asked ask need needs requested request надеются",
	},
	{tradeWord{act: actNeed}, "", "нужен нужна нужно нужны надо должен должна должны необходимо требуется todo must should"},
	{
		tradeWord{act: actPaid},
		"оплатил заплатил перевел погасил проплатил доплатил внес рассчитался расплатился перечислил",
		"пришло поступило поступила поступили упало прилетело прилетела прилетели капнуло оплачен оплачено оплачена оплачены paid received settled платят",
	},
	{
		tradeWord{act: actPay},
		"",
		"оплатим заплатим переведем погасим проплатим оплатить заплатить оплатят заплатят оплатит заплатит погасят погасит погасить перевести переведут переведет проплатят проплатит проплатить доплатят доплатит рассчитаются рассчитается расплатятся перечислят перечислит внесут внести рассчитаться расплатиться перечислить доплатить pay transfer wire",
	},
	{tradeWord{act: actPayNoun}, "", "оплата оплату оплаты оплате оплатой платеж платежа платежку предоплата предоплату аванс payment prepayment постоплата платежи"},
	{
		tradeWord{act: actTheyWill},
		"",
		"пришлют пришлет вышлют вышлет скинут скинет отправят отправит подпишут подпишет ответят ответит перезвонят перезвонит подтвердят подтвердит вернут вернутся вернется согласуют согласует решат решит утвердят утвердит дадут даст передадут передаст сделают сделает напишут напишет наберут наберет определятся определится сообщат сообщит подготовят подготовит рассмотрят рассмотрит закажут закажет приедут приедет подумают подумает предоставят предоставит выберут выберет примут",
	},
	{
		tradeWord{act: actTheyDid},
		"ответил отказался согласился прислал вернул подтвердил утвердил согласовал решил передумал сказал заказал выбрал отложил привез завез закрыл приостановил расторг пожаловался уволился сменил купил взял принял отклонил одобрил передал запустил отгрузил завис пропал молчал попал думал ушел подумал предложил сообщил расширился переехал закрылся открыл открылся рассмотрел уточнил",
		"думают думает согласны согласен согласна отказ отказываются молчат молчит отвечает отвечают обещание решают решает выбирают сравнивают сравнивает устраивает довольны доволен недовольны жалуются жалуется рассматривают рассматривает тянут тянет тормозят берут берет готовы готов готова подумают спорят спорит торгуются interested agreed refused declined thinking replied answered approved confirmed rejected happy unhappy silent",
	},
	{tradeWord{act: actMove}, "перенес", "перенос переносим переносят переносится перенести перенеси перенесем переносы сдвинули сдвинь сдвинуть подвинули reschedule rescheduled pushed postponed postpone moved"},
	{tradeWord{act: actSigned}, "подписал", "подписан подписана подписано подписаны signed завизирован"},
	{tradeWord{act: actSent}, "", "отправлен отправлена отправлены отправлено выслан выслана высланы направлен"},
	{tradeWord{act: actReceived}, "получил", "получен получена получены получено"},
	{tradeWord{act: actOriginal}, "", "оригинал оригинала оригиналы оригиналов original originals"},
	{tradeWord{act: actIssued}, "выставил", "выставлен выставляю выставляем issued invoiced billed"},
	{
		tradeWord{act: actPaper, paper: crm.PaperInvoice},
		"",
		"счет счета счету счетом счете счетов сч инвойс инвойса инвойсы invoice inv invoices счетик счетфактура bill",
	},
	{tradeWord{act: actPaper, paper: crm.PaperContract}, "", "договор договора договору договором договоре дог contract agreement контракт контракта контракту"},
	{tradeWord{act: actPaper, paper: crm.PaperAct}, "", "акт акта акту актом акты актов act"},
	{tradeWord{act: actPaper, paper: crm.PaperUPD}, "", "упд накладная накладную накладной накладные торг12"},
	{tradeWord{act: actPaper, paper: crm.PaperReconciliation}, "", "сверка сверку сверки сверке reconciliation"},
	{tradeWord{act: actPaper, paper: crm.PaperOffer}, "", "кп коммерческое предложение предложения quote quotes quotation offer offers proposal proposals смета смету расчет расчета квота"},
	{tradeWord{act: actPaper, paper: crm.PaperAddendum}, "", "допсоглашение допсоглашения допсоглашению допник допника допнику допика допсоглашением дс addendum amendment допы доп"},
	{
		tradeWord{act: actPaper, paper: crm.PaperOther},
		"",
		"прайс прайса прайслист каталог каталоги презу бриф тз реквизиты доверенность доверенности документы документов доки доков доках спецификация спецификацию образцы образец образцов макет макеты гарантийное claim pricelist price catalog catalogue specs samples documents docs details",
	},
}

// work is the table by word.
var work = workTable()

func workTable() map[string]tradeWord {
	table := map[string]tradeWord{}
	for _, row := range workRows {
		for _, w := range strings.Fields(row.forms) {
			table[w] = row.word
		}
		for _, w := range strings.Fields(row.past) {
			for _, form := range pastForms(w) {
				table[form] = row.word
			}
		}
	}
	// «обещали» is said of others, «обещал» may be said of oneself.
	table["обещали"], table["пообещали"] = tradeWord{act: actTheyPromise}, tradeWord{act: actTheyPromise}
	return table
}

// pastForms are the past forms of a verb given in the masculine: созвонился, созвонилась, созвонилось, созвонились.
func pastForms(masculine string) []string {
	if base, ok := strings.CutSuffix(masculine, "ся"); ok {
		if base, ok = strings.CutSuffix(base, "л"); ok {
			return []string{base + "лся", base + "лась", base + "лось", base + "лись"}
		}
		return []string{masculine, base + "лась", base + "лось", base + "лись"}
	}
	base := strings.TrimSuffix(masculine, "л")
	if base == "уше" {
		return []string{"ушел", "ушла", "ушло", "ушли"}
	}
	return []string{masculine, base + "ла", base + "ло", base + "ли"}
}

// theyActs are what a client does.
func theyAct(a act) bool {
	switch a {
	case actTheyPromise, actPromised, actTheyWait, actAsk, actPaid, actPay, actTheyWill, actTheyDid, actMove, actSigned:
		return true
	}
	return false
}

// clientVerbs are the verbs whose subject is a client.
var clientVerbs = verbsOfClients()

func verbsOfClients() map[string]bool {
	set := lexicon("звонил звонила звонили позвонил позвонила позвонили набрал набрала перезвонил перезвонила перезвонили написал написала написали",
		"встретились отправил отправила прислала прислали скинул скинула скинули не хочет должен должна должны called wrote will is has")
	for form, w := range work {
		if theyAct(w.act) && form != "pay" && form != "оплатить" && form != "заплатить" && form != "погасить" {
			set[form] = true
		}
	}
	for form := range payVerbs {
		if finiteFuture(form) {
			set[form] = true
		}
	}
	return set
}

// particles stand between a subject and its verb.
var particles = lexicon("не уже пока еще так и сегодня вчера сейчас опять снова точно тоже все наконец таки вроде already still just now also again")

// knownWord reports whether the word is one of the trade's, so that it is no mistyped name.
func knownWord(fold string) bool {
	_, ok := work[fold]
	return ok || otherWords[fold]
}

// otherWords are further words that stand in work talk and name nobody.
var otherWords = lexicon("по за без под над через после перед около про и а но или что как так это то вот мы вы они он она я их им нам нами нас",
	"мне меня тебе вам вас его ее ему ей ним ней них этот эта эти тот та те мой наш ваш свой все всё весь где когда куда кто чем чтобы если",
	"сегодня завтра вчера послезавтра утром днем вечером ночью обед обеда обедом час часа часов минут день дня дней неделя неделю недели недель",
	"месяц месяца месяцев год года лет квартал понедельник вторник среду среда четверг пятницу пятница субботу воскресенье январь января февраль",
	"февраля март марта апрель апреля май мая июнь июня июль июля август августа сентябрь сентября октябрь октября ноябрь ноября декабрь декабря",
	"скидка скидку скидки скидкой цена цену цены условия условиях срок сроки сроков отсрочка отсрочку долг долга долги просрочка склад склада офис офисе",
	"деньги денег товар груз машина заявка письмо ответ решение вопросов проблем директор директора бухгалтер бухгалтерия бухгалтерию менеджер секретарь закупщик снабженец юрист клиент клиенту вопрос вопрос вопросу новый",
	"новая тендер отгрузка отгрузку доставка доставку поставка заказ заказа проверка трубку телефон почту почта точки адрес связи скидон половину",
	"половина остаток часть процентов рублей руб тысяч тыс млн пеня неустойка нет да ок спасибо привет пожалуйста срочно важно можно был была были",
	"будет будут есть бы же ли уже еще очень надо бы рождения рожденья пилот бюджет проект with from the and but for about they them",
	"we our us you your this that them will would have has had was were been not did didn't don't no yes on at by in to of a an it is are he she his her",
	"next week month monday tuesday wednesday thursday friday saturday sunday today tomorrow morning afternoon evening end until due before after back",
	"карточка карточку карточки найди найти поищи покажи открой история инфо card find search show open history",
	"короче факту факта надиктовываю значит дебиторка дебиторку наличными налом наличку безнал безналом",
	"utc gmt bst est pst cst msk мск edt pdt cet eet usd eur rub kzt byn cny gbp myr jpy chf pln",
	"discount price deadline answer ping me please up new pm am day days good trip voicemail follow-up follow везде нигде никто никого ничего контакт контакта контакту контактом контакты контактов перевезли перевезла перевез перевозили подставить почитать звоните нельзя отпуск отпуске ремонт")
