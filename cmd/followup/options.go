package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"followup/scheduler/clock"
	"followup/storage"
)

// database is the flag of every command that opens the database.
type database struct {
	DB string `name:"db" env:"FOLLOWUP_DB" default:"followup.db" help:"The database: the path of an SQLite file, or postgres://user@host:5432/name. An address with a password belongs into FOLLOWUP_DB: command lines are seen by others."`
}

// mustExist refuses a path where there is no database yet, for commands that would otherwise make an empty one. A server
// says itself when it has none of that name.
func (d database) mustExist() error {
	if !storage.IsFile(d.DB) {
		return nil
	}
	_, err := os.Stat(d.DB)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no database at %s: name it with --db or FOLLOWUP_DB", d.DB)
	}
	return err
}

// newcomers are the defaults of new members until they say theirs.
type newcomers struct {
	TZ   string `name:"tz" env:"FOLLOWUP_TZ" default:"Europe/Moscow" help:"Time zone of new members, an IANA name."`
	Lang string `env:"FOLLOWUP_LANG" enum:"ru,en" default:"ru" help:"Language of new members whose Telegram names neither: ru or en."`
}

func (n newcomers) zone() (*time.Location, error) {
	zone, err := time.LoadLocation(n.TZ)
	if err != nil || n.TZ == "" {
		return nil, fmt.Errorf("%q is no time zone: write an IANA name such as Europe/Moscow in --tz or FOLLOWUP_TZ", n.TZ)
	}
	return zone, nil
}

// telegram is where the Bot API is. The token has no flag: what stands on a command line is seen by every user of the
// computer.
type telegram struct {
	APIURL string `name:"api-url" env:"TELEGRAM_API_URL" default:"https://api.telegram.org" help:"Address of the Bot API, for a local server or a rehearsal."`
}

const telegramsOwn = "https://api.telegram.org"

func (t telegram) official() bool { return strings.HasPrefix(t.APIURL, telegramsOwn) }

// token reads the bot's token from the environment or from the file that the environment names.
func token() (string, error) {
	if t := strings.TrimSpace(os.Getenv("TELEGRAM_BOT_TOKEN")); t != "" {
		return t, nil
	}
	path := os.Getenv("TELEGRAM_BOT_TOKEN_FILE")
	if path == "" {
		return "", errors.New("no token: put the one that @BotFather gave you into TELEGRAM_BOT_TOKEN, or its file's path into TELEGRAM_BOT_TOKEN_FILE")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("the token file that TELEGRAM_BOT_TOKEN_FILE names can't be read: %w", err)
	}
	t := strings.TrimSpace(string(text))
	if t == "" {
		return "", fmt.Errorf("the token file %s is empty", path)
	}
	return t, nil
}

// timing is the program's clock.
type timing struct {
	Clock string `env:"FOLLOWUP_CLOCK" help:"For rehearsals and tests: begin at 2026-11-18T08:59:50+03:00, with @60 behind it 60 times as fast. Refused against Telegram's own API."`
}

// clock is the real one unless a rehearsal was asked for, which Telegram's own API must never see: people would get
// reminders at wrong hours.
func (t timing) clock(official bool) (clock.Clock, error) {
	if t.Clock == "" {
		return clock.Real(), nil
	}
	if official {
		return nil, errors.New("FOLLOWUP_CLOCK is for rehearsals and is refused against Telegram's own API: take it away, or set TELEGRAM_API_URL to a sandbox")
	}
	c, err := clock.Parse(t.Clock)
	if err != nil {
		return nil, fmt.Errorf("FOLLOWUP_CLOCK: %w", err)
	}
	return c, nil
}
