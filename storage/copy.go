package storage

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"slices"
	"strings"
)

// Rules of copying a database into another, of either engine.
//
// The target must be empty. Everything is read from one state of the source and written in one transaction, which is
// committed only when every table, read back, has as many rows and the same checksum: so a copy is whole or there is none.
// The numbers of rows and the next number of every table come along, because old buttons carry them. The search index is
// made anew. Who leads is not copied. A source without records is refused: the two are likely the wrong way round.

// Copied is one table of a copy.
type Copied struct {
	Table string
	Rows  int64
	Sum   uint64 // of the checksums of its rows, in any order
}

// ErrNotEmpty says that the target of a copy holds records already, ErrEmpty that its source holds none.
var (
	ErrNotEmpty = errors.New("storage: there are records in the target already")
	ErrEmpty    = errors.New("storage: there are no records in the source")
)

// notCopied are tables that the target makes itself.
var notCopied = []string{"goose_db_version", "leases", "paces", "search_docs", "search_queue"}

// Copy copies the database from into the empty database to, and tells of each table when it was read back. With an error
// nothing was copied. o is of both.
func Copy(ctx context.Context, from, to string, o Options, tell func(Copied)) error {
	source, err := Open(ctx, from, o)
	if err != nil {
		return fmt.Errorf("the source: %w", err)
	}
	defer func() { _ = source.Close() }() // it was only read
	fresh := IsFile(to)
	if fresh {
		_, found := os.Lstat(to)
		fresh = errors.Is(found, os.ErrNotExist)
	}
	target, err := Open(ctx, to, o)
	if err != nil {
		return fmt.Errorf("the target: %w", err)
	}
	copied := false
	err = source.View(ctx, func(read *Tx) error {
		err := target.Update(ctx, func(write *Tx) error { return copyAll(read.System(), write.System(), tell) })
		copied = err == nil
		return err
	})
	if copied {
		_ = target.Index(ctx) // the next start indexes what is left
	}
	closed := target.Close()
	if copied {
		return closed
	}
	if fresh {
		for _, part := range []string{"", "-wal", "-shm"} {
			_ = os.Remove(to + part) // made above, and empty
		}
	}
	return err
}

func copyAll(read, write *Tx, tell func(Copied)) error {
	for _, tx := range []*Tx{read, write} { // either stands still while the other reads or checks a large table
		if err := tx.runAll(tx.s.dialect.patient); err != nil {
			return err
		}
	}
	tables, err := read.copiedTables(write)
	if err != nil {
		return err
	}
	if err := write.runAll(write.s.dialect.loose); err != nil {
		return err
	}
	for _, table := range tables {
		c, err := copyTable(read, write, table)
		if err != nil {
			return fmt.Errorf("storage: copying %s: %w", table, err)
		}
		tell(c)
	}
	if err := write.runAll(write.s.dialect.strict); err != nil {
		return err
	}
	if err := copyNumbers(read, write, tables); err != nil {
		return err
	}
	return write.queueEverything()
}

// copiedTables are the tables to copy into write, when both have the same, one has records and the other none. What write's
// program itself counted goes.
func (tx *Tx) copiedTables(write *Tx) ([]string, error) {
	tables, err := tx.tables()
	if err != nil {
		return nil, err
	}
	if theirs, err := write.tables(); err != nil || !slices.Equal(tables, theirs) {
		return nil, errors.Join(err, fmt.Errorf("storage: the tables are not the same: %v and %v", tables, theirs))
	}
	table, _, err := tx.filled(tables)
	if err == nil && table == "" {
		err = ErrEmpty
	}
	if err != nil {
		return nil, err
	}
	table, n, err := write.filled(tables)
	if err == nil && table != "" {
		err = fmt.Errorf("%w: %s has %d rows", ErrNotEmpty, table, n)
	}
	if err == nil {
		_, err = write.exec("DELETE FROM counters")
	}
	return tables, err
}

// tables are the names of those that are copied.
func (tx *Tx) tables() (names []string, err error) {
	err = tx.each(tx.s.dialect.tables, nil, func(scan func(...any) error) error {
		var name string
		err := scan(&name)
		if !slices.Contains(notCopied, name) && !strings.HasPrefix(name, "search_names") && !strings.HasPrefix(name, "search_notes") {
			names = append(names, name)
		}
		return err
	})
	slices.Sort(names)
	return names, err
}

