package capture

import (
	"regexp"
	"strings"

	"followup/storage/crm"
)

// A price with a decimal point and no unit, «цена 4.1», is said in millions by people who sell for millions. Nobody can know;
// whoever wrote it is asked. A whole number is left alone: «цена 500» is as often for a piece.

var price = regexp.MustCompile(`(?i)(?:^|[^\p{L}])((?:цен[аыуеой]{1,2}|стоимость|бюджет|чек|price|budget)\s+(\d{1,3})[.,](\d{1,2}))(\s*[\p{L}\p{Sc}%/\d.,-]*)`)

// notUnits may follow a price without saying what it is counted in.
var notUnits = map[string]bool{
	"": true, ",": true, ".": true, "и": true, "а": true, "но": true, "в": true, "на": true, "за": true, "and": true, "but": true, "for": true,
	"для": true, "с": true, "у": true, "от": true, "к": true, "до": true, "to": true, "with": true, "from": true, "by": true,
}

// Price finds a price without a unit: as it was written, and what it would be in millions of currency. false: there is none.
func Price(text string, currency crm.Currency) (said string, millions crm.Money, found bool) {
	m := price.FindStringSubmatch(text)
	if m == nil || !notUnits[strings.ToLower(strings.TrimSpace(m[4]))] {
		return "", crm.Money{}, false
	}
	digits := m[2] + (m[3] + "00000000")[:8] // millions of a hundred minor units
	minor := int64(0)
	for _, d := range digits {
		minor = minor*10 + int64(d-'0')
	}
	return m[1], crm.Money{Minor: minor, Currency: currency}, minor > 0
}
