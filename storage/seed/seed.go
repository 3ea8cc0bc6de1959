// Package seed reads a portfolio, a text that anyone can read and write, and puts its records into the store. The demo
// of the sandbox and the head of every conversation file are such portfolios. It promises that every mistake is named
// with its line and with what would work.
//
// One record a line: a keyword, what it is about, and fields parted by "|". Empty lines and lines that begin with "#" are
// skipped. A name finds what stood above it by crm.NameKey, by an alias or by its first words.
//
//	team Север
//	person Игорь Орлов owner Север ru Europe/Moscow
//	person Анна manager Север ru | quiet 20:00-08:00 | plan 09:00 | away +5d..+12d | substitute Пётр
//	person Гость stranger en                            (no member: knows nobody)
//	invite manager Север | by Игорь Орлов | expires +7d
//	client ООО «Ромашка» | manager Анна | tier A | inn 7701234567 | city Москва | alias ромашка, ромаха | tag юг | cadence 10
//	contact Ирина Ковалёва | client Ромашка | phone +79031234567 | position главбух | email i@example.org | birthday 1985-12-03
//	touch call | client Ромашка | -3d 15:00 | обсудили КП | outcome ждут КП | by Анна | private
//	followup Перезвонить | client Ромашка | 2026-11-19 14:00 | for Анна | verb call | repeat FREQ=WEEKLY;BYDAY=MO | named
//	obligation Выслать КП | client Ромашка | 2026-11-20   (a follow-up that we promised; await: that the client promised)
//	contract 14/26 | client Вектор | 2026-02-01..2027-01-31 | automatic 12 | notice 30 | penalty 0.1 cap 10 | sum 1 200 000
//	invoice 125 | client Ромашка | 486 000 | issued 2026-10-15 | due 2026-10-30 | contract 7/25 | level 1
//	payment 200 000 | client Ромашка | 2026-11-10 | invoice 125     (without an invoice it is an advance)
//	promise 286 000 | client Ромашка | invoice 125 | 2026-11-20 | by Ирина | broken
//	document act 77 | client Ромашка | sent -5d | signed today | wait original
//
// A day is 2026-11-18, today, -3d, +2w or -4m, counted from the day of writing in the zone of the portfolio; a time of
// day may follow it. A follow-up without a time is for the whole day. A sum is in rubles unless USD, EUR or another code
// follows. A client without a manager belongs to the first manager of the portfolio.
package seed

import (
	"fmt"
	"strings"

	"followup/storage/crm"
)

// Person is somebody of a portfolio. Telegram ids are given out in order, from FirstID.
type Person struct {
	Name     string
	Role     crm.Role // empty: a stranger, who is no member
	Team     string
	Language string // "ru" or "en"
	Zone     string // IANA name; empty: the portfolio's
	Telegram int64
}

// FirstID is the Telegram id of the first person.
const FirstID = 1001

// Portfolio is a text that was read and has no mistake in its form. Whether its names and numbers find one another shows
// when it is written.
type Portfolio struct {
	People []Person
	lines  []line
}

// line is one record: its keyword, what stood after it, and its fields.
type line struct {
	no     int
	text   string
	word   string
	head   string
	fields []string
}

// Mistake is what is wrong with a line.
type Mistake struct {
	Line int
	Text string
	Want string
}

// Error names the line, what stands there, and what would work.
func (m *Mistake) Error() string { return fmt.Sprintf("line %d: %q: %s", m.Line, m.Text, m.Want) }

func (l line) mistake(format string, facts ...any) error {
	return &Mistake{l.no, l.text, fmt.Sprintf(format, facts...)}
}

// Parse reads a portfolio whose first line has the number first, for the numbers in mistakes.
func Parse(text string, first int) (*Portfolio, error) {
	p := &Portfolio{}
	for i, raw := range strings.Split(text, "\n") {
		raw = strings.TrimSpace(raw)
		if raw == "" || strings.HasPrefix(raw, "#") {
			continue
		}
		l := cut(first+i, raw)
		if writers[l.word] == nil {
			return nil, l.mistake("a line begins with one of %s", strings.Join(Words(), ", "))
		}
		if l.word == "person" {
			person, err := readPerson(l)
			if err != nil {
				return nil, err
			}
			person.Telegram = FirstID + int64(len(p.People))
			p.People = append(p.People, person)
		}
		p.lines = append(p.lines, l)
	}
	return p, nil
}

// IsLine reports whether s begins with a keyword of a portfolio.
func IsLine(s string) bool {
	word, _, _ := strings.Cut(strings.TrimSpace(s), " ")
	return writers[word] != nil
}

func cut(no int, raw string) line {
	parts := strings.Split(raw, "|")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	word, head, _ := strings.Cut(parts[0], " ")
	return line{no: no, text: raw, word: word, head: strings.TrimSpace(head), fields: parts[1:]}
}

// roles are the words for who a person is.
var roles = map[string]crm.Role{"owner": crm.Owner, "lead": crm.Lead, "manager": crm.Manager, "stranger": ""}

// readPerson reads "NAME ROLE [TEAM] LANGUAGE [ZONE]".
func readPerson(l line) (Person, error) {
	words := strings.Fields(l.head)
	at := -1
	for i, w := range words {
		if _, ok := roles[w]; ok {
			at = i
			break
		}
	}
	if at < 1 {
		return Person{}, l.mistake("write a name, then owner, lead, manager or stranger: person Анна manager Север ru Europe/Moscow")
	}
	p := Person{Name: strings.Join(words[:at], " "), Role: roles[words[at]]}
	rest := words[at+1:]
	if n := len(rest); n > 0 && (strings.Contains(rest[n-1], "/") || rest[n-1] == "UTC") {
		p.Zone, rest = rest[n-1], rest[:n-1]
	}
	n := len(rest)
	if n == 0 || rest[n-1] != "ru" && rest[n-1] != "en" {
		return Person{}, l.mistake("after the role and team comes the language, ru or en")
	}
	p.Language, p.Team = rest[n-1], strings.Join(rest[:n-1], " ")
	return p, nil
}
