//go:build unix

package main

import (
	"database/sql"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"followup/bot/sandbox"
)

// closure is a way in which a database can't be opened, and how it is mended.
type closure struct {
	name        string
	reason      string // part of what /readyz says
	spoil, mend func(t *testing.T, c *closed)
}

// closed is a town whose database can't be opened.
type closed struct {
	*town
	copied string // a backup from before
	serve  *process
}

var closures = []closure{
	{"not a database", "not a database", overwrite(0, 100), restoreBeside},
	{"a header that lies", "malformed", overwrite(100, 4096), moveBack},
	{"gone while it is mended", "not a database", overwrite(0, 100), moveAwayFirst},
	{"a newer program's", "newer", schema("INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, 1)"), schema("DELETE FROM goose_db_version WHERE version_id = 99999")},
	{"not this user's", "unable to open", mode("", 0), mode("", 0o600)},
	{"a folder that is not to be written", "", mode(".", 0o500), mode(".", 0o700)},
	{"no database, nor a place for one", "permission denied", noPlace, placeAgain},
}

// A program that is started on a database that can't be opened lives, tells everybody so in his language and once, tells
// whoever watches it why, confirms nothing, and takes up everything when the database was mended under it. Then the owner hears.
func TestClosedDatabase(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds each")
	}
	for _, c := range closures {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel() // most of it is waiting
			holdAndMend(t, c)
		})
	}
}

func holdAndMend(t *testing.T, how closure) {
	t.Helper()
	v := &closed{town: newTown(t, oneManager)}
	igor, anna := v.people[0].Telegram, v.people[1].Telegram
	const stranger, other = 990, 991
	for _, id := range []int64{stranger, other} {
		v.box.AddPerson(sandbox.Person{ID: id, FirstName: "Ann", LanguageCode: "en"})
		v.box.Know(id)
	}
	v.copied = v.db + ".copy"
	store := v.open(t)
	if err := errors.Join(store.Backup(t.Context(), v.copied), store.Close()); err != nil {
		t.Fatal(err)
	}
	addr := freeAddress(t)
	v.belongToNobody(t)
	how.spoil(t, v)
	serve := v.launchAsNobody(t, append(v.env, "FOLLOWUP_BACKUPS=off", "FOLLOWUP_LISTEN="+addr), "serve")
	v.serve = serve
	const waits = "the database can't be opened"
	await(t, "the wait", func() bool { return strings.Contains(serve.printed(), waits) })
	await(t, "health", func() bool { code, _ := get(t, addr, "/healthz"); return code == http.StatusOK })
	if code, body := get(t, addr, "/readyz"); code != http.StatusServiceUnavailable || !strings.Contains(body, how.reason) {
		t.Errorf("ready: %d %s", code, body)
	}
	v.tells(t, anna, "/note Ромашка: пункт 1")
	v.tells(t, stranger, "/start")
	await(t, "the truth", func() bool {
		return v.heard(anna, "Пока не записано") && v.heard(stranger, "Not saved yet")
	})
	v.tells(t, anna, "/note Ромашка: пункт 2")
	v.tells(t, other, "hello")
	await(t, "a look at all of them", func() bool { return v.heard(other, "Not saved yet") })
	if n := v.said(anna); n != 1 {
		t.Errorf("%d notices to one person", n)
	}
	if n := v.box.Pending(); n != 4 {
		t.Errorf("%d of 4 updates wait at Telegram", n)
	}
	if n := strings.Count(serve.printed(), waits); n != 1 {
		t.Errorf("the log says %d times what is wrong:\n%s", n, serve.printed())
	}
	serve.alive(t)
	how.mend(t, v)
	await(t, "everything taken up", func() bool {
		return v.heard(anna, "ункт 1") && v.heard(anna, "ункт 2") && v.heard(igor, "База не открывалась") && v.box.Pending() == 0
	})
	await(t, "ready", func() bool { code, _ := get(t, addr, "/readyz"); return code == http.StatusOK })
	serve.stop(t)
	store = v.open(t)
	checkNotes(t, store, []string{"пункт 1", "пункт 2"})
	if err := store.Close(); err != nil {
		t.Error(err)
	}
}

