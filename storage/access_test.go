package storage

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"followup/bot/message"
	"followup/storage/crm"
)

// estate is one record of every kind of anna's client.
type estate struct {
	client                                                                                    crm.Client
	contact, interaction, followUp, contract, invoice, payment, promise, document, attachment int64
	concession                                                                                int64
}

func (w *world) estate() (e estate) {
	w.t.Helper()
	e.client = w.client(w.anna, "Ромашка")
	id := e.client.ID
	contact := crm.Contact{Client: id, Name: "Ирина Ковалёва", Phones: []string{"+79161234567"}}
	interaction := crm.Interaction{Client: id, Kind: crm.TouchCall, Text: "обсудили скидку"}
	followUp := crm.FollowUp{Client: id, Text: "перезвонить", Day: crm.NewDate(2026, 11, 19), Clock: crm.At(14, 0)}
	contract := crm.Contract{Client: id, Number: "14/26", End: crm.NewDate(2027, 1, 31)}
	invoice := crm.Invoice{Client: id, Number: "125", Sum: crm.Rub(500), Due: crm.NewDate(2026, 10, 30)}
	payment := crm.Payment{Client: id, Sum: crm.Rub(100)}
	promise := crm.Promise{Client: id, Sum: crm.Rub(400), Day: crm.NewDate(2026, 11, 20)}
	document := crm.Document{Client: id, Kind: crm.PaperAct, Number: "77", WaitOrig: true}
	concession := crm.Concession{Kind: crm.Discount, Sum: crm.Rub(1), Reason: "задержка"}
	attachment := crm.Attachment{Client: id, Kind: "photo", File: "f", Unique: "u"}
	w.as(w.anna, func(tx *Tx) error {
		err := errors.Join(tx.SaveContact(&contact), tx.SaveInteraction(&interaction), tx.SaveFollowUp(&followUp), tx.SaveContract(&contract),
			tx.SaveInvoice(&invoice), tx.SavePromise(&promise), tx.SaveDocument(&document), tx.SaveAttachment(&attachment))
		concession.Invoice = invoice.ID
		return errors.Join(err, tx.Pay(&payment, []crm.Allocation{{Invoice: invoice.ID, Sum: crm.Rub(50)}}), tx.Concede(&concession))
	})
	e.concession = concession.ID
	e.contact, e.interaction, e.followUp, e.contract = contact.ID, interaction.ID, followUp.ID, contract.ID
	e.invoice, e.payment, e.promise, e.document, e.attachment = invoice.ID, payment.ID, promise.ID, document.ID, attachment.ID
	return e
}

// reads are all ways to read one record of a client, or what hangs on it; writes are all ways to change one.
func (e estate) reads() map[string]func(*Tx) error {
	return map[string]func(*Tx) error{
		"Client":         func(tx *Tx) error { _, err := tx.Client(e.client.ID); return err },
		"Contacts":       func(tx *Tx) error { _, err := tx.Contacts(e.client.ID); return err },
		"Contact":        func(tx *Tx) error { _, err := tx.Contact(e.contact); return err },
		"ContactData":    func(tx *Tx) error { _, err := tx.ContactData(e.contact); return err },
		"Interaction":    func(tx *Tx) error { _, err := tx.Interaction(e.interaction); return err },
		"FollowUp":       func(tx *Tx) error { _, err := tx.FollowUp(e.followUp); return err },
		"Contract":       func(tx *Tx) error { _, err := tx.Contract(e.contract); return err },
		"Invoice":        func(tx *Tx) error { _, err := tx.Invoice(e.invoice); return err },
		"Allocations":    func(tx *Tx) error { _, err := tx.Allocations(e.invoice); return err },
		"Instalments":    func(tx *Tx) error { _, err := tx.Instalments(e.invoice); return err },
		"Concession":     func(tx *Tx) error { _, err := tx.Concession(e.concession); return err },
		"Concessions":    func(tx *Tx) error { _, err := tx.Concessions(e.invoice); return err },
		"Payment":        func(tx *Tx) error { _, err := tx.Payment(e.payment); return err },
		"Payments":       func(tx *Tx) error { _, err := tx.Payments(e.client.ID); return err },
		"Split":          func(tx *Tx) error { _, err := tx.Split(e.payment); return err },
		"Advance":        func(tx *Tx) error { _, err := tx.Advance(e.client.ID); return err },
		"Promise":        func(tx *Tx) error { _, err := tx.Promise(e.promise); return err },
		"BrokenPromises": func(tx *Tx) error { _, err := tx.BrokenPromises(e.client.ID, crm.Date{}); return err },
		"Document":       func(tx *Tx) error { _, err := tx.Document(e.document); return err },
		"Timeline":       func(tx *Tx) error { _, err := tx.Timeline(e.client.ID, 0, 9); return err },
		"Changes":        func(tx *Tx) error { _, err := tx.Changes(ChangeFilter{Client: e.client.ID}); return err },
	}
}

