package dialog

import (
	"errors"
	"testing"

	"followup/storage/crm"
)

func TestTypedTimes(t *testing.T) {
	for text, want := range map[string]string{
		"9": "09:00", "09:30": "09:30", "9.30": "09:30", "9 30": "09:30", "в 9": "09:00", "9 утра": "09:00", "7 вечера": "19:00",
		"3 часа дня": "15:00", "18 ч": "18:00", "12 ночи": "00:00", "12 дня": "12:00", "7pm": "19:00", "7 PM": "19:00", "12 am": "00:00",
		"at 8:15 a.m.": "08:15", "полдевятого": "08:30", "в десять вечера": "22:00", "noon": "12:00", "через час": "", "завтра": "", "0:00": "00:00", "23:59": "23:59", "930": "09:30", "1830": "18:30",
		"24:00": "", "25": "", "9:60": "", "утром": "", "": "", "9 яблок": "", "-9": "", "9:3": "", "99999": "",
	} {
		got, ok := readClock(text)
		if ok != (want != "") || ok && got.String() != want {
			t.Errorf("%q is %v, %v; want %q", text, got, ok, want)
		}
	}
}

func TestTypedStretches(t *testing.T) {
	for text, want := range map[string]string{
		"9-18": "09:00 18:00", "с 9 до 18": "09:00 18:00", "9:30 – 18:30": "09:30 18:30", "22:00—7:00": "22:00 07:00", "9 to 6 pm": "09:00 18:00",
		"с 9 утра до 6 вечера": "09:00 18:00", "from 10 until 19": "10:00 19:00",
		"с 9 вечера до 9 утра": "21:00 09:00", "с десяти вечера до восьми утра": "22:00 08:00", "после 22 и до 7": "22:00 07:00",
		"9pm to 9am": "21:00 09:00",
		"9":          "", "9-9": "", "9-18-20": "", "с утра до вечера": "", "9-25": "",
	} {
		from, to, ok := readStretch(text)
		if got := from.String() + " " + to.String(); ok != (want != "") || ok && got != want {
			t.Errorf("%q is %s, %v; want %q", text, got, ok, want)
		}
	}
}

func TestTypedNames(t *testing.T) {
	for text, want := range map[string]newName{
		"ООО «Вектор»":                  {Name: "ООО «Вектор»"},
		"  ООО   «Вектор» ":             {Name: "ООО «Вектор»"},
		"ООО Вектор ИНН 7701234560":     {Name: "ООО Вектор", INN: "7701234560"},
		"ООО «Вектор», инн: 7701234560": {Name: "ООО «Вектор»", INN: "7701234560"},
		"Вектор (ИНН 7701234560)":       {Name: "Вектор", INN: "7701234560"},
		"Вектор 7701234560":             {Name: "Вектор", INN: "7701234560"},
		"ИНН 77 0123 4560 Вектор":       {Name: "Вектор", INN: "7701234560"},
		"Acme Ltd, INN 7701234560":      {Name: "Acme Ltd", INN: "7701234560"},
		"Студия 54":                     {Name: "Студия 54"},
		"Иннотех":                       {Name: "Иннотех"},
	} {
		got, err := readNewName(text)
		if err != nil || got != want {
			t.Errorf("%q is %+v, %v; want %+v", text, got, err, want)
		}
	}
	for text, key := range map[string]string{
		"":                       "client.unnamed",
		"«»":                     "client.unnamed",
		"ИНН 7701234560":         "client.unnamed",
		"Вектор ИНН 7701234561":  "inn.wrong",
		"Вектор ИНН 0000000000":  "inn.wrong",
		"Вектор ИНН 77012":       "inn.length",
		"Вектор ИНН 77012345601": "inn.length",
	} {
		_, err := readNewName(text)
		var p *crm.Problem
		if !errors.As(err, &p) || p.Key != key {
			t.Errorf("%q gives %v, want %s", text, err, key)
		}
	}
}

func TestFilterWords(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "молчат": "s", "без шага": "n", "без следующего шага": "n", "должники": "d", "архив": "x", "A": "A", "молчат А": "sA", "уровень B": "B",
		"silent": "s", "no step": "n", "debtors tier C": "dC", "ромаш": ".ромаш", "должники север": "d.север", "молчат молчат": "s",
	} {
		if got := packed(text); got != want {
			t.Errorf("%q is packed as %q, want %q", text, got, want)
		}
	}
	if got := packed("очень длинные слова которые не поместятся на кнопку"); len(data("clist", 1<<40, got)) > 64 {
		t.Errorf("%q is too long for a button", got)
	}
	for _, letters := range []string{"sndxA.слово", ".", "A"} {
		if f := filterOf(letters); f.Limit != pageSize {
			t.Errorf("%q: %+v", letters, f)
		}
	}
}
