package dialog

import (
	"regexp"
	"strings"
)

// Lists and new clients asked for in words. A list is asked for in one of the ways of the table, or as "clients" with words that
// are filters and nothing else: «клиенты без шага», "silent clients"; «клиенты довольны» is a note. A new client is announced
// before or behind its name; an INN and a contact may follow.

// listsAsked are whole lines that ask for a list, and the filter that they mean.
var listsAsked = []struct {
	asks   *regexp.Regexp
	filter string
}{
	{regexp.MustCompile(`(?i)^(?:кто|какие клиенты|кто из клиентов|какие из клиентов)\s+(?:(?:давно|сейчас|у меня|у нас)\s+)*молч\pL*(?:\s+(?:давно|сейчас))?$`), "молчат"},
	{regexp.MustCompile(`(?i)^(?:кому|кого|с кем)\s+(?:(?:я|мы)\s+)?давно\s+не\s+(?:звон|писа|набира|трога|обща|говор|каса|связыва)\pL*$`), "молчат"},
	{regexp.MustCompile(`(?i)^(?:who|which clients)\s+(?:is|are|has been|have been)\s+(?:silent|quiet)$|^who(?:m)?\s+(?:haven['’]t|have)\s+i\s+(?:not\s+)?(?:called|talked to|spoken to|heard from)(?:\s+(?:lately|for long|in a while))?$`), "молчат"},
	{regexp.MustCompile(`(?i)^(?:у кого|кто|какие клиенты)\s+(?:сейчас\s+)?(?:нет|без|остался без)\s+(?:следующ\pL+\s+)?(?:шаг\pL*|дел|задач)$|^(?:who has|which clients have)\s+no\s+next\s+step$`), "шага"},
}

var (
	clientsOf = regexp.MustCompile(`(?i)^(?:(?:покажи|дай|открой|список|show(?: me)?|list)\s+)?(?:(?:мои|моих|все|всех|my|all|the)\s+)?(.*?)\s*(?:клиент(?:ы|ов)|clients)(?:\s+(.*))?$`)
	newBefore = regexp.MustCompile(`(?is)^(?:новый клиент|новая компания|новый заказчик|(?:добав|завед|заве|созда)\pL*\s+(?:нового\s+|новую\s+)?(?:клиента|компанию|заказчика)|new client|(?:add|create)\s+(?:a\s+)?(?:new\s+)?client)\s*[:,—–-]?\s+(.+)$`)
	newBehind = regexp.MustCompile(`(?is)^([^,;:]{2,100}?)\s*[,:—–-]?\s*(?:это\s+)?(?:наш\s+)?(?:новый клиент|new client)(?:\s*$|\s*[,.;:]\s*(.*)$)`)
)

// clientsTalk takes a line that asks for a list of clients or announces a new one; false when it is none.
func (t *turn) clientsTalk(text string) (bool, error) {
	line := strings.Trim(text, "?!. \n\t")
	if m := newBefore.FindStringSubmatch(line); m != nil {
		return true, t.newClient(m[1])
	}
	if m := newBehind.FindStringSubmatch(line); m != nil {
		work, err := t.isWork(m[1])
		if work || err != nil {
			return false, err
		}
		return true, t.newClient(m[1] + ", " + m[2])
	}
	for _, l := range listsAsked {
		if l.asks.MatchString(line) {
			return true, t.clients(l.filter)
		}
	}
	if m := clientsOf.FindStringSubmatch(line); m != nil {
		words := m[1] + " " + m[2]
		if !strings.Contains(packed(words), ".") {
			return true, t.clients(words)
		}
	}
	return false, nil
}
