package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"

	"followup/storage"
)

// heard tells whether the bot wrote something with a part into a chat, as it looks now.
func (v *town) heard(chat int64, part string) bool {
	for _, m := range v.box.Messages(chat) {
		if m.Bot && strings.Contains(m.Text, part) {
			return true
		}
	}
	return false
}

// alive fails the test when a program has ended.
func (p *process) alive(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.Signal(0)); err != nil {
		t.Fatalf("the program has ended: %v\n%s", err, p.printed())
	}
}

// A database that another program holds is waited for: whoever only asks is answered, whoever writes hears that nothing is
// saved yet, the owner hears of the beginning and the end, and what was sent is saved once.
func TestLockedDatabase(t *testing.T) {
	t.Parallel() // most of it is waiting for a lock, ten seconds each time
	v := newTown(t, oneManager)
	igor, anna := v.people[0].Telegram, v.people[1].Telegram
	serve := launch(t, append(v.env, "FOLLOWUP_BACKUPS=off"), "serve")
	v.tells(t, anna, "/note Ромашка: пункт 1")
	await(t, "an answer", func() bool { return v.heard(anna, "ункт 1") })

	release, released := make(chan struct{}), make(chan error, 1)
	locked := make(chan struct{})
	store := v.open(t)
	go func() {
		released <- store.Update(t.Context(), func(*storage.Tx) error {
			close(locked)
			<-release
			return nil
		})
	}()
	<-locked
	v.tells(t, anna, "/note Ромашка: пункт 2")
	await(t, "the truth", func() bool { return v.heard(anna, "Пока не записано") })
	await(t, "the alarm", func() bool { return v.heard(igor, "База не принимает записи") })
	v.tells(t, igor, "/help")
	await(t, "an answer without writing", func() bool { return v.said(igor) >= 3 })
	serve.alive(t)
	close(release)
	if err := <-released; err != nil {
		t.Fatal(err)
	}
	await(t, "the end of it", func() bool {
		return v.heard(igor, "База снова принимает записи") && v.heard(anna, "ункт 2")
	})
	await(t, "every update confirmed", func() bool { return v.box.Pending() == 0 })
	serve.stop(t)
	checkNotes(t, store, []string{"пункт 1", "пункт 2"})
	if err := store.Close(); err != nil {
		t.Error(err)
	}
}

// A file that is damaged under a running program, or that it is started with, never ends it: who only asks is answered as far
// as the file can be read, people hear that nothing is saved, the owner is alarmed, and what Telegram still holds is saved
// when a copy was put in the file's place.
func TestDamagedDatabase(t *testing.T) {
	v := newTown(t, oneManager+manyClients(1000))
	igor, anna := v.people[0].Telegram, v.people[1].Telegram
	copied := v.db + ".copy"
	store := v.open(t)
	if err := errors.Join(store.Backup(t.Context(), copied), store.Close()); err != nil {
		t.Fatal(err)
	}
	env := append(v.env, "FOLLOWUP_BACKUPS=off")
	serve := launch(t, env, "serve")
	v.tells(t, igor, "/help")
	await(t, "an answer", func() bool { return v.said(igor) > 0 })
	flip(t, v.db, 0.3, 0.9)
	v.tells(t, anna, "/note Ромашка: пункт 1")
	await(t, "the truth", func() bool { return v.heard(anna, "Пока не записано") })
	await(t, "the alarm", func() bool { return v.heard(igor, "База не принимает записи") })
	said := v.said(igor)
	v.tells(t, igor, "/help")
	await(t, "an answer without writing", func() bool { return v.said(igor) > said })
	flip(t, v.db, 0, 0.3) // nothing of it can be read
	restore := launch(t, v.env, "restore", copied)
	if err := restore.cmd.Wait(); err == nil || !strings.Contains(restore.printed(), "stop serve first") {
		t.Errorf("restored under a running program: %v %s", err, restore.printed())
	}
	serve.alive(t)
	serve.stop(t)

	serve = launch(t, env, "serve")
	await(t, "the wait for a sound file", func() bool { return strings.Contains(serve.printed(), "the database can't be opened") })
	v.tells(t, anna, "/note Ромашка: пункт 2")
	serve.alive(t)
	serve.stop(t)

	restore = launch(t, v.env, "restore", copied)
	if err := restore.cmd.Wait(); err != nil {
		t.Fatal(restore.printed())
	}
	serve = launch(t, env, "serve")
	await(t, "what was sent meanwhile", func() bool { return v.heard(anna, "ункт 2") && v.box.Pending() == 0 })
	serve.stop(t)
}

// flip turns bytes over from one part of a file to another.
func flip(t *testing.T, path string, from, to float64) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	start := int64(from * float64(info.Size()))
	middle := make([]byte, int64(to*float64(info.Size()))-start)
	if _, err := f.ReadAt(middle, start); err != nil {
		t.Fatal(err)
	}
	for i := range middle {
		middle[i] ^= 0xa5
	}
	if _, err := f.WriteAt(middle, start); err != nil {
		t.Fatal(err)
	}
}

// manyClients is so much portfolio that the middle of its file is records.
func manyClients(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "client Клиент%d | manager Анна\n", i)
	}
	return b.String()
}

// tells lets a person write.
func (v *town) tells(t *testing.T, person int64, text string) {
	t.Helper()
	if _, err := v.box.Say(person, person, text); err != nil {
		t.Fatal(err)
	}
}
