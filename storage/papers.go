package storage

import "followup/storage/crm"

// SaveDocument writes a paper; ID 0 inserts.
func (tx *Tx) SaveDocument(d *crm.Document) error {
	tx.created(&d.Created)
	return saveOfClient(tx, documents, d, func(d *crm.Document) int64 { return d.Client })
}

// Document reads a paper.
func (tx *Tx) Document(id int64) (crm.Document, error) {
	return readOfClient(tx, documents, id, func(d *crm.Document) int64 { return d.Client })
}

// DocumentFilter selects papers; zero values select everything. Awaited are those whose signature or original is waited for.
type DocumentFilter struct {
	Client, Manager, Team int64
	Kind                  crm.DocumentKind
	Number                string
	Awaited               bool
}

// Documents lists the papers that Me may see, newest first.
func (tx *Tx) Documents(f DocumentFilter) ([]crm.Document, error) {
	w := tx.ownedBy(f.Client, f.Manager, f.Team)
	w.addIf(f.Kind != "", "r.kind = ?", string(f.Kind))
	w.addIf(f.Number != "", "r.number = ?", f.Number)
	w.addIf(f.Awaited, "((r.wait_sign = 1 AND r.signed = '') OR (r.wait_orig = 1 AND r.received = ''))")
	return documents.list(tx, w.String()+" ORDER BY r.id DESC", w.args...)
}

// SaveAttachment keeps a file by Telegram's ids; ID 0 inserts.
func (tx *Tx) SaveAttachment(a *crm.Attachment) error {
	tx.created(&a.Created)
	return saveOfClient(tx, attachments, a, func(a *crm.Attachment) int64 { return a.Client })
}

// AttachmentByUnique finds the first copy of a file that Me may see.
func (tx *Tx) AttachmentByUnique(unique string) (crm.Attachment, bool, error) {
	var w where
	tx.visible(&w, "r")
	w.add("r.file_unique = ?", unique)
	list, err := attachments.list(tx, w.String()+" ORDER BY r.id LIMIT 1", w.args...)
	if err != nil || len(list) == 0 {
		return crm.Attachment{}, false, err
	}
	return list[0], true, nil
}

// Attachments lists a client's files, newest first; interaction and document narrow it, 0 means any.
func (tx *Tx) Attachments(client, interaction, document int64) ([]crm.Attachment, error) {
	w := tx.ownedBy(client, 0, 0)
	w.addIf(interaction != 0, "r.interaction_id = ?", interaction)
	w.addIf(document != 0, "r.document_id = ?", document)
	return attachments.list(tx, w.String()+" ORDER BY r.id DESC", w.args...)
}

// Setting is the company's setting of a name, empty when it was never set.
func (tx *Tx) Setting(name string) (string, error) {
	list, err := settings.list(tx, "WHERE r.name = $1", name)
	if err != nil || len(list) == 0 {
		return "", err
	}
	return list[0].Value, nil
}

// SaveSetting sets a setting of the company, which only an owner may.
func (tx *Tx) SaveSetting(name, value string) error {
	if err := tx.allow(crm.ChangeCompany, crm.Company); err != nil {
		return err
	}
	list, err := settings.list(tx, "WHERE r.name = $1", name)
	if err != nil {
		return err
	}
	r := Setting{Name: name, Value: value}
	if len(list) > 0 {
		r.ID = list[0].ID
	}
	_, err = settings.write(tx, &r)
	return err
}
