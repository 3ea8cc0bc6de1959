package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"strings"

	"followup/bot/dialog"
	"followup/bot/message"
	"followup/scheduler/clock"
	"followup/storage"
	"followup/storage/crm"
)

type exportCmd struct {
	database
	newcomers
	Kind   string `arg:"" enum:"clients,contacts,interactions,followups,contracts,receivables,all,calendar" help:"What: clients, contacts, interactions, followups, contracts, receivables, all or calendar."`
	As     string `help:"On whose behalf: a member's name or Telegram number. The file holds what he may see; without it, what the owner may."`
	Format string `help:"xlsx, excel (CSV for Excel), sheets (CSV for Google Sheets), bitrix, amo, vcf (contacts) or ics (calendar); empty: xlsx, or ics of a calendar."`
	File   string `name:"output" short:"o" help:"Where the file goes, readable by you alone; an existing one is replaced. Empty: a name of its own in this folder."`
}

// Run writes a file of the same records as /export does, and notes who took it.
func (c *exportCmd) Run(w *world) (err error) {
	if err := c.mustExist(); err != nil {
		return err
	}
	store, err := openStore(w, c.DB, clock.Real())
	if err != nil {
		return err
	}
	defer closing(&err, store.Close)
	d := dialog.New(dialog.Options{Calendar: w.calendar(), Zone: c.TZ, Language: c.Lang, BotName: func() string { return "" }})
	var finish func() (message.Out, error)
	err = store.Update(w.ctx, func(tx *storage.Tx) error {
		m, err := memberNamed(tx.System(), c.As)
		if err != nil {
			return err
		}
		finish, err = d.Export(tx, m, c.Kind, c.Format)
		return err
	})
	if err != nil {
		return plainly(err)
	}
	made, err := finish()
	if err != nil {
		return err
	}
	if made.File == nil {
		return errors.New(made.Text)
	}
	path := cmp.Or(c.File, made.File.Name)
	if err := writePrivate(path, made.File.Bytes); err != nil {
		return err
	}
	fmt.Fprintf(w.out, "%s\nwritten to %s\n", made.Text, path)
	return nil
}

// plainly words a problem, whose own text is a key of the catalogs, for the command line.
func plainly(err error) error {
	var p *crm.Problem
	if !errors.As(err, &p) {
		return err
	}
	if p.Key == "export.empty" {
		return errors.New("there is nothing of that kind that the member may see")
	}
	if p.Key == "export.unknown" {
		return errors.New("that kind has no such format: see followup export --help")
	}
	return fmt.Errorf("that can't be exported: %s", p.Key)
}

// memberNamed finds a member by name or Telegram number; the first owner when nobody is named.
func memberNamed(tx *storage.Tx, said string) (crm.Member, error) {
	all, err := tx.Members(0)
	if err != nil {
		return crm.Member{}, err
	}
	var found []crm.Member
	for _, m := range all {
		owner := said == "" && m.Role == crm.Owner
		named := said != "" && (crm.NameKey(m.Name) == crm.NameKey(said) || fmt.Sprint(m.Telegram) == said)
		if owner || named {
			found = append(found, m)
		}
	}
	switch {
	case len(found) == 0 && said == "":
		return crm.Member{}, errors.New("there is no owner yet: say on whose behalf with --as")
	case len(found) == 0:
		return crm.Member{}, fmt.Errorf("nobody is called %s: --as takes a member's whole name or Telegram number", said)
	case len(found) > 1 && said != "":
		var numbers []string
		for _, m := range found {
			numbers = append(numbers, fmt.Sprint(m.Telegram))
		}
		return crm.Member{}, fmt.Errorf("several members are called %s: say which by number: --as %s", said, strings.Join(numbers, " or "))
	}
	return found[0], nil
}

// writePrivate writes a file that its owner alone may read. It takes the place of an old one only when it is whole.
func writePrivate(path string, data []byte) error {
	temporary := path + ".part"
	if err := os.Remove(temporary); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	f, err := os.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("the file can't be written: %w", err)
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(temporary, path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("the file can't be written: %w", err), os.Remove(temporary))
	}
	return nil
}
