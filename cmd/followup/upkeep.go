package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"followup/scheduler/clock"
	"followup/storage"
	"followup/storage/crm"
)

// Rules of upkeep, of a serve whose database is a file.
//
// Every night at half past three of the company's zone the database is copied while work goes on. The copy is checked,
// restored under another name, opened and read to its last row, and only then counts. Seven days, four weeks and six months
// are kept. A night that was missed is made up for at the next start; one that failed is tried again after an hour. The
// owners hear of a failure once a day, of damage found in the database each night, of Telegram's silence of six hours when it
// is over (before that nobody could be told), and once a day of a member who doesn't get his messages.

const (
	nightAt      = 3*time.Hour + 30*time.Minute
	nightAgain   = time.Hour
	lookEvery    = 10 * time.Minute
	longSilence  = 6 * time.Hour
	keepDays     = 7
	keepWeeks    = 4
	keepMonths   = 6
	undelivered  = 30 * 24 * time.Hour // how long the fact is kept
	shortTime    = "02.01 15:04"
	backupPrefix = "followup-"
	backupSuffix = ".db"
)

// upkeep looks after a running program.
type upkeep struct {
	store   *storage.Store
	options storage.Options // of the store, for restoring on trial
	alarm   func(tx *storage.Tx, what string, facts ...any) error
	heardAt func() time.Time // Telegram; zero: not yet
	log     *slog.Logger
	clock   clock.Clock
	zone    *time.Location
	dir     string // of the copies; empty: none are made

	heard    time.Time // Telegram, when it was looked at last
	tryAgain time.Time
	warned   map[string]crm.Date // by alarm: the day it was raised last
}

// backupDir is the folder for nightly copies: beside the database unless another is named; empty for "off", and for a
// server's database, which is copied by the server's own means.
func backupDir(setting, db string) string {
	if !storage.IsFile(db) {
		return ""
	}
	switch setting {
	case "off":
		return ""
	case "":
		return filepath.Join(filepath.Dir(db), "backups")
	}
	return setting
}

// run looks until ctx ends.
func (u *upkeep) run(ctx context.Context) {
	u.heard = clock.Real().Now() // a silence that the program was started in counts from its start
	for {
		if err := u.look(ctx); err != nil && ctx.Err() == nil {
			u.log.Error("upkeep", "error", err)
		}
		if clock.Sleep(ctx, u.clock, lookEvery) != nil {
			return
		}
	}
}

// look does what is due now.
func (u *upkeep) look(ctx context.Context) error {
	return errors.Join(u.silence(ctx), u.delivery(ctx), u.forget(ctx), u.night(ctx))
}

// forget drops what is kept of files that people sent and never decided on: it holds samples of other people's data.
func (u *upkeep) forget(ctx context.Context) error {
	return u.store.Update(ctx, func(tx *storage.Tx) error { return tx.System().DropOldImports() })
}

// once raises an alarm unless it was raised today.
func (u *upkeep) once(ctx context.Context, about, what string, facts ...any) error {
	today := crm.DateOf(u.clock.Now().In(u.zone))
	if u.warned[about] == today {
		return nil
	}
	err := u.store.Update(ctx, func(tx *storage.Tx) error { return u.alarm(tx, what, facts...) })
	if err == nil {
		if u.warned == nil {
			u.warned = map[string]crm.Date{}
		}
		u.warned[about] = today
	}
	return err
}

// silence tells of a long time without Telegram, once it is over.
func (u *upkeep) silence(ctx context.Context) error {
	heard, before := u.heardAt(), u.heard
	if heard.After(before) {
		u.heard = heard
	}
	silent := heard.Sub(before)
	if before.IsZero() || silent < longSilence {
		if since := u.heard; !since.IsZero() && clock.Real().Now().Sub(since) > longSilence {
			u.log.Error("there is no contact with Telegram", "since", since)
		}
		return nil
	}
	return u.once(ctx, "telegram", "telegram", "hours", int64(silent.Hours()),
		"from", before.In(u.zone).Format(shortTime), "to", heard.In(u.zone).Format(shortTime))
}

// delivery tells of members who don't get what is sent to them.
func (u *upkeep) delivery(ctx context.Context) error {
	since := crm.MomentOf(u.clock.Now().Add(-24 * time.Hour))
	var list []storage.Undelivered
	err := u.store.View(ctx, func(tx *storage.Tx) (err error) {
		list, err = tx.System().Undelivered(since)
		return err
	})
	for _, l := range list {
		if err == nil {
			err = u.once(ctx, fmt.Sprint("delivery ", l.Member.ID), "delivery", "member", l.Member.Name, "n", l.Count, "why", l.Reason)
		}
	}
	return err
}

