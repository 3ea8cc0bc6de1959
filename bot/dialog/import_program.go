package dialog

import (
	"errors"
	"strings"

	"followup/bot/message"
	"followup/storage"
	"followup/storage/crm"
	"followup/storage/exchange"
)

// Import reads a file for the command line. The function it returns says, on behalf of a member and in his language, what the file would change, and with
// write does it: the same as in the chat, as one change that can be undone there. What the chat would ask stays out. Its error is a sentence.
func (d *Dialog) Import(name string, data []byte) func(tx *storage.Tx, m crm.Member, write bool) (string, error) {
	f := readIncoming(aboutFetch{Name: name}, data)
	st := importState{In: message.In{Files: []message.File{{Name: name}}}}
	return func(tx *storage.Tx, m crm.Member, write bool) (string, error) {
		t := d.turnOf(tx, m, message.In{Chat: m.Telegram})
		text, err := t.importText(st, f, write)
		if p := asProblem(err); p != nil {
			return "", errors.New(t.SayFacts(p.Key, p.Facts))
		}
		return text, err
	}
}

// importText is the preview of a file, and below it what was written.
func (t *turn) importText(st importState, f incoming, write bool) (string, error) {
	switch {
	case f.lost:
		return "", crm.Say("file.nodata")
	case f.problem != nil:
		return "", f.problem
	case f.file.Kind == exchange.KindStatement:
		return t.statementProgram(f, write)
	}
	if f.file.Kind.Table() {
		fields, err := t.remembered(st, f.file.Table.Headers)
		if err != nil {
			return "", err
		}
		f.mapTable(fields)
		if f.mapping.Shape == exchange.ShapeUnknown {
			return "", crm.Say("import.strange", "name", st.In.Files[0].Name, "columns", len(f.file.Table.Headers), "rows", len(f.file.Table.Rows))
		}
	}
	in := t.intakeOf(st, f)
	report, err := t.tx.RehearseIntake(in)
	if err != nil {
		return "", err
	}
	text := t.previewText(st, f, report).String()
	if !write {
		return text, nil
	}
	done, err := t.writeIntake(in)
	if err != nil {
		return "", err
	}
	return strings.Join([]string{text, done.String()}, "\n\n"), nil
}

func (t *turn) statementProgram(f incoming, write bool) (string, error) {
	j, err := t.judge(f.file.Statement)
	if err != nil {
		return "", err
	}
	s, err := t.statementText(f, j)
	if err != nil {
		return "", err
	}
	rest := j.rest()
	switch {
	case !write:
		return s.String(), nil
	case len(j.sure) == 0 && len(rest) > 0:
		t.tx.Change("receipts", crm.Subject{}, crm.Fact{Name: "n", Value: len(rest)})
		s.Gap().Add(t.Say("statement.later", "n", len(rest)))
		return s.String(), t.keepReceipts(rest)
	}
	done, err := t.writeStatement(j)
	if err != nil {
		return "", err
	}
	return strings.Join([]string{s.String(), done.String()}, "\n\n"), nil
}
