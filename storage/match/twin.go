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

// Twin finds the payment that was typed by hand and is op: the same payer, the same sum, at most five days apart. It is sure when the verdict on op
// is sure of the client or the payer's INN is the client's; a client that is only likely, and a name where one side has no INN, make it likely: a
// person is asked. Of several the surer is taken, then the nearest day, then the first typed. The grade is Unknown when there is none. A
// payment that was found must not be offered again.
func Twin(op Operation, v Verdict, typed []Typed) (payment int64, grade Grade) {
	best, grade := twinDays+1, Unknown
	for _, t := range typed {
		away := abs(op.Day.Sub(t.Day))
		if t.Sum != op.Sum || away > twinDays {
			continue
		}
		g := samePayer(op, v, t)
		switch {
		case g == Unknown, g == Likely && grade == Sure:
			continue
		case g != grade, away < best, away == best && t.Payment < payment:
			best, payment, grade = away, t.Payment, g
		}
	}
	return payment, grade
}

// samePayer tells how sure it is that a typed payment is of the operation's payer.
func samePayer(op Operation, v Verdict, t Typed) Grade {
	switch {
	case v.Grade == Sure && v.Client != t.Client:
		return Unknown
	case v.Grade == Sure, op.PayerINN != "" && op.PayerINN == t.INN:
		return Sure
	case v.Grade == Likely && v.Client == t.Client:
		return Likely
	case op.PayerINN != "" && t.INN != "":
		return Unknown
	}
	payer := crm.NameKey(op.Payer)
	if payer != "" && slices.Contains(append([]string{crm.NameKey(t.Name)}, keysOf(t.Aliases)...), payer) {
		return Likely
	}
	return Unknown
}

func keysOf(names []string) []string {
	keys := make([]string, 0, len(names))
	for _, n := range names {
		keys = append(keys, crm.NameKey(n))
	}
	return keys
}
