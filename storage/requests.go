package storage

import "followup/storage/crm"

// Rules of requests.
//
// A request is a follow-up that one member asked of another: the assignee does it and hears of it, and the asker keeps the
// right to read and change it. The assignee learns the client's name and nothing else of it. What he answers is noted in the
// client's history under his name: done, or that he can't, and then the step is the asker's own again.

// AnsweredRequest is the label of a change that AnswerRequest made: whoever answered may take it back.
const AnsweredRequest = "request.answered"

// AnswerRequest notes what the assignee of a request says: done closes it, otherwise it goes back to the asker, still open.
// The note in the client's history is written for the assignee, who may not write there himself. One that isn't open, or is
// no request, is the Problem "already".
func (tx *Tx) AnswerRequest(id int64, done bool, outcome, note string) (crm.FollowUp, error) {
	f, err := followUps.must(tx, id)
	if err == nil {
		err = tx.ofFollowUp(f, crm.Change)
	}
	if err != nil {
		return crm.FollowUp{}, err
	}
	if f.Status != crm.FollowUpOpen || f.Asker == 0 {
		return f, crm.Say("already", "kind", "followup", "status", string(f.Status))
	}
	by := f.Assignee
	if done {
		f.Status, f.Outcome, f.Closed = crm.FollowUpDone, outcome, crm.MomentOf(tx.now)
	} else {
		f.Assignee, f.Asker, f.Snoozed = f.Asker, 0, 0
	}
	if _, err := followUps.write(tx, &f); err != nil {
		return f, err
	}
	if f.Client == 0 {
		return f, nil
	}
	i := crm.Interaction{
		Client: f.Client, Author: by, Kind: crm.TouchNote, Happened: crm.MomentOf(tx.now), Text: note, Outcome: outcome, Created: crm.MomentOf(tx.now),
	}
	_, err = interactions.write(tx, &i)
	return f, err
}

// AskFor writes a new request of Me to its assignee, whoever he is: it asks for the right to change the client, if it names one.
func (tx *Tx) AskFor(f *crm.FollowUp) error {
	if f.Client != 0 {
		if err := tx.ofClient(f.Client, crm.Change); err != nil {
			return err
		}
	}
	if err := tx.allow(crm.Change, crm.Own); err != nil {
		return err
	}
	f.Asker = tx.me.ID
	return tx.writeFollowUp(f)
}
