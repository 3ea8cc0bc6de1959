package storage

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var embedded embed.FS

// migrations are the steps of the schema.
func migrations() fs.FS {
	steps, err := fs.Sub(embedded, "migrations")
	if err != nil {
		panic(err) // the folder's name is written above
	}
	return steps
}

// ErrNewer says that the database was written by a newer program, whose rules this one does not know.
var ErrNewer = errors.New("storage: the database was written by a newer version of the program")

// migrate brings the schema up to date, each step in a transaction. Before the first step of an older database copy is
// called with the version found. It returns the version reached, of a failure too.
func migrate(ctx context.Context, d *dialect, db *sql.DB, steps fs.FS, copyFirst func(version int64) error) (int64, error) {
	p, err := provider(d, db, steps)
	if err != nil {
		return 0, err
	}
	have, want, err := p.GetVersions(ctx)
	if err != nil {
		return 0, fmt.Errorf("storage: reading the schema's version: %w", err)
	}
	if have > want {
		return have, fmt.Errorf("%w: schema %d, this program knows %d", ErrNewer, have, want)
	}
	if have > 0 && have < want {
		if err := copyFirst(have); err != nil {
			return have, fmt.Errorf("storage: copying before the migration: %w", err)
		}
	}
	if _, err := p.Up(ctx); err != nil {
		reached, unread := p.GetDBVersion(ctx)
		return reached, errors.Join(fmt.Errorf("storage: migrating the schema: %w", err), unread)
	}
	return want, nil
}

func provider(d *dialect, db *sql.DB, steps fs.FS) (*goose.Provider, error) {
	options := []goose.ProviderOption{goose.WithLogger(goose.NopLogger()), goose.WithDisableGlobalRegistry(true)}
	if d.locker != nil {
		options = append(options, goose.WithSessionLocker(d.locker))
	}
	return goose.NewProvider(d.goose, db, filled{steps, d.tokens}, options...)
}

// filled is a file system whose files have the dialect's tokens filled in.
type filled struct {
	fs.FS
	tokens *strings.Replacer
}

func (f filled) Open(name string) (fs.File, error) {
	file, err := f.FS.Open(name)
	if err != nil || !strings.HasSuffix(name, ".sql") {
		return file, err
	}
	defer func() { _ = file.Close() }()
	text, err := io.ReadAll(file)
	if err != nil {
		return nil, err
	}
	text = []byte(f.tokens.Replace(string(text)))
	return &filledFile{strings.NewReader(string(text)), name, int64(len(text))}, nil
}

// filledFile is one such file; it is its own FileInfo.
type filledFile struct {
	*strings.Reader
	name string
	size int64
}

func (f *filledFile) Stat() (fs.FileInfo, error) { return f, nil }
func (f *filledFile) Close() error               { return nil }
func (f *filledFile) Name() string               { return f.name }
func (f *filledFile) Size() int64                { return f.size }
func (f *filledFile) Mode() fs.FileMode          { return 0o444 }
func (f *filledFile) ModTime() time.Time         { return time.Time{} }
func (f *filledFile) IsDir() bool                { return false }
func (f *filledFile) Sys() any                   { return nil }
