package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// dialect is everything that differs between the databases. The statements themselves are one text for all.
type dialect struct {
	goose  goose.Dialect
	locker lock.SessionLocker // keeps other programs from migrating meanwhile; nil: the database does
	server bool               // several programs share it, and a connection to it may break and come back
	begin  string             // starts a unit that will write
	claim  string             // makes that unit the only one that writes; see lease.go. Empty: begin did
	view   string             // starts a unit that only reads and sees one state
	// numbered ends an INSERT whose row gets a number, so that it tells it. Empty: the driver knows, since RETURNING costs
	// SQLite a table in memory and a cursor.
	numbered string
	tokens   *strings.Replacer // of the migrations
	writers  int               // how many connections may be open for writing, migrating among it
	readers  int               // how many connections only read
	open     func(dsn string, write bool) (*sql.DB, error)
	fit      func(args []any)                                // makes arguments such as the database can keep; nil: it keeps all
	send     func(context.Context, *sql.Conn, []order) error // carries out several statements in one journey; nil: there is none to save
	anew     any                                             // before the arguments of a statement that has to be planned for them; nil: no plan depends on them

	check []string // statements whose rows are faults of the database, or "ok"
	size  string   // counts the bytes of the database

	tables        string // the names of all tables
	patient       string // gives statements that let this unit stand still as long as it likes; or empty: it may
	loose, strict string // give statements that let references wait for the end of a copy, and check them then; or empty
	numbers       string // tables with the last number that each gave
	forgetNumbers string // before setNumber ($1 table, $2 last number) says them anew; or empty
	setNumber     string

	index    map[string]index // the search index, by its tables search_names and search_notes
	truncate string           // after an erasure was committed: takes its traces out of the journal; empty: there is no way
}

// index is how one table of the search index is written and asked.
type index struct {
	add, drop         string // ($1 doc, $2 words), ($1 doc)
	purge             string // takes out what dropped records left; empty: the database does by itself
	match             string // a condition with its query as $1
	newest, newestOwn string // what to order by, and among the records of a few clients
	whole, start, and string // a query of words, which are letters and digits only: "%s" found whole or as a start, and so the next
}

// errAddress hides what it is about: the address may hold a password.
var errAddress = errors.New("storage: the database's address can't be understood: write postgres://user@host:5432/name, " +
	"with characters such as / @ ? in a password as %2F %40 %3F")

// dialectOf tells the database by its DSN; where is what its open takes: the absolute path of a file, or the address.
func dialectOf(dsn string) (d *dialect, where string, err error) {
	scheme, rest, found := strings.Cut(dsn, "://")
	switch {
	case !found:
		where, err = filepath.Abs(dsn)
		return &sqlite, where, err
	case scheme != "postgres" && scheme != "postgresql":
	case splitsPassword(rest):
		return nil, "", errAddress
	default:
		return &postgres, dsn, nil
	}
	return nil, "", fmt.Errorf("%w: it is the path of an SQLite file, or postgres://user@host:5432/name", ErrAddress)
}

// splitsPassword reports whether the end of a server's name would be found inside of a password, whose parts would then be
// taken for the names of a server and a database, and told.
func splitsPassword(address string) bool {
	end := strings.IndexAny(address, "/?#")
	return end >= 0 && strings.Contains(address[end:], "@")
}

// IsFile reports whether a database is a file, and not a server's.
func IsFile(dsn string) bool { return !strings.Contains(dsn, "://") }

// Place names a database for people and logs: a file's path, or a server's address without user, password and settings.
func Place(dsn string) string {
	if IsFile(dsn) {
		return dsn
	}
	u, err := url.Parse(dsn)
	if _, rest, _ := strings.Cut(dsn, "://"); err != nil || splitsPassword(rest) {
		return "postgres://…"
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
}