// A replica that can't reach the database's server takes no updates away from the one that leads, and tells nobody anything.
func TestReplicaWithoutItsServerIsSilent(t *testing.T) {
	t.Parallel()
	v := newTown(t, oneManager)
	asked := make(chan string, 100)
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.URL.Path
		w.WriteHeader(http.StatusBadGateway)
	}))
	defer api.Close()
	addr := freeAddress(t)
	serve := launch(t, append(v.env, "TELEGRAM_API_URL="+api.URL, "FOLLOWUP_DB=postgres://followup:geheim@127.0.0.1:1/x", "FOLLOWUP_LISTEN="+addr), "serve")
	await(t, "the reason", func() bool { code, _ := get(t, addr, "/readyz"); return code == http.StatusServiceUnavailable })
	serve.alive(t)
	serve.stop(t)
	if len(asked) > 0 {
		t.Errorf("Telegram was asked for %s", path.Base(<-asked))
	}
	if strings.Contains(serve.printed(), "geheim") {
		t.Errorf("the password is told:\n%s", serve.printed())
	}
}

// overwrite turns bytes of the file over.
func overwrite(from, to int64) func(*testing.T, *closed) {
	return func(t *testing.T, c *closed) {
		t.Helper()
		info, err := os.Stat(c.db)
		if err != nil {
			t.Fatal(err)
		}
		size := float64(info.Size())
		flip(t, c.db, float64(from)/size, min(1, float64(to)/size))
	}
}

// restoreBeside puts the backup back as the log says.
func restoreBeside(t *testing.T, c *closed) {
	t.Helper()
	if err := errors.Join(os.Chmod(c.copied, 0o644), os.Chmod(filepath.Dir(c.db), 0o777)); err != nil {
		t.Fatal(err)
	}
	restore := c.launchAsNobody(t, c.env, "restore", c.copied)
	if err := restore.cmd.Wait(); err != nil {
		t.Fatal(restore.printed())
	}
}

// moveBack renames the backup to the database.
func moveBack(t *testing.T, c *closed) {
	t.Helper()
	c.giveToNobody(t, c.copied)
	if err := os.Rename(c.copied, c.db); err != nil {
		t.Fatal(err)
	}
}

// moveAwayFirst takes the bad file away, waits until the program has seen it, and puts the backup there.
func moveAwayFirst(t *testing.T, c *closed) {
	t.Helper()
	if err := os.Rename(c.db, c.db+".bad"); err != nil {
		t.Fatal(err)
	}
	await(t, "the program to miss the file", func() bool { return strings.Contains(c.serve.printed(), errGone.Error()) })
	if _, err := os.Stat(c.db); !errors.Is(err, os.ErrNotExist) {
		t.Error("a new database was made in the place of one that is being mended")
	}
	moveBack(t, c)
}

// schema carries out a statement.
func schema(statement string) func(*testing.T, *closed) {
	return func(t *testing.T, c *closed) {
		t.Helper()
		db, err := sql.Open("sqlite", c.db)
		if err == nil {
			_, err = db.ExecContext(t.Context(), statement)
		}
		if err := errors.Join(err, db.Close()); err != nil {
			t.Fatal(err)
		}
	}
}

// mode sets the mode of the file, or of a path beside it.
func mode(beside string, bits os.FileMode) func(*testing.T, *closed) {
	return func(t *testing.T, c *closed) {
		t.Helper()
		path := c.db
		if beside != "" {
			path = filepath.Join(filepath.Dir(c.db), beside)
		}
		if err := os.Chmod(path, bits); err != nil {
			t.Fatal(err)
		}
	}
}

