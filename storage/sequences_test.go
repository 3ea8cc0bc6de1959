package storage

import (
	"errors"
	flags "flag"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"followup/storage/crm"
)

var (
	sequences = flags.Int("sequences", 100_000, "how many random sequences TestNothingIsReadAcrossTeams plays")
	seed      = flags.Uint64("seed", 1, "of the random sequences")
)

// Every text that is kept for a client holds the client's secret; the client's name doesn't, for everybody may know it. What
// somebody reads is searched for secrets, and each must be of a client that he may see: by the manager, the team and the
// access that the tables hold at that moment, read past the code that is tried.

var secretText = regexp.MustCompile(`§(\d+)§`)

func secret(client int64) string { return fmt.Sprintf("§%d§", client) }

// vault is a client with one record of each kind, all with its secret.
type vault struct{ client, contact, interaction, followUp, contract, invoice, payment, promise, document, attachment int64 }

func (w *world) vault(m crm.Member, n int) (g vault) {
	w.t.Helper()
	c := crm.Client{Name: "Клиент " + strconv.Itoa(n)}
	w.as(m, func(tx *Tx) error { return tx.SaveClient(&c) })
	s := secret(c.ID)
	w.as(m, func(tx *Tx) error {
		c.City, c.Tags = s, []string{s}
		contact := crm.Contact{Client: c.ID, Name: "Ирина " + s, Position: s}
		interaction := crm.Interaction{Client: c.ID, Kind: crm.TouchCall, Text: "скидка " + s, Outcome: s}
		followUp := crm.FollowUp{Client: c.ID, Text: "позвонить " + s, Day: crm.NewDate(2026, 11, 19), Clock: crm.At(14, 0)}
		contract := crm.Contract{Client: c.ID, Number: s, Subject: s, End: crm.NewDate(2027, 1, 31)}
		invoice := crm.Invoice{Client: c.ID, Number: s, Sum: crm.Rub(500), Due: crm.NewDate(2026, 10, 30), Reason: s}
		payment := crm.Payment{Client: c.ID, Sum: crm.Rub(100), Note: s}
		promise := crm.Promise{Client: c.ID, Sum: crm.Rub(400), Day: crm.NewDate(2026, 11, 20), By: s}
		document := crm.Document{Client: c.ID, Kind: crm.PaperAct, Number: s, Title: s}
		attachment := crm.Attachment{Client: c.ID, Kind: "photo", File: s, Unique: s, Name: s}
		err := errors.Join(tx.SaveClient(&c), tx.SaveContact(&contact), tx.SaveInteraction(&interaction), tx.SaveFollowUp(&followUp),
			tx.SaveContract(&contract), tx.SaveInvoice(&invoice), tx.SavePromise(&promise), tx.SaveDocument(&document), tx.SaveAttachment(&attachment))
		err = errors.Join(err, tx.Pay(&payment, []crm.Allocation{{Invoice: invoice.ID, Sum: crm.Rub(50)}}))
		g = vault{c.ID, contact.ID, interaction.ID, followUp.ID, contract.ID, invoice.ID, payment.ID, promise.ID, document.ID, attachment.ID}
		return err
	})
	return g
}

// attempt is something that somebody tries; what it gives is searched for secrets.
type attempt func(tx *Tx, g vault, r *rand.Rand, w *world) (any, error)

