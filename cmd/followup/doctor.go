package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"followup/scheduler/clock"
	"followup/storage"
)

type doctorCmd struct {
	database
	newcomers
	telegram
	timing
}

// finding is what one check found: a sentence, and when something is wrong what to do.
type finding struct {
	what  string
	wrong bool
	do    string
}

func fine(format string, facts ...any) finding { return finding{what: fmt.Sprintf(format, facts...)} }

func wrong(what, do string) finding { return finding{what: what, wrong: true, do: do} }

// Run makes every check, says what it found, and ends with exit code 1 when something is wrong.
func (c *doctorCmd) Run(w *world) error {
	sick := false
	for _, check := range []func(context.Context, *world) []finding{
		c.checkTelegram, c.checkSettings, c.checkDatabase, c.checkCalendar,
	} {
		for _, f := range check(w.ctx, w) {
			mark := "fine "
			if f.wrong {
				mark, sick = "WRONG", true
			}
			fmt.Fprintf(w.out, "%s  %s\n", mark, f.what)
			if f.do != "" {
				fmt.Fprintf(w.out, "       → %s\n", f.do)
			}
		}
	}
	if sick {
		return errSaid
	}
	return nil
}

var tokenShape = regexp.MustCompile(`^[0-9]{3,}:[A-Za-z0-9_-]{20,}$`)

// checkTelegram asks who the bot is, which tells of the token, the address and the clock at once.
func (c *doctorCmd) checkTelegram(ctx context.Context, _ *world) []finding {
	key, err := token()
	if err != nil {
		return []finding{wrong("There is no token.", err.Error())}
	}
	if !tokenShape.MatchString(key) {
		return []finding{wrong("The token has not the form 123456:AA…", "copy it again from @BotFather, whole and without spaces")}
	}
	name, served, err := getMe(ctx, c.APIURL, key)
	_, secret, _ := strings.Cut(key, ":")
	hide := func(text string) string { return strings.ReplaceAll(text, secret, "…") } // whoever answers may quote the address
	switch {
	case errors.Is(err, errTokenRefused):
		return []finding{wrong("The Bot API refuses the token.", "copy it again from @BotFather, or make a new one there with /token")}
	case err != nil:
		return []finding{wrong(fmt.Sprintf("The Bot API at %s can't be reached: %s.", c.APIURL, hide(err.Error())),
			"check the network, a proxy in HTTPS_PROXY, and TELEGRAM_API_URL")}
	}
	return []finding{fine("The token is @%s's, and the Bot API at %s answers.", hide(name), c.APIURL), clockSkew(served)}
}

// maxSkew is how far the computer's clock may be off before reminders are noticeably early or late.
const maxSkew = 30 * time.Second

func clockSkew(served time.Time) finding {
	if served.IsZero() {
		return fine("The Bot API tells no time, so that the computer's clock can't be compared.")
	}
	skew := clock.Real().Now().Sub(served).Round(time.Second)
	if skew < -maxSkew || skew > maxSkew {
		return wrong(fmt.Sprintf("The computer's clock is off by %s.", skew), "switch on time synchronisation: timedatectl set-ntp true")
	}
	return fine("The computer's clock is right.")
}

var errTokenRefused = errors.New("the token is refused")

// getMe asks the Bot API for the bot's name, and takes the server's time from the answer. It follows no redirect. Its errors hold
// no address, but may hold what the server said.
func getMe(ctx context.Context, api, key string) (name string, served time.Time, err error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, api+"/bot"+key+"/getMe", http.NoBody)
	if err != nil {
		return "", served, errors.New("the address can't be understood")
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return "", served, err
	}
	defer res.Body.Close()
	served, _ = http.ParseTime(res.Header.Get("Date")) // a server without a date leaves the zero time
	if res.StatusCode == http.StatusUnauthorized || res.StatusCode == http.StatusNotFound {
		return "", served, errTokenRefused
	}
	var answer struct {
		OK     bool
		Result struct{ Username string }
	}
	if err := json.NewDecoder(http.MaxBytesReader(nil, res.Body, 1<<20)).Decode(&answer); err != nil || !answer.OK {
		return "", served, fmt.Errorf("it answers %d and nothing that a Bot API says", res.StatusCode)
	}
	return answer.Result.Username, served, nil
}

func (c *doctorCmd) checkSettings(context.Context, *world) []finding {
	var found []finding
	if _, err := c.zone(); err != nil {
		found = append(found, wrong("The time zone of new members is unknown.", err.Error()))
	} else {
		found = append(found, fine("New members begin with the time zone %s and the language %s.", c.TZ, c.Lang))
	}
	if _, err := c.clock(c.official()); err != nil {
		found = append(found, wrong("The program's clock can't be used.", err.Error()))
	}
	return found
}

// minSpace is how much room there should be beside the database: a copy of a large one fits.
const minSpace = 512 << 20

