package match

import (
	"slices"

	"followup/storage/crm"
)

// twinDays is how far apart the day that a person typed and the bank's day may be for one payment (TRANSCRIPTS 19).
const twinDays = 5

// Typed is a payment that a person has written down, with its client.
type Typed struct {
	Payment int64
	Client  int64
	Name    string
	Aliases []string
	INN     string
	Day     crm.Date
	Sum     crm.Money
}

// Twin finds the payment that was typed by hand and is op: the same payer, the same sum, at most five days apart. client is whose
// payment a verdict says op is, 0 when unknown; without one the payer's INN decides, and the name only where one side has no INN. Of several the nearest day is
// taken, of equally near ones the first typed. A payment that was found must not be offered again.
func Twin(op Operation, client int64, typed []Typed) (payment int64, ok bool) {
	best := twinDays + 1
	for _, t := range typed {
		away := abs(op.Day.Sub(t.Day))
		if t.Sum != op.Sum || away > twinDays || !samePayer(op, client, t) {
			continue
		}
		if away < best || away == best && t.Payment < payment {
			best, payment, ok = away, t.Payment, true
		}
	}
	return payment, ok
}

func samePayer(op Operation, client int64, t Typed) bool {
	if client != 0 {
		return client == t.Client
	}
	if op.PayerINN != "" && t.INN != "" {
		return op.PayerINN == t.INN
	}
	payer := crm.NameKey(op.Payer)
	return payer != "" && slices.Contains(append([]string{crm.NameKey(t.Name)}, keysOf(t.Aliases)...), payer)
}

func keysOf(names []string) []string {
	keys := make([]string, 0, len(names))
	for _, n := range names {
		keys = append(keys, crm.NameKey(n))
	}
	return keys
}
