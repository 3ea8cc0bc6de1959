package dialog

import (
	"strconv"
	"strings"

	"followup/storage/crm"
)

// A verb is what a button does. It gets the id from the button and whatever else the button carried. Every verb reads its
// record first, so that a second tap, an old message or a repeated update finds out that nothing is left to do. The store
// asks the permission table whether the member may.
type verb func(t *turn, id int64, arg string) error

// verbs are all buttons. The names are short because Telegram gives a button 64 bytes.
func verbs() map[string]verb { //nolint:funlen // one table, a line for each button
	return map[string]verb{
		// questions before filing, and drafts: filing.go, questions.go, answers.go
		"q":     (*turn).tapAnswer,
		"dnote": (*turn).tapDraftNote,
		"ddrop": (*turn).tapDraftDrop,
		"dask":  (*turn).tapDraftAsk,
		// the card after filing: card.go, repairs.go
		"ok":      (*turn).tapOK,
		"fixtime": (*turn).tapFixTime,
		"fixwho":  (*turn).tapFixClient,
		"setwho":  (*turn).tapSetClient,
		"fixkind": (*turn).tapFixKind,
		"setkind": (*turn).tapSetKind,
		"refile":  (*turn).tapRefile,
		"mend":    (*turn).tapMend,
		"unedit":  (*turn).tapUnedit,
		"alias":   (*turn).tapAlias,
		"split":   (*turn).tapSplit,
		"workday": (*turn).tapWorkdays,
		"pricem":  (*turn).tapPriceMillions,
		"pricew":  (*turn).tapPriceWords,
		"fremind": (*turn).tapForwardRemind,
		"undo":    (*turn).tapUndo,
		"redo":    (*turn).tapRedo,
		// follow-ups: followup.go
		"f":       (*turn).tapFollowUp,
		"done":    (*turn).tapDone,
		"out":     (*turn).tapOutcome,
		"next":    (*turn).tapNext,
		"snooze":  (*turn).tapSnooze,
		"other":   (*turn).tapOtherTime,
		"fcancel": (*turn).tapCancelFollowUp,
		// clients: client.go
		"c":       (*turn).tapClient,
		"cmore":   (*turn).tapTimeline,
		"clist":   (*turn).tapClients,
		"cnew":    (*turn).tapCreateClient,
		"cadd":    (*turn).tapClientAdd,
		"ctier":   (*turn).tapTier,
		"settier": (*turn).tapSetTier,
		// two clients that are one: merge.go
		"same":  (*turn).tapSame,
		"merge": (*turn).tapMerge,
		"apart": (*turn).tapApart,
		// people at a client: contact.go
		"people":  (*turn).tapContacts,
		"person":  (*turn).tapContact,
		"born":    (*turn).tapBirthday, // birthday_typed.go
		"bornof":  (*turn).tapBornOf,   // birthday_talk.go
		"greeted": (*turn).tapGreeted,  // birthday.go
		// lists: plan.go, debts.go, dso.go, renewals.go
		"plan":   (*turn).tapPlan,
		"all":    (*turn).tapAll,          // plan_all.go
		"due":    (*turn).tapDue,          // due.go
		"bind":   (*turn).tapBind,         // bind.go
		"reqnew": (*turn).tapAskColleague, // ask.go
		"req":    (*turn).tapRequest,
		"debts":  (*turn).tapDebts,
		"owes":   (*turn).tapClientDebts,
		"renew":  (*turn).tapRenewals,
		"dso":    (*turn).tapDSO,
		// contracts: contract.go, decisions.go, indexation.go
		"k":       (*turn).tapContract,
		"kdecide": (*turn).tapDecide,
		"kreason": (*turn).tapReason,
		"kother":  (*turn).tapContractOther,
		"kright":  (*turn).tapRight,
		"kstop":   (*turn).tapNotRenewed,
		"knew":    (*turn).tapNewContract,
		"ksend":   (*turn).tapSendRefusal,
		"kend":    (*turn).tapContractEnd,
		"kclose":  (*turn).tapCloseContract,
		"kindex":  (*turn).tapIndexation,
		// documents: document.go
		"dorig":  (*turn).tapOriginal,
		"d":      (*turn).tapDocument,
		"dstate": (*turn).tapDocumentState,
		"dother": (*turn).tapDocumentOther,
		"docs":   (*turn).tapDocuments,
		"recon":  (*turn).tapReconcile,
		// invoices, payments, promises: invoice.go, promise.go
		"i":         (*turn).tapInvoice,
		"called":    (*turn).tapCalled,
		"promise":   (*turn).tapPromise,
		"pday":      (*turn).tapPromiseDay,
		"p":         (*turn).tapShowPromise,
		"dispute":   (*turn).tapDispute,
		"disputeto": (*turn).tapDisputeTo,
		"claim":     (*turn).tapClaim,
		"text":      (*turn).tapText,
		"sent":      (*turn).tapSent,
		"pen":       (*turn).tapPenalty,
		"keyrate":   (*turn).tapKeyRate,
		"texts":     (*turn).tapTexts,
		"tpl":       (*turn).tapTemplate,
		"tpledit":   (*turn).tapTemplateEdit,
		"tplreset":  (*turn).tapTemplateReset,
		"pause":     (*turn).tapPause,
		"pauseto":   (*turn).tapPauseTo,
		"resume":    (*turn).tapResume,
		"deadline":  (*turn).tapDeadline, // quiet.go
		"deadlead":  (*turn).tapDeadlineLead,
		"paid":      (*turn).tapPaid,
		"splitpay":  (*turn).tapSplitPay, // payment.go
		"advance":   (*turn).tapAdvance,
		"billno":    (*turn).tapBillNumber, // billing.go
		"iplan":     (*turn).tapPlanBill,   // instalments.go
		"concede":   (*turn).tapConcede,    // concessions.go
		"agree":     (*turn).tapAgree,
		"tolead":    (*turn).tapToLead,
		"textall":   (*turn).tapTextAll, // letters_many.go
		"sentall":   (*turn).tapSentAll,
		"newbill":   (*turn).tapNewBill,
		"newpay":    (*turn).tapNewPayment,
		"payday":    (*turn).tapPayDay,
		// files in: import.go, receipt.go, import_menu.go
		"imp":  (*turn).tapImport,
		"rcpt": (*turn).tapReceipt,
		"tmpl": (*turn).tapImportTemplate,
		// files out: export.go, feeds.go
		"exp":   (*turn).tapExport,
		"feed":  (*turn).tapFeed,
		"taken": (*turn).tapTaken,
		// a person's own settings: start.go, settings.go
		"zone":    (*turn).tapZone,
		"lang":    (*turn).tapLanguage,
		"set":     (*turn).tapSetting,
		"hour":    (*turn).tapHour,
		"tset":    (*turn).tapTeamSetting, // team_settings.go
		"welcome": (*turn).tapWelcome,
		"help":    (*turn).tapHelp,
		// teams, members, invitations: team.go, invite.go
		"team": (*turn).tapTeam,
		"m":    (*turn).tapMember,
		"inv":  (*turn).tapInvite,
		"invs": (*turn).tapInvites,
		"invo": (*turn).tapOpenInvite,
		// access to others' clients, and who changed them: sharing.go, audit.go
		"ask":   (*turn).tapAsk,
		"grant": (*turn).tapGrant,
		"audit": (*turn).tapAudit,
		// the lead's digest: digest.go
		"digest": (*turn).tapDigest,
		"away":   (*turn).tapAway, // away.go
		// reports: report.go
		"report": (*turn).tapReport,
		"book":   (*turn).tapBook, // report_book.go
	}
}

var verbTable = verbs()

// tap does what the button says. The toast that stops the button's spinner is queued by the verb itself or, when it said
// nothing, here.
func (t *turn) tap() error {
	parts := strings.SplitN(t.in.Data, ":", 3)
	if len(parts) < 2 {
		return crm.Say("button.unknown")
	}
	id, err := strconv.ParseInt(parts[1], 36, 64)
	do := verbTable[parts[0]]
	if err != nil || do == nil {
		return crm.Say("button.unknown")
	}
	if err := t.passTap(parts[0]); err != nil {
		return err
	}
	arg := ""
	if len(parts) == 3 {
		arg = parts[2]
	}
	if err := do(t, id, arg); err != nil {
		return err
	}
	if t.toasted {
		return nil
	}
	return t.toast("", false)
}
