package capture

import "followup/storage/crm"

// Numbers without a currency and a multiplier where a sum is expected, and shares of the whole.

// bareSum reads a number that is the whole answer, with nothing beside it but words like «примерно».
func (r *reader) bareSum(i int) (Sum, int) {
	if r.numberInside(i) || !r.isNumber(i) && r.lex(i).num <= 1 {
		return Sum{}, i
	}
	for k := range i {
		if r.t[k].kind == wordToken && !saidBefore[r.fold(k)] && !priceWords[r.fold(k)] && r.lex(k).prep == noPrep && r.fold(k) != "нет" && r.fold(k) != "все" {
			return Sum{}, i
		}
	}
	a, k := r.figure(i)
	if k == i || a.dateLike || r.notMoney(i, i, k) || r.isWord(k) && !(r.lex(k).prep != noPrep) || r.bareSpoiled(k) {
		return Sum{}, i
	}
	minor, ok := a.minor(1)
	if !ok || minor == 0 {
		return Sum{}, i
	}
	return Sum{Span: r.span(i, k), Money: crm.Money{Minor: minor, Currency: r.currency()}, Bare: true}, k
}

// share reads a part of the whole: «половину», «треть», «50 %», "half".
func (r *reader) share(i int) (Sum, int) {
	switch r.fold(i) {
	case "половину", "половина", "половинку", "half":
		if r.timesAt(i+1) > 0 || r.lex(i+1).ord > 0 || r.lex(i+1).unit != noUnit || r.fold(i+1) == "an" || r.fold(i+1) == "past" {
			return Sum{}, i
		}
		return Sum{Span: r.span(i, i+1), Share: 500_000}, i + 1
	case "четверть":
		if r.lex(i+1).ord > 0 || r.lex(i+1).unit != noUnit {
			return Sum{}, i
		}
		return Sum{Span: r.span(i, i+1), Share: 250_000}, i + 1
	case "треть":
		return r.third(i, i+1, 1)
	case "две", "third":
		if r.fold(i+1) == "трети" {
			return r.third(i, i+2, 2)
		}
		if r.fold(i) == "third" && (r.fold(i-1) == "a" || r.fold(i-1) == "one") {
			return r.third(i, i+1, 1)
		}
	}
	n, ok := r.number(i)
	if !ok || n < 1 || n > 100 || r.numberInside(i) || !r.payBefore(i) {
		return Sum{}, i
	}
	if f := r.fold(i + 1); f != "%" && f != "процентов" && f != "процента" && f != "percent" {
		return Sum{}, i
	}
	return Sum{Span: r.span(i, i+2), Share: crm.Rate(n) * 10_000}, i + 2
}

// third is n thirds of the whole, unless a part of the year is meant: «треть квартала».
func (r *reader) third(i, next int, n crm.Rate) (Sum, int) {
	if r.lex(next).unit != noUnit || r.thing(next) {
		return Sum{}, i
	}
	return Sum{Span: r.span(i, next), Share: (n*1_000_000 + 1) / 3}, next
}

// promisedBefore reports whether a promise stands right before a share: «обещали половину», «обещала ромашка треть».
func (r *reader) promisedBefore(i, next int) bool {
	if r.thing(next) || r.fold(next) == "%" {
		return false
	}
	for k := i - 1; k >= 0 && k > i-5; k-- {
		if promiseForms[r.fold(k)] {
			return true
		}
		if r.t[k].kind != wordToken {
			return false
		}
	}
	return false
}

var promiseForms = lexicon("обещает обещают обещал обещала обещали пообещал пообещала пообещали promise promised promises")

// payBefore reports whether a verb of paying stands before token i in the clause.
func (r *reader) payBefore(i int) bool {
	for k := i - 1; k >= 0 && k > i-6; k-- {
		if payWords[r.fold(k)] {
			return true
		}
		if r.t[k].is(".") || r.t[k].is(",") {
			return false
		}
	}
	return false
}

// invoiceOn reports «счёт 15 на 486»: the sum of an invoice.
func (r *reader) invoiceOn(i int) bool {
	return r.fold(i-1) == "на" && r.invoiceBefore(i) && r.digits(i) >= 3
}

// invoiceBefore reports whether an invoice is spoken of before token i.
func (r *reader) invoiceBefore(i int) bool {
	for k := i - 1; k >= 0 && k > i-7; k-- {
		if r.t[k].is(".") && !r.glued(k+1) {
			return false
		}
		switch r.fold(k) {
		case "счет", "счета", "счету", "invoice", "счетом":
			return k < i-1
		}
	}
	return false
}

