package dialog

import (
	"strconv"
	"strings"

	"followup/storage/crm"
)

// A verb is what a button does. It gets the id from the button and whatever else the button carried. Every verb reads its
// record first, so that a second tap, an old message or a repeated update finds out that nothing is left to do. The store
// asks the permission table whether the member may. needs is the action that it begins; see gates.go.
type verb struct {
	needs crm.Action
	do    func(t *turn, id int64, arg string) error
}

// verbs are all buttons, in the order of the files that they stand in. The names are short because Telegram gives a button 64 bytes.
func verbs() map[string]verb { //nolint:funlen // one table, a line for each button
	return map[string]verb{
		// questions before filing, and drafts that wait
		"q":     {crm.Change, (*turn).tapAnswer},
		"dnote": {crm.Change, (*turn).tapDraftNote},
		"ddrop": {crm.Change, (*turn).tapDraftDrop},
		"dask":  {crm.Change, (*turn).tapDraftAsk},
		// the card after filing, and its repairs
		"ok":      {crm.Change, (*turn).tapOK},
		"fixtime": {crm.Change, (*turn).tapFixTime},
		"fixwho":  {crm.Change, (*turn).tapFixClient},
		"setwho":  {crm.Change, (*turn).tapSetClient},
		"fixkind": {crm.Change, (*turn).tapFixKind},
		"setkind": {crm.Change, (*turn).tapSetKind},
		"refile":  {crm.Change, (*turn).tapRefile},
		"unedit":  {crm.Change, (*turn).tapUnedit},
		"alias":   {crm.Change, (*turn).tapAlias},
		"split":   {crm.Change, (*turn).tapSplit},
		"workday": {crm.Change, (*turn).tapWorkdays},
		"mend":    {crm.Change, (*turn).tapMend},
		"pricem":  {crm.Change, (*turn).tapPriceMillions},
		"pricew":  {crm.Change, (*turn).tapPriceWords},
		"fremind": {crm.Change, (*turn).tapForwardRemind},
		"undo":    {crm.Undo, (*turn).tapUndo},
		"redo":    {crm.Undo, (*turn).tapRedo},
		// follow-ups
		"f":       {crm.See, (*turn).tapFollowUp},
		"snooze":  {crm.Change, (*turn).tapSnooze},
		"other":   {crm.Change, (*turn).tapOtherTime},
		"fcancel": {crm.Change, (*turn).tapCancelFollowUp},
		"done":    {crm.Change, (*turn).tapDone},
		"out":     {crm.Change, (*turn).tapOutcome},
		"next":    {crm.Change, (*turn).tapNext},
		"due":     {crm.Change, (*turn).tapDue},
		// the plan
		"plan": {crm.See, (*turn).tapPlan},
		"all":  {crm.Change, (*turn).tapAll},
		// requests to colleagues
		"reqnew": {crm.Change, (*turn).tapAskColleague},
		"req":    {crm.Change, (*turn).tapRequest},
		// clients
		"c":       {crm.See, (*turn).tapClient},
		"cmore":   {crm.See, (*turn).tapTimeline},
		"ctier":   {crm.Change, (*turn).tapTier},
		"settier": {crm.Change, (*turn).tapSetTier},
		"cnew":    {crm.Change, (*turn).tapCreateClient},
		"cadd":    {crm.Change, (*turn).tapClientAdd},
		"clist":   {crm.See, (*turn).tapClients},
		"same":    {crm.Merge, (*turn).tapSame},
		"merge":   {crm.Merge, (*turn).tapMerge},
		"apart":   {crm.Merge, (*turn).tapApart},
		"ask":     {crm.Ask, (*turn).tapAsk},
		"grant":   {crm.Grant, (*turn).tapGrant},
		"hand":    {crm.HandOver, (*turn).tapHand},
		"audit":   {crm.Audit, (*turn).tapAudit},
		// people at a client and their birthdays
		"people":  {crm.See, (*turn).tapContacts},
		"person":  {crm.See, (*turn).tapContact},
		"greeted": {crm.Change, (*turn).tapGreeted},
		"born":    {crm.Change, (*turn).tapBirthday},
		"bornof":  {crm.Change, (*turn).tapBornOf},
		// contracts
		"k":       {crm.See, (*turn).tapContract},
		"kdecide": {crm.Change, (*turn).tapDecide},
		"kreason": {crm.Change, (*turn).tapReason},
		"kother":  {crm.Change, (*turn).tapContractOther},
		"kright":  {crm.Change, (*turn).tapRight},
		"kstop":   {crm.Change, (*turn).tapNotRenewed},
		"knew":    {crm.Change, (*turn).tapNewContract},
		"ksend":   {crm.Change, (*turn).tapSendRefusal},
		"kend":    {crm.Change, (*turn).tapContractEnd},
		"kclose":  {crm.Change, (*turn).tapCloseContract},
		"kindex":  {crm.Change, (*turn).tapIndexation},
		"renew":   {crm.See, (*turn).tapRenewals},
		// papers
		"dorig":  {crm.Change, (*turn).tapOriginal},
		"d":      {crm.See, (*turn).tapDocument},
		"dstate": {crm.Change, (*turn).tapDocumentState},
		"dother": {crm.Change, (*turn).tapDocumentOther},
		"docs":   {crm.See, (*turn).tapDocuments},
		"recon":  {crm.Change, (*turn).tapReconcile},
		// bills, payments, promises to pay
		"i":        {crm.See, (*turn).tapInvoice},
		"called":   {crm.Change, (*turn).tapCalled},
		"paid":     {crm.Change, (*turn).tapPaid},
		"payday":   {crm.Change, (*turn).tapPayDay},
		"splitpay": {crm.Change, (*turn).tapSplitPay},
		"advance":  {crm.Change, (*turn).tapAdvance},
		"promise":  {crm.Change, (*turn).tapPromise},
		"pday":     {crm.Change, (*turn).tapPromiseDay},
		"p":        {crm.See, (*turn).tapShowPromise},
		"iplan":    {crm.Change, (*turn).tapPlanBill},
		"concede":  {crm.Change, (*turn).tapConcede},
		"agree":    {crm.Forgive, (*turn).tapAgree},
		"tolead":   {crm.Change, (*turn).tapToLead},
		"billno":   {crm.Change, (*turn).tapBillNumber},
		"newbill":  {crm.Change, (*turn).tapNewBill},
		"newpay":   {crm.Change, (*turn).tapNewPayment},
		// debts, and what is done about them
		"debts":     {crm.See, (*turn).tapDebts},
		"owes":      {crm.See, (*turn).tapClientDebts},
		"dso":       {crm.See, (*turn).tapDSO},
		"dispute":   {crm.Change, (*turn).tapDispute},
		"disputeto": {crm.Change, (*turn).tapDisputeTo},
		"pause":     {crm.Change, (*turn).tapPause},
		"pauseto":   {crm.Change, (*turn).tapPauseTo},
		"resume":    {crm.Change, (*turn).tapResume},
		"deadline":  {crm.Change, (*turn).tapDeadline},
		"deadlead":  {crm.Change, (*turn).tapDeadlineLead},
		"claim":     {crm.Change, (*turn).tapClaim},
		"pen":       {crm.See, (*turn).tapPenalty},
		"keyrate":   {crm.ChangeCompany, (*turn).tapKeyRate},
		"text":      {crm.See, (*turn).tapText},
		"sent":      {crm.Change, (*turn).tapSent},
		"textall":   {crm.See, (*turn).tapTextAll},
		"sentall":   {crm.Change, (*turn).tapSentAll},
		"texts":     {crm.ChangeTeam, (*turn).tapTexts},
		"tpl":       {crm.ChangeTeam, (*turn).tapTemplate},
		"tpledit":   {crm.ChangeTeam, (*turn).tapTemplateEdit},
		"tplreset":  {crm.ChangeTeam, (*turn).tapTemplateReset},
		// files in
		"imp":  {crm.Import, (*turn).tapImport},
		"rcpt": {crm.Import, (*turn).tapReceipt},
		"tmpl": {crm.Import, (*turn).tapImportTemplate},
		// files out
		"exp":   {crm.Export, (*turn).tapExport},
		"taken": {crm.Audit, (*turn).tapTaken},
		"feed":  {crm.Export, (*turn).tapFeed},
		"book":  {crm.Export, (*turn).tapBook},
		// digests and reports
		"digest": {crm.SeeWork, (*turn).tapDigest},
		"report": {crm.SeeWork, (*turn).tapReport},
		// absence
		"away": {crm.ChangeMember, (*turn).tapAway},
		// a person's own settings, help
		"zone":    {crm.ChangeMember, (*turn).tapZone},
		"lang":    {crm.ChangeMember, (*turn).tapLanguage},
		"welcome": {crm.SeeName, (*turn).tapWelcome},
		"set":     {crm.ChangeMember, (*turn).tapSetting},
		"hour":    {crm.ChangeMember, (*turn).tapHour},
		"help":    {crm.SeeName, (*turn).tapHelp},
		// teams, members, invitations, groups
		"team": {crm.SeeMember, (*turn).tapTeam},
		"m":    {crm.SeeMember, (*turn).tapMember},
		"tset": {crm.ChangeTeam, (*turn).tapTeamSetting},
		"inv":  {crm.Invite, (*turn).tapInvite},
		"invs": {crm.Invite, (*turn).tapInvites},
		"invo": {crm.Invite, (*turn).tapOpenInvite},
		"bind": {crm.Bind, (*turn).tapBind},
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
	v, known := verbTable[parts[0]]
	if err != nil || !known {
		return crm.Say("button.unknown")
	}
	if err := t.passTap(v); err != nil {
		return err
	}
	arg := ""
	if len(parts) == 3 {
		arg = parts[2]
	}
	if err := v.do(t, id, arg); err != nil {
		return err
	}
	if t.toasted {
		return nil
	}
	return t.toast("", false)
}
