// Command followup is a Telegram bot that keeps an account manager's promises. This room wires the others together: flags,
// environment, signals and subcommands, one file each. It promises that SIGTERM and Ctrl-C end the program within ten
// seconds with exit code 0, and that what goes wrong is said in a sentence that names what to do.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // time zones of people are known on machines that have no zone files

	"github.com/alecthomas/kong"

	"followup/scheduler/calendar"
)

// commands are the subcommands and what they share.
type commands struct {
	Sandbox sandboxCmd `cmd:"" help:"Talk with the bot in a browser: no token, no network, a clock that can be moved."`
	Serve   serveCmd   `cmd:"" help:"Run against Telegram until SIGTERM. The token comes from TELEGRAM_BOT_TOKEN or TELEGRAM_BOT_TOKEN_FILE."`
	Invite  inviteCmd  `cmd:"" help:"Print a one-time code and its link; works beside a running serve."`
	Explain explainCmd `cmd:"" help:"Show what the bot would understand, one JSON object a line."`
	Import  importCmd  `cmd:"" help:"Read a bank statement, a table or contacts into the database, or with --dry-run say what they would change."`
	Export  exportCmd  `cmd:"" help:"Write clients, contacts, history, contracts, receivables or a calendar into a file."`
	Backup  backupCmd  `cmd:"" help:"Copy the database into a new file, beside a running serve too."`
	Restore restoreCmd `cmd:"" help:"Put a backup in the place of the database; serve must be stopped."`
	Copy    copyCmd    `cmd:"" help:"Copy the database into an empty one, between SQLite and PostgreSQL in either direction."`
	Doctor  doctorCmd  `cmd:"" help:"Check token, address, clock, database and calendar, and say what to do."`
	Version versionCmd `cmd:"" help:"Print the version."`

	Calendar  string `env:"FOLLOWUP_CALENDAR" placeholder:"DIR" help:"Folder with production calendars, a file a year such as 2027.txt, in place of the built-in years."`
	LogFormat string `enum:"text,json" default:"text" env:"FOLLOWUP_LOG_FORMAT" help:"Form of the log on standard error: text or json."`
}

// world is what a subcommand gets from outside.
type world struct {
	ctx context.Context // ends with SIGTERM or Ctrl-C
	in  io.Reader
	out io.Writer
	err io.Writer
	log *slog.Logger
	cal *calendar.Calendar // nil: the built-in one
}

// calendar is the production calendar that the program works by.
func (w *world) calendar() *calendar.Calendar {
	if w.cal == nil {
		return calendar.Russia()
	}
	return w.cal
}

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// run is the program; it returns the exit code: 0 fine, 1 something went wrong and was said, 2 the command line is wrong.
func run(args []string, in io.Reader, out, errOut io.Writer) int {
	var c commands
	parser, err := kong.New(&c,
		kong.Name("followup"),
		kong.Description("A Telegram bot that keeps an account manager's promises. Begin with: followup sandbox"),
		kong.Writers(out, errOut),
	)
	if err != nil {
		panic(err) // the tags of the structs above are wrong: every run would fail
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(errOut, "followup: %v\nfollowup --help lists the commands.\n", err)
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	w := &world{ctx: ctx, in: in, out: out, err: errOut, log: newLog(c.LogFormat, errOut)}
	if c.Calendar != "" {
		if w.cal, err = calendar.With(os.DirFS(c.Calendar)); err != nil {
			fmt.Fprintf(errOut, "followup: FOLLOWUP_CALENDAR: %v\n", err)
			return 1
		}
	}
	if err := parsed.Run(w); err != nil {
		if !errors.Is(err, errSaid) {
			fmt.Fprintf(errOut, "followup: %v\n", err)
		}
		return 1
	}
	return 0
}

// errSaid ends the program with exit code 1 when the person was told already what is wrong.
var errSaid = errors.New("already said")

// closing closes something at the end of a function and keeps its error beside the function's own.
func closing(err *error, do func() error) { *err = errors.Join(*err, do()) }

// newLog is the program's log. It carries ids, never texts, names, sums or the token.
func newLog(format string, to io.Writer) *slog.Logger {
	if format == "json" {
		return slog.New(slog.NewJSONHandler(to, nil))
	}
	return slog.New(slog.NewTextHandler(to, nil))
}
