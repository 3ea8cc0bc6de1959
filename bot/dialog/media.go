package dialog

import (
	"fmt"
	"strings"

	"followup/bot/message"
	"followup/storage/crm"
)

// Files are kept by Telegram's id. A caption is read as any line and the file goes with what came of it; without one there
// is one question, and the answer, a button or a line, does the same. The photos of an album go together. A file that is
// there already is recognised. A contact card becomes a client's contact, a place a note.

// attachment handles a message that is more than text.
func (t *turn) attachment() (bool, error) {
	if err := t.passFile(); err != nil {
		return true, err
	}
	switch {
	case t.in.Place != nil:
		if done, err := t.answerForm(); done || err != nil {
			return true, err
		}
		return true, t.withFiles(state{Place: t.in.Place})
	case t.in.Contact != nil:
		return true, t.withFiles(state{Cards: []message.Contact{*t.in.Contact}})
	case t.in.Forward != nil:
		return true, t.forwarded()
	case len(t.in.Files) > 0:
		return true, t.files()
	}
	return false, nil
}

// files handles a message with a file.
func (t *turn) files() error {
	if t.in.Album != "" {
		if done, err := t.joinAlbum(); done || err != nil {
			return err
		}
	}
	known, err := t.knownFile()
	if err != nil {
		return err
	}
	if known != "" && strings.TrimSpace(t.in.Text) == "" {
		return t.sendText(known)
	}
	if t.d.o.Listens && strings.TrimSpace(t.in.Text) == "" && spoken[t.in.Files[0].Kind] {
		return t.listen()
	}
	if t.looksLikeImport() {
		return t.fetchImport()
	}
	return t.withFiles(state{Files: t.in.Files, Album: t.in.Album})
}

// withFiles files the caption together with what the message holds beside it; a reply is about the client it answers.
func (t *turn) withFiles(s state) (err error) {
	if s.Client, err = t.repliedClient(); err != nil {
		return err
	}
	return t.file(t.in.Text, s)
}

// repliedClient is the client of the message that this one replies to, 0 without.
func (t *turn) repliedClient() (int64, error) {
	if t.in.Reply == 0 {
		return 0, nil
	}
	subject, ok, err := t.tx.SubjectOf(t.in.Chat, t.in.Reply)
	if err != nil || !ok {
		return 0, err
	}
	return t.clientOf(subject)
}

// knownFile says where the file was kept before, empty for a new one.
func (t *turn) knownFile() (string, error) {
	for _, file := range t.in.Files {
		a, ok, err := t.tx.AttachmentByUnique(file.Unique)
		if err != nil {
			return "", err
		}
		if ok {
			name, err := t.clientName(a.Client)
			return t.Say("file.known", "client", name, "when", t.when(a.Created)), err
		}
	}
	return "", nil
}

// joinAlbum adds a photo to the album whose first one was just handled.
func (t *turn) joinAlbum() (bool, error) {
	drafts, err := t.tx.RecentDrafts(t.me.ID, 3)
	if err != nil {
		return false, err
	}
	for _, d := range drafts {
		f, err := t.loadDraft(d.ID)
		if err != nil {
			return false, err
		}
		if f.state.Album != t.in.Album || f.draft.Chat != t.in.Chat {
			continue
		}
		f.state.Files = append(f.state.Files, t.in.Files...)
		if err := f.inPlace(); err != nil {
			return true, err
		}
		return true, f.refile()
	}
	return false, nil
}

// hasMedia reports whether the message holds anything beside text.
func (s state) hasMedia() bool { return len(s.Files) > 0 || s.Place != nil || len(s.Cards) > 0 }

