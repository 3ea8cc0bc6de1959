package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// faults is how many moments of a session each kind of fault strikes at: go test ./cmd/followup -run EveryWrite -faults 400 -v
var faults = flag.Int("faults", 1, "how many writes and syncs of a session fail, for each kind of fault")

// TestEveryWriteFails fails writes and syncs of a session of fifty commands, the n-th of every thread, by injecting an error
// into the system call or killing the program in it. Whatever fails, in the end every note is there once, nobody was told
// that something broke, and the database is sound: a full or failing disk is waited for, and what was killed is taken up.
func TestEveryWriteFails(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a quarter of a minute")
	}
	if err := exec.Command("strace", "-o", os.DevNull, "true").Run(); err != nil {
		t.Skip("strace can't be used here:", err)
	}
	told := 0
	struck := 0
	for _, kind := range []string{
		"pwrite64:error=ENOSPC", "pwrite64:error=EIO", "fsync,fdatasync:error=EIO", "pwrite64:signal=KILL", "fsync,fdatasync:signal=KILL",
	} {
		for n := range *faults {
			when := 5 + n*n*3 + n // the first writes are the schema's and were made before
			t.Run(fmt.Sprintf("%s when %d", kind, when), func(t *testing.T) {
				injected, unsaved := failOnce(t, fmt.Sprintf("inject=%s:when=%d", kind, when))
				struck += injected
				told += unsaved
			})
		}
	}
	t.Logf("%d faults struck, %d times somebody was told that nothing is saved yet; nothing lost, nothing doubled", struck, told)
}

func failOnce(t *testing.T, inject string) (injected, unsaved int) {
	t.Helper()
	const each = 5
	clients := strings.Fields("Ромашка Вектор Гамма Дельта Омега Сигма Альфа Волга Кедр Маяк")
	portfolio := "team Север\nperson Игорь owner Север ru\n"
	for i, client := range clients {
		portfolio += fmt.Sprintf("person Менеджер%d manager Север ru\nclient %s | manager Менеджер%d\n", i, client, i)
	}
	v := newTown(t, portfolio)
	calls := filepath.Join(t.TempDir(), "calls")
	traced := &process{cmd: exec.Command("strace", "-f", "-o", calls, "-e", "trace=pwrite64,fsync,fdatasync", "-e", inject,
		os.Args[0], "serve")}
	traced.cmd.Env = append(os.Environ(), append(v.env, asProgram+"=1", "FOLLOWUP_BACKUPS=off")...)
	traced.cmd.Stdout, traced.cmd.Stderr = traced, traced
	if err := traced.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		_ = traced.cmd.Wait() // a kill is one of the faults
	}()
	var notes []string
	for range each {
		for i, client := range clients {
			note := fmt.Sprint("пункт ", len(notes)+1)
			notes = append(notes, note)
			who := v.people[i+1].Telegram
			if _, err := v.box.Say(who, who, fmt.Sprintf("/note %s: %s", client, note)); err != nil {
				t.Fatal(err)
			}
		}
	}
	store := v.open(t)
	finished := func() bool { return v.box.Pending() == 0 && store.Quiet(t.Context()) }
	killed := false
	await(t, "every note handled, or the program killed", func() bool {
		select {
		case <-gone:
			killed = true
		default:
		}
		return killed || finished()
	})
	if killed {
		serve := launch(t, v.env, "serve")
		await(t, "every note handled after the kill", finished)
		serve.stop(t)
	} else {
		stopTraced(t, traced, calls)
		<-gone
	}
	checkNotes(t, store, notes)
	report, err := store.Check(t.Context())
	if err := errors.Join(err, store.Close()); err != nil || len(report.Faults) > 0 || report.Aside > 0 {
		t.Error(report.Faults, report.Aside, err)
	}
	unsaved = v.unsaved(t, inject)
	record, err := os.ReadFile(calls)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Count(string(record), "(INJECTED)") + strings.Count(string(record), "SIGKILL {"), unsaved
}

// A program that is started on a full disk, where it can't make its database, waits for room and says so, and makes it then.
func TestStartedOnAFullDisk(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	if err := exec.Command("strace", "-o", os.DevNull, "true").Run(); err != nil {
		t.Skip("strace can't be used here:", err)
	}
	v := newTown(t, oneManager)
	anna := v.people[1].Telegram
	calls := filepath.Join(t.TempDir(), "calls")
	traced := &process{cmd: exec.Command("strace", "-f", "-o", calls, "-e", "trace=pwrite64", "-e", "inject=pwrite64:error=ENOSPC:when=1+", os.Args[0], "serve")}
	traced.start(t, append(v.env, "FOLLOWUP_BACKUPS=off", "FOLLOWUP_DB="+filepath.Join(t.TempDir(), "new.db")))
	await(t, "the wait", func() bool { return strings.Contains(traced.printed(), "the database can't be opened") })
	v.tells(t, anna, "/start")
	await(t, "the truth", func() bool { return v.heard(anna, "Пока не записано") })
	if err := traced.cmd.Process.Kill(); err != nil { // without its tracer the program writes as everybody does
		t.Fatal(err)
	}
	await(t, "room again", func() bool {
		return strings.Contains(traced.printed(), "the database is open again") && v.box.Pending() == 0
	})
	stopTraced(t, traced, calls)
	_ = traced.cmd.Wait() // it was killed
}

// stopTraced ends the program that strace runs: the first process that the record names.
func stopTraced(t *testing.T, p *process, calls string) {
	t.Helper()
	record, err := os.ReadFile(calls)
	if err != nil {
		t.Fatal(err)
	}
	pid, _, _ := strings.Cut(strings.TrimSpace(string(record)), " ")
	status, err := os.ReadFile(filepath.Join("/proc", pid, "status"))
	if err != nil {
		t.Fatalf("the traced program is gone: %v\n%s", err, p.printed())
	}
	group := pid
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "Tgid:"); ok {
			group = strings.TrimSpace(rest)
		}
	}
	if err := exec.Command("kill", "-TERM", group).Run(); err != nil {
		t.Fatal(err)
	}
}

// unsaved counts the notices that nothing is saved yet, and finds messages that nobody should have got.
func (v *town) unsaved(t *testing.T, inject string) (n int) {
	t.Helper()
	for _, p := range v.people {
		for _, m := range v.box.Messages(p.Telegram) {
			switch {
			case strings.Contains(m.Text, "Пока не записано"):
				n++
			case strings.Contains(m.Text, "сломалось"):
				t.Errorf("%s: somebody was told %q", inject, m.Text)
			}
		}
	}
	return n
}
