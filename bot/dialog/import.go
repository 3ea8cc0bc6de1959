package dialog

import (
	"encoding/json"
	"errors"
	"maps"
	"path"
	"slices"
	"strings"

	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
	"followup/storage/exchange"
)

// Rules of files that bring records.
//
// A lone file without a word is read: one message says so, and becomes the preview, the questions and the result in turn. Nothing is written before
// the button. Bytes are never kept: at each step the file is fetched again and read outside of the turn, so that nobody waits while a long one is
// read; what is kept until the person decides is what he answered. What the button writes is counted anew then, in one turn: all of it or
// nothing, one change that can be taken back for a day. A file that is none of ours is kept as any other file, and any file may be.

// readable are the endings of files that are read rather than only kept.
var readable = map[string]bool{".txt": true, ".vcf": true, ".csv": true, ".tsv": true, ".xlsx": true, ".xls": true, ".html": true, ".htm": true}

// looksLikeImport reports whether the message is a lone file that may hold records, without a word about it.
func (t *turn) looksLikeImport() bool {
	return len(t.in.Files) == 1 && t.in.Files[0].Kind == "document" && t.in.Reply == 0 && strings.TrimSpace(t.in.Text) == "" &&
		readable[strings.ToLower(path.Ext(t.in.Files[0].Name))]
}

// maxCards is how many contacts a file of cards may bring into one client; more are an address book.
const maxCards = 20

// importState is what is kept of a file until the person decided.
type importState struct {
	In     message.In
	Doing  string                    // what the file is fetched for: "read", "write", "bad", "rest" of a statement
	Fields map[string]exchange.Field `json:",omitempty"` // what columns mean, by folded heading, as a person said
	Form   *columnForm               `json:",omitempty"` // columns being asked about
	People map[string]int64          `json:",omitempty"` // see storage.Intake
	Same   map[string]int64          `json:",omitempty"`
	Names  []nameQuestion            `json:",omitempty"` // names being asked about
	At     int                       `json:",omitempty"` // the question in hand
	Lone   bool                      `json:",omitempty"` // people without a company become clients
}

// aboutFetch is what is needed to read a file outside of a turn.
type aboutFetch struct {
	Name   string
	Fields map[string]exchange.Field `json:",omitempty"`
}

// incoming is a file as it was read.
type incoming struct {
	lost    bool // there were no bytes
	file    exchange.File
	problem error // why it can't be read
	mapping exchange.Mapping
	records exchange.Records
	left    []exchange.Trouble
}

// aboutOf unpacks what a fetch carries. It is ours; without it only what a person said of columns is missing, and is asked again.
func aboutOf(packed string) (a aboutFetch) {
	_ = json.Unmarshal([]byte(packed), &a)
	return a
}

// readIncoming reads a file.
func readIncoming(a aboutFetch, data []byte) incoming {
	if len(data) == 0 {
		return incoming{lost: true}
	}
	f := incoming{}
	if f.file, f.problem = exchange.Read(a.Name, data); f.problem == nil && f.file.Kind.Table() {
		f.mapTable(a.Fields)
	}
	return f
}

// mapTable tells what the rows of a table are, with what a person said about its columns.
func (f *incoming) mapTable(said map[string]exchange.Field) {
	m := exchange.Map(f.file.Table.Headers)
	for i, c := range m.Columns {
		if field, ok := said[exchange.FoldHeader(c.Header)]; ok {
			m = m.Set(i, field)
		}
	}
	f.mapping = m
	f.records, f.left = exchange.RecordsOf(f.file.Table, m)
	f.left = append(slices.Clone(f.file.Troubles), f.left...)
}

// fetchImport asks for the file's bytes and says so.
func (t *turn) fetchImport() error {
	if err := t.pass(fileNeeds["import"]); err != nil {
		return err
	}
	if t.in.Files[0].Size > exchange.MaxBytes {
		if err := t.tell(crm.Say("file.big", "limit", exchange.MaxBytes>>20)); err != nil {
			return err
		}
		return t.withFiles(state{Files: t.in.Files})
	}
	if err := t.costly(); err != nil {
		if err := t.tell(asProblem(err)); err != nil {
			return err
		}
		return t.withFiles(state{Files: t.in.Files})
	}
	i := storage.Import{Message: t.in.Message}
	return t.fetchFor(&i, importState{In: t.in}, "read")
}

// fetchFor keeps the state, shows what is going on and has the file fetched.
func (t *turn) fetchFor(i *storage.Import, st importState, doing string) error {
	st.Doing = doing
	if err := t.keepImport(i, st); err != nil {
		return err
	}
	var after int64
	if doing != "bad" {
		o := t.out(t.screen("import.doing."+doing).about("import", i.ID))
		if t.in.Kind == message.Tap {
			o.Edit = t.in.Message
		}
		var err error
		if after, err = t.tx.Send(o); err != nil {
			return err
		}
	}
	about, err := json.Marshal(aboutFetch{st.In.Files[0].Name, st.Fields})
	if err != nil {
		return err
	}
	_, err = t.tx.Send(message.Out{Chat: t.in.Chat, Fetch: &message.Fetch{File: st.In.Files[0].ID, About: string(about), Draft: i.ID, After: after}})
	return err
}

