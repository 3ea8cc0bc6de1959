package dialog

import (
	_ "embed"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"followup/storage/crm"
)

// Rules of choosing a time zone.
//
// A person names a city the way people do («екб», "NYC", «в Казани», one letter wrong), sends a location, or writes the
// offset («UTC+5», «+5:30», «мск+2»). A city is found by its names in either language: exactly, in a case, then with one
// slip. Cities that fit equally well are asked about when their clocks differ, and so is a short name with a slip. An offset is a zone that keeps it all year:
// Russia's zone of that offset where there is one. A location is the nearest city of the list.

//go:embed cities.txt
var citiesFile string

// city is a line of cities.txt.
type city struct {
	ru, en   string
	zone     string // IANA
	lat, lon float64
	keys     []string // folded spellings in both languages
}

var cities = mustCities(citiesFile)

func mustCities(raw string) []city {
	var list []city
	for n, line := range strings.Split(raw, "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		c, err := readCity(line)
		if err != nil {
			panic(fmt.Sprintf("dialog: cities.txt:%d: %v", n+1, err))
		}
		list = append(list, c)
	}
	return list
}

func readCity(line string) (city, error) {
	parts := strings.Split(line, " | ")
	if len(parts) != 4 {
		return city{}, fmt.Errorf("want four parts")
	}
	lat, lon, _ := strings.Cut(parts[3], " ")
	c := city{zone: parts[2]}
	var err error
	if c.lat, err = strconv.ParseFloat(lat, 64); err != nil {
		return city{}, err
	}
	if c.lon, err = strconv.ParseFloat(lon, 64); err != nil {
		return city{}, err
	}
	for i, names := range parts[:2] {
		for j, name := range strings.Split(names, ", ") {
			if j == 0 {
				*[]*string{&c.ru, &c.en}[i] = name
			}
			c.keys = append(c.keys, crm.NameKey(name))
		}
	}
	return c, nil
}

// name is the city in a language.
func (c city) name(language string) string {
	if language == "en" {
		return c.en
	}
	return c.ru
}

// beforeCity are words that people put before a city.
var beforeCity = map[string]bool{
	"в": true, "во": true, "из": true, "я": true, "г": true, "город": true, "живу": true, "сейчас": true, "мы": true, "на": true,
	"in": true, "from": true, "i": true, "am": true, "im": true, "city": true, "of": true, "the": true, "live": true, "now": true,
	"время": true, "по": true, "time": true,
}

// shortName is how many letters a name may have for one slip to make it another city: Орск isn't Омск.
const shortName = 5

// findCities are the cities that a text names, the likeliest first; several only when there is no telling. sure is false
// for a short name with a slip in it.
func findCities(text string) (found []city, sure bool) {
	words := strings.Fields(crm.NameKey(text))
	for len(words) > 1 && beforeCity[words[0]] {
		words = words[1:]
	}
	key := strings.Join(words, " ")
	if key == "" {
		return nil, false
	}
	for i, fits := range []func(key, name string) bool{
		func(key, name string) bool { return key == name }, sameStem, oneSlip,
	} {
		for _, c := range cities {
			if slices.ContainsFunc(c.keys, func(name string) bool { return fits(key, name) }) {
				found = append(found, c)
			}
		}
		if len(found) > 0 {
			return found[:min(len(found), maxChoices)], i < 2 || utf8.RuneCountInString(key) > shortName
		}
	}
	return nil, false
}

// cityNamed is the city of an English name.
func cityNamed(en string) (city, bool) {
	i := slices.IndexFunc(cities, func(c city) bool { return c.en == en })
	if i < 0 {
		return city{}, false
	}
	return cities[i], true
}

// sameStem reports whether two names differ in their case endings only: «нижнем новгороде», «казани».
func sameStem(a, b string) bool {
	x, y := strings.Fields(a), strings.Fields(b)
	if len(x) != len(y) {
		return false
	}
	for i := range x {
		p, q := []rune(x[i]), []rune(y[i])
		if x[i] != y[i] && sharedPrefix(x[i], y[i]) < max(3, len(p)-2, len(q)-2) {
			return false
		}
	}
	// Endings are vowels, й, ь, м and х: Курск isn't Курган.
	return strings.Trim(afterShared(a, b), "аеиоуыэюяйьмх ") == ""
}

// afterShared are the letters of each pair of words after what they share.
func afterShared(a, b string) string {
	x, y := strings.Fields(a), strings.Fields(b)
	var rest strings.Builder
	for i := range x {
		n := sharedPrefix(x[i], y[i])
		rest.WriteString(string([]rune(x[i])[n:]) + string([]rune(y[i])[n:]))
	}
	return rest.String()
}