// bareSpoiled reports whether what stands behind a bare number makes it a quantity, a measure or a part of something.
func (r *reader) bareSpoiled(k int) bool {
	if k >= len(r.t) {
		return false
	}
	if r.t[k].kind != wordToken {
		return r.glued(k) && (r.t[k].is("/") || r.t[k].is(":") || r.dash(k) || r.t[k].is("*") || r.t[k].is("°")) && k+1 < len(r.t) || r.t[k].is("%")
	}
	if r.glued(k) {
		return true
	}
	if payNouns[r.fold(k)] {
		return false // «15 000 предоплата»
	}
	return r.countsNoun(k) || measures[r.fold(k)] || r.lex(k).unit != noUnit || r.lex(k).month > 0 || r.dozens(k)
}

// thing reports whether a common noun that we don't know stands at k: a small number before it counts it, «скинул 2 фото».
func (r *reader) thing(k int) bool {
	return r.isWord(k) && !r.upper(k) && r.lex(k) == (lex{}) && !saidBefore[r.fold(k)] && r.fold(k) != "из" && r.fold(k) != "как"
}

// documentNumber reports whether the number at i is that of a paper: «счёт 15», «по 125-му», «№ 7».
func (r *reader) documentNumber(i int) bool {
	if r.fold(i-1) == "по" && r.ordinalEnding(i+1) > i+1 || r.ordinalEnding(i+1) > i+1 {
		return true
	}
	return documentWords[r.fold(i-1)] && !priceWords[r.fold(i-1)] || r.fold(i-1) == "." && documentWords[r.fold(i-2)] && !priceWords[r.fold(i-2)]
}

// expectedSum reads a number without a measure where a sum is expected: «оплатили 200», «счёт 15 на 120 000», «оплатили половину».
func (r *reader) expectedSum(i int) (Sum, int) {
	if s, next := r.share(i); next > i {
		if r.payBefore(i) || r.isWord(i) && r.promisedBefore(i, next) {
			return s, next
		}
		return Sum{}, i
	}
	if !r.isNumber(i) || r.numberInside(i) || r.documentNumber(i) {
		return Sum{}, i
	}
	a, k := r.figure(i)
	if k == i || r.notMoney(i, i, k) || a.dateLike || r.bareSpoiled(k) || a.whole < 1000 && r.thing(k) {
		return Sum{}, i
	}
	long := r.digits(i) >= 4 && r.digits(i) <= 9 && !(a.whole >= 1990 && a.whole <= 2100)
	if !r.priceBefore(i) && !(a.grouped && a.whole >= 1000) && !(long && (r.invoiceBefore(i) || r.payerBefore(i))) && !r.invoiceOn(i) {
		return Sum{}, i
	}
	minor, ok := a.minor(1)
	if !ok || minor == 0 {
		return Sum{}, i
	}
	return Sum{Span: r.span(i, k), Money: crm.Money{Minor: minor, Currency: r.currency()}, Bare: true}, k
}

// priceBefore reports whether a word that asks for a sum stands before token i, small words skipped.
func (r *reader) priceBefore(i int) bool {
	for k := i - 1; k >= 0 && k >= i-4; k-- {
		f := r.fold(k)
		if priceWords[f] {
			return true
		}
		if !saidBefore[f] && !r.isNumber(k) && !r.t[k].is(",") {
			return false
		}
	}
	return false
}

// payerBefore reports «оплата ромашка 100000»: a clause that begins with paying, then the payer in up to three words.
func (r *reader) payerBefore(i int) bool {
	for k := i - 1; k >= 0 && k >= i-4; k-- {
		f := r.fold(k)
		if payWords[f] || payNouns[f] {
			return k < i-1 && (k == 0 || r.t[k-1].kind != wordToken)
		}
		if r.t[k].kind != wordToken || documentWords[f] || r.lex(k).prep != noPrep && f != "от" && f != "from" {
			return false
		}
	}
	return false
}

var payNouns = wordSet("оплата оплату платеж предоплата предоплату аванс payment prepayment")

// onlyNumber reads a message that is one number of four to nine digits and no year: «120000».
func (r *reader) onlyNumber() (Sum, bool) {
	if len(r.t) == 0 || r.digits(0) < 4 || r.digits(0) > 9 || r.digits(0) == 4 && r.t[0].value >= 1990 && r.t[0].value <= 2100 {
		return Sum{}, false
	}
	s, next := r.bareSum(0)
	return s, next == len(r.t)
}
