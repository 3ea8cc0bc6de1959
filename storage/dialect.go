package storage

import (
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the driver "sqlite"
)

// dialect is everything that differs between the databases. The statements themselves are one text for all.
type dialect struct {
	goose   goose.Dialect
	begin   string            // starts a unit that will write
	view    string            // starts one that only reads and sees one state
	tokens  *strings.Replacer // of the migrations
	readers int               // how many connections only read
	open    func(dsn string, write bool) (*sql.DB, error)

	check []string // statements whose rows are faults of the file, or "ok"
	size  string   // counts the bytes of the database

	index    map[string]index // the search index, by its tables search_names and search_notes
	truncate string           // after an erasure was committed: takes its traces out of the journal
}

// index is how one table of the search index is written and asked.
type index struct {
	add, drop string // ($1 doc, $2 words), ($1 doc)
	purge     string // takes out what dropped records left
	match     string // a condition with its query as $1
}

// fts5Table makes a table that holds words alone: what is shown is read from the records.
func fts5Table(name string) string {
	return "CREATE VIRTUAL TABLE " + name + " USING fts5 (words, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 0');"
}

func fts5(table string) index {
	return index{
		add:   "INSERT INTO " + table + " (rowid, words) VALUES ($1, $2)",
		drop:  "DELETE FROM " + table + " WHERE rowid = $1",
		purge: "INSERT INTO " + table + " (" + table + ") VALUES ('optimize')",
		match: table + " MATCH $1",
	}
}

// sqlite is the only dialect so far. Its pragmas stand in the DSN because one set by a statement reaches one connection of
// the pool only; busy_timeout comes first so that the others wait for a lock. synchronous=FULL: NORMAL loses acknowledged
// commits on power loss. The journal is kept at 4000 pages because growing a file costs twice as much as reusing it.
var sqlite = dialect{
	goose:   goose.DialectSQLite3,
	begin:   "BEGIN IMMEDIATE",
	view:    "BEGIN DEFERRED",
	readers: 2,
	open:    openSQLite,
	tokens: strings.NewReplacer(
		"@id", "INTEGER PRIMARY KEY AUTOINCREMENT", // a number is never used again: old buttons carry it
		"@int", "INTEGER",
		"@bytes", "BLOB",
		"@strict", "STRICT",
		"@search", fts5Table("search_names")+"\n"+fts5Table("search_notes"),
	),
	check:    []string{"PRAGMA integrity_check", `SELECT "table" || ' refers to a row that is gone' FROM pragma_foreign_key_check`},
	size:     "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
	index:    map[string]index{"search_names": fts5("search_names"), "search_notes": fts5("search_notes")},
	truncate: "PRAGMA wal_checkpoint(TRUNCATE)",
}

// sqlitePragmas in the order they are run.
var sqlitePragmas = []string{
	"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "secure_delete(1)",
	"wal_autocheckpoint(4000)", "mmap_size(268435456)", "temp_store(MEMORY)",
}

func openSQLite(path string, write bool) (*sql.DB, error) {
	return sql.Open("sqlite", sqliteDSN(path, write))
}

// sqliteDSN makes a URI of a path, whatever characters the path has.
func sqliteDSN(path string, write bool) string {
	query := url.Values{"_txlock": {"immediate"}, "_pragma": sqlitePragmas}
	if !write {
		query["_pragma"] = append(append([]string{}, sqlitePragmas...), "query_only(1)")
	}
	return "file:" + (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath() + "?" + query.Encode()
}

// dialectOf tells the database by its DSN; where is the absolute path of a file.
func dialectOf(dsn string) (d *dialect, where string, err error) {
	if scheme, _, found := strings.Cut(dsn, "://"); found {
		return nil, "", fmt.Errorf("storage: no driver for %s databases", scheme)
	}
	where, err = filepath.Abs(dsn)
	return &sqlite, where, err
}
