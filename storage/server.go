package storage

import (
	"context"
	"time"
)

// Server is what doctor wants to know of a database's server.
type Server struct {
	Version  string
	Unsafe   []string // settings by which it may lose what it acknowledged
	Archives bool     // it keeps its journal, so that one can get back to any moment
	Ahead    time.Duration
}

// unsafeSettings lose acknowledged commits, or tear pages, when the machine fails.
var unsafeSettings = map[string]bool{"fsync": true, "full_page_writes": true, "synchronous_commit": true}

// Server asks the database's server about itself; ok is false for a database in a file. Ahead is how far its clock is ahead
// of this computer's.
func (s *Store) Server(ctx context.Context) (about Server, ok bool, err error) {
	if !s.dialect.server {
		return about, false, nil
	}
	err = s.View(ctx, func(tx *Tx) error {
		at, err := tx.count("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS BIGINT)")
		if err != nil {
			return err
		}
		about.Ahead = time.Unix(at, 0).Sub(tx.now).Round(time.Second)
		return tx.each(`SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit', 'archive_mode',
			'server_version') ORDER BY name`, nil, func(scan func(...any) error) error {
			var name, value string
			err := scan(&name, &value)
			switch {
			case name == "server_version":
				about.Version = value
			case name == "archive_mode":
				about.Archives = value != "off"
			case unsafeSettings[name] && value == "off":
				about.Unsafe = append(about.Unsafe, name)
			}
			return err
		})
	})
	return about, true, err
}
