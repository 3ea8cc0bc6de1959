package capture

import (
	"maps"
	"strings"
)

// Words around names: what stands before one, what is no distinctive part of one, and which names are everyday words.

// lexicon makes a set of a list parted by blanks.
func lexicon(list ...string) map[string]bool {
	set := map[string]bool{}
	for _, l := range list {
		for _, w := range strings.Fields(l) {
			set[w] = true
		}
	}
	return set
}

// nameCases are the prepositions that stand before names and the cases that they ask for.
var nameCases = map[string]caseSet{
	"у": gen, "от": gen, "для": gen, "без": gen, "до": gen, "из": gen, "с": ins | gen, "со": ins | gen, "к": dat, "ко": dat, "по": dat,
	"про": acc, "через": acc, "о": loc, "об": loc, "обо": loc, "при": loc, "в": loc | acc, "во": loc | acc, "на": loc | acc,
	"за": ins | acc, "над": ins, "перед": ins, "между": ins,
	"with": anyCase, "to": anyCase, "from": anyCase, "for": anyCase, "at": anyCase, "by": anyCase, "about": anyCase, "of": anyCase, "via": anyCase,
}

// closePrepositions stand before people and companies rather than before things: even an everyday word after one may be a
// name.
var closePrepositions = lexicon("у с со к ко от для про по with to from for about")

// datePrepositions stand before dates as well: a name that looks like a date isn't taken after them.
var datePrepositions = lexicon("в во на до к ко после через за перед каждый каждую каждое каждые этот эту это следующий следующую прошлый прошлую",
	"конец конца начало начала середине by on until till before after every next last this since")

// textForms are legal forms as they are typed in a text.
var textForms = lexicon("ооо оао зао пао ао нао ип тоо чп одо гуп муп ано llc ltd inc gmbh corp plc")

// companyWords say that a name follows.
var companyWords = lexicon("клиент клиента клиенту клиентом клиенте компания компании компанию компанией фирма фирмы фирме фирму фирмой",
	"контора конторы конторе организация организации организацию контрагент контрагента контрагенту контрагентом заказчик заказчика заказчику",
	"заказчиком покупатель покупателя покупателю client company customer гк тд тк чоп")

// genericWords are parts of names that tell no company from another: a name is recognised without them.
var genericWords = lexicon("компания компании группа групп group гк тд тк торговый дом завод фабрика фирма магазин салон студия агентство центр",
	"сервис service services плюс plus кофейня кофе кафе ресторан бар аптека клиника отель гостиница школа клуб бюро мастерская ателье пекарня",
	"партнер партнеры partners сыновья ко co company трейд trade trading строй инвест холдинг holding корпорация концерн производственная",
	"производственный производство промышленная промышленный торговая торговое предприятие объединение база склад маркет market shop store",
	"логистик логистика logistics traders industries foods travel транс технологии technologies systems системы solutions решения studio lab labs digital медиа media нпо нпп",
	"пкф пк чоп рпк ск усадьба типография стоматология автосервис автосалон супермаркет гипермаркет сеть издательство и and в на")

// tellingTails are generic words that make another company's name of one: «Вектор» and «Вектор Плюс» are two.
var tellingTails = lexicon("плюс plus группа групп group холдинг holding инвест трейд trade trading строй транс ко co партнер партнеры partners сыновья",
	"сервис service юг север восток запад логистик медиа")

// firstNames are given names: alone they name nobody, beside a surname they may be left out.
var firstNames = lexicon("александр алексей анатолий андрей антон аркадий арсений артем артур борис вадим валентин валерий василий виктор виталий",
	"владимир владислав всеволод вячеслав геннадий георгий глеб григорий даниил данила денис дмитрий евгений егор иван игорь илья кирилл",
	"константин лев леонид максим марат марк матвей михаил никита николай олег павел петр рамиль ринат роман руслан рустам святослав семен",
	"сергей станислав степан тимофей тимур федор филипп эдуард юрий ян ярослав",
	"александра алена алина алиса алла анастасия ангелина анжела анна антонина валентина валерия варвара вера вероника виктория галина дарья",
	"диана ева евгения екатерина елена елизавета жанна зинаида зоя инна ирина карина кира кристина ксения лариса лидия любовь людмила майя",
	"маргарита марина мария милана надежда наталия наталья нина оксана олеся ольга полина раиса регина римма светлана снежана софия софья",
	"таисия тамара татьяна ульяна юлия яна",
	"john james robert michael david william richard thomas charles mary anna jennifer linda elizabeth susan peter paul mark george kevin",
	"brian sarah emma olivia kate jane alex max tom mike dave bob jim steve chris")

// petNames are the short forms of given names. A client may well be called so, «Кофейня Рита»: unlike firstNames they take nothing
// from the name of a client.
var petNames = lexicon("юля катя лена оля таня наташа саша маша даша женя коля вася петя ваня дима сережа леша миша паша костя витя толя гена юра",
	"света ира аня настя ксюша галя люда надя рита лиза люба лера вика ника соня ася варя валя валера виталик толик стас влад рома боря гриша сеня федя степа",
	"андрюша илюша гоша жора сева лева лиля зина тоня рая тася маруся аленка эдик алик яша",
	"nick dan ben sam joe tim rob greg matt andy tony ken phil jen liz beth amy meg maggie becky katie annie josh",
	"charlie harry larry jerry terry gary ron ray fred ted vic sandy vicky debbie lucy sophie ellie")