// filled is the first table with records and how many; empty when there are none. What the program itself counts is none.
func (tx *Tx) filled(tables []string) (table string, n int64, err error) {
	for _, table := range tables {
		if table == "counters" {
			continue
		}
		if n, err := tx.count("SELECT count(*) FROM " + table); err != nil || n > 0 {
			return table, n, err
		}
	}
	return "", 0, nil
}

// runAll runs the statements that a question gives.
func (tx *Tx) runAll(question string) error {
	if question == "" {
		return nil
	}
	var list []string
	err := tx.each(question, nil, func(scan func(...any) error) error {
		var text string
		err := scan(&text)
		list = append(list, text)
		return err
	})
	for _, text := range list {
		if err == nil {
			_, err = tx.exec(text)
		}
	}
	return err
}

// copiedTogether is how many rows travel to a server in one journey.
const copiedTogether = 500

// copyTable copies one table and reads it back.
func copyTable(read, write *Tx, table string) (Copied, error) {
	columns, err := read.columnsOf(table)
	if err != nil {
		return Copied{}, err
	}
	list := strings.Join(columns, ", ")
	insert := fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", table, list, strings.Join(placeholders(1, len(columns)), ", "))
	var rows []order
	want, err := read.summed(table, list, len(columns), func(row []any) error {
		if fit := write.s.dialect.fit; fit != nil {
			fit(row)
		}
		if rows = append(rows, order{insert, slices.Clone(row)}); len(rows) < copiedTogether {
			return nil
		}
		err := write.ses.carryOut(write.ctx, rows)
		rows = rows[:0]
		return err
	})
	if err == nil {
		err = write.ses.carryOut(write.ctx, rows)
	}
	if err != nil {
		return want, err
	}
	got, err := write.summed(table, list, len(columns), func([]any) error { return nil })
	if err == nil && got != want {
		err = fmt.Errorf("%d rows with the checksum %x were read, and %d with %x are there", want.Rows, want.Sum, got.Rows, got.Sum)
	}
	return got, err
}

func (tx *Tx) columnsOf(table string) ([]string, error) {
	rows, err := tx.ses.query(tx.ctx, "SELECT * FROM "+table+" LIMIT 0")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	return columns, errors.Join(err, rows.Err())
}

// summed calls do for every row of a table and sums up what they are after it.
func (tx *Tx) summed(table, columns string, n int, do func(row []any) error) (Copied, error) {
	c := Copied{Table: table}
	row, dest := make([]any, n), make([]any, n)
	for i := range row {
		dest[i] = &row[i]
	}
	err := tx.each("SELECT "+columns+" FROM "+table, nil, func(scan func(...any) error) error {
		if err := scan(dest...); err != nil {
			return err
		}
		if err := do(row); err != nil {
			return err
		}
		sum := fnv.New64a()
		for _, v := range row {
			fmt.Fprintf(sum, "%T %q;", v, fmt.Sprint(v))
		}
		c.Rows++
		c.Sum += sum.Sum64()
		return nil
	})
	return c, err
}

// copyNumbers lets the target count rows on from where the source is.
func copyNumbers(read, write *Tx, tables []string) error {
	last := map[string]int64{}
	err := read.each(read.s.dialect.numbers, nil, func(scan func(...any) error) error {
		var table string
		var n int64
		err := scan(&table, &n)
		last[table] = n
		return err
	})
	if err != nil {
		return err
	}
	if forget := write.s.dialect.forgetNumbers; forget != "" {
		if _, err := write.exec(forget); err != nil {
			return err
		}
	}
	for _, table := range tables {
		if last[table] == 0 {
			continue
		}
		if err := write.each(write.s.dialect.setNumber, []any{table, last[table]}, func(func(...any) error) error { return nil }); err != nil {
			return err
		}
	}
	return nil
}

// queueEverything puts every record into the queue of the search index.
func (tx *Tx) queueEverything() error {
	tx.queued = true
	for _, s := range shapes {
		if _, is := searchTexts[s.kind]; !is {
			continue
		}
		if _, err := tx.exec("INSERT INTO search_queue (kind, record_id) SELECT '" + s.kind + "', id FROM " + s.table); err != nil {
			return err
		}
	}
	return nil
}