// attempts are the ways to read, and to change whose something is.
var attempts = []attempt{
	func(tx *Tx, g vault, _ *rand.Rand, _ *world) (any, error) { return tx.Client(g.client) },
	func(tx *Tx, g vault, _ *rand.Rand, _ *world) (any, error) { return tx.Contacts(g.client) },
	func(tx *Tx, g vault, _ *rand.Rand, _ *world) (any, error) { return tx.Contact(g.contact) },
	func(tx *Tx, g vault, _ *rand.Rand, _ *world) (any, error) {
		raw, err := tx.ContactData(g.contact)
		return string(raw), err
	},
	func(tx *Tx, g vault, _ *rand.Rand, _ *world) (any, error) { return tx.Interaction(g.interaction) },
	func(tx *Tx, g vault, _ *rand.Rand, _ *world) (any, error) { return tx.FollowUp(g.followUp) },
	func(tx *Tx, g vault, _ *rand.Rand, _ *world) (any, error) { return tx.Contract(g.contract) },
	func(tx *Tx, g vault, _ *rand.Rand, _ *world) (any, error) { return tx.Invoice(g.invoice) },
	func(tx *Tx, g vault, _ *rand.Rand, _ *world) (any, error) { return tx.Payment(g.payment) },
	func(tx *Tx, g vault, _ *rand.Rand, _ *world) (any, error) { return tx.Promise(g.promise) },
	func(tx *Tx, g vault, _ *rand.Rand, _ *world) (any, error) { return tx.Document(g.document) },
	func(tx *Tx, g vault, _ *rand.Rand, _ *world) (any, error) { return tx.Timeline(g.client, 0, 9) },
	func(tx *Tx, g vault, _ *rand.Rand, _ *world) (any, error) { return tx.Attachments(g.client, 0, 0) },
	func(tx *Tx, g vault, _ *rand.Rand, _ *world) (any, error) {
		a, _, err := tx.AttachmentByUnique(secret(g.client))
		return a, err
	},
	func(tx *Tx, g vault, _ *rand.Rand, _ *world) (any, error) {
		return tx.Changes(ChangeFilter{Client: g.client})
	},
	func(tx *Tx, g vault, r *rand.Rand, _ *world) (any, error) {
		return tx.Details(r.Int64N(30)+1, g.client)
	},
	func(tx *Tx, _ vault, r *rand.Rand, _ *world) (any, error) { return tx.ChangeByID(r.Int64N(30) + 1) },
	func(tx *Tx, _ vault, _ *rand.Rand, _ *world) (any, error) { return tx.Changes(ChangeFilter{}) },
	func(tx *Tx, _ vault, _ *rand.Rand, _ *world) (any, error) { return tx.ClientNames() },
	func(tx *Tx, _ vault, _ *rand.Rand, _ *world) (any, error) {
		l, _, err := tx.Clients(ClientFilter{})
		return l, err
	},
	func(tx *Tx, _ vault, _ *rand.Rand, w *world) (any, error) {
		l, _, err := tx.Clients(ClientFilter{Manager: w.anna.ID, Team: w.north.ID})
		return l, err
	},
	func(tx *Tx, g vault, _ *rand.Rand, _ *world) (any, error) {
		return tx.FollowUps(FollowUpFilter{Client: g.client})
	},
	func(tx *Tx, _ vault, _ *rand.Rand, w *world) (any, error) {
		return tx.FollowUps(FollowUpFilter{Team: w.south.ID})
	},
	func(tx *Tx, g vault, _ *rand.Rand, _ *world) (any, error) {
		return tx.Contracts(ContractFilter{Client: g.client})
	},
	func(tx *Tx, _ vault, _ *rand.Rand, _ *world) (any, error) {
		return tx.ContractClients(ContractFilter{})
	},
	func(tx *Tx, _ vault, _ *rand.Rand, _ *world) (any, error) { return tx.Invoices(InvoiceFilter{}) },
	func(tx *Tx, g vault, _ *rand.Rand, _ *world) (any, error) {
		return tx.Invoices(InvoiceFilter{Client: g.client})
	},
	func(tx *Tx, g vault, _ *rand.Rand, _ *world) (any, error) {
		return tx.Promises(PromiseFilter{Client: g.client})
	},
	func(tx *Tx, g vault, _ *rand.Rand, _ *world) (any, error) {
		return tx.Documents(DocumentFilter{Client: g.client})
	},
	func(tx *Tx, _ vault, _ *rand.Rand, _ *world) (any, error) { return tx.BrokenOpen(0, 0, crm.Date{}) },
	func(tx *Tx, _ vault, _ *rand.Rand, _ *world) (any, error) { return tx.Search("скидка", 20) },
	func(tx *Tx, g vault, _ *rand.Rand, w *world) (any, error) {
		return nil, tx.HandOver(g.client, w.anybody(tx).ID)
	},
	func(tx *Tx, g vault, _ *rand.Rand, _ *world) (any, error) {
		a, c, _, err := tx.AskAccess(g.client)
		_ = c // its name is told; the rest of it is not handed on
		return a, err
	},
	func(tx *Tx, _ vault, r *rand.Rand, _ *world) (any, error) {
		return tx.AnswerAccess(r.Int64N(6)+1, []crm.AccessStatus{crm.AccessGiven, crm.AccessRefused, crm.AccessHanded}[r.IntN(3)])
	},
	func(tx *Tx, _ vault, r *rand.Rand, _ *world) (any, error) { return tx.TakeBack(r.Int64N(6) + 1) },
	func(tx *Tx, g vault, _ *rand.Rand, _ *world) (any, error) { return tx.Shares(g.client) },
	func(tx *Tx, g vault, _ *rand.Rand, _ *world) (any, error) {
		return nil, tx.SaveInteraction(&crm.Interaction{Client: g.client, Kind: crm.TouchCall, Text: "звонок"})
	},
	func(tx *Tx, g vault, _ *rand.Rand, _ *world) (any, error) {
		return nil, tx.SaveFollowUp(&crm.FollowUp{ID: g.followUp, Client: g.client, Text: "украдено"})
	},
	func(tx *Tx, g vault, _ *rand.Rand, _ *world) (any, error) {
		f, _, err := tx.Finish(g.followUp, "сделано")
		return f, err
	},
	func(tx *Tx, _ vault, r *rand.Rand, _ *world) (any, error) { return tx.Undo(r.Int64N(30) + 1) },
	func(tx *Tx, _ vault, r *rand.Rand, w *world) (any, error) {
		m := w.anybody(tx)
		m.Team = []int64{w.north.ID, w.south.ID}[r.IntN(2)]
		return nil, tx.SaveMember(&m)
	},
	func(tx *Tx, _ vault, _ *rand.Rand, w *world) (any, error) {
		m := w.anybody(tx)
		m.Role = crm.Owner
		return nil, tx.SaveMember(&m)
	},
	func(tx *Tx, _ vault, _ *rand.Rand, w *world) (any, error) {
		return nil, tx.Leave(w.anybody(tx).ID, w.anybody(tx).ID)
	},
	func(tx *Tx, g vault, _ *rand.Rand, w *world) (any, error) {
		c, err := tx.Client(g.client)
		if err != nil {
			return nil, err
		}
		c.Manager = w.anybody(tx).ID
		return nil, tx.SaveClient(&c)
	},
}

