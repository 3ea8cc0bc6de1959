package main

import (
	"fmt"

	"followup/scheduler/clock"
	"followup/storage"
)

type backupCmd struct {
	database
	File string `arg:"" help:"Where the copy goes; there must be no such file."`
}

// Run copies the database while others may be using it.
func (c *backupCmd) Run(w *world) (err error) {
	if err := c.mustExist(); err != nil {
		return err
	}
	store, err := openStore(w, c.DB, clock.Real())
	if err != nil {
		return err
	}
	defer closing(&err, store.Close)
	if err := store.Backup(w.ctx, c.File); err != nil {
		return err
	}
	fmt.Fprintf(w.out, "copied %s to %s, checked and safe on disk\n", storage.Place(c.DB), c.File)
	return nil
}
