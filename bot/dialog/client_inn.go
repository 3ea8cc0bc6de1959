package dialog

import (
	"regexp"
	"strings"

	"followup/storage/crm"
)

// A line that names a client by an INN that nobody has is asked about like any other unknown name; the number is no name,
// so the new client's name is asked for and the number is kept with it. What was written is filed with the answer.

var (
	bareINN = regexp.MustCompile(`(?i)^(?:(?:у|для|от|for|from)\s+)?(?:инн|inn|tax id)?[ :№#]*(\d[\d ]{8,13}\d)$`)
	innWord = regexp.MustCompile(`(?i)^(?:инн|inn|tax id)$`)
	saidINN = regexp.MustCompile(`(?i)(?:инн|inn|tax id)[ :№#]*\d[\d ]{8,13}\d`)
)

// withINN puts the number back behind the word, when the word alone was taken for a name.
func (f *filing) withINN() {
	if !innWord.MatchString(strings.TrimSpace(f.reading.Rest)) {
		return
	}
	if said := saidINN.FindString(f.reading.Text); said != "" {
		f.reading.Rest = said
	}
}

// namedByINN is the number when an unknown client is named by nothing else, empty when it has a name.
func (f *filing) namedByINN() string {
	m := bareINN.FindStringSubmatch(strings.TrimSpace(f.reading.Rest))
	if m == nil {
		return ""
	}
	return strings.ReplaceAll(m[1], " ", "")
}

// askNewName asks what the client with an INN is called. A number whose check digits are wrong is said and not kept.
func (f *filing) askNewName(inn string) error {
	key := "newinn.ask"
	if checkINN(inn) != nil {
		key = "newinn.ask.wrong"
	}
	return f.turn.open("newinn", formData{ID: f.draft.ID, Arg: inn}, f.screen(key, "inn", inn).about("draft", f.draft.ID))
}

// formNewINN creates the client and files what was written; a client of that name that has no number yet gets it.
func (t *turn) formNewINN(d formData, text string) error {
	f, err := t.loadDraft(d.ID)
	if err != nil {
		return err
	}
	if f.state.Asked == nil || f.state.Change != 0 {
		return crm.Say("already")
	}
	n, err := t.typedName(text)
	if err != nil {
		return err
	}
	if n.INN == "" && checkINN(d.Arg) == nil {
		n.INN = d.Arg
	}
	c, err := t.namesake(n)
	if err != nil {
		return err
	}
	if c == nil {
		c = &crm.Client{Name: n.Name, Manager: t.me.ID, Team: t.me.Team, Tier: crm.TierB, Status: crm.ClientActive}
	}
	if c.ID == 0 || c.INN == "" && n.INN != "" {
		c.INN = n.INN
		if err := t.tx.SaveClient(c); err != nil {
			return err
		}
	}
	if n.Contact != "" {
		if err := t.addContact(*c, n.Contact); err != nil {
			return err
		}
	}
	if err := t.closeForm(); err != nil {
		return err
	}
	if err := f.read(); err != nil {
		return err
	}
	f.setWho(f.state.Asked.At, []int64{c.ID})
	f.state.Asked = nil
	return f.run()
}
