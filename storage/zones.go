package storage

import "followup/storage/crm"

// moveZone gives a member's follow-ups that are still to come the zone he has gone to: a call at 16:00 is at 16:00 of his
// clock wherever he is. What is past, and what was put into another zone on purpose, stays; so does what would be past there,
// which keeps its moment: a meeting two hours ahead isn't missed by flying east, nor by choosing the wrong city and going back.
func (tx *Tx) moveZone(member int64, from, to string) error {
	list, err := followUps.list(tx, "WHERE r.assignee_id = $1 AND r.status = 'open' AND r.due > $2 AND r.zone = $3 ORDER BY r.id",
		member, int64(crm.MomentOf(tx.now)), from)
	for i := 0; i < len(list) && err == nil; i++ {
		list[i].Zone = to
		if list[i].Due = list[i].DerivedDue(); list[i].Due <= crm.MomentOf(tx.now) {
			continue
		}
		_, err = followUps.write(tx, &list[i])
	}
	return err
}
