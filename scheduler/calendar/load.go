package calendar

// The format of a year's file is plain text that a person can type from a government's decree:
//
//   - "#" starts a comment, empty lines don't matter, words are separated by spaces;
//   - "year 2026" comes first;
//   - "off 01-01 01-02" are days off besides weekends, "work 11-01" are weekend days that are worked, "short 04-30" are
//     working days that end an hour earlier; dates are month-day, as many on a line and as many lines as one likes.
//
// A day can't be both off and worked or short, and a file of one year can't come twice.

import (
	"bufio"
	"embed"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"followup/storage/crm"
)

//go:embed years/*.txt
var embedded embed.FS

// russia is read once; the embedded files are tested, so that an error is a broken build.
var russia = sync.OnceValue(func() *Calendar {
	years, err := fs.Sub(embedded, "years")
	if err != nil {
		panic(err)
	}
	c, err := Load(years)
	if err != nil {
		panic(err)
	}
	return c
})

// Russia is the built-in production calendar of Russia, five-day week.
func Russia() *Calendar { return russia() }

// Fingerprint differs where calendars do.
func (c *Calendar) Fingerprint() string {
	if c == nil {
		return ""
	}
	days := slices.SortedFunc(maps.Keys(c.days), crm.Date.Compare)
	sum := fnv.New64a()
	for _, d := range days {
		fmt.Fprint(sum, d, c.days[d])
	}
	return fmt.Sprint(sum.Sum64(), len(c.years))
}

// With is the built-in calendar with the years of a folder in place of its own; see Load.
func With(files fs.FS) (*Calendar, error) {
	c, err := Load(files)
	if err != nil {
		return nil, err
	}
	own := maps.Clone(c.years)
	for day, k := range Russia().days {
		if !own[day.Year] {
			c.days[day] = k
		}
	}
	maps.Copy(c.years, Russia().years)
	return c, nil
}

// Load reads every *.txt file of a folder, one file a year. An error names the file and the line.
func Load(files fs.FS) (*Calendar, error) {
	names, err := fs.Glob(files, "*.txt")
	if err != nil {
		return nil, fmt.Errorf("calendar: %w", err)
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("calendar: no files of the form 2026.txt in the folder")
	}
	c := &Calendar{days: map[crm.Date]kind{}, years: map[int]bool{}, fixed: true}
	for _, name := range names {
		if err := c.loadFile(files, name); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func (c *Calendar) loadFile(files fs.FS, name string) error {
	f, err := files.Open(name)
	if err != nil {
		return fmt.Errorf("calendar: %w", err)
	}
	defer f.Close() //nolint:errcheck // only read
	year, days, err := readYear(f)
	if err != nil {
		return fmt.Errorf("calendar: %s: %w", path.Base(name), err)
	}
	if c.years[year] {
		return fmt.Errorf("calendar: %s: year %d was in another file already", path.Base(name), year)
	}
	c.years[year] = true
	for d, k := range days {
		c.days[d] = k
	}
	return nil
}

var words = map[string]kind{"off": off, "short": short, "work": work}

// readYear reads one file.
func readYear(r io.Reader) (int, map[crm.Date]kind, error) {
	year, days := 0, map[crm.Date]kind{}
	lines := bufio.NewScanner(r)
	for number := 1; lines.Scan(); number++ {
		text, _, _ := strings.Cut(strings.TrimPrefix(lines.Text(), "\ufeff"), "#")
		fields := strings.Fields(text)
		if len(fields) == 0 {
			continue
		}
		var err error
		if year == 0 {
			year, err = readHead(fields)
		} else {
			err = readDays(year, fields, days)
		}
		if err != nil {
			return 0, nil, fmt.Errorf("line %d: %w", number, err)
		}
	}
	if err := lines.Err(); err != nil {
		return 0, nil, err
	}
	if year == 0 {
		return 0, nil, fmt.Errorf("the line “year 2026” is missing")
	}
	return year, days, nil
}

func readHead(fields []string) (int, error) {
	if len(fields) != 2 || fields[0] != "year" {
		return 0, fmt.Errorf("the first line must be of the form “year 2026”")
	}
	year, err := strconv.Atoi(fields[1])
	if err != nil || year < 1900 || year > 9999 {
		return 0, fmt.Errorf("not a year: %q", fields[1])
	}
	return year, nil
}

func readDays(year int, fields []string, days map[crm.Date]kind) error {
	k, ok := words[fields[0]]
	if !ok {
		return fmt.Errorf("%q is not one of off, work, short", fields[0])
	}
	for _, field := range fields[1:] {
		d, err := crm.ParseDate(fmt.Sprintf("%04d-%s", year, field))
		if err != nil {
			return fmt.Errorf("%q is not a day of the form 01-31", field)
		}
		days[d] |= k
		if days[d]&off != 0 && days[d] != off {
			return fmt.Errorf("%s is off and at once worked or short", field)
		}
	}
	return nil
}
