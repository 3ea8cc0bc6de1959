package storage

import (
	"bufio"
	"encoding/hex"
	options "flag"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"followup/storage/pgtest"
)

// Power cuts are replayed, not waited for. A process counts into a database while strace writes down every write, every
// fsync and every number it acknowledged. Of that record any moment can be rebuilt as a disk would have it after a power
// cut: what was synced is there, of what was written since the last sync any sectors may be and others not. Every such image
// must open, be sound, and hold each number acknowledged by then.

var cuts = options.Int("cuts", 150, "how many power cuts are replayed")

const (
	sector  = 512
	numbers = 600 // that the process acknowledges before it ends
)

// event is a system call of the record.
type event struct {
	call   string // pwrite64, fsync, unlink, or ack
	file   string
	data   []byte
	offset int
	number int64
}

var (
	wrote    = regexp.MustCompile(`pwrite64\(\d+<([^>]+)>, "((?:\\x[0-9a-f]{2})*)", \d+, (\d+)`)
	synced   = regexp.MustCompile(`f(?:data)?sync\(\d+<([^>]+)>`)
	unlinked = regexp.MustCompile(`unlink(?:at)?\(.*"([^"]+)"`)
	cut      = regexp.MustCompile(`ftruncate\(\d+<([^>]+)>, (\d+)`)
	said     = regexp.MustCompile(`write\(1(?:<[^>]*>)?, "((?:\\x[0-9a-f]{2})*)"`)
)

func unescape(s string) []byte {
	data, err := hex.DecodeString(strings.ReplaceAll(s, `\x`, ""))
	if err != nil {
		panic(err) // the pattern lets hexadecimal digits through only
	}
	return data
}

// record runs the child under strace until it has acknowledged enough, and reads what was written down.
func record(t *testing.T, path string) []event {
	t.Helper()
	log := filepath.Join(t.TempDir(), "calls")
	child := exec.Command("strace", "-f", "-y", "-xx", "-s", "100000", "-o", log,
		"-e", "trace=pwrite64,write,fsync,fdatasync,ftruncate,unlink,unlinkat", os.Args[0])
	child.Env = append(os.Environ(), crashEnv+"="+path, endEnv+"="+strconv.Itoa(numbers))
	if out, err := child.Output(); err != nil || strings.Contains(string(out), "error") {
		t.Fatal(string(out), err)
	}
	return readCalls(t, log)
}

func readCalls(t *testing.T, log string) (events []event) {
	t.Helper()
	f, err := os.Open(log)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		if m := wrote.FindStringSubmatch(line); m != nil {
			offset, _ := strconv.Atoi(m[3]) // the pattern has digits alone
			events = append(events, event{call: "write", file: path16(m[1]), data: unescape(m[2]), offset: offset})
		} else if m := synced.FindStringSubmatch(line); m != nil {
			events = append(events, event{call: "sync", file: path16(m[1])})
		} else if m := cut.FindStringSubmatch(line); m != nil {
			offset, _ := strconv.Atoi(m[2]) // the pattern has digits alone
			events = append(events, event{call: "truncate", file: path16(m[1]), offset: offset})
		} else if m := unlinked.FindStringSubmatch(line); m != nil {
			events = append(events, event{call: "unlink", file: path16(m[1])})
		} else if m := said.FindStringSubmatch(line); m != nil {
			for _, number := range strings.Fields(string(unescape(m[1]))) {
				if n, err := strconv.ParseInt(number, 10, 64); err == nil {
					events = append(events, event{call: "ack", number: n})
				}
			}
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return events
}

// path16 is the last part of a path that strace may have written in hexadecimal.
func path16(s string) string {
	if strings.HasPrefix(s, `\x`) {
		s = string(unescape(s))
	}
	return filepath.Base(s)
}

// disk is what a power cut would leave: what is certain, and the writes since the last sync of each file.
type disk struct {
	certain map[string][]byte
	pending map[string][]event
}

func (d *disk) apply(e event) {
	switch e.call {
	case "write", "truncate":
		d.pending[e.file] = append(d.pending[e.file], e)
	case "sync":
		for _, w := range d.pending[e.file] {
			d.certain[e.file] = put(d.certain[e.file], w)
		}
		delete(d.pending, e.file)
	case "unlink":
		delete(d.certain, e.file)
		delete(d.pending, e.file)
	}
}

func put(file []byte, w event) []byte {
	if w.call == "truncate" {
		return append([]byte{}, file[:min(len(file), w.offset)]...)
	}
	if need := w.offset + len(w.data); need > len(file) {
		file = append(file, make([]byte, need-len(file))...)
	}
	copy(file[w.offset:], w.data)
	return file
}

// image is a file after a cut: some sectors of what wasn't synced arrived, in any order.
func (d *disk) image(name string, chance *rand.Rand) []byte {
	file := append([]byte{}, d.certain[name]...)
	for _, w := range d.pending[name] {
		if w.call == "truncate" {
			continue // may or may not have arrived; the next write tells
		}
		for at := 0; at < len(w.data); {
			end := min(len(w.data), at+sector-(w.offset+at)%sector)
			if chance.IntN(2) == 0 {
				file = put(file, event{data: w.data[at:end], offset: w.offset + at})
			}
			at = end
		}
	}
	return file
}

func TestPowerCuts(t *testing.T) {
	if pgtest.On() {
		t.Skip("of files")
	}
	if err := exec.Command("strace", "-o", os.DevNull, "true").Run(); err != nil {
		t.Skip("strace can't be used here:", err)
	}
	const name = "power.db"
	path := filepath.Join(t.TempDir(), name)
	events := record(t, path)
	chance := rand.New(rand.NewPCG(11, 26))
	chosen := map[int]bool{}
	for range *cuts {
		chosen[chance.IntN(len(events))] = true
	}
	d := disk{certain: map[string][]byte{}, pending: map[string][]event{}}
	acknowledged := map[int64]bool{}
	for n, e := range events {
		if e.call == "ack" {
			acknowledged[e.number] = true
		}
		d.apply(e)
		if !chosen[n] || len(acknowledged) == 0 {
			continue
		}
		dir := t.TempDir()
		for file := range names(d) {
			if strings.HasSuffix(file, "-shm") || !strings.HasPrefix(file, name) {
				continue
			}
			if err := os.WriteFile(filepath.Join(dir, file), d.image(file, chance), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		checkAcknowledged(t, filepath.Join(dir, name), acknowledged, n)
	}
	if len(acknowledged) < numbers {
		t.Errorf("only %d numbers were acknowledged in %d calls", len(acknowledged), len(events))
	}
	t.Logf("%d calls, %d numbers acknowledged, %d power cuts: nothing lost", len(events), len(acknowledged), len(chosen))
}

// names are the files that an image has.
func names(d disk) map[string]bool {
	all := map[string]bool{}
	for file := range d.certain {
		all[file] = true
	}
	for file := range d.pending {
		all[file] = true
	}
	return all
}
