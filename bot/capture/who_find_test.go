package capture

import "testing"

// TestFind checks names typed alone, in commands and forms.
func TestFind(t *testing.T) {
	p := readPeople(t)
	for _, c := range []struct{ typed, first string }{
		{"ромашка", "ООО «Ромашка»"},
		{"Ромашку", "ООО «Ромашка»"},
		{"ООО «Ромашка»", "ООО «Ромашка»"},
		{"рома", "ООО «Ромашка»"},
		{"vektor", "ООО «Вектор»"},
		{"vector", "ООО «Вектор»"},
		{"вектр", "ООО «Вектор»"},
		{"dtrnjh", "ООО «Вектор»"},
		{"вектор плюс", "ООО «Вектор Плюс»"},
		{"плюс вектор", "ООО «Вектор Плюс»"},
		{"hjvfirf", "ООО «Ромашка»"},
		{"акме", "Acme Ltd"},
		{"acm", "Acme Ltd"},
		{"полярная", "Полярная звезда"},
		{"звезда полярная", "Полярная звезда"},
		{"палярная звизда", "Полярная звезда"},
		{"рик", "Рога и копыта"},
		{"ковалев", "Ковалёв Сергей"},
		{"ковалева ирина", "ООО «Ромашка»"},
		{"соколова", "ИП Соколова Марина Игоревна"},
		{"4567", "ООО «Ромашка»"},
		{"8 (916) 123-45-67", "ООО «Ромашка»"},
		{p.entries[0].INN, "ООО «Ромашка»"},
		{"строй град", "СтройГрад"},
		{"март", "ООО «Март»"},
		{"волна", "ООО «Волна»"},
		{"партнер", "ООО «Партнёр»"},
		{"7 дней", "Магазин «7 дней»"},
		{"омега", "ООО «Омега»"},
		{"глобекс", "Globex Corporation"},
	} {
		found := p.portfolio.Find(c.typed)
		if len(found) == 0 {
			t.Errorf("%s: nothing, want %s", c.typed, c.first)
		} else if got := p.name(found[0].Client); got != c.first {
			t.Errorf("%s: %s (%s, %d), want %s", c.typed, got, found[0].How, found[0].Score, c.first)
		}
	}
	for _, typed := range []string{"", " ", "???", "щщщщщ", "0000"} {
		if found := p.portfolio.Find(typed); len(found) > 0 {
			t.Errorf("%q finds %s", typed, p.name(found[0].Client))
		}
	}
}

// TestTwoOfOneName checks what decides between clients of one name, and that nothing else does.
func TestTwoOfOneName(t *testing.T) {
	entries := []Entry{
		{ID: 1, Name: "ООО «Вектор»", INN: "7707083893", City: "Москва", Own: true, Contacts: []Person{{Name: "Лапин Юрий", Phones: []string{"+79160000001"}}}},
		{ID: 2, Name: "ИП Вектор А.С.", City: "Тула", Own: true},
		{ID: 3, Name: "АО «Сокол»", Own: false},
		{ID: 4, Name: "Сокол", Own: true},
		{ID: 5, Name: "Сокол Плюс", Own: false},
		{ID: 6, Name: "Лидия Орлова", Own: true},
		{ID: 7, Name: "Орлов Пётр", Own: true},
	}
	world := World{Now: wednesday(t), Language: "ru", Clients: NewPortfolio(entries)}
	for _, c := range []struct {
		text    string
		clients []int64 // of the first mention, in order
		sure    bool
	}{
		{"звонок вектору, просят скидку 5%", []int64{1, 2}, false},
		{"звонок ООО Вектор, просят скидку", []int64{1, 2}, true},
		{"звонок ИП Вектор, просят скидку", []int64{2, 1}, true},
		{"звонок вектору в тулу", []int64{2, 1}, true},
		{"московский вектор просит скидку", []int64{1, 2}, true},
		{"звонок вектору ИНН 7707083893", []int64{1}, true},
		{"звонок вектору, тел 0001", []int64{1}, true},
		{"звонок вектору, Лапин просит скидку", []int64{1}, true},
		{"звонок соколу", []int64{4, 3, 5}, true},
		{"созвон с Орловой", []int64{6, 7}, true},
		{"созвон с Орловым", []int64{7, 6}, true},
		{"письмо от Орлова", []int64{7, 6}, true},
	} {
		r := Read(c.text, world)
		if len(r.Mentions) == 0 {
			t.Errorf("%s: names nobody", c.text)
			continue
		}
		m := r.Mentions[0]
		if m.Sure != c.sure || m.Matches[0].Client != c.clients[0] || !m.Sure && len(m.Matches) != len(c.clients) {
			t.Errorf("%s: %v sure %v, want %v sure %v", c.text, m.Matches, m.Sure, c.clients, c.sure)
		}
	}
}
