package dialog

import (
	"strconv"
	"strings"

	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
)

// Names that a file leaves open are asked about one by one, or all of a kind at once: a client that is like one of ours, and a responsible person whom no
// member is called like. What is not answered is not loaded.

// Kinds of questions about names.
const (
	nameSame = "same" // is it this client?
	nameWho  = "who"  // which member is it?
)

// nameQuestion is one of them.
type nameQuestion struct {
	Kind string
	Name string
	Key  string
	Rows int
	IDs  []int64 // clients or members to choose from
}

// maxNames bounds how many names are asked about; the others wait for the next time the file is sent.
const maxNames = 100

// questionsOf are the names that a report leaves open.
func (t *turn) questionsOf(r storage.IntakeReport) ([]nameQuestion, error) {
	var list []nameQuestion
	for _, s := range r.Similar {
		list = append(list, nameQuestion{nameSame, message.Cut(s.Name, maxNameShown), s.Key, s.Rows, append([]int64{s.Client}, s.Others...)})
	}
	if len(r.Unknown) > 0 {
		ids, err := t.givable()
		if err != nil {
			return nil, err
		}
		for _, u := range r.Unknown {
			list = append(list, nameQuestion{nameWho, message.Cut(u.Name, maxNameShown), u.Key, u.Rows, ids})
		}
	}
	return list[:min(len(list), maxNames)], nil
}

// maxGivable is how many members fit below a question.
const maxGivable = 12

// givable are the members whose clients this one may change, himself first.
func (t *turn) givable() ([]int64, error) {
	ids := []int64{t.me.ID}
	if !t.isLead() {
		return ids, nil
	}
	team := t.me.Team
	if t.me.Role == crm.Owner {
		team = 0
	}
	all, err := t.tx.Members(team)
	for _, m := range all {
		if m.ID != t.me.ID && len(ids) < maxGivable {
			ids = append(ids, m.ID)
		}
	}
	return ids, err
}

// beginNames shows the first question.
func (t *turn) beginNames(i *storage.Import, st importState, _ string) error {
	if len(st.Names) == 0 {
		return crm.Say("already")
	}
	st.At = 0
	return t.nextName(i, st)
}

// nextName asks about the name in hand, or goes back to the preview when there is none left.
func (t *turn) nextName(i *storage.Import, st importState) error {
	if st.At >= len(st.Names) {
		st.Names = nil
		return t.fetchFor(i, st, "read")
	}
	if err := t.keepImport(i, st); err != nil {
		return err
	}
	q := st.Names[st.At]
	s := t.screen("import.name."+q.Kind, "n", st.At+1, "of", len(st.Names), "name", q.Name, "rows", q.Rows)
	at := strconv.Itoa(st.At)
	for n, id := range q.IDs {
		label, err := t.nameChoice(q, id)
		if err != nil {
			return err
		}
		s.row(labelled(label, "imp", i.ID, "n", at, strconv.Itoa(n)))
	}
	if q.Kind == nameSame {
		s.row(t.button("import.name.new", "imp", i.ID, "n", at, "new"), t.button("import.name.skip", "imp", i.ID, "n", at, "skip"))
		s.row(t.button("import.name.allsame", "imp", i.ID, "n", at, "allsame"), t.button("import.name.allnew", "imp", i.ID, "n", at, "allnew"))
	} else {
		s.row(t.button("import.name.skip", "imp", i.ID, "n", at, "skip"), t.button("import.name.skipall", "imp", i.ID, "n", at, "allskip"))
	}
	return t.show(s.row(t.button("import.name.enough", "imp", i.ID, "back")).about("import", i.ID))
}

// nameChoice words a choice: a client with what tells him apart, or a member.
func (t *turn) nameChoice(q nameQuestion, id int64) (string, error) {
	if q.Kind == nameSame {
		what, err := t.tellApart(id)
		return t.Say("import.name.is", "what", what), err
	}
	if id == t.me.ID {
		return t.Say("import.name.me"), nil
	}
	m, err := t.tx.Member(id)
	return m.Name, err
}

// tapName takes an answer: "2:0" the first choice, "2:new", "2:skip", "2:allsame", "2:allnew", "2:allskip".
func (t *turn) tapName(i *storage.Import, st importState, arg string) error {
	number, word, _ := strings.Cut(arg, ":")
	at, err := strconv.Atoi(number)
	if err != nil || at != st.At || at >= len(st.Names) {
		return crm.Say("already")
	}
	kind := st.Names[at].Kind
	rest, all := strings.CutPrefix(word, "all")
	last := at + 1
	if all {
		last = len(st.Names)
	}
	for n := at; n < last; n++ {
		q := st.Names[n]
		if q.Kind != kind {
			st.At = n
			return t.nextName(i, st)
		}
		answer, ok := q.answer(rest)
		if !ok {
			return crm.Say("button.unknown")
		}
		st.answer(q, answer)
	}
	st.At = last
	return t.nextName(i, st)
}

// answer is what a word decides about a name.
func (q nameQuestion) answer(word string) (int64, bool) {
	switch word {
	case "skip":
		return storage.LeaveOut, true
	case "new":
		return storage.Another, q.Kind == nameSame
	case "same":
		return q.IDs[0], q.Kind == nameSame
	}
	n, err := strconv.Atoi(word)
	if err != nil || n < 0 || n >= len(q.IDs) {
		return 0, false
	}
	return q.IDs[n], true
}

func (st *importState) answer(q nameQuestion, id int64) {
	to := &st.Same
	if q.Kind == nameWho {
		to = &st.People
	}
	if *to == nil {
		*to = map[string]int64{}
	}
	(*to)[q.Key] = id
}
