package capture

import "time"

// A clock in another city's time: «в 10 по Екб», «15:00 мск», "4pm CET". Cities stand for IANA zones, so that summer time is
// right; abbreviations that have none of their own stand for the zone that people mean by them.

var cityZones = []struct {
	name  string
	forms string
}{
	{"Europe/Moscow", "мск москве московскому москвы msk moscow питеру спб питера петербургу"},
	{"Europe/Samara", "самаре самарскому"},
	{"Asia/Yekaterinburg", "екб екату екатеринбургу екатеринбурга уфе челябинску перми тюмени уралу уральскому екатеринбургскому"},
	{"Asia/Omsk", "омску омскому"},
	{"Asia/Novosibirsk", "нск новосибирску новосибу новосибирскому"},
	{"Asia/Krasnoyarsk", "красноярску красноярскому"},
	{"Asia/Irkutsk", "иркутску иркутскому"},
	{"Asia/Yakutsk", "якутску"},
	{"Asia/Vladivostok", "владивостоку владику владивостокскому"},
	{"Asia/Kamchatka", "камчатке камчатскому"},
	{"Europe/Kaliningrad", "калининграду калининградскому"},
	{"Asia/Almaty", "алматы алмате астане"},
	{"Europe/Minsk", "минску минскому"},
	{"Asia/Tashkent", "ташкенту"},
	{"Asia/Yerevan", "еревану"},
	{"Asia/Tbilisi", "тбилиси"},
	{"Asia/Dubai", "дубаю дубай dubai gst"},
	{"Europe/London", "лондону лондонскому london"},
	{"Europe/Berlin", "берлину берлинскому berlin cet cest"},
	{"America/New_York", "york et est edt"},
	{"America/Los_Angeles", "pst pdt pt"},
	{"America/Chicago", "cst cdt ct"},
	{"Asia/Kolkata", "ist"},
	{"Asia/Shanghai", "пекину шанхаю beijing shanghai"},
	{"Europe/Istanbul", "стамбулу"},
	{"UTC", "utc gmt гринвичу"},
	{"Etc/GMT-1", "bst"},
}

// zoneTable holds the zones once loaded; those that the system lacks stay nil and are not understood.
var zoneTable = loadZones()

func loadZones() []*time.Location {
	zones := make([]*time.Location, len(cityZones))
	for i, z := range cityZones {
		if zone, err := time.LoadLocation(z.name); err == nil {
			zones[i] = zone
		}
	}
	return zones
}

// city reads the city or zone behind a clock.
func (r *reader) city(e *expr, i int) int {
	if e.clock < 0 || e.zone != nil {
		return i
	}
	j := i
	by := r.fold(j) == "по" || r.fold(j) == "in"
	bracket := r.fold(j) == "("
	if by || bracket {
		j++
	}
	if r.fold(j) == "new" && r.fold(j+1) == "york" {
		j++
	}
	z := int(r.lex(j).zone)
	if z == 0 || zoneTable[z-1] == nil {
		return i
	}
	if f := r.fold(j); !by && !bracket && len(f) > 6 && f[0] >= 0x80 || f == "in" {
		return i
	}
	if !by && !bracket && len(r.fold(j)) > 4 && r.latin(j) {
		return i
	}
	e.zone = zoneTable[z-1]
	j++
	if r.fold(j) == "времени" || r.fold(j) == "время" || r.fold(j) == "time" {
		j++
	}
	if bracket && r.fold(j) == ")" {
		j++
	}
	return j
}
