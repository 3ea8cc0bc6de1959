package rules

// Kinds are all kinds of reminders. To add one: a file with its rule in full sentences and its Next, a line here, its
// wording and buttons in dialog.
var Kinds = []Kind{
	{Name: "plan", Of: "member", Next: nextPlan},
	{Name: "digest", Of: "member", Next: nextDigest},
	{Name: "weekly", Of: "member", Next: nextWeekly},
	{Name: "no_step", Of: "member", Next: nextNoStep},
	{Name: "followup", Of: "followup", Next: nextFollowUp},
	{Name: "request", Of: "followup", Next: nextRequest},
	{Name: "unanswered", Of: "followup", Next: nextUnanswered, Asker: true},
	{Name: "obligation", Of: "followup", Next: nextObligation},
	{Name: "notice", Of: "contract", Next: nextNotice},
	{Name: "renewal", Of: "contract", Next: nextRenewal},
	{Name: "contract_end", Of: "contract", Next: nextContractEnd},
	{Name: "indexation", Of: "contract", Next: nextIndexation},
	{Name: "care", Of: "invoice", Next: nextCare},
	{Name: "overdue", Of: "invoice", Next: nextOverdue},
	{Name: "deadline", Of: "invoice", Next: nextDeadline},
	{Name: "escalated", Of: "invoice", Next: nextEscalated, Lead: true},
	{Name: "document", Of: "document", Next: nextDocument},
	{Name: "promise", Of: "promise", Next: nextPromise},
	{Name: "silence", Of: "client", Next: nextSilence},
	{Name: "silence_lead", Of: "client", Next: nextSilenceLead, Lead: true},
	{Name: "birthday", Of: "contact", Next: nextBirthday},
}