// night makes the copy that is due, if one is.
func (u *upkeep) night(ctx context.Context) error {
	now := u.clock.Now()
	day := crm.DateOf(now.In(u.zone).Add(-nightAt)) // whose night is over
	if u.dir == "" || now.Before(u.tryAgain) {
		return nil
	}
	copies, err := backups(u.dir)
	if err != nil {
		return u.failed(ctx, copies, err)
	}
	if len(copies) > 0 && !copies[len(copies)-1].Before(day) {
		return nil
	}
	began := clock.Real().Now()
	report, err := u.copyTo(ctx, filepath.Join(u.dir, backupName(day)))
	if err != nil {
		return u.failed(ctx, copies, err)
	}
	u.log.Info("the nightly copy is made and was restored for trial", "schema", report.Schema, "bytes", report.Bytes,
		"took", clock.Real().Now().Sub(began).Round(time.Millisecond))
	if n := len(report.Faults); n > 0 {
		u.log.Error("the check of the database found faults", "faults", n)
		if err := u.once(ctx, "integrity", "integrity", "n", int64(n)); err != nil {
			return err
		}
	}
	return errors.Join(u.rotate(append(copies, day)), u.store.Update(ctx, func(tx *storage.Tx) error {
		return tx.ForgetUndelivered(crm.MomentOf(tx.Now().Add(-undelivered)))
	}))
}

// copyTo makes a copy and restores it for trial; one that fails the trial is taken away.
func (u *upkeep) copyTo(ctx context.Context, path string) (storage.Report, error) {
	if err := os.MkdirAll(u.dir, 0o700); err != nil {
		return storage.Report{}, err
	}
	if err := u.store.Backup(ctx, path); err != nil {
		return storage.Report{}, err
	}
	report, err := storage.Rehearse(ctx, path, u.options)
	if err != nil {
		return report, errors.Join(err, os.Remove(path))
	}
	return report, nil
}

// failed puts the next try off and tells the owners.
func (u *upkeep) failed(ctx context.Context, copies []crm.Date, err error) error {
	u.tryAgain = u.clock.Now().Add(nightAgain)
	last := any("—")
	if len(copies) > 0 {
		last = copies[len(copies)-1]
	}
	return errors.Join(err, u.once(ctx, "backup", "backup", "why", reason(err), "last", last, "dir", u.dir))
}

// reason is what went wrong without paths of the computer.
func reason(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	text, _, _ := strings.Cut(err.Error(), "\n")
	return text
}

func backupName(day crm.Date) string { return backupPrefix + day.String() + backupSuffix }

// backups are the days of the copies in dir, oldest first. A folder that isn't there yet has none.
func backups(dir string) ([]crm.Date, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var days []crm.Date
	for _, e := range entries {
		text, ours := strings.CutPrefix(strings.TrimSuffix(e.Name(), backupSuffix), backupPrefix)
		if day, err := crm.ParseDate(text); ours && err == nil {
			days = append(days, day)
		}
	}
	slices.SortFunc(days, crm.Date.Compare)
	return days, err
}

// rotate takes the copies away that are kept neither as a day, nor as the first of a week or a month.
func (u *upkeep) rotate(days []crm.Date) error {
	var errs []error
	for _, day := range outdated(days) {
		errs = append(errs, os.Remove(filepath.Join(u.dir, backupName(day))))
	}
	return errors.Join(errs...)
}

// outdated are the days, of days in their order, that need not be kept.
func outdated(days []crm.Date) []crm.Date {
	kept := map[crm.Date]bool{}
	for _, rule := range []struct {
		count  int
		period func(crm.Date) string
	}{
		{keepDays, crm.Date.String},
		{keepWeeks, func(d crm.Date) string { y, w := d.In(time.UTC, crm.At(0, 0)).ISOWeek(); return fmt.Sprint(y, "-", w) }},
		{keepMonths, func(d crm.Date) string { return d.String()[:7] }},
	} {
		first := map[string]crm.Date{} // of every period
		var periods []string           // oldest first
		for _, d := range days {
			p := rule.period(d)
			if _, known := first[p]; !known {
				first[p] = d
				periods = append(periods, p)
			}
		}
		for _, p := range periods[max(0, len(periods)-rule.count):] {
			kept[first[p]] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(days), func(d crm.Date) bool { return kept[d] })
}
