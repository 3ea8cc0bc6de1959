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

// TypedPayments lists the payments written by hand since a day for clients that Me may see.
func (tx *Tx) TypedPayments(from crm.Date) ([]crm.Payment, error) {
	w := tx.ownedBy(0, 0, 0)
	w.add("r.source = 'typed' AND r.day >= ?", from.String())
	return payments.list(tx, w.String()+" ORDER BY r.id", w.args...)
}

// Receipt is money that came by a statement and whose it is nobody said yet. It is its loader's alone: Member is Me. State is "waiting" or "skipped".
type Receipt struct {
	ID, Member int64
	Key        string // of the bank's operation
	Account    string // ours
	Day        crm.Date
	Sum        crm.Money
	Payer      string
	INN        string
	Purpose    string
	State      string
	Created    crm.Moment
}

var receipts = newTable("receipts", "receipt", func(r *Receipt) *int64 { return &r.ID }, func(r *Receipt) []field {
	return []field{
		link("member_id", &r.Member), text("key", &r.Key), text("account", &r.Account), date("day", &r.Day), number("sum", &r.Sum.Minor),
		text("currency", &r.Sum.Currency), text("payer", &r.Payer), text("inn", &r.INN), text("purpose", &r.Purpose), text("state", &r.State),
		number("created", &r.Created),
	}
})

// KeepReceipt keeps a receipt of Me for later; one that is kept already stays as it is.
func (tx *Tx) KeepReceipt(r *Receipt) error {
	if err := tx.allow(crm.Import, crm.Own); err != nil {
		return err
	}
	n, err := tx.count("SELECT count(*) FROM receipts WHERE member_id = $1 AND key = $2", tx.me.ID, r.Key)
	if err != nil || n > 0 {
		return err
	}
	r.Member, r.State = tx.me.ID, "waiting"
	tx.created(&r.Created)
	_, err = receipts.write(tx, r)
	return err
}

// ReceiptKeys are the bank's operations that Me put off or said to be no client's.
func (tx *Tx) ReceiptKeys() (map[string]bool, error) {
	keys := map[string]bool{}
	err := tx.each("SELECT key FROM receipts WHERE member_id = $1", []any{tx.me.ID}, func(scan func(...any) error) error {
		var key string
		err := scan(&key)
		keys[key] = true
		return err
	})
	return keys, err
}

// SkipReceipt says that a receipt is no client's payment.
func (tx *Tx) SkipReceipt(id int64) error {
	r, err := tx.Receipt(id)
	if err != nil {
		return err
	}
	r.State = "skipped"
	_, err = receipts.write(tx, &r)
	return err
}

// Receipt reads a receipt of Me that still waits; the Problem is "already" when it does no more, also because somebody else loaded the same operation.
func (tx *Tx) Receipt(id int64) (Receipt, error) {
	list, err := tx.waitingReceipts("AND r.id = $2", id)
	if err != nil {
		return Receipt{}, err
	}
	if len(list) == 0 {
		return Receipt{}, crm.Say("already")
	}
	return list[0], nil
}

// Receipts lists what waits for Me, the oldest first.
func (tx *Tx) Receipts() ([]Receipt, error) { return tx.waitingReceipts("") }

func (tx *Tx) waitingReceipts(condition string, args ...any) ([]Receipt, error) {
	return receipts.list(tx, `WHERE r.member_id = $1 AND r.state = 'waiting' AND NOT EXISTS (SELECT 1 FROM bank_operations o WHERE o.key = r.key)
		`+condition+" ORDER BY r.day, r.id", append([]any{tx.me.ID}, args...)...)
}
