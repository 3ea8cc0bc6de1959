package exchange

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// What reading one file may cost, whatever is in it.
const (
	mostCPU    = 2 * time.Second
	mostMemory = 128 << 20
)

// readEnv names a file that this program reads in the place of running tests: what a reader costs is only seen from outside of its process.
const readEnv = "EXCHANGE_TEST_READ"

func TestMain(m *testing.M) {
	if path := os.Getenv(readEnv); path != "" {
		code := readOne(path)
		fmt.Fprintln(os.Stdout, peak())
		os.Exit(code)
	}
	os.Exit(m.Run())
}

// readOne reads a file as the bot does and prints what came of it.
func readOne(path string) int {
	data, err := os.ReadFile(path)
	if err != nil {
		fmt.Fprintln(os.Stdout, err)
		return 1
	}
	f, err := Read(filepath.Base(path), data)
	if err != nil {
		fmt.Fprintln(os.Stdout, "refused:", err)
		return 0
	}
	if f.Kind.Table() {
		m := Map(f.Table.Headers)
		rows, _ := Clients(f.Table, m)
		fmt.Fprintln(os.Stdout, "read:", len(f.Table.Rows), "rows,", len(rows), "clients")
		return 0
	}
	fmt.Fprintln(os.Stdout, "read:", len(f.Statement.Operations), "operations,", len(f.Cards), "cards")
	return 0
}

// peak is the line of this process's status that tells the most memory it ever had. A parent's own rusage would count what the parent had at the fork.
func peak() string {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return err.Error()
	}
	for line := range strings.Lines(string(status)) {
		if strings.HasPrefix(line, "VmHWM:") {
			return strings.TrimSpace(line)
		}
	}
	return "no VmHWM"
}

// cost is what reading a file took in a process of its own.
type cost struct {
	said   string
	cpu    time.Duration
	memory int64
}

func costOf(t testing.TB, dir, name string, data []byte) cost {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	child.Env = append(os.Environ(), readEnv+"="+path)
	out, err := child.CombinedOutput()
	if err != nil {
		t.Fatalf("the reader died: %v\n%.400s", err, out)
	}
	said, last, _ := strings.Cut(string(out), "\nVmHWM:")
	var kilobytes int64
	if _, err := fmt.Sscan(last, &kilobytes); err != nil {
		t.Fatalf("no peak of memory in %.400q: %v", out, err)
	}
	return cost{said, child.ProcessState.UserTime() + child.ProcessState.SystemTime(), kilobytes << 10}
}

// TestHostileFilesStayWithinBounds reads every hostile file in a process of its own and measures it.
func TestHostileFilesStayWithinBounds(t *testing.T) {
	files := hostileFiles(t)
	if len(files) < 50 {
		t.Fatalf("only %d files", len(files))
	}
	dir := t.TempDir()
	for name, data := range files {
		t.Run(name, func(t *testing.T) {
			c := costOf(t, dir, "file.csv", data)
			if !strings.HasPrefix(c.said, "refused: ") && !strings.HasPrefix(c.said, "read: ") {
				t.Errorf("%.200s", c.said)
			}
			t.Logf("%s, %d KB: %s; %d ms, %d MB", name, len(data)>>10, c.said, c.cpu.Milliseconds(), c.memory>>20)
			if c.cpu > mostCPU || c.memory > mostMemory {
				t.Errorf("%v of CPU, %d MB", c.cpu, c.memory>>20)
			}
		})
	}
}

// TestLongFilesStayWithinBounds does the same with honest files as long as they come.
func TestLongFilesStayWithinBounds(t *testing.T) {
	dir := t.TempDir()
	for name, data := range longFiles(t) {
		c := costOf(t, dir, name, data)
		t.Logf("%s, %d KB: %s; %d ms, %d MB", name, len(data)>>10, c.said, c.cpu.Milliseconds(), c.memory>>20)
		if c.memory > mostMemory || !strings.HasPrefix(c.said, "read: ") {
			t.Errorf("%s: %s, %d MB", name, c.said, c.memory>>20)
		}
	}
}
