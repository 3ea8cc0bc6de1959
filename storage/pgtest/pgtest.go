// Package pgtest gives tests a PostgreSQL of their own: a server on loopback with its data in a temporary folder,
// started for one run of a package's tests, and an empty schema for each test, which costs a fifth of an empty database. It promises that tests without the server's
// programs on the machine are skipped with a sentence that says so, and that nothing is left behind.
//
// The tests of a package are written once. They ask Place where their database is, which is a file, and a test named
// TestOnPostgres calls Again, which runs the same binary a second time with Place giving schemas of a server.
package pgtest

import (
	"context"
	"flag"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"followup/scheduler/clock"
)

// server is the variable that holds a running server's address, for the second run of the tests.
const server = "FOLLOWUP_TEST_POSTGRES"

// On reports whether this is the run on PostgreSQL.
func On() bool { return os.Getenv(server) != "" }

// FileOnly skips a test of what only a database in a file has.
func FileOnly(t testing.TB) {
	t.Helper()
	if On() {
		t.Skip("about a database in a file")
	}
}

// ServerOnly skips a test of what only several replicas, or both engines, have.
func ServerOnly(t testing.TB) {
	t.Helper()
	if !On() {
		t.Skip("about a server: TestOnPostgres runs it")
	}
}

// Place is where a test's database is: file, or on the run on PostgreSQL an empty schema that goes with the test.
func Place(t testing.TB, file string) string {
	t.Helper()
	if !On() {
		return file
	}
	return Fresh(t, os.Getenv(server))
}

var schemas atomic.Int64

// Fresh makes an empty schema on the server at address and returns an address that leads into it.
func Fresh(t testing.TB, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("test_%d_%d", os.Getpid(), schemas.Add(1))
	order(t, address, "CREATE SCHEMA "+name)
	t.Cleanup(func() { order(t, address, "DROP SCHEMA "+name+" CASCADE") })
	query := u.Query()
	query.Set("search_path", name)
	query.Set("application_name", name) // so that a test can tell its connections
	u.RawQuery = query.Encode()
	return u.String()
}

// order runs one statement.
func order(t testing.TB, address, text string) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, address)
	if err == nil {
		_, err = conn.Exec(ctx, text)
		_ = conn.Close(ctx)
	}
	if err != nil {
		t.Fatalf("the test's PostgreSQL: %v", err)
	}
}

// Again runs this package's tests whose names match pattern a second time, on PostgreSQL. It skips when the server's
// programs are not on this machine.
func Again(t *testing.T, pattern string) {
	t.Helper()
	if On() {
		t.Skip("this is the run on PostgreSQL")
	}
	args := []string{"-test.run=" + pattern, "-test.skip=^TestOnPostgres$", "-test.parallel=8"}
	if end, limited := t.Deadline(); limited {
		left := end.Sub(clock.Real().Now()) - 10*time.Second // what it prints shall be told
		args = append(args, "-test.timeout="+max(left, time.Second).String())
	}
	for name, less := range map[string]string{"rapid.checks": "10", "sequences": "2000"} {
		if flag.Lookup(name) != nil {
			args = append(args, "-"+name+"="+less) // a round takes twenty times as long there
		}
	}
	if testing.Short() {
		args = append(args, "-test.short")
	}
	if testing.Verbose() {
		args = append(args, "-test.v")
	}
	again := exec.CommandContext(t.Context(), os.Args[0], args...) //nolint:gosec // this very program
	again.Env = append(os.Environ(), server+"="+Start(t))
	out, err := again.CombinedOutput()
	text := strings.TrimSpace(string(out))
	switch {
	case err != nil || strings.Contains(text, "no tests to run"):
		t.Errorf("on PostgreSQL: %v\n%s", err, text)
	case testing.Verbose():
		t.Log(text)
	}
}