// noPlace takes the database away and lets nobody make one there.
func noPlace(t *testing.T, c *closed) {
	t.Helper()
	if err := errors.Join(os.Remove(c.db), os.Chmod(filepath.Dir(c.db), 0o500)); err != nil {
		t.Fatal(err)
	}
}

// placeAgain puts the backup where the database was to be.
func placeAgain(t *testing.T, c *closed) {
	t.Helper()
	if err := os.Chmod(filepath.Dir(c.db), 0o700); err != nil {
		t.Fatal(err)
	}
	moveBack(t, c)
}

// nobody is the user as whom the program runs when the test is root's, for whom no mode of a file means anything.
const nobody = 65534

// belongToNobody gives the town's folder to nobody and lets him into it.
func (c *closed) belongToNobody(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		return
	}
	dir := filepath.Dir(c.db)
	c.giveToNobody(t, dir)
	c.giveToNobody(t, c.db)
	if err := os.Chmod(filepath.Dir(dir), 0o711); err != nil { // the test's own, above all its folders
		t.Fatal(err)
	}
}

func (c *closed) giveToNobody(t *testing.T, path string) {
	t.Helper()
	if os.Geteuid() != 0 {
		return
	}
	if err := os.Chown(path, nobody, nobody); err != nil {
		t.Fatal(err)
	}
}

// launchAsNobody is launch, of a program that isn't root's.
func (c *closed) launchAsNobody(t *testing.T, env []string, args ...string) *process {
	t.Helper()
	p := &process{cmd: exec.Command(os.Args[0], args...)}
	if os.Geteuid() == 0 {
		p.cmd.Path = c.programOfAll(t)
		p.cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
	p.start(t, env)
	return p
}

// programOfAll is the program where everybody may run it: the folder that it was built in is root's.
func (c *closed) programOfAll(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "followup")
	text, err := os.ReadFile(os.Args[0])
	if err == nil {
		err = os.WriteFile(path, text, 0o755) // everybody is to run it
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// get asks a running program something over HTTP; the code is 0 when it doesn't answer.
func get(t *testing.T, addr, path string) (code int, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+addr+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err.Error()
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

// What is configured wrongly ends the program at once, whatever state the database is in.
func TestWrongSettingsEndTheProgram(t *testing.T) {
	t.Parallel()
	v := newTown(t, oneManager)
	bad := filepath.Join(t.TempDir(), "bad.db")
	if err := os.WriteFile(bad, []byte(strings.Repeat("this is no database\n", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, wrong := range []struct{ setting, says string }{
		{"TELEGRAM_BOT_TOKEN=", "no token"},
		{"TELEGRAM_BOT_TOKEN=not a token", "characters that no Telegram token has"},
		{"TELEGRAM_API_URL=ftp://nowhere", "must look like https://host"},
		{"FOLLOWUP_TZ=Europe/Nowhere", "is no time zone"},
		{"FOLLOWUP_LISTEN=nowhere:port", "can't listen at"},
		{"FOLLOWUP_WEBHOOK_URL=https://bot.example.org/telegram", "needs an address to listen at"},
		{"FOLLOWUP_DB=" + filepath.Join(t.TempDir(), "missing", "f.db"), "there is no folder"},
		{"FOLLOWUP_DB=" + t.TempDir(), "is a folder"},
		{"FOLLOWUP_DB=mysql://host/name", "named wrongly"},
	} {
		for _, db := range []string{v.db, bad} {
			serve := launch(t, append(v.env, "FOLLOWUP_BACKUPS=off", "FOLLOWUP_DB="+db, wrong.setting), "serve")
			if err := serve.cmd.Wait(); err == nil || !strings.Contains(serve.printed(), wrong.says) {
				t.Errorf("%s with %s: %v\n%s", wrong.setting, filepath.Base(db), err, serve.printed())
			}
		}
	}
}
