package storage

import (
	"time"

	"followup/storage/crm"
)

// Rules of files that came in. What is kept of a file before the person decides is what the conversation needs to ask, never the file: it is read
// again when it is wanted. A row that nobody decided on goes after three days, because it holds samples of other people's data. What the columns
// of a table mean is remembered for the team under the headings, so that the same report is asked about once.

// importLife is how long a file waits for a decision.
const importLife = 3 * 24 * time.Hour

// Import is a file that a member sent and has not decided on. Data is the conversation's own.
type Import struct {
	ID, Member, Message int64
	Data                string
	Created             crm.Moment
}

// SaveImport writes an import of Me; ID 0 inserts.
func (tx *Tx) SaveImport(i *Import) error {
	tx.created(&i.Created)
	if err := tx.DropOldImports(); err != nil {
		return err
	}
	if i.ID == 0 {
		i.Member = tx.me.ID
		err := tx.insert("INSERT INTO imports (member_id, message, data, created) VALUES ($1, $2, $3, $4)",
			[]any{i.Member, i.Message, i.Data, int64(i.Created)}, &i.ID)
		return err
	}
	_, err := tx.exec("UPDATE imports SET message = $1, data = $2 WHERE id = $3 AND member_id = $4", i.Message, i.Data, i.ID, tx.me.ID)
	return err
}

// Import reads an import of Me; false when it was decided already or waited too long.
func (tx *Tx) Import(id int64) (Import, bool, error) {
	i := Import{ID: id}
	found, err := tx.one("SELECT member_id, message, data, created FROM imports WHERE id = $1 AND member_id = $2 AND created >= $3",
		[]any{id, tx.me.ID, tx.now.Add(-importLife).Unix()}, &i.Member, &i.Message, &i.Data, &i.Created)
	return i, found, err
}

// DropImport ends an import of Me.
func (tx *Tx) DropImport(id int64) error {
	_, err := tx.exec("DELETE FROM imports WHERE id = $1 AND member_id = $2", id, tx.me.ID)
	return err
}

// DropOldImports ends, for everybody, what waited too long.
func (tx *Tx) DropOldImports() error {
	_, err := tx.exec("DELETE FROM imports WHERE created < $1", tx.now.Add(-importLife).Unix())
	return err
}

// ImportColumns is what the columns of a table with these headings mean, as Me's team said it last; empty when it never did.
func (tx *Tx) ImportColumns(headers string) (data string, err error) {
	_, err = tx.one("SELECT data FROM import_columns WHERE team_id = $1 AND headers = $2", []any{tx.me.Team, headers}, &data)
	return data, err
}

// SaveImportColumns remembers what the columns mean for Me's team.
func (tx *Tx) SaveImportColumns(headers, data string) error {
	if err := tx.allow(crm.Import, crm.Own); err != nil {
		return err
	}
	_, err := tx.exec(`INSERT INTO import_columns (team_id, headers, data, at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (team_id, headers) DO UPDATE SET data = excluded.data, at = excluded.at`, tx.me.Team, headers, data, tx.now.Unix())
	return err
}

// ShownAbout is our newest message in a chat that is about a record, 0 when there is none.
func (tx *Tx) ShownAbout(chat int64, about crm.Subject) (msg int64, err error) {
	if err := tx.ofChat(chat); err != nil {
		return 0, err
	}
	_, err = tx.one("SELECT message FROM shown WHERE chat = $1 AND subject_kind = $2 AND subject_id = $3 ORDER BY message DESC LIMIT 1",
		[]any{chat, about.Kind, about.ID}, &msg)
	return msg, err
}
