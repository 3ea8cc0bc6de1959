package storage

import (
	"encoding/json"
	"fmt"

	"followup/bot/message"
	"followup/storage/crm"
)

// Form is the state of a question of several steps in a chat; there is one at a time.
type Form struct {
	Chat             int64
	Kind, Step       string
	Data             json.RawMessage
	Message          int64 // ours, which shows the question
	Created, Expires crm.Moment
}

// ofChat allows a member his own chat; the program may use any, and so may a turn for nobody, who is the door.
func (tx *Tx) ofChat(chat int64) error {
	if tx.system || tx.me.ID == 0 || chat == tx.me.Telegram || chat < 0 {
		return nil
	}
	return crm.Say("denied", "action", "chat")
}

// Form reads the open form of a chat; one that expired is none.
func (tx *Tx) Form(chat int64) (Form, bool, error) {
	if err := tx.ofChat(chat); err != nil {
		return Form{}, false, err
	}
	f, data := Form{Chat: chat}, ""
	found, err := tx.one("SELECT kind, step, data, message, created, expires FROM forms WHERE chat = $1 AND (expires = 0 OR expires > $2)",
		[]any{chat, tx.now.Unix()}, &f.Kind, &f.Step, &data, &f.Message, &f.Created, &f.Expires)
	f.Data = json.RawMessage(data)
	return f, found, err
}

// SaveForm opens or replaces a chat's form. Expires 0 means never.
func (tx *Tx) SaveForm(f Form) error {
	if err := tx.ofChat(f.Chat); err != nil {
		return err
	}
	tx.created(&f.Created)
	_, err := tx.exec(`INSERT INTO forms (chat, kind, step, data, message, created, expires) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (chat) DO UPDATE SET kind = excluded.kind, step = excluded.step, data = excluded.data, message = excluded.message,
			created = excluded.created, expires = excluded.expires`,
		f.Chat, f.Kind, f.Step, string(f.Data), f.Message, int64(f.Created), int64(f.Expires))
	return err
}

// DropForm closes a chat's form, if there is one.
func (tx *Tx) DropForm(chat int64) error {
	if err := tx.ofChat(chat); err != nil {
		return err
	}
	_, err := tx.exec("DELETE FROM forms WHERE chat = $1", chat)
	return err
}

// Draft is a message that could not be placed yet. Asked is when its author was reminded of it, 0 not yet.
type Draft struct {
	ID, Member, Chat, Message int64
	Text                      string
	Data                      json.RawMessage
	Created, Asked            crm.Moment
}

const draftColumns = "SELECT id, member_id, chat, message, text, data, created, asked FROM drafts "

func (d *Draft) scan(scan func(...any) error) error {
	var data string
	err := scan(&d.ID, &d.Member, &d.Chat, &d.Message, &d.Text, &data, &d.Created, &d.Asked)
	d.Data = json.RawMessage(data)
	return err
}

// SaveDraft writes a draft; ID 0 inserts, for Me when no member is named.
func (tx *Tx) SaveDraft(d *Draft) error {
	if d.Member == 0 {
		d.Member = tx.me.ID
	}
	if err := tx.ofDraft(d.Member); err != nil {
		return err
	}
	tx.created(&d.Created)
	args := []any{d.Member, d.Chat, d.Message, d.Text, string(d.Data), int64(d.Created), int64(d.Asked)}
	if d.ID == 0 {
		err := tx.insert(`INSERT INTO drafts (member_id, chat, message, text, data, created, asked)
			VALUES ($1, $2, $3, $4, $5, $6, $7)`, args, &d.ID)
		return err
	}
	n, err := tx.exec("UPDATE drafts SET member_id = $1, chat = $2, message = $3, text = $4, data = $5, created = $6, asked = $7 WHERE id = $8",
		append(args, d.ID)...)
	if err == nil && n == 0 {
		return gone("draft", d.ID)
	}
	return err
}

// ofDraft keeps drafts to their author.
func (tx *Tx) ofDraft(member int64) error {
	if tx.system || (tx.me.ID != 0 && member == tx.me.ID) {
		return nil
	}
	return crm.Say("denied", "action", "draft")
}