func (t *turn) keepImport(i *storage.Import, st importState) error {
	packed, err := json.Marshal(st)
	if err != nil {
		return err
	}
	i.Data = string(packed)
	return t.tx.SaveImport(i)
}

// loadImport reads an import with its state; the Problem is "import.gone" when it was decided or waited too long.
func (t *turn) loadImport(id int64) (storage.Import, importState, error) {
	i, ok, err := t.tx.Import(id)
	if err != nil {
		return i, importState{}, err
	}
	var st importState
	if !ok || json.Unmarshal([]byte(i.Data), &st) != nil || len(st.In.Files) == 0 {
		return i, st, crm.Say("already")
	}
	return i, st, nil
}

// imported goes on with a fetched file. A file that was handled already is passed over: it may come twice.
func (t *turn) imported(id int64, f incoming) error {
	i, st, err := t.loadImport(id)
	if problemKey(err) == "already" || err == nil && st.Doing == "" {
		return nil
	}
	if err != nil {
		return err
	}
	shown, err := t.tx.ShownAbout(st.In.Chat, crm.Subject{Kind: "import", ID: id})
	if err != nil {
		return err
	}
	t.tx.Source(st.In.Chat, st.In.Message)
	doing := st.Doing
	st.Doing = ""
	if shown != 0 { // what follows takes the place of «reading…»
		t.in.Kind, t.in.Message, t.toasted = message.Tap, shown, true
	}
	err = t.tx.Try(func() error { return t.goOn(&i, st, doing, f) })
	if p := asProblem(err); p != nil {
		if err := t.tx.DropImport(id); err != nil {
			return err
		}
		s := &screen{}
		s.Add(t.SayFacts(p.Key, p.Facts))
		return t.show(s)
	}
	return err
}

// goOn does what the file was fetched for.
func (t *turn) goOn(i *storage.Import, st importState, doing string, f incoming) error {
	switch {
	case f.lost:
		return crm.Say("import.lost")
	case f.problem != nil && problemKey(f.problem) == "file.unknown", f.problem == nil && t.fewCards(f):
		return t.keepAsFile(i, st, f)
	case f.problem != nil:
		if err := t.keepImport(i, st); err != nil {
			return err
		}
		p := asProblem(f.problem)
		if p == nil {
			return f.problem
		}
		s := t.screen("import.refused", "why", t.SayFacts(p.Key, p.Facts))
		return t.show(s.row(t.button("import.keep", "imp", i.ID, "keep"), t.button("import.cancel", "imp", i.ID, "no")).about("import", i.ID))
	case f.file.Kind == exchange.KindStatement:
		return t.statement(i, st, doing, f)
	}
	if f.file.Kind.Table() && doing == "read" {
		done, err := t.askColumns(i, &st, &f)
		if done || err != nil {
			return err
		}
	}
	in := t.intakeOf(st, f)
	switch doing {
	case "write":
		return t.takeIn(i, in)
	case "bad":
		return t.sendLeft(i, st, in, f)
	}
	return t.previewImport(i, st, in, f)
}

// fewCards reports whether the file is a few business cards of one company or none: they become contacts of one client, who is asked for.
func (t *turn) fewCards(f incoming) bool {
	if f.file.Kind != exchange.KindVCard || len(f.file.Cards) > maxCards {
		return false
	}
	firms := map[string]bool{}
	for _, c := range f.file.Cards {
		firms[crm.NameKey(c.Client)] = true
	}
	delete(firms, "")
	return len(firms) < 2
}

// keepAsFile takes the file for any other, or for the contacts of one client.
func (t *turn) keepAsFile(i *storage.Import, st importState, f incoming) error {
	if err := t.tx.DropImport(i.ID); err != nil {
		return err
	}
	if t.in.Query != "" { // what follows is no answer to the tap any more
		if err := t.toast("", false); err != nil {
			return err
		}
	}
	if t.in.Kind == message.Tap {
		if _, err := t.tx.Send(message.Out{Chat: t.in.Chat, Delete: t.in.Message}); err != nil {
			return err
		}
	}
	t.in = st.In
	kept := state{Files: st.In.Files}
	if cards := contactsOf(f.file.Cards); len(cards) > 0 {
		kept = state{Cards: cards}
	}
	return t.withFiles(kept)
}

