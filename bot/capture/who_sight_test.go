package capture

import "testing"

// TestOthersPeopleAndNumbersAreHidden shares one index between somebody who may see both clients and somebody who knows the second
// one's name alone: people, numbers and the city there must lead him nowhere, and a given name alone leads to own clients.
func TestOthersPeopleAndNumbersAreHidden(t *testing.T) {
	all := NewPortfolio([]Entry{
		{ID: 1, Name: "ООО «Вектор»", City: "Москва", INN: "7707083893", Contacts: []Person{{Name: "Ирина Ковалёва", Phones: []string{"+79031234567"}}}, Own: true},
		{ID: 2, Name: "ООО «Ромашка»", City: "Казань", INN: "7707083893", Contacts: []Person{{Name: "Юлия Савина", Phones: []string{"+79055554321"}}}, Own: true},
	})
	lead := all.For(func(id int64) (own, seen bool) { return id == 1, true })
	manager := all.For(func(id int64) (own, seen bool) { return id == 1, id == 1 })
	for _, c := range []struct {
		text                string
		all, lead, stranger int64 // the client of the first match, 0 without one
	}{
		{"звонок Ромашке", 2, 2, 2},
		{"звонила Савиной", 2, 2, 0},
		{"звонила Ковалёвой", 1, 1, 1},
		{"звонок Юлии", 2, 0, 0},
		{"звонок Ирине", 1, 1, 1},
		{"звонок на +7 905 555-43-21", 2, 2, 0},
		{"звонок +7 903 123-45-67", 1, 1, 1},
	} {
		for who, p := range map[string]*Portfolio{"all": all, "lead": lead, "manager": manager} {
			want := map[string]int64{"all": c.all, "lead": c.lead, "manager": c.stranger}[who]
			got := int64(0)
			if m := Read(c.text, World{Now: wednesday(t), Language: "ru", Clients: p}).Mentions; len(m) > 0 && len(m[0].Matches) > 0 {
				got = m[0].Matches[0].Client
			}
			if got != want {
				t.Errorf("%s, %q: client %d, want %d", who, c.text, got, want)
			}
		}
	}
	if m := manager.Find("7707083893"); len(m) != 1 || m[0].Client != 1 {
		t.Errorf("a taxpayer number that two have: %v", m)
	}
	if m := manager.Find("4321"); len(m) != 0 {
		t.Errorf("the tail of a phone elsewhere: %v", m)
	}
	if m := manager.Find("Сав"); len(m) != 0 {
		t.Errorf("the beginning of a name elsewhere: %v", m)
	}
}
