package storage

import "followup/storage/crm"

// Rules of statements. An operation of the bank is written down by its key once it became a payment, whoever loaded the
// file: the same operation in another file then changes nothing. It goes with its payment, so undo frees it again.

// bankOperation is an operation of a statement that became a payment.
type bankOperation struct {
	ID, Payment int64
	Key         string
	Created     crm.Moment
}

var bankOperations = newTable("bank_operations", "operation", func(r *bankOperation) *int64 { return &r.ID },
	func(r *bankOperation) []field {
		return []field{text("key", &r.Key), link("payment_id", &r.Payment), number("created", &r.Created)}
	})

// PayFromBank records a payment of a statement with the operation it came from. The Problems are Pay's.
func (tx *Tx) PayFromBank(key string, p *crm.Payment, parts []crm.Allocation) error {
	p.Source = "statement"
	if err := tx.Pay(p, parts); err != nil {
		return err
	}
	return tx.fromBank(key, p.ID)
}

// ConfirmPayment gives a payment that was typed by hand the bank's day, and keeps the operation it is.
func (tx *Tx) ConfirmPayment(key string, payment int64, day crm.Date) error {
	p, err := tx.Payment(payment)
	if err != nil {
		return err
	}
	if err := tx.ofClient(p.Client, crm.Change); err != nil {
		return err
	}
	p.Day, p.Source = day, "statement"
	if _, err := payments.write(tx, &p); err != nil {
		return err
	}
	parts, err := tx.Split(payment)
	for i := 0; i < len(parts) && err == nil; i++ {
		parts[i].Day = day
		_, err = allocations.write(tx, &parts[i])
	}
	if err != nil {
		return err
	}
	return tx.fromBank(key, payment)
}

func (tx *Tx) fromBank(key string, payment int64) error {
	o := bankOperation{Key: key, Payment: payment}
	tx.created(&o.Created)
	_, err := bankOperations.write(tx, &o)
	return err
}

// BankOperation is when an operation became a payment, 0 when it did not.
func (tx *Tx) BankOperation(key string) (crm.Moment, error) {
	n, err := tx.count("SELECT created FROM bank_operations WHERE key = $1", key)
	return crm.Moment(n), err
}

// dropOperations frees the operations of a payment that goes.
func (tx *Tx) dropOperations(payment int64) error {
	ids, err := tx.ids("SELECT id FROM bank_operations WHERE payment_id = $1 ORDER BY id", payment)
	for i := 0; i < len(ids) && err == nil; i++ {
		err = bankOperations.delete(tx, ids[i])
	}
	return err
}

// Import is a file that a member sent and has not decided on. Data is the conversation's own.
type Import struct {
	ID, Member, Message int64
	Data                string
	Created             crm.Moment
}

// SaveImport writes an import of Me; ID 0 inserts.
func (tx *Tx) SaveImport(i *Import) error {
	tx.created(&i.Created)
	if i.ID == 0 {
		i.Member = tx.me.ID
		_, err := tx.one("INSERT INTO imports (member_id, message, data, created) VALUES ($1, $2, $3, $4) RETURNING id",
			[]any{i.Member, i.Message, i.Data, int64(i.Created)}, &i.ID)
		return err
	}
	_, err := tx.exec("UPDATE imports SET data = $1 WHERE id = $2 AND member_id = $3", i.Data, i.ID, tx.me.ID)
	return err
}

// Import reads an import of Me; false when it was decided already.
func (tx *Tx) Import(id int64) (Import, bool, error) {
	i := Import{ID: id}
	found, err := tx.one("SELECT member_id, message, data, created FROM imports WHERE id = $1 AND member_id = $2", []any{id, tx.me.ID},
		&i.Member, &i.Message, &i.Data, &i.Created)
	return i, found, err
}

// DropImport ends an import of Me.
func (tx *Tx) DropImport(id int64) error {
	_, err := tx.exec("DELETE FROM imports WHERE id = $1 AND member_id = $2", id, tx.me.ID)
	return err
}