func (tx *Tx) drafts(rest string, args ...any) ([]Draft, error) {
	var list []Draft
	err := tx.each(draftColumns+rest, args, func(scan func(...any) error) error {
		var d Draft
		err := d.scan(scan)
		list = append(list, d)
		return err
	})
	return list, err
}

// Draft reads a draft of Me.
func (tx *Tx) Draft(id int64) (Draft, bool, error) {
	list, err := tx.drafts("WHERE id = $1", id)
	if err != nil || len(list) == 0 {
		return Draft{}, false, err
	}
	if err := tx.ofDraft(list[0].Member); err != nil {
		return Draft{}, false, err
	}
	return list[0], true, nil
}

// DraftOf is the newest draft of Me that came from a message.
func (tx *Tx) DraftOf(chat, msg int64) (Draft, bool, error) {
	list, err := tx.drafts("WHERE member_id = $1 AND chat = $2 AND message = $3 ORDER BY id DESC LIMIT 1", tx.me.ID, chat, msg)
	if err != nil || len(list) == 0 {
		return Draft{}, false, err
	}
	return list[0], true, nil
}

// Drafts lists a member's drafts, oldest first.
func (tx *Tx) Drafts(member int64) ([]Draft, error) {
	if err := tx.ofDraft(member); err != nil {
		return nil, err
	}
	return tx.drafts("WHERE member_id = $1 ORDER BY id", member)
}

// DropDraft takes a draft away; one that is gone already is no error.
func (tx *Tx) DropDraft(id int64) error {
	if _, _, err := tx.Draft(id); err != nil {
		return err
	}
	_, err := tx.exec("DELETE FROM drafts WHERE id = $1", id)
	return err
}

// StaleDrafts lists the drafts written before a moment of which nobody was reminded. It is the program's question.
func (tx *Tx) StaleDrafts(before crm.Moment) ([]Draft, error) {
	if !tx.system {
		return nil, crm.Say("denied", "action", "draft")
	}
	return tx.drafts("WHERE created < $1 AND asked = 0 ORDER BY created, id", int64(before))
}

// SubjectOf is what our message in a chat is about, as the message said when it was sent.
func (tx *Tx) SubjectOf(chat, msg int64) (crm.Subject, bool, error) {
	if err := tx.ofChat(chat); err != nil {
		return crm.Subject{}, false, err
	}
	var s crm.Subject
	found, err := tx.one("SELECT subject_kind, subject_id FROM shown WHERE chat = $1 AND message = $2", []any{chat, msg}, &s.Kind, &s.ID)
	return s, found, err
}

// LastShown is our newest delivered message in a chat that is about something.
func (tx *Tx) LastShown(chat int64) (msg int64, s crm.Subject, found bool, err error) {
	if err := tx.ofChat(chat); err != nil {
		return 0, s, false, err
	}
	found, err = tx.one("SELECT message, subject_kind, subject_id FROM shown WHERE chat = $1 ORDER BY message DESC LIMIT 1", []any{chat},
		&msg, &s.Kind, &s.ID)
	return msg, s, found, err
}

// Send queues a message; it leaves after the commit of this turn. The number is the parcel's.
func (tx *Tx) Send(o message.Out) (int64, error) {
	if tx.peeking {
		tx.spoken = append(tx.spoken, o)
		return 0, nil
	}
	var file any
	body := o
	if o.File != nil {
		file = o.File.Bytes
		body.File = &message.Upload{Name: o.File.Name, Photo: o.File.Photo}
	}
	packed, err := json.Marshal(body)
	if err != nil {
		return 0, fmt.Errorf("storage: queueing a message: %w", err)
	}
	var id int64
	err = tx.insert(`INSERT INTO outbox (chat, class, body, file, once, tries, not_before, queued, started, dead, reason)
		VALUES ($1, $2, $3, $4, $5, 0, 0, $6, 0, 0, '')`,
		[]any{o.Chat, int64(o.Class), string(packed), file, bit(o.Once), tx.now.Unix()}, &id)
	tx.sent = append(tx.sent, Parcel{ID: id, Out: o, NotBefore: crm.MomentOf(tx.now), Queued: crm.MomentOf(tx.now)})
	return id, err
}
