package pgtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"followup/scheduler/clock"
)

// settings are those of a database that is thrown away: it need not survive the machine, only the program's death.
var settings = []string{
	"fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=200", "shared_buffers=128MB",
	"max_wal_size=256MB", "min_wal_size=32MB", "checkpoint_timeout=30min", "autovacuum=off", "unix_socket_directories=",
	"listen_addresses=127.0.0.1",
}

// Start starts a server and returns the address of its first database. It ends with the test. With durable settings added
// it keeps what it committed.
func Start(t testing.TB, extra ...string) string {
	t.Helper()
	initdb, postgres, err := programs()
	if err != nil {
		t.Skip(err)
	}
	dir, err := os.MkdirTemp("", "followup-postgres-") //nolint:usetesting // the test's own folder is closed to the server's user
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	who, err := unprivileged(dir)
	if err != nil {
		t.Skip(err)
	}
	data := filepath.Join(dir, "data")
	run := func(program string, args ...string) *exec.Cmd {
		c := exec.CommandContext(context.WithoutCancel(t.Context()), program, args...) //nolint:gosec // the server's programs
		c.Dir = dir
		// Pdeathsig: a run of tests that is killed leaves no server behind.
		c.SysProcAttr = &syscall.SysProcAttr{Credential: who, Pdeathsig: syscall.SIGQUIT}
		return c
	}
	if out, err := run(initdb, "-D", data, "-U", "followup", "--auth=trust", "--encoding=UTF8", "--no-sync", "--locale=C").CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, out)
	}
	port := freePort(t)
	args := []string{"-D", data, "-p", strconv.Itoa(port)}
	for _, s := range append(settings, extra...) {
		args = append(args, "-c", s)
	}
	var said bytes.Buffer
	s := run(postgres, args...)
	s.Stdout, s.Stderr = &said, &said
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = s.Wait() // ended by the cleanup
	}()
	t.Cleanup(func() {
		_ = s.Process.Signal(syscall.SIGQUIT)
		<-ended
	})
	address := fmt.Sprintf("postgres://followup@127.0.0.1:%d/postgres?sslmode=disable", port)
	if err := answers(address, ended); err != nil {
		_ = s.Process.Kill()
		<-ended
		t.Fatalf("the test's PostgreSQL doesn't answer: %v\n%s", err, said.String())
	}
	return address
}

// programs finds the server's programs: in the path, or where Debian keeps them.
func programs() (initdb, postgres string, err error) {
	if initdb, err = exec.LookPath("initdb"); err == nil {
		if postgres, err = exec.LookPath("postgres"); err == nil {
			return initdb, postgres, nil
		}
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if err != nil || len(found) == 0 {
		return "", "", errors.New("PostgreSQL is not on this machine: the tests ran on SQLite alone (Debian's package is postgresql)")
	}
	newest := found[len(found)-1]
	return filepath.Join(filepath.Dir(newest), "initdb"), newest, nil
}

// unprivileged is whom the server runs as when the tests run as root, which it refuses; dir becomes his.
func unprivileged(dir string) (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil //nolint:nilnil // as oneself
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err := errors.Join(err1, err2, os.Chown(dir, int(uid), int(gid))); err != nil {
			return nil, err
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, errors.New("PostgreSQL doesn't run as root, and there is no user postgres or nobody to run it as")
}

func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // returns at once
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port
}

// answers waits until the server takes connections; it gives up when the server ended.
func answers(address string, ended <-chan struct{}) (err error) {
	ctx := context.Background()
	for range 600 {
		var conn *pgx.Conn
		if conn, err = pgx.Connect(ctx, address); err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-ended:
			return err
		default:
		}
		if err := clock.Sleep(ctx, clock.Real(), 50*time.Millisecond); err != nil {
			return err
		}
	}
	return err
}
