package rules

// Kinds are all kinds of reminders. To add one: a file with its rule in full sentences and its Next, a line here, its
// wording in the catalogs, and its buttons in dialog's table.
var Kinds = []Kind{
	{Name: "plan", Of: "member", Next: nextPlan},
	{Name: "digest", Of: "member", Next: nextDigest},
	{Name: "weekly", Of: "member", Next: nextWeekly},
	{Name: "followup", Of: "followup", Next: nextFollowUp, Buttons: followUpButtons},
	{Name: "obligation", Of: "followup", Next: nextObligation, Buttons: followUpButtons},
	{Name: "notice", Of: "contract", Next: nextNotice, Buttons: contractButtons},
	{Name: "renewal", Of: "contract", Next: nextRenewal, Buttons: []string{"right", "notrenewed", "card"}},
	{Name: "contract_end", Of: "contract", Next: nextContractEnd, Buttons: contractButtons},
	{Name: "care", Of: "invoice", Next: nextCare, Buttons: []string{"promised", "paid", "card"}},
	{Name: "overdue", Of: "invoice", Next: nextOverdue, Buttons: []string{"called", "text", "promised", "dispute", "pause", "paid", "card"}},
	{Name: "escalated", Of: "invoice", Next: nextEscalated, Buttons: []string{"card"}, Lead: true},
	{Name: "document", Of: "document", Next: nextDocument, Buttons: []string{"signed", "received", "otherday", "card"}},
	{Name: "promise", Of: "promise", Next: nextPromise, Buttons: []string{"newdate", "nextlevel", "paid", "card"}},
}

var (
	followUpButtons = []string{"done", "snooze20", "snooze60", "tomorrow", "monday", "other", "card"}
	contractButtons = []string{"renewing", "refusing", "signed", "otherday", "card"}
)
