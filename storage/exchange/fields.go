package exchange

// Field is what a column means.
type Field string

// Fields of all kinds of files. FieldSkip is a column that is known and of no use here.
const (
	FieldSkip      Field = "skip"
	FieldID        Field = "id"
	FieldClient    Field = "client"
	FieldINN       Field = "inn"
	FieldCity      Field = "city"
	FieldTier      Field = "tier"
	FieldStatus    Field = "status"
	FieldTags      Field = "tags"
	FieldManager   Field = "manager"
	FieldSite      Field = "site"
	FieldAddress   Field = "address"
	FieldNote      Field = "note"
	FieldPerson    Field = "person"
	FieldFirst     Field = "first"
	FieldLast      Field = "last"
	FieldMiddle    Field = "middle"
	FieldPosition  Field = "position"
	FieldPhone     Field = "phone"
	FieldEmail     Field = "email"
	FieldBirthday  Field = "birthday"
	FieldTelegram  Field = "telegram"
	FieldDeal      Field = "deal"
	FieldStage     Field = "stage"
	FieldClosed    Field = "closed"
	FieldInvoice   Field = "invoice"
	FieldContract  Field = "contract"
	FieldIssued    Field = "issued"
	FieldDue       Field = "due"
	FieldSum       Field = "sum"
	FieldPaid      Field = "paid"
	FieldBalance   Field = "balance"
	FieldCurrency  Field = "currency"
	FieldTotal     Field = "total"   // of a debt report: the whole debt of the row
	FieldOverdue   Field = "overdue" // of it, past due
	FieldSubject   Field = "subject"
	FieldStart     Field = "start"
	FieldEnd       Field = "end"
	FieldRenewal   Field = "renewal"
	FieldMonths    Field = "months"
	FieldNotice    Field = "notice"
	FieldWorking   Field = "working"
	FieldPenalty   Field = "penalty"
	FieldCap       Field = "cap"
	FieldTouch     Field = "touch"
	FieldHappened  Field = "happened"
	FieldText      Field = "text"
	FieldOutcome   Field = "outcome"
	FieldAuthor    Field = "author"
	FieldTask      Field = "task"
	FieldDay       Field = "day"
	FieldTime      Field = "time"
	FieldAssignee  Field = "assignee"
	FieldObliged   Field = "obligation"
	FieldRepeat    Field = "repeat"
	FieldTaskState Field = "taskstate"
)

// heading is how a field is called: ru and en head our own files, others are what programs and people write, folded.
type heading struct {
	field  Field
	ru, en string
	others []string
}

