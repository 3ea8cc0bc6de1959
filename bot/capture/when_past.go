package capture

// Whether a clause tells what happened: it has a verb in the past, and nothing that looks ahead (an infinitive, a promise,
// an appointment that was moved).

// aheadWords make a clause look ahead although it has a verb in the past.
var aheadWords = wordSet(`договорились договорился договорилась обещал обещала обещали пообещал пообещала пообещали перенес перенесла перенесли просил просила
	просили попросил попросила попросили назначил назначила назначили запланировал запланировали планировали напомни напомнить надо нужно
	необходимо должны должен будет будем буду будут сможет смогут ждут ждет ждем жду хотел хотела хотели отложил отложила отложили сдвинули сдвинул предложил
	предложила предложили согласовали наметили поставили поставил ждали забронировали если чтобы бы может могут готовы решили записались записал
	записала записали пригласил пригласили пригласила
	promised agreed scheduled planned moved rescheduled postponed asked wants want will should must to remind booked invited if expect expects`)

// confirmed are verbs whose object is still to come, when a time stands behind it.
var confirmed = wordSet("подтвердил подтвердила подтвердили confirmed")

// futureWords are verbs that say what somebody will do.
var futureWords = verbsToCome()

func verbsToCome() map[string]bool {
	set := map[string]bool{}
	for form, w := range work {
		if w.act == actTheyWill || w.act == actGive || w.act == actPay && form[0] >= 0x80 && !infinitive(form) {
			set[form] = true
		}
	}
	return set
}

// pastEnglish are verbs in the past.
var pastEnglish = wordSet(`called met spoke talked sent paid signed visited had was were did got received emailed wrote discussed saw went came
	happened arrived phoned rang texted delivered shipped closed finished completed started attended presented mailed replied answered reached`)

// notPast are nouns and particles that end like verbs in the past.
var notPast = wordSet(`если или сила силы школа школы недели модели детали цели роли доли отдел отдела раздел раздела предел канал канала журнал журнала
	материал материала персонал портал портала филиал филиала терминал терминала квартал квартала файл вокзал потенциал капитал сигнал интервал
	оригинал оригинала статьи нули угол стол пол вал бал зал угла стола зала футбол протокол протокола символ пароль печали земли мебели
	похвала начала начало начал скала шкала вилла мелочи около мало дела дело тела тело село письма число числа правила правило
	вечерело стекла масла металл металла балл балла модел тысячелетия слово поле цел мыло сырья`)

// shortPast are verbs in the past of three letters.
var shortPast = wordSet("был дал взял шел вел вез")

// happened reports whether the clause around token i tells what happened.
func (r *reader) happened(i int) bool {
	from := i
	for from > 0 && !r.clauseEnd(from-1) && i-from < 14 {
		from--
	}
	for k := i - 1; k >= from; k-- {
		if t := &r.t[k]; futureWords[t.fold] || restWords[t.fold] {
			return false // «сказали, что оплатят до пятницы»
		} else if t.kind == wordToken && pastVerb(t) {
			break
		}
	}
	past := false
	for k := from; k < len(r.t) && k < i+14; k++ {
		if k >= i && r.clauseEnd(k) {
			break
		}
		t := &r.t[k]
		if t.kind != wordToken {
			continue
		}
		if confirmed[t.fold] && k+1 < i {
			return false // «подтвердили оплату 30-го»
		}
		if aheadWords[t.fold] || infinitive(t.fold) && r.x[k] == (lex{}) {
			return false
		}
		past = past || r.x[k] == (lex{}) && pastVerb(t) || pastEnglish[t.fold] && !(work[r.fold(k+1)].act == actPaper && articles[r.fold(k-1)])
	}
	return past
}

// clauseEnd reports whether token k ends a clause; a comma or a full stop inside figures does not.
func (r *reader) clauseEnd(k int) bool {
	if r.t[k].kind != punctToken {
		return false
	}
	switch r.t[k].fold {
	case ",", ".":
		return !(r.glued(k) && r.glued(k+1) && r.digits(k-1) > 0) && !(r.t[k].is(".") && r.glued(k) && r.shortened(k-1))
	case ";", "!", "?", ":":
		return !(r.glued(k) && r.digits(k-1) > 0)
	}
	return false
}

// shortened reports whether word k is so short that a full stop behind it belongs to it: «ул.», "Mon.", "a.m.". English has whole
// words as short: the one behind "had a call." ends the clause.
func (r *reader) shortened(k int) bool {
	fold := r.fold(k)
	if len(fold) > 4 {
		return false
	}
	return len(fold) < 2 || fold[0] >= 0x80 || r.t[k].kind == numberToken || abbreviated[fold] || r.x[k] != (lex{})
}

func infinitive(f string) bool {
	return len(f) >= 8 && f[0] >= 0x80 && hasAnySuffix(f, "ать", "ять", "ить", "еть", "уть", "оть", "ыть", "йти", "зти", "сти", "чь", "ться", "тись")
}

// pastVerb reports whether a word has the form of a Russian verb in the past.
func pastVerb(t *token) bool {
	f := t.fold
	if len(f) < 8 && !shortPast[f] || f[0] < 0x80 || notPast[f] || t.upper && !t.opens && !t.caps {
		return false
	}
	if hasAnySuffix(f, "лся", "лась", "лись", "лось") {
		return true
	}
	return hasAnySuffix(f, "ил", "ал", "ел", "ял", "ыл", "ул", "шел", "ила", "ала", "ела", "яла", "ыла", "ула", "шла", "или", "али", "ели", "яли", "ыли", "ули",
		"шли", "ило", "ало", "ело", "ыло", "шло", "зли", "сли", "зла", "сла")
}
