package dialog

import (
	"testing"
	"time"

	"followup/storage/crm"
)

func TestCitiesAreWhole(t *testing.T) {
	if len(cities) < 150 {
		t.Errorf("only %d cities", len(cities))
	}
	first := map[string]string{}
	for _, c := range cities {
		if _, err := time.LoadLocation(c.zone); err != nil {
			t.Errorf("%s: %v", c.en, err)
		}
		if c.lat < -90 || c.lat > 90 || c.lon < -180 || c.lon > 180 {
			t.Errorf("%s lies nowhere", c.en)
		}
		for _, key := range c.keys {
			if key == "" {
				t.Errorf("%s has an empty name", c.en)
			}
			if other, taken := first[key]; taken && other != c.en {
				t.Errorf("%q is %s and %s", key, other, c.en)
			}
			first[key] = c.en
		}
		if near := nearestCity(c.lat, c.lon); near.zone != c.zone {
			t.Errorf("the nearest city to %s is %s", c.en, near.en)
		}
	}
}

func TestCitiesAreFoundAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]string{
		"екб": "Asia/Yekaterinburg", "ЕКБ!": "Asia/Yekaterinburg", "питер": "Europe/Moscow", "спб": "Europe/Moscow", "мск": "Europe/Moscow",
		"нск": "Asia/Novosibirsk", "казань": "Europe/Moscow", "в Казани": "Europe/Moscow", "Yekaterinburg": "Asia/Yekaterinburg",
		"Ekaterinburg": "Asia/Yekaterinburg", "новосибирк": "Asia/Novosibirsk", "красноярс": "Asia/Krasnoyarsk", "Хабровск": "Asia/Vladivostok",
		"г. Пермь": "Asia/Yekaterinburg", "живу в Нижнем Новгороде": "Europe/Moscow", "Орёл": "Europe/Moscow", "орел": "Europe/Moscow",
		"Томск": "Asia/Tomsk", "омск": "Asia/Omsk", "улан удэ": "Asia/Irkutsk", "Ростов": "Europe/Moscow", "в самаре": "Europe/Samara",
		"Челябинске": "Asia/Yekaterinburg", "набережных челнах": "Europe/Moscow", "калининград": "Europe/Kaliningrad", "владик": "Asia/Vladivostok",
		"алмата": "Asia/Almaty", "Тбилиси": "Asia/Tbilisi", "London": "Europe/London", "new york": "America/New_York", "NYC": "America/New_York",
		"I am in Berlin": "Europe/Berlin", "дубай": "Asia/Dubai", "СИДНЕЕ": "Australia/Sydney",
	} {
		found, sure := findCities(text)
		if len(found) == 0 {
			t.Errorf("%q was not found", text)
		} else if found[0].zone != want || !sure || !oneZone(found) {
			t.Errorf("%q is %v, want %s", text, found, want)
		}
	}
	for _, text := range []string{"Омсх", "Тулп"} {
		if found, sure := findCities(text); sure && len([]rune(text)) <= shortName {
			t.Errorf("%q is surely %s", text, found[0].ru)
		}
	}
	for _, text := range []string{"", "не скажу", "да", "созвонились с Ромашкой, ждут КП", "Урюпинск", "123", "УТС"} {
		if found, _ := findCities(text); len(found) > 0 {
			t.Errorf("%q is taken for %s", text, found[0].ru)
		}
	}
}

func TestOffsetsAreZones(t *testing.T) {
	now := time.Date(2026, time.November, 18, 7, 12, 0, 0, time.UTC)
	for text, want := range map[string]string{
		"UTC+5": "UTC+5", "utc +5": "UTC+5", "+5": "UTC+5", "GMT+03:00": "UTC+3", "+5:30": "UTC+5:30", "utc+530": "UTC+5:30", "мск+2": "UTC+5",
		"МСК": "", "мск −1": "UTC+2", "utc-3": "UTC−3", "utc": "UTC", "GMT": "UTC", "+0": "UTC", "-9:30": "UTC−9:30", "+14": "UTC+14",
		"+15": "", "-13": "", "5": "", "+5:17": "", "+345": "", "utc+5ч": "UTC+5", "+6 часов": "UTC+6",
	} {
		zone, ok := zoneOfOffset(text)
		if ok != (want != "") {
			t.Errorf("%q: %q, %v", text, zone, ok)
			continue
		}
		if got := offset(crm.Zone(zone), now); ok && got != want {
			t.Errorf("%q is %s (%s), want %s", text, zone, got, want)
		}
	}
}

func TestTheOffsetIsThatOfNow(t *testing.T) {
	berlin := crm.Zone("Europe/Berlin")
	if got := offset(berlin, time.Date(2026, time.July, 1, 12, 0, 0, 0, time.UTC)); got != "UTC+2" {
		t.Errorf("Berlin in summer: %s", got)
	}
	if got := offset(berlin, time.Date(2026, time.December, 1, 12, 0, 0, 0, time.UTC)); got != "UTC+1" {
		t.Errorf("Berlin in winter: %s", got)
	}
	if got := zoneTitle("Asia/Kolkata", "ru", time.Unix(0, 0)); got != "Дели (UTC+5:30)" {
		t.Errorf("India: %s", got)
	}
	if got := zoneTitle("Etc/GMT+3", "ru", time.Unix(0, 0)); got != "UTC−3" {
		t.Errorf("a mere offset: %s", got)
	}
}

func TestPlacesHaveTheirZone(t *testing.T) {
	for _, c := range []struct {
		lat, lon float64
		zone     string
	}{
		{55.75, 49.20, "Europe/Moscow"},
		{56.90, 60.50, "Asia/Yekaterinburg"},
		{43.10, 132.00, "Asia/Vladivostok"},
		{-33.9, 151.1, "Australia/Sydney"},
		{65.0, -179.0, "Asia/Anadyr"}, // across the date line
		{40.8, -73.9, "America/New_York"},
	} {
		if got := nearestCity(c.lat, c.lon); got.zone != c.zone {
			t.Errorf("%v %v is near %s", c.lat, c.lon, got.en)
		}
	}
}