// headings is the dictionary of the importer, FORMATS.md B.9 and the headings of Bitrix24, amoCRM and 1C. A word may stand with
// several fields: the earlier is taken unless the shape of the file says otherwise.
var headings = []heading{
	{FieldID, "ID", "ID", []string{"№ сделки", "id сделки", "id контакта", "id компании", "код", "код клиента"}},
	{FieldClient, "Клиент", "Client", []string{
		"название компании", "компания", "контрагент", "покупатель", "организация", "заказчик", "company", "account", "компания контакта",
		"название клиента", "наименование", "наименование клиента", "наименование контрагента", "наименование организации", "имя клиента", "customer", "company name",
		"client name", "customer name", "название", "имя или название", "дебитор", "плательщик", "клиенты",
	}},
	{FieldINN, "ИНН", "INN", []string{"инн клиента", "инн контрагента", "инн компании", "инн организации", "инн кпп", "tax id", "taxpayer number", "rq inn"}},
	{FieldCity, "Город", "City", []string{"населенный пункт", "town"}},
	{FieldTier, "Категория", "Tier", []string{"класс", "категория клиента", "abc", "уровень"}},
	{FieldStatus, "Статус клиента", "Client status", []string{"статус"}},
	{FieldTags, "Метки", "Tags", []string{"теги", "теги сделки", "теги компании", "теги контакта", "tags"}},
	{FieldManager, "Ответственный", "Responsible", []string{"менеджер", "responsible", "manager", "owner", "ответственный менеджер", "владелец", "ответственный сотрудник"}},
	{FieldSite, "Сайт", "Website", []string{"корпоративный сайт", "web", "site", "сайт компании"}},
	{FieldAddress, "Адрес", "Address", []string{"фактический адрес", "юридический адрес", "адрес доставки"}},
	{FieldNote, "Комментарий", "Comment", []string{
		"комментарии", "примечание", "примечания", "описание", "note", "notes", "comment", "comments", "description", "заметка", "заметки",
	}},
	{FieldPerson, "Контактное лицо", "Contact", []string{
		"полное имя контакта", "основной контакт", "контакт", "имя фамилия", "фио", "ф и о", "имя и фамилия", "контактное лицо клиента", "contact name", "full name",
		"contact person", "полное имя", "имя контакта", "представитель",
	}},
	{FieldFirst, "Имя", "First name", []string{"given name", "name"}},
	{FieldLast, "Фамилия", "Last name", []string{"family name", "surname"}},
	{FieldMiddle, "Отчество", "Middle name", nil},
	{FieldPosition, "Должность", "Position", []string{"title", "job title", "роль"}},
	{FieldPhone, "Телефон", "Phone", []string{
		"рабочий телефон", "мобильный телефон", "рабочий прямой телефон", "домашний телефон", "другой телефон", "телефоны", "тел", "моб телефон", "мобильный",
		"phone number", "mobile", "mobile phone", "work phone", "home phone", "номер телефона", "контактный телефон", "телефон компании", "phones",
	}},
	{FieldEmail, "E-mail", "Email", []string{
		"email", "почта", "электронная почта", "рабочий email", "личный email", "другой email", "рабочий e mail", "частный e mail", "другой e mail",
		"эл почта", "e mail компании", "mail", "адрес электронной почты", "work email", "emails",
	}},
	{FieldBirthday, "День рождения", "Birthday", []string{"дата рождения", "date of birth", "др"}},
	{FieldTelegram, "Telegram", "Telegram", []string{"контакт telegram", "телеграм", "телеграмм", "tg"}},
	{FieldDeal, "Сделка", "Deal", []string{"название сделки", "deal name", "lead title", "наименование сделки"}},
	{FieldStage, "Этап", "Stage", []string{"этап сделки", "стадия сделки", "стадия", "lead status", "статус", "колонка"}},
	{FieldClosed, "Дата закрытия", "Closed at", []string{"сделка закрыта", "closed"}},
	{FieldInvoice, "Счёт", "Invoice", []string{
		"счет", "номер счета", "№ счета", "документ", "invoice no", "invoice number", "счет на оплату", "номер документа", "документ расчетов", "номер", "№",
		"документ расчетов с контрагентом", "счет №", "№ документа", "расчетный документ",
	}},
	{FieldContract, "Договор", "Contract", []string{"номер договора", "№ договора", "contract number", "договор контрагента", "договор №", "номер", "contract no"}},
	{FieldIssued, "Дата счёта", "Issued", []string{"дата счета", "дата документа", "дата выставления", "invoice date", "дата", "date", "issue date", "выставлен"}},
	{FieldDue, "Срок оплаты", "Due", []string{"оплатить до", "дата оплаты план", "due date", "плановая дата оплаты", "срок", "дата платежа", "оплата до", "срок платежа", "pay by"}},
	{FieldSum, "Сумма", "Amount", []string{
		"бюджет", "сумма документа", "sale", "sum", "сумма счета", "сумма валюта", "сумма сделки", "budget", "opportunity", "сумма договора", "к оплате", "total amount",
	}},
	{FieldPaid, "Оплачено", "Paid", []string{"сумма оплаты", "оплата", "paid amount", "погашено"}},
	{FieldBalance, "Остаток", "Balance", []string{"остаток долга", "остаток к оплате", "не оплачено", "неоплачено", "outstanding", "сумма долга", "остаток задолженности"}},
	{FieldCurrency, "Валюта", "Currency", []string{"код валюты", "валюта документа", "currency code"}},
	{FieldTotal, "Всего задолженность", "Total debt", []string{
		"задолженность", "долг", "общая задолженность", "конечный остаток", "долг клиента", "задолженность всего", "сальдо конечное", "остаток на конец", "сумма задолженности", "debt",
	}},
	{FieldOverdue, "Просрочено", "Overdue", []string{"просроченная задолженность", "просроченный долг", "в том числе просрочено", "просрочка", "past due"}},
	{FieldSubject, "Предмет", "Subject", []string{"предмет договора", "за что"}},
	{FieldStart, "Начало", "Start", []string{"дата начала", "дата договора", "действует с", "start date", "дата заключения"}},
	{FieldEnd, "Окончание", "End", []string{"дата окончания", "срок действия", "действует до", "действует по", "end date", "конец"}},
	{FieldRenewal, "Продление", "Renewal", []string{"пролонгация", "тип продления"}},
	{FieldMonths, "Продление, месяцев", "Renewal months", nil},
	{FieldNotice, "Уведомить за, дней", "Notice days", []string{"срок уведомления", "уведомление дней", "уведомление за дней"}},
	{FieldWorking, "Рабочие дни", "Working days", nil},
	{FieldPenalty, "Пеня, % в день", "Penalty, % a day", []string{"пеня", "пени", "неустойка"}},
	{FieldCap, "Предел пени, %", "Penalty cap, %", []string{"не более %"}},
	{FieldTouch, "Касание", "Touch", []string{"вид касания", "тип касания", "тип активности", "вид контакта"}},
	{FieldHappened, "Когда было", "Happened", []string{"дата касания", "дата и время", "дата звонка", "дата"}},
	{FieldText, "Текст", "Text", []string{"содержание", "что было", "описание"}},
	{FieldOutcome, "Итог", "Outcome", []string{"результат", "result"}},
	{FieldAuthor, "Автор", "Author", []string{"кто", "сотрудник"}},
	{FieldTask, "Дело", "Follow-up", []string{"задача", "что сделать", "task", "следующий шаг", "content", "название", "описание задачи"}},
	{FieldDay, "День", "Day", []string{"срок задачи", "дата дела", "срок дела", "когда", "срок", "дата", "due date"}},
	{FieldTime, "Время", "Time", []string{"час"}},
	{FieldAssignee, "Исполнитель", "Assignee", []string{"кому", "ответственный", "участники"}},
	{FieldObliged, "Обещано клиенту", "Promised to the client", []string{"обещание"}},
	{FieldRepeat, "Повтор", "Repeat", []string{"повторять", "rrule"}},
	{FieldTaskState, "Состояние", "State", []string{"статус дела", "статус задачи", "статус", "status"}},
	{FieldSkip, "", "", []string{
		"логотип", "тип компании", "сфера деятельности", "вид деятельности", "кол во сотрудников", "годовой оборот", "мессенджер", "банковские реквизиты", "дата создания",
		"дата изменения", "кем создана", "кем изменена", "дела", "фотография", "тип контакта", "источник", "дополнительно об источнике", "экспорт", "доступен для всех",
		"воронка", "группа стадий", "вероятность", "тип", "товар", "предполагаемая дата закрытия", "дата изменения стадии", "кто изменил стадию", "повторная сделка",
		"повторное обращение", "наблюдатели", "статус оплаты", "статус доставки", "дата создания сделки", "кем создана сделка", "дата редактирования", "кем редактирована",
		"ответственный за контакт", "факс", "номер факса", "номер пейджера", "skype", "icq", "jabber", "google talk", "msn", "другой im", "контакт skype", "контакт icq",
		"контакт viber", "контакт вконтакте", "другой контакт", "личная страница", "страница facebook", "страница вконтакте", "страница livejournal", "микроблог twitter",
		"другой сайт", "пользовательское соглашение", "ближайшая задача", "cid", "uid", "tid", "utm source", "utm medium", "utm campaign", "utm term", "utm content",
		"utm referrer", "ym uid", "ym counter", "roistat", "referrer", "from", "gclientid", "gclid", "yclid", "fbclid", "кпп", "тип клиента", "аванс", "предоплата",
		"начальный остаток", "увеличение", "уменьшение", "страна", "индекс", "регион", "доска", "дорожка",
		"причина", "reason", // of what could not be read, in the file that we give back
	}},
}

// byHeading finds the fields of a folded heading, in the order of the dictionary.
var byHeading = indexHeadings()

func indexHeadings() map[string][]Field {
	index := map[string][]Field{}
	add := func(word string, f Field) {
		if word == "" {
			return
		}
		for _, have := range index[word] {
			if have == f {
				return
			}
		}
		index[word] = append(index[word], f)
	}
	for _, h := range headings {
		add(FoldHeader(h.ru), h.field)
		add(FoldHeader(h.en), h.field)
		for _, o := range h.others {
			add(FoldHeader(o), h.field)
		}
	}
	return index
}

// Title is the heading of a field in our own files; lang is "ru" or "en".
func (f Field) Title(lang string) string {
	for _, h := range headings {
		if h.field == f {
			if lang == "en" {
				return h.en
			}
			return h.ru
		}
	}
	return ""
}
