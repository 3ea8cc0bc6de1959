package capture

import "testing"

func TestPrice(t *testing.T) {
	for _, c := range []struct {
		text, said string
		minor      int64
	}{
		{"запиши встречу с вектором, цена 4.1", "цена 4.1", 410_000_000},
		{"обсудили, цена 4,15, думают", "цена 4,15", 415_000_000},
		{"Бюджет 12.5 на год", "Бюджет 12.5", 1_250_000_000},
		{"met Acme, price 0.9", "price 0.9", 90_000_000},
		{"цена 4.1 для вектора", "цена 4.1", 410_000_000},
		{"цена 4.1 млн", "", 0},
		{"цена 4.1%", "", 0},
		{"цена 4.1 руб за штуку", "", 0},
		{"цена 4.1.2026", "", 0},
		{"цена 500", "", 0},
		{"оценка 4.1", "", 0},
		{"цена 0.0", "", 0},
	} {
		said, money, found := Price(c.text, "RUB")
		if said != c.said && found || money.Minor != c.minor && found || found != (c.minor > 0) {
			t.Errorf("%q: %q %d %v", c.text, said, money.Minor, found)
		}
	}
}