func (e estate) writes() map[string]func(*Tx) error {
	id := e.client.ID
	return map[string]func(*Tx) error{
		"SaveClient":       func(tx *Tx) error { c := e.client; c.City = "Тула"; return tx.SaveClient(&c) },
		"new contact":      func(tx *Tx) error { return tx.SaveContact(&crm.Contact{Client: id}) },
		"old contact":      func(tx *Tx) error { return tx.SaveContact(&crm.Contact{ID: e.contact, Client: id}) },
		"new interaction":  func(tx *Tx) error { return tx.SaveInteraction(&crm.Interaction{Client: id}) },
		"old interaction":  func(tx *Tx) error { return tx.SaveInteraction(&crm.Interaction{ID: e.interaction, Client: id}) },
		"new follow-up":    func(tx *Tx) error { return tx.SaveFollowUp(&crm.FollowUp{Client: id}) },
		"old follow-up":    func(tx *Tx) error { return tx.SaveFollowUp(&crm.FollowUp{ID: e.followUp, Client: id}) },
		"stolen follow-up": func(tx *Tx) error { return tx.SaveFollowUp(&crm.FollowUp{ID: e.followUp, Assignee: e.client.Manager}) },
		"Finish":           func(tx *Tx) error { _, _, err := tx.Finish(e.followUp, ""); return err },
		"new contract":     func(tx *Tx) error { return tx.SaveContract(&crm.Contract{Client: id}) },
		"old contract":     func(tx *Tx) error { return tx.SaveContract(&crm.Contract{ID: e.contract, Client: id}) },
		"new invoice":      func(tx *Tx) error { return tx.SaveInvoice(&crm.Invoice{Client: id, Sum: crm.Rub(1)}) },
		"old invoice":      func(tx *Tx) error { return tx.SaveInvoice(&crm.Invoice{ID: e.invoice, Client: id, Sum: crm.Rub(900)}) },
		"SetLevel":         func(tx *Tx) error { return tx.SetLevel(e.invoice, 3) },
		"Pay":              func(tx *Tx) error { return tx.Pay(&crm.Payment{Client: id, Sum: crm.Rub(1)}, nil) },
		"Allocate": func(tx *Tx) error {
			return tx.Allocate(e.payment, []crm.Allocation{{Invoice: e.invoice, Sum: crm.Rub(1)}})
		},
		"MakeInstalments": func(tx *Tx) error {
			i, err := tx.Invoice(e.invoice)
			half := i.Balance.Share(1, 2)
			_, err2 := tx.MakeInstalments(e.invoice, []crm.Instalment{{Due: crm.NewDate(2027, 1, 1), Sum: half}, {Due: crm.NewDate(2027, 2, 1), Sum: i.Balance.Sub(half)}})
			return orElse(err, err2)
		},
		"Concede": func(tx *Tx) error {
			return tx.Concede(&crm.Concession{Invoice: e.invoice, Kind: crm.Return, Sum: crm.Rub(1), Reason: "брак"})
		},
		"CancelPayment":  func(tx *Tx) error { return tx.CancelPayment(e.payment) },
		"new promise":    func(tx *Tx) error { return tx.SavePromise(&crm.Promise{Client: id, Sum: crm.Rub(1)}) },
		"old promise":    func(tx *Tx) error { return tx.SavePromise(&crm.Promise{ID: e.promise, Client: id, Sum: crm.Rub(1)}) },
		"new document":   func(tx *Tx) error { return tx.SaveDocument(&crm.Document{Client: id}) },
		"old document":   func(tx *Tx) error { return tx.SaveDocument(&crm.Document{ID: e.document, Client: id}) },
		"new attachment": func(tx *Tx) error { return tx.SaveAttachment(&crm.Attachment{Client: id}) },
		"old attachment": func(tx *Tx) error { return tx.SaveAttachment(&crm.Attachment{ID: e.attachment, Client: id}) },
		"EraseContact":   func(tx *Tx) error { return tx.EraseContact(e.contact) },
	}
}

