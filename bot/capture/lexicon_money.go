package capture

import (
	"strings"

	"followup/storage/crm"
)

// currencyForms are the words and signs of the currencies that are kept.
var currencyForms = map[crm.Currency]string{
	crm.RUB: "₽ р руб рубль рубля рублей рублям рублю рубли рублях рублями рублев рубликов деревянных rub rur rubles ruble roubles rouble",
	crm.USD: "$ usd доллар доллара долларов долларам доллары долл бакс бакса баксов баксы грина dollar dollars bucks buck us$ уе",
	crm.EUR: "€ eur евро euro euros €ur",
	crm.KZT: "kzt тенге тг ₸",
	crm.BYN: "byn белрублей белруб",
	crm.CNY: "cny юань юаня юаней юани юаням yuan rmb",
	crm.GBP: "gbp £ фунт фунта фунтов pound pounds quid",
}

// minorForms are the hundredths of a currency.
const minorForms = "коп копейка копейки копеек копейку цент цента центов cent cents c ¢ penny pennies pence"

// multiplierForms multiply the number before them; those of weakMultipliers must touch it and have a reason to be money.
var multiplierForms = map[int64]string{
	1000:          "тыс тысяча тысячу тысячи тысяч тысячам тысячей тысячами тысячах тыщ тыща тыщи тыщу к k т thousand thou grand косарь косаря косарей косаря кило тонн тр тыр",
	1_000_000:     "млн миллион миллиона миллионов миллионам миллиону миллионом миллионами миллионах лям ляма лямов лимон лимона лимонов кк kk м m mln mio million millions",
	1_000_000_000: "млрд миллиард миллиарда миллиардов bn billion",
}

// moneyWord is what one word says about money.
type moneyWord struct {
	currency crm.Currency
	minor    bool
	times    int64
}

var moneyWords = buildMoneyWords()

func buildMoneyWords() map[string]moneyWord {
	words := map[string]moneyWord{}
	for code, forms := range currencyForms {
		for _, form := range strings.Fields(forms) {
			words[form] = moneyWord{currency: code}
		}
	}
	for _, form := range strings.Fields(minorForms) {
		words[form] = moneyWord{minor: true}
	}
	for times, forms := range multiplierForms {
		for _, form := range strings.Fields(forms) {
			words[form] = moneyWord{times: times}
		}
	}
	delete(words, "тонн")
	delete(words, "кило")
	return words
}

// halfSums are sums that one word says.
var halfSums = map[string]int64{
	"полмиллиона": 500_000, "полмиллиончика": 500_000, "полляма": 500_000, "пол-ляма": 500_000, "пол-лимона": 500_000, "полтысячи": 500,
	"полмиллиарда": 500_000_000, "полтинник": 50,
}

// priceWords stand before a number that is a sum although nothing else says so.
var priceWords = withPaying(`оплатил оплатила оплатили оплатим оплатят оплатит оплачено заплатил заплатила заплатили заплатят перевел перевела перевели переведут
	перечислил перечислила перечислили внес внесла внесли скинул скинула скинули сумма сумму суммы суммой долг долга должен должны должна задолженность бюджет бюджета бюджетом
	цена цену цене ценой стоит стоимость стоимостью ценник чек аванс аванса авансом предоплата предоплату предоплаты предоплатой доплата доплату доплатить доплатили
	остаток остатка остатком оплата оплату оплаты платеж платежа платежом платит заплатить оплатить получили получил получила пришло пришли поступило поступили
	поступила тариф подписка абонплата абонентка ой недоплата переплата бюджете выставили выставил выставила выставить обещали обещает обещал
	paid pay owes owe amount total budget price deposit transferred wired received costs cost sum balance remaining`)

// payWords are those after which a share of the whole is meant: «оплатили половину».
var payWords = withPaying(`оплатил оплатила оплатили оплатят оплатит оплачено оплатить заплатил заплатила заплатили заплатят перевел перевела перевели переведут перечислил
	перечислили внес внесли внесла скинули закрыли погасили погасил погасит погасят аванс аванса авансом предоплата предоплату предоплаты prepayment paid pay transferred`)

// saidBefore may stand between a price word and its number.
var saidBefore = wordSet("на в по за всего еще уже только около примерно ровно почти до от не менее более свыше порядка сумму сумма was is of about around just nearly нам мне они нас : = - — –")

// withPaying is a set of words with all that the trade says of paying.
func withPaying(words string) map[string]bool {
	set := wordSet(words)
	for form, w := range work {
		if w.act == actPaid || w.act == actPay {
			set[form] = true
		}
	}
	return set
}
