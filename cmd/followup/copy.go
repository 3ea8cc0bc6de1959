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
	tables, rows := 0, int64(0)
	err := storage.Copy(w.ctx, c.From, c.To, storeOptions(w, clock.Real()), func(t storage.Copied) {
		fmt.Fprintf(w.out, "%-20s %9d rows  checksum %016x\n", t.Table, t.Rows, t.Sum)
		tables++
		rows += t.Rows
	})
	switch from, to := storage.Place(c.From), storage.Place(c.To); {
	case errors.Is(err, storage.ErrNotEmpty):
		return fmt.Errorf("%s is not empty, and nothing was copied: name an empty database: %w", to, err)
	case errors.Is(err, storage.ErrEmpty):
		return fmt.Errorf("%s is empty, and nothing was copied: name the database to copy first, and the empty one second: %w", from, err)
	case err != nil:
		return fmt.Errorf("nothing was copied from %s to %s: %w", from, to, err)
	default:
		fmt.Fprintf(w.out, "copied %s to %s: %d tables, %d rows, read back alike. Set FOLLOWUP_DB and start serve.\n", from, to, tables, rows)
		return nil
	}
}