// lists are all ways to read many records at once: each returns how many of another's it shows.
func lists() map[string]func(*Tx) (int, error) {
	return map[string]func(*Tx) (int, error){
		"Clients": func(tx *Tx) (int, error) { l, _, err := tx.Clients(ClientFilter{}); return len(l), err },
		"Clients silent": func(tx *Tx) (int, error) {
			l, _, err := tx.Clients(ClientFilter{Text: "ромашка"})
			return len(l), err
		},
		"FollowUps": func(tx *Tx) (int, error) { l, err := tx.FollowUps(FollowUpFilter{}); return len(l), err },
		"Contracts": func(tx *Tx) (int, error) { l, err := tx.Contracts(ContractFilter{}); return len(l), err },
		"Invoices":  func(tx *Tx) (int, error) { l, err := tx.Invoices(InvoiceFilter{}); return len(l), err },
		"Promises":  func(tx *Tx) (int, error) { l, err := tx.Promises(PromiseFilter{}); return len(l), err },
		"Documents": func(tx *Tx) (int, error) { l, err := tx.Documents(DocumentFilter{}); return len(l), err },
		"Debts":     func(tx *Tx) (int, error) { l, err := tx.Debts(DebtFilter{}); return len(l), err },
		"Touches":   func(tx *Tx) (int, error) { l, err := tx.Touches(0, 1<<40, 0); return len(l), err },
		"Received": func(tx *Tx) (int, error) {
			l, err := tx.Received(crm.Date{}, crm.NewDate(2999, 1, 1), 0)
			return len(l), err
		},
		"Issued": func(tx *Tx) (int, error) {
			l, err := tx.Issued(crm.Date{}, crm.NewDate(2999, 1, 1))
			return len(l), err
		},
		"Advances":           func(tx *Tx) (int, error) { l, err := tx.Advances(0); return len(l), err },
		"Loads":              func(tx *Tx) (int, error) { l, err := tx.Loads(0); return len(l), err },
		"Search":             func(tx *Tx) (int, error) { l, err := tx.Search("ромашка", 9); return len(l), err },
		"Search phone":       func(tx *Tx) (int, error) { l, err := tx.Search("4567", 9); return len(l), err },
		"Attachments":        func(tx *Tx) (int, error) { l, err := tx.Attachments(0, 0, 0); return len(l), err },
		"AttachmentByUnique": func(tx *Tx) (int, error) { _, found, err := tx.AttachmentByUnique("u"); return int(bit(found)), err },
		"AllContacts":        func(tx *Tx) (int, error) { l, err := tx.AllContacts(0); return len(l), err },
		"AllInteractions":    func(tx *Tx) (int, error) { l, err := tx.AllInteractions(0, 0, 0); return len(l), err },
		"Holdings": func(tx *Tx) (int, error) {
			h, err := tx.Holdings(0)
			return h.Clients + h.Contacts + h.Interactions + h.FollowUps + h.Contracts + h.Receivables, err
		},
		"Changes": func(tx *Tx) (int, error) { l, err := tx.Changes(ChangeFilter{}); return len(l), err },
		"Lookalikes": func(tx *Tx) (int, error) {
			l, err := tx.Lookalikes()
			if err != nil {
				return 0, err
			}
			return len(l.Of(Look{Name: "Ромашко"})), nil
		},
	}
}

