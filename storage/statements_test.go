package storage

import (
	"context"
	"database/sql"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// statement is what the code may ask, and the file it stands in.
type statement struct{ file, text string }

// engineOnly are files with statements that only one engine is asked.
var engineOnly = []string{"dialect_sqlite.go", "dialect_postgres.go", "server.go"}

// TestEveryStatementIsUnderstood gives every statement that stands in the code, asked by a test or not, to the database,
// which looks up its tables and columns and finds the types of its parameters. On PostgreSQL it runs once more. Statements
// that are put together while the program runs are left to the tests that ask them.
func TestEveryStatementIsUnderstood(t *testing.T) {
	w := newWorld(t)
	db, err := w.dialect.open(w.Store.path, true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	list := writtenStatements(t)
	if len(list) < 150 {
		t.Errorf("only %d statements were found", len(list))
	}
	for _, s := range list {
		if err := understood(t.Context(), db, s.text); err != nil {
			t.Errorf("%s: %v\n%s", s.file, err, s.text)
		}
	}
	t.Logf("%d statements", len(list))
}

func understood(ctx context.Context, db *sql.DB, text string) error {
	stmt, err := db.PrepareContext(ctx, text)
	if err != nil {
		return err
	}
	defer func() { _ = stmt.Close() }()
	return nil
}

var (
	beginsStatement = regexp.MustCompile(`^(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH) `)
	placeholder     = regexp.MustCompile(`\$(\d+)`)
)

// wholeStatement tells a statement from the beginning of one, and from a part of one, which may leave a parameter out.
func wholeStatement(text string) bool {
	if !beginsStatement.MatchString(text) || strings.Contains(text, "%") || strings.HasSuffix(text, " ") {
		return false
	}
	used := map[string]bool{}
	for _, found := range placeholder.FindAllStringSubmatch(text, -1) {
		used[found[1]] = true
	}
	return len(used) == 0 || used[strconv.Itoa(len(used))]
}

// writtenStatements are the texts of the package's files that are whole statements.
func writtenStatements(t *testing.T) (list []statement) {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") || slices.Contains(engineOnly, name) {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		parts := map[ast.Expr]bool{} // of texts that are put together
		ast.Inspect(file, func(n ast.Node) bool {
			if sum, is := n.(*ast.BinaryExpr); is {
				parts[sum.X], parts[sum.Y] = true, true
			}
			if lit, is := n.(*ast.BasicLit); is && lit.Kind == token.STRING && !parts[lit] {
				text, err := strconv.Unquote(lit.Value)
				if err != nil {
					t.Fatal(err)
				}
				if wholeStatement(text) {
					list = append(list, statement{name, text})
				}
			}
			return true
		})
	}
	return list
}
