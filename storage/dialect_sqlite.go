package storage

import (
	"database/sql"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the driver "sqlite"
)

// sqlite's pragmas stand in the DSN because one set by a statement reaches one connection of the pool only; busy_timeout
// comes first so that the others wait for a lock. synchronous=FULL: NORMAL loses acknowledged commits on power loss. The
// journal is kept at 4000 pages because growing a file costs twice as much as reusing it.
var sqlite = dialect{
	goose:   goose.DialectSQLite3,
	begin:   "BEGIN IMMEDIATE",
	view:    "BEGIN DEFERRED",
	writers: 1,
	readers: 2,
	open:    openSQLite,
	tokens: strings.NewReplacer(
		"@id", "INTEGER PRIMARY KEY AUTOINCREMENT", // a number is never used again: old buttons carry it
		"@int", "INTEGER",
		"@bytes", "BLOB",
		"@strict", "STRICT",
		"@search", fts5Table("search_names")+"\n"+fts5Table("search_notes"),
		"@merged", "SELECT 1;", // what is written to FTS5 waits for nothing
	),
	// An index table is opened before it is checked: FTS5 checks by the structure that its connection read last, and only
	// opening looks whether another connection has merged segments since. Without it a sound index is called corrupt.
	check: []string{
		"SELECT 'ok' FROM (SELECT rowid FROM search_names LIMIT 1)", "SELECT 'ok' FROM (SELECT rowid FROM search_notes LIMIT 1)",
		"PRAGMA integrity_check", `SELECT "table" || ' refers to a row that is gone' FROM pragma_foreign_key_check`,
	},
	size:          "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
	tables:        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
	loose:         "SELECT 'PRAGMA defer_foreign_keys = 1'",
	numbers:       "SELECT name, seq FROM sqlite_sequence",
	forgetNumbers: "DELETE FROM sqlite_sequence",
	setNumber:     "INSERT INTO sqlite_sequence (name, seq) VALUES ($1, $2)",
	index:         map[string]index{"search_names": fts5("search_names"), "search_notes": fts5("search_notes")},
	truncate:      "PRAGMA wal_checkpoint(TRUNCATE)",
}

// fts5Table makes a table that holds words alone: what is shown is read from the records.
func fts5Table(name string) string {
	return "CREATE VIRTUAL TABLE " + name + " USING fts5 (words, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 0');"
}

func fts5(table string) index {
	return index{
		add:    "INSERT INTO " + table + " (rowid, words) VALUES ($1, $2)",
		drop:   "DELETE FROM " + table + " WHERE rowid = $1",
		purge:  "INSERT INTO " + table + " (" + table + ") VALUES ('optimize')",
		match:  table + " MATCH $1",
		newest: "w.rowid", newestOwn: "w.rowid",
		whole: `"%s"`, start: `"%s"*`, and: " ",
	}
}

// sqlitePragmas in the order they are run.
var sqlitePragmas = []string{
	"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "secure_delete(1)",
	"wal_autocheckpoint(4000)", "cache_size(-4096)", "temp_store(MEMORY)",
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
