package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"followup/bot/dialog"
	"followup/scheduler/clock"
	"followup/storage"
	"followup/storage/exchange"
)

type importCmd struct {
	database
	newcomers
	File   string `arg:"" type:"existingfile" help:"A bank statement for 1C, Excel, CSV, an export of Bitrix24 or amoCRM, a debt report of 1C, or contacts."`
	As     string `help:"On whose behalf: a member's name or Telegram number. Only what he may change is written; without it, what the owner may."`
	DryRun bool   `name:"dry-run" help:"Say what would change and write nothing."`
}

// errRehearsed takes back the turn of a rehearsal, which wrote nothing.
var errRehearsed = errors.New("rehearsed")

// Run says what the file brings and, without --dry-run, writes it as one change that the member can undo in the chat for a day.
func (c *importCmd) Run(w *world) (err error) {
	if err := c.mustExist(); err != nil {
		return err
	}
	info, err := os.Stat(c.File)
	if err != nil {
		return err
	}
	if info.Size() > exchange.MaxBytes {
		return fmt.Errorf("%s is larger than %d MB: split it", c.File, exchange.MaxBytes>>20)
	}
	data, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	store, err := openStore(w, c.DB, clock.Real())
	if err != nil {
		return err
	}
	defer closing(&err, store.Close)
	d := dialog.New(dialog.Options{Calendar: w.calendar(), Zone: c.TZ, Language: c.Lang, BotName: func() string { return "" }})
	take := d.Import(filepath.Base(c.File), data)
	said := ""
	err = store.Update(w.ctx, func(tx *storage.Tx) error {
		m, err := memberNamed(tx.System(), c.As)
		if err != nil {
			return err
		}
		if said, err = take(tx, m, !c.DryRun); err == nil && c.DryRun {
			return errRehearsed
		}
		return err
	})
	if errors.Is(err, errRehearsed) {
		err = nil
	}
	if err == nil {
		fmt.Fprintln(w.out, said)
	}
	return err
}