// oneSlip reports whether a is b with one letter wrong, missing, too many, or two neighbours swapped.
func oneSlip(a, b string) bool {
	x, y := []rune(strings.ReplaceAll(a, " ", "")), []rune(strings.ReplaceAll(b, " ", ""))
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(y) < 4 || len(y)-len(x) > 1 {
		return false
	}
	i := 0
	for i < len(x) && x[i] == y[i] {
		i++
	}
	switch {
	case len(x) < len(y):
		return string(x[i:]) == string(y[i+1:])
	case i == len(x):
		return true
	case string(x[i+1:]) == string(y[i+1:]):
		return true
	}
	return i+1 < len(x) && x[i] == y[i+1] && x[i+1] == y[i] && string(x[i+2:]) == string(y[i+2:])
}

// nearestCity is the city of the list nearest to a place.
func nearestCity(lat, lon float64) city {
	best, least := cities[0], math.Inf(1)
	for _, c := range cities {
		if d := distance(lat, lon, c.lat, c.lon); d < least {
			best, least = c, d
		}
	}
	return best
}

// distance grows with the distance between two places on the globe (the haversine).
func distance(lat1, lon1, lat2, lon2 float64) float64 {
	const degree = math.Pi / 180
	a, b := math.Sin((lat2-lat1)*degree/2), math.Sin((lon2-lon1)*degree/2)
	return a*a + math.Cos(lat1*degree)*math.Cos(lat2*degree)*b*b
}

// offsetText is "UTC+5", "GMT-3:30", «+5», «мск+2».
var offsetText = regexp.MustCompile(`^(utc|gmt|мск|msk|москва|moscow)? *([+−–-]) *(\d{1,2})(?::?(00|15|30|45))?(?: *(?:ч|час|часа|часов|h|hours?))?$`)

// fixedZones are zones by their offset in minutes, all without daylight saving.
var fixedZones = map[int]string{
	120: "Europe/Kaliningrad", 180: "Europe/Moscow", 240: "Europe/Samara", 300: "Asia/Yekaterinburg", 360: "Asia/Omsk",
	420: "Asia/Krasnoyarsk", 480: "Asia/Irkutsk", 540: "Asia/Yakutsk", 600: "Asia/Vladivostok", 660: "Asia/Magadan",
	720: "Asia/Kamchatka", 210: "Asia/Tehran", 270: "Asia/Kabul", 330: "Asia/Kolkata", 345: "Asia/Kathmandu", 390: "Asia/Yangon",
	525: "Australia/Eucla", 570: "Australia/Darwin", -570: "Pacific/Marquesas", 0: "UTC",
}

// zoneOfOffset is the zone of an offset that was written.
func zoneOfOffset(text string) (string, bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	if text == "utc" || text == "gmt" {
		return "UTC", true
	}
	m := offsetText.FindStringSubmatch(text)
	if m == nil {
		return "", false
	}
	hours, _ := strconv.Atoi(m[3])
	minutes, _ := strconv.Atoi("0" + m[4])
	total := hours*60 + minutes
	if m[2] != "+" {
		total = -total
	}
	if m[1] != "" && m[1] != "utc" && m[1] != "gmt" {
		total += 180
	}
	if zone, ok := fixedZones[total]; ok {
		return zone, true
	}
	if total%60 != 0 || total < -12*60 || total > 14*60 {
		return "", false
	}
	return fmt.Sprintf("Etc/GMT%+d", -total/60), true // these names count westwards
}

// zoneOfName is an IANA name that was written.
func zoneOfName(text string) (string, bool) {
	text = strings.TrimSpace(text)
	if !strings.Contains(text, "/") {
		return "", false
	}
	_, err := time.LoadLocation(text)
	return text, err == nil
}

// zoneName is what a zone is called: its main city, or the last part of its name.
func zoneName(zone, language string) string {
	for _, c := range cities {
		if c.zone == zone {
			return c.name(language)
		}
	}
	return strings.ReplaceAll(zone[strings.LastIndex(zone, "/")+1:], "_", " ")
}

// offset is how far the zone is from UTC at t: "UTC+5", "UTC+5:30", "UTC".
func offset(zone *time.Location, t time.Time) string {
	_, seconds := t.In(zone).Zone()
	sign := "+"
	if seconds < 0 {
		sign, seconds = "−", -seconds
	}
	switch hours, minutes := seconds/3600, seconds%3600/60; {
	case seconds == 0:
		return "UTC"
	case minutes == 0:
		return fmt.Sprintf("UTC%s%d", sign, hours)
	default:
		return fmt.Sprintf("UTC%s%d:%02d", sign, hours, minutes)
	}
}

// zoneTitle is "Екатеринбург (UTC+5)"; a zone that is nothing but an offset is called by it alone.
func zoneTitle(zone, language string, t time.Time) string {
	at := offset(crm.Zone(zone), t)
	if zone == "UTC" || strings.HasPrefix(zone, "Etc/") {
		return at
	}
	return zoneName(zone, language) + " (" + at + ")"
}
