package main

import (
	"errors"
	"fmt"

	"followup/storage"
)

type restoreCmd struct {
	database
	File string `arg:"" help:"A file that backup wrote."`
}

// Run puts a backup in the place of the database. What was there is kept beside it under
// the name with .replaced at its end.
func (c *restoreCmd) Run(w *world) error {
	err := storage.Restore(w.ctx, c.File, c.DB)
	if errors.Is(err, storage.ErrInUse) {
		return fmt.Errorf("the database %s is in use: stop serve first", storage.Place(c.DB))
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(w.out, "restored %s from %s\n", storage.Place(c.DB), c.File)
	return nil
}