// TestAccess tries every read, write and list of anna's records on behalf of everybody.
func TestAccess(t *testing.T) {
	w := newWorld(t)
	e := w.estate()
	if err := w.Index(context.Background()); err != nil {
		t.Fatal(err)
	}
	left := w.anna
	left.ID, left.Telegram, left.Status = 0, 900, crm.MemberLeft
	w.turn(func(tx *Tx) error { return tx.System().SaveMember(&left) })
	for _, who := range []struct {
		name string
		face func(*Tx) *Tx
		may  bool
	}{
		{"owner", func(tx *Tx) *Tx { return tx.As(w.owner) }, true},
		{"her lead", func(tx *Tx) *Tx { return tx.As(w.lead) }, true},
		{"herself", func(tx *Tx) *Tx { return tx.As(w.anna) }, true},
		{"the program", func(tx *Tx) *Tx { return tx.System() }, true},
		{"a colleague", func(tx *Tx) *Tx { return tx.As(w.boris) }, false},
		{"another team's manager", func(tx *Tx) *Tx { return tx.As(w.far) }, false},
		{"one who left", func(tx *Tx) *Tx { return tx.As(left) }, false},
		{"nobody", func(tx *Tx) *Tx { return tx }, false},
	} {
		for _, part := range []map[string]func(*Tx) error{e.reads(), e.writes()} {
			for name, deed := range part {
				err := w.probe(who.face, deed)
				var p *crm.Problem
				denied := errors.As(err, &p) && (p.Key == "denied" || p.Key == "denied.client")
				if denied == who.may || (who.may && err != nil) {
					t.Errorf("%s, %s: %v", who.name, name, err)
				}
			}
		}
		for name, list := range lists() {
			n := 0
			var p *crm.Problem
			if err := w.probe(who.face, func(tx *Tx) (err error) { n, err = list(tx); return err }); err != nil && !errors.As(err, &p) {
				t.Fatal(err)
			}
			if (n > 0) != who.may {
				t.Errorf("%s sees %d in %s", who.name, n, name)
			}
		}
	}
}

var errProbe = errors.New("only a probe")

// probe runs a deed in a turn that is then taken back.
func (w *world) probe(face func(*Tx) *Tx, deed func(*Tx) error) error {
	var said error
	err := w.Update(context.Background(), func(tx *Tx) error {
		said = deed(face(tx))
		return errProbe
	})
	if !errors.Is(err, errProbe) {
		w.t.Fatal(err)
	}
	return said
}

func TestForeignClientNamesItsLead(t *testing.T) {
	w := newWorld(t)
	c := w.client(w.anna, "Ромашка")
	w.as(w.far, func(tx *Tx) error {
		_, err := tx.Client(c.ID)
		p := w.heard("denied.client", err)
		if diff := cmp.Diff(crm.Facts("name", "Ромашка", "lead", "Лидия", "id", c.ID), p.Facts); diff != "" {
			t.Error(diff)
		}
		err = tx.SaveClient(&crm.Client{Name: "ООО «РОМАШКА»"})
		p = w.heard("client.exists", err)
		if diff := cmp.Diff(crm.Facts("name", "Ромашка", "manager", "Анна", "id", c.ID), p.Facts); diff != "" {
			t.Error(diff)
		}
		return tx.SaveNamesake(&crm.Client{Name: "ООО «РОМАШКА»"})
	})
}

