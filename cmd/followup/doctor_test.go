package main

import (
	"strings"
	"testing"

	"followup/bot/sandbox"
	"followup/storage/pgtest"
)

// TestDoctorLooksAtTheServer asks doctor about a database on a server that may lose what it acknowledged and keeps no
// archive, and about one that isn't there.
func TestDoctorLooksAtTheServer(t *testing.T) {
	v := newTownAt(t, oneManager, pgtest.Fresh(t, pgtest.Start(t)), sandbox.Limits{Off: true})
	doctor := launch(t, v.env, "doctor")
	if doctor.cmd.Wait() == nil {
		t.Error("doctor is content with a server without fsync")
	}
	for _, want := range []string{
		"is sound: schema", "The server's setting fsync is off", "The server's setting synchronous_commit is off",
		"The server's setting full_page_writes is off", "keeps no archive", "pg_dump --format=custom",
	} {
		if !strings.Contains(doctor.printed(), want) {
			t.Errorf("doctor doesn't say %q:\n%s", want, doctor.printed())
		}
	}
	backup := launch(t, v.env, "backup", t.TempDir()+"/copy.db")
	if backup.cmd.Wait() == nil || !strings.Contains(backup.printed(), "pg_dump") {
		t.Errorf("backup of a server's database: %s", backup.printed())
	}
	missing := launch(t, append(v.env, "FOLLOWUP_DB=postgres://followup:geheim@127.0.0.1:1/x"), "doctor")
	if missing.cmd.Wait() == nil || !strings.Contains(missing.printed(), "look whether the server runs") || strings.Contains(missing.printed(), "geheim") {
		t.Errorf("doctor without a server: %s", missing.printed())
	}
}