// anybody is a member by the turn's own chance, as he is now.
func (w *world) anybody(tx *Tx) crm.Member {
	all := []int64{w.owner.ID, w.lead.ID, w.anna.ID, w.boris.ID, w.far.ID, w.farLead.ID}
	m, err := members.must(tx, all[w.chance.IntN(len(all))])
	if err != nil {
		w.t.Fatal(err)
	}
	return m
}

// sees reads past the code under test whether m may see a client now.
func (w *world) sees(tx *Tx, m crm.Member, client int64) bool {
	var manager, team int64
	found, err := tx.one("SELECT COALESCE(manager_id, 0), COALESCE(team_id, 0) FROM clients WHERE id = $1", []any{client}, &manager, &team)
	if err != nil || !found {
		w.t.Fatalf("client %d: %v", client, err)
	}
	given, err := tx.count("SELECT count(*) FROM accesses WHERE client_id = $1 AND member_id = $2 AND status = 'given'", client, m.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return m.Status != crm.MemberLeft && (m.Role == crm.Owner || m.Role == crm.Lead && team == m.Team && team != 0 || manager == m.ID || given > 0)
}

// withoutPast leaves out finished follow-ups that were me's own or his team's to do: what somebody did stays with him when the
// client goes.
func (w *world) withoutPast(tx *Tx, me crm.Member, got any) any {
	past := func(f crm.FollowUp) bool {
		who, err := members.must(tx, f.Assignee)
		return err == nil && f.Status != crm.FollowUpOpen && (who.ID == me.ID || me.Role == crm.Lead && who.Team == me.Team)
	}
	switch v := got.(type) {
	case crm.FollowUp:
		if past(v) {
			return nil
		}
	case []crm.FollowUp:
		return slices.DeleteFunc(v, past)
	}
	return got
}

// TestNothingIsReadAcrossTeams plays random sequences of attempts by members of two teams, a stranger to the records and one who
// left, each sequence from the same beginning. -sequences and -seed choose how many and which.
func TestNothingIsReadAcrossTeams(t *testing.T) {
	n := *sequences
	if testing.Short() {
		n = min(n, 5000)
	}
	w := newWorld(t)
	w.farLead = crm.Member{Telegram: 120, Name: "Яна", Role: crm.Lead, Team: w.south.ID, Language: "ru", Zone: "Europe/Moscow"}
	gone := crm.Member{Telegram: 121, Name: "Бывший", Role: crm.Lead, Team: w.north.ID, Status: crm.MemberLeft, Language: "ru", Zone: "Europe/Moscow"}
	w.turn(func(tx *Tx) error {
		return errors.Join(tx.System().SaveMember(&w.farLead), tx.System().SaveMember(&gone))
	})
	var all []vault
	for i, m := range []crm.Member{w.anna, w.boris, w.far, w.farLead} {
		all = append(all, w.vault(m, i))
	}
	if err := w.Index(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.chance = rand.New(rand.NewPCG(*seed, 0))
	actors := []int64{w.owner.ID, w.lead.ID, w.anna.ID, w.boris.ID, w.far.ID, w.farLead.ID, gone.ID}
	told, refused := 0, 0
	for left := n; left > 0; left -= 1000 {
		err := w.Update(t.Context(), func(tx *Tx) error {
			for range min(left, 1000) {
				err := tx.Try(func() error {
					for range 1 + w.chance.IntN(3) {
						a, b := w.play(tx, actors, all)
						told, refused = told+a, refused+b
					}
					return errProbe
				})
				if !errors.Is(err, errProbe) {
					return err
				}
			}
			return errProbe
		})
		if !errors.Is(err, errProbe) {
			t.Fatal(err)
		}
	}
	t.Logf("%d sequences: %d secrets told to whom they may be, %d attempts refused", n, told, refused)
	if told < n/10 || refused < n/10 {
		t.Errorf("too few secrets told (%d) or attempts refused (%d) for a test of anything", told, refused)
	}
}

// play is one deed by somebody, with what he read searched for others' secrets.
func (w *world) play(tx *Tx, actors []int64, all []vault) (told, refused int) {
	me, err := members.must(tx, actors[w.chance.IntN(len(actors))])
	if err != nil {
		w.t.Fatal(err)
	}
	g, at := all[w.chance.IntN(len(all))], w.chance.IntN(len(attempts))
	var got any
	err = tx.Try(func() (err error) {
		got, err = attempts[at](tx.As(me), g, w.chance, w)
		return err
	})
	var p *crm.Problem
	if err != nil {
		if !errors.As(err, &p) {
			w.t.Fatalf("deed %d of %s: %v", at, me.Name, err)
		}
		refused++
		got = []any{got, p.Facts}
	}
	got = w.withoutPast(tx, me, got)
	var seen []int64
	for _, m := range secretText.FindAllStringSubmatch(fmt.Sprintf("%+v", got), -1) {
		id, _ := strconv.ParseInt(m[1], 10, 64)
		if slices.Contains(seen, id) {
			continue
		}
		seen = append(seen, id)
		if !w.sees(tx, me, id) {
			w.t.Fatalf("deed %d: %s (%s) read the secret of client %d: %+v", at, me.Name, me.Role, id, got)
		}
		told++
	}
	return told, refused
}