func TestNamesOfForeignClientsAreNamesAlone(t *testing.T) {
	w := newWorld(t)
	e := w.estate()
	w.as(w.anna, func(tx *Tx) error {
		e.client.City, e.client.INN, e.client.Aliases = "Тула", "7707083893", []string{"ромашечка"}
		return tx.SaveClient(&e.client)
	})
	names := func(m crm.Member) (n crm.ClientName) {
		w.as(m, func(tx *Tx) error {
			list, err := tx.ClientNames()
			n = list[0]
			return err
		})
		return n
	}
	full := crm.ClientName{
		ID: e.client.ID, Name: "Ромашка", Aliases: []string{"ромашечка"}, INN: "7707083893", City: "Тула", Manager: w.anna.ID, Team: w.north.ID, Own: true,
		Contacts: []crm.ContactName{{Name: "Ирина Ковалёва", Phones: []string{"+79161234567"}}},
	}
	if diff := cmp.Diff(full, names(w.anna)); diff != "" {
		t.Error(diff)
	}
	full.Own = false
	if diff := cmp.Diff(full, names(w.lead)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(crm.ClientName{ID: e.client.ID, Name: "Ромашка", Aliases: []string{"ромашечка"}}, names(w.boris)); diff != "" {
		t.Error(diff)
	}
}

func TestSubstituteHasTheAbsentsClients(t *testing.T) {
	w := newWorld(t)
	e := w.estate()
	w.as(w.anna, func(tx *Tx) error {
		w.anna.AwayFrom, w.anna.AwayUntil, w.anna.Substitute = crm.NewDate(2026, 11, 18), crm.NewDate(2026, 11, 19), w.boris.ID
		return tx.SaveMember(&w.anna)
	})
	for day, may := range []bool{true, true, false} {
		for name, read := range e.reads() {
			err := w.probe(func(tx *Tx) *Tx { return tx.As(w.boris) }, read)
			if (err == nil) != may {
				t.Errorf("day %d, %s: %v", day, name, err)
			}
		}
		w.pass(24 * time.Hour)
	}
}

func TestPrivateNotesAreTheirAuthors(t *testing.T) {
	w := newWorld(t)
	c := w.client(w.anna, "Ромашка")
	i := crm.Interaction{Client: c.ID, Kind: crm.TouchNote, Text: "любит гортензии", Private: true}
	w.as(w.anna, func(tx *Tx) error { return tx.SaveInteraction(&i) })
	if err := w.Index(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, m := range []crm.Member{w.owner, w.lead, w.anna} {
		w.as(m, func(tx *Tx) error {
			own := m.ID == w.anna.ID
			_, err := tx.Interaction(i.ID)
			events, err2 := tx.Timeline(c.ID, 0, 9)
			hits, err3 := tx.Search("гортензии", 9)
			changes, err4 := tx.Changes(ChangeFilter{Client: c.ID})
			if (err == nil) != own || (len(events) == 1) != own || (len(hits) == 1) != own || (len(changes) == 2) != own {
				t.Errorf("%s: %v, %v, %v, %v", m.Name, err, events, hits, changes)
			}
			if !own {
				i := i
				i.Private = false
				w.problem("gone", tx.SaveInteraction(&i))
			}
			return errors.Join(err2, err3, err4)
		})
	}
}

func TestWhoMayChangeMembersAndTeams(t *testing.T) {
	w := newWorld(t)
	zone := func(m crm.Member) crm.Member { m.Zone = "Asia/Yekaterinburg"; return m }
	role := func(m crm.Member) crm.Member { m.Role = crm.Lead; return m }
	team := func(m crm.Member) crm.Member { m.Team = w.south.ID; return m }
	leave := func(m crm.Member) crm.Member { m.Status = crm.MemberLeft; return m }
	for _, c := range []struct {
		name string
		who  crm.Member
		what crm.Member
		may  bool
	}{
		{"own hours", w.anna, zone(w.anna), true},
		{"own role", w.anna, role(w.anna), false},
		{"own team", w.anna, team(w.anna), false},
		{"another's hours", w.boris, zone(w.anna), false},
		{"lead changes hours", w.lead, zone(w.anna), true},
		{"lead lets leave", w.lead, leave(w.anna), true},
		{"lead makes a lead", w.lead, role(w.anna), false},
		{"lead gives away", w.lead, team(w.anna), false},
		{"lead touches another team", w.lead, zone(w.far), false},
		{"lead takes from another team", w.lead, leave(w.far), false},
		{"lead changes the owner", w.lead, zone(w.owner), false},
		{"owner makes a lead", w.owner, role(w.anna), true},
		{"owner moves", w.owner, team(w.anna), true},
	} {
		m := c.what
		err := w.probe(func(tx *Tx) *Tx { return tx.As(c.who) }, func(tx *Tx) error { return tx.SaveMember(&m) })
		if (err == nil) != c.may {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	m := leave(w.owner)
	w.problem("member.last_owner", w.probe(func(tx *Tx) *Tx { return tx.As(w.owner) }, func(tx *Tx) error { return tx.SaveMember(&m) }))
	for _, c := range []struct {
		who  crm.Member
		what crm.Team
		may  bool
	}{
		{w.lead, w.north, true},
		{w.lead, w.south, false},
		{w.anna, w.north, false},
		{w.owner, w.south, true},
		{w.lead, crm.Team{Name: "Восток"}, false},
		{w.owner, crm.Team{Name: "Восток"}, true},
		{w.owner, crm.Team{Name: "СЕВЕР"}, false},
	} {
		team := c.what
		team.Settings.CareDays = 9
		err := w.probe(func(tx *Tx) *Tx { return tx.As(c.who) }, func(tx *Tx) error { return tx.SaveTeam(&team) })
		if (err == nil) != c.may {
			t.Errorf("%s saves the team %s: %v", c.who.Name, c.what.Name, err)
		}
	}
}

func TestClientsGoWithTheirManager(t *testing.T) {
	w := newWorld(t)
	e := w.estate()
	w.as(w.owner, func(tx *Tx) error {
		m := w.anna
		m.Team = w.south.ID
		return tx.SaveMember(&m)
	})
	w.as(w.lead, func(tx *Tx) error {
		_, err := tx.Invoice(e.invoice)
		w.problem("denied.client", err)
		return nil
	})
	w.as(w.owner, func(tx *Tx) error { return tx.HandOver(e.client.ID, w.boris.ID) })
	for name, read := range e.reads() {
		if err := w.probe(func(tx *Tx) *Tx { return tx.As(w.boris) }, read); err != nil {
			t.Errorf("the new manager, %s: %v", name, err)
		}
		if err := w.probe(func(tx *Tx) *Tx { return tx.As(w.anna) }, read); err == nil {
			t.Errorf("the old manager still reads %s", name)
		}
	}
	for name, list := range lists() {
		n := 0
		if err := w.probe(func(tx *Tx) *Tx { return tx.As(w.anna) }, func(tx *Tx) (err error) { n, err = list(tx); return err }); err != nil || (n > 0 && name != "Changes") {
			t.Errorf("the old manager still sees %d in %s, %v", n, name, err)
		}
	}
	if r, err := w.Check(context.Background()); err != nil || len(r.Faults) > 0 {
		t.Error(r.Faults, err)
	}
}

func TestInvitationsLetOneIn(t *testing.T) {
	w := newWorld(t)
	invite := func(m crm.Member, i Invite) (code string, err error) {
		err = w.Update(context.Background(), func(tx *Tx) error { code, err = tx.As(m).CreateInvite(&i); return err })
		return code, err
	}
	for _, c := range []struct {
		who crm.Member
		i   Invite
		may bool
	}{
		{w.owner, Invite{Role: crm.Owner}, true},
		{w.lead, Invite{Role: crm.Manager, Team: w.north.ID}, true},
		{w.lead, Invite{Role: crm.Lead, Team: w.north.ID}, false},
		{w.lead, Invite{Role: crm.Manager, Team: w.south.ID}, false},
		{w.lead, Invite{Role: crm.Manager}, false},
		{w.anna, Invite{Role: crm.Manager, Team: w.north.ID}, false},
	} {
		if _, err := invite(c.who, c.i); (err == nil) != c.may {
			t.Errorf("%s invites %+v: %v", c.who.Name, c.i, err)
		}
	}
	code, err := invite(w.lead, Invite{Role: crm.Manager, Team: w.north.ID})
	if err != nil || len(code) < 22 {
		t.Fatalf("code of %d characters, %v", len(code), err)
	}
	join := func(code string, telegram int64) (m crm.Member, err error) {
		err = w.Update(context.Background(), func(tx *Tx) error {
			m, _, err = tx.Join(code, message.Person{ID: telegram, Name: "Новый"}, "Europe/Moscow", "ru")
			return err
		})
		return m, err
	}
	var all sync.WaitGroup
	joined := make(chan crm.Member, 20)
	for n := range 20 {
		all.Add(1)
		go func() {
			defer all.Done()
			if m, err := join(code, int64(500+n)); err == nil {
				joined <- m
			}
		}()
	}
	all.Wait()
	close(joined)
	if len(joined) != 1 {
		t.Fatalf("%d joined by one code", len(joined))
	}
	if m := <-joined; m.Team != w.north.ID || m.Role != crm.Manager || m.Language != "ru" {
		t.Errorf("joined %+v", m)
	}
	_, err = join(code, 999)
	w.problem("invite.used", err)
	_, err = join("nonsense", 999)
	w.problem("invite.unknown", err)
	code, _ = invite(w.owner, Invite{Role: crm.Manager, Team: w.north.ID, Expires: crm.MomentOf(w.now()) + 60})
	_, err = join(code, w.anna.Telegram)
	w.problem("invite.member", err)
	w.pass(time.Minute)
	_, err = join(code, 999)
	w.problem("invite.expired", err)
	code, _ = invite(w.owner, Invite{Role: crm.Manager, Team: w.north.ID})
	w.as(w.lead, func(tx *Tx) error {
		list, err := tx.Invites()
		at := slices.IndexFunc(list, func(i Invite) bool { return i.Team == w.north.ID })
		return errors.Join(err, tx.RevokeInvite(list[at].ID))
	})
	_, err = join(code, 999)
	w.problem("invite.revoked", err)
}

// TestErasedDataIsGone erases a contact and looks for what is left of him in the file.
func TestErasedDataIsGone(t *testing.T) {
	w := newWorld(t)
	e := w.estate()
	if err := w.Index(context.Background()); err != nil {
		t.Fatal(err)
	}
	w.as(w.lead, func(tx *Tx) error { return tx.EraseContact(e.contact) })
	w.as(w.lead, func(tx *Tx) error {
		hits, err := tx.Search("Ковалёва", 9)
		if len(hits) != 0 {
			t.Errorf("found %v", hits)
		}
		changes, err2 := tx.Changes(ChangeFilter{Subject: crm.Subject{Kind: "client", ID: e.client.ID}})
		if !slices.ContainsFunc(changes, func(c Change) bool { return c.Label == "erased" }) {
			t.Error("that it was erased is not kept")
		}
		return errors.Join(err, err2)
	})
	if r, err := w.Check(context.Background()); err != nil || len(r.Faults) > 0 {
		t.Error(r.Faults, err)
	}
	w.turn(func(*Tx) error { return nil }) // the next commit comes after the journal was cleared
	for _, path := range []string{w.path, w.path + "-wal"} {
		for _, secret := range []string{"Ковалёва", "ковалев", "79161234567"} {
			if fileHas(t, path, secret) {
				t.Errorf("%q is still in %s", secret, filepath.Base(path))
			}
		}
	}
}
