package crm

// TouchKind is what kind of interaction happened.
type TouchKind string

// Kinds of interactions. A missed call and an unanswered message are not two-way and restart no cadence.
const (
	TouchCall         TouchKind = "call"
	TouchMissed       TouchKind = "missed"
	TouchMeeting      TouchKind = "meeting"
	TouchMail         TouchKind = "mail"
	TouchMessage      TouchKind = "message"
	TouchVisit        TouchKind = "visit"
	TouchPresentation TouchKind = "presentation"
	TouchNote         TouchKind = "note"
)

// TwoWay reports whether the client took part, so that the touch restarts the cadence of silence.
func (k TouchKind) TwoWay() bool { return k != TouchMissed && k != TouchNote }

// RenewalMode is what happens at the end of a contract's term.
type RenewalMode string

// Automatic renews unless somebody refuses in time; by agreement ends unless both sign; open-ended has no end.
const (
	RenewalAutomatic RenewalMode = "automatic"
	RenewalAgreement RenewalMode = "agreement"
	RenewalOpen      RenewalMode = "open"
)

// DocumentKind is a kind of paper.
type DocumentKind string

// Papers of the trade: договор, счёт, акт, УПД, акт сверки, КП, доверенность, допсоглашение.
const (
	PaperContract       DocumentKind = "contract"
	PaperInvoice        DocumentKind = "invoice"
	PaperAct            DocumentKind = "act"
	PaperUPD            DocumentKind = "upd"
	PaperReconciliation DocumentKind = "reconciliation"
	PaperOffer          DocumentKind = "offer"
	PaperAddendum       DocumentKind = "addendum"
	PaperOther          DocumentKind = "other"
)

// AtLeast reports whether role r has all that least has.
func AtLeast(r, least Role) bool {
	rank := map[Role]int{Manager: 1, Lead: 2, Owner: 3}
	return rank[r] >= rank[least] && rank[r] > 0
}