// givenForms are the forms of given names and their short forms with their cases.
var givenForms = formsOf(firstNames, petNames)

func formsOf(sets ...map[string]bool) map[string]caseSet {
	names := map[string]bool{}
	for _, set := range sets {
		maps.Copy(names, set)
	}
	forms := map[string]caseSet{}
	for name := range names {
		for _, s := range stemsOf(name, nil) {
			for _, e := range classEndings[s.class] {
				if form := s.text + e.text; s.class != classBare && s.class != classNominative {
					forms[form] |= e.cases
				}
			}
		}
		forms[name] = nom
	}
	return forms
}

// roleWords are names of companies that in a text usually mean a person or a thing of the trade: in lower case they are
// never taken without a question.
var roleWords = lexicon("партнер партнеры лидер клиент контакт проект план склад центр дом сервис результат рынок старт финиш форум стандарт ресурс",
	"капитал актив бюджет транзит маркет баланс менеджер директор эксперт мастер специалист команда союз альянс компания фирма офис объект",
	"договор контракт счет акт заказ заявка тендер оплата доставка поставка товар продукт опт розница база бизнес дело деловой решение решения",
	"идея система системы технология технологии связь интернет сеть сайт реклама медиа пресса новости канал портал диалог ответ вопрос время день",
	"неделя месяц год час мир город регион район центральный первый второй новый новая старый большой хороший лучший главный прямой общий свой",
	"мой наш ваш один два три все сам кто что где как good best first new one all big smart top plan project market partner leader contact",
	"доверие надежда вера любовь улыбка успех победа мечта удача фантазия триумф дружба забава рекорд шанс престиж комфорт резонанс возрождение",
	"полет отрада поддержка помощь гарантия прогресс старт зависть радость свобода правда",
	"balance team solution support service office center")

// everydayNames are names of companies that are words of everyday talk: in lower case they need a place where a name stands.
var everydayNames = lexicon("вектор волна премьер импульс фактор спектр прогресс успех победа удача надежда вера мечта звезда солнце земля вода огонь",
	"море берег остров гора лес поле сад парк весна лето осень зима восход закат полюс север юг запад восток высота вершина капитан ключ",
	"мост дорога путь маршрут магистраль двигатель энергия сила мощь свет формула интеграл синтез анализ метод модуль контур профиль каркас",
	"фундамент кирпич бетон камень песок дерево хлеб вкус аромат ритм темп сигнал рубеж граница курс драйв форсаж гарант гарантия комфорт элита",
	"молоток горизонт орбита ракета космос планета луч рекорд старт шанс эра дебют резонанс спираль сфера доверие легенда фантазия улыбка призма",
	"sunrise horizon wave star light bridge oracle orange target shell gap")

// seldomNames are names that are words too, but seldom in talk of work: without a place where a name stands they are asked.
var seldomNames = lexicon("заря рассвет прометей кристалл гранит атлант маяк глобус медведь пекарь огонек ласточка айсберг печатник ниточка булочка",
	"технопарк мегаполис факел радуга луна ветер океан река меридиан экватор комета метеор олимп феникс дракон лев тигр волк сокол орел орион",
	"корона корвет фрегат якорь парус компас штурвал адмирал гвардия легион титан гигант молот сталь металл алмаз рубин изумруд янтарь жемчуг",
	"золото серебро бронза титул эталон престиж люкс уют очаг теремок терем ключик колесо мотор искра молния гром лампа факториал глина береза",
	"дуб сосна кедр клен роза лилия сирень василек колос зерно мельница каравай пирог фортуна виктория ника муза лира аккорд гармония мелодия",
	"дельта гамма альфа бета омега сигма квант атом электрон нейтрон спутник радар локатор монолит оплот бастион цитадель крепость щит застава",
	"азимут траектория apple")

// dateWords are words that may be a date, a time or a sum: a name of nothing else is a name only where one stands.
var dateWords = lexicon("январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь понедельник вторник среда четверг пятница",
	"суббота воскресенье сегодня завтра послезавтра вчера утро день вечер ночь полдень полночь обед час неделя месяц квартал год выходные",
	"минута сто тысяча миллион два три четыре пять шесть семь восемь девять десять дней дня лет года часов недель новый первое второе",
	"january february march april may june july august september october november december monday tuesday wednesday thursday friday saturday",
	"sunday весна лето осень зима spring summer autumn winter today tomorrow morning noon evening night day week month year hundred million days weeks years hours hour часа минут рублей")

// phoneWords stand before the last digits of a phone.
var phoneWords = lexicon("тел телефон телефона телефону номер номера номеру номером моб мобильный сот phone tel number звонили звонок заканчивается ending",
	"оканчивается хвост")
