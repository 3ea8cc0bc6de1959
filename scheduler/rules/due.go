package rules

import "followup/storage/crm"

// Due is one thing to say now: what the heartbeat hands to whoever words it.
type Due struct {
	Kind  Kind
	Step  Step
	About crm.Subject // the record's kind and id
	// Of is the record as it stands after the step did its work: an invoice at its new level, a contract in its new term, a
	// promise kept in part or broken. Of.Recipient is who is responsible; he is told by his substitute while he is away.
	Of   Subject
	At   crm.Moment // when it should have been said
	Late bool       // it is said more than two minutes after At, because the program was down or the person asleep
}
