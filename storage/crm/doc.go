// Package crm holds the words of the trade and their arithmetic: the records of an account manager's work, money, civil
// dates and the problems a person may hear. It knows no database, no clock and no language.
//
// One word for one thing:
//
//	member       сотрудник     a person of the company who talks with the bot
//	team         команда       members led by a lead
//	client       клиент        a company or person we serve
//	contact      контакт       a person at a client
//	interaction  касание       what happened: a call, a meeting, a message
//	follow-up    дело          a next step with a due time
//	obligation   обещание клиенту   a follow-up that we promised to the client
//	contract     договор       with a term, a renewal mode and a notice
//	decision day день решения  the last working day to send a notice of non-renewal
//	invoice      счёт          a sum the client owes by a due day
//	payment      оплата        money received, split over invoices; the rest is an advance (аванс)
//	promise      обещание оплаты   the client's word to pay a sum by a day
//	receivable   дебиторка     the open balance of invoices
//	aging        по срокам     receivables by days past due
//	dunning level уровень взыскания (L1–L5)
//	reminder     напоминание   one notification of a rule for one item
package crm
