package crm

import "testing"

func TestAddressName(t *testing.T) {
	for name, want := range map[string]string{
		"Ирина Сергеевна Ковалёва": "Ирина Сергеевна", "Ковалёва Ирина Сергеевна": "Ирина Сергеевна", "Ирина Сергеевна": "Ирина Сергеевна",
		"Ирина Ковалёва": "Ирина", "Ковалёва Ирина": "Ирина", "Пушкина Анна": "Анна", "Лука Ильич": "Лука Ильич", "Илья": "Илья",
		"Гиви Гогия": "Гиви Гогия", "Гиви Бараташвили": "Гиви", "John Smith": "John Smith", "": "", "Анна Мария": "Анна Мария",
		"Ли Сяо Мин": "Ли Сяо Мин",
	} {
		if got := AddressName(name); got != want {
			t.Errorf("%q is addressed as %q, want %q", name, got, want)
		}
	}
}
