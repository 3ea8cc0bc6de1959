package main

import (
	"errors"
	"fmt"

	"followup/scheduler/clock"
	"followup/storage"
)

type copyCmd struct {
	From string `arg:"" help:"The database to copy: the path of an SQLite file, or postgres://user@host:5432/name; leave the password to PGPASSWORD or ~/.pgpass."`
	To   string `arg:"" help:"The database to copy it to; it must be empty. A file is made."`
}

// Run copies a database to the other engine, or to the same. serve should be stopped: what it writes meanwhile is not copied.
func (c *copyCmd) Run(w *world) error {
	if err := (database{DB: c.From}).mustExist(); err != nil {
		return err
	}
	done, err := storage.Copy(w.ctx, c.From, c.To, storeOptions(w, clock.Real()))
	if errors.Is(err, storage.ErrNotEmpty) {
		return fmt.Errorf("%s is not empty, and nothing was copied: name an empty database: %w", storage.Place(c.To), err)
	}
	if err != nil {
		return err
	}
	rows := int64(0)
	for _, t := range done {
		fmt.Fprintf(w.out, "%-20s %9d rows  checksum %016x\n", t.Table, t.Rows, t.Sum)
		rows += t.Rows
	}
	fmt.Fprintf(w.out, "copied %s to %s: %d tables, %d rows, read back alike. Set FOLLOWUP_DB and start serve.\n",
		storage.Place(c.From), storage.Place(c.To), len(done), rows)
	return nil
}
