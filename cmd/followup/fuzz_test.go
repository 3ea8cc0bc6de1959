package main

import (
	"os"
	"path/filepath"
	"testing"

	"followup/scheduler/clock/limit"
)

// FuzzOptions reads what an owner may set: zone, language, clock, the folder of copies, the public address.
func FuzzOptions(f *testing.F) {
	for _, s := range []string{"Europe/Moscow", "../../etc/passwd", "2026-11-18T08:59:50+03:00@60", "https://bot.example.org/x?y", "off", "postgres://u:p@h:5/n", "http://[::1", "\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		limit.Check(t, func() {
			_, _ = newcomers{TZ: s, Lang: s}.zone() // an error is an answer, here and below
			_, _ = timing{Clock: s}.clock(false)
			_, _ = (&serveCmd{PublicURL: s, Listen: "x"}).public()
			backupDir(s, s)
		})
	})
}

// FuzzClientsOfExplain reads the list of clients that explain is given.
func FuzzClientsOfExplain(f *testing.F) {
	path := filepath.Join(f.TempDir(), "clients.txt")
	f.Add("ООО «Ромашка»; ромашка\nВектор\n")
	f.Fuzz(func(t *testing.T, text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		limit.Check(t, func() { _, _, _ = readClients(path) }) // an error is an answer
	})
}