// mediaLine is what a message without words is called.
func (f *filing) mediaLine() string {
	switch {
	case len(f.state.Cards) > 1:
		return f.Say("file.contacts", "n", len(f.state.Cards))
	case len(f.state.Cards) == 1:
		return f.Say("file.contact", "name", contactName(f.state.Cards[0]))
	case f.state.Place != nil:
		return f.Say("file.place") + fmt.Sprintf(" %.5f, %.5f", f.state.Place.Lat, f.state.Place.Lon)
	case len(f.state.Files) > 1:
		return f.Say("file.many", "n", len(f.state.Files))
	case len(f.state.Files) == 1:
		return f.Say("file."+f.state.Files[0].Kind, "name", f.state.Files[0].Name)
	}
	return ""
}

// gist is the message in at most so many units: its words, or what it is when it has none.
func (f *filing) gist(limit int) string {
	if text := strings.TrimSpace(f.draft.Text); text != "" {
		return message.Cut(text, limit)
	}
	return message.Cut(f.mediaLine(), limit)
}

func contactName(c message.Contact) string {
	return strings.TrimSpace(c.First + " " + c.Last)
}

// keepMedia keeps the message's files with the records that came of it, and a contact card with the client.
func (f *filing) keepMedia() error {
	if !f.state.hasMedia() {
		return nil
	}
	if f.state.Place != nil && f.draft.Text != "" && !f.onlyCaption() {
		f.lines = append(f.lines, f.mediaLine())
	}
	for _, card := range f.state.Cards {
		if err := f.keepContact(card); err != nil {
			return err
		}
	}
	for _, made := range f.state.Made {
		if made.Kind == "interaction" || made.Kind == "document" {
			return f.attach(made, f.state.Files)
		}
	}
	if id := f.firstClient(); id != 0 {
		return f.attach(crm.Subject{Kind: "client", ID: id}, f.state.Files)
	}
	return nil
}

// attach keeps files with a record of a client.
func (f *filing) attach(to crm.Subject, files []message.File) error {
	a := crm.Attachment{Client: f.firstClient()}
	switch to.Kind {
	case "interaction":
		i, err := f.tx.Interaction(to.ID)
		if err != nil {
			return err
		}
		a.Client, a.Interaction = i.Client, to.ID
	case "document":
		a.Document = to.ID
	case "client":
		a.Client = to.ID
	default:
		return nil
	}
	kept := 0
	for _, file := range files {
		known, err := f.keptBefore(file, a.Client)
		if err != nil {
			return err
		}
		if known {
			continue
		}
		kept++
		one := a
		one.Kind, one.File, one.Unique, one.Name, one.Size = file.Kind, file.ID, file.Unique, file.Name, file.Size
		if err := f.tx.SaveAttachment(&one); err != nil {
			return err
		}
	}
	if kept > 0 {
		f.lines = append(f.lines, f.Say("file.kept", "n", kept))
	}
	return nil
}

// keptBefore says that a file is there already; a client has each file once.
func (f *filing) keptBefore(file message.File, client int64) (bool, error) {
	old, ok, err := f.tx.AttachmentByUnique(file.Unique)
	if err != nil || !ok || old.Client != client {
		return false, err
	}
	name, err := f.clientName(client)
	f.lines = append(f.lines, f.Say("file.known", "client", name, "when", f.when(old.Created)))
	return true, err
}

// keepContact makes a contact of the client out of a card.
func (f *filing) keepContact(card message.Contact) error {
	c := crm.Contact{Client: f.firstClient(), Name: contactName(card), Telegram: card.User}
	if c.Client == 0 {
		return nil
	}
	have, err := f.tx.Contacts(c.Client)
	if err != nil {
		return err
	}
	phone, _, ok := crm.NormalPhone(card.Phone)
	if !ok {
		phone = card.Phone
	}
	shown := prettyPhone(phone)
	for _, old := range have {
		for _, p := range old.Phones {
			if p == phone {
				f.lines = append(f.lines, f.Say("file.contact.known", "name", old.Name, "phone", shown))
				return nil
			}
		}
	}
	c.Phones = []string{phone}
	if c.Name == "" {
		c.Name = shown
	}
	if err := f.tx.SaveContact(&c); err != nil {
		return err
	}
	f.lines = append(f.lines, f.Say("file.contact.kept", "name", c.Name, "phone", shown))
	return nil
}