func (c *doctorCmd) checkDatabase(ctx context.Context, w *world) (found []finding) {
	if !storage.IsFile(c.DB) {
		return c.checkServer(ctx, w)
	}
	dir := filepath.Dir(c.DB)
	if free, known := freeSpace(dir); known && free < minSpace {
		found = append(found, wrong(fmt.Sprintf("Only %d MB are free at %s.", free>>20, dir), "make room, or move the database to another disk"))
	}
	if err := c.mustExist(); err != nil {
		probe, err := os.CreateTemp(dir, ".followup-doctor-*")
		if err != nil {
			return append(found, wrong("There is no database yet, and none can be made at "+dir+".", "let the program's user write there: "+err.Error()))
		}
		return append(found, fine("There is no database at %s yet: serve makes it.", c.DB), removed(probe))
	}
	store, err := openStore(w, c.DB, clock.Real())
	if err != nil {
		return append(found, wrong("The database can't be opened: "+err.Error(), restoreAdvice))
	}
	defer func() {
		if err := store.Close(); err != nil {
			found = append(found, wrong("The database can't be closed: "+err.Error(), restoreAdvice))
		}
	}()
	return append(found, databaseFindings(ctx, c.DB, store)...)
}

const serverAdvice = "PostgreSQL's own copies are what to go back to: pg_restore of a pg_dump into an empty database, or its archived journal"

// checkServer checks a database that a server keeps.
func (c *doctorCmd) checkServer(ctx context.Context, w *world) []finding {
	store, err := openStore(w, c.DB, clock.Real())
	if err != nil {
		return []finding{wrong("The database "+storage.Place(c.DB)+" can't be opened: "+err.Error(),
			"look whether the server runs, lets this computer in, and has a database and a user of these names; the password may stand in PGPASSWORD or ~/.pgpass")}
	}
	found := databaseFindings(ctx, storage.Place(c.DB), store)
	for i, f := range found {
		if f.do == restoreAdvice {
			found[i].do = serverAdvice
		}
	}
	about, _, err := store.Server(ctx)
	if err != nil {
		return append(found, wrong("The server can't be asked about itself: "+err.Error(), "let the program's user read pg_settings"))
	}
	if err := store.Close(); err != nil {
		found = append(found, wrong("The database can't be closed: "+err.Error(), serverAdvice))
	}
	return append(found, serverFindings(about)...)
}

func serverFindings(about storage.Server) []finding {
	var found []finding
	for _, setting := range about.Unsafe {
		found = append(found, wrong(fmt.Sprintf("The server's setting %s is off: it may lose what it acknowledged.", setting), "switch it on in postgresql.conf"))
	}
	if len(found) == 0 {
		found = append(found, fine("PostgreSQL %s keeps what it acknowledges.", about.Version))
	}
	if about.Archives {
		found = append(found, fine("The server archives its journal: with a pg_basebackup one can get back to any moment. Try it now and then."))
	} else {
		found = append(found, finding{
			what: "The server keeps no archive of its journal. Followup copies no server's database by itself.",
			do:   "let cron run pg_dump --format=custom every night and try a restore, or set archive_mode for point-in-time recovery",
		})
	}
	if about.Ahead > maxSkew || about.Ahead < -maxSkew {
		found = append(found, wrong(fmt.Sprintf("The server's clock is %s ahead of this computer's.", about.Ahead), "switch on time synchronisation on both"))
	}
	return found
}

func removed(f *os.File) finding {
	name := f.Name()
	if err := errors.Join(f.Close(), os.Remove(name)); err != nil {
		return wrong("A file made for a check can't be removed: "+name, "remove it by hand")
	}
	return fine("A database can be made there.")
}

func databaseFindings(ctx context.Context, path string, store *storage.Store) []finding {
	report, err := store.Check(ctx)
	if err != nil {
		return []finding{wrong("The database can't be read whole: "+err.Error(), restoreAdvice)}
	}
	var found []finding
	for _, fault := range report.Faults {
		found = append(found, wrong("The database is not sound: "+fault+".", restoreAdvice))
	}
	if len(found) == 0 {
		found = append(found, fine("The database %s is sound: schema %d, %d KB, %d reminders planned.",
			path, report.Schema, report.Bytes>>10, report.Reminders))
	}
	if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
		found = append(found, wrong("Other users of this computer can read the database.", "chmod 600 "+path))
	}
	if report.Aside > 0 {
		found = append(found, wrong(fmt.Sprintf("%d updates from Telegram could not be handled and were set aside.", report.Aside),
			`look for "set aside" in the log and report what stands there`))
	}
	if report.Undeliverable > 0 || report.Held > 0 {
		found = append(found, fine("%d messages could not be delivered, and %d reminders are kept for people who blocked the bot.",
			report.Undeliverable, report.Held))
	}
	return found
}

const restoreAdvice = "stop serve and restore the newest backup with: followup restore FILE"

func (c *doctorCmd) checkCalendar(_ context.Context, w *world) []finding {
	cal := w.calendar()
	now := clock.Real().Now()
	if !cal.Loaded(now.Year()) {
		return []finding{wrong(fmt.Sprintf("The production calendar of %d is not loaded: weekends and the holidays of art. 112 are used.", now.Year()),
			"update the program, or put the year's file into the folder that FOLLOWUP_CALENDAR names")}
	}
	if next := now.Year() + 1; now.Month() >= time.November && !cal.Loaded(next) {
		return []finding{{
			what: fmt.Sprintf("The production calendar of %d is loaded, that of %d is not yet: its weekends and fixed holidays are used.", now.Year(), next),
			do:   "when the decree is out, update the program or put the year's file into the folder that FOLLOWUP_CALENDAR names",
		}}
	}
	return []finding{fine("The production calendar of %d is loaded.", now.Year())}
}
