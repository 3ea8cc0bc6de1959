package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"followup/bot/sandbox"
	"followup/scheduler/clock"
)

// BenchmarkColdStart builds the stripped binary and starts serve again and again: from the start of the process to its first
// getUpdates, on a new database and on one that is there. It also reports the memory that the idle process holds and the
// size of the file.
func BenchmarkColdStart(b *testing.B) {
	dir := b.TempDir()
	binary := filepath.Join(dir, "followup")
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, ".")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	info, err := os.Stat(binary)
	if err != nil {
		b.Fatal(err)
	}
	box := sandbox.New(sandbox.Options{Token: stageToken, Username: "followup_bot", Now: clock.Real().Now})
	defer box.Close()
	polled := make(chan time.Time, 100)
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/getUpdates") {
			select {
			case polled <- time.Now():
			default:
			}
		}
		box.Handler().ServeHTTP(w, r)
	}))
	defer api.Close()
	for _, c := range []struct {
		name  string
		fresh bool
	}{{"new-database", true}, {"database-there", false}} {
		b.Run(c.name, func(b *testing.B) {
			memory := 0
			for i := 0; b.Loop(); i++ {
				db := filepath.Join(dir, c.name+".db")
				if c.fresh {
					db = filepath.Join(dir, c.name+strconv.Itoa(b.N)+"-"+strconv.Itoa(i)+".db")
				}
				memory = max(memory, startOnce(b, binary, db, api.URL, polled))
			}
			b.ReportMetric(float64(memory)/1024, "MB-idle")
			b.ReportMetric(float64(info.Size())/(1<<20), "MB-file")
		})
	}
}

// startOnce starts serve, waits for its first poll and kills it. It returns the resident memory in KB.
func startOnce(b *testing.B, binary, db, api string, polled chan time.Time) int {
	b.Helper()
	for len(polled) > 0 {
		<-polled // of an earlier start
	}
	cmd := exec.Command(binary, "serve", "--db", db, "--api-url", api)
	cmd.Env = append(os.Environ(), "TELEGRAM_BOT_TOKEN="+stageToken)
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	<-polled
	b.StopTimer()
	memory := settledMemory(b, cmd.Process.Pid)
	_ = cmd.Process.Kill()
	_ = cmd.Wait() // it was killed
	b.StartTimer()
	return memory
}

// settledMemory is the resident memory of a process once it doesn't change for a while.
func settledMemory(b *testing.B, pid int) int {
	b.Helper()
	last := -1
	for range 20 {
		now := resident(pid)
		if now == last {
			break
		}
		last = now
		if err := clock.Sleep(b.Context(), clock.Real(), 100*time.Millisecond); err != nil {
			b.Fatal(err)
		}
	}
	return last
}

// resident is a process's resident memory in KB, 0 where the system has no /proc.
func resident(pid int) int {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(text), "VmRSS:")
	number, _, _ := strings.Cut(strings.TrimSpace(after), " ")
	kb, err := strconv.Atoi(number)
	if err != nil {
		return 0
	}
	return kb
}