// contactsOf are cards as contacts with a phone.
func contactsOf(cards []exchange.ContactRow) []message.Contact {
	var list []message.Contact
	for _, r := range cards {
		if len(r.Phones) > 0 {
			list = append(list, message.Contact{First: r.Name, Phone: r.Phones[0]})
		}
	}
	return list
}

// intakeOf is what the file brings, with what was decided about it.
func (t *turn) intakeOf(st importState, f incoming) storage.Intake {
	in := storage.Intake{Records: f.records, People: st.People, Same: st.Same}
	if f.file.Kind == exchange.KindVCard {
		in.Clients = exchange.ClientsOfCards(cardsFor(st, f))
	}
	return in
}

// cardsFor are the cards that are loaded: those without a company only when a person wants them as clients.
func cardsFor(st importState, f incoming) []exchange.ContactRow {
	if st.Lone {
		return f.file.Cards
	}
	return slices.DeleteFunc(slices.Clone(f.file.Cards), func(c exchange.ContactRow) bool { return crm.NameKey(c.Client) == "" })
}

// takeIn writes the file and says what became of it.
func (t *turn) takeIn(i *storage.Import, in storage.Intake) error {
	s, err := t.writeIntake(in)
	if err != nil {
		return err
	}
	if err := t.tx.DropImport(i.ID); err != nil {
		return err
	}
	return t.show(s)
}

// writeIntake writes what a file brings as one change.
func (t *turn) writeIntake(in storage.Intake) (*screen, error) {
	report, err := t.tx.TakeIn(in)
	if err != nil {
		return nil, err
	}
	if report.Records() == 0 {
		return t.screen("import.nothing"), nil
	}
	t.tx.Change("import", crm.Subject{}, crm.Fact{Name: "n", Value: report.Records()})
	s := t.screen("import.done")
	s.Line(t.counts(report.New))
	if len(report.Added) > 0 {
		s.Line(t.Say("import.completed", "what", t.counts(report.Added)))
	}
	if len(report.Sums) > 0 {
		s.Line(t.Say("import.sums", "sum", t.sums(report.Sums)))
	}
	s.Gap().Add(t.Say("import.undo.until", "when", t.when(crm.MomentOf(t.now)+24*3600)))
	return s.row(t.button("card.undo", "undo", t.tx.ChangeID())), nil
}

// tapImport does what a button under a file says.
func (t *turn) tapImport(id int64, arg string) error {
	i, st, err := t.loadImport(id)
	if err != nil {
		return err
	}
	if st.Doing != "" && st.Doing != "bad" {
		return crm.Say("import.busy")
	}
	word, rest, _ := strings.Cut(arg, ":")
	if do, ok := importTaps[word]; ok {
		return do(t, &i, st, rest)
	}
	return crm.Say("button.unknown")
}

// importTaps are the buttons under a file, by their first word.
var importTaps = map[string]func(t *turn, i *storage.Import, st importState, arg string) error{
	"yes":  func(t *turn, i *storage.Import, st importState, _ string) error { return t.fetchFor(i, st, "write") },
	"bad":  func(t *turn, i *storage.Import, st importState, _ string) error { return t.fetchFor(i, st, "bad") },
	"back": func(t *turn, i *storage.Import, st importState, _ string) error { return t.fetchFor(i, st, "read") },
	"no": func(t *turn, i *storage.Import, _ importState, _ string) error {
		if err := t.tx.DropImport(i.ID); err != nil {
			return err
		}
		return t.show(t.screen("import.cancelled"))
	},
	"keep": func(t *turn, i *storage.Import, st importState, _ string) error {
		return t.keepAsFile(i, st, incoming{})
	},
	"rest": func(t *turn, i *storage.Import, st importState, _ string) error { return t.fetchFor(i, st, "rest") },
	"lone": func(t *turn, i *storage.Import, st importState, _ string) error {
		st.Lone = true
		return t.fetchFor(i, st, "read")
	},
	"names": (*turn).beginNames,
	"n":     (*turn).tapName,
	"cols":  (*turn).beginColumns,
	"c":     (*turn).tapColumn,
}

// asProblem is the problem in an error, nil for any other.
func asProblem(err error) *crm.Problem {
	var p *crm.Problem
	errors.As(err, &p)
	return p
}

// problemKey is the key of the problem in an error, empty for any other.
func problemKey(err error) string {
	if p := asProblem(err); p != nil {
		return p.Key
	}
	return ""
}

// remembered are the columns as the team said them before, beneath what was said now.
func (t *turn) remembered(st importState, headers []string) (map[string]exchange.Field, error) {
	data, err := t.tx.ImportColumns(headersKey(headers))
	if err != nil || data == "" {
		return st.Fields, err
	}
	all := map[string]exchange.Field{}
	if err := json.Unmarshal([]byte(data), &all); err != nil {
		return nil, err
	}
	maps.Copy(all, st.Fields)
	return all, nil
}
